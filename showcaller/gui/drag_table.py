"""A table whose rows are dragged into gaps between other rows.

Owns the dragging: the line that shows the gap, and the drop. What the drop does is its owner's, who gets
the ids, the place, and whether Alt was held. Knows no show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QTableView

from showcaller.gui.rundown_model import ROWS_MIME
from showcaller.gui.theme import ThemeHolder

DropRows = Callable[[Sequence[str], int, bool], None]
"""Ids of the rows, place of the row below the gap, and that Alt was held."""


class DragTable(QTableView):
    """See the module's law."""

    def __init__(self, themes: ThemeHolder, drop_rows: DropRows) -> None:
        super().__init__()
        self._themes = themes
        self._drop_rows = drop_rows
        self._drop_at: int | None = None
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, and the gap that dragged rows would go into."""
        self.paint_rows(event)
        if self._drop_at is not None:
            painter = QPainter(self.viewport())
            painter.setPen(QPen(self._themes.theme.info, self._themes.theme.px(2)))
            y = self._edge_above(self._drop_at)
            painter.drawLine(0, y, self.viewport().width(), y)
            painter.end()

    def paint_rows(self, event: QPaintEvent) -> None:
        """Paint the rows, Qt's way: cell by cell."""
        super().paintEvent(event)

    def _edge_above(self, place: int) -> int:
        if place < self.model().rowCount():
            return max(1, self.rowViewportPosition(place))
        last = self.model().rowCount() - 1
        return self.rowViewportPosition(last) + self.rowHeight(last) if last >= 0 else 1

    def _place_under(self, y: int) -> int:
        place = self.rowAt(y)
        if place < 0:
            return self.model().rowCount()
        middle = self.rowViewportPosition(place) + self.rowHeight(place) // 2
        return place + 1 if y > middle else place

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show the gap that the rows would go into."""
        super().dragMoveEvent(event)
        if event.mimeData().hasFormat(ROWS_MIME) and event.source() is self:
            self._drop_at = self._place_under(event.position().toPoint().y())
            self.viewport().update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: Any) -> None:
        """Nothing is dropped here after all."""
        super().dragLeaveEvent(event)
        self._drop_at = None
        self.viewport().update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Move the rows into the gap; with Alt a heading goes without its cues."""
        self._drop_at = None
        self.viewport().update()
        if not event.mimeData().hasFormat(ROWS_MIME):
            return
        ids = bytes(event.mimeData().data(ROWS_MIME).data()).decode().split("\n")
        alone = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        # Qt would take the dragged rows out of the model after a move: they are moved already.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._drop_rows(ids, self._place_under(event.position().toPoint().y()), alone)
