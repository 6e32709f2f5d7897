"""What each clock of the desk shows at an instant: lengths to go, times passed, over and under.

Pure readings of an outlook and of where the show is. `read_clocks` reads what the top bar shows;
`clock_of` gives a single clock as the instant that it counts from or to, for the clock windows. Knows
no widget and reads no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from showcaller.core.counting import left_text, passed_text
from showcaller.core.frames import FrameRate, frames_in, frames_to_go, label_of, start_of
from showcaller.core.messages import MediaView
from showcaller.core.position import Running, Timer
from showcaller.core.schedule import HardPoint, Outlook, hard_points
from showcaller.core.timers import ends_at, find_timer, left_of
from showcaller.core.times import (
    NO_TIME,
    NS_PER_MS,
    Duration,
    ShowTime,
    elapsed,
    format_duration,
    local_datetime,
    shift,
    time_of_day_at,
)

_SECOND = 1_000_000_000


class Readings(Struct, frozen=True):
    """Everything that the top bar shows; None where a clock has nothing to say."""

    on_air: Duration | None
    """Since the show went on air; before it did, since it was planned to: negative is still to go."""
    has_begun: bool
    """The show is on air: its first segment has begun that is not doors or a warm-up before it."""
    segment_page: str
    segment_left: Duration | None
    """Negative once the segment has passed its planned length."""
    segment_elapsed: Duration | None
    next_point: HardPoint | None
    next_point_left: Duration | None
    hard_out_left: Duration | None
    over: Duration | None


def read_clocks(
    outlook: Outlook,
    started_at: ShowTime | None,
    segment_started_at: ShowTime | None,
    now: ShowTime,
) -> Readings:
    """Read all clocks at `now`.

    Args:
        outlook: The expected times at `now`.
        started_at: When the first segment of the run began; None before.
        segment_started_at: When the running segment began; None before the first.
        now: Show time.
    """
    plan = outlook.plan
    since = outlook.on_air_since(started_at)
    from_air = plan.air if since is None else since
    on_air = None if from_air is None else elapsed(from_air, now)
    page = ""
    left = segment_elapsed = None
    if outlook.current >= 0 and segment_started_at is not None:
        running = plan.segments[outlook.current]
        page = running.segment.page if running.segment else ""
        segment_elapsed = elapsed(segment_started_at, now)
        left = Duration(outlook.expected[outlook.current].duration - segment_elapsed)
    points = hard_points(outlook)
    point = points[0] if points else None
    return Readings(
        on_air=on_air,
        has_begun=since is not None,
        segment_page=page,
        segment_left=left,
        segment_elapsed=segment_elapsed,
        next_point=point,
        next_point_left=elapsed(now, point.at) if point else None,
        hard_out_left=None if plan.hard_out is None else elapsed(now, plan.hard_out),
        over=outlook.over,
    )


ClockName = Literal[
    "time-of-day",
    "to-air",
    "on-air",
    "show-left",
    "segment-up",
    "segment-down",
    "cue-up",
    "cue-down",
    "hard-point",
    "hard-point-after",
    "hard-out",
    "over",
    "timecode",
    "count",
    "timer",
]
"""Every clock that a clock window can show; `timer` stands for each stopwatch and countdown of the show."""

Counting = Literal["up", "down", "day", "still", "held", "stood"]
"""From an instant, to an instant, the time of day, a difference; standing: what is left, what has passed."""

Level = Literal["steady", "warn", "danger", "over"]

MINUTE, DANGER = Duration(60_000), Duration(15_000)


class Clock(Struct, frozen=True):
    """One clock as an instant to count from or to, so that it is right whenever it is looked at."""

    name: ClockName
    counts: Counting = "still"
    at: ShowTime | None = None
    length: Duration | None = None
    """Of one that stands; None: it has nothing to say."""
    whole: Duration | None = None
    """Of one that counts down: how long it counts in all, where that is known."""
    subject: str = ""
    """The page of the segment or the number of the cue that it is about."""
    source: Literal["", "VT", "plan"] = ""
    """Whether an end is what the device plays or what was planned."""


class Situation(Struct, frozen=True):
    """What the clocks are read from; all of it changes by events, none of it as time passes."""

    outlook: Outlook
    in_run: bool
    started_at: ShowTime | None = None
    segment_started_at: ShowTime | None = None
    now_at: ShowTime | None = None
    """When the cue that NOW is about started; None: none runs."""
    now_ends_at: ShowTime | None = None
    now_number: str = ""
    now_source: Literal["", "VT", "plan"] = ""
    now_held: Duration | None = None
    """What is left of media that is paused."""
    timers: Sequence[Timer] = ()


class NowPlaying(Struct, frozen=True):
    """The cue that NOW is about: when it started, and when it ends as far as anyone can say."""

    cue: str
    started_at: ShowTime
    end: ShowTime | None
    source: Literal["", "VT", "plan"]
    held: Duration | None = None
    """What is left of media that is paused."""


def now_of(running: Sequence[Running], media: Sequence[MediaView] = ()) -> NowPlaying | None:
    """Return the cue that NOW is about: media first, then what lasts longest, then the newest.

    Args:
        running: The cues that run.
        media: What devices say of the ends of their media; where they say nothing, the plan stands.
    """
    if not running:
        return None
    one = max(running, key=lambda one: (bool(one.media), one.ends_at, one.run))
    told = next((view for view in media if view.run == one.run and one.media), None)
    if told is not None:
        held = told.left if told.ends_at is None else None
        return NowPlaying(one.cue, one.started_at, told.ends_at, "VT", held)
    if one.ends_at > one.started_at:
        return NowPlaying(one.cue, one.started_at, one.ends_at, "plan")
    return NowPlaying(one.cue, one.started_at, None, "")


class Thresholds(Struct, frozen=True):
    """How much is left when a clock that counts down begins to warn."""

    warn: Duration = MINUTE
    danger: Duration = DANGER


_USUAL = Thresholds()


def clock_of(name: ClockName, situation: Situation, of: str = "") -> Clock:
    """Return a clock as it stands in a situation; `of` names the timer where it is one."""
    outlook, started_at = situation.outlook, situation.started_at
    plan = outlook.plan
    match name:
        case "time-of-day":
            return Clock(name, "day")
        case "timer":
            return timer_clock(find_timer(situation.timers, of) or Timer(of))
        case "to-air" | "on-air":
            since = outlook.on_air_since(started_at)
            if since is not None:
                return Clock("on-air", "up", since)
            return Clock(name) if plan.air is None else Clock("to-air", "down", plan.air)
        case "hard-point" | "hard-point-after" | "hard-out":
            return _hard_clock(name, situation)
        case "over":
            return Clock(name, length=outlook.over)
    if not situation.in_run:
        return Clock(name)
    match name:
        case "show-left" if outlook.done and outlook.out <= outlook.now:
            return Clock(name, "held", length=NO_TIME)
        case "show-left" if started_at is not None:
            return Clock(name, "down", outlook.out)
        case "segment-up" | "segment-down":
            return _segment_clock(name, situation)
        case "cue-up" if situation.now_at is not None:
            return Clock(name, "up", situation.now_at, subject=situation.now_number)
        case "cue-down" if situation.now_held is not None:
            return Clock(
                name,
                "held",
                length=situation.now_held,
                subject=situation.now_number,
                source=situation.now_source,
            )
        case "cue-down" if situation.now_ends_at is not None:
            began_at = situation.now_at
            return Clock(
                name,
                "down",
                situation.now_ends_at,
                whole=None if began_at is None else elapsed(began_at, situation.now_ends_at),
                subject=situation.now_number,
                source=situation.now_source,
            )
    return Clock(name)


def timer_clock(timer: Timer) -> Clock:
    """Return a stopwatch or countdown as a clock; one that nothing was done to stands at its beginning."""
    if timer.started_at is not None:
        end = ends_at(timer)
        if end is not None:
            return Clock("timer", "down", end, whole=timer.down_from, subject=timer.name)
        return Clock("timer", "up", timer.started_at, subject=timer.name)
    counts: Counting = "stood" if timer.down_from is None else "held"
    return Clock("timer", counts, length=left_of(timer), whole=timer.down_from, subject=timer.name)


def _segment_clock(name: Literal["segment-up", "segment-down"], situation: Situation) -> Clock:
    outlook, began_at = situation.outlook, situation.segment_started_at
    if outlook.current < 0 or began_at is None:
        return Clock(name)
    running = outlook.plan.segments[outlook.current]
    page = running.segment.page if running.segment else ""
    if name == "segment-up":
        return Clock(name, "up", began_at, subject=page)
    planned = outlook.expected[outlook.current].duration
    return Clock(name, "down", shift(began_at, planned), subject=page)


def _hard_clock(name: Literal["hard-point", "hard-point-after", "hard-out"], situation: Situation) -> Clock:
    outlook = situation.outlook
    if name == "hard-out":
        out = outlook.plan.hard_out
        late = out is not None and not situation.in_run and out < outlook.now
        return Clock(name) if out is None or late else Clock(name, "down", out)
    points = hard_points(outlook)
    if not situation.in_run:
        # Nothing runs: a time that has passed today is not late.
        points = [point for point in points if point.at >= outlook.now]
    place = 0 if name == "hard-point" else 1
    if place >= len(points):
        return Clock(name)
    point = points[place]
    return Clock("hard-out" if point.kind == "out" else name, "down", point.at, subject=point.page)


def nanoseconds_of(clock: Clock, now: ShowTime) -> int | None:
    """Return what a running clock has counted, or still counts down: negative once that is over."""
    if clock.at is None:
        return None
    return now - clock.at if clock.counts == "up" else clock.at - now


def level_of(clock: Clock, now: ShowTime, thresholds: Thresholds) -> Level:
    """Say how urgent a clock is; one that counts up is never urgent."""
    if clock.counts == "still":
        return "over" if clock.name == "over" and (clock.length or 0) >= 1000 else "steady"
    left = nanoseconds_of(clock, now)
    if clock.counts == "held":
        left = (clock.length or NO_TIME) * NS_PER_MS
    elif clock.counts != "down":
        return "steady"
    return "steady" if left is None else _level(left, thresholds, clock.whole)


def level_left(left: Duration, thresholds: Thresholds = _USUAL, whole: Duration | None = None) -> Level:
    """Say how urgent what is left of something is.

    Args:
        left: What is left.
        thresholds: When it begins to warn.
        whole: How long it is in all: what is short does not warn of its end from its beginning on.
    """
    return _level(left * NS_PER_MS, thresholds, whole)


def _level(left: int, thresholds: Thresholds, whole: Duration | None) -> Level:
    if whole is not None:
        longest = whole // 2
        thresholds = Thresholds(
            thresholds.warn if thresholds.warn <= longest else NO_TIME,
            thresholds.danger if thresholds.danger <= longest else NO_TIME,
        )
    if left <= -_SECOND:
        return "over"
    if left <= thresholds.danger * NS_PER_MS:
        return "danger"
    return "warn" if left <= thresholds.warn * NS_PER_MS else "steady"


def figures_of(
    clock: Clock,
    now: ShowTime,
    zone: ZoneInfo,
    rate: FrameRate | None = None,
    house_offset: Duration = NO_TIME,
) -> str:
    """Return the digits of a clock; empty when it has nothing to say.

    What is left turns to 0:00 at the instant itself, so that it and the time of day always add up.
    Overtime counts up behind a `+`.

    Args:
        clock: The clock.
        now: Show time.
        zone: The show's zone.
        rate: Count frames at this rate below the seconds; None: whole seconds.
        house_offset: How much the house clock is ahead; it moves the time of day alone.
    """
    if clock.counts == "day":
        return _time_of_day(shift(now, house_offset), zone, rate)
    if clock.counts == "held":
        return left_text(clock.length or NO_TIME)
    if clock.counts == "stood":
        return passed_text(clock.length or NO_TIME)
    if clock.counts == "still":
        return "" if clock.length is None else format_duration(clock.length, sign=True)
    counted = nanoseconds_of(clock, now)
    if counted is None:
        return ""
    is_down = clock.counts == "down"
    if rate is None:
        # Up to the next millisecond, not down: a thousandth of one left is not nothing yet.
        return (
            left_text(Duration(-(-counted // NS_PER_MS)))
            if is_down
            else passed_text(Duration(counted // NS_PER_MS))
        )
    if counted < 0:
        frames = frames_in(-counted, rate)
        return ("+" if is_down and frames else "") + label_of(frames, rate)
    return label_of(frames_to_go(counted, rate) if is_down else frames_in(counted, rate), rate)


def _time_of_day(at: ShowTime, zone: ZoneInfo, rate: FrameRate | None) -> str:
    if rate is None:
        return str(time_of_day_at(at, zone))[:8]
    local = local_datetime(at, zone)
    seconds = (local.hour * 60 + local.minute) * 60 + local.second
    return label_of(frames_in(seconds * _SECOND + at % _SECOND, rate), rate)


def changes_in(
    clock: Clock, now: ShowTime, rate: FrameRate | None = None, house_offset: Duration = NO_TIME
) -> int | None:
    """Return in how many nanoseconds of show time the next digit turns; None: by itself never."""
    if clock.counts in {"still", "held", "stood"} or (clock.counts != "day" and clock.at is None):
        return None
    counted = nanoseconds_of(clock, now)
    if rate is not None:
        if counted is None or counted <= 0:
            return start_of(1, rate)
        if clock.counts == "up":
            return start_of(frames_in(counted, rate) + 1, rate) - counted
        last = frames_to_go(counted, rate) - 1
        return counted - last * rate.denominator * _SECOND // rate.numerator
    origin = -house_offset * NS_PER_MS if clock.counts == "day" else clock.at or 0
    return _SECOND - (now - origin) % _SECOND


def house_offset_at(pressed_at: ShowTime) -> Duration:
    """Return how much a house clock is ahead whose minute began when a key was pressed.

    The nearest minute is meant: half a minute early or late is as far as a house clock can be off.
    """
    past = pressed_at % (60 * _SECOND)
    ahead = -past if past <= 30 * _SECOND else 60 * _SECOND - past
    return Duration(round(ahead / NS_PER_MS))
