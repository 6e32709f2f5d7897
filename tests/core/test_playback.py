"""The laws of playback, rule by rule: GO, standby, waits, follow-ons, and what is left out of a run."""

from __future__ import annotations

import pytest

from showcaller.core import events as ev
from showcaller.core.show import (
    Action,
    AtOffset,
    AutoContinue,
    AutoFollow,
    Call,
    Cue,
    Department,
    Fade,
    Segment,
)
from showcaller.core.times import (
    Duration,
    Instant,
    shift,
)
from tests.core.playback_desk import START, Desk, cue, seconds, show_of


def test_go_sends_the_standby_and_moves_it_to_the_next_cue_that_a_go_fires() -> None:
    desk = Desk(show_of(cue("1"), cue("2", trigger=AutoFollow()), cue("3")))
    assert desk.state.standby == "c1"
    desk.go(0)
    assert desk.state.standby == "c3"
    assert desk.state.last_called == "c1"
    assert [sent for sent, _ in desk.sent] == ["c1", "c2"]


def test_in_edit_a_go_moves_the_standby_and_sends_nothing() -> None:
    desk = Desk(show_of(cue("1"), cue("2")), mode="edit")
    desk.go(0)
    assert desk.state.standby == "c2"
    assert desk.sent == []


def test_a_go_that_names_another_standby_is_not_taken() -> None:
    desk = Desk(show_of(cue("1"), cue("2")))
    assert desk.go(0, standby="c2") is not None
    assert desk.sent == []
    assert desk.state.standby == "c1"


def test_a_second_go_within_the_guard_is_refused_with_its_distance() -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3")))
    desk.go(0)
    assert desk.go(0.2) == "GO 0.2 s after GO: not taken."
    assert desk.go(0.4) is None


def test_a_refused_go_does_not_lengthen_the_guard() -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3")))
    desk.go(0)
    desk.go(0.3)
    assert desk.go(0.45) is None


def test_the_guard_is_the_standby_cues_own_where_it_has_one() -> None:
    desk = Desk(show_of(cue("1"), cue("2", guard=Duration(2000)), cue("3", guard=Duration(0))))
    desk.go(0)
    assert desk.go(1.9) is not None
    assert desk.go(2.0) is None
    assert desk.go(2.0) is None


def test_automatic_gos_are_not_guarded() -> None:
    desk = Desk(show_of(cue("1"), cue("2")))
    desk.go(0)
    assert desk.go(0.1, source="auto") is None


def test_a_go_at_the_end_says_that_nothing_stands_by() -> None:
    desk = Desk(show_of(cue("1")))
    desk.go(0)
    assert "Nothing stands by" in (desk.go(1) or "")


def test_a_pre_wait_delays_the_actions_and_a_post_wait_the_next_cue() -> None:
    desk = Desk(
        show_of(
            cue("1", pre_wait=seconds(2), post_wait=seconds(3)),
            cue("2", trigger=AutoContinue(), pre_wait=seconds(1)),
        )
    )
    desk.go(0)
    desk.wait_until(10)
    assert desk.sent == [("c1", 2000), ("c2", 6000)]


def test_a_follow_on_is_timed_from_when_its_cause_was_due_however_late_the_tick_comes() -> None:
    rows = [cue("0"), *(cue(str(n), trigger=AutoContinue()) for n in range(1, 50))]
    rows = [
        Cue(**{**{f: getattr(r, f) for f in r.__struct_fields__}, "post_wait": Duration(20)}) for r in rows
    ]
    desk = Desk(show_of(*rows))
    desk.go(0)
    desk.give(ev.Tick(shift(START, seconds(5))))
    assert [at for _, at in desk.sent] == [20 * n for n in range(50)]


def test_auto_follow_waits_for_duration_fade_and_media() -> None:
    playing = cue(
        "1",
        duration=seconds(1),
        actions=(
            Action(id="f", device="obs", kind="volume", fade=Fade(to=-10, duration=seconds(3))),
            Action(id="m", device="obs", kind="play"),
        ),
    )
    desk = Desk(show_of(playing, cue("2", trigger=AutoFollow())))
    desk.go(0)
    desk.wait_until(8)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    desk.give(ev.MediaEnded(shift(START, seconds(9)), 1, "m"))
    assert desk.sent[-1] == ("c2", 9000)


def test_media_that_ends_before_the_duration_leaves_the_cue_running() -> None:
    playing = cue("1", duration=seconds(5), actions=(Action(id="m", device="obs", kind="play"),))
    desk = Desk(show_of(playing, cue("2", trigger=AutoFollow())))
    desk.go(0)
    desk.give(ev.MediaEnded(shift(START, seconds(2)), 1, "m"))
    desk.wait_until(6)
    assert desk.sent[-1] == ("c2", 5000)


def test_media_of_a_closed_device_is_not_waited_for() -> None:
    playing = cue("1", actions=(Action(id="m", device="obs", kind="play"),))
    desk = Desk(show_of(playing, cue("2", trigger=AutoFollow())))
    desk.give(ev.SetClosed(START, "obs", closed=True))
    desk.go(0)
    assert [sent for sent, _ in desk.sent] == ["c1", "c2"]


def test_a_segment_without_cues_is_itself_a_stop_for_go() -> None:
    desk = Desk(show_of(Segment(id="s1"), Segment(id="s2"), cue("1")))
    assert desk.state.standby == "s1"
    desk.go(0)
    assert desk.state.segment == "s1"
    assert desk.state.standby == "c1"
    assert desk.sent == []


def test_a_segment_starts_with_the_go_of_its_first_cue() -> None:
    desk = Desk(show_of(Segment(id="s1"), cue("1"), Segment(id="s2"), cue("2")))
    desk.go(1)
    assert (desk.state.segment, desk.state.segment_started_at) == ("s1", shift(START, seconds(1)))
    desk.go(7)
    assert (desk.state.segment, desk.state.segment_started_at) == ("s2", shift(START, seconds(7)))


def test_a_segment_whose_first_cue_has_an_offset_began_so_much_before_its_go() -> None:
    show = show_of(
        Segment(id="s1"),
        cue("1", offset=seconds(5)),
        cue("2", trigger=AtOffset(after=seconds(12))),
        Segment(id="s2"),
        cue("3", duration=seconds(60)),
        cue("4"),
    )
    desk = Desk(show)
    desk.go(5)
    assert (desk.state.segment_started_at, desk.state.started_at) == (START, START)
    assert [(wait.cue, wait.due) for wait in desk.state.waits] == [("c2", shift(START, seconds(12)))]
    desk.give(ev.Jump(shift(START, seconds(20)), "c4"))
    desk.go(90)
    assert desk.state.segment_started_at == shift(START, seconds(30))


def test_what_follows_a_cue_does_not_take_the_show_back_to_the_segment_that_it_has_left() -> None:
    desk = Desk(
        show_of(
            Segment(id="a", duration=seconds(60)),
            cue("1", duration=seconds(7)),
            cue("2", trigger=AutoFollow()),
            Segment(id="b", duration=seconds(60)),
            cue("3", offset=seconds(0)),
            cue("4", trigger=AtOffset(after=seconds(10))),
        )
    )
    desk.go(0)
    desk.go(5)
    desk.wait_until(15)
    assert (desk.state.segment, desk.state.segment_started_at) == ("b", shift(START, seconds(5)))
    assert desk.sent == [("c1", 0), ("c3", 5000), ("c2", 7000), ("c4", 15_000)]


def test_a_go_never_stops_a_running_cue() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(60)), cue("2")))
    desk.go(0)
    desk.go(1)
    assert "c1" in [running.cue for running in desk.state.running]


def test_several_runs_of_one_cue_can_run() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(60)), cue("2")))
    desk.go(0)
    desk.give(ev.StartCue(at=desk.now, pressed_at=pressed_in(1), source="osc", cue="c1"))
    assert [running.run for running in desk.state.running] == [1, 2]


def pressed_in(seconds_in: float) -> Instant:
    return Instant(START + round(seconds_in * 10**9))


def start(desk: Desk, cue_id: str, seconds_in: float, source: ev.Source = "osc") -> int:
    """Start a cue by name; return how many cues were called so far."""
    desk.give(ev.StartCue(at=desk.now, pressed_at=pressed_in(seconds_in), source=source, cue=cue_id))
    return len(desk.sent)


def test_a_cue_that_is_started_by_name_has_the_guard_of_its_own() -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3", guard=seconds(2))))
    assert start(desk, "c1", 1.0) == 1
    assert start(desk, "c1", 1.3) == 1
    assert start(desk, "c2", 1.3) == 2
    assert start(desk, "c1", 1.39) == 2
    assert desk.refusal == "Cue 1 was started 0.4 s before: not started again."
    assert start(desk, "c1", 1.41) == 3
    assert start(desk, "c3", 1.5) == 4
    assert start(desk, "c3", 3.4) == 4
    assert start(desk, "c3", 3.6) == 5
    assert start(desk, "c3", 3.7, source="auto") == 6


def test_go_and_a_start_of_the_same_cue_are_no_two_presses() -> None:
    desk = Desk(show_of(cue("1"), cue("2")))
    desk.go(1)
    assert start(desk, "c1", 1.2) == 1
    assert start(desk, "c2", 1.2) == 2


def test_only_the_last_starts_are_remembered() -> None:
    desk = Desk(show_of(*(cue(str(number)) for number in range(60))))
    for number in range(60):
        start(desk, f"c{number}", 0.01 * number)
    assert [one for one, _ in desk.state.starts] == [f"c{number}" for number in range(40, 60)]


def test_starting_a_cue_does_not_move_the_standby() -> None:
    desk = Desk(show_of(cue("1"), cue("2")))
    desk.give(ev.StartCue(at=desk.now, pressed_at=Instant(0), source="osc", cue="c2"))
    assert desk.state.standby == "c1"
    assert [sent for sent, _ in desk.sent] == ["c2"]


def test_skipping_passes_the_cue_and_its_follow_ons_by() -> None:
    desk = Desk(show_of(cue("1"), cue("2", trigger=AutoContinue()), cue("3")))
    desk.give(ev.Skip(desk.now, "c1", on=True))
    assert desk.state.standby == "c3"
    desk.go(0)
    assert [sent for sent, _ in desk.sent] == ["c3"]


def test_a_skipped_follow_on_ends_its_chain() -> None:
    desk = Desk(show_of(cue("1"), cue("2", trigger=AutoContinue()), cue("3", trigger=AutoContinue())))
    desk.give(ev.Skip(desk.now, "c2", on=True))
    desk.go(0)
    assert [sent for sent, _ in desk.sent] == ["c1"]


@pytest.mark.parametrize("event", [ev.Skip(START, "c2", on=True), ev.Float(START, "c2", on=True)])
def test_a_follow_on_that_is_passed_over_while_it_waits_does_not_fire(event: ev.Event) -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(5)), cue("2", trigger=AutoContinue())))
    desk.go(0)
    desk.give(event)
    desk.give(ev.Tick(shift(START, seconds(6))))
    assert [sent for sent, _ in desk.sent] == ["c1"]


def test_floating_a_segment_passes_its_cues_by_and_can_be_taken_back() -> None:
    desk = Desk(show_of(Segment(id="s1"), cue("1"), Segment(id="s2"), cue("2")))
    desk.give(ev.Float(desk.now, "s1", on=True))
    assert desk.state.standby == "c2"
    desk.give(ev.Float(desk.now, "s1", on=False))
    desk.give(ev.Step(desk.now, back=True))
    assert desk.state.standby == "c1"


def test_a_disarmed_cue_sends_nothing_but_its_waits_and_follow_ons_run() -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(2)), cue("2", trigger=AutoContinue())))
    desk.give(ev.Arm(desk.now, "c1", on=False))
    desk.go(0)
    desk.wait_until(3)
    assert next(one for one in desk.sent) == ("c1", 0)
    sends = []
    fresh = Desk(desk.show)
    fresh.give(ev.Arm(fresh.now, "c1", on=False))
    fresh.go(0)
    sends += fresh.kinds(ev.Send)
    fresh.wait_until(3)
    sends += fresh.kinds(ev.Send)
    assert [(send.cue, send.disarmed, send.actions == ()) for send in sends] == [
        ("c1", True, True),
        ("c2", False, False),
    ]


def test_a_department_on_manual_keeps_its_actions_and_nothing_else() -> None:
    both = cue(
        "1",
        calls=(Call(department="lx", number="1"), Call(department="vt", number="2")),
        actions=(
            Action(id="light", device="eos", kind="fire", number_from="lx"),
            Action(id="clip", device="obs", kind="scene", department="vt"),
        ),
    )
    departments = (Department(id="lx", name="LX"), Department(id="vt", name="VT"))
    desk = Desk(show_of(both, departments=departments))
    desk.give(ev.SetManual(desk.now, "lx", on=True))
    desk.go(0)
    (send,) = desk.kinds(ev.Send)
    assert (send.actions, send.manual) == (("clip",), ("light",))


def test_a_department_taken_by_an_operator_is_never_sent_for() -> None:
    light = cue(
        "1",
        calls=(Call(department="lx", number="1"),),
        actions=(Action(id="light", device="eos", kind="fire", number_from="lx"),),
    )
    desk = Desk(show_of(light, departments=(Department(id="lx", name="LX", taken_by="operator"),)))
    desk.go(0)
    (send,) = desk.kinds(ev.Send)
    assert (send.actions, send.manual) == ((), ("light",))


def test_a_jump_moves_the_standby_and_sends_nothing() -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3")))
    desk.give(ev.Jump(desk.now, "c3"))
    assert desk.state.standby == "c3"
    assert desk.sent == []


def test_a_jump_onto_a_follow_on_lands_on_the_next_cue_that_a_go_fires() -> None:
    desk = Desk(show_of(cue("1"), cue("2", trigger=AutoFollow()), cue("3")))
    desk.give(ev.Jump(desk.now, "c2"))
    assert desk.state.standby == "c3"


@pytest.mark.parametrize(("back", "standby"), [(True, "c1"), (False, "c3")])
def test_stepping_moves_the_standby_one_on_or_back(back: bool, standby: str) -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3")))
    desk.go(0)
    desk.give(ev.Step(desk.now, back=back))
    assert desk.state.standby == standby


def test_deleting_the_standby_moves_it_to_the_next_cue_behind_the_last_called() -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3")))
    desk.go(0)
    desk.show = show_of(cue("1"), cue("3"))
    desk.give(ev.ShowEdited(desk.now))
    assert desk.state.standby == "c3"
