"""How a file of an older version becomes one of this version: one function for each step up.

A migration is frozen the day a newer version ships: it uses SQL and plain JSON, never the types or
tables of the present. It runs inside the caller's transaction, so a failed one leaves the file as it
was. For every older version `resources/old/` keeps a saved show, and a test walks all of them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping


def _from_prototype(connection: sqlite3.Connection) -> None:
    """0 → 1: the prototype kept the whole show as one JSON text; now each row has its own."""
    (text,) = connection.execute("SELECT json FROM document").fetchone()
    show = json.loads(text)
    connection.execute("CREATE TABLE state (revision INTEGER NOT NULL)")
    connection.execute("INSERT INTO state VALUES (0)")
    connection.execute("CREATE TABLE show (field TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
    for name in ("departments", "devices", "rundown"):
        connection.execute(
            f"CREATE TABLE {name} (id TEXT NOT NULL UNIQUE, rank INTEGER NOT NULL, body TEXT NOT NULL)"
        )
        connection.execute(f"CREATE INDEX {name}_by_rank ON {name} (rank)")
        connection.executemany(
            f"INSERT INTO {name} VALUES (?, ?, ?)",  # noqa: S608
            [
                (item["id"], place * 2**32, json.dumps(item, ensure_ascii=False))
                for place, item in enumerate(show.pop(name, []))
            ],
        )
    for unwanted in ("format", "version", "inventories"):
        show.pop(unwanted, None)
    connection.executemany(
        "INSERT INTO show VALUES (?, ?)",
        [(field, json.dumps(value, ensure_ascii=False)) for field, value in show.items()],
    )
    connection.execute(
        "CREATE TABLE inventories (device TEXT PRIMARY KEY, names TEXT NOT NULL, seen_at TEXT NOT NULL)"
        " WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TABLE history (position INTEGER PRIMARY KEY, name TEXT NOT NULL, change TEXT NOT NULL,"
        " undone INTEGER NOT NULL)"
    )
    connection.execute("DROP TABLE document")


MIGRATIONS: Mapping[int, Callable[[sqlite3.Connection], None]] = {0: _from_prototype}
"""By the version that each starts from; it ends at the next."""


def migrate(connection: sqlite3.Connection, version: int, wanted: int) -> None:
    """Bring the tables from one version to another, inside the caller's transaction."""
    for step in range(version, wanted):
        MIGRATIONS[step](connection)
    connection.execute(f"PRAGMA user_version = {wanted}")
