"""What each profile sends is what its desk is documented to take."""

from __future__ import annotations

import msgspec
import pytest

from showcaller.assets import asset
from showcaller.core.forms import FormError, read_values, summarise
from showcaller.devices.osc import KINDS
from showcaller.devices.osc.arguments import format_arguments
from showcaller.devices.osc.codec import decode
from showcaller.devices.osc.desk import Desk
from showcaller.devices.osc.profile import load_profiles
from tests.devices.osc.desks import kind_of, order_of

DESKS = {profile.name: Desk(profile) for profile in load_profiles(asset("profiles/osc"))}

DOCUMENTED = [
    ("eos", "cue", {"cue": "2.5", "list": 1}, ["/eos/cue/1/2.5/fire"]),
    ("eos", "go", {}, ["/eos/key/go_0 f:1.0", "/eos/key/go_0 f:0.0"]),
    ("eos", "stop", {}, ["/eos/key/stop f:1.0", "/eos/key/stop f:0.0"]),
    ("eos", "macro", {"macro": 12}, ["/eos/macro/fire i:12"]),
    ("eos", "bump", {"sub": 1}, ["/eos/sub/1/fire f:1.0"]),
    ("eos", "sub", {"sub": 4, "level": 75.0}, ["/eos/sub/4 f:0.75"]),
    ("eos", "channel", {"channel": 101, "level": 50.0}, ["/eos/chan/101 f:50.0"]),
    ("eos", "command", {"command": "Chan 1 At 50#"}, ['/eos/newcmd s:"Chan 1 At 50#"']),
    ("grandma3", "go", {"sequence": 1}, ['/cmd s:"Go+ Sequence 1"']),
    ("grandma3", "goto", {"sequence": 2, "cue": "3.5"}, ['/cmd s:"Goto Cue 3.5 Sequence 2"']),
    ("grandma3", "off", {"sequence": 2}, ['/cmd s:"Off Sequence 2"']),
    ("grandma3", "fader", {"executor": 201, "level": 100.0}, ["/Page1/Fader201 i:100"]),
    ("grandma3", "key", {"executor": 201}, ["/Page1/Key201 i:1", "/Page1/Key201 i:0"]),
    ("grandma3", "command", {"command": "Macro 4"}, ['/cmd s:"Macro 4"']),
    ("magicq", "level", {"playback": 1, "level": 50.0}, ["/pb/1 f:0.5"]),
    ("magicq", "go", {"playback": 1}, ["/pb/1/go"]),
    ("magicq", "pause", {"playback": 1}, ["/pb/1/pause"]),
    ("magicq", "release", {"playback": 1}, ["/pb/1/release"]),
    ("magicq", "jump", {"playback": 1, "cue": "3.5"}, ["/pb/1/3.5"]),
    ("magicq", "execute", {"page": 1, "item": 5}, ["/exec/1/5 f:1.0"]),
    ("magicq", "command", {"command": "1A"}, ['/rpc s:"1A"']),
    ("qlcplus", "button", {"path": "/go/1"}, ["/go/1 f:1.0", "/go/1 f:0.0"]),
    ("qlcplus", "hold", {"path": "/go/1", "pressed": False}, ["/go/1 f:0.0"]),
    ("qlcplus", "slider", {"path": "/s", "level": 25.0}, ["/s f:0.25"]),
    ("x32", "fader", {"number": 1, "level": 0.0}, ["/ch/01/mix/fader f:0.75"]),
    ("x32", "fader", {"strip": "bus", "number": 16, "level": 10.0}, ["/bus/16/mix/fader f:1.0"]),
    ("x32", "fader", {"strip": "dca", "number": 8, "level": -10.0}, ["/dca/8/fader f:0.5"]),
    ("x32", "fader", {"strip": "main", "level": -90.0}, ["/main/st/mix/fader f:0.0"]),
    ("x32", "mute", {"number": 1, "muted": True}, ["/ch/01/mix/on i:0"]),
    ("x32", "mute", {"strip": "dca", "number": 2, "muted": False}, ["/dca/2/on i:1"]),
    ("x32", "scene", {"scene": 5}, ['/load s:"scene" i:5']),
    ("x32", "snippet", {"snippet": 3}, ['/load s:"snippet" i:3']),
    ("x32", "cue", {"cue": 7}, ["/-action/gocue i:7"]),
    ("osc", "message", {"address": "/a", "arguments": "1 0.5 x T"}, ['/a i:1 f:0.5 s:"x" T']),
    ("osc", "value", {"address": "/a", "arguments": "1", "value": 2.0}, ["/a i:1 f:2.0"]),
    ("osc", "bundle", {"messages": "/a 1\n/b"}, ["/a i:1", "/b"]),
]


def written(packets: tuple[bytes, ...]) -> list[str]:
    return [
        f"{message.address} {format_arguments(message.tags, message.args)}".strip()
        for packet in packets
        for message in decode(packet)
    ]


def defaults(name: str, **settings):
    return msgspec.structs.asdict(msgspec.convert(settings, DESKS[name].settings))


@pytest.mark.parametrize(("name", "action", "fields", "messages"), DOCUMENTED)
def test_an_action_sends_what_the_desk_documents(name, action, fields, messages):
    found = DESKS[name].action(action)
    assert written(found.packets(msgspec.convert(fields, found.payload), defaults(name))) == messages


def test_every_action_of_every_profile_is_among_the_documented():
    tested = {(name, action) for name, action, _, _ in DOCUMENTED}
    assert tested == {(name, action.plan.name) for name, desk in DESKS.items() for action in desk.actions}


@pytest.mark.parametrize(
    ("prefix", "address"), [("", "/cmd"), ("gma3", "/gma3/cmd"), ("/gma3/", "/gma3/cmd")]
)
def test_a_prefix_goes_before_the_address(prefix, address):
    action = DESKS["grandma3"].action("go")
    (message,) = decode(action.packets(action.example.payload, defaults("grandma3", prefix=prefix))[0])
    assert message.address == address
    assert action.recognise(message, defaults("grandma3", prefix=prefix)) == action.example.payload


@pytest.mark.parametrize(
    ("name", "action", "fields"),
    [(name, action, fields) for name, action, fields, _ in DOCUMENTED if name not in {"osc", "qlcplus"}],
)
def test_a_simulated_desk_reads_the_order_out_of_the_bytes(name, action, fields):
    found = DESKS[name].action(action)
    payload = msgspec.convert(fields, found.payload)
    first, *rest = (decode(packet)[0] for packet in found.packets(payload, defaults(name)))
    assert found.recognise(first, defaults(name)) == payload
    assert all(found.is_rest(message, defaults(name)) for message in rest)
    readings = (it for it in DESKS[name].actions if it.recognise(first, defaults(name)) is not None)
    assert next(readings) is found


def test_summaries_say_what_a_person_would_say():
    kind = kind_of("eos")
    assert summarise(kind.form().action("cue"), {"cue": "24", "list": 2}) == "Cue 24 in list 2"
    assert summarise(kind.form().action("cue"), {}, number="51") == "Cue 51 in list 1"
    fader = {"strip": "dca", "number": 3, "level": -6.0}
    assert summarise(kind_of("x32").form().action("fader"), fader) == "DCA 3 fader to −6 dB"


def test_fields_have_titles_units_and_limits_in_the_form():
    level = kind_of("x32").form().action("fader").form.field("level")
    assert (level.title, level.type, level.unit, level.minimum, level.maximum) == (
        "Level",
        "number",
        "dB",
        -90,
        10,
    )
    strip = kind_of("x32").form().action("fader").form.field("strip")
    assert [choice.title for choice in strip.choices][:3] == ["Channel", "Aux in", "FX return"]
    with pytest.raises(FormError, match="“Level”"):
        read_values(kind_of("x32").action("fader").payload, {"level": 11})


@pytest.mark.parametrize("name", ["eos", "grandma3", "magicq"])
def test_a_light_desk_takes_the_number_of_a_call_by_default(name):
    kind = kind_of(name)
    action = kind.action(kind.number_default)
    assert action.number_field == "cue"
    assert read_values(action.payload, {"cue": "24.5"}).cue == "24.5"


def test_a_number_from_a_call_becomes_a_whole_number_where_the_desk_wants_one():
    action = kind_of("x32").action("scene")
    assert read_values(action.payload, {action.number_field: "12"}).scene == 12


def test_cues_of_one_list_overrule_each_other_and_lists_do_not():
    action = kind_of("eos").action("cue")
    first, second, other = (
        order_of(kind_of("eos"), "cue", cue=cue, list=number).payload
        for cue, number in (("1", 1), ("2", 1), ("1", 2))
    )
    assert action.address(first) == action.address(second) != action.address(other)
    assert (action.value(first), action.value(second)) == ("1", "2")


def test_kinds_say_whether_their_desk_confirms():
    assert {kind.name: kind.confirms for kind in KINDS} == {
        "osc": False,
        "eos": True,
        "grandma3": False,
        "magicq": False,
        "qlcplus": False,
        "x32": True,
    }


def test_every_fade_range_is_a_number_field_within_its_limits():
    for kind in KINDS:
        for action in kind.form().actions:
            if action.fade is not None:
                field = action.form.field(action.fade.field)
                assert field.type == "number"
                assert (field.minimum, field.maximum) == (action.fade.low, action.fade.high)
