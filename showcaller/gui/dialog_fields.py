"""Fields of the show's own dialogs: a label above, the unit in the field, an error under it in words.

Owns the look and the reading of times; which fields there are is the dialogs' business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from showcaller.core.times import (
    Duration,
    TimeOfDay,
    TimeTextError,
    format_exact,
    load_zone,
    parse_duration,
    parse_time_of_day,
)

ValueT = TypeVar("ValueT")


class Labelled(QWidget):
    """A label above a field, and room for an error below."""

    def __init__(
        self, label: str, field: QWidget, help_text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.field = field
        head = QLabel(label)
        head.setProperty("role", "dim")
        head.setBuddy(field)
        field.setAccessibleName(label)
        self.error = QLabel()
        self.error.setProperty("role", "problem")
        self.error.setWordWrap(True)
        self.error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(head)
        layout.addWidget(field)
        if help_text:
            hint = QLabel(help_text)
            hint.setProperty("role", "dim")
            hint.setWordWrap(True)
            layout.addWidget(hint)
        layout.addWidget(self.error)

    def say(self, sentence: str) -> None:
        """Show what is wrong with what stands there; empty: nothing."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.field.setProperty("invalid", bool(sentence))
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)
        self.field.setAccessibleDescription(sentence)
        QTimer.singleShot(0, self, self._make_room)

    def _make_room(self) -> None:
        """Let the dialog grow by what the error needs."""
        window = self.window()
        wanted = window.sizeHint().height()
        if window is not self and window.height() < wanted:
            window.resize(window.width(), wanted)


class ReadField(Labelled, Generic[ValueT]):
    """A line of text that is read as a value; what cannot be read says why."""

    def __init__(
        self, label: str, text: str, read: Callable[[str], ValueT], help_text: str = "", placeholder: str = ""
    ) -> None:
        self.line = QLineEdit(text)
        self.line.setPlaceholderText(placeholder)
        super().__init__(label, self.line, help_text)
        self._read = read
        self.line.editingFinished.connect(self.read)
        self.line.textEdited.connect(lambda _text: self.say(""))

    def read(self) -> tuple[bool, ValueT | None]:
        """Return whether the text is good, and its value."""
        try:
            value = self._read(self.line.text().strip())
        except ValueError as error:
            self.say(str(error))
            return False, None
        self.say("")
        return True, value


def read_optional_time(text: str) -> TimeOfDay | None:
    """Read a time of day; nothing written is none.

    Raises:
        TimeTextError: It is no time of day.
    """
    return parse_time_of_day(text) if text else None


def read_length(text: str) -> Duration:
    """Read a duration that is not negative.

    Raises:
        TimeTextError: It is none.
    """
    length = parse_duration(text)
    if length < 0:
        raise TimeTextError("A length of time is not negative.")
    return length


def read_zone(text: str) -> str:
    """Read the name of a time zone.

    Raises:
        TimeTextError: There is no such zone.
    """
    load_zone(text)
    return text


def length_text(length: Duration) -> str:
    """Return a length as a person edits it."""
    return format_exact(length)
