"""The line of the calling panel that asks for a choice when the standby comes near a branch.

Owns when it is shown and what it says; the chooser is opened by its key. Knows no playback rule.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from showcaller.core.branches import chosen_ending, next_fork
from showcaller.core.messages import Snapshot
from showcaller.core.show import Show
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.lettering import BOLD, PLAIN, Span, TextLine
from showcaller.gui.shortcuts import shortcut, shown
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate


def ending_name(ending: str) -> str:
    """Return how an ending is called on the screen."""
    return ending or translate("Calling", "without a name")


def near_branch(show: Show, snapshot: Snapshot) -> str:
    """Return the branch that the standby stands in or directly above, until one of its endings has begun."""
    if snapshot.mode == "edit":
        return ""
    fork = next_fork(show, snapshot.standby, snapshot.segment)
    here = show.positions.get(snapshot.standby or "")
    if fork is None or here is None or any(branch == fork.branch for branch, _ in snapshot.begun):
        return ""
    if fork.first <= here < fork.behind:
        return fork.branch
    above = show.segment_places[fork.first - 1] if fork.first > 0 else -1
    return fork.branch if show.segment_places[here] == above else ""


def say_choice(show: Show, snapshot: Snapshot) -> tuple[Span, ...]:
    """Return what the line says; nothing where there is nothing to choose."""
    branch = near_branch(show, snapshot)
    if not branch:
        return ()
    key = shown(shortcut("choose_ending").keys[0])
    endings = show.endings[branch]
    chosen = chosen_ending(snapshot.chosen, branch)
    if chosen is not None:
        head = translate("Calling", "{branch}: {ending}").format(branch=branch, ending=ending_name(chosen))
        rest = translate("Calling", "chosen · another: {key}").format(key=key)
        return Span(head, "text", BOLD), Span(f"   {rest}", "dim", PLAIN)
    names = " · ".join(f"{place} {ending_name(one)}" for place, one in enumerate(endings[:9], 1))
    head = translate("Calling", "CHOOSE {key}: {endings}").format(key=key, endings=names)
    rest = translate("Calling", "planned: {ending}").format(ending=ending_name(endings[0]))
    return Span(f"◆ {head}", "standby", BOLD), Span(f"   {rest}", "dim", PLAIN)


class EndingLine(TextLine):
    """See the module's law."""

    def __init__(
        self, document: Document, client: Client, themes: ThemeHolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(themes, 17)
        if parent is not None:
            self.setParent(parent)
        self._document, self._client = document, client
        client.snapshot_changed.connect(self.look)
        document.changed.connect(self.look)
        self.look()

    def look(self, _change: object = None) -> None:
        """Say what there is to choose, or be away."""
        spans = say_choice(self._document.show, self._client.snapshot)
        self.setVisible(bool(spans))
        if spans:
            self.set_spans(*spans)
