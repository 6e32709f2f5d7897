"""`showcaller` as a process of its own: started, read line by line, sent keys and signals, ended by pid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]


class Program:
    """One `showcaller …` process; a context manager that kills what still runs.

    Args:
        words: Its arguments.
        has_input: It gets a pipe to type into; else its input has ended.
    """

    def __init__(self, *words: str | Path, has_input: bool = True) -> None:
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "showcaller", *map(str, words)],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait(30)

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_for(self, *texts: str) -> str:
        """Read until a line has all of these texts; return it.

        Raises:
            AssertionError: The process ended without saying so.
        """
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if all(text in line for text in texts):
                return line.rstrip()
        raise AssertionError(f"it ended without {texts}: {self.said}")

    def press_enter(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end_input(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.stdin = None

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """Kill it as a crash would: nothing of it runs any more afterwards."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def end(self) -> int:
        """Read to the end; return the exit status."""
        assert self.process.stdout is not None
        self.said += [line.rstrip() for line in self.process.stdout]
        return self.process.wait(30)


def run(*words: str | Path) -> tuple[int, Sequence[str]]:
    """Run a command to its end; return its status and what it said."""
    with Program(*words, has_input=False) as program:
        return program.end(), program.said
