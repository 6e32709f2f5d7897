"""The calls of a cue as one line of text: `LX 24 “Blue wash”, SND 7`, and back.

Owns the little syntax of the CALLS cell. Knows no widget; the rundown's cell editor and the paste from
a spreadsheet use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from showcaller.core.show import Call, Department

translate = QCoreApplication.translate

_QUOTED = re.compile(r'\s*(?:“(?P<curly>[^”]*)”|"(?P<straight>(?:[^"]|"")*)")\s*$')
_PART = re.compile(r'(?:“[^”]*”|"(?:[^"]|"")*"|[^,;])+')


class CallTextError(ValueError):
    """A text that names no calls; its message is a sentence for the operator."""


def write_calls(calls: Iterable[Call], departments: Sequence[Department]) -> str:
    """Return calls as a line that `read_calls` understands."""
    names = {department.id: department.name for department in departments}
    parts: list[str] = []
    for call in calls:
        part = f"{names.get(call.department, call.department)} {call.number}".strip()
        if call.text:
            curly = "”" not in call.text
            part += f" “{call.text}”" if curly else ' "{}"'.format(call.text.replace('"', '""'))
        parts.append(part)
    return ", ".join(parts)


def read_calls(text: str, departments: Sequence[Department], former: Iterable[Call] = ()) -> tuple[Call, ...]:
    """Read `LX 24, SND 7`, `lx24; Sound 7 “Play-on”`: short or spoken names, upper or lower case.

    Args:
        text: What was typed.
        departments: Those of the show.
        former: The calls before the edit: departments that the show does not know survive by these.

    Raises:
        CallTextError: A part names no department; the sentence says which ones there are.
    """
    ids: dict[str, str] = {}
    for call in former:
        ids.setdefault(call.department.casefold(), call.department)
    for department in departments:
        ids.setdefault(department.spoken.casefold(), department.id)
    for department in departments:
        ids[department.name.casefold()] = department.id
    ids.pop("", None)
    names = sorted(ids, key=len, reverse=True)
    return tuple(
        _read_call(part.strip(), names, ids, departments) for part in _PART.findall(text) if part.strip()
    )


def _read_call(
    part: str, names: Sequence[str], ids: dict[str, str], departments: Sequence[Department]
) -> Call:
    words = ""
    quoted = _QUOTED.search(part)
    if quoted is not None:
        curly = quoted["curly"]
        words = curly if curly is not None else quoted["straight"].replace('""', '"')
        part = part[: quoted.start()].rstrip()
    folded = part.casefold()
    for name in names:
        rest = folded[len(name) :]
        if folded.startswith(name) and (not rest or not rest[0].isalpha()):
            return Call(ids[name], part[len(name) :].strip(), words)
    known = ", ".join(department.name for department in departments)
    stranger = part.split(maxsplit=1)[0] if part else f"“{words}”"
    if not known:
        raise CallTextError(
            translate("Rundown", "There is no department “{name}”: this show has none yet.").format(
                name=stranger
            )
        )
    raise CallTextError(
        translate("Rundown", "There is no department “{name}”. This show has {known}.").format(
            name=stranger, known=known
        )
    )
