"""An engine that is killed comes back at the very cue, and sends nothing until the operator says so."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from showcaller.core import events as ev
from showcaller.core import messages
from showcaller.core.asrun import ActionDone, CueCalled, Happened
from showcaller.core.show import Action, AutoContinue, Cue, Device, Show
from showcaller.core.times import Duration, Instant, ShowTime
from showcaller.devices.osc import codec
from showcaller.engine.journal import read_journal
from showcaller.engine.scheduler import read_clock
from showcaller.engine.server import address_path
from tests.engine.clients import connect, read_address
from tests.engine.lamps import House
from tests.engine.processes import Program
from tests.engine.rig import Rig, cue, fade, level, ms, play, scene, show_of

MessageT = TypeVar("MessageT", bound=messages.ReportUp)
SHOW_ID = "0123456789abcdef0123456789abcdef"


class Link:
    """A blocking client of a real engine process, with time limits."""

    def __init__(self, folder: Path) -> None:
        address = read_address(folder, SHOW_ID)
        self.socket = connect(address)
        self.socket.settimeout(30)
        self.messages: list[Any] = []
        self._framer = messages.Framer()
        self.send(messages.Hello(token=address.token, editor=True))
        self.wait_for(messages.Welcome)

    def send(self, command: messages.Command) -> None:
        self.socket.sendall(messages.encode(command))

    def wait_for(self, kind: type[MessageT], **wanted: object) -> MessageT:
        """Read until a message of that kind has these values."""
        seen = 0
        while True:
            for message in self.messages[seen:]:
                if isinstance(message, kind) and all(
                    getattr(message, name) == value for name, value in wanted.items()
                ):
                    return message
            seen = len(self.messages)
            received = self.socket.recv(1 << 16)
            assert received, "the engine hung up"
            self.messages += [messages.decode_report(body) for body in self._framer.feed(received)]

    def forget(self) -> None:
        self.messages.clear()

    def load(self, show: Show, path: Path) -> None:
        frame = Show(id=show.id, title=show.title, guard=show.guard, devices=show.devices)
        self.send(messages.LoadShow(show=frame, revision=1, path=str(path)))
        self.send(messages.LoadRows(show.rundown))
        self.send(messages.ShowLoaded(1))
        self.wait_for(messages.Done, id=1)

    def go(self, standby: str) -> None:
        self.send(messages.Go(id=9, pressed_at=read_clock(), source="key", standby=standby))


class Listener:
    """A desk that counts what it is told."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(30)

    def next_word(self) -> str:
        return codec.decode(self.socket.recv(65_535))[0].address

    def has_nothing_for(self, seconds: float) -> bool:
        return not select.select([self.socket], [], [], seconds)[0]


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.socket.close()


def _wait_for_address(engine: Program, folder: Path, before: int = 0) -> None:
    path = address_path(folder, SHOW_ID)
    for _ in range(3000):
        if path.exists() and read_address(folder, SHOW_ID).pid == engine.pid != before:
            return
        assert engine.process.poll() is None, engine.end()
        select.select([], [], [], 0.01)
    raise AssertionError("the engine does not come up")


def _show(port: int) -> Show:
    def say(word: str) -> Action:
        return Action(id=f"say {word}", device="lx", kind="message", fields={"address": word})

    lx = Device(id="lx", name="LX desk", kind="osc", settings={"host": "127.0.0.1", "port": port})
    rows = (
        cue("1", say("/one"), post_wait=ms(0.6)),
        cue("2", say("/two"), trigger=AutoContinue(), post_wait=ms(0.6)),
        cue("3", say("/three"), trigger=AutoContinue()),
        cue("4", say("/four")),
        cue("5", say("/five")),
    )
    return Show(id=SHOW_ID, title="The show", guard=Duration(0), devices=(lx,), rundown=rows)


@pytest.fixture
def folder() -> Path:
    return Path(os.environ["SHOWCALLER_RUNTIME"])


def _engine(folder: Path) -> Program:
    return Program("engine", "--runtime", folder, "--show", SHOW_ID, has_input=False)


@pytest.mark.parametrize("mode", ["live", "rehearse"])
def test_an_engine_killed_in_a_chain_comes_back_unconfirmed_and_sends_nothing_until_confirmed(
    mode: ev.Mode, folder: Path, listener: Listener, tmp_path: Path
) -> None:
    show = _show(listener.socket.getsockname()[1])
    with _engine(folder) as engine:
        _wait_for_address(engine, folder)
        link = Link(folder)
        link.load(show, tmp_path / "The.show")
        link.send(messages.SetMode(id=2, mode=mode, routes={"lx": "real"}))
        link.wait_for(messages.Done, id=2)
        link.go("c1")
        assert [listener.next_word(), listener.next_word()] == ["/one", "/two"]
        engine.kill()
        link.socket.close()
        first = engine.pid
    assert listener.has_nothing_for(0)
    with _engine(folder) as engine:
        _wait_for_address(engine, folder, first)
        link = Link(folder)
        link.load(show, tmp_path / "The.show")
        snapshot = link.wait_for(messages.Snapshot, unconfirmed=True)
        assert (snapshot.mode, snapshot.last_called, snapshot.standby) == (mode, "c1", "c4")
        assert [wait.cue for wait in snapshot.waits] == ["c3"]
        assert {view.route for view in snapshot.devices} == {"real"}
        link.go("c4")
        assert "confirm" in link.wait_for(messages.Rejected, id=9).sentence
        assert listener.has_nothing_for(1)
        link.send(messages.Do(3, ev.Confirm(ShowTime(0), with_waits=True)))
        assert listener.next_word() == "/three"
        link.forget()
        link.go("c4")
        assert listener.next_word() == "/four"
        link.wait_for(messages.Snapshot, last_called="c4", standby="c5")
        link.socket.close()
    (path,) = (tmp_path / "The runs").glob("*.asrun")
    lines = read_journal(path)
    called = [line.entry.cue.number for line in lines if isinstance(line.entry, CueCalled)]
    assert called == ["1", "2", "3", "4"]
    events = [type(line.entry.event) for line in lines if isinstance(line.entry, Happened)]
    assert events.count(ev.EngineRestarted) == 1


def test_a_second_engine_for_the_same_show_ends_with_three(folder: Path) -> None:
    with _engine(folder) as first:
        _wait_for_address(first, folder)
        with _engine(folder) as second:
            assert second.end() == 3
        assert first.process.poll() is None
        first.process.terminate()
        assert first.end() == 0
    assert not address_path(folder, SHOW_ID).exists()


def crash(rig: Rig) -> None:
    """Leave a rig as a crash would leave it: nothing more reaches the journal or the devices."""
    assert rig.conductor.journal is not None
    rig.conductor.journal.close()
    rig.conductor.journal = None
    rig.rack.close()
    rig.scheduler.close()


def gone_on_with(show: Show, rig: Rig, house: House | None = None) -> Rig:
    again = Rig(show, rig.folder, "edit", house=house or House())
    again.scheduler.clock = Instant(rig.scheduler.clock + 20 * 10**9)
    again.conductor.clock.set_show_time(again.scheduler.clock, ShowTime(again.utc()))
    again.conductor.resume_run()
    again.scheduler.settle()
    return again


def _rows() -> tuple[Cue, ...]:
    return (
        cue("1", scene("1"), fade(100, 30), post_wait=ms(10)),
        cue("2", scene("2"), trigger=AutoContinue()),
        cue("3", scene("3"), play("vt")),
        cue("4", level(4)),
    )


def test_what_was_left_of_a_wait_at_the_crash_is_left_at_the_confirmation(tmp_path: Path) -> None:
    show = show_of(*_rows())
    rig = Rig(show, tmp_path)
    rig.go()
    rig.advance(4)
    rig.conductor.note("note", "the last line before the crash")
    crash(rig)
    with gone_on_with(show, rig) as again:
        assert again.conductor.playback.unconfirmed
        again.advance(60)
        assert again.lamp.received == []
        again.give(ev.Confirm, with_waits=True)
        again.advance(5.9)
        assert again.lamp.scenes == []
        again.advance(0.2)
        assert again.lamp.scenes == ["2"]
        assert again.faults == []


def test_planned_times_are_those_of_the_beginning_and_not_of_the_crash(tmp_path: Path) -> None:
    show = show_of(cue("1", duration=ms(10)), cue("2", scene("2")))
    rig = Rig(show, tmp_path)
    rig.go()
    rig.advance(30)
    before = rig.conductor.plan
    crash(rig)
    with gone_on_with(show, rig) as again:
        assert before is not None
        assert again.conductor.plan is not None
        assert again.conductor.plan.start == before.start


def test_confirming_without_waits_leaves_only_the_standby(tmp_path: Path) -> None:
    show = show_of(*_rows())
    rig = Rig(show, tmp_path)
    rig.go()
    crash(rig)
    with gone_on_with(show, rig) as again:
        again.give(ev.Confirm, with_waits=False)
        again.advance(600)
        assert again.lamp.scenes == []
        assert again.go() is None
        assert again.lamp.scenes == ["3"]


def test_a_go_after_a_reboot_is_not_held_back_by_the_guard(tmp_path: Path) -> None:
    """The machine's clock begins anew with each boot: the last GO lies in its future."""
    show = show_of(*_rows(), guard=Duration(400))
    rig = Rig(show, tmp_path)
    rig.advance(5000)
    rig.go()
    crash(rig)
    again = Rig(show, tmp_path, "edit", house=House())
    with again:
        again.utc = lambda: rig.utc() + 60 * 10**9  # type: ignore[method-assign]
        again.conductor.utc = again.utc
        again.conductor.resume_run()
        again.give(ev.Confirm, with_waits=False)
        again.advance(1)
        assert again.go() is None
        assert again.lamp.scenes == ["3"]


def test_a_message_that_was_journalled_and_has_no_outcome_is_never_sent_again(tmp_path: Path) -> None:
    show = show_of(*_rows())
    rig = Rig(show, tmp_path)
    rig.lamp.answer = "silent"
    rig.go()
    crash(rig)
    with gone_on_with(show, rig) as again:
        results = [one.result for one in again.entries(ActionDone) if one.action == "scene 1 on lamp"]
        assert results == ["sent"]
        again.give(ev.Confirm, with_waits=True)
        again.advance(60)
        assert "1" not in again.lamp.scenes


def test_what_was_journalled_and_perhaps_sent_is_shown_and_never_sent_again(tmp_path: Path) -> None:
    show = show_of(*_rows())
    rig = Rig(show, tmp_path)
    text = b""

    def die() -> None:
        nonlocal text
        text = rig.journal_path.read_bytes()

    rig.lamp.on_send = die
    rig.go()
    path = rig.journal_path
    crash(rig)
    path.write_bytes(text)
    with gone_on_with(show, rig) as again:
        assert [entry.cue.number for entry in again.entries(CueCalled)] == ["1"]
        for action in ("scene 1 on lamp", "fade 1 to 100"):
            assert again.outcome(action).result == "failed"
            assert "Perhaps sent" in again.outcome(action).sentence
        again.give(ev.Confirm, with_waits=True)
        again.advance(60)
        assert again.lamp.scenes == ["2"]
        assert len(again.entries(CueCalled)) == 2


def test_a_run_that_is_gone_on_with_stays_one_journal_that_verifies(tmp_path: Path) -> None:
    show = show_of(*_rows())
    rig = Rig(show, tmp_path)
    rig.go()
    count = len(rig.conductor.lines)
    path = rig.journal_path
    crash(rig)
    with gone_on_with(show, rig) as again:
        assert again.journal_path == path
        again.give(ev.Confirm, with_waits=False)
        assert len(again.lines_on_disk()) > count
        assert list(again.conductor.lines) == list(again.lines_on_disk())
    assert len(read_journal(path)) > count


def test_closed_routes_are_closed_again_after_a_crash(tmp_path: Path) -> None:
    show = show_of(*_rows())
    rig = Rig(show, tmp_path)
    rig.route("lamp", "closed")
    crash(rig)
    with gone_on_with(show, rig) as again:
        assert again.slot.route == "closed"
        again.give(ev.Confirm, with_waits=False)
        again.go()
        assert again.lamp.received == []


def test_a_rehearsal_goes_on_at_the_speed_and_with_the_routes_that_it_had(tmp_path: Path) -> None:
    show = show_of(*_rows())
    rig = Rig(show, tmp_path, "rehearse")
    assert rig.conductor.set_rate(5.0) is None
    rig.route("lamp", "real")
    crash(rig)
    with gone_on_with(show, rig) as again:
        assert again.conductor.clock.rate == 5.0
        assert again.slot.route == "real"


def test_a_journal_cut_in_its_header_is_no_run_to_go_on_with(tmp_path: Path, expected_warnings: Any) -> None:
    expected_warnings.expect("as-run is empty")
    (tmp_path / "2026-01-01 20.00.00 live.asrun").write_bytes(b'{"seq":0,"prev":"000')
    with Rig(show_of(*_rows()), tmp_path, "edit") as rig:
        rig.conductor.resume_run()
        assert rig.conductor.playback.mode == "edit"
        assert rig.faults == []
