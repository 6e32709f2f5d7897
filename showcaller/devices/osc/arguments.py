"""Arguments as a person types them: `1 0.5 "two words" true` or with types, `i:1 f:0.5 s:"x"`.

Owns that little syntax. Bare words get the type they look like: whole numbers `i`, numbers with a point
`f`, `true`/`T`, `false`/`F`, `nil`/`N`, anything else a text. `h:` is a 64-bit integer, `d:` a double,
`b:` a blob in hexadecimal, `c:` one character, `I` the impulse. `s:T` is the text T. Knows no device.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from showcaller.devices.driver import UnsendableError
from showcaller.devices.osc.codec import Message

_WORD = re.compile(r'\s*((?:[a-z]:)?"(?:[^"\\]|\\.)*"(?=\s|$)|\S+)')
_BARE = {"T": "T", "true": "T", "F": "F", "false": "F", "N": "N", "nil": "N", "I": "I"}
_CONSTANTS = {"T": True, "F": False, "N": None, "I": math.inf}
_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+(?:\.\d*)?[eE][+-]?\d+)")


def _integer(bits: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not -(1 << bits) <= number < 1 << bits:
            raise ValueError("too large" + (": write h: for 64 bits" if bits == 31 else ""))
        return number

    return read


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def _character(text: str) -> str:
    if len(text) != 1 or not text.isascii():
        raise ValueError("not one character")
    return text


_READERS: dict[str, Callable[[str], Any]] = {
    "i": _integer(31),
    "h": _integer(63),
    "f": _number,
    "d": _number,
    "s": str,
    "b": bytes.fromhex,
    "c": _character,
}
_NAMES = {
    "i": "a whole number",
    "h": "a whole number",
    "f": "a number",
    "d": "a number",
    "s": "a text",
    "b": "bytes in hexadecimal such as b:00ff",
    "c": "one character",
}


def _unquoted(text: str) -> tuple[str, bool]:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1]), True
    return text, False


def _argument(word: str) -> tuple[str, Any]:
    tag, colon, rest = word.partition(":")
    if colon and tag in _READERS:
        text, _ = _unquoted(rest)
        try:
            return tag, _READERS[tag](text)
        except ValueError as error:
            reason = str(error) if "too large" in str(error) else f"not {_NAMES[tag]}"
            raise UnsendableError(f"“{word}” is {reason}.") from error
    text, quoted = _unquoted(word)
    if quoted:
        return "s", text
    if word.startswith('"'):
        raise UnsendableError(f"{word} has no closing quotation mark.")
    if word in _BARE:
        return _BARE[word], _CONSTANTS[_BARE[word]]
    if _INTEGER.fullmatch(word):
        return _argument(f"i:{word}")
    if _NUMBER.fullmatch(word):
        return "f", _number(word)
    return "s", word


def parse_arguments(text: str) -> tuple[str, tuple[Any, ...]]:
    """Return type tags and values of arguments written as text.

    Raises:
        UnsendableError: A word does not fit its type; the sentence names the word.
    """
    arguments = [_argument(match[1]) for match in _WORD.finditer(text.strip()) if match[1]]
    return "".join(tag for tag, _ in arguments), tuple(value for _, value in arguments)


def parse_message(line: str) -> Message:
    """Return the message of a line such as `/cue/1/go 1.0`.

    Raises:
        UnsendableError: It has no address, or an argument does not fit its type.
    """
    address, _, rest = line.strip().partition(" ")
    tags, values = parse_arguments(rest)
    return Message(check_address(address), values, tags)


def check_address(address: str) -> str:
    """Return an address as it is.

    Raises:
        UnsendableError: It does not begin with a slash or holds what no address can.
    """
    if not address.startswith("/") or re.search(r"[\s#,\x00-\x1f]", address) or not address.isascii():
        raise UnsendableError(f"“{address}” is no OSC address. Write one such as /cue/1/go.")
    return address


def format_arguments(tags: str, values: tuple[Any, ...]) -> str:
    """Write arguments so that `parse_arguments` gives them back; arrays and MIDI only to be read."""
    if "[" in tags or len(tags) != len(values):
        return " ".join(map(repr, values))
    words = []
    for tag, value in zip(tags, values, strict=True):
        if tag in _CONSTANTS:
            words.append(tag)
        elif tag in "sSc":
            escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
            words.append(f'{"c" if tag == "c" else "s"}:"{escaped}"')
        elif tag == "b":
            words.append(f"b:{value.hex()}")
        else:
            words.append(f"{tag}:{value!r}" if tag in "ihfd" else repr(value))
    return " ".join(words)
