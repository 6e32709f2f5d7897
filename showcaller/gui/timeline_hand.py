"""What the mouse does on the timeline: select, rubber band, move, resize, pan.

Owns one gesture at a time and what it has come to; nothing is edited before the button comes up, and Esc
takes it back. Knows the chart's geometry, neither document nor client: the panel says what may be dragged
and makes the edit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from showcaller.gui.timeline_bars import place_in
from showcaller.gui.timeline_course import Standing, all_seen, standing_at
from showcaller.gui.timeline_drag import Side
from showcaller.gui.timeline_items import Look, Scale
from showcaller.gui.timeline_snap import REACH, Snaps, snap

Gesture = Literal["", "press", "band", "move", "resize", "pan", "dead"]
GRIP = 5
"""Pixels inside a bar's edge from which it is resized."""
LEAST_GRIP_BAR = 18
"""Pixels that a bar has to be wide for its edges to be taken hold of; a narrower one is moved."""
SCROLL_EVERY_MS = 16
_FREE = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
_ADDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Ground(Protocol):
    """What the hand has to know of the chart."""

    look: Look

    @property
    def scale(self) -> Scale:
        """Seconds to pixels of the lanes."""

    @property
    def lanes_rect(self) -> QRectF:
        """Where the lanes are, in the widget."""

    def bar_under(self, at: QPointF) -> Standing | None:
        """Return the bar at a point of the widget."""

    def box_of(self, stands: Standing) -> QRectF:
        """Return where a bar is painted, in the widget."""

    def segment_under(self, at: QPointF) -> int:
        """Return the segment of the ruler at a point; -1 for none."""

    def edge_under(self, at: QPointF) -> int:
        """Return the segment whose end can be taken hold of at a point of the ruler; -1 for none."""

    def scroll(self, pixels: float) -> None:
        """Move the view."""

    def refresh(self) -> None:
        """Paint the gesture."""


class Held(NamedTuple):
    """What the hand holds."""

    ids: tuple[str, ...]
    side: Side
    edges: tuple[float, ...]
    """Those that snap, in seconds."""
    origin: float
    """Where the grid begins."""
    least: float
    """By how many seconds it can be dragged at least: back to the start of its segment."""
    lines: tuple[float, ...]
    """What draws it to itself."""
    lane: int
    """-1 for a segment."""


class Hand(QObject):
    """One gesture."""

    chosen = Signal(object, object)
    """Ids of rows, and the one the keyboard is on, or None."""
    moved = Signal(object, int)
    """Cues, and by how many milliseconds."""
    resized = Signal(object, int, str)
    """Cues or segments, how far their edge went in milliseconds, and which edge."""
    placed = Signal(float)
    """The cursor was set, in seconds from the origin."""
    opened = Signal(str)
    panned = Signal()
    refused = Signal(str)
    held_changed = Signal(bool)

    def __init__(self, ground: Ground, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ground = ground
        self.snaps = Snaps()
        self.why_not: Callable[[Sequence[str], bool], str] = lambda _ids, _moving: ""
        """Says why rows may not be moved (True) or resized, or nothing."""
        self.gesture: Gesture = ""
        self.held: Held | None = None
        self.by = 0.0
        """How far it was dragged, in seconds."""
        self.line: float | None = None
        """The edge that it has snapped to."""
        self.band = QRectF()
        self._from = QPointF()
        self._from_at = 0.0
        self._last = QPointF()
        self._modifiers = Qt.KeyboardModifier.NoModifier
        self._under: Standing | None = None
        self._segment = -1
        self._side: Side | None = None
        self._edge_segment = -1
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(SCROLL_EVERY_MS)
        self._scrolling.timeout.connect(self._scroll_on)

    @property
    def is_dragging(self) -> bool:
        """Whether it moves or resizes something."""
        return self.gesture in {"move", "resize"}

    def side_under(self, at: QPointF) -> Side | None:
        """Return which edge of a bar, or of a segment, can be taken hold of at a point."""
        if self._ground.edge_under(at) >= 0:
            return "end"
        stands = self._ground.bar_under(at)
        if stands is None:
            return None
        box = self._ground.box_of(stands)
        grip = self._ground.look.theme.px(GRIP)
        if box.width() < self._ground.look.theme.px(LEAST_GRIP_BAR):
            return None
        if at.x() >= box.right() - grip:
            return "end"
        return "start" if at.x() <= box.left() + grip else None

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        if self.gesture:
            self.cancel()
        at = event.position()
        self._from = self._last = at
        self._from_at = self._at(at)
        self._modifiers = event.modifiers()
        self._find_pressed()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._begin("pan")
        elif event.button() == Qt.MouseButton.LeftButton:
            self._begin("press")
            self._choose_pressed()

    def look_again(self) -> None:
        """The timeline is another: what is held is let go, what is only pressed is found again."""
        if self.is_dragging:
            self.cancel()
        elif self.gesture == "press":
            self._find_pressed()

    def _find_pressed(self) -> None:
        at = self._from
        self._edge_segment = self._ground.edge_under(at)
        self._segment = self._ground.segment_under(at)
        self._under = self._ground.bar_under(at)
        self._side = self.side_under(at)

    def _choose_pressed(self) -> None:
        """Take what is pressed into the selection at once, so that it is what is dragged."""
        row = self._pressed_row()
        if row is None:
            return
        chosen = self._ground.look.chosen
        if self._modifiers & Qt.KeyboardModifier.ControlModifier:
            rest = [one for one in self._in_order(chosen) if one != row]
            self.chosen.emit(rest if row in chosen else [*rest, row], None if row in chosen else row)
        elif self._modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.chosen.emit(None, row)
        elif row not in chosen:
            self.chosen.emit([row], row)

    def _pressed_row(self) -> str | None:
        if self._under is not None:
            return self._under.bar.cue
        heads = self._ground.look.course.timeline.heads
        index = self._edge_segment if self._edge_segment >= 0 else self._segment
        return heads[index].id if index >= 0 else None

    def _in_order(self, ids: Iterable[str]) -> list[str]:
        positions = self._ground.look.positions
        return sorted(ids, key=lambda one: positions.get(one, 0))

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved with a button down."""
        self._modifiers = event.modifiers()
        step = event.position() - self._last
        self._last = event.position()
        if self.gesture == "press":
            way = self._last - self._from
            if way.manhattanLength() < QApplication.startDragDistance():
                return
            self._begin_drag()
        if self.gesture == "pan":
            self._ground.scroll(-step.x())
            self.panned.emit()
        elif self.gesture in {"move", "resize", "band"}:
            self._drag()
            outside = not self._ground.lanes_rect.left() <= self._last.x() <= self._ground.lanes_rect.right()
            if outside and not self._scrolling.isActive():
                self._scrolling.start()

    def _begin_drag(self) -> None:
        if self._side is not None:
            self._hold(moving=False)
        elif self._under is not None:
            self._hold(moving=True)
        elif self._from.y() < self._ground.lanes_rect.top():
            self._begin("pan")
        else:
            self._begin("band")

    def _hold(self, *, moving: bool) -> None:
        """Take hold of what was pressed, with all that is selected with it."""
        look = self._ground.look
        row = self._pressed_row()
        if row is None:
            self._begin("dead")
            return
        course = look.course
        heads = {head.id for head in course.timeline.heads}
        ids = [one for one in self._in_order(look.chosen | {row}) if (one in heads) == (row in heads)]
        sentence = self.why_not([row, *(one for one in ids if one != row)], moving)
        if sentence:
            self._begin("dead")
            self.refused.emit(sentence)
            return
        ids = [one for one in ids if one == row or not self.why_not([one], moving)]
        least = float("-inf")
        side: Side = self._side or "end"
        if self._under is not None:
            stands = self._under
            within = course.timeline.segments[stands.segment].cues
            place = place_in(course.timeline, stands.segment, look.positions[row])
            origin = stands.start - within[place].start / 1000.0
            edges = (
                (stands.start, stands.end) if moving else ((stands.end if side == "end" else stands.start),)
            )
            if moving:
                least = -self._room_before(ids)
        else:
            origin = course.starts[self._edge_segment]
            edges = (course.ends[self._edge_segment],)
        lane = self._under.bar.lane if self._under is not None else -1
        self.held = Held(tuple(ids), side, edges, origin, least, self._lines(ids, lane), lane)
        self._begin("move" if moving else "resize")

    def _room_before(self, ids: Sequence[str]) -> float:
        """Return how many seconds lie before the first of some cues in its segment."""
        look = self._ground.look
        rooms = [
            stands.bar.start for one in ids for stands in standing_at(look.course, look.positions, one)[:1]
        ]
        return min(rooms, default=0.0)

    def _lines(self, ids: Sequence[str], lane: int) -> tuple[float, ...]:
        """Return the edges in sight that a drag may snap to."""
        course, scale = self._ground.look.course, self._ground.scale
        first, last = scale.at(0), scale.at(self._ground.lanes_rect.width())
        wide, held = last - first, set(ids)
        lines: set[float] = set()
        if self.snaps.neighbours:
            for stands in all_seen(course, self._ground.look.positions, first - wide, last + wide):
                if stands.bar.cue not in held:
                    lines |= {stands.start, stands.end}
        if self.snaps.edges:
            for index, head in enumerate(course.timeline.heads):
                if head.id and not course.out[index]:
                    lines.add(course.starts[index])
                    if lane >= 0:
                        lines.add(course.ends[index])
            lines |= {wall.at for wall in course.timeline.walls}
        return tuple(sorted(lines))

    def _drag(self) -> None:
        if self.gesture == "band":
            start = QPointF(
                self._ground.scale.x(self._from_at) + self._ground.lanes_rect.left(), self._from.y()
            )
            self.band = QRectF(start, self._last).normalized().intersected(self._ground.lanes_rect)
        elif self.held is not None:
            by = self._at(self._last) - self._from_at
            if self._modifiers & _FREE:
                self.by, self.line = round(by, 3), None
            else:
                reach = self._ground.look.theme.px(REACH) / self._ground.scale.per_second
                self.by, self.line = snap(
                    self.held.edges, by, self.held.origin, self.held.lines, reach, self.snaps
                )
            if self.by < self.held.least:
                self.by, self.line = self.held.least, None
        self._ground.refresh()

    def _at(self, point: QPointF) -> float:
        return self._ground.scale.at(point.x() - self._ground.lanes_rect.left())

    def _scroll_on(self) -> None:
        """Go on while the mouse is held beyond the view's edge."""
        rect = self._ground.lanes_rect
        over = min(0.0, self._last.x() - rect.left()) + max(0.0, self._last.x() - rect.right())
        if not over or self.gesture not in {"move", "resize", "band"}:
            self._scrolling.stop()
            return
        self._ground.scroll(max(-40.0, min(40.0, over / 3)))
        self.panned.emit()
        self._drag()

    def release(self, event: QMouseEvent) -> None:
        """The button came up: what was dragged is done."""
        del event
        gesture, held, by = self.gesture, self.held, round(self.by * 1000)
        within = self._banded() if gesture == "band" else []
        self._end()
        if gesture == "press":
            self._click()
        elif gesture == "band":
            chosen = self._ground.look.chosen if self._modifiers & _ADDS else frozenset()
            ids = self._in_order(chosen | set(within))
            self.chosen.emit(ids, within[0] if within else None)
        elif gesture == "move" and held is not None and by:
            self.moved.emit(held.ids, by)
        elif gesture == "resize" and held is not None and by:
            self.resized.emit(held.ids, by, held.side)

    def _click(self) -> None:
        row = self._pressed_row()
        if row is not None:
            if not self._modifiers & _ADDS:
                self.chosen.emit([row], row)
            return
        if not self._modifiers & _ADDS:
            self.chosen.emit([], None)
            self.placed.emit(self._from_at)

    def banded(self) -> frozenset[str]:
        """Return the cues in the rubber band."""
        return frozenset(self._banded()) if self.gesture == "band" else frozenset()

    def _banded(self) -> list[str]:
        look, rect = self._ground.look, self._ground.lanes_rect
        tall = rect.height() / max(1, len(look.course.timeline.lanes))
        top, foot = (self.band.top() - rect.top()) / tall, (self.band.bottom() - rect.top()) / tall
        scale = self._ground.scale
        first, last = (scale.at(x - rect.left()) for x in (self.band.left(), self.band.right()))
        found = {
            stands.bar.cue: None
            for stands in all_seen(look.course, look.positions, first, last)
            if stands.bar.lane < foot and stands.bar.lane + 1 > top
        }
        return self._in_order(found)

    def double_click(self, event: QMouseEvent) -> None:
        """Open what is under the mouse."""
        stands = self._ground.bar_under(event.position())
        index = self._ground.segment_under(event.position())
        if stands is not None:
            self.opened.emit(stands.bar.cue)
        elif index >= 0:
            self.opened.emit(self._ground.look.course.timeline.heads[index].id)

    def cancel(self) -> None:
        """Let go without doing anything."""
        if self.gesture:
            self._end()

    def _begin(self, gesture: Gesture) -> None:
        self.gesture = gesture
        self.held_changed.emit(gesture in {"move", "resize", "band"})

    def _end(self) -> None:
        self._scrolling.stop()
        self.gesture, self.held, self.by, self.line = "", None, 0.0, None
        self.band = QRectF()
        self.held_changed.emit(False)
        self._ground.refresh()
