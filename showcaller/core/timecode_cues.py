"""The cues that timecode starts: when they are due while it runs, and what a locate makes of the standby.

Owns what `events.Timecode` and an edit make of playback. While the timecode runs each of its cues that lies
ahead waits for a show time; when it stands none does. Found anew, nothing from before fires: what it jumped
over while it ran is missed, what it was moved past is not, and the standby goes to the place. Called by
`playback` alone. Knows no wire: `chase` says where the timecode is, `engine/timecode_in` gives the event.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from showcaller.core import events as ev
from showcaller.core.frames import FrameTextError
from showcaller.core.position import MISSED_KEPT, Playback, Wait, is_passed_over, next_standby
from showcaller.core.show import Show, TimecodeRate
from showcaller.core.timecode import position_of
from showcaller.core.times import ShowTime

_KEPT = "timecode cues kept"
LABELS_KEPT = 20_000
"""Labels that are not read again when a long show is edited."""


def timecode_cues(show: Show) -> Sequence[tuple[int, str]]:
    """Return the place in the timecode and the id of each cue that it starts, in its order.

    A label that cannot be read starts nothing: the checks name it. What was found is kept with the show, for
    a source that is corrected asks again and again.
    """
    kept: Sequence[tuple[int, str]] | None = show.__dict__.get(_KEPT)
    if kept is None:
        rate = show.timecode.rate
        found = ((_place_of(label, rate), cue) for cue, label in show.timecode_labels)
        readable = [(place, cue) for place, cue in found if place is not None]
        kept = show.__dict__[_KEPT] = tuple(sorted(readable, key=lambda one: one[0]))
    return kept


@lru_cache(LABELS_KEPT)
def _place_of(label: str, rate: TimecodeRate) -> int | None:
    try:
        return position_of(label, rate).nanoseconds
    except FrameTextError:
        return None


def without_timecode(waits: Sequence[Wait]) -> tuple[Wait, ...]:
    """Return the waits that timecode has nothing to do with."""
    return tuple(wait for wait in waits if wait.cause != "timecode")


def follow(playback: Playback, event: ev.Timecode, show: Show) -> tuple[Playback, Sequence[ev.Effect]]:
    """Return where the show is once the timecode has told where it is, and what was missed."""
    if playback.mode == "edit":
        return playback, ()
    cues = timecode_cues(show)
    effects: list[ev.Missed] = []
    fired = playback.fired
    if event.found:
        if event.missed_from is not None:
            effects = [
                ev.Missed(cue, event.at, "the timecode jumped over it")
                for place, cue in cues
                if event.missed_from <= place < event.began
                and cue not in fired
                and not is_passed_over(playback, show, show.positions[cue])
            ]
        fired = fired - {cue for _, cue in cues}
    begun = event.began if event.found else None
    waits = (
        *without_timecode(playback.waits),
        *_waits(playback, event, cues, fired, begun),
    )
    playback = msgspec.structs.replace(
        playback,
        timecode=event,
        waits=waits,
        fired=fired,
        missed=(*playback.missed, *effects)[-MISSED_KEPT:],
    )
    if event.found and event.located:
        playback = _find_place(playback, event.began, cues, show)
    return playback, effects


def _waits(
    playback: Playback,
    event: ev.Timecode,
    cues: Sequence[tuple[int, str]],
    fired: frozenset[str],
    began: int | None,
) -> Sequence[Wait]:
    """Return the waits for what lies ahead: of a turn that goes on, those that there were."""
    if not event.runs or event.speed <= 0:
        return ()
    waiting = {wait.cue: wait for wait in playback.waits if wait.cause == "timecode"}
    # In a hold what came due stays where it was: how long ago says whether it is missed.
    earliest = event.at if playback.held_at is None else ShowTime(0)
    return [
        Wait(cue, ShowTime(max(due_of(event, place), earliest)), "timecode", event.at, 0)
        for place, cue in cues
        if cue not in fired and (cue in waiting if began is None else place >= began)
    ]


def due_of(event: ev.Timecode, place: int) -> ShowTime:
    """Return the show time at which a running timecode comes, or came, to a place."""
    return ShowTime(event.at + round((place - event.position) * event.speed))


def _find_place(playback: Playback, began: int, cues: Sequence[tuple[int, str]], show: Show) -> Playback:
    """Let the standby be what comes after the last cue that the timecode has passed."""
    passed = [cue for place, cue in cues if place < began]
    at = show.positions.get(playback.standby or "", len(show.rundown))
    if passed:
        standby = next_standby(playback, show, show.positions[passed[-1]] + 1)
    elif cues and at > show.positions[cues[0][1]]:
        first = show.positions[cues[0][1]]
        standby = next_standby(playback, show, max(0, show.segment_places[first]))
    else:
        return playback
    if standby == playback.standby:
        return playback
    return msgspec.structs.replace(playback, standby=standby, stood_by=False, warned=False)


def rewritten(playback: Playback, show: Show, at: ShowTime) -> tuple[Wait, ...]:
    """Return the waits for the timecode of an edited show, as it is written now."""
    event = playback.timecode
    if event is None or not event.runs or event.speed <= 0:
        return ()
    overdue = [wait for wait in playback.waits if wait.cause == "timecode" and wait.due <= at]
    now = event.position + round((at - event.at) / event.speed)
    coming = [
        Wait(cue, ShowTime(max(due_of(event, place), at)), "timecode", at, 0)
        for place, cue in timecode_cues(show)
        if place > now and cue not in playback.fired
    ]
    return (*(wait for wait in overdue if wait.cue in show.positions), *coming)
