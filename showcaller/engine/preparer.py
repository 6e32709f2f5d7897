"""The preparer: encodes at standby what a GO, or the next deadline, will send.

Owns the ready sets. It asks `apply` itself what would be sent, so what is prepared is what is played.
All actions of one device that are due at one instant become one set; what cannot go stands beside it,
and is shown before the GO. Knows no journal and puts nothing on the wire.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from showcaller.core import events as ev
from showcaller.core import playback as core_playback
from showcaller.core.call_steps import next_step, press_refusal
from showcaller.core.position import Playback, next_deadline
from showcaller.core.show import Action, Cue, Show
from showcaller.core.times import ShowTime
from showcaller.devices.driver import MessageSet, Order, UnsendableError
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


ReadySets = tuple[tuple[SetKey, Slot, ReadySet], ...]
"""Sets that can go to the wire at once, each with its key and its device."""


@dataclass(frozen=True)
class ReadyGo:
    """The sets that a GO sends at once, as long as playback and show are these very values."""

    playback: Playback
    show: Show
    until: ShowTime | None
    """What is due then comes before a GO and may change it."""
    sets: ReadySets


@dataclass(frozen=True)
class ReadyTick:
    """The sets that the next deadline sends, as long as playback and show are these very values."""

    playback: Playback
    show: Show
    due: ShowTime
    sets: ReadySets


@dataclass(frozen=True)
class _Step:
    """A deadline of a chain that is still to be prepared."""

    playback: Playback
    show: Show
    left: int
    is_next: bool = False
    """It is the deadline that comes next, of playback as it is."""


class Preparer:
    """See the module's law.

    Args:
        scheduler: Makes the steps of a long chain one by one, when nothing is due.
        rack: Encodes.
    """

    def __init__(self, scheduler: Scheduler, rack: Rack) -> None:
        self.unsendable: dict[str, str] = {}
        """Of the standby cue: action id → why it will not go."""
        self.ready_go: ReadyGo | None = None
        self.ready_tick: ReadyTick | None = None
        self._steps: deque[_Step] = deque()
        self._is_stepping = False
        self._scheduler = scheduler
        self._rack = rack
        self._ready: dict[SetKey, ReadySet] = {}

    def ready_for(self, press: ev.Go | ev.SayNext, playback: Playback, show: Show) -> ReadySets:
        """Return the sets that were prepared for exactly this press, if it is sure to be a GO."""
        ready = self.ready_go
        if ready is None or ready.playback is not playback or ready.show is not show:
            return ()
        if ready.until is not None and ready.until <= press.at:
            return ()
        if isinstance(press, ev.SayNext) and next_step(playback, show) != "go":
            return ()
        return () if press_refusal(playback, show, press) is not None else ready.sets

    def forget(self, device: str | None = None) -> None:
        """Drop ready sets that may no longer be right: of one device, or all."""
        self.ready_go = None
        self.ready_tick = None
        if device is None:
            self._ready.clear()
        else:
            self._ready = {key: ready for key, ready in self._ready.items() if key[0] != device}

    def prepare_ahead(self, playback: Playback, show: Show, now: ShowTime) -> bool:
        """Encode the standby cue and what it sets off, and what waits already, one step a turn.

        Returns:
            Whether what cannot be sent of the standby cue is other than before.
        """
        before, self.unsendable = self.unsendable, {}
        # What was begun for an older playback is out of date; in a fast chain it would pile up.
        self._steps.clear()
        if len(self._ready) > READY_KEPT:
            self._ready.clear()
        self._prepare_later(_Step(playback, show, AHEAD, is_next=True))
        if playback.standby is not None:
            press = ev.Go(at=now, pressed_at=self._scheduler.now(), source="auto")
            called, effects = core_playback.apply(playback, press, show)
            ready_sets = self._prepare_effects(effects, show)
            for (device, _), ready in ready_sets:
                self._tell_unsendable(device, ready)
            self.ready_go = ReadyGo(
                playback,
                show,
                next_deadline(playback),
                tuple(self._sent_at_once(ready_sets)),
            )
            self._prepare_later(_Step(called, show, AHEAD))
        return self.unsendable != before

    def _tell_unsendable(self, device: str, ready: ReadySet) -> None:
        self.unsendable.update(ready.failed)
        slot = self._rack.slots.get(device)
        if slot is not None and slot.route != "closed" and not slot.is_ready:
            lost = dict.fromkeys(ready.sent, slot.health.sentence)
            lost.update({action: slot.health.sentence for action, _, _ in ready.fades})
            self.unsendable.update(lost)

    def _prepare_later(self, step: _Step) -> None:
        if step.left > 0 and next_deadline(step.playback) is not None:
            self._steps.append(step)
        if self._steps and not self._is_stepping:
            self._is_stepping = True
            self._scheduler.idle(self._take_step)

    def _take_step(self) -> None:
        self._is_stepping = False
        if not self._steps:
            return
        step = self._steps.popleft()
        due = next_deadline(step.playback)
        assert due is not None
        following, effects = core_playback.apply(step.playback, ev.Tick(due), step.show)
        ready_sets = self._prepare_effects(effects, step.show)
        if step.is_next:
            self.ready_tick = ReadyTick(step.playback, step.show, due, tuple(self._sent_at_once(ready_sets)))
        self._prepare_later(_Step(following, step.show, step.left - 1))

    def _prepare_effects(self, effects: Sequence[ev.Effect], show: Show) -> Sequence[tuple[SetKey, ReadySet]]:
        groups: dict[tuple[ShowTime, str], list[tuple[Cue, Action]]] = {}
        for effect in effects:
            if isinstance(effect, ev.Send) and not effect.disarmed:
                cue = show.cue(effect.cue)
                for action in cue.actions if cue else ():
                    if cue is not None and action.id in effect.actions:
                        groups.setdefault((effect.due, action.device), []).append((cue, action))
        return [
            ((device, tuple(action.id for _, action in members)), self.ready_set(device, members))
            for (_, device), members in groups.items()
        ]

    def _sent_at_once(
        self, ready_sets: Sequence[tuple[SetKey, ReadySet]]
    ) -> Iterator[tuple[SetKey, Slot, ReadySet]]:
        for key, ready in ready_sets:
            slot = self._rack.slots.get(key[0])
            if slot is not None and slot.route != "closed" and ready.message_set is not None:
                yield key, slot, ready

    def ready_set(self, device: str, members: Sequence[tuple[Cue, Action]]) -> ReadySet:
        """Return the set of these actions, encoded now if it was not before."""
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
