"""Rows of a spreadsheet or a mail, as cues: which column is what, and what the cells say.

Owns the guess for text that came by the clipboard (tab-separated, one row a line). What cannot be read
as what its column seems to be stays in the notes: nothing that was pasted is lost. Knows no widget; an
ambiguity between lengths and times of day is left to whoever asks the operator.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from showcaller.core.show import Cue, Department, Row, Segment, new_id
from showcaller.core.times import Duration, TimeOfDay, TimeTextError, parse_duration, parse_time_of_day
from showcaller.gui.call_text import CallTextError, read_calls

Role = Literal["number", "name", "duration", "clock", "on", "calls", "notes", "page"]

_HEADERS: dict[str, Role] = {
    **dict.fromkeys(("#", "no", "no.", "nr", "number", "cue", "cue no", "item", "q"), "number"),
    **dict.fromkeys(
        ("name", "title", "what", "what happens", "description", "slug", "action", "story"), "name"
    ),
    **dict.fromkeys(("dur", "duration", "length", "trt", "time needed", "len"), "duration"),
    **dict.fromkeys(("time", "start", "start time", "plan", "planned", "clock", "at"), "clock"),
    **dict.fromkeys(("on", "trigger", "on / trigger", "line", "cue line", "when"), "on"),
    **dict.fromkeys(("calls", "call", "department", "dept", "departments"), "calls"),
    **dict.fromkeys(("notes", "note", "remarks", "comment", "comments"), "notes"),
    **dict.fromkeys(("page",), "page"),
}
_NUMBER = re.compile(r"[A-Za-z]{0,3}\d+(?:\.\d+)*[A-Za-z]?")
_TIME = re.compile(r"[+\-\u2212]?\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d+)?")


@dataclass(frozen=True)
class PastedTable:
    """Cells, and what each column seems to be."""

    rows: tuple[tuple[str, ...], ...]
    roles: tuple[Role | None, ...]
    ambiguous: int | None = None
    """Column whose times could be lengths or times of day."""


def read_table(text: str, departments: Sequence[Department]) -> PastedTable:
    """Cut pasted text into cells and guess the columns."""
    lines = csv.reader(io.StringIO(text.strip("\r\n")), delimiter="\t")
    rows = [tuple(cell.strip() for cell in line) for line in lines]
    rows = [row for row in rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    rows = [row + ("",) * (width - len(row)) for row in rows]
    named = _named_roles(rows[0]) if rows else None
    if named is not None:
        rows = rows[1:]
    roles: list[Role | None] = list(named) if named is not None else [None] * width
    ambiguous: int | None = None
    for column in range(width):
        cells = [row[column] for row in rows if row[column]]
        if (
            roles[column] in {"clock", "duration"}
            and cells
            and not any(_TIME.fullmatch(one) for one in cells)
        ):
            continue
        if roles[column] is None and cells:
            role, unsure = _guess(cells, roles, departments)
            roles[column] = role
            if unsure and ambiguous is None:
                ambiguous = column
    return PastedTable(tuple(rows), tuple(_with_a_name(rows, roles)), ambiguous)


def _named_roles(header: Sequence[str]) -> list[Role | None] | None:
    roles = [_HEADERS.get(cell.casefold()) for cell in header]
    return roles if sum(role is not None for role in roles) >= 2 else None


def _guess(
    cells: Sequence[str], roles: Sequence[Role | None], departments: Sequence[Department]
) -> tuple[Role | None, bool]:
    times = [cell for cell in cells if _TIME.fullmatch(cell)]
    plain = sum(cell.isdecimal() for cell in cells)
    if times and (len(times) + plain) * 2 > len(cells):
        clocks = [clock for cell in times if (clock := _as_clock(cell)) is not None]
        rising = (
            not plain and len(clocks) == len(times) and all(a <= b for a, b in itertools.pairwise(clocks))
        )
        if rising and len(times) > 1 and times[0] != times[-1]:
            whole = all(cell.count(":") == 2 for cell in times)
            return ("clock", False) if whole else ("duration" if "duration" not in roles else "clock", True)
        return ("duration" if "duration" not in roles else "notes"), False
    if all(cell.isdecimal() for cell in cells) and "number" in roles and "duration" not in roles:
        return "duration", False
    numbered = sum(bool(_NUMBER.fullmatch(cell)) for cell in cells)
    if "number" not in roles and numbered * 2 > len(cells) and len(set(cells)) * 2 > len(cells):
        return "number", False
    if "calls" not in roles and departments and all(_is_calls(cell, departments) for cell in cells):
        return "calls", False
    return None, False


def _with_a_name(rows: Sequence[Sequence[str]], roles: list[Role | None]) -> list[Role | None]:
    """The fullest column of words that is left is the name; the next what is waited for, then notes."""
    left = [column for column, role in enumerate(roles) if role is None]
    spoken = {column: sum(len(row[column]) for row in rows) for column in left}
    left = [column for column in left if spoken[column]]
    if "name" not in roles and left:
        name = max(left[:2], key=lambda column: spoken[column])
        roles[name] = "name"
        left.remove(name)
    for column in left:
        roles[column] = "notes"
    return roles


def _as_clock(text: str) -> TimeOfDay | None:
    try:
        return parse_time_of_day(text)
    except TimeTextError:
        return None


def _as_duration(text: str) -> Duration | None:
    try:
        duration = parse_duration(text)
    except TimeTextError:
        return None
    return duration if duration >= 0 else None


def _is_calls(text: str, departments: Sequence[Department]) -> bool:
    try:
        return bool(read_calls(text, departments))
    except CallTextError:
        return False


def as_clock(table: PastedTable, column: int) -> PastedTable:
    """Return the table with a column read as times of day."""
    roles = tuple("clock" if place == column else role for place, role in enumerate(table.roles))
    return PastedTable(table.rows, roles)


def rows_of(table: PastedTable, departments: Sequence[Department]) -> tuple[Row, ...]:
    """Return a cue for each row; a row of words alone among fuller ones becomes a heading.

    Times of day become lengths, each up to the next, where no column says how long a row is.
    """
    banners = any(sum(bool(cell) for cell in row) > 2 for row in table.rows)
    made: list[Row] = []
    clocks: list[TimeOfDay | None] = []
    for cells in table.rows:
        told = [(role, cell) for role, cell in zip(table.roles, cells, strict=True) if cell and role]
        if banners and len(told) == 1 and told[0][0] not in {"duration", "clock"}:
            made.append(Segment(id=new_id(), title=told[0][1]))
            clocks.append(None)
            continue
        cue, clock = _cue_of(told, departments)
        made.append(cue)
        clocks.append(clock)
    if "duration" in table.roles or "clock" not in table.roles:
        return tuple(made)
    return tuple(_with_lengths(made, clocks))


def _cue_of(
    told: Sequence[tuple[Role, str]], departments: Sequence[Department]
) -> tuple[Cue, TimeOfDay | None]:
    values: dict[str, object] = {}
    notes: list[str] = []
    clock: TimeOfDay | None = None
    for role, cell in told:
        if role == "duration" and (duration := _as_duration(cell)) is not None:
            values["duration"] = duration
        elif role == "clock" and (at := _as_clock(cell)) is not None:
            clock = at
        elif role == "calls" and _is_calls(cell, departments):
            values["calls"] = read_calls(cell, departments)
        elif role in {"number", "name", "on"} and role not in values:
            values[role] = cell
        else:
            notes.append(cell)
    return Cue(id=new_id(), notes="\n".join(notes), **values), clock  # type: ignore[arg-type]


def _with_lengths(made: Sequence[Row], clocks: Sequence[TimeOfDay | None]) -> list[Row]:
    lengthened = list(made)
    known = [place for place, clock in enumerate(clocks) if clock is not None]
    for place, following in itertools.pairwise(known):
        row, start, end = made[place], clocks[place], clocks[following]
        if isinstance(row, Cue) and start is not None and end is not None and end > start:
            length = Duration(end.milliseconds - start.milliseconds)
            lengthened[place] = Cue(
                id=row.id,
                number=row.number,
                name=row.name,
                on=row.on,
                calls=row.calls,
                duration=length,
                notes=row.notes,
            )
    return lengthened


def write_table(rows: Sequence[Row], departments: Sequence[Department]) -> str:
    """Return rows as tab-separated text: number, calls, name, on, duration, notes."""
    from showcaller.gui.call_text import write_calls
    from showcaller.gui.trigger_text import plain_duration

    written = io.StringIO()
    writer = csv.writer(written, delimiter="\t", lineterminator="\n")
    for row in rows:
        if isinstance(row, Segment):
            writer.writerow((row.page, "", row.title, "", plain_duration(row), row.notes))
        else:
            calls = write_calls(row.calls, departments)
            writer.writerow((row.number, calls, row.name, row.on, plain_duration(row), row.notes))
    return written.getvalue()
