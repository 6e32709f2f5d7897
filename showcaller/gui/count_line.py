"""One line that counts on the calling panel: a label over words, a large figure, and when it looks again.

Owns its layout and the deadline of the next turn. What is counted, and when it turns, is its subclass's.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showcaller.gui.lettering import TextLine
from showcaller.gui.theme import ThemeHolder

FIGURE_PIXELS = 44
ROW_PIXELS = 56
"""What the line takes of the panel at the size of the design, with a figure of that size."""
_LEAST_MS = 5


class CountLine(QWidget):
    """See the module's law."""

    resized = Signal()
    """It came or went."""

    def __init__(self, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = TextLine(themes, 12, face="label")
        self.detail = TextLine(themes, 15)
        self.figure = TextLine(themes, FIGURE_PIXELS, face="mono", side="right")
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addStretch(1)
        left.addWidget(self.label)
        left.addWidget(self.detail)
        left.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(left, 1)
        row.addWidget(self.figure)
        self.setVisible(False)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)

    @property
    def is_counting(self) -> bool:
        """Say whether a count stands here, whether the panel itself can be seen or not."""
        return not self.isHidden()

    def look(self, _change: object = None) -> None:
        """Read the count of this instant."""
        self._timer.stop()

    def look_in(self, turn: int, rate: float) -> None:
        """Look again in so many nanoseconds of show time, which runs at this rate."""
        if rate > 0:
            self._timer.start(max(_LEAST_MS, int(turn / rate / 1_000_000) + 1))

    def stand(self, *, is_wanted: bool) -> None:
        """Come or go."""
        if self.is_counting != is_wanted:
            self.setVisible(is_wanted)
            self.resized.emit()
