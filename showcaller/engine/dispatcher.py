"""The dispatcher: from the effects of a turn to message sets on the wire, prepared ahead.

Owns the ready sets, the fades, the media that our cues started, and the ledger. All actions of one
device that are due at one instant become one set. Knows neither standby rules nor the journal's form:
the conductor gives it effects and takes what it has to write down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from showcaller.core import events as ev
from showcaller.core import playback as core_playback
from showcaller.core.asrun import ActionDone, ActionResult, Entry, Noted, Route
from showcaller.core.position import Playback, next_deadline
from showcaller.core.reports import Outcome
from showcaller.core.show import Action, Cue, Show
from showcaller.core.times import Duration, Instant, ShowTime
from showcaller.devices.driver import MessageSet, Order, UnsendableError
from showcaller.engine.clock import ShowClock
from showcaller.engine.fader import ActiveFade, Fader
from showcaller.engine.ledger import SILENT_AFTER, Ledger, Sent
from showcaller.engine.rack import Rack, Slot
from showcaller.engine.scheduler import Scheduler

AHEAD = 50
"""How many deadlines of a chain are prepared before they come."""

READY_KEPT = 400

SetKey = tuple[str, tuple[str, ...]]
"""Device id, and the ids of the actions of one set."""


@dataclass(frozen=True)
class ReadySet:
    """Actions of one device that are due together, encoded; what cannot go stands beside."""

    message_set: MessageSet | None
    sent: tuple[str, ...]
    """Ids of the actions in the set, in its order."""
    addresses: tuple[str, ...]
    media: tuple[str | None, ...]
    values: tuple[object, ...]
    fades: tuple[tuple[str, Order, str], ...]
    """Action id, order at the target, and address of each action with a fade."""
    failed: tuple[tuple[str, str], ...]
    """Action id and sentence of each action that cannot go."""


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
        self.ledger = Ledger(scheduler.after, write, show_time, scheduler.now)
        self.fader = Fader(scheduler.after, scheduler.now, show_time, self._finish_fade)
        self.unsendable: dict[str, str] = {}
        """Of the standby cue: action id → why it will not go."""
        self._ready: dict[SetKey, ReadySet] = {}
        self._media: dict[tuple[str, str], tuple[int, str]] = {}
        self._started_media: set[tuple[str, str]] = set()
        self._watched: dict[int, Callable[[str, str], None]] = {}

    def forget_prepared(self, device: str | None = None) -> None:
        """Drop ready sets that may no longer be right: of one device, or all."""
        if device is None:
            self._ready.clear()
        else:
            self._ready = {key: ready for key, ready in self._ready.items() if key[0] != device}

    def carry_out(self, effects: Sequence[ev.Effect], show: Show, clock: ShowClock) -> list[Handed]:
        """Put on the wire what a turn asks for; return the sets that now are, and write nothing yet."""
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
                case ev.StopRuns(runs):
                    self._stop(frozenset(runs))
                case ev.StopEverything():
                    self._stop(None)
                case _:
                    pass
        late: list[Callable[[], None]] = []
        for (due, device), members in groups.items():
            self._send_group(device, due, members, clock, handed, late)
        for call in late:
            call()
        for send, action, result in unsent:
            self._write_unsent(send, action, result, "closed")
        return handed

    def write_handed(self, handed: Sequence[Handed]) -> None:
        """Enter what is on the wire in the ledger."""
        for one in handed:
            self.ledger.enter(one.token, one.sent)

    def prepare_ahead(self, playback: Playback, show: Show, clock: ShowClock) -> None:
        """Encode the standby cue and what it sets off, and what waits already, one step a turn."""
        now = clock.show_at(self._scheduler.now())
        self.unsendable = {}
        if len(self._ready) > READY_KEPT:
            self._ready.clear()
        if playback.standby is not None:
            press = ev.Go(at=now, pressed_at=self._scheduler.now(), source="auto")
            called, effects = core_playback.apply(playback, press, show)
            for slot_id, ready in self._prepare_effects(effects, show):
                self._tell_unsendable(slot_id, ready)
            self._prepare_chain(called, show, AHEAD)
        self._prepare_chain(playback, show, AHEAD)

    def _tell_unsendable(self, device: str, ready: ReadySet) -> None:
        self.unsendable.update(ready.failed)
        slot = self._rack.slots.get(device)
        if slot is not None and slot.route != "closed" and not slot.is_ready:
            lost = dict.fromkeys(ready.sent, slot.health.sentence)
            lost.update({action: slot.health.sentence for action, _, _ in ready.fades})
            self.unsendable.update(lost)

    def _prepare_chain(self, playback: Playback, show: Show, steps: int) -> None:
        due = next_deadline(playback)
        if due is None or steps == 0:
            return

        def step() -> None:
            following, effects = core_playback.apply(playback, ev.Tick(due), show)
            list(self._prepare_effects(effects, show))
            self._prepare_chain(following, show, steps - 1)

        self._scheduler.idle(step)

    def _prepare_effects(self, effects: Sequence[ev.Effect], show: Show) -> Sequence[tuple[str, ReadySet]]:
        groups: dict[tuple[ShowTime, str], list[tuple[Cue, Action]]] = {}
        for effect in effects:
            if isinstance(effect, ev.Send) and not effect.disarmed:
                cue = show.cue(effect.cue)
                for action in cue.actions if cue else ():
                    if cue is not None and action.id in effect.actions:
                        groups.setdefault((effect.due, action.device), []).append((cue, action))
        return [(device, self._ready_set(device, members)) for (_, device), members in groups.items()]

    def _ready_set(self, device: str, members: Sequence[tuple[Cue, Action]]) -> ReadySet:
        key = (device, tuple(action.id for _, action in members))
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = self._encode(members)
        return ready

    def _encode(self, members: Sequence[tuple[Cue, Action]]) -> ReadySet:
        failed: list[tuple[str, str]] = []
        fades: list[tuple[str, Order, str]] = []
        orders: list[tuple[str, Order, str, str | None, object]] = []
        slot: Slot | None = None
        for cue, action in members:
            try:
                slot, kind, order = self._rack.order(cue, action)
                address = kind.address(order.payload)
                if action.fade is not None and kind.fade is not None:
                    self._rack.prepare(slot, (order,))
                    fades.append((action.id, order, address))
                else:
                    media = kind.media(order.payload)
                    orders.append((action.id, order, address, media, kind.value(order.payload)))
            except UnsendableError as error:
                failed.append((action.id, str(error)))
        message_set: MessageSet | None = None
        if slot is not None and orders:
            try:
                message_set = self._rack.prepare(slot, [order for _, order, *_ in orders])
            except UnsendableError:
                orders = self._without_unsendable(slot, orders, failed)
                if orders:
                    message_set = self._rack.prepare(slot, [order for _, order, *_ in orders])
        return ReadySet(
            message_set,
            tuple(one[0] for one in orders),
            tuple(one[2] for one in orders),
            tuple(one[3] for one in orders),
            tuple(one[4] for one in orders),
            tuple(fades),
            tuple(failed),
        )

    def _without_unsendable(
        self,
        slot: Slot,
        orders: list[tuple[str, Order, str, str | None, object]],
        failed: list[tuple[str, str]],
    ) -> list[tuple[str, Order, str, str | None, object]]:
        """Sort out which orders of a refused set are to blame, so that the rest still goes."""
        fit: list[tuple[str, Order, str, str | None, object]] = []
        for one in orders:
            try:
                self._rack.prepare(slot, (one[1],))
                fit.append(one)
            except UnsendableError as error:
                failed.append((one[0], str(error)))
        return fit

    def _send_group(
        self,
        device: str,
        due: ShowTime,
        members: Sequence[tuple[ev.Send, Cue, Action]],
        clock: ShowClock,
        handed: list[Handed],
        late: list[Callable[[], None]],
    ) -> None:
        slot = self._rack.slots.get(device)
        runs = {action.id: send for send, _, action in members}
        if slot is not None and slot.route == "closed":
            late.extend(
                lambda send=send, action=action: self._write_unsent(send, action, "closed", "closed")  # type: ignore[misc]
                for send, _, action in members
            )
            return
        ready = self._ready_set(device, [(cue, action) for _, cue, action in members])
        actions = {action.id: action for _, _, action in members}
        failures = list(ready.failed)
        if slot is not None and ready.message_set is not None:
            token = self.ledger.take_token()
            refusal = self._rack.send(slot, ready.message_set, token)
            handed_at = self._scheduler.now()
            if refusal is None:
                handed.append(Handed(token, self._sent_of(slot, ready, runs, due, clock, handed_at)))
                late.append(lambda: self._note_sent(slot, ready, runs))
            else:
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
        for action_id, address, media, value in zip(
            ready.sent, ready.addresses, ready.media, ready.values, strict=True
        ):
            slot.values[address] = value
            overtaken = self.fader.yield_address(device, address)
            if overtaken is not None:
                self._note_fade(overtaken, "ended by a later cue")
            if media is not None:
                self._media[device, media] = (runs[action_id].run, action_id)
                self._started_media.add((device, media))

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
        if start is None:
            self._fail(
                send,
                action,
                slot.route,
                f"{slot.device.name} has not said where “{address}” stands: give the fade a start.",
            )
            return
        fade = ActiveFade(
            send.run, send.cue, action.id, slot, kind, order, address, action.fade, start, send.due
        )
        overtaken = self.fader.begin(fade)
        if overtaken is not None:
            self._note_fade(overtaken, "ended by a later fade")
        self._note_fade(fade, f"started at {start:g}")

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
        playing = {key for key, (run, _) in self._media.items() if runs is None or run in runs}
        if runs is None:
            playing |= self._started_media
        for device, address in playing:
            slot = self._rack.slots.get(device)
            if slot is not None and slot.driver is not None and slot.is_ready and slot.route != "closed":
                slot.driver.stop_media(address)
            self._media.pop((device, address), None)
            self._started_media.discard((device, address))

    def end_media(self, device: str, address: str) -> None:
        """Take a device's word that media ended."""
        started = self._media.pop((device, address), None)
        self._started_media.discard((device, address))
        if started is not None:
            self._on_media_ended(*started)

    def watch(self, tell: Callable[[str, str], None]) -> int:
        """Return a token for a set that stands in no as-run; `tell` gets its result and sentence once."""
        token = self.ledger.take_token()
        self._watched[token] = tell

        def give_up() -> None:
            if self._watched.pop(token, None) is not None:
                tell("failed", "The device has not answered.")

        self._scheduler.after(SILENT_AFTER, give_up)
        return token

    def settle(self, outcome: Outcome) -> None:
        """Take a device's word on an order; media of a failed one has no end to wait for."""
        watcher = self._watched.pop(outcome.token, None)
        if watcher is not None:
            watcher(outcome.result, outcome.sentence)
            return
        failed = self.ledger.settle(outcome)
        if failed is not None:
            self._give_media_up(failed[0], failed[2])

    def lose(self, slot: Slot, sentence: str) -> None:
        """A device is lost: nothing that it owes will come."""
        self.ledger.fail_device(slot.device.id, f"{slot.device.name} was lost: {sentence}")
        self.forget_prepared(slot.device.id)
        for device, address in [key for key in self._media if key[0] == slot.device.id]:
            self.end_media(device, address)

    def _give_media_up(self, run: int, action: str) -> None:
        for key, started in list(self._media.items()):
            if started == (run, action):
                del self._media[key]
        self._scheduler.soon(lambda: self._on_media_ended(run, action))

    def _fail(self, send: ev.Send, action: Action, route: Route, sentence: str) -> None:
        self._write_unsent(send, action, "failed", route, sentence)
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
