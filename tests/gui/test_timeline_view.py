"""The timeline: bars at planned times, cheap edits, and drags that are edits where the mode allows them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from showcaller.core import asrun, edits
from showcaller.core.position import Running
from showcaller.core.schedule import make_plan
from showcaller.core.show import AtOffset, Cue, Show
from showcaller.core.times import Duration, ShowTime
from showcaller.gui.timeline_bars import Timeline, bar_at, lay_out, place_of, visible
from showcaller.gui.timeline_drag import move_in_time, rounded
from showcaller.gui.timeline_items import LEAST_BAR
from showcaller.gui.timeline_view import TimelineView
from tests.core import strategies
from tests.gui.stage import EVENING, Stage, make_long_show, make_show


def laid_out(show: Show) -> Timeline:
    return lay_out(show, make_plan(show, EVENING))


def bars_of(timeline: Timeline, cue: str) -> list[tuple[float, float, int]]:
    return [
        (start + bar.start, start + bar.end, bar.lane)
        for start, segment in zip(timeline.starts, timeline.segments, strict=True)
        for bar in segment.bars
        if bar.cue == cue
    ]


def test_each_call_has_a_bar_in_its_lane_at_its_planned_time() -> None:
    timeline = laid_out(make_show())
    assert timeline.lanes == ("lx", "snd", "vt", "gfx", "cam")
    assert set(bars_of(timeline, "cue-10")) == {(0.0, 30.0, 0), (0.0, 30.0, 2)}
    # A2 begins after two minutes, 14 eight seconds later.
    assert {lane for _, _, lane in bars_of(timeline, "cue-14")} == {1, 2}
    assert bars_of(timeline, "cue-14")[0][:2] == (128.0, 230.0)


def test_hard_points_are_walls() -> None:
    walls = laid_out(make_show()).walls
    assert [(wall.at, wall.label, wall.hard) for wall in walls] == [
        (0.0, "A1", True),
        (750.0, "B1", False),
        (1800.0, "", True),
    ]


def test_cue_of_no_department_has_a_lane_of_its_own() -> None:
    show = make_show()
    show = edits.apply(show, edits.insert([Cue(id="odd", number="0.1", name="Odd")], "seg-a1"))
    timeline = laid_out(show)
    assert timeline.lanes[-1] == ""
    assert bars_of(timeline, "odd")[0][2] == len(timeline.lanes) - 1


@given(strategies.shows(max_rows=12), st.data())
def test_what_an_edit_did_not_touch_is_as_if_laid_out_anew(show: Show, data: st.DataObject) -> None:
    plan = make_plan(show, EVENING)
    before = lay_out(show, plan)
    edited = edits.apply(show, data.draw(strategies.changes(show)))
    after = make_plan(edited, EVENING, plan)
    assert lay_out(edited, after, before) == lay_out(edited, make_plan(edited, EVENING))


@given(st.floats(-100, 20_000), st.floats(0, 5_000))
def test_all_that_is_seen_is_found_and_nothing_else(first: float, wide: float) -> None:
    timeline = LONG
    last = first + wide
    expected = {
        bar.cue
        for start, segment in zip(timeline.starts, timeline.segments, strict=True)
        for bar in segment.bars
        if start + bar.start <= last and start + bar.end >= first
    }
    assert {bar.cue for _, bar in visible(timeline, first, last)} == expected


LONG = laid_out(make_long_show(2_000))


def test_bar_without_length_can_be_hit() -> None:
    timeline = laid_out(make_show())
    ((at, end, lane),) = bars_of(timeline, "cue-21")
    assert bar_at(timeline, (at + end) / 2, lane, 1.0) is not None
    (zero,) = [bar for bar in bars_of(timeline, "cue-15") if bar[2] == 1]
    assert bar_at(timeline, zero[0] + 3.9, 1, 0.0) is not None
    assert bar_at(timeline, 119.0, 4, 5.0) is None


def test_rows_are_found_on_the_timeline() -> None:
    show = make_show()
    timeline = laid_out(show)
    assert place_of(timeline, show, "cue-14") == 128.0
    assert place_of(timeline, show, "seg-a2") == 120.0
    assert place_of(timeline, show, "gone") is None


def test_drag_of_a_called_cue_sets_its_offset() -> None:
    show = make_show()
    moved = move_in_time(show, make_plan(show, EVENING), "cue-16", 5.0)
    assert moved is not None
    name, change = moved
    assert name == "Move LX 14, SND 7, CAM 1 in time"
    cue = edits.apply(show, change).cue("cue-16")
    assert cue is not None
    assert cue.offset == 99_000


def test_drag_of_an_offset_trigger_sets_the_trigger() -> None:
    show = make_show()
    moved = move_in_time(show, make_plan(show, EVENING), "cue-15", -10.0)
    assert moved is not None
    cue = edits.apply(show, moved[1]).cue("cue-15")
    assert cue is not None
    assert cue.trigger == AtOffset(after=Duration(80_000))


def test_cue_is_not_dragged_before_its_segment_nor_off_its_trigger() -> None:
    show = make_show()
    plan = make_plan(show, EVENING)
    moved = move_in_time(show, plan, "cue-14", -100.0)
    assert moved is not None
    cue = edits.apply(show, moved[1]).cue("cue-14")
    assert cue is not None
    assert cue.offset == 0
    assert move_in_time(show, plan, "cue-18", 5.0) is None
    assert move_in_time(show, plan, "cue-14", 0.0) is None


def test_drags_land_on_whole_seconds_or_tenths() -> None:
    assert rounded(3.4, 0.5) == 3.0
    assert rounded(3.44, 0.01) == pytest.approx(3.4)


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> TimelineView:
    made = TimelineView(*stage.parts)
    qtbot.addWidget(made)
    made.resize(1300, 230)
    made.show()
    qtbot.waitUntil(lambda: made.view is not None)
    QApplication.processEvents()
    return made


def point(panel: TimelineView, cue: str) -> QPoint:
    found = panel.view.point_of(cue)
    assert found is not None
    return found.toPoint()


def drag(panel: TimelineView, cue: str, by: int) -> None:
    """Drag a cue by so many pixels, as a hand does."""
    target, start = panel.view.viewport(), point(panel, cue)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(target, start + QPoint(by * step // 5, 0))
        QApplication.processEvents()
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=start + QPoint(by, 0))
    QApplication.processEvents()


def offset_of(stage: Stage, cue_id: str) -> int | None:
    cue = stage.document.show.cue(cue_id)
    assert cue is not None
    return cue.offset


def test_click_selects_and_ctrl_click_adds(stage: Stage, panel: TimelineView) -> None:
    target = panel.view.viewport()
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=point(panel, "cue-14"))
    assert stage.selection.ids == ("cue-14",)
    QTest.mouseClick(
        target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, point(panel, "cue-20")
    )
    assert stage.selection.ids == ("cue-14", "cue-20")


def test_drag_in_edit_is_one_undo_step(stage: Stage, panel: TimelineView) -> None:
    drag(panel, "cue-14", 60)
    moved = offset_of(stage, "cue-14")
    assert moved is not None
    assert moved > 8_000
    assert moved % 1000 == 0
    assert stage.document.history.undo_name == "Move SND 5, VT 2 in time"
    stage.document.undo()
    assert offset_of(stage, "cue-14") is None


def test_drag_in_live_moves_the_view_and_not_the_cue(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="live", rate=0.0)
    stage.document.mode = "live"
    panel.follow.setChecked(False)
    before, show = panel.view.span, stage.document.show
    drag(panel, "cue-14", 60)
    assert stage.document.show is show
    assert panel.view.span[0] < before[0]


def test_drag_of_the_ground_stops_following(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="rehearse", rate=0.0)
    assert panel.follow.isChecked()
    target = panel.view.viewport()
    start = QPoint(target.width() - 40, target.height() // 2)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(target, start - QPoint(step * 20, 0))
        QApplication.processEvents()
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=start - QPoint(100, 0))
    QApplication.processEvents()
    assert not panel.follow.isChecked()


def test_followed_now_stands_at_a_third(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="live", rate=0.0)
    first, last = panel.view.span
    assert (221 - first) / (last - first) == pytest.approx(1 / 3, abs=0.001)


def wheel(panel: TimelineView, at: QPoint, by: int) -> None:
    target = panel.view.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(target.mapToGlobal(at)),
        QPoint(0, 0),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)


def test_wheel_zooms_at_the_cursor(stage: Stage, panel: TimelineView) -> None:
    before = panel.view.span
    under = point(panel, "cue-20")
    wheel(panel, under, 240)
    after = panel.view.span
    assert after[1] - after[0] < before[1] - before[0]
    assert point(panel, "cue-20").x() == pytest.approx(under.x(), abs=12)


@pytest.mark.parametrize(("key", "nearer"), [("+", True), ("-", False)])
def test_keys_zoom(panel: TimelineView, qtbot: QtBot, key: str, nearer: bool) -> None:
    before = panel.view.span
    qtbot.keyClicks(panel, key)
    after = panel.view.span
    assert (after[1] - after[0] < before[1] - before[0]) == nearer


def test_zoom_to_all_shows_the_whole_show(panel: TimelineView, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel, "0")
    first, last = panel.view.span
    assert first <= 0.0
    assert last >= 1800.0
    assert not panel.follow.isChecked()


def colour_of(panel: TimelineView, cue: str, dy: int = 0) -> QColor:
    QApplication.processEvents()
    image = panel.view.viewport().grab().toImage()
    at = point(panel, cue)
    return QColor(image.pixel(at.x() + 8, at.y() + dy))


def test_running_past_and_failed_cues_look_different(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="live", rate=0.0, standby="cue-10")
    coming = colour_of(panel, "cue-14", 10)
    stage.show_snapshot(standby="cue-20", last_called="cue-19")
    past = colour_of(panel, "cue-14", 10)
    assert past.value() < coming.value()
    running = Running(3, "cue-14", EVENING, EVENING)
    stage.show_snapshot(running=(running,))
    assert colour_of(panel, "cue-14", 10).value() == coming.value()


def test_failures_of_the_run_are_kept_until_the_cue_is_called_again(
    stage: Stage, panel: TimelineView
) -> None:
    cue = stage.document.show.cue("cue-14")
    assert cue is not None
    values: dict[str, Any] = {"run": 1, "cue": "cue-14", "action": "a14", "device": "obs", "route": "real"}
    stage.record(asrun.ActionDone(**values, result="failed", due=EVENING, sentence="Lost."))
    assert panel.view.look.failed == {"cue-14"}
    stage.record(asrun.CueCalled(run=2, cue=cue, at=EVENING, cause="go"))
    assert panel.view.look.failed == frozenset()


def test_floated_and_disarmed_cues_are_faint(stage: Stage, panel: TimelineView) -> None:
    off = panel.view.look.off
    assert off("cue-20.5")
    assert not off("cue-14")
    stage.show_snapshot(floated=frozenset({("seg-a2", True)}), skipped=frozenset({"cue-20"}))
    off = panel.view.look.off
    assert off("cue-14")
    assert off("cue-20")
    assert not off("cue-21")


def test_empty_show_says_what_to_do(stage: Stage, qtbot: QtBot, panel: TimelineView) -> None:
    assert panel._hint.isHidden()
    show = stage.document.show
    stage.document.edit("Empty", edits.remove(show, [row.id for row in show.rundown]))
    assert not panel._hint.isHidden()
    assert panel.view.isHidden()


def test_narrow_bars_melt_so_that_no_more_are_painted_than_fit(qtbot: QtBot) -> None:
    stage = Stage(make_long_show(10_000))
    stage.welcome()
    panel = TimelineView(*stage.parts)
    qtbot.addWidget(panel)
    panel.resize(1300, 230)
    panel.show()
    panel.load()
    panel.zoom_to_all()
    panel.view.viewport().grab()
    assert 0 < panel.view.painted <= 1300
    stage.close()


def test_ruler_has_round_times_of_day(stage: Stage, panel: TimelineView) -> None:
    ruler = panel.view._ruler
    step, ticks = ruler.ticks(1200.0)
    assert step >= 60
    assert all(words[2] == ":" and len(words) == 5 for _, words in ticks)
    assert "19:31" in [words for _, words in ticks]
    panel.view.show_span(0.0, 20.0)
    step, ticks = ruler.ticks(1200.0)
    assert step == 2
    assert ticks[0] == (0.0, "19:30:00")


@pytest.mark.parametrize(("hours", "says"), [(6, "lies before"), (-7, "lies ahead")])
def test_now_far_from_the_show_is_followed_and_the_show_is_named(
    stage: Stage, panel: TimelineView, hours: int, says: str
) -> None:
    now = ShowTime(EVENING + hours * 3600 * 1_000_000_000)
    stage.show_snapshot(mode="live", rate=0.0, show_at=now)
    first, last = panel.view.span
    assert (221 + hours * 3600 - first) / (last - first) == pytest.approx(1 / 3, abs=0.001)
    assert says in panel.away.text
    assert "19:30:00" in panel.away.text
    assert panel.away.isVisible()
    panel.zoom_to_all()
    assert not panel.away.isVisible()
    panel.follow.click()
    assert panel.away.isVisible()
    stage.show_snapshot(mode="edit")
    assert not panel.away.isVisible()
    assert panel.view.span[0] <= 0.0 < panel.view.span[1]


def test_short_cue_is_wide_enough_for_its_number_until_the_next_one_begins(
    stage: Stage, panel: TimelineView
) -> None:
    show = stage.document.show
    stage.document.edit("Edit", edits.edit(show, "cue-20", duration=Duration(1000)))
    panel.zoom_to_all()
    QApplication.processEvents()
    image = panel.view.viewport().grab().toImage()
    at = point(panel, "cue-20")
    ground = stage.themes.theme.panel.rgb()
    wide = sum(image.pixel(at.x() + step, at.y() + 7) != ground for step in range(-LEAST_BAR, LEAST_BAR))
    assert wide >= LEAST_BAR - 2


def test_nothing_is_written_under_the_buttons(stage: Stage, panel: TimelineView) -> None:
    corner, ruler = panel._corner, panel.view._ruler
    assert ruler.covered == corner.width()
    panel.zoom(3.0)
    QApplication.processEvents()
    image = panel.view.viewport().grab().toImage()
    left = corner.x() - panel.view.x()
    ground = stage.themes.theme.panel.rgb()
    under = [(x, y) for x in range(left, image.width() - 2) for y in range(2, 14)]
    assert all(image.pixel(*one) == ground for one in under)
