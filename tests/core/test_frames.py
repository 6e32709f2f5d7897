"""Frame labels never drift: known values of drop-frame, and the arithmetic back and forth."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.frames import (
    RATES,
    FrameTextError,
    count_of,
    frames_in,
    frames_to_go,
    label_of,
    start_of,
)

RATE = st.sampled_from(sorted(RATES))
COUNT = st.integers(0, 60 * 60 * 60 * 30)
HOUR_NS = 3_600_000_000_000


@pytest.mark.parametrize(
    ("rate", "frames", "label"),
    [
        ("29.97", 0, "00:00:00;00"),
        ("29.97", 1799, "00:00:59;29"),
        ("29.97", 1800, "00:01:00;02"),
        ("29.97", 3597, "00:01:59;29"),
        ("29.97", 3598, "00:02:00;02"),
        ("29.97", 17981, "00:09:59;29"),
        ("29.97", 17982, "00:10:00;00"),
        ("29.97", 19782, "00:11:00;02"),
        ("29.97", 107892, "01:00:00;00"),
        ("29.97", 2589407, "23:59:59;29"),
        ("59.94", 3599, "00:00:59;59"),
        ("59.94", 3600, "00:01:00;04"),
        ("59.94", 35964, "00:10:00;00"),
        ("59.94", 215784, "01:00:00;00"),
        ("25", 1500, "00:01:00:00"),
        ("30", 1800, "00:01:00:00"),
        ("50", 180_049, "01:00:00:49"),
    ],
)
def test_known_labels(rate: str, frames: int, label: str) -> None:
    assert label_of(frames, RATES[rate]) == label
    assert count_of(label, RATES[rate]) == frames


@given(RATE, COUNT)
def test_label_and_count_are_inverse(rate: str, frames: int) -> None:
    assert count_of(label_of(frames, RATES[rate]), RATES[rate]) == frames


@given(RATE, COUNT)
def test_labels_rise_and_none_that_is_dropped_is_shown(rate: str, frames: int) -> None:
    here, following = label_of(frames, RATES[rate]), label_of(frames + 1, RATES[rate])
    assert here < following or len(here) < len(following)
    second, frame = int(following[-5:-3]), int(following[-2:])
    if RATES[rate].dropped and second == 0 and int(following[-8:-6]) % 10:
        assert frame >= RATES[rate].dropped


@given(RATE, st.integers(0, 30 * HOUR_NS))
def test_a_frame_holds_the_instants_from_its_start_to_the_next(rate: str, nanoseconds: int) -> None:
    frame = frames_in(nanoseconds, RATES[rate])
    assert start_of(frame, RATES[rate]) <= nanoseconds < start_of(frame + 1, RATES[rate])
    exact = Fraction(nanoseconds) * RATES[rate].numerator / (RATES[rate].denominator * 10**9)
    assert frames_to_go(nanoseconds, RATES[rate]) - exact < 1
    assert frames_to_go(nanoseconds, RATES[rate]) >= exact


@given(RATE, st.integers(0, 24 * 60))
def test_drop_frame_labels_keep_within_a_tenth_of_a_second_of_real_time(rate: str, minutes: int) -> None:
    label = label_of(frames_in(minutes * 60 * 10**9, RATES[rate]), RATES[rate])
    hours, minute, second = (int(part) for part in label.replace(";", ":").split(":")[:3])
    frame = int(label[-2:])
    shown = (hours * 60 + minute) * 60 + second + Fraction(frame, RATES[rate].nominal)
    assert abs(shown - minutes * 60) < Fraction(2, 10)


@pytest.mark.parametrize("label", ["00:01:00;00", "00:01:00;01", "00:60:00;00", "00:00:00;30", "1:2", ""])
def test_labels_that_do_not_exist_are_refused(label: str) -> None:
    with pytest.raises(FrameTextError, match=r"drop-frame|of this rate"):
        count_of(label, RATES["29.97"])
