"""A child process and the socket to it, for libraries that block whoever calls them (design rule 5).

Owns its start in a thread, with an inherited socket or, where those cannot be handed on, one that the child
connects and shows a token on; and its end, in a thread too. Knows no message of the two: MIDI ports and tones
each speak their own over the socket.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

SECONDS_TO_END = 0.7
SECONDS_TO_CONNECT = 10.0


class Child(NamedTuple):
    """A running child."""

    popen: subprocess.Popen[bytes]
    sock: socket.socket
    """Ours; it does not block. The child ends when it is closed."""


class Launch(NamedTuple):
    """How a child is started."""

    command: Sequence[str]
    """Without the address that comes last: the number of an inherited socket, or `host:port`."""
    token_variable: str
    """The environment variable that brings the token to one that connects."""
    inherit: bool = False


class ChildStart:
    """A start under way in a thread, which the engine may abandon at any time.

    Args:
        launch: How.
        name: What the child is, for the names of the threads.
        on_started: Is told in that thread what came of it, unless it was abandoned.
    """

    def __init__(self, launch: Launch, name: str, on_started: Callable[[Child | OSError], None]) -> None:
        self._launch, self._name = launch, name
        self._on_started = on_started
        self._lock = threading.Lock()
        self._abandoned = False
        self._started: Child | OSError | None = None

    def begin(self) -> None:
        """Start it: making a process takes longer than the engine may stand still."""
        threading.Thread(target=self._run, name=f"start of {self._name}").start()

    def _run(self) -> None:
        started: Child | OSError
        try:
            started = _start(self._launch)
        except OSError as error:
            started = error
        with self._lock:
            self._started = started
            abandoned = self._abandoned
        if not abandoned:
            self._on_started(started)
        elif isinstance(started, Child):
            _end(started)

    def abandon(self) -> None:
        """Want the child no longer, whether it runs already or not."""
        with self._lock:
            self._abandoned = True
            started = self._started
        if isinstance(started, Child):
            end_in_thread(started, self._name)


def end_in_thread(child: Child, name: str) -> None:
    """Close the socket, which ends the child, and see to it that it ends."""
    threading.Thread(target=_end, args=(child,), name=f"end of {name}").start()


def _start(launch: Launch) -> Child:
    """Start the process and let it connect.

    Raises:
        OSError: It cannot be started, or did not connect.
    """
    if launch.inherit:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                popen = _open([*launch.command, str(theirs.fileno())], pass_fds=(theirs.fileno(),))
            except OSError:
                ours.close()
                raise
    else:
        token = secrets.token_hex(16)
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(SECONDS_TO_CONNECT)
            address = f"127.0.0.1:{server.getsockname()[1]}"
            popen = _open([*launch.command, address], environment={launch.token_variable: token})
            try:
                ours = _accept(server, token)
            except OSError:
                popen.kill()
                popen.wait()
                raise
    ours.setblocking(False)
    return Child(popen, ours)


def _open(
    arguments: list[str], pass_fds: tuple[int, ...] = (), environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    # ALSA and JACK write to standard error whenever they are not there: every two seconds, to nobody.
    return subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=pass_fds,
        env={**os.environ, **environment} if environment else None,
    )


def _accept(server: socket.socket, token: str) -> socket.socket:
    ours, _address = server.accept()
    try:
        ours.settimeout(SECONDS_TO_CONNECT)
        said = b""
        while len(said) < len(token) and (more := ours.recv(len(token) - len(said))):
            said += more
        if not secrets.compare_digest(said, token.encode("ascii")):
            raise ConnectionRefusedError("another program answered in its place")
        ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        ours.close()
        raise
    return ours


def _end(child: Child) -> None:
    child.sock.close()
    try:
        child.popen.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        child.popen.kill()
        child.popen.wait()
