"""The engine's one loop: deadlines, sockets, and calls from other threads.

Owns waiting. Everything that the engine does happens in a callback of this loop, in one thread, with
no hop on the way to the wire. It waits in `select` with a time-out in microseconds, because the timers
of asyncio's default loop have a granularity of a millisecond (15.6 ms on Windows). Knows no show.
"""

from __future__ import annotations

import contextlib
import ctypes
import heapq
import itertools
import logging
import os
import platform
import select
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import cast

from showcaller.core.times import NS_PER_MS, Duration, Instant

_log = logging.getLogger(__name__)

PR_SET_TIMERSLACK = 29

SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}
"""Numbers of a system call that has no name in most C libraries."""
TURN_NS = 300_000
"""How long this thread asks to run at a time. Since Linux 6.12 one that asks for less than others is let in
at once when it wakes: beside five busy processes on two cores 9 of 10 GOs take 0.3 ms then, not 2.3."""

BREATH = 0.0002
"""Seconds before each idle call, in which other threads and processes get the processor: work done ahead
would else hold back the very program that a cue was sent to."""

Call = Callable[[], None]

_clock = cast("Callable[[], Instant]", time.monotonic_ns if sys.platform != "win32" else time.perf_counter_ns)


class DueCall:
    """A call that waits for its instant; `driver.Timer` of the engine."""

    __slots__ = ("call", "due")

    def __init__(self, due: Instant, call: Call) -> None:
        self.due = due
        self.call: Call | None = call

    def cancel(self) -> None:
        """Never make the call."""
        self.call = None


def read_clock() -> Instant:
    """Read the machine's monotonic clock; other processes of this machine read the same."""
    return _clock()


class Scheduler:
    """A selector loop with exact deadlines.

    Args:
        on_fault: Gets a sentence when a callback raised: the loop goes on.
    """

    def __init__(self, on_fault: Callable[[str], None] | None = None) -> None:
        self.on_fault = on_fault
        self._due: list[tuple[Instant, int, DueCall]] = []
        self._order = itertools.count()
        self._posted: deque[Call] = deque()
        self._soon: deque[Call] = deque()
        self._idle: deque[Call] = deque()
        self._readers: dict[int, tuple[socket.socket, Call]] = {}
        self._writers: dict[int, tuple[socket.socket, Call]] = {}
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._waking = False
        self._running = False
        self.watch(self._wake_in, self._drain_wake)

    def now(self) -> Instant:
        """Read the machine's clock."""
        return _clock()

    def at(self, due: Instant, call: Call) -> DueCall:
        """Make a call at an instant; one that is past is made in the next turn."""
        timer = DueCall(due, call)
        heapq.heappush(self._due, (due, next(self._order), timer))
        return timer

    def after(self, delay: Duration, call: Call) -> DueCall:
        """Make a call after so much machine time."""
        return self.at(Instant(self.now() + delay * NS_PER_MS), call)

    def soon(self, call: Call) -> None:
        """Make a call when this callback has returned, before the loop waits again."""
        self._soon.append(call)

    def idle(self, call: Call) -> None:
        """Make a call when nothing else is due; one call a turn."""
        self._idle.append(call)

    def enqueue(self, call: Call) -> None:
        """Make a call in turn with those that other threads post; loop's thread only."""
        self._posted.append(call)

    def post(self, call: Call) -> None:
        """Make a call in the loop's thread; callable from any thread."""
        self._posted.append(call)
        if not self._waking:
            self._waking = True
            with contextlib.suppress(OSError):
                self._wake_out.send(b"\0")

    def watch(self, sock: socket.socket, on_readable: Call) -> None:
        """Make a call whenever a socket can be read."""
        self._readers[sock.fileno()] = (sock, on_readable)

    def unwatch(self, sock: socket.socket) -> None:
        """End `watch` and `watch_writable`."""
        self._readers.pop(sock.fileno(), None)
        self._writers.pop(sock.fileno(), None)

    def watch_writable(self, sock: socket.socket, on_writable: Call) -> None:
        """Make a call whenever a socket can be written, until `unwatch_writable`."""
        self._writers[sock.fileno()] = (sock, on_writable)

    def unwatch_writable(self, sock: socket.socket) -> None:
        """End `watch_writable`."""
        self._writers.pop(sock.fileno(), None)

    def run(self) -> None:
        """Turn until `stop`."""
        self._running = True
        _ask_for_exact_timers()
        _ask_for_short_turns()
        while self._running:
            self.turn()

    def stop(self) -> None:
        """End `run` after this turn."""
        self._running = False

    def close(self) -> None:
        """Give the loop's own sockets back."""
        self._readers.clear()
        self._writers.clear()
        self._wake_in.close()
        self._wake_out.close()

    def turn(self, longest: Duration | None = None) -> None:
        """Wait for the next thing, at most `longest`, and do everything that is ready."""
        readable, writable, _ = select.select(
            list(self._readers), list(self._writers), (), self._patience(longest)
        )
        if self._due:
            self._make_due_calls()
        for descriptor in readable:
            if watched := self._readers.get(descriptor):
                self._make(watched[1])
        for descriptor in writable:
            if watched := self._writers.get(descriptor):
                self._make(watched[1])
        self._make_due_calls()
        for _ in range(len(self._posted)):
            self._make(self._posted.popleft())
        while self._soon:
            self._make(self._soon.popleft())
        if self._idle and not readable and self._is_free():
            self._make(self._idle.popleft())

    def _is_free(self) -> bool:
        return not self._due or self._due[0][0] - self.now() > 2 * NS_PER_MS

    def _patience(self, longest: Duration | None) -> float | None:
        """Return how many seconds `select` may wait."""
        if self._posted or self._soon:
            return 0.0
        if self._idle and self._is_free():
            return BREATH
        while self._due and self._due[0][2].call is None:
            heapq.heappop(self._due)
        patience = None if longest is None else longest / 1000
        if self._due:
            until = max((self._due[0][0] - self.now()) / 1e9, 0.0)
            patience = until if patience is None else min(patience, until)
        return patience

    def _make_due_calls(self) -> None:
        while self._due and (self._due[0][2].call is None or self._due[0][0] <= self.now()):
            timer = heapq.heappop(self._due)[2]
            if timer.call is not None:
                call, timer.call = timer.call, None
                self._make(call)

    def _make(self, call: Call) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001  # the one place where a bug of ours ends
            _log.exception("A callback of the engine failed")
            if self.on_fault is not None:
                self.on_fault(f"Showcaller met a fault of its own and went on: {error!r}")

    def _drain_wake(self) -> None:
        self._waking = False
        with contextlib.suppress(BlockingIOError):
            self._wake_in.recv(4096)


def _ask_for_exact_timers() -> None:
    """Ask Linux to wake this thread without its usual 50 µs of slack."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)


def _ask_for_short_turns() -> None:
    """Ask Linux to let this thread in as soon as it wakes; an older one takes no notice."""
    number = SCHED_SETATTR.get(platform.machine())
    if sys.platform != "linux" or number is None or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    size = struct.calcsize("IIQiIQQQ")
    attributes = struct.pack("IIQiIQQQ", size, os.SCHED_OTHER, 0, nice, 0, TURN_NS, 0, 0)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).syscall(number, 0, ctypes.create_string_buffer(attributes, size), 0)
