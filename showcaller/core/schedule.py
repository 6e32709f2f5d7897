"""When everything is expected now: a plan held against what has happened and what time it is.

An `Outlook` is worked out anew from one entry per segment, so that a GO and each second cost what there
are segments; the times of one row are worked out when they are asked for. A hard start never moves in it
while its time lies ahead. Knows no playback, no widget and no clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from showcaller.core.plan import Plan, PlannedCue, PlannedSegment, left_out, make_plan, planned_call
from showcaller.core.show import (
    AtClock,
    AtOffset,
    AtTimecode,
    AutoContinue,
    AutoFollow,
    Cue,
    Hard,
    Hit,
    Manual,
)
from showcaller.core.times import NO_TIME, Duration, ShowTime, elapsed, shift

__all__ = [
    "ExpectedSegment",
    "HardPoint",
    "Outlook",
    "Plan",
    "PlannedCue",
    "PlannedSegment",
    "Progress",
    "RowTimes",
    "expect",
    "hard_points",
    "left_out",
    "make_plan",
    "planned_call",
    "times_of",
    "with_actual",
]


class Progress(Struct, frozen=True):
    """What has happened in this run, as far as times go."""

    starts: Mapping[str, ShowTime] = {}
    """Actual start of each row that started."""
    ends: Mapping[str, ShowTime] = {}
    """Actual end of each row that ended."""
    segment: str | None = None
    """The segment that runs."""
    added: Mapping[str, Duration] = {}
    """Time that was added to segments in this run; negative was taken from them."""
    begins_with: str | None = None
    """Before the first start: the segment that the first GO is for; what stands above it is not played."""
    into: Duration = NO_TIME
    """How far into it that GO is planned."""


class ExpectedSegment(Struct, frozen=True):
    """When a segment began or will begin, and end."""

    start: ShowTime
    end: ShowTime
    started: bool
    shift: Duration
    """How much later than planned the cues of it that are not called yet will come."""
    last_called: int
    """Place in the segment of the last cue called; -1 for none."""
    duration: Duration
    """How long it is meant to be in this run: planned, and what was added."""
    gap: Duration = NO_TIME
    """Time that is free between the end of what runs before and the start; negative is an overlap."""
    over: Duration = NO_TIME
    """How much longer it is expected to be than planned; negative is shorter."""
    passed: bool = False
    """A jump went past it: it takes no time, unless somebody goes back."""


class RowTimes(Struct, frozen=True):
    """The times of one row."""

    planned_start: ShowTime
    planned_duration: Duration
    expected_start: ShowTime
    started: bool
    late: Duration
    """Expected (or actual) start minus planned; negative is early."""
    estimate: bool
    """It lies behind a manual GO that has not been given."""
    missed_by: Duration | None = None
    """For a hit time: how far it is missed; negative is reached early."""
    back: ShowTime | None = None
    """Back time: when it has to start so that the next hard point is met."""
    gap: Duration = NO_TIME
    """Expected free time before a segment; negative is an overlap."""
    over: Duration = NO_TIME
    """How much longer a segment is expected to be than planned."""
    learned: Duration | None = None
    """How long it was in the run whose times were kept."""
    expected_end: ShowTime | None = None
    """Expected (or actual) end; None: nothing says how long it is."""
    ended: bool = False

    @property
    def longer(self) -> Duration | None:
        """Learned minus planned duration; None where nothing was learned."""
        return None if self.learned is None else Duration(self.learned - self.planned_duration)


class HardPoint(Struct, frozen=True):
    """A time that the show should not miss."""

    at: ShowTime
    kind: Literal["hard", "hit", "out"]
    page: str
    row: str | None
    expected: ShowTime
    missed_by: Duration = NO_TIME
    """How far what runs before it goes past it; negative is time to spare."""


class Outlook(Struct, frozen=True):
    """A plan, held against what happened and what time it is."""

    plan: Plan
    expected: tuple[ExpectedSegment, ...]
    current: int
    """Place in `expected` of the running segment; -1 before the first."""
    now: ShowTime
    done: bool = False
    """The last cue of the show is done: nothing runs over any more."""

    @property
    def begun(self) -> bool:
        """Whether the show runs; before, everything is only expected."""
        return any(expected.started for expected in self.expected)

    def on_air_since(self, started_at: ShowTime | None) -> ShowTime | None:
        """Return when the show went on air: None before, while doors or a warm-up run too.

        Args:
            started_at: When the first segment of the run began; None before.
        """
        air = self.plan.air
        if started_at is None or air is None or air <= self.plan.start:
            return started_at
        pairs = zip(self.plan.segments, self.expected, strict=True)
        began = (expected.start for planned, expected in pairs if expected.started and planned.start >= air)
        return min(began, default=None)

    @property
    def out(self) -> ShowTime:
        """When the show is expected to end."""
        live = [
            expected.end
            for expected, planned in zip(self.expected, self.plan.segments, strict=True)
            if (not planned.floated or expected.started) and not expected.passed
        ]
        return max(live, default=self.plan.out)

    @property
    def over(self) -> Duration | None:
        """Expected out minus hard out; None without a hard out."""
        return None if self.plan.hard_out is None else elapsed(self.plan.hard_out, self.out)


def expect(plan: Plan, progress: Progress, now: ShowTime) -> Outlook:
    """Work out when everything is expected.

    Before the first start everything is expected as planned and, once that time has passed, from now
    on; where nothing runs (EDIT), `now` is the plan's start. A running segment that has passed its
    planned end is expected to end now, so that what follows moves on each second. Where the first GO is
    for a row further down, the show begins there, not before that row is planned. A hard start is
    expected at its time whatever runs before it; once that has passed and nobody called it, now. What an
    overrun does to the rest is `Plan.overrun`. Once the last cue of the show is done, its out stands.
    """
    expected: list[ExpectedSegment] = []
    current = -1
    starts = progress.starts
    for index, planned in enumerate(plan.segments):
        if planned.segment is not None and planned.segment.id == progress.segment:
            current = index
    running_since = starts.get(progress.segment or "", now)
    walls = _walls(plan, starts, current) if plan.overrun == "keep" else None
    opening, into = _opening(plan, progress)
    if starts:
        at = min(starts.values())
    elif opening < 0:
        at = ShowTime(max(plan.start, now))
    else:
        at = ShowTime(max(plan.segments[opening].start, shift(now, Duration(-into))))
    branch, begins, done = "", at, False
    for index, planned in enumerate(plan.segments):
        segment_id = planned.segment.id if planned.segment else None
        duration = planned.duration
        if segment_id is not None and segment_id in progress.added and not planned.floated:
            duration = Duration(max(0, duration + progress.added[segment_id]))
        wall = walls[index] if walls else None
        actual = starts.get(segment_id) if segment_id else None
        if actual is not None and index > current >= 0 and actual < running_since:
            # Somebody went back: what was called of it before is ahead again.
            actual = None
        if actual is None and planned.segment is None:
            actual = next((starts[row.id] for row in planned.rows if row.id in starts), None)
        if planned.segment is not None and planned.segment.branch != branch:
            branch, begins = planned.segment.branch, at
        ahead = at if planned.aside is None else shift(begins, planned.aside)
        start = ahead if actual is None else actual
        last = -1
        if actual is not None:
            late = elapsed(planned.start, actual)
            for place, row in enumerate(planned.rows):
                called_at = starts.get(row.id)
                if called_at is not None:
                    last = place
                    late = elapsed(shift(planned.start, planned.cues[place].start), called_at)
            if index < current or (segment_id in progress.ends if segment_id else False):
                end = _next_start(plan, starts, index, actual) or shift(actual, duration)
            else:
                reached = _reached(planned, plan.final, progress, actual) if index == current else None
                done = reached is not None
                end = reached or ShowTime(max(_walled(shift(actual, duration), actual, wall), now))
        else:
            if planned.segment is not None and planned.target is not None:
                if isinstance(planned.segment.start, Hard):
                    start = planned.target
                    if plan.start < now and index > current and index >= opening:
                        # What has not begun cannot begin in the past.
                        start = ShowTime(max(start, shift(now, Duration(-into)) if index == opening else now))
                elif plan.overrun == "eat" and start < planned.target:
                    start = planned.target
            late = elapsed(planned.start, start)
            end = _walled(shift(start, duration), start, wall)
        passed = actual is None and index < max(current, opening)
        if passed:
            end, duration = start, NO_TIME
        gap = NO_TIME if planned.floated or passed else elapsed(at, start)
        over = NO_TIME if passed else Duration(elapsed(start, end) - planned.duration)
        begun = actual is not None
        expected.append(ExpectedSegment(start, end, begun, late, last, duration, gap, over, passed))
        # A segment that was called took its time, whatever was decided since.
        if (not planned.floated or begun) and not passed:
            at = end
    return Outlook(plan, tuple(expected), current, now, done)


def _reached(planned: PlannedSegment, final: str, progress: Progress, began_at: ShowTime) -> ShowTime | None:
    """Return when the running segment ends because the last cue of the show is done; None while it is not.

    What is planned to come of the segment after that cue still does.
    """
    place = next((at for at, row in enumerate(planned.rows) if row.id == final), None)
    if place is None or progress.starts.get(final, began_at - 1) < began_at:
        return None
    called = [row.id for row in planned.rows if progress.starts.get(row.id, began_at - 1) >= began_at]
    if any(row_id not in progress.ends for row_id in called):
        return None
    cue = planned.cues[place]
    tail = Duration(max(0, planned.duration - cue.start - cue.length))
    return max(shift(progress.ends[final], tail), *(progress.ends[row_id] for row_id in called))


def _opening(plan: Plan, progress: Progress) -> tuple[int, Duration]:
    """Return the place of the segment that the show begins with, or -1; and how far into it the first GO is.

    What stands above the segment of the first GO is not played, but for what begins by itself before it.
    """
    if progress.starts or progress.begins_with is None:
        return -1, NO_TIME
    wanted = progress.begins_with
    segments = plan.segments
    at = next((at for at, one in enumerate(segments) if one.segment and one.segment.id == wanted), -1)
    floated = dict(plan.floated)
    first = at
    while first > 0 and not _takes_a_go(segments[first - 1], floated):
        first -= 1
    return first, progress.into if first == at else NO_TIME


def _takes_a_go(planned: PlannedSegment, floated: Mapping[str, bool]) -> bool:
    if planned.floated or not planned.rows:
        return not planned.floated
    return any(
        isinstance(row, Cue) and isinstance(row.trigger, Manual) and not floated.get(row.id, row.floated)
        for row in planned.rows
    )


def _next_start(plan: Plan, starts: Mapping[str, ShowTime], index: int, start: ShowTime) -> ShowTime | None:
    """Return when the segment that was called next below this one began."""
    return next(
        (
            starts[later.segment.id]
            for later in plan.segments[index + 1 :]
            if later.segment and starts.get(later.segment.id, start - 1) >= start
        ),
        None,
    )


def _walls(plan: Plan, starts: Mapping[str, ShowTime], current: int) -> Sequence[ShowTime | None]:
    """Return, for each segment, the hard start ahead at which it is cut."""
    walls: list[ShowTime | None] = []
    wall: ShowTime | None = None
    for index in range(len(plan.segments) - 1, -1, -1):
        walls.append(wall)
        planned = plan.segments[index]
        segment = planned.segment
        if segment is not None and isinstance(segment.start, Hard) and not planned.floated:
            wall = None if segment.id in starts or index < current else planned.target
    walls.reverse()
    return walls


def _walled(end: ShowTime, start: ShowTime, wall: ShowTime | None) -> ShowTime:
    return end if wall is None else ShowTime(min(end, max(wall, start)))


def times_of(outlook: Outlook, place: int) -> RowTimes | None:
    """Return the times of the row at that place of the rundown, or None where there is none."""
    index = bisect_right(outlook.plan.places, place) - 1
    if index < 0:
        return None
    planned, expected = outlook.plan.segments[index], outlook.expected[index]
    offset = place - planned.place - (1 if planned.segment else 0)
    started_segment = expected.started
    if offset < 0:
        missed = None
        if planned.segment is not None and isinstance(planned.segment.start, Hit):
            assert planned.target is not None
            missed = elapsed(planned.target, expected.start)
        return RowTimes(
            planned.start,
            planned.duration,
            expected.start,
            started_segment,
            elapsed(planned.start, expected.start),
            not started_segment and index > max(outlook.current, 0),
            missed,
            planned.back,
            expected.gap,
            expected.over,
            planned.segment.learned if planned.segment else None,
            expected.end,
        )
    if offset >= len(planned.cues):
        return None
    cue, row = planned.cues[offset], planned.rows[offset]
    assert isinstance(row, Cue)
    planned_start = shift(planned.start, cue.start)
    if isinstance(row.trigger, AtClock):
        start = planned_start
    else:
        start = shift(planned_start, expected.shift)
        if started_segment and offset > expected.last_called:
            start = ShowTime(max(start, outlook.now))
    return RowTimes(
        planned_start,
        cue.length,
        start,
        False,
        elapsed(planned_start, start),
        _lies_behind_a_manual_go(outlook, index, offset),
        back=None if planned.back is None else shift(planned.back, cue.start),
        learned=row.learned,
        expected_end=shift(start, cue.length) if cue.length else None,
    )


def _lies_behind_a_manual_go(outlook: Outlook, index: int, offset: int) -> bool:
    """Say whether a manual cue has to be called before this one, so that its time is a guess."""
    expected = outlook.expected[index]
    if not expected.started:
        return True
    planned = outlook.plan.segments[index]
    own = planned.rows[offset]
    assert isinstance(own, Cue)
    if isinstance(own.trigger, AtClock | AtOffset):
        return False
    waiting = 0
    for place in range(expected.last_called + 1, offset):
        row = planned.rows[place]
        if isinstance(row, Cue) and not isinstance(
            row.trigger, AtClock | AtOffset | AtTimecode | AutoContinue | AutoFollow
        ):
            waiting += 1
    return waiting > 0


def with_actual(times: RowTimes, started_at: ShowTime | None, ended_at: ShowTime | None = None) -> RowTimes:
    """Return a row's times with its actual start and end in place of the expected ones."""
    if started_at is None:
        return times
    end = times.expected_end
    return msgspec.structs.replace(
        times,
        expected_start=started_at,
        started=True,
        late=elapsed(times.planned_start, started_at),
        estimate=False,
        expected_end=ended_at
        if ended_at is not None
        else None
        if end is None
        else ShowTime(started_at + end - times.expected_start),
        ended=ended_at is not None,
    )


def hard_points(outlook: Outlook) -> Sequence[HardPoint]:
    """Return the hard points that still lie ahead, soonest first; the hard out is the last of them."""
    points: list[HardPoint] = []
    for planned, expected in zip(outlook.plan.segments, outlook.expected, strict=True):
        if planned.target is None or planned.segment is None or planned.floated:
            continue
        if expected.started or expected.passed:
            continue
        kind: Literal["hard", "hit"] = "hard" if isinstance(planned.segment.start, Hard) else "hit"
        if planned.target >= outlook.now or kind == "hit":
            missed_by = Duration(-expected.gap) if kind == "hard" else elapsed(planned.target, expected.start)
            page, row = planned.segment.page, planned.segment.id
            points.append(HardPoint(planned.target, kind, page, row, expected.start, missed_by))
    if outlook.plan.hard_out is not None:
        out = outlook.out
        missed_by = elapsed(outlook.plan.hard_out, out)
        points.append(HardPoint(outlook.plan.hard_out, "out", "", None, out, missed_by))
    return sorted(points, key=lambda point: point.at)
