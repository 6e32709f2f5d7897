"""What can be said of one row by itself, given the departments and devices around it.

Owns the checks of calls, actions, their fields, fades and names. Knows no other row: what rows have to
do with each other is `checks`. Pure; a row that did not change need not be looked at again.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from showcaller.core.forms import ActionForm, Catalogue, Field, KindForm, unknown_fields
from showcaller.core.problems import Problem, Rename
from showcaller.core.show import Action, AtOffset, Cue, Department, Device, Manual, Row, Segment, Show
from showcaller.core.timecode_checks import check_timecode
from showcaller.core.times import Duration, format_duration

Names = Mapping[str, Sequence[str]]
"""What a device told: lists of names, such as `scenes`."""

LONGEST_GUARD = Duration(5_000)
"""A longer double-GO guard is hardly meant."""


class Surroundings:
    """Departments, devices, kinds and names, looked up fast."""

    def __init__(self, show: Show, catalogue: Catalogue, inventories: Mapping[str, Names]) -> None:
        self.catalogue = catalogue
        self.inventories = inventories
        self.departments: dict[str, Department] = {one.id: one for one in show.departments}
        self.devices: dict[str, Device] = {one.id: one for one in show.devices}
        kinds = {kind.name: kind for kind in catalogue.kinds}
        self.kinds: dict[str, KindForm] = {
            device.id: kinds[device.kind] for device in show.devices if device.kind in kinds
        }
        self._actions = {
            (device_id, action.name): action
            for device_id, kind in self.kinds.items()
            for action in kind.actions
        }
        self._names = {
            (device_id, title): frozenset(names)
            for device_id, lists in inventories.items()
            for title, names in lists.items()
        }

    def action(self, action: Action) -> ActionForm | None:
        """Return the form of an action, or None where its device, kind or name is unknown."""
        return self._actions.get((action.device, action.kind))

    def names(self, device_id: str, title: str) -> frozenset[str] | None:
        """Return a list of names that the device told, or None where it told none."""
        return self._names.get((device_id, title))


def fault_of(field: Field, value: Any) -> str | None:
    """Return why a value does not fit its field, in words that end a sentence, or None."""
    if value is None:
        return None if field.optional else "it is missing"
    number: float | None = None
    match field.type:
        case "integer":
            number = _number(value)
            if number is None or number != int(number):
                return f"“{value}” is no whole number"
        case "number":
            number = _number(value)
            if number is None:
                return f"“{value}” is no number"
        case "switch":
            if str(value).lower() not in {"0", "1", "true", "false"}:
                return f"“{value}” is neither on nor off"
        case "choice":
            if not any(str(choice.value) == str(value) for choice in field.choices):
                return f"“{value}” is none of {', '.join(choice.title for choice in field.choices)}"
        case "text" | "lines" | "secret":
            if not isinstance(value, str):
                return f"{value} is no text"
        case "json":
            pass
    if number is not None:
        unit = f" {field.unit}" if field.unit else ""
        if field.minimum is not None and number < field.minimum:
            return f"{_shown(number)} is below {_shown(field.minimum)}{unit}"
        if field.maximum is not None and number > field.maximum:
            return f"{_shown(number)} is above {_shown(field.maximum)}{unit}"
    return None


def _shown(number: float) -> str:
    return f"{number:g}".replace("-", "\u2212")


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < float("inf") else None


def check_row(row: Row, show: Show, around: Surroundings) -> tuple[Problem, ...]:
    """Return what is wrong with one row by itself."""
    return tuple(_check_segment(row) if isinstance(row, Segment) else _check_cue(row, show, around))


def _check_segment(segment: Segment) -> Iterator[Problem]:
    if segment.duration is not None and segment.duration < 0:
        yield Problem(key="time-negative", row_id=segment.id, field="duration", values={"title": "duration"})
    for field, limit, sign in (("minimum", segment.minimum, 1), ("maximum", segment.maximum, -1)):
        if limit is not None and segment.duration is not None and (limit - segment.duration) * sign > 0:
            values = {"limit": format_duration(limit), "duration": format_duration(segment.duration)}
            yield Problem(key=f"{field}-passed", row_id=segment.id, field=field, values=values)


_TIMES = {"pre_wait": "pre-wait", "post_wait": "post-wait", "duration": "duration", "offset": "offset"}


def _check_cue(cue: Cue, show: Show, around: Surroundings) -> Iterator[Problem]:
    if not cue.number and isinstance(cue.trigger, Manual):
        yield Problem(key="number-missing", row_id=cue.id, field="number")
    if not (cue.calls or cue.actions or cue.timers or cue.duration or cue.on or cue.notes):
        yield Problem(key="cue-empty", row_id=cue.id)
    for name, title in _TIMES.items():
        if (getattr(cue, name) or 0) < 0:
            yield Problem(key="time-negative", row_id=cue.id, field=name, values={"title": title})
    if isinstance(cue.trigger, AtOffset) and cue.trigger.after < 0:
        yield Problem(key="time-negative", row_id=cue.id, field="trigger", values={"title": "offset"})
    if cue.guard is not None:
        yield from check_guard(cue.guard, cue.id)
    for call in cue.calls:
        if call.department not in around.departments:
            yield Problem(key="department-unknown", row_id=cue.id, field="calls")
    yield from check_timecode(cue, show)
    if any(not order.timer.strip() for order in cue.timers):
        yield Problem(key="timer-unnamed", row_id=cue.id, field="timers")
    for order in cue.timers:
        if order.do == "start" and order.down_from is not None and order.down_from <= 0:
            values = {"timer": order.timer or "…"}
            yield Problem(key="timer-empty", row_id=cue.id, field="timers", values=values)
    for action in cue.actions:
        yield from _check_action(action, cue, show, around)


def check_guard(guard: Duration, row_id: str | None) -> Iterator[Problem]:
    """Yield what is wrong with a double-GO guard, of the show or of one cue."""
    if guard < 0:
        yield Problem(key="guard-negative", row_id=row_id, field="guard")
    elif guard > LONGEST_GUARD:
        yield Problem(key="guard-long", row_id=row_id, field="guard", values={"seconds": f"{guard / 1000:g}"})


def _check_action(action: Action, cue: Cue, show: Show, around: Surroundings) -> Iterator[Problem]:
    device = around.devices.get(action.device)
    if device is None:
        yield Problem(key="device-unknown", row_id=cue.id, action_id=action.id, field="device")
        return
    if device.id not in around.kinds:
        return  # said once, of the device
    form = around.action(action)

    def problem(key: str, field: str = "", fix: Rename | None = None, **values: str) -> Problem:
        return Problem(
            key=key,
            row_id=cue.id,
            action_id=action.id,
            device_id=device.id,
            field=field,
            values={"device": device.name, "action": form.title if form else action.kind, **values},
            fix=fix,
        )

    if form is None:
        yield problem("action-unknown", "kind", kind=action.kind)
        return
    department = around.departments.get(show.department_of(cue, action) or "")
    if department is not None and department.taken_by == "operator":
        yield problem("not-sent", department=department.name)
    for name in unknown_fields(form.form, action.fields):
        yield problem("field-unknown", name, name=name)
    values = dict(action.fields)
    if action.number_from is not None and form.number_field:
        called = next((call.number for call in cue.calls if call.department == action.number_from), "")
        if called:
            values[form.number_field] = called
        else:
            source = around.departments.get(action.number_from)
            yield problem("number-not-called", form.number_field, department=source.name if source else "…")
    elif form.number_field:
        sent = action.fields.get(form.number_field)
        said = [call.number for call in cue.calls if department and call.department == department.id]
        said = [number for number in said if number]
        if (
            department
            and sent is not None
            and sent != ""
            and said
            and not any(_same(sent, number) for number in said)
        ):
            yield problem(
                "says-sends", form.number_field, department=department.name, said=said[0], sent=str(sent)
            )
    for field in form.form.fields:
        yield from _check_field(field, values, action, form, around, problem)
    yield from _check_fade(action, form, problem)


def _same(sent: Any, said: str) -> bool:
    """Compare numbers as a desk does: 24, 24.0 and “24” are one cue."""
    if str(sent).strip() == said.strip():
        return True
    try:
        return Decimal(str(sent).strip()) == Decimal(said.strip())
    except InvalidOperation:
        return False


def list_of(field: Field, values: Mapping[str, Any]) -> str | None:
    """Return the list of names that a field takes its name from, or None where it is not known yet."""
    if not field.choices_from:
        return None
    try:
        return field.choices_from.format_map(values)
    except (KeyError, ValueError, IndexError):
        return None


def _check_field(
    field: Field,
    values: Mapping[str, Any],
    action: Action,
    form: ActionForm,
    around: Surroundings,
    problem: Any,
) -> Iterator[Problem]:
    fades = action.fade is not None and form.fade is not None and form.fade.field == field.name
    called = action.number_from is not None and form.number_field == field.name
    if field.name not in values:
        if field.required and not fades and not called:
            yield problem("field-bad", field.name, title=field.title, reason="it is missing")
        return
    value = values[field.name]
    reason = fault_of(field, value)
    if reason is None and field.required and value == "" and not called:
        reason = "it is missing"
    if reason is not None:
        yield problem("field-bad", field.name, title=field.title, reason=reason)
        return
    names_list = list_of(field, values)
    names = around.names(action.device, names_list) if names_list else None
    if names is None or not isinstance(value, str) or not value or value in names:
        return
    assert names_list is not None
    closest = difflib.get_close_matches(value, sorted(names), n=1)
    if closest:
        fix = Rename(action.device, names_list, value, closest[0])
        yield problem(
            "name-missing-close", field.name, fix, what=field.title, name=value, suggestion=closest[0]
        )
    else:
        yield problem("name-missing", field.name, what=field.title, name=value)


def _check_fade(action: Action, form: ActionForm, problem: Any) -> Iterator[Problem]:
    fade = action.fade
    if fade is None:
        return
    if form.fade is None:
        yield problem("fade-impossible", "fade")
        return
    unit = f" {form.fade.unit}" if form.fade.unit else ""
    for word, value in (("starts", fade.start), ("ends", fade.to)):
        if value is not None and not form.fade.low <= value <= form.fade.high:
            span = f"{_shown(form.fade.low)} to {_shown(form.fade.high)}{unit}"
            yield problem("fade-bad", "fade", reason=f"{word} at {_shown(value)}, outside {span}")
    if fade.duration < 0:
        yield problem("fade-bad", "fade", reason="has a negative duration")
