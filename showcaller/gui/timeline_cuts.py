"""Splitting a segment in two and joining two into one: each a single change.

Owns what stays where: every cue keeps its planned time, a chain of follow-ons stays together, and what a
join would lose silently (a hard start, a branch) is refused in words. Values only.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from PySide6.QtCore import QCoreApplication

from showcaller.core.edits import Change, Op, edit, insert, remove
from showcaller.core.schedule import Plan, PlannedCue, PlannedSegment
from showcaller.core.show import (
    AtOffset,
    AutoContinue,
    AutoFollow,
    Cue,
    Hard,
    Hit,
    Manual,
    Segment,
    Show,
    Soft,
    new_id,
)
from showcaller.core.times import Duration, ShowTime, elapsed

translate = QCoreApplication.translate


class CutError(Exception):
    """Why it was not done, as a sentence."""


def _pages(show: Show) -> set[str]:
    return {row.page for row in show.rundown if isinstance(row, Segment)}


def _page_after(show: Show, page: str) -> str:
    """Return a free page for the second half: A2 → A2b."""
    if not page:
        return ""
    taken = _pages(show)
    free = (f"{page}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")
    return next((one for one in free if one not in taken), page)


def _shifted(show: Show, cue: Cue, place: PlannedCue, by: int, *, first: bool) -> Iterable[Op]:
    """Return what keeps a cue at its time while its segment's start moves by so many milliseconds."""
    at = Duration(max(0, place.start - by))
    moved: dict[str, object] = {}
    if cue.learned_offset is not None:
        moved["learned_offset"] = Duration(max(0, cue.learned_offset - by))
    if isinstance(cue.trigger, AtOffset):
        moved["trigger"] = AtOffset(after=at)
    # What has no place of its own stands behind the cue above it, which moves along.
    elif isinstance(cue.trigger, Manual) and (cue.offset is not None or first):
        moved["offset"] = at
    return edit(show, cue.id, **moved)


def split(show: Show, plan: Plan, at: ShowTime) -> tuple[str, Change, str]:
    """Return name and change of beginning a new segment at a time, and what runs on across it.

    The cues planned from then on go to the new segment and keep their times.

    Raises:
        CutError: No segment runs then, or the time is its beginning or its end.
    """
    planned = next(
        (one for one in plan.segments if one.segment and not one.floated and one.start <= at < one.end), None
    )
    if planned is None or planned.segment is None:
        raise CutError(translate("Timeline", "Not split: no segment is planned there."))
    segment = planned.segment
    name = segment.page or segment.title
    offset = elapsed(planned.start, at)
    if offset <= 0:
        raise CutError(
            translate("Timeline", "Not split: {segment} begins there. Put the cursor inside it.").format(
                segment=name
            )
        )
    here = next((place for place, cue in enumerate(planned.cues) if cue.start >= offset), len(planned.cues))
    while here < len(planned.rows) and _follows_on(planned, here):
        here += 1
    behind = msgspec.structs.replace(
        segment,
        id=new_id(),
        page=_page_after(show, segment.page),
        duration=Duration(planned.duration - offset),
        # All that it can give goes to the second half: the first keeps its length.
        minimum=_rest(segment.minimum, offset),
        maximum=_rest(segment.maximum, offset),
        start=Soft(),
        notes="",
        # How long the whole was says nothing of its halves.
        learned=None,
    )
    change: list[Op] = list(edit(show, segment.id, duration=offset, minimum=None, maximum=None, learned=None))
    for place in range(here, len(planned.rows)):
        row = planned.rows[place]
        assert isinstance(row, Cue)
        change.extend(_shifted(show, row, planned.cues[place], offset, first=place == here))
    above = planned.rows[here - 1].id if here else segment.id
    change.extend(insert([behind], above))
    across = [
        row.number or row.name
        for row, cue in zip(planned.rows[:here], planned.cues[:here], strict=True)
        if isinstance(row, Cue) and cue.start < offset < cue.start + cue.length
    ]
    return translate("Timeline", "Split {segment}").format(segment=name), tuple(change), ", ".join(across)


def _follows_on(planned: PlannedSegment, place: int) -> bool:
    row = planned.rows[place]
    return place > 0 and isinstance(row, Cue) and isinstance(row.trigger, AutoContinue | AutoFollow)


def _together(
    first: Duration | None, one: Duration, second: Duration | None, other: Duration
) -> Duration | None:
    """Return how short or long two segments may be as one."""
    if first is None and second is None:
        return None
    return Duration((one if first is None else first) + (other if second is None else second))


def _rest(bound: Duration | None, taken: Duration) -> Duration | None:
    return None if bound is None else Duration(max(0, bound - taken))


def _sum(one: Duration | None, other: Duration | None) -> Duration | None:
    return None if one is None or other is None else Duration(one + other)


def join(show: Show, plan: Plan, segment_id: str) -> tuple[str, Change]:
    """Return name and change of making a segment and the next one into one; all cues keep their times.

    Raises:
        CutError: There is no next one, or something would be lost.
    """
    index = next(
        (at for at, one in enumerate(plan.segments) if one.segment and one.segment.id == segment_id), None
    )
    if index is None:
        raise CutError(translate("Timeline", "Not joined: select a segment, or a cue in it."))
    if index + 1 >= len(plan.segments):
        raise CutError(translate("Timeline", "Not joined: no segment comes after the last one."))
    one, other = plan.segments[index], plan.segments[index + 1]
    first, second = one.segment, other.segment
    assert first is not None
    assert second is not None
    names = {"first": first.page or first.title, "second": second.page or second.title}
    if isinstance(second.start, Hard | Hit):
        raise CutError(
            translate(
                "Timeline",
                "Not joined: {second} has to start at {time}, which would be lost. Make it soft first.",
            ).format(time=second.start.at, **names)
        )
    if one.floated or other.floated or (first.branch, first.ending) != (second.branch, second.ending):
        raise CutError(
            translate(
                "Timeline",
                "Not joined: {first} and {second} are not in the show together (float, or another ending).",
            ).format(**names)
        )
    typed = first.duration is not None or second.duration is not None
    notes = "\n".join(note for note in (first.notes, second.notes) if note)
    bounds = {
        "minimum": _together(first.minimum, one.duration, second.minimum, other.duration),
        "maximum": _together(first.maximum, one.duration, second.maximum, other.duration),
    }
    change: list[Op] = list(
        edit(
            show,
            first.id,
            duration=Duration(one.duration + other.duration) if typed else None,
            notes=notes,
            learned=_sum(first.learned, second.learned),
            **bounds,
        )
    )
    for place, (row, cue) in enumerate(zip(other.rows, other.cues, strict=True)):
        assert isinstance(row, Cue)
        change.extend(_shifted(show, row, cue, -one.duration, first=place == 0))
    change.extend(remove(show, [second.id]))
    return translate("Timeline", "Join {first} and {second}").format(**names), tuple(change)
