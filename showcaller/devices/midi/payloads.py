"""What a person fills in: the settings of a MIDI device and the payloads of the plain MIDI actions.

Owns titles, limits and help of these forms. Numbers are as MIDI people write them: channels 1 to 16,
programs 1 to 128, everything else from 0. Knows no bytes and no console. Called by `actions`,
`consoles` (which adds its own payloads from a map), `decoder`, `driver` and `simulator`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

System = Literal["automatic", "alsa", "jack", "coremidi", "winmm"]

OptionalChannel = (
    Annotated[int, Meta(ge=1, le=16, title="MIDI channel", description="Empty: the channel of the device.")]
    | None
)
Seven = Meta(ge=0, le=127)
OptionalDevice = (
    Annotated[int, Meta(ge=0, le=127, title="Device ID", description="Empty: that of the device. 127: all.")]
    | None
)
CueText = Annotated[str, Meta(title="Cue", description="Digits and points. Empty: all cues.")]


class MidiSettings(Struct, frozen=True, kw_only=True):
    """Where the messages go."""

    port: Annotated[
        str,
        Meta(
            title="Port",
            description="Name of the MIDI output. It is found again by this name after unplugging.",
            extra={"choices_from": "ports"},
        ),
    ] = ""
    system: Annotated[
        System,
        Meta(
            title="MIDI system",
            extra={
                "titles": {
                    "alsa": "ALSA (Linux)",
                    "jack": "JACK",
                    "coremidi": "CoreMIDI (macOS)",
                    "winmm": "WinMM (Windows)",
                }
            },
        ),
    ] = "automatic"
    virtual: Annotated[
        bool,
        Meta(
            title="Virtual port",
            description="Make a port of that name for other programs to connect to. Not on Windows.",
        ),
    ] = False
    channel: Annotated[
        int,
        Meta(ge=1, le=16, title="MIDI channel", description="Where an action does not say another."),
    ] = 1
    device_id: Annotated[
        int,
        Meta(
            ge=0,
            le=127,
            title="Device ID",
            description="For MIDI Show Control and MIDI Machine Control. 127: every device listens.",
        ),
    ] = 127


class Note(Struct, frozen=True, kw_only=True):
    """Press or release a key."""

    note: Annotated[int, Seven, Meta(title="Note", description="60 is middle C.")]
    state: Annotated[
        Literal["on", "off", "tap"],
        Meta(title="State", extra={"titles": {"tap": "On, then off at once"}}),
    ] = "on"
    velocity: Annotated[int, Seven, Meta(title="Velocity")] = 127
    channel: OptionalChannel = None


class Controller(Struct, frozen=True, kw_only=True):
    """Set a 7-bit controller."""

    number: Annotated[int, Seven, Meta(title="Controller")]
    value: Annotated[int, Seven, Meta(title="Value")] = 0
    channel: OptionalChannel = None


class Controller14(Struct, frozen=True, kw_only=True):
    """Set a controller with its low part."""

    number: Annotated[
        int,
        Meta(ge=0, le=31, title="Controller", description="The low part goes to the number 32 above."),
    ]
    value: Annotated[int, Meta(ge=0, le=16383, title="Value")] = 0
    channel: OptionalChannel = None


class Nrpn(Struct, frozen=True, kw_only=True):
    """Set a non-registered parameter."""

    msb: Annotated[int, Seven, Meta(title="Parameter MSB", description="Controller 99.")]
    lsb: Annotated[int, Seven, Meta(title="Parameter LSB", description="Controller 98.")]
    value: Annotated[
        int,
        Meta(ge=0, le=16383, title="Value", description="14 bits, in controllers 6 and 38."),
    ] = 0
    channel: OptionalChannel = None


class Program(Struct, frozen=True, kw_only=True):
    """Change the program, after the bank where one is given."""

    program: Annotated[int, Meta(ge=1, le=128, title="Program", description="1 to 128; 0 on the wire is 1.")]
    bank_msb: (
        Annotated[
            int,
            Meta(ge=0, le=127, title="Bank MSB", description="Controller 0. Empty: not sent."),
        ]
        | None
    ) = None
    bank_lsb: (
        Annotated[
            int,
            Meta(ge=0, le=127, title="Bank LSB", description="Controller 32. Empty: not sent."),
        ]
        | None
    ) = None
    channel: OptionalChannel = None


class PitchBend(Struct, frozen=True, kw_only=True):
    """Set the pitch bend."""

    value: Annotated[int, Meta(ge=-8192, le=8191, title="Value", description="0 is the middle.")] = 0
    channel: OptionalChannel = None


class SysEx(Struct, frozen=True, kw_only=True):
    """Send a system exclusive message."""

    bytes: Annotated[
        str,
        Meta(title="Bytes", description="Hex, such as F0 7F 7F 06 02 F7.", extra={"type": "lines"}),
    ]


class ShowControl(Struct, frozen=True, kw_only=True):
    """Send MIDI Show Control."""

    command: Annotated[
        Literal[
            "go",
            "stop",
            "resume",
            "timed_go",
            "load",
            "set",
            "fire",
            "all_off",
            "restore",
            "reset",
            "go_off",
        ],
        Meta(title="Command", extra={"titles": {"go": "GO", "go_off": "GO off", "timed_go": "Timed GO"}}),
    ] = "go"
    cue: CueText = ""
    list: Annotated[str, Meta(title="Cue list")] = ""
    path: Annotated[str, Meta(title="Cue path")] = ""
    format: Annotated[
        Literal["lighting", "sound", "machinery", "video", "projection", "process", "pyro", "all"],
        Meta(title="Format", extra={"titles": {"process": "Process control", "all": "All types"}}),
    ] = "lighting"
    device_id: OptionalDevice = None
    macro: Annotated[int, Seven, Meta(title="Macro", description="For FIRE.")] = 0
    time: Annotated[
        str, Meta(title="Fade time", description="For a timed GO: hours:minutes:seconds:frames.")
    ] = "00:00:00:00"
    rate: Annotated[
        Literal["24", "25", "29.97 drop", "30"], Meta(title="Frame rate", description="For a timed GO.")
    ] = "25"
    control: Annotated[int, Meta(ge=0, le=1023, title="Control", description="For SET.")] = 0
    value: Annotated[int, Meta(ge=0, le=16383, title="Value", description="For SET.")] = 0


class MachineControl(Struct, frozen=True, kw_only=True):
    """Send MIDI Machine Control."""

    command: Annotated[
        Literal[
            "play",
            "deferred_play",
            "stop",
            "pause",
            "fast_forward",
            "rewind",
            "record",
            "record_exit",
            "locate",
        ],
        Meta(title="Command"),
    ] = "play"
    time: Annotated[str, Meta(title="Time", description="For locate: hours:minutes:seconds:frames.")] = (
        "00:00:00:00"
    )
    rate: Annotated[
        Literal["24", "25", "29.97 drop", "30"], Meta(title="Frame rate", description="For locate.")
    ] = "25"
    device_id: OptionalDevice = None


Payload = Note | Controller | Controller14 | Nrpn | Program | PitchBend | SysEx | ShowControl | MachineControl
"""What the plain actions carry, and what the decoder makes of bytes."""
