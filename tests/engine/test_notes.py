"""An operator's note stands in the as-run with the time of its key press, and nowhere without a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from showcaller.core import messages
from showcaller.core.asrun import Noted
from showcaller.core.times import Duration, Instant, load_zone, time_of_day_at
from tests.engine.clients import EngineHouse
from tests.engine.rig import cue, scene, show_of


@pytest.fixture
def engine() -> Iterator[EngineHouse]:
    house = EngineHouse(Path(os.environ["SHOWCALLER_RUNTIME"]))
    yield house
    house.close()


def test_a_note_is_kept_with_the_time_of_its_key_press_however_long_it_was_typed(engine: EngineHouse) -> None:
    show = show_of(cue("1", scene("a")))
    client = engine.editor(show)
    client.ask(messages.SetMode, mode="rehearse")
    conductor = engine.engine.conductor
    pressed_at = Instant(engine.scheduler.now())
    stamp = str(time_of_day_at(conductor.clock.show_at(pressed_at), load_zone(show.zone)))[:8]
    engine.scheduler.advance(Duration(30_000))
    answer = client.ask(messages.AddNote, "Guest is late", "c1", pressed_at)
    assert isinstance(answer, messages.Done)
    notes = [line.entry for line in conductor.lines if isinstance(line.entry, Noted)]
    assert (notes[-1].kind, notes[-1].sentence, notes[-1].cue) == ("note", f"{stamp} Guest is late", "c1")


def test_without_a_run_a_note_is_refused_in_words(engine: EngineHouse) -> None:
    client = engine.editor(show_of(cue("1", scene("a"))))
    answer = client.ask(messages.AddNote, "Guest is late", None, Instant(0))
    assert isinstance(answer, messages.Rejected)
    assert "no run" in answer.sentence
