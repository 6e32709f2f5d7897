"""The form of segments in the inspector, for one heading or for many at once.

Owns which fields a segment's form has and in which order a person fills them in.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from showcaller.core.show import Segment
from showcaller.gui.choice_boxes import ColourBox, NamesBox
from showcaller.gui.document import Document
from showcaller.gui.form_widgets import LinesBox, SwitchBox, duration_box, text_box, whole_number_box
from showcaller.gui.row_form import RowForm
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.trigger_editor import StartBox

translate = QCoreApplication.translate


class SegmentForm(RowForm):
    """Everything of a segment."""

    def __init__(self, document: Document, themes: ThemeHolder) -> None:
        super().__init__(document, themes)
        tr = translate
        edit = tr("Inspector", "Edit {row}")
        page = text_box(themes, tr("Inspector", "Page"), figures=True)
        title = text_box(themes, tr("Inspector", "Title"))
        self.put_row(
            (self.bind("page", page, tr("Inspector", "Page of {row}")), 1),
            (self.bind("title", title, tr("Inspector", "Name {row}")), 3),
        )
        self.branch = NamesBox(
            themes,
            tr("Inspector", "Branch"),
            help_text=tr("Inspector", "Endings of one name: one is chosen."),
        )
        self.ending = NamesBox(
            themes,
            tr("Inspector", "Ending"),
            help_text=tr("Inspector", "The first of a branch is the planned one."),
        )
        self.put_row(
            (self.bind("branch", self.branch, tr("Inspector", "Branch of {row}")), 1),
            (self.bind("ending", self.ending, tr("Inspector", "Ending of {row}")), 1),
        )
        start = StartBox(themes)
        self.column.addWidget(self.bind("start", start, tr("Inspector", "Start of {row}")))
        length = duration_box(
            themes,
            tr("Inspector", "Duration"),
            help_text=tr("Inspector", "Empty: as long as its cues."),
        )
        floated = SwitchBox(
            themes,
            tr("Inspector", "Floated"),
            help_text=tr("Inspector", "In the rundown, but not in the show."),
        )
        colour = ColourBox(themes, tr("Inspector", "Colour"))
        self.put_row(
            (self.bind("duration", length, tr("Inspector", "Duration of {row}")), 1),
            (self.bind("floated", floated, tr("Inspector", "Float {row}")), 1),
            (self.bind("colour", colour, edit), 1),
        )
        shortest = duration_box(
            themes, tr("Inspector", "Minimum"), help_text=tr("Inspector", "Elastic: may be cut so far.")
        )
        longest = duration_box(
            themes, tr("Inspector", "Maximum"), help_text=tr("Inspector", "Elastic: may run so long.")
        )
        learned = duration_box(
            themes, tr("Inspector", "Learned"), help_text=tr("Inspector", "How long it was in a run.")
        )
        self.put_row(
            (self.bind("learned", learned, tr("Inspector", "Learned time of {row}")), 1),
            (self.bind("minimum", shortest, tr("Inspector", "Minimum of {row}")), 1),
            (self.bind("maximum", longest, tr("Inspector", "Maximum of {row}")), 1),
        )
        floatable = SwitchBox(
            themes,
            tr("Inspector", "May be floated"),
            help_text=tr("Inspector", "The buy-back planner may take it out."),
        )
        priority = whole_number_box(
            themes, tr("Inspector", "Gives time"), help_text=tr("Inspector", "In this order, lowest first.")
        )
        self.put_row(
            (self.bind("floatable", floatable, tr("Inspector", "May {row} be floated")), 1),
            (self.bind("priority", priority, tr("Inspector", "Order in which {row} gives time")), 1),
        )
        notes = LinesBox(themes, tr("Inspector", "Notes"), rows=5)
        self.column.addWidget(self.bind("notes", notes, tr("Inspector", "Notes of {row}")))
        self.column.addStretch(1)

    def refresh(self) -> None:
        """Show what the rows hold now, and offer the names of branches and endings that there are."""
        endings = self.document.show.endings
        self.branch.offer(list(endings))
        branches = {row.branch for row in self.rows() if isinstance(row, Segment)} - {""}
        known = [ending for branch in branches or endings for ending in endings.get(branch, ())]
        self.ending.offer(list(dict.fromkeys(one for one in known if one)))
        super().refresh()
