"""A change written into the tables: each op touches the rows it names and no other.

Owns ranks. Knows no thread and no transaction: the writer has begun one. An op that does not fit what
the file holds raises, and the writer takes the transaction back.
"""

from __future__ import annotations

import sqlite3
from typing import assert_never

import msgspec

from showcaller.core.edits import Change, Collection, Edited, EditError, Inserted, Moved, Op, Removed
from showcaller.showfile.schema import FIELDS, GAP, read_item, to_text

STEP = 2**20
"""How far below the row above a row is put where there is room: many rows typed one behind the other
use up a gap 2**12 times slower than halving it would."""


def write_change(connection: sqlite3.Connection, change: Change) -> None:
    """Write a change.

    Raises:
        EditError: It does not fit what the file holds.
        sqlite3.Error: The file did not take it.
    """
    for op in change:
        _write_op(connection, op)


def _write_op(connection: sqlite3.Connection, op: Op) -> None:
    match op:
        case Edited("show", _, name, _, after):
            if name not in FIELDS:
                raise EditError(f"A show has no field “{name}” that can be edited.")
            connection.execute("INSERT OR REPLACE INTO show VALUES (?, ?)", (name, to_text(after)))
        case Edited():
            _edit(connection, op)
        case Inserted(collection, item, after_id):
            rank = _free_rank(connection, collection, after_id)
            try:
                connection.execute(
                    f"INSERT INTO {collection} VALUES (?, ?, ?)",  # noqa: S608
                    (item.id, rank, to_text(item)),
                )
            except sqlite3.IntegrityError as error:
                raise EditError(f"There is something with the id {item.id} in the file already.") from error
        case Removed(collection, item, _):
            taken = connection.execute(f"DELETE FROM {collection} WHERE id = ?", (item.id,))  # noqa: S608
            _found(taken.rowcount, item.id)
        case Moved(collection, item_id, _, to_after):
            rank = _free_rank(connection, collection, to_after)
            moved = connection.execute(
                f"UPDATE {collection} SET rank = ? WHERE id = ?",  # noqa: S608
                (rank, item_id),
            )
            _found(moved.rowcount, item_id)
        case _:
            assert_never(op)


def _found(count: int, item_id: str) -> None:
    if count != 1:
        raise EditError(f"There is nothing with the id {item_id} in the file.")


def _edit(connection: sqlite3.Connection, op: Edited) -> None:
    assert op.collection != "show"
    found = connection.execute(
        f"SELECT body FROM {op.collection} WHERE id = ?",  # noqa: S608
        (op.id,),
    ).fetchone()
    _found(1 if found else 0, op.id)
    item = msgspec.structs.replace(read_item(op.collection, found[0]), **{op.name: op.after})
    connection.execute(
        f"UPDATE {op.collection} SET body = ? WHERE id = ?",  # noqa: S608
        (to_text(item), op.id),
    )


def _free_rank(connection: sqlite3.Connection, collection: Collection, after_id: str | None) -> int:
    if after_id is None:
        (top,) = connection.execute(f"SELECT min(rank) FROM {collection}").fetchone()  # noqa: S608
        return 0 if top is None else int(top) - GAP
    found = connection.execute(
        f"SELECT rank FROM {collection} WHERE id = ?",  # noqa: S608
        (after_id,),
    ).fetchone()
    _found(1 if found else 0, after_id)
    above = int(found[0])
    below = _rank_below(connection, collection, above)
    if below is not None and below - above < 2:
        _make_room(connection, collection, above)
        below = _rank_below(connection, collection, above)
    return above + GAP if below is None else above + min((below - above) // 2, STEP)


def _rank_below(connection: sqlite3.Connection, collection: Collection, rank: int) -> int | None:
    found = connection.execute(
        f"SELECT min(rank) FROM {collection} WHERE rank > ?",  # noqa: S608
        (rank,),
    ).fetchone()[0]
    return None if found is None else int(found)


def _make_room(connection: sqlite3.Connection, collection: Collection, above: int) -> None:
    """Spread the ranks of the fewest rows below `above` that leaves room between all of them."""
    count = 32
    while True:
        rows = connection.execute(
            f"SELECT id, rank FROM {collection} WHERE rank > ? ORDER BY rank LIMIT ?",  # noqa: S608
            (above, count + 1),
        ).fetchall()
        at_end = len(rows) <= count
        gap = GAP if at_end else (rows[-1][1] - above) // (count + 1)
        if gap > STEP:
            break
        count *= 4
    spread = rows if at_end else rows[:-1]
    connection.executemany(
        f"UPDATE {collection} SET rank = ? WHERE id = ?",  # noqa: S608
        [(above + gap * place, item_id) for place, (item_id, _) in enumerate(spread, 1)],
    )
