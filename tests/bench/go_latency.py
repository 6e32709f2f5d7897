"""From a GO to the cue's first byte on the wire: over the GUI's socket, and by OSC."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterable


from pythonosc.osc_message_builder import OscMessageBuilder

from tests.bench.engines import BareClient, EngineProcess, udp_sockets
from tests.bench.shows import osc_show
from tests.bench.table import Row, ratios, spread

GOS = 300
CUES = (1000, 10_000)
ECHO = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
while True:
    d, a = s.recvfrom(2048)
    s.sendto(d, a)
"""


class Echo:
    """The floor: a bare Python process that sends back what it gets."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", ECHO], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._port = int(self._process.stdout.readline())
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", self._port))

    def measure(self) -> float:
        began = time.perf_counter_ns()
        self._socket.send(b"x" * 24)
        self._socket.recv(2048)
        return (time.perf_counter_ns() - began) / 1e6

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._socket.close()


def _free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _run(cues: int) -> tuple[list[float], list[float], list[float]]:
    """Return the milliseconds of the floor, of GOs over the socket, and of GOs by OSC."""
    floor: list[float] = []
    by_socket: list[float] = []
    by_osc: list[float] = []
    with udp_sockets(1) as (wire,):
        remote_port = _free_udp_port()
        show = osc_show(cues, [wire.getsockname()[1]], remote_port=remote_port)
        with EngineProcess(show.id) as engine:
            client = engine.connect()
            client.load(show, engine.folder / "bench.show")
            client.wait_for_devices()
            client.set_mode("live")
            client.wait_for_devices()
            echo = Echo()
            press = OscMessageBuilder("/go").build().dgram
            osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            osc.connect(("127.0.0.1", remote_port))
            rng = random.Random(1)
            for turn in range(GOS):
                pause(rng)
                floor.append(echo.measure())
                pause(rng)
                client.drain()
                by_socket.append(_over_socket(client, wire))
                if turn % 1 == 0:
                    pause(rng)
                    by_osc.append(_by_osc(osc, press, wire))
                if len(show.rundown) - 45 < (turn + 1) * 2:
                    break
            client.drain()
            osc.close()
            echo.close()
            client.set_mode("edit")
            client.close()
    return floor, by_socket, by_osc


def pause(rng: random.Random) -> None:
    time.sleep(rng.uniform(0.03, 0.07))


def _over_socket(client: BareClient, wire: socket.socket) -> float:
    frame = client.go_frame(client.standby())
    began = time.perf_counter_ns()
    client.socket.send(frame)
    wire.recv(2048)
    return (time.perf_counter_ns() - began) / 1e6


def _by_osc(osc: socket.socket, press: bytes, wire: socket.socket) -> float:
    began = time.perf_counter_ns()
    osc.send(press)
    wire.recv(2048)
    return (time.perf_counter_ns() - began) / 1e6


def measure() -> Iterable[Row]:
    for cues in CUES:
        floor, by_socket, by_osc = _run(cues)
        goal = "p50 ≤ +0.15 ms, p99 ≤ 2.5×"
        for what, values in ((f"GO over the GUI's socket → wire, {cues:,} cues", by_socket), (f"GO by OSC → wire, {cues:,} cues", by_osc)):
            yield Row(what, f"UDP echo, {spread(floor)}", spread(values), ratios(values, floor), goal)



