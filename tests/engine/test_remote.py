"""Remote GO: the words over a real socket, MIDI by its bytes, and nothing malformed ever hurts."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from showcaller.core.asrun import Noted
from showcaller.core.show import Cue, MidiBinding
from showcaller.core.show import Remote as RemoteSettings
from showcaller.core.times import Duration
from showcaller.devices.osc import codec
from showcaller.engine.remote import Remote
from tests.engine.rig import Rig, cue, ms, scene, show_of


class Outside:
    """A rig with remote GO, and the lighting desk that calls it."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.remote = Remote(rig.scheduler, rig.rack.host, rig.conductor)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def listen(self, **settings: object) -> None:
        self.remote.fit(RemoteSettings(osc_port=0, **settings))  # type: ignore[arg-type]
        assert self.remote.osc_port
        self.socket.connect(("127.0.0.1", self.remote.osc_port))

    def send(self, address: str, *args: object) -> None:
        self.send_bytes(codec.encode(codec.Message(address, args)))

    def send_bytes(self, datagram: bytes) -> None:
        self.socket.send(datagram)
        self.rig.scheduler.settle()

    @property
    def standby(self) -> str | None:
        return self.rig.conductor.playback.standby

    def close(self) -> None:
        self.remote.close()
        self.socket.close()


def _rows() -> list[Cue]:
    return [cue(number, scene(number)) for number in ("1", "2", "24.5", "51A", "P")]


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    with Rig(show_of(*_rows(), panic="cP"), tmp_path) as rig:
        outside = Outside(rig)
        outside.listen()
        yield outside
        outside.close()
        assert rig.faults == []


def test_go_fires_the_standby(outside: Outside) -> None:
    outside.send("/go")
    assert outside.rig.lamp.scenes == ["1"]
    assert outside.standby == "c2"


@pytest.fixture
def stepped(tmp_path: Path) -> Iterator[Outside]:
    """A remote of a show that is called in two steps, with a pedal."""
    with Rig(show_of(*_rows(), calling="standby-go"), tmp_path) as rig:
        outside = Outside(rig)
        outside.listen(midi=(*BINDINGS, MidiBinding(word="step", type="note", channel=1, number=64)))
        rig.conductor.set_mode("live")
        yield outside
        outside.close()
        assert rig.faults == []


def test_step_does_what_the_callers_key_does(stepped: Outside) -> None:
    playback = stepped.rig.conductor
    stepped.send("/step")
    assert (stepped.standby, playback.playback.stood_by) == ("c1", True)
    stepped.rig.advance(500)
    stepped.remote.take_midi(bytes((0x90, 64, 100)))
    assert (stepped.standby, playback.playback.stood_by) == ("c2", False)
    assert playback.playback.last_called == "c1"


def test_go_fires_whatever_was_not_said_yet(stepped: Outside) -> None:
    stepped.send("/go")
    assert stepped.standby == "c2"
    stepped.rig.advance(500)
    stepped.send("/step")
    stepped.rig.advance(100)
    stepped.remote.take_midi(bytes((0x90, 60, 100)))
    assert stepped.standby == "c24.5"


def test_a_go_that_is_a_button_going_up_is_none(outside: Outside) -> None:
    for value in (0, 0.0, False):
        outside.send("/go", value)
    assert outside.rig.lamp.scenes == []
    for value in (1, 1.0, True):
        outside.send("/go", value)
    assert outside.rig.lamp.scenes == ["1", "2", "24.5"]


def test_starting_a_cue_leaves_the_standby_and_loading_moves_it(outside: Outside) -> None:
    outside.send("/cue/24.5/start")
    assert (outside.rig.lamp.scenes, outside.standby) == (["24.5"], "c1")
    outside.send("/cue/51A/load")
    assert (outside.rig.lamp.scenes, outside.standby) == (["24.5"], "c51A")


def test_the_playhead_words_move_the_standby(outside: Outside) -> None:
    outside.send("/playhead/next")
    assert outside.standby == "c2"
    outside.send("/playhead/previous")
    assert outside.standby == "c1"
    assert outside.rig.lamp.scenes == []


def test_stop_hold_resume_and_panic_are_obeyed(outside: Outside) -> None:
    outside.send("/hold")
    assert outside.rig.conductor.playback.held_at is not None
    outside.send("/resume")
    assert outside.rig.conductor.playback.held_at is None
    outside.send("/stop")
    assert outside.rig.conductor.playback.stopped
    outside.send("/panic")
    assert outside.rig.lamp.scenes == ["P"]


@pytest.mark.parametrize(
    "address",
    [
        "/g?",
        "/*",
        "/{go,stop}",
        "/[a-z]o",
        "//go",
        "/go/",
        "/GO",
        "go",
        "/cue/*/start",
        "/cue/1/{start,load}",
        "/cue//start",
        "/cue/99/start",
        "/cue/1/",
        "/cue/start",
        "/playhead",
        "",
    ],
)
def test_patterns_and_unknown_words_are_dropped_and_counted(address: str, outside: Outside) -> None:
    outside.send_bytes(codec.encode(codec.Message("/x")).replace(b"/x\0\0", _padded(address)))
    assert outside.rig.lamp.scenes == []
    assert outside.standby == "c1"
    assert outside.remote.dropped == 1


def _padded(text: str) -> bytes:
    return text.encode() + bytes(4 - len(text) % 4)


def test_ten_thousand_random_packets_never_raise_and_are_told_once_a_minute(outside: Outside) -> None:
    chance = Random(11)
    seeds = [
        codec.encode(codec.Message(word, (1, "x", 2.5, b"blob"))) for word in ("/cue/x/y", "/none", "/a")
    ]
    seeds.append(codec.encode_bundle([codec.Message("/none"), codec.Message("/no", (1,))]))
    for number in range(10_000):
        if number % 2:
            packet = chance.randbytes(chance.randrange(1, 80))
        else:
            damaged = bytearray(chance.choice(seeds))
            for _ in range(chance.randrange(4)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            packet = bytes(damaged[: chance.randrange(1, len(damaged) + 1)])
        outside.socket.send(packet)
        if number % 25 == 0:
            outside.rig.scheduler.settle()
    outside.rig.scheduler.settle()
    assert outside.remote.dropped > 9_000
    assert outside.rig.lamp.scenes == []
    assert outside.rig.notes("remote") == []
    outside.rig.advance(60)
    assert outside.rig.notes("remote") == [
        f"Remote GO dropped {outside.remote.dropped} packets that it does not know."
    ]
    outside.rig.advance(600)
    assert len(outside.rig.notes("remote")) == 1
    outside.send("/go")
    assert outside.rig.lamp.scenes == ["1"]


def test_the_double_go_guard_protects_a_remote_go(tmp_path: Path) -> None:
    with Rig(show_of(*_rows(), guard=Duration(400)), tmp_path) as rig:
        outside = Outside(rig)
        outside.listen()
        outside.send("/go")
        rig.advance(0.39)
        outside.send("/go")
        assert rig.lamp.scenes == ["1"]
        rig.advance(0.01)
        outside.send("/go")
        assert rig.lamp.scenes == ["1", "2"]
        outside.close()


def test_it_is_off_until_a_port_is_set_and_can_be_put_off_again(outside: Outside) -> None:
    assert "loopback" in outside.remote.sentence
    outside.remote.fit(RemoteSettings())
    assert outside.remote.sentence == ""
    assert outside.remote.osc_port is None


def test_a_port_that_is_taken_is_said_in_a_sentence(outside: Outside, tmp_path: Path) -> None:
    with Rig(show_of(*_rows()), tmp_path / "other") as rig:
        other = Remote(rig.scheduler, rig.rack.host, rig.conductor)
        other.fit(RemoteSettings(osc_port=outside.remote.osc_port))
        assert "cannot listen" in other.sentence
        other.fit(RemoteSettings(osc_port=99_999))
        assert "cannot listen" in other.sentence
        other.close()


BINDINGS = (
    MidiBinding(word="go", type="note", channel=1, number=60),
    MidiBinding(word="stop", type="controller", channel=16, number=7),
    MidiBinding(word="next", type="note", channel=2, number=61),
    MidiBinding(word="previous", type="note", channel=2, number=62),
)


@pytest.fixture
def pedal(tmp_path: Path) -> Iterator[Outside]:
    """A remote with MIDI bindings, fed by its bytes: no port is opened."""
    with Rig(show_of(*_rows()), tmp_path) as rig:
        outside = Outside(rig)
        outside.listen(midi=BINDINGS)
        yield outside
        outside.close()
        assert rig.faults == []


def test_bound_midi_messages_do_what_they_are_bound_to(pedal: Outside) -> None:
    pedal.remote.take_midi(bytes([0x90, 60, 1]))
    assert pedal.rig.lamp.scenes == ["1"]
    pedal.remote.take_midi(bytes([0x91, 61, 100]))
    assert pedal.standby == "c24.5"
    pedal.remote.take_midi(bytes([0x91, 62, 100]))
    assert pedal.standby == "c2"
    pedal.remote.take_midi(bytes([0xBF, 7, 64]))
    assert pedal.rig.conductor.playback.stopped


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x90",
        bytes([0x90, 60, 0]),
        bytes([0x80, 60, 64]),
        bytes([0x91, 60, 64]),
        bytes([0x90, 61, 64]),
        bytes([0xBF, 7, 63]),
        bytes([0xB0, 7, 127]),
        bytes([0xC0, 60]),
        b"\xf8",
        bytes([0xF0, 60, 1]),
        bytes([0x90, 60, 1, 0]),
    ],
)
def test_releases_and_unbound_midi_messages_do_nothing(message: bytes, pedal: Outside) -> None:
    pedal.remote.take_midi(message)
    assert pedal.rig.lamp.scenes == []
    assert pedal.standby == "c1"
    assert not pedal.rig.conductor.playback.stopped


def test_learning_without_a_port_is_refused(pedal: Outside) -> None:
    assert pedal.remote.learn(on=True) is not None


def test_a_remote_go_in_edit_moves_the_standby_only(tmp_path: Path) -> None:
    with Rig(show_of(*_rows()), tmp_path, "edit") as rig:
        outside = Outside(rig)
        outside.listen()
        outside.send("/go")
        assert outside.standby == "c2"
        outside.send("/cue/1/start")
        assert rig.lamp.received == []
        outside.close()


def test_a_flood_of_words_leaves_time_for_what_is_due(tmp_path: Path) -> None:
    rows = (cue("1", scene("1"), duration=ms(1)), cue("2", scene("2")))
    with Rig(show_of(*rows), tmp_path) as rig:
        outside = Outside(rig)
        outside.listen()
        packet = codec.encode(codec.Message("/none"))
        for _ in range(100):
            outside.socket.send(packet)
        due: list[int] = []
        rig.scheduler.at(rig.scheduler.now(), lambda: due.append(outside.remote.dropped))
        rig.scheduler.settle()
        assert due[0] <= 32
        outside.close()


def test_of_a_flood_of_refused_presses_the_first_is_kept_and_the_rest_counted(tmp_path: Path) -> None:
    with Rig(show_of(*_rows(), guard=Duration(3000)), tmp_path) as rig:
        outside = Outside(rig)
        outside.listen()
        outside.send("/go")
        before = len(rig.conductor.lines)
        for _ in range(500):
            outside.send("/go")
        for _ in range(500):
            outside.send("/cue/1/start")
        assert len(rig.conductor.lines) == before + 2
        rig.advance(1)
        told = [one.sentence for one in rig.entries(Noted) if one.kind == "refused"]
        assert told[-1] == "999 more remote presses were not taken."
        rig.advance(1)
        assert len(rig.conductor.lines) == before + 3
        assert rig.lamp.scenes == ["1"]
        rig.advance(2)
        outside.send("/go")
        assert rig.lamp.scenes == ["1", "2"]
        outside.close()
