"""Lamps: a small but true device kind, to run the engine with.

A driver encodes, sends, confirms and is lost as `devices.driver` lays down; its `Lamp` outlives it and
remembers what it got and when. A `bulb` is a lamp that cannot confirm. A `House` holds them all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from showcaller.core import reports
from showcaller.core.forms import FadeRange
from showcaller.core.times import Duration, Instant
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

Answer = Literal["confirm", "accept", "sent", "refuse", "silent"]


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
        self.breaks_on_steps = False
        self.received: list[Received] = []
        self.steps: list[Step] = []
        self.stopped: list[str] = []
        self.prepared = 0
        self.prepared_at: list[Instant] = []
        self.opened = 0
        self.wants_levels = False
        self.on_send: Callable[[], None] = lambda: None
        self.driver: LampDriver | None = None
        self.rate = 1.0
        self.lengths: Mapping[str, Duration] = {}
        """How fast media run, where the lamp is a simulated one."""

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
        self.lamp.prepared_at.append(self.host.now())
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
            "sent": ("sent",),
            "refuse": ("failed",),
            "silent": (),
        }
        for result in results[self.lamp.answer]:
            sentence = "The lamp does not want to." if result == "failed" else ""
            self.host.emit(reports.Outcome(token, index, result, sentence))

    def set_value(self, order: Order) -> None:
        assert isinstance(order.payload, Level)
        if self.lamp.breaks_on_steps:
            raise KeyError("a fault in this driver")
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

    def play_at(self, rate: float) -> None:
        self._house.lamp(self._name).rate = rate

    def know_lengths(self, lengths: Mapping[str, Duration]) -> None:
        self._house.lamp(self._name).lengths = lengths

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
