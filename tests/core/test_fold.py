"""Calls folded over addresses give the state; what is offered brings back the state before, and no more."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from showcaller.core.fold import Touch, fold, is_same, restorations
from showcaller.core.show import Action


def touch(run: int, address: str, value: object, **values: object) -> Touch:
    device = str(values.pop("device", "lx"))
    action = Action(id=f"{run}.{address}", device=device, kind="set", fields={"value": value})
    return Touch(
        **{
            "run": run,
            "cue": f"c{run}",
            "device": device,
            "address": address,
            "action": action,
            "value": value,
            **values,
        }
    )


def evening_of(seed: int) -> tuple[list[Touch], frozenset[int], dict[tuple[str, str], object]]:
    """Draw what was set in an evening, the runs of its last call, and what devices held at first."""
    chance = Random(seed)
    held: dict[tuple[str, str], object] = {
        (device, address): chance.choice(["a", "b"])
        for device in ("lx", "obs")
        for address in ("1", "2", "3")
        if chance.random() < 0.5
    }
    known = dict(held)
    touches: list[Touch] = []
    runs = chance.randint(1, 8)
    first = chance.randint(1, runs)
    for run in range(1, runs + 1):
        for _ in range(chance.randint(0, 4)):
            key = chance.choice(["lx", "obs"]), chance.choice(["1", "2", "3"])
            value = chance.choice(["a", "b", "c"])
            touches.append(touch(run, key[1], value, device=key[0], held=known.get(key)))
            known[key] = value
    return touches, frozenset(range(first, runs + 1)), held


seeds = st.integers(0, 2**32)
MANY = settings(max_examples=400)


@MANY
@given(seeds)
def test_what_is_offered_brings_back_the_state_before_the_call(seed: int) -> None:
    touches, runs, held = evening_of(seed)
    state = {**held, **{key: one.value for key, one in fold(touches).items()}}
    wanted = {
        **held,
        **{key: one.value for key, one in fold(t for t in touches if t.run not in runs).items()},
    }
    unknown = set()
    for one in restorations(touches, runs):
        if one.verdict == "restore":
            assert one.before is not None
            state[one.touch.key] = one.before.value
        elif one.verdict == "held":
            state[one.touch.key] = one.value
        else:
            unknown.add(one.touch.key)
    assert {key: value for key, value in state.items() if key not in unknown} == wanted
    assert not unknown & set(wanted)


@MANY
@given(seeds)
def test_each_thing_is_offered_once_and_only_where_something_would_change(seed: int) -> None:
    touches, runs, _ = evening_of(seed)
    found = restorations(touches, runs)
    assert len({one.touch.key for one in found}) == len(found)
    for one in found:
        assert one.touch.run in runs
        assert one.touch == fold(touches)[one.touch.key]
        if one.before is not None:
            assert one.before.value != one.touch.value
        if one.verdict == "held":
            assert one.value != one.touch.value


@MANY
@given(seeds)
def test_folding_is_the_same_however_it_is_cut(seed: int) -> None:
    touches, _, _ = evening_of(seed)
    for place in range(len(touches)):
        whole = {**fold(touches[:place]), **fold(touches[place:])}
        assert whole == fold(touches)


def test_what_was_set_again_since_is_left_alone() -> None:
    touches = [touch(1, "scene", "Wide"), touch(2, "scene", "Host"), touch(3, "scene", "Break")]
    assert restorations(touches, {2}) == []


def test_what_nobody_set_or_told_before_is_unknown() -> None:
    (found,) = restorations([touch(1, "scene", "Wide")], {1})
    assert (found.verdict, found.before) == ("unknown", None)


def test_what_sets_nothing_that_lasts_is_named_as_lost() -> None:
    (found,) = restorations([touch(1, "go", None), touch(2, "go", None, lasts=False)], {2})
    assert found.verdict == "lost"


def test_what_a_passing_action_had_set_before_is_lost_and_says_by_what() -> None:
    take = touch(1, "program", None, lasts=False)
    (found,) = restorations([take, touch(2, "program", "Wide")], {2})
    assert (found.verdict, found.before) == ("lost", take)


def test_a_touch_by_hand_before_the_call_is_not_overruled_by_an_older_cue() -> None:
    touches = [touch(1, "fader", -5.0), touch(2, "fader", -20.0, held=-10.0)]
    (found,) = restorations(touches, {2})
    assert (found.verdict, found.value) == ("held", -10.0)


def test_a_fade_on_its_way_is_brought_back_to_where_it_was_going() -> None:
    touches = [touch(1, "fader", -5.0), touch(2, "fader", -20.0, held=-11.3, overtook=True)]
    (found,) = restorations(touches, {2})
    assert (found.verdict, found.before) == ("restore", touches[0])


def test_rounding_of_a_wire_is_no_touch_by_hand() -> None:
    assert is_same(-5.0, -5.0001)
    assert not is_same(1, True)
    assert not is_same("1", 1)
    touches = [touch(1, "fader", -5.0), touch(2, "fader", -20.0, held=-5.0003)]
    assert restorations(touches, {2})[0].verdict == "restore"
