"""A source of MIDI time code in virtual time: it plays, stops, is moved, drops messages and comes late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from showcaller.core.frames import label_of
from showcaller.core.show import TimecodeRate
from showcaller.core.timecode import FULL_FRAME, MTC_RATES, QUARTER, REALTIME, SYSEX, Position
from showcaller.core.times import Instant

BEGAN = 1_000_000_000_000


def frame_ns(rate: TimecodeRate) -> int:
    of = MTC_RATES[rate]
    return of.denominator * 1_000_000_000 // of.numerator


def quarter_frames(position: Position, *, backward: bool = False) -> Sequence[bytes]:
    """Return the eight messages of one timecode in the order in which they are sent."""
    hour, minute, second, frame = _parts(position)
    pieces = [
        bytes((QUARTER, at << 4 | (value >> 4 if at % 2 else value & 0x0F)))
        for at, value in enumerate(value for value in (frame, second, minute, hour) for _ in range(2))
    ]
    return pieces[::-1] if backward else pieces


def full_frame(position: Position) -> bytes:
    """Return the message that locates to a position."""
    return bytes((SYSEX, REALTIME, 0x7F, *FULL_FRAME, *_parts(position), 0xF7))


def _parts(position: Position) -> tuple[int, int, int, int]:
    """Return hour with the rate's code, minute, second and frame."""
    label = label_of(position.frames, MTC_RATES[position.rate]).replace(";", ":")
    hour, minute, second, frame = (int(part) for part in label.split(":"))
    return hour | tuple(MTC_RATES).index(position.rate) << 5, minute, second, frame


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
