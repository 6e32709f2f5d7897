"""A note, written while the show goes on: stamped with the moment of the key press, kept with a cue.

Owns the little field and its clock: eight seconds after the last key it keeps what stands there and closes,
so that Space is GO again. The note joins the notes of the row that was called last, as one edit, which is
allowed in LIVE; while a run goes on the as-run keeps it too, with the time of the key press.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from showcaller.core import edits, messages
from showcaller.core.times import Instant, ShowTime, TimeTextError, load_zone, time_of_day_at
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.over_rundown import frame_of
from showcaller.gui.questions import name_of
from showcaller.gui.theme import ThemeHolder

CLOSES_AFTER_MS = 8000


class NotePopup(QFrame):
    """See the module's law."""

    def __init__(
        self, document: Document, client: Client, themes: ThemeHolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._themes = document, client, themes
        self._row: str | None = None
        self._stamp = ""
        self._pressed_at = Instant(0)
        self.setObjectName("note")
        self.label = QLabel()
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Note"))
        self.field.setPlaceholderText(self.tr("Note. Enter keeps it, Esc does not."))
        self.field.returnPressed.connect(self.commit)
        layout = QHBoxLayout(self)
        layout.addWidget(self.label)
        layout.addWidget(self.field, 1)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(CLOSES_AFTER_MS)
        self._clock.timeout.connect(self.commit)
        self.field.textEdited.connect(lambda _text: self._clock.start())
        self.hide()

    def open(self, row_id: str | None) -> bool:
        """Open for a note on a row, stamped now; return whether there is such a row."""
        row = self._document.show.row(row_id) if row_id else None
        if row is None:
            return False
        self._row = row.id
        self._pressed_at = self._client.monotonic_now()
        self._stamp = self._time(self._client.show_now())
        self.label.setText(f"{self._stamp}  {name_of(self._document.show, row.id)}")
        self.field.clear()
        theme = self._themes.theme
        self.setStyleSheet(frame_of("note", theme.info, theme))
        parent = self.parentWidget()
        if parent is not None:
            width = min(theme.px(760), parent.width() - 40)
            height = theme.px(56)
            self.setGeometry(
                (parent.width() - width) // 2, parent.height() - height - theme.px(48), width, height
            )
        self.show()
        self.raise_()
        self.field.setFocus()
        self._clock.start()
        return True

    def _time(self, at: ShowTime) -> str:
        try:
            return str(time_of_day_at(at, load_zone(self._document.show.zone)))[:8]
        except TimeTextError:
            return ""

    def commit(self) -> None:
        """Keep what was written, and close."""
        text = self.field.text().strip()
        row = self._document.show.row(self._row) if self._row else None
        if text and row is not None:
            line = f"{self._stamp} {text}".strip()
            notes = f"{row.notes}\n{line}" if row.notes else line
            change = edits.edit(self._document.show, row.id, notes=notes)
            self._document.edit(self.tr("Note"), change)
            if self._client.snapshot.mode != "edit":
                self._client.request(messages.AddNote(0, text, row.id, self._pressed_at))
        self.close_note()

    def close_note(self) -> None:
        """Close, and give the keyboard back."""
        self._clock.stop()
        self._row = None
        if self.isVisible():
            self.hide()
            window = self.window()
            window.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes and keeps nothing."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_note()
        else:
            super().keyPressEvent(event)
