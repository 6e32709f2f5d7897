"""What a run comes to by itself follows its switches, and the next segment's plan."""

from __future__ import annotations

from typing import Any

import pytest

from showcaller.core.coming import coming_cues, next_segment, prompted_cues
from showcaller.core.position import Playback, Running, Wait
from showcaller.core.show import AtOffset, AutoFollow, Cue, Segment, Show
from showcaller.core.times import Duration, ShowTime, shift

NOW = ShowTime(1_790_000_000 * 10**9)
OFFSET = AtOffset(after=Duration(2_000))
SHOW = Show(
    id="show",
    rundown=(
        Segment(id="a", page="A"),
        Cue(id="1", number="1"),
        Cue(id="2", number="2", trigger=OFFSET),
        Segment(id="b", page="B"),
        Cue(id="3", number="3", trigger=OFFSET),
        Segment(id="c", page="C"),
        Cue(id="4", number="4"),
    ),
)


def after(milliseconds: int) -> ShowTime:
    return shift(NOW, Duration(milliseconds))


def scene(**values: Any) -> Playback:
    waits = (Wait("2", after(2_000), "offset", NOW, 0),)
    return Playback(**{"mode": "rehearse", "segment": "a", "standby": "4", "waits": waits, **values})


def starts(segment: str) -> ShowTime | None:
    return {"b": after(60_000), "c": after(90_000)}.get(segment)


@pytest.mark.parametrize(
    "switch",
    [
        {"held_at": NOW},
        {"auto": False},
        {"stopped": True},
        {"skipped": frozenset({"2"})},
        {"floated": frozenset({("2", True)})},
        {"floated": frozenset({("a", True)})},
    ],
)
def test_a_timed_cue_that_will_not_fire_does_not_come(switch: dict[str, Any]) -> None:
    assert [one.cue.id for one in coming_cues(SHOW, scene())] == ["2"]
    assert coming_cues(SHOW, scene(**switch)) == []


def test_what_follows_is_looked_for_in_the_chosen_ending() -> None:
    show = Show(
        id="show",
        rundown=(
            Segment(id="w", branch="Result", ending="Win"),
            Cue(id="won", trigger=AutoFollow()),
            Segment(id="l", branch="Result", ending="Lose"),
            Cue(id="lost", duration=Duration(5_000)),
            Cue(id="sad", trigger=AutoFollow()),
            Segment(id="end"),
        ),
    )
    running = Running(1, "lost", NOW, after(5_000))
    chosen = frozenset({("Result", "Lose")})
    playback = Playback(mode="rehearse", segment="l", running=(running,), chosen=chosen)
    assert [one.cue.id for one in coming_cues(show, playback)] == ["sad"]


def test_the_next_segment_is_that_of_the_standby_or_the_one_below_what_runs() -> None:
    assert next_segment(SHOW, scene(standby="4")) == "c"
    assert next_segment(SHOW, scene(standby="1")) == "b"
    assert next_segment(SHOW, scene(standby=None)) == "b"
    assert next_segment(SHOW, scene(standby=None, floated=frozenset({("b", True)}))) == "c"
    assert next_segment(SHOW, scene(standby=None, segment="c")) is None


def test_offsets_of_the_next_segment_are_prompted_by_plan_unless_time_fires_nothing() -> None:
    def found(**values: Any) -> list[tuple[str, ShowTime, bool]]:
        coming = prompted_cues(SHOW, scene(standby="1", **values), starts)
        return [(one.cue.id, one.due, one.estimate) for one in coming]

    assert found() == [("2", after(2_000), False), ("3", after(62_000), True)]
    assert found(skipped=frozenset({"3"})) == [("2", after(2_000), False)]
    for switch in ({"auto": False}, {"stopped": True}, {"held_at": NOW}):
        assert found(**switch) == []


def test_a_segment_whose_start_nobody_knows_is_not_prompted() -> None:
    coming = prompted_cues(SHOW, scene(standby="1"), lambda _segment: None)
    assert [one.cue.id for one in coming] == ["2"]
