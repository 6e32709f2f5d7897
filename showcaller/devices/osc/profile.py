"""Profiles: what a desk understands, as one JSON file each in `resources/profiles/osc/`.

Owns the format of these files and the sentence for a malformed one. Knows no socket, no payload type.
`kinds` makes a device kind of each.

A file is one object; keys that are left out take the default of the struct below.

* `name`, `title`: of the device kind. `port`, `transports` (first is the default), `reply_port`: where
  the desk listens, and where it answers to if not to the sender's port (0: it does that).
* `setup`: where on the desk OSC is switched on, in brackets after a space.
* `settings`: fields beyond these; templates may name them.
* `heartbeat`: message `send`, the address `answer` and how often; `found` says what answered.
* `connect`: messages after the connection stands; `keep_alive`: one to repeat for ever.
* `resync`: addresses to read before the desk counts as ready, `{n}` running from `first` to `last`.
* `reports`: addresses of the desk that tell a value. `address` is the action address it belongs to
  (default: the same), `value` a template where `{0}` is the first argument, `law` its conversion.
  `initial` makes it readable by sending the address alone, and is where a simulated desk starts.
* `status`: addresses whose value is shown as a line of status.
* `actions`: each with `fields`, a `summary`, and `messages` to send in order, or `bundle_of`: the field
  whose lines become one bundle. `address` is what the action sets (design rule 7), `value` what that
  holds afterwards, unless setting it again would not bring that back: then `lasts` is false.
  `confirm` are answers that prove it (or, `refused`, deny it); `read_back` the
  address to read instead, whose first argument must then be the first one sent, within `tolerance`.
  `simulated` are the messages with which a simulated desk answers (`{count}`: how often it came).
* `subscribe`: the message that makes the desk push changes made by others, for 10 s each time.
* `answers`: other requests, and what a simulated desk answers.

In templates `{name}` is a field or setting, see `templates`. An argument is `type` and `value`: a template
for texts, or exactly `{name}` for the value itself under `law`; the type `typed` stands for arguments that a
person wrote in that field. A choice with a `path` puts that path into addresses instead of its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from showcaller.devices.driver import DeviceError
from showcaller.devices.osc.laws import LAWS
from showcaller.devices.osc.templates import TemplateError, names_in


class ProfileError(DeviceError):
    """A profile file that cannot be used; the message names file and place."""


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all parts of a profile have in common."""


class Option(_Part, frozen=True):
    """One thing that a choice may be."""

    value: str
    title: str
    path: str = ""
    most: Mapping[str, int] = {}
    """The largest value of other fields for this choice, such as 8 DCAs."""


class FieldPlan(_Part, frozen=True):
    """One field of an action's or the settings' form."""

    name: str
    title: str
    type: Literal["text", "lines", "integer", "number", "choice", "switch"]
    help: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    default: str | int | float | bool | None = None
    optional: bool = False
    choices: tuple[Option, ...] = ()
    shape: Literal["part", "free", "cue number", "address"] = "part"
    """What a text may hold: one part of an address, anything, a decimal number, a whole address."""


class ArgumentPlan(_Part, frozen=True):
    """One argument of a message."""

    type: Literal["i", "f", "s", "d", "h", "T", "F", "N", "typed"]
    value: str | int | float | None = None
    law: str = "as it is"


class MessagePlan(_Part, frozen=True):
    """One message with places to fill."""

    address: str
    arguments: tuple[ArgumentPlan, ...] = ()


class FadePlan(_Part, frozen=True):
    """The field that may move."""

    field: str
    low: float
    high: float
    unit: str = ""
    gain: bool = False


class ConfirmPlan(_Part, frozen=True):
    """An answer that proves or denies an action."""

    address: str
    arguments: tuple[str | int | float, ...] = ()
    refused: bool = False


class ActionPlan(_Part, frozen=True):
    """One thing that the desk can be told."""

    name: str
    title: str
    summary: str
    address: str
    fields: tuple[FieldPlan, ...] = ()
    messages: tuple[MessagePlan, ...] = ()
    bundle_of: str = ""
    value: str = ""
    lasts: bool = True
    number_field: str = ""
    fade: FadePlan | None = None
    confirm: tuple[ConfirmPlan, ...] = ()
    read_back: str = ""
    tolerance: float = 0.0
    simulated: tuple[MessagePlan, ...] = ()
    example: Mapping[str, Any] = {}


class HeartbeatPlan(_Part, frozen=True):
    """How the desk is asked whether it is there."""

    send: MessagePlan
    answer: str
    every: int = 2000
    """Milliseconds."""
    found: str = ""
    simulated: tuple[ArgumentPlan, ...] = ()


class KeepAlivePlan(_Part, frozen=True):
    """A message to repeat."""

    send: MessagePlan
    every: int
    """Milliseconds."""


class ResyncPlan(_Part, frozen=True):
    """Addresses to read at the start."""

    address: str
    first: int = 1
    last: int = 1


class ReportPlan(_Part, frozen=True):
    """An address of the desk that tells a value."""

    pattern: str
    address: str = ""
    value: str = "{0}"
    law: str = "as it is"
    initial: ArgumentPlan | None = None


class StatusPlan(_Part, frozen=True):
    """An address of the desk that tells a line of status."""

    pattern: str
    name: str
    value: str = "{0}"


class AnswerPlan(_Part, frozen=True):
    """A request and what a simulated desk answers."""

    pattern: str
    reply: MessagePlan


Transport = Literal["udp", "tcp-length", "tcp-slip"]


class Profile(_Part, frozen=True):
    """One file."""

    name: str
    title: str
    port: int
    transports: tuple[Transport, ...]
    reply_port: int = 0
    setup: str = ""
    """Where on the desk OSC is switched on; ends the sentence that it does not answer."""
    settings: tuple[FieldPlan, ...] = ()
    heartbeat: HeartbeatPlan | None = None
    connect: tuple[MessagePlan, ...] = ()
    keep_alive: KeepAlivePlan | None = None
    resync: tuple[ResyncPlan, ...] = ()
    reports: tuple[ReportPlan, ...] = ()
    status: tuple[StatusPlan, ...] = ()
    actions: tuple[ActionPlan, ...] = ()
    number_default: str = ""
    subscribe: str = ""
    answers: tuple[AnswerPlan, ...] = ()


def read_profile(content: bytes, file: str) -> Profile:
    """Return the profile of a file's content.

    Raises:
        ProfileError: It is malformed; names the file and the place in it.
    """
    try:
        profile = msgspec.json.decode(content, type=Profile)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$.")
        where = f" at {place.rstrip('`')}" if place else ""
        raise ProfileError(f"The OSC profile {file} is wrong{where}: {reason}.") from error
    except msgspec.DecodeError as error:
        raise ProfileError(f"The OSC profile {file} is no JSON: {error}.") from error
    for place, problem in _problems(profile):
        raise ProfileError(f"The OSC profile {file} is wrong at {place}: {problem}.")
    return profile


def load_profiles(folder: Path) -> tuple[Profile, ...]:
    """Return all profiles of a folder, by file name.

    Raises:
        ProfileError: A file is malformed.
    """
    return tuple(read_profile(path.read_bytes(), path.name) for path in sorted(folder.glob("*.json")))


def _problems(profile: Profile) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    settings = {field.name for field in profile.settings} | {"host", "port"}
    if not profile.transports:
        problems.append(("transports", "a desk needs at least one"))
    for index, action in enumerate(profile.actions):
        place = f"actions[{index}] “{action.name}”"
        problems += [(f"{place}.{key}", problem) for key, problem in _action_problems(action, settings)]
    if profile.number_default and profile.number_default not in {it.name for it in profile.actions}:
        problems.append(("number_default", f"there is no action “{profile.number_default}”"))
    problems += [
        ("reports", f"there is no law “{report.law}”") for report in profile.reports if report.law not in LAWS
    ]
    return problems


def _action_problems(action: ActionPlan, settings: set[str]) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    fields = {field.name for field in action.fields}
    known = fields | settings
    templates = [("summary", action.summary), ("address", action.address), ("read_back", action.read_back)]
    templates.append(("value", action.value))
    for message in action.messages:
        templates.append(("messages", message.address))
        for argument in message.arguments:
            if argument.law not in LAWS:
                problems.append(("messages", f"there is no law “{argument.law}”"))
            if isinstance(argument.value, str):
                templates.append(("messages", argument.value))
    templates += [("confirm", answer.address) for answer in action.confirm]
    for key, template in templates:
        try:
            problems += [(key, f"there is no field “{name}”") for name in sorted(names_in(template) - known)]
        except TemplateError as error:
            problems.append((key, str(error)))
    for key, name in (
        ("number_field", action.number_field),
        ("fade", action.fade.field if action.fade else ""),
        ("bundle_of", action.bundle_of),
        *(("example", name) for name in action.example),
    ):
        if name and name not in fields:
            problems.append((key, f"there is no field “{name}”"))
    if not action.messages and not action.bundle_of:
        problems.append(("messages", "the action sends nothing"))
    problems += [
        (f"fields “{field.name}”", "a choice needs choices")
        for field in action.fields
        if field.type == "choice" and not field.choices
    ]
    return problems
