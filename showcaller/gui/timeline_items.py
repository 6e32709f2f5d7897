"""What the timeline paints: bars, walls, the now and standby lines, the ruler and the lanes' names.

Owns the painting only, in pixels, and paints nothing that cannot be seen: all cues are one item, and bars
narrower than a pixel melt into one. Knows the timeline's values and how they stand, no client and no
document; the view feeds it. Imported late: pyqtgraph takes its time to load.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from showcaller.core.times import ShowTime, load_zone, local_datetime
from showcaller.gui.theme import Theme
from showcaller.gui.timeline_bars import EMPTY, Bar, Timeline, visible

LEAST_BAR = 22
"""Pixels that a bar is wide at least, so that its number can be read, unless the next one begins before."""
LEAST_BOX = 8
"""A bar narrower than that is a tick, not a box."""
DAY = 86400.0
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)


@dataclass
class Look:
    """How everything on the timeline stands now."""

    theme: Theme
    zone: str = "UTC"
    colours: list[QColor] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    positions: Mapping[str, int] = field(default_factory=dict)
    front: int = 0
    """Rows above it are past."""
    running: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    off: Callable[[str], bool] = lambda _cue: False
    """Says whether a cue is disarmed, floated or skipped."""
    chosen: frozenset[str] = frozenset()
    moved: str | None = None
    """The cue that is being dragged, and by how many seconds."""
    moved_by: float = 0.0


def _mixed(front: QColor, back: QColor, share: float) -> QColor:
    return QColor(
        round(front.red() * share + back.red() * (1 - share)),
        round(front.green() * share + back.green() * (1 - share)),
        round(front.blue() * share + back.blue() * (1 - share)),
    )


class CuesItem(QGraphicsObject):
    """All bars and walls, in one item: x in seconds from the origin, y in lanes."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.timeline: Timeline = EMPTY
        self.painted = 0
        """Bars painted last time; for measurements."""
        self.edge = 0.0
        """Where the view begins, in seconds: a label that would stand before it stands there."""
        self._extent = QRectF(0, 0, 1, 1)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def take(self, timeline: Timeline) -> None:
        """Show another timeline."""
        self.timeline = timeline
        firsts = [start + one.first for start, one in zip(timeline.starts, timeline.segments, strict=True)]
        lasts = [start + one.last for start, one in zip(timeline.starts, timeline.segments, strict=True)]
        # Now may lie far from the show: an afternoon's look at tonight's rundown in LIVE.
        left = min([0.0, *firsts]) - DAY
        right = max([timeline.end, *lasts]) + DAY
        extent = QRectF(left, 0, right - left, max(1, len(timeline.lanes)))
        if extent != self._extent:
            self.prepareGeometryChange()
            self._extent = extent
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the whole extent."""
        return self._extent

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint what is exposed."""
        del widget
        exposed: QRectF = option.exposedRect
        to_pixels = painter.transform()
        painter.save()
        painter.setTransform(QTransform())
        theme = self.look.theme
        top, lane_tall = to_pixels.dy(), to_pixels.m22()
        scale, left = to_pixels.m11(), to_pixels.dx()
        painter.setPen(_mixed(theme.line, theme.panel, 0.6))
        lanes = len(self.timeline.lanes)
        first, last = exposed.left() * scale + left, exposed.right() * scale + left
        for lane in range(1, lanes + 1):
            y = round(top + lane * lane_tall)
            painter.drawLine(round(first), y, round(last), y)
        # Text and least widths reach beyond the time that a bar covers.
        reach = theme.px(LEAST_BAR + 4) / scale
        ends = [float("-inf")] * (lanes + 1)
        held: list[tuple[Bar, float, float] | None] = [None] * (lanes + 1)
        least, edge = float(theme.px(LEAST_BAR)), self.edge * scale + left
        self.painted = 0
        gap = max(2.0, lane_tall * 0.14)

        def flush(lane: int, next_x: float) -> None:
            """Paint the bar that waited to know how much room it has."""
            waiting = held[lane]
            if waiting is not None:
                bar, x, wide = waiting
                room = max(wide, min(least, next_x - x - 1.0), 2.0)
                box = QRectF(x, top + lane * lane_tall + gap, room, lane_tall - 2 * gap)
                self._paint_bar(painter, bar, box, scale, edge)
                self.painted += 1

        for start, bar in visible(self.timeline, exposed.left() - reach, exposed.right() + reach):
            moved = self.look.moved_by if bar.cue == self.look.moved else 0.0
            x = (start + bar.start + moved) * scale + left
            right = max((start + bar.end + moved) * scale + left, x + 2.0)
            if right < ends[bar.lane] + 1.0:
                continue
            flush(bar.lane, x)
            held[bar.lane] = bar, x, right - x
            ends[bar.lane] = max(right, ends[bar.lane])
        for lane in range(lanes + 1):
            flush(lane, float("inf"))
        self._paint_walls(painter, exposed, to_pixels, lanes)
        painter.restore()

    def _paint_bar(self, painter: QPainter, bar: Bar, box: QRectF, scale: float, edge: float) -> None:
        look, theme = self.look, self.look.theme
        colour = look.colours[bar.lane] if bar.lane < len(look.colours) else theme.dim
        strength = 1.0
        if look.off(bar.cue):
            strength = 0.3
        elif look.positions.get(bar.cue, 0) < look.front and bar.cue not in look.running:
            strength = 0.45
        colour = _mixed(colour, theme.panel, strength)
        fill = _mixed(colour, theme.panel, 0.34)
        if box.width() < theme.px(LEAST_BOX):
            painter.fillRect(box.adjusted(0, 0, -max(0.0, box.width() - theme.px(3)), 0), colour)
            return
        pen = QPen(colour, 1)
        if bar.cue in look.running:
            pen = QPen(theme.go, 2)
        elif bar.cue in look.failed:
            pen = QPen(theme.live, 1.4, Qt.PenStyle.DashLine)
        if bar.cue in look.chosen:
            pen = QPen(theme.text, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), theme.px(4), theme.px(4))
        if bar.fade > 0:
            self._paint_ramp(painter, box, min(bar.fade * scale, box.width()), colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if box.width() >= theme.px(14):
            if box.left() < edge < box.right():
                box.setLeft(edge)
            text_colour = _mixed(theme.text, theme.panel, 0.4 + 0.6 * strength if strength < 1 else 1.0)
            self._paint_label(painter, bar, box, text_colour)

    @staticmethod
    def _paint_ramp(painter: QPainter, box: QRectF, wide: float, colour: QColor) -> None:
        foot = QPointF(box.left(), box.bottom() - 1)
        top = QPointF(box.left() + wide, box.top() + 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(QColor(colour.red(), colour.green(), colour.blue(), 110)))
        painter.drawPolygon(QPolygonF([foot, top, QPointF(top.x(), foot.y())]))

    def _paint_label(self, painter: QPainter, bar: Bar, box: QRectF, colour: QColor) -> None:
        """Write what fits: the label, its beginning, or the number alone."""
        theme = self.look.theme
        font = theme.words(13, QFont.Weight.DemiBold)
        if box.height() < font.pixelSize() + 2:
            font.setPixelSize(int(box.height()) - 2)
            if font.pixelSize() < theme.px(8):
                return
        metrics = QFontMetricsF(font)
        room = box.adjusted(theme.px(5), 0, -theme.px(3), 0)
        text, side = bar.label, _LEFT
        if metrics.horizontalAdvance(text) > room.width():
            if room.width() > theme.px(64):
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            else:
                text, side, room = text.partition(" ")[0], _CENTRE, box
                if metrics.horizontalAdvance(text) > box.width() - 3:
                    return
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(room, side, text)

    def _paint_walls(self, painter: QPainter, exposed: QRectF, to_pixels: QTransform, lanes: int) -> None:
        theme = self.look.theme
        top, foot = to_pixels.dy(), to_pixels.dy() + lanes * to_pixels.m22()
        for wall in self.timeline.walls:
            if exposed.left() <= wall.at <= exposed.right():
                x = wall.at * to_pixels.m11() + to_pixels.dx()
                colour = theme.text if wall.hard else _mixed(theme.text, theme.panel, 0.6)
                wide = 2.0 if wall.hard else 1.0
                painter.fillRect(QRectF(round(x) - wide / 2, top, wide, foot - top), colour)


class LineItem(QGraphicsItem):
    """A vertical line with words at its foot, as high as the view."""

    def __init__(self, theme: Theme, *, dashed: bool) -> None:
        super().__init__()
        self._theme = theme
        self._dashed = dashed
        self._colour = theme.text
        self._tall = 100.0
        self._words = ""
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(20)

    def dress(self, theme: Theme, colour: QColor, tall: float) -> None:
        """Take colour and height."""
        self.prepareGeometryChange()
        self._theme, self._colour, self._tall = theme, colour, tall
        self.update()

    def set_words(self, words: str) -> None:
        """Write words at its foot."""
        if words != self._words:
            self.prepareGeometryChange()
            self._words = words
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the line with its words, in pixels."""
        wide = self._theme.px(74) if self._words else 2.0
        return QRectF(-2.0, 0.0, 2.0 + wide, self._tall)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint it."""
        del option, widget
        pen = QPen(self._colour, 1.6, Qt.PenStyle.DashLine if self._dashed else Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(0, 0), QPointF(0, self._tall))
        if self._words:
            painter.setFont(self._theme.mono(12))
            tall = self._theme.px(16)
            box = QRectF(self._theme.px(6), self._tall - tall, self._theme.px(66), tall)
            painter.fillRect(box.adjusted(-self._theme.px(3), 0, 0, 0), self._theme.panel)
            painter.drawText(box, _LEFT, self._words)


class Ruler(pg.GraphicsWidget):
    """Times of day, and the pages of the segments under them."""

    def __init__(self, view_box: Any, look: Look) -> None:
        super().__init__()
        self._view_box = view_box
        self.look = look
        self.timeline: Timeline = EMPTY
        self.covered = 0.0
        """Pixels at the right end that the buttons cover: nothing is written under them."""
        view_box.sigXRangeChanged.connect(lambda *_: self.update())

    def dress(self) -> None:
        """Take the height of two lines."""
        tall = self.look.theme.px(36)
        self.setFixedHeight(tall)
        self.update()

    def ticks(self, room: float) -> tuple[int, list[tuple[float, str]]]:
        """Return the step in seconds, and place and words of each tick that can be seen.

        Args:
            room: Pixels from the left to the right edge.
        """
        first, last = self._view_box.viewRange()[0]
        each = self.look.theme.px(84) * (last - first) / max(1.0, room)
        step = next((one for one in STEPS if one >= each), STEPS[-1])
        zone = load_zone(self.look.zone)
        origin = self.timeline.origin
        # Ticks lie on round times of day, whatever the show starts at.
        midnight = local_datetime(origin, zone)
        since = midnight.hour * 3600 + midnight.minute * 60 + midnight.second + midnight.microsecond / 1e6
        found: list[tuple[float, str]] = []
        for count in range(ceil((first + since) / step), floor((last + since) / step) + 1):
            at = count * step - since
            local = local_datetime(ShowTime(origin + round(at * 1e9)), zone)
            found.append((at, local.strftime("%H:%M" if step >= 60 else "%H:%M:%S")))
        return step, found

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint both lines."""
        del option, widget
        theme, room = self.look.theme, float(self.size().width())
        first, last = self._view_box.viewRange()[0]
        scale = room / max(1e-9, last - first)
        half = theme.px(18)
        painter.setFont(theme.mono(13))
        painter.setPen(theme.dim)
        _, found = self.ticks(room)
        for at, words in found:
            x = (at - first) * scale
            if x + theme.px(22) > room - self.covered:
                continue
            # Words that would stand before the beginning stand at it.
            wide = painter.fontMetrics().horizontalAdvance(words)
            middle = max(x, wide / 2) if x >= 0 else x
            painter.drawText(QRectF(middle - 50, 0, 100, half), _CENTRE, words)
            painter.drawLine(QPointF(x, half), QPointF(x, half + 3))
        painter.setFont(theme.words(12, QFont.Weight.DemiBold))
        painter.setPen(theme.info)
        edge = float("-inf")
        for start, page in zip(self.timeline.starts, self.timeline.pages, strict=False):
            x = (start - first) * scale
            if not page or x < -theme.px(40) or x > room - theme.px(18) or x < edge:
                continue
            painter.drawText(QRectF(max(0.0, x) + 3, half, theme.px(60), half), _LEFT, page)
            painter.drawLine(QPointF(x, half + 4), QPointF(x, half * 2))
            edge = x + theme.px(34)


class LaneNames(pg.GraphicsWidget):
    """The departments' names before their lanes."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def dress(self) -> None:
        """Take the width of the longest name."""
        self.setFixedWidth(self.look.theme.px(56))
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the names."""
        del option, widget
        theme, names = self.look.theme, self.look.names
        tall = float(self.size().height()) / max(1, len(names))
        painter.setFont(theme.words(13, QFont.Weight.DemiBold))
        metrics = QFontMetricsF(painter.font())
        for lane, name in enumerate(names):
            painter.setPen(self.look.colours[lane] if lane < len(self.look.colours) else theme.dim)
            box = QRectF(theme.px(4), lane * tall, float(self.size().width()) - theme.px(8), tall)
            painter.drawText(box, _LEFT, metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width()))
