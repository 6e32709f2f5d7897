"""What the clock windows cost: each second one figure of each clock is another, and its window is painted.

The floor is a bare widget of the same size that writes the same figures as large, black ground and all.
Both are painted into memory, as on any screen, one after the other in one process.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

from tests.bench.table import Row, spread, times

SECONDS, SECONDS_QUICK, SECONDS_FULL = 100, 3, 600
SIZE = 1920, 1080


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Yield a row for a window of the clocks that are shown at first, and one while a message blinks."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QFont, QPainter, QPaintEvent
    from PySide6.QtWidgets import QApplication, QWidget

    from showcaller.gui.clock_faces import Face
    from showcaller.gui.clock_layouts import ClockLayout
    from showcaller.gui.clock_window import ClockWindow, Sight
    from showcaller.gui.theme import ThemeHolder

    application = QApplication.instance() or QApplication([])

    def faces(second: int) -> tuple[Face, ...]:
        left = f"{7 - second // 60 % 7}:{59 - second % 60:02}"
        return (
            Face("SEGMENT A2 LEFT", left, "steady", "0:00"),
            Face("HARD OUT", f"1:{left}", "steady", "0:00:00"),
            Face("LONDON", f"19:33:{second % 60:02}", "steady", "00:00:00"),
        )

    class Bare(QWidget):
        figures: tuple[str, ...] = ()

        def paintEvent(self, _event: QPaintEvent) -> None:
            painter = QPainter(self)
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
            painter.setPen(Qt.GlobalColor.white)
            high = self.height() // 2
            sizes = high, high // 3, high // 3
            for at, (figures, pixels) in enumerate(zip(self.figures, sizes, strict=False)):
                font = QFont("JetBrains Mono")
                font.setPixelSize(pixels)
                painter.setFont(font)
                painter.drawText(40, high * (at + 1) // 2 + pixels // 2, figures)
            painter.end()

    window, bare = ClockWindow(ClockLayout(), ThemeHolder()), Bare()
    for one in (window, bare):
        one.resize(*SIZE)
        one.show()
    application.processEvents()

    def take(show: Callable[[], None]) -> float:
        began = time.perf_counter_ns()
        show()
        application.processEvents()
        return (time.perf_counter_ns() - began) / 1e6

    seconds = SECONDS_QUICK if quick else SECONDS_FULL if full else SECONDS
    floor: list[float] = []
    plain: list[float] = []
    blinking: list[float] = []

    def write(second: int) -> None:
        bare.figures = tuple(face.figures for face in faces(second))
        bare.update()

    for second in range(seconds):
        floor.append(take(lambda second=second: write(second)))
        plain.append(take(lambda second=second: window.show_sight(Sight(faces(second)))))
    for second in range(seconds):
        sight = Sight(faces(second), message="TWO MINUTES LEFT", inverted=second % 2 == 1)
        blinking.append(take(lambda sight=sight: window.show_sight(sight)))
    for what, taken in (("one second", plain), ("one blink of a message", blinking)):
        yield Row(
            f"{what} of a clock window of {SIZE[0]}×{SIZE[1]}",
            f"a bare widget with the same figures, {spread(floor)}",
            spread(taken),
            times(taken, floor),
            "p50 ≤ 10 ms: 1 % of a core",
        )
    window.close()
    bare.close()
