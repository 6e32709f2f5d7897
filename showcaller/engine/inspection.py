"""`showcaller check` and `showcaller devices`: what is wrong with a show, and what its devices say.

Owns the two commands. `check` is pure reading; `devices` opens each device once and prints its health.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from showcaller.core.caller_load import assess, load_problems
from showcaller.core.checks import check as find_problems
from showcaller.core.plan import make_plan
from showcaller.core.problems import Problem
from showcaller.core.show import Cue, Device, Segment, Show
from showcaller.core.times import Duration, ShowTime, TimeTextError
from showcaller.devices import DEVICE_KINDS
from showcaller.engine.device_test import DeviceTest
from showcaller.engine.document import read_document
from showcaller.engine.main import catalogue, find_secrets, read_utc
from showcaller.engine.rack import Rack
from showcaller.engine.scheduler import Scheduler
from showcaller.showfile.errors import PlaceError, ShowFileError

CANNOT_RUN = 2


def _parse(word: str, argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"showcaller {word}")
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def _place(show: Show, row_id: str | None) -> str:
    row = show.row(row_id) if row_id else None
    if isinstance(row, Cue):
        return f"cue {row.number or row.name}: "
    if isinstance(row, Segment):
        return f"segment {row.page or row.title}: "
    return ""


def _too_much_to_say(show: Show) -> Iterator[Problem]:
    try:
        plan = make_plan(show, ShowTime(read_utc()))
    except TimeTextError:
        # Of an unknown time zone the checks tell.
        return
    yield from load_problems(show, assess(show, plan))


def check(argv: Sequence[str]) -> int:
    """Print the problems of a show; 1 where there is an error among them."""
    arguments = _parse("check", argv)
    try:
        document = read_document(arguments.file)
    except ShowFileError as error:
        print(error, file=sys.stderr)
        return CANNOT_RUN
    problems = find_problems(
        document.show,
        catalogue(),
        {device: seen.names for device, seen in document.inventories.items()},
    )
    problems = (*problems, *_too_much_to_say(document.show))
    if arguments.json:
        rows = [
            {
                "severity": problem.severity,
                "row": problem.row_id,
                "device": problem.device_id,
                "field": problem.field,
                "text": problem.sentence,
            }
            for problem in problems
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            print(f"{problem.severity}: {_place(document.show, problem.row_id)}{problem.sentence}")
        print(f"{len(problems)} problems." if problems else "No problems.")
    return 1 if any(problem.severity == "error" for problem in problems) else 0


def try_devices(argv: Sequence[str]) -> int:
    """Try each device of a show and print what it says; 1 where one is down."""
    arguments = _parse("devices", argv)
    try:
        document = read_document(arguments.file)
        secrets = find_secrets(document.show.id, document.secrets)
    except (ShowFileError, PlaceError) as error:
        print(error, file=sys.stderr)
        return CANNOT_RUN
    scheduler = Scheduler(on_fault=lambda sentence: print(sentence, file=sys.stderr))
    rack = Rack(scheduler, DEVICE_KINDS, secrets, read_utc)
    found: dict[str, tuple[bool, str]] = {}

    def start(device: Device) -> None:
        def answer(ready: bool, sentence: str) -> None:
            found[device.id] = (ready, sentence)

        DeviceTest(scheduler, rack, answer).start(device, secrets(device))

    for device in document.show.devices:
        start(device)
    while len(found) < len(document.show.devices):
        scheduler.turn(Duration(100))
    scheduler.close()
    if arguments.json:
        rows = [
            {
                "device": device.name,
                "kind": device.kind,
                "ready": found[device.id][0],
                "text": found[device.id][1],
            }
            for device in document.show.devices
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for device in document.show.devices:
            ready, sentence = found[device.id]
            print(f"{'ready' if ready else 'DOWN '}  {device.name}: {sentence}")
        if not document.show.devices:
            print("The show has no devices.")
    return 0 if all(ready for ready, _ in found.values()) else 1
