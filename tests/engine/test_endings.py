"""A choice of an ending in the engine: journalled, replayed, told in words, and planned by."""

from __future__ import annotations

from pathlib import Path

from showcaller.core import events as ev
from showcaller.core.asrun import CueCalled, replay, show_at_start
from showcaller.core.show import AutoFollow, Segment
from tests.engine.rig import Rig, cue, ms, scene, show_of
from tests.engine.test_resume import crash, gone_on_with

SHOW = show_of(
    Segment(id="match", duration=ms(60)),
    cue("1", scene("match")),
    Segment(id="win", branch="Result", ending="Win", duration=ms(100)),
    cue("2", scene("confetti")),
    Segment(id="lose", branch="Result", ending="Lose", duration=ms(30)),
    cue("3", scene("strap")),
    Segment(id="end", duration=ms(20)),
    cue("4", scene("titles"), trigger=AutoFollow()),
)


def called(rig: Rig) -> list[str]:
    return [one.cue.id for one in rig.entries(CueCalled)]


def test_the_chosen_ending_is_sent_and_the_show_rejoins_by_itself(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        rig.go()
        rig.advance(1)
        assert rig.give(ev.ChooseEnding, "Result", "Lose") is None
        rig.go()
        rig.advance(1)
        assert called(rig) == ["c1", "c3", "c4"]
        assert rig.notes("ending") == ["Result: Lose chosen."]
        assert rig.conductor.playback.begun == {("Result", "Lose")}


def test_the_planned_times_are_those_of_the_chosen_ending(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        rig.go()
        assert rig.give(ev.ChooseEnding, "Result", "Lose") is None
        rig.advance(1)
        assert rig.conductor.plan is not None
        floated = [one.segment.id for one in rig.conductor.plan.segments if one.segment and one.floated]
        assert floated == ["win"]


def test_a_choice_is_in_the_journal_and_replays_to_where_the_show_is(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        rig.go()
        rig.give(ev.ChooseEnding, "Result", "Lose")
        rig.give(ev.ChooseEnding, "Result", None, "Lose")
        rig.advance(1)
        rig.go()
        rig.advance(1)
        assert rig.notes("ending") == [
            "Result: Lose chosen.",
            "Result: open again.",
            "Result: Win, by its first GO.",
        ]
        assert rig.give(ev.ChooseEnding, "Result", None, "Win") is not None
        lines = rig.lines_on_disk()
        assert replay(lines, show_at_start(lines, SHOW)) == (rig.conductor.playback, SHOW)


def test_a_run_that_is_gone_on_with_after_a_crash_has_its_choice(tmp_path: Path) -> None:
    first = Rig(SHOW, tmp_path)
    first.go()
    first.give(ev.ChooseEnding, "Result", "Lose")
    first.advance(1)
    crash(first)
    with gone_on_with(SHOW, first) as rig:
        assert rig.conductor.playback.chosen == {("Result", "Lose")}
        assert rig.conductor.playback.standby == "c3"
        assert rig.conductor.plan is not None
        assert rig.conductor.plan.segments[1].floated


def test_a_rehearsal_from_an_ending_plays_that_ending(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path, mode="rehearse", from_row="c3") as rig:
        assert rig.conductor.playback.chosen == {("Result", "Lose")}
        rig.go()
        rig.advance(1)
        assert called(rig) == ["c3", "c4"]
