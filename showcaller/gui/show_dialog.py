"""The show's own properties: name and times on one page, how it is called on another.

Owns the form; what it changed becomes one undo step of the document.
"""

from __future__ import annotations

from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLayout,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import edits
from showcaller.core.show import Cue, Overrun
from showcaller.gui.choice_boxes import Drop
from showcaller.gui.counts_form import CountsForm
from showcaller.gui.dialog_fields import (
    Labelled,
    ReadField,
    length_text,
    read_length,
    read_optional_time,
    read_zone,
)
from showcaller.gui.document import Document
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.wording_form import WordingForm


class ShowDialog(QDialog):
    """See the module's law."""

    def __init__(self, document: Document, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        show, theme = document.show, themes.theme
        self.setWindowTitle(self.tr("Show properties"))
        self.setMinimumWidth(theme.px(660))
        self.title = ReadField(self.tr("Title"), show.title, str)
        self.zone = ReadField(
            self.tr("Time zone"), show.zone, read_zone, self.tr("All times of the show are of this place.")
        )
        completer = QCompleter(sorted(available_timezones()), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.zone.line.setCompleter(completer)
        self.on_air = ReadField(
            self.tr("On air"), str(show.on_air or ""), read_optional_time, placeholder="19:30:00"
        )
        self.hard_out = ReadField(
            self.tr("Hard out"), str(show.hard_out or ""), read_optional_time, placeholder="20:00:00"
        )
        self.guard = ReadField(
            self.tr("Double-GO guard"),
            length_text(show.guard),
            read_length,
            self.tr("A GO so soon after a GO is not taken."),
        )
        self.panic = Drop(themes)
        self.panic.addItem(self.tr("None: panic only stops all"), None)
        for row in show.rundown:
            if isinstance(row, Cue):
                self.panic.addItem(f"{row.number}  {row.name}".strip(), row.id)
        self.panic.setCurrentIndex(max(0, self.panic.findData(show.panic)))
        self.overrun = self._offer_overruns(themes, show.overrun)
        self.wording = WordingForm(show, themes)
        self.counts = CountsForm(show.counts, themes)
        self.cue_lights = Drop(themes)
        self.cue_lights.addItem(self.tr("None: no cue light is lit"), None)
        for device in show.devices:
            self.cue_lights.addItem(device.name, device.id)
        self.cue_lights.setCurrentIndex(max(0, self.cue_lights.findData(show.cue_lights)))
        self.notes = QPlainTextEdit(show.notes)
        self.notes.setMinimumHeight(theme.px(90))
        self.notes.setTabChangesFocus(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.addWidget(self.title, 0, 0, 1, 2)
        grid.addWidget(self.zone, 1, 0, 1, 2)
        grid.addWidget(self.on_air, 2, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.hard_out, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.guard, 3, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Labelled(self.tr("Panic cue"), self.panic), 3, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Labelled(self.tr("An overrun"), self.overrun), 4, 0, 1, 2)
        grid.addWidget(Labelled(self.tr("Notes"), self.notes), 5, 0, 1, 2)
        self._lay_out(grid)

    def _lay_out(self, grid: QGridLayout) -> None:
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        # An error below a field makes the dialog taller, not the fields smaller.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.tabBar().setDrawBase(False)
        about, calling = QWidget(), QWidget()
        grid.setContentsMargins(0, 8, 0, 0)
        about.setLayout(grid)
        column = QVBoxLayout(calling)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.wording)
        column.addWidget(self.counts)
        help_text = self.tr("By OSC, to the stations that the departments name.")
        column.addWidget(Labelled(self.tr("Cue lights are told by"), self.cue_lights, help_text))
        column.addStretch(1)
        for page, title in ((about, self.tr("Show")), (calling, self.tr("Calling"))):
            page.setContentsMargins(0, 8, 0, 0)
            self.pages.addTab(page, title)
        layout.addWidget(self.pages)
        self.title.line.setFocus()
        layout.addSpacing(8)
        layout.addWidget(buttons)
        editable = self._document.can_edit(None, "title")
        for widget in (
            self.title,
            self.zone,
            self.on_air,
            self.hard_out,
            self.guard,
            self.panic,
            self.overrun,
            self.wording,
            self.counts,
            self.cue_lights,
        ):
            widget.setEnabled(editable)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not self._document.read_only)

    def _offer_overruns(self, themes: ThemeHolder, chosen: Overrun) -> Drop:
        drop = Drop(themes)
        drop.addItem(self.tr("moves all soft rows on"), "push")
        drop.addItem(self.tr("is made up in the gap before the next hit time"), "eat")
        drop.addItem(self.tr("is cut at the next hard start"), "keep")
        drop.setCurrentIndex(drop.findData(chosen))
        return drop

    def accept(self) -> None:
        """Make what was changed one edit, if all of it can be read."""
        read = {
            "title": self.title.read(),
            "zone": self.zone.read(),
            "on_air": self.on_air.read(),
            "hard_out": self.hard_out.read(),
            "guard": self.guard.read(),
        }
        if not all(good for good, _ in read.values()):
            self.pages.setCurrentIndex(0)
            return
        can_read, speed = self.wording.words_per_second.read()
        if not can_read:
            self.pages.setCurrentIndex(1)
            return
        values: dict[str, object] = {name: value for name, (_, value) in read.items()}
        values["panic"] = self.panic.currentData()
        values["overrun"] = self.overrun.currentData()
        values["calling"] = self.wording.calling.currentData()
        values["wording"] = self.wording.read()
        values["words_per_second"] = speed
        values["counts"] = self.counts.read()
        values["cue_lights"] = self.cue_lights.currentData()
        values["notes"] = self.notes.toPlainText()
        show = self._document.show
        self._document.edit(self.tr("Show properties"), edits.edit(show, show.id, **values))
        super().accept()
