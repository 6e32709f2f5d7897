"""A simulated device can be told to fail, so that a failure can be rehearsed; nothing real can."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from showcaller.core import messages
from showcaller.core.times import Duration
from tests.engine.clients import EngineHouse
from tests.engine.rig import cue, scene, show_of


@pytest.fixture
def engine() -> Iterator[EngineHouse]:
    house = EngineHouse(Path(os.environ["SHOWCALLER_RUNTIME"]))
    yield house
    house.close()


def test_a_simulated_device_that_is_gone_stays_gone_until_it_is_told_to_work(engine: EngineHouse) -> None:
    client = engine.editor(show_of(cue("1", scene("a"))))
    client.ask(messages.SetMode, mode="rehearse")
    engine.scheduler.advance(Duration(500))
    (slot,) = engine.engine.rack.slots.values()
    assert slot.health.state == "ready"
    assert isinstance(client.ask(messages.Misbehave, "lamp", "disconnect"), messages.Done)
    engine.scheduler.advance(Duration(60_000))
    assert slot.health.state == "lost"
    client.take()
    assert client.last(messages.Snapshot).devices[0].fault == "disconnect"
    engine.house.lamp("lamp simulated").is_plugged_in = True
    assert isinstance(client.ask(messages.Misbehave, "lamp", "none"), messages.Done)
    engine.scheduler.advance(Duration(10_000))
    assert slot.health.state == "ready"


def test_a_real_device_is_not_told_to_misbehave(engine: EngineHouse) -> None:
    client = engine.editor(show_of(cue("1", scene("a"))))
    answer = client.ask(messages.Misbehave, "lamp", "silent")
    assert isinstance(answer, messages.Rejected)
    assert "simulated" in answer.sentence
