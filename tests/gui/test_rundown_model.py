"""The rundown's model follows the document exactly: rows, texts, and only what changed."""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from showcaller.core import asrun, edits
from showcaller.core.messages import Snapshot
from showcaller.core.position import Running, Wait
from showcaller.core.show import Cue, Hard, Segment
from showcaller.core.times import Duration, ShowTime, parse_time_of_day, shift
from showcaller.gui.rundown_model import Column, RundownModel
from showcaller.gui.timetable import Timetable
from tests.core.strategies import changes
from tests.gui.stage import EVENING, Stage, make_long_show


def model_of(stage: Stage) -> RundownModel:
    document, client, _, _ = stage.parts
    timetable = Timetable(document, client)
    model = RundownModel(document, client, timetable)
    timetable.setParent(model)
    return model


@pytest.fixture
def model(stage: Stage) -> RundownModel:
    return model_of(stage)


class Heard:
    """What a model told its views."""

    def __init__(self, model: RundownModel) -> None:
        self.said: list[tuple[str, int, int]] = []
        model.rowsInserted.connect(lambda _p, first, last: self.said.append(("in", first, last)))
        model.rowsRemoved.connect(lambda _p, first, last: self.said.append(("out", first, last)))
        model.rowsMoved.connect(lambda _p, first, _l, _q, to: self.said.append(("move", first, to)))
        model.modelReset.connect(lambda: self.said.append(("reset", 0, 0)))
        self.changed: list[tuple[int, int, int, int]] = []
        model.dataChanged.connect(
            lambda a, b, _roles: self.changed.append((a.row(), b.row(), a.column(), b.column()))
        )


def text(model: RundownModel, row_id: str, column: Column) -> str:
    return str(model.index(model.place_of(row_id), column).data())


def same_as_document(model: RundownModel, stage: Stage) -> bool:
    rundown = stage.document.show.rundown
    return model.rowCount() == len(rundown) and all(
        model.row_at(place) is row for place, row in enumerate(rundown)
    )


def test_the_columns_are_those_of_the_design(model: RundownModel) -> None:
    names = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert names == [
        "",
        "CUE",
        "CALLS",
        "WHAT HAPPENS",
        "ON / TRIGGER",
        "DUR",
        "PLAN",
        "EXPECTED",
        "+/\u2212",
        "RESULT",
        "ENDS",
        "BACK",
        "GAP",
        "OVER",
        "LEARNED",
    ]


def test_segments_and_cues_fill_the_same_columns(model: RundownModel) -> None:
    def row(row_id: str) -> list[str]:
        wanted = (Column.CUE, Column.CALLS, Column.WHAT, Column.ON, Column.DURATION, Column.PLAN)
        return [text(model, row_id, column) for column in wanted]

    assert row("seg-a1") == ["A1", "Opening titles", "", "HARD 19:30:00", "2:00", "19:30:00"]
    assert row("cue-14") == ["14", "VT 2, SND 5", "Package: harbour", "on “take a look”", "1:42", "32:08"]


def test_a_cue_without_a_name_says_what_it_does(stage: Stage, model: RundownModel) -> None:
    stage.document.edit("", edits.edit(stage.document.show, "cue-16", name=""))
    assert text(model, "cue-16", Column.WHAT) == "Scene Desk, Cue 14"


def test_what_is_unknown_here_is_called_so(stage: Stage, model: RundownModel) -> None:
    cue = stage.document.show.cue("cue-16")
    assert cue is not None
    strange = tuple(msgspec.structs.replace(action, kind="warp") for action in cue.actions[:1])
    stage.document.edit("", edits.edit(stage.document.show, "cue-16", name="", actions=strange))
    assert text(model, "cue-16", Column.WHAT) == "unknown: warp"


def test_one_edit_tells_of_that_row_and_the_one_that_names_it(stage: Stage, model: RundownModel) -> None:
    assert text(model, "cue-11", Column.ON) == "continues 10"
    heard = Heard(model)
    stage.document.edit("", edits.edit(stage.document.show, "cue-10", number="9"))
    place = model.place_of("cue-10")
    assert text(model, "cue-11", Column.ON) == "continues 9"
    rows = {row for first, last, left, _ in heard.changed if left == 0 for row in range(first, last + 1)}
    assert {place, place + 1} <= rows
    assert max(rows) <= place + 1
    assert heard.said == []


def test_rows_that_come_go_and_move_are_told_exactly(stage: Stage, model: RundownModel) -> None:
    heard = Heard(model)
    show = stage.document.show
    stage.document.edit("", edits.insert([Cue(id="x"), Cue(id="y")], "cue-10"))
    assert heard.said == [("in", 2, 3)]
    heard.said.clear()
    stage.document.edit("", edits.move(stage.document.show, ["x"], "cue-13"))
    assert heard.said == [("move", 2, 8)]
    heard.said.clear()
    stage.document.edit("", edits.remove(stage.document.show, ["cue-11", "cue-12"]))
    assert heard.said == [("out", 3, 4)]
    assert same_as_document(model, stage)
    for _ in range(3):
        stage.document.undo()
    assert stage.document.show.rundown == show.rundown
    assert same_as_document(model, stage)


def test_a_cue_that_moved_away_is_no_longer_named_by_the_one_below(stage: Stage, model: RundownModel) -> None:
    assert text(model, "cue-18", Column.ON).startswith("continues 17")
    stage.document.edit("", edits.move(stage.document.show, ["cue-17"], "cue-20"))
    assert text(model, "cue-18", Column.ON).startswith("continues 16")


def test_another_show_is_a_reset(stage: Stage, model: RundownModel) -> None:
    heard = Heard(model)
    stage.document.open(make_long_show(10), stage.document.path)
    assert heard.said == [("reset", 0, 0)]
    assert same_as_document(model, stage)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_edit_leaves_the_model_as_the_document_is(qtbot: QtBot, data: st.DataObject) -> None:
    stage = Stage()
    try:
        stage.welcome()
        model = model_of(stage)
        tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        for _ in range(4):
            stage.document.edit("", data.draw(changes(stage.document.show)))
            assert same_as_document(model, stage)
            for place in range(model.rowCount()):
                kept = model.words(place)
                model._words.clear()
                assert model.words(place) == kept
        tester.deleteLater()
        model.deleteLater()
    finally:
        stage.close()


@pytest.fixture
def live(stage: Stage) -> Stage:
    """At 19:33:41 of the design's picture: 14 runs, 15 waits, 16 stands by."""

    def at(minute: int, second: int) -> ShowTime:
        return shift(EVENING, Duration(((minute - 33) * 60 + second - 41) * 1000))

    starts = {"cue-10": at(30, 0), "cue-13": at(32, 24), "cue-14": at(33, 4)}
    stage.record(asrun.Noted(kind="segment", sentence="", cue="seg-a1"), at=at(30, 0))
    for cue_id, started_at in starts.items():
        if cue_id == "cue-13":
            stage.record(asrun.Noted(kind="segment", sentence="", cue="seg-a2"), at=at(32, 18))
        cue = stage.document.show.cue(cue_id)
        assert cue is not None
        stage.record(asrun.CueCalled(run=1, cue=cue, at=started_at, cause="go"), at=started_at)
    stage.show_snapshot(
        mode="live",
        rate=0.0,
        show_at=EVENING,
        standby="cue-16",
        last_called="cue-14",
        segment="seg-a2",
        segment_started_at=at(32, 18),
        started_at=at(30, 0),
        running=(Running(1, "cue-14", at(33, 4), at(34, 46)),),
        waits=(Wait("cue-15", at(34, 34), "offset", at(32, 18), 0),),
    )
    return stage


def test_a_run_counts_down_and_what_lies_behind_a_go_is_an_estimate(live: Stage, model: RundownModel) -> None:
    assert text(model, "cue-14", Column.RESULT) == "1:05 left"
    assert text(model, "cue-15", Column.RESULT) == "in 0:53"
    assert text(model, "cue-14", Column.EXPECTED) == "33:04"
    assert text(model, "cue-17", Column.EXPECTED).startswith("~")
    assert text(model, "seg-a3", Column.EXPECTED) == "19:36:48"
    assert text(model, "seg-a3", Column.LATE) == "+0:18"
    assert text(model, "seg-b1", Column.LATE) == "▲ 0:18 missed"


def test_front_and_back_time_gap_and_over_are_said_on_the_times_of_a_row(
    live: Stage, model: RundownModel
) -> None:
    def detail(row_id: str) -> list[str]:
        place = live.document.show.positions[row_id]
        said: str = model.data(model.index(place, Column.PLAN), Qt.ItemDataRole.ToolTipRole)
        return said.split("\n")

    assert detail("seg-a1") == ["Front time 19:30:00", "Back time 19:30:00", "0:18 over"]
    assert detail("seg-b1") == ["Front time 19:42:30", "Back time 19:57:30", "Hit time missed by 0:18"]
    live.show_snapshot(added=(("seg-a2", Duration(-60_000)),))
    assert "1:00 under" in detail("seg-a2")
    assert "Hit time reached, 0:42 to spare" in detail("seg-b1")
    live.show_snapshot(added=(("seg-a2", Duration(30_000)),))
    hard = Hard(at=parse_time_of_day("19:42:30"))
    live.document.edit("", edits.edit(live.document.show, "seg-b1", start=hard))
    assert "Overlap 0:48" in detail("seg-b1")


def test_back_in_edit_the_last_run_says_nothing_about_times(live: Stage, model: RundownModel) -> None:
    assert text(model, "seg-b1", Column.LATE) == "▲ 0:18 missed"
    live.show_snapshot(mode="edit", running=(), waits=())
    assert text(model, "seg-b1", Column.LATE) == ""
    assert text(model, "cue-14", Column.EXPECTED) == ""
    live.show_snapshot(mode="live")
    assert text(model, "seg-b1", Column.LATE) == "▲ 0:18 missed"


def test_in_edit_nothing_is_expected(model: RundownModel) -> None:
    assert text(model, "cue-14", Column.EXPECTED) == ""
    assert text(model, "cue-14", Column.LATE) == ""


def test_a_snapshot_touches_only_the_rows_that_changed(live: Stage, model: RundownModel) -> None:
    heard = Heard(model)
    live.show_snapshot(running=())
    place = model.place_of("cue-14")
    whole_rows = [(first, last) for first, last, left, _ in heard.changed if left == Column.GLYPH]
    assert (place, place) in whole_rows
    assert {row for one in whole_rows for row in one} <= {place, place + 1}


def test_in_live_only_durations_can_be_edited_in_place(live: Stage, model: RundownModel) -> None:
    live.document.mode = "live"
    place = model.place_of("cue-17")
    assert [column for column in Column if model.is_editable(place, column)] == [Column.DURATION]
    live.document.unlocked = "cue-17"
    assert model.is_editable(place, Column.WHAT)
    assert not model.is_editable(model.place_of("cue-18"), Column.WHAT)


def test_an_edit_in_a_long_show_costs_about_what_it_costs_in_a_short_one(qtbot: QtBot) -> None:
    def seconds_of_edits(cues: int) -> float:
        stage = Stage(make_long_show(cues))
        try:
            stage.welcome()
            model = model_of(stage)
            model.data(model.index(0, 1))
            began = time.perf_counter()
            for count in range(20):
                stage.document.edit("", edits.edit(stage.document.show, "c50", name=str(count)))
                assert text(model, "c50", Column.WHAT) == str(count)
            took = time.perf_counter() - began
            model.deleteLater()
            return took
        finally:
            stage.close()

    # A hundred times the rows; work that looked at each of them would cost far more than this.
    assert seconds_of_edits(10_000) < 60 * seconds_of_edits(100)


def test_a_row_is_a_segment_or_a_cue_and_the_model_keeps_both(model: RundownModel) -> None:
    kinds = {type(model.row_at(place)) for place in range(model.rowCount())}
    assert kinds == {Segment, Cue}
    assert isinstance(model.live.snapshot, Snapshot)
