"""Timecode from outside: MIDI time code in on the port that the show chose, chased, and given to playback.

Owns the listening port, the chase and when playback is told: when the timecode was found, moved or lost, and
when where it is by now is more than 2 ms off what playback goes by; never once a frame. It runs in machine
time, so a rehearsal at ×10 is told how fast show time passes beside it. Knows no cue: what it starts is
`core/timecode_cues`' to say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from showcaller.core import events as ev
from showcaller.core.chase import FOLLOWS_FROM, Chase, Rules, hear, wakes_at, watch
from showcaller.core.messages import TimecodeView
from showcaller.core.position import Playback
from showcaller.core.show import Show, TimecodeInput
from showcaller.core.timecode import offset_of
from showcaller.core.times import Instant, ShowTime
from showcaller.devices.driver import Host
from showcaller.devices.midi.ports import ports_of
from showcaller.engine.clock import ShowClock
from showcaller.engine.scheduler import DueCall, Scheduler


class Follower(Protocol):
    """What the timecode needs of the conductor."""

    show: Show | None
    playback: Playback
    clock: ShowClock

    def handle(self, event: ev.Event) -> str | None:
        """Give an event to playback."""


class TimecodeIn:
    """Listens where the show says.

    Args:
        scheduler: The engine's loop.
        host: The engine's own host, for MIDI.
        follower: Is told.
    """

    def __init__(self, scheduler: Scheduler, host: Host, follower: Follower) -> None:
        self.on_changed: Callable[[], None] = lambda: None
        self.chase = Chase()
        self._scheduler = scheduler
        self._host = host
        self._follower = follower
        self._settings = TimecodeInput()
        self._rules = Rules()
        self._offset = 0
        self._sentence = ""
        self._inputs: tuple[str, ...] = ()
        self._end: Callable[[], None] | None = None
        self._timer: DueCall | None = None
        self._told_turn = 0
        self._given: ev.Timecode | None = None
        self._given_zero = 0
        self._seen: object = None

    @property
    def view(self) -> TimecodeView | None:
        """What the snapshot shows; None where no port is chosen."""
        settings, chase = self._settings, self.chase
        if not settings.port:
            return None
        return TimecodeView(
            state=chase.state,
            rate=settings.rate,
            zero=Instant(chase.zero - self._offset) if chase.runs else None,
            position=chase.position + self._offset if chase.turn and not chase.runs else None,
            comes_at=chase.rate or "",
            sentence=self._sentence,
        )

    def fit(self, settings: TimecodeInput) -> None:
        """Listen as these settings say."""
        before, self._settings = self._settings, settings
        if before == settings:
            return
        self._rules = Rules(settings.rate, settings.freewheel)
        self._offset = offset_of(settings.offset, settings.rate)
        if (before.port, before.rate, before.offset) != (settings.port, settings.rate, settings.offset):
            # What was found by the former settings is found anew, or not at all.
            self.chase = Chase(turn=self.chase.turn)
            self._look()
        if before.port != settings.port:
            self._listen(settings.port)
        self.on_changed()

    def close(self) -> None:
        """Listen no longer."""
        if self._end is not None:
            self._end()
            self._end = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _listen(self, port: str) -> None:
        self.close()
        self._sentence = ""
        if port:
            self._sentence = f"Looking for MIDI port “{port}”."
            self._end = ports_of(self._host).listen(
                port, self.take_midi, on_state=self._take_state, on_list=self._take_list, timecode=True
            )

    def _take_state(self, ready: bool, sentence: str) -> None:
        self._sentence = "" if ready else sentence
        if not ready and self._inputs:
            self._sentence += f" There are: {', '.join(self._inputs)}."
        self.on_changed()

    def _take_list(self, _outputs: tuple[str, ...], inputs: tuple[str, ...]) -> None:
        self._inputs = inputs

    def take_midi(self, message: bytes) -> None:
        """Chase what a message says; other messages on the port are nobody's."""
        self.chase = hear(self.chase, message, self._scheduler.now(), self._rules)
        self._look()
        if self._timer is None:
            self._wake()

    def _wake(self) -> None:
        """Look when the chase has something to say though nothing is heard: one timer, however much comes."""
        self._timer = None
        now = self._scheduler.now()
        self.chase = watch(self.chase, now, self._rules)
        wakes = wakes_at(self.chase, self._rules)
        if wakes is not None:
            self._timer = self._scheduler.at(wakes, self._wake)
        self._look()

    def _look(self) -> None:
        """Tell playback and the clients what is news to them."""
        self._tell_playback()
        chase = self.chase
        seen = (chase.state, chase.zero, chase.position, chase.rate)
        if seen != self._seen:
            self._seen = seen
            self.on_changed()

    def _tell_playback(self) -> None:
        follower, chase = self._follower, self.chase
        known = follower.playback.timecode
        if follower.show is None or follower.playback.mode == "edit":
            self._told_turn = chase.turn
            return
        is_new_run = known is None or known is not self._given
        if is_new_run and not chase.turn:
            return
        # A run that begins, or goes on after a crash, stands where it stands: the caller said so.
        located = chase.turn != self._told_turn and not follower.playback.unconfirmed
        speed = follower.clock.rate
        found = (
            is_new_run
            or chase.turn != self._told_turn
            or (known is not None and known.speed == 0 and speed > 0)
        )
        is_told = (
            known is not None
            and (known.runs, known.speed) == (chase.runs, speed)
            and (not chase.runs or abs(chase.zero - self._given_zero) <= FOLLOWS_FROM)
        )
        if is_told and not found:
            return
        now = self._scheduler.now()
        position = chase.position_at(now)
        self._given = ev.Timecode(
            at=ShowTime(follower.clock.show_at(now)),
            position=position + self._offset,
            runs=chase.runs,
            speed=speed,
            found=found,
            located=located,
            began=(chase.began if located else position) + self._offset,
            missed_from=chase.jumped_from + self._offset
            if located and chase.jumped_from is not None
            else None,
        )
        self._told_turn, self._given_zero = chase.turn, chase.zero
        follower.handle(self._given)
