"""The line that opens in a cell of the rundown, and the words under it when it cannot be read.

Owns one edit in place: what was typed stays until it is taken, or given up with Escape. Reads nothing
itself: whoever opens it hands in `take`, which raises `CellError` with the sentence to show.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from showcaller.gui.cell_edits import CellError
from showcaller.gui.theme import Theme

IDLE_IN_LIVE_MS = 8000
"""In LIVE a field commits and closes this long after its last key."""


class CellEditor(QLineEdit):
    """One cell, open. `finished` says that it may close, and where the keyboard goes from here."""

    finished = Signal(int, int)
    """Rows down and columns right that the keyboard moves on by."""

    def __init__(
        self, theme: Theme, row_id: str, field: str, take: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.row_id = row_id
        self.field = field
        self._take = take
        self._done = False
        self._sentence = QLabel(parent)
        self._sentence.setObjectName("cell-problem")
        self._sentence.setWordWrap(True)
        self._sentence.setStyleSheet(
            f"background: {theme.raised.name()}; border: 1px solid {theme.live.name()};"
            f"border-radius: {theme.px(4)}px; padding: {theme.px(4)}px {theme.px(8)}px;"
            f"color: {theme.text.name()}; font-size: {theme.px(13)}px;"
        )
        self._sentence.hide()
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_IN_LIVE_MS)
        self._idle.timeout.connect(self._finish_idle)
        self.setStyleSheet(
            f"QLineEdit {{ padding: 0 {theme.px(5)}px; border-radius: {theme.px(4)}px;"
            f"border: 1px solid {theme.info.name()}; background: {theme.background.name()}; }}"
        )
        self.textEdited.connect(self._clear_sentence)

    def close_when_idle(self) -> None:
        """LIVE: take what was typed and close when the keys have rested."""
        self._idle.start()
        self.textEdited.connect(lambda _text: self._idle.start())

    @property
    def sentence(self) -> str:
        """What stands under the cell, or nothing."""
        return self._sentence.text()

    def finish(self, down: int = 0, right: int = 0) -> bool:
        """Take what was typed; False, with the reason in words, where it cannot be taken."""
        if self._done:
            return True
        try:
            self._take(self.text())
        except CellError as error:
            self._show_sentence(str(error))
            return False
        self._end(down, right)
        return True

    def _finish_idle(self) -> None:
        self.finish()

    def give_up(self) -> None:
        """Close and leave the cell as it was."""
        self._end(0, 0)

    def _end(self, down: int, right: int) -> None:
        self._done = True
        self._idle.stop()
        self._sentence.hide()
        self.finished.emit(down, right)

    def _show_sentence(self, sentence: str) -> None:
        self._sentence.setText(sentence)
        self.setAccessibleDescription(sentence)
        self._place_sentence()
        self._sentence.show()
        self._sentence.raise_()

    def _clear_sentence(self) -> None:
        self._sentence.hide()
        self._sentence.clear()
        self.setAccessibleDescription("")

    def _place_sentence(self) -> None:
        around = self.parentWidget()
        if around is None:
            return
        width = min(max(self.width(), 320), around.width() - 16)
        self._sentence.setFixedWidth(width)
        self._sentence.adjustSize()
        left = max(8, min(self.x(), around.width() - width - 8))
        below = self.geometry().bottom() + 4
        if below + self._sentence.height() > around.height():
            below = self.y() - self._sentence.height() - 4
        self._sentence.move(QPoint(left, below))

    def moveEvent(self, event: QMoveEvent) -> None:
        """Keep the sentence with the cell when the table scrolls."""
        super().moveEvent(event)
        self._place_sentence()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the sentence as wide as fits."""
        super().resizeEvent(event)
        self._place_sentence()

    def event(self, event: QEvent) -> bool:
        """Tab moves on to the next cell instead of out of the table."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Tab:
                self.finish(right=1)
                return True
            if event.key() == Qt.Key.Key_Backtab:
                self.finish(right=-1)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes and goes down, with Shift up; Escape gives up."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.finish(down=-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.give_up()
        elif event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.finish(down=1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Going elsewhere takes what was typed; what cannot be taken stays open, nothing is lost."""
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self.finish()

    def discard(self) -> None:
        """Take the sentence away with the editor."""
        self._done = True
        self._sentence.hide()
        self._sentence.deleteLater()
