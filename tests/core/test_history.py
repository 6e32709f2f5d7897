"""Undo and redo: what is taken back, what joins, what is let go."""

from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.edits import Change, apply, edit
from showcaller.core.history import STEPS_KEPT, History
from showcaller.core.show import Cue, Show
from tests.core.strategies import edited_shows

SHOW = Show(id="show", rundown=(Cue(id="a", name="Doors"), Cue(id="b", name="Anthem")))


def typed_into(show: Show, history: History, text: str, key: str | None = "a.name") -> tuple[Show, History]:
    change = edit(show, "a", name=text)
    return apply(show, change), history.record("Rename", change, key)


@given(edited_shows())
def test_undoing_everything_gives_the_first_show_and_redoing_the_last(
    made: tuple[Show, list[Change]],
) -> None:
    first, changes = made
    show, history = first, History()
    for change in changes:
        show, history = apply(show, change), history.record("Edit", change)
    last = show
    while history.past:
        history, change = history.undo()
        show = apply(show, change)
    assert show == first
    while history.future:
        history, change = history.redo()
        show = apply(show, change)
    assert show == last


@given(edited_shows(), st.data())
def test_any_walk_of_undo_and_redo_shows_the_state_at_that_step(
    made: tuple[Show, list[Change]], data: st.DataObject
) -> None:
    show, changes = made
    states, history = [show], History()
    for change in changes:
        show = apply(show, change)
        if change:
            states.append(show)
        history = history.record("Edit", change)
    for back in data.draw(st.lists(st.booleans(), max_size=12)):
        history, change = history.undo() if back else history.redo()
        show = apply(show, change)
        assert show == states[len(history.past)]


def test_typing_with_one_merge_key_is_one_step() -> None:
    show, history = SHOW, History()
    for text in ("D", "Do", "Dog"):
        show, history = typed_into(show, history, text)
    assert len(history.past) == 1
    assert len(history.past[0].change) == 1
    history, change = history.undo()
    assert apply(show, change) == SHOW


def test_typing_that_ends_where_it_began_leaves_no_step() -> None:
    show, history = typed_into(SHOW, History(), "Dog")
    show, history = typed_into(show, history, "Doors")
    assert show == SHOW
    assert history == History()


def test_a_sealed_step_is_not_joined() -> None:
    show, history = typed_into(SHOW, History(), "Dog")
    show, history = typed_into(show, history.seal(), "Dogs")
    assert [step.name for step in history.past] == ["Rename", "Rename"]


def test_another_key_or_none_begins_a_step() -> None:
    show, history = typed_into(SHOW, History(), "Dog")
    show, history = typed_into(show, history, "Dogs", None)
    show, history = typed_into(show, history, "Cats", None)
    assert len(history.past) == 3


def test_nothing_joins_a_step_that_was_reached_by_undo() -> None:
    show, history = typed_into(SHOW, History(), "Dog")
    show, history = typed_into(show, history, "Other", "other")
    history, change = history.undo()
    show = apply(show, change)
    show, history = typed_into(show, history, "Dogs")
    assert len(history.past) == 2


def test_a_new_step_lets_go_what_was_taken_back() -> None:
    show, history = typed_into(SHOW, History(), "Dog")
    history, change = history.undo()
    assert history.redo_name == "Rename"
    show, history = typed_into(apply(show, change), history, "Cat")
    assert history.redo_name is None
    assert history.undo_name == "Rename"


def test_with_nothing_to_do_undo_and_redo_change_nothing() -> None:
    assert History().undo() == (History(), ())
    assert History().redo() == (History(), ())
    assert History().record("Nothing", ()) == History()


def test_the_oldest_steps_are_let_go_beyond_the_limit() -> None:
    show, history = SHOW, History()
    for count in range(STEPS_KEPT + 5):
        show, history = typed_into(show, history, f"name {count}", None)
    assert len(history.past) == STEPS_KEPT
    assert history.first == 5
    while history.past:
        history, change = history.undo()
        show = apply(show, change)
    assert show.row("a") == Cue(id="a", name="name 4")
