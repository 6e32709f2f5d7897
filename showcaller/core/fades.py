"""Fades as functions of time: where a moving value is, and that it ends exactly on its target.

Pure: the engine's fader asks at each step, the timeline draws with it, tests hold it to its laws.
"""

from __future__ import annotations

import math
from typing import Literal

from showcaller.core.times import Duration

Curve = Literal["linear", "s", "equal-power"]
SILENT_DB = -100.0


def value_at(
    curve: Curve, start: float, to: float, duration: Duration, passed: float, *, decibels: bool = False
) -> float:
    """Return where a fade is.

    Args:
        curve: `linear` moves evenly in the value's own unit; `s` eases in and out; `equal-power`
            moves the power (the square of the gain) along a sine, so that two crossing fades keep
            their sum.
        start: Where it starts.
        to: Where it ends.
        duration: How long it takes.
        passed: Milliseconds since it started.
        decibels: The values are levels in dB; only `equal-power` minds.
    """
    if passed >= duration or duration <= 0:
        return to
    if passed <= 0:
        return start
    share = passed / duration
    if curve == "linear":
        return start + (to - start) * share
    if curve == "s":
        return start + (to - start) * share * share * (3 - 2 * share)
    first, last = (_gain(start), _gain(to)) if decibels else (start, to)
    risen = math.sin(share * math.pi / 2) ** 2
    power = first * first + (last * last - first * first) * risen
    gain = math.sqrt(max(power, 0.0))
    return _level(gain) if decibels else gain


def _gain(level: float) -> float:
    return 0.0 if level <= SILENT_DB else 10.0 ** (level / 20)


def _level(gain: float) -> float:
    return SILENT_DB if gain <= 1e-5 else 20 * math.log10(gain)
