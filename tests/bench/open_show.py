"""A show of 10,000 cues: from the start of the process to a window that obeys, and what memory it takes.

The window obeys when it has the focus under the show's name and a press of Space there has reached the
engine: in EDIT that moves the standby. The floor imports PySide6 and pyqtgraph and shows an empty window,
on the same screen.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.bench.bare import bare_process, resident_mb
from tests.bench.table import Row, quantile
from tests.desk_process import Desk, write_show
from tests.osc_shows import osc_show
from tests.screen import Screen
from tests.wire import wires

CUES = 10_000
TURNS = 3
EMPTY = """
import PySide6.QtWidgets, pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("shown", flush=True)
window = Window()
window.resize(1600, 900)
window.show()
application.exec()
"""


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Yield a row for the time and one for the memory."""
    cues = 40 if quick else CUES
    floor: list[float] = []
    seen: list[float] = []
    obeyed: list[float] = []
    memory: list[tuple[float, float]] = []
    with wires(1) as (wire,), Screen() as screen:
        shown_on = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": screen.name}
        show = osc_show(cues, [wire.port])
        for _ in range(1 if quick else TURNS * (3 if full else 1)):
            began = time.monotonic()
            with bare_process(EMPTY, (), shown_on):
                floor.append(time.monotonic() - began)
            with tempfile.TemporaryDirectory(prefix="sc") as folder:
                path = write_show(show, Path(folder))
                began = time.monotonic()
                with Desk(Path(folder), [str(path)], display=screen.name) as desk:
                    screen.wait_for_focus(show.title)
                    seen.append(time.monotonic() - began)
                    with desk.watch() as client:
                        while client.snapshot.standby == "c0":
                            screen.tap("space")
                            time.sleep(0.01)
                            client.drain()
                        obeyed.append(time.monotonic() - began)
                    window, engine = desk.process.pid, desk.engine().pid
                    memory.append((resident_mb(window), resident_mb(engine)))
    empty, usable = quantile(floor, 0.5), quantile(obeyed, 0.5)
    yield Row(
        f"show of {cues:,} cues: start to a window that obeys Space",
        f"empty PySide6 and pyqtgraph window, {empty:.2f} s",
        f"{usable:.2f} s (window with focus {quantile(seen, 0.5):.2f} s)",
        f"{usable / empty:.2f}×",
        "≤ 2.5×",
    )
    yield Row(
        f"show of {cues:,} cues: resident memory",
        "",
        f"window {max(one for one, _ in memory):.0f} MB, engine {max(one for _, one in memory):.0f} MB",
        "",
        "≤ 250 MB, ≤ 100 MB",
    )
