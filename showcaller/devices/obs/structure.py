"""What there is in OBS (scenes, inputs, items, filters …), and the reading of it.

Pure. A `Structure` is frozen and replaced as a whole, so the engine's thread may look into it while the
reader's makes the next. `Survey` says what to ask next and takes the answers; who asks is no matter here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from showcaller.devices.driver import CodecError
from showcaller.devices.obs.codec import Code, Reply, Request

_CHUNK: Final = 40
"""Requests in one batch of a survey: a few milliseconds of OBS, so that a cue never waits long."""
_MEDIA_KINDS: Final = ("ffmpeg_source", "vlc_source", "slideshow")
_TEXT_KINDS: Final = ("text_",)

ReplyT = TypeVar("ReplyT", bound=Struct)


class SceneName(Struct, frozen=True, rename="camel"):
    """One entry of `GetSceneList`; index 0 is the bottom of OBS's list."""

    scene_name: str
    scene_index: int = 0


class SceneList(Struct, frozen=True, rename="camel"):
    """The answer to `GetSceneList`."""

    scenes: tuple[SceneName, ...]
    current_program_scene_name: str | None = None
    current_preview_scene_name: str | None = None


class _GroupList(Struct, frozen=True):
    groups: tuple[str, ...]


class Item(Struct, frozen=True, rename="camel"):
    """One source in a scene or group."""

    scene_item_id: int
    source_name: str
    scene_item_enabled: bool = True


class ItemList(Struct, frozen=True, rename="camel"):
    """The answer to `GetSceneItemList` and `GetGroupSceneItemList`."""

    scene_items: tuple[Item, ...]


class _Input(Struct, frozen=True, rename="camel"):
    input_name: str
    unversioned_input_kind: str = ""


class _InputList(Struct, frozen=True):
    inputs: tuple[_Input, ...]


class Filter(Struct, frozen=True, rename="camel"):
    """One filter of a source or scene."""

    filter_name: str
    filter_enabled: bool = True


class FilterList(Struct, frozen=True):
    """The answer to `GetSourceFilterList`."""

    filters: tuple[Filter, ...]


class _Transition(Struct, frozen=True, rename="camel"):
    transition_name: str
    transition_kind: str = ""
    transition_fixed: bool = False


class _TransitionList(Struct, frozen=True):
    transitions: tuple[_Transition, ...]


class _HotkeyList(Struct, frozen=True):
    hotkeys: tuple[str, ...]


class _Version(Struct, frozen=True, rename="camel"):
    obs_version: str
    obs_web_socket_version: str


def read_reply(reply: Reply, type_: type[ReplyT]) -> ReplyT:
    """Return the data of a reply as a typed value.

    Raises:
        CodecError: They are not what the protocol says.
    """
    try:
        return msgspec.convert(reply.data, type_)
    except msgspec.ValidationError as error:
        raise CodecError(f"OBS's answer to {reply.request_type} cannot be read: {error}.") from error


@dataclass(frozen=True)
class Structure:
    """Everything in OBS that has a name."""

    version: str = ""
    scenes: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Kind of each input."""
    items: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Per scene and group: the source of each item id."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    transitions: Mapping[str, bool] = field(default_factory=dict)
    """Whether each transition has a length of its own that cannot be set (a cut, a stinger)."""
    cuts: frozenset[str] = frozenset()
    """The transitions that take no time."""
    hotkeys: tuple[str, ...] = ()

    @property
    def media(self) -> tuple[str, ...]:
        """The inputs that play."""
        return tuple(name for name, kind in self.inputs.items() if kind.startswith(_MEDIA_KINDS))

    def names(self) -> dict[str, tuple[str, ...]]:
        """Return all names under the lists that the forms choose from."""
        return {
            "scenes": self.scenes,
            "inputs": tuple(self.inputs),
            "sources": (*self.scenes, *self.inputs),
            "media": self.media,
            "texts": tuple(name for name, kind in self.inputs.items() if kind.startswith(_TEXT_KINDS)),
            "transitions": tuple(self.transitions),
            "hotkeys": self.hotkeys,
            **{f"sources/{scene}": tuple(dict.fromkeys(ids.values())) for scene, ids in self.items.items()},
            **{f"filters/{source}": names for source, names in self.filters.items() if names},
        }

    def summary(self) -> str:
        """Say in a few words what there is."""
        return f"{self.version}: {len(self.scenes)} scenes, {len(self.inputs)} inputs."


class Survey:
    """One reading of everything, batch by batch, so that cues may go between two batches."""

    FIRST: Final = tuple(
        Request(name)
        for name in (
            "GetVersion",
            "GetStudioModeEnabled",
            "GetSceneList",
            "GetGroupList",
            "GetInputList",
            "GetSceneTransitionList",
            "GetCurrentSceneTransition",
            "GetHotkeyList",
            "GetStreamStatus",
            "GetRecordStatus",
            "GetReplayBufferStatus",
            "GetVirtualCamStatus",
            "GetStats",
        )
    )

    def __init__(self) -> None:
        self.is_refused = False
        """OBS is still loading: ask again from the start, a little later."""
        self._rest: list[Request] = []
        self._version = ""
        self._scenes: tuple[str, ...] = ()
        self._inputs: dict[str, str] = {}
        self._items: dict[str, dict[int, str]] = {}
        self._filters: dict[str, tuple[str, ...]] = {}
        self._transitions: dict[str, bool] = {}
        self._cuts: frozenset[str] = frozenset()
        self._hotkeys: tuple[str, ...] = ()

    def take(self, requests: Sequence[Request], replies: Sequence[Reply]) -> tuple[Request, ...]:
        """Take the answers to one batch and return the next, empty at the end.

        Raises:
            CodecError: An answer cannot be read.
        """
        for request, reply in zip(requests, replies, strict=False):
            if reply.request_status.code == Code.NOT_READY:
                self.is_refused = True
                return ()
            if reply.request_status.result:
                self._take(request, reply)
        chunk, self._rest = self._rest[:_CHUNK], self._rest[_CHUNK:]
        return tuple(chunk)

    def structure(self) -> Structure:
        """Return what was found; after `take` returned nothing more to ask."""
        return Structure(
            version=self._version,
            scenes=self._scenes,
            inputs=self._inputs,
            items=self._items,
            filters=self._filters,
            transitions=self._transitions,
            cuts=self._cuts,
            hotkeys=self._hotkeys,
        )

    def _take(self, request: Request, reply: Reply) -> None:
        asked = request.request_data or {}
        match reply.request_type:
            case "GetVersion":
                version = read_reply(reply, _Version)
                self._version = f"OBS {version.obs_version}, obs-websocket {version.obs_web_socket_version}"
            case "GetSceneList":
                found = sorted(read_reply(reply, SceneList).scenes, key=lambda scene: -scene.scene_index)
                self._scenes = tuple(scene.scene_name for scene in found)
                for name in self._scenes:
                    self._ask("GetSceneItemList", sceneName=name)
                    self._ask("GetSourceFilterList", sourceName=name)
            case "GetGroupList":
                for name in read_reply(reply, _GroupList).groups:
                    self._ask("GetGroupSceneItemList", sceneName=name)
                    self._ask("GetSourceFilterList", sourceName=name)
            case "GetInputList":
                for found_input in read_reply(reply, _InputList).inputs:
                    name, kind = found_input.input_name, found_input.unversioned_input_kind
                    self._inputs[name] = kind
                    self._ask("GetSourceFilterList", sourceName=name)
                    self._ask("GetInputMute", inputName=name)
                    self._ask("GetInputVolume", inputName=name)
                    if kind.startswith(_MEDIA_KINDS):
                        self._ask("GetMediaInputStatus", inputName=name)
            case "GetSceneTransitionList":
                transitions = read_reply(reply, _TransitionList).transitions
                self._transitions = {it.transition_name: it.transition_fixed for it in transitions}
                self._cuts = frozenset(
                    it.transition_name for it in transitions if it.transition_kind == "cut_transition"
                )
            case "GetHotkeyList":
                self._hotkeys = tuple(dict.fromkeys(read_reply(reply, _HotkeyList).hotkeys))
            case "GetSceneItemList" | "GetGroupSceneItemList":
                self._items[asked["sceneName"]] = {
                    item.scene_item_id: item.source_name for item in read_reply(reply, ItemList).scene_items
                }
            case "GetSourceFilterList":
                filters = read_reply(reply, FilterList).filters
                self._filters[asked["sourceName"]] = tuple(it.filter_name for it in filters)

    def _ask(self, request_type: str, **data: str) -> None:
        self._rest.append(Request(request_type, request_data=dict(data)))
