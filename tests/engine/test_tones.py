"""The tone process: started only while it is wanted, lost and replaced, and what it says without audio."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from showcaller.core.times import Duration, Instant
from showcaller.engine import tone_process, tones
from showcaller.engine.scheduler import Scheduler
from showcaller.engine.tone_process import Mixer, Sound
from showcaller.engine.tones import Tones

SOUNDDEVICE_WITHOUT_OUTPUTS = """
class PortAudioError(Exception):
    pass
def query_hostapis():
    return ()
def query_devices():
    return ()
def _terminate():
    pass
def _initialize():
    pass
"""
SOUNDDEVICE_THAT_HANGS = """
import select
class PortAudioError(Exception):
    pass
def query_hostapis():
    select.select([], [], [])
"""


class Loop:
    """A real loop of the engine with its tones."""

    def __init__(self) -> None:
        self.scheduler = Scheduler()
        self.tones = Tones(self.scheduler)
        self.lists: list[tuple[tuple[str, ...], str]] = []

    def ask(self) -> None:
        self.tones.ask_outputs(lambda names, why: self.lists.append((names, why)))

    def wait_for(self, predicate: Callable[[], bool], seconds: float = 20) -> None:
        end = self.scheduler.now() + seconds * 10**9
        while not predicate():
            assert self.scheduler.now() < end, f"in vain: {self.tones.sentence!r}, {self.lists}"
            self.scheduler.turn(Duration(20))


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.tones.close()
    made.scheduler.close()


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def write(text: str) -> None:
        (tmp_path / "sounddevice.py").write_text(text)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return write


def test_with_tones_off_nothing_runs(loop: Loop) -> None:
    loop.tones.use("")
    loop.scheduler.turn(Duration(0))
    assert loop.tones.process_id is None
    assert loop.tones.sound("count", loop.scheduler.now()) == 0


@pytest.mark.parametrize(
    ("library", "sentence"),
    [
        ("raise ImportError('planted')", tone_process.NO_LIBRARY),
        ("raise OSError('PortAudio library not found')", tone_process.NO_PORTAUDIO),
        (SOUNDDEVICE_WITHOUT_OUTPUTS, tone_process.NO_OUTPUT),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(
    loop: Loop, plant: Callable[[str], None], library: str, sentence: str
) -> None:
    plant(library)
    loop.tones.use(tone_process.DEFAULT)
    loop.wait_for(lambda: loop.tones.sentence != tones.STARTING)
    assert (loop.tones.is_ready, loop.tones.sentence) == (False, sentence)
    assert loop.tones.sound("count", loop.scheduler.now()) == 0


def test_to_list_the_outputs_a_child_runs_only_for_that(loop: Loop, plant: Callable[[str], None]) -> None:
    plant(SOUNDDEVICE_WITHOUT_OUTPUTS)
    loop.ask()
    loop.wait_for(lambda: bool(loop.lists))
    assert loop.lists == [((), "")]
    loop.wait_for(lambda: loop.tones.process_id is None)


def test_a_killed_child_is_said_and_started_again(loop: Loop, plant: Callable[[str], None]) -> None:
    plant(SOUNDDEVICE_WITHOUT_OUTPUTS)
    loop.tones.use(tone_process.DEFAULT)
    loop.wait_for(lambda: loop.tones.sentence == tone_process.NO_OUTPUT)
    first = loop.tones.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    loop.wait_for(lambda: loop.tones.sentence == tones.ENDED)
    loop.wait_for(lambda: loop.tones.process_id not in {None, first})


def test_a_child_that_hangs_holds_nothing_up_and_is_ended(
    loop: Loop, plant: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tones, "PING_EVERY", Duration(50))
    monkeypatch.setattr(tones, "HANGS_AFTER", Duration(300))
    plant(SOUNDDEVICE_THAT_HANGS)
    loop.tones.use(tone_process.DEFAULT)
    loop.wait_for(lambda: loop.tones.process_id is not None)
    loop.wait_for(lambda: loop.tones.sentence == tones.HANGS)
    assert loop.tones.process_id is None


def test_a_child_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Loop()
    loop.tones = Tones(loop.scheduler, [str(Path(sys.executable).parent / "no such program")])
    loop.ask()
    loop.wait_for(lambda: bool(loop.lists))
    assert loop.lists[0][1].startswith("The tone process cannot be started:")
    loop.tones.close()
    loop.scheduler.close()


def test_a_tone_begins_at_the_sample_that_is_heard_when_it_is_due_and_a_late_one_is_left_out() -> None:
    import numpy as np

    rate, block = 48_000, 256
    mixer = Mixer(rate, 0)
    due = Instant(10_000_000_000 + 300 * 1_000_000_000 // rate)
    mixer.add(Sound(1, "count", due))
    mixer.add(Sound(2, "count", due - 400_000_000))
    played = []
    for turn in range(60):
        out = np.zeros((block, 2), dtype=np.float32)
        heard_at = 10 + turn * block / rate
        mixer.render(out, heard_at - 0.01, heard_at, round((heard_at - 0.01) * 1e9))
        played.append(out)
    samples = np.concatenate(played)
    assert np.array_equal(samples[:, 0], samples[:, 1])
    begun = np.flatnonzero(samples[:, 0])
    assert begun[0] == 301, "the first sample of a sine is nought"
    assert begun[-1] == 300 + 4798
    told = {one.token: one.heard_at for one in mixer.sounded}
    assert told[2] == 0
    assert abs(told[1] - due) < 1_000_000_000 // rate


def test_a_clock_that_is_read_late_does_not_shift_a_tone() -> None:
    import numpy as np

    mixer = Mixer(48_000, 0)
    out = np.zeros((480, 1), dtype=np.float32)
    mixer.render(out, 1.0, 1.01, 5_000_000_000)
    mixer.add(Sound(1, "count", Instant(5_025_000_000)))
    mixer.render(out, 1.01, 1.02, 5_090_000_000)
    assert mixer.sounded[0].heard_at == 5_025_000_000
