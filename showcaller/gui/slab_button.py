"""GO and STOP ALL: the two buttons that must be found without looking for them.

Owns how they are painted and that they act when the mouse button goes down, not when it comes up. Knows
neither show nor engine: the calling panel says what stands on them.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from showcaller.gui.lettering import Tone, fit, tone_of
from showcaller.gui.theme import Theme, ThemeHolder

Look = Literal["quiet", "solid", "off"]


class Face(NamedTuple):
    """What stands on the button, and how."""

    caption: str = ""
    alarm: str = ""
    """A second part of the caption, in the colour of failure."""
    look: Look = "quiet"
    tone: Tone = "go"


def _mixed(front: QColor, back: QColor, share: float) -> QColor:
    parts = (
        round(one * share + other * (1 - share))
        for one, other in zip(front.getRgb()[:3], back.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return QColor(*parts)


class SlabButton(QAbstractButton):
    """A large button with a title and a caption under it."""

    struck = Signal(int)
    """The mouse button went down on it; the event's own time stamp in milliseconds."""

    def __init__(
        self,
        themes: ThemeHolder,
        title: str,
        *,
        title_pixels: float,
        tall: float,
        border: float = 1,
        tone: Tone = "go",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._themes = themes
        self._title = title
        self._title_pixels = title_pixels
        self._tall = tall
        self._border = border
        self._face = Face(tone=tone)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        themes.changed.connect(self._change_theme)

    @property
    def title(self) -> str:
        """The large words."""
        return self._title

    @property
    def face(self) -> Face:
        """What stands on it."""
        return self._face

    def set_title(self, title: str) -> None:
        """Write other large words."""
        if title != self._title:
            self._title = title
            self.setAccessibleName(title)
            self.update()

    def set_face(self, face: Face) -> None:
        """Write another caption, in another look."""
        if face != self._face:
            self._face = face
            self.setAccessibleDescription(f"{face.caption} {face.alarm}".strip())
            self.update()

    def set_tall(self, tall: float) -> None:
        """Make it as tall as so many pixels of the design."""
        if tall != self._tall:
            self._tall = tall
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return its height; the width is what the panel gives."""
        return QSize(self._themes.theme.px(120), self._themes.theme.px(self._tall))

    def minimumSizeHint(self) -> QSize:
        """Return the same: it never gets smaller than it is meant to be."""
        return QSize(self._themes.theme.px(72), self._themes.theme.px(self._tall))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Act at once."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setDown(True)
            self.struck.emit(event.timestamp())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press of a double click like any other; the guard is the engine's."""
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Come up again; nothing happens."""
        self.setDown(False)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint slab, title and caption."""
        del event
        theme, face = self._themes.theme, self._face
        colour = theme.line if face.look == "off" else tone_of(theme, face.tone)
        fill, title_colour, caption_colour = self._colours(theme, colour)
        border = theme.px(self._border)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        inset = border / 2
        radius = theme.px(8)
        path.addRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)
        painter.fillPath(path, fill.lighter(125) if self.isDown() else fill)
        painter.setPen(QPen(colour, border))
        painter.drawPath(path)
        room = QRectF(self.rect()).adjusted(theme.px(10), border + 2, -theme.px(10), -border - 2)
        self._paint_words(painter, theme, room, title_colour, caption_colour)
        painter.end()

    def _colours(self, theme: Theme, colour: QColor) -> tuple[QColor, QColor, QColor]:
        """Return fill, title and caption: never a bright slab, unless something is due."""
        if self._face.look == "off":
            return theme.panel, theme.dim, theme.dim
        if self._face.look == "solid":
            return colour, theme.background, theme.background
        return _mixed(colour, theme.panel, 0.2), theme.text, theme.text

    def _paint_words(
        self, painter: QPainter, theme: Theme, room: QRectF, title_colour: QColor, caption_colour: QColor
    ) -> None:
        face = self._face
        words = (
            f"{face.caption} — {face.alarm}" if face.alarm and face.caption else face.caption or face.alarm
        )
        title_font = theme.words(self._title_pixels, QFont.Weight.ExtraBold)
        title_font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 103)
        title_tall = QFontMetricsF(title_font).capHeight()
        left = room.height() - title_tall - theme.px(15)
        captioned = bool(words) and left > theme.px(11)
        top = room.top() + (room.height() - title_tall) / 2
        if captioned:
            fitted = fit(words, QFont.Weight.DemiBold, int(room.width()), int(left), theme.px(16), 2)
            font = theme.words(16, QFont.Weight.DemiBold)
            font.setPixelSize(fitted.pixels)
            metrics = QFontMetricsF(font)
            tall = metrics.height() * len(fitted.lines)
            gap = theme.px(9)
            top = room.top() + max(0.0, (room.height() - title_tall - gap - tall) / 2)
            base = top + title_tall + gap + metrics.ascent()
            painter.setFont(font)
            alarm_colour = theme.background if face.look == "solid" else _mixed(theme.live, theme.text, 0.8)
            for line in fitted.lines:
                self._paint_caption(painter, metrics, room, base, line, caption_colour, alarm_colour)
                base += metrics.height()
        painter.setFont(title_font)
        painter.setPen(title_colour)
        width = QFontMetricsF(title_font).horizontalAdvance(self._title)
        painter.drawText(round(room.center().x() - width / 2), round(top + title_tall), self._title)

    def _paint_caption(
        self,
        painter: QPainter,
        metrics: QFontMetricsF,
        room: QRectF,
        base: float,
        line: str,
        colour: QColor,
        alarm_colour: QColor,
    ) -> None:
        """Paint a line of the caption, its alarm in the colour of failure."""
        alarm = self._face.alarm
        plain, dash, failing = line.partition(" — ")
        if not alarm:
            plain, dash, failing = line, "", ""
        elif not dash and line in alarm:
            plain, failing = "", line
        left = room.center().x() - metrics.horizontalAdvance(line) / 2
        painter.setPen(colour)
        painter.drawText(round(left), round(base), plain + dash)
        if failing:
            painter.setPen(alarm_colour)
            painter.drawText(round(left + metrics.horizontalAdvance(plain + dash)), round(base), failing)

    def _change_theme(self) -> None:
        self.updateGeometry()
        self.update()
