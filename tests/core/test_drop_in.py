"""An item is dropped in behind a segment that still counts, and an edit that does more is none."""

from __future__ import annotations

import pytest

from showcaller.core import edits
from showcaller.core.drop_in import drop_in, is_drop_in, item, last_row_of, places_for
from showcaller.core.edits import Change
from showcaller.core.show import Action, AutoFollow, Cue, Segment, Show
from showcaller.core.times import Duration

SHOW = Show(
    id="show",
    rundown=(
        Segment(id="a"),
        Cue(id="a1", number="1"),
        Segment(id="b"),
        Cue(id="b1", number="2"),
        Cue(id="b2", number="3"),
    ),
)
ITEM, CUE = item("new", "new-cue", "Breaking", Duration(60_000), "1.5")


def ids(show: Show) -> list[str]:
    return [row.id for row in show.rundown]


def test_the_running_segment_comes_first_and_nothing_above_it() -> None:
    assert [place and place.id for place in places_for(SHOW, "b")] == ["b"]
    assert [place and place.id for place in places_for(SHOW, None)] == [None, "a", "b"]


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        (None, ["new", "new-cue", "a", "a1", "b", "b1", "b2"]),
        ("a", ["a", "a1", "new", "new-cue", "b", "b1", "b2"]),
        ("b", ["a", "a1", "b", "b1", "b2", "new", "new-cue"]),
    ],
)
def test_an_item_stands_behind_all_cues_of_a_segment(behind: str | None, expected: list[str]) -> None:
    place = next(one for one in (*places_for(SHOW, None),) if (one and one.id) == behind)
    change = drop_in(SHOW, ITEM, CUE, place)
    assert ids(edits.apply(SHOW, change)) == expected
    assert last_row_of(SHOW, place) == {None: None, "a": "a1", "b": "b2"}[behind]
    assert is_drop_in(change)
    assert is_drop_in(edits.invert(change))


def test_a_heading_alone_is_an_item_too() -> None:
    segment, cue = item("new", "new-cue", "Breaking", None, None)
    assert cue is None
    assert is_drop_in(drop_in(SHOW, segment, cue, None))


@pytest.mark.parametrize(
    "change",
    [
        (),
        edits.insert([Cue(id="c")], "a"),
        edits.insert([ITEM, CUE, Cue(id="c")], "a"),
        edits.insert([ITEM, Segment(id="other")], "a"),
        edits.insert([ITEM, Cue(id="c", trigger=AutoFollow())], "a"),
        edits.insert([ITEM, Cue(id="c", actions=(Action(id="x", device="obs", kind="scene"),))], "a"),
        edits.edit(SHOW, "a", title="Other"),
        (*edits.insert([ITEM], "a"), *edits.edit(SHOW, "a", title="Other")),
        edits.remove(SHOW, ["a", "a1", "b"]),
        edits.move(SHOW, ["b"], None),
    ],
)
def test_what_does_more_is_no_drop_in(change: Change) -> None:
    assert not is_drop_in(change)
