"""Bytes on the wire are what the desks expect, and nothing that arrives can break us."""

from __future__ import annotations

import contextlib
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.devices.driver import CodecError
from showcaller.devices.osc.codec import Message, MidiBytes, decode, encode, encode_bundle

KNOWN = [
    (
        Message("/ch/01/mix/fader", (0.825,), "f"),
        "2f63682f30312f6d69782f6661646572 00000000 2c660000 3f533333",
    ),
    (
        Message("/load", ("scene", 0), "si"),
        "2f6c6f6164000000 2c736900 7363656e65000000 00000000",
    ),
    (
        Message("/meters", ("/meters/6", 16), "si"),
        "2f6d657465727300 2c736900 2f6d65746572732f36000000 00000010",
    ),
    (Message("/xremote"), "2f7872656d6f746500000000 2c000000"),
    (Message("/eos/ping"), "2f656f732f70696e67000000 2c000000"),
]


@pytest.mark.parametrize(("message", "known"), KNOWN, ids=lambda it: getattr(it, "address", None))
def test_messages_have_the_bytes_that_real_desks_were_seen_to_take(message, known):
    assert encode(message) == bytes.fromhex(known)


@pytest.mark.parametrize(("message", "known"), KNOWN, ids=lambda it: getattr(it, "address", None))
def test_the_bytes_of_real_desks_are_read_as_what_they_mean(message, known):
    (read,) = decode(bytes.fromhex(known))
    assert (read.address, read.tags) == (message.address, message.tags)
    assert read.args == pytest.approx(message.args)


def test_an_address_without_a_slash_is_read_as_the_x32_sends_it():
    datagram = b"node\0\0\0\0,s\0\0/ch/01/mix ON +0.0 OFF\n\0\0\0"
    assert decode(datagram) == (Message("node", ("/ch/01/mix ON +0.0 OFF\n",), "s"),)


def test_a_bare_address_without_types_is_a_message_without_arguments():
    assert decode(b"/xremote\0\0\0\0") == (Message("/xremote"),)


def test_types_left_out_follow_from_the_values():
    assert Message("/a", (1, 0.5, "x", b"y", True, False, None, (1, "z"))).tags == "ifsbTFN[is]"


def test_equal_values_of_different_types_differ_on_the_wire():
    as_written = [("i", 1), ("f", 1.0), ("T", True), ("d", 1.0), ("h", 1), ("s", "1")]
    assert len({encode(Message("/a", (value,), tag)) for tag, value in as_written}) == 6


values = st.one_of(
    st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just("h"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("f"), st.floats(width=32, allow_nan=False)),
    st.tuples(st.just("d"), st.floats(allow_nan=False)),
    st.tuples(st.sampled_from("sS"), st.text(st.characters(exclude_characters="\0", codec="utf-8"))),
    st.tuples(st.just("b"), st.binary(max_size=40)),
    st.tuples(st.just("t"), st.integers(0, 2**64 - 1)),
    st.tuples(st.just("r"), st.integers(0, 2**32 - 1)),
    st.tuples(st.just("c"), st.characters(max_codepoint=127)),
    st.tuples(st.just("m"), st.tuples(*[st.integers(0, 255)] * 4).map(MidiBytes)),
    st.sampled_from([("T", True), ("F", False), ("N", None)]),
)
arguments = st.recursive(
    values,
    lambda inner: st.lists(inner, max_size=4).map(
        lambda items: ("[" + "".join(tag for tag, _ in items) + "]", tuple(value for _, value in items))
    ),
    max_leaves=12,
)
addresses = st.from_regex(r"[/a-z#][!-~]{0,30}", fullmatch=True).filter(
    lambda it: not it.startswith("#bundle")
)
messages = st.builds(
    lambda address, items: Message(
        address, tuple(value for _, value in items), "".join(tag for tag, _ in items)
    ),
    addresses,
    st.lists(arguments, max_size=8),
)


@given(messages)
def test_every_message_comes_back_with_its_types(message):
    assert decode(encode(message)) == (message,)


@given(st.lists(messages, max_size=5))
def test_a_bundle_comes_back_as_its_messages_in_order(several):
    assert decode(encode_bundle(several)) == tuple(several)


def test_nested_bundles_are_flattened_in_order_however_deep():
    def bundle(*elements: bytes) -> bytes:
        return b"#bundle\0" + bytes(8) + b"".join(struct.pack(">i", len(it)) + it for it in elements)

    one, two, three = (encode(Message(f"/{n}")) for n in (1, 2, 3))
    assert [it.address for it in decode(bundle(one, bundle(two), three))] == ["/1", "/2", "/3"]
    deep = one
    for _ in range(3000):
        deep = bundle(deep)
    assert decode(deep) == (Message("/1"),)


def test_a_time_tag_in_the_future_delays_nothing():
    datagram = b"#bundle\0" + b"\xff" * 8 + struct.pack(">i", 8) + encode(Message("/a"))
    assert decode(datagram) == (Message("/a"),)


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"/a",
        bytes(4),
        b"/a\0\0,i\0\0",
        b"/a\0\0,i\0\0\0\0",
        b"/a\0\0,f\0\0\0\0",
        b"/a\0\0ifs\0",
        b"/a\0\0,x\0\0",
        b"/a\0\0,[\0\0",
        b"/a\0\0,]\0\0",
        b"/a\0\0,s\0\0abcd",
        b"/a\0\0,s\0\0\xff\xfe\0\0",
        b"/a\0\0,b\0\0\xff\xff\xff\xfb",
        b"/a\0\0,b\0\0\0\0\0\x10abcd",
        b"/a\0\0,\0\0\0more",
        b"/a\0\0,c\0\0\x7f\xff\xff\xff",
        b"#bundle\0",
        b"#bundle\0" + bytes(8) + b"\xff\xff\xff\xfc",
        b"#bundle\0" + bytes(8) + b"\0\0\0\0",
        b"#bundle\0" + bytes(8) + b"\0\0\0\x08/a\0\0",
        b"#bundle\0" + bytes(8) + b"\0\0",
    ],
)
def test_malformed_packets_are_refused_with_a_sentence(datagram):
    with pytest.raises(CodecError, match=r"\."):
        decode(datagram)


def test_random_bytes_raise_nothing_but_codec_errors():
    chance = random.Random(2026)
    beginnings = (b"", b"/a\0\0,", b"#bundle\0", b"/a\0\0,ib[s]tmr\0\0\0")
    refused = 0
    for number in range(1000):
        datagram = beginnings[number % 4] + chance.randbytes(chance.randrange(120))
        try:
            decode(datagram)
        except CodecError:
            refused += 1
    assert refused > 900


@given(st.binary(max_size=200))
def test_any_bytes_raise_nothing_but_codec_errors(datagram):
    with contextlib.suppress(CodecError):
        assert all(isinstance(message, Message) for message in decode(datagram))


@pytest.mark.parametrize(
    "message",
    [
        Message("", (1,)),
        Message("/a\0b"),
        Message("/a", (2**31,), "i"),
        Message("/a", (1e39,), "f"),
        Message("/a", ("1",), "i"),
        Message("/a", (1,), "s"),
        Message("/a", ("x\0y",), "s"),
        Message("/a", (-1,), "t"),
        Message("/a", (1,), "q"),
        Message("/a", (1,), "ii"),
        Message("/a", (1, 2), "i"),
        Message("/a", (b"x" * 70_000,), "b"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_before_it_is_sent(message):
    with pytest.raises(CodecError, match=r"\.$"):
        encode(message)


def test_a_value_without_an_osc_type_is_refused():
    with pytest.raises(CodecError, match="no argument type"):
        Message("/a", (object(),))
