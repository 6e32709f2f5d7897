"""What the clock windows show at an instant: words and figures, ready to be painted.

Owns the way from a snapshot to the faces of a window. Knows no widget and no timer: `clock_windows` asks
for the faces of all windows when a digit turns, and they are right however late that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from showcaller.core.clocks import (
    Clock,
    Level,
    Situation,
    changes_in,
    clock_of,
    figures_of,
    level_of,
    now_of,
)
from showcaller.core.counts import Target, counting
from showcaller.core.frames import RATES
from showcaller.core.messages import Snapshot, TimecodeView
from showcaller.core.position import Timer
from showcaller.core.schedule import Outlook
from showcaller.core.show import Counts, Show
from showcaller.core.times import Duration, Instant, ShowTime
from showcaller.gui.clock_layouts import ClockEntry
from showcaller.gui.counts_row import figure_of
from showcaller.gui.counts_row import label_of as count_label
from showcaller.gui.timecode_words import level_of_timecode, place_text, state_words

NOTHING = "–"
_USUAL_COUNTS = Counts()
_NO_INSTANT = Instant(0)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Clocks", text)


class Face(Struct, frozen=True):
    """One clock as it is painted."""

    label: str
    figures: str
    level: Level
    sample: str
    """The widest figures of the same form: what is painted has its size by these and does not jump."""


def situation_of(show: Show, snapshot: Snapshot, outlook: Outlook, ready: Sequence[Timer] = ()) -> Situation:
    """Return what the clocks are read from; `ready` are the timers that nothing was done to yet."""
    in_run = snapshot.mode != "edit"
    now = now_of(snapshot.running, snapshot.media) if in_run else None
    cue = show.cue(now.cue) if now else None
    return Situation(
        outlook,
        in_run,
        snapshot.started_at if in_run else None,
        snapshot.segment_started_at if in_run else None,
        now.started_at if now else None,
        now.end if now else None,
        cue.number if cue else "",
        now.source if now else "",
        now.held if now else None,
        (*snapshot.timers, *ready) if in_run else ready,
    )


def label_of(clock: Clock, zone: ZoneInfo, *, pretended: bool, house: bool) -> str:
    """Return the words above a clock."""
    if clock.name == "time-of-day":
        place = str(zone).rpartition("/")[2].replace("_", " ").upper()
        if pretended:
            return _tr("{place} · PRETENDED").format(place=place)
        return _tr("{place} · HOUSE CLOCK").format(place=place) if house else place
    words = {
        "to-air": _tr("TO AIR"),
        "on-air": _tr("ON AIR"),
        "show-left": _tr("SHOW LEFT"),
        "segment-up": _tr("SEGMENT {of}"),
        "segment-down": _tr("SEGMENT {of} LEFT"),
        "cue-up": _tr("CUE {of}"),
        "cue-down": _tr("CUE {of} LEFT"),
        "hard-point": _tr("HARD POINT {of}"),
        "hard-point-after": _tr("THEN {of}"),
        "hard-out": _tr("HARD OUT"),
        "over": _tr("OVER") if (clock.length or 0) >= 0 else _tr("UNDER"),
        "timer": "{of}",
        "timecode": _tr("TIMECODE"),
        "count": _tr("COUNT"),
    }[clock.name]
    words = " ".join(words.format(of=clock.subject).split())
    source = {"VT": " · VT", "plan": _tr(" · PLAN"), "": ""}[clock.source]
    return words + source


def read_faces(
    entries: Sequence[ClockEntry],
    situation: Situation,
    now: ShowTime,
    zone: ZoneInfo,
    house_offset: Duration,
    *,
    pretended: bool,
    timecode: TimecodeView | None = None,
    machine_now: Instant = _NO_INSTANT,
    counts: Counts = _USUAL_COUNTS,
    counted: Sequence[Target] = (),
) -> tuple[tuple[Face, ...], int | None]:
    """Return the faces at an instant, and in how many nanoseconds of show time one of them changes.

    Args:
        entries: The clocks of a window.
        situation: What they are read from.
        now: Show time.
        zone: The show's zone.
        house_offset: How much the house clock is ahead.
        pretended: The time of day is that of a rehearsal.
        timecode: What comes in, where the show has a port for it.
        machine_now: The machine's clock, by which timecode runs.
        counts: What the show counts, and which numbers are silent.
        counted: What is counted to, soonest first.
    """
    faces: list[Face] = []
    turns: list[int] = []
    offset = Duration(0) if pretended else house_offset
    for entry in entries:
        if entry.name == "timecode":
            faces.append(_timecode_face(timecode, machine_now, frames=bool(entry.frames)))
            continue
        if entry.name == "count":
            face, turn = _count_face(counts, counted, now)
            faces.append(face)
            turns += [] if turn is None else [turn]
            continue
        rate = RATES.get(entry.frames)
        clock = clock_of(entry.name, situation, entry.of)
        figures = figures_of(clock, now, zone, rate, offset) or NOTHING
        sample = "".join("0" if one.isdigit() else one for one in figures)
        sample = sample if len(sample) >= 4 else "0:00"
        label = label_of(clock, zone, pretended=pretended, house=offset != 0)
        faces.append(Face(label, figures, level_of(clock, now, entry.thresholds), sample))
        turn = changes_in(clock, now, rate, offset)
        if turn is not None:
            turns.append(turn)
    return tuple(faces), min(turns, default=None)


def _timecode_face(view: TimecodeView | None, now: Instant, *, frames: bool) -> Face:
    sample = "00:00:00:00" if frames else "00:00:00"
    if view is None:
        return Face(_tr("TIMECODE"), NOTHING, "steady", sample)
    label = _tr("TIMECODE · {state}").format(state=state_words(view))
    return Face(label, place_text(view, now, frames=frames) or NOTHING, level_of_timecode(view), sample)


def _count_face(counts: Counts, counted: Sequence[Target], now: ShowTime) -> tuple[Face, int | None]:
    """Return the soonest count: the number while it is called, in brackets where it is silent."""
    found, turn = counting(counts, counted, now)
    if not found:
        return Face(_tr("COUNT"), NOTHING, "steady", "0:00"), turn
    figure, _ = figure_of(found[0])
    level: Level = "danger" if found[0].number is not None and not found[0].silent else "steady"
    return Face(count_label(found[0]), figure, level, "0:00"), turn
