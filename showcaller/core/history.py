"""Undo and redo of the document, as a value.

Owns the named steps that were made and taken back, and when typing merges into one step. Knows no
show: a step holds its `Change`, and whoever undoes applies what he is handed. The GUI keeps one
history beside the show, the show file stores it over restarts. Playback has none of this (rule 13).
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from showcaller.core.edits import Change, Edited, Op, invert

STEPS_KEPT = 1000


class Step(Struct, frozen=True):
    """One thing that the operator did, by the name that the menu gives it."""

    name: str
    change: Change
    merge_key: str | None = None
    """What was typed into; a further edit with the same key joins this step."""


class History(Struct, frozen=True, kw_only=True):
    """The steps made and the steps taken back."""

    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()
    """Taken back; the next to redo is the last."""
    first: int = 0
    """Number of the oldest step in `past`, counted from the show's first; older ones were let go."""

    @property
    def undo_name(self) -> str | None:
        """Name of the step that `undo` takes back, or None."""
        return self.past[-1].name if self.past else None

    @property
    def redo_name(self) -> str | None:
        """Name of the step that `redo` makes again, or None."""
        return self.future[-1].name if self.future else None

    def record(self, name: str, change: Change, merge_key: str | None = None) -> History:
        """Return the history with a step that was just made; what was taken back is let go.

        With a `merge_key` equal to that of the newest step the two become one, under the newest name;
        typing that ends where it began leaves no step. An empty change is no step.
        """
        if not change:
            return self
        past = self.past
        if merge_key is not None and past and not self.future and past[-1].merge_key == merge_key:
            past, change = past[:-1], _joined(past[-1].change, change)
            if not change:
                return History(past=past, first=self.first)
        past = (*past, Step(name, change, merge_key))
        spare = max(0, len(past) - STEPS_KEPT)
        return History(past=past[spare:], first=self.first + spare)

    def seal(self) -> History:
        """Return the history with its newest step closed: nothing typed later joins it."""
        if not self.past or self.past[-1].merge_key is None:
            return self
        newest = msgspec.structs.replace(self.past[-1], merge_key=None)
        return msgspec.structs.replace(self, past=(*self.past[:-1], newest))

    def undo(self) -> tuple[History, Change]:
        """Return the history one step back and the change that takes that step back.

        With nothing to undo, the same history and an empty change.
        """
        if not self.past:
            return self, ()
        step = self.past[-1]
        sealed = msgspec.structs.replace(step, merge_key=None) if step.merge_key is not None else step
        after = History(past=self.past[:-1], future=(*self.future, sealed), first=self.first)
        return after.seal(), invert(step.change)

    def redo(self) -> tuple[History, Change]:
        """Return the history one step on and the change that makes that step again.

        With nothing to redo, the same history and an empty change.
        """
        if not self.future:
            return self, ()
        step = self.future[-1]
        return History(past=(*self.past, step), future=self.future[:-1], first=self.first), step.change


def _joined(first: Change, second: Change) -> Change:
    """Return both changes as one; of edits of the same field only the ends remain."""
    if not all(isinstance(op, Edited) for op in (*first, *second)):
        return (*first, *second)
    ends: dict[tuple[str, str, str], Edited] = {}
    for op in (*first, *second):
        assert isinstance(op, Edited)
        key = (op.collection, op.id, op.name)
        earlier = ends.get(key)
        ends[key] = op if earlier is None else msgspec.structs.replace(earlier, after=op.after)
    joined: list[Op] = [op for op in ends.values() if op.before != op.after]
    return tuple(joined)
