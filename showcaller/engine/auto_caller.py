"""The caller that needs nobody (`--auto`): calls the standby cue at its planned place.

Owns the one call that waits for that place. The conductor says when to look again, and gives the GO.
Never refused by the double-GO guard, and silent while the show is held, stopped or unconfirmed.
"""

from __future__ import annotations

from collections.abc import Callable

from showcaller.core.position import Playback
from showcaller.core.schedule import Plan, planned_call
from showcaller.core.show import Show
from showcaller.engine.clock import ShowClock
from showcaller.engine.scheduler import DueCall, Scheduler


class AutoCaller:
    """See the module's law.

    Args:
        scheduler: The engine's loop.
        call: Gives the GO for the standby that it names.
    """

    def __init__(self, scheduler: Scheduler, call: Callable[[str], None]) -> None:
        self.is_on = False
        self._scheduler = scheduler
        self._call = call
        self._due: DueCall | None = None
        self._left: str | None = None
        """A standby that somebody went back to: it is theirs to call."""

    def leave(self, standby: str | None) -> None:
        """Do not call this standby, whose call was taken back: that would undo the oops at once."""
        self._left = standby
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def look(self, state: Playback, show: Show | None, plan: Plan | None, clock: ShowClock) -> None:
        """Wait for the planned place of the cue that stands by now, in place of what was waited for."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        standby = state.standby
        if standby != self._left:
            self._left = None
        if not self.is_on or show is None or plan is None or state.mode == "edit" or standby is None:
            return
        if state.held_at is not None or state.stopped or state.unconfirmed or standby == self._left:
            return
        planned = planned_call(plan, show.positions[standby])
        instant = clock.instant_of(planned) if planned is not None else None
        if instant is not None:
            self._due = self._scheduler.at(instant, lambda: self._call(standby))
