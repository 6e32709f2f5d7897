"""The show as JSON: lossless, in a stable order, for scripts, tests and shows that are kept in git.

Owns the form that DESIGN section 2 shows, its version, and sentences that name the place of a mistake.
Durations are whole milliseconds, defaults are left out, and there is no history. Passwords that a
person wrote into it are taken out and handed back apart. Called by `export`, `import` and the tests.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from operator import is_not
from typing import Any

import msgspec

from showcaller.core.show import (
    FORMAT,
    VERSION,
    Cue,
    Department,
    Device,
    Row,
    Show,
    decode_hook,
    encode_hook,
)
from showcaller.core.times import TimeTextError, load_zone
from showcaller.showfile.errors import ShowFileError
from showcaller.showfile.inventories import Inventories, SeenInventory

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SECRET_WORDS = {"password", "secret", "token"}

Secrets = Mapping[str, Mapping[str, str]]
"""By device id and field."""


def show_to_json(show: Show, inventories: Inventories | None = None) -> bytes:
    """Return a show as JSON: equal shows give equal bytes.

    Args:
        show: The document. A password that should not be in it is left out.
        inventories: What devices told; left out unless given.
    """
    clean = msgspec.structs.replace(show, devices=tuple(_without_secrets(one, ())[0] for one in show.devices))
    clean = _with_own_defaults(clean)
    content = {"format": FORMAT, "version": VERSION}
    content |= msgspec.to_builtins(clean, enc_hook=encode_hook, order="deterministic")
    if inventories is not None:
        content["inventories"] = msgspec.to_builtins(dict(inventories), order="deterministic")
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def row_to_json(row: Row) -> bytes:
    """Return one row of the rundown as it stands in the JSON of its show, but not indented."""
    plain = msgspec.to_builtins(_with_own_defaults(row), enc_hook=encode_hook, order="deterministic")
    return msgspec.json.format(msgspec.json.encode(plain), indent=2)


def show_from_json(
    data: bytes, secret_fields: Mapping[str, Collection[str]] | None = None
) -> tuple[Show, Inventories, Secrets]:
    """Read a show from JSON.

    Calls of unknown departments and actions of unknown devices or kinds are taken as they are: the
    checks tell of them.

    Args:
        data: The JSON, in UTF-8.
        secret_fields: Settings that hold secrets, by kind of device, besides those whose name says so.

    Returns:
        The show, the inventories in it (or none), and the passwords that were taken out of it.

    Raises:
        ShowFileError: It is no such show; names the row, action and field that are wrong.
    """
    content = _content(data)
    given = {name: content.pop(name, []) for name in ("departments", "devices", "rundown")}
    told = content.pop("inventories", {})
    for name, items in given.items():
        if not isinstance(items, list):
            raise ShowFileError(f"The show, field {name}: expected a list.")
    frame = _read(content, Show, "The show")
    try:
        load_zone(frame.zone)
    except TimeTextError as error:
        raise ShowFileError(f"The show, field zone: {error}") from error
    show = msgspec.structs.replace(
        frame,
        departments=tuple(
            _read(item, Department, _named("Department", item, at))
            for at, item in enumerate(given["departments"])
        ),
        devices=tuple(
            _read(item, Device, _named("Device", item, at)) for at, item in enumerate(given["devices"])
        ),
        rundown=tuple(_read(item, Row, _row_named(item, at)) for at, item in enumerate(given["rundown"])),
    )
    _check_ids(show)
    if not isinstance(told, dict):
        raise ShowFileError("The show, field inventories: expected an object.")
    inventories = {
        device_id: _read(item, SeenInventory, f"The inventory of {device_id}")
        for device_id, item in told.items()
    }
    secrets: dict[str, Mapping[str, str]] = {}
    devices: list[Device] = []
    for device in show.devices:
        clean, taken = _without_secrets(device, (secret_fields or {}).get(device.kind, ()))
        devices.append(clean)
        if taken:
            secrets[device.id] = taken
    return msgspec.structs.replace(show, devices=tuple(devices)), inventories, secrets


def _with_own_defaults(value: Any) -> Any:
    """Return a value with each default in it the very object that its class has.

    `omit_defaults` knows a default by identity, and would write a 400 that was typed or read from disk.
    """
    if isinstance(value, tuple):
        own = tuple(map(_with_own_defaults, value))
        return own if any(map(is_not, own, value)) else value
    if not isinstance(value, msgspec.Struct):
        return value
    changed: dict[str, Any] = {}
    for name, default in _defaults(type(value)):
        before = getattr(value, name)
        if before is default:
            continue
        now = default if before == default else _with_own_defaults(before)
        if now is not before:
            changed[name] = now
    return msgspec.structs.replace(value, **changed) if changed else value


@cache
def _defaults(type_: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in msgspec.structs.fields(type_))


def _content(data: bytes) -> dict[str, Any]:
    try:
        content = msgspec.json.decode(data.removeprefix(_BYTE_ORDER_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = str(error).removeprefix("JSON is malformed: ")
        raise ShowFileError(f"This is not JSON: {_lowered(reason)}.") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ShowFileError(f'This JSON is not a show: a show begins with "format": "{FORMAT}".')
    version = content.get("version")
    if type(version) is not int or version < 1:
        raise ShowFileError('This show does not say its version: write "version": 1 below "format".')
    if version > VERSION:
        raise ShowFileError(
            f"This show was written by a newer Showcaller (version {version} of the form, here {VERSION}). "
            "Update Showcaller to read it."
        )
    return {name: value for name, value in content.items() if name not in {"format", "version"}}


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _read(item: Any, type_: Any, place: str) -> Any:
    try:
        value = msgspec.convert(item, type_, dec_hook=decode_hook)
        msgspec.msgpack.encode(value, enc_hook=encode_hook)
    except msgspec.ValidationError as error:
        raise ShowFileError(_sentence(place, str(error))) from error
    except OverflowError as error:
        raise ShowFileError(f"{place}: a number in it is too large.") from error
    except RecursionError as error:
        raise ShowFileError(f"{place}: it is nested too deep.") from error
    return value


def _named(what: str, item: Any, at: int) -> str:
    name = item.get("name") if isinstance(item, dict) else None
    return f"{what} “{name}”" if isinstance(name, str) and name else f"{what} {at + 1}"


def _row_named(item: Any, at: int) -> str:
    if isinstance(item, dict):
        for key, what in (("number", "Cue"), ("page", "Segment")):
            if isinstance(item.get(key), str) and item[key]:
                return f"{what} {item[key]}"
        for key in ("name", "title"):
            if isinstance(item.get(key), str) and item[key]:
                return f"{'Segment' if item.get('type') == 'segment' else 'Cue'} “{item[key]}”"
    return f"Row {at + 1}"


_TYPE_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
    "datetime": "a date and time with its zone",
}
_ONE_OF = {"calls": "call", "actions": "action", "midi": "MIDI binding"}


def _sentence(place: str, error: str) -> str:
    """Turn msgspec's “Expected `int`, got `str` - at `$.calls[0].x`” into a sentence with its place."""
    reason, _, path = error.partition(" - at `$")
    parts: list[str] = []
    for name, index in re.findall(r"\.?(\w+)|\[(\d+)\]", path.rstrip("`")):
        if name:
            parts.append(name)
        elif parts:
            parts[-1] = f"{_ONE_OF.get(parts[-1], parts[-1])} {int(index) + 1}"
    if match := re.fullmatch(r"Object missing required field `(.+)`", reason):
        reason = f"field {match[1]} is missing"
    elif match := re.fullmatch(r"Object contains unknown field `(.+)`", reason):
        reason = f"field {match[1]} is not known; is it misspelt?"
    else:
        if parts:
            parts[-1] = f"field {parts[-1]}" if " " not in parts[-1] else parts[-1]
        reason = re.sub(
            r"`([^`]+)`",
            lambda found: " or ".join(_TYPE_WORDS.get(word, word) for word in found[1].split(" | ")),
            _lowered(reason),
        )
    return f"{', '.join([place, *parts])}: {reason if reason.endswith('?') else reason + '.'}"


def _ids(show: Show) -> Iterator[tuple[str, str]]:
    yield show.id, "the show"
    for department in show.departments:
        yield department.id, f"department “{department.name}”"
    for device in show.devices:
        yield device.id, f"device “{device.name}”"
    for at, row in enumerate(show.rundown):
        place = f"row {at + 1}"
        if isinstance(row, Cue):
            place = f"cue {row.number}" if row.number else place
            for action in row.actions:
                yield action.id, f"an action of {place}"
        yield row.id, place


def _check_ids(show: Show) -> None:
    seen: dict[str, str] = {}
    for item_id, place in _ids(show):
        if not item_id:
            raise ShowFileError(f"{place[0].upper()}{place[1:]}, field id: it is empty.")
        if item_id in seen:
            raise ShowFileError(f"The id {item_id} is given twice: to {seen[item_id]} and to {place}.")
        seen[item_id] = place


def _says_secret(name: str) -> bool:
    return not _SECRET_WORDS.isdisjoint(re.split(r"[^a-z]+", name.lower()))


def _without_secrets(device: Device, more: Collection[str]) -> tuple[Device, Mapping[str, str]]:
    """Return a device without what only the secrets file may hold, and that apart."""
    taken: dict[str, str] = {}

    def clean(values: Mapping[str, Any], above: str) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in values.items():
            path = above + name
            if isinstance(value, Mapping):
                kept[name] = clean(value, path + ".")
            elif (
                (path in more or _says_secret(name))
                and isinstance(value, str | int | None)
                and value is not True
            ):
                if value:
                    taken[path] = str(value)
            else:
                kept[name] = value
        return kept

    settings = clean(device.settings, "")
    return (
        msgspec.structs.replace(device, settings=settings) if settings != device.settings else device
    ), taken
