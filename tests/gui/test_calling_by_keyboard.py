"""A show is called with Space alone, engine and window whole, however it has chosen to be called."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from showcaller.core.messages import Snapshot
from showcaller.core.show import Calling
from showcaller.gui.go_key import REPEAT_MS
from tests.gui.test_recovery import Evening, plain_show

Begin = Callable[[Calling], Evening]
SPACE = Qt.Key.Key_Space


@pytest.fixture
def begin(qtbot: QtBot, tmp_path: Path) -> Iterator[Begin]:
    evenings: list[Evening] = []

    def _begin(calling: Calling) -> Evening:
        made = Evening(qtbot, tmp_path)
        evenings.append(made)
        show = msgspec.structs.replace(plain_show(), calling=calling)
        with qtbot.waitSignal(made.parts.handover.loaded, timeout=15_000):
            made.parts.filing.make(show, tmp_path / "Evening.show")
        made.window.modes.enter("rehearse")
        made.wait(lambda: (seen(made).mode, seen(made).standby) == ("rehearse", "cue-10"))
        made.window.activateWindow()
        made.wait(lambda: QGuiApplication.focusWindow() is made.window.windowHandle())
        return made

    yield _begin
    for one in evenings:
        one.end()


def seen(evening: Evening) -> Snapshot:
    return evening.parts.client.snapshot


def press(evening: Evening) -> None:
    """Press Space, and wait for what the engine makes of it."""
    before = seen(evening)
    QTest.keyPress(evening.window.windowHandle(), SPACE)
    evening.wait(
        lambda: (
            (seen(evening).standby, seen(evening).step, seen(evening).stood_by)
            != (before.standby, before.step, before.stood_by)
        )
    )


def let_go(evening: Evening) -> None:
    QTest.keyRelease(evening.window.windowHandle(), SPACE)
    # A person's hand takes longer than this; what is faster is auto-repeat, by the event's own clock.
    _, released_at = evening.window.go_key._releases[SPACE]
    evening.wait(lambda: time.monotonic_ns() - released_at > 3 * REPEAT_MS * 1_000_000)


@pytest.mark.parametrize(
    ("calling", "steps"),
    [
        ("go", ["go"]),
        ("standby-go", ["standby", "go"]),
        ("warning-standby-go", ["warning", "standby", "go"]),
    ],
)
def test_each_press_of_space_says_one_step(begin: Begin, calling: Calling, steps: list[str]) -> None:
    evening = begin(calling)
    said = []
    for _ in range(3 * len(steps)):
        said.append(seen(evening).step)
        press(evening)
        let_go(evening)
    assert said == 3 * steps
    evening.wait(lambda: seen(evening).last_called == "cue-13")
    evening.wait(lambda: evening.called()[-1] == "13")
    assert set(evening.called()) == {"10", "11", "12", "13"}


def test_space_that_is_held_stands_by_and_goes_when_it_comes_up(begin: Begin) -> None:
    evening = begin("hold")
    press(evening)
    assert (seen(evening).standby, seen(evening).stood_by) == ("cue-10", True)
    assert evening.called() == []
    QTest.keyRelease(evening.window.windowHandle(), SPACE)
    evening.wait(lambda: evening.called()[:1] == ["10"])
    press(evening)
    QTest.keyClick(evening.window.windowHandle(), Qt.Key.Key_Escape)
    evening.wait(lambda: not seen(evening).stood_by)
    let_go(evening)
    assert not evening.window.go_key.held.is_down
    assert seen(evening).last_called == "cue-10"
