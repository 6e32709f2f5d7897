"""The hash of the open show, for a run's header: ready when a run begins.

Owns when it is worked on: a few rows at a time while nothing is due. How a show's JSON looks is
`showfile.json_form`'s business.
"""

from __future__ import annotations

from showcaller.core.asrun import hash_of
from showcaller.core.show import Show
from showcaller.engine.scheduler import Scheduler
from showcaller.showfile.json_pieces import JsonPieces

ROWS_AT_ONCE = 20


class ShowHash:
    """See the module's law."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._pieces = JsonPieces()
        self._show: Show | None = None

    def follow(self, show: Show) -> None:
        """Work ahead on another show."""
        self._pieces = JsonPieces()
        self._show = show
        self._scheduler.idle(self._work)

    def of(self, show: Show) -> str:
        """Return the hash of the show as it is now."""
        self._show = None
        return hash_of(self._pieces.of(show))

    def _work(self) -> None:
        if self._show is not None and not self._pieces.make_some(self._show, ROWS_AT_ONCE):
            self._scheduler.idle(self._work)
