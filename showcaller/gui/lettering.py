"""Text that is painted rather than laid out by Qt: figures that change each second, words that shrink to fit.

Owns a line of differently toned spans and a block that is never cut. A change repaints that text alone,
without style sheets or layouts. Knows no show; the panels of the right column are made of these.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from showcaller.gui.theme import WORDS, Theme, ThemeHolder

Tone = Literal["text", "dim", "go", "standby", "live", "info"]
Face = Literal["words", "mono", "label"]
Side = Literal["left", "right", "centre"]

BOLD = QFont.Weight.DemiBold
PLAIN = QFont.Weight.Normal


class Span(NamedTuple):
    """A part of a line in one tone and weight."""

    text: str
    tone: Tone = "text"
    weight: QFont.Weight = PLAIN


def tone_of(theme: Theme, tone: Tone) -> QColor:
    """Return the colour of a tone in a theme."""
    colour: QColor = getattr(theme, tone)
    return colour


def _font(theme: Theme, face: Face, pixels: float, weight: QFont.Weight) -> QFont:
    if face == "label":
        font = theme.label()
        font.setPixelSize(theme.px(pixels))
        font.setWeight(weight)
        return font
    return theme.mono(pixels, weight) if face == "mono" else theme.words(pixels, weight)


class TextLine(QWidget):
    """One line of spans; what does not fit is elided at its end, and told in full by the tool tip."""

    def __init__(
        self,
        themes: ThemeHolder,
        pixels: float,
        *,
        face: Face = "words",
        side: Side = "left",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._themes = themes
        self._pixels = pixels
        self._face: Face = face
        self._side: Side = side
        self._spans: tuple[Span, ...] = ()
        self._elided = False
        self.setSizePolicy(
            QSizePolicy.Policy.Preferred if side == "left" else QSizePolicy.Policy.Minimum,
            QSizePolicy.Policy.Fixed,
        )
        themes.changed.connect(self._change_theme)

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(span.text for span in self._spans)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The text by its parts."""
        return self._spans

    def set_text(self, text: str, tone: Tone = "text", weight: QFont.Weight = PLAIN) -> None:
        """Show a text in one tone."""
        self.set_spans(Span(text, tone, weight))

    def set_spans(self, *spans: Span) -> None:
        """Show these parts one behind the other."""
        if spans == self._spans:
            return
        before = self.text
        self._spans = spans
        if self.text != before:
            self.setAccessibleName(self.text)
            if self._side != "left" and len(self.text) != len(before):
                self.updateGeometry()
        self.update()

    def set_size(self, pixels: float) -> None:
        """Change the size of the design."""
        if pixels != self._pixels:
            self._pixels = pixels
            self._change_theme()

    def sizeHint(self) -> QSize:
        """Return what the whole text takes."""
        theme = self._themes.theme
        width = sum(
            QFontMetricsF(_font(theme, self._face, self._pixels, span.weight)).horizontalAdvance(span.text)
            for span in self._spans
        )
        return QSize(int(width) + 1, self._height())

    def minimumSizeHint(self) -> QSize:
        """Return what must be there: figures are whole, words may be elided."""
        return QSize(0 if self._side == "left" else self.sizeHint().width(), self._height())

    def _height(self) -> int:
        font = _font(self._themes.theme, self._face, self._pixels, PLAIN)
        return round(QFontMetricsF(font).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the spans on one base line."""
        del event
        theme = self._themes.theme
        parts = [
            (span, _font(theme, self._face, self._pixels, span.weight)) for span in self._spans if span.text
        ]
        widths = [QFontMetricsF(font).horizontalAdvance(span.text) for span, font in parts]
        room = float(self.width())
        total = sum(widths)
        left = {"left": 0.0, "right": room - total, "centre": (room - total) / 2}[self._side]
        left = max(0.0, left)
        elided = False
        painter = QPainter(self)
        for (span, font), width in zip(parts, widths, strict=True):
            text, free = span.text, room - left
            if width > free + 0.5:
                text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, free))
                elided = True
            painter.setFont(font)
            painter.setPen(tone_of(theme, span.tone))
            painter.drawText(
                QRectF(left, 0, free + 1, self.height()),
                int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine),
                text,
            )
            left += width
            if elided:
                break
        painter.end()
        if elided != self._elided:
            self._elided = elided
            self.setToolTip(self.text if elided else "")

    def _change_theme(self) -> None:
        self.updateGeometry()
        self.update()


class Fitted(NamedTuple):
    """How a text fits: the size and the lines."""

    pixels: int
    lines: tuple[str, ...]


def _wrapped(text: str, metrics: QFontMetricsF, width: float) -> tuple[str, ...] | None:
    """Break a text at its spaces; None where one of its words is too wide."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and metrics.horizontalAdvance(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
        if metrics.horizontalAdvance(line) > width:
            return None
    return (*lines, line)


SMALLEST = 11


@lru_cache(maxsize=64)
def fit(text: str, weight: QFont.Weight, width: int, height: int, largest: int, most_lines: int) -> Fitted:
    """Return the largest size at which a text fits into a box, and its lines.

    More lines than asked for are taken, and words broken, before anything is cut.

    Args:
        text: The words; they are broken at spaces, not at no-break spaces.
        weight: How bold.
        width: Pixels.
        height: Pixels.
        largest: Largest size in pixels.
        most_lines: How many lines there should be at most.
    """
    font = QFont(WORDS)
    font.setWeight(weight)
    for line_limit in (most_lines, 99):
        for pixels in range(largest, SMALLEST - 1, -1):
            font.setPixelSize(pixels)
            metrics = QFontMetricsF(font)
            if metrics.height() > height:
                continue
            lines = _wrapped(text, metrics, width)
            if lines is None or len(lines) > line_limit:
                continue
            if metrics.height() + (len(lines) - 1) * line_height(metrics) <= height:
                return Fitted(pixels, lines)
        text = text.replace("\u00a0", " ")
    font.setPixelSize(SMALLEST)
    metrics = QFontMetricsF(font)
    each = max(1, int(width / max(1.0, metrics.averageCharWidth())))
    return Fitted(SMALLEST, tuple(text[at : at + each] for at in range(0, len(text), each)))


def line_height(metrics: QFontMetricsF) -> float:
    """Return how far apart the base lines of large words stand: tighter than running text."""
    return metrics.height() * 0.93


class Block(NamedTuple):
    """Words that shrink rather than being cut."""

    text: str
    pixels: float
    tone: Tone = "text"
    weight: QFont.Weight = QFont.Weight.Bold
    lines: int = 2


class FittedText(QWidget):
    """Blocks of words under each other: the first as large as the room that the others leave it allows."""

    LATER_SHARE = 0.4
    """Of the height, for all blocks but the first."""

    def __init__(self, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._blocks: tuple[Block, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        themes.changed.connect(self._change_theme)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What it shows."""
        return self._blocks

    def set_blocks(self, *blocks: Block) -> None:
        """Show these blocks; one without text takes no room."""
        if blocks != self._blocks:
            self._blocks = blocks
            words = ". ".join(block.text for block in blocks if block.text)
            self.setAccessibleName(words.replace("\u00a0", " "))
            self.updateGeometry()
            self.update()

    def fitted(self) -> list[tuple[Block, Fitted]]:
        """Return how each block fits into the box as it is."""
        theme, gap = self._themes.theme, self._gap()
        blocks = [block for block in self._blocks if block.text]
        found: list[tuple[Block, Fitted]] = []
        room = self.height()
        for block in blocks[1:]:
            height = int(self.height() * self.LATER_SHARE / (len(blocks) - 1))
            fitted = fit(block.text, block.weight, self.width(), height, theme.px(block.pixels), block.lines)
            found.append((block, fitted))
            room -= int(self._tall(block, fitted.pixels, len(fitted.lines))) + gap
        if blocks:
            first = blocks[0]
            largest = theme.px(first.pixels)
            found.insert(0, (first, fit(first.text, first.weight, self.width(), room, largest, first.lines)))
        return found

    def _gap(self) -> int:
        return self._themes.theme.px(4)

    def _tall(self, block: Block, pixels: int, lines: int) -> float:
        font = self._themes.theme.words(block.pixels, block.weight)
        font.setPixelSize(pixels)
        metrics = QFontMetricsF(font)
        return metrics.height() + (lines - 1) * line_height(metrics)

    def _wanted(self, share: float) -> QSize:
        theme = self._themes.theme
        tall = sum(
            self._tall(block, theme.px(block.pixels * share), block.lines) + self._gap()
            for block in self._blocks
        )
        return QSize(0, int(tall) + 1)

    def sizeHint(self) -> QSize:
        """Return the room for all lines at full size."""
        return self._wanted(1.0)

    def minimumSizeHint(self) -> QSize:
        """Return the room for all lines at less than half size: below that it is not read from afar."""
        return self._wanted(0.42)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines from the top."""
        del event
        theme = self._themes.theme
        painter = QPainter(self)
        top = 0.0
        for block, fitted in self.fitted():
            font = theme.words(block.pixels, block.weight)
            font.setPixelSize(fitted.pixels)
            metrics = QFontMetricsF(font)
            painter.setFont(font)
            painter.setPen(tone_of(theme, block.tone))
            base = top + metrics.ascent()
            for line in fitted.lines:
                painter.drawText(0, round(base), line)
                base += line_height(metrics)
            top += self._tall(block, fitted.pixels, len(fitted.lines)) + self._gap()
        painter.end()

    def _change_theme(self) -> None:
        self.updateGeometry()
        self.update()
