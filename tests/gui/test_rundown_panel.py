"""What is done to rows of the rundown, by key, menu and mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication
from pytestqt.qtbot import QtBot

from showcaller.core import asrun, edits
from showcaller.core import events as ev
from showcaller.core.messages import Do
from showcaller.core.show import Cue, Segment, Show
from showcaller.gui.rundown_panel import CLIPBOARD_MIME, RundownPanel
from tests.gui.stage import DEPARTMENTS, DEVICES, EVENING, Stage

MakePanel = Callable[..., RundownPanel]


@pytest.fixture
def panel(qtbot: QtBot, stage: Stage) -> RundownPanel:
    made = RundownPanel(*stage.parts)
    qtbot.addWidget(made)
    made.resize(1300, 700)
    made.show()
    return made


def order(stage: Stage) -> list[str]:
    return [row.id for row in stage.document.show.rundown]


def select(stage: Stage, *ids: str) -> None:
    stage.selection.select(ids, ids[-1])


def test_a_new_cue_stands_below_the_selected_with_a_number_between(panel: RundownPanel, stage: Stage) -> None:
    select(stage, "cue-20")
    panel.add_cue()
    at = order(stage).index("cue-20") + 1
    new = stage.document.show.rundown[at]
    assert isinstance(new, Cue)
    assert new.number == "20.1"
    assert stage.selection.ids == (new.id,)
    assert panel.view.delegate.editor is not None
    assert panel.view.delegate.editor.field == "name"
    stage.document.undo()
    assert new.id not in order(stage)


def test_a_new_segment_opens_its_title(panel: RundownPanel, stage: Stage) -> None:
    select(stage, "cue-22")
    panel.add_segment()
    assert isinstance(stage.document.show.rundown[-1], Segment)
    assert panel.view.delegate.editor is not None
    assert panel.view.delegate.editor.field == "title"


def test_deleting_selects_what_came_up_and_undo_brings_it_back(panel: RundownPanel, stage: Stage) -> None:
    before = order(stage)
    select(stage, "cue-13", "cue-14")
    panel.delete_rows()
    assert stage.selection.ids == ("cue-15",)
    assert stage.document.history.undo_name == "Delete 2 rows"
    stage.document.undo()
    assert order(stage) == before


def test_a_duplicate_has_a_free_number_and_is_selected(panel: RundownPanel, stage: Stage) -> None:
    select(stage, "cue-16")
    panel.duplicate_rows()
    [copy_id] = stage.selection.ids
    copy = stage.document.show.cue(copy_id)
    assert copy is not None
    assert (copy.number, copy.name) == ("16.1", "Back to desk")
    assert order(stage).index(copy_id) == order(stage).index("cue-16") + 1


def test_a_heading_moves_with_its_cues_unless_told_otherwise(panel: RundownPanel, stage: Stage) -> None:
    select(stage, "seg-b1")
    panel.move_up()
    assert order(stage)[-6:] == ["seg-b1", "cue-22", "seg-a3", "cue-20", "cue-20.5", "cue-21"]
    stage.document.undo()
    panel.segments_take_cues.setChecked(False)
    panel.move_up()
    assert order(stage)[-3:] == ["seg-b1", "cue-21", "cue-22"]


def test_moving_keeps_the_selection(panel: RundownPanel, stage: Stage) -> None:
    select(stage, "cue-14")
    panel.move_down()
    panel.move_down()
    assert stage.selection.ids == ("cue-14",)
    assert order(stage).index("cue-14") == order(stage).index("cue-16") + 1


def drop(panel: RundownPanel, ids: list[str], above: str, *, alt: bool = False) -> None:
    view, model = panel.view, panel.model
    places = [model.place_of(row_id) for row_id in ids]
    carried = model.mimeData([model.index(place, 0) for place in places])
    y = view.rowViewportPosition(model.place_of(above)) + 2
    keys = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(100, y), Qt.DropAction.MoveAction, carried, Qt.MouseButton.LeftButton, keys)
    view.dropEvent(event)


def test_dragged_rows_go_into_the_gap(panel: RundownPanel, stage: Stage) -> None:
    drop(panel, ["cue-13"], "cue-17")
    assert order(stage).index("cue-13") == order(stage).index("cue-17") - 1
    assert stage.document.history.undo_name == "Move cue 13"
    assert len(order(stage)) == 18


def test_a_dragged_heading_takes_its_cues_and_with_alt_goes_alone(panel: RundownPanel, stage: Stage) -> None:
    drop(panel, ["seg-b1"], "seg-a3")
    assert order(stage)[-6:-3] == ["seg-b1", "cue-22", "seg-a3"]
    stage.document.undo()
    drop(panel, ["seg-b1"], "cue-20", alt=True)
    assert order(stage)[-5:] == ["seg-b1", "cue-20", "cue-20.5", "cue-21", "cue-22"]


def test_copied_rows_come_back_as_rows_and_read_as_a_table(panel: RundownPanel, stage: Stage) -> None:
    select(stage, "cue-15", "cue-16")
    panel.copy()
    carried = QGuiApplication.clipboard().mimeData()
    assert carried.hasFormat(CLIPBOARD_MIME)
    assert carried.text().splitlines()[1].split("\t")[:3] == ["16", "LX 14, SND 7, CAM 1", "Back to desk"]
    select(stage, "cue-22")
    panel.paste()
    pasted = [row for row in stage.document.show.rundown[-2:] if isinstance(row, Cue)]
    assert [(row.number, row.name, len(row.actions)) for row in pasted] == [
        ("15.1", "Fade bed −12 dB", 1),
        ("16.1", "Back to desk", 2),
    ]
    assert len(set(order(stage))) == 20


def test_cut_rows_keep_their_numbers_when_pasted(panel: RundownPanel, stage: Stage) -> None:
    select(stage, "cue-14")
    panel.cut()
    assert "cue-14" not in order(stage)
    select(stage, "cue-22")
    panel.paste()
    last = stage.document.show.rundown[-1]
    assert isinstance(last, Cue)
    assert last.number == "14"


def paste_text(panel: RundownPanel, text: str) -> None:
    carried = QMimeData()
    carried.setText(text)
    QGuiApplication.clipboard().setMimeData(carried)
    panel.paste()


def test_spreadsheet_rows_become_cues_with_the_actions_of_their_calls(
    panel: RundownPanel, stage: Stage
) -> None:
    select(stage, "cue-22")
    paste_text(panel, "30\tLX 30\tBlue\t1:30\n31\tLX 31\tRed\t90\n")
    pasted = [row for row in stage.document.show.rundown[-2:] if isinstance(row, Cue)]
    assert [(row.number, row.name, row.duration) for row in pasted] == [
        ("30", "Blue", 90_000),
        ("31", "Red", 90_000),
    ]
    assert [action.number_from for row in pasted for action in row.actions] == ["lx", "lx"]
    stage.document.undo()
    assert len(order(stage)) == 18


@pytest.mark.parametrize(("answer", "duration"), [(True, 900_000), (False, 750_000)])
def test_times_that_could_be_either_are_asked_about_once(
    qtbot: QtBot, stage: Stage, answer: bool, duration: int
) -> None:
    asked: list[str] = []

    def ask(example: str) -> bool:
        asked.append(example)
        return answer

    panel = RundownPanel(*stage.parts, ask_clock=ask)
    qtbot.addWidget(panel)
    paste_text(panel, "40\tDoors\t12:30\n41\tBand\t12:45\n42\tEnd\t13:00\n")
    assert asked == ["12:30"]
    assert stage.document.show.rundown[-3].duration == duration


def test_an_empty_show_says_what_to_do_next(qtbot: QtBot) -> None:
    stage = Stage(Show(id="empty", departments=DEPARTMENTS, devices=DEVICES))
    try:
        stage.welcome()
        panel = RundownPanel(*stage.parts)
        qtbot.addWidget(panel)
        assert panel.empty_text.startswith("No cues yet. Press Ctrl+Return")
        panel.add_cue()
        assert panel.empty_text == ""
    finally:
        stage.close()


def test_the_foot_leaves_over_and_under_to_the_top_bar_in_a_run(panel: RundownPanel, stage: Stage) -> None:
    stage.show_snapshot(mode="live")
    assert panel.foot_text == "15:00 planned"
    stage.show_snapshot(mode="edit")
    assert panel.foot_text == "15:00 planned, ▼ 15:00 under"


def test_the_foot_says_what_is_planned_and_how_far_under(panel: RundownPanel, stage: Stage) -> None:
    assert panel.foot_text == "15:00 planned, ▼ 15:00 under"
    segment = stage.document.show.rundown[-2]
    assert isinstance(segment, Segment)
    from showcaller.core import edits

    stage.document.edit("", edits.edit(stage.document.show, segment.id, duration=18 * 60_000))
    assert panel.foot_text == "30:30 planned, ▲ 0:30 over"


def test_in_live_rows_are_locked_and_a_cue_to_come_can_be_unlocked_alone(
    panel: RundownPanel, stage: Stage
) -> None:
    stage.document.mode = "live"
    called = stage.document.show.cue("cue-14")
    assert called is not None
    stage.record(asrun.CueCalled(run=1, cue=called, at=EVENING, cause="go"))
    stage.show_snapshot(mode="live", standby="cue-16")
    before = order(stage)
    select(stage, "cue-17")
    panel.cut()
    panel.delete_rows()
    panel.add_cue()
    assert order(stage) == before
    assert not panel.can_unlock("cue-14")
    panel.unlock("cue-17")
    assert stage.document.can_edit("cue-17", "name")
    assert not stage.document.can_edit("cue-18", "name")
    select(stage, "cue-18")
    assert not stage.document.can_edit("cue-17", "name")


def test_the_menu_of_a_run_gives_events_and_not_edits(panel: RundownPanel, stage: Stage) -> None:
    stage.show_snapshot(mode="rehearse", standby="cue-16")
    stage.take_commands()
    select(stage, "cue-17")
    menu = panel.make_menu()
    asked: list[tuple[str, str]] = []
    panel.time_change_asked.connect(lambda change, row: asked.append((change, row)))
    for text in ("Standby here", "Skip tonight", "Disarm tonight", "Float tonight"):
        next(action for action in menu.actions() if action.text().startswith(text)).trigger()
    assert asked == [("jump", "cue-17"), ("skip", "cue-17"), ("float", "cue-17")]
    assert [type(command.event) for command in stage.taken(Do)] == [ev.Arm]
    assert stage.document.history.undo_name is None
    select(stage, "seg-b1")
    start = next(action for action in panel.make_menu().actions() if action.text().startswith("Start it now"))
    start.trigger()
    assert asked[-1] == ("start", "seg-b1")


def test_in_edit_the_menu_holds_no_events(panel: RundownPanel, stage: Stage) -> None:
    select(stage, "cue-17")
    texts = [action.text() for action in panel.make_menu().actions()]
    assert "Skip tonight" not in texts
    assert any(text.startswith("Add cue") for text in texts)


def test_show_without_cues_says_under_its_headings_how_to_begin(panel: RundownPanel, stage: Stage) -> None:
    assert panel._hint.isHidden()
    show = stage.document.show
    cues = [row.id for row in show.rundown if isinstance(row, Cue)]
    stage.document.edit("Empty", edits.remove(show, cues))
    assert panel._hint.isVisible()
    headings = panel.model.rowCount()
    assert headings
    last = panel.view.visualRect(panel.model.index(headings - 1, 3))
    assert panel._hint.geometry().top() >= last.bottom()
    stage.document.undo()
    assert panel._hint.isHidden()
