"""The actions of one cue in the inspector: a card each, and how they are added, ordered and tried.

Owns the cards and what is done to the list. Every change goes through the document as one step; a
test-fire goes to the engine, which answers in a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from showcaller.core import edits, messages
from showcaller.core.messages import Done, Rejected
from showcaller.core.problems import Problem
from showcaller.core.show import Action, Cue, new_id
from showcaller.gui.action_editor import ActionCard
from showcaller.gui.cell_edits import row_name
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.rundown_words import number_of
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate


class ActionList(QWidget):
    """The cards of one cue's actions."""

    mend_wanted = Signal(object)

    def __init__(self, document: Document, client: Client, themes: ThemeHolder) -> None:
        super().__init__()
        self._document = document
        self._client = client
        self._themes = themes
        self._cue: Cue | None = None
        self.cards: dict[str, ActionCard] = {}
        self._typing = 0
        px = themes.theme.px
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(8))
        title = QLabel(translate("Inspector", "Actions"))
        title.setProperty("role", "label")
        self._none = QLabel()
        self._none.setProperty("role", "dim")
        self._none.setWordWrap(True)
        self.add = QToolButton()
        self.add.setText(translate("Inspector", "Add action"))
        self.add.setIcon(themes.theme.icon("add", themes.theme.dim))
        self.add.setToolButtonStyle(self.add.toolButtonStyle().ToolButtonTextBesideIcon)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.add)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.add.setMenu(self._menu)
        self._column.addWidget(title)
        self._column.addWidget(self._none)
        self._column.addWidget(self.add)

    def show_cue(self, cue: Cue | None) -> None:
        """Show a cue's actions; cards of actions that stay are kept."""
        if cue is None or self._cue is None or cue.id != self._cue.id:
            for action_id in list(self.cards):
                self._drop(action_id)
        self._cue = cue
        if cue is None:
            return
        wanted = [action.id for action in cue.actions]
        for action_id in [one for one in self.cards if one not in wanted]:
            self._drop(action_id)
        for place, action in enumerate(cue.actions):
            card = self.cards.get(action.id) or self._make(action.id)
            if self._column.indexOf(card) != place + 2:
                self._column.removeWidget(card)
                self._column.insertWidget(place + 2, card)
            last = place == len(cue.actions) - 1
            card.show_action(cue, action, self._client.catalogue, first=place == 0, last=last)
        self._none.setVisible(not cue.actions)
        self._none.setText(
            translate("Inspector", "This cue sends nothing. Add what a device shall do.")
            if self._document.show.devices
            else translate("Inspector", "No devices yet. Add OBS, a lighting desk or a console first.")
        )
        self.show_locks()

    def _make(self, action_id: str) -> ActionCard:
        card = ActionCard(self._themes, self._document, self._client.catalogue)
        self.cards[action_id] = card
        card.edited.connect(self._replace)
        card.moved.connect(lambda step: self._move(action_id, step))
        card.duplicated.connect(lambda: self._duplicate(action_id))
        card.removed.connect(lambda: self._remove(action_id))
        card.fired.connect(lambda: self._fire(action_id))
        card.mend_wanted.connect(self.mend_wanted)
        card.left.connect(self._end_typing)
        return card

    def _drop(self, action_id: str) -> None:
        card = self.cards.pop(action_id)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def show_locks(self) -> None:
        """Follow the mode: what is locked, and that a test-fire is for EDIT and REHEARSE."""
        if self._cue is None:
            return
        locked = not self._document.can_edit(self._cue.id, "actions")
        may_test = self._client.connected and self._client.snapshot.mode != "live"
        for card in self.cards.values():
            card.set_locked(locked=locked, may_test=may_test)
        self.add.setVisible(not locked)
        self.add.setEnabled(bool(self._document.show.devices))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong with each action."""
        for action_id, card in self.cards.items():
            card.show_problems([problem for problem in problems if problem.action_id == action_id])

    def commit(self) -> None:
        """Take what was typed and not yet taken."""
        for card in list(self.cards.values()):
            card.commit()

    def _end_typing(self) -> None:
        self._typing += 1

    def _edit(self, name: str, actions: tuple[Action, ...], merge_key: str | None = None) -> None:
        if self._cue is None:
            return
        cue = self._document.show.cue(self._cue.id)
        if cue is not None:
            change = edits.edit(self._document.show, cue.id, actions=actions)
            self._document.edit(name.format(row=row_name(cue)), change, merge_key)

    def _actions(self) -> tuple[Action, ...]:
        cue = self._document.show.cue(self._cue.id) if self._cue else None
        return cue.actions if cue else ()

    def _replace(self, action: Action, field: str) -> None:
        name = translate("Inspector", "Edit an action of {row}")
        actions = tuple(action if one.id == action.id else one for one in self._actions())
        self._edit(name, actions, f"{action.id}.{field}#{self._typing}")

    def _move(self, action_id: str, step: int) -> None:
        actions = list(self._actions())
        at = next(place for place, action in enumerate(actions) if action.id == action_id)
        if 0 <= at + step < len(actions):
            actions.insert(at + step, actions.pop(at))
            self._edit(translate("Inspector", "Move an action of {row}"), tuple(actions))

    def _duplicate(self, action_id: str) -> None:
        actions = list(self._actions())
        at = next(place for place, action in enumerate(actions) if action.id == action_id)
        actions.insert(at + 1, msgspec.structs.replace(actions[at], id=new_id()))
        self._edit(translate("Inspector", "Duplicate an action of {row}"), tuple(actions))

    def _remove(self, action_id: str) -> None:
        actions = tuple(action for action in self._actions() if action.id != action_id)
        self._edit(translate("Inspector", "Delete an action of {row}"), actions)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for device in self._document.show.devices:
            kind = self._client.catalogue.kind(device.kind)
            if kind is None:
                unknown = translate("Inspector", "{device} (unknown kind)").format(device=device.name)
                self._menu.addAction(unknown).setEnabled(False)
                continue
            menu = self._menu.addMenu(device.name)
            for form in kind.actions:
                entry = menu.addAction(form.title)
                entry.triggered.connect(partial(self._add_from_menu, device.id, form.name))

    def _add_from_menu(self, device_id: str, kind: str, _checked: object = None) -> None:
        self.add_action(device_id, kind)

    def add_action(self, device_id: str, kind: str) -> None:
        """Add an action; one that takes a number takes it from the call of the device's department."""
        if self._cue is None:
            return
        show = self._document.show
        device = show.device(device_id)
        catalogued = self._client.catalogue.kind(device.kind) if device else None
        form = catalogued.action(kind) if catalogued else None
        called = {call.department for call in self._cue.calls}
        takes_number = form is not None and bool(form.number_field) and device is not None
        number_from = device.department if takes_number and device and device.department in called else None
        action = Action(id=new_id(), device=device_id, kind=kind, number_from=number_from)
        self._edit(translate("Inspector", "Add an action to {row}"), (*self._actions(), action))

    def _fire(self, action_id: str) -> None:
        card = self.cards.get(action_id)
        if card is None or self._cue is None:
            return
        card.commit()
        action = next((one for one in self._actions() if one.id == action_id), None)
        if action is None:
            return
        card.show_outcome(translate("Inspector", "Sending…"), good=True)

        def tell(answer: Done | Rejected) -> None:
            still = self.cards.get(action_id)
            if still is not None:
                sentence = answer.sentence or translate("Inspector", "Sent.")
                still.show_outcome(sentence, good=isinstance(answer, Done))

        self._client.request(messages.TestFire(0, action, number_of(self._cue, action)), tell)
