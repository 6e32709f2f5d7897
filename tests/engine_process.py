"""A real engine process, a bare client of it, and sockets that play devices.

For the bench and the end-to-end tests. Owns the process and the folders; the client is a blocking socket
that speaks `core.messages` and nothing else, so that what a test sees is what any client would be told.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from showcaller.core import events as ev
from showcaller.core import messages
from showcaller.core.asrun import Line
from showcaller.core.show import Show
from showcaller.core.times import Instant, ShowTime
from showcaller.engine.server import Address, address_path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30.0
_NEVER = threading.Event()


def wait_for(find: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Look until `find` returns something; for what has no event to wait on."""
    end = time.monotonic() + patience
    while not (found := find()):
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come within {patience:g} s")
        _NEVER.wait(0.005)
    return found


def read_address(runtime: Path, show_id: str) -> Address | None:
    """Return where the engine of a show listens, or None while it does not."""
    try:
        return msgspec.json.decode(address_path(runtime, show_id).read_bytes(), type=Address)
    except (OSError, msgspec.DecodeError):
        return None


def connect(address: Address, *, editor: bool) -> BareClient:
    """Say hello to an engine."""
    if address.socket:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(address.socket)
    else:
        sock = socket.create_connection(("127.0.0.1", address.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return BareClient(sock, address.token, editor=editor)


def environment_of(folder: Path) -> dict[str, str]:
    """Return an environment that keeps everything of Showcaller within a folder, and make the folder so."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (folder / "config").mkdir(exist_ok=True)
    return os.environ | {
        "SHOWCALLER_RUNTIME": str(runtime),
        "SHOWCALLER_DATA": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }


def end_process(process: subprocess.Popen[Any], patience: float = 10.0) -> None:
    """End a process of ours, gently first."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(patience)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


class EngineProcess:
    """`python -m showcaller engine`, in folders of its own or in the folder it is given."""

    def __init__(self, show_id: str, folder: Path | None = None) -> None:
        self._own = tempfile.TemporaryDirectory(prefix="sc") if folder is None else None
        self.folder = Path(self._own.name) if self._own is not None else Path(folder or ".")
        environment = environment_of(self.folder)
        self.runtime = self.folder / "run"
        self.show_id = show_id
        self.process = subprocess.Popen(
            [sys.executable, "-m", "showcaller", "engine", "--runtime", str(self.runtime), "--show", show_id],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def address(self) -> Address:
        """Wait until it listens."""
        return wait_for(self._read, "the engine's address")

    def _read(self) -> Address | None:
        if self.process.poll() is not None:
            raise AssertionError(f"the engine ended with {self.process.returncode}")
        address = read_address(self.runtime, self.show_id)
        return address if address is not None and address.pid == self.process.pid else None

    def connect(self, *, editor: bool = True) -> BareClient:
        """Connect a client to it."""
        return connect(self.address(), editor=editor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait(10)

    def end(self) -> None:
        """End it in order, and give its folders back."""
        end_process(self.process)
        if self._own is not None:
            self._own.cleanup()


class BareClient:
    """A client over a blocking socket: tells, and reads until what it waits for came."""

    def __init__(self, sock: socket.socket, token: str, *, editor: bool) -> None:
        self.socket = sock
        self._framer = messages.Framer()
        self._waiting: list[Any] = []
        self._id = 0
        self.lines: list[Line] = []
        """The as-run as it was told, when it was asked for with `follow`."""
        self.levels = 0
        """How many frames of audio levels came."""
        self.tell(messages.Hello(token=token, editor=editor, name="bare"))
        self.snapshot = messages.Snapshot(
            seq=0, engine_at=Instant(0), show_at=ShowTime(0), rate=1.0, revision=0, mode="edit"
        )
        self.welcome: messages.Welcome = self.take(messages.Welcome)
        self.snapshot = self.welcome.snapshot

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def tell(self, command: Any) -> None:
        """Send a command."""
        self.socket.sendall(messages.encode(command))

    def take(
        self,
        kind: type[Any] | tuple[type[Any], ...],
        until: Callable[[Any], bool] = lambda _one: True,
    ) -> Any:
        """Read on until a report of that kind came that fits."""
        end = time.monotonic() + PATIENCE
        while True:
            while self._waiting:
                report = self._waiting.pop(0)
                self._note(report)
                if isinstance(report, kind) and until(report):
                    return report
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"it did not come; the newest snapshot: {self.snapshot}")
            self.socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                received = self.socket.recv(1 << 18)
                if not received:
                    raise ConnectionError("the engine closed the connection")
                self._waiting += [messages.decode_report(body) for body in self._framer.feed(received)]

    def _note(self, report: Any) -> None:
        if isinstance(report, messages.Snapshot):
            self.snapshot = report
        elif isinstance(report, messages.Recorded):
            self.lines.extend(report.lines)
        elif isinstance(report, messages.LevelsView):
            self.levels += 1

    def drain(self) -> None:
        """Read what has come, without waiting."""
        self.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while received := self.socket.recv(1 << 20):
                self._waiting += [messages.decode_report(body) for body in self._framer.feed(received)]
        self.socket.setblocking(True)
        while self._waiting:
            self._note(self._waiting.pop(0))

    def see(self, until: Callable[[messages.Snapshot], bool]) -> messages.Snapshot:
        """Wait until the newest snapshot fits, and return it."""
        self.drain()
        if not until(self.snapshot):
            self.take(messages.Snapshot, until)
        return self.snapshot

    def ask(self, command: Any) -> Any:
        """Tell a command with an id and return its answer."""
        self._id += 1
        number = self._id
        self.tell(msgspec.structs.replace(command, id=number))
        return self.take((messages.Done, messages.Rejected), lambda one: one.id == number)

    def order(self, command: Any) -> None:
        """Tell a command that must be carried out."""
        answer = self.ask(command)
        assert isinstance(answer, messages.Done), answer

    def follow(self) -> None:
        """Ask for the as-run from its beginning; `lines` grows from now on."""
        self.lines.clear()
        self.tell(messages.SendEntries(0))

    def hear(self, until: Callable[[Sequence[Line]], bool]) -> Sequence[Line]:
        """Wait until the as-run, which is followed, fits."""
        self.drain()
        while not until(self.lines):
            self.take(messages.Recorded)
        return self.lines

    def load(
        self,
        show: Show,
        path: Path,
        revision: int = 1,
        inventories: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
    ) -> None:
        """Hand a show over, as an editor does."""
        bare = msgspec.structs.replace(show, rundown=())
        told = inventories or {}
        self.tell(messages.LoadShow(show=bare, revision=revision, path=str(path), inventories=told))
        for at in range(0, len(show.rundown), 200):
            self.tell(messages.LoadRows(show.rundown[at : at + 200]))
        self.order(messages.ShowLoaded(0))

    def wait_for_devices(self) -> None:
        """Wait until every connection stands."""
        self.see(lambda one: bool(one.devices) and all(device.health == "ready" for device in one.devices))

    def set_mode(self, mode: ev.Mode, **values: Any) -> None:
        """Enter a mode."""
        self.order(messages.SetMode(id=0, mode=mode, **values))

    def go_frame(self, standby: str) -> bytes:
        """Return the bytes of a GO of now."""
        now = Instant(time.monotonic_ns())
        return messages.encode(messages.Go(id=0, pressed_at=now, source="key", standby=standby))

    def go(self) -> str:
        """Give a GO for the standby that was seen last; return which that was."""
        standby = self.standby()
        self.socket.sendall(self.go_frame(standby))
        return standby

    def do(self, event: ev.Event) -> None:
        """Give an event to playback."""
        self.tell(messages.Do(0, event))

    def ping(self) -> None:
        """Wait until everything that was told before has been obeyed."""
        self.order(messages.Ping(0))

    def standby(self) -> str:
        """Return the standby row as it was seen last."""
        assert self.snapshot.standby is not None
        return self.snapshot.standby

    def close(self) -> None:
        """Give the connection back."""
        self.socket.close()


@contextlib.contextmanager
def udp_sockets(count: int) -> Iterator[list[socket.socket]]:
    """Bound loopback UDP sockets with room for a long run."""
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


def free_udp_port() -> int:
    """Return a UDP port that nothing has; for who must be told a number."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
