"""The open show in the window: its value, its history, its revision, and where it is kept.

Owns every edit: all panels hand their `Change` in here and listen to `changed`. Knows no widget, no
socket and no SQL: a `Keeper` brings each numbered change to disk in its own thread, and `handover`
brings it to the engine. Playback is not in here (Ctrl+Z never touches it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import msgspec
from PySide6.QtCore import QObject, Signal

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.drop_in import is_drop_in
from showcaller.core.edits import Change, Edited, Inserted, Removed
from showcaller.core.history import History
from showcaller.core.problems import Problem
from showcaller.core.show import Show, new_id
from showcaller.core.times import TimeTextError, load_zone

LIVE_FIELDS = frozenset({"notes", "duration"})
"""What may be edited in LIVE of any row; everything else is locked or a playback event."""

Names = Mapping[str, tuple[str, ...]]


class Keeper(Protocol):
    """Whoever brings changes to disk, in order, one transaction each."""

    def keep(self, revision: int, name: str, change: Change, history: History) -> None:
        """Queue a change; returns at once."""

    def keep_inventory(self, device: str, names: Names, seen_at: int) -> None:
        """Queue names that were read from a device."""


class Document(QObject):
    """The one open show. `changed` comes after `show` has its new value; `()`: another show was opened."""

    changed = Signal(object)
    saved_changed = Signal()
    problems_changed = Signal()
    history_changed = Signal()
    inventories_changed = Signal()
    mode_changed = Signal()
    """What `can_edit` says may be otherwise now."""
    edited = Signal(int, str, object)
    """Revision, name and change of an edit made here, for the engine."""
    refused = Signal(str)
    """Why an edit was not made."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show = Show(id=new_id())
        self._path = Path()
        self._history = History()
        self._inventories: dict[str, Names] = {}
        self._seen_at: dict[str, int] = {}
        self._keeper: Keeper | None = None
        self.revision = 0
        self.read_only = False
        self.mode: ev.Mode = "edit"
        self._dropped_in: frozenset[str] = frozenset()
        """Ids of the rows of unplanned items, which LIVE lets come and go again."""
        self.unlocked: str | None = None
        """In LIVE, id of the one cue that may be edited whole."""
        self.saved_text = ""
        self.unsaved = False
        self.problems: tuple[Problem, ...] = ()

    @property
    def show(self) -> Show:
        """The show as it is now."""
        return self._show

    @property
    def path(self) -> Path:
        """Where the show file lies."""
        return self._path

    @property
    def history(self) -> History:
        """What can be undone and redone."""
        return self._history

    @property
    def inventories(self) -> Mapping[str, Names]:
        """Names last read from each device, by device id."""
        return self._inventories

    def inventory_seen_at(self, device_id: str) -> int | None:
        """Return when a device's names were read (UTC nanoseconds), or None."""
        return self._seen_at.get(device_id)

    def open(
        self,
        show: Show,
        path: Path,
        *,
        revision: int = 0,
        history: History | None = None,
        inventories: Mapping[str, Names] | None = None,
        seen_at: Mapping[str, int] | None = None,
        keeper: Keeper | None = None,
        read_only: bool = False,
    ) -> None:
        """Put another show in place of the open one."""
        self._show, self._path, self.revision = show, path, revision
        self._history = history or History()
        self._inventories = dict(inventories or {})
        self._seen_at = dict(seen_at or {})
        self._keeper, self.read_only = keeper, read_only
        self.unlocked = None
        self._dropped_in = frozenset()
        self.changed.emit(())
        self.history_changed.emit()
        self.inventories_changed.emit()
        self.saved_changed.emit()

    def can_edit(self, row_id: str | None, field: str) -> bool:
        """Say whether a field may be edited in this mode; `row_id` None means the show itself."""
        if self.read_only:
            return False
        if self.mode != "live":
            return True
        if row_id is not None and row_id == self.unlocked:
            return True
        return field in LIVE_FIELDS

    def edit(self, name: str, change: Change, merge_key: str | None = None) -> None:
        """Make a change as one undo step; `name` is what the menu shows (“Move LX 24”).

        A change that this mode locks, or that does not fit the show, is refused in words.
        """
        if not change or not self._may(change):
            return
        self._make(name, change, merge_key)

    def drop_in(self, name: str, change: Change) -> bool:
        """Put one unplanned item into the rundown, in LIVE too; return whether it was done.

        Raises:
            ValueError: The change is more than that.
        """
        if not is_drop_in(change):
            raise ValueError(name)
        self._dropped_in |= {op.item.id for op in change if isinstance(op, Inserted)}
        return self._may(change) and self._make(name, change)

    def _make(self, name: str, change: Change, merge_key: str | None = None) -> bool:
        if not self._apply(name, change):
            return False
        self._history = self._history.record(name, change, merge_key)
        self._send_on(name, change)
        return True

    def undo(self) -> None:
        """Take the newest step back."""
        self._step(self._history.undo_name, *self._history.undo(), self.tr("Undo {name}"))

    def redo(self) -> None:
        """Make the step again that was taken back last."""
        self._step(self._history.redo_name, *self._history.redo(), self.tr("Redo {name}"))

    def _step(self, name: str | None, history: History, change: Change, wording: str) -> None:
        if name is None or not self._may(change):
            return
        title = wording.format(name=name)
        if not change or self._apply(title, change):
            self._history = history
            self._send_on(title, change)

    def take(self, revision: int, name: str, change: Change) -> None:
        """Commit a change that the engine has and the file did not: the window died before it was saved."""
        if revision <= self.revision:
            return
        if self._apply(name, change):
            self.revision = revision - 1
            self._history = self._history.record(name, change)
            self._keep(name, change)

    def take_inventory(self, device: str, names: Names, seen_at: int) -> None:
        """Take the names that a device reported."""
        self._seen_at[device] = seen_at
        if self._inventories.get(device) != names:
            self._inventories[device] = names
            self.inventories_changed.emit()
        if self._keeper is not None and not self.read_only:
            self._keeper.keep_inventory(device, names, seen_at)

    def show_saved(self, text: str, *, unsaved: bool) -> None:
        """Say in the status line how the file stands."""
        if (text, unsaved) != (self.saved_text, self.unsaved):
            self.saved_text, self.unsaved = text, unsaved
            self.saved_changed.emit()

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Take what the checks found."""
        found = tuple(problems)
        if found != self.problems:
            self.problems = found
            self.problems_changed.emit()

    def _may(self, change: Change) -> bool:
        if self.read_only:
            self.refused.emit(self.tr("This window only watches: the show is open for editing elsewhere."))
            return False
        was_dropped_in = is_drop_in(change) and all(
            isinstance(op, Inserted | Removed) and op.item.id in self._dropped_in for op in change
        )
        for op in change:
            if self.mode != "live" or was_dropped_in:
                break
            if not (isinstance(op, Edited) and self.can_edit(op.id, op.name)):
                self.refused.emit(
                    self.tr("LIVE: only notes and durations can be edited. Unlock a cue, or leave LIVE.")
                )
                return False
        return True

    def _apply(self, name: str, change: Change) -> bool:
        try:
            show = edits.apply(self._show, change)
            if show.zone != self._show.zone:
                load_zone(show.zone)
            self._show = show
        except (edits.EditError, msgspec.ValidationError, TimeTextError) as error:
            self.refused.emit(self.tr("“{name}” was not done: {reason}").format(name=name, reason=error))
            return False
        return True

    def take_back(self, revision: int, name: str, change: Change) -> None:
        """Undo an edit that the engine did not take, if nothing was edited after it."""
        if revision == self.revision and self._apply(name, edits.invert(change)):
            self._history = self._history.undo()[0]
            self._history = msgspec.structs.replace(self._history, future=())
            self._keep(name, edits.invert(change))

    def _send_on(self, name: str, change: Change) -> None:
        """The engine comes first: what it has and the file has not is found again, not the reverse."""
        self.edited.emit(self.revision + 1, name, change)
        self._keep(name, change)

    def _keep(self, name: str, change: Change) -> None:
        self.revision += 1
        if self._keeper is not None:
            self._keeper.keep(self.revision, name, change, self._history)
        self.changed.emit(change)
        self.history_changed.emit()
