"""OSC 1.0 messages and bundles to bytes and back, argument types kept.

Owns the wire form only: no address means anything here, no socket is known. Numbers, strings and blobs
are read and written by python-osc; framing of packets and bundles is ours, because python-osc drops
addresses without a leading slash (an X32 answers as `node`), logs unknown types and passes over them,
and loops for ever on a negative bundle size. Time tags are read past: all cue timing is the engine's.
Called by the OSC driver and simulator, and by the engine for its own remote control.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pythonosc.parsing import osc_types

from showcaller.devices.driver import CodecError

BUNDLE = b"#bundle\x00"
IMMEDIATELY = b"\x00\x00\x00\x00\x00\x00\x00\x01"
LARGEST_PACKET = 65_507
"""What fits into one UDP datagram, in bytes."""


class MidiBytes(tuple[int, int, int, int]):
    """The four bytes of an `m` argument: port, status, two of data."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Message:
    """An address and its arguments.

    `tags` are the OSC type tags without the comma (`ifsbhdtcSrmTFNI[]`); arrays are nested tuples.
    Left out, they follow from the Python types: int `i`, float `f`, str `s`, bytes `b`, bool `T`/`F`,
    None `N`, tuple `[…]`.
    """

    address: str
    args: tuple[Any, ...] = ()
    tags: str = ""

    def __post_init__(self) -> None:
        if not self.tags and self.args:
            object.__setattr__(self, "tags", "".join(tag_of(value) for value in self.args))


def tag_of(value: object) -> str:
    """Return the type tag that a Python value gets by itself.

    Raises:
        CodecError: OSC has no such type.
    """
    if isinstance(value, bool):
        return "T" if value else "F"
    if value is None:
        return "N"
    if isinstance(value, MidiBytes):
        return "m"
    if isinstance(value, tuple):
        return "[" + "".join(tag_of(one) for one in value) + "]"
    for type_, tag in ((int, "i"), (float, "f"), (str, "s"), (bytes, "b")):
        if isinstance(value, type_):
            return tag
    raise CodecError(f"OSC has no argument type for {value!r}.")


def _write_blob(value: bytes) -> bytes:
    return bytes(osc_types.write_blob(value)) if value else bytes(4)


def _write_character(value: str) -> bytes:
    return bytes(osc_types.write_int(ord(value)))


def _write_uint64(value: int) -> bytes:
    return struct.pack(">Q", value)


_WRITERS: dict[str, Callable[[Any], bytes]] = {
    "i": osc_types.write_int,
    "h": osc_types.write_int64,
    "f": osc_types.write_float,
    "d": osc_types.write_double,
    "s": osc_types.write_string,
    "S": osc_types.write_string,
    "b": _write_blob,
    "r": osc_types.write_rgba,
    "m": osc_types.write_midi,
    "t": _write_uint64,
    "c": _write_character,
}


def _read_blob(datagram: bytes, index: int) -> tuple[bytes, int]:
    size, _ = osc_types.get_int(datagram, index)
    if size < 0:
        raise CodecError("An OSC blob has a negative size.")
    blob, index = osc_types.get_blob(datagram, index)
    return bytes(blob), index


def _read_character(datagram: bytes, index: int) -> tuple[str, int]:
    code, index = osc_types.get_int(datagram, index)
    return chr(code), index


_READERS: dict[str, Callable[[bytes, int], tuple[Any, int]]] = {
    "i": osc_types.get_int,
    "h": osc_types.get_int64,
    "f": osc_types.get_float,
    "d": osc_types.get_double,
    "s": osc_types.get_string,
    "S": osc_types.get_string,
    "b": _read_blob,
    "r": osc_types.get_rgba,
    "m": osc_types.get_midi,
    "t": osc_types.get_uint64,
    "c": _read_character,
}
_CONSTANTS: dict[str, Any] = {"T": True, "F": False, "N": None, "I": math.inf}


def _flat(values: Sequence[Any]) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        is_array = isinstance(value, tuple) and not isinstance(value, MidiBytes)
        flat.extend(_flat(value) if is_array else [value])
    return flat


def encode(message: Message) -> bytes:
    """Return the bytes of one message.

    Raises:
        CodecError: A value does not fit its type, or the packet is too large for a datagram.
    """
    if not message.address or "\x00" in message.address:
        raise CodecError("An OSC message needs an address such as /cue/1/go.")
    values = iter(_flat(message.args))
    parts = [osc_types.write_string(message.address), osc_types.write_string("," + message.tags)]
    for tag in message.tags:
        if tag in "[]":
            continue
        try:
            value = next(values)
            if tag in _CONSTANTS:
                continue
            if tag in "sS" and "\x00" in value:
                raise CodecError(f"{message.address}: a text for OSC cannot hold a zero byte.")
            parts.append(_WRITERS[tag](value))
        except StopIteration:
            raise CodecError(f"{message.address}: fewer arguments than types “{message.tags}”.") from None
        except KeyError:
            raise CodecError(f"{message.address}: OSC has no argument type “{tag}”.") from None
        except (osc_types.BuildError, OverflowError, TypeError, AttributeError, struct.error) as error:
            raise CodecError(
                f"{message.address}: {value!r} does not fit the OSC argument type “{tag}”."
            ) from error
    if next(values, None) is not None:
        raise CodecError(f"{message.address}: more arguments than types “{message.tags}”.")
    return _whole(b"".join(parts))


def encode_bundle(messages: Sequence[Message]) -> bytes:
    """Return the bytes of one bundle that is due immediately.

    Raises:
        CodecError: A message cannot be encoded, or the packet is too large for a datagram.
    """
    parts = [BUNDLE, IMMEDIATELY]
    for message in messages:
        element = encode(message)
        parts += [osc_types.write_int(len(element)), element]
    return _whole(b"".join(parts))


def _whole(packet: bytes) -> bytes:
    if len(packet) > LARGEST_PACKET:
        raise CodecError(f"An OSC message of {len(packet)} bytes is too large to send.")
    return packet


def decode(datagram: bytes) -> tuple[Message, ...]:
    """Return the messages of one packet; bundles, also nested ones, are flattened in order.

    Raises:
        CodecError: The bytes are not OSC.
    """
    messages: list[Message] = []
    waiting = [datagram]
    while waiting:
        packet = waiting.pop()
        if packet.startswith(BUNDLE):
            waiting.extend(reversed(_elements(packet)))
        else:
            messages.append(_message(packet))
    return tuple(messages)


def _elements(bundle: bytes) -> list[bytes]:
    index = len(BUNDLE) + len(IMMEDIATELY)
    if len(bundle) < index:
        raise CodecError("An OSC bundle ends before its time tag does.")
    elements: list[bytes] = []
    while index < len(bundle):
        try:
            size, index = osc_types.get_int(bundle, index)
        except osc_types.ParseError as error:
            raise CodecError("An OSC bundle ends within the size of an element.") from error
        if not 0 < size <= len(bundle) - index:
            raise CodecError(f"An OSC bundle holds an element of {size} bytes that is not there.")
        elements.append(bundle[index : index + size])
        index += size
    return elements


def _message(packet: bytes) -> Message:
    try:
        return _parsed(packet)
    except (osc_types.ParseError, ValueError, OverflowError, IndexError) as error:
        raise CodecError("Bytes that are not an OSC message.") from error


def _parsed(packet: bytes) -> Message:
    address, index = osc_types.get_string(packet, 0)
    if not address or not address.isprintable():
        raise CodecError("An OSC message has no address that can be read.")
    if index == len(packet):
        return Message(address)
    tags, index = osc_types.get_string(packet, index)
    if not tags.startswith(","):
        raise CodecError(f"{address}: the types of the arguments are missing.")
    args, index = _arguments(packet, index, tags[1:])
    if index > len(packet) or packet[index:].strip(b"\x00"):
        raise CodecError(f"{address}: the arguments do not end where the message ends.")
    return Message(address, args, tags[1:])


def _arguments(packet: bytes, index: int, tags: str) -> tuple[tuple[Any, ...], int]:
    stack: list[list[Any]] = [[]]
    for tag in tags:
        if tag == "[":
            stack.append([])
        elif tag == "]":
            if len(stack) == 1:
                raise CodecError("An OSC array ends that never began.")
            array = tuple(stack.pop())
            stack[-1].append(array)
        elif tag in _CONSTANTS:
            stack[-1].append(_CONSTANTS[tag])
        elif tag in _READERS:
            value, index = _READERS[tag](packet, index)
            stack[-1].append(MidiBytes(value) if tag == "m" else value)
        else:
            raise CodecError(f"An OSC argument has the unknown type “{tag}”.")
    if len(stack) != 1:
        raise CodecError("An OSC array never ends.")
    return tuple(stack[0]), index
