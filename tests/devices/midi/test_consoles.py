"""Each console in its own words: the bytes its manual asks for, and the words back from the bytes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.assets import asset
from showcaller.core.forms import form_of, read_values, summarise
from showcaller.devices.driver import DeviceKind, Order, UnsendableError
from showcaller.devices.midi import KINDS
from showcaller.devices.midi.consoles import Console, load_map, sent_value, shown_value
from showcaller.devices.midi.decoder import Decoder

BY_NAME = {kind.name: kind for kind in KINDS}


def console(name: str) -> Console:
    return Console(load_map(asset(f"profiles/midi/{name}.json").read_bytes()), name)


CONSOLES = {name: console(name) for name in ("x32", "yamaha", "allen-heath", "soundcraft")}


def encode(name: str, action: str, settings: dict[str, Any] | None = None, **fields: Any) -> bytes:
    made = CONSOLES[name]
    found = next(it for it in made.actions if it.kind.name == action)
    payload = read_values(found.kind.payload, fields)
    return found.encode(payload, read_values(made.settings, settings or {}))


def rows(name: str, wire: bytes, settings: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    made = CONSOLES[name]
    given_settings = read_values(made.settings, settings or {})
    found = [made.describe(payload, given_settings) for payload in Decoder().feed(wire)]
    return [row[1:] for row in found if row is not None]


@pytest.mark.parametrize(
    ("action", "fields", "wire"),
    [
        ("level", {"strip": "channel", "number": 1, "level": 0.0}, "b0 00 5f"),
        ("level", {"strip": "channel", "number": 32, "level": 10.0}, "b0 1f 7f"),
        ("level", {"strip": "dca", "number": 3, "level": -10.0}, "b0 4a 40"),
        ("level", {"strip": "main", "number": 1, "level": -90.0}, "b0 46 00"),
        ("level", {"strip": "bus", "number": 16, "level": -30.0}, "b0 3f 20"),
        ("mute", {"strip": "channel", "number": 7, "muted": True}, "b1 06 7f"),
        ("mute", {"strip": "mute-group", "number": 6, "muted": False}, "b1 55 00"),
        ("pan", {"strip": "channel", "number": 2, "pan": -100.0}, "b2 01 00"),
        ("pan", {"strip": "channel", "number": 2, "pan": 100.0}, "b2 01 7f"),
        ("scene", {"number": 0}, "c0 00"),
        ("scene", {"number": 99}, "c0 63"),
        ("snippet", {"number": 12}, "c1 0c"),
        ("desk-cue", {"number": 5}, "c2 05"),
    ],
)
def test_x32_knows_its_function_by_the_midi_channel(action: str, fields: dict[str, Any], wire: str) -> None:
    # The X32 fixes its channels: the one of the settings is for the plain actions.
    assert encode("x32", action, {"channel": 9}, **fields).hex(" ") == wire


@pytest.mark.parametrize(
    ("model", "action", "fields", "wire"),
    [
        (
            "sq",
            "mute",
            {"strip": "channel", "number": 1, "muted": True},
            "b0 63 00 b0 62 00 b0 06 00 b0 26 01",
        ),
        ("sq", "mute", {"strip": "main", "number": 1, "muted": False}, "b0 63 00 b0 62 44 b0 06 00 b0 26 00"),
        ("sq", "mute", {"strip": "mix", "number": 1, "muted": True}, "b0 63 00 b0 62 45 b0 06 00 b0 26 01"),
        ("sq", "mute", {"strip": "group", "number": 1, "muted": True}, "b0 63 00 b0 62 30 b0 06 00 b0 26 01"),
        (
            "sq",
            "mute",
            {"strip": "matrix", "number": 1, "muted": True},
            "b0 63 00 b0 62 55 b0 06 00 b0 26 01",
        ),
        ("sq", "mute", {"strip": "dca", "number": 1, "muted": True}, "b0 63 02 b0 62 00 b0 06 00 b0 26 01"),
        (
            "sq",
            "mute",
            {"strip": "mute-group", "number": 1, "muted": True},
            "b0 63 04 b0 62 00 b0 06 00 b0 26 01",
        ),
        ("sq", "level", {"strip": "main", "number": 1, "level": 10.0}, "b0 63 4f b0 62 00 b0 06 7f b0 26 7f"),
        ("sq", "level", {"strip": "main", "number": 1, "level": 0.0}, "b0 63 4f b0 62 00 b0 06 76 b0 26 5c"),
        (
            "sq",
            "level",
            {"strip": "main", "number": 1, "level": -90.0},
            "b0 63 4f b0 62 00 b0 06 00 b0 26 00",
        ),
        (
            "sq-audio",
            "level",
            {"strip": "dca", "number": 8, "level": 0.0},
            "b0 63 4f b0 62 27 b0 06 62 b0 26 00",
        ),
        ("sq", "scene", {"number": 6}, "b0 00 00 c0 05"),
        ("sq", "scene", {"number": 129}, "b0 00 01 c0 00"),
        ("qu", "scene", {"number": 6}, "b0 00 00 c0 05"),
        ("qu", "mute", {"strip": "channel", "number": 1, "muted": True}, "90 20 7f 90 20 00"),
        (
            "qu",
            "level",
            {"strip": "main", "number": 1, "level": 0.0},
            "b0 63 67 b0 62 17 b0 06 62 b0 26 07",
        ),
        ("dlive", "mute", {"strip": "channel", "number": 1, "muted": True}, "90 00 7f 90 00 00"),
        ("dlive", "mute", {"strip": "channel", "number": 1, "muted": False}, "90 00 3f 90 00 00"),
        ("dlive", "mute", {"strip": "dca", "number": 1, "muted": True}, "94 36 7f 94 36 00"),
        ("dlive", "level", {"strip": "channel", "number": 5, "level": 0.0}, "b0 63 04 b0 62 17 b0 06 6b"),
        ("dlive", "level", {"strip": "dca", "number": 3, "level": -10.0}, "b4 63 38 b4 62 17 b4 06 57"),
        ("dlive", "scene", {"number": 500}, "b0 00 03 c0 73"),
    ],
)
def test_allen_and_heath_by_model(model: str, action: str, fields: dict[str, Any], wire: str) -> None:
    assert encode("allen-heath", action, {"model": model}, **fields).hex(" ") == wire


def test_yamaha_scenes_past_128_go_to_the_next_midi_channel() -> None:
    assert encode("yamaha", "scene", number=1) == b"\xc0\x00"
    assert encode("yamaha", "scene", number=128) == b"\xc0\x7f"
    assert encode("yamaha", "scene", number=129) == b"\xc1\x00"
    assert rows("yamaha", b"\xc1\x00") == [("Scene", "129")]


def test_yamaha_faders_are_the_controllers_of_the_desks_own_table() -> None:
    assert encode("yamaha", "fader", {"channel": 3}, number=7, travel=100.0) == b"\xb2\x07\x7f"
    assert encode("yamaha", "key", number=34, on=False) == b"\xb0\x22\x00"


def test_soundcraft_takes_program_changes_on_the_channel_of_the_desk() -> None:
    assert encode("soundcraft", "scene", {"channel": 2}, number=12) == b"\xc1\x0b"
    assert rows("soundcraft", b"\xc1\x0b", {"channel": 2}) == [("Scene", "12")]


def test_the_bytes_read_in_the_desks_words() -> None:
    assert rows("x32", bytes.fromhex("b0 4a 40 c0 0c b1 06 7f b0 46 00 b1 55 00")) == [
        ("DCA 3", "−9.8 dB"),
        ("Scene", "12"),
        ("Ch 7", "mute on"),
        ("Main LR", "−∞ dB"),
        ("Mute group 6", "mute off"),
    ]
    wire = encode("allen-heath", "level", strip="dca", number=3, level=-10.0)
    assert rows("allen-heath", wire) == [("DCA 3", "−10.0 dB")]


def test_what_no_map_names_stays_unsaid() -> None:
    assert rows("x32", bytes.fromhex("b5 4a 40 c9 05 90 01 02")) == []


@pytest.mark.parametrize(
    ("name", "action", "settings", "fields", "sentence"),
    [
        ("x32", "level", {}, {"strip": "dca", "number": 9}, "has DCA 1 to 8; there is no DCA 9"),
        ("allen-heath", "scene", {"model": "qu"}, {"number": 101}, "Qu has Scene 1 to 100"),
        ("allen-heath", "level", {"model": "qu"}, {"strip": "dca", "number": 5}, "there is no DCA 5"),
        ("allen-heath", "mute", {"model": "dlive"}, {"strip": "stereo", "number": 1}, "dLive: MIDI has no"),
        (
            "allen-heath",
            "mute",
            {"model": "dlive", "channel": 13},
            {"strip": "dca", "number": 1},
            "up to 12 in the device's settings",
        ),
        ("yamaha", "scene", {"channel": 16}, {"number": 129}, "would need MIDI channel 17"),
    ],
)
def test_what_the_desk_does_not_have_is_refused_with_a_sentence(
    name: str, action: str, settings: dict[str, Any], fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UnsendableError, match=sentence):
        encode(name, action, settings, **fields)


@given(st.floats(-90, 10))
def test_a_level_comes_back_within_one_step_of_its_law(level: float) -> None:
    for made in CONSOLES.values():
        for model in made.map.models.values():
            law = model.laws.get("fader")
            if law is None:
                continue
            sent = sent_value(law, level)
            assert shown_value(law, sent - 1) <= max(level, law[0][0]) <= shown_value(law, sent + 1)


@pytest.mark.parametrize("name", CONSOLES)
def test_laws_rise_and_stay_in_what_midi_holds(name: str) -> None:
    for model in CONSOLES[name].map.models.values():
        for law in model.laws.values():
            assert list(law) == sorted(set(law))
            sent = [point[1] for point in law]
            assert sent == sorted(sent)
            assert sent[0] >= 0
            assert sent[-1] in {127, 16383}


@pytest.mark.parametrize("name", CONSOLES)
def test_every_strip_can_be_sent_and_is_recognised(name: str) -> None:
    made = CONSOLES[name]
    for model_name, model in made.map.models.items():
        chosen = {"model": model_name} if len(made.map.models) > 1 else {}
        for key, control in model.controls.items():
            for strips in control.strips:
                for number in (strips.low, strips.low + strips.count - 1):
                    wire = encode(name, key, chosen, strip=strips.name, number=number)
                    found = rows(name, wire, chosen)
                    assert found, (model_name, key, strips.name)
                    only = strips.count == 1 and strips.low == 1
                    assert found[-1][0].startswith(strips.title if only else f"{strips.title} {number}")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_console_kind_keeps_all_plain_actions(kind: DeviceKind) -> None:
    plain = {action.name for action in BY_NAME["midi"].actions}
    assert plain <= {action.name for action in kind.actions}
    assert kind.action(kind.number_default) is not None
    assert [order.kind for order in kind.examples] == [action.name for action in kind.actions]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_forms_have_titles_units_and_limits(kind: DeviceKind) -> None:
    form = kind.form()
    for action in form.actions:
        assert action.form.fields
        for field in action.form.fields:
            assert field.title
        if action.fade is not None:
            moving = action.form.field(action.fade.field)
            assert moving is not None
            assert (moving.minimum, moving.maximum) == (action.fade.low, action.fade.high)
            assert moving.unit == action.fade.unit
        if action.number_field:
            assert action.form.field(action.number_field) is not None
    port = form.settings.field("port")
    assert port is not None
    assert port.choices_from == "ports"


def test_a_level_in_db_is_offered_as_a_gain() -> None:
    fade = BY_NAME["midi-x32"].form().action("level")
    assert fade is not None
    assert fade.fade is not None
    assert (fade.fade.unit, fade.fade.gain, fade.fade.low, fade.fade.high) == ("dB", True, -90, 10)


def test_an_action_is_said_in_the_desks_words() -> None:
    form = BY_NAME["midi-x32"].form()
    level, mute, scene = form.action("level"), form.action("mute"), form.action("scene")
    assert level is not None
    assert mute is not None
    assert scene is not None
    assert summarise(level, {"strip": "dca", "number": 3, "level": -10.0}) == "DCA 3 to −10 dB"
    assert summarise(mute, {"strip": "channel", "number": 7, "muted": True}) == "Ch 7 mute on"
    assert summarise(scene, {}, "12") == "Scene 12"


def test_level_and_mute_of_a_strip_have_addresses_of_their_own() -> None:
    kind = BY_NAME["midi-x32"]
    addresses = []
    for action, fields in (
        ("level", {"strip": "dca", "number": 3}),
        ("mute", {"strip": "dca", "number": 3}),
        ("level", {"strip": "dca", "number": 4}),
        ("scene", {"number": 1}),
    ):
        found = kind.action(action)
        assert found is not None
        addresses.append(found.address(read_values(found.payload, fields)))
    assert addresses == ["dca 3 level", "dca 3 mute", "dca 4 level", "scene"]


def test_the_model_is_a_choice_only_where_there_are_several() -> None:
    assert form_of(BY_NAME["midi-x32"].settings).field("model") is None
    model = form_of(BY_NAME["midi-allen-heath"].settings).field("model")
    assert model is not None
    assert [choice.value for choice in model.choices] == ["sq", "sq-audio", "qu", "dlive"]


def test_a_map_with_a_word_that_nobody_knows_is_refused() -> None:
    text = asset("profiles/midi/soundcraft.json").read_bytes().replace(b'"title"', b'"titel"', 1)
    with pytest.raises(msgspec.DecodeError):
        load_map(text)


def test_examples_are_orders_of_the_kind() -> None:
    for kind in KINDS:
        driver = kind.make_driver(kind.settings(), None)  # type: ignore[arg-type]
        for order in kind.examples:
            assert isinstance(order, Order)
            assert driver.prepare([order]).frames
