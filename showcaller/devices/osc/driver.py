"""The driver of every OSC desk: prepares packets, sends them, listens for proof and for values.

Owns one connection and what is awaited on it. What the desk is called and understands comes from its
`Desk`; bytes and sockets are the link's. All of it runs in the engine's thread. Made by the rack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Struct

from showcaller.core.reports import Health, Latency, Outcome, Reported, Status, Value
from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.driver import CodecError, Host, MessageSet, Order, Timer, UnsendableError
from showcaller.devices.osc.actions import Proof
from showcaller.devices.osc.codec import Message, decode, encode
from showcaller.devices.osc.desk import Desk
from showcaller.devices.osc.framing import Framing, LengthPrefix, Slip
from showcaller.devices.osc.laws import is_number
from showcaller.devices.osc.links import Link, Listener, Peer, TcpLink, UdpLink

FRAMINGS: Mapping[str, Callable[[], Framing]] = {"tcp-length": LengthPrefix, "tcp-slip": Slip}

MISSES = 2
"""Unanswered heartbeats after which a desk counts as lost."""
FIRST_TRIES = Duration(500)
"""Between heartbeats until the first is answered: UDP may lose one."""
READ_AGAIN = tuple(map(Duration, (30, 70, 150, 250, 500)))
"""Waits between reads of a value that must show what was sent; a read or its answer may be lost."""
FORGET_AFTER = Duration(6000)
"""The engine has given an order up by then."""
READS_AT_ONCE = 16
"""What an X32 over Wi-Fi answers without losing any; companion's limit is 20."""
READ_WITHIN = Duration(500)
READ_TRIES = 3


@dataclass(frozen=True)
class Step:
    """One order of a set, ready: its packets and how it will be proved."""

    packets: tuple[bytes, ...]
    address: str
    proof: Proof
    read: bytes = b""


@dataclass(frozen=True)
class PreparedSet(MessageSet):
    """A message set that knows which packets belong to which order."""

    steps: tuple[Step, ...] = ()


@dataclass(eq=False, slots=True)
class _Awaited:
    """An order that was sent and is not proved yet."""

    token: int
    index: int
    step: Step
    since: Instant
    low: Any = None
    high: Any = None
    reads: list[Duration] = field(default_factory=list)


class OscDriver:
    """One connection to one desk."""

    def __init__(self, desk: Desk, settings: Struct, host: Host) -> None:
        self._desk = desk
        self._host = host
        self._settings: Mapping[str, Any] = msgspec.structs.asdict(settings)
        self._peer = Peer(self._settings["host"], self._settings["port"], self._settings.get("reply_port", 0))
        self._link: Link | None = None
        self._ready = False
        self._closed = False
        self._awaited: list[_Awaited] = []
        self._timers: dict[str, Timer] = {}
        self._unanswered = 0
        self._asked_at = Instant(0)
        self._unread: list[str] = []
        self._reading: set[str] = set()
        self._found = ""
        # An Eos repeats the active cue many times a second while it runs. What we set is forgotten
        # here, so that a hand that moves it back to what it was before is told again.
        self._told: dict[str, Value] = {}
        self._lines: dict[str, Value] = {}

    def open(self) -> None:
        """Begin to connect."""
        listener = Listener(self._opened, self._received, self._lost)
        transport = self._settings["transport"]
        if transport == "udp":
            self._link = UdpLink(self._host, self._peer, listener)
        else:
            self._link = TcpLink(self._host, self._peer, FRAMINGS[transport](), listener)
        self._host.emit(Health("opening", f"Connecting to {self._peer} …"))
        self._link.open()

    def prepare(self, orders: Sequence[Order]) -> MessageSet:
        """Encode the orders.

        Raises:
            UnsendableError: The desk has no such action, or cannot be told what the order says.
        """
        steps = []
        for order in orders:
            action = self._desk.action(order.kind)
            packets = action.packets(order.payload, self._settings)
            proof = action.proof(order.payload, self._settings)
            read = encode(Message(proof.read_address)) if proof.read_address else b""
            steps.append(Step(packets, action.address(order.payload), proof, read))
        frames = tuple(packet for step in steps for packet in step.packets)
        return PreparedSet(tuple(orders), frames, steps=tuple(steps))

    def send(self, message_set: MessageSet, token: int) -> None:
        """Put a prepared set on the wire."""
        assert isinstance(message_set, PreparedSet), "a set that another driver prepared"
        for index, step in enumerate(message_set.steps):
            if self._link is None or not self._ready:
                sentence = f"{self._desk.title} at {self._peer} is not connected."
                self._host.emit(Outcome(token, index, "failed", sentence))
                continue
            self._told.pop(step.address, None)
            awaited = self._await(token, index, step)
            self._link.send(step.packets, lambda error, it=awaited: self._sent(it, error))  # type: ignore[misc]

    def set_value(self, order: Order) -> None:
        """Send one step of a fade."""
        if self._link is None or not self._ready:
            return
        action = self._desk.action(order.kind)
        try:
            packets = action.packets(order.payload, self._settings)
        except UnsendableError:
            # It was prepared with the same fields, so only a value beyond its limits ends here.
            return
        address = action.address(order.payload)
        self._told.pop(address, None)
        self._link.send_newest(address, packets)
        for awaited in self._awaited:
            if awaited.step.address == address and is_number(awaited.low):
                wanted = action.proof(order.payload, self._settings).wanted
                awaited.low, awaited.high = min(awaited.low, wanted), max(awaited.high, wanted)

    def stop_media(self, address: str) -> None:
        """Do nothing: no action starts media here."""

    def listen_to_levels(self, wanted: bool) -> None:
        """Do nothing: these desks tell no levels."""

    def close(self) -> None:
        """End timers and sockets."""
        self._closed = True
        self._ready = False
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._awaited.clear()
        if self._link is not None:
            self._link.close()

    def _opened(self) -> None:
        heartbeat = self._desk.profile.heartbeat
        if heartbeat is None:
            self._greet()
            return
        self._probe()

    def _probe(self) -> None:
        """Ask whether the desk is there; for ever, until it does not answer."""
        heartbeat = self._desk.profile.heartbeat
        if self._closed or heartbeat is None or self._link is None:
            return
        asked_for = Duration(0)
        if self._unanswered:
            asked_for = Duration((self._host.now() - self._asked_at) // NS_PER_MS)
        if asked_for >= MISSES * heartbeat.every:
            self._lost(
                f"{self._desk.title} at {self._peer} does not answer. Check that it is on, "
                f"and its OSC settings{self._desk.profile.setup}.",
                False,
            )
            return
        if not self._unanswered:
            self._asked_at = self._host.now()
        self._unanswered += 1
        self._link.send((self._desk.packet(heartbeat.send, self._settings),), self._unsendable)
        if not self._closed:
            every = Duration(heartbeat.every) if self._found else FIRST_TRIES
            self._timers["heartbeat"] = self._host.after(every, self._probe)

    def _unsendable(self, error: str) -> None:
        """Take no notice: a link that cannot send says so itself, and a missed heartbeat counts."""

    def _answered(self, message: Message) -> None:
        if self._unanswered == 1:
            self._host.emit(Latency((self._host.now() - self._asked_at) / NS_PER_MS))
        self._unanswered = 0
        if not self._found:
            self._found = self._desk.found(message) or f"{self._desk.title} answers at {self._peer}."
            self._greet()

    def _greet(self) -> None:
        """Say hello to a desk that stands, read what it holds, and count it as ready."""
        assert self._link is not None
        profile = self._desk.profile
        for plan in profile.connect:
            self._link.send((self._desk.packet(plan, self._settings),), self._unsendable)
        if profile.keep_alive is not None:
            self._keep_alive()
        self._unread = list(self._desk.resync)
        self._read_on(READ_TRIES)

    def _keep_alive(self) -> None:
        plan = self._desk.profile.keep_alive
        if self._closed or plan is None or self._link is None:
            return
        self._link.send((self._desk.packet(plan.send, self._settings),), self._unsendable)
        if not self._closed:
            self._timers["keep alive"] = self._host.after(Duration(plan.every), self._keep_alive)

    def _read_on(self, tries: int) -> None:
        """Read the next addresses of the resync; those that stay silent again, then no more."""
        if self._closed or self._link is None or self._ready:
            return
        if "reads" in self._timers:
            self._timers.pop("reads").cancel()
        if not self._reading:
            self._reading = set(self._unread[:READS_AT_ONCE])
            del self._unread[:READS_AT_ONCE]
            tries = READ_TRIES
        if not self._reading:
            self._become_ready()
            return
        for address in sorted(self._reading):
            self._link.send((encode(Message(address)),), self._unsendable)

        def give_up() -> None:
            if tries <= 1:
                self._reading.clear()
            self._read_on(tries - 1)

        if not self._closed:
            self._timers["reads"] = self._host.after(READ_WITHIN, give_up)

    def _become_ready(self) -> None:
        self._ready = True
        if self._found:
            sentence = self._found
        elif self._settings["transport"] == "udp":
            sentence = f"Sending to {self._peer}; this desk does not answer."
        else:
            sentence = f"Connected to {self._peer}; this desk does not say what it did."
        self._host.emit(Health("ready", sentence))

    def _lost(self, sentence: str, refused: bool) -> None:
        if self._closed:
            return
        awaited = self._awaited[:]
        self.close()
        for one in awaited:
            self._host.emit(Outcome(one.token, one.index, "failed", f"Not confirmed: {sentence}"))
        self._host.emit(Health("refused" if refused else "lost", sentence))

    def _await(self, token: int, index: int, step: Step) -> _Awaited:
        now = self._host.now()
        if self._awaited and now - self._awaited[0].since >= FORGET_AFTER * NS_PER_MS:
            self._awaited = [one for one in self._awaited if now - one.since < FORGET_AFTER * NS_PER_MS]
        awaited = _Awaited(token, index, step, now, step.proof.wanted, step.proof.wanted, list(READ_AGAIN))
        self._awaited.append(awaited)
        return awaited

    def _sent(self, awaited: _Awaited, error: str) -> None:
        if self._closed:
            return
        proof = awaited.step.proof
        if error or not (proof.answers or awaited.step.read):
            self._settle(awaited, "failed" if error else "sent", error)
        elif awaited.step.read:
            self._read_back(awaited)

    def _settle(self, awaited: _Awaited, result: Any, sentence: str = "") -> None:
        if awaited in self._awaited:
            self._awaited.remove(awaited)
            self._host.emit(Outcome(awaited.token, awaited.index, result, sentence))

    def _read_back(self, awaited: _Awaited) -> None:
        if self._closed or self._link is None or awaited not in self._awaited:
            return
        self._link.send((awaited.step.read,), self._unsendable)
        if awaited.reads and not self._closed:
            self._host.after(awaited.reads.pop(0), lambda: self._read_back(awaited))

    def _received(self, packet: bytes) -> None:
        try:
            messages = decode(packet)
        except CodecError:
            # One broken datagram of a live desk must not end the connection; silence would.
            return
        for message in messages:
            if not self._closed:
                self._take(message)

    def _take(self, message: Message) -> None:
        heartbeat = self._desk.profile.heartbeat
        if heartbeat is not None and message.address == heartbeat.answer:
            self._answered(message)
        for awaited in tuple(self._awaited):
            if self._answers(awaited, message):
                # One answer proves one order: two recalls get two.
                break
            self._prove(awaited, message)
        for address, value in self._desk.reports(message):
            if self._told.get(address) != value:
                self._told[address] = value
                self._host.emit(Reported(address, value))
        status = {
            name: value
            for name, value in self._desk.status(message).items()
            if self._lines.get(name) != value
        }
        if status:
            self._lines.update(status)
            self._host.emit(Status(status))
        if message.address in self._reading:
            self._reading.discard(message.address)
            if not self._reading:
                self._read_on(READ_TRIES)

    def _answers(self, awaited: _Awaited, message: Message) -> bool:
        """Settle an order whose answer this is; return whether it was."""
        for answer in awaited.step.proof.answers:
            if answer.fits(message):
                if answer.refused:
                    self._settle(awaited, "failed", f"{self._desk.title} refused it.")
                else:
                    self._settle(awaited, "confirmed")
                return True
        return False

    def _prove(self, awaited: _Awaited, message: Message) -> None:
        """Settle an order if this is its value, read back as it was sent."""
        proof = awaited.step.proof
        if awaited.step.read and message.address == proof.read_address and message.args:
            got = message.args[0]
            if is_number(got) and is_number(awaited.low):
                proved = awaited.low - proof.tolerance <= got <= awaited.high + proof.tolerance
            else:
                proved = got == awaited.low
            if proved:
                self._settle(awaited, "confirmed")
