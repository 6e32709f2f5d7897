"""The MIDI process: started, ended, lost and replaced; and what it says where there is no MIDI."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from showcaller.core.forms import read_values
from showcaller.core.reports import Health, Inventory
from showcaller.core.times import Duration
from showcaller.devices.driver import Order
from showcaller.devices.midi import KINDS, ports, process
from showcaller.devices.midi.payloads import Program
from showcaller.devices.midi.ports import MidiPorts, ports_of
from tests.devices.host import LoopHost

MIDI = KINDS[0]
RTMIDI_WITHOUT_SYSTEM = """
def get_compiled_api():
    return []
"""
RTMIDI_IN_MEMORY = '''
"""Ports in memory: each output called Loop is heard at the input Loop."""
API_LINUX_ALSA = 2
QUEUE = []
def get_compiled_api():
    return [API_LINUX_ALSA]
class Client:
    def __init__(self, api, name="", queue_size_limit=0):
        pass
    def get_ports(self):
        return ["Desk:Loop 20:0", "Desk:Loop 24:0"]
    def ignore_types(self, sysex, timing, active_sense):
        pass
    def open_port(self, number, name):
        self.number = number
    def close_port(self):
        pass
    def delete(self):
        pass
    def send_message(self, message):
        if message == b"\\xff":
            raise KeyError("planted")
        QUEUE.append((self.number, list(message)))
    def get_message(self):
        if QUEUE and QUEUE[0][0] == self.number:
            return (QUEUE.pop(0)[1], 0.0)
MidiIn = MidiOut = Client
'''


@pytest.fixture
def host() -> Iterator[LoopHost]:
    with LoopHost() as running:
        yield running
        running.call(ports_of(running).close)


def planted_library(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "rtmidi.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(folder))


def make_driver(host: LoopHost, **settings: Any) -> Any:
    return MIDI.make_driver(read_values(MIDI.settings, settings), host)


def test_a_machine_without_midi_says_so_in_one_sentence(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_library(tmp_path, RTMIDI_WITHOUT_SYSTEM, monkeypatch)
    driver = make_driver(host, port="Desk")
    host.call(driver.open)
    assert host.wait_for_health("lost") == Health("lost", "No MIDI system on this machine.")
    message_set = driver.prepare([Order("program", Program(program=1))])
    host.call(lambda: driver.send(message_set, 4))
    assert host.wait_for(lambda: host.outcomes(4))[0].sentence == "No MIDI system on this machine."
    host.call(driver.close)


def test_an_installation_without_rtmidi_says_so(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_library(tmp_path, "raise ImportError('not for this Python')", monkeypatch)
    driver = make_driver(host, port="Desk")
    host.call(driver.open)
    assert host.wait_for_health("lost").sentence == process.NO_LIBRARY
    host.call(driver.close)


def test_a_jack_that_does_not_run_is_a_state(host: LoopHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", f"nobody-{os.getpid()}")
    driver = make_driver(host, port="Desk", system="jack")
    host.call(driver.open)
    sentences = {"JACK is not running on this machine.", "This machine has no JACK MIDI.", process.NO_LIBRARY}
    assert host.wait_for_health("lost").sentence in sentences
    host.call(driver.close)


def test_names_come_up_without_the_numbers_that_change(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    driver = make_driver(host, port="")
    host.call(driver.open)
    assert "No MIDI port is chosen" in host.wait_for_health("lost").sentence
    names = ("Desk:Loop", "Desk:Loop (2)")
    assert host.reports(Inventory) == [Inventory({"ports": names, "inputs": names})]
    host.call(driver.close)


def test_what_is_sent_to_a_port_is_heard_at_the_input(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    heard: list[bytes] = []
    states: list[tuple[bool, str]] = []
    end = host.call(
        lambda: ports_of(host).listen(
            "Desk:Loop (2)",
            heard.append,
            on_state=lambda ready, sentence: states.append((ready, sentence)),
        )
    )
    driver = make_driver(host, port="Desk:Loop (2)")
    host.call(driver.open)
    host.wait_for_health("ready")
    host.wait_for(lambda: states == [(True, "")])
    message_set = driver.prepare([Order("program", Program(program=7, bank_msb=1))])
    host.call(lambda: driver.send(message_set, 1))
    host.wait_for_outcome(1, "sent")
    host.wait_for(lambda: heard == [b"\xb0\x00\x01", b"\xc0\x06"])
    host.call(driver.close)
    host.call(end)


def test_the_child_starts_with_the_first_user_and_ends_with_the_last(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    midi = ports_of(host)
    assert midi.process_id is None
    first, second = make_driver(host, port="Desk:Loop"), make_driver(host, port="Desk:Loop (2)")
    host.call(first.open)
    host.wait_for_health("ready")
    process_id = midi.process_id
    assert process_id is not None
    host.forget()
    host.call(second.open)
    host.wait_for_health("ready")
    host.call(first.close)
    assert midi.process_id == process_id
    host.call(second.close)
    assert midi.process_id is None
    host.wait_for(lambda: not is_running(process_id))


def test_the_child_is_kept_for_the_next_try_at_a_missing_port_and_no_longer(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    midi = ports_of(host)
    first, second, third = (make_driver(host, port="Not plugged in") for _ in range(3))
    host.call(first.open)
    host.wait_for_health("lost")
    process_id = midi.process_id
    assert process_id is not None
    host.call(first.close)
    host.forget()
    host.call(second.open)
    host.wait_for_health("lost")
    assert midi.process_id == process_id
    monkeypatch.setattr(ports, "LEAVE_AFTER", Duration(20))
    host.call(second.close)
    host.wait_for(lambda: midi.process_id is None)
    host.wait_for(lambda: not is_running(process_id))
    host.forget()
    host.call(third.open)
    host.wait_for_health("lost")
    assert midi.process_id not in {None, process_id}
    host.call(third.close)


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_user_that_leaves_before_the_child_runs_leaves_nothing_behind(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    for _ in range(3):
        driver = make_driver(host, port="Desk:Loop")
        host.call(lambda driver=driver: (driver.open(), driver.close()))
    again = make_driver(host, port="Desk:Loop")
    host.call(again.open)
    host.wait_for_health("ready")
    host.call(again.close)


def test_a_killed_child_is_a_lost_port_and_the_next_driver_gets_a_new_one(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    driver = make_driver(host, port="Desk:Loop")
    host.call(driver.open)
    host.wait_for_health("ready")
    killed = ports_of(host).process_id
    assert killed is not None
    os.kill(killed, signal.SIGTERM)
    assert host.wait_for_health("lost").sentence == ports.ENDED
    host.call(driver.close)
    host.forget()
    again = make_driver(host, port="Desk:Loop")
    host.call(again.open)
    host.wait_for_health("ready")
    assert ports_of(host).process_id not in {None, killed}
    host.call(again.close)


def test_what_listens_is_heard_again_after_the_child_died(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "START_AGAIN_AFTER", Duration(20))
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    states: list[tuple[bool, str]] = []

    def on_state(ready: bool, sentence: str) -> None:
        states.append((ready, sentence))

    end = host.call(lambda: ports_of(host).listen("Desk:Loop", lambda _message: None, on_state=on_state))
    host.wait_for(lambda: states == [(True, "")])
    killed = ports_of(host).process_id
    assert killed is not None
    os.kill(killed, signal.SIGTERM)
    host.wait_for(lambda: states == [(True, ""), (False, ports.ENDED), (True, "")])
    host.call(end)


@pytest.mark.parametrize("caught", [False, True], ids=["before a send", "with a send on its way"])
def test_a_child_that_hangs_is_killed_and_what_waits_has_failed(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caught: bool
) -> None:
    monkeypatch.setattr(ports, "PING_EVERY", Duration(20))
    monkeypatch.setattr(ports, "HANGS_AFTER", Duration(400))
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    driver = make_driver(host, port="Desk:Loop")
    host.call(driver.open)
    host.wait_for_health("ready")
    frozen = ports_of(host).process_id
    assert frozen is not None
    os.kill(frozen, signal.SIGSTOP)
    if caught:
        message_set = driver.prepare([Order("program", Program(program=1))])
        host.call(lambda: driver.send(message_set, 1))
    assert host.wait_for_health("lost").sentence == ports.HANGS
    if caught:
        assert [(it.result, it.sentence) for it in host.outcomes(1)] == [("failed", ports.HANGS)]
    host.call(driver.close)
    host.wait_for(lambda: not is_running(frozen))


def test_what_waited_too_long_for_the_port_is_not_sent(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "NOT_SENT_AFTER", Duration(-1))
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    driver = make_driver(host, port="Desk:Loop")
    host.call(driver.open)
    host.wait_for_health("ready")
    message_set = driver.prepare([Order("program", Program(program=1))])
    host.call(lambda: driver.send(message_set, 1))
    assert host.wait_for(lambda: host.outcomes(1))[0].sentence == process.TOO_LATE
    host.call(driver.close)


def test_an_error_of_the_child_comes_up_as_its_last_word(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    midi = ports_of(host)
    states: list[tuple[bool, str]] = []
    written: list[str] = []
    output = host.call(
        lambda: midi.open_output(
            "automatic",
            "Desk:Loop",
            virtual=False,
            on_state=lambda ready, sentence: states.append((ready, sentence)),
            on_list=lambda _outputs, _inputs: None,
        )
    )
    host.wait_for(lambda: states == [(True, "")])
    host.call(lambda: output.send([b"\xff"], written.append))
    host.wait_for(lambda: len(states) == 2)
    assert states[1] == (False, "The MIDI process failed: KeyError('planted').")
    assert written == [states[1][1]]
    host.call(output.close)


def test_a_program_that_cannot_be_started_is_a_lost_port(host: LoopHost, tmp_path: Path) -> None:
    midi = MidiPorts(host, [str(tmp_path / "nothing here")])
    states: list[tuple[bool, str]] = []
    host.call(
        lambda: midi.listen(
            "Desk", lambda _message: None, on_state=lambda ready, text: states.append((ready, text))
        )
    )
    host.wait_for(lambda: bool(states))
    assert states[0][1].startswith("The MIDI process cannot be started")
    host.call(midi.close)


def test_where_sockets_cannot_be_inherited_the_child_connects_with_a_token(
    host: LoopHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_library(tmp_path, RTMIDI_IN_MEMORY, monkeypatch)
    midi = MidiPorts(host, inherit=False)
    states: list[bool] = []
    host.call(
        lambda: midi.listen("Desk:Loop", lambda _m: None, on_state=lambda ready, _text: states.append(ready))
    )
    host.wait_for(lambda: states == [True])
    host.call(midi.close)


def test_a_stranger_at_the_childs_door_is_turned_away(host: LoopHost, tmp_path: Path) -> None:
    stranger = (
        "import socket, sys; h, _, p = sys.argv[1].rpartition(':');"
        " s = socket.create_connection((h, int(p))); s.sendall(b'x' * 32); s.recv(1)"
    )
    midi = MidiPorts(host, [sys.executable, "-c", stranger], inherit=False)
    states: list[str] = []
    host.call(lambda: midi.listen("Desk", lambda _m: None, on_state=lambda _ready, text: states.append(text)))
    host.wait_for(lambda: bool(states))
    assert "another program answered" in states[0]
    host.call(midi.close)


def test_one_host_has_one_set_of_ports() -> None:
    with LoopHost() as one, LoopHost() as other:
        assert ports_of(one) is ports_of(one)
        assert ports_of(one) is not ports_of(other)


def test_the_child_is_a_plain_file_in_source_and_a_word_when_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert process.command() == [sys.executable, "-P", process.__file__]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert process.command() == [sys.executable, "midi-ports"]


def test_the_engine_does_not_load_rtmidi_and_the_child_not_the_engine() -> None:
    import subprocess

    code = "import sys, showcaller.devices.midi; print('rtmidi' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "False"
    code = (
        f"import sys, runpy; runpy.run_path({process.__file__!r}, run_name='child');"
        " print([name for name in sys.modules if name.startswith('showcaller')])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_the_child_sleeps_while_nobody_wants_a_port() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        keeper = process.PortKeeper(None, theirs)
        assert keeper._pause(polling=False) is None
        keeper._take(process.OpenPort(1, "automatic", "Desk", virtual=False, is_input=False))
        assert keeper._pause(polling=False) == 0
        keeper._look()
        pause = keeper._pause(polling=False)
        assert pause is not None
        assert process.POLL_INPUT_EVERY < pause <= process.LIST_EVERY
        keeper._take(process.ClosePort(1))
        assert keeper._pause(polling=False) is None


def test_ports_of_one_name_are_told_apart() -> None:
    assert process.plain_names("alsa", ["A:x 20:0", "A:x 24:0", "B:y 1:2"]) == {
        "A:x": "A:x 20:0",
        "A:x (2)": "A:x 24:0",
        "B:y": "B:y 1:2",
    }
    assert process.plain_names("winmm", ["nano 0", "nano 1"]) == {"nano": "nano 0", "nano (2)": "nano 1"}
    assert process.plain_names("jack", ["system:midi 1"]) == {"system:midi 1": "system:midi 1"}


def test_messages_survive_any_splitting_of_the_childs_socket() -> None:
    sent = [process.Send(1, 2, 3, [b"\xc0\x01"]), process.Ping(4), process.ClosePort(5)]
    wire = b"".join(process.pack(message) for message in sent)
    for size in range(1, len(wire) + 1):
        frames = process.Frames(process.Down)
        pieces = [wire[start : start + size] for start in range(0, len(wire), size)]
        assert [message for piece in pieces for message in frames.feed(piece)] == sent
