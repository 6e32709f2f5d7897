"""The timeline's chart: lanes, ruler, lines, and what the mouse points at.

Owns the stretch of time that is seen, the widget's geometry and what has to be painted when: the lanes
come from tiles, and only what moves is painted over them. Knows neither document nor client: the hand says
what was clicked and dragged, the panel what it means.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from showcaller.gui.go_key import CLOSES_ON_ESCAPE
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timeline_course import Course, Standing, hit, place_now, standing_at
from showcaller.gui.timeline_hand import Hand
from showcaller.gui.timeline_items import LEAST_BAR, MELTS, LanePainter, Look, Scale, mixed
from showcaller.gui.timeline_overlay import Lines, Overlay, told
from showcaller.gui.timeline_ruler import NAMES_WIDE, TALL, Ruler, paint_names
from showcaller.gui.timeline_tiles import Tiles

LEAST_SPAN = 2.0
"""Seconds that are seen at least."""
DAY = 86400.0
"""Now may lie far from the show: an afternoon's look at tonight's rundown in LIVE."""
ZOOM_A_NOTCH = 1.25


class Chart(QWidget):
    """Ruler, lanes and cues."""

    panned = Signal()
    span_changed = Signal()
    menu_asked = Signal(QPoint, float)
    """Where on the screen, and at which time."""

    def __init__(self, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self.look = Look(themes.theme)
        self.lines = Lines()
        self._lanes = LanePainter(self.look)
        self._tiles = Tiles(self._lanes)
        self.ruler = Ruler(self.look)
        self.hand = Hand(self, self)
        self._overlay = Overlay(self._lanes, self.hand, self.lines)
        self.hand.panned.connect(self.panned)
        self.hand.held_changed.connect(self._take_hold)
        self._first, self._wide = 0.0, 600.0
        self._scale = Scale(1.0, 0.0)
        self._extent = (0.0, 0.0)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(60)
        self.setAccessibleName(self.tr("Timeline: lanes and cues"))

    def sizeHint(self) -> QSize:
        """As high as five lanes read well."""
        return QSize(900, 200)

    @property
    def span(self) -> tuple[float, float]:
        """What is seen, in seconds from the origin."""
        return self._first, self._first + self._wide

    @property
    def scale(self) -> Scale:
        """Seconds to pixels of the lanes."""
        return self._scale

    @property
    def lanes_rect(self) -> QRectF:
        """Where the lanes are."""
        left, top = self._themes.theme.px(NAMES_WIDE), self._themes.theme.px(TALL)
        return QRectF(left, top, max(1, self.width() - left), max(1, self.height() - top))

    @property
    def seconds_per_pixel(self) -> float:
        """How much time a pixel is."""
        return self._wide / self.lanes_rect.width()

    @property
    def is_dragging(self) -> bool:
        """Say whether the mouse holds something."""
        return self.hand.is_dragging

    @property
    def painted(self) -> int:
        """Bars that are painted in what is seen."""
        return self._tiles.bars_between(*self.span)

    def take_painted(self) -> int:
        """Return how many bars were painted since the last call."""
        painted, self._tiles.painted = self._tiles.painted, 0
        return painted

    def take(self, course: Course, stale: list[tuple[float, float]] | None) -> None:
        """Show another course.

        Args:
            course: Where everything stands.
            stale: The times at which bars are otherwise than before; None: everywhere.
        """
        timeline = course.timeline
        moved = (course.starts, course.ends, timeline.heads) != (
            self.look.course.starts,
            self.look.course.ends,
            self.look.course.timeline.heads,
        )
        another = timeline is not self.look.course.timeline
        self.look.course = course
        if another:
            self.hand.look_again()
        firsts = [start + one.first for start, one in zip(course.starts, timeline.segments, strict=True)]
        lasts = [start + one.last for start, one in zip(course.starts, timeline.segments, strict=True)]
        self._extent = (min([0.0, *firsts]) - DAY, max([timeline.end, *lasts, *course.ends]) + DAY)
        if stale is None:
            # There may be another number of lanes.
            self._lanes.measure(self.lanes_rect.height())
            self.repaint_all()
            return
        for first, last in stale:
            self._tiles.forget(first, last)
        seen_first, seen_last = self.span
        if any(first <= seen_last and last >= seen_first for first, last in stale):
            self.refresh()
        if moved:
            self.update(QRect(0, 0, self.width(), int(self.lanes_rect.top())))

    def show_span(self, first: float, last: float) -> None:
        """See from one time to another, in seconds from the origin."""
        wide = min(max(last - first, LEAST_SPAN), self._extent[1] - self._extent[0] or DAY)
        first = min(max(first, self._extent[0]), max(self._extent[0], self._extent[1] - wide))
        if abs(wide - self._wide) < self._wide * 1e-9:
            # The same scale to the last bit: what is painted can be moved.
            wide = self._wide
        if (first, wide) != (self._first, self._wide):
            self._first, self._wide = first, wide
            self._rescale()
            self.span_changed.emit()

    def _rescale(self) -> None:
        per_second = self.lanes_rect.width() / self._wide
        self._scale = Scale(per_second, float(round(self._first * per_second)))
        self.update()

    def scroll(self, pixels: float) -> None:  # type: ignore[override]
        """Move the view by so many pixels."""
        by = pixels * self.seconds_per_pixel
        self.show_span(self._first + by, self._first + by + self._wide)

    def zoom_at(self, at: float, factor: float) -> None:
        """Zoom in by a factor, about a time that stays where it is."""
        share = (at - self._first) / self._wide
        wide = max(LEAST_SPAN, self._wide / factor)
        self.show_span(at - wide * share, at + wide * (1 - share))

    def cover(self, wide: float) -> None:
        """Keep so many pixels at the right end of the ruler free."""
        if wide != self.ruler.covered:
            self.ruler.covered = wide
            self.update()

    def show_now(self, at: float | None, words: str) -> None:
        """Put the now line at a time, or nowhere."""
        if (at, words) == (self.lines.now, self.lines.words):
            return
        before = self._scale.x(self.lines.now) if self.lines.now is not None else None
        self.lines.now, self.lines.words = at, words
        after = self._scale.x(at) if at is not None else None
        for x in (before, after):
            if x is not None:
                self._update_lanes(x - 3, 6)
        # The time over the line takes the place of the ticks that it meets.
        self.update(QRect(0, 0, self.width(), int(self.lanes_rect.top() * 0.45)))
        for cue in self.look.running:
            for stands in standing_at(self.look.course, self.look.positions, cue):
                box = self._overlay.running_box(self._scale, stands)
                self._update_lanes(box.left() - 2, box.width() + 4)

    def show_standby(self, at: float | None) -> None:
        """Put the standby line at a time, or nowhere."""
        if at != self.lines.standby:
            self.lines.standby = at
            self.refresh()

    def show_cursor(self, at: float | None) -> None:
        """Put the cursor, where a split would be, at a time or nowhere."""
        if at != self.lines.cursor:
            self.lines.cursor = at
            self.refresh()

    def _update_lanes(self, left: float, wide: float) -> None:
        rect = self.lanes_rect
        self.update(
            QRectF(rect.left() + left, rect.top(), wide, rect.height()).toAlignedRect() & rect.toAlignedRect()
        )

    def refresh(self) -> None:
        """Paint the lanes as they are, and what lies over them."""
        self.update(self.lanes_rect.toAlignedRect())

    def repaint_all(self) -> None:
        """Paint all that can be seen anew."""
        self._tiles.clear()
        self.update()

    def dress(self) -> None:
        """Take sizes and colours from the theme."""
        self.look.theme = self._themes.theme
        self._lanes.measure(self.lanes_rect.height())
        self._rescale()
        self.repaint_all()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is exposed."""
        exposed, rect, theme = event.rect(), self.lanes_rect, self.look.theme
        left, top = int(rect.left()), int(rect.top())
        painter = QPainter(self)
        if exposed.top() < top:
            painter.fillRect(QRect(0, 0, self.width(), top), theme.panel)
            painter.save()
            painter.setClipRect(left, 0, int(rect.width()), top)
            painter.translate(left, 0)
            self.ruler.paint(painter, self._scale, rect.width(), top, self.lines.now, self.lines.words)
            painter.restore()
        if exposed.left() < left:
            painter.fillRect(QRect(0, top, left, int(rect.height())), theme.panel)
            painter.save()
            painter.translate(0, top)
            paint_names(painter, self.look, left, rect.height())
            painter.restore()
        seen = exposed & rect.toAlignedRect()
        if not seen.isEmpty():
            painter.setClipRect(seen)
            painter.translate(left, top)
            first, last = seen.left() - left, seen.right() + 1 - left
            self._tiles.paint(painter, self._scale, first, last, int(rect.height()))
            self._overlay.paint(painter, self._scale, first, last, rect)
            if self.hasFocus():
                painter.setPen(QPen(mixed(theme.info, theme.panel, 0.7), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(0.5, 0.5, int(rect.width()) - 1, int(rect.height()) - 1))
        painter.end()

    def point_of(self, cue: str) -> QPointF | None:
        """Return the middle of a cue's first bar in the widget, or None where it is not on the timeline."""
        found = standing_at(self.look.course, self.look.positions, cue)
        return self.box_of(found[0]).center() if found else None

    def box_of(self, stands: Standing) -> QRectF:
        """Return where a bar is painted, in the widget."""
        self._lanes.measure(self.lanes_rect.height())
        box = self._lanes.box(self._scale, stands.start, stands.end, stands.bar.lane)
        box.setWidth(max(box.width(), float(self.look.theme.px(LEAST_BAR))))
        return box.translated(self.lanes_rect.topLeft())

    def bar_under(self, at: QPointF) -> Standing | None:
        """Return the bar at a point of the widget."""
        rect = self.lanes_rect
        if not rect.contains(at):
            return None
        lane = int((at.y() - rect.top()) / (rect.height() / self._lanes.lanes))
        least = self.look.theme.px(LEAST_BAR) / self._scale.per_second
        time = self._scale.at(at.x() - rect.left())
        apart = MELTS / self._scale.per_second
        return hit(self.look.course, self.look.positions, time, lane, least, apart)

    def segment_under(self, at: QPointF) -> int:
        """Return the segment of the ruler at a point; -1 for none."""
        rect = self.lanes_rect
        if at.x() < rect.left() or not rect.top() * 0.5 <= at.y() < rect.top():
            return -1
        return self.ruler.segment_at(self._scale.at(at.x() - rect.left()))

    def edge_under(self, at: QPointF) -> int:
        """Return the segment whose end can be taken hold of at a point of the ruler; -1 for none."""
        rect = self.lanes_rect
        if at.x() < rect.left() or not rect.top() * 0.5 <= at.y() < rect.top():
            return -1
        return self.ruler.edge_at(self._scale, at.x() - rect.left())

    def place_of(self, row_id: str) -> float | None:
        """Return where a row begins now, in seconds from the origin."""
        return place_now(self.look.course, self.look.positions, row_id)

    def _take_hold(self, holding: bool) -> None:
        # The first Esc lets go and does not count for stop all.
        self.setProperty(CLOSES_ON_ESCAPE, holding)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or show what could be taken hold of."""
        if self.hand.gesture:
            self.hand.move(event)
            return
        side = self.hand.side_under(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if side is None else Qt.CursorShape.SizeHorCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what is there."""
        self.hand.double_click(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done there."""
        self.hand.cancel()
        at = self._scale.at(event.pos().x() - self.lanes_rect.left())
        self.menu_asked.emit(event.globalPos(), at)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; sideways, or with Shift, pan."""
        delta = event.angleDelta()
        if delta.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.scroll(-(delta.x() or delta.y()) * self.lanes_rect.width() / 1200)
        else:
            at = self._scale.at(event.position().x() - self.lanes_rect.left())
            self.zoom_at(at, ZOOM_A_NOTCH ** (delta.y() / 120))
        event.accept()
        self.panned.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is seen."""
        super().resizeEvent(event)
        self._rescale()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are ours."""
        super().focusInEvent(event)
        self.refresh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they are not any more."""
        super().focusOutEvent(event)
        self.refresh()

    def event(self, event: QEvent) -> bool:
        """Tell a bar's whole label and its times when the mouse rests on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            stands = self.bar_under(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), told(self.look, stands) if stands else "", self)
            return True
        return super().event(event)
