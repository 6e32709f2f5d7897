"""The events of obs-websocket that we read, typed.

Pure. `happening_of` is the only door. Which scenes, inputs, items and filters there are is not followed
event by event: `StructureChanged` says that they must be read again.
Source: obsproject/obs-websocket, docs/generated/protocol.md (events).
"""

from __future__ import annotations

import sys
from typing import Any, Final

import msgspec
from msgspec import Struct

from showcaller.devices.driver import CodecError
from showcaller.devices.obs.codec import Event


class ProgramChanged(Struct, frozen=True, rename="camel"):
    """A scene is on program: said at the end of its transition."""

    scene_name: str


class PreviewChanged(Struct, frozen=True, rename="camel"):
    """A scene is on preview."""

    scene_name: str | None = None


class StudioModeChanged(Struct, frozen=True, rename="camel"):
    """Studio mode was switched."""

    studio_mode_enabled: bool


class TransitionStarted(Struct, frozen=True, rename="camel"):
    """A transition began; to which scene is not said."""

    transition_name: str


class TransitionEnded(Struct, frozen=True, rename="camel"):
    """A transition ended; before or after `ProgramChanged`."""

    transition_name: str


class TransitionChosen(Struct, frozen=True, rename="camel"):
    """Another transition was chosen."""

    transition_name: str


class TransitionDurationChanged(Struct, frozen=True, rename="camel"):
    """The chosen transition lasts that many milliseconds now."""

    transition_duration: int


class SceneGone(Struct, frozen=True, rename="camel"):
    """A scene was deleted."""

    scene_name: str


class InputGone(Struct, frozen=True, rename="camel"):
    """An input was deleted."""

    input_name: str


class ItemShown(Struct, frozen=True, rename="camel"):
    """An item of a scene or group was shown or hidden."""

    scene_name: str
    scene_item_id: int
    scene_item_enabled: bool


class MuteChanged(Struct, frozen=True, rename="camel"):
    """An input was muted or opened."""

    input_name: str
    input_muted: bool


class VolumeChanged(Struct, frozen=True, rename="camel"):
    """The volume of an input is so many dB now; None where that is minus infinity."""

    input_name: str
    input_volume_db: float | None = None


class FilterSwitched(Struct, frozen=True, rename="camel"):
    """A filter was switched."""

    source_name: str
    filter_name: str
    filter_enabled: bool


class MediaStarted(Struct, frozen=True, rename="camel"):
    """A media input began to play."""

    input_name: str


class MediaFinished(Struct, frozen=True, rename="camel"):
    """A media input came to its end or was stopped."""

    input_name: str


class MediaTriggered(Struct, frozen=True, rename="camel"):
    """Somebody played, paused, stopped or restarted a media input."""

    input_name: str
    media_action: str


class OutputChanged(Struct, frozen=True, rename="camel"):
    """An output changed its state; `output_active` is no guide while it reconnects."""

    output_active: bool
    output_state: str | None = None


class StreamChanged(OutputChanged, frozen=True, rename="camel"):
    """The stream did."""


class RecordChanged(OutputChanged, frozen=True, rename="camel"):
    """The recording did."""


class ReplayBufferChanged(OutputChanged, frozen=True, rename="camel"):
    """The replay buffer did."""


class VirtualCameraChanged(OutputChanged, frozen=True, rename="camel"):
    """The virtual camera did."""


class InputMeter(Struct, frozen=True, rename="camel"):
    """The levels of one input, a triple for each channel."""

    input_name: str
    input_levels_mul: tuple[tuple[float, ...], ...] = ()


class Meters(Struct, frozen=True, rename="camel"):
    """Twenty times a second; per channel magnitude, peak, and peak before fader and mute, all linear."""

    inputs: tuple[InputMeter, ...] = ()


class CollectionChanging(Struct, frozen=True):
    """OBS leaves its scene collection: requests get 207 from now."""


class CollectionChanged(Struct, frozen=True):
    """OBS has loaded a scene collection."""


class ObsExits(Struct, frozen=True):
    """OBS is being closed."""


class StructureChanged(Struct, frozen=True):
    """Scenes, inputs, items, filters or their names changed: they are read again."""


Happening = (
    ProgramChanged
    | PreviewChanged
    | StudioModeChanged
    | TransitionStarted
    | TransitionEnded
    | TransitionChosen
    | TransitionDurationChanged
    | SceneGone
    | InputGone
    | ItemShown
    | MuteChanged
    | VolumeChanged
    | FilterSwitched
    | MediaStarted
    | MediaFinished
    | MediaTriggered
    | StreamChanged
    | RecordChanged
    | ReplayBufferChanged
    | VirtualCameraChanged
    | Meters
    | CollectionChanging
    | CollectionChanged
    | ObsExits
    | StructureChanged
)
"""What an event says, for those that we read."""

_STRUCTURE: Final = (
    "SceneCreated SceneNameChanged SceneListChanged InputCreated InputNameChanged SceneItemCreated "
    "SceneItemRemoved SceneItemListReindexed SourceFilterListReindexed SourceFilterCreated "
    "SourceFilterRemoved SourceFilterNameChanged CurrentProfileChanged"
)
_HAPPENINGS: Final[dict[str, type[Any]]] = {
    **dict.fromkeys(_STRUCTURE.split(), StructureChanged),
    "CurrentProgramSceneChanged": ProgramChanged,
    "CurrentPreviewSceneChanged": PreviewChanged,
    "StudioModeStateChanged": StudioModeChanged,
    "SceneTransitionStarted": TransitionStarted,
    "SceneTransitionEnded": TransitionEnded,
    "CurrentSceneTransitionChanged": TransitionChosen,
    "CurrentSceneTransitionDurationChanged": TransitionDurationChanged,
    "SceneRemoved": SceneGone,
    "InputRemoved": InputGone,
    "SceneItemEnableStateChanged": ItemShown,
    "InputMuteStateChanged": MuteChanged,
    "InputVolumeChanged": VolumeChanged,
    "SourceFilterEnableStateChanged": FilterSwitched,
    "MediaInputPlaybackStarted": MediaStarted,
    "MediaInputPlaybackEnded": MediaFinished,
    "MediaInputActionTriggered": MediaTriggered,
    "StreamStateChanged": StreamChanged,
    "RecordStateChanged": RecordChanged,
    "ReplayBufferStateChanged": ReplayBufferChanged,
    "VirtualcamStateChanged": VirtualCameraChanged,
    "InputVolumeMeters": Meters,
    "CurrentSceneCollectionChanging": CollectionChanging,
    "CurrentSceneCollectionChanged": CollectionChanged,
    "ExitStarted": ObsExits,
}
_happening_decoders: Final = {name: msgspec.json.Decoder(type_) for name, type_ in _HAPPENINGS.items()}


def happening_of(event: Event) -> Happening | None:
    """Return what an event says, or None for one that we do not read.

    Raises:
        CodecError: Its data are not what the protocol says.
    """
    decoder = _happening_decoders.get(sys.intern(event.event_type))
    if decoder is None:
        return None
    try:
        happening: Happening = decoder.decode(event.event_data)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise CodecError(f"OBS sent an event “{event.event_type}” that cannot be read: {error}.") from error
    return happening
