"""The rundown shows its rows as pictures, which are right whatever happened, and painted only when needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from showcaller.core import edits
from showcaller.core.position import Running
from showcaller.core.times import ShowTime
from showcaller.gui.rundown_model import Column
from showcaller.gui.rundown_panel import RundownPanel
from tests.gui.stage import Stage, make_long_show


def open_panel(qtbot: QtBot, stage: Stage) -> RundownPanel:
    panel = RundownPanel(*stage.parts)
    qtbot.addWidget(panel)
    panel.resize(1300, 700)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def picture_of(panel: RundownPanel) -> QImage:
    return panel.view.viewport().grab().toImage()


def edit_a_name(panel: RundownPanel, stage: Stage) -> None:
    stage.document.edit("Name", edits.edit(stage.document.show, "cue-14", name="Another name"))


def select_a_row(panel: RundownPanel, stage: Stage) -> None:
    stage.selection.select(["cue-15"], "cue-15")


def narrow(panel: RundownPanel, stage: Stage) -> None:
    panel.resize(700, 700)


def put_a_department_on_manual(panel: RundownPanel, stage: Stage) -> None:
    stage.show_snapshot(mode="rehearse", standby="cue-16", manual=frozenset({"lx", "snd"}))


STEPS: Sequence[Callable[[RundownPanel, Stage], object]] = (
    lambda _panel, stage: stage.show_snapshot(mode="rehearse", standby="cue-14"),
    lambda _panel, stage: stage.show_snapshot(mode="rehearse", standby="cue-15", last_called="cue-14"),
    select_a_row,
    edit_a_name,
    put_a_department_on_manual,
    narrow,
    lambda panel, _stage: panel.view.setCurrentIndex(panel.model.index(2, Column.WHAT)),
    lambda _panel, stage: stage.show_snapshot(mode="edit"),
)


def test_kept_pictures_show_what_fresh_paint_would(qtbot: QtBot, stage: Stage) -> None:
    panel = open_panel(qtbot, stage)
    seen = [picture_of(panel)]
    for step in STEPS:
        step(panel, stage)
        kept = picture_of(panel)
        panel.view.delegate.pictures.forget()
        fresh = picture_of(panel)
        assert kept == fresh
        seen.append(fresh)
    assert all(one != other for one, other in pairwise(seen))


def test_a_row_that_looks_the_same_is_not_painted_again(qtbot: QtBot, stage: Stage) -> None:
    panel = open_panel(qtbot, stage)
    picture_of(panel)
    pictures = panel.view.delegate.pictures
    before = pictures.painted
    assert before > 0
    panel.view.viewport().update()
    picture_of(panel)
    assert pictures.painted == before
    edit_a_name(panel, stage)
    picture_of(panel)
    assert before < pictures.painted <= before + 12


def test_a_row_that_fills_is_painted_where_it_fills(qtbot: QtBot, stage: Stage) -> None:
    panel = open_panel(qtbot, stage)
    now, second = stage.snapshot.show_at, 1_000_000_000
    run = Running(1, "cue-14", ShowTime(now - 2 * second), ShowTime(now + 2 * second))
    stage.show_snapshot(mode="rehearse", rate=0.0, standby="cue-15", running=(run,), show_at=now)
    picture_of(panel)
    place, delegate = panel.model.place_of("cue-14"), panel.view.delegate
    delegate.newly_filled(place)
    stage.show_snapshot(show_at=ShowTime(now + second))
    kept = picture_of(panel)
    part = delegate.newly_filled(place)
    width = panel.view.viewport().width()
    assert part.top() == panel.view.rowViewportPosition(place)
    assert (part.left() + 3, part.width() - 6) == (width // 2, round(width * 0.75) - width // 2)
    assert delegate.newly_filled(place).width() == 6
    delegate.pictures.forget()
    assert picture_of(panel) == kept


@pytest.fixture
def long_show(stage: Stage) -> Stage:
    stage.document.open(make_long_show(400), Path("long.show"))
    return stage


def test_what_was_scrolled_away_is_forgotten(qtbot: QtBot, long_show: Stage) -> None:
    panel = open_panel(qtbot, long_show)
    kept = set()
    for place in range(0, 400, 15):
        panel.view.scrollTo(panel.model.index(place, 0), panel.view.ScrollHint.PositionAtTop)
        picture_of(panel)
        kept.add(len(panel.view.delegate.pictures))
    in_sight = panel.view.viewport().height() // panel.view.rowHeight(1)
    assert max(kept) < 4 * (in_sight + 20)
