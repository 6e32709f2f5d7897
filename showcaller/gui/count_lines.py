"""What is counted on the calling panel: seconds into or out of something, and bars and beats.

Owns that they stand below each other, and how much room they take. Each line looks at the clock by itself.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showcaller.gui.client import Client
from showcaller.gui.count_line import FIGURE_PIXELS, ROW_PIXELS
from showcaller.gui.counts_row import CountsRow
from showcaller.gui.document import Document
from showcaller.gui.tempo_row import TempoRow
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

BOTH_FIGURE_PIXELS, BOTH_ROW_PIXELS = 34, 44
"""Where both are there, so that the words still are the largest."""


class CountLines(QWidget):
    """See the module's law."""

    resized = Signal()

    def __init__(
        self,
        document: Document,
        client: Client,
        timetable: Timetable,
        themes: ThemeHolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.tempo = TempoRow(document, client, themes)
        self.seconds = CountsRow(document, client, timetable, themes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._lines = (self.tempo, self.seconds)
        for line in self._lines:
            column.addWidget(line)
            line.resized.connect(self._fit)
        self._fit()

    @property
    def pixels(self) -> int:
        """Return what the lines take of the panel, at the size of the design."""
        count = sum(line.is_counting for line in self._lines)
        return BOTH_ROW_PIXELS * count if count > 1 else ROW_PIXELS * count

    def _fit(self) -> None:
        is_both = all(line.is_counting for line in self._lines)
        for line in self._lines:
            line.figure.set_size(BOTH_FIGURE_PIXELS if is_both else FIGURE_PIXELS)
        self.setVisible(self.pixels > 0)
        self.resized.emit()
