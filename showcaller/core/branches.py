"""Which ending of a branch counts: the one that was chosen in this run, else the planned one.

Owns the reading of a choice against the show. A branch is all segments with its name, wherever they stand;
the choice is one for all of them. Changes nothing, and knows no playback: `choices` and `position` ask it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from showcaller.core.show import Segment, Show

Chosen = frozenset[tuple[str, str]]
"""Branch and ending of each choice that was made in a run."""


_OTHERS, _FORKS = "others kept", "forks kept"


class Fork(Struct, frozen=True):
    """The rows of a branch where they stand together: from `first` up to, and not with, `behind`."""

    branch: str
    first: int
    behind: int


def chosen_ending(chosen: Chosen, branch: str) -> str | None:
    """Return the ending that was chosen for a branch, or None while none was."""
    return next((ending for name, ending in chosen if name == branch), None)


def counting_ending(show: Show, chosen: Chosen, branch: str) -> str:
    """Return the ending of a branch that is called and counted: the chosen one, else the planned one."""
    endings = show.endings[branch]
    ending = chosen_ending(chosen, branch) if chosen else None
    return ending if ending is not None and ending in endings else endings[0]


def with_choice(chosen: Chosen, branch: str, ending: str | None) -> Chosen:
    """Return the choices with this branch's replaced; None: it is open again."""
    others = frozenset(one for one in chosen if one[0] != branch)
    return others if ending is None else others | {(branch, ending)}


def is_other_ending(show: Show, chosen: Chosen, segment: Segment) -> bool:
    """Say whether a segment belongs to an ending that does not count."""
    return bool(segment.branch) and segment.ending != counting_ending(show, chosen, segment.branch)


def is_in_other_ending(show: Show, chosen: Chosen, place: int) -> bool:
    """Say whether the row at that place belongs to an ending that does not count."""
    if not show.endings:
        return False
    at = show.segment_places[place]
    segment = show.rundown[at] if at >= 0 else None
    return isinstance(segment, Segment) and is_other_ending(show, chosen, segment)


def other_endings(show: Show, chosen: Chosen) -> frozenset[str]:
    """Return the ids of the segments whose ending does not count; what was found is kept with the show."""
    if not show.endings:
        return frozenset()
    kept: tuple[Chosen, frozenset[str]] | None = show.__dict__.get(_OTHERS)
    if kept is None or kept[0] != chosen:
        found = frozenset(
            row.id
            for fork in forks(show)
            for row in show.rundown[fork.first : fork.behind]
            if isinstance(row, Segment) and is_other_ending(show, chosen, row)
        )
        kept = show.__dict__[_OTHERS] = chosen, found
    return kept[1]


def forks(show: Show) -> Sequence[Fork]:
    """Return where the show branches, in the order of the rundown; what was found is kept with the show."""
    if not show.endings:
        return ()
    kept: Sequence[Fork] | None = show.__dict__.get(_FORKS)
    if kept is None:
        kept = show.__dict__[_FORKS] = tuple(_find_forks(show))
    return kept


def _find_forks(show: Show) -> Sequence[Fork]:
    found: list[Fork] = []
    branch, first = "", 0
    for place, row in enumerate(show.rundown):
        if isinstance(row, Segment) and row.branch != branch:
            if branch:
                found.append(Fork(branch, first, place))
            branch, first = row.branch, place
    if branch:
        found.append(Fork(branch, first, len(show.rundown)))
    return found


def open_from(show: Show, chosen: Chosen, front: int) -> int | None:
    """Return the place from which times hang on a choice that is still to be made, or None where none does.

    Args:
        show: The document.
        chosen: What was chosen in this run.
        front: Place of the row that comes next.
    """
    for fork in forks(show):
        is_open = chosen_ending(chosen, fork.branch) is None and len(show.endings[fork.branch]) > 1
        if is_open and fork.behind > front:
            return fork.behind
    return None


def next_fork(show: Show, standby: str | None, segment: str | None) -> Fork | None:
    """Return the branch that a choice is for now: the one that the show is in, else the next below.

    Args:
        show: The document.
        standby: Id of the row that stands by; None: the end of the rundown was reached.
        segment: Id of the segment that runs.
    """
    running = show.positions.get(segment or "", -1)
    here = show.positions.get(standby or "", len(show.rundown))
    all_forks = forks(show)
    inside = next((fork for fork in all_forks if fork.first <= here < fork.behind), None)
    inside = inside or next((fork for fork in all_forks if fork.first <= running < fork.behind), None)
    return inside or next((fork for fork in all_forks if here <= fork.first), None)


def choice_of(show: Show, row_id: str | None) -> Chosen:
    """Return the choice that is made by a run that begins at a row; none where the planned ending has it."""
    segment = show.segment_of(row_id or "")
    if segment is None or not is_other_ending(show, frozenset(), segment):
        return frozenset()
    return frozenset({(segment.branch, segment.ending)})


def ending_words(branch: str, ending: str | None, *, by_go: bool = False) -> str:
    """Say what was chosen, as the as-run has it."""
    if ending is None:
        return f"{branch}: open again."
    name = ending or "without a name"
    return f"{branch}: {name}, by its first GO." if by_go else f"{branch}: {name} chosen."
