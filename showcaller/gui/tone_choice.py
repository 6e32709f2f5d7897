"""This machine's choice of tones: which audio output, and what sounds there.

Owns the choice, where it is kept, and that the engine knows it: it is told on each connection and after each
change. The engine plays; a window that only watches tells nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal

from showcaller.core.tones import SetTones
from showcaller.gui.client import Client

_OUTPUT, _COUNTS, _PROMPTS = "tones/output", "tones/counts", "tones/prompts"


class ToneChoice(QObject):
    """See the module's law."""

    changed = Signal()

    def __init__(self, client: Client, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client, self._settings = client, settings
        self._told: SetTones | None = None
        client.link_changed.connect(self._tell)

    @property
    def choice(self) -> SetTones:
        """What is chosen."""
        return SetTones(
            id=0,
            output=str(self._settings.value(_OUTPUT, "")),
            counts=str(self._settings.value(_COUNTS, "true")) == "true",
            prompts=str(self._settings.value(_PROMPTS, "false")) == "true",
        )

    def choose(self, output: str, *, counts: bool, prompts: bool) -> None:
        """Take another choice, for this user on this machine; an empty output is off."""
        for key, value in ((_OUTPUT, output), (_COUNTS, counts), (_PROMPTS, prompts)):
            self._settings.setValue(key, value if isinstance(value, str) else str(value).lower())
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        """Tell the engine, unless it knows: one that just started has its tones off."""
        if not self._client.connected:
            self._told = None
        elif self._client.editor and self.choice != (self._told or SetTones(id=0)):
            self._told = self.choice
            self._client.request(self.choice)
