"""An engine is started ahead of the window where the command line names a show, and only there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from showcaller.core.show import Show
from showcaller.gui.client import Client
from showcaller.gui.engine_start import start_ahead
from showcaller.gui.supervisor import Supervisor
from showcaller.showfile.file import ShowFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "evening.show"
    ShowFile.create(made, Show(id="show-ahead")).close()
    return made


@pytest.mark.parametrize("words", [[], ["open"]])
def test_engine_of_the_named_show_is_there_before_the_window(
    qtbot: QtBot, path: Path, words: Sequence[str]
) -> None:
    early = start_ahead([*words, str(path)])
    assert early is not None
    assert early.show_id == "show-ahead"
    client = Client()
    supervisor = Supervisor(client)
    supervisor.expect(early)
    supervisor.run(early.show_id)
    try:
        qtbot.waitUntil(lambda: client.connected, timeout=15_000)
        assert supervisor.process_id == early.process.pid
        assert start_ahead([str(path)]) is None
    finally:
        supervisor.stop(end_engine=True)
        assert supervisor.wait_for_end(10) == 0


@pytest.mark.parametrize("words", [["demo"], ["--smoke"], ["open"], [], ["check", "evening.show"]])
def test_nothing_is_started_ahead_without_a_show(words: Sequence[str]) -> None:
    assert start_ahead(words) is None
    assert not list(Path(os.environ["SHOWCALLER_RUNTIME"]).glob("*.log"))


def test_what_is_no_show_starts_nothing(tmp_path: Path) -> None:
    note = tmp_path / "note.show"
    note.write_text("Not a show.")
    assert start_ahead([str(note)]) is None
    assert start_ahead([str(tmp_path / "gone.show")]) is None
    assert not list(Path(os.environ["SHOWCALLER_RUNTIME"]).glob("*.log"))
