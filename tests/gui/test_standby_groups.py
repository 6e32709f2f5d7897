"""One standby for a group: what the panel says, what the rundown draws, and how a cue is taken out of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from showcaller.core import asrun, edits
from showcaller.core.show import Call, Calling, Cue, Segment, Show
from showcaller.core.times import Duration
from showcaller.gui.calling_panel import CallingPanel
from showcaller.gui.choice_boxes import ChoiceBox
from showcaller.gui.go_key import REPEAT_MS
from showcaller.gui.inspector import Inspector
from showcaller.gui.rundown_model import Column
from showcaller.gui.rundown_panel import RundownPanel
from tests.gui.stage import DEPARTMENTS, EVENING, Stage
from tests.gui.test_calling_by_keyboard import let_go, press, seen
from tests.gui.test_recovery import Evening


def called(number: str, at: float, *calls: tuple[str, str]) -> Cue:
    return Cue(
        id=f"cue-{number}",
        number=number,
        offset=Duration(int(at * 1000)),
        calls=tuple(Call(department=department, number=one) for department, one in calls),
    )


ROWS = (
    Segment(id="seg-1", page="A1", duration=Duration(120_000)),
    called("1", 0, ("lx", "24")),
    called("2", 3, ("lx", "25"), ("snd", "7")),
    called("3", 6, ("lx", "26")),
    called("4", 60, ("lx", "27")),
)


def close_show(calling: Calling = "standby-go") -> Show:
    return Show(id="close", departments=DEPARTMENTS, calling=calling, rundown=ROWS, guard=Duration(0))


def fill(stage: Stage, calling: Calling = "standby-go") -> None:
    """Put the close cues into the stage's show, in place of what is there."""
    show = stage.document.show
    change = edits.remove(show, [row.id for row in show.rundown])
    change += edits.insert(ROWS, None)
    change += edits.edit(show, show.id, calling=calling)
    stage.document.edit("Fill", change)


@pytest.fixture
def rundown(stage: Stage, qtbot: QtBot) -> RundownPanel:
    fill(stage)
    made = RundownPanel(*stage.parts)
    qtbot.addWidget(made)
    made.resize(1300, 500)
    made.show()
    qtbot.waitExposed(made)
    return made


def brackets(rundown: RundownPanel) -> list[str]:
    QApplication.processEvents()
    rundown.view.viewport().repaint()
    return [rundown.view.delegate.frame(place).bracket for place in range(rundown.model.rowCount())]


def test_panel_names_the_group_and_then_which_of_it_comes(stage: Stage, qtbot: QtBot) -> None:
    fill(stage)
    panel = CallingPanel(*stage.parts)
    qtbot.addWidget(panel)
    panel.show()

    def shown() -> tuple[str, str]:
        return panel.words.blocks[0].text.replace("\u00a0", " "), panel.head.text

    group = ("cue-1", "cue-2", "cue-3")
    in_run = {"mode": "live", "started_at": EVENING, "together": group}
    stage.show_snapshot(**in_run, standby="cue-1", step="warning", warned=False)
    words = "Warning LX 24 through 26 and Sound 7"
    assert shown() == (words, "NEXT 1 – 3 · 3 CUES, ONE STANDBY")
    stage.show_snapshot(**in_run, standby="cue-1", step="standby", warned=True)
    assert shown() == ("Standby LX 24 through 26, Sound 7", "NEXT 1 – 3 · 3 CUES, WARNED")
    assert "Standby LX 24 through 26, Sound 7" in panel.go.face.caption.replace("\u00a0", " ")
    stage.show_snapshot(**in_run, standby="cue-1", step="go", stood_by=True)
    assert shown() == ("LX 24, GO", "● STANDBY 1 · 1 OF 3 STOOD BY")
    stage.show_snapshot(**in_run, standby="cue-2", step="go", stood_by=True)
    assert shown() == ("LX 25, Sound 7, GO", "● STANDBY 2 · 2 OF 3 STOOD BY")
    stage.show_snapshot(
        **(in_run | {"together": ()}), standby="cue-4", step="standby", stood_by=False, warned=False
    )
    assert shown() == ("Standby LX 27", "NEXT 4")


def test_within_a_group_a_held_key_is_to_be_pressed_again(stage: Stage, qtbot: QtBot) -> None:
    fill(stage, "hold")
    panel = CallingPanel(*stage.parts)
    qtbot.addWidget(panel)
    held = {"mode": "live", "started_at": EVENING, "together": ("cue-1", "cue-2"), "holds": True}
    stage.show_snapshot(**held, standby="cue-1", step="go", stood_by=True)
    assert panel.go.face.caption.startswith("let Space go · ")
    stage.show_snapshot(**held, standby="cue-2", step="go", stood_by=True)
    assert panel.go.face.caption.startswith("press Space and let it go · ")


def test_rundown_draws_a_bracket_around_a_group(rundown: RundownPanel, stage: Stage) -> None:
    assert brackets(rundown) == ["", "first", "middle", "last", ""]
    tip = rundown.model.data(rundown.model.index(2, Column.GLYPH), Qt.ItemDataRole.ToolTipRole)
    assert tip == "One standby for 1, 2, 3"
    with_bracket = rundown.view.viewport().grab().toImage()
    stage.document.edit("Go alone", edits.edit(stage.document.show, stage.document.show.id, calling="go"))
    assert brackets(rundown) == ["", "", "", "", ""]
    rundown.view.viewport().update()
    assert rundown.view.viewport().grab().toImage() != with_bracket


def test_rows_that_nobody_calls_stand_within_the_bracket(rundown: RundownPanel, stage: Stage) -> None:
    auto = msgspec.json.decode(b'{"type":"cue","id":"auto","trigger":{"type":"auto-continue"}}', type=Cue)
    stage.document.edit("Add", edits.insert([auto], "cue-1"))
    assert brackets(rundown) == ["", "first", "middle", "middle", "last", ""]
    stage.document.edit("Move", edits.move(stage.document.show, ["auto"], "cue-3"))
    assert brackets(rundown) == ["", "first", "middle", "last", "", ""]


def test_key_goes_round_the_choices_beginning_with_what_changes_something(
    rundown: RundownPanel, stage: Stage
) -> None:
    def change(cue_id: str) -> str:
        stage.selection.select([cue_id], cue_id)
        rundown.change_standby()
        cue = stage.document.show.cue(cue_id)
        assert cue is not None
        return cue.standby_with

    assert [change("cue-2") for _ in range(3)] == ["alone", "above", "auto"]
    assert [change("cue-4") for _ in range(3)] == ["above", "alone", "auto"]
    change("cue-2")
    assert brackets(rundown) == ["", "", "first", "last", ""]
    assert stage.document.history.undo_name == "Stand cue 2 by apart from the cue above"
    stage.document.undo()
    assert brackets(rundown) == ["", "first", "middle", "last", ""]


def test_key_changes_all_that_are_selected(rundown: RundownPanel, stage: Stage) -> None:
    stage.selection.select(["cue-2", "cue-3", "seg-1"], "cue-3")
    rundown.change_standby()
    assert brackets(rundown) == ["", "", "", "", ""]
    assert stage.document.history.undo_name == "Stand 3 rows by apart from the cue above"
    stage.document.undo()
    assert brackets(rundown) == ["", "first", "middle", "last", ""]


def test_a_show_without_standby_says_so_and_changes_nothing(
    rundown: RundownPanel, stage: Stage, qtbot: QtBot
) -> None:
    stage.document.edit("Go alone", edits.edit(stage.document.show, stage.document.show.id, calling="go"))
    stage.selection.select(["cue-2"], "cue-2")
    with qtbot.waitSignal(stage.client.noticed) as told:
        rundown.change_standby()
    assert "have no standby" in told.args[1]
    assert stage.document.show.cue("cue-2") == ROWS[2]
    entry = next(one for one in rundown.make_menu().actions() if one.text().startswith("Stand by with"))
    assert not entry.isEnabled()


def test_menu_of_a_row_offers_the_choice_with_its_key(rundown: RundownPanel, stage: Stage) -> None:
    stage.selection.select(["cue-2"], "cue-2")
    entry = next(one for one in rundown.make_menu().actions() if one.text().startswith("Stand by with"))
    assert entry.text().endswith("Ctrl+J")
    entry.trigger()
    cue = stage.document.show.cue("cue-2")
    assert cue is not None
    assert cue.standby_with == "alone"


def test_inspector_says_what_is_proposed_and_changes_it(stage: Stage, qtbot: QtBot) -> None:
    fill(stage)
    inspector = Inspector(*stage.parts)
    qtbot.addWidget(inspector)
    inspector.show()

    def box() -> ChoiceBox:
        form = inspector.form
        assert form is not None
        found = form.boxes["standby_with"]
        assert isinstance(found, ChoiceBox)
        return found

    stage.selection.select(["cue-2"], "cue-2")
    assert box().drop.currentText() == "As proposed: with the cue above"
    stage.selection.select(["cue-4"], "cue-4")
    assert box().drop.currentText() == "As proposed: a standby of its own"
    box().drop.activated.emit(1)
    cue = stage.document.show.cue("cue-4")
    assert cue is not None
    assert cue.standby_with == "above"
    assert box().drop.currentText() == "With the cue above"
    stage.selection.select(["cue-2", "cue-4"], "cue-4")
    assert box().drop.currentIndex() == -1
    stage.document.edit("Go alone", edits.edit(stage.document.show, stage.document.show.id, calling="go"))
    assert not box().isVisible()


@pytest.fixture
def evening(qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Evening]:
    made = Evening(qtbot, tmp_path)
    with qtbot.waitSignal(made.parts.handover.loaded, timeout=15_000):
        made.parts.filing.make(close_show(getattr(request, "param", "standby-go")), tmp_path / "Close.show")
    made.window.activateWindow()
    made.wait(lambda: QGuiApplication.focusWindow() is made.window.windowHandle())
    yield made
    made.end()


def key(evening: Evening, which: Qt.Key, *, control: bool = False) -> None:
    """Press a key and let it go, no faster than a hand does."""
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(evening.window.windowHandle(), which, held)
    _, released_at = evening.window.go_key._releases[which]
    evening.wait(lambda: time.monotonic_ns() - released_at > 3 * REPEAT_MS * 1_000_000)


def says(evening: Evening) -> str:
    panel = evening.window.findChild(CallingPanel)
    assert panel is not None
    return panel.said.words.replace("\u00a0", " ")


def step(evening: Evening) -> str:
    """Press Space, let it go, and return what was said by it."""
    said = says(evening)
    press(evening)
    let_go(evening)
    return said


def test_a_group_is_walked_through_by_keys_alone(evening: Evening) -> None:
    evening.window.modes.enter("rehearse")
    evening.wait(lambda: (seen(evening).mode, seen(evening).standby) == ("rehearse", "cue-1"))
    assert [step(evening) for _ in range(4)] == [
        "Standby LX 24 through 26, Sound 7",
        "LX 24, GO",
        "LX 25, Sound 7, GO",
        "LX 26, GO",
    ]
    evening.wait(lambda: evening.called()[-1] == "3")
    assert (seen(evening).standby, seen(evening).stood_by) == ("cue-4", False)
    for expected in ("cue-3", "cue-2"):
        key(evening, Qt.Key.Key_B)
        evening.wait(lambda wanted=expected: seen(evening).standby == wanted)
    assert [step(evening) for _ in range(3)] == [
        "Standby LX 25, 26, Sound 7",
        "LX 25, Sound 7, GO",
        "LX 26, GO",
    ]
    noted = [line.entry for line in evening.parts.client.lines if isinstance(line.entry, asrun.Noted)]
    assert [one.sentence for one in noted if one.kind == "standby"] == [
        "Standby LX 24 through 26, Sound 7",
        "Standby LX 25, 26, Sound 7",
    ]


@pytest.mark.parametrize("evening", ["hold"], indirect=True)
def test_a_held_key_speaks_the_standby_once_and_goes_when_it_comes_up(evening: Evening) -> None:
    evening.window.modes.enter("rehearse")
    evening.wait(lambda: (seen(evening).mode, seen(evening).standby) == ("rehearse", "cue-1"))
    press(evening)
    assert (seen(evening).standby, seen(evening).stood_by) == ("cue-1", True)
    let_go(evening)
    evening.wait(lambda: seen(evening).standby == "cue-2")
    assert seen(evening).stood_by
    QTest.keyPress(evening.window.windowHandle(), Qt.Key.Key_Space)
    key(evening, Qt.Key.Key_Escape)
    let_go(evening)
    assert not evening.window.go_key.held.is_down
    assert (seen(evening).standby, seen(evening).stood_by) == ("cue-2", True)
    QTest.keyClick(evening.window.windowHandle(), Qt.Key.Key_Space)
    evening.wait(lambda: seen(evening).standby == "cue-3")


def test_a_cue_is_taken_out_of_its_group_by_key(evening: Evening) -> None:
    evening.parts.selection.select(["cue-2"], "cue-2")
    key(evening, Qt.Key.Key_J, control=True)
    evening.wait(lambda: evening.parts.document.show.cue("cue-2").standby_with == "alone")  # type: ignore[union-attr]
    evening.window.modes.enter("rehearse")
    evening.wait(lambda: (seen(evening).mode, seen(evening).standby) == ("rehearse", "cue-1"))
    assert [step(evening) for _ in range(3)] == ["Standby LX 24", "LX 24, GO", "Standby LX 25, 26, Sound 7"]
