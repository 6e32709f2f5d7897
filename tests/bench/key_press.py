"""From a key press in the window to the cue's first byte on the wire, the window painting 64 meters.

Keys are injected with XTest, from outside both processes. The floor is a bare window on a screen of its
own that sends on a key; both take turns. Two GOs are at least as far apart as the usual double-GO guard
lets them be, so that what the window paints after one GO is not counted as part of the next; beyond that a
press comes at any instant of a second, for cues end and clocks move a second after a GO, and a hand that
kept time with them would meet their painting always or never.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable

from tests.bench.bare import bare_process
from tests.bench.go_latency import pause
from tests.bench.live_desk import METERS, live_desk
from tests.bench.table import Row, spread, times
from tests.screen import Screen
from tests.wire import Wire, wires

PRESSES = 100
GUARD = 0.4
"""Seconds; what a show has that says nothing else."""
WINDOW = """
import socket, sys
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
class Window(QWidget):
    def keyPressEvent(self, event):
        out.sendto(b"key", ("127.0.0.1", int(sys.argv[1])))
window = Window()
window.setWindowTitle("Floor")
window.resize(640, 480)
window.show()
print("shown", flush=True)
application.exec()
"""


def _press(screen: Screen, wire: Wire) -> float:
    began = time.monotonic_ns()
    screen.press("space")
    heard = wire.hear()
    screen.release("space")
    return (heard.at - began) / 1e6


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Yield the one row."""
    presses = 5 if quick else PRESSES * (3 if full else 1)
    floor: list[float] = []
    measured: list[float] = []
    rng = random.Random(3)
    with (
        wires(2) as (bare, wire),
        Screen() as screen,
        bare_process(WINDOW, [str(bare.port)], {"QT_QPA_PLATFORM": "xcb", "DISPLAY": screen.name}),
        live_desk([wire.port], cues=max(1000, presses + 40)) as live,
    ):
        screen.wait_for_focus("Floor")
        for place in range(presses):
            pause(rng)
            floor.append(_press(screen, bare))
            live.client.see(lambda one, place=place: one.standby == f"c{place}")
            time.sleep(GUARD + rng.random())
            measured.append(_press(live.screen, wire))
    yield Row(
        f"key press → first byte on the wire, {METERS} meters painting",
        f"bare PySide6 window, {spread(floor)}",
        spread(measured),
        times(measured, floor),
        "p50 ≤ 1.3×, p99 ≤ 2×",
    )
