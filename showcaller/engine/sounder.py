"""What sounds, and when: a pip at each number of a count, and a prompt for what time fires.

Owns this machine's choice of tones and the one deadline at which it looks next. Each tone is handed to the
tone process a little ahead, with the instant at which it is to be heard. It sounds only while show time runs
as fast as the machine's clock, and changes nothing: playback does not know of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from showcaller.core.coming import prompted_cues
from showcaller.core.counts import Target, pips, targets
from showcaller.core.prompts import next_prompt_at, prompts
from showcaller.core.schedule import Outlook, Plan, Progress, expect
from showcaller.core.show import Show
from showcaller.core.times import NS_PER_MS, Duration, Instant, ShowTime, elapsed, shift
from showcaller.engine.conductor import Conductor
from showcaller.engine.scheduler import DueCall, Scheduler

Tone = Literal["count", "zero", "standby", "warning"]

AHEAD = Duration(300)
"""So long before it is heard a tone is handed over: longer than outputs take to play a block."""
LATE = Duration(100)
"""A number that was called longer ago than this is sounded no more."""
SAME = Duration(500)
"""A device that corrects how long its clip still plays moves a number, and does not repeat it."""


class Sounder:
    """See the module's law.

    Args:
        scheduler: The engine's loop.
        conductor: The show.
        sound: Has a tone heard at an instant.
    """

    def __init__(
        self, scheduler: Scheduler, conductor: Conductor, sound: Callable[[Tone, Instant], object]
    ) -> None:
        self._scheduler = scheduler
        self._conductor = conductor
        self._sound = sound
        self._counts = self._prompts = False
        self._deadline: DueCall | None = None
        self._is_looking = False
        self._handed: dict[tuple[str, str, int], ShowTime] = {}
        self._prompted: frozenset[tuple[str, str, str]] = frozenset()

    def choose(self, *, counts: bool, prompts: bool) -> None:
        """Take what sounds on this machine."""
        self._counts, self._prompts = counts, prompts
        self.look()

    def look(self) -> None:
        """Look anew when nothing is due; whatever changed may have moved what is counted to."""
        if not self._is_looking and (self._counts or self._prompts or self._deadline is not None):
            self._is_looking = True
            self._scheduler.idle(self._look)

    def close(self) -> None:
        """Sound nothing more."""
        self._counts = self._prompts = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _look(self) -> None:
        self._is_looking = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        conductor = self._conductor
        state, show, plan = conductor.playback, conductor.show, conductor.plan
        is_running = state.mode != "edit" and not state.unconfirmed and conductor.clock.rate == 1
        if show is None or plan is None or not is_running:
            self._handed.clear()
            self._prompted = frozenset()
            return
        now = conductor.show_now
        outlook = self._outlook(plan, now)
        turns = self._call_numbers(show, outlook, now), self._prompt(show, outlook, now)
        wakes = [turn for turn in turns if turn]
        instant = conductor.clock.instant_of(min(wakes)) if wakes else None
        if instant is not None:
            self._deadline = self._scheduler.at(instant, self._look)

    def _call_numbers(self, show: Show, outlook: Outlook, now: ShowTime) -> ShowTime | None:
        """Hand over the numbers that are due soon; return when the next one is to be."""
        if not self._counts:
            return None
        conductor = self._conductor
        media = conductor.dispatcher.media_times.view(conductor.clock, 20)
        wakes: list[ShowTime] = []
        soon = shift(now, AHEAD)
        for target in targets(show, conductor.playback, media, outlook):
            for at, number in pips(show.counts, target, shift(now, Duration(-LATE))):
                if at > soon:
                    wakes.append(shift(at, Duration(-AHEAD)))
                    break
                self._call(target, number, at)
        self._handed = {key: at for key, at in self._handed.items() if at > shift(now, Duration(-1000))}
        return min(wakes, default=None)

    def _call(self, target: Target, number: int, at: ShowTime) -> None:
        key = target.to, target.subject, number
        handed = self._handed.get(key)
        due = self._conductor.clock.instant_of(at)
        if due is None or (handed is not None and abs(at - handed) < SAME * NS_PER_MS):
            return
        self._handed[key] = at
        self._sound("zero" if number == 0 else "count", due)

    def _outlook(self, plan: Plan, now: ShowTime) -> Outlook:
        """Work out from which segment runs, since when, and how long it is meant to be, what comes when."""
        state = self._conductor.playback
        began_at = state.segment_started_at
        if state.segment is None or began_at is None:
            return expect(plan, Progress(), now)
        starts = {state.segment: began_at}
        return expect(plan, Progress(starts, {}, state.segment, dict(state.added)), now)

    def _prompt(self, show: Show, outlook: Outlook, now: ShowTime) -> ShowTime | None:
        """Sound once for what is to be said from now on; return when there will be more."""
        if not self._prompts:
            return None
        starts = {
            planned.segment.id: expected.start
            for planned, expected in zip(outlook.plan.segments, outlook.expected, strict=True)
            if planned.segment is not None and not expected.started
        }
        coming = prompted_cues(show, self._conductor.playback, starts.get)
        found = prompts(show, coming, now)
        standing = frozenset((one.cue, one.step, one.words) for one in found)
        fresh = {step for _, step, _ in standing - self._prompted}
        self._prompted = standing
        if fresh:
            self._sound("standby" if "standby" in fresh else "warning", self._scheduler.now())
        waits = [wait for wait in next_prompt_at(show, coming, now) if wait > 0]
        ends = [elapsed(now, one.due) for one in coming if one.due > now]
        return shift(now, Duration(min(waits + ends))) if waits or ends else None
