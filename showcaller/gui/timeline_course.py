"""Where each bar of the timeline stands now: called where it was called, the rest where it is expected.

Owns the geometry of a run, in seconds from the timeline's origin: a plan laid out, held against what is
expected and what has happened. Worked out from the course before, so that a GO costs its own cue. Values
only; knows no widget and no clock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from showcaller.core.schedule import Outlook, Progress
from showcaller.gui.timeline_bars import EMPTY, Bar, Timeline, bars_between, index_of, place_in, seconds

NOTICED = 1.0
"""Seconds that a bar has to be off its planned place for that to be shown as well."""


class Called(NamedTuple):
    """When a cue of this run began, and ended if it has."""

    start: float
    end: float | None


class Standing(NamedTuple):
    """A bar, and where it stands."""

    start: float
    end: float
    bar: Bar
    segment: int
    """Place of its segment on the timeline."""
    called: bool
    planned: float
    """Where it was planned to start."""


class Course(NamedTuple):
    """The timeline of a run. In EDIT everything is as planned."""

    timeline: Timeline
    starts: tuple[float, ...]
    """Expected or actual start of each segment."""
    ends: tuple[float, ...]
    shifts: tuple[float, ...]
    """How much later than planned the cues of each segment come that are not called yet."""
    called: Mapping[str, Called]
    order: tuple[tuple[float, str], ...]
    """Start and cue of all that was called, in order."""
    longest: float
    """How long the longest of them is."""
    overdue: tuple[Bar, ...]
    """Of the running segment: what should have been called by now. It is expected now."""
    current: int
    """Which segment runs; -1 for none."""
    out: tuple[bool, ...]
    """Segments that take no time in this run: floated, another ending, or a jump went past them."""
    now: float


NOWHERE = Course(EMPTY, (), (), (), {}, (), 0.0, (), -1, (), 0.0)


def _bars_of(timeline: Timeline, cue: str, place: int | None) -> tuple[int, tuple[Bar, ...]]:
    index = -1 if place is None else index_of(timeline, place)
    if index < 0:
        return -1, ()
    return index, tuple(timeline.segments[index].by_cue.get(cue, ()))


def follow(
    timeline: Timeline,
    outlook: Outlook,
    progress: Progress,
    positions: Mapping[str, int],
    front: int = 0,
    before: Course = NOWHERE,
    touched: Collection[str] | None = None,
) -> Course:
    """Work out where everything stands.

    Args:
        timeline: The plan, laid out.
        outlook: What is expected.
        progress: What has happened.
        positions: Place in the rundown of each row.
        front: Rows above it are past.
        before: The course before, if there is one.
        touched: What was called or ended since then; None: look at all.
    """
    origin = timeline.origin
    now = seconds(origin, outlook.now)
    same = touched is not None and before.timeline is timeline
    called: dict[str, Called] = dict(before.called) if same else {}
    order = list(before.order) if same else []
    longest = before.longest if same else 0.0
    for cue in (touched or ()) if same else progress.starts:
        old = called.pop(cue, None)
        if old is not None:
            del order[bisect_left(order, (old.start, cue))]
        at = progress.starts.get(cue)
        _, bars = _bars_of(timeline, cue, positions.get(cue))
        if at is None or not bars:
            continue
        start = seconds(origin, at)
        ended = progress.ends.get(cue)
        called[cue] = Called(start, None if ended is None else max(start, seconds(origin, ended)))
        length = max(bar.end - bar.start for bar in bars)
        longest = max(longest, length if ended is None else seconds(origin, ended) - start)
        insort(order, (start, cue))
    # What a jump went past is not expected any more: it stands where it was planned.
    shifts = tuple(0.0 if expected.passed else expected.shift / 1000.0 for expected in outlook.expected)
    out = tuple(
        (head.floated and not expected.started) or expected.passed
        for head, expected in zip(timeline.heads, outlook.expected, strict=True)
    )
    current = outlook.current
    overdue: tuple[Bar, ...] = ()
    if 0 <= current < len(timeline.segments):
        segment = timeline.segments[current]
        floor = max(0, place_in(timeline, current, front))
        due = bisect_right(segment.starts, now - timeline.starts[current] - shifts[current])
        last = outlook.expected[current].last_called
        # Bars stand in the order of their times: those that are due by now begin at most a segment back.
        overdue = tuple(
            bar
            for bar in segment.bars[max(0, due - _LOOK_BACK) : due]
            if bar.place >= floor and bar.place > last and bar.cue not in called
        )
    return Course(
        timeline,
        tuple(seconds(origin, expected.start) for expected in outlook.expected),
        tuple(seconds(origin, expected.end) for expected in outlook.expected),
        shifts,
        called,
        tuple(order),
        longest,
        overdue,
        current,
        out,
        now,
    )


_LOOK_BACK = 400
"""Bars; more than that are not overdue at one time in any show that is called."""


def standing_at(course: Course, positions: Mapping[str, int], cue: str) -> tuple[Standing, ...]:
    """Return the bars of a cue and where they stand."""
    timeline = course.timeline
    index, bars = _bars_of(timeline, cue, positions.get(cue))
    return tuple(_stand(course, index, bar) for bar in bars)


def _stand(course: Course, index: int, bar: Bar) -> Standing:
    planned = course.timeline.starts[index] + bar.start
    call = course.called.get(bar.cue)
    if call is not None:
        end = call.start + bar.end - bar.start if call.end is None else call.end
        return Standing(call.start, end, bar, index, True, planned)
    start = planned
    if course.timeline.segments[index].cues and bar not in course.timeline.segments[index].fixed:
        start += course.shifts[index]
        if index == course.current and bar in course.overdue:
            start = max(start, course.now)
    return Standing(start, start + bar.end - bar.start, bar, index, False, planned)


def seen(course: Course, first: float, last: float, *, out: bool = False) -> Iterator[Standing]:
    """Yield the bars that stand between two times.

    Args:
        course: Where everything stands.
        first: Seconds from the origin.
        last: Seconds from the origin.
        out: Those of segments that take no time in this run, instead of the others.
    """
    timeline, called = course.timeline, course.called
    late = {bar.cue for bar in course.overdue}
    for index, segment in enumerate(timeline.segments):
        if course.out[index] != out:
            continue
        planned, shift = timeline.starts[index], course.shifts[index]
        start = planned + shift
        if start + segment.last >= first and start + segment.first <= last:
            for bar in bars_between(segment, first - start, last - start):
                if bar.cue not in called and not (index == course.current and bar.cue in late):
                    at = start + bar.start
                    yield Standing(at, start + bar.end, bar, index, False, planned + bar.start)
        for bar in segment.fixed:
            at = planned + bar.start
            if bar.cue not in called and at <= last and planned + bar.end >= first:
                yield Standing(at, planned + bar.end, bar, index, False, at)
    if out:
        return
    if course.overdue and course.now <= last:
        for bar in course.overdue:
            stands = _stand(course, course.current, bar)
            if stands.end >= first:
                yield stands


def seen_called(
    course: Course, positions: Mapping[str, int], first: float, last: float
) -> Iterator[Standing]:
    """Yield the bars of cues that were called between two times, or ran then."""
    order = course.order
    for place in range(bisect_left(order, (first - course.longest, "")), len(order)):
        start, cue = order[place]
        if start > last:
            break
        for stands in standing_at(course, positions, cue):
            if stands.end >= first:
                yield stands


def moved_off(stands: Standing) -> bool:
    """Say whether a bar stands elsewhere than it was planned, by so much that it is worth showing."""
    return abs(stands.start - stands.planned) > NOTICED


def strays(course: Course, first: float, last: float) -> Iterator[tuple[float, Bar]]:
    """Yield the bars that were planned between two times and stand elsewhere, with their planned starts."""
    timeline, called = course.timeline, course.called
    late = {bar.cue for bar in course.overdue}
    for index, segment in enumerate(timeline.segments):
        start, shift = timeline.starts[index], course.shifts[index]
        if start + segment.last < first or start + segment.first > last or course.out[index]:
            continue
        for bar in bars_between(segment, first - start, last - start):
            planned = start + bar.start
            call = called.get(bar.cue)
            if call is not None:
                off = call.start - planned
            elif index == course.current and bar.cue in late:
                off = course.now - planned
            else:
                off = shift
            if abs(off) > NOTICED:
                yield planned, bar
        for bar in segment.fixed:
            call = called.get(bar.cue)
            if call is not None and abs(call.start - start - bar.start) > NOTICED:
                yield start + bar.start, bar


def all_seen(course: Course, positions: Mapping[str, int], first: float, last: float) -> list[Standing]:
    """Return all bars that stand between two times, in the order of their starts; what is out comes first."""
    out = list(seen(course, first, last, out=True))
    rest = [*seen(course, first, last), *seen_called(course, positions, first, last)]
    rest.sort(key=_start_of)
    return [*out, *rest]


def _start_of(stands: Standing) -> float:
    return stands.start


def hit(
    course: Course, positions: Mapping[str, int], at: float, lane: int, least: float, apart: float = 0.0
) -> Standing | None:
    """Return the bar at a time in a lane: of several, the one that started last.

    Args:
        course: Where everything stands.
        positions: Place in the rundown of each row.
        at: Seconds from the origin.
        lane: Number of the lane.
        least: How many seconds a bar is wide at least, as it is painted.
        apart: Bars that start nearer together are painted as one, the first.
    """
    found: Standing | None = None
    for stands in all_seen(course, positions, at - least, at):
        if stands.bar.lane != lane or not stands.start <= at <= max(stands.end, stands.start + least):
            continue
        if found is None or stands.start > found.start + apart or stands.end > found.end + apart:
            found = stands
    return found


def place_now(course: Course, positions: Mapping[str, int], row_id: str) -> float | None:
    """Return where a row begins now, in seconds from the origin; None where it is not on the timeline."""
    place = positions.get(row_id)
    index = -1 if place is None else index_of(course.timeline, place)
    if place is None or index < 0 or index >= len(course.starts):
        return None
    within = place_in(course.timeline, index, place)
    if within < 0:
        return course.starts[index]
    bars = standing_at(course, positions, row_id)
    return bars[0].start if bars else None


def stale(
    before: Course, after: Course, positions: Mapping[str, int], cues: Collection[str]
) -> list[tuple[float, float]] | None:
    """Return the times at which bars are otherwise than before; None: everywhere.

    Args:
        before: What was painted.
        after: What is to be painted.
        positions: Place in the rundown of each row.
        cues: Those that look otherwise, wherever they stand.
    """
    old, new = before.timeline, after.timeline
    whole = (old.origin, old.lanes, old.walls) == (new.origin, new.lanes, new.walls)
    if not whole or len(old.segments) != len(new.segments) or len(before.starts) != len(after.starts):
        return None
    found: list[tuple[float, float]] = []
    for index, segment in enumerate(new.segments):
        sides = tuple(
            (
                one.timeline.starts[index],
                one.starts[index],
                one.shifts[index],
                one.out[index],
            )
            for one in (before, after)
        )
        if old.segments[index] is segment and sides[0] == sides[1]:
            continue
        reach = [
            at
            for one in (before, after)
            for start in (one.timeline.starts[index], one.timeline.starts[index] + one.shifts[index])
            for at in (
                start + one.timeline.segments[index].first,
                start + one.timeline.segments[index].last,
                one.starts[index],
            )
        ]
        found.append((min(reach), max(reach)))
    touched = set(cues)
    if before.overdue or after.overdue:
        touched |= {bar.cue for bar in (*before.overdue, *after.overdue)}
    for cue in touched:
        for one in (before, after):
            for stands in standing_at(one, positions, cue):
                found.append((stands.start, stands.end))
                # Its ghost comes or goes.
                found.append((stands.planned, stands.planned + stands.bar.end - stands.bar.start))
    return found
