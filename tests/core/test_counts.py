"""Counts into starts and out of clips and segments: which number is called when, and which are silent."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core import counts as core
from showcaller.core.counts import Target, count, counting, is_silent, pips, targets
from showcaller.core.messages import MediaView
from showcaller.core.position import Playback, Running, Wait
from showcaller.core.schedule import Progress, expect, make_plan
from showcaller.core.show import Action, AtOffset, AutoContinue, Counts, Cue, Hard, Segment, Show
from showcaller.core.times import Duration, ShowTime, parse_time_of_day, shift, show_time_of

START = show_time_of(datetime(2026, 6, 20, 19, 30, tzinfo=ZoneInfo("Europe/London")))
USUAL = Counts()
SHOW = Show(
    id="show",
    on_air=parse_time_of_day("19:30"),
    rundown=(
        Segment(id="a", page="A1", duration=Duration(600_000)),
        Cue(id="vt", number="3", actions=(Action(id="play", device="obs", kind="media"),)),
        Cue(id="bed", number="4", trigger=AtOffset(after=Duration(60_000))),
        Segment(id="b", page="A2", duration=Duration(300_000), start=Hard(at=parse_time_of_day("19:42"))),
    ),
)


def at(seconds: float) -> ShowTime:
    return shift(START, Duration(round(seconds * 1000)))


def read(playback: Playback, now: ShowTime, *media: MediaView, show: Show = SHOW) -> list[tuple[object, ...]]:
    begun = playback.segment_started_at
    progress = Progress() if begun is None else Progress(starts={"a": begun}, segment="a")
    outlook = expect(make_plan(show, START), progress, now)
    return [(one.to, one.at, one.subject, one.source) for one in targets(show, playback, media, outlook)]


RUNNING = Playback(
    mode="live",
    segment="a",
    started_at=START,
    segment_started_at=START,
    running=(Running(1, "vt", at(10), at(40), ("play",)),),
    waits=(Wait("bed", at(60), "offset", START, 0),),
)


def test_before_the_show_is_counted_to_air_and_to_the_hard_start() -> None:
    assert read(Playback(mode="live"), at(-100)) == [("air", START, "", ""), ("hard", at(720), "A2", "")]


def test_while_doors_run_is_counted_to_air() -> None:
    doors = Segment(
        id="doors", page="P1", duration=Duration(60_000), start=Hard(at=parse_time_of_day("19:29"))
    )
    show = msgspec.structs.replace(SHOW, rundown=(doors, *SHOW.rundown))
    for began, names in (({"doors": at(-60)}, {"air", "hard"}), ({"doors": at(-60), "a": at(-30)}, {"hard"})):
        segment = next(reversed(began))
        outlook = expect(make_plan(show, START), Progress(began, {}, segment), at(-20))
        playback = Playback(mode="live", segment=segment, started_at=at(-60))
        found = {one.to: one.at for one in targets(show, playback, [], outlook)}
        assert found.keys() & {"air", "hard"} == names
        assert found.get("air", START) == START


def test_in_the_show_clip_cue_segment_and_hard_start_are_counted_soonest_first() -> None:
    assert read(RUNNING, at(20)) == [
        ("clip", at(40), "3", "plan"),
        ("cue", at(60), "4", ""),
        ("segment", at(600), "A1", ""),
        ("hard", at(720), "A2", ""),
    ]


def test_a_clip_is_counted_by_what_the_device_plays_where_it_says_so() -> None:
    assert read(RUNNING, at(20), MediaView(1, Duration(25_000), at(45)))[0] == ("clip", at(45), "3", "VT")


def test_a_paused_clip_has_no_end_to_count_to() -> None:
    assert "clip" not in [one[0] for one in read(RUNNING, at(20), MediaView(1, Duration(25_000), None))]


@pytest.mark.parametrize("values", [{"held_at": at(15)}, {"auto": False}, {"skipped": frozenset({"bed"})}])
def test_a_cue_that_will_not_fire_by_itself_is_not_counted_to(values: dict[str, object]) -> None:
    playback = msgspec.structs.replace(RUNNING, **values)
    assert "cue" not in [one[0] for one in read(playback, at(20))]


@pytest.mark.parametrize(("wait", "counted"), [(9.9, False), (10, True)])
def test_what_continues_soon_after_another_is_not_counted_to(wait: float, counted: bool) -> None:
    follows = Cue(id="bed", number="4", trigger=AutoContinue())
    rundown = tuple(follows if row.id == "bed" else row for row in SHOW.rundown)
    waits = (Wait("bed", at(20 + wait), "continue", at(20), 1),)
    playback = msgspec.structs.replace(RUNNING, waits=waits)
    show = msgspec.structs.replace(SHOW, rundown=rundown)
    assert ("cue" in [one[0] for one in read(playback, at(20), show=show)]) == counted


@pytest.mark.parametrize(
    ("field", "to"), [("clips", "clip"), ("cues", "cue"), ("segments", "segment"), ("hard", "hard")]
)
def test_what_a_show_does_not_want_is_not_counted(field: str, to: str) -> None:
    show = msgspec.structs.replace(SHOW, counts=msgspec.structs.replace(USUAL, **{field: False}))
    assert to in [one[0] for one in read(RUNNING, at(20))]
    assert to not in [one[0] for one in read(RUNNING, at(20), show=show)]


def test_what_ends_at_the_same_instant_is_counted_once() -> None:
    clip = Running(1, "vt", at(10), at(60), ("play",))
    same = msgspec.structs.replace(RUNNING, running=(clip,))
    assert [one[0] for one in read(same, at(20))] == ["cue", "segment", "hard"]


AIR = Target("air", at(0))
CLIP = Target("clip", at(0), "3", "VT")


@pytest.mark.parametrize(
    ("left", "seconds", "number", "following"),
    [
        (120.0, 120, 120, 60),
        (118.5, 119, 120, 60),
        (118.0, 118, None, 60),
        (60.0, 60, 60, 30),
        (30.0, 30, 30, 15),
        (16.0, 16, None, 15),
        (15.0, 15, 15, 10),
        (10.0, 10, 10, 9),
        (9.001, 10, 10, 9),
        (9.0, 9, 9, 8),
        (1.0, 1, 1, 0),
        (0.0, 0, 0, None),
        (-0.9, 0, 0, None),
    ],
)
def test_numbers_are_called_at_their_instants(
    left: float, seconds: int, number: int | None, following: int | None
) -> None:
    found = count(USUAL, CLIP, at(-left))
    assert found is not None
    assert (found.seconds, found.number, found.following) == (seconds, number, following)


@pytest.mark.parametrize("left", [120.001, -1.0])
def test_nothing_is_counted_before_two_minutes_and_after_the_end(left: float) -> None:
    assert count(USUAL, CLIP, at(-left)) is None


def test_the_last_two_numbers_into_a_start_are_silent_and_none_of_a_clip() -> None:
    numbers = [3, 2, 1, 0]
    assert [is_silent(USUAL, AIR, number) for number in numbers] == [False, True, True, True]
    assert [is_silent(USUAL, CLIP, number) for number in numbers] == [False] * 4
    shown = count(USUAL, AIR, at(-2))
    assert shown is not None
    assert (shown.number, shown.silent) == (2, True)


@given(st.integers(-2 * core.SECOND, 130 * core.SECOND))
def test_a_count_reads_the_same_until_it_says_so_and_then_otherwise(left: int) -> None:
    now = ShowTime(CLIP.at - left)
    found, turn = counting(USUAL, [CLIP], now)
    if turn is None:
        assert found == []
        return
    before, _ = counting(USUAL, [CLIP], ShowTime(now + turn - 1))
    after, _ = counting(USUAL, [CLIP], ShowTime(now + turn))
    read = [[one._replace(changes_in=0) for one in some] for some in (found, before, after)]
    assert read[0] == read[1] != read[2]


def test_each_number_that_is_said_has_its_instant_and_the_silent_ones_have_none() -> None:
    def said(target: Target, after: float) -> list[tuple[float, int]]:
        return [((target.at - at_) / core.SECOND, number) for at_, number in pips(USUAL, target, at(after))]

    every = [(float(mark), mark) for mark in (*core.MARKS, 0)]
    assert said(CLIP, -200) == every
    assert said(AIR, -200) == every[:-3]
    assert said(CLIP, -2) == [(1.0, 1), (0.0, 0)]
