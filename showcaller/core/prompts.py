"""What the desk prompts by itself: warnings and standbys of cues that nobody calls but time.

Owns which departments want to hear of a timed cue now, by their lead times, and in which words. Pure; the
calling panel asks it with what a snapshot says. Knows no screen and reads no clock.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from showcaller.core.calls import standby_words, warning_words
from showcaller.core.position import Running, Wait
from showcaller.core.show import AutoFollow, Call, Cue, Segment, Show
from showcaller.core.times import Duration, ShowTime, elapsed


class Coming(NamedTuple):
    """A cue that fires by itself, and when."""

    cue: Cue
    due: ShowTime


class Prompt(NamedTuple):
    """Words that are to be said now, because a timed cue comes."""

    cue: str
    step: Literal["warning", "standby"]
    words: str
    due: ShowTime


def timed_cues(
    show: Show, waits: Iterable[Wait], running: Iterable[Running], passed_over: Container[str] = ()
) -> list[Coming]:
    """Return the cues that fire by themselves at a time that is known, soonest first.

    Args:
        show: The document.
        waits: What waits; pre-waits were called already and count no more.
        running: What runs; a cue follows at its end where no media decides when that is.
        passed_over: Ids of cues that are skipped or floated.
    """
    found = [
        Coming(cue, wait.due)
        for wait in waits
        if wait.cause != "pre-wait" and (cue := show.cue(wait.cue)) is not None
    ]
    for one in running:
        follower = None if one.media else _row_below(show, one.cue)
        if isinstance(follower, Cue) and isinstance(follower.trigger, AutoFollow):
            found.append(Coming(follower, one.ends_at))
    return sorted((one for one in found if one.cue.id not in passed_over), key=lambda one: one.due)


def _row_below(show: Show, cue_id: str) -> Cue | None:
    place = show.positions.get(cue_id, len(show.rundown)) + 1
    while place < len(show.rundown) and isinstance(show.rundown[place], Segment):
        place += 1
    return show.cue(show.rundown[place].id) if place < len(show.rundown) else None


def _leads(show: Show, call: Call) -> tuple[Duration, Duration]:
    department = show.department(call.department)
    return (department.warning, department.standby) if department else (Duration(0), Duration(0))


def prompts(show: Show, coming: Sequence[Coming], now: ShowTime) -> list[Prompt]:
    """Return what is to be said now: standbys first, then warnings, each by when its cue is due.

    A department is named from its own lead time on; one that is stood by is no longer warned.
    """
    found: list[Prompt] = []
    for cue, due in coming:
        left = elapsed(now, due)
        if left < 0:
            continue
        stood_by = tuple(call for call in cue.calls if left <= _leads(show, call)[1])
        warned = tuple(call for call in cue.calls if call not in stood_by and left <= _leads(show, call)[0])
        if stood_by:
            words = standby_words(show, msgspec.structs.replace(cue, calls=stood_by))
            found.append(Prompt(cue.id, "standby", words, due))
        if warned:
            words = warning_words(show, msgspec.structs.replace(cue, calls=warned))
            found.append(Prompt(cue.id, "warning", words, due))
    return sorted(found, key=lambda one: (one.step == "warning", one.due))


def next_prompt_at(show: Show, coming: Sequence[Coming], now: ShowTime) -> Iterator[Duration]:
    """Yield in how long each further department of a timed cue wants to hear of it."""
    for cue, due in coming:
        left = elapsed(now, due)
        for call in cue.calls:
            yield from (Duration(left - lead) for lead in _leads(show, call) if 0 < lead < left)
