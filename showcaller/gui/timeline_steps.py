"""From cue to cue on the timeline by keyboard: the next one, the one in the lane above or below.

Owns the choice only. Values only; the panel selects.
"""

from __future__ import annotations

from showcaller.core.show import Cue, Show
from showcaller.gui.timeline_course import Course, all_seen, standing_at

FAR = 3600.0
"""Seconds around a cue within which its neighbour in another lane is looked for."""


def cue_next(show: Show, current: str | None, step: int) -> str | None:
    """Return the cue after (1) or before (-1) a row in the rundown; the first or last without a row."""
    rundown = show.rundown
    start = show.positions.get(current or "", -1 if step > 0 else len(rundown))
    place = start + step
    while 0 <= place < len(rundown):
        row = rundown[place]
        if isinstance(row, Cue):
            return row.id
        place += step
    return None


def cue_in_lane(course: Course, show: Show, current: str | None, step: int) -> str | None:
    """Return the cue nearest in time in the next lane below (1) or above (-1) that has one."""
    own = standing_at(course, show.positions, current) if current else ()
    if not own:
        return cue_next(show, None, 1)
    # Of a cue in several lanes, the outermost in that direction.
    lane = max(one.bar.lane for one in own) if step > 0 else min(one.bar.lane for one in own)
    at = own[0].start
    best: tuple[float, float, str] | None = None
    for stands in all_seen(course, show.positions, at - FAR, at + FAR):
        lanes_off = (stands.bar.lane - lane) * step
        if lanes_off <= 0 or stands.bar.cue == current:
            continue
        found = (float(lanes_off), abs(stands.start - at), stands.bar.cue)
        best = found if best is None else min(best, found)
    return best[2] if best else None


def rows_between(show: Show, one: str | None, other: str) -> list[str]:
    """Return the cues from one row to another, both included, in the order of the rundown."""
    ends = sorted(show.positions.get(row or other, show.positions[other]) for row in (one, other))
    row = show.row(other)
    return [between.id for between in show.rundown[ends[0] : ends[1] + 1] if isinstance(between, type(row))]
