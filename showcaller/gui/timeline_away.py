"""Where the show lies, said over the timeline while nothing of it can be seen.

Owns those words and their place. Knows no document; the panel tells it what is seen.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from showcaller.gui.lettering import TextLine
from showcaller.gui.theme import ThemeHolder

FOLLOW_SHARE = 1 / 3
"""Where now stands in the view while it is followed."""


class AwayLine(TextLine):
    """One line over the lanes."""

    def __init__(self, themes: ThemeHolder, panel: QWidget) -> None:
        super().__init__(themes, 13, parent=panel)
        self._panel = panel
        self.hide()

    def say(
        self, extent: tuple[float, float] | None, span: tuple[float, float], clock: Callable[[float], str]
    ) -> None:
        """Say where the show lies, if it lies elsewhere.

        Args:
            extent: Where its bars begin and end, in seconds; None where there are none.
            span: What is seen.
            clock: Returns the time of day of a place.
        """
        if extent is None or (extent[0] <= span[1] and span[0] <= extent[1]):
            self.hide()
            return
        words = (
            self.tr("◀ The show lies before: {begins} to {ends}. All (0) shows it.")
            if extent[1] < span[0]
            else self.tr("The show lies ahead: {begins} to {ends}. All (0) shows it. ▶")
        )
        self.set_text(words.format(begins=clock(extent[0]), ends=clock(extent[1])), "info")
        self.place()
        self.show()

    def place(self) -> None:
        """Take the place right of now, where it is followed: the line does not cross the words."""
        panel = self._panel
        self.adjustSize()
        left = round(panel.width() * (FOLLOW_SHARE + 0.08))
        self.setMaximumWidth(max(1, panel.width() - left))
        self.move(left, panel.height() // 2)
        self.raise_()
