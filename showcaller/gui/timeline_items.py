"""What the timeline paints in its lanes: bars, ghosts of planned places, ramps, walls.

Owns the painting only, in pixels, and paints nothing that cannot be seen: bars narrower than a pixel melt
into one. Knows the timeline's values and how they stand, no client and no document; the view feeds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from showcaller.core.times import ShowTime, load_zone, local_datetime
from showcaller.gui.theme import Theme
from showcaller.gui.timeline_bars import Bar, Wall
from showcaller.gui.timeline_course import NOWHERE, Course, Standing, all_seen, strays

LEAST_BAR = 22
"""Pixels that a bar is wide at least, so that its number can be read, unless the next one begins before."""
MELTS = 2.0
"""Bars whose starts lie nearer together become one."""
LEAST_BOX = 8
"""A bar narrower than that is a tick, not a box."""
MOST_GHOSTS = 200
"""With more bars than that at one place nobody can tell their ghosts apart."""
NOT_SEEN = float("-inf")
NEVER = float("inf")

LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
CENTRE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)


class Scale(NamedTuple):
    """Where a time lies on the screen."""

    per_second: float
    """Pixels."""
    left: float
    """Pixels from the origin to the left edge; whole ones, so that what was painted once can be moved."""

    def x(self, at: float) -> float:
        """Return the pixel of a time in seconds."""
        return at * self.per_second - self.left

    def at(self, x: float) -> float:
        """Return the time in seconds of a pixel."""
        return (x + self.left) / self.per_second


class Laid(NamedTuple):
    """A bar where it is painted."""

    stands: Standing
    box: QRectF
    beneath: list[str]
    """Cues whose bars have become one with it."""
    until: float = NEVER
    """Where the next bar of the lane begins, in pixels."""


@dataclass
class Look:
    """How everything on the timeline stands now."""

    theme: Theme
    zone: str = "UTC"
    course: Course = NOWHERE
    colours: list[QColor] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    positions: Mapping[str, int] = field(default_factory=dict)
    front: int = 0
    """Rows above it are past."""
    running: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    """They will fire by themselves, wherever the standby is."""
    segment: str | None = None
    """The segment that runs."""
    failed: frozenset[str] = frozenset()
    off: Callable[[str], bool] = lambda _cue: False
    """Says whether a cue is disarmed, floated or skipped."""
    chosen: frozenset[str] = frozenset()

    def is_past(self, cue: str) -> bool:
        """Say whether a cue lies behind the standby, does not run and will not by itself."""
        behind = self.positions.get(cue, 0) < self.front
        return behind and cue not in self.running and cue not in self.waiting

    def clock(self, at: float, form: str = "%H:%M:%S") -> str:
        """Return the time of day of a place, in words."""
        show_time = ShowTime(self.course.timeline.origin + round(at * 1e9))
        return local_datetime(show_time, load_zone(self.zone)).strftime(form)


def mixed(front: QColor, back: QColor, share: float) -> QColor:
    """Return a share of one colour over another."""
    return _mixed(front.rgb(), back.rgb(), share)


@lru_cache(maxsize=512)
def _mixed(front: int, back: int, share: float) -> QColor:
    """Return the mixture, made once: each bar asks for three."""
    parts = ((front >> shift & 255, back >> shift & 255) for shift in (16, 8, 0))
    return QColor(*(round(one * share + other * (1 - share)) for one, other in parts))


class LanePainter:
    """Paints the lanes between two pixels."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._font = QFont()
        self._metrics = QFontMetricsF(self._font)
        self._fits = False
        self._tall = 0.0
        self._lane_tall = 1.0
        self._gap = 2.0

    @property
    def lanes(self) -> int:
        """How many lanes there are, one at least."""
        return max(1, len(self.look.course.timeline.lanes))

    def measure(self, tall: float) -> None:
        """Take the height of all lanes, after it or the theme has changed."""
        theme = self.look.theme
        self._tall, self._lane_tall = tall, tall / self.lanes
        # In little room the words need it more than the ground between the bars does.
        self._gap = 1.0 if self._lane_tall < theme.px(20) else max(2.0, self._lane_tall * 0.14)
        font = theme.words(13, QFont.Weight.DemiBold)
        room = self._lane_tall - 2 * self._gap
        if room < font.pixelSize() + 2:
            font.setPixelSize(max(1, int(room) - 2))
        self._fits = font.pixelSize() >= theme.px(8)
        self._font, self._metrics = font, QFontMetricsF(font)

    def box(self, scale: Scale, start: float, end: float, lane: int) -> QRectF:
        """Return where a bar is painted that has all the room it wants."""
        x = scale.x(start)
        wide = max(scale.x(end) - x, 2.0)
        return QRectF(x, lane * self._lane_tall + self._gap, wide, max(2.0, self._lane_tall - 2 * self._gap))

    def roomy_box(self, scale: Scale, stands: Standing) -> QRectF:
        """Return the box of a bar that stands out from the others: wide enough to be seen."""
        box = self.box(scale, stands.start, stands.end, stands.bar.lane)
        box.setWidth(max(box.width(), float(self.look.theme.px(LEAST_BOX))))
        return box

    def paint(self, painter: QPainter, scale: Scale, wide: float) -> int:
        """Paint the lanes from pixel 0 to `wide`; return how many bars there were."""
        look = self.look
        course, theme = look.course, look.theme
        painter.setPen(mixed(theme.line, theme.panel, 0.6))
        for lane in range(1, self.lanes):
            y = round(lane * self._lane_tall)
            painter.drawLine(0, y, round(wide), y)
        first, last = scale.at(0), scale.at(wide)
        painter.setPen(theme.line)
        for start, head, out in zip(course.starts, course.timeline.heads, course.out, strict=False):
            if first <= start <= last and head.id and not out:
                x = round(scale.x(start))
                painter.drawLine(x, 0, x, round(self._tall))
        # Text and least widths reach beyond the time that a bar covers.
        reach = theme.px(LEAST_BAR + 4) / scale.per_second
        standings = all_seen(course, look.positions, first - reach, last + reach)
        if len(standings) <= MOST_GHOSTS:
            self._paint_ghosts(painter, scale, first, last)
        return self._paint_bars(painter, scale, standings)

    def _paint_bars(self, painter: QPainter, scale: Scale, standings: list[Standing]) -> int:
        out = self.look.course.out
        for stands in standings:
            if out[stands.segment] and not stands.called:
                self._paint_out(painter, self.box(scale, stands.start, stands.end, stands.bar.lane))
        painted = 0
        for laid in self.lay(scale, standings):
            painted += 1
            if laid.beneath and laid.box.width() >= self.look.theme.px(LEAST_BOX):
                painter.setPen(QPen(self._colour(laid.stands.bar.lane), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(laid.box.adjusted(2.5, 2.5, 2.5, 2.5))
            self.paint_bar(painter, scale, laid.stands, laid.box, until=laid.until)
        return painted

    def lay(self, scale: Scale, standings: list[Standing]) -> Iterator[Laid]:
        """Yield the bars of the show in the order of their starts, each as wide as the next one lets it be.

        Bars that start within a pixel or two of one another become one.
        """
        ends = [NOT_SEEN] * (self.lanes + 1)
        held: list[Laid | None] = [None] * (self.lanes + 1)
        least = float(self.look.theme.px(LEAST_BAR))
        out = self.look.course.out
        for stands in standings:
            if out[stands.segment] and not stands.called:
                continue
            lane = stands.bar.lane
            x = scale.x(stands.start)
            right = max(scale.x(stands.end), x + 2.0)
            waiting = held[lane]
            if waiting is not None and x < waiting.box.x() + MELTS and right < ends[lane] + MELTS:
                waiting.beneath.append(stands.bar.cue)
                continue
            ends[lane] = max(right, ends[lane])
            if waiting is not None:
                box = waiting.box
                box.setWidth(max(box.width(), min(least, x - box.x() - 1.0)))
                yield waiting._replace(until=x)
            held[lane] = Laid(stands, self.box(scale, stands.start, stands.end, lane), [])
        for waiting in held:
            if waiting is not None:
                waiting.box.setWidth(max(waiting.box.width(), least))
                yield waiting

    def _paint_out(self, painter: QPainter, box: QRectF) -> None:
        theme = self.look.theme
        if box.width() >= theme.px(LEAST_BOX):
            painter.setPen(QPen(mixed(theme.dim, theme.panel, 0.3), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_ghosts(self, painter: QPainter, scale: Scale, first: float, last: float) -> None:
        """Paint the outline of where a bar was planned that stands elsewhere now."""
        look = self.look
        course, theme = look.course, look.theme
        if not course.called and not any(abs(shift) > 1.0 for shift in course.shifts):
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        least = float(theme.px(LEAST_BOX))
        lanes: dict[int, list[QRectF]] = {}
        for start, bar in strays(course, first, last):
            box = self.box(scale, start, start + bar.end - bar.start, bar.lane)
            box.setWidth(max(box.width(), least))
            lanes.setdefault(bar.lane, []).append(box.adjusted(0.5, 0.5, -0.5, -0.5))
        for lane, boxes in lanes.items():
            painter.setPen(QPen(mixed(self._colour(lane), theme.panel, 0.5), 1, Qt.PenStyle.DotLine))
            painter.drawRects(boxes)

    def _colour(self, lane: int) -> QColor:
        colours = self.look.colours
        return colours[lane] if lane < len(colours) else self.look.theme.dim

    def paint_bar(
        self,
        painter: QPainter,
        scale: Scale,
        stands: Standing,
        box: QRectF,
        *,
        edge: float = NOT_SEEN,
        until: float = NEVER,
    ) -> None:
        """Paint one bar.

        Args:
            painter: On the lanes.
            scale: For the ramp of its fade.
            stands: The bar and how it stands.
            box: Where.
            edge: A label that would begin left of it begins there.
            until: A label ends there: another bar begins over this one.
        """
        look, theme, bar = self.look, self.look.theme, stands.bar
        done = stands.called and bar.cue not in look.running
        strength = 1.0
        if look.off(bar.cue):
            strength = 0.3
        elif done or look.is_past(bar.cue):
            strength = 0.45
        colour = mixed(self._colour(bar.lane), theme.panel, strength)
        if box.width() < theme.px(LEAST_BOX):
            painter.fillRect(box.adjusted(0, 0, -max(0.0, box.width() - theme.px(3)), 0), colour)
            return
        pen = QPen(colour, 1)
        if bar.cue in look.running:
            pen = QPen(theme.go, 2)
        elif bar.cue in look.failed:
            pen = QPen(theme.live, 1.4, Qt.PenStyle.DashLine)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        # What was called is solid: it happened.
        painter.setBrush(mixed(colour, theme.panel, 0.8 if done else 0.34))
        radius = theme.px(4)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if bar.fade > 0:
            wide = min(bar.fade * scale.per_second, box.width())
            self._paint_ramp(painter, box, wide, colour, falls=bar.falls)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._fits and box.width() >= theme.px(14):
            if box.left() < edge < box.right():
                box = QRectF(edge, box.top(), box.right() - edge, box.height())
            if until < box.right():
                box = QRectF(box.left(), box.top(), max(0.0, until - box.left()), box.height())
            plain = strength == 1.0 or done
            self._paint_label(
                painter, bar, box, mixed(theme.text, theme.panel, 1.0 if plain else 0.4 + 0.6 * strength)
            )

    @staticmethod
    def _paint_ramp(painter: QPainter, box: QRectF, wide: float, colour: QColor, *, falls: bool) -> None:
        left, right, foot = box.left() + 1, box.left() + wide, box.bottom() - 1
        top = QPointF(left if falls else right, box.top() + 1)
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(QBrush(QColor(colour.red(), colour.green(), colour.blue(), 110)))
        painter.drawPolygon(QPolygonF([QPointF(left, foot), top, QPointF(right, foot)]))

    def _paint_label(self, painter: QPainter, bar: Bar, box: QRectF, colour: QColor) -> None:
        """Write what fits: the label, its beginning, or the number alone."""
        theme, metrics = self.look.theme, self._metrics
        room = box.adjusted(theme.px(5), 0, -theme.px(3), 0)
        text, side = bar.label, LEFT
        if metrics.horizontalAdvance(text) > room.width():
            if room.width() > theme.px(64):
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            else:
                text, side, room = text.partition(" ")[0], CENTRE, box
                if metrics.horizontalAdvance(text) > box.width() - 3:
                    return
        painter.setFont(self._font)
        painter.setPen(colour)
        painter.drawText(room, side, text)

    def paint_walls(self, painter: QPainter, scale: Scale, room: float) -> None:
        """Paint the walls in sight, each with its time at its foot where there is room for it."""
        walls = [one for one in self.look.course.timeline.walls if -1 <= scale.x(one.at) <= room]
        for wall in walls:
            self._paint_wall(painter, scale, wall)
        taken: list[QRectF] = []
        # Where two are in each other's way the hard one is told, and the later: the hard out is the last.
        for wall in sorted(walls, key=lambda one: (one.hard, one.at), reverse=True):
            self._paint_flag(painter, scale, wall, room, taken)

    def _colour_of(self, wall: Wall) -> QColor:
        theme = self.look.theme
        return theme.text if wall.hard else mixed(theme.text, theme.panel, 0.75)

    def _paint_wall(self, painter: QPainter, scale: Scale, wall: Wall) -> None:
        """Paint a time that does not move: a hard start as a solid wall, a hit time as a dashed one."""
        x, colour = round(scale.x(wall.at)), self._colour_of(wall)
        if wall.hard:
            painter.fillRect(QRectF(x - 1, 0, 3, self._tall), colour)
        else:
            painter.setPen(QPen(colour, 1.4, Qt.PenStyle.DashLine))
            painter.drawLine(x, 0, x, round(self._tall))

    def _paint_flag(
        self, painter: QPainter, scale: Scale, wall: Wall, room: float, taken: list[QRectF]
    ) -> None:
        theme, tall = self.look.theme, self._tall
        x, colour = round(scale.x(wall.at)), self._colour_of(wall)
        words = f"{self.look.clock(wall.at)} {wall.label or 'OUT'}"
        painter.setFont(theme.mono(11, QFont.Weight.DemiBold))
        metrics = QFontMetricsF(painter.font())
        wide, high = metrics.horizontalAdvance(words) + theme.px(8), metrics.height()
        for left in (x, x - wide):
            flag = QRectF(left, tall - high, wide, high)
            if left < 0 or left + wide > room or any(flag.intersects(other) for other in taken):
                continue
            taken.append(flag)
            painter.fillRect(flag, colour if wall.hard else theme.panel)
            painter.setPen(theme.panel if wall.hard else colour)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if not wall.hard:
                painter.drawRect(flag.adjusted(0, 0, 0, -1))
            painter.drawText(flag, CENTRE, words)
            return
