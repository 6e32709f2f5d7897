"""The cells of the rundown that count: plan, expected, late, and what is left of a run or wait.

Owns how times are written there. Asks the model for rows and states, the client for the time of now;
paints nothing and keeps nothing but written clocks.
"""

from __future__ import annotations

from typing import Protocol
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from showcaller.core.counting import left_text
from showcaller.core.schedule import RowTimes
from showcaller.core.show import Cue, Row, Segment
from showcaller.core.times import (
    Duration,
    ShowTime,
    TimeTextError,
    elapsed,
    format_duration,
    load_zone,
    time_of_day_at,
)
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.rundown_columns import Column
from showcaller.gui.rundown_state import Live, RowState
from showcaller.gui.timetable import Timetable

translate = QCoreApplication.translate

_CLOCKS_KEPT = 5000
_NOTICED = 1000
"""Milliseconds of lateness that are worth a figure."""


class Rows(Protocol):
    """What is asked of the model."""

    @property
    def live(self) -> Live:
        """The newest snapshot, by row."""

    def row_at(self, place: int) -> Row:
        """Return the row at a place."""

    def state(self, place: int) -> RowState:
        """Return how a row stands."""

    def times(self, place: int) -> RowTimes | None:
        """Return the times of a row."""


class TimeTexts:
    """Writes the times of rows."""

    def __init__(self, rows: Rows, document: Document, client: Client, timetable: Timetable) -> None:
        self._rows = rows
        self._document = document
        self._client = client
        self._timetable = timetable
        self._zone = self._find_zone()
        self._clocks: dict[tuple[int, bool], str] = {}
        self._said: dict[str, str] = {}

    def forget(self) -> None:
        """The show's zone or start may be another now."""
        self._zone = self._find_zone()
        self._clocks.clear()

    def _find_zone(self) -> ZoneInfo | None:
        try:
            return load_zone(self._document.show.zone)
        except TimeTextError:
            return None

    def planned(self, place: int) -> str:
        """Return when a row is planned."""
        times = self._rows.times(place)
        return "" if times is None else self._clock(times.planned_start, place)

    def expected(self, place: int) -> str:
        """Return when a row is expected, with a ~ behind a manual GO; nothing in EDIT."""
        times = self._rows.times(place)
        live = self._rows.live
        if times is None or live.mode == "edit":
            return ""
        row = self._rows.row_at(place)
        if live.is_other(row.id) and not times.started:
            return ""
        wait = live.waits.get(row.id)
        if wait is not None and not times.started:
            return self._clock(wait.due, place)
        text = self._clock(times.expected_start, place)
        open_from = live.open_from
        hangs = times.estimate and (isinstance(row, Cue) or (open_from is not None and place >= open_from))
        return f"~{text}" if hangs else text

    def late(self, place: int) -> tuple[str, bool]:
        """Return how late or early a row is, and whether that is over.

        A cue shows it once it was called or stands by, a segment always, a hit time how far it is missed.
        """
        times = self._rows.times(place)
        if times is None:
            return "", False
        if times.missed_by is not None and times.missed_by >= _NOTICED:
            missed = translate("Rundown", "▲ {time} missed")
            return missed.format(time=format_duration(times.missed_by)), True
        if self._rows.live.mode == "edit":
            return "", False
        row = self._rows.row_at(place)
        if self._rows.live.is_other(row.id) and not times.started:
            return "", False
        is_segment = isinstance(row, Segment)
        if times.missed_by is not None and times.started:
            return translate("Rundown", "hit"), False
        if not (times.started or is_segment or row.id == self._rows.live.snapshot.standby):
            return "", False
        if -_NOTICED < times.late < _NOTICED:
            return ("0:00" if is_segment and times.started else ""), False
        return format_duration(times.late, sign=True), times.late > 0

    def further(self, place: int, column: Column) -> str:
        """Return what stands in a column that not everybody wants: end, back time, gap, over, learned."""
        times = self._rows.times(place)
        if times is None:
            return ""
        match column:
            case Column.END if times.expected_end is not None:
                text = self._clock(times.expected_end, place)
                return text if times.ended or self._rows.live.mode == "edit" else f"~{text}"
            case Column.BACK if times.back is not None:
                return self._clock(times.back, place)
            case Column.GAP:
                return format_duration(times.gap, sign=True) if abs(times.gap) >= _NOTICED else ""
            case Column.OVER:
                return format_duration(times.over, sign=True) if abs(times.over) >= _NOTICED else ""
            case Column.LEARNED if times.learned is not None:
                return format_duration(times.learned)
        return ""

    def detail(self, place: int) -> str:
        """Return front and back time of a row in words, gap or overlap before it, over or under."""
        times = self._rows.times(place)
        if times is None:
            return ""
        lines = [translate("Rundown", "Front time {time}").format(time=self._whole(times.planned_start))]
        if times.back is not None:
            lines.append(translate("Rundown", "Back time {time}").format(time=self._whole(times.back)))
        if times.missed_by is not None and not times.started:
            wording = (
                translate("Rundown", "Hit time missed by {time}")
                if times.missed_by >= _NOTICED
                else translate("Rundown", "Hit time reached, {time} to spare")
            )
            lines.append(wording.format(time=format_duration(Duration(abs(times.missed_by)))))
        for length, more, less in (
            (times.gap, translate("Rundown", "Gap {time} before it"), translate("Rundown", "Overlap {time}")),
            (times.over, translate("Rundown", "{time} over"), translate("Rundown", "{time} under")),
        ):
            if abs(length) >= _NOTICED:
                wording = more if length > 0 else less
                lines.append(wording.format(time=format_duration(Duration(abs(length)))))
        row = self._rows.row_at(place)
        if isinstance(row, Segment) and times.expected_end is not None:
            length = elapsed(times.expected_start, times.expected_end)
            for limit, sign, wording in (
                (row.maximum, 1, translate("Rundown", "▲ {time} beyond its maximum")),
                (row.minimum, -1, translate("Rundown", "▼ {time} below its minimum")),
            ):
                beyond = Duration(0 if limit is None else sign * (length - limit))
                if beyond >= _NOTICED and length > 0:
                    lines.append(wording.format(time=format_duration(beyond)))
        if times.learned is not None and times.longer is not None:
            wording = translate("Rundown", "Learned {time}, {difference} against the plan")
            lines.append(
                wording.format(
                    time=format_duration(times.learned), difference=format_duration(times.longer, sign=True)
                )
            )
        return "\n".join(lines)

    def _whole(self, at: ShowTime) -> str:
        return self._write(ShowTime(at - at % 1_000_000_000), whole=True)

    def result(self, place: int) -> str:
        """Return what became of a row; for one that runs or waits, how long still."""
        state = self._rows.state(place)
        now = self._client.show_now()
        if state.run is not None and not state.result:
            left = elapsed(now, state.run.ends_at)
            if left <= 0 and state.run.media:
                return translate("Rundown", "media runs")
            if state.run.ends_at <= state.run.started_at:
                return translate("Rundown", "runs")
            return translate("Rundown", "{time} left").format(time=_counted(left))
        if state.wait is not None:
            if self._rows.live.snapshot.held_at is not None:
                return translate("Rundown", "held")
            return translate("Rundown", "in {time}").format(time=_counted(elapsed(now, state.wait.due)))
        return state.result

    def until_next(self) -> int:
        """Return the milliseconds of show time until the clock, or what is left of a row, reads otherwise."""
        now, live = self._client.show_now(), self._rows.live
        ends = [run.ends_at for run in live.runs.values()] + [wait.due for wait in live.waits.values()]
        return min(
            1000 - now // 1_000_000 % 1000,
            *(elapsed(now, end) % 1000 or 1000 for end in ends),
            1000,
        )

    def counted_on(self) -> list[int]:
        """Return the places of rows that run or wait whose result reads otherwise than the last time."""
        places = self._document.show.positions
        ids = [row_id for row_id in {*self._rows.live.waits, *self._rows.live.runs} if row_id in places]
        before, self._said = self._said, {row_id: self.result(places[row_id]) for row_id in ids}
        return [places[row_id] for row_id in ids if before.get(row_id) != self._said[row_id]]

    def share(self, state: RowState) -> float:
        """Return how much of a running row has passed, 0 to 1."""
        if state.run is None:
            return 0.0
        length = state.run.ends_at - state.run.started_at
        if length <= 0:
            return 0.0 if state.run.media else 1.0
        return min(1.0, max(0.0, (self._client.show_now() - state.run.started_at) / length))

    def _clock(self, at: ShowTime, place: int) -> str:
        """Write a time of day: whole for a segment, without the hour for a cue."""
        whole = isinstance(self._rows.row_at(place), Segment)
        key = (at // 1_000_000_000, whole)
        text = self._clocks.get(key)
        if text is None:
            if len(self._clocks) > _CLOCKS_KEPT:
                self._clocks.clear()
            text = self._clocks[key] = self._write(ShowTime(at - at % 1_000_000_000), whole=whole)
        return text

    def _write(self, at: ShowTime, *, whole: bool) -> str:
        plan = self._timetable.plan
        if not plan.anchored:
            return format_duration(elapsed(plan.start, at))
        if self._zone is None:
            return ""
        text = str(time_of_day_at(at, self._zone))
        return text if whole else text[3:]


def _counted(left: Duration) -> str:
    """Count the second that has begun, as all clocks of the desk do, so that none is ahead of another."""
    return left_text(Duration(max(0, left)))
