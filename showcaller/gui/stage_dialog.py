"""What the stage is told: words on every clock window, blinking or not, and the blackout of those.

Owns the form only: each press is a playback event, so that every window and every client shows it and the
as-run keeps it. It shows what stands there now, whoever said it.
"""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import events as ev
from showcaller.core.times import ShowTime
from showcaller.gui.client import Client
from showcaller.gui.dialog_fields import Labelled
from showcaller.gui.theme import ThemeHolder

LONGEST = 120
"""Letters of a message: more cannot be read from far."""
_NOW = ShowTime(0)
"""The engine sets an event's time."""


class StageDialog(QDialog):
    """See the module's law."""

    def __init__(self, client: Client, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        theme = themes.theme
        self.setWindowTitle(self.tr("Tell the stage"))
        self.setMinimumWidth(theme.px(640))
        stage = client.snapshot.stage
        self.text = QLineEdit(stage.text if stage else "")
        self.text.setMaxLength(LONGEST)
        self.text.setPlaceholderText(self.tr("Wrap up"))
        self.blink = QPushButton()
        self.blink.setCheckable(True)
        self.blink.setChecked(stage is not None and stage.blink)
        self.blink.toggled.connect(lambda _on: self._word_switches())
        self.state = QLabel()
        self.state.setProperty("role", "dim")
        self.state.setWordWrap(True)
        self.show_ = QPushButton(self.tr("Show  Enter"))
        self.show_.setDefault(True)
        self.clear = QPushButton(self.tr("Clear"))
        self.blackout = QPushButton()
        self.blackout.setCheckable(True)
        self.close_ = QPushButton(self.tr("Close  Esc"))
        buttons = QHBoxLayout()
        for button in (self.blink, self.show_, self.clear, self.blackout, self.close_):
            button.setAutoDefault(button is self.show_)
            buttons.addWidget(button)
        self.show_.clicked.connect(lambda _checked=False: self._tell())
        self.clear.clicked.connect(lambda _checked=False: self._clear())
        self.blackout.clicked.connect(self._black_out)
        self.close_.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        help_text = self.tr("Stands on every clock window until it is cleared.")
        layout.addWidget(Labelled(self.tr("Message"), self.text, help_text))
        layout.addWidget(self.state)
        layout.addLayout(buttons)
        client.snapshot_changed.connect(self._show_state)
        self._show_state()
        self.text.selectAll()

    def _tell(self) -> None:
        text = " ".join(self.text.text().split())
        if text:
            self._client.do(ev.StageMessage(at=_NOW, text=text, blink=self.blink.isChecked()))

    def _clear(self) -> None:
        self.text.clear()
        self._client.do(ev.StageMessage(at=_NOW))

    def _black_out(self, on: bool) -> None:
        stage = self._client.snapshot.stage
        text, blink = (stage.text, stage.blink) if stage else ("", False)
        self._client.do(ev.StageMessage(at=_NOW, text=text, blink=blink, blackout=on))

    def _show_state(self) -> None:
        stage = self._client.snapshot.stage
        self.blackout.setChecked(stage is not None and stage.blackout)
        if stage is None:
            words = self.tr("The stage sees clocks alone.")
        elif stage.blackout:
            words = self.tr("The stage sees black.")
        else:
            words = self.tr("The stage reads: {text}").format(text=stage.text)
        self.state.setText(words)
        self._word_switches()

    def _word_switches(self) -> None:
        """Say by words, and not by colour alone, what is on."""
        blinks, black = self.blink.isChecked(), self.blackout.isChecked()
        self.blink.setText(self.tr("Blinking") if blinks else self.tr("Steady"))
        self.blackout.setText(self.tr("End blackout") if black else self.tr("Blackout"))
        self.blink.setAccessibleName(self.tr("Blink: {state}").format(state=self.blink.text()))
