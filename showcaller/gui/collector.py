"""Keeps Python's garbage collector from stopping the window.

Owns when it looks at what. A show of 10,000 cues is a hundred thousand objects that live as long as it is
open; looking through all of them takes 40 to 100 ms, in which no key is heard, and Python would do it again
and again. They are looked at once, when the window stands, and then never until another show is opened; what
comes after that is young, few, and looked at as usual. Knows no show.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

YOUNG, YOUNG_TURNS, OLD_TURNS = 10_000, 20, 1_000_000
"""Of what is new so much is let grow, so many times, before it is looked at; the rest only when told."""
SETTLE_MS = 3000
"""After an opening: what opening began is over, and nobody has begun to work."""
TIDY_MS = 300_000


def calm() -> None:
    """Collect nothing while the window is built and a show is read: all of that stays."""
    gc.disable()


def settle(*, anew: bool = False) -> None:
    """Look at everything that came since the last time once, and not again.

    Args:
        anew: At what was looked at before, too: another show was opened, and the last one may go.
    """
    if anew:
        gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, YOUNG_TURNS, OLD_TURNS)
    gc.enable()


class Collector(QObject):
    """Settles some time after a show was opened, and in EDIT now and then."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._may_tidy = True
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(lambda: settle(anew=True))
        self._tidying = QTimer(self)
        self._tidying.setInterval(TIDY_MS)
        self._tidying.timeout.connect(self._tidy)
        self._tidying.start()

    def open(self) -> None:
        """A show was opened."""
        calm()
        self._settling.start()

    def take_mode(self, mode: str) -> None:
        """Tidy in EDIT only: in a run nothing may stop the window."""
        self._may_tidy = mode == "edit"

    def _tidy(self) -> None:
        if self._may_tidy and not self._settling.isActive():
            settle()
