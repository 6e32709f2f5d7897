"""The driver of every MIDI kind: encodes with the kind's actions, sends through a port, says what it can.

Owns what has become of one device's port, the tokens in flight and the steps of fades that wait. Knows
no rtmidi (`ports` and `process` do) and no console. MIDI cannot answer: `sent`, the port took it, is all
that can be said. A port `tcp:host:port` leads to a simulator, without any MIDI system.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from showcaller.core.forms import FormError, read_values
from showcaller.core.reports import Health, Inventory, Outcome
from showcaller.core.times import Duration
from showcaller.devices.driver import Host, MessageSet, Order, Timer, UnsendableError
from showcaller.devices.midi import codec
from showcaller.devices.midi.actions import MidiAction
from showcaller.devices.midi.payloads import MidiSettings
from showcaller.devices.midi.ports import OnList, OnState, OnWritten, ports_of

SIMULATED = "tcp:"
LONGEST_SET = 16_000
"""Bytes. A JACK port drops what does not fit its 16 kB buffer without a word (16,300 pass, 17,000 do not)."""
MOST_MESSAGES = 4000
"""The same buffer holds the lengths of 4,095 messages."""
STEPS_IN_FLIGHT = 16
NOT_OPEN = "The MIDI port is not open."
SILENT_AFTER = Duration(5000)


class Outlet(Protocol):
    """Where messages go."""

    def send(self, messages: Sequence[bytes], on_written: OnWritten) -> None:
        """Hand over whole messages; return at once."""

    def close(self) -> None:
        """End it; safe to call twice."""


class SimulatedPort:
    """A socket to a simulator on this machine, which says that it is there with one active sensing byte."""

    def __init__(self, address: str, host: Host, on_state: OnState) -> None:
        self._host = host
        self._on_state = on_state
        self._sock: socket.socket | None = socket.socket()
        self._sock.setblocking(False)
        self._silent: Timer | None = host.after(SILENT_AFTER, self._give_up)
        _, _, port = address.rpartition(":")
        if port.isdecimal() and int(port) < 65536:
            self._sock.connect_ex(("127.0.0.1", int(port)))
        else:
            host.post(self._give_up)
        host.watch(self._sock, self._read)

    def send(self, messages: Sequence[bytes], on_written: OnWritten) -> None:
        """Write them to the socket."""
        try:
            assert self._sock is not None
            frame = b"".join(messages)
            whole = self._sock.send(frame) == len(frame)
        except OSError:
            whole = False
        on_written("" if whole else NOT_OPEN)

    def close(self) -> None:
        """Close the socket."""
        sock, self._sock = self._sock, None
        if self._silent is not None:
            self._silent.cancel()
            self._silent = None
        if sock is not None:
            self._host.unwatch(sock)
            sock.close()

    def _give_up(self) -> None:
        if self._sock is not None:
            self.close()
            self._on_state(False, "The simulated MIDI device does not answer.")

    def _read(self) -> None:
        if self._sock is None:
            return
        data = b""
        with contextlib.suppress(OSError):
            data = self._sock.recv(4096)
        if not data:
            self._give_up()
        elif self._silent is not None:
            self._silent.cancel()
            self._silent = None
            self._on_state(True, "")


class MidiDriver:
    """One MIDI device. See `showcaller.devices.driver.Driver` for what each method promises."""

    def __init__(
        self,
        settings: MidiSettings,
        host: Host,
        actions: Mapping[str, MidiAction],
        open_port: Callable[[MidiSettings, Host, OnState, OnList], Outlet],
    ) -> None:
        self._settings = settings
        self._host = host
        self._actions = actions
        self._open_port = open_port
        self._outlet: Outlet | None = None
        self._ready = False
        self._closed = False
        self._lost = False
        self._sentence = NOT_OPEN
        self._in_flight = 0
        self._waiting: dict[str, tuple[bytes, ...]] = {}
        self._last_step: dict[str, tuple[bytes, ...]] = {}

    def open(self) -> None:
        """Begin to want the port."""
        self._host.emit(Health("opening", f"Looking for MIDI port “{self._settings.port}”."))
        self._outlet = self._open_port(self._settings, self._host, self._on_state, self._on_list)

    def prepare(self, orders: Sequence[Order]) -> MessageSet:
        """Encode; the frames are the single messages in the order of the orders."""
        frames = tuple(message for order in orders for message in codec.split(self._encode(order)))
        if (size := sum(map(len, frames))) > LONGEST_SET:
            raise UnsendableError(
                f"{size} bytes at once are too many for a MIDI port: it takes {LONGEST_SET}. "
                "Spread them over several cues."
            )
        if len(frames) > MOST_MESSAGES:
            raise UnsendableError(
                f"{len(frames)} MIDI messages at once are too many. Spread them over several cues."
            )
        return MessageSet(tuple(orders), frames)

    def send(self, message_set: MessageSet, token: int) -> None:
        """Hand the messages to the port."""
        count = len(message_set.orders)
        self._last_step.clear()

        def on_written(sentence: str) -> None:
            if self._closed:
                return
            for index in range(count):
                self._host.emit(Outcome(token, index, "failed" if sentence else "sent", sentence))

        if self._outlet is None or not self._ready:
            on_written(self._sentence)
        else:
            self._outlet.send(message_set.frames, on_written)

    def set_value(self, order: Order) -> None:
        """Send one step of a fade; a step that sends the same bytes as the last is left out."""
        if self._outlet is None or not self._ready:
            return
        address = self._actions[order.kind].kind.address(order.payload)
        messages = tuple(codec.split(self._encode(order)))
        if self._in_flight >= STEPS_IN_FLIGHT:
            self._waiting[address] = messages
        else:
            self._step(address, messages)

    def stop_media(self, address: str) -> None:
        """Do nothing: no MIDI action starts media."""

    def listen_to_levels(self, wanted: bool) -> None:
        """Do nothing: MIDI has no levels."""

    def close(self) -> None:
        """Want the port no longer."""
        self._closed = True
        self._ready = False
        self._waiting.clear()
        outlet, self._outlet = self._outlet, None
        if outlet is not None:
            outlet.close()

    def _encode(self, order: Order) -> bytes:
        action = self._actions.get(order.kind)
        if action is None:
            raise UnsendableError(f"This MIDI device has no action “{order.kind}”.")
        try:
            return action.encode(order.payload, self._settings)
        except (ValueError, KeyError, TypeError) as error:
            raise UnsendableError(_why_not(action, order)) from error

    def _step(self, address: str, messages: tuple[bytes, ...]) -> None:
        if self._outlet is None or self._last_step.get(address) == messages:
            return
        self._last_step[address] = messages
        self._in_flight += 1
        self._outlet.send(messages, self._on_step_written)

    def _on_step_written(self, _sentence: str) -> None:
        self._in_flight -= 1
        while self._waiting and self._in_flight < STEPS_IN_FLIGHT:
            address = next(iter(self._waiting))
            self._step(address, self._waiting.pop(address))

    def _on_state(self, ready: bool, sentence: str) -> None:
        if self._closed or self._lost:
            return
        self._ready = ready
        name = self._settings.port
        if not ready:
            # A driver never connects again by itself: whatever comes after the loss is not its own.
            self._sentence, self._lost = sentence, True
            self._host.emit(Health("lost", sentence))
        elif self._settings.virtual:
            self._host.emit(Health("ready", f"Virtual port “{name}” is open; a MIDI device cannot answer."))
        else:
            self._host.emit(Health("ready", f"Found port “{name}”; a MIDI device cannot answer."))

    def _on_list(self, outputs: tuple[str, ...], inputs: tuple[str, ...]) -> None:
        if not self._closed:
            self._host.emit(Inventory({"ports": outputs, "inputs": inputs}))


def _why_not(action: MidiAction, order: Order) -> str:
    """Say which field of a payload that MIDI cannot hold is wrong."""
    try:
        read_values(action.kind.payload, msgspec.to_builtins(order.payload))
    except FormError as error:
        return f"{action.kind.title}: {error}"
    return f"{action.kind.title}: a number does not fit into MIDI."


def open_port(settings: MidiSettings, host: Host, on_state: OnState, on_list: OnList) -> Outlet:
    """Want the port of the settings: of the MIDI process, or a simulator's socket."""
    if settings.port.startswith(SIMULATED):
        return SimulatedPort(settings.port.removeprefix(SIMULATED), host, on_state)
    return ports_of(host).open_output(
        settings.system, settings.port, virtual=settings.virtual, on_state=on_state, on_list=on_list
    )
