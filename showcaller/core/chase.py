"""Chasing timecode: whether it runs, where it is at any instant, and when it was found anew.

Owns the law of the chase. Forward quarter frames that make one whole timecode lock it; what comes later is
checked against where it should be by now. With nothing heard it freewheels for as many frames as were chosen,
then it stands. A full frame, a jump, or a start anew is another `turn`: whoever follows finds its place again
and fires nothing from before `began`. Jitter only ever makes a message late, so the place is taken from those
of the last messages that came soonest. Pure: instants are brought along; `engine/timecode_in` calls it.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from showcaller.core.show import TimecodeRate
from showcaller.core.timecode import (
    MTC_RATES,
    QUARTER,
    Position,
    Quarters,
    read_full_frame,
    take_quarter,
)
from showcaller.core.times import Instant

ChaseState = Literal["none", "located", "locked", "freewheeling", "stopped", "backward", "wrong-rate"]
RUNNING = frozenset({"locked", "freewheeling"})

LOST_AFTER = 2
"""Frames without a word after which it freewheels."""
AGREES_WITHIN = 3
"""Frames that a timecode may be off where it is expected and still be the same run."""
SAMPLES = 32
FOLLOWS_FROM = 2_000_000
"""Nanoseconds that the place has to move before it is moved: a steady source is followed steadily."""
SILENT_AFTER = 500_000_000
"""Nanoseconds after which a source that runs backward, or at another rate, has stopped."""


class Chase(Struct, frozen=True):
    """Where the timecode is."""

    state: ChaseState = "none"
    turn: int = 0
    """How often its place was found anew."""
    zero: Instant = Instant(0)
    """While it runs: the instant at which it was, or would have been, 00:00:00:00."""
    position: int = 0
    """While it stands: where, in nanoseconds."""
    began: int = 0
    """Where this turn began: what lies before is not to be fired."""
    jumped_from: int | None = None
    """Where it was when it jumped ahead, or was lost: what lies from there to `began` was missed."""
    heard_at: Instant = Instant(0)
    rate: TimecodeRate | None = None
    """What comes in, where that is not the rate of the show."""
    frames: int = 0
    """Frame count of the last timecode that was whole."""
    lost: tuple[int, Instant] | None = None
    """Where and when the freewheel ended."""
    doubt: tuple[int, Instant] | None = None
    """Frame count and arrival of a whole timecode that does not fit the run, until another bears it out."""
    samples: tuple[int, ...] = ()
    """What the last messages said of `zero`."""
    quarters: Quarters = Quarters()

    @property
    def runs(self) -> bool:
        """Say whether it goes on by itself."""
        return self.state in RUNNING

    def position_at(self, now: Instant) -> int:
        """Return where it is at an instant, in nanoseconds."""
        return now - self.zero if self.runs else self.position


class Rules(Struct, frozen=True):
    """How a show chases."""

    rate: TimecodeRate = "25"
    freewheel: int = 10
    """Frames."""

    @property
    def frame(self) -> int:
        """Nanoseconds of a frame."""
        rate = MTC_RATES[self.rate]
        return rate.denominator * 1_000_000_000 // rate.numerator

    @property
    def patience(self) -> int:
        """Nanoseconds without a word after which it stands."""
        return max(self.freewheel, LOST_AFTER) * self.frame


def hear(chase: Chase, message: bytes, at: Instant, rules: Rules) -> Chase:
    """Return the chase after a message that came at `at`; one that is no timecode changes nothing."""
    if len(message) == 2 and message[0] == QUARTER:
        return _hear_quarter(watch(chase, at, rules), message[1], at, rules)
    position = read_full_frame(message)
    return chase if position is None else _locate(watch(chase, at, rules), position, at, rules)


def watch(chase: Chase, now: Instant, rules: Rules) -> Chase:
    """Return the chase as it is at `now` with nothing heard since."""
    silence = now - chase.heard_at
    match chase.state:
        case "locked" | "freewheeling" if silence > rules.patience:
            lost_at = Instant(chase.heard_at + rules.patience)
            return msgspec.structs.replace(
                chase,
                state="stopped",
                position=chase.heard_at - chase.zero,
                lost=(lost_at - chase.zero, lost_at),
                samples=(),
                quarters=Quarters(),
            )
        case "locked" if silence > LOST_AFTER * rules.frame:
            return msgspec.structs.replace(chase, state="freewheeling")
        case "backward" if silence > SILENT_AFTER:
            return msgspec.structs.replace(chase, state="stopped", lost=None, quarters=Quarters())
        case "wrong-rate" if silence > SILENT_AFTER:
            return msgspec.structs.replace(chase, state="none", quarters=Quarters())
    return chase


def wakes_at(chase: Chase, rules: Rules) -> Instant | None:
    """Return when `watch` has something to say if nothing is heard; None: never."""
    match chase.state:
        case "locked":
            return Instant(chase.heard_at + LOST_AFTER * rules.frame + 1)
        case "freewheeling":
            return Instant(chase.heard_at + rules.patience + 1)
        case "backward" | "wrong-rate":
            return Instant(chase.heard_at + SILENT_AFTER + 1)
    return None


def _hear_quarter(chase: Chase, data: int, at: Instant, rules: Rules) -> Chase:
    quarters = take_quarter(chase.quarters, data, at)
    chase = msgspec.structs.replace(chase, quarters=quarters)
    if quarters.direction < 0:
        return _hear_backward(chase, at)
    whole = quarters.position
    if whole is not None:
        return _take_whole(chase, whole, at, rules)
    if chase.runs and quarters.direction > 0:
        samples: tuple[int, ...] = ()
        paced = at - chase.heard_at >= rules.frame // 16 and chase.doubt is None
        if chase.state == "locked" and quarters.unbroken > quarters.last + 8 and paced:
            # No piece is missing since the last whole timecode: this one is of the next. What comes in a
            # heap was held up on the way, and says nothing of where the source is.
            samples = (at - _start(chase.frames + 2, rules) - quarters.last * rules.frame // 4,)
        return _settle(msgspec.structs.replace(chase, heard_at=at), samples)
    return chase


def _hear_backward(chase: Chase, at: Instant) -> Chase:
    if chase.runs and chase.quarters.unbroken < 4:
        return chase
    whole = chase.quarters.position
    position = chase.position_at(at) if whole is None else whole.nanoseconds
    if chase.state != "backward" and whole is None and not chase.runs:
        return chase
    return msgspec.structs.replace(
        chase, state="backward", position=position, heard_at=at, lost=None, samples=()
    )


def _start(frames: int, rules: Rules) -> int:
    return Position(frames, rules.rate).nanoseconds


def _settle(chase: Chase, samples: tuple[int, ...]) -> Chase:
    """Move the place only where the soonest of the last messages say so."""
    kept = (*chase.samples, *samples)[-SAMPLES:]
    if not kept:
        return chase
    soonest = Instant(min(kept))
    zero = soonest if abs(soonest - chase.zero) > FOLLOWS_FROM else chase.zero
    return msgspec.structs.replace(chase, samples=kept, zero=zero)


def _take_whole(chase: Chase, whole: Position, at: Instant, rules: Rules) -> Chase:
    """Take a whole timecode: the next of the run, or the first of another turn."""
    if whole.rate != rules.rate:
        return msgspec.structs.replace(chase, state="wrong-rate", rate=whole.rate, heard_at=at, samples=())
    quarters = chase.quarters
    position = whole.nanoseconds
    samples = tuple(quarters.arrived[piece] - position - piece * rules.frame // 4 for piece in range(8))
    heard = msgspec.structs.replace(
        chase, state="locked", rate=None, heard_at=at, frames=whole.frames, lost=None, doubt=None
    )
    if chase.runs:
        first = quarters.arrived[0]
        ahead = position - (first - chase.zero)
        if abs(ahead) <= AGREES_WITHIN * rules.frame:
            # Of a run that is heard the last piece alone is new: the others were taken as they came.
            return _settle(heard, samples if chase.state == "freewheeling" else samples[-1:])
        if not _bears_out(chase.doubt, whole.frames, first, rules):
            return msgspec.structs.replace(chase, doubt=(whole.frames, Instant(first)))
        began = _start(whole.frames - 2, rules)
        jumped_from = began - ahead if ahead > 0 else None
    else:
        jumped_from, began = _found_again(chase, position, rules)
    return msgspec.structs.replace(
        heard,
        turn=chase.turn + 1,
        zero=Instant(min(samples)),
        samples=samples,
        began=began,
        jumped_from=jumped_from,
    )


def _bears_out(doubt: tuple[int, Instant] | None, frames: int, first: int, rules: Rules) -> bool:
    """Say whether a second timecode shows that the first of a jump was meant, and not a mixture of two.

    Messages that a busy machine hands over all at once bear out nothing: they are only late.
    """
    return doubt is not None and frames == doubt[0] + 2 and first - doubt[1] >= rules.frame


def _found_again(chase: Chase, position: int, rules: Rules) -> tuple[int | None, int]:
    """Return from where on the show missed the timecode, and from where on it is to be followed."""
    near = AGREES_WITHIN * rules.frame
    before = (chase.quarters.unbroken - 8) * rules.frame // 4
    began = max(0, position - before)
    if chase.state == "located" and 0 <= position - chase.position <= near:
        return None, chase.position
    if chase.state == "stopped" and chase.lost is not None:
        lost, lost_at = chase.lost
        if chase.position - near <= position <= lost:
            # It goes on where it stood: what the freewheel passed has fired already.
            return None, lost
        if position > lost and abs(position - lost - (chase.quarters.arrived[0] - lost_at)) <= near:
            return lost, began
    return None, began


def _locate(chase: Chase, position: Position, at: Instant, rules: Rules) -> Chase:
    """Take a full frame: the source was moved. Some send one now and then while they run."""
    if position.rate != rules.rate:
        return msgspec.structs.replace(
            chase, state="wrong-rate", rate=position.rate, heard_at=at, samples=(), quarters=Quarters()
        )
    place = position.nanoseconds
    if chase.runs and abs(place - chase.position_at(at)) <= AGREES_WITHIN * rules.frame:
        return chase
    return Chase(
        state="located",
        turn=chase.turn + 1,
        position=place,
        began=place,
        heard_at=at,
    )
