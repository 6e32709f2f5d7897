"""The contract of `devices/driver.py`, proven over every kind in `DEVICE_KINDS` with its own simulator.

Each kind is opened against its simulator over a real socket; nothing here knows a protocol.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from showcaller.core import reports
from showcaller.core.forms import form_of, read_values, summarise
from showcaller.devices import DEVICE_KINDS
from showcaller.devices.driver import DeviceKind, Driver, Order, Simulator
from tests.devices.host import LoopHost

KINDS = pytest.mark.parametrize("kind", DEVICE_KINDS, ids=lambda kind: kind.name)


class Bench:
    """A driver and the simulator that it is connected to."""

    def __init__(self, kind: DeviceKind) -> None:
        self.kind = kind
        self.desk_host = LoopHost()
        self.host = LoopHost()
        settings = read_values(kind.settings, _least_settings(kind))
        self.simulator: Simulator = self.desk_host.call(lambda: kind.make_simulator(settings, {}))
        overrides = self.desk_host.call(lambda: self.simulator.open(self.desk_host))
        self.settings = read_values(kind.settings, {**msgspec.structs.asdict(settings), **overrides})
        self.driver: Driver = kind.make_driver(self.settings, self.host)
        self._token = 0

    def open(self) -> None:
        self.host.call(self.driver.open)
        self.host.wait_for(lambda: any(one.state == "ready" for one in self.host.reports(reports.Health)))

    def send(self, order: Order) -> int:
        self._token += 1
        token = self._token
        self.host.call(lambda: self.driver.send(self.driver.prepare((order,)), token))
        return token

    def results(self, token: int) -> set[str]:
        return {one.result for one in self.host.reports(reports.Outcome) if one.token == token}

    def close(self) -> None:
        self.host.call(self.driver.close)
        self.desk_host.call(self.simulator.close)
        self.host.close()
        self.desk_host.close()


def _least_settings(kind: DeviceKind) -> dict[str, object]:
    """Fill in what a kind cannot do without."""
    stand_ins = {"text": "127.0.0.1", "integer": 1, "number": 1.0, "switch": False}
    return {
        field.name: stand_ins[field.type]
        for field in form_of(kind.settings).fields
        if field.required and field.type in stand_ins
    }


@pytest.fixture
def bench(kind: DeviceKind) -> Iterator[Bench]:
    bench = Bench(kind)
    yield bench
    bench.close()


@KINDS
def test_every_action_has_an_example_and_every_example_an_action(kind: DeviceKind) -> None:
    assert {order.kind for order in kind.examples} == {action.name for action in kind.actions}


@KINDS
def test_every_field_has_a_title_and_every_summary_reads(kind: DeviceKind) -> None:
    form = kind.form()
    for field in form.settings.fields:
        assert field.title
    for order in kind.examples:
        action = form.action(order.kind)
        assert action is not None
        assert all(field.title for field in action.form.fields)
        summary = summarise(action, msgspec.to_builtins(order.payload))
        assert summary
        assert "{" not in summary


@KINDS
def test_every_example_survives_its_form(kind: DeviceKind) -> None:
    for order in kind.examples:
        action = kind.action(order.kind)
        assert action is not None
        assert read_values(action.payload, msgspec.to_builtins(order.payload)) == order.payload
        assert action.address(order.payload)


@KINDS
def test_what_may_fade_is_a_number_within_its_range(kind: DeviceKind) -> None:
    for action in kind.actions:
        if action.fade is not None:
            field = form_of(action.payload).field(action.fade.field)
            assert field is not None
            assert field.type in {"number", "integer"}
            assert action.fade.low < action.fade.high


@KINDS
def test_open_returns_at_once_and_the_device_is_found(bench: Bench) -> None:
    bench.open()


@KINDS
def test_every_example_is_prepared_sent_and_settled(bench: Bench) -> None:
    bench.open()
    for order in bench.kind.examples:
        token = bench.send(order)
        bench.host.wait_for(lambda token=token: bench.results(token))
        assert bench.results(token) <= {"sent", "accepted", "confirmed"}, order


@KINDS
def test_the_simulator_shows_what_it_decoded(bench: Bench) -> None:
    bench.open()
    bench.send(bench.kind.examples[0])
    bench.desk_host.wait_for(lambda: any(one.rows for one in bench.desk_host.reports(reports.Simulated)))


@KINDS
def test_what_cannot_be_sent_now_fails_now(bench: Bench) -> None:
    token = bench.send(bench.kind.examples[0])
    bench.host.wait_for(lambda: bench.results(token))
    assert bench.results(token) == {"failed"}


@KINDS
def test_closing_twice_and_before_opening_is_safe(bench: Bench) -> None:
    bench.host.call(bench.driver.close)
    bench.host.call(bench.driver.close)
