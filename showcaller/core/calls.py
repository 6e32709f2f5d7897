"""The words of a call: what the caller says, and how a screen abbreviates it.

Owns the order in which departments are named (that of the show), the spoken and the short form of a
cue's calls, and which of them will not go. Knows no playback and no screen; the calling panel, the
clock windows and the paper ask it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from showcaller.core.show import Call, Cue, Department, Row, Segment, Show


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


def _spoken(department: Department | None) -> str:
    return "" if department is None else department.spoken or department.name


def _short(department: Department | None) -> str:
    return "" if department is None else department.name


def _joined(name: str, number: str) -> str:
    return f"{name} {number}".strip()


def call_words(show: Show, cue: Cue) -> str:
    """Return the departments and numbers of a cue as they are spoken: `LX 14, Sound 7, Camera 1`.

    Empty for a cue without calls.
    """
    spoken = (
        _joined(_spoken(show.department(call.department)), call.number)
        for call in order_calls(show, cue.calls)
    )
    return ", ".join(words for words in spoken if words)


def row_words(show: Show, row: Row) -> str:
    """Return what a row is called by: its calls, else its name, else its number or page."""
    if isinstance(row, Segment):
        return row.title or row.page
    return call_words(show, row) or row.name or row.number


def standby_words(show: Show, row: Row) -> str:
    """Return the standby of a row, as it is spoken: `Standby LX 14, Sound 7`."""
    return _joined("Standby", row_words(show, row))


def go_words(show: Show, row: Row) -> str:
    """Return the GO of a row, as it is spoken: `LX 14, Sound 7, GO`. The word GO is always last."""
    words = row_words(show, row)
    return f"{words}, GO" if words else "GO"


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
