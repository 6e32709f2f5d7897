"""What the forms of cues and segments have in common: boxes bound to fields of the selected rows.

Owns the binding: values in (one, or “several values”), edits out as one named step for all rows, typing
merged, locks of the mode, problems at their field. Knows no particular field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showcaller.core import edits
from showcaller.core.edits import Change
from showcaller.core.problems import Problem
from showcaller.core.show import Cue, Row, Segment
from showcaller.gui.action_editor import mend_text
from showcaller.gui.cell_edits import CellError, row_name
from showcaller.gui.document import Document
from showcaller.gui.form_widgets import Box, LineBox
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.trigger_editor import StartBox, TriggerBox

translate = QCoreApplication.translate

Reader = Callable[[Cue | Segment, Any], dict[str, Any]]
"""From a row and what was typed to its fields; raises `CellError`."""


class RowForm(QWidget):
    """Boxes for rows of one sort."""

    mend_wanted = Signal(object)
    typed = Signal()

    def __init__(self, document: Document, themes: ThemeHolder) -> None:
        super().__init__()
        self.document = document
        self.themes = themes
        self.boxes: dict[str, Box] = {}
        self.ids: tuple[str, ...] = ()
        self._wordings: dict[str, str] = {}
        self._readers: dict[str, Reader] = {}
        self._problems: dict[str, Problem] = {}
        self._typing = 0
        px = themes.theme.px
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(px(12), px(8), px(12), px(12))
        self.column.setSpacing(px(10))

    def bind(self, field: str, box: Box, wording: str, read: Reader | None = None) -> Box:
        """Bind a box to a field; `wording` names the step, `read` gives fields for what was typed."""
        self.boxes[field] = box
        self._wordings[field] = wording
        if read is not None:
            self._readers[field] = read
        box.edited.connect(lambda value: self._take(field, value))
        box.mend_wanted.connect(lambda: self._mend(field))
        box.left.connect(self._end_typing)
        box.typed.connect(self.typed)
        return box

    def put_row(self, *boxes: tuple[QWidget, int]) -> None:
        """Put boxes side by side, with their shares of the width."""
        row = QHBoxLayout()
        row.setSpacing(self.themes.theme.px(8))
        for box, share in boxes:
            row.addWidget(box, share)
        self.column.addLayout(row)

    def rows(self) -> Sequence[Row]:
        """Return the rows that are edited, as they are now."""
        show = self.document.show
        return [row for row_id in self.ids if (row := show.row(row_id)) is not None]

    def show_rows(self, ids: Sequence[str]) -> None:
        """Show these rows; what was typed for the last ones is taken first."""
        if tuple(ids) != self.ids:
            self.commit()
            self.ids = tuple(ids)
            self._end_typing()
            for box in self.boxes.values():
                if isinstance(box, LineBox | TriggerBox | StartBox):
                    box.forget_typing()
        self.refresh()

    def refresh(self) -> None:
        """Show what the rows hold now."""
        rows = self.rows()
        if not rows:
            return
        for field, box in self.boxes.items():
            values = [getattr(row, field) for row in rows]
            several = any(value != values[0] for value in values[1:])
            box.show_value(None if several else values[0], several=several)
        self.show_locks()

    def show_locks(self) -> None:
        """Follow the mode."""
        for field, box in self.boxes.items():
            box.set_locked(not all(self.document.can_edit(row_id, field) for row_id in self.ids))

    def commit(self) -> None:
        """Take what was typed and not yet taken."""
        for box in self.boxes.values():
            box.commit()

    def _end_typing(self) -> None:
        self._typing += 1

    def _take(self, field: str, value: Any) -> None:
        box = self.boxes[field]
        read = self._readers.get(field)
        change: list[edits.Op] = []
        rows = self.rows()
        for row in rows:
            try:
                fields = read(row, value) if read is not None else {field: value}
            except CellError as error:
                box.show_fault(str(error))
                return
            change.extend(edits.edit(self.document.show, row.id, **fields))
        box.show_fault("")
        self.make(self._wordings[field], tuple(change), f"{field}:{','.join(self.ids)}#{self._typing}")

    def make(self, wording: str, change: Change, merge_key: str | None = None) -> None:
        """Hand a change to the document, under a name that says which rows it is about."""
        rows = self.rows()
        what = (
            row_name(rows[0])
            if len(rows) == 1
            else translate("Inspector", "{count} rows").format(count=len(rows))
        )
        self.document.edit(wording.format(row=what), change, merge_key)

    def show_problems(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Say what is wrong with the one row that is shown, each problem at its field.

        Returns:
            The problems that have no field of their own here, for the heading.
        """
        self._problems = {}
        loose: list[Problem] = []
        for problem in problems:
            if problem.action_id is not None:
                continue
            if problem.field in self.boxes and problem.field not in self._problems:
                self._problems[problem.field] = problem
            else:
                loose.append(problem)
        for field, box in self.boxes.items():
            found = self._problems.get(field)
            if found is None:
                box.show_problem("")
            else:
                box.show_problem(found.sentence, mend_text(found), severe=found.severity == "error")
        return loose

    def _mend(self, field: str) -> None:
        problem = self._problems.get(field)
        if problem is not None:
            self.mend_wanted.emit(problem)
