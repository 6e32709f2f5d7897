"""Oops: one call back, the list of what would bring the devices back, and sending exactly that list.

Owns the offer that stands: it is worked out when a call is taken back, and again when it is confirmed, so
that nothing is sent that nobody has seen. The desk asks; the events go to playback, the actions the way of
all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import msgspec

from showcaller.core import events as ev
from showcaller.core.asrun import CueCalled
from showcaller.core.fold import Restoration, Touch, is_same, restorations
from showcaller.core.forms import FormError, read_values
from showcaller.core.messages import RestoreItem, RestoreOffered
from showcaller.core.oops import follow_ons
from showcaller.core.position import CallMade, next_deadline, sort_by_department
from showcaller.core.show import Action, Cue
from showcaller.devices.driver import UnsendableError
from showcaller.engine.conductor import Conductor

NO_OFFER = "There is nothing to restore: take a call back first."
CHANGED = "Something was called since: this is the list as it is now."


class Restorer:
    """See the module's law.

    Args:
        conductor: The open show.
    """

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._call: CallMade | None = None
        self._offer: RestoreOffered | None = None
        self._numbers = count(1)

    def take_back(self) -> str | RestoreOffered | None:
        """Go one call back; return why not, or what would restore the state before it. In EDIT only move."""
        conductor = self._conductor
        show, now = conductor.show, conductor.show_now
        if show is None:
            return "No show is open."
        due = next_deadline(conductor.playback)
        if conductor.playback.mode != "edit" and due is not None and due <= now:
            # What is due now may be a call, and is then the last one.
            conductor.handle(ev.Tick(now))
        before = conductor.playback
        dropped = follow_ons(before, show, before.calls[-1].runs) if before.calls else ()
        refusal = conductor.handle(ev.Oops(now))
        self._offer, self._call = None, None
        if refusal is not None:
            return refusal
        if before.mode == "edit" or not before.calls:
            return None
        conductor.auto_caller.leave(conductor.playback.standby)
        self._call = before.calls[-1]
        self._offer = self._make_offer(self._call, tuple(dropped))
        return self._offer

    def restore(self, number: int) -> str | RestoreOffered | None:
        """Send what was offered; return why not, or the list as it is now where that is another."""
        offer, call = self._offer, self._call
        if offer is None or call is None or offer.number != number:
            return NO_OFFER
        now = self._make_offer(call, offer.dropped)
        if _sent_by(now) != _sent_by(offer):
            self._offer = msgspec.structs.replace(now, sentence=CHANGED)
            return self._offer
        self._offer, self._call = None, None
        conductor = self._conductor
        return conductor.handle(
            ev.Restore(
                at=conductor.show_now,
                before=offer.row,
                runs=self._runs_of(call),
                actions=tuple(item.back for item in now.items if item.back is not None),
            )
        )

    def _runs_of(self, call: CallMade) -> tuple[int, ...]:
        """Return the runs of a call, and of those below it that were taken back and not called anew."""
        if not call.runs:
            return ()
        first = call.runs[0][0]
        return tuple(sorted(run for run in self._conductor.playback.taken_back if run >= first))

    def _make_offer(self, call: CallMade, dropped: tuple[str, ...]) -> RestoreOffered:
        conductor = self._conductor
        number = next(self._numbers)
        runs = frozenset(self._runs_of(call))
        found = restorations(conductor.dispatcher.touches.around(runs), runs)
        items = [
            self._item(restoration, f"restore-{number}-{place}") for place, restoration in enumerate(found)
        ]
        running = [one.cue for one in conductor.playback.running if one.run in runs]
        running += [fade.cue for fade in conductor.dispatcher.fader.active if fade.run in runs]
        return RestoreOffered(
            number=number,
            row=call.row,
            items=tuple(items),
            running=tuple(dict.fromkeys(running)),
            dropped=dropped,
            by_hand=tuple(self._taken_by_hand(runs)),
        )

    def _item(self, restoration: Restoration, action_id: str) -> RestoreItem:
        touch = restoration.touch
        before = restoration.before
        back: Action | None = None
        verdict = restoration.verdict
        if verdict == "restore" and before is not None:
            back = msgspec.structs.replace(before.action, id=action_id)
        elif verdict == "held":
            back = self._as_it_was(restoration, action_id)
            verdict = "held" if back is not None else "unknown"
        sentence = self._trouble_of(back) if back is not None else ""
        operator = self._operator_of(touch)
        if back is not None and operator:
            # What was sent before its department went to manual is now its operator's to set back.
            back, verdict, sentence = None, "unknown", f"{operator} is on manual."
        return RestoreItem(
            device=touch.device,
            cue=touch.cue,
            done=touch.action,
            verdict=verdict,
            back=back,
            before=before.action if before is not None else None,
            sentence=sentence,
        )

    def _as_it_was(self, restoration: Restoration, action_id: str) -> Action | None:
        """Return the same action with the value that its device held; None where that cannot be written."""
        touch, value = restoration.touch, restoration.value
        try:
            _, kind, order = self._conductor.rack.order(Cue(id=touch.cue), touch.action)
        except UnsendableError:
            return None
        fields = msgspec.structs.asdict(order.payload)
        set_to = kind.value(order.payload)
        for name, written in fields.items():
            if not is_same(written, set_to):
                continue
            try:
                other = read_values(kind.payload, {**fields, name: value})
            except FormError:
                continue
            if kind.address(other) == touch.address and is_same(kind.value(other), value):
                return Action(
                    id=action_id, device=touch.device, kind=kind.name, fields=msgspec.structs.asdict(other)
                )
        return None

    def _operator_of(self, touch: Touch) -> str:
        """Return the department of an action where its operator works it by hand now, or nothing."""
        show, playback = self._conductor.show, self._conductor.playback
        assert show is not None
        cue = show.cue(touch.cue)
        if cue is None:
            return ""
        _, by_hand = sort_by_department(playback, show, cue)
        for action in by_hand:
            department = show.department(show.department_of(cue, action) or "")
            if action.id == touch.action.id and department is not None:
                return department.name
        return ""

    def _trouble_of(self, action: Action) -> str:
        """Return why an action will not go as things are, or nothing."""
        conductor = self._conductor
        slot = conductor.rack.slots.get(action.device)
        if slot is not None and slot.route == "closed":
            return f"The route of {slot.device.name} is closed."
        cue = Cue(id=action.id, actions=(action,))
        ready = conductor.dispatcher.preparer.ready_set(action.device, [(cue, action)])
        if ready.failed:
            return ready.failed[0][1]
        if slot is not None and not slot.is_ready:
            return f"{slot.device.name}: {slot.health.sentence}"
        return ""

    def _taken_by_hand(self, runs: frozenset[int]) -> Sequence[str]:
        """Return the calls of these runs that operators took: their desks are theirs to set back."""
        conductor = self._conductor
        show = conductor.show
        assert show is not None
        found: list[str] = []
        for cue in self._called(runs):
            for call in cue.calls:
                department = show.department(call.department)
                if department is None:
                    continue
                if department.taken_by == "operator" or department.id in conductor.playback.manual:
                    found.append(f"{department.name} {call.number}".strip())
        return list(dict.fromkeys(found))

    def _called(self, runs: frozenset[int]) -> Sequence[Cue]:
        """Return the cues of these runs as they were called, in their order."""
        cues: list[Cue] = []
        first = min(runs, default=0)
        for line in reversed(self._conductor.lines):
            if isinstance(line.entry, CueCalled):
                if line.entry.run < first:
                    break
                if line.entry.run in runs:
                    cues.append(line.entry.cue)
        cues.reverse()
        return cues


def _sent_by(offer: RestoreOffered) -> Sequence[tuple[str, str, object]]:
    """Return what an offer would send, whatever its actions are numbered."""
    return [(item.device, item.back.kind, item.back.fields) for item in offer.items if item.back is not None]
