"""A standby group in the engine: pedal and network walk through it, the as-run says it, a crash keeps it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from showcaller.core import edits, messages
from showcaller.core import events as ev
from showcaller.core import playback as core_playback
from showcaller.core.show import Call, Calling, Cue, MidiBinding, Segment, Show
from tests.engine.clients import EngineHouse
from tests.engine.rig import Rig, cue, ms, scene, show_of
from tests.engine.test_remote import Outside
from tests.engine.test_resume import crash, gone_on_with


def close_cue(number: int, at: float) -> Cue:
    calls = (Call(department="lx", number=str(23 + number)),)
    return cue(str(number), scene(str(number)), offset=ms(at), calls=calls)


def close_show(calling: Calling = "standby-go") -> Show:
    cues = close_cue(1, 0), close_cue(2, 3), close_cue(3, 6), close_cue(4, 60)
    return show_of(Segment(id="s", duration=ms(120)), *cues, calling=calling)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    with Rig(close_show(), tmp_path) as rig:
        outside = Outside(rig)
        outside.listen(midi=(MidiBinding(word="step", type="note", channel=1, number=64),))
        yield outside
        outside.close()
        assert rig.faults == []


def test_network_and_pedal_say_one_standby_and_then_only_go(outside: Outside) -> None:
    rig = outside.rig
    outside.send("/step")
    assert rig.lamp.scenes == []
    assert rig.notes("standby") == ["Standby LX 24 through 26"]
    rig.advance(1)
    outside.send("/step")
    rig.advance(1)
    outside.remote.take_midi(bytes((0x90, 64, 100)))
    rig.advance(1)
    outside.send("/step")
    assert rig.lamp.scenes == ["1", "2", "3"]
    assert outside.standby == "c4"
    rig.advance(1)
    outside.send("/step")
    assert rig.lamp.scenes == ["1", "2", "3"]
    assert rig.conductor.playback.stood_by
    assert rig.notes("standby") == ["Standby LX 24 through 26"]


def test_a_remote_go_fires_and_leaves_the_rest_stood_by_only_if_it_was(outside: Outside) -> None:
    rig = outside.rig
    outside.send("/go")
    assert (outside.standby, rig.conductor.playback.stood_by) == ("c2", False)
    rig.advance(1)
    outside.send("/step")
    assert rig.notes("standby") == ["Standby LX 25, 26"]
    rig.advance(1)
    outside.send("/go")
    assert (outside.standby, rig.conductor.playback.stood_by) == ("c3", True)


def test_a_crash_within_a_group_leaves_the_rest_stood_by(tmp_path: Path) -> None:
    show = close_show()
    rig = Rig(show, tmp_path)
    for _ in range(2):
        rig.advance(1)
        rig.conductor.press(
            ev.SayNext(at=rig.conductor.show_now, pressed_at=rig.scheduler.now(), source="osc")
        )
    rig.scheduler.settle()
    crash(rig)
    with gone_on_with(show, rig) as again:
        state = again.conductor.playback
        assert (state.standby, state.stood_by, state.stood_with) == ("c2", True, ("c1", "c2", "c3"))
        again.give(ev.Confirm, with_waits=True)
        again.advance(1)
        assert again.go() is None
        assert (again.conductor.playback.standby, again.conductor.playback.stood_by) == ("c3", True)


def test_a_go_asks_for_no_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    with Rig(close_show(), tmp_path) as rig:
        press = ev.SayNext(at=rig.conductor.show_now, pressed_at=rig.scheduler.now(), source="osc")
        rig.conductor.press(press)
        rig.advance(1)

        def stands_by_with(*_: object) -> tuple[str, ...]:
            asked.append("groups")
            return ()

        monkeypatch.setattr(core_playback, "stands_by_with", stands_by_with)
        rig.conductor.go(rig.scheduler.now(), "osc", None)
        assert asked == []
        assert rig.conductor.playback.standby == "c2"


@pytest.fixture
def engine() -> Iterator[EngineHouse]:
    house = EngineHouse(Path(os.environ["SHOWCALLER_RUNTIME"]))
    yield house
    house.close()


def test_clients_are_told_which_cues_one_standby_names(engine: EngineHouse) -> None:
    client = engine.editor(close_show())
    assert not isinstance(client.ask(messages.SetMode, mode="rehearse"), messages.Rejected)

    def told() -> tuple[str | None, bool, tuple[str, ...]]:
        client.take()
        snapshot = client.last(messages.Snapshot)
        return snapshot.standby, snapshot.stood_by, snapshot.together

    group = ("c1", "c2", "c3")
    assert told() == ("c1", False, group)
    engine.engine.conductor.handle(ev.StandBy(engine.engine.conductor.show_now, spoken=True))
    engine.scheduler.settle()
    assert told() == ("c1", True, group)
    client.go("c1")
    engine.scheduler.settle()
    assert told() == ("c2", True, group)
    show = engine.engine.conductor.show
    assert show is not None
    change = edits.edit(show, "c3", standby_with="alone")
    client.send(messages.ChangeShow(id=client.take_id(), revision=2, name="Alone", change=change))
    engine.scheduler.settle()
    assert told() == ("c2", True, group)
    engine.engine.conductor.handle(ev.StandBy(engine.engine.conductor.show_now, spoken=False))
    engine.scheduler.settle()
    assert told() == ("c2", False, ())
