"""Changes to the times of a run in the engine: journalled, replayed, and nothing of them goes to a device."""

from __future__ import annotations

from pathlib import Path

from showcaller.core import events as ev
from showcaller.core.asrun import replay, show_at_start
from showcaller.core.show import Segment
from tests.engine.rig import Rig, at_evening, cue, ms, scene, show_of

SHOW = show_of(
    Segment(id="a", page="A", duration=ms(60)),
    cue("1", scene("1")),
    cue("2", scene("2")),
    Segment(id="b", page="B", duration=ms(30)),
    cue("3", scene("3")),
)


def test_changes_of_times_are_in_the_journal_and_replay_to_where_the_show_is(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        rig.go()
        rig.advance(10)
        sent = len(rig.results())
        assert rig.give(ev.AddTime, "a", ms(35)) is None
        assert rig.give(ev.StartNow, "b", True) is None
        rig.advance(2)
        assert rig.give(ev.StartNow, "b", False) is None
        assert rig.give(ev.BuyBack, floats=("b",), trims=(("a", ms(5)),), on=True) is None
        rig.advance(1)
        playback = rig.conductor.playback
        assert playback.added == (("a", 30_000),)
        assert (playback.segment, playback.segment_started_at) == ("a", at_evening(0))
        assert playback.standby == "c2"
        lines = rig.lines_on_disk()
        assert replay(lines, show_at_start(lines, SHOW)) == (playback, SHOW)
        assert rig.notes("segment") == ["a", "b"]
        assert rig.notes("segment-back") == ["Segment B has not begun after all."]
        assert len(rig.results()) == sent
        assert rig.conductor.plan is not None
        assert [one.floated for one in rig.conductor.plan.segments] == [False, True]


def test_what_cannot_be_done_is_refused_and_kept(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        rig.go()
        assert rig.give(ev.StartNow, "a", True) == "That segment runs already."
        assert rig.give(ev.AddTime, "c1", ms(1)) == "There is no such segment."
        assert rig.notes("refused") == ["That segment runs already.", "There is no such segment."]
