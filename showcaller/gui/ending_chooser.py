"""The chooser of an ending: what each of a branch costs, and one digit that chooses it.

Owns the little panel beside the calling panel. Space stays GO while it is open, Esc closes it. A choice is a
playback event, never an edit; which branch is meant says `core.branches`.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from showcaller.core import events as ev
from showcaller.core.branches import Fork, chosen_ending, counting_ending, next_fork
from showcaller.core.costs import cost_of, look_ahead
from showcaller.core.times import ShowTime
from showcaller.gui.client import Client
from showcaller.gui.cost_words import cost_words
from showcaller.gui.document import Document
from showcaller.gui.ending_line import ending_name
from showcaller.gui.go_key import CLOSES_ON_ESCAPE
from showcaller.gui.over_rundown import frame_of, place_over_rundown
from showcaller.gui.shortcuts import with_key
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

_NOW = ShowTime(0)
"""The engine sets an event's time."""
_LOOK_MS = 500
MOST = 9
"""Endings that have a digit."""


class EndingChooser(QFrame):
    """See the module's law."""

    noticed = Signal(str, str)

    def __init__(
        self,
        document: Document,
        client: Client,
        themes: ThemeHolder,
        timetable: Timetable,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._client = document, client
        self._themes, self._timetable = themes, timetable
        self._branch = ""
        self._endings: tuple[str | None, ...] = ()
        """What each digit chooses, from 1 on; 0 is that nothing is chosen."""
        self.setObjectName("endings")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(CLOSES_ON_ESCAPE, True)
        self.heading, self.keys = QLabel(), QLabel()
        self.keys.setProperty("role", "dim")
        self.buttons: list[QPushButton] = []
        self.costs: list[QLabel] = []
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.addWidget(self.heading)
        column.addLayout(self._grid)
        column.addWidget(self.keys)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._show_costs)
        client.run_changed.connect(self.close_panel)
        client.snapshot_changed.connect(self._refresh)
        document.changed.connect(self._refresh)
        document.mode_changed.connect(self.close_panel)
        self.hide()

    @property
    def branch(self) -> str:
        """The branch that is chosen for; empty while it is closed."""
        return self._branch if self.isVisible() else ""

    def open(self) -> None:
        """Open for the branch that the show comes to; again: close."""
        if self.isVisible():
            self.close_panel()
            return
        snapshot = self._client.snapshot
        if snapshot.mode == "edit":
            self._tell(self.tr("In EDIT nothing is chosen: the first ending of a branch is the planned one."))
            return
        fork = self._fork_meant()
        if fork is None:
            self._tell(self.tr("No branch lies ahead."))
            return
        self._branch = fork.branch
        self._fill()
        self.show()
        self.raise_()
        self.setFocus()
        self._look.start()

    def _fork_meant(self) -> Fork | None:
        show, snapshot = self._document.show, self._client.snapshot
        return next_fork(show, snapshot.standby, snapshot.segment)

    def _fill(self) -> None:
        show, snapshot, theme = self._document.show, self._client.snapshot, self._themes.theme
        endings = show.endings[self._branch]
        chosen = chosen_ending(snapshot.chosen, self._branch)
        begun = any(branch == self._branch for branch, _ in snapshot.begun)
        offered: list[str | None] = [*endings]
        if chosen is not None and not begun:
            offered.append(None)
        self._endings = tuple(offered)
        self.heading.setText(self.tr("{branch}: which ending?").format(branch=self._branch))
        self.heading.setFont(theme.words(18))
        self.setAccessibleName(self.heading.text())
        self._make_rows(len(offered))
        for place, (ending, button) in enumerate(zip(offered, self.buttons, strict=True)):
            digit = "0" if ending is None else str(place + 1) if place < MOST else ""
            button.setText(f"{digit}  {self._words(ending, endings, chosen)}".strip())
            button.setFont(theme.words(16))
        self.keys.setText(
            self.tr("A digit chooses · Esc closes · {back}").format(
                back=with_key(self.tr("take back:"), "take_time_back")
            )
        )
        self.setStyleSheet(
            frame_of("endings", theme.standby, theme) + " #endings QPushButton { text-align: left; }"
        )
        self._show_costs()

    def _words(self, ending: str | None, endings: tuple[str, ...], chosen: str | None) -> str:
        if ending is None:
            return self.tr("None yet: {ending} is planned").format(ending=ending_name(endings[0]))
        name = ending_name(ending)
        if ending == chosen:
            return self.tr("● {ending}, chosen").format(ending=name)
        if chosen is None and ending == endings[0]:
            return self.tr("{ending}, planned").format(ending=name)
        return name

    def _make_rows(self, count: int) -> None:
        while len(self.buttons) > count:
            for widget in (self.buttons.pop(), self.costs.pop()):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        while len(self.buttons) < count:
            place = len(self.buttons)
            button, cost = QPushButton(), QLabel()
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(partial(self._click, place))
            self._grid.addWidget(button, place, 0)
            self._grid.addWidget(cost, place, 1)
            self.buttons.append(button)
            self.costs.append(cost)

    def _click(self, place: int, _checked: bool = False) -> None:
        self.choose(place)

    def _show_costs(self) -> None:
        """Say what each ending would change, as it is now."""
        show, snapshot = self._document.show, self._client.snapshot
        counting = counting_ending(show, snapshot.chosen, self._branch)
        before = self._timetable.outlook()
        for ending, button, label in zip(self._endings, self.buttons, self.costs, strict=True):
            if (ending if ending is not None else show.endings[self._branch][0]) == counting:
                words = self.tr("as it stands")
            else:
                event = self._event(ending)
                after = look_ahead(show, before, self._timetable.progress, event)
                words = cost_words(show, cost_of(before, after))
            if label.text() != words:
                label.setText(words)
                button.setAccessibleDescription(words)
        self._place()

    def _place(self) -> None:
        theme = self._themes.theme
        self.adjustSize()
        self.resize(max(theme.px(420), self.sizeHint().width()), self.sizeHint().height())
        place_over_rundown(self, theme)

    def _event(self, ending: str | None) -> ev.ChooseEnding:
        former = chosen_ending(self._client.snapshot.chosen, self._branch)
        return ev.ChooseEnding(_NOW, self._branch, ending, former)

    def choose(self, place: int) -> None:
        """Choose the ending at a place of the list, and close."""
        if not 0 <= place < len(self._endings):
            return
        event = self._event(self._endings[place])
        self.close_panel()
        if event.ending != event.former:
            self._client.do(event)

    def _refresh(self, _change: object = None) -> None:
        if not self.isVisible():
            return
        fork = self._fork_meant()
        if fork is None or fork.branch != self._branch:
            # The show has gone past it, or an edit took it away.
            self.close_panel()
        else:
            self._fill()

    def close_panel(self, *_: object) -> None:
        """Close, choose nothing, and give the keyboard back."""
        self._look.stop()
        if self.isVisible():
            self.hide()
            self.window().setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses, Esc closes."""
        digit = event.text()
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        elif digit == "0" and self._endings and self._endings[-1] is None:
            self.choose(len(self._endings) - 1)
        elif len(digit) == 1 and digit in "123456789" and self._ending_of(digit) is not None:
            self.choose(int(digit) - 1)
        else:
            super().keyPressEvent(event)

    def _ending_of(self, digit: str) -> str | None:
        place = int(digit) - 1
        return self._endings[place] if place < len(self._endings) else None

    def _tell(self, sentence: str) -> None:
        self.noticed.emit("notice", sentence)
