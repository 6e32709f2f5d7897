"""The program as it is started: its words, its faults, its smoke test, and the machine kept awake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from showcaller.gui.demos import DEMOS
from showcaller.gui.main import Faults, read_arguments, show_whole
from showcaller.gui.start_page import StartPage
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.wakefulness import Wakefulness
from tests.gui.window_stage import WindowStage


def test_words_of_the_command_line() -> None:
    assert read_arguments([]).file is None
    assert not read_arguments([]).demo
    assert read_arguments(["a.show"]).file == Path("a.show")
    assert read_arguments(["open", "a.show"]).file == Path("a.show")
    assert read_arguments(["demo", "--auto"]).auto
    assert read_arguments(["demo"]).demo == "harbour"
    assert read_arguments(["demo", "newscast"]).demo == "newscast"
    assert read_arguments(["demo", "awards", "--auto"]).demo == "awards"
    assert read_arguments(["demo", "awards"]).file is None
    assert read_arguments(["--smoke"]).demo


@pytest.mark.parametrize(
    "words",
    [
        ["open"],
        ["a.show", "b.show"],
        ["a.show", "--auto"],
        ["open", "a", "b"],
        ["demo", "oscars"],
        ["demo", "awards", "newscast"],
    ],
)
def test_words_that_make_no_sense_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        read_arguments(words)
    assert end.value.code == 2
    assert "showcaller: error:" in capsys.readouterr().err


def test_fault_of_the_window_is_logged_and_said(expected_warnings) -> None:
    expected_warnings.expect("a bug of its own")
    said: list[str] = []
    faults = Faults()
    faults.tell = lambda _severity, sentence: said.append(sentence)
    faults.take(ValueError, ValueError("boom"), None)
    assert "ValueError: boom" in said[0]


def test_smoke_test_of_this_installation_passes() -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(
        [sys.executable, "-m", "showcaller", "--smoke"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_smoke_test_without_an_engine_fails_with_the_reason() -> None:
    blocked = Path(os.environ["SHOWCALLER_RUNTIME"]) / "file"
    blocked.touch()
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "SHOWCALLER_RUNTIME": str(blocked)}
    code = "import showcaller.gui.main as m; m.SMOKE_SECONDS = 2; import sys; sys.exit(m.main(['--smoke']))"
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 1
    assert "showcaller --smoke:" in run.stderr


def test_a_window_fills_a_screen_that_is_smaller_than_it_and_no_other(qtbot: QtBot) -> None:
    small, large = QWidget(), QWidget()
    room = small.screen().availableSize()
    for window in (small, large):
        qtbot.addWidget(window)
    small.resize(room.width() - 100, room.height() - 100)
    large.resize(room.width() + 100, room.height() - 100)
    show_whole(small)
    show_whole(large)
    assert not small.isMaximized()
    assert small.width() == room.width() - 100
    assert large.isMaximized()
    assert large.width() <= room.width()


def test_start_page_offers_the_last_files(qtbot: QtBot, tmp_path: Path) -> None:
    page = StartPage(ThemeHolder())
    qtbot.addWidget(page)
    assert page.recent_title.isHidden()
    path = tmp_path / "Evening.show"
    path.touch()
    page.show_recent([path])
    assert not page.recent_title.isHidden()
    button = page._recent.itemAt(0).widget()
    assert "Evening" in button.text()  # type: ignore[attr-defined]
    with qtbot.waitSignal(page.file_asked) as blocker:
        button.click()  # type: ignore[attr-defined]
    assert blocker.args == [path]


def test_start_page_offers_every_demo(qtbot: QtBot) -> None:
    page = StartPage(ThemeHolder())
    qtbot.addWidget(page)
    for name, button in page.demos.items():
        with qtbot.waitSignal(page.demo_asked) as blocker:
            button.click()
        assert blocker.args == [name]
    assert [button.text() for button in page.demos.values()] == [
        "Harbour Tonight   ·   half an hour, live",
        "Northgate News at Six   ·   a newscast of an hour",
        "The Lantern Awards 2026   ·   an awards night of three hours",
    ]


@pytest.mark.parametrize(
    ("name", "begins"), [("harbour", "19:29:30"), ("newscast", "17:59:30"), ("awards", "18:59:30")]
)
def test_demo_opens_in_rehearse_shortly_before_it_begins(
    qtbot: QtBot, tmp_path: Path, name: str, begins: str
) -> None:
    from showcaller.core import messages
    from showcaller.core.times import load_zone, time_of_day_at

    made = WindowStage(qtbot, tmp_path, Path(os.environ["SHOWCALLER_RUNTIME"]))
    made.open()
    made.window.files._demo_begins = DEMOS[name].begins
    made.parts.handover.loaded.emit()
    (command,) = made.taken(messages.SetMode)
    assert command.mode == "rehearse"
    assert str(time_of_day_at(command.clock, load_zone("Europe/London"))) == begins
    assert command.routes == {}
    made.close()


def test_machine_is_kept_awake_as_long_as_wanted() -> None:
    wakefulness = Wakefulness([sys.executable, "-S", "-c", "import sys; sys.stdin.read()"])
    assert wakefulness.start() == ""
    assert wakefulness.works
    assert wakefulness.start() == ""
    process = wakefulness._process
    assert process is not None
    wakefulness.stop()
    assert process.returncode is not None
    assert not wakefulness.works


def test_machine_that_cannot_be_kept_awake_is_said() -> None:
    for tool in ([], ["/no/such/tool"]):
        wakefulness = Wakefulness(tool)
        assert "go to sleep" in wakefulness.start()
        assert not wakefulness.works
