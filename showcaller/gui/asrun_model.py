"""The rows of the as-run list: the lines of the run's journal, as an operator reads them.

Owns which lines are worth a row and their wording. Rows are only ever added; a later report on an
action whose row is there already changes that row. Knows no view; the as-run panel shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from showcaller.core import asrun
from showcaller.core import events as ev
from showcaller.core.calls import row_words
from showcaller.core.forms import summarise
from showcaller.core.show import Cue
from showcaller.core.timecode import timecode_text
from showcaller.core.timers import timer_words
from showcaller.core.times import (
    NS_PER_MS,
    Duration,
    ShowTime,
    TimeTextError,
    format_duration,
    load_zone,
    time_of_day_at,
)
from showcaller.gui.client import Client
from showcaller.gui.document import Document

Tone = Literal["good", "plain", "faint", "warning", "bad"]

TIME, WHAT, DEVICE, RESULT, TOOK = range(5)

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The whole `AsRunRow`."""

Index = QModelIndex | QPersistentModelIndex


def _tr(text: str) -> str:
    return QCoreApplication.translate("AsRun", text)


class AsRunRow(NamedTuple):
    """One row of the list."""

    at: ShowTime
    what: str
    device: str = ""
    result: str = ""
    took: float | None = None
    """Milliseconds."""
    tone: Tone = "plain"
    detail: str = ""
    cue: str | None = None
    heading: bool = False

    @property
    def failed(self) -> bool:
        """Say whether the row tells of something that went wrong."""
        return self.tone == "bad"


_RESULTS: dict[asrun.ActionResult, tuple[str, Tone]] = {
    "confirmed": ("✓ confirmed", "good"),
    "accepted": ("accepted", "plain"),
    "sent": ("◇ sent", "plain"),
    "failed": ("! failed", "bad"),
    "simulated": ("simulated", "faint"),
    "closed": ("closed", "faint"),
    "manual": ("manual", "warning"),
    "disarmed": ("– disarmed", "faint"),
}

_NOTED: dict[str, tuple[str, Tone]] = {
    "refused": ("refused", "warning"),
    "missed": ("missed", "bad"),
    "segment": ("", "plain"),
    "segment-back": ("taken back", "faint"),
    "standby": ("one standby", "faint"),
    "ending": ("branch", "plain"),
    "oops": ("oops", "warning"),
    "ended": ("ended", "faint"),
    "lost": ("lost", "bad"),
    "back": ("back", "good"),
    "fade": ("fade", "faint"),
    "route": ("route", "warning"),
    "tempo": ("tempo", "faint"),
    "cue-light": ("cue lights", "faint"),
    "rate": ("speed", "warning"),
    "remote": ("remote", "plain"),
    "timer": ("timer", "plain"),
    "note": ("note", "plain"),
}

_CAUSES: dict[str, str] = {
    "go": "GO",
    "start": "started",
    "continue": "continues",
    "follow": "follows",
    "clock": "on clock",
    "offset": "on offset",
    "timecode": "on timecode",
    "panic": "PANIC",
    "restore": "after an oops",
}


def took_of(done: asrun.ActionDone) -> float | None:
    """Return how long the device took to confirm, or else accept, in milliseconds."""
    answered = done.confirmed_at if done.confirmed_at is not None else done.accepted_at
    if answered is None or done.sent_at is None:
        return None
    return (answered - done.sent_at) / NS_PER_MS


class AsRunModel(QAbstractTableModel):
    """The lines of `client.lines` as rows; `take` adds what came."""

    def __init__(self, document: Document, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._rows: list[AsRunRow] = []
        self._called: dict[int, Cue] = {}
        self._places: dict[tuple[int, str], int] = {}
        client.recorded.connect(self.take)
        client.run_changed.connect(self.reset)
        document.changed.connect(self._rename)
        self.reset()

    def reset(self) -> None:
        """Begin anew with the lines of the current run."""
        self.beginResetModel()
        self._rows.clear()
        self._called.clear()
        self._places.clear()
        self._rows.extend(row for line in self._client.lines if (row := self._read(line, len(self._rows))))
        self.endResetModel()

    def take(self, lines: Iterable[asrun.Line]) -> None:
        """Add the rows of new lines."""
        fresh: list[AsRunRow] = []
        for line in lines:
            row = self._read(line, len(self._rows) + len(fresh), fresh)
            if row is not None:
                fresh.append(row)
        if fresh:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(fresh) - 1)
            self._rows.extend(fresh)
            self.endInsertRows()

    def row(self, place: int) -> AsRunRow:
        """Return a row."""
        return self._rows[place]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns there are."""
        return 0 if parent.isValid() else 5

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return the headings."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (_tr("TIME"), _tr("WHAT"), _tr("DEVICE"), _tr("RESULT"), _tr("MS"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return texts, and the whole row under `ROW_ROLE`."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column())
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.detail or None
        return None

    def _text(self, row: AsRunRow, column: int) -> str:
        if column == TIME:
            return self._clock(row.at)
        if column == WHAT:
            return row.what
        if column == DEVICE:
            return row.device
        if column == RESULT:
            return row.result
        return "" if row.took is None else f"{row.took:.0f}"

    def _clock(self, at: ShowTime) -> str:
        try:
            zone = load_zone(self._document.show.zone)
        except TimeTextError:
            zone = load_zone("UTC")
        time = time_of_day_at(at, zone)
        return f"{str(time)[:8]}.{time.milliseconds // 100 % 10}"

    def _rename(self, _change: object) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, DEVICE), self.index(len(self._rows) - 1, DEVICE))

    def _read(self, line: asrun.Line, place: int, fresh: list[AsRunRow] | None = None) -> AsRunRow | None:
        """Return the row of a line, or None where it has none or changed an earlier row."""
        match line.entry:
            case asrun.Header(mode=mode):
                return AsRunRow(line.show, _tr("Run begins"), result=mode.upper(), heading=True)
            case asrun.Closed(reason):
                return AsRunRow(line.show, _tr("Run ends"), result=reason, heading=True)
            case asrun.Changed(_, name):
                return AsRunRow(line.show, _tr("Edit: {name}").format(name=name), tone="faint")
            case asrun.CueCalled():
                return self._read_call(line.entry)
            case asrun.ActionDone():
                row = self._read_done(line.entry)
                known = self._places.setdefault((line.entry.run, line.entry.action), place)
                if known == place:
                    return row
                self._replace(known, row, fresh)
                return None
            case asrun.Noted():
                return self._read_note(line.show, line.entry)
            case asrun.Happened(event):
                what = _word_of(event, self._document)
                return AsRunRow(line.show, what, tone="plain") if what else None

    def _replace(self, place: int, row: AsRunRow, fresh: list[AsRunRow] | None) -> None:
        if place < len(self._rows):
            self._rows[place] = row
            self.dataChanged.emit(self.index(place, TIME), self.index(place, TOOK))
        elif fresh is not None:
            fresh[place - len(self._rows)] = row

    def _read_call(self, called: asrun.CueCalled) -> AsRunRow:
        cue = called.cue
        self._called[called.run] = cue
        words = row_words(self._document.show, cue)
        what = " · ".join(dict.fromkeys(part for part in (cue.number, words, cue.name) if part))
        cause = _tr(_CAUSES.get(called.cause, called.cause))
        source = "" if called.source in {"", "key"} else f" ({called.source})"
        return AsRunRow(called.at, what, result=cause + source, cue=cue.id, heading=True)

    def _read_done(self, done: asrun.ActionDone) -> AsRunRow:
        result, tone = _RESULTS[done.result]
        text = _tr(result)
        if done.late:
            text, tone = _tr("{result}, late").format(result=text), "warning" if tone != "bad" else tone
        if done.sentence and done.result == "failed":
            text = f"{text}: {done.sentence}"
        elif done.route == "simulated" and done.result != "simulated":
            text = _tr("simulated: {result}").format(result=text)
        device = self._document.show.device(done.device)
        return AsRunRow(
            done.sent_at if done.sent_at is not None else done.due,
            "    " + self._summary(done),
            device.name if device else _tr("(device that is gone)"),
            text,
            took_of(done),
            tone,
            done.sentence,
            done.cue,
        )

    def _summary(self, done: asrun.ActionDone) -> str:
        cue = self._called.get(done.run) or self._document.show.cue(done.cue)
        action = next((one for one in cue.actions if one.id == done.action), None) if cue else None
        device = self._document.show.device(done.device)
        if cue is None or action is None or device is None:
            return _tr("action")
        kind = self._client.catalogue.kind(device.kind)
        form = kind.action(action.kind) if kind else None
        if form is None:
            return action.kind
        number = next((call.number for call in cue.calls if call.department == action.number_from), "")
        return summarise(form, action.fields, number)

    def _read_note(self, at: ShowTime, noted: asrun.Noted) -> AsRunRow | None:
        if noted.kind in {"segment", "segment-back", "oops", "ended"} and not noted.sentence:
            return None
        result, tone = _NOTED[noted.kind]
        device = self._document.show.device(noted.device or "")
        return AsRunRow(
            at,
            noted.sentence,
            device.name if device else "",
            _tr(result) if result else "",
            tone=tone,
            detail=noted.sentence,
            cue=noted.cue,
            heading=noted.kind == "segment",
        )


def _alignment(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if column == TOOK else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


def _word_of(event: ev.Event, document: Document) -> str:
    """Say what a person did; events that show in other lines have no words."""

    def name(row_id: str) -> str:
        row = document.show.row(row_id)
        if row is None:
            return "?"
        return (row.number if isinstance(row, Cue) else row.page) or row_words(document.show, row)

    match event:
        case ev.StopAll():
            return _tr("STOP ALL")
        case ev.Panic():
            return _tr("PANIC")
        case ev.Hold():
            return _tr("Hold")
        case ev.Resume():
            return _tr("Resume")
        case ev.SayNext(step=step):
            said = {"warning": _tr("Warning spoken"), "standby": _tr("Standby spoken"), "go": ""}
            return said[step] if step else _tr("Next step of the call")
        case ev.StandBy(_, spoken):
            return _tr("Standby spoken") if spoken else _tr("Standby taken back")
        case ev.Jump(_, row):
            return _tr("Jump to {row}").format(row=name(row))
        case ev.Step(_, back):
            return _tr("Standby back") if back else _tr("Standby on")
        case ev.Skip(_, cue, on):
            return (_tr("Skip {row}") if on else _tr("No longer skip {row}")).format(row=name(cue))
        case ev.Float(_, row, on):
            return (_tr("Float {row}") if on else _tr("No longer float {row}")).format(row=name(row))
        case ev.AddTime(_, segment, by):
            return _tr("{time} for {row}").format(time=format_duration(by, sign=True), row=name(segment))
        case ev.StartNow(_, segment, on):
            return (_tr("Start {row} now") if on else _tr("{row} not started after all")).format(
                row=name(segment)
            )
        case ev.BuyBack(floats=floats, trims=trims, on=on, fills=fills):
            floating = _tr("take {row} in") if fills else _tr("float {row}")
            sign = 1 if fills else -1
            parts = [floating.format(row=name(row)) for row in floats]
            parts += [f"{name(row)} {format_duration(Duration(sign * cut), sign=True)}" for row, cut in trims]
            if fills:
                wording = _tr("Fill: {parts}") if on else _tr("Filling taken back: {parts}")
            else:
                wording = _tr("Buy back: {parts}") if on else _tr("Buy-back taken back: {parts}")
            return wording.format(parts=", ".join(parts))
        case ev.Arm(_, cue, on):
            return (_tr("Arm {row}") if on else _tr("Disarm {row}")).format(row=name(cue))
        case ev.SetManual(_, department_id, on):
            department = document.show.department(department_id)
            wording = _tr("{name} on manual") if on else _tr("{name} back on the desk")
            return wording.format(name=department.name if department else "?")
        case ev.SetAuto(_, on):
            return _tr("AUTO on") if on else _tr("AUTO off")
        case ev.StopCue(_, cue):
            return _tr("Stop {row}").format(row=name(cue))
        case ev.DropWait(_, cue):
            return _tr("Drop {row}").format(row=name(cue))
        case ev.StageMessage(text=text, blackout=blackout):
            if blackout:
                return _tr("To the stage: blackout")
            return _tr("To the stage: {text}").format(text=text) if text else _tr("To the stage: nothing")
        case ev.Timecode(runs=runs, found=found, position=position):
            place = timecode_text(position, document.show.timecode.rate)
            if not found:
                return "" if runs else _tr("Timecode stands at {place}").format(place=place)
            words = _tr("Timecode runs from {place}") if runs else _tr("Timecode is at {place}")
            return words.format(place=place)
        case ev.SetTimer(timer=timer, do=do, down_from=down_from, on=on):
            words = timer_words(timer, do, down_from)
            return words if on else _tr("Taken back: {what}").format(what=words)
        case ev.EngineRestarted():
            return _tr("The engine was restarted")
        case ev.Confirm(_, with_waits):
            return _tr("Goes on, with its waits") if with_waits else _tr("Goes on, without waits")
        case _:
            return ""
