"""The driver against the simulator, over a real socket, and against ports that are not there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from showcaller.core.forms import read_values
from showcaller.core.reports import Health, Outcome, Simulated
from showcaller.core.times import Duration
from showcaller.devices.driver import DeviceKind, Driver, Order, Simulator, UnsendableError
from showcaller.devices.midi import KINDS
from showcaller.devices.midi import driver as midi_driver
from showcaller.devices.midi.payloads import Controller, Note, Program, ShowControl, SysEx
from tests.devices.host import LoopHost

BY_NAME = {kind.name: kind for kind in KINDS}


class Rig:
    """A simulator and a driver of one kind, on one host."""

    def __init__(self, host: LoopHost, kind: DeviceKind, settings: dict[str, Any] | None = None) -> None:
        self.host = host
        self.kind = kind
        own = read_values(kind.settings, settings or {})
        self.simulator: Simulator = kind.make_simulator(own, {})
        self.settings = read_values(kind.settings, host.call(lambda: self.simulator.open(host)))
        self.driver: Driver = kind.make_driver(self.settings, host)

    def open(self) -> None:
        self.host.call(self.driver.open)
        self.host.wait_for_health("ready")

    def send(self, token: int, *orders: Order) -> None:
        message_set = self.driver.prepare(orders)
        self.host.call(lambda: self.driver.send(message_set, token))

    def rows(self) -> list[tuple[str, str]]:
        shown = self.host.reports(Simulated)
        return list(shown[-1].rows) if shown else []

    def close(self) -> None:
        self.host.call(self.driver.close)
        self.host.call(self.simulator.close)


@pytest.fixture
def host() -> Iterator[LoopHost]:
    with LoopHost() as running:
        yield running


@pytest.fixture
def x32(host: LoopHost) -> Iterator[Rig]:
    rig = Rig(host, BY_NAME["midi-x32"])
    yield rig
    rig.close()


def order(kind: DeviceKind, action: str, **fields: Any) -> Order:
    found = kind.action(action)
    assert found is not None
    return Order(action, read_values(found.payload, fields))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_example_is_sent_and_seen(host: LoopHost, kind: DeviceKind) -> None:
    rig = Rig(host, kind)
    rig.open()
    for token, example in enumerate(kind.examples, 1):
        before = len(host.reports(Simulated))
        rig.send(token, example)
        host.wait_for_outcome(token, "sent")
        host.wait_for(lambda before=before: len(host.reports(Simulated)) > before)
    rig.close()


def test_the_simulator_shows_the_desks_words(x32: Rig) -> None:
    x32.open()
    x32.send(
        1,
        order(x32.kind, "level", strip="dca", number=3, level=-10.0),
        order(x32.kind, "scene", number=12),
        order(x32.kind, "mute", strip="channel", number=7, muted=True),
        Order("show-control", ShowControl(cue="12.5")),
        Order("note", Note(note=60, channel=10)),
    )
    x32.host.wait_for(lambda: len(x32.rows()) == 5)
    assert x32.rows() == [
        ("DCA 3", "−9.8 dB"),
        ("Scene", "12"),
        ("Ch 7", "mute on"),
        ("Show control lighting", "GO 12.5"),
        ("Note 60, channel 10", "on, velocity 127"),
    ]


def test_one_outcome_comes_for_each_order_of_a_set(x32: Rig) -> None:
    x32.open()
    x32.send(7, order(x32.kind, "scene", number=1), order(x32.kind, "snippet", number=2))
    x32.host.wait_for_outcome(7, "sent", index=1)
    assert x32.host.reports(Outcome) == [Outcome(7, 0, "sent"), Outcome(7, 1, "sent")]


def test_ready_says_that_midi_cannot_answer(x32: Rig) -> None:
    x32.open()
    port = x32.settings.port  # type: ignore[attr-defined]
    assert x32.host.reports(Health)[-1] == Health(
        "ready", f"Found port “{port}”; a MIDI device cannot answer."
    )


def test_a_device_that_pulls_out_is_lost_and_what_is_sent_then_fails(x32: Rig) -> None:
    x32.open()
    x32.host.call(lambda: x32.simulator.misbehave("disconnect"))
    lost = x32.host.wait_for_health("lost")
    x32.send(2, order(x32.kind, "scene", number=1))
    outcome = x32.host.wait_for(lambda: x32.host.outcomes(2))[0]
    assert (outcome.result, outcome.sentence) == ("failed", lost.sentence)


def test_a_driver_does_not_come_back_by_itself(x32: Rig) -> None:
    x32.open()
    x32.host.call(lambda: x32.simulator.misbehave("disconnect"))
    x32.host.wait_for_health("lost")
    x32.host.call(lambda: x32.simulator.misbehave("none"))
    x32.host.call(x32.driver.close)
    x32.host.forget()
    x32.driver = x32.kind.make_driver(x32.settings, x32.host)
    x32.open()
    assert [health.state for health in x32.host.reports(Health)] == ["opening", "ready"]


def test_a_silent_device_is_lost_after_a_while(x32: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(midi_driver, "SILENT_AFTER", Duration(50))
    x32.host.call(lambda: x32.simulator.misbehave("silent"))
    x32.host.call(x32.driver.open)
    assert "does not answer" in x32.host.wait_for_health("lost").sentence


def test_a_late_device_shows_late_what_it_was_told(x32: Rig) -> None:
    x32.open()
    x32.host.call(lambda: x32.simulator.misbehave("none", Duration(30)))
    sent_at = x32.host.now()
    x32.send(1, order(x32.kind, "scene", number=5))
    x32.host.wait_for(lambda: x32.rows() == [("Scene", "5")])
    assert x32.host.now() - sent_at >= 30_000_000


@pytest.mark.parametrize("fault", ["silent", "refuse"])
def test_a_deaf_device_does_nothing(x32: Rig, fault: Any) -> None:
    x32.open()
    x32.host.call(lambda: x32.simulator.misbehave(fault))
    x32.send(1, order(x32.kind, "scene", number=5))
    x32.host.wait_for_outcome(1, "sent")
    # The bytes are in the socket before the next ones, which it hears again.
    x32.host.call(lambda: x32.simulator.misbehave("none"))
    x32.send(2, order(x32.kind, "snippet", number=6))
    x32.host.wait_for(lambda: ("Snippet", "6") in x32.rows())


def test_nobody_listening_is_a_state_and_not_an_error(host: LoopHost) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    kind = BY_NAME["midi"]
    driver = kind.make_driver(read_values(kind.settings, {"port": f"tcp:127.0.0.1:{port}"}), host)
    host.call(driver.open)
    host.wait_for_health("lost")
    host.call(driver.close)


def test_sending_before_the_port_is_open_fails(x32: Rig) -> None:
    x32.send(1, order(x32.kind, "scene", number=1))
    outcome = x32.host.wait_for(lambda: x32.host.outcomes(1))[0]
    assert (outcome.result, outcome.sentence) == ("failed", "The MIDI port is not open.")


def test_a_fade_ends_on_its_last_value(x32: Rig) -> None:
    x32.open()
    for step in range(500):
        level = -60 + step * 0.12
        moved = order(x32.kind, "level", strip="dca", number=1, level=level)
        x32.host.call(lambda moved=moved: x32.driver.set_value(moved))
    x32.host.wait_for(lambda: x32.rows() == [("DCA 1", "0.0 dB")] or x32.rows() == [("DCA 1", "−0.1 dB")])
    assert x32.host.reports(Outcome) == []


class RecordingOutlet:
    """A port that takes what it is given, and says so when it is told to."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.waiting: list[Any] = []

    def send(self, messages: Any, on_written: Any) -> None:
        self.sent.append(b"".join(messages))
        self.waiting.append(on_written)

    def close(self) -> None:
        self.waiting.clear()


def test_steps_of_a_fade_wait_for_a_slow_port_newest_only() -> None:
    kind = BY_NAME["midi"]
    outlet = RecordingOutlet()
    with LoopHost() as host:
        from showcaller.devices.midi.actions import PLAIN

        def open_port(_settings: Any, _host: Any, on_state: Any, _on_list: Any) -> RecordingOutlet:
            host.post(lambda: on_state(True, ""))
            return outlet

        driver = midi_driver.MidiDriver(
            kind.settings(port="slow"), host, {action.kind.name: action for action in PLAIN}, open_port
        )
        host.call(driver.open)
        host.wait_for_health("ready")

        def move(number: int, value: int) -> None:
            moved = Order("controller", Controller(number=number, value=value))
            host.call(lambda: driver.set_value(moved))

        for value in range(100):
            move(1, value)
        move(2, 9)
        assert len(outlet.sent) == midi_driver.STEPS_IN_FLIGHT
        cue = driver.prepare([Order("program", Program(program=3))])
        host.call(lambda: driver.send(cue, 1))
        assert outlet.sent[-1] == b"\xc0\x02"
        answered = outlet.waiting[:2]
        for call in answered:
            host.call(lambda call=call: call(""))
        assert outlet.sent[-2:] == [b"\xb0\x01\x63", b"\xb0\x02\x09"]
        host.call(driver.close)


def test_a_step_that_changes_no_byte_is_not_sent_again(x32: Rig) -> None:
    x32.open()
    near = [order(x32.kind, "level", strip="dca", number=1, level=level) for level in (0.0, 0.01, 0.02, 1.0)]
    for moved in near:
        x32.host.call(lambda moved=moved: x32.driver.set_value(moved))
    x32.host.wait_for(lambda: x32.rows() == [("DCA 1", "0.9 dB")])
    assert len(x32.host.reports(Simulated)) <= 2


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (Order("controller", Controller(number=200, value=1)), "Controller: “Controller”: expected"),
        (Order("controller", Controller(number=1, value=1, channel=17)), "“MIDI channel”: expected"),
        (Order("program", Program(program=0)), "Program change: “Program”: expected"),
        (Order("sysex", SysEx(bytes="00 " * 16_000)), "16002 bytes at once are too many"),
        (Order("nonsense", Program(program=1)), "no action “nonsense”"),
    ],
)
def test_what_does_not_fit_into_midi_is_said_at_standby(bad: Order, sentence: str) -> None:
    kind = BY_NAME["midi"]
    with LoopHost() as host:
        driver = kind.make_driver(kind.settings(), host)
        with pytest.raises(UnsendableError, match=sentence):
            driver.prepare([bad])


def test_closing_twice_and_before_opening_is_safe(host: LoopHost) -> None:
    rig = Rig(host, BY_NAME["midi"])
    rig.close()
    rig.close()
    assert host.all_reports() == []


def test_nothing_is_said_after_close(x32: Rig) -> None:
    x32.open()
    x32.host.call(x32.driver.close)
    x32.host.forget()
    x32.host.call(lambda: x32.simulator.misbehave("disconnect"))
    x32.host.call(lambda: x32.driver.set_value(order(x32.kind, "level", strip="dca", number=1)))
    assert x32.host.all_reports() == []
