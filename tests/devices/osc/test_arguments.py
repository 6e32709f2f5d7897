"""Arguments are typed by people as text, and keep the types they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.devices.driver import UnsendableError
from showcaller.devices.osc.arguments import format_arguments, parse_arguments, parse_message
from showcaller.devices.osc.codec import Message


@pytest.mark.parametrize(
    ("text", "tags", "values"),
    [
        ("", "", ()),
        ("1 -2 +3", "iii", (1, -2, 3)),
        ("1.0 .5 -2. 1e3", "ffff", (1.0, 0.5, -2.0, 1000.0)),
        ("true false T F nil N", "TFTFNN", (True, False, True, False, None, None)),
        ('word "two words" ""', "sss", ("word", "two words", "")),
        ('"a \\"b\\" \\\\"', "s", ('a "b" \\',)),
        ("i:1 f:1 d:1 h:1 s:1", "ifdhs", (1, 1.0, 1.0, 1, "1")),
        ('s:T s:"two words" c:x', "ssc", ("T", "two words", "x")),
        ("b:00ff h:5000000000", "bh", (b"\x00\xff", 5_000_000_000)),
        ("12:30 http://x", "ss", ("12:30", "http://x")),
        ("  1   2  ", "ii", (1, 2)),
    ],
)
def test_words_get_the_type_they_look_like_or_say(text, tags, values):
    assert parse_arguments(text) == (tags, values)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("i:x", "“i:x” is not a whole number."),
        ("i:1.5", "“i:1.5” is not a whole number."),
        ("f:loud", "“f:loud” is not a number."),
        ("f:inf", "“f:inf” is not a number."),
        ("b:xyz", "“b:xyz” is not bytes in hexadecimal such as b:00ff."),
        ("c:xy", "“c:xy” is not one character."),
        ("5000000000", "“i:5000000000” is too large: write h: for 64 bits."),
        ('"open', '"open has no closing quotation mark.'),
    ],
)
def test_a_word_that_does_not_fit_is_named_in_a_sentence(text, sentence):
    with pytest.raises(UnsendableError) as raised:
        parse_arguments(text)
    assert str(raised.value) == sentence


typed = st.one_of(
    st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just("h"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("f"), st.floats(width=32, allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("d"), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("s"), st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]))),
    st.tuples(st.just("b"), st.binary(max_size=20)),
    st.sampled_from([("T", True), ("F", False), ("N", None)]),
)


@given(st.lists(typed, max_size=8))
def test_arguments_shown_as_text_can_be_typed_again(several):
    tags, values = "".join(tag for tag, _ in several), tuple(value for _, value in several)
    assert parse_arguments(format_arguments(tags, values)) == (tags, values)


def test_a_line_is_an_address_and_its_arguments():
    assert parse_message('/cue/1/go 1.0 "x y"') == Message("/cue/1/go", (1.0, "x y"), "fs")


@pytest.mark.parametrize("line", ["", "cue/1", "1 2", "/a,b", "/a#b", "/ä"])
def test_a_line_without_a_good_address_is_refused(line):
    with pytest.raises(UnsendableError, match=r"is no OSC address\. Write one such as /cue/1/go\."):
        parse_message(line)
