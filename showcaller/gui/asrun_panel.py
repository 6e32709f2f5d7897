"""The as-run list: what really happened in this run, line by line, newest at the foot.

Owns the table, its filter and the rule that it follows the run until someone scrolls up. Knows no
journal file; the rows come from `asrun_model`.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from showcaller.gui.asrun_model import DEVICE, RESULT, ROW_ROLE, TIME, TOOK, WHAT, AsRunModel, AsRunRow
from showcaller.gui.asrun_model import Tone as RowTone
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.lettering import BOLD, PLAIN, TextLine, Tone, tone_of
from showcaller.gui.selection import Selection
from showcaller.gui.theme import ThemeHolder

_TONES: dict[RowTone, Tone] = {
    "good": "go",
    "plain": "text",
    "faint": "dim",
    "warning": "standby",
    "bad": "live",
}

Index = QModelIndex | QPersistentModelIndex


class FailedRows(QSortFilterProxyModel):
    """All rows, or only those that tell of a failure."""

    def __init__(self, model: AsRunModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._only_failed = False
        self.setSourceModel(model)

    @property
    def only_failed(self) -> bool:
        """Say whether only failures are shown."""
        return self._only_failed

    def show_only_failed(self, on: bool) -> None:
        """Filter, or do not."""
        if on != self._only_failed:
            self._only_failed = on
            self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Let a row through."""
        del source_parent
        model = self.sourceModel()
        assert isinstance(model, AsRunModel)
        return not self._only_failed or model.row(source_row).failed


class _RowPainter(QStyledItemDelegate):
    """Paints the cells: figures in their typeface, results in their tone."""

    def __init__(self, themes: ThemeHolder, parent: QWidget) -> None:
        super().__init__(parent)
        self._themes = themes

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, AsRunRow):
            return
        theme = self._themes.theme
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rect = option.rect
        if selected or row.heading:
            painter.fillRect(rect, theme.line if selected else theme.raised)
        column = index.column()
        tone: Tone = "dim" if column in {TIME, DEVICE, TOOK} else "text"
        if column == RESULT or (column == WHAT and row.tone in {"faint", "bad"}):
            tone = _TONES[row.tone]
        weight = BOLD if row.heading and column == WHAT else PLAIN
        font = theme.mono(13, weight) if column in {TIME, TOOK} else theme.words(13, weight)
        painter.setFont(font)
        painter.setPen(tone_of(theme, tone))
        inner = rect.adjusted(theme.px(6), 0, -theme.px(6), 0)
        text = painter.fontMetrics().elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideRight, inner.width()
        )
        side = Qt.AlignmentFlag.AlignRight if column == TOOK else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, int(side | Qt.AlignmentFlag.AlignVCenter), text)


class _Table(QTableView):
    """A table that says when its width is another."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class AsRunPanel(QWidget):
    """The as-run list with its filter."""

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._selection = selection
        self._themes = themes
        self._follows = True
        self.setObjectName("asrun")
        self.model = AsRunModel(document, client, self)
        self.rows = FailedRows(self.model, self)

        self.only_failed = QPushButton(self.tr("Failed only"))
        self.only_failed.setCheckable(True)
        self.only_failed.setAccessibleName(self.tr("Show failures only"))
        self.only_failed.toggled.connect(self._filter)
        self._count = TextLine(themes, 13)
        head = QHBoxLayout()
        head.addWidget(self._count, 1)
        head.addWidget(self.only_failed)

        self.view = _Table()
        self.view.resized.connect(self._spread)
        self.view.setModel(self.rows)
        self.view.setItemDelegate(_RowPainter(themes, self))
        self.view.setAccessibleName(self.tr("As-run: what happened in this run"))
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setTabKeyNavigation(False)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.horizontalHeader().setHighlightSections(False)
        self.view.verticalScrollBar().valueChanged.connect(self._see_scroll)
        self.view.clicked.connect(self._select_cue)
        self.view.activated.connect(self._select_cue)
        self._empty = TextLine(themes, 13, side="centre")
        self._empty.set_text(self.tr("Nothing yet. A run begins with REHEARSE or LIVE."), "dim")

        self._layout = QVBoxLayout(self)
        self._layout.addLayout(head)
        self._layout.addWidget(self._empty)
        self._layout.addWidget(self.view, 1)
        self.rows.rowsInserted.connect(self._grow)
        self.rows.modelReset.connect(self._grow)
        self.model.rowsInserted.connect(self._grow)
        themes.changed.connect(self._dress)
        self._dress()
        self._grow()

    def _dress(self) -> None:
        px = self._themes.theme.px
        self._layout.setContentsMargins(px(12), px(8), px(4), px(4))
        self._layout.setSpacing(px(6))
        self.only_failed.setStyleSheet(
            f"QPushButton {{ padding: {px(3)}px {px(9)}px; font-size: {px(13)}px; }}"
        )
        self.view.verticalHeader().setDefaultSectionSize(px(26))
        self.view.verticalHeader().setMinimumSectionSize(px(20))
        self._spread()

    def _spread(self) -> None:
        """Give each column its share; nothing scrolls sideways."""
        px = self._themes.theme.px
        room = self.view.viewport().width()
        fixed = px(104) + px(56)
        device = min(px(190), max(px(90), (room - fixed) // 5))
        result = min(px(420), max(px(110), (room - fixed) // 3))
        widths = {TIME: px(104), DEVICE: device, RESULT: result, TOOK: px(56)}
        widths[WHAT] = max(px(80), room - sum(widths.values()))
        for column, width in widths.items():
            self.view.setColumnWidth(column, width)

    def _filter(self, on: bool) -> None:
        self.rows.show_only_failed(on)
        self._grow()

    def _grow(self) -> None:
        total, shown = self.model.rowCount(), self.rows.rowCount()
        text = self.tr("{count} entries").format(count=total)
        if self.rows.only_failed:
            text = self.tr("{shown} failed of {count}").format(shown=shown, count=total)
        self._count.set_text(text, "dim")
        self._empty.setVisible(total == 0)
        if self._follows:
            self.view.scrollToBottom()

    def _see_scroll(self, value: int) -> None:
        self._follows = value >= self.view.verticalScrollBar().maximum() - 1

    def _select_cue(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, AsRunRow) and row.cue is not None:
            self._selection.select([row.cue], row.cue)
