"""Audio consoles over MIDI, from maps that are data: what a console calls a thing, and its bytes.

Owns the shape of a map file (`resources/profiles/midi/*.json`), the payload types and actions made
from it, and the way back from decoded MIDI to the console's words. Knows no port and no driver.
Called by `__init__` (kinds) and `simulator` (the way back).

A map holds models; a model that is `like` another takes over what it does not say itself. A *control*
is a value or switch of numbered strips (`DCA 3`), a *recall* a numbered memory. The law of a value is
a line through points of (shown, sent); what lies between is interpolated, what lies outside is clipped.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta, Struct

from showcaller.core.forms import FadeRange
from showcaller.devices.driver import ActionKind, Order, UnsendableError
from showcaller.devices.midi import codec
from showcaller.devices.midi.actions import MidiAction
from showcaller.devices.midi.decoder import CoarseNrpn
from showcaller.devices.midi.payloads import Controller, MidiSettings, Note, Nrpn, Payload, Program

Law = tuple[tuple[float, float], ...]


class _Map(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the parts of a map have in common: frozen and strict."""


class Strips(_Map, frozen=True, kw_only=True):
    """Numbered things of one sort."""

    name: str
    title: str
    count: int
    at: int | tuple[int, int]
    """Controller or note of the first one; of an NRPN its MSB and LSB."""
    low: int = 1
    """Number of the first one, as the desk shows it."""
    channel: int = 0
    """Added to the MIDI channel."""


class Control(_Map, frozen=True, kw_only=True):
    """A value or switch of strips."""

    message: Literal["controller", "note", "nrpn", "nrpn-coarse", "nrpn-tagged"]
    """`nrpn` sends 14 bits, `nrpn-coarse` 7 bits, `nrpn-tagged` 7 bits and `tag` as the low part."""
    strips: tuple[Strips, ...]
    channel: int | None = None
    """MIDI channel where the desk fixes it; None: that of the settings."""
    law: str = ""
    """Name of a law of the model, for a value; empty: a switch."""
    on: int = 127
    off: int = 0
    step: Literal["lsb", "msb"] = "lsb"
    """Which half of an NRPN counts the strips."""
    tag: int = 0


class Recall(_Map, frozen=True, kw_only=True):
    """A numbered memory that a program change recalls."""

    low: int
    high: int
    channel: int | None = None
    beyond: Literal["none", "bank", "channel"] = "none"
    """Where numbers past 128 programs go: the bank MSB (always sent), or the next MIDI channels."""


class Model(_Map, frozen=True, kw_only=True):
    """What one console understands."""

    title: str
    like: str = ""
    laws: Mapping[str, Law] = {}
    controls: Mapping[str, Control] = {}
    recalls: Mapping[str, Recall] = {}


class ControlForm(_Map, frozen=True, kw_only=True):
    """How a control looks to a person."""

    title: str
    summary: str
    field: str
    field_title: str
    help: str = ""
    unit: str = ""
    low: float = 0
    high: float = 0
    """Equal to `low`: a switch."""
    default: float = 0
    said: tuple[str, str] = ("on", "off")
    """What the simulator says of a switch."""
    shown: str = ""
    """What the simulator adds to the strip's name; nothing where the value says enough."""


class RecallForm(_Map, frozen=True, kw_only=True):
    """How a recall looks to a person."""

    title: str
    noun: str
    help: str = ""


class Example(_Map, frozen=True, kw_only=True):
    """An action with fields that the first model can carry out."""

    action: str
    fields: Mapping[str, Any]


class ConsoleMap(_Map, frozen=True, kw_only=True):
    """One map file."""

    title: str
    help: str
    source: str
    controls: Mapping[str, ControlForm] = {}
    recalls: Mapping[str, RecallForm]
    models: Mapping[str, Model]
    number_default: str
    examples: tuple[Example, ...]


def load_map(text: bytes) -> ConsoleMap:
    """Read a map file, with `like` resolved.

    Raises:
        msgspec.DecodeError: The file is not a map.
    """
    console = msgspec.json.decode(text, type=ConsoleMap)
    whole = {name: _resolved(model, console.models) for name, model in console.models.items()}
    return msgspec.structs.replace(console, models=whole)


def _resolved(model: Model, models: Mapping[str, Model]) -> Model:
    if not model.like:
        return model
    other = _resolved(models[model.like], models)
    return msgspec.structs.replace(
        model,
        laws={**other.laws, **model.laws},
        controls={**other.controls, **model.controls},
        recalls={**other.recalls, **model.recalls},
    )


def sent_value(law: Law, shown: float) -> int:
    """Return what is sent for a value on the desk's scale."""
    if shown <= law[0][0]:
        return round(law[0][1])
    for (low, low_sent), (high, high_sent) in itertools.pairwise(law):
        if shown <= high:
            return round(low_sent + (shown - low) / (high - low) * (high_sent - low_sent))
    return round(law[-1][1])


def shown_value(law: Law, sent: float) -> float:
    """Return the value on the desk's scale of what was sent."""
    if sent <= law[0][1]:
        return law[0][0]
    for (low, low_sent), (high, high_sent) in itertools.pairwise(law):
        if sent <= high_sent:
            return low + (sent - low_sent) / (high_sent - low_sent) * (high - low)
    return law[-1][0]


def _place(control: Control, strips: Strips, index: int) -> tuple[int, int]:
    """Return the number of a controller or note, or MSB and LSB, of one strip."""
    if isinstance(strips.at, int):
        return strips.at + index, 0
    msb, lsb = strips.at
    if control.step == "msb":
        return msb + index, lsb
    return msb + (lsb + index >> 7), lsb + index & 0x7F


def _encode_control(control: Control, strips: Strips, index: int, value: int, channel: int) -> bytes:
    first, second = _place(control, strips, index)
    match control.message:
        case "controller":
            return codec.controller(channel, first, value)
        case "note":
            # The desk takes the velocity as the state; a release follows at once, as its manual asks.
            pressed = codec.note(channel, first, value, on=True)
            return pressed + codec.note(channel, first, 0, on=True)
        case "nrpn":
            return codec.nrpn(channel, first, second, value)
        case "nrpn-coarse":
            return codec.nrpn_coarse(channel, first, second, value)
        case "nrpn-tagged":
            return codec.nrpn(channel, first, second, value << 7 | control.tag)


class Console:
    """One console map at work: its settings type, its actions, and the way back."""

    def __init__(self, console: ConsoleMap, name: str) -> None:
        self.map = console
        self.settings = self._settings_type(name)
        controls = [self._control_action(key, form, name) for key, form in console.controls.items()]
        recalls = [self._recall_action(key, form, name) for key, form in console.recalls.items()]
        self.actions: tuple[MidiAction, ...] = (*recalls, *controls)

    def model(self, settings: Any) -> Model:
        """Return the model that the settings name; the only one where there is no choice."""
        chosen = getattr(settings, "model", None)
        return self.map.models[chosen] if chosen else next(iter(self.map.models.values()))

    def describe(self, payload: Payload, settings: MidiSettings) -> tuple[str, str, str] | None:
        """Return what is set, its label and its value in the desk's words; None where it is unknown."""
        model = self.model(settings)
        if isinstance(payload, Program):
            return self._describe_recall(payload, model, settings)
        for key, control in model.controls.items():
            found = _find_strip(control, payload, settings)
            if found is not None:
                name, value = found
                form = self.map.controls[key]
                label = f"{name} {form.shown}".rstrip()
                return f"{name} {key}", label, _said(form, control, model, value)
        return None

    def _describe_recall(
        self, payload: Program, model: Model, settings: MidiSettings
    ) -> tuple[str, str, str] | None:
        for key, recall in model.recalls.items():
            beyond = (payload.channel or 1) - (recall.channel or settings.channel)
            if beyond and (recall.beyond != "channel" or beyond < 0):
                continue
            bank = payload.bank_msb or 0 if recall.beyond == "bank" else beyond
            number = recall.low + bank * 128 + payload.program - 1
            if number <= recall.high:
                return key, self.map.recalls[key].noun, str(number)
        return None

    def _settings_type(self, name: str) -> type[MidiSettings]:
        if len(self.map.models) == 1:
            return MidiSettings
        titles = {key: model.title for key, model in self.map.models.items()}
        names = tuple(self.map.models)
        model = Annotated[
            Literal[names],  # type: ignore[valid-type]
            Meta(title="Model", description=self.map.help, extra={"titles": titles}),
        ]
        made = msgspec.defstruct(
            f"{_camel(name)}Settings",
            [("model", model, names[0])],
            bases=(MidiSettings,),
            frozen=True,
            kw_only=True,
            module=__name__,
        )
        return cast("type[MidiSettings]", made)

    def _strips(self, key: str) -> dict[str, list[Strips]]:
        found: dict[str, list[Strips]] = {}
        for model in self.map.models.values():
            if key in model.controls:
                for strips in model.controls[key].strips:
                    found.setdefault(strips.name, []).append(strips)
        return found

    def _control_action(self, key: str, form: ControlForm, name: str) -> MidiAction:
        strips = self._strips(key)
        ranges = [some for group in strips.values() for some in group]
        titles = {strip: group[0].title for strip, group in strips.items()}
        low = min(some.low for some in ranges)
        high = max(some.low + some.count - 1 for some in ranges)
        number_title = "Number" if len(strips) > 1 else next(iter(titles.values()))
        number = Annotated[int, Meta(ge=low, le=high, title=number_title)]
        is_switch = form.low == form.high
        extra = {"unit": form.unit} if form.unit else {}
        bounds: dict[str, Any] = {} if is_switch else {"ge": form.low, "le": form.high}
        meta = Meta(title=form.field_title, description=form.help or None, extra=extra, **bounds)
        value: Any = Annotated[bool, meta] if is_switch else Annotated[float, meta]
        names = tuple(strips)
        strip = Annotated[
            Literal[names],  # type: ignore[valid-type]
            Meta(title="Strip", extra={"titles": titles}),
        ]
        strip_fields = [("strip", strip, names[0])] if len(names) > 1 else []
        default = True if is_switch else float(form.default)
        payload = msgspec.defstruct(
            f"{_camel(name)}{_camel(key)}",
            [*strip_fields, ("number", number, low), (form.field, value, default)],
            frozen=True,
            kw_only=True,
            module=__name__,
        )

        def address(given: Any) -> str:
            return f"{getattr(given, 'strip', names[0])} {given.number} {key}"

        kind = ActionKind(
            name=key,
            title=form.title,
            payload=payload,
            summary=form.summary,
            address=address,
            value=lambda given: getattr(given, form.field),
            fade=None
            if is_switch
            else FadeRange(form.field, form.low, form.high, form.unit, gain=form.unit == "dB"),
        )

        def encode(given: Any, settings: Any) -> bytes:
            model = self.model(settings)
            control = model.controls.get(key)
            wanted = getattr(given, "strip", names[0])
            group = next((some for some in control.strips if some.name == wanted), None) if control else None
            if control is None or group is None:
                raise UnsendableError(f"{model.title}: MIDI has no “{form.title}” for {titles[wanted]}.")
            index = given.number - group.low
            if not 0 <= index < group.count:
                last = group.low + group.count - 1
                raise UnsendableError(
                    f"{model.title} has {group.title} {group.low} to {last}; "
                    f"there is no {group.title} {given.number}."
                )
            shown = getattr(given, form.field)
            sent = (control.on if shown else control.off) if is_switch else _sent(model, control, shown)
            channel = (control.channel or settings.channel) + group.channel
            if channel > 16:
                raise UnsendableError(
                    f"{model.title} has {group.title} {group.channel} MIDI channels above its first. "
                    f"Choose a MIDI channel up to {16 - group.channel} in the device's settings."
                )
            return _encode_control(control, group, index, sent, channel)

        return MidiAction(kind, encode, self._example(key, payload))

    def _recall_action(self, key: str, form: RecallForm, name: str) -> MidiAction:
        recalls = [model.recalls[key] for model in self.map.models.values() if key in model.recalls]
        low, high = min(some.low for some in recalls), max(some.high for some in recalls)
        number = Annotated[
            int, Meta(ge=low, le=high, title=form.noun, description=form.help or self.map.help)
        ]
        payload = msgspec.defstruct(
            f"{_camel(name)}{_camel(key)}", [("number", number)], frozen=True, kw_only=True, module=__name__
        )
        kind = ActionKind(
            name=key,
            title=form.title,
            payload=payload,
            summary=f"{form.noun} {{number}}",
            address=lambda _payload: key,
            value=lambda given: given.number,
            number_field="number",
        )

        def encode(given: Any, settings: Any) -> bytes:
            model = self.model(settings)
            recall = model.recalls.get(key)
            if recall is None:
                raise UnsendableError(f"{model.title} has no “{form.title}” over MIDI.")
            if not recall.low <= given.number <= recall.high:
                raise UnsendableError(
                    f"{model.title} has {form.noun} {recall.low} to {recall.high}; "
                    f"there is no {form.noun} {given.number}."
                )
            page, place = divmod(given.number - recall.low, 128)
            channel = (recall.channel or settings.channel) + (page if recall.beyond == "channel" else 0)
            if channel > 16:
                raise UnsendableError(
                    f"{form.noun} {given.number} would need MIDI channel {channel}: there are 16. "
                    "Choose a lower MIDI channel in the device's settings."
                )
            return codec.program(channel, place + 1, page if recall.beyond == "bank" else None)

        return MidiAction(kind, encode, self._example(key, payload))

    def _example(self, key: str, payload: type[Struct]) -> Order:
        fields = next(example.fields for example in self.map.examples if example.action == key)
        return Order(key, msgspec.convert(dict(fields), payload))


def _sent(model: Model, control: Control, shown: float) -> int:
    return sent_value(model.laws[control.law], shown)


def _find_strip(control: Control, payload: Payload, settings: MidiSettings) -> tuple[str, int] | None:
    """Return the name of the strip that a payload is about, and the value in the control's own steps."""
    value: int
    match control.message, payload:
        case "controller", Controller():
            place, value = (payload.number, 0), payload.value
        case "note", Note() if payload.velocity:
            place, value = (payload.note, 0), payload.velocity
        case "nrpn-coarse", CoarseNrpn():
            place, value = (payload.msb, payload.lsb), payload.value >> 7
        case (("nrpn" | "nrpn-tagged"), Nrpn()) if not isinstance(payload, CoarseNrpn):
            shift = 7 if control.message == "nrpn-tagged" else 0
            place, value = (payload.msb, payload.lsb), payload.value >> shift
        case _:
            return None
    for strips in control.strips:
        if payload.channel != (control.channel or settings.channel) + strips.channel:
            continue
        for index in range(strips.count):
            if _place(control, strips, index) == place:
                # A strip that there is one of (Main LR) goes without its number.
                only = strips.count == 1 and strips.low == 1
                return (strips.title if only else f"{strips.title} {strips.low + index}"), value
    return None


def _said(form: ControlForm, control: Control, model: Model, value: int) -> str:
    if not control.law:
        halfway = (control.on + control.off) / 2
        return form.said[0 if (value > halfway) == (control.on > control.off) else 1]
    law = model.laws[control.law]
    shown = shown_value(law, value)
    if form.unit == "dB" and value <= law[0][1]:
        return "−∞ dB"
    return f"{shown:.1f}".replace("-", "−") + (f" {form.unit}" if form.unit else "")


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))
