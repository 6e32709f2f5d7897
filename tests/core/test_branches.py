"""One ending of a branch counts: the planned one until another is chosen; what is not chosen is not there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from showcaller.core import edits, playback
from showcaller.core import events as ev
from showcaller.core.branches import Fork, forks, is_in_other_ending, next_fork, open_from
from showcaller.core.costs import cost_of, last_change, look_ahead, opposite
from showcaller.core.position import Playback
from showcaller.core.prompts import PassedOver, timed_cues
from showcaller.core.schedule import Outlook, Progress, expect, make_plan, times_of
from showcaller.core.show import (
    AtClock,
    AtOffset,
    AutoContinue,
    AutoFollow,
    Cue,
    Hard,
    Segment,
    Show,
    TimeOfDay,
)
from showcaller.core.times import Duration, ShowTime, elapsed, shift
from tests.core.evenings import Evening, evenings
from tests.core.playback_desk import START, Desk, cue, seconds, show_of


def ending(name: str, of: str = "Result", **values: object) -> Segment:
    return Segment(**{"id": name.lower(), "title": name, "branch": of, "ending": name, **values})


MATCH = show_of(
    Segment(id="match", duration=seconds(60)),
    cue("1"),
    ending("Win", duration=seconds(100)),
    cue("2"),
    cue("3"),
    ending("Lose", duration=seconds(30)),
    cue("4"),
    ending("Draw"),
    Segment(id="end", duration=seconds(20)),
    cue("9"),
)


def choose(desk: Desk, name: str | None, at: float | None = None, of: str = "Result") -> str | None:
    if at is not None:
        desk.now = shift(START, seconds(at))
    desk.give(ev.ChooseEnding(desk.now, of, name))
    return desk.refusal


def called(desk: Desk) -> list[str]:
    return [number for number, _ in desk.sent]


def test_the_planned_ending_is_called_where_none_was_chosen_and_the_show_rejoins_below() -> None:
    desk = Desk(MATCH)
    for at in range(4):
        assert desk.go(at) is None
    assert called(desk) == ["c1", "c2", "c3", "c9"]
    assert desk.state.standby is None


def test_a_chosen_ending_is_called_in_place_of_the_planned_one() -> None:
    desk = Desk(MATCH)
    desk.go(0)
    assert desk.state.standby == "c2"
    assert choose(desk, "Lose") is None
    assert desk.state.standby == "c4"
    desk.go(1)
    desk.go(2)
    assert called(desk) == ["c1", "c4", "c9"]


def test_an_ending_without_cues_is_itself_a_stop_for_go() -> None:
    desk = Desk(MATCH)
    desk.go(0)
    choose(desk, "Draw")
    assert desk.state.standby == "draw"
    desk.go(1)
    assert desk.state.segment == "draw"
    assert desk.state.standby == "c9"


def test_the_first_go_into_an_ending_makes_the_choice_and_says_so() -> None:
    desk = Desk(MATCH)
    desk.go(0)
    assert desk.state.chosen == frozenset()
    desk.go(1)
    assert desk.state.chosen == desk.state.begun == {("Result", "Win")}
    assert ev.EndingChosen("Result", "Win", desk.now, by_go=True) in desk.effects
    desk.go(2)
    assert not any(isinstance(one, ev.EndingChosen) for one in desk.effects)


def test_a_choice_that_was_made_is_not_said_again_by_its_go() -> None:
    desk = Desk(MATCH)
    assert choose(desk, "Lose") is None
    assert desk.effects == (ev.EndingChosen("Result", "Lose", desk.now),)
    desk.go(0)
    desk.go(1)
    assert called(desk) == ["c1", "c4"]
    assert not any(isinstance(one, ev.EndingChosen) for one in desk.effects)


def test_a_choice_can_be_taken_back_until_its_ending_has_begun() -> None:
    desk = Desk(MATCH)
    desk.go(0)
    choose(desk, "Lose")
    assert choose(desk, None) is None
    assert desk.state.chosen == frozenset()
    assert desk.state.standby == "c2"
    choose(desk, "Lose")
    desk.go(1)
    assert choose(desk, None) == "“Lose” has begun: choose another ending of “Result”, or go on."
    assert desk.state.chosen == {("Result", "Lose")}


def test_the_opposite_of_a_choice_is_the_choice_before_it() -> None:
    first = ev.ChooseEnding(ShowTime(0), "Result", "Win")
    second = ev.ChooseEnding(ShowTime(1), "Result", "Lose", "Win")
    desk = Desk(MATCH)
    for event in (first, second):
        desk.give(event)
    assert last_change([first, second]) == ev.ChooseEnding(ShowTime(0), "Result", "Lose", "Win")
    back = opposite(second)
    assert back is not None
    desk.give(back)
    assert desk.state.chosen == {("Result", "Win")}
    assert last_change([first, second, back]) == ev.ChooseEnding(ShowTime(0), "Result", "Win")


def test_another_ending_can_be_chosen_inside_one_for_what_was_not_called() -> None:
    desk = Desk(MATCH)
    desk.go(0)
    desk.go(1)
    assert choose(desk, "Lose") is None
    assert desk.state.standby == "c4"
    desk.go(2)
    assert called(desk) == ["c1", "c2", "c4"]
    assert desk.state.standby == "c9"


def test_back_in_an_ending_that_was_left_the_show_goes_on_below_the_last_call() -> None:
    desk = Desk(MATCH)
    desk.go(0)
    desk.go(1)
    choose(desk, "Lose")
    choose(desk, "Win")
    assert desk.state.standby == "c3"


def test_a_choice_after_the_branch_moves_no_standby() -> None:
    desk = Desk(MATCH)
    for at in range(4):
        desk.go(at)
    assert choose(desk, "Lose") is None
    assert desk.state.standby is None


def test_a_standby_that_was_spoken_is_not_stood_by_after_another_choice() -> None:
    desk = Desk(MATCH)
    desk.go(0)
    desk.give(ev.StandBy(desk.now, spoken=True))
    choose(desk, "Lose")
    assert not desk.state.stood_by


def test_back_and_forward_pass_the_other_endings_over() -> None:
    desk = Desk(MATCH)
    desk.go(0)
    choose(desk, "Lose")
    desk.give(ev.Step(desk.now, back=False))
    assert desk.state.standby == "c9"
    desk.give(ev.Step(desk.now, back=True))
    desk.give(ev.Step(desk.now, back=True))
    assert desk.state.standby == "c1"


def test_a_jump_into_another_ending_is_refused_and_says_why() -> None:
    desk = Desk(MATCH)
    desk.give(ev.Jump(desk.now, "c4"))
    assert desk.refusal == "“Lose” is not chosen: choose that ending first."
    assert desk.state.standby == "c1"


def test_a_segment_of_another_ending_cannot_be_started() -> None:
    desk = Desk(MATCH)
    desk.give(ev.StartNow(desk.now, "lose", on=True))
    assert desk.refusal == "“Lose” is not chosen: choose that ending first."


def test_a_start_by_hand_makes_the_choice_and_taken_back_unmakes_it() -> None:
    desk = Desk(MATCH)
    desk.go(0)
    desk.give(ev.StartNow(desk.now, "win", on=True))
    assert desk.state.begun == {("Result", "Win")}
    desk.give(ev.StartNow(desk.now, "win", on=False))
    assert desk.state.chosen == desk.state.begun == frozenset()


def test_a_cue_of_another_ending_started_by_hand_fires_alone() -> None:
    show = show_of(
        Segment(id="match"),
        cue("1"),
        ending("Win"),
        cue("2"),
        ending("Lose"),
        cue("4"),
        cue("5", trigger=AutoContinue()),
        Segment(id="end"),
        cue("9", trigger=AutoContinue()),
    )
    desk = Desk(show)
    desk.go(0)
    desk.give(ev.StartCue(at=desk.now, pressed_at=ev.Instant(desk.now), source="key", cue="c4"))
    assert called(desk) == ["c1", "c4"]
    assert desk.state.segment == "match"
    assert desk.state.chosen == frozenset()


@pytest.mark.parametrize("trigger", [AutoContinue(), AutoFollow()])
def test_what_rejoins_by_itself_follows_the_last_cue_of_the_chosen_ending(
    trigger: AutoContinue | AutoFollow,
) -> None:
    show = show_of(
        Segment(id="match"),
        cue("1"),
        ending("Win"),
        cue("2"),
        ending("Lose"),
        cue("4", trigger=trigger),
        Segment(id="end"),
        cue("9", trigger=trigger),
    )
    desk = Desk(show)
    desk.go(0)
    desk.go(1)
    assert called(desk) == ["c1", "c2", "c9"]
    desk = Desk(show)
    choose(desk, "Lose")
    desk.go(0)
    assert called(desk) == ["c1", "c4", "c9"]


def test_follow_ons_of_an_ending_that_was_left_do_not_fire() -> None:
    show = show_of(
        ending("Win"),
        cue("2", post_wait=seconds(5)),
        cue("3", trigger=AutoContinue()),
        ending("Lose"),
        cue("4"),
    )
    desk = Desk(show)
    desk.go(0)
    assert [wait.cue for wait in desk.state.waits] == ["c3"]
    choose(desk, "Lose", 1)
    assert desk.state.waits == ()


def test_times_of_day_of_an_ending_wait_only_while_it_counts() -> None:
    half = AtClock(at=TimeOfDay(19 * 3600_000 + 31 * 60_000))
    show = show_of(cue("1"), ending("Win"), cue("2"), ending("Lose"), cue("4"), cue("5", trigger=half))
    desk = Desk(show)
    assert desk.state.waits == ()
    choose(desk, "Lose")
    assert [wait.cue for wait in desk.state.waits] == ["c5"]
    choose(desk, None)
    assert desk.state.waits == ()


def test_offsets_of_an_ending_wait_on_where_it_counts_again() -> None:
    late = AtOffset(after=seconds(60))
    show = show_of(ending("Win"), cue("2"), cue("3", trigger=late), ending("Lose"), cue("4"))
    desk = Desk(show)
    desk.go(0)
    before = desk.state.waits
    assert [wait.cue for wait in before] == ["c3"]
    choose(desk, "Lose", 10)
    assert desk.state.waits == ()
    choose(desk, "Win", 20)
    assert [(wait.cue, wait.due) for wait in desk.state.waits] == [("c3", before[0].due)]


def test_a_run_that_begins_in_an_ending_has_chosen_it() -> None:
    desk = Desk(MATCH, from_row="c4")
    assert desk.state.chosen == {("Result", "Lose")}
    assert desk.state.standby == "c4"


def test_in_edit_nothing_is_chosen() -> None:
    desk = Desk(MATCH, "edit")
    assert choose(desk, "Lose") == "In EDIT nothing runs: the first ending of a branch is the planned one."


@pytest.mark.parametrize(("branch", "name"), [("Rain", "Win"), ("Result", "Abandoned")])
def test_what_is_not_there_is_not_chosen(branch: str, name: str) -> None:
    desk = Desk(MATCH)
    assert choose(desk, name, of=branch) is not None
    assert desk.state.chosen == frozenset()


def test_a_chosen_ending_that_an_edit_took_away_counts_no_more() -> None:
    desk = Desk(MATCH)
    desk.go(0)
    choose(desk, "Lose")
    desk.show = edits.apply(desk.show, edits.edit(desk.show, "lose", ending="Abandoned"))
    desk.give(ev.ShowEdited(desk.now))
    assert desk.state.standby == "c9"
    choose(desk, "Win")
    assert desk.state.standby == "c2"


def test_a_branch_in_two_places_is_chosen_once() -> None:
    show = show_of(
        cue("1"),
        ending("Dry", "Rain"),
        cue("2"),
        ending("Wet", "Rain"),
        cue("3"),
        Segment(id="between"),
        cue("4"),
        ending("Dry", "Rain", id="dry2"),
        cue("5"),
        ending("Wet", "Rain", id="wet2"),
        cue("6"),
    )
    assert forks(show) == (Fork("Rain", 1, 5), Fork("Rain", 7, 11))
    desk = Desk(show)
    choose(desk, "Wet", of="Rain")
    for at in range(4):
        desk.go(at)
    assert called(desk) == ["c1", "c3", "c4", "c6"]


def test_the_branch_to_choose_for_is_the_one_the_show_is_in_else_the_next_below() -> None:
    show = show_of(cue("1"), *(ending("A", "First"), cue("2")), *(ending("B", "Second"), cue("3")))
    first, second = forks(show)
    assert next_fork(show, "c1", None) == first
    assert next_fork(show, "c2", "a") == first
    assert next_fork(show, "c3", "a") == second
    assert next_fork(show, None, "b") == second
    assert next_fork(show, None, None) is None


def outlook_of(show: Show, progress: Progress, at: float, chosen: str | None) -> Outlook:
    choices = frozenset({("Result", chosen)}) if chosen else frozenset()
    return expect(make_plan(show, START, chosen=choices), progress, shift(START, seconds(at)))


@pytest.mark.parametrize(("chosen", "out"), [(None, 180), ("Win", 180), ("Lose", 110), ("Draw", 80)])
def test_only_the_ending_that_counts_takes_time(chosen: str | None, out: int) -> None:
    outlook = outlook_of(MATCH, Progress(), 0, chosen)
    assert elapsed(START, outlook.out) == seconds(out)
    assert elapsed(START, outlook.plan.out) == seconds(out)


def test_each_ending_is_planned_where_the_branch_begins() -> None:
    plan = make_plan(MATCH, START)
    starts = {one.segment.id: elapsed(START, one.start) for one in plan.segments if one.segment}
    branch = dict.fromkeys(("win", "lose", "draw"), seconds(60))
    assert starts == {"match": 0, **branch, "end": seconds(160)}


def test_what_lies_behind_a_branch_is_an_estimate() -> None:
    progress = Progress({"match": START}, {}, "match")
    times = times_of(outlook_of(MATCH, progress, 1, None), MATCH.positions["c9"])
    assert times is not None
    assert times.estimate
    assert elapsed(START, times.expected_start) == seconds(160)


def test_an_ending_that_was_left_took_the_time_it_took() -> None:
    starts = {"match": START, "win": shift(START, seconds(60))}
    outlook = outlook_of(MATCH, Progress(starts, {}, "win"), 75, "Lose")
    times = times_of(outlook, MATCH.positions["lose"])
    assert times is not None
    assert elapsed(START, times.expected_start) == seconds(75)
    assert elapsed(START, outlook.out) == seconds(75 + 30 + 20)


def test_a_hard_start_in_another_ending_holds_up_nothing() -> None:
    hard = Hard(at=TimeOfDay(19 * 3600_000 + 45 * 60_000))
    change = edits.edit(MATCH, "lose", start=hard)
    change += edits.edit(MATCH, MATCH.id, on_air=TimeOfDay(19 * 3600_000 + 30 * 60_000))
    show = edits.apply(MATCH, change)
    assert elapsed(START, outlook_of(show, Progress(), 0, None).out) == seconds(180)
    assert elapsed(START, outlook_of(show, Progress(), 0, "Lose").out) == seconds(15 * 60 + 50)


def test_the_cost_of_an_ending_is_told_before_it_is_chosen() -> None:
    outlook = outlook_of(MATCH, Progress(), 0, None)
    chosen = ev.ChooseEnding(ShowTime(0), "Result", "Lose")
    after = look_ahead(MATCH, outlook, Progress(), chosen)
    assert cost_of(outlook, after).out_moves == Duration(-70_000)
    back = look_ahead(MATCH, after, Progress(), ev.ChooseEnding(ShowTime(0), "Result", None, "Lose"))
    assert cost_of(after, back).out_moves == Duration(70_000)


@pytest.mark.parametrize("chosen", [frozenset(), frozenset({("Result", "Lose")})])
def test_a_plan_made_from_another_choice_is_that_made_from_nothing(
    chosen: frozenset[tuple[str, str]],
) -> None:
    for before in (frozenset(), frozenset({("Result", "Draw")})):
        old = make_plan(MATCH, START, chosen=before)
        assert make_plan(MATCH, START, old, chosen=chosen) == make_plan(MATCH, START, chosen=chosen)


@settings(max_examples=250)
@given(evenings())
def test_nothing_of_another_ending_is_ever_called_but_by_hand(evening: Evening) -> None:
    for turn in evening.turns:
        for effect in turn.effects:
            if isinstance(effect, ev.Called) and effect.cause not in {"start", "panic"}:
                place = turn.show.positions[effect.cue]
                assert not is_in_other_ending(turn.show, turn.after.chosen, place), turn.event


@settings(max_examples=250)
@given(evenings(with_restarts=False))
def test_a_choice_and_its_opposite_leave_the_choice_as_it_was(evening: Evening) -> None:
    state, show = evening.turns[-1].after, evening.last_show
    for branch, names in show.endings.items():
        former = next((name for one, name in state.chosen if one == branch), None)
        event = ev.ChooseEnding(evening.turns[-1].event.at, branch, names[-1], former)
        chosen, first_effects = playback.apply(state, event, show)
        back = opposite(event)
        assert back is not None
        again, effects = playback.apply(chosen, back, show)
        refused = any(isinstance(one, ev.Refused) for one in effects)
        # What was due at that instant and counts now may begin an ending.
        begun = any(isinstance(one, ev.EndingChosen) and one.by_go for one in (*first_effects, *effects))
        assert refused or begun or again.chosen == state.chosen


@settings(max_examples=100)
@given(evenings())
def test_an_ending_that_has_begun_was_chosen(evening: Evening) -> None:
    for turn in evening.turns:
        if isinstance(turn.event, ev.ChooseEnding | ev.Begin):
            continue
        for one in turn.after.begun - turn.before.begun:
            assert one in turn.after.chosen


def test_a_fresh_playback_has_chosen_nothing() -> None:
    assert Playback().chosen == Playback().begun == frozenset()


def test_a_cue_above_all_segments_is_in_no_ending() -> None:
    assert not is_in_other_ending(show_of(Cue(id="a"), ending("Win")), frozenset(), 0)


def test_a_prompt_names_what_rejoins_and_nothing_of_another_ending() -> None:
    show = show_of(
        ending("Win"),
        cue("2", duration=seconds(30)),
        ending("Lose"),
        cue("4", trigger=AutoFollow()),
        Segment(id="end"),
        cue("9", trigger=AutoFollow()),
    )
    desk = Desk(show)
    desk.go(0)
    out = PassedOver(show, desk.state)
    coming = timed_cues(show, desk.state.waits, desk.state.running, out)
    assert [one.cue.id for one in coming] == ["c9"]


def test_times_hang_on_a_choice_until_it_was_made() -> None:
    behind = MATCH.positions["end"]
    assert open_from(MATCH, frozenset(), 0) == behind
    assert open_from(MATCH, frozenset({("Result", "Win")}), 0) is None
    assert open_from(MATCH, frozenset(), behind) is None
    single = show_of(ending("Win"), cue("1"), Segment(id="end"))
    assert open_from(single, frozenset(), 0) is None


def test_in_edit_a_jump_into_another_ending_says_how_to_play_it() -> None:
    desk = Desk(MATCH, "edit")
    desk.give(ev.Jump(desk.now, "c4"))
    assert desk.refusal == "“Lose” is not the planned ending: rehearse from that row to play it."
