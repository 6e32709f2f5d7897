"""The written shows at ×20 on a real engine, every device simulated, against the tables worked out by hand.

A real machine is never on the instant. How late each GO and each look was is measured, in show time, and
nothing may be further from the table than what that lateness explains.

As it stands the beginning of the newscast is played, up to its first overrun and nudge. With
SHOWCALLER_PLAYED_MINUTES=61 it is played to its end, which takes three minutes; 181 plays both whole.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from showcaller.assets import asset
from showcaller.core import events as ev
from showcaller.core import messages
from showcaller.core.asrun import ActionDone, CueCalled, Happened, Line
from showcaller.core.times import Duration, Instant, ShowTime, parse_duration, parse_time_of_day, shift
from showcaller.showfile.json_form import show_from_json
from tests.engine_process import EngineProcess
from tests.played import awards, newscast
from tests.played.night import RATE, Moment, Night, Script, at, clock

MINUTES = float(os.environ.get("SHOWCALLER_PLAYED_MINUTES", "6.25"))
NIGHTS = {"newscast": newscast} if MINUTES < 30 else {"newscast": newscast, "awards": awards}
"""The awards night opens its doors for twenty minutes before anything can go wrong."""

A_WHILE = Duration(30_000)
"""Of show time, after the last line of a table."""


class RealNight(Night):
    """A night on an engine of its own process, with everything simulated."""

    def __init__(self, file: str, opens: str, script: Script, folder: Path) -> None:
        show, seen, _ = show_from_json(asset(file).read_bytes())
        super().__init__(show, script)
        self.engine = EngineProcess(show.id, folder)
        self.client = self.engine.connect()
        names = {device: inventory.names for device, inventory in seen.items()}
        self.client.load(show, folder / "evening.show", inventories=names)
        self.client.follow()
        self.latest = 0.0
        """The most that a GO or a look was late, in seconds of show time."""
        self._taken = 0
        self.client.set_mode("rehearse", rate=RATE, clock=at(opens))
        self.client.wait_for_devices()

    def close(self) -> None:
        """End the run and the engine."""
        self.client.set_mode("edit")
        self.client.close()
        self.engine.end()

    @property
    def snapshot(self) -> messages.Snapshot:
        self.client.drain()
        return self.client.snapshot

    @property
    def now(self) -> ShowTime:
        told = self.snapshot
        return ShowTime(told.show_at + round((time.monotonic_ns() - told.engine_at) * told.rate))

    def take_lines(self) -> Sequence[Line]:
        fresh = self.client.lines[self._taken :]
        self._taken += len(fresh)
        return fresh

    def pass_until(self, end: ShowTime) -> None:
        while (left := (end - self.now) / 10**9 / RATE) > 0:
            select.select([self.client.socket], [], [], left)
        self._note_lateness(end)

    def _note_lateness(self, due: ShowTime) -> None:
        self.latest = max(self.latest, (self.now - due) / 10**9)

    def go(self, standby: str) -> None:
        pressed_at = Instant(time.monotonic_ns())
        self.client.tell(messages.Go(id=0, pressed_at=pressed_at, source="auto", standby=standby))
        self.client.see(lambda told: told.standby != standby)

    def give(self, event: ev.Event) -> None:
        def given(lines: Sequence[Line]) -> int:
            return sum(
                isinstance(line.entry, Happened) and isinstance(line.entry.event, type(event))
                for line in lines
            )

        before = given(self.client.lines)
        self.client.do(event)
        last = self.client.hear(lambda lines: given(lines) > before)[-1]
        self.client.see(lambda told: told.entry_count > last.seq)


def seconds(text: str) -> float:
    """Return a time of day, or an over or under, in seconds."""
    if text.count(":") == 2:
        return parse_time_of_day(text).milliseconds / 1000
    return parse_duration(text) / 1000


@pytest.fixture(params=NIGHTS)
def night(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[RealNight, Sequence[Moment]]]:
    written = NIGHTS[request.param]
    made = RealNight(f"{request.param}.json", written.OPENS, written.SCRIPT, tmp_path)
    first = at(written.OPENS)
    table = [one for one in written.TABLE if at(one.at) - first <= MINUTES * 60 * 10**9]
    yield made, table
    made.close()


def test_what_the_desk_says_is_what_was_worked_out_by_hand(
    night: tuple[RealNight, Sequence[Moment]], capsys: pytest.CaptureFixture[str]
) -> None:
    played, table = night
    began_at = clock(played.now)
    for moment in table:
        (seen,) = played.play([moment])
        assert seconds(seen.over) == pytest.approx(seconds(moment.over), abs=played.latest + 1), moment.why
        for told, known in zip(seen.expects.split(", "), moment.expects.split(", "), strict=True):
            (page, start), (known_page, known_start) = told.split(), known.split()
            assert page == known_page
            assert seconds(start) == pytest.approx(seconds(known_start), abs=played.latest + 1), moment.why
        assert seen.point.split()[:1] == moment.point.split()[:1]
    played.play_on(
        min(shift(at(table[-1].at), A_WHILE), ShowTime(at(began_at) + round(MINUTES * 60 * 10**9)))
    )
    entries = [line.entry for line in played.client.lines]
    called = [entry for entry in entries if isinstance(entry, CueCalled)]
    done = [entry for entry in entries if isinstance(entry, ActionDone)]
    assert [entry.sentence for entry in done if entry.result == "failed"] == []
    sent = {(entry.run, entry.action) for entry in done}
    told = f"{played.show.title}: {began_at[:8]} to {clock(played.now)[:8]} at ×{RATE}, {len(table)} lines"
    with capsys.disabled():
        # Whoever reads the run wants to know how much of the show it was.
        print(f"\n{told}, {len(called)} cues, {len(sent)} actions, {played.latest:.2f} s of show time late")  # noqa: T201
