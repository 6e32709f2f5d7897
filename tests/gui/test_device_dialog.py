"""Adding, editing, trying and deleting a device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from showcaller.core import messages
from showcaller.core.messages import Done, Rejected, RetryDevice
from showcaller.core.show import Device
from showcaller.gui.device_dialog import DeviceDialog, uses_of
from showcaller.gui.form_widgets import LineBox
from showcaller.showfile.secrets import Secrets
from tests.gui.stage import Stage


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path / "secrets.json", {})


def open_dialog(qtbot: QtBot, stage: Stage, secrets: Secrets, device_id: str | None = None) -> DeviceDialog:
    dialog = DeviceDialog(*stage.parts, device_id=device_id, secrets=secrets)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def device(stage: Stage, device_id: str) -> Device:
    found = stage.document.show.device(device_id)
    assert found is not None
    return found


def box_of(dialog: DeviceDialog, name: str) -> LineBox:
    box = dialog.boxes[name]
    assert isinstance(box, LineBox)
    return box


def type_into(box: LineBox, text: str) -> None:
    box.line.setFocus()
    box.line.selectAll()
    QTest.keyClicks(box.line, text)


def choose_kind(dialog: DeviceDialog, name: str) -> None:
    place = dialog.kind._values.index(name)
    dialog.kind.drop.setCurrentIndex(place)
    dialog.kind.drop.activated.emit(place)


def test_kinds_are_listed_under_their_trade_and_headings_cannot_be_chosen(
    qtbot: QtBot, stage: Stage, secrets: Secrets
) -> None:
    drop = open_dialog(qtbot, stage, secrets).kind.drop
    titles = [drop.itemText(place) for place in range(drop.count())]
    assert titles == ["VIDEO", "OBS Studio", "OTHER", "Lighting desk (OSC)", "Audio console (MIDI)"]
    model: Any = drop.model()
    assert not model.item(0).isEnabled()


def test_a_device_is_added_as_one_step_with_defaults_left_out(
    qtbot: QtBot, stage: Stage, secrets: Secrets
) -> None:
    dialog = open_dialog(qtbot, stage, secrets)
    choose_kind(dialog, "osc")
    assert dialog.name.line.text() == "Lighting desk (OSC)"
    type_into(box_of(dialog, "host"), "10.0.0.9")
    dialog.save.click()
    added = stage.document.show.devices[-1]
    assert (added.name, added.kind, added.settings) == ("Lighting desk (OSC)", "osc", {"host": "10.0.0.9"})
    assert stage.document.history.undo_name == "Add device Lighting desk (OSC)"
    assert not dialog.isVisible()


def test_tab_goes_through_the_fields_as_they_stand_from_the_kind(
    qtbot: QtBot, stage: Stage, secrets: Secrets
) -> None:
    dialog = open_dialog(qtbot, stage, secrets)
    choose_kind(dialog, "osc")
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.focusWidget() is dialog.kind.drop
    order = [dialog.name, dialog.department, *dialog.boxes.values(), dialog.test, dialog.cancel, dialog.save]
    for part in order:
        QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Tab)
        focus = dialog.focusWidget()
        assert part is focus or part.isAncestorOf(focus)


def test_a_setting_that_is_missing_is_said_at_its_field(qtbot: QtBot, stage: Stage, secrets: Secrets) -> None:
    dialog = open_dialog(qtbot, stage, secrets)
    choose_kind(dialog, "osc")
    dialog.save.click()
    assert box_of(dialog, "host").sentence == "It is missing."
    assert dialog.isVisible()
    assert len(stage.document.show.devices) == 3


def test_a_setting_that_does_not_fit_is_not_saved(qtbot: QtBot, stage: Stage, secrets: Secrets) -> None:
    dialog = open_dialog(qtbot, stage, secrets, "obs")
    type_into(box_of(dialog, "port"), "99999")
    dialog.save.click()
    assert box_of(dialog, "port").sentence == "99999 is above 65535."
    assert device(stage, "obs").settings == {"host": "127.0.0.1"}


def test_a_password_goes_to_the_secrets_file_and_never_into_the_show(
    qtbot: QtBot, stage: Stage, secrets: Secrets
) -> None:
    dialog = open_dialog(qtbot, stage, secrets, "obs")
    type_into(box_of(dialog, "password"), "hunter2")
    assert box_of(dialog, "password").line.displayText() != "hunter2"
    stage.take_commands()
    dialog.save.click()
    obs = device(stage, "obs")
    assert "hunter2" not in repr(stage.document.show)
    assert secrets.read(stage.document.show.id, obs, "password") == "hunter2"
    [retry] = stage.taken(RetryDevice)
    assert retry.device == "obs"
    again = open_dialog(qtbot, stage, secrets, "obs")
    assert box_of(again, "password").line.text() == ""
    assert box_of(again, "password").line.placeholderText() == "kept on this machine"


def test_a_test_tries_these_settings_with_the_kept_password_and_says_what_it_found(
    qtbot: QtBot, stage: Stage, secrets: Secrets
) -> None:
    secrets.write(stage.document.show.id, {"obs": {"password": "hunter2"}})
    dialog = open_dialog(qtbot, stage, secrets, "obs")
    type_into(box_of(dialog, "port"), "4460")
    stage.take_commands()
    dialog.test.click()
    [sent] = stage.taken(messages.TestDevice)
    assert sent.device.settings == {"host": "127.0.0.1", "port": 4460}
    assert sent.secrets == {"password": "hunter2"}
    assert dialog.progress.isVisible()
    stage.report(Done(sent.id, "OBS 32.1 with 12 scenes."))
    assert dialog.outcome.text() == "✓ OBS 32.1 with 12 scenes."
    assert not dialog.progress.isVisible()
    assert device(stage, "obs").settings == {"host": "127.0.0.1"}


def test_a_test_that_fails_says_why(qtbot: QtBot, stage: Stage, secrets: Secrets) -> None:
    dialog = open_dialog(qtbot, stage, secrets, "obs")
    dialog.test.click()
    [sent] = stage.taken(messages.TestDevice)
    stage.report(Rejected(sent.id, "OBS refused the password."))
    assert dialog.outcome.text() == "! OBS refused the password."


def test_a_test_can_be_cancelled_and_its_late_answer_is_not_shown(
    qtbot: QtBot, stage: Stage, secrets: Secrets
) -> None:
    dialog = open_dialog(qtbot, stage, secrets, "obs")
    dialog.test.click()
    [sent] = stage.taken(messages.TestDevice)
    dialog.stop_test.click()
    stage.report(Done(sent.id, "late"))
    assert dialog.outcome.text() == "Test cancelled."
    assert dialog.test.isVisible()


def test_deleting_asks_once_with_what_it_costs(qtbot: QtBot, stage: Stage, secrets: Secrets) -> None:
    assert uses_of(stage.document.show, "eos") == (2, 2)
    dialog = open_dialog(qtbot, stage, secrets, "eos")
    dialog.delete.click()
    assert dialog.sentence.text() == "2 actions in 2 cues use it. They stay, and send nothing."
    assert stage.document.show.device("eos") is not None
    dialog.delete.click()
    assert stage.document.show.device("eos") is None
    cue = stage.document.show.cue("cue-16")
    assert cue is not None
    assert len(cue.actions) == 2
    stage.document.undo()
    assert stage.document.show.device("eos") is not None


def test_a_new_device_gets_a_name_that_is_free(qtbot: QtBot, stage: Stage, secrets: Secrets) -> None:
    dialog = open_dialog(qtbot, stage, secrets)
    choose_kind(dialog, "obs")
    assert dialog.name.line.text() == "OBS Studio 2"
    type_into(dialog.name, "Backup")
    choose_kind(dialog, "midi")
    assert dialog.device.name == "Backup"


def test_in_live_devices_are_locked(qtbot: QtBot, stage: Stage, secrets: Secrets) -> None:
    stage.document.mode = "live"
    dialog = open_dialog(qtbot, stage, secrets, "obs")
    assert not dialog.save.isEnabled()
    assert not dialog.delete.isEnabled()
    assert dialog.sentence.text().startswith("LIVE")


def test_escape_closes_it_and_changes_nothing(qtbot: QtBot, stage: Stage, secrets: Secrets) -> None:
    dialog = open_dialog(qtbot, stage, secrets, "obs")
    type_into(dialog.name, "Other")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert device(stage, "obs").name == "OBS Studio"
