"""A real engine process, and a bare client of it, for the bench and the end-to-end tests."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from showcaller.core import messages
from showcaller.core import events as ev
from showcaller.core.show import Show
from showcaller.core.times import Instant
from showcaller.engine.server import Address, address_path

PATIENCE = 20.0


class EngineProcess:
    """`python -m showcaller engine`, in folders of its own."""

    def __init__(self, show_id: str, folder: Path | None = None) -> None:
        self._own = tempfile.TemporaryDirectory(prefix="sc") if folder is None else None
        self.folder = Path(self._own.name) if self._own else folder
        assert self.folder is not None
        self.runtime = self.folder / "run"
        self.runtime.mkdir(mode=0o700, exist_ok=True)
        self.show_id = show_id
        environment = os.environ | {
            "SHOWCALLER_RUNTIME": str(self.runtime),
            "SHOWCALLER_DATA": str(self.folder / "data"),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "showcaller", "engine", "--runtime", str(self.runtime), "--show", show_id],
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def address(self) -> Address:
        """Wait until it listens."""
        path = address_path(self.runtime, self.show_id)
        return wait_for(lambda: self._read(path), "the engine's address")

    def _read(self, path: Path) -> Address | None:
        if self.process.poll() is not None:
            raise AssertionError(f"the engine ended with {self.process.returncode}")
        try:
            address = msgspec.json.decode(path.read_bytes(), type=Address)
        except (OSError, msgspec.DecodeError):
            return None
        return address if address.pid == self.process.pid else None

    def connect(self, *, editor: bool = True) -> BareClient:
        address = self.address()
        sock = socket.socket(socket.AF_UNIX) if address.socket else socket.socket()
        sock.connect(address.socket or ("127.0.0.1", address.port))
        return BareClient(sock, address.token, editor=editor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        if self._own is not None:
            self._own.cleanup()


class BareClient:
    """A client over a blocking socket: tells, and reads until what it waits for came."""

    def __init__(self, sock: socket.socket, token: str, *, editor: bool = True) -> None:
        self.socket = sock
        self._framer = messages.Framer()
        self._waiting: list[Any] = []
        self._id = 0
        self.snapshot: messages.Snapshot | None = None
        self.lines: list[Any] = []
        self.tell(messages.Hello(token=token, editor=editor, name="bare"))
        self.welcome: messages.Welcome = self.take(messages.Welcome)
        self.snapshot = self.welcome.snapshot

    def tell(self, command: Any) -> None:
        self.socket.sendall(messages.encode(command))

    def take(self, kind: type[Any], until: Callable[[Any], bool] = lambda _one: True) -> Any:
        """Read on until a report of that kind came that fits."""
        end = time.monotonic() + PATIENCE
        while True:
            while self._waiting:
                report = self._waiting.pop(0)
                if isinstance(report, messages.Snapshot):
                    self.snapshot = report
                elif isinstance(report, messages.Recorded):
                    self.lines.extend(report.lines)
                if isinstance(report, kind) and until(report):
                    return report
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"no {kind.__name__} came; the newest snapshot is {self.snapshot}")
            self.socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                received = self.socket.recv(65536)
                if not received:
                    raise AssertionError("the engine closed the connection")
                self._waiting += [messages.decode_report(body) for body in self._framer.feed(received)]

    def ask(self, command: Any) -> Any:
        """Tell a command with an id and return its answer."""
        self._id += 1
        self.tell(msgspec.structs.replace(command, id=self._id))
        number = self._id
        return self.take((messages.Done, messages.Rejected), lambda one: one.id == number)  # type: ignore[arg-type]

    def load(self, show: Show, path: Path) -> None:
        bare = msgspec.structs.replace(show, rundown=())
        self.tell(messages.LoadShow(show=bare, revision=1, path=str(path)))
        for at in range(0, len(show.rundown), 200):
            self.tell(messages.LoadRows(show.rundown[at : at + 200]))
        answer = self.ask(messages.ShowLoaded(0))
        assert isinstance(answer, messages.Done), answer

    def wait_for_devices(self) -> None:
        assert self.snapshot is not None
        ready = all(device.health == "ready" for device in self.snapshot.devices)
        if not ready:
            self.take(
                messages.Snapshot,
                lambda one: bool(one.devices) and all(device.health == "ready" for device in one.devices),
            )

    def set_mode(self, mode: ev.Mode, **values: Any) -> None:
        answer = self.ask(messages.SetMode(id=0, mode=mode, **values))
        assert isinstance(answer, messages.Done), answer

    def go_frame(self, standby: str) -> bytes:
        return messages.encode(
            messages.Go(id=0, pressed_at=Instant(time.monotonic_ns()), source="key", standby=standby)
        )

    def standby(self) -> str:
        assert self.snapshot is not None
        assert self.snapshot.standby is not None
        return self.snapshot.standby

    def drain(self) -> None:
        """Read what has come, without waiting."""
        self.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while received := self.socket.recv(1 << 20):
                for body in self._framer.feed(received):
                    report = messages.decode_report(body)
                    if isinstance(report, messages.Snapshot):
                        self.snapshot = report
                    elif isinstance(report, messages.Recorded):
                        self.lines.extend(report.lines)
        self.socket.setblocking(True)

    def close(self) -> None:
        self.socket.close()


def wait_for(find: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Look until `find` returns something; for what has no event to wait on."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = find()
        if found:
            return found
        _PAUSE.wait(0.005)
    raise AssertionError(f"{what} did not come within {patience:g} s")


class _Pause:
    def __init__(self) -> None:
        import threading

        self._event = threading.Event()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)


_PAUSE = _Pause()


@contextlib.contextmanager
def udp_sockets(count: int) -> Iterator[list[socket.socket]]:
    """Bound loopback UDP sockets."""
    sockets = []
    try:
        for _ in range(count):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind(("127.0.0.1", 0))
            sock.settimeout(PATIENCE)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            sockets.append(sock)
        yield sockets
    finally:
        for sock in sockets:
            sock.close()
