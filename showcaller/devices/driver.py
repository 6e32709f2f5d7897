"""The contract of a device: what a kind is made of, what a driver and a simulator do, in which order.

A device kind is one file or one folder in this package: settings, actions, codec, driver, simulator,
and its `KIND` in `DEVICE_KINDS`. It knows neither show nor playback nor clock time. The rack calls:

1. `kind.make_driver(settings, host)`: keeps the arguments, touches nothing.
2. `driver.open()`: begins to connect and returns at once. Later the driver emits
   `Health("ready", what it found)`, after a full resync, or `lost` / `refused` with the reason.
3. `driver.prepare(orders)` at standby: pure; all orders of one device that are due at one instant
   become one `MessageSet` of ready bytes. Raises `UnsendableError` for what cannot work.
4. `driver.send(message_set, token)` at GO: hands the bytes to the wire or to the writer thread's
   queue and returns; then one `Outcome` per order and step (`sent`, or `accepted` and `confirmed`,
   or `failed` with a sentence). What cannot be sent now fails now and is never sent later.
5. `driver.set_value(order)` while a fade runs: newest only per address, never before a cue, no outcome.
6. `driver.close()`: returns at once and emits nothing more; its threads end by themselves within 2 s.

A driver never reconnects by itself, never blocks the caller, and calls `host.emit` from any of its
threads. After `lost` or `refused` the rack closes it and makes a new one.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from msgspec import Struct

from showcaller.core.forms import ActionForm, FadeRange, KindForm, form_of
from showcaller.core.reports import Report
from showcaller.core.times import Duration, Instant

NOT_SENT_AFTER = Duration(500)
"""A set that waits longer than this for its turn on the wire is dropped and failed."""


class DeviceError(Exception):
    """Anything a device did that we could not use; the message is a sentence for the operator."""


class UnsendableError(DeviceError):
    """These orders cannot be turned into messages: says which and why."""


class CodecError(DeviceError):
    """Bytes from the device that are not in its protocol."""


class Timer(Protocol):
    """A call that is due later."""

    def cancel(self) -> None:
        """Never make the call; no matter if it was made already."""


class Host(Protocol):
    """What the engine lends a driver or simulator."""

    def emit(self, report: Report) -> None:
        """Hand a report to the rack; callable from any thread, taken in the engine's next turn."""

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` made in the engine's thread; callable from any thread."""

    def watch(self, sock: socket.socket, on_readable: Callable[[], None]) -> None:
        """Call `on_readable` in the engine's thread whenever the socket can be read. Engine thread only."""

    def unwatch(self, sock: socket.socket) -> None:
        """End `watch`; before the socket is closed. Engine thread only."""

    def after(self, delay: Duration, call: Callable[[], None]) -> Timer:
        """Have `call` made in the engine's thread after `delay` of machine time. Engine thread only."""

    def now(self) -> Instant:
        """Return the machine's monotonic clock."""

    def lender(self) -> Host:
        """Return the engine's own host: the same for all drivers, and there when they are gone."""


@dataclass(frozen=True)
class Order:
    """One action, ready to be encoded: number taken from its call, fade start resolved."""

    kind: str
    """Name of the `ActionKind`."""
    payload: Struct
    """An instance of its payload type."""


@dataclass(frozen=True)
class MessageSet:
    """Ready bytes of all orders of one device that are due at one instant."""

    orders: tuple[Order, ...]
    frames: tuple[bytes, ...]
    takes: Duration = Duration(0)
    """What the device itself needs (a transition): a confirmation is late 1 s after that."""


class Driver(Protocol):
    """One connection to one device. See the module's law for the order of calls."""

    def open(self) -> None:
        """Begin to connect; return at once."""

    def prepare(self, orders: Sequence[Order]) -> MessageSet:
        """Encode; touch no wire.

        Raises:
            UnsendableError: An order cannot work as far as is known now.
        """

    def send(self, message_set: MessageSet, token: int) -> None:
        """Put a prepared set on the wire; return at once."""

    def set_value(self, order: Order) -> None:
        """Send one step of a fade; a newer one for the same address replaces it if it still waits."""

    def stop_media(self, address: str) -> None:
        """Stop media that one of our actions started."""

    def listen_to_levels(self, wanted: bool) -> None:
        """Begin or end to emit `Levels`."""

    def close(self) -> None:
        """End it all; safe to call twice, and before `open`."""


Fault = Literal["none", "silent", "refuse", "disconnect"]


class Simulator(Protocol):
    """The device's end of the same codec, behind a real socket on loopback."""

    def open(self, host: Host) -> Mapping[str, Any]:
        """Listen on a free loopback port; return the settings that lead a driver there."""

    def misbehave(self, fault: Fault, latency: Duration = Duration(0)) -> None:
        """Answer late, not at all, with refusals, or drop the connection, until `none`."""

    def play_at(self, rate: float) -> None:
        """Let media run as fast as the rehearsal does from now on; 0 is pause. At first 1."""

    def know_lengths(self, lengths: Mapping[str, Duration]) -> None:
        """Let media be as long as the show plans them, by address; of others it makes a length up."""

    def close(self) -> None:
        """End threads and sockets."""


def _starts_no_media(_payload: object) -> str | None:
    return None


def _sets_nothing_that_lasts(payload: Any) -> Any:
    return payload


@dataclass(frozen=True, kw_only=True)
class ActionKind:
    """One sort of action that a device kind knows."""

    name: str
    title: str
    payload: type[Struct]
    summary: str
    """For `ActionForm.summary`."""
    address: Callable[[Any], str]
    """What the payload sets (DESIGN rule 7): equal addresses overrule each other."""
    value: Callable[[Any], Any] = _sets_nothing_that_lasts
    """What the address holds afterwards; without one it holds nothing that could be set again."""
    lasts: bool = True
    """What it sets can be brought back by setting it again; a clip that was played, a stream cannot."""
    number_field: str = ""
    fade: FadeRange | None = None
    media: Callable[[Any], str | None] = _starts_no_media
    """Address of the media that the payload starts; the cue ends with it."""

    @property
    def starts_media(self) -> bool:
        """Say whether it may start media."""
        return self.media is not _starts_no_media

    @property
    def can_be_restored(self) -> bool:
        """Say whether what it sets can be brought back by setting it again."""
        return self.lasts and self.value is not _sets_nothing_that_lasts

    def form(self) -> ActionForm:
        """Return it as the catalogue shows it."""
        return ActionForm(
            name=self.name,
            title=self.title,
            form=form_of(self.payload),
            summary=self.summary,
            number_field=self.number_field,
            fade=self.fade,
            media=self.starts_media,
        )


@dataclass(frozen=True, kw_only=True)
class DeviceKind:
    """What the catalogue, the rack and the contract test are made of."""

    name: str
    title: str
    settings: type[Struct]
    actions: tuple[ActionKind, ...]
    make_driver: Callable[[Any, Host], Driver]
    make_simulator: Callable[[Any, Mapping[str, tuple[str, ...]]], Simulator]
    """From settings and the names last read from the real device (may be empty)."""
    confirms: bool
    number_default: str = ""
    examples: tuple[Order, ...] = ()
    """One order of each action that the simulator can carry out; the contract test sends them."""

    def action(self, name: str) -> ActionKind | None:
        """Return the action of that name, or None."""
        return next((action for action in self.actions if action.name == name), None)

    def form(self) -> KindForm:
        """Return it as the catalogue shows it."""
        return KindForm(
            name=self.name,
            title=self.title,
            settings=form_of(self.settings),
            actions=tuple(action.form() for action in self.actions),
            confirms=self.confirms,
            number_default=self.number_default,
        )
