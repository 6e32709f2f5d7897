"""A show that is under is filled up to its hard out and no further: by floats first, then by stretching."""

from __future__ import annotations

from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from showcaller.core import events as ev
from showcaller.core.costs import cost_of, look_ahead, opposite
from showcaller.core.fill import FillPlan, FillStep, plan_filling
from showcaller.core.playback import apply
from showcaller.core.position import Playback
from showcaller.core.show import Hit, Segment, Show
from showcaller.core.times import ShowTime
from tests.core.test_costs import BEGIN, clock, ms, seg, show_of, stand


def plan_for(show: Show, late: float = 0) -> FillPlan | None:
    return plan_filling(show, *stand(show, late=late))


def test_what_was_floated_comes_back_before_anything_stretches_and_the_weightiest_first() -> None:
    show = show_of(
        seg("a", 10),
        seg("b", 5, maximum=ms(8)),
        seg("c", 2, floated=True, priority=1),
        seg("d", 3, floated=True, priority=5),
        out=20,
    )
    plan = plan_for(show)
    assert plan is not None
    assert plan.under == ms(5)
    assert plan.steps == (FillStep("d", "take-in", ms(3), ms(3)), FillStep("c", "take-in", ms(2), ms(2)))
    assert plan.left == 0


def test_what_does_not_fit_stays_out_and_elastic_segments_fill_the_rest_up_to_their_maximum() -> None:
    show = show_of(
        seg("a", 10, maximum=ms(10.5)),
        seg("b", 5, maximum=ms(6), priority=9),
        seg("c", 4, floated=True),
        out=18,
    )
    plan = plan_for(show)
    assert plan is not None
    assert plan.steps == (FillStep("b", "stretch", ms(1), ms(1)), FillStep("a", "stretch", ms(0.5), ms(0.5)))
    assert plan.left == ms(1.5)


def test_nothing_that_breaks_a_hit_time_is_proposed() -> None:
    show = show_of(seg("a", 10, maximum=ms(12)), seg("b", 5, start=Hit(at=clock(10)), maximum=ms(7)), out=16)
    plan = plan_for(show)
    assert plan is not None
    assert [step.segment for step in plan.steps] == ["b"]


def test_nothing_is_filled_where_nothing_is_under() -> None:
    assert plan_for(show_of(seg("a", 10, maximum=ms(20)), out=10)) is None
    assert plan_for(show_of(seg("a", 10, maximum=ms(20)), out=9)) is None
    assert plan_for(Show(id="s", on_air=clock(0), rundown=(seg("a", 10, maximum=ms(20)),))) is None


def test_playback_makes_of_the_event_what_was_planned_and_its_opposite_takes_it_back() -> None:
    show = show_of(seg("a", 10), seg("b", 5, maximum=ms(6)), seg("c", 2, floated=True), out=18)
    plan = plan_for(show)
    assert plan is not None
    state = Playback(mode="live", segment="a", segment_started_at=BEGIN, started_at=BEGIN)
    filled, _ = apply(state, msgspec.structs.replace(plan.event, at=BEGIN), show)
    assert filled.floated == {("c", False)}
    assert dict(filled.added) == {"b": ms(1)}
    back = opposite(plan.event)
    assert isinstance(back, ev.BuyBack)
    taken, _ = apply(filled, msgspec.structs.replace(back, at=BEGIN), show)
    assert (taken.floated, taken.added) == ({("c", True)}, ())


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_filling_comes_to_what_it_says_never_over_and_never_beyond_a_maximum(seed: int) -> None:
    chance = Random(seed)
    rows: list[Segment] = [seg("a", 10)]
    for name in "bcdefg"[: chance.randint(1, 6)]:
        minutes = chance.randint(1, 12)
        rows.append(
            seg(
                name,
                minutes,
                maximum=chance.choice([None, ms(minutes * 1.5)]),
                floated=chance.random() < 0.3,
                priority=chance.randint(0, 2),
                start=Hit(at=clock(30)) if chance.random() < 0.15 else Segment(id="x").start,
            )
        )
    show = show_of(*rows, out=chance.randint(10, 80))
    outlook, progress = stand(show, late=chance.randint(0, 4))
    plan = plan_filling(show, outlook, progress)
    if plan is None:
        assert (outlook.over or 0) > -1000
        return
    after = look_ahead(show, outlook, progress, plan.event)
    assert after.over is not None
    assert after.over == -plan.left <= 0
    assert ShowTime(outlook.out + sum(step.gives for step in plan.steps) * 1_000_000) == after.out
    assert not cost_of(outlook, after).breaks
    by_id = {row.id: row for row in rows}
    for step in plan.steps:
        row = by_id[step.segment]
        if step.kind == "stretch":
            assert row.duration is not None
            assert row.maximum is not None
            assert row.duration + step.by <= row.maximum
        else:
            assert row.floated
