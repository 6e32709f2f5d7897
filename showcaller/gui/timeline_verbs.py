"""What can be done to the selected rows on the timeline: move, resize, split, join; and why it cannot.

Owns the way from a gesture or a key to one undoable edit, or to a sentence. In LIVE nothing is dragged:
times move by the keys that show their cost. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QSettings, Signal

from showcaller.core.show import Cue, Segment
from showcaller.core.times import Duration, ShowTime
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.selection import Selection
from showcaller.gui.timeline_cuts import CutError, join, split
from showcaller.gui.timeline_drag import Side, move_in_time, resize, why_fixed
from showcaller.gui.timeline_snap import STEP_MS, Snaps, keep_snaps, read_snaps, stepped
from showcaller.gui.timetable import Timetable


class TimelineVerbs(QObject):
    """The edits of the timeline."""

    noticed = Signal(str, str)

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        timetable: Timetable,
        settings: QSettings | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._selection = selection
        self._timetable = timetable
        self._settings = settings
        self.snaps = read_snaps(settings)

    def snap_to(self, snaps: Snaps) -> None:
        """Take another choice of snaps, and keep it on this machine."""
        self.snaps = snaps
        keep_snaps(self._settings, self.snaps)

    def why_not(self, ids: Sequence[str], moving: bool) -> str:
        """Return why rows may not be moved or resized; empty where they may.

        Args:
            ids: The row that is held, and those selected with it.
            moving: Moved in time, and not resized.
        """
        if self._client.snapshot.mode == "live":
            return self.tr("LIVE: nothing is dragged. Times move by ] and [, with their cost shown first.")
        if self._document.read_only:
            return self.tr("This window only watches: the show is open for editing elsewhere.")
        return why_fixed(self._document.show.row(ids[0])) if moving and ids else ""

    def _may(self, ids: Sequence[str], moving: bool) -> bool:
        sentence = self.why_not(ids, moving)
        if sentence:
            self.noticed.emit("notice", sentence)
        return not sentence

    def move(self, ids: Sequence[str], by: int, merge_key: str | None = None) -> None:
        """Move cues by so many milliseconds, as one undo step."""
        moved = move_in_time(self._document.show, self._timetable.plan, ids, Duration(by))
        if moved is not None:
            self._document.edit(*moved, merge_key)

    def resize(self, ids: Sequence[str], by: int, side: Side = "end", merge_key: str | None = None) -> None:
        """Move an edge of cues or segments by so many milliseconds, as one undo step."""
        resized = resize(self._document.show, self._timetable.plan, ids, Duration(by), side)
        if resized is not None:
            self._document.edit(*resized, merge_key)

    def step(self, direction: int, *, fine: bool = False) -> None:
        """Move the selection to the next place of the grid, or by a tenth of a second."""
        ids = self._selected()
        if not self._may(ids or [""], moving=True):
            return
        found = self._planned(ids[0])
        if found is not None:
            start, _ = found
            by = direction * STEP_MS if fine else stepped(start, self.snaps, direction) - start
            self.move(ids, by, f"timeline-move:{','.join(ids)}")

    def lengthen(self, direction: int, *, fine: bool = False) -> None:
        """Move the end of what is selected to the next place of the grid, or by a tenth of a second."""
        ids = self._selected()
        if not ids:
            self.noticed.emit("notice", why_fixed(None))
        elif self._may(ids, moving=False):
            found = self._planned(ids[0])
            if found is not None:
                end = sum(found)
                by = direction * STEP_MS if fine else stepped(end, self.snaps, direction) - end
                self.resize(ids, by, "end", f"timeline-resize:{','.join(ids)}")

    def _selected(self) -> list[str]:
        """Return the selected rows, the one the keyboard is on first, all of its kind."""
        show, current = self._document.show, self._selection.current
        ids = [one for one in self._selection.ids if one in show.positions]
        if current in ids:
            ids.sort(key=lambda one: one != current)
        if not ids:
            return []
        kind = type(show.row(ids[0]))
        return [one for one in ids if isinstance(show.row(one), kind)]

    def _planned(self, row_id: str) -> tuple[int, int] | None:
        """Return start, from its segment's start, and length of a row in milliseconds."""
        for planned in self._timetable.plan.segments:
            if planned.segment is not None and planned.segment.id == row_id:
                return 0, planned.duration
            for row, cue in zip(planned.rows, planned.cues, strict=True):
                if row.id == row_id:
                    return cue.start, cue.length
        return None

    def split(self, cursor: ShowTime | None, now: ShowTime | None) -> bool:
        """Begin a new segment: at the cursor, else before the selected cue, else now; say whether it did.

        Args:
            cursor: The planned time at which the cursor stands.
            now: The planned time at which now stands; None in EDIT.
        """
        if self._client.snapshot.mode == "live":
            self.noticed.emit("notice", self.tr("LIVE: segments are split in EDIT or REHEARSE."))
            return False
        at = cursor
        if at is None:
            at = self._start_of_selected()
        if at is None:
            at = now
        if at is None:
            self.noticed.emit(
                "notice", self.tr("Click an empty place of the lanes, or select a cue: there it is split.")
            )
            return False
        try:
            name, change, across = split(self._document.show, self._timetable.plan, at)
        except CutError as error:
            self.noticed.emit("notice", str(error))
            return False
        revision = self._document.revision
        self._document.edit(name, change)
        if across:
            self.noticed.emit(
                "notice",
                self.tr("A cue is not cut: {cues} runs on into the new segment.").format(cues=across),
            )
        return self._document.revision != revision

    def _start_of_selected(self) -> ShowTime | None:
        show = self._document.show
        cues = [one for one in self._selection.ids if isinstance(show.row(one), Cue)]
        if not cues:
            return None
        first = min(cues, key=lambda one: show.positions[one])
        times = self._timetable.times(first)
        return None if times is None else times.planned_start

    def join(self) -> None:
        """Make the selected segment, or that of the selected cue, and the next one into one."""
        if self._client.snapshot.mode == "live":
            self.noticed.emit("notice", self.tr("LIVE: segments are joined in EDIT or REHEARSE."))
            return
        show = self._document.show
        ids = [one for one in self._selection.ids if one in show.positions]
        first = min(ids, key=lambda one: show.positions[one], default="")
        row = show.row(first) if first else None
        segment = row if isinstance(row, Segment) else show.segment_of(first) if row else None
        try:
            self._document.edit(*join(show, self._timetable.plan, segment.id if segment else ""))
        except CutError as error:
            self.noticed.emit("notice", str(error))
