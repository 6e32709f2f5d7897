"""The form of cues in the inspector, for one cue or for many at once.

Owns which fields a cue's form has and in which order a person fills them in. Calls, timers and actions are of
one cue at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel

from showcaller.core.problems import Problem
from showcaller.core.show import Cue, Segment
from showcaller.core.tempo import read_beat, read_tempo, write_beat, write_tempo
from showcaller.core.timers import timer_names
from showcaller.gui.action_list import ActionList
from showcaller.gui.call_editor import CallsBox
from showcaller.gui.cell_edits import check_number, with_calls
from showcaller.gui.choice_boxes import ChoiceBox, ColourBox
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.form_widgets import LinesBox, SwitchBox, duration_box, text_box
from showcaller.gui.row_form import RowForm
from showcaller.gui.rundown_words import is_called_by_hand
from showcaller.gui.standby_marks import choices_for
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timer_editor import TimersBox
from showcaller.gui.trigger_editor import TriggerBox

translate = QCoreApplication.translate


class CueForm(RowForm):
    """Everything of a cue."""

    def __init__(self, document: Document, client: Client, themes: ThemeHolder) -> None:
        super().__init__(document, themes)
        self._client = client
        tr = translate
        edit = tr("Inspector", "Edit {row}")
        number = self.bind(
            "number",
            text_box(themes, tr("Inspector", "Number"), figures=True, read=str.strip),
            tr("Inspector", "Number {row}"),
            self._read_number,
        )
        name = self.bind("name", text_box(themes, tr("Inspector", "Name")), tr("Inspector", "Name {row}"))
        self.put_row((number, 1), (name, 3))
        on = text_box(
            themes,
            tr("Inspector", "On"),
            placeholder=tr("Inspector", "a line, a look, a bar, a time"),
            help_text=tr("Inspector", "What the caller waits for before the GO."),
        )
        self.column.addWidget(self.bind("on", on, tr("Inspector", "Trigger of {row}")))
        beat = text_box(
            themes,
            tr("Inspector", "On the beat"),
            read=read_beat,
            write=write_beat,
            placeholder="5.1",
            help_text=tr("Inspector", "Bar and beat of its GO."),
        )
        tempo = text_box(
            themes,
            tr("Inspector", "Starts a tempo"),
            read=read_tempo,
            write=write_tempo,
            placeholder=tr("Inspector", "120, 3 beats"),
            help_text=tr("Inspector", "Bars are counted from its GO on."),
        )
        self.put_row(
            (self.bind("beat", beat, tr("Inspector", "Beat of {row}")), 1),
            (self.bind("tempo", tempo, tr("Inspector", "Tempo of {row}")), 1),
        )
        trigger = self.bind("trigger", TriggerBox(themes), tr("Inspector", "Trigger of {row}"))
        self.column.addWidget(trigger)
        self.calls = CallsBox(themes)
        self.bind("calls", self.calls, tr("Inspector", "Calls of {row}"), self._read_calls)
        self.column.addWidget(self.calls)
        self.standby_with = ChoiceBox(themes, tr("Inspector", "Standby"))
        self.bind("standby_with", self.standby_with, tr("Inspector", "Standby of {row}"))
        self.column.addWidget(self.standby_with)
        pre = duration_box(themes, tr("Inspector", "Pre-wait"), empty=False)
        post = duration_box(themes, tr("Inspector", "Post-wait"), empty=False)
        length = duration_box(themes, tr("Inspector", "Duration"))
        offset = duration_box(
            themes,
            tr("Inspector", "Offset"),
            help_text=tr("Inspector", "Planned place in the segment. Empty: after the cue before it."),
        )
        self.put_row(
            (self.bind("duration", length, tr("Inspector", "Duration of {row}")), 1),
            (self.bind("offset", offset, tr("Inspector", "Offset of {row}")), 1),
        )
        learned = duration_box(
            themes, tr("Inspector", "Learned"), help_text=tr("Inspector", "How long it ran in a run.")
        )
        learned_offset = duration_box(
            themes, tr("Inspector", "Learned offset"), help_text=tr("Inspector", "Its place in that run.")
        )
        self.put_row(
            (self.bind("learned", learned, tr("Inspector", "Learned time of {row}")), 1),
            (self.bind("learned_offset", learned_offset, tr("Inspector", "Learned offset of {row}")), 1),
        )
        self.put_row(
            (self.bind("pre_wait", pre, tr("Inspector", "Pre-wait of {row}")), 1),
            (self.bind("post_wait", post, tr("Inspector", "Post-wait of {row}")), 1),
        )
        self.timers = TimersBox(themes)
        self.column.addWidget(self.bind("timers", self.timers, tr("Inspector", "Timers of {row}")))
        self.action_list = ActionList(document, client, themes)
        self.action_list.mend_wanted.connect(self.mend_wanted)
        self.column.addWidget(self.action_list)
        words = tr("Inspector", "Calls, timers and actions are edited one cue at a time.")
        self._one_at_a_time = QLabel(words)
        self._one_at_a_time.setProperty("role", "dim")
        self.column.addWidget(self._one_at_a_time)
        armed = SwitchBox(
            themes, tr("Inspector", "Armed"), help_text=tr("Inspector", "Off: its actions are not sent.")
        )
        floated = SwitchBox(
            themes,
            tr("Inspector", "Floated"),
            help_text=tr("Inspector", "In the rundown, but not in the show."),
        )
        guard = duration_box(
            themes,
            tr("Inspector", "Guard"),
            placeholder=tr("Inspector", "show’s"),
            help_text=tr("Inspector", "How long after a GO another is refused. Empty: as in the show."),
        )
        self.put_row(
            (self.bind("armed", armed, tr("Inspector", "Arm {row}")), 1),
            (self.bind("floated", floated, tr("Inspector", "Float {row}")), 1),
            (self.bind("guard", guard, edit), 1),
        )
        shot = text_box(themes, tr("Inspector", "Shot"))
        self.put_row(
            (self.bind("shot", shot, edit), 1),
            (self.bind("colour", ColourBox(themes, tr("Inspector", "Colour")), edit), 1),
        )
        notes = LinesBox(themes, tr("Inspector", "Notes"))
        self.column.addWidget(self.bind("notes", notes, tr("Inspector", "Notes of {row}")))
        self.column.addStretch(1)

    def _read_number(self, row: Cue | Segment, value: Any) -> dict[str, Any]:
        check_number(self.document.show, row.id, value.strip())
        return {"number": value.strip()}

    def _read_calls(self, row: Cue | Segment, value: Any) -> dict[str, Any]:
        assert isinstance(row, Cue)
        return with_calls(self.document.show, self._client.catalogue, row, value)

    def refresh(self) -> None:
        """Show what the cues hold now."""
        self.calls.offer(self.document.show.departments)
        self.timers.offer(timer_names(self.document.show))
        rows = self.rows()
        first = rows[0] if len(rows) == 1 else None
        self.standby_with.offer(choices_for(self.document.show, first if isinstance(first, Cue) else None))
        has_standby = self.document.show.calling != "go"
        self.standby_with.setVisible(has_standby and all(is_called_by_hand(row) for row in rows))
        super().refresh()
        one = rows[0] if len(rows) == 1 else None
        self.timers.setVisible(one is not None)
        self.calls.setVisible(one is not None)
        self.action_list.setVisible(one is not None)
        self._one_at_a_time.setVisible(one is None)
        self.boxes["number"].setEnabled(one is not None and self.document.can_edit(one.id, "number"))
        self.action_list.show_cue(one if isinstance(one, Cue) else None)

    def show_locks(self) -> None:
        """Follow the mode."""
        super().show_locks()
        self.action_list.show_locks()

    def show_problems(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Say what is wrong, each problem at its field or action; return those of the whole cue."""
        self.action_list.show_problems(problems)
        return super().show_problems(problems)

    def commit(self) -> None:
        """Take what was typed and not yet taken."""
        super().commit()
        self.action_list.commit()
