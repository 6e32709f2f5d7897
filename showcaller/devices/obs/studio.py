"""A simulated OBS without its socket: what it holds, how it answers, what it announces.

Single-threaded: its owner calls `answer` for each request and lends it a clock, timers and an ear for
events. It behaves as obs-websocket 5.1 in OBS 29 was measured to: a transition is announced at its end,
a scene that is on already announces nothing, a stream is `STARTING` first. Knows no show and no driver.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from showcaller.core.times import Duration
from showcaller.devices.driver import Timer
from showcaller.devices.obs.actions import media_address
from showcaller.devices.obs.codec import Code, Reply, Request, RequestStatus
from showcaller.devices.obs.stage import Source, build_sources

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "scenes": ("Opening", "Camera 1", "Camera 2", "Slides", "VT", "Break"),
    "inputs": ("Host mic", "Guest mic", "Music", "Opening film", "Name strap", "Cam 1", "Cam 2", "Keynote"),
    "media": ("Opening film", "Music"),
    "texts": ("Name strap",),
    "transitions": ("Cut", "Fade"),
    "hotkeys": ("OBSBasic.StartStreaming", "OBSBasic.StopStreaming", "OBSBasic.Screenshot"),
    "sources/Opening": ("Opening film",),
    "sources/Camera 1": ("Cam 1", "Name strap"),
    "sources/Camera 2": ("Cam 2", "Name strap"),
    "sources/Slides": ("Keynote",),
    "sources/VT": ("Opening film",),
    "sources/Break": ("Music",),
    "filters/Host mic": ("Compressor", "Noise gate"),
}
"""A small event, for when no real OBS was ever read."""

_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")
_MEDIA_ACTION: Final = "OBS_WEBSOCKET_MEDIA_INPUT_ACTION_"
_OUTPUTS: Final = {
    "Stream": "StreamStateChanged",
    "Record": "RecordStateChanged",
    "ReplayBuffer": "ReplayBufferStateChanged",
    "VirtualCam": "VirtualcamStateChanged",
}
_STARTS_IN: Final = Duration(150)
_STOPS_IN: Final = Duration(100)
_SHOWN: Final = 8


class Surroundings(Protocol):
    """What a studio needs of its owner."""

    def seconds(self) -> float:
        """Return a clock that never goes back."""

    def after(self, delay: Duration, call: Callable[[], None]) -> Timer:
        """Have a call made later, in the same thread."""

    def announce(self, event_type: str, **data: Any) -> None:
        """Send an event to whoever listens."""


class RefusedRequestError(Exception):
    """A request that OBS answers with an error."""

    def __init__(self, code: int, comment: str = "") -> None:
        super().__init__(comment)
        self.code = code
        self.comment = comment


class Studio:
    """All state of a simulated OBS."""

    def __init__(self, names: Mapping[str, tuple[str, ...]], around: Surroundings) -> None:
        names = names if names.get("scenes") else NAMES
        self._around = around
        self._rate = 1.0
        self._played_before, self._rate_since = 0.0, around.seconds()
        self.scenes = list(names["scenes"])
        self.sources: dict[str, Source] = build_sources(names, around.seconds, self._played)
        self.transitions = tuple(names.get("transitions", ())) or ("Cut", "Fade")
        self.hotkeys = names.get("hotkeys", ())
        self.items: dict[str, dict[int, list[Any]]] = {
            key.removeprefix("sources/"): {
                number: [source, True] for number, source in enumerate(sources, start=1)
            }
            for key, sources in names.items()
            if key.startswith("sources/")
        }
        self.filters: dict[str, dict[str, bool]] = {
            key.removeprefix("filters/"): dict.fromkeys(filters, True)
            for key, filters in names.items()
            if key.startswith("filters/")
        }
        self.program = self.scenes[0]
        self.preview = self.program
        self.studio_mode = True
        """On, so that a rehearsal without OBS can play cues for preview and take."""
        self.transition = self.transitions[0]
        self.transition_duration = 300
        self.is_refusing = False
        self._target: str | None = None
        self._timers: dict[str, Timer] = {}
        self._outputs = dict.fromkeys(_OUTPUTS, "STOPPED")
        self._output_since = dict.fromkeys(_OUTPUTS, 0.0)
        self._moved: dict[str, str] = {}

    def play_at(self, rate: float) -> None:
        """Let media run at another rate from now on."""
        self._played_before, self._rate_since = self._played(), self._around.seconds()
        self._rate = rate
        for name, source in self.sources.items():
            if source.is_media:
                self._watch_end(name, source)

    def know_lengths(self, lengths: Mapping[str, Duration]) -> None:
        """Let media that do not play be so long, by address."""
        for name, source in self.sources.items():
            if source.is_media and source.state != "PLAYING":
                source.length = lengths.get(media_address(name), source.length)

    def _played(self) -> float:
        """Return the clock of the media, in seconds."""
        return self._played_before + (self._around.seconds() - self._rate_since) * self._rate

    def answer(self, request: Request, variables: dict[str, Any]) -> Reply:
        """Carry out one request; `variables` are those of its batch."""
        data = dict(request.request_data or {})
        for name, variable in (request.input_variables or {}).items():
            if variable in variables:
                data[name] = variables[variable]
        is_read = request.request_type.startswith("Get")
        try:
            response = self._carry_out(request.request_type, data)
        except RefusedRequestError as error:
            status = RequestStatus(result=False, code=error.code, comment=error.comment)
            return Reply(request.request_type, status, request.request_id)
        except KeyError as error:
            comment = f"Your request is missing the {error} field."
            status = RequestStatus(result=False, code=Code.MISSING_FIELD, comment=comment)
            return Reply(request.request_type, status, request.request_id)
        if not is_read:
            self._move("Last request", request.request_type)
        for variable, name in (request.output_variables or {}).items():
            if response and name in response:
                variables[variable] = response[name]
        return Reply(
            request.request_type,
            RequestStatus(result=True, code=Code.SUCCESS),
            request.request_id,
            response or None,
        )

    def _carry_out(self, request_type: str, data: dict[str, Any]) -> dict[str, Any] | None:
        if self.is_refusing and not request_type.startswith("Get"):
            raise RefusedRequestError(Code.FAILED, "The simulator was told to refuse")
        name = "_do_" + _CAPITAL.sub("_", request_type).lower()
        handler: Callable[..., dict[str, Any] | None] | None = getattr(self, name, None)
        return self._pass(request_type, data) if handler is None else handler(data)

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return what an operator would like to see of it."""
        outputs = ", ".join(
            f"{name} {state.lower()}" for name, state in self._outputs.items() if state != "STOPPED"
        )
        return (
            ("Program", self.program if self._target is None else f"{self.program} → {self._target}"),
            ("Preview", self.preview if self.studio_mode else "studio mode off"),
            ("Outputs", outputs or "none"),
            *reversed(self._moved.items()),
        )

    def meters(self) -> list[dict[str, Any]]:
        """Return the levels of all inputs that are heard or could be: of media, those that play.

        A scene with thirty clips, of which the crew shows one at a time, has one meter for them, not thirty.
        """
        placed = {item[0] for items in self.items.values() for item in items.values()}
        shown = {item[0] for item in self.items.get(self.program, {}).values() if item[1]}
        return [
            {"inputName": name, "inputLevelsMul": source.levels()}
            for name, source in self.sources.items()
            if source.has_audio
            and (name in shown or name not in placed)
            and (not source.is_media or source.state in {"PLAYING", "PAUSED"})
        ]

    def _move(self, label: str, value: str) -> None:
        self._moved.pop(label, None)
        self._moved[label] = value
        while len(self._moved) > _SHOWN:
            del self._moved[next(iter(self._moved))]

    def _scene(self, data: dict[str, Any]) -> str:
        name = data["sceneName"]
        if name not in self.scenes and name not in self.items:
            raise RefusedRequestError(Code.NOT_FOUND, f"No source was found by the name of `{name}`.")
        return str(name)

    def _input(self, data: dict[str, Any]) -> Source:
        source = self.sources.get(data["inputName"])
        if source is None:
            raise RefusedRequestError(
                Code.NOT_FOUND, f"No source was found by the name of `{data['inputName']}`."
            )
        return source

    def _item(self, data: dict[str, Any]) -> list[Any]:
        item = self.items.get(self._scene(data), {}).get(data["sceneItemId"])
        if item is None:
            raise RefusedRequestError(
                Code.NOT_FOUND, "No scene items were found in the specified scene by that ID."
            )
        return item

    def _pass(self, request_type: str, data: dict[str, Any]) -> dict[str, Any] | None:
        """Take a request whose effect is not simulated, or answer for one of the outputs."""
        for prefix in ("Start", "Stop", "Get"):
            output = request_type.removeprefix(prefix).removesuffix("Status")
            if request_type.startswith(prefix) and output in _OUTPUTS:
                return self._output(prefix, output)
        if not request_type.startswith("Set") or not data:
            raise RefusedRequestError(Code.UNKNOWN_REQUEST, "Your request type is not valid.")
        if "inputName" in data:
            self._input(data)
        self._move(request_type.removeprefix("Set"), ", ".join(map(str, data.values())))
        return None

    def _output(self, verb: str, name: str) -> dict[str, Any]:
        state = self._outputs[name]
        if verb == "Get":
            seconds = self._around.seconds() - self._output_since[name] if state == "STARTED" else 0.0
            return {
                "outputActive": state == "STARTED",
                "outputReconnecting": False,
                "outputPaused": False,
                "outputDuration": round(seconds * 1000),
                "outputSkippedFrames": 0,
                "outputTotalFrames": round(seconds * 30),
            }
        if verb == "Start":
            if state != "STOPPED":
                raise RefusedRequestError(Code.OUTPUT_RUNNING)
            self._change_output(name, "STARTING")
            self._later("output " + name, _STARTS_IN, lambda: self._change_output(name, "STARTED"))
        else:
            if state == "STOPPED":
                raise RefusedRequestError(Code.OUTPUT_NOT_RUNNING)
            self._change_output(name, "STOPPING")
            self._later("output " + name, _STOPS_IN, lambda: self._change_output(name, "STOPPED"))
        return {}

    def _change_output(self, name: str, state: str) -> None:
        self._outputs[name] = state
        self._output_since[name] = self._around.seconds()
        self._around.announce(
            _OUTPUTS[name], outputActive=state == "STARTED", outputState=f"OBS_WEBSOCKET_OUTPUT_{state}"
        )

    def _later(self, name: str, delay: Duration, call: Callable[[], None]) -> None:
        if name in self._timers:
            self._timers.pop(name).cancel()
        self._timers[name] = self._around.after(delay, call)

    def _do_get_version(self, _data: dict[str, Any]) -> dict[str, Any]:
        return {"obsVersion": "29.0.2 (simulated)", "obsWebSocketVersion": "5.1.0", "rpcVersion": 1}

    def _do_get_stats(self, _data: dict[str, Any]) -> dict[str, Any]:
        return {"activeFps": 30.0, "cpuUsage": 4.0, "availableDiskSpace": 204_800.0}

    def _do_get_scene_list(self, _data: dict[str, Any]) -> dict[str, Any]:
        return {
            "currentProgramSceneName": self.program,
            "currentPreviewSceneName": self.preview if self.studio_mode else None,
            "scenes": [
                {"sceneName": name, "sceneIndex": index} for index, name in enumerate(reversed(self.scenes))
            ],
        }

    def _do_get_group_list(self, _data: dict[str, Any]) -> dict[str, Any]:
        return {"groups": [name for name in self.items if name not in self.scenes]}

    def _do_get_input_list(self, _data: dict[str, Any]) -> dict[str, Any]:
        return {
            "inputs": [
                {"inputName": name, "unversionedInputKind": source.kind}
                for name, source in self.sources.items()
            ]
        }

    def _do_get_scene_transition_list(self, _data: dict[str, Any]) -> dict[str, Any]:
        return {
            "transitions": [
                {
                    "transitionName": name,
                    "transitionKind": "cut_transition" if name == "Cut" else "fade_transition",
                    "transitionFixed": name == "Cut",
                }
                for name in self.transitions
            ]
        }

    def _do_get_current_scene_transition(self, _data: dict[str, Any]) -> dict[str, Any]:
        return {
            "transitionName": self.transition,
            "transitionDuration": None if self.transition == "Cut" else self.transition_duration,
        }

    def _do_get_hotkey_list(self, _data: dict[str, Any]) -> dict[str, Any]:
        return {"hotkeys": list(self.hotkeys)}

    def _do_get_studio_mode_enabled(self, _data: dict[str, Any]) -> dict[str, Any]:
        return {"studioModeEnabled": self.studio_mode}

    def _do_get_current_program_scene(self, _data: dict[str, Any]) -> dict[str, Any]:
        shown = self.program if self.studio_mode or self._target is None else self._target
        return {"currentProgramSceneName": shown}

    def _do_get_current_preview_scene(self, _data: dict[str, Any]) -> dict[str, Any]:
        self._need_studio_mode()
        return {"currentPreviewSceneName": self.preview}

    def _do_get_scene_item_list(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "sceneItems": [
                {"sceneItemId": number, "sourceName": source, "sceneItemEnabled": enabled}
                for number, (source, enabled) in self.items.get(self._scene(data), {}).items()
            ]
        }

    _do_get_group_scene_item_list = _do_get_scene_item_list

    def _do_get_scene_item_id(self, data: dict[str, Any]) -> dict[str, Any]:
        for number, item in self.items.get(self._scene(data), {}).items():
            if item[0] == data["sourceName"]:
                return {"sceneItemId": number}
        raise RefusedRequestError(
            Code.NOT_FOUND, "No scene items were found in the specified scene by that name."
        )

    def _do_get_scene_item_enabled(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"sceneItemEnabled": self._item(data)[1]}

    def _do_get_source_filter_list(self, data: dict[str, Any]) -> dict[str, Any]:
        filters = self.filters.get(data["sourceName"], {})
        return {"filters": [{"filterName": name, "filterEnabled": on} for name, on in filters.items()]}

    def _do_get_source_filter(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"filterEnabled": self._filter(data)[data["filterName"]]}

    def _do_get_input_mute(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"inputMuted": self._input(data).is_muted}

    def _do_get_input_volume(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"inputVolumeDb": self._input(data).volume}

    def _do_get_input_settings(self, data: dict[str, Any]) -> dict[str, Any]:
        source = self._input(data)
        return {"inputSettings": dict(source.settings), "inputKind": source.kind}

    def _do_get_media_input_status(self, data: dict[str, Any]) -> dict[str, Any]:
        source = self._input(data)
        return {
            "mediaState": f"OBS_MEDIA_STATE_{source.state}",
            "mediaCursor": source.cursor(),
            "mediaDuration": source.length,
        }

    def _filter(self, data: dict[str, Any]) -> dict[str, bool]:
        filters = self.filters.get(data["sourceName"], {})
        if data["filterName"] not in filters:
            raise RefusedRequestError(
                Code.NOT_FOUND, f"No filter was found by the name of `{data['filterName']}`."
            )
        return filters

    def _need_studio_mode(self) -> None:
        if not self.studio_mode:
            raise RefusedRequestError(Code.STUDIO_MODE_NOT_ACTIVE)

    def _do_set_current_scene_transition(self, data: dict[str, Any]) -> None:
        if data["transitionName"] not in self.transitions:
            raise RefusedRequestError(Code.NOT_FOUND, "No scene transition was found by that name.")
        self.transition = data["transitionName"]
        self._around.announce("CurrentSceneTransitionChanged", transitionName=self.transition)

    def _do_set_current_scene_transition_duration(self, data: dict[str, Any]) -> None:
        self.transition_duration = int(data["transitionDuration"])
        self._around.announce(
            "CurrentSceneTransitionDurationChanged", transitionDuration=self.transition_duration
        )

    def _do_set_current_program_scene(self, data: dict[str, Any]) -> None:
        scene = self._scene(data)
        if scene != (self.program if self._target is None else self._target):
            self._change_program(scene)

    def _do_trigger_studio_mode_transition(self, _data: dict[str, Any]) -> None:
        self._need_studio_mode()
        self._change_program(self.preview)

    def _change_program(self, scene: str) -> None:
        transition = self.transition
        self._target = scene
        self._around.announce("SceneTransitionStarted", transitionName=transition)

        def end() -> None:
            before, self.program, self._target = self.program, scene, None
            self._around.announce("SceneTransitionVideoEnded", transitionName=transition)
            if self.studio_mode:
                self.preview = before
                self._around.announce("CurrentPreviewSceneChanged", sceneName=before)
            self._around.announce("CurrentProgramSceneChanged", sceneName=scene)
            self._around.announce("SceneTransitionEnded", transitionName=transition)

        self._later("transition", Duration(0 if transition == "Cut" else self.transition_duration), end)

    def _do_set_current_preview_scene(self, data: dict[str, Any]) -> None:
        self._need_studio_mode()
        self.preview = self._scene(data)
        self._around.announce("CurrentPreviewSceneChanged", sceneName=self.preview)

    def _do_set_studio_mode_enabled(self, data: dict[str, Any]) -> None:
        if data["studioModeEnabled"] != self.studio_mode:
            self.studio_mode = data["studioModeEnabled"]
            self.preview = self.program
            self._around.announce("StudioModeStateChanged", studioModeEnabled=self.studio_mode)

    def _do_set_scene_item_enabled(self, data: dict[str, Any]) -> None:
        item = self._item(data)
        item[1] = bool(data["sceneItemEnabled"])
        self._move(f"{item[0]} in {data['sceneName']}", "shown" if item[1] else "hidden")
        self._around.announce(
            "SceneItemEnableStateChanged",
            sceneName=data["sceneName"],
            sceneItemId=data["sceneItemId"],
            sceneItemEnabled=item[1],
        )

    def _do_set_source_filter_enabled(self, data: dict[str, Any]) -> None:
        self._filter(data)[data["filterName"]] = bool(data["filterEnabled"])
        self._move(f"{data['filterName']} on {data['sourceName']}", "on" if data["filterEnabled"] else "off")
        self._around.announce("SourceFilterEnableStateChanged", **data)

    def _do_set_input_mute(self, data: dict[str, Any]) -> None:
        self._input(data).is_muted = bool(data["inputMuted"])
        self._move(f"Mute {data['inputName']}", "on" if data["inputMuted"] else "off")
        self._around.announce("InputMuteStateChanged", **data)

    def _do_set_input_volume(self, data: dict[str, Any]) -> None:
        source = self._input(data)
        source.volume = float(data["inputVolumeDb"])
        self._move(f"Volume {data['inputName']}", f"{source.volume:.1f} dB".replace("-", "\u2212"))
        self._around.announce(
            "InputVolumeChanged",
            inputName=data["inputName"],
            inputVolumeDb=source.volume,
            inputVolumeMul=source.gain(),
        )

    def _do_set_input_settings(self, data: dict[str, Any]) -> None:
        self._input(data).settings.update(data["inputSettings"])
        shown = data["inputSettings"].get("text", "new settings")
        self._move(f"{data['inputName']}", str(shown))

    def _do_trigger_media_input_action(self, data: dict[str, Any]) -> None:
        source, name = self._input(data), data["inputName"]
        action = str(data["mediaAction"]).removeprefix(_MEDIA_ACTION)
        before = source.state
        if not source.trigger(action):
            raise RefusedRequestError(Code.INVALID_STATE, "This input has no such media action.")
        self._move(name, source.state.lower())
        self._around.announce("MediaInputActionTriggered", inputName=name, mediaAction=data["mediaAction"])
        if source.state == "PLAYING" and (action == "RESTART" or before not in {"PLAYING", "PAUSED"}):
            self._around.announce("MediaInputPlaybackStarted", inputName=name)
        if source.state == "STOPPED" and before in {"PLAYING", "PAUSED"}:
            self._around.announce("MediaInputPlaybackEnded", inputName=name)
        self._watch_end(name, source)

    def _do_set_media_input_cursor(self, data: dict[str, Any]) -> None:
        source = self._input(data)
        source.seek(int(data["mediaCursor"]))
        self._watch_end(data["inputName"], source)

    def _watch_end(self, name: str, source: Source) -> None:
        def end() -> None:
            if source.end_if_due():
                self._around.announce("MediaInputPlaybackEnded", inputName=name)

        left = source.length - source.cursor()
        if source.state == "PLAYING" and self._rate:
            self._later("media " + name, Duration(math.ceil(max(0, left) / self._rate) + 1), end)

    def _do_trigger_hotkey_by_name(self, data: dict[str, Any]) -> None:
        if data["hotkeyName"] not in self.hotkeys:
            raise RefusedRequestError(Code.NOT_FOUND, "No hotkeys were found by that name.")
        self._move("Hotkey", data["hotkeyName"])
