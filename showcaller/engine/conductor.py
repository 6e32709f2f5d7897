"""The conductor: gives events to `apply`, in order, and has the effects carried out.

Owns playback, the open show and its revision, the show clock and the run's journal. The order after an
event is law: one write of the event to the journal, the wire, the outcome lines, then the clients.
Standby is prepared ahead so that a GO hands over ready bytes. Knows no socket and no device code.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from showcaller.core import edits, playback, reports
from showcaller.core import events as ev
from showcaller.core.asrun import (
    AsRunError,
    Changed,
    Closed,
    Entry,
    Happened,
    Header,
    Line,
    Noted,
    Route,
    rate_and_routes,
    replay,
    show_at_start,
    untold,
)
from showcaller.core.branches import choice_of
from showcaller.core.edits import Change
from showcaller.core.plan import Plan, is_planned_alike, make_plan, plan_run, planned_call
from showcaller.core.position import Playback, next_deadline
from showcaller.core.show import Show
from showcaller.core.times import NS_PER_MS, Instant, ShowTime, load_zone, time_of_day_at
from showcaller.engine.auto_caller import AutoCaller
from showcaller.engine.clock import FASTEST, NO_SUCH_RATE, ShowClock
from showcaller.engine.dispatcher import Dispatcher
from showcaller.engine.entries import entries_of
from showcaller.engine.journal import Journal, continue_journal, find_open_run, start_journal
from showcaller.engine.preparer import ReadySets
from showcaller.engine.rack import Rack, Slot
from showcaller.engine.refused_presses import RefusedPresses
from showcaller.engine.scheduler import DueCall, Scheduler
from showcaller.engine.show_hash import ShowHash

_log = logging.getLogger(__name__)

CHANGES_KEPT = 10_000

NO_SIMULATION = "LIVE has no simulated devices: close the route instead."


class Conductor:
    """One open show, being called.

    Args:
        scheduler: The engine's loop.
        rack: The devices.
        utc: Reads the wall clock, in nanoseconds since the Unix epoch.
        on_fault: Gets sentences about what went wrong around the show.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        rack: Rack,
        utc: Callable[[], int],
        on_fault: Callable[[str], None],
    ) -> None:
        self.rack = rack
        self.show: Show | None = None
        self.revision = 0
        self.changes: list[tuple[int, str, Change]] = []
        self.playback = Playback()
        self.journal: Journal | None = None
        self.plan: Plan | None = None
        self.runs_folder: Path | None = None
        self.auto_caller = AutoCaller(scheduler, self._call_by_itself)
        self.on_changed: Callable[[], None] = lambda: None
        self.on_effects: Callable[[Sequence[ev.Effect]], None] = lambda _effects: None
        self.on_lines: Callable[[], None] = lambda: None
        self._scheduler = scheduler
        self.utc = utc
        self._on_fault = on_fault
        self.clock = ShowClock(scheduler.now(), ShowTime(utc()))
        self._hash = ShowHash(scheduler)
        self._lines_untold = False
        self._is_preparing = False
        self._deadline: DueCall | None = None
        self._lost: set[str] = set()
        show_time: Callable[[Instant], ShowTime] = lambda at: self.clock.show_at(at)  # noqa: E731, PLW0108
        self.dispatcher = Dispatcher(scheduler, rack, show_time, self.write, self._end_media)
        self._refused = RefusedPresses(scheduler.after, self.write)
        rack.on_report = self._take_report
        rack.on_health = self._take_health

    @property
    def show_now(self) -> ShowTime:
        """The show time now."""
        return self.clock.show_at(self._scheduler.now())

    @property
    def lines(self) -> Sequence[Line]:
        """The as-run of the current run; empty in EDIT."""
        return self.journal.lines if self.journal is not None else ()

    def load(
        self,
        show: Show,
        revision: int,
        runs_folder: Path,
        inventories: Mapping[str, Mapping[str, tuple[str, ...]]],
        routes: Mapping[str, Route] | None = None,
    ) -> None:
        """Open a show, in EDIT.

        Args:
            show: The document.
            revision: Its number in the show file.
            runs_folder: Where its runs are kept.
            inventories: Names last read from its devices.
            routes: Where the devices are opened for a run that begins at once; closed otherwise.
        """
        self._end_run("another show was opened")
        self.show, self.revision = show, revision
        self._hash.follow(show)
        self.changes.clear()
        self.runs_folder = runs_folder
        self.playback = Playback()
        self.plan = make_plan(show, ShowTime(self.utc()))
        self.rack.fit(show, inventories, routes)
        self.handle(ev.ShowEdited(self.show_now))

    def change(self, revision: int, name: str, change: Change) -> None:
        """Make an edit.

        Raises:
            EditError: It does not fit the show.
        """
        assert self.show is not None
        before = self.show
        self.show = edits.apply(before, change)
        self.revision = revision
        self.changes.append((revision, name, change))
        del self.changes[:-CHANGES_KEPT]
        if self.journal is not None:
            self.write(Changed(revision, name, change))
        if before.devices != self.show.devices:
            self.rack.fit(self.show, {})
            self._close_routes()
        self.dispatcher.preparer.forget()
        self._scheduler.idle(self._plan_again)
        self.handle(ev.ShowEdited(self.show_now))

    def _plan_again(self) -> None:
        """Work the planned times out when nothing is due: 10,000 cues take 2 ms."""
        state = self.playback
        if self.show is not None and self.plan is not None:
            self.plan = plan_run(self.show, state, self.plan.start, self.plan)
            self.auto_caller.look(state, self.show, self.plan, self.clock)

    def set_mode(
        self,
        mode: ev.Mode,
        *,
        from_row: str | None = None,
        rate: float = 1.0,
        clock: ShowTime | None = None,
        routes: Mapping[str, Route] | None = None,
    ) -> str | None:
        """Enter a mode; return why not, or None.

        REHEARSE starts show time at `clock`, else at the planned start of the first row, with every
        route simulated unless `routes` says otherwise. LIVE uses the real clock and real routes.
        """
        show = self.show
        if show is None:
            return "No show is open."
        if not 0 <= rate <= FASTEST:
            return NO_SUCH_RATE
        if mode == "live" and "simulated" in (routes or {}).values():
            return NO_SIMULATION
        self._end_run(f"the mode was changed to {mode.upper()}")
        if mode == "edit":
            self._begin_edit(show)
            return None
        now = self._scheduler.now()
        real = ShowTime(self.utc())
        chosen = choice_of(show, from_row)
        if mode == "live":
            self.clock = ShowClock(now, real)
        else:
            self.plan = make_plan(show, clock if clock is not None else real, chosen=chosen)
            planned = planned_call(self.plan, show.positions.get(from_row or "", 0))
            start = clock if clock is not None else planned if planned is not None else real
            self.clock = ShowClock(now, start, rate)
        self.plan = make_plan(show, self.clock.show_at(now), chosen=chosen)
        self.rack.play_at(self.clock.rate, show)
        default: Route = "real" if mode == "live" else "simulated"
        for device_id in self.rack.slots:
            self.rack.set_route(device_id, (routes or {}).get(device_id, default))
        self._start_journal(show, mode)
        self.handle(
            ev.Begin(
                at=self.show_now,
                mode=mode,
                from_row=from_row,
                media=self.rack.media_kinds(),
                closed=tuple(slot.device.id for slot in self.rack.slots.values() if slot.route == "closed"),
            )
        )
        return None

    def _begin_edit(self, show: Show) -> None:
        self.clock = ShowClock(self._scheduler.now(), ShowTime(self.utc()))
        self.plan = make_plan(show, self.show_now)
        self.playback = Playback(standby=self.playback.standby)
        self._close_routes()
        self.handle(ev.ShowEdited(self.show_now))

    def set_rate(self, rate: float) -> str | None:
        """Run show time of a rehearsal at another rate; return why not, or None."""
        if self.playback.mode != "rehearse":
            return "Only REHEARSE can run at another speed."
        if not 0 <= rate <= FASTEST:
            return NO_SUCH_RATE
        self.clock.set_rate(self._scheduler.now(), rate)
        self.rack.play_at(rate)
        self.write(Noted(kind="rate", sentence=f"Speed ×{rate:g}.", value=f"{rate:g}"))
        self._await_deadline()
        self.on_changed()
        return None

    def set_route(self, device_id: str, route: Route) -> str | None:
        """Send a device's messages elsewhere; return why not, or None."""
        slot = self.rack.slots.get(device_id)
        if slot is None:
            return "There is no such device."
        if self.playback.mode == "edit" and route == "real":
            return "In EDIT routes are closed; test-fire a single action instead."
        if self.playback.mode == "live" and route == "simulated":
            return NO_SIMULATION
        self.rack.set_route(device_id, route)
        self.dispatcher.preparer.forget()
        if route == "closed":
            self.dispatcher.freeze_fades(device_id)
        sentence = f"{slot.device.name}: route {route}."
        self.write(Noted(kind="route", device=device_id, sentence=sentence, value=route))
        self.handle(ev.SetClosed(self.show_now, device_id, route == "closed"))
        return None

    def handle(self, event: ev.Event, ready: ReadySets = ()) -> str | None:
        """Give an event to playback; return why it was refused, or None.

        Args:
            event: What happened.
            ready: For a GO that is sure to be obeyed, and for a deadline: the sets that `apply` will ask
                for. They go to the wire before it is asked, because it is pure and was asked before.
        """
        assert self.show is not None
        if not ready and (refusal := self._refused.swallow(event, self.playback, self.show)) is not None:
            return refusal
        if self.journal is not None:
            self.write(Happened(event))
        sent = self.dispatcher.send_ready(ready) if ready else {}
        was = self.playback
        self.playback, effects = playback.apply(was, event, self.show)
        handed = self.dispatcher.carry_out(effects, self.show, self.clock, sent)
        refusal = self._write_down(effects)
        self.dispatcher.write_handed(handed)
        self.on_effects(effects)
        self._await_deadline()
        self._prepare_soon()
        if not is_planned_alike(was, self.playback):
            self._scheduler.idle(self._plan_again)
        self._scheduler.soon(self.on_changed)
        return refusal

    def go(self, pressed_at: Instant, source: ev.Source, standby: str | None) -> str | None:
        """Give a GO; return why it was refused, or None."""
        return self.press(ev.Go(at=self.show_now, pressed_at=pressed_at, source=source, standby=standby))

    def press(self, event: ev.Go | ev.SayNext) -> str | None:
        """Give a GO, or take the next step of the standby's call; return why it was refused, or None."""
        if self.show is None:
            return "No show is open."
        return self.handle(event, self.dispatcher.preparer.ready_for(event, self.playback, self.show))

    def take_note(self, text: str, row: str | None, pressed_at: Instant) -> str | None:
        """Write an operator's note into the as-run, stamped with its key press; return why not, or None."""
        if self.journal is None or self.show is None:
            return "There is no run that could keep the note."
        at = time_of_day_at(self.clock.show_at(pressed_at), load_zone(self.show.zone))
        self.write(Noted(kind="note", sentence=f"{str(at)[:8]} {text}", cue=row))
        return None

    def note(self, kind: str, sentence: str, **named: str) -> None:
        """Write a remark into the as-run, if there is a run."""
        if self.journal is not None:
            self.write(Noted(kind=kind, sentence=sentence, **named))  # type: ignore[arg-type]

    def write(self, entry: Entry) -> None:
        """Append to the journal; nothing in EDIT."""
        if self.journal is not None:
            now = self._scheduler.now()
            self.journal.write(entry, now, self.clock.show_at(now), self.utc())
            if not self._lines_untold:
                self._lines_untold = True
                self._scheduler.soon(self._tell_lines)

    def _tell_lines(self) -> None:
        self._lines_untold = False
        if self.journal is not None:
            self.journal.settle()
        self.on_lines()

    @property
    def is_busy_with_cues(self) -> bool:
        """Say whether cues run, fade or wait."""
        return bool(self.playback.running or self.playback.waits or self.dispatcher.fader.active)

    @property
    def is_busy(self) -> bool:
        """Say whether the engine must not end: cues run or wait, or the mode is LIVE."""
        return self.playback.mode == "live" or self.is_busy_with_cues

    def close(self, reason: str) -> None:
        """End the run and the devices."""
        self._end_run(reason)
        self.rack.close()

    def _close_routes(self) -> None:
        if self.playback.mode == "edit":
            for device_id in self.rack.slots:
                self.rack.set_route(device_id, "closed")

    def _start_journal(self, show: Show, mode: ev.Mode) -> None:
        if self.runs_folder is None:
            return
        header = Header(
            show=show.id,
            title=show.title,
            revision=self.revision,
            hash=self._hash.of(show),
            zone=show.zone,
            mode=mode,
            rate=self.clock.rate,
            routes={slot.device.id: slot.route for slot in self.rack.slots.values()},
            devices={device.id: device.name for device in show.devices},
        )
        try:
            self.journal = start_journal(self.runs_folder, header, self.utc(), self._on_fault)
        except AsRunError as error:
            self._on_fault(str(error))
            return
        self.write(header)

    def _end_run(self, reason: str) -> None:
        if self.show is not None and self.playback.mode != "edit":
            self.handle(ev.StopAll(self.show_now))
            self.handle(ev.Finish(self.show_now))
        self.dispatcher.forget_run()
        if self.journal is not None:
            self.write(Closed(reason))
            self._tell_lines()
            self.journal.close()
            self.journal = None
        if self._deadline is not None:
            self._deadline.cancel()

    def resume_run(self) -> None:
        """Go on with a run that a crash ended, if there is one: nothing fires until that is confirmed."""
        show = self.show
        assert show is not None
        found = find_open_run(self.runs_folder, show.id, self.utc()) if self.runs_folder else None
        if found is None:
            return
        path, lines = found
        header = lines[0].entry
        assert isinstance(header, Header)
        try:
            first = show_at_start(lines, show)
            state, _ = replay(lines, first)
            unknown = untold(lines, first)
            rate, routes = rate_and_routes(lines)
            self.journal = continue_journal(path, lines, self._on_fault)
        except (AsRunError, edits.EditError) as error:
            self._on_fault(f"The run {path.stem} cannot be gone on with: {error}")
            return
        self.playback = state
        last = lines[-1]
        now = self._scheduler.now()
        if header.mode == "live":
            self.clock = ShowClock(now, ShowTime(self.utc()))
        else:
            self.clock = ShowClock(now, last.show, rate)
        self.plan = plan_run(show, state, lines[0].show)
        self.rack.play_at(self.clock.rate, show)
        for device_id in self.rack.slots:
            self.rack.set_route(device_id, routes.get(device_id, "closed"))
        self.dispatcher.touches.read(lines, self.rack)
        self._write_down(unknown)
        for effect in unknown:
            if isinstance(effect, ev.Send | ev.Restoring):
                self.dispatcher.write_cut_off(effect, show)
        self.handle(ev.EngineRestarted(last.show))

    def _write_down(self, effects: Sequence[ev.Effect]) -> str | None:
        """Write into the as-run what came of an event; return the refusal, if it was refused."""
        assert self.show is not None
        if self.journal is not None:
            for entry in entries_of(effects, self.show, self.plan, self.show_now):
                self.write(entry)
        return next((effect.sentence for effect in effects if isinstance(effect, ev.Refused)), None)

    def _await_deadline(self) -> None:
        """Have `Tick` made when something is due next."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        due = next_deadline(self.playback) if self.playback.mode != "edit" else None
        instant = self.clock.instant_of(due) if due is not None else None
        if due is not None and instant is not None:
            self._deadline = self._scheduler.at(instant, lambda: self._tick(due))
        self.auto_caller.look(self.playback, self.show, self.plan, self.clock)

    def _tick(self, due: ShowTime) -> None:
        """Let happen what is due; what is missed is judged by how late this machine is, at any speed."""
        self._deadline = None
        now = self._scheduler.now()
        instant = self.clock.instant_of(due)
        is_on_time = instant is not None and now - instant <= ev.LATE_TRIGGER * NS_PER_MS
        ready = self.dispatcher.preparer.ready_tick
        fits = (
            is_on_time
            and ready is not None
            and ready.playback is self.playback
            and ready.show is self.show
            and ready.due == due
        )
        sets = ready.sets if ready is not None and fits else ()
        at = due if is_on_time else ShowTime(max(due, self.clock.show_at(now)))
        self.handle(ev.Tick(at), sets)

    def _call_by_itself(self, standby: str) -> None:
        self.go(self._scheduler.now(), "auto", standby)

    def _prepare_soon(self) -> None:
        if not self._is_preparing:
            self._is_preparing = True
            self._scheduler.idle(self._prepare_ahead)

    def _prepare_ahead(self) -> None:
        self._is_preparing = False
        if self.show is None or self.playback.mode == "edit":
            return
        if self.dispatcher.preparer.prepare_ahead(self.playback, self.show, self.show_now):
            self._scheduler.soon(self.on_changed)

    def _end_media(self, run: int, action: str) -> None:
        if any(one.run == run and action in one.media for one in self.playback.running):
            self.handle(ev.MediaEnded(self.show_now, run, action))

    def _take_report(self, slot: Slot, report: reports.Report) -> None:
        match report:
            case reports.Outcome():
                self.dispatcher.settle(report)
            case reports.MediaEnded(address):
                self.dispatcher.end_media(slot.device.id, address)
            case reports.MediaPlaying():
                self.dispatcher.take_media_time(slot, report)
            case reports.Inventory():
                self.dispatcher.preparer.forget(slot.device.id)
                self._prepare_soon()
            case reports.Levels():
                # They come fifty times a second, and stand in no snapshot.
                return
        self._scheduler.soon(self.on_changed)

    def _take_health(self, slot: Slot, before: reports.Health) -> None:
        """Prepare anew for a connection that changed; say once that it was lost, and once that it is back.

        One that is `opening` again under the same driver (OBS changes its scene collection) is not lost.
        """
        device, health = slot.device, slot.health
        if before.state != health.state:
            self.dispatcher.preparer.forget(device.id)
            self._prepare_soon()
        if health.state in {"lost", "refused", "closed"}:
            self.dispatcher.lose(slot, health.sentence)
        if health.state in {"lost", "refused"} and device.id not in self._lost:
            self._lost.add(device.id)
            self.note("lost", f"{device.name}: {health.sentence}", device=device.id)
        elif health.state == "ready" and device.id in self._lost:
            self._lost.discard(device.id)
            self.note("back", f"{device.name}: {health.sentence}", device=device.id)
        self._scheduler.soon(self.on_changed)
