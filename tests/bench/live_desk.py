"""A real desk on a screen with a real engine, and 64 stereo meters that arrive 50 times a second.

The meters come from the simulated OBS in a process of its own, over a real socket, as a real device of a
LIVE show: what it costs to make them is not counted.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from showcaller.core.show import Device
from tests.bench.bare import bare_process
from tests.desk_process import Desk, write_show
from tests.engine_process import BareClient
from tests.osc_shows import osc_show
from tests.screen import Screen

METERS = 64
SOURCE = f"""
import sys, threading
from showcaller.devices.obs import simulator
from showcaller.devices.obs.actions import ObsSettings
simulator._METERS_EVERY = 20
class Host:
    def emit(self, report): pass
names = {{"scenes": ("Stage",), "inputs": tuple(f"Microphone {{at:02}}" for at in range({METERS}))}}
source = simulator.ObsSimulator(ObsSettings(), names)
print(source.open(Host())["port"], flush=True)
threading.Event().wait()
"""


@dataclass(frozen=True)
class LiveDesk:
    """The parts, running."""

    screen: Screen
    desk: Desk
    client: BareClient

    @property
    def pids(self) -> Sequence[int]:
        """The processes of the window and of the engine."""
        return (self.desk.process.pid, self.desk.engine().pid)


@contextlib.contextmanager
def live_desk(
    ports: Sequence[int], *, cues: int, chain: int = 0, gap: int = 20, meters: bool = True, live: bool = True
) -> Iterator[LiveDesk]:
    """Open a show of OSC cues on a desk, and enter LIVE."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sc")))
        devices: tuple[Device, ...] = ()
        if meters:
            port = stack.enter_context(bare_process(SOURCE))
            devices = (
                Device(id="obs", name="OBS", kind="obs", settings={"host": "127.0.0.1", "port": int(port)}),
            )
        show = osc_show(cues, ports, chain=chain, gap=gap, devices=devices)
        screen = stack.enter_context(Screen())
        desk = stack.enter_context(Desk(folder, [str(write_show(show, folder))], display=screen.name))
        screen.wait_for_focus(show.title)
        client = desk.watch()
        if live:
            client.set_mode("live")
            client.wait_for_devices()
        yield LiveDesk(screen, desk, client)
        client.drain()
        if live:
            client.set_mode("edit")
