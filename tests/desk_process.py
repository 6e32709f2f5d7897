"""A real window process: the desk on a screen, its engine, and a client that watches that engine.

Owns the window's process; the engine is the window's child in a session of its own, and outlives it, so
it is found by its address file and ended by what is written there.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from showcaller.core.show import Show
from showcaller.engine.server import Address
from showcaller.showfile.file import ShowFile
from tests.engine_process import (
    PATIENCE,
    ROOT,
    BareClient,
    connect,
    end_process,
    environment_of,
    read_address,
    wait_for,
)


def write_show(show: Show, folder: Path) -> Path:
    """Write a show file that a desk can open."""
    path = folder / "evening.show"
    ShowFile.create(path, show).close()
    return path


class Desk:
    """`python -m showcaller FILE`, on a screen or, without one, off any."""

    def __init__(self, folder: Path, words: Sequence[str], *, display: str | None = None) -> None:
        self.folder = folder
        self._words = tuple(words)
        shown: Mapping[str, str] = (
            {"QT_QPA_PLATFORM": "offscreen"}
            if display is None
            else {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display}
        )
        self._environment = environment_of(folder) | shown
        self.runtime = folder / "run"
        self._watchers: list[BareClient] = []
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "showcaller", *self._words],
            env=self._environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
        )

    def start_again(self) -> None:
        """Start another window on the same show."""
        self.process = self._start()

    def kill(self) -> None:
        """End the window as a crash would; the engine goes on."""
        self.process.kill()
        self.process.wait(10)

    def freeze(self) -> None:
        """Stop the window's process where it is, and wait until it stands."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)

    def thaw(self) -> None:
        """Let the window go on."""
        self.process.send_signal(signal.SIGCONT)

    def engine(self, *, other_than: int = 0) -> Address:
        """Wait for the address of the engine that lives, and return it."""
        return wait_for(lambda: self._find(other_than), "the desk's engine")

    def _find(self, other_than: int) -> Address | None:
        found = self.engines()
        return next((one for one in found if one.pid != other_than and _lives(one.pid)), None)

    def engines(self) -> Sequence[Address]:
        """Return every address in the runtime folder."""
        found = [read_address(self.runtime, path.stem) for path in self.runtime.glob("*.json")]
        return [one for one in found if one is not None]

    def watch(self, *, other_than: int = 0) -> BareClient:
        """Connect a client that watches, and wait until the window has handed its show over."""

        def try_to() -> BareClient | None:
            try:
                return connect(self.engine(other_than=other_than), editor=False)
            except OSError:
                return None

        client = wait_for(try_to, "an engine that takes a client")
        self._watchers.append(client)
        client.see(lambda one: one.standby is not None)
        return client

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """End the window and every engine that its folder knows."""
        end_process(self.process)
        for client in self._watchers:
            client.close()
        for address in self.engines():
            with contextlib.suppress(ProcessLookupError):
                os.kill(address.pid, signal.SIGTERM)
            wait_for(lambda pid=address.pid: not _lives(pid), "the end of the engine", PATIENCE)


def _lives(pid: int) -> bool:
    """Say whether a process runs; one that has ended and is not yet collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
