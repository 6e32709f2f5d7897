"""The tables of a show file, version 1, and what stands in their columns.

Owns the SQL of making and reading them. Items are JSON, so that a person with no Showcaller can read
them and a migration can be written in SQL. Knows no thread and no lock. Called by the reader, by
`rows` and by whoever makes a new file.

Order is an integer `rank` with wide gaps, not a link to the row above: rows then stream in order while
they are read, an insertion writes one row, and a damaged row does not unhang those below it. Where a
gap is used up, the ranks of its nearest neighbours are spread again (`rows`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import msgspec

from showcaller.core.edits import Change, Collection, Op, typed
from showcaller.core.history import History, Step
from showcaller.core.show import Department, Device, Row, Show, decode_hook, encode_hook
from showcaller.showfile.inventories import Inventories, SeenInventory
from showcaller.showfile.sqlite import APPLICATION_ID

VERSION = 1
"""Version of the tables, in `user_version`."""

GAP = 2**32
"""Between the ranks of two rows that were written one behind the other."""

COLLECTIONS: tuple[Collection, ...] = ("departments", "devices", "rundown")

_TABLES = (
    "CREATE TABLE state (revision INTEGER NOT NULL)",
    "CREATE TABLE show (field TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    *(
        statement
        for name in COLLECTIONS
        for statement in (
            f"CREATE TABLE {name} (id TEXT NOT NULL UNIQUE, rank INTEGER NOT NULL, body TEXT NOT NULL)",
            f"CREATE INDEX {name}_by_rank ON {name} (rank)",
        )
    ),
    """CREATE TABLE inventories
       (device TEXT PRIMARY KEY, names TEXT NOT NULL, seen_at TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE history
       (position INTEGER PRIMARY KEY, name TEXT NOT NULL, change TEXT NOT NULL, undone INTEGER NOT NULL)""",
)

FIELDS = {field.name: field.type for field in msgspec.structs.fields(Show) if field.name not in COLLECTIONS}
_DECODERS: dict[Collection, Any] = {
    "departments": msgspec.json.Decoder(Department, dec_hook=decode_hook),
    "devices": msgspec.json.Decoder(Device, dec_hook=decode_hook),
    "rundown": msgspec.json.Decoder(Row, dec_hook=decode_hook),
}
_ENCODER = msgspec.json.Encoder(enc_hook=encode_hook)
_OPS = msgspec.json.Decoder(tuple[Op, ...])


def to_text(value: Any) -> str:
    """Return a value of the document as the text of a column."""
    return _ENCODER.encode(value).decode()


def read_item(collection: Collection, body: str) -> Any:
    """Return the row, department or device of a `body`.

    Raises:
        msgspec.ValidationError: It is none.
    """
    return _DECODERS[collection].decode(body)


def read_change(text: str) -> Change:
    """Return the change of a step.

    Raises:
        msgspec.ValidationError: It is none.
        EditError: A value in it does not fit its field.
    """
    return typed(_OPS.decode(text))


def _readable_text(collection: Collection, item: Any) -> str:
    """Return the text of an item, sure that it can be read again: JSON has no word for “not a number”."""
    body = to_text(item)
    read_item(collection, body)
    return body


def lay_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of this version in an empty file, inside the caller's transaction."""
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def write_whole(
    connection: sqlite3.Connection, show: Show, inventories: Inventories, history: History, revision: int
) -> None:
    """Write a whole show into empty tables, inside the caller's transaction."""
    connection.execute("INSERT INTO state VALUES (?)", (revision,))
    connection.executemany(
        "INSERT INTO show VALUES (?, ?)", ((name, to_text(getattr(show, name))) for name in FIELDS)
    )
    for collection in COLLECTIONS:
        connection.executemany(
            f"INSERT INTO {collection} VALUES (?, ?, ?)",  # noqa: S608
            (
                (item.id, place * GAP, _readable_text(collection, item))
                for place, item in enumerate(getattr(show, collection))
            ),
        )
    write_inventories(connection, inventories)
    put_steps(connection, numbered(history))


def write_inventories(connection: sqlite3.Connection, inventories: Inventories) -> None:
    """Write what devices told, each in the place of what it told before."""
    connection.executemany(
        "INSERT OR REPLACE INTO inventories VALUES (?, ?, ?)",
        (
            (device_id, to_text(seen.names), msgspec.to_builtins(seen.seen_at))
            for device_id, seen in inventories.items()
        ),
    )


Numbered = tuple[int, Step, bool]
"""A step, its number since the show's first, and whether it was taken back."""


def numbered(history: History) -> list[Numbered]:
    """Return the steps of a history in the order in which they were made."""
    steps = (*history.past, *reversed(history.future))
    made = len(history.past)
    return [(history.first + at, step, at >= made) for at, step in enumerate(steps)]


def put_steps(connection: sqlite3.Connection, steps: Iterable[Numbered]) -> None:
    """Write steps, each in the place of the one with its number."""
    connection.executemany(
        "INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)",
        ((number, step.name, to_text(step.change), int(undone)) for number, step, undone in steps),
    )


def read_frame(connection: sqlite3.Connection) -> Show:
    """Return the show without its rows.

    Raises:
        msgspec.ValidationError: A value in it is none.
    """
    values: dict[str, Any] = {}
    for name, text in connection.execute("SELECT field, value FROM show"):
        values[name] = msgspec.json.decode(text, type=FIELDS[name], dec_hook=decode_hook)
    for collection in ("departments", "devices"):
        bodies = connection.execute(f"SELECT body FROM {collection} ORDER BY rank")  # noqa: S608
        values[collection] = tuple(read_item(collection, body) for (body,) in bodies)
    return Show(**values)


def read_inventories(connection: sqlite3.Connection) -> Inventories:
    """Return what devices told.

    Raises:
        msgspec.ValidationError: A value in it is none.
    """
    rows = connection.execute("SELECT device, names, seen_at FROM inventories")
    return {
        device_id: msgspec.convert({"names": msgspec.json.decode(names), "seen_at": seen_at}, SeenInventory)
        for device_id, names, seen_at in rows
    }


def read_history(connection: sqlite3.Connection) -> History:
    """Return the steps made and taken back.

    Raises:
        msgspec.ValidationError: A step is none.
        EditError: A step does not fit the document's fields.
    """
    rows = connection.execute(
        "SELECT position, name, change, undone FROM history ORDER BY position"
    ).fetchall()
    steps = [(Step(name, read_change(change)), undone) for _, name, change, undone in rows]
    return History(
        past=tuple(step for step, undone in steps if not undone),
        future=tuple(step for step, undone in reversed(steps) if undone),
        first=rows[0][0] if rows else 0,
    )
