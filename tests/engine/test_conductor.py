"""The laws of a GO: journal, wire, outcome, in that order; one set per device and instant; prepared ahead."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.asrun import (
    ActionDone,
    Closed,
    CueCalled,
    Happened,
    Header,
    replay,
    show_at_start,
)
from showcaller.core.position import Playback
from showcaller.core.show import AtClock, AtOffset, AutoContinue, AutoFollow, Call, Manual, Segment, Show
from showcaller.core.times import Duration, load_zone, time_of_day_at
from showcaller.engine.journal import read_journal
from tests.engine.rig import EVENING, Rig, at_evening, cue, fade, level, ms, play, scene, show_of


def test_the_event_is_on_disk_before_the_wire_has_it(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        found: list[object] = []
        rig.lamp.on_send = lambda: found.append(rig.lines_on_disk()[-1].entry)
        rig.go()
        (entry,) = found
        assert isinstance(entry, Happened)
        assert isinstance(entry.event, ev.Go)


def test_the_event_is_on_disk_before_the_wire_has_what_fires_by_itself(tmp_path: Path) -> None:
    rows = (cue("1", scene("a"), post_wait=ms(1)), cue("2", scene("b"), trigger=AutoContinue()))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        found: list[object] = []
        rig.lamp.on_send = lambda: found.append(rig.lines_on_disk()[-1].entry)
        rig.advance(1)
        (entry,) = found
        assert isinstance(entry, Happened)
        assert isinstance(entry.event, ev.Tick)


def test_what_came_of_a_go_is_written_after_the_wire(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        at_send: list[int] = []
        rig.lamp.on_send = lambda: at_send.append(len(rig.lines_on_disk()))
        rig.go()
        after = [type(line.entry) for line in rig.lines_on_disk()[at_send[0] :]]
        assert after.index(CueCalled) < after.index(ActionDone)
        assert rig.results() == ["sent", "accepted", "confirmed"]


def test_actions_of_one_device_that_are_due_at_one_instant_are_one_message_set(tmp_path: Path) -> None:
    rows = (
        cue("1", scene("a"), level(10)),
        cue("2", scene("b", "bulb"), level(20, 2), trigger=AutoContinue()),
        cue("3", level(30, 3), trigger=AutoFollow(), post_wait=ms(1)),
        cue("4", level(40, 4), trigger=AutoContinue()),
    )
    with Rig(show_of(*rows, devices=("lamp", "bulb")), tmp_path) as rig:
        rig.go()
        rig.advance(2)
        assert [len(received.orders) for received in rig.lamp.received] == [4, 1]
        assert [len(received.orders) for received in rig.house.lamp("bulb").received] == [1]


def test_a_go_prepares_nothing_and_hands_over_ready_bytes(tmp_path: Path) -> None:
    rows = [cue(str(number), scene(str(number)), level(number, number)) for number in range(5)]
    with Rig(show_of(*rows), tmp_path) as rig:
        for number in range(5):
            rig.advance(0.1)
            before = rig.lamp.prepared
            at_send: list[int] = []
            rig.lamp.on_send = lambda at_send=at_send: at_send.append(rig.lamp.prepared)
            rig.conductor.go(rig.scheduler.now(), "key", None)
            assert at_send == [before]
            assert rig.lamp.scenes[-1] == str(number)


def test_what_a_cue_sets_off_is_prepared_before_it_is_due(tmp_path: Path) -> None:
    rows = [cue("0", scene("0"), post_wait=Duration(20))]
    rows += [cue(str(n), scene(str(n)), trigger=AutoContinue(), post_wait=Duration(20)) for n in range(1, 40)]
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.advance(0.1)
        rig.go()
        rig.advance(2)
        assert rig.lamp.prepared == 40
        pairs = zip(rig.lamp.prepared_at, rig.lamp.received, strict=True)
        assert all(prepared_at < received.at for prepared_at, received in pairs)
        assert [rig.seconds(one.at) for one in rig.lamp.received] == pytest.approx(
            [0.1 + 0.02 * number for number in range(40)]
        )


def test_an_edited_standby_is_prepared_again(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("old"))), tmp_path) as rig:
        show = rig.conductor.show
        assert show is not None
        rig.conductor.change(2, "Edit", edits.edit(show, "c1", actions=(scene("new"),)))
        rig.scheduler.settle()
        rig.go()
        assert rig.lamp.scenes == ["new"]


def test_an_edit_at_the_very_moment_of_a_go_is_what_goes_out(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("old"))), tmp_path) as rig:
        show = rig.conductor.show
        assert show is not None
        rig.conductor.change(2, "Edit", edits.edit(show, "c1", actions=(scene("new"),)))
        rig.conductor.go(rig.scheduler.now(), "key", None)
        assert rig.lamp.scenes == ["new"]


def test_what_cannot_go_is_known_at_standby_and_the_rest_goes(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("nowhere"), level(5))), tmp_path) as rig:
        assert "nowhere" in rig.conductor.dispatcher.preparer.unsendable["scene nowhere on lamp"]
        rig.go()
        assert [order.kind for order in rig.lamp.orders] == ["level"]
        assert rig.outcome("scene nowhere on lamp").result == "failed"
        assert rig.outcome("level 1 to 5 on lamp").result == "confirmed"


def test_a_lost_device_fails_its_own_actions_and_the_go_goes_on(tmp_path: Path) -> None:
    rows = (cue("1", scene("a"), scene("b", "other")), cue("2", scene("c"), scene("d", "other")))
    with Rig(show_of(*rows, devices=("lamp", "other")), tmp_path) as rig:
        rig.lamp.unplug()
        rig.scheduler.settle()
        assert set(rig.conductor.dispatcher.preparer.unsendable) == {"scene a on lamp"}
        assert rig.go() is None
        assert rig.outcome("scene a on lamp").result == "failed"
        assert "unplugged" in rig.outcome("scene a on lamp").sentence
        assert rig.house.lamp("other").scenes == ["b"]
        rig.lamp.is_plugged_in = True
        rig.advance(10)
        rig.go()
        assert rig.lamp.scenes == ["c"]


def test_a_device_lost_and_back_is_said_once_each(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.lamp.unplug()
        rig.advance(60)
        assert rig.lamp.opened > 5
        assert len(rig.notes("lost")) == 1
        rig.lamp.is_plugged_in = True
        rig.advance(10)
        assert len(rig.notes("back")) == 1


def test_a_driver_with_a_fault_of_its_own_fails_its_own_actions_only(
    tmp_path: Path, expected_warnings: object
) -> None:
    expected_warnings.expect("Lamp")  # type: ignore[attr-defined]
    rows = (cue("1", scene("a"), scene("b", "other")), cue("2", scene("c", "other")))
    with Rig(show_of(*rows, devices=("lamp", "other")), tmp_path) as rig:
        rig.lamp.breaks_on_send = True
        rig.go()
        assert rig.outcome("scene a on lamp").result == "failed"
        assert rig.house.lamp("other").scenes == ["b"]
        assert rig.outcome("scene b on other").result == "confirmed"
        rig.go()
        assert rig.house.lamp("other").scenes == ["b", "c"]


def test_a_closed_route_says_closed_and_sends_nothing(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"), fade(5, 1))), tmp_path) as rig:
        rig.route("lamp", "closed")
        rig.go()
        rig.advance(2)
        assert rig.lamp.received == []
        assert rig.lamp.steps == []
        assert set(rig.results()) == {"closed"}
        assert len(rig.results()) == 2


def test_closing_a_route_freezes_its_fades(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", fade(100, 10))), tmp_path) as rig:
        rig.go()
        rig.advance(2)
        rig.route("lamp", "closed")
        before = len(rig.lamp.steps)
        assert before > 10
        rig.advance(20)
        assert len(rig.lamp.steps) == before
        assert rig.lamp.received == []


def test_a_department_on_manual_says_manual_and_a_disarmed_cue_disarmed(tmp_path: Path) -> None:
    by_lx = scene("a", department="lx")
    rows = (cue("1", by_lx, level(3)), cue("2", scene("b")))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.give(ev.SetManual, "lx", on=True)
        rig.go()
        assert rig.results("scene a on lamp") == ["manual"]
        assert rig.outcome("level 1 to 3 on lamp").result == "confirmed"
        rig.give(ev.Arm, "c2", on=False)
        rig.go()
        assert rig.results("scene b on lamp") == ["disarmed"]
        assert rig.lamp.scenes == []


def test_a_number_from_the_call_is_what_is_sent(tmp_path: Path) -> None:
    fire = level(0).__class__(id="fire", device="lamp", kind="fire", number_from="lx")
    with Rig(show_of(cue("1", fire, calls=(Call(department="lx", number="24.5"),))), tmp_path) as rig:
        rig.go()
        assert [order.payload.number for order in rig.lamp.orders] == ["24.5"]  # type: ignore[attr-defined]


def test_rehearse_speaks_to_simulated_devices_and_never_shows_them_as_confirmed(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path, "rehearse") as rig:
        rig.go()
        assert rig.lamp.received == []
        assert rig.house.lamp("lamp simulated").scenes == ["a"]
        assert set(rig.results()) <= {"sent", "simulated"}
        assert rig.outcome("scene a on lamp").result == "simulated"


def test_in_edit_nothing_is_sent_and_no_run_is_kept(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a")), cue("2", scene("b"))), tmp_path, "edit") as rig:
        assert rig.go() is None
        assert rig.conductor.playback.standby == "c2"
        assert rig.lamp.received == []
        assert list(tmp_path.iterdir()) == []


def test_a_run_begins_with_a_header_and_ends_with_its_reason(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.go()
        path = rig.journal_path
        assert rig.conductor.set_mode("edit") is None
    lines = read_journal(path)
    assert isinstance(lines[0].entry, Header)
    assert isinstance(lines[-1].entry, Closed)


def test_the_last_lines_of_a_run_reach_those_who_follow_it(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        told: list[object] = []

        def take_lines() -> None:
            told.extend(line.entry for line in rig.conductor.lines[len(told) :])

        rig.conductor.on_lines = take_lines
        rig.conductor.set_mode("edit")
        assert isinstance(told[-1], Closed)


def test_a_late_chain_is_timed_from_when_each_cue_was_due(tmp_path: Path) -> None:
    rows = (cue("1", scene("1"), post_wait=ms(1)), cue("2", scene("2"), trigger=AutoContinue()))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        rig.scheduler.clock = rig.scheduler.clock.__class__(rig.scheduler.clock + 1_500_000_000)
        rig.scheduler.settle()
        called = [entry.at for entry in rig.entries(CueCalled)]
        assert called == [at_evening(0), at_evening(1)]
        assert rig.outcome("scene 2 on lamp").late
        assert not rig.outcome("scene 1 on lamp").late


def test_rate_and_pause_keep_deadlines_right(tmp_path: Path) -> None:
    rows = (cue("1", scene("1"), post_wait=ms(10)), cue("2", scene("2"), trigger=AutoContinue()))
    with Rig(show_of(*rows), tmp_path, "rehearse", rate=2.0) as rig:
        lamp = rig.house.lamp("lamp simulated")
        rig.go()
        rig.advance(1)
        assert rig.conductor.set_rate(0) is None
        rig.advance(60)
        assert lamp.scenes == ["1"]
        assert rig.conductor.set_rate(4) is None
        rig.advance(1.999)
        assert lamp.scenes == ["1"]
        rig.advance(0.002)
        assert lamp.scenes == ["1", "2"]
        assert rig.seconds(lamp.received[-1].at) == pytest.approx(63, abs=1e-6)


@pytest.mark.parametrize("rate", [-1.0, float("nan"), float("inf"), 1e9])
def test_a_rate_that_is_no_speed_is_refused(rate: float, tmp_path: Path) -> None:
    with Rig(show_of(cue("1")), tmp_path, "rehearse") as rig:
        assert rig.conductor.set_rate(rate) is not None
        assert rig.conductor.clock.rate == 1
        assert rig.conductor.set_mode("rehearse", rate=rate) is not None
        assert rig.faults == []


def test_live_runs_at_the_real_clock_only(tmp_path: Path) -> None:
    with Rig(show_of(cue("1")), tmp_path) as rig:
        assert rig.conductor.set_rate(2) is not None
        assert rig.conductor.show_now == rig.utc()


def test_an_automatic_run_at_twenty_times_calls_every_cue_at_its_planned_place(tmp_path: Path) -> None:
    rows = (
        Segment(id="s1", duration=ms(60)),
        cue("1", scene("1")),
        cue("2", scene("2"), offset=ms(20)),
        cue("3", scene("3"), trigger=AutoContinue()),
        Segment(id="s2", duration=ms(60)),
        cue("4", scene("4"), offset=ms(10)),
    )
    with Rig(show_of(*rows), tmp_path, "edit") as rig:
        rig.conductor.auto_caller.is_on = True
        assert rig.conductor.set_mode("rehearse", rate=20, routes={"lamp": "real"}) is None
        began = rig.conductor.show_now
        rig.advance(60 / 20 * 2)
        called = {entry.cue.number: (entry.at - began) / 1e9 for entry in rig.entries(CueCalled)}
        assert called == pytest.approx({"1": 0, "2": 20, "3": 20, "4": 70}, abs=0.001)
        assert rig.lamp.scenes == ["1", "2", "3", "4"]


def test_a_clock_trigger_fires_to_the_nanosecond(tmp_path: Path) -> None:
    at = time_of_day_at(at_evening(5), load_zone("Europe/London"))
    with Rig(show_of(cue("1", scene("1"), trigger=AtClock(at=at))), tmp_path) as rig:
        rig.advance(10)
        assert [rig.seconds(one.at) for one in rig.lamp.received] == [5.0]


def test_stopping_a_lost_devices_media_lets_its_follow_on_go(tmp_path: Path) -> None:
    rows = (cue("1", play("vt")), cue("2", scene("b", "other"), trigger=AutoFollow()))
    with Rig(show_of(*rows, devices=("lamp", "other")), tmp_path) as rig:
        rig.go()
        rig.advance(30)
        assert rig.house.lamp("other").scenes == []
        rig.lamp.unplug()
        rig.scheduler.settle()
        assert rig.house.lamp("other").scenes == ["b"]


def test_media_that_ends_lets_its_follow_on_go(tmp_path: Path) -> None:
    rows = (cue("1", play("vt")), cue("2", scene("b"), trigger=AutoFollow()))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        rig.advance(30)
        assert rig.lamp.scenes == []
        rig.lamp.end_media("vt")
        rig.scheduler.settle()
        assert rig.lamp.scenes == ["b"]
        assert not rig.conductor.is_busy_with_cues


def test_media_that_two_cues_started_ends_both(tmp_path: Path) -> None:
    rows = (
        cue("1", play("vt")),
        cue("2", play("vt").__class__(id="again", device="lamp", kind="play", fields={"clip": "vt"})),
    )
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        rig.advance(1)
        rig.go()
        rig.lamp.end_media("vt")
        rig.scheduler.settle()
        assert rig.conductor.playback.running == ()


def test_media_that_was_refused_has_no_end_to_wait_for(tmp_path: Path) -> None:
    rows = (cue("1", play("vt")), cue("2", scene("b"), trigger=AutoFollow()))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.lamp.answer = "refuse"
        rig.go()
        assert rig.lamp.scenes == ["b"]


@pytest.mark.parametrize("how", ["simulated", "settings", "retry", "deleted"])
def test_media_of_a_connection_that_was_closed_has_no_end_to_wait_for(how: str, tmp_path: Path) -> None:
    rows = (cue("1", play("vt")), cue("2", scene("b", "other"), trigger=AutoFollow()))
    show = show_of(*rows, devices=("lamp", "other"))
    with Rig(show, tmp_path, "rehearse", routes={"lamp": "real", "other": "real"}) as rig:
        rig.go()
        assert rig.house.lamp("other").scenes == []
        if how == "simulated":
            rig.route("lamp", "simulated")
        elif how == "retry":
            rig.rack.reopen("lamp")
        elif how == "deleted":
            rig.conductor.change(2, "Delete", edits.remove(show, ["lamp"]))
        else:
            rig.conductor.change(2, "Edit", edits.edit(show, "lamp", settings={"name": "another"}))
        rig.scheduler.settle()
        assert rig.house.lamp("other").scenes == ["b"]
        assert rig.faults == []


def test_stop_all_stops_the_media_that_our_cues_started_and_nothing_else(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", play("vt"), scene("a")), cue("2", play("sting"))), tmp_path) as rig:
        rig.go()
        rig.go()
        rig.lamp.end_media("sting")
        rig.scheduler.settle()
        rig.give(ev.StopAll)
        assert rig.lamp.stopped == ["media vt"]
        assert len(rig.lamp.received) == 2


def _do_anything(rig: Rig, chance: Random, show: Show) -> None:
    now = rig.conductor.show_now
    numbers = ["c1", "c2", "c3", "c4", "c5"]
    roll = chance.randrange(14)
    if roll < 5:
        rig.go(chance.choice(["key", "auto"]))
    elif roll == 5:
        rig.advance(chance.choice([0.0, 0.3, 1.0, 7.0]))
    elif roll == 6 and rig.lamp.driver is not None:
        rig.lamp.end_media("vt")
    elif roll == 7:
        rig.lamp.unplug()
        rig.advance(0.2)
        rig.lamp.is_plugged_in = True
    elif roll == 8:
        rig.lamp.answer = chance.choice(["confirm", "refuse", "silent", "accept"])
    elif roll == 9:
        current = rig.conductor.show
        assert current is not None
        trigger = chance.choice([Manual(), AutoContinue(), AutoFollow(), AtOffset(after=ms(1))])
        change = edits.edit(current, chance.choice(numbers), trigger=trigger, notes=str(chance.random()))
        rig.conductor.change(rig.conductor.revision + 1, "Edit", change)
    elif roll == 10:
        rig.route("lamp", chance.choice(["closed", "real"]))
    else:
        rig.conductor.handle(
            chance.choice(
                [
                    ev.StopAll(now),
                    ev.Hold(now),
                    ev.Resume(now),
                    ev.Skip(now, chance.choice(numbers), chance.random() < 0.5),
                    ev.Jump(now, chance.choice(numbers)),
                    ev.StopCue(now, chance.choice(numbers)),
                    ev.Panic(now, rig.scheduler.now()),
                ]
            )
        )
    rig.scheduler.settle()


@given(seed=st.integers(0, 2**32))
@settings(max_examples=100)
def test_replaying_a_run_gives_the_playback_that_was(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = Random(seed)
    rows = (
        cue("1", scene("1"), play("vt"), post_wait=ms(0.5)),
        cue("2", fade(50, 2), trigger=AutoContinue(), pre_wait=ms(1)),
        cue("3", scene("3"), trigger=AutoFollow()),
        Segment(id="s"),
        cue("4", scene("4"), duration=ms(3)),
        cue("5", level(1), trigger=AtOffset(after=ms(2))),
        cue("6", scene("6")),
    )
    show = show_of(*rows, panic="c6")
    with Rig(show, tmp_path_factory.mktemp("runs")) as rig:
        for _ in range(25):
            _do_anything(rig, chance, show)
        assert rig.conductor.show is not None
        lines = rig.lines_on_disk()
        state, last = replay(lines, show_at_start(lines, rig.conductor.show))
        assert state == rig.conductor.playback
        assert last == rig.conductor.show
        assert show_at_start(lines, rig.conductor.show) == show
        assert rig.faults == []
        assert state != Playback()


def test_the_wall_clock_of_a_line_is_the_show_time_in_live(tmp_path: Path) -> None:
    with Rig(show_of(cue("1")), tmp_path) as rig:
        rig.advance(3)
        rig.go()
        line = rig.lines_on_disk()[-1]
        assert line.utc == line.show == EVENING + 3 * 10**9
