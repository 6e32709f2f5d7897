"""The plain MIDI actions that every MIDI kind has, and how each becomes bytes.

Owns the list `PLAIN`: what the catalogue shows of an action beside its encoder. A value on the move
may be fractional: it is rounded here. Knows no console map, no port and no process. Called by
`consoles` and `kinds`, which join it into kinds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from showcaller.core.forms import FadeRange
from showcaller.devices.driver import ActionKind, Order, UnsendableError
from showcaller.devices.midi import codec
from showcaller.devices.midi.payloads import (
    Controller,
    Controller14,
    MachineControl,
    MidiSettings,
    Note,
    Nrpn,
    PitchBend,
    Program,
    ShowControl,
    SysEx,
)


@dataclass(frozen=True)
class MidiAction:
    """An action and its encoder."""

    kind: ActionKind
    encode: Callable[[Any, Any], bytes]
    """From payload and settings to whole messages; raises `UnsendableError`."""
    example: Order


def _channel(payload: Any, settings: MidiSettings) -> int:
    return settings.channel if payload.channel is None else int(payload.channel)


def _device(payload: Any, settings: MidiSettings) -> int:
    return settings.device_id if payload.device_id is None else int(payload.device_id)


def _on_channel(payload: Any) -> str:
    return "" if payload.channel is None else f" channel {payload.channel}"


def encode_note(payload: Note, settings: MidiSettings) -> bytes:
    """Encode a key pressed, released, or both."""
    channel = _channel(payload, settings)
    pressed = codec.note(channel, payload.note, payload.velocity, on=True)
    released = codec.note(channel, payload.note, 0, on=False)
    return {"on": pressed, "off": released, "tap": pressed + released}[payload.state]


def encode_controller(payload: Controller, settings: MidiSettings) -> bytes:
    """Encode a 7-bit controller."""
    return codec.controller(_channel(payload, settings), payload.number, round(payload.value))


def encode_controller_14(payload: Controller14, settings: MidiSettings) -> bytes:
    """Encode a 14-bit controller."""
    return codec.controller_14(_channel(payload, settings), payload.number, round(payload.value))


def encode_nrpn(payload: Nrpn, settings: MidiSettings) -> bytes:
    """Encode a non-registered parameter."""
    return codec.nrpn(_channel(payload, settings), payload.msb, payload.lsb, round(payload.value))


def encode_program(payload: Program, settings: MidiSettings) -> bytes:
    """Encode a program change with its bank."""
    channel = _channel(payload, settings)
    return codec.program(channel, payload.program, payload.bank_msb, payload.bank_lsb)


def encode_pitch_bend(payload: PitchBend, settings: MidiSettings) -> bytes:
    """Encode a pitch bend."""
    return codec.pitch_bend(_channel(payload, settings), round(payload.value))


def encode_sysex(payload: SysEx, _settings: MidiSettings) -> bytes:
    """Encode the system exclusive message that was written in hex."""
    return codec.sysex(payload.bytes)


def encode_show_control(payload: ShowControl, settings: MidiSettings) -> bytes:
    """Encode MIDI Show Control; fields that the command has no place for must be empty.

    Raises:
        UnsendableError: The cue is no number, or the command needs one, or takes none.
    """
    cue = codec.cue_reference(payload.cue, payload.list, payload.path)
    command = payload.command
    if cue and command not in codec.MSC_WITH_CUE:
        raise UnsendableError(f"MIDI Show Control {command.upper().replace('_', ' ')} takes no cue.")
    if command == "load" and not cue:
        raise UnsendableError("MIDI Show Control LOAD needs a cue.")
    data = cue
    if command == "timed_go":
        # Standard time specification: the fifth byte counts hundredths of a frame.
        data = codec.time_code(payload.time, payload.rate) + b"\x00" + cue
    elif command == "set":
        data = codec.split_14(payload.control) + codec.split_14(payload.value)
    elif command == "fire":
        data = bytes((payload.macro,))
    return codec.show_control(_device(payload, settings), payload.format, command, data)


def encode_machine_control(payload: MachineControl, settings: MidiSettings) -> bytes:
    """Encode MIDI Machine Control."""
    locate = codec.time_code(payload.time, payload.rate) if payload.command == "locate" else b""
    return codec.machine_control(_device(payload, settings), payload.command, locate)


def _show_control_address(payload: ShowControl) -> str:
    device = "" if payload.device_id is None else f" device {payload.device_id}"
    listed = f" list {payload.list}" if payload.list else ""
    return f"show control {payload.format}{device}{listed}"


PLAIN: tuple[MidiAction, ...] = (
    MidiAction(
        ActionKind(
            name="note",
            title="Note",
            payload=Note,
            summary="Note {note} {state}",
            address=lambda payload: f"note {payload.note}{_on_channel(payload)}",
            value=lambda payload: payload.state == "on",
        ),
        encode_note,
        Order("note", Note(note=60)),
    ),
    MidiAction(
        ActionKind(
            name="controller",
            title="Controller",
            payload=Controller,
            summary="Controller {number} to {value}",
            address=lambda payload: f"controller {payload.number}{_on_channel(payload)}",
            value=lambda payload: payload.value,
            fade=FadeRange("value", 0, 127),
        ),
        encode_controller,
        Order("controller", Controller(number=7, value=100)),
    ),
    MidiAction(
        ActionKind(
            name="controller-14",
            title="14-bit controller",
            payload=Controller14,
            summary="Controller {number} to {value}",
            address=lambda payload: f"controller {payload.number}{_on_channel(payload)}",
            value=lambda payload: payload.value,
            fade=FadeRange("value", 0, 16383),
        ),
        encode_controller_14,
        Order("controller-14", Controller14(number=1, value=8192)),
    ),
    MidiAction(
        ActionKind(
            name="nrpn",
            title="NRPN",
            payload=Nrpn,
            summary="NRPN {msb}/{lsb} to {value}",
            address=lambda payload: f"nrpn {payload.msb}/{payload.lsb}{_on_channel(payload)}",
            value=lambda payload: payload.value,
            fade=FadeRange("value", 0, 16383),
        ),
        encode_nrpn,
        Order("nrpn", Nrpn(msb=1, lsb=2, value=300)),
    ),
    MidiAction(
        ActionKind(
            name="program",
            title="Program change",
            payload=Program,
            summary="Program {program}",
            address=lambda payload: f"program{_on_channel(payload)}",
            value=lambda payload: [payload.bank_msb, payload.bank_lsb, payload.program],
            number_field="program",
        ),
        encode_program,
        Order("program", Program(program=12, bank_msb=0)),
    ),
    MidiAction(
        ActionKind(
            name="pitch-bend",
            title="Pitch bend",
            payload=PitchBend,
            summary="Pitch bend to {value}",
            address=lambda payload: f"pitch bend{_on_channel(payload)}",
            value=lambda payload: payload.value,
            fade=FadeRange("value", -8192, 8191),
        ),
        encode_pitch_bend,
        Order("pitch-bend", PitchBend(value=1000)),
    ),
    MidiAction(
        ActionKind(
            name="sysex",
            title="SysEx",
            payload=SysEx,
            summary="SysEx {bytes}",
            address=lambda payload: f"sysex {payload.bytes}",
        ),
        encode_sysex,
        Order("sysex", SysEx(bytes="F0 00 20 32 32 2F 6E 6F 64 65 F7")),
    ),
    MidiAction(
        ActionKind(
            name="show-control",
            title="MIDI Show Control",
            payload=ShowControl,
            summary="MSC {format} {command} {cue}",
            address=_show_control_address,
            number_field="cue",
        ),
        encode_show_control,
        Order("show-control", ShowControl(cue="12.5", list="1")),
    ),
    MidiAction(
        ActionKind(
            name="machine-control",
            title="MIDI Machine Control",
            payload=MachineControl,
            summary="MMC {command}",
            address=lambda payload: (
                "transport" if payload.device_id is None else f"transport device {payload.device_id}"
            ),
        ),
        encode_machine_control,
        Order("machine-control", MachineControl(command="play")),
    ),
)
