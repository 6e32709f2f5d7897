"""Starts the engine's process: for the supervisor, and ahead of it, before Qt is loaded.

Owns the command line and the log that the process gets. Loading Qt and building the window takes as long as
an engine takes to listen, so where the command line names a show its engine is started first. Knows no Qt
and no show; whether an engine is wanted at all is the supervisor's business.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from showcaller.showfile.errors import PlaceError
from showcaller.showfile.peek import peek_show_id
from showcaller.showfile.places import runtime_folder


@dataclass(frozen=True)
class EarlyEngine:
    """An engine that was started before there was a window."""

    show_id: str
    process: subprocess.Popen[bytes]


def engine_command(show_id: str, folder: Path, *, auto: bool = False) -> Sequence[str]:
    """Return the command line that starts the engine of a show, from source or frozen."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "showcaller"]
    call_by_itself = ["--auto"] if auto else []
    return [*program, "engine", "--runtime", str(folder), "--show", show_id, *call_by_itself]


def start_engine(command: Sequence[str], folder: Path, show_id: str) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one, its words going to a log in the runtime folder.

    Raises:
        OSError: It cannot be started, or the log cannot be opened.
    """
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    else:
        flags = 0
    with (folder / f"{show_id}.log").open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            creationflags=flags,
            start_new_session=sys.platform != "win32",
        )


def start_ahead(words: Sequence[str]) -> EarlyEngine | None:
    """Start the engine of the show that a command line opens, unless one seems to be there.

    What does not work here is tried again, and told, when there is a window.

    Args:
        words: Of the command line, without the program: `FILE` or `open FILE`.
    """
    if len(words) not in {1, 2} or words[:-1] not in ([], ["open"]) or words[-1].startswith("-"):
        return None
    show_id = peek_show_id(Path(words[-1]))
    if show_id is None:
        return None
    try:
        folder = runtime_folder()
        if (folder / f"{show_id}.json").exists():
            return None
        return EarlyEngine(show_id, start_engine(engine_command(show_id, folder), folder, show_id))
    except (OSError, PlaceError):
        return None
