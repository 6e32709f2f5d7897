"""Sets that go to the wire before playback is asked are exactly those that it then asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from showcaller.core.asrun import CueCalled
from showcaller.core.show import AtClock, AtOffset, AutoContinue, Segment, Trigger
from showcaller.core.times import Instant, load_zone, time_of_day_at
from tests.engine.rig import Rig, at_evening, cue, ms, scene, show_of

AT_FIVE = AtClock(at=time_of_day_at(at_evening(5), load_zone("Europe/London")))


@pytest.mark.parametrize(("late", "called"), [(0.9, True), (1.1, False), (60, False)])
@pytest.mark.parametrize("trigger", [AT_FIVE, AtOffset(after=ms(5))])
def test_a_timed_cue_that_the_engine_slept_past_is_sent_only_if_it_is_called(
    trigger: Trigger, late: float, called: bool, tmp_path: Path
) -> None:
    rows = (Segment(id="s"), cue("0"), cue("1", scene("1"), trigger=trigger), cue("2", scene("2")))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        rig.advance(1)
        rig.scheduler.clock = Instant(rig.scheduler.clock + round((4 + late) * 10**9))
        rig.scheduler.settle()
        assert rig.lamp.scenes == (["1"] if called else [])
        assert [entry.cue.number for entry in rig.entries(CueCalled)] == (["0", "1"] if called else ["0"])
        assert len(rig.notes("missed")) == (0 if called else 1)


def test_a_follow_on_is_sent_however_late(tmp_path: Path) -> None:
    rows = (cue("1", scene("1"), post_wait=ms(5)), cue("2", scene("2"), trigger=AutoContinue()))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        rig.advance(1)
        rig.scheduler.clock = Instant(rig.scheduler.clock + 60 * 10**9)
        rig.scheduler.settle()
        assert rig.lamp.scenes == ["1", "2"]
        assert rig.outcome("scene 2 on lamp").late


def test_a_fast_rehearsal_misses_no_trigger_that_the_machine_came_to_in_time(tmp_path: Path) -> None:
    rows = (cue("1", scene("1"), trigger=AT_FIVE), cue("2", scene("2")))
    with Rig(show_of(*rows), tmp_path, "rehearse", rate=100.0, clock=at_evening(0)) as rig:
        rig.advance(0.01)
        rig.scheduler.clock = Instant(rig.scheduler.clock + 100_000_000)
        rig.scheduler.settle()
        assert rig.house.lamp("lamp simulated").scenes == ["1"]
        assert rig.notes("missed") == []
