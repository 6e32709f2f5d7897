"""The inspector edits which timers a cue starts, stops and resets, each edit a named step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from showcaller.core.show import TimerOrder
from showcaller.core.times import Duration
from showcaller.gui.inspector import Inspector
from tests.gui.stage import Stage


@pytest.fixture
def inspector(qtbot: QtBot, stage: Stage) -> Inspector:
    made = Inspector(*stage.parts)
    qtbot.addWidget(made)
    made.resize(560, 1000)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    stage.selection.select(["cue-14"], "cue-14")
    return made


def orders(stage: Stage, cue_id: str = "cue-14") -> tuple[TimerOrder, ...]:
    cue = stage.document.show.cue(cue_id)
    assert cue is not None
    return cue.timers


def test_a_countdown_is_added_named_and_given_its_length(inspector: Inspector, stage: Stage) -> None:
    box = inspector.cue_form.timers
    box.add.click()
    line = box.lines[0]
    assert line.name.hasFocus()
    QTest.keyClicks(line.name, "BREAK")
    line.down_from.setFocus()
    QTest.keyClicks(line.down_from, "5:00")
    QTest.keyClick(line.down_from, Qt.Key.Key_Return)
    assert orders(stage) == (TimerOrder(timer="BREAK", down_from=Duration(300_000)),)
    assert stage.document.history.undo_name == "Timers of cue 14"
    while stage.document.history.undo_name:
        stage.document.undo()
    assert orders(stage) == ()


def test_a_length_that_cannot_be_read_is_said_and_nothing_is_lost(inspector: Inspector, stage: Stage) -> None:
    box = inspector.cue_form.timers
    box.add.click()
    line = box.lines[0]
    line.down_from.setFocus()
    QTest.keyClicks(line.down_from, "soon")
    QTest.keyClick(line.down_from, Qt.Key.Key_Return)
    assert box.sentence.startswith("“soon” is no duration")
    assert line.down_from.text() == "soon"
    assert orders(stage) == (TimerOrder(timer=""),)
    line.down_from.setText("0")
    QTest.keyClick(line.down_from, Qt.Key.Key_Return)
    assert box.sentence == "Write a length to count down from, or nothing to count up."


def test_what_is_only_stopped_has_no_length(inspector: Inspector, stage: Stage) -> None:
    box = inspector.cue_form.timers
    box.add.click()
    line = box.lines[0]
    line.down_from.setFocus()
    QTest.keyClicks(line.down_from, "5:00")
    QTest.keyClick(line.down_from, Qt.Key.Key_Return)
    line.do.setCurrentIndex(line.do.findData("stop"))
    line.do.activated.emit(line.do.currentIndex())
    assert orders(stage) == (TimerOrder(timer="", do="stop"),)
    assert line.down_from.isHidden()


def test_a_line_is_removed_alone(inspector: Inspector, stage: Stage) -> None:
    box = inspector.cue_form.timers
    for name in ("ONE", "TWO"):
        box.add.click()
        QTest.keyClicks(box.lines[-1].name, name)
    box.lines[0].remove.click()
    assert [order.timer for order in orders(stage)] == ["TWO"]


def test_names_of_the_show_are_offered_and_of_several_cues_there_are_no_lines(
    inspector: Inspector, stage: Stage
) -> None:
    box = inspector.cue_form.timers
    box.add.click()
    QTest.keyClicks(box.lines[0].name, "BREAK")
    stage.selection.select(["cue-15"], "cue-15")
    assert box._names.stringList() == ["BREAK"]
    assert box.lines == []
    stage.selection.select(["cue-14", "cue-15"], "cue-14")
    assert box.isHidden()
