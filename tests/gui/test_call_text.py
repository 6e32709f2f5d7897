"""The line that the calls of a cue are typed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.show import Call
from showcaller.gui.call_text import CallTextError, read_calls, write_calls
from tests.gui.stage import DEPARTMENTS

safe_numbers = st.from_regex(r"[0-9]{1,3}(\.[0-9])?[A-Z]?", fullmatch=True) | st.just("")
safe_words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12).map(str.strip)
calls = st.builds(
    Call, department=st.sampled_from([one.id for one in DEPARTMENTS]), number=safe_numbers, text=safe_words
)


def test_calls_are_read_by_short_and_by_spoken_name_in_any_case() -> None:
    assert read_calls("lx24, Sound 7; CAM 1", DEPARTMENTS) == (
        Call(department="lx", number="24"),
        Call(department="snd", number="7"),
        Call(department="cam", number="1"),
    )


def test_words_of_a_call_stand_in_quotes_and_may_hold_commas() -> None:
    read = read_calls('LX 24 “Blue wash, slow”, SND 7 "Play-on"', DEPARTMENTS)
    assert [call.text for call in read] == ["Blue wash, slow", "Play-on"]


@given(st.lists(calls, max_size=4).map(tuple))
def test_what_is_written_is_read_back_the_same(written: tuple[Call, ...]) -> None:
    assert read_calls(write_calls(written, DEPARTMENTS), DEPARTMENTS) == written


def test_an_unknown_department_is_refused_in_a_sentence_that_names_the_known_ones() -> None:
    with pytest.raises(CallTextError, match=r"There is no department “FLY”\. This show has LX, SND, VT"):
        read_calls("LX 1, FLY 3", DEPARTMENTS)


def test_a_name_is_not_found_inside_a_longer_word() -> None:
    with pytest.raises(CallTextError, match="LXX"):
        read_calls("LXX 3", DEPARTMENTS)


def test_a_department_that_the_show_lost_survives_an_edit_of_the_others() -> None:
    former = (Call(department="fly", number="3"), Call(department="lx", number="1"))
    text = write_calls(former, DEPARTMENTS).replace("LX 1", "LX 2")
    assert read_calls(text, DEPARTMENTS, former) == (former[0], Call(department="lx", number="2"))
