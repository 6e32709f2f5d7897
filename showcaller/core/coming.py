"""Which timed cues a run comes to as it stands: those that wait, and those of the next segment by its plan.

Owns what a run's switches mean for them: AUTO, a hold, stop all, what is skipped, floated or of another
ending. The screen, the tones and the cue lights ask it, so that they agree. Pure: a playback and a snapshot
both say where the show is. When a cue is due by its own trigger is `prompts`'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from showcaller.core.branches import Chosen
from showcaller.core.events import TIMED
from showcaller.core.position import Playback, Running, Wait
from showcaller.core.prompts import Coming, PassedOver, planned_cues, timed_cues
from showcaller.core.show import Segment, Show
from showcaller.core.times import ShowTime


class Scene(Protocol):
    """Where the show is, as playback and a snapshot both say it."""

    @property
    def standby(self) -> str | None: ...  # noqa: D102
    @property
    def segment(self) -> str | None: ...  # noqa: D102
    @property
    def waits(self) -> Sequence[Wait]: ...  # noqa: D102
    @property
    def running(self) -> Sequence[Running]: ...  # noqa: D102
    @property
    def skipped(self) -> frozenset[str]: ...  # noqa: D102
    @property
    def floated(self) -> frozenset[tuple[str, bool]]: ...  # noqa: D102
    @property
    def chosen(self) -> Chosen: ...  # noqa: D102
    @property
    def auto(self) -> bool: ...  # noqa: D102
    @property
    def stopped(self) -> bool: ...  # noqa: D102
    @property
    def held_at(self) -> ShowTime | None: ...  # noqa: D102
    @property
    def started_at(self) -> ShowTime | None: ...  # noqa: D102
    @property
    def segment_started_at(self) -> ShowTime | None: ...  # noqa: D102


def coming_cues(show: Show, scene: Scene) -> list[Coming]:
    """Return the cues that will fire by themselves as things stand, soonest first; none while held."""
    if scene.held_at is not None:
        return []
    return timed_cues(show, _firing(scene), scene.running, _passed_over(show, scene))


def prompted_cues(show: Show, scene: Scene, starts: Callable[[str], ShowTime | None]) -> list[Coming]:
    """Return the cues that fire by themselves, and by plan those that the next segment will want.

    Args:
        show: The document.
        scene: Where the show is, in a run.
        starts: When a segment that has not begun is expected to; None where nobody knows.
    """
    coming = coming_cues(show, scene)
    if scene.held_at is not None or not _fires_by_time(scene):
        return coming
    segment = next_segment(show, scene)
    start = starts(segment) if segment is not None else None
    if segment is None or start is None:
        return coming
    return coming + planned_cues(show, segment, start, _passed_over(show, scene))


def next_segment(show: Show, scene: Scene) -> str | None:
    """Return the segment that this run comes to next: that of the standby, or the one below what runs."""
    here = show.segment_of(scene.standby or "")
    if here is not None and here.id != scene.segment:
        return here.id
    out = _passed_over(show, scene)
    first = show.positions.get(scene.segment or "", -1) + 1
    for place in range(first, len(show.rundown)):
        row = show.rundown[place]
        if isinstance(row, Segment) and row.id not in out:
            return row.id
    return None


def _passed_over(show: Show, scene: Scene) -> PassedOver:
    return PassedOver(show, Playback(skipped=scene.skipped, floated=scene.floated, chosen=scene.chosen))


def _fires_by_time(scene: Scene) -> bool:
    return scene.auto and not scene.stopped


def _firing(scene: Scene) -> Iterator[Wait]:
    """Yield the waits that will fire: after stop all, or with AUTO off, those for a time are missed."""
    by_time = _fires_by_time(scene)
    return (wait for wait in scene.waits if by_time or wait.cause not in TIMED)
