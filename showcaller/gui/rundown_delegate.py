"""Between the rundown's view and its model: frames for the painter, editors for the cells.

Owns which editor is open and what one frame knows of its rows, so that ten cells of a row ask once.
Paints through `RowPainter`, reads typed text through `cell_edits`.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from showcaller.core.messages import DeviceView
from showcaller.core.show import Cue, Segment
from showcaller.gui import cell_edits
from showcaller.gui.cell_editor import CellEditor
from showcaller.gui.client import Client
from showcaller.gui.fork_marks import fork_part
from showcaller.gui.row_pictures import RowPictures
from showcaller.gui.rundown_columns import OPTIONAL, Column
from showcaller.gui.rundown_model import RundownModel
from showcaller.gui.rundown_paint import ChipLook, RowFrame, RowPainter
from showcaller.gui.rundown_words import Chip
from showcaller.gui.standby_marks import bracket_part
from showcaller.gui.theme import ThemeHolder

_SPANS = (
    (Column.GLYPH, Column.RESULT),
    (Column.CUE, Column.CUE),
    (Column.CALLS, Column.WHAT),
    (Column.LATE, Column.RESULT),
)
"""Columns that a whole row, a page, a title and a missed time run over."""

AnyIndex = QModelIndex | QPersistentModelIndex


class RundownDelegate(QStyledItemDelegate):
    """Paints cells and opens editors in them."""

    closed = Signal(str, str)
    """Row id and field of an editor that is done: the view takes it away."""
    left = Signal(int, int)
    """An editor closed: rows down and columns right that the keyboard moves by."""

    def __init__(self, view: QTableView, model: RundownModel, client: Client, themes: ThemeHolder) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._client = client
        self._themes = themes
        self._painter = RowPainter(themes.theme)
        self._frames: dict[int, RowFrame] = {}
        self._spans: tuple[tuple[int, int], ...] = ()
        self._edges: dict[str, int] = {}
        """How far running rows had filled when that was last looked at."""
        self.pictures = RowPictures(view, self.frame)
        self.flashing: str | None = None
        """Id of the standby that was just edited."""
        self.editor: CellEditor | None = None
        """The cell that is open."""
        themes.changed.connect(self._take_theme)

    def draw_together(self, *, compact: bool) -> None:
        """Paint chips closer where the table is narrow."""
        self._painter.compact = compact
        self._begin_frame()
        self.pictures.forget()

    def _begin_frame(self) -> None:
        """Forget what the last frame knew."""
        self._frames.clear()
        self._spans = ()

    def paint_rows(self, region: QRegion) -> None:
        """Show the rows that lie in a region of the viewport."""
        self._begin_frame()
        painter = QPainter(self._view.viewport())
        self.pictures.paint(painter, region, self._painter)
        painter.end()

    def newly_filled(self, place: int) -> QRect:
        """Return what of a running row has filled since this was asked last."""
        if not 0 <= place < self._model.rowCount():
            return QRect()
        row_id, view, spare = self._model.row_at(place).id, self._view, self._themes.theme.px(3)
        left, right = self._span(Column.GLYPH, Column.RESULT)
        edge = left + round((right - left) * self._model.cells.share(self._model.state(place)))
        before = self._edges.get(row_id, left)
        runs = self._model.live.runs
        self._edges = {one: at for one, at in self._edges.items() if one in runs} | {row_id: edge}
        first, last = min(before, edge) - spare, max(before, edge) + spare
        return QRect(first, view.rowViewportPosition(place), last - first, view.rowHeight(place))

    def frame(self, place: int) -> RowFrame:
        """Return what is known of a row in this frame."""
        frame = self._frames.get(place)
        if frame is None:
            frame = self._frames[place] = self._make_frame(place)
        return frame

    def _make_frame(self, place: int) -> RowFrame:
        model = self._model
        row = model.row_at(place)
        words = model.words(place)
        state = model.state(place)
        late, over = model.cells.late(place)
        problem = model.problem(place)
        if not self._spans:
            self._spans = tuple(self._span(*ends) for ends in _SPANS)
        (x, right), page, title, missed = self._spans
        return RowFrame(
            row=row,
            words=words,
            state=state,
            bracket=bracket_part(model.document.show, place),
            fork=fork_part(model.document.show, place),
            chips=tuple(self._look(chip) for chip in words.chips),
            share=model.cells.share(state),
            problem=problem.sentence if problem and problem.severe else "",
            warned=problem is not None,
            severe=problem.severe if problem else False,
            planned=model.cells.planned(place),
            expected=model.cells.expected(place),
            late=late,
            over=over,
            result=model.cells.result(place),
            further=tuple(
                "" if self._view.isColumnHidden(column) else model.cells.further(place, column)
                for column in OPTIONAL
            ),
            flash=row.id == self.flashing,
            x=x,
            width=right - x,
            page=(x + self._themes.theme.px(12), page[1]),
            title=title,
            missed=missed,
        )

    def _span(self, first: Column, last: Column) -> tuple[int, int]:
        view = self._view
        return view.columnViewportPosition(first), view.columnViewportPosition(last) + view.columnWidth(last)

    def _look(self, chip: Chip) -> ChipLook:
        live = self._model.live
        views: list[DeviceView] = [live.devices[one] for one in chip.devices if one in live.devices]
        return ChipLook(
            chip=chip,
            department=self._model.document.show.department(chip.department),
            hollow=chip.department in live.snapshot.manual,
            hatched=live.mode == "live" and any(view.route != "real" for view in views),
            # A lost device that is tried again is not there yet: the chip does not blink.
            lost=any(view.health != "ready" and view.route == "real" for view in views),
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one cell."""
        rect: QRect = option.rect
        flags = option.state
        self._painter.paint(painter, rect, Column(index.column()), self.frame(index.row()), flags)

    def sizeHint(self, _option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Columns and rows have sizes of their own; nothing is measured."""
        return QSize(self._view.columnWidth(index.column()), self._view.rowHeight(index.row()))

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        """Open a cell."""
        row_id = self._model.row_at(index.row()).id
        field = self._model.field_of(index.row(), Column(index.column()))
        assert field is not None
        editor = CellEditor(
            self._themes.theme, row_id, field, lambda text: self._take(row_id, field, text), parent
        )
        header = self._model.headerData(index.column(), Qt.Orientation.Horizontal)
        editor.setAccessibleName(str(header))
        figures = index.column() in {Column.CUE, Column.DURATION}
        theme = self._themes.theme
        editor.setFont(theme.mono(15) if figures else theme.body())
        editor.setText(cell_edits.text_to_type(self._model.document.show, index.row(), field))
        editor.selectAll()
        if self._model.live.mode == "live":
            editor.close_when_idle()
        editor.finished.connect(lambda down, right: self._close(editor, down, right))
        self.editor = editor
        return editor

    def _take(self, row_id: str, field: str, text: str) -> None:
        document = self._model.document
        place = self._model.place_of(row_id)
        if place < 0:
            return
        change = cell_edits.read_cell(document.show, self._client.catalogue, place, field, text)
        document.edit(cell_edits.edit_name(document.show.rundown[place], field), change)

    def _close(self, editor: CellEditor, down: int, right: int) -> None:
        if self.editor is editor:
            self.editor = None
        had_focus = editor.hasFocus()
        self.closed.emit(editor.row_id, editor.field)
        if had_focus:
            self._view.setFocus()
        if down or right:
            self.left.emit(down, right)

    def destroyEditor(self, editor: QWidget, index: AnyIndex) -> None:
        """Forget an editor that Qt takes away, because its row went or it is done."""
        if isinstance(editor, CellEditor):
            editor.discard()
            if self.editor is editor:
                self.editor = None
        super().destroyEditor(editor, index)

    def eventFilter(self, _watched: Any, _event: Any) -> bool:
        """The cell's editor knows its own keys and when it is left: nothing is filtered."""
        return False

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """What was typed stays, whatever changes around it."""

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:
        """The editor hands its text in itself."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Lay the editor over its cell; that of a segment's title over the whole of it."""
        rect = QRect(option.rect)
        row = self._model.row_at(index.row())
        if isinstance(row, Segment) and index.column() in {Column.CALLS, Column.WHAT}:
            left, right = self.frame(index.row()).title
            rect.setLeft(left)
            rect.setRight(right)
        elif isinstance(row, Cue) and index.column() == Column.CALLS:
            rect.setWidth(max(rect.width(), self._themes.theme.px(220)))
        elif index.column() in {Column.CUE, Column.DURATION}:
            rect.setWidth(max(rect.width(), self._themes.theme.px(84)))
        margin = self._themes.theme.px(6)
        editor.setGeometry(rect.adjusted(-margin, 3, 0, -4))

    def _take_theme(self) -> None:
        compact = self._painter.compact
        self._painter = RowPainter(self._themes.theme)
        self._painter.compact = compact
        self._begin_frame()
        self.pictures.forget()
