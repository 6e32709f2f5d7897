"""Where in its segment each cue is written to be called, as far as anybody said so.

Owns the difference between a time that was typed, dragged or learned and one that a plan only fills in: a
cue below another without a length stands *somewhere* after it, and nobody can say how close. Standby groups
and caller load ask it. Pure; knows no plan and no clock.
"""

from __future__ import annotations

from collections.abc import Sequence

from showcaller.core.position import length_of
from showcaller.core.show import AtOffset, AutoContinue, AutoFollow, Cue, Manual, Row


def known_places(rows: Sequence[Row]) -> list[int | None]:
    """Return for each cue below a heading its milliseconds from the segment's start, or None if unknown.

    Args:
        rows: The cues of one segment, in order. A cue for a time of day or a timecode is not
            known here; a floated one has no place, and what follows it does not count it.
    """
    places: list[int | None] = []
    at: int | None = 0
    """Where a cue without an offset of its own is called."""
    starts: int | None = None
    continues: int | None = None
    ends: int | None = None
    """When the cue above starts, lets the next one continue, and ends."""
    for row in rows:
        assert isinstance(row, Cue)
        if row.floated:
            places.append(None)
            continue
        match row.trigger:
            case AtOffset(after):
                starts = after
            case AutoContinue():
                starts = continues
            case AutoFollow():
                starts = ends
            case Manual():
                starts = at if row.offset is None else row.offset
            case _:
                starts = None
        places.append(starts)
        at = continues = ends = None
        if starts is not None:
            length = length_of(row)
            continues = starts + row.pre_wait + row.post_wait
            ends = starts + row.pre_wait + length if length > 0 else None
            at = None if row.duration is None else starts + row.pre_wait + length
    return places
