"""The inspector: everything of the selected rows, as a form.

Owns which form is shown, its heading, the unlocking of one cue in LIVE, and that a field which was typed
into in LIVE commits and closes when the keys rest. The forms own their fields, the document the edits.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import checks
from showcaller.core.edits import Change
from showcaller.core.problems import Problem, Rename
from showcaller.core.show import Cue, Row, Segment
from showcaller.gui.cell_editor import IDLE_IN_LIVE_MS
from showcaller.gui.client import Client
from showcaller.gui.cue_form import CueForm
from showcaller.gui.document import Document
from showcaller.gui.row_form import RowForm
from showcaller.gui.row_times import RowTimesBox
from showcaller.gui.segment_form import SegmentForm
from showcaller.gui.selection import Selection
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

translate = QCoreApplication.translate


class Inspector(QWidget):
    """The form of what is selected."""

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
        *,
        timetable: Timetable | None = None,
    ) -> None:
        super().__init__(parent)
        self._timetable = timetable or Timetable(document, client, self)
        self._document = document
        self._client = client
        self._selection = selection
        self._themes = themes
        self._mode = client.snapshot.mode
        self._stale = False
        """Something else was selected while the inspector was not seen."""
        self.setAccessibleName(translate("Inspector", "Inspector"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_IN_LIVE_MS)
        self._idle.timeout.connect(self._close_field)
        self._body = QWidget()
        self._layout.addWidget(self._body)
        self._build()
        document.changed.connect(self._take_change)
        document.problems_changed.connect(self._show_problems)
        document.inventories_changed.connect(self._refresh)
        client.snapshot_changed.connect(self._take_snapshot)
        client.link_changed.connect(self._refresh)
        selection.changed.connect(self._take_selection)
        themes.changed.connect(self._build)

    def _take_selection(self) -> None:
        """Show what is selected; while nobody can see it, once somebody can."""
        self._stale = self.isHidden() or (self.window().isVisible() and not self.isVisible())
        if not self._stale:
            self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was selected meanwhile."""
        super().showEvent(event)
        if self._stale:
            self._show()

    def _build(self) -> None:
        """Make the forms, in the theme that is in use."""
        px = self._themes.theme.px
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.heading = QLabel()
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setWordWrap(True)
        self.heading.setStyleSheet(f"font-size: {px(17)}px; font-weight: 600;")
        self.heading.setContentsMargins(px(12), px(10), px(12), px(2))
        column.addWidget(self.heading)
        self.problems = QLabel()
        self.problems.setTextFormat(Qt.TextFormat.PlainText)
        self.problems.setWordWrap(True)
        self.problems.setContentsMargins(px(12), 0, px(12), px(2))
        self.problems.hide()
        column.addWidget(self.problems)
        self._lock_line = QWidget()
        lock = QHBoxLayout(self._lock_line)
        lock.setContentsMargins(px(12), px(2), px(12), px(2))
        self._lock_text = QLabel()
        self._lock_text.setWordWrap(True)
        self._lock_text.setProperty("role", "dim")
        self.unlock_button = QPushButton(translate("Inspector", "Unlock this cue"))
        self.unlock_button.setIcon(self._themes.theme.icon("lock"))
        self.unlock_button.clicked.connect(self._unlock)
        lock.addWidget(self._lock_text, 1)
        lock.addWidget(self.unlock_button)
        column.addWidget(self._lock_line)
        self._stack = QStackedWidget()
        column.addWidget(self._stack, 1)
        self._empty = QLabel()
        self._empty.setProperty("role", "dim")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMargin(px(24))
        self._stack.addWidget(self._empty)
        self.cue_form = CueForm(self._document, self._client, self._themes)
        self.segment_form = SegmentForm(self._document, self._themes)
        self._times: dict[RowForm, RowTimesBox] = {}
        for form in (self.cue_form, self.segment_form):
            form.mend_wanted.connect(self.mend)
            form.typed.connect(self._rest)
            times = RowTimesBox(self._document, self._client, self._themes, self._timetable)
            self._times[form] = times
            self._stack.addWidget(self._scrolling(form, times))
        self._place_times()
        self._layout.replaceWidget(self._body, body)
        self._body.hide()
        self._body.deleteLater()
        self._body = body
        self._show()

    @staticmethod
    def _scrolling(form: RowForm, times: RowTimesBox) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(form, 1)
        column.addWidget(times)
        times.stand_in(column)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)
        form.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        return area

    @property
    def form(self) -> RowForm | None:
        """The form that is shown, if one is."""
        place = self._stack.currentIndex()
        if place == 1:
            return self.cue_form
        return self.segment_form if place == 2 else None

    def _rows(self) -> list[Row]:
        show = self._document.show
        return [row for row_id in self._selection.ids if (row := show.row(row_id)) is not None]

    def _show(self) -> None:
        """Show the form of what is selected now."""
        self._stale = False
        rows = self._rows()
        cues = [row for row in rows if isinstance(row, Cue)]
        segments = [row for row in rows if isinstance(row, Segment)]
        # Of a mixed selection the cues are edited: headings are mostly caught by the way.
        form: RowForm | None = self.cue_form if cues else self.segment_form if segments else None
        chosen: list[Row] = [*cues] if cues else [*segments]
        for other in (self.cue_form, self.segment_form):
            if other is not form:
                other.show_rows(())
        if form is None:
            self.heading.setText("")
            self._empty.setText(
                translate("Inspector", "Select a cue to edit it here. Click with Ctrl or Shift for several.")
            )
            self._stack.setCurrentIndex(0)
        else:
            form.show_rows([row.id for row in chosen])
            self._times[form].show_row(chosen[0].id if len(chosen) == 1 else None)
            self._stack.setCurrentIndex(1 if cues else 2)
        self._tell_heading(chosen)
        self._tell_lock(chosen)
        self._show_problems()

    def _place_times(self) -> None:
        """Let the times come first while a show runs, and last while it is written."""
        for times in self._times.values():
            times.move_to(first=self._mode != "edit")

    def _tell_heading(self, rows: list[Row]) -> None:
        if not rows:
            self.heading.setText("")
        elif len(rows) > 1:
            wording = (
                translate("Inspector", "{count} cues")
                if isinstance(rows[0], Cue)
                else translate("Inspector", "{count} segments")
            )
            self.heading.setText(wording.format(count=len(rows)))
        elif isinstance(rows[0], Cue):
            cue = rows[0]
            wording = translate("Inspector", "Cue {number}")
            title = wording.format(number=cue.number) if cue.number else translate("Inspector", "Cue")
            self.heading.setText(f"{title} · {cue.name}" if cue.name else title)
        else:
            segment = rows[0]
            self.heading.setText(f"{segment.page} · {segment.title}".strip(" ·"))

    def _tell_lock(self, rows: list[Row]) -> None:
        locked = bool(rows) and not self._document.can_edit(rows[0].id, "name")
        self._lock_line.setVisible(locked)
        if not locked:
            return
        if self._document.read_only:
            self._lock_text.setText(translate("Inspector", "This window only watches."))
        else:
            self._lock_text.setText(translate("Inspector", "LIVE: notes and durations can be edited."))
        self.unlock_button.setVisible(self._can_unlock(rows))

    def _can_unlock(self, rows: list[Row]) -> bool:
        return (
            len(rows) == 1
            and isinstance(rows[0], Cue)
            and not self._document.read_only
            and self._client.snapshot.mode == "live"
            and rows[0].id not in self._client.progress.starts
        )

    def _unlock(self) -> None:
        rows = self._rows()
        if self._can_unlock(rows):
            self._document.unlocked = rows[0].id
            self._refresh()

    def _refresh(self) -> None:
        form = self.form
        if form is not None:
            form.refresh()
        rows = self._rows()
        self._tell_heading([row for row in rows if isinstance(row, Cue)] or rows)
        self._tell_lock(rows)
        self._show_problems()

    def _take_change(self, change: Change) -> None:
        shown = set(self._selection.ids)
        ids = {getattr(op, "id", None) or getattr(getattr(op, "item", None), "id", None) for op in change}
        strange = any(op.collection != "rundown" for op in change)
        if not change or any(type(op).__name__ != "Edited" for op in change):
            self._show()
        elif ids & shown or strange:
            self._refresh()

    def _take_snapshot(self) -> None:
        mode = self._client.snapshot.mode
        if mode != self._mode:
            self._mode = mode
            self._refresh()
            self._place_times()

    def _show_problems(self) -> None:
        form = self.form
        if form is None:
            self.problems.hide()
            return
        row_id = form.ids[0] if len(form.ids) == 1 else None
        found = [
            problem for problem in self._document.problems if row_id is not None and problem.row_id == row_id
        ]
        loose = form.show_problems(found)
        severe = any(problem.severity == "error" for problem in loose)
        self.problems.setProperty("role", "problem" if severe else "dim")
        self.problems.style().unpolish(self.problems)
        self.problems.style().polish(self.problems)
        self.problems.setText("\n".join(problem.sentence for problem in loose))
        self.problems.setVisible(bool(loose))

    def mend(self, problem: Problem) -> None:
        """Mend a problem everywhere it stands, as one step."""
        if isinstance(problem.fix, Rename):
            change = checks.renaming(self._document.show, self._client.catalogue, problem.fix)
            name = translate("Inspector", "Rename “{name}” to “{to}”")
            self._document.edit(name.format(name=problem.fix.name, to=problem.fix.to), change)

    def _rest(self) -> None:
        """In LIVE a field commits and closes when the keys have rested."""
        if self._mode == "live":
            self._idle.start()

    def _close_field(self) -> None:
        focused = QApplication.focusWidget()
        if isinstance(focused, QWidget) and self.isAncestorOf(focused):
            form = self.form
            if form is not None:
                form.commit()
            focused.clearFocus()
