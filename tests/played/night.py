"""A written show, played at ×20 by an engine, and read over its socket as a window reads it.

Owns the words of a table and of a script, and the player that goes through them; how time passes and how
the engine is reached is its subclass's. A `Script` says when each segment begins; its cues are called at
their planned places after that. Whatever else happens is in the table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from showcaller.core import events as ev
from showcaller.core import messages
from showcaller.core.asrun import Line
from showcaller.core.costs import opposite, plan_buy_back
from showcaller.core.schedule import HardPoint, Outlook, Plan, expect, hard_points, left_out, make_plan
from showcaller.core.show import Segment, Show
from showcaller.core.times import (
    Duration,
    ShowTime,
    format_duration,
    load_zone,
    nearest,
    parse_duration,
    parse_time_of_day,
    shift,
    show_time_of,
    time_of_day_at,
)
from showcaller.gui.progress import ProgressTaker

RATE = 20
ZONE = load_zone("Europe/London")
DAY = show_time_of(datetime(2026, 11, 22, 19, 0, tzinfo=ZONE))


def at(text: str) -> ShowTime:
    """Return a time of the evening that is played."""
    return nearest(parse_time_of_day(text), ZONE, DAY)


def clock(time: ShowTime) -> str:
    """Return a time of the evening as it is written in a table."""
    return str(time_of_day_at(time, ZONE))


def signed(length: Duration | None) -> str:
    """Return an over or under as it is written in a table."""
    return "" if length is None else format_duration(length, sign=True).replace("\u2212", "-")


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table: what is done at a time of day, and what has to be seen then."""

    at: str
    does: str = ""
    """`nudge A4 -0:30`, `skip 39`, `float A7`, `unfloat A7`, `ending Best_Film Tie`, `start B7`,
    `jump C6`, `buy back`, `take back`; empty: nothing but time passes."""
    over: str
    """Expected out against the hard out; `+` is heavy."""
    expects: str = ""
    """When segments begin or are expected to: `B1 18:16:00, C1 18:33:30`."""
    point: str = ""
    """The next hard point, and how far it is missed: `B1 +0:50`."""
    buys: str = ""
    """What the buy-back does: `trim B9 0:50, float A7 1:20`."""
    standby: str = ""
    """Number of the cue that stands by."""
    why: str
    """The arithmetic, to be checked with a pencil."""


class Seen(msgspec.Struct, frozen=True):
    """What was seen at a moment, in the words of its line."""

    over: str
    expects: str
    point: str
    buys: str
    standby: str


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """When segments begin, by page, and single cues that are called at other times than planned."""

    begins: Mapping[str, str]
    cues: Mapping[str, str] = {}


class Night(ABC):
    """A show on an engine; `play` goes through a table.

    Args:
        show: The show, as the engine has it.
        script: When it is called.
    """

    def __init__(self, show: Show, script: Script) -> None:
        self.show = show
        self.script = script
        self.pages = {row.page: row.id for row in self.show.rundown if isinstance(row, Segment)}
        self.progress = ProgressTaker()
        self.last_bought: ev.BuyBack | None = None
        self.calls = 0

    @property
    @abstractmethod
    def snapshot(self) -> messages.Snapshot:
        """What the engine said last."""

    @property
    @abstractmethod
    def now(self) -> ShowTime:
        """Show time."""

    @abstractmethod
    def take_lines(self) -> Sequence[Line]:
        """Return the as-run's lines that came since the last time."""

    @abstractmethod
    def pass_until(self, end: ShowTime) -> None:
        """Let time pass."""

    @abstractmethod
    def go(self, standby: str) -> None:
        """Call the standby cue, and wait until another one stands by."""

    @abstractmethod
    def give(self, event: ev.Event) -> None:
        """Give an event to playback, and wait until it was obeyed."""

    @property
    def plan(self) -> Plan:
        """The plan as a window has it: of this evening, with what is floated, skipped and chosen."""
        told = self.snapshot
        out = left_out(told.floated, told.skipped)
        return make_plan(self.show, told.started_at or self.now, None, out, told.chosen)

    @property
    def outlook(self) -> Outlook:
        """What a window expects."""
        told = self.snapshot
        self.progress.take(self.take_lines())
        self.progress.follow(told.segment, told.segment_started_at, told.added)
        return expect(self.plan, self.progress.value, self.now)

    def play(self, table: Sequence[Moment]) -> Sequence[Seen]:
        """Go through a table from above to below; return what was seen at each line."""
        return [self._see(moment) for moment in table]

    def _see(self, moment: Moment) -> Seen:
        self.play_on(at(moment.at))
        bought = self._do(moment.does)
        outlook = self.outlook
        wanted = [part.split()[0] for part in moment.expects.split(", ") if part]
        starts = [f"{page} {clock(self._expected(outlook, page))}" for page in wanted]
        point = self._words_of(hard_points(outlook)[0])
        return Seen(
            signed(outlook.over),
            ", ".join(starts),
            point if moment.point else "",
            bought if moment.buys else "",
            self._standby() if moment.standby else "",
        )

    def _standby(self) -> str:
        cue = self.show.cue(self.snapshot.standby)
        return "" if cue is None else cue.number

    def _expected(self, outlook: Outlook, page: str) -> ShowTime:
        return next(
            expected.start
            for expected, planned in zip(outlook.expected, outlook.plan.segments, strict=True)
            if planned.segment is not None and planned.segment.page == page
        )

    @staticmethod
    def _words_of(point: HardPoint) -> str:
        return f"{point.page or 'out'} {signed(point.missed_by)}"

    def play_on(self, end: ShowTime) -> None:
        """Let time pass to `end`, calling each standby cue when the script wants it."""
        while (due := self._next_call()) is not None and due <= end:
            self.pass_until(due)
            standby = self.snapshot.standby
            if standby is None or self._next_call() != due:
                continue  # a timed cue came first, and another one stands by
            self.go(standby)
            self.calls += 1
        self.pass_until(end)

    def _next_call(self) -> ShowTime | None:
        """Return when the script calls the cue that stands by, or None where it does not."""
        cue = self.show.cue(self.snapshot.standby)
        if cue is None:
            return None
        if cue.number in self.script.cues:
            return at(self.script.cues[cue.number])
        segment = self.show.segment_of(cue.id)
        assert segment is not None
        if segment.page not in self.script.begins:
            return None
        planned = next(one for one in self.plan.segments if one.segment is segment)
        place = planned.rows.index(cue)
        return shift(at(self.script.begins[segment.page]), planned.cues[place].start)

    def _do(self, words: str) -> str:
        if not words:
            return ""
        if words in {"buy back", "take back"}:
            return self._buy(back=words == "take back")
        verb, first, *rest = words.split(" ", 2)
        now = self.now
        cue = self.show.numbers.get(first, "")
        event: ev.Event
        match verb:
            case "nudge":
                event = ev.AddTime(now, self.pages[first], parse_duration(rest[0]))
            case "skip":
                event = ev.Skip(now, cue, on=True)
            case "float" | "unfloat":
                event = ev.Float(now, self.pages[first], on=verb == "float")
            case "ending":
                event = ev.ChooseEnding(now, first.replace("_", " "), rest[0])
            case "start":
                event = ev.StartNow(now, self.pages[first], on=True)
            case "jump":
                event = ev.Jump(now, self.pages[first])
            case _:
                raise AssertionError(f"nobody knows how to {words}")
        self.give(event)
        return ""

    def _buy(self, *, back: bool) -> str:
        if back:
            assert self.last_bought is not None
            taken = opposite(self.last_bought)
            assert taken is not None
            self.give(taken)
            return ""
        bought = plan_buy_back(self.show, self.outlook, self.progress.value)
        assert bought is not None
        self.last_bought = bought.event
        self.give(bought.event)
        page_of = {row_id: page for page, row_id in self.pages.items()}
        return ", ".join(
            f"{one.kind} {page_of[one.segment]} {format_duration(one.gives)}" for one in bought.steps
        )
