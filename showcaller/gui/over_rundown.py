"""Where the little panels and dialogs of a run stand: over the rundown; NOW, the words and GO stay in sight.

Owns that place and the frame of such a panel. Knows nothing of what is in them.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QWidget

from showcaller.gui.theme import Theme


def widest(parent: QWidget, theme: Theme) -> int:
    """Return how wide something over the rundown may be, beside the calling panel."""
    return parent.width() * 2 // 3 - theme.px(32)


def place_over_rundown(widget: QWidget, theme: Theme) -> None:
    """Move a child of the window, or a dialog of it, beside the calling panel."""
    parent = widget.parentWidget()
    if parent is None:
        return
    left = max(theme.px(16), widest(parent, theme) + theme.px(16) - widget.width())
    if isinstance(widget, QDialog):
        widget.move(parent.mapToGlobal(QPoint(left, theme.px(96))))
    else:
        widget.move(QPoint(left, theme.px(72)))


def frame_of(name: str, border: QColor, theme: Theme) -> str:
    """Return the style of a panel's rounded ground, for the object of that name."""
    return (
        f"#{name} {{ background: {theme.raised.name()}; border: 1px solid {border.name()};"
        f" border-radius: {theme.px(8)}px; }}"
    )
