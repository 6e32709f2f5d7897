"""The strip of clocks above the calling panel: the timecode that comes in, and the timers that run.

Owns what stands in it and when it is there: with neither, and in EDIT, it takes no room. It reads its
figures from the clock when a digit turns, however late, and marks what is nearly over by shape and colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showcaller.core.clocks import Thresholds, changes_in, figures_of, level_of, timer_clock
from showcaller.core.messages import TimecodeView
from showcaller.core.position import Timer
from showcaller.core.timers import ends_at
from showcaller.core.times import NS_PER_MS, ShowTime, load_zone
from showcaller.gui.client import Client
from showcaller.gui.clock_cell import MARKS
from showcaller.gui.lettering import BOLD, Span, TextLine, Tone
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timecode_words import level_of_timecode, place_text, state_words, turns_in

_GAP = "   "
_NEVER = ShowTime(2**63)
_UTC = load_zone("UTC")


class ClockStrip(QWidget):
    """See the module's law."""

    def __init__(self, client: Client, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client, self._themes = client, themes
        self.setObjectName("clock_strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.line = TextLine(themes, 17, face="mono")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.line)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)
        client.snapshot_changed.connect(self.look)
        client.link_changed.connect(self.look)
        themes.changed.connect(self._dress)
        self._dress()
        self.look()

    def _dress(self) -> None:
        px = self._themes.theme.px
        self._row.setContentsMargins(px(16), px(8), px(16), 0)

    def look(self) -> None:
        """Read the clocks, and come again when a digit turns."""
        snapshot, now = self._client.snapshot, self._client.show_now()
        spans: list[Span] = []
        turns: list[int] = []
        view = snapshot.timecode if snapshot.mode != "edit" else None
        if view is not None:
            spans += self._timecode_spans(view)
        for timer in _in_order(snapshot.timers) if snapshot.mode != "edit" else ():
            clock = timer_clock(timer)
            level = level_of(clock, now, Thresholds())
            figures = MARKS[level] + figures_of(clock, now, _UTC)
            spans.append(Span(f"{_GAP if spans else ''}{timer.name} ", "dim"))
            spans.append(Span(figures, "text" if level == "steady" else "standby", BOLD))
            turn = changes_in(clock, now)
            if turn is not None:
                turns.append(turn)
        self.line.set_spans(*spans)
        self.setVisible(bool(spans))
        waits = [int(turn / snapshot.rate) for turn in turns] if snapshot.rate > 0 else []
        if view is not None:
            turn = turns_in(view, self._client.monotonic_now(), frames=False)
            waits += [turn] if turn is not None else []
        self._timer.stop()
        if waits and self.isVisible():
            self._timer.start(max(10, min(waits) // NS_PER_MS + 1))

    def _timecode_spans(self, view: TimecodeView) -> list[Span]:
        level = level_of_timecode(view)
        place = place_text(view, self._client.monotonic_now(), frames=view.zero is None)
        tone: Tone = "text" if level == "steady" else "standby"
        return [
            Span("TC ", "dim"),
            Span(f"{place} " if place else "", "text", BOLD),
            Span(MARKS[level] + state_words(view), "go" if view.state == "locked" else tone),
        ]

    def showEvent(self, event: QShowEvent) -> None:
        """From now on the digits turn."""
        super().showEvent(event)
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        """They need not turn any more."""
        self._timer.stop()
        super().hideEvent(event)


def _in_order(timers: Sequence[Timer]) -> Sequence[Timer]:
    """Return the timers that run: countdowns first, the one that ends soonest before the others."""
    running = [timer for timer in timers if timer.started_at is not None]
    return sorted(running, key=lambda timer: ends_at(timer) or _NEVER)
