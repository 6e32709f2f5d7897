"""A show file as it is read: told from other files, brought up to date, and given out in pieces.

Owns the refusals: not a show, cut short, from a newer Showcaller, no permission; each is a sentence and
leaves the file byte for byte. Holds no editor's lock: whoever only looks (the engine, `check`, `export`,
a second window) reads while the editor writes. Rows come in small chunks, because decoding 10,000 at
once would hold the interpreter for longer than a cue may be late.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from showcaller.core.edits import EditError
from showcaller.core.history import History
from showcaller.core.show import Row, Show
from showcaller.showfile.errors import ShowFileError
from showcaller.showfile.inventories import Inventories
from showcaller.showfile.migrations import migrate
from showcaller.showfile.places import may
from showcaller.showfile.schema import VERSION, read_frame, read_history, read_inventories, read_item
from showcaller.showfile.sqlite import APPLICATION_ID, connect, explain

_log = logging.getLogger(__name__)


def _writable(path: Path) -> bool:
    return may(path, os.W_OK) and may(path.absolute().parent, os.W_OK)


def look_at(path: Path) -> None:
    """See that a path leads to a file that may be read.

    Raises:
        ShowFileError: It does not.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise ShowFileError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        raise ShowFileError(f"{path} cannot be opened: {getattr(error, 'strerror', error)}.") from error
    if stat.S_ISDIR(mode):
        raise ShowFileError(f"{path} is a folder, not a show.")
    if not stat.S_ISREG(mode):
        raise ShowFileError(f"{path} is not a show.")
    if not may(path, os.R_OK):
        raise ShowFileError(f"You may not read {path}. Ask its owner for permission.")


class ShowReader:
    """One consistent look at a show file; a context manager.

    A file of an older version is read through a copy in memory, unless `upgrade` is wanted.
    """

    def __init__(self, path: Path, *, upgrade: bool = False) -> None:
        """Open a show file.

        Args:
            path: The file.
            upgrade: Bring a file of an older version up to date on disk.

        Raises:
            ShowFileError: It is no show that can be read here.
        """
        self.path = path
        look_at(path)
        self.writable = _writable(path)
        self.revision = 0
        """Number of the newest change in the file."""
        try:
            self._connection = self._opened(upgrade)
        except sqlite3.Error as error:
            raise ShowFileError(explain(error, path)) from error

    def _opened(self, upgrade: bool) -> sqlite3.Connection:
        connection = connect(self.path, "rw" if self.writable else "ro")
        try:
            version = self._version(connection)
            if version < VERSION and not (upgrade and self.writable):
                copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
                connection.backup(copy)
                connection.close()
                connection = copy
            if version < VERSION:
                self._migrate(connection, version)
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            self.revision = self._revision(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _version(self, connection: sqlite3.Connection) -> int:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise ShowFileError(f"{self.path} is not a show.")
        if version > VERSION:
            raise ShowFileError(
                f"{self.path} was saved by a newer Showcaller (file version {version}, here {VERSION}). "
                "Update Showcaller to open it."
            )
        return int(version)

    def _revision(self, connection: sqlite3.Connection) -> int:
        found = connection.execute("SELECT revision FROM state").fetchone()
        if found is None:
            raise ShowFileError(self._damaged("its revision", "there is none"))
        return int(found[0])

    def _migrate(self, connection: sqlite3.Connection, version: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            migrate(connection, version, VERSION)
        except (KeyError, TypeError, ValueError) as error:
            connection.rollback()
            raise ShowFileError(
                f"{self.path} is of an older version ({version}) and does not hold what that version holds. "
                "Open a backup or another copy of it."
            ) from error
        connection.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        self._connection.close()

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Copy the whole file, page by page.

        Raises:
            ShowFileError: This file cannot be read.
            sqlite3.Error: The target did not take it.
        """
        try:
            self._connection.execute("COMMIT")
            self._connection.backup(target)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in {
                sqlite3.SQLITE_CORRUPT,
                sqlite3.SQLITE_NOTADB,
            }:
                raise ShowFileError(explain(error, self.path)) from error
            raise

    def frame(self) -> Show:
        """Return the show without its rundown.

        Raises:
            ShowFileError: The file is damaged.
        """
        try:
            return read_frame(self._connection)
        except sqlite3.Error as error:
            raise ShowFileError(explain(error, self.path)) from error
        except (msgspec.DecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
            raise ShowFileError(self._damaged("the show's own fields", error)) from error

    def iter_rows(self, chunk: int = 200) -> Iterator[tuple[Row, ...]]:
        """Yield the rundown in order, `chunk` rows at a time.

        Raises:
            ShowFileError: The file is damaged.
        """
        try:
            cursor = self._connection.execute("SELECT id, body FROM rundown ORDER BY rank")
            while bodies := cursor.fetchmany(chunk):
                rows: list[Row] = []
                for row_id, body in bodies:
                    try:
                        rows.append(read_item("rundown", body))
                    except (msgspec.DecodeError, UnicodeDecodeError) as error:
                        raise ShowFileError(self._damaged(f"row {row_id}", error)) from error
                yield tuple(rows)
        except sqlite3.Error as error:
            raise ShowFileError(explain(error, self.path)) from error

    def _damaged(self, where: str, error: object) -> str:
        return f"{self.path} is damaged at {where} ({error}). Open a backup or another copy of it."

    def show(self) -> Show:
        """Return the whole show.

        Raises:
            ShowFileError: The file is damaged.
        """
        rows = tuple(row for rows in self.iter_rows() for row in rows)
        return msgspec.structs.replace(self.frame(), rundown=rows)

    def inventories(self) -> Inventories:
        """Return what devices told when they were last seen.

        Raises:
            ShowFileError: The file is damaged.
        """
        try:
            return read_inventories(self._connection)
        except sqlite3.Error as error:
            raise ShowFileError(explain(error, self.path)) from error
        except msgspec.DecodeError as error:
            raise ShowFileError(self._damaged("the inventories", error)) from error

    def history(self) -> History:
        """Return the undo history; one that cannot be read is let go, for the show matters more.

        Raises:
            ShowFileError: The file is damaged.
        """
        try:
            return read_history(self._connection)
        except sqlite3.Error as error:
            raise ShowFileError(explain(error, self.path)) from error
        except (msgspec.DecodeError, EditError) as error:
            _log.warning("The undo history in %s cannot be read and is let go: %s", self.path, error)
            (newest,) = self._connection.execute("SELECT max(position) FROM history").fetchone()
            return History(first=newest + 1)


def read_show(path: Path) -> tuple[Show, Inventories]:
    """Return the show in a file, and what its devices told, for those who only look.

    Raises:
        ShowFileError: It is no show that can be read here.
    """
    with ShowReader(path) as reader:
        return reader.show(), reader.inventories()
