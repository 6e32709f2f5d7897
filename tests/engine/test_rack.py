"""A fault in one driver stays with its device: no cue, no stop and no opening of another suffers from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ExpectedWarnings
from tests.engine.lamps import LampDriver
from tests.engine.rig import Rig, cue, play, scene, show_of


def _break(monkeypatch: pytest.MonkeyPatch, rig: Rig, what: str) -> None:
    """Give the driver of the device “lamp” a fault in one of its methods."""
    sound = getattr(LampDriver, what)

    def faulty(driver: LampDriver, *values: Any) -> Any:
        if driver.lamp is rig.lamp:
            raise KeyError("a fault in this driver")
        return sound(driver, *values)

    monkeypatch.setattr(LampDriver, what, faulty)


def test_a_fault_while_encoding_fails_its_own_actions_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.expect("Lamp")
    rows = (cue("1", scene("x", "other")), cue("2", scene("a"), scene("b", "other")))
    with Rig(show_of(*rows, devices=("lamp", "other")), tmp_path) as rig:
        _break(monkeypatch, rig, "prepare")
        rig.go()
        assert "fault" in rig.conductor.dispatcher.preparer.unsendable["scene a on lamp"]
        rig.go()
        assert rig.outcome("scene a on lamp").result == "failed"
        assert rig.house.lamp("other").scenes == ["x", "b"]
        assert rig.faults == []


def test_a_fault_while_stopping_media_keeps_no_other_device_from_stop_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.expect("Lamp")
    rows = (cue("1", play("vt"), play("music", "other")),)
    with Rig(show_of(*rows, devices=("lamp", "other")), tmp_path) as rig:
        _break(monkeypatch, rig, "stop_media")
        rig.go()
        rig.conductor.close("the test ends the run")
        rig.scheduler.settle()
        assert rig.house.lamp("other").stopped == ["media music"]
        assert rig.faults == []


@pytest.mark.parametrize("what", ["open", "close"])
def test_a_fault_while_opening_or_closing_leaves_the_other_devices_open(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.expect("Lamp")
    rows = (cue("1", scene("b", "other")),)
    with Rig(show_of(*rows, devices=("lamp", "other")), tmp_path, "edit") as rig:
        _break(monkeypatch, rig, what)
        rig.rack.reopen("lamp")
        rig.rack.reopen("other")
        assert rig.conductor.set_mode("live") is None
        rig.scheduler.settle()
        rig.go()
        assert rig.house.lamp("other").scenes == ["b"]
        assert rig.slot.is_ready == (what == "close")
        assert rig.faults == []


def test_why_an_action_cannot_go_names_its_device(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("nowhere"))), tmp_path) as rig:
        assert rig.conductor.dispatcher.preparer.unsendable["scene nowhere on lamp"].startswith("Lamp: ")
        rig.lamp.unplug()
        rig.scheduler.settle()
        rig.go()
        assert rig.outcome("scene nowhere on lamp").sentence == "Lamp: The lamp was unplugged."


def test_live_is_not_entered_with_a_simulated_device_and_the_run_goes_on(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path, "rehearse") as rig:
        assert "close the route" in str(rig.conductor.set_mode("live", routes={"lamp": "simulated"}))
        assert rig.conductor.playback.mode == "rehearse"
        assert rig.conductor.set_mode("live", routes={"lamp": "closed"}) is None
        assert rig.slot.route == "closed"
