"""A real OBS streams to a real RTMP ingest, which is frozen and killed in mid-stream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from showcaller.core.reports import Latency, Outcome, Reported, Status, Value
from showcaller.devices.driver import Order
from showcaller.devices.obs.actions import STREAM, Output
from tests.real.obs_peer import Desk, ObsPeer, Witness, build_show, wait_until
from tests.real.rtmp_peer import KEY, RtmpPeer

START = Order("stream-start", Output())
STOP = Order("stream-stop", Output())
ANSWERS = 2
"""So many come while a state must hold: one of them to a question that was asked after it began."""


@pytest.fixture(scope="module")
def obs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ObsPeer, Witness]]:
    peer = ObsPeer(tmp_path_factory.mktemp("obs"))
    try:
        witness = peer.start()
        try:
            build_show(peer, witness)
            set_profile(witness, "Output", "RetryDelay", 1)
            yield peer, witness
        finally:
            witness.close()
    finally:
        peer.close()


@pytest.fixture
def witness(obs: tuple[ObsPeer, Witness]) -> Witness:
    return obs[1]


@pytest.fixture
def ingest(tmp_path: Path, witness: Witness) -> Iterator[RtmpPeer]:
    peer = RtmpPeer(tmp_path)
    try:
        peer.start()
        witness.ask(
            "SetStreamServiceSettings",
            streamServiceType="rtmp_custom",
            streamServiceSettings={"server": peer.server, "key": KEY},
        )
        yield peer
    finally:
        peer.thaw()
        witness.code_of("StopStream")
        wait_until(lambda: not witness.ask("GetStreamStatus")["outputActive"], 15)
        peer.close()


@pytest.fixture
def desk(obs: tuple[ObsPeer, Witness], ingest: RtmpPeer) -> Iterator[Desk]:
    with Desk(obs[0].settings) as opened:
        assert opened.host.status()["stream"] == "stopped"
        opened.host.forget()
        yield opened


def set_profile(witness: Witness, category: str, name: str, value: int) -> None:
    witness.ask(
        "SetProfileParameter", parameterCategory=category, parameterName=name, parameterValue=str(value)
    )


def told(desk: Desk, key: str) -> list[Value]:
    """Return all values of one status in the order in which they were reported."""
    return [status.values[key] for status in desk.host.reports(Status) if key in status.values]


def wait_for_status(desk: Desk, state: str, timeout: float = 10.0) -> None:
    desk.host.wait_for(lambda: desk.host.status().get("stream") == state, timeout)


def let_answers_come(desk: Desk) -> None:
    """Wait until OBS, which tells its events by itself, has been asked as well."""
    before = len(desk.host.reports(Latency))
    desk.host.wait_for(lambda: len(desk.host.reports(Latency)) >= before + ANSWERS)


def number(desk: Desk, key: str) -> float:
    """Return the newest value of a status that counts, 0 before it was reported."""
    value = desk.host.status().get(key, 0)
    assert isinstance(value, (int, float))
    return value


def size_of(ingest: RtmpPeer) -> int:
    return sum(film.stat().st_size for film in ingest.films())


def wait_until_more_arrives(ingest: RtmpPeer) -> None:
    before = size_of(ingest)
    wait_until(lambda: size_of(ingest) > before, 10)


def test_a_stream_is_confirmed_when_it_has_started_and_when_it_has_stopped(
    desk: Desk, witness: Witness, ingest: RtmpPeer
) -> None:
    start = desk.go(START)
    desk.host.wait_for_outcome(start, "confirmed")
    reports = desk.host.all_reports()
    started = next(
        at for at, it in enumerate(reports) if isinstance(it, Status) and it.values.get("stream") == "started"
    )
    assert reports.index(Outcome(start, 0, "accepted")) < started
    assert started < reports.index(Outcome(start, 0, "confirmed"))
    assert witness.ask("GetStreamStatus")["outputActive"] is True
    wait_until_more_arrives(ingest)
    (film,) = ingest.films()
    assert film.read_bytes().startswith(b"FLV")
    assert ingest.departures() == 0
    desk.go_until("confirmed", STOP)
    wait_until(lambda: ingest.departures() == 1)
    wait_until(lambda: not witness.ask("GetStreamStatus")["outputActive"])
    assert told(desk, "stream") == ["starting", "started", "stopped"]


def test_a_stream_that_the_ingest_keeps_waiting_is_starting_and_not_confirmed(
    desk: Desk, ingest: RtmpPeer
) -> None:
    ingest.freeze()
    token = desk.go(START)
    desk.host.wait_for_outcome(token, "accepted")
    wait_for_status(desk, "starting")
    let_answers_come(desk)
    assert desk.host.outcomes(token) == [Outcome(token, 0, "accepted")]
    assert told(desk, "stream") == ["starting"]
    ingest.thaw()
    desk.host.wait_for_outcome(token, "confirmed")
    assert told(desk, "stream") == ["starting", "started"]


def test_a_stream_that_runs_already_is_confirmed_and_goes_on(desk: Desk, ingest: RtmpPeer) -> None:
    desk.go_until("confirmed", START)
    desk.go_until("confirmed", START)
    wait_until_more_arrives(ingest)
    assert len(ingest.films()) == 1
    assert ingest.departures() == 0
    assert told(desk, "stream") == ["starting", "started"]


def test_a_killed_ingest_is_reconnecting_until_it_is_back(
    obs: tuple[ObsPeer, Witness], desk: Desk, witness: Witness, ingest: RtmpPeer
) -> None:
    desk.go_until("confirmed", START)
    wait_until_more_arrives(ingest)
    ingest.kill()
    wait_for_status(desk, "reconnecting")
    let_answers_come(desk)
    assert witness.ask("GetStreamStatus")["outputReconnecting"] is True
    with Desk(obs[0].settings) as newcomer:
        assert newcomer.host.status()["stream"] == "reconnecting"
    assert told(desk, "stream") == ["starting", "started", "reconnecting"]
    ingest.start()
    wait_for_status(desk, "started", 30)
    wait_until_more_arrives(ingest)
    let_answers_come(desk)
    assert told(desk, "stream") == ["starting", "started", "reconnecting", "started"]
    assert Reported(STREAM, value=False) not in desk.host.reports(Reported)
    desk.go_until("confirmed", STOP)
    wait_until(lambda: ingest.departures() == 1)


def test_a_stream_that_is_reconnecting_can_be_stopped(desk: Desk, witness: Witness, ingest: RtmpPeer) -> None:
    desk.go_until("confirmed", START)
    ingest.kill()
    wait_for_status(desk, "reconnecting")
    desk.go_until("confirmed", STOP)
    wait_until(lambda: not witness.ask("GetStreamStatus")["outputActive"])
    let_answers_come(desk)
    assert told(desk, "stream") == ["starting", "started", "reconnecting", "stopped"]


def test_frames_that_the_ingest_does_not_take_are_counted_and_so_are_seconds(
    desk: Desk, witness: Witness, ingest: RtmpPeer
) -> None:
    def dropped() -> int:
        return int(witness.ask("GetStreamStatus")["outputSkippedFrames"])

    set_profile(witness, "SimpleOutput", "VBitrate", 40_000)  # fills what the kernel keeps for a frozen peer
    try:
        desk.go_until("confirmed", START)
        desk.host.wait_for(lambda: number(desk, "stream_seconds") >= 2)
        assert number(desk, "dropped_frames") == 0
        ingest.freeze()
        wait_until(dropped, 30)
        ingest.thaw()
        wait_until(lambda: number(desk, "dropped_frames") == dropped() > 0, 10)
        assert 0 < number(desk, "dropped_percent") < 100
        assert number(desk, "stream_seconds") <= witness.ask("GetStreamStatus")["outputDuration"] / 1000
        assert told(desk, "stream") == ["starting", "started"]
    finally:
        set_profile(witness, "SimpleOutput", "VBitrate", 300)
