"""What moves over the painted lanes: running cues, the selection, what is dragged, and the lines.

Owns the painting of all that changes more often than the bars themselves, and the words of a tool tip.
Paints only what is exposed. Called by the chart.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from showcaller.core.times import Duration, format_duration
from showcaller.gui.timeline_course import Standing, all_seen, moved_off, standing_at
from showcaller.gui.timeline_hand import Hand
from showcaller.gui.timeline_items import CENTRE, LEAST_BAR, LanePainter, Look, Scale

STICKS_FROM = 30
"""Pixels of a bar that has to be in sight for its label to be written again at the edge."""

translate = QCoreApplication.translate


@dataclass
class Lines:
    """Where the lines are, in seconds from the origin; None: nowhere."""

    now: float | None = None
    words: str = ""
    """Over the now line, on the ruler."""
    standby: float | None = None
    cursor: float | None = None
    """Where a split would be."""


class Overlay:
    """Paints over the tiles."""

    def __init__(self, lanes: LanePainter, hand: Hand, lines: Lines) -> None:
        self._lanes = lanes
        self._hand = hand
        self._lines = lines

    @property
    def _look(self) -> Look:
        return self._lanes.look

    def running_box(self, scale: Scale, stands: Standing) -> QRectF:
        """Return the box of a running bar: to its planned end, or to now where it is longer."""
        now = self._lines.now
        end = stands.end if now is None else max(stands.end, now)
        return self._lanes.roomy_box(scale, stands._replace(end=end))

    def paint(self, painter: QPainter, scale: Scale, first: int, last: int, rect: QRectF) -> None:
        """Paint between two pixels of the lanes.

        Args:
            painter: Its origin is the top left of the lanes.
            scale: Of the view.
            first: Leftmost pixel.
            last: The one behind the rightmost.
            rect: The lanes, in the widget.
        """
        look = self._look
        start, end = scale.at(first), scale.at(last)
        if first <= STICKS_FROM:
            self._paint_sticking(painter, scale)
        for cue in look.running:
            for stands in standing_at(look.course, look.positions, cue):
                self._paint_running(painter, scale, stands)
        self._lanes.paint_walls(painter, scale, rect.width())
        self._paint_chosen(painter, scale, start, end)
        self._paint_held(painter, scale, start, end, rect)
        self._paint_lines(painter, scale, rect.height())

    def _paint_chosen(self, painter: QPainter, scale: Scale, start: float, end: float) -> None:
        """Outline what is selected; what is dragged is faint where it was."""
        look, held = self._look, self._hand.held
        chosen = look.chosen | self._hand.banded()
        if not chosen:
            return
        veil = QColor(look.theme.panel)
        veil.setAlphaF(0.6)
        dragged = frozenset(held.ids) if held is not None else frozenset()
        reach = look.theme.px(LEAST_BAR + 4) / scale.per_second
        standings = all_seen(look.course, look.positions, start - reach, end + reach)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.theme.text, 2))
        for laid in self._lanes.lay(scale, standings):
            cues = {laid.stands.bar.cue, *laid.beneath}
            if cues & dragged:
                painter.fillRect(laid.box, veil)
            elif cues & chosen:
                painter.drawRect(laid.box.adjusted(1, 1, -1, -1))
        for stands in standings:
            if look.course.out[stands.segment] and stands.bar.cue in chosen:
                painter.drawRect(self._lanes.roomy_box(scale, stands).adjusted(1, 1, -1, -1))

    def _paint_sticking(self, painter: QPainter, scale: Scale) -> None:
        """Write the labels of bars again that begin left of what is seen."""
        at = scale.at(0)
        for stands in all_seen(self._look.course, self._look.positions, at, at):
            if stands.bar.cue in self._look.running:
                continue
            box = self._lanes.box(scale, stands.start, stands.end, stands.bar.lane)
            if box.left() < -2 and box.right() >= STICKS_FROM:
                self._lanes.paint_bar(painter, scale, stands, box, edge=0.0)

    def _paint_running(self, painter: QPainter, scale: Scale, stands: Standing) -> None:
        """Paint what has passed of a running bar, and by how much it runs longer than planned."""
        if self._lines.now is None:
            return
        box, go = self.running_box(scale, stands), self._look.theme.go
        here, planned = scale.x(self._lines.now), scale.x(stands.end)
        if here > planned + 1 and stands.end > stands.start:
            over = QRectF(planned, box.top(), here - planned, box.height())
            painter.fillRect(over, QBrush(go, Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(go, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(over)
        passed = min(here, box.right()) - box.left()
        if passed > 0:
            tall = max(3.0, box.height() * 0.14)
            painter.fillRect(QRectF(box.left() + 1, box.bottom() - tall, passed - 1, tall - 1), go)

    def _paint_held(self, painter: QPainter, scale: Scale, start: float, end: float, rect: QRectF) -> None:
        hand, look, theme = self._hand, self._look, self._look.theme
        if not hand.band.isNull():
            band = hand.band.translated(-rect.topLeft())
            painter.setPen(QPen(theme.info, 1, Qt.PenStyle.DashLine))
            painter.setBrush(QColor(theme.info.red(), theme.info.green(), theme.info.blue(), 30))
            painter.drawRect(band)
        held = hand.held
        if held is None:
            return
        if hand.line is not None:
            painter.setPen(QPen(theme.go, 1.5))
            x = round(scale.x(hand.line))
            painter.drawLine(x, 0, x, round(rect.height()))
        moving = hand.gesture == "move"
        ids = set(held.ids)
        reach = abs(hand.by)
        for stands in all_seen(look.course, look.positions, start - reach, end + reach):
            if stands.bar.cue not in ids:
                continue
            if moving:
                there = stands._replace(start=stands.start + hand.by, end=stands.end + hand.by)
            elif held.side == "end":
                there = stands._replace(end=max(stands.start, stands.end + hand.by))
            else:
                there = stands._replace(start=min(stands.end, stands.start + hand.by))
            box = self._lanes.roomy_box(scale, there)
            self._lanes.paint_bar(painter, scale, there, box)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.text, 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        self._paint_bubble(painter, scale, rect)

    def _paint_bubble(self, painter: QPainter, scale: Scale, rect: QRectF) -> None:
        """Say where the dragged edge is now, and by how much it was dragged."""
        hand, look, theme = self._hand, self._look, self._look.theme
        assert hand.held is not None
        at = hand.held.edges[0] + hand.by
        if hand.held.lane < 0:
            painter.setPen(QPen(theme.text, 2))
            painter.drawLine(QPointF(scale.x(at), 0), QPointF(scale.x(at), rect.height()))
        by = Duration(round(hand.by * 1000))
        fine = by % 1000 != 0
        words = f"{look.clock(at)}  {format_duration(by, sign=True, tenths=fine)}"
        if hand.line is not None:
            words += "  ┃"
        painter.setFont(theme.mono(12, QFont.Weight.DemiBold))
        metrics = QFontMetricsF(painter.font())
        wide, tall = metrics.horizontalAdvance(words) + theme.px(14), metrics.height() + 4
        x = min(max(0.0, scale.x(at) + 4), rect.width() - wide)
        each = rect.height() / self._lanes.lanes
        lane = hand.held.lane
        above = lane * each - tall
        y = 2.0 if lane < 0 else above if above >= 0 else min((lane + 1) * each, rect.height() - tall)
        box = QRectF(x, y, wide, tall)
        painter.fillRect(box, theme.raised)
        painter.setPen(theme.line)
        painter.drawRect(box)
        painter.setPen(theme.text)
        painter.drawText(box, CENTRE, words)

    def _paint_lines(self, painter: QPainter, scale: Scale, tall: float) -> None:
        theme, lines = self._look.theme, self._lines
        for at, pen in (
            (lines.standby, QPen(theme.standby, 1.6, Qt.PenStyle.DashLine)),
            (lines.cursor, QPen(theme.info, 1, Qt.PenStyle.DashDotLine)),
        ):
            if at is not None:
                painter.setPen(pen)
                x = scale.x(at)
                painter.drawLine(QPointF(x, 0), QPointF(x, tall))
        if lines.now is None:
            return
        here = scale.x(lines.now)
        painter.setPen(QPen(theme.live, 1.6))
        painter.drawLine(QPointF(here, 0), QPointF(here, tall))


def told(look: Look, stands: Standing) -> str:
    """Return a bar's label and times for its tool tip."""
    length = format_duration(Duration(round((stands.end - stands.start) * 1000)), tenths=True)
    lines = [stands.bar.label]
    if stands.called:
        lines.append(
            translate("Timeline", "called {at}, {length}").format(at=look.clock(stands.start), length=length)
        )
    elif moved_off(stands):
        lines.append(
            translate("Timeline", "expected {at}, {length}").format(
                at=look.clock(stands.start), length=length
            )
        )
    if moved_off(stands) or not stands.called:
        lines.append(
            translate("Timeline", "planned {at}, {length}").format(
                at=look.clock(stands.planned), length=length
            )
        )
    if stands.bar.fade:
        lines.append(translate("Timeline", "fade {seconds:g} s").format(seconds=stands.bar.fade))
    return "\n".join(lines)
