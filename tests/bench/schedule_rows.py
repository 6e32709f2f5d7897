"""How long all times of 10,000 rows take to be up to date after one edit, one GO and one nudge.

The floor is the same show planned from nothing, which every row of it has to be looked at for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from showcaller.core import edits
from showcaller.core.schedule import Plan, Progress, expect, make_plan, times_of
from showcaller.core.show import Cue, Segment, Show
from showcaller.core.times import Duration, ShowTime, TimeOfDay
from tests.bench.table import Row, spread, times

ROWS, PER_SEGMENT = 10_000, 100
TURNS, TURNS_QUICK, TURNS_FULL = 60, 3, 300
_EVENING = ShowTime(1_790_000_000 * 10**9)
_SEEN = 60
"""Rows that a screen shows."""


def make_show() -> Show:
    """A hundred segments of a hundred rows, with a hard out."""
    rows: list[Segment | Cue] = []
    for place in range(ROWS):
        if place % PER_SEGMENT == 0:
            rows.append(Segment(id=f"s{place}", duration=Duration(120_000), minimum=Duration(60_000)))
        else:
            rows.append(Cue(id=f"c{place}", number=str(place), duration=Duration(1_000)))
    return Show(id="show", hard_out=TimeOfDay(23 * 3_600_000), rundown=tuple(rows))


def _times(turns: int, do: Callable[[int], object]) -> list[float]:
    taken: list[float] = []
    for turn in range(turns):
        began = time.perf_counter_ns()
        do(turn)
        taken.append((time.perf_counter_ns() - began) / 1e6)
    return taken


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Measure an edit, a GO and a nudge, each up to the times of the rows that are seen."""
    turns = TURNS_QUICK if quick else TURNS_FULL if full else TURNS
    show = make_show()
    plan = make_plan(show, _EVENING)
    starts = {"s0": plan.start, "s100": plan.start}

    def see(made: Plan, progress: Progress) -> None:
        outlook = expect(made, progress, made.start)
        for place in range(_SEEN):
            times_of(outlook, place)

    def edit(turn: int) -> None:
        nonlocal show, plan
        row = f"s{turn % 50 * PER_SEGMENT}"
        show = edits.apply(show, edits.edit(show, row, duration=Duration(130_000 + turn)))
        plan = make_plan(show, _EVENING, plan)
        see(plan, Progress(starts, {}, "s100"))

    floor = _times(min(turns, 20), lambda _turn: see(make_plan(show, _EVENING), Progress()))
    for name, do in (
        ("one edit of 10,000 rows: all times", edit),
        ("one GO of 10,000 rows: all times", lambda _turn: see(plan, Progress(starts, {}, "s100"))),
        (
            "one nudge of 10,000 rows: all times",
            lambda turn: see(plan, Progress(starts, {}, "s100", {"s100": Duration(turn)})),
        ),
    ):
        taken = _times(turns, do)
        yield Row(name, spread(floor), spread(taken), times(taken, floor), "p99 ≤ 20 ms")
