"""MIDI as bytes: pure encoders, and the reader of a stream of whole messages.

Owns the wire form of every message we send and the way back. Channels, programs and banks are as
people write them (channel 1 to 16, program 1 to 128) outside, from 0 on the wire. Knows no port, no
form and no console. Called by `actions`, `consoles`, `decoder` and the tests.

Plain channel messages are mido's. It has no NRPN, no MIDI Show Control and no MIDI Machine Control,
and its parser forgets running status, so these are here. Sources: MIDI 1.0 Detailed Specification;
RP-002/014 (MIDI Show Control 1.1.1); RP-013 (MIDI Machine Control).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import mido

from showcaller.devices.driver import UnsendableError

MSC_COMMANDS: Mapping[str, int] = MappingProxyType(
    {
        "go": 0x01,
        "stop": 0x02,
        "resume": 0x03,
        "timed_go": 0x04,
        "load": 0x05,
        "set": 0x06,
        "fire": 0x07,
        "all_off": 0x08,
        "restore": 0x09,
        "reset": 0x0A,
        "go_off": 0x0B,
    }
)

MSC_WITH_CUE = frozenset({"go", "stop", "resume", "timed_go", "load", "go_off"})
"""Commands that name a cue, or mean every cue without one; LOAD needs it."""

MSC_FORMATS: Mapping[str, int] = MappingProxyType(
    {
        "lighting": 0x01,
        "sound": 0x10,
        "machinery": 0x20,
        "video": 0x30,
        "projection": 0x40,
        "process": 0x50,
        "pyro": 0x60,
        "all": 0x7F,
    }
)

MMC_COMMANDS: Mapping[str, int] = MappingProxyType(
    {
        "stop": 0x01,
        "play": 0x02,
        "deferred_play": 0x03,
        "fast_forward": 0x04,
        "rewind": 0x05,
        "record": 0x06,
        "record_exit": 0x07,
        "pause": 0x09,
        "locate": 0x44,
    }
)

FRAME_RATES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"24": (0, 24), "25": (1, 25), "29.97 drop": (2, 30), "30": (3, 30)}
)
"""Code in the hours byte (bits 5 and 6), and frames in a second."""

_CUE_PART = re.compile(r"\d+(\.\d+)*")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[:;.](\d{1,2}))?")


def _wire(type_: str, channel: int, **values: int) -> bytes:
    message: Any = mido.Message(type_, channel=channel - 1, **values)
    return bytes(message.bin())


def note(channel: int, number: int, velocity: int, *, on: bool) -> bytes:
    """Encode a note on or off."""
    return _wire("note_on" if on else "note_off", channel, note=number, velocity=velocity)


def controller(channel: int, number: int, value: int) -> bytes:
    """Encode a control change."""
    return _wire("control_change", channel, control=number, value=value)


def controller_14(channel: int, number: int, value: int) -> bytes:
    """Encode a 14-bit control change: controller 0 to 31, then its low part 32 above."""
    return controller(channel, number, value >> 7) + controller(channel, number + 32, value & 0x7F)


def nrpn(channel: int, msb: int, lsb: int, value: int) -> bytes:
    """Encode a non-registered parameter: controllers 99, 98, 6 and 38."""
    return nrpn_coarse(channel, msb, lsb, value >> 7) + controller(channel, 38, value & 0x7F)


def nrpn_coarse(channel: int, msb: int, lsb: int, value: int) -> bytes:
    """Encode a non-registered parameter with the 7-bit data entry alone: controllers 99, 98 and 6."""
    return controller(channel, 99, msb) + controller(channel, 98, lsb) + controller(channel, 6, value)


def program(channel: int, number: int, bank_msb: int | None = None, bank_lsb: int | None = None) -> bytes:
    """Encode a program change, 1 to 128, after the bank select controllers (0 and 32) that are given."""
    bank = b"" if bank_msb is None else controller(channel, 0, bank_msb)
    bank += b"" if bank_lsb is None else controller(channel, 32, bank_lsb)
    return bank + _wire("program_change", channel, program=number - 1)


def pitch_bend(channel: int, value: int) -> bytes:
    """Encode a pitch bend, −8192 to 8191."""
    return _wire("pitchwheel", channel, pitch=value)


def sysex(text: str) -> bytes:
    """Read a system exclusive message from hex digits; F0 and F7 may be left out.

    Raises:
        UnsendableError: It is not hex, or holds a byte above 7F inside.
    """
    digits = re.sub(r"0x|[\s,]", "", text, flags=re.IGNORECASE)
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        raise UnsendableError(f"“{text}” is not hex. Write bytes such as F0 7F 01 F7.") from None
    data = data.removeprefix(b"\xf0").removesuffix(b"\xf7")
    if not data:
        raise UnsendableError("The SysEx message is empty. Write its bytes, such as F0 7F 01 F7.")
    if high := [byte for byte in data if byte > 0x7F]:
        raise UnsendableError(f"{high[0]:02X} cannot stand inside a SysEx message: bytes there end at 7F.")
    return b"\xf0" + data + b"\xf7"


def _ascii_part(name: str, text: str) -> bytes:
    if not _CUE_PART.fullmatch(text):
        raise UnsendableError(
            f"{name} “{text}” cannot be sent: MIDI Show Control knows digits and points only."
        )
    return text.encode("ascii")


def cue_reference(cue: str, cue_list: str = "", path: str = "") -> bytes:
    """Encode the cue that a MIDI Show Control command is about: ASCII parts with 00 between.

    Raises:
        UnsendableError: A part is no number, or one is given without those before it.
    """
    if (cue_list and not cue) or (path and not cue_list):
        raise UnsendableError(
            "MIDI Show Control needs the cue before its list, and the list before its path."
        )
    named = (("Cue", cue), ("Cue list", cue_list), ("Cue path", path))
    return b"\x00".join(_ascii_part(name, text) for name, text in named if text)


def time_code(text: str, rate: str) -> bytes:
    """Encode `hh:mm:ss:ff` as four bytes, the rate in the hours.

    Raises:
        UnsendableError: It is no such time, or has more frames than the rate.
    """
    code, frames_per_second = FRAME_RATES[rate]
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise UnsendableError(f"“{text}” is no time code. Write 01:02:03:04.")
    hours, minutes, seconds, frames = (int(part or 0) for part in match.groups())
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= frames_per_second:
        raise UnsendableError(f"Time code {text} does not exist at {rate} frames per second.")
    return bytes((code << 5 | hours, minutes, seconds, frames))


def _exclusive(*body: int) -> bytes:
    if any(byte > 0x7F for byte in body):
        raise UnsendableError("A number is too large for MIDI: device IDs and macros end at 127.")
    return bytes((0xF0, *body, 0xF7))


def show_control(device_id: int, format_: str, command: str, data: bytes = b"") -> bytes:
    """Encode a MIDI Show Control message: `F0 7F device 02 format command data F7`."""
    return _exclusive(0x7F, device_id, 0x02, MSC_FORMATS[format_], MSC_COMMANDS[command], *data)


def split_14(value: int) -> bytes:
    """Encode 14 bits as MIDI Show Control's SET wants them: low part first."""
    return bytes((value & 0x7F, value >> 7))


def machine_control(device_id: int, command: str, locate: bytes = b"") -> bytes:
    """Encode a MIDI Machine Control command; LOCATE takes the target as time code."""
    data = bytes((0x06, 0x01)) + locate + b"\x00" if command == "locate" else b""
    return _exclusive(0x7F, device_id, 0x06, MMC_COMMANDS[command], *data)


_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2, 0xF1: 1, 0xF2: 2, 0xF3: 1}


def _data_bytes(status: int) -> int:
    return _DATA_BYTES.get(status & 0xF0 if status < 0xF0 else status, 0)


class Splitter:
    """Turns a stream of bytes into whole messages, whatever the pieces it comes in.

    Running status is filled in, real-time bytes (clock, active sensing) inside a message are left out,
    stray data and an unfinished message before a new status are dropped. A SysEx longer than
    `longest` is dropped whole, so that a broken sender cannot fill the memory. Never raises.
    """

    def __init__(self, longest: int = 1 << 20) -> None:
        self._longest = longest
        self._status = 0
        self._message = bytearray()

    def feed(self, data: Iterable[int]) -> list[bytes]:
        """Return the messages that these bytes complete."""
        whole: list[bytes] = []
        for byte in data:
            if byte >= 0xF8:
                continue
            if byte == 0xF7:
                if self._status == 0xF0 and self._message:
                    whole.append(bytes((*self._message, byte)))
                self._begin(0)
            elif byte >= 0x80:
                self._begin(byte)
                if byte == 0xF6:
                    whole.append(b"\xf6")
            elif self._status == 0xF0:
                if len(self._message) < self._longest:
                    self._message.append(byte)
                else:
                    self._begin(0)
            elif _data_bytes(self._status):
                self._message.append(byte)
                if len(self._message) > _data_bytes(self._status):
                    whole.append(bytes(self._message))
                    self._begin(self._status if self._status < 0xF0 else 0)
        return whole

    def _begin(self, status: int) -> None:
        self._status = status
        self._message = bytearray((status,)) if status else bytearray()


def split(frame: bytes) -> list[bytes]:
    """Return the whole messages of a frame that we encoded."""
    return Splitter().feed(frame)
