"""The engine's loop: deadlines in their order, calls from threads, sockets, and bugs that do not end it."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from random import Random

import pytest

from showcaller.core.times import Duration, Instant
from showcaller.engine.scheduler import Scheduler, read_clock
from tests.conftest import ExpectedWarnings
from tests.engine.rig import BEGAN, VirtualScheduler


@pytest.fixture
def loop() -> Iterator[VirtualScheduler]:
    scheduler = VirtualScheduler()
    yield scheduler
    scheduler.close()


@pytest.fixture
def real() -> Iterator[Scheduler]:
    scheduler = Scheduler()
    yield scheduler
    scheduler.close()


def _at(seconds: float) -> Instant:
    return Instant(BEGAN + round(seconds * 1e9))


def test_calls_are_made_in_the_order_of_their_deadlines(loop: VirtualScheduler) -> None:
    chance = Random(3)
    made: list[tuple[float, Instant]] = []
    deadlines = [chance.randrange(1000) / 100 for _ in range(500)]
    for due in deadlines:
        loop.at(_at(due), lambda due=due: made.append((due, loop.now())))  # type: ignore[misc]
    loop.advance(20)
    assert [due for due, _ in made] == sorted(deadlines)
    assert all(at == _at(due) for due, at in made)


def test_calls_of_one_instant_are_made_in_the_order_they_were_asked_for(loop: VirtualScheduler) -> None:
    made: list[int] = []
    for number in range(20):
        loop.at(_at(1), lambda number=number: made.append(number))  # type: ignore[misc]
    loop.advance(1)
    assert made == list(range(20))


def test_a_deadline_that_is_past_is_met_at_once(loop: VirtualScheduler) -> None:
    made: list[Instant] = []
    loop.at(Instant(BEGAN - 10**9), lambda: made.append(loop.now()))
    loop.settle()
    assert made == [BEGAN]


def test_a_cancelled_call_is_never_made(loop: VirtualScheduler) -> None:
    made: list[str] = []
    first = loop.after(Duration(1000), lambda: made.append("first"))
    second = loop.after(Duration(1000), lambda: made.append("second"))
    loop.after(Duration(1000), second.cancel)
    third = loop.after(Duration(1000), lambda: made.append("third"))
    first.cancel()
    loop.after(Duration(500), third.cancel)
    loop.advance(5)
    third.cancel()
    assert made == ["second"]


def test_soon_comes_before_the_loop_waits_and_idle_when_nothing_is_due(loop: VirtualScheduler) -> None:
    made: list[str] = []

    def due() -> None:
        loop.idle(lambda: made.append("idle"))
        loop.soon(lambda: made.append("soon"))
        loop.at(loop.now(), lambda: made.append("due"))

    loop.at(_at(1), due)
    loop.advance(1)
    assert made == ["due", "soon", "idle"]


def test_idle_calls_keep_away_from_a_deadline_that_is_near(loop: VirtualScheduler) -> None:
    made: list[Instant] = []
    loop.at(_at(0.001), lambda: None)
    loop.idle(lambda: made.append(loop.now()))
    loop.settle()
    assert made == []
    loop.advance(1)
    assert made == [_at(0.001)]


def test_a_call_that_raises_ends_neither_the_loop_nor_the_turn(expected_warnings: ExpectedWarnings) -> None:
    expected_warnings.expect("callback of the engine failed .*ZeroDivisionError")
    faults: list[str] = []
    loop = VirtualScheduler(on_fault=faults.append)
    made: list[str] = []
    loop.soon(lambda: 1 / 0)
    loop.soon(lambda: made.append("soon"))
    loop.at(_at(1), lambda: 1 / 0)
    loop.at(_at(1), lambda: made.append("due"))
    loop.post(lambda: 1 / 0)
    loop.post(lambda: made.append("posted"))
    loop.advance(2)
    assert sorted(made) == ["due", "posted", "soon"]
    assert len(faults) == 3
    assert all("division by zero" in fault for fault in faults)
    loop.close()


def test_a_socket_that_can_be_read_is_served_until_it_is_unwatched(loop: VirtualScheduler) -> None:
    here, there = socket.socketpair()
    received: list[bytes] = []

    def read() -> None:
        received.append(here.recv(100))
        if len(received) == 2:
            loop.unwatch(here)

    loop.watch(here, read)
    for text in (b"one", b"two", b"three"):
        there.send(text)
        loop.settle()
    assert received == [b"one", b"two"]
    here.close()
    there.close()


def test_a_callback_may_end_the_watch_of_another_socket_of_the_same_turn(loop: VirtualScheduler) -> None:
    pairs = [socket.socketpair() for _ in range(2)]
    served: list[int] = []

    def serve(number: int) -> None:
        served.append(number)
        for here, _ in pairs:
            loop.unwatch(here)

    for number, (here, there) in enumerate(pairs):
        loop.watch(here, lambda number=number: serve(number))  # type: ignore[misc]
        there.send(b"x")
    loop.settle()
    assert len(served) == 1
    for pair in pairs:
        for sock in pair:
            sock.close()


def test_calls_posted_from_threads_are_all_made_in_the_loop_and_wake_it(real: Scheduler) -> None:
    made: list[int] = []

    def post() -> None:
        for number in range(200):
            real.post(lambda: made.append(threading.get_ident()))
            if number == 199:
                real.post(finished.release)

    finished = threading.Semaphore(0)
    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    done = 0
    while done < 4:
        real.turn(Duration(5000))
        done += sum(finished.acquire(blocking=False) for _ in range(4))
    for thread in threads:
        thread.join()
    assert len(made) == 800
    assert set(made) == {threading.get_ident()}


def test_the_real_loop_never_calls_before_its_deadline(real: Scheduler) -> None:
    early: list[int] = []
    left = 50

    def check(due: Instant) -> None:
        nonlocal left
        left -= 1
        early.append(max(due - real.now(), 0))
        if left == 0:
            real.stop()

    begin = real.now()
    for number in range(50):
        due = Instant(begin + number * 1_000_000)
        real.at(due, lambda due=due: check(due))  # type: ignore[misc]
    real.run()
    assert early == [0] * 50


def test_stop_ends_the_loop_from_another_thread(real: Scheduler) -> None:
    stopper = threading.Timer(0.05, lambda: real.post(real.stop))
    stopper.start()
    real.run()
    stopper.join()


def test_two_readings_of_the_clock_never_go_backwards() -> None:
    readings = [read_clock() for _ in range(1000)]
    assert readings == sorted(readings)


def test_the_loop_logs_a_fault_with_its_traceback(
    caplog: pytest.LogCaptureFixture, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.expect("callback of the engine failed")
    loop = VirtualScheduler()
    loop.soon(lambda: 1 / 0)
    with caplog.at_level(logging.ERROR):
        loop.settle()
    assert "ZeroDivisionError" in caplog.text
    loop.close()
