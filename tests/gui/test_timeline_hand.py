"""The timeline under the mouse: select, rubber band, drag, resize, where the mode allows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from showcaller.core import edits
from showcaller.core.show import Segment
from showcaller.gui.go_key import CLOSES_ON_ESCAPE
from showcaller.gui.timeline_snap import Snaps
from showcaller.gui.timeline_view import TimelineView
from tests.gui.stage import Stage
from tests.gui.timeline_stage import (
    ALT,
    CTRL,
    LEFT,
    PLAIN,
    SHIFT,
    Told,
    click,
    corner,
    drag,
    ground,
    in_lane,
    key,
    make_panel,
    move_to,
    offset_of,
    panel_bars,
    point,
    press,
    segments,
    settle,
    stage_offset,
)


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> TimelineView:
    return make_panel(stage, qtbot)


def wheel(panel: TimelineView, at: QPoint, by: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(panel.view.mapToGlobal(at)),
        QPoint(0, 0),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        PLAIN,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(panel.view, event)


def test_click_selects_ctrl_click_adds_and_shift_click_reaches(stage: Stage, panel: TimelineView) -> None:
    click(panel, point(panel, "cue-14"))
    assert stage.selection.ids == ("cue-14",)
    click(panel, in_lane(panel, "cue-16", 1), CTRL)
    assert stage.selection.ids == ("cue-14", "cue-16")
    click(panel, point(panel, "cue-14"), CTRL)
    assert stage.selection.ids == ("cue-16",)
    click(panel, point(panel, "cue-20"), SHIFT)
    assert stage.selection.ids == ("cue-16", "cue-17", "cue-18", "cue-19", "cue-20")


def test_selecting_never_moves_the_standby(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="rehearse", rate=0.0, standby="cue-20")
    settle(panel)
    stage.take_commands()
    click(panel, point(panel, "cue-21"))
    assert stage.take_commands() == []


def test_drag_in_edit_is_one_undo_step(stage: Stage, panel: TimelineView) -> None:
    drag(panel, point(panel, "cue-14"), 60)
    moved = offset_of(stage, "cue-14")
    assert moved is not None
    assert moved > 8_000
    assert moved % 1000 == 0
    assert "in time" in (stage.document.history.undo_name or "")
    stage.document.undo()
    assert offset_of(stage, "cue-14") is None


def test_several_cues_are_dragged_together_as_one_step(stage: Stage, panel: TimelineView) -> None:
    stage.selection.select(["cue-14", "cue-16", "cue-17"])
    settle(panel)
    drag(panel, in_lane(panel, "cue-16", 1), 60)
    assert stage.document.history.undo_name == "Move 3 cues in time"
    first, second = offset_of(stage, "cue-14"), offset_of(stage, "cue-16")
    assert first is not None
    assert second is not None
    # 16 stands 94 s into A2, 14 at 8 s: they keep their distance.
    assert second - first == 94_000 - 8_000
    stage.document.undo()
    assert offset_of(stage, "cue-14") is None
    assert offset_of(stage, "cue-16") == stage_offset(stage, "cue-16")


def test_escape_during_a_drag_takes_it_back(stage: Stage, panel: TimelineView) -> None:
    show = stage.document.show
    start = point(panel, "cue-14")
    press(panel, start, QPoint(60, 0))
    assert panel.view.is_dragging
    assert panel.view.property(CLOSES_ON_ESCAPE)
    key(panel, Qt.Key.Key_Escape)
    assert not panel.view.is_dragging
    assert not panel.view.property(CLOSES_ON_ESCAPE)
    QTest.mouseRelease(panel.view, LEFT, PLAIN, start + QPoint(60, 0))
    assert stage.document.show is show


def test_drag_snaps_to_an_edge_and_shows_the_line(stage: Stage, panel: TimelineView) -> None:
    # The start of 14, at 128 s, is dragged to near where A2 and 13 begin, at 120 s.
    panel.view.hand.snaps = Snaps(neighbours=False)
    start = in_lane(panel, "cue-14", 1)
    by = round(-8.0 * panel.view.scale.per_second) + 3
    press(panel, start, QPoint(by, 0))
    assert panel.view.hand.line == 120.0
    assert panel.view.hand.by == -8.0
    move_to(panel, start + QPoint(by, 0), SHIFT)
    assert panel.view.hand.line is None
    panel.view.hand.cancel()


def test_alt_or_shift_drags_off_the_grid(stage: Stage, panel: TimelineView) -> None:
    panel.verbs.snap_to(Snaps("second", "25", neighbours=False, edges=False))
    panel.view.hand.snaps = panel.verbs.snaps
    panel.view.show_span(100.0, 160.0)
    drag(panel, in_lane(panel, "cue-14", 1), 61, ALT)
    free = offset_of(stage, "cue-14")
    assert free is not None
    assert free % 1000 != 0


def test_drag_of_an_edge_resizes(stage: Stage, panel: TimelineView) -> None:
    drag(panel, corner(panel, "cue-14", "end"), 58)
    cue = stage.document.show.cue("cue-14")
    assert cue is not None
    assert cue.duration is not None
    assert cue.duration > 102_000
    assert cue.offset is None
    assert "longer" in (stage.document.history.undo_name or "")


def test_drag_of_a_segments_end_on_the_ruler_resizes_it(stage: Stage, panel: TimelineView) -> None:
    rect, scale = panel.view.lanes_rect, panel.view.scale
    at = QPoint(round(rect.left() + scale.x(120.0)), round(rect.top() * 0.75))
    drag(panel, at, round(30 * scale.per_second))
    segment = stage.document.show.row("seg-a1")
    assert isinstance(segment, Segment)
    assert segment.duration == 150_000
    assert stage.document.history.undo_name == "Make A1 longer"


def test_click_on_the_ruler_selects_the_segment(stage: Stage, panel: TimelineView) -> None:
    rect, scale = panel.view.lanes_rect, panel.view.scale
    click(panel, QPoint(round(rect.left() + scale.x(250.0)), round(rect.top() * 0.75)))
    assert stage.selection.ids == ("seg-a2",)


def test_what_stands_by_its_trigger_is_not_dragged_and_why_is_said(stage: Stage, panel: TimelineView) -> None:
    told, show = Told(panel), stage.document.show
    drag(panel, point(panel, "cue-11"), 60)
    assert stage.document.show is show
    assert "follows the cue above" in told.words[-1]


def test_in_live_nothing_is_dragged_and_that_is_said(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="live", rate=0.0)
    stage.document.mode = "live"
    settle(panel)
    told, show = Told(panel), stage.document.show
    drag(panel, point(panel, "cue-14"), 60)
    drag(panel, corner(panel, "cue-14", "end"), 60)
    key(panel, Qt.Key.Key_Right)
    key(panel, Qt.Key.Key_Right, SHIFT)
    key(panel, Qt.Key.Key_E, CTRL)
    key(panel, Qt.Key.Key_E, CTRL | SHIFT)
    assert stage.document.show is show
    assert len(told.words) == 6
    assert all(words.startswith("LIVE: ") for words in told.words)
    assert stage.selection.ids == ("cue-14",)


def test_rubber_band_selects_what_it_touches_and_edits_nothing(stage: Stage, panel: TimelineView) -> None:
    show = stage.document.show
    rect, scale = panel.view.lanes_rect, panel.view.scale
    left = round(rect.left() + scale.x(205.0))
    lane = rect.height() / 5
    start = QPoint(left, round(rect.top() + lane * 3.1))
    end = QPoint(round(rect.left() + scale.x(240.0)), round(rect.top() + lane * 4.5))
    press(panel, start, end - start)
    assert panel.view.hand.banded() == {"cue-16", "cue-17"}
    QTest.mouseRelease(panel.view, LEFT, PLAIN, end)
    assert stage.selection.ids == ("cue-16", "cue-17")
    assert stage.document.show is show


def test_click_on_the_ground_clears_the_selection_and_puts_the_cursor_there(
    stage: Stage, panel: TimelineView
) -> None:
    click(panel, point(panel, "cue-14"))
    click(panel, ground(panel))
    assert stage.selection.ids == ()
    assert panel.view.lines.cursor is not None
    assert panel.view.lines.cursor % 1.0 == pytest.approx(0.0)
    click(panel, point(panel, "cue-14"))
    assert panel.view.lines.cursor is None


def test_wheel_zooms_at_the_cursor(stage: Stage, panel: TimelineView) -> None:
    before = panel.view.span
    under = point(panel, "cue-14")
    middle = under.x()
    wheel(panel, under, 240)
    after = panel.view.span
    assert after[1] - after[0] < before[1] - before[0]
    assert point(panel, "cue-14").x() == pytest.approx(middle, abs=12)


def test_menu_of_a_place_splits_there(stage: Stage, panel: TimelineView) -> None:
    rect, scale = panel.view.lanes_rect, panel.view.scale
    at = QPoint(round(rect.left() + scale.x(300.0)), round(rect.bottom()) - 90)
    panel.view.contextMenuEvent(
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, panel.view.mapToGlobal(at))
    )
    menu = panel.findChild(QMenu)
    assert isinstance(menu, QMenu)
    (action,) = [one for one in menu.actions() if one.text().startswith("Split")]
    action.trigger()
    menu.close()
    assert segments(stage)[1] == ("A2", 180_000)


def test_choice_of_snaps_is_kept_on_this_machine(stage: Stage, qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    for expected, chosen in (("second", "No grid"), ("none", "Whole seconds")):
        panel = TimelineView(*stage.parts, settings=settings)
        qtbot.addWidget(panel)
        panel.show()
        assert panel.verbs.snaps.grid == expected
        panel.show_snaps()
        menu = panel.findChild(QMenu)
        assert isinstance(menu, QMenu)
        (action,) = [one for one in menu.actions() if one.text() == chosen]
        action.trigger()
        menu.close()
        assert panel.view.hand.snaps == panel.verbs.snaps


def test_drag_of_the_ruler_pans_and_stops_following(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="rehearse", rate=0.0)
    settle(panel)
    assert panel.follow.isChecked()
    before = panel.view.span
    drag(panel, QPoint(500, 6), -100)
    assert not panel.follow.isChecked()
    assert panel.view.span[0] > before[0]


def test_drag_held_beyond_the_edge_scrolls_on(stage: Stage, panel: TimelineView, qtbot: QtBot) -> None:
    start, rect = in_lane(panel, "cue-14", 1), panel.view.lanes_rect
    before = panel.view.span
    press(panel, start, QPoint(round(rect.right()) + 30 - start.x(), 0))
    qtbot.waitUntil(lambda: panel.view.span[0] > before[0] + 20)
    held = panel.view.hand.by
    # The cue stays under the mouse: it goes on with the view.
    qtbot.waitUntil(lambda: panel.view.hand.by > held + 20)
    QTest.mouseRelease(panel.view, LEFT, PLAIN, start)
    offset = offset_of(stage, "cue-14")
    assert offset is not None
    assert offset >= 8_000 + held * 1000


def test_middle_button_moves_the_view_over_a_bar_and_edits_nothing(stage: Stage, panel: TimelineView) -> None:
    show, before, at = stage.document.show, panel.view.span, in_lane(panel, "cue-14", 1)
    middle = Qt.MouseButton.MiddleButton
    QTest.mousePress(panel.view, middle, PLAIN, at)
    move_to(panel, at - QPoint(40, 0))
    QTest.mouseRelease(panel.view, middle, PLAIN, at - QPoint(40, 0))
    assert panel.view.span[0] > before[0]
    assert stage.document.show is show
    assert stage.selection.ids == ()


def test_double_click_opens_a_cue_in_the_inspector_and_shows_a_segment_whole(
    stage: Stage, panel: TimelineView, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.inspector_asked):
        QTest.mouseDClick(panel.view, LEFT, PLAIN, in_lane(panel, "cue-14", 1))
    assert stage.selection.ids == ("cue-14",)
    rect, scale = panel.view.lanes_rect, panel.view.scale
    at = QPoint(round(rect.left() + scale.x(300.0)), round(rect.top() * 0.75))
    QTest.mouseDClick(panel.view, LEFT, PLAIN, at)
    first, last = panel.view.span
    assert 60.0 < first < 120.0
    assert 390.0 < last < 450.0


def test_edit_between_press_and_drag_does_not_cost_the_drag(stage: Stage, panel: TimelineView) -> None:
    at = in_lane(panel, "cue-14", 1)
    QTest.mousePress(panel.view, LEFT, PLAIN, at)
    stage.document.edit("Rename", edits.edit(stage.document.show, "cue-14", name="Another"))
    panel.catch_up()
    for step in range(1, 6):
        move_to(panel, at + QPoint(12 * step, 0))
    QTest.mouseRelease(panel.view, LEFT, PLAIN, at + QPoint(60, 0))
    assert offset_of(stage, "cue-14") is not None


def test_edit_during_a_drag_lets_go_of_it(stage: Stage, panel: TimelineView) -> None:
    at = in_lane(panel, "cue-14", 1)
    press(panel, at, QPoint(60, 0))
    stage.document.edit("Remove", edits.remove(stage.document.show, ["cue-14"]))
    settle(panel)
    assert not panel.view.is_dragging
    QTest.mouseRelease(panel.view, LEFT, PLAIN, at + QPoint(60, 0))
    assert stage.document.history.undo_name == "Remove"


def test_follow_ons_among_the_selected_do_not_hold_the_drag_back(stage: Stage, panel: TimelineView) -> None:
    # 18 continues from 17 by itself: it is not moved, and comes along all the same.
    stage.selection.select(["cue-17", "cue-18"])
    settle(panel)
    drag(panel, in_lane(panel, "cue-17", 3), 58)
    assert stage.document.history.undo_name == "Move GFX 4, CAM 3 in time"
    places = panel_bars(panel, "cue-17"), panel_bars(panel, "cue-18")
    assert places[0][0].start == places[1][0].start
