"""What happens when: the one pure function `apply(playback, event, show)`, and its laws.

Live, rehearsal at any speed, the dry run of a whole show, crash recovery and every property test use
this function. It owns standby, waits, follow-ons, timed triggers and what runs. It knows neither
devices nor sockets nor a clock: events bring the time, effects say what is to be done.

The laws: a follow-on is timed from the instant its cause was due; a GO never stops a running cue;
standby lands only on rows that a GO fires; nothing is sent after stop all until the next GO; a timed
trigger more than a second past is missed, never fired.
"""

from __future__ import annotations

from showcaller.core import events as ev
from showcaller.core.adjust import adjust
from showcaller.core.branches import choice_of, is_in_other_ending
from showcaller.core.call_steps import next_step, press_refusal, start_refusal, with_start
from showcaller.core.choices import choose
from showcaller.core.events import Effect, Event
from showcaller.core.oops import oops, restore, with_call
from showcaller.core.position import (
    Playback,
    Wait,
    next_standby,
    overrule,
    previous_standby,
)
from showcaller.core.pulses import change_tempo
from showcaller.core.show import Segment, Show
from showcaller.core.standby_groups import stands_by_with
from showcaller.core.tempo import StopTempo, TapTempo
from showcaller.core.timecode_cues import follow, rewritten, without_timecode
from showcaller.core.timers import set_timer
from showcaller.core.times import ShowTime
from showcaller.core.turn import Turn
from showcaller.core.waits import clock_waits, resumed, still_written, without_trigger


def apply(playback: Playback, event: Event, show: Show) -> tuple[Playback, tuple[Effect, ...]]:
    """Return where the show is after an event, and what is to be done.

    Args:
        playback: Where the show was.
        event: What happened; its time is never before that of the event before it.
        show: The document as it is now.
    """
    turn = _Turn(playback, show)
    turn.take(event)
    return turn.playback, tuple(turn.effects)


class _Turn(Turn):
    """What each event means."""

    def take(self, event: Event) -> None:
        match event:
            case ev.Go():
                self._go(event)
            case ev.SayNext():
                self._say_next(event)
            case ev.Tick(at):
                self._reach(at)
            case ev.StartCue():
                self._reach(event.at)
                self._start_cue(event)
            case ev.MediaEnded(at, run, action):
                self._reach(at)
                self._end_media(at, run, action)
            case ev.Begin():
                self._begin(event)
            case ev.Finish():
                self._set(mode="edit", waits=(), running=(), held_at=None, unconfirmed=False)
            case ev.Jump(at, row):
                self._reach(at)
                self._jump(at, row)
            case ev.Step(at, back):
                self._reach(at)
                self._step(back)
            case ev.Hold(at):
                self._reach(at)
                if self.playback.held_at is None:
                    self._set(held_at=at)
            case ev.Resume(at):
                self._reach(at)
                if not self.playback.unconfirmed:
                    self._resume(at)
            case ev.StopCue(at, cue):
                self._reach(at)
                self._stop_cue(at, cue)
            case ev.StopAll(at):
                self._stop_all(at)
            case ev.Panic():
                self._panic(event)
            case ev.DropWait(at, cue):
                self._reach(at)
                self._drop_waits(wait for wait in self.playback.waits if wait.cue == cue)
            case ev.EngineRestarted(at):
                held_at = at if self.playback.held_at is None else self.playback.held_at
                self._set(unconfirmed=True, held_at=held_at, last_go_at=None, last_step_at=None, starts=())
                self._set(timecode=None, waits=without_timecode(self.playback.waits))
            case ev.Confirm(at, with_waits):
                self._confirm(at, with_waits)
            case _:
                self._reach(event.at)
                self._set_switch(event)

    def _set_switch(self, event: Event) -> None:
        playback = self.playback
        match event:
            case ev.StandBy(_, spoken):
                self._set(stood_by=False, stood_with=(), warned=False)
                if spoken and playback.standby is not None:
                    self._stand_by()
            case ev.Skip(_, cue, on):
                self._set(skipped=playback.skipped | {cue} if on else playback.skipped - {cue})
                self._keep_standby_callable()
            case ev.Float(_, row, on):
                self._set(floated=overrule(playback.floated, row, on))
                self._keep_standby_callable()
            case ev.AddTime() | ev.StartNow() | ev.BuyBack():
                self.playback, effects = adjust(playback, event, self.show)
                self.effects.extend(effects)
                self._keep_standby_callable()
                self._reach(event.at)
            case ev.ChooseEnding():
                self.playback, effects = choose(playback, event, self.show)
                self.effects.extend(effects)
                if effects and self.playback is not playback:
                    self._await_new_clock_times(event.at)
                    self._reach(event.at)
            case ev.Oops() if playback.mode == "edit":
                self._step(back=True)
            case ev.Oops():
                self.playback, effects = oops(playback, event, self.show)
                self.effects.extend(effects)
            case ev.Restore():
                self.playback, effects = restore(playback, event, self.show)
                self.effects.extend(effects)
            case ev.Arm(_, cue, on):
                self._set(armed=overrule(playback.armed, cue, on))
            case ev.SetManual(_, department, on):
                self._set(manual=playback.manual | {department} if on else playback.manual - {department})
            case ev.SetAuto(_, on):
                self._set(auto=on)
            case ev.StageMessage(text=text, blackout=blackout):
                self._set(stage=event if text or blackout else None)
            case ev.Timecode():
                self.playback, effects = follow(playback, event, self.show)
                self.effects.extend(effects)
                self._reach(event.at)
            case TapTempo() | StopTempo():
                self.playback, effects = change_tempo(playback, event)
                self.effects.extend(effects)
            case ev.SetTimer():
                self.playback, effects = set_timer(playback, event)
                self.effects.extend(effects)
            case ev.SetClosed(_, device, closed):
                self._set(closed=playback.closed | {device} if closed else playback.closed - {device})
            case ev.ShowEdited(at):
                self._fit_to_show(at)
            case _:
                raise AssertionError(event)

    def _begin(self, event: ev.Begin) -> None:
        place = self.show.positions.get(event.from_row or "", 0)
        self.playback = Playback(
            mode=event.mode,
            first_row=place,
            media=frozenset(event.media),
            closed=frozenset(event.closed),
            manual=self.playback.manual if self.playback.mode != "edit" else frozenset(),
        )
        self._set(chosen=choice_of(self.show, event.from_row))
        for branch, ending in self.playback.chosen:
            self.effects.append(ev.EndingChosen(branch, ending, event.at))
        self._set(standby=next_standby(self.playback, self.show, place))
        if event.mode != "edit":
            self._await_clock_triggers(event.at, place)

    def _say_next(self, event: ev.SayNext) -> None:
        if self.playback.mode != "edit":
            self._reach(event.at)
        refusal = press_refusal(self.playback, self.show, event)
        step = next_step(self.playback, self.show)
        if refusal is not None:
            self._refuse(refusal)
        elif step == "go":
            self._go(
                ev.Go(at=event.at, pressed_at=event.pressed_at, source=event.source, standby=event.standby)
            )
        else:
            self._set(warned=True, last_step_at=event.pressed_at)
            if step == "standby":
                self._stand_by()

    def _stand_by(self) -> None:
        """The standby was spoken: of the standby cue, and of what stands by together with it."""
        together = stands_by_with(self.playback, self.show)
        self._set(stood_by=True, stood_with=together)
        if together:
            self.effects.append(ev.StoodBy(together))

    def _go(self, event: ev.Go) -> None:
        if self.playback.mode != "edit":
            self._reach(event.at)
        playback, show = self.playback, self.show
        refusal = press_refusal(playback, show, event)
        if refusal is not None or playback.standby is None:
            self._refuse(refusal or "")
            return
        if event.source != "auto":
            self._set(last_go_at=event.pressed_at)
        place = show.positions[playback.standby]
        row = show.rundown[place]
        standby = next_standby(playback, show, place + 1)
        holds = playback.stood_by and standby in playback.stood_with
        stood_with = playback.stood_with if holds else ()
        self._set(standby=standby, stood_by=holds, stood_with=stood_with, warned=False)
        if playback.mode == "edit":
            self._set(last_called=row.id)
            return
        self._set(stopped=False)
        if isinstance(row, Segment):
            before = self.playback
            self._enter_segment(row, event.at, place)
            self._set(last_called=row.id)
            self.playback = with_call(self.playback, before, row.id, 0, "go")
        else:
            self._call(row, event.at, "go", event.source)
        self._reach(event.at)

    def _start_cue(self, event: ev.StartCue) -> None:
        refusal = start_refusal(self.playback, self.show, event)
        cue = self.show.cue(event.cue)
        if refusal is not None or cue is None:
            self._refuse(refusal or "")
            return
        starts = with_start(self.playback, event) if event.source != "auto" else self.playback.starts
        self._set(starts=starts, stopped=False, waits=without_trigger(self.playback.waits, cue.id))
        self._call(cue, event.at, "start", event.source)
        self._reach(event.at)

    def _jump(self, at: ShowTime, row_id: str) -> None:
        place = self.show.positions.get(row_id)
        if place is None:
            self._refuse("There is no such row.")
            return
        segment = self.show.segment_of(row_id)
        if segment is not None and is_in_other_ending(self.show, self.playback.chosen, place):
            self._refuse(
                f"“{segment.ending}” is not the planned ending: rehearse from that row to play it."
                if self.playback.mode == "edit"
                else f"“{segment.ending}” is not chosen: choose that ending first."
            )
            return
        standby = next_standby(self.playback, self.show, place)
        if standby is None:
            self._refuse("Below that row there is nothing that a GO fires.")
            return
        self._set(standby=standby, stood_by=False, warned=False, first_row=place)
        if self.playback.mode != "edit":
            self._set(waits=tuple(wait for wait in self.playback.waits if wait.cause != "clock"))
            self._await_clock_triggers(at, place)

    def _step(self, back: bool) -> None:
        places = self.show.positions
        at = places.get(self.playback.standby or "", len(self.show.rundown))
        standby = (
            previous_standby(self.playback, self.show, at)
            if back
            else next_standby(self.playback, self.show, at + 1)
        )
        if standby is None:
            self._refuse("There is nothing to call above." if back else "There is nothing to call below.")
            return
        self._set(standby=standby, stood_by=False, warned=False)

    def _fit_to_show(self, at: ShowTime) -> None:
        """After an edit: no standby, wait or run of a row that is gone; timed triggers as written now."""
        playback, show = self.playback, self.show
        if playback.standby is None or playback.standby not in show.positions:
            place = show.positions.get(playback.last_called or "", -1)
            self._set(standby=next_standby(playback, show, place + 1), stood_by=False, warned=False)
        else:
            self._keep_standby_callable()
        self._set(
            waits=(*still_written(playback.waits, show, at), *rewritten(playback, show, at)),
            running=tuple(one for one in playback.running if one.cue in show.positions),
        )
        if playback.mode != "edit":
            self._await_new_clock_times(at)
        self._reach(at)

    def _await_new_clock_times(self, at: ShowTime) -> None:
        missed = {one.cue for one in self.playback.missed}
        for wait in clock_waits(self.playback, self.show, at, self.playback.first_row):
            if wait.cue in self.playback.fired:
                continue
            if wait.due > at:
                self._set(waits=(*self.playback.waits, wait))
            elif wait.cue not in missed:
                self._miss(wait, "its time had passed")

    def _resume(self, at: ShowTime) -> None:
        held_at = self.playback.held_at
        if held_at is None:
            return
        self._set(held_at=None, waits=resumed(self.playback.waits, held_at, at))
        self._reach(at)

    def _stop_cue(self, at: ShowTime, cue_id: str) -> None:
        runs = tuple(one.run for one in self.playback.running if one.cue == cue_id)
        waiting = {wait.run for wait in self.playback.waits if wait.cue == cue_id}
        stopped = {*runs, *waiting} - {0}
        self._set(running=tuple(one for one in self.playback.running if one.cue != cue_id))
        self._drop_waits(
            wait for wait in self.playback.waits if wait.cue == cue_id or (wait.run and wait.run in stopped)
        )
        if runs:
            self.effects.append(ev.StopRuns(runs))
        self.effects.extend(ev.Ended(run, cue_id, at, stopped=True) for run in runs)

    def _stop_all(self, at: ShowTime) -> None:
        """End everything before anything that is due now: stop all comes first."""
        ended = [ev.Ended(one.run, one.cue, at, stopped=True) for one in self.playback.running]
        self._set(
            running=(),
            waits=tuple(wait for wait in self.playback.waits if wait.cause in {"clock", "timecode"}),
            stopped=True,
            held_at=None if not self.playback.unconfirmed else self.playback.held_at,
        )
        self.effects.append(ev.StopEverything())
        self.effects.extend(ended)
        self._reach(at)

    def _panic(self, event: ev.Panic) -> None:
        cue = self.show.cue(self.show.panic)
        waiting = self._panic_wait()
        if cue is not None and waiting is not None:
            self._reach(event.at)
            if self._panic_wait() is not None:
                self._set(waits=tuple(wait for wait in self.playback.waits if wait != waiting))
                self._fire(cue, waiting.run, event.at)
                self._reach(event.at)
            return
        self._stop_all(event.at)
        if cue is None:
            self._refuse("All is stopped. This show has no panic cue.")
            return
        if self.playback.mode == "edit":
            self._refuse("In EDIT nothing is sent.")
            return
        run = self._call(cue, event.at, "panic")
        self._set(panic_run=run)
        self._reach(event.at)

    def _panic_wait(self) -> Wait | None:
        return next(
            (
                wait
                for wait in self.playback.waits
                if (wait.cue, wait.run, wait.cause) == (self.show.panic, self.playback.panic_run, "pre-wait")
            ),
            None,
        )

    def _confirm(self, at: ShowTime, with_waits: bool) -> None:
        if not self.playback.unconfirmed:
            return
        self._set(unconfirmed=False)
        if with_waits:
            self._resume(at)
        else:
            self._set(held_at=None)
            self._stop_all(at)
