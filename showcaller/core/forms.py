"""Forms as data: what settings and actions of each device kind look like.

Owns the derivation of a form from a payload type and the check of values against one. The GUI draws
forms and never sees a device's code, so any cue can be edited where the device does not exist.
Knows no widget and no device.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

FieldType = Literal["text", "lines", "integer", "number", "switch", "choice", "secret", "json"]


PayloadT = TypeVar("PayloadT", bound=Struct)


class Choice(Struct, frozen=True):
    """One thing a choice field may hold, and how it reads."""

    value: str | int
    title: str


class Field(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field of a form."""

    name: str
    title: str
    type: FieldType
    help: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    choices_from: str = ""
    """Inventory list that offers names, such as `scenes` or `sources/{scene}`; free text stays possible."""
    optional: bool = False
    default: Any = None
    required: bool = False


class Form(Struct, frozen=True):
    """The fields of one payload or settings type, in the order a person fills them in."""

    fields: tuple[Field, ...] = ()

    def field(self, name: str) -> Field | None:
        """Return the field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)


class FadeRange(Struct, frozen=True):
    """The one field of an action that may move, and how far."""

    field: str
    low: float
    high: float
    unit: str = ""
    gain: bool = False
    """The value is a gain (or, with unit dB, a level): equal-power is offered."""


class ActionForm(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One sort of action that a device kind knows."""

    name: str
    title: str
    form: Form
    summary: str
    """What happens, with field names in braces: `Scene {scene}`."""
    number_field: str = ""
    """The field that may take its value from the call's number."""
    fade: FadeRange | None = None
    media: bool = False
    """It starts media, and the cue ends with it."""


class KindForm(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One kind of device, as the catalogue shows it."""

    name: str
    title: str
    settings: Form
    actions: tuple[ActionForm, ...]
    confirms: bool = False
    """The device reports what it did; otherwise `sent` is the best that can be said."""
    number_default: str = ""
    """Action that a new call's number goes to by default, such as a light cue."""

    def action(self, name: str) -> ActionForm | None:
        """Return the action of that name, or None."""
        return next((action for action in self.actions if action.name == name), None)


class Catalogue(Struct, frozen=True):
    """Everything that can be controlled; the engine sends it to each client."""

    kinds: tuple[KindForm, ...] = ()

    def kind(self, name: str) -> KindForm | None:
        """Return the kind of that name, or None where it is unknown here."""
        return next((kind for kind in self.kinds if kind.name == name), None)


class FormError(ValueError):
    """A value does not fit its field; the message names the field and says what fits."""


_BOUNDS = {"ge": "minimum", "gt": "minimum", "le": "maximum", "lt": "maximum"}


def _field_of(info: msgspec.structs.FieldInfo, hint: Any) -> Field:
    metas: list[Meta] = []
    while get_origin(hint) is Annotated:
        hint, *extra_metas = get_args(hint)
        metas.extend(meta for meta in extra_metas if isinstance(meta, Meta))
    optional = type(None) in get_args(hint) and get_origin(hint) is not Literal
    if optional:
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
        while get_origin(hint) is Annotated:
            hint, *extra_metas = get_args(hint)
            metas.extend(meta for meta in extra_metas if isinstance(meta, Meta))
    extra: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for meta in metas:
        extra.update(meta.extra or {})
        values.update(
            {
                ours: getattr(meta, theirs)
                for theirs, ours in _BOUNDS.items()
                if getattr(meta, theirs) is not None
            }
        )
        values.update({"title": meta.title} if meta.title else {})
        values.update({"help": meta.description} if meta.description else {})
    values.setdefault("title", info.name.replace("_", " ").capitalize())
    choices: tuple[Choice, ...] = ()
    type_: FieldType
    if get_origin(hint) is Literal:
        titles = extra.get("titles", {})
        choices = tuple(
            Choice(value, titles.get(value, str(value).replace("_", " ").capitalize()))
            for value in get_args(hint)
        )
        type_ = "choice"
    elif hint is bool:
        type_ = "switch"
    elif hint is int or getattr(hint, "__supertype__", None) is int:
        type_ = "integer"
    elif hint is float:
        type_ = "number"
    elif hint is str:
        type_ = extra.get("type", "text")
    else:
        type_ = "json"
    default = info.default
    if info.default_factory is not msgspec.NODEFAULT:
        default = info.default_factory()
    return Field(
        name=info.name,
        type=type_,
        choices=choices,
        optional=optional,
        required=info.required,
        default=None if default is msgspec.NODEFAULT else default,
        unit=extra.get("unit", ""),
        choices_from=extra.get("choices_from", ""),
        **values,
    )


def form_of(type_: type[Struct]) -> Form:
    """Derive the form of a settings or payload type.

    Titles, help, limits and units come from `Annotated[…, Meta(title=, description=, ge=, le=,
    extra={"unit":, "choices_from":, "type": "secret" | "lines", "titles": {value: title}})]`.
    """
    hints = get_type_hints(type_, include_extras=True)
    return Form(tuple(_field_of(info, hints[info.name]) for info in msgspec.structs.fields(type_)))


def read_values(type_: type[PayloadT], values: Mapping[str, Any]) -> PayloadT:
    """Return `values` as the payload or settings type; fields that it does not know are passed over.

    Raises:
        FormError: A field is missing or does not fit.
    """
    known = {info.encode_name for info in msgspec.structs.fields(type_)}
    try:
        return msgspec.convert(
            {name: value for name, value in values.items() if name in known}, type_, strict=False
        )
    except msgspec.ValidationError as error:
        raise FormError(_sentence(type_, str(error))) from error


_TYPE_WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "on or off",
    "null": "nothing",
    "object": "a group of values",
    "array": "a list",
}


def _sentence(type_: type[Struct], error: str) -> str:
    """Turn msgspec's “Expected … - at `$.field`” into a sentence with the field's title."""
    reason, _, path = error.partition(" - at `$")
    path = path.lstrip(".")
    missing = reason.partition("required field `")[2].rstrip("`")
    for type_name, words in _TYPE_WORDS.items():
        reason = reason.replace(f"`{type_name}`", words)
    reason = reason.replace("`", "")
    name = path.rstrip("`")
    if not name:
        title = _title(type_, missing) if missing else ""
        return f"“{title}” is missing." if title else f"{reason}."
    return f"“{_title(type_, name)}”: {reason[0].lower()}{reason[1:]}."


def _title(type_: type[Struct], name: str) -> str:
    field = form_of(type_).field(name.partition(".")[0].partition("[")[0])
    return field.title if field else name


class _Blanks(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _shown(field: Field | None, value: Any) -> str:
    if value is None or value == "":
        return "…"
    if field is not None and field.choices:
        return next((choice.title for choice in field.choices if choice.value == value), str(value))
    if isinstance(value, bool):
        return "on" if value else "off"
    text = f"{value:g}".replace("-", "\u2212") if isinstance(value, float) else str(value)
    return f"{text} {field.unit}" if field is not None and field.unit else text


def summarise(action: ActionForm, fields: Mapping[str, Any], number: str = "") -> str:
    """Say in a few words what an action does; a number from the call fills its number field."""
    values = _Blanks()
    for field in action.form.fields:
        values[field.name] = _shown(field, fields.get(field.name, field.default))
    if number and action.number_field:
        values[action.number_field] = number
    return string.Formatter().vformat(action.summary, (), values)


def unknown_fields(form: Form, values: Mapping[str, Any]) -> Sequence[str]:
    """Return the names in `values` that the form does not know."""
    known = {field.name for field in form.fields}
    return [name for name in values if name not in known]
