"""Bare processes to measure against: a few lines of Python that print one line when they are ready."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.engine_process import ROOT, end_process

TICKS = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def bare_process(
    script: str, words: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Run a script, yield the first line that it prints, and end it."""
    with bare_process_and_pid(script, words, environment) as (line, _pid):
        yield line


@contextlib.contextmanager
def bare_process_and_pid(
    script: str, words: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, int]]:
    """As `bare_process`, with the process's id."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *words],
        cwd=ROOT,
        env=os.environ | dict(environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline().strip()
        assert line, f"a floor did not start; it ended with {process.wait(10)}"
        yield line, process.pid
    finally:
        end_process(process)


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process in megabytes (10⁶ bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise AssertionError(f"process {pid} has no memory")
