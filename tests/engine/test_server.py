"""Clients over the real socket: who may do what, what a slow one misses, and what a returning one gets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from showcaller.core import edits, messages, reports
from showcaller.core import events as ev
from showcaller.core.asrun import Closed, Header
from showcaller.core.show import AtClock, Segment, Show
from showcaller.core.times import Instant, ShowTime, parse_time_of_day
from showcaller.engine.server import address_path
from tests.conftest import ExpectedWarnings
from tests.engine.clients import EngineHouse, is_private
from tests.engine.rig import cue, level, ms, scene, show_of


@pytest.fixture
def engine() -> Iterator[EngineHouse]:
    house = EngineHouse(Path(os.environ["SHOWCALLER_RUNTIME"]))
    yield house
    house.close()


def _show(count: int = 3) -> Show:
    return show_of(*(cue(str(number), scene(str(number))) for number in range(1, count + 1)))


def test_the_address_and_the_socket_are_for_this_user_alone(engine: EngineHouse) -> None:
    assert is_private(address_path(engine.folder, "show"))
    assert is_private(Path(engine.address.socket))


def test_a_client_with_the_wrong_token_is_dropped(engine: EngineHouse) -> None:
    client = engine.client()
    client.send(messages.Hello(token="x" * 32, editor=True))
    assert client.is_dropped
    assert client.messages == []


def test_a_client_that_speaks_before_its_hello_is_dropped(engine: EngineHouse) -> None:
    client = engine.client()
    client.send(messages.Ping(1))
    assert client.is_dropped
    assert client.messages == []


def test_a_client_of_another_protocol_is_dropped(engine: EngineHouse) -> None:
    client = engine.client()
    client.send(messages.Hello(token=engine.address.token, editor=True, protocol=999))
    assert client.is_dropped


@pytest.mark.parametrize(
    "rubbish", [b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 100, b"\0\0\0\x01\xc1", b"\0\0\0\0"]
)
def test_rubbish_drops_its_client_and_nobody_else(rubbish: bytes, engine: EngineHouse) -> None:
    good, bad = engine.editor(_show()), engine.client()
    bad.hello(editor=False)
    bad.send_bytes(rubbish)
    assert bad.is_dropped
    assert isinstance(good.ask(messages.Ping), messages.Done)


def test_nothing_that_came_behind_the_wrong_token_is_obeyed(engine: EngineHouse) -> None:
    client, token = engine.client(), engine.address.token
    client.send(messages.Hello(token="wrong", editor=True), messages.Hello(token=token, editor=True))
    assert client.is_dropped
    assert engine.client().hello().editor


def test_the_first_editor_edits_and_the_second_watches(engine: EngineHouse) -> None:
    first, second = engine.client(), engine.client()
    assert first.hello().editor
    assert not second.hello().editor
    first.socket.close()
    engine.scheduler.settle()
    assert engine.client().hello().editor


def test_a_watcher_calls_but_cannot_edit(engine: EngineHouse) -> None:
    editor = engine.editor(_show())
    watcher = engine.client()
    watcher.hello(editor=False)
    change = edits.edit(_show(), "c1", notes="mine")
    answer = watcher.ask(messages.ChangeShow, revision=2, name="Edit", change=change)
    assert isinstance(answer, messages.Rejected)
    assert "only watches" in answer.sentence
    assert isinstance(watcher.ask(messages.Quit), messages.Rejected)
    assert isinstance(editor.ask(messages.SetMode, mode="live"), messages.Done)
    watcher.go("c1")
    assert engine.lamp.scenes == ["1"]


def test_a_go_from_a_stale_screen_is_rejected(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    client.ask(messages.SetMode, mode="live")
    client.go("c1")
    client.go("c1")
    assert engine.lamp.scenes == ["1"]
    assert "moved on" in client.last(messages.Rejected).sentence


def test_two_thousand_rows_come_in_pieces_and_are_all_there(engine: EngineHouse) -> None:
    rows = [Segment(id="s"), *(cue(str(number), scene(str(number))) for number in range(1_999))]
    show = show_of(*rows)
    client = engine.editor(show)
    assert engine.engine.conductor.show == show
    assert client.last(messages.Done)
    assert client.last(messages.Snapshot).standby == "c0"


def test_every_client_gets_the_snapshot_of_what_happened(engine: EngineHouse) -> None:
    editor = engine.editor(_show())
    watcher = engine.client()
    watcher.hello(editor=False)
    editor.ask(messages.SetMode, mode="live")
    editor.go("c1")
    watcher.take()
    for client in (editor, watcher):
        snapshot = client.last(messages.Snapshot)
        assert (snapshot.standby, snapshot.last_called, snapshot.mode) == ("c2", "c1", "live")
        seqs = [one.seq for one in client.all(messages.Snapshot)]
        assert seqs == sorted(seqs)


def test_a_slow_client_gets_the_newest_snapshot_and_not_all_of_them(engine: EngineHouse) -> None:
    editor = engine.editor(_show(400))
    editor.ask(messages.SetMode, mode="live")
    slow = engine.client()
    slow.hello(editor=False)
    slow.forget()
    for number in range(1, 400):
        editor.go(f"c{number}")
    slow.take()
    engine.scheduler.settle()
    slow.take()
    snapshots = slow.all(messages.Snapshot)
    assert snapshots[-1].standby == "c400"
    assert len(snapshots) < 399
    assert not slow.is_dropped


def test_a_client_four_megabytes_behind_is_dropped_while_the_show_goes_on(engine: EngineHouse) -> None:
    rows = [cue(str(number), scene(str(number)), notes="x" * 20_000) for number in range(400)]
    editor = engine.editor(show_of(*rows))
    editor.ask(messages.SetMode, mode="live")
    slow = engine.client()
    slow.hello(editor=False)
    slow.send(messages.SendEntries(0))
    for number in range(399):
        editor.go(f"c{number}")
    assert engine.lamp.scenes == [str(number) for number in range(399)]
    slow.take()
    assert slow.is_dropped
    assert len(engine.engine.server.clients) == 1
    assert not editor.is_dropped


def test_lines_are_sent_from_the_number_that_is_asked_for_and_as_they_come(engine: EngineHouse) -> None:
    editor = engine.editor(_show(150))
    editor.ask(messages.SetMode, mode="live")
    for number in range(1, 100):
        editor.go(f"c{number}")
    watcher = engine.client()
    watcher.hello(editor=False)
    watcher.send(messages.SendEntries(7))
    lines = [line for one in watcher.all(messages.Recorded) for line in one.lines]
    assert lines == list(engine.engine.conductor.lines)[7:]
    assert max(len(one.lines) for one in watcher.all(messages.Recorded)) <= 200
    editor.go("c100")
    watcher.take()
    lines = [line for one in watcher.all(messages.Recorded) for line in one.lines]
    assert lines == list(engine.engine.conductor.lines)[7:]


def test_a_client_that_comes_late_is_told_a_long_evening_in_pieces_and_keeps_its_connection(
    engine: EngineHouse,
) -> None:
    rows = [cue(str(number), scene(str(number)), notes="x" * 20_000) for number in range(400)]
    editor = engine.editor(show_of(*rows))
    editor.ask(messages.SetMode, mode="live")
    for number in range(390):
        editor.go(f"c{number}")
    late = engine.client()
    late.hello(editor=False)
    late.socket.send(messages.encode(messages.SendEntries(0)))
    engine.scheduler.settle()
    (inside,) = (one for one in engine.engine.server.clients if not one.is_editor)
    assert inside.backlog < 4_000_000
    editor.go("c390")
    assert engine.lamp.scenes[-1] == "390"
    for _ in range(400):
        late.take()
        engine.scheduler.advance(0.02)
    assert not late.is_dropped
    lines = [line for one in late.all(messages.Recorded) for line in one.lines]
    assert lines == list(engine.engine.conductor.lines)
    editor.go("c391")
    late.take()
    lines = [line for one in late.all(messages.Recorded) for line in one.lines]
    assert lines == list(engine.engine.conductor.lines)


def test_a_new_run_is_told_from_its_header_on_and_the_old_one_to_its_end(engine: EngineHouse) -> None:
    editor = engine.editor(_show())
    editor.send(messages.SendEntries(0))
    editor.ask(messages.SetMode, mode="live")
    editor.go("c1")
    editor.ask(messages.SetMode, mode="rehearse")
    lines = [line for one in editor.all(messages.Recorded) for line in one.lines]
    begins = [place for place, line in enumerate(lines) if isinstance(line.entry, Header)]
    assert len(begins) == 2
    assert isinstance(lines[begins[1] - 1].entry, Closed)
    assert [line.seq for line in lines[begins[1] :]] == list(range(len(lines) - begins[1]))


def test_a_returning_editor_is_told_the_changes_that_it_may_not_have(engine: EngineHouse) -> None:
    first = engine.editor(_show())
    change = edits.edit(_show(), "c2", name="Fog", trigger=AtClock(at=parse_time_of_day("19:30")))
    assert isinstance(
        first.ask(messages.ChangeShow, revision=2, name="Edit cue", change=change), messages.Done
    )
    first.socket.close()
    engine.scheduler.settle()
    second = engine.client()
    welcome = second.hello()
    assert (welcome.show, welcome.revision, welcome.editor) == ("show", 2, True)
    (missing,) = second.all(messages.MissingChange)
    assert (missing.revision, missing.name, missing.change) == (2, "Edit cue", change)


def test_many_missing_changes_are_told_in_order_and_not_at_once(engine: EngineHouse) -> None:
    first = engine.editor(_show())
    for revision in range(2, 102):
        change = edits.edit(_show(), "c2", name=f"Fog {revision}")
        engine.engine.conductor.changes.append((revision, "Name", change))
    first.socket.close()
    engine.scheduler.settle()
    second = engine.client()
    second.socket.send(messages.encode(messages.Hello(token=engine.address.token, editor=True)))
    engine.scheduler.turn()
    engine.scheduler.turn()
    received = second.socket.recv(1 << 20)
    second.messages = [messages.decode_report(body) for body in messages.Framer().feed(received)]
    assert 0 < len(second.all(messages.MissingChange)) < 100
    second.take()
    assert [one.revision for one in second.all(messages.MissingChange)] == list(range(2, 102))


def test_what_a_client_said_before_it_hung_up_is_obeyed(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    change = edits.edit(_show(), "c2", name="Fog")
    edit = messages.ChangeShow(id=client.take_id(), revision=2, name="Name", change=change)
    client.socket.send(messages.encode(edit))
    client.socket.close()
    # What the engine has to say itself finds nobody there, and must not keep it from reading.
    engine.engine.desk.tell_fault("Somebody tripped over a cable.")
    assert engine.engine.conductor.revision == 1
    engine.scheduler.settle()
    assert engine.engine.conductor.revision == 2
    assert engine.engine.server.clients == []


def test_a_change_that_does_not_fit_is_rejected_and_the_show_stays(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    change = edits.edit(show_of(cue("9", scene("x"))), "c9", notes="x")
    answer = client.ask(messages.ChangeShow, revision=2, name="Edit", change=change)
    assert isinstance(answer, messages.Rejected)
    assert engine.engine.conductor.show == _show()
    assert engine.engine.conductor.revision == 1


def test_only_the_engine_makes_its_own_events(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    client.ask(messages.SetMode, mode="live")
    at = engine.engine.conductor.show_now
    for event in (
        ev.Begin(at=at, mode="edit"),
        ev.Finish(at),
        ev.Tick(at),
        ev.Go(at=at, pressed_at=Instant(0), source="key"),
        ev.EngineRestarted(at),
    ):
        answer = client.ask(messages.Do, event)
        assert isinstance(answer, messages.Rejected)
    assert engine.engine.conductor.playback.mode == "live"


def test_an_event_gets_its_time_from_the_engine(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    client.ask(messages.SetMode, mode="live")
    client.send(messages.Do(client.take_id(), ev.Hold(ShowTime(5))))
    assert client.last(messages.Snapshot).held_at == engine.engine.conductor.show_now


def test_commands_without_a_show_are_answered_in_a_sentence(engine: EngineHouse) -> None:
    client = engine.editor()
    client.go("c1")
    client.send(messages.Do(client.take_id(), ev.StopAll(ShowTime(0))))
    assert isinstance(client.ask(messages.SetMode, mode="live"), messages.Rejected)
    assert isinstance(client.ask(messages.ShowLoaded), messages.Rejected)
    assert isinstance(client.ask(messages.SetRate, rate=2.0), messages.Rejected)
    assert isinstance(client.ask(messages.SetRoute, device="x", route="real"), messages.Rejected)
    assert isinstance(client.ask(messages.RetryDevice, device="x"), messages.Rejected)
    assert {one.sentence for one in client.all(messages.Rejected)[:2]} == {"No show is open."}
    assert client.all(messages.Fault) == []


def test_levels_come_only_to_those_who_listen_and_the_newest_replaces_the_older(engine: EngineHouse) -> None:
    client, other = engine.editor(_show()), engine.client()
    other.hello(editor=False)
    assert not engine.lamp.wants_levels
    client.send(messages.Listen(True))
    assert engine.lamp.wants_levels
    for number in range(20_000):
        engine.lamp.tell(reports.Levels((("mic", (number / 100_000, 0.0, 0.0)),)))
    client.take()
    other.take()
    assert client.last(messages.LevelsView).inputs[0][1][0] == 19_999 / 100_000
    assert len(client.all(messages.LevelsView)) < 20_000
    assert other.all(messages.LevelsView) == []
    client.socket.close()
    engine.scheduler.settle()
    assert not engine.lamp.wants_levels


def test_an_action_is_tried_in_edit_and_never_in_live(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    answer = client.ask(messages.TestFire, action=level(3))
    assert isinstance(answer, messages.Done)
    assert answer.sentence == "Lamp confirmed it."
    assert len(engine.lamp.orders) == 1
    client.ask(messages.SetMode, mode="live")
    assert isinstance(client.ask(messages.TestFire, action=level(3)), messages.Rejected)
    assert len(engine.lamp.orders) == 1


def test_a_test_fire_that_is_accepted_and_never_confirmed_says_so(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    engine.lamp.answer = "accept"
    client.send(messages.TestFire(id=7, action=level(3)))
    engine.scheduler.advance(5)
    client.take()
    assert next(one for one in client.all(messages.Done) if one.id == 7).sentence == "Lamp accepted it."


def test_a_test_fire_of_a_silent_device_is_answered_after_five_seconds(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    engine.lamp.answer = "silent"
    client.send(messages.TestFire(id=7, action=level(3)))
    assert not [one for one in client.all(messages.Done) if one.id == 7]
    engine.scheduler.advance(5)
    client.take()
    assert "has not answered" in next(one for one in client.all(messages.Done) if one.id == 7).sentence


def test_the_settings_of_a_device_are_tried_apart_from_its_connection(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    device = msgspec.structs.replace(_show().devices[0], settings={"name": "elsewhere"})
    assert isinstance(client.ask(messages.TestDevice, device=device), messages.Done)
    engine.house.lamp("elsewhere").is_plugged_in = False
    answer = client.ask(messages.TestDevice, device=device)
    assert isinstance(answer, messages.Rejected)
    assert answer.sentence == "There is no lamp."
    unknown = msgspec.structs.replace(device, kind="future")
    assert isinstance(client.ask(messages.TestDevice, device=unknown), messages.Rejected)
    assert engine.lamp.opened == 1


def test_the_editor_ends_the_engine_but_not_while_live(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    client.ask(messages.SetMode, mode="live")
    assert isinstance(client.ask(messages.Quit), messages.Rejected)
    client.ask(messages.SetMode, mode="edit")
    engine.scheduler._running = True
    assert isinstance(client.ask(messages.Quit), messages.Done)
    assert engine.is_over()


def _is_left(engine: EngineHouse, seconds: float) -> bool:
    engine.scheduler._running = True
    engine.scheduler.advance(seconds)
    return engine.is_over()


def test_the_engine_ends_a_minute_after_its_last_client(engine: EngineHouse) -> None:
    assert not _is_left(engine, 59)
    client = engine.editor(_show())
    assert not _is_left(engine, 600)
    client.socket.close()
    assert not _is_left(engine, 59)
    assert _is_left(engine, 2)


def test_the_engine_does_not_end_while_live(engine: EngineHouse) -> None:
    client = engine.editor(_show())
    client.ask(messages.SetMode, mode="live")
    client.socket.close()
    assert not _is_left(engine, 3600)


def test_the_engine_does_not_end_while_cues_run(engine: EngineHouse) -> None:
    client = engine.editor(show_of(cue("1", scene("a"), duration=ms(100))))
    client.ask(messages.SetMode, mode="rehearse", routes={"lamp": "real"})
    client.go("c1")
    client.socket.close()
    assert not _is_left(engine, 99)
    assert _is_left(engine, 62)


def test_a_fault_is_told_to_every_client_and_the_engine_goes_on(
    engine: EngineHouse, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.expect("callback of the engine failed")
    client = engine.editor(_show())
    engine.scheduler.soon(lambda: 1 / 0)
    client.take()
    assert "went on" in client.last(messages.Fault).sentence
    assert isinstance(client.ask(messages.Ping), messages.Done)
