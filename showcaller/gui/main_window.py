"""The window: bars, panels, menus and keys, put together; and what happens when it is closed.

Owns the wiring of what is seen: which notice goes where, what is shown when. Which action calls whose verb
is `window_verbs`'. It decides nothing about the show: modes are `mode_changes`', files `file_commands`',
playback `calling`'s.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from showcaller.core.events import Mode
from showcaller.core.learned import lessons_of
from showcaller.core.times import ShowTime
from showcaller.gui.actions import Actions
from showcaller.gui.calling import Calling
from showcaller.gui.clock_windows import ClockWindows
from showcaller.gui.device_dialog import DeviceDialog
from showcaller.gui.dock_area import DockArea
from showcaller.gui.drop_in_dialog import DropInDialog
from showcaller.gui.ending_chooser import EndingChooser
from showcaller.gui.file_commands import FileCommands
from showcaller.gui.go_key import CLOSES_ON_ESCAPE, GoKey
from showcaller.gui.help_sheet import HelpSheet
from showcaller.gui.mode_bar import ModeBar
from showcaller.gui.mode_changes import ModeChanges
from showcaller.gui.note_popup import NotePopup
from showcaller.gui.notices import NoticeLine
from showcaller.gui.oops_panel import OopsPanel
from showcaller.gui.panel_ring import entry_of, press_focused
from showcaller.gui.panels import make_panels
from showcaller.gui.parts import Parts
from showcaller.gui.run_times_dialog import RunTimesDialog
from showcaller.gui.shortcuts import with_key
from showcaller.gui.stage_dialog import StageDialog
from showcaller.gui.start_page import StartPage, dropped_show
from showcaller.gui.status_line import StatusLine
from showcaller.gui.time_changes import TimeChanges
from showcaller.gui.timers_popup import TimersPopup
from showcaller.gui.tone_choice import ToneChoice
from showcaller.gui.wakefulness import Wakefulness
from showcaller.gui.window_menus import WindowMenus
from showcaller.gui.window_verbs import verbs_of

AWAKE_LOOK_MS = 1500
"""After so long a tool that could not do it has ended."""

_MODE_KEYS: Mapping[int, Mode] = {Qt.Key.Key_F5: "edit", Qt.Key.Key_F6: "rehearse"}
"""The keys that leave LIVE while they are held."""
WITHOUT_SHOW = frozenset({
    "new", "open", "import_json", "quit", "menu", "help", "full_screen", "larger", "smaller", "usual_size"
})  # fmt: skip
"""Actions of the start page."""


class MainWindow(QMainWindow):
    """See the module's law."""

    def __init__(self, parts: Parts, wakefulness: Wakefulness | None = None) -> None:
        super().__init__()
        self.parts = parts
        # Before there are widgets: to dress them again takes a quarter of a second.
        self._dress_application()
        self._wakefulness = wakefulness or Wakefulness()
        document, client, selection, themes = parts.document, parts.client, parts.selection, parts.themes
        four = document, client, selection, themes
        self.setWindowTitle("Showcaller")
        self.setAcceptDrops(True)
        self.resize(1600, 900)
        self.go_key = GoKey(client, lambda: self.panels.rundown.view, self)
        self.go_key.enabled = False
        self.panels = make_panels(parts, self.go_key)
        self.actions_ = Actions(self, themes)
        self.calling = Calling(document, client, selection, self)
        self.modes = ModeChanges(document, client, selection, themes, self)
        self.files = FileCommands(parts, self.modes, self)
        self.mode_bar = ModeBar(*four, parts.timetable, parts.house)
        self.status_line = StatusLine(*four)
        # From the outside in: what goes where there is a place already is dressed once, not thrice.
        self.pages = QStackedWidget(self)
        self.setCentralWidget(self.pages)
        self.start_page = StartPage(themes)
        self.pages.addWidget(self.start_page)
        self.desk = QWidget(self.pages)
        self.desk.setObjectName("desk")
        self.pages.addWidget(self.desk)
        column = QVBoxLayout(self.desk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.mode_bar)
        inset = QVBoxLayout()
        inset.setContentsMargins(8, 8, 8, 0)
        column.addLayout(inset, 1)
        self.docks = DockArea(
            self.panels.rundown,
            {
                "inspector": self.panels.inspector,
                "calling": self.panels.calling_area,
                "timeline": self.panels.timeline,
                "meters": self.panels.meters,
                "devices": self.panels.devices,
                "asrun": self.panels.asrun,
                "problems": self.panels.problems,
            },
            themes,
            parts.settings,
            self.desk,
        )
        inset.addWidget(self.docks)
        column.addWidget(self.status_line)
        self.tones = ToneChoice(client, parts.settings, self)
        self.clocks = ClockWindows(
            document, client, themes, parts.timetable, parts.house, parts.settings, self
        )
        self._timers: TimersPopup | None = None
        self.notices = NoticeLine(themes, self)
        self.note = NotePopup(document, client, themes, self)
        self.times = TimeChanges(*four, parts.timetable, self)
        self.endings = EndingChooser(document, client, themes, parts.timetable, self)
        self.oops = OopsPanel(document, client, themes, self)
        self.menus = WindowMenus(parts, self.actions_, self.calling, self.files, self.docks, self)
        self._connect_actions()
        self._connect_parts()
        self._show_page()
        geometry = parts.settings.value("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def _connect_parts(self) -> None:
        parts = self.parts
        for source in (
            parts.client,
            parts.filing,
            parts.supervisor,
            self.go_key,
            self.calling,
            self.modes,
            self.files,
            self.mode_bar,
            self.times,
            self.endings,
            self.panels.timeline,
        ):
            source.noticed.connect(self.notices.tell)
        parts.handover.rejected.connect(lambda sentence: self.notices.tell("problem", sentence))
        parts.document.refused.connect(lambda sentence: self.notices.tell("problem", sentence))
        parts.document.history_changed.connect(self._show_history)
        parts.document.mode_changed.connect(self._take_mode)
        parts.filing.opened.connect(self._take_show)
        parts.supervisor.state_changed.connect(self._show_engine)
        parts.client.link_changed.connect(self._show_engine)
        parts.themes.changed.connect(self._restyle)
        self.go_key.changed.connect(self._show_key)
        self.go_key.stop_asked.connect(self._show_stop)
        self.go_key.noticed.connect(lambda _severity, words: self.panels.calling.flash(words))
        self.mode_bar.mode_asked.connect(self.modes.ask)
        self.mode_bar.over_asked.connect(self.times.plan_buy_back)
        self.mode_bar.menu_asked.connect(self.show_menu)
        self.status_line.retry_asked.connect(parts.filing.retry)
        self.mode_bar.retry_asked.connect(parts.filing.retry)
        self.status_line.help_asked.connect(self.show_help)
        self.clocks.message_asked.connect(self.tell_stage)
        self.panels.devices.add_asked.connect(self.add_device)
        self.panels.devices.edit_asked.connect(self.edit_device)
        self.panels.problems.device_asked.connect(self.edit_device)
        self.panels.calling.skip_asked.connect(self.times.skip)
        self.panels.calling.jump_asked.connect(self.times.jump)
        self.panels.rundown.time_change_asked.connect(self._change_times)
        self.status_line.problems_asked.connect(lambda: self.docks.reveal("problems"))
        self.panels.timeline.inspector_asked.connect(self.open_inspector)
        self.start_page.new_asked.connect(self.files.new)
        self.start_page.open_asked.connect(self.files.open)
        self.start_page.demo_asked.connect(self.files.open_demo)
        self.start_page.file_asked.connect(self.files.open_path)

    def _connect_actions(self) -> None:
        self.actions_.connect(verbs_of(self), self.go_key.repeats)
        for dock in self.docks.docks.values():
            self.addAction(dock.toggleViewAction())

    def _change_times(self, change: str, row: str) -> None:
        """Show what a change of times costs that the menu of a row asked for."""
        if change == "float":
            self.times.float_rows()
        else:
            {"skip": self.times.skip_row, "jump": self.times.jump, "start": self.times.start_segment}[change](
                row
            )

    def drop_in(self) -> None:
        """Ask for an unplanned item, and show what it costs."""
        parts = self.parts
        four = parts.document, parts.client, parts.selection, parts.themes
        self._show_beside(DropInDialog(*four, parts.timetable, self))

    def show_run_times(self) -> None:
        """Show what the last run teaches of times."""
        parts = self.parts
        self._show_beside(RunTimesDialog(parts.document, parts.client, parts.themes, self))

    def _show_beside(self, dialog: QDialog) -> None:
        """Show a dialog that leaves GO and STOP ALL to the mouse; there is one of its kind at a time."""
        for other in self.findChildren(type(dialog)):
            if other is not dialog:
                other.close()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setProperty(CLOSES_ON_ESCAPE, True)
        dialog.show()

    def float_rows(self) -> None:
        """Float rows: in EDIT in the show, in a run with its cost first."""
        in_run = self.parts.client.snapshot.mode != "edit"
        (self.times if in_run else self.calling).float_rows()

    def ring(self) -> list[QWidget]:
        """Return what the keyboard goes round with Ctrl+Tab."""
        return [self.panels.rundown, *(dock.widget() for dock in self.docks.docks.values()), self.status_line]

    def show_menu(self) -> None:
        """Open the menu below its button."""
        self.menus.show_below(self.mode_bar.menu_button)

    def show_manual(self) -> None:
        """Offer the departments to put on manual, or back."""
        if self.parts.client.snapshot.mode == "edit":
            self.notices.tell("notice", self.tr("In EDIT nothing is sent: manual belongs to a run."))
        else:
            self.menus.show_manual_below(self.mode_bar)

    def show_help(self) -> None:
        """Show all keys."""
        self.open_dialog(HelpSheet(self.parts.themes, self))

    def add_device(self) -> None:
        """Add a device to the show."""
        parts = self.parts
        self.open_dialog(DeviceDialog(parts.document, parts.client, parts.selection, parts.themes, self))

    def edit_device(self, device_id: str) -> None:
        """Open a device's settings."""
        parts = self.parts
        four = parts.document, parts.client, parts.selection, parts.themes
        self.open_dialog(DeviceDialog(*four, self, device_id=device_id))

    @staticmethod
    def open_dialog(dialog: QWidget) -> None:
        """Show a dialog that ends with its closing, and go on."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        open_it = getattr(dialog, "open", dialog.show)
        open_it()

    def open_note(self) -> None:
        """Open a note on the cue called last, else the selected, else the standby."""
        snapshot = self.parts.client.snapshot
        rows = [snapshot.last_called, self.parts.selection.current, snapshot.standby]
        if snapshot.mode == "edit":
            del rows[0]
        if not any(self.note.open(row) for row in rows):
            self.notices.tell("notice", self.tr("Select the row that the note is for."))

    def unlock_selected(self) -> None:
        """Let the selected cue be edited in LIVE, until its row is left."""
        current = self.parts.selection.current
        if current is not None and self.panels.rundown.can_unlock(current):
            self.panels.rundown.unlock(current)
        else:
            self.notices.tell(
                "notice", self.tr("In LIVE a cue that was not called yet can be unlocked. Select one.")
            )

    def go_to_next_problem(self) -> None:
        """Select the row of the next problem."""
        show, current = self.parts.document.show, self.parts.selection.current
        rows = [problem.row_id for problem in self.parts.document.problems if problem.row_id]
        if not rows:
            self.notices.tell("notice", self.tr("No row has a problem."))
            return
        here = show.positions.get(current or "", -1)
        following = next((row for row in rows if show.positions.get(row, -1) > here), rows[0])
        self.parts.selection.select([following], following)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def toggle_clock_windows(self) -> None:
        """Throw the clocks onto another monitor, or take them away."""
        self.clocks.toggle()
        self.activateWindow()

    def open_inspector(self) -> None:
        """Show the inspector and give it the keyboard."""
        self.docks.reveal("inspector")
        entry = entry_of(self.panels.inspector)
        if entry is not None:
            entry.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def tell_stage(self) -> None:
        """Write to the stage."""
        self.open_dialog(StageDialog(self.parts.client, self.parts.themes, self))

    def show_timers(self) -> None:
        """Show the stopwatches and countdowns, to start and stop them by hand."""
        if self._timers is None:
            self._timers = TimersPopup(self.parts.document, self.parts.client, self.parts.themes, self)
        self._timers.show()
        self._timers.raise_()
        self._timers.activateWindow()

    def set_house_clock(self) -> None:
        """Take this moment for the top of the house clock's minute."""
        offset = self.parts.house.set_at(ShowTime(time.time_ns()))
        self.notices.tell(
            "notice",
            self.tr("House clock: {offset} s against this machine. Triggers go by the machine.").format(
                offset=f"{offset / 1000:+.1f}"
            ),
        )

    def ask_mode(self, mode: str) -> None:
        """A key asks for a mode; to leave LIVE it is held, as the switch is."""
        if self.parts.client.snapshot.mode == "live" and mode != "live":
            self.mode_bar.switch.segments[mode].begin()  # type: ignore[index]
        elif not any(self.go_key.repeats(key) for key, named in _MODE_KEYS.items() if named == mode):
            self.modes.ask(mode)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard: Space is GO."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat()
        if not (enter and press_focused()):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The key of a mode came up."""
        mode = _MODE_KEYS.get(event.key())
        if mode is not None and not event.isAutoRepeat():
            self.mode_bar.switch.segments[mode].end_key()
        super().keyReleaseEvent(event)

    def _take_show(self) -> None:
        """Another show is open: find its engine."""
        parts = self.parts
        parts.selection.select(())
        self._show_page()
        self.start_page.show_recent(self.files.recent())
        parts.supervisor.run(parts.document.show.id)
        if not self.clocks.windows:
            self.clocks.open_kept()
        self.panels.rundown.view.setFocus()

    def _show_page(self) -> None:
        has_show = self.parts.filing.path is not None
        self.pages.setCurrentWidget(self.desk if has_show else self.start_page)
        self.go_key.enabled = has_show
        title = self.parts.document.show.title if has_show else ""
        self.setWindowTitle(f"{title} – Showcaller" if title else "Showcaller")
        for name, action in self.actions_.by_name.items():
            action.setEnabled(has_show or name in WITHOUT_SHOW)
        self.start_page.show_recent(self.files.recent())
        self._show_history()

    def _show_history(self) -> None:
        history = self.parts.document.history
        for name, step in (("undo", history.undo_name), ("redo", history.redo_name)):
            action = self.actions_.by_name[name]
            action.setEnabled(step is not None)
            words = QCoreApplication.translate("Shortcuts", "Undo" if name == "undo" else "Redo")
            action.setText(f"{words} {step}" if step else words)

    def _take_mode(self) -> None:
        mode = self.parts.document.mode
        self.docks.take("edit" if mode == "edit" else "run")
        if mode == "edit" and lessons_of(self.parts.client.lines, self.parts.document.show):
            words = with_key(self.tr("The run is over. Keep or plan its times:"), "run_times")
            self.notices.tell("offer", words)
        if mode == "live":
            sentence = self._wakefulness.start()
            if sentence:
                self.notices.tell("notice", sentence)
            QTimer.singleShot(AWAKE_LOOK_MS, self, self._look_awake)
        else:
            self._wakefulness.stop()

    def _look_awake(self) -> None:
        if self.parts.document.mode == "live" and not self._wakefulness.works:
            self.notices.tell("notice", self._wakefulness.missing)

    def _show_engine(self) -> None:
        supervisor = self.parts.supervisor
        words = {
            "stopped": "",
            "starting": self.tr("The engine is starting…"),
            "running": "",
            "failed": self.tr("NO ENGINE. Menu: Devices, Start the engine again."),
        }[supervisor.state]
        self.status_line.show_engine(words)

    def _show_key(self) -> None:
        self.panels.calling.set_key_state(self.go_key.key_text, elsewhere=self.go_key.elsewhere)

    def _show_stop(self, words: str) -> None:
        self.panels.calling.show_stop_words(words)
        seen = self.panels.calling.isVisible() and not self.panels.calling.is_folded
        self.notices.hold("" if seen else words)

    def _dress_application(self) -> None:
        theme = self.parts.themes.theme
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setFont(theme.body())
        application.setStyleSheet(theme.style_sheet())

    def _restyle(self) -> None:
        themes = self.parts.themes
        self._dress_application()
        self.actions_.draw_icons()
        self.parts.settings.setValue("theme", themes.theme.name)
        self.parts.settings.setValue("zoom", themes.theme.zoom)

    def showEvent(self, event: QShowEvent) -> None:
        """From now on there is a window whose keys can be looked at."""
        super().showEvent(event)
        self.go_key.watch(self.windowHandle())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take show files."""
        if dropped_show(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        path = dropped_show(event)
        if path is not None:
            event.acceptProposedAction()
            self.files.open_path(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close, unless a LIVE show or unsaved edits want a word first."""
        if not self.files.may_quit():
            event.ignore()
            return
        parts = self.parts
        self.docks.save()
        parts.settings.setValue("geometry", self.saveGeometry())
        self.clocks.end()
        self._wakefulness.stop()
        parts.supervisor.stop(end_engine=self.files.nothing_runs())
        event.accept()
