"""The ledger of what was sent: outcomes and their times, until each action is settled.

Owns the meaning of sent, accepted, confirmed, late and failed (DESIGN rule 11). The conductor enters a
message set when it is on the wire; the rack's reports settle it; silence settles it too. Knows no wire.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from showcaller.core.asrun import ActionDone, ActionResult, Route
from showcaller.core.reports import Outcome
from showcaller.core.times import NS_PER_MS, Duration, Instant, ShowTime
from showcaller.devices.driver import Timer

SILENT_AFTER = Duration(5000)
SENT_LATE = Duration(10)
CONFIRMED_LATE = Duration(1000)


@dataclass(frozen=True)
class Sent:
    """One message set on the wire, and where its actions come from."""

    device: str
    device_name: str
    route: Route
    actions: tuple[tuple[int, str, str], ...]
    """Run, cue id and action id of each order, in the set's order."""
    due: ShowTime
    due_at: Instant
    """Machine time when it was due."""
    sent_at: ShowTime
    handed_at: Instant
    """Machine time when the wire had it."""
    takes: Duration
    confirms: bool


@dataclass
class _Entry:
    sent: Sent
    results: list[ActionResult | None]
    accepted_at: list[ShowTime | None]
    timer: Timer | None = None
    open: set[int] = field(default_factory=set)


class Ledger:
    """All message sets that are not settled yet.

    Args:
        after: Makes a call after machine time.
        write: Gets each outcome as it becomes known.
        read_show_time: Returns the show time at an instant.
        now: Reads the machine's clock.
    """

    def __init__(
        self,
        after: Callable[[Duration, Callable[[], None]], Timer],
        write: Callable[[ActionDone], None],
        read_show_time: Callable[[Instant], ShowTime],
        now: Callable[[], Instant],
    ) -> None:
        self._after = after
        self._write = write
        self._show_time = read_show_time
        self._now = now
        self._entries: dict[int, _Entry] = {}
        self._tokens = 0

    def take_token(self) -> int:
        """Return the token of the next message set."""
        self._tokens += 1
        return self._tokens

    def enter(self, token: int, sent: Sent) -> None:
        """Write a set down as sent, and wait for what becomes of it."""
        count = len(sent.actions)
        entry = _Entry(sent, [None] * count, [None] * count, open=set(range(count)))
        self._entries[token] = entry
        for index in range(count):
            self._write(self._done(entry, index, "sent"))
        patience = Duration(SILENT_AFTER + sent.takes)
        entry.timer = self._after(patience, lambda: self._give_up(token))

    def settle(self, outcome: Outcome) -> tuple[int, str, str] | None:
        """Take a device's word on one order; return which action has failed by it, or None."""
        entry = self._entries.get(outcome.token)
        if entry is None or outcome.index not in entry.open:
            return None
        now = self._now()
        index = outcome.index
        action = entry.sent.actions[index]
        if outcome.result == "accepted":
            entry.accepted_at[index] = self._show_time(now)
            entry.results[index] = "accepted"
            self._write(self._done(entry, index, "accepted"))
            return None
        entry.open.discard(index)
        if outcome.result == "failed":
            self._write(self._done(entry, index, "failed", outcome.sentence))
        elif outcome.result == "confirmed":
            limit = (CONFIRMED_LATE + entry.sent.takes) * NS_PER_MS
            late = now - entry.sent.handed_at > limit
            self._write(self._done(entry, index, "confirmed", confirmed_at=self._show_time(now), late=late))
        elif entry.sent.route == "simulated":
            self._write(self._done(entry, index, "simulated"))
        if not entry.open:
            self._drop(outcome.token)
        return action if outcome.result == "failed" else None

    def fail_device(self, device: str, sentence: str) -> Sequence[tuple[int, str, str]]:
        """Settle all that a lost device owes us; return the actions."""
        failed: list[tuple[int, str, str]] = []
        for token, entry in list(self._entries.items()):
            if entry.sent.device != device:
                continue
            for index in sorted(entry.open):
                if entry.results[index] is None and not entry.sent.confirms:
                    continue
                if entry.results[index] is None:
                    self._write(self._done(entry, index, "failed", sentence))
                    failed.append(entry.sent.actions[index])
            self._drop(token)
        return failed

    def clear(self) -> None:
        """Forget everything: the run is over."""
        for token in list(self._entries):
            self._drop(token)

    @property
    def is_settled(self) -> bool:
        """Say whether nothing is owed."""
        return not self._entries

    def _drop(self, token: int) -> None:
        entry = self._entries.pop(token)
        if entry.timer is not None:
            entry.timer.cancel()

    def _give_up(self, token: int) -> None:
        entry = self._entries[token]
        for index in sorted(entry.open):
            if entry.results[index] is None:
                seconds = (SILENT_AFTER + entry.sent.takes) / 1000
                sentence = f"{entry.sent.device_name} has not answered for {seconds:g} s."
                self._write(self._done(entry, index, "failed", sentence))
        self._drop(token)

    def _done(
        self,
        entry: _Entry,
        index: int,
        result: ActionResult,
        sentence: str = "",
        *,
        confirmed_at: ShowTime | None = None,
        late: bool = False,
    ) -> ActionDone:
        sent = entry.sent
        run, cue, action = sent.actions[index]
        if sent.route == "simulated" and result in {"accepted", "confirmed"}:
            result = "simulated"
        return ActionDone(
            run=run,
            cue=cue,
            action=action,
            device=sent.device,
            route=sent.route,
            result=result,
            due=sent.due,
            sent_at=sent.sent_at,
            accepted_at=entry.accepted_at[index],
            confirmed_at=confirmed_at,
            late=late or sent.handed_at - sent.due_at > SENT_LATE * NS_PER_MS,
            sentence=sentence,
        )
