"""The times of a run are shown beside the plan, and kept or planned by one edit each."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from showcaller.core.asrun import CueCalled, Noted
from showcaller.core.show import Cue, Segment
from showcaller.core.times import Duration, ShowTime, shift
from showcaller.gui.run_times_dialog import ACTUAL, LEARNED, LONGER, PLANNED, ROW, TICK, RunTimesDialog
from tests.gui.stage import EVENING, Stage


def at(seconds: float) -> ShowTime:
    return shift(EVENING, Duration(round(seconds * 1000)))


def play(stage: Stage) -> None:
    """Let the interview be played whole, 20 s longer than planned, its second cue late."""
    show = stage.document.show
    cues = [row for row in show.rundown if isinstance(row, Cue) and show.segment_of(row.id).id == "seg-a3"]
    begun = Noted(kind="segment", sentence="seg-a3", cue="seg-a3", value=str(EVENING))
    ended = Noted(kind="segment", sentence="seg-b1", cue="seg-b1", value=str(at(380)))
    calls = [CueCalled(run=run, cue=cue, at=at(12.3 * run), cause="go") for run, cue in enumerate(cues)]
    stage.record(begun, *calls, ended)


@pytest.fixture
def dialog(stage: Stage, qtbot: QtBot) -> RunTimesDialog:
    play(stage)
    made = RunTimesDialog(stage.document, stage.client, stage.themes)
    qtbot.addWidget(made)
    made.show()
    return made


def cell(dialog: RunTimesDialog, place: int, column: int) -> str:
    return dialog.table.item(place, column).text()


def segment(stage: Stage) -> Segment:
    row = stage.document.show.row("seg-a3")
    assert isinstance(row, Segment)
    return row


def test_each_row_says_planned_learned_and_this_run(dialog: RunTimesDialog) -> None:
    shown = [cell(dialog, 0, column) for column in (TICK, ROW, PLANNED, LEARNED, ACTUAL, LONGER)]
    assert shown == ["✓", "A3 Interview", "6:00", "", "6:20", "+0:20"]
    assert cell(dialog, 2, ACTUAL) == "0:12.3"


def test_keep_leaves_the_plan_and_is_one_step_of_undo(dialog: RunTimesDialog, stage: Stage) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_K)
    assert (segment(stage).duration, segment(stage).learned) == (Duration(360_000), Duration(380_000))
    assert cell(dialog, 0, LEARNED) == "6:20"
    assert dialog.state.text().startswith("Kept as learned.")
    QTest.keyClick(dialog, Qt.Key.Key_K)
    assert dialog.state.text().startswith("Nothing to change")
    stage.document.undo()
    assert segment(stage).learned is None


def test_only_what_is_ticked_is_planned(dialog: RunTimesDialog, stage: Stage) -> None:
    before = stage.document.show.rundown
    QTest.keyClick(dialog, Qt.Key.Key_A)
    assert not dialog.keep.isEnabled()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert cell(dialog, 0, TICK) == "✓"
    assert [one.row for one in dialog.ticked] == ["seg-a3"]
    QTest.keyClick(dialog.table, Qt.Key.Key_U)
    assert segment(stage).duration == Duration(380_000)
    assert [row for row in stage.document.show.rundown if row not in before] == [segment(stage)]
    stage.document.undo()
    assert stage.document.show.rundown == before


def test_in_live_nothing_is_kept_yet(dialog: RunTimesDialog, stage: Stage) -> None:
    stage.show_snapshot(mode="live")
    stage.document.mode = "live"
    stage.document.mode_changed.emit()
    assert not dialog.keep.isEnabled()
    assert not dialog.plan.isEnabled()
    assert dialog.state.text().startswith("LIVE")


def test_escape_closes_it_although_its_table_has_the_keyboard(dialog: RunTimesDialog) -> None:
    # With its letter, as a real keyboard sends it: a table searches for what is typed.
    typed = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, "\x1b")
    QApplication.sendEvent(dialog.table, typed)
    assert not dialog.isVisible()


def test_without_a_run_it_says_how_to_get_one(stage: Stage, qtbot: QtBot) -> None:
    made = RunTimesDialog(stage.document, stage.client, stage.themes)
    qtbot.addWidget(made)
    assert made.table.rowCount() == 0
    assert made.state.text().startswith("No run to learn from yet")
    assert not made.all.isEnabled()


@pytest.mark.parametrize("zoom", [1.0, 1.25])
def test_it_stands_over_the_rundown_and_leaves_go_in_sight(stage: Stage, qtbot: QtBot, zoom: float) -> None:
    stage.themes.choose(zoom=zoom)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    dialog = RunTimesDialog(stage.document, stage.client, stage.themes, window)
    dialog.show()
    qtbot.waitExposed(dialog)
    right = window.mapToGlobal(QPoint(window.width() * 2 // 3, 0)).x()
    assert dialog.frameGeometry().right() <= right
    dialog.close()


def test_a_row_uses_its_learned_time_from_its_menu(stage: Stage, qtbot: QtBot) -> None:
    from showcaller.gui.rundown_panel import RundownPanel

    show = stage.document.show
    rows = tuple(
        msgspec.structs.replace(row, learned=Duration(380_000)) if row.id == "seg-a3" else row
        for row in show.rundown
    )
    stage.document.open(msgspec.structs.replace(show, rundown=rows), stage.document.path)
    panel = RundownPanel(stage.document, stage.client, stage.selection, stage.themes)
    qtbot.addWidget(panel)
    stage.selection.select(["seg-a3"])
    entry = next(one for one in panel.make_menu().actions() if one.text().startswith("Use learned time"))
    assert entry.text().endswith("6:20")
    entry.trigger()
    assert segment(stage).duration == Duration(380_000)
    assert not any(one.text().startswith("Use learned") for one in panel.make_menu().actions())
    place = panel.model.place_of("seg-a3")
    tip = panel.model.data(panel.model.index(place, 5), Qt.ItemDataRole.ToolTipRole)
    assert "Learned 6:20, 0:00 against the plan" in tip
