"""One call back: the standby, the segment and what follows are as before the call; nothing is sent."""

from __future__ import annotations

from hypothesis import given, settings

from showcaller.core import edits, playback
from showcaller.core import events as ev
from showcaller.core.oops import each_run, follow_ons, has_run
from showcaller.core.position import is_callable
from showcaller.core.show import (
    Action,
    AtClock,
    AtOffset,
    AutoContinue,
    AutoFollow,
    Cue,
    Manual,
    Segment,
    TimeOfDay,
)
from showcaller.core.times import Instant, ShowTime, shift
from tests.core.evenings import Evening, evenings
from tests.core.playback_desk import START, Desk, cue, seconds, show_of

SHOW = show_of(
    Segment(id="a", page="A"),
    cue("1"),
    cue("2", post_wait=seconds(5)),
    cue("3", trigger=AutoContinue()),
    Segment(id="b", page="B"),
    cue("4"),
    Segment(id="c", page="C"),
)


def oops(desk: Desk, at: float) -> str | None:
    desk.now = shift(START, seconds(at))
    desk.give(ev.Oops(desk.now))
    return desk.refusal


def test_the_standby_goes_back_to_what_was_called_last_and_nothing_is_sent() -> None:
    desk = Desk(SHOW)
    desk.go(0)
    sent = list(desk.sent)
    assert oops(desk, 1) is None
    assert desk.state.standby == "c1"
    assert desk.state.last_called is None
    assert desk.sent == sent
    assert not any(isinstance(one, ev.Send | ev.Called | ev.StopRuns) for one in desk.effects)


def test_each_further_oops_goes_one_call_further_back() -> None:
    desk = Desk(SHOW)
    desk.go(0)
    desk.go(1)
    assert oops(desk, 2) is None
    assert (desk.state.standby, desk.state.last_called) == ("c2", "c1")
    assert oops(desk, 3) is None
    assert (desk.state.standby, desk.state.last_called) == ("c1", None)
    assert oops(desk, 4) == "Nothing was called that could be taken back."


def test_follow_ons_that_wait_do_not_come() -> None:
    desk = Desk(SHOW)
    desk.go(0)
    desk.go(1)
    assert [wait.cue for wait in desk.state.waits] == ["c3"]
    oops(desk, 2)
    assert desk.state.waits == ()
    assert desk.effects[0] == ev.TakenBack("c2", ((2, 2),), ("c3",), desk.now)
    desk.give(ev.Tick(shift(START, seconds(60))))
    assert [number for number, _ in desk.sent] == ["c1", "c2"]


def test_follow_ons_that_came_are_taken_back_with_their_call() -> None:
    desk = Desk(SHOW)
    desk.go(0)
    desk.go(1)
    desk.give(ev.Tick(shift(START, seconds(10))))
    oops(desk, 11)
    assert desk.effects[0] == ev.TakenBack("c2", ((2, 3),), (), desk.now)
    assert desk.state.standby == "c2"


def test_a_cue_that_runs_sets_nothing_off_any_more_when_it_ends() -> None:
    show = show_of(cue("1", duration=seconds(10)), cue("2", trigger=AutoFollow()))
    desk = Desk(show)
    desk.go(0)
    assert follow_ons(desk.state, show, ((1, 1),)) == ["c2"]
    oops(desk, 1)
    assert [one.cue for one in desk.state.running] == ["c1"]
    desk.give(ev.Tick(shift(START, seconds(60))))
    assert [number for number, _ in desk.sent] == ["c1"]
    assert desk.state.running == ()


def test_what_waits_before_it_is_sent_is_not_sent() -> None:
    desk = Desk(show_of(cue("1", pre_wait=seconds(5)), cue("2")))
    desk.go(0)
    oops(desk, 1)
    desk.give(ev.Tick(shift(START, seconds(60))))
    assert desk.sent == []
    assert desk.effects == ()
    assert desk.state.standby == "c1"


def test_the_segment_that_the_call_began_has_not_begun() -> None:
    desk = Desk(SHOW)
    desk.go(0)
    desk.go(1)
    desk.go(20)
    assert desk.state.segment == "b"
    oops(desk, 25)
    assert (desk.state.segment, desk.state.segment_started_at) == ("a", START)
    assert ev.SegmentTakenBack("b", desk.now) in desk.effects


def test_a_segment_without_cues_is_a_call_too() -> None:
    desk = Desk(SHOW)
    for at in (0, 1, 20, 30):
        desk.go(at)
    assert desk.state.segment == "c"
    oops(desk, 31)
    assert (desk.state.segment, desk.state.standby) == ("b", "c")


def test_offsets_of_the_segment_before_wait_on() -> None:
    show = show_of(
        Segment(id="a"),
        cue("1"),
        cue("2", trigger=AtOffset(after=seconds(60))),
        Segment(id="b"),
        cue("3"),
    )
    desk = Desk(show)
    desk.go(0)
    before = desk.state.waits
    desk.go(10)
    assert desk.state.waits == ()
    oops(desk, 20)
    assert desk.state.waits == before


def test_an_offset_that_was_edited_away_since_does_not_wait_on() -> None:
    show = show_of(
        Segment(id="a"),
        cue("1"),
        cue("2", trigger=AtOffset(after=seconds(60))),
        cue("5", trigger=AtOffset(after=seconds(70))),
        Segment(id="b"),
        cue("3"),
    )
    desk = Desk(show)
    desk.go(0)
    desk.go(10)
    desk.show = edits.apply(desk.show, edits.edit(desk.show, "c2", trigger=Manual()))
    later = AtOffset(after=seconds(80))
    desk.show = edits.apply(desk.show, edits.edit(desk.show, "c5", trigger=later))
    desk.give(ev.ShowEdited(desk.now))
    oops(desk, 20)
    assert [(wait.cue, wait.due) for wait in desk.state.waits] == [("c5", shift(START, seconds(80)))]


def test_a_cue_that_was_started_by_hand_leaves_the_standby() -> None:
    desk = Desk(SHOW)
    desk.go(0)
    desk.give(ev.StartCue(at=desk.now, pressed_at=Instant(desk.now), source="key", cue="c4"))
    oops(desk, 1)
    assert desk.effects[0].row == "c4"  # type: ignore[union-attr]
    assert desk.state.standby == "c2"


def test_a_cue_that_fired_at_its_time_does_not_fire_again() -> None:
    at = AtClock(at=TimeOfDay(19 * 3600_000 + 30 * 60_000 + 5_000))
    desk = Desk(show_of(cue("1"), cue("2", trigger=at)))
    desk.give(ev.Tick(shift(START, seconds(6))))
    oops(desk, 7)
    desk.give(ev.Tick(shift(START, seconds(60))))
    assert [number for number, _ in desk.sent] == ["c2"]


def test_a_choice_that_the_call_made_is_open_again() -> None:
    show = show_of(
        cue("1"),
        Segment(id="w", branch="Result", ending="Win"),
        cue("2"),
        Segment(id="l", branch="Result", ending="Lose"),
        cue("3"),
    )
    desk = Desk(show)
    desk.go(0)
    desk.go(1)
    oops(desk, 2)
    assert desk.state.chosen == desk.state.begun == frozenset()
    desk.give(ev.ChooseEnding(desk.now, "Result", "Lose"))
    desk.go(3)
    oops(desk, 4)
    assert desk.state.chosen == {("Result", "Lose")}
    assert desk.state.begun == frozenset()


def test_in_edit_only_the_standby_moves() -> None:
    desk = Desk(SHOW, "edit")
    desk.go(0)
    assert desk.state.standby == "c2"
    assert oops(desk, 1) is None
    assert desk.state.standby == "c1"
    desk.give(ev.Restore(at=desk.now, before="c1", runs=(), actions=()))
    assert desk.refusal == "In EDIT nothing is sent."


def test_restoring_stops_what_runs_and_sends_what_was_asked() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(60)), cue("2")))
    desk.go(0)
    oops(desk, 1)
    action = Action(id="back", device="obs", kind="scene", fields={"scene": "Wide"})
    desk.give(ev.Restore(at=desk.now, before="c1", runs=(1,), actions=(action,)))
    restored = Cue(id="restore-2", number="1", name="Restored: as before 1", actions=(action,))
    assert desk.effects == (
        ev.StopRuns((1,)),
        ev.Ended(1, "c1", desk.now, stopped=True),
        ev.Restoring(2, restored, desk.now),
    )
    assert desk.state.running == ()
    assert desk.state.runs == 2


@settings(max_examples=250)
@given(evenings())
def test_an_oops_sends_nothing_and_what_it_takes_back_sets_nothing_off(evening: Evening) -> None:
    state, show = evening.turns[-1].after, evening.last_show
    at = evening.turns[-1].event.at
    state, _ = playback.apply(state, ev.Tick(at), show)
    runs = state.calls[-1].runs if state.calls and state.mode != "edit" else ()
    back, effects = playback.apply(state, ev.Oops(at), show)
    assert not any(isinstance(one, ev.Called | ev.Send | ev.StopRuns) for one in effects)
    assert back.standby is None or is_callable(back, show, show.positions[back.standby])
    if not any(isinstance(one, ev.TakenBack) for one in effects):
        return
    assert back.calls == state.calls[:-1]
    late = ShowTime(at + 3600 * 10**9)
    after, _ = playback.apply(back, ev.Tick(late), show)
    for call in after.calls:
        assert not set(each_run(call.runs)) & set(each_run(runs))
    assert not any(has_run(runs, wait.run) for wait in after.waits)


def test_follow_ons_of_two_chains_are_each_taken_back_with_their_own_call() -> None:
    show = show_of(
        cue("1", post_wait=seconds(10)),
        cue("2", trigger=AutoContinue(), post_wait=seconds(10)),
        cue("3", trigger=AutoContinue()),
        cue("4", post_wait=seconds(10)),
        cue("5", trigger=AutoContinue(), post_wait=seconds(10)),
        cue("6", trigger=AutoContinue()),
    )
    desk = Desk(show)
    desk.go(0)
    desk.go(5)
    desk.give(ev.Tick(shift(START, seconds(60))))
    assert [call.runs for call in desk.state.calls] == [((1, 1), (3, 3), (5, 5)), ((2, 2), (4, 4), (6, 6))]
    oops(desk, 61)
    assert desk.effects[0] == ev.TakenBack("c4", ((2, 2), (4, 4), (6, 6)), (), desk.now)


def test_a_long_chain_is_kept_as_one_stretch() -> None:
    rows = [cue("0"), *(cue(str(number), trigger=AutoContinue()) for number in range(1, 300))]
    desk = Desk(show_of(*rows))
    desk.go(0)
    assert [call.runs for call in desk.state.calls] == [((1, 300),)]
