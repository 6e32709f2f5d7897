"""A stage for the tests of the window: a document, a client whose engine end is scripted, a selection.

The engine end is the other side of a real socket pair and speaks `messages.encode`, so what a test sees
has crossed the wire. `Stage.report` sends up, `Stage.commands` is what came down so far.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from showcaller.core import asrun, messages
from showcaller.core.forms import (
    ActionForm,
    Catalogue,
    FadeRange,
    Field,
    Form,
    KindForm,
)
from showcaller.core.messages import Snapshot
from showcaller.core.show import (
    Action,
    AtOffset,
    AutoContinue,
    Call,
    Cue,
    Department,
    Device,
    Fade,
    Hard,
    Hit,
    Segment,
    Show,
)
from showcaller.core.times import Duration, Instant, ShowTime, parse_duration, parse_time_of_day
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.selection import Selection
from showcaller.gui.theme import Theme, ThemeHolder

CommandT = TypeVar("CommandT")

EVENING = ShowTime(1_798_918_421 * 1_000_000_000)
"""2027-01-02 19:33:41 in London (UTC)."""

DEPARTMENTS = (
    Department(id="lx", name="LX", spoken="LX", colour="#E9E29A"),
    Department(id="snd", name="SND", spoken="Sound", colour="#4FA3F7"),
    Department(id="vt", name="VT", spoken="VT", colour="#B58CF2"),
    Department(id="gfx", name="GFX", spoken="GFX", colour="#3FC6B8"),
    Department(id="cam", name="CAM", spoken="Camera", colour="#8DA2B5", taken_by="operator"),
)

DEVICES = (
    Device(id="obs", name="OBS Studio", kind="obs", settings={"host": "127.0.0.1"}, department="vt"),
    Device(id="eos", name="LX desk (Eos)", kind="osc", settings={"host": "10.0.0.5"}, department="lx"),
    Device(id="x32", name="Console (X32 MIDI)", kind="midi", department="snd"),
)

CATALOGUE = Catalogue(
    (
        KindForm(
            name="obs",
            title="OBS Studio",
            confirms=True,
            settings=Form(
                (
                    Field(name="host", title="Host", type="text", default="127.0.0.1"),
                    Field(name="port", title="Port", type="integer", minimum=1, maximum=65535, default=4455),
                    Field(name="password", title="Password", type="secret", default=""),
                )
            ),
            actions=(
                ActionForm(
                    name="scene",
                    title="Program scene",
                    summary="Scene {scene}",
                    form=Form(
                        (
                            Field(
                                name="scene", title="Scene", type="text", required=True, choices_from="scenes"
                            ),
                        )
                    ),
                ),
                ActionForm(
                    name="media",
                    title="Play media",
                    summary="Play {source}",
                    media=True,
                    form=Form((Field(name="source", title="Source", type="text", required=True),)),
                ),
            ),
        ),
        KindForm(
            name="osc",
            title="Lighting desk (OSC)",
            number_default="cue",
            settings=Form((Field(name="host", title="Host", type="text", required=True),)),
            actions=(
                ActionForm(
                    name="cue",
                    title="Light cue",
                    summary="Cue {number}",
                    number_field="number",
                    form=Form((Field(name="number", title="Number", type="text", default=""),)),
                ),
            ),
        ),
        KindForm(
            name="midi",
            title="Audio console (MIDI)",
            settings=Form((Field(name="port", title="Port", type="text", default=""),)),
            actions=(
                ActionForm(
                    name="fader",
                    title="Fader",
                    summary="Channel {channel} to {level}",
                    fade=FadeRange("level", 0, 127),
                    form=Form(
                        (
                            Field(
                                name="channel",
                                title="Channel",
                                type="integer",
                                minimum=1,
                                maximum=32,
                                default=1,
                            ),
                            Field(
                                name="level",
                                title="Level",
                                type="number",
                                minimum=0,
                                maximum=127,
                                default=100,
                            ),
                        )
                    ),
                ),
            ),
        ),
    )
)


def _ms(text: str) -> Duration:
    return parse_duration(text)


def _cue(number: str, name: str, *calls: str, **more: Any) -> Cue:
    """A cue with calls written as `lx 24`."""
    pairs = [call.split(" ") for call in calls]
    return Cue(
        id=f"cue-{number}",
        number=number,
        name=name,
        calls=tuple(Call(department=department, number=no) for department, no in pairs),
        **more,
    )


def scene(action_id: str, name: str) -> Action:
    return Action(id=action_id, device="obs", kind="scene", fields={"scene": name})


def light(action_id: str) -> Action:
    return Action(id=action_id, device="eos", kind="cue", number_from="lx")


ARCHIVE = scene("a19", "Archive")


def make_show() -> Show:
    """The rundown of the design's picture, in small: three segments, thirteen cues."""
    titles = Segment(
        id="seg-a1",
        page="A1",
        title="Opening titles",
        duration=_ms("2:00"),
        start=Hard(at=parse_time_of_day("19:30:00")),
    )
    headlines = Segment(id="seg-a2", page="A2", title="Headlines", duration=_ms("4:30"))
    interview = Segment(id="seg-a3", page="A3", title="Interview", duration=_ms("6:00"))
    pause = Segment(
        id="seg-b1",
        page="B1",
        title="Break",
        duration=_ms("2:30"),
        start=Hit(at=parse_time_of_day("19:42:30")),
    )
    return Show(
        id="show-stage",
        title="Harbour Tonight — ep. 12",
        on_air=parse_time_of_day("19:30:00"),
        hard_out=parse_time_of_day("20:00:00"),
        departments=DEPARTMENTS,
        devices=DEVICES,
        rundown=(
            titles,
            _cue(
                "10",
                "Roll titles, house to half",
                "vt 1",
                "lx 10",
                on="clock",
                duration=_ms("0:30"),
                actions=(
                    scene("a10", "Titles"),
                    Action(id="b10", device="eos", kind="cue", number_from="lx"),
                ),
            ),
            _cue(
                "11",
                "Sting under titles",
                "snd 4",
                trigger=AutoContinue(),
                duration=_ms("0:12"),
                actions=(Action(id="a11", device="x32", kind="fader", fields={"channel": 3}),),
            ),
            _cue("12", "Host on 2, warm key", "cam 2", "lx 12", on="titles out"),
            headlines,
            _cue("13", "Name strap: Ana Ruiz", "gfx 3", on="“I’m Ana”", duration=_ms("0:08")),
            _cue(
                "14",
                "Package: harbour",
                "vt 2",
                "snd 5",
                on="“take a look”",
                duration=_ms("1:42"),
                actions=(scene("a14", "VT full"),),
            ),
            _cue(
                "15",
                "Fade bed −12 dB",
                "snd 6",
                trigger=AtOffset(after=_ms("1:30")),
                duration=_ms("0:04"),
                actions=(
                    Action(
                        id="a15",
                        device="x32",
                        kind="fader",
                        fields={"channel": 3},
                        fade=Fade(to=60, duration=_ms("0:04")),
                    ),
                ),
            ),
            _cue(
                "16",
                "Back to desk",
                "lx 14",
                "snd 7",
                "cam 1",
                on="“…down at the harbour.”",
                actions=(scene("a16", "Desk"), light("b16")),
            ),
            _cue("17", "Two-shot, strap guest", "gfx 4", "cam 3", on="guest name", duration=_ms("0:08")),
            _cue("18", "Warm wash for interview", "lx 15", trigger=AutoContinue(), post_wait=_ms("0:01")),
            _cue("19", "Clip: archive 1987", "vt 3", on="“before the war”", actions=(ARCHIVE,)),
            interview,
            _cue("20", "Guest mic open, take 1", "cam 1", "snd 8", on="“welcome”"),
            _cue(
                "20.5", "Lower third, question", "gfx 5", on="question 2", duration=_ms("0:10"), armed=False
            ),
            _cue("21", "Slow warm, 20 s", "lx 18", on="last question", duration=_ms("0:20")),
            pause,
            _cue("22", "Bumper to break", "vt 4", "snd 9", on="clock", duration=_ms("0:05")),
        ),
    )


def make_long_show(cues: int = 10_000) -> Show:
    """A show with many cues, a segment before each hundred."""
    rows: list[Segment | Cue] = []
    for count in range(cues):
        if count % 100 == 0:
            rows.append(Segment(id=f"s{count}", page=f"P{count // 100}", title="Item", duration=_ms("5:00")))
        rows.append(
            Cue(
                id=f"c{count}",
                number=str(count + 1),
                name=f"Cue {count + 1}",
                calls=(Call(department="lx", number=str(count + 1)),),
                actions=(Action(id=f"a{count}", device="eos", kind="cue", number_from="lx"),),
                duration=_ms("0:03"),
            )
        )
    return Show(id="show-long", title="Long", departments=DEPARTMENTS, devices=DEVICES, rundown=tuple(rows))


class Stage:
    """Everything a panel is built with, and the engine's end of the link."""

    def __init__(self, show: Show | None = None) -> None:
        self.document = Document()
        self.document.open(show or make_show(), Path("stage.show"))
        self.selection = Selection()
        self.themes = ThemeHolder(Theme())
        self.client = Client()
        self.commands: list[Any] = []
        self.snapshot = make_snapshot()
        self._framer = messages.Framer()
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        self.engine_end = theirs
        self._seq = 0
        self._chain = asrun.Chain()
        self.client.attach(ours, "token")

    @property
    def parts(self) -> tuple[Document, Client, Selection, ThemeHolder]:
        """The four constructor arguments of every panel."""
        return self.document, self.client, self.selection, self.themes

    def welcome(self, **more: Any) -> None:
        """Answer the client's hello, and let it take that in."""
        values: dict[str, Any] = {
            "protocol": messages.PROTOCOL,
            "engine": "engine-1",
            "editor": True,
            "catalogue": CATALOGUE,
            "show": self.document.show.id,
            "revision": self.document.revision,
            "snapshot": self.snapshot,
        }
        self.report(messages.Welcome(**(values | more)))

    def report(self, *reports: Any) -> None:
        """Send reports up and let the client take them in, without an event loop."""
        for one in reports:
            self.engine_end.sendall(messages.encode(one))
        self.client.take_in()
        self.client.publish()

    def show_snapshot(self, **values: Any) -> None:
        """Send the next snapshot: the last one with these values changed, made now."""
        self._seq += 1
        values.setdefault("engine_at", Instant(time.monotonic_ns()))
        self.snapshot = msgspec.structs.replace(self.snapshot, seq=self._seq, **values)
        self.report(self.snapshot)

    def record(self, *entries: asrun.Entry, at: ShowTime = EVENING) -> None:
        """Send the next lines of the as-run."""
        lines = [self._chain.bind(entry, Instant(time.monotonic_ns()), at, int(at))[0] for entry in entries]
        self.report(messages.Recorded(tuple(lines)))

    def take_commands(self) -> list[Any]:
        """Return the commands that came down since the last call."""
        fresh: list[Any] = []
        while True:
            try:
                received = self.engine_end.recv(1 << 20)
            except BlockingIOError:
                break
            if not received:
                break
            fresh.extend(messages.decode_command(body) for body in self._framer.feed(received))
        self.commands.extend(fresh)
        return fresh

    def taken(self, kind: type[CommandT]) -> list[CommandT]:
        """Return the commands of one kind that came down since the last call of this or `take_commands`."""
        return [command for command in self.take_commands() if isinstance(command, kind)]

    def close(self) -> None:
        """End both ends."""
        self.client.detach()
        self.engine_end.close()


def make_snapshot(**values: Any) -> Snapshot:
    """A snapshot in EDIT whose clock stands at `EVENING`."""
    chosen: Mapping[str, Any] = {
        "seq": 0,
        "engine_at": Instant(time.monotonic_ns()),
        "show_at": EVENING,
        "rate": 0.0,
        "revision": 0,
        "mode": "edit",
    }
    return Snapshot(**(dict(chosen) | values))
