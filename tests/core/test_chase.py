"""The chase: locked by whole timecodes, steady under jitter, freewheeling, and never fooled by a locate."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showcaller.core.chase import FOLLOWS_FROM, SILENT_AFTER, Chase, Rules, hear, wakes_at, watch
from showcaller.core.show import TimecodeRate
from showcaller.core.timecode import Position, position_of
from showcaller.core.times import Instant
from tests.core.timecode_source import BEGAN, frame_ns, located, played, quarter_frames

RATES: list[TimecodeRate] = ["24", "25", "29.97", "30"]
rates = st.sampled_from(RATES)
TEN = position_of("10:00:00:00", "25").frames
RULES = Rules("25", 10)
FRAME = frame_ns("25")


def follow(
    messages: Iterable[tuple[Instant, bytes]], rules: Rules = RULES, chase: Chase | None = None
) -> Chase:
    """Hear the messages, and wake in between where the chase asks for it."""
    chase = chase or Chase()
    for at, message in messages:
        while (wakes := wakes_at(chase, rules)) is not None and wakes <= at:
            chase = watch(chase, wakes, rules)
        chase = hear(chase, message, at, rules)
    return chase


def rest(chase: Chase, at: int, rules: Rules = RULES) -> Chase:
    while (wakes := wakes_at(chase, rules)) is not None and wakes <= at:
        chase = watch(chase, wakes, rules)
    return chase


def label(chase: Chase, at: int) -> float:
    """Frames of the show's rate."""
    return chase.position_at(Instant(at)) / FRAME


@given(rates, st.integers(0, 1_000_000).map(lambda half: half * 2), st.integers(0, 7))
def test_it_locks_on_the_first_whole_timecode_wherever_it_came_in(
    rate: TimecodeRate, first: int, piece: int
) -> None:
    rules = Rules(rate)
    chase = follow(played(rate, first, 6, first_piece=piece), rules)
    assert (chase.state, chase.turn) == ("locked", 1)
    assert abs(chase.position_at(Instant(BEGAN)) - Position(first, rate).nanoseconds) < 1_000
    heard_from = Position(first, rate).nanoseconds + piece * frame_ns(rate) // 4
    assert abs(chase.began - heard_from) < 1_000


@settings(max_examples=60, deadline=None)
@given(
    rates,
    st.integers(0, 30_000_000),
    st.floats(0, 0.25),
    st.integers(0, 2**32),
)
def test_jitter_and_losses_neither_move_nor_break_it(
    rate: TimecodeRate, jitter: int, lost: float, seed: int
) -> None:
    """A minute of a bad line: once locked it is one turn, and never early."""
    rules, chance = Rules(rate, 30), Random(seed)
    chase, turns, worst = Chase(), set(), 0
    truth = BEGAN - Position(1000, rate).nanoseconds
    for at, message in played(rate, 1000, 1200, chance=chance, jitter=jitter, lost=lost):
        chase = hear(rest(chase, at, rules), message, at, rules)
        if chase.runs:
            turns.add(chase.turn)
            assert chase.zero >= truth - 1_000
            worst = max(worst, chase.zero - truth)
        else:
            assert chase.state == "none"
    assert turns in ({1}, set())
    assert worst <= jitter + FOLLOWS_FROM


@settings(deadline=None)
@given(rates, st.integers(0, 15_000_000), st.integers(0, 2**32))
def test_after_a_second_it_is_as_exact_as_the_soonest_messages(
    rate: TimecodeRate, jitter: int, seed: int
) -> None:
    chase = follow(played(rate, 0, 90, chance=Random(seed), jitter=jitter), Rules(rate))
    # Of 32 messages the soonest is late by a small part of the jitter.
    assert 0 <= chase.zero - BEGAN + 1_000 <= jitter * 0.5 + FOLLOWS_FROM + 2_000


def test_it_follows_a_source_that_runs_at_another_speed() -> None:
    """Ten minutes of a source that is 0.1 % slow, as 30 frames at 29.97."""
    chase = Chase()
    for sent, message in played("25", TEN, 25 * 600):
        at = Instant(BEGAN + (sent - BEGAN) * 1001 // 1000)
        chase = hear(rest(chase, at), message, at, RULES)
    assert chase.turn == 1
    end = BEGAN + 600 * 10**9 * 1001 // 1000
    assert abs(label(chase, end) - TEN - 25 * 600) < 0.15


def test_it_freewheels_for_as_long_as_was_chosen_and_stands_where_it_was_last_heard() -> None:
    chase = follow(played("25", TEN, 50))
    heard = chase.heard_at
    assert watch(chase, Instant(heard + 2 * FRAME), RULES).state == "locked"
    wheel = watch(chase, Instant(heard + 2 * FRAME + 1), RULES)
    assert wheel.state == "freewheeling"
    assert label(wheel, heard + 5 * FRAME) == pytest.approx(label(chase, heard) + 5)
    stopped = rest(wheel, heard + 11 * FRAME)
    assert stopped.state == "stopped"
    assert label(stopped, heard + 10**12) == pytest.approx(TEN + 49.75)
    assert wakes_at(stopped, RULES) is None


def test_without_freewheel_it_stands_as_soon_as_it_is_lost() -> None:
    rules = Rules("25", 0)
    chase = follow(played("25", TEN, 50), rules)
    assert rest(chase, chase.heard_at + 2 * FRAME + 1, rules).state == "stopped"


@given(st.integers(1, 8))
def test_a_drop_out_within_the_freewheel_is_no_new_turn(silent: int) -> None:
    chase = follow(played("25", TEN, 50))
    after = 50 + 2 * ((silent + 1) // 2)
    chase = follow(played("25", TEN + after, 20, BEGAN + after * FRAME), chase=chase)
    assert (chase.state, chase.turn) == ("locked", 1)
    assert abs(chase.zero - (BEGAN - TEN * FRAME)) <= FOLLOWS_FROM


def test_a_longer_drop_out_of_a_source_that_ran_on_says_what_was_missed() -> None:
    chase = follow(played("25", TEN, 50))
    lost = chase.position_at(chase.heard_at) + 10 * FRAME
    chase = follow(played("25", TEN + 500, 20, BEGAN + 500 * FRAME), chase=chase)
    assert (chase.state, chase.turn, chase.jumped_from) == ("locked", 2, lost)
    assert chase.began == (TEN + 500) * FRAME


def test_a_source_that_was_stopped_and_started_elsewhere_missed_nothing() -> None:
    chase = follow(played("25", TEN, 50))
    chase = follow(played("25", TEN + 5000, 20, BEGAN + 500 * FRAME), chase=chase)
    assert (chase.turn, chase.jumped_from, chase.began) == (2, None, (TEN + 5000) * FRAME)


def test_what_the_freewheel_passed_does_not_begin_again_when_the_source_goes_on_where_it_stood() -> None:
    chase = follow(played("25", TEN, 50))
    chase = follow(played("25", TEN + 50, 20, BEGAN + 2000 * FRAME), chase=chase)
    assert (chase.turn, chase.jumped_from) == (2, None)
    assert chase.began == pytest.approx((TEN + 59.75) * FRAME)


def test_a_locate_stands_there_and_begins_there_when_it_plays() -> None:
    hour = position_of("11:00:00:00", "25").frames
    chase = follow([located("25", hour, BEGAN)])
    assert (chase.state, chase.turn, chase.position) == ("located", 1, hour * FRAME)
    assert wakes_at(chase, RULES) is None
    chase = follow(played("25", hour, 4, BEGAN + 10**9, first_piece=3), chase=chase)
    assert (chase.state, chase.turn, chase.began) == ("locked", 2, hour * FRAME)


def test_a_locate_while_it_runs_ends_the_run_at_once_and_nothing_is_missed() -> None:
    chase = follow(played("25", TEN, 50))
    chase = follow([located("25", TEN + 9000, BEGAN + 50 * FRAME)], chase=chase)
    assert (chase.state, chase.turn, chase.jumped_from) == ("located", 2, None)


def test_full_frames_that_a_source_sends_while_it_runs_change_nothing() -> None:
    chase = follow(played("25", TEN, 50))
    again = follow([located("25", TEN + 50, BEGAN + 50 * FRAME)], chase=chase)
    assert again == chase


@given(
    rates,
    st.integers(100, 450_000).map(lambda half: half * 2),
    st.integers(0, 7),
    st.booleans(),
)
def test_a_jump_without_a_locate_is_found_within_six_frames_and_never_anywhere_else(
    rate: TimecodeRate, jump: int, cut: int, back: bool
) -> None:
    """The old run is cut in the middle of a timecode: no mixture of the two is ever believed."""
    rules = Rules(rate)
    first = 1_000_000
    there = first + 50 + (-jump if back else jump)
    old = list(played(rate, first, 52))[: 200 + cut]
    began = old[-1][0] + frame_ns(rate) // 4
    chase, places = follow(old, rules), set()
    for at, message in played(rate, there, 12, began):
        chase = hear(rest(chase, at, rules), message, at, rules)
        places.add(round(chase.zero / frame_ns(rate) / 2))
    assert (chase.state, chase.turn) == ("locked", 2)
    assert chase.began == Position(there, rate).nanoseconds
    assert len(places) <= 2
    assert (chase.jumped_from is None) == back


def test_messages_that_a_busy_machine_hands_over_all_at_once_are_no_jump() -> None:
    messages = list(played("25", TEN, 100))
    held_up = [
        (max(at, Instant(BEGAN + 70 * FRAME)) if at > BEGAN + 50 * FRAME else at, it) for at, it in messages
    ]
    chase = follow(held_up, Rules("25", 30))
    assert (chase.state, chase.turn) == ("locked", 1)
    assert abs(chase.zero - (BEGAN - TEN * FRAME)) <= FOLLOWS_FROM


def test_backward_it_shows_where_it_is_and_forward_again_is_another_turn() -> None:
    chase = follow(played("25", TEN, 50))
    at = chase.heard_at
    for pair in range(10):
        for message in quarter_frames(Position(TEN + 48 - 2 * pair, "25"), backward=True):
            at = Instant(at + FRAME // 4)
            chase = hear(chase, message, at, RULES)
    assert (chase.state, chase.runs) == ("backward", False)
    assert label(chase, at) == TEN + 30
    assert rest(chase, at + SILENT_AFTER + 1).state == "stopped"
    forward = follow(played("25", TEN + 30, 10, at + FRAME), chase=chase)
    assert (forward.state, forward.turn, forward.began) == ("locked", 2, (TEN + 30) * FRAME)


@given(rates, rates)
def test_a_source_at_another_rate_is_named_and_not_followed(rate: TimecodeRate, wanted: TimecodeRate) -> None:
    chase = follow(played(rate, 0, 20), Rules(wanted))
    if rate == wanted:
        assert (chase.state, chase.rate) == ("locked", None)
    else:
        assert (chase.state, chase.rate, chase.turn) == ("wrong-rate", rate, 0)
        assert rest(chase, chase.heard_at + SILENT_AFTER + 1, Rules(wanted)).state == "none"
    moved = hear(Chase(), located(rate, 100, BEGAN)[1], Instant(BEGAN), Rules(wanted))
    assert moved.state == ("located" if rate == wanted else "wrong-rate")


@given(st.lists(st.binary(max_size=12), max_size=60))
def test_no_bytes_whatever_hurt_it(messages: list[bytes]) -> None:
    chase = Chase()
    for count, message in enumerate(messages):
        chase = hear(chase, message, Instant(BEGAN + count * FRAME // 4), RULES)
    assert chase.state in {"none", "located", "wrong-rate"}
