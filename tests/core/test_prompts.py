"""The desk prompts timed cues: each department at its own lead time, standbys before warnings."""

from __future__ import annotations

import msgspec
import pytest

from showcaller.core.position import Playback, Running, Wait
from showcaller.core.prompts import (
    MOST_LINKS,
    Coming,
    PassedOver,
    next_prompt_at,
    planned_cues,
    prompts,
    timed_cues,
)
from showcaller.core.show import AtOffset, AutoContinue, AutoFollow, Call, Cue, Department, Segment, Show
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


def chain(*rows: Cue | Segment) -> Show:
    return msgspec.structs.replace(SHOW, rundown=rows)


def cue(name: str, **values: object) -> Cue:
    return Cue(**{"id": name, "calls": (Call(department="lx", number=name),), **values})


def test_what_a_timed_cue_sets_off_is_known_as_far_as_its_lengths_are() -> None:
    show = chain(
        cue("1", pre_wait=Duration(1000), post_wait=Duration(2000), duration=Duration(5000)),
        cue("2", trigger=AutoContinue(), duration=Duration(4000)),
        Segment(id="s"),
        cue("3", trigger=AutoFollow()),
        cue("4", trigger=AutoFollow()),
    )
    wait = Wait("1", after(10_000), "clock", NOW, 0)
    found = [(one.cue.id, one.due, one.estimate) for one in timed_cues(show, [wait], [])]
    assert found == [
        ("1", after(10_000), False),
        ("2", after(13_000), False),
        ("3", after(17_000), True),
    ]
    called = Wait("1", after(1_000), "pre-wait", NOW, 1)
    assert timed_cues(show, [called], [])[0][1:] == (after(3_000), False)
    assert [one.cue.id for one in timed_cues(show, [wait], [], {"2"})] == ["1"]


def test_a_chain_is_foreseen_only_so_far() -> None:
    show = chain(*(cue(str(number), trigger=AutoContinue()) for number in range(100)))
    found = timed_cues(show, [Wait("0", after(0), "continue", NOW, 1)], [])
    assert len(found) == 1 + MOST_LINKS


def test_offsets_of_a_segment_that_has_not_begun_are_known_by_plan() -> None:
    show = chain(
        Segment(id="s1"),
        cue("1", trigger=AtOffset(after=Duration(3000)), post_wait=Duration(500)),
        cue("2", trigger=AutoContinue()),
        cue("3"),
        cue("4", trigger=AtOffset(after=Duration(1000))),
        cue("5", trigger=AtOffset(after=Duration(2000))),
        Segment(id="s2"),
        cue("6", trigger=AtOffset(after=Duration(0))),
    )
    found = planned_cues(show, "s1", after(60_000), {"5"})
    assert [(one.cue.id, one.due) for one in found] == [
        ("4", after(61_000)),
        ("1", after(63_000)),
        ("2", after(63_500)),
    ]
    assert all(one.estimate for one in found)
    said = prompts(show, found, after(52_000))
    assert [(one.words, one.estimate) for one in said] == [
        ("Standby LX 4", True),
        ("Warning LX 1", True),
        ("Warning LX 2", True),
    ]


def test_rows_of_another_ending_are_passed_over_like_floated_and_skipped_ones() -> None:
    show = chain(
        Segment(id="w", branch="Result", ending="Win"),
        cue("1"),
        Segment(id="l", branch="Result", ending="Lose"),
        cue("2"),
        cue("3", floated=True),
    )
    out = PassedOver(show, Playback(skipped=frozenset({"1"})))
    assert [one for one in ("1", "2", "3", "gone") if one in out] == ["1", "2", "3", "gone"]
    lost = PassedOver(
        show, Playback(chosen=frozenset({("Result", "Lose")}), floated=frozenset({("3", False)}))
    )
    assert [one for one in ("1", "2", "3") if one in lost] == ["1"]
