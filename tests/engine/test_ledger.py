"""What became of an action: sent, accepted, confirmed, failed, late, or silent for five seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from showcaller.core import events as ev
from showcaller.core.asrun import ActionDone
from tests.engine.rig import Rig, at_evening, cue, ms, scene, show_of


def test_a_device_that_confirms_is_sent_accepted_confirmed_with_their_times(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.lamp.answers_after = ms(0.4)
        rig.go()
        assert rig.results() == ["sent"]
        rig.advance(1)
        assert rig.results() == ["sent", "accepted", "confirmed"]
        done = rig.outcome("scene a on lamp")
        assert (done.sent_at, done.accepted_at) == (at_evening(0), at_evening(0.4))
        assert done.confirmed_at == at_evening(0.4)
        assert not done.late


def test_a_kind_that_cannot_confirm_stays_at_sent(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a", "bulb")), devices=("bulb",)), tmp_path) as rig:
        rig.house.lamp("bulb").answer = "sent"
        rig.go()
        rig.advance(10)
        assert rig.results() == ["sent"]
        assert rig.conductor.dispatcher.ledger.is_settled


def test_a_refusal_is_failed_with_its_sentence(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.lamp.answer = "refuse"
        rig.go()
        assert rig.results() == ["sent", "failed"]
        assert rig.outcome("scene a on lamp").sentence == "The lamp does not want to."


def test_a_device_that_says_nothing_for_five_seconds_has_failed(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.lamp.answer = "silent"
        rig.go()
        rig.advance(4.9)
        assert rig.results() == ["sent"]
        rig.advance(0.2)
        assert rig.results() == ["sent", "failed"]
        assert "has not answered for 5 s" in rig.outcome("scene a on lamp").sentence
        assert rig.conductor.dispatcher.ledger.is_settled


def test_what_was_accepted_and_never_confirmed_stays_accepted(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.lamp.answer = "accept"
        rig.go()
        rig.advance(20)
        assert rig.results() == ["sent", "accepted"]
        assert rig.conductor.dispatcher.ledger.is_settled


@pytest.mark.parametrize(("after", "late"), [(0.99, False), (1.01, True)])
def test_a_confirmation_after_a_second_is_late(after: float, late: bool, tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.lamp.answers_after = ms(after)
        rig.go()
        rig.advance(3)
        assert rig.outcome("scene a on lamp").result == "confirmed"
        assert rig.outcome("scene a on lamp").late is late


def test_an_answer_after_it_was_given_up_changes_nothing(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.lamp.answers_after = ms(8)
        rig.go()
        rig.advance(20)
        assert rig.results() == ["sent", "failed"]


def test_a_device_that_is_lost_fails_what_it_owes_at_once(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.lamp.answer = "silent"
        rig.go()
        rig.advance(1)
        rig.lamp.unplug()
        rig.scheduler.settle()
        assert rig.results() == ["sent", "failed"]
        assert "unplugged" in rig.outcome("scene a on lamp").sentence


def test_each_action_of_a_set_has_an_outcome_of_its_own(tmp_path: Path) -> None:
    actions = [scene(str(number)) for number in range(3)]
    with Rig(show_of(cue("1", *actions)), tmp_path) as rig:
        rig.go()
        confirmed = [one.action for one in rig.entries(ActionDone) if one.result == "confirmed"]
        assert confirmed == [action.id for action in actions]


def test_two_runs_of_one_cue_are_told_apart(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.lamp.answers_after = ms(0.5)
        rig.go()
        rig.advance(0.45)
        rig.give(ev.StartCue, pressed_at=rig.scheduler.now(), source="osc", cue="c1")
        rig.advance(2)
        confirmed = [one.run for one in rig.entries(ActionDone) if one.result == "confirmed"]
        assert confirmed == [1, 2]
