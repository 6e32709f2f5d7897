"""MIDI bytes back into what they mean: the plain payloads, with banks and parameters put together.

Owns the memory that MIDI has on a wire: running status, the chosen bank, the parameter that data
entry is for. Knows no console; `consoles` looks up what a payload means on one. Called by the
simulator and by tests.
"""

from __future__ import annotations

from collections.abc import Iterable

from showcaller.devices.midi import codec
from showcaller.devices.midi.payloads import (
    Controller,
    Controller14,
    MachineControl,
    Note,
    Nrpn,
    Payload,
    PitchBend,
    Program,
    ShowControl,
    SysEx,
)


class CoarseNrpn(Nrpn, frozen=True, kw_only=True):
    """A parameter with the high part of its value alone: perhaps all, perhaps half of it."""


_MSC_NAMES = {number: name for name, number in codec.MSC_COMMANDS.items()}
_FORMAT_NAMES = {number: name for name, number in codec.MSC_FORMATS.items()}
_MMC_NAMES = {number: name for name, number in codec.MMC_COMMANDS.items()}
_RATE_NAMES = {code: name for name, (code, _frames) in codec.FRAME_RATES.items()}


class Decoder:
    """Reads one stream of MIDI.

    A value that comes in two messages is given twice: with its high part (a `Controller`, a
    `CoarseNrpn`), then whole. Messages that no action sends (aftertouch, song position) are passed over.
    Never raises.
    """

    def __init__(self) -> None:
        self._splitter = codec.Splitter()
        self._banks: dict[int, dict[int, int]] = {}
        self._parameters: dict[int, dict[int, int]] = {}
        self._last: tuple[int, int, int] | None = None
        """Channel, controller and value of the message before, where it was a controller."""

    def feed(self, data: Iterable[int]) -> list[Payload]:
        """Return what these bytes complete."""
        payloads = (self._decode(message) for message in self._splitter.feed(data))
        return [payload for payload in payloads if payload is not None]

    def _decode(self, message: bytes) -> Payload | None:
        status, channel = message[0] & 0xF0, (message[0] & 0x0F) + 1
        before, self._last = self._last, None
        match status:
            case 0x80:
                return Note(note=message[1], state="off", velocity=message[2], channel=channel)
            case 0x90:
                return Note(
                    note=message[1],
                    state="on" if message[2] else "off",
                    velocity=message[2],
                    channel=channel,
                )
            case 0xB0:
                self._last = (channel, message[1], message[2])
                return self._controller(channel, message[1], message[2], before)
            case 0xC0:
                bank = self._banks.get(channel, {})
                return Program(
                    program=message[1] + 1, bank_msb=bank.get(0), bank_lsb=bank.get(32), channel=channel
                )
            case 0xE0:
                return PitchBend(value=(message[2] << 7 | message[1]) - 8192, channel=channel)
            case 0xF0 if message[0] == 0xF0:
                return _system_exclusive(message)
        return None

    def _controller(
        self, channel: int, number: int, value: int, before: tuple[int, int, int] | None
    ) -> Payload:
        parameter = self._parameters.setdefault(channel, {})
        if number in {0, 32}:
            self._banks.setdefault(channel, {})[number] = value
        if number in {98, 99}:
            parameter[number] = value
            parameter.pop(6, None)
        elif number in {100, 101}:
            parameter.clear()  # a registered parameter: data entry is no longer ours
        elif number in {6, 38} and parameter.keys() >= {98, 99}:
            msb, lsb = parameter[99], parameter[98]
            if number == 6:
                parameter[6] = value
                return CoarseNrpn(msb=msb, lsb=lsb, value=value << 7, channel=channel)
            return Nrpn(msb=msb, lsb=lsb, value=parameter.get(6, 0) << 7 | value, channel=channel)
        if before is not None and before[:2] == (channel, number - 32) and 32 <= number < 64:
            return Controller14(number=number - 32, value=before[2] << 7 | value, channel=channel)
        return Controller(number=number, value=value, channel=channel)


def _system_exclusive(message: bytes) -> Payload:
    plain = SysEx(bytes=message.hex(" ").upper())
    if message[1] != 0x7F or len(message) < 6:
        return plain
    device, realm, data = message[2], message[3], message[4:-1]
    if realm == 0x02 and len(data) >= 2:
        return _show_control(device, data) or plain
    if realm == 0x06:
        return _machine_control(device, data) or plain
    return plain


def _time_text(data: bytes) -> str:
    return ":".join(f"{part:02}" for part in (data[0] & 0x1F, *data[1:4]))


def _show_control(device: int, data: bytes) -> ShowControl | None:
    format_, command, rest = _FORMAT_NAMES.get(data[0]), _MSC_NAMES.get(data[1]), data[2:]
    if format_ is None or command is None:
        return None
    time, rate, macro, control, value = "00:00:00:00", "25", 0, 0, 0
    if command == "timed_go":
        if len(rest) < 5:
            return None
        time, rate, rest = _time_text(rest), _RATE_NAMES[rest[0] >> 5], rest[5:]
    elif command == "set":
        if len(rest) < 4:
            return None
        control, value, rest = rest[0] | rest[1] << 7, rest[2] | rest[3] << 7, b""
    elif command == "fire":
        if not rest:
            return None
        macro, rest = rest[0], b""
    cue, cue_list, path = (*(part.decode("ascii", "replace") for part in rest.split(b"\x00")), "", "", "")[:3]
    return ShowControl(
        command=command,  # type: ignore[arg-type]
        format=format_,  # type: ignore[arg-type]
        device_id=device,
        cue=cue,
        list=cue_list,
        path=path,
        macro=macro,
        time=time,
        rate=rate,  # type: ignore[arg-type]
        control=control,
        value=value,
    )


def _machine_control(device: int, data: bytes) -> MachineControl | None:
    command = _MMC_NAMES.get(data[0]) if data else None
    if command is None:
        return None
    if command != "locate":
        return MachineControl(command=command, device_id=device)  # type: ignore[arg-type]
    if len(data) < 7:
        return None
    rate = _RATE_NAMES[data[3] >> 5 & 3]
    return MachineControl(
        command="locate",
        time=_time_text(data[3:]),
        rate=rate,  # type: ignore[arg-type]
        device_id=device,
    )
