"""The open show file: one editor, each edit a transaction, and “Saved” only when the disk has all.

Owns who may edit (a lock that dies with its process), the queue to the writer, and new files, which
appear whole or not at all. Knows no window and no engine. The GUI keeps one open beside its document;
`import` and `demo` make one. Whoever only looks uses `reader`.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from showcaller.core.edits import Change, EditError
from showcaller.core.history import History
from showcaller.core.show import Show, new_id
from showcaller.showfile.errors import PlaceError, ShowFileError
from showcaller.showfile.inventories import Inventories
from showcaller.showfile.locks import FileLock, acquire
from showcaller.showfile.places import lock_path
from showcaller.showfile.reader import ShowReader, look_at
from showcaller.showfile.schema import lay_tables, numbered, read_change, to_text, write_whole
from showcaller.showfile.sqlite import connect, explain
from showcaller.showfile.writer import OnState, Transaction, Writer

OPEN_ELSEWHERE = "This show is open in another window. You can look at it here, but not change it."


def _ignore(_pending: int, _error: str | None) -> None:
    """Take the state of saving where nobody listens."""


class Opened(NamedTuple):
    """What opening a file gives."""

    file: ShowFile
    show: Show
    inventories: Inventories
    history: History


class ShowFile:
    """A show file that is open for editing, or read-only with the reason why.

    Every method is for the thread that opened it, but `on_state` is called from the writer's.
    """

    def __init__(
        self,
        path: Path,
        show_id: str,
        *,
        revision: int,
        history: History,
        on_state: OnState,
        lock: FileLock | None,
        read_only: str = "",
    ) -> None:
        """Keep the parts; `create` and `open` are the ways in."""
        self.path = path
        self.read_only = read_only
        """Why nothing can be changed; empty where it can."""
        self._revision = revision
        self._history = history
        self._lock = lock
        self._on_state = on_state
        self._writer = None if read_only else Writer(path, show_id, revision, on_state)

    @classmethod
    def create(
        cls,
        path: Path,
        show: Show,
        inventories: Inventories | None = None,
        history: History | None = None,
        *,
        overwrite: bool = False,
        on_state: OnState = _ignore,
    ) -> ShowFile:
        """Write a show to a new file and keep it open.

        It needs nothing but what is in memory: the way out when the old file is gone for good.

        Raises:
            ShowFileError: There is a file already (and it was not to be replaced), it is open
                elsewhere, or the place does not take it. What was there is untouched.
        """
        history = history or History()

        def fill(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            lay_tables(connection)
            write_whole(connection, show, inventories or {}, history, 0)
            connection.execute("COMMIT")

        lock = _put_in_place(path, fill, overwrite=overwrite)
        return cls(path, show.id, revision=0, history=history, on_state=on_state, lock=lock)

    @classmethod
    def open(cls, path: Path, *, on_state: OnState = _ignore) -> Opened:
        """Open a show file, for editing where nobody else edits it and the place can be written.

        Raises:
            ShowFileError: It is no show that can be read here; it is untouched.
        """
        look_at(path)
        lock = _lock(path)
        read_only = "" if lock else OPEN_ELSEWHERE
        try:
            with ShowReader(path, upgrade=lock is not None) as reader:
                show, inventories, history = reader.show(), reader.inventories(), reader.history()
                revision = reader.revision
                if not reader.writable and not read_only:
                    read_only = (
                        f"{path} is in a place that cannot be written. Save it as another file to change it."
                    )
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        file = cls(
            path,
            show.id,
            revision=revision,
            history=history,
            on_state=on_state,
            lock=lock,
            read_only=read_only,
        )
        return Opened(file, show, inventories, history)

    @property
    def revision(self) -> int:
        """Number of the newest change that was handed in."""
        return self._revision

    @property
    def pending(self) -> int:
        """How many transactions the disk does not have; 0 is “Saved”."""
        return self._writer.pending if self._writer else 0

    @property
    def error(self) -> str | None:
        """The sentence that says NOT SAVED and why, or None."""
        return self._writer.error if self._writer else None

    def commit(self, change: Change, revision: int, history: History | None = None) -> None:
        """Queue a change as one transaction, with what it did to the undo history, and return at once.

        Args:
            change: What was done; for an undo, the inverse that `History.undo` handed out.
            revision: Its number, higher than the last.
            history: The history after it; None leaves the file's.

        Raises:
            ShowFileError: The file is read-only, or the change holds what no file can hold.
            ValueError: The revision is not higher than the last.
        """
        writer = self._writing()
        if revision <= self._revision:
            raise ValueError(f"Revision {revision} does not follow {self._revision}.")
        try:
            stored = read_change(to_text(change))
            transaction = Transaction(revision=revision, change=stored)
            if history is not None:
                transaction = self._with_steps(transaction, history)
        except (
            EditError,
            ValueError,
            OverflowError,
            RecursionError,
            TypeError,
            msgspec.MsgspecError,
        ) as error:
            raise ShowFileError(f"This change holds a value that no file can hold: {error}.") from error
        self._revision = revision
        self._history = history if history is not None else self._history
        writer.put(transaction)

    def _with_steps(self, transaction: Transaction, history: History) -> Transaction:
        before = {number: (step, undone) for number, step, undone in numbered(self._history)}
        after = numbered(history)
        other = [one for one in after if before.get(one[0]) != (one[1], one[2])]
        return msgspec.structs.replace(
            transaction, steps=tuple(other), first_step=history.first, end_step=history.first + len(after)
        )

    def keep_inventories(self, inventories: Inventories) -> None:
        """Queue what devices told; other devices keep theirs.

        Raises:
            ShowFileError: The file is read-only.
        """
        self._writing().put(Transaction(inventories=dict(inventories)))

    def _writing(self) -> Writer:
        if self._writer is None:
            raise ShowFileError(self.read_only or f"{self.path} is closed.")
        return self._writer

    def retry(self) -> None:
        """Try at once what could not be saved."""
        if self._writer:
            self._writer.retry()

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until the disk has all, or a fresh attempt failed; return whether it has.

        Args:
            timeout: The longest wait in seconds; None waits.
        """
        return self._writer.flush(timeout) if self._writer else True

    def back_up(self, path: Path, *, overwrite: bool = False) -> None:
        """Write a copy of the show, with what the disk does not have yet.

        Raises:
            ShowFileError: The copy could not be made; what was there is untouched.
        """
        self._copy(path, None, overwrite=overwrite).release()

    def save_as(self, path: Path, *, overwrite: bool = False) -> Opened:
        """Write a copy that is a show of its own: another show id, the same row ids and history.

        This file stays open; whoever goes on with the copy closes it.

        Raises:
            ShowFileError: The copy could not be made; what was there is untouched. Where the reason
                is that this file is gone, `create` still works.
        """
        self._copy(path, new_id(), overwrite=overwrite).release()
        return ShowFile.open(path, on_state=self._on_state)

    def _copy(self, path: Path, show_id: str | None, *, overwrite: bool) -> FileLock:
        if os.path.realpath(path) == os.path.realpath(self.path):
            raise ShowFileError(f"{path} is the file that is open.")

        def fill(target: sqlite3.Connection) -> None:
            with self._writer.held() if self._writer else contextlib.nullcontext(()) as waiting:
                with ShowReader(self.path) as reader:
                    reader.copy_to(target)
                target.execute("BEGIN IMMEDIATE")
                for transaction in waiting:
                    transaction.write(target)
                if show_id is not None:
                    target.execute("UPDATE show SET value = ? WHERE field = 'id'", (to_text(show_id),))
                target.execute("COMMIT")

        return _put_in_place(path, fill, overwrite=overwrite)

    def close(self, *, abandon: bool = False) -> None:
        """Save what is left and let go of the file; safe to call twice.

        Args:
            abandon: Close even where the disk does not take the rest, which is lost then.

        Raises:
            ShowFileError: Not all could be saved; the file stays open and nothing is lost.
        """
        if self._writer:
            if not self._writer.flush() and not abandon:
                raise ShowFileError(self._writer.error or f"NOT SAVED: {self.path} is not written yet.")
            self._writer.stop()
            self._writer = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _lock(path: Path) -> FileLock | None:
    try:
        return acquire(lock_path(path))
    except PlaceError as error:
        raise ShowFileError(str(error)) from error
    except OSError as error:
        raise ShowFileError(f"{path} cannot be locked: {error.strerror}.") from error


def _see_that_free(path: Path, *, overwrite: bool) -> None:
    try:
        if path.is_dir():
            raise ShowFileError(f"{path} is a folder. Choose a name for the show in it.")
        if path.exists() and not overwrite:
            raise ShowFileError(f"There is a file {path} already.")
    except (OSError, ValueError) as error:
        raise ShowFileError(
            f"The show cannot be saved as {path}: {getattr(error, 'strerror', error)}."
        ) from error


def _put_in_place(path: Path, fill: Callable[[sqlite3.Connection], None], *, overwrite: bool) -> FileLock:
    """Make a whole file beside its place, put it there in one step, and return the editor's lock."""
    _see_that_free(path, overwrite=overwrite)
    lock = _lock(path)
    if lock is None:
        raise ShowFileError(f"{path} is open in another window. Close it there, or choose another name.")
    draft: Path | None = None
    try:
        wanted = path.absolute().parent / f".{new_id()}.draft"
        os.close(os.open(wanted, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        draft = wanted
        connection = connect(draft, "rw")
        try:
            fill(connection)
        finally:
            connection.close()
        draft.replace(path)
        _sync_folder(path.absolute().parent)
    except BaseException as error:
        lock.release()
        if draft is not None:
            draft.unlink(missing_ok=True)
            draft.with_name(draft.name + "-journal").unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error):
            raise ShowFileError(f"The show was not saved: {explain(error, path)}") from error
        if isinstance(error, OSError):
            raise ShowFileError(f"The show cannot be saved as {path}: {error.strerror}.") from error
        if isinstance(
            error, UnicodeError | EditError | OverflowError | RecursionError | msgspec.MsgspecError
        ):
            raise ShowFileError(f"The show holds a value that no file can hold: {error}.") from error
        raise
    return lock


def _sync_folder(folder: Path) -> None:
    """Have the folder's entry on the disk, where the platform can."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
