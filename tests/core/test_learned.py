"""A run teaches how long segments and clips were and where cues stood, as far as it was played whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.asrun import ActionDone, Entry, Happened, Line
from showcaller.core.learned import Lesson, keep_lessons, lessons_of, plan_learned, plan_lessons
from showcaller.core.playback import apply
from showcaller.core.position import Playback, next_deadline
from showcaller.core.show import Action, AutoFollow, Cue, Segment, Show
from showcaller.core.times import Duration, Instant, ShowTime, shift
from showcaller.engine.entries import entries_of
from tests.core.playback_desk import START, cue, seconds, show_of


class Run:
    """A show that is played, and the lines that the engine would write of it."""

    def __init__(self, show: Show, from_row: str | None = None, media: tuple[str, ...] = ()) -> None:
        self.show = show
        self.state = Playback()
        self.lines: list[Line] = []
        self.give(ev.Begin(at=START, mode="rehearse", from_row=from_row, media=media))

    def write(self, entries: Iterable[Entry], at: ShowTime) -> None:
        for entry in entries:
            line = Line(seq=len(self.lines), prev="", ns=Instant(0), show=at, utc=0, entry=entry)
            self.lines.append(line)

    def give(self, event: ev.Event) -> None:
        while (due := next_deadline(self.state)) is not None and due < event.at:
            self._apply(ev.Tick(due))
        self._apply(event)

    def _apply(self, event: ev.Event) -> None:
        self.state, effects = apply(self.state, event, self.show)
        self.write([Happened(event), *entries_of(effects, self.show, None, event.at)], event.at)

    def go(self, number: float) -> None:
        at = shift(START, seconds(number))
        self.give(ev.Go(at=at, pressed_at=Instant(at), source="key"))

    @property
    def lessons(self) -> Sequence[Lesson]:
        return lessons_of(self.lines, self.show)

    @property
    def told(self) -> list[tuple[str, str, float]]:
        return [(one.row, one.field, one.actual / 1000) for one in self.lessons]


def small_show() -> Show:
    return show_of(
        Segment(id="s1", duration=seconds(60), learned=seconds(50)),
        cue("1", offset=seconds(5)),
        cue("2", trigger=AutoFollow()),
        cue("3", offset=seconds(20)),
        Segment(id="s2", duration=seconds(30)),
        cue("4", duration=seconds(12)),
    )


def whole_run() -> Run:
    run = Run(small_show())
    for at in (5, 31.26, 70, 200):
        run.go(at)
    return run


def test_segments_and_cues_teach_what_they_were() -> None:
    run = whole_run()
    assert run.lessons == [
        Lesson("s1", "duration", seconds(60), seconds(50), seconds(70)),
        Lesson("c1", "offset", seconds(5), None, seconds(5)),
        Lesson("c3", "offset", seconds(20), None, seconds(31.3)),
        Lesson("s2", "duration", seconds(30), None, seconds(12)),
        Lesson("c4", "offset", seconds(0), None, seconds(0)),
    ]
    assert run.lessons[0].longer == seconds(10)


def test_a_segment_that_runs_still_teaches_nothing_before_all_of_it_was_called() -> None:
    run = Run(small_show())
    run.go(5)
    assert run.told == []


def test_what_a_jump_went_into_or_out_of_teaches_nothing() -> None:
    out = Run(small_show())
    out.go(5)
    out.give(ev.Jump(shift(START, seconds(10)), "c4"))
    out.go(20)
    assert [row for row, _, _ in out.told] == ["c4"]
    into = Run(small_show(), from_row="c3")
    into.go(5)
    into.go(40)
    assert "s1" not in [row for row, _, _ in into.told]


def test_a_call_that_was_taken_back_teaches_nothing_until_it_is_given_again() -> None:
    run = Run(small_show())
    for at in (5, 20):
        run.go(at)
    run.give(ev.Oops(shift(START, seconds(22))))
    run.give(ev.Skip(shift(START, seconds(23)), "c3", on=True))
    run.go(70)
    assert run.told[:2] == [("s1", "duration", 70), ("c1", "offset", 5)]
    assert "c3" not in [row for row, _, _ in run.told]
    run.give(ev.Oops(shift(START, seconds(75))))
    assert run.told[:2] == [("s1", "duration", 5), ("c1", "offset", 5)]
    run.give(ev.Skip(shift(START, seconds(76)), "c3", on=False))
    run.give(ev.Jump(shift(START, seconds(77)), "c3"))
    run.go(80)
    assert run.told[:3] == [("s1", "duration", 80), ("c1", "offset", 5), ("c3", "offset", 80)]


def test_a_skipped_cue_is_not_missed_and_one_that_was_taken_back_is() -> None:
    run = Run(small_show())
    run.go(5)
    run.give(ev.Skip(shift(START, seconds(6)), "c3", on=True))
    run.go(40)
    assert run.told[0] == ("s1", "duration", 40)
    run = Run(small_show())
    run.go(5)
    run.give(ev.Skip(shift(START, seconds(6)), "c3", on=True))
    run.go(40)
    run.give(ev.Skip(shift(START, seconds(41)), "c3", on=False))
    assert "s1" not in [row for row, _, _ in run.told]


@pytest.mark.parametrize(
    "event",
    [ev.StopAll(shift(START, seconds(6))), ev.EngineRestarted(shift(START, seconds(6)))],
    ids=lambda event: type(event).__name__,
)
def test_what_all_was_stopped_in_teaches_nothing(event: ev.Event) -> None:
    run = Run(small_show())
    run.go(5)
    run.give(event)
    run.give(ev.Confirm(shift(START, seconds(7)), with_waits=True))
    run.go(31)
    run.go(70)
    assert "s1" not in [row for row, _, _ in run.told]


def test_of_two_times_the_last_counts_and_a_start_that_was_taken_back_is_none() -> None:
    run = whole_run()
    run.give(ev.Jump(shift(START, seconds(300)), "c1"))
    for at in (300, 330, 400):
        run.go(at)
    assert ("s1", "duration", 105) in run.told
    run = Run(small_show())
    run.go(5)
    run.go(30)
    run.give(ev.StartNow(shift(START, seconds(40)), "s2", on=True))
    run.give(ev.StartNow(shift(START, seconds(42)), "s2", on=False))
    run.go(70)
    assert run.told[0] == ("s1", "duration", 70)


def test_a_clip_teaches_its_length_unless_it_was_simulated() -> None:
    for route, taught in (("real", [("c1", "duration", 62.5)]), ("simulated", [])):
        play = Action(id="a1", device="obs", kind="play")
        show = show_of(Segment(id="s"), cue("1", duration=seconds(60), actions=(play,)), cue("2"))
        run = Run(show, media=("obs/play",))
        run.go(0)
        done = ActionDone(run=1, cue="c1", action="a1", device="obs", route=route, result="sent", due=START)
        run.write([done], START)
        run.give(ev.MediaEnded(shift(START, seconds(62.5)), 1, "a1"))
        assert run.told == taught
        assert all(one.planned == seconds(60) for one in run.lessons)


def test_a_segment_that_is_gone_teaches_nothing() -> None:
    run = whole_run()
    gone = edits.apply(run.show, edits.remove(run.show, ["s1", "c1"]))
    assert "s1" not in [one.row for one in lessons_of(run.lines, gone)]


def test_lessons_are_kept_or_planned_by_one_edit_each_which_undo_takes_back() -> None:
    run = whole_run()
    kept = edits.apply(run.show, change := keep_lessons(run.show, run.lessons))
    segment, third = kept.row("s1"), kept.cue("c3")
    assert isinstance(segment, Segment)
    assert isinstance(third, Cue)
    assert (segment.duration, segment.learned) == (seconds(60), seconds(70))
    assert (third.offset, third.learned_offset) == (seconds(20), seconds(31.3))
    assert edits.apply(kept, edits.invert(change)) == run.show
    planned = edits.apply(run.show, plan_lessons(run.show, run.lessons))
    assert planned.row("s1") == Segment(id="s1", duration=seconds(70), learned=seconds(50))
    later = edits.apply(kept, plan_learned(kept, [segment, third]))
    assert (later.row("s1").duration, later.cue("c3").offset) == (Duration(70_000), seconds(31.3))
    assert plan_learned(later, [later.row("s1"), later.cue("c3")]) == ()
