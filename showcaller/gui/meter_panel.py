"""The audio meters: one strip for each input of every device that reports levels.

Owns which inputs there are, the frame timer, and the clip lights' reset. Levels are asked for only while
the panel can be seen; the timer runs only while something moves; only strips that changed by a pixel are
painted. Never talks to a device.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import (
    QHelpEvent,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from showcaller.core.messages import LevelsView
from showcaller.core.meters import Pulse, beat
from showcaller.core.times import Instant
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.meter_strips import Board, Strip, read_strips
from showcaller.gui.selection import Selection
from showcaller.gui.theme import ThemeHolder

if TYPE_CHECKING:
    from showcaller.gui.meter_levels import DeviceLevels

FRAME_MS = 16
LATE_FRAME_NS = 80_000_000
GONE_AFTER_NS = 10_000_000_000
"""An input that its device no longer reports keeps its grey strip for so long."""


class MeterBank(QWidget):
    """The strips, painted as one widget."""

    def __init__(self, document: Document, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._themes = themes
        self._strips: list[Strip] = []
        self._levels: dict[str, DeviceLevels] = {}
        self._pulses: dict[str, Pulse] = {}
        self._board = Board(themes.theme, self.size(), ())
        self.frames = 0
        """Frames since it was made, painted or found unchanged; for measurements."""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Audio levels"))
        themes.changed.connect(self._lay_out)

    @property
    def strips(self) -> tuple[Strip, ...]:
        """The strips in their order."""
        return tuple(self._strips)

    @property
    def is_compact(self) -> bool:
        """Say whether the strips lie down."""
        return self._board.compact

    def sizeHint(self) -> QSize:
        """Return room for eight strips."""
        px = self._themes.theme.px
        return QSize(px(420), px(200))

    def minimumSizeHint(self) -> QSize:
        """Return what one row of slim bars takes."""
        px = self._themes.theme.px
        return QSize(px(120), px(30))

    def hear(self, view: LevelsView) -> bool:
        """Take a device's levels; say whether they are new."""
        pulse = self._pulses.get(view.device, Pulse())
        if pulse.last_at is not None and view.engine_at <= pulse.last_at:
            return False
        at = view.engine_at
        self._pulses[view.device] = beat(pulse, at)
        levels = self._levels.get(view.device)
        if levels is None:
            # Late: NumPy takes its time to load, and until the first levels nobody needs it.
            from showcaller.gui.meter_levels import DeviceLevels

            levels = self._levels[view.device] = DeviceLevels()
        changed = levels.hear(view.inputs, at)
        kept = [
            (name, count)
            for name, (first, count) in levels.places.items()
            if at - int(levels.heard_at[first]) <= GONE_AFTER_NS
        ]
        if len(kept) < len(levels.places):
            levels.arrange(kept)
            changed = True
        if changed:
            self._gather()
        read_strips([strip for strip in self._strips if strip.levels is levels], levels)
        return True

    def _gather(self) -> None:
        """Have one strip for each input, device by device, and place them."""
        self._strips = [
            Strip(device, name, levels, first, count)
            for device, levels in self._levels.items()
            for name, (first, count) in levels.places.items()
        ]
        for levels in self._levels.values():
            read_strips([strip for strip in self._strips if strip.levels is levels], levels)
        self._lay_out()

    def forget(self, kept: set[str]) -> None:
        """Drop the strips of devices that are not in the show any more."""
        gone = [device for device in self._levels if device not in kept]
        for device in gone:
            del self._levels[device], self._pulses[device]
        if gone:
            self._gather()

    def hush(self, devices: Iterable[str]) -> None:
        """Know nothing any more of the levels of these devices: their strips turn grey at once."""
        known = [levels for device in devices if (levels := self._levels.get(device)) is not None]
        if any(levels.heard_at.any() for levels in known):
            for levels in known:
                levels.heard_at[:] = 0
            self.advance(Instant(time.monotonic_ns()))

    def advance(self, at: Instant) -> bool:
        """Show the levels as they are at `at`; say whether anything can still move."""
        self.frames += 1
        for row in self._board.board_rows:
            for rect in row.advance(self._pulses, at):
                self.update(rect)
        return not all(strip.shown.silent for strip in self._board.strips)

    def reset_clips(self, strip: Strip | None = None) -> None:
        """Put out the clip light of a strip, or all."""
        for one in self._strips if strip is None else (strip,):
            one.levels.clipped[one.first : one.first + one.count] = False
            one.read = one.read._replace(clipped=False)
        self.advance(Instant(time.monotonic_ns()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the strips anew."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is exposed."""
        painter = QPainter(self)
        self._board.paint(painter, event.region())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Reset the clip light of the strip that was clicked; with Shift, all."""
        strip = self._strip_at(event.position().toPoint())
        if strip is not None:
            everywhere = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.reset_clips(None if everywhere else strip)

    def event(self, event: QEvent) -> bool:
        """Tell what a strip is when the mouse rests on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            strip = self._strip_at(event.pos())
            if strip is not None:
                QToolTip.showText(event.globalPos(), self._tell(strip), self, strip.cell)
                return True
        return super().event(event)

    def _strip_at(self, point: QPoint) -> Strip | None:
        return self._board.at(point.x(), point.y())

    def _tell(self, strip: Strip) -> str:
        device = self._document.show.device(strip.device)
        text = f"{device.name if device else strip.device} · {strip.name}"
        if strip.shown.silent:
            return self.tr("{input}: no data").format(input=text)
        if strip.shown.muted:
            return self.tr("{input}: muted, and there is signal").format(input=text)
        if strip.shown.clipped:
            return self.tr("{input}: clipped. Click resets the light, Shift+click all.").format(input=text)
        return text

    def _lay_out(self) -> None:
        self._board = Board(self._themes.theme, self.size(), self._strips)
        self.setAccessibleDescription(", ".join(strip.name for strip in self._board.strips))
        if self._board.strips:
            self.advance(Instant(time.monotonic_ns()))
        self.update()


class MeterPanel(QWidget):
    """The meters with their timer, and what to do while there are none."""

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        del selection
        self._document = document
        self._client = client
        self._themes = themes
        self.setObjectName("meters")
        self.bank = MeterBank(document, themes, self)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.bank)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._advance)
        self._ill: frozenset[str] = frozenset()
        self._framed_at = 0
        client.levels_changed.connect(self._hear)
        client.snapshot_changed.connect(self._see_health)
        client.link_changed.connect(self._see_health)
        document.changed.connect(self._keep_devices)
        themes.changed.connect(self._dress)
        self._dress()

    @property
    def is_running(self) -> bool:
        """Say whether the frame timer runs."""
        return self._timer.isActive()

    @property
    def hint(self) -> str:
        """What to do while there are no meters; empty while there are."""
        if self.bank.strips:
            return ""
        if not self._document.show.devices:
            return self.tr("No levels yet. Add OBS to see its audio.")
        return self.tr("No levels yet. They appear when OBS is ready.")

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for levels."""
        super().showEvent(event)
        self._client.listen_to_levels(wanted=True)
        if self.bank.strips:
            # What was shown when it was hidden may be long past.
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop asking."""
        super().hideEvent(event)
        self._timer.stop()
        self._client.listen_to_levels(wanted=False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what to do while there are no meters."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._themes.theme.panel)
        if hint := self.hint:
            painter.setFont(self._themes.theme.secondary())
            painter.setPen(self._themes.theme.dim)
            margin = self._themes.theme.px(12)
            box = self.rect().adjusted(margin, 0, -margin, 0)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), hint)
        painter.end()

    def _dress(self) -> None:
        px = self._themes.theme.px
        self._layout.setContentsMargins(px(8), px(6), px(8), px(4))
        self.bank.setVisible(bool(self.bank.strips))
        self.update()

    def _keep_devices(self, _change: object) -> None:
        self.bank.forget({device.id for device in self._document.show.devices})
        self.bank.setVisible(bool(self.bank.strips))
        self.update()

    def _see_health(self) -> None:
        """Turn grey what comes from a device that is not there any more."""
        connected = self._client.connected
        views = self._client.snapshot.devices
        ill = frozenset(view.id for view in views if view.health != "ready" or not connected)
        if ill != self._ill:
            self._ill = ill
            self.bank.hush(ill)

    def _hear(self) -> None:
        if not self.isVisible():
            return
        heard = [view for view in self._client.levels.values() if view.device not in self._ill]
        fresh = [self.bank.hear(view) for view in heard]
        if not any(fresh):
            return
        if self.bank.isHidden() and self.bank.strips:
            self.bank.show()
            self.update()
        if not self._timer.isActive():
            self._timer.start()

    def _advance(self) -> None:
        now = time.monotonic_ns()
        late, self._framed_at = now - self._framed_at > LATE_FRAME_NS, now
        if late:
            # The window itself stood still: what was reported meanwhile has not been read yet.
            return
        if not self.bank.advance(Instant(now)):
            self._timer.stop()
