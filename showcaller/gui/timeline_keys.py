"""Which of the timeline's keys a key press is.

Owns the reading of key events against the table of shortcuts; the panel does what they say.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from showcaller.gui.shortcuts import TIMELINE_KEYS

REPEATING = frozenset({
    "tl_earlier", "tl_later", "tl_bit_earlier", "tl_bit_later", "tl_longer", "tl_shorter", "tl_left",
    "tl_right", "tl_page_left", "tl_page_right", "tl_next", "tl_previous", "tl_lane_up", "tl_lane_down",
    "tl_nearer", "tl_farther",
})  # fmt: skip
"""Keys that go on while they are held."""

_SIGNS = {Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Equal}
"""Whether Shift writes them depends on the keyboard."""
_SAME = {Qt.Key.Key_Backtab: Qt.Key.Key_Tab, Qt.Key.Key_Enter: Qt.Key.Key_Return}


def name_of(event: QKeyEvent) -> str:
    """Return the name of the timeline's key that was pressed; empty where it is none of them."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    if key in _SIGNS:
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    pressed = QKeySequence(modifiers.value | _SAME.get(key, key).value)
    return next(
        (row.name for row in TIMELINE_KEYS if any(pressed == QKeySequence(one) for one in row.keys)), ""
    )
