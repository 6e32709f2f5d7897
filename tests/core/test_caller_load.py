"""What a caller has to say is held against how fast words are spoken."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core.caller_load import CallerLoad, Stretch, assess, load_problems
from showcaller.core.plan import make_plan
from showcaller.core.show import (
    AtClock,
    AtOffset,
    AutoContinue,
    Call,
    Calling,
    Cue,
    Department,
    Hard,
    Row,
    Segment,
    Show,
)
from showcaller.core.times import Duration, ShowTime, TimeOfDay, parse_time_of_day
from showcaller.showfile.json_form import show_from_json, show_to_json

DAY = ShowTime(1_790_000_000 * 10**9)
DEPARTMENTS = (
    Department(id="lx", name="LX", standby=Duration(8_000), warning=Duration(30_000)),
    Department(id="snd", name="SND", spoken="Sound", standby=Duration(8_000)),
)


def cue(number: str, at: float | None = None, *departments: str, **values: object) -> Cue:
    calls = tuple(Call(department=one, number=number) for one in departments or ("lx",))
    offset = None if at is None else Duration(round(at * 1000))
    return Cue(**{"id": f"c{number}", "number": number, "offset": offset, "calls": calls, **values})


def show_of(*rows: Row, calling: Calling = "go", **values: object) -> Show:
    head = Segment(id="s0", duration=Duration(60_000))
    fixed = {"id": "show", "departments": DEPARTMENTS, "calling": calling, "rundown": (head, *rows)}
    return Show(**{**fixed, **values})


def weigh(show: Show, former: CallerLoad | None = None) -> CallerLoad:
    return assess(show, make_plan(show, DAY), former)


def said(show: Show) -> list[str]:
    return [one.sentence for one in load_problems(show, weigh(show))]


FASTER = "That is faster than the caller speaks."


def test_gos_closer_together_than_they_can_be_spoken_are_named_with_what_is_to_be_said() -> None:
    both = "lx", "snd"
    show = show_of(cue("22", 10, *both), cue("23", 11, *both), cue("24", 12.1, *both), cue("25", 30, *both))
    # “LX 23, Sound 23, GO” is five words, 1.43 s at 3.5 words a second.
    assert said(show) == [f"22 to 24: 10 words in 2.1 s. {FASTER}"]
    assert said(msgspec.structs.replace(show, words_per_second=10)) == []
    assert said(msgspec.structs.replace(show, words_per_second=5)) == []
    assert said(msgspec.structs.replace(show, words_per_second=4.9)) == [
        f"22 to 23: 5 words in 1.0 s. {FASTER}"
    ]


def test_a_problem_stands_at_the_last_cue_and_its_offset() -> None:
    show = show_of(cue("1", 0), cue("2", 0.5))
    (problem,) = load_problems(show, weigh(show))
    assert (problem.row_id, problem.field, problem.severity) == ("c2", "offset", "warning")


def test_cues_of_which_nobody_said_when_they_come_are_no_load() -> None:
    assert said(show_of(cue("1"), cue("2"), cue("3"))) == []
    assert weigh(show_of(cue("1", 0), cue("2"), cue("3"))).segments[0].crowds == ()


def test_a_standby_that_is_to_be_said_while_a_go_is_collides() -> None:
    # The standby of 2 is said from 12 s on, when 1 is called.
    close = cue("1", 12.5, "snd"), cue("2", 20, standby_with="alone")
    assert said(show_of(*close)) == []
    assert said(show_of(*close, calling="standby-go")) == ["The standby of 2 collides with the GO of 1."]
    assert said(show_of(close[0], cue("2", 24), calling="standby-go")) == []


def test_a_group_has_one_standby_and_so_no_collision_within() -> None:
    show = show_of(cue("1", 10), cue("2", 17), calling="standby-go")
    assert said(show) == []
    alone = edits.apply(show, edits.edit(show, "c2", standby_with="alone"))
    assert said(alone) == ["The standby of 2 collides with the GO of 1."]


def test_a_lead_shorter_than_the_words_of_the_standby_collides_with_its_own_go() -> None:
    quick = (Department(id="lx", name="LX", standby=Duration(500)),)
    show = show_of(cue("1", 10), calling="standby-go", departments=quick)
    assert said(show) == ["The standby of 1 collides with the GO of 1."]


def test_a_timed_cue_is_stood_by_and_nobody_says_its_go() -> None:
    show = show_of(cue("1", 12.3), cue("2", trigger=AtOffset(after=Duration(20_000))))
    assert said(show) == ["The standby of 2 collides with the GO of 1."]
    kinds = {(one.kind, one.cues) for one in weigh(show).segments[0].stretches if one.level == "said"}
    assert kinds == {("go", ("c1",)), ("standby", ("c2",))}


def test_a_cue_for_a_time_of_day_stands_where_the_plan_has_it() -> None:
    clock = cue("2", trigger=AtClock(at=parse_time_of_day("19:30:20")))
    show = show_of(cue("1", 12.3), clock, on_air=parse_time_of_day("19:30:00"))
    assert said(show) == ["The standby of 2 collides with the GO of 1."]
    assert said(msgspec.structs.replace(show, on_air=parse_time_of_day("19:30:02"))) == []


def test_what_is_said_in_the_segment_above_is_heard_in_this_one() -> None:
    above = cue("1", 59.8)
    assert said(show_of(above, Segment(id="s1"), cue("2", 0.3))) == [f"1 to 2: 3 words in 0.5 s. {FASTER}"]
    alone = cue("2", 2, standby_with="alone")
    standby = show_of(cue("1", 54.5), Segment(id="s1"), alone, calling="standby-go")
    assert said(standby) == ["The standby of 2 collides with the GO of 1."]


def test_a_crowd_is_named_once_however_many_headings_it_crosses() -> None:
    short = Segment(id="s1", duration=Duration(500))
    rows = cue("1", 59.5), cue("2", 59.8), short, cue("3", 0.2), Segment(id="s2"), cue("4", 0.1)
    assert said(show_of(*rows)) == [f"1 to 4: 9 words in 1.1 s. {FASTER}"]
    crowds = [
        one for load in weigh(show_of(*rows)).segments for one in load.stretches if one.level == "too-much"
    ]
    assert [one.cues for one in crowds] == [("c1", "c2"), ("c2", "c3"), ("c3", "c4")]


def test_where_nobody_said_how_long_a_segment_is_nothing_above_is_heard() -> None:
    loose = Segment(id="s0")
    rows = loose, cue("1", 59.8), Segment(id="s1"), cue("2", 0)
    assert said(show_of(rundown=rows)) == []
    fixed = msgspec.structs.replace(rows[2], start=Hard(at=parse_time_of_day("19:31:00")))  # type: ignore[type-var]
    at_clock = show_of(rundown=(*rows[:2], fixed, rows[3]), on_air=parse_time_of_day("19:30:00"))
    assert said(at_clock) == [f"1 to 2: 3 words in 0.2 s. {FASTER}"]


def test_floated_rows_are_not_said() -> None:
    assert said(show_of(cue("1", 0), cue("2", 0.3, floated=True))) == []
    away = Segment(id="s1", floated=True, duration=Duration(1000))
    assert said(show_of(cue("1", 59.9), away, cue("2", 0.1))) == []


def levels(show: Show) -> list[tuple[str, int, int]]:
    found = [one for one in weigh(show).segments[0].stretches if one.kind == "crowd"]
    return [(one.level, one.start, one.end) for one in found]


def test_the_strip_tells_busy_from_too_much() -> None:
    assert levels(show_of(cue("1", 0), cue("2", 10))) == []
    assert levels(show_of(cue("1", 0), cue("2", 1))) == [("busy", 0, 1000)]
    assert levels(show_of(cue("1", 0), cue("2", 0.5))) == [("too-much", 0, 500)]


def test_the_strip_says_what_is_said_until_the_go() -> None:
    show = show_of(cue("1", 10), calling="warning-standby-go", words_per_second=3.0)
    said_ = {one.kind: one for one in weigh(show).segments[0].stretches}
    assert said_["go"] == Stretch(9_000, 10_000, "said", ("c1",), 3, "go")
    assert said_["standby"] == Stretch(2_000, 3_000, "said", ("c1",), 3, "standby")
    assert said_["warning"] == Stretch(-20_000, -19_000, "said", ("c1",), 3, "warning")


def test_a_show_whose_caller_never_speaks_is_weighed_all_the_same() -> None:
    assert len(said(show_of(cue("1", 0), cue("2", 20), words_per_second=0.0))) == 1


def random_row(chance: random.Random, number: int) -> Row:
    if chance.random() < 0.25:
        return Segment(
            id=f"s{number}",
            duration=chance.choice([None, Duration(3_000), Duration(9_000)]),
            floated=chance.random() < 0.2,
            start=chance.choice([Segment(id="x").start, Hard(at=TimeOfDay(70_200_000))]),
        )
    trigger = chance.choice(
        [
            Cue(id="x").trigger,
            Cue(id="x").trigger,
            Cue(id="x").trigger,
            AutoContinue(),
            AtOffset(after=Duration(4_000)),
            AtClock(at=TimeOfDay(70_203_000)),
        ]
    )
    at = chance.choice([None, 0, 0.4, 1, 2.5, 8])
    return cue(str(number), at, chance.choice(["lx", "snd"]), trigger=trigger)


@given(st.integers(0, 2**32), st.integers(1, 10), st.sampled_from(["go", "standby-go", "warning-standby-go"]))
def test_load_after_edits_is_that_of_a_show_that_was_never_edited(
    seed: int, count: int, calling: Calling
) -> None:
    chance = random.Random(seed)
    rows = [random_row(chance, number) for number in range(1, chance.randint(2, 25))]
    show = show_of(*rows, calling=calling, on_air=TimeOfDay(70_190_000))
    load = weigh(show)
    for step in range(count):
        ids = [row.id for row in show.rundown]
        match chance.randrange(6):
            case 0:
                change = edits.insert([random_row(chance, 100 + step)], chance.choice([None, *ids]))
            case 1:
                change = edits.remove(show, [chance.choice(ids)]) if len(ids) > 1 else ()
            case 2:
                change = edits.move(show, [chance.choice(ids)], chance.choice([None, *ids]))
            case 3:
                change = edits.edit(show, show.id, words_per_second=chance.choice([2.0, 3.5, 5.0]))
            case 4:
                lead = Duration(chance.choice([1_000, 8_000]))
                change = edits.edit(show, chance.choice(["lx", "snd"]), standby=lead)
            case _:
                row = show.row(chance.choice(ids))
                value = {"offset": Duration(500)} if isinstance(row, Cue) else {"duration": Duration(1000)}
                change = edits.edit(show, row.id, **value)  # type: ignore[union-attr, arg-type]
        show = edits.apply(show, change)
        load = weigh(show, load)
        fresh = weigh(show)
        assert list(load.stretches()) == list(fresh.stretches())
        assert list(load_problems(show, load)) == list(load_problems(show, fresh))


def test_an_edit_weighs_only_its_own_segment_and_the_next() -> None:
    rows = [
        row
        for at in range(1, 6)
        for row in (Segment(id=f"s{at}", duration=Duration(60_000)), cue(f"{at}1", 1), cue(f"{at}2", 9))
    ]
    show = show_of(*rows)
    before = weigh(show)
    after = weigh(edits.apply(show, edits.edit(show, "c21", offset=Duration(2_000))), before)
    pairs = zip(before.segments, after.segments, strict=True)
    assert [new.segment for old, new in pairs if new is not old] == ["s2", "s3"]


def test_longer_segments_move_all_and_weigh_nothing_again_but_the_next() -> None:
    rows = [
        row
        for at in range(1, 6)
        for row in (Segment(id=f"s{at}", duration=Duration(60_000)), cue(f"{at}1", 1))
    ]
    show = show_of(*rows)
    before = weigh(show)
    after = weigh(edits.apply(show, edits.edit(show, "s1", duration=Duration(90_000))), before)
    pairs = zip(before.segments, after.segments, strict=True)
    assert [new.segment for old, new in pairs if new is not old] == ["s2"]
    assert after.starts[3] - before.starts[3] == 30_000_000_000


@pytest.mark.parametrize("calling", ["go", "standby-go"])
def test_how_fast_the_caller_speaks_is_kept_in_the_file_only_where_it_is_another(calling: Calling) -> None:
    show = show_of(cue("1", 0), calling=calling)
    assert b"words_per_second" not in show_to_json(show)
    faster = msgspec.structs.replace(show, words_per_second=4.2)
    assert show_from_json(show_to_json(faster))[0] == faster
    assert edits.apply(show, edits.diff(show, faster)) == faster
