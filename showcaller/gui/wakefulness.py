"""Keeps the machine awake while LIVE: no sleep, no screen saver.

Owns a small process of the system's own tool for as long as it is wanted: `systemd-inhibit` or
`gnome-session-inhibit` on Linux, `caffeinate` on macOS; on Windows the execution state of this thread.
Where there is none, `start` says so in a sentence and the show goes on.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

_ES_CONTINUOUS = 0x80000000
_ES_AWAKE = 0x00000001 | 0x00000002
"""ES_SYSTEM_REQUIRED and ES_DISPLAY_REQUIRED; Microsoft, SetThreadExecutionState."""


def find_tool() -> Sequence[str]:
    """Return the command line that keeps this machine awake as long as it runs; empty where there is none."""
    if sys.platform == "darwin":
        return ["caffeinate", "-d", "-i", "-w", str(os.getpid())]
    if path := shutil.which("systemd-inhibit"):
        reason = ["--who=Showcaller", "--why=A show is LIVE"]
        return [path, "--what=idle:sleep", *reason, "--mode=block", "cat"]
    if path := shutil.which("gnome-session-inhibit"):
        return [path, "--inhibit", "idle:suspend", "cat"]
    return []


class Wakefulness:
    """Whether the machine is kept awake."""

    def __init__(self, tool: Sequence[str] | None = None) -> None:
        self._tool = find_tool() if tool is None else tool
        self._process: subprocess.Popen[bytes] | None = None

    missing = "This machine may go to sleep or start its screen saver: switch both off."

    @property
    def works(self) -> bool:
        """Whether the machine is kept awake, as far as can be known a moment after `start`."""
        return sys.platform == "win32" or self.active

    @property
    def active(self) -> bool:
        """Whether the tool runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> str:
        """Keep awake; return a sentence where that cannot be done, else nothing."""
        if sys.platform == "win32":
            ctypes.windll.kernel32.SetThreadExecutionState(_ES_CONTINUOUS | _ES_AWAKE)
            return ""
        if self.active:
            return ""
        self.stop()
        if not self._tool:
            return self.missing
        try:
            # Its child reads from this pipe: it ends with this process, however that ends.
            self._process = subprocess.Popen(
                self._tool, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError:
            return self.missing
        return ""

    def stop(self) -> None:
        """Let the machine sleep again."""
        if sys.platform == "win32":
            ctypes.windll.kernel32.SetThreadExecutionState(_ES_CONTINUOUS)
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            process.terminate()
            process.wait()
