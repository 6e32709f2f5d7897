"""The other end of the wire: a simulated OBS behind a real WebSocket on loopback.

One thread owns the sockets, the timers and the `Studio`; other threads only hand it calls. It reads the
bytes that a driver sends with the same codec, and emits what it decoded as `Simulated`. Asks for no
password. Knows no driver.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from websockets.exceptions import WebSocketException
from websockets.frames import Frame, Opcode
from websockets.http11 import Request as Handshake
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from showcaller.core.reports import Simulated
from showcaller.core.times import Duration
from showcaller.devices.driver import CodecError, Fault, Host
from showcaller.devices.obs.actions import ObsSettings
from showcaller.devices.obs.codec import (
    ALL_EVENTS,
    METERS,
    Batch,
    BatchReply,
    CloseCode,
    Event,
    Hello,
    Identified,
    Identify,
    Message,
    Reidentify,
    Request,
    decode,
    encode,
)
from showcaller.devices.obs.studio import Studio

_JSON: Final = Subprotocol("obswebsocket.json")
_MSGPACK: Final = Subprotocol("obswebsocket.msgpack")
_METERS_EVERY: Final = Duration(50)
_BAD_MESSAGE: Final = 4002
_UNSENT_LIMIT: Final = 4_000_000


class _LoopTimer:
    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self.call = None


def _chosen(_protocol: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Accept callers that name no subprotocol, as OBS does: they get JSON."""
    return next((it for it in offered if it in {_JSON, _MSGPACK}), None)


class _Client:
    """One connection and what it has subscribed to."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.protocol = ServerProtocol(subprotocols=[_JSON, _MSGPACK], select_subprotocol=_chosen)
        self.unsent = bytearray()
        self.subscriptions = 0
        self.is_identified = False

    def write(self, message: Message) -> None:
        """Hand a message to the protocol, in the encoding that was agreed on."""
        data = encode(message)
        if self.protocol.subprotocol == _MSGPACK:
            self.protocol.send_binary(msgspec.msgpack.encode(msgspec.json.decode(data)))
        else:
            self.protocol.send_text(data)


class ObsSimulator:
    """See `showcaller.devices.driver.Simulator`."""

    def __init__(self, settings: ObsSettings, names: Mapping[str, tuple[str, ...]]) -> None:
        del settings
        self._studio = Studio(names, self)
        self._host: Host | None = None
        self._fault: Fault = "none"
        self._latency = Duration(0)
        self._clients: dict[socket.socket, _Client] = {}
        self._timers: list[tuple[float, int, _LoopTimer]] = []
        self._numbers = itertools.count()
        self._posted: deque[Callable[[], None]] = deque()
        self._is_closing = False
        self._shown: tuple[tuple[str, str], ...] = ()
        self._selector: selectors.BaseSelector | None = None
        self._thread = threading.Thread(target=self._run, name="OBS simulator", daemon=True)

    def open(self, host: Host) -> Mapping[str, Any]:
        """Listen, and return where."""
        self._host = host
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._waker, self._wakee = socket.socketpair()
        self._wakee.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        self._selector.register(self._wakee, selectors.EVENT_READ, None)
        self._thread.start()
        return {"host": "127.0.0.1", "port": self._listener.getsockname()[1], "password": ""}

    def misbehave(self, fault: Fault, latency: Duration = Duration(0)) -> None:
        """Take up a fault from now on."""

        def begin() -> None:
            self._fault, self._latency = fault, latency
            self._studio.is_refusing = fault == "refuse"
            if fault == "disconnect":
                for client in list(self._clients.values()):
                    self._drop(client)

        self._post(begin)

    def play_at(self, rate: float) -> None:
        """Have media run at another rate."""
        self._post(lambda: self._studio.play_at(rate))

    def know_lengths(self, lengths: Mapping[str, Duration]) -> None:
        """Have media be so long."""
        self._post(lambda: self._studio.know_lengths(lengths))

    def close(self) -> None:
        """Have the thread end, and all sockets with it."""
        if self._selector is None or self._is_closing:
            return
        self._is_closing = True
        # Wakes the thread as a byte would, and cannot come too late for a thread that is awake already.
        self._waker.close()

    def seconds(self) -> float:
        """Return the machine's monotonic clock."""
        return time.monotonic()

    def after(self, delay: Duration, call: Callable[[], None]) -> _LoopTimer:
        """Have a call made later, in the simulator's thread."""
        timer = _LoopTimer(call)
        heapq.heappush(self._timers, (self.seconds() + delay / 1000, next(self._numbers), timer))
        return timer

    def announce(self, event_type: str, **data: Any) -> None:
        """Send an event to all who listen; meters only to those who asked for them."""
        intent = METERS if event_type == "InputVolumeMeters" else ALL_EVENTS
        message = Event(event_type, intent, msgspec.Raw(msgspec.json.encode(data)))
        for client in list(self._clients.values()):
            if client.is_identified and client.subscriptions & intent:
                self._answer(client, message)
        if intent != METERS:
            self._show()

    def _post(self, call: Callable[[], None]) -> None:
        self._posted.append(call)
        if self._selector is not None and not self._is_closing:
            self._waker.send(b"x")

    def _run(self) -> None:
        assert self._selector is not None
        self.after(_METERS_EVERY, self._send_meters)
        while not self._is_closing:
            wait = max(0.0, self._timers[0][0] - self.seconds()) if self._timers else None
            came = self._selector.select(wait)
            # First, so that a fault that was ended before somebody connected is over for that connection.
            while self._posted:
                self._posted.popleft()()
            for key, ready in came:
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj is self._wakee:
                    self._wakee.recv(4096)
                elif key.data.sock in self._clients:
                    self._serve(key.data, ready)
            while self._timers and self._timers[0][0] <= self.seconds():
                timer = heapq.heappop(self._timers)[2]
                if timer.call is not None:
                    timer.call()
        for client in list(self._clients.values()):
            self._drop(client)
        for sock in (self._listener, self._wakee):
            sock.close()
        self._selector.close()

    def _send_meters(self) -> None:
        self.after(_METERS_EVERY, self._send_meters)
        if any(client.subscriptions & METERS for client in self._clients.values()):
            self.announce("InputVolumeMeters", inputs=self._studio.meters())

    def _accept(self) -> None:
        assert self._selector is not None
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return
        if self._fault == "disconnect":
            sock.close()
            return
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = self._clients[sock] = _Client(sock)
        self._selector.register(sock, selectors.EVENT_READ, client)

    def _drop(self, client: _Client) -> None:
        assert self._selector is not None
        if self._clients.pop(client.sock, None) is not None:
            self._selector.unregister(client.sock)
            client.sock.close()

    def _serve(self, client: _Client, ready: int) -> None:
        if ready & selectors.EVENT_READ:
            try:
                data = client.sock.recv(65536)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._drop(client)
                return
            client.protocol.receive_data(data)
            for event in client.protocol.events_received():
                self._take_event(client, event)
        self._flush(client)

    def _take_event(self, client: _Client, event: object) -> None:
        match event:
            case Handshake():
                client.protocol.send_response(client.protocol.accept(event))
                self._answer(client, Hello("5.1.0", 1))
            case Frame(opcode=Opcode.TEXT | Opcode.BINARY, data=data):
                try:
                    if event.opcode is Opcode.BINARY:
                        data = msgspec.json.encode(msgspec.msgpack.decode(data))
                    self._take(client, decode(bytes(data)))
                except (CodecError, ValueError, RecursionError, TypeError):
                    client.protocol.send_close(_BAD_MESSAGE, "Your payload is not valid.")

    def _take(self, client: _Client, message: Message) -> None:
        match message:
            case Identify(event_subscriptions=subscriptions) | Reidentify(event_subscriptions=subscriptions):
                client.subscriptions = subscriptions
                client.is_identified = True
                self._answer(client, Identified(1))
            case _ if not client.is_identified:
                client.protocol.send_close(CloseCode.NOT_IDENTIFIED, "You are not identified.")
            case Request():
                self._answer(client, self._studio.answer(message, {}))
            case Batch(request_id=request_id, requests=requests):
                variables: dict[str, Any] = {}
                results = tuple(self._studio.answer(request, variables) for request in requests)
                self._answer(client, BatchReply(request_id, results))
        self._show()

    def _show(self) -> None:
        rows = self._studio.rows()
        if rows != self._shown and self._host is not None:
            self._shown = rows
            self._host.emit(Simulated(rows))

    def _answer(self, client: _Client, message: Message) -> None:
        if self._fault == "silent":
            return
        if self._latency:
            self.after(self._latency, lambda: self._send(client, message))
        else:
            self._send(client, message)

    def _send(self, client: _Client, message: Message) -> None:
        if client.sock in self._clients and self._fault != "silent":
            with contextlib.suppress(WebSocketException):
                client.write(message)
            self._flush(client)

    def _flush(self, client: _Client) -> None:
        if client.sock not in self._clients:
            return
        assert self._selector is not None
        for chunk in client.protocol.data_to_send():
            client.unsent += chunk
        if client.unsent:
            try:
                sent = client.sock.send(client.unsent)
            except BlockingIOError:
                sent = 0
            except OSError:
                self._drop(client)
                return
            del client.unsent[:sent]
        if len(client.unsent) > _UNSENT_LIMIT or (client.protocol.close_expected() and not client.unsent):
            self._drop(client)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.unsent else 0)
        self._selector.modify(client.sock, events, client)
