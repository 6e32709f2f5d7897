"""The timeline: every cue in its department's lane, and where now is.

Owns what is seen of it (zoom, follow), its keys, buttons and menus, and when it is looked at anew: at most
once a frame, whatever comes. Where bars stand is `timeline_course`'s, what is edited `timeline_verbs`', the
painting the chart's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from showcaller.core import asrun
from showcaller.core.times import ShowTime, load_zone, local_datetime
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.lettering import TextLine
from showcaller.gui.selection import Selection
from showcaller.gui.shortcuts import shown, timeline_key
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timeline_away import FOLLOW_SHARE, AwayLine
from showcaller.gui.timeline_bars import extent_of, seconds
from showcaller.gui.timeline_chart import Chart
from showcaller.gui.timeline_course import standing_at
from showcaller.gui.timeline_keys import REPEATING, name_of
from showcaller.gui.timeline_menus import fill_snaps, make_menu
from showcaller.gui.timeline_snap import Snaps, on_grid
from showcaller.gui.timeline_state import TimelineState
from showcaller.gui.timeline_steps import cue_in_lane, cue_next, rows_between
from showcaller.gui.timeline_verbs import TimelineVerbs
from showcaller.gui.timetable import Timetable

ZOOM_STEP = 1.6
FRAME_MS = 16
"""What comes within one frame is looked at together."""
LINE_MS = 14
"""The now line moves at most so often: 60 times a second, and the time that it takes to come back."""
FAR = 0.25
"""Seconds that a pixel is from which nobody sees the line move."""
FIRST_LOOK_MS = 300
"""A long show takes a while to lay out; until then the window is there and has had time to take a key."""


class TimelineView(QWidget):
    """The timeline with its few buttons."""

    noticed = Signal(str, str)
    inspector_asked = Signal()

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
        *,
        timetable: Timetable | None = None,
        settings: QSettings | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._selection = selection
        self._themes = themes
        self._timetable = timetable or Timetable(document, client, self)
        self.verbs = TimelineVerbs(document, client, selection, self._timetable, settings, self)
        self.state = TimelineState(document, client, self._timetable, themes)
        self._fitted = False
        self._mode = client.snapshot.mode
        self.setObjectName("timeline")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Timeline"))
        self.view = Chart(themes, self)
        self.setFocusProxy(self.view)
        self._build()
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FIRST_LOOK_MS)
        self._frame.timeout.connect(self.catch_up)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._move_now)
        self._connect()
        self.state.take_lines(client.lines)
        self._dress()

    def _connect(self) -> None:
        self._client.snapshot_changed.connect(self._take_snapshot)
        self._client.recorded.connect(self._take_lines)
        self._client.run_changed.connect(self._begin_run)
        self._timetable.changed.connect(self._wake)
        self._document.changed.connect(self._see_document)
        self._document.problems_changed.connect(self._wake)
        self._selection.changed.connect(self._choose)
        self._themes.changed.connect(self._dress)
        self.verbs.noticed.connect(self.noticed)
        hand = self.view.hand
        hand.snaps = self.verbs.snaps
        hand.why_not = self.verbs.why_not
        hand.chosen.connect(self._select)
        hand.moved.connect(self.verbs.move)
        hand.resized.connect(self.verbs.resize)
        hand.placed.connect(self._place_cursor)
        hand.opened.connect(self._open)
        hand.refused.connect(lambda sentence: self.noticed.emit("notice", sentence))
        self.view.panned.connect(lambda: self.follow.setChecked(False))
        self.view.span_changed.connect(self._say_where)
        self.view.menu_asked.connect(self._show_menu)
        self.view.installEventFilter(self)

    def _build(self) -> None:
        self._hint = TextLine(self._themes, 13, side="centre")
        self._hint.set_text(
            self.tr("No cues yet. Add one in the rundown: it appears here at its planned time."), "dim"
        )
        self._hint.hide()
        self.away = AwayLine(self._themes, self)
        self.follow = self._button(self.tr("Follow"), "tl_follow", self._move_now)
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        buttons = (
            self._button(self.tr("Snap"), "tl_snap", self.show_snaps),
            self.follow,
            self._button(self.tr("Selection"), "tl_selection", self.zoom_to_selection),
            self._button(self.tr("All"), "tl_all", self.zoom_to_all),
            self._button("", "tl_farther", lambda: self.zoom(1 / ZOOM_STEP)),
            self._button("", "tl_nearer", lambda: self.zoom(ZOOM_STEP)),
        )
        # The buttons lie over the end of the ruler: a row of their own would cost a lane.
        self._corner = QWidget(self)
        self._corner.setObjectName("corner")
        self._corner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._corner_row = QHBoxLayout(self._corner)
        for button in buttons:
            self._corner_row.addWidget(button)
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._hint)
        self._layout.addWidget(self.view, 1000)
        self._layout.addStretch(1)

    def _button(self, words: str, name: str, act: Callable[[], None]) -> QPushButton:
        row = timeline_key(name)
        button = QPushButton(f"{words} {shown(row.keys[0])}".strip())
        button.setAccessibleName(row.words)
        button.setToolTip(f"{row.words} ({row.key_text})\n{row.tip}".strip())
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda _=False: act())
        return button

    def showEvent(self, event: QShowEvent) -> None:
        """Look again: nothing was followed while nobody could see it."""
        super().showEvent(event)
        self._wake()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Take the chart's keys, before the window's shortcuts and before Tab leaves the panel."""
        if watched is self.view and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and name_of(event):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self.press(event)
        return False

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks for; say whether it asked for anything."""
        if event.key() == Qt.Key.Key_Escape and self.view.hand.gesture:
            self.view.hand.cancel()
            return True
        name = name_of(event)
        if not name:
            return False
        if not event.isAutoRepeat() or name in REPEATING:
            self._acts()[name]()
        return True

    def _acts(self) -> dict[str, Callable[[], object]]:
        verbs = self.verbs
        return {
            "tl_earlier": lambda: self._step(-1),
            "tl_later": lambda: self._step(1),
            "tl_bit_earlier": lambda: verbs.step(-1, fine=True),
            "tl_bit_later": lambda: verbs.step(1, fine=True),
            "tl_longer": lambda: verbs.lengthen(1),
            "tl_shorter": lambda: verbs.lengthen(-1),
            "tl_split": self.split,
            "tl_join": verbs.join,
            "tl_next": lambda: self._go_to(1),
            "tl_previous": lambda: self._go_to(-1),
            "tl_lane_up": lambda: self._go_lane(-1),
            "tl_lane_down": lambda: self._go_lane(1),
            "tl_everything": self._select_everything,
            "tl_open": self.inspector_asked.emit,
            "tl_left": lambda: self.pan(-0.2),
            "tl_right": lambda: self.pan(0.2),
            "tl_page_left": lambda: self.pan(-0.9),
            "tl_page_right": lambda: self.pan(0.9),
            "tl_home": lambda: self._go_to_end(last=False),
            "tl_end": lambda: self._go_to_end(last=True),
            "tl_nearer": lambda: self.zoom(ZOOM_STEP),
            "tl_farther": lambda: self.zoom(1 / ZOOM_STEP),
            "tl_selection": self.zoom_to_selection,
            "tl_all": self.zoom_to_all,
            "tl_follow": self.follow.click,
            "tl_snap": self.show_snaps,
        }

    def zoom(self, factor: float) -> None:
        """Zoom in by a factor, about now where it is seen, else about the middle."""
        first, last = self.view.span
        now = self._now()
        self.view.zoom_at(now if now is not None and first <= now <= last else (first + last) / 2, factor)
        self._move_now()

    def zoom_to_all(self) -> None:
        """Show the whole show."""
        self.follow.setChecked(False)
        extent = extent_of(self.state.timeline) or (0.0, 10.0)
        first = min(0.0, extent[0])
        last = max([self.state.timeline.end, first + 10.0, *self.state.course.ends])
        edge = (last - first) * 0.02
        self.view.show_span(first - edge, last + edge)
        self._move_now()

    def zoom_to_selection(self) -> None:
        """Show what is selected, and a little around it."""
        edges: list[float] = []
        heads = {head.id: index for index, head in enumerate(self.state.timeline.heads)}
        for row in self._selection.ids:
            if row in heads:
                edges += [self.state.course.starts[heads[row]], self.state.course.ends[heads[row]]]
            for stands in standing_at(self.state.course, self._document.show.positions, row):
                edges += [stands.start, stands.end]
        if not edges:
            self.noticed.emit("notice", self.tr("Nothing is selected: click a cue, or press Tab."))
            return
        self.follow.setChecked(False)
        first, last = min(edges), max(edges)
        edge = max((last - first) * 0.1, 2.0)
        self.view.show_span(first - edge, last + edge)
        self._move_now()

    def pan(self, share: float) -> None:
        """Move by a share of what is seen."""
        first, last = self.view.span
        self.follow.setChecked(False)
        self.view.show_span(first + (last - first) * share, last + (last - first) * share)

    def _go_to_end(self, *, last: bool) -> None:
        first, end = self.view.span
        wide = end - first
        extent = extent_of(self.state.timeline) or (0.0, 10.0)
        ends = max([extent[1], *self.state.course.ends]) + wide * 0.02
        begin = ends - wide if last else min(0.0, extent[0]) - wide * 0.02
        self.follow.setChecked(False)
        self.view.show_span(begin, begin + wide)

    def _now(self) -> float | None:
        """Return where now is, in seconds from the origin; in EDIT there is no now."""
        if self._client.snapshot.mode == "edit":
            return None
        return seconds(self.state.timeline.origin, self._client.show_now())

    def _step(self, direction: int) -> None:
        """Move the selection; without one the cursor."""
        if self._selection.ids or self.view.lines.cursor is None:
            self.verbs.step(direction)
        else:
            cursor = self.view.lines.cursor + direction * (1.0 if self.verbs.snaps.grid == "second" else 0.1)
            self._place_cursor(cursor)

    def _go_to(self, step: int) -> None:
        self._take_cue(cue_next(self._document.show, self._selection.current, step))

    def _go_lane(self, step: int) -> None:
        self._take_cue(cue_in_lane(self.state.course, self._document.show, self._selection.current, step))

    def _take_cue(self, cue: str | None) -> None:
        if cue is not None:
            self._selection.select([cue], cue)
            self._reveal(cue)

    def _reveal(self, row: str) -> None:
        """Bring a row into sight."""
        at = self.view.place_of(row)
        first, last = self.view.span
        if at is not None and not first <= at <= last - (last - first) * 0.05:
            self.follow.setChecked(False)
            wide = last - first
            self.view.show_span(at - wide * 0.2, at + wide * 0.8)

    def _select_everything(self) -> None:
        show = self._document.show
        self._selection.select([row.id for row in show.rundown if show.cue(row.id)], self._selection.current)

    def _select(self, ids: list[str] | None, current: str | None) -> None:
        """Take the hand's choice; None: all rows from the one the keyboard is on to `current`."""
        if ids is None:
            assert current is not None
            ids = rows_between(self._document.show, self._selection.current, current)
        self.view.show_cursor(None)
        self._selection.select(ids, current)

    def _open(self, row: str) -> None:
        self._selection.select([row], row)
        if self._document.show.cue(row) is None:
            self.zoom_to_selection()
        else:
            self.inspector_asked.emit()

    def _place_cursor(self, at: float) -> None:
        """Put the cursor there, on the grid."""
        index = self.view.ruler.segment_at(at)
        if index >= 0:
            origin = self.state.course.starts[index]
            at = origin + on_grid((at - origin) * 1000, self.verbs.snaps) / 1000
        self.view.show_cursor(at)

    def _planned(self, at: float | None) -> ShowTime | None:
        """Return which planned time stands at a place now: an overrun moves segments along."""
        if at is None:
            return None
        index = self.view.ruler.segment_at(at)
        if index >= 0:
            at += self.state.timeline.starts[index] - self.state.course.starts[index]
        return ShowTime(self.state.timeline.origin + round(at * 1000) * 1_000_000)

    def split(self) -> None:
        """Split a segment: at the cursor, else before the selected cue, else now."""
        if self.verbs.split(self._planned(self.view.lines.cursor), self._planned(self._now())):
            self.view.show_cursor(None)

    def show_snaps(self) -> None:
        """Offer what is snapped to."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_snaps(menu, self.verbs.snaps, self._snap_to)
        menu.popup(self._corner.mapToGlobal(QPoint(0, self._corner.height())))

    def _snap_to(self, snaps: Snaps) -> None:
        self.verbs.snap_to(snaps)
        self.view.hand.snaps = self.verbs.snaps

    def _show_menu(self, where: QPoint, at: float) -> None:
        """Offer what can be done at a place."""
        stands = self.view.bar_under(self.view.mapFromGlobal(where).toPointF())
        if stands is None:
            self._selection.select([])
            self._place_cursor(at)
        elif stands.bar.cue not in self._selection.ids:
            self._select([stands.bar.cue], stands.bar.cue)
        menu = make_menu(self, self._acts(), self.verbs.snaps, self._snap_to)
        menu.popup(where)

    def _wake(self, _what: object = None) -> None:
        """Look at everything anew within a frame."""
        if self.isVisible() and not self._frame.isActive():
            self._frame.start()

    def _take_snapshot(self) -> None:
        """Look at a snapshot; what devices report is not seen here."""
        if self.state.is_news(self._client.snapshot):
            self._wake()
        elif not self._frame.isActive():
            self._move_now()

    def _see_document(self, change: object) -> None:
        if change == ():
            self._fitted = False
            self.view.show_cursor(None)
        self._wake()

    def _begin_run(self) -> None:
        self.state.begin_run()
        self.follow.setChecked(True)
        self._wake()

    def _take_lines(self, lines: Sequence[asrun.Line]) -> None:
        if self.state.take_lines(lines):
            self._wake()

    def catch_up(self) -> None:
        """Look at document, run and times now."""
        self._frame.stop()
        self._frame.setInterval(FRAME_MS)
        if not self.isVisible():
            self.state.forget()
            return
        self.view.look.chosen = frozenset(self._selection.ids)
        self.state.show_on(self.view)
        self._see_emptiness()
        snapshot = self._client.snapshot
        if snapshot.mode == "edit" and self._mode != "edit" and not self.away.isHidden():
            # Now was far away, and in EDIT there is none: nobody would know where to look.
            self._show_beginning()
        self._mode = snapshot.mode
        self.view.show_standby(self.view.place_of(snapshot.standby) if snapshot.standby else None)
        self._move_now()
        self._say_where()

    def _see_emptiness(self) -> None:
        empty = not any(segment.rows for segment in self.state.timeline.segments)
        if self._hint.isHidden() == empty:
            self._hint.setVisible(empty)
            self.view.setVisible(not empty)
        if not self._fitted and self.state.timeline.segments:
            self._fitted = True
            self._show_beginning()

    def _show_beginning(self) -> None:
        """Show the first ten minutes of the show, whatever is followed."""
        following = self.follow.isChecked()
        self.zoom_to_all()
        first, last = self.view.span
        self.view.show_span(first, min(last, first + 600.0 + (last - first) * 0.02))
        self.follow.setChecked(following)

    def _choose(self) -> None:
        if self.isVisible():
            self.view.look.chosen = frozenset(self._selection.ids)
            if self._selection.ids:
                self.view.show_cursor(None)
            self.view.update()

    def _move_now(self) -> None:
        """Move the now line, and come back when it has moved by a pixel."""
        self._clock.stop()
        if not self.isVisible():
            return
        now = self._now()
        if now is None:
            self.view.show_now(None, "")
            return
        show_now = self._client.show_now()
        pixel = self.view.seconds_per_pixel
        if self.follow.isChecked() and not self.view.hand.gesture:
            first, last = self.view.span
            wanted = now - (last - first) * FOLLOW_SHARE
            if abs(wanted - first) >= pixel * 0.9:
                self.view.show_span(wanted, wanted + last - first)
        local = local_datetime(show_now, load_zone(self._document.show.zone))
        self.view.show_now(now, local.strftime("%H:%M:%S"))
        if self.state.is_behind(pixel):
            self._wake()
        rate = self._client.snapshot.rate
        if rate > 0:
            to_second = 1000 - show_now // 1_000_000 % 1000
            # From afar the line moves with the time of day over it: one look a second does for both.
            step = to_second + 1 if pixel > FAR else min(to_second + 1, pixel * 1000)
            self._clock.start(max(LINE_MS, int(step / rate)))

    def _say_where(self) -> None:
        extent, course = extent_of(self.state.timeline), self.state.course
        if extent is not None:
            # A show that runs late lies where it is expected as well.
            extent = min(extent[0], *course.starts), max(extent[1], *course.ends)
        self.away.say(extent, self.view.span, self.view.look.clock)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons in their corner."""
        super().resizeEvent(event)
        self._place_corner()

    def _place_corner(self) -> None:
        px = self._themes.theme.px
        self._corner.adjustSize()
        self._corner.move(self.width() - self._corner.width() - px(6), px(3))
        self._corner.raise_()
        self.away.place()
        self.view.cover(float(self._corner.width()))

    def _dress(self) -> None:
        theme = self._themes.theme
        px = theme.px
        self._layout.setContentsMargins(px(8), px(4), px(8), px(4))
        self._corner_row.setContentsMargins(px(6), 0, 0, 0)
        self._corner_row.setSpacing(px(4))
        small = f"QPushButton {{ padding: {px(1)}px {px(7)}px; font-size: {px(12)}px; }}"
        self._corner.setStyleSheet(f"#corner {{ background: {theme.panel.name()}; border: none; }} {small}")
        self._place_corner()
        self.view.dress()
        self._wake()
