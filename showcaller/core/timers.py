"""Stopwatches and countdowns: what the orders of cues and of a person make of them.

Owns starting, stopping and resetting `Timer` values, by a cue that fires and by hand, and the taking back of
the last thing done by hand: called by `playback` and `turn`. Timers run in show time, so a rehearsal at ×10
counts ten times as fast; a hold does not stop them, for they measure what goes on. Knows no device and no
clock.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from showcaller.core import events as ev
from showcaller.core.position import Playback, Timer
from showcaller.core.show import Cue, Show, TimerDeed
from showcaller.core.times import Duration, ShowTime, elapsed, format_duration, shift


def find_timer(timers: Sequence[Timer], name: str) -> Timer | None:
    """Return the timer of that name, or None while nothing was done to it."""
    return next((timer for timer in timers if timer.name == name), None)


def timer_names(show: Show, timers: Sequence[Timer] = ()) -> Sequence[str]:
    """Return the names of all timers: those of cues, in the order of the rundown, then those made by hand."""
    names: dict[str, None] = {}
    for row in show.rundown:
        if isinstance(row, Cue) and row.timers:
            names.update(dict.fromkeys(order.timer for order in row.timers if order.timer))
    names.update(dict.fromkeys(timer.name for timer in timers))
    return tuple(names)


def length_in(show: Show, name: str) -> Duration | None:
    """Return what the first cue that starts a timer lets it count down from; None: it counts up."""
    for row in show.rundown:
        for order in row.timers if isinstance(row, Cue) else ():
            if order.timer == name and order.do == "start":
                return order.down_from
    return None


def ready_timers(show: Show) -> Sequence[Timer]:
    """Return every timer of a show as it stands before anything was done to it."""
    found: dict[str, Timer] = {}
    for row in show.rundown:
        for order in row.timers if isinstance(row, Cue) else ():
            known = found.get(order.timer)
            if known is None or (known.down_from is None and order.do == "start"):
                found[order.timer] = Timer(order.timer, order.down_from)
    return tuple(found.values())


def changed(timer: Timer | None, name: str, do: TimerDeed, down_from: Duration | None, at: ShowTime) -> Timer:
    """Return what becomes of a timer.

    A start begins anew; what is resumed goes on from where it was stopped; a reset one stands at its
    beginning.

    Args:
        timer: As it was; None: nothing was done to it yet.
        name: Its name.
        do: What is done.
        down_from: Of a start: the length that it counts down from; None: it counts up. A timer that nothing
            was done to yet is reset to it as well.
        at: When.
    """
    if do == "start":
        return Timer(name, down_from, at)
    if timer is None:
        return Timer(name, down_from, at if do == "resume" else None)
    if do == "reset":
        return Timer(name, timer.down_from)
    if do == "stop" and timer.started_at is not None:
        return Timer(name, timer.down_from, None, elapsed(timer.started_at, at))
    if do == "resume" and timer.started_at is None:
        return Timer(name, timer.down_from, shift(at, Duration(-timer.counted)))
    return timer


def fire_timers(playback: Playback, cue: Cue, at: ShowTime) -> tuple[Playback, Sequence[ev.Effect]]:
    """Carry out the orders of a cue that fires, and say so."""
    effects: list[ev.Effect] = []
    for order in cue.timers:
        timer = find_timer(playback.timers, order.timer)
        after = changed(timer, order.timer, order.do, order.down_from, at)
        before = playback.timer_before
        playback = msgspec.structs.replace(
            playback,
            timers=_with(playback.timers, order.timer, after),
            timer_before=None if before is not None and before[0] == order.timer else before,
        )
        effects.append(ev.TimerOrdered(order.timer, order.do, after.down_from, cue.id))
    return playback, effects


def set_timer(playback: Playback, event: ev.SetTimer) -> tuple[Playback, Sequence[ev.Effect]]:
    """Do to a timer what a person asks for, or take the last of that back."""
    name = event.timer.strip()
    if playback.mode == "edit":
        return playback, (ev.Refused("In EDIT nothing runs: timers start in REHEARSE and LIVE."),)
    if not name:
        return playback, (ev.Refused("Give the timer a name."),)
    if not event.on:
        before = playback.timer_before
        if before is None or before[0] != name:
            return playback, (ev.Refused(f"A cue has moved {name} since: that cannot be taken back."),)
        timers = _with(playback.timers, name, before[1])
        return msgspec.structs.replace(playback, timers=timers, timer_before=None), ()
    timer = find_timer(playback.timers, name)
    after = changed(timer, name, event.do, event.down_from, event.at)
    timers = _with(playback.timers, name, after)
    return msgspec.structs.replace(playback, timers=timers, timer_before=(name, timer)), ()


def _with(timers: tuple[Timer, ...], name: str, timer: Timer | None) -> tuple[Timer, ...]:
    """Return the timers with another in the place of the one of that name; without it where there is none."""
    if timer is None:
        return tuple(one for one in timers if one.name != name)
    if find_timer(timers, name) is None:
        return (*timers, timer)
    return tuple(timer if one.name == name else one for one in timers)


def left_of(timer: Timer) -> Duration:
    """Return what a timer that stands shows: what is left of a countdown, what a stopwatch has counted."""
    return timer.counted if timer.down_from is None else Duration(timer.down_from - timer.counted)


def ends_at(timer: Timer) -> ShowTime | None:
    """Return the instant that a running countdown counts to; None: it stands, or counts up."""
    if timer.started_at is None or timer.down_from is None:
        return None
    return shift(timer.started_at, timer.down_from)


def timer_words(name: str, do: TimerDeed, down_from: Duration | None) -> str:
    """Return what was done to a timer as the as-run says it: `BREAK starts, down from 15:00`."""
    down = "" if down_from is None else f", down from {format_duration(down_from)}"
    match do:
        case "start":
            return f"{name} starts{down}"
        case "stop":
            return f"{name} is stopped"
        case "resume":
            return f"{name} goes on"
        case "reset":
            return f"{name} is reset"
