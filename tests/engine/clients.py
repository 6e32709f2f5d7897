"""An engine of lamps in virtual time, and clients that talk to it over its real socket."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from showcaller.core import messages
from showcaller.core.show import Show
from showcaller.engine import main
from showcaller.engine.server import Address, address_path
from tests.engine.lamps import House, Lamp
from tests.engine.rig import VirtualScheduler

MessageT = TypeVar("MessageT", bound=messages.ReportUp)


def read_address(folder: Path, show_id: str) -> Address:
    return msgspec.json.decode(address_path(folder, show_id).read_bytes(), type=Address)


def connect(address: Address) -> socket.socket:
    """Return a connection to an engine, as any client would make it."""
    if address.socket and sys.platform != "win32":
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.connect(address.socket)
    else:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.connect(("127.0.0.1", address.port))
    return sock


class Client:
    """One connection, which keeps what came."""

    def __init__(self, house: EngineHouse) -> None:
        self.house = house
        self.socket = connect(house.address)
        self.socket.setblocking(False)
        self.messages: list[Any] = []
        self.is_dropped = False
        self._framer = messages.Framer()
        self._ids = 100

    def send(self, *commands: messages.Command) -> None:
        """Send commands in one write, let the engine come to rest, and take what it says."""
        self.send_bytes(b"".join(messages.encode(command) for command in commands))

    def send_bytes(self, frames: bytes) -> None:
        while frames:
            try:
                frames = frames[self.socket.send(frames) :]
            except BlockingIOError:
                pass
            except (BrokenPipeError, ConnectionResetError):
                break
            self.house.scheduler.settle()
        self.take()

    def take(self) -> None:
        """Take what the engine has to say."""
        while True:
            self.house.scheduler.settle()
            try:
                received = self.socket.recv(1 << 20)
            except BlockingIOError:
                return
            except ConnectionResetError:
                received = b""
            if not received:
                self.is_dropped = True
                return
            self.messages += [messages.decode_report(body) for body in self._framer.feed(received)]

    def take_id(self) -> int:
        self._ids += 1
        return self._ids

    def all(self, kind: type[MessageT]) -> list[MessageT]:
        return [one for one in self.messages if isinstance(one, kind)]

    def last(self, kind: type[MessageT]) -> MessageT:
        return self.all(kind)[-1]

    def forget(self) -> None:
        self.messages.clear()

    def hello(self, *, editor: bool = True, token: str | None = None) -> messages.Welcome:
        self.send(messages.Hello(token=token or self.house.address.token, editor=editor))
        return self.last(messages.Welcome)

    def load(self, show: Show, path: Path, revision: int = 1) -> None:
        """Hand a show over in pieces of 200 rows, as the desk does."""
        frame = msgspec.structs.replace(show, rundown=())
        self.send(messages.LoadShow(show=frame, revision=revision, path=str(path)))
        for place in range(0, len(show.rundown), 200):
            self.send(messages.LoadRows(tuple(show.rundown[place : place + 200])))
        self.send(messages.ShowLoaded(self.take_id()))

    def ask(self, make: type[Any], *values: Any, **named: Any) -> messages.Done | messages.Rejected:
        """Send a command and return its answer."""
        id_ = self.take_id()
        self.send(make(id_, *values, **named) if values else make(id=id_, **named))
        return next(
            one
            for one in self.messages
            if isinstance(one, messages.Done | messages.Rejected) and one.id == id_
        )

    def go(self, standby: str) -> None:
        at = self.house.scheduler.now()
        self.send(messages.Go(id=self.take_id(), pressed_at=at, source="key", standby=standby))


class EngineHouse:
    """A whole engine with lamps, its runtime folder, and its clients."""

    def __init__(self, folder: Path, show_id: str = "show") -> None:
        self.folder = folder
        self.show_id = show_id
        self.house = House()
        self.scheduler = VirtualScheduler()
        self.engine = main.Engine(folder, show_id, self.scheduler, self.house.kinds)
        self.clients: list[Client] = []
        self.scheduler.settle()

    @property
    def address(self) -> Address:
        return read_address(self.folder, self.show_id)

    @property
    def lamp(self) -> Lamp:
        return self.house.lamp("lamp")

    def client(self) -> Client:
        client = Client(self)
        self.clients.append(client)
        self.scheduler.settle()
        return client

    def editor(self, show: Show | None = None) -> Client:
        """Return a client that edits, with a show loaded if one is given."""
        client = self.client()
        client.hello()
        if show is not None:
            client.load(show, self.folder / "The.show")
        return client

    def is_over(self) -> bool:
        """Say whether the engine has told its loop to end."""
        return not self.scheduler._running

    def close(self) -> None:
        for client in self.clients:
            client.socket.close()
        self.scheduler.settle()
        self.engine.close()


def is_private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0
