"""A source of MIDI time code in virtual time: it plays, stops, is moved, drops messages and comes late."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from showcaller.core.show import TimecodeRate
from showcaller.core.timecode import MTC_RATES, Position, full_frame, quarter_frames
from showcaller.core.times import Instant

BEGAN = 1_000_000_000_000


def frame_ns(rate: TimecodeRate) -> int:
    of = MTC_RATES[rate]
    return of.denominator * 1_000_000_000 // of.numerator


def played(
    rate: TimecodeRate,
    first: int,
    frames: int,
    at: int = BEGAN,
    *,
    chance: Random | None = None,
    jitter: int = 0,
    lost: float = 0.0,
    first_piece: int = 0,
) -> Iterator[tuple[Instant, bytes]]:
    """Yield messages with the instants at which they arrive, in order.

    Args:
        rate: Frames a second.
        first: Frame count at `at`; even, for a timecode takes two frames.
        frames: How long it plays.
        at: When it starts.
        chance: Draws jitter and losses.
        jitter: The most nanoseconds that a message is late; its order is kept.
        lost: The share of messages that never come.
        first_piece: The first pieces are not sent: whoever listens came late.
    """
    chance = chance or Random(0)
    of = MTC_RATES[rate]
    before = 0
    for pair in range(frames // 2):
        for piece, message in enumerate(quarter_frames(Position(first + pair * 2, rate))):
            if pair == 0 and piece < first_piece:
                continue
            quarters = pair * 8 + piece
            sent = at + quarters * of.denominator * 1_000_000_000 // (4 * of.numerator)
            before = max(before, sent + (chance.randrange(jitter) if jitter else 0))
            if chance.random() >= lost:
                yield Instant(before), message


def located(rate: TimecodeRate, frames: int, at: int) -> tuple[Instant, bytes]:
    return Instant(at), full_frame(Position(frames, rate))
