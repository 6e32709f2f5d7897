"""How far the media that our cues started have played: read at a low rate, and only while they play.

Owns which media are followed, when they are asked for next and what was told of them last. Knows neither
lane nor socket: the driver writes what it plans, and gives it what OBS answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from showcaller.core.reports import MediaPlaying, Value
from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.obs import actions, plans
from showcaller.devices.obs.codec import Reply, Request
from showcaller.devices.obs.lane import Read

EVERY: Final = Duration(250)
"""After an answer the next question waits so long: at most four a second."""
_SAME_END: Final = 150
"""Milliseconds by which an end may wander without being told again: OBS reads its cursor in steps."""
_STALLED: Final = 2000


class Following:
    """The media that are followed, by address, since when.

    Args:
        now: Reads the machine's clock.
        values: What the picture knows of the media's state.
        ask: Queues a question.
        tell: Takes what is found.
        take_reply: Takes an answer into the picture.
    """

    def __init__(
        self,
        now: Callable[[], Instant],
        values: Mapping[str, Value],
        ask: Callable[[Read], None],
        tell: Callable[[MediaPlaying], None],
        take_reply: Callable[[Request, Reply], None],
    ) -> None:
        self.since: dict[str, Instant] = {}
        self._now = now
        self._values = values
        self._ask = ask
        self._tell = tell
        self._take_reply = take_reply
        self._told: dict[str, MediaPlaying] = {}
        self._turn = 0
        self._asked_at = Instant(0)

    def begin(self, address: str) -> None:
        """Follow one more."""
        self.since[address] = self._now()
        self._told.pop(address, None)
        self.plan()

    def end(self, address: str) -> bool:
        """Follow it no more; return whether it was followed."""
        self._told.pop(address, None)
        return self.since.pop(address, None) is not None

    def plan(self) -> None:
        """Ask for all that are followed, a little later; a question planned before is dropped."""
        if not self.since:
            return
        self._turn += 1
        turn = self._turn
        now = self._asked_at = self._now()
        names = [address.removeprefix("media/") for address in list(self.since)]
        requests = tuple(plans.request("GetMediaInputStatus", inputName=name) for name in names)

        def take(replies: Sequence[Reply]) -> None:
            for request, reply in zip(requests, replies, strict=False):
                self._take_reply(request, reply)
                self._look(request, reply, read.sent_at)
            if turn == self._turn:
                self.plan()

        due_at = Instant(now + EVERY * NS_PER_MS)
        read = Read(requests, take, due_at, lambda: turn == self._turn and bool(self.since))
        self._ask(read)

    def revive(self) -> None:
        """Ask again where an answer never came."""
        if self.since and self._now() - self._asked_at > _STALLED * NS_PER_MS:
            self.plan()

    def _look(self, request: Request, reply: Reply, sent_at: Instant) -> None:
        name = (request.request_data or {})["inputName"]
        address = actions.media_address(name)
        cursor, length = reply.data.get("mediaCursor"), reply.data.get("mediaDuration")
        state = self._values.get(address)
        if address not in self.since or state not in {"playing", "paused"}:
            return
        if not isinstance(cursor, (int, float)) or not isinstance(length, (int, float)) or length <= 0:
            return
        # The cursor was true at some moment between question and answer.
        read_at = Instant((sent_at + self._now()) // 2)
        found = MediaPlaying(address, Duration(max(0, round(length - cursor))), state == "playing", read_at)
        if not _says_the_same(found, self._told.get(address)):
            self._told[address] = found
            self._tell(found)


def _says_the_same(found: MediaPlaying, told: MediaPlaying | None) -> bool:
    if told is None or found.moves != told.moves:
        return False
    passed = (found.read_at - told.read_at) // NS_PER_MS if found.moves else 0
    return abs(told.left - passed - found.left) <= _SAME_END
