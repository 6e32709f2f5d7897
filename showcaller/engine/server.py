"""The clients' end of the engine: a socket for this user alone, commands in, snapshots out.

Owns connections, their buffers and what each client was told. One client is the editor, others watch
and call. A snapshot or levels frame that a slow client has not taken is replaced by the newer one; a
client that falls 4 MB behind is dropped. Knows the messages; `Desk` obeys them.
"""

from __future__ import annotations

import contextlib
import hmac
import logging
import os
import secrets
import socket
import sys
from pathlib import Path
from typing import Protocol

import msgspec

from showcaller.core import messages
from showcaller.core.messages import FrameError, Framer
from showcaller.engine.scheduler import Scheduler

_log = logging.getLogger(__name__)

MOST_BEHIND = 4 * 1024 * 1024
LINES_PER_MESSAGE = 200


class Desk(Protocol):
    """What the server needs of the engine."""

    def welcome(self, client: Client) -> None:
        """A client said hello with the right token."""

    def obey(self, client: Client, command: object) -> None:
        """A client gave a command."""

    def part(self, client: Client) -> None:
        """A client is gone."""


class Address(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an engine listens: the file that clients read, for this user alone."""

    pid: int
    token: str
    protocol: int
    engine: str
    socket: str = ""
    """Path of a Unix-domain socket."""
    port: int = 0
    """Loopback TCP port, where there are no Unix-domain sockets."""


class Client:
    """One connection."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self.is_editor = False
        self.is_welcome = False
        self.wants_levels = False
        self.lines_told: int | None = None
        """How many lines of the as-run it has; None before it asked."""
        self.is_catching_up = False
        """It is being told lines that are older than its question."""
        self._server = server
        self._socket = sock
        self._framer = Framer()
        self._out = bytearray()
        self._snapshot: bytes | None = None
        self._levels: dict[str, bytes] = {}
        self._hears = True
        """Nothing says yet that it has hung up."""

    @property
    def backlog(self) -> int:
        """How many bytes it has not taken yet."""
        return len(self._out)

    def tell(self, message: messages.ReportUp) -> None:
        """Send a message that must arrive."""
        self._out += messages.encode(message)
        self._flush()

    def tell_snapshot(self, frame: bytes) -> None:
        """Send a snapshot, in place of one that still waits."""
        self._snapshot = frame
        self._flush()

    def tell_levels(self, device: str, frame: bytes) -> None:
        """Send levels, in place of those that still wait."""
        self._levels[device] = frame
        self._flush()

    def _flush(self) -> None:
        if self._socket.fileno() < 0:
            return
        if not self._hears:
            self._forget_unsent()
            return
        try:
            while True:
                if not self._out:
                    if self._snapshot is not None:
                        self._out += self._snapshot
                        self._snapshot = None
                    elif self._levels:
                        self._out += self._levels.pop(next(iter(self._levels)))
                    else:
                        break
                sent = self._socket.send(self._out)
                del self._out[:sent]
        except BlockingIOError:
            if len(self._out) > MOST_BEHIND:
                _log.info("A client fell %d bytes behind and was dropped", len(self._out))
                self._server.drop(self)
            else:
                self._server.scheduler.watch_writable(self._socket, self._flush)
            return
        except OSError:
            # What it said before it hung up has not been read yet: an edit, or that we may end.
            self._hears = False
            self._forget_unsent()
        self._server.scheduler.unwatch_writable(self._socket)

    def _forget_unsent(self) -> None:
        self._out.clear()
        self._snapshot = None
        self._levels.clear()

    def read(self) -> None:
        """Take what came and obey it."""
        try:
            received = self._socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if not received:
            self._server.drop(self)
            return
        try:
            for body in self._framer.feed(received):
                if self._socket.fileno() < 0:
                    return
                self._server.take(self, messages.decode_command(body))
        except FrameError as error:
            _log.info("A client was dropped: %s", error)
            self._server.drop(self)

    def close(self) -> None:
        """Give the connection back."""
        if self._socket.fileno() >= 0:
            self._server.scheduler.unwatch(self._socket)
            self._socket.close()


class Server:
    """Listens for clients.

    Args:
        scheduler: The engine's loop.
        folder: The runtime folder, readable by this user alone.
        show_id: Names the socket and the address file.
        engine_id: Random id of this engine's life.
    """

    def __init__(self, scheduler: Scheduler, folder: Path, show_id: str, engine_id: str) -> None:
        self.scheduler = scheduler
        self.desk: Desk | None = None
        self.clients: list[Client] = []
        self._folder = folder
        self._show_id = show_id
        self._token = secrets.token_hex(16)
        self._socket_path = folder / f"{show_id[:16]}-{os.getpid()}.sock"
        self._address_path = address_path(folder, show_id)
        self._listener = self._listen()
        port = 0 if self._has_unix_sockets() else self._listener.getsockname()[1]
        self._write_address(
            Address(
                pid=os.getpid(),
                token=self._token,
                protocol=messages.PROTOCOL,
                engine=engine_id,
                socket="" if port else str(self._socket_path),
                port=port,
            )
        )

    @staticmethod
    def _has_unix_sockets() -> bool:
        return hasattr(socket, "AF_UNIX") and sys.platform != "win32"

    def _listen(self) -> socket.socket:
        if self._has_unix_sockets():
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket_path.unlink(missing_ok=True)
            before = os.umask(0o177)
            try:
                listener.bind(str(self._socket_path))
            finally:
                os.umask(before)
        else:
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        listener.setblocking(False)
        self.scheduler.watch(listener, self._accept)
        return listener

    def _write_address(self, address: Address) -> None:
        beside = self._address_path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(address))
        beside.replace(self._address_path)

    def _accept(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return
        sock.setblocking(False)
        if sock.family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = Client(self, sock)
        self.clients.append(client)
        self.scheduler.watch(sock, client.read)

    def take(self, client: Client, command: object) -> None:
        """Hand a command to the desk; before the right token there is only hello."""
        assert self.desk is not None
        if isinstance(command, messages.Hello):
            right = hmac.compare_digest(command.token.encode(), self._token.encode())
            if not right or command.protocol != messages.PROTOCOL:
                _log.info("A client was refused: %s", "protocol" if right else "token")
                self.drop(client)
                return
            client.is_welcome = True
            has_editor = any(one.is_editor for one in self.clients)
            client.is_editor = command.editor and not has_editor
            self.desk.welcome(client)
        elif client.is_welcome:
            self.desk.obey(client, command)
        else:
            self.drop(client)

    def drop(self, client: Client) -> None:
        """End a connection."""
        client.close()
        if client in self.clients:
            self.clients.remove(client)
            if client.is_welcome and self.desk is not None:
                self.desk.part(client)

    @property
    def welcomed(self) -> list[Client]:
        """The clients that said hello."""
        return [client for client in self.clients if client.is_welcome]

    def close(self) -> None:
        """Stop listening and end all connections."""
        for client in list(self.clients):
            client.close()
        self.clients.clear()
        self.scheduler.unwatch(self._listener)
        self._listener.close()
        with contextlib.suppress(OSError):
            self._socket_path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._address_path.unlink(missing_ok=True)


def address_path(folder: Path, show_id: str) -> Path:
    """Return the file in which the engine of a show says where it listens."""
    return folder / f"{show_id}.json"
