"""What the timeline shows, and how little it paints for it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from showcaller.core import asrun, edits
from showcaller.core.position import Running, Wait
from showcaller.core.show import Cue
from showcaller.core.times import Duration, ShowTime
from showcaller.gui.timeline_items import LEAST_BAR
from showcaller.gui.timeline_ruler import paint_names
from showcaller.gui.timeline_view import TimelineView
from tests.gui.stage import EVENING, Stage, make_long_show
from tests.gui.timeline_stage import (
    make_panel,
    panel_bars,
    picture,
    point,
    settle,
)


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> TimelineView:
    return make_panel(stage, qtbot)


def colour_of(panel: TimelineView, cue: str, dy: int = 0) -> QColor:
    image = picture(panel)
    at = point(panel, cue)
    return QColor(image.pixel(at.x() + 8, at.y() + dy))


def test_cue_left_waiting_behind_the_standby_is_not_past(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="rehearse", rate=0.0, standby="cue-16", last_called="cue-14")
    settle(panel)
    look = panel.view.look
    assert look.is_past("cue-15")
    stage.show_snapshot(waits=(Wait("cue-15", EVENING, "offset", EVENING, 0),))
    settle(panel)
    assert not look.is_past("cue-15")
    assert look.is_past("cue-14")


def call(stage: Stage, cue_id: str, seconds: float) -> None:
    """Call a cue so many seconds after the planned start."""
    cue = stage.document.show.cue(cue_id)
    assert cue is not None
    at = ShowTime(EVENING + round((seconds - 221) * 10**9))
    stage.record(asrun.CueCalled(run=1, cue=cue, at=at, cause="go"), at=at)


def test_followed_now_stands_at_a_third(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="live", rate=0.0)
    settle(panel)
    first, last = panel.view.span
    assert (221 - first) / (last - first) == pytest.approx(1 / 3, abs=0.002)


def test_running_past_and_failed_cues_look_different(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="live", rate=0.0, standby="cue-10", show_at=ShowTime(EVENING - 221 * 10**9))
    coming = colour_of(panel, "cue-14", 10)
    stage.show_snapshot(standby="cue-16", last_called="cue-14")
    past = colour_of(panel, "cue-14", 10)
    assert past.value() < coming.value()
    running = Running(3, "cue-14", EVENING, EVENING)
    stage.show_snapshot(running=(running,))
    again = colour_of(panel, "cue-14", -5)
    assert again.value() > past.value()


def test_called_cue_stands_solid_where_it_was_called_with_a_ghost_where_it_was_planned(
    stage: Stage, panel: TimelineView
) -> None:
    stage.show_snapshot(mode="rehearse", rate=0.0, standby="cue-16", last_called="cue-14")
    settle(panel)
    panel.follow.setChecked(False)
    panel.view.show_span(100.0, 400.0)
    planned = point(panel, "cue-14")
    before = QColor(picture(panel).pixel(planned.x(), planned.y() + 8))
    call(stage, "cue-14", 180.0)
    image = picture(panel)
    (one, _) = panel_bars(panel, "cue-14")
    assert (one.start, one.called) == (180.0, True)
    box = panel.view.box_of(one)
    inside = QColor(image.pixel(round(box.right()) - 20, round(box.center().y())))
    # Solid: more of the department's colour than the outlined bar had.
    assert inside.value() > before.value()
    ghost = panel.view.box_of(one._replace(start=one.planned, end=one.planned + 102.0))
    row = {image.pixel(round(ghost.left()) + step, round(ghost.top())) for step in range(4, 40)}
    assert len(row) == 2, "dotted outline"


def test_go_paints_only_its_tiles_anew(qtbot: QtBot) -> None:
    stage = Stage(make_long_show(1_000))
    stage.welcome()
    stage.show_snapshot(mode="rehearse", rate=0.0, standby="c0", show_at=ShowTime(EVENING))
    panel = TimelineView(*stage.parts)
    qtbot.addWidget(panel)
    panel.resize(1300, 230)
    panel.show()
    settle(panel)
    panel.follow.setChecked(False)
    panel.view.show_span(0.0, 600.0)
    panel.view.grab()
    whole = panel.view.take_painted()
    stage.show_snapshot(standby="c1", last_called="c0")
    settle(panel)
    panel.view.grab()
    assert 0 < panel.view.take_painted() < whole / 2
    stage.show_snapshot(standby="c1", last_called="c0")
    settle(panel)
    panel.view.grab()
    assert panel.view.take_painted() == 0
    stage.close()


def test_a_lane_that_an_edit_brings_has_room_at_once(stage: Stage, panel: TimelineView) -> None:
    picture(panel)
    document = stage.document
    document.edit("Add", edits.insert([Cue(id="odd", number="0.1", name="Odd")], "seg-a1"))
    after = picture(panel)
    panel.view.dress()
    assert after == picture(panel)


def test_names_of_low_lanes_do_not_meet(panel: TimelineView) -> None:
    look, each = panel.view.look, 10
    assert len(look.names) > 2
    image = QImage(80, each * len(look.names), QImage.Format.Format_RGB32)
    image.fill(look.theme.panel)
    empty = image.pixel(0, 0)
    painter = QPainter(image)
    paint_names(painter, look, image.width(), image.height())
    painter.end()
    inked = [any(image.pixel(x, y) != empty for x in range(image.width())) for y in range(image.height())]
    assert any(inked)
    assert not any(inked[lane * each] for lane in range(len(look.names)))


def test_many_snapshots_in_one_frame_are_looked_at_once(
    stage: Stage, panel: TimelineView, qtbot: QtBot
) -> None:
    looks: list[object] = []
    take = panel.view.take
    panel.view.take = lambda *more: (looks.append(more), take(*more))[1]  # type: ignore[method-assign]
    stage.show_snapshot(mode="rehearse", rate=0.0)
    settle(panel)
    looks.clear()
    for cue in ("cue-10", "cue-11", "cue-12", "cue-13", "cue-14"):
        stage.show_snapshot(standby=cue)
    assert looks == []
    qtbot.waitUntil(lambda: bool(looks))
    assert len(looks) == 1


def test_failures_of_the_run_are_kept_until_the_cue_is_called_again(
    stage: Stage, panel: TimelineView
) -> None:
    cue = stage.document.show.cue("cue-14")
    assert cue is not None
    values: dict[str, Any] = {"run": 1, "cue": "cue-14", "action": "a14", "device": "obs", "route": "real"}
    stage.record(asrun.ActionDone(**values, result="failed", due=EVENING, sentence="Lost."))
    settle(panel)
    assert panel.view.look.failed == {"cue-14"}
    stage.record(asrun.CueCalled(run=2, cue=cue, at=EVENING, cause="go"))
    settle(panel)
    assert panel.view.look.failed == frozenset()


def test_floated_and_disarmed_cues_are_faint(stage: Stage, panel: TimelineView) -> None:
    off = panel.view.look.off
    assert off("cue-20.5")
    assert not off("cue-14")
    stage.show_snapshot(floated=frozenset({("seg-a2", True)}), skipped=frozenset({"cue-20"}))
    settle(panel)
    off = panel.view.look.off
    assert off("cue-14")
    assert off("cue-20")
    assert not off("cue-21")


def test_empty_show_says_what_to_do(stage: Stage, panel: TimelineView) -> None:
    assert panel._hint.isHidden()
    show = stage.document.show
    stage.document.edit("Empty", edits.remove(show, [row.id for row in show.rundown]))
    settle(panel)
    assert not panel._hint.isHidden()
    assert panel.view.isHidden()
    stage.document.undo()
    settle(panel)
    assert panel._hint.isHidden()
    assert not panel.view.isHidden()


def test_narrow_bars_melt_so_that_no_more_are_painted_than_fit(qtbot: QtBot) -> None:
    stage = Stage(make_long_show(10_000))
    stage.welcome()
    panel = TimelineView(*stage.parts)
    qtbot.addWidget(panel)
    panel.resize(1300, 230)
    panel.show()
    settle(panel)
    panel.zoom_to_all()
    panel.view.grab()
    assert 0 < panel.view.painted <= 1300
    stage.close()


def test_short_cue_inside_a_long_one_is_painted(stage: Stage, panel: TimelineView) -> None:
    # SND 6 fades at 1:30 of A2, while SND 5 plays until 1:50.
    panel.view.show_span(120.0, 300.0)
    image = picture(panel)
    (fade,) = panel_bars(panel, "cue-15")
    box = panel.view.box_of(fade)
    edge = [image.pixel(round(box.left()) + step, round(box.center().y())) for step in range(-3, 3)]
    assert len(set(edge)) > 1


def test_ruler_has_round_times_of_day(stage: Stage, panel: TimelineView) -> None:
    view = panel.view
    step, ticks = view.ruler.ticks(view.scale, view.lanes_rect.width())
    assert step >= 60
    assert all(words[2] == ":" and len(words) == 5 for _, words in ticks)
    assert "19:31" in [words for _, words in ticks]
    view.show_span(0.0, 20.0)
    step, ticks = view.ruler.ticks(view.scale, view.lanes_rect.width())
    assert step == 2
    assert ticks[0] == (0.0, "19:30:00")


@pytest.mark.parametrize(("hours", "says"), [(6, "lies before"), (-7, "lies ahead")])
def test_now_far_from_the_show_is_followed_and_the_show_is_named(
    stage: Stage, panel: TimelineView, hours: int, says: str
) -> None:
    now = ShowTime(EVENING + hours * 3600 * 1_000_000_000)
    values: dict[str, Any] = {}
    if hours > 0:
        # Played to its last cue, which has ended: what is still to come is never expected in the past.
        call(stage, "cue-10", 0.0)
        call(stage, "cue-22", 221.0)
        stage.record(asrun.Noted(kind="ended", cue="cue-22", sentence="", value="1"), at=EVENING)
        values = {"segment": "seg-b1", "segment_started_at": EVENING, "last_called": "cue-22"}
    stage.show_snapshot(mode="live", rate=0.0, show_at=now, **values)
    settle(panel)
    first, last = panel.view.span
    assert (221 + hours * 3600 - first) / (last - first) == pytest.approx(1 / 3, abs=0.002)
    assert says in panel.away.text
    assert "19:30:00" in panel.away.text
    assert panel.away.isVisible()
    panel.zoom_to_all()
    assert not panel.away.isVisible()
    panel.follow.click()
    panel.view.show_span(-9.0e4, -8.9e4)
    panel.follow.setChecked(True)
    panel._move_now()
    stage.show_snapshot(mode="edit")
    settle(panel)
    assert not panel.away.isVisible()
    assert panel.view.span[0] <= 0.0 < panel.view.span[1]


def test_a_show_that_nobody_began_is_followed_and_not_away(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="live", rate=0.0, show_at=ShowTime(EVENING + 6 * 3600 * 10**9))
    settle(panel)
    assert not panel.away.isVisible()
    assert panel.view.place_of("cue-10") == pytest.approx(221 + 6 * 3600)


def test_short_cue_is_wide_enough_for_its_number_until_the_next_one_begins(
    stage: Stage, panel: TimelineView
) -> None:
    show = stage.document.show
    stage.document.edit("Edit", edits.edit(show, "cue-20", duration=Duration(1000)))
    panel.zoom_to_all()
    image = picture(panel)
    at = point(panel, "cue-20")
    ground_colour = stage.themes.theme.panel.rgb()
    wide = sum(
        image.pixel(at.x() + step, at.y() + 7) != ground_colour for step in range(-LEAST_BAR, LEAST_BAR)
    )
    assert wide >= LEAST_BAR - 2


def test_nothing_is_written_under_the_buttons(stage: Stage, panel: TimelineView) -> None:
    corner_widget, view = panel._corner, panel.view
    assert view.ruler.covered == corner_widget.width()
    panel.zoom(3.0)
    image = picture(panel)
    left = corner_widget.x() - view.x()
    ground_colour = stage.themes.theme.panel.rgb()
    under = [(x, y) for x in range(left, image.width() - 2) for y in range(2, 14)]
    assert all(image.pixel(*one) == ground_colour for one in under)


def test_scrolling_paints_only_what_comes_into_sight(stage: Stage, panel: TimelineView) -> None:
    panel.view.grab()
    panel.view.take_painted()
    panel.view.scroll(3)
    panel.view.grab()
    assert panel.view.take_painted() == 0


def test_what_was_scrolled_looks_as_if_painted_anew(stage: Stage, panel: TimelineView) -> None:
    panel.view.show_span(0.0, 600.0)
    panel.view.grab()
    for _ in range(7):
        panel.view.scroll(13)
    scrolled = picture(panel)
    panel.view.repaint_all()
    anew = picture(panel)
    rect = panel.view.lanes_rect.toAlignedRect().adjusted(0, 0, -1, -1)
    assert scrolled.copy(rect) == anew.copy(rect)


def test_tile_edges_cut_no_label(stage: Stage, panel: TimelineView) -> None:
    # A bar over several tiles has one label, at its beginning.
    panel.view.show_span(125.0, 235.0)
    image = picture(panel)
    (one, _) = panel_bars(panel, "cue-14")
    box = panel.view.box_of(one).toAlignedRect()
    right = QRect(box.left() + 330, box.top() + 4, 200, box.height() - 8)
    colours = {
        image.pixel(x, y)
        for x in range(right.left(), right.right())
        for y in range(right.top(), right.bottom())
    }
    assert len(colours) == 1


def test_what_a_go_changed_looks_as_if_painted_anew(stage: Stage, panel: TimelineView) -> None:
    stage.show_snapshot(mode="rehearse", rate=0.0, standby="cue-10")
    settle(panel)
    panel.follow.setChecked(False)
    panel.view.show_span(-20.0, 420.0)
    picture(panel)
    for cue, following, at in (
        ("cue-10", "cue-12", 5.0),
        ("cue-13", "cue-14", 150.0),
        ("cue-14", "cue-16", 170.0),
    ):
        call(stage, cue, at)
        stage.show_snapshot(standby=following, last_called=cue, running=(Running(1, cue, EVENING, EVENING),))
        changed = picture(panel)
        panel.view.repaint_all()
        anew = picture(panel)
        rect = panel.view.lanes_rect.toAlignedRect().adjusted(0, 0, -1, -1)
        assert changed.copy(rect) == anew.copy(rect)


def test_overrun_moves_what_follows_as_time_passes(stage: Stage, panel: TimelineView, qtbot: QtBot) -> None:
    called = ShowTime(EVENING - 221 * 10**9)
    call(stage, "cue-10", 0.0)
    values: dict[str, Any] = {"segment": "seg-a1", "segment_started_at": called, "last_called": "cue-10"}
    stage.show_snapshot(mode="rehearse", rate=0.0, standby="cue-12", show_at=ShowTime(EVENING), **values)
    settle(panel)
    # A1 is two minutes long, and it has run for 221 s.
    assert panel.view.place_of("cue-13") == pytest.approx(221.0)
    stage.show_snapshot(show_at=ShowTime(EVENING + 30 * 10**9))
    qtbot.waitUntil(lambda: panel.view.place_of("cue-13") == pytest.approx(251.0))
    (planned, *_) = panel_bars(panel, "cue-13")
    assert planned.planned == 120.0
