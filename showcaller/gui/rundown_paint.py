"""How one row of the rundown is painted: its ground, its chips and its texts.

Owns the look of a cell in every state. Called by the delegate with what the model says of the row; keeps
nothing, edits nothing and knows no view.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle

from showcaller.core.show import Cue, Department, Row, Segment
from showcaller.gui.fork_marks import ForkPart, paint_fork
from showcaller.gui.rundown_columns import OPTIONAL, Column
from showcaller.gui.rundown_state import FAILED, OTHER, RUNNING, SENT, WAITING, RowState, Tone
from showcaller.gui.rundown_words import Chip, RowWords
from showcaller.gui.standby_marks import Part
from showcaller.gui.theme import Theme

PAST = 0.5
"""How much of their strength the chips of past rows keep."""

ROW, STANDBY_ROW, SEGMENT_ROW = 37, 46, 36

_BAD = {Column.GAP: "\u2212", Column.OVER: "+"}
"""Sign of an overlap, and of what is over."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class ChipLook:
    """A chip and what is wrong with where its messages go."""

    chip: Chip
    department: Department | None
    hollow: bool = False
    """The department is on manual."""
    hatched: bool = False
    """LIVE, and a device of it is not real."""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class RowFrame:
    """All that is known of a row while one frame is painted."""

    row: Row
    words: RowWords
    state: RowState
    bracket: Part
    """Which part it has of the bracket around cues that stand by together."""
    fork: ForkPart
    """Which part it has of the bracket around the endings of a branch."""
    chips: tuple[ChipLook, ...]
    share: float
    """How much of a running row has passed."""
    problem: str
    """Sentence of an error that the checks found; a mere warning is only marked."""
    warned: bool
    severe: bool
    planned: str
    expected: str
    late: str
    over: bool
    result: str
    further: tuple[str, ...]
    """What stands in the columns that not everybody wants; empty in those that are not shown."""
    flash: bool
    """The standby was edited: it flashes once."""
    x: int
    """Where the row begins and how wide it is, in the viewport."""
    width: int
    page: tuple[int, int]
    """Left and right of a segment's page, which begins left of the cue numbers."""
    title: tuple[int, int]
    """The same of its title, which runs on over WHAT HAPPENS."""
    missed: tuple[int, int]
    """The same of how far a hit time is missed, or of a long result: both columns together."""


def mixed(front: QColor, back: QColor, share: float) -> QColor:
    """Return `share` of a colour over the rest of another."""
    return QColor(
        round(front.red() * share + back.red() * (1 - share)),
        round(front.green() * share + back.green() * (1 - share)),
        round(front.blue() * share + back.blue() * (1 - share)),
    )


def tone_colour(theme: Theme, tone: Tone) -> QColor:
    """Return the colour of a tone."""
    colour: QColor = getattr(theme, tone)
    return colour


class RowPainter:
    """Paints cells in one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.compact = False
        """The table is narrow: chips stand closer."""
        self.number = theme.number()
        self.body = theme.body()
        self.strong = theme.words(15, QFont.Weight.DemiBold)
        self.standby = theme.words(16, QFont.Weight.DemiBold)
        self.secondary = theme.secondary()
        self.mark = theme.words(12, QFont.Weight.Bold)
        self.chip_name = theme.words(13, QFont.Weight.DemiBold)
        self.chip_number = theme.words(13)
        self.times = theme.mono(15)
        self.strong_times = theme.mono(15, QFont.Weight.DemiBold)
        self.page = theme.mono(16)
        self.result = theme.mono(13)
        self.small_result = theme.mono(12, QFont.Weight.DemiBold)
        self.glyph = theme.words(17, QFont.Weight.Medium)

    def paint(
        self, painter: QPainter, rect: QRect, column: Column, frame: RowFrame, flags: QStyle.StateFlag
    ) -> None:
        """Paint one cell."""
        painter.save()
        painter.setClipRect(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, column, frame, flags)
        inner = rect.adjusted(0, 0, -self.theme.px(8), 0)
        match column:
            case Column.GLYPH | Column.CUE if isinstance(frame.row, Segment):
                self._paint_page(painter, rect, frame)
                if column == Column.GLYPH and not frame.words.number:
                    self._paint_glyph(painter, rect, frame)
            case Column.GLYPH:
                self._paint_glyph(painter, rect, frame)
            case Column.CUE:
                self._paint_number(painter, inner, frame)
            case Column.CALLS | Column.WHAT if isinstance(frame.row, Segment):
                self._paint_title(painter, rect, frame)
            case Column.CALLS:
                self._paint_chips(painter, inner, frame)
            case Column.WHAT:
                self._paint_what(painter, inner, frame)
            case Column.ON:
                self._paint_on(painter, inner, frame)
            case Column.RESULT:
                if isinstance(frame.row, Segment) and not frame.result:
                    self._paint_time(painter, rect, Column.LATE, frame)
                elif not frame.late:
                    rect = self._free_for_result(rect, frame)
                self._paint_result(painter, rect.adjusted(0, 0, -self.theme.px(12), 0), frame)
            case Column.LATE if not frame.late and isinstance(frame.row, Cue):
                free = self._free_for_result(rect, frame)
                self._paint_result(painter, free.adjusted(0, 0, -self.theme.px(12), 0), frame)
            case _:
                self._paint_time(painter, rect, column, frame)
        painter.restore()

    def ground(self, frame: RowFrame) -> QColor:
        """Return the colour behind a row."""
        theme = self.theme
        if frame.state.phase == "standby":
            return mixed(theme.standby, theme.panel, 0.55 if frame.flash else 0.2)
        if frame.state.phase == "running":
            return mixed(theme.go, theme.panel, 0.12)
        return theme.raised if isinstance(frame.row, Segment) else theme.panel

    def _paint_ground(
        self, painter: QPainter, rect: QRect, column: Column, frame: RowFrame, flags: QStyle.StateFlag
    ) -> None:
        theme = self.theme
        ground = self.ground(frame)
        painter.fillRect(rect, ground)
        if frame.state.phase == "running":
            edge = frame.x + round(frame.width * frame.share)
            passed = QRect(rect.left(), rect.top(), min(rect.right() + 1, edge) - rect.left(), rect.height())
            if passed.width() > 0:
                painter.fillRect(passed, mixed(theme.go, theme.panel, 0.3))
            if 0.0 < frame.share < 1.0:
                painter.fillRect(QRect(edge - theme.px(2), rect.top(), theme.px(2), rect.height()), theme.go)
        if flags & QStyle.StateFlag.State_Selected:
            veil = QColor(theme.info)
            veil.setAlpha(34)
            painter.fillRect(rect, veil)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.line)
        if isinstance(frame.row, Segment):
            painter.fillRect(QRect(rect.left(), rect.top() - 1, rect.width(), 1), theme.line)
        if column == Column.GLYPH:
            bar: QColor | None = None
            if frame.state.phase == "standby":
                bar = theme.standby
            elif frame.state.current:
                bar = theme.go
            elif frame.row.colour and QColor(frame.row.colour).isValid():
                bar = QColor(frame.row.colour)
            if bar is not None:
                painter.fillRect(QRect(rect.left(), rect.top(), theme.px(4), rect.height()), bar)
            if frame.bracket:
                self._paint_bracket(painter, rect, frame.bracket)
            if frame.fork:
                paint_fork(painter, rect, frame.fork, theme, other=frame.state.phase == "other")
        if flags & QStyle.StateFlag.State_HasFocus and column != Column.GLYPH:
            painter.setPen(QPen(theme.info, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1.5, 1.5, -1.5, -2.5), 4, 4)

    def _paint_bracket(self, painter: QPainter, rect: QRect, part: Part) -> None:
        """Draw a thin bracket left of the cue numbers: one standby for all that it holds."""
        px = self.theme.px
        x, top, bottom = rect.right() - px(7), rect.top(), rect.bottom() + 1
        if part == "first":
            top += px(10)
        elif part == "last":
            bottom -= px(10)
        painter.fillRect(QRect(x, top, px(1), bottom - top), self.theme.dim)
        if part == "first":
            painter.fillRect(QRect(x, top, px(5), px(1)), self.theme.dim)
        elif part == "last":
            painter.fillRect(QRect(x, bottom - px(1), px(5), px(1)), self.theme.dim)

    def _free_for_result(self, rect: QRect, frame: RowFrame) -> QRect:
        """A row that is neither late nor early lets its result have that room too."""
        left, right = frame.missed
        return QRect(left, rect.top(), right - left, rect.height())

    def _dims(self, frame: RowFrame) -> bool:
        return frame.state.past or frame.state.struck

    def _text(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        font: QFont,
        colour: QColor,
        flags: Qt.AlignmentFlag = _LEFT,
        *,
        struck: bool = False,
    ) -> None:
        if not text or rect.width() <= 0:
            return
        if struck:
            font = QFont(font)
            font.setStrikeOut(True)
        painter.setFont(font)
        painter.setPen(colour)
        metrics = QFontMetrics(font)
        if metrics.horizontalAdvance(text) > rect.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, flags | Qt.TextFlag.TextSingleLine, text)

    def _paint_glyph(self, painter: QPainter, rect: QRect, frame: RowFrame) -> None:
        glyph, tone = frame.state.glyph, frame.state.tone
        colour = tone_colour(self.theme, tone)
        if not glyph and frame.warned and not frame.state.past:
            glyph, colour = FAILED, self.theme.live if frame.severe else self.theme.standby
        if not glyph:
            return
        size = self.theme.px(13)
        box = QRectF(0, 0, size, size)
        box.moveCenter(QPointF(rect.center().x() + self.theme.px(2), rect.center().y() + 0.5))
        if glyph in {RUNNING, WAITING, SENT, OTHER, "●"}:
            self._paint_shape(painter, box, glyph, colour)
        else:
            font = self.strong if glyph == FAILED else self.glyph
            self._text(
                painter,
                box.adjusted(-8, -8, 8, 8).toRect(),
                glyph,
                font,
                colour,
                Qt.AlignmentFlag.AlignCenter,
            )

    def _paint_shape(self, painter: QPainter, box: QRectF, glyph: str, colour: QColor) -> None:
        """Draw the glyphs that few typefaces draw alike."""
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        centre = box.center()
        if glyph == RUNNING:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(
                QPolygonF([box.topLeft(), QPointF(box.right(), centre.y()), box.bottomLeft()])
            )
        elif glyph == WAITING:
            painter.drawEllipse(box)
            painter.setBrush(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPie(box.adjusted(1, 1, -1, -1), 0, 90 * 16)
        elif glyph == OTHER:
            painter.drawEllipse(box.adjusted(1, 1, -1, -1))
            painter.drawLine(box.bottomLeft(), box.topRight())
        elif glyph == SENT:
            top, right = QPointF(centre.x(), box.top()), QPointF(box.right(), centre.y())
            bottom, left = QPointF(centre.x(), box.bottom()), QPointF(box.left(), centre.y())
            painter.drawPolygon(QPolygonF([top, right, bottom, left]))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_number(self, painter: QPainter, rect: QRect, frame: RowFrame) -> None:
        colour = self.theme.dim if self._dims(frame) else self.theme.text
        self._text(painter, rect, frame.words.number, self.number, colour, struck=frame.state.struck)

    def _paint_page(self, painter: QPainter, rect: QRect, frame: RowFrame) -> None:
        left, right = frame.page
        rect = QRect(left, rect.top(), right - left, rect.height())
        colour = self.theme.dim if self._dims(frame) else self.theme.info
        self._text(painter, rect, frame.words.number, self.page, colour, struck=frame.state.struck)

    def _paint_title(self, painter: QPainter, rect: QRect, frame: RowFrame) -> None:
        colour = self.theme.dim if self._dims(frame) else self.theme.text
        left, right = frame.title
        rect = QRect(left, rect.top(), right - left - self.theme.px(8), rect.height())
        self._text(painter, rect, frame.words.title, self.strong, colour, struck=frame.state.struck)

    def _paint_what(self, painter: QPainter, rect: QRect, frame: RowFrame) -> None:
        theme = self.theme
        font = self.standby if frame.state.phase == "standby" else self.body
        named = isinstance(frame.row, Cue) and bool(frame.row.name)
        colour = theme.dim if self._dims(frame) or not named else theme.text
        self._text(painter, rect, frame.words.what, font, colour, struck=frame.state.struck)

    def _paint_on(self, painter: QPainter, rect: QRect, frame: RowFrame) -> None:
        theme = self.theme
        struck = frame.state.struck
        if frame.words.mark:
            colour = theme.dim if self._dims(frame) else theme.text
            self._text(painter, rect, frame.words.mark, self.mark, colour, struck=struck)
            step = QFontMetrics(self.mark).horizontalAdvance(frame.words.mark + " ") + theme.px(2)
            rect = rect.adjusted(step, 0, 0, 0)
            self._text(painter, rect, frame.words.on, theme.mono(13), theme.dim, struck=struck)
            return
        self._text(painter, rect, frame.words.on, self.secondary, theme.dim, struck=struck)

    def _paint_time(self, painter: QPainter, rect: QRect, column: Column, frame: RowFrame) -> None:
        theme = self.theme
        dim = self._dims(frame)
        plain = theme.dim if dim else theme.text
        rect = rect.adjusted(0, 0, -theme.px(2), 0)
        if column == Column.DURATION:
            self._text(painter, rect, frame.words.duration, self.times, plain, struck=frame.state.struck)
        elif column == Column.PLAN:
            self._text(painter, rect, frame.planned, self.times, theme.dim)
        elif column == Column.EXPECTED:
            strong = not dim and frame.state.phase in {"standby", "running"}
            self._text(painter, rect, frame.expected, self.strong_times if strong else self.times, plain)
        elif column in OPTIONAL:
            text = frame.further[OPTIONAL.index(column)]
            over = column in {Column.GAP, Column.OVER} and text.startswith(_BAD[column])
            colour = theme.standby if over and not frame.state.past else theme.dim
            self._text(painter, rect, text, self.times, colour)
        else:
            colour = theme.standby if frame.over else theme.dim
            if frame.over and frame.state.past:
                colour = mixed(theme.standby, theme.panel, 0.75)
            if isinstance(frame.row, Segment) and not frame.result:
                left, right = frame.missed
                rect = QRect(left, rect.top(), right - left, rect.height())
            self._text(painter, rect, frame.late, self.times, colour)

    def _paint_result(self, painter: QPainter, rect: QRect, frame: RowFrame) -> None:
        theme = self.theme
        text, tone = frame.result, frame.state.tone
        colour = tone_colour(theme, tone)
        if frame.state.past and tone == "go":
            colour = theme.dim
        if not text and frame.problem and not frame.state.past:
            text, colour = frame.problem, theme.live
        if not text:
            return
        if QFontMetrics(self.result).horizontalAdvance(text) <= rect.width():
            self._text(
                painter, rect, text, self.result, colour, _RIGHT, struck=frame.state.phase == "disarmed"
            )
            return
        self._two_lines(painter, rect, text, colour)

    def _two_lines(self, painter: QPainter, rect: QRect, text: str, colour: QColor) -> None:
        """Set a reason on two lines, the second of them elided."""
        metrics = QFontMetrics(self.small_result)
        words = text.split()
        first = ""
        while words and (not first or metrics.horizontalAdvance(f"{first} {words[0]}") <= rect.width()):
            first = f"{first} {words.pop(0)}".strip()
        middle = rect.center().y() + 1
        height = self.theme.px(16)
        upper = QRect(rect.left(), middle - height, rect.width(), height)
        lower = QRect(rect.left(), middle, rect.width(), height)
        if not words:
            upper.moveTop(middle - height // 2)
        self._text(painter, upper, first, self.small_result, colour, _RIGHT)
        self._text(painter, lower, " ".join(words), self.small_result, colour, _RIGHT)

    @property
    def _chip_margin(self) -> int:
        return 5 if self.compact else 8

    def _chip_width(self, look: ChipLook) -> int:
        name = QFontMetrics(self.chip_name).horizontalAdvance(look.chip.name)
        number = QFontMetrics(self.chip_number).horizontalAdvance(look.chip.number)
        return name + number + self.theme.px(2 * self._chip_margin + (4 if look.chip.number else 0))

    def _paint_chips(self, painter: QPainter, rect: QRect, frame: RowFrame) -> None:
        gap = self.theme.px(4 if self.compact else 6)
        x = rect.left()
        for place, look in enumerate(frame.chips):
            width = self._chip_width(look)
            rest = len(frame.chips) - place
            room = rect.right() - x - (self.theme.px(26) if rest > 1 else 0)
            if width > room and place > 0:
                box = QRect(x, rect.top(), rect.right() - x, rect.height())
                self._text(painter, box, f"+{rest}", self.chip_name, self.theme.dim)
                return
            box = QRect(x, 0, min(width, rect.right() - x), self.theme.px(24))
            box.moveTop(rect.center().y() - box.height() // 2 + 1)
            self._paint_chip(painter, box, look, frame)
            x += width + gap

    def _paint_chip(self, painter: QPainter, box: QRect, look: ChipLook, frame: RowFrame) -> None:
        theme = self.theme
        colour = theme.live if look.lost else theme.department_colour(look.department)
        ground = self.ground(frame)
        dims = self._dims(frame) and not look.lost
        painter.setOpacity(PAST if dims else 1.0)
        area = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = 0 if look.lost else theme.px(4)
        painter.setPen(QPen(colour, 1.2) if look.hollow or look.lost else QPen(mixed(colour, ground, 0.3), 1))
        fill = QColor(colour)
        fill.setAlphaF(0.18)
        painter.setBrush(Qt.BrushStyle.NoBrush if look.hollow else QBrush(fill))
        painter.drawRoundedRect(area, radius, radius)
        if look.hatched:
            hatch = QColor(colour)
            hatch.setAlphaF(0.4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(hatch, Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(area, radius, radius)
        inner = box.adjusted(theme.px(self._chip_margin), 0, -theme.px(2), 0)
        struck = frame.state.phase == "disarmed" and not dims
        self._text(painter, inner, look.chip.name, self.chip_name, colour, struck=struck)
        step = QFontMetrics(self.chip_name).horizontalAdvance(look.chip.name) + theme.px(4)
        self._text(
            painter, inner.adjusted(step, 0, 0, 0), look.chip.number, self.chip_number, colour, struck=struck
        )
        painter.setOpacity(1.0)
