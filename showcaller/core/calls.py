"""The words of a call: what the caller says, and how a screen abbreviates it.

Owns the order in which departments are named (that of the show), the spoken and the short form of a
cue's calls, and which of them will not go. Knows no playback and no screen; the calling panel, the
clock windows and the paper ask it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from showcaller.core import events as ev
from showcaller.core.show import Call, Cue, Department, Row, Segment, Show
from showcaller.core.wording import (
    word_call,
    word_calls,
    word_go,
    word_source_alone,
    word_standby,
    word_warning,
)


class Forecast(NamedTuple):
    """What a GO will do, known before it is given."""

    going: tuple[Call, ...]
    """The calls whose actions all go, or that are words only."""
    failing: tuple[str, ...]
    """What will not go, and why, shortly: “LX lost”."""


def order_calls(show: Show, calls: Iterable[Call]) -> tuple[Call, ...]:
    """Return calls in the order of the show's departments; those of unknown ones come last, as written."""
    places = {department.id: place for place, department in enumerate(show.departments)}
    return tuple(sorted(calls, key=lambda call: places.get(call.department, len(places))))


def _short(department: Department | None) -> str:
    return "" if department is None else department.name


def _joined(name: str, number: str) -> str:
    return f"{name} {number}".strip()


def spoken_calls(show: Show, cue: Cue) -> tuple[str, ...]:
    """Return each call of a cue as it is spoken, in the order of the departments: `LX 14`, `Sound 7`."""
    spoken = (
        word_call(show.wording, show.department(call.department), call.number)
        for call in order_calls(show, cue.calls)
    )
    return tuple(words for words in spoken if words)


def call_words(show: Show, cue: Cue) -> str:
    """Return the departments and numbers of a cue as they are spoken: `LX 14, Sound 7, Camera 1`.

    Empty for a cue without calls.
    """
    return ", ".join(spoken_calls(show, cue))


def row_words(show: Show, row: Row) -> str:
    """Return what a row is called by: its calls, else its name, else its number or page."""
    if isinstance(row, Segment):
        return row.title or row.page
    return call_words(show, row) or row.name or row.number


def _spoken_row(show: Show, row: Row) -> tuple[str, ...]:
    calls = spoken_calls(show, row) if isinstance(row, Cue) else ()
    words = row_words(show, row)
    return calls or ((words,) if words else ())


def _source_alone(show: Show, row: Row, step: ev.CallStep) -> str | None:
    if not isinstance(row, Cue) or len(row.calls) != 1:
        return None
    call = row.calls[0]
    return word_source_alone(show.wording, show.department(call.department), call.number, step)


def warning_words(show: Show, row: Row) -> str:
    """Return the warning of a row, as it is spoken: `Warning LX 14 and Sound 7`."""
    return word_warning(show.wording, _spoken_row(show, row))


def standby_words(show: Show, row: Row) -> str:
    """Return the standby of a row, as it is spoken: `Standby LX 14, Sound 7`."""
    alone = _source_alone(show, row, "standby")
    return word_standby(show.wording, _spoken_row(show, row)) if alone is None else alone


def go_words(show: Show, row: Row) -> str:
    """Return the GO of a row, as it is spoken: `LX 14, Sound 7, GO`.

    The word GO is always last, but where the show's wording takes a camera or rolls a tape alone.
    """
    alone = _source_alone(show, row, "go")
    return word_go(show.wording, _spoken_row(show, row)) if alone is None else alone


def step_words(show: Show, row: Row, step: ev.CallStep) -> str:
    """Return what the caller says at a step of the call of a row."""
    match step:
        case "warning":
            return warning_words(show, row)
        case "standby":
            return standby_words(show, row)
        case "go":
            return go_words(show, row)


def spoken_group(show: Show, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return how cues that stand by together are spoken: `LX 24 through 26`, `Sound 7`.

    Department by department, in the order of the show; cues without calls follow by their names.
    """
    numbers: dict[str, list[str]] = {}
    rest: list[str] = []
    for row in rows:
        calls = row.calls if isinstance(row, Cue) else ()
        for call in calls:
            numbers.setdefault(call.department, []).append(call.number)
        if not calls:
            rest.append(row_words(show, row))
    order = order_calls(show, [Call(department=one) for one in numbers])
    worded = (
        word_calls(show.wording, show.department(one.department), numbers[one.department]) for one in order
    )
    return tuple(words for words in (*worded, *dict.fromkeys(rest)) if words)


def group_words(show: Show, rows: Sequence[Row], step: ev.CallStep) -> str:
    """Return what the caller says at a step of the call of cues that stand by together.

    Warning and standby name all of them; GO is said to the first alone.
    """
    if step == "go" or len(rows) == 1:
        return step_words(show, rows[0], step)
    spoken = spoken_group(show, rows)
    if step == "warning":
        return word_warning(show.wording, spoken)
    called = {call.department for row in rows if isinstance(row, Cue) for call in row.calls}
    if len(called) == 1 and all(isinstance(row, Cue) and row.calls for row in rows):
        numbers = [call.number for row in rows if isinstance(row, Cue) for call in row.calls]
        joined = ", ".join(number for number in dict.fromkeys(numbers) if number)
        alone = word_source_alone(show.wording, show.department(called.pop()), joined, step)
        if alone is not None:
            return alone
    return word_standby(show.wording, spoken)


def chips_text(show: Show, calls: Iterable[Call]) -> str:
    """Return calls by their departments' short names: `LX 14, SND 7, CAM 1`."""
    short = (
        _joined(_short(show.department(call.department)), call.number) for call in order_calls(show, calls)
    )
    return ", ".join(words for words in short if words)


def foresee(
    show: Show, cue: Cue, unsendable: Mapping[str, str], states: Mapping[str, str] | None = None
) -> Forecast:
    """Return which calls of a cue will go and what will not.

    Args:
        show: The document.
        cue: The cue that stands by.
        unsendable: Action id → why it will not go, as a snapshot says.
        states: Device id → one word for its health (`lost`), where it explains the failure.
    """
    silent: set[str] = set()
    failing: dict[str, None] = {}
    for action in cue.actions:
        reason = unsendable.get(action.id)
        if reason is None:
            continue
        department_id = show.department_of(cue, action)
        department = show.department(department_id or "")
        if department_id:
            silent.add(department_id)
        device = show.device(action.device)
        name = _short(department) or (device.name if device else "")
        state = (states or {}).get(action.device)
        failing[_joined(name, state) if state else reason.rstrip(".")] = None
    going = tuple(call for call in order_calls(show, cue.calls) if call.department not in silent)
    return Forecast(going, tuple(failing))
