"""When everything is planned: front times, back times, gaps and overlaps, from the document alone.

Owns the `Plan`. It keeps one entry per segment and takes over those that an edit did not touch, so that an
edit costs what it changes; the cues of a segment stand in milliseconds from its start. Knows nothing of
what has happened: `schedule` holds a plan against that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from showcaller.core.branches import Chosen, other_endings
from showcaller.core.position import Playback, length_of, overrule
from showcaller.core.show import (
    AtClock,
    AtOffset,
    AutoContinue,
    AutoFollow,
    Cue,
    Hard,
    Hit,
    Overrun,
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
    gap: Duration = NO_TIME
    """Time that is free between the end of what stands above and the start; negative is an overlap."""
    back: ShowTime | None = None
    """Back time: when it has to start so that the next hard point is met; None with none ahead."""
    aside: Duration | None = None
    """Of an ending that does not count: how far behind the beginning of the branch it would start."""

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
    overrun: Overrun = "push"
    """What an overrun does to what follows."""
    chosen: Chosen = frozenset()
    """Endings that were chosen in this run when it was made; others count as floated."""
    final: str = ""
    """The cue that the show ends with; empty where its last segment has none."""
    air: ShowTime | None = None
    """When it is planned to go on air: not before `start`; None where no time of day says so."""

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
    rows: Sequence[Row], start: ShowTime | None, show: Show, floated: Mapping[str, bool]
) -> tuple[PlannedCue, ...]:
    """Work out where each cue below a heading stands, in milliseconds from the heading.

    Where `start` is not known, a time of day says nothing of a cue's place.
    """
    placed: list[PlannedCue] = []
    above = PlannedCue(NO_TIME, NO_TIME)
    above_cue: Cue | None = None
    for row in rows:
        assert isinstance(row, Cue)
        trigger = row.trigger
        at: int
        if isinstance(trigger, AtClock) and start is not None:
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


def place_in_segment(show: Show, place: int, floated: frozenset[tuple[str, bool]]) -> Duration:
    """Return how far into its segment the cue at that place of the rundown is planned.

    A segment whose first cue is planned at +0:05 has begun 5 s before the GO of that cue.
    """
    head = show.segment_places[place]
    return _place_cues(show.rundown[head + 1 : place + 1], None, show, dict(floated))[-1].start


def _cut(show: Show) -> list[tuple[Segment | None, int, tuple[Row, ...]]]:
    """Cut the rundown at its headings: heading, its place, the cues below."""
    rundown = show.rundown
    heads = sorted({place for place in show.segment_places if place >= 0})
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
    show: Show, day: ShowTime, floated: Mapping[str, bool], others: frozenset[str]
) -> tuple[ShowTime, bool]:
    """Return where the plan starts, and whether a time of day says so.

    What begins with a hard start before on air begins there: doors, a warm-up.
    """
    zone = load_zone(show.zone)
    segments = [
        row
        for row in show.rundown
        if isinstance(row, Segment) and not floated.get(row.id, row.floated) and row.id not in others
    ]
    if show.on_air is not None:
        air = nearest(show.on_air, zone, day)
        if segments and isinstance(segments[0].start, Hard):
            return min(air, nearest(segments[0].start.at, zone, air)), True
        return air, True
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
    chosen: Chosen = frozenset(),
) -> Plan:
    """Work out the planned times of a show.

    Args:
        show: The document.
        day: A time in the evening that is meant; times of day are taken nearest to it.
        previous: The plan before the edit; segments that did not change are taken from it.
        floated: Rows floated (True) or not (False) in this run, overruling the document.
        chosen: Endings that were chosen in this run.
    """
    zone = load_zone(show.zone)
    overruled = dict(floated)
    others = other_endings(show, chosen)
    start, anchored = _anchor(show, day, overruled, others)
    known: dict[str, PlannedSegment] = {}
    refloated: set[str] = set()
    if previous is not None and previous.zone == show.zone:
        known = {segment.segment.id: segment for segment in previous.segments if segment.segment}
        refloated = {row_id for row_id, _ in floated ^ previous.floated}
    segments: list[PlannedSegment] = []
    at = start
    branch, begins, sides = "", at, dict[str, ShowTime]()
    for segment, place, rows in _cut(show):
        target: ShowTime | None = None
        is_floated = False
        above = at
        aside: Duration | None = None
        if segment is not None:
            if segment.branch != branch:
                branch, begins, sides = segment.branch, at, {}
            if segment.id in others:
                # Endings stand beside each other: each would begin where the branch does.
                at = sides.get(segment.ending, begins)
                aside = elapsed(begins, at)
            is_floated = overruled.get(segment.id, segment.floated) or segment.id in others
            if isinstance(segment.start, Hard | Hit):
                target = nearest(segment.start.at, zone, at)
                at = target
        old = known.get(segment.id) if segment else None
        if (
            old is not None
            and old.rows == rows
            and (old.start == at or not _has_clock(rows))
            and not (refloated and any(row.id in refloated for row in rows))
        ):
            cues = old.cues
        else:
            cues = _place_cues(rows, at, show, overruled)
        extent = max((cue.start + cue.length for cue in cues), default=0)
        typed = segment.duration if segment else None
        duration = Duration(0 if is_floated else extent if typed is None else typed)
        gap = NO_TIME if is_floated else elapsed(above, at)
        segments.append(
            PlannedSegment(segment, rows, place, at, duration, is_floated, cues, target, gap, aside=aside)
        )
        if segment is not None and segment.id in others:
            sides[segment.ending] = shift(at, Duration(extent if typed is None else typed))
        at = above if is_floated else shift(at, duration)
    hard_out = None if show.hard_out is None else nearest(show.hard_out, zone, at)
    return Plan(
        _with_back_times(segments, hard_out),
        start,
        anchored,
        hard_out,
        tuple(segment.place for segment in segments),
        show.zone,
        floated,
        show.overrun,
        chosen,
        _final_of(segments, show.panic, overruled),
        (start if anchored else None) if show.on_air is None else nearest(show.on_air, zone, day),
    )


def _final_of(segments: Sequence[PlannedSegment], panic: str | None, floated: Mapping[str, bool]) -> str:
    last = next((segment for segment in reversed(segments) if not segment.floated), None)
    live = (row for row in reversed(last.rows if last else ()) if not floated.get(row.id, row.floated))
    return next((row.id for row in live if row.id != panic), "")


def _with_back_times(
    segments: Sequence[PlannedSegment], hard_out: ShowTime | None
) -> tuple[PlannedSegment, ...]:
    """Subtract the durations from the hard out, and above each hard point from that."""
    backs: list[ShowTime | None] = []
    ends_by = hard_out
    for segment in reversed(segments):
        back = None if ends_by is None else shift(ends_by, Duration(-segment.duration))
        backs.append(back)
        if not segment.floated:
            ends_by = back if segment.target is None else segment.target
    backs.reverse()
    return tuple(
        msgspec.structs.replace(segment, back=back) for segment, back in zip(segments, backs, strict=True)
    )


def plan_run(show: Show, playback: Playback, day: ShowTime, previous: Plan | None = None) -> Plan:
    """Work out the planned times of a show of a run, without what it floats, skips or did not choose."""
    out = left_out(playback.floated, playback.skipped)
    return make_plan(show, day, previous, out, playback.chosen)


def is_planned_alike(one: Playback, other: Playback) -> bool:
    """Say whether the same rows take time in both."""
    return (one.floated, one.skipped, one.chosen) == (other.floated, other.skipped, other.chosen)


def left_out(floated: frozenset[tuple[str, bool]], skipped: Iterable[str]) -> frozenset[tuple[str, bool]]:
    """Return the floats of a run with its skipped cues among them: neither takes any time."""
    for cue_id in skipped:
        floated = overrule(floated, cue_id, value=True)
    return floated


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
