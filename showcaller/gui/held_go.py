"""GO by letting go: the standby is spoken while the key is held, and the cue fires when it comes up.

Owns the press that is being held: which cue it stood by, and whether the key really came up or only
repeats itself. Knows no key: `go_key` tells what happens to it.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QWindow

from showcaller.core import events as ev
from showcaller.core.times import Instant, ShowTime
from showcaller.gui.client import Client

SETTLE_MS = 20
"""A key that is not down again after so long did come up: auto-repeat releases and presses at one time."""
_NOW = ShowTime(0)
"""The engine sets an event's time."""


class HeldGo(QObject):
    """See the module's law."""

    def __init__(self, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._cue: str | None = None
        self._spoke = False
        """The standby was spoken by this press; within a group an earlier one has spoken it."""
        self._window: QWindow | None = None
        self._released_at = Instant(0)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLE_MS)
        self._settled.timeout.connect(self._go)

    @property
    def is_down(self) -> bool:
        """Say whether the key is held."""
        return self._cue is not None

    def press(self, pressed_at: Instant) -> None:
        """Stand the standby by, and keep it until the key comes up."""
        snapshot = self._client.snapshot
        self._cue = snapshot.standby
        self._window = QGuiApplication.focusWindow()
        self._spoke = snapshot.step != "go"
        if self._spoke:
            self._client.go("key", pressed_at)

    def repeat(self) -> None:
        """The key is down still: what came up was its auto-repeat."""
        self._settled.stop()

    def release(self, age_ms: int) -> None:
        """The key came up, so long ago; give GO unless it is down again at once."""
        self._released_at = Instant(time.monotonic_ns() - age_ms * 1_000_000)
        self._settled.start()

    def take_back(self) -> None:
        """Let the release not be a GO, and the standby not be spoken, where this press spoke it."""
        if self.is_down:
            self._settled.stop()
            self._cue = None
            if self._spoke:
                self._client.do(ev.StandBy(_NOW, False))

    def look_at_focus(self, *, elsewhere: bool) -> None:
        """Take it back when the keyboard went to another window or program."""
        if self.is_down and (elsewhere or QGuiApplication.focusWindow() is not self._window):
            self.take_back()

    def _go(self) -> None:
        cue, self._cue = self._cue, None
        self._client.go("key", self._released_at, held=cue)
