"""Clients are told what is alive when it changes, and nothing while nothing does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from showcaller.core import messages
from showcaller.core.reports import Health, Latency
from showcaller.core.times import Duration
from tests.engine.clients import EngineHouse
from tests.engine.rig import cue, scene, show_of


@pytest.fixture
def engine() -> Iterator[EngineHouse]:
    house = EngineHouse(Path(os.environ["SHOWCALLER_RUNTIME"]))
    yield house
    house.close()


def test_a_device_that_is_tried_again_and_again_repaints_nobody(engine: EngineHouse) -> None:
    client = engine.editor(show_of(cue("1", scene("a"))))
    engine.lamp.is_plugged_in = False
    engine.lamp.tell(Health("lost", "The lamp was unplugged."))
    engine.scheduler.advance(Duration(2000))
    client.take()
    client.forget()
    opened = engine.lamp.opened
    engine.scheduler.advance(Duration(60_000))
    client.take()
    assert engine.lamp.opened > opened + 5
    assert client.all(messages.Snapshot) == []


def test_a_retry_that_says_that_it_opens_leaves_the_device_lost(engine: EngineHouse) -> None:
    client = engine.editor(show_of(cue("1", scene("a"))))
    driver = engine.lamp.driver
    assert driver is not None
    engine.lamp.is_plugged_in = False
    engine.lamp.tell(Health("lost", "The lamp was unplugged."))
    engine.scheduler.settle()
    (slot,) = engine.engine.rack.slots.values()
    since = slot.since
    engine.engine.rack._take(slot, Health("opening", "Connecting…"))
    engine.scheduler.settle()
    client.take()
    assert (slot.health.state, slot.since) == ("lost", since)
    assert client.last(messages.Snapshot).devices[0].health == "lost"


def test_what_changed_is_told_once(engine: EngineHouse) -> None:
    client = engine.editor(show_of(cue("1", scene("a"))))
    client.take()
    client.forget()
    for _ in range(3):
        engine.lamp.tell(Latency(7.0))
        engine.scheduler.settle()
    client.take()
    (snapshot,) = client.all(messages.Snapshot)
    assert snapshot.devices[0].latency == 7.0


def test_what_a_go_would_not_send_is_told_as_soon_as_it_is_known(engine: EngineHouse) -> None:
    client = engine.editor(show_of(cue("1", scene("a"))))
    engine.lamp.tell(Health("refused", "The lamp asks for a password."))
    engine.scheduler.settle()
    client.take()
    assert client.last(messages.Snapshot).unsendable == {}
    assert isinstance(client.ask(messages.SetMode, mode="live"), messages.Done)
    engine.scheduler.settle()
    client.take()
    told = client.last(messages.Snapshot).unsendable
    assert told == {"scene a on lamp": "Lamp: The lamp asks for a password."}
