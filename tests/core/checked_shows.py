"""A catalogue, departments and devices for the tests of checks, and rows to go with them."""

from typing import Any

from showcaller.core.checks import check
from showcaller.core.forms import ActionForm, Catalogue, FadeRange, Field, Form, KindForm
from showcaller.core.show import (
    Action,
    Cue,
    Department,
    Device,
    Row,
    Show,
)
from showcaller.core.times import TimeOfDay, parse_time_of_day

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
