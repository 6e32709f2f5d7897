"""The engine process: builds the loop, the rack, the conductor and the server, and ends in order.

The GUI starts it as `showcaller engine --runtime DIR --show ID`. It outlives its clients: it ends by
itself a minute after the last one has gone, unless cues run or the mode is LIVE.
"""

from __future__ import annotations

import argparse
import gc
import logging
import logging.handlers
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from showcaller.core.forms import Catalogue
from showcaller.core.reports import Report
from showcaller.core.show import Device
from showcaller.core.times import Duration
from showcaller.devices import DEVICE_KINDS
from showcaller.devices.driver import DeviceKind
from showcaller.devices.midi.ports import end_ports_of
from showcaller.engine.conductor import Conductor
from showcaller.engine.cue_lights import CueLights
from showcaller.engine.desk import EngineDesk
from showcaller.engine.rack import Rack, Secrets, Slot
from showcaller.engine.remote import Remote
from showcaller.engine.scheduler import DueCall, Scheduler
from showcaller.engine.server import Server
from showcaller.engine.sounder import Sounder
from showcaller.engine.timecode_in import TimecodeIn
from showcaller.engine.tones import Tones
from showcaller.showfile import locks, places
from showcaller.showfile import secrets as secrets_file
from showcaller.showfile.errors import SecretsError

_log = logging.getLogger(__name__)

LEAVE_AFTER = Duration(60_000)
ALREADY_RUNNING = 3


def read_utc() -> int:
    """Read the wall clock, in nanoseconds since the Unix epoch."""
    return time.time_ns()


def catalogue() -> Catalogue:
    """Return everything that this program can control."""
    return Catalogue(tuple(kind.form() for kind in DEVICE_KINDS))


def find_secrets(show_id: str, told: Mapping[str, Mapping[str, str]] | None = None) -> Secrets:
    """Return what finds the secret settings of a show's devices.

    Args:
        show_id: The show.
        told: By device id and field, passwords that stood in its JSON; their home overrules them.
    """
    secret_fields = {
        kind.name: [field.name for field in kind.form().settings.fields if field.type == "secret"]
        for kind in DEVICE_KINDS
    }
    store = secrets_file.Secrets(places.secrets_path())

    def read(device: Device) -> Mapping[str, str]:
        found = dict((told or {}).get(device.id, {}))
        try:
            for field in secret_fields.get(device.kind, ()):
                value = store.read(show_id, device, field)
                if value is not None:
                    found[field] = value
        except SecretsError as error:
            _log.warning("%s", error)
        return found

    return read


def calm_interpreter() -> None:
    """Keep other threads and the garbage collector out of the way of a cue (DESIGN rule 5)."""
    sys.setswitchinterval(0.0005)
    gc.collect()
    gc.freeze()
    gc.disable()


def collect_young() -> None:
    """Collect the youngest garbage: tens of microseconds."""
    gc.collect(0)


class Engine:
    """Everything that one engine process is made of.

    Args:
        folder: The runtime folder.
        show_id: The show that it is for.
        scheduler: The loop.
        kinds: What it can control.
    """

    def __init__(
        self,
        folder: Path,
        show_id: str,
        scheduler: Scheduler,
        kinds: Sequence[DeviceKind] = DEVICE_KINDS,
    ) -> None:
        engine_id = uuid4().hex
        self.scheduler = scheduler
        self.rack = Rack(self.scheduler, kinds, find_secrets(show_id), read_utc)
        self.conductor = Conductor(self.scheduler, self.rack, read_utc, self._tell_fault)
        self.remote = Remote(self.scheduler, self.rack.host, self.conductor)
        self.cue_lights = CueLights(self.scheduler, self.conductor)
        self.timecode = TimecodeIn(self.scheduler, self.rack.host, self.conductor)
        self.tones = Tones(self.scheduler)
        self.sounder = Sounder(self.scheduler, self.conductor, self.tones.sound)
        self.server = Server(self.scheduler, folder, show_id, engine_id)
        self.desk = EngineDesk(
            self.scheduler,
            self.server,
            self.conductor,
            self.remote,
            self.timecode,
            self.tones,
            self.sounder,
            Catalogue(tuple(kind.form() for kind in kinds)),
            engine_id,
            places.runs_folder,
            self.scheduler.stop,
            self._count_clients,
        )
        self.server.desk = self.desk
        self.scheduler.on_fault = self._tell_fault
        tell_change = self.conductor.on_changed

        def see_change() -> None:
            tell_change()
            self.sounder.look()

        self.conductor.on_changed = see_change
        take_report = self.rack.on_report

        def take(slot: Slot, report: Report) -> None:
            take_report(slot, report)
            self.desk.take_report(slot, report)

        self.rack.on_report = take
        self._leaving: DueCall | None = None
        self._count_clients(0)

    def run(self) -> None:
        """Turn until told to end, then end in order."""
        calm_interpreter()
        self._collect_garbage()
        try:
            self.scheduler.run()
        finally:
            self.close()

    def close(self) -> None:
        """End the run, the devices, the clients and the loop."""
        self.remote.close()
        self.timecode.close()
        self.sounder.close()
        self.tones.close()
        self.conductor.close("the engine was ended")
        self.cue_lights.close()
        end_ports_of(self.rack.host)
        self.server.close()
        self.scheduler.close()

    def _tell_fault(self, sentence: str) -> None:
        self.desk.tell_fault(sentence)

    def _count_clients(self, count: int) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        if count == 0:
            self._leaving = self.scheduler.after(LEAVE_AFTER, self._leave)

    def _leave(self) -> None:
        if self.conductor.is_busy:
            self._leaving = self.scheduler.after(LEAVE_AFTER, self._leave)
        else:
            self.scheduler.stop()

    def _collect_garbage(self) -> None:
        """Collect in the gaps: young objects each second, never while something is due."""
        self.scheduler.idle(collect_young)
        self.scheduler.after(Duration(1000), self._collect_garbage)


def log_to(folder: Path, show_id: str) -> None:
    """Keep the engine's log in a file of its own: standard output belongs to nobody here."""
    handler = logging.handlers.RotatingFileHandler(
        folder / f"{show_id[:16]}.log", maxBytes=1_000_000, backupCount=1, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def main(argv: Sequence[str]) -> int:
    """Run the engine; return its exit status."""
    parser = argparse.ArgumentParser(prog="showcaller engine")
    parser.add_argument("--runtime", type=Path, required=True)
    parser.add_argument("--show", required=True)
    parser.add_argument("--auto", action="store_true", help="call every manual cue at its planned place")
    arguments = parser.parse_args(argv)
    log_to(arguments.runtime, arguments.show)
    lock = locks.acquire(arguments.runtime / f"{arguments.show[:16]}.engine-lock")
    if lock is None:
        return ALREADY_RUNNING
    try:
        engine = Engine(arguments.runtime, arguments.show, Scheduler())
        engine.conductor.auto_caller.is_on = arguments.auto
        signal.signal(signal.SIGTERM, lambda *_: engine.scheduler.post(engine.scheduler.stop))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        engine.run()
    finally:
        lock.release()
    return 0
