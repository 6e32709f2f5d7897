"""The rundown under the operator's hands: keys, cells, scrolling, what follows the standby."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from showcaller.core import edits
from showcaller.core.show import Cue
from showcaller.gui import cell_editor, rundown_view
from showcaller.gui.rundown_model import Column
from showcaller.gui.rundown_panel import RundownPanel
from tests.gui.stage import Stage, make_long_show


class Desk(QWidget):
    """A window around the rundown that hears which keys it left alone."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.panel = RundownPanel(*stage.parts)
        self.elsewhere = QLineEdit()
        layout = QVBoxLayout(self)
        layout.addWidget(self.panel, 1)
        layout.addWidget(self.elsewhere)
        self.left_alone: list[int] = []

    def keyPressEvent(self, event: object) -> None:
        self.left_alone.append(event.key())  # type: ignore[attr-defined]


def open_desk(qtbot: QtBot, stage: Stage, height: int = 700) -> Desk:
    desk = Desk(stage)
    qtbot.addWidget(desk)
    desk.resize(1300, height)
    desk.show()
    desk.activateWindow()
    qtbot.waitUntil(desk.isActiveWindow)
    desk.panel.view.setFocus()
    return desk


@pytest.fixture
def desk(qtbot: QtBot, stage: Stage) -> Iterator[Desk]:
    return open_desk(qtbot, stage)


def stand_on(desk: Desk, row_id: str, column: Column) -> None:
    model = desk.panel.model
    desk.panel.view.setCurrentIndex(model.index(model.place_of(row_id), column))


def press(desk: Desk, *keys: Qt.Key) -> None:
    for key in keys:
        target = QApplication.focusWidget() or desk.panel.view
        QTest.keyClick(target, key)


def type_text(text: str) -> None:
    for key in text:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, key)


def cue(stage: Stage, cue_id: str) -> Cue:
    found = stage.document.show.cue(cue_id)
    assert found is not None
    return found


def test_typing_replaces_a_cell_and_enter_goes_down(desk: Desk, stage: Stage) -> None:
    stand_on(desk, "cue-13", Column.WHAT)
    type_text("Ana")
    press(desk, Qt.Key.Key_Return)
    assert cue(stage, "cue-13").name == "Ana"
    assert stage.document.history.undo_name == "Name cue 13"
    index = desk.panel.view.currentIndex()
    assert (desk.panel.model.row_at(index.row()).id, index.column()) == ("cue-14", Column.WHAT)


def test_tab_moves_to_the_next_cell_that_can_be_edited_and_on_to_the_next_row(desk: Desk) -> None:
    stand_on(desk, "cue-13", Column.CUE)
    passed = []
    for _ in range(5):
        press(desk, Qt.Key.Key_Tab)
        index = desk.panel.view.currentIndex()
        passed.append((desk.panel.model.row_at(index.row()).id, Column(index.column())))
    assert passed == [
        ("cue-13", Column.CALLS),
        ("cue-13", Column.WHAT),
        ("cue-13", Column.ON),
        ("cue-13", Column.DURATION),
        ("cue-14", Column.CUE),
    ]


def test_tab_in_an_open_cell_takes_it_and_moves_right(desk: Desk, stage: Stage) -> None:
    stand_on(desk, "cue-13", Column.ON)
    type_text("a nod")
    press(desk, Qt.Key.Key_Tab)
    assert cue(stage, "cue-13").on == "a nod"
    assert desk.panel.view.currentIndex().column() == Column.DURATION
    assert desk.panel.view.delegate.editor is None


def test_space_and_escape_are_left_to_the_window(desk: Desk) -> None:
    stand_on(desk, "cue-13", Column.WHAT)
    press(desk, Qt.Key.Key_Space, Qt.Key.Key_Escape)
    assert desk.left_alone == [Qt.Key.Key_Space, Qt.Key.Key_Escape]
    assert desk.panel.view.delegate.editor is None


def test_space_types_in_an_open_cell(desk: Desk, stage: Stage) -> None:
    stand_on(desk, "cue-13", Column.WHAT)
    type_text("two words")
    press(desk, Qt.Key.Key_Return)
    assert cue(stage, "cue-13").name == "two words"
    assert desk.left_alone == []


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Return])
def test_f2_and_enter_open_a_cell_with_what_it_holds(desk: Desk, key: Qt.Key) -> None:
    stand_on(desk, "cue-14", Column.CALLS)
    press(desk, key)
    editor = desk.panel.view.delegate.editor
    assert editor is not None
    assert editor.text() == "VT 2, SND 5"


def test_a_double_click_opens_the_cell(desk: Desk) -> None:
    view, model = desk.panel.view, desk.panel.model
    rect = view.visualRect(model.index(model.place_of("cue-13"), Column.ON))
    QTest.mouseDClick(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center()
    )
    assert view.delegate.editor is not None
    assert view.delegate.editor.field == "on"


def test_a_cell_that_holds_nothing_to_edit_opens_the_name(desk: Desk) -> None:
    stand_on(desk, "cue-14", Column.EXPECTED)
    press(desk, Qt.Key.Key_F2)
    editor = desk.panel.view.delegate.editor
    assert editor is not None
    assert editor.field == "name"


def test_what_cannot_be_read_stays_open_with_the_reason_in_words(desk: Desk, stage: Stage) -> None:
    stand_on(desk, "cue-14", Column.CUE)
    type_text("15")
    press(desk, Qt.Key.Key_Return)
    editor = desk.panel.view.delegate.editor
    assert editor is not None
    assert editor.sentence == "There is a cue 15 already. Free is 15.1."
    desk.elsewhere.setFocus()
    assert desk.panel.view.delegate.editor is editor
    assert editor.text() == "15"
    assert cue(stage, "cue-14").number == "14"
    stand_on(desk, "cue-13", Column.WHAT)
    assert not desk.panel.view.open_cell()
    assert editor.hasFocus()
    type_text(".1")
    press(desk, Qt.Key.Key_Return)
    assert cue(stage, "cue-14").number == "15.1"
    assert desk.panel.view.delegate.editor is None


def test_going_elsewhere_takes_what_was_typed(desk: Desk, stage: Stage) -> None:
    stand_on(desk, "cue-14", Column.DURATION)
    type_text("90")
    desk.elsewhere.setFocus()
    assert cue(stage, "cue-14").duration == 90_000


def test_escape_gives_an_open_cell_up(desk: Desk, stage: Stage) -> None:
    stand_on(desk, "cue-14", Column.WHAT)
    type_text("nonsense")
    press(desk, Qt.Key.Key_Escape)
    assert cue(stage, "cue-14").name == "Package: harbour"
    assert desk.left_alone == []


def test_an_open_cell_survives_edits_around_it_and_goes_with_its_row(desk: Desk, stage: Stage) -> None:
    stand_on(desk, "cue-14", Column.WHAT)
    type_text("Harb")
    editor = desk.panel.view.delegate.editor
    assert editor is not None
    stage.document.edit("", edits.insert([Cue(id="x")], "seg-a1"))
    stage.document.edit("", edits.edit(stage.document.show, "cue-14", number="14.5"))
    assert editor.text() == "Harb"
    stage.document.edit("", edits.remove(stage.document.show, ["cue-14"]))
    assert desk.panel.view.delegate.editor is None


def test_letters_are_commands_in_live_and_typing_in_edit(desk: Desk, stage: Stage) -> None:
    stand_on(desk, "cue-17", Column.WHAT)
    stage.document.mode = "live"
    stage.show_snapshot(mode="live", standby="cue-16")
    press(desk, Qt.Key.Key_K)
    assert desk.left_alone == [Qt.Key.Key_K]
    assert desk.panel.view.delegate.editor is None


def test_in_live_a_field_commits_and_closes_when_the_keys_rest(
    desk: Desk, stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cell_editor.IDLE_IN_LIVE_MS == 8000
    monkeypatch.setattr(cell_editor, "IDLE_IN_LIVE_MS", 20)
    stage.document.mode = "live"
    stage.show_snapshot(mode="live", standby="cue-16")
    stand_on(desk, "cue-17", Column.DURATION)
    press(desk, Qt.Key.Key_F2)
    type_text("90")
    qtbot.waitUntil(lambda: desk.panel.view.delegate.editor is None)
    assert cue(stage, "cue-17").duration == 90_000


def test_selecting_tells_the_other_panels_and_never_moves_the_standby(desk: Desk, stage: Stage) -> None:
    stage.show_snapshot(mode="live", standby="cue-16")
    stage.take_commands()
    stand_on(desk, "cue-20", Column.WHAT)
    assert stage.selection.ids == ("cue-20",)
    assert stage.selection.current == "cue-20"
    assert stage.take_commands() == []


def test_what_another_panel_selects_is_selected_here(desk: Desk, stage: Stage) -> None:
    stage.selection.select(["cue-13", "cue-14"], "cue-14")
    view, model = desk.panel.view, desk.panel.model
    rows = {model.row_at(index.row()).id for index in view.selectionModel().selectedRows()}
    assert rows == {"cue-13", "cue-14"}
    assert model.row_at(view.currentIndex().row()).id == "cue-14"


def test_a_selection_survives_edits_and_other_rows_coming(desk: Desk, stage: Stage) -> None:
    stage.selection.select(["cue-13"], "cue-13")
    stage.document.edit("", edits.insert([Cue(id="x"), Cue(id="y")], "seg-a1"))
    assert stage.selection.ids == ("cue-13",)


@pytest.fixture
def long_desk(qtbot: QtBot) -> Iterator[tuple[Desk, Stage]]:
    stage = Stage(make_long_show(2000))
    stage.welcome()
    yield open_desk(qtbot, stage), stage
    stage.close()


def seen_at(desk: Desk, row_id: str) -> float:
    """Where a row's middle is in the table, 0 at the top, 1 at the bottom."""
    view = desk.panel.view
    place = desk.panel.model.place_of(row_id)
    middle = view.rowViewportPosition(place) + view.rowHeight(place) / 2
    return middle / view.viewport().height()


def wheel(desk: Desk) -> None:
    viewport = desk.panel.view.viewport()
    middle = QPointF(viewport.rect().center())
    event = QWheelEvent(
        middle,
        viewport.mapToGlobal(middle),
        QPoint(0, -600),
        QPoint(0, -600),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_the_standby_is_kept_in_the_upper_third(long_desk: tuple[Desk, Stage]) -> None:
    desk, stage = long_desk
    for cue_id in ("c700", "c701", "c1500"):
        stage.show_snapshot(mode="live", standby=cue_id)
        assert 0.25 < seen_at(desk, cue_id) < 0.42


def test_after_a_manual_scroll_the_table_stays_and_then_comes_back(
    long_desk: tuple[Desk, Stage], qtbot: QtBot
) -> None:
    desk, stage = long_desk
    view = desk.panel.view
    assert rundown_view.RETURN_AFTER_MS == 5000
    stage.show_snapshot(mode="live", standby="c700")
    wheel(desk)
    assert seen_at(desk, "c700") < 0.25
    stage.show_snapshot(mode="live", standby="c701")
    assert seen_at(desk, "c701") < 0.25
    view._return.setInterval(10)
    wheel(desk)
    qtbot.waitUntil(lambda: 0.25 < seen_at(desk, "c701") < 0.42)


def test_in_edit_the_table_stays_where_the_operator_scrolled(long_desk: tuple[Desk, Stage]) -> None:
    desk, stage = long_desk
    stage.show_snapshot(mode="edit", standby="c700")
    wheel(desk)
    there = seen_at(desk, "c700")
    desk.panel.view._come_back()
    assert seen_at(desk, "c700") == there


def test_rows_have_the_heights_of_the_design_however_they_come(desk: Desk, stage: Stage) -> None:
    view, model = desk.panel.view, desk.panel.model
    stage.show_snapshot(mode="live", standby="cue-16")

    def height(row_id: str) -> int:
        return view.rowHeight(model.place_of(row_id))

    assert (height("cue-14"), height("cue-16"), height("seg-a2")) == (37, 46, 36)
    stage.document.edit("", edits.move(stage.document.show, ["seg-a3"], "cue-10"))
    stage.document.edit("", edits.insert([Cue(id="x")], "seg-a1"))
    assert (height("x"), height("cue-16"), height("seg-a3"), height("cue-11")) == (37, 46, 36, 37)
    stage.show_snapshot(mode="live", standby="cue-17")
    assert (height("cue-16"), height("cue-17")) == (37, 46)


def test_nothing_is_repainted_while_nothing_moves(desk: Desk, stage: Stage) -> None:
    stage.show_snapshot(mode="edit", standby="cue-16")
    assert not desk.panel.view._frame.isActive()
    stage.show_snapshot(mode="live", rate=1.0, standby="cue-16")
    assert desk.panel.view._frame.isActive()
    desk.hide()
    assert not desk.panel.view._frame.isActive()


def test_columns_share_the_width_and_nothing_scrolls_sideways(desk: Desk) -> None:
    view = desk.panel.view
    for width in (1340, 940, 760):
        desk.resize(width, 600)
        QApplication.processEvents()
        total = sum(view.columnWidth(column) for column in Column)
        assert abs(total - view.viewport().width()) <= 4


def test_every_state_can_be_painted_in_every_theme(desk: Desk, stage: Stage) -> None:
    stage.selection.select(["cue-13", "cue-14"], "cue-14")
    for name in ("dark", "colour-blind", "night"):
        stage.themes.choose(name, 1.2)
        pixels = desk.panel.view.grab().toImage()
        assert len({pixels.pixel(x, y) for x in range(0, 400, 3) for y in range(0, 400, 3)}) > 20


def test_a_screen_reader_finds_names(desk: Desk) -> None:
    view, model = desk.panel.view, desk.panel.model
    assert view.accessibleName() == "Rundown"
    said = model.index(model.place_of("cue-14"), Column.WHAT).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Package: harbour"
    stand_on(desk, "cue-14", Column.WHAT)
    press(desk, Qt.Key.Key_F2)
    assert view.delegate.editor is not None
    assert view.delegate.editor.accessibleName() == "WHAT HAPPENS"


def test_an_edited_standby_flashes_once_in_a_run(desk: Desk, stage: Stage, qtbot: QtBot) -> None:
    view = desk.panel.view
    stage.show_snapshot(mode="edit", standby="cue-16")
    stage.document.edit("", edits.edit(stage.document.show, "cue-16", notes="x"))
    assert view.delegate.flashing is None
    stage.show_snapshot(mode="live", standby="cue-16")
    stage.document.edit("", edits.edit(stage.document.show, "cue-17", notes="x"))
    assert view.delegate.flashing is None
    calm = view.grab().toImage()
    stage.document.edit("", edits.edit(stage.document.show, "cue-16", notes="y"))
    assert view.delegate.flashing == "cue-16"
    assert view.grab().toImage() != calm
    qtbot.waitUntil(lambda: view.delegate.flashing is None)
