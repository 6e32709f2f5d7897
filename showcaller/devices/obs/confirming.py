"""Orders that OBS has accepted, until it shows what they were to do.

Owned by the reader's thread. Compares what is wanted with the `Picture`; where obs-websocket 5.1 has no
event (text, media, a cursor), or an event stays away, it asks for reads. Knows no socket and no thread.

A program scene that OBS says is on already counts only when no transition runs or was ordered: until its
end OBS's events name the old scene, and its answers the old or the new one. An order that a later one for
the same address overrules is not followed any more: it stays accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from showcaller.core.reports import Outcome
from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.driver import Order
from showcaller.devices.obs import actions, events
from showcaller.devices.obs.picture import Picture, same
from showcaller.devices.obs.plans import Want

_GIVE_UP_AFTER: Final = 5000
_GIVE_UP_ON_OUTPUT_AFTER: Final = 60_000
"""A stream to a slow server is `starting` for long, and OBS says when it fails."""
_READ_AFTER: Final = 300
"""When an event is missed: events come within some 50 ms, but OBS (29.0.2) drops some; see `Picture`."""
_READ_EVERY: Final = 200
_CURSOR_TOLERANCE: Final = 500


@dataclass(eq=False)
class Pending:
    """One order that was accepted and is not confirmed."""

    token: int
    index: int
    order: Order
    want: Want
    sent_at: Instant
    takes: Duration
    was_read: bool = False
    is_open: bool = True


class Confirmations:
    """All pending orders of one connection."""

    def __init__(
        self,
        picture: Picture,
        now: Callable[[], Instant],
        emit: Callable[[Outcome], None],
        read: Callable[[Pending, Instant], None],
    ) -> None:
        """Keep what it needs.

        Args:
            picture: What OBS shows.
            now: The machine's clock.
            emit: Takes the outcomes.
            read: Has the reads of an order asked at that instant, if it is still open then.
        """
        self._picture = picture
        self._now = now
        self._emit = emit
        self._read = read
        self._pending: list[Pending] = []
        self._moved_at = Instant(0)
        self._stopped_at: dict[str, Instant] = {}
        self._started_at: dict[str, Instant] = {}

    def begin(
        self, token: int, index: int, order: Order, want: Want, sent_at: Instant, takes: Duration
    ) -> None:
        """Follow an order that was accepted just now; what it wants may be there already."""
        for overruled in [it for it in self._pending if it.want.address == want.address]:
            self._close(overruled)
        first_read = {actions.Media: 40, actions.MediaSeek: 40, actions.Text: 0}.get(
            type(order.payload), takes + _READ_AFTER
        )
        pending = Pending(token, index, order, want, sent_at, takes)
        if want.address == actions.PROGRAM and self._moved_at < sent_at:
            is_take = isinstance(order.payload, actions.Take)
            if is_take or not same(self._picture.values.get(want.address), want.value):
                self._picture.begin_move(takes)
        self._pending.append(pending)
        if want.value is True and self._stopped_at.get(want.address, Instant(0)) > sent_at:
            self._fail_start(want.address)
        self.look()
        if pending.is_open:
            self._read(pending, Instant(self._now() + first_read * NS_PER_MS))

    def take_event(self, event: events.Happening) -> None:
        """Note what an event, already in the picture, proves."""
        now = self._now()
        match event:
            case events.TransitionEnded() | events.ProgramChanged():
                self._moved_at = now
            case events.MediaStarted(input_name=name):
                self._started_at[actions.media_address(name)] = now
            case events.StreamChanged(output_state="OBS_WEBSOCKET_OUTPUT_STOPPED"):
                self._note_stopped(actions.STREAM, now)
            case events.RecordChanged(output_state="OBS_WEBSOCKET_OUTPUT_STOPPED"):
                self._note_stopped(actions.RECORD, now)
            case events.ReplayBufferChanged(output_state="OBS_WEBSOCKET_OUTPUT_STOPPED"):
                self._note_stopped(actions.REPLAY_BUFFER, now)
            case events.VirtualCameraChanged(output_state="OBS_WEBSOCKET_OUTPUT_STOPPED"):
                self._note_stopped(actions.VIRTUAL_CAMERA, now)
        self.look()

    def take_read(self, pending: Pending) -> None:
        """Note that the reads of one order, already in the picture, were answered."""
        pending.was_read = True
        self.look()
        if pending.is_open:
            self._read(pending, Instant(self._now() + _READ_EVERY * NS_PER_MS))

    def look(self) -> None:
        """Confirm what can be seen now."""
        for pending in [it for it in self._pending if self._is_shown(it)]:
            self._close(pending)
            self._emit(Outcome(pending.token, pending.index, "confirmed"))

    def give_up(self) -> None:
        """Fail what OBS accepted and never showed."""
        now = self._now()
        for pending in list(self._pending):
            is_output = isinstance(pending.order.payload, actions.Output)
            limit = _GIVE_UP_ON_OUTPUT_AFTER if is_output else _GIVE_UP_AFTER
            if now - pending.sent_at <= (pending.takes + limit) * NS_PER_MS:
                continue
            if isinstance(pending.order.payload, actions.MediaSeek):
                self._close(pending)  # it landed on a key frame far away: accepted is all that can be said
            else:
                self._fail(pending, "OBS accepted this but never showed it.")

    def fail_all(self, sentence: str) -> None:
        """Fail what is pending: OBS can no longer be asked."""
        for pending in list(self._pending):
            self._fail(pending, sentence)

    def _is_shown(self, pending: Pending) -> bool:
        values, want = self._picture.values, pending.want
        match pending.order.payload:
            case actions.ProgramScene() | actions.Take():
                return not self._picture.is_moving and same(values.get(want.address), want.value)
            case actions.Text():
                return pending.was_read and same(values.get(want.address), want.value)
            case actions.Media(input=name) if pending.order.kind in {"media-play", "media-restart"}:
                if not pending.was_read:
                    return False
                if values.get(want.address) != "playing":
                    return self._started_at.get(want.address, Instant(0)) > pending.sent_at
                return pending.order.kind == "media-play" or self._is_near(
                    pending, actions.position_address(name), 0
                )
            case actions.Media():
                return pending.was_read and values.get(want.address) == want.value
            case actions.MediaSeek(position=position):
                return pending.was_read and self._is_near(pending, want.address, position)
        return same(values.get(want.address), want.value)

    def _is_near(self, pending: Pending, address: str, position: int) -> bool:
        """Say whether the cursor is where it can have come to since then; seeking lands on key frames."""
        cursor = self._picture.values.get(address)
        since = (self._now() - pending.sent_at) // NS_PER_MS
        return (
            isinstance(cursor, int)
            and position - _CURSOR_TOLERANCE <= cursor <= position + since + _CURSOR_TOLERANCE
        )

    def _note_stopped(self, address: str, now: Instant) -> None:
        self._stopped_at[address] = now
        self._fail_start(address)

    def _fail_start(self, address: str) -> None:
        for pending in [it for it in self._pending if it.want == Want(address, value=True)]:
            self._fail(
                pending,
                f"OBS began the {address} and stopped it again: see its settings, and its own message.",
            )

    def _fail(self, pending: Pending, sentence: str) -> None:
        self._close(pending)
        self._emit(Outcome(pending.token, pending.index, "failed", sentence))

    def _close(self, pending: Pending) -> None:
        pending.is_open = False
        self._pending.remove(pending)
