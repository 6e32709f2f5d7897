"""Which rows are selected: one answer for all panels.

Owns ids only. Knows neither the show nor a widget; the rundown, the timeline, the problem list and the
menus set it, and whoever shows or edits rows listens. Selecting never moves the standby.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """The selected rows, in the order they were given, and the one the keyboard is on."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: tuple[str, ...] = ()
        self._current: str | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the selected rows."""
        return self._ids

    @property
    def current(self) -> str | None:
        """Id of the row that the keyboard is on, or None."""
        return self._current

    def select(self, ids: Sequence[str], current: str | None = None) -> None:
        """Select these rows; without `current` the keyboard goes to the last of them."""
        chosen = tuple(ids)
        if current is None and chosen:
            current = self._current if self._current in chosen else chosen[-1]
        if (chosen, current) == (self._ids, self._current):
            return
        self._ids, self._current = chosen, current
        self.changed.emit()
