"""The inspector says all times of a row: planned, expected or actual, and what no column says."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from showcaller.core.show import Hit, Segment
from showcaller.core.times import Duration, ShowTime, parse_time_of_day, shift
from showcaller.gui.inspector import Inspector
from showcaller.gui.row_times import RowTimesBox
from tests.gui.stage import EVENING, Stage

BEGAN = ShowTime(EVENING - 101 * 10**9)
"""19:32:00"""


@pytest.fixture
def inspector(qtbot: QtBot, stage: Stage) -> Inspector:
    show = stage.document.show
    rows = tuple(
        msgspec.structs.replace(row, learned=Duration(380_000)) if row.id == "seg-a3" else row
        for row in show.rundown
    )
    out = parse_time_of_day("19:45:00")
    stage.document.open(msgspec.structs.replace(show, rundown=rows, hard_out=out), stage.document.path)
    made = Inspector(*stage.parts)
    qtbot.addWidget(made)
    made.resize(560, 1000)
    made.show()
    return made


def box(inspector: Inspector) -> RowTimesBox:
    (made,) = [one for one in inspector.findChildren(RowTimesBox) if one.isVisible()]
    return made


def run(stage: Stage, **values: object) -> None:
    shown = {
        "mode": "live",
        "rate": 0.0,
        "standby": "cue-16",
        "segment": "seg-a2",
        "segment_started_at": BEGAN,
        "started_at": BEGAN,
        **values,
    }
    stage.show_snapshot(**shown)


def test_in_edit_a_segment_says_what_is_planned_and_what_was_learned(
    inspector: Inspector, stage: Stage
) -> None:
    stage.selection.select(["seg-a3"])
    assert box(inspector).texts == [
        ["Planned", "19:36:30", "19:42:30", "6:00"],
        ["Learned", "", "+0:20", "6:20"],
    ]
    assert box(inspector).detail.text().splitlines() == [
        "Soft start: it begins when it is called.",
        "Back time 19:36:30: 0:00 to spare.",
        "Show planned, out 19:45:00, on the hard out 19:45:00.",
    ]


def test_in_a_run_what_is_expected_stands_below_the_plan(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["seg-b1"])
    run(stage, added=(("seg-a2", Duration(90_000)),))
    assert box(inspector).texts[1] == ["Expected", "~19:44:00", "~19:46:30", "2:30"]
    assert box(inspector).detail.text().splitlines() == [
        "Hit time 19:42:30: missed by 1:30.",
        "Back time 19:42:30: 1:30 too late.",
        "1:30 late.",
        "Show runs since 19:32:00, out 19:46:30, ▲ 1:30 over the hard out 19:45:00.",
    ]
    hit = stage.document.show.row("seg-b1")
    assert isinstance(hit, Segment)
    assert isinstance(hit.start, Hit)
    stage.selection.select(["seg-a2"])
    assert box(inspector).texts[1] == ["Runs", "19:32:00", "~19:38:00", "6:00"]
    assert "1:30 over its length." in box(inspector).detail.text()


def test_what_was_played_says_when_it_was(inspector: Inspector, stage: Stage) -> None:
    from showcaller.core.asrun import Noted

    stage.record(
        Noted(kind="segment", sentence="seg-a2", cue="seg-a2", value=str(BEGAN)),
        Noted(kind="segment", sentence="seg-a3", cue="seg-a3", value=str(shift(BEGAN, Duration(240_000)))),
    )
    began = shift(BEGAN, Duration(240_000))
    run(stage, segment="seg-a3", segment_started_at=began)
    stage.selection.select(["seg-a2"])
    assert box(inspector).texts[1] == ["Actual", "19:32:00", "19:36:00", "4:00"]
    assert "0:30 under its length." in box(inspector).detail.text()


def test_rows_that_are_left_out_say_so(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-17"])
    run(stage, skipped=frozenset({"cue-17"}))
    assert box(inspector).detail.text().startswith("Skipped in this run: it takes no time.")
    run(
        stage,
        skipped=frozenset(),
        floated=frozenset({("cue-17", True)}),
        armed=frozenset({("cue-17", False)}),
    )
    assert box(inspector).detail.text().splitlines()[:2] == [
        "Floated: it takes no time.",
        "Disarmed: nothing is sent, its time counts.",
    ]
    run(stage, started_at=None, segment=None, segment_started_at=None)
    assert "Show has not begun" in box(inspector).detail.text()


def test_of_several_rows_no_times_are_shown(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-16", "cue-17"])
    assert box(inspector).texts == []
    stage.selection.select(["cue-16"])
    assert box(inspector).texts[0][0] == "Planned"


def test_times_come_first_in_a_run_and_last_while_writing(
    inspector: Inspector, stage: Stage, qtbot: QtBot
) -> None:
    stage.selection.select(["seg-a2"])
    form = inspector.form
    assert form is not None
    qtbot.waitUntil(lambda: box(inspector).y() > form.y())
    run(stage)
    qtbot.waitUntil(lambda: box(inspector).y() < form.y())
