"""The state of a simulated OBS, by a clock of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from showcaller.core.times import Duration
from showcaller.devices.obs.codec import Request
from showcaller.devices.obs.studio import Studio
from tests.devices.obs.test_simulator import NAMES


class Timer:
    """A call that is due."""

    def __init__(self, due: float, call: Callable[[], None]) -> None:
        self.due, self.call = due, call
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Room:
    """Where a studio stands: its clock goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[Timer] = []
        self.told: list[str] = []
        self.studio = Studio(NAMES, self)

    def seconds(self) -> float:
        return self.now

    def after(self, delay: Duration, call: Callable[[], None]) -> Timer:
        timer = Timer(self.now + delay / 1000, call)
        self.timers.append(timer)
        return timer

    def announce(self, event_type: str, **_data: Any) -> None:
        self.told.append(event_type)

    def pass_seconds(self, seconds: float) -> None:
        """Go on, and make the calls that fall due, each at its time."""
        until = self.now + seconds
        while due := [it for it in self.timers if it.due <= until]:
            first = min(due, key=lambda it: it.due)
            self.timers.remove(first)
            self.now = max(self.now, first.due)
            if not first.is_cancelled:
                first.call()
        self.now = until

    def ask(self, request_type: str, **data: Any) -> Any:
        return self.studio.answer(Request(request_type, "1", data), {}).response_data

    def play(self) -> float:
        """Start the film; return its length in seconds."""
        action = "OBS_WEBSOCKET_MEDIA_INPUT_ACTION_RESTART"
        self.ask("TriggerMediaInputAction", inputName="Storm", mediaAction=action)
        return float(self.ask("GetMediaInputStatus", inputName="Storm")["mediaDuration"]) / 1000

    def cursor(self) -> float:
        return float(self.ask("GetMediaInputStatus", inputName="Storm")["mediaCursor"]) / 1000

    @property
    def has_ended(self) -> bool:
        return "MediaInputPlaybackEnded" in self.told


@pytest.mark.parametrize("rate", [0.5, 1, 4, 20])
def test_media_last_as_long_as_show_time_says(rate: float) -> None:
    room = Room()
    room.studio.play_at(rate)
    length = room.play()
    room.pass_seconds(length / rate - 0.1)
    assert not room.has_ended
    room.pass_seconds(0.2)
    assert room.has_ended


def test_another_rate_takes_media_on_from_where_they_are() -> None:
    room = Room()
    length = room.play()
    room.pass_seconds(2)
    room.studio.play_at(4)
    room.pass_seconds(1)
    assert room.cursor() == pytest.approx(6, abs=0.01)
    room.studio.play_at(0)
    room.pass_seconds(3600)
    assert room.cursor() == pytest.approx(6, abs=0.01)
    assert not room.has_ended
    room.studio.play_at(1)
    room.pass_seconds(length - 6 - 0.1)
    assert not room.has_ended
    room.pass_seconds(0.2)
    assert room.has_ended


def test_of_the_clips_in_a_scene_only_what_plays_has_a_meter() -> None:
    room = Room()
    room.studio.program = next(
        scene for scene, items in room.studio.items.items() if "Storm" in {item[0] for item in items.values()}
    )

    def metered() -> set[str]:
        return {one["inputName"] for one in room.studio.meters()}

    assert "Storm" not in metered()
    length = room.play()
    assert "Storm" in metered()
    room.pass_seconds(length + 1)
    assert "Storm" not in metered()


def test_a_clip_is_as_long_as_the_show_plans_it() -> None:
    room = Room()
    room.studio.know_lengths({"media/Storm": Duration(135_000), "media/Nothing": Duration(1)})
    assert room.play() == 135
    room.pass_seconds(134.9)
    assert not room.has_ended
    room.studio.know_lengths({"media/Storm": Duration(1000)})
    room.pass_seconds(0.2)
    assert room.has_ended
