"""The switch EDIT · REHEARSE · LIVE, and buttons that want to be held.

Owns the gesture: a press asks for a mode at once, but while LIVE the other two want to be held for a second
before they ask. Knows no engine: whoever listens to `asked` asks the operator and the engine.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from showcaller.core.events import Mode
from showcaller.gui.go_key import LET_GO_MS
from showcaller.gui.shortcuts import shortcut
from showcaller.gui.theme import ThemeHolder

HOLD_MS = 1000
MODES: tuple[Mode, ...] = ("edit", "rehearse", "live")


class HoldButton(QPushButton):
    """A button that acts when it has been held for a second; a shorter press is told, and does nothing."""

    held = Signal()
    released_early = Signal()

    def __init__(
        self, words: str, themes: ThemeHolder, parent: QWidget | None = None, milliseconds: int = HOLD_MS
    ) -> None:
        super().__init__(words, parent)
        self._themes = themes
        self._milliseconds = milliseconds
        self._since: float | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(30)
        self._tick.timeout.connect(self._advance)
        self._let_go = QTimer(self)
        self._let_go.setSingleShot(True)
        self._let_go.setInterval(LET_GO_MS)
        self._let_go.timeout.connect(self.end)
        self.pressed.connect(self.begin)
        self.released.connect(self.end)

    @property
    def wants_hold(self) -> bool:
        """Whether a press must be held."""
        return self._milliseconds > 0

    def set_hold(self, milliseconds: int) -> None:
        """Say how long it must be held; 0 acts at the press."""
        self._milliseconds = milliseconds

    def begin(self) -> None:
        """The button, or its key, went down."""
        self._let_go.stop()
        if self._since is not None:
            return
        if not self.wants_hold:
            self.held.emit()
            return
        self._since = time.monotonic()
        self._tick.start()
        self.update()

    def end(self) -> None:
        """The button, or its key, came up."""
        if self._since is not None:
            self._since = None
            self._tick.stop()
            self.update()
            self.released_early.emit()

    def end_key(self) -> None:
        """Its key came up, unless it comes down again at once: auto-repeat that nobody marked."""
        if self._since is not None:
            self._let_go.start()

    @property
    def share(self) -> float:
        """How much of the hold has passed, 0 to 1."""
        if self._since is None:
            return 0.0
        return min(1.0, (time.monotonic() - self._since) * 1000 / self._milliseconds)

    def _advance(self) -> None:
        if self.share >= 1:
            self._since = None
            self._tick.stop()
            self.held.emit()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter holds as the mouse does; Space is GO everywhere."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.begin()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """See `keyPressEvent`."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.end_key()
        else:
            super().keyReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, and how much of the hold has passed."""
        super().paintEvent(event)
        if self.share > 0:
            painter = QPainter(self)
            painter.fillRect(
                QRectF(0, self.height() - 4, self.width() * self.share, 4), self._themes.theme.live
            )


class _Segment(HoldButton):
    """One third of the switch."""

    def __init__(self, mode: Mode, themes: ThemeHolder, parent: QWidget) -> None:
        super().__init__(mode.upper(), themes, parent, 0)
        self.mode: Mode = mode
        self.current = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = shortcut(f"mode_{mode}")
        self.setToolTip(f"{row.words} ({row.key_text})\n{row.tip}")

    def sizeHint(self) -> QSize:
        """As wide as its word in bold, with room."""
        theme = self._themes.theme
        width = self._metrics_width() + theme.px(30) + (theme.px(18) if self.mode == "live" else 0)
        return QSize(width, theme.px(38))

    def _metrics_width(self) -> int:
        return QFontMetrics(self._font()).horizontalAdvance(self.text())

    def _font(self) -> QFont:
        font = self._themes.theme.words(14, QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        return font

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the segment: the one in use is filled with its mode's colour."""
        theme = self._themes.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.current:
            fill = {"edit": theme.dim, "rehearse": theme.standby, "live": theme.live}[self.mode]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(area, theme.px(7), theme.px(7))
        text = QColor(Qt.GlobalColor.white) if self.current and self.mode == "live" else theme.text
        if self.current and self.mode != "live":
            text = theme.background
        elif not self.current:
            text = theme.text if self.underMouse() else theme.info
        if self.hasFocus():
            painter.setPen(QPen(theme.info, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, theme.px(7), theme.px(7))
        if self.share > 0:
            hold = QRectF(area.left(), area.bottom() - theme.px(4), area.width() * self.share, theme.px(4))
            painter.fillRect(hold, theme.text)
        painter.setFont(self._font())
        painter.setPen(text)
        if self.mode == "live":
            radius = theme.px(4)
            left = area.center().x() - self._metrics_width() / 2 - theme.px(2)
            painter.setBrush(text if self.current else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(left, area.center().y()), radius, radius)
            area.adjust(theme.px(18), 0, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.text())


class ModeSwitch(QWidget):
    """The three segments."""

    asked = Signal(str)
    noticed = Signal(str, str)

    def __init__(self, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self.setAccessibleName(self.tr("Mode"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        self.segments = {mode: _Segment(mode, themes, self) for mode in MODES}
        for mode, segment in self.segments.items():
            layout.addWidget(segment)
            segment.held.connect(self._asker(mode))
            segment.released_early.connect(self._say_hold)
        themes.changed.connect(self._restyle)
        self.show_mode("edit")

    def _restyle(self) -> None:
        """Its words are wider or narrower now."""
        for segment in self.segments.values():
            segment.updateGeometry()

    def _asker(self, mode: Mode) -> Callable[[], None]:
        def ask() -> None:
            if not self.segments[mode].current:
                self.asked.emit(mode)

        return ask

    def _say_hold(self) -> None:
        self.noticed.emit("notice", self.tr("To leave LIVE, hold for one second."))

    def show_mode(self, mode: Mode) -> None:
        """Show the mode in use; in LIVE the others want to be held."""
        for segment in self.segments.values():
            segment.current = segment.mode == mode
            segment.set_hold(HOLD_MS if mode == "live" and not segment.current else 0)
            state = self.tr("in use") if segment.current else ""
            segment.setAccessibleName(f"{segment.text()} {state}".strip())
            segment.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground on which the segments lie."""
        theme = self._themes.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(theme.background)
        ground.setAlphaF(0.45)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), theme.px(8), theme.px(8))
