"""The laws of playback hold over random shows and random evenings, edits and restarts included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hypothesis import given, settings

from showcaller.core import edits, playback
from showcaller.core import events as ev
from showcaller.core.position import Playback, is_callable, next_deadline
from showcaller.core.times import ShowTime
from tests.core.evenings import Evening, Turn, evenings

FRESH = (ev.Begin, ev.Go, ev.SayNext, ev.StartCue, ev.Panic)
"""Events after which something may be sent again."""

MANY = settings(max_examples=250)


def _runs(evening: Evening) -> Iterator[list[Turn]]:
    """Yield the turns of each run: run numbers begin anew with each."""
    turns: list[Turn] = []
    for turn in evening.turns:
        if isinstance(turn.event, ev.Begin) and turns:
            yield turns
            turns = []
        turns.append(turn)
    yield turns


def _time_of(effect: ev.Effect) -> ShowTime | None:
    match effect:
        case ev.Called(at=at) | ev.Ended(at=at) | ev.SegmentStarted(at=at) | ev.Send(due=at):
            return at
        case _:
            return None


@MANY
@given(evenings())
def test_nothing_is_sent_after_stop_all_until_the_next_go_start_or_panic(evening: Evening) -> None:
    stopped = False
    for turn in evening.turns:
        if isinstance(turn.event, ev.StopAll):
            stopped = True
            assert not turn.after.running
            assert all(wait.cause in {"clock", "timecode"} for wait in turn.after.waits)
        elif isinstance(turn.event, FRESH):
            stopped = False
        assert not (stopped and any(isinstance(one, ev.Called | ev.Send) for one in turn.effects))


@MANY
@given(evenings())
def test_times_of_effects_never_go_backwards(evening: Evening) -> None:
    for turns in _runs(evening):
        last = turns[0].event.at
        for turn in turns:
            for effect in turn.effects:
                at = _time_of(effect)
                if at is not None:
                    assert at >= last, (turn.event, turn.effects)
                    last = at
            assert last <= turn.event.at


@MANY
@given(evenings())
def test_no_deadline_lies_before_the_last_event(evening: Evening) -> None:
    for turn in evening.turns:
        due = next_deadline(turn.after)
        if turn.after.mode != "edit" and not isinstance(turn.event, ev.EngineRestarted):
            assert due is None or due >= turn.event.at, turn.event


@MANY
@given(evenings(with_restarts=False))
def test_a_tick_at_the_deadline_gets_past_it(evening: Evening) -> None:
    state, show = evening.turns[-1].after, evening.last_show
    for _ in range(200):
        due = next_deadline(state)
        if due is None or state.mode == "edit":
            break
        state, _ = playback.apply(state, ev.Tick(due), show)
        following = next_deadline(state)
        assert following is None or following > due
    else:
        raise AssertionError("a show of a few rows goes on for ever")


@MANY
@given(evenings())
def test_every_called_cue_is_sent_exactly_once_unless_something_ended_its_wait(evening: Evening) -> None:
    for turns in _runs(evening):
        called: dict[int, str] = {}
        sent: Counter[int] = Counter()
        for turn in turns:
            for effect in turn.effects:
                if isinstance(effect, ev.Called):
                    assert effect.run not in called, "two runs have one number"
                    called[effect.run] = effect.cue
                elif isinstance(effect, ev.Send):
                    assert called.get(effect.run) == effect.cue, "sent before it was called"
                    sent[effect.run] += 1
            waiting = {wait.run for wait in turn.after.waits if wait.cause == "pre-wait"}
            ended = _may_end_waits(turn)
            for run in called:
                if not sent[run] and run not in waiting:
                    assert ended, f"run {run} was lost by {turn.event}"
                    sent[run] = -1
            assert all(abs(count) == 1 for count in sent.values() if count)
        assert set(sent) <= set(called)


def _may_end_waits(turn: Turn) -> bool:
    match turn.event:
        case (
            ev.StopAll()
            | ev.StopCue()
            | ev.Panic()
            | ev.DropWait()
            | ev.Finish()
            | ev.ShowEdited()
            | ev.Oops()
        ):
            return True
        case ev.Confirm(with_waits=with_waits):
            return not with_waits
        case _:
            return False


@MANY
@given(evenings())
def test_standby_is_a_row_that_a_go_fires_or_none(evening: Evening) -> None:
    for turn in evening.turns:
        standby = turn.after.standby
        assert standby is None or is_callable(turn.after, turn.show, turn.show.positions[standby]), turn.event


@MANY
@given(evenings())
def test_waits_and_running_cues_are_of_rows_that_are_there(evening: Evening) -> None:
    for turn in evening.turns:
        for one in (*turn.after.waits, *turn.after.running):
            assert turn.show.cue(one.cue) is not None


@MANY
@given(evenings())
def test_each_timed_trigger_waits_at_most_once(evening: Evening) -> None:
    for turn in evening.turns:
        timed = Counter(wait.cue for wait in turn.after.waits if wait.cause in ev.TIMED)
        assert all(count == 1 for count in timed.values()), turn.event


@MANY
@given(evenings())
def test_a_clock_trigger_fires_at_most_once_in_a_run(evening: Evening) -> None:
    for turns in _runs(evening):
        fired = Counter(
            effect.cue
            for turn in turns
            for effect in turn.effects
            if isinstance(effect, ev.Called) and effect.cause == "clock"
        )
        assert all(count == 1 for count in fired.values())


@MANY
@given(evenings())
def test_a_dropped_clock_trigger_does_not_fire(evening: Evening) -> None:
    for turns in _runs(evening):
        dropped: set[str] = set()
        for turn in turns:
            assert not any(
                isinstance(one, ev.Called) and one.cause == "clock" and one.cue in dropped
                for one in turn.effects
            )
            if isinstance(turn.event, ev.DropWait):
                before = {wait.cue for wait in turn.before.waits if wait.cause == "clock"}
                after = {wait.cue for wait in turn.after.waits if wait.cause == "clock"}
                gone = before - after - {one.cue for one in turn.effects if isinstance(one, ev.Called)}
                dropped |= gone & {turn.event.cue}


@MANY
@given(evenings())
def test_nothing_fires_by_itself_while_the_engine_waits_to_be_confirmed(evening: Evening) -> None:
    for turn in evening.turns:
        if turn.before.unconfirmed and turn.after.unconfirmed and not isinstance(turn.event, ev.Panic):
            assert not any(isinstance(one, ev.Called | ev.Send) for one in turn.effects), turn.event


@MANY
@given(evenings())
def test_in_edit_nothing_is_ever_called_or_sent(evening: Evening) -> None:
    for turn in evening.turns:
        if turn.before.mode == "edit" and not isinstance(turn.event, ev.Begin):
            assert not any(isinstance(one, ev.Called | ev.Send) for one in turn.effects)
            assert not turn.after.waits
            assert not turn.after.running


@MANY
@given(evenings())
def test_replaying_the_events_gives_the_same_playback_and_effects(evening: Evening) -> None:
    state, show = Playback(), evening.show
    for turn in evening.turns:
        if turn.change is not None:
            show = edits.apply(show, turn.change)
        state, effects = playback.apply(state, turn.event, show)
        assert effects == turn.effects
    assert state == evening.turns[-1].after
    assert show == evening.last_show


@MANY
@given(evenings(with_edits=False, with_restarts=False))
def test_many_ticks_or_one_late_one_come_to_the_same(evening: Evening) -> None:
    """Lateness never adds up: what happens between two events does not depend on when the code woke."""
    state, show = evening.turns[-1].after, evening.last_show
    if state.mode == "edit" or any(wait.cause in ev.TIMED for wait in state.waits):
        return
    end = ShowTime(evening.turns[-1].event.at + 12 * 3600 * 10**9)
    stepped, many = state, []
    while (due := next_deadline(stepped)) is not None and due <= end:
        stepped, effects = playback.apply(stepped, ev.Tick(due), show)
        many += effects
    stepped, effects = playback.apply(stepped, ev.Tick(end), show)
    late, at_once = playback.apply(state, ev.Tick(end), show)
    if any(isinstance(one, ev.Missed) for one in at_once):
        return
    assert list(at_once) == [*many, *effects]
    assert late == stepped
