"""The caller's key says warning, standby and GO as the show has chosen, and each press says one of them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.call_steps import is_held, next_step
from showcaller.core.show import Calling, Segment, Show
from showcaller.core.times import NO_TIME
from tests.core.evenings import Evening, evenings
from tests.core.playback_desk import START, Desk, cue, show_of


def show_called(calling: Calling, **values: object) -> Show:
    return show_of(cue("1"), cue("2"), cue("3"), calling=calling, **values)


@pytest.mark.parametrize(
    ("calling", "steps"),
    [
        ("go", ["go", "go"]),
        ("standby-go", ["standby", "go", "standby", "go"]),
        ("warning-standby-go", ["warning", "standby", "go", "warning"]),
        ("hold", ["standby", "go", "standby"]),
    ],
)
def test_a_show_chooses_the_steps_of_a_call(calling: Calling, steps: list[str]) -> None:
    desk = Desk(show_called(calling))
    said = []
    for number in range(len(steps)):
        said.append(next_step(desk.state, desk.show))
        assert desk.say_next(number, step=said[-1]) is None
    assert said == steps
    assert len(desk.sent) == steps.count("go")


def test_standby_is_stood_by_between_its_step_and_go() -> None:
    desk = Desk(show_called("warning-standby-go"))
    states = [(desk.state.warned, desk.state.stood_by)]
    for number in range(3):
        desk.say_next(number)
        states.append((desk.state.warned, desk.state.stood_by))
    assert states == [(False, False), (True, False), (True, True), (False, False)]
    assert desk.state.standby == "c2"


def test_guard_separates_the_steps_too() -> None:
    desk = Desk(show_called("standby-go"))
    assert desk.say_next(1) is None
    assert desk.say_next(1.2) == "GO 0.2 s after the standby: not taken."
    assert desk.go(1.3) == "GO 0.3 s after the standby: not taken."
    assert desk.sent == []
    assert desk.say_next(1.4) is None
    assert desk.say_next(1.5) == "Standby 0.1 s after GO: not taken."
    assert not desk.state.stood_by
    desk = Desk(show_called("warning-standby-go"))
    desk.say_next(1)
    assert desk.say_next(1.1) == "Standby 0.1 s after the warning: not taken."


@pytest.mark.parametrize("source", ["osc", "midi"])
def test_a_remote_go_always_fires(source: ev.Source) -> None:
    desk = Desk(show_called("warning-standby-go"))
    assert desk.go(1, source=source) is None
    desk.say_next(3, source="key")
    assert desk.go(3.1, source=source) is None
    assert [one for one, _ in desk.sent] == ["c1", "c2"]
    assert not desk.state.warned


@pytest.mark.parametrize(
    "event",
    [
        ev.Step(START, back=False),
        ev.Jump(START, "c3"),
        ev.Jump(START, "c1"),
        ev.Skip(START, "c1", on=True),
        ev.StandBy(START, spoken=False),
    ],
)
def test_back_jump_and_skip_begin_the_call_anew(event: ev.Event) -> None:
    desk = Desk(show_called("warning-standby-go"))
    desk.say_next(1)
    desk.say_next(2)
    desk.give(msgspec.structs.replace(event, at=desk.now))
    assert next_step(desk.state, desk.show) == "warning"
    desk = Desk(show_called("standby-go"), from_row="c2")
    desk.say_next(1)
    desk.give(ev.Step(desk.now, back=True))
    assert (desk.state.standby, desk.state.stood_by) == ("c1", False)


def test_a_press_for_a_step_that_is_over_is_not_taken() -> None:
    desk = Desk(show_called("standby-go"))
    desk.say_next(1, source="osc")
    assert desk.say_next(2, step="standby") == "The call had moved on: the press was not taken."
    assert desk.sent == []


def test_a_segment_without_cues_is_only_gone_to() -> None:
    desk = Desk(show_of(Segment(id="s1"), Segment(id="s2"), cue("1"), calling="standby-go"))
    assert next_step(desk.state, desk.show) == "go"
    assert not is_held(desk.state, desk.show)


def test_in_edit_there_is_only_go() -> None:
    desk = Desk(show_called("hold"), mode="edit")
    assert next_step(desk.state, desk.show) == "go"
    assert not is_held(desk.state, desk.show)


def test_choice_of_steps_holds_at_once_for_the_standby() -> None:
    desk = Desk(show_called("standby-go"))
    desk.say_next(1)
    desk.show = edits.apply(desk.show, edits.edit(desk.show, desk.show.id, calling="go"))
    desk.give(ev.ShowEdited(desk.now))
    assert next_step(desk.state, desk.show) == "go"


@given(evenings())
def test_a_step_before_go_sends_nothing_of_its_own_and_keeps_the_standby(evening: Evening) -> None:
    for turn in evening.turns:
        if not isinstance(turn.event, ev.SayNext):
            continue
        called = [one for one in turn.effects if isinstance(one, ev.Called) and one.cause == "go"]
        if turn.after.last_step_at != turn.before.last_step_at:
            assert not called
            assert turn.after.standby == turn.before.standby
            assert turn.after.warned
            assert turn.after.last_go_at == turn.before.last_go_at


@given(evenings())
def test_no_go_of_the_callers_key_comes_before_the_standby_was_spoken(evening: Evening) -> None:
    for turn in evening.turns:
        if not isinstance(turn.event, ev.SayNext) or turn.show.calling == "go":
            continue
        for one in turn.effects:
            if isinstance(one, ev.Called) and one.cause == "go":
                assert turn.before.stood_by


@given(evenings())
def test_what_was_said_of_a_standby_goes_with_it(evening: Evening) -> None:
    for turn in evening.turns:
        if turn.after.standby != turn.before.standby:
            assert not turn.after.stood_by or turn.after.standby in turn.before.stood_with
            assert not (turn.after.warned)


def test_a_cue_without_guard_is_stepped_without_one() -> None:
    show = show_of(cue("1", guard=NO_TIME), calling="standby-go")
    desk = Desk(show)
    desk.say_next(1)
    assert desk.say_next(1) is None
    assert [one for one, _ in desk.sent] == ["c1"]
