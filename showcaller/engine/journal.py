"""The run's journal on disk: one unbuffered write per line, fsync in a thread.

Owns the open file of one run and its chain. A line that `write` returned from survives the death of
this process; the fsync that follows within half a second makes it survive a power cut. A full disk
never stops a show: the fault is reported once and the lines go on being counted. Knows no playback.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from showcaller.core.asrun import (
    AsRunError,
    Chain,
    Closed,
    Entry,
    Header,
    Line,
    read_lines,
)
from showcaller.core.times import Instant, ShowTime

_log = logging.getLogger(__name__)

SUFFIX = ".asrun"


class Journal:
    """One run's journal, open for writing.

    Args:
        path: A file that does not exist yet, or that of a run to go on with.
        chain: Where its chain stands.
        on_fault: Gets a sentence, once, when the disk refuses.
    """

    def __init__(self, path: Path, chain: Chain, on_fault: Callable[[str], None]) -> None:
        self.path = path
        self.lines: list[Line] = []
        self._chain = chain
        self._on_fault = on_fault
        self._faulty = False
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._unsynced = threading.Event()
        self._closing = False
        self._syncer = threading.Thread(target=self._sync, name="journal-fsync", daemon=True)
        self._syncer.start()

    def write(self, entry: Entry, ns: Instant, show: ShowTime, utc: int) -> Line:
        """Append one line with a single write."""
        line, text = self._chain.bind(entry, ns, show, utc)
        try:
            os.write(self._file, text)
        except OSError as error:
            if not self._faulty:
                self._faulty = True
                self._on_fault(
                    f"The as-run {self.path.name} cannot be written ({error.strerror}): the show goes on."
                )
        self.lines.append(line)
        return line

    def settle(self) -> None:
        """Have what was written synced, and get ready for the next line: for when the wire has been served.

        Not a part of `write`: waking the thread costs more than writing, and it takes the interpreter
        at the very call that puts a cue on the wire.
        """
        self._chain.hash_last()
        self._unsynced.set()

    def close(self) -> None:
        """Bring everything to disk and give the file back."""
        if self._closing:
            return
        self._closing = True
        self._unsynced.set()
        self._syncer.join(5)
        with contextlib.suppress(OSError):
            os.fsync(self._file)
        os.close(self._file)

    def _sync(self) -> None:
        pause = threading.Event()
        while not self._closing:
            self._unsynced.wait()
            self._unsynced.clear()
            with contextlib.suppress(OSError):
                os.fsync(self._file)
            if not self._closing:
                pause.wait(0.2)


def start_journal(folder: Path, header: Header, utc: int, on_fault: Callable[[str], None]) -> Journal:
    """Make the journal of a new run in a folder, with a name that says when and what.

    Raises:
        AsRunError: The folder cannot be written.
    """
    began = datetime.fromtimestamp(utc / 1e9, UTC).astimezone()
    stem = f"{began:%Y-%m-%d %H.%M.%S} {header.mode}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, 1000):
            path = folder / f"{stem}{f' {attempt}' if attempt > 1 else ''}{SUFFIX}"
            if not path.exists():
                return Journal(path, Chain(), on_fault)
    except OSError as error:
        raise AsRunError(f"No as-run can be kept in {folder}: {error.strerror}.") from error
    raise AsRunError(f"No as-run can be kept in {folder}: too many runs in one second.")


def read_journal(path: Path) -> list[Line]:
    """Read and verify a journal.

    Raises:
        AsRunError: It cannot be read or does not verify.
    """
    try:
        with path.open("rb") as file:
            return list(read_lines(file))
    except OSError as error:
        raise AsRunError(f"{path.name} cannot be read: {error.strerror}.") from error


def continue_journal(path: Path, lines: Sequence[Line], on_fault: Callable[[str], None]) -> Journal:
    """Open a run that a crash ended, to go on in the same journal behind its last whole line.

    Raises:
        AsRunError: The file cannot be opened.
    """
    try:
        text = path.read_bytes()
        whole = text[: text.rfind(b"\n") + 1]
        if len(whole) < len(text):
            os.truncate(path, len(whole))
        last = whole[whole[:-1].rfind(b"\n") + 1 : -1]
        journal = Journal(path, Chain(len(lines), hashlib.sha256(last).hexdigest()), on_fault)
    except OSError as error:
        raise AsRunError(f"{path.name} cannot be opened: {error.strerror}.") from error
    journal.lines = list(lines)
    return journal


def find_open_run(folder: Path, show_id: str, utc: int) -> tuple[Path, list[Line]] | None:
    """Return the newest run of a show in a folder if a crash ended it within the last twelve hours."""
    try:
        paths = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return None
    for path in paths[:5]:
        try:
            lines = read_journal(path)
        except AsRunError as error:
            _log.warning("%s: %s", path.name, error)
            continue
        header = lines[0].entry
        if not isinstance(header, Header) or header.show != show_id:
            continue
        if isinstance(lines[-1].entry, Closed) or utc - lines[-1].utc > 12 * 3600 * 10**9:
            return None
        return path, lines
    return None
