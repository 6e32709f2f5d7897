"""The pieces of the calling panel: a rule, a line with its figure, a coming cue, and how GO reads.

Owns their layout and GO's wording. Knows neither client nor document; the panel fills them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from showcaller.core import events as ev
from showcaller.gui.calling_words import Line, Said
from showcaller.gui.lettering import BOLD, PLAIN, Span, TextLine
from showcaller.gui.slab_button import Face
from showcaller.gui.theme import Theme, ThemeHolder

MOST_PROMPTS = 3
"""So many words for timed cues are shown at once."""
MOST_RUNNING = 2
_ROOMY = 600
"""Height of the design from which on nothing has to give way, with one thing of each sort."""


class Rule(QWidget):
    """A line of one pixel between two parts."""

    def __init__(self, themes: ThemeHolder) -> None:
        super().__init__()
        self._themes = themes
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._themes.theme.line)
        painter.end()


class Pair(QWidget):
    """A line of words with a figure at the right."""

    def __init__(self, themes: ThemeHolder, pixels: float, figure_pixels: float) -> None:
        super().__init__()
        self.words = TextLine(themes, pixels)
        self.figure = TextLine(themes, figure_pixels, face="mono", side="right")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.figure)


class PromptRows(QWidget):
    """What timed cues want said now, the most urgent first."""

    def __init__(self, themes: ThemeHolder) -> None:
        super().__init__()
        self.pairs = [Pair(themes, 20, 20) for _ in range(MOST_PROMPTS)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for pair in self.pairs:
            column.addWidget(pair)

    def show_prompts(self, prompts: Sequence[Line], *, most: int) -> None:
        """Show so many of them at most, and how many more there are."""
        shown = prompts[:most]
        more = len(prompts) - len(shown)
        for place, pair in enumerate(self.pairs):
            pair.setVisible(place < len(shown))
            if place < len(shown):
                line = shown[place]
                is_last = place == len(shown) - 1
                pair.words.set_text(f"{line.mark} {line.words}", line.tone, BOLD)
                pair.figure.set_text(f"{line.figure} +{more}" if more and is_last else line.figure, line.tone)
        self.setVisible(bool(shown))


class NextLine(QWidget):
    """A cue that comes after the standby: number, words, when."""

    def __init__(self, themes: ThemeHolder) -> None:
        super().__init__()
        self._themes = themes
        self.number = TextLine(themes, 17, face="mono")
        self.pair = Pair(themes, 15, 15)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.number)
        row.addWidget(self.pair, 1)
        self.dress()
        themes.changed.connect(self.dress)

    def dress(self) -> None:
        """Line the numbers up."""
        self.number.setFixedWidth(self._themes.theme.px(66))

    def show_line(self, line: Line) -> None:
        """Show a cue: bold where somebody calls it, dim where it fires by itself."""
        self.number.set_text(line.mark)
        spans = [Span(line.words, line.tone, BOLD if line.tone == "text" else PLAIN)]
        if line.detail:
            spans.append(Span(f" · {line.detail}", "dim"))
        self.pair.words.set_spans(*spans)
        self.pair.figure.set_text(line.figure, "dim")


def title_of_go(said: Said) -> str:
    """Return the large word on GO: what the next press says."""
    return {"warning": _tr("WARNING"), "standby": _tr("STANDBY"), "go": _tr("GO")}[said.step]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calling", text)


def face_of_go(
    said: Said, *, mode: ev.Mode, connected: bool, key_text: str, elsewhere: bool, flashed: str
) -> Face:
    """Return what stands on GO: what it would do now, and with which key, or why it does nothing.

    Args:
        said: What the panel says.
        mode: The mode; in EDIT nothing is sent.
        connected: The engine is there.
        key_text: The key that is GO now.
        elsewhere: No window of ours has the keyboard.
        flashed: Why the last GO was not taken, while that is still to be said.
    """
    if flashed:
        return Face("", flashed, "quiet", "live")
    if not connected:
        return Face(_tr("the engine is not there"), "", "off")
    if said.refusal:
        return Face(said.refusal, "", "off")
    if elsewhere:
        return Face(_tr("keyboard is elsewhere"), "", "quiet", "standby")
    if said.step != "go":
        if said.holds:
            key_text = _tr("hold {key}").format(key=key_text)
        return Face(f"{key_text} · {said.words}", "", "quiet", "standby")
    if mode == "edit":
        return Face(_tr("{key} · moves the standby only").format(key=key_text))
    if said.holds:
        wording = _tr("press {key} and let it go") if said.within else _tr("let {key} go")
        key_text = wording.format(key=key_text)
    going = said.going or ("" if said.failing else said.words)
    caption = " · ".join(part for part in (key_text, going or _tr("nothing goes")) if part)
    return Face(caption, said.failing, "solid" if said.due else "quiet")


def roomy_height(said: Said, beside: int) -> int:
    """Return the height of the design from which on nothing but the words has to give way.

    Args:
        said: What the panel says now.
        beside: What counts and the choice of an ending take of it.
    """
    extra = 28 * min(len(said.running), MOST_RUNNING + 1) + 40 * bool(said.left_waiting)
    return _ROOMY + extra + beside + 28 * bool(said.missed) + 36 * min(len(said.prompts), MOST_PROMPTS)


def give_way(lack: int, lesser: Iterable[tuple[Sequence[QWidget], int]]) -> None:
    """Hide what can be read or done elsewhere before the words and GO's caption lose their room.

    Args:
        lack: How many pixels are missing; nothing is hidden while none is.
        lesser: What may go and how many pixels each gives, the least first.
    """
    for widgets, gives in lesser:
        for widget in widgets:
            widget.setVisible(lack <= 0)
        lack -= gives


def dress_switch(theme: Theme, switch: QPushButton, drop: QPushButton, *, on: bool) -> None:
    """Dress the AUTO switch, amber while it is off, and the button beside it."""
    colour = (theme.dim if on else theme.standby).name()
    border = (theme.line if on else theme.standby).name()
    px = theme.px
    small = f"padding: {px(3)}px {px(8)}px; font-size: {px(13)}px;"
    style = f"QPushButton {{ {small} color: {colour}; border-color: {border}; }}"
    if switch.styleSheet() != style:
        switch.setStyleSheet(style)
        drop.setStyleSheet(f"QPushButton {{ {small} }}")
