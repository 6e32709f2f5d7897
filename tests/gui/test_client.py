"""What the client promises: one direct write, whole lines in order, the newest snapshot."""

from __future__ import annotations

import socket
from typing import Any

import msgspec
from pytestqt.qtbot import QtBot

from showcaller.core import asrun, messages
from showcaller.core import events as ev
from showcaller.core.times import Instant, ShowTime
from showcaller.gui.client import Client
from tests.gui.stage import Stage


def noted(sentence: str) -> asrun.Noted:
    return asrun.Noted(kind="note", sentence=sentence)


def test_go_is_on_the_wire_when_the_call_returns_and_names_the_standby_on_screen(stage: Stage) -> None:
    stage.show_snapshot(mode="live", standby="cue-16")
    stage.client.go("key", Instant(5))
    assert stage.taken(messages.Go) == [
        messages.Go(id=1, pressed_at=Instant(5), source="key", standby="cue-16")
    ]


def test_go_takes_the_step_that_is_on_screen(stage: Stage) -> None:
    stage.show_snapshot(mode="live", standby="cue-16", step="standby")
    stage.client.go("key", Instant(5))
    assert stage.taken(messages.SayNext) == [
        messages.SayNext(id=1, pressed_at=Instant(5), source="key", standby="cue-16", step="standby")
    ]
    stage.client.go("key", Instant(6), held="cue-16")
    stage.show_snapshot(step="go")
    stage.client.go("button", Instant(7))
    assert [(go.source, go.standby) for go in stage.taken(messages.Go)] == [
        ("key", "cue-16"),
        ("button", "cue-16"),
    ]


def test_go_with_nothing_standing_by_says_so_and_sends_nothing(stage: Stage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.client.noticed) as blocker:
        stage.client.go("key", Instant(5))
    assert blocker.args[0] == "notice"
    assert stage.take_commands() == []


def test_answer_reaches_who_asked_and_a_rejection_that_nobody_awaits_is_a_notice(
    stage: Stage, qtbot: QtBot
) -> None:
    answers: list[object] = []
    first = stage.client.request(messages.Ping(0), answers.append)
    second = stage.client.request(messages.RetryDevice(0, "obs"))
    assert [command.id for command in stage.take_commands()] == [first, second]
    with qtbot.waitSignal(stage.client.noticed) as blocker:
        stage.report(messages.Rejected(second, "OBS is open."), messages.Done(first))
    assert blocker.args == ["problem", "OBS is open."]
    assert answers == [messages.Done(first)]


def test_loss_of_the_engine_answers_everything_that_waits(stage: Stage, qtbot: QtBot) -> None:
    answers: list[object] = []
    number = stage.client.request(messages.Ping(0), answers.append)
    with qtbot.waitSignal(stage.client.link_changed):
        stage.engine_end.close()
    assert not stage.client.connected
    assert [type(answer) for answer in answers] == [messages.Rejected]
    assert answers[0].id == number  # type: ignore[attr-defined]


def test_of_many_snapshots_in_one_turn_the_newest_counts_once(stage: Stage, qtbot: QtBot) -> None:
    count: list[int] = []
    stage.client.snapshot_changed.connect(lambda: count.append(stage.client.snapshot.seq))
    stage.report(*(messages.decode_report(messages.encode(snapshot(seq))[4:]) for seq in (7, 8, 9)))
    assert count == [9]


def snapshot(seq: int) -> messages.Snapshot:
    from tests.gui.stage import make_snapshot

    return make_snapshot(seq=seq)


def test_what_comes_piece_by_piece_is_shown_once_a_frame_and_an_answer_only_behind_it(
    stage: Stage, qtbot: QtBot
) -> None:
    stage.show_snapshot(mode="live", standby="cue-14")
    shown: list[str | None] = []
    stage.client.snapshot_changed.connect(lambda: shown.append(stage.client.snapshot.standby))

    def send(report: Any) -> None:
        stage.engine_end.sendall(messages.encode(report))
        stage.client._hear()

    for standby in ("cue-15", "cue-16"):
        send(msgspec.structs.replace(stage.snapshot, standby=standby))
        assert stage.client.snapshot.standby == "cue-14"
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == ["cue-16"]
    answered: list[str | None] = []
    number = stage.client.request(messages.Ping(0), lambda _answer: answered.append(shown[-1]))
    send(msgspec.structs.replace(stage.snapshot, standby="cue-20"))
    send(messages.Done(number))
    assert answered == ["cue-20"]
    assert shown == ["cue-16", "cue-20"]


def test_lines_arrive_once_and_in_order_and_a_gap_is_asked_for(stage: Stage) -> None:
    chain = asrun.Chain()
    lines = [chain.bind(noted(str(n)), Instant(n), ShowTime(n), n)[0] for n in range(5)]
    stage.report(messages.Recorded(tuple(lines[:2])))
    stage.take_commands()
    stage.report(messages.Recorded((lines[4],)))
    assert stage.taken(messages.SendEntries) == [messages.SendEntries(2)]
    stage.report(messages.Recorded(tuple(lines[1:])))
    assert stage.client.lines == lines


def test_another_run_begins_with_an_empty_as_run(stage: Stage, qtbot: QtBot) -> None:
    stage.record(noted("yesterday"))
    other = asrun.Chain().bind(noted("tonight"), Instant(9), ShowTime(9), 9)[0]
    with qtbot.waitSignal(stage.client.run_changed):
        stage.report(messages.Recorded((other,)))
    assert stage.client.lines == [other]


def test_show_clock_runs_at_the_rate_of_the_snapshot(stage: Stage) -> None:
    stage.show_snapshot(show_at=ShowTime(1000), rate=0.0)
    assert stage.client.show_now() == 1000
    stage.show_snapshot(show_at=ShowTime(1000), rate=10.0)
    first = stage.client.show_now()
    assert stage.client.show_now() > first >= 1000


def test_a_write_that_the_socket_does_not_take_is_finished_later(stage: Stage, qtbot: QtBot) -> None:
    stage.client._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # type: ignore[union-attr]
    note = "x" * 400_000
    stage.client.do(ev.StopCue(ShowTime(0), note))
    stage.client.do(ev.StopAll(ShowTime(0)))
    received: list[Any] = []

    def both_came() -> bool:
        received.extend(stage.take_commands())
        return len(received) == 2

    qtbot.waitUntil(both_came)
    assert received == [
        messages.Do(1, ev.StopCue(ShowTime(0), note)),
        messages.Do(2, ev.StopAll(ShowTime(0))),
    ]


def test_unreadable_report_ends_the_link_and_is_logged(stage: Stage, expected_warnings, qtbot: QtBot) -> None:
    expected_warnings.expect("cannot be read")
    with qtbot.waitSignal(stage.client.link_changed):
        stage.engine_end.sendall(b"\0\0\0\1\xc1")
    assert not stage.client.attached


def test_request_without_an_engine_is_refused_in_words(qtbot: QtBot) -> None:
    client = Client()
    with qtbot.waitSignal(client.noticed) as blocker:
        client.request(messages.Ping(0))
    assert blocker.args[0] == "problem"
