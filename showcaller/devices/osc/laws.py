"""Laws between the unit a person reads and the number on the wire.

Owns the named conversions that a profile may give an argument: pure functions, each with its inverse.
Knows no message and no device.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LOWEST_DB = -90.0
"""What X32 faders show as −∞."""


def fader_of_db(level: float) -> float:
    """Return the X32 fader position (0 to 1) of a level in dB; −90 and below is closed.

    The inverse of the four straight lines in “Unofficial X32/M32 OSC Remote Protocol” (P. Maillot).
    """
    if level <= LOWEST_DB:
        return 0.0
    if level < -60:
        position = (level + 90) / 480
    elif level < -30:
        position = (level + 70) / 160
    elif level < -10:
        position = (level + 50) / 80
    else:
        position = (level + 30) / 40
    return min(position, 1.0)


def db_of_fader(position: float) -> float:
    """Return the level in dB of an X32 fader position (0 to 1), to a hundredth."""
    if not position > 0:
        return LOWEST_DB
    if position >= 0.5:
        level = 40 * position - 30
    elif position >= 0.25:
        level = 80 * position - 50
    elif position >= 0.0625:
        level = 160 * position - 70
    else:
        level = 480 * position - 90
    return round(level, 2)


@dataclass(frozen=True)
class Law:
    """One conversion, there and back."""

    to_wire: Callable[[Any], Any]
    from_wire: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


LAWS: Mapping[str, Law] = {
    "as it is": Law(_same, _same),
    "x32 fader": Law(fader_of_db, db_of_fader),
    "percent": Law(lambda percent: percent / 100, lambda part: round(part * 100, 3)),
    "whole percent": Law(round, float),
    "one or zero": Law(int, bool),
    "zero or one": Law(lambda on: int(not on), lambda number: not number),
    "count from zero": Law(lambda number: number - 1, lambda number: number + 1),
}
"""`zero or one` is the law of a mute that the desk calls “on”."""


def is_number(value: object) -> bool:
    """Say whether a wire value can be compared as a number."""
    return isinstance(value, int | float) and math.isfinite(value)
