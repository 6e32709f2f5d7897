"""One action in the inspector: its device, what it does there, its fields, its fade, and a test.

Owns the card of one action. It is drawn from the catalogue's forms alone, so that an action can be edited
where its device does not exist; what this copy does not know is shown read only and kept. Hands whole
actions to the list that built it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from showcaller.core.forms import ActionForm, Catalogue, KindForm, unknown_fields
from showcaller.core.problems import Problem
from showcaller.core.show import Action, Cue
from showcaller.gui.call_editor import icon_button
from showcaller.gui.choice_boxes import ChoiceBox
from showcaller.gui.document import Document
from showcaller.gui.fade_editor import FadeEditor
from showcaller.gui.form_boxes import box_for, offer_names, shown_value, with_value
from showcaller.gui.form_widgets import Box, UnknownBox
from showcaller.gui.rundown_words import describe_action, number_of
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate


class _Shape(NamedTuple):
    """What decides which boxes a card has."""

    kind: KindForm | None
    form: ActionForm | None
    unknown: tuple[str, ...]
    devices: tuple[tuple[str, str], ...]


class ActionCard(QFrame):
    """The card of one action."""

    edited = Signal(object, str)
    """The action as it is to be, and the name of the field that was edited."""
    moved = Signal(int)
    duplicated = Signal()
    removed = Signal()
    fired = Signal()
    mend_wanted = Signal(object)
    left = Signal()

    def __init__(self, themes: ThemeHolder, document: Document, catalogue: Catalogue) -> None:
        super().__init__()
        self._themes = themes
        self._document = document
        self._catalogue = catalogue
        self.action = Action(id="", device="", kind="")
        self._cue = Cue(id="")
        self._shape: _Shape | None = None
        self._form: ActionForm | None = None
        self.boxes: dict[str, Box] = {}
        """The boxes of the form's fields, by field name; `device`, `kind` and `number_from` too."""
        self.fade: FadeEditor | None = None
        self._problems: dict[str, Problem] = {}
        self.setObjectName("action")
        px = themes.theme.px
        self.setStyleSheet(
            f"QFrame#action {{ background: {themes.theme.raised.name()}; border-radius: {px(8)}px;"
            f"border: 1px solid {themes.theme.line.name()}; }}"
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(12), px(8), px(8), px(12))
        outer.setSpacing(px(8))
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setStyleSheet("font-weight: 600;")
        self.summary.setMinimumWidth(px(40))
        self.summary.setWordWrap(True)
        self.test = icon_button(themes, "test", translate("Inspector", "Test-fire: send this action now"))
        self.up = icon_button(themes, "up", translate("Inspector", "Move this action up"))
        self.down = icon_button(themes, "down", translate("Inspector", "Move this action down"))
        self.copy = icon_button(themes, "duplicate", translate("Inspector", "Duplicate this action"))
        self.remove = icon_button(themes, "delete", translate("Inspector", "Delete this action"))
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.summary, 1)
        for button in (self.test, self.up, self.down, self.copy, self.remove):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(head)
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.outcome.hide()
        outer.addWidget(self.outcome)
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setProperty("role", "problem")
        self._sentence.hide()
        outer.addWidget(self._sentence)
        self._body = QWidget()
        outer.addWidget(self._body)
        self.test.clicked.connect(self.fired)
        self.up.clicked.connect(lambda: self.moved.emit(-1))
        self.down.clicked.connect(lambda: self.moved.emit(1))
        self.copy.clicked.connect(self.duplicated)
        self.remove.clicked.connect(self.removed)

    def show_action(self, cue: Cue, action: Action, catalogue: Catalogue, *, first: bool, last: bool) -> None:
        """Show an action as it is now; boxes stay where the form does."""
        self._cue, self.action, self._catalogue = cue, action, catalogue
        show = self._document.show
        device = show.device(action.device)
        kind = catalogue.kind(device.kind) if device else None
        form = kind.action(action.kind) if kind else None
        unknown = tuple(unknown_fields(form.form, action.fields)) if form else tuple(action.fields)
        shape = _Shape(kind, form, unknown, tuple((one.id, one.name) for one in show.devices))
        self._form = form
        if shape != self._shape:
            self._shape = shape
            self._build(shape)
        self.summary.setText(describe_action(show, catalogue, cue, action))
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)
        self._show_values()

    def _build(self, shape: _Shape) -> None:
        self.boxes = {}
        self.fade = None
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, self._themes.theme.px(4), 0)
        column.setSpacing(self._themes.theme.px(8))
        top = QHBoxLayout()
        top.setSpacing(self._themes.theme.px(8))
        self._add(top, "device", ChoiceBox(self._themes, translate("Inspector", "Device"), shape.devices))
        kinds = [(one.name, one.title) for one in shape.kind.actions] if shape.kind else []
        self._add(top, "kind", ChoiceBox(self._themes, translate("Inspector", "Action"), kinds))
        column.addLayout(top)
        form = shape.form
        if form is not None:
            self._build_form(column, form)
        for name in shape.unknown:
            self._add(column, name, UnknownBox(self._themes, name, self.action.fields[name]))
        outer = self.layout()
        assert outer is not None
        outer.replaceWidget(self._body, fresh)
        self._body.hide()
        self._body.deleteLater()
        self._body = fresh

    def _build_form(self, column: QVBoxLayout, form: ActionForm) -> None:
        narrow: QHBoxLayout | None = None
        for field in form.form.fields:
            box = box_for(self._themes, field)
            if field.name == form.number_field:
                box_from = ChoiceBox(self._themes, translate("Inspector", "Number from"), ())
                pair = QHBoxLayout()
                pair.setSpacing(self._themes.theme.px(8))
                self._add(pair, "number_from", box_from)
                self._add(pair, field.name, box)
                column.addLayout(pair)
                narrow = None
            elif field.type in {"integer", "number", "switch"}:
                if narrow is None or narrow.count() >= 2:
                    narrow = QHBoxLayout()
                    narrow.setSpacing(self._themes.theme.px(8))
                    column.addLayout(narrow)
                self._add(narrow, field.name, box)
            else:
                narrow = None
                self._add(column, field.name, box)
        if form.fade is not None:
            self.fade = FadeEditor(self._themes, form.fade)
            self.fade.edited.connect(
                lambda fade: self.edited.emit(msgspec.structs.replace(self.action, fade=fade), "fade")
            )
            self.fade.left.connect(self.left)
            column.addWidget(self.fade)

    def _add(self, layout: QHBoxLayout | QVBoxLayout, name: str, box: Box) -> None:
        self.boxes[name] = box
        box.edited.connect(lambda value: self._take(name, value))
        box.mend_wanted.connect(lambda: self._mend(name))
        box.left.connect(self.left)
        if isinstance(layout, QHBoxLayout):
            layout.addWidget(box, 1)
        else:
            layout.addWidget(box)

    def _show_values(self) -> None:
        action, form = self.action, self._form
        self.boxes["device"].show_value(action.device)
        self.boxes["kind"].show_value(action.kind)
        if form is None:
            return
        for field in form.form.fields:
            box = self.boxes[field.name]
            box.show_value(shown_value(field, action.fields))
            offer_names(box, field, action.fields, self._document, action.device)
            fades = action.fade is not None and form.fade is not None and form.fade.field == field.name
            box.setVisible(not fades)
        self._show_number(form)
        if self.fade is not None and form.fade is not None:
            fading = form.form.field(form.fade.field)
            level = shown_value(fading, action.fields) if fading else None
            self.fade.show_fade(action.fade, level)

    def _show_number(self, form: ActionForm) -> None:
        box = self.boxes.get("number_from")
        if not isinstance(box, ChoiceBox):
            return
        show = self._document.show
        choices: list[tuple[Any, str]] = [(None, translate("Inspector", "its own number"))]
        for call in self._cue.calls:
            department = show.department(call.department)
            if department is not None:
                wording = translate("Inspector", "the call of {department}")
                choices.append((call.department, wording.format(department=department.name)))
        box.offer(choices)
        box.show_value(self.action.number_from)
        own = self.boxes[form.number_field]
        if self.action.number_from is not None:
            own.show_value(number_of(self._cue, self.action))
        own.set_locked(self.action.number_from is not None)

    def _take(self, name: str, value: Any) -> None:
        action, form = self.action, self._form
        if name == "device":
            self.edited.emit(self._for_device(value), name)
        elif name == "kind":
            self.edited.emit(self._for_kind(value), name)
        elif name == "number_from":
            self.edited.emit(msgspec.structs.replace(action, number_from=value), name)
        elif form is not None and (field := form.form.field(name)) is not None:
            fields = with_value(field, action.fields, value)
            self.edited.emit(msgspec.structs.replace(action, fields=fields), name)

    def _for_device(self, device_id: str) -> Action:
        """Move the action to another device; what that one cannot do becomes its first action."""
        device = self._document.show.device(device_id)
        kind = self._catalogue.kind(device.kind) if device else None
        moved = msgspec.structs.replace(self.action, device=device_id)
        if kind is None or kind.action(self.action.kind) is not None or not kind.actions:
            return moved
        return self._as_kind(moved, kind.actions[0])

    def _for_kind(self, name: str) -> Action:
        form = self._shape.kind.action(name) if self._shape and self._shape.kind else None
        return self.action if form is None else self._as_kind(self.action, form)

    def _as_kind(self, action: Action, form: ActionForm) -> Action:
        """Let an action be of another kind; fields of the same name keep their values."""
        known = {field.name for field in form.form.fields}
        fades = action.fade is not None and form.fade is not None
        return msgspec.structs.replace(
            action,
            kind=form.name,
            fields={name: value for name, value in action.fields.items() if name in known},
            fade=action.fade if fades else None,
            number_from=action.number_from if form.number_field else None,
        )

    def show_problems(self, problems: list[Problem]) -> None:
        """Say what is wrong, each at its field."""
        self._problems = {}
        loose: list[str] = []
        for problem in problems:
            if problem.field in self.boxes and problem.field not in self._problems:
                self._problems[problem.field] = problem
            else:
                loose.append(problem.sentence)
        for name, box in self.boxes.items():
            found = self._problems.get(name)
            if found is None:
                box.show_problem("")
            else:
                box.show_problem(found.sentence, mend_text(found), severe=found.severity == "error")
        self._sentence.setText("\n".join(loose))
        self._sentence.setVisible(bool(loose))

    def _mend(self, name: str) -> None:
        problem = self._problems.get(name)
        if problem is not None:
            self.mend_wanted.emit(problem)

    def show_outcome(self, sentence: str, *, good: bool) -> None:
        """Say what a test-fire came to."""
        self.outcome.setProperty("role", "dim" if good else "problem")
        self.outcome.style().unpolish(self.outcome)
        self.outcome.style().polish(self.outcome)
        self.outcome.setText(sentence)
        self.outcome.setVisible(bool(sentence))

    def set_locked(self, *, locked: bool, may_test: bool) -> None:
        """Lock everything but the test."""
        self._body.setEnabled(not locked)
        for button in (self.up, self.down, self.copy, self.remove):
            button.setVisible(not locked)
        self.test.setEnabled(may_test)

    def commit(self) -> None:
        """Take what was typed and not yet taken."""
        for box in self.boxes.values():
            box.commit()
        if self.fade is not None:
            self.fade.commit()


def mend_text(problem: Problem) -> str:
    """Return what the button that mends a problem says; empty where nothing can be mended by a press."""
    if problem.fix is None:
        return ""
    return translate("Inspector", "Use “{name}” everywhere").format(name=problem.fix.to)
