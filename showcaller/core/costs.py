"""What a change to the times of a run would cost, and how time is bought back, before anything is done.

Owns the look ahead to events and edits, their cost, and the buy-back planner.
Pure: the screens show what it says and give the events to the engine. Knows no playback and no widget.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.branches import with_choice
from showcaller.core.plan import place_in_segment
from showcaller.core.position import overrule
from showcaller.core.schedule import HardPoint, Outlook, Progress, expect, hard_points, make_plan
from showcaller.core.show import Show
from showcaller.core.times import NO_TIME, Duration, ShowTime, elapsed, shift

Priced = ev.AddTime | ev.StartNow | ev.Float | ev.BuyBack | ev.ChooseEnding | ev.Skip | ev.Jump
"""What can be looked ahead to; an edit as well."""

NOTICED = 1000
"""Milliseconds by which a hard point has to be missed to be called broken."""
_SECOND = 1000


class Cost(Struct, frozen=True):
    """What an event would change."""

    out_moves: Duration
    """How much later the show is expected to end; negative is earlier."""
    over: Duration | None
    """Over or under the hard out afterwards."""
    breaks: tuple[HardPoint, ...]
    """Hard points that are met now and would not be."""
    makes: tuple[HardPoint, ...]
    """Hard points that are missed now and would be met."""
    first: str = ""
    """Id of the first segment ahead that would begin at another time."""
    first_moves: Duration = NO_TIME
    """How much later it would begin; negative is earlier."""

    @property
    def nothing(self) -> bool:
        """No time of the show is another for it."""
        return abs(self.out_moves) < NOTICED and not (self.breaks or self.makes or self.first)


def look_ahead(show: Show, outlook: Outlook, progress: Progress, event: Priced | edits.Change) -> Outlook:
    """Return what would be expected after an event, or after an edit.

    A jump is priced with the GO that it is for: what it goes past takes no time any more.

    Args:
        show: The document.
        outlook: What is expected now.
        progress: What has happened.
        event: What would be done.
    """
    plan, now = outlook.plan, outlook.now
    if isinstance(event, tuple):
        return expect(
            make_plan(edits.apply(show, event), plan.start, plan, plan.floated, plan.chosen), progress, now
        )
    floats: list[tuple[str, bool]] = []
    added = dict(progress.added)
    match event:
        case ev.AddTime(_, segment, by):
            added[segment] = Duration(added.get(segment, 0) + by)
        case ev.Float(_, row, on):
            floats.append((row, on))
        case ev.Skip(_, row, on):
            cue = show.row(row)
            floats.append((row, on or (cue is not None and cue.floated)))
        case ev.Jump(_, row):
            place = show.positions.get(row, -1)
            if progress.starts:
                floats += [(segment, True) for segment in _gone_past(show, outlook, place)]
            progress = _jumped(show, outlook, progress, place)
            added = dict(progress.added)
        case ev.BuyBack(floats=rows, trims=trims):
            floats += [(row, event.takes) for row in rows]
            for segment, cut in trims:
                added[segment] = Duration(added.get(segment, 0) + (-cut if event.takes else cut))
        case ev.StartNow(_, segment, on):
            progress = _restarted(outlook, progress, segment, on=on)
    chosen = plan.chosen
    if isinstance(event, ev.ChooseEnding):
        chosen = with_choice(chosen, event.branch, event.ending)
    if floats or chosen != plan.chosen:
        floated = plan.floated
        for row, on in floats:
            floated = overrule(floated, row, on)
        plan = make_plan(show, plan.start, plan, floated, chosen)
    return expect(plan, msgspec.structs.replace(progress, added=added), now)


def _gone_past(show: Show, outlook: Outlook, place: int) -> Sequence[str]:
    """Return the segments between the running one and the row at that place."""
    upto = show.segment_places[place] if place >= 0 else -1
    return [
        planned.segment.id
        for planned in outlook.plan.segments[outlook.current + 1 :]
        if planned.segment is not None and planned.place < upto and not planned.floated
    ]


def _jumped(show: Show, outlook: Outlook, progress: Progress, place: int) -> Progress:
    """Return what has happened once the row at that place was called: ahead when its turn comes, back now."""
    segment = show.segment_of(show.rundown[place].id) if place >= 0 else None
    if segment is None or segment.id == progress.segment:
        return progress
    is_heading = show.rundown[place].id == segment.id
    into = NO_TIME if is_heading else place_in_segment(show, place, outlook.plan.floated)
    if not progress.starts:
        return msgspec.structs.replace(progress, begins_with=segment.id, into=into)
    running = show.positions.get(progress.segment or "", -1)
    if place > running:
        added = {**progress.added, segment.id: Duration(progress.added.get(segment.id, 0) - into)}
        return msgspec.structs.replace(progress, added=added)
    began = shift(outlook.now, Duration(-into))
    ends = {row: at for row, at in progress.ends.items() if row != segment.id}
    if progress.segment is not None:
        ends[progress.segment] = outlook.now
    return Progress({**progress.starts, segment.id: began}, ends, segment.id, progress.added)


def _restarted(outlook: Outlook, progress: Progress, segment: str, *, on: bool) -> Progress:
    starts: dict[str, ShowTime] = dict(progress.starts)
    if on:
        ends: Mapping[str, ShowTime] = progress.ends
        if progress.segment is not None:
            ends = {**ends, progress.segment: outlook.now}
        return Progress({**starts, segment: outlook.now}, ends, segment, progress.added)
    starts.pop(segment, None)
    before = [
        planned.segment.id
        for planned in outlook.plan.segments
        if planned.segment and planned.segment.id in starts
    ]
    last = max(before, key=lambda one: starts[one], default=None)
    ended = {row: at for row, at in progress.ends.items() if row != last}
    return Progress(starts, ended, last, progress.added)


def cost_of(before: Outlook, after: Outlook) -> Cost:
    """Return what changes from one outlook to the other."""
    former = {(point.kind, point.row): point for point in hard_points(before)}
    latter = {(point.kind, point.row): point for point in hard_points(after)}
    both = [(former[key], point) for key, point in latter.items() if key in former]
    first, moves = _first_moved(before, after)
    return Cost(
        elapsed(before.out, after.out),
        after.over,
        tuple(new for old, new in both if old.missed_by < NOTICED <= new.missed_by),
        tuple(new for old, new in both if new.missed_by < NOTICED <= old.missed_by),
        first,
        moves,
    )


def _first_moved(before: Outlook, after: Outlook) -> tuple[str, Duration]:
    """Return the first segment that lies ahead in both and begins at another time, and how much later."""
    former = {
        planned.segment.id: expected.start
        for planned, expected in zip(before.plan.segments, before.expected, strict=True)
        if planned.segment is not None and not planned.floated and not expected.started
    }
    for planned, expected in zip(after.plan.segments, after.expected, strict=True):
        segment = planned.segment
        if segment is None or planned.floated or expected.passed or segment.id not in former:
            continue
        moves = elapsed(former[segment.id], expected.start)
        if abs(moves) >= NOTICED:
            return segment.id, moves
    return "", NO_TIME


def opposite(event: ev.Event) -> ev.Event | None:
    """Return the event that takes a change to the times of a run back, or None where it is no such event."""
    match event:
        case ev.AddTime(at, segment, by):
            return ev.AddTime(at, segment, Duration(-by))
        case ev.ChooseEnding(at, branch, ending, former):
            return ev.ChooseEnding(at, branch, former, ending)
        case ev.StartNow() | ev.BuyBack() | ev.Float() | ev.Skip():
            return msgspec.structs.replace(event, on=not event.on)
        case _:
            return None


def last_change(events: Iterable[ev.Event]) -> ev.Event | None:
    """Return the last change to the times of a run that was not taken back; events come in their order."""
    done: list[ev.Event] = []
    for event in events:
        back = opposite(event)
        if back is None:
            continue
        timeless = msgspec.structs.replace(back, at=ShowTime(0))
        if done and done[-1] == timeless:
            done.pop()
        else:
            done.append(msgspec.structs.replace(event, at=ShowTime(0)))
    return done[-1] if done else None


class Step(Struct, frozen=True):
    """One thing that buys time back."""

    segment: str
    kind: Literal["trim", "float"]
    cut: Duration
    """How much shorter the segment gets."""
    gives: Duration
    """How much earlier it gets to the point for it."""


class BuyBackPlan(Struct, frozen=True):
    """How a show gets to a hard point in time: its next hard start that is missed, else its hard out."""

    point: HardPoint
    over: Duration
    """What was to be bought back."""
    steps: tuple[Step, ...]
    """What to do, in the order in which segments give time."""
    left: Duration
    """What is over still after all of it; zero where it makes the point."""

    @property
    def event(self) -> ev.BuyBack:
        """The one event that does all of it."""
        return _as_event(self.steps)


def plan_buy_back(show: Show, outlook: Outlook, progress: Progress) -> BuyBackPlan | None:
    """Work out which trims and floats make the next hard point; None where nothing is missed.

    That is the next hard start that is missed, and where none is, the hard out; where nothing before the
    next one gives any time, the one after it. Only what stands before the point is asked: segments in the
    order of their priority, elastic ones down to their minimum, then those that may be floated. What turned
    out not to be needed once a later float gave much is left out again. What is less than a second is not
    missed: no segment is floated for a part of a second that nobody sees.
    """
    missed = [one for one in hard_points(outlook) if one.kind != "hit" and one.missed_by >= NOTICED]
    missed.sort(key=lambda one: one.kind == "out")
    plans = [_plan_for(point, show, outlook, progress) for point in missed[:1]]
    for point in missed[1:]:
        if plans[-1].steps:
            break
        plans.append(_plan_for(point, show, outlook, progress))
    return plans[-1] if plans and plans[-1].steps else next(iter(plans), None)


def _plan_for(point: HardPoint, show: Show, outlook: Outlook, progress: Progress) -> BuyBackPlan:
    steps: Sequence[Step] = []
    here = outlook
    for kind, segment, most in _offers(point, outlook, progress):
        need = _missed(point, here)
        if need < NOTICED:
            break
        cut = most if kind == "float" else Duration(min(most, need // _SECOND * _SECOND))
        more = [*(step for step in steps if step.segment != segment), Step(segment, kind, cut, NO_TIME)]
        after = look_ahead(show, outlook, progress, _as_event(more))
        if _missed(point, after) < need:
            steps, here = more, after
    if _missed(point, here) < NOTICED:
        steps = _without_needless(point, show, outlook, progress, steps)
    told: list[Step] = []
    here = outlook
    for step in steps:
        after = look_ahead(show, outlook, progress, _as_event([*told, step]))
        gives = Duration(_missed(point, here) - _missed(point, after))
        told.append(msgspec.structs.replace(step, gives=gives))
        here = after
    left = _missed(point, here)
    over = _missed(point, outlook)
    return BuyBackPlan(point, over, tuple(told), Duration(left if left >= NOTICED else 0))


def _missed(point: HardPoint, outlook: Outlook) -> Duration:
    """Return how far a hard start or the hard out is missed; negative is time to spare."""
    if point.row is None:
        return outlook.over or NO_TIME
    return Duration(-outlook.expected[_place_of(point, outlook)].gap)


def _place_of(point: HardPoint, outlook: Outlook) -> int:
    """Return the place of the segment of a point; behind the last for the hard out."""
    if point.row is None:
        return len(outlook.expected)
    return next(
        place
        for place, planned in enumerate(outlook.plan.segments)
        if planned.segment is not None and planned.segment.id == point.row
    )


def _as_event(steps: Sequence[Step]) -> ev.BuyBack:
    return ev.BuyBack(
        at=ShowTime(0),
        floats=tuple(step.segment for step in steps if step.kind == "float"),
        trims=tuple((step.segment, step.cut) for step in steps if step.kind == "trim"),
        on=True,
    )


def _offers(
    point: HardPoint, outlook: Outlook, progress: Progress
) -> Sequence[tuple[Literal["trim", "float"], str, Duration]]:
    """Return what the segments before a point can give, in the order in which they are asked."""
    below = _place_of(point, outlook)
    found: list[tuple[int, int, int, Literal["trim", "float"], str, Duration]] = []
    for place, (planned, expected) in enumerate(zip(outlook.plan.segments, outlook.expected, strict=True)):
        segment = planned.segment
        if place >= below:
            break
        if segment is None or planned.floated or segment.id in progress.ends or place < outlook.current:
            continue
        if segment.minimum is not None:
            spent = elapsed(expected.start, outlook.now) if expected.started else 0
            most = Duration((expected.duration - max(segment.minimum, spent)) // _SECOND * _SECOND)
            if most > 0:
                found.append((segment.priority, 0, place, "trim", segment.id, most))
        if segment.floatable and not expected.started and expected.duration > 0:
            found.append((segment.priority, 1, place, "float", segment.id, expected.duration))
    return [(kind, segment_id, most) for *_, kind, segment_id, most in sorted(found)]


def _without_needless(
    point: HardPoint, show: Show, outlook: Outlook, progress: Progress, steps: Sequence[Step]
) -> Sequence[Step]:
    """Leave out, from the last asked to the first, what the rest makes good without."""
    kept = list(steps)
    for step in reversed(steps):
        rest = [one for one in kept if one is not step]
        after = look_ahead(show, outlook, progress, _as_event(rest))
        if _missed(point, after) < NOTICED:
            kept = rest
    return kept
