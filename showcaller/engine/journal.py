"""The run's journal on disk: one unbuffered write per line, fsync in a thread.

Owns the open file of one run and its chain. A line that `write` returned from survives the death of
this process; the fsync that follows within half a second makes it survive a power cut. A full disk
never stops a show: the fault is reported once, and the lines that it did not take are kept and written
when it takes them again. Knows no playback.
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
    NoAsRunError,
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
        self._behind = bytearray()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._unsynced = threading.Event()
        self._closing = threading.Event()
        self._syncer = threading.Thread(target=self._sync, name="journal-fsync", daemon=True)
        self._syncer.start()

    def write(self, entry: Entry, ns: Instant, show: ShowTime, utc: int) -> Line:
        """Append one line with a single write."""
        line, text = self._chain.bind(entry, ns, show, utc)
        if self._behind:
            self._behind += text
            self._catch_up()
        else:
            try:
                written = os.write(self._file, text)
            except OSError as error:
                self._tell_fault(error)
                written = 0
            if written < len(text):
                self._behind += text[written:]
        self.lines.append(line)
        return line

    def _catch_up(self) -> None:
        """Write what a full disk did not take, in one piece with what followed, as far as it takes it."""
        try:
            written = os.write(self._file, self._behind)
        except OSError as error:
            self._tell_fault(error)
            return
        del self._behind[:written]
        self._faulty = bool(self._behind)

    def _tell_fault(self, error: OSError) -> None:
        if not self._faulty:
            self._faulty = True
            self._on_fault(
                f"The as-run {self.path.name} cannot be written ({error.strerror}): the show goes on."
            )

    def settle(self) -> None:
        """Have what was written synced, and get ready for the next line: for when the wire has been served.

        Not a part of `write`: waking the thread costs more than writing, and it takes the interpreter
        at the very call that puts a cue on the wire.
        """
        self._chain.hash_last()
        self._unsynced.set()

    def close(self) -> None:
        """Bring everything to disk and give the file back."""
        if self._closing.is_set():
            return
        if self._behind:
            self._catch_up()
        self._closing.set()
        self._unsynced.set()
        self._syncer.join(5)
        with contextlib.suppress(OSError):
            os.fsync(self._file)
        os.close(self._file)

    def _sync(self) -> None:
        while not self._closing.is_set():
            self._unsynced.wait()
            self._unsynced.clear()
            with contextlib.suppress(OSError):
                os.fsync(self._file)
            self._closing.wait(0.2)


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
        NoAsRunError: It cannot be read, or is something else.
        AsRunError: It does not verify.
    """
    try:
        with path.open("rb") as file:
            return list(read_lines(file))
    except OSError as error:
        raise NoAsRunError(f"{path.name} cannot be read: {error.strerror}.") from error


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
