"""A call is worded as the show chose: the sets that ship, its own words over them, GO last."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core.calls import go_words, group_words, standby_words, step_words, warning_words
from showcaller.core.show import Call, Cue, Department, Segment, Show, Wording, WordingName
from showcaller.showfile.json_form import show_from_json, show_to_json

SHOW = Show(
    id="show",
    departments=(
        Department(id="lx", name="LX", spoken="LX"),
        Department(id="snd", name="SND", spoken="Sound"),
        Department(id="cam", name="CAM", spoken="Camera"),
        Department(id="vt", name="VT"),
    ),
)


def worded(words: WordingName = "plain", **own: str) -> Show:
    return msgspec.structs.replace(SHOW, wording=Wording(words=words, **own))


def cue(*calls: tuple[str, str]) -> Cue:
    return Cue(id="c", calls=tuple(Call(department=one, number=number) for one, number in calls))


BOTH = cue(("snd", "7"), ("lx", "24"))


@pytest.mark.parametrize(
    ("words", "warning", "standby", "go"),
    [
        ("plain", "Warning LX 24 and Sound 7", "Standby LX 24, Sound 7", "LX 24, Sound 7, GO"),
        ("us", "Warning Lights 24 and Sound 7", "Standby Lights 24 and Sound 7", "Lights 24, Sound 7… GO"),
        ("uk", "Warning LX Q24 and Sound Q7", "Standby LX Q24, Sound Q7", "LX Q24, Sound Q7… GO"),
        (
            "broadcast",
            "Warning Lights 24 and Sound 7",
            "Standby Lights 24 and Sound 7",
            "Lights 24, Sound 7… GO",
        ),
    ],
)
def test_each_set_has_its_words(words: WordingName, warning: str, standby: str, go: str) -> None:
    show = worded(words)
    assert warning_words(show, BOTH) == step_words(show, BOTH, "warning") == warning
    assert standby_words(show, BOTH) == step_words(show, BOTH, "standby") == standby
    assert go_words(show, BOTH) == step_words(show, BOTH, "go") == go


@pytest.mark.parametrize(
    ("call", "standby", "go"),
    [
        (("cam", "2"), "Ready 2", "Take 2"),
        (("vt", "3"), "Stand by VT 3", "Roll VT 3"),
        (("cam", ""), "Standby Camera", "Camera… GO"),
        (("lx", "3"), "Standby Lights 3", "Lights 3… GO"),
    ],
)
def test_a_gallery_takes_cameras_and_rolls_tapes_that_are_called_alone(
    call: tuple[str, str], standby: str, go: str
) -> None:
    assert standby_words(worded("broadcast"), cue(call)) == standby
    assert go_words(worded("broadcast"), cue(call)) == go


def test_only_a_gallery_takes_and_rolls() -> None:
    assert go_words(worded("us"), cue(("cam", "2"))) == "Camera 2… GO"


def test_a_camera_called_with_another_department_goes() -> None:
    assert go_words(worded("broadcast"), cue(("cam", "2"), ("lx", "24"))) == "Lights 24, Camera 2… GO"


def test_q_stands_before_numbers_of_cues_not_of_sources_and_never_twice() -> None:
    both = cue(("lx", "Q24"), ("cam", "2"))
    assert standby_words(worded("uk"), both) == "Standby LX Q24, Camera 2"


def test_words_of_the_show_come_before_those_of_the_set() -> None:
    show = worded("us", call="{department} cue {number}", standby="Stand by, {calls}", go="{calls} and GO")
    assert warning_words(show, BOTH) == "Warning Lights cue 24 and Sound cue 7"
    assert standby_words(show, BOTH) == "Stand by, Lights cue 24 and Sound cue 7"
    assert go_words(show, BOTH) == "Lights cue 24, Sound cue 7 and GO"


def test_a_row_without_calls_is_called_by_its_name() -> None:
    assert go_words(worded("us"), Segment(id="s", title="Titles")) == "Titles… GO"
    assert go_words(worded("us"), Cue(id="c")) == "GO"


@given(st.sampled_from(["plain", "us", "uk", "broadcast"]), st.text(max_size=20), st.text(max_size=20))
def test_go_is_the_last_word_of_a_combined_call_whatever_a_show_writes(
    words: WordingName, call: str, go: str
) -> None:
    assert go_words(worded(words, call=call, go=go), BOTH).split()[-1] == "GO"


def test_wording_is_edited_taken_back_and_written() -> None:
    change = edits.edit(SHOW, SHOW.id, wording=Wording(words="uk", go="{calls} GO"))
    after = edits.apply(
        SHOW, edits.typed(msgspec.json.decode(msgspec.json.encode(change), type=edits.Change))
    )
    assert after.wording == Wording(words="uk", go="{calls} GO")
    assert edits.apply(after, edits.invert(change)) == SHOW
    assert b'"wording"' not in show_to_json(SHOW)
    assert show_from_json(show_to_json(after))[0] == after


def group(*numbers: str, department: str = "lx") -> list[Cue]:
    return [msgspec.structs.replace(cue((department, number)), id=number) for number in numbers]


@pytest.mark.parametrize(
    ("words", "warning", "standby"),
    [
        ("plain", "Warning LX 24 through 26 and Sound 7", "Standby LX 24 through 26, Sound 7"),
        ("us", "Warning Lights 24 through 26 and Sound 7", "Standby Lights 24 through 26 and Sound 7"),
        ("uk", "Warning LX Q24 to Q26 and Sound Q7", "Standby LX Q24 to Q26, Sound Q7"),
        ("broadcast", "Warning Lights 24 through 26 and Sound 7", "Standby Lights 24 through 26 and Sound 7"),
    ],
)
def test_one_standby_for_a_group_is_worded_by_each_set(
    words: WordingName, warning: str, standby: str
) -> None:
    rows = [cue(("lx", "24")), cue(("snd", "7"), ("lx", "25")), cue(("lx", "26"))]
    assert group_words(worded(words), rows, "warning") == warning
    assert group_words(worded(words), rows, "standby") == standby
    assert group_words(worded(words), rows, "go") == go_words(worded(words), rows[0])


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (("24", "25"), "LX 24, 25"),
        (("24", "24.5"), "LX 24, 24.5"),
        (("24", "24.5", "25", "26", "27"), "LX 24, 24.5, 25 through 27"),
        (("9", "10", "11", "13"), "LX 9 through 11, 13"),
        (("26", "25", "24"), "LX 26, 25, 24"),
        (("24", "24"), "LX 24"),
        (("24", "", "51A"), "LX 24, 51A"),
        (("", ""), "LX"),
    ],
)
def test_whole_numbers_that_follow_one_another_are_said_as_a_run(numbers: tuple[str, ...], said: str) -> None:
    assert group_words(SHOW, group(*numbers), "standby") == f"Standby {said}"


def test_words_of_ones_own_cover_a_group() -> None:
    show = worded(call="{department} cue {number}", standby="Ready please: {calls}")
    assert group_words(show, group("1", "2", "3"), "standby") == "Ready please: LX cue 1 through 3"


def test_cameras_and_tapes_are_named_one_by_one() -> None:
    cameras = group("1", "2", "3", department="cam")
    assert group_words(SHOW, cameras, "standby") == "Standby Camera 1, 2, 3"
    assert group_words(worded("broadcast"), cameras, "standby") == "Ready 1, 2, 3"
    assert group_words(worded("broadcast"), group("3", "4", department="vt"), "standby") == "Stand by VT 3, 4"
    mixed = [*cameras, cue(("lx", "1"))]
    assert group_words(worded("broadcast"), mixed, "standby") == "Standby Lights 1 and Camera 1, 2, 3"


def test_a_cue_without_calls_is_named_in_a_group() -> None:
    rows = [cue(("lx", "1")), Cue(id="t", name="Titles"), Cue(id="u", name="Titles")]
    assert group_words(SHOW, rows, "standby") == "Standby LX 1, Titles"
