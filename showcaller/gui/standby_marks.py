"""Standby groups as the window shows and edits them: brackets in the rundown, and words for a choice.

Owns which part of a bracket a row carries, what it says when asked, and what a key makes of a cue's choice.
The groups are the core's. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QCoreApplication

from showcaller.core import edits
from showcaller.core.edits import Change
from showcaller.core.show import Cue, Manual, Show, StandbyWith
from showcaller.core.standby_groups import groups_of

translate = QCoreApplication.translate

Part = Literal["", "first", "middle", "last"]

_ROWS_BETWEEN = 20
"""So many rows that nobody calls are looked past for a bracket that goes on."""


def bracket_part(show: Show, place: int) -> Part:
    """Return which part of a group's bracket the row at a place carries, if any."""
    groups = groups_of(show)
    if not groups.groups:
        return ""
    row_id = show.rundown[place].id
    group = groups.of(row_id)
    if group:
        return "first" if row_id == group[0] else "last" if row_id == group[-1] else "middle"
    for above in range(place - 1, max(-1, place - 1 - _ROWS_BETWEEN), -1):
        row_id = show.rundown[above].id
        group = groups.of(row_id)
        if group:
            return "" if row_id == group[-1] else "middle"
        row = show.rundown[above]
        if isinstance(row, Cue) and isinstance(row.trigger, Manual) and not row.floated:
            return ""
    return ""


def group_tip(show: Show, row_id: str) -> str:
    """Say which cues one standby is said for; nothing for a cue that stands by alone."""
    cues = [cue for one in groups_of(show).of(row_id) if (cue := show.cue(one)) is not None]
    if not cues:
        return ""
    names = ", ".join(cue.number or cue.name for cue in cues)
    return translate("Rundown", "One standby for {cues}").format(cues=names)


def _is_joined(show: Show, cue_id: str) -> bool:
    group = groups_of(show).of(cue_id)
    return bool(group) and group[0] != cue_id


def choices_for(show: Show, cue: Cue | None) -> list[tuple[StandbyWith, str]]:
    """Return what can be chosen for a cue, with what is proposed for the one that is shown."""
    proposed = translate("Inspector", "As proposed")
    if cue is not None and cue.standby_with == "auto":
        proposed = (
            translate("Inspector", "As proposed: with the cue above")
            if _is_joined(show, cue.id)
            else translate("Inspector", "As proposed: a standby of its own")
        )
    return [
        ("auto", proposed),
        ("above", translate("Inspector", "With the cue above")),
        ("alone", translate("Inspector", "Not with the cue above")),
    ]


def next_choice(show: Show, ids: Sequence[str]) -> tuple[StandbyWith, Change] | None:
    """Return the next choice for these cues and the change that makes it; None where nobody calls them.

    From what is proposed it goes to the other of the two, then to the one that was proposed, and back.
    """
    cues = [cue for one in ids if (cue := show.cue(one)) is not None and isinstance(cue.trigger, Manual)]
    if not cues:
        return None
    first = cues[0]
    order: tuple[StandbyWith, ...] = ("auto", "above", "alone")
    if first.standby_with == "auto" and _is_joined(show, first.id):
        chosen: StandbyWith = "alone"
    elif first.standby_with == "alone" and _would_join(show, first):
        chosen = "above"
    elif first.standby_with == "above" and _would_join(show, first):
        chosen = "auto"
    else:
        chosen = order[(order.index(first.standby_with) + 1) % len(order)]
    change = tuple(op for cue in cues for op in edits.edit(show, cue.id, standby_with=chosen))
    return chosen, change


def _would_join(show: Show, cue: Cue) -> bool:
    """Say whether it would be proposed to stand by with the cue above."""
    return _is_joined(edits.apply(show, edits.edit(show, cue.id, standby_with="auto")), cue.id)


def wording_of(chosen: StandbyWith) -> str:
    """Return how the undo step of a choice reads, with {row}."""
    return {
        "auto": translate("Rundown", "Stand {row} by as proposed"),
        "above": translate("Rundown", "Stand {row} by with the cue above"),
        "alone": translate("Rundown", "Stand {row} by apart from the cue above"),
    }[chosen]
