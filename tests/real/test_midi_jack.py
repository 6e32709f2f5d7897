"""MIDI through a real JACK: driver, child and JACK on our side, rtmidi in other processes on theirs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import pytest

from showcaller.core.forms import read_values
from showcaller.core.reports import Health, Inventory
from showcaller.core.times import Duration
from showcaller.devices.driver import Driver, Order, UnsendableError
from showcaller.devices.midi import KINDS, ports
from showcaller.devices.midi.driver import LONGEST_SET
from showcaller.devices.midi.payloads import Controller, Program, SysEx
from showcaller.devices.midi.ports import ports_of
from tests.devices.host import LoopHost
from tests.real.peers import require

BY_NAME = {kind.name: kind for kind in KINDS}
MIDI = BY_NAME["midi"]

SHARED, OWN = "showcaller-test", "showcaller-test-own"
"""Names of servers: the same in each run, for JACK has room for eight and keeps those that were killed."""

HEARS = """
import sys, select, rtmidi
client, name, target = sys.argv[1:4]
port = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name=client, queue_size_limit=4096)
port.ignore_types(False, False, False)
if target:
    port.open_port(port.get_ports().index(target), name=name)
else:
    port.open_virtual_port(name)
print("open", flush=True)
while not select.select([sys.stdin], [], [], 0.001)[0]:
    while (got := port.get_message()) is not None:
        print(bytes(got[0]).hex(), flush=True)
port.close_port()
port.delete()
"""
SPEAKS = """
import sys, rtmidi
client, name, _ = sys.argv[1:4]
port = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name=client)
port.open_virtual_port(name)
print("open", flush=True)
for line in sys.stdin:
    port.send_message(bytes.fromhex(line))
port.close_port()
port.delete()
"""


class PeerPort:
    """A MIDI port of another program, which has never seen our code."""

    def __init__(self, script: str, client: str, name: str, target: str = "") -> None:
        self.full_name = f"{client}:{name}"
        self.heard: list[str] = []
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [sys.executable, "-c", script, client, name, target],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, name=f"reader of {client}")
        self._reader.start()
        self.wait_for(lambda: self.heard == ["open"])
        self.heard.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        finally:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            self._process.stdout.close()

    def kill(self) -> None:
        self._process.kill()

    def say(self, message: bytes) -> None:
        self.say_line(message.hex())

    def say_line(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def wait_for(self, predicate: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(predicate, 10), self.heard[-20:]

    def wait_for_bytes(self, wire: bytes) -> None:
        self.wait_for(lambda: len("".join(self.heard)) >= len(wire.hex()))
        assert "".join(self.heard) == wire.hex()
        self.heard.clear()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self.heard.append(line.strip())
                self._changed.notify_all()


@contextmanager
def running_jack(name: str, mode: str = "-S") -> Iterator[subprocess.Popen[bytes]]:
    """Run a JACK with a dummy driver, synchronous or with `mode` empty not, until the end of the block."""
    require("jack")
    server = subprocess.Popen(
        f"jackd {mode} --no-realtime -n {name} -d dummy -r 48000 -p 256 -P 2 -C 2".split(),
        env={**os.environ, "JACK_NO_AUDIO_RESERVATION": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        subprocess.run(
            ["jack_wait", "--server", name, "-w", "-t", "10"], check=True, capture_output=True, timeout=15
        )
        assert server.poll() is None, f"another JACK called {name} runs already"
        yield server
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture(scope="module")
def jack() -> Iterator[str]:
    with running_jack(SHARED):
        yield SHARED


@pytest.fixture
def host(jack: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopHost]:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", jack)
    with LoopHost() as running:
        yield running
        running.call(ports_of(running).close)


def open_driver(host: LoopHost, kind: str = "midi", **settings: Any) -> Driver:
    made = BY_NAME[kind]
    driver = made.make_driver(read_values(made.settings, {"system": "jack", **settings}), host)
    host.forget()
    host.call(driver.open)
    return driver


def send(host: LoopHost, driver: Driver, token: int, *orders: Order) -> bytes:
    message_set = driver.prepare(orders)
    host.call(lambda: driver.send(message_set, token))
    return b"".join(message_set.frames)


def retry_until_ready(host: LoopHost, **settings: Any) -> Driver:
    """Do what the rack does: close what was lost, make a new one."""
    while True:
        driver = open_driver(host, **settings)
        host.wait_for(lambda: any(it.state in {"ready", "lost"} for it in host.reports(Health)))
        if host.reports(Health)[-1].state == "ready":
            return driver
        host.call(driver.close)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_example_arrives_byte_for_byte(host: LoopHost, kind: Any) -> None:
    with PeerPort(HEARS, "desk", "in") as desk:
        driver = open_driver(host, kind.name, port="desk:in")
        assert host.wait_for_health("ready").sentence == "Found port “desk:in”; a MIDI device cannot answer."
        for token, example in enumerate(kind.examples, 1):
            wire = send(host, driver, token, example)
            host.wait_for_outcome(token, "sent")
            desk.wait_for_bytes(wire)
        host.call(driver.close)


def test_a_set_arrives_in_its_order(host: LoopHost) -> None:
    with PeerPort(HEARS, "desk", "in") as desk:
        driver = open_driver(host, port="desk:in")
        host.wait_for_health("ready")
        orders = [Order("controller", Controller(number=step % 128, value=step // 8)) for step in range(1000)]
        wire = send(host, driver, 1, *orders)
        host.wait_for_outcome(1, "sent", index=999)
        desk.wait_for_bytes(wire)
        host.call(driver.close)


def test_the_longest_message_that_is_allowed_arrives_whole(host: LoopHost) -> None:
    with PeerPort(HEARS, "desk", "in") as desk:
        driver = open_driver(host, port="desk:in")
        host.wait_for_health("ready")
        wire = send(host, driver, 1, Order("sysex", SysEx(bytes="55 " * (LONGEST_SET - 2))))
        assert len(wire) == LONGEST_SET
        desk.wait_for_bytes(wire)
        with pytest.raises(UnsendableError, match="too many for a MIDI port"):
            driver.prepare([Order("sysex", SysEx(bytes="55 " * (LONGEST_SET - 1)))])
        host.call(driver.close)


def test_a_fade_arrives_in_steps_and_ends_on_its_last_value(host: LoopHost) -> None:
    with PeerPort(HEARS, "desk", "in") as desk:
        driver = open_driver(host, port="desk:in")
        host.wait_for_health("ready")
        for value in range(128):
            moved = Order("controller", Controller(number=7, value=value))
            host.call(lambda moved=moved: driver.set_value(moved))
        desk.wait_for(lambda: desk.heard[-1:] == ["b0077f"])
        values = [int(message[4:], 16) for message in desk.heard]
        assert values == sorted(set(values))
        host.call(driver.close)


def test_the_list_of_ports_comes_up(host: LoopHost) -> None:
    with PeerPort(HEARS, "desk", "in"), PeerPort(SPEAKS, "pedal", "out"):
        driver = open_driver(host, port="desk:in")
        host.wait_for(
            lambda: Inventory({"ports": ("desk:in",), "inputs": ("pedal:out",)}) in host.reports(Inventory)
        )
        host.call(driver.close)


def test_a_missing_port_is_a_state_and_what_is_sent_there_fails(host: LoopHost) -> None:
    driver = open_driver(host, port="desk:in")
    assert host.wait_for_health("lost").sentence == "MIDI port “desk:in” is not there."
    send(host, driver, 3, Order("program", Program(program=1)))
    outcome = host.wait_for(lambda: host.outcomes(3))[0]
    assert (outcome.result, outcome.sentence) == ("failed", "MIDI port “desk:in” is not there.")
    host.call(driver.close)


def test_a_port_that_vanishes_is_lost_and_found_again_by_its_name(host: LoopHost) -> None:
    with PeerPort(HEARS, "desk", "in"):
        driver = open_driver(host, port="desk:in")
        host.wait_for_health("ready")
    assert host.wait_for_health("lost").sentence == "MIDI port “desk:in” is not there."
    host.call(driver.close)
    with PeerPort(HEARS, "desk", "in") as desk:
        driver = retry_until_ready(host, port="desk:in")
        wire = send(host, driver, 1, Order("program", Program(program=5)))
        host.wait_for_outcome(1, "sent")
        desk.wait_for_bytes(wire)
        host.call(driver.close)


def test_others_can_connect_to_a_virtual_port(host: LoopHost) -> None:
    driver = open_driver(host, port="Cues", virtual=True)
    assert host.wait_for_health("ready").sentence.startswith("Virtual port “Cues” is open")
    with PeerPort(HEARS, "desk", "in", target="Showcaller:Cues") as desk:
        wire = send(host, driver, 1, Order("program", Program(program=9)))
        host.wait_for_outcome(1, "sent")
        desk.wait_for_bytes(wire)
    host.call(driver.close)


def test_an_input_is_heard_and_heard_again_after_unplugging(host: LoopHost) -> None:
    heard: list[bytes] = []
    states: list[bool] = []
    end = host.call(
        lambda: ports_of(host).listen(
            "pedal:out", heard.append, system="jack", on_state=lambda ready, _text: states.append(ready)
        )
    )
    host.wait_for(lambda: states == [False])
    for turn in range(2):
        with PeerPort(SPEAKS, "pedal", "out") as pedal:
            host.wait_for(lambda turn=turn: states == [False, *[True, False] * turn, True])
            messages = [b"\x90\x3c\x7f", b"\xf0\x7f\x7f\x02\x01\x01\x31\xf7", b"\xc0\x05"]
            for message in messages:
                pedal.say(message)
            host.wait_for(lambda messages=messages: heard == messages)
            heard.clear()
        host.wait_for(lambda turn=turn: states == [False, *[True, False] * (turn + 1)])
    host.call(end)


def test_a_thousand_messages_come_in_without_a_loss(host: LoopHost) -> None:
    heard: list[bytes] = []
    states: list[bool] = []
    with PeerPort(SPEAKS, "pedal", "out") as pedal:
        end = host.call(
            lambda: ports_of(host).listen(
                "pedal:out", heard.append, system="jack", on_state=lambda ready, _text: states.append(ready)
            )
        )
        host.wait_for(lambda: states == [True])
        messages = [bytes((0xB0 | step % 16, step % 128, step // 8)) for step in range(1000)]
        for message in messages:
            pedal.say(message)
        host.wait_for(lambda: len(heard) >= 1000)
        assert heard == messages
        host.call(end)


def test_a_killed_child_loses_the_port_and_a_new_one_finds_it(
    host: LoopHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A synchronous JACK stands still for 10 s when one of its clients is killed.
    monkeypatch.setenv("JACK_DEFAULT_SERVER", OWN)
    with running_jack(OWN, mode=""), PeerPort(HEARS, "desk", "in") as desk:
        driver = open_driver(host, port="desk:in")
        host.wait_for_health("ready")
        killed = ports_of(host).process_id
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        assert host.wait_for_health("lost").sentence == ports.ENDED
        host.call(driver.close)
        driver = retry_until_ready(host, port="desk:in")
        wire = send(host, driver, 1, Order("program", Program(program=5)))
        desk.wait_for_bytes(wire)
        host.call(driver.close)


def test_a_jack_that_is_restarted_is_lost_and_found(host: LoopHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", OWN)
    with running_jack(OWN) as server, PeerPort(HEARS, "desk", "in"):
        driver = open_driver(host, port="desk:in")
        host.wait_for_health("ready")
        # An input keeps the child, so that it is the same one that meets the new JACK.
        end = host.call(lambda: ports_of(host).listen("pedal:out", lambda _m: None, system="jack"))
        child = ports_of(host).process_id
        server.terminate()
        assert host.wait_for_health("lost", 20).sentence == "JACK stopped on this machine."
    host.call(driver.close)
    with running_jack(OWN), PeerPort(HEARS, "desk", "in") as desk:
        driver = retry_until_ready(host, port="desk:in")
        assert ports_of(host).process_id == child
        wire = send(host, driver, 1, Order("program", Program(program=5)))
        host.wait_for_outcome(1, "sent")
        desk.wait_for_bytes(wire)
        host.call(driver.close)
        host.call(end)


def test_a_frozen_jack_stands_nobody_still(host: LoopHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", OWN)
    monkeypatch.setattr(ports, "PING_EVERY", Duration(100))
    monkeypatch.setattr(ports, "HANGS_AFTER", Duration(1500))
    with running_jack(OWN) as server, PeerPort(HEARS, "desk", "in") as desk:
        driver = open_driver(host, port="desk:in")
        host.wait_for_health("ready")
        server.send_signal(signal.SIGSTOP)
        second = MIDI.make_driver(read_values(MIDI.settings, {"system": "jack", "port": "desk:in"}), host)
        host.call(
            second.open, timeout=1
        )  # makes the child create a port, which a frozen JACK does not answer
        host.wait_for_health("lost")
        server.kill()
        host.call(driver.close)
        host.call(second.close)
        desk.kill()
