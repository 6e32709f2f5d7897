"""Fades: fifty steps a second at most, exactly onto the target, and the newest to touch a value wins."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from showcaller.core import events as ev
from showcaller.core import reports
from showcaller.core.asrun import ActionDone
from tests.engine.rig import Rig, cue, fade, level, ms, show_of


def _targets(rig: Rig) -> list[float]:
    return [order.payload.level for order in rig.lamp.orders if order.kind == "level"]  # type: ignore[attr-defined]


def test_a_fade_moves_at_most_fifty_times_a_second_and_ends_exactly_on_its_target(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", fade(77.7, 2))), tmp_path) as rig:
        rig.go()
        rig.advance(3)
        instants = [step.at for step in rig.lamp.steps]
        assert 80 <= len(instants) <= 101
        assert min(b - a for a, b in itertools.pairwise(instants)) >= 20_000_000
        values = [step.level for step in rig.lamp.steps]
        assert values == sorted(values)
        assert _targets(rig) == [77.7]
        assert rig.seconds(rig.lamp.received[-1].at) == pytest.approx(2, abs=0.02)
        assert rig.outcome("fade 1 to 77.7").result == "confirmed"
        assert rig.conductor.dispatcher.fader.active == ()


def test_the_step_at_half_time_of_a_linear_fade_is_half_way(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", fade(100, 2, start=20))), tmp_path) as rig:
        rig.go()
        rig.advance(1)
        assert rig.lamp.steps[-1].level == pytest.approx(60, abs=1)


def test_the_newest_fade_of_a_value_wins(tmp_path: Path) -> None:
    rows = (cue("1", fade(100, 4)), cue("2", fade(0, 1, start=None)))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        rig.advance(2)
        rig.go()
        (active,) = rig.conductor.dispatcher.fader.active
        assert (active.cue, active.start) == ("c2", pytest.approx(50, abs=1))
        rig.advance(10)
        assert _targets(rig) == [0]
        assert rig.lamp.steps[-1].level < 5
        assert any("ended by a later fade" in note for note in rig.notes("fade"))


def test_anything_that_sets_a_value_ends_its_fade(tmp_path: Path) -> None:
    rows = (cue("1", fade(100, 4), fade(100, 4, channel=2)), cue("2", level(7)))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        rig.advance(1)
        rig.go()
        at = rig.scheduler.now()
        rig.advance(10)
        assert [step.channel for step in rig.lamp.steps if step.at > at].count(1) == 0
        assert _targets(rig) == [7, 100]


def test_stop_all_leaves_values_where_they_are(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", fade(100, 4))), tmp_path) as rig:
        rig.go()
        rig.advance(1)
        rig.give(ev.StopAll)
        count = len(rig.lamp.steps)
        rig.advance(10)
        assert len(rig.lamp.steps) == count
        assert _targets(rig) == []
        assert rig.notes("fade")[-1].endswith("frozen.")


def test_stopping_a_cue_freezes_its_fades_only(tmp_path: Path) -> None:
    rows = (cue("1", fade(100, 4)), cue("2", fade(50, 4, channel=2)))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        rig.go()
        rig.advance(1)
        rig.give(ev.StopCue, "c1")
        rig.advance(10)
        assert _targets(rig) == [50]


def test_a_hold_lets_fades_run(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", fade(100, 2))), tmp_path) as rig:
        rig.go()
        rig.give(ev.Hold)
        rig.advance(3)
        assert _targets(rig) == [100]


def test_at_ten_times_the_speed_a_fade_takes_a_tenth(tmp_path: Path) -> None:
    show = show_of(cue("1", fade(100, 10)))
    with Rig(show, tmp_path, "rehearse", rate=10, routes={"lamp": "real"}) as rig:
        rig.go()
        rig.advance(0.9)
        assert _targets(rig) == []
        rig.advance(0.2)
        assert _targets(rig) == [100]
        assert len(rig.lamp.steps) <= 51


def test_a_fade_stands_while_show_time_stands(tmp_path: Path) -> None:
    show = show_of(cue("1", fade(100, 2)))
    with Rig(show, tmp_path, "rehearse", routes={"lamp": "real"}) as rig:
        rig.go()
        rig.advance(1)
        rig.conductor.set_rate(0)
        rig.advance(60)
        assert rig.lamp.steps[-1].level == pytest.approx(50, abs=1)
        rig.conductor.set_rate(1)
        rig.advance(1.1)
        assert _targets(rig) == [100]


def test_a_value_that_nobody_knows_is_set_when_its_fade_ends(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", fade(100, 2, start=None))), tmp_path) as rig:
        rig.go()
        rig.advance(1.9)
        assert rig.lamp.steps == []
        assert _targets(rig) == []
        rig.advance(0.2)
        assert _targets(rig) == [100]


def test_a_fade_starts_where_the_device_says_that_the_value_stands(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", fade(100, 2, start=None))), tmp_path) as rig:
        rig.lamp.tell(reports.Reported("channel 1", 40.0))
        rig.scheduler.settle()
        rig.go()
        assert rig.lamp.steps[0].level == pytest.approx(40)


def test_a_fade_of_a_device_that_is_lost_fails_and_sends_nothing(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", fade(100, 2), fade(100, 2, channel=2))), tmp_path) as rig:
        rig.go()
        rig.advance(1)
        rig.lamp.unplug()
        rig.scheduler.settle()
        count = len(rig.lamp.steps)
        rig.advance(5)
        assert len(rig.lamp.steps) == count
        assert {one.result for one in rig.entries(ActionDone)} == {"failed"}


def test_one_driver_that_breaks_does_not_stop_the_fades_of_the_others(
    tmp_path: Path, expected_warnings: object
) -> None:
    expected_warnings.expect("Lamp")  # type: ignore[attr-defined]
    rows = (cue("1", fade(100, 2), fade(50, 2, id="other", device="other")),)
    with Rig(show_of(*rows, devices=("lamp", "other")), tmp_path) as rig:
        rig.lamp.breaks_on_steps = True
        rig.go()
        rig.advance(3)
        other = rig.house.lamp("other")
        assert len(other.steps) > 50
        assert [order.payload.level for order in other.orders] == [50]  # type: ignore[attr-defined]


def test_a_cue_ends_with_its_fade(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", fade(100, 2), duration=ms(1))), tmp_path) as rig:
        rig.go()
        rig.advance(1.99)
        assert rig.conductor.is_busy_with_cues
        rig.advance(0.1)
        assert not rig.conductor.is_busy_with_cues
