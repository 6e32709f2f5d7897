"""Known bytes of every message, bounds with sentences, and there-and-back for everything that is sent."""

from __future__ import annotations

import itertools

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.devices.driver import UnsendableError
from showcaller.devices.midi import codec
from showcaller.devices.midi.actions import PLAIN
from showcaller.devices.midi.codec import Splitter
from showcaller.devices.midi.decoder import Decoder
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

ENCODERS = {action.kind.payload: action.encode for action in PLAIN}


def encode(payload: object, settings: MidiSettings | None = None) -> str:
    return ENCODERS[type(payload)](payload, settings or MidiSettings()).hex(" ")


@pytest.mark.parametrize(
    ("payload", "wire"),
    [
        (Note(note=60), "90 3c 7f"),
        (Note(note=60, state="off"), "80 3c 00"),
        (Note(note=60, state="tap", velocity=100), "90 3c 64 80 3c 00"),
        (Controller(number=7, value=127, channel=16), "bf 07 7f"),
        (Controller14(number=7, value=16383), "b0 07 7f b0 27 7f"),
        (Nrpn(msb=0, lsb=0, value=1), "b0 63 00 b0 62 00 b0 06 00 b0 26 01"),
        (Program(program=1), "c0 00"),
        (Program(program=6, bank_msb=0), "b0 00 00 c0 05"),
        (Program(program=128, bank_msb=1, bank_lsb=2, channel=2), "b1 00 01 b1 20 02 c1 7f"),
        (PitchBend(value=0), "e0 00 40"),
        (PitchBend(value=-8192), "e0 00 00"),
        (PitchBend(value=8191), "e0 7f 7f"),
        (SysEx(bytes="F0 00 20 32 32 2f F7"), "f0 00 20 32 32 2f f7"),
        (SysEx(bytes="0x00,0x20\n7F"), "f0 00 20 7f f7"),
        (ShowControl(cue="12.5", list="1", device_id=1), "f0 7f 01 02 01 01 31 32 2e 35 00 31 f7"),
        (ShowControl(command="stop"), "f0 7f 7f 02 01 02 f7"),
        (ShowControl(command="fire", macro=3, device_id=1), "f0 7f 01 02 01 07 03 f7"),
        (ShowControl(command="all_off", format="all"), "f0 7f 7f 02 7f 08 f7"),
        (ShowControl(command="resume", format="sound"), "f0 7f 7f 02 10 03 f7"),
        (ShowControl(command="load", cue="3", format="pyro"), "f0 7f 7f 02 60 05 33 f7"),
        (
            ShowControl(command="timed_go", cue="3", time="00:00:05:00", rate="25"),
            "f0 7f 7f 02 01 04 20 00 05 00 00 33 f7",
        ),
        (ShowControl(command="set", control=130, value=300), "f0 7f 7f 02 01 06 02 01 2c 02 f7"),
        (MachineControl(command="play"), "f0 7f 7f 06 02 f7"),
        (MachineControl(command="stop"), "f0 7f 7f 06 01 f7"),
        (MachineControl(command="record"), "f0 7f 7f 06 06 f7"),
        (
            MachineControl(command="locate", time="01:02:03:04", rate="25"),
            "f0 7f 7f 06 44 06 01 21 02 03 04 00 f7",
        ),
    ],
)
def test_known_bytes(payload: object, wire: str) -> None:
    assert encode(payload) == wire


def test_an_action_without_a_channel_takes_that_of_the_device() -> None:
    assert encode(Controller(number=1, value=2), MidiSettings(channel=5)) == "b4 01 02"
    assert encode(Program(program=2, channel=1), MidiSettings(channel=5)) == "c0 01"


def test_show_and_machine_control_take_the_device_id_of_the_settings() -> None:
    settings = MidiSettings(device_id=9)
    assert encode(ShowControl(command="go"), settings) == "f0 7f 09 02 01 01 f7"
    assert encode(MachineControl(command="play"), settings) == "f0 7f 09 06 02 f7"


def test_a_value_on_the_move_is_rounded() -> None:
    assert encode(Controller(number=7, value=63.6)) == "b0 07 40"  # type: ignore[arg-type]
    assert encode(PitchBend(value=-0.4)) == "e0 00 40"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (ShowControl(cue="12A"), "Cue “12A” cannot be sent"),
        (ShowControl(cue="12..5"), "digits and points"),
        (ShowControl(cue=".5"), "digits and points"),
        (ShowControl(list="1"), "needs the cue before its list"),
        (ShowControl(cue="1", path="1"), "the list before its path"),
        (ShowControl(command="load"), "LOAD needs a cue"),
        (ShowControl(command="all_off", cue="1"), "ALL OFF takes no cue"),
        (ShowControl(command="timed_go", time="soon"), "“soon” is no time code"),
        (ShowControl(command="fire", macro=200), "too large"),
        (ShowControl(device_id=128), "too large"),
        (MachineControl(command="locate", time="01:02:03:25", rate="25"), "does not exist at 25 frames"),
        (SysEx(bytes="F0 8G F7"), "is not hex"),
        (SysEx(bytes="F0 F7"), "is empty"),
        (SysEx(bytes="F0 80 F7"), "80 cannot stand inside"),
    ],
)
def test_what_midi_cannot_say_is_refused_with_a_sentence(payload: object, sentence: str) -> None:
    with pytest.raises(UnsendableError, match=sentence):
        encode(payload)


SEVEN = st.integers(0, 127)
FOURTEEN = st.integers(0, 16383)
CHANNEL = st.integers(1, 16)
CUE = st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True)
RATE = st.sampled_from(list(codec.FRAME_RATES))
TIME = st.builds(
    lambda hours, minutes, seconds, frames: f"{hours:02}:{minutes:02}:{seconds:02}:{frames:02}",
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.integers(0, 23),
)


@st.composite
def show_controls(draw: st.DrawFn) -> ShowControl:
    command = draw(st.sampled_from(list(codec.MSC_COMMANDS)))
    fields: dict[str, object] = {}
    if command in codec.MSC_WITH_CUE:
        parts = draw(st.lists(CUE, min_size=1 if command == "load" else 0, max_size=3))
        fields.update(zip(("cue", "list", "path"), parts, strict=False))
    if command == "timed_go":
        fields.update(time=draw(TIME), rate=draw(RATE))
    if command == "set":
        fields.update(control=draw(st.integers(0, 1023)), value=draw(FOURTEEN))
    if command == "fire":
        fields.update(macro=draw(SEVEN))
    return ShowControl(
        command=command,
        format=draw(st.sampled_from(list(codec.MSC_FORMATS))),
        device_id=draw(SEVEN),
        **fields,
    )


PAYLOADS = st.one_of(
    st.builds(Note, note=SEVEN, state=st.just("on"), velocity=st.integers(1, 127), channel=CHANNEL),
    st.builds(Note, note=SEVEN, state=st.just("off"), velocity=st.just(0), channel=CHANNEL),
    st.builds(
        Controller,
        number=SEVEN.filter(lambda number: number not in {6, 38}),
        value=SEVEN,
        channel=CHANNEL,
    ),
    st.builds(
        Controller14,
        number=st.integers(0, 31).filter(lambda number: number != 6),
        value=FOURTEEN,
        channel=CHANNEL,
    ),
    st.builds(Nrpn, msb=SEVEN, lsb=SEVEN, value=FOURTEEN, channel=CHANNEL),
    st.builds(
        Program, program=st.integers(1, 128), bank_msb=st.none() | SEVEN, bank_lsb=SEVEN, channel=CHANNEL
    ),
    st.builds(PitchBend, value=st.integers(-8192, 8191), channel=CHANNEL),
    st.builds(
        SysEx,
        bytes=st.lists(SEVEN, min_size=1, max_size=60)
        .filter(lambda body: body[0] != 0x7F)
        .map(lambda body: bytes((0xF0, *body, 0xF7)).hex(" ").upper()),
    ),
    show_controls(),
    st.builds(
        MachineControl,
        command=st.sampled_from([name for name in codec.MMC_COMMANDS if name != "locate"]),
        device_id=SEVEN,
    ),
    st.builds(MachineControl, command=st.just("locate"), time=TIME, rate=RATE, device_id=SEVEN),
)


@given(PAYLOADS)
def test_every_payload_comes_back_from_its_bytes(payload: object) -> None:
    wire = ENCODERS[type(payload)](payload, MidiSettings())
    assert Decoder().feed(wire)[-1] == payload


@given(PAYLOADS)
def test_mido_reads_what_we_encode(payload: object) -> None:
    wire = ENCODERS[type(payload)](payload, MidiSettings())
    parser = mido.Parser()
    parser.feed(wire)
    assert b"".join(bytes(message.bin()) for message in parser) == wire


@given(st.lists(PAYLOADS, max_size=6), st.lists(st.integers(0, 300)))
def test_messages_survive_any_splitting_of_the_stream(payloads: list[object], cuts: list[int]) -> None:
    wire = b"".join(ENCODERS[type(payload)](payload, MidiSettings()) for payload in payloads)
    splitter, whole = Splitter(), codec.split(wire)
    edges = [0, *sorted(cut % (len(wire) + 1) for cut in cuts), len(wire)]
    pieces = [wire[start:end] for start, end in itertools.pairwise(edges)]
    assert [message for piece in pieces for message in splitter.feed(piece)] == whole
    assert b"".join(whole) == wire


def test_running_status_is_filled_in() -> None:
    assert codec.split(bytes.fromhex("b0 07 01 08 02 c1 05 06")) == [
        b"\xb0\x07\x01",
        b"\xb0\x08\x02",
        b"\xc1\x05",
        b"\xc1\x06",
    ]


def test_real_time_bytes_inside_a_message_do_not_break_it() -> None:
    assert codec.split(bytes.fromhex("fe b0 f8 07 fe 01 f0 01 f8 02 f7")) == [
        b"\xb0\x07\x01",
        b"\xf0\x01\x02\xf7",
    ]


def test_running_status_ends_at_a_system_message() -> None:
    assert codec.split(bytes.fromhex("90 3c 7f f0 01 f7 3c 00 f6 f1 23 80 3c 00")) == [
        b"\x90\x3c\x7f",
        b"\xf0\x01\xf7",
        b"\xf6",
        b"\xf1\x23",
        b"\x80\x3c\x00",
    ]


def test_an_unfinished_message_is_dropped_at_the_next_status() -> None:
    assert codec.split(bytes.fromhex("b0 07 90 3c 7f f0 01 c0 05")) == [b"\x90\x3c\x7f", b"\xc0\x05"]


def test_a_sysex_without_an_end_does_not_fill_the_memory() -> None:
    splitter = Splitter(longest=8)
    assert splitter.feed(b"\xf0" + bytes(100) + b"\xf7") == []
    assert splitter.feed(b"\xc0\x05") == [b"\xc0\x05"]


@given(st.binary(max_size=400))
def test_no_bytes_make_the_decoder_raise(noise: bytes) -> None:
    decoder = Decoder()
    decoder.feed(noise)
    assert decoder.feed(b"\xf7\xc0\x05")[-1].program == 6  # type: ignore[union-attr]


@given(st.lists(st.integers(0, 127), max_size=20), st.sampled_from([0x02, 0x06]))
def test_no_show_or_machine_control_makes_the_decoder_raise(body: list[int], realm: int) -> None:
    assert len(Decoder().feed(bytes((0xF0, 0x7F, 0x7F, realm, *body, 0xF7)))) == 1


def test_a_registered_parameter_takes_data_entry_away_from_the_nrpn() -> None:
    decoder = Decoder()
    decoder.feed(codec.nrpn(1, 1, 2, 3))
    found = decoder.feed(bytes.fromhex("b0 65 00 b0 64 00 b0 06 0c"))
    assert found[-1] == Controller(number=6, value=12, channel=1)
