"""What the desk prompts by itself: warnings and standbys of cues that nobody calls but time.

Owns which departments want to hear of a timed cue now, by their lead times, and in which words. Pure; the
calling panel asks it with what a snapshot says. Knows no screen and reads no clock.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from showcaller.core.branches import Chosen, is_in_other_ending
from showcaller.core.calls import standby_words, warning_words
from showcaller.core.position import Playback, Running, Wait, is_passed_over, length_of
from showcaller.core.show import AtOffset, AutoContinue, AutoFollow, Call, Cue, Segment, Show
from showcaller.core.times import Duration, ShowTime, elapsed, shift

MOST_LINKS = 10
"""So many cues of a chain are foreseen."""


class Coming(NamedTuple):
    """A cue that fires by itself, and when."""

    cue: Cue
    due: ShowTime
    estimate: bool = False
    """It hangs on a GO that was not given yet, or on a length that media may outlast."""


class PassedOver:
    """The rows that a run does not come to, as a container of ids: skipped, floated, of another ending."""

    def __init__(self, show: Show, playback: Playback) -> None:
        self._show, self._playback = show, playback

    @property
    def chosen(self) -> Chosen:
        """Endings that were chosen in this run."""
        return self._playback.chosen

    def __contains__(self, row_id: object) -> bool:
        place = self._show.positions.get(str(row_id))
        return place is None or is_passed_over(self._playback, self._show, place)


class Prompt(NamedTuple):
    """Words that are to be said now, because a timed cue comes."""

    cue: str
    step: Literal["warning", "standby"]
    words: str
    due: ShowTime
    estimate: bool = False


def timed_cues(
    show: Show, waits: Iterable[Wait], running: Iterable[Running], passed_over: Container[str] = ()
) -> list[Coming]:
    """Return the cues that fire by themselves at a time that is known, soonest first.

    Args:
        show: The document.
        waits: What waits; pre-waits were called already, only what continues after them counts.
        running: What runs; a cue follows at its end where no media decides when that is.
        passed_over: Ids of cues that are skipped or floated.
    """
    found: list[Coming] = []
    for wait in waits:
        cue = show.cue(wait.cue)
        if cue is None or cue.id in passed_over:
            continue
        if wait.cause == "pre-wait":
            found += _followers(show, Coming(cue, shift(wait.due, Duration(-cue.pre_wait))), passed_over)
        else:
            found += _with_followers(show, Coming(cue, wait.due), passed_over)
    for one in running:
        follower = None if one.media else _row_below(show, one.cue, passed_over)
        if follower is None or follower.id in passed_over:
            continue
        if isinstance(follower.trigger, AutoFollow):
            found += _with_followers(show, Coming(follower, one.ends_at), passed_over)
    return sorted(found, key=lambda one: one.due)


def planned_cues(
    show: Show, segment_id: str, start: ShowTime, passed_over: Container[str] = ()
) -> list[Coming]:
    """Return the cues that will wait for their offset once a segment begins, soonest first.

    Args:
        show: The document.
        segment_id: A segment that has not begun.
        start: When it is expected to.
        passed_over: Ids of cues that are skipped or floated.
    """
    found: list[Coming] = []
    for place in range(show.positions[segment_id] + 1, len(show.rundown)):
        row = show.rundown[place]
        if isinstance(row, Segment):
            break
        if isinstance(row.trigger, AtOffset) and row.id not in passed_over:
            due = shift(start, row.trigger.after)
            found += _with_followers(show, Coming(row, due, estimate=True), passed_over)
    return sorted(found, key=lambda one: one.due)


def _with_followers(show: Show, first: Coming, passed_over: Container[str]) -> Iterator[Coming]:
    yield first
    yield from _followers(show, first, passed_over)


def _followers(show: Show, above: Coming, passed_over: Container[str]) -> Iterator[Coming]:
    """Yield what a cue will set off by itself, as far as it is known when."""
    for _ in range(MOST_LINKS):
        cue, due, estimate = above
        follower = _row_below(show, cue.id, passed_over)
        if follower is None or follower.id in passed_over:
            return
        length = length_of(cue)
        if isinstance(follower.trigger, AutoContinue):
            above = Coming(follower, shift(due, Duration(cue.pre_wait + cue.post_wait)), estimate)
        elif isinstance(follower.trigger, AutoFollow) and length > 0:
            above = Coming(follower, shift(due, Duration(cue.pre_wait + length)), estimate=True)
        else:
            return
        yield above


def _row_below(show: Show, cue_id: str, passed_over: Container[str]) -> Cue | None:
    chosen = passed_over.chosen if isinstance(passed_over, PassedOver) else frozenset()
    place = show.positions.get(cue_id, len(show.rundown)) + 1
    while place < len(show.rundown) and (
        isinstance(show.rundown[place], Segment) or is_in_other_ending(show, chosen, place)
    ):
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
    for cue, due, estimate in coming:
        left = elapsed(now, due)
        if left < 0:
            continue
        stood_by = tuple(call for call in cue.calls if left <= _leads(show, call)[1])
        warned = tuple(call for call in cue.calls if call not in stood_by and left <= _leads(show, call)[0])
        if stood_by:
            words = standby_words(show, msgspec.structs.replace(cue, calls=stood_by))
            found.append(Prompt(cue.id, "standby", words, due, estimate))
        if warned:
            words = warning_words(show, msgspec.structs.replace(cue, calls=warned))
            found.append(Prompt(cue.id, "warning", words, due, estimate))
    return sorted(found, key=lambda one: (one.step == "warning", one.due))


def next_prompt_at(show: Show, coming: Sequence[Coming], now: ShowTime) -> Iterator[Duration]:
    """Yield in how long each further department of a timed cue wants to hear of it."""
    for cue, due, _ in coming:
        left = elapsed(now, due)
        for call in cue.calls:
            yield from (Duration(left - lead) for lead in _leads(show, call) if 0 < lead < left)
