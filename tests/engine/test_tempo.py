"""The count of bars in the engine: in the snapshot, in the as-run in words, and there after a crash."""

from __future__ import annotations

from pathlib import Path

from showcaller.core import messages
from showcaller.core.messages import Snapshot
from showcaller.core.tempo import TapTempo, Tempo, bpm_of
from tests.engine.clients import EngineHouse
from tests.engine.rig import Rig, cue, show_of
from tests.engine.test_resume import crash, gone_on_with


def test_the_count_of_a_cue_and_its_taps_survive_a_crash_and_are_written_in_words(tmp_path: Path) -> None:
    show = show_of(cue("1", tempo=Tempo(bpm=100, beats=3)), cue("2"))
    rig = Rig(show, tmp_path)
    rig.go()
    rig.advance(12)
    for _ in range(3):
        rig.advance(0.5)
        rig.give(TapTempo)
    pulse = rig.conductor.playback.pulse
    assert pulse is not None
    assert bpm_of(pulse) == 120
    assert rig.notes("tempo") == [
        "Tempo: 100 beats a minute, 3 in a bar.",
        "Tempo tapped: 120 beats a minute, 3 in a bar.",
    ]
    crash(rig)
    with gone_on_with(show, rig) as again:
        assert again.conductor.playback.pulse == pulse
        again.give(TapTempo, on=False)
        assert again.conductor.playback.pulse is not None
        assert bpm_of(again.conductor.playback.pulse) == 100


def test_clients_are_told_of_the_count(tmp_path: Path) -> None:
    house = EngineHouse(tmp_path)
    editor = house.editor(show_of(cue("1", tempo=Tempo(bpm=92.5))))
    editor.ask(messages.SetMode, mode="rehearse")
    assert editor.last(Snapshot).pulse is None
    editor.go("c1")
    pulse = editor.last(Snapshot).pulse
    assert pulse is not None
    assert round(bpm_of(pulse) or 0, 3) == 92.5
    house.close()
