"""Timers in a running engine: in the snapshot's value, in the as-run in words, and in a run gone on with."""

from __future__ import annotations

from pathlib import Path

from showcaller.core import events as ev
from showcaller.core.asrun import Noted, replay
from showcaller.core.position import Timer
from showcaller.core.show import TimerOrder
from showcaller.core.times import Duration, ShowTime
from tests.engine.rig import EVENING, Rig, cue, scene, show_of

BREAK = TimerOrder(timer="BREAK", down_from=Duration(60_000))


def test_a_run_that_is_gone_on_with_has_its_timers_where_they_were(tmp_path: Path) -> None:
    show = show_of(cue("1", scene("1"), timers=(BREAK,)), cue("2", scene("2")))
    with Rig(show, tmp_path) as rig:
        rig.advance(1)
        rig.go()
        rig.advance(5)
        rig.give(ev.SetTimer, timer="TALK", do="start")
        rig.advance(2)
        rig.give(ev.SetTimer, timer="TALK", do="stop")
        started_at = ShowTime(EVENING + 10**9)
        timers = (Timer("BREAK", Duration(60_000), started_at), Timer("TALK", None, None, Duration(2_000)))
        assert rig.conductor.playback.timers == timers
        state, _ = replay(rig.lines_on_disk(), show)
        assert state.timers == timers
        assert state.timer_before == rig.conductor.playback.timer_before
        assert [one.sentence for one in rig.entries(Noted) if one.kind == "timer"] == [
            "BREAK starts, down from 1:00"
        ]


def test_a_rehearsal_at_ten_times_the_speed_counts_ten_times_as_fast_and_stands_in_a_pause(
    tmp_path: Path,
) -> None:
    show = show_of(cue("1", scene("1"), timers=(BREAK,)), cue("2", scene("2")))
    with Rig(show, tmp_path, mode="rehearse", rate=10.0) as rig:
        rig.go()
        [timer] = rig.conductor.playback.timers
        assert timer.started_at is not None
        rig.advance(3)
        assert rig.conductor.show_now - timer.started_at == 30 * 10**9
        assert rig.conductor.set_rate(0.0) is None
        rig.advance(100)
        assert rig.conductor.show_now - timer.started_at == 30 * 10**9
