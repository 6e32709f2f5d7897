"""What a device can tell us, as frozen values.

Drivers and simulators make them, the rack takes them, and some travel on to the GUI inside a
snapshot. Knows no device kind, no playback and no wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from showcaller.core.times import Duration, Instant

Value = str | int | float | bool

HealthState = Literal["closed", "opening", "ready", "lost", "refused"]
"""`lost` is tried again by itself; `refused` (a wrong password, say) waits for the operator."""

Result = Literal["sent", "accepted", "confirmed", "failed"]


class Health(Struct, frozen=True, tag="health"):
    """The state of a connection, and a sentence an operator understands."""

    state: HealthState
    sentence: str = ""


class Latency(Struct, frozen=True, tag="latency"):
    """How long the device took to answer the last time it was asked, in milliseconds."""

    milliseconds: float


class Outcome(Struct, frozen=True, tag="outcome"):
    """What became of one action of a message set that was sent under `token`."""

    token: int
    index: int
    """Place of the action in its message set."""
    result: Result
    sentence: str = ""
    """Why it failed; empty otherwise."""


class Reported(Struct, frozen=True, tag="reported"):
    """The device says that an address (DESIGN rule 7) holds this value now."""

    address: str
    value: Value


class Inventory(Struct, frozen=True, tag="inventory"):
    """Names that only the device knows, replacing the last: `{"scenes": (…), "sources/Cam 1": (…)}`."""

    names: Mapping[str, tuple[str, ...]]


class Status(Struct, frozen=True, tag="status"):
    """What is on now: program, preview, stream, record … Only the values that changed."""

    values: Mapping[str, Value]


class MediaEnded(Struct, frozen=True, tag="media-ended"):
    """Media that an action started has ended, or can no longer be followed."""

    address: str


class MediaPlaying(Struct, frozen=True, tag="media-playing"):
    """How far media that our cues started is from its end; told when that is another than was told last."""

    address: str
    left: Duration
    moves: bool
    """It plays; false: it is paused, and `left` stands."""
    read_at: Instant
    """Machine's clock when `left` was true."""


class Levels(Struct, frozen=True, tag="levels"):
    """Audio levels of all active inputs at one instant: latest only, may be dropped.

    Per input a flat tuple of three linear amplitudes for each channel: magnitude (RMS), peak, and
    peak before fader and mute.
    """

    inputs: tuple[tuple[str, tuple[float, ...]], ...]


class Simulated(Struct, frozen=True, tag="simulated"):
    """What a simulator decoded from the bytes that it received: rows of label and value."""

    rows: tuple[tuple[str, str], ...]


Report = (
    Health
    | Latency
    | Outcome
    | Reported
    | Inventory
    | Status
    | MediaEnded
    | MediaPlaying
    | Levels
    | Simulated
)
