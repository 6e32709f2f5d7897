"""How audio meters are painted: where each strip lies, and the pixels of its bars, line, figure and light.

Owns geometry and painting; what never moves (names, scale, empty bars) is painted once into a pixmap.
Knows the ballistics only as levels to draw, and no client; the meter panel decides when to paint what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, cast

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap, QRegion

from showcaller.core.meters import (
    FLOOR_DB,
    Pulse,
    silence_of,
)
from showcaller.core.times import Instant
from showcaller.gui.theme import Theme

if TYPE_CHECKING:
    from showcaller.gui.meter_levels import DeviceLevels

SCALE_DB = (0, -9, -18, -30, -45, -60)
COMPACT_BELOW = 96
"""Height of the design under which strips lie down: one row of slim bars."""
NARROW = 34
"""Width of an upright strip under which its name can hardly be read."""
LIST_BELOW = 330
"""Height under which there is no room for a second row of upright strips either."""
LIST_ROW, LIST_COLUMN = 16, 70
FIGURES_APART = 40
"""What the figure of a slim bar takes of the width for its name."""
"""Least height and width of a strip that lies in a list, its name before its bars."""

_TEXT = Qt.TextFlag.TextSingleLine


class Shown(NamedTuple):
    """What a strip shows beside its bars."""

    figure: str
    clipped: bool
    muted: bool
    silent: bool


BLANK = Shown("", clipped=False, muted=False, silent=False)


@dataclass(slots=True)
class Strip:
    """One input: its channels, when it was heard, where it lies and what it shows."""

    device: str
    name: str
    levels: DeviceLevels
    """Those of its device; its own channels begin at `first`."""
    first: int = 0
    count: int = 1
    cell: QRect = field(default_factory=QRect)
    bars: tuple[QRect, ...] = ()
    figure: QRect = field(default_factory=QRect)
    light: QRect = field(default_factory=QRect)
    moving: QRect = field(default_factory=QRect)
    """What changes with the levels: all bars."""
    read: Shown = BLANK
    """What its last report said."""
    shown: Shown = BLANK


def write_figure(level: float) -> str:
    """Return a level in whole dB as the numeric peak reads."""
    return f"{level:.0f}".replace("-", "\u2212") if level > FLOOR_DB else f"\u2264\u2212{-FLOOR_DB:.0f}"


_FIGURES = tuple(write_figure(FLOOR_DB + step) for step in range(round(-FLOOR_DB) + 1))


def read_strips(strips: Sequence[Strip], levels: DeviceLevels) -> None:
    """Let the strips of a device, in its order, say what its last report said."""
    for strip, figure, clipped, muted in zip(strips, *map(list, levels.readings()), strict=True):
        was = strip.read
        text = _FIGURES[min(figure, len(_FIGURES) - 1)]
        if (text, clipped, muted) != was[:3]:
            strip.read = Shown(text, clipped, muted, silent=False)


class BoardRow:
    """The strips beside each other, and the image of their bars."""

    def __init__(self, theme: Theme, strips: Sequence[Strip], length: int, *, flat: bool) -> None:
        # Late: NumPy takes its time to load, and until the first levels nobody needs it.
        import numpy as np

        from showcaller.gui.meter_raster import Raster

        self._np = np
        self.strips = tuple(strips)
        self._length = length
        box = QRect()
        for strip in strips:
            box = box.united(strip.moving)
        bars = [bar for strip in strips for bar in strip.bars]
        self.raster = Raster(theme, box, bars, length, flat=flat)
        self._firsts = np.cumsum([0, *(len(strip.bars) for strip in strips)])[:-1]
        self._owners = np.array([place for place, strip in enumerate(strips) for _ in strip.bars], np.intp)
        self._shown = np.full((3, len(bars)), -1, np.intp)
        parts: dict[int, tuple[DeviceLevels, list[int]]] = {}
        for strip in strips:
            _, index = parts.setdefault(id(strip.levels), (strip.levels, []))
            index.extend(range(strip.first, strip.first + strip.count))
        self._parts = [(levels, np.array(index, np.intp)) for levels, index in parts.values()]

    def pixels_of(self, place: int) -> tuple[int, ...]:
        """Return how far the bars of the strip at that place reach, for the hollow ones."""
        return tuple(int(pixels) for pixels in self._shown[0, self._owners == place])

    def advance(self, pulses: Mapping[str, Pulse], at: Instant) -> list[QRect]:
        """Work out what is shown at `at`; return what has to be painted."""
        np = self._np
        levels = np.concatenate([part.levels_of(index, at) for part, index in self._parts], axis=1)
        heard = np.concatenate([part.heard_at[index] for part, index in self._parts])[self._firsts]
        scale = self._length / -FLOOR_DB
        pixels = np.clip(np.rint((levels - FLOOR_DB) * scale), 0, self._length).astype(np.intp)
        changed = (pixels != self._shown).any(axis=0)
        limits = {device: silence_of(pulse) for device, pulse in pulses.items()}
        dirty: list[QRect] = []
        for place, (strip, heard_at) in enumerate(zip(self.strips, heard.tolist(), strict=True)):
            shown = strip.read
            if heard_at + limits[strip.device] < at:
                shown = Shown("\u2013", shown.clipped, muted=False, silent=True)
            if shown is not strip.shown and shown != strip.shown:
                if (shown.muted, shown.silent) != (strip.shown.muted, strip.shown.silent):
                    changed |= self._owners == place
                strip.shown = shown
                dirty += (strip.figure, strip.light)
        if changed.any():
            self._shown = pixels
            blank = np.array([strip.shown.silent for strip in self.strips])[self._owners]
            hollow = np.array([strip.shown.muted for strip in self.strips])[self._owners]
            peaks, lines, means = np.where(hollow, 0, pixels)
            self.raster.draw(peaks, means, lines, blank)
            places = self._owners[changed]
            first, last = self.strips[places.min()], self.strips[places.max()]
            dirty.append(first.moving.united(last.moving))
        return dirty


class Board:
    """All strips in a box: their places, and the paint for them."""

    def __init__(self, theme: Theme, size: QSize, strips: Sequence[Strip]) -> None:
        self.theme = theme
        self.size = size
        self.strips = tuple(strips)
        self.compact = size.height() < theme.px(COMPACT_BELOW)
        self.listed = self._is_better_listed()
        """Strips lie under each other, names before them: where there was no room for names else."""
        self.compact = self.compact and not self.listed
        self.length = 0
        """Of every bar, in pixels."""
        self.rows = 1
        self.scale_width = 0
        self._figure_font = theme.mono(10 if self.compact else 11 if self.listed else 12, QFont.Weight.Medium)
        self._name_font = theme.words(11 if self.compact else 12)
        if self.compact:
            self._lay_down()
        elif self.listed:
            self._list_down()
        else:
            self._stand_up()
        together = self.rows if self.listed else max(1, -(-len(self.strips) // self.rows))
        self.board_rows = tuple(
            BoardRow(
                theme, self.strips[first : first + together], self.length, flat=self.compact or self.listed
            )
            for first in range(0, len(self.strips), together)
        )
        self.still = self._paint_still()

    def at(self, x: int, y: int) -> Strip | None:
        """Return the strip at a point, or None."""
        return next((strip for strip in self.strips if strip.cell.contains(x, y)), None)

    def _is_better_listed(self) -> bool:
        px, width, height = self.theme.px, self.size.width(), self.size.height()
        count = max(1, len(self.strips))
        columns = -(-count // max(1, height // px(LIST_ROW)))
        nameless = (width - px(26)) / count < px(NARROW)
        if self.compact:
            nameless = width / count - px(FIGURES_APART) < px(NARROW)
        return nameless and height < px(LIST_BELOW) and width / columns >= px(LIST_COLUMN)

    def _list_down(self) -> None:
        """Place strips under each other, in as few columns as leave each its height."""
        px, width, height = self.theme.px, self.size.width(), self.size.height()
        count = max(1, len(self.strips))
        columns = -(-count // max(1, height // px(LIST_ROW)))
        self.rows = -(-count // columns)
        tall, wide, apart = min(px(22), height // self.rows), width // columns, px(8)
        name = min(px(96), round((wide - apart) * 0.42))
        figures = px(30) if wide >= px(150) else 0
        self.length = max(8, wide - apart - name - px(4) - figures - px(6))
        for place, strip in enumerate(self.strips):
            column, row = divmod(place, self.rows)
            left, top = column * wide, row * tall
            strip.cell = QRect(left, top, wide - apart, tall)
            channels = strip.count
            thick = max(1, min(px(5), (tall - px(4)) // channels - 1))
            first = top + (tall - channels * (thick + 1) + 1) // 2
            strip.bars = tuple(
                QRect(left + name + px(4), first + number * (thick + 1), self.length, thick)
                for number in range(channels)
            )
            strip.moving = strip.bars[0].united(strip.bars[-1])
            end = strip.moving.right() + px(2)
            strip.light = QRect(end, strip.moving.top(), px(4), strip.moving.height())
            strip.figure = QRect(end + px(5), top, figures, tall if figures else 0)
            strip.shown = BLANK

    def _stand_up(self) -> None:
        """Place upright strips in as few rows as leave each its width."""
        px, width, height = self.theme.px, self.size.width(), self.size.height()
        count = max(1, len(self.strips))
        self.scale_width = px(26) if width > px(200) else 0
        room = width - self.scale_width
        least, tallest = px(26), px(110)
        while (
            self.rows < count and room / -(-count // self.rows) < least and height / (self.rows + 1) > tallest
        ):
            self.rows += 1
        columns = -(-count // self.rows)
        pitch = min(px(64), room / columns)
        tall = height // self.rows
        written = pitch >= px(30)
        names, figures, light = px(18) * written, px(18) * written, px(6)
        # The lowest figure of the scale reaches half its height below the bars.
        foot = px(8) if self.scale_width and not written else 0
        self.length = max(8, tall - names - figures - light - px(6) - foot)
        for place, strip in enumerate(self.strips):
            row, column = divmod(place, columns)
            left = self.scale_width + round(column * pitch)
            cell = QRect(left, row * tall, round(self.scale_width + (column + 1) * pitch) - left, tall)
            channels = strip.count
            gap = max(1, min(px(3), round(pitch / 12)))
            wide = max(1, min(px(13), (cell.width() - px(6) - gap * (channels - 1)) // channels))
            first = cell.left() + (cell.width() - channels * wide - gap * (channels - 1)) // 2
            top = cell.top() + light + px(3)
            bars = tuple(
                QRect(first + number * (wide + gap), top, wide, self.length) for number in range(channels)
            )
            strip.cell, strip.bars = cell, bars
            strip.moving = bars[0].united(bars[-1])
            strip.light = QRect(first, cell.top() + px(1), strip.moving.width(), max(3, light - px(2)))
            strip.figure = QRect(cell.left(), top + self.length + px(2), cell.width(), figures)
            strip.shown = BLANK

    def _lay_down(self) -> None:
        """Place slim level bars side by side, name and figure above them."""
        px, width, height = self.theme.px, self.size.width(), self.size.height()
        count = max(1, len(self.strips))
        pitch = width / count
        gap = px(10) if pitch > px(60) else px(3)
        self.length = max(4, int(pitch) - gap)
        names = px(15) if height >= px(24) else 0
        for place, strip in enumerate(self.strips):
            left = round(place * pitch)
            strip.cell = QRect(left, 0, int(pitch), height)
            channels = strip.count
            thick = max(1, min(px(6), (height - names - px(2)) // channels - 1))
            top = names + max(0, (height - names - channels * (thick + 1)) // 2)
            strip.bars = tuple(
                QRect(left, top + number * (thick + 1), self.length, thick) for number in range(channels)
            )
            strip.moving = strip.bars[0].united(strip.bars[-1])
            light = px(4)
            strip.light = QRect(left + self.length - light, px(5), light, light)
            strip.figure = QRect(left + self.length - px(32), 0, px(26), names)
            strip.shown = BLANK

    def _paint_still(self) -> QPixmap:
        theme, px = self.theme, self.theme.px
        still = QPixmap(max(1, self.size.width()), max(1, self.size.height()))
        still.fill(theme.panel)
        painter = QPainter(still)
        for strip in self.strips:
            for bar in strip.bars:
                painter.fillRect(bar, theme.background)
            painter.setFont(self._name_font)
            painter.setPen(theme.dim)
            if self.listed:
                box = QRect(strip.cell)
                box.setRight(strip.bars[0].left() - 3)
                self._begin(painter, box, strip.name)
            elif self.compact:
                if strip.figure.height() > 0:
                    box = QRect(strip.cell.left(), 0, self.length - px(34), strip.figure.height())
                    self._write(painter, box, strip.name, Qt.AlignmentFlag.AlignLeft)
            else:
                box = QRect(strip.cell.left() + 1, strip.figure.bottom(), strip.cell.width() - 2, px(18))
                if strip.figure.height() > 0:
                    self._write(painter, box, strip.name, Qt.AlignmentFlag.AlignHCenter)
        if self.scale_width and self.strips:
            painter.setFont(theme.mono(10))
            painter.setPen(theme.dim)
            for row in range(self.rows):
                bar = self.strips[row * -(-len(self.strips) // self.rows)].bars[0]
                for db in SCALE_DB:
                    y = bar.top() + round(db / FLOOR_DB * self.length)
                    self._write(
                        painter,
                        QRect(0, y - px(7), self.scale_width - px(6), px(14)),
                        str(db).replace("-", "\u2212"),
                        Qt.AlignmentFlag.AlignRight,
                    )
        painter.end()
        return still

    @staticmethod
    def _write(painter: QPainter, box: QRect, text: str, side: Qt.AlignmentFlag) -> None:
        room = box.width()
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(text) > room:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            if len(text) < 3:
                return
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter | _TEXT), text)

    def _begin(self, painter: QPainter, box: QRect, text: str) -> None:
        """Write as much of a name as there is room for: where it is little, dots would be half of it."""
        if box.width() < self.theme.px(64):
            metrics = painter.fontMetrics()
            while text and metrics.horizontalAdvance(text) > box.width():
                text = text[:-1].rstrip()
        self._write(painter, box, text, Qt.AlignmentFlag.AlignLeft)

    def paint(self, painter: QPainter, exposed: QRegion) -> None:
        """Paint all that is exposed."""
        # The images cover their boxes whole, so that while only bars move nothing else is painted.
        rest = exposed
        for row in self.board_rows:
            rest = rest.subtracted(QRegion(row.raster.box))
        for rect in cast("Iterable[QRect]", rest):
            painter.drawPixmap(rect.topLeft(), self.still, rect)
        for row in self.board_rows:
            box = exposed.boundingRect() & row.raster.box
            if not box.isEmpty():
                painter.drawImage(box, row.raster.image, box.translated(-row.raster.box.topLeft()))
            for place, strip in enumerate(row.strips):
                if strip.shown.muted and exposed.intersects(strip.moving):
                    self._paint_hollow(painter, strip, row.pixels_of(place))
        if not rest.isEmpty():
            for strip in self.strips:
                if rest.intersects(strip.figure) or rest.intersects(strip.light):
                    self._paint_figure(painter, strip)

    def _paint_hollow(self, painter: QPainter, strip: Strip, pixels: Sequence[int]) -> None:
        """A muted input that has signal: there is something, and nobody hears it."""
        painter.setPen(self.theme.dim)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for bar, reach in zip(strip.bars, pixels, strict=False):
            if self.compact or self.listed:
                box = QRect(bar.left(), bar.top(), max(2, reach), bar.height())
            else:
                box = QRect(bar.left(), bar.top() + self.length - reach, bar.width(), max(2, reach))
            painter.drawRect(box.adjusted(0, 0, -1, -1))

    def _paint_figure(self, painter: QPainter, strip: Strip) -> None:
        theme, shown = self.theme, strip.shown
        painter.fillRect(strip.light, theme.live if shown.clipped else theme.raised)
        if strip.figure.height() <= 0 or not shown.figure:
            return
        painter.setFont(self._figure_font)
        painter.setPen(theme.dim if shown.muted or shown.silent else theme.text)
        text = "M" if shown.muted else shown.figure
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(text) > strip.figure.width():
            return
        side = Qt.AlignmentFlag.AlignRight if self.compact or self.listed else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(strip.figure, int(side | Qt.AlignmentFlag.AlignVCenter | _TEXT), text)
