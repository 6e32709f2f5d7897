"""The bracket around a branch in the rundown: which part of it a row has, and how it is drawn.

Owns the look of a branch beside its rows. Called by the delegate and the painter; knows no view.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPen

from showcaller.core.show import Segment, Show
from showcaller.gui.theme import Theme

ForkPart = Literal["", "first", "ending", "inside", "last", "only"]
"""The top of a branch, the heading of a further ending, a row in it, its bottom, or a branch of one row."""


def fork_part(show: Show, place: int) -> ForkPart:
    """Return which part of the bracket around a branch the row at a place has; nothing outside one."""
    branch = _branch_at(show, place)
    if not branch:
        return ""
    row = show.rundown[place]
    above = _branch_at(show, place - 1) if place > 0 else ""
    below = _branch_at(show, place + 1) if place + 1 < len(show.rundown) else ""
    if above != branch:
        return "first" if below == branch else "only"
    if below != branch:
        return "last"
    if isinstance(row, Segment) and _ending_at(show, place - 1) != row.ending:
        return "ending"
    return "inside"


def _segment_at(show: Show, place: int) -> Segment | None:
    at = show.segment_places[place]
    segment = show.rundown[at] if at >= 0 else None
    return segment if isinstance(segment, Segment) else None


def _branch_at(show: Show, place: int) -> str:
    segment = _segment_at(show, place)
    return segment.branch if segment else ""


def _ending_at(show: Show, place: int) -> str:
    segment = _segment_at(show, place)
    return segment.ending if segment else ""


def paint_fork(painter: QPainter, rect: QRect, part: ForkPart, theme: Theme, *, other: bool) -> None:
    """Draw a row's part of the bracket: whole beside the ending that counts, dotted beside the others."""
    px = theme.px
    x, top, bottom = rect.left() + px(6), rect.top(), rect.bottom() + 1
    middle = rect.center().y()
    colour = theme.dim if other else theme.info
    pen = QPen(colour, px(2))
    if other:
        pen.setStyle(Qt.PenStyle.DotLine)
    painter.save()
    painter.setPen(pen)
    if part in {"first", "only"}:
        top = middle
    painter.drawLine(x, top, x, middle if part == "only" else bottom - (px(4) if part == "last" else 0))
    painter.setPen(QPen(colour, px(2)))
    if part in {"first", "ending", "only"}:
        painter.drawLine(x, middle, x + px(4), middle)
    if part == "last":
        painter.drawLine(x, bottom - px(4), x + px(4), bottom - px(4))
    painter.restore()
