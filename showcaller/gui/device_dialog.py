"""Adding a device to the show, editing it, trying it, and taking it out.

Owns the dialog. Settings are drawn from the catalogue's form of the kind; passwords go to the secrets
file of this user and never into the show. A test tries these settings apart from the open connection.
Where the device's messages go now (its route) is playback's business and not in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import edits, messages
from showcaller.core.forms import Field, KindForm, unknown_fields
from showcaller.core.messages import Done, Rejected
from showcaller.core.row_checks import fault_of
from showcaller.core.show import Cue, Device, Show, new_id
from showcaller.gui.choice_boxes import ChoiceBox
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.form_boxes import box_for, offer_names, shown_value, with_value
from showcaller.gui.form_widgets import Box, LineBox, UnknownBox, text_box
from showcaller.gui.selection import Selection
from showcaller.gui.theme import ThemeHolder
from showcaller.showfile.errors import PlaceError, SecretsError
from showcaller.showfile.places import secrets_path
from showcaller.showfile.secrets import Secrets

translate = QCoreApplication.translate

_TRADES: Mapping[str, str] = {
    "obs": "video",
    "eos": "light",
    "grandma3": "light",
    "magicq": "light",
    "qlcplus": "light",
    "x32": "sound",
    "midi-x32": "sound",
    "midi-yamaha": "sound",
    "midi-allen-heath": "sound",
    "midi-soundcraft": "sound",
}
"""Under which heading the picker lists a kind; kinds that are not here come last."""


def uses_of(show: Show, device_id: str) -> tuple[int, int]:
    """Return how many actions use a device, and in how many cues."""
    counts = [
        sum(action.device == device_id for action in row.actions)
        for row in show.rundown
        if isinstance(row, Cue)
    ]
    return sum(counts), sum(count > 0 for count in counts)


class DeviceDialog(QDialog):
    """One device. Without `device_id` a new one is added."""

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
        *,
        device_id: str | None = None,
        secrets: Secrets | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._themes = document, client, themes
        self._selection = selection
        self._secrets = secrets
        found = document.show.device(device_id) if device_id else None
        self._before = found
        self.device = found or Device(id=new_id(), name="", kind="")
        self._named = found is not None
        self._typed_secrets: dict[str, str] = {}
        self._test_id: int | None = None
        self._delete_asked = False
        self.boxes: dict[str, Box] = {}
        """The boxes of the settings, by field name."""
        self._build()
        self._show_kind()
        document.changed.connect(self._follow_show)
        client.link_changed.connect(self._offer_kinds)

    def _build(self) -> None:
        px = self._themes.theme.px
        new = self._before is None
        self.setWindowTitle(
            translate("Device", "Add a device")
            if new
            else translate("Device", "Device {name}").format(name=self.device.name)
        )
        self.setMinimumWidth(px(520))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(12))
        self.kind = ChoiceBox(self._themes, translate("Device", "Kind"))
        self.kind.edited.connect(self._choose_kind)
        self.kind.setEnabled(new)
        column.addWidget(self.kind)
        self.name = text_box(self._themes, translate("Device", "Name"))
        self.name.edited.connect(self._take_name)
        self.department = ChoiceBox(
            self._themes,
            translate("Device", "Department"),
            help_text=translate("Device", "Whose actions it takes, where they do not say."),
        )
        self.department.edited.connect(lambda value: self._change(department=value))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.name, 2)
        row.addWidget(self.department, 1)
        column.addLayout(row)
        self._settings = QWidget()
        column.addWidget(self._settings)
        column.addStretch(1)
        self._build_test(column)
        self.sentence = QLabel()
        self.sentence.setProperty("role", "problem")
        self.sentence.setWordWrap(True)
        self.sentence.hide()
        column.addWidget(self.sentence)
        self._build_buttons(column, new=new)
        self._offer_departments()
        self._offer_kinds()
        (self.kind if new else self.name).setFocus()

    def _build_test(self, column: QVBoxLayout) -> None:
        self.test = QPushButton(translate("Device", "Test"))
        self.test.setIcon(self._themes.theme.icon("test"))
        self.test.setAutoDefault(False)
        self.test.clicked.connect(self._start_test)
        self.stop_test = QPushButton(translate("Device", "Cancel test"))
        self.stop_test.setAutoDefault(False)
        self.stop_test.clicked.connect(self._cancel_test)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(self._themes.theme.px(6))
        self.progress.setAccessibleName(translate("Device", "The test runs"))
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addWidget(self.stop_test)
        row.addWidget(self.progress, 1)
        row.addWidget(self.outcome, 1)
        column.addLayout(row)
        self._show_testing(testing=False)

    def _build_buttons(self, column: QVBoxLayout, *, new: bool) -> None:
        self.delete = QPushButton(translate("Device", "Delete…"))
        self.delete.setAutoDefault(False)
        self.delete.setVisible(not new)
        self.delete.clicked.connect(self._delete)
        self.cancel = QPushButton(translate("Device", "Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self.save = QPushButton(translate("Device", "Add device") if new else translate("Device", "Save"))
        self.save.setProperty("role", "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        row = QHBoxLayout()
        row.addWidget(self.delete)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        column.addLayout(row)
        if not self._document.can_edit(None, "devices"):
            self.save.setEnabled(False)
            self.delete.setEnabled(False)
            self._say(translate("Device", "LIVE: devices are locked. Their route can be changed."))

    def _offer_kinds(self) -> None:
        """List the kinds that the engine knows, under the heading of their trade."""
        headings = (
            ("video", translate("Device", "Video")),
            ("light", translate("Device", "Light")),
            ("sound", translate("Device", "Sound")),
            ("", translate("Device", "Other")),
        )
        offered: list[tuple[Any, str]] = []
        heading_places: list[int] = []
        for trade, title in headings:
            kinds = [one for one in self._client.catalogue.kinds if _TRADES.get(one.name, "") == trade]
            if kinds:
                heading_places.append(len(offered))
                offered.append((None, title.upper()))
                offered.extend((kind.name, kind.title) for kind in kinds)
        self.kind.offer(offered)
        model = self.kind.drop.model()
        if isinstance(model, QStandardItemModel):
            for place in heading_places:
                item = model.item(place)
                item.setEnabled(False)
                item.setSelectable(False)
        if not self.device.kind:
            first = next((value for value, _ in offered if value is not None), None)
            if first is not None:
                self._choose_kind(first)
        self.kind.show_value(self.device.kind)
        if not offered:
            self.kind.show_note(
                translate("Device", "The engine is not there: it knows what can be controlled.")
            )

    def _offer_departments(self) -> None:
        departments = [(one.id, one.name) for one in self._document.show.departments]
        self.department.offer([(None, translate("Device", "none")), *departments])
        self.department.show_value(self.device.department)

    def _follow_show(self, change: object) -> None:
        """Another panel edited the show, or opened another."""
        if change == ():
            self.reject()
        else:
            self._offer_departments()

    def _kind_form(self) -> KindForm | None:
        return self._client.catalogue.kind(self.device.kind)

    def _change(self, **values: Any) -> None:
        device = self.device
        self.device = Device(
            id=device.id,
            name=values.get("name", device.name),
            kind=values.get("kind", device.kind),
            settings=values.get("settings", device.settings),
            department=values.get("department", device.department),
        )
        self._say("")

    def _take_name(self, name: str) -> None:
        self._named = bool(name)
        self._change(name=name)

    def _choose_kind(self, kind: str | None) -> None:
        if kind is None or kind == self.device.kind:
            self.kind.show_value(self.device.kind)
            return
        form = self._client.catalogue.kind(kind)
        known = {field.name for field in form.settings.fields} if form else set()
        kept = {name: value for name, value in self.device.settings.items() if name in known}
        self._change(kind=kind, settings=kept)
        if not self._named and form is not None:
            self._change(name=self._free_name(form.title))
        self._show_kind()

    def _free_name(self, title: str) -> str:
        names = {device.name for device in self._document.show.devices}
        count, name = 1, title
        while name in names:
            count += 1
            name = f"{title} {count}"
        return name

    def _show_kind(self) -> None:
        """Draw the settings of the kind."""
        self.kind.show_value(self.device.kind)
        self.name.show_value(self.device.name)
        self.boxes = {}
        self._typed_secrets = {}
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._themes.theme.px(10))
        form = self._kind_form()
        for field in form.settings.fields if form else ():
            box = self._make_box(field)
            column.addWidget(box)
        strange = unknown_fields(form.settings, self.device.settings) if form else list(self.device.settings)
        for name in strange:
            column.addWidget(UnknownBox(self._themes, name, self.device.settings[name]))
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(self._settings, fresh)
        self._settings.hide()
        self._settings.deleteLater()
        self._settings = fresh
        # They are made after the buttons, and would come after them.
        before: QWidget = self.department.drop
        parts: tuple[QWidget, ...] = (*self.boxes.values(), self.test)
        for part in parts:
            target = part.focusProxy() or part
            QWidget.setTabOrder(before, target)
            before = target
        self.outcome.clear()
        self._fit()

    def _make_box(self, field: Field) -> Box:
        box = box_for(self._themes, field)
        self.boxes[field.name] = box
        if field.type == "secret":
            assert isinstance(box, LineBox)
            kept = self._kept_secret(field.name)
            if kept:
                box.line.setPlaceholderText(translate("Device", "kept on this machine"))
            box.edited.connect(lambda text: self._typed_secrets.__setitem__(field.name, text))
        else:
            box.show_value(shown_value(field, self.device.settings))
            offer_names(box, field, self.device.settings, self._document, self.device.id)
            box.edited.connect(lambda value: self._set(field, value))
        if field.help:
            box.show_note(field.help)
        return box

    def _set(self, field: Field, value: Any) -> None:
        self._change(settings=with_value(field, self.device.settings, value))

    def _store(self) -> Secrets:
        if self._secrets is None:
            self._secrets = Secrets(secrets_path())
        return self._secrets

    def _kept_secret(self, field: str) -> str | None:
        if self._before is None:
            return None
        try:
            return self._store().read(self._document.show.id, self.device, field)
        except (SecretsError, PlaceError) as error:
            self._say(str(error))
            return None

    def _secrets_to_try(self) -> dict[str, str]:
        form = self._kind_form()
        tried: dict[str, str] = {}
        for field in form.settings.fields if form else ():
            if field.type == "secret":
                secret = self._typed_secrets.get(field.name, self._kept_secret(field.name))
                if secret:
                    tried[field.name] = secret
        return tried

    def _commit(self) -> bool:
        """Take what is being typed; False where a field cannot be read, which says so itself."""
        for box in (self.name, *self.boxes.values()):
            box.commit()
        form = self._kind_form()
        good = True
        for field in form.settings.fields if form else ():
            box = self.boxes[field.name]
            if field.type == "secret" or box.sentence:
                good = good and not box.sentence
                continue
            fault = fault_of(field, shown_value(field, self.device.settings))
            if fault is not None or (field.required and not shown_value(field, self.device.settings)):
                reason = fault or translate("Device", "it is missing")
                box.show_fault(reason[0].upper() + reason[1:] + ".")
                good = False
        return good

    def _start_test(self) -> None:
        if not self._commit():
            return
        self._show_testing(testing=True)
        command = messages.TestDevice(id=0, device=self.device, secrets=self._secrets_to_try())
        self._test_id = self._client.request(command, self._end_test)

    def _end_test(self, answer: Done | Rejected) -> None:
        if answer.id != self._test_id:
            return
        self._test_id = None
        self._show_testing(testing=False)
        good = isinstance(answer, Done)
        words = answer.sentence or translate("Device", "It answers.")
        self.outcome.setText(("✓ " if good else "! ") + words)
        self.outcome.setProperty("role", "" if good else "problem")
        self.outcome.style().unpolish(self.outcome)
        self.outcome.style().polish(self.outcome)

    def _cancel_test(self) -> None:
        self._test_id = None
        self._show_testing(testing=False)
        self.outcome.setText(translate("Device", "Test cancelled."))

    def _show_testing(self, *, testing: bool) -> None:
        self.test.setVisible(not testing)
        self.stop_test.setVisible(testing)
        self.progress.setVisible(testing)
        self.outcome.setVisible(not testing)
        self.outcome.clear()

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        self._fit()

    def _fit(self) -> None:
        """Grow to what is shown: sentences come and go, and settings differ from kind to kind."""
        layout = self.layout()
        if layout is not None and self.isVisible():
            layout.activate()
            self.resize(self.width(), max(self.minimumHeight(), layout.totalHeightForWidth(self.width())))

    def _save(self) -> None:
        if not self._commit():
            return
        if not self.device.kind:
            self._say(translate("Device", "Choose a kind first."))
            return
        if not self.device.name.strip():
            self.name.show_fault(translate("Device", "Give it a name."))
            return
        show, device = self._document.show, self.device
        if self._typed_secrets and not self._keep_secrets():
            return
        if self._before is None:
            after = show.devices[-1].id if show.devices else None
            name = translate("Device", "Add device {name}").format(name=device.name)
            self._document.edit(name, edits.insert([device], after))
        else:
            change = edits.edit(
                show, device.id, name=device.name, settings=device.settings, department=device.department
            )
            self._document.edit(translate("Device", "Edit device {name}").format(name=device.name), change)
            if self._typed_secrets and not change:
                self._client.request(messages.RetryDevice(0, device.id))
        self.accept()

    def _keep_secrets(self) -> bool:
        try:
            self._store().write(self._document.show.id, {self.device.id: self._typed_secrets})
        except (SecretsError, PlaceError) as error:
            self._say(str(error))
            return False
        return True

    def _delete(self) -> None:
        """Ask once, with what it costs; then take the device out. Its actions stay, and say so."""
        show = self._document.show
        actions, cues = uses_of(show, self.device.id)
        if not self._delete_asked:
            self._delete_asked = True
            self.delete.setText(translate("Device", "Delete it"))
            self.delete.setProperty("role", "stop")
            self.delete.style().unpolish(self.delete)
            self.delete.style().polish(self.delete)
            self._say(
                translate(
                    "Device", "{actions} actions in {cues} cues use it. They stay, and send nothing."
                ).format(actions=actions, cues=cues)
                if actions
                else translate("Device", "No action uses it.")
            )
            return
        name = translate("Device", "Delete device {name}").format(name=self.device.name)
        self._document.edit(name, edits.remove(show, [self.device.id]))
        self.accept()
