"""`showcaller report`: verifies an as-run and sums it up in plain words.

Owns the summary; reads a journal and nothing else. Pure but for reading the file and printing.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from showcaller.core.asrun import (
    ActionDone,
    AsRunError,
    Changed,
    Closed,
    CueCalled,
    Happened,
    Header,
    Line,
    NoAsRunError,
    Noted,
)
from showcaller.core.edits import Change, Edited
from showcaller.core.events import Go, StageMessage
from showcaller.core.times import NS_PER_MS, elapsed, format_duration, load_zone, time_of_day_at
from showcaller.engine.journal import read_journal

CANNOT_RUN = 2
_TOLD_ELSEWHERE = {"segment", "segment-back", "standby", "ended", "fade"}


def sum_up(lines: Sequence[Line]) -> dict[str, Any]:
    """Return the summary of a run as plain values; its keys are those of `report --json`."""
    header = lines[0].entry
    assert isinstance(header, Header)
    zone = load_zone(header.zone)
    last: dict[tuple[int, str], ActionDone] = {}
    handed: dict[tuple[int, str], int] = {}
    took: dict[tuple[int, str], float] = {}
    for line in lines:
        if isinstance(line.entry, ActionDone):
            key = line.entry.run, line.entry.action
            last[key] = line.entry
            handed.setdefault(key, line.ns)
            if line.entry.confirmed_at is not None:
                took[key] = (line.ns - handed[key]) / NS_PER_MS
    results: dict[str, int] = {}
    for action in last.values():
        results[action.result] = results.get(action.result, 0) + 1
    closed = lines[-1].entry
    return {
        "show": header.title,
        "mode": header.mode,
        "began": str(time_of_day_at(lines[0].show, zone)),
        "ended": str(time_of_day_at(lines[-1].show, zone)),
        "ended_in_order": closed.reason if isinstance(closed, Closed) else None,
        "lines": len(lines),
        "gos": sum(isinstance(line.entry, Happened) and isinstance(line.entry.event, Go) for line in lines),
        "cues": [_cue(line.entry, last, zone) for line in lines if isinstance(line.entry, CueCalled)],
        "results": dict(sorted(results.items())),
        "late": sum(action.late for action in last.values()),
        "devices": _devices(header, last, took),
        "notes": [
            {"kind": kind, "at": str(time_of_day_at(line.show, zone)), "text": text}
            for line in lines
            for kind, text in [_note(line)]
            if text
        ],
    }


def _note(line: Line) -> tuple[str, str]:
    """Return the kind of a line and what it says; nothing where other figures say it."""
    match line.entry:
        case Noted(kind=kind, sentence=sentence) if kind not in _TOLD_ELSEWHERE:
            return kind, sentence
        case Changed(name=name, change=change) if not _notes_only(change):
            return "edit", f"Edit: {name}"
        case Happened(event=StageMessage(text=text, blackout=blackout)):
            return "stage", f"To the stage: {'blackout' if blackout else text or 'nothing'}"
        case _:
            return "", ""


def _notes_only(change: Change) -> bool:
    """Say whether an edit wrote notes, which stand in the report themselves, and nothing else."""
    return all(isinstance(op, Edited) and op.name == "notes" for op in change)


def _cue(called: CueCalled, last: Mapping[tuple[int, str], ActionDone], zone: Any) -> dict[str, Any]:
    actions = [last[called.run, one.id] for one in called.cue.actions if (called.run, one.id) in last]
    return {
        "number": called.cue.number,
        "name": called.cue.name,
        "called": str(time_of_day_at(called.at, zone)),
        "cause": called.cause,
        "late_by": None if called.planned is None else elapsed(called.planned, called.at),
        "failed": [action.sentence for action in actions if action.result == "failed"],
    }


def _devices(
    header: Header, last: Mapping[tuple[int, str], ActionDone], latencies: Mapping[tuple[int, str], float]
) -> dict[str, Any]:
    """Return, per device, how long it took from the wire to the confirmation, in milliseconds.

    In machine time: a rehearsal at ×100 makes no device slower.
    """
    found: dict[str, Any] = {}
    for device_id, name in header.devices.items():
        actions = [action for action in last.values() if action.device == device_id]
        took = [
            latencies[key] for key, action in last.items() if action.device == device_id and key in latencies
        ]
        found[name] = {
            "actions": len(actions),
            "failed": sum(action.result == "failed" for action in actions),
            "confirmed": len(took),
            "median_ms": round(statistics.median(took), 1) if took else None,
            "longest_ms": round(max(took), 1) if took else None,
        }
    return found


def _called(cues: Sequence[Mapping[str, Any]]) -> int:
    """Count the cues of the rundown: what a restoration sent is none."""
    return sum(cue["cause"] != "restore" for cue in cues)


def _write(summary: Mapping[str, Any]) -> str:
    rows = [
        f"{summary['show']} · {summary['mode'].upper()} · {summary['began']} to {summary['ended']}",
        f"The as-run verifies: {summary['lines']} lines."
        + (
            ""
            if summary["ended_in_order"] is not None
            else " The run did not end in order: the engine was cut off."
        ),
        f"{summary['gos']} GOs, {_called(summary['cues'])} cues called, {summary['late']} actions late.",
        "Actions: " + (", ".join(f"{count} {name}" for name, count in summary["results"].items()) or "none"),
    ]
    for name, device in summary["devices"].items():
        row = f"{name}: {device['actions']} actions, {device['failed']} failed"
        if device["median_ms"] is not None:
            row += f", confirmed after {device['median_ms']} ms (median), {device['longest_ms']} ms (longest)"
        rows.append(row)
    for cue in summary["cues"]:
        late = "" if cue["late_by"] is None else f"  {format_duration(cue['late_by'], sign=True)}"
        failed = "".join(f"  ! {sentence}" for sentence in cue["failed"])
        rows.append(f"  {cue['called']:<13}{cue['number']:<7}{cue['name']}{late}{failed}")
    rows.extend(f"  {note['at']:<13}{note['text']}" for note in summary["notes"])
    return "\n".join(rows)


def main(argv: Sequence[str]) -> int:
    """Verify an as-run and print its summary; 1: it does not verify or an action failed; 2: it is none."""
    parser = argparse.ArgumentParser(prog="showcaller report")
    parser.add_argument("file", type=Path, help="a journal: <show name> runs/….asrun")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    try:
        lines = read_journal(arguments.file)
    except NoAsRunError as error:
        print(f"{arguments.file}: {error}", file=sys.stderr)
        return CANNOT_RUN
    except AsRunError as error:
        print(error, file=sys.stderr)
        return 1
    summary = sum_up(lines)
    print(json.dumps(summary, ensure_ascii=False, indent=2) if arguments.json else _write(summary))
    return 1 if summary["results"].get("failed") else 0
