"""What each clock shows, from before the show to past its hard out."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from showcaller.core.clocks import Readings, read_clocks
from showcaller.core.schedule import Progress, expect, make_plan
from showcaller.core.show import Hard, Segment, Show
from showcaller.core.times import Duration, ShowTime, parse_time_of_day, shift, show_time_of

ZONE = ZoneInfo("Europe/London")
START = show_time_of(datetime(2026, 6, 20, 19, 30, tzinfo=ZONE))


def _seconds(number: float) -> Duration:
    return Duration(round(number * 1000))


def _show(**values: object) -> Show:
    rows = (
        Segment(id="a", page="A1", duration=_seconds(600)),
        Segment(id="b", page="A2", duration=_seconds(300), start=Hard(at=parse_time_of_day("19:45"))),
    )
    values = {"on_air": parse_time_of_day("19:30"), "hard_out": parse_time_of_day("19:50"), **values}
    return Show(id="show", rundown=rows, **values)


def _read(show: Show, second: float, started: float | None = None) -> Readings:
    now = shift(START, _seconds(second))
    begun = None if started is None else shift(START, _seconds(started))
    progress = Progress() if begun is None else Progress(starts={"a": begun}, segment="a")
    return read_clocks(expect(make_plan(show, START), progress, now), begun, begun, now)


def test_before_the_show_the_on_air_clock_counts_down_and_no_segment_runs() -> None:
    readings = _read(_show(), -30)
    assert readings.on_air == _seconds(-30)
    assert (readings.segment_page, readings.segment_left, readings.segment_elapsed) == ("", None, None)
    assert readings.hard_out_left == _seconds(1230)
    assert readings.over == 0


def test_a_show_without_any_time_of_day_has_no_on_air_clock_until_it_begins() -> None:
    show = Show(id="show", rundown=(Segment(id="a", page="A1", duration=_seconds(600)),))
    assert _read(show, 0).on_air is None
    readings = _read(show, 10, started=5)
    assert readings.on_air == _seconds(5)
    assert (readings.hard_out_left, readings.over, readings.next_point) == (None, None, None)


def test_the_clock_of_a_segment_counts_its_planned_length_from_its_real_start() -> None:
    readings = _read(_show(), 130, started=10)
    assert readings.segment_page == "A1"
    assert readings.segment_elapsed == _seconds(120)
    assert readings.segment_left == _seconds(480)


def test_past_its_length_a_segment_counts_below_zero() -> None:
    assert _read(_show(), 640, started=10).segment_left == _seconds(-30)


def test_the_next_point_is_the_soonest_that_lies_ahead() -> None:
    readings = _read(_show(), 100, started=0)
    assert readings.next_point is not None
    assert (readings.next_point.kind, readings.next_point.page) == ("hard", "A2")
    assert readings.next_point_left == _seconds(800)
    late = _read(_show(), 1000, started=0)
    assert late.next_point is not None
    assert late.next_point.kind == "out"


def test_over_climbs_each_second_once_nothing_lies_between_the_delay_and_the_out() -> None:
    show = Show(
        id="show",
        on_air=parse_time_of_day("19:30"),
        hard_out=parse_time_of_day("19:40"),
        rundown=(Segment(id="a", duration=_seconds(600)),),
    )
    assert [_read(show, second, started=0).over for second in (0, 600, 601, 660)] == [
        0,
        0,
        _seconds(1),
        _seconds(60),
    ]


def test_readings_are_whole_milliseconds_at_any_nanosecond() -> None:
    now = ShowTime(START + 1_999_999)
    outlook = expect(make_plan(_show(), START), Progress(starts={"a": START}, segment="a"), now)
    assert read_clocks(outlook, START, START, now).segment_elapsed == 1
