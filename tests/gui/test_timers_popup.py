"""Timers by hand: each press is an event, and what it shows is read from the clock."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from showcaller.core import edits, messages
from showcaller.core import events as ev
from showcaller.core.position import Timer
from showcaller.core.show import TimerOrder
from showcaller.core.times import Duration, ShowTime
from showcaller.gui.clock_dialog import ClockDialog
from showcaller.gui.clock_layouts import ClockEntry
from showcaller.gui.clock_strip import ClockStrip
from showcaller.gui.timers_popup import TimersPopup
from tests.gui.stage import EVENING, Stage
from tests.gui.window_stage import WindowStage

SECOND = 1_000_000_000
BREAK = TimerOrder(timer="BREAK", down_from=Duration(300_000))


def ago(seconds: float) -> ShowTime:
    return ShowTime(EVENING - int(seconds * SECOND))


@pytest.fixture
def popup(stage: Stage, qtbot: QtBot) -> TimersPopup:
    show = stage.document.show
    orders = (BREAK, TimerOrder(timer="TALK"))
    stage.document.edit("Timers", edits.edit(show, "cue-14", timers=orders))
    stage.welcome()
    stage.show_snapshot(mode="rehearse")
    made = TimersPopup(stage.document, stage.client, stage.themes)
    qtbot.addWidget(made)
    made.show()
    stage.take_commands()
    return made


def asked(stage: Stage) -> list[ev.SetTimer]:
    events = [command.event for command in stage.taken(messages.Do)]
    return [event for event in events if isinstance(event, ev.SetTimer)]


def test_every_timer_of_the_show_stands_ready_with_what_it_would_count(popup: TimersPopup) -> None:
    assert [(row.name, row.figures.text(), row.press.text()) for row in popup.rows] == [
        ("BREAK", "5:00", "Start  1"),
        ("TALK", "0:00", "Start  2"),
    ]


def test_a_digit_starts_stops_and_lets_go_on(popup: TimersPopup, stage: Stage) -> None:
    QTest.keyClick(popup, Qt.Key.Key_1)
    event = asked(stage)[0]
    assert (event.timer, event.do, event.down_from, event.on) == ("BREAK", "start", Duration(300_000), True)
    stage.show_snapshot(timers=(Timer("BREAK", Duration(300_000), ago(10)),))
    assert popup.rows[0].figures.text() == "4:50"
    QTest.keyClick(popup, Qt.Key.Key_1)
    assert asked(stage)[0].do == "stop"
    stage.show_snapshot(timers=(Timer("BREAK", Duration(300_000), None, Duration(10_000)),))
    assert popup.rows[0].press.text() == "Go on  1"
    QTest.keyClick(popup, Qt.Key.Key_1)
    assert asked(stage)[0].do == "resume"
    popup.rows[0].reset.click()
    assert asked(stage)[0].do == "reset"


def test_the_last_press_is_taken_back_by_its_key(popup: TimersPopup, stage: Stage) -> None:
    QTest.keyClick(popup, Qt.Key.Key_Z)
    assert asked(stage) == []
    stage.show_snapshot(timer_before=("TALK", None))
    assert popup.take_back.text() == "Take back TALK  Z"
    QTest.keyClick(popup, Qt.Key.Key_Z)
    event = asked(stage)[0]
    assert (event.timer, event.on) == ("TALK", False)


def test_a_timer_of_ones_own_starts_with_a_name(popup: TimersPopup, stage: Stage) -> None:
    popup.length.line.setText("2:00")
    popup.make.click()
    assert popup.name.error.text() == "Give it a name."
    popup.name.line.setText(" PHONE ")
    popup.length.line.setText("soon")
    popup.make.click()
    assert asked(stage) == []
    assert popup.length.error.isVisible()
    popup.length.line.setText("2:00")
    popup.make.click()
    event = asked(stage)[0]
    assert (event.timer, event.do, event.down_from) == ("PHONE", "start", Duration(120_000))
    stage.show_snapshot(timers=(Timer("PHONE", Duration(120_000), ago(133)),))
    assert [row.name for row in popup.rows] == ["BREAK", "TALK", "PHONE"]
    assert popup.rows[2].figures.text() == "▲+0:13"


def test_in_edit_nothing_can_be_started(popup: TimersPopup, stage: Stage) -> None:
    stage.show_snapshot(mode="edit")
    assert popup.state.text() == "Timers run in REHEARSE and LIVE."
    QTest.keyClick(popup, Qt.Key.Key_1)
    assert asked(stage) == []
    assert not popup.rows[0].press.isEnabled()


def test_rows_follow_the_show(popup: TimersPopup, stage: Stage) -> None:
    show = stage.document.show
    stage.document.edit("Timers", edits.edit(show, "cue-14", timers=()))
    assert popup.rows == []
    assert popup.state.text() == "No cue of this show starts a timer yet. Start one here."


def test_the_strip_shows_what_runs_and_is_gone_with_it(stage: Stage, qtbot: QtBot) -> None:
    strip = ClockStrip(stage.client, stage.themes)
    qtbot.addWidget(strip)
    stage.welcome()
    assert strip.isHidden()
    down = Timer("BREAK", Duration(300_000), ago(290))
    stage.show_snapshot(mode="live", timers=(Timer("TALK", None, ago(5)), down, Timer("PHONE")))
    assert not strip.isHidden()
    assert strip.line.text == "BREAK ▲0:10   TALK 0:05"
    tones = [span.tone for span in strip.line.spans]
    assert tones == ["dim", "standby", "dim", "text"]
    stage.show_snapshot(timers=(msgspec.structs.replace(down, started_at=None),))
    assert strip.isHidden()


def test_the_list_of_clocks_offers_each_timer_by_name(stage: Stage, qtbot: QtBot) -> None:
    dialog = ClockDialog((ClockEntry("hard-out"),), stage.themes, None, ("BREAK", "a/b"))
    qtbot.addWidget(dialog)
    for name in ("Timer BREAK", "Timer a/b"):
        dialog.add.setCurrentIndex(dialog.add.findText(name))
        dialog.add.activated.emit(dialog.add.currentIndex())
    assert dialog.clocks[1:] == (ClockEntry("timer", of="BREAK"), ClockEntry("timer", of="a/b"))
    assert [dialog.list.item(at).text() for at in range(3)] == ["Hard out", "Timer BREAK", "Timer a/b"]


def test_by_keyboard_alone_space_stays_go_and_escape_closes_it_and_stops_nothing(
    window_stage: WindowStage,
) -> None:
    window = window_stage.window
    window_stage.set(mode="rehearse", standby="cue-14", timers=(Timer("BREAK", None, EVENING),))
    window_stage.qtbot.waitExposed(window)
    window.activateWindow()
    window_stage.wait(lambda: QApplication.activeWindow() is window)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_T, control | shift)
    window_stage.wait(lambda: isinstance(QApplication.activeWindow(), TimersPopup))
    popup = QApplication.activeWindow()
    assert isinstance(popup, TimersPopup)
    window_stage.taken(messages.Do)
    QTest.keyClick(popup.windowHandle(), Qt.Key.Key_1)
    assert [command.event.do for command in window_stage.taken(messages.Do)] == ["stop"]
    QTest.keyClick(popup.windowHandle(), Qt.Key.Key_Tab)
    QTest.keyClick(popup.windowHandle(), Qt.Key.Key_Space)
    assert [go.standby for go in window_stage.taken(messages.Go)] == ["cue-14"]
    QTest.keyClick(popup.windowHandle(), Qt.Key.Key_Escape)
    window_stage.wait(lambda: not popup.isVisible())
    window.activateWindow()
    window_stage.wait(lambda: QApplication.activeWindow() is window)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert not any(isinstance(command.event, ev.StopAll) for command in window_stage.taken(messages.Do))
