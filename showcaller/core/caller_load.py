"""Caller load: how much there is to say, and where more than a person can.

Owns what is said when (GOs end when they are given, standbys and warnings begin at their lead times), which
GOs come closer together than they can be spoken, and which standbys collide with a GO. Works on planned
times, as far as anybody said when a cue comes, and anew only for segments that an edit touched. Pure; the
checks and the timeline's strip ask it, never the way of a GO.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from showcaller.core.calls import group_words
from showcaller.core.known_places import known_places
from showcaller.core.plan import Plan, PlannedSegment
from showcaller.core.problems import Problem
from showcaller.core.show import (
    AtClock,
    AtOffset,
    Calling,
    Cue,
    Department,
    Hard,
    Hit,
    Manual,
    Row,
    Show,
    Wording,
)
from showcaller.core.standby_groups import groups_of
from showcaller.core.times import NS_PER_MS, Duration, ShowTime, shift

TIGHT = 0.75
"""From this share of what can be said on, a stretch is busy."""
SLOWEST = 0.1
"""Words a second: a show that says less (or none) is read so."""
LOOK_BACK = 8
"""So many segments above are looked at for what is still being said."""

Kind = Literal["warning", "standby", "go"]
Level = Literal["said", "busy", "too-much"]


class Speech(Struct, frozen=True, gc=False):
    """One thing the caller says. Times are milliseconds from the segment's start."""

    kind: Kind
    cue: str
    start: int
    end: int
    words: int


class Crowd(Struct, frozen=True, gc=False):
    """GOs that come closer together than they can be spoken."""

    first: str
    last: str
    words: int
    """To be said from the first GO to the last."""
    start: int
    end: int


class Collision(Struct, frozen=True, gc=False):
    """A standby that is to be said while a GO is."""

    standby: str
    """The cue, or the first of the group, that it names."""
    go: str
    start: int
    end: int


class Stretch(Struct, frozen=True, gc=False):
    """A piece of the strip. Times are milliseconds from the segment's start."""

    start: int
    end: int
    level: Level
    cues: tuple[str, ...]
    """What is said (one cue), or what collides (the first and the last, or standby and GO)."""
    words: int = 0
    kind: Kind | Literal["crowd", "collision"] = "go"


class _Talk(Struct, frozen=True):
    """What is said for the cues of one segment, and what it was made of."""

    rows: tuple[Row, ...]
    places: tuple[int | None, ...]
    outer: tuple[Row, ...]
    has_clock: bool
    speeches: tuple[Speech, ...]


class SegmentLoad(Struct, frozen=True):
    """What was found in one segment."""

    segment: str | None
    talk: _Talk
    context: tuple[tuple[int, int], ...]
    crowds: tuple[Crowd, ...]
    collisions: tuple[Collision, ...]
    stretches: tuple[Stretch, ...]


class CallerLoad(Struct, frozen=True):
    """The load of a whole show."""

    segments: tuple[SegmentLoad, ...] = ()
    """One for each segment of the plan, in its order."""
    starts: tuple[ShowTime, ...] = ()
    """When each of them is planned to start."""
    made_of: tuple[Calling, Wording, tuple[Department, ...], float, str | None] | None = None

    def stretches(self) -> Iterator[tuple[ShowTime, ShowTime, Stretch]]:
        """Yield the strip's pieces with their planned times."""
        for start, load in zip(self.starts, self.segments, strict=True):
            for one in load.stretches:
                yield shift(start, Duration(one.start)), shift(start, Duration(one.end)), one


def assess(show: Show, plan: Plan, former: CallerLoad | None = None) -> CallerLoad:
    """Work out what a caller has to say and where it is too much; see `assess_in_steps`."""
    steps = assess_in_steps(show, plan, former)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            found: CallerLoad = done.value
            return found


def assess_in_steps(
    show: Show, plan: Plan, former: CallerLoad | None = None
) -> Generator[None, None, CallerLoad]:
    """Work out the load, a segment a step, so that whoever asks can do other things in between.

    Args:
        show: The document.
        plan: Its planned times.
        former: What was found before the edit; segments that it left alone are taken from it.
    """
    made_of = (show.calling, show.wording, show.departments, show.words_per_second, show.panic)
    speaker = _Speaker(show)
    known: dict[str | None, SegmentLoad] = {}
    if former is not None and former.made_of == made_of:
        known = {load.segment: load for load in former.segments}
    talks: list[_Talk] = []
    for planned in plan.segments:
        old = known.get(planned.segment.id if planned.segment else None)
        talks.append(_talk(speaker, planned, old.talk if old is not None else None))
        if old is None or talks[-1] is not old.talk:
            yield
    loads: list[SegmentLoad] = []
    for index, (planned, talk) in enumerate(zip(plan.segments, talks, strict=True)):
        name = planned.segment.id if planned.segment else None
        above = list(_above(plan, index, talk))
        context = tuple((id(talks[at]), by) for at, by in above)
        old = known.get(name)
        if old is not None and old.talk is talk and old.context == context:
            loads.append(old)
        else:
            before = [_moved(one, by) for at, by in above for one in talks[at].speeches if one.kind == "go"]
            loads.append(_look(name, talk, context, before))
    starts = tuple(planned.start for planned in plan.segments)
    return CallerLoad(tuple(loads), starts, made_of)


def _above(plan: Plan, index: int, talk: _Talk) -> Iterator[tuple[int, int]]:
    """Yield the segments above that may still be heard, and their starts in milliseconds from this one's."""
    if not talk.speeches or plan.segments[index].floated:
        return
    here = plan.segments[index]
    for at in range(index - 1, max(-1, index - 1 - LOOK_BACK), -1):
        above = plan.segments[at]
        if above.floated:
            continue
        segment = plan.segments[at + 1].segment
        is_fixed = segment is not None and isinstance(segment.start, Hard | Hit)
        if not is_fixed and (above.segment is None or above.segment.duration is None):
            return
        yield at, (above.start - here.start) // NS_PER_MS
        if above.cues:
            return


def _moved(speech: Speech, by: int) -> Speech:
    return Speech(speech.kind, speech.cue, speech.start + by, speech.end + by, speech.words)


_NOTHING_SAID = _Talk((), (), (), has_clock=False, speeches=())


def _talk(speaker: _Speaker, planned: PlannedSegment, old: _Talk | None) -> _Talk:
    if planned.floated:
        return _NOTHING_SAID
    outer = speaker.outer(planned.rows)
    same = old is not None and old.rows == planned.rows and old.outer == outer
    if old is not None and same and not old.has_clock:
        return old
    places = tuple(
        planned.cues[at].start if isinstance(row, Cue) and isinstance(row.trigger, AtClock) else place
        for at, (row, place) in enumerate(zip(planned.rows, known_places(planned.rows), strict=True))
    )
    if old is not None and same and old.places == places:
        return old
    has_clock = any(isinstance(row, Cue) and isinstance(row.trigger, AtClock) for row in planned.rows)
    speeches = sorted(speaker.speeches(planned.rows, places), key=lambda one: (one.start, one.end))
    return _Talk(planned.rows, places, outer, has_clock, tuple(speeches))


class _Speaker:
    """What the caller of a show says for its cues, and how long before they are called."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._groups = groups_of(show)
        self._per_word = 1000 / max(show.words_per_second, SLOWEST)
        self._leads = {one.id: {"standby": one.standby, "warning": one.warning} for one in show.departments}
        self._counts: dict[object, int] = {}

    def outer(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Return what the words of a segment hang on beside its own rows: groups over its edges."""
        if not self._groups.groups:
            return ()
        edges = (
            next((group for row in way if (group := self._groups.of(row.id))), ())
            for way in (rows, reversed(rows))
        )
        return tuple(row for group in edges for one in group if (row := self._show.row(one)) is not None)

    def speeches(self, rows: Sequence[Row], places: Sequence[int | None]) -> Iterator[Speech]:
        """Yield what is said for the cues of a segment.

        Args:
            rows: The cues.
            places: Where in the segment each is called; None where nobody said.
        """
        known = dict(zip((row.id for row in rows), places, strict=True))
        for row, at in zip(rows, places, strict=True):
            if not isinstance(row, Cue) or at is None or row.id == self._show.panic:
                continue
            if isinstance(row.trigger, Manual):
                words = self._count((row,), "go")
                yield Speech("go", row.id, round(at - words * self._per_word), at, words)
                yield from self._steps(row, known)
            elif isinstance(row.trigger, AtClock | AtOffset) and row.calls:
                yield self._speech("standby", (row,), at - self._lead(row, "standby"))

    def _steps(self, cue: Cue, known: Mapping[str, int | None]) -> Iterator[Speech]:
        """Yield the warning and standby that a cue begins: of its group, or its own."""
        group = self._groups.of(cue.id) or (cue.id,)
        if self._show.calling == "go" or group[0] != cue.id:
            return
        cues = tuple(one for name in group if (one := self._show.cue(name)) is not None)
        timed = [(one, at) for one in cues if (at := known.get(one.id)) is not None]
        if self._show.calling == "warning-standby-go":
            yield self._speech("warning", cues, min(at - self._lead(one, "warning") for one, at in timed))
        yield self._speech("standby", cues, min(at - self._lead(one, "standby") for one, at in timed))

    def _speech(self, kind: Kind, cues: Sequence[Cue], start: int) -> Speech:
        words = self._count(cues, kind)
        return Speech(kind, cues[0].id, start, round(start + words * self._per_word), words)

    def _lead(self, cue: Cue, step: Kind) -> int:
        leads = (self._leads[call.department][step] for call in cue.calls if call.department in self._leads)
        return max(leads, default=0)

    def _count(self, cues: Sequence[Cue], step: Kind) -> int:
        """Count words; the same departments with a number each are as many, whatever the numbers are."""
        one = cues[0]
        if len(cues) > 1 or not one.calls:
            return len(group_words(self._show, cues, step).split())
        like = step, tuple((call.department, len(call.number.split())) for call in one.calls)
        count = self._counts.get(like)
        if count is None:
            count = self._counts[like] = len(group_words(self._show, cues, step).split())
        return count


def _look(
    name: str | None, talk: _Talk, context: tuple[tuple[int, int], ...], before: Sequence[Speech]
) -> SegmentLoad:
    """Find what is too much in one segment, with the GOs above that may still be heard."""
    own = [one for one in talk.speeches if one.kind == "go"]
    gos = sorted([*before, *own], key=lambda one: one.end)
    first_own = {one.cue for one in own}
    crowds = tuple(_crowds(gos, first_own))
    collisions = tuple(_collisions([one for one in talk.speeches if one.kind == "standby"], gos))
    stretches = [
        Stretch(one.start, one.end, "said", (one.cue,), one.words, one.kind) for one in talk.speeches
    ]
    stretches += _busy(gos, first_own)
    stretches += [
        Stretch(one.start, one.end, "too-much", (one.first, one.last), one.words, "crowd") for one in crowds
    ]
    stretches += [
        Stretch(one.start, one.end, "too-much", (one.standby, one.go), 0, "collision") for one in collisions
    ]
    return SegmentLoad(name, talk, context, crowds, collisions, tuple(stretches))


def _share(above: Speech, here: Speech) -> float:
    """Return how much of the time between two GOs the words of the second take."""
    free = here.end - above.end
    return (here.end - here.start) / free if free > 0 else float("inf")


def _crowds(gos: Sequence[Speech], own: set[str]) -> Iterator[Crowd]:
    run: list[Speech] = []
    for above, here in pairwise(gos):
        if _share(above, here) > 1:
            run = run or [above]
            run.append(here)
            continue
        yield from _crowd(run, own)
        run = []
    yield from _crowd(run, own)


def _crowd(run: Sequence[Speech], own: set[str]) -> Iterator[Crowd]:
    """Yield what of a run this segment has a part in; what stands above its heading is told there."""
    places = [place for place, one in enumerate(run) if one.cue in own]
    if places:
        part = run[max(places[0] - 1, 0) : places[-1] + 2]
        words = sum(one.words for one in part[1:])
        yield Crowd(part[0].cue, part[-1].cue, words, part[0].end, part[-1].end)


def _joined(above: Crowd, below: Crowd) -> Crowd:
    start = below.start - (above.end - above.start)
    return Crowd(above.first, below.last, above.words + below.words, start, below.end)


def _whole_crowds(load: CallerLoad) -> Mapping[str, Crowd]:
    """Return the crowds of a show by their last cue, each as one however many headings it crosses."""
    found: dict[str, Crowd] = {}
    for segment in load.segments:
        for crowd in segment.crowds:
            above = found.pop(crowd.first, None)
            found[crowd.last] = crowd if above is None else _joined(above, crowd)
    return found


def _busy(gos: Sequence[Speech], own: set[str]) -> list[Stretch]:
    return [
        Stretch(above.end, here.end, "busy", (above.cue, here.cue), here.words, "crowd")
        for above, here in pairwise(gos)
        if TIGHT <= _share(above, here) <= 1 and here.cue in own
    ]


def _collisions(standbys: Sequence[Speech], gos: Sequence[Speech]) -> Iterator[Collision]:
    """Yield each standby with the GO that it collides with most."""
    first = 0
    longest = max((one.end - one.start for one in gos), default=0)
    for standby in standbys:
        # Both stand in the order of time: what ended before this standby began is behind us.
        while first < len(gos) and gos[first].end <= standby.start:
            first += 1
        worst: tuple[int, Speech] | None = None
        for go in gos[first:]:
            if go.end - longest >= standby.end:
                break
            overlap = min(standby.end, go.end) - max(standby.start, go.start)
            if overlap > 0 and (worst is None or overlap > worst[0]):
                worst = overlap, go
        if worst is not None:
            go = worst[1]
            yield Collision(standby.cue, go.cue, max(standby.start, go.start), min(standby.end, go.end))


def load_problems(show: Show, load: CallerLoad) -> Iterator[Problem]:
    """Yield what is more than a caller can say, in the order of the show."""

    def name(cue_id: str) -> str:
        cue = show.cue(cue_id)
        return "…" if cue is None else cue.number or cue.name or "…"

    whole = _whole_crowds(load)
    for segment in load.segments:
        for crowd in (whole[one.last] for one in segment.crowds if one.last in whole):
            seconds = f"{(crowd.end - crowd.start) / 1000:.1f}"
            yield Problem(
                key="calls-too-close",
                row_id=crowd.last,
                field="offset",
                values={
                    "first": name(crowd.first),
                    "last": name(crowd.last),
                    "words": str(crowd.words),
                    "seconds": seconds,
                },
            )
        for collision in segment.collisions:
            yield Problem(
                key="standby-collides",
                row_id=collision.standby,
                field="offset",
                values={"standby": name(collision.standby), "go": name(collision.go)},
            )
