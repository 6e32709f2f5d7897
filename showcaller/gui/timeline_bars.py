"""Where each cue lies on the timeline: lanes, bars, walls and pages, from the plan alone.

Owns the geometry in seconds from the plan's start, kept per segment, so that an edit costs its own segment.
Values only: the items paint them, the view asks what lies under the mouse. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from showcaller.core.schedule import Plan, PlannedCue, PlannedSegment
from showcaller.core.show import Cue, Hard, Row, Show
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


class SegmentBars(NamedTuple):
    """The bars of one segment, in order of their starts."""

    bars: tuple[Bar, ...]
    first: float
    last: float
    rows: tuple[Row, ...]
    cues: tuple[PlannedCue, ...]


class Wall(NamedTuple):
    """A time that does not move."""

    at: float
    label: str
    hard: bool


class Timeline(NamedTuple):
    """All that the timeline shows of the plan."""

    origin: ShowTime
    lanes: tuple[str, ...]
    """Ids of the departments; the last is empty where cues stand that no department has."""
    starts: tuple[float, ...]
    """Of each segment, in seconds from the origin."""
    segments: tuple[SegmentBars, ...]
    pages: tuple[str, ...]
    walls: tuple[Wall, ...]
    end: float
    """The later of the planned and the hard out."""
    owners: tuple[object, ...]
    """What decides which lane a cue is in: departments, and those of the devices."""


EMPTY = Timeline(ShowTime(0), (), (), (), (), (), 0.0, ())


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
    for row, place in zip(planned.rows, planned.cues, strict=True):
        assert isinstance(row, Cue)
        start = place.start / 1000.0
        fade = max((action.fade.duration for action in row.actions if action.fade), default=0) / 1000.0
        bars.extend(
            Bar(start, start + place.length / 1000.0, lane, row.id, label, fade)
            for lane, label in _lanes_of(show, row, lanes)
        )
    bars.sort(key=lambda bar: bar.start)
    first = bars[0].start if bars else 0.0
    last = max((bar.end for bar in bars), default=0.0)
    return SegmentBars(tuple(bars), first, last, planned.rows, planned.cues)


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
    other = any(bar.lane == len(lanes) for segment in segments for bar in segment.bars)
    return Timeline(
        plan.start,
        (*lanes, "") if other else tuple(lanes),
        tuple(seconds(plan.start, planned.start) for planned in plan.segments),
        tuple(segments),
        tuple(planned.segment.page if planned.segment else "" for planned in plan.segments),
        tuple(walls),
        end,
        owners,
    )


def visible(timeline: Timeline, first: float, last: float) -> Iterator[tuple[float, Bar]]:
    """Yield the bars that lie between two times, each with the start of its segment.

    Args:
        timeline: What there is.
        first: Seconds from the origin.
        last: Seconds from the origin.
    """
    for start, segment in zip(timeline.starts, timeline.segments, strict=True):
        if start + segment.last < first or start + segment.first > last:
            continue
        for bar in segment.bars:
            if start + bar.start > last:
                break
            if start + bar.end >= first:
                yield start, bar


def bar_at(timeline: Timeline, at: float, lane: int, least: float) -> tuple[float, Bar] | None:
    """Return the bar at a time in a lane: of several, the one that started last.

    Args:
        timeline: What there is.
        at: Seconds from the origin.
        lane: Number of the lane.
        least: How many seconds a bar is wide at least, as it is painted.
    """
    found: tuple[float, Bar] | None = None
    for start, bar in visible(timeline, at - least, at):
        if bar.lane == lane and start + bar.start <= at <= start + max(bar.end, bar.start + least):
            found = (start, bar)
    return found


def place_of(timeline: Timeline, show: Show, row_id: str) -> float | None:
    """Return where a row begins, in seconds from the origin, or None where it is not on the timeline."""
    place = show.positions.get(row_id)
    if place is None:
        return None
    for start, segment in zip(timeline.starts, timeline.segments, strict=True):
        if segment.rows:
            first = show.positions.get(segment.rows[0].id, -1)
            if first <= place < first + len(segment.rows):
                return start + segment.cues[place - first].start / 1000.0
            if place == first - 1:
                return start
    return None


def lane_names(show: Show, lanes: Sequence[str]) -> list[str]:
    """Return what stands before each lane."""
    return [department.name if (department := show.department(lane)) else "–" for lane in lanes]


def extent_of(timeline: Timeline) -> tuple[float, float] | None:
    """Return where the bars begin and end, in seconds from the origin; None where there are none."""
    filled = [
        (start + one.first, start + one.last)
        for start, one in zip(timeline.starts, timeline.segments, strict=True)
        if one.bars
    ]
    return (min(first for first, _ in filled), max(last for _, last in filled)) if filled else None
