"""What OBS shows, told by its events and by readings that may be a little behind them."""

from __future__ import annotations

from showcaller.core.reports import Status
from showcaller.core.times import Instant
from showcaller.devices.obs import actions
from showcaller.devices.obs.codec import Reply, Request, RequestStatus
from showcaller.devices.obs.events import StreamChanged
from showcaller.devices.obs.picture import Picture

READING = Request("GetStreamStatus")


def reading(*, active: bool) -> Reply:
    return Reply(
        request_type="GetStreamStatus",
        request_status=RequestStatus(result=True, code=100),
        response_data={
            "outputActive": active,
            "outputReconnecting": False,
            "outputDuration": 0,
            "outputSkippedFrames": 0,
            "outputTotalFrames": 0,
        },
    )


def stream_states(picture: Picture) -> list[object]:
    return [
        one.values["stream"] for one in picture.drain() if isinstance(one, Status) and "stream" in one.values
    ]


def streaming() -> Picture:
    picture = Picture(lambda: Instant(0))
    picture.take_reply(READING, reading(active=True))
    assert stream_states(picture) == ["started"]
    return picture


def test_a_reading_behind_the_event_does_not_bring_the_old_state_back() -> None:
    picture = streaming()
    picture.take_event(StreamChanged(output_active=False, output_state="OBS_WEBSOCKET_OUTPUT_STOPPED"))
    picture.take_reply(READING, reading(active=True))
    assert stream_states(picture) == ["stopped"]
    assert picture.values[actions.STREAM] is False


def test_what_two_readings_say_is_so_though_no_event_said_it() -> None:
    picture = streaming()
    picture.take_reply(READING, reading(active=False))
    assert stream_states(picture) == []
    picture.take_reply(READING, reading(active=False))
    assert stream_states(picture) == ["stopped"]


def test_a_doubt_is_forgotten_when_the_next_reading_agrees_again() -> None:
    picture = streaming()
    for active in (False, True, False):
        picture.take_reply(READING, reading(active=active))
    assert stream_states(picture) == []
