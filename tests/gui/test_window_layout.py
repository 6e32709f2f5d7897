"""How the window is laid out: panels and their keys, zoom and colours, the clocks for others."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from showcaller.core import events as ev
from showcaller.core import messages
from showcaller.gui.shortcuts import PANELS
from showcaller.gui.stage_dialog import StageDialog
from tests.gui.stage import EVENING
from tests.gui.test_main_window import running, tap
from tests.gui.window_stage import WindowStage

CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def test_layout_of_a_run_and_of_editing_are_kept_apart(window_stage: WindowStage) -> None:
    docks = window_stage.window.docks
    assert docks.docks["inspector"].isVisible()
    window_stage.wait(lambda: docks._placed)
    window_stage.set(mode="rehearse", standby="cue-10")
    window_stage.wait(lambda: not docks.docks["inspector"].isVisible())
    docks.docks["meters"].hide()
    window_stage.set(mode="edit")
    window_stage.wait(docks.docks["meters"].isVisible)
    assert docks.docks["inspector"].isVisible()
    window_stage.set(mode="rehearse")
    window_stage.wait(lambda: not docks.docks["meters"].isVisible())
    docks.reset()
    assert docks.docks["meters"].isVisible()


def test_panels_follow_the_window_until_the_operator_gives_them_sizes(window_stage: WindowStage) -> None:
    window, docks = window_stage.window, window_stage.window.docks
    window_stage.wait(lambda: docks._placed)
    window_stage.set(mode="rehearse", standby="cue-10")
    window_stage.wait(lambda: not docks.docks["inspector"].isVisible())
    calling = docks.docks["calling"]
    window.resize(1900, 1040)
    window_stage.wait(lambda: abs(calling.width() - 560) < 20)
    window.resize(1360, 760)
    window_stage.wait(lambda: calling.width() <= 1360 * 0.34)
    line = QPointF(calling.x() - 3.0, calling.y() + 80.0)
    assert docks.isSeparator(line.toPoint())
    for kind, by in (
        (QEvent.Type.MouseButtonPress, 0),
        (QEvent.Type.MouseMove, -60),
        (QEvent.Type.MouseButtonRelease, -60),
    ):
        at = line + QPointF(by, 0)
        button = Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(docks, QMouseEvent(kind, at, docks.mapToGlobal(at), button, button, none))
    wide = calling.width()
    window.resize(1360, 740)
    window_stage.wait(lambda: docks.height() < 740)
    assert abs(calling.width() - wide) < 5
    assert docks._sized


def test_every_panel_has_a_key_that_shows_and_hides_it(window_stage: WindowStage) -> None:
    docks = window_stage.window.docks
    window_stage.wait(lambda: docks._placed)
    for place, (name, _, _) in enumerate(PANELS):
        dock = docks.docks[name]
        hidden = dock.isHidden()
        for _ in range(2):
            QTest.keyClick(
                window_stage.window, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.ControlModifier
            )
            assert dock.isHidden() != hidden, name
            hidden = dock.isHidden()


def test_key_of_a_panel_behind_another_brings_it_to_the_front(window_stage: WindowStage) -> None:
    docks = window_stage.window.docks
    window_stage.wait(lambda: docks._placed)

    def in_front(name: str) -> bool:
        return not docks.docks[name].visibleRegion().isEmpty()

    QTest.keyClick(window_stage.window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    window_stage.wait(lambda: in_front("asrun") and not in_front("timeline"))
    QTest.keyClick(window_stage.window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    window_stage.wait(lambda: in_front("timeline") and not in_front("asrun"))
    assert not docks.docks["asrun"].isHidden()


def test_keyboard_goes_from_panel_to_panel_and_back(window_stage: WindowStage) -> None:
    window = window_stage.window
    window_stage.parts.selection.select(["cue-14"], "cue-14")
    window_stage.wait(lambda: window.docks._placed)
    view = window.panels.rundown.view
    view.setFocus()

    def panel_with_keyboard() -> str:
        focus = QApplication.focusWidget()
        docks = window.docks.docks.items()
        return next((name for name, dock in docks if focus and dock.isAncestorOf(focus)), "")

    seen = []
    for _ in range(6):
        QTest.keyClick(
            QApplication.focusWidget() or view, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier
        )
        seen.append(panel_with_keyboard())
        if QApplication.focusWidget() is view:
            break
    assert seen[0] == "inspector"
    assert "devices" in seen
    assert QApplication.focusWidget() is view
    back = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(view, Qt.Key.Key_Backtab, back)
    assert QApplication.focusWidget() is not view
    QTest.keyClick(QApplication.focusWidget() or view, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is view


def test_enter_presses_the_button_that_tab_reached_for_space_is_go(window_stage: WindowStage) -> None:
    inspector = window_stage.window.panels.inspector
    window_stage.parts.selection.select(["cue-14"], "cue-14")

    def found() -> list[QAbstractButton]:
        return [one for one in inspector.findChildren(QAbstractButton) if one.text() == "Add call"]

    window_stage.wait(lambda: any(one.isVisible() for one in found()))
    button = next(one for one in found() if one.isVisible())
    button.setFocus()
    before = window_stage.parts.document.show.cue("cue-14")
    QTest.keyClick(button, Qt.Key.Key_Return)
    after = window_stage.parts.document.show.cue("cue-14")
    assert before is not None
    assert after is not None
    assert len(after.calls) == len(before.calls) + 1


def test_nothing_is_wider_than_a_small_laptop(window_stage: WindowStage) -> None:
    for mode in ("edit", "rehearse", "live"):
        window_stage.set(mode=mode, standby="cue-16")
        assert window_stage.window.minimumSizeHint().width() <= 1366
        assert window_stage.window.minimumSizeHint().height() <= 740
        bar = window_stage.window.mode_bar
        for cell in (bar.segment, bar.point, bar.over, bar.now):
            assert cell.isVisible()
            assert cell.geometry().right() <= bar.width()


def test_zoom_and_colours_change_everything_and_are_kept(window_stage: WindowStage) -> None:
    tap(window_stage, Qt.Key.Key_Equal, CONTROL)
    themes = window_stage.parts.themes
    assert themes.theme.zoom == pytest.approx(1.1)
    themes.choose("night")
    assert window_stage.settings.value("theme") == "night"
    assert themes.theme.tokens.background.lower() in QApplication.instance().styleSheet().lower()
    tap(window_stage, Qt.Key.Key_0, CONTROL)
    assert themes.theme.zoom == 1.0
    themes.choose("dark")


def test_clock_windows_open_by_their_key_and_escape_there_does_not_count_for_stop_all(
    window_stage: WindowStage,
) -> None:
    window = window_stage.window
    running(window_stage)
    tap(window_stage, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    clocks = window.clocks.windows[0]
    window_stage.qtbot.waitExposed(clocks)
    assert clocks.sight.faces
    clocks.activateWindow()
    window_stage.wait(lambda: QApplication.activeWindow() is clocks)
    QTest.keyClick(clocks.windowHandle(), Qt.Key.Key_Escape)
    window_stage.wait(lambda: not window.clocks.windows)
    window.activateWindow()
    window_stage.wait(lambda: QApplication.activeWindow() is window)
    window_stage.taken(messages.Do)
    tap(window_stage, Qt.Key.Key_Escape)
    assert not any(isinstance(command.event, ev.StopAll) for command in window_stage.taken(messages.Do))


def test_the_stage_is_told_from_a_key_and_every_clock_window_shows_it(window_stage: WindowStage) -> None:
    window = window_stage.window
    running(window_stage)
    tap(window_stage, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    tap(window_stage, Qt.Key.Key_M, CONTROL)
    dialog = window.findChildren(StageDialog)[0]
    QTest.keyClicks(dialog.text, "Wrap up")
    QTest.keyClick(dialog.text, Qt.Key.Key_Return)
    window_stage.wait(
        lambda: any(isinstance(one, messages.Do) for one in window_stage.engine.take_commands())
    )
    window_stage.set(stage=ev.StageMessage(at=EVENING, text="Wrap up"))
    assert window.clocks.windows[0].sight.message == "Wrap up"
    dialog.reject()


def test_the_house_clock_is_set_by_a_key_and_said(window_stage: WindowStage) -> None:
    window_stage.window.activateWindow()
    tap(window_stage, Qt.Key.Key_M, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    window_stage.wait(lambda: window_stage.notices)
    assert "House clock:" in window_stage.notices[-1][1]
    assert abs(window_stage.parts.house.offset) <= 30_000
