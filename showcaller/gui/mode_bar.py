"""The bar at the top: the mode, the show, what OBS does, and the clocks.

Owns what stands there and what folds away when the window is narrow: mode, time of day, segment left, next
hard point and over/under always stay, and so does NOT SAVED. It draws when a shown digit changes, not more
often. Knows no engine but by the client; modes and rates are asked for by signals.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QSizePolicy, QToolButton, QWidget

from showcaller.core.branches import open_from
from showcaller.core.clocks import Readings, read_clocks
from showcaller.core.messages import DeviceView
from showcaller.core.times import (
    NO_TIME,
    NS_PER_MS,
    Duration,
    TimeTextError,
    load_zone,
    shift,
    time_of_day_at,
)
from showcaller.gui.client import Client
from showcaller.gui.clock_cell import ClockCell, left_figures, over_text, passed_figures
from showcaller.gui.document import Document
from showcaller.gui.house_clock import HouseClock
from showcaller.gui.mode_switch import ModeSwitch
from showcaller.gui.obs_states import Form, obs_text
from showcaller.gui.rehearse_controls import RehearseControls
from showcaller.gui.selection import Selection
from showcaller.gui.shortcuts import with_key
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

WIDE, NARROW = 16, 10
"""Pixels between what stands here, on a wide and on a narrow screen."""
TITLE_ROOM = 150
"""Most width of the design that the title keeps beyond its least."""
LATE_STEP = 7
"""From this step of folding on, counted from 1, the title keeps half of that alone."""
COMPACT_BELOW = 1600
"""Width of the design under which labels lose what can be guessed."""


def _ahead_only(readings: Readings) -> Readings:
    point = readings.next_point_left
    out = readings.hard_out_left
    return msgspec.structs.replace(
        readings,
        next_point_left=point if point is not None and point >= 0 else None,
        hard_out_left=out if out is not None and out >= 0 else None,
    )


def _until_next_digit(readings: Readings, now: int, rate: float, offset: Duration) -> int:
    """Milliseconds of the machine's clock until a digit turns, of whichever clock is the first."""
    second = 1_000_000_000
    soonest = (second - (now + offset * NS_PER_MS) % second) / NS_PER_MS
    to_come = [readings.segment_left, readings.next_point_left, readings.hard_out_left]
    if readings.on_air is not None:
        to_come.append(Duration(-readings.on_air))
    for left in to_come:
        if left is not None:
            soonest = min(soonest, left % 1000 or 1000)
    return max(20, int(soonest / rate) + 1)


class ModeBar(QWidget):
    """See the module's law."""

    mode_asked = Signal(str)
    menu_asked = Signal()
    over_asked = Signal()
    """Over or under was clicked."""
    retry_asked = Signal()
    """NOT SAVED was clicked."""
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
        self.unsaved = QToolButton()
        self.unsaved.setText(self.tr("■ NOT SAVED"))
        self.unsaved.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.unsaved.clicked.connect(self.retry_asked)
        self.unsaved.hide()
        self.picture = QLabel()
        self.picture.setTextFormat(Qt.TextFormat.RichText)
        self.rehearse = RehearseControls(document, client, selection, themes)
        self.rehearse.noticed.connect(self.noticed)
        self.on_air = ClockCell(themes, "00:00:00")
        self.segment = ClockCell(themes, "▲+0:00")
        self.point = ClockCell(themes, "0:00:00")
        self.hard_out = ClockCell(themes, "0:00:00")
        self.over = ClockCell(themes, "▼ −0:00 under")
        self.now = ClockCell(themes, "00:00:00", 31)
        layout = QHBoxLayout(self)
        # What stands here shortens and folds: it must not hold the window wide.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(8, 4, 16, 8)
        layout.setSpacing(WIDE)
        for widget in (self.menu_button, self.switch):
            layout.addWidget(widget)
        layout.addWidget(self.title, 1)
        layout.addWidget(self.unsaved)
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
        document.saved_changed.connect(self._show_saved)
        client.snapshot_changed.connect(self._take_snapshot)
        client.link_changed.connect(self._show_all)
        timetable.changed.connect(self._pass_time)
        house.changed.connect(self._pass_time)
        themes.changed.connect(self._restyle)
        self._point_is_out = False
        self._compact = False
        self._over_is_short = False
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
        self.unsaved.setStyleSheet(
            f"QToolButton {{ background: {theme.live.name()}; color: white; border: none; font-weight: 700;"
            f" font-size: {theme.px(14)}px; border-radius: {theme.px(6)}px;"
            f" padding: {theme.px(8)}px {theme.px(10)}px; }}"
        )
        for cell in self._cells:
            cell.restyle()
        self._judge_width()
        self._show_saved()
        self._show_all()

    def _show_saved(self) -> None:
        """Say here too, beside the show, that the file does not have its last edits."""
        sentence = self._document.saved_text
        wanted = sentence.startswith("NOT SAVED")
        self.unsaved.setToolTip(sentence + "\n" + self.tr("Press to try again at once.") if wanted else "")
        self.unsaved.setAccessibleName(sentence if wanted else "")
        if wanted != self.unsaved.isVisibleTo(self):
            self.unsaved.setVisible(wanted)
            self._fold()

    def _take_snapshot(self) -> None:
        """Show a snapshot; what does not concern the bar leaves it alone."""
        snapshot = self._client.snapshot
        picture = obs_text(self._obs_views(), self._themes.theme)
        routes = self.rehearse.routes.text()
        shown = (snapshot.mode, snapshot.rate, snapshot.segment, picture, routes)
        if shown != self._shown:
            self._shown = shown
            self._show_all()
        else:
            self._pass_time()

    def _show_all(self, _change: object = None) -> None:
        show, snapshot = self._document.show, self._client.snapshot
        self.switch.show_mode(snapshot.mode)
        self.title.set_words(show.title or self.tr("Untitled show"))
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
            self._tick.start(_until_next_digit(readings, now, snapshot.rate, offset))
        else:
            self._tick.stop()

    def _show_readings(self, readings: Readings, *, in_run: bool) -> None:
        theme = self._themes.theme
        on_air = readings.on_air
        if on_air is not None and not readings.has_begun and (in_run or on_air < 0):
            text, level = left_figures(Duration(-on_air), hours=True)
            self.on_air.show_level(self.tr("TO AIR"), text, level if in_run else "steady")
        else:
            self.on_air.show_text(self.tr("ON AIR"), passed_figures(on_air if in_run else None))
        page = f" {readings.segment_page}" if readings.segment_page else ""
        words = self.tr("{page} LEFT") if self._compact else self.tr("SEGMENT {page} LEFT")
        label = words.format(page=page.strip()).replace("  ", " ").strip()
        self.segment.show_level(label, *left_figures(readings.segment_left))
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
        self.point.show_level(name + page, *left_figures(readings.next_point_left))
        out = self._document.show.hard_out
        self.hard_out.show_level(
            self.tr("HARD OUT {time}").format(time=out or "").strip(),
            *left_figures(readings.hard_out_left),
        )
        over = readings.over
        heavy = over is not None and over >= 1000
        self.over.show_text(
            self.tr("SHOW") if in_run or self._compact else self.tr("SHOW, PLANNED"),
            over_text(over, compact=self._over_is_short, estimate=self._hangs_on_a_choice()),
            theme.standby if heavy else None,
        )

    def _hangs_on_a_choice(self) -> bool:
        """Say whether an ending is still to be chosen, so that the out is an estimate."""
        show, snapshot = self._document.show, self._client.snapshot
        front = show.positions.get(snapshot.standby or "", len(show.rundown))
        return snapshot.mode != "edit" and open_from(show, snapshot.chosen, front) is not None

    def _obs_views(self) -> list[DeviceView]:
        """The OBS that are there."""
        kinds = {device.id: device.kind for device in self._document.show.devices}
        views = self._client.snapshot.devices
        return [view for view in views if kinds.get(view.id) == "obs" and view.health == "ready"]

    def _show_picture(self, form: Form) -> None:
        views, theme = self._obs_views(), self._themes.theme
        self.picture.setText(obs_text(views, theme, form))
        self.picture.setToolTip(obs_text(views, theme) if form != "full" else "")
        self.picture.setVisible(bool(self.picture.text()))

    def _shorten_over(self, short: bool) -> None:
        """Say over or under by arrow and sign alone, or with the word too."""
        if short != self._over_is_short:
            self._over_is_short = short
            self.over.sample = "▼ −0:00" if short else "▼ −0:00 under"
            self.over.restyle()
            self._pass_time()

    def _fold(self) -> None:
        """Shorten and then hide what can be done without, in order, until the rest fits."""
        self._show_picture("full")
        self.rehearse.set_short(False)
        self.rehearse.setVisible(self._client.snapshot.mode == "rehearse")
        self.rehearse.show_routes(True)
        self.title.show()
        for part in (self.switch, *self._cells):
            # Words that have just become longer are asked for their width at once.
            inside = part.layout()
            assert inside is not None
            inside.activate()
        self._shorten_over(self._compact)
        for widget in (self.on_air, self.hard_out):
            widget.show()
        if self._point_is_out:
            self.hard_out.hide()
        steps: tuple[Callable[[], object], ...] = (
            lambda: self._show_picture("short"),
            lambda: self.rehearse.set_short(True),
            lambda: self._shorten_over(True),
            lambda: self._show_picture("least"),
            self.on_air.hide,
            lambda: self.rehearse.show_routes(False),
            self.rehearse.hide,
            self.hard_out.hide,
            self.picture.hide,
            self.title.hide,
        )
        theme = self._themes.theme
        whole = min(theme.px(TITLE_ROOM), max(0, self.title.whole_width() - self.title.minimumWidth()))
        layout = self.layout()
        assert layout is not None
        for place, step in enumerate(steps, 1):
            layout.invalidate()
            # Speed, hard out and what goes out are worth more than the whole of the title.
            title = whole if place < LATE_STEP else whole // 2 if place < len(steps) else 0
            if layout.minimumSize().width() + title <= self.width():
                break
            step()
        layout.activate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold anew."""
        super().resizeEvent(event)
        self._judge_width()
        self._fold()

    def _judge_width(self) -> None:
        """Let labels lose what can be guessed where the window is narrow for this zoom."""
        compact = self.width() < self._themes.theme.px(COMPACT_BELOW)
        if compact != self._compact:
            self._compact = compact
            layout = self.layout()
            assert layout is not None
            layout.setSpacing(NARROW if compact else WIDE)
            self._pass_time()

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

    def whole_width(self) -> int:
        """Return the width at which nothing is left out."""
        return self.fontMetrics().horizontalAdvance(self._words) + 2

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._elide()
