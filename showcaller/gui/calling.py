"""What the keys of calling do: each a playback event, or in EDIT an edit where there is one to make.

Owns which row a key means (the standby, the selected one, the one that runs). GO and stop are `go_key`'s.
The events are the engine's: nothing here changes the show while a run goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.position import Playback, is_armed, is_floated
from showcaller.core.show import Cue, Segment
from showcaller.core.tempo import StopTempo, TapTempo
from showcaller.core.times import ShowTime
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.selection import Selection

_NOW = ShowTime(0)
"""The engine sets an event's time."""


class Calling(QObject):
    """The verbs of a run."""

    noticed = Signal(str, str)

    def __init__(
        self, document: Document, client: Client, selection: Selection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._selection = document, client, selection

    @property
    def _in_run(self) -> bool:
        return self._client.snapshot.mode != "edit"

    def stand_by(self) -> None:
        """Say that the standby was spoken, or take that back."""
        snapshot = self._client.snapshot
        if snapshot.standby is None:
            self._tell(self.tr("Nothing stands by: jump to a cue."))
        else:
            self._client.do(ev.StandBy(_NOW, not snapshot.stood_by))

    def go_on(self, *, with_waits: bool) -> None:
        """After the engine was restarted: let the show go on."""
        if self._client.snapshot.unconfirmed:
            self._client.do(ev.Confirm(_NOW, with_waits))
        else:
            self._tell(self.tr("The show goes on already: this is for after the engine was restarted."))

    def tap_tempo(self) -> None:
        """Tap a beat of the music, at the time that this is."""
        if self._in_run:
            self._client.do(TapTempo(at=_NOW, tapped_at=self._client.show_now()))
        else:
            self._tell(self.tr("In EDIT there is no run to count bars in."))

    def take_taps_back(self) -> None:
        """Count as before the last taps."""
        self._client.do(TapTempo(at=_NOW, on=False))

    def stop_tempo(self) -> None:
        """Count bars no more."""
        self._client.do(StopTempo(_NOW))

    def back(self) -> None:
        """Move the standby one back."""
        self._client.do(ev.Step(_NOW, back=True))

    def oops(self) -> None:
        """Go one call back; in a run the engine answers with what would restore the state before it."""
        self._client.do(ev.Oops(_NOW))

    def forward(self) -> None:
        """Move the standby one on."""
        self._client.do(ev.Step(_NOW, back=False))

    def hold(self) -> None:
        """Hold, or resume."""
        snapshot = self._client.snapshot
        if snapshot.unconfirmed:
            self._tell(self.tr("Answer first whether the waits go on: the buttons stand above."))
        elif snapshot.held_at is None:
            self._client.do(ev.Hold(_NOW))
        else:
            self._client.do(ev.Resume(_NOW))

    def stop_cue(self) -> None:
        """End the selected cue if it runs or waits, else the newest that runs."""
        snapshot = self._client.snapshot
        alive = [running.cue for running in snapshot.running] + [wait.cue for wait in snapshot.waits]
        current = self._selection.current
        if current in alive:
            self._client.do(ev.StopCue(_NOW, current))
        elif snapshot.running:
            self._client.do(ev.StopCue(_NOW, snapshot.running[0].cue))
        else:
            self._tell(self.tr("No cue runs."))

    def left_waiting(self) -> Sequence[str]:
        """Return the waiting cues that a GO has passed by: those above the last called."""
        show, snapshot = self._document.show, self._client.snapshot
        last = show.positions.get(snapshot.last_called or "")
        if last is None:
            return ()
        return [
            wait.cue
            for wait in snapshot.waits
            if wait.cause in ev.TIMED and show.positions.get(wait.cue, last) < last
        ]

    def drop_wait(self) -> None:
        """Let the selected waiting cue not fire, else the first that a GO has passed by."""
        snapshot = self._client.snapshot
        current = self._selection.current
        left = self.left_waiting()
        if left:
            self._client.do(ev.DropWait(_NOW, left[0]))
        elif current is not None and any(wait.cue == current for wait in snapshot.waits):
            self._client.do(ev.DropWait(_NOW, current))
        else:
            self._tell(self.tr("No cue is left waiting."))

    def start_cue(self) -> None:
        """Fire the selected cue and leave the standby."""
        cue = self._document.show.cue(self._selection.current)
        if cue is None:
            self._tell(self.tr("Select the cue to start."))
        else:
            now = self._client.monotonic_now()
            self._client.do(ev.StartCue(at=_NOW, pressed_at=now, source="key", cue=cue.id))

    def auto(self) -> None:
        """Let timed triggers fire, or not."""
        self._client.do(ev.SetAuto(_NOW, not self._client.snapshot.auto))

    def set_manual(self, department_id: str) -> None:
        """Put a department on manual, or back on the desk."""
        on = department_id not in self._client.snapshot.manual
        self._client.do(ev.SetManual(_NOW, department_id, on))

    def _rows_meant(self) -> Sequence[str]:
        """The selected rows, else the standby."""
        if self._selection.ids:
            return self._selection.ids
        standby = self._client.snapshot.standby
        return (standby,) if standby else ()

    def _playback(self) -> Playback:
        snapshot = self._client.snapshot
        return Playback(armed=snapshot.armed, floated=snapshot.floated, skipped=snapshot.skipped)

    def disarm(self) -> None:
        """Disarm the cues meant, or arm them: in EDIT in the show, else for this run."""
        show = self._document.show
        cues = [cue for row_id in self._rows_meant() if (cue := show.cue(row_id)) is not None]
        if not cues:
            self._tell(self.tr("Select the cue to disarm."))
            return
        if self._in_run:
            playback = self._playback()
            on = not is_armed(playback, cues[0])
            for cue in cues:
                self._client.do(ev.Arm(_NOW, cue.id, on))
            return
        armed = not cues[0].armed
        name = self.tr("Arm {what}") if armed else self.tr("Disarm {what}")
        change = tuple(op for cue in cues for op in edits.edit(show, cue.id, armed=armed))
        self._document.edit(name.format(what=self._named([cue.id for cue in cues])), change)

    def float_rows(self) -> None:
        """Float the rows meant, or take them back in: in EDIT in the show, else for this run."""
        show = self._document.show
        rows = [row for row_id in self._rows_meant() if (row := show.row(row_id)) is not None]
        if not rows:
            self._tell(self.tr("Select the row to float."))
            return
        if self._in_run:
            playback = self._playback()
            on = not is_floated(playback, show, show.positions[rows[0].id])
            for row in rows:
                self._client.do(ev.Float(_NOW, row.id, on))
            return
        floated = not rows[0].floated
        name = self.tr("Float {what}") if floated else self.tr("Take {what} back in")
        change = tuple(op for row in rows for op in edits.edit(show, row.id, floated=floated))
        self._document.edit(name.format(what=self._named([row.id for row in rows])), change)

    def _named(self, ids: Sequence[str]) -> str:
        if len(ids) > 1:
            return self.tr("{count} rows").format(count=len(ids))
        row = self._document.show.row(ids[0])
        if isinstance(row, Cue):
            return row.number or row.name
        return (row.page or row.title) if isinstance(row, Segment) else ""

    def _tell(self, sentence: str) -> None:
        self.noticed.emit("notice", sentence)
