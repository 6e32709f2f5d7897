"""The departments of the show: names, spoken names, colours, lead times, and their order.

Owns the list and the form beside it. Each thing done is an edit at once, so that undo takes back one.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import edits
from showcaller.core.cue_lights import read_station
from showcaller.core.show import Cue, Department, new_id
from showcaller.gui.choice_boxes import Drop
from showcaller.gui.dialog_fields import Labelled, ReadField, length_text, read_length
from showcaller.gui.document import Document
from showcaller.gui.theme import ThemeHolder

_ID = Qt.ItemDataRole.UserRole


class DepartmentsDialog(QDialog):
    """See the module's law."""

    def __init__(self, document: Document, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._themes = document, themes
        theme = themes.theme
        self.setWindowTitle(self.tr("Departments"))
        self.setMinimumSize(theme.px(860), theme.px(420))
        left = self._make_list()
        self._make_form()
        self.empty = QLabel(self.tr("No departments yet. Add LX, SND, VT…"))
        self.empty.setProperty("role", "dim")
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.accept)
        halves = QHBoxLayout()
        halves.addLayout(left)
        halves.addWidget(self.form, 1)
        halves.addWidget(self.empty, 1, Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.addLayout(halves, 1)
        layout.addWidget(close)
        document.changed.connect(self._fill)
        self._fill()
        self.list.setCurrentRow(0)

    def _make_list(self) -> QVBoxLayout:
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Departments"))
        self.list.setMinimumWidth(self._themes.theme.px(200))
        self.list.currentRowChanged.connect(lambda _row: self._show_chosen())
        self.add = QPushButton(self.tr("Add"))
        self.delete = QPushButton(self.tr("Delete"))
        self.up = QPushButton(self.tr("Up"))
        self.down = QPushButton(self.tr("Down"))
        self.add.clicked.connect(self._add)
        self.delete.clicked.connect(self._delete)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        buttons = QHBoxLayout()
        for button in (self.add, self.delete, self.up, self.down):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        left.addLayout(buttons)
        return left

    def _make_form(self) -> None:
        self.name = ReadField(self.tr("Short name"), "", self._read_name, placeholder="LX")
        self.spoken = ReadField(self.tr("Spoken"), "", str, self.tr("What you say: “Sound 7”."))
        self.warning = ReadField(self.tr("Warning"), "", read_length, self.tr("Wants to hear of it before."))
        self.standby = ReadField(self.tr("Standby"), "", read_length, self.tr("Seconds before the GO."))
        self.colour = QPushButton()
        self.colour.clicked.connect(self._choose_colour)
        self.taken_by = Drop(self._themes)
        self.taken_by.addItem(self.tr("The desk: actions are sent"), "desk")
        self.taken_by.addItem(self.tr("An operator: words only"), "operator")
        self.taken_by.activated.connect(lambda _at: self._set("taken_by", self.taken_by.currentData()))
        self.cue_light = ReadField(
            self.tr("Cue light"), "", read_station, self.tr("Its station, such as FLYS or 3.")
        )
        for field, name in (
            (self.name, "name"),
            (self.cue_light, "cue_light"),
            (self.spoken, "spoken"),
            (self.warning, "warning"),
            (self.standby, "standby"),
        ):
            self._connect(field, name)
        self.form = QWidget()
        grid = QGridLayout(self.form)
        grid.setContentsMargins(16, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        colour, taken_by = (
            Labelled(self.tr("Colour"), self.colour),
            Labelled(self.tr("Taken by"), self.taken_by),
        )
        fields: tuple[QWidget, ...] = (self.name, self.spoken, self.warning, self.standby, colour, taken_by)
        for at, part in enumerate((*fields, self.cue_light)):
            grid.addWidget(part, at // 2, at % 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(4, 1)

    @property
    def chosen(self) -> Department | None:
        """The department that the form shows."""
        item = self.list.currentItem()
        return None if self.list.currentRow() < 0 else self._document.show.department(item.data(_ID))

    def _connect(self, field: ReadField[Any], name: str) -> None:
        def take() -> None:
            good, value = field.read()
            if good:
                self._set(name, value)

        field.line.editingFinished.connect(take)

    @staticmethod
    def _read_name(text: str) -> str:
        if not text:
            raise ValueError("A department needs a short name, such as LX.")
        return text

    def _fill(self, _change: object = None) -> None:
        chosen = self.chosen.id if self.chosen else None
        self.list.blockSignals(True)
        self.list.clear()
        for department in self._document.show.departments:
            item = QListWidgetItem(self._swatch(department), f"{department.name}   {department.spoken}")
            item.setData(_ID, department.id)
            self.list.addItem(item)
            if department.id == chosen:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        if self.list.currentRow() < 0 and self.list.count():
            self.list.setCurrentRow(self.list.count() - 1)
        self._show_chosen()

    def _swatch(self, department: Department) -> QIcon:
        pixmap = QPixmap(QSize(16, 16))
        pixmap.fill(self._themes.theme.department_colour(department))
        return QIcon(pixmap)

    def _show_chosen(self) -> None:
        department = self.chosen
        editable = self._document.can_edit(None, "departments")
        self.form.setVisible(department is not None)
        self.empty.setVisible(department is None)
        self.form.setEnabled(editable)
        self.add.setEnabled(editable)
        row, last = self.list.currentRow(), self.list.count() - 1
        self.delete.setEnabled(editable and department is not None)
        self.up.setEnabled(editable and row > 0)
        self.down.setEnabled(editable and 0 <= row < last)
        if department is None:
            return
        self.name.line.setText(department.name)
        self.spoken.line.setText(department.spoken)
        self.warning.line.setText(length_text(department.warning))
        self.standby.line.setText(length_text(department.standby))
        self.cue_light.line.setText(department.cue_light)
        self.colour.setIcon(self._swatch(department))
        self.colour.setText(department.colour or self.tr("Of its name"))
        self.taken_by.setCurrentIndex(self.taken_by.findData(department.taken_by))

    def _set(self, field: str, value: object) -> None:
        department = self.chosen
        if department is not None and getattr(department, field) != value:
            change = edits.edit(self._document.show, department.id, **{field: value})
            self._document.edit(self.tr("Department {name}").format(name=department.name), change)

    def _choose_colour(self) -> None:
        department = self.chosen
        if department is None:
            return
        now = self._themes.theme.department_colour(department)
        colour = QColorDialog.getColor(now, self, self.tr("Colour of {name}").format(name=department.name))
        if colour.isValid():
            self._set("colour", QColor(colour).name().upper())

    def _add(self) -> None:
        show = self._document.show
        department = Department(id=new_id(), name=self.tr("NEW"))
        after = show.departments[-1].id if show.departments else None
        self._document.edit(self.tr("Add department"), edits.insert([department], after))
        self.list.setCurrentRow(self.list.count() - 1)
        self.name.line.setFocus()
        self.name.line.selectAll()

    def _delete(self) -> None:
        department = self.chosen
        if department is None:
            return
        show = self._document.show
        calls = sum(
            call.department == department.id
            for row in show.rundown
            if isinstance(row, Cue)
            for call in row.calls
        )
        if calls:
            self.name.say(
                self.tr("Calls for {name}: {count}. Give them to others first.").format(
                    name=department.name, count=calls
                )
            )
            return
        self._document.edit(
            self.tr("Delete department {name}").format(name=department.name),
            edits.remove(show, [department.id]),
        )

    def _move(self, by: int) -> None:
        department = self.chosen
        departments = self._document.show.departments
        if department is None:
            return
        to = departments.index(department) + by
        rest = [one.id for one in departments if one.id != department.id]
        if 0 <= to <= len(rest):
            after = rest[to - 1] if to > 0 else None
            change = edits.move(self._document.show, [department.id], after)
            self._document.edit(self.tr("Move department {name}").format(name=department.name), change)
