"""The show as JSON: nothing lost, stable bytes, and mistakes named by their place."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from msgspec import structs

from showcaller.core.show import Action, Call, Cue, Device, Show
from showcaller.core.times import Duration
from showcaller.showfile.errors import ShowFileError
from showcaller.showfile.inventories import SeenInventory
from showcaller.showfile.json_form import show_from_json, show_to_json
from tests.core.strategies import shows

SEEN = {
    "obs": SeenInventory({"scenes": ("Wide", "Close")}, datetime(2026, 6, 1, 18, 30, 5, 250_000, tzinfo=UTC))
}


def text(**fields: Any) -> bytes:
    return json.dumps({"format": "showcaller-show", "version": 1, "id": "show", **fields}).encode()


def refusal(data: bytes) -> str:
    with pytest.raises(ShowFileError) as error:
        show_from_json(data)
    return str(error.value)


@given(shows())
def test_a_round_trip_is_the_identity_and_its_bytes_are_stable(show: Show) -> None:
    data = show_to_json(show)
    again, inventories, secrets = show_from_json(data)
    assert (again, inventories, secrets) == (show, {}, {})
    assert show_to_json(again) == data


def test_the_form_is_the_one_that_is_written_down() -> None:
    show = Show(
        id="show",
        title="Gala “Ω”",
        rundown=(
            Cue(id="a", number="24", calls=(Call(department="lx", number="24"),), duration=Duration(1500)),
        ),
    )
    data = show_to_json(show)
    assert data.endswith(b"}\n")
    assert "Gala “Ω”".encode() in data
    content = json.loads(data)
    assert list(content) == ["format", "version", "id", "title", "rundown"]
    assert content["format"] == "showcaller-show"
    assert content["version"] == 1
    assert content["rundown"] == [
        {
            "type": "cue",
            "id": "a",
            "number": "24",
            "calls": [{"department": "lx", "number": "24"}],
            "duration": 1500,
        }
    ]


def test_equal_shows_give_equal_bytes_whatever_the_order_of_their_fields() -> None:
    def show(fields: dict[str, int]) -> Show:
        return Show(
            id="show", rundown=(Cue(id="a", actions=(Action(id="x", device="d", kind="k", fields=fields),)),)
        )

    one, other = show({"a": 1, "b": 2}), show({"b": 2, "a": 1})
    assert one == other
    assert show_to_json(one) == show_to_json(other)


def test_a_default_that_was_written_or_typed_is_left_out_like_one_that_never_was() -> None:
    fade = {"to": 1.0, "duration": 9}
    action = {"id": "f", "device": "x", "kind": "level", "fade": fade}
    cue = {"type": "cue", "id": "c", "actions": [action]}
    plain = {"departments": [{"id": "lx", "name": "LX"}], "rundown": [{"type": "segment", "id": "a"}, cue]}
    written = {
        "guard": 400,
        "remote": {"osc_host": "127.0.0.1"},
        "departments": [{"id": "lx", "name": "LX", "warning": 60_000}],
        "rundown": [
            {"type": "segment", "id": "a", "start": {"type": "soft"}},
            {
                **cue,
                "trigger": {"type": "manual"},
                "actions": [{**action, "fade": {**fade, "curve": "linear"}}],
            },
        ],
    }
    wanted, _, _ = show_from_json(text(**plain))
    found, _, _ = show_from_json(text(**written))
    assert found == wanted
    assert show_to_json(found) == show_to_json(wanted)
    assert b"guard" not in show_to_json(structs.replace(wanted, guard=Duration(int("400"))))


def test_inventories_are_in_it_only_when_asked_for() -> None:
    show = Show(id="show")
    assert b"inventories" not in show_to_json(show)
    assert show_from_json(show_to_json(show, SEEN)) == (show, SEEN, {})


def test_unknown_kinds_fields_departments_and_devices_are_taken_as_they_are() -> None:
    action = {
        "id": "x",
        "device": "nowhere",
        "kind": "tuba solo",
        "fields": {"bars": [1, 2.5, None, {"deep": True}]},
    }
    data = text(
        rundown=[{"type": "cue", "id": "a", "calls": [{"department": "nobody"}], "actions": [action]}]
    )
    show, _, _ = show_from_json(data)
    (stored,) = json.loads(show_to_json(show))["rundown"][0]["actions"]
    assert stored == action


def test_passwords_are_taken_out_and_handed_back() -> None:
    devices = [
        {
            "id": "obs",
            "name": "OBS",
            "kind": "obs",
            "settings": {"host": "h", "password": "hunter2", "Secret": ""},
        },
        {
            "id": "x",
            "name": "X",
            "kind": "x",
            "settings": {"login": {"api_token": 1234, "user": "me"}, "pin": "0000"},
        },
        {"id": "y", "name": "Y", "kind": "y", "settings": {"token": True, "secretary": "Ms Moneypenny"}},
    ]
    show, _, secrets = show_from_json(text(devices=devices), {"x": ["pin"]})
    assert secrets == {"obs": {"password": "hunter2"}, "x": {"login.api_token": "1234", "pin": "0000"}}
    assert [device.settings for device in show.devices] == [
        {"host": "h"},
        {"login": {"user": "me"}},
        {"token": True, "secretary": "Ms Moneypenny"},
    ]


def test_a_password_that_should_not_be_in_a_show_does_not_reach_its_json() -> None:
    show = Show(
        id="show", devices=(Device(id="obs", name="OBS", kind="obs", settings={"password": "hunter2"}),)
    )
    assert b"hunter2" not in show_to_json(show)


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert show_from_json(b"\xef\xbb\xbf" + text())[0] == Show(id="show")


CUE = {"type": "cue", "id": "a", "number": "24"}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [CUE | {"duration": "soon"}],
            "Cue 24, field duration: expected a whole number or null, got a text.",
        ),
        ([CUE | {"colr": "red"}], "Cue 24: field colr is not known; is it misspelt?"),
        ([CUE | {"calls": [{"number": "1"}]}], "Cue 24, call 1: field department is missing."),
        (
            [
                CUE
                | {"actions": [{"id": "x", "device": "d", "kind": "k", "fade": {"to": "up", "duration": 1}}]}
            ],
            "Cue 24, action 1, fade, field to: expected a number, got a text.",
        ),
        (
            [CUE | {"trigger": {"type": "clock", "at": "25:00"}}],
            "Cue 24, trigger, field at: “25:00” is no time of day",
        ),
        ([CUE | {"trigger": {"type": "whim"}}], "Cue 24, trigger, field type: invalid value 'whim'."),
        (
            [{"type": "segment", "id": "s", "page": "A1", "floated": 3}],
            "Segment A1, field floated: expected true or",
        ),
        (
            [{"type": "segment", "id": 5, "title": "Act"}],
            "Segment “Act”, field id: expected a text, got a whole number.",
        ),
        (
            [{"type": "cue", "id": "b", "name": "Doors", "armed": None}],
            "Cue “Doors”, field armed: expected true or",
        ),
        (["tuba"], "Row 1: expected an object, got a text."),
        ([{"id": "b"}], "Row 1: field type is missing."),
        ([{"type": "cue", "id": ""}], "Row 1, field id: it is empty."),
        ([CUE, CUE | {"number": "25"}], "The id a is given twice: to cue 24 and to cue 25."),
        ([CUE | {"duration": 10**30}], "Cue 24"),
        ([CUE | {"actions": [{"id": "x", "device": "d", "kind": "k", "fields": {"n": 10**30}}]}], "Cue 24"),
    ],
)
def test_a_mistake_in_a_row_is_named_by_its_place(rows: list[Any], sentence: str) -> None:
    assert refusal(text(rundown=rows)).startswith(sentence)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This is not JSON"),
        (b"{", "This is not JSON"),
        (b"\xff\xfe{", "This is not JSON"),
        (b"[" * 100_000, "This is not JSON"),
        (b"[]", "This JSON is not a show"),
        (b'{"format": "ontime"}', "This JSON is not a show"),
        (b'{"format": "showcaller-show"}', "This show does not say its version"),
        (b'{"format": "showcaller-show", "version": true}', "This show does not say its version"),
        (text(version=2), "This show was written by a newer Showcaller (version 2 of the form, here 1)."),
        (b'{"format": "showcaller-show", "version": 1}', "The show: field id is missing."),
        (text(titel="Gala"), "The show: field titel is not known; is it misspelt?"),
        (text(on_air="noon"), "The show, field on_air: “noon” is no time of day. Write 19:30 or 19:30:00."),
        (text(zone="Europe/Utopia"), "The show, field zone: There is no time zone called “Europe/Utopia”."),
        (text(rundown={}), "The show, field rundown: expected a list."),
        (
            text(departments=[{"id": "lx", "name": "LX", "taken_by": "nobody"}]),
            "Department “LX”, field taken_by: ",
        ),
        (text(devices=[{"id": "x", "name": "OBS"}]), "Device “OBS”: field kind is missing."),
        (text(inventories=[]), "The show, field inventories: expected an object."),
        (text(devices=[7]), "Device 1: expected an object, got a whole number."),
        (text(remote={"midi": [{"word": "jump"}]}), "The show, remote, MIDI binding 1, field word: "),
        (
            text(inventories={"obs": {"names": {}, "seen_at": "2026-06-01"}}),
            "The inventory of obs, field seen_at: ",
        ),
    ],
)
def test_a_mistake_in_the_frame_is_named_by_its_place(data: bytes, sentence: str) -> None:
    assert refusal(data).startswith(sentence)
