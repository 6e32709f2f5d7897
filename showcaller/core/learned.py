"""What a run teaches of times: how long its segments and clips really were, and where its cues stood.

Owns the reading of as-run lines as lessons, and the edits that keep them. A segment teaches only what it
was played whole: one that a jump went into or out of, or that all was stopped in, teaches nothing, nor
does a clip that was simulated. Show time is what counts: a pause takes none, and a rehearsal at x10 teaches
as much. Pure; the window shows the lessons and gives the edits to the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.asrun import ActionDone, CueCalled, Happened, Line, Noted, runs_taken_back
from showcaller.core.oops import has_run
from showcaller.core.plan import place_in_segment
from showcaller.core.position import Playback, Runs, is_callable, length_of, overrule
from showcaller.core.show import Cue, Manual, Row, Segment, Show
from showcaller.core.times import Duration, ShowTime, elapsed

LearnedField = Literal["duration", "offset"]

NOTICED = Duration(1000)
"""A clip that is off by less is as long as planned."""
_TENTH, _SECOND = 100, 1000


class Lesson(Struct, frozen=True):
    """One time of a row, as planned, as learned before and as it was in a run."""

    row: str
    field: LearnedField
    planned: Duration | None
    learned: Duration | None
    actual: Duration

    @property
    def longer(self) -> Duration:
        """How much more than planned it was."""
        return Duration(self.actual - (self.planned or 0))


class _Stay:
    """One time that a segment was played."""

    def __init__(self, segment: str, began: ShowTime) -> None:
        self.segment = segment
        self.began = began
        self.calls: dict[str, ShowTime] = {}
        self.last = began
        """When the last that happened in it happened."""
        self.ended: ShowTime | None = None
        self.broken = False


class _Run:
    """What the lines of a run say, as far as times go."""

    def __init__(self, show: Show) -> None:
        self.show = show
        self.stays: list[_Stay] = []
        self.lengths: dict[str, Duration] = {}
        """How long each cue ran that ended by itself, from the end of its pre-wait."""
        self.playback = Playback()
        """What was skipped and floated."""
        self._called: dict[int, CueCalled] = {}
        self._simulated: set[int] = set()

    @property
    def stay(self) -> _Stay | None:
        return self.stays[-1] if self.stays else None

    def take(self, line: Line) -> None:
        match line.entry:
            case Happened(event):
                self._see(event)
            case Noted(kind="segment", cue=str(segment_id), value=value):
                began = ShowTime(int(value)) if value else line.show
                if self.stay is not None:
                    self.stay.ended = began
                self.stays.append(_Stay(segment_id, began))
            case Noted(kind="segment-back") if self.stays:
                self.stays.pop()
                if self.stay is not None:
                    self.stay.ended = None
            case CueCalled() as called:
                self._called[called.run] = called
                stay, segment = self.stay, self.show.segment_of(called.cue.id)
                if stay is not None and segment is not None and segment.id == stay.segment:
                    stay.calls[called.cue.id] = called.at
                    stay.last = max(stay.last, called.at)
            case Noted(kind="oops") as noted:
                self._take_back(runs_taken_back(noted))
            case ActionDone(run=run, route="simulated"):
                self._simulated.add(run)
            case Noted(kind="ended", run=run, sentence=how):
                self._end(run, line.show, stopped=how == "stopped")
            case _:
                pass

    def _see(self, event: ev.Event) -> None:
        floated, skipped = self.playback.floated, self.playback.skipped
        match event:
            case ev.StopAll() | ev.Panic() | ev.EngineRestarted():
                if self.stay is not None:
                    self.stay.broken = True
            case ev.Skip(_, cue, on):
                skipped = skipped | {cue} if on else skipped - {cue}
            case ev.Float(_, row, on):
                floated = overrule(floated, row, on)
            case ev.BuyBack(floats=rows):
                for row in rows:
                    floated = overrule(floated, row, event.takes)
            case _:
                return
        self.playback = Playback(floated=floated, skipped=skipped)

    def _take_back(self, runs: Runs) -> None:
        """Forget calls that were taken back: what was a mistake teaches nothing."""
        for run in [one for one in self._called if has_run(runs, one)]:
            called = self._called.pop(run)
            self.lengths.pop(called.cue.id, None)
            for stay in self.stays:
                if stay.calls.get(called.cue.id) == called.at:
                    del stay.calls[called.cue.id]
                    stay.last = max([stay.began, *stay.calls.values()])

    def _end(self, run: int, at: ShowTime, *, stopped: bool) -> None:
        called = self._called.get(run)
        if called is None or stopped:
            return
        stay = self.stay
        if stay is not None and called.cue.id in stay.calls:
            stay.last = max(stay.last, at)
        if run not in self._simulated:
            self.lengths[called.cue.id] = Duration(elapsed(called.at, at) - called.cue.pre_wait)

    def whole_stays(self) -> Iterable[_Stay]:
        """Return the last time that each segment was played whole."""
        found: dict[str, _Stay] = {}
        for stay in self.stays:
            if not stay.broken and self._is_whole(stay):
                found[stay.segment] = stay
        return found.values()

    def _is_whole(self, stay: _Stay) -> bool:
        place = self.show.positions.get(stay.segment)
        if place is None:
            return False
        cues = _cues_below(self.show, place)
        wanted = [
            cue.id for cue in cues if is_callable(self.playback, self.show, self.show.positions[cue.id])
        ]
        if not stay.calls and stay.ended is None:
            return False
        return all(cue in stay.calls for cue in wanted)


def _cues_below(show: Show, place: int) -> Sequence[Cue]:
    cues: list[Cue] = []
    for row in show.rundown[place + 1 :]:
        if isinstance(row, Segment):
            break
        cues.append(row)
    return cues


def _rounded(length: int, to: int) -> Duration:
    return Duration((length + to // 2) // to * to)


def lessons_of(lines: Iterable[Line], show: Show) -> Sequence[Lesson]:
    """Return what the lines of a run teach, in the order of the rundown.

    Args:
        lines: The lines, from the header on; the run may still go on.
        show: The document, as it is now.
    """
    run = _Run(show)
    for line in lines:
        run.take(line)
    found: dict[tuple[str, LearnedField], Lesson] = {}
    for stay in run.whole_stays():
        segment = show.row(stay.segment)
        assert isinstance(segment, Segment)
        end = stay.last if stay.ended is None else stay.ended
        length = _rounded(elapsed(stay.began, end), _SECOND)
        if length > 0:
            found[segment.id, "duration"] = Lesson(
                segment.id, "duration", segment.duration, segment.learned, length
            )
        for cue_id, called_at in stay.calls.items():
            cue = show.cue(cue_id)
            if cue is not None and isinstance(cue.trigger, Manual):
                planned = place_in_segment(show, show.positions[cue_id], frozenset())
                offset = _rounded(elapsed(stay.began, called_at), _TENTH)
                found[cue_id, "offset"] = Lesson(cue_id, "offset", planned, cue.learned_offset, offset)
    for cue_id, ran in run.lengths.items():
        cue = show.cue(cue_id)
        if cue is not None and abs(ran - length_of(cue)) >= NOTICED:
            found[cue_id, "duration"] = Lesson(
                cue_id, "duration", cue.duration, cue.learned, _rounded(ran, _TENTH)
            )
    places = show.positions
    return sorted(found.values(), key=lambda lesson: (places[lesson.row], lesson.field))


def keep_lessons(show: Show, lessons: Iterable[Lesson]) -> edits.Change:
    """Return the edit that keeps lessons beside what is planned."""
    change: list[edits.Op] = []
    for lesson in lessons:
        name = "learned" if lesson.field == "duration" else "learned_offset"
        change += edits.edit(show, lesson.row, **{name: lesson.actual})
    return tuple(change)


def plan_lessons(show: Show, lessons: Iterable[Lesson]) -> edits.Change:
    """Return the edit that plans what a run took."""
    change: list[edits.Op] = []
    for lesson in lessons:
        change += edits.edit(show, lesson.row, **{lesson.field: lesson.actual})
    return tuple(change)


def plan_learned(show: Show, rows: Iterable[Row]) -> edits.Change:
    """Return the edit that plans what these rows have learned; empty where that is planned already."""
    change: list[edits.Op] = []
    for row in rows:
        if row.learned is not None:
            change += edits.edit(show, row.id, duration=row.learned)
        if isinstance(row, Cue) and row.learned_offset is not None:
            change += edits.edit(show, row.id, offset=row.learned_offset)
    return tuple(change)
