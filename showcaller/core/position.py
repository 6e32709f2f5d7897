"""Where the show is: the value that playback moves, and what can be said of it.

Owns standby, waits, runs and the switches of a run, and the predicates on them: what is callable,
armed, passed over, due next. Changes nothing: `playback.apply` does. Knows no device and no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from showcaller.core import events as ev
from showcaller.core.branches import Chosen, is_in_other_ending
from showcaller.core.show import Action, AutoContinue, AutoFollow, Cue, Manual, Segment, Show
from showcaller.core.tempo import Pulse
from showcaller.core.times import NO_TIME, Duration, Instant, ShowTime


class Wait(Struct, frozen=True):
    """A cue that will start or send by itself at `due`."""

    cue: str
    due: ShowTime
    cause: Literal["pre-wait", "continue", "clock", "offset", "timecode"]
    since: ShowTime
    """When the wait began; a hold moves `due` by the part of it that the wait lived through."""
    run: int
    """The run that waits (pre-wait) or that caused it (continue); 0 for timed triggers."""


class Running(Struct, frozen=True):
    """A cue whose actions were sent and that has not ended."""

    run: int
    cue: str
    started_at: ShowTime
    ends_at: ShowTime
    """When its typed duration and its fades are over; media may go on longer."""
    media: tuple[str, ...] = ()
    """Ids of its actions whose media still plays."""


class Timer(Struct, frozen=True):
    """A stopwatch or a countdown, as an instant to count from: right whenever it is looked at."""

    name: str
    down_from: Duration | None = None
    """None: it counts up."""
    started_at: ShowTime | None = None
    """Since when it would have counted without a stop; None: it stands."""
    counted: Duration = NO_TIME
    """What it had counted when it was stopped."""


class BeforeStart(Struct, frozen=True):
    """Where the show was before a segment was started by hand, for as long as that can be taken back."""

    segment: str | None
    segment_started_at: ShowTime | None
    started_at: ShowTime | None
    standby: str | None
    waits: tuple[Wait, ...]
    """The offset triggers of the segment that ran."""
    chosen: Chosen = frozenset()
    begun: Chosen = frozenset()


Runs = tuple[tuple[int, int], ...]
"""Numbers of runs, as the first and last of each stretch: a chain of ten thousand is one."""


class CallMade(Struct, frozen=True, kw_only=True):
    """A call and what it led to, and where the show was before it."""

    row: str
    cause: ev.Cause
    runs: Runs
    """Its run and those of its follow-ons; none where a segment without cues was called."""
    last_called: str | None
    entered: str | None
    """The segment that began with it."""
    segment: str | None
    segment_started_at: ShowTime | None
    started_at: ShowTime | None
    offsets: tuple[Wait, ...]
    chosen: Chosen
    begun: Chosen


class Playback(Struct, frozen=True):
    """Where the show is. Everything that `apply` needs beside the show itself."""

    mode: ev.Mode = "edit"
    standby: str | None = None
    stood_by: bool = False
    stood_with: tuple[str, ...] = ()
    """Cues whose standby was spoken as one, in order; it holds until the last of them is called."""
    last_called: str | None = None
    last_go_at: Instant | None = None
    """Machine time of the last GO that a person or remote gave."""
    warned: bool = False
    """The warning of the standby has been spoken."""
    starts: tuple[tuple[str, Instant], ...] = ()
    """Cues that were last started by name, by a person or remote, and the machine time of that press."""
    last_step_at: Instant | None = None
    """Machine time of the last press that spoke a warning or a standby."""
    segment: str | None = None
    segment_started_at: ShowTime | None = None
    started_at: ShowTime | None = None
    """When the first segment of the run began."""
    first_row: int = 0
    """Place of the row from which timed triggers of this run count."""
    waits: tuple[Wait, ...] = ()
    running: tuple[Running, ...] = ()
    runs: int = 0
    """How many runs of cues there have been; the newest has this number."""
    fired: frozenset[str] = frozenset()
    """Cues with a clock trigger that were called in this run, or whose wait was dropped; those that timecode
    starts until it is found anew."""
    held_at: ShowTime | None = None
    stopped: bool = False
    """Stop all was given and no GO since: nothing fires by itself."""
    unconfirmed: bool = False
    auto: bool = True
    skipped: frozenset[str] = frozenset()
    floated: frozenset[tuple[str, bool]] = frozenset()
    added: tuple[tuple[str, Duration], ...] = ()
    """Time added to segments in this run, by segment id; negative was taken from them."""
    before_start: BeforeStart | None = None
    chosen: Chosen = frozenset()
    """Endings that were chosen in this run, by branch."""
    begun: Chosen = frozenset()
    """Endings of which something was called."""
    armed: frozenset[tuple[str, bool]] = frozenset()
    manual: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()
    missed: tuple[ev.Missed, ...] = ()
    calls: tuple[CallMade, ...] = ()
    """The last calls, that they may be taken back."""
    taken_back: frozenset[int] = frozenset()
    """Runs whose call was taken back: nothing follows them any more."""
    panic_run: int = 0
    stage: ev.StageMessage | None = None
    """What the clock windows tell the stage."""
    timecode: ev.Timecode | None = None
    """What was last heard of the timecode; None: nothing in this run."""
    pulse: Pulse | None = None
    """The count of bars and beats."""
    pulse_before: tuple[Pulse | None, ...] = ()
    """The count before the last taps, for as long as they can be taken back."""
    timers: tuple[Timer, ...] = ()
    timer_before: tuple[str, Timer | None] | None = None
    """The timer that was last changed by hand, as it was before, for as long as that can be taken back."""


MISSED_KEPT = 50


def is_floated(playback: Playback, show: Show, place: int) -> bool:
    """Say whether a row, or the segment it stands in, is left out of the show in this run."""
    row = show.rundown[place]
    if _overruled(playback.floated, row.id, row.floated):
        return True
    at = show.segment_places[place]
    if at < 0 or at == place:
        return False
    segment = show.rundown[at]
    return _overruled(playback.floated, segment.id, segment.floated)


def is_armed(playback: Playback, cue: Cue) -> bool:
    """Say whether a cue's actions are sent in this run."""
    return _overruled(playback.armed, cue.id, cue.armed)


def _overruled(overrules: frozenset[tuple[str, bool]], row_id: str, written: bool) -> bool:
    if (row_id, not written) in overrules:
        return not written
    return written


def overrule(overrules: frozenset[tuple[str, bool]], row_id: str, value: bool) -> frozenset[tuple[str, bool]]:
    """Return the overrules with this row's replaced."""
    return (overrules - {(row_id, not value)}) | {(row_id, value)}


def is_passed_over(playback: Playback, show: Show, place: int) -> bool:
    """Say whether a row is skipped or floated in this run, or belongs to an ending that does not count."""
    return (
        show.rundown[place].id in playback.skipped
        or is_floated(playback, show, place)
        or is_in_other_ending(show, playback.chosen, place)
    )


def is_callable(playback: Playback, show: Show, place: int) -> bool:
    """Say whether standby may land on a row: a manual cue, or a segment without cues."""
    row = show.rundown[place]
    if isinstance(row, Segment):
        following = show.rundown[place + 1] if place + 1 < len(show.rundown) else None
        if isinstance(following, Cue):
            return False
    elif not isinstance(row.trigger, Manual) or row.id == show.panic:
        return False
    return not is_passed_over(playback, show, place)


def next_standby(playback: Playback, show: Show, place: int) -> str | None:
    """Return the first row at or below `place` that a GO fires, or None at the end."""
    for at in range(max(place, 0), len(show.rundown)):
        if is_callable(playback, show, at):
            return show.rundown[at].id
    return None


def previous_standby(playback: Playback, show: Show, place: int) -> str | None:
    """Return the last row above `place` that a GO fires, or None at the top."""
    for at in range(min(place, len(show.rundown)) - 1, -1, -1):
        if is_callable(playback, show, at):
            return show.rundown[at].id
    return None


def follower_of(playback: Playback, show: Show, cue_id: str) -> Cue | None:
    """Return the cue below that continues or follows this one, unless it is passed over.

    Endings that do not count are not there: below a branch, cues follow the last one of the chosen ending.
    """
    place = show.positions.get(cue_id)
    if place is None or is_in_other_ending(show, playback.chosen, place):
        return None
    place += 1
    while place < len(show.rundown) and (
        isinstance(show.rundown[place], Segment) or is_in_other_ending(show, playback.chosen, place)
    ):
        place += 1
    if place >= len(show.rundown):
        return None
    row = show.rundown[place]
    if not isinstance(row, Cue) or not isinstance(row.trigger, AutoContinue | AutoFollow):
        return None
    return None if is_passed_over(playback, show, place) else row


def length_of(cue: Cue) -> Duration:
    """Return how long a cue runs at least: its typed duration or its longest fade."""
    fades = max((action.fade.duration for action in cue.actions if action.fade), default=NO_TIME)
    return Duration(max(cue.duration or 0, fades))


def next_deadline(playback: Playback) -> ShowTime | None:
    """Return when `Tick` is wanted next, or None while nothing will happen by itself."""
    dues = [running.ends_at for running in playback.running if not running.media]
    if playback.held_at is None:
        dues.extend(wait.due for wait in playback.waits)
    return min(dues, default=None)


def next_automatic(playback: Playback) -> Sequence[Wait]:
    """Return what fires by itself, soonest first."""
    return sorted(playback.waits, key=lambda wait: wait.due)


def sort_by_department(playback: Playback, show: Show, cue: Cue) -> tuple[list[Action], list[Action]]:
    """Return the actions of a cue that the desk sends, and those that an operator takes by hand."""
    if not playback.manual and all(one.taken_by == "desk" for one in show.departments):
        return list(cue.actions), []
    sent: list[Action] = []
    by_hand: list[Action] = []
    for action in cue.actions:
        department = show.department(show.department_of(cue, action) or "")
        is_manual = department is not None and (
            department.taken_by == "operator" or department.id in playback.manual
        )
        (by_hand if is_manual else sent).append(action)
    return sent, by_hand


def plays_media(playback: Playback, show: Show, action: Action) -> bool:
    """Say whether an action starts media whose end will be heard of."""
    if not playback.media or action.device in playback.closed:
        return False
    device = show.device(action.device)
    return device is not None and f"{device.kind}/{action.kind}" in playback.media
