"""How a show is called: what Space says, the set of words, its own words over it, and a call in these words.

Owns these fields and their example. Part of the show's properties; changes nothing by itself.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from showcaller.core.calls import go_words, standby_words, warning_words
from showcaller.core.show import Call, Cue, Department, Show, Wording
from showcaller.gui.choice_boxes import Drop
from showcaller.gui.dialog_fields import Labelled, ReadField
from showcaller.gui.theme import ThemeHolder


def _read_speed(text: str) -> float:
    try:
        speed = float(text.replace(",", "."))
    except ValueError:
        speed = 0.0
    if not 1 <= speed <= 10:
        raise ValueError(
            QCoreApplication.translate("WordingForm", "Nobody speaks so. Write 3.5: between 1 and 10.")
        )
    return speed


class WordingForm(QWidget):
    """See the module's law."""

    def __init__(self, show: Show, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.calling = Drop(themes)
        self.calling.addItem(self.tr("GO alone"), "go")
        self.calling.addItem(self.tr("standby, then GO"), "standby-go")
        self.calling.addItem(self.tr("warning, standby, then GO"), "warning-standby-go")
        self.calling.addItem(self.tr("standby while it is held, GO when it comes up"), "hold")
        self.calling.setCurrentIndex(self.calling.findData(show.calling))
        self.words = Drop(themes)
        self.words.addItem(self.tr("Plain: “LX 24, Sound 7, GO”"), "plain")
        self.words.addItem(self.tr("US: “Lights 24, Sound 7… GO”"), "us")
        self.words.addItem(self.tr("UK: “LX Q24, Sound Q7… GO”"), "uk")
        self.words.addItem(self.tr("Broadcast: “Take 2”, “Roll VT 3”"), "broadcast")
        self.words.setCurrentIndex(self.words.findData(show.wording.words))
        own = show.wording
        self.call = self._line(own.call, "{department} {number}")
        self.warning = self._line(own.warning, "Warning {calls}")
        self.standby = self._line(own.standby, "Standby {calls}")
        self.go = self._line(own.go, "{calls}… GO")
        self.example = QLabel()
        self.example.setProperty("role", "dim")
        self.example.setWordWrap(True)
        self.example.setAccessibleName(self.tr("Example of a call"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.addWidget(Labelled(self.tr("Space says"), self.calling), 0, 0, 1, 2)
        grid.addWidget(Labelled(self.tr("Wording of calls"), self.words), 0, 2, 1, 2)
        for column, (label, line) in enumerate(
            (
                (self.tr("Own words: one call"), self.call),
                (self.tr("Warning"), self.warning),
                (self.tr("Standby"), self.standby),
                (self.tr("GO"), self.go),
            )
        ):
            grid.addWidget(Labelled(label, line), 1, column)
        self.words_per_second = ReadField(
            self.tr("Words a second"),
            f"{show.words_per_second:g}",
            _read_speed,
            self.tr("How fast the caller speaks: calls that come closer together are marked."),
        )
        grid.addWidget(self.example, 2, 0, 1, 4)
        grid.addWidget(self.words_per_second, 3, 0, 1, 4)
        self._departments = show.departments or (
            Department(id="lx", name="LX"),
            Department(id="snd", name="SND", spoken="Sound"),
        )
        self.words.currentIndexChanged.connect(self._show_example)
        self._show_example()

    def _line(self, text: str, example: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setPlaceholderText(example)
        line.textChanged.connect(self._show_example)
        return line

    def read(self) -> Wording:
        """Return the wording as it stands here."""
        return Wording(
            words=self.words.currentData(),
            call=self.call.text().strip(),
            warning=self.warning.text().strip(),
            standby=self.standby.text().strip(),
            go=self.go.text().strip(),
        )

    def _show_example(self, *_: object) -> None:
        named = self._departments[:2]
        calls = tuple(
            Call(department=one.id, number=number) for one, number in zip(named, ("24", "7"), strict=False)
        )
        show = Show(id="", wording=self.read(), departments=self._departments)
        cue = Cue(id="", calls=calls)
        said = (words(show, cue) for words in (warning_words, standby_words, go_words))
        self.example.setText(" · ".join(f"“{words}”" for words in said))
