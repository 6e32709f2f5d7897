"""What is wrong with a branch is said at the heading where it is mended; endings leave each other alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from showcaller.core import edits
from showcaller.core.checks import check, examine, recheck
from showcaller.core.forms import Catalogue
from showcaller.core.show import AtClock, AutoContinue, Cue, Hard, Row, Segment, Show, TimeOfDay
from showcaller.core.times import Duration
from tests.core.strategies import edited_shows

NOTHING = Catalogue()


def at(hours: int, minutes: int) -> TimeOfDay:
    return TimeOfDay((hours * 60 + minutes) * 60_000)


def heading(ending: str, branch: str = "Result", **values: object) -> Segment:
    return Segment(**{"id": ending or "unnamed", "branch": branch, "ending": ending, **values})


def cue(number: str, **values: object) -> Cue:
    return Cue(**{"id": number, "number": number, "on": "a look", **values})


def found(*rows: Row) -> list[tuple[str | None, str]]:
    show = Show(id="show", rundown=rows)
    return [(one.row_id, one.key) for one in check(show, NOTHING, {})]


def test_two_endings_with_cues_are_fine() -> None:
    assert found(heading("Win"), cue("1"), heading("Lose"), cue("2")) == []


def test_an_ending_with_a_duration_needs_no_cue() -> None:
    assert found(heading("Win", duration=Duration(1000)), heading("Lose"), cue("2")) == []


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ((heading("Win", branch=""), cue("1")), ("Win", "branch-missing")),
        ((heading("Win"), cue("1")), ("Win", "branch-single")),
        ((heading("Win"), cue("1"), heading(""), cue("2")), ("unnamed", "ending-unnamed")),
        ((heading("Win"), cue("1"), heading("Lose")), ("Lose", "ending-empty")),
        (
            (heading("Win"), cue("1"), heading("Lose", start=Hard(at=at(20, 0))), cue("2")),
            ("Lose", "ending-hard"),
        ),
    ],
)
def test_what_is_wrong_with_a_branch_is_said(rows: tuple[Row, ...], problem: tuple[str, str]) -> None:
    assert found(*rows) == [problem]


def test_more_endings_than_digits_are_said() -> None:
    rows = [row for number in range(10) for row in (heading(f"E{number}"), cue(str(number)))]
    assert found(*rows) == [("E0", "branch-wide")]


def test_one_time_in_all_endings_binds_none_alone() -> None:
    rows = [heading(name, start=Hard(at=at(20, 0))) for name in ("Win", "Lose")]
    assert found(rows[0], cue("1"), rows[1], cue("2")) == []


def test_times_of_one_ending_are_not_out_of_order_with_those_of_another() -> None:
    late, early = AtClock(at=at(20, 30)), AtClock(at=at(20, 10))
    endings = (heading("Win"), cue("1", trigger=late), heading("Lose"), cue("2", trigger=early))
    assert found(*endings) == []
    after = (Segment(id="end"), cue("9", trigger=AtClock(at=at(20, 20))))
    assert found(*endings, *after) == [("9", "time-order")]


def test_the_first_cue_of_an_ending_has_what_stands_above_the_branch_above_it() -> None:
    follows = AutoContinue()
    rows = (heading("Win"), cue("1"), heading("Lose"), cue("2", trigger=follows))
    assert found(*rows) == [("2", "nothing-above")]
    assert found(cue("0"), *rows) == []


@settings(max_examples=60)
@given(edited_shows())
def test_branches_checked_after_an_edit_are_as_checked_from_nothing(
    made: tuple[Show, list[edits.Change]],
) -> None:
    show, changes = made
    checked = examine(show, NOTHING, {})
    for change in changes:
        show = edits.apply(show, change)
        checked = recheck(checked, show, change)
        assert checked.problems == check(show, NOTHING, {})
