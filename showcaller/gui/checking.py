"""Keeps the document's list of problems right: all once, then after each edit only what it can have altered.

Owns when the checks run: in the turn after an edit, so that typing never waits for them, and anew when the
engine tells what can be controlled or a device tells new names. What is wrong is `core.checks`' business.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, QTimer

from showcaller.core.checks import Checked, examine, recheck
from showcaller.core.edits import Change
from showcaller.core.forms import Catalogue
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.load_watch import LoadWatch


class Checking(QObject):
    """See the module's law."""

    def __init__(
        self,
        document: Document,
        client: Client,
        parent: QObject | None = None,
        *,
        watch: LoadWatch | None = None,
    ) -> None:
        """Begin to check.

        Args:
            document: The open show.
            client: Brings what can be controlled.
            parent: The owner.
            watch: Brings what is more than a caller can say.
        """
        super().__init__(parent)
        self._document, self._client, self._watch = document, client, watch
        self._checked: Checked | None = None
        self._catalogue: Catalogue | None = None
        self._unchecked: Change = ()
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._check)
        document.changed.connect(self._take_change)
        document.inventories_changed.connect(self._begin_anew)
        client.link_changed.connect(self._take_catalogue)
        if watch is not None:
            watch.changed.connect(self._tell)

    def _take_change(self, change: object) -> None:
        if change == ():
            self._begin_anew()
        else:
            self._unchecked = (*self._unchecked, *cast("Change", change))
            self._turn.start()

    def _take_catalogue(self) -> None:
        if self._client.connected and self._client.catalogue != self._catalogue:
            self._catalogue = self._client.catalogue
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._checked = None
        self._unchecked = ()
        self._turn.start()

    def _check(self) -> None:
        """Check; without a catalogue every device would be unknown, so that is waited for."""
        if self._catalogue is None:
            return
        show, change = self._document.show, self._unchecked
        self._unchecked = ()
        if self._checked is None:
            self._checked = examine(show, self._catalogue, self._document.inventories)
        elif change:
            self._checked = recheck(self._checked, show, change)
        self._tell()

    def _tell(self) -> None:
        if self._checked is not None:
            heard = self._watch.problems if self._watch is not None else ()
            self._document.show_problems((*self._checked.problems, *heard))
