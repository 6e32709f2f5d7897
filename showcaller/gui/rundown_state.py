"""What has become of each row in this run: glyph, words and tone of its RESULT.

Owns the reading of snapshots and as-run lines for one row. Pure values in and out: the model keeps
them, the delegate paints them. Knows no widget and does not look at the clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QCoreApplication

from showcaller.core.asrun import ActionDone, CueCalled, Line, Noted, runs_taken_back
from showcaller.core.branches import chosen_ending, open_from, other_endings
from showcaller.core.messages import DeviceView, Snapshot
from showcaller.core.oops import has_run
from showcaller.core.position import Running, Wait
from showcaller.core.show import Cue, Row, Segment, Show
from showcaller.core.times import ShowTime

translate = QCoreApplication.translate

Phase = Literal[
    "coming", "standby", "running", "waiting", "called", "skipped", "floated", "other", "disarmed", "missed"
]
Tone = Literal["dim", "text", "go", "standby", "live", "info"]

CONFIRMED, SENT, RUNNING, WAITING, STANDBY, FAILED, DISARMED = "✓", "◇", "▶", "◔", "●", "!", "–"
SKIPPED, FLOATED, OTHER, CALLED = "»", "≈", "⊘", "·"

_WORST_FIRST = ("failed", "closed", "disarmed", "manual", "simulated", "sent", "accepted", "confirmed")


@dataclass(slots=True)
class CueResult:
    """What the as-run says of the newest run of a cue."""

    run: int
    cue: Cue
    at: ShowTime
    done: dict[str, ActionDone] = field(default_factory=dict)
    missed: str = ""


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row stands now."""

    phase: Phase = "coming"
    glyph: str = ""
    tone: Tone = "dim"
    """Colour of glyph and result."""
    result: str = ""
    past: bool = False
    struck: bool = False
    current: bool = False
    """The segment that runs."""
    run: Running | None = None
    wait: Wait | None = None
    detail: str = ""
    """More than fits, for the tool tip."""


class Results:
    """The newest outcome of each cue, gathered from the as-run as its lines come."""

    def __init__(self) -> None:
        self._by_cue: dict[str, CueResult] = {}

    def clear(self) -> None:
        """Forget the run."""
        self._by_cue.clear()

    def of(self, cue_id: str) -> CueResult | None:
        """Return what came of a cue, or None where it was not called in this run."""
        return self._by_cue.get(cue_id)

    def take(self, lines: Iterable[Line]) -> set[str]:
        """Take new lines; return the ids of the cues whose result changed."""
        touched: set[str] = set()
        for line in lines:
            match line.entry:
                case CueCalled() as called:
                    self._by_cue[called.cue.id] = CueResult(called.run, called.cue, called.at)
                    touched.add(called.cue.id)
                case ActionDone() as done:
                    result = self._by_cue.get(done.cue)
                    if result is not None and result.run == done.run:
                        result.done[done.action] = done
                        touched.add(done.cue)
                case Noted(kind="oops") as noted:
                    runs = runs_taken_back(noted)
                    for cue in [one for one, result in self._by_cue.items() if has_run(runs, result.run)]:
                        del self._by_cue[cue]
                        touched.add(cue)
                case Noted(kind="missed", cue=str(cue), sentence=sentence):
                    result = self._by_cue.get(cue)
                    if result is not None:
                        result.missed = sentence
                    touched.add(cue)
                case _:
                    pass
        return touched


class Live:
    """A snapshot, indexed by row."""

    def __init__(self, snapshot: Snapshot, show: Show) -> None:
        positions = show.positions
        self.snapshot = snapshot
        self._show = show
        self._others = other_endings(show, snapshot.chosen)
        self.open_from: int | None = None
        """Rows from there on have times that hang on a choice."""
        self.mode = snapshot.mode
        self.standby_place = positions.get(snapshot.standby or "", -1)
        called = positions.get(snapshot.last_called or "", -1)
        self.front = self.standby_place if self.standby_place >= 0 else called + 1
        """Rows above it are past."""
        if snapshot.mode != "edit":
            self.open_from = open_from(show, snapshot.chosen, self.front)
        self.segment_place = positions.get(snapshot.segment or "", -1)
        self.runs: dict[str, Running] = {}
        for running in snapshot.running:
            self.runs.setdefault(running.cue, running)
        self.waits: dict[str, Wait] = {}
        for wait in snapshot.waits:
            self.waits.setdefault(wait.cue, wait)
        self.missed = {missed.cue: missed.reason for missed in snapshot.missed}
        self.devices: dict[str, DeviceView] = {device.id: device for device in snapshot.devices}

    def is_floated(self, row: Row) -> bool:
        """Say whether a row is left out of the show in this run."""
        if (row.id, not row.floated) in self.snapshot.floated:
            return not row.floated
        return row.floated

    def is_other(self, row_id: str) -> bool:
        """Say whether a row belongs to an ending that does not count."""
        if not self._others:
            return False
        segment = self._show.segment_of(row_id)
        return segment is not None and segment.id in self._others

    def choice(self, segment: Segment) -> str:
        """Say what became of the ending that a segment belongs to; empty where the show does not branch."""
        if not segment.branch:
            return ""
        if self.mode == "edit":
            other = segment.id in self._others
            return translate("Rundown", "if chosen") if other else translate("Rundown", "planned")
        if segment.id in self._others:
            return translate("Rundown", "not chosen")
        if chosen_ending(self.snapshot.chosen, segment.branch) == segment.ending:
            return translate("Rundown", "chosen")
        return translate("Rundown", "planned")

    def is_armed(self, cue: Cue) -> bool:
        """Say whether a cue's actions are sent in this run."""
        if (cue.id, not cue.armed) in self.snapshot.armed:
            return not cue.armed
        return cue.armed


def state_of(row: Row, place: int, live: Live, results: Results) -> RowState:
    """Return how a row stands.

    Args:
        row: The row.
        place: Where it stands in the rundown.
        live: The newest snapshot.
        results: What the as-run says.
    """
    in_run = live.mode != "edit"
    if isinstance(row, Segment):
        return _state_of_segment(row, place, live, in_run=in_run)
    snapshot = live.snapshot
    past = in_run and place < live.front
    run = live.runs.get(row.id)
    wait = live.waits.get(row.id)
    if row.id == snapshot.standby:
        return RowState(
            "standby", STANDBY, "standby", _standby_result(row, live), detail=_unsendable(row, live)
        )
    if run is not None:
        return _state_of_running(run, results.of(row.id))
    if wait is not None:
        return RowState("waiting", WAITING, "info", wait=wait)
    if row.id in snapshot.skipped:
        return RowState("skipped", SKIPPED, "dim", translate("Rundown", "skipped"), past=past, struck=True)
    if live.is_floated(row):
        return RowState("floated", FLOATED, "dim", translate("Rundown", "floated"), past=past, struck=True)
    if live.is_other(row.id) and (not in_run or results.of(row.id) is None):
        return RowState("other", OTHER, "dim", past=True)
    result = results.of(row.id) if in_run else None
    if result is not None and row.id not in live.missed:
        return _state_of_called(result, past=past)
    if row.id in live.missed:
        reason = translate("Rundown", "missed: {reason}").format(reason=live.missed[row.id])
        return RowState("missed", FAILED, "standby", reason, past=past)
    if not live.is_armed(row):
        return RowState("disarmed", DISARMED, "dim", translate("Rundown", "disarmed"), past=past, struck=True)
    return RowState(past=past)


def _state_of_segment(row: Segment, place: int, live: Live, *, in_run: bool) -> RowState:
    current = in_run and row.id == live.snapshot.segment
    past = (
        in_run
        and not current
        and (place < live.segment_place or (place < live.front and live.segment_place < 0))
    )
    if row.id == live.snapshot.standby:
        return RowState("standby", STANDBY, "standby", current=current)
    if live.is_floated(row):
        return RowState("floated", FLOATED, "dim", translate("Rundown", "floated"), past=past, struck=True)
    choice = live.choice(row)
    if live.is_other(row.id) and not current:
        return RowState("other", OTHER, "dim", choice, past=True)
    phase: Phase = "called" if past or current else "coming"
    return RowState(phase, tone="info", result=choice, past=past, current=current)


def _unsendable(cue: Cue, live: Live) -> str:
    return "\n".join(
        live.snapshot.unsendable[action.id] for action in cue.actions if action.id in live.snapshot.unsendable
    )


def _standby_result(cue: Cue, live: Live) -> str:
    if not live.is_armed(cue):
        return translate("Rundown", "disarmed")
    reasons = _unsendable(cue, live)
    return reasons.partition("\n")[0]


def _state_of_called(result: CueResult, *, past: bool) -> RowState:
    done = list(result.done.values())
    detail = "\n".join(_say_action(one) for one in done)
    if not result.cue.actions:
        return RowState("called", CALLED, "dim", translate("Rundown", "called"), past=past)
    if not done:
        return RowState("called", CALLED, "dim", translate("Rundown", "sending…"), past=past)
    worst = min(done, key=lambda one: _WORST_FIRST.index(one.result))
    late = any(one.late for one in done)
    if worst.result == "failed":
        others = sum(one.result == "failed" for one in done) - 1
        reason = worst.sentence or translate("Rundown", "not sent")
        if others:
            reason = translate("Rundown", "{reason} (+{others})").format(reason=reason, others=others)
        return RowState("called", FAILED, "live", reason, past=past, detail=detail)
    if worst.result == "confirmed" and len(done) >= len(result.cue.actions):
        tone: Tone = "standby" if late else "go"
        return RowState(
            "called", CONFIRMED, tone, _confirmed_words(done, late=late), past=past, detail=detail
        )
    words = {
        "closed": translate("Rundown", "closed"),
        "disarmed": translate("Rundown", "disarmed"),
        "manual": translate("Rundown", "manual"),
        "simulated": translate("Rundown", "simulated"),
        "sent": translate("Rundown", "sent"),
        "accepted": translate("Rundown", "accepted"),
        "confirmed": translate("Rundown", "sending…"),
    }[worst.result]
    if late:
        words = translate("Rundown", "{result}, late").format(result=words)
    glyph = DISARMED if worst.result == "disarmed" else SENT
    return RowState("called", glyph, "standby" if late else "dim", words, past=past, detail=detail)


def _state_of_running(run: Running, result: CueResult | None) -> RowState:
    """Return how a running cue stands: what failed of it is said at once, not when it ends."""
    if result is not None and result.run == run.run:
        called = _state_of_called(result, past=False)
        if called.glyph == FAILED:
            return RowState("running", FAILED, "live", called.result, run=run, detail=called.detail)
    return RowState("running", RUNNING, "go", run=run)


def _latency_ms(done: ActionDone) -> int | None:
    if done.sent_at is None:
        return None
    answered = done.confirmed_at or done.accepted_at
    return None if answered is None else round((answered - done.sent_at) / 1e6)


def _confirmed_words(done: list[ActionDone], *, late: bool) -> str:
    latencies = [ms for one in done if (ms := _latency_ms(one)) is not None]
    words = translate("Rundown", "✓ {ms} ms").format(ms=max(latencies)) if latencies else CONFIRMED
    return translate("Rundown", "{result} late").format(result=words) if late else words


def _say_action(done: ActionDone) -> str:
    latency = _latency_ms(done)
    parts = [done.result if latency is None else f"{done.result} {latency} ms"]
    if done.late:
        parts.append(translate("Rundown", "late"))
    if done.sentence:
        parts.append(done.sentence)
    return ", ".join(parts)
