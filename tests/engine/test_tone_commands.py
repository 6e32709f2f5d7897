"""The editor chooses the audio output, lists the outputs and tries one; what is wrong is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from showcaller.core import messages
from showcaller.core.tones import ListOutputs, OutputsListed, SetTones, TryTone
from showcaller.engine.tone_process import NO_OUTPUT
from tests.engine.clients import EngineHouse
from tests.engine.rig import cue, show_of
from tests.engine.test_tones import SOUNDDEVICE_WITHOUT_OUTPUTS


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineHouse]:
    (tmp_path / "sounddevice.py").write_text(SOUNDDEVICE_WITHOUT_OUTPUTS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    made = EngineHouse(tmp_path)
    yield made
    made.close()


def test_an_output_is_chosen_its_state_is_told_and_off_ends_the_process(house: EngineHouse) -> None:
    editor = house.editor(show_of(cue("1")))
    assert editor.ask(TryTone) == messages.Rejected(editor._ids, "No audio output is chosen.")
    assert isinstance(editor.ask(SetTones, output="default"), messages.Done)
    house.scheduler.wait_for(lambda: house.engine.tones.sentence == NO_OUTPUT)
    editor.take()
    assert editor.last(messages.Snapshot).tones == NO_OUTPUT
    assert editor.ask(TryTone) == messages.Rejected(editor._ids, NO_OUTPUT)
    assert house.engine.tones.process_id is not None
    assert isinstance(editor.ask(SetTones, output=""), messages.Done)
    assert house.engine.tones.process_id is None
    editor.take()
    assert editor.last(messages.Snapshot).tones == ""


def test_outputs_are_listed_for_the_editor_alone(house: EngineHouse) -> None:
    editor = house.editor()
    editor.send(ListOutputs(7))
    house.scheduler.wait_for(lambda: house.engine.tones.process_id is not None)
    house.scheduler.wait_for(lambda: house.engine.tones.process_id is None)
    editor.take()
    assert editor.last(OutputsListed) == OutputsListed(())
    assert editor.last(messages.Done).id == 7
    watcher = house.client()
    watcher.hello()
    assert isinstance(watcher.ask(SetTones, output="default"), messages.Rejected)
