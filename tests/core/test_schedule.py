"""Planned and expected times: front times add up, hard starts stand, and edits plan as from scratch."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core.plan import place_in_segment
from showcaller.core.schedule import Plan, Progress, expect, hard_points, make_plan, planned_call, times_of
from showcaller.core.show import AtClock, AutoContinue, AutoFollow, Cue, Hard, Hit, Row, Segment, Show, Soft
from showcaller.core.times import (
    Duration,
    ShowTime,
    elapsed,
    parse_time_of_day,
    shift,
    show_time_of,
    time_of_day_at,
)
from tests.core.evenings import EVENING, lively_show
from tests.core.strategies import edited_shows, shows

MINUTE = 60_000
LONDON = ZoneInfo("Europe/London")


def _minutes(number: float) -> Duration:
    return Duration(round(number * MINUTE))


def _evening(
    hour: int, minute: int = 0, zone: ZoneInfo = LONDON, day: tuple[int, int, int] = (2026, 6, 20)
) -> ShowTime:
    return show_time_of(datetime(*day, hour, minute, tzinfo=zone))


def _segment(name: str, minutes: float | None = None, **values: object) -> Segment:
    return Segment(**{"id": name, "duration": None if minutes is None else _minutes(minutes), **values})


def _at(text: str) -> dict[str, object]:
    return {"at": parse_time_of_day(text)}


def _show(*rows: Row, **values: object) -> Show:
    return Show(**{"id": "show", "rundown": rows, **values})


def _planned(plan: Plan) -> list[str]:
    return [str(time_of_day_at(one.start, LONDON)) for one in plan.segments]


@given(edited_shows())
@settings(max_examples=100)
def test_planning_after_each_edit_comes_to_the_same_as_from_scratch(
    made: tuple[Show, list[edits.Change]],
) -> None:
    show, changes = made
    plan = make_plan(show, EVENING)
    for change in changes:
        show = edits.apply(show, change)
        plan = make_plan(show, EVENING, plan)
        assert plan == make_plan(show, EVENING)


@given(st.integers(0, 2**32))
@settings(max_examples=150)
def test_planning_after_floats_come_and_go_comes_to_the_same_as_from_scratch(seed: int) -> None:
    chance = Random(seed)
    show = lively_show(chance)
    plan = make_plan(show, EVENING)
    for _ in range(5):
        floated = frozenset((row.id, chance.random() < 0.5) for row in show.rundown if chance.random() < 0.3)
        plan = make_plan(show, EVENING, plan, floated)
        assert plan == make_plan(show, EVENING, None, floated)


@given(shows(), st.integers(0, 10**6))
def test_front_times_add_up(show: Show, day: int) -> None:
    plan = make_plan(show, shift(EVENING, Duration(day * MINUTE)))
    for before, after in pairwise([one for one in plan.segments if not one.floated]):
        assert after.target is not None or after.start == before.end
        assert after.target is None or after.start == after.target
    if plan.segments and plan.segments[0].target is None:
        assert plan.segments[0].start == plan.start
    for one in plan.segments:
        assert not one.floated or one.duration == 0


@given(shows(), st.integers(-600, 600), st.lists(st.integers(-30, 90), min_size=6, max_size=6))
def test_a_hard_start_never_moves_while_its_time_lies_ahead_and_is_expected_now_once_it_has_passed(
    show: Show, minutes: int, lates: list[int]
) -> None:
    plan = make_plan(show, EVENING)
    now = shift(plan.start, _minutes(minutes))
    begun = [one for one in plan.segments[:2] if one.segment is not None]
    starts = {
        one.segment.id: ShowTime(min(shift(one.start, _minutes(late)), now))
        for one, late in zip(begun, lates, strict=False)
        if one.segment is not None
    }
    outlook = expect(plan, Progress(starts=starts, segment=next(reversed(starts), None)), now)
    for planned, expected in zip(plan.segments, outlook.expected, strict=True):
        if planned.segment is None or not isinstance(planned.segment.start, Hard) or expected.started:
            continue
        assert planned.target is not None
        if expected.passed or planned.target >= now or now <= plan.start:
            assert expected.start == planned.target
        else:
            assert expected.start == now


@given(shows())
def test_on_time_everything_that_lies_ahead_is_expected_as_planned(show: Show) -> None:
    """But for hit times, which wait for a GO: they are expected when the row above ends."""
    rows = tuple(
        msgspec.structs.replace(row, start=Soft())
        if isinstance(row, Segment) and isinstance(row.start, Hit)
        else row
        for row in show.rundown
    )
    plan = make_plan(msgspec.structs.replace(show, rundown=rows, overrun="push"), EVENING)
    outlook = expect(plan, Progress(), plan.start)
    for planned, expected in zip(plan.segments, outlook.expected, strict=True):
        assert (expected.start, expected.end) == (planned.start, planned.end)
        assert expected.shift == 0
    for place in range(len(rows)):
        times = times_of(outlook, place)
        assert times is not None
        assert times.late == 0


def test_a_late_start_moves_what_follows_up_to_the_next_hard_start() -> None:
    show = _show(
        _segment("a", 10, start=Hard(**_at("19:30"))),
        _segment("b", 10),
        _segment("c", 10, start=Hard(**_at("20:00"))),
        _segment("d", 10),
    )
    plan = make_plan(show, _evening(18))
    assert _planned(plan) == ["19:30:00", "19:40:00", "20:00:00", "20:10:00"]
    late = shift(plan.start, _minutes(4))
    outlook = expect(plan, Progress(starts={"a": late}, segment="a"), late)
    starts = [str(time_of_day_at(one.start, LONDON)) for one in outlook.expected]
    assert starts == ["19:34:00", "19:44:00", "20:00:00", "20:10:00"]


def test_a_running_segment_past_its_end_moves_what_follows_with_each_second() -> None:
    show = _show(_segment("a", 10), _segment("b", 10), on_air=parse_time_of_day("19:30"))
    plan = make_plan(show, _evening(18))
    progress = Progress(starts={"a": plan.start}, segment="a")
    for seconds in (0, 599, 600, 601, 700):
        now = shift(plan.start, Duration(seconds * 1000))
        outlook = expect(plan, progress, now)
        assert elapsed(plan.start, outlook.expected[1].start) == max(600, seconds) * 1000


def test_over_climbs_while_the_hard_start_that_the_show_begins_with_is_not_called() -> None:
    rows = (_segment("a", 10, start=Hard(**_at("19:30"))), Cue(id="a1"), Cue(id="a2", offset=_minutes(2)))
    plan = make_plan(_show(*rows, hard_out=parse_time_of_day("19:40")), _evening(18))
    for seconds in (-60, 0, 10, 3600):
        now = shift(plan.start, Duration(seconds * 1000))
        outlook = expect(plan, Progress(begins_with="a"), now)
        assert outlook.over == max(0, seconds) * 1000
        assert outlook.expected[0].gap == 0
    late = shift(plan.start, _minutes(3))
    assert expect(plan, Progress(begins_with="a", into=_minutes(2)), late).over == _minutes(1)
    assert expect(plan, Progress({"a": plan.start}, {}, "a"), late).over == 0


def test_a_hard_start_that_was_not_called_at_its_time_is_expected_now_and_the_next_one_stands() -> None:
    rows = (
        _segment("a", 10),
        _segment("b", 5, start=Hard(**_at("19:40"))),
        _segment("c", 5),
        _segment("d", 5, start=Hard(**_at("19:50"))),
    )
    plan = make_plan(_show(*rows, on_air=parse_time_of_day("19:30")), _evening(18))
    now = shift(plan.start, _minutes(12))
    outlook = expect(plan, Progress({"a": plan.start}, {}, "a"), now)
    assert [str(time_of_day_at(one.start, LONDON)) for one in outlook.expected] == [
        "19:30:00",
        "19:42:00",
        "19:47:00",
        "19:50:00",
    ]
    assert [(point.row, point.missed_by) for point in hard_points(outlook)] == [("d", _minutes(2))]
    gone_past = expect(plan, Progress({"a": plan.start, "c": now}, {}, "c"), now)
    assert (gone_past.expected[1].passed, gone_past.expected[1].start) == (True, plan.segments[1].start)


def test_once_the_last_cue_of_the_show_is_done_its_out_stands() -> None:
    rows = (
        _segment("a", 10),
        Cue(id="a1"),
        _segment("b", 10),
        Cue(id="b1"),
        Cue(id="b2", offset=_minutes(8), duration=_minutes(1)),
        Cue(id="b3", floated=True),
        Cue(id="panic"),
        _segment("c", 5, floated=True),
        Cue(id="c1"),
    )
    values = {"on_air": parse_time_of_day("19:30"), "hard_out": parse_time_of_day("19:50"), "panic": "panic"}
    plan = make_plan(_show(*rows, **values), _evening(18))
    assert plan.final == "b2"
    at = plan.start

    def minute(number: float) -> ShowTime:
        return shift(at, _minutes(number))

    starts = {"a": at, "a1": at, "b": minute(10), "b1": minute(10), "b2": minute(22)}
    ends = {"a": minute(10), "a1": at, "b1": minute(11)}
    runs = expect(plan, Progress(starts, ends, "b"), minute(25))
    assert (runs.done, runs.over) == (False, _minutes(5))
    for now in (23, 25, 60):
        outlook = expect(plan, Progress(starts, {**ends, "b2": minute(23)}, "b"), minute(now))
        assert (outlook.done, outlook.over) == (True, _minutes(4))
    early = expect(plan, Progress({**starts, "b2": minute(12)}, {**ends, "b2": minute(13)}, "b"), minute(13))
    assert early.over == _minutes(-6)
    late_clip = {**ends, "b2": minute(23), "b1": minute(26)}
    assert expect(plan, Progress(starts, late_clip, "b"), minute(30)).over == _minutes(6)
    again = {**starts, "b": minute(30), "b1": minute(30)}
    assert not expect(plan, Progress(again, {**ends, "b2": minute(23)}, "b"), minute(31)).done


def test_over_is_the_expected_out_against_the_hard_out() -> None:
    values = {"on_air": parse_time_of_day("19:30"), "hard_out": parse_time_of_day("19:50")}
    plan = make_plan(_show(_segment("a", 10), _segment("b", 12), **values), _evening(18))
    assert plan.over == _minutes(2)
    early = shift(plan.start, _minutes(-3))
    assert expect(plan, Progress(starts={"a": early}, segment="a"), early).over == _minutes(-1)


def test_without_a_start_the_hard_out_is_counted_back_from() -> None:
    show = _show(_segment("a", 10), _segment("b", 20), hard_out=parse_time_of_day("22:00"))
    plan = make_plan(show, _evening(18))
    assert _planned(plan) == ["21:30:00", "21:40:00"]
    assert plan.over == 0


def test_hit_times_are_targets_that_are_missed_by_so_much() -> None:
    show = _show(_segment("a", 10, start=Hard(**_at("19:30"))), _segment("b", 5, start=Hit(**_at("19:40"))))
    plan = make_plan(show, _evening(18))
    late = shift(plan.start, _minutes(2))
    outlook = expect(plan, Progress(starts={"a": late}, segment="a"), late)
    times = times_of(outlook, 1)
    assert times is not None
    assert times.missed_by == _minutes(2)
    assert [(point.kind, elapsed(plan.start, point.at)) for point in hard_points(outlook)] == [
        ("hit", _minutes(10))
    ]


def test_a_floated_segment_takes_no_time_and_a_floated_cue_neither() -> None:
    show = _show(
        _segment("a", 10, floated=True), _segment("b"), Cue(id="c", duration=_minutes(3), floated=True)
    )
    plan = make_plan(show, EVENING)
    assert [one.duration for one in plan.segments] == [0, 0]
    back = make_plan(show, EVENING, None, frozenset({("a", False), ("c", False)}))
    assert [one.duration for one in back.segments] == [_minutes(10), _minutes(3)]


def test_cues_stand_where_their_triggers_put_them() -> None:
    rows = (
        _segment("s"),
        Cue(id="1", pre_wait=_minutes(1), duration=_minutes(5), post_wait=_minutes(2)),
        Cue(id="2", trigger=AutoContinue(), duration=_minutes(1)),
        Cue(id="3", trigger=AutoFollow()),
        Cue(id="4", offset=_minutes(20)),
        Cue(id="5", trigger=AtClock(**_at("20:00"))),
    )
    plan = make_plan(_show(*rows, on_air=parse_time_of_day("19:30")), _evening(18))
    assert [one.start for one in plan.segments[0].cues] == [_minutes(minute) for minute in (0, 3, 4, 20, 30)]
    assert planned_call(plan, 4) == shift(plan.start, _minutes(20))
    assert planned_call(plan, 0) == plan.start


def test_across_midnight_times_go_on_into_the_next_day() -> None:
    rows = (_segment("a", 30, start=Hard(**_at("23:45"))), _segment("b", 30, start=Hard(**_at("00:20"))))
    plan = make_plan(_show(*rows, hard_out=parse_time_of_day("01:00")), _evening(20))
    assert elapsed(plan.segments[0].start, plan.segments[1].start) == _minutes(35)
    assert plan.over == _minutes(-10)


NIGHTS = {
    "Europe/London": ((2026, 3, 28), (2026, 10, 24)),
    "America/New_York": ((2026, 3, 7), (2026, 10, 31)),
    "America/St_Johns": ((2026, 3, 7), (2026, 10, 31)),
    "Australia/Lord_Howe": ((2026, 10, 3), (2026, 4, 4)),
    "Pacific/Auckland": ((2026, 9, 26), (2026, 4, 4)),
}


@pytest.mark.parametrize("zone_name", NIGHTS)
@pytest.mark.parametrize("back", [False, True])
def test_through_the_nights_when_the_clocks_change_lengths_stay_what_they_are(
    zone_name: str, back: bool
) -> None:
    zone = ZoneInfo(zone_name)
    evening = _evening(22, 0, zone, NIGHTS[zone_name][back])
    rows = (
        _segment("a", 60, start=Hard(**_at("23:00"))),
        *(_segment(f"h{hour}", 60) for hour in range(5)),
        _segment("z", 60, start=Hard(**_at("05:00"))),
    )
    plan = make_plan(_show(*rows, zone=zone_name, hard_out=parse_time_of_day("06:00")), evening)
    assert str(time_of_day_at(plan.segments[0].start, zone)) == "23:00:00"
    for before, after in pairwise(plan.segments[:-1]):
        assert elapsed(before.start, after.start) == _minutes(60)
    last = plan.segments[-1]
    assert str(time_of_day_at(last.start, zone)) == "05:00:00"
    change = 30 if zone_name == "Australia/Lord_Howe" else 60
    assert elapsed(plan.segments[0].start, last.start) == _minutes(360 + (change if back else -change))
    assert plan.over == 0


@given(shows(), st.integers(-300, 300))
def test_the_times_of_every_row_can_be_asked_for(show: Show, minutes: int) -> None:
    plan = make_plan(show, EVENING)
    outlook = expect(plan, Progress(), shift(plan.start, _minutes(minutes)))
    for place in range(len(show.rundown)):
        times = times_of(outlook, place)
        assert times is not None
        assert times.planned_start == planned_call(plan, place)
    assert times_of(outlook, len(show.rundown)) is None
    assert msgspec.structs.replace(outlook, now=outlook.now) == outlook


def test_another_zone_plans_clock_cues_anew() -> None:
    show = _show(_segment("s"), Cue(id="c", trigger=AtClock(**_at("20:00"))))
    plan = make_plan(show, _evening(18))
    abroad = msgspec.structs.replace(show, zone="America/New_York")
    assert make_plan(abroad, _evening(18), plan) == make_plan(abroad, _evening(18))
    assert planned_call(make_plan(abroad, _evening(18), plan), 1) != planned_call(plan, 1)


@given(shows(), st.integers(0, 2**16))
@settings(max_examples=300)
def test_a_show_called_exactly_to_plan_from_any_cue_is_not_late(show: Show, choice: int) -> None:
    """But for cues at a time of day: nobody but the plan knows where in their segment they are."""
    show = msgspec.structs.replace(show, overrun="push")
    plan = make_plan(show, EVENING)
    places = [
        place
        for place, row in enumerate(show.rundown)
        if isinstance(row, Cue) and show.segment_places[place] >= 0
    ]
    if not places:
        return
    place = places[choice % len(places)]
    index = next(at for at, one in enumerate(plan.segments) if one.place == show.segment_places[place])
    planned = plan.segments[index]
    if planned.floated or any(
        isinstance(row, Cue) and isinstance(row.trigger, AtClock) for row in planned.rows
    ):
        return
    called_at = planned_call(plan, place)
    assert called_at is not None
    began = shift(called_at, Duration(-place_in_segment(show, place, frozenset())))
    assert planned.segment is not None
    row = show.rundown[place]
    progress = Progress({planned.segment.id: began, row.id: called_at}, {}, planned.segment.id)
    outlook = expect(plan, progress, called_at)
    expected = outlook.expected[index]
    assert (expected.start, expected.shift) == (planned.start, 0)
    assert expected.end == max(planned.end, called_at)


def test_segments_that_a_jump_went_past_take_no_time() -> None:
    show = _show(
        _segment("a", 10),
        _segment("b", 30),
        _segment("c", 5, start=Hard(**_at("20:10"))),
        _segment("d", 5),
        on_air=parse_time_of_day("19:30"),
        hard_out=parse_time_of_day("19:45"),
        overrun="keep",
    )
    plan = make_plan(show, _evening(18))
    at = shift(plan.start, _minutes(10))
    progress = Progress({"a": plan.start, "d": at}, {"a": at}, "d")
    outlook = expect(plan, progress, at)
    assert [one.passed for one in outlook.expected] == [False, True, True, False]
    assert outlook.over == 0
    assert [point.kind for point in hard_points(outlook)] == ["out"]


def test_a_rehearsal_that_begins_in_the_middle_is_not_late_before_its_first_go() -> None:
    show = _show(
        _segment("a", 10),
        _segment("b", 6),
        Cue(id="b1"),
        Cue(id="b2", offset=_minutes(4)),
        _segment("c", 5),
        on_air=parse_time_of_day("19:30"),
        hard_out=parse_time_of_day("19:51"),
    )
    plan = make_plan(show, _evening(18))
    begins = Progress(begins_with="b", into=_minutes(4))
    at = shift(plan.start, _minutes(14))
    outlook = expect(plan, begins, at)
    assert outlook.over == 0
    assert [one.passed for one in outlook.expected] == [True, False, False]
    times = times_of(outlook, 3)
    assert times is not None
    assert (times.expected_start, times.late) == (at, 0)
    assert expect(plan, begins, shift(at, _minutes(2))).over == _minutes(2)
    assert expect(plan, begins, plan.start).over == 0
    assert expect(plan, Progress(begins_with="gone"), plan.start) == expect(plan, Progress(), plan.start)


def test_what_begins_by_itself_above_the_first_go_is_played() -> None:
    show = _show(
        _segment("a", 10, start=Hard(**_at("19:30"))),
        Cue(id="a1", trigger=AtClock(**_at("19:30"))),
        _segment("b", 6),
        Cue(id="b1"),
        on_air=parse_time_of_day("19:30"),
    )
    plan = make_plan(show, _evening(18))
    outlook = expect(plan, Progress(begins_with="b"), plan.start)
    assert outlook == expect(plan, Progress(), plan.start)
    assert [point.row for point in hard_points(outlook)] == ["a"]
