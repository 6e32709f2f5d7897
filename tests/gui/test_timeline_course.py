"""Where bars stand in a run: called where they were called, the rest where they are expected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core.schedule import Progress, expect, make_plan
from showcaller.core.show import AtClock, Show
from showcaller.core.times import Duration, ShowTime, parse_time_of_day, shift
from showcaller.gui.timeline_bars import lay_out
from showcaller.gui.timeline_course import (
    NOWHERE,
    Course,
    all_seen,
    follow,
    hit,
    moved_off,
    place_now,
    seen,
    stale,
    standing_at,
    strays,
)
from tests.gui.stage import EVENING, make_long_show, make_show

SHOW = make_show()
PLAN = make_plan(SHOW, EVENING)
START = PLAN.start


def at(seconds: float) -> ShowTime:
    return shift(START, Duration(round(seconds * 1000)))


def run(
    now: float,
    starts: dict[str, float] | None = None,
    ends: dict[str, float] | None = None,
    *,
    segment: str | None = None,
    front: str = "",
    show: Show = SHOW,
) -> Course:
    """The course at `now`, with what began and ended when, in seconds from the show's planned start."""
    plan = make_plan(show, EVENING)
    progress = Progress(
        {row: at(second) for row, second in (starts or {}).items()},
        {row: at(second) for row, second in (ends or {}).items()},
        segment,
    )
    place = show.positions.get(front, 0)
    return follow(lay_out(show, plan), expect(plan, progress, at(now)), progress, show.positions, place)


def stands(course: Course, cue: str, show: Show = SHOW) -> list[tuple[float, float, bool]]:
    return [(one.start, one.end, one.called) for one in standing_at(course, show.positions, cue)]


def test_before_a_run_everything_stands_as_planned() -> None:
    course = run(0.0)
    assert stands(course, "cue-14") == [(128.0, 230.0, False)] * 2
    assert not any(moved_off(one) for one in all_seen(course, SHOW.positions, -100, 3000))


def test_called_cue_stands_where_it_was_called_and_ended() -> None:
    course = run(
        300.0, {"seg-a1": 5, "cue-10": 5, "seg-a2": 140, "cue-14": 150}, {"cue-10": 35}, segment="seg-a2"
    )
    assert stands(course, "cue-10") == [(5.0, 35.0, True)] * 2
    # It has not ended: it is as long as planned.
    assert stands(course, "cue-14")[0] == (150.0, 252.0, True)
    (one, _) = standing_at(course, SHOW.positions, "cue-14")
    assert one.planned == 128.0
    assert moved_off(one)


def test_what_follows_a_late_segment_is_expected_later() -> None:
    course = run(130.0, {"seg-a1": 20, "cue-10": 20}, segment="seg-a1")
    # A2 is expected 20 s late, and its cues with it.
    assert stands(course, "cue-13")[0][0] == 140.0
    assert place_now(course, SHOW.positions, "seg-a2") == 140.0
    assert place_now(course, SHOW.positions, "gone") is None


def test_overrun_moves_what_follows_with_now() -> None:
    running = {"seg-a1": 0.0, "cue-10": 0.0}
    assert stands(run(150.0, running, segment="seg-a1"), "cue-13")[0][0] == 150.0
    assert stands(run(171.0, running, segment="seg-a1"), "cue-13")[0][0] == 171.0


def test_overdue_cue_of_the_running_segment_is_expected_now() -> None:
    course = run(180.0, {"seg-a2": 120, "cue-13": 120}, segment="seg-a2", front="cue-14")
    assert stands(course, "cue-14")[0][0] == 180.0
    # What was passed over is not expected any more: it stands where it was planned.
    course = run(250.0, {"seg-a2": 120, "cue-13": 120}, segment="seg-a2", front="cue-16")
    assert stands(course, "cue-14")[0][0] == 128.0


def test_cue_at_a_clock_time_stays_while_the_rest_moves() -> None:
    clock = AtClock(at=parse_time_of_day("19:40:00"))
    show = edits.apply(SHOW, edits.edit(SHOW, "cue-20.5", trigger=clock))
    course = run(130.0, {"seg-a1": 60, "cue-10": 60}, segment="seg-a1", show=show)
    assert stands(course, "cue-20.5", show)[0][0] == 600.0
    assert stands(course, "cue-20", show)[0][0] == 450.0


@given(st.floats(-50, 900), st.floats(0, 300), st.integers(0, 200))
def test_all_that_stands_in_sight_is_found_once(first: float, wide: float, late: int) -> None:
    starts = {"seg-a1": 0.0, "cue-10": 3.0, "cue-11": 4.0, "seg-a2": 120.0 + late, "cue-13": 121.0 + late}
    course = run(400.0, starts, {"cue-10": 33.0}, segment="seg-a2", front="cue-14")
    every = [
        one
        for row in SHOW.rundown
        for one in standing_at(course, SHOW.positions, row.id)
        if one.start <= first + wide and one.end >= first
    ]
    found = all_seen(course, SHOW.positions, first, first + wide)
    key = lambda one: (one.start, one.bar.cue, one.bar.lane)  # noqa: E731
    assert sorted(found, key=key) == sorted(every, key=key)
    assert [one.start for one in found] == sorted(one.start for one in found)


def test_what_a_jump_went_past_stands_where_it_was_planned_and_is_out() -> None:
    course = run(140.0, {"seg-a3": 130.0, "cue-20": 130.0}, segment="seg-a3", front="cue-20.5")
    assert course.out == (True, True, False, False)
    assert stands(course, "cue-14")[0] == (128.0, 230.0, False)
    assert stands(course, "cue-21")[0][0] < 400.0
    assert not any(one.bar.cue == "cue-14" for one in seen(course, 0, 3000))


def test_segment_out_of_the_show_is_found_but_first() -> None:
    show = edits.apply(SHOW, edits.edit(SHOW, "seg-a2", floated=True))
    course = run(0.0, show=show)
    found = [one.bar.cue for one in all_seen(course, show.positions, 0, 3000)]
    a2 = {"cue-13", "cue-14", "cue-15", "cue-16", "cue-17", "cue-18", "cue-19"}
    assert set(found[: len([one for one in found if one in a2])]) == a2


@given(st.lists(st.tuples(st.integers(0, 99), st.booleans()), max_size=12))
def test_course_from_the_one_before_is_as_if_from_scratch(steps: list[tuple[int, bool]]) -> None:
    show = make_long_show(100)
    plan = make_plan(show, EVENING)
    timeline = lay_out(show, plan)
    starts: dict[str, ShowTime] = {"s0": plan.start}
    ends: dict[str, ShowTime] = {}
    course = NOWHERE
    for count, (cue, ends_too) in enumerate(steps):
        name, now = f"c{cue}", shift(plan.start, Duration(count * 4321))
        starts[name] = now
        ends.pop(name, None)
        if ends_too:
            ends[name] = shift(now, Duration(1000))
        progress = Progress(dict(starts), dict(ends), "s0")
        outlook = expect(plan, progress, now)
        touched = None if course is NOWHERE else {name}
        course = follow(timeline, outlook, progress, show.positions, 0, course, touched)
        scratch = follow(timeline, outlook, progress, show.positions, 0)
        assert course._replace(longest=0.0) == scratch._replace(longest=0.0)
        assert course.longest >= scratch.longest


def test_of_several_bars_the_one_that_started_last_is_hit() -> None:
    course = run(0.0)
    found = hit(course, SHOW.positions, 212.0, 1, 0.0)
    assert found is not None
    assert found.bar.cue == "cue-15"
    before = hit(course, SHOW.positions, 200.0, 1, 0.0)
    assert before is not None
    assert before.bar.cue == "cue-14"
    assert hit(course, SHOW.positions, 119.0, 4, 5.0) is None


def test_bar_without_length_is_hit_as_wide_as_it_is_painted() -> None:
    course = run(0.0)
    (camera,) = [one for one in standing_at(course, SHOW.positions, "cue-20") if one.bar.lane == 4]
    assert camera.start == camera.end
    assert hit(course, SHOW.positions, camera.start + 4, 4, 5.0) is not None
    assert hit(course, SHOW.positions, camera.start + 6, 4, 5.0) is None


def covers(found: list[tuple[float, float]] | None, start: float, end: float) -> bool:
    return found is not None and any(first <= start and last >= end for first, last in found)


def test_go_makes_only_its_cue_stale() -> None:
    before = run(
        130.0, {"seg-a1": 0, "cue-10": 0, "seg-a2": 120, "cue-13": 120}, segment="seg-a2", front="cue-14"
    )
    called = {"seg-a1": 0, "cue-10": 0, "seg-a2": 120, "cue-13": 120, "cue-14": 128}
    after = run(130.0, called, segment="seg-a2", front="cue-15")
    after = after._replace(timeline=before.timeline)
    found = stale(before, after, SHOW.positions, {"cue-14"})
    assert covers(found, 128.0, 230.0)
    assert found is not None
    assert max(last for _, last in found) < 300.0


def test_what_moved_is_stale_where_it_was_and_where_it_is() -> None:
    before = run(119.0, {"seg-a1": 0, "cue-10": 0}, segment="seg-a1")
    after = run(170.0, {"seg-a1": 0, "cue-10": 0}, segment="seg-a1")
    after = after._replace(timeline=before.timeline)
    found = stale(before, after, SHOW.positions, ())
    old, new = stands(before, "cue-13")[0], stands(after, "cue-13")[0]
    assert old[0] == pytest.approx(120.0)
    assert new[0] == pytest.approx(170.0)
    assert covers(found, old[0], new[1])


def test_other_lanes_or_walls_make_everything_stale() -> None:
    before = run(0.0)
    show = edits.apply(SHOW, edits.edit(SHOW, SHOW.id, hard_out=parse_time_of_day("20:01:00")))
    assert stale(before, run(0.0, show=show), show.positions, ()) is None
    assert stale(before, before, SHOW.positions, ()) == []


@given(st.floats(-50, 900), st.floats(0, 300), st.integers(0, 60))
def test_strays_are_all_that_stand_off_their_planned_places(first: float, wide: float, late: int) -> None:
    starts = {"seg-a1": 0.0, "cue-10": 3.0, "seg-a2": 120.0 + late, "cue-13": 121.0 + late}
    course = run(300.0, starts, segment="seg-a2", front="cue-14")
    expected = {
        (one.planned, one.bar)
        for row in SHOW.rundown
        for one in standing_at(course, SHOW.positions, row.id)
        if moved_off(one)
        and one.planned <= first + wide
        and one.planned + one.bar.end - one.bar.start >= first
    }
    assert set(strays(course, first, first + wide)) == expected
