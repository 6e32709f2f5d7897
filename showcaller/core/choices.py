"""What the choice of an ending makes of playback, and what its first GO does.

Owns the rules of a branch in a run: until something of an ending was called its choice can be taken back;
afterwards another one can still be chosen, for what was not called. Called by `playback.apply` and `turn`.
Knows no device and no clock.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from showcaller.core import events as ev
from showcaller.core.branches import (
    chosen_ending,
    forks,
    is_in_other_ending,
    is_other_ending,
    with_choice,
)
from showcaller.core.position import Playback, next_standby
from showcaller.core.show import Segment, Show
from showcaller.core.waits import offset_waits


def choose(playback: Playback, event: ev.ChooseEnding, show: Show) -> tuple[Playback, Sequence[ev.Effect]]:
    """Return where the show is after a choice of an ending, and what is to be said of it."""
    if playback.mode == "edit":
        return playback, (
            ev.Refused("In EDIT nothing runs: the first ending of a branch is the planned one."),
        )
    endings = show.endings.get(event.branch)
    if endings is None:
        return playback, (ev.Refused("There is no such branch."),)
    if event.ending is not None and event.ending not in endings:
        return playback, (ev.Refused(f"“{event.branch}” has no ending “{event.ending}”."),)
    former = chosen_ending(playback.chosen, event.branch)
    if event.ending == former:
        return playback, ()
    if event.ending is None and any(branch == event.branch for branch, _ in playback.begun):
        return playback, (
            ev.Refused(f"“{former}” has begun: choose another ending of “{event.branch}”, or go on."),
        )
    chosen = with_choice(playback.chosen, event.branch, event.ending)
    changed = msgspec.structs.replace(playback, chosen=chosen)
    changed = _with_waits(changed, show, event)
    return _with_standby(changed, show, event.branch), (
        ev.EndingChosen(event.branch, event.ending, event.at),
    )


def _with_standby(playback: Playback, show: Show, branch: str) -> Playback:
    """Let the standby be the first row of the ending that counts, where it had come to the branch."""
    here = show.positions.get(playback.standby or "", len(show.rundown))
    called = show.positions.get(playback.last_called or "", -1)
    for fork in forks(show):
        if fork.branch != branch or here < fork.first or called >= fork.behind:
            continue
        goes_on = called >= fork.first and not is_in_other_ending(show, playback.chosen, called)
        standby = next_standby(playback, show, called + 1 if goes_on else fork.first)
        if standby == playback.standby:
            return playback
        return msgspec.structs.replace(playback, standby=standby, stood_by=False, warned=False)
    return playback


def _with_waits(playback: Playback, show: Show, event: ev.ChooseEnding) -> Playback:
    """Drop what waits in endings that do not count, and let offsets of a segment that counts again wait on.

    What was called and is in its pre-wait goes on. Times of day are asked for anew by the caller; timecode
    waits for all of its cues, and is passed over where they do not count.
    """
    waits = tuple(
        wait
        for wait in playback.waits
        if wait.cause in {"pre-wait", "timecode"}
        or (
            wait.cause != "clock"
            and wait.cue in show.positions
            and not is_in_other_ending(show, playback.chosen, show.positions[wait.cue])
        )
    )
    running = show.row(playback.segment or "")
    if (
        isinstance(running, Segment)
        and running.branch == event.branch
        and not is_other_ending(show, playback.chosen, running)
        and playback.segment_started_at is not None
    ):
        known = {wait.cue for wait in waits}
        place = show.positions[running.id] + 1
        again = offset_waits(playback, show, running.id, place, playback.segment_started_at)
        waits += tuple(wait for wait in again if wait.due > event.at and wait.cue not in known)
    return msgspec.structs.replace(playback, waits=waits)


def begin_ending(playback: Playback, segment: Segment) -> tuple[Playback, bool]:
    """Return where the show is when a segment of an ending begins, and whether that made the choice."""
    if not segment.branch:
        return playback, False
    is_choice = chosen_ending(playback.chosen, segment.branch) != segment.ending
    begun = msgspec.structs.replace(
        playback,
        chosen=with_choice(playback.chosen, segment.branch, segment.ending),
        begun=playback.begun | {(segment.branch, segment.ending)},
    )
    return begun, is_choice
