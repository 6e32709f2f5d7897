"""An unplanned item that is dropped into a show while it runs: a heading, and perhaps one manual cue.

Owns what such an edit is and where it goes, so that LIVE, which locks the rundown, can let exactly this
through. Pure; the window shows its cost and gives it to the document.
"""

from __future__ import annotations

from collections.abc import Sequence

from showcaller.core.edits import Change, Inserted, Removed, insert
from showcaller.core.show import Cue, Manual, Row, Segment, Show
from showcaller.core.times import Duration


def places_for(show: Show, running: str | None) -> Sequence[Segment | None]:
    """Return behind which segments an item can be dropped in, the running one first; None is the top.

    Above the running segment nothing is called any more.
    """
    segments = [row for row in show.rundown if isinstance(row, Segment)]
    first = next((place for place, row in enumerate(segments) if row.id == running), None)
    return segments[first:] if first is not None else [None, *segments]


def last_row_of(show: Show, segment: Segment | None) -> str | None:
    """Return the last row of a segment: what is dropped in behind it stands below that row."""
    if segment is None:
        return None
    last = segment.id
    for row in show.rundown[show.positions[segment.id] + 1 :]:
        if isinstance(row, Segment):
            break
        last = row.id
    return last


def drop_in(show: Show, segment: Segment, cue: Cue | None, behind: Segment | None) -> Change:
    """Return the edit that puts an item in behind a segment."""
    rows: list[Row] = [segment] if cue is None else [segment, cue]
    return insert(rows, last_row_of(show, behind))


def item(
    segment_id: str, cue_id: str, title: str, duration: Duration | None, number: str | None
) -> tuple[Segment, Cue | None]:
    """Return the rows of an item; without a number it has no cue, and its heading is the stop for GO."""
    segment = Segment(id=segment_id, title=title, duration=duration)
    return segment, None if number is None else Cue(id=cue_id, number=number, name=title)


def is_drop_in(change: Change) -> bool:
    """Say whether an edit drops one item in, or takes one out, and does nothing else."""
    if not change or len(change) > 2:
        return False
    if not (all(isinstance(op, Inserted) for op in change) or all(isinstance(op, Removed) for op in change)):
        return False
    rows = [op.item for op in change if isinstance(op, Inserted | Removed) and op.collection == "rundown"]
    segments = [row for row in rows if isinstance(row, Segment)]
    cues = [row for row in rows if isinstance(row, Cue)]
    return len(segments) == 1 and len(rows) == len(change) and all(_is_plain(cue) for cue in cues)


def _is_plain(cue: Cue) -> bool:
    return isinstance(cue.trigger, Manual) and not cue.actions
