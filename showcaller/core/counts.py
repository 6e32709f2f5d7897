"""Count-ins to a start and count-outs of what runs: 2:00, 1:00, 30, 15, 10, 9 … 1.

Owns what is counted to, which number is called at an instant, which are shown and not said, and when the
next one comes. Pure readings of an outlook and of where the show is: the calling panel shows them and the
engine sounds them. Knows no widget, no sound and no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from showcaller.core.clocks import now_of
from showcaller.core.coming import Scene, coming_cues
from showcaller.core.messages import MediaView
from showcaller.core.prompts import Coming
from showcaller.core.schedule import Outlook, hard_points
from showcaller.core.show import AutoContinue, Counts, Show
from showcaller.core.times import ShowTime, shift

CountedTo = Literal["air", "hard", "cue", "clip", "segment"]
"""A start: on air, the next hard start, a timed cue; or an end: of a clip, of the segment."""

MARKS = (120, 60, 30, 15, *range(10, 0, -1))
"""Seconds to go at which a number is called; 0, the instant itself, comes last."""

SECOND = 1_000_000_000
SHORTEST = 10
"""Seconds of a wait between two cues that is counted."""
SAID_FOR = 2
"""Seconds that a number above ten is being called; from ten on each lasts until the next."""
_SAME = SECOND // 4
"""Two counts that end so close together are one."""

_STARTS: frozenset[CountedTo] = frozenset({"air", "hard", "cue"})


class Target(NamedTuple):
    """An instant that is counted to."""

    to: CountedTo
    at: ShowTime
    subject: str = ""
    """Number of the cue or page of the segment."""
    source: Literal["", "VT", "plan"] = ""
    """Of a clip: whether its end is what the device plays or what was planned."""


class Count(NamedTuple):
    """One count as it stands at an instant."""

    target: Target
    seconds: int
    """Whole seconds to go, the one that has begun included; 0 is the instant itself and the second after."""
    number: int | None
    """What is called now; None between two calls."""
    silent: bool
    """What is called now is shown and not said; so is what comes next, where nothing is called now."""
    following: int | None
    """The number that is called next; None after the last."""
    changes_in: int
    """Nanoseconds of show time until this reads otherwise."""


class Pip(NamedTuple):
    """A number that is said, and when; 0 is the instant itself."""

    at: ShowTime
    number: int


def targets(show: Show, scene: Scene, media: Sequence[MediaView], outlook: Outlook) -> list[Target]:
    """Return what is counted to, soonest first; of what ends at the same instant, one.

    Args:
        show: The document.
        scene: Where the show is, in a run.
        media: What devices say of the ends of their media.
        outlook: The expected times.
    """
    found: list[Target] = []
    for target in sorted(_wanted(show, scene, media, outlook), key=lambda one: one.at):
        if not found or target.at - found[-1].at > _SAME:
            found.append(target)
    return found


def _wanted(show: Show, scene: Scene, media: Sequence[MediaView], outlook: Outlook) -> Iterator[Target]:
    counts = show.counts
    air = outlook.plan.air
    if counts.air and air is not None and outlook.on_air_since(scene.started_at) is None:
        yield Target("air", air)
    if counts.hard:
        hard = next((point for point in hard_points(outlook) if point.kind == "hard"), None)
        if hard is not None:
            yield Target("hard", hard.at, hard.page)
    if counts.cues:
        for coming in coming_cues(show, scene):
            # What hangs on an estimate may not come at all then: it is prompted, and not counted to.
            if not coming.estimate and _is_counted(scene, coming):
                yield Target("cue", coming.due, coming.cue.number)
    if counts.clips:
        yield from _clip(show, scene, media)
    began_at = scene.segment_started_at
    if counts.segments and outlook.current >= 0 and began_at is not None:
        segment = outlook.plan.segments[outlook.current].segment
        length = outlook.expected[outlook.current].duration
        # A segment that was written without a length has no end to count to.
        if segment is not None and length > 0:
            yield Target("segment", shift(began_at, length), segment.page)


def _is_counted(scene: Scene, coming: Coming) -> bool:
    """Say whether a cue is counted to: what continues at once after another is one thing with it."""
    if not isinstance(coming.cue.trigger, AutoContinue):
        return True
    since = next(
        (wait.since for wait in scene.waits if (wait.cue, wait.due) == (coming.cue.id, coming.due)), None
    )
    return since is not None and coming.due - since >= SHORTEST * SECOND


def _clip(show: Show, scene: Scene, media: Sequence[MediaView]) -> Iterator[Target]:
    now = now_of([one for one in scene.running if one.media], media)
    cue = show.cue(now.cue) if now is not None else None
    if now is not None and cue is not None and now.end is not None:
        yield Target("clip", now.end, cue.number, now.source)


def is_silent(counts: Counts, target: Target, number: int) -> bool:
    """Say whether a number is shown and not said: the last ones into a start, or of an end."""
    silent = counts.silent_in if target.to in _STARTS else counts.silent_out
    return silent > 0 and number <= silent


def count(counts: Counts, target: Target, now: ShowTime) -> Count | None:
    """Return how a count stands, or None before its first number and after its end."""
    left = target.at - now
    if left > MARKS[0] * SECOND or left <= -SECOND:
        return None
    seconds = -(-left // SECOND)
    number = next((mark for mark in (*MARKS, 0) if mark - _said_for(mark) < seconds <= mark), None)
    following = next((mark for mark in MARKS if mark < seconds), 0 if seconds > 0 else None)
    said = number if number is not None else following
    silent = said is not None and is_silent(counts, target, said)
    return Count(target, seconds, number, silent, following, left - (seconds - 1) * SECOND)


def _said_for(mark: int) -> int:
    return SAID_FOR if mark > 10 else 1


def counting(counts: Counts, wanted: Sequence[Target], now: ShowTime) -> tuple[list[Count], int | None]:
    """Return the counts that stand now, soonest first, and in how many nanoseconds one reads otherwise."""
    found = [one for target in wanted if (one := count(counts, target, now)) is not None]
    turns = [one.changes_in for one in found]
    turns += [target.at - now - MARKS[0] * SECOND for target in wanted if target.at - now > MARKS[0] * SECOND]
    return found, min(turns, default=None)


def pips(counts: Counts, target: Target, after: ShowTime) -> Iterator[Pip]:
    """Yield the numbers that are said after an instant, in their order; what is silent is left out."""
    for mark in (*MARKS, 0):
        at = ShowTime(target.at - mark * SECOND)
        if at > after and not is_silent(counts, target, mark):
            yield Pip(at, mark)
