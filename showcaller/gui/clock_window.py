"""A screen for others: clocks and a message to the stage, black, in two colours, read at fifteen metres.

Owns the painting of one window and what its keys and its menu ask for. What it shows comes ready from
`clock_windows`, which has the one timer for all of them; it reads no clock and knows no engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from showcaller.gui.clock_faces import Face
from showcaller.gui.clock_layouts import ClockLayout, rows_of
from showcaller.gui.go_key import CLOSES_ON_ESCAPE
from showcaller.gui.theme import ThemeHolder

INK = QColor("#FFFFFF")
ALARM = QColor("#F2B134")
GROUND = QColor("#000000")

_LABEL_PART = 0.22
_SMALL_LABEL_PART = 0.34
_MESSAGE_PART = 0.34
_LINES = 3


class Sight(Struct, frozen=True):
    """All that a window shows at an instant."""

    faces: tuple[Face, ...] = ()
    message: str = ""
    inverted: bool = False
    """The message is black on colour: the other half of its blinking."""
    blackout: bool = False


class ClockWindow(QWidget):
    """See the module's law."""

    menu_asked = Signal(object)
    """Where the menu is wanted."""
    full_screen_asked = Signal()
    closed = Signal()

    def __init__(self, layout: ClockLayout, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.layout_ = layout
        self.sight = Sight()
        self._themes = themes
        self.setProperty(CLOSES_ON_ESCAPE, True)
        self.setWindowTitle(self.tr("Clocks"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setMinimumSize(240, 135)
        self.resize(960, 540)

    def show_sight(self, sight: Sight) -> None:
        """Show something else; what is shown already costs nothing."""
        if sight != self.sight:
            self.sight = sight
            words = [f"{face.label}: {face.figures}" for face in sight.faces]
            told = [self.tr("Blackout")] if sight.blackout else [sight.message, *words]
            self.setAccessibleName(", ".join(word for word in told if word))
            self.update()

    def take_layout(self, layout: ClockLayout) -> None:
        """Take other clocks."""
        self.layout_ = layout
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw clocks and message as large as they fit."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), GROUND)
        if self.sight.blackout:
            return
        area = QRectF(self.rect())
        if self.sight.message:
            strip = QRectF(area)
            strip.setTop(area.bottom() - area.height() * _MESSAGE_PART)
            area.setBottom(strip.top())
            self._paint_message(painter, strip)
        self._paint_clocks(painter, area)

    def _paint_clocks(self, painter: QPainter, area: QRectF) -> None:
        rows = rows_of(self.layout_.clocks)
        unit = area.height() / max(1, sum(size for size, _ in rows))
        top = area.top()
        for size, places in rows:
            width = area.width() / len(places)
            cells = [
                (QRectF(area.left() + at * width, top, width, unit * size), self.sight.faces[place])
                for at, place in enumerate(places)
                if place < len(self.sight.faces)
            ]
            # One size for the figures of a line: the eye compares them.
            pixels = min((self._figure_pixels(cell, face) for cell, face in cells), default=8)
            for cell, face in cells:
                self._paint_face(painter, cell, face, pixels)
            top += unit * size

    def _figure_pixels(self, cell: QRectF, face: Face) -> int:
        font = self._themes.theme.mono(10, QFont.Weight.Medium)
        height = cell.height() * (1 - self._label_part(cell)) * 0.74
        # Figures have no descent: their height is that of a capital.
        return _fitting(font, [face.sample], cell.width() * 0.9, height, figures=True)

    def _label_part(self, cell: QRectF) -> float:
        return _SMALL_LABEL_PART if cell.height() < self.height() * 0.14 else _LABEL_PART

    def _paint_face(self, painter: QPainter, cell: QRectF, face: Face, pixels: int) -> None:
        label_part = self._label_part(cell)
        ink = INK if face.level in {"steady", "warn"} else ALARM
        figures = QRectF(cell)
        figures.setTop(cell.top() + cell.height() * label_part)
        figures.adjust(0, 0, 0, -cell.height() * 0.04)
        if face.level == "over":
            painter.fillRect(figures.adjusted(cell.width() * 0.015, 0, -cell.width() * 0.015, 0), ALARM)
            ink = GROUND
        head = QRectF(cell.left(), cell.top(), cell.width(), cell.height() * label_part)
        self._paint_label(painter, head, face)
        font = self._themes.theme.mono(10, QFont.Weight.Medium)
        font.setPixelSize(pixels)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(figures, Qt.AlignmentFlag.AlignCenter, face.figures)

    def _paint_label(self, painter: QPainter, head: QRectF, face: Face) -> None:
        font = self._themes.theme.words(10, QFont.Weight.Medium)
        mark = 0.0 if face.level == "steady" else head.height() * 0.62
        font.setPixelSize(_fitting(font, [face.label], head.width() * 0.9 - mark * 1.4, head.height() * 0.8))
        wide = QFontMetricsF(font).horizontalAdvance(face.label)
        left = head.center().x() - (wide + mark * 1.4) / 2
        if mark:
            shape = QRectF(left, head.center().y() - mark / 2, mark, mark)
            _paint_mark(painter, shape, filled=face.level != "warn")
        painter.setFont(font)
        painter.setPen(INK if face.level == "steady" else ALARM)
        words = QRectF(left + mark * 1.4, head.top(), wide + 4, head.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, face.label)

    def _paint_message(self, painter: QPainter, strip: QRectF) -> None:
        painter.fillRect(strip, ALARM if self.sight.inverted else GROUND)
        ink = GROUND if self.sight.inverted else ALARM
        painter.setPen(QPen(ALARM, max(2.0, strip.height() * 0.012)))
        painter.drawLine(strip.topLeft(), strip.topRight())
        font = self._themes.theme.words(10, QFont.Weight.DemiBold)
        lines, pixels = _broken(font, self.sight.message, strip.width() * 0.94, strip.height() * 0.9)
        font.setPixelSize(pixels)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; F11 fills the screen, or not."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() == Qt.Key.Key_F11 and not event.modifiers():
            self.full_screen_asked.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Fill the screen, or not."""
        self.full_screen_asked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu."""
        self.menu_asked.emit(event.globalPos())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell who keeps the windows."""
        super().closeEvent(event)
        self.closed.emit()


def _fitting(font: QFont, lines: Sequence[str], width: float, height: float, *, figures: bool = False) -> int:
    """Return the pixel size at which the lines fill that room; never less than can be drawn."""
    probe = QFont(font)
    probe.setPixelSize(100)
    metrics = QFontMetricsF(probe)
    widest = max((metrics.horizontalAdvance(line) for line in lines), default=1.0)
    by_width = 100 * width / max(1.0, widest)
    line = metrics.capHeight() if figures else metrics.height()
    by_height = 100 * height / max(1.0, line * len(lines))
    return max(8, int(min(by_width, by_height)))


def _broken(font: QFont, text: str, width: float, height: float) -> tuple[list[str], int]:
    """Break a message into the lines in which it is largest."""
    words = text.split()
    best: tuple[list[str], int] = [text], _fitting(font, [text], width, height)
    for count in range(2, min(_LINES, len(words)) + 1):
        lines = _split_evenly(words, count)
        pixels = _fitting(font, lines, width, height)
        if pixels > best[1]:
            best = lines, pixels
    return best


def _split_evenly(words: Sequence[str], count: int) -> list[str]:
    """Split words into lines of about the same length."""
    share = len(" ".join(words)) / count
    lines: list[str] = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) > share * 1.12 and len(lines) < count:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _paint_mark(painter: QPainter, box: QRectF, *, filled: bool) -> None:
    """Draw the triangle of a warning: hollow, or filled where it is urgent."""
    pen = QPen(ALARM, max(2.0, box.height() * 0.12))
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(ALARM if filled else Qt.BrushStyle.NoBrush)
    edge = pen.widthF() / 2
    top = QPointF(box.center().x(), box.top() + edge)
    foot = box.bottom() - edge
    painter.drawPolygon(QPolygonF([top, QPointF(box.right() - edge, foot), QPointF(box.left() + edge, foot)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
