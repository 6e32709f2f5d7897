"""Moving and resizing on the timeline: which rows can be, and the edit that does it.

Owns the meaning of a drag: a cue that is called gets another offset in its segment, one with an offset
trigger another trigger time; its length is its typed duration, that of a segment its planned one.
Everything else stands where its trigger puts it, and is told so. Values only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from PySide6.QtCore import QCoreApplication

from showcaller.core.calls import chips_text
from showcaller.core.edits import Change, Op, edit
from showcaller.core.schedule import Plan, PlannedCue, PlannedSegment
from showcaller.core.show import AtClock, AtOffset, AtTimecode, Cue, Manual, Row, Segment, Show
from showcaller.core.times import Duration

translate = QCoreApplication.translate

Side = Literal["start", "end"]
"""Which edge of a bar is dragged; the other one stays."""


class _Placed(NamedTuple):
    cue: Cue
    place: PlannedCue


def movable(cue: Cue) -> bool:
    """Say whether a cue's place in time can be dragged."""
    return isinstance(cue.trigger, Manual | AtOffset)


def why_fixed(row: Row | None) -> str:
    """Return why a row cannot be moved in time; empty where it can be."""
    if isinstance(row, Segment):
        return translate(
            "Timeline",
            "A segment begins where the one before it ends: resize that one, or move it in the rundown.",
        )
    if not isinstance(row, Cue):
        return translate("Timeline", "Select a cue first: click it, or press Tab.")
    if isinstance(row.trigger, AtClock):
        return translate(
            "Timeline", "{cue} starts at the clock, at {time}. Its time stands in the inspector."
        ).format(cue=row.number or row.name, time=row.trigger.at)
    if isinstance(row.trigger, AtTimecode):
        return translate(
            "Timeline", "{cue} starts at timecode {time}. Its time stands in the inspector."
        ).format(cue=row.number or row.name, time=row.trigger.at)
    if not movable(row):
        return translate(
            "Timeline", "{cue} follows the cue above it, and moves with that. Its trigger says when."
        ).format(cue=row.number or row.name)
    return ""


def _placed(show: Show, plan: Plan, ids: Iterable[str]) -> Iterator[_Placed]:
    """Yield cues with their planned places."""
    for row_id in ids:
        place = show.positions.get(row_id)
        planned = None if place is None else _segment_at(plan, place)
        if planned is None or place is None:
            continue
        within = place - planned.place - (1 if planned.segment else 0)
        row = show.rundown[place]
        if isinstance(row, Cue) and 0 <= within < len(planned.cues):
            yield _Placed(row, planned.cues[within])


def _segment_at(plan: Plan, place: int) -> PlannedSegment | None:
    found = None
    for planned in plan.segments:
        if planned.place > place:
            break
        found = planned
    return found


def _put(show: Show, one: _Placed, at: Duration) -> Change:
    """Return the change that gives a cue another place in its segment."""
    if at == one.place.start:
        return ()
    if isinstance(one.cue.trigger, AtOffset):
        return edit(show, one.cue.id, trigger=AtOffset(after=at))
    return edit(show, one.cue.id, offset=at)


def named(show: Show, cues: Iterable[Cue]) -> str:
    """Return how an edit of these cues calls them: “LX 14, SND 7”, or “3 cues”."""
    found = list(cues)
    if len(found) != 1:
        return translate("Timeline", "{count} cues").format(count=len(found))
    return chips_text(show, found[0].calls) or found[0].number or found[0].name


def move_in_time(show: Show, plan: Plan, ids: Iterable[str], by: Duration) -> tuple[str, Change] | None:
    """Return name and change of moving cues by so much, or None where that changes nothing.

    They keep their distances, so that together they stop where the first would go before its segment's
    start. Cues that stand where their trigger puts them are left out.
    """
    moving = [one for one in _placed(show, plan, ids) if movable(one.cue)]
    if not moving:
        return None
    least = max(by, -min(one.place.start for one in moving))
    change: list[Op] = []
    for one in moving:
        change.extend(_put(show, one, Duration(one.place.start + least)))
    if not change:
        return None
    words = translate("Timeline", "Move {cues} in time").format(cues=named(show, (one.cue for one in moving)))
    return words, tuple(change)


def resize(
    show: Show, plan: Plan, ids: Iterable[str], by: Duration, side: Side = "end"
) -> tuple[str, Change] | None:
    """Return name and change of making cues and segments longer, or None where that changes nothing.

    Args:
        show: The document.
        plan: Its planned times.
        ids: Cues and segments.
        by: How far the edge is moved; forwards is positive, for either edge.
        side: The edge. The start of a segment cannot be moved.
    """
    ids = tuple(ids)
    change: list[Op] = []
    cues: list[Cue] = []
    segments: list[Segment] = []
    for one in _placed(show, plan, ids):
        shortest = one.cue.pre_wait
        if side == "end":
            length = max(shortest, one.place.length + by)
        elif movable(one.cue):
            start = min(max(0, one.place.start + by), one.place.start + one.place.length - shortest)
            length = one.place.length + one.place.start - start
            change.extend(_put(show, one, Duration(start)))
        else:
            continue
        duration = Duration(length - shortest)
        if length != one.place.length:
            change.extend(edit(show, one.cue.id, duration=duration))
        cues.append(one.cue)
    for planned in plan.segments:
        if side == "end" and planned.segment is not None and planned.segment.id in ids:
            change.extend(edit(show, planned.segment.id, duration=Duration(max(0, planned.duration + by))))
            segments.append(planned.segment)
    if not change:
        return None
    if len(segments) == 1 and not cues:
        what = segments[0].page or segments[0].title
    elif segments and not cues:
        what = translate("Timeline", "{count} segments").format(count=len(segments))
    else:
        what = named(show, cues)
    words = (
        translate("Timeline", "Make {what} longer")
        if (by > 0) == (side == "end")
        else translate("Timeline", "Make {what} shorter")
    )
    return words.format(what=what), tuple(change)
