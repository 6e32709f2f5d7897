"""Each change to the times of a run shows its cost first; Enter does it as an event, Esc does not."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from showcaller.core import asrun
from showcaller.core import events as ev
from showcaller.core.messages import Do
from showcaller.core.show import Hard, Segment
from showcaller.core.times import Duration, ShowTime, load_zone, parse_time_of_day, time_of_day_at
from showcaller.gui.time_changes import TimeChanges
from showcaller.gui.timetable import Timetable
from tests.gui.stage import EVENING, Stage

NOW = ShowTime(0)


@pytest.fixture
def times(stage: Stage, qtbot: QtBot) -> TimeChanges:
    """The panel, early in the headlines, which began on time; a hit time and the hard out lie ahead."""
    show = stage.document.show
    rows = tuple(
        msgspec.structs.replace(row, minimum=Duration(240_000), floatable=True)
        if isinstance(row, Segment) and row.id == "seg-a3"
        else row
        for row in show.rundown
    )
    out = parse_time_of_day("19:45:00")
    stage.document.open(msgspec.structs.replace(show, rundown=rows, hard_out=out), stage.document.path)
    began = ShowTime(EVENING - 101 * 10**9)
    stage.show_snapshot(
        mode="live",
        rate=0.0,
        standby="cue-16",
        segment="seg-a2",
        segment_started_at=began,
        started_at=began,
    )
    assert str(time_of_day_at(began, load_zone(show.zone))) == "19:32:00"
    made = TimeChanges(
        stage.document,
        stage.client,
        stage.selection,
        stage.themes,
        Timetable(stage.document, stage.client),
    )
    qtbot.addWidget(made)
    made.told = []  # type: ignore[attr-defined]
    made.noticed.connect(lambda _severity, words: made.told.append(words))  # type: ignore[attr-defined]
    stage.take_commands()
    return made


def done(stage: Stage) -> list[ev.Event]:
    return [command.event for command in stage.taken(Do)]


def told(times: TimeChanges) -> list[str]:
    words: list[str] = times.told  # type: ignore[attr-defined]
    return words


def test_nudges_add_up_show_their_cost_and_nothing_is_done_before_enter(
    times: TimeChanges, stage: Stage
) -> None:
    nudges = times.nudges()
    nudges["later_10"]()
    nudges["later_60"]()
    nudges["earlier_1"]()
    assert times.field.text() == "+1:09"
    assert times.cost.text() == "out moves +1:09 · breaks 19:42:30 B1, 19:45 hard out · then +1:09"
    assert done(stage) == []
    QTest.keyClick(times, Qt.Key.Key_Return)
    assert done(stage) == [ev.AddTime(NOW, "seg-a2", Duration(69_000))]
    assert not times.isVisible()
    nudges["later_1"]()
    assert times.field.text() == "+0:01"


def test_escape_does_nothing_and_closes(times: TimeChanges, stage: Stage) -> None:
    times.nudge(10_000)
    QTest.keyClick(times, Qt.Key.Key_Escape)
    assert not times.isVisible()
    times.commit()
    assert done(stage) == []


def test_time_is_typed_for_the_segment_of_the_selected_row(times: TimeChanges, stage: Stage) -> None:
    stage.selection.select(["cue-20"])
    times.add_time()
    assert times.heading.text() == "Time for A3 Interview"
    QTest.keyClicks(times.field, "soon")
    assert times.cost.text().startswith("“soon” is no duration")
    QTest.keyClick(times.field, Qt.Key.Key_Return)
    assert done(stage) == []
    times.field.clear()
    QTest.keyClicks(times.field, "-0:30")
    assert times.cost.text() == "out moves −0:30 · then −0:30"
    QTest.keyClick(times.field, Qt.Key.Key_Return)
    assert done(stage) == [ev.AddTime(NOW, "seg-a3", Duration(-30_000))]


def test_the_next_segment_is_started_after_its_cost_was_shown(times: TimeChanges, stage: Stage) -> None:
    times.start_next()
    assert times.heading.text() == "Start A3 Interview now"
    assert times.cost.text().startswith("out moves −2:49")
    QTest.keyClick(times, Qt.Key.Key_Return)
    assert done(stage) == [ev.StartNow(NOW, "seg-a3", on=True)]


def test_a_float_is_priced_and_several_are_one_event(times: TimeChanges, stage: Stage) -> None:
    stage.selection.select(["seg-a3"])
    times.float_rows()
    assert times.cost.text().startswith("out moves −6:00")
    QTest.keyClick(times, Qt.Key.Key_Return)
    stage.selection.select(["seg-a3", "seg-b1"])
    times.float_rows()
    QTest.keyClick(times, Qt.Key.Key_Return)
    assert done(stage) == [
        ev.Float(NOW, "seg-a3", on=True),
        ev.BuyBack(at=NOW, floats=("seg-a3", "seg-b1"), on=True),
    ]


def test_the_buy_back_lists_what_gives_how_much_and_one_key_does_all(
    times: TimeChanges, stage: Stage
) -> None:
    times.plan_buy_back()
    assert told(times) == ["No hard start is missed and the show is not over: there is nothing to buy back."]
    stage.show_snapshot(added=(("seg-a2", Duration(90_000)),))
    times.plan_buy_back()
    assert times.heading.text() == "Buy back 1:30 before the hard out 19:45:00"
    assert times.body.text() == "1  trim A3 Interview by 1:30  gives 1:30"
    assert times.cost.text() == "out moves −1:30 · makes 19:42:30 B1, 19:45 hard out · then 0:00"
    QTest.keyClick(times, Qt.Key.Key_Return)
    assert done(stage) == [ev.BuyBack(at=NOW, trims=(("seg-a3", Duration(90_000)),), on=True)]


def test_the_buy_back_is_for_the_next_hard_start_though_the_show_is_not_over(
    times: TimeChanges, stage: Stage
) -> None:
    show = stage.document.show
    rows = tuple(
        msgspec.structs.replace(row, start=Hard(at=parse_time_of_day("19:42:30")))
        if row.id == "seg-b1"
        else row
        for row in show.rundown
    )
    stage.document.open(msgspec.structs.replace(show, rundown=rows), stage.document.path)
    stage.show_snapshot(added=(("seg-a2", Duration(45_000)),))
    times.plan_buy_back()
    assert times.heading.text() == "Buy back 0:45 before B1 19:42:30"
    assert times.body.text() == "1  trim A3 Interview by 0:45  gives 0:45"
    assert times.cost.text() == "out stays · makes 19:42:30 B1 · then 0:00"
    stage.show_snapshot(added=(("seg-a2", Duration(400_000)),))
    times.close_panel()
    times.plan_buy_back()
    assert times.body.text().endswith("\nB1 is still missed by 0:40")
    bare = tuple(
        msgspec.structs.replace(row, minimum=None, floatable=False) if isinstance(row, Segment) else row
        for row in rows
    )
    stage.document.open(msgspec.structs.replace(show, rundown=bare), stage.document.path)
    times.close_panel()
    times.plan_buy_back()
    assert told(times)[-1] == (
        "No segment before B1 19:42:30 may be floated or has a minimum: nothing can be bought back."
    )


def elastic(stage: Stage, **values: object) -> None:
    show = stage.document.show
    rows = tuple(
        msgspec.structs.replace(row, **values) if row.id == "seg-a2" else row for row in show.rundown
    )
    stage.document.open(msgspec.structs.replace(show, rundown=rows), stage.document.path)


def test_time_beyond_what_is_elastic_is_said_and_not_refused(times: TimeChanges, stage: Stage) -> None:
    elastic(stage, minimum=Duration(260_000), maximum=Duration(280_000))
    times.nudge(10_000)
    assert times.body.text() == "Elastic: 4:20 to 4:40."
    assert "maximum" not in times.cost.text()
    times.nudge(10_000)
    assert times.cost.text().endswith(" · ▲ 0:10 beyond its maximum")
    times.nudge(-60_000)
    assert times.cost.text().endswith(" · ▼ 0:30 below its minimum")
    times.commit()
    assert done(stage) == [ev.AddTime(NOW, "seg-a2", Duration(-40_000))]


def test_a_show_that_is_under_is_filled_by_the_same_key(times: TimeChanges, stage: Stage) -> None:
    elastic(stage, maximum=Duration(290_000))
    stage.show_snapshot(floated=frozenset({("seg-a3", True)}), added=(("seg-b1", Duration(315_000)),))
    times.plan_buy_back()
    assert times.heading.text() == "Fill 0:45"
    assert times.body.text() == "1  stretch A2 Headlines by 0:20  gives 0:20\nStill under: 0:25"
    assert times.cost.text() == "out moves +0:20 · then −0:25"
    times.plan_buy_back()
    filled = ev.BuyBack(at=NOW, trims=(("seg-a2", Duration(20_000)),), on=True, fills=True)
    assert done(stage) == [filled]
    stage.record(asrun.Happened(filled))
    times.take_back()
    assert done(stage) == [msgspec.structs.replace(filled, on=False)]
    assert told(times)[-1] == "Taken back: filling"
    stage.show_snapshot(added=())
    times.plan_buy_back()
    assert "take A3 Interview back in  gives 6:00" in times.body.text()


def test_the_last_change_is_taken_back_by_its_opposite(times: TimeChanges, stage: Stage) -> None:
    times.take_back()
    assert told(times) == ["No time was changed in this run."]
    stage.record(
        asrun.Happened(ev.AddTime(EVENING, "seg-a2", Duration(10_000))),
        asrun.Happened(ev.BuyBack(at=EVENING, floats=("seg-a3",), on=True)),
    )
    times.take_back()
    assert done(stage) == [ev.BuyBack(at=NOW, floats=("seg-a3",), on=False)]
    stage.record(asrun.Happened(ev.BuyBack(at=EVENING, floats=("seg-a3",), on=False)))
    times.take_back()
    assert done(stage) == [ev.AddTime(NOW, "seg-a2", Duration(-10_000))]
    assert told(times)[-1] == "Taken back: A2 Headlines +0:10"


def untyped(stage: Stage) -> None:
    """Let the running segment be as long as its cues, and give two of them a length."""
    show = stage.document.show
    lengths = {"cue-16": Duration(20_000), "cue-17": Duration(95_000)}
    rows = tuple(
        msgspec.structs.replace(row, duration=None)
        if row.id == "seg-a2"
        else msgspec.structs.replace(row, offset=None, duration=lengths[row.id])
        if row.id in lengths
        else row
        for row in show.rundown
    )
    stage.document.open(msgspec.structs.replace(show, rundown=rows), stage.document.path)


def test_a_skip_that_moves_no_time_is_done_at_once_and_one_that_does_shows_its_cost(
    times: TimeChanges, stage: Stage
) -> None:
    times.skip()
    assert done(stage) == [ev.Skip(NOW, "cue-16", on=True)]
    assert "is skipped · out stays" in told(times)[-1]
    untyped(stage)
    times.skip()
    assert times.heading.text().startswith("Skip 16")
    assert times.cost.text().startswith("out moves −0:20")
    assert done(stage) == []
    times.skip()
    assert done(stage) == [ev.Skip(NOW, "cue-16", on=True)]
    assert not times.isVisible()


def test_a_cue_that_was_called_meanwhile_is_not_skipped(times: TimeChanges, stage: Stage) -> None:
    untyped(stage)
    times.skip()
    stage.show_snapshot(standby="cue-17")
    assert not times.isVisible()
    assert told(times)[-1].endswith("stands by no more: nothing was changed.")
    times.commit()
    assert done(stage) == []


def test_a_skipped_row_is_called_again_after_its_cost(times: TimeChanges, stage: Stage) -> None:
    untyped(stage)
    stage.show_snapshot(skipped=frozenset({"cue-17"}))
    stage.selection.select(["cue-17"])
    times.skip()
    assert times.heading.text().startswith("No longer skip 17")
    assert "+1:35" in times.cost.text()
    times.do_button.click()
    assert done(stage) == [ev.Skip(NOW, "cue-17", on=False)]
    times.skip_row("seg-a2")
    assert told(times)[-1].startswith("A segment is not skipped")


def test_a_jump_past_time_shows_its_cost_and_any_other_goes_at_once(times: TimeChanges, stage: Stage) -> None:
    times.jump()
    assert told(times) == ["Select the row to jump to."]
    stage.selection.select(["cue-17"])
    times.jump()
    assert done(stage) == [ev.Jump(NOW, "cue-17")]
    stage.selection.select(["seg-b1"])
    times.jump()
    assert times.cost.text().startswith("out moves −6:00")
    stage.selection.select(["cue-20"])
    times.jump()
    assert done(stage) == [ev.Jump(NOW, "cue-20")]
    times.jump("seg-b1")
    times.leave_button.click()
    assert done(stage) == []
    times.jump("seg-b1")
    times.jump("seg-b1")
    assert done(stage) == [ev.Jump(NOW, "seg-b1")]


def test_a_jump_that_leaves_the_out_where_it_is_says_what_comes_earlier(
    times: TimeChanges, stage: Stage
) -> None:
    show = stage.document.show
    rows = tuple(
        msgspec.structs.replace(row, start=Hard(at=parse_time_of_day("19:42:30")))
        if row.id == "seg-b2"
        else row
        for row in (*show.rundown, Segment(id="seg-b2", page="B2", duration=Duration(150_000)))
    )
    stage.document.open(msgspec.structs.replace(show, rundown=rows), stage.document.path)
    times.jump("seg-b1")
    assert times.cost.text() == "out stays · B1 comes −6:00 · makes 19:42:30 B2 · then 0:00"


def test_any_segment_is_started_now_with_what_it_goes_past(times: TimeChanges, stage: Stage) -> None:
    times.start_segment("seg-b1")
    assert times.heading.text().startswith("Start B1")
    times.commit()
    assert done(stage) == [ev.StartNow(NOW, "seg-b1", on=True)]


def test_a_skip_is_taken_back_with_the_other_changes_of_times(times: TimeChanges, stage: Stage) -> None:
    stage.record(asrun.Happened(ev.Skip(EVENING, "cue-17", on=True)))
    times.take_back()
    assert done(stage) == [ev.Skip(NOW, "cue-17", on=False)]
    assert told(times)[-1].startswith("Taken back: skip of 17")


def test_in_edit_nothing_opens(times: TimeChanges, stage: Stage) -> None:
    stage.show_snapshot(mode="edit")
    for ask in (lambda: times.nudge(1000), times.add_time, times.start_next, times.plan_buy_back, times.skip):
        ask()
    assert not times.isVisible()
    assert len(told(times)) == 5


def test_a_rehearsal_from_the_middle_is_on_time_before_its_first_go(stage: Stage) -> None:
    show = msgspec.structs.replace(stage.document.show, hard_out=parse_time_of_day("19:45:00"))
    stage.document.open(show, stage.document.path)
    at = ShowTime(EVENING + 169 * 10**9)
    assert str(time_of_day_at(at, load_zone(stage.document.show.zone))) == "19:36:30"
    stage.show_snapshot(mode="rehearse", rate=0.0, show_at=at, standby="cue-20")
    made = Timetable(stage.document, stage.client)
    assert made.progress.begins_with == "seg-a3"
    assert made.progress is made.progress
    assert made.outlook().over == 0
    stage.show_snapshot(standby="cue-22")
    assert made.progress.begins_with == "seg-b1"
