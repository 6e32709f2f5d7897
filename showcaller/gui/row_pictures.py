"""The rows of the rundown as pictures: a row is painted when it looks different, else only shown again.

Owns the pictures of the rows in sight, two for each row: its words, and its times, which move every second.
A GO moves the whole table by one row and alters three: painting all of them would hold up the next key.
Asks the delegate for frames and `RowPainter` for paint; knows no show.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QStyle

from showcaller.gui.rundown_columns import Column
from showcaller.gui.rundown_paint import RowFrame, RowPainter

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

_SPARE = 16
"""Pictures that are kept beyond the rows in sight."""

_WORDS = tuple(column for column in Column if column < Column.PLAN)
_TIMES = tuple(column for column in Column if column >= Column.PLAN)
_ONLY_TIMES = frozenset({"planned", "expected", "late", "over", "result", "further"})
_what_words_show = attrgetter(*(one.name for one in fields(RowFrame) if one.name not in _ONLY_TIMES))


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
        middle = spans[Column.PLAN].left()
        right = spans[Column.RESULT].left() + spans[Column.RESULT].width()
        ratio = view.devicePixelRatioF()
        chosen, current = view.selectionModel(), view.currentIndex()
        has_focus = view.hasFocus() or view.viewport().hasFocus()
        model = view.model()
        place = view.rowAt(max(0, box.top()))
        if place < 0:
            return
        top = view.rowViewportPosition(place)
        while place < model.rowCount() and top <= box.bottom():
            high = view.rowHeight(place)
            words = QRect(spans[0].left(), top, middle - spans[0].left(), high)
            times = QRect(middle, top, right - middle, high)
            wanted = [
                (columns, area)
                for columns, area in ((_WORDS, words), (_TIMES, times))
                if region.intersects(area)
            ]
            if wanted:
                frame = self._frame(place)
                is_chosen = chosen.isSelected(model.index(place, 0))
                focused = current.column() if has_focus and current.row() == place else -1
                for columns, area in wanted:
                    if 0.0 < frame.share < 1.0:
                        # It looks different each time: a picture of it would be of no use.
                        for column in columns:
                            cell = spans[column].translated(0, top)
                            cell.setHeight(high)
                            if region.intersects(cell):
                                flags = _flags(is_chosen, has_focus=column == focused)
                                row_painter.paint(painter, cell, column, frame, flags)
                        continue
                    key = (
                        _what_words_show(frame) if columns is _WORDS else frame,
                        is_chosen,
                        focused,
                        area.size(),
                        area.left(),
                        ratio,
                    )
                    picture = self._kept.pop((frame.row.id, columns), None)
                    if picture is None or picture.key != key:
                        pixmap = self._draw(row_painter, frame, columns, spans, area, is_chosen, focused)
                        picture = _Picture(key, pixmap)
                    self._kept[frame.row.id, columns] = picture
                    painter.drawPixmap(area.topLeft(), picture.pixmap)
            top += high
            place += 1
        self._drop_oldest()

    def _draw(
        self,
        row_painter: RowPainter,
        frame: RowFrame,
        columns: tuple[Column, ...],
        spans: list[QRect],
        area: QRect,
        is_chosen: bool,
        focused: int,
    ) -> QPixmap:
        self.painted += 1
        ratio = self._view.devicePixelRatioF()
        pixmap = QPixmap(QSize(round(area.width() * ratio), round(area.height() * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        painter = QPainter(pixmap)
        painter.translate(-QPoint(area.left(), 0))
        for column in columns:
            span = spans[column]
            if not span.width():
                continue
            flags = QStyle.StateFlag.State_Selected if is_chosen else QStyle.StateFlag.State_None
            if column == focused:
                flags |= QStyle.StateFlag.State_HasFocus
            rect = QRect(span.left(), 0, span.width(), area.height())
            row_painter.paint(painter, rect, column, frame, flags)
        painter.end()
        return pixmap

    def _drop_oldest(self) -> None:
        view = self._view
        least = max(1, view.verticalHeader().defaultSectionSize())
        most = 2 * (view.viewport().height() // least + 2 + _SPARE)
        while len(self._kept) > most:
            del self._kept[next(iter(self._kept))]


def _flags(is_chosen: bool, *, has_focus: bool) -> QStyle.StateFlag:
    flags = QStyle.StateFlag.State_Selected if is_chosen else QStyle.StateFlag.State_None
    return flags | QStyle.StateFlag.State_HasFocus if has_focus else flags
