"""The timeline: every cue in its department's lane, and where now is.

Owns zoom, follow, selecting and dragging. Bars stand at their planned times; dragging one edits its offset
where the mode allows it. Paints nothing itself (`timeline_items` does) and loads pyqtgraph only when it is
first shown, after the window is there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from showcaller.core import asrun
from showcaller.core.times import ShowTime, load_zone, local_datetime
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.lettering import TextLine
from showcaller.gui.rundown_state import Live
from showcaller.gui.selection import Selection
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timeline_bars import EMPTY, Timeline, extent_of, lane_names, lay_out, place_of, seconds
from showcaller.gui.timeline_drag import movable, move_in_time
from showcaller.gui.timetable import Timetable

ZOOM_STEP = 1.6
FOLLOW_SHARE = 1 / 3
"""Where now stands in the view while it is followed."""
LOAD_AFTER_MS = 600
"""The chart takes a third of a second to load; until then an engine is found and has the show."""
LINE_EVERY_MS = 100
"""The now line moves at most so often."""
FOLLOW_STEP = 8
"""Pixels that now may move before the view follows."""


class TimelineView(QWidget):
    """The timeline with its few buttons."""

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
        *,
        timetable: Timetable | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._selection = selection
        self._themes = themes
        self._timetable = timetable or Timetable(document, client, self)
        self._timeline: Timeline = EMPTY
        self._failed: set[str] = set()
        self._wrong: frozenset[str] = frozenset()
        """Cues of which the checks found that they will go wrong."""
        self._seen: object = None
        """What of the snapshot the chart shows."""
        self._fitted = False
        self._awaited = False
        """The chart is loaded, or soon will be."""
        self._mode = client.snapshot.mode
        self.view: Any = None
        """The `timeline_chart.Chart`, once it was shown."""
        self.setObjectName("timeline")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Timeline"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._build_head()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._move_now)

        client.snapshot_changed.connect(self._take_snapshot)
        client.recorded.connect(self._take_lines)
        client.run_changed.connect(self._begin_run)
        self._timetable.changed.connect(self._lay_out)
        document.changed.connect(self._see_document)
        document.problems_changed.connect(self._take_problems)
        selection.changed.connect(self._choose)
        themes.changed.connect(self._dress)
        self._take_lines(client.lines)

    def _build_head(self) -> None:
        self._hint = TextLine(self._themes, 13, side="centre")
        self._hint.set_text(
            self.tr("No cues yet. Add one in the rundown: it appears here at its planned time."), "dim"
        )
        self._hint.hide()
        self.away = TextLine(self._themes, 13)
        """Where the show lies, while nothing of it can be seen."""
        self.away.setParent(self)
        self.away.hide()
        self.follow = self._button(self.tr("Follow"), "L", self._toggle_follow)
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self.all = self._button(self.tr("All"), "0", self.zoom_to_all)
        self.nearer = self._button("+", "", lambda: self.zoom(ZOOM_STEP), self.tr("Zoom in"))
        self.farther = self._button("−", "", lambda: self.zoom(1 / ZOOM_STEP), self.tr("Zoom out"))
        # The buttons lie over the end of the ruler: a row of their own would cost a lane.
        self._corner = QWidget(self)
        self._corner.setObjectName("corner")
        self._corner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._corner_row = QHBoxLayout(self._corner)
        for button in (self.follow, self.all, self.farther, self.nearer):
            self._corner_row.addWidget(button)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self._hint)
        self._layout.addStretch(1)

    def _button(self, words: str, key: str, act: Callable[[], None], name: str = "") -> QPushButton:
        button = QPushButton(f"{words} {key}".strip())
        button.setAccessibleName(name or words)
        button.setToolTip(
            self.tr("{what}: with the timeline clicked, key {key}").format(
                what=name or words, key=key or words
            )
        )
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda _=False: act())
        return button

    @property
    def timeline(self) -> Timeline:
        """What lies where."""
        return self._timeline

    def showEvent(self, event: QShowEvent) -> None:
        """Look again: nothing was followed while nobody could see it."""
        super().showEvent(event)
        if self.view is not None:
            self._look()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Load the chart once the rest of the window is there and has had time to take a key."""
        super().paintEvent(event)
        if not self._awaited:
            self._awaited = True
            QTimer.singleShot(LOAD_AFTER_MS, self, self.load)

    def load(self) -> None:
        """Make the chart, if there is none yet."""
        if self.view is not None:
            return
        from showcaller.gui.timeline_chart import Chart

        self.view = Chart(self._themes, self)
        self.view.clicked.connect(self._click)
        self.view.panned.connect(lambda: self.follow.setChecked(False))
        self.view.span_changed.connect(self._say_where)
        self.view.dragged.connect(self._drag)
        self.view.may_drag = self._may_drag
        self.view.installEventFilter(self)
        self._layout.insertWidget(1, self.view, 1000)
        self._dress()
        self._lay_out()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Take the chart's keys."""
        if watched is self.view and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self.press(event)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, follow, and pan."""
        if not self.press(event):
            super().keyPressEvent(event)

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks for; say whether it asked for anything."""
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        acts: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Plus: lambda: self.zoom(ZOOM_STEP),
            Qt.Key.Key_Equal: lambda: self.zoom(ZOOM_STEP),
            Qt.Key.Key_Minus: lambda: self.zoom(1 / ZOOM_STEP),
            Qt.Key.Key_0: self.zoom_to_all,
            Qt.Key.Key_L: self.follow.click,
            Qt.Key.Key_Left: lambda: self.pan(-0.2),
            Qt.Key.Key_Right: lambda: self.pan(0.2),
        }
        act = acts.get(event.key())
        if act is None:
            return False
        act()
        return True

    def zoom(self, factor: float) -> None:
        """Zoom in by a factor, about now where it is seen, else about the middle."""
        if self.view is None:
            return
        first, last = self.view.span
        now = self._now()
        centre = now if now is not None and first <= now <= last else (first + last) / 2
        share = (centre - first) / (last - first)
        wide = (last - first) / factor
        self.view.show_span(centre - wide * share, centre + wide * (1 - share))
        self._move_now()

    def zoom_to_all(self) -> None:
        """Show the whole show."""
        if self.view is None:
            return
        self.follow.setChecked(False)
        timeline = self._timeline
        first = min(
            [0.0, *(start + one.first for start, one in zip(timeline.starts, timeline.segments, strict=True))]
        )
        last = max(timeline.end, first + 10.0)
        edge = (last - first) * 0.02
        self.view.show_span(first - edge, last + edge)
        self._move_now()

    def pan(self, share: float) -> None:
        """Move by a share of what is seen."""
        if self.view is not None:
            first, last = self.view.span
            self.follow.setChecked(False)
            self.view.show_span(first + (last - first) * share, last + (last - first) * share)

    def _toggle_follow(self) -> None:
        self._move_now()

    def _now(self) -> float | None:
        """Return where now is, in seconds from the origin; in EDIT there is no now."""
        if self._client.snapshot.mode == "edit":
            return None
        return seconds(self._timeline.origin, self._client.show_now())

    def _see_document(self, change: object) -> None:
        if change == ():
            self._fitted = False

    def _begin_run(self) -> None:
        self._failed.clear()
        self.follow.setChecked(True)
        self._look()

    def _take_lines(self, lines: Any) -> None:
        for line in lines:
            match line.entry:
                case asrun.ActionDone(result="failed", cue=cue):
                    self._failed.add(cue)
                case asrun.CueCalled(cue=cue):
                    self._failed.discard(cue.id)
                case _:
                    continue
        self._look()

    def _lay_out(self) -> None:
        if self.view is None:
            return
        self._timeline = lay_out(self._document.show, self._timetable.plan, self._timeline)
        moved = self.view.take(self._timeline)
        self._say_where()
        empty = not any(segment.bars for segment in self._timeline.segments)
        self._hint.setVisible(empty)
        self.view.setVisible(not empty)
        if not self._fitted and self._timeline.segments:
            self._fitted = True
            self._show_beginning()
        self._look(painting=moved)

    def _show_beginning(self) -> None:
        """Show the first ten minutes of the show, whatever is followed."""
        following = self.follow.isChecked()
        self.zoom_to_all()
        first, last = self.view.span
        self.view.show_span(first, min(last, first + 600.0 + (last - first) * 0.02))
        self.follow.setChecked(following)

    def _choose(self) -> None:
        if self.view is not None and self.isVisible():
            self.view.look.chosen = frozenset(self._selection.ids)
            self.view.repaint_cues(bars_only=True)

    def _take_problems(self) -> None:
        wrong = frozenset(
            one.row_id for one in self._document.problems if one.row_id and one.severity == "error"
        )
        if wrong != self._wrong:
            self._wrong = wrong
            self._look()

    def _take_snapshot(self) -> None:
        """Show a snapshot; what devices report is not seen here."""
        snapshot = self._client.snapshot
        seen = (
            snapshot.mode,
            snapshot.standby,
            snapshot.last_called,
            tuple(running.cue for running in snapshot.running),
            snapshot.skipped,
            snapshot.floated,
            snapshot.chosen,
            snapshot.armed,
        )
        if seen != self._seen:
            self._seen = seen
            self._look()
        else:
            self._move_now()

    def _look(self, *, painting: bool = True) -> None:
        """Show how everything stands; without `painting` where nothing in sight became otherwise."""
        if self.view is None or not self.isVisible():
            return
        show, snapshot = self._document.show, self._client.snapshot
        live = Live(snapshot, show)
        if snapshot.mode == "edit" and self._mode != "edit" and not self.away.isHidden():
            # Now was far away, and in EDIT there is none: nobody would know where to look.
            self._show_beginning()
        self._mode = snapshot.mode
        look = self.view.look
        look.theme = self._themes.theme
        look.zone = show.zone
        look.names = lane_names(show, self._timeline.lanes)
        look.colours = [
            self._themes.theme.department_colour(show.department(lane)) for lane in self._timeline.lanes
        ]
        look.positions = show.positions
        look.front = live.front if snapshot.mode != "edit" else 0
        look.running = frozenset(live.runs)
        look.failed = self._wrong | self._failed
        look.off = self._off(live)
        look.chosen = frozenset(self._selection.ids)
        standby = place_of(self._timeline, show, snapshot.standby) if snapshot.standby else None
        self.view.show_standby(standby)
        if painting:
            self.view.repaint_cues()
        self._move_now()

    def _off(self, live: Live) -> Callable[[str], bool]:
        """Return what says whether a cue is disarmed, floated or skipped; asked only of what is seen."""
        show = self._document.show

        def off(cue_id: str) -> bool:
            cue, segment = show.cue(cue_id), show.segment_of(cue_id)
            if cue is None or cue_id in live.snapshot.skipped or live.is_other(cue_id):
                return True
            if segment is not None and live.is_floated(segment):
                return True
            return live.is_floated(cue) or not live.is_armed(cue)

        return off

    def _move_now(self) -> None:
        """Move the now line, and come back when it has moved by a pixel."""
        self._timer.stop()
        if self.view is None or not self.isVisible():
            return
        now = self._now()
        words = ""
        if now is not None:
            local = local_datetime(self._client.show_now(), load_zone(self._document.show.zone))
            words = local.strftime("%H:%M:%S")
            if self.follow.isChecked() and not self.view.is_dragging:
                first, last = self.view.span
                wide = last - first
                wanted = now - wide * FOLLOW_SHARE
                # To scroll paints every bar anew, to move the line only the line.
                if abs(wanted - first) >= FOLLOW_STEP * self.view.seconds_per_pixel:
                    self.view.show_span(wanted, wanted + wide)
        self.view.show_now(now, words)
        rate = self._client.snapshot.rate
        if now is not None and rate > 0:
            to_second = 1000 - self._client.show_now() // 1_000_000 % 1000
            pixel = self.view.seconds_per_pixel * 1000
            self._timer.start(max(LINE_EVERY_MS, int(min(to_second + 1, pixel) / rate)))

    def _say_where(self) -> None:
        """Say where the show lies, while nothing of it can be seen."""
        extent = extent_of(self._timeline)
        first, last = self.view.span
        if extent is None or (extent[0] <= last and first <= extent[1]):
            self.away.hide()
            return
        zone = load_zone(self._document.show.zone)
        begins, ends = (
            local_datetime(ShowTime(self._timeline.origin + round(at * 1e9)), zone).strftime("%H:%M:%S")
            for at in extent
        )
        words = (
            self.tr("◀ The show lies before: {begins} to {ends}. All (0) shows it.")
            if extent[1] < first
            else self.tr("The show lies ahead: {begins} to {ends}. All (0) shows it. ▶")
        )
        self.away.set_text(words.format(begins=begins, ends=ends), "info")
        self._place_away()
        self.away.show()

    def _place_away(self) -> None:
        self.away.adjustSize()
        # Right of now, where it is followed: the line does not cross the words.
        left = round(self.width() * (FOLLOW_SHARE + 0.08))
        self.away.setMaximumWidth(max(1, self.width() - left))
        self.away.move(left, self.height() // 2)
        self.away.raise_()

    def _click(self, cue: str, adding: bool) -> None:
        ids = [cue]
        if adding:
            ids = [one for one in self._selection.ids if one != cue]
            if cue not in self._selection.ids:
                ids.append(cue)
        self._selection.select(ids, cue if cue in ids else None)

    def _may_drag(self, cue: str) -> bool:
        if self._client.snapshot.mode == "live":
            return False
        row = self._document.show.cue(cue)
        return row is not None and movable(row) and self._document.can_edit(cue, "offset")

    def _drag(self, cue: str, by: float) -> None:
        show = self._document.show
        moved = move_in_time(show, self._timetable.plan, cue, by)
        if moved is not None:
            name, change = moved
            self._document.edit(name, change)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons in their corner."""
        super().resizeEvent(event)
        self._place_corner()

    def _place_corner(self) -> None:
        px = self._themes.theme.px
        self._corner.adjustSize()
        self._corner.move(self.width() - self._corner.width() - px(6), px(3))
        self._corner.raise_()
        self._place_away()
        if self.view is not None:
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
        if self.view is not None:
            self.view.look.theme = self._themes.theme
            self.view.dress()
            self._look()
