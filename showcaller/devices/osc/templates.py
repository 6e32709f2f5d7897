"""Templates with named fields, `/eos/cue/{list}/{cue}/fire`: filled to send, matched to understand.

Owns filling and matching of addresses and texts. `{number:02}` fills with leading zeros, `{0}` names the
first argument of a message, `*` matches any one part of an address. Knows no profile and no socket.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import cache
from typing import Any


class TemplateError(ValueError):
    """A template that cannot be read; the message says which."""


@cache
def parts_of(template: str) -> tuple[tuple[str, str, str], ...]:
    """Return the parts of a template: literal text, then name and format of the field after it.

    Raises:
        TemplateError: Its braces do not pair, or a name is missing.
    """
    try:
        parts = tuple(
            (literal, name or "", form or "") for literal, name, form, _ in string.Formatter().parse(template)
        )
    except ValueError as error:
        raise TemplateError(f"“{template}”: {error}") from error
    if any("{" + form in template and not name for literal, name, form in parts if form):
        raise TemplateError(f"“{template}”: a field has no name")
    return parts


@cache
def names_in(template: str) -> frozenset[str]:
    """Return the names of the fields in a template."""
    return frozenset(name for _, name, _ in parts_of(template) if name)


@cache
def single_field(template: str) -> str:
    """Return the field that a template consists of, so that its value keeps its type; or nothing."""
    parts = parts_of(template)
    return parts[0][1] if len(parts) == 1 and not parts[0][0] and not parts[0][2] else ""


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Return the template with its fields filled in; whole floats lose their point."""
    text = ""
    for literal, name, form in parts_of(template):
        text += literal
        if name:
            value = values[name]
            if isinstance(value, float) and not form:
                value = f"{value:g}"
            text += format(value, form)
    return text


@cache
def matcher(template: str, whole: bool = False) -> re.Pattern[str]:
    """Return the pattern of the texts that a template fills to, its fields as groups.

    Args:
        template: An address; a field and `*` stand for one part of it.
        whole: A field may hold anything, also slashes (a text, not an address).
    """
    pattern = ""
    seen: set[str] = set()
    one = ".+" if whole else "[^/]+"
    for literal, name, _ in parts_of(template):
        pattern += re.escape(literal).replace(r"\*", one if not whole else r"\*")
        if name:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{one})"
            seen.add(name)
    return re.compile(pattern)


def match(template: str, text: str, whole: bool = False) -> dict[str, str] | None:
    """Return what the fields of the template hold in a text, or None where it does not fit."""
    found = matcher(template, whole).fullmatch(text)
    return None if found is None else found.groupdict()
