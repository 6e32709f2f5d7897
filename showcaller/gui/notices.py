"""What happened and should be seen, without a dialog: one line over the foot of the window, at the left.

The words, GO and the meters at the right stay in sight; only the stop question stands in the middle. Owns
the line, how long it stays and that the newest important one wins. Nothing here takes the keyboard.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from showcaller.gui.theme import ThemeHolder

PROBLEM_MS = 8000
NOTICE_MS = 4000
OFFER_MS = 15000


class NoticeLine(QWidget):
    """A line that lies over the window for a while."""

    def __init__(self, themes: ThemeHolder, parent: QWidget) -> None:
        super().__init__(parent)
        self._themes = themes
        self.text = ""
        self.severity = ""
        self._lasting = ""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.timeout.connect(self.clear)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, severity: str, text: str) -> None:
        """Show a sentence: a `problem` longer than a `notice`, and not covered by one; an `offer` longest."""
        if self._gone.isActive() and self.severity == "problem" and severity != "problem":
            return
        self._show(severity, text)
        self._gone.start({"problem": PROBLEM_MS, "offer": OFFER_MS}.get(severity, NOTICE_MS))

    def hold(self, text: str) -> None:
        """Show a sentence until it is taken back with an empty one: the stop question."""
        self._lasting = text
        if text:
            self._gone.stop()
            self._show("stop", text)
        else:
            self.clear()

    def clear(self) -> None:
        """Take the line away."""
        self._gone.stop()
        self.text = self.severity = ""
        self.hide()

    def _show(self, severity: str, text: str) -> None:
        self.text, self.severity = text, severity
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self.update()

    def _font(self) -> QFont:
        theme = self._themes.theme
        if self.severity == "stop":
            return theme.words(28, QFont.Weight.Bold)
        return theme.words(15, QFont.Weight.Medium)

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None or not self.text:
            return
        theme = self._themes.theme
        metrics = QFontMetrics(self._font())
        asks = self.severity == "stop"
        most = parent.width() - theme.px(64) if asks else parent.width() * 2 // 3 - theme.px(24)
        area = metrics.boundingRect(0, 0, most, 400, Qt.TextFlag.TextWordWrap, self.text)
        width = min(most, area.width() + theme.px(48))
        height = area.height() + theme.px(24)
        bottom = parent.height() - theme.px(48)
        left = (parent.width() - width) // 2 if asks else theme.px(16)
        self.setGeometry(left, bottom - height, width, height)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keep to the foot of the window when that is resized."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click takes it away."""
        if not self._lasting:
            self.clear()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line."""
        theme = self._themes.theme
        edge = theme.live if self.severity in {"problem", "stop"} else theme.info
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(edge, 2))
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(8), theme.px(8))
        painter.setFont(self._font())
        painter.setPen(theme.text)
        inside = self.rect().adjusted(theme.px(16), 0, -theme.px(16), 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.text)
