"""The wire to one desk: UDP, or TCP with one of the two framings.

Owns sockets, name resolution and the queue in front of a full TCP buffer. Works in the engine's thread
alone, through `Host`; only the resolution of a name, which can hang, has a short-lived thread. Knows no
OSC: packets go in and come out. Called by the OSC driver.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.driver import NOT_SENT_AFTER, CodecError, Host, Timer
from showcaller.devices.osc.framing import Framing

AT_ONCE = 64
"""Datagrams that are read in one turn, so that a flood delays no cue."""
CONNECT_WITHIN = Duration(4000)
MOST_WAITING = 262_144
"""Bytes that may wait in front of a full TCP buffer."""

_IN_PROGRESS = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN})

Done = Callable[[str], None]
"""Called once per send: with nothing when the bytes are the network's, or with why they are not."""


@dataclass(frozen=True)
class Peer:
    """Where the desk is, as its settings say."""

    host: str
    port: int
    reply_port: int = 0

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Listener:
    """Whom a link tells what happens."""

    on_open: Callable[[], None]
    on_packet: Callable[[bytes], None]
    on_lost: Callable[[str, bool], None]
    """A sentence, and whether only the operator can help."""


class Link(Protocol):
    """One connection."""

    def open(self) -> None:
        """Begin to connect; return at once."""

    def send(self, packets: Sequence[bytes], done: Done) -> None:
        """Send packets in order; `done` is called at once, or when the last left a queue."""

    def send_newest(self, key: str, packets: Sequence[bytes]) -> None:
        """Send packets, instead of those of the same key that still wait."""

    def close(self) -> None:
        """Close the sockets; call nobody any more."""


Address = tuple[socket.AddressFamily, tuple[str | int | bytes, ...]]
Resolved = Callable[[Address | None, str], None]


def resolve(host: Host, peer: Peer, kind: socket.SocketKind, resolved: Resolved) -> None:
    """Find the address of a peer and call `resolved` with it, or None and a sentence, in the engine's thread.

    A literal address is resolved at once; a name in a thread that ends with the system's own time-out.
    """

    def look_up() -> tuple[Address | None, str]:
        try:
            found = socket.getaddrinfo(peer.host, peer.port, type=kind)
        except (OSError, UnicodeError):
            return None, f"The host “{peer.host}” is not known here. Check its name and the network."
        # Desks speak IPv4; a name such as localhost may have an IPv6 address first.
        found.sort(key=lambda one: one[0] != socket.AF_INET)
        family, _, _, _, address = found[0]
        return (family, tuple(address)), ""

    def in_thread() -> None:
        answer = look_up()
        host.post(lambda: resolved(*answer))

    if not peer.host.strip():
        resolved(None, "No host is set. Enter the name or IP address of the desk.")
        return
    try:
        ipaddress.ip_address(peer.host)
    except ValueError:
        threading.Thread(target=in_thread, name=f"resolve {peer.host}", daemon=True).start()
    else:
        resolved(*look_up())


class UdpLink:
    """One connected socket both ways, and one more where the desk answers to a port of its own choice."""

    def __init__(self, host: Host, peer: Peer, listener: Listener) -> None:
        self._host = host
        self._peer = peer
        self._listener = listener
        self._sockets: list[socket.socket] = []
        self._closed = False

    def open(self) -> None:
        """Resolve the name, then open the sockets."""
        resolve(self._host, self._peer, socket.SOCK_DGRAM, self._connect)

    def send(self, packets: Sequence[bytes], done: Done) -> None:
        """Send each packet as one datagram, now or not at all."""
        if not self._sockets:
            done(f"There is no connection to {self._peer}.")
            return
        for packet in packets:
            try:
                self._send_one(packet)
            except BlockingIOError:
                done(f"The network is too busy to send to {self._peer}.")
                return
            except OSError as error:
                done(f"Cannot send to {self._peer}: {_reason(error)}.")
                self._lose(f"Cannot send to {self._peer}: {_reason(error)}. Check the network.")
                return
        done("")

    def send_newest(self, key: str, packets: Sequence[bytes]) -> None:  # noqa: ARG002
        """Send now: nothing ever waits here."""
        self.send(packets, lambda _error: None)

    def close(self) -> None:
        """Close both sockets."""
        self._closed = True
        for sock in self._sockets:
            self._host.unwatch(sock)
            sock.close()
        self._sockets.clear()

    def _send_one(self, packet: bytes) -> None:
        try:
            self._sockets[0].send(packet)
        except ConnectionRefusedError:
            # The refusal belongs to an earlier datagram, and its report kept this one from being sent.
            self._sockets[0].send(packet)

    def _connect(self, address: Address | None, sentence: str) -> None:
        if self._closed:
            return
        if address is None:
            self._lose(sentence)
            return
        family, remote = address
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        try:
            sock.connect(remote)
        except OSError as error:
            sock.close()
            self._lose(f"{self._peer} cannot be reached: {_reason(error)}. Check the network.")
            return
        self._watch(sock)
        if self._peer.reply_port and not self._listen(family, sock.getsockname()[0], str(remote[0])):
            return
        self._listener.on_open()

    def _listen(self, family: socket.AddressFamily, own: str, desk: str) -> bool:
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.setblocking(False)
        try:
            sock.bind((own, self._peer.reply_port))
        except OSError as error:
            sock.close()
            port = self._peer.reply_port
            self._lose(f"Cannot listen for answers on port {port}: {_reason(error)}. Choose another.", True)
            return False
        self._watch(sock, desk)
        return True

    def _watch(self, sock: socket.socket, only_from: str = "") -> None:
        self._sockets.append(sock)
        self._host.watch(sock, lambda: self._read(sock, only_from))

    def _read(self, sock: socket.socket, only_from: str) -> None:
        for _ in range(AT_ONCE):
            if self._closed or sock not in self._sockets:
                return
            try:
                packet, sender = sock.recvfrom(65_535)
            except BlockingIOError:
                return
            except (ConnectionRefusedError, ConnectionResetError):
                self._lose(
                    f"Nothing listens at {self._peer}. Switch OSC on at the desk, or check host and port."
                )
                return
            except OSError as error:
                self._lose(f"{self._peer} cannot be reached: {_reason(error)}. Check the network.")
                return
            if not only_from or sender[0] == only_from:
                self._listener.on_packet(packet)

    def _lose(self, sentence: str, refused: bool = False) -> None:
        if not self._closed:
            self.close()
            self._listener.on_lost(sentence, refused)


@dataclass
class _Waiting:
    """Bytes that wait for room in the TCP buffer."""

    rest: memoryview
    whole: bool
    """Nothing of it is on the wire yet, so it can still be dropped."""
    since: Instant
    done: Done
    key: str = ""


class TcpLink:
    """One stream; what does not fit into the buffer waits shortly, in order."""

    _POLL = Duration(5)

    def __init__(self, host: Host, peer: Peer, framing: Framing, listener: Listener) -> None:
        self._host = host
        self._peer = peer
        self._framing = framing
        self._listener = listener
        self._socket: socket.socket | None = None
        self._connected = False
        self._closed = False
        self._queue: deque[_Waiting] = deque()
        self._flush_timer: Timer | None = None
        self._give_up_at = Instant(0)

    def open(self) -> None:
        """Resolve the name, then connect without waiting."""
        resolve(self._host, self._peer, socket.SOCK_STREAM, self._connect)

    def send(self, packets: Sequence[bytes], done: Done) -> None:
        """Put the packets into the stream, behind what waits there."""
        self._put(packets, done, "")

    def send_newest(self, key: str, packets: Sequence[bytes]) -> None:
        """Put the packets into the stream; older ones of this key that wait are dropped."""
        self._queue = deque(one for one in self._queue if one.key != key or not one.whole)
        self._put(packets, lambda _error: None, key)

    def close(self) -> None:
        """Close the stream; what waits is dropped."""
        self._closed = True
        self._queue.clear()
        if self._flush_timer is not None:
            self._flush_timer.cancel()
        if self._socket is not None:
            if self._connected:
                self._host.unwatch(self._socket)
            self._socket.close()
            self._socket = None

    def _connect(self, address: Address | None, sentence: str) -> None:
        if self._closed:
            return
        if address is None:
            self._lose(sentence)
            return
        family, remote = address
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._give_up_at = Instant(self._host.now() + CONNECT_WITHIN * NS_PER_MS)
        error = self._socket.connect_ex(remote)
        if error and error not in _IN_PROGRESS:
            self._lose(f"{self._peer} cannot be reached: {_reason(OSError(error, ''))}. Check the network.")
        else:
            self._await_connection()

    def _await_connection(self) -> None:
        sock = self._socket
        if self._closed or sock is None:
            return
        error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            self._lose(
                f"{self._peer} takes no connection: {_reason(OSError(error, ''))}. "
                "Switch OSC over TCP on at the desk, or check host and port."
            )
            return
        try:
            sock.getpeername()
        except OSError:
            if self._host.now() > self._give_up_at:
                self._lose(f"{self._peer} does not answer. Check that the desk is on, and the network.")
            else:
                self._host.after(self._POLL, self._await_connection)
            return
        self._connected = True
        self._host.watch(sock, self._read)
        self._listener.on_open()

    def _put(self, packets: Sequence[bytes], done: Done, key: str) -> None:
        if self._socket is None or not self._connected:
            done(f"There is no connection to {self._peer}.")
            return
        stream = b"".join(map(self._framing.frame, packets))
        if sum(len(one.rest) for one in self._queue) + len(stream) > MOST_WAITING:
            done(f"{self._peer} takes no more messages at present.")
            return
        self._queue.append(_Waiting(memoryview(stream), True, self._host.now(), done, key))
        if self._flush_timer is None:
            self._flush()

    def _flush(self) -> None:
        self._flush_timer = None
        while self._queue and self._socket is not None:
            first = self._queue[0]
            waited = self._host.now() - first.since
            if first.whole and waited > NOT_SENT_AFTER * NS_PER_MS:
                self._queue.popleft()
                first.done(f"{self._peer} did not take the message in time; it was dropped.")
                continue
            try:
                sent = self._socket.send(first.rest)
            except BlockingIOError:
                self._flush_timer = self._host.after(self._POLL, self._flush)
                return
            except OSError as error:
                self._fail_all(f"Cannot send to {self._peer}: {_reason(error)}.")
                return
            first.rest = first.rest[sent:]
            first.whole = False
            if not first.rest:
                self._queue.popleft()
                first.done("")

    def _fail_all(self, sentence: str) -> None:
        waiting = list(self._queue)
        self._queue.clear()
        for one in waiting:
            one.done(sentence)
        self._lose(sentence + " Check the network.")

    def _read(self) -> None:
        if self._closed or self._socket is None:
            return
        try:
            received = self._socket.recv(65_536)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(f"The connection to {self._peer} broke: {_reason(error)}.")
            return
        if not received:
            self._lose(f"{self._peer} closed the connection.")
            return
        try:
            packets = self._framing.feed(received)
        except CodecError as error:
            self._lose(str(error), True)
            return
        for packet in packets:
            if self._closed:
                return
            self._listener.on_packet(packet)

    def _lose(self, sentence: str, refused: bool = False) -> None:
        if self._closed:
            return
        waiting = list(self._queue)
        self.close()
        for one in waiting:
            one.done(sentence)
        self._listener.on_lost(sentence, refused)


def _reason(error: OSError) -> str:
    """Return the system's words for an error, small, so that they end a sentence."""
    words = os.strerror(error.errno) if error.errno else str(error)
    return words[:1].lower() + words[1:]
