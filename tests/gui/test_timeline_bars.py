"""The timeline's geometry: bars at planned times in their lanes, walls, and cheap edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core.schedule import make_plan
from showcaller.core.show import Action, AtClock, Cue, Fade, Segment, Show
from showcaller.core.times import Duration, parse_time_of_day
from showcaller.gui.timeline_bars import Timeline, lay_out, place_of, visible
from tests.core import strategies
from tests.gui.stage import EVENING, make_long_show, make_show


def laid_out(show: Show) -> Timeline:
    return lay_out(show, make_plan(show, EVENING))


def bars_of(timeline: Timeline, cue: str) -> list[tuple[float, float, int]]:
    return [
        (start + bar.start, start + bar.end, bar.lane)
        for start, segment in zip(timeline.starts, timeline.segments, strict=True)
        for bar in (*segment.bars, *segment.fixed)
        if bar.cue == cue
    ]


def test_each_call_has_a_bar_in_its_lane_at_its_planned_time() -> None:
    timeline = laid_out(make_show())
    assert timeline.lanes == ("lx", "snd", "vt", "gfx", "cam")
    assert set(bars_of(timeline, "cue-10")) == {(0.0, 30.0, 0), (0.0, 30.0, 2)}
    # A2 begins after two minutes, 14 eight seconds later.
    assert {lane for _, _, lane in bars_of(timeline, "cue-14")} == {1, 2}
    assert bars_of(timeline, "cue-14")[0][:2] == (128.0, 230.0)


def test_hard_points_are_walls() -> None:
    walls = laid_out(make_show()).walls
    assert [(wall.at, wall.label, wall.hard) for wall in walls] == [
        (0.0, "A1", True),
        (750.0, "B1", False),
        (1800.0, "", True),
    ]


def test_ruler_knows_pages_titles_and_durations_of_the_segments() -> None:
    heads = laid_out(make_show()).heads
    assert [(head.page, head.title, head.duration) for head in heads] == [
        ("A1", "Opening titles", 120.0),
        ("A2", "Headlines", 270.0),
        ("A3", "Interview", 360.0),
        ("B1", "Break", 150.0),
    ]


def test_cue_of_no_department_has_a_lane_of_its_own() -> None:
    show = make_show()
    show = edits.apply(show, edits.insert([Cue(id="odd", number="0.1", name="Odd")], "seg-a1"))
    timeline = laid_out(show)
    assert timeline.lanes[-1] == ""
    assert bars_of(timeline, "odd")[0][2] == len(timeline.lanes) - 1


def test_cue_at_a_clock_time_does_not_move_with_its_segment() -> None:
    show = make_show()
    at = AtClock(at=parse_time_of_day("19:40:00"))
    show = edits.apply(show, edits.edit(show, "cue-20", trigger=at))
    timeline = laid_out(show)
    (segment,) = [one for one in timeline.segments if one.fixed]
    assert {bar.cue for bar in segment.fixed} == {"cue-20"}
    assert bars_of(timeline, "cue-20")[0][0] == 600.0


@given(strategies.shows(max_rows=12), st.data())
def test_what_an_edit_did_not_touch_is_as_if_laid_out_anew(show: Show, data: st.DataObject) -> None:
    plan = make_plan(show, EVENING)
    before = lay_out(show, plan)
    edited = edits.apply(show, data.draw(strategies.changes(show)))
    after = make_plan(edited, EVENING, plan)
    assert lay_out(edited, after, before) == lay_out(edited, make_plan(edited, EVENING))


LONG = laid_out(make_long_show(2_000))


@given(st.floats(-100, 20_000), st.floats(0, 5_000))
def test_all_that_is_seen_is_found_and_nothing_else(first: float, wide: float) -> None:
    last = first + wide
    expected = {
        bar.cue
        for start, segment in zip(LONG.starts, LONG.segments, strict=True)
        for bar in segment.bars
        if start + bar.start <= last and start + bar.end >= first
    }
    assert {bar.cue for _, bar in visible(LONG, first, last)} == expected


def test_long_bar_is_found_behind_short_ones() -> None:
    rows = [
        Segment(id="s", duration=Duration(600_000)),
        Cue(id="bed", duration=Duration(500_000)),
        *(Cue(id=f"c{count}", offset=Duration(count * 1000)) for count in range(100)),
    ]
    timeline = laid_out(Show(id="show", rundown=tuple(rows)))
    assert {bar.cue for _, bar in visible(timeline, 400.0, 401.0)} == {"bed"}


def test_rows_are_found_on_the_timeline() -> None:
    show = make_show()
    timeline = laid_out(show)
    assert place_of(timeline, show, "cue-14") == 128.0
    assert place_of(timeline, show, "seg-a2") == 120.0
    assert place_of(timeline, show, "gone") is None


@pytest.mark.parametrize(
    ("start", "to", "falls"),
    [(None, 60.0, False), (None, 0.0, True), (80.0, 60.0, True), (20.0, 60.0, False)],
)
def test_fade_is_a_ramp_in_its_direction(start: float | None, to: float, falls: bool) -> None:
    fade = Fade(to=to, duration=Duration(4_000), start=start)
    action = Action(id="a", device="x32", kind="fader", fade=fade)
    show = make_show()
    show = edits.apply(show, edits.edit(show, "cue-14", actions=(action,)))
    bars = laid_out(show).segments[1].by_cue["cue-14"]
    assert {(bar.fade, bar.falls) for bar in bars} == {(4.0, falls)}
    assert {bar.fade for bar in laid_out(show).segments[1].by_cue["cue-13"]} == {0.0}
