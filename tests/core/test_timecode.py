"""MIDI time code on the wire, and how a show writes one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.frames import FrameTextError
from showcaller.core.show import TimecodeRate
from showcaller.core.timecode import (
    MTC_RATES,
    Position,
    Quarters,
    offset_of,
    position_of,
    read_full_frame,
    read_label,
    read_offset,
    take_quarter,
    timecode_text,
)
from showcaller.core.times import Instant
from tests.core.timecode_source import full_frame, quarter_frames

RATES: list[TimecodeRate] = ["24", "25", "29.97", "30"]


def _put_together(messages: list[bytes]) -> Position | None:
    quarters = Quarters()
    for at, message in enumerate(messages):
        quarters = take_quarter(quarters, message[1], Instant(at))
    return quarters.position


def test_the_example_of_the_specification() -> None:
    """01:37:52:16 at 30 non-drop: F1 00 11 24 33 45 52 61 76."""
    messages = [bytes((0xF1, data)) for data in (0x00, 0x11, 0x24, 0x33, 0x45, 0x52, 0x61, 0x76)]
    position = _put_together(messages)
    assert position == position_of("01:37:52:16", "30")
    assert list(quarter_frames(position)) == messages
    assert full_frame(position).hex(" ") == "f0 7f 7f 01 01 61 25 34 10 f7"


@given(st.sampled_from(RATES), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 23))
def test_every_timecode_goes_over_the_wire_and_back(
    rate: TimecodeRate, hour: int, minute: int, second: int, frame: int
) -> None:
    label = f"{hour:02}:{minute:02}:{second:02}:{frame:02}"
    try:
        position = position_of(label, rate)
    except FrameTextError:
        assert rate == "29.97"
        assert (second, frame // 2) == (0, 0)
        assert minute % 10
        return
    assert read_full_frame(full_frame(position)) == position
    assert _put_together(list(quarter_frames(position))) == position
    assert _put_together(list(quarter_frames(position, backward=True))) == position
    assert timecode_text(position.nanoseconds, rate).replace(";", ":") == label


def test_pieces_that_do_not_follow_one_another_make_nothing() -> None:
    pieces = list(quarter_frames(position_of("10:00:00:00", "25")))
    assert _put_together(pieces[:3] + pieces[4:]) is None
    assert _put_together(pieces[4:] + pieces[:4]) is None
    assert _put_together(pieces[:5] + pieces[3::-1]) is None
    assert _put_together(pieces[4:] + pieces) is not None


@pytest.mark.parametrize(
    "message",
    [
        "f0 7f 7f 01 01 3f 25 34 10 f7",
        "f0 7f 7f 01 01 21 3c 34 10 f7",
        "f0 7f 7f 01 01 21 25 34 19 f7",
        "f0 7f 7f 01 02 21 25 34 10 f7",
        "f0 7f 7f 01 01 21 25 34 f7",
        "f0 7e 7f 01 01 21 25 34 10 f7",
        "90 40 40",
        "",
    ],
)
def test_what_is_no_timecode_locates_nowhere(message: str) -> None:
    assert read_full_frame(bytes.fromhex(message)) is None


def test_labels_are_read_as_people_write_them() -> None:
    assert [read_label(text) for text in ("10:00:00:00", "1:2:3", " 10:00:00;02 ", "09:08:07.06")] == [
        "10:00:00:00",
        "01:02:03:00",
        "10:00:00:02",
        "09:08:07:06",
    ]
    for text in ("", "10:00", "24:00:00:00", "10:60:00:00", "-1:00:00:00", "soon"):
        with pytest.raises(FrameTextError, match="is no timecode"):
            read_label(text)
    with pytest.raises(FrameTextError, match="left out in drop-frame"):
        position_of("10:01:00:00", "29.97")


def test_drop_frame_labels_keep_up_with_real_time() -> None:
    hour = position_of("01:00:00:00", "29.97").nanoseconds
    assert abs(hour - 3_600 * 10**9) < 4_000_000


def test_an_offset_is_signed_and_nothing_where_it_cannot_be_read() -> None:
    assert [read_offset(text) for text in ("", "-10:00:00:00", "\u22121:00:00:00", "+1:2:3:4")] == [
        "",
        "-10:00:00:00",
        "-01:00:00:00",
        "01:02:03:04",
    ]
    assert offset_of("-10:00:00:00", "25") == -36_000 * 10**9
    assert offset_of("soon", "25") == 0


@given(st.sampled_from(RATES), st.integers(0, 2_000_000))
def test_the_first_nanosecond_of_a_frame_reads_as_that_frame(rate: TimecodeRate, frames: int) -> None:
    position = Position(frames, rate)
    of = MTC_RATES[rate]
    text = timecode_text(position.nanoseconds, rate)
    assert position_of(text, rate) == position
    last = position.nanoseconds + of.denominator * 10**9 // of.numerator - 3
    assert timecode_text(last, rate) == text
