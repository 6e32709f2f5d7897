"""Stopwatches and countdowns: started by cues and by hand, taken back, and resumed from a journal."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core import events as ev
from showcaller.core.clocks import Thresholds, changes_in, figures_of, level_of, timer_clock
from showcaller.core.forms import Catalogue
from showcaller.core.playback import apply
from showcaller.core.position import Playback, Timer
from showcaller.core.row_checks import Surroundings, check_row
from showcaller.core.show import Cue, Show, TimerDeed, TimerOrder
from showcaller.core.timers import find_timer, ready_timers, timer_names
from showcaller.core.times import Duration, ShowTime, shift
from tests.core.playback_desk import START, ZONE, Desk, cue, seconds, show_of

BREAK = TimerOrder(timer="BREAK", down_from=seconds(60))
TALK = TimerOrder(timer="TALK")


def _by_hand(desk: Desk, at: float, timer: str, do: TimerDeed, *, on: bool = True, down: float = 0) -> None:
    desk.now = shift(START, seconds(at))
    length = seconds(down) if down else None
    desk.give(ev.SetTimer(at=desk.now, timer=timer, do=do, down_from=length, on=on))


def _shown(desk: Desk, timer: str, at: float) -> str:
    found = find_timer(desk.state.timers, timer)
    assert found is not None
    return figures_of(timer_clock(found), shift(START, seconds(at)), ZONE)


def test_a_cue_starts_a_countdown_at_the_instant_it_fires_not_when_it_was_called() -> None:
    desk = Desk(show_of(cue("1", timers=(BREAK,), pre_wait=seconds(5)), cue("2")))
    desk.go(10)
    assert desk.state.timers == ()
    desk.wait_until(20)
    assert desk.state.timers == (Timer("BREAK", seconds(60), shift(START, seconds(15))),)
    assert [_shown(desk, "BREAK", at) for at in (15, 15.5, 74.9, 75, 75.9, 76, 135)] == [
        "1:00",
        "1:00",
        "0:01",
        "0:00",
        "0:00",
        "+0:01",
        "+1:00",
    ]


def test_a_stopwatch_counts_up_from_the_instant_it_was_started() -> None:
    desk = Desk(show_of(cue("1", timers=(TALK,)), cue("2")))
    desk.go(0)
    assert [_shown(desk, "TALK", at) for at in (0, 0.9, 1, 3599.9, 3600)] == [
        "0:00",
        "0:00",
        "0:01",
        "59:59",
        "1:00:00",
    ]


def test_a_countdown_warns_and_is_urgent_and_over_and_a_stopwatch_never_is() -> None:
    limits = Thresholds(seconds(30), seconds(10))
    down = timer_clock(Timer("BREAK", seconds(60), START))
    levels = [level_of(down, shift(START, seconds(at)), limits) for at in (29, 30, 50, 60.5, 61)]
    assert levels == ["steady", "warn", "danger", "danger", "over"]
    held = timer_clock(Timer("BREAK", seconds(60), None, seconds(55)))
    assert level_of(held, START, limits) == "danger"
    for timer in (Timer("TALK", None, START), Timer("TALK", None, None, seconds(5))):
        assert level_of(timer_clock(timer), shift(START, seconds(5)), limits) == "steady"


def test_a_stopped_timer_stands_and_goes_on_where_it_stood() -> None:
    desk = Desk(show_of(cue("1", timers=(BREAK,)), cue("2")))
    desk.go(0)
    _by_hand(desk, 20, "BREAK", "stop")
    assert _shown(desk, "BREAK", 50) == "0:40"
    assert changes_in(timer_clock(desk.state.timers[0]), desk.now) is None
    _by_hand(desk, 50, "BREAK", "resume")
    assert _shown(desk, "BREAK", 60) == "0:30"
    _by_hand(desk, 60, "BREAK", "reset")
    assert _shown(desk, "BREAK", 99) == "1:00"


def test_overtime_that_was_stopped_keeps_its_sign() -> None:
    desk = Desk(show_of(cue("1", timers=(BREAK,)), cue("2")))
    desk.go(0)
    _by_hand(desk, 73, "BREAK", "stop")
    assert _shown(desk, "BREAK", 500) == "+0:13"


def test_a_cue_that_starts_a_running_timer_begins_it_anew() -> None:
    again = TimerOrder(timer="BREAK", down_from=seconds(300))
    desk = Desk(show_of(cue("1", timers=(BREAK,)), cue("2", timers=(again,)), cue("3")))
    desk.go(0)
    desk.go(90)
    assert _shown(desk, "BREAK", 90) == "5:00"


def test_one_cue_gives_several_orders_in_turn() -> None:
    orders = (BREAK, TALK, TimerOrder(timer="TALK", do="stop"))
    desk = Desk(show_of(cue("1", timers=orders), cue("2")))
    desk.go(0)
    assert [(timer.name, timer.started_at is not None) for timer in desk.state.timers] == [
        ("BREAK", True),
        ("TALK", False),
    ]
    assert [one.timer for one in desk.effects if isinstance(one, ev.TimerOrdered)] == [
        "BREAK",
        "TALK",
        "TALK",
    ]


def test_a_disarmed_cue_still_starts_its_timers() -> None:
    desk = Desk(show_of(cue("1", timers=(TALK,), armed=False), cue("2")))
    desk.go(0)
    assert desk.state.timers == (Timer("TALK", None, START),)


def test_a_hold_does_not_stop_what_measures_the_show() -> None:
    desk = Desk(show_of(cue("1", timers=(TALK,)), cue("2")))
    desk.go(0)
    desk.give(ev.Hold(shift(START, seconds(10))))
    desk.give(ev.Resume(shift(START, seconds(30))))
    assert _shown(desk, "TALK", 40) == "0:40"


def test_stop_all_leaves_the_timers_running() -> None:
    desk = Desk(show_of(cue("1", timers=(TALK,)), cue("2")))
    desk.go(0)
    desk.give(ev.StopAll(shift(START, seconds(10))))
    assert _shown(desk, "TALK", 11) == "0:11"


def test_what_was_done_by_hand_is_taken_back_as_if_it_had_never_been() -> None:
    desk = Desk(show_of(cue("1", timers=(TALK,)), cue("2")))
    desk.go(0)
    _by_hand(desk, 30, "TALK", "reset")
    _by_hand(desk, 40, "TALK", "reset", on=False)
    assert _shown(desk, "TALK", 50) == "0:50"
    assert desk.state.timer_before is None


def test_a_timer_made_by_hand_is_gone_when_that_is_taken_back() -> None:
    desk = Desk(show_of(cue("1")))
    _by_hand(desk, 5, "PHONE", "start", down=120)
    assert _shown(desk, "PHONE", 5) == "2:00"
    _by_hand(desk, 6, "PHONE", "start", on=False)
    assert desk.state.timers == ()


def test_what_a_cue_has_moved_since_cannot_be_taken_back() -> None:
    desk = Desk(show_of(cue("1", timers=(TALK,)), cue("2")))
    _by_hand(desk, 5, "TALK", "start")
    desk.go(10)
    _by_hand(desk, 11, "TALK", "start", on=False)
    assert desk.refusal == "A cue has moved TALK since: that cannot be taken back."
    assert _shown(desk, "TALK", 20) == "0:10"


def test_in_edit_no_timer_starts() -> None:
    desk = Desk(show_of(cue("1", timers=(TALK,))), mode="edit")
    desk.go(0)
    assert desk.state.timers == ()
    _by_hand(desk, 1, "TALK", "start")
    assert desk.refusal == "In EDIT nothing runs: timers start in REHEARSE and LIVE."


def test_a_run_begins_without_the_timers_of_the_last_one() -> None:
    desk = Desk(show_of(cue("1", timers=(TALK,)), cue("2")))
    desk.go(0)
    desk.give(ev.Begin(at=shift(START, seconds(60)), mode="live"))
    assert desk.state.timers == ()


def test_the_timers_of_a_show_are_those_of_its_cues_and_those_made_by_hand() -> None:
    show = show_of(cue("1", timers=(TALK, BREAK)), cue("2", timers=(BREAK,)))
    assert timer_names(show, (Timer("PHONE"), Timer("TALK"))) == ("TALK", "BREAK", "PHONE")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["start", "stop", "resume", "reset"]),
            st.none() | st.integers(1, 600_000).map(Duration),
            st.integers(0, 3_600_000_000_000),
        ),
        max_size=12,
    ),
    st.integers(0, 10_000_000_000),
)
def test_what_a_timer_shows_is_what_passed_while_it_ran(
    deeds: list[tuple[TimerDeed, Duration | None, int]], later: int
) -> None:
    """Against a stopwatch kept the plain way: the sum of the stretches in which it ran."""
    state, show, now = Playback(mode="live"), Show(id="s"), START
    ran_since: ShowTime | None = None
    ran, down, exists = 0, None, False
    for do, length, pause in deeds:
        now = ShowTime(now + pause)
        state, effects = apply(state, ev.SetTimer(at=now, timer="T", do=do, down_from=length), show)
        assert effects == ()
        if do == "start" or not exists:
            ran, down, exists = 0, length, True
            ran_since = now if do in {"start", "resume"} else None
        elif do == "reset":
            ran, ran_since = 0, None
        elif do == "stop" and ran_since is not None:
            ran, ran_since = ran + now - ran_since, None
        elif do == "resume" and ran_since is None:
            ran_since = now
    now = ShowTime(now + later)
    if not exists:
        assert state.timers == ()
        return
    total = ran + (now - ran_since if ran_since is not None else 0)
    clock = timer_clock(state.timers[0])
    if clock.counts in {"up", "down"}:
        assert clock.at is not None
        read = now - clock.at if clock.counts == "up" else clock.at - now
    else:
        read = (clock.length or 0) * 1_000_000
    wanted = total if down is None else down * 1_000_000 - total
    assert abs(read - wanted) < 1_000_000 * (len(deeds) + 1)


@pytest.mark.parametrize(
    ("order", "key"),
    [
        (TimerOrder(timer=" "), "timer-unnamed"),
        (TimerOrder(timer="BREAK", down_from=Duration(0)), "timer-empty"),
        (TimerOrder(timer="BREAK", do="stop", down_from=Duration(0)), None),
        (BREAK, None),
    ],
)
def test_a_timer_without_name_or_length_is_found(order: TimerOrder, key: str | None) -> None:
    row = Cue(id="c", number="1", timers=(order,))
    show = Show(id="s", rundown=(row,))
    found = check_row(row, show, Surroundings(show, Catalogue(), {}))
    assert [problem.key for problem in found] == ([key] if key else [])


def test_timers_of_a_show_are_read_back_from_json_and_left_out_where_there_are_none() -> None:
    encoded = msgspec.json.encode(Cue(id="c", timers=(BREAK,)))
    assert msgspec.json.decode(encoded, type=Cue).timers == (BREAK,)
    assert b"timers" not in msgspec.json.encode(Cue(id="c"))


def test_before_anything_is_done_a_timer_stands_with_what_it_will_count() -> None:
    show = show_of(
        cue("1", timers=(TimerOrder(timer="BREAK", do="reset"),)), cue("2", timers=(BREAK, TALK)), cue("3")
    )
    assert ready_timers(show) == (Timer("BREAK", seconds(60)), Timer("TALK"))
    shown = [figures_of(timer_clock(timer), START, ZONE) for timer in ready_timers(show)]
    assert shown == ["1:00", "0:00"]


def test_a_short_countdown_does_not_warn_from_its_beginning_on() -> None:
    limits = Thresholds(seconds(60), seconds(15))
    clock = timer_clock(Timer("BREAK", seconds(50), START))
    levels = [level_of(clock, shift(START, seconds(at)), limits) for at in (0, 34.9, 35, 51)]
    assert levels == ["steady", "steady", "danger", "over"]
