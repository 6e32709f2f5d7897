"""The laws of the driver, against the simulated OBS behind its real WebSocket."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator

import pytest

from showcaller.core.reports import (
    Health,
    Inventory,
    Latency,
    Levels,
    MediaEnded,
    MediaPlaying,
    Outcome,
    Reported,
    Status,
)
from showcaller.devices.driver import Order, UnsendableError
from showcaller.devices.obs import KIND
from showcaller.devices.obs.actions import (
    FilterEnabled,
    Hotkey,
    InputMute,
    InputVolume,
    Media,
    MediaSeek,
    Output,
    PreviewScene,
    ProgramScene,
    RawRequest,
    SourceVisibility,
    StudioMode,
    Take,
    Text,
)
from tests.devices.host import LoopHost
from tests.devices.obs.rooms import Room, room

CUT_TO_1 = Order("program-scene", ProgramScene("Camera 1", "Cut"))
CUT_TO_2 = Order("program-scene", ProgramScene("Camera 2", "Cut"))
FILM = Order("media-play", Media("Opening film"))


@pytest.fixture
def studio() -> Iterator[Room]:
    with room() as opened:
        yield opened


def volume(level: float) -> Order:
    return Order("input-volume", InputVolume("Host mic", level))


def test_names_and_state_are_read_before_it_is_ready(studio: Room) -> None:
    reports = studio.host.all_reports()
    ready = next(at for at, it in enumerate(reports) if isinstance(it, Health) and it.state == "ready")
    inventory = next(it for it in reports[:ready] if isinstance(it, Inventory))
    assert "Camera 1" in inventory.names["scenes"]
    assert inventory.names["sources/Camera 1"] == ("Cam 1", "Name strap")
    assert inventory.names["filters/Host mic"] == ("Compressor", "Noise gate")
    assert {"media", "texts", "transitions", "hotkeys", "inputs"} <= set(inventory.names)
    assert Reported("input/Host mic/volume", 0.0) in reports[:ready]
    status = studio.host.status()
    assert status["program"] == "Opening"
    assert status["stream"] == status["record"] == "stopped"
    assert status["studio_mode"] is True


@pytest.mark.parametrize("order", KIND.examples, ids=lambda order: order.kind)
def test_every_action_goes_as_far_as_obs_can_say(studio: Room, order: Order) -> None:
    if order.kind.endswith("-stop") and order.kind != "media-stop":
        studio.go_until("confirmed", Order(order.kind.replace("stop", "start"), Output()))
    if order.kind in {"media-pause", "media-seek", "media-stop"}:
        studio.go_until("confirmed", FILM)
    cannot_say_more = isinstance(order.payload, (Hotkey, RawRequest))
    token = studio.go_until("accepted" if cannot_say_more else "confirmed", order)
    assert studio.host.outcomes(token)[0].result == "accepted"


def test_the_values_that_actions_set_are_reported_under_their_addresses(studio: Room) -> None:
    studio.go_until(
        "confirmed",
        CUT_TO_2,
        volume(-7.5),
        Order("input-mute", InputMute("Host mic")),
        Order("source-visibility", SourceVisibility("Camera 1", "Name strap", visible=False)),
        Order("text", Text("Name strap", "Jane “Doe”\n{}\\")),
        Order("filter", FilterEnabled("Host mic", "Compressor", enabled=False)),
        Order("stream-start", Output()),
    )
    assert studio.host.reported("program scene") == "Camera 2"
    assert studio.host.reported("input/Host mic/volume") == -7.5
    assert studio.host.reported("input/Host mic/mute") is True
    assert studio.host.reported("scene/Camera 1/Name strap") is False
    assert studio.host.reported("text/Name strap") == "Jane “Doe”\n{}\\"
    assert studio.host.reported("filter/Host mic/Compressor") is False
    assert studio.host.reported("stream") is True
    assert studio.host.status()["stream"] == "started"


def test_a_fade_is_confirmed_at_its_end_and_says_how_long_it_takes(studio: Room) -> None:
    message_set = studio.prepare(Order("program-scene", ProgramScene("Slides", "Fade", 200)))
    assert message_set.takes == 200
    token = studio.send(message_set)
    studio.host.wait_for_outcome(token, "accepted")
    assert [it.result for it in studio.host.outcomes(token)] == ["accepted"]
    assert studio.host.reported("program scene") == "Opening"
    studio.host.wait_for_outcome(token, "confirmed")
    assert studio.host.reported("program scene") == "Slides"


def test_a_cut_takes_no_time_and_no_transition_means_the_chosen_one(studio: Room) -> None:
    assert studio.prepare(CUT_TO_1).takes == 0
    studio.go_until("confirmed", Order("program-scene", ProgramScene("Slides", "Fade", 250)))
    assert studio.prepare(Order("take", Take())).takes == 250


def test_what_is_so_already_is_confirmed_without_an_event(studio: Room) -> None:
    studio.go_until("confirmed", CUT_TO_1)
    studio.go_until("confirmed", CUT_TO_1)
    studio.go_until("confirmed", volume(0.0))


def test_a_scene_is_not_taken_for_on_while_another_fades_in(studio: Room) -> None:
    away = studio.go(Order("program-scene", ProgramScene("Slides", "Fade", 300)))
    studio.host.wait_for_outcome(away, "accepted")
    back = studio.go(Order("program-scene", ProgramScene("Opening", "Fade", 300)))
    studio.host.wait_for_outcome(back, "accepted")
    assert [it.result for it in studio.host.outcomes(back)] == ["accepted"]
    studio.host.wait_for_outcome(back, "confirmed")
    assert [it.result for it in studio.host.outcomes(away)] == ["accepted"]


def test_preview_and_take_in_one_set_take_the_new_preview(studio: Room) -> None:
    studio.go_until("confirmed", Order("preview-scene", PreviewScene("VT")), Order("take", Take("Cut")))
    assert studio.host.reported("program scene") == "VT"


def test_a_take_of_the_scene_that_is_on_is_confirmed(studio: Room) -> None:
    studio.go_until("confirmed", Order("preview-scene", PreviewScene("Opening")))
    studio.go_until("confirmed", Order("take", Take("Fade", 100)))


def test_without_studio_mode_there_is_no_take(studio: Room) -> None:
    studio.go_until("confirmed", Order("studio-mode", StudioMode(on=False)))
    with pytest.raises(UnsendableError, match="Studio mode is off"):
        studio.prepare(Order("take", Take()))
    studio.go_until("confirmed", CUT_TO_2)


def test_what_obs_does_not_have_is_said_at_standby(studio: Room) -> None:
    with pytest.raises(UnsendableError, match="OBS has no scene “Archive”"):
        studio.prepare(CUT_TO_1, Order("program-scene", ProgramScene("Archive")))


def test_what_a_raw_request_holds_must_be_json(studio: Room) -> None:
    with pytest.raises(UnsendableError, match="JSON"):
        studio.prepare(Order("request", RawRequest("SetX", {"a": object()})))


def test_one_prepared_set_may_be_sent_again_and_again(studio: Room) -> None:
    message_set = studio.prepare(CUT_TO_1)
    for _ in range(20):
        studio.host.wait_for_outcome(studio.send(message_set), "confirmed")


def test_an_empty_set_sends_nothing(studio: Room) -> None:
    token = studio.go()
    studio.go_until("confirmed", CUT_TO_1)
    assert studio.host.outcomes(token) == []


def test_a_refusal_fails_one_order_with_a_sentence_and_leaves_the_others(studio: Room) -> None:
    token = studio.go(Order("request", RawRequest("Frobnicate")), CUT_TO_2)
    assert studio.failure_of(token) == "This version of OBS does not know the request “Frobnicate”."
    studio.host.wait_for_outcome(token, "confirmed", 1)


def test_starting_what_runs_and_stopping_what_stands_are_confirmed(studio: Room) -> None:
    studio.go_until("confirmed", Order("record-stop", Output()))
    studio.go_until("confirmed", Order("record-start", Output()))
    studio.go_until("confirmed", Order("record-start", Output()))
    assert studio.host.status()["record"] == "started"


def test_a_played_film_ends_with_its_media(studio: Room) -> None:
    studio.go_until("confirmed", FILM)
    studio.go_until("accepted", Order("media-seek", MediaSeek("Opening film", 60_000)))
    ended = studio.host.wait_for(lambda: studio.host.reports(MediaEnded))
    assert ended == [MediaEnded("media/Opening film")]


def told(studio: Room) -> list[MediaPlaying]:
    return studio.host.reports(MediaPlaying)


def end_of(playing: MediaPlaying) -> float:
    """When it will have played, in seconds of the machine's clock."""
    return playing.read_at / 1e9 + playing.left / 1000


def test_media_that_plays_tells_how_much_is_left_and_again_when_its_end_moves(studio: Room) -> None:
    studio.go_until("confirmed", FILM)
    first = studio.host.wait_for(lambda: told(studio))[0]
    assert (first.address, first.moves) == ("media/Opening film", True)
    studio.go_until("confirmed", Order("media-seek", MediaSeek("Opening film", 10_000)))
    sought = studio.host.wait_for(lambda: [one for one in told(studio) if one.left < first.left - 5000])[0]
    assert end_of(first) - end_of(sought) == pytest.approx(10, abs=1)
    studio.go_until("confirmed", Order("media-pause", Media("Opening film")))
    paused = studio.host.wait_for(lambda: [one for one in told(studio) if not one.moves])[0]
    assert paused.left <= sought.left
    studio.go_until("confirmed", FILM)
    studio.host.wait_for(lambda: told(studio)[-1].moves)
    assert told(studio)[-1].left == pytest.approx(paused.left, abs=1500)


def test_nobody_asks_for_media_that_do_not_play_by_our_doing(studio: Room) -> None:
    following = studio.driver._following  # type: ignore[attr-defined]
    studio.go_until("confirmed", FILM)
    studio.host.wait_for(lambda: told(studio))
    asked = following._turn
    studio.host.wait_for(lambda: following._turn >= asked + 2)
    studio.call(lambda: studio.driver.stop_media("media/Opening film"))
    studio.host.wait_for(lambda: studio.host.reports(MediaEnded))
    assert not following.since
    studio.go_until("confirmed", CUT_TO_1)
    turn = following._turn
    studio.go_until("confirmed", CUT_TO_2)
    assert following._turn <= turn


def test_an_end_that_stays_is_told_once(studio: Room) -> None:
    following = studio.driver._following  # type: ignore[attr-defined]
    studio.go_until("confirmed", FILM)
    studio.host.wait_for(lambda: told(studio))
    turn = following._turn
    studio.host.wait_for(lambda: following._turn >= turn + 4)
    assert len(told(studio)) <= 2


def test_play_resumes_what_is_paused_and_restarts_what_has_stopped(studio: Room) -> None:
    studio.go_until("confirmed", FILM)
    studio.go_until("confirmed", Order("media-seek", MediaSeek("Opening film", 5000)))
    studio.go_until("confirmed", Order("media-pause", Media("Opening film")))
    play = studio.prepare(FILM)
    studio.host.wait_for_outcome(studio.send(play), "confirmed")
    studio.go_until("accepted", Order("media-seek", MediaSeek("Opening film", 60_000)))
    studio.host.wait_for(lambda: studio.host.reports(MediaEnded))
    studio.host.wait_for_outcome(studio.send(play), "confirmed")
    assert studio.host.reported("media/Opening film") == "playing"


def test_stopping_media_by_address_ends_it(studio: Room) -> None:
    studio.go_until("confirmed", FILM)
    studio.call(lambda: studio.driver.stop_media("media/Opening film"))
    assert studio.host.wait_for(lambda: studio.host.reports(MediaEnded)) == [MediaEnded("media/Opening film")]
    assert studio.host.reported("media/Opening film") == "stopped"


def test_media_that_nobody_of_ours_started_is_not_reported_as_ended(studio: Room) -> None:
    studio.go_until("confirmed", FILM)
    studio.go_until("confirmed", Order("media-stop", Media("Opening film")))
    studio.host.wait_for(lambda: studio.host.reports(MediaEnded))
    studio.go_until("confirmed", Order("media-stop", Media("Opening film")))
    assert len(studio.host.reports(MediaEnded)) == 1


def test_a_fade_ends_exactly_on_its_last_value_and_has_no_outcomes(studio: Room) -> None:
    before = len(studio.host.reports(Outcome))
    for tenth in range(1, 401):
        studio.call(lambda level=-tenth / 10: studio.driver.set_value(volume(level)))
    studio.host.wait_for(lambda: studio.host.reported("input/Host mic/volume") == -40.0)
    assert len(studio.host.reports(Outcome)) == before


def test_steps_of_a_fade_never_stand_before_a_cue(studio: Room) -> None:
    studio.misbehave("none", latency=30)
    cut = studio.prepare(CUT_TO_2)

    def fade_and_cut() -> None:
        for level in range(100):
            studio.driver.set_value(volume(-float(level)))
        studio.driver.send(cut, 500)

    studio.call(fade_and_cut)
    studio.host.wait_for_outcome(500, "confirmed")
    studio.host.wait_for(lambda: studio.host.reported("input/Host mic/volume") == -99.0)
    levels = [it.value for it in studio.host.reports(Reported) if it.address == "input/Host mic/volume"]
    assert len(levels) < 10


def test_levels_come_only_while_somebody_listens(studio: Room) -> None:
    studio.go_until("confirmed", CUT_TO_1)
    assert not studio.host.reports(Levels)
    studio.call(lambda: studio.driver.listen_to_levels(True))
    studio.host.wait_for(lambda: len(studio.host.reports(Levels)) >= 3)
    names = [name for name, _ in studio.host.reports(Levels)[-1].inputs]
    assert "Host mic" in names
    studio.go_until("confirmed", Order("input-mute", InputMute("Host mic")))
    studio.host.forget()
    studio.host.wait_for(lambda: len(studio.host.reports(Levels)) >= 2)
    levels = dict(studio.host.reports(Levels)[-1].inputs)["Host mic"]
    assert len(levels) == 6
    assert levels[0] == levels[1] == levels[3] == 0.0
    assert levels[2] > 0.0
    studio.call(lambda: studio.driver.listen_to_levels(False))
    studio.go_until("confirmed", CUT_TO_2)
    studio.host.forget()
    studio.host.wait_for(lambda: studio.host.reports(Latency))
    assert not studio.host.reports(Levels)


def test_a_set_that_waits_half_a_second_is_dropped_and_said(studio: Room) -> None:
    studio.misbehave("none", latency=900)
    first, second = studio.go(CUT_TO_1), studio.go(CUT_TO_2)
    assert studio.failure_of(second) == "Not sent: OBS was still busy with what was sent before."
    studio.host.wait_for_outcome(first, "confirmed")
    assert studio.host.reported("program scene") == "Camera 1"


def test_a_refusing_obs_fails_orders_and_stays_connected(studio: Room) -> None:
    studio.misbehave("refuse")
    assert "refuse" in studio.failure_of(studio.go(CUT_TO_1)).lower()
    assert studio.failure_of(studio.go(FILM))
    assert studio.host.reports(MediaEnded) == [MediaEnded("media/Opening film")]
    studio.misbehave("none")
    studio.go_until("confirmed", CUT_TO_1)
    assert studio.host.reports(Health)[-1].state == "ready"


def test_a_silent_obs_is_lost_by_the_heartbeat_and_nothing_hangs(studio: Room) -> None:
    studio.go_until("confirmed", FILM)
    studio.misbehave("silent")
    sent, waiting = studio.go(CUT_TO_1), studio.go(CUT_TO_2)
    assert "hangs" in studio.host.wait_for_health("lost").sentence
    assert studio.failure_of(sent).startswith("Perhaps sent: ")
    assert studio.failure_of(waiting).startswith("Not sent: ")
    assert studio.host.reports(MediaEnded) == [MediaEnded("media/Opening film")]
    assert [it.state for it in studio.host.reports(Health)].count("lost") == 1


def test_after_a_loss_sends_fail_now_and_a_new_driver_works(studio: Room) -> None:
    cut = studio.prepare(CUT_TO_1)
    studio.misbehave("disconnect")
    studio.host.wait_for_health("lost")
    assert studio.failure_of(studio.send(cut)) == "OBS is not connected."
    studio.misbehave("none")
    studio.make_driver()
    studio.host.wait_for_health("ready")
    studio.host.wait_for_outcome(studio.send(cut), "confirmed")


def test_before_it_is_connected_orders_are_encoded_and_sends_fail() -> None:
    with LoopHost() as host:
        driver = KIND.make_driver(KIND.settings(), host)
        message_set = host.call(lambda: driver.prepare((CUT_TO_1, FILM)))
        assert message_set.frames
        host.call(lambda: driver.send(message_set, 1))
        assert host.wait_for_outcome(1, "failed", 1).sentence == "OBS is not connected."
        assert host.reports(MediaEnded) == [MediaEnded("media/Opening film")]
        host.call(driver.close)
        host.call(driver.close)


def test_closing_ends_at_once_and_nothing_is_emitted_afterwards(studio: Room) -> None:
    studio.call(lambda: studio.driver.listen_to_levels(True))
    studio.host.wait_for(lambda: studio.host.reports(Levels))
    studio.call(studio.driver.close)
    studio.host.forget()
    studio.make_driver()
    studio.host.wait_for_health("ready")
    assert not studio.host.reports(Levels)
    assert not studio.host.reports(Outcome)


def test_nothing_on_the_port_is_lost_with_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with LoopHost() as host:
        driver = KIND.make_driver(KIND.settings(host="127.0.0.1", port=port, password="x"), host)
        host.call(driver.open)
        assert host.wait_for_health("lost").sentence == (
            f"Nothing listens on 127.0.0.1:{port}. Start OBS, and switch on its WebSocket server under Tools."
        )
        host.call(driver.close)


def test_status_says_only_what_changed(studio: Room) -> None:
    studio.go_until("confirmed", CUT_TO_1)
    studio.host.forget()
    studio.go_until("confirmed", CUT_TO_2)
    said = {key for status in studio.host.reports(Status) for key in status.values}
    assert "program" in said
    assert "stream" not in said


def test_the_password_is_in_no_log_and_no_sentence(studio: Room, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        studio.make_driver(password="hunter2-secret")
        studio.host.wait_for(lambda: [it.state for it in studio.host.reports(Health)].count("ready") == 2)
        studio.go_until("confirmed", CUT_TO_1)
    assert "hunter2-secret" not in caplog.text
    assert not any("hunter2-secret" in repr(report) for report in studio.host.all_reports())
