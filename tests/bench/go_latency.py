"""From a GO to the cue's first byte on the wire: over the GUI's socket, and by OSC.

The floor is a UDP echo between two bare Python processes. All three take turns, 30–70 ms apart, so that
each finds the caches as cold as a caller's hand leaves them. A packet's time is the kernel's stamp: when
the bench wakes to read it is no part of either.
"""

from __future__ import annotations

import contextlib
import random
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from pythonosc.osc_message_builder import OscMessageBuilder

from tests.bench.bare import bare_process
from tests.bench.table import Row, gain, spread
from tests.engine_process import BareClient, EngineProcess, free_udp_port
from tests.osc_shows import osc_show
from tests.wire import Wire, wires

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


@contextlib.contextmanager
def echo() -> Iterator[Callable[[], float]]:
    """Yield what measures one round trip to a bare Python process, in milliseconds."""
    with bare_process(ECHO) as port, wires(1) as (wire,):
        wire.socket.connect(("127.0.0.1", int(port)))

        def measure_once() -> float:
            began = time.monotonic_ns()
            wire.socket.send(b"x" * 24)
            return (wire.hear().at - began) / 1e6

        yield measure_once


def pause(rng: random.Random) -> None:
    """Wait as long as cold caches take."""
    time.sleep(rng.uniform(0.03, 0.07))


def _over_socket(client: BareClient, wire: Wire) -> float:
    frame = client.go_frame(client.standby())
    began = time.monotonic_ns()
    client.socket.send(frame)
    return (wire.hear().at - began) / 1e6


def _by_osc(osc: socket.socket, press: bytes, wire: Wire) -> float:
    began = time.monotonic_ns()
    osc.send(press)
    return (wire.hear().at - began) / 1e6


def _run(cues: int, gos: int) -> tuple[Sequence[float], Sequence[float], Sequence[float]]:
    """Return the milliseconds of the floor, of GOs over the socket, and of GOs by OSC."""
    floor: list[float] = []
    by_socket: list[float] = []
    by_osc: list[float] = []
    rng = random.Random(1)
    remote_port = free_udp_port()
    press = OscMessageBuilder("/go").build().dgram
    with (
        wires(1) as (wire,),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as osc,
        echo() as floored,
    ):
        osc.connect(("127.0.0.1", remote_port))
        show = osc_show(cues, [wire.port], remote_port=remote_port)
        with EngineProcess(show.id) as engine, engine.connect() as client:
            client.load(show, engine.folder / "bench.show")
            client.set_mode("live")
            client.wait_for_devices()
            for _ in range(min(gos, cues // 2 - 1)):
                pause(rng)
                floor.append(floored())
                pause(rng)
                client.drain()
                by_socket.append(_over_socket(client, wire))
                pause(rng)
                by_osc.append(_by_osc(osc, press, wire))
            client.set_mode("edit")
    return floor, by_socket, by_osc


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Yield a row for each way of GO and each size of show."""
    for cues in (40,) if quick else CUES:
        floor, by_socket, by_osc = _run(cues, 5 if quick else GOS * (3 if full else 1))
        for way, values in (("over the GUI's socket", by_socket), ("by OSC", by_osc)):
            yield Row(
                f"GO {way} → first byte on the wire, {cues:,} cues",
                f"UDP echo, {spread(floor)}",
                spread(values),
                gain(values, floor),
                "p50 ≤ +0.15 ms, p99 ≤ 2.5×",
            )
