"""The simulated OBS, seen by a client that shares no code with our driver."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
import simpleobsws

from showcaller.core.reports import Simulated
from showcaller.core.times import Duration
from showcaller.devices.driver import Order
from showcaller.devices.obs import KIND
from showcaller.devices.obs.actions import ProgramScene
from tests.devices.host import LoopHost
from tests.devices.obs.rooms import room

T = TypeVar("T")
NAMES = {
    "scenes": ("Act 1", "Act 2"),
    "inputs": ("Piano", "Storm", "Surtitle"),
    "media": ("Storm",),
    "texts": ("Surtitle",),
    "sources/Act 1": ("Storm", "Surtitle"),
    "filters/Piano": ("EQ",),
    "transitions": ("Cut", "Dissolve"),
}


class Client:
    """simpleobsws with its events kept."""

    def __init__(self, port: int) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._came = asyncio.Event()
        self.ws = simpleobsws.WebSocketClient(
            url=f"ws://127.0.0.1:{port}",
            identification_parameters=simpleobsws.IdentificationParameters(eventSubscriptions=2047 | 65536),
        )
        self.ws.register_event_callback(self._take)

    async def _take(self, name: str, data: dict[str, Any]) -> None:
        self.events.append((name, data))
        self._came.set()

    async def ask(self, name: str, **data: Any) -> Any:
        return await self.ws.call(simpleobsws.Request(name, data or None), 3)

    async def wait_for(self, name: str, **data: Any) -> None:
        async with asyncio.timeout(5):
            while not any(it == name and data.items() <= got.items() for it, got in self.events):
                self._came.clear()
                await self._came.wait()


def with_client(names: dict[str, tuple[str, ...]], what: Callable[[Client], Awaitable[T]]) -> T:
    """Open a simulator, let a client do something with it."""

    async def run(port: int) -> T:
        client = Client(port)
        await client.ws.connect()
        await client.ws.wait_until_identified(5)
        try:
            return await what(client)
        finally:
            await client.ws.disconnect()

    with LoopHost() as host:
        simulator = KIND.make_simulator(KIND.settings(), names)
        settings = host.call(lambda: simulator.open(host))
        try:
            return asyncio.run(run(settings["port"]))
        finally:
            host.call(simulator.close)


def test_it_holds_the_names_of_the_last_inventory() -> None:
    async def look(client: Client) -> tuple[Any, Any, Any]:
        scenes = (await client.ask("GetSceneList")).responseData["scenes"]
        inputs = (await client.ask("GetInputList")).responseData["inputs"]
        unknown = await client.ask("SetCurrentProgramScene", sceneName="Act 9")
        return scenes, inputs, unknown

    scenes, inputs, unknown = with_client(NAMES, look)
    assert {scene["sceneName"] for scene in scenes} == {"Act 1", "Act 2"}
    assert {it["inputName"]: it["unversionedInputKind"] for it in inputs}["Storm"] == "ffmpeg_source"
    assert unknown.requestStatus.code == 600


def test_a_fade_lasts_and_is_announced_at_its_end() -> None:
    async def fade(client: Client) -> list[str]:
        await client.ask("SetCurrentSceneTransition", transitionName="Dissolve")
        await client.ask("SetCurrentSceneTransitionDuration", transitionDuration=150)
        await client.ask("SetCurrentProgramScene", sceneName="Act 2")
        await client.wait_for("SceneTransitionStarted")
        program = (await client.ask("GetCurrentProgramScene")).responseData["currentProgramSceneName"]
        assert program == "Act 1"
        assert not any(name == "CurrentProgramSceneChanged" for name, _ in client.events)
        await client.wait_for("CurrentProgramSceneChanged", sceneName="Act 2")
        return [name for name, _ in client.events if name.startswith(("Scene", "CurrentP"))]

    assert with_client(NAMES, fade)[0] == "SceneTransitionStarted"


def test_meters_follow_mute_and_volume_at_twenty_a_second() -> None:
    async def listen(client: Client) -> tuple[list[list[float]], list[list[float]]]:
        def newest() -> list[list[float]]:
            inputs = next(data for name, data in reversed(client.events) if name == "InputVolumeMeters")[
                "inputs"
            ]
            levels: list[list[float]] = {it["inputName"]: it["inputLevelsMul"] for it in inputs}["Piano"]
            return levels

        await client.ask("SetInputVolume", inputName="Piano", inputVolumeDb=-20)
        client.events.clear()
        await client.wait_for("InputVolumeMeters")
        quiet = newest()
        await client.ask("SetInputMute", inputName="Piano", inputMuted=True)
        client.events.clear()
        await client.wait_for("InputVolumeMeters")
        return quiet, newest()

    quiet, muted = with_client(NAMES, listen)
    assert quiet[0][1] == pytest.approx(quiet[0][2] / 10)
    assert muted[0][:2] == [0.0, 0.0]
    assert muted[0][2] > 0


def test_media_play_and_end() -> None:
    async def play(client: Client) -> None:
        action = "OBS_WEBSOCKET_MEDIA_INPUT_ACTION_"
        await client.ask("TriggerMediaInputAction", inputName="Storm", mediaAction=action + "PLAY")
        status = (await client.ask("GetMediaInputStatus", inputName="Storm")).responseData
        assert status["mediaState"] == "OBS_MEDIA_STATE_STOPPED"
        await client.ask("TriggerMediaInputAction", inputName="Storm", mediaAction=action + "RESTART")
        await client.wait_for("MediaInputPlaybackStarted", inputName="Storm")
        status = (await client.ask("GetMediaInputStatus", inputName="Storm")).responseData
        assert status["mediaDuration"] >= 8000
        await client.ask("SetMediaInputCursor", inputName="Storm", mediaCursor=status["mediaDuration"] - 50)
        await client.wait_for("MediaInputPlaybackEnded", inputName="Storm")

    with_client(NAMES, play)


def test_a_batch_carries_variables_from_one_request_to_the_next() -> None:
    async def hide(client: Client) -> list[int]:
        requests = [
            simpleobsws.Request(
                "GetSceneItemId",
                {"sceneName": "Act 1", "sourceName": "Surtitle"},
                outputVariables={"item": "sceneItemId"},
            ),
            simpleobsws.Request(
                "SetSceneItemEnabled",
                {"sceneName": "Act 1", "sceneItemEnabled": False},
                inputVariables={"sceneItemId": "item"},
            ),
        ]
        answers = await client.ws.call_batch(requests)
        await client.wait_for("SceneItemEnableStateChanged", sceneItemEnabled=False)
        return [answer.requestStatus.code for answer in answers]

    assert with_client(NAMES, hide) == [100, 100]


def test_a_stream_starts_and_stops_through_its_states() -> None:
    async def stream(client: Client) -> list[str]:
        await client.ask("StartStream")
        assert (await client.ask("StartStream")).requestStatus.code == 500
        await client.wait_for("StreamStateChanged", outputState="OBS_WEBSOCKET_OUTPUT_STARTED")
        assert (await client.ask("GetStreamStatus")).responseData["outputActive"] is True
        await client.ask("StopStream")
        await client.wait_for("StreamStateChanged", outputState="OBS_WEBSOCKET_OUTPUT_STOPPED")
        return [data["outputState"][21:] for name, data in client.events if name == "StreamStateChanged"]

    assert with_client(NAMES, stream) == ["STARTING", "STARTED", "STOPPING", "STOPPED"]


def test_rubbish_and_strangers_are_shown_the_door() -> None:
    async def talk(client: Client) -> int | None:
        await client.ws.ws.send("rubbish")
        await client.ws.ws.wait_closed()
        code: int | None = client.ws.ws.close_code
        return code

    assert with_client(NAMES, talk) == 4002


def test_it_shows_what_it_decoded() -> None:
    with room() as studio:
        studio.go_until("confirmed", Order("program-scene", ProgramScene("Camera 2", "Cut")))
        studio.host.wait_for(lambda: dict(studio.host.reports(Simulated)[-1].rows)["Program"] == "Camera 2")
        assert dict(studio.host.reports(Simulated)[-1].rows)["Last request"] == "SetCurrentProgramScene"


def test_latency_delays_answers_and_keeps_their_order() -> None:
    with room() as studio:
        studio.host.call(lambda: studio.simulator.misbehave("none", Duration(40)))
        before = studio.host.now()
        token = studio.go(Order("program-scene", ProgramScene("Camera 2", "Cut")))
        studio.host.wait_for_outcome(token, "confirmed")
        assert (studio.host.now() - before) / 1e6 >= 40
