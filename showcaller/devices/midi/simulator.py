"""The simulated MIDI device: a loopback socket that takes the bytes a port would take.

Owns the socket, the decoder of each connection and the rows that show what was decoded: in the words
of the console map where the kind has one, in MIDI's otherwise. Knows no driver. A MIDI device cannot
answer, so what it does not do shows only here: `silent` and `refuse` are deaf (and do not greet),
`disconnect` is a port pulled out.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from showcaller.core.reports import Simulated
from showcaller.core.times import Duration
from showcaller.devices.driver import Fault, Host
from showcaller.devices.midi.decoder import Decoder
from showcaller.devices.midi.driver import SIMULATED
from showcaller.devices.midi.payloads import (
    Controller,
    Controller14,
    MachineControl,
    MidiSettings,
    Note,
    Nrpn,
    Payload,
    PitchBend,
    Program,
    ShowControl,
    SysEx,
)

Describe = Callable[[Payload, Any], tuple[str, str, str] | None]
"""From a payload and the settings to what is set, label and value; None: not in the map."""

ROWS = 200
_ACTIVE_SENSING = b"\xfe"


def describe_plainly(payload: Payload, _settings: MidiSettings) -> tuple[str, str, str]:
    """Return what is set, its label and its value, in MIDI's words."""
    label, value = _plain_row(payload)
    channel = getattr(payload, "channel", None)
    if channel is not None:
        label = f"{label}, channel {channel}"
    return label, label, value


def _plain_row(payload: Payload) -> tuple[str, str]:
    match payload:
        case Note():
            return (
                f"Note {payload.note}",
                f"on, velocity {payload.velocity}" if payload.state == "on" else "off",
            )
        case Controller() | Controller14():
            return f"Controller {payload.number}", str(payload.value)
        case Nrpn():
            return f"NRPN {payload.msb}/{payload.lsb}", str(payload.value)
        case Program():
            bank = [str(part) for part in (payload.bank_msb, payload.bank_lsb) if part is not None]
            return "Program", f"{payload.program}, bank {'/'.join(bank)}" if bank else str(payload.program)
        case PitchBend():
            return "Pitch bend", str(payload.value)
        case SysEx():
            return "SysEx", payload.bytes
        case ShowControl():
            parts = (payload.command.upper().replace("_", " "), payload.cue, payload.list, payload.path)
            return f"Show control {payload.format}", " ".join(part for part in parts if part)
        case MachineControl():
            where = f" {payload.time}" if payload.command == "locate" else ""
            return "Machine control", payload.command.replace("_", " ") + where


class MidiSimulator:
    """See `showcaller.devices.driver.Simulator` for what each method promises."""

    def __init__(self, settings: MidiSettings, describe: Describe = describe_plainly) -> None:
        self._settings = settings
        self._describe = describe
        self._host: Host | None = None
        self._server: socket.socket | None = None
        self._connections: dict[socket.socket, Decoder] = {}
        self._rows: dict[str, tuple[str, str]] = {}
        self._fault: Fault = "none"
        self._latency = Duration(0)

    def open(self, host: Host) -> Mapping[str, Any]:
        """Listen on a free loopback port; return the settings that lead a driver there."""
        self._host = host
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.setblocking(False)
        host.watch(self._server, self._accept)
        port = self._server.getsockname()[1]
        own = msgspec.to_builtins(self._settings)
        return {**own, "port": f"{SIMULATED}127.0.0.1:{port}", "virtual": False}

    def misbehave(self, fault: Fault, latency: Duration = Duration(0)) -> None:
        """Be deaf, gone or late, until `none`."""
        self._fault, self._latency = fault, latency
        if fault == "disconnect":
            for connection in list(self._connections):
                self._drop(connection)

    def play_at(self, rate: float) -> None:
        """Nothing: it knows no media."""

    def know_lengths(self, lengths: Mapping[str, Duration]) -> None:
        """Nothing: it knows no media."""

    def close(self) -> None:
        """Close all sockets."""
        for connection in list(self._connections):
            self._drop(connection)
        server, self._server = self._server, None
        if server is not None and self._host is not None:
            self._host.unwatch(server)
            server.close()

    def _accept(self) -> None:
        assert self._server is not None
        assert self._host is not None
        try:
            connection, _address = self._server.accept()
        except OSError:
            return
        if self._fault == "disconnect":
            connection.close()
            return
        connection.setblocking(False)
        self._connections[connection] = Decoder()
        self._host.watch(connection, lambda: self._read(connection))
        self._later(lambda: self._greet(connection))

    def _greet(self, connection: socket.socket) -> None:
        if self._fault == "none" and connection in self._connections:
            with contextlib.suppress(OSError):
                connection.send(_ACTIVE_SENSING)

    def _read(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._later(lambda: self._take(connection, data))
        else:
            self._drop(connection)

    def _later(self, call: Callable[[], None]) -> None:
        assert self._host is not None
        if self._latency:
            self._host.after(self._latency, call)
        else:
            call()

    def _take(self, connection: socket.socket, data: bytes) -> None:
        decoder = self._connections.get(connection)
        if decoder is None or self._fault != "none" or self._host is None:
            return
        for payload in decoder.feed(data):
            found = self._describe(payload, self._settings) or describe_plainly(payload, self._settings)
            what, label, value = found
            self._rows.pop(what, None)
            self._rows[what] = (label, value)
        while len(self._rows) > ROWS:
            del self._rows[next(iter(self._rows))]
        self._host.emit(Simulated(tuple(self._rows.values())))

    def _drop(self, connection: socket.socket) -> None:
        if self._connections.pop(connection, None) is not None and self._host is not None:
            self._host.unwatch(connection)
            connection.close()
