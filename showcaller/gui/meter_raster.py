"""The bars of audio meters as one image: every pixel of a row of strips, worked out at once.

Painting 128 bars one by one costs more than everything else of the window together; this makes the image
in a few array operations. Knows levels as pixels along a bar, and no widget. Imported with the first
levels, for NumPy takes its time to load.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage

from showcaller.core.meters import AMBER_DB, FLOOR_DB, RED_DB
from showcaller.gui.theme import Theme

Pixels = npt.NDArray[np.intp]
Colours = npt.NDArray[np.uint32]

PEAK_SHARE = 0.6
"""How strongly the part between mean and peak is coloured."""


def _mixed(front: QColor, back: QColor, share: float) -> int:
    return QColor(
        round(front.red() * share + back.red() * (1 - share)),
        round(front.green() * share + back.green() * (1 - share)),
        round(front.blue() * share + back.blue() * (1 - share)),
    ).rgb()


def ramp(theme: Theme, length: int, share: float) -> Colours:
    """Return the colours of a full bar from its foot: green to −18, amber to −9, red above."""
    colours = []
    for place in range(length):
        db = FLOOR_DB * (1 - (place + 0.5) / length)
        if db < AMBER_DB:
            rise = 0.74 + 0.26 * (db - FLOOR_DB) / (AMBER_DB - FLOOR_DB)
            colour = QColor(_mixed(theme.go, theme.background, rise))
        else:
            colour = theme.standby if db < RED_DB else theme.live
        colours.append(_mixed(colour, theme.background, share))
    return np.array(colours, np.uint32)


class Raster:
    """One image for one row of strips."""

    def __init__(self, theme: Theme, box: QRect, bars: Sequence[QRect], length: int, *, flat: bool) -> None:
        """Prepare the image.

        Args:
            theme: The colours.
            box: Where the image lies; all bars are in it.
            bars: One rectangle for each channel.
            length: Of every bar, in pixels.
            flat: Bars lie, from left to right; otherwise they stand.
        """
        self.box = box
        self._flat = flat
        self._bars = [bar.translated(-box.topLeft()) for bar in bars]
        self._lit = ramp(theme, length, 1.0)
        self._shade = ramp(theme, length, PEAK_SHARE)
        self._empty = np.uint32(theme.background.rgb())
        self._no_data = np.uint32(theme.line.rgb())
        self._line = np.uint32(theme.text.rgb())
        self._along = np.arange(length, dtype=np.intp)[:, None]
        # One column more than there are bars: the panel between them.
        self._cells = np.full((length, len(bars) + 1), theme.panel.rgb(), np.uint32)
        self._pixels = np.full((box.height(), box.width()), theme.panel.rgb(), np.uint32)
        self._columns = np.full(box.width(), len(bars), np.intp)
        for number, bar in enumerate(self._bars):
            self._columns[bar.left() : bar.left() + bar.width()] = number
        self.image = QImage(
            self._pixels.data, box.width(), box.height(), box.width() * 4, QImage.Format.Format_RGB32
        )

    def draw(self, peaks: Pixels, means: Pixels, lines: Pixels, silent: npt.NDArray[np.bool_]) -> None:
        """Make the image of these levels, all in pixels along the bars and one for each channel."""
        along, cells = self._along, self._cells[:, :-1]
        np.copyto(cells, self._empty)
        np.copyto(cells, self._shade[:, None], where=along < peaks)
        np.copyto(cells, self._lit[:, None], where=along < np.minimum(means, peaks))
        np.copyto(cells, self._line, where=(along < lines) & (along >= lines - 2))
        if silent.any():
            cells[:, silent] = self._no_data
        if self._flat:
            for number, bar in enumerate(self._bars):
                self._pixels[
                    bar.top() : bar.top() + bar.height(), bar.left() : bar.left() + len(self._along)
                ] = cells[:, number]
        else:
            np.take(self._cells[::-1], self._columns, axis=1, out=self._pixels, mode="clip")
