"""What a connection that changes means to a run: prepared anew, lost once, back once."""

from __future__ import annotations

from pathlib import Path

from showcaller.core.reports import Health
from tests.engine.rig import Rig, cue, fade, ms, play, scene, show_of


def test_a_connection_that_opens_again_under_its_driver_is_no_loss_but_is_prepared_anew(
    tmp_path: Path,
) -> None:
    rows = (cue("1", play("vt")), cue("2", scene("a")))
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        prepared, opened = rig.lamp.prepared, rig.lamp.opened
        rig.lamp.tell(Health("opening", "The lamp changes its bulbs."))
        rig.scheduler.settle()
        assert rig.notes("lost") == []
        assert rig.conductor.playback.running
        assert "bulbs" in rig.conductor.dispatcher.preparer.unsendable["scene a on lamp"]
        rig.lamp.tell(Health("ready", "A lamp."))
        rig.scheduler.settle()
        assert rig.notes("back") == []
        assert rig.lamp.prepared > prepared
        assert rig.lamp.opened == opened
        assert rig.conductor.dispatcher.preparer.unsendable == {}
        rig.go()
        assert rig.outcome("scene a on lamp").result == "confirmed"


def test_what_is_sent_while_a_connection_opens_again_is_still_settled_by_the_device(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path) as rig:
        rig.lamp.answers_after = ms(0.2)
        rig.go()
        rig.lamp.tell(Health("opening", "The lamp changes its bulbs."))
        rig.advance(1)
        assert rig.outcome("scene a on lamp").result == "confirmed"


def test_a_fade_goes_on_where_it_would_be_when_a_connection_has_opened_again(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", fade(100, 10))), tmp_path) as rig:
        rig.go()
        rig.advance(2)
        rig.lamp.tell(Health("opening", "The lamp changes its bulbs."))
        rig.scheduler.settle()
        steps = len(rig.lamp.steps)
        rig.advance(3)
        assert len(rig.lamp.steps) == steps
        rig.lamp.tell(Health("ready", "A lamp."))
        rig.advance(0.02)
        assert 50 <= rig.lamp.steps[-1].level < 51
        rig.advance(10)
        assert rig.outcome("fade 1 to 100").result == "confirmed"


def test_a_connection_lost_while_it_opens_again_is_a_loss(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", play("vt")), cue("2", scene("a"))), tmp_path) as rig:
        rig.go()
        rig.lamp.tell(Health("opening", "The lamp changes its bulbs."))
        rig.scheduler.settle()
        rig.lamp.unplug()
        rig.scheduler.settle()
        assert len(rig.notes("lost")) == 1
        assert rig.conductor.playback.running == ()


def test_a_first_connection_is_not_called_back(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("a"))), tmp_path, "rehearse") as rig:
        assert rig.slot.is_ready
        rig.rack.reopen("lamp")
        rig.scheduler.settle()
        assert rig.slot.is_ready
        assert rig.notes("back") == []
        assert rig.notes("lost") == []
