"""Times: what people write, what clocks show, and the two nights a year when clocks jump."""

import copy
import pickle
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.times import (
    MS_PER_DAY,
    NS_PER_MS,
    Duration,
    ShowTime,
    TimeOfDay,
    TimeTextError,
    elapsed,
    format_duration,
    format_exact,
    load_zone,
    local_datetime,
    nearest,
    parse_duration,
    parse_time_of_day,
    shift,
    show_time_of,
    time_of_day_at,
)
from tests.core.strategies import signed_durations, times_of_day, zones

LONDON = ZoneInfo("Europe/London")
show_times = st.integers(0, 4_000_000_000_000_000_000).map(ShowTime)


def at(text: str) -> ShowTime:
    return show_time_of(datetime.fromisoformat(text))


@given(signed_durations)
def test_a_duration_reads_back_as_it_was_written(duration: Duration) -> None:
    assert parse_duration(format_exact(duration)) == duration


@given(times_of_day)
def test_a_time_of_day_reads_back_as_it_was_written(time: TimeOfDay) -> None:
    assert parse_time_of_day(str(time)) == time


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("90", 90_000),
        ("1:30", 90_000),
        (" 1:02:03.5 ", 3_723_500),
        ("400 ms", 400),
        ("1,5", 1500),
        ("2 min", 120_000),
        ("1.5h", 5_400_000),
        ("90:00", 5_400_000),
        ("-0:10", -10_000),
        ("−0:10", -10_000),
        ("- 3", -3000),
        ("+5", 5000),
        ("0", 0),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "1:75",
        "1:75:00",
        "1.2345",
        "--5",
        "+-5",
        "5 parsecs",
        ":30",
        "9" * 5000,
        "9" * 5000 + ":00",
    ],
)
def test_what_is_no_duration_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(TimeTextError, match="is no duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["", "24:00", "19:60", "19:30:60", "1930", "19:3", "-1:00", "19:30:00.1234"])
def test_what_is_no_time_of_day_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(TimeTextError, match="is no time of day"):
        parse_time_of_day(text)


def test_a_time_of_day_lies_within_the_day() -> None:
    for milliseconds in (-1, MS_PER_DAY):
        with pytest.raises(TimeTextError):
            TimeOfDay(milliseconds)


def test_times_of_day_are_ordered_values() -> None:
    early, late = TimeOfDay(1), TimeOfDay(2)
    assert early < late <= TimeOfDay(2)
    assert sorted([late, early]) == [early, late]
    assert len({early, TimeOfDay(1), late}) == 2
    assert early != 1
    assert copy.deepcopy(early) is early
    assert pickle.loads(pickle.dumps(early)) == early
    with pytest.raises(AttributeError):
        early.milliseconds = 5
    with pytest.raises(TypeError):
        _ = early < 5  # type: ignore[operator]


@pytest.mark.parametrize(
    ("milliseconds", "plain", "signed", "tenths"),
    [
        (0, "0:00", "0:00", "0:00.0"),
        (999, "0:00", "0:00", "0:00.9"),
        (-999, "0:00", "0:00", "−0:00.9"),
        (8_000, "0:08", "+0:08", "0:08.0"),
        (-90_500, "−1:30", "−1:30", "−1:30.5"),
        (3_723_000, "1:02:03", "+1:02:03", "1:02:03.0"),
    ],
)
def test_durations_are_cut_to_what_is_shown(milliseconds: int, plain: str, signed: str, tenths: str) -> None:
    duration = Duration(milliseconds)
    assert format_duration(duration) == plain
    assert format_duration(duration, sign=True) == signed
    assert format_duration(duration, tenths=True) == tenths


@given(show_times, zones)
def test_the_wall_clock_leads_back_to_the_same_microsecond_even_when_clocks_go_back(
    at: ShowTime, zone: str
) -> None:
    assert show_time_of(local_datetime(at, ZoneInfo(zone))) == at // 1000 * 1000


@given(show_times, times_of_day, zones)
def test_the_nearest_occurrence_is_at_most_half_a_day_and_a_clock_change_away(
    near: ShowTime, time: TimeOfDay, zone: str
) -> None:
    found = nearest(time, ZoneInfo(zone), near)
    farthest = timedelta(hours=36 if zone == "Pacific/Apia" else 13)
    assert abs(found - near) <= farthest / timedelta(milliseconds=1) * NS_PER_MS


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first = at("2026-10-25T00:30:00.250+00:00")
    second = at("2026-10-25T01:30:00.250+00:00")
    assert local_datetime(first, LONDON).hour == local_datetime(second, LONDON).hour == 1
    assert show_time_of(local_datetime(second, LONDON)) == second
    assert show_time_of(local_datetime(first, LONDON)) == first
    assert nearest(parse_time_of_day("01:30:00.25"), LONDON, second) == first


def test_a_time_that_the_clock_jumps_over_is_when_it_would_have_been() -> None:
    near = at("2026-03-29T00:30:00+00:00")
    assert nearest(parse_time_of_day("01:30"), LONDON, near) == at("2026-03-29T01:30:00+00:00")
    assert local_datetime(at("2026-03-29T01:30:00+00:00"), LONDON).hour == 2


def test_ten_past_midnight_is_in_twenty_minutes_at_ten_to() -> None:
    near = at("2026-06-01T22:50:00+00:00")
    assert elapsed(near, nearest(parse_time_of_day("00:10"), LONDON, near)) == 20 * 60_000
    after = at("2026-06-01T23:10:00+00:00")
    assert elapsed(after, nearest(parse_time_of_day("23:50"), LONDON, after)) == -20 * 60_000


def test_lengths_and_places_in_show_time_agree() -> None:
    start = at("2026-06-01T18:30:00+00:00")
    assert elapsed(start, shift(start, Duration(-1500))) == -1500
    assert elapsed(start, ShowTime(start + 999_999)) == 0
    assert str(time_of_day_at(shift(start, Duration(1)), LONDON)) == "19:30:00.001"
    assert local_datetime(start, LONDON).astimezone(UTC) == datetime(2026, 6, 1, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["", "Europe", "Europe/Utopia", "../etc/passwd", "a\0b"])
def test_a_zone_that_does_not_exist_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(TimeTextError, match="no time zone"):
        load_zone(name)
    assert load_zone("Europe/London").key == "Europe/London"
