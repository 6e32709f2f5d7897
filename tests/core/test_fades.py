"""Fades as functions of time: both ends exact, never outside them, never back, whatever the curve."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.fades import Curve, value_at
from showcaller.core.times import Duration

curves = st.sampled_from(["linear", "s", "equal-power"])
shares = st.floats(0, 1)
levels = st.floats(-100, 20)
gains = st.floats(0, 10)
durations = st.integers(1, 3_600_000).map(Duration)


@given(curves, gains, gains, durations, st.booleans(), st.floats(0, 1e7))
def test_it_starts_at_its_start_and_ends_exactly_on_its_target(
    curve: Curve, start: float, to: float, duration: Duration, decibels: bool, more: float
) -> None:
    assert value_at(curve, start, to, duration, 0, decibels=decibels) == start
    assert value_at(curve, start, to, duration, -more, decibels=decibels) == start
    assert value_at(curve, start, to, duration, duration, decibels=decibels) == to
    assert value_at(curve, start, to, duration, duration + more, decibels=decibels) == to


@given(curves, gains, gains, durations, shares, shares)
def test_it_never_leaves_its_range_and_never_goes_back(
    curve: Curve, start: float, to: float, duration: Duration, one: float, other: float
) -> None:
    early, late = sorted((one, other))
    low, high = sorted((start, to))
    values = [value_at(curve, start, to, duration, share * duration) for share in (early, late)]
    slack = 1e-9 * max(1.0, high)
    assert all(low - slack <= value <= high + slack for value in values)
    assert (values[1] - values[0]) * (to - start) >= -slack


@given(levels, levels, durations, shares, shares)
def test_a_level_in_decibels_stays_between_its_ends(
    start: float, to: float, duration: Duration, one: float, other: float
) -> None:
    early, late = sorted((one, other))
    low, high = sorted((start, to))
    values = [
        value_at("equal-power", start, to, duration, share * duration, decibels=True)
        for share in (early, late)
    ]
    assert all(low - 1e-6 <= value <= high + 1e-6 for value in values)
    assert (values[1] - values[0]) * (to - start) >= -1e-6


@given(shares)
def test_two_crossing_equal_power_fades_keep_their_power(share: float) -> None:
    up = value_at("equal-power", 0, 1, Duration(1000), share * 1000)
    down = value_at("equal-power", 1, 0, Duration(1000), share * 1000)
    assert up * up + down * down == pytest.approx(1)


@pytest.mark.parametrize(("curve", "half"), [("linear", 0.5), ("s", 0.5), ("equal-power", math.sqrt(0.5))])
def test_the_middle_of_each_curve(curve: Curve, half: float) -> None:
    assert value_at(curve, 0, 1, Duration(2000), 1000) == pytest.approx(half)


def test_silence_is_silent_in_decibels() -> None:
    assert value_at("equal-power", -100, -100, Duration(1000), 500, decibels=True) == -100
    assert value_at("equal-power", -100, 0, Duration(1000), 500, decibels=True) == pytest.approx(
        -3.01, abs=0.01
    )


def test_a_fade_without_length_is_on_its_target_at_once() -> None:
    assert value_at("linear", 5, 9, Duration(0), 0) == 9
