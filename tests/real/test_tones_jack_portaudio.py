"""Tones through a real JACK: the engine's tones and the tone process on our side, a recorder on theirs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from showcaller.core.times import Duration
from showcaller.engine import tone_process, tones
from tests.engine.test_tones import Loop
from tests.real.peers import require
from tests.real.test_midi_jack import running_jack

SERVER = "showcaller-test-tones"
RATE = 48_000
HANGS_NS = 1_000_000_000

RECORDS = """
import sys, time, threading
import numpy as np
import sounddevice as sd
names = [(device["index"], device["name"]) for device in sd.query_devices() if device["max_input_channels"]]
ours = [index for index, name in names if name.startswith("PortAudio")]
kept, times = [], []
def take(block, _frames, when, _status):
    times.append(time.monotonic_ns() - round((when.currentTime - when.inputBufferAdcTime) * 1e9))
    if not kept:
        print("open", flush=True)
    kept.append(block[:, 0].copy())
with sd.InputStream(device=ours[0], samplerate=48000, channels=1, dtype="float32", callback=take):
    sys.stdin.read()
blocks = [[at, len(block)] for at, block in zip(times, kept)]
np.savez(sys.argv[1], samples=np.concatenate(kept), blocks=np.array(blocks))
"""
"""Records what our output plays, as another client of the same JACK, and when each block was heard.

A JACK that is held up leaves cycles out, so samples alone do not tell the time."""


class Recorder:
    """Another program that records our output."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._process = subprocess.Popen(
            [sys.executable, "-c", RECORDS, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.is_open = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for _ in self._process.stdout:
            self.is_open.set()

    def stop(self) -> Any:
        """End it, and return the samples, and their blocks: when each was heard, and its length."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        assert self._process.wait(20) == 0
        self._reader.join()
        self._process.stdout.close()
        with np.load(self._path) as kept:
            return kept["samples"], kept["blocks"]


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loop]:
    require("portaudio")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", SERVER)
    made = Loop()
    yield made
    made.tones.close()
    made.scheduler.close()


def bursts(samples: Any) -> list[tuple[int, int]]:
    """Return where each tone begins and how many samples it lasts."""
    loud = np.flatnonzero(np.abs(samples) > 0.001)
    cuts = np.flatnonzero(np.diff(loud) > RATE // 10)
    begins = [loud[0], *loud[cuts + 1]]
    ends = [*loud[cuts], loud[-1]]
    return [(int(begin), int(end - begin)) for begin, end in zip(begins, ends, strict=True)]


def heard_at(place: int, blocks: Any) -> int:
    """Return when a sample was heard, in monotonic nanoseconds."""
    ends = np.cumsum(blocks[:, 1])
    block = int(np.searchsorted(ends, place, side="right"))
    into = place - (ends[block] - blocks[block, 1])
    return int(blocks[block, 0] + into * 1_000_000_000 // RATE)


def frequency(samples: Any) -> float:
    """Return the loudest frequency, in hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), n=RATE))
    return float(np.argmax(spectrum))


def test_pips_come_out_at_their_instants_with_their_frequencies(loop: Loop, tmp_path: Any) -> None:
    with running_jack(SERVER):
        loop.tones.use(tone_process.DEFAULT)
        loop.wait_for(lambda: loop.tones.is_ready)
        recorder = Recorder(str(tmp_path / "heard.npz"))
        loop.wait_for(recorder.is_open.is_set)
        told: list[tone_process.Sounded] = []
        loop.tones.on_sounded = told.append
        first = loop.scheduler.now() + 500_000_000
        dues = [first, first + 700_000_000, first + 1_450_000_000, first + 2_300_000_000]
        for tone, due in zip(("count", "count", "zero", "warning"), dues, strict=True):
            assert loop.tones.sound(tone, due)
        loop.wait_for(lambda: len(told) == 4)
        end = dues[-1] + 800_000_000
        loop.wait_for(lambda: loop.scheduler.now() > end)
        samples, blocks = recorder.stop()
        loop.tones.close()
    found = bursts(samples)
    assert len(found) == 4
    lengths = [length / RATE for _, length in found]
    assert lengths == pytest.approx([0.1, 0.1, 0.5, 0.2], abs=0.04)
    heard_tones = [frequency(samples[begin : begin + length]) for begin, length in found]
    assert heard_tones == pytest.approx([1000, 1000, 1000, 440], abs=40)
    late = [(heard_at(begin, blocks) - due) / 1e9 for (begin, _), due in zip(found, dues, strict=True)]
    assert all(-0.05 < one < 0.4 for one in late), f"off by {late} s"


def test_a_jack_that_ends_is_said_and_one_that_is_back_plays_on(loop: Loop) -> None:
    with running_jack(SERVER):
        loop.ask()
        loop.wait_for(lambda: bool(loop.lists))
        names, why = loop.lists[0]
        assert (len(names), why) == (1, "")
        loop.tones.use(names[0])
        loop.wait_for(lambda: loop.tones.is_ready)
    loop.wait_for(lambda: not loop.tones.is_ready)
    assert loop.tones.sentence
    with running_jack(SERVER):
        loop.wait_for(lambda: loop.tones.is_ready, seconds=30)
        loop.tones.close()


def test_a_frozen_jack_stands_nobody_still_and_is_said(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tones, "PING_EVERY", Duration(200))
    monkeypatch.setattr(tones, "HANGS_AFTER", Duration(1500))
    with running_jack(SERVER) as server:
        loop.tones.use(tone_process.DEFAULT)
        loop.wait_for(lambda: loop.tones.is_ready)
        os.kill(server.pid, signal.SIGSTOP)
        try:
            slowest = 0

            def is_lost() -> bool:
                nonlocal slowest
                began = loop.scheduler.now()
                loop.tones.sound("count", began)
                slowest = max(slowest, loop.scheduler.now() - began)
                return not loop.tones.is_ready

            loop.wait_for(is_lost)
            assert loop.tones.sentence
            assert slowest < HANGS_NS, "a write that waits would wait for as long as the child hangs"
        finally:
            os.kill(server.pid, signal.SIGCONT)
        loop.wait_for(lambda: loop.tones.is_ready, seconds=40)
        loop.tones.close()


def test_an_output_that_is_not_there_is_named(loop: Loop) -> None:
    with running_jack(SERVER):
        loop.tones.use("Desk speakers")
        loop.wait_for(lambda: "Desk speakers" in loop.tones.sentence)
        assert loop.tones.sentence == "The audio output “Desk speakers” is not there."
        loop.tones.close()
