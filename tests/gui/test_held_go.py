"""Space that is held stands by, and GOes when it comes up; anything else takes the standby back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from showcaller.core import events as ev
from showcaller.core import messages
from tests.gui.test_go_key import CONTROL, Desk, desk

__all__ = ["desk"]

SPACE = Qt.Key.Key_Space
UP = QEvent.Type.KeyRelease
TAKEN_BACK = [ev.StandBy(at=0, spoken=False)]  # type: ignore[arg-type]


@pytest.fixture
def held(desk: Desk) -> Desk:
    """Space went down, and the engine says that the standby was spoken."""
    desk.stage.show_snapshot(step="standby", holds=True)
    desk.qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is desk.window)
    assert desk.event(SPACE)
    assert [one.step for one in desk.stage.taken(messages.SayNext)] == ["standby"]
    desk.stage.show_snapshot(step="go", stood_by=True)
    return desk


def wait_for_go(desk: Desk) -> messages.Go:
    found: list[messages.Go] = []
    desk.qtbot.waitUntil(lambda: bool(found.extend(desk.gos)) or bool(found))
    assert len(found) == 1
    return found[0]


def test_space_stands_by_when_it_goes_down_and_goes_when_it_comes_up(held: Desk) -> None:
    assert held.gos == []
    assert held.event(SPACE, UP)
    assert wait_for_go(held).standby == "cue-16"


def test_go_names_the_cue_that_was_stood_by(held: Desk) -> None:
    held.stage.show_snapshot(standby="cue-17", step="standby", stood_by=False)
    held.event(SPACE, UP)
    assert wait_for_go(held).standby == "cue-16"


def test_release_goes_though_control_came_up_first(desk: Desk) -> None:
    desk.stage.show_snapshot(step="standby", holds=True)
    desk.event(SPACE, modifiers=CONTROL)
    desk.event(SPACE, UP)
    assert wait_for_go(desk).standby == "cue-16"


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_A, Qt.Key.Key_Shift])
def test_any_other_key_takes_it_back_and_does_nothing_else(held: Desk, key: Qt.Key, qtbot: QtBot) -> None:
    assert held.event(key)
    held.event(key, UP)
    assert held.events == TAKEN_BACK
    assert held.asked == []
    held.event(SPACE, UP)
    assert not held.key.held.is_down
    assert not held.key.held._settled.isActive()
    assert held.gos == []


def test_losing_the_focus_takes_it_back(held: Desk) -> None:
    held.key.held.look_at_focus(elsewhere=True)
    assert held.events == TAKEN_BACK
    held.event(SPACE, UP)
    assert not held.key.held._settled.isActive()


def test_auto_repeat_of_the_held_key_neither_goes_nor_takes_back(held: Desk) -> None:
    held.event(SPACE, UP, repeat=True)
    held.event(SPACE, repeat=True)
    held.event(SPACE, UP, stamp=1)
    assert held.key.held._settled.isActive()
    held.event(SPACE, stamp=1)
    assert not held.key.held._settled.isActive()
    assert held.key.held.is_down
    assert held.events == []
    assert held.gos == []


def test_a_release_that_is_too_old_takes_it_back_and_is_said(held: Desk) -> None:
    now = 1_000_000
    held.key.age._now_ns = lambda: now * 1_000_000
    held.key.age._least = 0
    held.event(SPACE, UP, stamp=now - 900)
    assert held.events == TAKEN_BACK
    assert "0.9 s ago was not taken" in held.notices[0]


def test_a_standby_that_stays_spoken_goes_with_the_next_press(desk: Desk) -> None:
    desk.stage.show_snapshot(step="go", stood_by=True, holds=True)
    desk.event(SPACE)
    assert desk.stage.taken(messages.SayNext) == []
    desk.event(SPACE, UP)
    assert wait_for_go(desk).standby == "cue-16"
