"""The tones of counts and prompts: on which audio output of this machine, and which of them.

Owns the form. What is chosen holds at once and for every show; the list of outputs and the state of the
chosen one are the engine's to tell.
"""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from showcaller.core.messages import Rejected
from showcaller.core.tones import DEFAULT_OUTPUT, ListOutputs, TryTone
from showcaller.gui.choice_boxes import Drop
from showcaller.gui.client import Answer, Client
from showcaller.gui.dialog_fields import Labelled
from showcaller.gui.form_widgets import Switch
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.tone_choice import ToneChoice


class TonesDialog(QDialog):
    """See the module's law."""

    def __init__(
        self, choice: ToneChoice, client: Client, themes: ThemeHolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choice, self._client = choice, client
        self._is_over = False
        theme, chosen = themes.theme, choice.choice
        self.setWindowTitle(self.tr("Tones"))
        self.setMinimumWidth(theme.px(520))
        self.output = Drop(themes)
        self.output.setAccessibleName(self.tr("Audio output"))
        self.counts = Switch(themes, self.tr("a pip at each number of a count, a long one at its end"))
        self.counts.setChecked(chosen.counts)
        self.prompts = Switch(themes, self.tr("a sound when a timed cue is to be warned or stood by"))
        self.prompts.setChecked(chosen.prompts)
        self.state = QLabel()
        self.state.setProperty("role", "dim")
        self.state.setWordWrap(True)
        self.state.setAccessibleName(self.tr("State of the audio output"))
        self.sound = QPushButton(self.tr("Sound a pip"))
        self.sound.clicked.connect(lambda: self._client.request(TryTone(0), self._take_answer))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        below = QHBoxLayout()
        below.addWidget(self.state, 1)
        below.addWidget(self.sound)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(
            Labelled(
                self.tr("Audio output"),
                self.output,
                self.tr("Of this machine, for every show. Nothing of the show is played here."),
            )
        )
        layout.addWidget(self.counts)
        layout.addWidget(self.prompts)
        layout.addLayout(below)
        layout.addWidget(buttons)
        self._offer(())
        self.output.currentIndexChanged.connect(self._choose)
        for box in (self.counts, self.prompts):
            box.toggled.connect(self._choose)
        client.outputs_listed.connect(self._offer)
        client.snapshot_changed.connect(self._show_state)
        client.request(ListOutputs(0), self._take_answer)
        self._show_state()

    def done(self, result: int) -> None:
        """Take no answer any more: the list of outputs may come after the dialog has gone."""
        self._is_over = True
        super().done(result)

    def _offer(self, names: tuple[str, ...]) -> None:
        """Show these outputs; a chosen one that is not there stays chosen."""
        chosen = self._choice.choice.output
        self.output.blockSignals(True)
        self.output.clear()
        self.output.addItem(self.tr("Off: nothing sounds"), "")
        self.output.addItem(self.tr("The system’s output"), DEFAULT_OUTPUT)
        for name in names:
            self.output.addItem(name, name)
        if self.output.findData(chosen) < 0:
            self.output.addItem(self.tr("{name} (not there)").format(name=chosen), chosen)
        self.output.setCurrentIndex(self.output.findData(chosen))
        self.output.blockSignals(False)

    def _choose(self, _value: object = None) -> None:
        self._choice.choose(
            self.output.currentData(), counts=self.counts.isChecked(), prompts=self.prompts.isChecked()
        )
        self._show_state()

    def _take_answer(self, answer: Answer) -> None:
        if isinstance(answer, Rejected) and not self._is_over:
            self.state.setText(answer.sentence)

    def _show_state(self) -> None:
        if not self._client.connected:
            words = self.tr("The engine is not there.")
        elif not self._choice.choice.output:
            words = self.tr("Tones are off.")
        else:
            words = self._client.snapshot.tones or self.tr("The output is ready.")
        self.state.setText(words)
        self.sound.setEnabled(bool(self._choice.choice.output))
