"""The rows of the rundown as pictures: a row is painted when it looks different, else only shown again.

Owns the pictures of the rows in sight, four for each row: its words, and its times, some of which move every
second. A GO moves the whole table by one row and alters three: painting all would hold up the next key.
Asks the delegate for frames and `RowPainter` for paint; knows no show.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QStyle

from showcaller.gui.rundown_columns import Column
from showcaller.gui.rundown_paint import RowFrame, RowPainter

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

_SPARE = 16
"""Pictures that are kept beyond the rows in sight."""

_WORDS = tuple(column for column in Column if column < Column.PLAN)
_REST = tuple(column for column in Column if column > Column.EXPECTED)
_TIMES = frozenset({"planned", "expected", "late", "over", "result", "further"})


def _what_is_shown(*times: str) -> Callable[[RowFrame], object]:
    """Return what tells all of a frame but its times, and of these only some."""
    return attrgetter(*(one.name for one in fields(RowFrame) if one.name not in _TIMES or one.name in times))


_PARTS: tuple[tuple[tuple[Column, ...], Callable[[RowFrame], object]], ...] = (
    (_WORDS, _what_is_shown()),
    ((Column.PLAN,), _what_is_shown("planned")),
    ((Column.EXPECTED,), _what_is_shown("expected")),
    (_REST, _what_is_shown("late", "over", "result", "further")),
)
"""The parts of a row, left to right, each with what tells whether it looks as it did."""


@dataclass(slots=True)
class _Picture:
    """One part of a row, and what it shows."""

    key: object
    pixmap: QPixmap


class RowPictures:
    """See the module's law.

    Args:
        view: The table.
        frame: Returns what is known of the row at a place.
    """

    def __init__(self, view: QTableView, frame: Callable[[int], RowFrame]) -> None:
        self._view = view
        self._frame = frame
        self._kept: dict[Hashable, _Picture] = {}
        self.painted = 0
        """Pictures made so far; for measurements."""

    def __len__(self) -> int:
        return len(self._kept)

    def forget(self) -> None:
        """Paint everything anew: theme or columns are others."""
        self._kept.clear()

    def paint(self, painter: QPainter, region: QRegion, row_painter: RowPainter) -> None:
        """Show the rows that lie in a region of the viewport."""
        view = self._view
        box = region.boundingRect()
        spans = [
            QRect(view.columnViewportPosition(column), 0, view.columnWidth(column), 0) for column in Column
        ]
        ends = (
            spans[Column.GLYPH].left(),
            spans[Column.PLAN].left(),
            spans[Column.EXPECTED].left(),
            spans[Column.EXPECTED].left() + spans[Column.EXPECTED].width(),
            spans[Column.RESULT].left() + spans[Column.RESULT].width(),
        )
        chosen, current = view.selectionModel(), view.currentIndex()
        has_focus = view.hasFocus() or view.viewport().hasFocus()
        model = view.model()
        place = view.rowAt(max(0, box.top()))
        if place < 0:
            return
        top = view.rowViewportPosition(place)
        while place < model.rowCount() and top <= box.bottom():
            high = view.rowHeight(place)
            areas = [QRect(left, top, right - left, high) for left, right in pairwise(ends)]
            wanted = [number for number, area in enumerate(areas) if region.intersects(area)]
            if wanted:
                frame = self._frame(place)
                is_chosen = chosen.isSelected(model.index(place, 0))
                focused = current.column() if has_focus and current.row() == place else -1
                for number in wanted:
                    area = areas[number]
                    if 0.0 < frame.share < 1.0:
                        # It looks different each time: a picture of it would be of no use.
                        painter.save()
                        painter.translate(0, top)
                        within = region.translated(0, -top)
                        columns = _PARTS[number][0]
                        _paint_cells(
                            row_painter, painter, frame, columns, spans, high, is_chosen, focused, within
                        )
                        painter.restore()
                        continue
                    pixmap = self._picture(row_painter, frame, number, spans, area, is_chosen, focused)
                    painter.drawPixmap(area.topLeft(), pixmap)
            top += high
            place += 1
        self._drop_oldest()

    def _picture(
        self,
        row_painter: RowPainter,
        frame: RowFrame,
        number: int,
        spans: Sequence[QRect],
        area: QRect,
        is_chosen: bool,
        focused: int,
    ) -> QPixmap:
        """Return a part of a row, as it was painted before if it looks the same."""
        columns, shown = _PARTS[number]
        ratio = self._view.devicePixelRatioF()
        key = shown(frame), is_chosen, focused, area.size(), area.left(), ratio
        name = frame.row.id, number
        kept = self._kept.pop(name, None)
        if kept is None or kept.key != key:
            self.painted += 1
            pixmap = QPixmap(QSize(round(area.width() * ratio), round(area.height() * ratio)))
            pixmap.setDevicePixelRatio(ratio)
            painter = QPainter(pixmap)
            painter.translate(-area.left(), 0)
            _paint_cells(row_painter, painter, frame, columns, spans, area.height(), is_chosen, focused)
            painter.end()
            kept = _Picture(key, pixmap)
        self._kept[name] = kept
        return kept.pixmap

    def _drop_oldest(self) -> None:
        view = self._view
        least = max(1, view.verticalHeader().defaultSectionSize())
        most = len(_PARTS) * (view.viewport().height() // least + 2 + _SPARE)
        while len(self._kept) > most:
            del self._kept[next(iter(self._kept))]


def _paint_cells(
    row_painter: RowPainter,
    painter: QPainter,
    frame: RowFrame,
    columns: Sequence[Column],
    spans: Sequence[QRect],
    high: int,
    is_chosen: bool,
    focused: int,
    within: QRegion | None = None,
) -> None:
    """Paint cells of a row whose top is 0, those that lie in a region alone if one is given."""
    for column in columns:
        cell = QRect(spans[column].left(), 0, spans[column].width(), high)
        if not cell.width() or (within is not None and not within.intersects(cell)):
            continue
        flags = QStyle.StateFlag.State_Selected if is_chosen else QStyle.StateFlag.State_None
        if column == focused:
            flags |= QStyle.StateFlag.State_HasFocus
        row_painter.paint(painter, cell, column, frame, flags)
