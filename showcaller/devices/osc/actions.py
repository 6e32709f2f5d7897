"""The actions of a profile at work: payload types, packets to send, and the way back from a packet.

Owns what a planned action means for one payload: its packets, the answers that prove it, the address it
sets; and for a simulated desk, which action a received message is. Knows no socket and no clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from showcaller.core.forms import FadeRange, FormError, read_values
from showcaller.devices.driver import ActionKind, CodecError, Order, UnsendableError
from showcaller.devices.osc.arguments import check_address, parse_arguments, parse_message
from showcaller.devices.osc.codec import Message, encode, encode_bundle
from showcaller.devices.osc.laws import LAWS
from showcaller.devices.osc.profile import ActionPlan, ArgumentPlan, FieldPlan, MessagePlan
from showcaller.devices.osc.templates import fill, match, names_in, single_field

_CUE_NUMBER = re.compile(r"\d+(\.\d+)?")
_NO_PART = re.compile(r"[^!-~]|[/#*,?\[\]{}]")


@dataclass(frozen=True)
class Answer:
    """What the desk says when it did, or refused, what it was told; `*` in the address is any part."""

    address: str
    arguments: tuple[Any, ...] = ()
    refused: bool = False

    def fits(self, message: Message) -> bool:
        """Say whether a message is this answer."""
        return (
            match(self.address, message.address) is not None
            and message.args[: len(self.arguments)] == self.arguments
        )


@dataclass(frozen=True)
class Proof:
    """How it will be known that an order was carried out; empty where the desk cannot say."""

    answers: tuple[Answer, ...] = ()
    read_address: str = ""
    wanted: Any = None
    tolerance: float = 0.0


def type_of(field: FieldPlan) -> Any:
    """Return the annotated type of a payload or settings field."""
    extra: dict[str, Any] = {"unit": field.unit} if field.unit else {}
    bare: Any = {"integer": int, "number": float, "switch": bool}.get(field.type, str)
    if field.type == "lines":
        extra["type"] = "lines"
    if field.type == "choice":
        bare = Literal[tuple(option.value for option in field.choices)]
        extra["titles"] = {option.value: option.title for option in field.choices}
    if bare in {int, float} and (field.minimum is not None or field.maximum is not None):
        low, high = (None if limit is None else bare(limit) for limit in (field.minimum, field.maximum))
        bare = Annotated[bare, Meta(ge=low, le=high)]
    if field.optional:
        bare |= None
    return Annotated[bare, Meta(title=field.title, description=field.help or None, extra=extra or None)]


def struct_of(name: str, fields: tuple[FieldPlan, ...]) -> type[Struct]:
    """Return the payload type of the fields; those without a default are required."""
    members: list[Any] = []
    for field in fields:
        if field.default is None and not field.optional:
            members.append((field.name, type_of(field)))
        else:
            is_whole = field.type == "number" and isinstance(field.default, int)
            default = float(field.default or 0) if is_whole else field.default
            members.append((field.name, type_of(field), default))
    title = "".join(word.capitalize() for word in re.split(r"\W+", name))
    return msgspec.defstruct(title, members, frozen=True, kw_only=True, module=__name__)


class Action:
    """One planned action with its payload type."""

    def __init__(self, plan: ActionPlan, desk: str) -> None:
        self.plan = plan
        self._desk = desk
        self.payload = struct_of(f"{desk} {plan.name}", plan.fields)
        fade = plan.fade
        self.kind = ActionKind(
            name=plan.name,
            title=plan.title,
            payload=self.payload,
            summary=plan.summary,
            address=self.address,
            value=self._value,
            lasts=bool(plan.value) and plan.lasts,
            number_field=plan.number_field,
            fade=FadeRange(fade.field, fade.low, fade.high, fade.unit, fade.gain) if fade else None,
        )

    @cached_property
    def example(self) -> Order:
        """An order of this action that the simulated desk can carry out."""
        return Order(self.plan.name, read_values(self.payload, self.plan.example))

    def address(self, payload: Struct) -> str:
        """Return what the payload sets."""
        values = self._spread(msgspec.structs.asdict(payload))
        return fill(self.plan.address, values)

    def packets(self, payload: Struct, settings: Mapping[str, Any]) -> tuple[bytes, ...]:
        """Return the packets that carry it out, in order.

        Raises:
            UnsendableError: A field holds what the desk cannot be told.
        """
        values = {**settings, **msgspec.structs.asdict(payload)}
        self._check(values)
        try:
            if self.plan.bundle_of:
                lines = [line for line in str(values[self.plan.bundle_of]).splitlines() if line.strip()]
                if not lines:
                    raise UnsendableError("The bundle has no messages. Write one on each line.")
                return (encode_bundle([parse_message(line) for line in lines]),)
            values = self._spread(values)
            return tuple(encode(message_of(plan, values)) for plan in self.plan.messages)
        except CodecError as error:
            raise UnsendableError(str(error)) from error

    def proof(self, payload: Struct, settings: Mapping[str, Any]) -> Proof:
        """Return how the desk will show that it carried the payload out."""
        values = self._spread({**settings, **msgspec.structs.asdict(payload)})
        answers = tuple(
            Answer(fill(plan.address, values), _filled(plan.arguments, values), plan.refused)
            for plan in self.plan.confirm
        )
        if not self.plan.read_back:
            return Proof(answers)
        sent = message_of(self.plan.messages[0], values)
        return Proof(answers, fill(self.plan.read_back, values), sent.args[0], self.plan.tolerance)

    def recognise(self, message: Message, settings: Mapping[str, Any], place: int = 0) -> Struct | None:
        """Return the payload that leads to a message as one of its packets, by default the first, or None."""
        if len(self.plan.messages) <= place:
            return None
        plan = self.plan.messages[place]
        for address, chosen in self._variants(plan.address):
            found = match(_settled(address, settings), message.address)
            if found is None or len(plan.arguments) != len(message.args):
                continue
            values: dict[str, Any] = {**chosen, **self._numbers(found)}
            if all(
                _read_argument(argument, value, values, settings)
                for argument, value in zip(plan.arguments, message.args, strict=True)
            ):
                try:
                    payload = read_values(self.payload, values)
                    self._check({**settings, **msgspec.structs.asdict(payload)})
                except (FormError, UnsendableError):
                    continue
                return payload
        return None

    def is_rest(self, message: Message, settings: Mapping[str, Any]) -> bool:
        """Say whether a message is one of the packets after the first, such as a key's release."""
        return any(
            self.recognise(message, settings, place) is not None
            for place in range(1, len(self.plan.messages))
        )

    def simulated(self, payload: Struct, settings: Mapping[str, Any], count: int) -> Iterator[Message]:
        """Yield what a desk answers to it, the `count`th time."""
        values = self._spread({**settings, **msgspec.structs.asdict(payload), "count": count})
        for plan in self.plan.simulated:
            yield message_of(plan, values)

    def _value(self, payload: Struct) -> Any:
        if not self.plan.value:
            return payload
        values = msgspec.structs.asdict(payload)
        single = single_field(self.plan.value)
        return values[single] if single else fill(self.plan.value, values)

    def _spread(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Put the path of each choice in the place of its value."""
        spread = dict(values)
        for field in self.plan.fields:
            for option in field.choices:
                if option.path and values[field.name] == option.value:
                    spread[field.name] = fill(option.path, values)
        return spread

    def _variants(self, template: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the template once for each choice that has a path in it, and what was chosen."""
        for field in self.plan.fields:
            if field.name in names_in(template) and any(option.path for option in field.choices):
                for option in field.choices:
                    varied = template.replace(f"{{{field.name}}}", option.path or option.value)
                    yield varied, {field.name: option.value}
                return
        yield template, {}

    def _numbers(self, found: Mapping[str, str]) -> dict[str, Any]:
        """Return what was found with whole numbers as such: an address may pad them with zeros."""
        whole = {field.name for field in self.plan.fields if field.type == "integer"}
        return {
            name: int(text) if name in whole and text.isdecimal() else text for name, text in found.items()
        }

    def _check(self, values: Mapping[str, Any]) -> None:
        for field in self.plan.fields:
            value = values[field.name]
            if value is None:
                raise UnsendableError(f"“{field.title}” is empty.")
            for option in field.choices:
                for other, most in option.most.items() if value == option.value else ():
                    if values[other] > most:
                        raise UnsendableError(
                            f"{self._desk} has no {option.title} {values[other]}: they end at {most}."
                        )
            if field.type == "text":
                self._check_text(field, value)

    def _check_text(self, field: FieldPlan, text: str) -> None:
        if field.shape == "address":
            check_address(text)
        elif field.shape == "cue number" and not _CUE_NUMBER.fullmatch(text):
            raise UnsendableError(
                f"“{text}” is no number that {self._desk} knows as “{field.title}”. Write 24 or 24.5."
            )
        elif field.shape == "part" and (not text or _NO_PART.search(text)):
            raise UnsendableError(
                f"“{text}” cannot stand in an OSC address as “{field.title}”: "
                "it must not be empty or hold spaces, slashes or brackets."
            )


def message_of(plan: MessagePlan, values: Mapping[str, Any]) -> Message:
    """Return a planned message with its places filled; an empty part of an address vanishes.

    Raises:
        UnsendableError: Typed arguments do not fit their types.
        CodecError: A value does not fit its argument.
    """
    address = re.sub("//+", "/", fill(plan.address, values))
    tags = ""
    args: list[Any] = []
    for argument in plan.arguments:
        value: Any = argument.value
        if isinstance(value, str):
            single = single_field(value)
            value = values[single] if single else fill(value, values)
        if argument.type == "typed":
            more_tags, more = parse_arguments(str(value))
            tags += more_tags
            args += more
            continue
        value = LAWS[argument.law].to_wire(value)
        if argument.type in {"i", "h"} and isinstance(value, str):
            value = _whole_number(value)
        tags += argument.type
        args.append(float(value) if argument.type in {"f", "d"} else value)
    return Message(address, tuple(args), tags)


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UnsendableError(f"“{text}” is no whole number.") from None


def _filled(arguments: tuple[str | int | float, ...], values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(
        (values[single_field(one)] if single_field(one) else fill(one, values))
        if isinstance(one, str)
        else one
        for one in arguments
    )


def _settled(template: str, settings: Mapping[str, Any]) -> str:
    for name in names_in(template) & settings.keys():
        template = template.replace(f"{{{name}}}", str(settings[name]))
    return re.sub("//+", "/", template)


def _read_argument(
    plan: ArgumentPlan, value: Any, values: dict[str, Any], settings: Mapping[str, Any]
) -> bool:
    """Put what an argument tells into `values`; return whether it fits the plan."""
    if not isinstance(plan.value, str):
        return plan.value is None or bool(value == plan.value)
    if single := single_field(plan.value):
        if single in settings:
            return bool(value == settings[single])
        try:
            values[single] = LAWS[plan.law].from_wire(value)
        except (TypeError, ValueError):
            return False
        return True
    found = match(plan.value, str(value), whole=True)
    values.update(found or {})
    return found is not None
