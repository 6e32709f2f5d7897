"""Columns that not everybody wants are chosen, shown behind EXPECTED, and kept for this user."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from showcaller.core.show import Segment
from showcaller.core.times import Duration, ShowTime, parse_time_of_day
from showcaller.gui.rundown_columns import OPTIONAL, Column, ColumnChoice, widths_of
from showcaller.gui.rundown_panel import RundownPanel
from tests.gui.stage import EVENING, Stage

BEGAN = ShowTime(EVENING - 101 * 10**9)
"""19:32:00"""


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def panel(stage: Stage, settings: QSettings, qtbot: QtBot) -> RundownPanel:
    show = stage.document.show
    rows = tuple(
        msgspec.structs.replace(row, learned=Duration(380_000)) if row.id == "seg-a3" else row
        for row in show.rundown
    )
    out = parse_time_of_day("19:45:00")
    stage.document.open(msgspec.structs.replace(show, rundown=rows, hard_out=out), stage.document.path)
    made = RundownPanel(stage.document, stage.client, stage.selection, stage.themes, settings=settings)
    qtbot.addWidget(made)
    made.resize(1200, 600)
    made.show()
    return made


def text(panel: RundownPanel, row_id: str, column: Column) -> str:
    return panel.model.text(panel.model.place_of(row_id), column)


def visible(panel: RundownPanel) -> list[Column]:
    header = panel.view.horizontalHeader()
    columns = sorted(Column, key=header.visualIndex)
    return [column for column in columns if not panel.view.isColumnHidden(column)]


def test_none_is_shown_before_it_is_chosen_and_all_stand_behind_expected(panel: RundownPanel) -> None:
    assert visible(panel) == [column for column in Column if column not in OPTIONAL]
    for column in (Column.LEARNED, Column.END):
        panel.columns.toggle(column)
    shown = visible(panel)
    at = shown.index(Column.EXPECTED)
    assert shown[at : at + 4] == [Column.EXPECTED, Column.END, Column.LEARNED, Column.LATE]
    total = sum(panel.view.columnWidth(column) for column in shown)
    assert total == panel.view.viewport().width()


def test_the_choice_is_kept_for_this_user(panel: RundownPanel, settings: QSettings) -> None:
    panel.columns.toggle(Column.BACK)
    panel.columns.toggle(Column.GAP)
    panel.columns.toggle(Column.BACK)
    assert ColumnChoice(settings).shown == {Column.GAP}
    assert ColumnChoice(None).shown == frozenset()


def test_the_header_and_the_menu_of_a_row_offer_them(panel: RundownPanel, qtbot: QtBot) -> None:
    panel.view.horizontalHeader().customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.isChecked() for action in menu.actions()] == [False] * len(OPTIONAL)
    menu.actions()[0].trigger()
    menu.close()
    assert Column.END in visible(panel)
    row_menu = panel.make_menu()
    (columns,) = [one for one in row_menu.findChildren(QMenu) if one.title() == "Columns"]
    assert [action.isChecked() for action in columns.actions()] == [True, False, False, False, False]
    columns.actions()[0].trigger()
    assert Column.END not in visible(panel)


def test_they_say_end_back_gap_over_and_learned(panel: RundownPanel, stage: Stage) -> None:
    assert text(panel, "seg-a3", Column.END) == "19:42:30"
    assert text(panel, "seg-a3", Column.BACK) == "19:36:30"
    assert text(panel, "seg-a3", Column.LEARNED) == "6:20"
    assert text(panel, "seg-a2", Column.LEARNED) == ""
    assert text(panel, "seg-a2", Column.OVER) == ""
    stage.show_snapshot(
        mode="live",
        rate=0.0,
        standby="cue-16",
        segment="seg-a2",
        segment_started_at=BEGAN,
        started_at=BEGAN,
        added=(("seg-a2", Duration(90_000)),),
    )
    assert text(panel, "seg-a2", Column.END) == "~19:38:00"
    assert text(panel, "seg-a2", Column.OVER) == "+1:30"
    show = stage.document.show
    hard = tuple(
        msgspec.structs.replace(row, start=_hard()) if row.id == "seg-b1" else row for row in show.rundown
    )
    stage.document.open(msgspec.structs.replace(show, rundown=hard), stage.document.path)
    assert text(panel, "seg-b1", Column.GAP) == "\u22121:30"
    index = panel.model.index(panel.model.place_of("seg-b1"), Column.GAP)
    assert "Overlap 1:30" in panel.model.data(index, Qt.ItemDataRole.ToolTipRole)


def _hard() -> object:
    from showcaller.core.show import Hard

    return Hard(at=parse_time_of_day("19:42:30"))


def test_a_column_that_is_shown_is_painted(panel: RundownPanel, stage: Stage, qtbot: QtBot) -> None:
    segment = stage.document.show.row("seg-a3")
    assert isinstance(segment, Segment)
    before = panel.view.grab().toImage()
    panel.columns.toggle(Column.LEARNED)
    qtbot.waitUntil(lambda: panel.view.grab().toImage() != before)
    place = panel.model.place_of("seg-a3")
    assert panel.view.delegate.frame(place).further == ("", "", "", "", "6:20")


@pytest.mark.parametrize("room", [400, 890, 1200, 1900])
def test_columns_fill_the_room_and_no_more(room: int) -> None:
    for shown in (frozenset[Column](), frozenset(OPTIONAL)):
        widths = widths_of(room, round, shown)
        assert set(widths) == {column for column in Column if column not in OPTIONAL} | shown
        if room >= 890:
            assert sum(widths.values()) == room
