"""Clock times and offsets: what fires by itself, and what is missed."""

from __future__ import annotations

from showcaller.core import events as ev
from showcaller.core.show import (
    AtClock,
    AtOffset,
    AutoContinue,
    Segment,
)
from showcaller.core.times import (
    Instant,
    parse_time_of_day,
    shift,
)
from tests.core.playback_desk import START, Desk, cue, seconds, show_of


def test_a_clock_trigger_fires_at_its_time_and_leaves_the_standby() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1", trigger=AtClock(at=at)), cue("2")))
    desk.wait_until(6)
    assert desk.sent == [("c1", 5000)]
    assert desk.state.standby == "c2"


def test_a_clock_trigger_more_than_a_second_past_is_missed_on_entering() -> None:
    at = parse_time_of_day("19:29:58")
    desk = Desk(show_of(cue("1", trigger=AtClock(at=at)), cue("2")))
    desk.wait_until(10)
    assert desk.sent == []
    assert [missed.cue for missed in desk.state.missed] == ["c1"]


def test_a_clock_time_past_midnight_is_in_the_same_night() -> None:
    desk = Desk(show_of(cue("1", trigger=AtClock(at=parse_time_of_day("00:10:00")))))
    assert desk.state.waits[0].due == shift(START, seconds(4 * 3600 + 40 * 60))


def test_an_offset_trigger_counts_from_the_start_of_its_segment() -> None:
    desk = Desk(show_of(Segment(id="s"), cue("1"), cue("2", trigger=AtOffset(after=seconds(10))), cue("3")))
    desk.go(4)
    desk.wait_until(20)
    assert desk.sent == [("c1", 4000), ("c2", 14000)]


def test_starting_a_waiting_timed_cue_takes_its_trigger() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1", trigger=AtClock(at=at)), cue("2")))
    desk.give(ev.StartCue(at=desk.now, pressed_at=Instant(0), source="osc", cue="c1"))
    desk.wait_until(10)
    assert [sent for sent, _ in desk.sent] == ["c1"]


def test_a_go_past_a_waiting_timed_cue_leaves_it_waiting_until_it_is_dropped() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1"), cue("2", trigger=AtClock(at=at)), cue("3")))
    desk.go(0)
    desk.go(1)
    assert [wait.cue for wait in desk.state.waits] == ["c2"]
    desk.give(ev.DropWait(desk.now, "c2"))
    desk.wait_until(10)
    assert [sent for sent, _ in desk.sent] == ["c1", "c3"]


def test_a_clock_trigger_that_passed_while_held_is_missed() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1", trigger=AtClock(at=at)), cue("2")))
    desk.give(ev.Hold(desk.now))
    desk.wait_until(20)
    desk.give(ev.Resume(desk.now))
    assert desk.sent == []
    assert [missed.cue for missed in desk.state.missed] == ["c1"]


def test_a_jump_past_a_waiting_clock_trigger_drops_it() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1", trigger=AtClock(at=at)), cue("2"), cue("3")))
    desk.give(ev.Jump(desk.now, "c3"))
    desk.wait_until(10)
    assert desk.sent == []


def test_with_auto_off_timed_triggers_are_missed_and_chains_go_on() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1"), cue("2", trigger=AutoContinue()), cue("3", trigger=AtClock(at=at))))
    desk.give(ev.SetAuto(desk.now, on=False))
    desk.go(0)
    desk.wait_until(10)
    assert [sent for sent, _ in desk.sent] == ["c1", "c2"]
    assert desk.state.missed[0].reason == "AUTO is off"


def test_a_message_to_the_stage_stands_until_it_is_taken_back_and_moves_nothing_else() -> None:
    desk = Desk(show_of(cue("1")))
    before = desk.state
    message = ev.StageMessage(at=desk.now, text="Wrap up", blink=True)
    desk.give(message)
    assert desk.state.stage == message
    desk.give(ev.StageMessage(at=desk.now, blackout=True))
    assert desk.state.stage is not None
    assert desk.state.stage.blackout
    desk.give(ev.StageMessage(at=desk.now, blink=True))
    assert desk.state == before


def test_an_edited_clock_time_moves_the_waiting_trigger() -> None:
    desk = Desk(show_of(cue("1", trigger=AtClock(at=parse_time_of_day("19:30:05"))), cue("2")))
    desk.show = show_of(cue("1", trigger=AtClock(at=parse_time_of_day("19:30:08"))), cue("2"))
    desk.give(ev.ShowEdited(desk.now))
    desk.wait_until(10)
    assert desk.sent == [("c1", 8000)]


def test_a_fired_clock_cue_does_not_fire_again_after_an_edit() -> None:
    desk = Desk(show_of(cue("1", trigger=AtClock(at=parse_time_of_day("19:30:05"))), cue("2")))
    desk.wait_until(6)
    desk.give(ev.ShowEdited(desk.now))
    desk.wait_until(20)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    assert desk.state.missed == ()
