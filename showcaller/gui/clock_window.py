"""The clocks for others: a black window in two colours that is read at fifteen metres.

Owns what stands there: time to air, or what is left of the segment, and below it the next hard point and
the time of day. It goes full screen on another monitor where there is one. Knows no engine but by the client.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from showcaller.core.clocks import read_clocks
from showcaller.core.show import Segment
from showcaller.core.times import Duration, TimeTextError, load_zone, time_of_day_at
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.mode_bar import clock_text
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

_LOOK_MS = 100
_INK = QColor("#FFFFFF")
_ALARM = QColor("#F2B134")
_GROUND = QColor("#000000")


class ClockWindow(QWidget):
    """See the module's law."""

    def __init__(
        self,
        document: Document,
        client: Client,
        themes: ThemeHolder,
        timetable: Timetable,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._document, self._client = document, client
        self._themes, self._timetable = themes, timetable
        self.setWindowTitle(self.tr("Clocks"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.resize(960, 540)
        self.lines: tuple[str, str, str, bool] = ("", "", "", False)
        """Label, figures, the line below, and whether the figures are late."""
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def show_on_other_screen(self) -> None:
        """Fill another monitor than the desk's, or open as a window where there is but one."""
        parent = self.parentWidget()
        here = parent.screen() if parent is not None else self.screen()
        others = [screen for screen in QGuiApplication.screens() if screen is not here]
        if others:
            self.setGeometry(others[0].geometry())
            self.showFullScreen()
        else:
            self.show()

    def look(self) -> None:
        """Read the clocks, and paint where a digit changed."""
        lines = self._read()
        if lines != self.lines:
            self.lines = lines
            self.setAccessibleName(" ".join(lines[:3]))
            self.update()

    def _read(self) -> tuple[str, str, str, bool]:
        snapshot = self._client.snapshot
        now = self._client.show_now()
        try:
            zone = load_zone(self._document.show.zone)
            outlook = self._timetable.outlook()
        except TimeTextError as error:
            return str(error), "", "", False
        in_run = snapshot.mode != "edit"
        started_at = snapshot.started_at if in_run else None
        readings = read_clocks(outlook, started_at, snapshot.segment_started_at if in_run else None, now)
        below = str(time_of_day_at(now, zone))[:8]
        if in_run and readings.next_point is not None and readings.next_point_left is not None:
            point = readings.next_point
            name = self.tr("HARD OUT") if point.kind == "out" else point.page
            below = f"{name} {clock_text(readings.next_point_left)}   {below}"
        left = readings.segment_left
        if in_run and left is not None:
            row = self._document.show.row(snapshot.segment or "")
            title = row.title if isinstance(row, Segment) else ""
            return f"{readings.segment_page} {title}".strip(), clock_text(left), below, left < 0
        if readings.on_air is not None and readings.on_air < 0:
            return self.tr("TO AIR"), clock_text(Duration(-readings.on_air)), below, False
        return self._document.show.title, str(time_of_day_at(now, zone))[:8], "", False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the three lines as large as they fit."""
        label, figures, below, late = self.lines
        painter = QPainter(self)
        painter.fillRect(self.rect(), _GROUND)
        height, width = self.height(), self.width()
        for text, top, part, ink in (
            (label, 0.04, 0.16, _INK),
            (figures, 0.20, 0.56, _ALARM if late else _INK),
            (below, 0.78, 0.16, _INK),
        ):
            font = self._themes.theme.mono(10) if text is not label else self._themes.theme.words(10)
            font.setPixelSize(max(8, int(height * part * 0.9)))
            wide = QFontMetricsF(font).horizontalAdvance(text)
            if wide > width * 0.94:
                font.setPixelSize(max(8, int(font.pixelSize() * width * 0.94 / wide)))
            painter.setFont(font)
            painter.setPen(ink)
            area = QRectF(0, height * top, width, height * part)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def showEvent(self, event: QShowEvent) -> None:
        """Look while somebody can see it."""
        super().showEvent(event)
        self.look()
        self._timer.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop looking."""
        self._timer.stop()
        super().closeEvent(event)
