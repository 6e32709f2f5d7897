"""The rundown table: scrolling, the keyboard in it, dragging rows, and keeping the standby in sight.

Owns how the table moves: it follows the standby in its upper third, lets the operator look elsewhere and
comes back five seconds after. Selecting and scrolling never move the standby. What rows say is the
model's, how they look the delegate's, what is done to them the panel's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    Qt,
    QTimer,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from showcaller.core.edits import Change, Edited
from showcaller.core.show import Segment
from showcaller.gui.client import Client
from showcaller.gui.drag_table import DragTable
from showcaller.gui.rundown_columns import COMPACT_BELOW, OPTIONAL, Column, ColumnChoice, widths_of
from showcaller.gui.rundown_delegate import RundownDelegate
from showcaller.gui.rundown_model import RundownModel
from showcaller.gui.rundown_paint import ROW, SEGMENT_ROW, STANDBY_ROW
from showcaller.gui.selection import Selection
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate

RETURN_AFTER_MS = 5000
"""How long after a manual scroll the table returns to the standby."""

FRAME_MS = 100
FLASH_MS = 350


class RundownView(DragTable):
    """The table. Rows are selected whole, the keyboard stands on a cell."""

    def __init__(
        self,
        model: RundownModel,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        drop_rows: Callable[[Sequence[str], int, bool], None],
        columns: ColumnChoice | None = None,
    ) -> None:
        super().__init__(themes, drop_rows)
        self.columns = columns or ColumnChoice(None, self)
        """Which columns are shown besides the usual ones."""
        self._rundown = model
        self._client = client
        self._selection = selection
        self._syncing = False
        self._standby_place = -1
        self.setModel(model)
        self.delegate = RundownDelegate(self, model, client, themes)
        self.setItemDelegate(self.delegate)
        self.delegate.closed.connect(self.close_cell)
        self.delegate.left.connect(self._step_cell)
        self.setAccessibleName(translate("Rundown", "Rundown"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self._set_up_headers()
        self._return = QTimer(self)
        self._return.setSingleShot(True)
        self._return.setInterval(RETURN_AFTER_MS)
        self._return.timeout.connect(self._come_back)
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.timeout.connect(self._repaint_what_moves)
        self._second = -1
        self._counted: dict[int, tuple[str, tuple[str, bool], tuple[str, ...]]] = {}
        """What the rows in sight said last of when they are expected, by place."""
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(FLASH_MS)
        self._flash.timeout.connect(self._end_flash)
        self.verticalScrollBar().actionTriggered.connect(lambda _action: self._look_elsewhere())
        model.rowsInserted.connect(self._size_inserted)
        model.rowsMoved.connect(self._size_moved)
        model.modelReset.connect(self._begin_anew)
        client.snapshot_changed.connect(self._take_snapshot)
        model.document.changed.connect(self._take_change)
        selection.changed.connect(self._show_selection)
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        self.selectionModel().currentChanged.connect(self._tell_selection)
        themes.changed.connect(self._take_theme)
        self._begin_anew()

    def _set_up_headers(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(8)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns.setHighlightSections(False)
        columns.setSectionsClickable(False)
        columns.setMinimumSectionSize(8)
        for place, column in enumerate(OPTIONAL, Column.EXPECTED + 1):
            columns.moveSection(columns.visualIndex(column), place)
        columns.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        columns.customContextMenuRequested.connect(self._offer_columns)
        self.columns.changed.connect(self._size_columns)
        self._size_headers()

    def _offer_columns(self, at: QPoint) -> None:
        """Offer the columns that can be shown or not."""
        menu = QMenu(self)
        self.columns.fill(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    def _size_headers(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._themes.theme.px(ROW))
        self.horizontalHeader().setFixedHeight(self._themes.theme.px(32))
        px = self._themes.theme.px
        self.horizontalHeader().setStyleSheet(f"QHeaderView::section {{ padding: 0 {px(12)}px 0 0; }}")
        self._size_columns()

    def _size_columns(self) -> None:
        shown = self.columns.shown
        px, room = self._themes.theme.px, self.viewport().width()
        for column in OPTIONAL:
            self.setColumnHidden(column, column not in shown)
        for column, width in widths_of(room, px, shown).items():
            self.setColumnWidth(column, width)
        self._tell_delegate(compact=room < px(COMPACT_BELOW))

    def _tell_delegate(self, *, compact: bool) -> None:
        """Columns moved: what the delegate knew of them is old."""
        delegate = getattr(self, "delegate", None)
        if delegate is not None:
            delegate.draw_together(compact=compact)

    def _height(self, place: int) -> int:
        px = self._themes.theme.px
        if place == self._standby_place:
            return px(STANDBY_ROW)
        return px(SEGMENT_ROW) if isinstance(self._rundown.row_at(place), Segment) else px(ROW)

    def _size_rows(self, first: int, last: int) -> None:
        """Give rows their heights; called for many at once, so the loop asks for as little as it can."""
        header, px, row_at = self.verticalHeader(), self._themes.theme.px, self._rundown.row_at
        self._standby_place = self._rundown.place_of(self._client.snapshot.standby)
        of_cue, of_segment = px(ROW), px(SEGMENT_ROW)
        for place in range(max(0, first), last + 1):
            height = of_segment if isinstance(row_at(place), Segment) else of_cue
            if place == self._standby_place:
                height = px(STANDBY_ROW)
            if header.sectionSize(place) != height:
                header.resizeSection(place, height)

    def _size_moved(self, _from: Any, first: int, last: int, _to: Any, target: int) -> None:
        self._size_rows(min(first, target), max(last, target - 1))

    def _size_inserted(self, _parent: Any, first: int, last: int) -> None:
        self._size_rows(first, last)

    def _begin_anew(self) -> None:
        self._size_rows(0, self._rundown.rowCount() - 1)
        self._show_selection()
        self._follow()

    def _take_theme(self) -> None:
        self._size_headers()
        self._size_rows(0, self._rundown.rowCount() - 1)
        self._follow()
        self.viewport().update()

    def _take_snapshot(self) -> None:
        snapshot = self._client.snapshot
        place = self._rundown.place_of(snapshot.standby)
        if place != self._standby_place:
            before, self._standby_place = self._standby_place, place
            for moved in (before, place):
                if 0 <= moved < self._rundown.rowCount():
                    self.verticalHeader().resizeSection(moved, self._height(moved))
                    self.update_row(moved)
            if not self._return.isActive():
                self._follow()
        self._run_frames()

    def _take_change(self, change: Change) -> None:
        """An edited standby is prepared again: it flashes once."""
        snapshot = self._client.snapshot
        edited = any(isinstance(op, Edited) and op.id == snapshot.standby for op in change)
        if edited and snapshot.mode != "edit":
            self.delegate.flashing = snapshot.standby
            self._flash.start()
            self.update_row(self._standby_place)

    def _end_flash(self) -> None:
        self.delegate.flashing = None
        self.update_row(self._standby_place)

    def _run_frames(self) -> None:
        """Come back ten times a second while a row fills, else with the next figure; in EDIT not at all."""
        snapshot = self._client.snapshot
        if snapshot.mode == "edit" or snapshot.rate <= 0 or not self.isVisible():
            self._frame.stop()
            return
        to_next = int(self._rundown.cells.until_next() / snapshot.rate) + 1
        wait = min(FRAME_MS, to_next) if self._rundown.live.runs else to_next
        if not self._frame.isActive() or self._frame.remainingTime() > wait:
            self._frame.start(max(FRAME_MS // 5, wait))

    def _repaint_what_moves(self) -> None:
        second = self._client.show_now() // 1_000_000_000
        live, place_of = self._rundown.live, self._rundown.place_of
        if second != self._second:
            self._second = second
            self._repaint_expected()
        for place in self._rundown.cells.counted_on():
            self.update_row(place)
        for row_id in live.runs:
            self.viewport().update(self.delegate.newly_filled(place_of(row_id)))
        self._run_frames()

    def _repaint_expected(self) -> None:
        """Repaint the cells in sight whose time moved on; of most rows it stays for minutes."""
        left = self.columnViewportPosition(Column.EXPECTED)
        wide = self.columnViewportPosition(Column.LATE) + self.columnWidth(Column.LATE) - left
        narrow = self.columnWidth(Column.EXPECTED)
        cells, before, self._counted = self._rundown.cells, self._counted, {}
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        for place in range(max(0, first), (last if last >= 0 else self._rundown.rowCount() - 1) + 1):
            further = tuple(cells.further(place, column) for column in self.columns.shown)
            says = self._counted[place] = cells.expected(place), cells.late(place), further
            was = before.get(place, ("",))
            if was != says:
                width = narrow if was[1:] == says[1:] else wide
                self.viewport().update(left, self.rowViewportPosition(place), width, self.rowHeight(place))

    def dataChanged(self, top_left: Any, bottom_right: Any, _roles: Sequence[int] = ()) -> None:
        """Repaint the cells that changed, as far as they are in sight; Qt would repaint everything."""
        high = self.viewport().height()
        top = max(0, self.rowViewportPosition(top_left.row()))
        last = bottom_right.row()
        foot = min(high, self.rowViewportPosition(last) + self.rowHeight(last))
        if top < foot:
            left = self.columnViewportPosition(top_left.column())
            right = self.columnViewportPosition(bottom_right.column()) + self.columnWidth(
                bottom_right.column()
            )
            self.viewport().update(left, top, right - left, foot - top)

    def update_row(self, place: int) -> None:
        """Repaint one row, if it is in sight."""
        if 0 <= place < self._rundown.rowCount():
            top, height = self.rowViewportPosition(place), self.rowHeight(place)
            if top < self.viewport().height() and top + height > 0:
                self.viewport().update(0, top, self.viewport().width(), height)

    def _look_elsewhere(self) -> None:
        """The operator scrolled: leave the table there for a while."""
        self._return.start()

    def _come_back(self) -> None:
        if self._client.snapshot.mode == "edit":
            return
        if self.delegate.editor is not None:
            self._return.start()
        else:
            self._follow()

    def _follow(self) -> None:
        """Bring the standby into the upper third."""
        if self._standby_place < 0:
            return
        header = self.verticalHeader()
        top = header.sectionPosition(self._standby_place)
        middle = top + header.sectionSize(self._standby_place) // 2
        wanted = max(0, middle - self.viewport().height() // 3)
        first = header.logicalIndexAt(wanted - header.offset())
        self.verticalScrollBar().setValue(header.sectionPosition(first) if first >= 0 else wanted)

    def _show_selection(self) -> None:
        """Select what another panel selected."""
        if self._syncing:
            return
        model, rundown = self.selectionModel(), self._rundown
        chosen = QItemSelection()
        last = rundown.columnCount() - 1
        for row_id in self._selection.ids:
            place = rundown.place_of(row_id)
            if place >= 0:
                chosen.select(rundown.index(place, 0), rundown.index(place, last))
        self._syncing = True
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        current = rundown.place_of(self._selection.current)
        if current >= 0 and current != self.currentIndex().row():
            column = self.currentIndex().column() if self.currentIndex().isValid() else Column.WHAT
            index = rundown.index(current, column)
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self._look_elsewhere()
            self.scrollTo(index)
        self._syncing = False

    def _tell_selection(self, *_changed: object) -> None:
        if self._syncing:
            return
        self._syncing = True
        places = sorted({index.row() for index in self.selectionModel().selectedRows()})
        current = self.currentIndex().row()
        self._selection.select(
            [self._rundown.row_at(place).id for place in places],
            self._rundown.row_at(current).id if current >= 0 and current in places else None,
        )
        self._syncing = False

    def open_cell(self, text: str | None = None) -> bool:
        """Open the current cell, or the row's name where it holds nothing to edit; `text` replaces it."""
        index = self.currentIndex()
        opened = self.delegate.editor
        if opened is not None and not opened.finish():
            opened.setFocus()
            return False
        if not index.isValid():
            return False
        if not self._rundown.is_editable(index.row(), Column(index.column())):
            wanted = Column.WHAT if self._rundown.live.mode != "live" else Column.DURATION
            index = self._rundown.index(index.row(), wanted)
            if not self._rundown.is_editable(index.row(), wanted):
                return False
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollTo(index)
        # Persistent, for Qt closes any other when the keyboard moves to another cell, unread text and all.
        self.openPersistentEditor(index)
        editor = self.delegate.editor
        if editor is None:
            return False
        if text is not None:
            editor.setText(text)
        editor.setFocus()
        return True

    def close_cell(self, row_id: str, field: str) -> None:
        """Close the editor of a cell."""
        place = self._rundown.place_of(row_id)
        if place < 0:
            return
        for column in Column:
            index = self._rundown.index(place, column)
            if self._rundown.field_of(place, column) == field and self.isPersistentEditorOpen(index):
                self.closePersistentEditor(index)

    def _step_cell(self, down: int, right: int) -> None:
        """Move on from a cell as in a spreadsheet: Enter down, Tab to the next cell that can be edited."""
        index = self.currentIndex()
        row, column = index.row() + down, index.column()
        if right:
            row, column = self._next_editable(index.row(), column, right)
        if 0 <= row < self._rundown.rowCount():
            self.setCurrentIndex(self._rundown.index(row, column))

    def _next_editable(self, row: int, column: int, right: int) -> tuple[int, int]:
        for _ in range(2 * len(Column)):
            column += right
            if not 0 <= column < len(Column):
                column = 0 if right > 0 else len(Column) - 1
                row += right
            if not 0 <= row < self._rundown.rowCount():
                return row, column
            if self._rundown.is_editable(row, Column(column)):
                break
        return row, column

    def event(self, event: QEvent) -> bool:
        """In EDIT letters and figures begin an edit rather than a command of the run."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._begins_edit(event)
            and self._rundown.live.mode == "edit"
        ):
            event.accept()
            return True
        return super().event(event)

    def _begins_edit(self, event: QKeyEvent) -> bool:
        text = event.text()
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return (
            not held
            and text.isprintable()
            and bool(text.strip())
            and self._rundown.live.mode != "live"
            and self.currentIndex().isValid()
            and self._rundown.is_editable(self.currentIndex().row(), Column(self.currentIndex().column()))
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space is GO and never ours; Enter and F2 open a cell; what is typed replaces it."""
        key = event.key()
        if key in {Qt.Key.Key_Space, Qt.Key.Key_Escape}:
            event.ignore()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2} and not (
            event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            if not self.open_cell():
                event.ignore()
        elif key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            self._step_cell(0, 1 if key == Qt.Key.Key_Tab else -1)
        elif self._begins_edit(event):
            self.open_cell(event.text())
        elif (
            event.text().isprintable()
            and event.text()
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            # Without this Qt would search the rows for what is typed, and swallow the key of a command.
            event.ignore()
        else:
            before = self.verticalScrollBar().value()
            super().keyPressEvent(event)
            if self.verticalScrollBar().value() != before:
                self._look_elsewhere()

    def mouseDoubleClickEvent(self, event: Any) -> None:
        """Open the cell that was clicked."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.setCurrentIndex(index)
            self.open_cell()
        else:
            super().mouseDoubleClickEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, and stay there for a while."""
        self._look_elsewhere()
        super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The panel has the menu."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Nothing scrolls sideways: the columns share the width."""
        super().resizeEvent(event)
        self._size_columns()
        if not self._return.isActive() and self._client.snapshot.mode != "edit":
            self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to count."""
        super().showEvent(event)
        self._follow()
        self._run_frames()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it count."""
        super().hideEvent(event)
        self._frame.stop()

    def paint_rows(self, event: QPaintEvent) -> None:
        """Show the rows as pictures, each asked once."""
        self.delegate.paint_rows(event.region())
