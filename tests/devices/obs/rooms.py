"""A driver in a room with a simulated OBS, for the tests beside this."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from showcaller.core.reports import Result
from showcaller.core.times import Duration
from showcaller.devices.driver import Driver, Fault, MessageSet, Order, Simulator
from showcaller.devices.obs import KIND
from tests.devices.host import LoopHost

NAMES: dict[str, tuple[str, ...]] = {}


class Room:
    """One loop, one simulator, and the drivers that were made for it."""

    def __init__(self, names: Mapping[str, tuple[str, ...]]) -> None:
        self.host = LoopHost()
        self.simulator: Simulator = KIND.make_simulator(KIND.settings(), names)
        self.settings: dict[str, Any] = dict(self.host.call(lambda: self.simulator.open(self.host)))
        self._tokens = itertools.count(1)
        self._drivers: list[Driver] = []
        self.driver = self.make_driver()

    def make_driver(self, **changed: Any) -> Driver:
        """Make and open another driver, as the rack does after a loss."""
        self.driver = KIND.make_driver(KIND.settings(**{**self.settings, **changed}), self.host)
        self._drivers.append(self.driver)
        self.host.call(self.driver.open)
        return self.driver

    def prepare(self, *orders: Order) -> MessageSet:
        return self.host.call(lambda: self.driver.prepare(orders))

    def go(self, *orders: Order) -> int:
        """Prepare and send a set; return its token."""
        return self.send(self.prepare(*orders))

    def send(self, message_set: MessageSet) -> int:
        token = next(self._tokens)
        self.host.call(lambda: self.driver.send(message_set, token))
        return token

    def go_until(self, result: Result, *orders: Order) -> int:
        """Send a set and wait until each of its orders has that result."""
        token = self.go(*orders)
        for index in range(len(orders)):
            self.host.wait_for_outcome(token, result, index)
        return token

    def failure_of(self, token: int, index: int = 0) -> str:
        """Wait until an order has failed; return why."""
        return self.host.wait_for_outcome(token, "failed", index).sentence

    def misbehave(self, fault: Fault, latency: int = 0) -> None:
        self.host.call(lambda: self.simulator.misbehave(fault, Duration(latency)))

    def call(self, call: Callable[[], Any]) -> Any:
        return self.host.call(call)

    def close(self) -> None:
        for driver in self._drivers:
            self.host.call(driver.close)
        self.host.call(self.simulator.close)
        self.host.close()


@contextmanager
def room(names: Mapping[str, tuple[str, ...]] = NAMES) -> Iterator[Room]:
    """Open a room, wait until the driver is ready, and close everything."""
    opened = Room(names)
    try:
        opened.host.wait_for_health("ready")
        yield opened
    finally:
        opened.close()
