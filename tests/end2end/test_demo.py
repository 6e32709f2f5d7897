"""The demo as an operator meets it: a window on a screen, and the keys of the keyboard."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from showcaller.core import events as ev
from showcaller.core.asrun import CueCalled, Happened, Line, Noted
from tests.desk_process import Desk
from tests.engine_process import ROOT, environment_of
from tests.screen import Screen

PAST_THE_GUARD = 0.6
"""Seconds from one GO to the next that the double-GO guard lets pass."""
FINGER = 0.1
"""Seconds that a finger takes; a release and a press at one instant would be taken for a repeated key."""
HOLD = 1.2
"""Seconds of a held key: past the server's delay of 0.66 s it repeats 25 times a second."""


def calls(lines: Sequence[Line]) -> Sequence[CueCalled]:
    return [one.entry for one in lines if isinstance(one.entry, CueCalled)]


def events(lines: Sequence[Line], kind: type[ev.Event]) -> Sequence[ev.Event]:
    return [
        one.entry.event
        for one in lines
        if isinstance(one.entry, Happened) and isinstance(one.entry.event, kind)
    ]


@pytest.mark.parametrize("words", [["demo", "--smoke"], ["--smoke"]])
def test_the_smoke_test_of_an_installation_passes(
    words: Sequence[str], screen: Screen, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "showcaller", *words],
        env=environment_of(tmp_path) | {"QT_QPA_PLATFORM": "xcb", "DISPLAY": screen.name},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_space_calls_a_held_space_calls_once_and_esc_esc_stops(screen: Screen, tmp_path: Path) -> None:
    assert screen.repeats_keys()
    with Desk(tmp_path, ["demo"], display=screen.name) as desk, desk.watch() as client:
        client.see(lambda one: one.mode == "rehearse" and one.standby is not None)
        screen.wait_for_focus("Showcaller")
        client.follow()
        first = client.standby()
        screen.tap("space")
        client.hear(lambda lines: bool(calls(lines)))
        (called,) = [one for one in calls(client.lines) if one.cause == "go"]
        assert (called.cue.id, called.source) == (first, "key")

        screen.hold("space", HOLD, after=PAST_THE_GUARD)
        client.ping()
        client.drain()
        assert len(events(client.lines, ev.Go)) == 2
        assert not [
            one for one in client.lines if isinstance(one.entry, Noted) and one.entry.kind == "refused"
        ]

        client.see(lambda one: not one.stopped)
        screen.tap("Escape")
        client.ping()
        assert not client.snapshot.stopped
        screen.hold("Escape", FINGER, after=FINGER)
        client.see(lambda one: one.stopped and not one.running)
        client.hear(lambda lines: bool(events(lines, ev.StopAll)))
        assert len(events(client.lines, ev.StopAll)) == 1
        client.set_mode("edit")
