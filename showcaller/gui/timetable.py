"""The planned and expected times of the open show, worked out once for all panels.

Owns the plan (anew after an edit, from the plan before) and the outlook of each second. Knows no widget;
the calling panel and the timeline ask it while they paint.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject, Signal

from showcaller.core.branches import Chosen
from showcaller.core.plan import place_in_segment
from showcaller.core.schedule import (
    Outlook,
    Plan,
    Progress,
    RowTimes,
    expect,
    left_out,
    make_plan,
    times_of,
    with_actual,
)
from showcaller.core.show import Show
from showcaller.core.times import NO_TIME, ShowTime
from showcaller.gui.client import Client
from showcaller.gui.document import Document

_A_DAY_NS = 86_400_000_000_000
_NO_RUN = Progress()


class Timetable(QObject):
    """Times of rows. `changed` comes when the plan or what has happened changed, not as time passes."""

    changed = Signal()

    def __init__(self, document: Document, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._plan: Plan | None = None
        self._outlook: Outlook | None = None
        self._known_of: Outlook | None = None
        self._known: dict[str, RowTimes | None] = {}
        """What was asked of that outlook: a table asks three times for each row that it paints."""
        self._progress: object = None
        self._begins = _NO_RUN
        """What the run begins with, before its first start."""
        self._begins_of: tuple[object, ...] = (None,) * 5
        self._floated: frozenset[tuple[str, bool]] = frozenset()
        self._chosen: Chosen = frozenset()
        self._day = ShowTime(0)
        document.changed.connect(self._replan)
        client.snapshot_changed.connect(self._look)
        client.recorded.connect(self._look)
        client.run_changed.connect(self._replan)

    @property
    def plan(self) -> Plan:
        """The planned times as the show is now."""
        if self._plan is None:
            self._plan = self._made_from(None)
        return self._plan

    def outlook(self) -> Outlook:
        """Return the times expected now; in EDIT, where nothing runs, those are the planned ones."""
        now = self._client.show_now() if self._client.snapshot.mode != "edit" else self.plan.start
        progress = self.progress
        last = self._outlook
        if (
            last is None
            or last.plan is not self.plan
            or progress is not self._progress
            or last.now // 1_000_000_000 != now // 1_000_000_000
        ):
            last = self._outlook = expect(self.plan, progress, now)
            self._progress = progress
        return last

    def times(self, row_id: str) -> RowTimes | None:
        """Return the times of a row; a row that has started has its actual start."""
        outlook = self.outlook()
        if outlook is not self._known_of:
            self._known_of = outlook
            self._known.clear()
        elif row_id in self._known:
            return self._known[row_id]
        place = self._document.show.positions.get(row_id)
        if place is None:
            return None
        times = times_of(outlook, place)
        so_far = self.progress
        times = with_actual(times, so_far.starts.get(row_id), so_far.ends.get(row_id)) if times else None
        self._known[row_id] = times
        return times

    @property
    def progress(self) -> Progress:
        """What the run has done, or begins with; in EDIT the last run has nothing to say any more."""
        snapshot = self._client.snapshot
        if snapshot.mode == "edit":
            return _NO_RUN
        done = self._client.progress
        if done.starts or snapshot.standby is None:
            return done
        show = self._document.show
        known = (done, show, snapshot.standby, snapshot.floated, snapshot.skipped)
        if any(one is not other for one, other in zip(known, self._begins_of, strict=True)):
            self._begins_of = known
            self._begins = self._begin(done, show, snapshot.standby)
        return self._begins

    def _begin(self, done: Progress, show: Show, standby: str) -> Progress:
        """Return what the first GO begins with; what was found before, where it is the same."""
        segment = show.segment_of(standby)
        if segment is None:
            return done
        is_heading = standby == segment.id
        into = NO_TIME if is_heading else place_in_segment(show, show.positions[standby], self._out())
        begins = msgspec.structs.replace(done, begins_with=segment.id, into=into)
        return self._begins if self._begins == begins else begins

    def _made_from(self, before: Plan | None) -> Plan:
        self._floated, self._chosen = self._out(), self._client.snapshot.chosen
        return make_plan(self._document.show, self._the_day(), before, self._floated, self._chosen)

    def _out(self) -> frozenset[tuple[str, bool]]:
        """What is floated or skipped in this run."""
        snapshot = self._client.snapshot
        return left_out(snapshot.floated, snapshot.skipped)

    def _the_day(self) -> ShowTime:
        """Return the evening that is meant; before a run it stays, so that an edit moves nothing else."""
        started_at, now = self._client.snapshot.started_at, self._client.show_now()
        if started_at is not None:
            self._day = started_at
        elif abs(now - self._day) > _A_DAY_NS // 4:
            self._day = now
        return self._day

    def _replan(self, _change: object = None) -> None:
        if self._plan is not None:
            self._plan = self._made_from(self._plan)
        self.changed.emit()

    def _look(self, _lines: object = None) -> None:
        snapshot = self._client.snapshot
        moved = abs(self._client.show_now() - self._day) > _A_DAY_NS // 4 and snapshot.started_at is None
        switched = (self._out(), snapshot.chosen) != (self._floated, self._chosen)
        if switched or (moved and self._plan is not None):
            self._replan()
        elif self.progress is not self._progress:
            self.changed.emit()
