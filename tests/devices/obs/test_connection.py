"""What OBS may say at the door, and what the operator reads then."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from showcaller.devices.obs import KIND
from tests.devices.host import LoopHost

HELLO = '{"op":0,"d":{"obsWebSocketVersion":"5.1.0","rpcVersion":1}}'
LOCKED = (
    '{"op":0,"d":{"obsWebSocketVersion":"5.1.0","rpcVersion":1,'
    '"authentication":{"challenge":"Zm9v","salt":"YmFy"}}}'
)


@contextmanager
def door(answer: Callable[[ServerConnection], None]) -> Iterator[int]:
    """A WebSocket server that gives each caller this answer."""

    def answer_until_gone(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            answer(connection)

    server = serve(answer_until_gone, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.socket.getsockname()[1]
    finally:
        server.shutdown()
        thread.join(5)


def knock(port: int, state: str, password: str = "wrong-secret", address: str = "127.0.0.1") -> str:
    """Open a driver there; return the sentence it ends with."""
    with LoopHost() as host:
        driver = KIND.make_driver(KIND.settings(host=address, port=port, password=password), host)
        host.call(driver.open)
        health = host.wait_for_health(state)  # type: ignore[arg-type]
        host.call(driver.close)
        assert not any("wrong-secret" in repr(report) for report in host.all_reports())
    return health.sentence


@pytest.mark.parametrize(
    ("code", "state", "part"),
    [
        (4009, "refused", "Password refused by OBS"),
        (4010, "refused", "another version of obs-websocket"),
        (4011, "refused", "Somebody ended this connection in OBS"),
        (1001, "lost", "was closed"),
        (4002, "lost", "ended the connection (code 4002)"),
    ],
)
@pytest.mark.parametrize("when", ["at the door", "inside"])
def test_a_close_code_becomes_a_state_and_a_sentence(code: int, state: str, part: str, when: str) -> None:
    def answer(connection: ServerConnection) -> None:
        connection.send(LOCKED)
        connection.recv()
        if when == "inside":
            connection.send('{"op":2,"d":{"negotiatedRpcVersion":1}}')
            connection.recv()
        connection.close(code, "said the server")

    with door(answer) as port:
        assert part in knock(port, state)


def test_a_missing_password_is_refused_with_what_to_do() -> None:
    def answer(connection: ServerConnection) -> None:
        connection.send(LOCKED)

    with door(answer) as port:
        assert "Password missing: OBS" in knock(port, "refused", password="")


@pytest.mark.parametrize("greeting", ["hello there", "[1,2]", '{"op":0}', '{"op":9,"d":{}}', b"\x00\xff"])
def test_another_websocket_server_is_not_taken_for_obs(greeting: str | bytes) -> None:
    def answer(connection: ServerConnection) -> None:
        connection.send(greeting)
        connection.recv()
        connection.send(greeting)

    with door(answer) as port:
        assert "is not OBS's WebSocket server" in knock(port, "lost")


def test_a_web_server_is_not_taken_for_obs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.recv(4096)
                caller.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert "is not OBS's WebSocket server" in knock(listener.getsockname()[1], "lost")
        thread.join(5)


def test_something_that_speaks_no_websocket_is_lost_with_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.recv(4096)
                caller.sendall(b"220 mail ready\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert "No OBS" in knock(listener.getsockname()[1], "lost")
        thread.join(5)


@pytest.mark.parametrize(
    ("address", "part"),
    [("", "No host is set"), (" ", "No host is set"), ("a..x", "“a..x”"), ("a" * 300, "cannot be the name")],
)
def test_what_cannot_be_a_host_is_refused_by_its_name(address: str, part: str) -> None:
    assert part in knock(4455, "refused", address=address)


def test_an_ipv6_address_is_one_that_obs_may_have() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = knock(taken.getsockname()[1], "lost", address="::1")
    assert "on [::1]:" in said
    assert "is not OBS's" not in said


def test_a_port_that_never_answers_is_lost_with_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert "does not answer" in knock(listener.getsockname()[1], "lost")


def test_rubbish_after_the_door_is_lost_and_not_a_crash() -> None:
    def answer(connection: ServerConnection) -> None:
        connection.send(HELLO)
        connection.recv()
        connection.send('{"op":2,"d":{"negotiatedRpcVersion":1}}')
        connection.send('{"op":5,"d":{"eventType":"CurrentProgramSceneChanged","eventData":{"sceneName":5}}}')
        connection.recv()

    with door(answer) as port:
        assert "CurrentProgramSceneChanged" in knock(port, "lost")


def test_closing_while_it_connects_ends_the_attempt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, LoopHost() as host:
        port = listener.getsockname()[1]
        driver = KIND.make_driver(KIND.settings(host="127.0.0.1", port=port), host)
        host.call(driver.open)
        caller, _ = listener.accept()
        with caller:
            caller.recv(4096)
            host.call(driver.close)
            caller.settimeout(1)
            assert caller.recv(4096) == b""
