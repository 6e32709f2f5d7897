"""Trying one device or one action by hand, apart from the show.

Owns the short life of a test: a connection of its own with the settings that are being typed, or one
action through the open connection, in EDIT and REHEARSE. Writes nothing into the as-run. Knows no cue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from showcaller.core import reports
from showcaller.core.forms import FormError
from showcaller.core.show import Cue, Device
from showcaller.core.times import Duration
from showcaller.devices.driver import DeviceError, DeviceKind, Driver, Timer, UnsendableError
from showcaller.engine.conductor import Conductor
from showcaller.engine.rack import Rack, SlotHost
from showcaller.engine.scheduler import Scheduler

PATIENCE = Duration(8000)


class DeviceTest:
    """One try to reach a device.

    Args:
        scheduler: The engine's loop.
        rack: Knows the kinds and completes settings.
        answer: Gets whether the device was found, and the sentence about it; once.
    """

    def __init__(self, scheduler: Scheduler, rack: Rack, answer: Callable[[bool, str], None]) -> None:
        self._scheduler = scheduler
        self._rack = rack
        self._answer: Callable[[bool, str], None] | None = answer
        self._driver: Driver | None = None
        self._host: SlotHost | None = None
        self._timer: Timer | None = None

    def start(self, device: Device, secrets: Mapping[str, str]) -> None:
        """Open a connection and wait for what the device says."""
        kind = self._rack.kind(device.kind)
        if kind is None:
            self._end(False, f"The kind “{device.kind}” is unknown here.")
            return
        try:
            self._open(kind, device, secrets)
        except (FormError, DeviceError, OSError) as error:
            self._end(False, str(error))

    def _open(self, kind: DeviceKind, device: Device, secrets: Mapping[str, str]) -> None:
        settings = self._rack.settings_of(kind, device, secrets)
        self._host = SlotHost(self._scheduler, self._take, self._rack.host)
        self._driver = kind.make_driver(settings, self._host)
        seconds = PATIENCE / 1000
        self._timer = self._scheduler.after(
            PATIENCE, lambda: self._end(False, f"{device.name} has not answered for {seconds:g} s.")
        )
        self._driver.open()

    def _take(self, report: reports.Report) -> None:
        if isinstance(report, reports.Health):
            if report.state == "ready":
                self._end(True, report.sentence)
            elif report.state in {"lost", "refused"}:
                self._end(False, report.sentence)

    def _end(self, found: bool, sentence: str) -> None:
        answer, self._answer = self._answer, None
        if self._timer is not None:
            self._timer.cancel()
        if self._host is not None:
            self._host.retire()
        if self._driver is not None:
            self._driver.close()
            self._driver = None
        if answer is not None:
            answer(found, sentence)


def fire_action(conductor: Conductor, cue: Cue, answer: Callable[[str], None]) -> None:
    """Send the one action of `cue` through the device's open connection.

    Args:
        conductor: The open show.
        cue: A cue with exactly one action, and the call that numbers it.
        answer: Gets a sentence on what came of it, once.

    Raises:
        UnsendableError: It cannot be sent; says why.
    """
    rack = conductor.rack
    (action,) = cue.actions
    slot, _, order = rack.order(cue, action)
    message_set = rack.prepare(slot, (order,))
    name = slot.device.name

    def tell(result: str, sentence: str) -> None:
        answer(
            {
                "sent": f"Sent to {name}; it cannot confirm.",
                "accepted": f"{name} accepted it.",
                "confirmed": f"{name} confirmed it.",
            }.get(result, sentence or f"{name} refused it.")
        )

    token = conductor.dispatcher.watch(tell)
    refusal = rack.send(slot, message_set, token)
    if refusal is not None:
        raise UnsendableError(refusal)
