"""The few questions that the desk asks in a dialog: entering LIVE, leaving it, and losing work.

Owns their words. Each names what runs, in numbers and names, so that nobody has to look it up. Leaving a
LIVE show by any way wants a button held for a second.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from showcaller.core.counting import left_text
from showcaller.core.events import Begin
from showcaller.core.messages import Snapshot
from showcaller.core.plan import make_plan, planned_call
from showcaller.core.playback import apply
from showcaller.core.position import Playback
from showcaller.core.show import Cue, Segment, Show
from showcaller.core.times import Duration, ShowTime, elapsed, load_zone, time_of_day_at
from showcaller.gui.mode_switch import HoldButton
from showcaller.gui.theme import ThemeHolder

NEAR = Duration(30 * 60_000)
"""A first cue that is planned further off than this is worth a warning before LIVE."""
MISSED_SHOWN = 8


def name_of(show: Show, row_id: str | None) -> str:
    """Return number and name of a row: `14 Package: harbour`."""
    row = show.row(row_id) if row_id else None
    if isinstance(row, Cue):
        return " ".join(part for part in (row.number, row.name) if part)
    if isinstance(row, Segment):
        return " ".join(part for part in (row.page, row.title) if part)
    return "–"


def what_runs(show: Show, snapshot: Snapshot, now: ShowTime) -> Sequence[str]:
    """Return what runs, waits, streams and records, one sentence each."""
    lines = [
        f"▶ {name_of(show, running.cue)}, {left_text(elapsed(now, running.ends_at))} left"
        if running.ends_at > now
        else f"▶ {name_of(show, running.cue)}"
        for running in snapshot.running[:6]
    ]
    lines += [
        f"◔ {name_of(show, wait.cue)} in {left_text(elapsed(now, wait.due))}" for wait in snapshot.waits[:6]
    ]
    names = {device.id: device.name for device in show.devices}
    for view in snapshot.devices:
        for key, words in (("stream", "streams"), ("record", "records")):
            if view.route == "real" and view.status.get(key) in {"started", "reconnecting", "paused"}:
                lines.append(f"● {names.get(view.id, view.id)} {words}")
    return lines


def what_is_lost(show: Show, snapshot: Snapshot) -> Sequence[str]:
    """Return the devices that would not take a cue now, one sentence each."""
    names = {device.id: device.name for device in show.devices}
    return [
        f"■ {names.get(view.id, view.id)}: {view.sentence or view.health}"
        for view in snapshot.devices
        if view.health not in {"ready", "closed"}
    ]


def how_live_begins(show: Show, now: ShowTime) -> Sequence[str]:
    """Return where LIVE would begin at this instant, how far off that is, and what is missed at once."""
    state, _ = apply(Playback(), Begin(at=now, mode="live"), show)
    place = show.positions.get(state.standby or "")
    if place is None:
        return [QCoreApplication.translate("Question", "! Nothing in this show is fired by a GO.")]
    planned = planned_call(make_plan(show, now), place)
    words = QCoreApplication.translate("Question", "Begins at {row}").format(row=name_of(show, state.standby))
    if planned is not None:
        words = _with_its_time(words, show, planned, now)
    return [words, *_missed_at_once(show, state)]


def _with_its_time(words: str, show: Show, planned: ShowTime, now: ShowTime) -> str:
    ahead = elapsed(now, planned)
    time = str(time_of_day_at(planned, load_zone(show.zone)))[:8]
    if abs(ahead) <= NEAR:
        return QCoreApplication.translate("Question", "{row}, planned {time}.").format(row=words, time=time)
    wording = (
        QCoreApplication.translate("Question", "! {row}, planned {time}: that is {apart} ahead.")
        if ahead > 0
        else QCoreApplication.translate("Question", "! {row}, planned {time}: that was {apart} ago.")
    )
    return wording.format(row=words, time=time, apart=left_text(Duration(abs(ahead)), hours=True))


def _missed_at_once(show: Show, state: Playback) -> Sequence[str]:
    if not state.missed:
        return []
    named = [cue.number or cue.name for one in state.missed if (cue := show.cue(one.cue)) is not None]
    shown = ", ".join(named[:MISSED_SHOWN])
    if len(named) > MISSED_SHOWN:
        more = len(named) - MISSED_SHOWN
        shown = QCoreApplication.translate("Question", "{cues} and {count} more").format(
            cues=shown, count=more
        )
    words = QCoreApplication.translate(
        "Question", "! Their time has passed, they will not fire by themselves: {cues}"
    )
    return [words.format(cues=shown)]


class Question(QDialog):
    """A sentence, what it is about, and one way on beside Cancel."""

    def __init__(
        self,
        themes: ThemeHolder,
        title: str,
        sentence: str,
        details: Sequence[str],
        way_on: str,
        *,
        hold: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        theme = themes.theme
        self.setWindowTitle(title)
        self.setMinimumWidth(theme.px(480))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        head = QLabel(title)
        head.setStyleSheet(f"font-size: {theme.px(18)}px; font-weight: 600;")
        text = QLabel(sentence)
        text.setWordWrap(True)
        layout.addWidget(head)
        layout.addWidget(text)
        self.details = QLabel("\n".join(details))
        self.details.setWordWrap(True)
        self.details.setVisible(bool(details))
        layout.addWidget(self.details)
        self.cancel = QPushButton(self.tr("Cancel Esc"))
        self.cancel.clicked.connect(self.reject)
        self.way_on: QPushButton
        if hold:
            button = HoldButton(self.tr("{words} · hold 1 s").format(words=way_on), themes)
            button.held.connect(self.accept)
            self.way_on = button
            self.way_on.setProperty("role", "stop")
            self.way_on.setAutoDefault(False)
        else:
            self.way_on = QPushButton(way_on)
            self.way_on.clicked.connect(self.accept)
            self.way_on.setProperty("role", "primary")
            self.way_on.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.way_on)
        layout.addSpacing(8)
        layout.addLayout(row)
        if hold:
            self.cancel.setFocus()


class SaveFailed(QDialog):
    """The disk does not take the last edits, and the window is to close."""

    def __init__(self, themes: ThemeHolder, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Not saved"))
        self.setMinimumWidth(themes.theme.px(480))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        text = QLabel(sentence)
        text.setWordWrap(True)
        layout.addWidget(text)
        buttons = QDialogButtonBox()
        self.save_as = buttons.addButton(self.tr("Save as…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.lose = HoldButton(self.tr("Lose the last edits · hold 1 s"), themes)
        self.lose.setProperty("role", "stop")
        self.lose.held.connect(lambda: self.done(2))
        buttons.addButton(self.lose, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
