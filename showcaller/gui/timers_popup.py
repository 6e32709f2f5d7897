"""The stopwatches and countdowns by hand: what each shows, start, stop, reset, and one of one's own.

Owns the little window. Each press is a playback event, so that every screen shows it, the as-run keeps it and
the last one can be taken back. It reads its figures from the clock when a digit turns, however late. Space
stays GO while it is open.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import events as ev
from showcaller.core.clocks import Thresholds, changes_in, figures_of, level_of, timer_clock
from showcaller.core.position import Timer
from showcaller.core.show import TimerDeed
from showcaller.core.timers import find_timer, length_in, timer_names
from showcaller.core.times import NS_PER_MS, Duration, ShowTime, load_zone
from showcaller.gui.client import Client
from showcaller.gui.clock_cell import MARKS
from showcaller.gui.dialog_fields import ReadField
from showcaller.gui.document import Document
from showcaller.gui.go_key import CLOSES_ON_ESCAPE
from showcaller.gui.panel_ring import press_focused
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timer_editor import read_down_from

MOST = 9
"""So many timers have a digit for a key."""
_NOW = ShowTime(0)
"""The engine sets an event's time."""
_UTC = load_zone("UTC")


def next_deed(timer: Timer | None) -> TimerDeed:
    """Return what the one key does to a timer now: start, stop, or let it go on."""
    if timer is None:
        return "start"
    if timer.started_at is not None:
        return "stop"
    return "resume" if timer.counted else "start"


class _Row:
    """One timer: its digit, name, figures, and the two buttons."""

    def __init__(self, popup: TimersPopup, grid: QGridLayout, at: int) -> None:
        theme = popup.themes.theme
        self.name = ""
        self.digit, self.title, self.figures = QLabel(), QLabel(), QLabel()
        self.figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        font = theme.mono(25)
        self.figures.setStyleSheet(f'font-family: "{font.family()}"; font-size: {font.pixelSize()}px;')
        self.figures.setMinimumWidth(theme.px(150))
        self.title.setStyleSheet(f"font-size: {theme.px(16)}px; font-weight: 600;")
        self.digit.setProperty("role", "dim")
        self.press, self.reset = QPushButton(), QPushButton(popup.tr("Reset"))
        for button in (self.press, self.reset):
            button.setAutoDefault(False)
        self.press.setMinimumWidth(theme.px(110))
        self.press.clicked.connect(lambda _=False: popup.press_timer(self.name))
        self.reset.clicked.connect(lambda _=False: popup.do(self.name, "reset"))
        self.widgets = (self.digit, self.title, self.figures, self.press, self.reset)
        for column, widget in enumerate(self.widgets):
            grid.addWidget(widget, at, column)


class TimersPopup(QDialog):
    """See the module's law."""

    def __init__(
        self, document: Document, client: Client, themes: ThemeHolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self.themes = document, client, themes
        self.setWindowTitle(self.tr("Timers"))
        self.setProperty(CLOSES_ON_ESCAPE, True)
        theme = themes.theme
        self.setMinimumWidth(theme.px(560))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(6))
        self._grid.setColumnStretch(1, 1)
        self.rows: list[_Row] = []
        self.state = QLabel()
        self.state.setProperty("role", "dim")
        self.state.setWordWrap(True)
        self.name = ReadField(self.tr("Another timer"), "", str.strip, placeholder=self.tr("name"))
        self.length = ReadField(
            self.tr("Down from"), "", read_down_from, placeholder=self.tr("empty: counts up")
        )
        self.make = QPushButton(self.tr("Start it  Enter"))
        self.make.clicked.connect(lambda _=False: self._start_another())
        for field in (self.name, self.length):
            field.line.returnPressed.connect(self._start_another)
        self.take_back = QPushButton()
        self.take_back.clicked.connect(lambda _=False: self._take_back())
        close = QPushButton(self.tr("Close  Esc"))
        close.clicked.connect(lambda _=False: self.close())
        for button in (self.make, self.take_back, close):
            button.setAutoDefault(False)
        another = QHBoxLayout()
        another.setSpacing(theme.px(12))
        for field in (self.name, self.length):
            another.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        below = QHBoxLayout()
        below.addWidget(self.take_back)
        below.addStretch(1)
        below.addWidget(self.make)
        below.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(theme.px(14))
        # An error below a field makes the window taller, not the fields smaller.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        layout.addLayout(self._grid)
        layout.addWidget(self.state)
        layout.addLayout(another)
        layout.addLayout(below)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._pass_time)
        client.snapshot_changed.connect(self.look)
        client.link_changed.connect(self.look)
        document.changed.connect(self.look)
        self.look()

    def _focus(self) -> None:
        """Give the keyboard to the first timer, where Space is GO and digits press; with none to the name."""
        (self.rows[0].press if self.rows else self.name.line).setFocus()

    def do(self, name: str, do: TimerDeed, down_from: Duration | None = None, *, on: bool = True) -> None:
        """Ask for something to be done to a timer."""
        if self._may:
            self._client.do(ev.SetTimer(at=_NOW, timer=name, do=do, down_from=down_from, on=on))

    def press_timer(self, name: str) -> None:
        """Start, stop, or let go on: whatever comes next for a timer."""
        timer = find_timer(self._client.snapshot.timers, name)
        length = timer.down_from if timer is not None else length_in(self._document.show, name)
        self.do(name, next_deed(timer), length)

    @property
    def _may(self) -> bool:
        return self._client.connected and self._client.snapshot.mode != "edit"

    def _take_back(self) -> None:
        before = self._client.snapshot.timer_before
        if before is not None:
            self.do(before[0], "reset", on=False)

    def _start_another(self) -> None:
        good, length = self.length.read()
        name = self.name.line.text().strip()
        if not name:
            self.name.say(self.tr("Give it a name."))
        elif good and self._may:
            self.do(name, "start", length)
            for field in (self.name, self.length):
                field.line.clear()
            self.make.setFocus()

    def look(self, _change: object = None) -> None:
        """Show all timers anew."""
        snapshot = self._client.snapshot
        names = timer_names(self._document.show, snapshot.timers)
        while len(self.rows) < len(names):
            self.rows.append(_Row(self, self._grid, len(self.rows)))
        while len(self.rows) > len(names):
            for widget in self.rows.pop().widgets:
                self._grid.removeWidget(widget)
                widget.deleteLater()
        self._order_tabs()
        words = {"start": self.tr("Start"), "stop": self.tr("Stop"), "resume": self.tr("Go on"), "reset": ""}
        for at, (row, name) in enumerate(zip(self.rows, names, strict=True), 1):
            row.name = name
            key = f"  {at}" if at <= MOST else ""
            row.digit.setText(str(at) if at <= MOST else "")
            row.title.setText(name)
            row.press.setText(words[next_deed(find_timer(snapshot.timers, name))] + key)
            row.press.setAccessibleName(f"{row.press.text()} {name}")
            row.reset.setAccessibleName(self.tr("Reset {name}").format(name=name))
            for button in (row.press, row.reset):
                button.setEnabled(self._may)
            row.reset.setEnabled(self._may and find_timer(snapshot.timers, name) is not None)
        if snapshot.mode == "edit":
            self.state.setText(self.tr("Timers run in REHEARSE and LIVE."))
        elif not names:
            self.state.setText(self.tr("No cue of this show starts a timer yet. Start one here."))
        self.state.setVisible(snapshot.mode == "edit" or not names)
        self.make.setEnabled(self._may)
        before = snapshot.timer_before
        self.take_back.setText(
            self.tr("Take back {name}  Z").format(name=before[0]) if before else self.tr("Take back  Z")
        )
        self.take_back.setEnabled(before is not None and self._may)
        self._pass_time()

    def _order_tabs(self) -> None:
        """Let Tab go from above to below, whenever the rows were made."""
        buttons = [button for row in self.rows for button in (row.press, row.reset)]
        chain = [*buttons, self.name.line, self.length.line, self.take_back, self.make]
        for one, other in pairwise(chain):
            self.setTabOrder(one, other)

    def _pass_time(self) -> None:
        """Show the figures, and come again when a digit turns."""
        snapshot, now = self._client.snapshot, self._client.show_now()
        theme = self.themes.theme
        turns: list[int] = []
        for row in self.rows:
            timer = find_timer(snapshot.timers, row.name)
            if timer is None:
                timer = Timer(row.name, length_in(self._document.show, row.name))
            clock = timer_clock(timer)
            level = level_of(clock, now, Thresholds()) if timer.started_at is not None else "steady"
            text = MARKS[level] + figures_of(clock, now, _UTC)
            colour = theme.dim if timer.started_at is None else theme.text
            colour = theme.standby if level != "steady" else colour
            if row.figures.text() != text:
                row.figures.setText(text)
                row.figures.setAccessibleName(f"{row.name}: {text}")
            if row.figures.property("ink") != colour.name():
                row.figures.setProperty("ink", colour.name())
                font = theme.mono(25)
                row.figures.setStyleSheet(
                    f'color: {colour.name()}; font-family: "{font.family()}";'
                    f" font-size: {font.pixelSize()}px;"
                )
            turn = changes_in(clock, now)
            if turn is not None:
                turns.append(turn)
        self._timer.stop()
        if turns and snapshot.rate > 0 and self.isVisible():
            self._timer.start(max(10, int(min(turns) / snapshot.rate) // NS_PER_MS + 1))

    def showEvent(self, event: QShowEvent) -> None:
        """From now on the digits turn."""
        super().showEvent(event)
        self._focus()
        self._pass_time()

    def closeEvent(self, event: QCloseEvent) -> None:
        """They need not turn any more."""
        self._timer.stop()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits press the timers, Z takes back, Enter presses what Tab has reached."""
        if event.isAutoRepeat() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        place = event.key() - Qt.Key.Key_1
        if 0 <= place < min(MOST, len(self.rows)):
            self.press_timer(self.rows[place].name)
        elif event.key() == Qt.Key.Key_Z:
            self._take_back()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            press_focused()
        else:
            super().keyPressEvent(event)
