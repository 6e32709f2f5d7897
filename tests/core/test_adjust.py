"""Nudge, start now and buy-back are events of a run: each is taken back by its opposite."""

from __future__ import annotations

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.playback import apply
from showcaller.core.position import Playback
from showcaller.core.show import AtOffset, Cue, Manual, Segment, Show
from showcaller.core.times import Duration, Instant, ShowTime, shift

T = ShowTime(1_790_000_000 * 10**9)

SHOW = Show(
    id="show",
    rundown=(
        Segment(id="a", duration=Duration(600_000)),
        Cue(id="a1"),
        Cue(id="a2"),
        Cue(id="a9", trigger=AtOffset(after=Duration(300_000))),
        Segment(id="b", duration=Duration(300_000)),
        Cue(id="b1"),
        Cue(id="b9", trigger=AtOffset(after=Duration(60_000))),
        Segment(id="c", duration=Duration(300_000), floated=True),
    ),
)


def later(seconds: float) -> ShowTime:
    return shift(T, Duration(round(seconds * 1000)))


def run(*events: ev.Event, state: Playback | None = None) -> tuple[Playback, list[ev.Effect]]:
    """Apply events one after the other; without a state, to a run whose first cue was called."""
    effects: list[ev.Effect] = []
    if state is None:
        state, _ = apply(Playback(), ev.Begin(at=T, mode="live"), SHOW)
        state, _ = apply(state, ev.Go(at=T, pressed_at=Instant(T), source="key"), SHOW)
    for event in events:
        state, more = apply(state, event, SHOW)
        effects += more
    return state, effects


def sentences(effects: list[ev.Effect]) -> list[str]:
    return [one.sentence for one in effects if isinstance(one, ev.Refused)]


def test_added_time_sums_up_and_the_opposite_takes_it_back() -> None:
    state, _ = run(ev.AddTime(T, "a", Duration(10_000)), ev.AddTime(T, "b", Duration(-1_000)))
    assert state.added == (("a", 10_000), ("b", -1_000))
    state, _ = run(
        ev.AddTime(T, "a", Duration(1_000)),
        ev.AddTime(T, "a", Duration(-11_000)),
        ev.AddTime(T, "b", Duration(1_000)),
        state=state,
    )
    assert state.added == ()


def test_starting_a_segment_calls_nothing_and_moves_the_standby_into_it() -> None:
    state, effects = run(ev.StartNow(later(60), "b", on=True))
    assert (state.segment, state.segment_started_at, state.started_at) == ("b", later(60), T)
    assert state.standby == "b1"
    assert [wait.cue for wait in state.waits] == ["b9"]
    assert effects == [ev.SegmentStarted("b", later(60))]


def test_a_start_is_taken_back_with_standby_clock_and_offset_triggers() -> None:
    before, _ = run()
    state, effects = run(ev.StartNow(later(60), "b", on=True), ev.StartNow(later(65), "b", on=False))
    assert state == before
    assert effects[-1] == ev.SegmentTakenBack("b", later(65))


def test_an_offset_that_was_edited_away_since_a_start_does_not_wait_again() -> None:
    started, _ = run(ev.StartNow(later(10), "b", on=True))
    offset = next(wait.cue for wait in run()[0].waits)
    show = edits.apply(SHOW, edits.edit(SHOW, offset, trigger=Manual()))
    started, _ = apply(started, ev.ShowEdited(later(11)), show)
    state, _ = apply(started, ev.StartNow(later(12), "b", on=False), show)
    assert state.segment == "a"
    assert state.waits == ()


def test_a_start_cannot_be_taken_back_once_a_cue_was_called() -> None:
    go = ev.Go(at=later(70), pressed_at=Instant(later(70)), source="key")
    called, _ = run(ev.StartNow(later(60), "b", on=True), go)
    state, effects = run(ev.StartNow(later(75), "b", on=False), state=called)
    assert state == called
    assert sentences(effects) == ["A cue was called since: the start cannot be taken back."]


def test_what_cannot_start_says_why_and_changes_nothing() -> None:
    before, _ = run()
    for segment, reason in (
        ("a", "That segment runs already."),
        ("a1", "There is no such segment."),
        ("c", "That segment is floated: take it back in first."),
    ):
        state, effects = run(ev.StartNow(T, segment, on=True), state=before)
        assert (state, sentences(effects)) == (before, [reason])
    crashed, _ = run(ev.EngineRestarted(T), state=before)
    state, effects = run(ev.StartNow(T, "b", on=True), state=crashed)
    assert state == crashed
    assert sentences(effects)


def test_buying_back_floats_and_trims_at_once_and_is_taken_back_at_once() -> None:
    before, _ = run()
    event = ev.BuyBack(at=T, floats=("b",), trims=(("a", Duration(30_000)),), on=True)
    state, _ = run(event)
    assert state.floated == {("b", True)}
    assert state.added == (("a", -30_000),)
    state, _ = run(ev.BuyBack(at=T, floats=event.floats, trims=event.trims, on=False), state=state)
    assert state.added == ()
    assert state.floated == {("b", False)}
    assert state.standby == before.standby


def test_floating_the_segment_of_the_standby_moves_the_standby_on() -> None:
    state, _ = run(ev.Jump(T, "b1"), ev.BuyBack(at=T, floats=("b",), on=True))
    assert state.standby is None


def test_in_edit_nothing_is_nudged() -> None:
    for event in (
        ev.AddTime(T, "a", Duration(1_000)),
        ev.StartNow(T, "a", on=True),
        ev.BuyBack(at=T, floats=("a",), on=True),
    ):
        state, effects = apply(Playback(), event, SHOW)
        assert state == Playback()
        assert sentences(list(effects)) == ["In EDIT nothing runs: change the duration in the rundown."]
