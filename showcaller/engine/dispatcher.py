"""The dispatcher: from the effects of a turn to message sets on the wire.

Owns the fades, the media that our cues started, and the ledger; the sets come ready from the preparer.
Knows neither standby rules nor the journal's form: the conductor gives it effects and takes what it has
to write down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from showcaller.core import events as ev
from showcaller.core.asrun import ActionDone, ActionResult, Entry, Noted, Route
from showcaller.core.reports import MediaPlaying, Outcome
from showcaller.core.show import Action, Cue, Show
from showcaller.core.times import Duration, Instant, ShowTime
from showcaller.devices.driver import Order, UnsendableError
from showcaller.engine.clock import ShowClock
from showcaller.engine.fader import ActiveFade, Fader
from showcaller.engine.ledger import SILENT_AFTER, Ledger, Sent
from showcaller.engine.media_times import MediaTimes
from showcaller.engine.preparer import Preparer, ReadySet, ReadySets, SetKey
from showcaller.engine.rack import Rack, Slot
from showcaller.engine.scheduler import Scheduler
from showcaller.engine.touches import Touches


@dataclass(slots=True)
class Passed:
    """A ready set that was given to its driver: under which token, when, and why not."""

    token: int
    handed_at: Instant
    refusal: str | None


@dataclass(frozen=True)
class Handed:
    """One set that is on the wire, to be entered in the ledger once all of the turn's are."""

    token: int
    sent: Sent


class Dispatcher:
    """See the module's law.

    Args:
        scheduler: The engine's loop.
        rack: The devices.
        show_time: Returns the show time at an instant.
        write: Appends to the as-run.
        on_media_ended: Is told the run and action whose media ended.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        rack: Rack,
        show_time: Callable[[Instant], ShowTime],
        write: Callable[[Entry], None],
        on_media_ended: Callable[[int, str], None],
    ) -> None:
        self._scheduler = scheduler
        self._rack = rack
        self._show_time = show_time
        self._write = write
        self._on_media_ended = on_media_ended
        self.preparer = Preparer(scheduler, rack)
        self.ledger = Ledger(scheduler.after, write, show_time, scheduler.now)
        self.fader = Fader(scheduler.after, scheduler.now, show_time, self._finish_fade)
        self._media: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._started_media: set[tuple[str, str]] = set()
        self.media_times = MediaTimes()
        self.touches = Touches()
        self._watched: dict[int, Callable[[str, str], None]] = {}
        self._watched_accepted: set[int] = set()

    def forget_run(self) -> None:
        """Nothing is owed any more, and nothing can be taken back: the run is over."""
        self.ledger.clear()
        self.touches.clear()

    def send_ready(self, ready: ReadySets) -> dict[SetKey, Passed]:
        """Put on the wire what an event sends at once."""
        return {key: self._pass_on(slot, ready_set) for key, slot, ready_set in ready}

    def _pass_on(self, slot: Slot, ready: ReadySet) -> Passed:
        assert ready.message_set is not None
        token = self.ledger.take_token()
        refusal = self._rack.send(slot, ready.message_set, token)
        return Passed(token, self._scheduler.now(), refusal)

    def carry_out(
        self,
        effects: Sequence[ev.Effect],
        show: Show,
        clock: ShowClock,
        sent: Mapping[SetKey, Passed],
    ) -> list[Handed]:
        """Put on the wire what a turn asks for; return the sets that now are, and write nothing yet.

        Args:
            effects: What the turn asks for.
            show: The document.
            clock: Show time.
            sent: What is on the wire already, by `send_ready`.
        """
        handed: list[Handed] = []
        groups: dict[tuple[ShowTime, str], list[tuple[ev.Send, Cue, Action]]] = {}
        unsent: list[tuple[ev.Send, Action, ActionResult]] = []
        for effect in effects:
            match effect:
                case ev.Send():
                    cue = show.cue(effect.cue)
                    if cue is None:
                        continue
                    for action in cue.actions:
                        if effect.disarmed:
                            unsent.append((effect, action, "disarmed"))
                        elif action.id in effect.manual:
                            unsent.append((effect, action, "manual"))
                        else:
                            groups.setdefault((effect.due, action.device), []).append((effect, cue, action))
                case ev.Restoring(run, cue, due):
                    send = ev.Send(run=run, cue=cue.id, due=due, actions=tuple(one.id for one in cue.actions))
                    for action in cue.actions:
                        groups.setdefault((due, action.device), []).append((send, cue, action))
                case ev.StopRuns(runs):
                    self._stop(frozenset(runs))
                case ev.StopEverything():
                    self._stop(None)
                case _:
                    pass
        late: list[Callable[[], None]] = []
        for (due, device), members in groups.items():
            self._send_group(device, due, members, clock, handed, late, sent)
        for call in late:
            call()
        for send, action, result in unsent:
            self._write_unsent(send, action, result, "closed")
        return handed

    def write_handed(self, handed: Sequence[Handed]) -> None:
        """Enter what is on the wire in the ledger."""
        for one in handed:
            self.ledger.enter(one.token, one.sent)

    def _send_group(
        self,
        device: str,
        due: ShowTime,
        members: Sequence[tuple[ev.Send, Cue, Action]],
        clock: ShowClock,
        handed: list[Handed],
        late: list[Callable[[], None]],
        sent: Mapping[SetKey, Passed],
    ) -> None:
        slot = self._rack.slots.get(device)
        runs = {action.id: send for send, _, action in members}
        if slot is not None and slot.route == "closed":
            late.extend(
                lambda send=send, action=action: self._close_off(send, action)  # type: ignore[misc]
                for send, _, action in members
            )
            return
        ready = self.preparer.ready_set(device, [(cue, action) for _, cue, action in members])
        actions = {action.id: action for _, _, action in members}
        failures = list(ready.failed)
        if slot is not None and ready.message_set is not None:
            key = (device, tuple(action.id for _, _, action in members))
            passed = sent.get(key) or self._pass_on(slot, ready)
            if passed.refusal is None:
                handed.append(
                    Handed(passed.token, self._sent_of(slot, ready, runs, due, clock, passed.handed_at))
                )
                late.append(lambda: self._note_sent(slot, ready, runs))
            else:
                refusal = passed.refusal
                failures.extend((action_id, refusal) for action_id in ready.sent)
        for action_id, order, address in ready.fades:
            assert slot is not None
            late.append(
                lambda action_id=action_id, order=order, address=address: self._begin_fade(  # type: ignore[misc]
                    slot, runs[action_id], actions[action_id], order, address
                )
            )
        route: Route = slot.route if slot is not None else "closed"
        for action_id, sentence in failures:
            late.append(
                lambda action_id=action_id, sentence=sentence: self._fail(  # type: ignore[misc]
                    runs[action_id], actions[action_id], route, sentence
                )
            )

    def _sent_of(
        self,
        slot: Slot,
        ready: ReadySet,
        runs: dict[str, ev.Send],
        due: ShowTime,
        clock: ShowClock,
        handed_at: Instant,
    ) -> Sent:
        assert ready.message_set is not None
        due_at = clock.instant_of(due)
        return Sent(
            device=slot.device.id,
            device_name=slot.device.name,
            route=slot.route,
            actions=tuple((runs[one].run, runs[one].cue, one) for one in ready.sent),
            due=due,
            due_at=handed_at if due_at is None else due_at,
            sent_at=clock.show_at(handed_at),
            handed_at=handed_at,
            takes=ready.message_set.takes,
            confirms=slot.kind is not None and slot.kind.confirms,
        )

    def _note_sent(self, slot: Slot, ready: ReadySet, runs: dict[str, ev.Send]) -> None:
        """Remember what the set touched: its values, its media, and the fades that it ended."""
        device = slot.device.id
        assert ready.message_set is not None
        for action_id, order, address, media, value in zip(
            ready.sent, ready.message_set.orders, ready.addresses, ready.media, ready.values, strict=True
        ):
            overtaken = self.fader.yield_address(device, address)
            run = runs[action_id]
            is_moving = overtaken is not None
            self.touches.note(
                slot, order, address, value, run=run.run, cue=run.cue, action=action_id, overtook=is_moving
            )
            slot.values[address] = value
            if overtaken is not None:
                self._note_fade(overtaken, "ended by a later cue")
            if media is not None:
                self._media.setdefault((device, media), []).append((runs[action_id].run, action_id))
                self._started_media.add((device, media))
                self.media_times.drop(device, media)

    def _begin_fade(self, slot: Slot, send: ev.Send, action: Action, order: Order, address: str) -> None:
        assert action.fade is not None
        kind = slot.kind.action(action.kind) if slot.kind else None
        assert kind is not None
        start = action.fade.start
        if start is None:
            start = self._rack.current(slot, address)
        if not slot.is_ready:
            self._fail(send, action, slot.route, f"{slot.device.name}: {slot.health.sentence}")
            return
        fade = ActiveFade(
            send.run, send.cue, action.id, slot, kind, order, address, action.fade, start, send.due
        )
        overtaken = self.fader.begin(fade)
        is_moving = overtaken is not None
        self.touches.note(
            slot,
            order,
            address,
            action.fade.to,
            run=send.run,
            cue=send.cue,
            action=action.id,
            overtook=is_moving,
        )
        if overtaken is not None:
            self._note_fade(overtaken, "ended by a later fade")
        self._note_fade(
            fade,
            "has no known start and is set when it ends" if start is None else f"started at {start:g}",
        )

    def _finish_fade(self, fade: ActiveFade) -> None:
        """Set the target as a message of its own, whose outcome is the fade's."""
        send = ev.Send(run=fade.run, cue=fade.cue, due=fade.ends_at, actions=(fade.action,))
        slot = fade.slot
        action = Action(id=fade.action, device=slot.device.id, kind=fade.order.kind)
        try:
            message_set = self._rack.prepare(slot, (fade.order,))
        except UnsendableError as error:
            self._fail(send, action, slot.route, str(error))
            return
        token = self.ledger.take_token()
        refusal = self._rack.send(slot, message_set, token)
        handed_at = self._scheduler.now()
        if refusal is not None:
            self._fail(send, action, slot.route, refusal)
            return
        slot.values[fade.address] = fade.fade.to
        self.ledger.enter(
            token,
            Sent(
                device=slot.device.id,
                device_name=slot.device.name,
                route=slot.route,
                actions=((fade.run, fade.cue, fade.action),),
                due=fade.ends_at,
                due_at=handed_at,
                sent_at=self._show_time(handed_at),
                handed_at=handed_at,
                takes=Duration(0),
                confirms=slot.kind is not None and slot.kind.confirms,
            ),
        )

    def _note_fade(self, fade: ActiveFade, sentence: str) -> None:
        self._write(
            Noted(
                kind="fade",
                sentence=f"Fade of {fade.address} to {fade.fade.to:g} {sentence}.",
                cue=fade.cue,
                device=fade.slot.device.id,
                run=fade.run,
            )
        )

    def _stop(self, runs: frozenset[int] | None) -> None:
        """Freeze fades and stop media: of these runs, or all that our cues started."""
        for fade in self.fader.freeze(runs):
            self._note_fade(fade, "frozen")
        playing = {
            key
            for key, starters in self._media.items()
            if runs is None or any(run in runs for run, _ in starters)
        }
        if runs is None:
            playing |= self._started_media
        for device, address in playing:
            slot = self._rack.slots.get(device)
            if slot is not None:
                self._rack.stop_media(slot, address)
            self.end_media(device, address)

    def freeze_fades(self, device: str) -> None:
        """Leave the values of a device where they are: its route is closed."""
        for fade in self.fader.freeze(device=device):
            self._note_fade(fade, "frozen: the route was closed")

    def take_media_time(self, slot: Slot, playing: MediaPlaying) -> None:
        """Take a device's word on how far media is from its end."""
        device = slot.device.id
        starters = self._media.get((device, playing.address), ())
        self.media_times.take(device, playing, starters, in_show_time=slot.route == "simulated")

    def end_media(self, device: str, address: str) -> None:
        """Take a device's word that media ended."""
        starters = self._media.pop((device, address), ())
        self.media_times.drop(device, address)
        self._started_media.discard((device, address))
        for run, action in starters:
            self._tell_media_ended(run, action)

    def _tell_media_ended(self, run: int, action: str) -> None:
        """Tell it when this turn is over: it may set off cues of its own."""
        self._scheduler.soon(lambda: self._on_media_ended(run, action))

    def watch(self, tell: Callable[[str, str], None]) -> int:
        """Return a token for a set that stands in no as-run; `tell` gets its result and sentence once."""
        token = self.ledger.take_token()
        self._watched[token] = tell

        def give_up() -> None:
            if self._watched.pop(token, None) is None:
                return
            if token in self._watched_accepted:
                self._watched_accepted.discard(token)
                tell("accepted", "")
            else:
                tell("failed", "The device has not answered.")

        self._scheduler.after(SILENT_AFTER, give_up)
        return token

    def settle(self, outcome: Outcome) -> None:
        """Take a device's word on an order; media of a failed one has no end to wait for."""
        watcher = self._watched.get(outcome.token)
        if watcher is not None and outcome.result == "accepted":
            self._watched_accepted.add(outcome.token)
            return
        if watcher is not None:
            del self._watched[outcome.token]
            self._watched_accepted.discard(outcome.token)
            watcher(outcome.result, outcome.sentence)
            return
        failed = self.ledger.settle(outcome)
        if failed is not None:
            self.touches.forget(failed[0], failed[2])
            self._give_media_up(failed[0], failed[2])

    def lose(self, slot: Slot, sentence: str) -> None:
        """A device is lost: nothing that it owes will come."""
        self.ledger.fail_device(slot.device.id, f"{slot.device.name} was lost: {sentence}")
        self.preparer.forget(slot.device.id)
        for device, address in [key for key in self._media if key[0] == slot.device.id]:
            self.end_media(device, address)

    def _give_media_up(self, run: int, action: str) -> None:
        for starters in self._media.values():
            if (run, action) in starters:
                starters.remove((run, action))
        self._tell_media_ended(run, action)

    def _fail(self, send: ev.Send, action: Action, route: Route, sentence: str) -> None:
        self._write_unsent(send, action, "failed", route, sentence)
        self._give_media_up(send.run, action.id)

    def write_cut_off(self, effect: ev.Send | ev.Restoring, show: Show) -> None:
        """Write of actions that the engine may or may not have sent when it was cut off."""
        if isinstance(effect, ev.Restoring):
            cue: Cue | None = effect.cue
            ids = tuple(action.id for action in effect.cue.actions)
            send = ev.Send(run=effect.run, cue=effect.cue.id, due=effect.due, actions=ids)
        else:
            cue, send = show.cue(effect.cue), effect
        for action in cue.actions if cue is not None else ():
            slot = self._rack.slots.get(action.device)
            if action.id in send.actions and slot is not None:
                sentence = f"Perhaps sent: the engine was cut off. See what {slot.device.name} shows."
                self._write_unsent(send, action, "failed", slot.route, sentence)

    def _close_off(self, send: ev.Send, action: Action) -> None:
        self._write_unsent(send, action, "closed", "closed")
        self._give_media_up(send.run, action.id)

    def _write_unsent(
        self, send: ev.Send, action: Action, result: ActionResult, route: Route, sentence: str = ""
    ) -> None:
        self._write(
            ActionDone(
                run=send.run,
                cue=send.cue,
                action=action.id,
                device=action.device,
                route=route,
                result=result,
                due=send.due,
                sentence=sentence,
            )
        )
