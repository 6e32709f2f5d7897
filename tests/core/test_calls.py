"""The words of a call: departments in the show's order, by their spoken or short names."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.calls import (
    call_words,
    chips_text,
    foresee,
    go_words,
    order_calls,
    row_words,
    standby_words,
)
from showcaller.core.show import Action, Call, Cue, Department, Device, Segment, Show
from tests.core import strategies

LX, SND, CAM, TLNT = "lx", "snd", "cam", "tlnt"
SHOW = Show(
    id="show",
    departments=(
        Department(id=LX, name="LX"),
        Department(id=SND, name="SND", spoken="Sound"),
        Department(id=CAM, name="CAM", spoken="Camera"),
        Department(id=TLNT, name="TLNT", spoken="Talent", taken_by="operator"),
    ),
    devices=(
        Device(id="eos", name="Eos", kind="osc"),
        Device(id="obs", name="OBS Studio", kind="obs"),
    ),
)


def cue(*calls: tuple[str, str], **values: object) -> Cue:
    made = tuple(Call(department=department, number=number) for department, number in calls)
    return msgspec.structs.replace(Cue(id="16", number="16", calls=made), **values)


def test_departments_are_named_in_the_order_of_the_show() -> None:
    assert call_words(SHOW, cue((CAM, "1"), (LX, "14"), (SND, "7"))) == "LX 14, Sound 7, Camera 1"


def test_call_without_number_is_the_name_alone() -> None:
    assert call_words(SHOW, cue((TLNT, ""), (LX, "14"))) == "LX 14, Talent"


def test_two_calls_of_one_department_keep_their_order() -> None:
    assert call_words(SHOW, cue((LX, "15"), (LX, "14"))) == "LX 15, LX 14"


def test_standby_is_said_first_and_go_last() -> None:
    spoken = cue((SND, "7"))
    assert standby_words(SHOW, spoken) == "Standby Sound 7"
    assert go_words(SHOW, spoken) == "Sound 7, GO"


def test_chips_use_the_short_names() -> None:
    assert chips_text(SHOW, cue((CAM, "1"), (SND, "7")).calls) == "SND 7, CAM 1"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (cue(name="Back to desk"), "Back to desk"),
        (cue(), "16"),
        (Segment(id="b", page="B1", title="Break"), "Break"),
        (Segment(id="b", page="B1"), "B1"),
    ],
)
def test_row_without_calls_is_called_by_its_name(row: Cue | Segment, words: str) -> None:
    assert row_words(SHOW, row) == words


def test_nameless_row_is_still_called() -> None:
    assert standby_words(SHOW, cue(number="")) == "Standby"
    assert go_words(SHOW, cue(number="")) == "GO"


def test_lost_device_silences_its_department_and_nothing_else() -> None:
    spoken = cue(
        (LX, "14"),
        (SND, "7"),
        (TLNT, ""),
        actions=(
            Action(id="a", device="eos", kind="cue", number_from=LX),
            Action(id="b", device="obs", kind="mute", department=SND),
        ),
    )
    forecast = foresee(SHOW, spoken, {"a": "Eos is lost since 19:34."}, {"eos": "lost"})
    assert chips_text(SHOW, forecast.going) == "SND 7, TLNT"
    assert forecast.failing == ("LX lost",)


def test_failure_that_is_not_the_devices_says_why() -> None:
    spoken = cue((LX, "14"), actions=(Action(id="a", device="obs", kind="scene", department=LX),))
    forecast = foresee(SHOW, spoken, {"a": "scene “Archive” is not in OBS."})
    assert forecast.going == ()
    assert forecast.failing == ("scene “Archive” is not in OBS",)


def test_action_of_no_department_is_named_by_its_device() -> None:
    spoken = cue((LX, "1"), (SND, "2"), actions=(Action(id="a", device="obs", kind="scene"),))
    forecast = foresee(SHOW, spoken, {"a": "OBS Studio is lost."}, {"obs": "lost"})
    assert forecast.going == spoken.calls
    assert forecast.failing == ("OBS Studio lost",)


def test_one_reason_is_said_once() -> None:
    actions = tuple(Action(id=name, device="eos", kind="cue", department=LX) for name in "ab")
    forecast = foresee(SHOW, cue((LX, "1"), actions=actions), {"a": "x", "b": "y"}, {"eos": "lost"})
    assert forecast.failing == ("LX lost",)


@given(strategies.shows(), st.data())
def test_any_cue_has_words_and_no_call_is_dropped(show: Show, data: st.DataObject) -> None:
    for row in show.rundown:
        assert standby_words(show, row).startswith("Standby")
        if isinstance(row, Cue):
            assert sorted(order_calls(show, row.calls), key=repr) == sorted(row.calls, key=repr)
            lost = {action.id: "lost" for action in row.actions if data.draw(st.booleans())}
            forecast = foresee(show, row, lost)
            assert bool(forecast.failing) == bool(lost)
            assert set(forecast.going) <= set(row.calls)
