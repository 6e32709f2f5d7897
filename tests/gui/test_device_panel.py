"""The device list: how each is, where its messages go, and what a simulated one decoded."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from showcaller.core import edits, messages
from showcaller.core.messages import DeviceView
from showcaller.core.show import Device
from showcaller.gui.device_panel import DevicePanel
from tests.gui.stage import EVENING, Stage


def view(device: str, **values: Any) -> DeviceView:
    chosen: dict[str, Any] = {"route": "real", "health": "ready", "sentence": "", "since": EVENING}
    return DeviceView(id=device, **(chosen | values))


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> DevicePanel:
    made = DevicePanel(*stage.parts)
    qtbot.addWidget(made)
    made.resize(360, 320)
    made.show()
    return made


def see(stage: Stage, *views: DeviceView, **values: Any) -> None:
    stage.show_snapshot(devices=views, **values)
    QApplication.processEvents()


def test_each_device_has_a_row_in_the_shows_order(stage: Stage, panel: DevicePanel) -> None:
    assert list(panel.rows) == ["obs", "eos", "x32"]
    stage.document.edit("Move", edits.move(stage.document.show, ["x32"], None))
    QApplication.processEvents()
    assert list(panel.rows) == ["x32", "obs", "eos"]
    assert panel.rows["x32"].y() < panel.rows["obs"].y() < panel.rows["eos"].y()


def test_edit_of_a_device_is_seen(stage: Stage, panel: DevicePanel) -> None:
    stage.document.edit("Rename", edits.edit(stage.document.show, "eos", name="Eos Ti"))
    assert panel.rows["eos"].name.text == "Eos Ti"
    added = Device(id="new", name="Backup", kind="obs")
    stage.document.edit("Add", edits.insert([added], "x32"))
    assert panel.rows["new"].name.text == "Backup"
    stage.document.edit("Remove", edits.remove(stage.document.show, ["obs"]))
    assert list(panel.rows) == ["eos", "x32", "new"]


def test_healthy_device_says_what_is_on_and_how_fast_it_answers(stage: Stage, panel: DevicePanel) -> None:
    see(stage, view("obs", latency=7.2, status={"program": "VT full"}), view("x32"), view("eos", latency=0.3))
    assert panel.rows["obs"].sentence.text == "program “VT full” · 7 ms"
    assert panel.rows["obs"].mark.well
    assert panel.rows["x32"].sentence.text == "cannot confirm"
    assert panel.rows["eos"].sentence.text == "cannot confirm · <1 ms"


def test_status_of_a_desk_is_said_in_its_own_words(stage: Stage, panel: DevicePanel) -> None:
    see(stage, view("eos", status={"active cue": "12"}))
    assert panel.rows["eos"].sentence.text == "active cue 12"


def test_sick_device_is_a_square_with_words_and_a_retry(
    stage: Stage, panel: DevicePanel, qtbot: QtBot
) -> None:
    see(stage, view("eos", health="lost", sentence="10.0.0.5 does not answer."), view("obs"))
    row = panel.rows["eos"]
    assert not row.mark.well
    assert (row.sentence.text, row.since.text) == ("10.0.0.5 does not answer", "since 19:33:41")
    assert row.since.isVisible()
    assert row.retry.isVisible()
    assert not panel.rows["obs"].retry.isVisible()
    stage.take_commands()
    qtbot.mouseClick(row.retry, Qt.MouseButton.LeftButton)
    assert [one.device for one in stage.taken(messages.RetryDevice)] == ["eos"]


def corner(panel: DevicePanel, device: str) -> QColor:
    mark = panel.rows[device].mark
    image = mark.grab().toImage()
    box = mark.contentsRect()
    return QColor(image.pixel(box.left() + 1, box.top() + 1))


def test_shape_tells_sick_from_well_without_colour(stage: Stage, panel: DevicePanel) -> None:
    see(stage, view("eos", health="lost"), view("obs"))
    live = stage.themes.theme.live
    assert corner(panel, "eos").rgb() == live.rgb()
    assert corner(panel, "obs").rgb() != stage.themes.theme.go.rgb()


def test_route_is_asked_for_and_shown_when_it_is_so(stage: Stage, panel: DevicePanel) -> None:
    see(stage, view("obs", route="closed", health="closed"), mode="rehearse")
    stage.take_commands()
    row = panel.rows["obs"]
    menu = row.routes()
    assert [action.text() for action in menu.actions()] == ["real", "simulated", "closed"]
    assert [action.isChecked() for action in menu.actions()] == [False, False, True]
    menu.actions()[0].trigger()
    (asked,) = stage.taken(messages.SetRoute)
    assert (asked.device, asked.route) == ("obs", "real")
    assert row.route.text() == "closed"
    see(stage, view("obs"))
    assert row.route.text() == "real"


@pytest.mark.parametrize(("mode", "barred"), [("edit", "real"), ("live", "simulated")])
def test_route_that_the_mode_bars_says_why(stage: Stage, panel: DevicePanel, mode: str, barred: str) -> None:
    see(stage, view("obs"), mode=mode)
    shut = [action.text() for action in panel.rows["obs"].routes().actions() if not action.isEnabled()]
    assert len(shut) == 1
    assert shut[0].startswith(f"{barred} (not in {mode.upper()}")


def test_simulated_device_shows_what_it_decoded(stage: Stage, panel: DevicePanel) -> None:
    rows = tuple((f"ch {number} fader", f"{number} dB") for number in range(9))
    see(stage, view("x32", route="simulated", simulated=rows), mode="rehearse")
    shown = [line.text.strip() for line in panel.rows["x32"].simulated if line.isVisible()]
    assert shown[0] == "ch 3 fader  3 dB"
    assert shown[-1] == "and 3 more"
    see(stage, view("x32", route="real", simulated=()))
    assert not any(line.isVisible() for line in panel.rows["x32"].simulated)


def test_without_an_engine_nothing_is_claimed(stage: Stage, panel: DevicePanel) -> None:
    see(stage, view("obs"))
    stage.client.detach()
    row = panel.rows["obs"]
    assert "engine" in row.sentence.text
    assert not row.mark.well
    assert not row.route.isEnabled()


def test_empty_list_says_what_to_do(stage: Stage, panel: DevicePanel, qtbot: QtBot) -> None:
    assert panel.empty.isHidden()
    stage.document.edit("Remove", edits.remove(stage.document.show, ["obs", "eos", "x32"]))
    assert not panel.empty.isHidden()
    with qtbot.waitSignal(panel.add_asked):
        qtbot.mouseClick(panel.add, Qt.MouseButton.LeftButton)


def test_double_click_asks_for_the_settings(stage: Stage, panel: DevicePanel, qtbot: QtBot) -> None:
    QApplication.processEvents()
    with qtbot.waitSignal(panel.edit_asked) as asked:
        qtbot.mouseDClick(panel.rows["eos"], Qt.MouseButton.LeftButton)
    assert asked.args == ["eos"]


@pytest.mark.parametrize(("height", "room"), [(320, "ample"), (200, "fair"), (120, "scarce")])
def test_every_device_is_seen_before_what_one_of_them_received(
    stage: Stage, panel: DevicePanel, height: int, room: str
) -> None:
    rows = tuple((f"ch {number} fader", f"{number} dB") for number in range(4))
    see(stage, view("obs"), view("eos"), view("x32", route="simulated", simulated=rows), mode="rehearse")
    panel.resize(360, height)
    QApplication.processEvents()
    assert {row.room for row in panel.rows.values()} == {room}
    last = panel.rows["x32"]
    assert last.mapTo(panel, last.rect().bottomLeft()).y() <= panel.height()
    assert [line.isVisible() for line in last.simulated[:4]] == [room == "ample"] * 4
    assert last.sentence.isVisible() == (room != "scarce")
    assert last.name.text.startswith("Console (X32 MIDI)")
    assert ("cannot confirm" in last.name.text) == (room == "scarce")


def test_why_a_device_is_not_well_is_read_where_there_is_room_for_that_alone(
    stage: Stage, panel: DevicePanel
) -> None:
    lost = "Asks for a password, and none is filled in."
    see(stage, view("obs"), view("eos", health="refused", sentence=lost), view("x32"))
    panel.resize(360, 128)
    QApplication.processEvents()
    assert {name: row.room for name, row in panel.rows.items()} == {
        "obs": "scarce",
        "eos": "fair",
        "x32": "scarce",
    }
    assert panel.rows["eos"].sentence.isVisible()
    assert panel.rows["eos"].sentence.text == lost.rstrip(".")
    last = panel.rows["x32"]
    assert last.mapTo(panel, last.rect().bottomLeft()).y() <= panel.height()


def test_what_a_device_received_can_be_asked_for_where_room_is_scarce(
    stage: Stage, panel: DevicePanel
) -> None:
    see(stage, view("x32", route="simulated", simulated=(("ch 1 fader", "0 dB"),)), mode="rehearse")
    panel.resize(360, 110)
    QApplication.processEvents()
    row = panel.rows["x32"]
    assert not row.simulated[0].isVisible()
    (show_it,) = [one for one in row.routes().actions() if one.text() == "Show what it received"]
    show_it.trigger()
    assert row.simulated[0].isVisible()


def test_sick_device_can_be_opened_again_from_its_menu_where_room_is_scarce(
    stage: Stage, panel: DevicePanel
) -> None:
    see(stage, view("eos", health="lost", sentence="No answer."), mode="rehearse")
    panel.resize(360, 90)
    QApplication.processEvents()
    row = panel.rows["eos"]
    assert not row.retry.isVisible()
    assert "No answer" in row.name.text
    stage.take_commands()
    (again,) = [one for one in row.routes().actions() if one.text() == "Open it again now"]
    again.trigger()
    assert [one.device for one in stage.taken(messages.RetryDevice)] == ["eos"]


def test_a_failure_of_a_simulated_device_can_be_rehearsed(stage: Stage, panel: DevicePanel) -> None:
    see(stage, view("obs", route="simulated", fault="silent"), view("eos"), mode="rehearse")
    row = panel.rows["obs"]
    (faults,) = [action.menu() for action in row.routes().actions() if action.text() == "Rehearse a failure"]
    assert [action.text() for action in faults.actions() if action.isChecked()] == ["does not answer"]
    stage.take_commands()
    next(action for action in faults.actions() if action.text() == "is gone").trigger()
    (sent,) = stage.taken(messages.Misbehave)
    assert (sent.device, sent.fault) == ("obs", "disconnect")
    assert "Rehearse a failure" not in [action.text() for action in panel.rows["eos"].routes().actions()]
