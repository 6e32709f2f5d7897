"""Every edit of a show as a `Change`: invertible, field by field, and serialisable.

Owns how a change is made, applied, inverted and read back from the wire or the file. Undo, the Qt
model, the engine and the show file all use the same change. Knows nothing of who made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

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
_CARRIED = {"title", "zone", "on_air", "hard_out", "guard", "panic", "remote", "notes"}


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
        if wanted is None:
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
    """The items of one collection while a change is applied to them."""

    def __init__(self, show: Show, collection: Collection) -> None:
        self.items: list[Any] = list(getattr(show, collection))
        self._places = show.positions if collection == "rundown" else None
        self.order_kept = True

    def place(self, item_id: str) -> int:
        if self._places is not None and self.order_kept:
            place = self._places.get(item_id, -1)
        else:
            place = next((at for at, item in enumerate(self.items) if item.id == item_id), -1)
        if place < 0:
            raise EditError(f"There is no row {item_id} in this show.")
        return place

    def insert(self, item: Item, after_id: str | None) -> None:
        at = 0 if after_id is None else self.place(after_id) + 1
        self.order_kept = False
        self.items.insert(at, item)

    def take(self, item_id: str) -> Item:
        at = self.place(item_id)
        self.order_kept = False
        taken: Item = self.items.pop(at)
        return taken


def apply(show: Show, change: Change) -> Show:
    """Return the show with the change made.

    Raises:
        EditError: The change names an item that is not there.
    """
    touched: dict[Collection, _Items] = {}
    own: dict[str, Any] = {}
    for op in change:
        if isinstance(op, Edited) and op.collection == "show":
            if op.name not in _SHOW_FIELDS:
                raise EditError(f"A show has no field “{op.name}”.")
            own[op.name] = op.after
            continue
        assert op.collection != "show"
        items = touched.get(op.collection)
        if items is None:
            items = touched[op.collection] = _Items(show, op.collection)
        if isinstance(op, Edited):
            at = items.place(op.id)
            items.items[at] = msgspec.structs.replace(items.items[at], **{op.name: op.after})
        elif isinstance(op, Inserted):
            items.insert(op.item, op.after_id)
        elif isinstance(op, Removed):
            items.take(op.item.id)
        else:
            items.insert(items.take(op.id), op.to_after)
    changed = msgspec.structs.replace(
        show, **own, **{name: tuple(items.items) for name, items in touched.items()}
    )
    rows = touched.get("rundown")
    if (rows is None or rows.order_kept) and "positions" in show.__dict__:
        changed.__dict__["positions"] = show.positions
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
    """Return the change that gives an item's fields (or the show's) these values."""
    owner: Any = show if item_id == show.id else find(show, item_id)
    collection: Any = "show" if owner is show else _collection_of(show, item_id)
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


def remove(show: Show, item_ids: Iterable[str]) -> Change:
    """Return the change that takes these items out, from the last to the first."""
    ops: list[Removed] = []
    for item_id in item_ids:
        collection = _collection_of(show, item_id)
        items = getattr(show, collection)
        at = next(place for place, item in enumerate(items) if item.id == item_id)
        ops.append(Removed(collection, items[at], _id_before(items, at)))
    order = {id(op): getattr(show, op.collection).index(op.item) for op in ops}
    return tuple(sorted(ops, key=lambda op: -order[id(op)]))


def move(show: Show, item_ids: Sequence[str], after_id: str | None) -> Change:
    """Return the change that puts these items, in their present order, behind `after_id`."""
    if not item_ids:
        return ()
    collection = _collection_of(show, item_ids[0])
    order = [item.id for item in getattr(show, collection)]
    moving = [item_id for item_id in order if item_id in set(item_ids)]
    while after_id in moving:
        at = order.index(after_id)
        after_id = order[at - 1] if at > 0 else None
    ops: list[Op] = []
    for item_id in moving:
        at = order.index(item_id)
        from_after = order[at - 1] if at > 0 else None
        if from_after != after_id:
            ops.append(Moved(collection, item_id, from_after, after_id))
            order.pop(at)
            order.insert(order.index(after_id) + 1 if after_id is not None else 0, item_id)
        after_id = item_id
    return tuple(ops)


def next_number(show: Show, number: str) -> str:
    """Return a free cue number that reads as following `number`: 24 → 24.1, 51A → 51B."""
    taken = set(show.numbers)
    if number and number[-1].isalpha() and number[-1] not in "Zz":
        candidate = number[:-1] + chr(ord(number[-1]) + 1)
        if candidate not in taken:
            return candidate
    stem, _, tail = number.rpartition(".")
    if stem and tail.isdigit():
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
    if isinstance(row, Segment):
        return msgspec.structs.replace(row, id=new_id())
    actions: tuple[Action, ...] = tuple(
        msgspec.structs.replace(action, id=new_id()) for action in row.actions
    )
    number = next_number(show, row.number) if row.number else ""
    return msgspec.structs.replace(row, id=new_id(), number=number, actions=actions)


def duplicate(show: Show, row_ids: Iterable[str]) -> Change:
    """Return the change that puts a copy of each row behind the last of them."""
    rows = sorted(show.positions[row_id] for row_id in row_ids)
    if not rows:
        return ()
    after_id: str | None = show.rundown[rows[-1]].id
    ops: list[Op] = []
    growing = show
    for place in rows:
        copy = copy_row(growing, show.rundown[place])
        change = (Inserted("rundown", copy, after_id),)
        growing = apply(growing, change)
        ops.extend(change)
        after_id = copy.id
    return tuple(ops)


def diff(before: Show, after: Show) -> Change:
    """Return a change that makes `before` into `after`; their ids must be of one show."""
    ops: list[Op] = [
        Edited("show", before.id, name, getattr(before, name), getattr(after, name))
        for name in sorted(_CARRIED)
        if getattr(before, name) != getattr(after, name)
    ]
    for collection in _ITEM_TYPES:
        ops.extend(_diff_items(collection, getattr(before, collection), getattr(after, collection)))
    return tuple(ops)


def _diff_items(collection: Collection, before: Sequence[Any], after: Sequence[Any]) -> list[Op]:
    ops: list[Op] = []
    wanted: dict[str, Any] = {item.id: item for item in after}
    for at in range(len(before) - 1, -1, -1):
        former = before[at]
        if type(wanted.get(former.id)) is not type(former):
            ops.append(Removed(collection, former, _id_before(before, at)))
    order = [item.id for item in before if type(wanted.get(item.id)) is type(item)]
    known: dict[str, Any] = {item.id: item for item in before if type(wanted.get(item.id)) is type(item)}
    for place, item in enumerate(after):
        after_id = _id_before(after, place)
        old = known.get(item.id)
        if old is None:
            ops.append(Inserted(collection, item, after_id))
            order.insert(place, item.id)
        elif order[place] != item.id:
            at = order.index(item.id)
            ops.append(Moved(collection, item.id, order[at - 1], after_id))
            order.pop(at)
            order.insert(place, item.id)
        if old is not None and old != item:
            ops.extend(
                Edited(collection, item.id, name, getattr(old, name), getattr(item, name))
                for name in _FIELD_TYPES[type(item)]
                if getattr(old, name) != getattr(item, name)
            )
    return ops
