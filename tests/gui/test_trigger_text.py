"""How the ON / TRIGGER cell says and takes what fires a row."""

from __future__ import annotations

import pytest

from showcaller.core.edits import apply, edit
from showcaller.core.show import (
    AtClock,
    AtOffset,
    AtTimecode,
    AutoContinue,
    AutoFollow,
    Cue,
    Hard,
    Hit,
    Manual,
    Segment,
    Show,
    Soft,
)
from showcaller.core.times import Duration, TimeTextError, parse_time_of_day
from showcaller.gui.trigger_text import read_start, read_trigger, trigger_to_type, write_trigger

ABOVE = Cue(id="a", number="10", post_wait=Duration(2000))


def show_with(cue: Cue) -> Show:
    return Show(id="s", rundown=(Segment(id="seg"), ABOVE, cue))


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        (Cue(id="b", on="“take a look”"), "on “take a look”"),
        (Cue(id="b", on="titles out"), "on titles out"),
        (Cue(id="b", on="on the beat"), "on the beat"),
        (Cue(id="b"), ""),
        (Cue(id="b", trigger=AutoContinue()), "continues 10 + 0:02"),
        (Cue(id="b", trigger=AutoFollow()), "follows 10"),
        (Cue(id="b", trigger=AtClock(at=parse_time_of_day("19:30"))), "on clock 19:30:00"),
        (Cue(id="b", trigger=AtOffset(after=Duration(90_000))), "offset +1:30"),
        (Cue(id="b", on="x", pre_wait=Duration(1500)), "on x · pre-wait 0:01.5"),
        (Cue(id="b", on="x", post_wait=Duration(1000)), "on x · post-wait 0:01"),
    ],
)
def test_the_cell_says_what_is_waited_for_and_never_manual(cue: Cue, text: str) -> None:
    assert write_trigger(show_with(cue), 2) == text


def test_a_post_wait_is_said_once_where_the_cue_below_continues() -> None:
    show = Show(id="s", rundown=(ABOVE, Cue(id="b", trigger=AutoContinue())))
    assert write_trigger(show, 0) == ""


@pytest.mark.parametrize(
    "trigger",
    [
        AutoContinue(),
        AutoFollow(),
        AtClock(at=parse_time_of_day("19:30:05")),
        AtOffset(after=Duration(90_500)),
        AtTimecode(at="10:00:00:12"),
    ],
)
def test_what_the_editor_opens_with_is_read_back_the_same(trigger: object) -> None:
    show = show_with(Cue(id="b", trigger=trigger))  # type: ignore[arg-type]
    values, above = read_trigger(trigger_to_type(show, 2), ABOVE)
    assert values["trigger"] == trigger
    assert above == {}


def test_a_wait_typed_behind_continues_is_the_post_wait_of_the_cue_above() -> None:
    values, above = read_trigger("continues 10 + 0:05", ABOVE)
    assert values == {"trigger": AutoContinue()}
    changed = apply(show_with(Cue(id="b")), edit(show_with(Cue(id="b")), "a", **above))
    assert changed.cue("a") == Cue(id="a", number="10", post_wait=Duration(5000))


@pytest.mark.parametrize(
    "text",
    ["timecode 10:00:00:12", "tc 10:0:0:12", "TC 10:00:00;12", "on timecode 10:00:00:12", "10:00:00:12"],
)
def test_a_timecode_is_read_however_it_is_written(text: str) -> None:
    assert read_trigger(text, ABOVE)[0] == {"trigger": AtTimecode(at="10:00:00:12")}
    with pytest.raises(TimeTextError, match="is no timecode"):
        read_trigger("timecode 25:00:00:00", ABOVE)


def test_a_line_that_begins_like_a_trigger_stays_a_line() -> None:
    assert read_trigger("follows him off stage", ABOVE)[0] == {
        "trigger": Manual(),
        "on": "follows him off stage",
    }


def test_the_first_cue_cannot_continue_one() -> None:
    with pytest.raises(TimeTextError, match="no cue above"):
        read_trigger("continues", None)


def test_a_clock_time_that_is_none_is_refused() -> None:
    with pytest.raises(TimeTextError, match="25:00"):
        read_trigger("clock 25:00", ABOVE)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("soft", Soft()),
        ("", Soft()),
        ("HARD 19:30", Hard(at=parse_time_of_day("19:30:00"))),
        ("hit 19:42:30", Hit(at=parse_time_of_day("19:42:30"))),
        ("19:30", Hard(at=parse_time_of_day("19:30"))),
    ],
)
def test_a_start_is_read_as_it_is_written(text: str, start: object) -> None:
    assert read_start(text) == start


@pytest.mark.parametrize("text", ["hard", "soft 19:30", "later"])
def test_a_start_without_sense_is_refused(text: str) -> None:
    with pytest.raises(TimeTextError, match="Write soft, hard"):
        read_start(text)
