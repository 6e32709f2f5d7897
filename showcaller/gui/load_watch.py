"""Keeps the caller load of the open show right, a little after the last edit and a little at a time.

Owns when it is worked out: never in the turn of an edit or of a key, and in slices so short that none of
them is felt. What is too much to say is `core.caller_load`'s business; the problem list and the strip
under the timeline show it.
"""

from __future__ import annotations

import time
from collections.abc import Generator

from PySide6.QtCore import QObject, QTimer, Signal

from showcaller.core.caller_load import CallerLoad, assess_in_steps, load_problems
from showcaller.core.plan import Plan
from showcaller.core.problems import Problem
from showcaller.core.show import Show
from showcaller.core.times import TimeTextError
from showcaller.gui.document import Document
from showcaller.gui.timetable import Timetable

PAUSE_MS = 150
"""After the last edit: one who types is not followed letter by letter."""
SLICE_NS = 4_000_000


class LoadWatch(QObject):
    """See the module's law."""

    changed = Signal()

    def __init__(self, document: Document, timetable: Timetable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._timetable = document, timetable
        self.load = CallerLoad()
        """What was found last; its segments are those of the plan that it was made of."""
        self.problems: tuple[Problem, ...] = ()
        self._weighed: tuple[Plan, Show] | None = None
        self._asked: tuple[Plan, Show] | None = None
        self._steps: Generator[None, None, CallerLoad] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._begin)
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._go_on)
        document.changed.connect(self._wait)
        timetable.changed.connect(self._wait)

    @property
    def is_busy(self) -> bool:
        """Say whether what is shown is to be worked out again."""
        return self._pause.isActive() or self._turn.isActive()

    def _wait(self, _change: object = None) -> None:
        self._turn.stop()
        self._steps = None
        self._pause.start()

    def _begin(self) -> None:
        show = self._document.show
        try:
            plan = self._timetable.plan
        except TimeTextError:
            # The time zone is unknown, which the checks say.
            return
        if self._weighed is not None and plan is self._weighed[0] and show is self._weighed[1]:
            return
        self._asked = plan, show
        self._steps = assess_in_steps(show, plan, self.load)
        self._turn.start()

    def _go_on(self) -> None:
        """Work for a moment, and let the window have its turn."""
        until = time.monotonic_ns() + SLICE_NS
        while self._steps is not None and time.monotonic_ns() < until:
            try:
                next(self._steps)
            except StopIteration as done:
                self._steps = None
                self._turn.stop()
                self.load, self._weighed = done.value, self._asked
                assert self._asked is not None
                self.problems = tuple(load_problems(self._asked[1], self.load))
                self.changed.emit()
