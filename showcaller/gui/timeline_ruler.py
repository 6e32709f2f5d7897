"""The timeline's ruler and the names before the lanes.

Owns how times of day and segments are written above the lanes, and where the edge of a segment can be
taken hold of. Painting and arithmetic only; the chart calls it.
"""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from showcaller.core.times import Duration, ShowTime, format_duration, load_zone, local_datetime
from showcaller.gui.timeline_items import CENTRE, LEFT, Look, Scale, mixed

STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)
TALL = 38
"""Pixels of both lines."""
NAMES_WIDE = 56
GRIP = 5
"""Pixels on either side of an edge from which it can be dragged."""

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


class Ruler:
    """Times of day, and the segments under them."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.covered = 0.0
        """Pixels at the right end that the buttons cover: nothing is written under them."""

    def ticks(self, scale: Scale, room: float) -> tuple[int, list[tuple[float, str]]]:
        """Return the step in seconds, and place and words of each tick that can be seen.

        Args:
            scale: Of the view.
            room: Pixels from the left to the right edge.
        """
        first, last = scale.at(0), scale.at(room)
        each = self.look.theme.px(84) / scale.per_second
        step = next((one for one in STEPS if one >= each), STEPS[-1])
        zone = load_zone(self.look.zone)
        origin = self.look.course.timeline.origin
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
        self, painter: QPainter, scale: Scale, room: float, tall: float, now: float | None, words: str
    ) -> None:
        """Paint both lines, and the time of day over the now line.

        Args:
            painter: Its origin is the ruler's.
            scale: Of the view.
            room: Pixels from the left to the right edge.
            tall: Pixels of both lines.
            now: Where the now line is, in seconds from the origin; None: nowhere.
            words: Its time of day.
        """
        half = tall * 0.45
        tag = QRectF()
        if now is not None:
            wide, x = self.look.theme.px(68), scale.x(now)
            box = QRectF(max(0.0, x - wide / 2), 0, wide, half)
            tag = box if x >= 0 and box.right() <= room - self.covered else tag
        self._paint_ticks(painter, scale, room, half, tag)
        self._paint_segments(painter, scale, room, tall)
        if not tag.isNull():
            theme = self.look.theme
            painter.fillRect(tag, theme.live)
            painter.setFont(theme.mono(12, QFont.Weight.DemiBold))
            painter.setPen(theme.panel)
            painter.drawText(tag, CENTRE, words)

    def _paint_ticks(self, painter: QPainter, scale: Scale, room: float, half: float, tag: QRectF) -> None:
        theme = self.look.theme
        painter.setFont(theme.mono(13))
        painter.setPen(theme.dim)
        _, found = self.ticks(scale, room)
        metrics = QFontMetricsF(painter.font())
        for at, words in found:
            x = scale.x(at)
            wide = metrics.horizontalAdvance(words)
            if x + wide / 2 > room - self.covered:
                continue
            # Words that would stand before the beginning stand at it.
            middle = max(x, wide / 2)
            if not tag.intersects(QRectF(middle - wide / 2 - 2, 0, wide + 4, half)):
                painter.drawText(QRectF(middle - 50, 0, 100, half), CENTRE, words)
            painter.drawLine(QPointF(x, half), QPointF(x, half + 2))

    def _paint_segments(self, painter: QPainter, scale: Scale, room: float, tall: float) -> None:
        look, theme, course = self.look, self.look.theme, self.look.course
        top = round(tall * 0.5)
        font = theme.words(12, QFont.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        edge = float("-inf")
        for index, head in enumerate(course.timeline.heads):
            if not head.id or course.out[index]:
                continue
            left, right = scale.x(course.starts[index]), scale.x(course.ends[index])
            if right < 0 or left > room or right < edge + 2:
                continue
            edge = right
            box = QRectF(left, top, max(2.0, right - left), tall - top - 2)
            seen = box.intersected(QRectF(-2, 0, room + 4, tall))
            running = head.id == look.segment
            back = mixed(theme.info, theme.panel, 0.26 if running else 0.12)
            painter.fillRect(seen.adjusted(0, 0, -1, 0), back)
            painter.fillRect(QRectF(left, top, 2, box.height()), theme.info)
            if head.id in look.chosen:
                painter.setPen(QPen(theme.text, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(seen.adjusted(1, 1, -2, -1))
            planned = course.timeline.starts[index]
            if abs(planned - course.starts[index]) > 1.0:
                painter.setPen(QPen(theme.dim, 1, Qt.PenStyle.DotLine))
                x = scale.x(planned)
                painter.drawLine(QLineF(x, top, x, tall))
            self._name(painter, metrics, index, seen, running=running)

    def _name(
        self, painter: QPainter, metrics: QFontMetricsF, index: int, seen: QRectF, *, running: bool
    ) -> None:
        """Write page, title and duration of a segment, as far as they fit."""
        theme, course = self.look.theme, self.look.course
        head = course.timeline.heads[index]
        past = not running and course.current >= 0 and index < course.current
        painter.setPen(theme.text if running else theme.dim if past else theme.info)
        room = seen.adjusted(theme.px(6), 0, -theme.px(6), 0)
        room.setLeft(max(room.left(), float(theme.px(4))))
        words = " ".join(part for part in (("▶" if running else ""), head.page, head.title) if part)
        length = format_duration(Duration(round((course.ends[index] - course.starts[index]) * 1000)))
        wide = metrics.horizontalAdvance(length)
        if room.width() > metrics.horizontalAdvance(words) + wide + theme.px(10):
            painter.drawText(room, LEFT, words)
            painter.setPen(theme.dim)
            painter.drawText(room, _RIGHT, length)
        elif room.width() > metrics.horizontalAdvance(head.page or words[:2]):
            painter.drawText(room, LEFT, metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width()))

    def segment_at(self, at: float) -> int:
        """Return which segment lies at a time; -1 for none."""
        course = self.look.course
        for index, head in enumerate(course.timeline.heads):
            if head.id and not course.out[index] and course.starts[index] <= at < course.ends[index]:
                return index
        return -1

    def edge_at(self, scale: Scale, x: float) -> int:
        """Return the segment whose end lies at a pixel of the ruler; -1 for none."""
        course, grip = self.look.course, self.look.theme.px(GRIP)
        found, nearest = -1, grip + 1.0
        for index, head in enumerate(course.timeline.heads):
            off = abs(scale.x(course.ends[index]) - x)
            if head.id and not course.out[index] and off < nearest:
                found, nearest = index, off
        return found


def paint_names(painter: QPainter, look: Look, wide: float, tall: float) -> None:
    """Write the departments' names before their lanes."""
    theme = look.theme
    each = tall / max(1, len(look.names))
    font = theme.words(13, QFont.Weight.DemiBold)
    # Names are mostly capitals, which take three quarters of a font's height: none meets its neighbour.
    font.setPixelSize(max(1, min(font.pixelSize(), int(each))))
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    for lane, name in enumerate(look.names):
        painter.setPen(look.colours[lane] if lane < len(look.colours) else theme.dim)
        box = QRectF(theme.px(4), lane * each, wide - theme.px(8), each)
        painter.drawText(box, LEFT, metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width()))
