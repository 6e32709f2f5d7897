"""A show is open and nothing happens: what the window and the engine use of a processor, together."""

from __future__ import annotations

import time
from collections.abc import Iterable

from tests.bench.live_desk import live_desk
from tests.bench.meters import use
from tests.bench.table import Row
from tests.wire import wires

SECONDS = 20.0
SETTLES = 4.0
"""Seconds that a window gets to finish what opening began."""


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Yield a row for EDIT and one for LIVE, where the clocks run."""
    seconds = 1.0 if quick else SECONDS * (3 if full else 1)
    for live in (False, True):
        with wires(1) as (wire,), live_desk([wire.port], cues=1000, meters=False, live=live) as desk:
            time.sleep(0.1 if quick else SETTLES)
            window, engine = desk.pids
            both = use([window, engine], seconds)
            engine_alone = use([engine], seconds / 2)
        yield Row(
            f"idle, 1,000 cues open, {'LIVE, standing by' if live else 'EDIT'}: use of one processor",
            "",
            f"{both:.2f} %, of which engine {engine_alone:.2f} %",
            "",
            "≤ 1 %",
        )
