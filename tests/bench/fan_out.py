"""One GO to 32 devices: from the first packet to the last, against 32 bare `sendto`."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable

from tests.bench.bare import bare_process
from tests.bench.go_latency import pause
from tests.bench.table import Row, spread, times
from tests.engine_process import EngineProcess
from tests.osc_shows import osc_show
from tests.wire import wires

DEVICES = 32
GOS = 100
BURST = """
import socket, sys
ports = [int(one) for one in sys.argv[1:]]
packet = b"/cue" + bytes(4) + b",i" + bytes(6)
asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); asked.bind(("127.0.0.1", 0))
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print(asked.getsockname()[1], flush=True)
while True:
    asked.recv(16)
    for port in ports:
        out.sendto(packet, ("127.0.0.1", port))
"""


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Yield the one row."""
    floor: list[float] = []
    measured: list[float] = []
    rng = random.Random(2)
    gos = 5 if quick else GOS * (3 if full else 1)
    with wires(DEVICES) as fanned:
        ports = [one.port for one in fanned]
        show = osc_show(gos + 10, ports)

        def span() -> float:
            came = [one.hear().at for one in fanned]
            return (max(came) - min(came)) / 1e6

        with (
            bare_process(BURST, [str(port) for port in ports]) as burst_port,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ask,
            EngineProcess(show.id) as engine,
            engine.connect() as client,
        ):
            ask.connect(("127.0.0.1", int(burst_port)))
            client.load(show, engine.folder / "bench.show")
            client.set_mode("live")
            client.wait_for_devices()
            for _ in range(gos):
                pause(rng)
                ask.send(b"now")
                floor.append(span())
                pause(rng)
                client.drain()
                client.go()
                measured.append(span())
            client.set_mode("edit")
    yield Row(
        f"one GO to {DEVICES} devices: first to last packet",
        f"{DEVICES} bare sendto, {spread(floor)}",
        spread(measured),
        times(measured, floor),
        "≤ 3×",
    )
