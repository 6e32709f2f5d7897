"""Oops: one call back, as far as the show goes; and the restoring of devices once that was confirmed.

Owns what these events make of playback, and which follow-ons a call has still to come. Nothing is sent by an
oops; what a restoring sends says whoever gives the event. Called by `playback.apply` and the engine. Knows no
device and no clock.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from showcaller.core import events as ev
from showcaller.core.position import CallMade, Playback, Runs, follower_of, is_callable
from showcaller.core.show import AutoFollow, Cue, Segment, Show
from showcaller.core.waits import still_written

CALLS_KEPT = 50


def with_call(playback: Playback, before: Playback, row: str, run: int, cause: ev.Cause) -> Playback:
    """Return where the show is with a call noted, that it may be taken back.

    Args:
        playback: After the call.
        before: As it was when the call came.
        row: The cue, or the segment without cues, that was called.
        run: Its run; 0 for a segment.
        cause: Why it was called.
    """
    entered = playback.segment if playback.segment != before.segment else None
    made = CallMade(
        row=row,
        cause=cause,
        runs=((run, run),) if run else (),
        last_called=before.last_called,
        entered=entered,
        segment=before.segment,
        segment_started_at=before.segment_started_at,
        started_at=before.started_at,
        offsets=tuple(wait for wait in before.waits if wait.cause == "offset") if entered else (),
        chosen=before.chosen,
        begun=before.begun,
    )
    return msgspec.structs.replace(playback, calls=(*playback.calls, made)[-CALLS_KEPT:])


def has_run(runs: Runs, run: int) -> bool:
    """Say whether a run is among these."""
    return any(first <= run <= last for first, last in reversed(runs))


def each_run(runs: Runs) -> Sequence[int]:
    """Return the runs one by one."""
    return [run for first, last in runs for run in range(first, last + 1)]


def with_follow_on(playback: Playback, cause_run: int, run: int) -> Playback:
    """Return where the show is with a follow-on noted at the call that led to it."""
    for place in range(len(playback.calls) - 1, -1, -1):
        call = playback.calls[place]
        if has_run(call.runs, cause_run):
            *before, (first, last) = call.runs
            runs = (*before, (first, run)) if last == run - 1 else (*call.runs, (run, run))
            longer = msgspec.structs.replace(call, runs=runs)
            calls = (*playback.calls[:place], longer, *playback.calls[place + 1 :])
            return msgspec.structs.replace(playback, calls=calls)
    return playback


def follow_ons(playback: Playback, show: Show, runs: Runs) -> Sequence[str]:
    """Return the cues that these runs would still set off: what waits, and what follows when they end."""
    waiting = [
        wait.cue
        for wait in playback.waits
        if wait.cause in {"pre-wait", "continue"} and has_run(runs, wait.run)
    ]
    for running in playback.running:
        follower = follower_of(playback, show, running.cue) if has_run(runs, running.run) else None
        if follower is not None and isinstance(follower.trigger, AutoFollow):
            waiting.append(follower.id)
    return list(dict.fromkeys(waiting))


def oops(playback: Playback, event: ev.Oops, show: Show) -> tuple[Playback, Sequence[ev.Effect]]:
    """Return where the show is one call back, and what is to be said of it."""
    if playback.unconfirmed:
        return playback, (ev.Refused("The engine was restarted: confirm how the show goes on first."),)
    if not playback.calls:
        return playback, (ev.Refused("Nothing was called that could be taken back."),)
    *rest, call = playback.calls
    dropped = follow_ons(playback, show, call.runs)
    taken = [wait.cue for wait in playback.waits if wait.cause == "pre-wait" and has_run(call.runs, wait.run)]
    waits = tuple(
        wait
        for wait in playback.waits
        if wait.cause not in {"pre-wait", "continue"} or not has_run(call.runs, wait.run)
    )
    back = msgspec.structs.replace(
        playback,
        calls=tuple(rest),
        taken_back=playback.taken_back | frozenset(each_run(call.runs)),
        waits=waits,
        last_called=call.last_called if call.last_called in show.positions else None,
        before_start=None,
    )
    effects: list[ev.Effect] = []
    if call.entered is not None and call.entered == playback.segment:
        back = _out_of_segment(back, call, event, show)
        effects.append(ev.SegmentTakenBack(call.entered, event.at))
    place = show.positions.get(call.row)
    if call.cause == "go" and place is not None and is_callable(back, show, place):
        back = msgspec.structs.replace(back, standby=call.row, stood_by=False, stood_with=(), warned=False)
    still_to_come = tuple(one for one in dropped if one not in taken)
    effects.insert(0, ev.TakenBack(call.row, call.runs, still_to_come, event.at))
    return back, effects


def _out_of_segment(playback: Playback, call: CallMade, event: ev.Oops, show: Show) -> Playback:
    """The segment that the call began has not begun; offsets of the one before it that lie ahead wait on."""
    others = tuple(wait for wait in playback.waits if wait.cause != "offset")
    offsets = tuple(wait for wait in still_written(call.offsets, show, event.at) if wait.due > event.at)
    back = msgspec.structs.replace(
        playback,
        segment=call.segment,
        segment_started_at=call.segment_started_at,
        started_at=call.started_at,
        waits=(*others, *offsets),
    )
    if playback.begun == call.begun:
        return back
    return msgspec.structs.replace(back, chosen=call.chosen, begun=call.begun)


def restore(playback: Playback, event: ev.Restore, show: Show) -> tuple[Playback, Sequence[ev.Effect]]:
    """Return where the show is when the state before a call is sent: what runs of it is stopped first."""
    if playback.mode == "edit":
        return playback, (ev.Refused("In EDIT nothing is sent."),)
    if playback.unconfirmed:
        return playback, (ev.Refused("The engine was restarted: confirm how the show goes on first."),)
    run = playback.runs + 1
    stopped = [one for one in playback.running if one.run in event.runs]
    effects: list[ev.Effect] = []
    if event.runs:
        effects.append(ev.StopRuns(event.runs))
    effects += [ev.Ended(one.run, one.cue, event.at, stopped=True) for one in stopped]
    row = show.row(event.before)
    number = (row.page if isinstance(row, Segment) else row.number) if row is not None else ""
    name = f"Restored: as before {number}".rstrip()
    cue = Cue(id=f"restore-{run}", number=number, name=name, actions=event.actions)
    effects.append(ev.Restoring(run, cue, event.at))
    running = tuple(one for one in playback.running if one not in stopped)
    return msgspec.structs.replace(playback, runs=run, running=running), effects
