"""The document: a show, its rundown of segments and cues, its departments and devices.

Owns the types and the lookups on them. Knows no mode, no playback, no device code and no file:
an action's `fields` stay as written, so a show made for a device that is unknown here survives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Literal
from uuid import uuid4

import msgspec
from msgspec import Struct

from showcaller.core.tempo import Beat, Tempo
from showcaller.core.times import NO_TIME, Duration, TimeOfDay, parse_time_of_day

FORMAT = "showcaller-show"
VERSION = 1


def new_id() -> str:
    """Return a random id, so that rows of two copies of a show never collide."""
    return uuid4().hex


class _Value(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every part of the document has in common: frozen, strict, defaults left out."""


class Call(_Value, frozen=True):
    """One department's part of a cue: LX 24 “Blue wash”."""

    department: str
    """Id of the department."""
    number: str = ""
    text: str = ""


class Fade(_Value, frozen=True):
    """A value on the move; units are those of the action's fading field."""

    to: float
    duration: Duration
    curve: Literal["linear", "s", "equal-power"] = "linear"
    start: float | None = None
    """Where it starts; None is the current value."""


class Action(_Value, frozen=True):
    """What a cue tells one device."""

    id: str
    device: str
    """Id of the device."""
    kind: str
    fields: Mapping[str, Any] = {}
    fade: Fade | None = None
    number_from: str | None = None
    """Id of the department whose call gives this action its number; None: the number is in `fields`."""
    department: str | None = None
    """Whose action it is; None: that of `number_from`, else of the device, else of the cue's only call."""


TimerDeed = Literal["start", "stop", "resume", "reset"]


class TimerOrder(_Value, frozen=True):
    """What a cue does to a stopwatch or countdown of the show when it fires."""

    timer: str
    """Its name, as the clocks show it."""
    do: TimerDeed = "start"
    down_from: Duration | None = None
    """Of a start: the length that it counts down from; None: it counts up."""


class Manual(_Value, frozen=True, tag="manual"):
    """Fired by a person's GO."""


class AutoContinue(_Value, frozen=True, tag="auto-continue"):
    """Starts after the post-wait of the cue above."""


class AutoFollow(_Value, frozen=True, tag="auto-follow"):
    """Starts when the cue above ends."""


class AtClock(_Value, frozen=True, tag="clock"):
    """Starts at a time of day."""

    at: TimeOfDay


class AtOffset(_Value, frozen=True, tag="offset"):
    """Starts so long after its segment began."""

    after: Duration


class AtTimecode(_Value, frozen=True, tag="timecode"):
    """Starts when the timecode that comes in reaches a label."""

    at: str
    """`10:00:00:00`, at the rate of the show's timecode."""


Trigger = Manual | AutoContinue | AutoFollow | AtClock | AtOffset | AtTimecode


class Soft(_Value, frozen=True, tag="soft"):
    """Starts when it is called."""


class Hard(_Value, frozen=True, tag="hard"):
    """Starts at the clock, whatever runs."""

    at: TimeOfDay


class Hit(_Value, frozen=True, tag="hit"):
    """A target: started by GO, shown as reached or missed by how much."""

    at: TimeOfDay


Start = Soft | Hard | Hit

Overrun = Literal["push", "eat", "keep"]
"""What an overrun does: moves all soft rows on; is made up in the next gap before a hit time, which waits
for its time; or ends where the next hard start is, which cuts what runs."""


StandbyWith = Literal["auto", "above", "alone"]


class Segment(_Value, frozen=True, tag="segment"):
    """A heading row: act, scene, item, break."""

    id: str
    page: str = ""
    title: str = ""
    duration: Duration | None = None
    learned: Duration | None = None
    """How long it was in the run whose times were kept."""
    minimum: Duration | None = None
    """Elastic: so short it may be made; None: not shorter than planned."""
    maximum: Duration | None = None
    """Elastic: so long it may be made; None: not longer than planned."""
    floatable: bool = False
    """May be floated to buy time back."""
    priority: int = 0
    """In which order segments give time back, the lowest first."""
    branch: str = ""
    """Name of the branch that it is part of, such as “Result”; empty: it comes whatever is chosen."""
    ending: str = ""
    """Which ending of its branch it belongs to, such as “Win”; the first in the rundown is planned."""
    start: Start = Soft()
    colour: str = ""
    floated: bool = False
    notes: str = ""


class Cue(_Value, frozen=True, tag="cue"):
    """What one GO fires."""

    id: str
    number: str = ""
    name: str = ""
    on: str = ""
    calls: tuple[Call, ...] = ()
    trigger: Trigger = Manual()
    actions: tuple[Action, ...] = ()
    timers: tuple[TimerOrder, ...] = ()
    beat: Beat | None = None
    """The bar and beat of the music that its GO is called on."""
    tempo: Tempo | None = None
    """The tempo that is counted from its GO on."""
    pre_wait: Duration = NO_TIME
    post_wait: Duration = NO_TIME
    duration: Duration | None = None
    offset: Duration | None = None
    """Planned place in the segment; None: after the cue before it."""
    learned: Duration | None = None
    """How long it ran in the run whose times were kept."""
    learned_offset: Duration | None = None
    """Its place in the segment in that run."""
    armed: bool = True
    floated: bool = False
    guard: Duration | None = None
    """Double-GO guard of this cue; None: the show's."""
    standby_with: StandbyWith = "auto"
    """Whether one standby is said for it and the cue above: as proposed, always, or never."""
    shot: str = ""
    colour: str = ""
    notes: str = ""


Row = Segment | Cue


class Department(_Value, frozen=True):
    """LX, SND, VT …: who takes a call, and how long before they want to hear of it."""

    id: str
    name: str
    spoken: str = ""
    colour: str = ""
    warning: Duration = Duration(60_000)
    standby: Duration = Duration(10_000)
    taken_by: Literal["desk", "operator"] = "desk"
    cue_light: str = ""
    """Station of its cue light; empty: it has none."""


class Device(_Value, frozen=True):
    """A thing in the show that takes actions. `settings` never hold a secret."""

    id: str
    name: str
    kind: str
    settings: Mapping[str, Any] = {}
    department: str | None = None
    """Id of the department whose actions it takes where they do not say."""


class MidiBinding(_Value, frozen=True):
    """A learned MIDI message that does what a key does."""

    word: Literal["go", "step", "stop", "hold", "resume", "panic", "next", "previous"]
    type: Literal["note", "controller"]
    channel: int
    """1 to 16."""
    number: int


class Remote(_Value, frozen=True):
    """Who may call from outside. Off until a port is set."""

    osc_port: int | None = None
    osc_host: str = "127.0.0.1"
    midi_port: str = ""
    midi: tuple[MidiBinding, ...] = ()


TimecodeRate = Literal["24", "25", "29.97", "30"]
"""Frames a second of MIDI time code; 29.97 is drop-frame."""


class TimecodeInput(_Value, frozen=True):
    """Where timecode comes in. Off until a port is set."""

    port: str = ""
    """Name of a MIDI input."""
    rate: TimecodeRate = "25"
    offset: str = ""
    """Added to what comes in: `-10:00:00:00`."""
    freewheel: int = 10
    """Frames that the show goes on by itself when nothing comes in any more."""


Calling = Literal["go", "standby-go", "warning-standby-go", "hold"]
"""What the caller's key does: GO alone, step by step, or standby while it is held and GO when it comes up."""

WordingName = Literal["plain", "us", "uk", "broadcast"]


class Wording(_Value, frozen=True):
    """How the calls of a show are worded: a set that ships, and the show's own words over it."""

    words: WordingName = "plain"
    call: str = ""
    """One department's part, with {department} and {number}; empty: as the set says it. So are the others."""
    warning: str = ""
    """The warning, with {calls}."""
    standby: str = ""
    go: str = ""


class Counts(_Value, frozen=True):
    """What is counted in and out, and how many of the last numbers are shown and not said."""

    air: bool = True
    hard: bool = True
    """Into the next hard start."""
    cues: bool = True
    """Into cues that fire by themselves."""
    clips: bool = True
    """Out of the clip that runs."""
    segments: bool = True
    """Out of the segment that runs."""
    silent_in: int = 2
    """Into a start: microphones may be open."""
    silent_out: int = 0


class Show(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, dict=True):
    """The whole document. Lookups are computed once per value and kept beside it."""

    id: str
    title: str = ""
    zone: str = "Europe/London"
    on_air: TimeOfDay | None = None
    hard_out: TimeOfDay | None = None
    overrun: Overrun = "push"
    guard: Duration = Duration(400)
    panic: str | None = None
    """Id of the panic cue."""
    remote: Remote = Remote()
    timecode: TimecodeInput = TimecodeInput()
    calling: Calling = "go"
    wording: Wording = Wording()
    counts: Counts = Counts()
    cue_lights: str | None = None
    """Id of the device through which the cue lights are told."""
    words_per_second: float = 3.5
    """How fast its caller speaks."""
    notes: str = ""
    departments: tuple[Department, ...] = ()
    devices: tuple[Device, ...] = ()
    rundown: tuple[Row, ...] = ()

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Place in the rundown of each row id."""
        return {row.id: place for place, row in enumerate(self.rundown)}

    @cached_property
    def segment_places(self) -> Sequence[int]:
        """Place of the segment that each row stands in, by the row's place; -1 above the first segment."""
        places: list[int] = []
        current = -1
        for place, row in enumerate(self.rundown):
            if isinstance(row, Segment):
                current = place
            places.append(current)
        return places

    @cached_property
    def timecode_labels(self) -> Sequence[tuple[str, str]]:
        """Id and label of each cue that timecode starts, in the order of the rundown."""
        return [
            (row.id, row.trigger.at)
            for row in self.rundown
            if isinstance(row, Cue) and isinstance(row.trigger, AtTimecode)
        ]

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """Id of the cue of each number; of duplicates, the first."""
        found: dict[str, str] = {}
        for row in self.rundown:
            if isinstance(row, Cue) and row.number:
                found.setdefault(row.number, row.id)
        return found

    @cached_property
    def endings(self) -> Mapping[str, tuple[str, ...]]:
        """Endings of each branch, in the order of the rundown: the first is the planned one."""
        found: dict[str, dict[str, None]] = {}
        for row in self.rundown:
            if isinstance(row, Segment) and row.branch:
                found.setdefault(row.branch, {})[row.ending] = None
        return {branch: tuple(endings) for branch, endings in found.items()}

    def row(self, row_id: str) -> Row | None:
        """Return the row of that id, or None."""
        place = self.positions.get(row_id)
        return None if place is None else self.rundown[place]

    def cue(self, cue_id: str | None) -> Cue | None:
        """Return the cue of that id, or None where there is none or it is a segment."""
        row = self.row(cue_id) if cue_id else None
        return row if isinstance(row, Cue) else None

    def department(self, department_id: str) -> Department | None:
        """Return the department of that id, or None."""
        return next((one for one in self.departments if one.id == department_id), None)

    def device(self, device_id: str) -> Device | None:
        """Return the device of that id, or None."""
        return next((one for one in self.devices if one.id == device_id), None)

    def segment_of(self, row_id: str) -> Segment | None:
        """Return the segment that a row stands in (a segment stands in itself), or None."""
        place = self.positions.get(row_id)
        at = -1 if place is None else self.segment_places[place]
        segment = self.rundown[at] if at >= 0 else None
        return segment if isinstance(segment, Segment) else None

    def department_of(self, cue: Cue, action: Action) -> str | None:
        """Return the id of the department that an action belongs to, or None where nothing says so."""
        named = action.department or action.number_from
        if named:
            return named
        device = self.device(action.device)
        if device and device.department:
            return device.department
        return cue.calls[0].department if len(cue.calls) == 1 else None


def encode_hook(value: object) -> object:
    """Turn the document's own value types into JSON or msgpack ones.

    Raises:
        NotImplementedError: The type is not one of the document's.
    """
    if isinstance(value, TimeOfDay):
        return str(value)
    raise NotImplementedError(type(value).__name__)


def decode_hook(type_: type, value: object) -> object:
    """Turn JSON or msgpack values into the document's own value types."""
    if type_ is TimeOfDay:
        if isinstance(value, TimeOfDay):
            return value
        if not isinstance(value, str):
            raise msgspec.ValidationError("Expected a time of day such as 19:30:00")
        return parse_time_of_day(value)
    raise NotImplementedError(type_.__name__)
