"""One row of the bench's table, and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    what: str
    floor: str
    measured: str
    ratio: str
    goal: str

    def text(self) -> str:
        return f"| {self.what} | {self.floor} | {self.measured} | {self.ratio} | {self.goal} |"


HEAD = "| what | floor, same run | measured | ratio | goal |\n| --- | --- | --- | --- | --- |"


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def spread(values: Sequence[float], unit: str = "ms") -> str:
    return f"p50 {quantile(values, 0.5):.3f}, p99 {quantile(values, 0.99):.3f} {unit}"


def ratios(values: Sequence[float], floor: Sequence[float]) -> str:
    middle = quantile(values, 0.5) - quantile(floor, 0.5)
    tail = quantile(values, 0.99) / quantile(floor, 0.99)
    return f"p50 {middle:+.3f} ms, p99 {tail:.2f}×"
