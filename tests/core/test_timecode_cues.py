"""Cues that timecode starts: due as it runs, silent when it stands, and nothing stale after a locate."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.position import next_deadline
from showcaller.core.show import AtTimecode, Cue, Segment, Show, TimecodeInput
from showcaller.core.timecode_cues import timecode_cues
from showcaller.core.times import Duration, ShowTime, elapsed, shift
from tests.core.playback_desk import START, Desk, cue, seconds, show_of

SECOND = 10**9
TEN = 36_000 * SECOND


def at(label: str) -> dict[str, object]:
    return {"trigger": AtTimecode(at=label)}


def _show(**values: object) -> Show:
    return show_of(
        Segment(id="s1"),
        cue("1"),
        cue("2", **at("10:00:05:00")),
        cue("3"),
        cue("4", **at("10:00:10:00")),
        Segment(id="s2"),
        cue("5", **at("10:00:20:12")),
        cue("6"),
        cue("7"),
        **values,
    )


def hear(desk: Desk, at: float, position: float, **values: object) -> None:
    """Give the timecode that stands at so many seconds after 10:00:00:00."""
    desk.now = shift(START, seconds(at))
    place = TEN + round(position * SECOND)
    chosen: dict[str, object] = {"runs": True, "found": True, "located": True, "began": place}
    desk.give(ev.Timecode(at=desk.now, position=place, **{**chosen, **values}))  # type: ignore[arg-type]


def waiting(desk: Desk) -> list[tuple[str, float]]:
    waits = [wait for wait in desk.state.waits if wait.cause == "timecode"]
    return [(wait.cue, elapsed(START, wait.due) / 1000) for wait in waits]


def missed(desk: Desk) -> list[str]:
    return [one.cue for one in desk.state.missed]


def test_cues_fire_when_the_timecode_comes_to_them_each_at_its_own_time() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    desk.wait_until(30)
    assert desk.sent == [("c2", 1000), ("c4", 6000), ("c5", 16_480)]
    assert missed(desk) == []
    assert desk.state.last_called == "c5"
    assert desk.state.segment == "s2"


def test_a_cue_at_the_very_place_where_it_began_fires_and_one_before_does_not() -> None:
    desk = Desk(_show())
    hear(desk, 0, 10.08, began=TEN + 10 * SECOND)
    assert desk.sent == [("c4", 0)]
    assert missed(desk) == []


def test_nothing_fires_while_it_stands() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    hear(desk, 0.5, 4.5, runs=False, found=False)
    desk.wait_until(60)
    assert desk.sent == []
    assert waiting(desk) == []


def test_a_locate_fires_nothing_misses_nothing_and_finds_the_place() -> None:
    desk = Desk(_show())
    assert desk.state.standby == "c1"
    hear(desk, 0, 15, runs=False)
    assert (desk.sent, missed(desk), waiting(desk)) == ([], [], [])
    assert desk.state.standby == "c6"
    hear(desk, 1, 7, runs=False)
    assert desk.state.standby == "c3"
    hear(desk, 2, 1, runs=False)
    assert desk.state.standby == "c1"


def test_a_locate_before_all_timecode_leaves_a_standby_above_it_alone() -> None:
    desk = Desk(show_of(cue("1"), cue("2"), cue("3", **at("10:00:05:00")), cue("4")))
    desk.go(0)
    hear(desk, 1, 1, runs=False)
    assert desk.state.standby == "c2"


def test_after_the_last_cue_the_standby_is_what_a_go_fires_next() -> None:
    desk = Desk(show_of(cue("1"), cue("2", **at("10:00:05:00")), Segment(id="s"), cue("3")))
    hear(desk, 0, 100, runs=False)
    assert desk.state.standby == "c3"


def test_the_standby_that_a_locate_left_where_it_was_stays_stood_by() -> None:
    desk = Desk(_show())
    desk.give(ev.StandBy(START, spoken=True))
    hear(desk, 0, 1, runs=False)
    assert desk.state.stood_by
    hear(desk, 0, 6, runs=False)
    assert not desk.state.stood_by


def test_what_it_jumped_over_while_it_ran_is_missed_by_name() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    hear(desk, 0.5, 12, missed_from=TEN + round(4.5 * SECOND))
    assert desk.sent == []
    assert missed(desk) == ["c2", "c4"]
    assert [one.reason for one in desk.state.missed] == ["the timecode jumped over it"] * 2
    desk.wait_until(60)
    assert [sent[0] for sent in desk.sent] == ["c5"]


def test_what_fired_before_the_jump_was_noticed_is_not_missed() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    desk.wait_until(1.1)
    hear(desk, 1.1, 12, missed_from=TEN + round(4.9 * SECOND))
    assert missed(desk) == ["c4"]


def test_back_before_a_cue_it_fires_again() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    desk.wait_until(2)
    hear(desk, 2, 4)
    desk.wait_until(4)
    assert [sent[0] for sent in desk.sent] == ["c2", "c2"]


def test_a_correction_moves_what_waits_and_brings_nothing_back() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    desk.give(ev.DropWait(desk.now, "c4"))
    hear(desk, 0.5, 4.51, found=False)
    assert waiting(desk) == [("c2", 0.99), ("c5", 16.47)]


def test_a_correction_to_the_past_fires_at_once_and_never_before_it() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    hear(desk, 0.98, 5.01, found=False)
    assert desk.sent == [("c2", 980)]


def test_a_cue_that_was_started_by_hand_is_not_started_by_the_timecode_too() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    desk.give(ev.StartCue(at=desk.now, pressed_at=desk.now, source="key", cue="c2"))  # type: ignore[arg-type]
    desk.wait_until(3)
    assert desk.sent == [("c2", 0)]


def test_speed_is_that_of_the_rehearsal() -> None:
    desk = Desk(_show(), mode="rehearse")
    hear(desk, 0, 4, speed=10.0)
    assert waiting(desk)[0] == ("c2", 10.0)
    hear(desk, 5, 4.5, speed=0.0, found=False)
    assert waiting(desk) == []
    hear(desk, 5, 7, speed=2.0)
    assert waiting(desk) == [("c4", 11.0), ("c5", 31.96)]


def test_in_a_hold_it_waits_and_what_is_long_past_is_missed() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    desk.give(ev.Hold(shift(START, seconds(0.5))))
    desk.wait_until(3)
    hear(desk, 3, 7.003, found=False)
    assert desk.sent == []
    desk.give(ev.Resume(shift(START, seconds(3.5))))
    assert missed(desk) == ["c2"]
    desk.wait_until(7)
    assert [sent[0] for sent in desk.sent] == ["c4"]


def test_with_auto_off_or_all_stopped_they_are_missed() -> None:
    desk = Desk(_show())
    desk.give(ev.SetAuto(desk.now, on=False))
    hear(desk, 0, 4)
    desk.wait_until(2)
    desk.give(ev.SetAuto(desk.now, on=True))
    desk.give(ev.StopAll(desk.now))
    desk.wait_until(7)
    assert [(one.cue, one.reason) for one in desk.state.missed] == [
        ("c2", "AUTO is off"),
        ("c4", "all was stopped"),
    ]
    desk.go(8)
    desk.wait_until(20)
    assert "c5" in [sent[0] for sent in desk.sent]


def test_after_a_crash_nothing_waits_until_the_timecode_is_found_again() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    desk.give(ev.EngineRestarted(desk.now))
    assert (desk.state.timecode, waiting(desk)) == (None, [])


def test_an_edit_moves_a_cue_in_the_timecode_while_it_runs() -> None:
    desk = Desk(_show())
    hear(desk, 0, 4)
    rows = tuple(
        msgspec.structs.replace(row, trigger=AtTimecode(at="10:00:06:00"))
        if isinstance(row, Cue) and row.id in {"c2", "c7"}
        else row
        for row in desk.show.rundown
    )
    desk.show = msgspec.structs.replace(desk.show, rundown=rows)
    desk.now = shift(START, seconds(0.5))
    desk.give(ev.ShowEdited(desk.now))
    assert waiting(desk) == [("c2", 2.0), ("c7", 2.0), ("c4", 6.0), ("c5", 16.48)]
    desk.show = msgspec.structs.replace(desk.show, rundown=desk.show.rundown[:3])
    desk.give(ev.ShowEdited(desk.now))
    assert waiting(desk) == [("c2", 2.0)]


def test_a_label_is_read_at_the_rate_of_the_show_and_one_that_is_none_starts_nothing() -> None:
    rows = (cue("1", **at("10:00:01:29")), cue("2", **at("10:01:00:00")), cue("3", **at("soon")))
    desk = Desk(show_of(*rows, timecode=TimecodeInput(rate="29.97")))
    hear(desk, 0, 0)
    assert [name for name, _ in waiting(desk)] == ["c1"]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3_000), st.integers(0, 30_000), st.booleans(), st.booleans()), max_size=12
    ),
    st.integers(0, 5_000),
)
def test_whatever_is_located_a_cue_fires_only_when_the_timecode_runs_over_it(
    moves: list[tuple[int, int, bool, bool]], rest: int
) -> None:
    """Every cue that was sent lies in a stretch that was played; every cue in a stretch was sent."""
    desk, now = Desk(_show(timecode=TimecodeInput())), 0
    places = {"c2": 5_000, "c4": 10_000, "c5": 20_480}
    wanted: list[tuple[str, int]] = []
    position, runs = 0, False
    for pause, target, starts, _ in [*moves, (rest, 0, False, False)]:
        if runs:
            played = [
                (name, now + it - position)
                for name, it in places.items()
                if position <= it < position + pause
            ]
            wanted += played
        now, position, runs = now + pause, target, starts
        before = ShowTime(shift(START, Duration(now)) - 1)
        while (due := next_deadline(desk.state)) is not None and due <= before:
            desk.give(ev.Tick(due))
        desk.now = shift(START, Duration(now))
        place = TEN + target * 1_000_000
        desk.give(
            ev.Timecode(at=desk.now, position=place, runs=starts, found=True, located=True, began=place)
        )
    assert [(name, it) for name, it in desk.sent if it < now] == wanted
    assert missed(desk) == []


def test_due_times_are_exact_to_the_nanosecond() -> None:
    desk = Desk(_show())
    desk.give(ev.Timecode(at=ShowTime(START + 123), position=TEN + 7, runs=True, found=True, began=TEN))
    assert desk.state.waits[0].due == START + 123 + 5 * SECOND - 7


def test_a_source_that_is_corrected_has_no_label_read_again_and_an_edit_is_seen() -> None:
    show = _show()
    found = timecode_cues(show)
    assert timecode_cues(show) is found
    moved = edits.apply(show, edits.edit(show, found[0][1], trigger=AtTimecode(at="10:00:59:00")))
    assert timecode_cues(moved) == (*found[1:], (TEN + 59 * SECOND, found[0][1]))
    slower = edits.apply(show, edits.edit(show, show.id, timecode=TimecodeInput(rate="24")))
    assert [cue for _, cue in timecode_cues(slower)] == [cue for _, cue in found]
    assert timecode_cues(slower)[-1][0] == TEN + 20 * SECOND + SECOND // 2


def test_only_the_ending_that_counts_is_started_or_missed() -> None:
    show = show_of(
        Segment(id="w", branch="Result", ending="Win"),
        cue("1", **at("10:00:05:00")),
        Segment(id="l", branch="Result", ending="Lose"),
        cue("2", **at("10:00:06:00")),
        cue("3", **at("10:00:20:00")),
    )
    desk = Desk(show)
    hear(desk, 0, 4)
    desk.give(ev.ChooseEnding(desk.now, "Result", "Lose"))
    hear(desk, 0.5, 12, missed_from=TEN + round(4.5 * SECOND))
    assert missed(desk) == ["c2"]
    desk.wait_until(60)
    assert [sent[0] for sent in desk.sent] == ["c3"]
