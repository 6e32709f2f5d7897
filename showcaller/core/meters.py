"""The ballistics of a digital peak meter: what a bar, its line, its figure and its light show when.

Owns decibels from amplitudes and how a channel moves between two reports: instant attack and a fall of
20 dB in 1.7 s (IEC 60268-18), a mean that reaches 99 % in 0.3 s (IEC 60268-17), peak line and figure
held for 1.5 s, a clip light that stays until it is reset. Times are the machine's monotonic clock,
brought by the caller. Draws nothing and knows no device.
"""

from __future__ import annotations

import math

from msgspec import Struct

from showcaller.core.times import Instant

FLOOR_DB = -60.0
"""Bottom of the scale. Digital silence lies here: −∞ is never shown."""
AMBER_DB = -18.0
RED_DB = -9.0
CLIP_DB = -0.1
FALL_PER_NS = 20.0 / 1.7e9
HOLD_NS = 1_500_000_000
MEAN_NS = 0.3e9 / math.log(100.0)
PERIODS_OF_SILENCE = 3
LEAST_SILENCE_NS = 500_000_000.0
FIRST_PERIOD_NS = 50_000_000.0
"""How often a device reports until it has shown otherwise; OBS's `InputVolumeMeters` comes every 50 ms."""

_FLOOR = 10 ** (FLOOR_DB / 20.0)


def decibels(amplitude: float) -> float:
    """Return a linear amplitude in dBFS, not below `FLOOR_DB`; what is no number counts as silence."""
    return 20.0 * math.log10(amplitude) if amplitude > _FLOOR and amplitude != math.inf else FLOOR_DB


class Channel(Struct, frozen=True, gc=False):
    """One channel after its last report. All levels in dBFS."""

    peak: float = FLOOR_DB
    """Where the bar stood at `heard_at`; it falls from there, not below `floor`."""
    floor: float = FLOOR_DB
    """The peak last reported."""
    heard_at: Instant = Instant(0)
    mean: float = FLOOR_DB
    line: float = FLOOR_DB
    line_at: Instant = Instant(0)
    figure: float = FLOOR_DB
    figure_at: Instant = Instant(0)
    clipped: bool = False
    muted: bool = False
    """There is signal before the fader and none behind it; the bar then shows the signal before it."""


def levels_of(channel: Channel, at: Instant) -> tuple[float, float]:
    """Return where the bar and the peak line stand; the line is held for 1.5 s, then lies on the bar."""
    bar = max(channel.peak - (at - channel.heard_at) * FALL_PER_NS, channel.floor)
    if channel.line > bar and at - channel.line_at < HOLD_NS:
        return bar, channel.line
    return bar, bar


def hear(channel: Channel, magnitude: float, peak: float, before: float, at: Instant) -> Channel:
    """Return the channel after a report.

    Args:
        channel: The channel so far.
        magnitude: Mean amplitude (RMS), linear.
        peak: Highest amplitude since the last report, linear, behind fader and mute.
        before: The same before them.
        at: When the report was made.
    """
    # Compared with the floor itself: a NaN from a broken plug-in is silence, too.
    muted = not peak > 0.0 and before > _FLOOR
    level = decibels(before if muted else peak)
    bar, _ = levels_of(channel, at)
    top = max(bar, level)
    held = at - channel.line_at < HOLD_NS and channel.line > top
    read = at - channel.figure_at < HOLD_NS and channel.figure > level
    mean = decibels(magnitude)
    since = at - channel.heard_at
    if since < 10 * MEAN_NS:
        mean += (channel.mean - mean) * math.exp(-since / MEAN_NS)
    return Channel(
        top,
        level,
        at,
        mean,
        channel.line if held else top,
        channel.line_at if held or level < bar else at,
        channel.figure if read else level,
        channel.figure_at if read else at,
        channel.clipped or (not muted and level >= CLIP_DB),
        muted,
    )


class Pulse(Struct, frozen=True, gc=False):
    """How regularly a device reports."""

    last_at: Instant | None = None
    period: float = FIRST_PERIOD_NS
    """Nanoseconds between two reports, smoothed."""


def beat(pulse: Pulse, at: Instant) -> Pulse:
    """Return the pulse after a report. A pause is no new rhythm: it counts for three periods at most."""
    if pulse.last_at is None:
        return Pulse(at)
    since = min(float(at - pulse.last_at), pulse.period * PERIODS_OF_SILENCE)
    return Pulse(at, pulse.period + (since - pulse.period) / 8.0)


def silence_of(pulse: Pulse) -> float:
    """Return after how many nanoseconds without a report a meter turns grey: nobody knows its level.

    Three periods, and never less than half a second: on a busy machine reports come in bursts, and a meter
    that flickers grey would cry wolf. A device that is known to be lost is another matter; see the panel.
    """
    return max(PERIODS_OF_SILENCE * pulse.period, LEAST_SILENCE_NS)
