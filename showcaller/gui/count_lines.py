"""What is counted on the calling panel: seconds into or out of something, and bars and beats.

Owns that they stand below each other, and how much room they take. Each line looks at the clock by itself.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showcaller.gui.client import Client
from showcaller.gui.counts_row import ROW_PIXELS, CountsRow
from showcaller.gui.document import Document
from showcaller.gui.tempo_row import TempoRow
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable


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
        return ROW_PIXELS * sum(line.is_counting for line in self._lines)

    def _fit(self) -> None:
        self.setVisible(self.pixels > 0)
        self.resized.emit()
