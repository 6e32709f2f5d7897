"""What an operator fills in for OBS: the connection, and one payload type for each action.

Owns the settings, the payloads, their addresses and forms. Knows no wire: `plans` turns an order into
requests. Names of actions and fields are stored in shows and never change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from showcaller.core.forms import FadeRange
from showcaller.devices.driver import ActionKind, Order

PROGRAM = "program scene"
PREVIEW = "preview scene"
STUDIO_MODE = "studio mode"
STREAM = "stream"
RECORD = "record"
REPLAY_BUFFER = "replay buffer"
VIRTUAL_CAMERA = "virtual camera"


class ObsSettings(Struct, frozen=True, kw_only=True):
    """Where OBS listens: Tools, WebSocket Server Settings."""

    host: Annotated[str, Meta(title="Host", description="Name or address of the machine OBS runs on.")] = (
        "localhost"
    )
    port: Annotated[int, Meta(ge=1, le=65535, title="Port")] = 4455
    password: Annotated[
        str,
        Meta(
            title="Password",
            description="As in OBS under Tools, WebSocket Server Settings. Empty where it asks for none.",
            extra={"type": "secret"},
        ),
    ] = ""

    def __repr__(self) -> str:
        return f"ObsSettings(host={self.host!r}, port={self.port})"


Scene = Annotated[str, Meta(title="Scene", extra={"choices_from": "scenes"})]
Input = Annotated[str, Meta(title="Input", extra={"choices_from": "inputs"})]
MediaInput = Annotated[str, Meta(title="Media", extra={"choices_from": "media"})]
Transition = Annotated[
    str,
    Meta(
        title="Transition",
        description="Empty: the one that is chosen in OBS.",
        extra={"choices_from": "transitions"},
    ),
]
TransitionDuration = Annotated[
    int,
    Meta(
        ge=50,
        le=20_000,
        title="Duration",
        description="Empty: as set in OBS.",
        extra={"unit": "ms"},
    ),
]


class ProgramScene(Struct, frozen=True):
    """Put a scene on program. The transition and its duration stay chosen in OBS afterwards."""

    scene: Scene
    transition: Transition | None = None
    duration: TransitionDuration | None = None


class PreviewScene(Struct, frozen=True):
    """Put a scene on preview; studio mode must be on."""

    scene: Scene


class Take(Struct, frozen=True):
    """Put what is on preview on program; studio mode must be on."""

    transition: Transition | None = None
    duration: TransitionDuration | None = None


class StudioMode(Struct, frozen=True):
    """Switch studio mode."""

    on: Annotated[bool, Meta(title="On")] = True


class SourceVisibility(Struct, frozen=True):
    """Show or hide a source in a scene or group."""

    scene: Scene
    source: Annotated[str, Meta(title="Source", extra={"choices_from": "sources/{scene}"})]
    visible: Annotated[bool, Meta(title="Visible")] = True


class InputMute(Struct, frozen=True):
    """Mute or open an input."""

    input: Input
    muted: Annotated[bool, Meta(title="Muted")] = True


class InputVolume(Struct, frozen=True):
    """Set the volume of an input; may fade."""

    input: Input
    volume: Annotated[float, Meta(ge=-100, le=26, title="Volume", extra={"unit": "dB"})] = 0.0


class Media(Struct, frozen=True):
    """Play, pause, stop or restart a media input."""

    input: MediaInput


class MediaSeek(Struct, frozen=True):
    """Move a media input to a place in it."""

    input: MediaInput
    position: Annotated[int, Meta(ge=0, title="Position", extra={"unit": "ms"})] = 0


class Text(Struct, frozen=True):
    """Write the text of a text source."""

    input: Annotated[str, Meta(title="Text source", extra={"choices_from": "texts"})]
    text: Annotated[str, Meta(title="Text", extra={"type": "lines"})] = ""


class FilterEnabled(Struct, frozen=True):
    """Switch a filter of a source or scene."""

    source: Annotated[str, Meta(title="Source", extra={"choices_from": "sources"})]
    filter: Annotated[str, Meta(title="Filter", extra={"choices_from": "filters/{source}"})]
    enabled: Annotated[bool, Meta(title="On")] = True


class Output(Struct, frozen=True):
    """Start or stop the stream, the recording, the replay buffer or the virtual camera."""


class Hotkey(Struct, frozen=True):
    """Trigger a hotkey by its name inside OBS."""

    hotkey: Annotated[str, Meta(title="Hotkey", extra={"choices_from": "hotkeys"})]


class RawRequest(Struct, frozen=True):
    """Send any request of obs-websocket 5."""

    request: Annotated[
        str,
        Meta(title="Request", description="Its name in the obs-websocket protocol: SetInputAudioBalance."),
    ]
    data: Annotated[dict[str, Any], Meta(title="Data")] = {}


def visibility_address(scene: str, source: str) -> str:
    """Return the address of a source's visibility."""
    return f"scene/{scene}/{source}"


def volume_address(input_name: str) -> str:
    """Return the address of an input's volume; it holds dB."""
    return f"input/{input_name}/volume"


def mute_address(input_name: str) -> str:
    """Return the address of an input's mute."""
    return f"input/{input_name}/mute"


def media_address(input_name: str) -> str:
    """Return the address of a media input; it holds `playing`, `paused` or `stopped`."""
    return f"media/{input_name}"


def position_address(input_name: str) -> str:
    """Return the address of a media input's cursor; it holds milliseconds."""
    return f"media/{input_name}/position"


def text_address(input_name: str) -> str:
    """Return the address of a text source's text."""
    return f"text/{input_name}"


def filter_address(source: str, filter_name: str) -> str:
    """Return the address of a filter's switch."""
    return f"filter/{source}/{filter_name}"


def _raw_address(payload: RawRequest) -> str:
    return f"request/{payload.request} {msgspec.json.encode(payload.data, order='deterministic').decode()}"


def _output(name: str, title: str, address: str, starts: bool) -> ActionKind:
    return ActionKind(
        name=name,
        title=title,
        payload=Output,
        summary=title,
        address=lambda _payload: address,
        value=lambda _payload: starts,
        lasts=False,
    )


def _media(name: str, title: str, value: str, starts: bool) -> ActionKind:
    def address(payload: Media) -> str:
        return media_address(payload.input)

    kind = ActionKind(
        name=name,
        title=title,
        payload=Media,
        summary=f"{title.removesuffix(' media')} {{input}}",
        address=address,
        value=lambda _payload: value,
        lasts=False,
    )
    return replace(kind, media=address) if starts else kind


ACTIONS: tuple[ActionKind, ...] = (
    ActionKind(
        name="program-scene",
        title="Program scene",
        payload=ProgramScene,
        summary="Scene {scene}",
        address=lambda _payload: PROGRAM,
        value=lambda payload: payload.scene,
    ),
    ActionKind(
        name="preview-scene",
        title="Preview scene",
        payload=PreviewScene,
        summary="Preview {scene}",
        address=lambda _payload: PREVIEW,
        value=lambda payload: payload.scene,
    ),
    ActionKind(
        name="take",
        title="Take preview to program",
        payload=Take,
        summary="Take",
        address=lambda _payload: PROGRAM,
    ),
    ActionKind(
        name="studio-mode",
        title="Studio mode",
        payload=StudioMode,
        summary="Studio mode {on}",
        address=lambda _payload: STUDIO_MODE,
        value=lambda payload: payload.on,
    ),
    ActionKind(
        name="source-visibility",
        title="Source visibility",
        payload=SourceVisibility,
        summary="{source} in {scene} {visible}",
        address=lambda payload: visibility_address(payload.scene, payload.source),
        value=lambda payload: payload.visible,
    ),
    ActionKind(
        name="input-mute",
        title="Input mute",
        payload=InputMute,
        summary="Mute {input} {muted}",
        address=lambda payload: mute_address(payload.input),
        value=lambda payload: payload.muted,
    ),
    ActionKind(
        name="input-volume",
        title="Input volume",
        payload=InputVolume,
        summary="{input} to {volume}",
        address=lambda payload: volume_address(payload.input),
        value=lambda payload: payload.volume,
        fade=FadeRange(field="volume", low=-100, high=26, unit="dB", gain=True),
    ),
    _media("media-play", "Play media", "playing", starts=True),
    _media("media-restart", "Restart media", "playing", starts=True),
    _media("media-pause", "Pause media", "paused", starts=False),
    _media("media-stop", "Stop media", "stopped", starts=False),
    ActionKind(
        name="media-seek",
        title="Seek in media",
        payload=MediaSeek,
        summary="{input} to {position}",
        address=lambda payload: position_address(payload.input),
        value=lambda payload: payload.position,
        lasts=False,
    ),
    ActionKind(
        name="text",
        title="Text",
        payload=Text,
        summary="{input}: {text}",
        address=lambda payload: text_address(payload.input),
        value=lambda payload: payload.text,
    ),
    ActionKind(
        name="filter",
        title="Filter",
        payload=FilterEnabled,
        summary="{filter} on {source} {enabled}",
        address=lambda payload: filter_address(payload.source, payload.filter),
        value=lambda payload: payload.enabled,
    ),
    _output("stream-start", "Start stream", STREAM, starts=True),
    _output("stream-stop", "Stop stream", STREAM, starts=False),
    _output("record-start", "Start recording", RECORD, starts=True),
    _output("record-stop", "Stop recording", RECORD, starts=False),
    _output("replay-buffer-start", "Start replay buffer", REPLAY_BUFFER, starts=True),
    _output("replay-buffer-stop", "Stop replay buffer", REPLAY_BUFFER, starts=False),
    _output("virtual-camera-start", "Start virtual camera", VIRTUAL_CAMERA, starts=True),
    _output("virtual-camera-stop", "Stop virtual camera", VIRTUAL_CAMERA, starts=False),
    ActionKind(
        name="hotkey",
        title="Hotkey",
        payload=Hotkey,
        summary="Hotkey {hotkey}",
        address=lambda payload: f"hotkey/{payload.hotkey}",
    ),
    ActionKind(
        name="request",
        title="Any request",
        payload=RawRequest,
        summary="Request {request}",
        address=_raw_address,
    ),
)

ACTIONS_BY_NAME = {action.name: action for action in ACTIONS}


def address_of(order: Order) -> str:
    """Return what an order sets."""
    return ACTIONS_BY_NAME[order.kind].address(order.payload)


EXAMPLES: tuple[Order, ...] = (
    Order("program-scene", ProgramScene("Camera 2", "Fade", 100)),
    Order("studio-mode", StudioMode(on=True)),
    Order("preview-scene", PreviewScene("Slides")),
    Order("take", Take("Cut")),
    Order("source-visibility", SourceVisibility("Camera 1", "Name strap", visible=True)),
    Order("input-mute", InputMute("Host mic", muted=True)),
    Order("input-volume", InputVolume("Host mic", -6.0)),
    Order("media-play", Media("Opening film")),
    Order("media-pause", Media("Opening film")),
    Order("media-restart", Media("Opening film")),
    Order("media-seek", MediaSeek("Opening film", 1000)),
    Order("media-stop", Media("Opening film")),
    Order("text", Text("Name strap", "Jane Host")),
    Order("filter", FilterEnabled("Host mic", "Compressor", enabled=True)),
    Order("stream-start", Output()),
    Order("stream-stop", Output()),
    Order("record-start", Output()),
    Order("record-stop", Output()),
    Order("replay-buffer-start", Output()),
    Order("replay-buffer-stop", Output()),
    Order("virtual-camera-start", Output()),
    Order("virtual-camera-stop", Output()),
    Order("hotkey", Hotkey("OBSBasic.Screenshot")),
    Order("request", RawRequest("SetInputAudioBalance", {"inputName": "Host mic", "inputAudioBalance": 0.5})),
)
