"""Each key of calling is the event that it says, for the row that it says."""

from __future__ import annotations

import pytest

from showcaller.core import events as ev
from showcaller.core.position import Running, Wait
from showcaller.core.show import Cue, Segment
from showcaller.core.times import ShowTime
from showcaller.gui.calling import Calling
from tests.gui.stage import EVENING, Stage

NOW = ShowTime(0)


@pytest.fixture
def calling(stage: Stage) -> Calling:
    stage.show_snapshot(mode="live", standby="cue-16", last_called="cue-14")
    made = Calling(stage.document, stage.client, stage.selection)
    made.told = []  # type: ignore[attr-defined]
    made.noticed.connect(lambda _severity, words: made.told.append(words))  # type: ignore[attr-defined]
    stage.take_commands()
    return made


def events(stage: Stage) -> list[ev.Event]:
    from showcaller.core.messages import Do

    return [command.event for command in stage.taken(Do)]


def wait(cue: str, cause: str = "offset") -> Wait:
    return Wait(cue, ShowTime(EVENING + 10), cause, EVENING, 0)  # type: ignore[arg-type]


def test_plain_keys(calling: Calling, stage: Stage) -> None:
    stage.selection.select(["cue-20"])
    calling.stand_by()
    calling.back()
    calling.forward()
    calling.hold()
    calling.auto()
    calling.set_manual("lx")
    assert events(stage) == [
        ev.StandBy(NOW, True),
        ev.Step(NOW, True),
        ev.Step(NOW, False),
        ev.Hold(NOW),
        ev.SetAuto(NOW, False),
        ev.SetManual(NOW, "lx", True),
    ]


def test_second_press_takes_the_first_back(calling: Calling, stage: Stage) -> None:
    stage.show_snapshot(stood_by=True, held_at=EVENING, auto=False, manual=frozenset({"lx"}))
    calling.stand_by()
    calling.hold()
    calling.auto()
    calling.set_manual("lx")
    assert events(stage) == [
        ev.StandBy(NOW, False),
        ev.Resume(NOW),
        ev.SetAuto(NOW, True),
        ev.SetManual(NOW, "lx", False),
    ]


def test_stop_cue_takes_the_selected_one_if_it_is_alive_else_the_newest(
    calling: Calling, stage: Stage
) -> None:
    running = tuple(Running(run, cue, EVENING, EVENING) for run, cue in ((2, "cue-14"), (1, "cue-13")))
    stage.show_snapshot(running=running, waits=(wait("cue-15"),))
    calling.stop_cue()
    stage.selection.select(["cue-15"])
    calling.stop_cue()
    stage.selection.select(["cue-20"])
    calling.stop_cue()
    assert events(stage) == [ev.StopCue(NOW, "cue-14"), ev.StopCue(NOW, "cue-15"), ev.StopCue(NOW, "cue-14")]


def test_drop_takes_the_cue_that_a_go_has_passed_by(calling: Calling, stage: Stage) -> None:
    stage.show_snapshot(last_called="cue-16", waits=(wait("cue-18", "continue"), wait("cue-15")))
    assert calling.left_waiting() == ["cue-15"]
    calling.drop_wait()
    assert events(stage) == [ev.DropWait(NOW, "cue-15")]


def test_nothing_to_do_is_said_and_sends_nothing(calling: Calling, stage: Stage) -> None:
    stage.show_snapshot(standby=None, last_called=None)
    calling.stand_by()
    calling.stop_cue()
    calling.drop_wait()
    calling.start_cue()
    calling.disarm()
    calling.float_rows()
    assert events(stage) == []
    assert len(calling.told) == 6  # type: ignore[attr-defined]


def test_hold_waits_for_the_answer_after_a_restart(calling: Calling, stage: Stage) -> None:
    stage.show_snapshot(unconfirmed=True, held_at=EVENING)
    calling.hold()
    assert events(stage) == []
    assert "Answer first" in calling.told[0]  # type: ignore[attr-defined]


def test_start_selected_leaves_no_doubt_which_cue(calling: Calling, stage: Stage) -> None:
    stage.selection.select(["cue-20"])
    calling.start_cue()
    (event,) = events(stage)
    assert isinstance(event, ev.StartCue)
    assert (event.cue, event.source) == ("cue-20", "key")
    assert event.pressed_at > 0


def test_in_a_run_disarm_and_float_are_events_and_change_no_show(calling: Calling, stage: Stage) -> None:
    before = stage.document.show
    stage.selection.select(["cue-20", "cue-20.5"])
    calling.disarm()
    stage.selection.select(["seg-a3"])
    calling.float_rows()
    stage.show_snapshot(floated=frozenset({("seg-a3", True)}))
    calling.float_rows()
    assert events(stage) == [
        ev.Arm(NOW, "cue-20", False),
        ev.Arm(NOW, "cue-20.5", False),
        ev.Float(NOW, "seg-a3", True),
        ev.Float(NOW, "seg-a3", False),
    ]
    assert stage.document.show is before


def test_in_edit_disarm_and_float_are_edits_of_one_step(calling: Calling, stage: Stage) -> None:
    stage.show_snapshot(mode="edit")
    stage.selection.select(["cue-20", "cue-21"])
    calling.disarm()
    stage.selection.select(["seg-a3"])
    calling.float_rows()
    show = stage.document.show
    cues = [show.row(row_id) for row_id in ("cue-20", "cue-21")]
    assert [cue.armed for cue in cues if isinstance(cue, Cue)] == [False, False]
    segment = show.row("seg-a3")
    assert isinstance(segment, Segment)
    assert segment.floated
    assert [step.name for step in stage.document.history.past] == ["Disarm 2 rows", "Float A3"]
    assert events(stage) == []


def test_after_a_restart_the_operator_says_how_the_show_goes_on(calling: Calling, stage: Stage) -> None:
    stage.show_snapshot(mode="live", unconfirmed=True)
    calling.go_on(with_waits=False)
    calling.go_on(with_waits=True)
    stage.show_snapshot(mode="live", unconfirmed=False)
    calling.go_on(with_waits=True)
    assert events(stage) == [ev.Confirm(NOW, False), ev.Confirm(NOW, True)]
