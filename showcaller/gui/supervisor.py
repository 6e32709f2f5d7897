"""Starts the engine, watches it, and starts it again: one engine per show, never two starts at once.

Owns the process and its intent (`run` or `stop`), which is set before anything is done. The client owns
the connection; the supervisor only brings it a connected socket. The engine survives this process: it
stands in a session of its own and is found again by the file that it writes when it listens. Nothing here
blocks the window: all waiting is a timer.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal

from showcaller.core import messages
from showcaller.gui.client import Client
from showcaller.gui.engine_start import EarlyEngine, engine_command, start_engine
from showcaller.showfile.errors import PlaceError
from showcaller.showfile.places import runtime_folder

_log = logging.getLogger(__name__)

SHORT_LIFE = 30.0
"""Seconds; an engine that ends sooner had a short life."""
SHORT_LIVES = 5
"""After so many short lives in a row it is not started again by itself."""
LOOK_EVERY = 40
"""Milliseconds between two looks for the engine's file."""
PATIENCE = 20.0
"""Seconds that an engine gets to listen."""
_PAUSES = (0, 100, 300, 1000, 2000)
"""Milliseconds before each start after short lives."""
ALREADY_THERE = 3
"""Exit code of an engine that found another one for the same show."""

State = Literal["stopped", "starting", "running", "failed"]


class Address(Struct, frozen=True):
    """What the engine writes into its file when it listens."""

    pid: int
    token: str
    protocol: int
    socket: str = ""
    port: int = 0


class Supervisor(QObject):
    """Keeps the engine of one show running as long as it is wanted."""

    state_changed = Signal()
    noticed = Signal(str, str)

    def __init__(
        self,
        client: Client,
        command: Sequence[str] | None = None,
        folder: Path | None = None,
        parent: QObject | None = None,
        *,
        auto: bool = False,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._auto = auto
        self._command = command
        self._folder = folder
        self._show_id = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._former: list[subprocess.Popen[bytes]] = []
        self._started_at = 0.0
        self._short_lives = 0
        self._state: State = "stopped"
        self.intent: Literal["run", "stop"] = "stop"
        self.restarts = 0
        self._look_timer = QTimer(self)
        self._look_timer.setInterval(LOOK_EVERY)
        self._look_timer.timeout.connect(self._look)
        self._start_timer = QTimer(self)
        self._start_timer.setSingleShot(True)
        self._start_timer.timeout.connect(self._start)
        client.welcomed.connect(self._take_welcome)
        client.lost.connect(self._take_loss)

    @property
    def state(self) -> State:
        """How the engine stands."""
        return self._state

    @property
    def process_id(self) -> int | None:
        """Process of the engine that this window started, or None."""
        return self._process.pid if self._process is not None else None

    def expect(self, early: EarlyEngine) -> None:
        """Take over an engine that was started before this window was there."""
        self._show_id, self._process = early.show_id, early.process
        self._started_at = time.monotonic()

    def run(self, show_id: str) -> None:
        """Find the engine of a show, or start it, and keep it running."""
        if self.intent == "run" and show_id == self._show_id and self._state in {"starting", "running"}:
            return
        if self._show_id and show_id != self._show_id:
            self.stop()
        self.intent = "run"
        self._show_id = show_id
        self._short_lives = 0
        self._set_state("starting")
        if not self._connect():
            self._start()

    def stop(self, *, end_engine: bool = False) -> None:
        """Let go of the engine; with `end_engine` ask it to end, which it does unless it is LIVE."""
        self.intent = "stop"
        self._look_timer.stop()
        self._start_timer.stop()
        if end_engine and self._client.connected:
            self._client.request(messages.Quit(0), lambda _answer: None)
        self._client.detach()
        self._former = [process for process in self._former if process.poll() is None]
        if self._process is not None and not self._has_ended():
            self._former.append(self._process)
        self._process = None
        self._started_at = 0.0
        self._set_state("stopped")

    def wait_for_end(self, seconds: float) -> int | None:
        """Wait for the engines that this window started; None: one goes on. For the end of the program."""
        code: int | None = None
        for process in [*self._former, *([self._process] if self._process else [])]:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(seconds)
        return code

    def _set_state(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit()

    def _has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _where(self) -> Path:
        return self._folder or runtime_folder()

    def _connect(self) -> bool:
        """Connect to an engine that listens, if there is one."""
        try:
            text = (self._where() / f"{self._show_id}.json").read_bytes()
            address = msgspec.json.decode(text, type=Address)
        except (OSError, PlaceError, msgspec.MsgspecError):
            return False
        if address.protocol != messages.PROTOCOL:
            self._fail(
                self.tr("An engine of another version runs this show. End the other Showcaller first.")
            )
            return True
        unix = bool(address.socket)
        connection = socket.socket(socket.AF_UNIX if unix else socket.AF_INET, socket.SOCK_STREAM)
        try:
            # The kernel alone answers on this machine: this takes microseconds or fails at once.
            connection.settimeout(0.2)
            connection.connect(address.socket if unix else ("127.0.0.1", address.port))
            if not unix:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            connection.close()
            return False
        self._look_timer.stop()
        self._client.attach(connection, address.token)
        return True

    def _start(self) -> None:
        """Start the process, unless one that was started is still on its way."""
        if self.intent != "run" or (self._process is not None and not self._has_ended()):
            self._look_timer.start()
            return
        try:
            folder = self._where()
            command = self._command or engine_command(self._show_id, folder, auto=self._auto)
            self._process = start_engine(command, folder, self._show_id)
        except (OSError, PlaceError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            self._fail(self.tr("The engine cannot be started: {reason}").format(reason=reason))
            return
        self._started_at = time.monotonic()
        self._look_timer.start()

    def _look(self) -> None:
        """Look whether the engine listens by now, or has ended."""
        if self._client.attached or self._connect():
            self._look_timer.stop()
        elif self._has_ended():
            self._look_timer.stop()
            if self._process is not None and self._process.returncode == ALREADY_THERE:
                _log.info("Another engine of this show was started at the same time.")
            self._start_again()
        elif time.monotonic() - self._started_at > PATIENCE:
            self._look_timer.stop()
            self._fail(
                self.tr("The engine was started but does not answer after {seconds} s.").format(
                    seconds=int(PATIENCE)
                )
            )

    def _take_welcome(self, _welcome: object) -> None:
        self._look_timer.stop()
        self._started_at = time.monotonic() if self._started_at == 0 else self._started_at
        self._set_state("running")

    def _take_loss(self) -> None:
        if self.intent != "run":
            return
        was_running = self._state == "running"
        self._set_state("starting")
        if was_running:
            self.noticed.emit("problem", self.tr("The engine went away. It is started again."))
        self._start_again()

    def _start_again(self) -> None:
        """Look for an engine, then start one: at most one such turn is under way."""
        if self.intent != "run" or self._start_timer.isActive():
            return
        if self._has_ended() and self._process is not None:
            _log.info("The engine ended with status %s.", self._process.returncode)
        if time.monotonic() - self._started_at < SHORT_LIFE:
            self._short_lives += 1
        else:
            self._short_lives = 0
        if self._short_lives >= SHORT_LIVES:
            self._fail(
                self.tr("The engine ended {count} times in a row. Look into {log}.").format(
                    count=self._short_lives, log=self._where() / f"{self._show_id}.log"
                )
            )
            return
        self.restarts += 1
        self._start_timer.start(_PAUSES[min(self._short_lives, len(_PAUSES) - 1)])

    def _fail(self, sentence: str) -> None:
        self.intent = "stop"
        self._set_state("failed")
        self.noticed.emit("problem", sentence)
