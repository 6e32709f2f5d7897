"""The engine dies in the middle of a run, and the window dies: nothing is lost, nothing fires by itself."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings
from pytestqt.qtbot import QtBot

from showcaller.core import edits
from showcaller.core.asrun import CueCalled
from showcaller.core.show import Cue
from showcaller.gui.banner import RestartBanner
from showcaller.gui.main_window import MainWindow
from showcaller.gui.parts import make_parts
from showcaller.gui.supervisor import Address
from showcaller.gui.wakefulness import Wakefulness
from tests.gui.stage import make_show


class Evening:
    """A window with the real engine; `crash` ends it as a killed process does."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.engines: list[subprocess.Popen[bytes]] = []
        """Those that outlived their window."""
        self.owner = QObject()
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.parts = make_parts(self.owner, settings)
        self.window = MainWindow(self.parts, Wakefulness([]))
        self.window.show()

    def wait(self, condition: Any) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=15_000)

    def crash(self) -> None:
        """Let go of everything without a word to the engine."""
        self.parts.supervisor.stop()
        self.engines += self.parts.supervisor._former
        self.parts.filing.close(abandon=True)
        self.window.hide()
        # What of it stayed would look at the keys of the next test's windows, and be dressed with them.
        self.window.deleteLater()
        self.owner.deleteLater()
        for gone in (self.window, self.owner):
            QCoreApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete)

    def engine_pid(self) -> int:
        path = Path(os.environ["SHOWCALLER_RUNTIME"]) / f"{self.parts.document.show.id}.json"
        return msgspec.json.decode(path.read_bytes(), type=Address).pid

    def call(self) -> None:
        count = len(self.called())
        self.parts.client.go("script", self.parts.client.monotonic_now())
        self.wait(lambda: len(self.called()) > count)

    def called(self) -> list[str]:
        return [
            line.entry.cue.number for line in self.parts.client.lines if isinstance(line.entry, CueCalled)
        ]

    def end(self) -> None:
        self.window.modes.enter("edit")
        self.wait(lambda: self.parts.client.snapshot.mode == "edit")
        self.parts.supervisor.stop(end_engine=True)
        self.parts.supervisor.wait_for_end(20)
        self.crash()
        for engine in self.engines:
            engine.wait(20)


def plain_show() -> Any:
    """The stage's show without devices: this is about the run, not about what is sent."""
    show = make_show()
    rows = tuple(
        msgspec.structs.replace(row, actions=()) if isinstance(row, Cue) else row for row in show.rundown
    )
    return msgspec.structs.replace(show, devices=(), rundown=rows, guard=0)


@pytest.fixture
def evening(qtbot: QtBot, tmp_path: Path) -> Iterator[Evening]:
    made = Evening(qtbot, tmp_path)
    with qtbot.waitSignal(made.parts.handover.loaded, timeout=15_000):
        made.parts.filing.make(plain_show(), tmp_path / "Evening.show")
    made.window.modes.enter("rehearse")
    made.wait(lambda: made.parts.client.snapshot.standby == "cue-10")
    yield made
    made.end()


def test_killed_engine_comes_back_where_it_was_and_waits_for_a_word(evening: Evening) -> None:
    evening.call()
    evening.call()
    standby = evening.parts.client.snapshot.standby
    assert standby == "cue-13"
    os.kill(evening.engine_pid(), signal.SIGKILL)
    evening.wait(lambda: evening.parts.client.snapshot.unconfirmed)
    snapshot = evening.parts.client.snapshot
    assert (snapshot.last_called, snapshot.standby, snapshot.mode) == ("cue-12", "cue-13", "rehearse")
    banner = evening.window.findChild(RestartBanner)
    evening.wait(lambda: "at " in banner.words.text())
    assert "Last called 12, standby 13." in banner.words.text()
    assert not banner.isHidden()
    evening.wait(lambda: len(evening.called()) == 3)
    assert evening.called() == ["10", "11", "12"] or evening.called() == ["10", "12", "11"]
    evening.window.actions_.by_name["go_on"].trigger()
    evening.wait(lambda: not evening.parts.client.snapshot.unconfirmed)
    assert banner.isHidden()


def test_killed_window_comes_back_to_the_running_show_with_its_last_edit(
    evening: Evening, qtbot: QtBot, tmp_path: Path
) -> None:
    evening.call()
    document = evening.parts.document
    path = document.path
    evening.wait(lambda: document.saved_text.startswith("Saved"))
    # The engine has this edit, the file never got it: the window died between the two.
    document._keeper = None
    document.edit("Rename", edits.edit(document.show, "cue-16", name="Desk"))
    evening.wait(lambda: evening.parts.client.snapshot.revision == 1)
    evening.crash()
    again = Evening(qtbot, tmp_path)
    again.window.files.open_now(path)
    again.wait(lambda: again.parts.client.connected)
    again.wait(lambda: again.parts.document.revision == 1)
    cue = again.parts.document.show.cue("cue-16")
    assert cue is not None
    assert cue.name == "Desk"
    snapshot = again.parts.client.snapshot
    assert (snapshot.mode, snapshot.last_called, snapshot.unconfirmed) == ("rehearse", "cue-10", False)
    again.wait(lambda: again.parts.document.saved_text.startswith("Saved "))
    again.wait(again.called)
    evening.parts, evening.window, evening.owner = again.parts, again.window, again.owner
