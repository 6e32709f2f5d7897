"""The problem list: what is wrong with the show, where, and the button that mends it.

Owns the list only; what is a problem is `core.checks`' business. A click selects the row, double click or
Enter goes there too, and a fix is one undo step.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from showcaller.core.checks import renaming
from showcaller.core.problems import Problem, Rename
from showcaller.core.show import Cue
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.lettering import TextLine
from showcaller.gui.selection import Selection
from showcaller.gui.theme import ThemeHolder

PROBLEM_ROLE = Qt.ItemDataRole.UserRole + 1
WHERE_ROLE = Qt.ItemDataRole.UserRole + 2

Index = QModelIndex | QPersistentModelIndex


class ProblemModel(QAbstractListModel):
    """The problems, gravest first, then in the order of the show."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._problems: list[Problem] = []
        document.problems_changed.connect(self.read)
        self.read()

    def read(self) -> None:
        """Take the document's problems."""
        found = sorted(self._document.problems, key=lambda problem: problem.severity != "error")
        if found != self._problems:
            self.beginResetModel()
            self._problems = found
            self.endResetModel()

    def problem(self, place: int) -> Problem:
        """Return a problem."""
        return self._problems[place]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many there are."""
        return 0 if parent.isValid() else len(self._problems)

    def data(self, index: Index, role: int = 0) -> Any:
        """Return sentence, place and the whole problem."""
        if not index.isValid():
            return None
        problem = self._problems[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return problem.sentence
        if role == PROBLEM_ROLE:
            return problem
        if role == WHERE_ROLE:
            return self.where(problem)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{problem.severity}: {self.where(problem)}: {problem.sentence}"
        return None

    def where(self, problem: Problem) -> str:
        """Say where a problem lies, shortly."""
        row = self._document.show.row(problem.row_id) if problem.row_id else None
        if row is not None:
            return (row.number if isinstance(row, Cue) else row.page) or "–"
        device = self._document.show.device(problem.device_id) if problem.device_id else None
        return device.name if device else self.tr("show")


class _Painter(QStyledItemDelegate):
    """Paints a problem: a mark for how grave it is, where, and the whole sentence."""

    def __init__(self, themes: ThemeHolder, view: QListView) -> None:
        super().__init__(view)
        self._themes = themes
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height that the whole sentence takes."""
        theme = self._themes.theme
        width = self._view.viewport().width() - self._left() - theme.px(12)
        box = QFontMetrics(theme.words(14)).boundingRect(
            QRect(0, 0, max(50, width), 1000), int(Qt.TextFlag.TextWordWrap), str(index.data())
        )
        return QSize(50, max(theme.px(32), box.height() + theme.px(14)))

    def _left(self) -> int:
        return self._themes.theme.px(98)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one problem."""
        problem = index.data(PROBLEM_ROLE)
        theme = self._themes.theme
        if not isinstance(problem, Problem):
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.line)
        grave = problem.severity == "error"
        line = option.rect.adjusted(theme.px(12), theme.px(7), -theme.px(12), 0)
        painter.setPen(theme.live if grave else theme.standby)
        painter.setFont(theme.words(14, QFont.Weight.Bold))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, "!" if grave else "▲")
        painter.setFont(theme.mono(14))
        painter.setPen(theme.info)
        where = QRect(line.left() + theme.px(18), line.top(), theme.px(62), line.height())
        text = QFontMetrics(theme.mono(14)).elidedText(
            str(index.data(WHERE_ROLE)), Qt.TextElideMode.ElideRight, where.width()
        )
        painter.drawText(where, Qt.AlignmentFlag.AlignLeft, text)
        painter.setFont(theme.words(14))
        painter.setPen(theme.text)
        words = option.rect.adjusted(self._left(), theme.px(7), -theme.px(12), 0)
        painter.drawText(words, int(Qt.TextFlag.TextWordWrap), str(index.data()))


class ProblemPanel(QWidget):
    """The list, and the button for the problem that the keyboard is on."""

    device_asked = Signal(str)
    """A problem lies in this device's settings."""

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._selection = selection
        self._themes = themes
        self.setObjectName("problems")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = ProblemModel(document, self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Painter(themes, self.view))
        self.view.setAccessibleName(self.tr("Problems of the show"))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.clicked.connect(self.go_to)
        self.view.activated.connect(self.go_to)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._offer())
        self.fine = TextLine(themes, 14, side="centre")
        self.fine.set_text(self.tr("✓ No problems"), "go")
        self.mend = QPushButton()
        self.mend.clicked.connect(self.mend_current)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.fine)
        self._layout.addWidget(self.view, 1)
        self._layout.addWidget(self.mend, 0, Qt.AlignmentFlag.AlignRight)
        self.model.modelReset.connect(self._look)
        document.mode_changed.connect(self._offer)
        themes.changed.connect(self._dress)
        self._dress()
        self._look()

    def go_to(self, index: Index) -> None:
        """Select the row of a problem, or ask for its device."""
        problem = index.data(PROBLEM_ROLE)
        if isinstance(problem, Problem):
            if problem.row_id is not None:
                self._selection.select([problem.row_id], problem.row_id)
            elif problem.device_id is not None:
                self.device_asked.emit(problem.device_id)

    def mend_current(self) -> None:
        """Make the fix of the problem that the keyboard is on."""
        fix = self._current_fix()
        if fix is not None:
            change = renaming(self._document.show, self._client.catalogue, fix)
            name = self.tr("Rename “{name}” to “{to}”").format(name=fix.name, to=fix.to)
            self._document.edit(name, change)

    def _current_fix(self) -> Rename | None:
        problem = self.view.currentIndex().data(PROBLEM_ROLE)
        return problem.fix if isinstance(problem, Problem) else None

    def _offer(self) -> None:
        fix = self._current_fix()
        self.mend.setVisible(fix is not None)
        if fix is not None:
            self.mend.setText(self.tr("Use “{name}” everywhere").format(name=fix.to))
            self.mend.setEnabled(self._document.can_edit(None, "rundown"))

    def _look(self) -> None:
        some = self.model.rowCount() > 0
        self.fine.setVisible(not some)
        self.view.setVisible(some)
        if some and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0))
        self._offer()

    def _dress(self) -> None:
        px = self._themes.theme.px
        self._layout.setContentsMargins(0, px(4), px(4), px(6))
        self._layout.setSpacing(px(4))
        self.view.doItemsLayout()
