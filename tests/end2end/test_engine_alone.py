"""The engine's process goes on whatever becomes of its clients, and comes back from its own death."""

from __future__ import annotations

import itertools
from pathlib import Path

import msgspec

from showcaller.core import events as ev
from showcaller.core import messages
from showcaller.core.asrun import CueCalled, Happened
from showcaller.core.edits import Edited
from showcaller.core.show import Action
from showcaller.core.times import NS_PER_MS, ShowTime
from tests.end2end.asruns import assert_each_once, called_places, read_run, sent_places
from tests.engine_process import BareClient, EngineProcess
from tests.osc_shows import osc_show
from tests.wire import Wire

NOW = ShowTime(0)
SILENCE = 0.4
"""Seconds; much longer than any wait of these shows."""


def begin_live(engine: EngineProcess, wire: Wire, *, cues: int = 40, chain: int = 20) -> BareClient:
    """Load a show, of which one GO sets off `chain` cues, and enter LIVE."""
    client = engine.connect()
    client.load(osc_show(cues, [wire.port], chain=chain), engine.folder / "evening.show")
    client.set_mode("live")
    client.wait_for_devices()
    return client


def new_engine(folder: Path, cues: int = 40, chain: int = 20) -> EngineProcess:
    return EngineProcess(osc_show(cues, [1], chain=chain).id, folder)


def test_a_chain_goes_on_when_its_only_client_dies(wire: Wire, tmp_path: Path) -> None:
    with new_engine(tmp_path) as engine:
        client = begin_live(engine, wire)
        client.go()
        first = wire.hear_all(3)
        client.close()
        heard = [*first, *wire.hear_all(17)]
        assert [one.place for one in heard] == list(range(20))
        with engine.connect(editor=False) as other:
            assert other.welcome.snapshot.standby == "c20"
            assert other.welcome.snapshot.last_called == "c0"
            other.set_mode("edit")
        lines = read_run(tmp_path)
    assert called_places(lines) == list(range(20))
    assert_each_once(lines, heard)


def test_a_killed_engine_resumes_where_it_was_and_fires_nothing_until_confirmed(
    wire: Wire, tmp_path: Path
) -> None:
    show = osc_show(40, [wire.port], chain=20)
    with new_engine(tmp_path) as engine:
        client = begin_live(engine, wire)
        client.go()
        wire.hear_all(6)
        engine.kill()
        before = 6 + len(wire.hear_until_silent(0.05))
        client.close()
        assert before < 20
        journalled = read_run(tmp_path)
        assert set(sent_places(journalled)) <= set(range(before))
    with new_engine(tmp_path) as engine, engine.connect() as client:
        assert client.welcome.show is None
        client.load(show, tmp_path / "evening.show")
        client.wait_for_devices()
        state = client.see(lambda one: one.unconfirmed)
        assert state.mode == "live"
        assert state.last_called == "c0"
        assert state.standby == "c20"
        assert [wait.cue for wait in state.waits] == [f"c{before}"]
        assert wire.hear_until_silent(SILENCE) == []

        client.do(ev.Confirm(NOW, True))
        rest = wire.hear_until_silent(SILENCE)
        assert [one.place for one in rest] == list(range(before, 20))
        client.go()
        assert wire.hear().place == 20
        client.set_mode("edit")
        lines = read_run(tmp_path)
    assert called_places(lines) == list(range(21))


def test_waits_that_are_given_up_after_a_crash_never_fire(wire: Wire, tmp_path: Path) -> None:
    with new_engine(tmp_path) as engine:
        client = begin_live(engine, wire)
        client.go()
        wire.hear_all(6)
        engine.kill()
        wire.hear_until_silent(0.05)
        client.close()
    with new_engine(tmp_path) as engine, engine.connect() as client:
        client.load(osc_show(40, [wire.port], chain=20), tmp_path / "evening.show")
        client.wait_for_devices()
        client.see(lambda one: one.unconfirmed)
        client.do(ev.Confirm(NOW, False))
        state = client.see(lambda one: not one.unconfirmed)
        assert (state.waits, state.standby) == ((), "c20")
        assert wire.hear_until_silent(SILENCE) == []
        client.go()
        assert wire.hear().place == 20


def test_a_watcher_calls_but_does_not_edit(wire: Wire, tmp_path: Path) -> None:
    with new_engine(tmp_path, chain=0) as engine, begin_live(engine, wire, chain=0) as editor:
        watchers = [engine.connect(editor=editor_too) for editor_too in (True, False, False)]
        assert [one.welcome.editor for one in watchers] == [False] * 3
        assert editor.welcome.editor
        for place, watcher in enumerate(watchers):
            watcher.see(lambda one, place=place: one.standby == f"c{place}")
            watcher.go()
            assert wire.hear().place == place
        for one in (editor, *watchers):
            one.see(lambda snapshot: snapshot.standby == "c3")
        rename = Edited("rundown", "c9", "name", "Cue 10", "Mine")
        refusal = watchers[1].ask(messages.ChangeShow(id=0, revision=2, name="Rename", change=(rename,)))
        assert isinstance(refusal, messages.Rejected)
        for one in watchers:
            one.close()


def test_the_death_of_the_editor_makes_no_watcher_the_editor(wire: Wire, tmp_path: Path) -> None:
    with new_engine(tmp_path, chain=0) as engine:
        editor = begin_live(engine, wire, chain=0)
        with engine.connect() as watcher:
            assert not watcher.welcome.editor
            assert watcher.snapshot.editor
            editor.close()
            watcher.see(lambda one: not one.editor)
            rename = Edited("rundown", "c9", "name", "Cue 10", "Mine")
            answer = watcher.ask(messages.ChangeShow(id=0, revision=2, name="Rename", change=(rename,)))
            assert isinstance(answer, messages.Rejected)
            watcher.go()
            assert wire.hear().place == 0
        with engine.connect() as next_editor:
            assert next_editor.welcome.editor


def test_an_edited_standby_is_sent_as_it_reads_now(wire: Wire, tmp_path: Path) -> None:
    show = osc_show(40, [wire.port])
    with EngineProcess(show.id, tmp_path) as engine, engine.connect() as client:
        client.load(show, tmp_path / "evening.show")
        client.set_mode("rehearse", routes={device.id: "real" for device in show.devices})
        client.wait_for_devices()
        client.go()
        assert wire.hear().place == 0
        client.see(lambda one: one.standby == "c1")
        cue = show.cue("c1")
        assert cue is not None
        (action,) = cue.actions
        edited: tuple[Action, ...] = (
            msgspec.structs.replace(action, fields={"address": "/cue", "arguments": "i:700"}),
        )
        change = (Edited("rundown", "c1", "actions", cue.actions, edited),)
        client.order(messages.ChangeShow(id=0, revision=2, name="Other number", change=change))
        client.go()
        assert wire.hear().place == 700
        client.set_mode("edit")


def test_a_stale_screen_fires_nothing(wire: Wire, tmp_path: Path) -> None:
    with new_engine(tmp_path, chain=0) as engine, begin_live(engine, wire, chain=0) as client:
        client.socket.sendall(client.go_frame("c0") * 2)
        refusal = client.take(messages.Rejected)
        assert refusal.sentence
        assert [one.place for one in wire.hear_until_silent(SILENCE)] == [0]


def test_what_is_sent_is_journalled_before_and_its_outcome_after(wire: Wire, tmp_path: Path) -> None:
    with new_engine(tmp_path, chain=0) as engine, begin_live(engine, wire, chain=0) as client:
        heard = []
        for place in range(5):
            client.see(lambda one, place=place: one.standby == f"c{place}")
            client.go()
            heard.append(wire.hear())
        client.set_mode("edit")
        lines = read_run(tmp_path)
    gos = [line for line in lines if isinstance(line.entry, Happened) and isinstance(line.entry.event, ev.Go)]
    assert [line.ns < one.at for line, one in zip(gos, heard, strict=True)] == [True] * 5
    assert_each_once(lines, heard)


def test_a_chain_is_timed_from_when_its_causes_were_due(wire: Wire, tmp_path: Path) -> None:
    with new_engine(tmp_path) as engine, begin_live(engine, wire) as client:
        client.go()
        wire.hear_all(20)
        client.set_mode("edit")
        lines = read_run(tmp_path)
    due = [line.entry.at for line in lines if isinstance(line.entry, CueCalled)]
    assert {later - sooner for sooner, later in itertools.pairwise(due)} == {20 * NS_PER_MS}
