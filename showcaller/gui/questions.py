"""The few questions that the desk asks in a dialog: entering LIVE, leaving it, and losing work.

Owns their words. Each names what runs, in numbers and names, so that nobody has to look it up. Leaving a
LIVE show by any way wants a button held for a second.
"""

from __future__ import annotations

from collections.abc import Sequence

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
from showcaller.core.messages import Snapshot
from showcaller.core.show import Cue, Segment, Show
from showcaller.core.times import ShowTime, elapsed
from showcaller.gui.mode_switch import HoldButton
from showcaller.gui.theme import ThemeHolder


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
        if view.health in {"lost", "refused"}
    ]


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
