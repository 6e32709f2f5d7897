"""A lock that dies with its process, so that a killed program never leaves a file locked.

Owns the one difference between the platforms' advisory locks. Knows nothing of what is locked. Called
by the show file (one editor) and the secrets file (one writer).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class FileLock:
    """A side file held for this open file alone, until `release` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let the next one have it; safe to call twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def acquire(path: Path, *, wait: bool = False) -> FileLock | None:
    """Return the lock on a side file, or None where somebody else holds it.

    Args:
        path: The side file; it is made where it is missing and never deleted, because deleting a
            file that another process waits for would give two of them the lock.
        wait: Wait for the other one to end instead of returning None.

    Raises:
        OSError: The side file cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(descriptor)
        return None
    return FileLock(descriptor)
