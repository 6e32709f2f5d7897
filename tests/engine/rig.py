"""An engine in virtual time, with lamps as its devices.

`VirtualScheduler` is the engine's own loop with a clock that only moves when everybody waits. A lamp is
a small but true device kind: its driver encodes, sends, confirms and is lost as `devices.driver` lays
down, and its `Lamp` remembers what it got and when. `Rig` puts a conductor on top, with a runs folder.
"""

from __future__ import annotations

import json
import select
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self, TypeVar

import msgspec
from msgspec import Struct

from showcaller.core import events as ev
from showcaller.core import reports
from showcaller.core.asrun import ActionDone, Entry, Line, Noted, Route
from showcaller.core.forms import FadeRange
from showcaller.core.show import Action, Cue, Department, Device, Fade, Row, Show
from showcaller.core.times import NS_PER_MS, Duration, Instant, ShowTime, shift
from showcaller.devices.driver import (
    ActionKind,
    DeviceError,
    DeviceKind,
    Fault,
    Host,
    MessageSet,
    Order,
    UnsendableError,
)
from showcaller.engine.conductor import Conductor
from showcaller.engine.journal import read_journal
from showcaller.engine.rack import Rack, Slot
from showcaller.engine.scheduler import Scheduler

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


class Lamps(Struct, frozen=True):
    """Settings of a lamp."""

    name: str
    secret: str = ""


class Scene(Struct, frozen=True):
    name: str


class Level(Struct, frozen=True):
    channel: int
    level: float


class Play(Struct, frozen=True):
    clip: str


class Fire(Struct, frozen=True):
    number: str


_PAYLOADS: Mapping[str, type[Struct]] = {"scene": Scene, "level": Level, "play": Play, "fire": Fire}

Answer = Literal["confirm", "accept", "refuse", "silent"]


class Received(NamedTuple):
    """One message set as a lamp got it: the orders that stood in its bytes, and when."""

    orders: tuple[Order, ...]
    at: Instant


class Step(NamedTuple):
    """One step of a fade as a lamp got it."""

    channel: int
    level: float
    at: Instant


class Lamp:
    """The thing itself, which outlives every driver that talks to it."""

    def __init__(self) -> None:
        self.answer: Answer = "confirm"
        self.answers_after = Duration(0)
        self.is_plugged_in = True
        self.breaks_on_send = False
        self.received: list[Received] = []
        self.steps: list[Step] = []
        self.stopped: list[str] = []
        self.prepared = 0
        self.opened = 0
        self.wants_levels = False
        self.on_send: Callable[[], None] = lambda: None
        self.driver: LampDriver | None = None

    def unplug(self) -> None:
        """Be lost."""
        self.is_plugged_in = False
        if self.driver is not None:
            self.driver.host.emit(reports.Health("lost", "The lamp was unplugged."))

    def end_media(self, clip: str) -> None:
        """Come to the end of a clip."""
        assert self.driver is not None
        self.driver.host.emit(reports.MediaEnded(f"media {clip}"))

    def tell(self, report: reports.Report) -> None:
        """Report anything."""
        assert self.driver is not None
        self.driver.host.emit(report)

    @property
    def orders(self) -> list[Order]:
        """All orders so far."""
        return [order for received in self.received for order in received.orders]

    @property
    def scenes(self) -> list[str]:
        """The scenes that it was set to, in order."""
        return [order.payload.name for order in self.orders if isinstance(order.payload, Scene)]


class LampDriver:
    """Encodes orders as JSON, one frame each, and hands them to its lamp."""

    def __init__(self, lamp: Lamp, host: Host) -> None:
        self.lamp = lamp
        self.host = host
        self.is_open = False

    def open(self) -> None:
        self.lamp.opened += 1
        self.is_open = True
        if self.lamp.is_plugged_in:
            self.lamp.driver = self
            self.host.emit(reports.Health("ready", "A lamp."))
        else:
            self.host.emit(reports.Health("lost", "There is no lamp."))

    def prepare(self, orders: Sequence[Order]) -> MessageSet:
        self.lamp.prepared += 1
        for order in orders:
            if isinstance(order.payload, Scene) and order.payload.name == "nowhere":
                raise UnsendableError("The lamp has no scene “nowhere”.")
        frames = [json.dumps([one.kind, msgspec.to_builtins(one.payload)]).encode() for one in orders]
        return MessageSet(tuple(orders), tuple(frames))

    def send(self, message_set: MessageSet, token: int) -> None:
        lamp = self.lamp
        lamp.on_send()
        if lamp.breaks_on_send:
            raise KeyError("a fault in this driver")
        if not self.is_open:
            raise DeviceError("The lamp is closed.")
        decoded = [json.loads(frame) for frame in message_set.frames]
        orders = tuple(Order(kind, msgspec.convert(fields, _PAYLOADS[kind])) for kind, fields in decoded)
        lamp.received.append(Received(orders, self.host.now()))
        for index in range(len(orders)):
            if lamp.answers_after:
                self.host.after(lamp.answers_after, lambda index=index: self._answer(token, index))  # type: ignore[misc]
            else:
                self._answer(token, index)

    def _answer(self, token: int, index: int) -> None:
        results: Mapping[Answer, tuple[reports.Result, ...]] = {
            "confirm": ("accepted", "confirmed"),
            "accept": ("accepted",),
            "refuse": ("failed",),
            "silent": (),
        }
        for result in results[self.lamp.answer]:
            sentence = "The lamp does not want to." if result == "failed" else ""
            self.host.emit(reports.Outcome(token, index, result, sentence))

    def set_value(self, order: Order) -> None:
        assert isinstance(order.payload, Level)
        self.lamp.steps.append(Step(order.payload.channel, order.payload.level, self.host.now()))

    def stop_media(self, address: str) -> None:
        self.lamp.stopped.append(address)

    def listen_to_levels(self, wanted: bool) -> None:
        self.lamp.wants_levels = wanted

    def close(self) -> None:
        self.is_open = False
        if self.lamp.driver is self:
            self.lamp.driver = None


class LampSimulator:
    """A lamp of its own, which shows the scenes that it was set to."""

    def __init__(self, house: House, settings: Lamps) -> None:
        self._house = house
        self._name = f"{settings.name} simulated"

    def open(self, host: Host) -> Mapping[str, Any]:
        self._house.lamp(self._name)
        return {"name": self._name}

    def misbehave(self, fault: Fault, latency: Duration = Duration(0)) -> None:
        lamp = self._house.lamp(self._name)
        answers: Mapping[Fault, Answer] = {"none": "confirm", "silent": "silent", "refuse": "refuse"}
        lamp.answers_after = latency
        if fault == "disconnect":
            lamp.unplug()
        else:
            lamp.answer = answers[fault]

    def close(self) -> None:
        pass


class House:
    """All lamps there are, and the device kinds for them: `lamp` confirms, `bulb` cannot."""

    def __init__(self) -> None:
        self._lamps: dict[str, Lamp] = {}
        self.kinds = (self._kind("lamp", confirms=True), self._kind("bulb", confirms=False))

    def lamp(self, name: str) -> Lamp:
        return self._lamps.setdefault(name, Lamp())

    def _kind(self, name: str, *, confirms: bool) -> DeviceKind:
        return DeviceKind(
            name=name,
            title=name.capitalize(),
            settings=Lamps,
            actions=(
                ActionKind(
                    name="scene",
                    title="Scene",
                    payload=Scene,
                    summary="Scene {name}",
                    address=lambda _payload: "scene",
                    value=lambda payload: payload.name,
                ),
                ActionKind(
                    name="level",
                    title="Level",
                    payload=Level,
                    summary="Level of {channel} to {level}",
                    address=lambda payload: f"channel {payload.channel}",
                    value=lambda payload: payload.level,
                    fade=FadeRange("level", 0, 100),
                ),
                ActionKind(
                    name="play",
                    title="Play",
                    payload=Play,
                    summary="Play {clip}",
                    address=lambda payload: f"media {payload.clip}",
                    media=lambda payload: f"media {payload.clip}",
                ),
                ActionKind(
                    name="fire",
                    title="Fire",
                    payload=Fire,
                    summary="Fire {number}",
                    address=lambda payload: f"cue {payload.number}",
                    number_field="number",
                ),
            ),
            make_driver=lambda settings, host: LampDriver(self.lamp(settings.name), host),
            make_simulator=lambda settings, _names: LampSimulator(self, settings),
            confirms=confirms,
        )


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
        refusal = self.conductor.handle(event(self.conductor.show_now, *values, **named))
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


def later(at: Instant, seconds: float) -> Instant:
    return Instant(at + round(seconds * 1000) * NS_PER_MS)


def at_evening(seconds: float) -> ShowTime:
    return shift(EVENING, ms(seconds))
