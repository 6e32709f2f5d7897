"""The strip of clocks above the calling panel: the stopwatches and countdowns that run.

Owns what stands in it and when it is there: with nothing running it takes no room. It reads its figures from
the clock when a digit turns, however late, and marks what is nearly over by shape and colour.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showcaller.core.clocks import Level, Thresholds, changes_in, figures_of, level_of, timer_clock
from showcaller.core.times import NS_PER_MS, load_zone
from showcaller.gui.client import Client
from showcaller.gui.lettering import BOLD, Span, TextLine
from showcaller.gui.theme import ThemeHolder

MARKS: dict[Level, str] = {"steady": "", "warn": "△\u2009", "danger": "▲\u2009", "over": "▲\u2009"}
"""The shape of each level, before the figures."""
_GAP = "\u2003"
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
        for timer in snapshot.timers if snapshot.mode != "edit" else ():
            if timer.started_at is None:
                continue
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
        self._timer.stop()
        if turns and snapshot.rate > 0 and self.isVisible():
            self._timer.start(max(10, int(min(turns) / snapshot.rate) // NS_PER_MS + 1))

    def showEvent(self, event: QShowEvent) -> None:
        """From now on the digits turn."""
        super().showEvent(event)
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        """They need not turn any more."""
        self._timer.stop()
        super().hideEvent(event)
