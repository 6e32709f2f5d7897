"""Brings the open show to the engine, and what only the engine has back into the show.

Owns the order of it: the show in chunks, then each change with its number, and a change that came while
the show was on its way only after it. The document knows no socket and the client no document; this is
the one place where they meet.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from showcaller.core import messages
from showcaller.core.edits import Change
from showcaller.gui.client import Answer, Client
from showcaller.gui.document import Document

ROWS_AT_ONCE = 200
CHANGES_KEPT = 1000
"""How many of the newest changes can be given to an engine that lags, instead of the whole show."""


class Handover(QObject):
    """Keeps the engine's copy of the show the same as the document."""

    loaded = Signal()
    """The engine has the whole show."""
    rejected = Signal(str)

    def __init__(self, document: Document, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._recent: deque[tuple[int, str, Change]] = deque(maxlen=CHANGES_KEPT)
        self._held_back: list[messages.ChangeShow] = []
        self._chunks: Iterator[messages.Command] | None = None
        self._stale = False
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._send_chunk)
        document.changed.connect(self._take_document)
        document.edited.connect(self._send_change)
        client.welcomed.connect(self._take_welcome)
        client.change_missed.connect(self._take_missing)
        client.inventory_read.connect(self._take_inventory)
        client.snapshot_changed.connect(self._take_mode)
        client.link_changed.connect(self._take_link)

    @property
    def loading(self) -> bool:
        """The show is on its way."""
        return self._chunks is not None

    def load(self) -> None:
        """Hand the whole show over again."""
        document = self._document
        show, revision = document.show, document.revision
        self._held_back.clear()
        self._chunks = self._messages(
            messages.LoadShow(
                show=msgspec.structs.replace(show, rundown=()),
                revision=revision,
                path=str(document.path),
                inventories=document.inventories,
            ),
            [
                messages.LoadRows(show.rundown[at : at + ROWS_AT_ONCE])
                for at in range(0, len(show.rundown), ROWS_AT_ONCE)
            ],
        )
        self._turn.start()

    @staticmethod
    def _messages(first: messages.LoadShow, rows: list[messages.LoadRows]) -> Iterator[messages.Command]:
        yield first
        yield from rows

    def _send_chunk(self) -> None:
        if self._chunks is None or not self._client.attached:
            self._turn.stop()
            self._chunks = None
            return
        chunk = next(self._chunks, None)
        if chunk is not None:
            self._client.send(chunk)
            return
        self._turn.stop()
        self._chunks = None
        self._client.request(messages.ShowLoaded(0), self._take_loaded)
        held_back, self._held_back = self._held_back, []
        for change in held_back:
            self._request(change)

    def _take_loaded(self, answer: Answer) -> None:
        if isinstance(answer, messages.Done):
            self.loaded.emit()
        else:
            self.rejected.emit(answer.sentence)

    def _take_document(self, change: object) -> None:
        if change == ():
            self._recent.clear()
            self._document.mode = "edit"

    def _take_link(self) -> None:
        if not self._client.connected:
            self._turn.stop()
            self._chunks = None
            self._held_back.clear()

    def _take_welcome(self, welcome: messages.Welcome) -> None:
        document = self._document
        self._take_mode()
        if not welcome.editor:
            return
        if welcome.show != document.show.id:
            self.load()
        elif welcome.revision < document.revision:
            missing = [entry for entry in self._recent if entry[0] > welcome.revision]
            if len(missing) == document.revision - welcome.revision:
                for revision, name, change in missing:
                    self._request(messages.ChangeShow(id=0, revision=revision, name=name, change=change))
                self.loaded.emit()
            elif welcome.snapshot.mode == "edit":
                self.load()
            else:
                self._stale = True
                self.rejected.emit(
                    self.tr(
                        "The engine runs an older state of this show. It takes the newest when the run ends."
                    )
                )
        else:
            self.loaded.emit()

    def _take_missing(self, missing: messages.MissingChange) -> None:
        self._document.take(missing.revision, missing.name, missing.change)

    def _take_inventory(self, inventory: messages.InventoryRead) -> None:
        self._document.take_inventory(inventory.device, inventory.names, inventory.seen_at)

    def _take_mode(self) -> None:
        mode = self._client.snapshot.mode
        if mode != self._document.mode:
            self._document.mode = mode
            self._document.unlocked = None
            self._document.mode_changed.emit()
        if self._stale and mode == "edit":
            self._stale = False
            self.load()

    def _send_change(self, revision: int, name: str, change: Change) -> None:
        self._recent.append((revision, name, change))
        command = messages.ChangeShow(id=0, revision=revision, name=name, change=change)
        if self.loading:
            self._held_back.append(command)
        elif self._client.connected:
            self._request(command)

    def _request(self, command: messages.ChangeShow) -> None:
        self._client.request(command, lambda answer: self._take_answer(command, answer))

    def _take_answer(self, command: messages.ChangeShow, answer: Answer) -> None:
        if isinstance(answer, messages.Rejected) and self._client.connected:
            self.rejected.emit(answer.sentence)
            kept = [entry for entry in self._recent if entry[0] != command.revision]
            self._recent = deque(kept, maxlen=CHANGES_KEPT)
            self._document.take_back(command.revision, command.name, command.change)
