"""The whole window on a stage: real parts, a real file, and an engine end that is scripted.

The engine end listens on a real socket and writes the file by which the supervisor finds it, so the way
from `filing` over `supervisor` and `client` to the panels is the one that the program goes.
"""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from PySide6.QtCore import QObject, QSettings
from pytestqt.qtbot import QtBot

from showcaller.core import messages
from showcaller.core.show import Show
from showcaller.gui.main_window import MainWindow
from showcaller.gui.parts import make_parts
from showcaller.gui.wakefulness import Wakefulness
from tests.gui.stage import CATALOGUE, make_show, make_snapshot

CommandT = TypeVar("CommandT")


class EngineEnd:
    """An engine as the supervisor finds it: a file, a listener, and what a test makes it say."""

    def __init__(self, folder: Path, show_id: str) -> None:
        self.show_id = show_id
        self.commands: list[Any] = []
        self.snapshot = make_snapshot()
        self._seq = 0
        self._framer = messages.Framer()
        self._folder = folder
        self._path = folder / "scripted.sock"
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self._path))
        self._listener.listen(4)
        self._listener.settimeout(5)
        self._connection: socket.socket | None = None
        (folder / f"{show_id}.json").write_text(
            json.dumps(
                {
                    "pid": os.getpid(),
                    "token": "t",
                    "protocol": messages.PROTOCOL,
                    "engine": "scripted",
                    "socket": str(self._path),
                }
            )
        )

    def accept(self) -> None:
        """Take the window's connection."""
        connection, _ = self._listener.accept()
        connection.setblocking(False)
        self._connection = connection
        self._framer = messages.Framer()

    def send(self, *reports: Any) -> None:
        assert self._connection is not None
        for report in reports:
            self._connection.sendall(messages.encode(report))

    def welcome(self, **more: Any) -> None:
        values: dict[str, Any] = {
            "protocol": messages.PROTOCOL,
            "engine": "scripted",
            "editor": True,
            "catalogue": CATALOGUE,
            "show": self.show_id,
            "revision": 0,
            "snapshot": self.snapshot,
        }
        self.send(messages.Welcome(**(values | more)))

    def show_snapshot(self, **values: Any) -> messages.Snapshot:
        self._seq += 1
        self.snapshot = msgspec.structs.replace(self.snapshot, seq=self._seq, **values)
        self.send(self.snapshot)
        return self.snapshot

    def take_commands(self) -> list[Any]:
        fresh: list[Any] = []
        while self._connection is not None:
            try:
                received = self._connection.recv(1 << 20)
            except (BlockingIOError, ConnectionResetError):
                break
            if not received:
                break
            fresh.extend(messages.decode_command(body) for body in self._framer.feed(received))
        self.commands.extend(fresh)
        return fresh

    def drop(self) -> None:
        """End the connection, as an engine does that dies."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        self.drop()
        self._listener.close()


class WindowStage:
    """A window with an open show, connected to a scripted engine."""

    def __init__(self, qtbot: QtBot, folder: Path, runtime: Path, show: Show | None = None) -> None:
        self.qtbot = qtbot
        self.folder = folder
        self._owner = QObject()
        self.settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.parts = make_parts(self._owner, self.settings, runtime_folder=runtime)
        self.window = MainWindow(self.parts, Wakefulness([]))
        self.window.resize(1366, 768)
        self.show = show or make_show()
        self.engine = EngineEnd(runtime, self.show.id)
        self.notices: list[tuple[str, str]] = []
        tell = self.window.notices.tell

        def note(severity: str, text: str) -> None:
            self.notices.append((severity, text))
            tell(severity, text)

        self.window.notices.tell = note  # type: ignore[method-assign]

    def open(self) -> None:
        """Show the window, open the show and connect."""
        self.window.show()
        self.qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.parts.filing.make(self.show, self.folder / "Stage.show")
        self.engine.accept()
        self.engine.welcome()
        self.wait(lambda: self.parts.client.connected)
        self.engine.take_commands()

    def wait(self, condition: Any) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=5000)

    def set(self, **values: Any) -> None:
        """Let the window see a snapshot with these values."""
        snapshot = self.engine.show_snapshot(**values)
        self.wait(lambda: self.parts.client.snapshot.seq == snapshot.seq)

    def taken(self, kind: type[CommandT]) -> list[CommandT]:
        """Return the commands of one kind since the last call."""
        return [command for command in self.engine.take_commands() if isinstance(command, kind)]

    def close(self) -> None:
        self.parts.supervisor.stop()
        self.engine.close()
        self.parts.filing.close()
        self.window.hide()
        self.window.deleteLater()
        self._owner.deleteLater()
