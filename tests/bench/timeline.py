"""The timeline of a show of 10,000 cues: frames a second, and what they use of a processor.

It is scrolled, followed while cues are called, and zoomed, 60 times a second, on a screen of its own. The
floor is a bare `QGraphicsView` that scrolls as many rectangles as there are bars in sight, in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from tests.bench.bare import bare_process
from tests.bench.table import Row
from tests.screen import Screen

CUES = 10_000
SECONDS = 5.0
GOAL = "60/s"
WORDS = {
    "scroll": "scrolled, ten minutes in sight",
    "far": "scrolled, the whole show in sight twice over",
    "follow": "followed at ×40, a GO every half second",
    "zoom": "zoomed in and out of the whole show",
}
LOOP = """
import json, sys, time
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Qt

class Frames(QObject):
    def __init__(self, widget):
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False

def run(frames, step, seconds):
    loop, timer = QEventLoop(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(step)
    timer.start(16)
    began, used, counted = time.monotonic(), time.process_time(), frames.count
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
    passed = time.monotonic() - began
    return (frames.count - counted) / passed, 100 * (time.process_time() - used) / passed
"""
TIMELINE = (
    LOOP
    + """
from itertools import count, cycle
from PySide6.QtWidgets import QApplication
from showcaller.core import asrun
from showcaller.core.times import ShowTime
from showcaller.gui.timeline_view import TimelineView
from tests.gui.stage import EVENING, Stage, make_long_show

cues, seconds = int(sys.argv[1]), float(sys.argv[2])
application = QApplication([])
stage = Stage(make_long_show(cues))
stage.welcome()
panel = TimelineView(*stage.parts)
panel.resize(1300, 230)
panel.show()
application.processEvents()
panel.catch_up()
frames = Frames(panel.view)
whole = 3.0 * cues
found = {}

def measure(name, step):
    application.processEvents()
    panel.view.repaint()
    bars = panel.view.painted
    found[name] = [*run(frames, step, seconds), bars]

panel.follow.setChecked(False)
panel.view.show_span(0.0, 600.0)
measure("scroll", lambda: panel.view.scroll(4))
panel.view.show_span(0.0, whole / 2)
measure("far", lambda: panel.view.scroll(1))
ways = cycle([1 / 1.05] * 60 + [1.05] * 60)
panel.view.show_span(0.0, 600.0)
measure("zoom", lambda: panel.view.zoom_at(whole / 3, next(ways)))
panel.view.show_span(0.0, 600.0)
panel.follow.setChecked(True)
stage.show_snapshot(mode="rehearse", rate=40.0, standby="c0", segment="s0", show_at=EVENING)
steps = count()

def call():
    step = next(steps)
    if step % 30 == 0:
        cue = stage.document.show.cue(f"c{step // 30}")
        at = stage.client.show_now()
        stage.record(asrun.CueCalled(run=step, cue=cue, at=at, cause="go"), at=at)
        stage.show_snapshot(standby=f"c{step // 30 + 1}", last_called=cue.id, show_at=at)

measure("follow", call)
print(json.dumps(found), flush=True)
stage.close()
"""
)
FLOOR = (
    LOOP
    + """
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView

counts, seconds = json.loads(sys.argv[1]), float(sys.argv[2])
application = QApplication([])
found = {}
for name, bars in counts.items():
    scene = QGraphicsScene()
    # As many in sight as the timeline shows, and as many again to scroll to, at either side.
    for place in range(-bars, 2 * bars):
        wide = 1240 / max(1, bars)
        box = QRectF(place * wide, place % 5 * 36, max(1.0, wide - 1), 28)
        scene.addRect(box, QPen(QColor("#4FA3F7")), QBrush(QColor("#1d3550")))
    view = QGraphicsView(scene)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
    view.resize(1300, 230)
    view.show()
    application.processEvents()
    frames, bar = Frames(view.viewport()), view.horizontalScrollBar()
    found[name] = run(frames, lambda: bar.setValue((bar.value() + 1) % 1000), seconds)
    view.close()
print(json.dumps(found), flush=True)
"""
)


def _read(script: str, words: tuple[str, ...], screen: Screen) -> Mapping[str, list[float]]:
    with bare_process(script, words, {"QT_QPA_PLATFORM": "xcb", "DISPLAY": screen.name}) as line:
        found: Mapping[str, list[float]] = json.loads(line)
        return found


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Yield a row for each way of using it."""
    seconds = str(0.4 if quick else SECONDS * (3 if full else 1))
    with Screen() as screen:
        timeline = _read(TIMELINE, (str(CUES), seconds), screen)
        counts = json.dumps({name: int(bars) for name, (_, _, bars) in timeline.items()})
        floor = _read(FLOOR, (counts, seconds), screen)
    for name, words in WORDS.items():
        frames, used, bars = timeline[name]
        bare_frames, bare = floor[name]
        yield Row(
            f"timeline of {CUES:,} cues, {words}: frames, use of one processor",
            f"bare QGraphicsView, {int(bars)} rectangles, {bare_frames:.0f}/s, {bare:.1f} %",
            f"{frames:.0f}/s, {used:.1f} %",
            f"{used / bare:.2f}×",
            GOAL,
        )
