"""What the calling panel says: what is on, what fires by itself, what stands by, and what comes then.

Owns the choice and the wording, from the show, the newest snapshot and the expected times. Values in and
values out: the panel shows them, and asks again when the first of them changes. Knows no widget and reads
no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from showcaller.core import events as ev
from showcaller.core.branches import other_endings
from showcaller.core.calls import chips_text, foresee, group_words, row_words, spoken_calls, spoken_group
from showcaller.core.clocks import level_left
from showcaller.core.coming import next_segment, prompted_cues
from showcaller.core.counting import left_text, whole_left
from showcaller.core.messages import MediaView, Snapshot
from showcaller.core.position import Running, Wait
from showcaller.core.prompts import Prompt, next_prompt_at, prompts
from showcaller.core.schedule import RowTimes
from showcaller.core.show import Cue, Manual, Row, Segment, Show
from showcaller.core.times import Duration, ShowTime, elapsed, shift
from showcaller.gui.clock_cell import MARKS
from showcaller.gui.lettering import Tone
from showcaller.gui.trigger_text import cue_above, write_cause

DUE_MS = 3000
"""GO turns solid so long before its cue is expected."""

LONGEST_UNBROKEN = 24
"""Characters of a call up to which it is kept on one line."""

NO_BREAK = "\u00a0"

MISSED_FOR = 60_000
"""Milliseconds for which what did not fire is named once the show has gone past it."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calling", text)


class Line(NamedTuple):
    """A row of the panel: a number or mark, words, and a figure at the right."""

    mark: str = ""
    words: str = ""
    detail: str = ""
    figure: str = ""
    tone: Tone = "text"


NOTHING = Line()


@dataclass(frozen=True)
class Said:
    """All that the panel says at one instant."""

    now: Line = NOTHING
    """`mark` is the label above, `words` the cue, `figure` what is left."""
    running: tuple[Line, ...] = ()
    auto: Line = NOTHING
    prompts: tuple[Line, ...] = ()
    """The warnings and standbys of timed cues that are to be said now, the most urgent first."""
    left_waiting: tuple[str, ...] = ()
    """Ids of cues that a GO has passed by and that still wait."""
    waiting_words: str = ""
    missed: str = ""
    head: str = ""
    stood_by: bool = False
    step: ev.CallStep = "go"
    """What the next press says."""
    holds: bool = False
    """The key is held for it, and GOes when it comes up."""
    within: bool = False
    """It was stood by with a cue of its group that is called already: no press has to speak its standby."""
    words: str = ""
    on: str = ""
    next: tuple[Line, ...] = ()
    going: str = ""
    """Short calls that GO will fire."""
    failing: str = ""
    """What will not go, shortly."""
    due: bool = False
    refusal: str = ""
    """Why GO can do nothing now; empty where it can."""
    changes_in: int | None = None
    """Milliseconds of show time until something of this reads otherwise; None: never by itself."""


@dataclass
class _Clock:
    """Collects when the first shown figure changes."""

    now: ShowTime
    soonest: int | None = None

    def left(self, until: ShowTime) -> Duration:
        """Return what is left until an instant in whole seconds, the one that has begun included.

        So do all clocks of the desk count: none is a second ahead of another. When the figure changes is
        remembered.
        """
        left = elapsed(self.now, until)
        self.look_in(left % 1000 or 1000)
        return whole_left(left)

    def look_in(self, wait: int) -> None:
        """Remember that something changes in so many milliseconds."""
        self.soonest = wait if self.soonest is None else min(self.soonest, wait)


def name_of(row: Row) -> str:
    """Return a row's number or page, or a dash."""
    return (row.number if isinstance(row, Cue) else row.page) or "–"


def _departments(show: Show, cue: Cue) -> str:
    names = (show.department(call.department) for call in cue.calls)
    return " ".join(dict.fromkeys(department.name for department in names if department))


def _titled(show: Show, row: Row) -> str:
    words = row.name if isinstance(row, Cue) else row.title
    return " · ".join(part for part in (name_of(row), words or row_words(show, row)) if part)


def say(show: Show, snapshot: Snapshot, times: Mapping[str, RowTimes], now: ShowTime) -> Said:
    """Return what the panel says.

    Args:
        show: The document.
        snapshot: What is alive.
        times: Expected times by row id, of `timed_rows` at least; rows without times are not timed.
        now: Show time.
    """
    clock = _Clock(now)
    standby = show.row(snapshot.standby or "")
    in_run = snapshot.mode != "edit"
    running = _order_running(snapshot)
    now_line = _say_now(show, snapshot, running, clock) if in_run else NOTHING
    left_waiting = _left_waiting(show, snapshot)
    due = False
    if in_run and standby is not None:
        due = _is_due(show, snapshot, times, clock)
    outlook = ("", "")
    if isinstance(standby, Cue):
        states = {one.id: _tr(one.health) for one in snapshot.devices if one.health != "ready"}
        going, failing = foresee(show, standby, snapshot.unsendable if in_run else {}, states)
        outlook = (chips_text(show, going), ", ".join(failing))
    return Said(
        now=now_line,
        running=tuple(_say_running(show, one, snapshot, clock) for one in running[1:]) if in_run else (),
        auto=_say_auto(show, snapshot, clock) if in_run else NOTHING,
        prompts=_say_prompts(show, snapshot, times, clock) if in_run else (),
        left_waiting=left_waiting,
        waiting_words=_tr("still waiting: {cues}").format(
            cues=", ".join(name_of(row) for one in left_waiting if (row := show.row(one)))
        )
        if left_waiting
        else "",
        missed=_say_missed(show, snapshot, clock),
        head=_say_head(standby, snapshot, _together(show, snapshot)),
        step=snapshot.step,
        holds=snapshot.holds,
        within=snapshot.stood_by and snapshot.standby in snapshot.together[1:],
        stood_by=snapshot.stood_by,
        words=_unbroken(show, standby, snapshot) if standby is not None else _tr("End of the rundown"),
        on=_say_on(standby),
        next=tuple(_say_next(show, place, snapshot, times, clock) for place in next_places(show, snapshot)),
        going=outlook[0],
        failing=outlook[1],
        due=due,
        refusal=_say_refusal(snapshot, standby),
        changes_in=clock.soonest if in_run else None,
    )


def _order_running(snapshot: Snapshot) -> list[Running]:
    """Return what runs, first what NOW is about: media, then what lasts longest, then the newest."""
    return sorted(snapshot.running, key=lambda one: (bool(one.media), one.ends_at, one.run), reverse=True)


def _left_of(running: Running, snapshot: Snapshot, clock: _Clock) -> tuple[str, Tone]:
    told = _told_of(running, snapshot)
    if told is not None:
        left = told.left if told.ends_at is None else clock.left(told.ends_at)
        return _warned(Duration(max(0, left)), running)
    if running.ends_at <= clock.now and running.media:
        # Its planned length is over and the media plays on: how much longer, only its end will tell.
        return left_text(clock.left(running.ends_at)), "standby"
    return _warned(Duration(max(0, clock.left(running.ends_at))), running)


def _warned(left: Duration, running: Running) -> tuple[str, Tone]:
    """Write what is left of a cue; one that is short warns nobody of its end from its beginning on."""
    level = level_left(left, whole=elapsed(running.started_at, running.ends_at))
    return MARKS[level] + left_text(left), "go" if level == "steady" else "standby"


def _told_of(running: Running, snapshot: Snapshot) -> MediaView | None:
    """Return what a device says of the end of a cue's media, if it says anything."""
    return next((view for view in snapshot.media if running.media and view.run == running.run), None)


def _source_of(running: Running, snapshot: Snapshot) -> str:
    """Say whose time is left: the device's, or the plan's."""
    if not running.media:
        return ""
    return _tr("left by VT") if _told_of(running, snapshot) else _tr("left by plan")


def _say_now(show: Show, snapshot: Snapshot, running: list[Running], clock: _Clock) -> Line:
    cue = show.cue(running[0].cue) if running else None
    if cue is not None:
        parts = _tr("NOW"), _departments(show, cue), _source_of(running[0], snapshot)
        label = " · ".join(part for part in parts if part)
        figure, tone = _left_of(running[0], snapshot, clock)
        return Line(label, _titled(show, cue), "", figure, tone)
    segment = show.row(snapshot.segment or "")
    if isinstance(segment, Segment) and snapshot.segment_started_at is not None:
        label = " · ".join(part for part in (_tr("NOW"), segment.page) if part)
        if segment.duration is None:
            return Line(label, segment.title, "", "", "dim")
        length = Duration(max(0, segment.duration + dict(snapshot.added).get(segment.id, 0)))
        left = clock.left(shift(snapshot.segment_started_at, length))
        level = level_left(left)
        figure = MARKS[level] + left_text(left)
        return Line(label, segment.title, "", figure, "text" if level == "steady" else "standby")
    return Line(_tr("NOW"), _tr("Nothing runs yet"), "", "", "dim")


def _say_running(show: Show, running: Running, snapshot: Snapshot, clock: _Clock) -> Line:
    cue = show.cue(running.cue)
    figure, _ = _left_of(running, snapshot, clock)
    return Line("▶", _titled(show, cue) if cue else "", "", figure, "go")


def _fires(wait: Wait, snapshot: Snapshot) -> bool:
    return snapshot.auto or wait.cause not in ev.TIMED


def _say_auto(show: Show, snapshot: Snapshot, clock: _Clock) -> Line:
    wait = next(
        (one for one in sorted(snapshot.waits, key=lambda one: one.due) if _fires(one, snapshot)), None
    )
    cue = show.cue(wait.cue) if wait else None
    if wait is None or cue is None:
        return Line(_tr("AUTO"), "", _tr("nothing fires by itself"), "", "dim")
    words = " · ".join(part for part in (cue.number, chips_text(show, cue.calls)) if part)
    if snapshot.held_at is not None:
        return Line(_tr("AUTO"), words, cue.name, _tr("held"), "standby")
    if snapshot.stopped and wait.cause in ev.TIMED:
        # It is missed unless a GO comes first.
        return Line(_tr("AUTO"), words, cue.name, _tr("stopped"), "standby")
    figure = _tr("in {time}").format(time=left_text(Duration(max(0, clock.left(wait.due)))))
    return Line(_tr("AUTO"), words, cue.name, figure, "dim")


def _say_prompts(
    show: Show, snapshot: Snapshot, times: Mapping[str, RowTimes], clock: _Clock
) -> tuple[Line, ...]:
    """Say the warnings and standbys of the cues that fire by themselves, and when they do."""

    def starts(segment: str) -> ShowTime | None:
        expected = times.get(segment)
        return expected.expected_start if expected is not None and not expected.started else None

    coming = prompted_cues(show, snapshot, starts)
    for wait in next_prompt_at(show, coming, clock.now):
        clock.soonest = wait + 1 if clock.soonest is None else min(clock.soonest, wait + 1)
    return tuple(_say_prompt(one, clock) for one in prompts(show, coming, clock.now))


def _say_prompt(prompt: Prompt, clock: _Clock) -> Line:
    about = "~" if prompt.estimate else ""
    figure = _tr("in {time}").format(time=about + left_text(clock.left(prompt.due)))
    return Line("◆", prompt.words, "", figure, "standby")


def _left_waiting(show: Show, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the cues whose timed trigger still lies ahead though a GO below them was given."""
    called = show.positions.get(snapshot.last_called or "", -1)
    return tuple(
        dict.fromkeys(
            wait.cue
            for wait in snapshot.waits
            if wait.cause in ev.TIMED and show.positions.get(wait.cue, called) < called
        )
    )


def _say_missed(show: Show, snapshot: Snapshot, clock: _Clock) -> str:
    """Name what did not fire by itself: for a minute, and as long as the show has not gone past it."""
    called = show.positions.get(snapshot.last_called or "", -1)
    rows: list[Row] = []
    reason = ""
    for missed in snapshot.missed:
        row = show.row(missed.cue)
        if row is None:
            continue
        if show.positions[row.id] < called:
            left = MISSED_FOR - elapsed(missed.due, clock.now)
            if left <= 0:
                continue
            clock.look_in(left)
        rows.append(row)
        reason = missed.reason
    if not rows:
        return ""
    return _tr("missed: {cues} ({reason})").format(
        cues=", ".join(dict.fromkeys(name_of(row) for row in rows)), reason=reason
    )


def _together(show: Show, snapshot: Snapshot) -> tuple[Row, ...]:
    """Return the cues that one standby names; none where the standby cue stands by alone."""
    return tuple(row for one in snapshot.together if (row := show.row(one)) is not None)


def _say_head(standby: Row | None, snapshot: Snapshot, together: Sequence[Row]) -> str:
    if standby is None:
        return _tr("NEXT")
    name = name_of(standby)
    if len(together) > 1 and standby in together:
        count = len(together)
        if snapshot.stood_by:
            return _tr("STANDBY {number} · {place} OF {count} STOOD BY").format(
                number=name, place=together.index(standby) + 1, count=count
            )
        head = _tr("NEXT {first} – {last} · {count} CUES, WARNED")
        if not snapshot.warned:
            head = _tr("NEXT {first} – {last} · {count} CUES, ONE STANDBY")
        return head.format(first=name, last=name_of(together[-1]), count=count)
    if snapshot.stood_by:
        return _tr("STANDBY {number} · STOOD BY").format(number=name)
    if snapshot.warned:
        return _tr("NEXT {number} · WARNED").format(number=name)
    return _tr("NEXT {number}").format(number=name)


def _unbroken(show: Show, row: Row, snapshot: Snapshot) -> str:
    """Return the next words to say, each call kept together where they are broken into lines."""
    if snapshot.mode == "edit":
        return row_words(show, row)
    together = () if snapshot.step == "go" else _together(show, snapshot)
    words = group_words(show, together or (row,), snapshot.step)
    calls = spoken_calls(show, row) if isinstance(row, Cue) else ()
    for call in spoken_group(show, together) if together else calls:
        if len(call) <= LONGEST_UNBROKEN:
            words = words.replace(call, call.replace(" ", NO_BREAK))
    return words


def _say_on(standby: Row | None) -> str:
    if isinstance(standby, Segment):
        return _tr("starts the segment; it has no cues")
    return write_cause(standby, None) if standby is not None and (standby.on or standby.beat) else ""


def next_places(show: Show, snapshot: Snapshot) -> list[int]:
    """Return the places of the two cues after the standby that this run will come to."""
    place = show.positions.get(snapshot.standby or "")
    found: list[int] = []
    if place is None:
        return found
    floated = dict(snapshot.floated)
    others = other_endings(show, snapshot.chosen)
    for at in range(place + 1, min(len(show.rundown), place + 200)):
        row = show.rundown[at]
        segment = show.segment_of(row.id)
        out = row.id in snapshot.skipped or floated.get(row.id, row.floated)
        if segment is not None and (segment.id in others or floated.get(segment.id, segment.floated)):
            out = True
        if isinstance(row, Cue) and not out and row.id != show.panic:
            found.append(at)
            if len(found) == 2:
                break
    return found


def timed_rows(show: Show, snapshot: Snapshot) -> list[str]:
    """Return the ids of the rows whose times `say` needs."""
    rows = [show.rundown[place].id for place in next_places(show, snapshot)]
    named = snapshot.standby, snapshot.last_called, next_segment(show, snapshot)
    return [one for one in (*named, *rows) if one is not None]


def _how(show: Show, place: int) -> str:
    """Say how a cue starts that nobody calls."""
    row = show.rundown[place]
    if not isinstance(row, Cue) or isinstance(row.trigger, Manual):
        return ""
    return write_cause(row, cue_above(show, place))


def _say_next(
    show: Show, place: int, snapshot: Snapshot, times: Mapping[str, RowTimes], clock: _Clock
) -> Line:
    row = show.rundown[place]
    figure = ""
    expected = times.get(row.id)
    if expected is not None and snapshot.mode != "edit" and snapshot.rate >= 0:
        left = clock.left(expected.expected_start)
        if left >= 0:
            figure = ("~" if expected.estimate else "") + left_text(left)
    how = _how(show, place)
    return Line(name_of(row), row_words(show, row), how, figure, "dim" if how else "text")


def _is_due(show: Show, snapshot: Snapshot, times: Mapping[str, RowTimes], clock: _Clock) -> bool:
    """Say whether the standby is expected within 3 s, where anything says when.

    Two cues with nothing between them (no length, no offset) are not timed: GO would always be due.
    """
    expected = times.get(snapshot.standby or "")
    if expected is None:
        return False
    called = times.get(snapshot.last_called or "")
    if called is not None and expected.planned_start <= called.planned_start:
        return False
    if called is None and show.on_air is None:
        return False
    until = ShowTime(expected.expected_start - DUE_MS * 1_000_000)
    if clock.now >= until:
        return True
    wait = elapsed(clock.now, until) + 1
    clock.soonest = wait if clock.soonest is None else min(clock.soonest, wait)
    return False


def _say_refusal(snapshot: Snapshot, standby: Row | None) -> str:
    if snapshot.unconfirmed:
        return _tr("Say first how the show goes on")
    if standby is None:
        return _tr("Nothing stands by: Back or Jump")
    return ""
