"""What can be wrong with the branches of a show, and what stands above a row on the way the show takes to it.

Owns the checks of branches and endings. Called by `checks`; finds its words in `problems`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from showcaller.core.branches import Fork, forks
from showcaller.core.problems import Problem
from showcaller.core.show import Cue, Hard, Hit, Segment, Show
from showcaller.core.times import TimeOfDay

MOST_ENDINGS = 9
"""So many have a digit that chooses them."""

Way = tuple[Cue | None, TimeOfDay | None]
"""The cue above, and the last time of day above."""


class Ways:
    """Walks down a rundown and knows what stands above: endings of one branch stand beside each other."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._branch, self._ending = "", ""
        self._before: Way = (None, None)
        self._ends: dict[str, Way] = {}

    def into(self, segment: Segment, way: Way) -> Way:
        """Return what stands above a segment, given what stands in the rows above it."""
        if (segment.branch, segment.ending) == (self._branch, self._ending):
            return way
        if self._branch:
            self._ends[self._ending] = way
            if segment.branch == self._branch:
                self._ending = segment.ending
                return self._ends.get(segment.ending, self._before)
            planned = self._show.endings[self._branch][0]
            way = self._ends.get(planned, way)
        self._branch, self._ending = segment.branch, segment.ending
        self._before, self._ends = way, {}
        return way


def check_branches(show: Show) -> Mapping[str, tuple[Problem, ...]]:
    """Return what is wrong with branches, by the id of the heading where it is to be mended."""
    found: dict[str, tuple[Problem, ...]] = {}
    for row in show.rundown:
        if type(row) is Segment and row.ending and not row.branch:
            values = {"ending": row.ending}
            found[row.id] = (Problem(key="branch-missing", row_id=row.id, field="branch", values=values),)
    for fork in forks(show):
        for problem in _check_fork(show, fork):
            assert problem.row_id is not None
            found[problem.row_id] = (*found.get(problem.row_id, ()), problem)
    return found


def _check_fork(show: Show, fork: Fork) -> Sequence[Problem]:
    rows = show.rundown[fork.first : fork.behind]
    heads: dict[str, list[Segment]] = {}
    cues: set[str] = set()
    ending = ""
    for row in rows:
        if isinstance(row, Segment):
            ending = row.ending
            heads.setdefault(ending, []).append(row)
        else:
            cues.add(ending)
    top = rows[0].id
    problems: list[Problem] = []
    if len(show.endings[fork.branch]) == 1:
        values = {"branch": fork.branch}
        problems.append(Problem(key="branch-single", row_id=top, field="branch", values=values))
    if len(show.endings[fork.branch]) > MOST_ENDINGS:
        values = {"branch": fork.branch, "most": str(MOST_ENDINGS)}
        problems.append(Problem(key="branch-wide", row_id=top, field="branch", values=values))
    for name, segments in heads.items():
        first = segments[0]
        values = {"branch": fork.branch, "ending": name or "…"}
        if not name:
            problems.append(Problem(key="ending-unnamed", row_id=first.id, field="ending", values=values))
        if name not in cues and not any(segment.duration for segment in segments):
            problems.append(Problem(key="ending-empty", row_id=first.id, values=values))
        for segment in segments:
            at = _hard_point(segment)
            if at is not None and not all(_holds(others, at) for others in heads.values()):
                more = {**values, "time": str(at)}
                problems.append(Problem(key="ending-hard", row_id=segment.id, field="start", values=more))
    return problems


def _hard_point(segment: Segment) -> TimeOfDay | None:
    return segment.start.at if isinstance(segment.start, Hard | Hit) else None


def _holds(segments: Sequence[Segment], at: TimeOfDay) -> bool:
    return any(_hard_point(segment) == at for segment in segments)
