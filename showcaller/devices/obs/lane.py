"""Who goes next on the wire, and what is on its way.

obs-websocket keeps no order between requests in flight, so a cue goes alone: one batch, and the next cue
waits for its answer, or is dropped after `NOT_SENT_AFTER`. Steps of fades keep only the newest value per
address and go when no cue waits; a cue waits for a step on its way only where both set the same address.
Reads and heartbeats change nothing and may go beside them. Fills and empties from several threads under
one lock, which is held for microseconds. Knows no socket and no message but its number.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.driver import NOT_SENT_AFTER, MessageSet
from showcaller.devices.obs.codec import Reply, Request, encode_batch, numbered

HEARTBEAT_EVERY = Duration(2000)
ANSWER_WITHIN = Duration(5000)


_NEVER = Instant(0)


@dataclass(eq=False)
class Cue:
    """One message set on its way."""

    message_set: MessageSet
    token: int
    addresses: frozenset[str]
    targets: Sequence[str]
    queued_at: Instant
    sent_at: Instant = _NEVER
    number: int = 0


@dataclass(eq=False)
class Steps:
    """The newest values of running fades."""

    requests: dict[str, Request]
    sent_at: Instant = _NEVER
    number: int = 0


@dataclass(eq=False)
class Read:
    """Questions, and who takes the answers."""

    requests: tuple[Request, ...]
    on_replies: Callable[[Sequence[Reply]], None]
    due_at: Instant
    is_wanted: Callable[[], bool] = lambda: True
    """Asked at `due_at`; what nobody needs any more is not read."""
    sent_at: Instant = _NEVER
    number: int = 0


@dataclass(eq=False)
class Plain:
    """A frame that gets no numbered answer."""

    frame: bytes


Work = Cue | Steps | Read | Plain


def _passed(since: Instant, now: Instant) -> int:
    return (now - since) // NS_PER_MS


@dataclass
class _Flight:
    cue: Cue | None = None
    steps: Steps | None = None
    read: Read | None = None
    heartbeats: dict[int, Read] = field(default_factory=dict)


class Lane:
    """Everything that waits for the wire and everything that waits for an answer."""

    def __init__(
        self, now: Callable[[], Instant], heartbeat: Callable[[], Read], on_dropped: Callable[[Cue], None]
    ) -> None:
        self._now = now
        self._heartbeat = heartbeat
        self._on_dropped = on_dropped
        self._changed = threading.Condition()
        self._is_closed = False
        self._cues: deque[Cue] = deque()
        self._steps: dict[str, Request] = {}
        self._reads: list[Read] = []
        self._plain: deque[Plain] = deque()
        self._next_heartbeat_at = Instant(0)
        self._flight = _Flight()
        self._number = 0

    def put_cue(self, cue: Cue) -> bool:
        """Queue a set; steps that wait for one of its addresses are overruled. False: the lane is closed."""
        with self._changed:
            if self._is_closed:
                return False
            for address in cue.addresses & self._steps.keys():
                del self._steps[address]
            self._cues.append(cue)
            self._changed.notify_all()
            return True

    def put_step(self, address: str, request: Request) -> None:
        """Let the newest value of an address wait for its turn."""
        with self._changed:
            self._steps[address] = request
            self._changed.notify_all()

    def put_read(self, read: Read) -> None:
        """Ask something at `read.due_at` or later."""
        with self._changed:
            self._reads.append(read)
            self._changed.notify_all()

    def put_plain(self, frame: bytes) -> None:
        """Write a frame that gets no numbered answer."""
        with self._changed:
            self._plain.append(Plain(frame))
            self._changed.notify_all()

    def take(self) -> tuple[Work, bytes] | None:
        """Wait for what goes next and return it with its frame; None when the lane is closed."""
        while True:
            with self._changed:
                if self._is_closed:
                    return None
                now = self._now()
                dropped = self._stale(now)
                work = None if dropped else self._pick(now)
                if work is not None:
                    return work
                if not dropped:
                    self._changed.wait(self._until_due(now))
            for cue in dropped:
                self._on_dropped(cue)

    def answered(self, number: int) -> Cue | Steps | Read | None:
        """Return what that answer belongs to, and let the next go; None for one given up."""
        with self._changed:
            flight = self._flight
            self._changed.notify_all()
            if heartbeat := flight.heartbeats.pop(number, None):
                return heartbeat
            found: Cue | Steps | Read | None = None
            if flight.cue is not None and flight.cue.number == number:
                found, flight.cue = flight.cue, None
            elif flight.steps is not None and flight.steps.number == number:
                found, flight.steps = flight.steps, None
            elif flight.read is not None and flight.read.number == number:
                found, flight.read = flight.read, None
            return found

    def give_up_unanswered(self) -> list[Cue]:
        """Stop waiting for answers that are overdue; return the cues among them."""
        with self._changed:
            now, flight = self._now(), self._flight
            cue = flight.cue
            if cue is not None and _passed(cue.sent_at, now) > ANSWER_WITHIN:
                flight.cue = None
            if flight.steps is not None and _passed(flight.steps.sent_at, now) > ANSWER_WITHIN:
                flight.steps = None
            if flight.read is not None and _passed(flight.read.sent_at, now) > ANSWER_WITHIN:
                flight.read = None
            self._changed.notify_all()
            return [cue] if cue is not None and flight.cue is None else []

    def silent_for(self) -> Duration:
        """Return for how long the oldest open heartbeat has had no answer."""
        with self._changed:
            sent = [read.sent_at for read in self._flight.heartbeats.values()]
            return Duration(_passed(min(sent), self._now()) if sent else 0)

    def flush(self) -> tuple[list[Cue], list[Cue]]:
        """Drop all cues and steps; return the cues that were never sent, and those without an answer."""
        with self._changed:
            waiting, self._cues = list(self._cues), deque()
            self._steps.clear()
            unanswered = [] if self._flight.cue is None else [self._flight.cue]
            self._flight.cue = None
            self._flight.steps = None
            return waiting, unanswered

    def close(self) -> None:
        """Let `take` return None for ever."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _stale(self, now: Instant) -> list[Cue]:
        stale = []
        while self._cues and _passed(self._cues[0].queued_at, now) > NOT_SENT_AFTER:
            stale.append(self._cues.popleft())
        return stale

    def _pick(self, now: Instant) -> tuple[Work, bytes] | None:
        flight = self._flight
        if self._cues and flight.cue is None and not self._is_crossed(self._cues[0]):
            cue = flight.cue = self._cues.popleft()
            return self._number_it(cue, cue.message_set.frames[0], now)
        if now >= self._next_heartbeat_at:
            self._next_heartbeat_at = Instant(now + HEARTBEAT_EVERY * NS_PER_MS)
            heartbeat = self._heartbeat()
            work = self._number_it(heartbeat, encode_batch(heartbeat.requests), now)
            flight.heartbeats[heartbeat.number] = heartbeat
            return work
        if self._plain:
            plain = self._plain.popleft()
            return plain, plain.frame
        busy = flight.cue.addresses if flight.cue is not None else frozenset()
        if flight.steps is None and not self._cues:
            free = {address: step for address, step in self._steps.items() if address not in busy}
            if free:
                for address in free:
                    del self._steps[address]
                steps = flight.steps = Steps(free)
                return self._number_it(steps, encode_batch(tuple(free.values())), now)
        self._reads = [read for read in self._reads if read.due_at > now or read.is_wanted()]
        if flight.read is None:
            for read in self._reads:
                if read.due_at <= now:
                    self._reads.remove(read)
                    flight.read = read
                    return self._number_it(read, encode_batch(read.requests), now)
        return None

    def _is_crossed(self, cue: Cue) -> bool:
        steps = self._flight.steps
        return steps is not None and not cue.addresses.isdisjoint(steps.requests)

    def _number_it(self, work: Cue | Steps | Read, frame: bytes, now: Instant) -> tuple[Work, bytes]:
        self._number += 1
        work.number = self._number
        work.sent_at = now
        return work, numbered(frame, self._number)

    def _until_due(self, now: Instant) -> float:
        due = [self._next_heartbeat_at]
        if self._flight.read is None:
            due += [read.due_at for read in self._reads]
        if self._cues:
            due.append(Instant(self._cues[0].queued_at + (NOT_SENT_AFTER + 1) * NS_PER_MS))
        return max(0.0, (min(due) - now) / 1e9)
