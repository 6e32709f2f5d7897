"""Who goes next on the wire, by a clock that the test moves."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.driver import MessageSet
from showcaller.devices.obs import codec
from showcaller.devices.obs.lane import Cue, Lane, Plain, Read, Steps, Work


class Desk:
    """A lane with its heartbeat out of the way, and the test's clock."""

    def __init__(self) -> None:
        self.at = 10_000
        self.dropped: list[int] = []
        self.lane = Lane(self.now, self.heartbeat, lambda cue: self.dropped.append(cue.token))
        self.beat = self.pick()
        assert isinstance(self.beat, Read)
        self.lane.answered(self.beat.number)

    def now(self) -> Instant:
        return Instant(self.at * NS_PER_MS)

    def heartbeat(self) -> Read:
        return Read((codec.Request("GetStats"),), lambda _replies: None, self.now())

    def cue(self, token: int, *addresses: str) -> Cue:
        frame = codec.encode_batch((codec.Request(f"Cue{token}"),))
        cue = Cue(MessageSet((), (frame,)), token, frozenset(addresses), (), self.now())
        assert self.lane.put_cue(cue)
        return cue

    def step(self, address: str, value: int) -> None:
        self.lane.put_step(address, codec.Request("Step", request_data={address: value}))

    def read(self, due_in: int = 0, wanted: Sequence[bool] = (True,)) -> Read:
        read = Read(
            (codec.Request("GetX"),),
            lambda _replies: None,
            Instant(self.now() + due_in * NS_PER_MS),
            lambda: all(wanted),
        )
        self.lane.put_read(read)
        return read

    def pick(self) -> Work | None:
        """What goes now, or None; `take` would wait."""
        with self.lane._changed:
            taken = self.lane._pick(self.now())
        return taken[0] if taken else None


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_cue_waits_for_the_answer_to_the_cue_before(desk: Desk) -> None:
    first, second = desk.cue(1), desk.cue(2)
    assert desk.pick() is first
    assert desk.pick() is None
    assert desk.lane.answered(first.number) is first
    assert desk.pick() is second


def test_every_frame_has_an_id_of_its_own(desk: Desk) -> None:
    first = desk.cue(1)
    desk.pick()
    desk.lane.answered(first.number)
    second = desk.cue(1)
    taken = desk.lane.take()
    assert taken is not None
    message = codec.decode(taken[1])
    assert isinstance(message, codec.Batch)
    assert codec.number_of(message.request_id) == second.number != first.number


def test_a_cue_that_waits_more_than_half_a_second_is_dropped(desk: Desk) -> None:
    desk.cue(1)
    desk.pick()
    desk.cue(2)
    desk.at += 501
    third = desk.cue(3)
    assert desk.lane.give_up_unanswered() == []
    desk.lane.answered(2)
    taken = desk.lane.take()
    assert taken is not None
    assert taken[0] is third
    assert desk.dropped == [2]


def test_fades_keep_the_newest_value_per_address(desk: Desk) -> None:
    for value in (1, 2, 3):
        desk.step("a", value)
    desk.step("b", 9)
    work = desk.pick()
    assert isinstance(work, Steps)
    assert [step.request_data for step in work.requests.values()] == [{"a": 3}, {"b": 9}]
    assert desk.pick() is None


def test_a_step_never_stands_before_a_cue(desk: Desk) -> None:
    desk.step("a", 1)
    cue = desk.cue(1, "b")
    assert desk.pick() is cue


def test_a_cue_overrules_the_step_that_waits_for_its_address(desk: Desk) -> None:
    desk.step("a", 1)
    cue = desk.cue(1, "a")
    assert desk.pick() is cue
    desk.lane.answered(cue.number)
    assert desk.pick() is None


def test_a_cue_waits_for_a_step_on_its_way_only_to_the_same_address(desk: Desk) -> None:
    desk.step("a", 1)
    steps = desk.pick()
    assert isinstance(steps, Steps)
    other = desk.cue(1, "b")
    assert desk.pick() is other
    desk.lane.answered(other.number)
    same = desk.cue(2, "a")
    assert desk.pick() is None
    desk.lane.answered(steps.number)
    assert desk.pick() is same


def test_steps_go_beside_a_cue_that_sets_something_else(desk: Desk) -> None:
    desk.cue(1, "program scene")
    desk.pick()
    desk.step("program scene", 0)
    desk.step("a", 1)
    work = desk.pick()
    assert isinstance(work, Steps)
    assert set(work.requests) == {"a"}


def test_heartbeats_go_every_two_seconds_whatever_waits(desk: Desk) -> None:
    desk.cue(1)
    desk.pick()
    desk.at += 1999
    assert desk.pick() is None
    desk.at += 1
    beat = desk.pick()
    assert isinstance(beat, Read)
    desk.at += 3000
    assert desk.lane.silent_for() == 3000
    desk.lane.answered(beat.number)
    assert desk.lane.silent_for() == 0


def test_a_read_waits_for_its_time_and_is_dropped_when_nobody_wants_it(desk: Desk) -> None:
    wanted = [True]
    read = desk.read(due_in=100)
    desk.read(due_in=100, wanted=wanted)
    assert desk.pick() is None
    desk.at += 100
    assert desk.pick() is read
    desk.lane.answered(read.number)
    wanted[0] = False
    assert desk.pick() is None


def test_an_answer_that_does_not_come_within_five_seconds_is_given_up(desk: Desk) -> None:
    first = desk.cue(1)
    desk.pick()
    desk.at += 5001
    assert desk.lane.give_up_unanswered() == [first]
    assert desk.lane.answered(first.number) is None
    second = desk.cue(2)
    assert desk.pick() is second


def test_an_unknown_answer_belongs_to_nothing(desk: Desk) -> None:
    cue = desk.cue(1)
    desk.pick()
    assert desk.lane.answered(-1) is None
    assert desk.lane.answered(cue.number) is cue


def test_flushing_tells_what_was_never_sent_from_what_has_no_answer(desk: Desk) -> None:
    first, second = desk.cue(1), desk.cue(2)
    desk.pick()
    desk.step("a", 1)
    assert desk.lane.flush() == ([second], [first])
    assert desk.pick() is None


def test_a_closed_lane_gives_and_takes_nothing(desk: Desk) -> None:
    cue = desk.cue(1)
    desk.lane.close()
    assert desk.lane.take() is None
    assert not desk.lane.put_cue(cue)


def test_a_plain_frame_needs_no_answer(desk: Desk) -> None:
    desk.lane.put_plain(b"frame")
    work = desk.pick()
    assert isinstance(work, Plain)
    assert work.frame == b"frame"
    assert Duration(desk.lane.silent_for()) == 0
