"""Hold, stop, stop all, panic, and the way on after an engine restart."""

from __future__ import annotations

from showcaller.core import events as ev
from showcaller.core.show import (
    AtClock,
    AutoContinue,
    AutoFollow,
)
from showcaller.core.times import (
    Instant,
    parse_time_of_day,
    shift,
)
from tests.core.playback_desk import START, Desk, cue, seconds, show_of


def test_hold_suspends_waits_and_resume_gives_them_what_was_left() -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(10)), cue("2", trigger=AutoContinue())))
    desk.go(0)
    desk.wait_until(4)
    desk.give(ev.Hold(desk.now))
    desk.wait_until(100)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    desk.give(ev.Resume(desk.now))
    desk.wait_until(200)
    assert desk.sent[-1] == ("c2", 106_000)


def test_a_go_works_while_held_and_its_waits_begin_with_resume() -> None:
    desk = Desk(show_of(cue("1"), cue("2", pre_wait=seconds(3))))
    desk.give(ev.Hold(desk.now))
    desk.go(1)
    desk.go(2)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    desk.wait_until(50)
    desk.give(ev.Resume(desk.now))
    desk.wait_until(60)
    assert desk.sent[-1] == ("c2", 53_000)


def test_a_cue_that_ends_while_held_is_followed_on_resume() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(5)), cue("2", trigger=AutoFollow())))
    desk.go(0)
    desk.give(ev.Hold(desk.now))
    desk.wait_until(20)
    desk.give(ev.Resume(desk.now))
    assert desk.sent[-1][0] == "c2"


def test_stop_all_ends_waits_and_follow_ons_and_nothing_fires_until_the_next_go() -> None:
    at = parse_time_of_day("19:30:30")
    desk = Desk(
        show_of(
            cue("1", post_wait=seconds(5)),
            cue("2", trigger=AutoContinue()),
            cue("3", trigger=AtClock(at=at)),
            cue("4"),
        )
    )
    desk.go(0)
    desk.give(ev.StopAll(shift(START, seconds(1))))
    assert desk.kinds(ev.StopEverything)
    desk.wait_until(60)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    assert [missed.cue for missed in desk.state.missed] == ["c3"]
    desk.go(61)
    assert desk.sent[-1][0] == "c4"


def test_stop_all_comes_before_what_is_due_at_the_same_time() -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(5)), cue("2", trigger=AutoContinue())))
    desk.go(0)
    desk.give(ev.StopAll(shift(START, seconds(5))))
    assert [sent for sent, _ in desk.sent] == ["c1"]


def test_stopping_one_cue_ends_its_pre_wait_its_follow_ons_and_only_those() -> None:
    desk = Desk(
        show_of(
            cue("1", duration=seconds(30), post_wait=seconds(5)),
            cue("2", trigger=AutoContinue()),
            cue("3", pre_wait=seconds(10)),
        )
    )
    desk.go(0)
    desk.go(1)
    desk.give(ev.StopCue(desk.now, "c1"))
    assert desk.kinds(ev.StopRuns) == [ev.StopRuns((1,))]
    desk.wait_until(60)
    assert [sent for sent, _ in desk.sent] == ["c1", "c3"]


def test_panic_stops_all_then_fires_the_panic_cue_and_again_drops_its_wait() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(9)), cue("P", pre_wait=seconds(5)), panic="cP"))
    desk.go(0)
    desk.give(ev.Panic(shift(START, seconds(1)), Instant(0)))
    assert desk.kinds(ev.StopEverything)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    desk.give(ev.Panic(shift(START, seconds(2)), Instant(0)))
    assert desk.sent[-1] == ("cP", 2000)


def test_panic_without_a_panic_cue_stops_all_and_says_so() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(9))))
    desk.go(0)
    desk.give(ev.Panic(shift(START, seconds(1)), Instant(0)))
    assert desk.kinds(ev.StopEverything)
    assert "no panic cue" in (desk.refusal or "")


def test_standby_never_lands_on_the_panic_cue() -> None:
    desk = Desk(show_of(cue("1"), cue("P"), panic="cP"))
    desk.go(0)
    assert desk.state.standby is None


def test_after_an_engine_restart_nothing_fires_until_it_is_confirmed() -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(5)), cue("2", trigger=AutoContinue()), cue("3")))
    desk.go(0)
    desk.give(ev.EngineRestarted(shift(START, seconds(2))))
    desk.wait_until(30)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    assert "confirm" in (desk.go(31) or "")
    desk.give(ev.Confirm(desk.now, with_waits=True))
    desk.wait_until(60)
    assert desk.sent[-1] == ("c2", 34_000)


def test_confirming_without_waits_drops_them() -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(5)), cue("2", trigger=AutoContinue()), cue("3")))
    desk.go(0)
    desk.give(ev.EngineRestarted(shift(START, seconds(2))))
    desk.give(ev.Confirm(shift(START, seconds(9)), with_waits=False))
    desk.wait_until(30)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    assert desk.go(31) is None
