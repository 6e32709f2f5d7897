"""The run's journal, which is the as-run: its lines, their chain of hashes, and their replay.

Owns the form that the journal keeps from the first day (JSON Lines, each line with the SHA-256 of the
one before) and how playback is rebuilt from it. Writes no file: the engine brings lines to disk, and
the report and the tests read them from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from showcaller.core import edits, playback
from showcaller.core import events as ev
from showcaller.core.position import Playback
from showcaller.core.show import Cue, Show, decode_hook, encode_hook
from showcaller.core.times import Instant, ShowTime

FORMAT = "showcaller-asrun"
VERSION = 1

Route = Literal["real", "simulated", "closed"]
ActionResult = Literal["sent", "accepted", "confirmed", "failed", "simulated", "closed", "manual", "disarmed"]


class AsRunError(Exception):
    """A journal that cannot be read or does not verify; the message names the line."""


class NoAsRunError(AsRunError):
    """What is no as-run at all: there is nothing in it to verify."""


class Header(Struct, frozen=True, tag="header", kw_only=True):
    """The first line of a run."""

    format: str = FORMAT
    version: int = VERSION
    show: str
    title: str
    revision: int
    hash: str
    """SHA-256 of the show's JSON form at that revision."""
    zone: str
    mode: ev.Mode
    rate: float
    routes: Mapping[str, Route]
    devices: Mapping[str, str]
    """Name of each device id, for the report."""


class Happened(Struct, frozen=True, tag="event"):
    """An event given to `apply`: written before anything is sent."""

    event: ev.Event


class Changed(Struct, frozen=True, tag="changed"):
    """The show was edited while the run went on."""

    revision: int
    name: str
    change: tuple[edits.Op, ...]


class CueCalled(Struct, frozen=True, tag="called", kw_only=True):
    """A cue as it was called."""

    run: int
    cue: Cue
    at: ShowTime
    cause: ev.Cause
    source: str = ""
    planned: ShowTime | None = None


class ActionDone(Struct, frozen=True, tag="action", kw_only=True):
    """What became of one action. Times are show times; None: it never came to that."""

    run: int
    cue: str
    action: str
    device: str
    route: Route
    result: ActionResult
    due: ShowTime
    sent_at: ShowTime | None = None
    accepted_at: ShowTime | None = None
    confirmed_at: ShowTime | None = None
    late: bool = False
    sentence: str = ""


class Noted(Struct, frozen=True, tag="noted", kw_only=True):
    """Anything else that happened: a refusal, a missed trigger, a device lost or back, an operator's note."""

    kind: Literal[
        "refused",
        "missed",
        "segment",
        "segment-back",
        "standby",
        "ending",
        "oops",
        "ended",
        "lost",
        "back",
        "fade",
        "route",
        "cue-light",
        "tempo",
        "rate",
        "remote",
        "timer",
        "note",
    ]
    sentence: str
    cue: str | None = None
    device: str | None = None
    run: int = 0
    value: str = ""
    """What a route or rate was set to, for a run that is gone on with; or when a segment began."""


def runs_taken_back(noted: Noted) -> tuple[tuple[int, int], ...]:
    """Return the runs that a line about an oops takes back, as the first and last of each stretch."""
    stretches = (part.partition("-") for part in noted.value.split(",") if part)
    return tuple((int(first), int(last)) for first, _, last in stretches)


class Closed(Struct, frozen=True, tag="closed"):
    """The last line of a run that ended in order."""

    reason: str


Entry = Header | Happened | Changed | CueCalled | ActionDone | Noted | Closed


class Line(Struct, frozen=True, kw_only=True):
    """One line of the journal."""

    seq: int
    prev: str
    """Hex SHA-256 of the line before, without its line end; of the first line, 64 zeros."""
    ns: int
    """Machine's monotonic clock, meaningful only within the run."""
    show: ShowTime
    utc: int
    """Nanoseconds since the Unix epoch."""
    entry: Entry


FIRST = "0" * 64

_encoder = msgspec.json.Encoder(enc_hook=encode_hook)
_decoder = msgspec.json.Decoder(Line, dec_hook=decode_hook)


class Chain:
    """Makes the lines of one journal, each bound to the one before."""

    def __init__(self, seq: int = 0, prev: str = FIRST) -> None:
        self.seq = seq
        self._prev = prev
        self._unhashed: bytes | None = None

    def hash_last(self) -> str:
        """Return the hash of the last line, worked out at the latest when the next one needs it."""
        if self._unhashed is not None:
            self._prev = hashlib.sha256(self._unhashed).hexdigest()
            self._unhashed = None
        return self._prev

    def bind(self, entry: Entry, ns: Instant, show: ShowTime, utc: int) -> tuple[Line, bytes]:
        """Return the next line and its bytes, line end included."""
        line = Line(seq=self.seq, prev=self.hash_last(), ns=ns, show=show, utc=utc, entry=entry)
        text = self._unhashed = _encoder.encode(line)
        self.seq += 1
        return line, text + b"\n"


def typed_line(line: Line) -> Line:
    """Give the changes inside a decoded line their document types back."""
    if isinstance(line.entry, Changed):
        entry = msgspec.structs.replace(line.entry, change=edits.typed(line.entry.change))
        return msgspec.structs.replace(line, entry=entry)
    return line


def read_lines(texts: Iterable[bytes]) -> Iterator[Line]:
    """Decode and verify a journal, line by line.

    A last line that was cut short by a crash is passed over: it was never complete.

    Raises:
        NoAsRunError: It does not begin as an as-run does.
        AsRunError: A line is damaged, missing or changed; names its number.
    """
    prev = FIRST
    seq = 0
    for text in texts:
        if not text.endswith(b"\n"):
            break
        body = text[:-1]
        try:
            line = typed_line(_decoder.decode(body))
        except (msgspec.MsgspecError, edits.EditError, ValueError) as error:
            if seq == 0:
                raise NoAsRunError(f"This is no as-run: its first line cannot be read ({error}).") from error
            raise AsRunError(f"Line {seq + 1} of the as-run cannot be read: {error}.") from error
        if seq == 0 and not isinstance(line.entry, Header):
            raise NoAsRunError("This is no as-run: it has no header.")
        if line.seq != seq or line.prev != prev:
            raise AsRunError(f"The as-run does not verify: line {seq + 1} or the one before was changed.")
        prev = hashlib.sha256(body).hexdigest()
        seq += 1
        yield line
    if seq == 0:
        raise NoAsRunError("The as-run is empty.")


def replay(lines: Iterable[Line], show: Show) -> tuple[Playback, Show]:
    """Rebuild playback from a run's lines.

    Args:
        lines: The verified lines, header first.
        show: The show as it was when the run began; see `show_at_start`.

    Returns:
        Where the show is after the last line, and the show as it is then.
    """
    state = Playback()
    for line in lines:
        match line.entry:
            case Happened(event):
                state, _ = playback.apply(state, event, show)
            case Changed(_, _, change):
                show = edits.apply(show, change)
            case _:
                pass
    return state, show


def untold(lines: Iterable[Line], show: Show) -> list[ev.Called | ev.Send | ev.Restoring]:
    """Return what the last event of a run asked for and no line tells: a crash came between.

    What earlier events asked for was written down before the next one was given.

    Args:
        lines: The verified lines, header first.
        show: The show as it was when the run began.

    Returns:
        Calls without their line, and sends with those of their actions of which nothing is known.
    """
    state = Playback()
    asked: list[ev.Called | ev.Send | ev.Restoring] = []
    called: set[int] = set()
    settled: set[tuple[int, str]] = set()
    for line in lines:
        match line.entry:
            case Happened(event):
                state, effects = playback.apply(state, event, show)
                asked = [
                    effect for effect in effects if isinstance(effect, ev.Called | ev.Send | ev.Restoring)
                ]
            case Changed(_, _, change):
                show = edits.apply(show, change)
            case CueCalled(run=run):
                called.add(run)
            case ActionDone(run=run, action=action):
                settled.add((run, action))
            case _:
                pass
    found: list[ev.Called | ev.Send | ev.Restoring] = []
    for effect in asked:
        if isinstance(effect, ev.Called):
            if effect.run not in called:
                found.append(effect)
            continue
        if isinstance(effect, ev.Restoring):
            left = tuple(one for one in effect.cue.actions if (effect.run, one.id) not in settled)
            told = effect.run in called
            if left or not told:
                cue = msgspec.structs.replace(effect.cue, actions=left)
                found.append(msgspec.structs.replace(effect, cue=cue, told=told))
            continue
        actions = tuple(one for one in effect.actions if (effect.run, one) not in settled)
        if actions:
            found.append(msgspec.structs.replace(effect, actions=actions))
    return found


def show_at_start(lines: Iterable[Line], show: Show) -> Show:
    """Take the changes of a run back, from the show as it is after its last line."""
    changes = [line.entry.change for line in lines if isinstance(line.entry, Changed)]
    for change in reversed(changes):
        show = edits.apply(show, edits.invert(change))
    return show


def rate_and_routes(lines: Iterable[Line]) -> tuple[float, dict[str, Route]]:
    """Return the rate and the routes as they were at the last line of a run."""
    rate = 1.0
    routes: dict[str, Route] = {}
    for line in lines:
        match line.entry:
            case Header(rate=began_at, routes=began_with):
                rate, routes = began_at, dict(began_with)
            case Noted(kind="rate", value=value):
                rate = float(value)
            case Noted(kind="route", device=str(device), value="real" | "simulated" | "closed" as route):
                routes[device] = route
            case _:
                pass
    return rate, routes


def hash_of(show_json: bytes) -> str:
    """Return the hash that a header keeps of a show's JSON form."""
    return hashlib.sha256(show_json).hexdigest()


def plain(value: Any) -> Any:
    """Return a line or entry as plain JSON values, for `--json` outputs."""
    return msgspec.to_builtins(value, enc_hook=encode_hook)
