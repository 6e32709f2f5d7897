"""What timed cues want said stands in the calling panel, all of it that there is room for."""

from __future__ import annotations

from typing import Any

from showcaller.core import edits
from showcaller.core.position import Wait
from showcaller.core.show import AtOffset, Call, Cue
from showcaller.core.times import Duration, elapsed, shift
from showcaller.gui.calling_panel import CallingPanel
from tests.gui.stage import Stage
from tests.gui.test_calling_panel import at, panel

__all__ = ["panel"]


def test_timed_cue_is_prompted_at_lead_time(stage: Stage, panel: CallingPanel) -> None:
    wait = Wait("cue-15", at(61), "offset", at(0), 0)

    def prompted() -> str:
        stage.show_snapshot(show_at=at(0), waits=(wait,), running=())
        return panel.prompts.pairs[0].words.text if not panel.prompts.isHidden() else ""

    assert prompted() == ""
    assert panel.said.changes_in is not None
    assert panel.said.changes_in <= 1001
    wait = Wait("cue-15", at(60), "offset", at(0), 0)
    assert prompted() == "◆ Warning Sound 6"
    assert panel.prompts.pairs[0].figure.text == "in 1:00"
    wait = Wait("cue-15", at(10), "offset", at(0), 0)
    assert prompted() == "◆ Standby Sound 6"
    stage.show_snapshot(held_at=at(0))
    assert panel.prompts.isHidden()
    stage.show_snapshot(held_at=None, auto=False)
    assert panel.prompts.isHidden()
    stage.show_snapshot(auto=True, floated=frozenset({("cue-15", True)}))
    assert panel.prompts.isHidden()


def test_all_that_timed_cues_want_said_is_shown_as_far_as_there_is_room(
    stage: Stage, panel: CallingPanel
) -> None:
    def shown() -> list[tuple[str, str]]:
        pairs = [pair for pair in panel.prompts.pairs if not pair.isHidden()]
        return [(pair.words.text, pair.figure.text) for pair in pairs]

    offset = AtOffset(after=Duration(0))
    cues = [
        Cue(id=f"t{left}", calls=(Call(department="lx", number=str(left)),), trigger=offset)
        for left in (3, 5, 8, 40)
    ]
    stage.document.edit("Add", edits.insert(cues, "cue-14"))
    waits = tuple(Wait(cue.id, at(int(cue.id[1:])), "offset", at(0), 0) for cue in cues)
    panel.resize(560, 900)
    stage.show_snapshot(show_at=at(0), waits=waits, running=())
    assert shown() == [
        ("◆ Standby LX 3", "in 0:03"),
        ("◆ Standby LX 5", "in 0:05"),
        ("◆ Standby LX 8", "in 0:08 +1"),
    ]
    panel.resize(560, 490)
    assert shown() == [("◆ Standby LX 3", "in 0:03 +3")]


def test_an_offset_of_the_next_segment_is_prompted_by_plan(stage: Stage, panel: CallingPanel) -> None:
    offset = AtOffset(after=Duration(2_000))
    timed = Cue(id="timed", calls=(Call(department="lx", number="30"),), trigger=offset)
    stage.document.edit("Add", edits.insert([timed], "seg-a3"))
    expected = panel._timetable.times("seg-a3")
    assert expected is not None
    now = shift(expected.expected_start, Duration(-5_000))
    quiet: dict[str, Any] = {"running": (), "waits": (), "show_at": now}
    stage.show_snapshot(**quiet)
    again = panel._timetable.times("seg-a3")
    assert again is not None
    first = panel.prompts.pairs[0]
    assert first.words.text == "◆ Standby LX 30"
    assert first.figure.text == f"in ~0:0{elapsed(now, again.expected_start) // 1000 + 2}"
    stage.show_snapshot(**quiet, skipped=frozenset({"timed"}))
    assert panel.prompts.isHidden()
    stage.show_snapshot(**quiet, skipped=frozenset(), auto=False)
    assert panel.prompts.isHidden()
