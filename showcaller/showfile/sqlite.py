"""The SQLite file as such: opened, told apart from other files, and its errors in sentences.

Owns how a connection is made and what each error means to an operator. Knows no table. Called by the
reader, the writer and whoever makes a new file.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

APPLICATION_ID = 0x53484F57
"""“SHOW”: what `file` and we tell a show by."""

BUSY_SECONDS = 5.0


_SENTENCES = {
    sqlite3.SQLITE_READONLY_DBMOVED: (
        "{} was moved, deleted or replaced while it was open. Save the show as another file."
    ),
    sqlite3.SQLITE_READONLY_ROLLBACK: (
        "{} was left in the middle of a change, and its place is read-only. "
        "Copy it and the journal beside it to a place that can be written."
    ),
    sqlite3.SQLITE_FULL: "The disk is full: {} cannot grow. Make room, or save the show on another disk.",
    sqlite3.SQLITE_READONLY: "{} is read-only. Save the show as another file.",
    sqlite3.SQLITE_PERM: "{} is read-only. Save the show as another file.",
    sqlite3.SQLITE_CANTOPEN: (
        "{} cannot be opened: it is gone, or its folder cannot be written. Save the show as another file."
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk did not take or give {}: it is full, unplugged or failing. Save the show on another disk."
    ),
    sqlite3.SQLITE_BUSY: "Another program holds {}. Close it there.",
    sqlite3.SQLITE_LOCKED: "Another program holds {}. Close it there.",
    sqlite3.SQLITE_NOTADB: "{} is not a show.",
    sqlite3.SQLITE_CORRUPT: "{} is damaged or cut short. Open a backup or another copy of it.",
}


def connect(path: Path, mode: Literal["ro", "rw", "rwc"]) -> sqlite3.Connection:
    """Open a file with transactions in our own hands, for any thread that takes turns.

    Raises:
        sqlite3.Error: It cannot be opened.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def explain(error: sqlite3.Error, path: Path) -> str:
    """Return what an error of SQLite means, in a sentence."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    special = _SENTENCES.get(code) or _SENTENCES.get(code & 0xFF)
    return special.format(path) if special else f"{path} cannot be used: {error}."
