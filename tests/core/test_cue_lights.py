"""Cue lights: what each station shows, the messages in between, and what is checked."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from showcaller.core import events as ev
from showcaller.core.cue_lights import (
    OFF,
    Lit,
    called_lights,
    check_cue_lights,
    messages,
    prompted_lights,
    read_station,
    spoken_lights,
    stations,
)
from showcaller.core.forms import ActionForm, Form, KindForm
from showcaller.core.position import Playback
from showcaller.core.prompts import Coming
from showcaller.core.show import Call, Cue, Department, Device, Show
from showcaller.core.times import Duration, ShowTime, shift

NOW = ShowTime(1_790_000_000 * 10**9)


def cue(number: str, *departments: str, **values: Any) -> Cue:
    calls = tuple(Call(department=one, number=number) for one in departments)
    return Cue(id=f"c{number}", number=number, calls=calls, **values)


SHOW = Show(
    id="show",
    calling="warning-standby-go",
    departments=(
        Department(id="lx", name="LX", cue_light="1", standby=Duration(5_000), warning=Duration(20_000)),
        Department(id="fly", name="FLY", cue_light="FLYS", standby=Duration(10_000)),
        Department(id="deck", name="DECK", cue_light="FLYS"),
        Department(id="snd", name="SND"),
    ),
    devices=(Device(id="osc", name="Lights", kind="osc"),),
    cue_lights="osc",
    rundown=(cue("1", "lx", "snd"), cue("2", "fly", "deck"), cue("3", "lx")),
)


def test_stations_stand_once_in_the_order_of_the_departments() -> None:
    assert stations(SHOW) == ("1", "FLYS")


def test_what_the_caller_says_lights_the_stations_of_the_standby() -> None:
    at_one = Playback(mode="live", standby="c1")
    assert spoken_lights(SHOW, at_one) == {}
    warned = msgspec.structs.replace(at_one, warned=True)
    assert spoken_lights(SHOW, warned) == {"1": Lit("warning", "LX 1")}
    stood_by = msgspec.structs.replace(warned, stood_by=True)
    assert spoken_lights(SHOW, stood_by) == {"1": Lit("standby", "LX 1")}
    assert spoken_lights(SHOW, msgspec.structs.replace(stood_by, mode="edit")) == {}


def test_departments_that_share_a_station_stand_there_together() -> None:
    playback = Playback(mode="live", standby="c2", stood_by=True)
    assert spoken_lights(SHOW, playback) == {"FLYS": Lit("standby", "FLY 2, DECK 2")}


def test_a_group_lights_the_stations_of_all_that_is_left_of_it() -> None:
    playback = Playback(mode="live", standby="c2", stood_by=True, stood_with=("c1", "c2", "c3"))
    assert spoken_lights(SHOW, playback) == {
        "FLYS": Lit("standby", "FLY 2, DECK 2"),
        "1": Lit("standby", "LX 3"),
    }


def test_a_call_that_was_fired_is_green_however_it_was() -> None:
    effects = (
        ev.Called(run=1, cue="c1", at=NOW, cause="go"),
        ev.Called(run=2, cue="c2", at=NOW, cause="continue"),
    )
    assert called_lights(SHOW, effects) == {"1": Lit("go", "LX 1"), "FLYS": Lit("go", "FLY 2, DECK 2")}
    assert called_lights(SHOW, (ev.Called(run=1, cue="c1", at=NOW, cause="panic"),)) == {}


@pytest.mark.parametrize(
    ("left", "lights"),
    [
        (20_001, {}),
        (20_000, {"1": Lit("warning", "LX 1")}),
        (5_000, {"1": Lit("standby", "LX 1")}),
        (0, {"1": Lit("standby", "LX 1")}),
        (-1, {}),
    ],
)
def test_a_timed_cue_lights_each_department_at_its_own_lead_time(left: int, lights: dict[str, Lit]) -> None:
    coming = [Coming(cue("1", "lx", "snd"), shift(NOW, Duration(left)))]
    assert prompted_lights(SHOW, coming, NOW) == lights


WARNED, STANDBY, GO = Lit("warning", "LX 1"), Lit("standby", "LX 1"), Lit("go", "LX 1")


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        (OFF, WARNED, ["banner LX 1"]),
        (WARNED, STANDBY, ["banner ", "standby LX 1"]),
        (STANDBY, GO, ["go LX 1"]),
        (GO, OFF, ["off "]),
        (WARNED, OFF, ["banner "]),
        (STANDBY, WARNED, ["off ", "banner LX 1"]),
        (None, OFF, ["banner ", "off "]),
        (None, STANDBY, ["banner ", "standby LX 1"]),
    ],
)
def test_messages_take_a_station_from_one_light_to_another(
    before: Lit | None, after: Lit, sent: list[str]
) -> None:
    told = messages("1", before, after)
    assert [f"{one.command} {one.text}" for one in told] == sent
    assert {one.address.rpartition("/")[0] for one in told} == {"/cuelight/1"}


@pytest.mark.parametrize("text", ["", "3", "FLYS", "SR12"])
def test_stations_are_letters_and_digits(text: str) -> None:
    assert read_station(text) == text


@pytest.mark.parametrize("text", ["fly floor", "state", "1,2", "*", "/x", "ABCDEFGHIJKLM"])
def test_what_is_no_station_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        read_station(text)


OSC = KindForm(
    name="osc",
    title="OSC",
    settings=Form(()),
    actions=(ActionForm(name="message", title="", summary="", form=Form(())),),
)


def found(show: Show, kind: KindForm = OSC) -> list[tuple[str, str]]:
    problems = check_cue_lights(show, {"osc": kind})
    return [(one.key, one.sentence) for one in problems]


def test_what_keeps_the_lights_dark_is_checked() -> None:
    assert found(SHOW) == []
    unset = found(msgspec.structs.replace(SHOW, cue_lights=None))
    assert unset == [
        (
            "cue-lights-unset",
            "LX, FLY, DECK have cue lights, and no device tells them. Choose one in Show properties.",
        )
    ]
    assert found(msgspec.structs.replace(SHOW, cue_lights="gone"))[0][0] == "cue-lights-missing"
    mute = msgspec.structs.replace(OSC, actions=())
    assert found(SHOW, mute) == [("cue-lights-mute", "“Lights” cannot tell cue lights: it sends no OSC.")]
    bad = msgspec.structs.replace(SHOW, departments=(Department(id="x", name="X", cue_light="a b"),))
    assert found(bad)[0][0] == "cue-light-bad"
    assert found(msgspec.structs.replace(SHOW, departments=(), cue_lights=None)) == []
