"""A child process is started in a thread, ends with its socket, and no stranger takes its place."""

from __future__ import annotations

import os
import sys
import threading
from queue import Queue

import pytest

from showcaller.devices.child_process import Child, ChildStart, Launch, end_in_thread

TOKEN = "SHOWCALLER_TEST_TOKEN"
LISTENS = [sys.executable, "-c", "import socket, sys; socket.socket(fileno=int(sys.argv[1])).recv(1)"]
CONNECTS = [
    sys.executable,
    "-c",
    (
        "import os, socket, sys; host, _, port = sys.argv[1].rpartition(':');"
        "sock = socket.create_connection((host, int(port)));"
        f"sock.sendall(os.environ['{TOKEN}'].encode()); sock.recv(1)"
    ),
]
STRANGER = [*CONNECTS[:2], CONNECTS[2].replace(f"os.environ['{TOKEN}']", "('x' * 32)")]
LAUNCHES = [Launch(CONNECTS, TOKEN)]
if os.name != "nt":
    LAUNCHES.append(Launch(LISTENS, TOKEN, inherit=True))


def started(launch: Launch) -> tuple[ChildStart, Child | OSError]:
    told: Queue[Child | OSError] = Queue()
    start = ChildStart(launch, "it", told.put)
    start.begin()
    return start, told.get(timeout=30)


def wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name.endswith("of it"):
            thread.join(30)


@pytest.mark.parametrize("launch", LAUNCHES)
def test_a_child_ends_when_its_socket_is_closed(launch: Launch) -> None:
    _, child = started(launch)
    assert isinstance(child, Child)
    assert child.popen.poll() is None
    end_in_thread(child, "it")
    wait_for_threads()
    assert child.popen.returncode == 0


@pytest.mark.parametrize("launch", LAUNCHES)
def test_a_start_that_is_abandoned_leaves_no_child(launch: Launch) -> None:
    start, child = started(launch)
    assert isinstance(child, Child)
    start.abandon()
    wait_for_threads()
    assert child.popen.returncode == 0


def test_one_that_is_abandoned_before_it_came_about_tells_nobody() -> None:
    told: Queue[Child | OSError] = Queue()
    start = ChildStart(LAUNCHES[0], "it", told.put)
    start.abandon()
    start.begin()
    wait_for_threads()
    assert told.empty()


def test_a_stranger_without_the_token_is_refused() -> None:
    _, error = started(Launch(STRANGER, TOKEN))
    assert isinstance(error, ConnectionRefusedError)


def test_a_program_that_is_not_there_is_told() -> None:
    _, error = started(Launch(["no such program anywhere"], TOKEN))
    assert isinstance(error, FileNotFoundError)
