"""The bar at the top: the mode, the show, what OBS does, and the clocks.

Owns what stands there and what folds away when the window is narrow: time of day, segment left, next hard
point and over/under always stay. It draws when a shown digit changes, not more often. Knows no engine but
by the client; modes and rates are asked for by signals.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from showcaller.core.clocks import Readings, read_clocks, to_go
from showcaller.core.messages import DeviceView
from showcaller.core.times import (
    NO_TIME,
    NS_PER_MS,
    Duration,
    TimeTextError,
    format_duration,
    load_zone,
    shift,
    time_of_day_at,
)
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.house_clock import HouseClock
from showcaller.gui.mode_switch import ModeSwitch
from showcaller.gui.rehearse_controls import RehearseControls
from showcaller.gui.selection import Selection
from showcaller.gui.shortcuts import with_key
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

DASH = "–"
COMPACT_BELOW = 1600
"""Width of the design under which labels lose what can be guessed."""


def clock_text(length: Duration | None, *, hours: bool = False) -> str:
    """Return a length as a clock shows it; with `hours` always as 00:03:41."""
    if length is None:
        return DASH
    if not hours:
        return format_duration(length)
    seconds = abs(length) // 1000
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return "−" + text if length < 0 and seconds else text


def _ahead_only(readings: Readings) -> Readings:
    point = readings.next_point_left
    out = readings.hard_out_left
    return msgspec.structs.replace(
        readings,
        next_point_left=point if point is not None and point >= 0 else None,
        hard_out_left=out if out is not None and out >= 0 else None,
    )


def over_text(over: Duration | None, *, compact: bool = False) -> str:
    """Return over or under with its arrow: `▲ +0:18 over`, `▼ −0:48 under`, `0:00`; compact without word."""
    if over is None:
        return DASH
    if abs(over) < 1000:
        return "0:00"
    text = format_duration(over, sign=True)
    if compact:
        return f"▲ {text}" if over > 0 else f"▼ {text}"
    return f"▲ {text} over" if over > 0 else f"▼ {text} under"


class ClockCell(QWidget):
    """A label and the figures below it."""

    clicked = Signal()

    def __init__(self, themes: ThemeHolder, sample: str, pixels: float = 25) -> None:
        super().__init__()
        self._themes, self._pixels = themes, pixels
        self.sample = sample
        """The widest text that is expected."""
        self.label = QLabel()
        self.figures = QLabel()
        for part in (self.label, self.figures):
            part.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.label)
        layout.addWidget(self.figures)
        self._colour: QColor | None = None
        self._shown: tuple[str, str] | None = None
        self.restyle()

    def restyle(self) -> None:
        """Take the theme's typefaces; the width is that of the widest text, so that nothing jumps."""
        theme = self._themes.theme
        self.label.setFont(theme.label())
        font = theme.mono(self._pixels, QFont.Weight.Medium)
        self.figures.setFont(font)
        self.setMinimumWidth(QFontMetrics(font).horizontalAdvance(self.sample))
        self._paint_in(self._colour)

    def _paint_in(self, colour: QColor | None) -> None:
        theme = self._themes.theme
        self._colour = colour
        mono = theme.mono(self._pixels)
        self.label.setStyleSheet(f"color: {theme.info.name()}; font-size: {theme.px(12)}px;")
        self.figures.setStyleSheet(
            f'color: {(colour or theme.text).name()}; font-family: "{mono.family()}";'
            f" font-size: {mono.pixelSize()}px; font-weight: 500;"
        )

    def show_text(self, label: str, figures: str, colour: QColor | None = None) -> None:
        """Show a label and figures, if they are others."""
        if (label, figures) != self._shown:
            self._shown = label, figures
            self.label.setText(label)
            self.figures.setText(figures)
            self.setAccessibleName(f"{label}: {figures}")
        if colour != self._colour:
            self._paint_in(colour)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say that it was clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


class ModeBar(QWidget):
    """See the module's law."""

    mode_asked = Signal(str)
    menu_asked = Signal()
    over_asked = Signal()
    """Over or under was clicked."""
    noticed = Signal(str, str)

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        timetable: Timetable,
        house: HouseClock,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._themes = document, client, themes
        self._timetable, self._house = timetable, house
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.menu_button = QToolButton()
        self.menu_button.setText("☰")
        self.menu_button.setProperty("role", "quiet")
        self.menu_button.setToolTip(with_key(self.tr("Menu"), "menu"))
        self.menu_button.setAccessibleName(self.tr("Menu"))
        self.menu_button.clicked.connect(self.menu_asked)
        self.switch = ModeSwitch(themes)
        self.switch.asked.connect(self.mode_asked)
        self.switch.noticed.connect(self.noticed)
        self.title = _Elided()
        self.title.setMinimumWidth(40)
        self.picture = QLabel()
        self.picture.setTextFormat(Qt.TextFormat.RichText)
        self.rehearse = RehearseControls(document, client, selection, themes)
        self.rehearse.noticed.connect(self.noticed)
        self.on_air = ClockCell(themes, "00:00:00")
        self.segment = ClockCell(themes, "−00:00")
        self.point = ClockCell(themes, "0:00:00")
        self.hard_out = ClockCell(themes, "0:00:00")
        self.over = ClockCell(themes, "▼ −0:00 under")
        self.now = ClockCell(themes, "00:00:00", 31)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 16, 8)
        layout.setSpacing(16)
        for widget in (self.menu_button, self.switch):
            layout.addWidget(widget)
        layout.addWidget(self.title, 1)
        layout.addWidget(self.picture)
        layout.addWidget(self.rehearse)
        self._cells = (self.on_air, self.segment, self.point, self.hard_out, self.over, self.now)
        for cell in self._cells:
            layout.addWidget(cell)
        self.over.setCursor(Qt.CursorShape.PointingHandCursor)
        self.over.setToolTip(with_key(self.tr("Buy time back"), "buy_back"))
        self.over.clicked.connect(self.over_asked)
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.setTimerType(Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._pass_time)
        document.changed.connect(self._show_all)
        client.snapshot_changed.connect(self._take_snapshot)
        client.link_changed.connect(self._show_all)
        timetable.changed.connect(self._pass_time)
        house.changed.connect(self._pass_time)
        themes.changed.connect(self._restyle)
        self._point_is_out = False
        self._compact = False
        self._shown: object = None
        self._restyle()

    def sizeHint(self) -> QSize:
        """The bar is 64 px high."""
        return QSize(1200, self._themes.theme.px(64))

    def minimumSizeHint(self) -> QSize:
        """It folds: any width will do."""
        return QSize(600, self._themes.theme.px(64))

    def _restyle(self) -> None:
        theme = self._themes.theme
        self.setFixedHeight(theme.px(64))
        self.title.setFont(theme.words(18, QFont.Weight.DemiBold))
        self.title.setStyleSheet(f"font-size: {theme.px(18)}px; font-weight: 600;")
        self.picture.setStyleSheet(f"font-size: {theme.px(13)}px; font-weight: 500;")
        for cell in self._cells:
            cell.restyle()
        self._show_all()

    def _take_snapshot(self) -> None:
        """Show a snapshot; what does not concern the bar leaves it alone."""
        snapshot = self._client.snapshot
        shown = (snapshot.mode, snapshot.rate, snapshot.segment, self._picture_text())
        if shown != self._shown:
            self._shown = shown
            self._show_all()
        else:
            self._pass_time()

    def _show_all(self, _change: object = None) -> None:
        show, snapshot = self._document.show, self._client.snapshot
        self.switch.show_mode(snapshot.mode)
        self.title.set_words(show.title or self.tr("Untitled show"))
        self.picture.setText(self._picture_text())
        self.rehearse.setVisible(snapshot.mode == "rehearse")
        self._pass_time()
        self._fold()
        self.update()

    def _pass_time(self) -> None:
        """Show the clocks, and come again when a digit changes."""
        try:
            zone = load_zone(self._document.show.zone)
            outlook = self._timetable.outlook()
        except TimeTextError:
            return
        snapshot = self._client.snapshot
        now = self._client.show_now()
        in_run = snapshot.mode != "edit"
        readings = read_clocks(
            outlook,
            snapshot.started_at if in_run else None,
            snapshot.segment_started_at if in_run else None,
            now,
        )
        self._show_readings(readings, in_run=in_run)
        place = self._document.show.zone.rpartition("/")[2].replace("_", " ").upper()
        pretended = snapshot.mode == "rehearse"
        label = self.tr("PRETENDED · {place}").format(place=place) if pretended else place
        if pretended and self._compact:
            label = self.tr("PRETENDED")
        offset = NO_TIME if pretended else self._house.offset
        if offset:
            label = self.tr("{place} · HOUSE").format(place=place)
        self.now.show_text(label, str(time_of_day_at(shift(now, offset), zone))[:8])
        if self.isVisible() and snapshot.rate != 0:
            self._tick.start(self._until_next_digit(now, snapshot.rate, snapshot.started_at, offset))
        else:
            self._tick.stop()

    @staticmethod
    def _until_next_digit(now: int, rate: float, started_at: int | None, offset: Duration = NO_TIME) -> int:
        """Milliseconds until a whole second of show time, of the run or of the house: the soonest."""
        second = 1_000_000_000
        left = min(second - now % second, second - (now + offset * NS_PER_MS) % second)
        if started_at is not None:
            left = min(left, second - (now - started_at) % second)
        return max(20, int(left / rate / NS_PER_MS) + 1)

    def _show_readings(self, readings: Readings, *, in_run: bool) -> None:
        theme = self._themes.theme
        ahead = readings.on_air is not None and readings.on_air < 0
        on_air = readings.on_air if in_run else None
        if ahead and readings.on_air is not None:
            on_air = to_go(Duration(-readings.on_air))
        self.on_air.show_text(
            self.tr("TO AIR") if ahead else self.tr("ON AIR"), clock_text(on_air, hours=True)
        )
        left = to_go(readings.segment_left)
        page = f" {readings.segment_page}" if readings.segment_page else ""
        words = self.tr("{page} LEFT") if self._compact else self.tr("SEGMENT {page} LEFT")
        self.segment.show_text(
            words.format(page=page.strip()).replace("  ", " ").strip(),
            clock_text(left),
            theme.standby if left is not None and left < 0 else None,
        )
        if not in_run:
            # Nothing runs: a time that has passed today is not late.
            readings = _ahead_only(readings)
        point = readings.next_point
        was_out, self._point_is_out = self._point_is_out, point is not None and point.kind == "out"
        if was_out != self._point_is_out:
            QTimer.singleShot(0, self, self._fold)
        name = self.tr("NEXT HARD POINT")
        if self._point_is_out:
            name = self.tr("HARD OUT")
        elif self._compact:
            name = self.tr("HIT") if point is not None and point.kind == "hit" else self.tr("HARD")
        page = f" {point.page}" if point is not None and point.page else ""
        self.point.show_text(name + page, clock_text(to_go(readings.next_point_left)))
        out = self._document.show.hard_out
        self.hard_out.show_text(
            self.tr("HARD OUT {time}").format(time=out or "").strip(),
            clock_text(to_go(readings.hard_out_left)),
        )
        over = readings.over
        heavy = over is not None and over >= 1000
        self.over.show_text(
            self.tr("SHOW") if in_run or self._compact else self.tr("SHOW, PLANNED"),
            over_text(over, compact=self._compact),
            theme.standby if heavy else None,
        )

    def _picture_text(self) -> str:
        """What OBS says of its program and outputs, as rich text."""
        parts: list[str] = []
        kinds = {device.id: device.kind for device in self._document.show.devices}
        for view in self._client.snapshot.devices:
            if kinds.get(view.id) == "obs" and view.health == "ready":
                parts += self._outputs(view)
        return "&nbsp;&nbsp; ".join(parts)

    def _outputs(self, view: DeviceView) -> list[str]:
        theme = self._themes.theme
        status = view.status
        red = QColor(theme.live).lighter(125).name()
        parts: list[str] = []
        if program := str(status.get("program", "")):
            parts.append(_dot(theme.text.name(), f"PGM {_plain(program)}", theme.text.name()))
        if preview := str(status.get("preview", "")):
            parts.append(_dot(theme.go.name(), f"PVW {_plain(preview)}", theme.info.name(), "○"))
        record = status.get("record")
        if record not in {None, "stopped", ""}:
            words = "REC" if record == "started" else f"REC {record}"
            parts.append(_dot(red, words, red))
        stream = status.get("stream")
        if stream not in {None, "stopped", ""}:
            dropped = status.get("dropped_frames", 0)
            words = f"STREAM {dropped} drop" if stream == "started" else f"STREAM {stream}"
            parts.append(_dot(red, words, red))
        return parts

    def _fold(self) -> None:
        """Hide what can be done without, in order, until the rest fits."""
        foldable = [self.picture, self.on_air, self.hard_out]
        for widget in foldable:
            widget.setVisible(widget is not self.picture or bool(self.picture.text()))
        layout = self.layout()
        assert layout is not None
        if self._point_is_out:
            self.hard_out.hide()
        for widget in foldable:
            layout.invalidate()
            if layout.minimumSize().width() + self._themes.theme.px(220) <= self.width():
                break
            widget.hide()
        layout.activate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold anew."""
        super().resizeEvent(event)
        compact = self.width() < self._themes.theme.px(COMPACT_BELOW)
        if compact != self._compact:
            self._compact = compact
            self.over.sample = "▼ −0:00" if compact else "▼ −0:00 under"
            self.over.restyle()
            self._pass_time()
        self._fold()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground in the mode's colour, with its line."""
        theme, mode = self._themes.theme, self._client.snapshot.mode
        tokens = theme.tokens
        ground, line = {
            "edit": (tokens.bar_edit, theme.dim),
            "rehearse": (tokens.bar_rehearse, theme.standby),
            "live": (tokens.bar_live, theme.live),
        }[mode]
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(ground))
        painter.fillRect(QRectF(0, self.height() - 3, self.width(), 3), line)


def _dot(colour: str, words: str, text: str, mark: str = "●") -> str:
    return f'<span style="color:{colour}">{mark}</span>&nbsp;<span style="color:{text}">{words}</span>'


def _plain(text: str) -> str:
    text = text if len(text) <= 24 else text[:23] + "…"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(" ", "&nbsp;")


class _Elided(QLabel):
    """A label that ends in … where it does not fit."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_words(self, words: str) -> None:
        """Show other words."""
        self._words = words
        self.setToolTip(words)
        self.setAccessibleName(words)
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._elide()
