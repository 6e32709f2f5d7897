"""64 stereo meters arriving at 50 Hz: what the window and the engine use of a processor, together.

The floor is a bare widget that paints 128 bars 60 times a second on a screen of its own. They take turns,
and the bare widget stands still while the window and the engine are measured.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Sequence

from tests.bench.bare import bare_process_and_pid, cpu_seconds
from tests.bench.live_desk import METERS, live_desk
from tests.bench.table import Row
from tests.screen import Screen
from tests.wire import wires

SECONDS = 6.0
TURNS = 3
BARS = f"""
import math, time
from PySide6.QtCore import QTimer, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
BARS = {2 * METERS}
class Bars(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        now, height, colour = time.monotonic(), self.height(), QColor("#35c46a")
        width = self.width() / BARS
        painter.fillRect(self.rect(), QColor("#10141a"))
        for bar in range(BARS):
            level = height * abs(math.sin(now * 4 + bar))
            painter.fillRect(int(bar * width), int(height - level), int(width) - 1, int(level), colour)
        painter.end()
bars = Bars()
bars.setWindowTitle("Floor")
bars.resize(640, 160)
bars.show()
timer = QTimer()
timer.setTimerType(Qt.TimerType.PreciseTimer)
timer.timeout.connect(bars.update)
timer.start(round(1000 / 60))
print("shown", flush=True)
application.exec()
"""


def use(pids: Sequence[int], seconds: float) -> float:
    """Return the share of one processor that these processes use, in percent."""
    before = sum(map(cpu_seconds, pids))
    began = time.monotonic()
    time.sleep(seconds)
    return 100 * (sum(map(cpu_seconds, pids)) - before) / (time.monotonic() - began)


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Yield the one row."""
    seconds = 1.0 if quick else SECONDS * (3 if full else 1)
    floor: list[float] = []
    windows: list[float] = []
    engines: list[float] = []
    with (
        wires(1) as (wire,),
        Screen() as screen,
        bare_process_and_pid(BARS, (), {"QT_QPA_PLATFORM": "xcb", "DISPLAY": screen.name}) as (_, bare),
        live_desk([wire.port], cues=40) as live,
    ):
        screen.wait_for_focus("Floor")
        window, engine = live.pids
        for _ in range(1 if quick else TURNS):
            floor.append(use([bare], seconds))
            os.kill(bare, signal.SIGSTOP)
            began = time.monotonic()
            before = cpu_seconds(engine)
            windows.append(use([window], seconds))
            engines.append(100 * (cpu_seconds(engine) - before) / (time.monotonic() - began))
            os.kill(bare, signal.SIGCONT)
    at_floor = sum(floor) / len(floor)
    at_window, at_engine = sum(windows) / len(windows), sum(engines) / len(engines)
    yield Row(
        f"{METERS} stereo meters at 50 Hz, drawn at 60/s: use of one processor",
        f"bare widget of {2 * METERS} bars, {at_floor:.1f} %",
        f"window {at_window:.1f} % + engine {at_engine:.1f} %",
        f"{(at_window + at_engine) / at_floor:.2f}×",
        "≤ 2.5×",
    )
