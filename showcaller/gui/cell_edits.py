"""What was typed into a cell of the rundown, as a change of the show.

Owns the reading of each column's text and the sentence where it cannot be read. Knows no widget: the
cell editors call it, and so does a paste. Calls that are new bring the action that belongs to them.
"""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication

from showcaller.core import edits
from showcaller.core.edits import Change
from showcaller.core.forms import Catalogue
from showcaller.core.show import Action, Call, Cue, Segment, Show, new_id
from showcaller.core.times import TimeTextError, parse_duration
from showcaller.gui.call_text import CallTextError, read_calls, write_calls
from showcaller.gui.trigger_text import cue_above, plain_duration, read_start, read_trigger, trigger_to_type

translate = QCoreApplication.translate


class CellError(ValueError):
    """What was typed cannot be used; the message is a sentence for the operator."""


def text_to_type(show: Show, place: int, field: str) -> str:
    """Return the text that the editor of a cell opens with."""
    row = show.rundown[place]
    if field == "calls" and isinstance(row, Cue):
        return write_calls(row.calls, show.departments)
    if field in {"on", "start"}:
        return trigger_to_type(show, place)
    if field == "duration":
        return plain_duration(row)
    return str(getattr(row, field))


def read_cell(show: Show, catalogue: Catalogue, place: int, field: str, text: str) -> Change:
    """Return the change that gives a cell what was typed; empty where that is what it says already.

    Raises:
        CellError: The text cannot be read, or the number is taken.
    """
    row = show.rundown[place]
    if text == text_to_type(show, place, field):
        return ()
    try:
        if field == "on" and isinstance(row, Cue):
            above = cue_above(show, place)
            values, above_values = read_trigger(text, above)
            change = edits.edit(show, row.id, **values)
            return change + edits.edit(show, above.id, **above_values) if above else change
        return edits.edit(show, row.id, **_read_field(show, catalogue, row, field, text))
    except (TimeTextError, CallTextError) as error:
        raise CellError(str(error)) from error


def _read_field(
    show: Show, catalogue: Catalogue, row: Cue | Segment, field: str, text: str
) -> dict[str, Any]:
    if field == "duration":
        return {"duration": read_length(text)}
    if field == "start":
        return {"start": read_start(text)}
    if field == "calls" and isinstance(row, Cue):
        return with_calls(show, catalogue, row, read_calls(text, show.departments, row.calls))
    if field == "number":
        check_number(show, row.id, text.strip())
        return {"number": text.strip()}
    return {field: text.strip()}


def read_length(text: str) -> int | None:
    """Read a duration that may be left empty.

    Raises:
        TimeTextError: It is none, or it is negative.
    """
    if not text.strip():
        return None
    duration = parse_duration(text)
    if duration < 0:
        raise TimeTextError(translate("Rundown", "A duration cannot be negative."))
    return duration


def check_number(show: Show, cue_id: str, number: str) -> None:
    """See that no other cue has this number.

    Raises:
        CellError: One has; the sentence offers a free number.
    """
    holder = show.numbers.get(number)
    if number and holder is not None and holder != cue_id:
        raise CellError(
            translate("Rundown", "There is a cue {number} already. Free is {free}.").format(
                number=number, free=edits.next_number(show, number)
            )
        )


def with_calls(show: Show, catalogue: Catalogue, cue: Cue, calls: tuple[Call, ...]) -> dict[str, Any]:
    """Return a cue's fields with these calls, and the actions that come and go with them.

    A new call of a department whose device takes numbers by default (a light cue) brings its action,
    fed by the call; a call that goes takes such an untouched action with it.
    """
    before = {call.department for call in cue.calls}
    after = {call.department for call in calls}
    actions = [
        action
        for action in cue.actions
        if not (_came_with_call(action) and action.number_from in before - after)
    ]
    for department_id in (call.department for call in calls if call.department not in before):
        if any(show.department_of(cue, action) == department_id for action in actions):
            continue
        action = _default_action(show, catalogue, department_id)
        if action is not None:
            actions.append(action)
    values: dict[str, Any] = {"calls": calls}
    if tuple(actions) != cue.actions:
        values["actions"] = tuple(actions)
    return values


def _came_with_call(action: Action) -> bool:
    return action.number_from is not None and not action.fields and action.fade is None


def _default_action(show: Show, catalogue: Catalogue, department_id: str) -> Action | None:
    department = show.department(department_id)
    if department is None or department.taken_by == "operator":
        return None
    for device in show.devices:
        kind = catalogue.kind(device.kind)
        if device.department == department_id and kind is not None and kind.number_default:
            return Action(id=new_id(), device=device.id, kind=kind.number_default, number_from=department_id)
    return None


def with_new_actions(show: Show, catalogue: Catalogue, cue: Cue) -> Cue:
    """Return a new cue with the actions that its calls bring."""
    bare = msgspec.structs.replace(cue, calls=())
    return msgspec.structs.replace(cue, **with_calls(show, catalogue, bare, cue.calls))


def edit_name(row: Cue | Segment, field: str) -> str:
    """Say what an edit of one field is called in the menu: `Name cue 24`."""
    wordings = {
        "number": translate("Rundown", "Number {row}"),
        "page": translate("Rundown", "Page of {row}"),
        "calls": translate("Rundown", "Calls of {row}"),
        "name": translate("Rundown", "Name {row}"),
        "title": translate("Rundown", "Name {row}"),
        "on": translate("Rundown", "Trigger of {row}"),
        "start": translate("Rundown", "Start of {row}"),
        "duration": translate("Rundown", "Duration of {row}"),
    }
    wording = wordings.get(field, translate("Rundown", "Edit {row}"))
    return wording.format(row=row_name(row))


def row_name(row: Cue | Segment) -> str:
    """Return what a menu calls a row: `cue 24`, `segment A2`."""
    if isinstance(row, Segment):
        return translate("Rundown", "segment {page}").format(page=row.page or row.title).strip()
    return translate("Rundown", "cue {number}").format(number=row.number or row.name).strip()
