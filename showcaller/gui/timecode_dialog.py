"""Where timecode comes in: the MIDI port, its rate, an offset, and how long the show freewheels.

Owns the form; what was changed becomes one undo step of the document. It shows how the timecode stands now.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import edits
from showcaller.core.show import TimecodeInput
from showcaller.core.timecode import MTC_RATES, read_offset
from showcaller.gui.choice_boxes import Drop
from showcaller.gui.client import Client
from showcaller.gui.dialog_fields import Labelled, ReadField
from showcaller.gui.document import Document
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timecode_words import place_text, state_words

LONGEST_FREEWHEEL = 1000
"""Frames: half a minute is no drop-out any more."""


def read_frames(text: str) -> int:
    """Read a number of frames.

    Raises:
        ValueError: It is none; the sentence says what is.
    """
    if not text.isdecimal() or int(text) > LONGEST_FREEWHEEL:
        raise ValueError(f"Write a number of frames from 0 to {LONGEST_FREEWHEEL}.")
    return int(text)


class TimecodeDialog(QDialog):
    """See the module's law."""

    def __init__(
        self, document: Document, client: Client, themes: ThemeHolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._client = document, client
        settings, theme = document.show.timecode, themes.theme
        self.setWindowTitle(self.tr("Timecode"))
        self.setMinimumWidth(theme.px(560))
        self.port = ReadField(
            self.tr("MIDI input"),
            settings.port,
            str,
            self.tr("The whole name of the port. Empty: off."),
            placeholder=self.tr("Studio tape:MTC"),
        )
        names = sorted({name for lists in document.inventories.values() for name in lists.get("inputs", ())})
        completer = QCompleter(names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.port.line.setCompleter(completer)
        self.rate = Drop(themes)
        for name, rate in MTC_RATES.items():
            drop = self.tr(", drop-frame") if rate.dropped else ""
            self.rate.addItem(self.tr("{rate} a second").format(rate=name) + drop, name)
        self.rate.setCurrentIndex(self.rate.findData(settings.rate))
        self.offset = ReadField(
            self.tr("Offset"),
            settings.offset,
            read_offset,
            self.tr("Added to what comes in."),
            placeholder="-10:00:00:00",
        )
        self.freewheel = ReadField(
            self.tr("Freewheel, frames"),
            str(settings.freewheel),
            read_frames,
            self.tr("So long the show goes on when nothing comes in."),
        )
        self.state = QLabel()
        self.state.setProperty("role", "dim")
        self.state.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(16)
        rate_field = Labelled(self.tr("Frames"), self.rate, self.tr("As cues are written."))
        for field in (rate_field, self.offset, self.freewheel):
            row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        layout.addWidget(self.port)
        layout.addLayout(row)
        layout.addWidget(self.state)
        layout.addWidget(buttons)
        editable = document.can_edit(None, "timecode")
        for widget in (self.port, self.rate, self.offset, self.freewheel):
            widget.setEnabled(editable)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(editable)
        client.snapshot_changed.connect(self._show_state)
        self._show_state()

    def _show_state(self) -> None:
        view = self._client.snapshot.timecode
        if view is None:
            self.state.setText(self.tr("Timecode is off. Cues start at a timecode by their trigger."))
            return
        place = place_text(view, self._client.monotonic_now(), frames=view.zero is None)
        words = " ".join(part for part in (state_words(view), place) if part)
        self.state.setText(view.sentence or self.tr("Now: {words}").format(words=words))

    def accept(self) -> None:
        """Make what was changed one edit, if all of it can be read."""
        offset_good, offset = self.offset.read()
        freewheel_good, freewheel = self.freewheel.read()
        if not (offset_good and freewheel_good):
            return
        settings = TimecodeInput(
            port=self.port.line.text().strip(),
            rate=self.rate.currentData(),
            offset=offset or "",
            freewheel=freewheel if freewheel is not None else TimecodeInput().freewheel,
        )
        show = self._document.show
        self._document.edit(self.tr("Timecode"), edits.edit(show, show.id, timecode=settings))
        super().accept()
