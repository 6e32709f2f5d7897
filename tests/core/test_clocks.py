"""What each clock shows, from before the show to past its hard out."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.clocks import (
    Clock,
    ClockName,
    NowPlaying,
    Readings,
    Situation,
    Thresholds,
    changes_in,
    clock_of,
    figures_of,
    house_offset_at,
    level_of,
    now_of,
    read_clocks,
)
from showcaller.core.frames import RATES
from showcaller.core.messages import MediaView
from showcaller.core.position import Running
from showcaller.core.schedule import Progress, expect, make_plan
from showcaller.core.show import Cue, Hard, Segment, Show
from showcaller.core.times import (
    Duration,
    ShowTime,
    parse_duration,
    parse_time_of_day,
    shift,
    show_time_of,
)

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
    return Show(**{"id": "show", "rundown": rows, **values})


def _read(show: Show, second: float, started: float | None = None) -> Readings:
    now = shift(START, _seconds(second))
    begun = None if started is None else shift(START, _seconds(started))
    progress = Progress() if begun is None else Progress(starts={"a": begun}, segment="a")
    return read_clocks(expect(make_plan(show, START), progress, now), begun, begun, now)


def test_before_the_show_the_on_air_clock_counts_down_and_no_segment_runs() -> None:
    readings = _read(_show(), -30)
    assert readings.on_air == _seconds(-30)
    assert not readings.has_begun
    assert not _read(_show(), 30).has_begun
    assert _read(_show(), 30, started=20).has_begun
    assert (readings.segment_page, readings.segment_left, readings.segment_elapsed) == ("", None, None)
    assert readings.hard_out_left == _seconds(1230)
    assert readings.over == 0


def _with_doors() -> Show:
    return _show(
        rundown=(
            Segment(
                id="doors", page="P1", duration=_seconds(1200), start=Hard(at=parse_time_of_day("19:00"))
            ),
            Segment(id="warm-up", page="P2", duration=_seconds(600)),
            Segment(id="a", page="A1", duration=_seconds(1200), start=Hard(at=parse_time_of_day("19:30"))),
        )
    )


def test_doors_run_before_on_air_and_the_clock_counts_to_air_until_what_is_planned_then_begins() -> None:
    plan = make_plan(_with_doors(), START)
    doors = shift(START, _seconds(-1800))
    assert (plan.start, plan.air, plan.over) == (doors, START, 0)
    for starts, second, name, text in (
        ({}, -1860, "to-air", "31:00"),
        ({"doors": -1790}, -600, "to-air", "10:00"),
        ({"doors": -1790, "warm-up": -580}, 5, "to-air", "+0:05"),
        ({"doors": -1790, "warm-up": -580, "a": 7}, 17, "on-air", "0:10"),
        ({"a": 7}, 17, "on-air", "0:10"),
    ):
        now = shift(START, _seconds(second))
        begun = {row: shift(START, _seconds(at)) for row, at in starts.items()}
        outlook = expect(plan, Progress(begun, {}, next(reversed(begun), None)), now)
        started_at = min(begun.values(), default=None)
        clock = clock_of("to-air", Situation(outlook, in_run=True, started_at=started_at))
        assert (clock.name, figures_of(clock, now, ZONE)) == (name, text)
        readings = read_clocks(outlook, started_at, started_at, now)
        assert readings.has_begun == (name == "on-air")
        assert readings.on_air == _seconds(10 if name == "on-air" else second)


def test_a_hard_start_after_on_air_does_not_move_it_and_without_on_air_the_plan_starts_it() -> None:
    assert make_plan(_show(), START).start == make_plan(_show(), START).air == START
    later = _show(rundown=(Segment(id="a", start=Hard(at=parse_time_of_day("19:35"))),))
    assert make_plan(later, START).start == START
    without = make_plan(msgspec.structs.replace(_with_doors(), on_air=None), START)
    assert without.air == without.start == shift(START, _seconds(-1800))
    assert make_plan(Show(id="show"), START).air is None


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


def test_what_is_left_of_a_show_that_is_done_is_nothing() -> None:
    rows = (Segment(id="a", duration=_seconds(60)), Cue(id="a1"))
    plan = make_plan(_show(rundown=rows), START)
    ended = Progress({"a": START, "a1": START}, {"a1": START}, "a")
    for second, left in ((20, "0:40"), (60, "0:00"), (90, "0:00")):
        now = shift(START, _seconds(second))
        situation = Situation(expect(plan, ended, now), in_run=True, started_at=START)
        assert figures_of(clock_of("show-left", situation), now, ZONE) == left


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


def _situation(show: Show, second: float, started: float | None = None, **values: object) -> Situation:
    now = shift(START, _seconds(second))
    begun = None if started is None else shift(START, _seconds(started))
    progress = Progress() if begun is None else Progress(starts={"a": begun}, segment="a")
    outlook = expect(make_plan(show, START), progress, now)
    values = {"in_run": True, "started_at": begun, "segment_started_at": begun, **values}
    return Situation(outlook, **values)  # type: ignore[arg-type]


def _figures(name: ClockName, situation: Situation, second: float) -> str:
    return figures_of(clock_of(name, situation), shift(START, _seconds(second)), ZONE)


def test_every_clock_of_a_running_show() -> None:
    running = _situation(
        _show(),
        100,
        started=0,
        now_at=shift(START, _seconds(90)),
        now_ends_at=shift(START, _seconds(130)),
        now_number="14",
        now_source="VT",
    )
    shown = {
        name: _figures(name, running, 100)
        for name in (
            "time-of-day",
            "to-air",
            "on-air",
            "show-left",
            "segment-up",
            "segment-down",
            "cue-up",
            "cue-down",
            "hard-point",
            "hard-point-after",
            "hard-out",
            "over",
        )
    }
    assert shown == {
        "time-of-day": "19:31:40",
        "to-air": "1:40",
        "on-air": "1:40",
        "show-left": "18:20",
        "segment-up": "1:40",
        "segment-down": "8:20",
        "cue-up": "0:10",
        "cue-down": "0:30",
        "hard-point": "13:20",
        "hard-point-after": "18:20",
        "hard-out": "18:20",
        "over": "0:00",
    }
    cue = clock_of("cue-down", running)
    assert (cue.subject, cue.source) == ("14", "VT")
    assert clock_of("hard-point", running).subject == "A2"
    assert clock_of("hard-point-after", running).name == "hard-out"


def test_where_nothing_runs_only_what_lies_ahead_is_shown() -> None:
    still = _situation(_show(), -30, in_run=False)
    assert _figures("to-air", still, -30) == "0:30"
    assert clock_of("on-air", still).name == "to-air"
    for name in ("segment-up", "segment-down", "cue-up", "cue-down", "show-left"):
        assert _figures(name, still, -30) == ""  # type: ignore[arg-type]
    past = _situation(_show(), 4000, in_run=False)
    assert (_figures("hard-out", past, 4000), _figures("hard-point", past, 4000)) == ("", "")


@given(st.integers(-4_000_000, 4_000_000))
def test_what_is_left_and_the_time_of_day_always_add_up(milliseconds: int) -> None:
    now = shift(START, Duration(milliseconds))
    figures = figures_of(Clock("hard-out", "down", START), now, ZONE)
    shown = -parse_duration(figures) if figures.startswith("+") else parse_duration(figures)
    of_day = parse_time_of_day(figures_of(Clock("time-of-day", "day"), now, ZONE)).milliseconds
    assert of_day + shown == parse_time_of_day("19:30").milliseconds


@given(
    st.sampled_from(["up", "down", "day"]),
    st.sampled_from([None, *RATES]),
    st.integers(-(10**12), 10**12),
    st.integers(-30_000, 30_000),
)
def test_digits_stand_until_they_are_said_to_turn(
    counts: str, rate_name: str | None, past: int, offset: int
) -> None:
    rate = RATES[rate_name] if rate_name else None
    clock = Clock("on-air", counts, None if counts == "day" else START)  # type: ignore[arg-type]
    now = ShowTime(START + past)
    turns = changes_in(clock, now, rate, Duration(offset))
    assert turns is not None
    assert 0 < turns <= 1_000_000_000
    ahead = -past if counts == "down" else past
    if rate is None or (counts != "day" and ahead > 0):
        instants = (now, ShowTime(now + turns - 1), ShowTime(now + turns))
        shown = [figures_of(clock, at, ZONE, rate, Duration(offset)) for at in instants]
        assert shown[0] == shown[1] != shown[2]


def test_the_cue_of_now_ends_when_its_device_says_so_else_as_planned() -> None:
    end = shift(START, _seconds(30))
    film = Running(1, "film", START, START, media=("a",))
    light = Running(2, "light", START, end)
    assert now_of(()) is None
    assert now_of((light,)) == NowPlaying("light", START, end, "plan")
    assert now_of((light, film)) == NowPlaying("film", START, None, "")
    playing = MediaView(1, _seconds(12), shift(START, _seconds(12)))
    assert now_of((light, film), (playing,)) == NowPlaying("film", START, playing.ends_at, "VT")
    paused = MediaView(1, _seconds(12), None)
    assert now_of((film,), (paused,)) == NowPlaying("film", START, None, "VT", _seconds(12))
    over = msgspec.structs.replace(film, media=())
    assert now_of((over,), (playing,)) == NowPlaying("film", START, None, "")


def test_what_is_left_of_paused_media_stands() -> None:
    situation = _situation(_show(), 100, started=0, now_at=START, now_held=_seconds(11.2), now_source="VT")
    clock = clock_of("cue-down", situation)
    assert figures_of(clock, START, ZONE) == "0:12"
    assert changes_in(clock, START) is None
    assert clock.source == "VT"


@pytest.mark.parametrize(
    ("left", "level"),
    [(61, "steady"), (60, "warn"), (15.1, "warn"), (15, "danger"), (-0.9, "danger"), (-1, "over")],
)
def test_a_clock_that_counts_down_warns_at_its_thresholds(left: float, level: str) -> None:
    clock = Clock("hard-out", "down", shift(START, _seconds(left)))
    assert level_of(clock, START, Thresholds()) == level
    assert level_of(Clock("on-air", "up", START), START, Thresholds()) == "steady"


def test_over_is_urgent_and_under_is_not() -> None:
    assert level_of(Clock("over", length=_seconds(1)), START, Thresholds()) == "over"
    assert level_of(Clock("over", length=_seconds(-90)), START, Thresholds()) == "steady"


def test_frames_are_counted_where_wanted() -> None:
    now = ShowTime(START + 61_040_000_000)
    assert figures_of(Clock("on-air", "up", START), now, ZONE, RATES["25"]) == "00:01:01:01"
    assert figures_of(Clock("hard-out", "down", now), START, ZONE, RATES["25"]) == "00:01:01:01"
    assert figures_of(Clock("hard-out", "down", START), now, ZONE, RATES["29.97"]) == "+00:01:01;01"
    assert figures_of(Clock("time-of-day", "day"), now, ZONE, RATES["50"]) == "19:31:01:02"


@pytest.mark.parametrize(
    ("pressed", "offset"), [(0, 0), (0.3, -300), (29, -29_000), (31, 29_000), (59.8, 200)]
)
def test_a_press_at_the_top_of_the_house_clocks_minute_says_how_far_it_is_ahead(
    pressed: float, offset: int
) -> None:
    pressed_at = shift(START, _seconds(pressed))
    assert house_offset_at(pressed_at) == offset
    day = Clock("time-of-day", "day")
    assert figures_of(day, pressed_at, ZONE, house_offset=Duration(offset)).endswith(":00")
