"""Which file is open, and everything that brings a show from or to a file.

Owns the open `ShowFile` and its words “Saved” and “NOT SAVED”. The document asks it to keep changes
(`document.Keeper`); the window asks it to open, make, copy, import and export. Knows no widget and no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from PySide6.QtCore import QDateTime, QObject, Qt, Signal

from showcaller.core.edits import Change
from showcaller.core.history import History
from showcaller.core.show import Department, Segment, Show, new_id
from showcaller.core.times import load_zone
from showcaller.gui.document import Document, Names
from showcaller.showfile.errors import PlaceError, SecretsError, ShowFileError
from showcaller.showfile.file import ShowFile
from showcaller.showfile.inventories import Inventories, SeenInventory
from showcaller.showfile.json_form import show_from_json, show_to_json
from showcaller.showfile.places import new_show_path, secrets_path
from showcaller.showfile.secrets import Secrets

SUFFIX = ".show"


def local_zone() -> str:
    """Return the name of this machine's time zone, or London's where it has none that we know."""
    name = bytes(QDateTime.currentDateTime().timeZone().id().data()).decode(errors="replace")
    try:
        load_zone(name)
    except ValueError:
        return Show(id="").zone
    return name


def empty_show(title: str) -> Show:
    """Return a show to begin with: the usual departments and one segment."""
    departments = tuple(
        Department(id=new_id(), name=name, spoken=spoken, colour=colour)
        for name, spoken, colour in (
            ("LX", "LX", "#E9E29A"),
            ("SND", "Sound", "#4FA3F7"),
            ("VT", "VT", "#B58CF2"),
            ("GFX", "Graphics", "#3FC6B8"),
            ("CAM", "Camera", "#8DA2B5"),
        )
    )
    opening = Segment(id=new_id(), page="A1", title="")
    return Show(id=new_id(), title=title, zone=local_zone(), departments=departments, rundown=(opening,))


class Filing(QObject):
    """The open show file, and the ways from one to another."""

    opened = Signal()
    """Another show is in the document."""
    noticed = Signal(str, str)
    _state_told = Signal(int, object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._file: ShowFile | None = None
        self._state_told.connect(self._show_state, Qt.ConnectionType.QueuedConnection)

    @property
    def path(self) -> Path | None:
        """The open file, or None."""
        return self._file.path if self._file else None

    def keep(self, revision: int, name: str, change: Change, history: History) -> None:  # noqa: ARG002
        """Queue a change for the disk; see `document.Keeper`."""
        if self._file is None:
            return
        try:
            self._file.commit(change, revision, history)
        except (ShowFileError, ValueError) as error:
            sentence = self.tr("NOT SAVED: {reason}").format(reason=error)
            self._document.show_saved(sentence, unsaved=True)
            self.noticed.emit("problem", sentence)

    def keep_inventory(self, device: str, names: Names, seen_at: int) -> None:
        """Queue names that were read from a device; see `document.Keeper`."""
        if self._file is None or self._file.read_only:
            return
        seen = SeenInventory(dict(names), datetime.fromtimestamp(seen_at / 1e9, UTC))
        self._file.keep_inventories({device: seen})

    def open(self, path: Path) -> None:
        """Open a show file in place of the open one.

        Raises:
            ShowFileError: It cannot be read, or the open one could not be saved; that stays open.
        """
        opened = ShowFile.open(path, on_state=self._tell_state)
        self._put_in_place(opened.file, opened.show, opened.inventories, opened.history)

    def make(self, show: Show, path: Path | None = None, inventories: Inventories | None = None) -> None:
        """Put a show into a new file and open it; without a path in the user's data folder.

        Raises:
            ShowFileError: The file cannot be made.
        """
        try:
            where = path or new_show_path(show.title)
        except PlaceError as error:
            raise ShowFileError(str(error)) from error
        file = ShowFile.create(
            where, show, inventories, overwrite=path is not None, on_state=self._tell_state
        )
        self._put_in_place(file, show, inventories or {}, History())

    def save_as(self, path: Path) -> None:
        """Go on with a copy that is a show of its own, passwords included.

        Raises:
            ShowFileError: The copy could not be made.
        """
        document = self._document
        if self._file is None:
            return
        before = document.show.id
        opened = self._file.save_as(path, overwrite=True)
        try:
            Secrets(secrets_path()).copy(before, opened.show.id)
        except (SecretsError, PlaceError) as error:
            self.noticed.emit("problem", str(error))
        self._put_in_place(opened.file, opened.show, opened.inventories, opened.history)

    def save_copy(self, path: Path) -> None:
        """Write a backup and go on with the open file.

        Raises:
            ShowFileError: The copy could not be made.
        """
        if self._file is not None:
            self._file.back_up(path, overwrite=True)

    def import_json(self, source: Path, path: Path | None = None) -> None:
        """Read a show from JSON into a new file, and open that; passwords in it go to the secrets file.

        Raises:
            ShowFileError: It is no such show, or the file cannot be made.
        """
        try:
            show, inventories, secrets = show_from_json(source.read_bytes())
            if secrets:
                Secrets(secrets_path()).write(show.id, secrets)
        except OSError as error:
            raise ShowFileError(f"{source} cannot be read: {error.strerror}.") from error
        except (SecretsError, PlaceError) as error:
            raise ShowFileError(str(error)) from error
        self.make(show, path, inventories)

    def export_json(self, path: Path, *, with_inventories: bool = False) -> None:
        """Write the open show as JSON.

        Raises:
            ShowFileError: The place does not take it.
        """
        inventories = self._inventories() if with_inventories else None
        try:
            path.write_bytes(show_to_json(self._document.show, inventories))
        except OSError as error:
            raise ShowFileError(f"{path} cannot be written: {error.strerror}.") from error

    def close(self, *, abandon: bool = False) -> None:
        """Save what is left and let go of the file.

        Raises:
            ShowFileError: Not all could be saved.
        """
        if self._file is not None:
            self._file.close(abandon=abandon)
            self._file = None

    def rescue(self, path: Path) -> None:
        """Write the show from memory into a new file, and give the open one up: the way out of a full disk.

        Raises:
            ShowFileError: That place does not take it either.
        """
        document = self._document
        copy = msgspec.structs.replace(document.show, id=new_id())
        ShowFile.create(path, copy, self._inventories(), document.history, overwrite=True).close()
        self.close(abandon=True)

    def retry(self) -> None:
        """Try at once what could not be saved."""
        if self._file is not None:
            self._file.retry()

    def _inventories(self) -> Inventories:
        document = self._document
        return {
            device: SeenInventory(
                dict(names), datetime.fromtimestamp((document.inventory_seen_at(device) or 0) / 1e9, UTC)
            )
            for device, names in document.inventories.items()
        }

    def _put_in_place(self, file: ShowFile, show: Show, inventories: Inventories, history: History) -> None:
        try:
            self.close()
        except ShowFileError:
            file.close()
            raise
        self._file = file
        try:
            load_zone(show.zone)
        except ValueError as error:
            show = msgspec.structs.replace(show, zone=Show(id="").zone)
            sentence = self.tr("{error} Until then all times are those of {zone}.")
            self.noticed.emit("problem", sentence.format(error=error, zone=show.zone))
        self._document.open(
            show,
            file.path,
            revision=file.revision,
            history=history,
            inventories={device: seen.names for device, seen in inventories.items()},
            seen_at={
                device: int(seen.seen_at.timestamp()) * 1_000_000_000 for device, seen in inventories.items()
            },
            keeper=self,
            read_only=bool(file.read_only),
        )
        if file.read_only:
            self.noticed.emit("notice", file.read_only)
            said = self.tr("READ ONLY: {reason}").format(reason=file.read_only)
            self._document.show_saved(said, unsaved=False)
        else:
            self._document.show_saved(self.tr("Saved"), unsaved=False)
        self.opened.emit()

    def _tell_state(self, pending: int, error: str | None) -> None:
        """Called from the thread that writes: hand the state to the window's thread."""
        self._state_told.emit(pending, error)

    def _show_state(self, pending: int, error: str | None) -> None:
        if error is not None:
            self._document.show_saved(error, unsaved=True)
        elif pending:
            self._document.show_saved(self.tr("Saving…"), unsaved=True)
        else:
            now = datetime.now(load_zone(self._document.show.zone))
            self._document.show_saved(self.tr("Saved {time}").format(time=f"{now:%H:%M:%S}"), unsaved=False)


def recent_paths(stored: object) -> Sequence[Path]:
    """Return the paths of a stored list of last files that still are there."""
    texts = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
    return [Path(text) for text in texts if isinstance(text, str) and Path(text).is_file()]


def read_demo(data: bytes) -> tuple[Show, Inventories]:
    """Return the demo as a show of its own, so that two copies never share an engine, and its inventories.

    Raises:
        ShowFileError: It is damaged.
    """
    show, inventories, _ = show_from_json(data)
    return msgspec.structs.replace(show, id=new_id()), inventories
