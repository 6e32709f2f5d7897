"""The times of the run: of each row as planned, as learned and as it was, to be kept or to be planned.

Owns the table of lessons, which of them are ticked, and the two edits; each is one step of undo. What a run
teaches says `core.learned`. Space stays GO: Enter ticks a row.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from showcaller.core.learned import NOTICED, Lesson, keep_lessons, lessons_of, plan_lessons
from showcaller.core.show import Segment
from showcaller.core.times import Duration, format_duration
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.over_rundown import place_over_rundown, widest
from showcaller.gui.questions import name_of
from showcaller.gui.theme import ThemeHolder

TICK, ROW, WHAT, PLANNED, LEARNED, ACTUAL, LONGER = range(7)
_FIGURES = {PLANNED, LEARNED, ACTUAL, LONGER}


class _Table(QTableWidget):
    """A table that leaves letters and Enter to its dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep the arrows, and nothing that is a key of the dialog."""
        if event.key() in _DIALOGS_OWN or (event.text() and event.text().isprintable()):
            event.ignore()
        else:
            super().keyPressEvent(event)


_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_DIALOGS_OWN = {*_ENTER, Qt.Key.Key_Escape}


class RunTimesDialog(QDialog):
    """See the module's law."""

    def __init__(
        self, document: Document, client: Client, themes: ThemeHolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._themes = document, client, themes
        self._lessons: tuple[Lesson, ...] = tuple(lessons_of(client.lines, document.show))
        self._left: set[tuple[str, str]] = set()
        """Lessons that are not ticked, by row and field."""
        theme = themes.theme
        self.setWindowTitle(self.tr("Times of this run"))
        beside = widest(parent, theme) if parent is not None else theme.px(820)
        self.setMinimumSize(min(theme.px(820), beside), theme.px(480))
        self.table = _Table(0, 7)
        self.table.setAccessibleName(self.tr("Times of this run"))
        self.table.setHorizontalHeaderLabels(
            [
                "",
                self.tr("ROW"),
                self.tr("TIME"),
                self.tr("PLANNED"),
                self.tr("LEARNED"),
                self.tr("THIS RUN"),
                "+/\u2212",
            ]
        )
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        for column in range(self.table.columnCount()):
            side = Qt.AlignmentFlag.AlignRight if column in _FIGURES else Qt.AlignmentFlag.AlignLeft
            title = self.table.horizontalHeaderItem(column)
            assert title is not None
            title.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(False)
        for column, width in (
            (TICK, 34),
            (WHAT, 150),
            (PLANNED, 92),
            (LEARNED, 92),
            (ACTUAL, 92),
            (LONGER, 80),
        ):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.table.setColumnWidth(column, theme.px(width))
        header.setSectionResizeMode(ROW, QHeaderView.ResizeMode.Stretch)
        self.table.itemClicked.connect(self._click)
        self.state = QLabel()
        self.state.setProperty("role", "dim")
        self.state.setWordWrap(True)
        self.keep = QPushButton(self.tr("Keep as learned  K"))
        self.keep.setToolTip(self.tr("Beside what is planned. Nothing of the plan moves."))
        self.plan = QPushButton(self.tr("Use as planned  U"))
        self.plan.setToolTip(self.tr("Durations and offsets become those of this run."))
        self.all = QPushButton(self.tr("All / none  A"))
        self.close_ = QPushButton(self.tr("Close  Esc"))
        buttons = QHBoxLayout()
        for button in (self.keep, self.plan, self.all):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.close_.setAutoDefault(False)
        buttons.addWidget(self.close_)
        self.keep.clicked.connect(self.keep_ticked)
        self.plan.clicked.connect(self.plan_ticked)
        self.all.clicked.connect(self.tick_all_or_none)
        self.close_.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.state)
        layout.addLayout(buttons)
        document.changed.connect(self._refresh)
        document.mode_changed.connect(self._refresh)
        self._refresh()
        self.table.selectRow(0)
        self.table.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Stand over the rundown: NOW, the words and GO stay in sight."""
        super().showEvent(event)
        place_over_rundown(self, self._themes.theme)

    @property
    def ticked(self) -> tuple[Lesson, ...]:
        """The lessons that would be kept or planned."""
        return tuple(one for one in self._lessons if (one.row, one.field) not in self._left)

    def keep_ticked(self) -> None:
        """Keep what is ticked beside what is planned."""
        change = keep_lessons(self._document.show, self.ticked)
        self._edit(self.tr("Keep times of the run"), change, self.tr("Kept as learned."))

    def plan_ticked(self) -> None:
        """Plan what is ticked."""
        change = plan_lessons(self._document.show, self.ticked)
        self._edit(self.tr("Use times of the run"), change, self.tr("Planned as they were."))

    def tick_all_or_none(self) -> None:
        """Tick every row; if every row is ticked, none."""
        self._left = set() if self._left else {(one.row, one.field) for one in self._lessons}
        self._refresh()

    def _edit(self, name: str, change: tuple[object, ...], done: str) -> None:
        if not change:
            self._say(self.tr("Nothing to change: these times stand there already."))
            return
        before = self._document.revision
        self._document.edit(name, change)  # type: ignore[arg-type]
        if self._document.revision != before:
            self._say(done + " " + self.tr("Ctrl+Z takes it back."))

    def _say(self, words: str) -> None:
        self.state.setText(words)

    def _refresh(self, _change: object = None) -> None:
        show = self._document.show
        self._lessons = tuple(lessons_of(self._client.lines, show))
        current = self.table.currentRow()
        self.table.setRowCount(len(self._lessons))
        for place, lesson in enumerate(self._lessons):
            for column, text in enumerate(self._texts(lesson)):
                self.table.setItem(place, column, self._item(lesson, column, text))
        free = self._document.can_edit(None, "rundown") and bool(self._lessons)
        for button in (self.keep, self.plan):
            button.setEnabled(free and bool(self.ticked))
        self.all.setEnabled(bool(self._lessons))
        self._say(self._words())
        if self._lessons:
            self.table.selectRow(min(max(current, 0), len(self._lessons) - 1))

    def _words(self) -> str:
        if not self._lessons:
            return self.tr(
                "No run to learn from yet: what is played whole in REHEARSE or LIVE stands here then."
            )
        if not self._document.can_edit(None, "rundown"):
            return self.tr("LIVE: the times can be kept when the show is over.")
        return self.tr(
            "{ticked} of {all} ticked. Enter ticks a row. Segments that were not played whole are left out."
        ).format(ticked=len(self.ticked), all=len(self._lessons))

    def _texts(self, lesson: Lesson) -> Iterable[str]:
        row = self._document.show.row(lesson.row)
        is_segment = isinstance(row, Segment)
        name = name_of(self._document.show, lesson.row)
        what = self.tr("length") if lesson.field == "duration" else self.tr("place in segment")
        tick = "\u2713" if (lesson.row, lesson.field) not in self._left else "\u2013"
        longer = "" if lesson.planned is None else _signed(lesson.longer)
        return (
            tick,
            name if is_segment else "    " + name,
            what,
            _length(lesson.planned),
            _length(lesson.learned),
            _length(lesson.actual),
            longer,
        )

    def _item(self, lesson: Lesson, column: int, text: str) -> QTableWidgetItem:
        theme = self._themes.theme
        item = QTableWidgetItem(text)
        if column in _FIGURES:
            item.setFont(theme.mono(14))
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        noticed = lesson.planned is None or abs(lesson.longer) >= NOTICED
        colour = theme.text if noticed or column in {TICK, ROW} else theme.dim
        item.setForeground(QColor(colour))
        if column == TICK:
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                self.tr("ticked") if text == "\u2713" else self.tr("left out"),
            )
        return item

    def _click(self, item: QTableWidgetItem) -> None:
        if item.column() == TICK:
            self._tick(item.row())

    def _tick(self, place: int) -> None:
        if 0 <= place < len(self._lessons):
            lesson = self._lessons[place]
            self._left ^= {(lesson.row, lesson.field)}
            self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ticks a row, letters press the buttons."""
        press = {Qt.Key.Key_K: self.keep, Qt.Key.Key_U: self.plan, Qt.Key.Key_A: self.all}
        button = press.get(Qt.Key(event.key())) if not event.modifiers() else None
        if button is not None:
            button.click()
        elif event.key() in _ENTER:
            self._tick(self.table.currentRow())
        else:
            super().keyPressEvent(event)


def _length(length: Duration | None) -> str:
    return "" if length is None else format_duration(length, tenths=length % 1000 != 0)


def _signed(length: Duration) -> str:
    return "0:00" if abs(length) < NOTICED else format_duration(length, sign=True)
