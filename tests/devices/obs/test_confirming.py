"""When an order counts as confirmed, by a clock that the test moves and an OBS that forgets events."""

from __future__ import annotations

from typing import Any

import pytest

from showcaller.core.reports import Outcome
from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.driver import Order
from showcaller.devices.obs import codec, events, plans
from showcaller.devices.obs.actions import InputVolume, Media, MediaSeek, Output, ProgramScene, Take, Text
from showcaller.devices.obs.confirming import Confirmations, Pending
from showcaller.devices.obs.picture import Picture

STARTING = events.StreamChanged(output_active=False, output_state="OBS_WEBSOCKET_OUTPUT_STARTING")
STARTED = events.StreamChanged(output_active=True, output_state="OBS_WEBSOCKET_OUTPUT_STARTED")
STOPPED = events.StreamChanged(output_active=False, output_state="OBS_WEBSOCKET_OUTPUT_STOPPED")


class Table:
    """Confirmations and a picture on the test's clock."""

    def __init__(self) -> None:
        self.at = 10_000
        self.outcomes: list[Outcome] = []
        self.reads: list[tuple[int, Pending]] = []
        self.picture = Picture(self.now)
        self.confirmations = Confirmations(self.picture, self.now, self.outcomes.append, self._plan)
        self.picture.set_value("program scene", "A")
        self.picture.set_value("preview scene", "B")

    def now(self) -> Instant:
        return Instant(self.at * NS_PER_MS)

    def _plan(self, pending: Pending, at: Instant) -> None:
        self.reads.append((at // NS_PER_MS, pending))

    def accept(self, order: Order, takes: int = 0, token: int = 1, target: str = "B") -> None:
        """OBS accepts an order 10 ms after it was sent."""
        sent_at = self.now()
        self.at += 10
        want = plans.want_of(order, target)
        assert want is not None
        self.confirmations.begin(token, 0, order, want, sent_at, Duration(takes))

    def happen(self, event: events.Happening) -> None:
        self.picture.take_event(event)
        self.confirmations.take_event(event)

    def answer(self, request: codec.Request, **data: Any) -> None:
        """Come to the next planned read, and answer it."""
        self.at, pending = self.reads.pop(0)
        status = codec.RequestStatus(result=True, code=100)
        self.picture.take_reply(request, codec.Reply(request.request_type, status, "", data))
        self.confirmations.take_read(pending)

    def results(self, token: int = 1) -> list[str]:
        return [it.result for it in self.outcomes if it.token == token]


@pytest.fixture
def table() -> Table:
    return Table()


def to(scene: str) -> Order:
    return Order("program-scene", ProgramScene(scene))


def test_a_scene_is_confirmed_by_its_event_whenever_the_transition_says_it_ended(table: Table) -> None:
    table.accept(to("B"), takes=400)
    table.happen(events.TransitionStarted("Fade"))
    assert not table.results()
    table.happen(events.ProgramChanged("B"))
    assert table.results() == ["confirmed"]


def test_the_event_may_come_before_the_answer(table: Table) -> None:
    sent_at = table.now()
    table.at += 5
    table.happen(events.ProgramChanged("B"))
    table.happen(events.TransitionEnded("Cut"))
    want = plans.want_of(to("B"), "")
    assert want is not None
    table.confirmations.begin(1, 0, to("B"), want, sent_at, Duration(0))
    assert table.results() == ["confirmed"]


def test_a_scene_whose_event_is_dropped_is_confirmed_by_reading_again(table: Table) -> None:
    table.accept(to("B"), takes=400)
    assert table.reads[0][0] == table.at + 700
    table.answer(codec.Request("GetCurrentProgramScene"), currentProgramSceneName="B")
    assert table.results() == ["confirmed"]
    assert not table.reads


def test_an_answer_in_mid_transition_proves_nothing(table: Table) -> None:
    table.accept(to("B"), takes=400)
    status = codec.RequestStatus(result=True, code=100)
    reply = codec.Reply("GetCurrentProgramScene", status, "", {"currentProgramSceneName": "B"})
    table.picture.take_reply(codec.Request("GetCurrentProgramScene"), reply)
    table.confirmations.look()
    assert not table.results()


def test_back_to_the_scene_that_is_on_waits_for_the_transition_away_from_it(table: Table) -> None:
    table.accept(to("B"), takes=400, token=1)
    table.accept(to("A"), takes=400, token=2)
    assert not table.results(2)
    table.happen(events.ProgramChanged("A"))
    assert table.results(2) == ["confirmed"]
    assert not table.results(1)


def test_a_take_waits_for_a_change_even_to_the_scene_that_is_on(table: Table) -> None:
    table.accept(Order("take", Take()), takes=100, target="A")
    assert not table.results()
    table.happen(events.TransitionEnded("Fade"))
    assert table.results() == ["confirmed"]


def test_what_obs_never_shows_fails_after_five_seconds_and_the_transition(table: Table) -> None:
    table.accept(to("B"), takes=400)
    table.at += 5380
    table.confirmations.give_up()
    assert not table.results()
    table.at += 20
    table.confirmations.give_up()
    assert table.results() == ["failed"]


def test_a_stream_is_started_when_obs_says_started_and_not_before(table: Table) -> None:
    table.accept(Order("stream-start", Output()))
    table.happen(STARTING)
    table.at += 20_000
    table.confirmations.give_up()
    assert not table.results()
    table.happen(STARTED)
    assert table.results() == ["confirmed"]


def test_a_stream_that_stops_while_starting_has_failed(table: Table) -> None:
    table.accept(Order("stream-start", Output()))
    table.happen(STARTING)
    table.happen(STOPPED)
    assert table.results() == ["failed"]


def test_a_stream_that_stopped_before_obs_answered_has_failed(table: Table) -> None:
    sent_at = table.now()
    table.at += 5
    table.happen(STARTING)
    table.happen(STOPPED)
    order = Order("stream-start", Output())
    want = plans.want_of(order, "")
    assert want is not None
    table.confirmations.begin(1, 0, order, want, sent_at, Duration(0))
    assert table.results() == ["failed"]


def test_a_reconnecting_stream_counts_as_running(table: Table) -> None:
    table.happen(STARTED)
    state = "OBS_WEBSOCKET_OUTPUT_RECONNECTING"
    table.happen(events.StreamChanged(output_active=False, output_state=state))
    assert table.picture.values["stream"] is True
    table.accept(Order("stream-start", Output()))
    assert table.results() == ["confirmed"]


def test_a_level_may_be_a_twentieth_of_a_decibel_off(table: Table) -> None:
    table.accept(Order("input-volume", InputVolume("Mic", -6)))
    table.happen(events.VolumeChanged("Mic", -6.2))
    assert not table.results()
    table.happen(events.VolumeChanged("Mic", -6.0000004))
    assert table.results() == ["confirmed"]


def test_minus_infinity_is_a_hundred_decibels_down(table: Table) -> None:
    table.accept(Order("input-volume", InputVolume("Mic", -100)))
    table.happen(events.VolumeChanged("Mic", None))
    assert table.results() == ["confirmed"]


def test_a_text_is_confirmed_by_reading_it_after_it_was_written(table: Table) -> None:
    table.picture.set_value("text/Strap", "Jane")
    table.accept(Order("text", Text("Strap", "Jane")))
    assert not table.results()
    read = codec.Request("GetInputSettings", request_data={"inputName": "Strap"})
    table.answer(read, inputSettings={"text": "Jane"})
    assert table.results() == ["confirmed"]


def media(table: Table, state: str, cursor: int | None) -> None:
    read = codec.Request("GetMediaInputStatus", request_data={"inputName": "VT"})
    table.answer(read, mediaState=f"OBS_MEDIA_STATE_{state}", mediaCursor=cursor)


def test_a_restart_is_confirmed_near_the_start_only(table: Table) -> None:
    table.accept(Order("media-restart", Media("VT")))
    media(table, "PLAYING", 9000)
    assert not table.results()
    media(table, "PLAYING", 40)
    assert table.results() == ["confirmed"]


def test_a_sting_that_is_over_before_it_could_be_read_has_played(table: Table) -> None:
    table.accept(Order("media-play", Media("VT")))
    table.happen(events.MediaStarted("VT"))
    table.happen(events.MediaFinished("VT"))
    media(table, "ENDED", None)
    assert table.results() == ["confirmed"]


def test_a_seek_that_lands_far_away_stays_accepted(table: Table) -> None:
    table.accept(Order("media-seek", MediaSeek("VT", 10_000)))
    media(table, "PLAYING", 4000)
    table.at += 6000
    table.confirmations.give_up()
    table.confirmations.fail_all("gone")
    assert not table.results()


def test_a_loss_fails_what_is_pending_once(table: Table) -> None:
    table.accept(to("B"))
    table.confirmations.fail_all("OBS was closed.")
    table.happen(events.ProgramChanged("B"))
    assert table.outcomes == [Outcome(1, 0, "failed", "OBS was closed.")]
