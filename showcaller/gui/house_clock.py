"""The house clock: how far the clock on the wall is ahead of this machine's, for this user.

Owns the offset and where it is kept. It is set by a press when a minute of the house clock begins, and moves
what is shown as time of day alone: triggers and countdowns go by the machine's clock.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal

from showcaller.core.clocks import house_offset_at
from showcaller.core.times import Duration, ShowTime

_KEY = "house_clock"


class HouseClock(QObject):
    """See the module's law."""

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        kept = settings.value(_KEY, 0)
        try:
            self._offset = Duration(int(str(kept)))
        except ValueError:
            self._offset = Duration(0)

    @property
    def offset(self) -> Duration:
        """How much the house clock is ahead of the machine's."""
        return self._offset

    def set_at(self, pressed_at: ShowTime) -> Duration:
        """Take it that a minute of the house clock began then, by this machine's real clock."""
        self._take(house_offset_at(pressed_at))
        return self._offset

    def clear(self) -> None:
        """Go by the machine's clock again."""
        self._take(Duration(0))

    def _take(self, offset: Duration) -> None:
        self._offset = offset
        self._settings.setValue(_KEY, int(offset))
        self.changed.emit()
