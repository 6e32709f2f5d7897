"""`showcaller play`: the engine without a window; Enter is GO.

Owns the command's defaults and its ends: REHEARSE with every route simulated (LIVE: real), over when the
last cue is done; the end of standard input is no end, Ctrl-C is stop all. Builds the same conductor and
rack as the engine process and no server.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import msgspec

from showcaller.core import events as ev
from showcaller.core.asrun import ActionDone, CueCalled, Line, Noted, Route
from showcaller.core.position import is_passed_over
from showcaller.core.show import Show
from showcaller.core.timecode_cues import timecode_cues
from showcaller.core.times import (
    Duration,
    TimeTextError,
    load_zone,
    nearest,
    parse_time_of_day,
    time_of_day_at,
)
from showcaller.devices import DEVICE_KINDS
from showcaller.engine.clock import FASTEST, NO_SUCH_RATE
from showcaller.engine.conductor import NO_SIMULATION, Conductor
from showcaller.engine.cue_lights import CueLights
from showcaller.engine.document import Document, read_document
from showcaller.engine.main import calm_interpreter, find_secrets, read_utc
from showcaller.engine.rack import Rack
from showcaller.engine.remote import Remote
from showcaller.engine.scheduler import DueCall, Scheduler
from showcaller.engine.timecode_in import TimecodeIn
from showcaller.showfile import places
from showcaller.showfile.errors import PlaceError, ShowFileError

CANNOT_RUN = 2
DEVICES_MAY_TAKE = Duration(10_000)
POLL = Duration(20)


class PlayError(Exception):
    """The command's words do not fit the show."""


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="showcaller play")
    parser.add_argument("file", type=Path)
    parser.add_argument("--mode", choices=["rehearse", "live"], default="rehearse")
    parser.add_argument("--from", dest="from_cue", metavar="CUE", help="number of the first cue")
    parser.add_argument("--route", action="append", default=[], metavar="DEVICE=ROUTE")
    parser.add_argument("--rate", type=float, default=1.0, help="speed of show time in REHEARSE")
    parser.add_argument("--clock", metavar="TIME", help="REHEARSE: time of day to begin at")
    parser.add_argument("--osc-port", type=int, help="listen for remote GO on loopback; 0 takes a free one")
    parser.add_argument("--auto", action="store_true", help="call every manual cue at its planned place")
    parser.add_argument("--as-run", type=Path, metavar="OUT", help="also write the as-run to this file")
    return parser.parse_args(argv)


def _routes(words: Sequence[str], show: Show) -> dict[str, Route]:
    routes: dict[str, Route] = {}
    for word in words:
        name, _, route = word.rpartition("=")
        device = next((one for one in show.devices if name in {one.name, one.id}), None)
        if device is None:
            known = ", ".join(one.name for one in show.devices) or "none"
            raise PlayError(f"There is no device “{name}”. The show has: {known}.")
        if route not in {"real", "simulated", "closed"}:
            raise PlayError(f"“{route}” is no route: real, simulated or closed.")
        routes[device.id] = cast("Route", route)
    return routes


class Player:
    """One show, played to its end.

    Args:
        arguments: The command's words.
        document: The show, and what its file told besides.
    """

    def __init__(self, arguments: argparse.Namespace, document: Document) -> None:
        show = document.show
        self.failed = False
        self._arguments = arguments
        self._show = show
        self._names = {device: seen.names for device, seen in document.inventories.items()}
        self._ended_by = "played to its end"
        self._last_look: DueCall | None = None
        self._printed = 0
        self.scheduler = Scheduler(on_fault=self._say)
        self.rack = Rack(self.scheduler, DEVICE_KINDS, find_secrets(show.id, document.secrets), read_utc)
        self.conductor = Conductor(self.scheduler, self.rack, read_utc, self._say)
        self.cue_lights = CueLights(self.scheduler, self.conductor)
        self.remote = Remote(self.scheduler, self.rack.host, self.conductor)
        self.timecode = TimecodeIn(self.scheduler, self.rack.host, self.conductor)
        self._said_of_timecode = ""
        self._begun = False

    def _say(self, sentence: str) -> None:
        print(sentence, file=sys.stderr, flush=True)

    def prepare(self, path: Path) -> None:
        """Open the devices, and begin the run when they are ready or have had their time.

        Raises:
            PlayError: The words do not fit the show.
        """
        arguments, show = self._arguments, self._show
        routes = _routes(arguments.route, show)
        if arguments.mode == "live" and "simulated" in routes.values():
            raise PlayError(NO_SIMULATION)
        from_row = None
        if arguments.from_cue is not None:
            from_row = show.numbers.get(arguments.from_cue)
            if from_row is None:
                raise PlayError(f"There is no cue {arguments.from_cue}.")
        if not 0 <= arguments.rate <= FASTEST:
            raise PlayError(NO_SUCH_RATE)
        if arguments.mode == "live" and (arguments.rate != 1 or arguments.clock is not None):
            raise PlayError("LIVE runs at the real clock: --rate and --clock are for REHEARSE.")
        clock = None
        if arguments.clock is not None:
            zone = load_zone(show.zone)
            clock = nearest(parse_time_of_day(arguments.clock), zone, self.conductor.show_now)
        default: Route = "real" if arguments.mode == "live" else "simulated"
        routes = {device.id: routes.get(device.id, default) for device in show.devices}
        self.conductor.load(show, 0, places.runs_folder(path), self._names, routes)
        settings = show.remote
        if arguments.osc_port is not None:
            settings = msgspec.structs.replace(settings, osc_port=arguments.osc_port)
        self.remote.fit(settings)
        if arguments.osc_port is not None and self.remote.osc_port is None:
            raise PlayError(
                f"Remote GO: {self.remote.sentence}. Choose another --osc-port; 0 takes a free one."
            )
        self.timecode.on_changed = self._tell_timecode
        self.timecode.fit(show.timecode)
        if self.remote.sentence:
            self._say(f"Remote GO: {self.remote.sentence}.")
        gave_up_at = self.scheduler.now() + DEVICES_MAY_TAKE * 1_000_000

        def begin_when_ready() -> None:
            waiting = any(
                slot.route != "closed" and slot.health.state == "opening" for slot in self.rack.slots.values()
            )
            if waiting and self.scheduler.now() < gave_up_at:
                self.scheduler.after(POLL, begin_when_ready)
                return
            for slot in self.rack.slots.values():
                if slot.route != "closed" and not slot.is_ready:
                    self._say(f"{slot.device.name}: {slot.health.sentence}")
            self._begin(from_row, clock, routes)

        begin_when_ready()

    def _begin(self, from_row: str | None, clock: object, routes: dict[str, Route]) -> None:
        self.conductor.on_lines = self._print_lines
        self.conductor.on_changed = self._end_when_done
        self.conductor.auto_caller.is_on = self._arguments.auto
        refusal = self.conductor.set_mode(
            self._arguments.mode,
            from_row=from_row,
            rate=self._arguments.rate,
            clock=clock,  # type: ignore[arg-type]
            routes=routes,
        )
        self._begun = True
        if refusal is not None:
            self._say(refusal)
            self.failed = True
            self.scheduler.stop()
        self._announce()

    def _announce(self) -> None:
        cue = self._show.cue(self.conductor.playback.standby)
        if cue is not None and not self._arguments.auto:
            self._print(f"  standby {cue.number} {cue.name}")

    def go(self) -> None:
        """Enter was pressed."""
        if not self._begun:
            return
        refusal = self.conductor.go(self.scheduler.now(), "enter", None)
        if refusal is not None:
            self._say(refusal)
        else:
            # After the lines of the cue that was called.
            self.scheduler.soon(self._announce)

    def stop_all(self) -> None:
        """Ctrl-C: stop all; with nothing to stop, end."""
        state = self.conductor.playback
        if state.mode != "edit" and self.conductor.is_busy_with_cues and not state.stopped:
            self.conductor.handle(ev.StopAll(self.conductor.show_now))
            # After the lines of what was called before it.
            self.scheduler.soon(lambda: self._say("All is stopped. Ctrl-C again ends."))
        else:
            self.end("ended with Ctrl-C")

    def end(self, by: str) -> None:
        """End the run; `by` stands in the as-run."""
        self._ended_by = by
        self.scheduler.stop()

    @staticmethod
    def _print(text: str) -> None:
        # A reader that has gone (`| head`) is no fault of the show.
        with contextlib.suppress(BrokenPipeError):
            print(text, flush=True)

    def _print_lines(self) -> None:
        lines = self.conductor.lines
        for line in lines[self._printed :]:
            text = self._line(line)
            if text:
                self._print(text)
        self._printed = len(lines)

    def _line(self, line: Line) -> str:
        match line.entry:
            case CueCalled(cue=cue, at=at, cause=cause):
                return (
                    f"{time_of_day_at(at, load_zone(self._show.zone))}  {cue.number:<6} {cue.name} ({cause})"
                )
            case ActionDone(result="failed", sentence=sentence):
                self.failed = True
                return f"    failed: {sentence}"
            case Noted(kind="missed" | "refused" | "lost" | "back", sentence=sentence):
                return f"    {sentence}"
            case _:
                return ""

    def _end_when_done(self) -> None:
        if self._last_look is not None:
            self._last_look.cancel()
            self._last_look = None
        state = self.conductor.playback
        if self._begun and state.standby is None and not self._is_awaiting_anything():
            if self.conductor.dispatcher.ledger.is_settled:
                self.scheduler.stop()
            else:
                self._last_look = self.scheduler.after(POLL, self._end_when_done)

    def _tell_timecode(self) -> None:
        """Say once why no timecode can come in; what comes stands in the as-run."""
        view = self.timecode.view
        sentence = view.sentence if view is not None else ""
        if sentence != self._said_of_timecode:
            self._said_of_timecode = sentence
            self._say(f"Timecode: {sentence or 'the port is there.'}")

    def _is_awaiting_anything(self) -> bool:
        """Say whether cues run or wait, or timecode may still come that starts one."""
        if self.conductor.is_busy_with_cues:
            return True
        playback, show = self.conductor.playback, self._show
        return bool(show.timecode.port) and any(
            cue not in playback.fired and not is_passed_over(playback, show, show.positions[cue])
            for _, cue in timecode_cues(show)
        )

    def close(self) -> None:
        """End the run, the devices and the loop; copy the as-run where it was asked for."""
        journal = self.conductor.journal
        self.remote.close()
        self.timecode.close()
        self.conductor.close(self._ended_by)
        self.cue_lights.close()
        if journal is not None and self._arguments.as_run is not None:
            try:
                shutil.copyfile(journal.path, self._arguments.as_run)
            except OSError as error:
                self._say(f"{self._arguments.as_run} cannot be written: {error.strerror}.")
                self.failed = True
        self.scheduler.close()


def _read_keys(post: Callable[[Callable[[], None]], None], go: Callable[[], None]) -> None:
    with contextlib.suppress(ValueError, OSError):
        for _ in sys.stdin:
            post(go)


def main(argv: Sequence[str]) -> int:
    """Play a show; 1 where an action failed, 2 where it cannot be played."""
    arguments = _arguments(argv)
    try:
        document = read_document(arguments.file)
    except ShowFileError as error:
        print(error, file=sys.stderr)
        return CANNOT_RUN
    player = Player(arguments, document)
    try:
        player.prepare(arguments.file)
    except (PlaceError, PlayError, TimeTextError) as error:
        print(error, file=sys.stderr)
        player.close()
        return CANNOT_RUN
    signal.signal(signal.SIGINT, lambda *_: player.scheduler.post(player.stop_all))
    signal.signal(signal.SIGTERM, lambda *_: player.scheduler.post(lambda: player.end("ended from outside")))
    keys = threading.Thread(
        target=_read_keys, args=(player.scheduler.post, player.go), name="keys", daemon=True
    )
    keys.start()
    calm_interpreter()
    try:
        player.scheduler.run()
    finally:
        player.close()
    return 1 if player.failed else 0
