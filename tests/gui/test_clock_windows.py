"""All clock windows go by one timer, are right whenever they are looked at, and are found again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.messages import MediaView
from showcaller.core.position import Running, Timer
from showcaller.core.show import TimerOrder
from showcaller.core.times import Duration, Instant, ShowTime
from showcaller.gui.clock_layouts import ClockEntry, ClockLayout, layouts_text, read_layouts
from showcaller.gui.clock_windows import BLINK_NS, ClockWindows
from showcaller.gui.house_clock import HouseClock
from showcaller.gui.timetable import Timetable
from tests.gui.stage import EVENING, Stage, make_show

SECOND = 1_000_000_000
ALL = ClockLayout(
    clocks=tuple(
        ClockEntry(name)  # type: ignore[arg-type]
        for name in ("segment-down", "cue-down", "hard-point", "hard-point-after", "on-air", "time-of-day")
    )
)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def make(stage: Stage, settings: QSettings) -> ClockWindows:
    timetable = Timetable(stage.document, stage.client)
    return ClockWindows(stage.document, stage.client, stage.themes, timetable, HouseClock(settings), settings)


@pytest.fixture
def clocks(stage: Stage, settings: QSettings, qtbot: QtBot) -> Iterator[ClockWindows]:
    settings.setValue("clock_windows", layouts_text([ALL]))
    made = make(stage, settings)
    yield made
    made.end()


def on_air(stage: Stage, **more: object) -> None:
    values: dict[str, object] = {
        "mode": "live",
        "show_at": EVENING,
        "started_at": ShowTime(EVENING - 221 * SECOND),
        "segment": "seg-a2",
        "segment_started_at": ShowTime(EVENING - 83 * SECOND),
        "running": (Running(1, "cue-14", ShowTime(EVENING - 10 * SECOND), ShowTime(EVENING + 92 * SECOND)),),
    }
    stage.show_snapshot(**(values | more))


def shown(clocks: ClockWindows, at: int = 0) -> dict[str, str]:
    return {face.label: face.figures for face in clocks.windows[at].sight.faces}


def test_every_clock_of_a_window_is_read(clocks: ClockWindows, stage: Stage) -> None:
    on_air(stage)
    clocks.toggle()
    assert shown(clocks) == {
        "SEGMENT A2 LEFT": "3:07",
        "CUE 14 LEFT · PLAN": "1:32",
        "HARD POINT B1": "8:49",
        "HARD OUT": "26:19",
        "ON AIR": "3:41",
        "LONDON": "19:33:41",
    }
    stage.show_snapshot(show_at=ShowTime(EVENING + 200 * SECOND))
    assert shown(clocks)["SEGMENT A2 LEFT"] == "+0:13"
    assert clocks.windows[0].sight.faces[0].level == "over"


def test_media_that_its_device_tells_of_is_marked_and_stands_while_paused(
    clocks: ClockWindows, stage: Stage
) -> None:
    running = Running(1, "cue-14", EVENING, ShowTime(EVENING + 92 * SECOND), media=("a14",))
    ends_at = ShowTime(EVENING + 41 * SECOND)
    on_air(stage, running=(running,), media=(MediaView(1, Duration(41_000), ends_at),))
    clocks.toggle()
    assert shown(clocks)["CUE 14 LEFT · VT"] == "0:41"
    on_air(stage, running=(running,), media=(MediaView(1, Duration(33_000), None),), rate=1.0)
    assert shown(clocks)["CUE 14 LEFT · VT"] == "0:33"


def test_to_air_before_the_first_go(clocks: ClockWindows, stage: Stage) -> None:
    clocks.toggle()
    stage.show_snapshot(mode="live", show_at=ShowTime(EVENING - 251 * SECOND))
    assert shown(clocks)["TO AIR"] == "0:30"


def test_one_timer_for_all_windows_and_none_when_nothing_moves(
    clocks: ClockWindows, stage: Stage, settings: QSettings
) -> None:
    settings.setValue("clock_windows", layouts_text([ALL, ALL]))
    two = make(stage, settings)
    on_air(stage, rate=0.0)
    two.toggle()
    assert len(two.windows) == 2
    assert not two.is_waiting
    on_air(stage, rate=1.0)
    assert two.is_waiting
    two.close_all()
    assert not two.is_waiting


def test_a_look_that_comes_late_is_right_all_the_same(
    clocks: ClockWindows, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic_ns()
    on_air(stage, rate=1.0, engine_at=Instant(began))
    clocks.toggle()
    monkeypatch.setattr(time, "monotonic_ns", lambda: began + 7_900_000_000)
    clocks.look()
    assert shown(clocks)["SEGMENT A2 LEFT"] == "3:00"
    assert shown(clocks)["LONDON"] == "19:33:48"


def test_digits_turn_by_themselves(clocks: ClockWindows, stage: Stage, qtbot: QtBot) -> None:
    on_air(stage, rate=20.0)
    clocks.toggle()
    qtbot.waitUntil(lambda: shown(clocks)["LONDON"] >= "19:33:44", timeout=5000)


def test_a_message_is_on_every_window_and_blinks(
    clocks: ClockWindows, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.toggle()
    clocks.open_another()
    assert clocks.dialog is not None
    clocks.dialog.reject()
    stage.show_snapshot(stage=ev.StageMessage(at=EVENING, text="Wrap up", blink=True))
    phases = set()
    for half in range(2):
        monkeypatch.setattr(time, "monotonic_ns", lambda half=half: half * BLINK_NS + 5)
        clocks.look()
        assert {window.sight.message for window in clocks.windows} == {"Wrap up"}
        phases.add(clocks.windows[0].sight.inverted)
        assert clocks.is_waiting
    assert phases == {True, False}
    stage.show_snapshot(stage=ev.StageMessage(at=EVENING, text="Wrap up", blackout=True))
    assert all(window.sight.blackout for window in clocks.windows)
    stage.show_snapshot(stage=None)
    assert {window.sight.message for window in clocks.windows} == {""}


def test_windows_and_their_clocks_are_found_again(
    clocks: ClockWindows, stage: Stage, settings: QSettings
) -> None:
    clocks.toggle()
    second = clocks.open_another()
    dialog = clocks.dialog
    assert dialog is not None
    dialog.add.setCurrentIndex(dialog.add.findData("over"))
    dialog.add.activated.emit(0)
    dialog.accept()
    second.setGeometry(40, 30, 640, 360)
    clocks.end()
    again = make(stage, settings)
    again.open_kept()
    assert [len(window.layout_.clocks) for window in again.windows] == [6, 4]
    assert again.windows[1].layout_.clocks[-1].name == "over"
    box = again.windows[1].geometry()
    assert (box.width(), box.height()) == (640, 360)
    again.close_all()
    assert not any(layout.shown for layout in read_layouts(settings.value("clock_windows")))
    later = make(stage, settings)
    later.open_kept()
    assert later.windows == []
    later.toggle()
    assert len(later.windows) == 2
    later.end()


def test_a_window_closed_alone_is_gone_and_the_last_one_is_known_again(
    clocks: ClockWindows, stage: Stage, settings: QSettings
) -> None:
    clocks.toggle()
    second = clocks.open_another()
    assert clocks.dialog is not None
    clocks.dialog.reject()
    second.close()
    assert len(read_layouts(settings.value("clock_windows"))) == 1
    clocks.windows[0].close()
    assert clocks.windows == []
    clocks.toggle()
    assert clocks.windows[0].layout_.clocks == ALL.clocks


def test_a_window_fills_a_monitor_and_comes_back(clocks: ClockWindows) -> None:
    clocks.toggle()
    window = clocks.windows[0]
    words = [action.text() for action in clocks.make_menu(window).actions()]
    assert f"Fill {QGuiApplication.screens()[0].name() or 'the monitor'}" in words
    clocks.fill(window, QGuiApplication.screens()[0])
    assert window.isFullScreen()
    clocks.fill(window, None)
    assert not window.isFullScreen()


def test_the_house_clock_moves_the_time_of_day_but_not_in_a_rehearsal(
    stage: Stage, settings: QSettings
) -> None:
    settings.setValue("clock_windows", layouts_text([ALL]))
    settings.setValue("house_clock", 2000)
    clocks = make(stage, settings)
    on_air(stage)
    clocks.toggle()
    assert shown(clocks)["LONDON · HOUSE CLOCK"] == "19:33:43"
    assert shown(clocks)["HARD POINT B1"] == "8:49"
    on_air(stage, mode="rehearse")
    assert shown(clocks)["LONDON · PRETENDED"] == "19:33:41"
    clocks.end()


def test_the_house_clock_is_kept_for_the_next_start(settings: QSettings) -> None:
    top = ShowTime(int(EVENING) - 41 * SECOND)
    assert HouseClock(settings).set_at(ShowTime(top + 3 * SECOND)) == Duration(-3000)
    assert HouseClock(settings).offset == Duration(-3000)
    HouseClock(settings).clear()
    assert HouseClock(settings).offset == 0
    settings.setValue("house_clock", "nonsense")
    assert HouseClock(settings).offset == 0


def test_a_zone_that_does_not_exist_is_said(settings: QSettings, qtbot: QtBot) -> None:
    stage = Stage(msgspec.structs.replace(make_show(), zone="Moon/Sea"))
    stage.welcome()
    clocks = make(stage, settings)
    clocks.toggle()
    assert "Moon/Sea" in clocks.windows[0].sight.message
    clocks.end()
    stage.close()


def test_escape_closes_a_clock_window(qtbot: QtBot, clocks: ClockWindows) -> None:
    clocks.toggle()
    qtbot.keyClick(clocks.windows[0], Qt.Key.Key_Escape)
    assert clocks.windows == []


def test_a_timer_stands_ready_with_its_length_until_a_cue_starts_it(
    stage: Stage, settings: QSettings, qtbot: QtBot
) -> None:
    show = stage.document.show
    order = TimerOrder(timer="BREAK", down_from=Duration(300_000))
    stage.document.edit("Timers", edits.edit(show, "cue-14", timers=(order,)))
    layout = ClockLayout(clocks=(ClockEntry("timer", of="BREAK"), ClockEntry("timer", of="GONE")))
    settings.setValue("clock_windows", layouts_text([layout]))
    clocks = make(stage, settings)
    on_air(stage)
    clocks.toggle()
    assert shown(clocks) == {"BREAK": "5:00", "GONE": "0:00"}
    on_air(stage, timers=(Timer("BREAK", Duration(300_000), ShowTime(EVENING - 310 * SECOND)),))
    assert shown(clocks)["BREAK"] == "+0:10"
    assert clocks.windows[0].sight.faces[0].level == "over"
    clocks.end()
