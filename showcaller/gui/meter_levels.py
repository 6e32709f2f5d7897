"""The ballistics of `core.meters` for all channels of a device at once.

Owns the state of a device's channels as arrays. The law is `core.meters`'; a test holds the two together,
report by report. Sixty-four stereo inputs one by one would cost half of the meters' share of the processor.
Imported with the first levels, for NumPy takes its time to load.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from showcaller.core.meters import CLIP_DB, FALL_PER_NS, FLOOR_DB, HOLD_NS, MEAN_NS
from showcaller.core.times import Instant

Floats = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.intp]

Inputs = Sequence[tuple[str, tuple[float, ...]]]
"""Per input its name and three amplitudes a channel: mean, peak, peak before fader and mute."""

_FLOOR = 10 ** (FLOOR_DB / 20.0)


def decibels_of(amplitudes: Floats) -> Floats:
    """Return linear amplitudes in dBFS; see `core.meters.decibels`."""
    loud = (amplitudes > _FLOOR) & (amplitudes != np.inf)
    return np.where(loud, 20.0 * np.log10(np.where(loud, amplitudes, 1.0)), FLOOR_DB)


class DeviceLevels:
    """The channels of all inputs that a device has reported, input by input."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[int, int]] = {}
        """First channel and number of channels of each input."""
        self.starts: Indexes = np.zeros(0, np.intp)
        """First channel of each input, in order."""
        self._shape: tuple[tuple[str, int], ...] = ()
        self._index: Indexes = np.zeros(0, np.intp)
        self._forget()

    def _forget(self) -> None:
        count = sum(number for _, number in self.places.values())
        self.peak = np.full(count, FLOOR_DB)
        self.floor = np.full(count, FLOOR_DB)
        self.mean = np.full(count, FLOOR_DB)
        self.line = np.full(count, FLOOR_DB)
        self.figure = np.full(count, FLOOR_DB)
        self.heard_at = np.zeros(count, np.int64)
        self.line_at = np.zeros(count, np.int64)
        self.figure_at = np.zeros(count, np.int64)
        self.clipped = np.zeros(count, np.bool_)
        self.muted = np.zeros(count, np.bool_)

    def arrange(self, places: Sequence[tuple[str, int]]) -> None:
        """Have these inputs with so many channels each; what was known of them stays."""
        before, known = dict(self.__dict__), self.places
        self.places = {}
        first = 0
        for name, count in places:
            self.places[name] = (first, count)
            first += count
        self.starts = np.array([start for start, _ in self.places.values()], np.intp)
        self._shape = ()
        self._forget()
        for name, (start, count) in self.places.items():
            old, number = known.get(name, (0, 0))
            if number == count:
                for field in _FIELDS:
                    getattr(self, field)[start : start + count] = before[field][old : old + count]

    def hear(self, inputs: Inputs, at: Instant) -> bool:
        """Take a report; say whether there are inputs or channels that were not there before."""
        shape = tuple((name, len(levels) // 3) for name, levels in inputs)
        fresh = False
        if shape != self._shape:
            wanted = {name: count for name, (_, count) in self.places.items()}
            news = {name: count for name, count in shape if count and wanted.get(name) != count}
            if news:
                fresh = True
                self.arrange(list((wanted | news).items()))
            heard = [self.places[name] for name, count in shape if count]
            self._index = np.array(
                [one for start, count in heard for one in range(start, start + count)], np.intp
            )
            self._shape = shape
        if len(self._index):
            used = (levels[: len(levels) // 3 * 3] for _, levels in inputs)
            reported = np.fromiter(chain.from_iterable(used), np.float64, len(self._index) * 3)
            self._move(reported.reshape(-1, 3), at)
        return fresh

    def _move(self, reported: Floats, at: Instant) -> None:
        """Follow `core.meters.hear`, for every channel of a report."""
        index = self._index
        magnitude, peak, before = reported.T
        muted = ~(peak > 0.0) & (before > _FLOOR)
        level = decibels_of(np.where(muted, before, peak))
        since = (at - self.heard_at[index]).astype(np.float64)
        bar = np.maximum(self.peak[index] - since * FALL_PER_NS, self.floor[index])
        top = np.maximum(bar, level)
        held = (at - self.line_at[index] < HOLD_NS) & (self.line[index] > top)
        read = (at - self.figure_at[index] < HOLD_NS) & (self.figure[index] > level)
        mean = decibels_of(magnitude)
        left = np.where(since < 10 * MEAN_NS, np.exp(-np.minimum(since, 10 * MEAN_NS) / MEAN_NS), 0.0)
        self.mean[index] = mean + (self.mean[index] - mean) * left
        self.peak[index] = top
        self.floor[index] = level
        self.heard_at[index] = at
        self.line[index] = np.where(held, self.line[index], top)
        self.line_at[index] = np.where(held | (level < bar), self.line_at[index], at)
        self.figure[index] = np.where(read, self.figure[index], level)
        self.figure_at[index] = np.where(read, self.figure_at[index], at)
        self.clipped[index] |= ~muted & (level >= CLIP_DB)
        self.muted[index] = muted

    def levels_of(self, index: Indexes, at: Instant) -> Floats:
        """Return bar, line and mean of these channels at `at`; see `core.meters.levels_of`."""
        since = (at - self.heard_at[index]).astype(np.float64)
        bar = np.maximum(self.peak[index] - since * FALL_PER_NS, self.floor[index])
        line = self.line[index]
        held = (line > bar) & (at - self.line_at[index] < HOLD_NS)
        return np.array([bar, np.where(held, line, bar), self.mean[index]])

    def readings(self) -> tuple[Indexes, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Return of each input its loudest figure in whole dB above the floor, clip light, and mute."""
        figures = np.rint(np.maximum.reduceat(self.figure, self.starts) - FLOOR_DB).astype(np.intp)
        return (
            figures,
            np.logical_or.reduceat(self.clipped, self.starts),
            np.logical_or.reduceat(self.muted, self.starts),
        )


_FIELDS = (
    "peak",
    "floor",
    "mean",
    "line",
    "figure",
    "heard_at",
    "line_at",
    "figure_at",
    "clipped",
    "muted",
)
