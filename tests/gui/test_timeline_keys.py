"""The timeline by keyboard: move, resize, split, join, go from cue to cue, zoom and scroll."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from showcaller.core.messages import Go
from showcaller.core.times import ShowTime
from showcaller.gui.timeline_snap import Snaps
from showcaller.gui.timeline_view import TimelineView
from tests.gui.stage import EVENING, Stage
from tests.gui.timeline_stage import (
    ALT,
    CTRL,
    PLAIN,
    SHIFT,
    Told,
    in_lane,
    key,
    make_panel,
    offset_of,
    press,
    segments,
    settle,
)
from tests.gui.window_stage import WindowStage


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> TimelineView:
    return make_panel(stage, qtbot)


def test_split_at_the_cursor_and_join_are_one_step_each(stage: Stage, panel: TimelineView) -> None:
    panel._place_cursor(200.0)
    key(panel, Qt.Key.Key_E, CTRL)
    assert segments(stage)[1:3] == [("A2", 80_000), ("A2b", 190_000)]
    assert panel.view.lines.cursor is None
    stage.selection.select(["seg-a2"])
    key(panel, Qt.Key.Key_E, CTRL | SHIFT)
    assert segments(stage)[1] == ("A2", 270_000)
    stage.document.undo()
    assert segments(stage)[2] == ("A2b", 190_000)
    stage.document.undo()
    assert segments(stage)[1] == ("A2", 270_000)


def test_split_without_a_cursor_is_before_the_selected_cue_else_now(
    stage: Stage, panel: TimelineView
) -> None:
    stage.selection.select(["cue-16"])
    key(panel, Qt.Key.Key_E, CTRL)
    assert segments(stage)[1] == ("A2", 94_000)
    stage.document.undo()
    stage.selection.select([])
    told = Told(panel)
    key(panel, Qt.Key.Key_E, CTRL)
    assert "there it is split" in told.words[-1]
    # A2 began 101 s ago.
    began = ShowTime(EVENING - 101 * 10**9)
    stage.show_snapshot(mode="rehearse", rate=0.0, segment="seg-a2", segment_started_at=began)
    settle(panel)
    key(panel, Qt.Key.Key_E, CTRL)
    (page, duration) = segments(stage)[1]
    assert page == "A2"
    assert duration == 101_000


def test_cue_across_a_split_is_not_cut_and_that_is_said(stage: Stage, panel: TimelineView) -> None:
    told = Told(panel)
    panel._place_cursor(200.0)
    key(panel, Qt.Key.Key_E, CTRL)
    assert "14 runs on" in told.words[-1]


def test_arrows_move_the_selection_by_the_grid_and_many_are_one_step(
    stage: Stage, panel: TimelineView
) -> None:
    stage.selection.select(["cue-14"])
    for _ in range(3):
        key(panel, Qt.Key.Key_Right)
    assert offset_of(stage, "cue-14") == 11_000
    key(panel, Qt.Key.Key_Left)
    assert offset_of(stage, "cue-14") == 10_000
    key(panel, Qt.Key.Key_Right, ALT)
    assert offset_of(stage, "cue-14") == 10_100
    key(panel, Qt.Key.Key_Right)
    assert offset_of(stage, "cue-14") == 11_000
    stage.document.undo()
    assert offset_of(stage, "cue-14") is None


def test_shift_arrows_resize_cues_and_segments(stage: Stage, panel: TimelineView) -> None:
    stage.selection.select(["cue-14"])
    key(panel, Qt.Key.Key_Right, SHIFT)
    cue = stage.document.show.cue("cue-14")
    assert cue is not None
    assert cue.duration == 103_000
    stage.selection.select(["seg-a1"])
    key(panel, Qt.Key.Key_Left, SHIFT)
    assert segments(stage)[0] == ("A1", 119_000)


def test_frames_are_steps_where_frames_are_the_grid(stage: Stage, panel: TimelineView) -> None:
    panel._snap_to(Snaps("frame", "25", neighbours=True, edges=True))
    stage.selection.select(["cue-14"])
    key(panel, Qt.Key.Key_Right)
    assert offset_of(stage, "cue-14") == 8_040


def test_keys_without_a_selection_say_what_to_do(stage: Stage, panel: TimelineView) -> None:
    told = Told(panel)
    key(panel, Qt.Key.Key_Right)
    key(panel, Qt.Key.Key_Right, SHIFT)
    key(panel, Qt.Key.Key_9)
    assert len(told.words) == 3
    assert all("press Tab" in words for words in told.words)


def test_tab_goes_from_cue_to_cue_and_brings_it_into_sight(stage: Stage, panel: TimelineView) -> None:
    key(panel, Qt.Key.Key_Tab)
    assert stage.selection.ids == ("cue-10",)
    for _ in range(12):
        key(panel, Qt.Key.Key_Tab)
    assert stage.selection.ids == ("cue-21",)
    key(panel, Qt.Key.Key_Tab)
    assert stage.selection.ids == ("cue-22",)
    at = panel.view.place_of("cue-22")
    assert at is not None
    first, last = panel.view.span
    assert first <= at <= last
    key(panel, Qt.Key.Key_Backtab, SHIFT)
    assert stage.selection.ids == ("cue-21",)


def test_up_and_down_go_to_the_nearest_cue_of_another_lane(stage: Stage, panel: TimelineView) -> None:
    stage.selection.select(["cue-13"], "cue-13")
    key(panel, Qt.Key.Key_Up)
    assert stage.selection.ids == ("cue-14",)
    key(panel, Qt.Key.Key_Down)
    assert stage.selection.ids == ("cue-13",)


def test_ctrl_a_selects_all_cues_and_enter_asks_for_the_inspector(
    stage: Stage, panel: TimelineView, qtbot: QtBot
) -> None:
    key(panel, Qt.Key.Key_A, CTRL)
    assert len(stage.selection.ids) == 13 + 1
    with qtbot.waitSignal(panel.inspector_asked):
        key(panel, Qt.Key.Key_Return)


def test_zoom_to_the_selection_shows_it_whole(stage: Stage, panel: TimelineView) -> None:
    stage.selection.select(["cue-16", "cue-17"])
    key(panel, Qt.Key.Key_9)
    first, last = panel.view.span
    assert first < 214.0
    assert 222.0 < last < 240.0
    stage.selection.select(["seg-a3"])
    key(panel, Qt.Key.Key_9)
    first, last = panel.view.span
    assert 340.0 < first < 390.0
    assert 750.0 < last < 800.0


def test_home_end_and_page_keys_scroll(stage: Stage, panel: TimelineView) -> None:
    key(panel, Qt.Key.Key_End)
    assert panel.view.span[1] >= 900.0
    end = panel.view.span
    key(panel, Qt.Key.Key_PageUp)
    assert panel.view.span[0] < end[0]
    key(panel, Qt.Key.Key_PageDown)
    assert panel.view.span[0] == pytest.approx(end[0])
    key(panel, Qt.Key.Key_Home)
    assert panel.view.span[0] < 0.0 < panel.view.span[1]
    before = panel.view.span
    key(panel, Qt.Key.Key_Right, CTRL)
    assert panel.view.span[0] > before[0]


@pytest.mark.parametrize(("name", "nearer"), [(Qt.Key.Key_Plus, True), (Qt.Key.Key_Minus, False)])
def test_keys_zoom(panel: TimelineView, name: Qt.Key, nearer: bool) -> None:
    before = panel.view.span
    key(panel, name)
    after = panel.view.span
    assert (after[1] - after[0] < before[1] - before[0]) == nearer


def test_zoom_to_all_shows_the_whole_show(panel: TimelineView) -> None:
    key(panel, Qt.Key.Key_0)
    first, last = panel.view.span
    assert first <= 0.0
    assert last >= 1800.0
    assert not panel.follow.isChecked()


@pytest.fixture
def in_window(window_stage: WindowStage) -> TimelineView:
    """The timeline of a whole window in REHEARSE, with the keyboard."""
    window_stage.set(mode="rehearse", standby="cue-10")
    timeline = window_stage.window.panels.timeline
    timeline.view.setFocus()
    window_stage.qtbot.waitUntil(timeline.view.hasFocus)
    timeline.catch_up()
    return timeline


def press_in(stage: WindowStage, name: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    """Press a key as the window system brings it: the laws of GO see it first."""
    QTest.keyClick(stage.window.windowHandle(), name, modifiers)


def test_in_the_window_tab_stays_and_enter_opens_the_inspector(
    window_stage: WindowStage, in_window: TimelineView
) -> None:
    press_in(window_stage, Qt.Key.Key_Tab)
    assert in_window.view.hasFocus()
    assert window_stage.parts.selection.ids == ("cue-10",)
    press_in(window_stage, Qt.Key.Key_Return)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert window_stage.window.panels.inspector.isAncestorOf(focus)


def test_in_the_window_escape_lets_go_of_a_drag_and_stops_nothing(
    window_stage: WindowStage, in_window: TimelineView
) -> None:
    in_window.follow.setChecked(False)
    in_window.view.show_span(0.0, 400.0)
    show = window_stage.parts.document.show
    asked: list[str] = []
    window_stage.window.go_key.stop_asked.connect(asked.append)
    press(in_window, in_lane(in_window, "cue-14", 1), QPoint(60, 0))
    assert in_window.view.is_dragging
    press_in(window_stage, Qt.Key.Key_Escape)
    assert not in_window.view.is_dragging
    assert asked == []
    assert window_stage.parts.document.show is show


def test_in_the_window_space_is_go_and_the_keys_of_calling_work(
    window_stage: WindowStage, in_window: TimelineView
) -> None:
    window_stage.engine.take_commands()
    press_in(window_stage, Qt.Key.Key_Space)
    window_stage.wait(lambda: any(isinstance(one, Go) for one in window_stage.engine.take_commands()))
    assert in_window.view.hasFocus()
