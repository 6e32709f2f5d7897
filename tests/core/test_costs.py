"""What a change costs is what comes of it; a buy-back makes its point with nothing that is too much."""

from __future__ import annotations

import os
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.costs import (
    BuyBackPlan,
    Step,
    cost_of,
    last_change,
    look_ahead,
    opposite,
    plan_buy_back,
)
from showcaller.core.playback import apply
from showcaller.core.position import Playback
from showcaller.core.schedule import HardPoint, Outlook, Progress, expect, hard_points, make_plan
from showcaller.core.show import Cue, Hard, Hit, Row, Segment, Show
from showcaller.core.times import Duration, ShowTime, TimeOfDay, shift, show_time_of, time_of_day_at

LONDON = ZoneInfo("Europe/London")
BEGIN = show_time_of(datetime(2026, 6, 20, 19, 30, tzinfo=LONDON))
NOW = ShowTime(0)


def ms(minutes: float) -> Duration:
    return Duration(round(minutes * 60_000))


def clock(minutes: float) -> TimeOfDay:
    return time_of_day_at(shift(BEGIN, ms(minutes)), LONDON)


def seg(name: str, minutes: float, **values: object) -> Segment:
    return Segment(**{"id": name, "page": name.upper(), "duration": ms(minutes), **values})


def stand(show: Show, running: str = "a", late: float = 0) -> tuple[Outlook, Progress]:
    """Let the first segment run, so many minutes late, just begun."""
    at = shift(BEGIN, ms(late))
    progress = Progress({running: at}, {}, running)
    return expect(make_plan(show, BEGIN), progress, at), progress


def show_of(*rows: Row, out: float) -> Show:
    return Show(id="show", on_air=clock(0), hard_out=clock(out), rundown=rows)


def test_added_time_costs_what_it_breaks() -> None:
    show = show_of(
        seg("a", 10), seg("b", 10, start=Hit(at=clock(10))), seg("c", 10, start=Hard(at=clock(21))), out=31
    )
    outlook, progress = stand(show)
    after = look_ahead(show, outlook, progress, ev.AddTime(NOW, "a", ms(0.5)))
    cost = cost_of(outlook, after)
    assert cost.out_moves == 0
    assert [(point.kind, point.page, point.missed_by) for point in cost.breaks] == [("hit", "B", ms(0.5))]
    cost = cost_of(outlook, look_ahead(show, outlook, progress, ev.AddTime(NOW, "b", ms(2))))
    assert [(point.kind, point.page, point.missed_by) for point in cost.breaks] == [("hard", "C", ms(1))]
    cost = cost_of(outlook, look_ahead(show, outlook, progress, ev.AddTime(NOW, "c", ms(2))))
    assert [(point.kind, point.missed_by) for point in cost.breaks] == [("out", ms(2))]
    assert (cost.out_moves, cost.over) == (ms(2), ms(2))


def test_a_float_that_makes_a_point_says_so() -> None:
    show = show_of(seg("a", 10), seg("b", 5), seg("c", 10), out=20)
    outlook, progress = stand(show)
    cost = cost_of(outlook, look_ahead(show, outlook, progress, ev.Float(NOW, "b", on=True)))
    assert (cost.out_moves, [point.kind for point in cost.makes], cost.breaks) == (ms(-5), ["out"], ())


def test_starting_the_next_segment_now_gives_what_was_left_and_is_priced_both_ways() -> None:
    show = show_of(seg("a", 10), seg("b", 5), out=15)
    outlook, progress = stand(show)
    started = look_ahead(show, outlook, progress, ev.StartNow(NOW, "b", on=True))
    assert cost_of(outlook, started).out_moves == ms(-10)
    at = outlook.now
    done = Progress({"a": at, "b": at}, {"a": at}, "b")
    here = expect(outlook.plan, done, at)
    back = look_ahead(show, here, done, ev.StartNow(NOW, "b", on=False))
    assert back.expected == outlook.expected


@pytest.mark.parametrize(
    "event",
    [
        ev.AddTime(NOW, "b", ms(3)),
        ev.Float(NOW, "b", on=True),
        ev.StartNow(NOW, "b", on=True),
        ev.BuyBack(at=NOW, floats=("c",), trims=(("b", ms(1)),), on=True),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_is_looked_ahead_to_is_what_playback_makes_of_it(
    event: ev.AddTime | ev.Float | ev.StartNow | ev.BuyBack,
) -> None:
    show = show_of(seg("a", 10), seg("b", 5), seg("c", 5), out=20)
    outlook, progress = stand(show, late=2)
    at = outlook.now
    state = Playback(mode="live", segment="a", segment_started_at=at, started_at=at)
    state, _ = apply(state, msgspec.structs.replace(event, at=at), show)
    starts = dict(progress.starts)
    ends: dict[str, ShowTime] = {}
    if state.segment != "a":
        starts["b"], ends["a"] = at, at
    plan = make_plan(show, BEGIN, None, state.floated)
    came = expect(plan, Progress(starts, ends, state.segment, dict(state.added)), at)
    assert came == look_ahead(show, outlook, progress, event)


def plan_for(show: Show, late: float = 0) -> BuyBackPlan | None:
    return plan_buy_back(show, *stand(show, late=late))


def test_the_lowest_priority_gives_first_and_trims_come_before_floats() -> None:
    show = show_of(
        seg("a", 10),
        seg("b", 5, minimum=ms(3), priority=2),
        seg("c", 4, floatable=True, priority=1, minimum=ms(3)),
        seg("d", 6),
        out=22.5,
    )
    plan = plan_for(show)
    assert plan is not None
    assert plan.over == ms(2.5)
    assert plan.steps == (Step("c", "float", ms(4), ms(4)),)
    assert plan.left == 0
    shorter = plan_for(msgspec.structs.replace(show, hard_out=clock(24.25)))
    assert shorter is not None
    assert shorter.steps == (Step("c", "trim", ms(0.75), ms(0.75)),)


def test_a_part_of_a_second_floats_nothing() -> None:
    show = show_of(seg("a", 10), seg("b", 5, minimum=ms(4)), seg("c", 6, floatable=True, priority=1), out=20)
    plan = plan_for(show, late=0.9 / 60)
    assert plan is not None
    assert plan.steps == (Step("b", "trim", ms(1), ms(1)),)
    assert plan.left == 0
    assert plan_for(msgspec.structs.replace(show, hard_out=clock(21)), late=0.9 / 60) is None


def test_what_cannot_be_made_is_said() -> None:
    plan = plan_for(show_of(seg("a", 10), seg("b", 5, minimum=ms(4)), out=10))
    assert plan is not None
    assert plan.steps == (Step("b", "trim", ms(1), ms(1)),)
    assert plan.left == ms(4)


def test_what_lies_before_a_hard_start_does_not_help_the_hard_out() -> None:
    show = show_of(
        seg("a", 10),
        seg("b", 5, floatable=True),
        seg("c", 10, start=Hard(at=clock(15)), minimum=ms(5), priority=9),
        out=23,
    )
    plan = plan_for(show)
    assert plan is not None
    assert [(step.segment, step.cut) for step in plan.steps] == [("c", ms(2))]


def test_the_next_hard_start_that_is_missed_comes_before_the_hard_out_and_only_what_stands_above_it() -> None:
    show = show_of(
        seg("a", 10, minimum=ms(9), priority=3),
        seg("b", 5, floatable=True, priority=2),
        seg("c", 5, start=Hard(at=clock(15)), minimum=ms(1)),
        seg("d", 5, start=Hard(at=clock(20)), minimum=ms(1)),
        out=24,
    )
    plan = plan_for(show, late=0.75)
    assert plan is not None
    assert (plan.point.kind, plan.point.page, plan.over, plan.left) == ("hard", "C", ms(0.75), 0)
    assert plan.steps == (Step("b", "float", ms(5), ms(5)),)
    again = plan_for(show)
    assert again is not None
    assert (again.point.kind, again.over) == ("out", ms(1))
    assert again.steps == (Step("d", "trim", ms(1), ms(1)),)


def test_a_hard_start_that_is_missed_while_the_show_is_under_is_bought_back() -> None:
    show = show_of(seg("a", 10, minimum=ms(5)), seg("b", 5, start=Hard(at=clock(10))), out=20)
    plan = plan_for(show, late=7)
    assert plan is not None
    assert (plan.point.page, plan.steps, plan.left) == ("B", (Step("a", "trim", ms(5), ms(5)),), ms(2))


def test_where_nothing_gives_time_before_the_next_point_the_one_after_it_is_planned_for() -> None:
    show = show_of(
        seg("a", 10),
        seg("b", 5, start=Hard(at=clock(10)), minimum=ms(3)),
        seg("c", 5, start=Hard(at=clock(14))),
        out=20,
    )
    plan = plan_for(show, late=1)
    assert plan is not None
    assert (plan.point.page, plan.steps) == ("C", (Step("b", "trim", ms(1), ms(1)),))
    nothing = plan_for(show_of(seg("a", 10), seg("b", 5, start=Hard(at=clock(9))), out=12))
    assert nothing is not None
    assert (nothing.point.page, nothing.over, nothing.steps, nothing.left) == ("B", ms(1), (), ms(1))


def test_nothing_is_bought_back_where_nothing_is_over() -> None:
    assert plan_for(show_of(seg("a", 10, minimum=ms(1)), out=10)) is None
    assert plan_for(Show(id="s", on_air=clock(0), rundown=(seg("a", 10, minimum=ms(1)),))) is None


def missed_by(point: HardPoint, outlook: Outlook) -> Duration:
    """Return how far the same point is missed now."""
    same = [one for one in hard_points(outlook) if (one.kind, one.row) == (point.kind, point.row)]
    assert len(same) == 1
    return same[0].missed_by


@settings(max_examples=int(os.environ.get("SHOWCALLER_EXAMPLES", "60")))
@given(st.integers(0, 2**32))
def test_a_buy_back_comes_to_what_it_says_and_no_step_is_too_much(seed: int) -> None:
    chance = Random(seed)
    rows = [seg("a", 10)]
    for name in "bcdefg"[: chance.randint(1, 6)]:
        minutes = chance.randint(1, 12)
        rows.append(
            seg(
                name,
                minutes,
                minimum=chance.choice([None, ms(minutes / 2)]),
                floatable=chance.random() < 0.4,
                priority=chance.randint(0, 2),
                start=Hard(at=clock(30)) if chance.random() < 0.1 else Segment(id="x").start,
            )
        )
    show = show_of(*rows, out=chance.randint(10, 50))
    outlook, progress = stand(show, late=chance.randint(0, 4))
    plan = plan_buy_back(show, outlook, progress)
    missed = [one for one in hard_points(outlook) if one.kind != "hit" and one.missed_by > 0]
    if plan is None:
        assert not missed
        return
    assert plan.point in missed
    after = look_ahead(show, outlook, progress, plan.event)
    assert max(0, missed_by(plan.point, after)) == plan.left
    assert plan.over == plan.point.missed_by
    assert sum(step.gives for step in plan.steps) == plan.over - missed_by(plan.point, after)
    by_id = {row.id: row for row in rows}
    names = [row.id for row in rows]
    above = names[: names.index(plan.point.row)] if plan.point.row else names
    assert {step.segment for step in plan.steps} <= set(above)
    for step in plan.steps:
        row = by_id[step.segment]
        if step.kind == "trim":
            assert row.duration is not None
            assert row.minimum is not None
            assert row.duration - step.cut >= row.minimum
        else:
            assert row.floatable
    if plan.left == 0:
        for step in plan.steps:
            rest = tuple(one for one in plan.steps if one is not step)
            event = msgspec.structs.replace(plan, steps=rest).event
            assert missed_by(plan.point, look_ahead(show, outlook, progress, event)) > 0


def test_the_last_change_is_the_last_that_was_not_taken_back() -> None:
    add, more = ev.AddTime(ShowTime(5), "a", ms(1)), ev.AddTime(ShowTime(6), "a", ms(2))
    back = ev.AddTime(ShowTime(7), "a", ms(-2))
    assert last_change([]) is None
    assert last_change([add, ev.Hold(ShowTime(6))]) == ev.AddTime(NOW, "a", ms(1))
    assert last_change([add, more, back]) == ev.AddTime(NOW, "a", ms(1))
    bought = ev.BuyBack(at=NOW, floats=("b",), on=True)
    taken = opposite(bought)
    assert taken is not None
    assert last_change([add, bought, taken]) == ev.AddTime(NOW, "a", ms(1))
    assert opposite(ev.Hold(NOW)) is None


def test_a_skip_costs_its_time_and_its_opposite_brings_it_back() -> None:
    show = show_of(
        Segment(id="a"),
        Cue(id="a1", duration=ms(3)),
        Cue(id="a2", duration=ms(2)),
        Cue(id="a3", duration=ms(1), floated=True),
        seg("b", 5),
        out=10,
    )
    outlook, progress = stand(show)
    skip = ev.Skip(NOW, "a2", on=True)
    skipped = look_ahead(show, outlook, progress, skip)
    assert cost_of(outlook, skipped).out_moves == ms(-2)
    back = opposite(skip)
    assert isinstance(back, ev.Skip)
    assert look_ahead(show, skipped, progress, back).expected == outlook.expected
    floated = look_ahead(show, outlook, progress, ev.Skip(NOW, "a3", on=False))
    assert cost_of(outlook, floated).nothing
    assert (
        last_change([skip, ev.Skip(ShowTime(9), "a1", on=True), ev.Skip(ShowTime(9), "a1", on=False)]) == skip
    )


def test_a_jump_is_priced_with_the_go_that_it_is_for() -> None:
    show = show_of(
        seg("a", 10),
        seg("b", 5),
        seg("c", 10),
        Cue(id="c1"),
        Cue(id="c2", offset=ms(4)),
        seg("d", 1),
        out=26,
    )
    plan = make_plan(show, BEGIN)
    at = shift(BEGIN, ms(10))
    progress = Progress({"a": BEGIN}, {}, "a")
    outlook = expect(plan, progress, at)
    jumped = look_ahead(show, outlook, progress, ev.Jump(NOW, "c2"))
    called = Progress({"a": BEGIN, "c": shift(at, ms(-4)), "c2": at}, {"a": at}, "c")
    came = expect(plan, called, at)
    assert (came.out, came.over) == (jumped.out, jumped.over) == (shift(BEGIN, ms(17)), ms(-9))
    back = look_ahead(show, came, called, ev.Jump(NOW, "b"))
    assert back.out == shift(at, ms(16))
    assert [one.started for one in back.expected] == [True, True, False, False]
    assert cost_of(came, look_ahead(show, came, called, ev.Jump(NOW, "c1"))).nothing


def test_an_edit_is_priced_like_an_event() -> None:
    show = show_of(seg("a", 10), seg("b", 5), out=15)
    outlook, progress = stand(show)
    change = edits.insert([seg("new", 2)], "a")
    cost = cost_of(outlook, look_ahead(show, outlook, progress, change))
    assert (cost.out_moves, [point.kind for point in cost.breaks]) == (ms(2), ["out"])


def test_what_opens_a_gap_before_a_hard_start_is_not_nothing() -> None:
    show = show_of(
        seg("a", 10),
        seg("b", 5),
        seg("c", 5, start=Hit(at=clock(15))),
        seg("d", 5, start=Hard(at=clock(20))),
        out=25,
    )
    outlook, progress = stand(show)
    cost = cost_of(outlook, look_ahead(show, outlook, progress, ev.Jump(NOW, "c")))
    assert (cost.out_moves, cost.breaks, cost.makes) == (0, (), ())
    assert (cost.first, cost.first_moves) == ("c", ms(-5))
    assert not cost.nothing
    assert cost_of(outlook, look_ahead(show, outlook, progress, ev.Jump(NOW, "b"))).nothing


def test_before_the_first_start_a_jump_says_with_what_the_show_begins() -> None:
    show = show_of(seg("a", 10), seg("b", 6), Cue(id="b1"), Cue(id="b2", offset=ms(4)), out=16)
    plan = make_plan(show, BEGIN)
    late = shift(BEGIN, ms(20))
    begins = Progress(begins_with="a")
    outlook = expect(plan, begins, late)
    assert outlook.over == ms(20)
    jumped = look_ahead(show, outlook, begins, ev.Jump(NOW, "b2"))
    assert jumped.over == ms(6)
    assert look_ahead(
        show, jumped, msgspec.structs.replace(begins, begins_with="b"), ev.Jump(NOW, "a")
    ).over == ms(20)
