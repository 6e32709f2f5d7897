"""Cues closer together than their standby lead share one standby, as proposed or as the show says."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core import asrun, edits
from showcaller.core import events as ev
from showcaller.core.call_steps import next_step
from showcaller.core.known_places import known_places
from showcaller.core.show import (
    AtClock,
    AtOffset,
    AutoContinue,
    AutoFollow,
    Call,
    Cue,
    Department,
    Hard,
    Row,
    Segment,
    Show,
)
from showcaller.core.standby_groups import (
    KEPT,
    MOST_TOGETHER,
    groups_of,
    spoken_together,
    stands_by_with,
)
from showcaller.core.times import Duration, Instant, TimeOfDay
from showcaller.showfile.json_form import show_from_json, show_to_json
from tests.core.evenings import Evening, evenings
from tests.core.playback_desk import START, Desk

DEPARTMENTS = (
    Department(id="lx", name="LX"),
    Department(id="snd", name="SND", spoken="Sound", standby=Duration(5_000)),
    Department(id="fly", name="FLY", standby=Duration(30_000)),
)


def cue(number: str, at: float | None = None, **values: object) -> Cue:
    offset = None if at is None else Duration(int(at * 1000))
    calls = (Call(department="lx", number=number),)
    return Cue(**{"id": f"c{number}", "number": number, "offset": offset, "calls": calls, **values})


def show_of(*rows: Row, **values: object) -> Show:
    return Show(
        **{
            "id": "show",
            "departments": DEPARTMENTS,
            "calling": "standby-go",
            "rundown": (Segment(id="s0", duration=Duration(60_000)), *rows),
            **values,
        }
    )


def groups(show: Show) -> list[str]:
    found = dict.fromkeys(groups_of(show).groups.values())
    return ["".join(show.cue(one).number for one in group) for group in found]  # type: ignore[union-attr]


def test_cues_closer_together_than_the_lead_of_the_second_are_proposed() -> None:
    show = show_of(cue("1", 0), cue("2", 9.9), cue("3", 15), cue("4", 25), cue("5", 50))
    assert groups(show) == ["123"]


def test_each_department_has_its_own_lead() -> None:
    sound = (Call(department="snd", number="7"),)
    rail = (*sound, Call(department="fly", number="1"))
    show = show_of(cue("1", 0), cue("2", 6, calls=sound), cue("3", 30, calls=rail))
    assert groups(show) == ["23"]


def test_cues_of_which_nobody_said_when_they_come_are_not_proposed() -> None:
    assert groups(show_of(cue("1"), cue("2"), cue("3"))) == []
    assert groups(show_of(cue("1"), cue("2", duration=Duration(3000)), cue("3"), cue("4"))) == []
    assert groups(show_of(cue("1", duration=Duration(3000)), cue("2"))) == ["12"]
    assert groups(show_of(cue("1", 8), cue("2", 5))) == []


def test_a_show_without_a_standby_step_has_no_groups() -> None:
    close = cue("1", 0), cue("2", 1, standby_with="above")
    assert groups(show_of(*close, calling="go")) == []
    assert groups(show_of(*close, calling="hold")) == ["12"]


def test_a_show_can_say_otherwise() -> None:
    show = show_of(cue("1", 0), cue("2", 3, standby_with="alone"), cue("3", 6), cue("4", 40))
    assert groups(show) == ["23"]
    far = edits.apply(show, edits.edit(show, "c4", standby_with="above"))
    assert groups(far) == ["234"]


def test_what_nobody_calls_stands_in_no_group_and_does_not_part_one() -> None:
    show = show_of(
        cue("1", 0),
        cue("2", trigger=AutoContinue()),
        cue("3", 3),
        cue("4", 4, floated=True),
        cue("5", 6),
        cue("6", 7),
        panic="c6",
    )
    assert groups(show) == ["135"]


def test_a_group_goes_on_over_a_soft_heading_but_not_over_a_fixed_one() -> None:
    soft = show_of(cue("1", 57), Segment(id="s1"), cue("2", 1))
    assert groups(soft) == ["12"]
    hard = Segment(id="s1", start=Hard(at=TimeOfDay(0)))
    assert groups(show_of(cue("1", 57), hard, cue("2", 1))) == []
    assert groups(show_of(cue("1", 57), Segment(id="s1"), Segment(id="s2"), cue("2", 1))) == []
    other = Segment(id="s1", branch="Result", ending="Win")
    assert groups(show_of(cue("1", 57), other, cue("2", 1))) == []
    floated = Segment(id="s1", floated=True, duration=Duration(9_000))
    assert groups(show_of(cue("1", 57), floated, cue("2", 0), Segment(id="s2"), cue("3", 1))) == ["13"]


def test_a_proposed_group_is_no_longer_than_a_person_remembers() -> None:
    show = show_of(*(cue(str(number), number) for number in range(30)))
    found = list(dict.fromkeys(groups_of(show).groups.values()))
    assert [len(one) for one in found] == [MOST_TOGETHER, MOST_TOGETHER, 30 - 2 * MOST_TOGETHER]


def test_places_are_known_where_they_were_written() -> None:
    rows = (
        cue("1", duration=Duration(2000), pre_wait=Duration(500), post_wait=Duration(300)),
        cue("2", trigger=AutoContinue()),
        cue("3", trigger=AutoFollow()),
        cue("4"),
        cue("5", trigger=AtOffset(after=Duration(9000)), duration=Duration(1000)),
        cue("6", trigger=AutoFollow()),
        cue("7", 20, floated=True),
        cue("8", trigger=AtClock(at=TimeOfDay(0))),
        cue("9", trigger=AutoContinue()),
        cue("10", 30),
    )
    assert known_places(rows) == [0, 800, None, None, 9000, 10_000, None, None, None, 30_000]


def random_row(chance: random.Random, number: int) -> Row:
    if chance.random() < 0.2:
        return Segment(
            id=f"s{number}",
            duration=chance.choice([None, Duration(5_000)]),
            floated=chance.random() < 0.2,
            start=chance.choice([Segment(id="x").start, Hard(at=TimeOfDay(0))]),
        )
    return cue(
        str(number),
        chance.choice([None, 0, 1, 5, 12]),
        trigger=chance.choice([Cue(id="x").trigger, Cue(id="x").trigger, AutoContinue()]),
        standby_with=chance.choice(["auto", "auto", "auto", "above", "alone"]),
        floated=chance.random() < 0.1,
    )


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_groups_after_edits_are_those_of_a_show_that_was_never_edited(seed: int, count: int) -> None:
    chance = random.Random(seed)
    show = show_of(*(random_row(chance, number) for number in range(1, chance.randint(2, 25))))
    groups_of(show)
    for step in range(count):
        ids = [row.id for row in show.rundown]
        match chance.randrange(5):
            case 0:
                change = edits.insert([random_row(chance, 100 + step)], chance.choice([None, *ids]))
            case 1:
                change = edits.remove(show, [chance.choice(ids)]) if len(ids) > 1 else ()
            case 2:
                change = edits.move(show, [chance.choice(ids)], chance.choice([None, *ids]))
            case 3:
                change = edits.edit(
                    show, show.departments[0].id, standby=Duration(chance.choice([2000, 10_000]))
                )
            case _:
                row = show.row(chance.choice(ids))
                value = {"offset": Duration(3000)} if isinstance(row, Cue) else {"duration": Duration(1000)}
                change = edits.edit(show, row.id, **value)  # type: ignore[union-attr, arg-type]
        show = edits.apply(show, change)
        assert KEPT in show.__dict__
        assert groups_of(show).groups == groups_of(msgspec.structs.replace(show)).groups


def test_an_edit_reads_only_its_own_segment_again() -> None:
    rows = [row for at in range(3) for row in (Segment(id=f"s{at + 1}"), cue(f"{at}1", 0), cue(f"{at}2", 1))]
    show = show_of(*rows)
    before = {block.heading.id: block for block in groups_of(show).blocks if block.heading}
    edited = edits.apply(show, edits.edit(show, "c11", name="Blue"))
    after = {block.heading.id: block for block in groups_of(edited).blocks if block.heading}
    assert [one for one in after if after[one] is not before[one]] == ["s2"]


def test_choice_is_kept_in_the_file_and_can_be_edited_and_undone() -> None:
    show = show_of(cue("1", 0), cue("2", 1))
    assert b"standby_with" not in show_to_json(show)
    change = edits.edit(show, "c2", standby_with="alone")
    alone = edits.apply(show, change)
    assert show_from_json(show_to_json(alone))[0] == alone
    assert edits.diff(show, alone) == change
    assert edits.apply(alone, edits.invert(change)) == show
    wire = msgspec.json.decode(msgspec.json.encode(change), type=tuple[edits.Op, ...])
    assert edits.typed(wire) == change
    with pytest.raises(edits.EditError):
        edits.typed([edits.Edited("rundown", "c2", "standby_with", "auto", "below")])


GROUP = (cue("1", 0), cue("2", 3), cue("3", 6), cue("4", 40))


def desk_at_group(**values: object) -> Desk:
    return Desk(show_of(*GROUP, **values))


def test_one_standby_and_then_each_press_is_a_go() -> None:
    desk = desk_at_group()
    said = []
    together = []
    for number in range(6):
        said.append(next_step(desk.state, desk.show))
        together.append(len(spoken_together(desk.state, desk.show)))
        assert desk.say_next(number, step=said[-1]) is None
    assert said == ["standby", "go", "go", "go", "standby", "go"]
    assert together == [3, 3, 3, 3, 0, 0]
    assert [one for one, _ in desk.sent] == ["c1", "c2", "c3", "c4"]


def test_a_warning_comes_once_for_the_group_too() -> None:
    desk = desk_at_group(calling="warning-standby-go")
    said = []
    for number in range(8):
        said.append(next_step(desk.state, desk.show))
        desk.say_next(number)
    assert said == ["warning", "standby", "go", "go", "go", "warning", "standby", "go"]


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (ev.Jump(START, "c2"), ("c2", "c3")),
        (ev.Step(START, back=True), ("c1", "c2", "c3")),
        (ev.Skip(START, "c2", on=True), ()),
        (ev.Float(START, "c2", on=True), ()),
        (ev.StandBy(START, spoken=False), ("c2", "c3")),
    ],
)
def test_whoever_moves_the_standby_says_it_anew_for_what_is_left(
    event: ev.Event, left: tuple[str, ...]
) -> None:
    desk = desk_at_group()
    desk.say_next(1)
    desk.say_next(2)
    assert (desk.state.standby, desk.state.stood_by) == ("c2", True)
    desk.give(msgspec.structs.replace(event, at=desk.now))
    assert not desk.state.stood_by
    assert next_step(desk.state, desk.show) == "standby"
    assert stands_by_with(desk.state, desk.show) == left


def test_after_an_oops_the_standby_of_what_is_left_of_the_group_is_said_again() -> None:
    desk = desk_at_group()
    for number in range(3):
        desk.say_next(number)
    assert (desk.state.standby, desk.state.stood_by) == ("c3", True)
    desk.give(ev.Oops(desk.now))
    assert (desk.state.standby, desk.state.stood_by) == ("c2", False)
    assert spoken_together(desk.state, desk.show) == ("c2", "c3")
    said = []
    for number in range(3, 7):
        said.append(next_step(desk.state, desk.show))
        desk.say_next(number)
    assert said == ["standby", "go", "go", "standby"]
    assert [one for one, _ in desk.sent] == ["c1", "c2", "c2", "c3"]


def test_an_oops_behind_a_group_names_only_its_last_cue() -> None:
    desk = desk_at_group()
    for number in range(5):
        desk.say_next(number)
    assert (desk.state.standby, desk.state.stood_by) == ("c4", True)
    desk.give(ev.Oops(desk.now))
    assert (desk.state.standby, desk.state.stood_by) == ("c3", False)
    assert spoken_together(desk.state, desk.show) == ()
    desk.say_next(5)
    assert (desk.state.stood_by, desk.state.stood_with) == (True, ())
    desk.say_next(6)
    assert (desk.state.standby, desk.state.stood_by) == ("c4", False)


def test_a_later_cue_that_is_left_out_is_not_named_and_does_not_end_the_standby() -> None:
    desk = desk_at_group()
    desk.give(ev.Float(desk.now, "c2", on=True))
    assert stands_by_with(desk.state, desk.show) == ("c1", "c3")
    desk = desk_at_group()
    desk.say_next(1)
    desk.give(ev.Skip(desk.now, "c2", on=True))
    desk.say_next(2)
    assert (desk.state.standby, desk.state.stood_by) == ("c3", True)
    assert spoken_together(desk.state, desk.show) == ("c1", "c3")


def test_disarming_a_cue_of_the_group_leaves_its_standby() -> None:
    desk = desk_at_group()
    desk.say_next(1)
    desk.give(ev.Arm(desk.now, "c2", on=False))
    desk.say_next(2)
    assert next_step(desk.state, desk.show) == "go"


def test_a_go_without_standby_leaves_the_rest_to_be_stood_by() -> None:
    desk = desk_at_group()
    assert desk.go(1, source="osc") is None
    assert (desk.state.standby, desk.state.stood_by) == ("c2", False)
    assert stands_by_with(desk.state, desk.show) == ("c2", "c3")


def test_what_was_spoken_holds_though_the_show_is_edited() -> None:
    desk = desk_at_group()
    desk.say_next(1)
    desk.show = edits.apply(desk.show, edits.edit(desk.show, "c2", standby_with="alone"))
    desk.give(ev.ShowEdited(desk.now))
    desk.say_next(2)
    assert (desk.state.standby, desk.state.stood_by) == ("c2", True)


def test_guard_keeps_the_goes_of_a_group_apart() -> None:
    desk = desk_at_group()
    desk.say_next(1)
    desk.say_next(2)
    assert desk.say_next(2.2) == "GO 0.2 s after GO: not taken."
    assert desk.state.standby == "c2"


def test_in_edit_nothing_stands_by_together() -> None:
    desk = Desk(show_of(*GROUP), mode="edit")
    assert stands_by_with(desk.state, desk.show) == ()
    desk.give(ev.StandBy(desk.now, spoken=True))
    desk.go(1)
    assert not desk.state.stood_by


def test_a_resumed_run_knows_who_was_stood_by() -> None:
    desk = desk_at_group()
    named = {"show": "show", "title": "", "hash": "", "zone": "UTC", "mode": "live"}
    header = asrun.Header(**named, revision=1, rate=1.0, routes={}, devices={})  # type: ignore[arg-type]
    chain = asrun.Chain()
    entries: list[asrun.Entry] = [header, asrun.Happened(ev.Begin(at=desk.now, mode="live"))]
    presses = (ev.SayNext(at=desk.now, pressed_at=Instant(at * 10**9), source="key") for at in (1, 2))
    entries.extend(asrun.Happened(press) for press in presses)
    texts = [chain.bind(entry, Instant(0), desk.now, 0)[1] for entry in entries]
    state, _ = asrun.replay(asrun.read_lines(texts), desk.show)
    assert (state.standby, state.stood_by, state.stood_with) == ("c2", True, ("c1", "c2", "c3"))


@given(evenings())
def test_only_what_was_named_counts_as_stood_by(evening: Evening) -> None:
    named: tuple[str, ...] = ()
    for turn in evening.turns:
        for effect in turn.effects:
            if isinstance(effect, ev.StoodBy):
                named = effect.cues
        if turn.after.stood_by and turn.after.standby != turn.before.standby:
            assert turn.after.standby in named
