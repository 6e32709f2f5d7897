"""How a show that is under its hard out is filled: what is taken back in, and what may run longer.

Owns the planner of that; `costs` owns its opposite and the look ahead that both use. What was floated comes
back first, for it is content, the highest priority before others and only where it fits; then elastic
segments stretch, up to their maximum. Nothing that breaks a hard start or a hit time is proposed. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from showcaller.core import events as ev
from showcaller.core.costs import cost_of, look_ahead
from showcaller.core.schedule import Outlook, Progress
from showcaller.core.show import Show
from showcaller.core.times import NO_TIME, Duration, ShowTime, elapsed

_SECOND = 1000


class FillStep(Struct, frozen=True):
    """One thing that fills time."""

    segment: str
    kind: Literal["take-in", "stretch"]
    by: Duration
    """How much longer the segment gets; of one that is taken in, how long it is."""
    gives: Duration
    """How much later the show ends for it."""


class FillPlan(Struct, frozen=True):
    """How a show gets up to its hard out."""

    under: Duration
    """What was to be filled."""
    steps: tuple[FillStep, ...]
    """What to do, in the order of their rank."""
    left: Duration
    """What is under still after all of it."""

    @property
    def event(self) -> ev.BuyBack:
        """The one event that does all of it."""
        return ev.BuyBack(
            at=ShowTime(0),
            floats=tuple(step.segment for step in self.steps if step.kind == "take-in"),
            trims=tuple((step.segment, step.by) for step in self.steps if step.kind == "stretch"),
            on=True,
            fills=True,
        )


def plan_filling(show: Show, outlook: Outlook, progress: Progress) -> FillPlan | None:
    """Work out what fills a show up to its hard out; None where it is not under by a second."""
    over = outlook.over
    if over is None or over > -_SECOND:
        return None
    steps: list[FillStep] = []
    here = outlook
    for kind, segment, most in _offers(outlook, progress):
        need = -(here.over or 0) // _SECOND * _SECOND
        if need <= 0:
            break
        by = most if kind == "take-in" else Duration(min(most, need))
        step = FillStep(segment, kind, by, NO_TIME)
        after = look_ahead(show, outlook, progress, FillPlan(NO_TIME, (*steps, step), NO_TIME).event)
        gives = elapsed(here.out, after.out)
        if gives > 0 and (after.over or 0) <= 0 and not cost_of(here, after).breaks:
            taken_in = gives if kind == "take-in" else by
            steps.append(msgspec.structs.replace(step, by=taken_in, gives=gives))
            here = after
    return FillPlan(Duration(-over), tuple(steps), Duration(max(0, -(here.over or 0))))


def _offers(
    outlook: Outlook, progress: Progress
) -> Sequence[tuple[Literal["take-in", "stretch"], str, Duration]]:
    """Return what could fill time, in the order in which it is asked."""
    found: list[tuple[int, int, int, Literal["take-in", "stretch"], str, Duration]] = []
    for place, (planned, expected) in enumerate(zip(outlook.plan.segments, outlook.expected, strict=True)):
        segment = planned.segment
        if segment is None or segment.id in progress.ends or place < outlook.current:
            continue
        if planned.floated:
            if not expected.started:
                found.append((0, -segment.priority, place, "take-in", segment.id, NO_TIME))
        elif segment.maximum is not None:
            most = Duration((segment.maximum - expected.duration) // _SECOND * _SECOND)
            if most > 0:
                found.append((1, -segment.priority, place, "stretch", segment.id, most))
    return [(kind, segment_id, most) for *_, kind, segment_id, most in sorted(found)]
