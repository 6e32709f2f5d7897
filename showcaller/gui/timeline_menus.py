"""The timeline's menus: what is snapped to, and what can be done at a place.

Owns their words and marks. Knows no document; the panel says what each does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from showcaller.core.frames import RATES
from showcaller.gui.shortcuts import shown, timeline_key
from showcaller.gui.timeline_snap import Snaps

translate = QCoreApplication.translate

ACTS = ("tl_split", "tl_join", "", "tl_open", "", "tl_selection", "tl_all", "tl_follow", "")


def fill_snaps(menu: QMenu, snaps: Snaps, take: Callable[[Snaps], None]) -> None:
    """Fill a menu with what can be snapped to."""
    grids = QActionGroup(menu)
    choices = [
        (translate("Timeline", "Whole seconds"), snaps._replace(grid="second")),
        *(
            (
                translate("Timeline", "Frames, {rate} a second").format(rate=rate),
                snaps._replace(grid="frame", rate=rate),
            )
            for rate in RATES
        ),
        (translate("Timeline", "No grid"), snaps._replace(grid="none")),
    ]
    for words, choice in choices:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(choice == snaps)
        action.triggered.connect(partial(_take, take, choice))
        grids.addAction(action)
    menu.addSeparator()
    neighbours, edges = (
        translate("Timeline", "Edges of other cues"),
        translate("Timeline", "Edges of segments, hard points"),
    )
    lines = (
        (neighbours, snaps.neighbours, snaps._replace(neighbours=not snaps.neighbours)),
        (edges, snaps.edges, snaps._replace(edges=not snaps.edges)),
    )
    for words, on, choice in lines:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(partial(_take, take, choice))
    menu.addSeparator()
    menu.addAction(translate("Timeline", "While dragging: Shift or Alt does not snap")).setEnabled(False)


def _take(take: Callable[[Snaps], None], choice: Snaps, _checked: bool = False) -> None:
    take(choice)


def make_menu(
    parent: QWidget, acts: Mapping[str, Callable[[], object]], snaps: Snaps, take: Callable[[Snaps], None]
) -> QMenu:
    """Make the menu of a place on the timeline.

    Args:
        parent: Whom it belongs to.
        acts: What each key of the timeline does, by its name.
        snaps: What is snapped to.
        take: Takes another choice.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for name in ACTS:
        if not name:
            menu.addSeparator()
            continue
        row = timeline_key(name)
        action = menu.addAction(f"{row.words}\t{shown(row.keys[0])}")
        action.triggered.connect(partial(_act, acts[name]))
    fill_snaps(menu.addMenu(timeline_key("tl_snap").words), snaps, take)
    return menu


def _act(act: Callable[[], object], _checked: bool = False) -> None:
    act()
