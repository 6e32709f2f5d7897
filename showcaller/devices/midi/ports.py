"""The engine's end of the MIDI process: starts it, wants ports of it, hands it messages.

Owns the child process, the socket to it and the numbers of ports and messages. Knows no show, no
action and no rtmidi (see `process`). All calls are made in the engine's thread, and so are all calls
back. The child is started at the first wanted port and ended when the last one is closed, so with no
MIDI in use nothing runs and nothing polls; where that one was missing it is kept for the next try.

`ports_of(host)` gives the one `MidiPorts` of a host: a driver is made from settings and host alone,
and one child has to serve all of them and the engine's own listening. The table that finds it again
is keyed by the host, weakly on both sides, and so lives and dies with the engine that lends the host.
"""

from __future__ import annotations

import contextlib
import os
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from showcaller.core.times import Duration
from showcaller.devices.child_process import Child, ChildStart, Launch, end_in_thread
from showcaller.devices.driver import NOT_SENT_AFTER, Host, Timer
from showcaller.devices.midi import process

PING_EVERY = Duration(2000)
HANGS_AFTER = Duration(5000)
START_AGAIN_AFTER = Duration(2000)
LEAVE_AFTER = Duration(10_000)
"""Longer than the engine waits before it looks for a missing port again."""

ENDED = "The MIDI process ended. It is started again."
HANGS = "The MIDI system does not answer. It is started again."
NOT_STARTED = "The MIDI process cannot be started: {}."
_NAME = "the MIDI process"

OnState = Callable[[bool, str], None]
"""The port is ready, or why it is not."""
OnList = Callable[[tuple[str, ...], tuple[str, ...]], None]
"""Names of outputs and inputs."""
OnWritten = Callable[[str], None]
"""Empty: the messages are in the port. Otherwise why they are not."""


def _ignore_state(_ready: bool, _sentence: str) -> None:
    """Take a state that nobody wants to know."""


def _ignore_list(_outputs: tuple[str, ...], _inputs: tuple[str, ...]) -> None:
    """Take a list that nobody wants to know."""


def _ignore_message(_message: bytes) -> None:
    """Take what an output cannot give."""


@dataclass
class WantedPort:
    """A port that somebody wants, and whom to tell."""

    opening: process.OpenPort
    on_state: OnState
    on_list: OnList = _ignore_list
    on_message: Callable[[bytes], None] = _ignore_message
    starts_again: bool = False
    """After the end of the child it is wanted again; a driver is closed and made again instead."""
    is_ready: bool = False


class OutputPort:
    """An output that a driver wants."""

    def __init__(self, ports: MidiPorts, number: int) -> None:
        self._ports = ports
        self._number = number

    def send(self, messages: Sequence[bytes], on_written: OnWritten) -> None:
        """Hand whole messages to the child; `on_written` is called once, at the latest after 5 s."""
        self._ports.send(self._number, messages, on_written)

    def close(self) -> None:
        """Want it no longer; safe to call twice."""
        self._ports.close_port(self._number)


class MidiPorts:
    """All MIDI ports of one engine."""

    def __init__(
        self, host: Host, command: Sequence[str] | None = None, *, inherit: bool | None = None
    ) -> None:
        self._host = weakref.ref(host)
        self._launch = Launch(
            list(command) if command is not None else process.command(),
            process.TOKEN_VARIABLE,
            os.name != "nt" if inherit is None else inherit,
        )
        self._wanted: dict[int, WantedPort] = {}
        self._written: dict[int, OnWritten] = {}
        self._number = 0
        self._child: Child | None = None
        self._frames = process.Frames(process.Up)
        self._starting: ChildStart | None = None
        self._unsent = b""
        self._beat: Timer | None = None
        self._restart: Timer | None = None
        self._leaving: Timer | None = None
        self._answered_at = 0

    @property
    def process_id(self) -> int | None:
        """The child's, while there is one."""
        return self._child.popen.pid if self._child else None

    def open_output(
        self, system: str, name: str, *, virtual: bool, on_state: OnState, on_list: OnList
    ) -> OutputPort:
        """Want an output: `on_state` says when it is there and when it is lost."""
        number = self._next_number()
        opening = process.OpenPort(number, system, name, virtual, is_input=False)
        self._want(WantedPort(opening, on_state, on_list))
        return OutputPort(self, number)

    def listen(
        self,
        name: str,
        on_message: Callable[[bytes], None],
        *,
        system: str = "automatic",
        on_state: OnState = _ignore_state,
        on_list: OnList = _ignore_list,
        timecode: bool = False,
    ) -> Callable[[], None]:
        """Hear an input from now on, whenever it is there; return what ends that.

        Args:
            name: Name of the input, as in the inventory `inputs`.
            on_message: Called with each whole message (SysEx too; no active sensing).
            system: As in the settings of a MIDI device.
            on_state: Called when the port is found, and with the reason when it is lost.
            on_list: Called with the names of all ports when they change.
            timecode: Hear quarter frames and MIDI clock as well.
        """
        number = self._next_number()
        opening = process.OpenPort(number, system, name, virtual=False, is_input=True, timecode=timecode)
        self._want(WantedPort(opening, on_state, on_list, on_message, starts_again=True))
        return lambda: self.close_port(number)

    def close_port(self, number: int) -> None:
        """Want a port no longer; the last one ends the child, a missing one only if it is not tried again."""
        closed = self._wanted.pop(number, None)
        if closed is None:
            return
        if not self._wanted and (closed.is_ready or self._child is None):
            self.close()
            return
        self._write(process.pack(process.ClosePort(number)))
        if not self._wanted:
            # It is looked for again in a few seconds: a process each time would cost more than the looking.
            self._leaving = self._lender().after(LEAVE_AFTER, self.close)

    def send(self, number: int, messages: Sequence[bytes], on_written: OnWritten) -> None:
        """Hand whole messages to the child, with one non-blocking write."""
        token = self._next_number()
        before = time.monotonic_ns() + NOT_SENT_AFTER * 1_000_000
        frame = process.pack(process.Send(number, token, before, list(messages)))
        if number not in self._wanted or not self._write(frame):
            on_written(HANGS if self._child else ENDED)
            return
        self._written[token] = on_written

    def close(self) -> None:
        """End the child and forget all ports."""
        self._wanted.clear()
        self._written.clear()
        self._stay()
        self._end()
        if self._restart is not None:
            self._restart.cancel()
            self._restart = None

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def _lender(self) -> Host:
        host = self._host()
        assert host is not None, "whoever wants a port keeps the host"
        return host

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def _want(self, wanted: WantedPort) -> None:
        self._stay()
        self._wanted[wanted.opening.port] = wanted
        if self._child is not None:
            self._write(process.pack(wanted.opening))
        elif self._starting is None:
            self._start()

    def _start(self) -> None:
        post = self._lender().post

        def tell(started: Child | OSError) -> None:
            post(partial(self._take_child, starting, started))

        self._starting = starting = ChildStart(self._launch, _NAME, tell)
        starting.begin()

    def _take_child(self, starting: ChildStart, started: Child | OSError) -> None:
        if starting is not self._starting:
            return
        self._starting = None
        if isinstance(started, OSError):
            self._lose(NOT_STARTED.format(started))
            return
        self._child, self._frames = started, process.Frames(process.Up)
        self._answered_at = time.monotonic_ns()
        host = self._lender()
        host.watch(started.sock, self._read)
        self._beat = host.after(PING_EVERY, self._ping)
        for wanted in list(self._wanted.values()):
            self._write(process.pack(wanted.opening))

    def _end(self) -> None:
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None
        child = self._child
        if child is not None:
            self._lender().unwatch(child.sock)
        elif self._starting is not None:
            self._starting.abandon()
            self._starting = None
        self._child = None
        self._unsent = b""
        if child is not None:
            end_in_thread(child, _NAME)

    def _lose(self, sentence: str) -> None:
        """Tell everybody that the child is gone; what listens is wanted again in a new one."""
        self._end()
        written, self._written = self._written, {}
        lost, self._wanted = self._wanted, {}
        self._wanted = {number: wanted for number, wanted in lost.items() if wanted.starts_again}
        for on_written in written.values():
            on_written(sentence)
        for wanted in lost.values():
            wanted.on_state(False, sentence)
        if self._wanted and self._restart is None:
            self._restart = self._lender().after(START_AGAIN_AFTER, self._start_again)

    def _start_again(self) -> None:
        self._restart = None
        if self._wanted and self._child is None and self._starting is None:
            self._start()

    def _write(self, frame: bytes) -> bool:
        """Write a frame, or all that fits of it; False if not even its beginning can be written."""
        if self._child is None or not self._flush():
            return False
        try:
            sent = self._child.sock.send(frame)
        except OSError:  # full, or closed: then the reader sees the end
            return False
        self._unsent = frame[sent:]
        return True

    def _flush(self) -> bool:
        if self._unsent and self._child is not None:
            with contextlib.suppress(OSError):
                self._unsent = self._unsent[self._child.sock.send(self._unsent) :]
        return not self._unsent

    def _ping(self) -> None:
        if time.monotonic_ns() > self._answered_at + HANGS_AFTER * 1_000_000:
            if self._child is not None:
                self._child.popen.kill()
            self._lose(HANGS)
            return
        self._beat = self._lender().after(PING_EVERY, self._ping)
        self._write(process.pack(process.Ping(0)))

    def _read(self) -> None:
        child = self._child
        if child is None:
            return
        try:
            data = child.sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lose(ENDED)
            return
        self._answered_at = time.monotonic_ns()
        for message in self._frames.feed(data):
            self._take(message)
            if self._child is not child:
                return

    def _take(self, message: process.Up) -> None:
        match message:
            case process.Written():
                on_written = self._written.pop(message.token, None)
                if on_written is not None:
                    on_written(message.sentence)
            case process.Received():
                if wanted := self._wanted.get(message.port):
                    wanted.on_message(message.message)
            case process.PortState():
                if wanted := self._wanted.get(message.port):
                    wanted.is_ready = message.ready
                    wanted.on_state(message.ready, message.sentence)
            case process.Listed():
                for wanted in list(self._wanted.values()):
                    if wanted.opening.system == message.system:
                        wanted.on_list(message.outputs, message.inputs)
            case process.Crashed():
                self._lose(message.sentence)
            case process.Pong():
                pass


_PORTS: weakref.WeakKeyDictionary[Host, MidiPorts] = weakref.WeakKeyDictionary()


def ports_of(host: Host) -> MidiPorts:
    """Return the MIDI ports of the engine that lends this host; engine thread only."""
    lender = host.lender()
    ports = _PORTS.get(lender)
    if ports is None:
        ports = _PORTS[lender] = MidiPorts(lender)
    return ports


def end_ports_of(host: Host) -> None:
    """End the MIDI process of the engine that lends this host, if there is one; for the engine's end."""
    ports = _PORTS.get(host.lender())
    if ports is not None:
        ports.close()
