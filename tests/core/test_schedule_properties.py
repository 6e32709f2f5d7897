"""Laws of the schedule over random evenings: front and back agree, hard starts stand, gaps account for all.

`SHOWCALLER_EXAMPLES` sets how many shows are drawn for each law.
"""

from __future__ import annotations

import os
from datetime import datetime
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core.schedule import Outlook, Plan, Progress, expect, left_out, make_plan, times_of
from showcaller.core.show import Cue, Hard, Hit, Row, Segment, Show, Soft, Start
from showcaller.core.times import Duration, ShowTime, elapsed, shift, show_time_of, time_of_day_at

EXAMPLES = settings(max_examples=int(os.environ.get("SHOWCALLER_EXAMPLES", "60")))

NIGHTS = {
    "Europe/London": [(2026, 3, 28), (2026, 10, 24), (2026, 6, 20)],
    "America/New_York": [(2026, 3, 7), (2026, 10, 31), (2026, 6, 20)],
    "America/St_Johns": [(2026, 3, 7), (2026, 10, 31), (2026, 6, 20)],
    "Australia/Lord_Howe": [(2026, 10, 3), (2026, 4, 4), (2026, 6, 20)],
    "Pacific/Auckland": [(2026, 9, 26), (2026, 4, 4), (2026, 6, 20)],
}
"""Both nights when the clocks change, and one when they do not."""


def _length(chance: Random) -> Duration:
    return Duration(chance.choice([0, 30_000, 90_000, 240_000, 600_000, 1_800_000, 3_599_999]))


def evening_of(seed: int) -> tuple[Show, ShowTime, Random]:
    """Draw a show that begins at 22:00 and runs into the night, and that time."""
    chance = Random(seed)
    zone_name = chance.choice(sorted(NIGHTS))
    zone = ZoneInfo(zone_name)
    begins = show_time_of(datetime(*chance.choice(NIGHTS[zone_name]), 22, tzinfo=zone))
    rows: list[Row] = []
    at = begins
    for number in range(chance.randint(1, 9)):
        length = _length(chance)
        roll = chance.random()
        beside = time_of_day_at(shift(at, Duration(chance.choice([-600_000, 0, 0, 300_000]))), zone)
        start: Start = Hard(at=beside) if roll < 0.2 else Hit(at=beside) if roll < 0.4 else Soft()
        floated = chance.random() < 0.15
        rows.append(
            Segment(
                id=f"s{number}",
                duration=length if chance.random() < 0.85 else None,
                start=start,
                floated=floated,
                minimum=chance.choice([None, Duration(length // 2)]),
            )
        )
        rows += [
            Cue(id=f"c{number}.{cue}", duration=chance.choice([None, Duration(45_000)]))
            for cue in range(chance.randint(0, 3))
        ]
        at = at if floated else shift(at, length)
    show = Show(
        id="show",
        zone=zone_name,
        on_air=time_of_day_at(begins, zone),
        hard_out=chance.choice([None, time_of_day_at(at, zone)]),
        overrun=chance.choice(["push", "eat", "keep"]),
        rundown=tuple(rows),
    )
    return show, begins, chance


def outlook_of(plan: Plan, begins: ShowTime, chance: Random) -> Outlook:
    """Draw how far the show has come: the first segments started early or late, some lengthened."""
    live = [one for one in plan.segments if one.segment is not None and not one.floated]
    starts: dict[str, ShowTime] = {}
    at = begins
    for one in live[: chance.randint(0, len(live))]:
        assert one.segment is not None
        at = shift(at, Duration(chance.randint(1, 1_500_000)))
        starts[one.segment.id] = at
    added = {
        one.segment.id: Duration(chance.choice([-60_000, 1_000, 600_000]))
        for one in live
        if one.segment is not None and chance.random() < 0.2
    }
    now = shift(at, Duration(chance.randint(0, 900_000)))
    return expect(plan, Progress(starts, {}, next(reversed(starts), None), added), now)


seeds = st.integers(0, 2**32)


@EXAMPLES
@given(seeds)
def test_front_and_back_times_agree_up_to_each_hard_point(seed: int) -> None:
    show, begins, _ = evening_of(seed)
    plan = make_plan(show, begins)
    live = [one for one in plan.segments if not one.floated]
    for above, below in pairwise(live):
        if below.target is not None:
            assert above.back is not None
            assert elapsed(above.back, above.start) == -below.gap
        elif above.back is not None and below.back is not None:
            assert elapsed(above.back, above.start) == elapsed(below.back, below.start)
        else:
            assert above.back is below.back is None
    if live and plan.hard_out is not None:
        assert live[-1].back is not None
        assert elapsed(live[-1].back, live[-1].start) == elapsed(plan.hard_out, live[-1].end)


@EXAMPLES
@given(seeds)
def test_durations_gaps_and_overlaps_account_for_over_and_under(seed: int) -> None:
    show, begins, chance = evening_of(seed)
    plan = make_plan(show, begins)
    live = [one for one in plan.segments if not one.floated]
    planned = sum(one.duration + one.gap for one in live)
    assert not live or shift(plan.start, Duration(planned)) == live[-1].end
    outlook = outlook_of(plan, begins, chance)
    expected = [one for one, of in zip(outlook.expected, plan.segments, strict=True) if not of.floated]
    if not expected:
        return
    first = shift(expected[0].start, Duration(-expected[0].gap))
    spent = sum(elapsed(one.start, one.end) + one.gap for one in expected)
    assert shift(first, Duration(spent)) == expected[-1].end
    assert sum(one.over for one in expected) == spent - sum(
        of.duration + one.gap
        for one, of in zip(outlook.expected, plan.segments, strict=True)
        if not of.floated
    )
    if plan.hard_out is not None:
        beyond = elapsed(expected[-1].end, outlook.out)
        assert beyond >= 0
        assert outlook.over == elapsed(plan.hard_out, first) + spent + beyond


@EXAMPLES
@given(seeds)
def test_a_hard_start_never_moves_while_its_time_lies_ahead_whatever_an_overrun_does(seed: int) -> None:
    show, begins, chance = evening_of(seed)
    plan = make_plan(show, begins)
    outlook = outlook_of(plan, begins, chance)
    for planned, expected in zip(plan.segments, outlook.expected, strict=True):
        segment = planned.segment
        if segment is not None and isinstance(segment.start, Hard) and not expected.started:
            assert planned.target is not None
            if planned.target < outlook.now and not expected.passed:
                assert expected.start in {outlook.now, planned.target}
                assert expected.start == outlook.now or outlook.now <= plan.start
                continue
            assert expected.start == planned.target
            assert time_of_day_at(expected.start, ZoneInfo(show.zone)) == segment.start.at or (
                # The hour that a spring night leaves out.
                elapsed(begins, expected.start) >= 2 * 3_600_000
            )


@EXAMPLES
@given(seeds)
def test_what_is_cut_at_a_hard_start_does_not_overlap_it(seed: int) -> None:
    show, begins, chance = evening_of(seed)
    plan = make_plan(msgspec.structs.replace(show, overrun="keep"), begins)
    outlook = outlook_of(plan, begins, chance)
    pairs = [one for one in zip(plan.segments, outlook.expected, strict=True) if not one[0].floated]
    for (_, above), (planned, below) in pairwise(pairs):
        assert above.end >= above.start
        ahead = below.start >= outlook.now and above.start <= below.start
        if planned.segment and isinstance(planned.segment.start, Hard) and not below.started and ahead:
            assert above.end <= below.start
            assert below.gap >= 0


@EXAMPLES
@given(seeds)
def test_where_gaps_are_eaten_no_hit_time_comes_early(seed: int) -> None:
    show, begins, chance = evening_of(seed)
    plan = make_plan(msgspec.structs.replace(show, overrun="eat"), begins)
    outlook = outlook_of(plan, begins, chance)
    for planned, expected in zip(plan.segments, outlook.expected, strict=True):
        if planned.target is not None and not expected.started:
            assert expected.start >= planned.target


@EXAMPLES
@given(seeds)
def test_planning_step_by_step_comes_to_the_same_bit_for_bit(seed: int) -> None:
    show, begins, chance = evening_of(seed)
    plan = make_plan(show, begins)
    floated: frozenset[tuple[str, bool]] = frozenset()
    for _ in range(5):
        row = chance.choice(show.rundown)
        roll = chance.random()
        if roll < 0.3:
            floated = frozenset((one.id, chance.random() < 0.5) for one in chance.choices(show.rundown, k=2))
        elif roll < 0.6:
            show = edits.apply(show, edits.edit(show, row.id, duration=_length(chance)))
        elif roll < 0.8:
            show = edits.apply(show, edits.edit(show, row.id, floated=not row.floated))
        else:
            show = edits.apply(
                show, edits.edit(show, show.id, overrun=chance.choice(["push", "eat", "keep"]))
            )
        plan = make_plan(show, begins, plan, floated)
        assert msgspec.msgpack.encode(plan.segments, enc_hook=str) == msgspec.msgpack.encode(
            make_plan(show, begins, None, floated).segments, enc_hook=str
        )
        assert plan == make_plan(show, begins, None, floated)


def _soft(name: str, minutes: float, **values: object) -> Segment:
    return Segment(**{"id": name, "duration": Duration(round(minutes * 60_000)), **values})


LONDON = ZoneInfo("Europe/London")
HALF_PAST = show_time_of(datetime(2026, 6, 20, 19, 30, tzinfo=LONDON))


def _clock(minutes: float) -> ShowTime:
    return shift(HALF_PAST, Duration(round(minutes * 60_000)))


def _time(minutes: float) -> object:
    return time_of_day_at(_clock(minutes), LONDON)


def _show(*rows: Row, **values: object) -> Show:
    return Show(**{"id": "show", "on_air": _time(0), "rundown": rows, **values})


def test_each_overrun_does_what_it_says() -> None:
    rows = (
        _soft("a", 10),
        _soft("b", 5),
        _soft("c", 5, start=Hit(at=_time(20))),
        _soft("d", 5),
        _soft("e", 5, start=Hard(at=_time(30))),
    )
    for overrun, late, starts in (
        ("push", 3, [3, 13, 18, 23, 30]),
        ("eat", 3, [3, 13, 20, 25, 30]),
        ("eat", 12, [12, 22, 27, 32, 30]),
        ("push", 12, [12, 22, 27, 32, 30]),
        ("keep", 12, [12, 22, 27, 30, 30]),
    ):
        plan = make_plan(_show(*rows, overrun=overrun), HALF_PAST)
        outlook = expect(plan, Progress({"a": _clock(late)}, {}, "a"), _clock(late))
        assert [one.start for one in outlook.expected] == [_clock(minute) for minute in starts]


def test_gaps_and_overlaps_stand_before_hard_points() -> None:
    rows = (_soft("a", 10), _soft("b", 5, start=Hard(at=_time(12))), _soft("c", 5, start=Hard(at=_time(15))))
    plan = make_plan(_show(*rows, hard_out=_time(25)), HALF_PAST)
    assert [one.gap for one in plan.segments] == [0, 120_000, -120_000]
    assert [one.back for one in plan.segments] == [_clock(2), _clock(10), _clock(20)]
    outlook = expect(plan, Progress({"a": _clock(4)}, {}, "a"), _clock(4))
    times = [times_of(outlook, place) for place in range(3)]
    assert [one.gap for one in times if one is not None] == [0, -120_000, -120_000]


def test_added_time_lengthens_the_segment_in_this_run_alone() -> None:
    plan = make_plan(_show(_soft("a", 10), _soft("b", 5), hard_out=_time(15)), HALF_PAST)
    outlook = expect(plan, Progress({"a": HALF_PAST}, {}, "a", {"a": Duration(30_000)}), HALF_PAST)
    assert outlook.over == 30_000
    assert (outlook.expected[0].over, outlook.expected[1].start) == (30_000, _clock(10.5))
    assert plan.over == 0


def test_nothing_runs_before_the_first_start() -> None:
    plan = make_plan(_show(_soft("a", 10)), HALF_PAST)
    assert not expect(plan, Progress(), HALF_PAST).begun
    assert expect(plan, Progress({"a": HALF_PAST}, {}, "a"), HALF_PAST).begun


def test_skipped_and_floated_cues_take_no_time_and_disarmed_ones_theirs() -> None:
    rows = (
        Segment(id="s"),
        *(
            Cue(id=name, duration=Duration(60_000), armed=name != "disarmed")
            for name in ("disarmed", "b", "c")
        ),
    )
    show = _show(*rows)
    assert make_plan(show, HALF_PAST).segments[0].duration == 180_000
    floats = frozenset({("b", True), ("c", False)})
    assert make_plan(show, HALF_PAST, None, left_out(floats, ())).segments[0].duration == 120_000
    assert make_plan(show, HALF_PAST, None, left_out(floats, {"c"})).segments[0].duration == 60_000
