"""How one order of ids becomes another with the fewest moves.

Owns no document: `edits` asks it when rows are moved and when a rundown that was read in again is
compared with the one that is open.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from msgspec import Struct


class Step(Struct, frozen=True):
    """One id that moved or came in; None stands for the very top."""

    id: str
    new: bool
    from_after: str | None
    to_after: str | None


class _Chain:
    """An order as links, so that a step of a long rearrangement costs the same anywhere."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._above: dict[str | None, str | None] = dict(zip((*ids, None), (None, *ids), strict=True))
        self._below: dict[str | None, str | None] = dict(zip((None, *ids), (*ids, None), strict=True))

    def take(self, item_id: str) -> str | None:
        """Take an id out and return what stood above it."""
        above, below = self._above.pop(item_id), self._below.pop(item_id)
        self._below[above], self._above[below] = below, above
        return above

    def put(self, item_id: str, above: str | None) -> None:
        """Put an id in below another."""
        below = self._below[above]
        self._above[item_id], self._below[item_id] = above, below
        self._below[above], self._above[below] = item_id, item_id


def _staying(places: Sequence[int]) -> set[int]:
    """Return a longest rising run of these places: what need not move when the rest does."""
    ends: list[int] = []
    heads: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        length = bisect_left(ends, place)
        before.append(heads[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        heads[length : length + 1] = [index]
    staying: set[int] = set()
    index = heads[-1] if heads else -1
    while index >= 0:
        staying.add(places[index])
        index = before[index]
    return staying


def rearrange(before: Sequence[str], after: Sequence[str]) -> Iterator[Step]:
    """Yield the steps that bring `before` into the order of `after`, the fewest that do.

    Every id of `before` is in `after`; those of `after` that are not in `before` are new.
    """
    places = {item_id: place for place, item_id in enumerate(before)}
    staying = _staying([places[item_id] for item_id in after if item_id in places])
    chain = _Chain(before)
    above: str | None = None
    for item_id in after:
        place = places.get(item_id)
        if place is None:
            yield Step(item_id, new=True, from_after=None, to_after=above)
            chain.put(item_id, above)
        elif place not in staying:
            yield Step(item_id, new=False, from_after=chain.take(item_id), to_after=above)
            chain.put(item_id, above)
        above = item_id
