"""What sounds when: pips at their instants, a prompt once, and nothing where nothing should."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from showcaller.core import events as ev
from showcaller.core.reports import MediaPlaying
from showcaller.core.show import AtOffset, Call, Counts, Cue, Department, Segment
from showcaller.core.times import Duration, Instant
from showcaller.engine.sounder import AHEAD, Sounder
from tests.engine.rig import BEGAN, Rig, cue, ms, play, show_of

CALLS = (Call(department="lx", number="24"),)


class Room:
    """A rig whose sounder is heard: what was handed over, when, and for when."""

    def __init__(self, rig: Rig, **chosen: bool) -> None:
        self.rig = rig
        self.heard: list[tuple[str, float]] = []
        self.handed: list[float] = []
        self.sounder = Sounder(rig.scheduler, rig.conductor, self._sound)
        rig.conductor.on_changed = self.sounder.look
        self.sounder.choose(**{"counts": True, "prompts": False, **chosen})
        rig.scheduler.settle()

    def _sound(self, tone: str, due: Instant) -> None:
        self.heard.append((tone, round((due - BEGAN) / 1e9, 6)))
        self.handed.append(self.rig.passed)


def tell_media(rig: Rig, left: float) -> None:
    """Have the lamp say how long its clip still plays."""
    rig.lamp.tell(MediaPlaying("media clip", ms(left), moves=True, read_at=rig.scheduler.now()))
    rig.scheduler.settle()


def timed_show(seconds: float = 40, **counts: Any) -> Any:
    timed = Cue(id="timed", number="9", trigger=AtOffset(after=ms(seconds)), calls=CALLS)
    lx = Department(id="lx", name="LX", warning=Duration(20_000), standby=Duration(5_000))
    wanted = {"air": False, "hard": False, "segments": False, **counts}
    return show_of(
        Segment(id="a", page="A"),
        cue("1"),
        timed,
        cue("2", play("clip")),
        departments=(lx,),
        counts=Counts(**wanted),
    )


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with Rig(timed_show(), tmp_path) as rig:
        made = Room(rig)
        yield made
        made.sounder.close()


PIPS = [("count", 40.0 - number) for number in (30, 15, 10, 9, 8, 7, 6, 5, 4, 3)]


def test_each_number_into_a_timed_cue_sounds_at_its_instant_and_the_last_two_do_not(room: Room) -> None:
    room.rig.go()
    room.rig.advance(60)
    assert room.heard == PIPS


def test_a_pip_is_handed_over_ahead_of_its_instant(room: Room) -> None:
    room.rig.go()
    room.rig.advance(60)
    ahead = {round(due - handed, 6) for (_, due), handed in zip(room.heard, room.handed, strict=True)}
    assert ahead == {AHEAD / 1000}


def test_with_nothing_silent_the_instant_itself_sounds_long(tmp_path: Path) -> None:
    with Rig(timed_show(silent_in=0), tmp_path) as rig:
        room = Room(rig)
        rig.go()
        rig.advance(60)
        assert room.heard[-3:] == [("count", 38.0), ("count", 39.0), ("zero", 40.0)]


def test_a_held_show_and_an_auto_that_is_off_sound_nothing(room: Room) -> None:
    room.rig.go()
    room.rig.advance(29)
    room.rig.give(ev.Hold)
    room.rig.advance(1.5)
    assert [due for _, due in room.heard] == [10.0, 25.0]
    room.rig.give(ev.Resume)
    room.rig.advance(1)
    assert [due for _, due in room.heard] == [10.0, 25.0, 31.0]
    room.rig.give(ev.SetAuto, on=False)
    before = len(room.heard)
    room.rig.advance(60)
    assert len(room.heard) == before


def test_a_clip_is_counted_by_what_the_device_plays_and_a_correction_repeats_no_number(room: Room) -> None:
    room.rig.go()
    room.rig.give(ev.DropWait, cue="timed")
    room.rig.go()
    assert room.rig.conductor.playback.running[-1].media
    tell_media(room.rig, 12)
    room.rig.advance(3)
    assert room.heard == [("count", 2.0), ("count", 3.0)]
    tell_media(room.rig, 9.05)
    room.rig.advance(1)
    assert room.heard == [("count", 2.0), ("count", 3.0), ("count", 4.05)]


def test_at_another_speed_nothing_sounds(tmp_path: Path) -> None:
    with Rig(timed_show(), tmp_path, mode="rehearse", rate=2.0) as rig:
        room = Room(rig)
        rig.go()
        rig.advance(10)
        assert room.heard == []
        assert rig.conductor.set_rate(1.0) is None
        rig.advance(12)
        assert room.heard != []


def test_a_prompt_sounds_once_at_each_lead_time(tmp_path: Path) -> None:
    with Rig(timed_show(), tmp_path) as rig:
        room = Room(rig, counts=False, prompts=True)
        rig.go()
        rig.advance(60)
        assert room.heard == [("warning", 20.0), ("standby", 35.0)]


def test_a_prompt_by_the_next_segment_s_plan_sounds_once_though_that_moves_on(tmp_path: Path) -> None:
    lx = Department(id="lx", name="LX", warning=Duration(20_000), standby=Duration(5_000))
    show = show_of(
        Segment(id="a", page="A", duration=Duration(30_000)),
        cue("1"),
        Segment(id="b", page="B", duration=Duration(30_000)),
        Cue(id="timed", number="9", trigger=AtOffset(after=ms(2)), calls=CALLS),
        cue("2"),
        departments=(lx,),
    )
    with Rig(show, tmp_path) as rig:
        room = Room(rig, counts=False, prompts=True)
        rig.go()
        rig.advance(60)
        assert room.heard == [("warning", 12.0), ("standby", 27.0)]


def test_what_is_not_wanted_does_not_sound_and_leaves_no_deadline(room: Room) -> None:
    room.sounder.choose(counts=False, prompts=False)
    room.rig.go()
    room.rig.advance(60)
    assert room.heard == []
