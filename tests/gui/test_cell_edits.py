"""What is typed into a cell of the rundown becomes one change, or a sentence."""

from __future__ import annotations

import pytest

from showcaller.core.edits import apply
from showcaller.core.show import Call, Cue, Manual, Show
from showcaller.core.times import Duration
from showcaller.gui.cell_edits import CellError, read_cell, text_to_type
from tests.gui.stage import CATALOGUE, make_show


def type_into(show: Show, row_id: str, field: str, text: str) -> Show:
    return apply(show, read_cell(show, CATALOGUE, show.positions[row_id], field, text))


def cue_of(show: Show, cue_id: str) -> Cue:
    cue = show.cue(cue_id)
    assert cue is not None
    return cue


@pytest.mark.parametrize(("text", "duration"), [("90", 90_000), ("1:30", 90_000), ("", None)])
def test_a_duration_is_read_as_people_write_it(text: str, duration: int | None) -> None:
    assert cue_of(type_into(make_show(), "cue-14", "duration", text), "cue-14").duration == duration


def test_a_duration_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(CellError, match="“soon” is no duration"):
        type_into(make_show(), "cue-14", "duration", "soon")


def test_a_number_that_is_taken_is_refused_with_a_free_one() -> None:
    with pytest.raises(CellError, match=r"There is a cue 15 already. Free is 15.1"):
        type_into(make_show(), "cue-14", "number", "15")


def test_every_cell_left_as_it_opened_changes_nothing() -> None:
    show = make_show()
    for place, row in enumerate(show.rundown):
        fields = ("number", "name", "on", "calls", "duration") if isinstance(row, Cue) else ("page", "start")
        for field in fields:
            assert read_cell(show, CATALOGUE, place, field, text_to_type(show, place, field)) == ()


def test_a_new_light_call_brings_its_action_fed_by_the_call() -> None:
    cue = cue_of(type_into(make_show(), "cue-14", "calls", "VT 2, SND 5, LX 13"), "cue-14")
    assert cue.calls[-1] == Call(department="lx", number="13")
    [added] = [action for action in cue.actions if action.device == "eos"]
    assert (added.kind, added.number_from, added.fields) == ("cue", "lx", {})


def test_a_call_that_goes_takes_the_action_with_it_that_it_brought() -> None:
    show = type_into(make_show(), "cue-16", "calls", "SND 7, CAM 1")
    assert [action.id for action in cue_of(show, "cue-16").actions] == ["a16"]


def test_an_action_that_was_worked_on_stays_when_its_call_goes() -> None:
    show = type_into(make_show(), "cue-15", "calls", "")
    assert [action.id for action in cue_of(show, "cue-15").actions] == ["a15"]


def test_a_trigger_typed_over_what_is_waited_for_can_be_undone_in_one_step() -> None:
    show = type_into(make_show(), "cue-17", "on", "continues 16 + 0:03")
    assert cue_of(show, "cue-16").post_wait == Duration(3000)
    back = type_into(show, "cue-17", "on", "guest name")
    assert (cue_of(back, "cue-17").trigger, cue_of(back, "cue-17").on) == (Manual(), "guest name")
