"""What an order means on the wire, and how one sees that it happened.

Pure. Owns the requests of each action (`requests_of`), the reads that show its result (`reads_of`) and
what must be seen (`want_of`). Knows no connection; what OBS holds now comes as a `Structure`.
Source: obsproject/obs-websocket, docs/generated/protocol.md (requests).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from showcaller.core.reports import Value
from showcaller.devices.driver import Order, UnsendableError
from showcaller.devices.obs import actions
from showcaller.devices.obs.codec import Request
from showcaller.devices.obs.structure import Structure

MEDIA_ACTION: Final = "OBS_WEBSOCKET_MEDIA_INPUT_ACTION_"

_OUTPUT_REQUESTS: Final = {
    "stream-start": "StartStream",
    "stream-stop": "StopStream",
    "record-start": "StartRecord",
    "record-stop": "StopRecord",
    "replay-buffer-start": "StartReplayBuffer",
    "replay-buffer-stop": "StopReplayBuffer",
    "virtual-camera-start": "StartVirtualCam",
    "virtual-camera-stop": "StopVirtualCam",
}
_MEDIA_ACTIONS: Final = {
    "media-play": "PLAY",
    "media-restart": "RESTART",
    "media-pause": "PAUSE",
    "media-stop": "STOP",
}
OUTPUT_READS: Final = {
    actions.STREAM: "GetStreamStatus",
    actions.RECORD: "GetRecordStatus",
    actions.REPLAY_BUFFER: "GetReplayBufferStatus",
    actions.VIRTUAL_CAMERA: "GetVirtualCamStatus",
}


def request(request_type: str, **data: Any) -> Request:
    """Return a request with these data."""
    return Request(request_type, request_data=data or None)


def requests_of_set(orders: Sequence[Order]) -> list[tuple[Request, ...]]:
    """Return for each order of a set the requests that carry it out.

    OBS answers SetCurrentPreviewScene before the preview has changed, and a take behind it in one batch takes
    the old one (measured with OBS 29.0.2: every time). So such a take names its scene.

    Raises:
        UnsendableError: There is no such action, or OBS must not be asked for it.
    """
    requests = []
    preview = ""
    for order in orders:
        if isinstance(order.payload, actions.PreviewScene):
            preview = order.payload.scene
        if isinstance(order.payload, actions.Take) and preview:
            change = request("SetCurrentProgramScene", sceneName=preview)
            requests.append((*_transition(order.payload), change))
        else:
            requests.append(requests_of(order))
    return requests


def requests_of(order: Order) -> tuple[Request, ...]:
    """Return the requests that carry out an order by itself.

    Raises:
        UnsendableError: There is no such action, or OBS must not be asked for it.
    """
    match order.payload:
        case actions.ProgramScene(scene=scene) as scene_change:
            return (*_transition(scene_change), request("SetCurrentProgramScene", sceneName=scene))
        case actions.PreviewScene(scene=scene):
            return (request("SetCurrentPreviewScene", sceneName=scene),)
        case actions.Take() as take:
            return (*_transition(take), request("TriggerStudioModeTransition"))
        case actions.StudioMode(on=on):
            return (request("SetStudioModeEnabled", studioModeEnabled=on),)
        case actions.SourceVisibility(scene=scene, source=source, visible=visible):
            return (
                _find_item(scene, source),
                Request(
                    "SetSceneItemEnabled",
                    request_data={"sceneName": scene, "sceneItemEnabled": visible},
                    input_variables={"sceneItemId": "item"},
                ),
            )
        case actions.InputMute(input=name, muted=muted):
            return (request("SetInputMute", inputName=name, inputMuted=muted),)
        case actions.InputVolume(input=name, volume=volume):
            return (request("SetInputVolume", inputName=name, inputVolumeDb=volume),)
        case actions.Media(input=name):
            return (trigger_media(name, _MEDIA_ACTIONS[order.kind]),)
        case actions.MediaSeek(input=name, position=position):
            return (request("SetMediaInputCursor", inputName=name, mediaCursor=position),)
        case actions.Text(input=name, text=text):
            return (request("SetInputSettings", inputName=name, inputSettings={"text": text}, overlay=True),)
        case actions.FilterEnabled(source=source, filter=name, enabled=enabled):
            return (
                request("SetSourceFilterEnabled", sourceName=source, filterName=name, filterEnabled=enabled),
            )
        case actions.Output():
            return (request(_OUTPUT_REQUESTS[order.kind]),)
        case actions.Hotkey(hotkey=hotkey):
            return (request("TriggerHotkeyByName", hotkeyName=hotkey),)
        case actions.RawRequest(request=name, data=data):
            if name == "Sleep":
                raise UnsendableError(
                    "OBS must not be sent to sleep: it then answers nobody. Use a cue's waits instead."
                )
            return (Request(name, request_data=dict(data) or None),)
    raise UnsendableError(f"OBS has no action “{order.kind}”.")


def _transition(change: actions.ProgramScene | actions.Take) -> tuple[Request, ...]:
    requests: tuple[Request, ...] = ()
    if change.transition:
        requests += (request("SetCurrentSceneTransition", transitionName=change.transition),)
    if change.duration is not None:
        requests += (request("SetCurrentSceneTransitionDuration", transitionDuration=change.duration),)
    return requests


def _find_item(scene: str, source: str) -> Request:
    """Look an item's id up inside the batch itself: it may have changed since standby."""
    return Request(
        "GetSceneItemId",
        request_data={"sceneName": scene, "sourceName": source},
        output_variables={"item": "sceneItemId"},
    )


def trigger_media(name: str, action: str) -> Request:
    """Return the request for PLAY, PAUSE, STOP or RESTART."""
    return request("TriggerMediaInputAction", mediaAction=MEDIA_ACTION + action, inputName=name)


def play_from_start(frame: bytes, name: str) -> bytes:
    """Return a prepared frame with PLAY of that input turned into RESTART.

    OBS passes over PLAY for media that are stopped or have ended, and what they are is known only at GO.
    The bytes looked for hold raw quotation marks, so no text of an operator can contain them.
    """
    return frame.replace(
        msgspec.json.encode(trigger_media(name, "PLAY")), msgspec.json.encode(trigger_media(name, "RESTART"))
    )


def reads_of(order: Order) -> tuple[Request, ...]:
    """Return the requests that read what an order has set; none where OBS cannot say."""
    match order.payload:
        case actions.ProgramScene() | actions.Take():
            return (request("GetCurrentProgramScene"),)
        case actions.PreviewScene():
            return (request("GetCurrentPreviewScene"),)
        case actions.StudioMode():
            return (request("GetStudioModeEnabled"),)
        case actions.SourceVisibility(scene=scene, source=source):
            return (
                _find_item(scene, source),
                Request(
                    "GetSceneItemEnabled",
                    request_data={"sceneName": scene},
                    input_variables={"sceneItemId": "item"},
                ),
            )
        case actions.InputMute(input=name):
            return (request("GetInputMute", inputName=name),)
        case actions.InputVolume(input=name):
            return (request("GetInputVolume", inputName=name),)
        case actions.Media(input=name) | actions.MediaSeek(input=name):
            return (request("GetMediaInputStatus", inputName=name),)
        case actions.Text(input=name):
            return (request("GetInputSettings", inputName=name),)
        case actions.FilterEnabled(source=source, filter=name):
            return (request("GetSourceFilter", sourceName=source, filterName=name),)
        case actions.Output():
            return (request(OUTPUT_READS[actions.address_of(order)]),)
    return ()


@dataclass(frozen=True)
class Want:
    """What must be seen in OBS before an order counts as confirmed."""

    address: str
    value: Value


def want_of(order: Order, target: str) -> Want | None:
    """Return what an order must lead to, or None where OBS cannot show it.

    Args:
        order: The order.
        target: The scene that a take puts on program.
    """
    match order.payload:
        case actions.Hotkey() | actions.RawRequest():
            return None
        case actions.Take():
            return Want(actions.PROGRAM, target)
    action = actions.ACTIONS_BY_NAME[order.kind]
    return Want(action.address(order.payload), action.value(order.payload))


def targets_of(orders: Sequence[Order], preview: str) -> list[str]:
    """Return for each order of a set the scene on preview when its turn comes: what a take takes."""
    targets = []
    for order in orders:
        if isinstance(order.payload, actions.PreviewScene):
            preview = order.payload.scene
        targets.append(preview)
    return targets


def check_orders(orders: Sequence[Order], structure: Structure, studio_mode: bool) -> None:
    """Check a set against what a ready OBS holds.

    Raises:
        UnsendableError: The first order that cannot work.
    """
    for order in orders:
        match order.payload:
            case actions.StudioMode(on=on):
                studio_mode = on
            case actions.PreviewScene() | actions.Take() if not studio_mode:
                raise UnsendableError("Studio mode is off in OBS, so there is no preview to work with.")
        if complaint := _missing(order, structure):
            raise UnsendableError(complaint)


def _missing(order: Order, structure: Structure) -> str:
    match order.payload:
        case actions.ProgramScene(scene=scene) | actions.PreviewScene(scene=scene) if (
            scene not in structure.scenes
        ):
            return f"OBS has no scene “{scene}”."
        case actions.SourceVisibility(scene=scene) if scene not in structure.items:
            return f"OBS has no scene “{scene}”."
        case actions.SourceVisibility(scene=scene, source=source) if (
            source not in structure.items[scene].values()
        ):
            return f"OBS has no source “{source}” in scene “{scene}”."
        case (
            actions.InputMute(input=name)
            | actions.InputVolume(input=name)
            | actions.Media(input=name)
            | actions.MediaSeek(input=name)
            | actions.Text(input=name)
        ) if name not in structure.inputs:
            return f"OBS has no input “{name}”."
        case actions.FilterEnabled(source=source, filter=name) if name not in structure.filters.get(
            source, ()
        ):
            return f"OBS has no filter “{name}” on “{source}”."
        case actions.Hotkey(hotkey=hotkey) if hotkey not in structure.hotkeys:
            return f"OBS has no hotkey “{hotkey}”."
    match order.payload:
        case actions.ProgramScene(transition=str(name)) | actions.Take(transition=str(name)) if (
            name and name not in structure.transitions
        ):
            return f"OBS has no transition “{name}”."
    return ""
