"""New, open, save as, import, export, demo, quit: what is asked and in which order.

Owns the file dialogs, the last files, and that a LIVE show is left by a held button first. The files
themselves are `filing`'s.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from showcaller.assets import asset
from showcaller.core.times import TimeOfDay, load_zone, nearest
from showcaller.gui.demos import DEFAULT, DEMOS
from showcaller.gui.filing import SUFFIX, empty_show, read_demo, recent_paths
from showcaller.gui.mode_changes import ModeChanges
from showcaller.gui.parts import Parts
from showcaller.gui.questions import SaveFailed
from showcaller.showfile.errors import PlaceError, ShowFileError
from showcaller.showfile.places import data_folder

_log = logging.getLogger(__name__)

RECENT_KEPT = 12
LOSE = 2
"""`SaveFailed`'s answer that gives the last edits up."""


class FileCommands(QObject):
    """See the module's law."""

    noticed = Signal(str, str)

    def __init__(self, parts: Parts, modes: ModeChanges, window: QWidget) -> None:
        super().__init__(window)
        self._parts, self._modes, self._window = parts, modes, window
        self._quitting = False
        self._demo_begins: TimeOfDay | None = None
        self._unasked = False
        parts.filing.opened.connect(self._remember)
        parts.handover.loaded.connect(self._begin_demo)

    def recent(self) -> Sequence[Path]:
        """Return the last files that still are there, newest first."""
        return recent_paths(self._parts.settings.value("recent"))

    def _remember(self) -> None:
        path = self._parts.filing.path
        if path is not None:
            here = path.absolute()
            kept = [here, *(one for one in self.recent() if one != here)]
            self._parts.settings.setValue("recent", [str(one) for one in kept[:RECENT_KEPT]])

    def nothing_runs(self) -> bool:
        """Say whether the engine has nothing to go on with."""
        snapshot = self._parts.client.snapshot
        return snapshot.mode != "live" and not (snapshot.running or snapshot.waits or snapshot.fades)

    def _after_live(self, title: str, way_on: str, then: Callable[[], object]) -> bool:
        """Do something that ends a LIVE run, asking first; return whether it was done at once.

        The window that only watches a run ends nothing by going away.
        """
        if self._modes.mode != "live" or not self._parts.client.connected or self._modes.watches:
            then()
            return True
        question = self._modes.leaving_question(title, way_on, hold=True)

        def go_on(_answer: object) -> None:
            then()

        question.accepted.connect(lambda: self._modes.enter("edit", on_answer=go_on))
        question.finished.connect(question.deleteLater)
        question.open()
        return False

    def _try(self, verb: Callable[[], None]) -> bool:
        try:
            verb()
        except ShowFileError as error:
            self.noticed.emit("problem", str(error))
            return False
        return True

    def new(self) -> None:
        """Make a new show; it has a file at once."""
        self._after_live(
            self.tr("Leave LIVE for a new show?"),
            self.tr("Leave LIVE"),
            self._open_new,
        )

    def _open_new(self) -> None:
        self._try(lambda: self._parts.filing.make(empty_show(self.tr("Untitled show"))))

    def open(self) -> None:
        """Ask for a show file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open a show"),
            str(self._folder()),
            self.tr("Shows (*{suffix});;JSON (*.json);;All files (*)").format(suffix=SUFFIX),
        )
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Open a show file, or import a JSON."""
        if path.suffix.lower() == ".json":
            self._import(path)
            return
        self._after_live(
            self.tr("Leave LIVE and open {name}?").format(name=path.stem),
            self.tr("Leave LIVE"),
            lambda: self.open_now(path),
        )

    def open_now(self, path: Path) -> bool:
        """Open a show file; return whether it is open."""
        return self._try(lambda: self._parts.filing.open(path))

    def open_demo(self, name: str = DEFAULT) -> None:
        """Open a fresh copy of a demo, and rehearse it."""
        self._after_live(
            self.tr("Leave LIVE for the demo?"), self.tr("Leave LIVE"), lambda: self.start_demo(name)
        )

    def start_demo(self, name: str = DEFAULT) -> bool:
        """Make a fresh copy of a demo and open it; it goes into REHEARSE when the engine has it."""
        demo = DEMOS[name]

        def make() -> None:
            show, inventories = read_demo(asset(demo.file).read_bytes())
            self._parts.filing.make(show, inventories=inventories)

        self._demo_begins = demo.begins
        done = self._try(make)
        if not done:
            self._demo_begins = None
        return done

    def _begin_demo(self) -> None:
        begins, self._demo_begins = self._demo_begins, None
        if begins is None:
            return
        zone = load_zone(self._parts.document.show.zone)
        clock = nearest(begins, zone, self._parts.client.show_now())
        self._modes.enter("rehearse", clock=clock)

    def save_as(self) -> None:
        """Ask for a name and go on with a copy that is a show of its own."""
        if self._modes.mode == "live":
            self.noticed.emit("notice", self.tr("LIVE: save a copy instead; it leaves this show as it is."))
            return
        path = self._ask_where(self.tr("Save the show as"), SUFFIX)
        if path is not None:
            self._try(lambda: self._parts.filing.save_as(path))

    def save_copy(self) -> None:
        """Ask for a name and write a backup."""
        path = self._ask_where(self.tr("Save a copy"), SUFFIX)
        if path is not None and self._try(lambda: self._parts.filing.save_copy(path)):
            self.noticed.emit("notice", self.tr("A copy is in {path}.").format(path=path))

    def import_json(self) -> None:
        """Ask for a JSON and open it as a new show."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Import a show"), str(self._folder()), self.tr("JSON (*.json)")
        )
        if name:
            self._import(Path(name))

    def _import(self, path: Path) -> None:
        self._after_live(
            self.tr("Leave LIVE and import {name}?").format(name=path.stem),
            self.tr("Leave LIVE"),
            lambda: self.import_now(path),
        )

    def import_now(self, path: Path) -> None:
        """Import a JSON into a new file in the user's data folder."""
        self._try(lambda: self._parts.filing.import_json(path))

    def export_json(self) -> None:
        """Ask for a name and write the show as JSON."""
        path = self._ask_where(self.tr("Export as JSON"), ".json")
        if path is not None and self._try(lambda: self._parts.filing.export_json(path)):
            self.noticed.emit("notice", self.tr("The show is in {path}.").format(path=path))

    def _ask_where(self, title: str, suffix: str) -> Path | None:
        filing = self._parts.filing
        stem = filing.path.stem if filing.path else self.tr("Show")
        begin = self._folder() / f"{stem}{suffix}"
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(begin), f"*{suffix}")
        if not name:
            return None
        path = Path(name)
        return path if path.suffix else path.with_suffix(suffix)

    def _folder(self) -> Path:
        path = self._parts.filing.path
        if path is not None:
            return path.parent
        try:
            return data_folder()
        except PlaceError:
            return Path.home()

    def end_unasked(self) -> None:
        """Close the window because the system says so: nobody may be there to answer. A LIVE run goes on."""
        self._unasked = True
        self._window.close()

    def may_quit(self) -> bool:
        """Say whether the window may close now; else what must be answered first is asked."""
        if self._unasked:
            self._save_or_lose()
            return True
        asks = self._modes.mode == "live" and self._parts.client.connected and not self._modes.watches
        if asks and not self._quitting:
            self._after_live(self.tr("Quit while LIVE?"), self.tr("Leave LIVE and quit"), self._quit)
            return False
        try:
            self._parts.filing.close()
        except ShowFileError as error:
            return self._ask_about_loss(str(error))
        return True

    def _quit(self) -> None:
        self._quitting = True
        self._window.close()

    def _save_or_lose(self) -> None:
        try:
            self._parts.filing.close()
        except ShowFileError as error:
            _log.error("The window was told to end, and not all could be saved. %s", error)
            self._parts.filing.close(abandon=True)

    def _ask_about_loss(self, sentence: str) -> bool:
        dialog = SaveFailed(self._parts.themes, sentence, self._window)
        answer = dialog.exec()
        dialog.deleteLater()
        if answer == LOSE:
            self._parts.filing.close(abandon=True)
            return True
        if answer == SaveFailed.DialogCode.Accepted:
            path = self._ask_where(self.tr("Save the show as"), SUFFIX)
            if path is not None and self._try(lambda: self._parts.filing.rescue(path)):
                return True
        return False
