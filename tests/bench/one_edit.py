"""One edit in a show of 10,000 cues, until all times, checks and rows are up to date.

In this process, off screen, with the window's own parts: document, rundown model, timetable, checks. The
edits are names, durations, numbers and moved and inserted rows, all over the show.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from showcaller.core.edits import Change, Edited, Inserted, Moved, Removed
from showcaller.core.show import Cue, Show
from showcaller.core.times import Duration
from showcaller.engine.main import catalogue
from tests.bench.table import Row, spread
from tests.osc_shows import osc_cue, osc_show

CUES = 10_000
EDITS = 100


def _cue(show: Show, rng: random.Random) -> tuple[int, Cue]:
    while True:
        place = rng.randrange(1, len(show.rundown) - 1)
        row = show.rundown[place]
        if isinstance(row, Cue):
            return place, row


def _rename(show: Show, rng: random.Random) -> Change:
    _, cue = _cue(show, rng)
    return (Edited("rundown", cue.id, "name", cue.name, f"Renamed {rng.random()}"),)


def _renumber(show: Show, rng: random.Random) -> Change:
    _, cue = _cue(show, rng)
    return (Edited("rundown", cue.id, "number", cue.number, f"{cue.number}.{rng.randrange(10**6)}"),)


def _lengthen(show: Show, rng: random.Random) -> Change:
    _, cue = _cue(show, rng)
    return (Edited("rundown", cue.id, "duration", cue.duration, Duration(rng.randrange(1000, 9000))),)


def _insert(show: Show, rng: random.Random) -> Change:
    _, cue = _cue(show, rng)
    new = msgspec.structs.replace(
        osc_cue(0, [9]), id=f"n{rng.random()}", number=f"N{rng.random()}", actions=()
    )
    return (Inserted("rundown", new, cue.id),)


def _remove(show: Show, rng: random.Random) -> Change:
    place, cue = _cue(show, rng)
    return (Removed("rundown", cue, show.rundown[place - 1].id),)


def _move(show: Show, rng: random.Random) -> Change:
    place, cue = _cue(show, rng)
    to = show.rundown[(place + rng.randrange(2, len(show.rundown) - 3)) % (len(show.rundown) - 1)].id
    return (Moved("rundown", cue.id, show.rundown[place - 1].id, to),)


KINDS: tuple[tuple[str, Callable[[Show, random.Random], Change]], ...] = (
    ("a name", _rename),
    ("a number", _renumber),
    ("a duration", _lengthen),
    ("a row inserted", _insert),
    ("a row removed", _remove),
    ("a row moved", _move),
)


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Yield a row for each kind of edit."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from showcaller.gui.checking import Checking
    from showcaller.gui.client import Client
    from showcaller.gui.collector import settle
    from showcaller.gui.document import Document
    from showcaller.gui.rundown_model import RundownModel
    from showcaller.gui.timetable import Timetable

    application = QApplication.instance() or QApplication([])
    document, rng = Document(), random.Random(5)
    client = Client()
    timetable = Timetable(document, client)
    checking = Checking(document, client)
    model = RundownModel(document, client, timetable)
    document.open(osc_show(40 if quick else CUES, [9]), Path("bench.show"))
    client.catalogue, client.connected = catalogue(), True
    client.link_changed.emit()
    application.processEvents()
    settle(anew=True)

    def edit(change: Change) -> float:
        began = time.perf_counter_ns()
        document.edit("Edit", change)
        timetable.outlook()
        for place in range(20):
            for column in range(model.columnCount()):
                model.data(model.index(place, column))
        application.processEvents()
        return (time.perf_counter_ns() - began) / 1e6

    for what, make in KINDS:
        taken = [edit(make(document.show, rng)) for _ in range(3 if quick else EDITS * (3 if full else 1))]
        yield Row(
            f"one edit ({what}) in {len(document.show.rundown):,} rows: times, checks, rows up to date",
            "",
            spread(taken),
            "",
            "≤ 20 ms",
        )
    client.connected = False
    del checking
