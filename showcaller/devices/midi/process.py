"""The child process that owns the MIDI ports, because python-rtmidi blocks whoever calls it.

Creating a port stalls every thread of its process for 35 ms, listing ports 3 to 20 ms, a frozen JACK 3 s
(measured); here that stalls nobody but this process. Owns rtmidi, the list of ports and which of them
are open. Knows no device, no show and no codec: it is handed whole messages. `ports` starts it, with
one socket between the two, and it ends by itself when the engine's end of the socket closes.

It runs as a plain file and imports nothing of this package, so that it starts fast and stays small:
importing the package would load every device kind.

The wire: 4 bytes little-endian length, then msgpack of one of the messages below. Everything about a
port carries the number that the engine gave it. Sending to a vanished port raises nothing in rtmidi
and there is no event for a plug, so the list of ports is polled, while any port is wanted. Input is
polled too, from this one thread: rtmidi's callbacks lose and mix up messages under JACK.
"""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import stat
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from typing import Any

import msgspec
from msgspec import Struct

LIST_EVERY = 2.0
"""Seconds between looks at the list of ports."""
QUIET_AFTER_SEND, LIST_AT_LATEST = 0.2, 4.0
"""Seconds: listing takes up to 20 ms, so it waits for a pause this long, but no longer than that."""
POLL_INPUT_EVERY = 0.0015
CLIENT = "Showcaller"
"""What others see our virtual ports under."""
OWN_CLIENT = "Showcaller link"
"""Our ends of connections, which nobody should connect to."""
TOKEN_VARIABLE = "SHOWCALLER_MIDI_TOKEN"  # noqa: S105

NO_SYSTEM = "No MIDI system on this machine."
NO_LIBRARY = "MIDI is missing from this installation: there is no python-rtmidi for this version of Python."
TOO_LATE = "The MIDI port took too long, so it was not sent."


class OpenPort(Struct, frozen=True, tag="open", array_like=True):
    """Engine to child: keep this port open whenever it is there. Answered by `PortState`, again and again."""

    port: int
    system: str
    name: str
    virtual: bool
    is_input: bool
    timecode: bool = False  # and with it MIDI clock: rtmidi leaves out both or neither


class ClosePort(Struct, frozen=True, tag="close", array_like=True):
    """Engine to child: the port is no longer wanted."""

    port: int


class Send(Struct, frozen=True, tag="send", array_like=True):
    """Engine to child: write these messages. Answered by `Written`."""

    port: int
    token: int
    before: int
    """Monotonic nanoseconds after which it must not be sent any more."""
    messages: list[bytes]


class Ping(Struct, frozen=True, tag="ping", array_like=True):
    """Engine to child: are you there? Answered by `Pong`."""

    number: int


class Listed(Struct, frozen=True, tag="listed", array_like=True):
    """Child to engine: the ports of a system that somebody asked for, whenever they changed."""

    system: str
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]


class PortState(Struct, frozen=True, tag="state", array_like=True):
    """Child to engine: the port is open, or why it is not."""

    port: int
    ready: bool
    sentence: str


class Written(Struct, frozen=True, tag="written", array_like=True):
    """Child to engine: the messages of a `Send` are in the port, or why they are not."""

    token: int
    sentence: str


class Received(Struct, frozen=True, tag="received", array_like=True):
    """Child to engine: one whole message came in."""

    port: int
    message: bytes


class Pong(Struct, frozen=True, tag="pong", array_like=True):
    """Child to engine: here."""

    number: int


class Crashed(Struct, frozen=True, tag="crashed", array_like=True):
    """Child to engine, its last word: an error of ours."""

    sentence: str


Down = OpenPort | ClosePort | Send | Ping
Up = Listed | PortState | Written | Received | Pong | Crashed

_encoder = msgspec.msgpack.Encoder()
_LENGTH = struct.Struct("<I")


def pack(message: Down | Up) -> bytes:
    """Return a message as it goes over the socket."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


class Frames:
    """Cuts the socket's bytes into messages."""

    def __init__(self, type_: Any) -> None:
        self._decoder = msgspec.msgpack.Decoder(type_)
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Give the messages that these bytes complete."""
        self._buffer += data
        while len(self._buffer) >= 4:
            end = 4 + _LENGTH.unpack_from(self._buffer)[0]
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[4:end])
            del self._buffer[:end]
            yield self._decoder.decode(body)


SYSTEM_TITLES = {"alsa": "ALSA", "jack": "JACK", "coremidi": "CoreMIDI", "winmm": "WinMM"}
_CONSTANTS = ("API_LINUX_ALSA", "API_UNIX_JACK", "API_MACOSX_CORE", "API_WINDOWS_MM")
_RTMIDI_NAMES = dict(zip(SYSTEM_TITLES, _CONSTANTS, strict=True))
_NUMBERED = {"alsa": re.compile(r" \d+:\d+$"), "winmm": re.compile(r" \d+$")}
"""What rtmidi adds to names to make them unique; it changes with the order of plugging."""


class NoSystemError(Exception):
    """There is no MIDI system to ask; the message is a sentence for the operator."""


def plain_names(system: str, raw: Sequence[str]) -> dict[str, str]:
    """Return the names that stay the same over unplugging, with what rtmidi calls each now.

    Of two ports of one name the second is called `name (2)`. Our own ends of connections are left out.
    """
    numbered = _NUMBERED.get(system)
    plain: dict[str, str] = {}
    for full in raw:
        if full.startswith(OWN_CLIENT):
            continue
        stem = name = numbered.sub("", full) if numbered else full
        copy = 1
        while name in plain:
            copy += 1
            name = f"{stem} ({copy})"
        plain[name] = full
    return plain


def _open_files() -> set[int]:
    try:
        return {int(name) for name in os.listdir("/dev/fd")}  # noqa: PTH208
    except OSError:
        return set()


def _watched(files: set[int]) -> Any:
    """Return a poll object that has something to say once the far end of one of the sockets is gone.

    A client of a JACK that died goes on listing its ports and sending into nothing, and rtmidi does not
    pass on that JACK stopped. But libjack's own sockets to the server have hung up, and to look at that
    costs JACK nothing.
    """
    sockets = select.poll()
    for number in files:
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                sockets.register(number, 0)
    return sockets


class MidiSystem:
    """One system of rtmidi with the two clients that list its ports, kept for as long as it works.

    Making clients for every look would leak them under ALSA (mido issue 330).
    """

    def __init__(self, rtmidi: Any, wanted: str) -> None:
        if rtmidi is None:
            raise NoSystemError(NO_LIBRARY)
        self._rtmidi = rtmidi
        compiled = rtmidi.get_compiled_api()
        by_number = {getattr(rtmidi, constant, None): name for name, constant in _RTMIDI_NAMES.items()}
        candidates = [by_number[api] for api in compiled if api in by_number]
        if wanted != "automatic":
            if wanted not in candidates:
                raise NoSystemError(f"This machine has no {SYSTEM_TITLES.get(wanted, wanted)} MIDI.")
            candidates = [wanted]
        before = _open_files()
        for name in candidates:
            try:
                self._api = getattr(rtmidi, _RTMIDI_NAMES[name])
                self._out = rtmidi.MidiOut(self._api, name=OWN_CLIENT)
                self._in = rtmidi.MidiIn(self._api, name=OWN_CLIENT)
            except (OSError, RuntimeError, SystemError):
                continue
            self.name = name
            self._server = _watched(_open_files() - before) if name == "jack" else None
            return
        if wanted == "automatic":
            raise NoSystemError(NO_SYSTEM)
        raise NoSystemError(f"{SYSTEM_TITLES[wanted]} is not running on this machine.")

    def list_ports(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return outputs and inputs, plain name to rtmidi's name.

        Raises:
            NoSystemError: The system went away.
        """
        if self._server is not None and self._server.poll(0):
            raise NoSystemError("JACK stopped on this machine.")
        try:
            outputs, inputs = self._out.get_ports(), self._in.get_ports()
            return plain_names(self.name, outputs), plain_names(self.name, inputs)
        except (OSError, RuntimeError, SystemError) as error:
            raise NoSystemError(f"{SYSTEM_TITLES[self.name]} went away.") from error

    def make_client(self, *, is_input: bool, virtual: bool, timecode: bool = False) -> Any:
        """Return a new client without a port."""
        if not is_input:
            return self._rtmidi.MidiOut(self._api, name=CLIENT if virtual else OWN_CLIENT)
        client = self._rtmidi.MidiIn(self._api, name=OWN_CLIENT, queue_size_limit=4096)
        client.ignore_types(sysex=False, timing=not timecode, active_sense=True)
        return client

    def close(self) -> None:
        """Give the clients back."""
        self._out.delete()
        self._in.delete()


class Port:
    """One port that the engine wants."""

    def __init__(self, wanted: OpenPort) -> None:
        self.wanted = wanted
        self.client: Any = None
        self.raw = ""
        self.said: tuple[bool, str] | None = None
        self.sentence = f"MIDI port “{wanted.name}” is not open yet."

    def close(self) -> None:
        """Give the client back."""
        client, self.client = self.client, None
        if client is not None:
            client.close_port()
            client.delete()


class PortKeeper:
    """Keeps the wanted ports open whenever they are there, and says what becomes of them."""

    def __init__(self, rtmidi: Any, sock: socket.socket) -> None:
        self._rtmidi = rtmidi
        self._sock = sock
        self._systems: dict[str, MidiSystem] = {}
        self._ports: dict[int, Port] = {}
        self._listed: dict[str, Listed] = {}
        self._list_at = 0.0
        self._sent_at = 0.0

    def run(self) -> None:
        """Serve until the engine's end of the socket closes."""
        frames = Frames(Down)
        while True:
            inputs = [port for port in self._ports.values() if port.wanted.is_input and port.client]
            readable, _, _ = select.select([self._sock], [], [], self._pause(polling=bool(inputs)))
            if readable:
                data = self._sock.recv(65536)
                if not data:
                    return
                for message in frames.feed(data):
                    self._take(message)
            for port in inputs:
                self._poll(port)
            if self._is_list_due():
                self._look()

    def close(self) -> None:
        """Close every port."""
        for port in self._ports.values():
            port.close()
        for system in self._systems.values():
            system.close()

    def _pause(self, *, polling: bool) -> float | None:
        if polling:
            return POLL_INPUT_EVERY
        if not self._ports:
            return None
        quiet_at = min(self._sent_at + QUIET_AFTER_SEND, self._list_at + LIST_AT_LATEST - LIST_EVERY)
        return max(0.0, max(self._list_at, quiet_at) - time.monotonic())

    def _is_list_due(self) -> bool:
        now = time.monotonic()
        if not self._ports or now < self._list_at:
            return False
        is_quiet = now >= self._sent_at + QUIET_AFTER_SEND
        return is_quiet or now >= self._list_at + LIST_AT_LATEST - LIST_EVERY

    def _tell(self, message: Up) -> None:
        self._sock.sendall(pack(message))

    def _take(self, message: Down) -> None:
        match message:
            case Send():
                self._tell(Written(message.token, self._write(message)))
            case OpenPort():
                self._ports[message.port] = Port(message)
                self._listed.pop(message.system, None)
                self._list_at = self._sent_at = 0.0
            case ClosePort():
                port = self._ports.pop(message.port, None)
                if port is not None:
                    port.close()
            case Ping():
                self._tell(Pong(message.number))

    def _write(self, send: Send) -> str:
        port = self._ports.get(send.port)
        if port is None or port.client is None:
            return port.sentence if port else "This MIDI port was closed."
        if time.monotonic_ns() > send.before:
            return TOO_LATE
        self._sent_at = time.monotonic()
        try:
            for message in send.messages:
                port.client.send_message(message)
        except (OSError, RuntimeError, SystemError, ValueError) as error:
            return f"MIDI port “{port.wanted.name}” refused the message: {error}."
        return ""

    def _poll(self, port: Port) -> None:
        for _ in range(256):
            got = port.client.get_message()
            if got is None:
                return
            self._tell(Received(port.wanted.port, bytes(got[0])))

    def _look(self) -> None:
        for name in {port.wanted.system for port in self._ports.values()}:
            ports = [port for port in self._ports.values() if port.wanted.system == name]
            try:
                outputs, inputs = self._list_ports(name)
            except NoSystemError as error:
                self._forget(name, ports, str(error))
                continue
            self._list(Listed(name, tuple(outputs), tuple(inputs)))
            for port in ports:
                self._keep(port, self._systems[name], inputs if port.wanted.is_input else outputs)
        self._list_at = time.monotonic() + LIST_EVERY

    def _list_ports(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        if name not in self._systems:
            self._systems[name] = MidiSystem(self._rtmidi, name)
        return self._systems[name].list_ports()

    def _drop(self, name: str, ports: list[Port]) -> None:
        for port in ports:
            port.close()
        system = self._systems.pop(name, None)
        if system is not None:
            system.close()

    def _forget(self, name: str, ports: list[Port], sentence: str) -> None:
        self._drop(name, ports)
        for port in ports:
            self._say(port, sentence)
        self._list(Listed(name, (), ()))

    def _list(self, listed: Listed) -> None:
        if self._listed.get(listed.system) != listed:
            self._listed[listed.system] = listed
            self._tell(listed)

    def _keep(self, port: Port, system: MidiSystem, there: dict[str, str]) -> None:
        wanted = port.wanted
        raw = wanted.name if wanted.virtual else there.get(wanted.name)
        if not wanted.name:
            self._say(port, "No MIDI port is chosen. Choose one in the device's settings.")
            return
        if port.client is not None and raw != port.raw:
            port.close()
        if raw is None:
            self._say(port, f"MIDI port “{wanted.name}” is not there.")
            return
        if port.client is None:
            try:
                self._open(port, system, raw)
            except (OSError, RuntimeError, SystemError, ValueError, NotImplementedError) as error:
                port.close()
                self._say(port, f"MIDI port “{wanted.name}” cannot be opened: {error}.")
                return
        self._say(port, "", ready=True)

    @staticmethod
    def _open(port: Port, system: MidiSystem, raw: str) -> None:
        it = port.wanted
        port.client = system.make_client(is_input=it.is_input, virtual=it.virtual, timecode=it.timecode)
        port.raw = raw
        if it.virtual:
            port.client.open_virtual_port(raw)
        else:
            # By number only: so the number is asked for at the last moment.
            port.client.open_port(port.client.get_ports().index(raw), name=port.wanted.name)

    def _say(self, port: Port, sentence: str, *, ready: bool = False) -> None:
        port.sentence = sentence
        if port.said != (ready, sentence):
            port.said = (ready, sentence)
            self._tell(PortState(port.wanted.port, ready, sentence))


def _load_library() -> Any:
    try:
        import rtmidi
    except ImportError:
        return None
    return rtmidi


def _connect(address: str) -> socket.socket:
    host, colon, port = address.rpartition(":")
    if not colon:
        return socket.socket(fileno=int(address))
    sock = socket.create_connection((host, int(port)), 5)
    sock.settimeout(None)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(os.environ[TOKEN_VARIABLE].encode("ascii"))
    return sock


def command() -> list[str]:
    """Return how this process is started, without the address that comes last."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "midi-ports"]
    return [sys.executable, "-P", __file__]


def main(argv: Sequence[str]) -> int:
    """Run the process.

    Args:
        argv: One argument: the number of an inherited socket, or `host:port` to connect to.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the engine; our end is the socket's
    with _connect(argv[0]) as sock:
        try:
            # A client that ends without closing holds up a synchronous JACK for seconds.
            with closing(PortKeeper(_load_library(), sock)) as keeper:
                keeper.run()
        except ConnectionError:
            return 0
        except Exception as error:
            sock.sendall(pack(Crashed(f"The MIDI process failed: {error!r}.")))
            raise
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
