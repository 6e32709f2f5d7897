"""How a cue fires and how a segment starts, as the ON / TRIGGER cell writes and reads it.

Owns the wording: `on “take a look”`, `continues 10 + 0:02`, `follows 14`, `on clock 19:30:00`,
`timecode 10:00:00:00`, `offset +1:30`, `hard 19:30:00`. The word “manual” is never written. Knows no widget.
"""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QCoreApplication

from showcaller.core.branches import is_in_other_ending
from showcaller.core.show import (
    AtClock,
    AtOffset,
    AtTimecode,
    AutoContinue,
    AutoFollow,
    Cue,
    Hard,
    Hit,
    Manual,
    Row,
    Segment,
    Show,
    Soft,
    Start,
)
from showcaller.core.timecode import read_label
from showcaller.core.times import (
    Duration,
    TimeTextError,
    format_duration,
    format_exact,
    parse_duration,
    parse_time_of_day,
)

translate = QCoreApplication.translate


def cue_above(show: Show, place: int) -> Cue | None:
    """Return the cue that a row at `place` continues or follows: the one directly above, past headings.

    Other endings of a branch are passed over; below a branch it is the last cue of the planned one.
    """
    own = show.segment_of(show.rundown[place].id)
    chosen = frozenset({(own.branch, own.ending)}) if own is not None and own.branch else frozenset()
    for at in range(place - 1, -1, -1):
        row = show.rundown[at]
        if isinstance(row, Cue) and not is_in_other_ending(show, chosen, at):
            return row
    return None


def cue_below(show: Show, place: int) -> Cue | None:
    """Return the first cue below `place`, past headings."""
    for at in range(place + 1, len(show.rundown)):
        row = show.rundown[at]
        if isinstance(row, Cue):
            return row
    return None


def _named(above: Cue | None) -> str:
    if above is None:
        return translate("Rundown", "nothing above")
    return above.number or above.name or translate("Rundown", "the cue above")


def _shown(duration: Duration) -> str:
    return format_exact(duration)


def write_trigger(show: Show, place: int) -> str:
    """Say what a cue waits for, its waits included. Empty for a segment without a hard point."""
    row = show.rundown[place]
    if isinstance(row, Segment):
        return write_start(row.start)
    parts = [write_cause(row, cue_above(show, place))]
    if row.on and not isinstance(row.trigger, Manual):
        parts.append(_on(row.on))
    if row.pre_wait:
        parts.append(translate("Rundown", "pre-wait {time}").format(time=_shown(row.pre_wait)))
    if row.post_wait:
        below = cue_below(show, place)
        if below is None or not isinstance(below.trigger, AutoContinue):
            parts.append(translate("Rundown", "post-wait {time}").format(time=_shown(row.post_wait)))
    return " · ".join(part for part in parts if part)


def _on(text: str) -> str:
    """`on` before what is waited for, unless the caller wrote it so."""
    text = text.strip()
    if not text:
        return ""
    return text if text.casefold().startswith("on ") else translate("Rundown", "on {what}").format(what=text)


def write_cause(cue: Cue, above: Cue | None) -> str:
    """Say what fires a cue, without its own waits."""
    match cue.trigger:
        case AutoContinue():
            text = translate("Rundown", "continues {number}").format(number=_named(above))
            return f"{text} + {_shown(above.post_wait)}" if above is not None and above.post_wait else text
        case AutoFollow():
            return translate("Rundown", "follows {number}").format(number=_named(above))
        case AtClock(at):
            return translate("Rundown", "on clock {time}").format(time=at)
        case AtTimecode(at):
            return translate("Rundown", "timecode {time}").format(time=at)
        case AtOffset(after):
            return translate("Rundown", "offset {time}").format(time=_signed(after))
        case _:
            return _on_beat(cue)


def _on_beat(cue: Cue) -> str:
    """Say what the caller waits for: a line, a look, and the bar and beat where the cue has one."""
    words = _on(cue.on)
    if cue.beat is None:
        return words
    beat = translate("Rundown", "bar {bar}, beat {beat}").format(bar=cue.beat.bar, beat=cue.beat.beat)
    return f"{words}, {beat}" if words else _on(beat)


def _signed(after: Duration) -> str:
    text = format_exact(after)
    return text if text.startswith("-") else "+" + text


def write_start(start: Start) -> str:
    """Say how a segment starts: `soft`, `HARD 19:30:00`, `HIT 19:42:30`."""
    match start:
        case Hard(at):
            return translate("Rundown", "HARD {time}").format(time=at)
        case Hit(at):
            return translate("Rundown", "HIT {time}").format(time=at)
        case _:
            return translate("Rundown", "soft")


def trigger_to_type(show: Show, place: int) -> str:
    """Return the text that the cell's editor opens with."""
    row = show.rundown[place]
    if isinstance(row, Segment):
        return write_start(row.start)
    return row.on if isinstance(row.trigger, Manual) else write_cause(row, cue_above(show, place))


_AUTO = re.compile(
    r"(?:auto-?)?(?P<word>continues?|follows?)(?:\s+(?P<number>[^+]*?))?(?:\s*\+\s*(?P<wait>[\d:.,]+))?\s*",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(?:on\s+)?clock|at)\s+(?P<time>\d.*)|(?P<bare>\d{1,2}:\d{2}:\d{2})", re.IGNORECASE)
_TIMECODE = re.compile(
    r"(?:on\s+)?(?:timecode|tc)\s+(?P<named>\d.*)|(?P<bare>\d{1,2}:\d{2}:\d{2}[:;]\d{2})", re.IGNORECASE
)
_OFFSET = re.compile(r"(?:offset\s+(?P<named>[+\-\u2212]?[\d:.,]+)|(?P<bare>\+\s*[\d:.,]+))", re.IGNORECASE)
_START = re.compile(r"(?P<word>soft|hard|hit)?\s*(?P<time>\d.*)?", re.IGNORECASE)


def read_trigger(text: str, above: Cue | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read what was typed into a cue's ON / TRIGGER cell.

    Anything that is no trigger is what the caller waits for before a GO.

    Returns:
        The cue's fields, and those of the cue above it (`continues 10 + 0:02` sets its post-wait).

    Raises:
        TimeTextError: A clock time, timecode, offset or wait cannot be read, or there is no cue above.
    """
    text = text.strip()
    auto = _AUTO.fullmatch(text)
    if auto is not None and _means(auto["number"], above):
        if above is None:
            raise TimeTextError(
                translate("Rundown", "There is no cue above: the first cue cannot continue or follow one.")
            )
        if auto["word"].casefold().startswith("follow"):
            return {"trigger": AutoFollow()}, {}
        wait = parse_duration(auto["wait"]) if auto["wait"] else Duration(0)
        return {"trigger": AutoContinue()}, {} if wait == above.post_wait else {"post_wait": wait}
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        return {"trigger": AtClock(at=parse_time_of_day(clock["time"] or clock["bare"]))}, {}
    timecode = _TIMECODE.fullmatch(text)
    if timecode is not None:
        return {"trigger": AtTimecode(at=read_label(timecode["named"] or timecode["bare"]))}, {}
    offset = _OFFSET.fullmatch(text)
    if offset is not None:
        after = parse_duration((offset["named"] or offset["bare"]).replace(" ", ""))
        return {"trigger": AtOffset(after=after)}, {}
    return {"trigger": Manual(), "on": text}, {}


def _means(number: str | None, above: Cue | None) -> bool:
    """Say whether what stands behind “follows” names the cue above, and is not part of a line."""
    return not number or above is None or number.strip() in {_named(above), above.number}


def read_start(text: str) -> Start:
    """Read how a segment starts: `soft`, `hard 19:30`, `hit 19:42:30`; a bare time is a hard start.

    Raises:
        TimeTextError: It is none of these.
    """
    match = _START.fullmatch(text.strip())
    word = (match["word"] or "").casefold() if match else ""
    time = match["time"] if match else None
    if match is None or (word in {"hard", "hit"} and not time) or (word == "soft" and time):
        raise TimeTextError(
            translate("Rundown", "“{text}” is no start. Write soft, hard 19:30:00 or hit 19:42:30.").format(
                text=text
            )
        )
    if not time:
        return Soft()
    at = parse_time_of_day(time)
    return Hit(at=at) if word == "hit" else Hard(at=at)


def plain_duration(row: Row) -> str:
    """Return the typed duration of a row as its editor opens with it, or nothing."""
    return "" if row.duration is None else format_exact(row.duration)


def shown_duration(row: Row) -> str:
    """Return the duration of a row as the table shows it, or nothing."""
    return "" if row.duration is None else format_duration(row.duration)
