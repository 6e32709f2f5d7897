"""The boxes that forms are made of: a label above, the field, its unit inside, and a sentence below.

Owns how one value is typed, read and refused in words, for one row or for several that differ. Knows no
show: whoever builds the form shows values in, takes `edited`, and says what is wrong. What cannot be read
stays as it was typed, with the reason below it; nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from showcaller.core.times import (
    Duration,
    TimeOfDay,
    TimeTextError,
    format_exact,
    parse_duration,
    parse_time_of_day,
)
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate


_SOLID = Qt.PenStyle.SolidLine
_ROUND = Qt.PenCapStyle.RoundCap
_JOINED = Qt.PenJoinStyle.RoundJoin


def several_values() -> str:
    """Return what a field says when the selected rows differ in it."""
    return translate("Inspector", "several values")


def is_escape(event: QEvent) -> bool:
    """Say whether the operator pressed Escape."""
    return (
        event.type() == QEvent.Type.KeyPress
        and isinstance(event, QKeyEvent)
        and event.key() == Qt.Key.Key_Escape
    )


class Box(QWidget):
    """One field of a form. `edited` carries each value that could be read."""

    edited = Signal(object)
    mend_wanted = Signal()
    typed = Signal()
    """A key was typed, whether it can be taken or not."""
    left = Signal()
    """The keyboard left the field: what is typed next is another edit."""

    def __init__(self, themes: ThemeHolder, title: str, *, help_text: str = "") -> None:
        super().__init__()
        self.themes = themes
        self.title = title
        self._fault = ""
        self._found = ""
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(themes.theme.px(4))
        self._label = QLabel(title)
        self._label.setProperty("role", "label")
        self._layout.addWidget(self._label)
        self._below = QHBoxLayout()
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setProperty("role", "problem")
        self._sentence.hide()
        self._mend = QPushButton()
        self._mend.clicked.connect(self.mend_wanted)
        self._mend.hide()
        self._below.addWidget(self._sentence, 1)
        self._below.addWidget(self._mend)
        self._layout.addLayout(self._below)
        self._note = QLabel()
        self._note.setProperty("role", "dim")
        self._note.setWordWrap(True)
        self._note.hide()
        self._layout.addWidget(self._note)
        self._layout.addStretch(1)
        self._help = help_text
        self.setToolTip(help_text)

    def put(self, field: QWidget) -> None:
        """Put the field under its label, and give it the label's name."""
        field.setAccessibleName(self.title)
        field.setAccessibleDescription(self._help)
        self._layout.insertWidget(1, field)
        self._label.setBuddy(field)
        self.setFocusProxy(field)

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show what the rows hold; what is being typed stays."""
        raise TypeError(f"{type(self).__name__} cannot show {value} ({several})")

    def commit(self) -> None:
        """Take what was typed and not yet taken."""

    def set_locked(self, locked: bool) -> None:
        """Let the field be read only: this mode locks it."""
        self.setEnabled(not locked)

    @property
    def sentence(self) -> str:
        """What stands below the field, or nothing."""
        return self._fault or self._found

    def show_fault(self, sentence: str) -> None:
        """Say why what was typed cannot be taken; empty when it can."""
        self._fault = sentence
        self._tell()

    def show_problem(self, sentence: str, mend: str = "", *, severe: bool = True) -> None:
        """Say what the checks found in this field, with a button where it can be mended."""
        self._found = sentence
        self._mend.setText(mend)
        self._mend.setVisible(bool(mend))
        self._sentence.setProperty("role", "problem" if severe else "dim")
        self._sentence.style().unpolish(self._sentence)
        self._sentence.style().polish(self._sentence)
        self._tell()

    def show_note(self, text: str) -> None:
        """Say something quietly below the field, such as how old a list of names is."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def _tell(self) -> None:
        self._sentence.setText(self.sentence)
        self._sentence.setVisible(bool(self.sentence))
        for field in self.findChildren(QLineEdit):
            if field.property("invalid") != bool(self._fault):
                field.setProperty("invalid", bool(self._fault))
                field.style().unpolish(field)
                field.style().polish(field)


class LineBox(Box):
    """A line of text. Plain words are taken as they are typed; what must be read, when it is left."""

    def __init__(
        self,
        themes: ThemeHolder,
        title: str,
        *,
        unit: str = "",
        help_text: str = "",
        placeholder: str = "",
        figures: bool = False,
        read: Callable[[str], Any] | None = None,
        write: Callable[[Any], str] = str,
    ) -> None:
        super().__init__(themes, title, help_text=help_text)
        self._read = read
        self._write = write
        self._shown = ""
        self._touched = False
        self._placeholder = placeholder
        self.line = QLineEdit()
        self.line.setPlaceholderText(placeholder)
        if figures:
            self.line.setFont(themes.theme.mono(15))
            self.line.setProperty("figures", True)
        self.line.setMinimumWidth(themes.theme.px(56))
        self.line.textEdited.connect(self._take_key)
        self.line.editingFinished.connect(self.commit)
        self.line.installEventFilter(self)
        self.put(self.line)
        if unit:
            self._unit = QLabel(unit, self.line)
            self._unit.setProperty("role", "dim")
            self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._unit.adjustSize()
            inside = QHBoxLayout(self.line)
            inside.setContentsMargins(0, 0, themes.theme.px(8), 0)
            inside.addStretch(1)
            inside.addWidget(self._unit)
            self.line.setTextMargins(0, 0, self._unit.sizeHint().width() + themes.theme.px(6), 0)
            self.line.setAccessibleName(f"{title} ({unit})")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape gives up what was typed and could not be taken, and leaves the field."""
        if watched is self.line and is_escape(event):
            self._touched = False
            self.line.setText(self._shown)
            self.show_fault("")
            self.line.clearFocus()
            return True
        if watched is self.line and event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show a value, or that the rows differ."""
        text = "" if several or value is None else self._write(value)
        self.line.setPlaceholderText(several_values() if several else self._placeholder)
        if self._touched and (self.line.hasFocus() or self._fault):
            self._shown = text
            return
        self._shown = text
        if self.line.text() != text:
            self.line.setText(text)
        self.show_fault("")

    def show_fault(self, sentence: str) -> None:
        """Say why what was typed cannot be taken; until it can it counts as still being typed."""
        super().show_fault(sentence)
        self._touched = self._touched or bool(sentence)

    def forget_typing(self) -> None:
        """Other rows are shown from here on: what was typed for the last ones is not theirs."""
        self._touched = False
        self.show_fault("")

    def _take_key(self, text: str) -> None:
        self._touched = True
        self.typed.emit()
        if self._read is None:
            self.edited.emit(text)
        elif self._fault:
            self._check(text)

    def _check(self, text: str) -> bool:
        assert self._read is not None
        try:
            self._read(text)
        except ValueError as error:
            self.show_fault(str(error))
            return False
        self.show_fault("")
        return True

    def commit(self) -> None:
        """Read what was typed, take it, or say below why not."""
        if not self._touched:
            return
        text = self.line.text()
        if self._read is None:
            self._touched = False
            return
        if self._check(text):
            self._touched = False
            value = self._read(text)
            if text != self._shown:
                self.edited.emit(value)


def text_box(themes: ThemeHolder, title: str, **more: Any) -> LineBox:
    """Return a box for a line of words."""
    return LineBox(themes, title, **more)


def duration_box(themes: ThemeHolder, title: str, *, empty: bool = True, **more: Any) -> LineBox:
    """Return a box for a duration: `90`, `1:30`; empty means none, or zero where `empty` is False."""

    def read(text: str) -> Duration | None:
        if not text.strip():
            return None if empty else Duration(0)
        duration = parse_duration(text)
        if duration < 0:
            raise TimeTextError(translate("Inspector", "This cannot be negative."))
        return duration

    def write(duration: Duration) -> str:
        return format_exact(duration) if duration or empty else ""

    more.setdefault("placeholder", "" if empty else "0:00")
    return LineBox(themes, title, figures=True, read=read, write=write, **more)


def clock_box(themes: ThemeHolder, title: str, **more: Any) -> LineBox:
    """Return a box for a time of day: `19:30` or `19:30:00`."""

    def read(text: str) -> TimeOfDay:
        return parse_time_of_day(text)

    return LineBox(themes, title, figures=True, read=read, **more)


def whole_number_box(themes: ThemeHolder, title: str, **more: Any) -> LineBox:
    """Return a box for a whole number; empty means zero."""

    def read(text: str) -> int:
        try:
            return int(text.strip() or "0")
        except ValueError as error:
            raise ValueError(translate("Inspector", "Write a whole number.")) from error

    return LineBox(themes, title, figures=True, read=read, placeholder="0", **more)


class LinesBox(Box):
    """Several lines of text, taken as they are typed."""

    def __init__(self, themes: ThemeHolder, title: str, *, help_text: str = "", rows: int = 3) -> None:
        super().__init__(themes, title, help_text=help_text)
        self.lines = QPlainTextEdit()
        self.lines.setTabChangesFocus(True)
        self.lines.setFixedHeight(themes.theme.px(20 * rows + 18))
        self.lines.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.lines.textChanged.connect(self._take_keys)
        self.lines.installEventFilter(self)
        self._showing = False
        self.put(self.lines)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape leaves the field."""
        if watched is self.lines and is_escape(event):
            self.lines.clearFocus()
            return True
        if watched is self.lines and event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)

    def _take_keys(self) -> None:
        if not self._showing:
            self.typed.emit()
            self.edited.emit(self.lines.toPlainText())

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show a text, or that the rows differ."""
        text = "" if several or value is None else str(value)
        self.lines.setPlaceholderText(several_values() if several else "")
        if self.lines.toPlainText() != text:
            self._showing = True
            self.lines.setPlainText(text)
            self._showing = False


class Switch(QCheckBox):
    """A check box whose mark is seen in a dark booth, in every theme."""

    def __init__(self, themes: ThemeHolder, title: str) -> None:
        super().__init__(title)
        self._themes = themes

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark over the style's own, which has no frame."""
        theme = self._themes.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = theme.px(18)
        box = QRectF(1, (self.height() - size) / 2, size, size)
        dim = theme.dim if self.isEnabled() else theme.line
        painter.setPen(QPen(theme.info if self.hasFocus() else dim, 1.4))
        painter.setBrush(theme.background)
        painter.drawRoundedRect(box, 4, 4)
        ink = theme.text if self.isEnabled() else theme.dim
        painter.setPen(QPen(ink, 2, _SOLID, _ROUND, _JOINED))
        if self.checkState() == Qt.CheckState.PartiallyChecked:
            painter.drawLine(box.center() - QPointF(size / 4, 0), box.center() + QPointF(size / 4, 0))
        elif self.isChecked():
            corner = QPointF(box.left() + size * 0.43, box.top() + size * 0.72)
            painter.drawLine(QPointF(box.left() + size * 0.24, box.top() + size * 0.52), corner)
            painter.drawLine(corner, QPointF(box.left() + size * 0.78, box.top() + size * 0.3))
        painter.setPen(ink)
        painter.setFont(theme.body())
        text = self.rect().adjusted(size + theme.px(9), 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.end()
        del event

    def sizeHint(self) -> QSize:
        """Return the size of mark and words."""
        theme = self._themes.theme
        width = QFontMetrics(theme.body()).horizontalAdvance(self.text())
        return QSize(width + theme.px(32), theme.px(34))

    def hitButton(self, pos: QPoint) -> bool:
        """The words switch as the mark does."""
        return self.rect().contains(pos)


class SwitchBox(Box):
    """Yes or no, with the label beside it."""

    def __init__(self, themes: ThemeHolder, title: str, *, help_text: str = "") -> None:
        super().__init__(themes, title, help_text=help_text)
        self.switch = Switch(themes, title)
        self.switch.clicked.connect(lambda on: self._take(on=bool(on)))
        self.put(self.switch)
        self._label.setText(" ")

    def _take(self, *, on: bool) -> None:
        self.switch.setTristate(False)
        self.switch.setChecked(on)
        self.edited.emit(on)

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show a value; a half mark where the rows differ."""
        self.switch.setTristate(several)
        if several:
            self.switch.setCheckState(Qt.CheckState.PartiallyChecked)
        else:
            self.switch.setChecked(bool(value))


class UnknownBox(Box):
    """A value that this copy does not know: shown, kept and never changed."""

    def __init__(self, themes: ThemeHolder, name: str, value: Any) -> None:
        super().__init__(themes, translate("Inspector", "unknown: {name}").format(name=name))
        self.line = QLineEdit(str(value))
        self.line.setReadOnly(True)
        self.put(self.line)
        self.show_note(translate("Inspector", "Kept as it is, not sent."))

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show the value."""
        self.line.setText(several_values() if several else str(value))
