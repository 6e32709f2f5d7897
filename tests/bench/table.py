"""One row of the bench's table, and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, beside its floor of the same run."""

    what: str
    floor: str
    measured: str
    ratio: str
    goal: str

    def text(self) -> str:
        """Return the row as Markdown."""
        return f"| {self.what} | {self.floor} | {self.measured} | {self.ratio} | {self.goal} |"


HEAD = "| what | floor, same run | measured | ratio | goal |\n| --- | --- | --- | --- | --- |"


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def spread(values: Sequence[float], unit: str = "ms") -> str:
    """Return median and tail in words."""
    return f"p50 {quantile(values, 0.5):.3f}, p99 {quantile(values, 0.99):.3f} {unit}"


def gain(values: Sequence[float], floor: Sequence[float]) -> str:
    """Return how much is on top of the floor at the median, and how many times the floor the tail is."""
    middle = quantile(values, 0.5) - quantile(floor, 0.5)
    tail = quantile(values, 0.99) / quantile(floor, 0.99)
    return f"p50 {middle:+.3f} ms, p99 {tail:.2f}×"


def times(values: Sequence[float], floor: Sequence[float]) -> str:
    """Return how many times the floor median and tail are."""
    middle = quantile(values, 0.5) / quantile(floor, 0.5)
    tail = quantile(values, 0.99) / quantile(floor, 0.99)
    return f"p50 {middle:.2f}×, p99 {tail:.2f}×"
