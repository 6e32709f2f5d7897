"""The foot of the window: saved or not, how long the as-run is, and the way to what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from showcaller.core import asrun
from showcaller.core.problems import Problem
from showcaller.gui.checking import Checking
from showcaller.gui.notices import NoticeLine
from showcaller.gui.status_line import StatusLine
from tests.gui.stage import Stage


@pytest.fixture
def line(stage: Stage, qtbot: QtBot) -> Iterator[StatusLine]:
    made = StatusLine(*stage.parts)
    qtbot.addWidget(made)
    made.resize(1366, 36)
    made.show()
    yield made
    made.hide()


def test_saved_and_not_saved(line: StatusLine, stage: Stage, qtbot: QtBot) -> None:
    stage.document.show_saved("Saved 19:33:38", unsaved=False)
    assert line.saved.text() == "Saved 19:33:38"
    assert not line.saved.property("urgent")
    stage.document.show_saved("NOT SAVED: the disk is full.", unsaved=True)
    assert line.saved.property("urgent")
    with qtbot.waitSignal(line.retry_asked):
        line.saved.click()


def test_asrun_and_remote_are_counted_and_named(line: StatusLine, stage: Stage) -> None:
    assert line.asrun.isHidden()
    assert line.remote.isHidden()
    stage.record(*(asrun.Noted(kind="note", sentence=str(n)) for n in range(41)))
    stage.show_snapshot(remote="OSC 53000, loopback")
    assert "41 entries" in line.asrun.text()
    assert "OSC 53000, loopback" in line.remote.text()


def test_problem_names_its_cue_and_leads_there(line: StatusLine, stage: Stage, qtbot: QtBot) -> None:
    assert line.problem.isHidden()
    warning = Problem(key="number-missing", row_id="cue-20")
    grave = Problem(key="number-twice", row_id="cue-19", values={"number": "19"})
    stage.document.show_problems([warning, grave])
    assert "2 problems  cue 19: The number 19 is given twice." in line.problem.toolTip()
    line.problem.click()
    assert stage.selection.ids == ("cue-19",)
    stage.document.show_problems([Problem(key="guard-negative")])
    with qtbot.waitSignal(line.problems_asked):
        line.problem.click()
    stage.document.show_problems([])
    assert line.problem.isHidden()


def test_checks_follow_the_edits_in_the_next_turn(stage: Stage, qtbot: QtBot) -> None:
    from showcaller.core import edits

    checking = Checking(stage.document, stage.client)
    checking._take_catalogue()
    qtbot.waitUntil(lambda: checking._checked is not None)
    stage.document.edit("Number", edits.edit(stage.document.show, "cue-20", number="19"))
    qtbot.waitUntil(lambda: any(one.key == "number-twice" for one in stage.document.problems))
    stage.document.undo()
    qtbot.waitUntil(lambda: not any(one.key == "number-twice" for one in stage.document.problems))


def test_new_names_of_a_device_are_checked_anew(stage: Stage, qtbot: QtBot) -> None:
    checking = Checking(stage.document, stage.client)
    checking._take_catalogue()
    stage.document.take_inventory("obs", {"scenes": ("Titles", "VT full", "Desk")}, 1)
    qtbot.waitUntil(lambda: any(one.key.startswith("name-missing") for one in stage.document.problems))
    assert {one.row_id for one in stage.document.problems if one.key.startswith("name-missing")} == {"cue-19"}


def test_notice_does_not_cover_a_problem_and_the_stop_question_stays(stage: Stage, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QWidget

    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    notices = NoticeLine(stage.themes, window)
    notices.tell("problem", "LX desk is lost.")
    notices.tell("notice", "A copy is made.")
    assert notices.text == "LX desk is lost."
    notices.hold("Esc again: STOP ALL")
    assert notices.text == "Esc again: STOP ALL"
    assert not notices._gone.isActive()
    notices.hold("")
    assert notices.isHidden()
    notices.tell("notice", "word " * 80)
    assert notices.width() <= window.width()
    assert notices.geometry().bottom() < window.height()
    assert notices.geometry().right() < window.width() * 2 // 3
