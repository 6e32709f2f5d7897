"""The timers of one cue in the inspector: which stopwatch or countdown it starts, stops, resets, a line each.

Owns the lines and the reading of lengths. Hands whole tuples of orders to whoever builds it. Knows the names
that the show uses already, and no show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec
from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from showcaller.core.show import TimerDeed, TimerOrder
from showcaller.core.times import Duration, TimeTextError, format_exact, parse_duration
from showcaller.gui.call_editor import icon_button
from showcaller.gui.choice_boxes import Drop
from showcaller.gui.form_widgets import Box
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Inspector", text))


DEEDS: Mapping[TimerDeed, str] = MappingProxyType({
    "start": _("starts"),
    "stop": _("stops"),
    "resume": _("goes on"),
    "reset": _("is reset"),
})  # fmt: skip
"""What can be done to a timer; untranslated."""


def read_down_from(text: str) -> Duration | None:
    """Read the length that a countdown begins with; nothing written is none: it counts up.

    Raises:
        TimeTextError: It is no length, or none to count down from.
    """
    if not text.strip():
        return None
    length = parse_duration(text)
    if length <= 0:
        raise TimeTextError(
            translate("Inspector", "Write a length to count down from, or nothing to count up.")
        )
    return length


class _TimerLine(QWidget):
    """One order."""

    edited = Signal(object)
    removed = Signal()
    left = Signal()
    faulty = Signal(str)

    def __init__(self, themes: ThemeHolder, names: QStringListModel) -> None:
        super().__init__()
        self.order = TimerOrder(timer="")
        self.name = QLineEdit()
        self.name.setAccessibleName(translate("Inspector", "Name of the timer"))
        self.name.setPlaceholderText(translate("Inspector", "name"))
        completer = QCompleter(names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.name.setCompleter(completer)
        self.do = Drop(themes)
        self.do.setAccessibleName(translate("Inspector", "What happens to the timer"))
        for deed, words in DEEDS.items():
            self.do.addItem(translate("Inspector", words), deed)
        self.down_from = QLineEdit()
        self.down_from.setFont(themes.theme.mono(15))
        self.down_from.setAccessibleName(translate("Inspector", "Counts down from"))
        self.down_from.setPlaceholderText(translate("Inspector", "counts up"))
        self.down_from.setToolTip(translate("Inspector", "5:00 counts down from there. Empty: it counts up."))
        self.remove = icon_button(themes, "close", translate("Inspector", "Remove this timer"))
        px = themes.theme.px
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        self.do.setFixedWidth(px(96))
        self.down_from.setFixedWidth(px(96))
        row.addWidget(self.name, 1)
        for widget in (self.do, self.down_from, self.remove):
            row.addWidget(widget)
        self.name.textEdited.connect(lambda text: self._take(timer=text.strip()))
        self.do.activated.connect(lambda _at: self._take_deed())
        self.down_from.editingFinished.connect(self.commit)
        self.name.editingFinished.connect(self.left)
        self.remove.clicked.connect(self.removed)
        completer.activated.connect(lambda text: self._take(timer=str(text).strip()))

    def _take_deed(self) -> None:
        do = self.do.currentData()
        self._take(do=do, down_from=self.order.down_from if do == "start" else None)

    def _take(self, **values: Any) -> None:
        order = msgspec.structs.replace(self.order, **values)
        if order != self.order:
            self.order = order
            self.edited.emit(order)

    def commit(self) -> None:
        """Take the length that was typed, or say why not."""
        if self.order.do != "start":
            return
        try:
            length = read_down_from(self.down_from.text())
        except TimeTextError as error:
            self.faulty.emit(str(error))
            return
        self.faulty.emit("")
        self._take(down_from=length)
        self.left.emit()

    def show_order(self, order: TimerOrder) -> None:
        """Show an order; what is being typed stays."""
        self.order = order
        if self.name.text().strip() != order.timer or not self.name.hasFocus():
            self.name.setText(order.timer)
        self.do.setCurrentIndex(self.do.findData(order.do))
        starts = order.do == "start"
        self.down_from.setVisible(starts)
        if not self.down_from.hasFocus():
            self.down_from.setText("" if order.down_from is None else format_exact(order.down_from))


class TimersBox(Box):
    """The timers of a cue."""

    def __init__(self, themes: ThemeHolder) -> None:
        super().__init__(themes, translate("Inspector", "Timers"))
        self._names = QStringListModel(self)
        self._lines: list[_TimerLine] = []
        body = QWidget()
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(themes.theme.px(6))
        self.add = QToolButton()
        self.add.setText(translate("Inspector", "Add timer"))
        self.add.setToolTip(
            translate("Inspector", "A stopwatch or countdown that this cue starts, stops or resets.")
        )
        self.add.setIcon(themes.theme.icon("add", themes.theme.dim))
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setProperty("role", "quiet")
        self.add.clicked.connect(self._add)
        self._rows.addWidget(self.add)
        self.put(body)

    @property
    def orders(self) -> tuple[TimerOrder, ...]:
        """The orders as they stand in the lines."""
        return tuple(line.order for line in self._lines)

    @property
    def lines(self) -> Sequence[_TimerLine]:
        """The lines, from top to bottom."""
        return self._lines

    def offer(self, names: Sequence[str]) -> None:
        """Take the names that the show uses already."""
        if self._names.stringList() != list(names):
            self._names.setStringList(list(names))

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show orders, line by line; a line that stays keeps the keyboard."""
        orders: tuple[TimerOrder, ...] = () if several or value is None else value
        while len(self._lines) > len(orders):
            line = self._lines.pop()
            self._rows.removeWidget(line)
            line.hide()
            line.deleteLater()
        while len(self._lines) < len(orders):
            self._append()
        for line, order in zip(self._lines, orders, strict=True):
            line.show_order(order)
        if not any(line.down_from.hasFocus() for line in self._lines):
            self.show_fault("")

    def _append(self) -> None:
        line = _TimerLine(self.themes, self._names)
        line.edited.connect(lambda _order: self.edited.emit(self.orders))
        line.removed.connect(lambda: self._remove(line))
        line.left.connect(self.left)
        line.faulty.connect(self.show_fault)
        self._lines.append(line)
        self._rows.insertWidget(self._rows.count() - 1, line)

    def _add(self) -> None:
        self.edited.emit((*self.orders, TimerOrder(timer="")))
        if self._lines:
            self._lines[-1].name.setFocus()

    def _remove(self, line: _TimerLine) -> None:
        self.show_fault("")
        self.edited.emit(tuple(one.order for one in self._lines if one is not line))

    def commit(self) -> None:
        """Take lengths that were typed and not yet taken."""
        for line in self._lines:
            line.commit()
