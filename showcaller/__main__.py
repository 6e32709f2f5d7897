"""`showcaller` on the command line: chooses what to be, and imports nothing that it does not become.

Exit statuses: 0 good, 1 problems found or actions failed, 2 cannot run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

USAGE = """\
usage: showcaller [FILE]                     the desk
       showcaller open FILE                  the desk, with a show
       showcaller demo [NAME] [--auto]       the desk, with a demo show and nothing connected:
                                             harbour (the first), newscast or awards
       showcaller play FILE [--mode rehearse|live] [--from CUE] [--route DEVICE=real|simulated|closed]…
                            [--rate N] [--osc-port PORT] [--auto] [--as-run OUT]
                                             call a show without a window; Enter is GO
       showcaller check FILE [--json]        name the problems of a show
       showcaller devices FILE [--json]      try each device of a show
       showcaller report FILE [--json]       verify an as-run and sum it up
       showcaller export FILE -o OUT.json    write a show as JSON
       showcaller import IN.json -o FILE     make a show of JSON
"""


def _open_desk(arguments: Sequence[str]) -> int:
    from showcaller.gui.engine_start import start_ahead

    early = start_ahead(arguments)
    from showcaller.gui.main import main as run

    return run(arguments, early)


def _demo(arguments: Sequence[str]) -> int:
    return _open_desk(["demo", *arguments])


def _open(arguments: Sequence[str]) -> int:
    return _open_desk(["open", *arguments])


def _engine(arguments: Sequence[str]) -> int:
    from showcaller.engine.main import main as run

    return run(arguments)


def _midi_ports(arguments: Sequence[str]) -> int:
    from showcaller.devices.midi.process import main as run

    return run(arguments)


def _tones(arguments: Sequence[str]) -> int:
    from showcaller.engine.tone_process import main as run

    return run(arguments)


def _play(arguments: Sequence[str]) -> int:
    from showcaller.engine.play import main as run

    return run(arguments)


def _check(arguments: Sequence[str]) -> int:
    from showcaller.engine.inspection import check

    return check(arguments)


def _devices(arguments: Sequence[str]) -> int:
    from showcaller.engine.inspection import try_devices

    return try_devices(arguments)


def _report(arguments: Sequence[str]) -> int:
    from showcaller.engine.report import main as run

    return run(arguments)


def _export(arguments: Sequence[str]) -> int:
    from showcaller.engine.conversion import export

    return export(arguments)


def _import(arguments: Sequence[str]) -> int:
    from showcaller.engine.conversion import import_show

    return import_show(arguments)


WORDS: dict[str, Callable[[Sequence[str]], int]] = {
    "open": _open,
    "demo": _demo,
    "engine": _engine,
    "midi-ports": _midi_ports,
    "tones": _tones,
    "play": _play,
    "check": _check,
    "devices": _devices,
    "report": _report,
    "export": _export,
    "import": _import,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the words ask for; return the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in {"-h", "--help", "help"}:
        print(USAGE, end="")  # noqa: T201  # help goes to standard output
        return 0
    if arguments and arguments[0] in WORDS:
        try:
            status = WORDS[arguments[0]](arguments[1:])
            print(end="", flush=True)  # noqa: T201  # what it printed fails here, not when Python ends
        except BrokenPipeError:
            # The reader has gone (`showcaller report … | head`); what Python still holds goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        return status
    if arguments and not _names_a_show(arguments[0]):
        told = f"“{arguments[0]}” is no command and no show file.\n\n{USAGE}"
        print(told, end="", file=sys.stderr)  # noqa: T201  # what is wrong with the words goes to the caller
        return 2
    return _open_desk(arguments)


def _names_a_show(word: str) -> bool:
    """Say whether a first word that is no command may be a file or an option of the desk."""
    return word.startswith("-") or Path(word).suffix.lower() in {".show", ".json"} or Path(word).exists()


if __name__ == "__main__":
    sys.exit(main())
