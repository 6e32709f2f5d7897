"""The calls of one cue in the inspector: department, number and words, a line each.

Owns the lines. Hands whole tuples of calls to whoever builds it, who brings the actions along. Knows
departments, and no show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from showcaller.core.show import Call, Department
from showcaller.gui.choice_boxes import Drop
from showcaller.gui.form_widgets import Box
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate


def icon_button(themes: ThemeHolder, icon: str, name: str) -> QToolButton:
    """Return a small quiet button with an icon and a name for who cannot see it."""
    button = QToolButton()
    button.setProperty("role", "quiet")
    button.setIcon(themes.theme.icon(icon, themes.theme.dim))
    size = themes.theme.px(16)
    button.setIconSize(QSize(size, size))
    button.setFixedSize(themes.theme.px(30), themes.theme.px(30))
    button.setStyleSheet("padding: 0;")
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button


class _CallLine(QWidget):
    """One call."""

    edited = Signal(object)
    removed = Signal()
    left = Signal()

    def __init__(self, themes: ThemeHolder) -> None:
        super().__init__()
        self.call = Call(department="")
        self._ids: list[str] = []
        self.department = Drop(themes)
        self.department.setAccessibleName(translate("Inspector", "Department"))
        self.number = QLineEdit()
        self.number.setFont(themes.theme.mono(15))
        self.number.setAccessibleName(translate("Inspector", "Number of the call"))
        self.number.setPlaceholderText(translate("Inspector", "number"))
        self.text = QLineEdit()
        self.text.setAccessibleName(translate("Inspector", "Words of the call"))
        self.text.setPlaceholderText(translate("Inspector", "words, if any"))
        self.remove = icon_button(themes, "close", translate("Inspector", "Remove this call"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(themes.theme.px(6))
        self.department.setFixedWidth(themes.theme.px(96))
        self.number.setFixedWidth(themes.theme.px(84))
        for field in (self.department, self.number):
            row.addWidget(field)
        row.addWidget(self.text, 1)
        row.addWidget(self.remove)
        self.department.activated.connect(self._take_department)
        self.number.textEdited.connect(lambda text: self._take(number=text.strip()))
        self.text.textEdited.connect(lambda text: self._take(text=text))
        for line in (self.number, self.text):
            line.editingFinished.connect(self.left)
        self.remove.clicked.connect(self.removed)

    def _take_department(self, place: int) -> None:
        self._take(department=self._ids[place])

    def _take(self, **values: str) -> None:
        self.call = msgspec.structs.replace(self.call, **values)
        self.edited.emit(self.call)

    def show_call(self, call: Call, departments: Sequence[Department]) -> None:
        """Show a call; a department that the show does not have stays as it is."""
        self.call = call
        ids = [department.id for department in departments]
        names = [department.name for department in departments]
        if call.department not in ids:
            ids.append(call.department)
            names.append(translate("Inspector", "unknown: {name}").format(name=call.department))
        if ids != self._ids or names != [
            self.department.itemText(at) for at in range(self.department.count())
        ]:
            self._ids = ids
            self.department.clear()
            self.department.addItems(names)
        self.department.setCurrentIndex(ids.index(call.department))
        for line, text in ((self.number, call.number), (self.text, call.text)):
            if line.text().strip() != text.strip() or not line.hasFocus():
                line.setText(text)


class CallsBox(Box):
    """The calls of a cue."""

    def __init__(self, themes: ThemeHolder) -> None:
        super().__init__(themes, translate("Inspector", "Calls"))
        self._departments: tuple[Department, ...] = ()
        self._lines: list[_CallLine] = []
        body = QWidget()
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(themes.theme.px(6))
        self._none = QLabel(translate("Inspector", "Nobody is called by this cue."))
        self._none.setProperty("role", "dim")
        self._rows.addWidget(self._none)
        self.add = QToolButton()
        self.add.setText(translate("Inspector", "Add call"))
        self.add.setIcon(themes.theme.icon("add", themes.theme.dim))
        self.add.setToolButtonStyle(self.add.toolButtonStyle().ToolButtonTextBesideIcon)
        self.add.setProperty("role", "quiet")
        self.add.clicked.connect(self._add)
        self._rows.addWidget(self.add)
        self.put(body)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls as they stand in the lines."""
        return tuple(line.call for line in self._lines)

    def offer(self, departments: Sequence[Department]) -> None:
        """Take the departments of the show."""
        self._departments = tuple(departments)
        self.add.setEnabled(bool(departments))

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show calls, line by line; a line that stays keeps the keyboard."""
        calls: tuple[Call, ...] = () if several or value is None else value
        while len(self._lines) > len(calls):
            line = self._lines.pop()
            self._rows.removeWidget(line)
            line.hide()
            line.deleteLater()
        while len(self._lines) < len(calls):
            self._append()
        for line, call in zip(self._lines, calls, strict=True):
            line.show_call(call, self._departments)
        self._none.setVisible(not calls)

    def _append(self) -> None:
        line = _CallLine(self.themes)
        line.edited.connect(lambda _call: self.edited.emit(self.calls))
        line.removed.connect(lambda: self._remove(line))
        line.left.connect(self.left)
        self._lines.append(line)
        self._rows.insertWidget(self._rows.count() - 1, line)

    def _add(self) -> None:
        called = {call.department for call in self.calls}
        free = next((one.id for one in self._departments if one.id not in called), self._departments[0].id)
        self.edited.emit((*self.calls, Call(department=free)))
        if self._lines:
            self._lines[-1].number.setFocus()

    def _remove(self, line: _CallLine) -> None:
        self.edited.emit(tuple(one.call for one in self._lines if one is not line))
