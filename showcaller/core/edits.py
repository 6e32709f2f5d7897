"""Every edit of a show as a `Change`: invertible, field by field, and serialisable.

Owns how a change is made, applied, inverted and read back from the wire or the file. Undo, the Qt
model, the engine and the show file all use the same change. Knows nothing of who made it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from showcaller.core.orders import rearrange
from showcaller.core.show import (
    Action,
    Cue,
    Department,
    Device,
    Row,
    Segment,
    Show,
    decode_hook,
    new_id,
)

Collection = Literal["rundown", "departments", "devices"]
Item = Row | Department | Device

_ITEM_TYPES: dict[Collection, Any] = {
    "rundown": Row,
    "departments": Department,
    "devices": Device,
}
_FIELD_TYPES: dict[type, dict[str, Any]] = {
    type_: {field.name: field.type for field in msgspec.structs.fields(type_)}
    for type_ in (Show, Segment, Cue, Department, Device)
}
_SHOW_FIELDS = _FIELD_TYPES[Show].keys() - {"id", *_ITEM_TYPES}
_FIXED = {"id", "type"}


class EditError(Exception):
    """A change that does not fit the show it was applied to."""


class Edited(Struct, frozen=True, tag="edited"):
    """One field of one item (or of the show itself) got another value."""

    collection: Collection | Literal["show"]
    id: str
    name: str
    before: Any
    after: Any


class Inserted(Struct, frozen=True, tag="inserted"):
    """An item came in behind `after_id`; None is the very top."""

    collection: Collection
    item: Any
    after_id: str | None


class Removed(Struct, frozen=True, tag="removed"):
    """An item that stood behind `after_id` went."""

    collection: Collection
    item: Any
    after_id: str | None


class Moved(Struct, frozen=True, tag="moved"):
    """An item went from behind one to behind another."""

    collection: Collection
    id: str
    from_after: str | None
    to_after: str | None


Op = Edited | Inserted | Removed | Moved
Change = tuple[Op, ...]


def _typed_op(op: Op) -> Op:
    if isinstance(op, Inserted | Removed):
        item = msgspec.convert(op.item, _ITEM_TYPES[op.collection], dec_hook=decode_hook)
        return msgspec.structs.replace(op, item=item)
    if isinstance(op, Moved):
        return op
    owners = {
        "show": (Show,),
        "rundown": (Cue, Segment),
        "departments": (Department,),
        "devices": (Device,),
    }[op.collection]
    failure: Exception = EditError(f"There is no field “{op.name}” in {op.collection}.")
    for owner in owners:
        wanted = _FIELD_TYPES[owner].get(op.name)
        if wanted is None or op.name in _FIXED:
            continue
        try:
            return msgspec.structs.replace(
                op,
                before=msgspec.convert(op.before, wanted, dec_hook=decode_hook),
                after=msgspec.convert(op.after, wanted, dec_hook=decode_hook),
            )
        except msgspec.ValidationError as error:
            failure = error
    raise EditError(str(failure)) from failure


def typed(change: Iterable[Op]) -> Change:
    """Give a change that came as plain JSON or msgpack values its document types back.

    Raises:
        EditError: A value does not fit its field.
    """
    try:
        return tuple(_typed_op(op) for op in change)
    except msgspec.ValidationError as error:
        raise EditError(str(error)) from error


def invert(change: Change) -> Change:
    """Return the change that takes `change` back."""
    inverse: list[Op] = []
    for op in reversed(change):
        match op:
            case Edited(collection, id_, name, before, after):
                inverse.append(Edited(collection, id_, name, after, before))
            case Inserted(collection, item, after_id):
                inverse.append(Removed(collection, item, after_id))
            case Removed(collection, item, after_id):
                inverse.append(Inserted(collection, item, after_id))
            case Moved(collection, id_, from_after, to_after):
                inverse.append(Moved(collection, id_, to_after, from_after))
    return tuple(inverse)


class _Items:
    """The items of one collection while a change is applied to them.

    Where an item stood before is where the search for it begins, so that an edit of one row in a long
    show looks at one row, and an edit of many does not look through the show for each.
    """

    def __init__(self, show: Show, collection: Collection) -> None:
        self.items: list[Any] = list(getattr(show, collection))
        self._former: Mapping[str, int] = (
            show.positions
            if collection == "rundown"
            else {item.id: place for place, item in enumerate(self.items)}
        )
        self._latter: dict[str, int | None] = {}
        self.order_kept = True

    def place(self, item_id: str) -> int:
        start = self._latter[item_id] if item_id in self._latter else self._former.get(item_id)
        if start is None:
            raise EditError(f"There is nothing with the id {item_id} in this show.")
        items = self.items
        start = min(start, len(items) - 1)
        if items[start].id == item_id:
            return start
        for distance in range(1, len(items)):
            below, above = start + distance, start - distance
            if below < len(items) and items[below].id == item_id:
                return below
            if above >= 0 and items[above].id == item_id:
                return above
        raise EditError(f"There is nothing with the id {item_id} in this show.")

    def change(self, item_id: str, name: str, value: Any) -> None:
        at = self.place(item_id)
        item = self.items[at]
        if name in _FIXED or name not in _FIELD_TYPES[type(item)]:
            raise EditError(f"A {type(item).__name__.lower()} has no field “{name}” that can be edited.")
        self.items[at] = msgspec.structs.replace(item, **{name: value})

    def insert(self, item: Item, after_id: str | None) -> None:
        if self._latter.get(item.id, self._former.get(item.id)) is not None:
            raise EditError(f"There is something with the id {item.id} in this show already.")
        at = 0 if after_id is None else self.place(after_id) + 1
        self.order_kept = False
        self._latter[item.id] = at
        self.items.insert(at, item)

    def take(self, item_id: str) -> Item:
        at = self.place(item_id)
        self.order_kept = False
        self._latter[item_id] = None
        taken: Item = self.items.pop(at)
        return taken


def apply(show: Show, change: Change) -> Show:
    """Return the show with the change made.

    Raises:
        EditError: The change does not fit: an item is missing or there already, a field unknown.
    """
    touched: dict[Collection, _Items] = {}
    own: dict[str, Any] = {}
    renumbered = False
    branched = False
    for op in change:
        if isinstance(op, Edited) and op.collection == "show":
            if op.name not in _SHOW_FIELDS:
                raise EditError(f"A show has no field “{op.name}” that can be edited.")
            own[op.name] = op.after
            continue
        assert op.collection != "show"
        items = touched.get(op.collection)
        if items is None:
            items = touched[op.collection] = _Items(show, op.collection)
        if isinstance(op, Edited):
            items.change(op.id, op.name, op.after)
            renumbered = renumbered or op.name == "number"
            branched = branched or op.name in {"branch", "ending"}
        elif isinstance(op, Inserted):
            items.insert(op.item, op.after_id)
        elif isinstance(op, Removed):
            items.take(op.item.id)
        else:
            items.insert(items.take(op.id), op.to_after)
    changed = msgspec.structs.replace(
        show, **own, **{name: tuple(items.items) for name, items in touched.items()}
    )
    if "standby_groups" in show.__dict__:
        # Out of date now, but it knows the segments that this edit left alone.
        changed.__dict__["standby_groups"] = show.__dict__["standby_groups"]
    rows = touched.get("rundown")
    if rows is None or rows.order_kept:
        stale = {"numbers"} if renumbered else set()
        stale |= {"endings"} if branched else set()
        for name in ("positions", "segment_places", "numbers", "endings"):
            if name in show.__dict__ and name not in stale:
                changed.__dict__[name] = show.__dict__[name]
    return changed


def _collection_of(show: Show, item_id: str) -> Collection:
    if item_id in show.positions:
        return "rundown"
    if show.department(item_id):
        return "departments"
    if show.device(item_id):
        return "devices"
    raise EditError(f"There is nothing with the id {item_id} in this show.")


def find(show: Show, item_id: str) -> Item:
    """Return the row, department or device of that id.

    Raises:
        EditError: There is none.
    """
    row = show.row(item_id) or show.department(item_id) or show.device(item_id)
    if row is None:
        raise EditError(f"There is nothing with the id {item_id} in this show.")
    return row


def edit(show: Show, item_id: str, **values: Any) -> Change:
    """Return the change that gives an item's fields (or the show's) these values.

    Raises:
        EditError: There is no such item, or it has no such field.
    """
    owner: Any = show if item_id == show.id else find(show, item_id)
    collection: Any = "show" if owner is show else _collection_of(show, item_id)
    for name in values:
        if name in _FIXED or name not in (_SHOW_FIELDS if owner is show else _FIELD_TYPES[type(owner)]):
            raise EditError(f"A {type(owner).__name__.lower()} has no field “{name}” that can be edited.")
    return tuple(
        Edited(collection, item_id, name, getattr(owner, name), value)
        for name, value in values.items()
        if getattr(owner, name) != value
    )


def _id_before(items: Sequence[Any], at: int) -> str | None:
    return items[at - 1].id if at > 0 else None


def insert(items: Iterable[Item], after_id: str | None) -> Change:
    """Return the change that puts items in, one behind the other, below `after_id`.

    Departments and devices join their own lists, where None means the top as well.
    """
    ops: list[Op] = []
    for item in items:
        collection: Collection = (
            "departments"
            if isinstance(item, Department)
            else "devices"
            if isinstance(item, Device)
            else "rundown"
        )
        ops.append(Inserted(collection, item, after_id))
        after_id = item.id
    return tuple(ops)


def _places(show: Show, collection: Collection) -> Mapping[str, int]:
    if collection == "rundown":
        return show.positions
    return {item.id: place for place, item in enumerate(getattr(show, collection))}


def remove(show: Show, item_ids: Iterable[str]) -> Change:
    """Return the change that takes these items out, from the last to the first.

    Raises:
        EditError: One of them is not there.
    """
    wanted: dict[Collection, set[str]] = {}
    for item_id in item_ids:
        wanted.setdefault(_collection_of(show, item_id), set()).add(item_id)
    ops: list[Op] = []
    for collection, ids in wanted.items():
        items = getattr(show, collection)
        places = _places(show, collection)
        ops.extend(
            Removed(collection, items[at], _id_before(items, at))
            for at in sorted((places[item_id] for item_id in ids), reverse=True)
        )
    return tuple(ops)


def move(show: Show, item_ids: Sequence[str], after_id: str | None) -> Change:
    """Return the change that puts these items, in their present order, behind `after_id`.

    Raises:
        EditError: The items are not there or not of one collection, or `after_id` is not in it.
    """
    if not item_ids:
        return ()
    collection = _collection_of(show, item_ids[0])
    places = _places(show, collection)
    moving = set(item_ids)
    strange = next((one for one in (*item_ids, after_id) if one is not None and one not in places), None)
    if strange is not None:
        raise EditError(f"{strange} is not in the {collection} of this show.")
    items = getattr(show, collection)
    while after_id in moving:
        after_id = _id_before(items, places[after_id])
    order = [item.id for item in items]
    rest = [item_id for item_id in order if item_id not in moving]
    at = 0 if after_id is None else rest.index(after_id) + 1
    group = sorted(moving, key=places.__getitem__)
    steps = rearrange(order, [*rest[:at], *group, *rest[at:]])
    return tuple(Moved(collection, step.id, step.from_after, step.to_after) for step in steps)


def next_number(show: Show, number: str) -> str:
    """Return a free cue number that reads as following `number`: 24 → 24.1, 51A → 51B."""
    return _free_number(number, show.numbers)


def _free_number(number: str, taken: Container[str]) -> str:
    if re.search(r"[0-9][A-Ya-y]$", number):
        candidate = number[:-1] + chr(ord(number[-1]) + 1)
        if candidate not in taken:
            return candidate
    stem, _, tail = number.rpartition(".")
    if stem and tail.isdecimal() and len(tail) < 10:
        base, count = stem, int(tail)
    else:
        base, count = number or "1", 0
        if not number and base not in taken:
            return base
    while True:
        count += 1
        candidate = f"{base}.{count}"
        if candidate not in taken:
            return candidate


def copy_row(show: Show, row: Row) -> Row:
    """Return a copy of a row with ids of its own and, for a cue, a free number."""
    return _copied(row, show.numbers)


def _copied(row: Row, taken: Container[str]) -> Row:
    if isinstance(row, Segment):
        return msgspec.structs.replace(row, id=new_id())
    actions: tuple[Action, ...] = tuple(
        msgspec.structs.replace(action, id=new_id()) for action in row.actions
    )
    number = _free_number(row.number, taken) if row.number else ""
    return msgspec.structs.replace(row, id=new_id(), number=number, actions=actions)


def duplicate(show: Show, row_ids: Iterable[str]) -> Change:
    """Return the change that puts a copy of each row behind the last of them.

    Raises:
        EditError: One of them is not there.
    """
    ids = set(row_ids)
    strange = next((row_id for row_id in ids if row_id not in show.positions), None)
    if strange is not None:
        raise EditError(f"There is no row {strange} in this show.")
    places = sorted(show.positions[row_id] for row_id in ids)
    if not places:
        return ()
    taken = set(show.numbers)
    copies: list[Row] = []
    for place in places:
        copy = _copied(show.rundown[place], taken)
        copies.append(copy)
        if isinstance(copy, Cue):
            taken.add(copy.number)
    return insert(copies, show.rundown[places[-1]].id)


def diff(before: Show, after: Show) -> Change:
    """Return a change that makes `before` into `after`; their ids must be of one show.

    It moves as few rows as can be, so that a rundown read in again shows what really changed.
    """
    ops: list[Op] = [
        Edited("show", before.id, name, getattr(before, name), getattr(after, name))
        for name in sorted(_SHOW_FIELDS)
        if getattr(before, name) != getattr(after, name)
    ]
    for collection in _ITEM_TYPES:
        ops.extend(_diff_items(collection, getattr(before, collection), getattr(after, collection)))
    return tuple(ops)


def _diff_items(collection: Collection, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Op]:
    wanted: dict[str, Any] = {item.id: item for item in after}
    kept: list[Any] = []
    for at in range(len(before) - 1, -1, -1):
        former = before[at]
        if type(wanted.get(former.id)) is type(former):
            kept.append(former)
        else:
            yield Removed(collection, former, _id_before(before, at))
    kept.reverse()
    for step in rearrange([item.id for item in kept], [item.id for item in after]):
        if step.new:
            yield Inserted(collection, wanted[step.id], step.to_after)
        else:
            yield Moved(collection, step.id, step.from_after, step.to_after)
    for old in kept:
        item = wanted[old.id]
        if item != old:
            for name in _FIELD_TYPES[type(item)]:
                if getattr(old, name) != getattr(item, name):
                    yield Edited(collection, item.id, name, getattr(old, name), getattr(item, name))
