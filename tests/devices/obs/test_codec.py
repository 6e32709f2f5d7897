"""The messages of obs-websocket as bytes: what goes in comes out, and nothing else gets in."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showcaller.devices.driver import CodecError
from showcaller.devices.obs import codec, events

NAMES = st.text(max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
DATA = st.none() | st.dictionaries(NAMES, JSON, max_size=4)
REQUESTS = st.builds(codec.Request, NAMES, NAMES, DATA, st.none() | st.dictionaries(NAMES, NAMES, max_size=2))
REPLIES = st.builds(
    codec.Reply,
    NAMES,
    st.builds(codec.RequestStatus, st.booleans(), st.integers(0, 1000), NAMES),
    NAMES,
    DATA,
)
MESSAGES = st.one_of(
    st.builds(codec.Hello, NAMES, st.integers(0, 9)),
    st.builds(codec.Identify, st.integers(0, 9), st.none() | NAMES, st.integers(0, 1 << 20)),
    st.builds(codec.Identified, st.integers(0, 9)),
    st.builds(codec.Reidentify, st.integers(0, 1 << 20)),
    REQUESTS,
    REPLIES,
    st.builds(codec.Batch, NAMES, st.lists(REQUESTS, max_size=3).map(tuple)),
    st.builds(codec.BatchReply, NAMES, st.lists(REPLIES, max_size=3).map(tuple)),
)


@given(MESSAGES)
def test_a_message_survives_the_wire(message: codec.Message) -> None:
    assert codec.decode(codec.encode(message)) == message


@given(st.binary(max_size=300))
@settings(max_examples=1000)
def test_random_bytes_raise_nothing_but_codec_errors(data: bytes) -> None:
    try:
        codec.decode(data)
    except CodecError as error:
        assert str(error)  # noqa: PT017 - most inputs raise, some are messages


@given(st.integers(0, 9), JSON)
@settings(max_examples=1000)
def test_json_that_is_no_message_raises_nothing_but_codec_errors(op: int, data: Any) -> None:
    try:
        message = codec.decode(json.dumps({"op": op, "d": data}))
        if isinstance(message, codec.Event):
            events.happening_of(message)
    except CodecError as error:
        assert str(error)  # noqa: PT017 - most inputs raise, some are messages


@given(st.sampled_from(sorted(events._HAPPENINGS)), DATA)
@settings(max_examples=500)
def test_events_with_any_data_raise_nothing_but_codec_errors(name: str, data: Any) -> None:
    event = codec.Event(name, 1, msgspec.Raw(msgspec.json.encode(data)))
    try:
        events.happening_of(event)
    except CodecError as error:
        assert name in str(error)  # noqa: PT017 - most inputs raise, some are events


def test_deep_nesting_is_a_codec_error() -> None:
    with pytest.raises(CodecError):
        codec.decode(b'{"op":7,"d":' + b'{"a":' * 100_000)


def test_the_frame_of_a_program_scene_is_what_the_protocol_says() -> None:
    frame = codec.encode_batch(
        (codec.Request("SetCurrentProgramScene", request_data={"sceneName": "Cam 1"}),)
    )
    assert json.loads(codec.numbered(frame, 17)) == {
        "op": 8,
        "d": {
            "requestId": "000000000011",
            "haltOnFailure": False,
            "executionType": 0,
            "requests": [{"requestType": "SetCurrentProgramScene", "requestData": {"sceneName": "Cam 1"}}],
        },
    }


@given(st.lists(REQUESTS, max_size=3).map(tuple), st.integers(0, 2**48 - 1))
def test_a_number_changes_the_id_and_nothing_else(requests: tuple[codec.Request, ...], number: int) -> None:
    message = codec.decode(codec.numbered(codec.encode_batch(requests), number))
    assert isinstance(message, codec.Batch)
    assert message.requests == requests
    assert codec.number_of(message.request_id) == number


@given(NAMES)
def test_a_foreign_id_is_no_number_of_ours(request_id: str) -> None:
    number = codec.number_of(request_id)
    assert number == -1 or len(request_id) == 12


def test_what_json_cannot_say_is_a_codec_error() -> None:
    with pytest.raises(CodecError):
        codec.encode_batch((codec.Request("X", request_data={"a": object()}),))


@pytest.mark.parametrize(
    ("code", "comment", "sentence"),
    [
        (207, "", "OBS is loading, or is changing its scene collection."),
        (506, "", "Studio mode is off in OBS."),
        (204, "", "This version of OBS does not know the request “SetX”."),
        (
            600,
            "No source was found by the name of `Mic`.",
            "OBS refuses: No source was found by the name of `Mic` (code 600).",
        ),
        (702, "", "OBS refuses: SetX (code 702)."),
    ],
)
def test_a_refusal_becomes_a_sentence(code: int, comment: str, sentence: str) -> None:
    status = codec.RequestStatus(result=False, code=code, comment=comment)
    assert codec.refusal(codec.Reply("SetX", status)) == sentence


def test_volume_of_minus_infinity_is_read() -> None:
    event = codec.Event("InputVolumeChanged", 8, msgspec.Raw(b'{"inputName":"Mic","inputVolumeDb":null}'))
    assert events.happening_of(event) == events.VolumeChanged("Mic", None)


def test_an_event_that_we_do_not_read_is_none() -> None:
    assert events.happening_of(codec.Event("VendorEvent", 512, msgspec.Raw(b'{"anything":[1]}'))) is None
