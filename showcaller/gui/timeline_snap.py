"""Where a dragged edge lands: on another bar's edge, a segment's, a whole second or a frame.

Owns the choice of snaps, its way into the settings of this machine, and the arithmetic. Values only; the
menu and the line that shows a snap are the panel's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, cast, get_args

from PySide6.QtCore import QSettings

from showcaller.core.frames import RATES, frames_in, start_of

Grid = Literal["second", "frame", "none"]
REACH = 8
"""Pixels from which an edge draws to itself what is dragged."""
STEP_MS = 100
"""How far a key moves without a grid."""


class Snaps(NamedTuple):
    """What is snapped to."""

    grid: Grid = "second"
    rate: str = "25"
    """Frame rate of the grid, by its name."""
    neighbours: bool = True
    edges: bool = True
    """Of segments, and hard points."""


def read_snaps(settings: QSettings | None) -> Snaps:
    """Return what this machine's user chose last."""
    usual = Snaps()
    if settings is None:
        return usual
    grid = str(settings.value("timeline/grid", usual.grid))
    rate = str(settings.value("timeline/rate", usual.rate))
    return Snaps(
        cast("Grid", grid) if grid in get_args(Grid) else usual.grid,
        rate if rate in RATES else usual.rate,
        bool(settings.value("timeline/neighbours", usual.neighbours, bool)),
        bool(settings.value("timeline/edges", usual.edges, bool)),
    )


def keep_snaps(settings: QSettings | None, snaps: Snaps) -> None:
    """Keep the choice for the next time."""
    if settings is not None:
        for name, value in snaps._asdict().items():
            settings.setValue(f"timeline/{name}", value)


def on_grid(milliseconds: float, snaps: Snaps) -> int:
    """Return the place of the grid that lies nearest, in milliseconds from a segment's start."""
    if snaps.grid == "second":
        return round(milliseconds / 1000) * 1000
    if snaps.grid == "frame":
        rate = RATES[snaps.rate]
        sign = -1 if milliseconds < 0 else 1
        length = rate.denominator * 1_000_000_000 / rate.numerator
        frame = frames_in(round(abs(milliseconds) * 1e6 + length / 2), rate)
        return sign * round(start_of(frame, rate) / 1e6)
    return round(milliseconds)


def stepped(milliseconds: float, snaps: Snaps, direction: int) -> int:
    """Return the next place of the grid in a direction (1 later, -1 earlier), from anywhere."""
    if snaps.grid == "none":
        return round(milliseconds) + direction * STEP_MS
    if snaps.grid == "second":
        step = 1000.0
    else:
        step = 1000 * RATES[snaps.rate].denominator / RATES[snaps.rate].numerator
    near = on_grid(milliseconds, snaps)
    beyond = (near - milliseconds) * direction > 0.5
    return near if beyond else on_grid(near + direction * step, snaps)


def snap(
    edges: Iterable[float],
    by: float,
    origin: float,
    lines: Iterable[float],
    reach: float,
    snaps: Snaps,
) -> tuple[float, float | None]:
    """Return by how many seconds something is dragged once it has snapped, and the line to show.

    Args:
        edges: The edges that are dragged, in seconds; the first is the one that goes by the grid.
        by: How far the hand has dragged them.
        origin: Where the grid begins: the start of their segment.
        lines: Edges that draw them to themselves.
        reach: From how far, in seconds.
        snaps: What is snapped to.
    """
    edges = tuple(edges)
    best: tuple[float, float] | None = None
    for line in lines:
        for edge in edges:
            off = line - (edge + by)
            if abs(off) <= reach and (best is None or abs(off) < abs(best[0])):
                best = off, line
    if best is not None:
        return by + best[0], best[1]
    first = edges[0]
    return origin + on_grid((first + by - origin) * 1000, snaps) / 1000 - first, None
