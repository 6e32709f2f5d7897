"""A clock of the top bar: a label and the figures below it, with the mark of its level before them.

Owns how one such clock looks and how its figures are written; which clocks there are is `mode_bar`'s. What is
left and what has passed are written as on every screen (`core/counting`); levels have a shape and a colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from showcaller.core.clocks import Level, level_left
from showcaller.core.counting import left_text, passed_text
from showcaller.core.times import Duration, format_duration
from showcaller.gui.theme import ThemeHolder

DASH = "–"
MARKS: Mapping[Level, str] = MappingProxyType({"steady": "", "warn": "△", "danger": "▲", "over": "▲"})
"""The shape of each level, before the figures."""


def passed_figures(passed: Duration | None) -> str:
    """Write what has passed as `00:03:41`."""
    return DASH if passed is None else passed_text(passed, hours=True)


def left_figures(left: Duration | None, *, hours: bool = False) -> tuple[str, Level]:
    """Write what is left behind the mark of its level, `3:07`, `△0:45`, `▲0:12`, `▲+0:13`; and say which."""
    if left is None:
        return DASH, "steady"
    level = level_left(left)
    return MARKS[level] + left_text(left, hours=hours), level


def over_text(over: Duration | None, *, compact: bool = False, estimate: bool = False) -> str:
    """Return over or under with its arrow: `▲ +0:18 over`, `▼ −0:48 under`, `0:00`; compact without word.

    An estimate has a `~`.
    """
    if over is None:
        return DASH
    about = "~" if estimate else ""
    if abs(over) < 1000:
        return f"{about}0:00"
    text = about + format_duration(over, sign=True)
    if compact:
        return f"▲ {text}" if over > 0 else f"▼ {text}"
    return f"▲ {text} over" if over > 0 else f"▼ {text} under"


class ClockCell(QWidget):
    """A label and the figures below it."""

    clicked = Signal()

    def __init__(self, themes: ThemeHolder, sample: str, pixels: float = 25) -> None:
        super().__init__()
        self._themes, self._pixels = themes, pixels
        self.sample = sample
        """The widest text that is expected."""
        self.label = QLabel()
        self.figures = QLabel()
        for part in (self.label, self.figures):
            part.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.label)
        layout.addWidget(self.figures)
        self._colour: QColor | None = None
        self._shown: tuple[str, str] | None = None
        self.restyle()

    def restyle(self) -> None:
        """Take the theme's typefaces; the width is that of the widest text, so that nothing jumps."""
        theme = self._themes.theme
        self.label.setFont(theme.label())
        font = theme.mono(self._pixels, QFont.Weight.Medium)
        self.figures.setFont(font)
        self.setMinimumWidth(QFontMetrics(font).horizontalAdvance(self.sample))
        self._paint_in(self._colour)

    def _paint_in(self, colour: QColor | None) -> None:
        theme = self._themes.theme
        self._colour = colour
        mono = theme.mono(self._pixels)
        self.label.setStyleSheet(f"color: {theme.info.name()}; font-size: {theme.px(12)}px;")
        self.figures.setStyleSheet(
            f'color: {(colour or theme.text).name()}; font-family: "{mono.family()}";'
            f" font-size: {mono.pixelSize()}px; font-weight: 500;"
        )

    def show_text(self, label: str, figures: str, colour: QColor | None = None) -> None:
        """Show a label and figures, if they are others."""
        if (label, figures) != self._shown:
            self._shown = label, figures
            self.label.setText(label)
            self.figures.setText(figures)
            self.setAccessibleName(f"{label}: {figures}")
        if colour != self._colour:
            self._paint_in(colour)

    def show_level(self, label: str, figures: str, level: Level) -> None:
        """Show a label and figures in the colour of a level."""
        self.show_text(label, figures, None if level == "steady" else self._themes.theme.standby)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say that it was clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()
