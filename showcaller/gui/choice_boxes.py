"""The boxes of a form that offer choices: fixed ones, names that a device told, and a start or trigger.

Owns the lists that drop down. Free text stays possible wherever names come from a device, for the show
may be ahead of the device. Knows no show; the forms say what to offer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy

from showcaller.gui.form_widgets import Box, is_escape, several_values
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate

_SOLID = Qt.PenStyle.SolidLine
_ROUND = Qt.PenCapStyle.RoundCap
_JOINED = Qt.PenJoinStyle.RoundJoin
_DAY_NS = 86_400_000_000_000


class Drop(QComboBox):
    """A drop-down that the wheel scrolls past: a form that scrolls must not change its values."""

    def __init__(self, themes: ThemeHolder) -> None:
        super().__init__()
        self._themes = themes

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, and the arrow that says it drops down."""
        super().paintEvent(event)
        theme = self._themes.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = theme.dim if self.isEnabled() else theme.line
        painter.setPen(QPen(ink, 1.6, _SOLID, _ROUND, _JOINED))
        centre = QPointF(self.width() - theme.px(14), self.height() / 2)
        reach = theme.px(4)
        point = centre + QPointF(0, reach / 2)
        painter.drawLine(centre + QPointF(-reach, -reach / 2), point)
        painter.drawLine(point, centre + QPointF(reach, -reach / 2))
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form."""
        event.ignore()


class ChoiceBox(Box):
    """One of a few things."""

    def __init__(
        self, themes: ThemeHolder, title: str, choices: Sequence[tuple[Any, str]] = (), *, help_text: str = ""
    ) -> None:
        super().__init__(themes, title, help_text=help_text)
        self.drop = Drop(themes)
        self.drop.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.drop.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.drop.setMinimumContentsLength(6)
        self.drop.activated.connect(self._take)
        self._values: list[Any] = []
        self.put(self.drop)
        self.offer(choices)

    def offer(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Offer these values by these titles."""
        self._values = [value for value, _ in choices]
        self.drop.clear()
        self.drop.addItems([title for _, title in choices])

    def _take(self, place: int) -> None:
        if 0 <= place < len(self._values):
            self.edited.emit(self._values[place])

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show a value; one that is not offered is shown as unknown and stays."""
        self.drop.setPlaceholderText(several_values() if several else "")
        if several:
            self.drop.setCurrentIndex(-1)
        elif value in self._values:
            self.drop.setCurrentIndex(self._values.index(value))
        else:
            unknown = translate("Inspector", "unknown: {name}").format(name=value)
            self.drop.setPlaceholderText(unknown)
            self.drop.setCurrentIndex(-1)


class NamesBox(Box):
    """A name that a device knows; what it told last is offered, anything can be typed."""

    def __init__(self, themes: ThemeHolder, title: str, *, help_text: str = "") -> None:
        super().__init__(themes, title, help_text=help_text)
        self.drop = Drop(themes)
        self.drop.setEditable(True)
        self.drop.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.drop.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.drop.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.drop.setMinimumContentsLength(8)
        self._names: tuple[str, ...] | None = None
        self._shown = ""
        line = self.drop.lineEdit()
        assert line is not None
        self.line = line
        line.editingFinished.connect(self.commit)
        line.installEventFilter(self)
        self.drop.activated.connect(lambda _place: self.commit())
        self.put(self.drop)
        line.setAccessibleName(title)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape gives up what was typed."""
        if is_escape(event):
            self.drop.setEditText(self._shown)
            self.line.clearFocus()
            return True
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)

    def offer(self, names: Sequence[str] | None, seen_at: int | None = None) -> None:
        """Offer these names, and say how old they are; None where the device never told any."""
        offered = None if names is None else tuple(names)
        if offered != self._names:
            self._names = offered
            self.drop.blockSignals(True)
            self.drop.clear()
            self.drop.addItems(list(offered or ()))
            self.drop.setEditText(self._shown)
            self.drop.blockSignals(False)
            completer = QCompleter(list(offered or ()), self.drop)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            self.drop.setCompleter(completer)
        self.show_note(seen_text(seen_at) if offered and seen_at else "")

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show a name."""
        text = "" if several or value is None else str(value)
        self.line.setPlaceholderText(several_values() if several else "")
        typing = self.line.hasFocus() and self.drop.currentText() != self._shown
        self._shown = text
        if not typing:
            self.drop.setEditText(text)

    def commit(self) -> None:
        """Take what was chosen or typed."""
        text = self.drop.currentText()
        if text != self._shown:
            self._shown = text
            self.edited.emit(text)


def seen_text(seen_at: int, now: int | None = None) -> str:
    """Say how long ago names were read: `seen 6 days ago`. Times in UTC nanoseconds."""
    passed = max(0, (time.time_ns() if now is None else now) - seen_at)
    days, hours, minutes = passed // _DAY_NS, passed // 3_600_000_000_000, passed // 60_000_000_000
    if days:
        one = days == 1
        text = (
            translate("Inspector", "seen yesterday")
            if one
            else translate("Inspector", "seen {count} days ago")
        )
        return text.format(count=days)
    if hours:
        return translate("Inspector", "seen {count} h ago").format(count=hours)
    return translate("Inspector", "seen {count} min ago").format(count=minutes) if minutes else ""


class ColourBox(ChoiceBox):
    """A mark of colour for a row."""

    COLOURS = ("#EF4B52", "#F08A6B", "#F2B134", "#35C46B", "#3FC6B8", "#4FA3F7", "#B58CF2", "#8DA2B5")

    def __init__(self, themes: ThemeHolder, title: str) -> None:
        super().__init__(themes, title)
        names = (
            translate("Inspector", "red"),
            translate("Inspector", "orange"),
            translate("Inspector", "amber"),
            translate("Inspector", "green"),
            translate("Inspector", "teal"),
            translate("Inspector", "blue"),
            translate("Inspector", "violet"),
            translate("Inspector", "grey"),
        )
        self.offer([("", translate("Inspector", "none")), *zip(self.COLOURS, names, strict=True)])
        for place, colour in enumerate(self.COLOURS, 1):
            self.drop.setItemIcon(place, _swatch(colour, themes.theme.px(14)))

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show a colour; one of another palette is offered as it is."""
        if value and value not in self._values and not several and QColor(str(value)).isValid():
            self._values.append(value)
            self.drop.addItem(_swatch(str(value), self.themes.theme.px(14)), str(value))
        super().show_value(value, several=several)


def _swatch(colour: str, size: int) -> QIcon:
    pixmap = QPixmap(size, size)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
