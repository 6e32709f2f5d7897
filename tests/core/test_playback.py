"""The laws of playback, rule by rule; `test_playback_properties` proves them over random shows."""

from __future__ import annotations

import pytest

from showcaller.core import events as ev
from showcaller.core import playback
from showcaller.core.position import Playback, next_deadline
from showcaller.core.show import (
    Action,
    AtClock,
    AtOffset,
    AutoContinue,
    AutoFollow,
    Call,
    Cue,
    Department,
    Device,
    Fade,
    Segment,
    Show,
)
from showcaller.core.times import (
    Duration,
    Instant,
    ShowTime,
    elapsed,
    load_zone,
    nearest,
    parse_time_of_day,
    shift,
)

ZONE = load_zone("Europe/London")
START = nearest(parse_time_of_day("19:30:00"), ZONE, ShowTime(1_790_000_000 * 10**9))


def seconds(number: float) -> Duration:
    return Duration(int(number * 1000))


def cue(number: str, **values: object) -> Cue:
    action = Action(id=f"a{number}", device="obs", kind="scene")
    return Cue(**{"id": f"c{number}", "number": number, "actions": (action,), **values})


def show_of(*rows: Cue | Segment, **values: object) -> Show:
    return Show(
        **{"id": "show", "rundown": rows, "devices": (Device(id="obs", name="OBS", kind="obs"),), **values}
    )


class Desk:
    """Plays a show by hand: each step returns its effects, and keeps what was sent."""

    def __init__(self, show: Show, mode: ev.Mode = "live", from_row: str | None = None) -> None:
        self.show = show
        self.now = START
        self.state = Playback()
        self.sent: list[tuple[str, Duration]] = []
        self.effects: tuple[ev.Effect, ...] = ()
        self.give(ev.Begin(at=self.now, mode=mode, from_row=from_row, media=("obs/play",)))

    def give(self, event: ev.Event) -> tuple[ev.Effect, ...]:
        self.state, self.effects = playback.apply(self.state, event, self.show)
        self.sent += [
            (effect.cue, elapsed(START, effect.due)) for effect in self.effects if isinstance(effect, ev.Send)
        ]
        return self.effects

    def go(
        self, at: float | None = None, *, source: ev.Source = "key", standby: str | None = None
    ) -> str | None:
        if at is not None:
            self.now = shift(START, seconds(at))
        self.give(ev.Go(at=self.now, pressed_at=Instant(self.now), source=source, standby=standby))
        return self.refusal

    @property
    def refusal(self) -> str | None:
        return next((one.sentence for one in self.effects if isinstance(one, ev.Refused)), None)

    def wait_until(self, at: float) -> None:
        """Tick at each deadline, as the engine does."""
        end = shift(START, seconds(at))
        while (due := next_deadline(self.state)) is not None and due <= end:
            self.give(ev.Tick(due))
        self.now = end

    def kinds(self, kind: type[ev.Effect]) -> list[ev.Effect]:
        return [effect for effect in self.effects if isinstance(effect, kind)]


def test_go_sends_the_standby_and_moves_it_to_the_next_cue_that_a_go_fires() -> None:
    desk = Desk(show_of(cue("1"), cue("2", trigger=AutoFollow()), cue("3")))
    assert desk.state.standby == "c1"
    desk.go(0)
    assert desk.state.standby == "c3"
    assert desk.state.last_called == "c1"
    assert [sent for sent, _ in desk.sent] == ["c1", "c2"]


def test_in_edit_a_go_moves_the_standby_and_sends_nothing() -> None:
    desk = Desk(show_of(cue("1"), cue("2")), mode="edit")
    desk.go(0)
    assert desk.state.standby == "c2"
    assert desk.sent == []


def test_a_go_that_names_another_standby_is_not_taken() -> None:
    desk = Desk(show_of(cue("1"), cue("2")))
    assert desk.go(0, standby="c2") is not None
    assert desk.sent == []
    assert desk.state.standby == "c1"


def test_a_second_go_within_the_guard_is_refused_with_its_distance() -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3")))
    desk.go(0)
    assert desk.go(0.2) == "GO 0.2 s after GO: not taken."
    assert desk.go(0.4) is None


def test_a_refused_go_does_not_lengthen_the_guard() -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3")))
    desk.go(0)
    desk.go(0.3)
    assert desk.go(0.45) is None


def test_the_guard_is_the_standby_cues_own_where_it_has_one() -> None:
    desk = Desk(show_of(cue("1"), cue("2", guard=Duration(2000)), cue("3", guard=Duration(0))))
    desk.go(0)
    assert desk.go(1.9) is not None
    assert desk.go(2.0) is None
    assert desk.go(2.0) is None


def test_automatic_gos_are_not_guarded() -> None:
    desk = Desk(show_of(cue("1"), cue("2")))
    desk.go(0)
    assert desk.go(0.1, source="auto") is None


def test_a_go_at_the_end_says_that_nothing_stands_by() -> None:
    desk = Desk(show_of(cue("1")))
    desk.go(0)
    assert "Nothing stands by" in (desk.go(1) or "")


def test_a_pre_wait_delays_the_actions_and_a_post_wait_the_next_cue() -> None:
    desk = Desk(
        show_of(
            cue("1", pre_wait=seconds(2), post_wait=seconds(3)),
            cue("2", trigger=AutoContinue(), pre_wait=seconds(1)),
        )
    )
    desk.go(0)
    desk.wait_until(10)
    assert desk.sent == [("c1", 2000), ("c2", 6000)]


def test_a_follow_on_is_timed_from_when_its_cause_was_due_however_late_the_tick_comes() -> None:
    rows = [cue("0"), *(cue(str(n), trigger=AutoContinue()) for n in range(1, 50))]
    rows = [
        Cue(**{**{f: getattr(r, f) for f in r.__struct_fields__}, "post_wait": Duration(20)}) for r in rows
    ]
    desk = Desk(show_of(*rows))
    desk.go(0)
    desk.give(ev.Tick(shift(START, seconds(5))))
    assert [at for _, at in desk.sent] == [20 * n for n in range(50)]


def test_auto_follow_waits_for_duration_fade_and_media() -> None:
    playing = cue(
        "1",
        duration=seconds(1),
        actions=(
            Action(id="f", device="obs", kind="volume", fade=Fade(to=-10, duration=seconds(3))),
            Action(id="m", device="obs", kind="play"),
        ),
    )
    desk = Desk(show_of(playing, cue("2", trigger=AutoFollow())))
    desk.go(0)
    desk.wait_until(8)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    desk.give(ev.MediaEnded(shift(START, seconds(9)), 1, "m"))
    assert desk.sent[-1] == ("c2", 9000)


def test_media_that_ends_before_the_duration_leaves_the_cue_running() -> None:
    playing = cue("1", duration=seconds(5), actions=(Action(id="m", device="obs", kind="play"),))
    desk = Desk(show_of(playing, cue("2", trigger=AutoFollow())))
    desk.go(0)
    desk.give(ev.MediaEnded(shift(START, seconds(2)), 1, "m"))
    desk.wait_until(6)
    assert desk.sent[-1] == ("c2", 5000)


def test_media_of_a_closed_device_is_not_waited_for() -> None:
    playing = cue("1", actions=(Action(id="m", device="obs", kind="play"),))
    desk = Desk(show_of(playing, cue("2", trigger=AutoFollow())))
    desk.give(ev.SetClosed(START, "obs", closed=True))
    desk.go(0)
    assert [sent for sent, _ in desk.sent] == ["c1", "c2"]


def test_a_clock_trigger_fires_at_its_time_and_leaves_the_standby() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1", trigger=AtClock(at=at)), cue("2")))
    desk.wait_until(6)
    assert desk.sent == [("c1", 5000)]
    assert desk.state.standby == "c2"


def test_a_clock_trigger_more_than_a_second_past_is_missed_on_entering() -> None:
    at = parse_time_of_day("19:29:58")
    desk = Desk(show_of(cue("1", trigger=AtClock(at=at)), cue("2")))
    desk.wait_until(10)
    assert desk.sent == []
    assert [missed.cue for missed in desk.state.missed] == ["c1"]


def test_a_clock_time_past_midnight_is_in_the_same_night() -> None:
    desk = Desk(show_of(cue("1", trigger=AtClock(at=parse_time_of_day("00:10:00")))))
    assert desk.state.waits[0].due == shift(START, seconds(4 * 3600 + 40 * 60))


def test_an_offset_trigger_counts_from_the_start_of_its_segment() -> None:
    desk = Desk(show_of(Segment(id="s"), cue("1"), cue("2", trigger=AtOffset(after=seconds(10))), cue("3")))
    desk.go(4)
    desk.wait_until(20)
    assert desk.sent == [("c1", 4000), ("c2", 14000)]


def test_a_segment_without_cues_is_itself_a_stop_for_go() -> None:
    desk = Desk(show_of(Segment(id="s1"), Segment(id="s2"), cue("1")))
    assert desk.state.standby == "s1"
    desk.go(0)
    assert desk.state.segment == "s1"
    assert desk.state.standby == "c1"
    assert desk.sent == []


def test_a_segment_starts_with_the_go_of_its_first_cue() -> None:
    desk = Desk(show_of(Segment(id="s1"), cue("1"), Segment(id="s2"), cue("2")))
    desk.go(1)
    assert (desk.state.segment, desk.state.segment_started_at) == ("s1", shift(START, seconds(1)))
    desk.go(7)
    assert (desk.state.segment, desk.state.segment_started_at) == ("s2", shift(START, seconds(7)))


def test_a_go_never_stops_a_running_cue() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(60)), cue("2")))
    desk.go(0)
    desk.go(1)
    assert "c1" in [running.cue for running in desk.state.running]


def test_several_runs_of_one_cue_can_run() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(60)), cue("2")))
    desk.go(0)
    desk.give(ev.StartCue(at=desk.now, pressed_at=Instant(0), source="osc", cue="c1"))
    assert [running.run for running in desk.state.running] == [1, 2]


def test_starting_a_cue_does_not_move_the_standby() -> None:
    desk = Desk(show_of(cue("1"), cue("2")))
    desk.give(ev.StartCue(at=desk.now, pressed_at=Instant(0), source="osc", cue="c2"))
    assert desk.state.standby == "c1"
    assert [sent for sent, _ in desk.sent] == ["c2"]


def test_starting_a_waiting_timed_cue_takes_its_trigger() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1", trigger=AtClock(at=at)), cue("2")))
    desk.give(ev.StartCue(at=desk.now, pressed_at=Instant(0), source="osc", cue="c1"))
    desk.wait_until(10)
    assert [sent for sent, _ in desk.sent] == ["c1"]


def test_a_go_past_a_waiting_timed_cue_leaves_it_waiting_until_it_is_dropped() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1"), cue("2", trigger=AtClock(at=at)), cue("3")))
    desk.go(0)
    desk.go(1)
    assert [wait.cue for wait in desk.state.waits] == ["c2"]
    desk.give(ev.DropWait(desk.now, "c2"))
    desk.wait_until(10)
    assert [sent for sent, _ in desk.sent] == ["c1", "c3"]


def test_skipping_passes_the_cue_and_its_follow_ons_by() -> None:
    desk = Desk(show_of(cue("1"), cue("2", trigger=AutoContinue()), cue("3")))
    desk.give(ev.Skip(desk.now, "c1", on=True))
    assert desk.state.standby == "c3"
    desk.go(0)
    assert [sent for sent, _ in desk.sent] == ["c3"]


def test_a_skipped_follow_on_ends_its_chain() -> None:
    desk = Desk(show_of(cue("1"), cue("2", trigger=AutoContinue()), cue("3", trigger=AutoContinue())))
    desk.give(ev.Skip(desk.now, "c2", on=True))
    desk.go(0)
    assert [sent for sent, _ in desk.sent] == ["c1"]


def test_floating_a_segment_passes_its_cues_by_and_can_be_taken_back() -> None:
    desk = Desk(show_of(Segment(id="s1"), cue("1"), Segment(id="s2"), cue("2")))
    desk.give(ev.Float(desk.now, "s1", on=True))
    assert desk.state.standby == "c2"
    desk.give(ev.Float(desk.now, "s1", on=False))
    desk.give(ev.Step(desk.now, back=True))
    assert desk.state.standby == "c1"


def test_a_disarmed_cue_sends_nothing_but_its_waits_and_follow_ons_run() -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(2)), cue("2", trigger=AutoContinue())))
    desk.give(ev.Arm(desk.now, "c1", on=False))
    desk.go(0)
    desk.wait_until(3)
    assert next(one for one in desk.sent) == ("c1", 0)
    sends = []
    fresh = Desk(desk.show)
    fresh.give(ev.Arm(fresh.now, "c1", on=False))
    fresh.go(0)
    sends += fresh.kinds(ev.Send)
    fresh.wait_until(3)
    sends += fresh.kinds(ev.Send)
    assert [(send.cue, send.disarmed, send.actions == ()) for send in sends] == [
        ("c1", True, True),
        ("c2", False, False),
    ]


def test_a_department_on_manual_keeps_its_actions_and_nothing_else() -> None:
    both = cue(
        "1",
        calls=(Call(department="lx", number="1"), Call(department="vt", number="2")),
        actions=(
            Action(id="light", device="eos", kind="fire", number_from="lx"),
            Action(id="clip", device="obs", kind="scene", department="vt"),
        ),
    )
    departments = (Department(id="lx", name="LX"), Department(id="vt", name="VT"))
    desk = Desk(show_of(both, departments=departments))
    desk.give(ev.SetManual(desk.now, "lx", on=True))
    desk.go(0)
    (send,) = desk.kinds(ev.Send)
    assert (send.actions, send.manual) == (("clip",), ("light",))


def test_a_department_taken_by_an_operator_is_never_sent_for() -> None:
    light = cue(
        "1",
        calls=(Call(department="lx", number="1"),),
        actions=(Action(id="light", device="eos", kind="fire", number_from="lx"),),
    )
    desk = Desk(show_of(light, departments=(Department(id="lx", name="LX", taken_by="operator"),)))
    desk.go(0)
    (send,) = desk.kinds(ev.Send)
    assert (send.actions, send.manual) == ((), ("light",))


def test_hold_suspends_waits_and_resume_gives_them_what_was_left() -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(10)), cue("2", trigger=AutoContinue())))
    desk.go(0)
    desk.wait_until(4)
    desk.give(ev.Hold(desk.now))
    desk.wait_until(100)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    desk.give(ev.Resume(desk.now))
    desk.wait_until(200)
    assert desk.sent[-1] == ("c2", 106_000)


def test_a_go_works_while_held_and_its_waits_begin_with_resume() -> None:
    desk = Desk(show_of(cue("1"), cue("2", pre_wait=seconds(3))))
    desk.give(ev.Hold(desk.now))
    desk.go(1)
    desk.go(2)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    desk.wait_until(50)
    desk.give(ev.Resume(desk.now))
    desk.wait_until(60)
    assert desk.sent[-1] == ("c2", 53_000)


def test_a_cue_that_ends_while_held_is_followed_on_resume() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(5)), cue("2", trigger=AutoFollow())))
    desk.go(0)
    desk.give(ev.Hold(desk.now))
    desk.wait_until(20)
    desk.give(ev.Resume(desk.now))
    assert desk.sent[-1][0] == "c2"


def test_a_clock_trigger_that_passed_while_held_is_missed() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1", trigger=AtClock(at=at)), cue("2")))
    desk.give(ev.Hold(desk.now))
    desk.wait_until(20)
    desk.give(ev.Resume(desk.now))
    assert desk.sent == []
    assert [missed.cue for missed in desk.state.missed] == ["c1"]


def test_stop_all_ends_waits_and_follow_ons_and_nothing_fires_until_the_next_go() -> None:
    at = parse_time_of_day("19:30:30")
    desk = Desk(
        show_of(
            cue("1", post_wait=seconds(5)),
            cue("2", trigger=AutoContinue()),
            cue("3", trigger=AtClock(at=at)),
            cue("4"),
        )
    )
    desk.go(0)
    desk.give(ev.StopAll(shift(START, seconds(1))))
    assert desk.kinds(ev.StopEverything)
    desk.wait_until(60)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    assert [missed.cue for missed in desk.state.missed] == ["c3"]
    desk.go(61)
    assert desk.sent[-1][0] == "c4"


def test_stop_all_comes_before_what_is_due_at_the_same_time() -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(5)), cue("2", trigger=AutoContinue())))
    desk.go(0)
    desk.give(ev.StopAll(shift(START, seconds(5))))
    assert [sent for sent, _ in desk.sent] == ["c1"]


def test_stopping_one_cue_ends_its_pre_wait_its_follow_ons_and_only_those() -> None:
    desk = Desk(
        show_of(
            cue("1", duration=seconds(30), post_wait=seconds(5)),
            cue("2", trigger=AutoContinue()),
            cue("3", pre_wait=seconds(10)),
        )
    )
    desk.go(0)
    desk.go(1)
    desk.give(ev.StopCue(desk.now, "c1"))
    assert desk.kinds(ev.StopRuns) == [ev.StopRuns((1,))]
    desk.wait_until(60)
    assert [sent for sent, _ in desk.sent] == ["c1", "c3"]


def test_panic_stops_all_then_fires_the_panic_cue_and_again_drops_its_wait() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(9)), cue("P", pre_wait=seconds(5)), panic="cP"))
    desk.go(0)
    desk.give(ev.Panic(shift(START, seconds(1)), Instant(0)))
    assert desk.kinds(ev.StopEverything)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    desk.give(ev.Panic(shift(START, seconds(2)), Instant(0)))
    assert desk.sent[-1] == ("cP", 2000)


def test_panic_without_a_panic_cue_stops_all_and_says_so() -> None:
    desk = Desk(show_of(cue("1", duration=seconds(9))))
    desk.go(0)
    desk.give(ev.Panic(shift(START, seconds(1)), Instant(0)))
    assert desk.kinds(ev.StopEverything)
    assert "no panic cue" in (desk.refusal or "")


def test_standby_never_lands_on_the_panic_cue() -> None:
    desk = Desk(show_of(cue("1"), cue("P"), panic="cP"))
    desk.go(0)
    assert desk.state.standby is None


def test_a_jump_moves_the_standby_and_sends_nothing() -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3")))
    desk.give(ev.Jump(desk.now, "c3"))
    assert desk.state.standby == "c3"
    assert desk.sent == []


def test_a_jump_onto_a_follow_on_lands_on_the_next_cue_that_a_go_fires() -> None:
    desk = Desk(show_of(cue("1"), cue("2", trigger=AutoFollow()), cue("3")))
    desk.give(ev.Jump(desk.now, "c2"))
    assert desk.state.standby == "c3"


def test_a_jump_past_a_waiting_clock_trigger_drops_it() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1", trigger=AtClock(at=at)), cue("2"), cue("3")))
    desk.give(ev.Jump(desk.now, "c3"))
    desk.wait_until(10)
    assert desk.sent == []


@pytest.mark.parametrize(("back", "standby"), [(True, "c1"), (False, "c3")])
def test_stepping_moves_the_standby_one_on_or_back(back: bool, standby: str) -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3")))
    desk.go(0)
    desk.give(ev.Step(desk.now, back=back))
    assert desk.state.standby == standby


def test_with_auto_off_timed_triggers_are_missed_and_chains_go_on() -> None:
    at = parse_time_of_day("19:30:05")
    desk = Desk(show_of(cue("1"), cue("2", trigger=AutoContinue()), cue("3", trigger=AtClock(at=at))))
    desk.give(ev.SetAuto(desk.now, on=False))
    desk.go(0)
    desk.wait_until(10)
    assert [sent for sent, _ in desk.sent] == ["c1", "c2"]
    assert desk.state.missed[0].reason == "AUTO is off"


def test_after_an_engine_restart_nothing_fires_until_it_is_confirmed() -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(5)), cue("2", trigger=AutoContinue()), cue("3")))
    desk.go(0)
    desk.give(ev.EngineRestarted(shift(START, seconds(2))))
    desk.wait_until(30)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    assert "confirm" in (desk.go(31) or "")
    desk.give(ev.Confirm(desk.now, with_waits=True))
    desk.wait_until(60)
    assert desk.sent[-1] == ("c2", 34_000)


def test_confirming_without_waits_drops_them() -> None:
    desk = Desk(show_of(cue("1", post_wait=seconds(5)), cue("2", trigger=AutoContinue()), cue("3")))
    desk.go(0)
    desk.give(ev.EngineRestarted(shift(START, seconds(2))))
    desk.give(ev.Confirm(shift(START, seconds(9)), with_waits=False))
    desk.wait_until(30)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    assert desk.go(31) is None


def test_deleting_the_standby_moves_it_to_the_next_cue_behind_the_last_called() -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3")))
    desk.go(0)
    desk.show = show_of(cue("1"), cue("3"))
    desk.give(ev.ShowEdited(desk.now))
    assert desk.state.standby == "c3"


def test_an_edited_clock_time_moves_the_waiting_trigger() -> None:
    desk = Desk(show_of(cue("1", trigger=AtClock(at=parse_time_of_day("19:30:05"))), cue("2")))
    desk.show = show_of(cue("1", trigger=AtClock(at=parse_time_of_day("19:30:08"))), cue("2"))
    desk.give(ev.ShowEdited(desk.now))
    desk.wait_until(10)
    assert desk.sent == [("c1", 8000)]


def test_a_fired_clock_cue_does_not_fire_again_after_an_edit() -> None:
    desk = Desk(show_of(cue("1", trigger=AtClock(at=parse_time_of_day("19:30:05"))), cue("2")))
    desk.wait_until(6)
    desk.give(ev.ShowEdited(desk.now))
    desk.wait_until(20)
    assert [sent for sent, _ in desk.sent] == ["c1"]
    assert desk.state.missed == ()
