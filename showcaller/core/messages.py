"""Everything that crosses between a client and the engine, and the framing of it.

This module is the specification of the seam: one class per message, saying who sends it and what
answers it. Messages are msgpack with a 4-byte big-endian length before them. Commands go down and are
imperatives; what comes up is a noun or a participle. Knows no socket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.asrun import Line, Route, typed_line
from showcaller.core.fold import Verdict
from showcaller.core.forms import Catalogue
from showcaller.core.show import Action, Device, Row, Show, decode_hook, encode_hook
from showcaller.core.snapshot import DeviceView, FadeView, MediaView, Snapshot, TimecodeView
from showcaller.core.times import Duration, Instant, ShowTime
from showcaller.core.tones import ListOutputs, OutputsListed, SetTones, TryTone

__all__ = ["DeviceView", "FadeView", "MediaView", "Snapshot", "TimecodeView"]

PROTOCOL = 1
MAX_FRAME = 16 * 1024 * 1024


class FrameError(Exception):
    """Bytes that are not in our framing, or a message that we do not know."""


class Hello(Struct, frozen=True, tag="hello", kw_only=True):
    """First message of a client. Answered by `Welcome`, or by the end of the connection."""

    protocol: int = PROTOCOL
    token: str
    editor: bool
    """It wants to edit; only one client may. `Welcome.editor` says whether it does."""
    name: str = ""


class LoadShow(Struct, frozen=True, tag="load-show", kw_only=True):
    """The editor begins to hand over a show, without its rundown: `LoadRows` follow, then `ShowLoaded`."""

    show: Show
    revision: int
    path: str
    """Where the show file lies; runs are kept beside it."""
    inventories: Mapping[str, Mapping[str, tuple[str, ...]]] = {}


class LoadRows(Struct, frozen=True, tag="load-rows"):
    """Up to 200 rows of the rundown, in order."""

    rows: tuple[Row, ...]


class ShowLoaded(Struct, frozen=True, tag="show-loaded"):
    """The show is whole. Answered by `Done`; the devices begin to open."""

    id: int


class ChangeShow(Struct, frozen=True, tag="change-show", kw_only=True):
    """The editor changed the show. Answered by `Done`, or `Rejected` where the change does not fit.

    Which fields LIVE locks is the editor's to keep (`Document.can_edit`): the engine takes what it says.
    """

    id: int
    revision: int
    name: str
    change: tuple[edits.Op, ...]


class SetMode(Struct, frozen=True, tag="set-mode", kw_only=True):
    """Enter EDIT, REHEARSE or LIVE. A run begins on entering the latter two, and ends on leaving them."""

    id: int
    mode: ev.Mode
    from_row: str | None = None
    rate: float = 1.0
    clock: ShowTime | None = None
    """REHEARSE: where show time starts; None: at the planned start of the first row."""
    routes: Mapping[str, Route] = {}
    """Overrules the mode's routes by device id."""


class SetRate(Struct, frozen=True, tag="set-rate"):
    """REHEARSE: run show time at another rate; 0 pauses it."""

    id: int
    rate: float


class SetRoute(Struct, frozen=True, tag="set-route"):
    """Send a device's messages elsewhere."""

    id: int
    device: str
    route: Route


class Go(Struct, frozen=True, tag="go", kw_only=True):
    """GO from a screen, naming the standby that was seen there. No answer but the snapshot, or `Rejected`."""

    id: int
    pressed_at: Instant
    source: ev.Source
    standby: str


class SayNext(Struct, frozen=True, tag="say-next", kw_only=True):
    """The next step of a call from a screen, naming the standby and the step that were seen there.

    No answer but the snapshot, or `Rejected`.
    """

    id: int
    pressed_at: Instant
    source: ev.Source
    standby: str
    step: ev.CallStep


class Do(Struct, frozen=True, tag="do"):
    """Give an event to playback; the engine sets its time. For everything but GO."""

    id: int
    event: ev.Event


class Restore(Struct, frozen=True, tag="restore"):
    """Send what was offered by `RestoreOffered`. Answered by `Done`, `Rejected`, or an offer that is new."""

    id: int
    offer: int


class TestFire(Struct, frozen=True, tag="test-fire"):
    """Send one action now, in EDIT and REHEARSE, whatever the route says but never when it is simulated.

    Answered by `Done` with what came of it, or `Rejected`.
    """

    id: int
    action: Action
    number: str = ""


class TestDevice(Struct, frozen=True, tag="test-device"):
    """Try a connection with these settings, apart from the open one. Answered by `Done` or `Rejected`."""

    id: int
    device: Device
    secrets: Mapping[str, str] = {}


class Misbehave(Struct, frozen=True, tag="misbehave"):
    """Have a simulated device answer late, not at all, with refusals, or be gone; `none` ends it."""

    id: int
    device: str
    fault: Literal["none", "silent", "refuse", "disconnect"]
    latency: Duration = Duration(0)


class RetryDevice(Struct, frozen=True, tag="retry-device"):
    """Open a lost or refused device again now."""

    id: int
    device: str


class LearnMidi(Struct, frozen=True, tag="learn-midi"):
    """Report the next note or controller on the remote's port as `MidiLearned`, and do not obey it."""

    id: int
    on: bool


class Listen(Struct, frozen=True, tag="listen"):
    """Ask for levels, or not: with nobody listening the devices are not asked for them."""

    levels: bool


class SendEntries(Struct, frozen=True, tag="send-entries"):
    """Ask for the as-run's lines from this number on."""

    from_seq: int


class AddNote(Struct, frozen=True, tag="add-note"):
    """Keep an operator's note in the as-run. `Rejected` where there is no run."""

    id: int
    text: str
    row: str | None
    pressed_at: Instant
    """When the key was pressed that opened the note."""


class Ping(Struct, frozen=True, tag="ping"):
    """Answered by `Done`."""

    id: int


class Quit(Struct, frozen=True, tag="quit"):
    """The editor ends the engine. `Rejected` while the mode is LIVE."""

    id: int


Command = (
    Hello
    | LoadShow
    | LoadRows
    | ShowLoaded
    | ChangeShow
    | SetMode
    | SetRate
    | SetRoute
    | Go
    | SayNext
    | Do
    | Restore
    | TestFire
    | TestDevice
    | Misbehave
    | RetryDevice
    | LearnMidi
    | Listen
    | SendEntries
    | AddNote
    | SetTones
    | TryTone
    | ListOutputs
    | Ping
    | Quit
)


class Welcome(Struct, frozen=True, tag="welcome", kw_only=True):
    """Answers `Hello`."""

    protocol: int
    engine: str
    """Random id of this engine's life: another one means that it was restarted."""
    editor: bool
    catalogue: Catalogue
    show: str | None
    """Id of the loaded show; None: the editor loads one."""
    revision: int
    snapshot: Snapshot


class MissingChange(Struct, frozen=True, tag="missing-change", kw_only=True):
    """After `Welcome`, to an editor: a change that the engine has and the show file may not."""

    revision: int
    name: str
    change: tuple[edits.Op, ...]


class Recorded(Struct, frozen=True, tag="recorded"):
    """New lines of the as-run, in order. The client asks with `SendEntries` for what it missed."""

    lines: tuple[Line, ...]


class LevelsView(Struct, frozen=True, tag="levels"):
    """Audio levels of one device: latest only."""

    device: str
    engine_at: Instant
    inputs: tuple[tuple[str, tuple[float, ...]], ...]


class InventoryRead(Struct, frozen=True, tag="inventory-read"):
    """Names read from a device, for the show file and the pickers."""

    device: str
    names: Mapping[str, tuple[str, ...]]
    seen_at: int
    """UTC nanoseconds."""


class RestoreItem(Struct, frozen=True, kw_only=True):
    """What an oops would do about one thing that a call has set."""

    device: str
    cue: str
    done: Action
    """What set it."""
    verdict: Verdict
    back: Action | None = None
    """What would be sent."""
    before: Action | None = None
    """What had set it before."""
    sentence: str = ""
    """Why that would not go as things are."""


class RestoreOffered(Struct, frozen=True, tag="restore-offered", kw_only=True):
    """Answers an `Oops`: what would bring back the state before the call; it is sent by `Restore` alone."""

    number: int
    row: str
    items: tuple[RestoreItem, ...]
    running: tuple[str, ...] = ()
    """Cues of it whose fades and media would be stopped where they are."""
    dropped: tuple[str, ...] = ()
    """Cues that will not follow any more."""
    by_hand: tuple[str, ...] = ()
    """Calls that operators took."""
    sentence: str = ""


class MidiLearned(Struct, frozen=True, tag="midi-learned"):
    """Answers `LearnMidi` when a message came."""

    message: Literal["note", "controller"]
    channel: int
    number: int


class Done(Struct, frozen=True, tag="done"):
    """A command was carried out."""

    id: int
    sentence: str = ""


class Rejected(Struct, frozen=True, tag="rejected"):
    """A command was not obeyed; the sentence is for the operator."""

    id: int
    sentence: str


class Fault(Struct, frozen=True, tag="fault"):
    """The engine met a bug of its own and went on; the sentence names it, its log has the rest."""

    sentence: str


ReportUp = (
    Welcome
    | MissingChange
    | Snapshot
    | Recorded
    | LevelsView
    | InventoryRead
    | RestoreOffered
    | MidiLearned
    | OutputsListed
    | Done
    | Rejected
    | Fault
)

_encoder = msgspec.msgpack.Encoder(enc_hook=encode_hook)
_commands = msgspec.msgpack.Decoder(Command, dec_hook=decode_hook)
_reports = msgspec.msgpack.Decoder(ReportUp, dec_hook=decode_hook)


def encode(message: Command | ReportUp) -> bytes:
    """Return a message as one frame."""
    body = _encoder.encode(message)
    return len(body).to_bytes(4, "big") + body


def decode_command(body: bytes) -> Any:
    """Return the command in a frame's body.

    Raises:
        FrameError: It is none.
    """
    try:
        command = _commands.decode(body)
        if isinstance(command, ChangeShow):
            return msgspec.structs.replace(command, change=edits.typed(command.change))
    except (msgspec.MsgspecError, edits.EditError, ValueError) as error:
        raise FrameError(f"Not a command: {error}") from error
    return command


def decode_report(body: bytes) -> Any:
    """Return the report in a frame's body.

    Raises:
        FrameError: It is none.
    """
    try:
        report = _reports.decode(body)
        if isinstance(report, MissingChange):
            return msgspec.structs.replace(report, change=edits.typed(report.change))
        if isinstance(report, Recorded):
            return Recorded(tuple(typed_line(line) for line in report.lines))
    except (msgspec.MsgspecError, edits.EditError, ValueError) as error:
        raise FrameError(f"Not a report: {error}") from error
    return report


class Framer:
    """Cuts a stream of bytes, however it is split, into the bodies of frames."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, received: bytes) -> Iterator[bytes]:
        """Take bytes and yield each body that is now whole.

        Raises:
            FrameError: A frame claims to be larger than any of ours.
        """
        if not self._bytes and 4 + int.from_bytes(received[:4], "big") == len(received) <= MAX_FRAME:
            yield received[4:]
            return
        self._bytes += received
        while len(self._bytes) >= 4:
            size = int.from_bytes(self._bytes[:4], "big")
            if size > MAX_FRAME:
                raise FrameError(f"A frame of {size} bytes is larger than any message.")
            if len(self._bytes) < 4 + size:
                return
            body = bytes(self._bytes[4 : 4 + size])
            del self._bytes[: 4 + size]
            yield body
