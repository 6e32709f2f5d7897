"""Checks: each problem where it is, none where there is none, and the same after an edit as from anew."""

from typing import Any

import msgspec
import pytest
from hypothesis import given

from showcaller.core.checks import check, examine, recheck, renaming
from showcaller.core.edits import Change, apply, edit, move
from showcaller.core.forms import ActionForm, Catalogue, Choice, FadeRange, Field, Form, KindForm
from showcaller.core.problems import WORDINGS, Problem, Rename
from showcaller.core.row_checks import fault_of
from showcaller.core.show import (
    Action,
    AtClock,
    AtOffset,
    AutoContinue,
    AutoFollow,
    Call,
    Cue,
    Department,
    Device,
    Fade,
    Hard,
    Hit,
    Row,
    Segment,
    Show,
)
from showcaller.core.times import Duration, TimeOfDay, parse_time_of_day
from tests.core.strategies import edited_shows

SCENE = Field(name="scene", title="Scene", type="text", choices_from="scenes", required=True)
SOURCE = Field(name="source", title="Source", type="text", choices_from="sources/{scene}", required=True)
LEVEL = Field(name="value", title="Level", type="number", minimum=-60, maximum=6, unit="dB")
CATALOGUE = Catalogue(
    (
        KindForm(
            name="obs",
            title="OBS",
            confirms=True,
            settings=Form(
                (
                    Field(name="host", title="Host", type="text", required=True),
                    Field(name="password", title="Password", type="secret"),
                )
            ),
            actions=(
                ActionForm(name="scene", title="Set scene", form=Form((SCENE,)), summary=""),
                ActionForm(name="show", title="Show source", form=Form((SCENE, SOURCE)), summary=""),
                ActionForm(
                    name="play",
                    title="Play",
                    form=Form((Field(name="input", title="Media", type="text"),)),
                    summary="",
                    media=True,
                ),
                ActionForm(
                    name="volume",
                    title="Volume",
                    form=Form((Field(name="input", title="Input", type="text"), LEVEL)),
                    summary="",
                    fade=FadeRange("value", -100, 6, "dB"),
                ),
            ),
        ),
        KindForm(
            name="osc",
            title="OSC",
            settings=Form(()),
            actions=(
                ActionForm(
                    name="fire",
                    title="Fire cue",
                    form=Form(
                        (
                            Field(
                                name="number",
                                title="Cue",
                                type="integer",
                                minimum=1,
                                maximum=99,
                                required=True,
                            ),
                        )
                    ),
                    summary="",
                    number_field="number",
                ),
                ActionForm(
                    name="fader",
                    title="Fader",
                    form=Form((Field(name="channel", title="Channel", type="integer"), LEVEL)),
                    summary="",
                    fade=FadeRange("value", -60, 6, "dB"),
                ),
            ),
        ),
    )
)
LX = Department(id="lx", name="LX")
SND = Department(id="snd", name="SND", taken_by="operator")
OBS = Device(id="obs", name="Studio", kind="obs", settings={"host": "h"})
EOS = Device(id="eos", name="Eos", kind="osc", department="lx")
DESK = Device(id="desk", name="Desk", kind="osc")
INVENTORIES = {"obs": {"scenes": ("Wide", "Close", "Archive 1987"), "sources/Wide": ("Cam 1",)}}


def show_of(*rows: Row, **fields: Any) -> Show:
    return Show(id="show", departments=(LX, SND), devices=(OBS, EOS, DESK), rundown=rows, **fields)


def cue(cue_id: str = "a", *actions: Action, **fields: Any) -> Cue:
    return Cue(**{"id": cue_id, "number": cue_id, "on": "a look", "actions": actions} | fields)


def act(device: str, kind: str, action_id: str = "x", **fields: Any) -> Action:
    return Action(id=action_id, device=device, kind=kind, fields=fields)


def at(text: str) -> TimeOfDay:
    return parse_time_of_day(text)


def sentences(show: Show) -> list[str]:
    found = check(show, CATALOGUE, INVENTORIES)
    for problem in found:
        assert "{" not in problem.sentence
    return [f"{problem.row_id or '-'}: {problem.sentence}" for problem in found]


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


CASES: dict[str, tuple[tuple[Row, ...], list[str]]] = {
    "number-twice": (
        (cue("a"), cue("b", number="a"), cue("c", number="a")),
        ["b: The number a is given twice.", "c: The number a is given twice."],
    ),
    "number-missing": ((cue("a", number=""),), ["a: This cue has no number."]),
    "cue-empty": (
        (cue("a", on=""),),
        ["a: This cue does nothing: it has no call, no action and no duration."],
    ),
    "time-negative": (
        (cue("a", post_wait=Duration(-1)), Segment(id="s", duration=Duration(-1))),
        ["a: The post-wait is negative.", "s: The duration is negative."],
    ),
    "guard-long": ((cue("a", guard=Duration(12_500)),), ["a: GO is refused for 12.5 s after each GO."]),
    "guard-negative": ((cue("a", guard=Duration(-1)),), ["a: The double-GO guard is negative."]),
    "department-unknown": (
        (cue("a", calls=(Call(department="fly"),)),),
        ["a: A call is for a department that is not in the show."],
    ),
    "device-unknown": (
        (cue("a", act("hazer", "puff")),),
        ["a: An action is for a device that is not in the show."],
    ),
    "action-unknown": (
        (cue("a", act("obs", "tuba solo")),),
        ["a: “Studio” does not know the action “tuba solo”. It is unknown: kept, not sent."],
    ),
    "field-unknown": (
        (cue("a", act("obs", "scene", scene="Wide", mood="blue")),),
        ["a: Set scene: the field “mood” is unknown. It is kept, not sent."],
    ),
    "field-missing": (
        (cue("a", act("obs", "scene")), cue("b", act("obs", "scene", scene=""))),
        ["a: Set scene, “Scene”: it is missing.", "b: Set scene, “Scene”: it is missing."],
    ),
    "field-bad": (
        (cue("a", act("desk", "fader", value=7.5)), cue("b", act("desk", "fader", channel="one"))),
        [
            "a: Fader, “Level”: 7.5 is above 6 dB.",
            "b: Fader, “Channel”: “one” is no whole number.",
        ],
    ),
    "name-missing": (
        (
            cue("a", act("obs", "scene", scene="Zzz")),
            cue("b", act("obs", "show", scene="Wide", source="Zzz")),
        ),
        ["a: Scene “Zzz” is not in Studio.", "b: Source “Zzz” is not in Studio."],
    ),
    "name-missing-close": (
        (cue("a", act("obs", "scene", scene="Archive")),),
        ["a: Scene “Archive” is not in Studio. “Archive 1987” is."],
    ),
    "name of a list that was never told": (
        (cue("a", act("obs", "show", scene="Close", source="Cam 9"), act("obs", "play", input="VT")),),
        [],
    ),
    "says-sends": (
        (cue("a", act("eos", "fire", number=23), calls=(Call(department="lx", number="24"),)),),
        ["a: Says LX 24, sends 23."],
    ),
    "number-not-called": (
        (cue("a", Action(id="x", device="eos", kind="fire", number_from="lx")),),
        ["a: Fire cue takes its number from the call of LX, and there is none."],
    ),
    "called number does not fit": (
        (
            cue(
                "a",
                Action(id="x", device="eos", kind="fire", number_from="lx"),
                calls=(Call(department="lx", number="24A"),),
            ),
        ),
        ["a: Fire cue, “Cue”: “24A” is no whole number."],
    ),
    "not-sent": (
        (cue("a", msgspec.structs.replace(act("desk", "fire", number=1), department="snd")),),
        ["a: Fire cue is not sent: SND is taken by its operator."],
    ),
    "fade-impossible": (
        (
            cue(
                "a",
                msgspec.structs.replace(
                    act("obs", "scene", scene="Wide"), fade=Fade(to=1, duration=Duration(1))
                ),
            ),
        ),
        ["a: Set scene cannot fade."],
    ),
    "fade-bad": (
        (
            cue(
                "a",
                msgspec.structs.replace(
                    act("desk", "fader"), fade=Fade(to=10, start=-70, duration=Duration(-1))
                ),
            ),
        ),
        [
            "a: Fader: the fade starts at −70, outside −60 to 6 dB.",
            "a: Fader: the fade ends at 10, outside −60 to 6 dB.",
            "a: Fader: the fade has a negative duration.",
        ],
    ),
    "nothing-above": (
        (Segment(id="s"), cue("a", trigger=AutoContinue()), cue("b", trigger=AutoFollow())),
        [
            "a: There is no cue above that this one could follow.",
            "b: It follows at once: nothing says how long the cue above (a) lasts.",
        ],
    ),
    "follows something that lasts": (
        (
            cue("a", act("obs", "play")),
            Segment(id="s"),
            cue("b", trigger=AutoFollow(), duration=Duration(1)),
            cue("c", trigger=AutoFollow()),
            cue("d", trigger=AutoContinue()),
        ),
        [],
    ),
    "follows-floated": (
        (cue("a", floated=True), cue("b", trigger=AutoContinue())),
        ["b: The cue above (a) is floated: this one will not start by itself."],
    ),
    "no-segment-above": (
        (cue("a", trigger=AtOffset(after=Duration(5))),),
        ["a: There is no segment above that its offset could count from."],
    ),
    "offset-beyond": (
        (
            Segment(id="s", duration=Duration(60_000)),
            cue("a", offset=Duration(60_000)),
            cue("b", offset=Duration(61_000)),
            cue("c", trigger=AtOffset(after=Duration(90_000))),
        ),
        [
            "b: Its offset (1:01) lies beyond the segment (1:00).",
            "c: Its offset (1:30) lies beyond the segment (1:00).",
        ],
    ),
    "time-order": (
        (
            Segment(id="s", start=Hit(at=at("23:50"))),
            cue("a", trigger=AtClock(at=at("00:10"))),
            cue("b", trigger=AtClock(at=at("00:05"))),
        ),
        ["b: 00:05:00 is before 00:10:00, the time of a row above."],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_problem_is_said_where_it_is_and_nowhere_else(name: str) -> None:
    rows, expected = CASES[name]
    assert sentences(show_of(*rows)) == expected


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


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        (Field(name="f", title="F", type="integer"), 5, None),
        (Field(name="f", title="F", type="integer"), "5", None),
        (Field(name="f", title="F", type="integer"), 5.0, None),
        (Field(name="f", title="F", type="integer"), 5.5, "“5.5” is no whole number"),
        (Field(name="f", title="F", type="integer"), True, "“True” is no whole number"),
        (Field(name="f", title="F", type="number"), "1e999", "“1e999” is no number"),
        (Field(name="f", title="F", type="number"), 10**400, f"“{10**400}” is no number"),
        (Field(name="f", title="F", type="number", minimum=-60.0), -61, "−61 is below −60"),
        (Field(name="f", title="F", type="switch"), True, None),
        (Field(name="f", title="F", type="switch"), "maybe", "“maybe” is neither on nor off"),
        (Field(name="f", title="F", type="switch"), [], "“[]” is neither on nor off"),
        (Field(name="f", title="F", type="choice", choices=(Choice(1, "One"), Choice(2, "Two"))), 1, None),
        (
            Field(name="f", title="F", type="choice", choices=(Choice(1, "One"), Choice(2, "Two"))),
            3,
            "“3” is none of One, Two",
        ),
        (Field(name="f", title="F", type="text"), "", None),
        (Field(name="f", title="F", type="text"), 5, "5 is no text"),
        (Field(name="f", title="F", type="json"), {"any": "thing"}, None),
        (Field(name="f", title="F", type="text"), None, "it is missing"),
        (Field(name="f", title="F", type="text", optional=True), None, None),
    ],
)
def test_a_value_fits_its_field_or_the_reason_is_said(
    field: Field, value: object, reason: str | None
) -> None:
    assert fault_of(field, value) == reason


def test_every_problem_has_its_words_and_every_wording_its_case() -> None:
    found = {
        problem.key for rows, _ in CASES.values() for problem in check(show_of(*rows), CATALOGUE, INVENTORIES)
    }
    elsewhere = {
        "zone-unknown",
        "hard-out-before-on-air",
        "panic-missing",
        "kind-unknown",
        "setting-bad",
        "after-hard-out",
        "fade-start-unknown",
    }
    assert found | elsewhere == set(WORDINGS)
    assert Problem(key="cue-empty").severity == "warning"


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
