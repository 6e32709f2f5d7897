"""A real OBS that is killed, frozen, locked, rearranged under the driver's feet."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from showcaller.core.reports import Health, Inventory, MediaEnded
from showcaller.devices.driver import Order, UnsendableError
from showcaller.devices.obs.actions import Media, Output, ProgramScene, StudioMode, Take
from tests.real.obs_peer import PASSWORD, Desk, ObsPeer, Witness, build_show, wait_until


@pytest.fixture
def obs(tmp_path: Path) -> Iterator[ObsPeer]:
    peer = ObsPeer(tmp_path)
    try:
        yield peer
    finally:
        peer.close()


@pytest.fixture
def witness(obs: ObsPeer) -> Iterator[Witness]:
    opened = obs.start()
    try:
        build_show(obs, opened)
        yield opened
    finally:
        opened.close()


def cut_to(scene: str) -> Order:
    return Order("program-scene", ProgramScene(scene, "Cut"))


def program(witness: Witness) -> str:
    return str(witness.ask("GetCurrentProgramScene")["currentProgramSceneName"])


def test_killed_in_mid_show_and_started_again(obs: ObsPeer, witness: Witness) -> None:
    with Desk(obs.settings) as desk:
        desk.go_until("confirmed", cut_to("VT"))
        desk.go_until("confirmed", Order("media-restart", Media("Film")))
        prepared = desk.prepare(cut_to("Camera 2"))
        obs.kill()
        assert "was lost" in desk.host.wait_for_health("lost").sentence
        assert MediaEnded("media/Film") in desk.host.reports(MediaEnded)
        assert desk.failure_of(desk.send(prepared)) == "OBS is not connected."
        desk.make_driver()
        desk.host.wait_for_health("lost")
        second = obs.start()
        try:
            desk.make_driver()
            desk.host.wait_for_health("ready")
            desk.host.wait_for_outcome(desk.send(prepared), "confirmed")
            assert program(second) == "Camera 2"
        finally:
            second.close()


def test_frozen_it_is_lost_by_the_heartbeat_and_what_was_not_sent_never_comes(
    obs: ObsPeer, witness: Witness
) -> None:
    with Desk(obs.settings) as desk:
        desk.go_until("confirmed", cut_to("Camera 2"))
        written, waiting = desk.prepare(cut_to("VT")), desk.prepare(cut_to("Camera 1"))
        obs.freeze()
        try:
            first, second = desk.send(written), desk.send(waiting)
            assert "hangs" in desk.host.wait_for_health("lost").sentence
            assert desk.failure_of(first).startswith("Perhaps sent: ")
            assert desk.failure_of(second).startswith("Not sent: ")
            desk.call(desk.driver.close)
            desk.wait_until_closed()
        finally:
            obs.thaw()
        desk.make_driver()
        desk.host.wait_for_health("ready")
        # The reset takes back what lies unread in OBS's socket, but when it wakes OBS may be faster with the
        # one message set of which it was said that it was perhaps sent.
        assert program(witness) in {"Camera 2", "VT"}
        desk.host.wait_for_outcome(desk.send(waiting), "confirmed")


def test_a_wrong_password_is_refused_and_no_password_is_ever_told(
    obs: ObsPeer, witness: Witness, caplog: pytest.LogCaptureFixture
) -> None:
    told = ""
    with caplog.at_level(logging.DEBUG):
        for password in ("Wrong-Door-9", ""):
            with Desk({**obs.settings, "password": password}, until="refused") as desk:
                assert "password" in desk.host.reports(Health)[-1].sentence.lower()
                told += repr(desk.host.all_reports())
        with Desk(obs.settings) as desk:
            desk.go_until("confirmed", cut_to("Camera 2"))
            told += repr(desk.host.all_reports()) + repr(desk.driver.__dict__["_settings"])
    told += caplog.text
    assert "refused" in told
    assert "Wrong-Door-9" not in told
    assert PASSWORD not in told


def test_a_deleted_scene_is_said_at_standby_and_at_go_and_the_next_go_works(
    obs: ObsPeer, witness: Witness
) -> None:
    with Desk(obs.settings) as desk:
        prepared = desk.prepare(cut_to("VT"))
        witness.ask("RemoveScene", sceneName="VT")
        desk.host.wait_for(lambda: "VT" not in desk.host.reports(Inventory)[-1].names["scenes"])
        with pytest.raises(UnsendableError, match="OBS has no scene “VT”"):
            desk.prepare(cut_to("VT"))
        assert "VT" in desk.failure_of(desk.send(prepared))
        desk.go_until("confirmed", cut_to("Camera 2"))
        witness.ask("CreateScene", sceneName="VT")
        desk.host.wait_for(lambda: "VT" in desk.host.reports(Inventory)[-1].names["scenes"])
        desk.go_until("confirmed", cut_to("VT"))


def test_studio_mode_switched_off_by_hand_is_said_and_the_next_go_works(
    obs: ObsPeer, witness: Witness
) -> None:
    with Desk(obs.settings) as desk:
        desk.go_until("confirmed", Order("studio-mode", StudioMode(on=True)))
        take = desk.prepare(Order("take", Take("Cut")))
        witness.ask("SetStudioModeEnabled", studioModeEnabled=False)
        desk.host.wait_for(lambda: desk.host.status()["studio_mode"] is False)
        with pytest.raises(UnsendableError, match="Studio mode is off"):
            desk.prepare(Order("take", Take("Cut")))
        assert desk.failure_of(desk.send(take), 0) == "Studio mode is off in OBS."
        desk.go_until("confirmed", cut_to("Camera 2"))


def test_another_scene_collection_freezes_sends_and_is_read_before_the_next_go(
    obs: ObsPeer, witness: Witness
) -> None:
    with Desk(obs.settings) as desk:
        prepared = desk.prepare(cut_to("Camera 2"))
        desk.host.forget()
        witness.ask("CreateSceneCollection", sceneCollectionName="Second night")
        desk.host.wait_for_health("ready")
        assert [it.state for it in desk.host.reports(Health)] == ["opening", "ready"]
        assert [it.names["scenes"] for it in desk.host.reports(Inventory)] == [("Scene",)]
        assert "Camera 2" in desk.failure_of(desk.send(prepared))
        desk.go_until("confirmed", cut_to("Scene"))
        desk.host.forget()
        witness.ask("SetCurrentSceneCollection", sceneCollectionName="Untitled")
        desk.host.wait_for_health("ready")
        desk.host.wait_for_outcome(desk.send(prepared), "confirmed")


def test_what_is_done_by_hand_in_obs_is_reported(obs: ObsPeer, witness: Witness) -> None:
    with Desk(obs.settings) as desk:
        witness.ask("SetInputVolume", inputName="Tone", inputVolumeDb=-17.0)
        desk.host.wait_for(lambda: desk.host.reported("input/Tone/volume") == pytest.approx(-17, abs=0.01))
        witness.ask("SetCurrentProgramScene", sceneName="Camera 2")
        desk.host.wait_for(lambda: desk.host.reported("program scene") == "Camera 2")
        witness.ask("StartRecord")
        desk.host.wait_for(lambda: desk.host.status().get("record") == "started")
        desk.go_until("confirmed", Order("record-stop", Output()))
        wait_until(lambda: not witness.ask("GetRecordStatus")["outputActive"])
