"""What the document says of one row, in the words of the rundown table.

Owns the texts and chips of a row as far as the show and the catalogue alone give them: the model keeps
them until the row or its neighbour above is edited. Knows no playback, no clock and no widget.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from showcaller.core.forms import Catalogue, summarise
from showcaller.core.show import Action, AtClock, AtOffset, AtTimecode, Cue, Hard, Hit, Manual, Segment, Show
from showcaller.core.timers import timer_words
from showcaller.core.times import format_exact
from showcaller.gui.trigger_text import shown_duration, write_trigger

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Chip:
    """One call as the table paints it."""

    department: str
    """Id of the department."""
    name: str
    number: str
    devices: tuple[str, ...]
    """Ids of the devices that this cue's actions of the department go to."""
    text: str = ""

    @property
    def label(self) -> str:
        """What the chip reads: `LX 24`."""
        return f"{self.name} {self.number}".strip()


@dataclass(frozen=True, slots=True)
class RowWords:
    """The cells of a row that the document alone fills."""

    number: str
    """Cue number, or page of a segment."""
    title: str
    """Title of a segment; empty for a cue."""
    chips: tuple[Chip, ...]
    what: str
    mark: str
    """HARD or HIT before the time of a segment, to be set in bold."""
    on: str
    duration: str
    summary: str
    """All that the actions do, one a line, for the tool tip."""
    timed: bool
    """It fires by the clock or at an offset, so nobody waits for it."""


def words_of(show: Show, catalogue: Catalogue, place: int) -> RowWords:
    """Return the words of the row at that place."""
    row = show.rundown[place]
    on = write_trigger(show, place)
    if isinstance(row, Segment):
        mark = ""
        if isinstance(row.start, Hard | Hit):
            mark, _, on = on.partition(" ")
        title = titled(row)
        return RowWords(row.page, title, (), "", mark, on, shown_duration(row), "", timed=False)
    told = [describe_action(show, catalogue, row, action) for action in row.actions]
    told += [timer_words(order.timer, order.do, order.down_from) for order in row.timers]
    return RowWords(
        number=row.number,
        title="",
        chips=_chips(show, row),
        what=row.name or ", ".join(told),
        mark="",
        on=on,
        duration=shown_duration(row),
        summary="\n".join(told),
        timed=isinstance(row.trigger, AtClock | AtOffset | AtTimecode),
    )


def titled(segment: Segment) -> str:
    """Return the title of a segment, with the branch and ending that it belongs to before it."""
    if not segment.branch:
        return segment.title
    ending = segment.ending or translate("Rundown", "ending without a name")
    head = f"{segment.branch} ▸ {ending}"
    return f"{head} · {segment.title}" if segment.title not in {"", segment.ending} else head


def _chips(show: Show, cue: Cue) -> tuple[Chip, ...]:
    chips: list[Chip] = []
    for call in cue.calls:
        department = show.department(call.department)
        devices = dict.fromkeys(
            action.device for action in cue.actions if show.department_of(cue, action) == call.department
        )
        name = department.name if department else call.department
        chips.append(Chip(call.department, name, call.number, tuple(devices), call.text))
    return tuple(chips)


def number_of(cue: Cue, action: Action) -> str:
    """Return the number that an action takes from its call, or nothing."""
    if not action.number_from:
        return ""
    return next((call.number for call in cue.calls if call.department == action.number_from), "")


def describe_action(show: Show, catalogue: Catalogue, cue: Cue, action: Action) -> str:
    """Say in a few words what an action does; what this copy does not know is called unknown."""
    device = show.device(action.device)
    if device is None:
        return translate("Rundown", "unknown device: {kind}").format(kind=action.kind)
    kind = catalogue.kind(device.kind)
    form = kind.action(action.kind) if kind is not None else None
    if form is None:
        return translate("Rundown", "unknown: {kind}").format(kind=action.kind)
    if action.fade is None or form.fade is None:
        return summarise(form, action.fields, number_of(cue, action))
    reached = {**action.fields, form.fade.field: action.fade.to}
    return translate("Rundown", "{what} over {time}").format(
        what=summarise(form, reached, number_of(cue, action)), time=format_exact(action.fade.duration)
    )


def is_called_by_hand(row: Segment | Cue) -> bool:
    """Say whether a person's GO fires a row."""
    return isinstance(row, Segment) or isinstance(row.trigger, Manual)
