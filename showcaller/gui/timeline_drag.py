"""Moving a cue in time: which cues can be, and the edit that does it.

Owns the meaning of a drag: a cue that is called gets another offset in its segment, one with an offset
trigger another trigger time. Everything else stands where its trigger puts it. Values only.
"""

from __future__ import annotations

from showcaller.core.calls import chips_text
from showcaller.core.edits import Change, edit
from showcaller.core.schedule import Plan
from showcaller.core.show import AtOffset, Cue, Manual, Show
from showcaller.core.times import Duration


def movable(cue: Cue) -> bool:
    """Say whether a cue's place in time can be dragged."""
    return isinstance(cue.trigger, Manual | AtOffset)


def rounded(by: float, seconds_per_pixel: float) -> float:
    """Return a move in seconds on a grid that a hand can hit: whole seconds, or tenths when zoomed in."""
    grid = 1.0 if seconds_per_pixel > 0.02 else 0.1
    return round(by / grid) * grid


def move_in_time(show: Show, plan: Plan, cue_id: str, by: float) -> tuple[str, Change] | None:
    """Return name and change of moving a cue by so many seconds, or None where that changes nothing.

    A cue does not go before its segment's start.
    """
    cue = show.cue(cue_id)
    if cue is None or not movable(cue):
        return None
    for planned in plan.segments:
        for row, place in zip(planned.rows, planned.cues, strict=True):
            if row.id != cue_id:
                continue
            at = Duration(max(0, place.start + round(by * 1000)))
            if isinstance(cue.trigger, AtOffset):
                change = edit(show, cue_id, trigger=AtOffset(after=at))
            elif at == place.start:
                change = ()
            else:
                change = edit(show, cue_id, offset=at)
            spoken = chips_text(show, cue.calls) or cue.number or cue.name
            return (f"Move {spoken} in time", change) if change else None
    return None
