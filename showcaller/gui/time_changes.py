"""Changes to the times of a run, each shown with its cost before it is done.

Owns the little panel below the top bar: what would be done, what it costs, Enter and Esc. Space stays GO
while it is open; what it asked of the standby is asked no more once that was called. A skip or a jump that
moves no time is done at once. All of it are playback events, never edits; one key takes the last one back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from showcaller.core import events as ev
from showcaller.core.asrun import Happened
from showcaller.core.branches import ending_words
from showcaller.core.costs import Priced, cost_of, last_change, look_ahead, opposite
from showcaller.core.costs import plan_buy_back as plan_of
from showcaller.core.fill import FillPlan, plan_filling
from showcaller.core.position import Playback, is_floated
from showcaller.core.times import (
    Duration,
    ShowTime,
    TimeTextError,
    format_duration,
    parse_duration,
)
from showcaller.gui.client import Client
from showcaller.gui.cost_words import (
    beyond_words,
    buy_back_words,
    cost_words,
    filling_words,
    limit_words,
    point_words,
)
from showcaller.gui.document import Document
from showcaller.gui.go_key import CLOSES_ON_ESCAPE
from showcaller.gui.over_rundown import frame_of, place_over_rundown
from showcaller.gui.questions import name_of
from showcaller.gui.selection import Selection
from showcaller.gui.shortcuts import with_key
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

_NOW = ShowTime(0)
"""The engine sets an event's time."""
_LOOK_MS = 500


class TimeChanges(QFrame):
    """See the module's law."""

    noticed = Signal(str, str)

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        timetable: Timetable,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._selection = document, client, selection
        self._themes, self._timetable = themes, timetable
        self._make: Callable[[], Priced | None] = lambda: None
        self._nudged: str | None = None
        self._again = ""
        """Name of the action whose key pressed again does what is shown."""
        self._of_standby: str | None = None
        """The standby, where it is what would be changed."""
        self._by = Duration(0)
        self._came_from: QWidget | None = None
        """Where the keyboard was."""
        self.setObjectName("times")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(CLOSES_ON_ESCAPE, True)
        self.heading, self.body, self.cost, self.keys = QLabel(), QLabel(), QLabel(), QLabel()
        self.keys.setProperty("role", "dim")
        self.heading.setObjectName("what")
        self.cost.setObjectName("cost")
        self.do_button = QPushButton(self.tr("Do it ⏎"))
        self.do_button.clicked.connect(self.commit)
        self.leave_button = QPushButton(self.tr("Leave it Esc"))
        self.leave_button.clicked.connect(self.close_panel)
        foot = QHBoxLayout()
        for button in (self.do_button, self.leave_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.keys)
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Time to add"))
        self.field.setPlaceholderText(self.tr("+0:30, −1:00"))
        self.field.textEdited.connect(self._read)
        self.field.returnPressed.connect(self.commit)
        column = QVBoxLayout(self)
        for widget in (self.heading, self.field, self.body, self.cost):
            column.addWidget(widget)
        column.addLayout(foot)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._show_cost)
        client.run_changed.connect(self.close_panel)
        client.snapshot_changed.connect(self._see_standby)
        document.mode_changed.connect(self.close_panel)
        self.hide()

    @property
    def event_meant(self) -> Priced | None:
        """What Enter would do."""
        return self._make() if self.isVisible() else None

    def nudge(self, by: int) -> None:
        """Add to what the running segment shall be longer, in milliseconds; Enter does it."""
        snapshot = self._client.snapshot
        target = self._nudged if self.isVisible() and self._nudged else snapshot.segment
        if snapshot.mode == "edit" or target is None:
            self._tell(self.tr("No segment runs: there is nothing to nudge."))
            return
        self._by = Duration((self._by if self._nudged == target and self.isVisible() else 0) + by)
        if not self.isVisible() or self._nudged != target:
            self._open_for_time(target, typed=False)
        self.field.setText(format_duration(self._by, sign=True))
        self._show_cost()

    def nudges(self) -> Mapping[str, Callable[[], None]]:
        """Return what each nudge key does, by the name of its action."""
        return {
            f"{name}_{seconds}": partial(self.nudge, sign * seconds * 1000)
            for seconds in (1, 10, 60)
            for name, sign in (("later", 1), ("earlier", -1))
        }

    def add_time(self) -> None:
        """Ask how much longer the segment of the selected row shall be, else the running one."""
        snapshot = self._client.snapshot
        current = self._selection.current
        chosen = self._document.show.segment_of(current) if current else None
        target = chosen.id if chosen is not None else snapshot.segment
        if snapshot.mode == "edit" or target is None:
            self._tell(self.tr("In a run time is added to a segment; in EDIT change its duration."))
            return
        self._by = Duration(0)
        self._open_for_time(target, typed=True)

    def start_next(self) -> None:
        """Ask whether the segment below the running one starts now."""
        outlook = self._timetable.outlook()
        ahead = outlook.plan.segments[outlook.current + 1 :]
        following = next((one.segment for one in ahead if one.segment and not one.floated), None)
        if self._client.snapshot.mode == "edit" or following is None:
            self._tell(self.tr("There is no segment to start now."))
            return
        self.start_segment(following.id)

    def start_segment(self, segment: str) -> None:
        """Ask whether a segment starts now."""
        start = ev.StartNow(_NOW, segment, on=True)
        if self._pressed_again(start):
            return
        self._open(
            self.tr("Start {row} now").format(row=self._name(segment)),
            self.tr("Its clock starts; none of its cues is called."),
            lambda: start,
            again="start_segment",
        )

    def skip(self) -> None:
        """Pass the standby cue over, or take that back of a selected row; where times move, ask first."""
        snapshot, current = self._client.snapshot, self._selection.current
        if snapshot.mode == "edit":
            self._tell(self.tr("In EDIT nothing is skipped: float the row, or disarm the cue."))
        elif current is not None and current in snapshot.skipped:
            self.skip_row(current)
        elif snapshot.standby is None:
            self._tell(self.tr("Nothing stands by: there is nothing to skip."))
        else:
            self.skip_row(snapshot.standby)

    def skip_row(self, row: str) -> None:
        """Pass a cue over in this run, or take that back."""
        if self._document.show.cue(row) is None:
            self._tell(self.tr("A segment is not skipped: float it, or jump past it."))
            return
        on = row not in self._client.snapshot.skipped
        name = self._name(row)
        wording = self.tr("Skip {row}") if on else self.tr("No longer skip {row}")
        said = self.tr("{row} is skipped · out stays") if on else self.tr("{row} is called again · out stays")
        self._ask(wording.format(row=name), ev.Skip(_NOW, row, on), "skip", row, said.format(row=name))

    def jump(self, row: str | None = None) -> None:
        """Move the standby to a row, else the selected one; where that goes past time, ask first."""
        row = row or self._selection.current
        if row is None or row not in self._document.show.positions:
            self._tell(self.tr("Select the row to jump to."))
            return
        body = self.tr("Sends nothing. The times are those after its GO.")
        self._ask(self.tr("Jump to {row}").format(row=self._name(row)), ev.Jump(_NOW, row), "jump", body=body)

    def _ask(
        self, heading: str, event: Priced, again: str, row: str | None = None, said: str = "", body: str = ""
    ) -> None:
        """Ask whether an event is given; where it moves no time it is given at once."""
        if self._pressed_again(event):
            return
        before = self._timetable.outlook()
        after = look_ahead(self._document.show, before, self._timetable.progress, event)
        if self._client.snapshot.mode == "edit" or cost_of(before, after).nothing:
            self.close_panel()
            self._client.do(event)
            if said:
                self._tell(said + " · " + with_key(self.tr("take back:"), "take_time_back"))
            return
        self._open(heading, body, lambda: event, again=again)
        self._of_standby = row if row == self._client.snapshot.standby else None

    def _pressed_again(self, event: Priced) -> bool:
        """Do what is shown if the key that showed it is pressed again."""
        if not (self._again and self.event_meant == event):
            return False
        self.commit()
        return True

    def _see_standby(self) -> None:
        wanted = self._of_standby
        if wanted is not None and self.isVisible() and self._client.snapshot.standby != wanted:
            self.close_panel()
            words = self.tr("{row} stands by no more: nothing was changed.")
            self._tell(words.format(row=self._name(wanted)))

    def float_rows(self) -> None:
        """Ask whether the selected rows, else the standby, are floated in this run, or taken back in."""
        snapshot, show = self._client.snapshot, self._document.show
        ids = [one for one in self._selection.ids if one in show.positions]
        if not ids and snapshot.standby is not None:
            ids = [snapshot.standby]
        if not ids:
            self._tell(self.tr("Select the row to float."))
            return
        playback = Playback(floated=snapshot.floated)
        on = not is_floated(playback, show, show.positions[ids[0]])
        event: Priced = ev.Float(_NOW, ids[0], on)
        if len(ids) > 1:
            event = ev.BuyBack(at=_NOW, floats=tuple(ids), on=on)
        if self._pressed_again(event):
            return
        names = ", ".join(self._name(one) for one in ids)
        wording = self.tr("Float {rows}") if on else self.tr("Take {rows} back in")
        self._open(wording.format(rows=names), "", lambda: event, again="float")

    def plan_buy_back(self) -> None:
        """Show what makes the next hard start, else the out, or fills the show; Enter does it all."""
        if self._again == "buy_back" and self.isVisible():
            self.commit()
            return
        if self._client.snapshot.mode == "edit":
            self._tell(self.tr("Time is bought back in a run. In EDIT change durations, or float rows."))
            return
        show, outlook, progress = self._document.show, self._timetable.outlook(), self._timetable.progress
        plan = plan_of(show, outlook, progress)
        if plan is not None and plan.steps:
            event = plan.event
            words = self.tr("Buy back {time} before {point}").format(
                time=format_duration(plan.over), point=point_words(show, plan.point)
            )
            self._open(words, buy_back_words(show, plan), lambda: event, again="buy_back")
            return
        filling = plan_filling(show, outlook, progress)
        if filling is not None:
            self._plan_filling(filling)
        elif plan is None:
            self._tell(
                self.tr("No hard start is missed and the show is not over: there is nothing to buy back.")
            )
        else:
            words = self.tr(
                "No segment before {point} may be floated or has a minimum: nothing can be bought back."
            )
            self._tell(words.format(point=point_words(show, plan.point)))

    def _plan_filling(self, plan: FillPlan) -> None:
        if not plan.steps:
            words = self.tr(
                "{time} under. Nothing ahead is floated and fits, or has a maximum: nothing fills it."
            )
            self._tell(words.format(time=format_duration(plan.under)))
            return
        event, under = plan.event, format_duration(plan.under)
        body = filling_words(self._document.show, plan)
        self._open(self.tr("Fill {time}").format(time=under), body, lambda: event, again="buy_back")

    def take_back(self) -> None:
        """Take the last change to the times of this run back."""
        done = last_change(
            line.entry.event for line in self._client.lines if isinstance(line.entry, Happened)
        )
        back = opposite(done) if done is not None else None
        if back is None or self._client.snapshot.mode == "edit":
            self._tell(self.tr("No time was changed in this run."))
            return
        self.close_panel()
        self._client.do(back)
        self._tell(self.tr("Taken back: {what}").format(what=self._words(done)))

    def _words(self, event: ev.Event | None) -> str:
        match event:
            case ev.AddTime(_, segment, by):
                return f"{self._name(segment)} {format_duration(by, sign=True)}"
            case ev.StartNow(_, segment, _):
                return self.tr("start of {row}").format(row=self._name(segment))
            case ev.ChooseEnding(_, branch, ending):
                return ending_words(branch, ending).rstrip(".")
            case ev.Float(_, row, _):
                return self.tr("float of {row}").format(row=self._name(row))
            case ev.Skip(_, row, _):
                return self.tr("skip of {row}").format(row=self._name(row))
            case ev.BuyBack(fills=True):
                return self.tr("filling")
            case _:
                return self.tr("buy-back")

    def _open_for_time(self, target: str, *, typed: bool) -> None:
        self._nudged = target

        def make() -> Priced | None:
            return ev.AddTime(_NOW, target, self._by) if self._by else None

        heading = self.tr("Time for {row}").format(row=self._name(target))
        self._open(heading, limit_words(self._document.show, target), make, target, typed=typed)

    def _open(
        self,
        heading: str,
        body: str,
        make: Callable[[], Priced | None],
        target: str | None = None,
        *,
        typed: bool = False,
        again: str = "",
    ) -> None:
        theme = self._themes.theme
        self._make, self._nudged, self._again, self._of_standby = make, target, again, None
        self.heading.setText(heading)
        self.body.setText(body)
        self.body.setVisible(bool(body))
        self.field.clear()
        self.field.setVisible(target is not None)
        self.field.setReadOnly(not typed)
        self.field.setFocusPolicy(Qt.FocusPolicy.StrongFocus if typed else Qt.FocusPolicy.NoFocus)
        self.keys.setText(
            with_key(self.tr("again:"), again) if again else with_key(self.tr("take back:"), "take_time_back")
        )
        self.setStyleSheet(
            frame_of("times", theme.info, theme)
            + f"#times QLabel#what {{ font-size: {theme.px(16)}px; font-weight: 600; }}"
            f"#times QLabel#cost {{ font-size: {theme.px(17)}px; font-weight: 600; }}"
        )
        self.setAccessibleName(heading)
        self._show_cost()
        focused = QApplication.focusWidget()
        if focused is not None and focused is not self and not self.isAncestorOf(focused):
            self._came_from = focused
        self.show()
        self.raise_()
        (self.field if typed else self).setFocus()
        self._look.start()

    def _place(self) -> None:
        theme = self._themes.theme
        self.adjustSize()
        self.resize(max(theme.px(380), self.sizeHint().width()), self.sizeHint().height())
        place_over_rundown(self, theme)

    def _read(self, text: str) -> None:
        try:
            self._by = parse_duration(text) if text.strip() else Duration(0)
        except TimeTextError as error:
            self._by = Duration(0)
            self.cost.setText(str(error))
            return
        self._show_cost()

    def _show_cost(self) -> None:
        event = self._make()
        if event is None:
            self.cost.setText(self.tr("out stays"))
        else:
            before = self._timetable.outlook()
            after = look_ahead(self._document.show, before, self._timetable.progress, event)
            words = cost_words(self._document.show, cost_of(before, after))
            beyond = beyond_words(self._document.show, event, after)
            words = f"{words} · {beyond}" if beyond else words
            if self.cost.text() != words:
                self.cost.setText(words)
                self.setAccessibleDescription(words)
        self._place()

    def commit(self) -> None:
        """Do what is shown."""
        event = self.event_meant
        if event is None:
            return
        self.close_panel()
        self._client.do(event)

    def close_panel(self, *_: object) -> None:
        """Close, do nothing, and give the keyboard back."""
        self._look.stop()
        self._nudged = self._of_standby = None
        self._again = ""
        self._by = Duration(0)
        if self.isVisible():
            self.hide()
            came_from, self._came_from = self._came_from, None
            if came_from is not None and isValid(came_from) and came_from.isVisible():
                came_from.setFocus()
            else:
                self.window().setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does it, Esc does not."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.commit()
        else:
            super().keyPressEvent(event)

    def _name(self, row_id: str) -> str:
        return name_of(self._document.show, row_id)

    def _tell(self, sentence: str) -> None:
        self.noticed.emit("notice", sentence)
