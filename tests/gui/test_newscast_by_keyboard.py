"""A newscast is called from its first cue to its last with nothing but the keyboard, in one step and in two.

Window and engine are whole. The show is the newscast that comes with the program, shortened: a third of its
segments, clips of a second, nothing at a time of day that the test would have to wait for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from showcaller.assets import asset
from showcaller.core import events as ev
from showcaller.core.asrun import Happened, Noted
from showcaller.core.messages import Snapshot
from showcaller.core.show import AtClock, AtOffset, AutoFollow, Calling, Cue, Manual, Row, Segment, Show, Soft
from showcaller.core.times import NO_TIME, Duration, TimeOfDay, parse_time_of_day
from showcaller.gui.go_key import REPEAT_MS
from showcaller.showfile.json_form import show_from_json
from tests.gui.test_recovery import Evening

Key = Qt.Key
Held = Qt.KeyboardModifier
PAGES = ("A1", "A2", "B2", "B3", "B4", "B5", "B6", "B9", "E1", "E3")
LENGTH = Duration(1000 * (45 + 75 + 165 + 135 + 120 + 90 + 60))
"""Of all that is planned: A1, A2, B2, B3, B9, E1 and E3."""
A_SECOND = Duration(1000)
AFTER_THE_VERDICT = ("55", "56", "57", "58", "59", "60", "62", "78", "79", "117", "118", "121", "122")
"""The cues that are called by hand once it is “Guilty”, to the last of them."""


def short_newscast(calling: Calling) -> Show:
    """Return the newscast without devices, with a third of its segments and clips of a second."""
    show, _, _ = show_from_json(asset("newscast.json").read_bytes())
    rows: list[Row] = []
    page = ""
    for row in show.rundown:
        page = row.page if isinstance(row, Segment) else page
        if page in PAGES:
            rows.append(_soft(row) if isinstance(row, Segment) else _brief(row))
    return msgspec.structs.replace(
        show,
        devices=(),
        rundown=tuple(rows),
        calling=calling,
        guard=NO_TIME,
        hard_out=TimeOfDay(parse_time_of_day("18:00:00").milliseconds + LENGTH),
    )


def _soft(segment: Segment) -> Segment:
    return msgspec.structs.replace(segment, start=Soft()) if segment.page == "E3" else segment


def _brief(cue: Cue) -> Cue:
    trigger = cue.trigger
    if isinstance(trigger, AtClock):
        trigger = AutoFollow()
    elif isinstance(trigger, AtOffset):
        trigger = AtOffset(after=A_SECOND)
    duration = None if cue.duration is None else A_SECOND
    return msgspec.structs.replace(cue, actions=(), trigger=trigger, duration=duration)


class Caller:
    """Two hands on the keyboard, and eyes on what the engine says."""

    def __init__(self, evening: Evening) -> None:
        self.evening = evening
        self.steps: list[str] = []
        """What each press of Space said."""

    @property
    def seen(self) -> Snapshot:
        return self.evening.parts.client.snapshot

    @property
    def standby(self) -> str:
        """Number of the cue that stands by; empty at the end."""
        cue = self.evening.parts.document.show.cue(self.seen.standby)
        return "" if cue is None else cue.number

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Held.NoModifier) -> None:
        QTest.keyClick(self.evening.window.windowHandle(), key, held)

    def wait(self, condition: Callable[[], object]) -> None:
        self.evening.wait(condition)

    def space(self) -> None:
        """Press Space as a hand does, and wait for what comes of it."""
        before = self.seen
        window = self.evening.window
        self.steps.append(before.step)
        QTest.keyPress(window.windowHandle(), Key.Key_Space)
        self.wait(
            lambda: (
                (self.seen.standby, self.seen.step, self.seen.stood_by)
                != (before.standby, before.step, before.stood_by)
            )
        )
        QTest.keyRelease(window.windowHandle(), Key.Key_Space)
        _, released_at = window.go_key._releases[Key.Key_Space]
        self.wait(lambda: time.monotonic_ns() - released_at > 3 * REPEAT_MS * 1_000_000)

    def call(self, *numbers: str) -> None:
        """Call these cues, one after the other, with as many presses as each of them wants."""
        for number in numbers:
            assert self.standby == number
            while self.standby == number:
                self.space()

    def write(self, text: str) -> None:
        """Type small letters and spaces into whatever has the keyboard."""
        for letter in text:
            self.press(Key.Key_Space if letter == " " else Qt.Key[f"Key_{letter.upper()}"])

    def events(self, kind: type[ev.Event]) -> list[ev.Event]:
        """Return what was given to playback so far, of one kind."""
        return [
            line.entry.event
            for line in self.evening.parts.client.lines
            if isinstance(line.entry, Happened) and isinstance(line.entry.event, kind)
        ]


@pytest.fixture
def begin(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[Calling], Caller]]:
    evenings: list[Evening] = []

    def _begin(calling: Calling) -> Caller:
        made = Evening(qtbot, tmp_path)
        evenings.append(made)
        with qtbot.waitSignal(made.parts.handover.loaded, timeout=15_000):
            made.parts.filing.make(short_newscast(calling), tmp_path / "News.show")
        made.window.activateWindow()
        made.wait(lambda: QGuiApplication.focusWindow() is made.window.windowHandle())
        return Caller(made)

    yield _begin
    for one in evenings:
        one.end()


@pytest.mark.parametrize(
    ("calling", "said"), [("go", {"go"}), ("standby-go", {"standby", "go"})], ids=["one step", "two steps"]
)
def test_a_newscast_is_called_to_its_end_by_keyboard_alone(
    begin: Callable[[Calling], Caller], calling: Calling, said: set[str]
) -> None:
    caller = begin(calling)
    window = caller.evening.window
    caller.press(Key.Key_F6)
    caller.wait(lambda: (caller.seen.mode, caller.standby) == ("rehearse", "1"))
    caller.call("1")

    # Half a minute more for what runs, at its cost; that is bought back, taken back, and bought again.
    for _ in range(3):
        caller.press(Key.Key_BracketRight, Held.ControlModifier)
    assert window.times.isVisible()
    assert "out moves +0:30" in window.times.cost.text()
    caller.press(Key.Key_Return)
    caller.wait(lambda: dict(caller.seen.added) == {"seg-a1": 30_000})
    for _ in range(2):
        caller.press(Key.Key_Y)
        assert window.times.isVisible()
        assert "trim B9" in window.times.body.text()
        caller.press(Key.Key_Return)
        caller.wait(lambda: "seg-b9" in dict(caller.seen.added))
        if len(caller.events(ev.BuyBack)) == 1:
            caller.press(Key.Key_Z)
            caller.wait(lambda: "seg-b9" not in dict(caller.seen.added))
    caller.call("3", "4", "5")

    # Hold: what waits does not fire, GO does.
    caller.press(Key.Key_H)
    caller.wait(lambda: caller.seen.held_at is not None)
    caller.call("6")
    caller.press(Key.Key_H)
    caller.wait(lambda: caller.seen.held_at is None)
    caller.call("7")

    # A note while the next cue stands by; Space types in it.
    caller.press(Key.Key_N)
    caller.write("kerr late on autocue")
    caller.press(Key.Key_Return)
    caller.wait(lambda: any(note.endswith(" kerr late on autocue") for note in _notes(caller)))
    assert caller.standby == "45"
    caller.call("45", "46")

    # A skip takes the strap with the cue that follows it.
    caller.press(Key.Key_K)
    caller.wait(lambda: caller.standby == "49")

    # The verdict comes in: the second ending, by its digit.
    caller.press(Key.Key_E)
    assert window.endings.isVisible()
    caller.press(Key.Key_2)
    caller.wait(lambda: dict(caller.seen.chosen) == {"Verdict": "Guilty"})
    caller.call("49", *AFTER_THE_VERDICT)

    # To the last cue, which follows by itself.
    caller.wait(lambda: "125" in caller.evening.called())
    called = caller.evening.called()
    assert caller.standby == ""
    assert {"47", "48", "50", "51", "63", "66", "900"}.isdisjoint(called)
    by_hand = [number for number in called if _is_manual(caller, number)]
    assert by_hand == ["1", "3", "4", "5", "6", "7", "45", "46", "49", *AFTER_THE_VERDICT]
    assert set(caller.steps) == said
    caller.press(Key.Key_F5)
    caller.wait(lambda: caller.seen.mode == "edit")


def _is_manual(caller: Caller, number: str) -> bool:
    show = caller.evening.parts.document.show
    cue = show.cue(show.numbers[number])
    return cue is not None and isinstance(cue.trigger, Manual)


def _notes(caller: Caller) -> list[str]:
    lines = caller.evening.parts.client.lines
    return [line.entry.sentence for line in lines if isinstance(line.entry, Noted)]
