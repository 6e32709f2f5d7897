"""Frames and their labels: what a clock that counts frames shows after so much time.

Owns the five frame rates and the drop-frame arithmetic, in whole numbers only, so that a label never
drifts. Reads no clock and knows no widget: the clock windows call it.

Drop-frame labels leave out the first two (29.97) or four (59.94) numbers of each minute that is no
tenth, so that the labels keep up with real time (SMPTE ST 12-1, 2014, section 5.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from showcaller.core.times import TimeTextError


class FrameRate(NamedTuple):
    """One rate: `numerator / denominator` frames a second, labelled as `nominal` a second."""

    numerator: int
    denominator: int
    nominal: int
    dropped: int
    """Numbers that are left out at the top of a minute; 0 for non-drop."""


RATES: Mapping[str, FrameRate] = MappingProxyType({
    "25": FrameRate(25, 1, 25, 0),
    "29.97": FrameRate(30_000, 1001, 30, 2),
    "30": FrameRate(30, 1, 30, 0),
    "50": FrameRate(50, 1, 50, 0),
    "59.94": FrameRate(60_000, 1001, 60, 4),
})  # fmt: skip
"""By the name that a person chooses; both fractional rates are drop-frame."""

_LABEL = re.compile(r"(\d+):(\d\d):(\d\d)[:;](\d\d)")


class FrameTextError(TimeTextError):
    """A text that is no frame label of its rate; its message is a sentence for the operator."""


def frames_in(nanoseconds: int, rate: FrameRate) -> int:
    """Return how many whole frames have passed after so many nanoseconds (not negative)."""
    return nanoseconds * rate.numerator // (rate.denominator * 1_000_000_000)


def frames_to_go(nanoseconds: int, rate: FrameRate) -> int:
    """Return how many frames lie ahead, the one that has begun included."""
    return -(-nanoseconds * rate.numerator // (rate.denominator * 1_000_000_000))


def start_of(frame: int, rate: FrameRate) -> int:
    """Return the first nanosecond of a frame."""
    return -(-frame * rate.denominator * 1_000_000_000 // rate.numerator)


def label_of(frames: int, rate: FrameRate) -> str:
    """Return the label of a frame count: `00:01:00;02`, or `00:01:00:00` without dropping."""
    number = frames
    if rate.dropped:
        minute = rate.nominal * 60 - rate.dropped
        tens, rest = divmod(frames, minute * 10 + rate.dropped)
        number += 9 * rate.dropped * tens
        if rest >= rate.nominal * 60:
            number += rate.dropped * (1 + (rest - rate.nominal * 60) // minute)
    seconds, frame = divmod(number, rate.nominal)
    mark = ";" if rate.dropped else ":"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{frame:02}"


def count_of(label: str, rate: FrameRate) -> int:
    """Return the frame count of a label.

    Raises:
        FrameTextError: It is no label, or one that is left out at this rate.
    """
    match = _LABEL.fullmatch(label.strip())
    hours, minutes, seconds, frame = (int(part) for part in match.groups()) if match else (0, 60, 0, 0)
    if minutes > 59 or seconds > 59 or frame >= rate.nominal:
        raise FrameTextError(f"“{label}” is no timecode of this rate.")
    total = hours * 60 + minutes
    if rate.dropped and seconds == 0 and frame < rate.dropped and total % 10:
        raise FrameTextError(f"“{label}” is left out in drop-frame.")
    whole = (total * 60 + seconds) * rate.nominal + frame
    return whole - rate.dropped * (total - total // 10)
