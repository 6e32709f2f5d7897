"""A simulated OSC desk: real sockets on loopback, answers as its profile says.

Owns what a desk would hold and say, as far as the profile tells: it decodes what comes, shows it, answers
heartbeats, reads and commands, and pushes changes to others who asked. Knows nothing of the driver. All
of it runs in the engine's thread. Made by the rack for a simulated route.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from showcaller.core.forms import summarise
from showcaller.core.reports import Simulated
from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.driver import CodecError, Fault, Host
from showcaller.devices.osc.actions import Action, message_of
from showcaller.devices.osc.arguments import format_arguments
from showcaller.devices.osc.codec import Message, decode, encode
from showcaller.devices.osc.desk import Desk
from showcaller.devices.osc.driver import FRAMINGS
from showcaller.devices.osc.framing import Framing
from showcaller.devices.osc.templates import match

ROWS = 12
"""What was set last is shown, newest at the end."""
SUBSCRIBED_FOR = Duration(10_000)
MOST_SUBSCRIBERS = 4
"""As on an X32."""

Reply = Callable[[bytes], None]


class SimulatedDesk:
    """One desk behind one loopback port."""

    def __init__(self, desk: Desk, settings: Struct) -> None:
        self._desk = desk
        self._settings: dict[str, Any] = msgspec.structs.asdict(settings)
        self._host: Host | None = None
        self._port = 0
        self._socket: socket.socket | None = None
        self._streams: dict[socket.socket, Framing] = {}
        self._fault: Fault = "none"
        self._latency = Duration(0)
        self._rows: dict[str, tuple[str, str]] = {}
        self._held: dict[str, Message] = {}
        self._counts: dict[str, int] = {}
        self._subscribers: dict[Any, tuple[Reply, Instant]] = {}

    def open(self, host: Host) -> Mapping[str, Any]:
        """Listen on a free loopback port."""
        self._host = host
        self._listen()
        return {**self._settings, "host": "127.0.0.1", "port": self._port, "reply_port": 0}

    def misbehave(self, fault: Fault, latency: Duration = Duration(0)) -> None:
        """Answer late, say nothing, carry out nothing, or be gone from the port.

        Few commands of OSC desks have a refusal (an X32 recall has); the others are just not carried out.
        """
        self._fault = fault
        self._latency = latency
        if fault == "disconnect":
            self._end()
        elif self._socket is None:
            self._listen()

    def play_at(self, rate: float) -> None:
        """Nothing: it knows no media."""

    def know_lengths(self, lengths: Mapping[str, Duration]) -> None:
        """Nothing: it knows no media."""

    def close(self) -> None:
        """Close all sockets."""
        self._end()

    def _listen(self) -> None:
        assert self._host is not None
        udp = self._settings["transport"] == "udp"
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
        if not udp:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        sock.bind(("127.0.0.1", self._port))
        self._port = sock.getsockname()[1]
        if not udp:
            sock.listen()
        self._socket = sock
        self._host.watch(sock, lambda: self._read_datagram(sock) if udp else self._accept(sock))

    def _end(self) -> None:
        self._subscribers.clear()
        for stream in tuple(self._streams):
            self._drop(stream)
        if self._socket is not None and self._host is not None:
            self._host.unwatch(self._socket)
            self._socket.close()
            self._socket = None

    def _read_datagram(self, sock: socket.socket) -> None:
        if sock is not self._socket:
            return
        try:
            packet, sender = sock.recvfrom(65_535)
        except OSError:
            # On Windows a reply that nobody took is reported here.
            return

        def reply(answer: bytes) -> None:
            if self._socket is not None:
                self._socket.sendto(answer, sender)

        self._receive(packet, sender, reply)

    def _accept(self, sock: socket.socket) -> None:
        if sock is not self._socket or self._host is None:
            return
        try:
            stream, _ = sock.accept()
        except OSError:
            return
        stream.setblocking(False)
        self._streams[stream] = FRAMINGS[self._settings["transport"]]()
        self._host.watch(stream, lambda: self._read_stream(stream))

    def _read_stream(self, stream: socket.socket) -> None:
        framing = self._streams.get(stream)
        if framing is None:
            return
        try:
            received = stream.recv(65_536)
            packets = framing.feed(received)
        except (OSError, CodecError):
            self._drop(stream)
            return
        if not received:
            self._drop(stream)

        def reply(answer: bytes) -> None:
            if stream in self._streams:
                try:
                    stream.sendall(framing.frame(answer))
                except OSError:
                    self._drop(stream)

        for packet in packets:
            self._receive(packet, stream, reply)

    def _drop(self, stream: socket.socket) -> None:
        if self._streams.pop(stream, None) is not None and self._host is not None:
            self._host.unwatch(stream)
            stream.close()

    def _receive(self, packet: bytes, sender: Any, reply: Reply) -> None:
        if self._fault == "silent":
            return
        try:
            messages = decode(packet)
        except CodecError as error:
            self._show("", "Not understood", str(error))
            return
        for message in messages:
            for answer in self._carry_out(message, sender, reply):
                self._answer(reply, answer)

    def _answer(self, reply: Reply, answer: Message) -> None:
        packet = encode(answer)
        if self._latency and self._host is not None:
            self._host.after(self._latency, lambda: reply(packet))
        else:
            reply(packet)

    def _carry_out(self, message: Message, sender: Any, reply: Reply) -> Iterator[Message]:
        """Do what a message says and yield the answers to its sender."""
        profile = self._desk.profile
        heartbeat = profile.heartbeat
        if heartbeat is not None and message.address == heartbeat.send.address:
            if heartbeat.simulated:
                args = tuple(argument.value for argument in heartbeat.simulated)
                yield Message(heartbeat.answer, args, "".join(it.type for it in heartbeat.simulated))
            else:
                yield Message(heartbeat.answer, message.args, message.tags)
        elif profile.subscribe and message.address == profile.subscribe:
            self._subscribe(sender, reply)
        elif not message.args and self._desk.readable(message.address):
            yield self._held_at(message.address)
        elif self._is_greeting(message):
            return
        elif self._fault == "refuse":
            yield from self._refuse(message)
        else:
            yield from self._obey(message, sender)

    def _refuse(self, message: Message) -> Iterator[Message]:
        for action in self._desk.actions:
            payload = action.recognise(message, self._settings)
            if payload is not None:
                answers = action.proof(payload, self._settings).answers
                yield from (Message(it.address, it.arguments) for it in answers if it.refused)
                return

    def _is_greeting(self, message: Message) -> bool:
        return any(match(plan.address, message.address) is not None for plan in self._desk.profile.connect)

    def _subscribe(self, sender: Any, reply: Reply) -> None:
        assert self._host is not None
        now = self._host.now()
        self._subscribers = {
            who: (to, until) for who, (to, until) in self._subscribers.items() if until > now
        }
        if sender in self._subscribers or len(self._subscribers) < MOST_SUBSCRIBERS:
            self._subscribers[sender] = (reply, Instant(now + SUBSCRIBED_FOR * NS_PER_MS))

    def _held_at(self, address: str) -> Message:
        if address in self._held:
            return self._held[address]
        plan = self._desk.readable(address)
        assert plan is not None
        assert plan.initial is not None
        return Message(address, (plan.initial.value,), plan.initial.type)

    def _obey(self, message: Message, sender: Any) -> Iterator[Message]:
        assert self._host is not None
        if self._desk.readable(message.address) and message.args:
            self._held[message.address] = message
            now = self._host.now()
            for who, (reply, until) in self._subscribers.items():
                if who != sender and until > now:
                    self._answer(reply, message)
        for action in self._desk.actions:
            payload = action.recognise(message, self._settings)
            if payload is not None:
                yield from self._act(action, payload)
                break
        else:
            if not any(action.is_rest(message, self._settings) for action in self._desk.actions):
                written = format_arguments(message.tags, message.args)
                self._show(message.address, message.address, written or "no arguments")
        for plan in self._desk.profile.answers:
            found = match(plan.pattern, message.address)
            if found is not None:
                values = {**found, **{str(place): it for place, it in enumerate(message.args)}}
                yield message_of(plan.reply, values)

    def _act(self, action: Action, payload: Struct) -> Iterator[Message]:
        count = self._counts[action.plan.name] = self._counts.get(action.plan.name, 0) + 1
        summary = summarise(action.kind.form(), msgspec.structs.asdict(payload))
        self._show(action.address(payload), action.plan.title, summary)
        yield from action.simulated(payload, self._settings, count)

    def _show(self, key: str, label: str, value: str) -> None:
        assert self._host is not None
        self._rows.pop(key, None)
        self._rows[key] = (label, value)
        while len(self._rows) > ROWS:
            del self._rows[next(iter(self._rows))]
        self._host.emit(Simulated(tuple(self._rows.values())))
