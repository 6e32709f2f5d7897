"""What each order means on the wire, and what a ready OBS must hold for it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.forms import form_of, read_values, summarise
from showcaller.devices.driver import Order, UnsendableError
from showcaller.devices.obs import KIND, actions, codec, plans
from showcaller.devices.obs.actions import ObsSettings
from showcaller.devices.obs.structure import Structure

STRUCTURE = Structure(
    scenes=("Camera 1", "VT"),
    inputs={"Mic": "pulse_input_capture", "Film": "ffmpeg_source"},
    items={"Camera 1": {3: "Strap"}, "VT": {}, "Corner": {1: "Logo"}},
    filters={"Mic": ("Gate",)},
    transitions={"Cut": True, "Fade": False},
    cuts=frozenset({"Cut"}),
    hotkeys=("Shot",),
)


def types_of(*orders: Order) -> list[list[str]]:
    return [[request.request_type for request in its] for its in plans.requests_of_set(orders)]


def test_every_action_has_an_example_that_can_be_encoded() -> None:
    assert {order.kind for order in KIND.examples} == {action.name for action in KIND.actions}
    for order in KIND.examples:
        action = KIND.action(order.kind)
        assert action is not None
        assert type(order.payload) is action.payload
        assert plans.requests_of(order)
        assert action.address(order.payload)


def test_every_example_survives_the_form_and_reads_as_a_summary() -> None:
    for order in KIND.examples:
        action = KIND.action(order.kind)
        assert action is not None
        fields = msgspec.to_builtins(order.payload)
        assert read_values(action.payload, fields) == order.payload
        assert "{" not in summarise(action.form(), fields)


def test_the_password_is_a_secret_field_and_never_shown() -> None:
    field = form_of(ObsSettings).field("password")
    assert field is not None
    assert field.type == "secret"
    assert "hunter2" not in repr(ObsSettings(password="hunter2"))


def test_a_transition_is_chosen_before_the_scene() -> None:
    order = Order("program-scene", actions.ProgramScene("VT", "Fade", 400))
    assert types_of(order) == [
        ["SetCurrentSceneTransition", "SetCurrentSceneTransitionDuration", "SetCurrentProgramScene"]
    ]


def test_a_take_behind_a_preview_in_one_set_names_its_scene() -> None:
    preview, take = Order("preview-scene", actions.PreviewScene("VT")), Order("take", actions.Take())
    assert types_of(take, preview) == [["TriggerStudioModeTransition"], ["SetCurrentPreviewScene"]]
    assert types_of(preview, take) == [["SetCurrentPreviewScene"], ["SetCurrentProgramScene"]]
    assert plans.targets_of((take, preview, take), "Camera 1") == ["Camera 1", "VT", "VT"]


def test_obs_is_never_sent_to_sleep() -> None:
    with pytest.raises(UnsendableError, match="sleep"):
        plans.requests_of(Order("request", actions.RawRequest("Sleep", {"sleepMillis": 100})))


@given(st.text(), st.text())
def test_only_the_play_of_that_input_is_turned_into_a_restart(name: str, text: str) -> None:
    play, other = plans.trigger_media(name, "PLAY"), plans.trigger_media(name + "x", "PLAY")
    write = plans.request("SetInputSettings", inputName=name, inputSettings={"text": text + str(play)})
    frame = plans.play_from_start(codec.encode_batch((write, play, other)), name)
    message = codec.decode(frame)
    assert isinstance(message, codec.Batch)
    assert message.requests == (write, plans.trigger_media(name, "RESTART"), other)


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        (Order("program-scene", actions.ProgramScene("Archive")), "OBS has no scene “Archive”."),
        (Order("preview-scene", actions.PreviewScene("Archive")), "OBS has no scene “Archive”."),
        (Order("program-scene", actions.ProgramScene("VT", "Wipe")), "OBS has no transition “Wipe”."),
        (
            Order("source-visibility", actions.SourceVisibility("Camera 1", "Bug")),
            "OBS has no source “Bug” in scene “Camera 1”.",
        ),
        (
            Order("source-visibility", actions.SourceVisibility("Archive", "Bug")),
            "OBS has no scene “Archive”.",
        ),
        (Order("input-mute", actions.InputMute("Ghost")), "OBS has no input “Ghost”."),
        (Order("media-play", actions.Media("Ghost")), "OBS has no input “Ghost”."),
        (Order("text", actions.Text("Ghost", "x")), "OBS has no input “Ghost”."),
        (Order("filter", actions.FilterEnabled("Mic", "EQ")), "OBS has no filter “EQ” on “Mic”."),
        (Order("hotkey", actions.Hotkey("Boom")), "OBS has no hotkey “Boom”."),
    ],
)
def test_what_obs_does_not_have_cannot_be_sent(order: Order, sentence: str) -> None:
    with pytest.raises(UnsendableError) as caught:
        plans.check_orders((order,), STRUCTURE, studio_mode=True)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "order",
    [
        Order("program-scene", actions.ProgramScene("VT", "Fade")),
        Order("source-visibility", actions.SourceVisibility("Corner", "Logo")),
        Order("filter", actions.FilterEnabled("Mic", "Gate")),
        Order("request", actions.RawRequest("SetInputAudioTracks", {"inputName": "Ghost"})),
        Order("stream-start", actions.Output()),
    ],
)
def test_what_obs_has_can_be_sent(order: Order) -> None:
    plans.check_orders((order,), STRUCTURE, studio_mode=False)


def test_preview_and_take_need_studio_mode_which_the_same_set_may_switch_on() -> None:
    take = Order("take", actions.Take())
    with pytest.raises(UnsendableError, match="Studio mode is off"):
        plans.check_orders((take,), STRUCTURE, studio_mode=False)
    plans.check_orders(
        (Order("studio-mode", actions.StudioMode(on=True)), take), STRUCTURE, studio_mode=False
    )


def test_raw_requests_for_different_things_do_not_overrule_each_other() -> None:
    one = Order("request", actions.RawRequest("SetInputAudioTracks", {"inputName": "A", "x": 1}))
    same = Order("request", actions.RawRequest("SetInputAudioTracks", {"x": 1, "inputName": "A"}))
    other = Order("request", actions.RawRequest("SetInputAudioTracks", {"inputName": "B", "x": 1}))
    assert actions.address_of(one) == actions.address_of(same) != actions.address_of(other)
