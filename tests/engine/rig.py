"""An engine in virtual time, with lamps as its devices.

`VirtualScheduler` is the engine's own loop with a clock that only moves when everybody waits. `Rig` puts
a rack of lamps and a conductor on top, with a runs folder.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from showcaller.core import events as ev
from showcaller.core.asrun import ActionDone, Entry, Line, Noted, Route
from showcaller.core.show import Action, Cue, Department, Device, Fade, Row, Show
from showcaller.core.times import Duration, Instant, ShowTime, shift
from showcaller.engine.conductor import Conductor
from showcaller.engine.journal import read_journal
from showcaller.engine.rack import Rack, Slot
from showcaller.engine.scheduler import Scheduler
from tests.engine.lamps import House, Lamp

EVENING = ShowTime(1_790_000_000 * 10**9)
"""What the wall clock shows when a rig is made: 15:13:20 in London."""

BEGAN = Instant(10**12)
EntryT = TypeVar("EntryT", bound=Entry)


class VirtualScheduler(Scheduler):
    """The engine's loop; `advance` moves its clock, and nothing else does."""

    def __init__(self, on_fault: Callable[[str], None] | None = None) -> None:
        self.clock = BEGAN
        super().__init__(on_fault)

    def now(self) -> Instant:
        return self.clock

    def _patience(self, longest: Duration | None) -> float | None:
        return 0.0

    @property
    def is_waiting(self) -> bool:
        """Say whether nothing is to be done at this instant."""
        self._drop_cancelled()
        if self._posted or self._soon or (self._due and self._due[0][0] <= self.clock):
            return False
        if self._idle and self._is_free():
            return False
        ready = select.select(list(self._readers), list(self._writers), (), 0.0)
        return not any(ready)

    def _drop_cancelled(self) -> None:
        while self._due and self._due[0][2].call is None:
            self._due.pop(0)
            self._due.sort()

    def settle(self) -> None:
        """Do everything that is to be done at this instant."""
        for _ in range(100_000):
            if self.is_waiting:
                return
            self.turn()
        raise AssertionError("the engine never comes to rest")

    def advance(self, by: float) -> None:
        """Let so many seconds pass, stopping at each deadline on the way."""
        end = Instant(self.clock + round(by * 10**9))
        self.settle()
        while self._due and self._due[0][0] <= end:
            self.clock = Instant(max(self._due[0][0], self.clock))
            self.settle()
        self.clock = end
        self.settle()

    def wait_for(self, predicate: Callable[[], bool], turns: int = 10_000) -> None:
        """Turn at this instant, for what another thread or process is about to do.

        Raises:
            AssertionError: It has not come about.
        """
        for _ in range(turns):
            self.settle()
            if predicate():
                return
            select.select([], [], [], 0.001)
        raise AssertionError("that has not come about")


def ms(seconds: float) -> Duration:
    return Duration(round(seconds * 1000))


def scene(name: str, device: str = "lamp", **values: Any) -> Action:
    return Action(
        id=f"scene {name} on {device}", device=device, kind="scene", fields={"name": name}, **values
    )


def level(to: float, channel: int = 1, device: str = "lamp", **values: Any) -> Action:
    fields = {"channel": channel, "level": to}
    return Action(
        id=values.pop("id", f"level {channel} to {to} on {device}"),
        device=device,
        kind="level",
        fields=fields,
        **values,
    )


def fade(to: float, seconds: float, start: float | None = 0.0, channel: int = 1, **values: Any) -> Action:
    moving = Fade(to=to, duration=ms(seconds), start=start)
    return level(to, channel, **{"id": f"fade {channel} to {to}", **values}, fade=moving)


def play(clip: str, device: str = "lamp") -> Action:
    return Action(id=f"play {clip} on {device}", device=device, kind="play", fields={"clip": clip})


def cue(number: str, *actions: Action, **values: Any) -> Cue:
    return Cue(id=f"c{number}", number=number, actions=actions, **values)


def show_of(*rows: Row, devices: Sequence[str] = ("lamp",), **values: Any) -> Show:
    """Return a show whose devices are lamps, or bulbs where the name says so."""
    return Show(
        **{
            "id": "show",
            "title": "The show",
            "rundown": rows,
            "guard": Duration(0),
            "departments": (Department(id="lx", name="LX"), Department(id="vt", name="VT")),
            "devices": tuple(
                Device(
                    id=name,
                    name=name.capitalize(),
                    kind="bulb" if name.startswith("bulb") else "lamp",
                    settings={"name": name},
                )
                for name in devices
            ),
            **values,
        }
    )


class Rig:
    """A conductor on a virtual scheduler, with lamps; a context manager.

    Args:
        show: Opened at once, in LIVE.
        folder: For its runs.
        mode: What it is opened in.
        keywords: Of `Conductor.set_mode`.
    """

    def __init__(
        self,
        show: Show,
        folder: Path,
        mode: ev.Mode = "live",
        house: House | None = None,
        **keywords: Any,
    ) -> None:
        self.house = house or House()
        self.faults: list[str] = []
        self.folder = folder
        self.scheduler = VirtualScheduler(on_fault=self.faults.append)
        self.rack = Rack(self.scheduler, self.house.kinds, lambda _device: {}, self.utc)
        self.conductor = Conductor(self.scheduler, self.rack, self.utc, self.faults.append)
        self.conductor.load(show, 1, folder, {})
        self.scheduler.settle()
        if mode != "edit":
            assert self.conductor.set_mode(mode, **keywords) is None
            self.scheduler.settle()

    def utc(self) -> int:
        return EVENING + self.scheduler.clock - BEGAN

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.conductor.close("the test is over")
        self.scheduler.settle()
        self.scheduler.close()

    @property
    def lamp(self) -> Lamp:
        return self.house.lamp("lamp")

    @property
    def slot(self) -> Slot:
        return self.rack.slots["lamp"]

    def advance(self, seconds: float) -> None:
        self.scheduler.advance(seconds)

    def go(self, source: ev.Source = "key") -> str | None:
        """Give a GO now and let the engine come to rest."""
        refusal = self.conductor.go(self.scheduler.now(), source, None)
        self.scheduler.settle()
        return refusal

    def give(self, event: type[ev.Event], *values: Any, **named: Any) -> str | None:
        """Give an event of this moment, and let the engine come to rest."""
        refusal = self.conductor.handle(_made(event, self.conductor.show_now, values, named))
        self.scheduler.settle()
        return refusal

    @property
    def passed(self) -> float:
        """Seconds of machine time since the rig was made."""
        return (self.scheduler.clock - BEGAN) / 10**9

    def seconds(self, at: Instant | ShowTime) -> float:
        """Return an instant or show time as seconds since the rig was made."""
        return (at - (EVENING if at >= EVENING else BEGAN)) / 10**9

    @property
    def journal_path(self) -> Path:
        assert self.conductor.journal is not None
        return self.conductor.journal.path

    def lines_on_disk(self) -> Sequence[Line]:
        """Read and verify the journal of this run."""
        return read_journal(self.journal_path)

    def entries(self, kind: type[EntryT]) -> list[EntryT]:
        """Return the as-run's entries of a kind, in order."""
        return [line.entry for line in self.conductor.lines if isinstance(line.entry, kind)]

    def results(self, action: str | None = None) -> list[str]:
        """Return what became of an action (None: of each), in order."""
        return [one.result for one in self.entries(ActionDone) if action is None or one.action == action]

    def outcome(self, action: str) -> ActionDone:
        """Return the last word on an action."""
        return [one for one in self.entries(ActionDone) if one.action == action][-1]

    def notes(self, kind: str) -> list[str]:
        return [one.sentence for one in self.entries(Noted) if one.kind == kind]

    def route(self, device: str, route: Route) -> None:
        assert self.conductor.set_route(device, route) is None
        self.scheduler.settle()


def at_evening(seconds: float) -> ShowTime:
    return shift(EVENING, ms(seconds))


def _made(event: type[ev.Event], at: ShowTime, values: tuple[Any, ...], named: dict[str, Any]) -> ev.Event:
    return event(at, *values, **named) if values else event(at=at, **named)
