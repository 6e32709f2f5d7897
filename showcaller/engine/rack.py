"""The rack: one slot per device of the show, with its route, its connection and its health.

Owns opening, retrying with back-off, closing, and what the devices told us: health, latency, status,
inventory, current values. Turns actions into orders and orders into message sets, and hands ready sets
to the wire. Knows neither standby nor time of day; the conductor calls it, drivers report to it.
"""

from __future__ import annotations

import logging
import random
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from showcaller.core import reports
from showcaller.core.asrun import Route
from showcaller.core.forms import FormError, read_values
from showcaller.core.messages import DeviceView
from showcaller.core.show import Action, Cue, Device, Show
from showcaller.core.times import Duration, Instant
from showcaller.devices.driver import (
    ActionKind,
    DeviceError,
    DeviceKind,
    Driver,
    Fault,
    MessageSet,
    Order,
    Simulator,
    Timer,
    UnsendableError,
)
from showcaller.engine.media_lengths import Lengths, media_lengths
from showcaller.engine.scheduler import Scheduler

_log = logging.getLogger(__name__)

FIRST_RETRY = Duration(500)
LONGEST_RETRY = Duration(5000)

Secrets = Callable[[Device], Mapping[str, str]]
"""Returns the secret settings of a device, from their home."""


class SlotHost:
    """What one life of a driver or simulator gets to know of the engine."""

    def __init__(
        self,
        scheduler: Scheduler,
        take: Callable[[reports.Report], None],
        lender: SlotHost | None = None,
    ) -> None:
        self._lender = lender
        self._scheduler = scheduler
        self._take: Callable[[reports.Report], None] | None = take
        self._thread = threading.get_ident()

    def retire(self) -> None:
        """Take nothing more: the driver that had this host is closed."""
        self._take = None

    def emit(self, report: reports.Report) -> None:
        """Hand a report to the rack when the wire has been served; callable from any thread.

        Reports of all threads stand in one queue: what a thread says of a connection never overtakes
        what the engine's thread said of it before.
        """
        if threading.get_ident() == self._thread:
            self._scheduler.enqueue(lambda: self._deliver(report))
        else:
            self._scheduler.post(lambda: self._deliver(report))

    def _deliver(self, report: reports.Report) -> None:
        if self._take is not None:
            self._take(report)

    def post(self, call: Callable[[], None]) -> None:
        """Have a call made in the engine's thread."""
        self._scheduler.post(call)

    def watch(self, sock: socket.socket, on_readable: Callable[[], None]) -> None:
        """Have a call made whenever the socket can be read."""
        self._scheduler.watch(sock, on_readable)

    def unwatch(self, sock: socket.socket) -> None:
        """End `watch`."""
        self._scheduler.unwatch(sock)

    def after(self, delay: Duration, call: Callable[[], None]) -> Timer:
        """Have a call made after machine time."""
        return self._scheduler.after(delay, call)

    def now(self) -> Instant:
        """Read the machine's clock."""
        return self._scheduler.now()

    def lender(self) -> SlotHost:
        """Return the engine's own host, which outlives every driver."""
        return self if self._lender is None else self._lender


@dataclass
class Slot:
    """One device of the show as it is now."""

    device: Device
    kind: DeviceKind | None
    route: Route = "closed"
    driver: Driver | None = None
    simulator: Simulator | None = None
    driver_host: SlotHost | None = None
    simulator_host: SlotHost | None = None
    to_simulator: msgspec.Struct | None = None
    """Settings that lead a driver to the simulator while there is one."""
    fault: Fault = "none"
    """How the simulator misbehaves."""
    health: reports.Health = field(default_factory=lambda: reports.Health("closed"))
    since: int = 0
    retry: Timer | None = None
    failures: int = 0
    latency: float | None = None
    status: dict[str, reports.Value] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: tuple[tuple[str, str], ...] = ()
    levels: bool = False
    told_lost: bool = False

    @property
    def is_ready(self) -> bool:
        """Say whether its connection stands."""
        return self.health.state == "ready"


class Rack:
    """All slots of the open show.

    Args:
        scheduler: Lends drivers their loop.
        kinds: Every device kind of this program.
        secrets: Finds the passwords of a device.
        utc: Reads the wall clock, in nanoseconds since the Unix epoch.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        kinds: Sequence[DeviceKind],
        secrets: Secrets,
        utc: Callable[[], int],
    ) -> None:
        self._scheduler = scheduler
        self._kinds = {kind.name: kind for kind in kinds}
        self._secrets = secrets
        self._utc = utc
        self.host = SlotHost(scheduler, lambda _report: None)
        self.slots: dict[str, Slot] = {}
        self._rate = 1.0
        self._show: Show | None = None
        self._lengths: Lengths = {}
        self.on_report: Callable[[Slot, reports.Report], None] = lambda _slot, _report: None
        self.on_health: Callable[[Slot, reports.Health], None] = lambda _slot, _before: None

    def fit(
        self,
        show: Show,
        inventories: Mapping[str, Mapping[str, tuple[str, ...]]],
        routes: Mapping[str, Route] | None = None,
    ) -> None:
        """Have a slot for each device of the show; one whose settings changed is opened anew.

        Args:
            show: The document.
            inventories: Names last read from the devices, for slots that are new.
            routes: Of slots that are new; closed where nothing is said.
        """
        wanted = {device.id: device for device in show.devices}
        for device_id in [one for one in self.slots if one not in wanted]:
            self._shut(self.slots.pop(device_id))
        for device_id, device in wanted.items():
            slot = self.slots.get(device_id)
            if slot is None:
                slot = Slot(device, self._kinds.get(device.kind))
                slot.names = dict(inventories.get(device_id, {}))
                slot.since = self._utc()
                slot.route = (routes or {}).get(device_id, "closed")
                self.slots[device_id] = slot
                self._open(slot)
            elif slot.device != device:
                reopen = (slot.device.kind, slot.device.settings) != (device.kind, device.settings)
                slot.device, slot.kind = device, self._kinds.get(device.kind)
                if reopen:
                    self.reopen(device_id)

    def set_route(self, device_id: str, route: Route) -> None:
        """Send a device's messages elsewhere; real and closed share the same connection."""
        slot = self.slots.get(device_id)
        if slot is None or slot.route == route:
            return
        was_simulated, slot.route = slot.route == "simulated", route
        if was_simulated or route == "simulated":
            self.reopen(device_id)

    def reopen(self, device_id: str) -> None:
        """Close a device's connection and open a new one now."""
        slot = self.slots[device_id]
        self._shut(slot)
        slot.failures = 0
        self._open(slot)

    def misbehave(self, device_id: str, fault: Fault, latency: Duration) -> str | None:
        """Have a simulated device misbehave, or behave again; return why not, or None."""
        slot = self.slots.get(device_id)
        if slot is None or slot.simulator is None:
            return "Only a simulated device can be told to misbehave."
        slot.simulator.misbehave(fault, latency)
        slot.fault = fault
        return None

    def play_at(self, rate: float, show: Show | None = None) -> None:
        """Have what simulated devices play run as fast as show time does, now and when they are made.

        Args:
            rate: How fast.
            show: Says how long media are, where another run begins.
        """
        self._rate = rate
        self._show = show or self._show
        for slot in self.slots.values():
            if slot.simulator is not None:
                self._play(slot, slot.simulator)

    def _play(self, slot: Slot, simulator: Simulator) -> None:
        if self._show is not None:
            self._lengths, self._show = media_lengths(self._show, self._kinds), None
        simulator.play_at(self._rate)
        simulator.know_lengths(self._lengths.get(slot.device.id, {}))

    def close(self) -> None:
        """Close every connection."""
        for slot in self.slots.values():
            self._shut(slot)
        self.slots.clear()

    def listen_to_levels(self, wanted: bool) -> None:
        """Ask all devices for audio levels, or no longer."""
        for slot in self.slots.values():
            slot.levels = wanted
            if slot.driver is not None and slot.is_ready:
                slot.driver.listen_to_levels(wanted)

    def kind(self, name: str) -> DeviceKind | None:
        """Return the device kind of that name, or None."""
        return self._kinds.get(name)

    def order(self, cue: Cue, action: Action) -> tuple[Slot, ActionKind, Order]:
        """Turn an action into an order for its device.

        Raises:
            UnsendableError: The device, its kind or the action is unknown, or a field does not fit.
        """
        slot = self.slots.get(action.device)
        if slot is None:
            raise UnsendableError("The device of this action is not in the show.")
        if slot.kind is None:
            raise UnsendableError(f"{slot.device.name} is of the unknown kind “{slot.device.kind}”.")
        kind = slot.kind.action(action.kind)
        if kind is None:
            raise UnsendableError(f"{slot.device.name} does not know the action “{action.kind}”.")
        values = dict(action.fields)
        if action.number_from and kind.number_field and kind.number_field not in values:
            call = next((one for one in cue.calls if one.department == action.number_from), None)
            if call is None or not call.number:
                raise UnsendableError("The call that gives this action its number has none.")
            values[kind.number_field] = call.number
        if action.fade is not None and kind.fade is not None:
            values[kind.fade.field] = action.fade.to
        try:
            return slot, kind, Order(kind.name, read_values(kind.payload, values))
        except FormError as error:
            raise UnsendableError(f"{slot.device.name}: {error}") from error

    def prepare(self, slot: Slot, orders: Sequence[Order]) -> MessageSet:
        """Encode orders of one device that are due together.

        Raises:
            UnsendableError: The device says that they cannot work, or it has no connection to try.
        """
        name = slot.device.name
        if slot.driver is None:
            raise UnsendableError(f"{name}: {slot.health.sentence or 'not connected.'}")
        try:
            return slot.driver.prepare(orders)
        except UnsendableError as error:
            raise UnsendableError(f"{name}: {error}") from error
        except Exception as error:
            raise UnsendableError(self._fault_of(slot, error)) from error

    def send(self, slot: Slot, message_set: MessageSet, token: int) -> str | None:
        """Put a prepared set on the wire; return why it could not be, or None."""
        if slot.driver is None or not slot.is_ready:
            return f"{slot.device.name}: {slot.health.sentence or 'not connected.'}"
        try:
            slot.driver.send(message_set, token)
        except DeviceError as error:
            return f"{slot.device.name}: {error}"
        except Exception as error:  # noqa: BLE001  # see _fault_of
            return self._fault_of(slot, error)
        return None

    def stop_media(self, slot: Slot, address: str) -> None:
        """Stop media that one of our actions started, where the route and the connection allow it."""
        if slot.driver is None or not slot.is_ready or slot.route == "closed":
            return
        try:
            slot.driver.stop_media(address)
        except Exception as error:  # noqa: BLE001  # see _fault_of
            self._fault_of(slot, error)

    @staticmethod
    def _fault_of(slot: Slot, error: Exception) -> str:
        """Log a fault of a driver, which must not keep a cue or a stop from the other devices; say it."""
        _log.error("The driver of %s failed", slot.device.name, exc_info=error)
        return f"{slot.device.name}: its driver has a fault ({type(error).__name__})."

    def current(self, slot: Slot, address: str) -> float | None:
        """Return what an address holds: what the device last said, else what it was last sent."""
        value = slot.values.get(address)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def view(self) -> tuple[DeviceView, ...]:
        """Return every device as the screens show it."""
        return tuple(
            DeviceView(
                id=slot.device.id,
                route=slot.route,
                health=slot.health.state,
                sentence=slot.health.sentence,
                since=slot.since,
                latency=slot.latency,
                status=dict(slot.status),
                simulated=slot.rows if slot.route == "simulated" else (),
                fault=slot.fault,
            )
            for slot in self.slots.values()
        )

    def media_kinds(self) -> tuple[str, ...]:
        """Return `kind/action` of the actions that start media, of the kinds in the show."""
        return tuple(
            f"{kind.name}/{action.name}"
            for kind in {id(slot.kind): slot.kind for slot in self.slots.values()}.values()
            if kind is not None
            for action in kind.form().actions
            if action.media
        )

    def settings_of(self, kind: DeviceKind, device: Device, secrets: Mapping[str, str]) -> msgspec.Struct:
        """Return a device's typed settings with its secrets in place.

        Raises:
            FormError: A setting is missing or does not fit.
        """
        return read_values(kind.settings, {**device.settings, **secrets})

    def _open(self, slot: Slot) -> None:
        if slot.kind is None:
            self._set_health(
                slot, reports.Health("closed", f"The kind “{slot.device.kind}” is unknown here.")
            )
            return
        self._set_health(slot, reports.Health("opening", "Connecting…"))
        self._connect(slot, slot.kind)

    def _connect(self, slot: Slot, kind: DeviceKind) -> None:
        """Make a driver for the device, or for its simulator, which outlives the driver."""
        try:
            settings = slot.to_simulator
            if settings is None:
                settings = self.settings_of(kind, slot.device, self._secrets(slot.device))
                if slot.route == "simulated":
                    settings = self._simulate(slot, kind, settings)
            slot.driver_host = self._lend(slot)
            slot.driver = kind.make_driver(settings, slot.driver_host)
            slot.driver.open()
        except (FormError, DeviceError, OSError) as error:
            self._set_health(slot, reports.Health("refused", str(error)))
        except Exception as error:  # noqa: BLE001  # see _fault_of
            self._set_health(slot, reports.Health("refused", self._fault_of(slot, error)))

    def _simulate(self, slot: Slot, kind: DeviceKind, settings: msgspec.Struct) -> msgspec.Struct:
        slot.simulator = kind.make_simulator(settings, slot.names)
        slot.simulator_host = self._lend(slot)
        overrides = slot.simulator.open(slot.simulator_host)
        self._play(slot, slot.simulator)
        slot.to_simulator = read_values(kind.settings, {**msgspec.structs.asdict(settings), **overrides})
        return slot.to_simulator

    def _lend(self, slot: Slot) -> SlotHost:
        return SlotHost(self._scheduler, lambda report: self._take(slot, report), self.host)

    def _shut(self, slot: Slot) -> None:
        if slot.retry is not None:
            slot.retry.cancel()
            slot.retry = None
        self._close_driver(slot)
        if slot.simulator_host is not None:
            slot.simulator_host.retire()
        self._close_one(slot, slot.simulator)
        slot.simulator = slot.simulator_host = slot.to_simulator = None
        slot.fault = "none"
        slot.values.clear()
        slot.status.clear()
        slot.latency = None
        slot.rows = ()
        self._set_health(slot, reports.Health("closed", "The connection was closed."))

    def _close_driver(self, slot: Slot) -> None:
        if slot.driver_host is not None:
            slot.driver_host.retire()
            slot.driver_host = None
        driver, slot.driver = slot.driver, None
        self._close_one(slot, driver)

    def _close_one(self, slot: Slot, one: Driver | Simulator | None) -> None:
        if one is not None:
            try:
                one.close()
            except Exception as error:  # noqa: BLE001  # see _fault_of
                self._fault_of(slot, error)

    def _take(self, slot: Slot, report: reports.Report) -> None:
        match report:
            case reports.Health():
                if report.state == "opening" and slot.told_lost and slot.health.state == "lost":
                    return  # a retry of what is lost: it stays lost until it is back
                self._set_health(slot, report)
                if report.state in {"lost", "refused"}:
                    self._lose(slot, report)
                elif report.state == "ready":
                    slot.failures = 0
                    if slot.levels and slot.driver is not None:
                        slot.driver.listen_to_levels(True)
            case reports.Latency(milliseconds):
                slot.latency = milliseconds
            case reports.Reported(address, value):
                slot.values[address] = value
            case reports.Status(values):
                slot.status.update(values)
            case reports.Simulated(rows):
                slot.rows = rows
            case reports.Inventory(names):
                slot.names = names
            case _:
                pass
        self.on_report(slot, report)

    def _lose(self, slot: Slot, health: reports.Health) -> None:
        slot.values.clear()
        slot.status.clear()
        slot.latency = None
        self._close_driver(slot)
        if health.state == "lost":
            slot.failures += 1
            delay = min(FIRST_RETRY * 2 ** (slot.failures - 1), LONGEST_RETRY)
            jittered = Duration(int(delay * random.uniform(0.8, 1.2)))  # noqa: S311  # spreads retries, keeps no secret
            slot.retry = self._scheduler.after(jittered, lambda: self._try_again(slot))

    def _try_again(self, slot: Slot) -> None:
        slot.retry = None
        if slot.kind is None or self.slots.get(slot.device.id) is not slot:
            return
        self._connect(slot, slot.kind)

    def _set_health(self, slot: Slot, health: reports.Health) -> None:
        before, slot.health = slot.health, health
        if before.state != health.state:
            slot.since = self._utc()
        is_lost = health.state in {"lost", "refused"}
        if is_lost and not slot.told_lost:
            slot.told_lost = True
            _log.info("%s lost: %s", slot.device.name, health.sentence)
        elif health.state == "ready" and slot.told_lost:
            slot.told_lost = False
            _log.info("%s is back: %s", slot.device.name, health.sentence)
        if before != health:
            self.on_health(slot, before)
