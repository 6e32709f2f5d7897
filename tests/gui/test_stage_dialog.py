"""The stage is told by events, and the dialog shows what stands there whoever said it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from showcaller.core import events as ev
from showcaller.core import messages
from showcaller.gui.clock_dialog import ClockDialog
from showcaller.gui.clock_layouts import ClockEntry
from showcaller.gui.stage_dialog import StageDialog
from tests.gui.stage import EVENING, Stage


@pytest.fixture
def dialog(stage: Stage, qtbot: QtBot) -> StageDialog:
    made = StageDialog(stage.client, stage.themes)
    qtbot.addWidget(made)
    made.show()
    return made


def told(stage: Stage) -> list[ev.StageMessage]:
    events = [command.event for command in stage.taken(messages.Do)]
    return [event for event in events if isinstance(event, ev.StageMessage)]


def test_words_blink_blackout_and_clear_are_events(dialog: StageDialog, stage: Stage, qtbot: QtBot) -> None:
    dialog.text.setText("  Wrap   up ")
    dialog.blink.setChecked(True)
    dialog.show_.click()
    message = told(stage)[0]
    assert (message.text, message.blink, message.blackout) == ("Wrap up", True, False)
    stage.show_snapshot(stage=ev.StageMessage(at=EVENING, text="Wrap up", blink=True))
    assert dialog.state.text() == "The stage reads: Wrap up"
    dialog.blackout.click()
    black = told(stage)[0]
    assert (black.text, black.blink, black.blackout) == ("Wrap up", True, True)
    stage.show_snapshot(stage=black)
    assert dialog.blackout.isChecked()
    assert dialog.state.text() == "The stage sees black."
    dialog.clear.click()
    cleared = told(stage)[0]
    assert (cleared.text, cleared.blackout) == ("", False)
    stage.show_snapshot(stage=None)
    assert dialog.state.text() == "The stage sees clocks alone."
    assert not dialog.blackout.isChecked()


def test_nothing_written_tells_nothing(dialog: StageDialog, stage: Stage) -> None:
    dialog.text.setText("   ")
    dialog.show_.click()
    assert told(stage) == []


def test_clocks_are_added_ordered_sized_and_removed(stage: Stage, qtbot: QtBot) -> None:
    dialog = ClockDialog((ClockEntry("hard-out"), ClockEntry("on-air")), stage.themes)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.list.setCurrentRow(1)
    dialog.up.click()
    dialog.size_.setCurrentIndex(dialog.size_.findData(4))
    dialog.size_.activated.emit(3)
    dialog.frames.setCurrentIndex(dialog.frames.findData("29.97"))
    dialog.frames.activated.emit(2)
    dialog.warn.line.setText("2:00")
    dialog.warn.line.editingFinished.emit()
    assert dialog.clocks[0] == ClockEntry("on-air", 4, "29.97", 120_000)  # type: ignore[arg-type]
    dialog.danger.line.setText("soon")
    dialog.accept()
    assert dialog.isVisible()
    assert "no duration" in dialog.danger.error.text()
    dialog.danger.line.setText("10")
    dialog.danger.line.editingFinished.emit()
    dialog.accept()
    assert not dialog.isVisible()
    dialog.remove.click()
    assert [entry.name for entry in dialog.clocks] == ["hard-out"]


def test_a_window_without_clocks_cannot_be_chosen(stage: Stage, qtbot: QtBot) -> None:
    dialog = ClockDialog((ClockEntry("hard-out"),), stage.themes)
    qtbot.addWidget(dialog)
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    assert ok.isEnabled()
    dialog.remove.click()
    assert not ok.isEnabled()
    assert not dialog.form.isEnabled()
