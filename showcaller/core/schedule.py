"""When everything is planned, and when it is expected now: pure, and recomputed segment by segment.

A `Plan` comes from the document alone; an `Outlook` from a plan, what has happened so far, and the
time. Both keep one entry per segment, so an edit or a GO costs what it touches; the times of one row
are worked out when they are asked for. Knows no playback, no widget and no clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from showcaller.core.position import length_of
from showcaller.core.show import (
    AtClock,
    AtOffset,
    AutoContinue,
    AutoFollow,
    Cue,
    Hard,
    Hit,
    Row,
    Segment,
    Show,
)
from showcaller.core.times import (
    NO_TIME,
    Duration,
    ShowTime,
    elapsed,
    load_zone,
    nearest,
    shift,
)


class PlannedCue(Struct, frozen=True, gc=False):
    """A cue's place in its segment: milliseconds from the segment's start."""

    start: Duration
    length: Duration
    """Pre-wait included; zero where nothing says how long it is."""


class PlannedSegment(Struct, frozen=True):
    """A segment's planned place, and those of its cues."""

    segment: Segment | None
    """None for the cues above the first heading."""
    rows: tuple[Row, ...]
    """The cues below the heading."""
    place: int
    """Place of the heading in the rundown, or of the first cue where there is none."""
    start: ShowTime
    duration: Duration
    floated: bool
    cues: tuple[PlannedCue, ...]
    target: ShowTime | None
    """The hard start or hit time."""
    extent: int = 0
    """Milliseconds from its start to the end of its last cue."""
    clocked: bool = False
    """A cue of it waits for a time of day: where the segment begins tells on its cues."""

    @property
    def end(self) -> ShowTime:
        """When it is planned to end."""
        return shift(self.start, self.duration)


class Plan(Struct, frozen=True):
    """The planned times of a whole show."""

    segments: tuple[PlannedSegment, ...]
    start: ShowTime
    anchored: bool
    """A time of day fixes it; otherwise times count from `start`."""
    hard_out: ShowTime | None
    places: tuple[int, ...]
    """First place of each segment, for look-ups."""
    zone: str = ""
    floated: frozenset[tuple[str, bool]] = frozenset()
    """Rows that were floated or not in this run when it was made."""

    @property
    def out(self) -> ShowTime:
        """When the last segment is planned to end."""
        return max((segment.end for segment in self.segments), default=self.start)

    @property
    def over(self) -> Duration | None:
        """Planned out minus hard out; None without a hard out."""
        return None if self.hard_out is None else elapsed(self.hard_out, self.out)


def _length(cue: Cue) -> Duration:
    return Duration(cue.pre_wait + length_of(cue))


def _place_cues(
    rows: Sequence[Row], start: ShowTime, show: Show, floated: Mapping[str, bool]
) -> tuple[PlannedCue, ...]:
    """Work out where each cue below a heading stands, in milliseconds from the heading."""
    placed: list[PlannedCue] = []
    above = PlannedCue(NO_TIME, NO_TIME)
    above_cue: Cue | None = None
    for row in rows:
        assert isinstance(row, Cue)
        trigger = row.trigger
        at: int
        if isinstance(trigger, AtClock):
            at = elapsed(start, nearest(trigger.at, load_zone(show.zone), start))
        elif isinstance(trigger, AtOffset):
            at = trigger.after
        elif isinstance(trigger, AutoContinue) and above_cue is not None:
            at = above.start + above_cue.pre_wait + above_cue.post_wait
        elif isinstance(trigger, AutoFollow) and above_cue is not None:
            at = above.start + above.length
        elif row.offset is not None:
            at = row.offset
        else:
            at = above.start + above.length
        if floated.get(row.id, row.floated):
            placed.append(PlannedCue(Duration(at), NO_TIME))
            continue
        above = PlannedCue(Duration(at), _length(row))
        above_cue = row
        placed.append(above)
    return tuple(placed)


def _cut(show: Show) -> list[tuple[Segment | None, int, tuple[Row, ...]]]:
    """Cut the rundown at its headings: heading, its place, the cues below."""
    rundown = show.rundown
    heads = [place for place, row in enumerate(rundown) if isinstance(row, Segment)]
    cuts: list[tuple[Segment | None, int, tuple[Row, ...]]] = []
    first = heads[0] if heads else len(rundown)
    if first > 0:
        cuts.append((None, 0, rundown[:first]))
    ends = [*heads[1:], len(rundown)] if heads else []
    for head, following in zip(heads, ends, strict=True):
        segment = rundown[head]
        assert isinstance(segment, Segment)
        cuts.append((segment, head, rundown[head + 1 : following]))
    return cuts


def _has_clock(rows: Sequence[Row]) -> bool:
    return any(isinstance(row, Cue) and isinstance(row.trigger, AtClock) for row in rows)


def _anchor(
    show: Show, day: ShowTime, headings: Iterable[Segment | None], floated: Mapping[str, bool]
) -> tuple[ShowTime, bool]:
    zone = load_zone(show.zone)
    if show.on_air is not None:
        return nearest(show.on_air, zone, day), True
    segments = [row for row in headings if row is not None and not floated.get(row.id, row.floated)]
    for segment in segments:
        if isinstance(segment.start, Hard | Hit):
            return nearest(segment.start.at, zone, day), True
    if show.hard_out is not None:
        total = sum(segment.duration or 0 for segment in segments)
        return shift(nearest(show.hard_out, zone, day), Duration(-total)), True
    return day, False


def make_plan(
    show: Show,
    day: ShowTime,
    previous: Plan | None = None,
    floated: frozenset[tuple[str, bool]] = frozenset(),
) -> Plan:
    """Work out the planned times of a show.

    Args:
        show: The document.
        day: A time in the evening that is meant; times of day are taken nearest to it.
        previous: The plan before the edit; segments that did not change are taken from it.
        floated: Rows floated (True) or not (False) in this run, overruling the document.
    """
    zone = load_zone(show.zone)
    overruled = dict(floated)
    cuts = _cut(show)
    start, anchored = _anchor(show, day, (heading for heading, _, _ in cuts), overruled)
    known: dict[str, PlannedSegment] = {}
    if previous is not None and (previous.zone, previous.floated) == (show.zone, floated):
        known = {segment.segment.id: segment for segment in previous.segments if segment.segment}
    segments: list[PlannedSegment] = []
    at = start
    for segment, place, rows in cuts:
        target: ShowTime | None = None
        is_floated = False
        above = at
        if segment is not None:
            is_floated = overruled.get(segment.id, segment.floated)
            if isinstance(segment.start, Hard | Hit):
                target = nearest(segment.start.at, zone, at)
                at = target
        old = known.get(segment.id) if segment else None
        if old is not None and old.rows == rows and (old.start == at or not old.clocked):
            cues, extent, clocked = old.cues, old.extent, old.clocked
        else:
            cues = _place_cues(rows, at, show, overruled)
            extent = max((cue.start + cue.length for cue in cues), default=0)
            clocked = _has_clock(rows)
        typed = segment.duration if segment else None
        duration = Duration(0 if is_floated else extent if typed is None else typed)
        segments.append(
            PlannedSegment(segment, rows, place, at, duration, is_floated, cues, target, extent, clocked)
        )
        at = above if is_floated else shift(at, duration)
    hard_out = None if show.hard_out is None else nearest(show.hard_out, zone, at)
    return Plan(
        tuple(segments),
        start,
        anchored,
        hard_out,
        tuple(segment.place for segment in segments),
        show.zone,
        floated,
    )


class Progress(Struct, frozen=True):
    """What has happened in this run, as far as times go."""

    starts: Mapping[str, ShowTime] = {}
    """Actual start of each row that started."""
    ends: Mapping[str, ShowTime] = {}
    """Actual end of each row that ended."""
    segment: str | None = None
    """The segment that runs."""


class ExpectedSegment(Struct, frozen=True):
    """When a segment began or will begin, and end."""

    start: ShowTime
    end: ShowTime
    started: bool
    shift: Duration
    """How much later than planned the cues of it that are not called yet will come."""
    last_called: int
    """Place in the segment of the last cue called; -1 for none."""


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


class HardPoint(Struct, frozen=True):
    """A time that the show should not miss."""

    at: ShowTime
    kind: Literal["hard", "hit", "out"]
    page: str
    row: str | None
    expected: ShowTime


class Outlook(Struct, frozen=True):
    """A plan, held against what happened and what time it is."""

    plan: Plan
    expected: tuple[ExpectedSegment, ...]
    current: int
    """Place in `expected` of the running segment; -1 before the first."""
    now: ShowTime

    @property
    def out(self) -> ShowTime:
        """When the show is expected to end."""
        live = [
            expected.end
            for expected, planned in zip(self.expected, self.plan.segments, strict=True)
            if not planned.floated
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
    planned end is expected to end now, so that what follows moves on each second. A hard start is
    expected at its time whatever runs before it.
    """
    expected: list[ExpectedSegment] = []
    current = -1
    starts = progress.starts
    for index, planned in enumerate(plan.segments):
        if planned.segment is not None and planned.segment.id == progress.segment:
            current = index
    at = ShowTime(max(plan.start, now)) if not starts else min(starts.values())
    for index, planned in enumerate(plan.segments):
        segment_id = planned.segment.id if planned.segment else None
        actual = starts.get(segment_id) if segment_id else None
        if actual is None and planned.segment is None:
            actual = next((starts[row.id] for row in planned.rows if row.id in starts), None)
        if actual is not None:
            last = -1
            late = elapsed(planned.start, actual)
            for place, row in enumerate(planned.rows):
                called_at = starts.get(row.id)
                if called_at is not None:
                    last = place
                    late = elapsed(shift(planned.start, planned.cues[place].start), called_at)
            if index < current or (segment_id in progress.ends if segment_id else False):
                following = next(
                    (
                        starts[later.segment.id]
                        for later in plan.segments[index + 1 :]
                        if later.segment and later.segment.id in starts
                    ),
                    shift(actual, planned.duration),
                )
                end = following
            else:
                end = ShowTime(max(shift(actual, planned.duration), now))
            expected.append(ExpectedSegment(actual, end, True, late, last))
        else:
            start = at
            if planned.segment is not None and isinstance(planned.segment.start, Hard):
                assert planned.target is not None
                start = planned.target
            late = elapsed(planned.start, start)
            end = shift(start, planned.duration)
            expected.append(ExpectedSegment(start, end, False, late, -1))
        if not planned.floated:
            at = expected[-1].end
    return Outlook(plan, tuple(expected), current, now)


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
            row.trigger, AtClock | AtOffset | AutoContinue | AutoFollow
        ):
            waiting += 1
    return waiting > 0


def with_actual(times: RowTimes, started_at: ShowTime | None) -> RowTimes:
    """Return a cue's times with its actual start in place of the expected one."""
    if started_at is None:
        return times
    return RowTimes(
        times.planned_start,
        times.planned_duration,
        started_at,
        True,
        elapsed(times.planned_start, started_at),
        False,
        times.missed_by,
    )


def hard_points(outlook: Outlook) -> Sequence[HardPoint]:
    """Return the hard points that still lie ahead, soonest first; the hard out is the last of them."""
    points: list[HardPoint] = []
    for planned, expected in zip(outlook.plan.segments, outlook.expected, strict=True):
        if planned.target is None or planned.segment is None or expected.started or planned.floated:
            continue
        kind: Literal["hard", "hit"] = "hard" if isinstance(planned.segment.start, Hard) else "hit"
        if planned.target >= outlook.now or kind == "hit":
            points.append(
                HardPoint(planned.target, kind, planned.segment.page, planned.segment.id, expected.start)
            )
    if outlook.plan.hard_out is not None:
        points.append(HardPoint(outlook.plan.hard_out, "out", "", None, outlook.out))
    return sorted(points, key=lambda point: point.at)


def planned_call(plan: Plan, place: int) -> ShowTime | None:
    """Return when the cue at that place of the rundown is planned to be called."""
    index = bisect_right(plan.places, place) - 1
    if index < 0:
        return None
    planned = plan.segments[index]
    offset = place - planned.place - (1 if planned.segment else 0)
    if offset < 0:
        return planned.start
    return shift(planned.start, planned.cues[offset].start) if offset < len(planned.cues) else None
