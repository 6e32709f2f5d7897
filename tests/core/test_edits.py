"""Changes: applied, inverted, read back, found by comparison."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.edits import (
    Change,
    Edited,
    EditError,
    Inserted,
    Moved,
    Op,
    Removed,
    apply,
    copy_row,
    diff,
    duplicate,
    edit,
    find,
    insert,
    invert,
    move,
    next_number,
    remove,
    typed,
)
from showcaller.core.show import Action, Cue, Department, Device, Segment, Show, encode_hook
from showcaller.core.times import Duration
from tests.core.strategies import edited_shows, shows


def cues(*names: str) -> tuple[Cue, ...]:
    return tuple(Cue(id=name, number=name) for name in names)


def order(show: Show) -> str:
    return "".join(row.id for row in show.rundown)


ABCDEF = Show(id="show", rundown=cues(*"abcdef"))


@given(edited_shows())
def test_a_change_and_its_inverse_give_the_same_show(made: tuple[Show, list[Change]]) -> None:
    show, changes = made
    for change in changes:
        after = apply(show, change)
        assert apply(after, invert(change)) == show
        assert invert(invert(change)) == change
        show = after


@given(edited_shows())
def test_a_change_survives_msgpack_and_json(made: tuple[Show, list[Change]]) -> None:
    for change in made[1]:
        packed = msgspec.msgpack.encode(change, enc_hook=encode_hook)
        assert typed(msgspec.msgpack.decode(packed, type=tuple[Op, ...])) == change
        text = msgspec.json.encode(change, enc_hook=encode_hook)
        assert typed(msgspec.json.decode(text, type=tuple[Op, ...])) == change


@given(edited_shows())
def test_the_difference_of_two_shows_makes_one_into_the_other(made: tuple[Show, list[Change]]) -> None:
    before, changes = made
    after = before
    for change in changes:
        after = apply(after, change)
    assert apply(before, diff(before, after)) == after
    assert apply(after, diff(after, before)) == before
    assert diff(after, after) == ()


@given(shows(), shows())
def test_even_strangers_can_be_made_into_each_other(one: Show, other: Show) -> None:
    other = msgspec.structs.replace(other, id=one.id)
    change = diff(one, other)
    assert apply(one, change) == other
    assert apply(other, invert(change)) == one


@given(edited_shows())
def test_kept_lookups_are_those_of_the_changed_show(made: tuple[Show, list[Change]]) -> None:
    show, changes = made
    for change in changes:
        assert len(show.positions) == len(show.segment_places) == len(show.rundown)
        assert show.numbers is not None
        assert show.endings is not None
        show = apply(show, change)
        fresh = msgspec.structs.replace(show)
        assert show.positions == fresh.positions
        assert show.numbers == fresh.numbers
        assert show.segment_places == fresh.segment_places
        assert show.endings == fresh.endings


def test_an_edit_of_an_ending_is_known_at_once() -> None:
    segments = tuple(Segment(id=word, branch="Result", ending=word) for word in ("Win", "Lose"))
    show = Show(id="s", rundown=segments)
    assert show.endings == {"Result": ("Win", "Lose")}
    assert apply(show, edit(show, "Lose", ending="Draw")).endings == {"Result": ("Win", "Draw")}
    assert apply(show, edit(show, "Lose", branch="Rain")).endings == {"Result": ("Win",), "Rain": ("Lose",)}


def test_an_edit_of_a_name_keeps_the_lookups() -> None:
    places, numbers = ABCDEF.positions, ABCDEF.numbers
    after = apply(ABCDEF, edit(ABCDEF, "a", name="Doors"))
    assert after.positions is places
    assert after.numbers is numbers


@given(st.permutations("abcdef"))
def test_a_rundown_in_another_order_is_reached_by_moves_alone(wanted: list[str]) -> None:
    after = msgspec.structs.replace(ABCDEF, rundown=cues(*wanted))
    change = diff(ABCDEF, after)
    assert all(isinstance(op, Moved) for op in change)
    assert apply(ABCDEF, change) == after


def test_one_row_dragged_to_the_end_is_one_move() -> None:
    after = msgspec.structs.replace(ABCDEF, rundown=cues(*"bcdefa"))
    assert diff(ABCDEF, after) == (Moved("rundown", "a", None, "f"),)


def test_one_new_number_is_one_edit() -> None:
    after = msgspec.structs.replace(ABCDEF, rundown=(*ABCDEF.rundown[:5], Cue(id="f", number="7")))
    assert diff(ABCDEF, after) == (Edited("rundown", "f", "number", "f", "7"),)


def test_a_row_that_became_a_segment_is_replaced() -> None:
    after = msgspec.structs.replace(ABCDEF, rundown=(Segment(id="a"), *ABCDEF.rundown[1:]))
    change = diff(ABCDEF, after)
    assert [type(op) for op in change] == [Removed, Inserted]
    assert apply(ABCDEF, change) == after


@pytest.mark.parametrize(
    ("moving", "after_id", "expected"),
    [
        ("b", None, "bacdef"),
        ("ace", "f", "bdface"),
        ("eca", "f", "bdface"),
        ("ab", "b", "abcdef"),
        ("ab", "a", "abcdef"),
        ("f", "a", "afbcde"),
        ("bd", "c", "acbdef"),
        ("", "c", "abcdef"),
    ],
)
def test_rows_move_together_in_their_present_order(moving: str, after_id: str | None, expected: str) -> None:
    change = move(ABCDEF, list(moving), after_id)
    after = apply(ABCDEF, change)
    assert order(after) == expected
    assert apply(after, invert(change)) == ABCDEF


def test_removing_one_row_twice_is_removing_it_once() -> None:
    change = remove(ABCDEF, ["c", "a", "c"])
    assert [op.item.id for op in change if isinstance(op, Removed)] == ["c", "a"]
    assert order(apply(ABCDEF, change)) == "bdef"


def test_rows_departments_and_devices_can_go_in_one_change() -> None:
    show = Show(
        id="show",
        departments=(Department(id="lx", name="LX"), Department(id="snd", name="SND")),
        devices=(Device(id="obs", name="OBS", kind="obs"),),
        rundown=cues("a", "b"),
    )
    change = remove(show, ["a", "lx", "obs"])
    after = apply(show, change)
    assert (order(after), len(after.departments), len(after.devices)) == ("b", 1, 0)
    assert apply(after, invert(change)) == show


def test_rows_go_in_one_behind_the_other() -> None:
    assert order(apply(ABCDEF, insert(cues("x", "y"), "b"))) == "abxycdef"
    assert order(apply(ABCDEF, insert(cues("x", "y"), None))) == "xyabcdef"


@pytest.mark.parametrize(
    "change",
    [
        (Edited("rundown", "x", "name", "", "Doors"),),
        (Edited("rundown", "a", "colour of the future", "", "red"),),
        (Edited("rundown", "a", "id", "a", "z"),),
        (Edited("show", "show", "rundown", (), ()),),
        (Edited("show", "show", "id", "show", "other"),),
        (Inserted("rundown", Cue(id="a"), None),),
        (Inserted("rundown", Cue(id="x"), "nowhere"),),
        (Inserted("rundown", Cue(id="x"), None), Inserted("rundown", Cue(id="x"), None)),
        (Removed("rundown", Cue(id="x"), None),),
        (Removed("rundown", Cue(id="a"), None), Edited("rundown", "a", "name", "", "Doors")),
        (Moved("rundown", "a", None, "x"),),
        (Moved("departments", "a", None, None),),
    ],
)
def test_a_change_that_does_not_fit_is_refused(change: Change) -> None:
    with pytest.raises(EditError):
        apply(ABCDEF, change)


@pytest.mark.parametrize(
    "op",
    [
        Edited("rundown", "a", "duration", None, "soon"),
        Edited("rundown", "a", "colour of the future", None, ""),
        Edited("show", "show", "on_air", None, "25:00"),
        Edited("show", "show", "id", "show", "other"),
        Inserted("rundown", {"type": "tuba", "id": "x"}, None),
        Removed("devices", {"id": "x"}, None),
    ],
)
def test_a_value_from_outside_that_does_not_fit_its_field_is_refused(op: Op) -> None:
    with pytest.raises(EditError):
        typed([op])


def test_verbs_refuse_what_is_not_there() -> None:
    for attempt in (
        lambda: edit(ABCDEF, "x", name="Doors"),
        lambda: edit(ABCDEF, "a", colour_of_the_future="red"),
        lambda: edit(ABCDEF, "show", rundown=()),
        lambda: remove(ABCDEF, ["x"]),
        lambda: move(ABCDEF, ["a", "x"], None),
        lambda: move(ABCDEF, ["a"], "x"),
        lambda: duplicate(ABCDEF, ["x"]),
        lambda: find(ABCDEF, "x"),
    ):
        with pytest.raises(EditError):
            attempt()


def test_only_values_that_differ_become_ops() -> None:
    assert edit(ABCDEF, "a", name="", number="1", duration=Duration(5)) == (
        Edited("rundown", "a", "number", "a", "1"),
        Edited("rundown", "a", "duration", None, Duration(5)),
    )
    assert edit(ABCDEF, "show", title="Gala") == (Edited("show", "show", "title", "", "Gala"),)


@pytest.mark.parametrize(
    ("number", "taken", "expected"),
    [
        ("24", "", "24.1"),
        ("24", "24.1", "24.2"),
        ("24.5", "", "24.6"),
        ("51A", "", "51B"),
        ("51A", "51B", "51A.1"),
        ("51Z", "", "51Z.1"),
        ("", "", "1"),
        ("", "1", "1.1"),
        ("GO", "", "GO.1"),
        ("2.²", "", "2.².1"),
        ("1.99999999999999999999", "", "1.99999999999999999999.1"),
    ],
)
def test_the_next_number_reads_as_following(number: str, taken: str, expected: str) -> None:
    show = Show(id="show", rundown=cues(taken) if taken else ())
    assert next_number(show, number) == expected


def test_copies_have_ids_and_numbers_of_their_own() -> None:
    cue = Cue(id="a", number="1", actions=(Action(id="act", device="obs", kind="scene"),))
    show = Show(id="show", rundown=(cue, Cue(id="b", number="1.1"), Segment(id="s", title="Act")))
    after = apply(show, duplicate(show, ["s", "a", "b"]))
    copies = after.rundown[3:]
    assert [row.number for row in copies if isinstance(row, Cue)] == ["1.2", "1.3"]
    assert isinstance(copies[0], Cue)
    assert copies[0].actions[0].id != "act"
    assert len(after.positions) == 6
    assert copy_row(show, cue).id != "a"


def test_a_long_paste_and_a_long_move_are_taken_back_whole() -> None:
    long = Show(id="show", rundown=cues(*(str(count) for count in range(3000))))
    change = insert(cues(*(f"new {count}" for count in range(1500))), "1500")
    after = apply(long, change)
    assert len(after.rundown) == 4500
    assert apply(after, invert(change)) == long
    back = move(after, [row.id for row in after.rundown[:2000]], after.rundown[-1].id)
    assert apply(apply(after, back), invert(back)) == after
