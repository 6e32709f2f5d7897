"""The timeline's chart: pyqtgraph's view with our items in it, and what the mouse does there.

Owns the view box, the places of the items, and the translation of mouse positions into cues and seconds.
Knows neither document nor client: it tells the panel what was clicked and dragged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timeline_bars import EMPTY, Bar, Timeline, bar_at
from showcaller.gui.timeline_drag import rounded
from showcaller.gui.timeline_items import LEAST_BAR, CuesItem, LaneNames, LineItem, Look, Ruler


class _Box(pg.ViewBox):
    """Zooms at the cursor, pans with the mouse, and hands presses on bars to the chart."""

    def __init__(self, chart: Chart) -> None:
        super().__init__(enableMenu=False, invertY=True, border=None)
        self._chart = chart
        self.setMouseEnabled(x=True, y=False)
        self.disableAutoRange()

    def wheelEvent(self, ev: Any, _axis: int | None = None) -> None:
        sideways = ev.orientation() == Qt.Orientation.Horizontal
        if sideways or ev.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            first, last = self.viewRange()[0]
            by = -(last - first) * ev.delta() / 1200
            self._chart.show_span(first + by, last + by)
            ev.accept()
        else:
            super().wheelEvent(ev, axis=0)
        self._chart.panned.emit()

    def mouseClickEvent(self, ev: Any) -> None:
        if ev.button() == Qt.MouseButton.LeftButton:
            self._chart.click(self.mapToView(ev.pos()), ev.modifiers())
            ev.accept()

    def mouseDragEvent(self, ev: Any, _axis: int | None = None) -> None:
        if ev.button() != Qt.MouseButton.LeftButton:
            ev.ignore()
            return
        if not self._chart.drag(ev, self.mapToView(ev.buttonDownPos()), self.mapToView(ev.pos())):
            super().mouseDragEvent(ev, axis=0)
            self._chart.panned.emit()


class Chart(pg.GraphicsView):
    """Ruler, lanes and cues."""

    clicked = Signal(str, bool)
    """Id of a cue, and whether it is to be added to the selection."""
    panned = Signal()
    dragged = Signal(str, float)
    """A cue was dragged by so many seconds."""
    span_changed = Signal()

    def __init__(self, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, background=None, useOpenGL=False)
        self._themes = themes
        self.look = Look(themes.theme)
        self.may_drag: Callable[[str], bool] = lambda _cue: False
        self._timeline: Timeline = EMPTY
        self._dragging: Bar | None = None
        self._panning = False
        self._box = _Box(self)
        self._cues = CuesItem(self.look)
        self._now = LineItem(themes.theme, dashed=False)
        self._standby = LineItem(themes.theme, dashed=True)
        self._ruler = Ruler(self._box, self.look)
        self._names = LaneNames(self.look)
        self._layout = pg.GraphicsLayout()
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addItem(self._ruler, 0, 1)
        self._layout.addItem(self._names, 1, 0)
        self._layout.addItem(self._box, 1, 1)
        self.setCentralItem(self._layout)
        for item in (self._cues, self._standby, self._now):
            self._box.addItem(item, ignoreBounds=True)
        self._box.sigXRangeChanged.connect(self._see_span)
        self._box.sigResized.connect(lambda *_: self.dress())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumHeight(60)
        self.show_now(None, "")
        self.show_standby(None)

    @property
    def span(self) -> tuple[float, float]:
        """What is seen, in seconds from the origin."""
        first, last = self._box.viewRange()[0]
        return float(first), float(last)

    @property
    def seconds_per_pixel(self) -> float:
        """How much time a pixel is."""
        first, last = self.span
        return (last - first) / max(1.0, float(self._box.width()))

    @property
    def is_dragging(self) -> bool:
        """Say whether the mouse holds something."""
        return self._dragging is not None

    @property
    def painted(self) -> int:
        """Bars painted last time."""
        return self._cues.painted

    def take(self, timeline: Timeline) -> bool:
        """Show another timeline; say whether anything in sight is otherwise."""
        if self._dragging is not None and timeline is not self._timeline:
            self._drop()
        before, self._timeline = self._timeline, timeline
        self._ruler.timeline = timeline
        if self._seen_of(before) == self._seen_of(timeline):
            self._cues.timeline = timeline
            return False
        self._cues.take(timeline)
        extent = self._cues.boundingRect()
        self._box.setLimits(xMin=extent.left(), xMax=extent.right(), minXRange=2.0, maxXRange=None)
        self._box.setYRange(0, max(1, len(timeline.lanes)), padding=0)
        self._names.update()
        self._ruler.update()
        return True

    def _seen_of(self, timeline: Timeline) -> object:
        """Return what of a timeline can be seen now, and what tells on all of it."""
        first, last = self.span
        segments = [
            (start, segment)
            for start, segment in zip(timeline.starts, timeline.segments, strict=True)
            if start + segment.last >= first and start + segment.first <= last
        ]
        whole = timeline.origin, timeline.lanes, timeline.pages, timeline.walls, timeline.end
        return segments, whole

    def show_span(self, first: float, last: float) -> None:
        """See from one time to another, in seconds from the origin."""
        if (first, last) != self.span:
            self._box.setXRange(first, last, padding=0)

    def _see_span(self, *_: object) -> None:
        self._cues.edge = self.span[0]
        self.span_changed.emit()

    def cover(self, wide: float) -> None:
        """Keep so many pixels at the right end of the ruler free."""
        if wide != self._ruler.covered:
            self._ruler.covered = wide
            self._ruler.update()

    def show_now(self, at: float | None, words: str) -> None:
        """Put the now line at a time, or nowhere."""
        self._now.setVisible(at is not None)
        if at is not None:
            self._now.setPos(at, 0)
            self._now.set_words(words)

    def show_standby(self, at: float | None) -> None:
        """Put the standby line at a time, or nowhere."""
        self._standby.setVisible(at is not None)
        if at is not None:
            self._standby.setPos(at, 0)

    def repaint_cues(self, *, bars_only: bool = False) -> None:
        """Paint all that can be seen anew, or the bars."""
        self._cues.update()
        if bars_only:
            return
        self._names.update()
        self._ruler.update()

    def dress(self) -> None:
        """Take sizes and colours from the theme."""
        theme = self._themes.theme
        self.setBackground(theme.panel)
        tall = float(self._box.height())
        self._now.dress(theme, theme.live, tall)
        self._standby.dress(theme, theme.standby, tall)
        self._ruler.dress()
        self._names.dress()

    def point_of(self, cue: str) -> QPointF | None:
        """Return the middle of a cue's first bar in the widget, or None where it is not on the timeline."""
        for start, segment in zip(self._timeline.starts, self._timeline.segments, strict=True):
            for bar in segment.bars:
                if bar.cue == cue:
                    wide = max(bar.end - bar.start, LEAST_BAR * self.seconds_per_pixel)
                    at = QPointF(start + bar.start + wide / 2, bar.lane + 0.5)
                    return QPointF(self.mapFromScene(self._box.mapViewToScene(at)))
        return None

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Tell which cue was clicked."""
        bar = self._under(at)
        if bar is not None:
            self.clicked.emit(bar.cue, bool(modifiers & Qt.KeyboardModifier.ControlModifier))

    def drag(self, ev: Any, pressed: QPointF, now: QPointF) -> bool:
        """Drag the cue under the press, if that may be; say whether this drag is ours."""
        if ev.isStart():
            bar = self._under(pressed)
            self._panning = bar is None or not self.may_drag(bar.cue)
            self._dragging = None if self._panning else bar
        if self._panning or self._dragging is None:
            return False
        ev.accept()
        by = rounded(now.x() - pressed.x(), self.seconds_per_pixel)
        self.look.moved, self.look.moved_by = self._dragging.cue, by
        self._cues.update()
        if ev.isFinish():
            cue = self._dragging.cue
            self._drop()
            if by:
                self.dragged.emit(cue, by)
        return True

    def _drop(self) -> None:
        self._dragging = None
        self.look.moved, self.look.moved_by = None, 0.0
        self._cues.update()

    def _under(self, at: QPointF) -> Bar | None:
        least = self._themes.theme.px(LEAST_BAR) * self.seconds_per_pixel
        found = bar_at(self._timeline, at.x(), int(at.y()), least)
        return found[1] if found else None

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Keep the lines as high as the lanes."""
        super().resizeEvent(event)
        if hasattr(self, "_names"):
            self.dress()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell a bar's whole label when the mouse rests on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            bar = self._under(self._box.mapSceneToView(QPointF(self.mapToScene(event.pos()))))
            QToolTip.showText(event.globalPos(), bar.label if bar else "", self)
            return True
        return bool(super().viewportEvent(event))
