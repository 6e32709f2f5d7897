"""From a field of a form, as the catalogue describes it, to the box that edits it.

Owns which box a field gets, its limits as sentences, and which names it offers. The one place that reads
`core.forms` for the screen: actions and device settings are drawn by it, whatever their kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit

from showcaller.core.forms import Field
from showcaller.core.row_checks import fault_of, list_of
from showcaller.gui.choice_boxes import ChoiceBox, NamesBox
from showcaller.gui.document import Document
from showcaller.gui.form_widgets import Box, LineBox, LinesBox, SwitchBox
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate


def box_for(themes: ThemeHolder, field: Field) -> Box:
    """Return the box for a field."""
    if field.choices:
        choices: list[tuple[Any, str]] = [(choice.value, choice.title) for choice in field.choices]
        if field.optional:
            choices.insert(0, (None, translate("Inspector", "as it is")))
        return ChoiceBox(themes, field.title, choices, help_text=field.help)
    if field.type == "switch":
        return SwitchBox(themes, field.title, help_text=field.help)
    if field.choices_from:
        return NamesBox(themes, field.title, help_text=field.help)
    if field.type == "lines":
        return LinesBox(themes, field.title, help_text=field.help)
    if field.type == "secret":
        box = LineBox(themes, field.title, help_text=field.help)
        box.line.setEchoMode(QLineEdit.EchoMode.Password)
        return box
    if field.type == "json":
        return LineBox(
            themes,
            field.title,
            help_text=field.help,
            figures=True,
            read=_json_reader(field),
            write=_write_json,
        )
    if field.type in {"integer", "number"}:
        return LineBox(
            themes,
            field.title,
            unit=field.unit,
            help_text=field.help,
            placeholder=translate("Inspector", "as it is") if field.optional else "",
            figures=True,
            read=_number_reader(field),
            write=_write_number,
        )
    return LineBox(themes, field.title, unit=field.unit, help_text=field.help)


def _write_number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number_reader(field: Field) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        body = text.strip().replace("\u2212", "-").replace(",", ".")
        if field.unit and body.endswith(field.unit):
            body = body[: -len(field.unit)].strip()
        if not body:
            if field.optional or not field.required:
                return None
            raise ValueError(translate("Inspector", "Write a number."))
        try:
            value: Any = int(body) if field.type == "integer" else float(body)
        except ValueError:
            wanted = (
                translate("Inspector", "“{text}” is no whole number.")
                if field.type == "integer"
                else translate("Inspector", "“{text}” is no number.")
            )
            raise ValueError(wanted.format(text=text.strip())) from None
        fault = fault_of(field, value)
        if fault is not None:
            raise ValueError(fault[0].upper() + fault[1:] + ".")
        return value

    return read


def _json_reader(field: Field) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if not text.strip() and (field.optional or not field.required):
            return None
        try:
            return json.loads(text)
        except ValueError:
            raise ValueError(
                translate("Inspector", "This is not JSON. Write it like {example}.").format(
                    example='{"name": "value"}'
                )
            ) from None

    return read


def _write_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def offer_names(
    box: Box, field: Field, values: Mapping[str, Any], document: Document, device_id: str
) -> None:
    """Offer in a box what the device told last; a list such as `sources/{scene}` follows the other fields."""
    if not isinstance(box, NamesBox):
        return
    wanted = list_of(field, values)
    names = document.inventories.get(device_id, {}).get(wanted) if wanted else None
    box.offer(names, document.inventory_seen_at(device_id))


def shown_value(field: Field, values: Mapping[str, Any]) -> Any:
    """Return what a field holds, its default where nothing is written."""
    return values.get(field.name, field.default)


def with_value(field: Field, values: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """Return the values with one changed; what is at its default is left out."""
    changed = {name: kept for name, kept in values.items() if name != field.name}
    if not (
        value is None
        or (value == field.default and not field.required and type(value) is type(field.default))
    ):
        changed[field.name] = value
    return changed
