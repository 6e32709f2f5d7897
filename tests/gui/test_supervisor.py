"""The engine is found, started, watched and started again: with the real engine, killed for real."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from showcaller.core import messages
from showcaller.gui import supervisor as module
from showcaller.gui.client import Client
from showcaller.gui.engine_start import EarlyEngine, engine_command, start_engine
from showcaller.gui.handover import Handover
from showcaller.gui.supervisor import Address, Supervisor
from tests.gui.stage import Stage

SHOW_ID = "show-supervised"


class Watch:
    """A client and a supervisor, and an end to every engine that they started."""

    def __init__(self, qtbot: QtBot, command: list[str] | None = None) -> None:
        self.qtbot = qtbot
        self.client = Client()
        self.folder = Path(os.environ["SHOWCALLER_RUNTIME"])
        self.supervisor = Supervisor(self.client, command, self.folder)
        self.notices: list[str] = []
        self.supervisor.noticed.connect(lambda _severity, words: self.notices.append(words))

    def wait(self, condition: object) -> None:
        assert callable(condition)
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=15_000)

    def address(self) -> Address:
        return msgspec.json.decode((self.folder / f"{SHOW_ID}.json").read_bytes(), type=Address)

    def kill(self) -> None:
        os.kill(self.address().pid, signal.SIGKILL)

    def end(self) -> None:
        self.supervisor.stop(end_engine=True)
        self.supervisor.wait_for_end(10)


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[Watch]:
    made = Watch(qtbot)
    yield made
    made.end()


def test_engine_is_started_found_and_ended(watch: Watch) -> None:
    assert watch.supervisor.state == "stopped"
    watch.supervisor.run(SHOW_ID)
    assert watch.supervisor.intent == "run"
    watch.wait(lambda: watch.client.connected)
    assert watch.supervisor.state == "running"
    assert watch.address().pid == watch.supervisor.process_id
    assert os.getsid(watch.address().pid) != os.getsid(0)
    watch.supervisor.stop(end_engine=True)
    assert watch.supervisor.wait_for_end(10) == 0
    assert watch.supervisor.state == "stopped"


def test_engine_survives_its_window_and_the_next_window_finds_it(watch: Watch, qtbot: QtBot) -> None:
    watch.supervisor.run(SHOW_ID)
    watch.wait(lambda: watch.client.connected)
    pid = watch.address().pid
    watch.supervisor.stop()
    other = Watch(qtbot)
    other.supervisor.run(SHOW_ID)
    other.wait(lambda: other.client.connected)
    assert other.supervisor.process_id is None
    assert other.address().pid == pid
    other.supervisor.stop(end_engine=True)


def test_killed_engine_is_started_again_once_and_said(watch: Watch) -> None:
    watch.supervisor.run(SHOW_ID)
    watch.wait(lambda: watch.client.connected)
    first = watch.address().pid
    watch.kill()
    watch.wait(lambda: not watch.client.connected)
    assert watch.notices == ["The engine went away. It is started again."]
    watch.wait(lambda: watch.client.connected)
    assert watch.address().pid != first
    assert watch.supervisor.restarts == 1


def test_engine_that_is_stopped_on_purpose_is_not_started_again(watch: Watch) -> None:
    watch.supervisor.run(SHOW_ID)
    watch.wait(lambda: watch.client.connected)
    pid = watch.address().pid
    watch.supervisor.stop(end_engine=True)
    watch.supervisor.wait_for_end(10)
    assert watch.supervisor.intent == "stop"
    assert watch.supervisor.restarts == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_engine_that_was_started_before_the_window_is_taken_over(watch: Watch) -> None:
    process = start_engine(engine_command(SHOW_ID, watch.folder), watch.folder, SHOW_ID)
    watch.supervisor.expect(EarlyEngine(SHOW_ID, process))
    assert watch.supervisor.state == "stopped"
    watch.supervisor.run(SHOW_ID)
    watch.wait(lambda: watch.client.connected)
    assert watch.address().pid == watch.supervisor.process_id == process.pid
    assert watch.supervisor.restarts == 0


def test_early_engine_of_another_show_is_not_waited_for(watch: Watch) -> None:
    process = start_engine([sys.executable, "-S", "-c", "input()"], watch.folder, "other")
    watch.supervisor.expect(EarlyEngine("other", process))
    process.wait(10)
    watch.supervisor.run(SHOW_ID)
    watch.wait(lambda: watch.client.connected)
    assert watch.address().pid == watch.supervisor.process_id != process.pid


def test_second_start_is_not_made_while_the_first_is_under_way(watch: Watch) -> None:
    watch.supervisor.run(SHOW_ID)
    pid = watch.supervisor.process_id
    watch.supervisor.run(SHOW_ID)
    watch.supervisor._start_again()
    watch.supervisor._start()
    assert watch.supervisor.process_id == pid
    watch.wait(lambda: watch.client.connected)
    assert watch.address().pid == pid


def test_after_five_short_lives_it_is_left_and_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSES", (0,))
    lives = Path(os.environ["SHOWCALLER_RUNTIME"]) / "lives"
    script = f"open({str(lives)!r}, 'a').write('x')"
    watch = Watch(qtbot, [sys.executable, "-S", "-c", script])
    watch.supervisor.run(SHOW_ID)
    watch.wait(lambda: watch.supervisor.state == "failed")
    assert lives.read_text() == "x" * module.SHORT_LIVES
    assert "ended 5 times" in watch.notices[-1]
    assert watch.supervisor.intent == "stop"


def test_engine_that_cannot_be_started_is_said(qtbot: QtBot) -> None:
    watch = Watch(qtbot, ["/no/such/program"])
    watch.supervisor.run(SHOW_ID)
    assert watch.supervisor.state == "failed"
    assert "cannot be started" in watch.notices[0]


def test_engine_of_another_version_is_left_alone(qtbot: QtBot) -> None:
    watch = Watch(qtbot)
    address = Address(pid=1, token="t", protocol=messages.PROTOCOL + 1, socket="/nowhere")
    (watch.folder / f"{SHOW_ID}.json").write_bytes(msgspec.json.encode(address))
    watch.supervisor.run(SHOW_ID)
    assert watch.supervisor.state == "failed"
    assert "another version" in watch.notices[0]
    assert watch.supervisor.process_id is None


def test_file_of_a_dead_engine_does_not_mislead(watch: Watch) -> None:
    address = Address(pid=1, token="old", protocol=messages.PROTOCOL, socket=str(watch.folder / "gone.sock"))
    (watch.folder / f"{SHOW_ID}.json").write_bytes(msgspec.json.encode(address))
    watch.supervisor.run(SHOW_ID)
    watch.wait(lambda: watch.client.connected)
    assert watch.address().token != "old"


def test_restarted_engine_gets_the_show_again(watch: Watch, stage: Stage) -> None:
    document = stage.document
    handover = Handover(document, watch.client)
    with watch.qtbot.waitSignal(handover.loaded, timeout=15_000):
        watch.supervisor.run(SHOW_ID)
    with watch.qtbot.waitSignal(handover.loaded, timeout=15_000):
        watch.kill()
    watch.wait(lambda: watch.client.snapshot.standby == "cue-10")


def test_command_of_the_frozen_application_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine_command("s", Path("r"))[:3] == [sys.executable, "-m", "showcaller"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert engine_command("s", Path("r"), auto=True) == [
        sys.executable,
        "engine",
        "--runtime",
        "r",
        "--show",
        "s",
        "--auto",
    ]
