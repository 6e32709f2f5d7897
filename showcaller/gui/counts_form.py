"""What a show counts in and out, and how many of the last numbers are silent.

Owns these fields. Part of the show's properties; changes nothing by itself.
"""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from showcaller.core.show import Counts
from showcaller.gui.choice_boxes import Drop
from showcaller.gui.dialog_fields import Labelled
from showcaller.gui.form_widgets import Switch
from showcaller.gui.theme import ThemeHolder

MOST_SILENT = 10


class CountsForm(QWidget):
    """See the module's law."""

    def __init__(self, counts: Counts, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes = {
            "air": Switch(themes, self.tr("into on air")),
            "hard": Switch(themes, self.tr("into hard starts")),
            "cues": Switch(themes, self.tr("into timed cues")),
            "clips": Switch(themes, self.tr("out of clips")),
            "segments": Switch(themes, self.tr("out of segments")),
        }
        wanted = QGridLayout()
        wanted.setHorizontalSpacing(24)
        for place, (name, box) in enumerate(self.boxes.items()):
            box.setChecked(getattr(counts, name))
            wanted.addWidget(box, place // 3, place % 3)
        wanted.setColumnStretch(2, 1)
        head = QLabel(self.tr("Counts: 2:00, 1:00, 30, 15, 10, 9 … 1"))
        head.setProperty("role", "dim")
        self.silent_in = self._silent(themes, counts.silent_in)
        self.silent_out = self._silent(themes, counts.silent_out)
        silent = QHBoxLayout()
        silent.setSpacing(16)
        silent.addWidget(Labelled(self.tr("Silent into a start"), self.silent_in), 1)
        silent.addWidget(Labelled(self.tr("Silent out of a clip or segment"), self.silent_out), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(head)
        column.addLayout(wanted)
        column.addLayout(silent)

    def _silent(self, themes: ThemeHolder, value: int) -> Drop:
        drop = Drop(themes)
        for number in sorted({*range(MOST_SILENT + 1), value}):
            drop.addItem(
                self.tr("the last {number}").format(number=number) if number else self.tr("none"), number
            )
        drop.setCurrentIndex(drop.findData(value))
        return drop

    def read(self) -> Counts:
        """Return the counts as they stand here."""
        wanted = {name: box.isChecked() for name, box in self.boxes.items()}
        return Counts(
            silent_in=self.silent_in.currentData(), silent_out=self.silent_out.currentData(), **wanted
        )
