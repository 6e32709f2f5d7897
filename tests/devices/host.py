"""A stand-in for the engine's loop, for tests of drivers and simulators.

`LoopHost` implements `showcaller.devices.driver.Host` with a real selector loop in a thread of its
own. Tests call the driver through `call`, in the loop's thread as the engine does, and wait for
reports with a time limit. An exception in the loop is kept and raised by `close`.
"""

from __future__ import annotations

import heapq
import itertools
import selectors
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from showcaller.core.reports import Health, HealthState, Outcome, Report, Reported, Result, Status, Value
from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.driver import Host
from showcaller.devices.midi.ports import end_ports_of

T = TypeVar("T")
ReportT = TypeVar("ReportT")


class _LoopTimer:
    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self.call = None


class LoopHost:
    """A real loop in a thread; a context manager."""

    def __init__(self) -> None:
        self._reports: list[Report] = []
        self._changed = threading.Condition()
        self._selector = selectors.DefaultSelector()
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._posted: list[Callable[[], None]] = []
        self._timers: list[tuple[int, int, _LoopTimer]] = []
        self._numbers = itertools.count()
        self._errors: list[Exception] = []
        self._ending = False
        self._selector.register(self._ours, selectors.EVENT_READ, self._drain)
        self._thread = threading.Thread(target=self._run, name="loop host")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the loop; raise what went wrong in it."""
        if self._thread.is_alive():
            self.call(lambda: end_ports_of(self))
            self._ending = True
            self._wake()
            self._thread.join(5)
            assert not self._thread.is_alive(), "the loop of the test's host hangs"
            self._selector.close()
            self._ours.close()
            self._theirs.close()
        if self._errors:
            raise ExceptionGroup("in the loop of the test's host", self._errors)

    def emit(self, report: Report) -> None:
        with self._changed:
            self._reports.append(report)
            self._changed.notify_all()

    def post(self, call: Callable[[], None]) -> None:
        with self._changed:
            if self._ending:
                return
            self._posted.append(call)
        self._wake()

    def watch(self, sock: socket.socket, on_readable: Callable[[], None]) -> None:
        self._assert_in_loop()
        self._selector.register(sock, selectors.EVENT_READ, on_readable)

    def unwatch(self, sock: socket.socket) -> None:
        self._assert_in_loop()
        self._selector.unregister(sock)

    def after(self, delay: Duration, call: Callable[[], None]) -> _LoopTimer:
        self._assert_in_loop()
        timer = _LoopTimer(call)
        heapq.heappush(self._timers, (self.now() + delay * NS_PER_MS, next(self._numbers), timer))
        return timer

    def now(self) -> Instant:
        return Instant(time.monotonic_ns())

    def lender(self) -> Host:
        return self

    def call(self, call: Callable[[], T], timeout: float = 5.0) -> T:
        """Make the call in the loop's thread; return what it returns, raise what it raises."""
        assert threading.current_thread() is not self._thread
        done = threading.Event()
        results: list[T] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                results.append(call())
            except BaseException as error:  # noqa: BLE001
                errors.append(error)
            done.set()

        self.post(run)
        assert done.wait(timeout), "the call blocks the engine's loop"
        if errors:
            raise errors[0]
        return results[0]

    def reports(self, kind: type[ReportT]) -> list[ReportT]:
        """Return all reports of one kind so far, in order."""
        with self._changed:
            return [report for report in self._reports if isinstance(report, kind)]

    def all_reports(self) -> list[Report]:
        """Return all reports so far, in order."""
        with self._changed:
            return list(self._reports)

    def forget(self) -> None:
        """Drop the reports so far, so that a later `wait_for` sees only new ones."""
        with self._changed:
            self._reports.clear()

    def wait_for(self, predicate: Callable[[], T], timeout: float = 10.0) -> T:
        """Wait until the predicate holds; it is tried again at each report, and now and then.

        Raises:
            AssertionError: It did not within `timeout` seconds; the last reports are named.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while not (result := predicate()):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not within {timeout} s; the last reports: {self._reports[-12:]}")
                self._changed.wait(min(left, 0.02))
            return result

    def wait_for_health(self, state: HealthState, timeout: float = 10.0) -> Health:
        """Wait until the newest health is in that state; return it."""

        def newest() -> Health | None:
            healths = self.reports(Health)
            return healths[-1] if healths and healths[-1].state == state else None

        health = self.wait_for(newest, timeout)
        assert health is not None
        return health

    def outcomes(self, token: int, index: int = 0) -> list[Outcome]:
        """Return the outcomes of one order so far, in order."""
        return [it for it in self.reports(Outcome) if (it.token, it.index) == (token, index)]

    def wait_for_outcome(self, token: int, result: Result, index: int = 0, timeout: float = 10.0) -> Outcome:
        """Wait until an order has that result; return it. Another final result fails at once."""

        def found() -> Outcome | None:
            outcomes = self.outcomes(token, index)
            for outcome in outcomes:
                if outcome.result == result:
                    return outcome
                assert outcome.result != "failed", outcome
            return None

        outcome = self.wait_for(found, timeout)
        assert outcome is not None
        return outcome

    def reported(self, address: str) -> Value | None:
        """Return the newest value that was reported for an address."""
        values = [report.value for report in self.reports(Reported) if report.address == address]
        return values[-1] if values else None

    def status(self) -> dict[str, Value]:
        """Return all status values, the newest of each."""
        merged: dict[str, Value] = {}
        for status in self.reports(Status):
            merged.update(status.values)
        return merged

    def _assert_in_loop(self) -> None:
        assert threading.current_thread() is self._thread, "engine thread only"

    def _wake(self) -> None:
        self._theirs.send(b"x")

    def _drain(self) -> None:
        self._ours.recv(4096)

    def _run(self) -> None:
        while not self._ending:
            timeout = None
            if self._timers:
                timeout = max(0.0, (self._timers[0][0] - self.now()) / 1e9)
            calls: list[Callable[[], None]] = [key.data for key, _ in self._selector.select(timeout)]
            with self._changed:
                calls += self._posted
                self._posted = []
            while self._timers and self._timers[0][0] <= self.now():
                timer = heapq.heappop(self._timers)[2]
                if timer.call is not None:
                    calls.append(timer.call)
            for call in calls:
                try:
                    call()
                except Exception as error:  # noqa: BLE001
                    self._errors.append(error)
