"""A profile file is read whole, or a sentence names file and place."""

from __future__ import annotations

import json

import pytest

from showcaller.assets import asset
from showcaller.devices.osc.profile import ProfileError, load_profiles, read_profile
from showcaller.devices.osc.templates import TemplateError, fill, match, parts_of, single_field


def profile(**changes):
    action = {
        "name": "go",
        "title": "Go",
        "summary": "Go {list}",
        "address": "/go/{list}",
        "fields": [{"name": "list", "title": "List", "type": "integer"}],
        "messages": [{"address": "/go/{list}"}],
        **changes.pop("action", {}),
    }
    whole = {"name": "x", "title": "X", "port": 1, "transports": ["udp"], "actions": [action], **changes}
    return json.dumps(whole).encode()


def test_a_whole_profile_is_read():
    assert read_profile(profile(), "x.json").actions[0].fields[0].title == "List"


def test_the_profiles_that_we_ship_have_the_names_of_their_kinds():
    names = {it.name for it in load_profiles(asset("profiles/osc"))}
    assert names == {"osc", "eos", "grandma3", "magicq", "qlcplus", "x32"}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"{", "x.json is no JSON"),
        (profile(port="8000"), "x.json is wrong at port: Expected `int`"),
        (profile(colour="red"), "unknown field `colour`"),
        (profile(transports=["pigeon"]), "x.json is wrong at transports[0]"),
        (profile(transports=[]), "x.json is wrong at transports: a desk needs at least one"),
        (profile(action={"title": 4}), "x.json is wrong at actions[0].title"),
        (
            profile(action={"summary": "Go {cue}"}),
            "x.json is wrong at actions[0] “go”.summary: there is no field “cue”",
        ),
        (profile(action={"address": "/go/{list"}), "actions[0] “go”.address"),
        (profile(action={"messages": []}), "actions[0] “go”.messages: the action sends nothing"),
        (profile(action={"number_field": "cue"}), "actions[0] “go”.number_field: there is no field “cue”"),
        (profile(action={"example": {"cue": 1}}), "actions[0] “go”.example: there is no field “cue”"),
        (
            profile(action={"fade": {"field": "level", "low": 0, "high": 1}}),
            "actions[0] “go”.fade: there is no field “level”",
        ),
        (
            profile(
                action={
                    "messages": [
                        {"address": "/a", "arguments": [{"type": "i", "value": "{list}", "law": "gravity"}]}
                    ]
                }
            ),
            "actions[0] “go”.messages: there is no law “gravity”",
        ),
        (
            profile(action={"fields": [{"name": "list", "title": "List", "type": "choice"}]}),
            "actions[0] “go”.fields “list”: a choice needs choices",
        ),
        (profile(number_default="cue"), "number_default: there is no action “cue”"),
        (profile(reports=[{"pattern": "/a", "law": "gravity"}]), "reports: there is no law “gravity”"),
    ],
)
def test_a_malformed_profile_is_named_with_file_and_place(content, place):
    with pytest.raises(ProfileError) as raised:
        read_profile(content, "x.json")
    assert place in str(raised.value)
    assert str(raised.value).startswith("The OSC profile x.json ")


def test_a_folder_is_read_by_file_name(tmp_path):
    (tmp_path / "b.json").write_bytes(profile(name="two"))
    (tmp_path / "a.json").write_bytes(profile(name="one"))
    (tmp_path / "notes.txt").write_text("not a profile")
    assert [it.name for it in load_profiles(tmp_path)] == ["one", "two"]


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("/ch/{n:02}/mix", {"n": 5}, "/ch/05/mix"),
        ("{a}{b}", {"a": 1.0, "b": "x"}, "1x"),
        ("Go+ {s}", {"s": 2.5}, "Go+ 2.5"),
        ("/plain", {}, "/plain"),
    ],
)
def test_templates_are_filled(template, values, text):
    assert fill(template, values) == text


@pytest.mark.parametrize(
    ("template", "text", "found"),
    [
        ("/cue/{list}/{cue}/fire", "/cue/1/2.5/fire", {"list": "1", "cue": "2.5"}),
        ("/cue/{list}/{cue}/fire", "/cue/1/2/3/fire", None),
        ("/cue/*/fire", "/cue/9/fire", {}),
        ("/a.b", "/axb", None),
        ("/{n}/{n}", "/1/2", None),
        ("/{n}/{n}", "/1/1", {"n": "1"}),
    ],
)
def test_addresses_are_matched_part_by_part(template, text, found):
    assert match(template, text) == found


def test_a_text_may_hold_slashes_where_an_address_may_not():
    assert match("Load {file}", "Load a/b c", whole=True) == {"file": "a/b c"}


def test_only_a_lone_field_keeps_its_type():
    assert single_field("{level}") == "level"
    assert single_field("{level:02}") == single_field("at {level}") == single_field("") == ""


def test_a_template_with_a_broken_brace_is_refused():
    with pytest.raises(TemplateError, match="/go/"):
        parts_of("/go/{list")
