"""What is found wrong with timecodes: labels, the port, the order; and found again after an edit alone."""

from __future__ import annotations

from showcaller.core import edits
from showcaller.core.checks import examine, recheck
from showcaller.core.edits import apply
from showcaller.core.forms import Catalogue
from showcaller.core.show import AtTimecode, Cue, Show, TimecodeInput


def _cue(number: str, at: str) -> Cue:
    return Cue(id=f"c{number}", number=number, on="x", trigger=AtTimecode(at=at))


def _show(*rows: Cue, rate: str = "25", port: str = "tape") -> Show:
    return Show(id="s", rundown=rows, timecode=TimecodeInput(port=port, rate=rate))  # type: ignore[arg-type]


def _found(show: Show) -> list[tuple[str | None, str]]:
    return [(one.row_id, one.key) for one in examine(show, Catalogue(), {}).problems]


def test_a_label_that_is_none_at_the_shows_rate_is_an_error() -> None:
    rows = _cue("1", "10:00:00:29"), _cue("2", "10:01:00:00"), _cue("3", "soon")
    assert _found(_show(*rows)) == [("c1", "timecode-bad"), ("c3", "timecode-bad")]
    assert _found(_show(*rows, rate="29.97")) == [("c2", "timecode-bad"), ("c3", "timecode-bad")]
    sentence = examine(_show(*rows), Catalogue(), {}).problems[-1].sentence
    assert sentence == "“soon” is no timecode. Write 10:00:00:00. The show counts 25 frames a second."


def test_without_a_port_nothing_can_start_it() -> None:
    assert _found(_show(_cue("1", "10:00:00:00"), port="")) == [("c1", "timecode-no-port")]


def test_cues_out_of_their_order_in_the_timecode_are_warned_of_past_others() -> None:
    rows = (
        _cue("1", "10:00:05:00"),
        Cue(id="m", number="9", on="x"),
        _cue("2", "10:00:04:24"),
        _cue("3", "10:00:06:00"),
    )
    assert _found(_show(*rows)) == [("c2", "timecode-order")]


def test_an_edit_of_the_input_or_of_a_trigger_is_found_as_from_scratch() -> None:
    show = _show(_cue("1", "10:00:05:00"), Cue(id="m", number="9", on="x"), _cue("2", "10:00:06:29"), port="")
    checked = examine(show, Catalogue(), {})
    for item, values in (
        (show.id, {"timecode": TimecodeInput(port="tape", rate="30")}),
        ("c2", {"trigger": AtTimecode(at="10:00:01:00")}),
        ("c2", {"name": "still out of order"}),
        ("c1", {"trigger": AtTimecode(at="09:00:00:00")}),
    ):
        change = edits.edit(show, item, **values)  # type: ignore[arg-type]
        show = apply(show, change)
        checked = recheck(checked, show, change)
        assert checked.problems == examine(show, Catalogue(), {}).problems
    assert checked.problems == ()
