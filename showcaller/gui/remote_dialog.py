"""Who may call from outside: OSC by address and port, MIDI by learned messages.

Owns the form and the learning: the engine tells the next message on the port, and it becomes that of the
word that was being learned. What was changed becomes one undo step.
"""

from __future__ import annotations

import ipaddress
from typing import get_args

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import edits, messages
from showcaller.core.show import MidiBinding, Remote
from showcaller.gui.client import Answer, Client
from showcaller.gui.dialog_fields import ReadField
from showcaller.gui.document import Document
from showcaller.gui.theme import ThemeHolder

WORDS: tuple[str, ...] = get_args(msgspec.structs.fields(MidiBinding)[0].type)


def read_port(text: str) -> int | None:
    """Read a port; nothing written is off.

    Raises:
        ValueError: It is none; the sentence says what is.
    """
    if not text:
        return None
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise ValueError("A port is a number from 1024 to 65535. Leave it empty for no remote GO by OSC.")
    return int(text)


def read_host(text: str) -> str:
    """Read the address on which to listen.

    Raises:
        ValueError: It is no address.
    """
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("Write 127.0.0.1 for this machine only, or 0.0.0.0 for the whole network.") from None


class RemoteDialog(QDialog):
    """See the module's law."""

    def __init__(
        self, document: Document, client: Client, themes: ThemeHolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._client = document, client
        theme = themes.theme
        remote = document.show.remote
        self._bindings: dict[str, MidiBinding] = {binding.word: binding for binding in remote.midi}
        self._learning: str | None = None
        self._learn_id: int | None = None
        self.setWindowTitle(self.tr("Remote GO"))
        self.setMinimumWidth(theme.px(560))
        self.port = ReadField(
            self.tr("OSC port"),
            "" if remote.osc_port is None else str(remote.osc_port),
            read_port,
            self.tr("Empty: off. QLab's words: /go, /stop, /panic, /playhead/next …"),
            placeholder="53000",
        )
        self.host = ReadField(
            self.tr("Listen on"),
            remote.osc_host,
            read_host,
            self.tr("127.0.0.1 is this machine alone. Whoever reaches another address can press GO."),
        )
        self.midi_port = ReadField(
            self.tr("MIDI port"), remote.midi_port, str, self.tr("Part of the port's name is enough.")
        )
        self.state = QLabel()
        self.state.setProperty("role", "dim")
        self.state.setWordWrap(True)
        grid = self._make_rows()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        addresses = QHBoxLayout()
        addresses.setSpacing(16)
        addresses.addWidget(self.port, 1, Qt.AlignmentFlag.AlignTop)
        addresses.addWidget(self.host, 1, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        layout.addLayout(addresses)
        layout.addWidget(self.midi_port)
        layout.addLayout(grid)
        layout.addWidget(self.state)
        layout.addWidget(buttons)
        client.midi_learned.connect(self._take_learned)
        self.finished.connect(lambda _code: self._stop_learning())
        self._show_bindings()
        self.state.setText(client.snapshot.remote)
        editable = document.can_edit(None, "remote")
        buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(editable)

    def _make_rows(self) -> QGridLayout:
        self._rows: dict[str, tuple[QLabel, QPushButton, QPushButton]] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for at, word in enumerate(WORDS):
            label = QLabel()
            learn = QPushButton(self.tr("Learn"))
            learn.setCheckable(True)
            learn.setAutoDefault(False)
            learn.setAccessibleName(self.tr("Learn {word}").format(word=word))
            learn.clicked.connect(lambda _=False, chosen=word: self._learn(chosen))
            forget = QPushButton(self.tr("Forget"))
            forget.setAutoDefault(False)
            forget.clicked.connect(lambda _=False, chosen=word: self._forget(chosen))
            grid.addWidget(QLabel(word), at, 0)
            grid.addWidget(label, at, 1)
            grid.addWidget(learn, at, 2)
            grid.addWidget(forget, at, 3)
            self._rows[word] = label, learn, forget
        return grid

    def _show_bindings(self) -> None:
        for word, (label, learn, forget) in self._rows.items():
            binding = self._bindings.get(word)
            label.setText(
                self.tr("{type} {number}, channel {channel}").format(
                    type=binding.type, number=binding.number, channel=binding.channel
                )
                if binding
                else "–"
            )
            learn.setChecked(word == self._learning)
            learn.setText(self.tr("Press it now…") if word == self._learning else self.tr("Learn"))
            forget.setEnabled(binding is not None)

    def _learn(self, word: str) -> None:
        if self._learning == word:
            self._stop_learning()
            return
        was_learning = self._learning is not None
        self._learning = word
        self._show_bindings()
        if not was_learning:
            if self.midi_port.line.text().strip() != self._document.show.remote.midi_port:
                self._keep_port()
            self._client.request(messages.LearnMidi(0, True), self._take_answer)

    def _keep_port(self) -> None:
        """The engine learns on the port of the show, so that has to be in it first."""
        show = self._document.show
        remote = msgspec.structs.replace(show.remote, midi_port=self.midi_port.line.text().strip())
        self._document.edit(self.tr("Remote MIDI port"), edits.edit(show, show.id, remote=remote))

    def _take_answer(self, answer: Answer) -> None:
        if isinstance(answer, messages.Rejected):
            self._learning = None
            self.state.setText(answer.sentence)
            self._show_bindings()

    def _take_learned(self, learned: messages.MidiLearned) -> None:
        if self._learning is None:
            return
        self._bindings[self._learning] = msgspec.convert(
            {
                "word": self._learning,
                "type": learned.message,
                "channel": learned.channel,
                "number": learned.number,
            },
            MidiBinding,
        )
        self._stop_learning()

    def _stop_learning(self) -> None:
        if self._learning is not None:
            self._learning = None
            self._client.request(messages.LearnMidi(0, False), lambda _answer: None)
            self._show_bindings()

    def _forget(self, word: str) -> None:
        self._bindings.pop(word, None)
        self._show_bindings()

    def accept(self) -> None:
        """Make what was changed one edit, if all of it can be read."""
        port_good, port = self.port.read()
        host_good, host = self.host.read()
        if not (port_good and host_good):
            return
        show = self._document.show
        remote = Remote(
            osc_port=port,
            osc_host=host or "127.0.0.1",
            midi_port=self.midi_port.line.text().strip(),
            midi=tuple(self._bindings.values()),
        )
        self._document.edit(self.tr("Remote GO"), edits.edit(show, show.id, remote=remote))
        super().accept()
