"""An unplanned item is dropped in: its title, its length, where; and what it costs before it is done.

Owns the fields and the one edit. It is an edit in LIVE too, the only one there that adds rows; what it may be
says `core.drop_in`. The standby moves to it where it would else be passed by.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from showcaller.core import events as ev
from showcaller.core.costs import cost_of, look_ahead
from showcaller.core.drop_in import drop_in, item, last_row_of, places_for
from showcaller.core.edits import Change
from showcaller.core.show import Segment, new_id
from showcaller.core.times import ShowTime
from showcaller.gui.choice_boxes import Drop
from showcaller.gui.client import Client
from showcaller.gui.cost_words import cost_words
from showcaller.gui.dialog_fields import Labelled, ReadField, read_length
from showcaller.gui.document import Document
from showcaller.gui.over_rundown import place_over_rundown
from showcaller.gui.questions import name_of
from showcaller.gui.rundown_edits import number_between
from showcaller.gui.selection import Selection
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

_NOW = ShowTime(0)
"""The engine sets an event's time."""
_LOOK_MS = 500


class DropInDialog(QDialog):
    """See the module's law."""

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        timetable: Timetable,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._selection = document, client, selection
        self._themes, self._timetable = themes, timetable
        self._segment_id, self._cue_id = new_id(), new_id()
        theme = themes.theme
        self.setWindowTitle(self.tr("Drop in an item"))
        self.setMinimumWidth(theme.px(580))
        self.title = QLineEdit()
        self.title.setPlaceholderText(self.tr("Breaking news"))
        self.length = ReadField(self.tr("Duration"), "1:00", read_length)
        self.where = Drop(themes)
        self._places = places_for(document.show, client.snapshot.segment if self._in_run else None)
        for place in self._places:
            self.where.addItem(self._place_words(place))
        self.where.setCurrentIndex(self._first_place())
        self.with_cue = QPushButton()
        self.with_cue.setCheckable(True)
        self.with_cue.setChecked(True)
        self.cost = QLabel()
        self.cost.setStyleSheet(f"font-size: {theme.px(17)}px; font-weight: 600;")
        self.cost.setWordWrap(True)
        self.drop = QPushButton(self.tr("Drop in  Enter"))
        self.drop.setDefault(True)
        self.leave = QPushButton(self.tr("Leave it  Esc"))
        buttons = QHBoxLayout()
        for button in (self.with_cue, self.drop, self.leave):
            button.setAutoDefault(button is self.drop)
        buttons.addWidget(self.with_cue)
        buttons.addStretch(1)
        buttons.addWidget(self.drop)
        buttons.addWidget(self.leave)
        fields = QHBoxLayout()
        fields.setSpacing(12)
        fields.addWidget(Labelled(self.tr("Title"), self.title), 3)
        fields.addWidget(self.length, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addLayout(fields)
        layout.addWidget(Labelled(self.tr("Where"), self.where))
        layout.addWidget(self.cost)
        layout.addLayout(buttons)
        self.length.line.textEdited.connect(lambda _text: self._show_cost())
        self.where.currentIndexChanged.connect(lambda _place: self._show_cost())
        self.with_cue.toggled.connect(lambda _on: self._word_switch())
        self.drop.clicked.connect(self.commit)
        self.leave.clicked.connect(self.reject)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._show_cost)
        self._look.start()
        self.finished.connect(self._look.stop)
        document.changed.connect(self.reject)
        self._word_switch()
        self._show_cost()

    @property
    def _in_run(self) -> bool:
        return self._client.snapshot.mode != "edit"

    def _first_place(self) -> int:
        """Behind the running segment; in EDIT behind that of the selected row."""
        current = self._selection.current
        chosen = self._document.show.segment_of(current) if current else None
        if self._in_run or chosen is None:
            return 0 if self._in_run else len(self._places) - 1
        return next(
            at for at, place in enumerate(self._places) if place is not None and place.id == chosen.id
        )

    def _place_words(self, place: Segment | None) -> str:
        if place is None:
            return self.tr("At the top")
        words = self.tr("After {row}").format(row=name_of(self._document.show, place.id))
        if self._in_run and place.id == self._client.snapshot.segment:
            return self.tr("{place}, which runs").format(place=words)
        return words

    @property
    def change(self) -> Change | None:
        """What Enter would do; None where the length cannot be read."""
        try:
            length = read_length(self.length.line.text().strip())
        except ValueError:
            return None
        show, behind = self._document.show, self._places[self.where.currentIndex()]
        last = last_row_of(show, behind)
        number = None
        if self.with_cue.isChecked():
            number = number_between(show, 0 if last is None else show.positions[last] + 1)
        title = " ".join(self.title.text().split()) or self.tr("Item")
        return drop_in(show, *item(self._segment_id, self._cue_id, title, length, number), behind)

    def _show_cost(self) -> None:
        change = self.change
        self.drop.setEnabled(change is not None)
        if change is None:
            self.length.read()
            self.cost.setText("")
            return
        before = self._timetable.outlook()
        after = look_ahead(self._document.show, before, self._timetable.progress, change)
        words = cost_words(self._document.show, cost_of(before, after))
        if self.cost.text() != words:
            self.cost.setText(words)
            self.setAccessibleDescription(words)

    def _word_switch(self) -> None:
        """Say by words what GO will fire of it."""
        on = self.with_cue.isChecked()
        self.with_cue.setText(self.tr("With a cue") if on else self.tr("Heading only"))
        self._show_cost()

    def commit(self) -> None:
        """Drop the item in, and let the standby find it."""
        change = self.change
        if change is None:
            return
        self._document.changed.disconnect(self.reject)
        name = self.tr("Drop in {title}").format(title=" ".join(self.title.text().split()) or self.tr("Item"))
        if not self._document.drop_in(name, change):
            self._document.changed.connect(self.reject)
            return
        row = self._cue_id if self.with_cue.isChecked() else self._segment_id
        self._selection.select([row], row)
        places, snapshot = self._document.show.positions, self._client.snapshot
        standby = places.get(snapshot.standby or "", len(places))
        if self._in_run and standby > places[row] and not snapshot.stood_by:
            self._client.do(ev.Jump(_NOW, row))
        self.accept()

    def showEvent(self, event: QShowEvent) -> None:
        """Stand over the rundown: NOW, the words and GO stay in sight."""
        super().showEvent(event)
        place_over_rundown(self, self._themes.theme)
        self.title.setFocus()
