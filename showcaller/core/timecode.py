"""MIDI time code: what its messages say, and how a show writes a timecode.

Owns the decoding of quarter frames and full frames, in both directions, and the reading of labels. Pure: it
is handed whole messages with the instant at which they came, and keeps no clock; `chase` makes of it whether
the timecode runs.

Source: MIDI Time Code and Cueing, Detailed Specification (supplement to MIDI 1.0, 1987). A quarter frame is
`F1 0nnn dddd`: eight of them, sent over two frames, make one timecode, which is that of the frame at which
the first of them was sent: piece 0 forward, piece 7 backward. A full frame, sent when the source is moved as
it stands, is `F0 7F dd 01 01 hh mm ss ff F7`. Bits 5 and 6 of the hours are the rate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from showcaller.core.frames import RATES, FrameRate, FrameTextError, count_of, label_of, start_of
from showcaller.core.show import TimecodeRate
from showcaller.core.times import Instant

QUARTER, SYSEX, REALTIME = 0xF1, 0xF0, 0x7F
FULL_FRAME = (0x01, 0x01)

MTC_RATES: Mapping[TimecodeRate, FrameRate] = MappingProxyType({
    "24": FrameRate(24, 1, 24, 0),
    "25": RATES["25"],
    "29.97": RATES["29.97"],
    "30": RATES["30"],
})  # fmt: skip
"""In the order of their codes on the wire."""
_BY_CODE: Sequence[TimecodeRate] = tuple(MTC_RATES)

_TYPED = re.compile(r"([+\-\u2212]?)\s*(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[:;.](\d{1,2}))?")


class Position(Struct, frozen=True):
    """A place in the timecode."""

    frames: int
    """Frames since 00:00:00:00."""
    rate: TimecodeRate

    @property
    def nanoseconds(self) -> int:
        """Real time since 00:00:00:00."""
        return start_of(self.frames, MTC_RATES[self.rate])


class Quarters(Struct, frozen=True):
    """The quarter frames of one timecode as they come in."""

    nibbles: tuple[int, ...] = (0,) * 8
    arrived: tuple[int, ...] = (0,) * 8
    """Instants."""
    last: int = -1
    """Number of the piece that came last; -1 before the first."""
    direction: int = 0
    """1 forward, -1 backward, 0 not known."""
    unbroken: int = 0
    """How many pieces came one after the other in this direction."""

    @property
    def position(self) -> Position | None:
        """The timecode that just became whole; None while it is not, or where it is none."""
        end = 7 if self.direction > 0 else 0
        if self.unbroken < 8 or self.last != end:
            return None
        frame, second, minute, hour = (self.nibbles[at] | self.nibbles[at + 1] << 4 for at in range(0, 8, 2))
        return _position(hour, minute & 0x3F, second & 0x3F, frame & 0x1F)


def take_quarter(quarters: Quarters, data: int, at: Instant) -> Quarters:
    """Return the pieces with another one, which came at `at`."""
    piece, nibble = data >> 4 & 7, data & 0x0F
    step = (piece - quarters.last) % 8 if quarters.last >= 0 else 0
    direction = {1: 1, 7: -1}.get(step, 0)
    unbroken = 1
    if direction:
        unbroken = quarters.unbroken + 1 if direction == quarters.direction else 2
    return Quarters(
        (*quarters.nibbles[:piece], nibble, *quarters.nibbles[piece + 1 :]),
        (*quarters.arrived[:piece], at, *quarters.arrived[piece + 1 :]),
        piece,
        direction,
        unbroken,
    )


def read_full_frame(message: bytes) -> Position | None:
    """Return where a full frame message locates to; None for any other message."""
    if (
        len(message) != 10
        or message[0] != SYSEX
        or message[1] != REALTIME
        or tuple(message[3:5]) != FULL_FRAME
    ):
        return None
    return _position(*message[5:9])


def _position(hour: int, minute: int, second: int, frame: int) -> Position | None:
    rate = _BY_CODE[hour >> 5 & 3]
    label = f"{hour & 0x1F:02}:{minute:02}:{second:02}:{frame:02}"
    try:
        return Position(count_of(label, MTC_RATES[rate]), rate) if hour & 0x1F < 24 else None
    except FrameTextError:
        return None


def read_label(text: str) -> str:
    """Read a timecode as people write it (`10:00:00:00`, `1:02:03`, `10:00:00;02`) into its one form.

    Which frames there are is a matter of the show's rate, and the checks'.

    Raises:
        FrameTextError: It is none.
    """
    match = _TYPED.fullmatch(text.strip())
    if match is None or match[1] or int(match[2]) > 23 or int(match[3]) > 59 or int(match[4]) > 59:
        raise FrameTextError(f"“{text.strip()}” is no timecode. Write 10:00:00:00.")
    return f"{int(match[2]):02}:{int(match[3]):02}:{int(match[4]):02}:{int(match[5] or 0):02}"


def position_of(label: str, rate: TimecodeRate) -> Position:
    """Return the place of a label.

    Raises:
        FrameTextError: It is no timecode, or one that is left out at this rate.
    """
    return Position(count_of(read_label(label), MTC_RATES[rate]), rate)


def read_offset(text: str) -> str:
    """Read what is added to each timecode that comes in: `-10:00:00:00`, `1:00:00:00`, or nothing.

    Raises:
        FrameTextError: It is none.
    """
    body = text.strip().replace("\u2212", "-")
    if not body:
        return ""
    label = read_label(body.lstrip("+-").strip())
    return f"-{label}" if body.startswith("-") else label


def offset_of(text: str, rate: TimecodeRate) -> int:
    """Return an offset in nanoseconds; one that cannot be read is none."""
    try:
        label = read_offset(text)
        found = position_of(label.lstrip("-"), rate).nanoseconds if label else 0
    except FrameTextError:
        return 0
    return -found if label.startswith("-") else found


def timecode_text(nanoseconds: int, rate: TimecodeRate, *, frames: bool = True) -> str:
    """Return the label of a place in the timecode; without `frames` down to the second."""
    frame_rate = MTC_RATES[rate]
    day = count_of("23:59:59:00", frame_rate) + frame_rate.nominal
    # A nanosecond more: the first one of a frame belongs to it, however it was rounded.
    count = (nanoseconds + 1) * frame_rate.numerator // (frame_rate.denominator * 1_000_000_000)
    label = label_of(count % day, frame_rate)
    return label if frames else label[:8]
