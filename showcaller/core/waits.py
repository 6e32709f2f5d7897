"""What waits: how waits begin, what a hold and an edit make of them.

Owns the making and moving of `Wait` values. Decides nothing: `playback.apply` says when a wait begins
or ends, and what is missed. Knows no device and no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from showcaller.core.events import LATE_TRIGGER, TIMED
from showcaller.core.position import Playback, Wait, is_callable, is_passed_over
from showcaller.core.show import AtClock, AtOffset, AtTimecode, AutoContinue, AutoFollow, Cue, Segment, Show
from showcaller.core.times import NS_PER_MS, ShowTime, load_zone, nearest, shift


def clock_waits(playback: Playback, show: Show, at: ShowTime, place: int) -> Sequence[Wait]:
    """Return a wait for each clock trigger from `place` on, due or past, that is not passed over."""
    zone = load_zone(show.zone)
    return [
        Wait(row.id, nearest(row.trigger.at, zone, at), "clock", at, 0)
        for row_place, row in enumerate(show.rundown[place:], place)
        if isinstance(row, Cue)
        and isinstance(row.trigger, AtClock)
        and not is_passed_over(playback, show, row_place)
    ]


def offset_waits(playback: Playback, show: Show, segment_id: str, place: int, at: ShowTime) -> Sequence[Wait]:
    """Return a wait for each offset trigger of a segment that begins.

    Args:
        playback: Where the show is.
        show: The document.
        segment_id: The segment.
        place: The row that began it; those above it wait only where no GO was passed by.
        at: When it began.
    """
    first = show.positions[segment_id]
    opens = not any(is_callable(playback, show, row) for row in range(first + 1, place))
    waits: list[Wait] = []
    for row_place in range(first + 1, len(show.rundown)):
        row = show.rundown[row_place]
        if isinstance(row, Segment):
            break
        if (
            isinstance(row.trigger, AtOffset)
            and (opens or row_place > place)
            and not is_passed_over(playback, show, row_place)
        ):
            waits.append(Wait(row.id, shift(at, row.trigger.after), "offset", at, 0))
    return waits


def not_before(waits: Sequence[Wait], at: ShowTime) -> Sequence[Wait]:
    """Return timed triggers so that one up to a second past fires now; an older one stays, to be missed."""
    return [
        wait
        if at - wait.due > LATE_TRIGGER * NS_PER_MS
        else msgspec.structs.replace(wait, due=ShowTime(max(wait.due, at)))
        for wait in waits
    ]


def is_at_clock(cue: Cue) -> bool:
    """Say whether a clock starts a cue, that of the day or the timecode: it does so once."""
    return isinstance(cue.trigger, AtClock | AtTimecode)


def without_trigger(waits: Sequence[Wait], cue_id: str) -> tuple[Wait, ...]:
    """Return the waits without the timed triggers of a cue that is started by hand."""
    return tuple(wait for wait in waits if wait.cue != cue_id or wait.cause not in TIMED)


def resumed(waits: Sequence[Wait], held_at: ShowTime, at: ShowTime) -> tuple[Wait, ...]:
    """Return the waits as they go on after a hold: what was left of them is left now.

    What a crash kept from firing fires now. Times of day and offsets do not wait for a hold: one that
    came up to a second before its end fires with it, not in the past; an older one stays, to be missed.
    """
    return tuple(_resumed(wait, held_at, at) for wait in waits)


def _resumed(wait: Wait, held_at: ShowTime, at: ShowTime) -> Wait:
    if wait.cause in TIMED:
        is_missed = at - wait.due > LATE_TRIGGER * NS_PER_MS
        return wait if is_missed else msgspec.structs.replace(wait, due=ShowTime(max(wait.due, at)))
    due = wait.due + at - max(held_at, wait.since)
    return msgspec.structs.replace(wait, due=ShowTime(max(due, at)), since=at)


def still_written(waits: Sequence[Wait], show: Show, at: ShowTime) -> tuple[Wait, ...]:
    """Return the waits that an edited show still asks for, without those for a time of day or a timecode.

    A follow-on whose cue became something else does not fire, and an offset counts as written now.
    """
    return tuple(_still_written(waits, show, at))


def _still_written(waits: Sequence[Wait], show: Show, at: ShowTime) -> Iterator[Wait]:
    for wait in waits:
        cue = show.cue(wait.cue)
        if cue is None or wait.cause in {"clock", "timecode"}:
            continue
        if wait.cause == "pre-wait":
            yield wait
        elif wait.cause == "continue":
            if isinstance(cue.trigger, AutoContinue | AutoFollow):
                yield wait
        elif isinstance(cue.trigger, AtOffset):
            due = shift(wait.since, cue.trigger.after)
            if due != wait.due:
                due = ShowTime(max(due, at))
            yield msgspec.structs.replace(wait, due=due)
