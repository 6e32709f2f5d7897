"""How calls are worded: the sets that ship, and a show's own words over them.

Owns the sets and how a warning, a standby and a GO are made of the calls' words. “GO” is always the last
word of a GO, but where a gallery takes a camera or rolls a tape alone. Knows no show; `calls` asks it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from showcaller.core.show import Department, Wording, WordingName


class _Set(NamedTuple):
    names: Mapping[str, str] = {}
    """Spoken names of departments that do not say how they are spoken, by their short names."""
    number: str = "{number}"
    run: str = "{first} through {last}"
    """Numbers that follow one another, in one standby."""
    warning_joint: str = " and "
    standby_joint: str = ", "
    warning: str = "Warning {calls}"
    standby: str = "Standby {calls}"
    go: str = "{calls}… GO"
    takes_and_rolls: bool = False


_US = _Set(
    names={
        "LX": "Lights",
        "SND": "Sound",
        "CAM": "Camera",
        "GFX": "Graphics",
        "DECK": "Deck",
        "FLY": "Rail",
        "TLNT": "Talent",
    },
    standby_joint=" and ",
)
_UK = _Set(
    names={
        "SND": "Sound",
        "CAM": "Camera",
        "GFX": "Graphics",
        "DECK": "Deck",
        "FLY": "Flys",
        "TLNT": "Talent",
    },
    number="Q{number}",
    run="{first} to {last}",
)
_SETS: dict[WordingName, _Set] = {
    "plain": _Set(go="{calls}, GO"),
    "us": _US,
    "uk": _UK,
    "broadcast": _US._replace(takes_and_rolls=True),
}

SHORTEST_RUN = 3
"""Two numbers are said faster than “24 through 25”."""

CAMERAS, TAPES = {"CAM", "CAMERA"}, {"VT", "VTR"}
"""Short names of departments whose number names a source, not a cue."""


def _is_one_of(department: Department | None, names: set[str]) -> bool:
    return department is not None and department.name.strip().upper() in names


def word_call(wording: Wording, department: Department | None, number: str) -> str:
    """Return one department's part of a call: `LX 24`, `Lights 24`, `LX Q24`.

    Args:
        wording: The show's.
        department: Whose call it is; None where the show does not know it.
        number: As written; a Q that stands there already is not said twice.
    """
    is_source = _is_one_of(department, CAMERAS | TAPES)
    return _named(wording, department, _numbered(_SETS[wording.words], is_source, number))


def _numbered(chosen: _Set, is_source: bool, number: str) -> str:
    if number and not is_source and not number.upper().startswith("Q"):
        return chosen.number.replace("{number}", number)
    return number


def _named(wording: Wording, department: Department | None, number: str) -> str:
    name = ""
    if department is not None:
        name = department.spoken if department.spoken != department.name else ""
        name = name or _SETS[wording.words].names.get(department.name.strip().upper(), department.name)
    if wording.call:
        return " ".join(wording.call.replace("{department}", name).replace("{number}", number).split())
    return f"{name} {number}".strip()


def word_calls(wording: Wording, department: Department | None, numbers: Sequence[str]) -> str:
    """Return one department's part of a standby for several cues: `LX 24 through 26`, `LX 24, 24.5`.

    Args:
        wording: The show's.
        department: Whose calls they are; None where the show does not know it.
        numbers: In the order in which they are called. Three or more whole cue numbers that follow one
            another are said as a run; a camera or a tape is a source, and is always named.
    """
    said = [number for number in dict.fromkeys(numbers) if number]
    if len(said) < 2:
        return word_call(wording, department, said[0] if said else "")
    is_source = _is_one_of(department, CAMERAS | TAPES)
    chosen = _SETS[wording.words]
    parts: list[str] = []
    for run in [[number] for number in said] if is_source else _runs(said):
        if len(run) < SHORTEST_RUN:
            parts.extend(_numbered(chosen, is_source, number) for number in run)
        else:
            first, last = _numbered(chosen, is_source, run[0]), _numbered(chosen, is_source, run[-1])
            parts.append(chosen.run.replace("{first}", first).replace("{last}", last))
    return _named(wording, department, ", ".join(parts))


def _runs(numbers: Sequence[str]) -> list[list[str]]:
    """Cut numbers wherever the next is not the whole number that follows."""
    runs: list[list[str]] = []
    for number in numbers:
        last = runs[-1][-1] if runs else ""
        follows = number.isdecimal() and last.isdecimal() and int(number) == int(last) + 1
        if follows:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _join(words: Sequence[str], joint: str) -> str:
    return joint.join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""


def _fill(template: str, calls: str) -> str:
    return template.replace("{calls}", calls).strip()


def word_warning(wording: Wording, calls: Sequence[str]) -> str:
    """Return the warning of calls that are worded already: `Warning LX 24 and Sound 7`."""
    chosen = _SETS[wording.words]
    return _fill(wording.warning or chosen.warning, _join(calls, chosen.warning_joint))


def word_standby(wording: Wording, calls: Sequence[str]) -> str:
    """Return the standby of calls that are worded already: `Standby LX 24, Sound 7`."""
    chosen = _SETS[wording.words]
    return _fill(wording.standby or chosen.standby, _join(calls, chosen.standby_joint))


def word_go(wording: Wording, calls: Sequence[str]) -> str:
    """Return the GO of calls that are worded already: `LX 24, Sound 7… GO`. GO is its last word."""
    words = ", ".join(calls)
    if not words:
        return "GO"
    said = _fill(wording.go or _SETS[wording.words].go, words)
    return said if said.split()[-1:] == ["GO"] else f"{said}, GO"


def word_source_alone(wording: Wording, department: Department | None, number: str, step: str) -> str | None:
    """Return how a gallery calls one camera or one tape with nothing else, or None where it says GO.

    Args:
        wording: The show's.
        department: The only department that is called.
        number: The camera's or the tape's.
        step: `standby` or `go`; a warning is like any other.
    """
    if not _SETS[wording.words].takes_and_rolls or not number or step not in {"standby", "go"}:
        return None
    if (wording.standby if step == "standby" else wording.go) or wording.call:
        return None
    if _is_one_of(department, CAMERAS):
        return f"Ready {number}" if step == "standby" else f"Take {number}"
    if department is not None and _is_one_of(department, TAPES):
        tape = f"{department.name} {number}"
        return f"Stand by {tape}" if step == "standby" else f"Roll {tape}"
    return None
