"""Checks: each problem where it is, none where there is none, and the same after an edit as from anew."""

from typing import Any

import msgspec
import pytest
from hypothesis import given

from showcaller.core.checks import check, examine, recheck, renaming
from showcaller.core.edits import Change, apply, edit, move
from showcaller.core.forms import ActionForm, Catalogue, FadeRange, Field, Form, KindForm
from showcaller.core.problems import Rename
from showcaller.core.show import (
    Action,
    AtClock,
    AutoFollow,
    Call,
    Cue,
    Device,
    Fade,
    Hard,
    Row,
    Segment,
    Show,
)
from showcaller.core.times import Duration
from tests.core.checked_shows import (
    CATALOGUE,
    INVENTORIES,
    LEVEL,
    OBS,
    SCENE,
    act,
    at,
    cue,
    sentences,
    show_of,
)
from tests.core.strategies import edited_shows


def test_a_good_show_has_no_problems() -> None:
    show = show_of(
        Segment(id="s", duration=Duration(60_000), start=Hard(at=at("19:30"))),
        cue("1", act("obs", "scene", scene="Wide"), calls=(Call(department="lx", number="1"),)),
        cue(
            "2",
            act("eos", "fire", number=24),
            calls=(Call(department="lx", number="24.0"),),
            duration=Duration(5),
        ),
        cue("", act("eos", "fire", number=5), trigger=AutoFollow(), id="f", number=""),
        Cue(
            id="n",
            number="3",
            calls=(Call(department="lx", number="7"),),
            actions=(Action(id="y", device="eos", kind="fire", number_from="lx"),),
        ),
        on_air=at("19:30"),
        hard_out=at("20:00"),
        panic="1",
    )
    assert sentences(show) == []


def fading(cue_id: str, start: float | None = None, channel: int = 1, device: str = "desk") -> Cue:
    fade = Fade(to=0, duration=Duration(1000), start=start)
    return cue(
        cue_id,
        Action(id=f"{cue_id} fade", device=device, kind="fader", fields={"channel": channel}, fade=fade),
    )


UNKNOWN_START = "Fader: Desk cannot say where it stands, and no cue above sets it. Give the fade a start."


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((fading("a"), fading("b")), [f"a: {UNKNOWN_START}"]),
        ((fading("a", start=-60.0), fading("b")), []),
        ((cue("a", act("desk", "fader", channel=1, value=0)), fading("b")), []),
        ((cue("a", act("desk", "fader", channel=2, value=0)), fading("b")), [f"b: {UNKNOWN_START}"]),
        ((fading("a"), cue("b", act("desk", "fader", channel=1, value=0))), [f"a: {UNKNOWN_START}"]),
        ((cue("a", act("desk", "fader", "set", channel=1), *fading("b").actions),), []),
        ((cue("a", *fading("b").actions, act("desk", "fader", "set", channel=1)),), [f"a: {UNKNOWN_START}"]),
        (
            (cue("a", Action(id="x", device="obs", kind="volume", fade=Fade(to=0, duration=Duration(1)))),),
            [],
        ),
    ],
)
def test_a_fade_needs_a_value_to_start_from(rows: tuple[Row, ...], expected: list[str]) -> None:
    assert sentences(show_of(*rows)) == expected


def test_problems_of_the_show_come_first() -> None:
    show = show_of(
        Segment(id="s", start=Hard(at=at("20:10"))),
        cue("a", number=""),
        zone="Europe/Utopia",
        on_air=at("20:00"),
        hard_out=at("19:30"),
        guard=Duration(-1),
        panic="s",
    )
    devices = (OBS, Device(id="fog", name="Fog", kind="hazer"), Device(id="o", name="O", kind="obs"))
    assert sentences(msgspec.structs.replace(show, devices=devices)) == [
        "-: There is no time zone called “Europe/Utopia”. Write Europe/London.",
        "-: The hard out (19:30:00) is not after on air (20:00:00).",
        "-: The panic cue is not in the show: panic will only stop all.",
        "-: The double-GO guard is negative.",
        "-: “Fog” is unknown: there is no kind “hazer” here. Its actions are kept, not sent.",
        "-: Setting “Host” of “O”: it is missing.",
        "s: 20:10:00 is after the hard out (19:30:00).",
        "a: This cue has no number.",
    ]


def test_a_hard_out_after_midnight_is_after_on_air() -> None:
    assert sentences(show_of(on_air=at("22:00"), hard_out=at("00:30"))) == []


def test_one_click_renames_a_scene_in_all_cues_of_that_device() -> None:
    other = Device(id="other", name="Other", kind="obs", settings={"host": "h"})
    show = show_of(
        cue("a", act("obs", "scene", scene="Archive"), act("other", "scene", "y", scene="Archive")),
        cue("b", act("obs", "play", input="Archive")),
        Segment(id="s"),
        cue("c", act("obs", "show", scene="Archive", source="Archive")),
    )
    show = msgspec.structs.replace(show, devices=(*show.devices, other))
    problem = check(show, CATALOGUE, INVENTORIES)[0]
    assert problem.fix == Rename("obs", "scenes", "Archive", "Archive 1987")
    assert (problem.row_id, problem.action_id, problem.device_id, problem.field) == ("a", "x", "obs", "scene")
    change = renaming(show, CATALOGUE, problem.fix)
    after = apply(show, change)
    assert len(change) == 2
    assert [problem.key for problem in check(after, CATALOGUE, INVENTORIES)] == []
    fields = [action.fields for row in after.rundown if isinstance(row, Cue) for action in row.actions]
    assert fields == [
        {"scene": "Archive 1987"},
        {"scene": "Archive"},
        {"input": "Archive"},
        {"scene": "Archive 1987", "source": "Archive"},
    ]
    assert renaming(show, CATALOGUE, Rename("nowhere", "scenes", "a", "b")) == ()


def test_a_name_of_a_list_that_depends_on_another_field_is_renamed_there_only() -> None:
    show = show_of(
        cue("a", act("obs", "show", scene="Wide", source="Cam")),
        cue("b", act("obs", "show", scene="Close", source="Cam")),
    )
    change = renaming(show, CATALOGUE, Rename("obs", "sources/Wide", "Cam", "Cam 1"))
    assert [op.id for op in change if op.collection == "rundown" and hasattr(op, "name")] == ["a"]


WIDE = Catalogue(
    (
        *(
            KindForm(
                name=name,
                title=name,
                settings=Form(()),
                confirms=name == "obs",
                actions=(
                    ActionForm(name="scene", title="Scene", form=Form((SCENE,)), summary=""),
                    ActionForm(
                        name="fire",
                        title="Fire",
                        form=Form((Field(name="number", title="Cue", type="integer"), LEVEL)),
                        summary="",
                        number_field="number",
                        fade=FadeRange("value", -60, 6),
                    ),
                ),
            )
            for name in ("obs", "osc")
        ),
    )
)


@given(edited_shows())
def test_checking_after_each_edit_finds_what_checking_anew_finds(made: tuple[Show, list[Change]]) -> None:
    show, changes = made
    inventories = {device.id: {"scenes": ("Blue wash",)} for device in show.devices}
    checked = examine(show, WIDE, inventories)
    for change in changes:
        show = apply(show, change)
        checked = recheck(checked, show, change)
        assert checked.problems == check(show, WIDE, inventories)


@pytest.mark.parametrize(
    "values",
    [
        {"floated": True},
        {"duration": Duration(5)},
        {"number": "c"},
        {"trigger": AtClock(at=at("19:00"))},
        {"actions": (act("desk", "fader", channel=1),)},
        {"actions": ()},
    ],
)
def test_an_edit_is_felt_in_the_rows_that_depend_on_it(values: dict[str, Any]) -> None:
    show = show_of(
        Segment(id="s", duration=Duration(60_000), start=Hard(at=at("19:30"))),
        cue("a", act("desk", "fader", channel=1, value=0)),
        Segment(id="t"),
        cue("b", trigger=AutoFollow()),
        cue("c", *fading("f").actions, offset=Duration(61_000)),
    )
    checked = examine(show, CATALOGUE, INVENTORIES)
    for change in (edit(show, "a", **values), edit(show, "s", duration=None), move(show, ["s"], "t")):
        show = apply(show, change)
        checked = recheck(checked, show, change)
        assert checked.problems == check(show, CATALOGUE, INVENTORIES)


def test_new_names_from_a_device_are_checked_against() -> None:
    show = show_of(cue("a", act("obs", "scene", scene="Archive")))
    checked = examine(show, CATALOGUE, {})
    assert checked.problems == ()
    checked = recheck(checked, show, (), INVENTORIES)
    assert [problem.key for problem in checked.problems] == ["name-missing-close"]
    change = edit(show, "a", name="Doors")
    assert [one.key for one in recheck(checked, apply(show, change), change).problems] == [
        "name-missing-close"
    ]


def test_rows_that_no_edit_touched_are_not_looked_at_again() -> None:
    show = show_of(cue("a", number=""), cue("b", number=""))
    checked = examine(show, CATALOGUE, INVENTORIES)
    change = edit(show, "a", number="1")
    later = recheck(checked, apply(show, change), change)
    assert later.single["b"] is checked.single["b"]
    assert "a" not in later.single
    assert "a" in checked.single
