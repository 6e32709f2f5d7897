"""Every action, seen to happen in a real OBS by an independent client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from showcaller.core.reports import Inventory, Levels, MediaEnded, MediaPlaying
from showcaller.core.times import NS_PER_MS
from showcaller.devices.driver import Order
from showcaller.devices.obs.actions import (
    FilterEnabled,
    Hotkey,
    InputMute,
    InputVolume,
    Media,
    MediaSeek,
    Output,
    PreviewScene,
    ProgramScene,
    RawRequest,
    SourceVisibility,
    StudioMode,
    Take,
    Text,
)
from tests.real.obs_peer import Desk, ObsPeer, Witness, build_show, wait_until


@pytest.fixture(scope="module")
def obs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ObsPeer, Witness]]:
    peer = ObsPeer(tmp_path_factory.mktemp("obs"))
    try:
        witness = peer.start()
        try:
            build_show(peer, witness)
            yield peer, witness
        finally:
            witness.close()
    finally:
        peer.close()


@pytest.fixture
def witness(obs: tuple[ObsPeer, Witness]) -> Witness:
    return obs[1]


@pytest.fixture
def desk(obs: tuple[ObsPeer, Witness]) -> Iterator[Desk]:
    with Desk(obs[0].settings) as opened:
        if obs[1].ask("GetStudioModeEnabled")["studioModeEnabled"]:
            opened.go_until("confirmed", Order("studio-mode", StudioMode(on=False)))
        opened.go_until("confirmed", cut_to("Camera 1"))
        yield opened


def cut_to(scene: str) -> Order:
    return Order("program-scene", ProgramScene(scene, "Cut"))


def program(witness: Witness) -> Any:
    return witness.ask("GetCurrentProgramScene")["currentProgramSceneName"]


def test_the_inventory_is_what_obs_has(desk: Desk) -> None:
    names = desk.host.reports(Inventory)[-1].names
    assert {"Camera 1", "Camera 2", "VT"} <= set(names["scenes"])
    assert names["sources/Camera 1"] == ("Tone", "Strap")
    assert set(names["media"]) == {"Tone", "Film"}
    assert names["texts"] == ("Strap",)
    assert names["filters/Wall"] == ("Grade",)
    assert {"Cut", "Fade"} <= set(names["transitions"])
    assert "OBSBasic.StartRecording" in names["hotkeys"]
    assert len(names["hotkeys"]) == len(set(names["hotkeys"]))


def test_program_scene_with_its_transition_and_duration(desk: Desk, witness: Witness) -> None:
    message_set = desk.prepare(Order("program-scene", ProgramScene("Camera 2", "Fade", 400)))
    assert message_set.takes == 400
    before = desk.host.now()
    token = desk.send(message_set)
    desk.host.wait_for_outcome(token, "confirmed")
    assert (desk.host.now() - before) / NS_PER_MS >= 300
    assert program(witness) == "Camera 2"
    transition = witness.ask("GetCurrentSceneTransition")
    assert (transition["transitionName"], transition["transitionDuration"]) == ("Fade", 400)


def test_program_scene_in_studio_mode(desk: Desk, witness: Witness) -> None:
    desk.go_until("confirmed", Order("studio-mode", StudioMode(on=True)))
    desk.go_until("confirmed", Order("program-scene", ProgramScene("Camera 2", "Fade", 200)))
    assert program(witness) == "Camera 2"
    desk.go_until("confirmed", Order("program-scene", ProgramScene("Camera 2")))


def test_preview_and_take(desk: Desk, witness: Witness) -> None:
    desk.go_until("confirmed", Order("studio-mode", StudioMode(on=True)))
    assert witness.ask("GetStudioModeEnabled")["studioModeEnabled"] is True
    desk.go_until("confirmed", Order("preview-scene", PreviewScene("VT")))
    assert witness.ask("GetCurrentPreviewScene")["currentPreviewSceneName"] == "VT"
    desk.go_until("confirmed", Order("take", Take("Fade", 200)))
    assert program(witness) == "VT"


def test_studio_mode_preview_and_take_in_one_set(desk: Desk, witness: Witness) -> None:
    desk.go_until(
        "confirmed",
        Order("studio-mode", StudioMode(on=True)),
        Order("preview-scene", PreviewScene("Camera 2")),
        Order("take", Take("Cut")),
    )
    assert program(witness) == "Camera 2"


def test_source_visibility_also_after_its_item_was_made_anew(desk: Desk, witness: Witness) -> None:
    def is_shown() -> Any:
        item = witness.ask("GetSceneItemId", sceneName="Camera 1", sourceName="Strap")["sceneItemId"]
        shown = witness.ask("GetSceneItemEnabled", sceneName="Camera 1", sceneItemId=item)
        return shown["sceneItemEnabled"]

    hide = desk.prepare(Order("source-visibility", SourceVisibility("Camera 1", "Strap", visible=False)))
    old = witness.ask("GetSceneItemId", sceneName="Camera 1", sourceName="Strap")["sceneItemId"]
    witness.ask("CreateSceneItem", sceneName="Camera 1", sourceName="Strap")
    witness.ask("RemoveSceneItem", sceneName="Camera 1", sceneItemId=old)
    desk.host.wait_for_outcome(desk.send(hide), "confirmed")
    assert is_shown() is False
    desk.go_until(
        "confirmed", Order("source-visibility", SourceVisibility("Camera 1", "Strap", visible=True))
    )
    assert is_shown() is True


def test_input_mute_and_volume(desk: Desk, witness: Witness) -> None:
    desk.go_until(
        "confirmed", Order("input-mute", InputMute("Tone")), Order("input-volume", InputVolume("Tone", -12.5))
    )
    assert witness.ask("GetInputMute", inputName="Tone")["inputMuted"] is True
    assert witness.ask("GetInputVolume", inputName="Tone")["inputVolumeDb"] == pytest.approx(-12.5, abs=0.01)
    desk.go_until(
        "confirmed",
        Order("input-mute", InputMute("Tone", muted=False)),
        Order("input-volume", InputVolume("Tone", 0.0)),
    )
    assert witness.ask("GetInputMute", inputName="Tone")["inputMuted"] is False


def test_a_fade_of_the_volume_ends_exactly_on_its_target(desk: Desk, witness: Witness) -> None:
    for step in range(1, 201):
        level = -30.0 * step / 200
        desk.call(
            lambda level=level: desk.driver.set_value(Order("input-volume", InputVolume("Tone", level)))
        )
    wait_until(
        lambda: (
            witness.ask("GetInputVolume", inputName="Tone")["inputVolumeDb"] == pytest.approx(-30, abs=0.001)
        )
    )
    desk.host.wait_for(lambda: desk.host.reported("input/Tone/volume") == pytest.approx(-30, abs=0.001))
    desk.go_until("confirmed", Order("input-volume", InputVolume("Tone", 0.0)))


def test_media_play_pause_seek_restart_and_stop(desk: Desk, witness: Witness) -> None:
    def state() -> Any:
        return witness.ask("GetMediaInputStatus", inputName="Film")

    film = Media("Film")
    desk.go_until("confirmed", cut_to("VT"))
    desk.go_until("confirmed", Order("media-stop", film))
    assert state()["mediaState"] in {"OBS_MEDIA_STATE_STOPPED", "OBS_MEDIA_STATE_ENDED"}
    play = desk.prepare(Order("media-play", film))
    desk.host.wait_for_outcome(desk.send(play), "confirmed")
    assert state()["mediaState"] == "OBS_MEDIA_STATE_PLAYING"
    desk.go_until("confirmed", Order("media-pause", film))
    assert state()["mediaState"] == "OBS_MEDIA_STATE_PAUSED"
    desk.host.wait_for_outcome(desk.send(play), "confirmed")
    assert state()["mediaState"] == "OBS_MEDIA_STATE_PLAYING"
    desk.go_until("confirmed", Order("media-seek", MediaSeek("Film", 3000)))
    assert state()["mediaCursor"] >= 2900
    desk.go_until("confirmed", Order("media-restart", film))
    assert state()["mediaCursor"] < 2900
    desk.call(lambda: desk.driver.stop_media("media/Film"))
    desk.host.wait_for(lambda: MediaEnded("media/Film") in desk.host.reports(MediaEnded))
    assert state()["mediaState"] in {"OBS_MEDIA_STATE_STOPPED", "OBS_MEDIA_STATE_ENDED"}


def test_what_is_left_of_a_film_is_what_obs_says_after_seek_and_pause(desk: Desk, witness: Witness) -> None:
    def left() -> float:
        status = witness.ask("GetMediaInputStatus", inputName="Film")
        return float(status["mediaDuration"] - status["mediaCursor"])

    def told() -> MediaPlaying:
        return desk.host.reports(MediaPlaying)[-1]

    desk.go_until("confirmed", cut_to("VT"))
    desk.host.forget()
    desk.go_until("confirmed", Order("media-restart", Media("Film")))
    desk.host.wait_for(lambda: desk.host.reports(MediaPlaying))
    assert told().moves
    desk.go_until("confirmed", Order("media-seek", MediaSeek("Film", 3000)))
    desk.go_until("confirmed", Order("media-pause", Media("Film")))
    desk.host.wait_for(lambda: not told().moves)
    assert told().left == pytest.approx(left(), abs=200)
    desk.call(lambda: desk.driver.stop_media("media/Film"))
    desk.host.wait_for(lambda: MediaEnded("media/Film") in desk.host.reports(MediaEnded))


def test_a_played_film_is_reported_when_it_ends(desk: Desk) -> None:
    desk.go_until("confirmed", cut_to("VT"))
    desk.go_until("confirmed", Order("media-restart", Media("Film")))
    desk.host.forget()
    desk.go_until("confirmed", Order("media-restart", Media("Film")))
    desk.host.wait_for(lambda: desk.host.reports(MediaEnded), timeout=12)
    before = desk.host.reports(MediaEnded)
    assert before == [MediaEnded("media/Film")]


def test_a_restart_does_not_end_what_it_restarts(desk: Desk, witness: Witness) -> None:
    desk.go_until("confirmed", cut_to("VT"))
    desk.go_until("confirmed", Order("media-restart", Media("Film")))
    desk.go_until("confirmed", Order("media-restart", Media("Film")))
    assert witness.ask("GetMediaInputStatus", inputName="Film")["mediaState"] == "OBS_MEDIA_STATE_PLAYING"
    assert not desk.host.reports(MediaEnded)
    desk.go_until("confirmed", Order("media-stop", Media("Film")))


def test_text(desk: Desk, witness: Witness) -> None:
    text = "Jane “Doe”\nHost \\ {0} – ünïcode 🎬"
    desk.go_until("confirmed", Order("text", Text("Strap", text)))
    assert witness.ask("GetInputSettings", inputName="Strap")["inputSettings"]["text"] == text


@pytest.mark.parametrize("enabled", [False, True])
def test_filter(desk: Desk, witness: Witness, enabled: bool) -> None:
    desk.go_until("confirmed", Order("filter", FilterEnabled("Wall", "Grade", enabled)))
    grade = witness.ask("GetSourceFilter", sourceName="Wall", filterName="Grade")
    assert grade["filterEnabled"] is enabled


@pytest.mark.parametrize(
    ("output", "read"), [("record", "GetRecordStatus"), ("replay-buffer", "GetReplayBufferStatus")]
)
def test_record_and_replay_buffer(desk: Desk, witness: Witness, output: str, read: str) -> None:
    desk.go_until("confirmed", Order(f"{output}-start", Output()))
    assert witness.ask(read)["outputActive"] is True
    desk.go_until("confirmed", Order(f"{output}-stop", Output()))
    wait_until(lambda: not witness.ask(read)["outputActive"])  # OBS says STOPPED a moment before it has


def test_a_stream_that_cannot_start_fails_although_obs_accepted_it(desk: Desk, witness: Witness) -> None:
    token = desk.go(Order("stream-start", Output()))
    assert "stopped it again" in desk.failure_of(token)
    assert witness.ask("GetStreamStatus")["outputActive"] is False
    desk.go_until("confirmed", Order("stream-stop", Output()))


def test_a_virtual_camera_that_is_not_there_is_said(desk: Desk, witness: Witness) -> None:
    if witness.code_of("GetVirtualCamStatus") == 100:
        desk.go_until("confirmed", Order("virtual-camera-start", Output()))
        assert witness.ask("GetVirtualCamStatus")["outputActive"] is True
        desk.go_until("confirmed", Order("virtual-camera-stop", Output()))
    else:
        token = desk.go(Order("virtual-camera-start", Output()))
        assert "VirtualCam is not available" in desk.failure_of(token)


def test_hotkey(desk: Desk, witness: Witness) -> None:
    desk.go_until("accepted", Order("hotkey", Hotkey("OBSBasic.StartRecording")))
    wait_until(lambda: witness.ask("GetRecordStatus")["outputActive"])
    desk.host.wait_for(lambda: desk.host.status().get("record") == "started")
    desk.go_until("confirmed", Order("record-stop", Output()))


def test_any_request(desk: Desk, witness: Witness) -> None:
    order = RawRequest("SetInputAudioBalance", {"inputName": "Tone", "inputAudioBalance": 0.25})
    desk.go_until("accepted", Order("request", order))
    assert witness.ask("GetInputAudioBalance", inputName="Tone")["inputAudioBalance"] == 0.25
    wrong = desk.go(Order("request", RawRequest("SetInputAudioBalance", {"inputName": "Ghost"})))
    assert desk.failure_of(wrong)


def test_meters_read_a_half_scale_sine_at_minus_six_decibels(desk: Desk) -> None:
    desk.go_until(
        "accepted",
        Order("request", RawRequest("SetInputAudioBalance", {"inputName": "Tone", "inputAudioBalance": 0.5})),
    )
    desk.go_until(
        "confirmed",
        Order("input-mute", InputMute("Tone", muted=False)),
        Order("input-volume", InputVolume("Tone", 0.0)),
    )
    desk.call(lambda: desk.driver.listen_to_levels(True))

    def newest() -> tuple[float, ...]:
        frames = desk.host.reports(Levels)
        return dict(frames[-1].inputs).get("Tone", ()) if frames else ()

    half = 0.5  # −6.02 dBFS; ±0.1 dB is a factor of 1.0116
    desk.host.wait_for(
        lambda: len(newest()) == 6 and all(abs(newest()[at] / half - 1) < 0.0116 for at in (1, 2, 4, 5))
    )
    assert newest()[0] == pytest.approx(half / 2**0.5, rel=0.02)
    desk.go_until("confirmed", Order("input-mute", InputMute("Tone")))
    desk.host.wait_for(lambda: newest()[1] == 0.0 and abs(newest()[2] / half - 1) < 0.0116)
    desk.go_until("confirmed", Order("input-mute", InputMute("Tone", muted=False)))


def test_two_hundred_gos_are_all_confirmed(desk: Desk, witness: Witness) -> None:
    scenes = ("Camera 2", "VT", "Camera 1")
    sets = [desk.prepare(cut_to(scene)) for scene in scenes]
    for number in range(200):
        token = desk.send(sets[number % 3])
        desk.host.wait_for_outcome(token, "confirmed")
        assert program(witness) == scenes[number % 3]


def test_actions_of_one_set_happen_together_and_in_order(desk: Desk, witness: Witness) -> None:
    orders = [Order("text", Text("Strap", f"take {number}")) for number in range(30)]
    desk.go_until("accepted", *orders)
    assert witness.ask("GetInputSettings", inputName="Strap")["inputSettings"]["text"] == "take 29"
