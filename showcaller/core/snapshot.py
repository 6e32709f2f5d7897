"""What is alive now, as the engine tells its clients: the snapshot and the views that stand in it.

Part of the seam that `messages` specifies. Knows no socket and no screen.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from showcaller.core import events as ev
from showcaller.core.asrun import Route
from showcaller.core.branches import Chosen
from showcaller.core.chase import ChaseState
from showcaller.core.position import Running, Timer, Wait
from showcaller.core.reports import HealthState, Value
from showcaller.core.show import TimecodeRate
from showcaller.core.tempo import Pulse
from showcaller.core.times import Duration, Instant, ShowTime


class DeviceView(Struct, frozen=True, kw_only=True):
    """One device as the screen shows it."""

    id: str
    route: Route
    health: HealthState
    sentence: str
    since: int
    """UTC nanoseconds since when the health is so."""
    latency: float | None = None
    """Milliseconds of its last answer."""
    status: Mapping[str, Value] = {}
    simulated: tuple[tuple[str, str], ...] = ()
    fault: str = "none"
    """How its simulator was told to misbehave."""


class FadeView(Struct, frozen=True):
    """A fade that runs."""

    cue: str
    action: str
    started_at: ShowTime
    ends_at: ShowTime


class MediaView(Struct, frozen=True):
    """What a device says of the end of media that a running cue started."""

    run: int
    left: Duration
    """What was left when it was told; it stands while `ends_at` is None."""
    ends_at: ShowTime | None
    """None: it is paused."""


class TimecodeView(Struct, frozen=True, kw_only=True):
    """The timecode that comes in, the show's offset included."""

    state: ChaseState
    rate: TimecodeRate
    """Of the show: its labels count these frames."""
    zero: Instant | None = None
    """While it runs: machine's instant at which it was, or would have been, 00:00:00:00."""
    position: int | None = None
    """While it stands: where, in nanoseconds; None: nowhere yet."""
    comes_at: str = ""
    """The rate that comes in, where that is another."""
    sentence: str = ""
    """Why nothing can come in; empty where the port is there."""


class Snapshot(Struct, frozen=True, tag="snapshot", kw_only=True):
    """What is alive now. Sent after every change, whole, and never queued: a newer one replaces it."""

    seq: int
    engine_at: Instant
    """Machine's monotonic clock when it was made; the same clock that a client on this machine reads."""
    show_at: ShowTime
    """Show time at `engine_at`."""
    rate: float
    """How much faster show time runs than the machine's clock; 0 while it stands."""
    revision: int
    mode: ev.Mode
    standby: str | None = None
    stood_by: bool = False
    warned: bool = False
    step: ev.CallStep = "go"
    """What the next press of the caller's key says."""
    together: tuple[str, ...] = ()
    """Cues that one standby names, in order: what is left of the standby cue's group, or, once it was
    spoken, all that it named; empty where the cue stands by alone."""
    holds: bool = False
    """The caller's key stands by while it is held, and GOes when it comes up."""
    last_called: str | None = None
    segment: str | None = None
    segment_started_at: ShowTime | None = None
    started_at: ShowTime | None = None
    held_at: ShowTime | None = None
    stopped: bool = False
    unconfirmed: bool = False
    auto: bool = True
    waits: tuple[Wait, ...] = ()
    """Soonest first; at most 20, of `wait_count`."""
    wait_count: int = 0
    running: tuple[Running, ...] = ()
    """Newest first; at most 20."""
    fades: tuple[FadeView, ...] = ()
    media: tuple[MediaView, ...] = ()
    """Where devices say how far their media are; at most 20."""
    missed: tuple[ev.Missed, ...] = ()
    stage: ev.StageMessage | None = None
    """What the clock windows tell the stage."""
    timecode: TimecodeView | None = None
    """None: the show has no port for it."""
    pulse: Pulse | None = None
    """The count of bars and beats."""
    timers: tuple[Timer, ...] = ()
    """Stopwatches and countdowns that something was done to; at most 20."""
    timer_before: tuple[str, Timer | None] | None = None
    """The last one changed by hand, as it was before, while that can be taken back."""
    skipped: frozenset[str] = frozenset()
    floated: frozenset[tuple[str, bool]] = frozenset()
    added: tuple[tuple[str, Duration], ...] = ()
    """Time added to segments in this run, by segment id."""
    chosen: Chosen = frozenset()
    """Endings that were chosen in this run, by branch."""
    begun: Chosen = frozenset()
    armed: frozenset[tuple[str, bool]] = frozenset()
    manual: frozenset[str] = frozenset()
    unsendable: Mapping[str, str] = {}
    """Of the standby cue: action id → why it will not go."""
    devices: tuple[DeviceView, ...] = ()
    entry_count: int = 0
    """Lines in the as-run of the current run."""
    editor: bool = False
    """An editor is connected."""
    remote: str = ""
    """Where remote GO listens, or why it does not; empty when off."""
    tones: str = ""
    """Why nothing sounds though an audio output is chosen."""
