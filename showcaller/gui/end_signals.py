"""SIGTERM and SIGINT: the system, or a terminal, tells the window to end.

Owns those two signals. Python runs a handler only when it runs at all, and a window waits in Qt: each signal
therefore writes into a socket that Qt watches. What ending means is its owner's business.
"""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier


class EndSignals(QObject):
    """Calls `end` in the window's thread when this process is told to end."""

    def __init__(self, end: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._end = end
        self._inner, self._outer = socket.socketpair()
        for one in (self._inner, self._outer):
            one.setblocking(False)
        self._before = signal.set_wakeup_fd(self._outer.fileno(), warn_on_full_buffer=False)
        self._handlers = {
            number: signal.signal(number, self._take) for number in (signal.SIGTERM, signal.SIGINT)
        }
        self._notifier = QSocketNotifier(self._inner.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        """Stay alive: the byte in the socket does the rest."""

    def _hear(self) -> None:
        numbers = b""
        with contextlib.suppress(BlockingIOError):
            numbers = self._inner.recv(64)
        # Every signal that Python handles comes here, those of others too.
        if any(number in self._handlers for number in numbers):
            self._end()

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._before)
        self._inner.close()
        self._outer.close()
