"""One application of `playback.apply`: calling, firing, waiting and ending, each at its own due time.

Owns the value as it changes, the effects as they come, and what all events have in common: a cue is called,
time passes, a wait or a run ends. What each event means is `playback`, the only caller. Knows no device and
no clock.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from showcaller.core import events as ev
from showcaller.core.branches import is_in_other_ending
from showcaller.core.choices import begin_ending
from showcaller.core.events import Effect
from showcaller.core.oops import with_call, with_follow_on
from showcaller.core.plan import left_out, place_in_segment
from showcaller.core.position import (
    MISSED_KEPT,
    Playback,
    Running,
    Wait,
    follower_of,
    is_armed,
    is_callable,
    is_passed_over,
    length_of,
    next_standby,
    plays_media,
    sort_by_department,
)
from showcaller.core.pulses import fire_tempo
from showcaller.core.show import AutoContinue, AutoFollow, Cue, Segment, Show
from showcaller.core.timers import fire_timers
from showcaller.core.times import NO_TIME, NS_PER_MS, Duration, ShowTime, shift
from showcaller.core.waits import clock_waits, is_at_clock, not_before, offset_waits


class Turn:
    """The value as it changes, and the effects as they come."""

    def __init__(self, playback: Playback, show: Show) -> None:
        self.playback = playback
        self.show = show
        self.effects: list[Effect] = []

    def _set(self, **values: object) -> None:
        self.playback = msgspec.structs.replace(self.playback, **values)

    def _refuse(self, sentence: str) -> None:
        self.effects.append(ev.Refused(sentence))

    def _call(self, cue: Cue, at: ShowTime, cause: ev.Cause, source: str = "", by: int = 0) -> int:
        """Begin a run of a cue at `at`: its segment, its pre-wait, then its actions. It may follow a run."""
        before = self.playback
        run = before.runs + 1
        place = self.show.positions[cue.id]
        self._set(
            runs=run,
            before_start=None,
            fired=self.playback.fired | {cue.id} if is_at_clock(cue) else self.playback.fired,
            last_called=cue.id if cause in {"go", "panic"} | ev.TIMED else self.playback.last_called,
        )
        at_segment = self.show.segment_places[place]
        if at_segment >= 0 and cue.id != self.show.panic:
            segment = self.show.rundown[at_segment]
            is_there = not is_in_other_ending(self.show, self.playback.chosen, place)
            # What fires by itself never takes the show back to a segment that it has left.
            is_left = cause not in {"go", "start"} and at_segment < self.show.positions.get(
                self.playback.segment or "", -1
            )
            if (
                isinstance(segment, Segment)
                and segment.id != self.playback.segment
                and is_there
                and not is_left
            ):
                left = left_out(self.playback.floated, self.playback.skipped)
                into = place_in_segment(self.show, place, left)
                self._enter_segment(segment, at, place, into)
        self.playback = (
            with_follow_on(self.playback, by, run)
            if by
            else with_call(self.playback, before, cue.id, run, cause)
        )
        self.effects.append(ev.Called(run=run, cue=cue.id, at=at, cause=cause, source=source))
        if cue.pre_wait > 0:
            wait = Wait(cue.id, shift(at, cue.pre_wait), "pre-wait", at, run)
            self._set(waits=(*self.playback.waits, wait))
        else:
            self._fire(cue, run, at)
        return run

    def _enter_segment(self, segment: Segment, at: ShowTime, place: int, into: Duration = NO_TIME) -> None:
        """Start a segment's clock, so far into it, and let its offset triggers wait for their times."""
        playback, began_at = self.playback, shift(at, Duration(-into))
        self._set(
            segment=segment.id,
            before_start=None,
            segment_started_at=began_at,
            started_at=began_at if playback.started_at is None else playback.started_at,
        )
        self.playback, is_choice = begin_ending(self.playback, segment)
        if is_choice:
            self.effects.append(ev.EndingChosen(segment.branch, segment.ending, at, by_go=True))
        self.effects.append(ev.SegmentStarted(segment.id, at, into))
        others = tuple(wait for wait in self.playback.waits if wait.cause != "offset")
        coming = offset_waits(playback, self.show, segment.id, place, began_at)
        self._set(waits=(*others, *not_before(coming, at)))

    def _fire(self, cue: Cue, run: int, at: ShowTime) -> None:
        """Send a cue's actions at `at`, and let what follows it wait."""
        playback = self.playback
        armed = is_armed(playback, cue)
        sent, manual = sort_by_department(playback, self.show, cue) if armed else ([], [])
        self.effects.append(
            ev.Send(
                run=run,
                cue=cue.id,
                due=at,
                actions=tuple(action.id for action in sent),
                manual=tuple(action.id for action in manual),
                disarmed=not armed,
            )
        )
        media = tuple(action.id for action in sent if plays_media(playback, self.show, action))
        running = Running(run, cue.id, at, shift(at, length_of(cue)), media)
        self._set(running=(*playback.running, running))
        if cue.timers:
            self.playback, ordered = fire_timers(self.playback, cue, at)
            self.effects.extend(ordered)
        if cue.tempo is not None:
            self.playback, told = fire_tempo(self.playback, cue, at)
            self.effects.extend(told)
        follower = follower_of(playback, self.show, cue.id)
        if follower is not None and isinstance(follower.trigger, AutoContinue):
            wait = Wait(follower.id, shift(at, cue.post_wait), "continue", at, run)
            self._set(waits=(*self.playback.waits, wait))

    def _reach(self, at: ShowTime) -> None:
        """Let everything that is due by `at` happen, earliest first, each at its own due time."""
        while True:
            ending = min(
                (one for one in self.playback.running if not one.media and one.ends_at <= at),
                key=lambda one: one.ends_at,
                default=None,
            )
            wait = None
            if self.playback.held_at is None:
                wait = min(
                    (one for one in self.playback.waits if one.due <= at),
                    key=lambda one: one.due,
                    default=None,
                )
            if wait is not None and (ending is None or wait.due <= ending.ends_at):
                self._end_wait(wait, at)
            elif ending is not None:
                self._end_running(ending, ending.ends_at)
            else:
                return

    def _end_wait(self, wait: Wait, at: ShowTime) -> None:
        self._set(waits=tuple(one for one in self.playback.waits if one is not wait))
        cue = self.show.cue(wait.cue)
        if cue is None:
            return
        if wait.cause == "pre-wait":
            self._fire(cue, wait.run, wait.due)
        elif is_passed_over(self.playback, self.show, self.show.positions[cue.id]):
            return
        elif wait.cause == "continue":
            self._call(cue, wait.due, "continue", by=wait.run)
        elif self.playback.stopped:
            self._miss(wait, "all was stopped")
        elif not self.playback.auto:
            self._miss(wait, "AUTO is off")
        elif at - wait.due > ev.LATE_TRIGGER * NS_PER_MS:
            self._miss(wait, "its time had passed")
        else:
            self._call(cue, wait.due, wait.cause)

    def _miss(self, wait: Wait, reason: str) -> None:
        missed = ev.Missed(wait.cue, wait.due, reason)
        self.effects.append(missed)
        self._set(missed=(*self.playback.missed, missed)[-MISSED_KEPT:])

    def _end_running(self, running: Running, at: ShowTime) -> None:
        self._set(running=tuple(one for one in self.playback.running if one is not running))
        self.effects.append(ev.Ended(running.run, running.cue, at))
        follower = follower_of(self.playback, self.show, running.cue)
        if follower is None or not isinstance(follower.trigger, AutoFollow):
            return
        if running.run in self.playback.taken_back:
            return
        if self.playback.held_at is None:
            self._call(follower, at, "follow", by=running.run)
        else:
            wait = Wait(follower.id, at, "continue", at, running.run)
            self._set(waits=(*self.playback.waits, wait))

    def _end_media(self, at: ShowTime, run: int, action: str) -> None:
        for running in self.playback.running:
            if running.run == run and action in running.media:
                media = tuple(one for one in running.media if one != action)
                ended = msgspec.structs.replace(
                    running, media=media, ends_at=ShowTime(max(running.ends_at, at))
                )
                self._set(running=tuple(ended if one is running else one for one in self.playback.running))
        self._reach(at)

    def _await_clock_triggers(self, at: ShowTime, place: int) -> None:
        """Let the clock triggers from `place` on wait; those that are past are missed."""
        for wait in clock_waits(self.playback, self.show, at, place):
            if wait.cue in self.playback.fired:
                continue
            if at - wait.due > ev.LATE_TRIGGER * NS_PER_MS:
                self._miss(wait, "its time had passed")
            else:
                due = ShowTime(max(wait.due, at))
                self._set(waits=(*self.playback.waits, msgspec.structs.replace(wait, due=due)))

    def _keep_standby_callable(self) -> None:
        place = self.show.positions.get(self.playback.standby or "")
        if place is not None and not is_callable(self.playback, self.show, place):
            self._set(standby=next_standby(self.playback, self.show, place + 1), stood_by=False, warned=False)

    def _drop_waits(self, dropped: Iterable[Wait]) -> None:
        """Let these not fire; a clock trigger that was dropped stays so when the show is edited."""
        gone = tuple(dropped)
        self._set(
            waits=tuple(wait for wait in self.playback.waits if wait not in gone),
            fired=self.playback.fired | {wait.cue for wait in gone if wait.cause in {"clock", "timecode"}},
        )
