"""The problem list: gravest first, a click goes there, and a fix is one undo step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from showcaller.core.problems import Problem, Rename
from showcaller.gui.problem_panel import WHERE_ROLE, ProblemPanel
from tests.gui.stage import Stage

NO_NUMBER = Problem(key="number-missing", row_id="cue-20")
NO_SCENE = Problem(
    key="name-missing-close",
    row_id="cue-19",
    action_id="a19",
    values={"what": "Scene", "name": "Archive", "device": "OBS Studio", "suggestion": "Archive 1987"},
    fix=Rename("obs", "scenes", "Archive", "Archive 1987"),
)
BAD_HOST = Problem(
    key="setting-bad", device_id="eos", values={"title": "Host", "device": "LX desk (Eos)", "reason": "empty"}
)


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> ProblemPanel:
    made = ProblemPanel(*stage.parts)
    qtbot.addWidget(made)
    QAbstractItemModelTester(made.model, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.resize(500, 200)
    made.show()
    stage.document.show_problems((NO_NUMBER, NO_SCENE, BAD_HOST))
    QApplication.processEvents()
    return made


def test_errors_come_first_and_say_where(panel: ProblemPanel) -> None:
    rows = [panel.model.index(place) for place in range(panel.model.rowCount())]
    assert [row.data(WHERE_ROLE) for row in rows] == ["19", "LX desk (Eos)", "20"]
    assert rows[0].data() == "Scene “Archive” is not in OBS Studio. “Archive 1987” is."
    assert rows[0].data(Qt.ItemDataRole.AccessibleTextRole).startswith("error: 19: ")


def test_click_selects_the_row(stage: Stage, panel: ProblemPanel, qtbot: QtBot) -> None:
    at = panel.view.visualRect(panel.model.index(2)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert stage.selection.ids == ("cue-20",)


def test_problem_of_a_device_asks_for_its_settings(panel: ProblemPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.device_asked) as asked:
        panel.go_to(panel.model.index(1))
    assert asked.args == ["eos"]


def scene_of(stage: Stage) -> str:
    cue = stage.document.show.cue("cue-19")
    assert cue is not None
    return str(cue.actions[0].fields["scene"])


def test_fix_is_one_undo_step(stage: Stage, panel: ProblemPanel, qtbot: QtBot) -> None:
    panel.view.setCurrentIndex(panel.model.index(0))
    assert panel.mend.text() == "Use “Archive 1987” everywhere"
    qtbot.mouseClick(panel.mend, Qt.MouseButton.LeftButton)
    assert scene_of(stage) == "Archive 1987"
    assert stage.document.history.undo_name == "Rename “Archive” to “Archive 1987”"
    stage.document.undo()
    assert scene_of(stage) == "Archive"


def test_no_button_where_nothing_can_be_mended_by_a_press(panel: ProblemPanel) -> None:
    panel.view.setCurrentIndex(panel.model.index(2))
    assert panel.mend.isHidden()


def test_no_problems_is_said(stage: Stage, panel: ProblemPanel) -> None:
    assert panel.fine.isHidden()
    stage.document.show_problems(())
    assert not panel.fine.isHidden()
    assert panel.view.isHidden()
    assert panel.mend.isHidden()


def test_long_sentence_takes_the_lines_it_needs(stage: Stage, panel: ProblemPanel) -> None:
    reason = "it is empty, and this goes on for far longer than one line of the panel could ever be"
    values = {"title": "Host", "device": "LX desk (Eos)", "reason": reason}
    stage.document.show_problems((NO_NUMBER, Problem(key="setting-bad", device_id="eos", values=values)))
    QApplication.processEvents()
    tall = panel.view.visualRect(panel.model.index(0)).height()
    assert tall > panel.view.visualRect(panel.model.index(1)).height()
