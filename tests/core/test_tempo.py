"""Bars and beats: the tempo of taps, the count, and how both are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.tempo import (
    SERIES_NS,
    Beat,
    Pulse,
    Tempo,
    beats_to,
    bpm_of,
    instant_of,
    place_at,
    read_beat,
    read_tempo,
    start_pulse,
    tap,
    write_beat,
    write_tempo,
)
from showcaller.core.times import ShowTime

NOW = ShowTime(1_790_000_000 * 10**9)
HALF = 500_000_000


def after(seconds: float) -> ShowTime:
    return ShowTime(NOW + round(seconds * 1e9))


def tapped(*seconds: float, pulse: Pulse | None = None) -> Pulse:
    for second in seconds:
        pulse = tap(pulse, after(second))
    assert pulse is not None
    return pulse


def test_one_tap_is_a_downbeat_without_a_tempo() -> None:
    pulse = tapped(0)
    assert (bpm_of(pulse), place_at(pulse, after(1))) == (None, None)
    assert beats_to(pulse, Beat(bar=5), after(1)) is None


def test_two_taps_are_a_tempo_and_the_first_was_bar_1_beat_1() -> None:
    pulse = tapped(0, 0.5)
    assert bpm_of(pulse) == 120
    assert place_at(pulse, after(0.5)) == (1, 2, HALF)
    assert place_at(pulse, after(2.25)) == (2, 1, HALF // 2)


@given(st.floats(60, 200), st.lists(st.floats(-0.02, 0.02), min_size=8, max_size=40))
def test_taps_that_are_a_little_off_give_the_tempo_of_all_of_them(bpm: float, errors: list[float]) -> None:
    period = 60 / bpm
    pulse = tapped(*(number * period + error for number, error in enumerate(errors, 1)))
    found = bpm_of(pulse)
    assert found is not None
    assert abs(found - bpm) < 0.06 * bpm
    place = place_at(pulse, after(len(errors) * period + period / 2))
    assert place is not None
    assert (place.bar - 1) * 4 + place.beat == len(errors)


def test_a_tap_that_was_left_out_is_counted() -> None:
    pulse = tapped(0, 0.5, 1.0, 2.0)
    assert bpm_of(pulse) == pytest.approx(120)
    place = place_at(pulse, after(2.1))
    assert place is not None
    assert (place.bar, place.beat) == (2, 1)


def test_a_new_series_begins_at_bar_1_again_with_the_tempo_that_is_known() -> None:
    later = 60.0
    assert later * 1e9 > SERIES_NS
    pulse = tapped(later, pulse=tapped(0, 0.5, 1.0))
    assert place_at(pulse, after(later + 0.6)) == (1, 2, 400_000_000)
    assert bpm_of(tapped(later + 1, pulse=pulse)) == 60


def test_taps_put_a_count_right_that_a_cue_began_and_bars_keep_their_numbers() -> None:
    pulse = start_pulse(Tempo(bpm=120, beats=3), NOW, "c1")
    assert place_at(pulse, after(0)) == (1, 1, HALF)
    pulse = tapped(12.1, pulse=pulse)
    assert place_at(pulse, after(12.1)) == (9, 1, HALF)
    pulse = tapped(12.7, 13.3, pulse=pulse)
    assert bpm_of(pulse) == pytest.approx(100)
    place = place_at(pulse, after(13.31))
    assert place is not None
    assert (place.bar, place.beat) == (9, 3)


@pytest.mark.parametrize("rest", [(0.01,), (SERIES_NS / 1e9,)])
def test_taps_at_no_tempo_anybody_plays_change_none(rest: tuple[float, ...]) -> None:
    pulse = tapped(0, *rest)
    assert bpm_of(pulse) is None


def test_a_beat_is_counted_down_to_in_beats() -> None:
    pulse = start_pulse(Tempo(bpm=120), NOW, "c1")
    goal = Beat(bar=3)
    assert instant_of(pulse, goal) == after(4)
    left = [beats_to(pulse, goal, after(second)) for second in (0, 0.1, 3.4, 3.5, 3.99, 4.0, 4.4, 4.5)]
    assert left == [8, 8, 2, 1, 1, 0, 0, -1]


@given(st.floats(20, 400), st.integers(1, 12), st.integers(0, 10**13))
def test_a_place_stands_until_it_says_that_it_changes(bpm: float, beats: int, passed: int) -> None:
    pulse = start_pulse(Tempo(bpm=bpm, beats=beats), NOW, "c1")
    now = ShowTime(NOW + passed)
    place = place_at(pulse, now)
    assert place is not None
    same, other = (
        place_at(pulse, ShowTime(now + place.changes_in - 1)),
        place_at(pulse, ShowTime(now + place.changes_in)),
    )
    assert same is not None
    assert (same.bar, same.beat) == (place.bar, place.beat)
    assert other is not None
    assert (other.bar - place.bar) * beats + other.beat - place.beat == 1
    assert beats_to(pulse, Beat(bar=place.bar, beat=place.beat), now) == 0


@pytest.mark.parametrize(
    ("text", "beat"),
    [("5.1", Beat(bar=5)), ("5", Beat(bar=5)), (" bar 12, beat 3 ", Beat(bar=12, beat=3)), ("", None)],
)
def test_beats_are_read_as_they_are_written(text: str, beat: Beat | None) -> None:
    assert read_beat(text) == beat
    assert read_beat(write_beat(beat)) == beat


@pytest.mark.parametrize(
    ("text", "tempo"),
    [
        ("120", Tempo(bpm=120)),
        ("92,5 bpm", Tempo(bpm=92.5)),
        ("120, 3 beats", Tempo(bpm=120, beats=3)),
        ("144 6/8", Tempo(bpm=144, beats=6)),
        ("", None),
    ],
)
def test_tempos_are_read_as_they_are_written(text: str, tempo: Tempo | None) -> None:
    assert read_tempo(text) == tempo
    assert read_tempo(write_tempo(tempo)) == tempo


@pytest.mark.parametrize("text", ["0.1", "5.0", "chorus", "5.1.1"])
def test_what_is_no_beat_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"Write 5\.1"):
        read_beat(text)


@pytest.mark.parametrize("text", ["fast", "10", "900", "120, 0 beats"])
def test_what_is_no_tempo_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="Write 120"):
        read_tempo(text)
