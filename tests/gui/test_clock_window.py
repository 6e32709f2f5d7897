"""The clocks for others say what is left, and the label never outgrows the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from showcaller.core.times import ShowTime
from showcaller.gui.clock_window import ClockWindow
from showcaller.gui.timetable import Timetable
from tests.gui.stage import EVENING, Stage


@pytest.fixture
def clocks(stage: Stage, qtbot: QtBot) -> Iterator[ClockWindow]:
    timetable = Timetable(stage.document, stage.client)
    made = ClockWindow(stage.document, stage.client, stage.themes, timetable)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def test_segment_left_next_point_and_time_of_day(clocks: ClockWindow, stage: Stage) -> None:
    stage.show_snapshot(
        mode="live",
        started_at=ShowTime(EVENING - 221_000_000_000),
        segment="seg-a2",
        segment_started_at=ShowTime(EVENING - 83_000_000_000),
    )
    clocks.look()
    assert clocks.lines == ("A2 Headlines", "3:07", "B1 8:49   19:33:41", False)
    stage.show_snapshot(show_at=ShowTime(EVENING + 200_000_000_000))
    clocks.look()
    assert clocks.lines[1] == "−0:13"
    assert clocks.lines[3]


def test_time_to_air_before_the_first_go(clocks: ClockWindow, stage: Stage) -> None:
    stage.show_snapshot(mode="live", show_at=ShowTime(EVENING - 251_000_000_000))
    clocks.look()
    assert clocks.lines[:2] == ("TO AIR", "0:30")


def test_closed_window_looks_no_more(clocks: ClockWindow) -> None:
    assert clocks._timer.isActive()
    clocks.close()
    assert not clocks._timer.isActive()
