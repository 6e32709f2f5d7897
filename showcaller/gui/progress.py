"""What has happened in the current run, as far as times go: as-run lines folded into `schedule.Progress`.

Owns the folding only. The client feeds it each new line and clears it when another run begins; whoever
works out expected times reads the value.
"""

from __future__ import annotations

from collections.abc import Iterable

from showcaller.core.asrun import CueCalled, Line, Noted, runs_taken_back
from showcaller.core.oops import has_run
from showcaller.core.schedule import Progress
from showcaller.core.times import Duration, ShowTime


class ProgressTaker:
    """Folds lines, in order, into one value."""

    def __init__(self) -> None:
        self._starts: dict[str, ShowTime] = {}
        self._ends: dict[str, ShowTime] = {}
        self._runs: dict[str, int] = {}
        self._segment: str | None = None
        self._added: tuple[tuple[str, Duration], ...] = ()
        self._value = Progress()

    @property
    def value(self) -> Progress:
        """What happened so far."""
        return self._value

    def clear(self) -> None:
        """Forget everything: another run begins."""
        self._starts.clear()
        self._ends.clear()
        self._runs.clear()
        self._segment = None
        self._added = ()
        self._value = Progress()

    def take(self, lines: Iterable[Line]) -> None:
        """Fold lines in."""
        told = False
        for line in lines:
            match line.entry:
                case CueCalled(cue=cue, at=at, run=run):
                    self._runs[cue.id] = run
                    self._starts[cue.id] = at
                    self._ends.pop(cue.id, None)
                case Noted(kind="ended", cue=str(cue_id)):
                    self._ends[cue_id] = line.show
                case Noted(kind="segment", cue=str(segment_id), value=value):
                    began = ShowTime(int(value)) if value else line.show
                    if self._segment is not None:
                        self._ends[self._segment] = began
                    self._segment = segment_id
                    self._starts[segment_id] = began
                    self._ends.pop(segment_id, None)
                case Noted(kind="oops") as noted:
                    runs = runs_taken_back(noted)
                    for cue_id in [one for one, run in self._runs.items() if has_run(runs, run)]:
                        for kept in (self._starts, self._ends, self._runs):
                            kept.pop(cue_id, None)
                case Noted(kind="segment-back", cue=str(segment_id)):
                    self._starts.pop(segment_id, None)
                    if self._segment == segment_id:
                        self._segment = None
                case _:
                    continue
            told = True
        if told:
            self._publish()

    def follow(
        self,
        segment: str | None,
        started_at: ShowTime | None,
        added: tuple[tuple[str, Duration], ...] = (),
    ) -> None:
        """Take the running segment from a snapshot, whose start is exact where a line's is not."""
        known = segment is None or (segment == self._segment and self._starts.get(segment) == started_at)
        if known and added == self._added:
            return
        self._added = added
        if segment is not None:
            self._segment = segment
            self._ends.pop(segment, None)
            if started_at is not None:
                self._starts[segment] = started_at
        self._publish()

    def _publish(self) -> None:
        self._value = Progress(dict(self._starts), dict(self._ends), self._segment, dict(self._added))
