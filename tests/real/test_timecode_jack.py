"""Timecode through a real JACK: another program plays it, and cues fire on its frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from showcaller.core import asrun
from showcaller.core.show import AtTimecode, Show, TimecodeInput
from showcaller.core.times import NS_PER_MS, Duration
from showcaller.devices.midi.ports import ports_of
from showcaller.engine.conductor import Conductor
from showcaller.engine.rack import Rack
from showcaller.engine.scheduler import Scheduler
from showcaller.engine.timecode_in import TimecodeIn
from tests.engine.lamps import House
from tests.engine.rig import EVENING, cue, scene, show_of
from tests.real.test_midi_jack import PeerPort, running_jack

SERVER = "showcaller-test"
PORT = "tape:out"

PLAYS = """
import sys, time, select, rtmidi
client, name, _ = sys.argv[1:4]
port = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name=client)
port.open_virtual_port(name)
print("open", flush=True)

def parts(frame):
    seconds, ff = divmod(frame, 25)
    return ff, seconds % 60, seconds // 60 % 60, seconds // 3600 | 1 << 5

for line in sys.stdin:
    word, *numbers = line.split()
    if word == "locate":
        ff, ss, mm, hh = parts(int(numbers[0]))
        port.send_message([0xF0, 0x7F, 0x7F, 1, 1, hh, mm, ss, ff, 0xF7])
        print("located", flush=True)
        continue
    first, count = map(int, numbers)
    begun = time.monotonic_ns()
    print("begun", begun, flush=True)
    for quarter in range(count * 4):
        due = begun + quarter * 10_000_000
        select.select([], [], [], max(0, (due - time.monotonic_ns()) / 1e9))
        piece = quarter % 8
        value = parts(first + quarter // 8 * 2)[piece // 2]
        port.send_message([0xF1, piece << 4 | (value >> 4 if piece % 2 else value & 15)])
        port.send_message([0xF8])
    print("done", flush=True)
port.close_port()
port.delete()
"""


@pytest.fixture(scope="module")
def jack() -> Iterator[str]:
    with running_jack(SERVER):
        yield SERVER


class Studio:
    """An engine on the real clock with lamps, and the tape machine beside it."""

    def __init__(self, show: Show, folder: Path) -> None:
        self.faults: list[str] = []
        self.scheduler = Scheduler(on_fault=self.faults.append)
        self.rack = Rack(self.scheduler, House().kinds, lambda _device: {}, lambda: EVENING)
        self.conductor = Conductor(self.scheduler, self.rack, lambda: EVENING, self.faults.append)
        self.timecode = TimecodeIn(self.scheduler, self.rack.host, self.conductor)
        self.conductor.load(show, 1, folder, {})
        assert self.conductor.set_mode("live") is None
        self.timecode.fit(show.timecode)

    def close(self) -> None:
        self.timecode.close()
        ports_of(self.rack.host).close()
        self.conductor.close("the test is over")
        self.scheduler.close()
        assert self.faults == []

    def wait_for(self, predicate: Callable[[], bool]) -> None:
        until = self.scheduler.now() + 20_000 * NS_PER_MS
        while not predicate():
            assert self.scheduler.now() < until, (self.timecode.view, self.timecode.chase)
            self.scheduler.turn(Duration(20))

    def called(self) -> dict[str, int]:
        """Instant at which each cue was called."""
        return {
            line.entry.cue.number: line.ns
            for line in self.conductor.lines
            if isinstance(line.entry, asrun.CueCalled) and line.entry.cause == "timecode"
        }


@pytest.fixture
def studio(jack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", jack)
    labels = {"1": "10:00:01:00", "2": "10:00:01:10", "3": "10:00:03:00", "4": "11:00:00:20"}
    rows = [cue(number, scene(number), trigger=AtTimecode(at=at)) for number, at in labels.items()]
    show = show_of(cue("0", scene("0")), *rows, cue("9", scene("9")), timecode=TimecodeInput(port=PORT))
    made = Studio(show, tmp_path)
    yield made
    made.close()


TEN, ELEVEN = 36_000 * 25, 39_600 * 25


def _say(tape: PeerPort, *words: object) -> None:
    tape.say_line(" ".join(map(str, words)))


def test_cues_fire_on_the_frames_of_a_tape_and_a_locate_fires_nothing(studio: Studio) -> None:
    with PeerPort(PLAYS, "tape", "out") as tape:
        studio.wait_for(lambda: studio.timecode.view is not None and not studio.timecode.view.sentence)
        _say(tape, "play", TEN, 50)
        studio.wait_for(lambda: "2" in studio.called())
        begun = int(next(line for line in tape.heard if line.startswith("begun")).split()[1])
        frame = 40 * NS_PER_MS
        for number, frames in (("1", 25), ("2", 35)):
            # By the tape's own clock: on the frame, give or take what a busy machine takes.
            assert -frame < studio.called()[number] - begun - frames * frame < 5 * frame
        studio.wait_for(lambda: studio.timecode.chase.state == "stopped")
        assert studio.called().keys() == {"1", "2"}
        _say(tape, "locate", ELEVEN)
        studio.wait_for(lambda: studio.timecode.chase.state == "located")
        assert studio.conductor.playback.standby == "c9"
        assert studio.conductor.playback.missed == ()
        _say(tape, "play", ELEVEN, 30)
        studio.wait_for(lambda: "4" in studio.called())
        assert studio.called().keys() == {"1", "2", "4"}


def test_a_port_that_is_not_there_is_named_with_those_that_are(studio: Studio) -> None:
    with PeerPort(PLAYS, "other", "out"):
        studio.wait_for(
            lambda: studio.timecode.view is not None and "other:out" in studio.timecode.view.sentence
        )
        assert studio.timecode.view is not None
        assert studio.timecode.view.sentence.startswith(f"MIDI port “{PORT}” is not there.")
