"""Standby groups: cues so close together that one standby is said for all of them.

Owns which cues stand by together: proposed where two cues are called closer together than the standby lead
of the second, and as the show says otherwise (`Cue.standby_with`). Worked out anew only for the segments
that an edit touched; what was found is kept beside the show, as its look-ups are. Pure: who has been stood
by is playback's to know, the words are those of `calls`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from showcaller.core.known_places import known_places
from showcaller.core.position import Playback, is_passed_over
from showcaller.core.show import Calling, Cue, Department, Manual, Row, Segment, Show, Soft, StandbyWith

MOST_TOGETHER = 12
"""So many cues a proposed group has at most: nobody remembers a longer standby."""

KEPT = "standby_groups"
"""Where a show keeps its groups; `edits.apply` hands them on to the next value."""


class _Member(Struct, frozen=True, gc=False):
    cue: str
    at: int | None
    """Milliseconds from the segment's start, where known."""
    lead: int
    standby_with: StandbyWith

    def joins(self, gap: int | None) -> bool:
        """Say whether it stands by with the cue above, which is called `gap` milliseconds before it."""
        if self.standby_with == "auto":
            return gap is not None and 0 <= gap < self.lead
        return self.standby_with == "above"


class _Block(Struct, frozen=True):
    """The cues of one segment that a GO fires."""

    heading: Segment | None
    rows: tuple[Row, ...]
    members: tuple[_Member, ...]
    joined: tuple[bool, ...]
    """Whether each member stands by with the one above it; the first one's is not known here."""
    any_joined: bool

    @property
    def floated(self) -> bool:
        """The whole segment is left out."""
        return self.heading is not None and self.heading.floated


class StandbyGroups(Struct, frozen=True):
    """Which cues of a show stand by together."""

    groups: Mapping[str, tuple[str, ...]]
    """By cue id: the ids of its whole group, in order. Cues that stand by alone are not in it."""
    blocks: tuple[_Block, ...] = ()
    rundown: tuple[Row, ...] = ()
    departments: tuple[Department, ...] = ()
    calling: Calling = "go"
    panic: str | None = None

    def of(self, cue_id: str | None) -> tuple[str, ...]:
        """Return the group of a cue; empty where it stands by alone."""
        return self.groups.get(cue_id or "", ())

    def fits(self, show: Show) -> bool:
        """Say whether nothing was edited since that has to do with groups."""
        return (
            self.rundown is show.rundown
            and self.departments is show.departments
            and self.calling == show.calling
            and self.panic == show.panic
        )


NO_GROUPS = StandbyGroups({})


def groups_of(show: Show) -> StandbyGroups:
    """Return the standby groups of a show; none where its calls have no standby."""
    if show.calling == "go":
        return NO_GROUPS
    kept: StandbyGroups | None = show.__dict__.get(KEPT)
    if kept is None or not kept.fits(show):
        kept = show.__dict__[KEPT] = _find(show, kept)
    return kept


def _find(show: Show, former: StandbyGroups | None) -> StandbyGroups:
    known: dict[str | None, _Block] = {}
    if former is not None and former.departments is show.departments and former.panic == show.panic:
        known = {block.heading.id if block.heading else None: block for block in former.blocks}
    leads = {department.id: int(department.standby) for department in show.departments}
    blocks: list[_Block] = []
    for heading, rows in _cut(show.rundown):
        old = known.get(heading.id if heading else None)
        if old is not None and old.rows == rows:
            same = _Block(heading, rows, old.members, old.joined, old.any_joined)
            blocks.append(old if old.heading is heading else same)
        else:
            blocks.append(_read_block(show, heading, rows, leads))
    groups = {cue: group for group in _chains(blocks) for cue in group}
    return StandbyGroups(groups, tuple(blocks), show.rundown, show.departments, show.calling, show.panic)


def _cut(rundown: Sequence[Row]) -> Iterator[tuple[Segment | None, tuple[Row, ...]]]:
    heads = [place for place, row in enumerate(rundown) if type(row) is Segment]
    if rundown and (not heads or heads[0] > 0):
        yield None, tuple(rundown[: heads[0]] if heads else rundown)
    ends = [*heads[1:], len(rundown)]
    for head, following in zip(heads, ends, strict=False):
        heading = rundown[head]
        assert isinstance(heading, Segment)
        yield heading, tuple(rundown[head + 1 : following])


def _read_block(
    show: Show, heading: Segment | None, rows: tuple[Row, ...], leads: Mapping[str, int]
) -> _Block:
    members: list[_Member] = []
    joined: list[bool] = []
    for row, at in zip(rows, known_places(rows), strict=True):
        if not isinstance(row, Cue) or not isinstance(row.trigger, Manual):
            continue
        if row.floated or row.id == show.panic:
            continue
        lead = max((leads.get(call.department, 0) for call in row.calls), default=0)
        member = _Member(row.id, at, lead, row.standby_with)
        above = members[-1].at if members else None
        joined.append(bool(members) and member.joins(None if at is None or above is None else at - above))
        members.append(member)
    return _Block(heading, rows, tuple(members), tuple(joined), any(joined))


def _joins_across(before: _Block | None, block: _Block) -> bool:
    """Say whether the first cue of a segment stands by with the last one of the segment before."""
    if before is None or block.heading is None:
        return False
    first, last = block.members[0], before.members[-1]
    here, above = block.heading, before.heading
    gap: int | None = None
    follows = above is not None and (above.branch, above.ending) == (here.branch, here.ending)
    if above is not None and follows and above.duration is not None and isinstance(here.start, Soft):
        gap = None if first.at is None or last.at is None else above.duration - last.at + first.at
    return first.joins(gap)


def _chains(blocks: Sequence[_Block]) -> Iterator[tuple[str, ...]]:
    """Yield the groups, in order; those that are only proposed no longer than they may be."""
    before: _Block | None = None
    group: list[str] = []
    for block in blocks:
        if block.floated:
            continue
        if not block.rows:
            # Without cues the segment is itself what the next GO is for.
            before = None
            continue
        if not block.members:
            continue
        across = _joins_across(before, block)
        before = block
        if not across and not block.any_joined:
            if len(group) > 1:
                yield tuple(group)
            group = [block.members[-1].cue]
            continue
        for place, member in enumerate(block.members):
            joined = block.joined[place] if place else across
            is_full = len(group) >= MOST_TOGETHER and member.standby_with == "auto"
            if joined and not is_full:
                group.append(member.cue)
                continue
            if len(group) > 1:
                yield tuple(group)
            group = [member.cue]
    if len(group) > 1:
        yield tuple(group)


def stands_by_with(playback: Playback, show: Show) -> tuple[str, ...]:
    """Return the cues that the next standby (or warning) names: what is left of the standby cue's group.

    Empty where there is none, or where the cue stands by alone.
    """
    if playback.mode == "edit" or playback.standby is None:
        return ()
    group = groups_of(show).of(playback.standby)
    if not group:
        return ()
    left = tuple(
        cue
        for cue in group[group.index(playback.standby) :]
        if not is_passed_over(playback, show, show.positions[cue])
    )
    return left if len(left) > 1 else ()


def spoken_together(playback: Playback, show: Show) -> tuple[str, ...]:
    """Return the cues of the standby that holds now or comes next: a screen says which of them it is.

    Once it was spoken they are those that it named, called ones among them.
    """
    if not playback.stood_by:
        return stands_by_with(playback, show)
    named = tuple(
        cue
        for cue in playback.stood_with
        if cue in show.positions and not is_passed_over(playback, show, show.positions[cue])
    )
    return named if len(named) > 1 and playback.standby in named else ()
