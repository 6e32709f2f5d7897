"""What each action of this run set, as it went to its device: the record that an oops is worked out from.

Owns the touches of a run, by address, and their making anew from a journal after a crash. The dispatcher
notes them behind the wire, the restorer asks. Decides nothing: `core.fold` says what brings a state back.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from itertools import count

import msgspec

from showcaller.core import asrun
from showcaller.core.fold import Address, Touch
from showcaller.core.show import Action, Cue
from showcaller.devices.driver import Order, UnsendableError
from showcaller.engine.rack import Rack, Slot

KEPT = 100
"""Touches of one address; older ones say nothing that a call of this evening could need."""

_UNSENT = frozenset({"failed", "closed", "manual", "disarmed"})


class Touches:
    """See the module's law."""

    def __init__(self) -> None:
        self._touches: dict[Address, list[tuple[int, Touch]]] = {}
        self._count = count()

    def clear(self) -> None:
        """Forget the run."""
        self._touches.clear()

    def note(
        self,
        slot: Slot,
        order: Order,
        address: str,
        value: object,
        *,
        run: int,
        cue: str,
        action: str,
        overtook: bool = False,
        told: bool = True,
    ) -> None:
        """Note what an order sets; before what its device holds is overwritten.

        Args:
            slot: Its device.
            order: What was sent.
            address: What it sets.
            value: What that holds afterwards.
            run: Whose it is.
            cue: The cue of that run.
            action: Id of the action.
            overtook: It ended a fade on its way.
            told: What the device held before is known by its slot.
        """
        kind = slot.kind.action(order.kind) if slot.kind else None
        device = slot.device.id
        touch = Touch(
            run=run,
            cue=cue,
            device=device,
            address=address,
            action=Action(
                id=action, device=device, kind=order.kind, fields=msgspec.structs.asdict(order.payload)
            ),
            value=value,
            lasts=kind is not None and kind.can_be_restored,
            held=slot.values.get(address) if told else None,
            overtook=overtook,
        )
        touches = self._touches.setdefault(touch.key, [])
        touches.append((next(self._count), touch))
        del touches[:-KEPT]

    def forget(self, run: int, action: str) -> None:
        """Drop an action that was refused: it set nothing."""
        for touches in self._touches.values():
            touches[:] = [one for one in touches if (one[1].run, one[1].action.id) != (run, action)]

    def around(self, runs: Container[int]) -> Sequence[Touch]:
        """Return all touches of the addresses that these runs touched, in the order of their making."""
        found = [
            one
            for touches in self._touches.values()
            if any(touch.run in runs for _, touch in touches)
            for one in touches
        ]
        return [touch for _, touch in sorted(found, key=lambda one: one[0])]

    def read(self, lines: Iterable[asrun.Line], rack: Rack) -> None:
        """Make the touches of a run anew from its as-run; what devices held is not known any more."""
        self.clear()
        cues: dict[int, Cue] = {}
        seen: set[tuple[int, str]] = set()
        for line in lines:
            match line.entry:
                case asrun.CueCalled(run=run, cue=cue):
                    cues[run] = cue
                case asrun.ActionDone(run=run, action=action_id, result=result):
                    cue_called = cues.get(run)
                    if cue_called is None or result in _UNSENT or (run, action_id) in seen:
                        continue
                    seen.add((run, action_id))
                    self._read_action(run, cue_called, action_id, rack)
                case _:
                    pass

    def _read_action(self, run: int, cue: Cue, action_id: str, rack: Rack) -> None:
        action = next((one for one in cue.actions if one.id == action_id), None)
        if action is None:
            return
        try:
            slot, kind, order = rack.order(cue, action)
        except UnsendableError:
            return
        value = kind.value(order.payload)
        self.note(
            slot, order, kind.address(order.payload), value, run=run, cue=cue.id, action=action_id, told=False
        )
