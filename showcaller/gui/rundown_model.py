"""The rundown as a table: one row of the document each, and what this run made of it.

Owns the mapping of a `Change` onto exact insertions, removals, moves and changed cells, and the texts of
each cell, kept until the row is edited. Never resets for an edit, paints nothing and edits nothing: the
delegate paints what `row_at`, `words` and `state` say, and `cell_edits` turns what was typed into changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QMimeData, QModelIndex, QObject, Qt

from showcaller.core.edits import Change, Edited, Inserted, Moved, Removed
from showcaller.core.schedule import Plan, PlannedSegment, RowTimes
from showcaller.core.show import Cue, Row, Segment
from showcaller.core.times import TimeTextError
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.row_problems import RowProblem, worst_by_row
from showcaller.gui.rundown_columns import FIELDS, OPTIONAL, Column, heading_of
from showcaller.gui.rundown_state import Live, Results, RowState, state_of
from showcaller.gui.rundown_words import RowWords, words_of
from showcaller.gui.standby_marks import group_tip
from showcaller.gui.time_texts import TimeTexts
from showcaller.gui.timetable import Timetable

translate = QCoreApplication.translate

ROWS_MIME = "application/x-showcaller-rows"

Index = QModelIndex


_ONE_BY_ONE = 50
"""Rows that are told one by one; of more the whole table is painted."""

_NO_WORDS = RowWords("", "", (), "", "", "", "", "", timed=False)


class RundownModel(QAbstractTableModel):
    """Rows of the show, in order. All work for a row is done when a view asks for it."""

    def __init__(
        self, document: Document, client: Client, timetable: Timetable, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._timetable = timetable
        self._rows: list[Row] = list(document.show.rundown)
        self._words: dict[str, RowWords] = {}
        self._plan: Plan | None = None
        """What the times that are shown come from."""
        self._settled = True
        """No change is half taken in: places here are places in the show."""
        self._results = Results()
        self._live = Live(client.snapshot, document.show)
        self._cells = TimeTexts(self, document, client, timetable)
        self._results.take(client.lines)
        self._problems = worst_by_row(document.problems)
        document.changed.connect(self._take_change)
        client.snapshot_changed.connect(self._take_snapshot)
        client.recorded.connect(self._take_lines)
        client.run_changed.connect(self._forget_run)
        client.link_changed.connect(self._forget_words)
        timetable.changed.connect(self._retime)
        document.problems_changed.connect(self._take_problems)

    # Called for each cell that a view shows, so these stay short.
    def rowCount(self, parent: Any = Index()) -> int:  # noqa: B008
        """Return how many rows the show has."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Any = Index()) -> int:  # noqa: B008
        """Return the number of columns, which is fixed."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return heading_of(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == Column.RESULT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.AccessibleTextRole and section == Column.GLYPH:
            return translate("Rundown", "Status")
        return None

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, the text its editor opens with, or what a screen reader says of it."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self.text(row, Column(column))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(row, Column(column)) or None
        return None

    def flags(self, index: Any) -> Qt.ItemFlag:
        """Say which cells can be selected, edited and dragged."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.is_editable(index.row(), Column(index.column())):
            flags |= Qt.ItemFlag.ItemIsEditable
        if self._document.can_edit(None, "rundown"):
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def is_editable(self, place: int, column: Column) -> bool:
        """Say whether a cell can be edited in place in this mode."""
        field = self.field_of(place, column)
        return field is not None and self._document.can_edit(self._rows[place].id, field)

    def field_of(self, place: int, column: Column) -> str | None:
        """Return the name of the document's field that a cell edits, or None."""
        of_cue, of_segment = FIELDS.get(column, (None, None))
        return of_segment if isinstance(self._rows[place], Segment) else of_cue

    @property
    def live(self) -> Live:
        """The newest snapshot, by row."""
        return self._live

    @property
    def document(self) -> Document:
        """The open show."""
        return self._document

    def row_at(self, place: int) -> Row:
        """Return the row at a place."""
        return self._rows[place]

    def place_of(self, row_id: str | None) -> int:
        """Return where a row stands, or -1."""
        return self._document.show.positions.get(row_id, -1) if row_id else -1

    def words(self, place: int) -> RowWords:
        """Return the words of the row at a place."""
        row_id = self._rows[place].id
        words = self._words.get(row_id)
        if words is None:
            if not self._settled:
                return _NO_WORDS
            words = self._words[row_id] = words_of(self._document.show, self._client.catalogue, place)
        return words

    def state(self, place: int) -> RowState:
        """Return how the row at a place stands."""
        return state_of(self._rows[place], place, self._live, self._results)

    def times(self, place: int) -> RowTimes | None:
        """Return the planned and expected times of the row at a place."""
        return self._timetable.times(self._rows[place].id) if self._settled else None

    def problem(self, place: int) -> RowProblem | None:
        """Return the worst that the checks found in the row at a place."""
        return self._problems.get(self._rows[place].id)

    def text(self, place: int, column: Column) -> str:
        """Return the text of a cell."""
        words = self.words(place)
        match column:
            case Column.GLYPH:
                return self.state(place).glyph
            case Column.CUE:
                return words.number
            case Column.CALLS:
                return words.title or ", ".join(chip.label for chip in words.chips)
            case Column.WHAT:
                return words.what
            case Column.ON:
                return f"{words.mark} {words.on}".strip()
            case Column.DURATION:
                return words.duration
            case Column.PLAN:
                return self._cells.planned(place)
            case Column.EXPECTED:
                return self._cells.expected(place)
            case Column.LATE:
                return self._cells.late(place)[0]
            case Column.RESULT:
                return self._cells.result(place)
            case _:
                return self._cells.further(place, column)

    @property
    def cells(self) -> TimeTexts:
        """The texts of the cells that count."""
        return self._cells

    def _tool_tip(self, place: int, column: Column) -> str:
        if column == Column.WHAT:
            return self.words(place).summary
        if column in {Column.GLYPH, Column.RESULT}:
            state, problem = self.state(place), self.problem(place)
            tip = state.detail or state.result or (problem.sentence if problem else "")
            return tip or group_tip(self._document.show, self._rows[place].id)
        if column in {Column.DURATION, Column.PLAN, Column.EXPECTED, Column.LATE, *OPTIONAL}:
            return self._cells.detail(place)
        if column == Column.CALLS:
            chips = self.words(place).chips
            return "\n".join(f"{chip.label} “{chip.text}”" if chip.text else chip.label for chip in chips)
        return self.words(place).on if column == Column.ON else ""

    def mimeTypes(self) -> list[str]:
        """Return what a drag of rows carries."""
        return [ROWS_MIME]

    def mimeData(self, indexes: Sequence[Any]) -> QMimeData:
        """Return the ids of the dragged rows."""
        places = sorted({index.row() for index in indexes})
        carried = QMimeData()
        carried.setData(ROWS_MIME, "\n".join(self._rows[place].id for place in places).encode())
        return carried

    def supportedDropActions(self) -> Qt.DropAction:
        """Rows are moved, never copied, by a drag."""
        return Qt.DropAction.MoveAction

    def _take_change(self, change: Change) -> None:
        show = self._document.show
        if change == ():
            self.beginResetModel()
            self._rows = list(show.rundown)
            self._words.clear()
            self._cells.forget()
            self._live = Live(self._client.snapshot, show)
            self.endResetModel()
            return
        edited: set[str] = set()
        strange = False
        self._settled = False
        hints = _Hints()
        step = 0
        while step < len(change):
            op = change[step]
            step += 1
            if op.collection != "rundown":
                strange = True
            elif isinstance(op, Edited):
                edited.add(op.id)
            elif isinstance(op, Inserted):
                items = [op.item]
                while step < len(change) and _continues(change[step], items[-1].id):
                    items.append(change[step].item)  # type: ignore[union-attr]
                    step += 1
                self._insert(items, op.after_id, hints)
            elif isinstance(op, Removed):
                last = hints.find(self._rows, op.item.id)
                first = last
                while step < len(change) and _precedes(change[step], self._rows, first - 1):
                    first -= 1
                    step += 1
                self._remove(first, last)
            else:
                self._move(op, hints)
        self._settled = True
        self._rows_catch_up(edited)
        self._live = Live(self._client.snapshot, show)
        if strange:
            self._cells.forget()
            self._forget_words()

    def _insert(self, items: list[Row], after_id: str | None, hints: _Hints) -> None:
        at = 0 if after_id is None else hints.find(self._rows, after_id) + 1
        self.beginInsertRows(Index(), at, at + len(items) - 1)
        self._rows[at:at] = items
        self._forget_words_around(at - 1, at + len(items))
        self.endInsertRows()

    def _remove(self, first: int, last: int) -> None:
        self.beginRemoveRows(Index(), first, last)
        for row in self._rows[first : last + 1]:
            self._words.pop(row.id, None)
        del self._rows[first : last + 1]
        self._forget_words_around(first - 1, first)
        self.endRemoveRows()

    def _move(self, op: Moved, hints: _Hints) -> None:
        source = hints.find(self._rows, op.id)
        target = 0 if op.to_after is None else hints.find(self._rows, op.to_after) + 1
        if target in {source, source + 1}:
            return
        self.beginMoveRows(Index(), source, source, Index(), target)
        row = self._rows.pop(source)
        at = target - 1 if target > source else target
        self._rows.insert(at, row)
        self._forget_words_around(source - 1, source + 1)
        self._forget_words_around(at - 1, at + 1)
        self.endMoveRows()

    def _forget_words_around(self, first: int, last: int) -> None:
        """A row that continues another names it: forget from `first` to the next cue behind `last`."""
        place = max(0, first)
        while place < len(self._rows):
            row = self._rows[place]
            self._words.pop(row.id, None)
            if place >= last and isinstance(row, Cue):
                return
            place += 1

    def _rows_catch_up(self, edited: set[str]) -> None:
        rundown = self._document.show.rundown
        positions = self._document.show.positions
        for row_id in edited:
            place = positions.get(row_id)
            if place is None:
                continue
            self._rows[place] = rundown[place]
            above = place - 1
            while above >= 0 and not isinstance(rundown[above], Cue):
                above -= 1
            self._forget_words_around(above, place + 1)
            last = place + 1
            while last < len(rundown) - 1 and not isinstance(rundown[last], Cue):
                last += 1
            self._tell(max(0, above), min(last, len(rundown) - 1))

    def _tell(
        self, first: int, last: int, left: Column = Column.GLYPH, right: Column = Column.RESULT
    ) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, left), self.index(last, right), [])

    def _take_snapshot(self) -> None:
        before = self._live
        self._live = Live(self._client.snapshot, self._document.show)
        after = self._live
        whole = before.mode != after.mode or before.segment_place != after.segment_place
        if whole or self._looks(before) != self._looks(after) or self._switches(before, after):
            self._tell(0, len(self._rows) - 1)
            return
        places: set[int] = set()
        for old, new in (
            (before.runs, after.runs),
            (before.waits, after.waits),
            (before.missed, after.missed),
        ):
            if old != new:
                touched = {*old, *new}
                places |= {self.place_of(one) for one in touched if old.get(one) != new.get(one)}
        low, high = sorted((before.front, after.front))
        for place in sorted(places):
            if place >= 0:
                self._tell(place, place)
        if low != high or before.snapshot.unsendable != after.snapshot.unsendable:
            self._tell(max(0, low - 1), min(high, len(self._rows) - 1))

    @staticmethod
    def _looks(live: Live) -> Mapping[str, tuple[str, bool]]:
        """Return what chips show of devices; how fast they answer and what they report is not seen here."""
        return {device.id: (device.route, device.health == "ready") for device in live.snapshot.devices}

    @staticmethod
    def _switches(before: Live, after: Live) -> bool:
        old, new = before.snapshot, after.snapshot
        return (old.skipped, old.floated, old.chosen, old.armed, old.manual) != (
            new.skipped,
            new.floated,
            new.chosen,
            new.armed,
            new.manual,
        )

    def _take_lines(self, lines: Any) -> None:
        for row_id in self._results.take(lines):
            place = self.place_of(row_id)
            if place >= 0:
                self._tell(place, place)

    def _forget_run(self) -> None:
        self._results.clear()
        self._results.take(self._client.lines)
        self._tell(0, len(self._rows) - 1)

    def _forget_words(self) -> None:
        self._words.clear()
        self._tell(0, len(self._rows) - 1)

    def _take_problems(self) -> None:
        before, self._problems = self._problems, worst_by_row(self._document.problems)
        after = self._problems
        touched = [one for one in {*before, *after} if before.get(one) != after.get(one)]
        if len(touched) > _ONE_BY_ONE:
            self._tell(0, len(self._rows) - 1)
            return
        for row_id in touched:
            place = self.place_of(row_id)
            if 0 <= place < len(self._rows):
                self._tell(place, place)

    def _retime(self) -> None:
        """Tell which times are others now: in EDIT those of the segments that an edit moved."""
        last = len(self._rows) - 1
        if self._live.mode != "edit" or self._client.snapshot.mode != "edit":
            self._plan = None
            self._tell(0, last, Column.PLAN, Column.LATE)
            return
        try:
            plan = self._timetable.plan
        except TimeTextError:
            return
        before, self._plan = self._plan, plan
        if before is None or before.anchored != plan.anchored:
            self._tell(0, last, Column.PLAN, Column.LATE)
        elif (moved := _moved(before, plan)) is not None:
            self._tell(moved[0], min(moved[1], last), Column.PLAN, Column.LATE)


def _moved(before: Plan, after: Plan) -> tuple[int, int] | None:
    """Return the first and the last place whose planned time may differ between two plans, or None."""
    old, new = before.segments, after.segments
    # Where no time of day fixes the show its times count from its start, whenever that is meant to be.
    by = 0 if after.anchored else after.start - before.start
    first = 0
    while first < len(new) and first < len(old) and _stays(old[first], new[first], by):
        first += 1
    if first == len(new):
        return None
    last = 0
    while last < min(len(new), len(old)) - first and _stays(old[-1 - last], new[-1 - last], by):
        last += 1
    ends = new[len(new) - last].place - 1 if last else new[-1].place + len(new[-1].rows)
    return new[first].place, ends


def _stays(old: PlannedSegment, new: PlannedSegment, by: int) -> bool:
    return old.cues is new.cues and (old.start + by, old.target) == (new.start, new.target)


class _Hints:
    """Finds rows by where they stood before the change, so that many ops of one change stay cheap."""

    def __init__(self) -> None:
        self._former: dict[str, int] | None = None

    def find(self, rows: Sequence[Row], row_id: str) -> int:
        if self._former is None:
            self._former = {row.id: place for place, row in enumerate(rows)}
        start = min(self._former.get(row_id, 0), len(rows) - 1)
        for distance in range(len(rows)):
            for place in (start - distance, start + distance):
                if 0 <= place < len(rows) and rows[place].id == row_id:
                    return place
        raise KeyError(row_id)


def _continues(op: object, above: str) -> bool:
    return isinstance(op, Inserted) and op.collection == "rundown" and op.after_id == above


def _precedes(op: object, rows: Sequence[Row], place: int) -> bool:
    return (
        isinstance(op, Removed) and op.collection == "rundown" and place >= 0 and rows[place].id == op.item.id
    )
