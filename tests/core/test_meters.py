"""A meter's laws: instant attack, 20 dB in 1.7 s, holds of 1.5 s, a latched clip light, honest silence."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.meters import (
    CLIP_DB,
    FIRST_PERIOD_NS,
    FLOOR_DB,
    LEAST_SILENCE_NS,
    Channel,
    Pulse,
    beat,
    decibels,
    hear,
    levels_of,
    silence_of,
)
from showcaller.core.times import Instant

SECOND = 1_000_000_000
START = 5 * SECOND
amplitudes = st.floats(0, 4) | st.sampled_from([math.nan, math.inf, 0.0, 1.0])


def linear(db: float) -> float:
    return 10 ** (db / 20)


def at(seconds: float) -> Instant:
    return Instant(START + round(seconds * SECOND))


def bar_of(channel: Channel, at: Instant) -> float:
    return levels_of(channel, at)[0]


def line_of(channel: Channel, at: Instant) -> float:
    return levels_of(channel, at)[1]


def heard(*reports: tuple[float, float]) -> Channel:
    """A channel after reports of (seconds, dBFS)."""
    channel = Channel()
    for seconds, db in reports:
        amplitude = 0.0 if db <= FLOOR_DB else linear(db)
        channel = hear(channel, amplitude / 2, amplitude, amplitude, at(seconds))
    return channel


@pytest.mark.parametrize(
    ("amplitude", "db"), [(1.0, 0.0), (0.1, -20.0), (0.5, -6.0206), (0.001, -60.0), (0.0, -60.0)]
)
def test_decibels(amplitude: float, db: float) -> None:
    assert decibels(amplitude) == pytest.approx(db, abs=1e-3)


def test_attack_is_instant() -> None:
    channel = heard((0, -50), (0.02, -6))
    assert bar_of(channel, at(0.02)) == pytest.approx(-6)


def test_bar_falls_20_db_in_1_7_seconds() -> None:
    channel = heard((0, -10), (0.02, -60))
    assert bar_of(channel, at(0.02 + 1.7)) == pytest.approx(-30)


def test_fall_does_not_depend_on_how_often_reports_come() -> None:
    often = heard((0, -10), *((step / 50, -60) for step in range(1, 86)))
    rarely = heard((0, -10), (0.02, -60), (1.7, -60))
    assert bar_of(often, at(1.72)) == pytest.approx(-30)
    assert bar_of(rarely, at(1.72)) == pytest.approx(-30)


def test_bar_does_not_fall_below_what_is_reported() -> None:
    channel = heard((0, -10), (0.02, -20))
    assert bar_of(channel, at(3)) == pytest.approx(-20)


def test_fall_begins_where_the_bar_stood() -> None:
    channel = heard((0, -20), (3, -20), (3.02, -60))
    assert bar_of(channel, at(3.02 + 1.7)) == pytest.approx(-40)


def test_line_holds_for_a_second_and_a_half_and_then_rests_on_the_bar() -> None:
    channel = heard((0, -10), (0.02, -60))
    assert line_of(channel, at(1.49)) == pytest.approx(-10)
    assert line_of(channel, at(1.51)) == bar_of(channel, at(1.51)) < -27


def test_line_stays_up_through_quieter_reports() -> None:
    channel = heard((0, -10), *((step / 50, -30) for step in range(1, 70)))
    assert line_of(channel, at(1.45)) == pytest.approx(-10)


def test_louder_report_lifts_the_line_and_holds_anew() -> None:
    channel = heard((0, -10), (1.4, -6), (1.42, -60))
    assert line_of(channel, at(2.8)) == pytest.approx(-6)


def test_figure_holds_the_highest_peak_and_then_reads_anew() -> None:
    assert heard((0, -8), (1.4, -30)).figure == pytest.approx(-8)
    assert heard((0, -8), (1.6, -30)).figure == pytest.approx(-30)


def test_clip_light_stays() -> None:
    assert heard((0, 0.0), (0.02, -40), (60, -40)).clipped


def test_loud_is_not_clipped() -> None:
    assert not heard((0, CLIP_DB - 0.2)).clipped


def test_muted_input_with_signal_shows_the_signal_and_never_clips() -> None:
    channel = hear(Channel(), 0.0, 0.0, 1.0, at(0))
    assert channel.muted
    assert bar_of(channel, at(0)) == pytest.approx(0.0)
    assert not channel.clipped


def test_silent_input_is_not_muted() -> None:
    assert not hear(Channel(), 0.0, 0.0, 0.0, at(0)).muted
    assert not hear(Channel(), 0.01, 0.02, 0.02, at(0)).muted


def test_mean_is_there_after_0_3_seconds() -> None:
    channel = Channel(heard_at=at(0), mean=-60.0)
    for step in range(1, 16):
        channel = hear(channel, linear(-20), linear(-14), linear(-14), at(step / 50))
    assert channel.mean == pytest.approx(-20 - 0.4, abs=0.01)


def test_first_report_is_shown_as_it_is() -> None:
    assert hear(Channel(), linear(-20), linear(-14), linear(-14), at(0)).mean == pytest.approx(-20)


@given(st.lists(st.tuples(st.integers(1, 10**9), amplitudes, amplitudes, amplitudes), max_size=20))
def test_no_report_breaks_a_meter(reports: list[tuple[int, float, float, float]]) -> None:
    channel, now = Channel(), START
    for since, magnitude, peak, before in reports:
        now += since
        channel = hear(channel, magnitude, peak, before, Instant(now))
        for later in (0, SECOND, 10 * SECOND):
            bar = bar_of(channel, Instant(now + later))
            assert FLOOR_DB <= channel.floor <= bar <= line_of(channel, Instant(now + later)) < 13
        assert FLOOR_DB <= channel.figure < 13
        assert FLOOR_DB <= channel.mean < 13


def test_three_periods_without_a_report_are_silence() -> None:
    pulse = Pulse()
    for step in range(40):
        pulse = beat(pulse, at(step * 0.4))
    assert silence_of(pulse) == pytest.approx(1.2 * SECOND, rel=0.01)


def test_pause_is_no_new_rhythm() -> None:
    pulse = Pulse()
    for seconds in (0, 0.05, 0.1, 600, 600.05):
        pulse = beat(pulse, at(seconds))
    assert pulse.period < 2 * FIRST_PERIOD_NS


def test_fast_reports_do_not_make_a_meter_nervous() -> None:
    pulse = Pulse()
    for step in range(100):
        pulse = beat(pulse, at(step / 200))
    assert silence_of(pulse) == LEAST_SILENCE_NS
