"""Timecode into a running engine, in virtual time: cues on their frames, locates, drop-outs, restarts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from showcaller.core import asrun, edits, messages
from showcaller.core import events as ev
from showcaller.core.frames import label_of
from showcaller.core.show import AtTimecode, Show, TimecodeInput, TimecodeRate
from showcaller.core.timecode import MTC_RATES, position_of
from showcaller.core.times import Instant, ShowTime
from showcaller.engine.timecode_in import TimecodeIn
from tests.core.timecode_source import frame_ns, located, played
from tests.engine.clients import EngineHouse
from tests.engine.rig import Rig, cue, scene, show_of

MS = 1_000_000


class Studio:
    """A rig with timecode in, and the machine that sends it."""

    def __init__(self, rig: Rig, **chosen: object) -> None:
        self.rig = rig
        self.timecode = TimecodeIn(rig.scheduler, rig.rack.host, rig.conductor)
        self.timecode.fit(TimecodeInput(**chosen))  # type: ignore[arg-type]

    def hear(self, messages: Iterable[tuple[Instant, bytes]]) -> None:
        """Let messages come in at their instants, which are seconds from now on."""
        for at, message in messages:
            self.rig.scheduler.advance((at - self.rig.scheduler.clock) / 10**9)
            self.timecode.take_midi(message)
            self.rig.scheduler.settle()

    def play(self, label: str, frames: int, rate: TimecodeRate = "25", **bad: object) -> int:
        """Play on from a label; return the instant at which that label was."""
        at = self.rig.scheduler.clock
        self.hear(played(rate, position_of(label, rate).frames, frames, at, **bad))  # type: ignore[arg-type]
        return at

    def locate(self, label: str, rate: TimecodeRate = "25") -> None:
        self.hear([located(rate, position_of(label, rate).frames, self.rig.scheduler.clock)])

    def called(self) -> list[tuple[str, float]]:
        """Numbers of the cues that the timecode started, and when, in seconds of machine time."""
        return [
            (one.cue.number, self.rig.seconds(one.at))
            for one in self.rig.entries(asrun.CueCalled)
            if one.cause == "timecode"
        ]

    def told(self) -> list[ev.Timecode]:
        return [one.event for one in self.rig.entries(asrun.Happened) if isinstance(one.event, ev.Timecode)]


def _show(rate: TimecodeRate = "25", **labels: str) -> Show:
    rows = [
        cue(number.lstrip("c"), scene(number), trigger=AtTimecode(at=at)) for number, at in labels.items()
    ]
    return show_of(cue("0", scene("0")), *rows, cue("99", scene("99")), timecode=TimecodeInput(rate=rate))


def test_a_cue_fires_on_its_frame_and_its_message_is_ready(tmp_path: Path) -> None:
    with Rig(_show(c1="10:00:01:00", c2="10:00:01:12", c3="10:00:02:00"), tmp_path) as rig:
        studio = Studio(rig)
        began = rig.seconds(Instant(studio.play("10:00:00:00", 60)))
        assert [(name, round(at - began, 6)) for name, at in studio.called()] == [
            ("1", 1.0),
            ("2", 1.48),
            ("3", 2.0),
        ]
        assert rig.lamp.scenes == ["c1", "c2", "c3"]
        assert not any(one.late for one in rig.entries(asrun.ActionDone))
        assert len(studio.told()) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["24", "25", "29.97", "30"]),
    st.integers(0, 20 * MS),
    st.floats(0, 0.1),
    st.integers(0, 2**32),
    st.lists(st.integers(5, 190), min_size=1, max_size=6, unique=True),
)
def test_over_a_bad_line_every_cue_fires_once_and_never_early(
    tmp_path: Path, rate: TimecodeRate, jitter: int, lost: float, seed: int, frames: list[int]
) -> None:
    start = position_of("10:00:00:00", rate).frames
    labels = {f"c{at}": _label(start + at, rate) for at in frames}
    with Rig(_show(rate, **labels), tmp_path) as rig:
        studio = Studio(rig, rate=rate, freewheel=20)
        began = studio.play("10:00:00:00", 210, rate, chance=Random(seed), jitter=jitter, lost=lost)
        called = dict(studio.called())
        assert len(studio.called()) == len(called)
        locked_from = studio.told()[0].began - position_of("10:00:00:00", rate).nanoseconds
        for at in frames:
            due = at * frame_ns(rate)
            if due < locked_from:
                assert str(at) not in called
                continue
            late = round(called[str(at)] * 10**9) - (began - 10**12) - due
            assert -1_000 <= late <= jitter + 2 * MS + max(0, 4 * frame_ns(rate) - due + locked_from)


def _label(frames: int, rate: TimecodeRate) -> str:
    return label_of(frames, MTC_RATES[rate]).replace(";", ":")


def test_a_locate_fires_nothing_and_finds_the_standby(tmp_path: Path) -> None:
    with Rig(_show(c1="10:00:01:00", c2="10:00:02:00"), tmp_path) as rig:
        studio = Studio(rig)
        studio.locate("10:00:05:00")
        rig.advance(10)
        assert studio.called() == []
        assert rig.conductor.playback.standby == "c99"
        assert rig.conductor.playback.missed == ()
        studio.locate("10:00:00:20")
        assert rig.conductor.playback.standby == "c0"
        rig.advance(3)
        studio.play("10:00:00:20", 20)
        assert [name for name, _ in studio.called()] == ["1"]


def test_a_stop_stops_it_after_the_freewheel_and_the_go_on_fires_nothing_twice(tmp_path: Path) -> None:
    with Rig(_show(c1="10:00:01:04", c2="10:00:01:20"), tmp_path) as rig:
        studio = Studio(rig, freewheel=10)
        studio.play("10:00:00:00", 26)
        rig.advance(20)
        assert [name for name, _ in studio.called()] == ["1"]
        assert not studio.told()[-1].runs
        studio.play("10:00:01:00", 26)
        assert [name for name, _ in studio.called()] == ["1", "2"]


def test_what_a_long_drop_out_covered_is_missed_by_name(tmp_path: Path) -> None:
    with Rig(_show(c1="10:00:03:00", c2="10:00:05:00"), tmp_path) as rig:
        studio = Studio(rig, freewheel=10)
        began = studio.play("10:00:00:00", 50)
        rig.scheduler.advance((began + 4 * 10**9 - rig.scheduler.clock) / 10**9)
        studio.play("10:00:04:00", 50)
        assert [name for name, _ in studio.called()] == ["2"]
        notes = [one.sentence for one in rig.entries(asrun.Noted) if one.kind == "missed"]
        assert notes == ["Cue 1 did not fire: the timecode jumped over it (0:00 ago)."]


def test_an_offset_is_added_to_what_comes_in(tmp_path: Path) -> None:
    with Rig(_show(c1="00:00:01:00"), tmp_path) as rig:
        studio = Studio(rig, offset="-10:00:00:00")
        began = rig.seconds(Instant(studio.play("10:00:00:00", 40)))
        assert [round(at - began, 6) for _, at in studio.called()] == [1.0]


def test_a_source_at_another_rate_starts_nothing(tmp_path: Path) -> None:
    with Rig(_show(c1="10:00:01:00"), tmp_path) as rig:
        studio = Studio(rig)
        studio.play("10:00:00:00", 60, "30")
        assert studio.timecode.chase.state == "wrong-rate"
        assert studio.told() == []


def test_in_edit_playback_is_told_nothing_and_a_run_begins_where_the_timecode_is(tmp_path: Path) -> None:
    with Rig(_show(c1="10:00:01:00", c2="10:00:04:00"), tmp_path, mode="edit") as rig:
        studio = Studio(rig)
        studio.play("10:00:00:00", 60)
        assert rig.conductor.playback.timecode is None
        assert rig.conductor.set_mode("live") is None
        studio.play("10:00:02:10", 60)
        assert [name for name, _ in studio.called()] == ["2"]
        assert rig.conductor.playback.standby == "c0"


def test_at_ten_times_the_speed_it_still_goes_by_the_source(tmp_path: Path) -> None:
    with Rig(_show(c1="10:00:01:00", c2="10:00:05:00"), tmp_path, mode="rehearse", rate=10.0) as rig:
        studio = Studio(rig)
        began = studio.play("10:00:00:00", 75)
        sent = [line for line in rig.conductor.lines if isinstance(line.entry, asrun.CueCalled)]
        assert [round((line.ns - began) / 10**9, 6) for line in sent] == [1.0]
        assert rig.conductor.set_rate(0.0) is None
        studio.play("10:00:03:00", 100)
        assert rig.conductor.set_rate(1.0) is None
        studio.play("10:00:07:00", 10)
        rig.advance(2)
        assert [name for name, _ in studio.called()] == ["1"]


def test_a_small_drift_is_corrected_and_the_journal_is_not_filled(tmp_path: Path) -> None:
    with Rig(_show(c1="10:01:00:00"), tmp_path) as rig:
        studio = Studio(rig)
        began = rig.scheduler.clock
        frames = position_of("10:00:00:00", "25").frames
        slow = (
            (Instant(began + (at - began) * 10_002 // 10_000), message)
            for at, message in played("25", frames, 1600, began)
        )
        studio.hear(slow)
        [(_, at)] = studio.called()
        assert abs(at - (began - 10**12) / 10**9 - 60 * 1.0002) < 0.003
        assert 2 <= len(studio.told()) <= 12


def test_after_a_restart_nothing_fires_until_that_is_confirmed(tmp_path: Path) -> None:
    with Rig(_show(c1="10:00:03:00", c2="10:00:06:00"), tmp_path) as rig:
        studio = Studio(rig)
        studio.play("10:00:00:00", 50)
        rig.give(ev.EngineRestarted)
        studio.play("10:00:02:00", 75)
        assert studio.called() == []
        rig.give(ev.Confirm, with_waits=True)
        studio.play("10:00:05:00", 50)
        assert [name for name, _ in studio.called()] == ["2"]
        assert [one.cue for one in rig.conductor.playback.missed] == ["c1"]


def test_other_settings_begin_the_chase_anew(tmp_path: Path) -> None:
    with Rig(_show(c1="10:00:03:00"), tmp_path) as rig:
        studio = Studio(rig)
        studio.play("10:00:00:00", 50)
        studio.timecode.fit(TimecodeInput(rate="30"))
        assert studio.timecode.chase.state == "none"
        assert not studio.told()[-1].runs
        assert studio.timecode.view is None


@pytest.mark.parametrize("message", [b"", b"\xf8", b"\xf1", b"\x90\x40\x40", b"\xf0\x7f\xf7"])
def test_other_messages_on_the_port_are_nobodys(tmp_path: Path, message: bytes) -> None:
    with Rig(_show(), tmp_path) as rig:
        studio = Studio(rig)
        studio.timecode.take_midi(message)
        assert studio.timecode.chase.state == "none"
        assert rig.faults == []


def test_clients_are_told_of_the_port_and_of_the_chase_and_not_of_each_frame() -> None:
    house = EngineHouse(Path(os.environ["SHOWCALLER_RUNTIME"]))
    show = show_of(cue("0", scene("0")), timecode=TimecodeInput(port="Tape machine"))
    client = house.editor(show)
    view = client.last(messages.Snapshot).timecode
    assert view is not None
    assert view.sentence == "Looking for MIDI port “Tape machine”."
    began = house.scheduler.clock
    client.forget()
    for at, message in played("25", position_of("10:00:00:00", "25").frames, 100, began):
        house.scheduler.advance((at - house.scheduler.clock) / 10**9)
        house.engine.timecode.take_midi(message)
    house.scheduler.settle()
    client.take()
    told = [one.timecode for one in client.all(messages.Snapshot)]
    # Beside the lock, the MIDI process may have said by now what ports there are.
    assert told[-1] is not None
    assert told[-1].state == "locked"
    assert len(told) <= 4
    view = client.last(messages.Snapshot).timecode
    assert view is not None
    assert view.zero == began - 36_000 * 10**9
    changed = edits.edit(show, show.id, timecode=TimecodeInput())
    assert isinstance(
        client.ask(messages.ChangeShow, revision=2, name="Timecode", change=changed), messages.Done
    )
    assert client.last(messages.Snapshot).timecode is None
    refused = client.ask(messages.Do, ev.Timecode(at=ShowTime(0), position=0, runs=True))
    assert isinstance(refused, messages.Rejected)
    house.close()
