"""What OBS shows now, as far as it has told us: values by address, kept from replies and events.

Owned by the reader's thread; others may read `values` and `structure`. Turns what it takes into reports
(`Reported`, `Status`, `Inventory`), which its owner fetches with `drain`. Knows no connection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from msgspec import Struct

from showcaller.core.reports import Inventory, Report, Reported, Status, Value
from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.obs import actions, events
from showcaller.devices.obs.codec import Reply, Request
from showcaller.devices.obs.structure import FilterList, ItemList, SceneList, Structure, read_reply

DB_TOLERANCE: Final = 0.05
_STINGER: Final = Duration(2000)
"""The length of a transition that OBS does not tell."""

_END_TOLD_WITHIN: Final = 250
"""OBS (29.0.2) tells the end of a transition late or never where another follows at once."""

_STATUS_OF: Final = {
    actions.PROGRAM: "program",
    actions.PREVIEW: "preview",
    actions.STUDIO_MODE: "studio_mode",
}
_OUTPUT_STATUS: Final = {
    actions.STREAM: "stream",
    actions.RECORD: "record",
    actions.REPLAY_BUFFER: "replay_buffer",
    actions.VIRTUAL_CAMERA: "virtual_camera",
}
_OUTPUT_STATES: Final = {
    "STARTING": "starting",
    "STARTED": "started",
    "RECONNECTING": "reconnecting",
    "RECONNECTED": "started",
    "PAUSED": "paused",
    "RESUMED": "started",
    "STOPPED": "stopped",
}
_MEDIA_STATES: Final = {
    "OBS_MEDIA_STATE_PLAYING": "playing",
    "OBS_MEDIA_STATE_OPENING": "playing",
    "OBS_MEDIA_STATE_BUFFERING": "playing",
    "OBS_MEDIA_STATE_PAUSED": "paused",
}


class _Program(Struct, frozen=True, rename="camel"):
    current_program_scene_name: str


class _Preview(Struct, frozen=True, rename="camel"):
    current_preview_scene_name: str


class _StudioMode(Struct, frozen=True, rename="camel"):
    studio_mode_enabled: bool


class _CurrentTransition(Struct, frozen=True, rename="camel"):
    transition_name: str
    transition_duration: float | None = None


class _Mute(Struct, frozen=True, rename="camel"):
    input_muted: bool


class _Volume(Struct, frozen=True, rename="camel"):
    input_volume_db: float | None = None


class _MediaStatus(Struct, frozen=True, rename="camel"):
    media_state: str
    media_cursor: float | None = None
    media_duration: float | None = None


class _TextSettings(Struct, frozen=True):
    text: str = ""


class _InputSettings(Struct, frozen=True, rename="camel"):
    input_settings: _TextSettings


class _FilterState(Struct, frozen=True, rename="camel"):
    filter_enabled: bool


class _ItemState(Struct, frozen=True, rename="camel"):
    scene_item_enabled: bool


class _OutputStatus(Struct, frozen=True, rename="camel"):
    output_active: bool
    output_paused: bool = False
    output_reconnecting: bool = False
    output_duration: float = 0
    output_skipped_frames: float = 0
    output_total_frames: float = 0


class _Stats(Struct, frozen=True, rename="camel"):
    active_fps: float = 0
    cpu_usage: float = 0
    available_disk_space: float = 0
    average_frame_render_time: float = 0


def same(left: Value | None, right: Value) -> bool:
    """Say whether two values of an address are the same; a level may be off by 0.05 dB."""
    if isinstance(left, float) and isinstance(right, (int, float)):
        return abs(left - right) < DB_TOLERANCE
    return left == right


class Picture:
    """All that is known of OBS's state."""

    def __init__(self, now: Callable[[], Instant]) -> None:
        self.values: dict[str, Value] = {}
        self.structure = Structure()
        self._now = now
        self._moves_until = Instant(0)
        self.transition = ""
        self.transition_duration = Duration(0)
        self._status: dict[str, Value] = {}
        self._doubted: dict[str, str] = {}
        """What a reading said of an output that no event had said."""
        self._news: dict[str, Value] = {}
        self._reports: list[Report] = []

    def drain(self) -> list[Report]:
        """Return the reports since the last time."""
        reports, self._reports = self._reports, []
        if self._news:
            reports.append(Status(self._news))
            self._news = {}
        return reports

    def replace_structure(self, structure: Structure) -> None:
        """Take the result of a survey; say it if something changed."""
        changed = structure.names() != self.structure.names()
        self.structure = structure
        if changed:
            self._reports.append(Inventory(structure.names()))

    def transition_takes(self, name: str | None, duration: int | None) -> Duration:
        """Return how long a change of program takes, with this transition or the chosen one."""
        name = name or self.transition
        if name in self.structure.cuts:
            return Duration(0)
        if self.structure.transitions.get(name):
            return _STINGER
        return Duration(duration) if duration is not None else self.transition_duration

    @property
    def is_moving(self) -> bool:
        """Whether a transition of the program runs, or was ordered and is not known to have ended."""
        return self._now() < self._moves_until

    def begin_move(self, takes: Duration) -> None:
        """Note that the program is about to change; its end may never be told."""
        self._moves_until = Instant(self._now() + (takes + _END_TOLD_WITHIN) * NS_PER_MS)

    def end_move(self) -> None:
        """Note that the program stands still."""
        self._moves_until = Instant(0)

    def set_value(self, address: str, value: Value) -> None:
        """Note what an address holds now."""
        if self.values.get(address) != value:
            self.values[address] = value
            self._reports.append(Reported(address, value))
        if key := _STATUS_OF.get(address):
            self._say(key, value)

    def take_event(self, event: events.Happening) -> None:
        """Note what an event says."""
        match event:
            case events.ProgramChanged(scene_name=name):
                self.end_move()
                self.set_value(actions.PROGRAM, name)
            case events.PreviewChanged(scene_name=name):
                self.set_value(actions.PREVIEW, name or "")
            case events.StudioModeChanged(studio_mode_enabled=on):
                self.set_value(actions.STUDIO_MODE, on)
                if not on:
                    self.set_value(actions.PREVIEW, "")
            case events.TransitionStarted():
                self.begin_move(self.transition_takes(None, None))
                self._say("transitioning", value=True)
            case events.TransitionEnded():
                self.end_move()
                self._say("transitioning", value=False)
            case events.TransitionChosen(transition_name=name):
                self.transition = name
                self._say("transition", name)
            case events.TransitionDurationChanged(transition_duration=duration):
                self.transition_duration = Duration(duration)
            case events.SceneGone(scene_name=name):
                self._drop_scene(name)
            case events.InputGone(input_name=name):
                self._drop_input(name)
            case events.ItemShown(scene_name=scene, scene_item_id=item, scene_item_enabled=shown):
                if source := self.structure.items.get(scene, {}).get(item):
                    self.set_value(actions.visibility_address(scene, source), shown)
            case events.MuteChanged(input_name=name, input_muted=muted):
                self.set_value(actions.mute_address(name), muted)
            case events.VolumeChanged(input_name=name, input_volume_db=volume):
                self.set_value(actions.volume_address(name), -100.0 if volume is None else volume)
            case events.FilterSwitched(source_name=source, filter_name=name, filter_enabled=enabled):
                self.set_value(actions.filter_address(source, name), enabled)
            case events.MediaStarted(input_name=name):
                self.set_value(actions.media_address(name), "playing")
            case events.MediaFinished(input_name=name):
                self.set_value(actions.media_address(name), "stopped")
            case events.StreamChanged(output_state=state):
                self._take_output(actions.STREAM, state)
            case events.RecordChanged(output_state=state):
                self._take_output(actions.RECORD, state)
            case events.ReplayBufferChanged(output_state=state):
                self._take_output(actions.REPLAY_BUFFER, state)
            case events.VirtualCameraChanged(output_state=state):
                self._take_output(actions.VIRTUAL_CAMERA, state)

    def take_reply(self, request: Request, reply: Reply) -> None:
        """Note what the answer to a read says.

        Raises:
            CodecError: It cannot be read.
        """
        if not reply.request_status.result:
            return
        asked = request.request_data or {}
        match reply.request_type:
            case "GetSceneList":
                scenes = read_reply(reply, SceneList)
                if scenes.current_program_scene_name is not None:
                    self._take_program(scenes.current_program_scene_name)
                self.set_value(actions.PREVIEW, scenes.current_preview_scene_name or "")
            case "GetCurrentProgramScene":
                self._take_program(read_reply(reply, _Program).current_program_scene_name)
            case "GetCurrentPreviewScene":
                self.set_value(actions.PREVIEW, read_reply(reply, _Preview).current_preview_scene_name)
            case "GetStudioModeEnabled":
                self.set_value(actions.STUDIO_MODE, read_reply(reply, _StudioMode).studio_mode_enabled)
            case "GetCurrentSceneTransition":
                current = read_reply(reply, _CurrentTransition)
                self.transition = current.transition_name
                self.transition_duration = Duration(int(current.transition_duration or 0))
                self._say("transition", current.transition_name)
            case "GetSceneItemList" | "GetGroupSceneItemList":
                for item in read_reply(reply, ItemList).scene_items:
                    address = actions.visibility_address(asked["sceneName"], item.source_name)
                    self.set_value(address, item.scene_item_enabled)
            case "GetInputMute":
                self.set_value(actions.mute_address(asked["inputName"]), read_reply(reply, _Mute).input_muted)
            case "GetInputVolume":
                volume = read_reply(reply, _Volume).input_volume_db
                address = actions.volume_address(asked["inputName"])
                self.set_value(address, -100.0 if volume is None else volume)
            case "GetMediaInputStatus":
                status = read_reply(reply, _MediaStatus)
                state = _MEDIA_STATES.get(status.media_state, "stopped")
                self.set_value(actions.media_address(asked["inputName"]), state)
                if status.media_cursor is not None:
                    self.values[actions.position_address(asked["inputName"])] = int(status.media_cursor)
            case "GetInputSettings":
                text = read_reply(reply, _InputSettings).input_settings.text
                self.set_value(actions.text_address(asked["inputName"]), text)
            case "GetSourceFilterList":
                for found in read_reply(reply, FilterList).filters:
                    address = actions.filter_address(asked["sourceName"], found.filter_name)
                    self.set_value(address, found.filter_enabled)
            case "GetSourceFilter":
                address = actions.filter_address(asked["sourceName"], asked["filterName"])
                self.set_value(address, read_reply(reply, _FilterState).filter_enabled)
            case _:
                self._take_status(reply)

    def take_visibility(self, address: str, reply: Reply) -> None:
        """Note a re-read of one item: its request names only an id that was looked up beside it."""
        if reply.request_status.result:
            self.set_value(address, read_reply(reply, _ItemState).scene_item_enabled)

    def _take_status(self, reply: Reply) -> None:
        match reply.request_type:
            case "GetStreamStatus":
                stream = read_reply(reply, _OutputStatus)
                self._take_active(actions.STREAM, stream)
                self._say("stream_seconds", int(stream.output_duration // 1000))
                self._say("dropped_frames", int(stream.output_skipped_frames))
                share = stream.output_skipped_frames / max(1.0, stream.output_total_frames)
                self._say("dropped_percent", round(100 * share, 2))
            case "GetRecordStatus":
                record = read_reply(reply, _OutputStatus)
                self._take_active(actions.RECORD, record)
                self._say("record_seconds", int(record.output_duration // 1000))
            case "GetReplayBufferStatus":
                self._take_active(actions.REPLAY_BUFFER, read_reply(reply, _OutputStatus))
            case "GetVirtualCamStatus":
                self._take_active(actions.VIRTUAL_CAMERA, read_reply(reply, _OutputStatus))
            case "GetStats":
                stats = read_reply(reply, _Stats)
                self._say("fps", round(stats.active_fps, 1))
                self._say("cpu_percent", round(stats.cpu_usage, 1))
                self._say("disk_free_gb", round(stats.available_disk_space / 1024, 1))

    def _take_program(self, name: str) -> None:
        """Take a re-read of the program, except in mid-transition, when it may name either scene."""
        if not self.is_moving:
            self.set_value(actions.PROGRAM, name)

    def _take_active(self, address: str, status: _OutputStatus) -> None:
        if status.output_reconnecting:
            state = "reconnecting"
        elif status.output_paused:
            state = "paused"
        else:
            state = "started" if status.output_active else "stopped"
        known = self._status.get(_OUTPUT_STATUS[address])
        if known == "starting" and state == "stopped":
            return
        if known not in {None, state} and self._doubted.get(address) != state:
            # For some ms after an output's event its status may still be the old one (measured on
            # OBS 29): what contradicts an event is believed when a second reading says it too.
            self._doubted[address] = state
            return
        self._doubted.pop(address, None)
        self.set_value(address, status.output_active)
        self._say(_OUTPUT_STATUS[address], state)

    def _take_output(self, address: str, output_state: str | None) -> None:
        state = _OUTPUT_STATES.get((output_state or "").removeprefix("OBS_WEBSOCKET_OUTPUT_"))
        if state is None:
            return
        self._doubted.pop(address, None)
        self._say(_OUTPUT_STATUS[address], state)
        if state != "starting":
            self.set_value(address, state != "stopped")

    def _drop_scene(self, name: str) -> None:
        scenes = tuple(scene for scene in self.structure.scenes if scene != name)
        items = {scene: items for scene, items in self.structure.items.items() if scene != name}
        self.replace_structure(replace(self.structure, scenes=scenes, items=items))

    def _drop_input(self, name: str) -> None:
        inputs = {it: kind for it, kind in self.structure.inputs.items() if it != name}
        self.replace_structure(replace(self.structure, inputs=inputs))

    def _say(self, key: str, value: Value) -> None:
        if self._status.get(key) != value or type(self._status.get(key)) is not type(value):
            self._status[key] = value
            self._news[key] = value
