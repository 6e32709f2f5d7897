"""Splitting and joining segments: each one edit, and every cue keeps its time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core.schedule import make_plan
from showcaller.core.show import AtOffset, Cue, Hard, Segment, Show
from showcaller.core.times import Duration, parse_time_of_day, shift
from showcaller.gui.timeline_cuts import CutError, join, split
from tests.gui.stage import EVENING, make_show
from tests.gui.test_timeline_drag import starts

SHOW = make_show()
PLAN = make_plan(SHOW, EVENING)


def at(seconds: float) -> int:
    return shift(PLAN.start, Duration(round(seconds * 1000)))


def pages(show: Show) -> list[tuple[str, int | None]]:
    return [(row.page, row.duration) for row in show.rundown if isinstance(row, Segment)]


def below(show: Show, page: str) -> list[str]:
    """Numbers of the cues of a segment."""
    heads = [place for place, row in enumerate(show.rundown) if isinstance(row, Segment)]
    (head,) = [place for place in heads if getattr(show.rundown[place], "page", "") == page]
    end = next((place for place in heads if place > head), len(show.rundown))
    return [row.number for row in show.rundown[head + 1 : end] if isinstance(row, Cue)]


@given(st.integers(121, 389))
def test_every_cue_keeps_its_time_when_a_segment_is_split(second: int) -> None:
    name, change, _ = split(SHOW, PLAN, at(second))
    after = edits.apply(SHOW, change)
    assert name == "Split A2"
    assert starts(after) == starts(SHOW)
    assert pages(after)[1:3] == [("A2", (second - 120) * 1000), ("A2b", (390 - second) * 1000)]
    assert make_plan(after, EVENING).out == PLAN.out
    assert edits.apply(after, edits.invert(change)) == SHOW


def test_cues_behind_the_cut_go_to_the_new_segment() -> None:
    _, change, across = split(SHOW, PLAN, at(200))
    after = edits.apply(SHOW, change)
    assert below(after, "A2") == ["13", "14"]
    assert below(after, "A2b") == ["15", "16", "17", "18", "19"]
    fifteen = after.cue("cue-15")
    assert fifteen is not None
    assert fifteen.trigger == AtOffset(after=Duration(10_000))
    assert across == "14"


def test_what_was_learned_of_the_whole_is_not_said_of_its_halves() -> None:
    learned = (
        *edits.edit(SHOW, "seg-a2", learned=Duration(280_000)),
        *edits.edit(SHOW, "cue-16", learned_offset=Duration(130_000)),
        *edits.edit(SHOW, "cue-13", learned_offset=Duration(3_000)),
    )
    show = edits.apply(SHOW, learned)
    halves = edits.apply(show, split(show, make_plan(show, EVENING), at(200))[1])
    lengths = {row.page: row.learned for row in halves.rundown if isinstance(row, Segment)}
    assert (lengths["A2"], lengths["A2b"]) == (None, None)
    offsets = [cue.learned_offset for one in ("cue-13", "cue-16") if (cue := halves.cue(one)) is not None]
    assert offsets == [3_000, 50_000]
    ids = {row.page: row.id for row in halves.rundown if isinstance(row, Segment)}
    whole = edits.apply(halves, join(halves, make_plan(halves, EVENING), ids["A2"])[1])
    assert [cue.learned_offset for cue in whole.rundown if getattr(cue, "number", "") == "16"] == [130_000]


def test_chain_of_follow_ons_is_not_cut() -> None:
    # 18 continues from 17 by itself.
    show = edits.apply(SHOW, edits.edit(SHOW, "cue-17", post_wait=Duration(10_000)))
    plan = make_plan(show, EVENING)
    seventeen = starts(show)["cue-17"]
    _, change, _ = split(show, plan, shift(plan.start, Duration(seventeen + 5_000)))
    assert below(edits.apply(show, change), "A2")[-1] == "18"


@pytest.mark.parametrize("second", [120, 120.0004, -5, 5_000])
def test_split_where_nothing_is_to_split_is_refused_in_words(second: float) -> None:
    with pytest.raises(CutError, match="Not split"):
        split(SHOW, PLAN, at(second))


def test_second_half_has_a_free_page_and_the_same_branch() -> None:
    show = edits.apply(SHOW, edits.edit(SHOW, "seg-a3", page="A2b"))
    show = edits.apply(show, edits.edit(show, "seg-a2", branch="Result", ending="Win"))
    plan = make_plan(show, EVENING)
    _, change, _ = split(show, plan, at(200))
    second = edits.apply(show, change).rundown[show.positions["cue-14"] + 1]
    assert isinstance(second, Segment)
    assert (second.page, second.branch, second.ending) == ("A2c", "Result", "Win")


def test_elastic_segment_gives_as_much_in_two_parts() -> None:
    bounds = {"minimum": Duration(240_000), "maximum": Duration(300_000)}
    show = edits.apply(SHOW, edits.edit(SHOW, "seg-a2", **bounds))
    _, change, _ = split(show, make_plan(show, EVENING), at(200))
    after = edits.apply(show, change)
    second = next(row for row in after.rundown if isinstance(row, Segment) and row.page == "A2b")
    # The first 80 s are fixed; what the whole could give, the second can.
    assert (second.minimum, second.maximum) == (160_000, 220_000)


def test_every_cue_keeps_its_time_when_two_segments_are_joined() -> None:
    name, change = join(SHOW, PLAN, "seg-a2")
    after = edits.apply(SHOW, change)
    assert name == "Join A2 and A3"
    assert starts(after) == starts(SHOW)
    assert pages(after) == [("A1", 120_000), ("A2", 630_000), ("B1", 150_000)]
    assert edits.apply(after, edits.invert(change)) == SHOW


@given(st.integers(121, 389))
def test_join_takes_a_split_back(second: int) -> None:
    _, change, _ = split(SHOW, PLAN, at(second))
    halves = edits.apply(SHOW, change)
    _, change = join(halves, make_plan(halves, EVENING), "seg-a2")
    whole = edits.apply(halves, change)
    assert starts(whole) == starts(SHOW)
    assert pages(whole) == pages(SHOW)


def test_what_a_join_would_lose_is_refused_in_words() -> None:
    with pytest.raises(CutError, match="B1 has to start at 19:42:30"):
        join(SHOW, PLAN, "seg-a3")
    with pytest.raises(CutError, match="after the last"):
        join(SHOW, PLAN, "seg-b1")
    with pytest.raises(CutError, match="select a segment"):
        join(SHOW, PLAN, "")
    hard = edits.apply(SHOW, edits.edit(SHOW, "seg-a3", start=Hard(at=parse_time_of_day("19:37:00"))))
    with pytest.raises(CutError, match="A3 has to start"):
        join(hard, make_plan(hard, EVENING), "seg-a2")
    for fields in ({"floated": True}, {"branch": "Result", "ending": "Win"}):
        other = edits.apply(SHOW, edits.edit(SHOW, "seg-a3", **fields))
        with pytest.raises(CutError, match="not in the show together"):
            join(other, make_plan(other, EVENING), "seg-a2")
