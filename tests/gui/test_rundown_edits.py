"""Where new rows go, and how rows move."""

from __future__ import annotations

import pytest

from showcaller.core.edits import apply
from showcaller.core.show import Cue, Segment, Show
from showcaller.gui import rundown_edits


def numbered(*numbers: str) -> Show:
    return Show(id="s", rundown=tuple(Cue(id=f"c{at}", number=number) for at, number in enumerate(numbers)))


@pytest.mark.parametrize(
    ("numbers", "place", "free"),
    [
        ((), 0, "1"),
        (("24",), 1, "25"),
        (("20", "21"), 1, "20.5"),
        (("20", "20.5"), 1, "20.1"),
        (("20", "20.1"), 1, "20.05"),
        (("20", "30"), 1, "21"),
        (("51A",), 1, "51B"),
        (("10", "11", "12"), 3, "13"),
        (("5",), 0, "1"),
    ],
)
def test_a_new_cue_gets_a_number_that_reads_as_standing_there(
    numbers: tuple[str, ...], place: int, free: str
) -> None:
    assert rundown_edits.number_between(numbered(*numbers), place) == free


def test_a_new_number_is_never_one_that_is_taken() -> None:
    show = numbered("20", "21", "20.5", "20.1")
    for place in range(5):
        assert rundown_edits.number_between(show, place) not in show.numbers


def order(show: Show) -> str:
    return " ".join(row.id for row in show.rundown)


def acts() -> Show:
    rows = (
        Segment(id="A"),
        Cue(id="a1"),
        Cue(id="a2"),
        Segment(id="B"),
        Cue(id="b1"),
        Segment(id="C"),
        Cue(id="c1"),
    )
    return Show(id="s", rundown=rows)


def test_a_heading_takes_its_cues_past_the_next_heading() -> None:
    show = acts()
    block = rundown_edits.with_cues(show, ["B"])
    assert block == ("B", "b1")
    assert order(apply(show, rundown_edits.move_down(show, block))) == "A a1 a2 C c1 B b1"
    assert order(apply(show, rundown_edits.move_up(show, block))) == "B b1 A a1 a2 C c1"


def test_a_row_moves_one_up_and_one_down_and_stays_at_the_ends() -> None:
    show = acts()
    assert order(apply(show, rundown_edits.move_up(show, ["a2"]))) == "A a2 a1 B b1 C c1"
    assert order(apply(show, rundown_edits.move_down(show, ["a2"]))) == "A a1 B a2 b1 C c1"
    assert rundown_edits.move_up(show, ["A"]) == ()
    assert rundown_edits.move_down(show, ["c1"]) == ()


def test_rows_that_stand_apart_come_together_as_they_move() -> None:
    show = acts()
    assert order(apply(show, rundown_edits.move_up(show, ["a2", "b1"]))) == "A a2 b1 a1 B C c1"


def test_copies_keep_their_number_where_it_is_free_and_never_their_id() -> None:
    show = numbered("1", "2")
    rows = (Cue(id="c0", number="1"), Cue(id="x", number="1"), Cue(id="y", number="9"))
    copies = rundown_edits.copies_of(show, rows)
    assert [copy.number for copy in copies if isinstance(copy, Cue)] == ["1.1", "1.2", "9"]
    assert not {copy.id for copy in copies} & {"c0", "x", "y"}


def test_rows_survive_the_clipboard_and_strange_content_is_nothing() -> None:
    rows = acts().rundown
    assert rundown_edits.unpack_rows(rundown_edits.pack_rows(rows)) == rows
    assert rundown_edits.unpack_rows(b'{"no": "rows"}') == ()
