"""The events that move playback, and the effects that come of them.

Events are what the journal keeps and replay feeds to `playback.apply`; effects are what the engine
then carries out. Both are frozen values that cross processes. Knows no device and no clock.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from showcaller.core.show import Action, Cue, TimerDeed
from showcaller.core.tempo import StopTempo, TapTempo, TempoSet
from showcaller.core.times import NO_TIME, Duration, Instant, ShowTime

Mode = Literal["edit", "rehearse", "live"]
Cause = Literal["go", "start", "continue", "follow", "clock", "offset", "timecode", "panic", "restore"]
TIMED = frozenset({"clock", "offset", "timecode"})
"""Causes of waits that nobody's call begins."""
CallStep = Literal["warning", "standby", "go"]
"""What the caller says next of a call."""
Source = Literal["key", "button", "osc", "midi", "auto", "enter", "script"]


class Begin(Struct, frozen=True, tag="begin", kw_only=True):
    """A run begins: from which row, in which mode, and what the devices of the show can do."""

    at: ShowTime
    mode: Mode
    from_row: str | None = None
    """The first row of the run; None is the top."""
    media: tuple[str, ...] = ()
    """`kind/action` of the actions that start media."""
    closed: tuple[str, ...] = ()
    """Ids of the devices whose route is closed."""


class Finish(Struct, frozen=True, tag="finish"):
    """The run is over."""

    at: ShowTime


class Go(Struct, frozen=True, tag="go", kw_only=True):
    """Fire the standby cue. A person at the screen names the standby they saw; remotes name none."""

    at: ShowTime
    pressed_at: Instant
    """When the key went down, in machine time; the double-GO guard lives there."""
    source: Source
    standby: str | None = None


class SayNext(Struct, frozen=True, tag="say-next", kw_only=True):
    """Take the next step of the standby's call: warning, standby, or GO, as the show has chosen."""

    at: ShowTime
    pressed_at: Instant
    source: Source
    standby: str | None = None
    step: CallStep | None = None
    """The step that a person at the screen saw coming; remotes name none."""


class StartCue(Struct, frozen=True, tag="start-cue", kw_only=True):
    """Fire this cue and leave the standby where it is."""

    at: ShowTime
    pressed_at: Instant
    source: Source
    cue: str


class Jump(Struct, frozen=True, tag="jump"):
    """Move the standby to a row (or the next that a GO fires); send nothing."""

    at: ShowTime
    row: str


class Step(Struct, frozen=True, tag="step"):
    """Move the standby one on or one back; send nothing."""

    at: ShowTime
    back: bool


class StandBy(Struct, frozen=True, tag="stand-by"):
    """The standby of the standby cue has been spoken, or is taken back."""

    at: ShowTime
    spoken: bool


class Skip(Struct, frozen=True, tag="skip"):
    """Pass a cue over in this run, or take that back."""

    at: ShowTime
    cue: str
    on: bool


class Float(Struct, frozen=True, tag="float"):
    """Leave a row in the rundown but out of the show for this run, or take that back."""

    at: ShowTime
    row: str
    on: bool


class AddTime(Struct, frozen=True, tag="add-time"):
    """Make a segment longer in this run, or shorter; the opposite takes it back."""

    at: ShowTime
    segment: str
    by: Duration


class StartNow(Struct, frozen=True, tag="start-now"):
    """Start a segment's clock now and call none of its cues, or take that back while none was called."""

    at: ShowTime
    segment: str
    on: bool


class BuyBack(Struct, frozen=True, tag="buy-back", kw_only=True):
    """Float and shorten these segments in this run, all at once, or take all of it back.

    A show that is under is filled: the same the other way round.
    """

    at: ShowTime
    floats: tuple[str, ...] = ()
    trims: tuple[tuple[str, Duration], ...] = ()
    """Segments, and how much of each is cut."""
    on: bool
    fills: bool = False
    """The segments are taken in and lengthened."""

    @property
    def takes(self) -> bool:
        """Say whether it floats and shortens, rather than takes in and lengthens."""
        return self.on != self.fills


class ChooseEnding(Struct, frozen=True, tag="choose-ending"):
    """Choose an ending of a branch in this run; what was chosen before takes it back."""

    at: ShowTime
    branch: str
    ending: str | None
    """None: the choice is open again, and the planned ending counts."""
    former: str | None = None
    """What was chosen before, as whoever chose saw it."""


class Arm(Struct, frozen=True, tag="arm"):
    """Arm or disarm a cue for this run."""

    at: ShowTime
    cue: str
    on: bool


class SetManual(Struct, frozen=True, tag="set-manual"):
    """Put a department on manual (words stay, nothing is sent) or back on the desk."""

    at: ShowTime
    department: str
    on: bool


class SetAuto(Struct, frozen=True, tag="set-auto"):
    """Let clock and offset triggers fire, or not."""

    at: ShowTime
    on: bool


class Oops(Struct, frozen=True, tag="oops"):
    """Go back one call: the standby is what was called last, its follow-ons do not come; send nothing."""

    at: ShowTime


class Restore(Struct, frozen=True, tag="restore", kw_only=True):
    """Stop what runs of calls that were taken back, and send what brings back the state before them."""

    at: ShowTime
    before: str
    """The row whose call was taken back."""
    runs: tuple[int, ...]
    actions: tuple[Action, ...]


class Hold(Struct, frozen=True, tag="hold"):
    """Suspend waits and timed triggers."""

    at: ShowTime


class Resume(Struct, frozen=True, tag="resume"):
    """Let waits and timed triggers go on."""

    at: ShowTime


class StopCue(Struct, frozen=True, tag="stop-cue"):
    """End one cue: its waits and follow-ons, fades and media."""

    at: ShowTime
    cue: str


class StopAll(Struct, frozen=True, tag="stop-all"):
    """End waits and follow-ons, freeze fades, stop our media."""

    at: ShowTime


class Panic(Struct, frozen=True, tag="panic"):
    """Stop all, then the show's panic cue; again: drop the panic cue's waits."""

    at: ShowTime
    pressed_at: Instant


class DropWait(Struct, frozen=True, tag="drop-wait"):
    """Let a waiting cue not fire."""

    at: ShowTime
    cue: str


class StageMessage(Struct, frozen=True, tag="stage-message", kw_only=True):
    """Show words to the stage on every clock window, or black those out; neither: take that back."""

    at: ShowTime
    text: str = ""
    blink: bool = False
    blackout: bool = False


class Timecode(Struct, frozen=True, tag="timecode", kw_only=True):
    """The timecode that comes in was found, moved, corrected or lost."""

    at: ShowTime
    position: int
    """Where it is at `at`, in nanoseconds since 00:00:00:00, the show's offset included."""
    runs: bool
    speed: float = 1.0
    """Show time that passes while one second of it does; 0 while a rehearsal is paused."""
    found: bool = False
    """Its place is another than it was thought to be: what it starts waits anew, from `began` on."""
    located: bool = False
    """The source was moved or started, so the standby goes there too."""
    began: int = 0
    """Cues from here on are ahead."""
    missed_from: int | None = None
    """It was lost or jumped ahead here while it ran; None: nothing was missed."""


class SetTimer(Struct, frozen=True, tag="set-timer", kw_only=True):
    """Start, stop or reset a stopwatch or countdown by hand, or take back what was last done so."""

    at: ShowTime
    timer: str
    do: TimerDeed
    down_from: Duration | None = None
    """Of a start: the length that it counts down from; None: it counts up."""
    on: bool = True


class Tick(Struct, frozen=True, tag="tick"):
    """The clock reached this time; everything due by then happens, each at its own due time."""

    at: ShowTime


class MediaEnded(Struct, frozen=True, tag="media-ended"):
    """Media that an action of a running cue started has ended, or can no longer be followed."""

    at: ShowTime
    run: int
    action: str


class SetClosed(Struct, frozen=True, tag="set-closed"):
    """A device's route was closed or opened."""

    at: ShowTime
    device: str
    closed: bool


class ShowEdited(Struct, frozen=True, tag="show-edited"):
    """The show was changed; the change itself stands before this in the journal."""

    at: ShowTime


class EngineRestarted(Struct, frozen=True, tag="engine-restarted"):
    """The engine came back after a crash: nothing fires until the operator confirms."""

    at: ShowTime


class Confirm(Struct, frozen=True, tag="confirm"):
    """The operator lets the show go on after a crash, with the waits that were left or without."""

    at: ShowTime
    with_waits: bool


Event = (
    Begin
    | Finish
    | Go
    | SayNext
    | StartCue
    | Jump
    | Step
    | StandBy
    | Skip
    | Float
    | AddTime
    | StartNow
    | BuyBack
    | ChooseEnding
    | Arm
    | SetManual
    | SetAuto
    | Oops
    | Restore
    | Hold
    | Resume
    | StopCue
    | StopAll
    | Panic
    | DropWait
    | StageMessage
    | SetTimer
    | TapTempo
    | StopTempo
    | Timecode
    | Tick
    | MediaEnded
    | SetClosed
    | ShowEdited
    | EngineRestarted
    | Confirm
)


class Called(Struct, frozen=True, tag="called", kw_only=True):
    """A cue was called or fired by itself; its pre-wait, if any, begins."""

    run: int
    cue: str
    at: ShowTime
    cause: Cause
    source: str = ""


class Send(Struct, frozen=True, tag="send", kw_only=True):
    """Give these actions of a cue to their devices now; they were due at `due`."""

    run: int
    cue: str
    due: ShowTime
    actions: tuple[str, ...]
    manual: tuple[str, ...] = ()
    """Actions that stay unsent because their department is on manual."""
    disarmed: bool = False


class Ended(Struct, frozen=True, tag="ended"):
    """A running cue is done: waits, fades and media are over and its duration has passed."""

    run: int
    cue: str
    at: ShowTime
    stopped: bool = False


class StopRuns(Struct, frozen=True, tag="stop-runs"):
    """Freeze the fades of these runs and stop the media that they started."""

    runs: tuple[int, ...]


class StopEverything(Struct, frozen=True, tag="stop-everything"):
    """Freeze all fades and stop all media that our cues started in this run of the show."""


class Missed(Struct, frozen=True, tag="missed"):
    """A timed trigger was passed by and does not fire."""

    cue: str
    due: ShowTime
    reason: str


class StoodBy(Struct, frozen=True, tag="stood-by"):
    """One standby was spoken for these cues."""

    cues: tuple[str, ...]


class SegmentStarted(Struct, frozen=True, tag="segment-started"):
    """A segment began, and with it its clock."""

    segment: str
    at: ShowTime
    into: Duration = NO_TIME
    """What its clock says already: the planned place of the cue that began it."""


class SegmentTakenBack(Struct, frozen=True, tag="segment-taken-back"):
    """A segment that was started by hand has not begun after all."""

    segment: str
    at: ShowTime


class TimerOrdered(Struct, frozen=True, tag="timer-ordered"):
    """A cue started, stopped or reset a stopwatch or countdown."""

    timer: str
    do: TimerDeed
    down_from: Duration | None
    cue: str


class EndingChosen(Struct, frozen=True, tag="ending-chosen"):
    """Another ending of a branch counts from here on; None: the planned one again."""

    branch: str
    ending: str | None
    at: ShowTime
    by_go: bool = False
    """Its first GO made the choice."""


class TakenBack(Struct, frozen=True, tag="taken-back"):
    """A call was taken back; what it sent is as it is."""

    row: str
    runs: tuple[tuple[int, int], ...]
    """The first and last of each stretch."""
    dropped: tuple[str, ...]
    """Cues that would have followed."""
    at: ShowTime


class Restoring(Struct, frozen=True, tag="restoring"):
    """Give the actions of this cue, which is in no rundown, to their devices now."""

    run: int
    cue: Cue
    due: ShowTime
    told: bool = False
    """The as-run has its call already."""


class Refused(Struct, frozen=True, tag="refused"):
    """The event was not obeyed; the sentence says why."""

    sentence: str


Effect = (
    Called
    | Send
    | Ended
    | StopRuns
    | StopEverything
    | Missed
    | StoodBy
    | SegmentStarted
    | SegmentTakenBack
    | EndingChosen
    | TakenBack
    | Restoring
    | TimerOrdered
    | TempoSet
    | Refused
)

LATE_TRIGGER = Duration(1000)
"""A timed trigger further past than this is missed, not fired."""
