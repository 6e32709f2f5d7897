"""The desk prompts timed cues: each department at its own lead time, standbys before warnings."""

from __future__ import annotations

import pytest

from showcaller.core.position import Running, Wait
from showcaller.core.prompts import Coming, next_prompt_at, prompts, timed_cues
from showcaller.core.show import AutoFollow, Call, Cue, Department, Segment, Show
from showcaller.core.times import Duration, ShowTime, shift

NOW = ShowTime(1_790_000_000 * 10**9)
BOTH = Cue(
    id="both",
    trigger=AutoFollow(),
    calls=(Call(department="lx", number="24"), Call(department="fly", number="3")),
)
ONE = Cue(id="one", calls=(Call(department="lx", number="25"),))
SILENT = Cue(id="silent", name="House lights")
SHOW = Show(
    id="show",
    departments=(
        Department(id="lx", name="LX", warning=Duration(60_000), standby=Duration(10_000)),
        Department(id="fly", name="FLY", warning=Duration(120_000), standby=Duration(30_000)),
    ),
    rundown=(ONE, Segment(id="s"), BOTH, SILENT),
)


def after(milliseconds: int) -> ShowTime:
    return shift(NOW, Duration(milliseconds))


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (120_001, []),
        (120_000, ["Warning FLY 3"]),
        (60_000, ["Warning LX 24 and FLY 3"]),
        (30_000, ["Standby FLY 3", "Warning LX 24"]),
        (10_000, ["Standby LX 24, FLY 3"]),
        (0, ["Standby LX 24, FLY 3"]),
        (-1, []),
    ],
)
def test_each_department_is_prompted_at_its_own_lead_time(left: int, words: list[str]) -> None:
    assert [one.words for one in prompts(SHOW, [Coming(BOTH, after(left))], NOW)] == words


def test_standbys_come_before_warnings_and_the_sooner_first() -> None:
    coming = [Coming(BOTH, after(50_000)), Coming(ONE, after(9_000)), Coming(BOTH, after(8_000))]
    assert [(one.step, one.due) for one in prompts(SHOW, coming, NOW)] == [
        ("standby", after(8_000)),
        ("standby", after(9_000)),
        ("warning", after(50_000)),
    ]


def test_a_cue_that_says_nothing_is_not_prompted() -> None:
    assert prompts(SHOW, [Coming(SILENT, after(5_000))], NOW) == []


def test_the_next_prompt_is_known_beforehand() -> None:
    waits = list(next_prompt_at(SHOW, [Coming(BOTH, after(50_000))], NOW))
    assert sorted(waits) == [20_000, 40_000]


def test_what_fires_by_itself_at_a_known_time_is_timed() -> None:
    waits = [
        Wait("both", after(9_000), "clock", NOW, 0),
        Wait("silent", after(3_000), "continue", NOW, 1),
        Wait("one", after(1_000), "pre-wait", NOW, 2),
        Wait("gone", after(1_000), "clock", NOW, 0),
    ]
    found = timed_cues(SHOW, waits, [])
    assert [(one.cue.id, one.due) for one in found] == [("silent", after(3_000)), ("both", after(9_000))]


def test_a_cue_follows_the_end_of_the_one_above_unless_media_decides_it() -> None:
    ending = Running(1, "one", NOW, after(7_000))
    assert [(one.cue.id, one.due) for one in timed_cues(SHOW, [], [ending])] == [("both", after(7_000))]
    playing = Running(1, "one", NOW, after(7_000), media=("a",))
    assert timed_cues(SHOW, [], [playing]) == []
    assert timed_cues(SHOW, [], [ending], {"both"}) == []
    assert timed_cues(SHOW, [], [Running(1, "both", NOW, after(7_000))]) == []
