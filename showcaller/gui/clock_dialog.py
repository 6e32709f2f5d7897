"""Which clocks stand in a clock window: add, remove, order, size, frames and thresholds.

Owns the list and the form of one clock. Nothing changes in the window before it is confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from showcaller.core.frames import RATES
from showcaller.gui.choice_boxes import Drop
from showcaller.gui.clock_layouts import LARGEST, TITLES, ClockEntry, title_of
from showcaller.gui.dialog_fields import Labelled, ReadField, length_text, read_length
from showcaller.gui.theme import ThemeHolder


class ClockDialog(QDialog):
    """See the module's law."""

    def __init__(
        self,
        clocks: Sequence[ClockEntry],
        themes: ThemeHolder,
        parent: QWidget | None = None,
        timers: Sequence[str] = (),
    ) -> None:
        """Build the dialog.

        Args:
            clocks: What stands in the window.
            themes: How it looks.
            parent: Qt's.
            timers: Names of the stopwatches and countdowns of the show.
        """
        super().__init__(parent)
        self._themes = themes
        self._clocks = list(clocks)
        theme = themes.theme
        self.setWindowTitle(self.tr("Clocks of this window"))
        self.setMinimumSize(theme.px(720), theme.px(420))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Clocks, from top to bottom"))
        self.list.currentRowChanged.connect(lambda _row: self._show_chosen())
        self.add = Drop(themes)
        self.add.setAccessibleName(self.tr("Add a clock"))
        self.add.addItem(self.tr("Add a clock…"), "")
        for entry in (
            *(ClockEntry(name) for name in TITLES if name != "timer"),
            *(ClockEntry("timer", of=timer) for timer in timers),
        ):
            self.add.addItem(title_of(entry.name, entry.of), f"{entry.name}/{entry.of}".rstrip("/"))
        self.add.activated.connect(lambda _at: self._add())
        self.remove = self._button(self.tr("Remove"), self._remove)
        self.up = self._button(self.tr("Up"), lambda: self._move(-1))
        self.down = self._button(self.tr("Down"), lambda: self._move(1))
        self._make_form()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        for button in (self.remove, self.up, self.down):
            row.addWidget(button)
        left = QVBoxLayout()
        left.addWidget(self.add)
        left.addWidget(self.list, 1)
        left.addLayout(row)
        halves = QHBoxLayout()
        halves.setSpacing(16)
        halves.addLayout(left, 1)
        halves.addWidget(self.form, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addLayout(halves, 1)
        layout.addWidget(self.buttons)
        self._fill(0)

    @property
    def clocks(self) -> tuple[ClockEntry, ...]:
        """The clocks as they were chosen."""
        return tuple(self._clocks)

    def _button(self, words: str, call: Any) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: call())
        return button

    def _make_form(self) -> None:
        self.size_ = Drop(self._themes)
        for size, words in zip(
            range(1, LARGEST + 1),
            (self.tr("Small"), self.tr("Middle"), self.tr("Large"), self.tr("Largest")),
            strict=True,
        ):
            self.size_.addItem(words, size)
        self.frames = Drop(self._themes)
        self.frames.addItem(self.tr("Whole seconds"), "")
        for name in RATES:
            drop = self.tr(", drop-frame") if RATES[name].dropped else ""
            self.frames.addItem(self.tr("Frames, {rate} a second").format(rate=name) + drop, name)
        self.size_.activated.connect(lambda _at: self._set(size=self.size_.currentData()))
        self.frames.activated.connect(lambda _at: self._set(frames=self.frames.currentData()))
        self.warn = ReadField(self.tr("Warns with"), "", read_length, self.tr("A hollow triangle."))
        self.danger = ReadField(
            self.tr("Urgent with"), "", read_length, self.tr("A filled triangle and colour.")
        )
        for field, name in ((self.warn, "warn"), (self.danger, "danger")):
            self._connect(field, name)
        self.form = QWidget()
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(
            Labelled(self.tr("Size"), self.size_, self.tr("Small ones that follow one another share a line."))
        )
        column.addWidget(Labelled(self.tr("Digits"), self.frames))
        column.addWidget(self.warn)
        column.addWidget(self.danger)
        column.addStretch(1)

    def _connect(self, field: ReadField[Any], name: str) -> None:
        def take() -> None:
            good, value = field.read()
            if good:
                self._set(**{name: value})

        field.line.editingFinished.connect(take)

    def _set(self, **values: Any) -> None:
        place = self.list.currentRow()
        if place >= 0:
            self._clocks[place] = msgspec.structs.replace(self._clocks[place], **values)

    def _fill(self, chosen: int) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for entry in self._clocks:
            self.list.addItem(title_of(entry.name, entry.of))
        self.list.blockSignals(False)
        self.list.setCurrentRow(min(chosen, len(self._clocks) - 1))
        self._show_chosen()

    def _show_chosen(self) -> None:
        place = self.list.currentRow()
        entry = self._clocks[place] if 0 <= place < len(self._clocks) else None
        self.form.setEnabled(entry is not None)
        self.remove.setEnabled(entry is not None)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(0 <= place < len(self._clocks) - 1)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(self._clocks))
        if entry is None:
            return
        self.size_.setCurrentIndex(self.size_.findData(entry.size))
        self.frames.setCurrentIndex(max(0, self.frames.findData(entry.frames)))
        for field, length in ((self.warn, entry.warn), (self.danger, entry.danger)):
            field.line.setText(length_text(length))
            field.say("")

    def _add(self) -> None:
        name, _, of = self.add.currentData().partition("/")
        self.add.setCurrentIndex(0)
        if name:
            # Of a timecode the frames are what is looked for.
            self._clocks.append(ClockEntry(name, of=of, frames="25" if name == "timecode" else ""))
            self._fill(len(self._clocks) - 1)

    def _remove(self) -> None:
        place = self.list.currentRow()
        del self._clocks[place]
        self._fill(place)

    def _move(self, by: int) -> None:
        place = self.list.currentRow()
        entry = self._clocks.pop(place)
        self._clocks.insert(place + by, entry)
        self._fill(place + by)

    def accept(self) -> None:
        """Take the clocks, unless a threshold cannot be read."""
        good = [field.read()[0] for field in (self.warn, self.danger)] if self._clocks else []
        if all(good):
            super().accept()
