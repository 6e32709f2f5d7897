"""The strip under the timeline: where the caller has much to say, and where too much.

Owns how the load is drawn (the more, the higher, and too much hatched, so that no colour is needed) and what
the mouse is told of it. Stands on the chart's time scale; what the load is, is `core.caller_load`'s business.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from showcaller.core.caller_load import Level, SegmentLoad, Stretch
from showcaller.core.calls import go_words, group_words
from showcaller.core.standby_groups import groups_of
from showcaller.gui.document import Document
from showcaller.gui.load_watch import LoadWatch
from showcaller.gui.selection import Selection
from showcaller.gui.theme import Theme, ThemeHolder
from showcaller.gui.timeline_chart import Chart
from showcaller.gui.timeline_ruler import NAMES_WIDE
from showcaller.gui.timetable import Timetable

HIGH = 18
SHARES: dict[Level, float] = {"said": 0.3, "busy": 0.65, "too-much": 1.0}
"""How much of the strip's height each level takes."""
LEAST_WIDE: dict[Level, int] = {"said": 1, "busy": 2, "too-much": 4}
_ORDER: tuple[Level, ...] = ("said", "busy", "too-much")
REACH = 180.0
"""Seconds before its segment that something may be said: the longest warnings are two minutes."""


class LoadStrip(QWidget):
    """See the module's law."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        timetable: Timetable,
        watch: LoadWatch,
        chart: Chart,
        themes: ThemeHolder,
    ) -> None:
        super().__init__()
        self._document, self._selection, self._watch, self._chart = document, selection, watch, chart
        self._themes = themes
        self.setAccessibleName(self.tr("Caller load"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        chart.span_changed.connect(self.update)
        watch.changed.connect(self._take)
        timetable.changed.connect(self.update)
        themes.changed.connect(self._dress)
        self._dress()
        self._take()

    def sizeHint(self) -> QSize:
        """Return a low strip."""
        return QSize(900, self._themes.theme.px(HIGH))

    def _dress(self) -> None:
        self.setFixedHeight(self._themes.theme.px(HIGH))
        self.update()

    def _take(self) -> None:
        """Show another load; one in which nothing is said takes no room."""
        load = self._watch.load
        self.setVisible(any(one.stretches for one in load.segments))
        count = sum(len(one.crowds) + len(one.collisions) for one in load.segments)
        said = self.tr("{count} places with more to say than can be said").format(count=count)
        self.setAccessibleDescription(said if count else self.tr("Everything can be said"))
        self.update()

    def _segments(self) -> Iterator[tuple[float, SegmentLoad]]:
        """Yield the segments in sight, each with its start in seconds from the chart's origin."""
        loads, starts = self._watch.load.segments, self._chart.look.course.starts
        if len(loads) != len(starts):
            # The timeline shows an edit that was not weighed yet.
            return
        first, last = self._chart.span
        ordered = all(one <= following for one, following in pairwise(starts))
        low = max(0, bisect_right(starts, first) - 1) if ordered else 0
        high = bisect_left(starts, last + REACH) if ordered else len(starts)
        for index in range(low, high):
            yield starts[index], loads[index]

    def seen(self) -> Iterator[tuple[float, float, Stretch]]:
        """Yield what is in sight: left and right in pixels of the strip, and what it is."""
        scale, left = self._chart.scale, self._chart.lanes_rect.left()
        wide = self.width()
        for start, load in self._segments():
            for one in load.stretches:
                x = left + scale.x(start + one.start / 1000)
                right = left + scale.x(start + one.end / 1000)
                if right >= left and x <= wide:
                    yield x, max(right, x + LEAST_WIDE[one.level]), one

    def _colour(self, theme: Theme, level: Level) -> QColor:
        return {"said": theme.dim, "busy": theme.standby, "too-much": theme.live}[level]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pieces, the graver ones over the others."""
        theme = self._themes.theme
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.background)
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.line)
        painter.setFont(theme.words(11, QFont.Weight.DemiBold))
        painter.setPen(theme.dim)
        names = QRectF(theme.px(4), 0, theme.px(NAMES_WIDE) - theme.px(8), self.height())
        painter.drawText(names, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.tr("LOAD"))
        painter.setClipRect(QRectF(self._chart.lanes_rect.left(), 0, self.width(), self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        by_level: dict[Level, list[tuple[float, float]]] = {level: [] for level in _ORDER}
        for left, right, one in self.seen():
            pieces = by_level[one.level]
            if pieces and left <= pieces[-1][1] and left >= pieces[-1][0]:
                pieces[-1] = (pieces[-1][0], max(right, pieces[-1][1]))
            else:
                pieces.append((left, right))
        for level in _ORDER:
            tall = (self.height() - 2) * SHARES[level]
            colour = self._colour(theme, level)
            for left, right in by_level[level]:
                box = QRectF(left, self.height() - tall, right - left, tall)
                painter.fillRect(box, colour)
                if level == "too-much":
                    painter.fillRect(box, QBrush(theme.background, Qt.BrushStyle.BDiagPattern))
        painter.end()

    def _at(self, x: float) -> Stretch | None:
        """Return the gravest piece at a pixel, or one near it."""
        near = [one for left, right, one in self.seen() if left - 2 <= x <= right + 2]
        return max(near, key=lambda one: _ORDER.index(one.level), default=None)

    def event(self, event: QEvent) -> bool:
        """Say what the piece under the mouse is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            one = self._at(event.pos().x())
            QToolTip.showText(event.globalPos(), self.tell(one) if one else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the cues that the piece is about."""
        one = self._at(event.position().x())
        if one is not None and event.button() == Qt.MouseButton.LeftButton:
            ids = [cue for cue in dict.fromkeys(one.cues) if cue in self._document.show.positions]
            if ids:
                self._selection.select(ids, ids[-1])

    def _name(self, cue_id: str) -> str:
        cue = self._document.show.cue(cue_id)
        return "…" if cue is None else cue.number or cue.name or "…"

    def tell(self, one: Stretch) -> str:
        """Say what a piece is about."""
        seconds = f"{(one.end - one.start) / 1000:.1f}"
        names = {"first": self._name(one.cues[0]), "last": self._name(one.cues[-1])}
        if one.kind == "collision":
            return self.tr("The standby of {first} collides with the GO of {last}").format(**names)
        if one.kind == "crowd":
            words = self.tr("{first} to {last}: {words} words in {seconds} s").format(
                **names, words=one.words, seconds=seconds
            )
            return words if one.level == "busy" else self.tr("{what}: too fast to say").format(what=words)
        show = self._document.show
        cue = show.cue(one.cues[0])
        if cue is None:
            return ""
        if one.kind == "go":
            return go_words(show, cue)
        group = groups_of(show).of(cue.id)
        rows = [row for name in group if (row := show.row(name)) is not None] or [cue]
        return group_words(show, rows, one.kind)
