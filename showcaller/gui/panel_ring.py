"""From panel to panel by keyboard: which widget gets it next.

Owns the ring of what can be seen and typed into, and that Enter presses what Tab has reached, for Space is
GO. Knows no panel's inside; the main window has the keys.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget


def _takes_keys(widget: QWidget, policy: Qt.FocusPolicy) -> bool:
    return widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & policy)


def entry_of(panel: QWidget) -> QWidget | None:
    """Return the widget of a panel that the keyboard goes to first; None where there is none."""
    if not panel.isVisible():
        return None
    proxy = panel.focusProxy()
    if proxy is not None and proxy.isVisible():
        return proxy
    widget = panel.nextInFocusChain()
    while widget is not None and widget is not panel:
        ours = panel.isAncestorOf(widget) and not isinstance(widget, QScrollArea)
        if ours and _takes_keys(widget, Qt.FocusPolicy.TabFocus):
            return widget
        widget = widget.nextInFocusChain()
    return panel if _takes_keys(panel, Qt.FocusPolicy.ClickFocus) else None


def step_panel(panels: Sequence[QWidget], by: int) -> None:
    """Give the keyboard to the next panel that can take it.

    Args:
        panels: All panels, in the order of the ring.
        by: 1 forwards, -1 backwards.
    """
    focus = QApplication.focusWidget()
    here = next(
        (
            place
            for place, panel in enumerate(panels)
            if focus and (panel is focus or panel.isAncestorOf(focus))
        ),
        0 if by < 0 else -1,
    )
    for step in range(1, len(panels) + 1):
        entry = entry_of(panels[(here + by * step) % len(panels)])
        if entry is not None:
            entry.setFocus(Qt.FocusReason.TabFocusReason)
            return


def press_focused() -> bool:
    """Press the button that has the keyboard; say whether there is one."""
    focus = QApplication.focusWidget()
    if not isinstance(focus, QAbstractButton) or not focus.isEnabled():
        return False
    focus.click()
    return True
