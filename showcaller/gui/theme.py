"""How the desk looks: colours, typefaces, sizes and the one style sheet.

Owns the three sets of tokens (dark, colour-blind-safe, night) and the zoom that scales everything. Widgets
get the `ThemeHolder` in their constructor, read `themes.theme` when they paint and listen to `changed`.
Knows no widget of ours; the style sheet speaks of Qt's classes, object names and properties only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from showcaller.assets import asset
from showcaller.core.show import Department
from showcaller.gui.style_sheet import style_sheet

SetName = Literal["dark", "colour-blind", "night"]

WORDS = "Inter"
FIGURES = "JetBrains Mono"


@dataclass(frozen=True)
class Tokens:
    """The colours of one set, as `#RRGGBB`."""

    background: str = "#0D1014"
    panel: str = "#14191F"
    raised: str = "#1B222A"
    line: str = "#28313B"
    text: str = "#E8EEF4"
    dim: str = "#93A1AF"
    go: str = "#35C46B"
    standby: str = "#F2B134"
    live: str = "#EF4B52"
    info: str = "#C7D3DF"
    bar_edit: str = "#232B34"
    bar_rehearse: str = "#5A4207"
    bar_live: str = "#5A1116"
    departments: tuple[str, ...] = ()
    """Colours that overrule the show's, taken in the order of its departments; empty: the show's own."""


SETS: dict[SetName, Tokens] = {
    "dark": Tokens(),
    # Okabe-Ito: tells apart with any colour vision; amber stays amber, live is vermilion, go is bluish green.
    "colour-blind": Tokens(
        go="#2BC79A",
        standby="#F0E442",
        live="#F0803C",
        info="#9BD3F5",
        bar_edit="#232B34",
        bar_rehearse="#4F4A0C",
        bar_live="#6B2E00",
        departments=(
            "#F0E442",
            "#56B4E9",
            "#CC79A7",
            "#2BC79A",
            "#B4BEC8",
            "#E69F00",
            "#F0803C",
            "#7FA8D8",
        ),
    ),
    # Red only: what the dark-adapted eye does not see, it does not lose its adaptation to.
    "night": Tokens(
        background="#050000",
        panel="#0B0101",
        raised="#160303",
        line="#330808",
        text="#FF8A7A",
        dim="#C4564A",
        go="#FF7A5C",
        standby="#FFA07A",
        live="#FF3B30",
        info="#E0786A",
        bar_edit="#1A0404",
        bar_rehearse="#3A1002",
        bar_live="#550404",
        departments=("#FF9C8A", "#E8705F", "#D45B8A", "#D9805A", "#B86A60", "#FF7F66"),
    ),
}

DEPARTMENT_COLOURS = {
    "LX": "#E9E29A",
    "SND": "#4FA3F7",
    "VT": "#B58CF2",
    "GFX": "#3FC6B8",
    "CAM": "#8DA2B5",
    "TLNT": "#F08A6B",
}
"""What a department of a well-known name gets where the show gives it no colour."""


class Theme:
    """One look: a set of colours at one zoom."""

    def __init__(self, name: SetName = "dark", zoom: float = 1.0) -> None:
        self.name = name
        self.zoom = zoom
        self.tokens = SETS[name]
        tokens = self.tokens
        self.background = QColor(tokens.background)
        self.panel = QColor(tokens.panel)
        self.raised = QColor(tokens.raised)
        self.line = QColor(tokens.line)
        self.text = QColor(tokens.text)
        self.dim = QColor(tokens.dim)
        self.go = QColor(tokens.go)
        self.standby = QColor(tokens.standby)
        self.live = QColor(tokens.live)
        self.info = QColor(tokens.info)
        self._places: dict[str, int] = {}
        load_fonts()

    def px(self, pixels: float) -> int:
        """Return a size of the design (at 100 %) in pixels of this zoom."""
        return max(1, round(pixels * self.zoom))

    def department_colour(self, department: Department | None) -> QColor:
        """Return the colour of a department: the show's, or this set's where it overrules."""
        if department is None:
            return self.dim
        own = self.tokens.departments
        if own:
            place = self._places.setdefault(department.id, len(self._places))
            return QColor(own[place % len(own)])
        colour = QColor(department.colour or DEPARTMENT_COLOURS.get(department.name.upper(), ""))
        return colour if colour.isValid() else self.info

    def words(self, pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Return the typeface for words at a size of the design."""
        font = QFont(WORDS)
        font.setPixelSize(self.px(pixels))
        font.setWeight(weight)
        return font

    def mono(self, pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Return the typeface for anything that counts or lines up."""
        font = QFont(FIGURES)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(self.px(pixels))
        font.setWeight(weight)
        return font

    def body(self) -> QFont:
        """Return the typeface of running text, 15 px."""
        return self.words(15)

    def secondary(self) -> QFont:
        """Return the typeface of secondary text, 13 px."""
        return self.words(13)

    def label(self) -> QFont:
        """Return the typeface of labels: 12 px capitals with wide tracking."""
        font = self.words(12)
        font.setCapitalization(QFont.Capitalization.AllUppercase)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 108)
        return font

    def number(self) -> QFont:
        """Return the typeface of cue numbers, 17 px."""
        return self.mono(17, QFont.Weight.Medium)

    def clock(self) -> QFont:
        """Return the typeface of the clocks in the top bar, 25 px."""
        return self.mono(25, QFont.Weight.Medium)

    def style_sheet(self) -> str:
        """Return the style sheet of the whole application."""
        return style_sheet(self.tokens, self.px)

    def icon(self, name: str, colour: QColor | None = None) -> QIcon:
        """Return a shipped icon by its file name without `.svg`, in the colour of text or in `colour`."""
        return _icon(name, (colour or self.text).name(), self.dim.name(), self.px(20))


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, ...]:
    """Give Qt the typefaces that we ship, once, and return the families that it found in them."""
    families: list[str] = []
    for path in sorted(asset("fonts").iterdir()):
        if path.suffix in {".otf", ".ttf"}:
            families.extend(
                QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
            )
    return tuple(dict.fromkeys(families))


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, disabled: str, size: int) -> QIcon:
    icon = QIcon()
    icon.addPixmap(_drawn(name, colour, size * 2))
    icon.addPixmap(_drawn(name, disabled, size * 2), QIcon.Mode.Disabled)
    return icon


def _drawn(name: str, colour: str, size: int) -> QPixmap:
    text = asset(f"icons/{name}.svg").read_text(encoding="utf-8")
    text = re.sub(r"#E8EEF4", colour, text, flags=re.IGNORECASE)
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


class ThemeHolder(QObject):
    """The theme in use. `changed` comes after `theme` is the new one."""

    changed = Signal()

    def __init__(self, theme: Theme | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme or Theme()

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return self._theme

    def choose(self, name: SetName | None = None, zoom: float | None = None) -> None:
        """Take another set or zoom; the zoom stays between 70 % and 200 %."""
        theme = self._theme
        zoom = min(2.0, max(0.7, theme.zoom if zoom is None else zoom))
        name = name or theme.name
        if (name, zoom) != (theme.name, theme.zoom):
            self._theme = Theme(name, zoom)
            self.changed.emit()
