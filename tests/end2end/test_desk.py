"""The window and the engine as two real processes: each goes on when the other hangs or dies."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from pythonosc.osc_message_builder import OscMessageBuilder

from showcaller.core import events as ev
from showcaller.core import messages
from showcaller.core.show import Show
from showcaller.core.times import ShowTime
from tests.desk_process import Desk, write_show
from tests.end2end.asruns import assert_each_once, called_places, read_run, sent_places
from tests.engine_process import BareClient, free_udp_port, wait_for
from tests.osc_shows import osc_show
from tests.screen import Screen
from tests.wire import Heard, Wire

NOW = ShowTime(0)
SILENCE = 0.4
"""Seconds; much longer than any wait of these shows."""
CHAIN = 40


def open_desk(folder: Path, show: Show, screen: Screen | None = None) -> Desk:
    words = [str(write_show(show, folder))]
    return Desk(folder, words, display=screen.name if screen is not None else None)


def go_live(client: BareClient) -> None:
    client.set_mode("live")
    client.wait_for_devices()


def places(heard: Sequence[Heard]) -> list[int]:
    return [one.place for one in heard]


def span(heard: Sequence[Heard]) -> int:
    return heard[-1].at - heard[0].at


def test_a_frozen_window_delays_no_chain_and_no_remote_go(wire: Wire, tmp_path: Path) -> None:
    remote_port = free_udp_port()
    show = osc_show(CHAIN + 5, [wire.port], chain=CHAIN, remote_port=remote_port)
    press = OscMessageBuilder("/go").build().dgram
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as remote,
        open_desk(tmp_path, show) as desk,
        desk.watch() as client,
    ):
        remote.connect(("127.0.0.1", remote_port))
        go_live(client)
        client.go()
        free = wire.hear_all(CHAIN)
        client.see(lambda one: one.standby == f"c{CHAIN}" and not one.waits)

        client.do(ev.Jump(NOW, "c0"))
        client.see(lambda one: one.standby == "c0")
        desk.freeze()
        client.go()
        frozen = wire.hear_all(5)
        remote.send(press)
        while len(frozen) < CHAIN * 3 // 4:
            frozen.append(wire.hear())
        desk.thaw()
        frozen += wire.hear_all(CHAIN + 1 - len(frozen))

        by_remote = [one for one in frozen if one.place == CHAIN]
        chained = [one for one in frozen if one.place != CHAIN]
        assert places(free) == places(chained) == list(range(CHAIN))
        assert len(by_remote) == 1
        assert by_remote[0].at < chained[CHAIN * 3 // 4].at
        assert span(chained) < 1.5 * span(free)
        client.set_mode("edit")
        lines = read_run(tmp_path)
    assert sorted(sent_places(lines)) == sorted(places(free) + places(frozen))


def test_a_chain_goes_on_without_its_window_and_the_next_window_takes_over(
    wire: Wire, tmp_path: Path, screen: Screen
) -> None:
    show = osc_show(CHAIN + 5, [wire.port], chain=CHAIN)
    with open_desk(tmp_path, show, screen) as desk, desk.watch() as client:
        engine = desk.engine()
        go_live(client)
        client.go()
        heard = wire.hear_all(5)
        desk.kill()
        heard += wire.hear_all(CHAIN - 5)
        assert places(heard) == list(range(CHAIN))
        client.see(lambda one: not one.editor)

        desk.start_again()
        client.see(lambda one: one.editor)
        screen.wait_for_focus(show.title)
        # Before it has heard from the engine, a window lets Space be.
        client.order(messages.Ping(0))
        heard.append(press_until_heard(screen, wire))
        assert heard[-1].place == CHAIN
        assert desk.engine().pid == engine.pid
        client.set_mode("edit")
        lines = read_run(tmp_path)
    assert called_places(lines) == list(range(CHAIN + 1))
    assert_each_once(lines, heard)


def press_until_heard(screen: Screen, wire: Wire) -> Heard:
    """Press Space until something comes: a window that has just been shown may not have the keys yet."""
    for _ in range(20):
        screen.tap("space")
        heard = wire.hear_until_silent(SILENCE)
        if heard:
            assert len(heard) == 1
            return heard[0]
    raise AssertionError("the window never took Space")


def test_a_killed_engine_is_started_again_and_fires_nothing_until_confirmed(
    wire: Wire, tmp_path: Path
) -> None:
    show = osc_show(CHAIN + 5, [wire.port], chain=CHAIN)
    with open_desk(tmp_path, show) as desk:
        client = desk.watch()
        first = desk.engine().pid
        go_live(client)
        client.go()
        heard = wire.hear_all(8)
        os.kill(first, signal.SIGKILL)
        heard += wire.hear_until_silent(0.1)
        gone = len(heard)
        assert gone < CHAIN

        second = desk.watch(other_than=first)
        state = second.see(lambda one: one.unconfirmed)
        assert (state.mode, state.last_called, state.standby) == ("live", "c0", f"c{CHAIN}")
        assert [wait.cue for wait in state.waits] == [f"c{gone}"]
        second.wait_for_devices()
        assert wire.hear_until_silent(SILENCE) == []

        second.do(ev.Confirm(NOW, True))
        heard += wire.hear_until_silent(SILENCE)
        assert places(heard) == list(range(CHAIN))
        second.go()
        assert wire.hear().place == CHAIN
        second.set_mode("edit")
        lines = read_run(tmp_path)
    assert called_places(lines) == list(range(CHAIN + 1))


def test_a_watcher_goes_while_a_window_edits(wire: Wire, tmp_path: Path) -> None:
    with open_desk(tmp_path, osc_show(20, [wire.port])) as desk, desk.watch() as watcher:
        assert not watcher.welcome.editor
        go_live(watcher)
        watcher.go()
        assert wire.hear().place == 0
        watcher.set_mode("edit")


def test_a_window_that_is_told_to_end_closes_in_order_and_takes_its_engine_along(
    wire: Wire, tmp_path: Path
) -> None:
    with open_desk(tmp_path, osc_show(5, [wire.port])) as desk, desk.watch() as client:
        engine = desk.engine()
        desk.process.terminate()
        assert desk.process.wait(10) == 0
        wait_for(lambda: engine not in desk.engines(), "the end of the engine", 5)
        assert client.snapshot.mode == "edit"
        assert list((tmp_path / "config").rglob("*.conf"))


def test_a_window_that_is_told_to_end_while_live_leaves_the_engine_live(wire: Wire, tmp_path: Path) -> None:
    with open_desk(tmp_path, osc_show(5, [wire.port])) as desk, desk.watch() as client:
        go_live(client)
        desk.process.terminate()
        assert desk.process.wait(10) == 0
        client.see(lambda one: not one.editor)
        client.go()
        assert places([wire.hear()]) == [0]
        assert client.see(lambda one: one.standby == "c1").mode == "live"
        client.set_mode("edit")
