"""Drivers joined to simulated desks over real loopback sockets, and bare sockets that play a desk."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from showcaller.core.reports import Simulated
from showcaller.devices.driver import DeviceKind, Driver, MessageSet, Order, Simulator
from showcaller.devices.osc import KINDS
from showcaller.devices.osc.codec import Message, decode, encode
from tests.devices.host import LoopHost


def kind_of(name: str) -> DeviceKind:
    return next(kind for kind in KINDS if kind.name == name)


def settings_of(kind: DeviceKind, **settings: Any) -> Any:
    return msgspec.convert(settings, kind.settings)


def order_of(kind: DeviceKind, action: str, **fields: Any) -> Order:
    found = kind.action(action)
    assert found is not None
    return Order(action, msgspec.convert(fields, found.payload))


@dataclass
class Joined:
    """A driver, the simulated desk it leads to, and their host."""

    kind: DeviceKind
    host: LoopHost
    driver: Driver
    desk: Simulator
    settings: Mapping[str, Any]

    def prepare(self, *orders: Order) -> MessageSet:
        return self.host.call(lambda: self.driver.prepare(orders))

    def send(self, token: int, *orders: Order) -> None:
        prepared = self.prepare(*orders)
        self.host.call(lambda: self.driver.send(prepared, token))

    def order(self, action: str, **fields: Any) -> Order:
        return order_of(self.kind, action, **fields)

    def shown(self) -> dict[str, str]:
        """Return what the simulated desk shows now; of equal labels the newest."""
        reports = self.host.reports(Simulated)
        return dict(reports[-1].rows) if reports else {}


@contextmanager
def joined(name: str, *, ready: bool = True, **settings: Any) -> Iterator[Joined]:
    kind = kind_of(name)
    with LoopHost() as host:
        desk = kind.make_simulator(settings_of(kind, **settings), {})
        led = host.call(lambda: desk.open(host))
        driver = kind.make_driver(settings_of(kind, **led), host)
        try:
            host.call(driver.open)
            if ready:
                host.wait_for_health("ready")
            yield Joined(kind, host, driver, desk, led)
        finally:
            host.call(driver.close)
            host.call(desk.close)


@contextmanager
def opened(loop: LoopHost, name: str, **settings: Any) -> Iterator[Driver]:
    kind = kind_of(name)
    driver = kind.make_driver(settings_of(kind, **settings), loop)
    try:
        loop.call(driver.open)
        yield driver
    finally:
        loop.call(driver.close)


@contextmanager
def bare_udp() -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        yield sock


@contextmanager
def bare_tcp() -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        sock.settimeout(5)
        yield sock


def port_of(sock: socket.socket) -> int:
    return int(sock.getsockname()[1])


def next_messages(
    sock: socket.socket, wanted: Callable[[Message], bool] = lambda _message: True
) -> tuple[list[Message], Any]:
    """Receive until a datagram holds wanted messages; return them and its sender."""
    while True:
        packet, sender = sock.recvfrom(65_535)
        found = [message for message in decode(packet) if wanted(message)]
        if found:
            return found, sender


def reply(sock: socket.socket, to: Any, *messages: Message) -> None:
    for message in messages:
        sock.sendto(encode(message), to)
