"""All times of one row, read-only: planned, expected and actual; back time, gap, over; what was learned.

Owns that section of the inspector: a small table and the sentences below it. Looks anew when the timetable
changes and, while a run goes on and it can be seen, with each second. Works nothing out: `core.schedule` did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from showcaller.core.position import Playback, is_armed, is_floated
from showcaller.core.schedule import Outlook, RowTimes
from showcaller.core.show import Cue, Hard, Hit, Segment
from showcaller.core.times import (
    Duration,
    ShowTime,
    TimeTextError,
    elapsed,
    format_duration,
    load_zone,
    shift,
    time_of_day_at,
)
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

translate = QCoreApplication.translate

NOTICED = 1000
"""Milliseconds that are worth a figure."""
_SECOND_MS = 1000

Line = tuple[str, str, str, str]
"""Name of the line, start, end, length."""


def lines_of(times: RowTimes, clock: Clock, *, in_run: bool) -> Sequence[Line]:
    """Return the lines of the table: planned, in a run expected or actual, and learned."""
    planned_end = shift(times.planned_start, times.planned_duration)
    lines: list[Line] = [
        (
            translate("Times", "Planned"),
            clock.text(times.planned_start),
            clock.text(planned_end) if times.planned_duration else "",
            _length(times.planned_duration),
        )
    ]
    if in_run:
        end = times.expected_end
        name = (
            translate("Times", "Actual")
            if times.ended
            else translate("Times", "Runs")
            if times.started
            else translate("Times", "Expected")
        )
        about = "~" if times.estimate else ""
        lines.append(
            (
                name,
                about + clock.text(times.expected_start),
                "" if end is None else ("" if times.ended else "~") + clock.text(end),
                "" if end is None else _length(elapsed(times.expected_start, end)),
            )
        )
    if times.learned is not None and times.longer is not None:
        lines.append(
            (
                translate("Times", "Learned"),
                "",
                format_duration(times.longer, sign=True),
                _length(times.learned),
            )
        )
    return lines


def _length(length: Duration) -> str:
    return format_duration(length) if length else ""


class Clock:
    """Writes show times as times of day, or from the start where no time of day fixes the show."""

    def __init__(self, outlook: Outlook, zone: str) -> None:
        self._plan = outlook.plan
        self._zone = load_zone(zone)

    def text(self, at: ShowTime) -> str:
        """Write a time, whole seconds."""
        at = ShowTime(at - at % 1_000_000_000)
        if not self._plan.anchored:
            return format_duration(elapsed(self._plan.start, at))
        return str(time_of_day_at(at, self._zone))


class RowTimesBox(QWidget):
    """See the module's law."""

    def __init__(self, document: Document, client: Client, themes: ThemeHolder, timetable: Timetable) -> None:
        super().__init__()
        self._document, self._client = document, client
        self._themes, self._timetable = themes, timetable
        self._row: str | None = None
        self._column: QVBoxLayout | None = None
        self.texts: list[list[str]] = []
        """What the table says, line by line."""
        theme = themes.theme
        self.setAccessibleName(translate("Times", "Times"))
        # Only what is inside goes: what is hidden itself would not hear that it can be seen again.
        self._inside = QWidget()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._inside)
        column = self._inner = QVBoxLayout(self._inside)
        column.setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(12))
        column.setSpacing(theme.px(6))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(16))
        self._grid.setVerticalSpacing(theme.px(4))
        for place, words in enumerate(
            (
                translate("Times", "Times"),
                translate("Times", "Start"),
                translate("Times", "End"),
                translate("Times", "Length"),
            )
        ):
            head = QLabel(words)
            head.setProperty("role", "dim")
            self._grid.addWidget(head, 0, place, self._side(place))
        self._grid.setColumnStretch(0, 1)
        self._cells: list[list[QLabel]] = []
        for line in range(3):
            cells = [QLabel() for _ in range(4)]
            for place, cell in enumerate(cells):
                if place > 0:
                    cell.setProperty("role", "figures")
                self._grid.addWidget(cell, line + 1, place, self._side(place))
            self._cells.append(cells)
        column.addLayout(self._grid)
        self.detail = QLabel()
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setWordWrap(True)
        column.addWidget(self.detail)
        self._look = QTimer(self)
        self._look.setInterval(_SECOND_MS)
        self._look.timeout.connect(self._refresh_in_run)
        timetable.changed.connect(self.refresh)
        client.snapshot_changed.connect(self._refresh_in_run)

    @staticmethod
    def _side(place: int) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight

    def stand_in(self, column: QVBoxLayout) -> None:
        """Take the layout that it stands in."""
        self._column = column

    def move_to(self, *, first: bool) -> None:
        """Stand above the form, or below it."""
        if self._column is not None:
            self._column.removeWidget(self)
            self._column.insertWidget(0 if first else self._column.count(), self)
            margin = self._themes.theme.px(12)
            self._inner.setContentsMargins(margin, margin if first else 0, margin, margin)

    def show_row(self, row_id: str | None) -> None:
        """Show the times of this row; None: of no row, or of several."""
        self._row = row_id
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to count."""
        super().showEvent(event)
        self._look.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it count."""
        super().hideEvent(event)
        self._look.stop()

    def _refresh_in_run(self) -> None:
        if self._client.snapshot.mode != "edit":
            self.refresh()

    def refresh(self) -> None:
        """Look anew, if it can be seen."""
        if not self.isVisible():
            return
        times = self._times()
        self._inside.setVisible(times is not None)
        if times is None:
            self.texts = []
            return
        clock = Clock(self._timetable.outlook(), self._document.show.zone)
        in_run = self._client.snapshot.mode != "edit"
        lines = lines_of(times, clock, in_run=in_run)
        self.texts = [list(line) for line in lines]
        for line, cells in enumerate(self._cells):
            for place, cell in enumerate(cells):
                text = self.texts[line][place] if line < len(lines) else ""
                if cell.text() != text:
                    cell.setText(text)
                cell.setVisible(line < len(lines))
        words = "\n".join(self._sentences(times, clock))
        if self.detail.text() != words:
            self.detail.setText(words)
            self.setAccessibleDescription(words)
        self.detail.setVisible(bool(words))

    def _times(self) -> RowTimes | None:
        if self._row is None:
            return None
        try:
            load_zone(self._document.show.zone)
            return self._timetable.times(self._row)
        except TimeTextError:
            return None

    def _sentences(self, times: RowTimes, clock: Clock) -> Iterator[str]:
        """Say what no column of the table says."""
        show = self._document.show
        row = show.row(self._row or "")
        yield from self._left_out()
        if isinstance(row, Segment):
            yield from self._of_start(row, times)
        if times.back is not None:
            spare = elapsed(times.expected_start, times.back)
            wording = (
                translate("Times", "Back time {at}: {time} too late.")
                if spare <= -NOTICED
                else translate("Times", "Back time {at}: {time} to spare.")
            )
            yield wording.format(at=clock.text(times.back), time=format_duration(Duration(abs(spare))))
        for length, more, less in (
            (times.late, translate("Times", "{time} late."), translate("Times", "{time} early.")),
            (
                times.gap,
                translate("Times", "Gap of {time} before it."),
                translate("Times", "Overlap of {time}."),
            ),
            (
                times.over,
                translate("Times", "{time} over its length."),
                translate("Times", "{time} under its length."),
            ),
        ):
            if abs(length) >= NOTICED:
                yield (more if length > 0 else less).format(time=format_duration(Duration(abs(length))))
        yield self._of_show(clock)

    def _of_start(self, segment: Segment, times: RowTimes) -> Iterator[str]:
        if isinstance(segment.start, Hard):
            yield translate("Times", "Hard start: it begins at {at} whatever runs.").format(
                at=segment.start.at
            )
        elif isinstance(segment.start, Hit) and times.missed_by is not None:
            if times.missed_by >= NOTICED:
                wording = translate("Times", "Hit time {at}: missed by {time}.")
            elif times.started:
                wording = translate("Times", "Hit time {at}: reached, {time} early.")
            else:
                wording = translate("Times", "Hit time {at}: reachable, {time} to spare.")
            yield wording.format(at=segment.start.at, time=format_duration(Duration(abs(times.missed_by))))
        else:
            yield translate("Times", "Soft start: it begins when it is called.")

    def _left_out(self) -> Iterator[str]:
        show, snapshot = self._document.show, self._client.snapshot
        place = show.positions.get(self._row or "")
        if place is None:
            return
        row = show.rundown[place]
        playback = Playback(floated=snapshot.floated, armed=snapshot.armed)
        if row.id in snapshot.skipped:
            yield translate("Times", "Skipped in this run: it takes no time.")
        elif is_floated(playback, show, place):
            yield translate("Times", "Floated: it takes no time.")
        if isinstance(row, Cue) and not is_armed(playback, row):
            yield translate("Times", "Disarmed: nothing is sent, its time counts.")

    def _of_show(self, clock: Clock) -> str:
        outlook = self._timetable.outlook()
        in_run = self._client.snapshot.mode != "edit"
        since = self._client.snapshot.started_at
        state = (
            translate("Times", "Show planned")
            if not in_run
            else translate("Times", "Show runs since {at}").format(at=clock.text(since))
            if since is not None
            else translate("Times", "Show has not begun")
        )
        parts = [state, translate("Times", "out {at}").format(at=clock.text(outlook.out))]
        over = outlook.over
        if over is not None and outlook.plan.hard_out is not None:
            at = clock.text(outlook.plan.hard_out)
            wording = (
                translate("Times", "▲ {time} over the hard out {at}")
                if over >= NOTICED
                else translate("Times", "▼ {time} under the hard out {at}")
                if over <= -NOTICED
                else translate("Times", "on the hard out {at}")
            )
            parts.append(wording.format(time=format_duration(Duration(abs(over))), at=at))
        return ", ".join(parts) + "."
