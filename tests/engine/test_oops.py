"""An oops moves back and sends nothing; what was offered is sent when it is confirmed, and only that."""

from __future__ import annotations

from pathlib import Path

from showcaller.core import events as ev
from showcaller.core.asrun import CueCalled, Happened, replay, show_at_start
from showcaller.core.messages import RestoreOffered
from showcaller.core.show import AutoContinue, Call, Department, Show
from showcaller.engine.restorer import CHANGED, NO_OFFER, Restorer
from tests.engine.lamps import Level, Scene
from tests.engine.rig import Rig, cue, fade, level, ms, play, scene, show_of
from tests.engine.test_resume import crash, gone_on_with

SHOW = show_of(
    cue("1", scene("Wide"), level(80, id="bright")),
    cue("2", scene("Host"), level(20, id="dim"), play("film"), post_wait=ms(5)),
    cue("3", scene("Late"), trigger=AutoContinue()),
    cue("4", scene("Break")),
)


def offered(restorer: Restorer) -> RestoreOffered:
    offer = restorer.take_back()
    assert isinstance(offer, RestoreOffered)
    return offer


def told(offer: RestoreOffered) -> list[tuple[str, str, dict[str, object]]]:
    """Say what an offer would do: what was done, the verdict, and the fields that would be sent."""
    return [
        (item.done.kind, item.verdict, dict(item.back.fields) if item.back is not None else {})
        for item in offer.items
    ]


def test_an_oops_moves_back_sends_nothing_and_lists_what_would_restore(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        rig.go()
        rig.advance(1)
        sent = len(rig.lamp.orders)
        offer = offered(restorer)
        rig.advance(10)
        assert told(offer) == [
            ("scene", "restore", {"name": "Wide"}),
            ("level", "restore", {"channel": 1, "level": 80}),
            ("play", "lost", {}),
        ]
        assert offer.dropped == ("c3",)
        assert offer.running == ("c2",)
        assert len(rig.lamp.orders) == sent
        assert rig.conductor.playback.standby == "c2"
        assert rig.notes("oops") == ["Oops: back to 2. Does not follow: 3."]


def test_what_was_offered_is_sent_as_one_set_and_stands_in_the_as_run(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        rig.go()
        rig.advance(1)
        offer = offered(restorer)
        sets = len(rig.lamp.received)
        assert restorer.restore(offer.number) is None
        rig.advance(1)
        assert [one.orders for one in rig.lamp.received[sets:]] == [
            (rig.lamp.orders[-2], rig.lamp.orders[-1]),
        ]
        assert [order.payload for order in rig.lamp.orders[-2:]] == [Scene("Wide"), Level(1, 80)]
        assert rig.lamp.stopped == ["media film"]
        called = rig.entries(CueCalled)[-1]
        assert (called.cause, called.cue.name) == ("restore", "Restored: as before 2")
        for action in called.cue.actions:
            assert rig.outcome(action.id).result == "confirmed"
        assert rig.conductor.playback.running == ()
        assert restorer.restore(offer.number) == NO_OFFER
        lines = rig.lines_on_disk()
        assert replay(lines, show_at_start(lines, SHOW)) == (rig.conductor.playback, SHOW)


def test_after_a_restore_the_call_can_be_given_again_and_taken_back_again(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        for _ in range(2):
            rig.go()
            rig.advance(1)
            assert rig.lamp.scenes[-1] == "Host"
            offer = offered(restorer)
            assert told(offer)[0] == ("scene", "restore", {"name": "Wide"})
            assert restorer.restore(offer.number) is None
            rig.advance(1)
            assert rig.lamp.scenes[-1] == "Wide"


def test_two_calls_taken_back_are_restored_as_one(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        rig.go()
        rig.advance(10)
        rig.go()
        rig.advance(1)
        assert told(offered(restorer)) == [("scene", "restore", {"name": "Late"})]
        assert told(offered(restorer))[0] == ("scene", "restore", {"name": "Wide"})


def test_what_was_not_known_before_is_said_and_nothing_is_sent_for_it(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        rig.advance(1)
        offer = offered(restorer)
        assert [(kind, verdict) for kind, verdict, _ in told(offer)] == [
            ("scene", "unknown"),
            ("level", "unknown"),
        ]
        sent = len(rig.lamp.orders)
        assert restorer.restore(offer.number) is None
        rig.advance(1)
        assert len(rig.lamp.orders) == sent


def test_what_the_device_held_before_is_what_is_restored(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.slot.values.update({"scene": "Slides", "channel 1": 33.0})
        rig.go()
        rig.advance(1)
        assert told(offered(restorer)) == [
            ("scene", "held", {"name": "Slides"}),
            ("level", "held", {"channel": 1, "level": 33.0}),
        ]


def test_a_running_fade_stops_where_it_is_only_when_that_is_confirmed(tmp_path: Path) -> None:
    show = show_of(cue("1", level(0)), cue("2", fade(100, 10)))
    with Rig(show, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        rig.go()
        rig.advance(2)
        offer = offered(restorer)
        assert offer.running == ("c2",)
        rig.advance(2)
        assert len(rig.conductor.dispatcher.fader.active) == 1
        assert restorer.restore(offer.number) is None
        steps = len(rig.lamp.steps)
        rig.advance(2)
        assert rig.conductor.dispatcher.fader.active == ()
        assert len(rig.lamp.steps) == steps
        assert rig.lamp.orders[-1].payload == Level(1, 0)


def test_a_list_that_is_out_of_date_is_offered_anew_and_not_sent(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        rig.go()
        rig.advance(1)
        offer = offered(restorer)
        rig.give(ev.Jump, "c4")
        rig.go()
        rig.advance(1)
        sent = len(rig.lamp.orders)
        anew = restorer.restore(offer.number)
        assert isinstance(anew, RestoreOffered)
        assert anew.sentence == CHANGED
        assert told(anew) == [("level", "restore", {"channel": 1, "level": 80}), ("play", "lost", {})]
        assert len(rig.lamp.orders) == sent
        assert restorer.restore(anew.number) is None
        rig.advance(1)
        assert rig.lamp.orders[-1].payload == Level(1, 80)


def test_what_will_not_go_is_said_beforehand(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        rig.go()
        rig.advance(1)
        rig.route("lamp", "closed")
        assert offered(restorer).items[0].sentence == "The route of Lamp is closed."


def test_calls_that_operators_took_are_named(tmp_path: Path) -> None:
    departments = (Department(id="lx", name="LX"), Department(id="cam", name="CAM", taken_by="operator"))
    show = show_with(departments)
    with Rig(show, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        rig.advance(1)
        assert offered(restorer).by_hand == ("CAM 2",)


def test_a_department_that_is_on_manual_is_sent_nothing_back(tmp_path: Path) -> None:
    calls = (Call(department="lx", number="1"),)
    show = show_of(cue("1", scene("Wide"), calls=calls), cue("2", scene("Host"), calls=calls))
    with Rig(show, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        rig.go()
        rig.advance(1)
        rig.give(ev.SetManual, "lx", on=True)
        sent = len(rig.lamp.orders)
        (item,) = offered(restorer).items
        assert (item.verdict, item.back, item.sentence) == ("unknown", None, "LX is on manual.")
        assert restorer.restore(1) is None
        rig.advance(1)
        assert len(rig.lamp.orders) == sent


def show_with(departments: tuple[Department, ...]) -> Show:
    calls = (Call(department="lx", number="1"), Call(department="cam", number="2"))
    return show_of(cue("1", scene("Wide"), calls=calls), departments=departments)


def test_without_a_call_it_is_refused_and_in_edit_it_only_moves(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path) as rig:
        restorer = Restorer(rig.conductor)
        assert restorer.take_back() == "Nothing was called that could be taken back."
        assert restorer.restore(1) == NO_OFFER
    with Rig(SHOW, tmp_path, mode="edit") as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        assert restorer.take_back() is None
        assert rig.conductor.playback.standby == "c1"


def test_in_a_rehearsal_it_is_simulated(tmp_path: Path) -> None:
    with Rig(SHOW, tmp_path, mode="rehearse") as rig:
        restorer = Restorer(rig.conductor)
        rig.go()
        rig.go()
        rig.advance(1)
        assert restorer.restore(offered(restorer).number) is None
        rig.advance(1)
        action = rig.entries(CueCalled)[-1].cue.actions[0]
        assert rig.outcome(action.id).result == "simulated"


def test_a_show_that_calls_itself_leaves_a_call_that_was_taken_back_to_the_caller(tmp_path: Path) -> None:
    show = show_of(cue("1", scene("1")), cue("2", scene("2"), offset=ms(10)), cue("3", offset=ms(20)))
    with Rig(show, tmp_path, "edit") as rig:
        restorer = Restorer(rig.conductor)
        rig.conductor.auto_caller.is_on = True
        assert rig.conductor.set_mode("rehearse", routes={"lamp": "real"}) is None
        rig.advance(12)
        assert rig.lamp.scenes == ["1", "2"]
        offered(restorer)
        rig.advance(30)
        assert rig.lamp.scenes == ["1", "2"]
        assert rig.conductor.playback.standby == "c2"
        rig.go()
        rig.advance(1)
        assert rig.lamp.scenes == ["1", "2", "2"]
        assert [one.cue.number for one in rig.entries(CueCalled)] == ["1", "2", "2", "3"]


def test_after_a_crash_the_calls_before_it_can_still_be_taken_back(tmp_path: Path) -> None:
    first = Rig(SHOW, tmp_path)
    first.go()
    first.go()
    first.advance(1)
    crash(first)
    with gone_on_with(SHOW, first) as rig:
        restorer = Restorer(rig.conductor)
        assert restorer.take_back() == "The engine was restarted: confirm how the show goes on first."
        rig.give(ev.Confirm, False)
        assert told(offered(restorer))[0] == ("scene", "restore", {"name": "Wide"})


def test_a_restore_that_a_crash_cut_off_is_perhaps_sent_and_not_sent_again(tmp_path: Path) -> None:
    first = Rig(SHOW, tmp_path)
    first.go()
    first.go()
    first.advance(1)
    first.give(ev.Oops)
    back = scene("Wide")
    first.conductor.write(
        Happened(ev.Restore(at=first.conductor.show_now, before="c2", runs=(2,), actions=(back,)))
    )
    crash(first)
    with gone_on_with(SHOW, first) as rig:
        assert rig.entries(CueCalled)[-1].cause == "restore"
        done = rig.outcome(back.id)
        assert done.result == "failed"
        assert done.sentence.startswith("Perhaps sent")
        rig.give(ev.Confirm, False)
        rig.advance(5)
        assert rig.lamp.scenes == []
