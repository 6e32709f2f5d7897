"""All clock windows, and the one timer that they have.

Owns which windows there are, on which monitors, and that this is found again at the next start. When a digit
turns it reads the faces of every window from the clock itself, so a late turn shows late and never wrong.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QObject, QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QMenu, QWidget

from showcaller.core.counts import targets
from showcaller.core.position import Timer
from showcaller.core.show import Show
from showcaller.core.timers import ready_timers, timer_names
from showcaller.core.times import NS_PER_MS, Instant, TimeTextError, load_zone
from showcaller.gui.client import Client
from showcaller.gui.clock_dialog import ClockDialog
from showcaller.gui.clock_faces import read_faces, situation_of
from showcaller.gui.clock_layouts import ClockLayout, layouts_text, read_layouts
from showcaller.gui.clock_window import ClockWindow, Sight
from showcaller.gui.document import Document
from showcaller.gui.house_clock import HouseClock
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timecode_words import turns_in
from showcaller.gui.timetable import Timetable

BLINK_NS = 500 * NS_PER_MS
_SECOND_NS = 1_000_000_000
_KEY = "clock_windows"


class ClockWindows(QObject):
    """See the module's law."""

    message_asked = Signal()
    """The stage is to be told something."""

    def __init__(
        self,
        document: Document,
        client: Client,
        themes: ThemeHolder,
        timetable: Timetable,
        house: HouseClock,
        settings: QSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._themes = document, client, themes
        self._timetable, self._house, self._settings = timetable, house, settings
        self._owner = parent
        self.windows: list[ClockWindow] = []
        """Those that can be seen."""
        self.dialog: ClockDialog | None = None
        self._kept = read_layouts(settings.value(_KEY, "[]"))
        self._is_closing = False
        self._timers: tuple[Show, Sequence[Timer]] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)
        for changed in (document.changed, client.snapshot_changed, client.link_changed, timetable.changed):
            changed.connect(self._look_if_seen)
        house.changed.connect(self._look_if_seen)

    @property
    def is_waiting(self) -> bool:
        """Say whether a digit will turn by itself."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Open the windows that there were, or a first one; or close them all."""
        if self.windows:
            self.close_all()
            return
        for layout in self._kept or [self._first()]:
            self._open(layout)
        self._keep()

    def open_another(self) -> ClockWindow:
        """Open one more window, and let its clocks be chosen."""
        window = self._open(ClockLayout())
        self._keep()
        self.edit(window)
        return window

    def open_kept(self) -> None:
        """Open the windows that were open when the program ended."""
        for layout in self._kept:
            if layout.shown:
                self._open(layout)

    def close_all(self) -> None:
        """Take all windows away, and know them again when they are wanted."""
        self._is_closing = True
        self._keep()
        for window in list(self.windows):
            window.close()
        self._is_closing = False
        self._put_away()

    def end(self) -> None:
        """Close them with the program: those that are open will be open again."""
        self._is_closing = True
        if self.windows:
            self._keep()
        for window in list(self.windows):
            window.close()

    def edit(self, window: ClockWindow) -> None:
        """Choose the clocks of a window."""
        timers = timer_names(self._document.show, self._client.snapshot.timers)
        self.dialog = ClockDialog(window.layout_.clocks, self._themes, window, timers)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog = self.dialog

        def take() -> None:
            window.take_layout(msgspec.structs.replace(window.layout_, clocks=dialog.clocks))
            self._keep()
            self.look()

        dialog.accepted.connect(take)
        dialog.open()

    def fill(self, window: ClockWindow, screen: QScreen | None) -> None:
        """Fill a monitor, or go back to a window."""
        if screen is None:
            window.take_layout(msgspec.structs.replace(window.layout_, screen=""))
            window.showNormal()
            self._restore(window)
        else:
            self._remember_place(window)
            window.take_layout(msgspec.structs.replace(window.layout_, screen=screen.name()))
            window.setGeometry(screen.geometry())
            window.showFullScreen()
        self._keep()

    def _filler(self, window: ClockWindow, screen: QScreen) -> Callable[[], None]:
        return lambda: self.fill(window, screen)

    def look(self) -> None:
        """Read the clocks of every window, and come again when a digit turns."""
        self._timer.stop()
        if not self.windows:
            return
        snapshot, show = self._client.snapshot, self._document.show
        try:
            zone = load_zone(show.zone)
            situation = situation_of(show, snapshot, self._timetable.outlook(), self._ready_timers())
        except TimeTextError as error:
            for window in self.windows:
                window.show_sight(Sight(message=str(error)))
            return
        now = self._client.show_now()
        in_run = snapshot.mode != "edit"
        counted = targets(show, snapshot, snapshot.media, situation.outlook) if in_run else ()
        stage = snapshot.stage
        machine_ns = time.monotonic_ns()
        blinks = stage is not None and stage.blink and bool(stage.text) and not stage.blackout
        inverted = blinks and machine_ns // BLINK_NS % 2 == 1
        waits = [BLINK_NS - machine_ns % BLINK_NS] if blinks else []
        for window in self.windows:
            faces, turn = read_faces(
                window.layout_.clocks,
                situation,
                now,
                zone,
                self._house.offset,
                pretended=snapshot.mode == "rehearse",
                timecode=snapshot.timecode,
                counts=show.counts,
                counted=counted,
                machine_now=Instant(machine_ns),
            )
            waits += self._timecode_turns(window, Instant(machine_ns))
            text, blackout = (stage.text, stage.blackout) if stage else ("", False)
            window.show_sight(Sight(faces, text, inverted, blackout))
            if snapshot.rate > 0:
                # Over and under move by themselves once a second, whatever else there is.
                waits.append(int(min(turn or _SECOND_NS, _SECOND_NS) / snapshot.rate))
        if waits:
            self._timer.start(max(5, -(-min(waits) // NS_PER_MS)))

    def _ready_timers(self) -> Sequence[Timer]:
        """Return the timers of the show, found again only where the show is another and a window has one."""
        if not any(entry.name == "timer" for window in self.windows for entry in window.layout_.clocks):
            return ()
        show = self._document.show
        if self._timers is None or self._timers[0] is not show:
            self._timers = show, ready_timers(show)
        return self._timers[1]

    def _timecode_turns(self, window: ClockWindow, now: Instant) -> list[int]:
        """Return in how many nanoseconds the timecode of a window turns, by the machine's clock."""
        view = self._client.snapshot.timecode
        if view is None:
            return []
        turns = (
            turns_in(view, now, frames=bool(entry.frames))
            for entry in window.layout_.clocks
            if entry.name == "timecode"
        )
        return [turn for turn in turns if turn is not None]

    def _look_if_seen(self, _change: object = None) -> None:
        if self.windows:
            self.look()

    def _first(self) -> ClockLayout:
        """The first window fills another monitor than the desk's where there is one."""
        here = self._owner.screen() if self._owner is not None else None
        others = [screen for screen in QGuiApplication.screens() if screen is not here]
        return ClockLayout(screen=others[0].name() if others else "")

    def _open(self, layout: ClockLayout) -> ClockWindow:
        layout = msgspec.structs.replace(layout, shown=True)
        window = ClockWindow(layout, self._themes, self._owner)
        window.menu_asked.connect(lambda at: self._show_menu(window, at))
        window.full_screen_asked.connect(
            lambda: self.fill(window, None if window.isFullScreen() else window.screen())
        )
        window.closed.connect(lambda: self._part(window))
        self.windows.append(window)
        self._restore(window)
        screens = QGuiApplication.screens() if layout.screen else []
        wanted = [screen for screen in screens if screen.name() == layout.screen]
        self.look()
        if wanted:
            window.setGeometry(wanted[0].geometry())
            window.showFullScreen()
        else:
            window.take_layout(msgspec.structs.replace(layout, screen=""))
            window.show()
        return window

    @staticmethod
    def _restore(window: ClockWindow) -> None:
        place = window.layout_.place
        if place is not None:
            window.setGeometry(*place)

    @staticmethod
    def _remember_place(window: ClockWindow) -> None:
        if not window.isFullScreen():
            box = window.geometry()
            place = box.x(), box.y(), box.width(), box.height()
            window.take_layout(msgspec.structs.replace(window.layout_, place=place))

    def _part(self, window: ClockWindow) -> None:
        """A window was closed; the last one is known again, as one of several it is gone."""
        if window not in self.windows:
            return
        is_last = len(self.windows) == 1 and not self._is_closing
        if is_last:
            self._keep()
        self.windows.remove(window)
        window.deleteLater()
        if is_last:
            self._put_away()
        elif not self._is_closing:
            self._keep()
        if not self.windows:
            self._timer.stop()

    def _put_away(self) -> None:
        """Know the windows when they are wanted, and do not open them by ourselves."""
        self._kept = [msgspec.structs.replace(layout, shown=False) for layout in self._kept]
        self._settings.setValue(_KEY, layouts_text(self._kept))

    def _keep(self) -> None:
        for window in self.windows:
            self._remember_place(window)
        self._kept = [window.layout_ for window in self.windows]
        self._settings.setValue(_KEY, layouts_text(self._kept))

    def _show_menu(self, window: ClockWindow, at: QPoint) -> None:
        menu = self.make_menu(window)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def make_menu(self, window: ClockWindow) -> QMenu:
        """Return the menu of a window."""
        menu = QMenu(window)

        def add(words: str, call: Callable[[], object]) -> None:
            menu.addAction(words).triggered.connect(lambda _checked=False: call())

        add(self.tr("Choose clocks…"), lambda: self.edit(window))
        add(self.tr("Tell the stage…"), self.message_asked.emit)
        menu.addSeparator()
        for screen in QGuiApplication.screens():
            words = self.tr("Fill {monitor}").format(monitor=screen.name() or self.tr("the monitor"))
            add(words, self._filler(window, screen))
        if window.isFullScreen():
            add(self.tr("Back to a window"), lambda: self.fill(window, None))
        menu.addSeparator()
        add(self.tr("Another clock window…"), self.open_another)
        add(self.tr("Close  Esc"), window.close)
        return menu
