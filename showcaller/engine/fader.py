"""Fades that run: their steps, and that the newest one to touch an address wins.

Owns active fades and nothing else. Steps go straight to the drivers, past `apply` and the journal; the
start and the end are the conductor's to write down. Show time moves a fade, so a rehearsal at another
rate fades at that rate. Knows no cue rules: it is told to begin, to yield an address and to freeze.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from showcaller.core.fades import value_at
from showcaller.core.show import Fade
from showcaller.core.times import Duration, Instant, ShowTime, elapsed, shift
from showcaller.devices.driver import ActionKind, Order, Timer
from showcaller.engine.rack import Slot

_log = logging.getLogger(__name__)

STEP = Duration(20)


@dataclass(frozen=True)
class ActiveFade:
    """One value on its way."""

    run: int
    cue: str
    action: str
    slot: Slot
    kind: ActionKind
    order: Order
    """With the target in its fading field; sent as the last step."""
    address: str
    fade: Fade
    start: float | None
    """None: nobody knows where the value stands, or its driver broke: it is only set at the end."""
    started_at: ShowTime

    @property
    def ends_at(self) -> ShowTime:
        """When it is on its target."""
        return shift(self.started_at, self.fade.duration)

    def value(self, at: ShowTime) -> float | None:
        """Return where it is; None where it has no known start."""
        assert self.kind.fade is not None
        if self.start is None:
            return None
        return value_at(
            self.fade.curve,
            self.start,
            self.fade.to,
            self.fade.duration,
            elapsed(self.started_at, at),
            decibels=self.kind.fade.unit == "dB",
        )


class Fader:
    """Moves all active fades.

    Args:
        after: Makes a call after machine time.
        now: Reads the machine's clock.
        show_time: Returns the show time at an instant.
        finish: Is told of each fade that is due on its target; sends the target itself.
    """

    def __init__(
        self,
        after: Callable[[Duration, Callable[[], None]], Timer],
        now: Callable[[], Instant],
        show_time: Callable[[Instant], ShowTime],
        finish: Callable[[ActiveFade], None],
    ) -> None:
        self._after = after
        self._now = now
        self._show_time = show_time
        self._finish = finish
        self._fades: dict[tuple[str, str], ActiveFade] = {}
        self._timer: Timer | None = None

    @property
    def active(self) -> tuple[ActiveFade, ...]:
        """All fades that run."""
        return tuple(self._fades.values())

    def begin(self, fade: ActiveFade) -> ActiveFade | None:
        """Start a fade; return the one that it takes the address from, if any."""
        key = (fade.slot.device.id, fade.address)
        before = self._fades.pop(key, None)
        self._fades[key] = fade
        if self._timer is None:
            self._step()
        return before

    def yield_address(self, device: str, address: str) -> ActiveFade | None:
        """End the fade on an address because something else set it; return it, if any."""
        return self._fades.pop((device, address), None)

    def freeze(self, runs: frozenset[int] | None = None, device: str | None = None) -> tuple[ActiveFade, ...]:
        """Leave the values of some runs or one device (None: of all) where they are; return the fades."""
        frozen = tuple(
            fade
            for fade in self._fades.values()
            if (runs is None or fade.run in runs) and device in {None, fade.slot.device.id}
        )
        for fade in frozen:
            del self._fades[fade.slot.device.id, fade.address]
        return frozen

    def _step(self) -> None:
        self._timer = None
        at = self._show_time(self._now())
        for key, fade in list(self._fades.items()):
            if at >= fade.ends_at:
                del self._fades[key]
                self._finish(fade)
            elif fade.slot.driver is not None and fade.slot.is_ready:
                assert fade.kind.fade is not None
                value = fade.value(at)
                if value is None:
                    continue
                payload = msgspec.structs.replace(
                    fade.order.payload, **{fade.kind.fade.field: self._fitting(fade, value)}
                )
                try:
                    fade.slot.driver.set_value(Order(fade.order.kind, payload))
                except Exception:  # noqa: BLE001  # nor may it stop the fades of other devices
                    _log.exception("The driver of %s failed in a fade", fade.slot.device.name)
                    self._fades[key] = replace(fade, start=None)
                    continue
                fade.slot.values[fade.address] = value
        if self._fades:
            self._timer = self._after(STEP, self._step)

    @staticmethod
    def _fitting(fade: ActiveFade, value: float) -> float:
        """Return the value in the type of the payload's field: a MIDI controller takes whole numbers."""
        assert fade.kind.fade is not None
        written = getattr(fade.order.payload, fade.kind.fade.field)
        return round(value) if isinstance(written, int) else value
