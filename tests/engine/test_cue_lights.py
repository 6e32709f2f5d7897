"""Cue lights on the wire: after the cue, at each step, by the route, and never in anybody's way."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pythonosc.osc_message import OscMessage

from showcaller.core import events as ev
from showcaller.core.edits import edit
from showcaller.core.show import AtOffset, Call, Cue, Department, Device, Segment, Show
from showcaller.core.times import Duration
from showcaller.devices import DEVICE_KINDS
from showcaller.engine.cue_lights import CueLights
from tests.engine.lamps import House
from tests.engine.rig import Rig, ms, scene, show_of

OSC = next(kind for kind in DEVICE_KINDS if kind.name == "osc")


class MixedHouse(House):
    """Lamps, and a real OSC device."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds = (*self.kinds, OSC)


class Booth:
    """A rig with cue lights, and the socket where they are."""

    def __init__(self, rig: Rig, lights: CueLights, sock: socket.socket) -> None:
        self.rig, self.lights, self._socket = rig, lights, sock

    def told(self) -> list[str]:
        """Return what came since the last time, as `station command text`."""
        self.rig.scheduler.settle()
        found = []
        while True:
            try:
                message = OscMessage(self._socket.recv(4096))
            except BlockingIOError:
                return found
            parts = message.address.split("/")
            assert parts[:2] == ["", "cuelight"]
            found.append(" ".join([*parts[2:], *message.params]).strip())


def calls(number: str, *departments: str) -> tuple[Call, ...]:
    return tuple(Call(department=one, number=number) for one in departments)


def lit_show(port: int, *rows: Any, **values: Any) -> Show:
    rows = rows or (
        Cue(id="c1", number="1", calls=calls("1", "lx", "snd"), actions=(scene("one"),)),
        Cue(id="c2", number="2", calls=calls("2", "fly")),
        Cue(id="c3", number="3", calls=calls("3", "lx")),
    )
    show = show_of(
        *rows,
        departments=(
            Department(id="lx", name="LX", cue_light="1", standby=Duration(5_000), warning=Duration(20_000)),
            Department(id="fly", name="FLY", cue_light="FLYS"),
            Department(id="snd", name="SND"),
        ),
        **{"calling": "warning-standby-go", "cue_lights": "osc", **values},
    )
    device = Device(id="osc", name="Lights", kind="osc", settings={"host": "127.0.0.1", "port": port})
    return msgspec.structs.replace(show, devices=(*show.devices, device))


Open = Callable[..., Any]


@pytest.fixture
def booth_of(tmp_path: Path) -> Open:
    @contextmanager
    def open_booth(*rows: Any, mode: ev.Mode = "live", routes: Any = None, **values: Any) -> Iterator[Booth]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            sock.setblocking(False)
            show = lit_show(sock.getsockname()[1], *rows, **values)
            with Rig(show, tmp_path, mode="edit", house=MixedHouse()) as rig:
                lights = CueLights(rig.scheduler, rig.conductor)
                if mode != "edit":
                    assert rig.conductor.set_mode(mode, routes=routes) is None
                booth = Booth(rig, lights, sock)
                yield booth
            lights.close()

    return open_booth


ALL_OFF = ["1 banner", "1 off", "FLYS banner", "FLYS off"]


def step(booth: Booth) -> list[str]:
    """Press what Space presses."""
    now = booth.rig.scheduler.now()
    booth.rig.conductor.press(ev.SayNext(at=booth.rig.conductor.show_now, pressed_at=now, source="key"))
    return booth.told()


def test_a_run_begins_dark_and_ends_dark(booth_of: Open) -> None:
    with booth_of() as booth:
        assert booth.told() == ALL_OFF
        booth.rig.give(ev.StandBy, spoken=True)
        assert booth.told() == ["1 standby LX 1"]
        assert booth.rig.conductor.set_mode("edit") is None
        assert booth.told() == ["1 off"]


def test_each_step_of_a_call_has_its_light(booth_of: Open) -> None:
    with booth_of() as booth:
        booth.told()
        assert step(booth) == ["1 banner LX 1"]
        assert step(booth) == ["1 banner", "1 standby LX 1"]
        assert step(booth) == ["1 go LX 1"]
        booth.rig.advance(3.1)
        assert booth.told() == ["1 off"]


def test_a_standby_soon_after_a_go_takes_the_green_away(booth_of: Open) -> None:
    with booth_of(
        Cue(id="c1", number="1", calls=calls("1", "lx")),
        Cue(id="c2", number="2", calls=calls("2", "lx")),
        calling="standby-go",
    ) as booth:
        booth.told()
        booth.rig.go()
        booth.told()
        booth.rig.advance(1)
        booth.rig.give(ev.StandBy, spoken=True)
        assert booth.told() == ["1 standby LX 2"]
        booth.rig.go()
        assert booth.told() == ["1 go LX 2"]


@pytest.mark.parametrize(
    "back", [("Jump", {"row": "c3"}), ("Step", {"back": False}), ("StandBy", {"spoken": False})]
)
def test_back_jump_and_take_back_put_a_light_out(booth_of: Open, back: tuple[str, dict[str, Any]]) -> None:
    with booth_of() as booth:
        booth.rig.give(ev.StandBy, spoken=True)
        booth.told()
        name, values = back
        booth.rig.give(getattr(ev, name), **values)
        assert booth.told() == ["1 off"]


def test_a_call_that_is_taken_back_puts_its_green_out(booth_of: Open) -> None:
    with booth_of() as booth:
        booth.rig.go()
        booth.told()
        booth.rig.give(ev.Oops)
        assert booth.told() == ["1 off"]


def test_the_cue_is_on_the_wire_before_its_light(booth_of: Open) -> None:
    with booth_of() as booth:
        booth.told()
        order: list[str] = []
        booth.rig.lamp.on_send = lambda: order.append("cue")
        rack_send = booth.rig.rack.send

        def send(slot: Any, message_set: Any, token: int) -> Any:
            if slot.device.id == "osc":
                order.append("light")
            return rack_send(slot, message_set, token)

        booth.rig.rack.send = send
        booth.rig.go()
        assert order == ["cue", "light"]
        assert booth.told() == ["1 go LX 1"]


def test_a_timed_cue_lights_at_its_lead_times_and_goes_green_by_itself(booth_of: Open) -> None:
    timed = Cue(id="t", number="9", trigger=AtOffset(after=ms(30)), calls=calls("9", "lx"))
    with booth_of(Segment(id="s", page="A"), Cue(id="c0", number="0"), timed) as booth:
        booth.rig.go()
        booth.told()
        booth.rig.advance(9.9)
        assert booth.told() == []
        booth.rig.advance(0.2)
        assert booth.told() == ["1 banner LX 9"]
        booth.rig.advance(15)
        assert booth.told() == ["1 banner", "1 standby LX 9"]
        booth.rig.advance(5)
        assert booth.told() == ["1 go LX 9"]
        booth.rig.advance(5)
        assert booth.told() == ["1 off"]


def test_in_edit_nothing_is_lit(booth_of: Open) -> None:
    with booth_of(mode="edit") as booth:
        booth.rig.give(ev.StandBy, spoken=True)
        booth.rig.go()
        assert booth.told() == []


def test_a_closed_route_sends_nothing_and_an_opened_one_tells_all(booth_of: Open) -> None:
    with booth_of(routes={"osc": "closed"}) as booth:
        booth.rig.give(ev.StandBy, spoken=True)
        assert booth.told() == []
        assert booth.rig.notes("cue-light") == []
        booth.rig.route("osc", "real")
        assert booth.told() == ["1 banner", "1 standby LX 1", "FLYS banner", "FLYS off"]


def test_a_simulated_route_reaches_no_light_and_is_called_so(booth_of: Open) -> None:
    with booth_of(mode="rehearse") as booth:
        booth.rig.scheduler.settle()
        booth.rig.give(ev.StandBy, spoken=True)
        assert booth.told() == []
        assert booth.rig.notes("cue-light")[-1] == "Cue lights: 1 standby “LX 1” (simulated)."


def test_the_as_run_says_it_in_words(booth_of: Open) -> None:
    with booth_of() as booth:
        booth.told()
        step(booth)
        booth.rig.go()
        booth.told()
        assert booth.rig.notes("cue-light") == [
            "Cue lights: 1 off, FLYS off.",
            "Cue lights: 1 warning “LX 1”.",
            "Cue lights: 1 GO “LX 1”.",
        ]


def test_a_device_that_cannot_is_a_line_and_holds_no_cue_up(booth_of: Open) -> None:
    with booth_of(cue_lights="lamp") as booth:
        booth.rig.go()
        assert booth.rig.results("scene one on lamp")[-1] == "confirmed"
        failed = booth.rig.notes("cue-light")
        assert failed[-1].startswith("Cue lights not sent: ")
        assert "Lamp" in failed[-1]


def test_after_a_restart_nothing_is_lit_until_it_is_confirmed(booth_of: Open) -> None:
    with booth_of() as booth:
        booth.rig.give(ev.StandBy, spoken=True)
        booth.told()
        booth.rig.give(ev.EngineRestarted)
        booth.rig.give(ev.StandBy, spoken=False)
        assert booth.told() == []
        booth.rig.give(ev.Confirm, with_waits=True)
        assert booth.told() == ["1 off"]


def test_another_device_takes_over_and_leaves_no_light_on(booth_of: Open) -> None:
    with booth_of() as booth:
        booth.rig.give(ev.StandBy, spoken=True)
        booth.told()
        show = booth.rig.conductor.show
        assert show is not None
        booth.rig.conductor.change(2, "Cue lights", edit(show, show.id, cue_lights=None))
        assert booth.told() == ["1 off"]
