"""Where each cue is planned on the timeline: lanes, bars, walls and headings, from the plan alone.

Owns the geometry in seconds from the plan's start, kept per segment, so that an edit costs its own
segment. Values only; `timeline_course` says where the bars stand in a run. Knows no widget.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from typing import NamedTuple

from showcaller.core.schedule import Plan, PlannedCue, PlannedSegment
from showcaller.core.show import AtClock, Cue, Hard, Row, Show
from showcaller.core.times import ShowTime


class Bar(NamedTuple):
    """One department's part of a cue. Times in seconds from the start of its segment."""

    start: float
    end: float
    lane: int
    cue: str
    label: str
    fade: float
    """How long its longest fade takes, in seconds; 0 for none."""
    place: int
    """Place of its cue in the segment."""
    falls: bool = False
    """That fade goes down, as far as is written."""


@dataclass(frozen=True)
class SegmentBars:
    """The bars of one segment, in order of their starts."""

    bars: tuple[Bar, ...]
    fixed: tuple[Bar, ...]
    """Those of cues that start at a clock time: they stay where the rest moves on."""
    first: float
    last: float
    rows: tuple[Row, ...]
    cues: tuple[PlannedCue, ...]

    @cached_property
    def reaches(self) -> Sequence[float]:
        """How far the bars up to each place reach: where to begin to look for what is still seen."""
        return list(accumulate((bar.end for bar in self.bars), max))

    @cached_property
    def starts(self) -> Sequence[float]:
        """Start of each bar, for look-ups."""
        return [bar.start for bar in self.bars]

    @cached_property
    def by_cue(self) -> Mapping[str, Sequence[Bar]]:
        """The bars of each cue, in the order of its calls."""
        found: dict[str, list[Bar]] = {}
        for bar in (*self.bars, *self.fixed):
            found.setdefault(bar.cue, []).append(bar)
        return found


class Head(NamedTuple):
    """A segment on the ruler; its id is empty for the cues above the first heading."""

    id: str
    page: str
    title: str
    duration: float
    floated: bool


class Wall(NamedTuple):
    """A time that does not move."""

    at: float
    label: str
    """Page of the segment that starts there; empty for the hard out."""
    hard: bool


class Timeline(NamedTuple):
    """All that the timeline shows of the plan."""

    origin: ShowTime
    lanes: tuple[str, ...]
    """Ids of the departments; the last is empty where cues stand that no department has."""
    starts: tuple[float, ...]
    """Of each segment, in seconds from the origin."""
    segments: tuple[SegmentBars, ...]
    heads: tuple[Head, ...]
    places: tuple[int, ...]
    """Place in the rundown of each heading, or of the first cue where there is none."""
    walls: tuple[Wall, ...]
    end: float
    """The later of the planned and the hard out."""
    owners: tuple[object, ...]
    """What decides which lane a cue is in: departments, and those of the devices."""


EMPTY = Timeline(ShowTime(0), (), (), (), (), (), (), 0.0, ())


def seconds(origin: ShowTime, at: ShowTime) -> float:
    """Return a show time in seconds from the origin."""
    return (at - origin) / 1e9


def _lanes_of(show: Show, cue: Cue, lanes: dict[str, int]) -> list[tuple[int, str]]:
    """Return lane and label of each part of a cue; one part at least."""
    other = len(lanes)
    if cue.calls:
        return [
            (lanes.get(call.department, other), f"{call.number} {call.text or cue.name}".strip())
            for call in cue.calls
        ]
    department = next((one for action in cue.actions if (one := show.department_of(cue, action))), None)
    return [(lanes.get(department or "", other), f"{cue.number} {cue.name}".strip())]


def _bars_of(show: Show, planned: PlannedSegment, lanes: dict[str, int]) -> SegmentBars:
    bars: list[Bar] = []
    fixed: list[Bar] = []
    for index, (row, place) in enumerate(zip(planned.rows, planned.cues, strict=True)):
        assert isinstance(row, Cue)
        start = place.start / 1000.0
        longest = max(
            (one.fade for one in row.actions if one.fade), key=lambda fade: fade.duration, default=None
        )
        fade = longest.duration / 1000.0 if longest else 0.0
        falls = longest is not None and longest.to < (0.001 if longest.start is None else longest.start)
        (fixed if isinstance(row.trigger, AtClock) else bars).extend(
            Bar(start, start + place.length / 1000.0, lane, row.id, label, fade, index, falls)
            for lane, label in _lanes_of(show, row, lanes)
        )
    bars.sort(key=lambda bar: bar.start)
    first = min((bar.start for bar in (*bars[:1], *fixed)), default=0.0)
    last = max((bar.end for bar in (*bars, *fixed)), default=0.0)
    return SegmentBars(tuple(bars), tuple(fixed), first, last, planned.rows, planned.cues)


def lay_out(show: Show, plan: Plan, previous: Timeline = EMPTY) -> Timeline:
    """Return the timeline of a plan; segments that did not change are taken from the previous one."""
    lanes = {department.id: place for place, department in enumerate(show.departments)}
    owners = (*lanes, *((device.id, device.department) for device in show.devices))
    kept = previous.segments if previous.owners == owners else ()
    known = {segment.rows[0].id: segment for segment in kept if segment.rows}
    segments: list[SegmentBars] = []
    walls: list[Wall] = []
    for planned in plan.segments:
        old = known.get(planned.rows[0].id) if planned.rows else None
        same = old is not None and old.cues is planned.cues and old.rows == planned.rows
        segments.append(old if old is not None and same else _bars_of(show, planned, lanes))
        if planned.target is not None and planned.segment is not None:
            hard = isinstance(planned.segment.start, Hard)
            walls.append(Wall(seconds(plan.start, planned.target), planned.segment.page, hard))
    end = seconds(plan.start, plan.out)
    if plan.hard_out is not None:
        out = seconds(plan.start, plan.hard_out)
        walls.append(Wall(out, "", hard=True))
        end = max(end, out)
    other = any(
        bar.lane == len(lanes)
        for segment in segments
        for bars in (segment.bars, segment.fixed)
        for bar in bars
    )
    return Timeline(
        plan.start,
        (*lanes, "") if other else tuple(lanes),
        tuple(seconds(plan.start, planned.start) for planned in plan.segments),
        tuple(segments),
        tuple(_head_of(planned) for planned in plan.segments),
        plan.places,
        tuple(walls),
        end,
        owners,
    )


def bars_between(segment: SegmentBars, first: float, last: float) -> Iterator[Bar]:
    """Yield the bars that move with their segment and lie between two times, in seconds from its start."""
    for bar in islice(segment.bars, bisect_left(segment.reaches, first), None):
        if bar.start > last:
            break
        if bar.end >= first:
            yield bar


def visible(timeline: Timeline, first: float, last: float) -> Iterator[tuple[float, Bar]]:
    """Yield the bars that are planned between two times, each with the start of its segment.

    Args:
        timeline: What there is.
        first: Seconds from the origin.
        last: Seconds from the origin.
    """
    for start, segment in zip(timeline.starts, timeline.segments, strict=True):
        if start + segment.last < first or start + segment.first > last:
            continue
        for bar in bars_between(segment, first - start, last - start):
            yield start, bar
        for bar in segment.fixed:
            if first - start <= bar.end and bar.start <= last - start:
                yield start, bar


def index_of(timeline: Timeline, place: int) -> int:
    """Return which segment a place of the rundown belongs to; -1 for none."""
    return bisect_right(timeline.places, place) - 1


def place_in(timeline: Timeline, index: int, place: int) -> int:
    """Return the place in its segment of a row; -1 for the heading."""
    return place - timeline.places[index] - (1 if timeline.heads[index].id else 0)


def place_of(timeline: Timeline, show: Show, row_id: str) -> float | None:
    """Return where a row begins, in seconds from the origin, or None where it is not on the timeline."""
    place = show.positions.get(row_id)
    index = -1 if place is None else index_of(timeline, place)
    if place is None or index < 0:
        return None
    within = place_in(timeline, index, place)
    cues = timeline.segments[index].cues
    if within >= len(cues):
        return None
    return timeline.starts[index] + (cues[within].start / 1000.0 if within >= 0 else 0.0)


def lane_names(show: Show, lanes: Sequence[str]) -> list[str]:
    """Return what stands before each lane."""
    return [department.name if (department := show.department(lane)) else "–" for lane in lanes]


def _head_of(planned: PlannedSegment) -> Head:
    segment = planned.segment
    if segment is None:
        return Head("", "", "", planned.duration / 1000.0, planned.floated)
    return Head(segment.id, segment.page, segment.title, planned.duration / 1000.0, planned.floated)


def extent_of(timeline: Timeline) -> tuple[float, float] | None:
    """Return where the bars begin and end, in seconds from the origin; None where there are none."""
    filled = [
        (start + one.first, start + one.last)
        for start, one in zip(timeline.starts, timeline.segments, strict=True)
        if one.bars
    ]
    return (min(first for first, _ in filled), max(last for _, last in filled)) if filled else None
