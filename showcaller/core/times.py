"""The four kinds of time, and the only places where one becomes another.

An `Instant` is the machine's monotonic clock and never leaves the machine. `ShowTime` is the clock
the show lives in: real in LIVE, pretended (rate, pause, another evening) in REHEARSE. A `Duration`
is a length in whole milliseconds. A `TimeOfDay` is what a person writes on a rundown; it means an
instant only together with a zone. Reads no clock: callers bring the time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import total_ordering
from typing import NewType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Instant = NewType("Instant", int)
"""Nanoseconds of the machine's monotonic clock."""

ShowTime = NewType("ShowTime", int)
"""Nanoseconds since the Unix epoch, in the show's own (possibly pretended) time."""

Duration = NewType("Duration", int)
"""A length in whole milliseconds; negative where a difference can be."""

NS_PER_MS = 1_000_000
MS_PER_DAY = 86_400_000
NO_TIME = Duration(0)


class TimeTextError(ValueError):
    """A text that is no time or duration; its message is a sentence for the operator."""


@total_ordering
class TimeOfDay:
    """A time on the wall clock of the show's zone, in whole milliseconds since midnight."""

    __slots__ = ("milliseconds",)

    milliseconds: int

    def __init__(self, milliseconds: int) -> None:
        if not 0 <= milliseconds < MS_PER_DAY:
            raise TimeTextError("A time of day lies between 00:00:00 and 23:59:59.999.")
        object.__setattr__(self, "milliseconds", milliseconds)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"TimeOfDay is frozen: cannot set {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeOfDay) and other.milliseconds == self.milliseconds

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, TimeOfDay):
            return NotImplemented
        return self.milliseconds < other.milliseconds

    def __hash__(self) -> int:
        return hash((TimeOfDay, self.milliseconds))

    def __repr__(self) -> str:
        return f"TimeOfDay({self})"

    def __str__(self) -> str:
        seconds, milliseconds = divmod(self.milliseconds, 1000)
        text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        return f"{text}.{milliseconds:03}" if milliseconds else text

    def __copy__(self) -> TimeOfDay:
        return self

    def __deepcopy__(self, memo: object) -> TimeOfDay:
        return self

    def __reduce__(self) -> tuple[type[TimeOfDay], tuple[int]]:
        return TimeOfDay, (self.milliseconds,)


def shift(at: ShowTime, by: Duration) -> ShowTime:
    """Return the show time `by` later than `at`."""
    return ShowTime(at + by * NS_PER_MS)


def elapsed(start: ShowTime, end: ShowTime) -> Duration:
    """Return the whole milliseconds from `start` to `end`, rounded towards the past."""
    return Duration((end - start) // NS_PER_MS)


_CLOCK = re.compile(r"(?:(?P<h>\d{1,6}):)?(?P<m>\d{1,9}):(?P<s>\d{1,2})(?:[.,](?P<f>\d{1,3}))?")
_SECONDS = re.compile(r"(?P<s>\d{1,9})(?:[.,](?P<f>\d{1,3}))?\s*(?P<unit>ms|s|m|min|h)?")
_UNIT_MS = {"ms": 1, None: 1000, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000}


def parse_duration(text: str) -> Duration:
    """Read a duration as people write it: `90`, `1:30`, `1:02:03.5`, `400 ms`, `2 min`, `-0:10`.

    Raises:
        TimeTextError: The text is none of these.
    """
    body = text.strip().replace("\u2212", "-")
    sign = -1 if body.startswith("-") else 1
    body = body[1:].lstrip() if body.startswith(("+", "-")) else body
    if match := _CLOCK.fullmatch(body):
        hours, minutes, seconds = (int(match[part] or 0) for part in "hms")
        if seconds > 59 or (match["h"] and minutes > 59):
            raise TimeTextError(f"“{text}” is no duration: minutes and seconds end at 59.")
        fraction = int((match["f"] or "").ljust(3, "0"))
        total = ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction
        return Duration(sign * total)
    if match := _SECONDS.fullmatch(body):
        scale = _UNIT_MS[match["unit"]]
        fraction = int((match["f"] or "").ljust(3, "0")) * scale // 1000
        return Duration(sign * (int(match["s"]) * scale + fraction))
    raise TimeTextError(f"“{text}” is no duration. Write 90 (seconds), 1:30 or 1:02:03.")


def format_duration(duration: Duration, *, sign: bool = False, tenths: bool = False) -> str:
    """Write a duration as `0:08`, `1:30` or `1:02:03`; whole seconds are cut, not rounded."""
    magnitude = abs(duration)
    seconds, rest = divmod(magnitude, 1000)
    hours, minutes = seconds // 3600, seconds // 60 % 60
    text = f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
    if tenths:
        text += f".{rest // 100}"
    shown_is_zero = seconds == 0 and not (tenths and rest >= 100)
    if duration < 0 and not shown_is_zero:
        return "\u2212" + text
    return "+" + text if sign and not shown_is_zero else text


def format_exact(duration: Duration) -> str:
    """Write a duration so that `parse_duration` gives the same one back."""
    text = format_duration(Duration(abs(duration)))
    milliseconds = abs(duration) % 1000
    if milliseconds:
        text += "." + f"{milliseconds:03}".rstrip("0")
    return "-" + text if duration < 0 else text


def parse_time_of_day(text: str) -> TimeOfDay:
    """Read `19:30`, `19:30:00` or `19:30:00.5`.

    Raises:
        TimeTextError: The text is no time between 00:00:00 and 23:59:59.999.
    """
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?", text.strip())
    if match is None:
        raise TimeTextError(f"“{text}” is no time of day. Write 19:30 or 19:30:00.")
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise TimeTextError(f"“{text}” is no time of day: it ends at 23:59:59.")
    fraction = int((match[4] or "").ljust(3, "0"))
    return TimeOfDay(((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction)


def load_zone(name: str) -> ZoneInfo:
    """Return the time zone of that IANA name.

    Raises:
        TimeTextError: There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeTextError(f"There is no time zone called “{name}”. Write Europe/London.") from error


def local_datetime(at: ShowTime, zone: ZoneInfo) -> datetime:
    """Return the wall clock of `zone` at that show time."""
    whole = datetime.fromtimestamp(at // 1_000_000_000, UTC)
    return whole.replace(microsecond=at % 1_000_000_000 // 1000).astimezone(zone)


def time_of_day_at(at: ShowTime, zone: ZoneInfo) -> TimeOfDay:
    """Return the time of day that the wall clock of `zone` shows then."""
    local = local_datetime(at, zone)
    seconds = (local.hour * 60 + local.minute) * 60 + local.second
    return TimeOfDay(seconds * 1000 + local.microsecond // 1000)


def show_time_of(local: datetime) -> ShowTime:
    """Return the show time of an aware wall-clock time."""
    whole = int(local.replace(microsecond=0).timestamp())
    return ShowTime(whole * 1_000_000_000 + local.microsecond * 1000)


def nearest(time: TimeOfDay, zone: ZoneInfo, near: ShowTime) -> ShowTime:
    """Return the occurrence of a time of day that lies nearest to `near`.

    Across midnight this is what a rundown means: 00:10 written in a show that runs at 23:50 is in
    twenty minutes, not this morning. Where the clocks are put forward over the written time, the
    instant that the clock would have shown it is taken; where they are put back, the first one.
    """
    today = local_datetime(near, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    whole, milliseconds = divmod(time.milliseconds, 1000)
    candidates = (
        show_time_of(
            (today + timedelta(days=days)).replace(
                hour=whole // 3600,
                minute=whole // 60 % 60,
                second=whole % 60,
                microsecond=milliseconds * 1000,
            )
        )
        for days in (-1, 0, 1)
    )
    return min(candidates, key=lambda candidate: abs(candidate - near))
