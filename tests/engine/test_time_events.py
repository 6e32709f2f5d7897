"""Changes to the times of a run in the engine: journalled, replayed, and nothing of them goes to a device."""

from __future__ import annotations

from pathlib import Path

from showcaller.core import events as ev
from showcaller.core.asrun import Noted, replay, show_at_start
from showcaller.core.drop_in import drop_in, item
from showcaller.core.learned import lessons_of
from showcaller.core.plan import planned_call
from showcaller.core.show import Segment
from showcaller.core.times import elapsed
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
        assert rig.notes("segment") == ["A", "B"]
        assert rig.notes("segment-back") == ["Segment B has not begun after all."]
        assert len(rig.results()) == sent
        assert rig.conductor.plan is not None
        assert [one.floated for one in rig.conductor.plan.segments] == [False, True]


def test_what_a_run_leaves_out_takes_no_planned_time_in_the_engine_either(tmp_path: Path) -> None:
    show = show_of(
        Segment(id="a", page="A"),
        cue("1", duration=ms(10)),
        cue("2", duration=ms(30)),
        cue("3"),
        Segment(id="w", branch="Result", ending="Win", duration=ms(60)),
        cue("4"),
        Segment(id="l", branch="Result", ending="Lose", duration=ms(60)),
        cue("5"),
    )

    def planned(rig: Rig, row: str) -> float | None:
        assert rig.conductor.plan is not None
        at = planned_call(rig.conductor.plan, show.positions[row])
        return None if at is None else elapsed(rig.conductor.plan.start, at) / 1000

    with Rig(show, tmp_path) as rig:
        assert planned(rig, "c3") == 40
        rig.give(ev.Skip, "c2", on=True)
        rig.advance(0)
        assert planned(rig, "c3") == 10
        rig.give(ev.Skip, "c2", on=False)
        rig.advance(0)
        assert planned(rig, "c3") == 40
        # The first GO of an ending chooses it.
        for _ in range(4):
            rig.go()
            rig.advance(1)
        assert rig.conductor.plan is not None
        assert rig.conductor.plan.chosen == {("Result", "Win")}


def test_what_cannot_be_done_is_refused_and_kept(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        rig.go()
        assert rig.give(ev.StartNow, "a", True) == "That segment runs already."
        assert rig.give(ev.AddTime, "c1", ms(1)) == "There is no such segment."
        assert rig.notes("refused") == ["That segment runs already.", "There is no such segment."]


def test_a_segment_whose_first_cue_has_an_offset_is_not_late_and_replays(tmp_path: Path) -> None:
    show = show_of(
        Segment(id="a", page="A", duration=ms(60)), cue("1", scene("1"), offset=ms(5)), cue("2", scene("2"))
    )
    with Rig(show, tmp_path) as rig:
        rig.advance(5)
        rig.go()
        began = rig.conductor.playback.segment_started_at
        assert began == at_evening(0)
        lines = rig.lines_on_disk()
        assert replay(lines, show_at_start(lines, show))[0].segment_started_at == began
        (line,) = [one for one in lines if isinstance(one.entry, Noted) and one.entry.kind == "segment"]
        assert (line.show, line.entry.value) == (at_evening(5), str(began))


def test_an_item_that_is_dropped_in_is_called_and_the_run_teaches_its_length(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        rig.go()
        rig.advance(10)
        rig.go()
        segment, new = item("x", "x1", "Breaking", ms(20), "2.5")
        running = SHOW.row("a")
        assert isinstance(running, Segment)
        assert rig.conductor.playback.standby == "c3"
        rig.conductor.change(1, "Drop in", drop_in(SHOW, segment, new, running))
        assert rig.give(ev.Jump, "x1") is None
        rig.advance(10)
        rig.go()
        assert rig.conductor.playback.segment == "x"
        rig.advance(25)
        rig.go()
        assert (rig.conductor.playback.segment, rig.conductor.playback.last_called) == ("b", "c3")
        lines = rig.lines_on_disk()
        assert rig.conductor.show is not None
        lessons = {(one.row, one.field): one.actual for one in lessons_of(lines, rig.conductor.show)}
        assert (lessons["a", "duration"], lessons["x", "duration"]) == (ms(20), ms(25))
        assert lessons["c2", "offset"] == ms(10)
        assert replay(lines, show_at_start(lines, rig.conductor.show))[0] == rig.conductor.playback
