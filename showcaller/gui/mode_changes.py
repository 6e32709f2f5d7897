"""From one mode into another: what is asked before, and what the engine is told.

Owns the questions' occasions: entering LIVE wants a word, leaving it wants a hold (the switch's or the
key's) and a word that names what runs. A window that watches while another edits asks before it changes
the mode for both, and in LIVE leaves it alone. The engine decides; a refusal is said.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from showcaller.core import messages
from showcaller.core.events import Mode
from showcaller.core.times import ShowTime
from showcaller.gui.client import Answer, Client
from showcaller.gui.document import Document
from showcaller.gui.questions import Question, how_live_begins, what_is_lost, what_runs
from showcaller.gui.selection import Selection
from showcaller.gui.theme import ThemeHolder


class ModeChanges(QObject):
    """See the module's law."""

    noticed = Signal(str, str)

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._client, self._selection = document, client, selection
        self._themes, self._window = themes, window

    @property
    def mode(self) -> Mode:
        """The mode in use."""
        return self._client.snapshot.mode

    @property
    def watches(self) -> bool:
        """Say whether another window edits and runs this show: this one looks, and calls."""
        client = self._client
        return client.connected and not client.editor and client.snapshot.editor

    def ask(self, mode: str, *, from_row: str | None = None) -> None:
        """Go into a mode, asking first where LIVE begins or ends, or another window goes with it."""
        if mode == self.mode and from_row is None:
            return
        if not self._client.connected:
            self.noticed.emit("problem", self.tr("The engine is not there yet: the mode stays as it is."))
            return
        if self._is_anothers():
            return
        if self.watches:
            dialog = self._question_for_both(mode)
        elif self.mode == "live":
            dialog = self.leaving_question(self.tr("Leave LIVE?"), self.tr("Leave LIVE"), hold=False)
        elif mode == "live":
            dialog = self._entering_question()
        else:
            self._enter(mode, from_row)
            return

        def go_on() -> None:
            if not self._is_anothers():
                self._enter(mode, from_row)

        self._open(dialog, go_on)

    def _is_anothers(self) -> bool:
        """Say, and tell, whether the mode is left to the window that runs a LIVE show."""
        refused = self.watches and self.mode == "live"
        if refused:
            self.noticed.emit(
                "notice",
                self.tr("LIVE: this window watches and calls. The mode is left to the window that edits."),
            )
        return refused

    def _open(self, dialog: QDialog, way_on: Callable[[], None]) -> None:
        """Show a question without a loop of its own: cues and clocks go on beside it."""
        dialog.accepted.connect(way_on)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _entering_question(self) -> Question:
        lost = what_is_lost(self._document.show, self._client.snapshot)
        errors = sum(problem.severity == "error" for problem in self._document.problems)
        details = [*how_live_begins(self._document.show, ShowTime(time.time_ns())), *lost]
        if errors:
            details.append(self.tr("! Errors in the problem list: {count}").format(count=errors))
        return Question(
            self._themes,
            self.tr("Go LIVE?"),
            self.tr("Every route becomes real, and editing is locked but for notes and durations."),
            details,
            self.tr("Go LIVE"),
            hold=False,
            parent=self._window,
        )

    def _question_for_both(self, mode: str) -> Question:
        """Return the question that stands before a mode that another window is taken into."""
        show, snapshot = self._document.show, self._client.snapshot
        details = list(what_runs(show, snapshot, self._client.show_now()))
        ends = self.tr("This ends what runs now:") if details else self.tr("Nothing runs or waits now.")
        if mode == "live":
            details += what_is_lost(show, snapshot)
        words = self.tr("{mode} for all windows").format(mode=mode.upper())
        return Question(
            self._themes,
            self.tr("{mode} for all windows?").format(mode=mode.upper()),
            self.tr("Another window edits this show and goes into this mode too.") + f" {ends}",
            details,
            words,
            hold=False,
            parent=self._window,
        )

    def leaving_question(self, title: str, way_on: str, *, hold: bool) -> Question:
        """Return the question that stands before the end of a LIVE run; it names what runs."""
        runs = what_runs(self._document.show, self._client.snapshot, self._client.show_now())
        sentence = (
            self.tr("This ends the run. Waits and follow-ons end; streams and records go on. What runs now:")
            if runs
            else self.tr("This ends the run. Nothing runs or waits now.")
        )
        return Question(self._themes, title, sentence, runs, way_on, hold=hold, parent=self._window)

    def _enter(self, mode: str, from_row: str | None) -> None:
        self.enter(mode, from_row=from_row)

    def enter(
        self,
        mode: str,
        *,
        from_row: str | None = None,
        clock: ShowTime | None = None,
        on_answer: Callable[[Answer], None] | None = None,
    ) -> None:
        """Tell the engine, without asking anybody."""
        command: dict[str, Any] = {"id": 0, "mode": mode, "from_row": from_row, "clock": clock}
        if mode == "rehearse" and self.mode == "rehearse":
            command["routes"] = {view.id: view.route for view in self._client.snapshot.devices}
        self._client.request(messages.SetMode(**command), on_answer)

    def rehearse_here(self) -> None:
        """Begin a rehearsal at the selected row."""
        row = self._selection.current
        if row is None:
            self.noticed.emit("notice", self.tr("Select the row to rehearse from."))
        elif self.mode == "live":
            self.noticed.emit("notice", self.tr("LIVE: leave it first."))
        else:
            self.ask("rehearse", from_row=row)
