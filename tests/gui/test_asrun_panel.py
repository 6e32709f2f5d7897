"""The as-run list: rows are added as lines come, and a later report on an action changes its row."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from showcaller.core import asrun
from showcaller.core import events as ev
from showcaller.core.times import Duration, ShowTime, shift
from showcaller.gui.asrun_model import DEVICE, RESULT, TIME, TOOK, WHAT, AsRunModel
from showcaller.gui.asrun_panel import AsRunPanel
from tests.gui.stage import EVENING, Stage

HEADER = asrun.Header(
    show="show-stage",
    title="Harbour",
    revision=1,
    hash="",
    zone="Europe/London",
    mode="live",
    rate=1.0,
    routes={},
    devices={},
)


def later(milliseconds: int) -> ShowTime:
    return shift(EVENING, Duration(milliseconds))


def called(stage: Stage, number: str = "16", run: int = 1) -> asrun.CueCalled:
    cue = stage.document.show.cue(f"cue-{number}")
    assert cue is not None
    return asrun.CueCalled(run=run, cue=cue, at=EVENING, cause="go", source="key")


def done(result: asrun.ActionResult, action: str = "b16", **more: object) -> asrun.ActionDone:
    values: dict[str, object] = {
        "run": 1,
        "cue": "cue-16",
        "action": action,
        "device": "eos" if action == "b16" else "obs",
        "route": "real",
        "due": EVENING,
        "sent_at": later(1),
    }
    return asrun.ActionDone(result=result, **(values | more))


def texts(model: AsRunModel, place: int) -> list[str]:
    return [model.index(place, column).data() for column in (TIME, WHAT, DEVICE, RESULT, TOOK)]


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> AsRunPanel:
    made = AsRunPanel(*stage.parts)
    qtbot.addWidget(made)
    QAbstractItemModelTester(made.model, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.resize(900, 300)
    made.show()
    return made


def test_call_and_outcome_are_read_as_an_operator_says_them(stage: Stage, panel: AsRunPanel) -> None:
    stage.record(HEADER, called(stage), done("confirmed", confirmed_at=later(9)))
    assert texts(panel.model, 1) == [
        "19:33:41.0",
        "16 · LX 14, Sound 7, Camera 1 · Back to desk",
        "",
        "GO",
        "",
    ]
    assert texts(panel.model, 2) == ["19:33:41.0", "    Cue 14", "LX desk (Eos)", "✓ confirmed", "8"]


def test_later_report_on_an_action_changes_its_row(stage: Stage, panel: AsRunPanel) -> None:
    stage.record(HEADER, called(stage), done("accepted", accepted_at=later(4)))
    assert texts(panel.model, 2)[3:] == ["accepted", "3"]
    stage.record(done("confirmed", accepted_at=later(4), confirmed_at=later(413)))
    assert panel.model.rowCount() == 3
    assert texts(panel.model, 2)[3:] == ["✓ confirmed", "412"]


def test_reports_that_come_together_make_one_row(stage: Stage, panel: AsRunPanel) -> None:
    stage.record(HEADER, done("accepted", accepted_at=later(4)), done("failed", sentence="Silent for 5 s."))
    assert panel.model.rowCount() == 2
    assert texts(panel.model, 1)[3] == "! failed: Silent for 5 s."


def test_failures_can_be_seen_alone(stage: Stage, panel: AsRunPanel) -> None:
    lost = asrun.Noted(kind="lost", sentence="LX desk does not answer.", device="eos")
    stage.record(HEADER, called(stage), done("failed", sentence="Lost."), done("confirmed", "a16"), lost)
    panel.only_failed.click()
    assert panel.rows.rowCount() == 2
    panel.only_failed.click()
    assert panel.rows.rowCount() == 5


def test_action_that_fails_after_all_joins_the_failures(stage: Stage, panel: AsRunPanel) -> None:
    panel.only_failed.click()
    stage.record(HEADER, called(stage), done("accepted"))
    assert panel.rows.rowCount() == 0
    stage.record(done("failed", sentence="Silent for 5 s."))
    assert panel.rows.rowCount() == 1


def test_machine_events_have_no_row_and_what_people_do_has(stage: Stage, panel: AsRunPanel) -> None:
    stage.record(
        HEADER,
        asrun.Happened(ev.Tick(EVENING)),
        asrun.Happened(ev.Jump(EVENING, "cue-17")),
        asrun.Happened(ev.SetManual(EVENING, "lx", on=True)),
        asrun.Happened(ev.StopAll(EVENING)),
    )
    assert [texts(panel.model, place)[1] for place in range(panel.model.rowCount())] == [
        "Run begins",
        "Jump to 17",
        "LX on manual",
        "STOP ALL",
    ]


def test_messages_to_the_stage_are_kept(stage: Stage, panel: AsRunPanel) -> None:
    for message in ({"text": "Wrap up"}, {"blackout": True}, {}):
        stage.record(asrun.Happened(ev.StageMessage(at=EVENING, **message)))
    words = [panel.model.row(place).what for place in range(panel.model.rowCount())]
    assert words == ["To the stage: Wrap up", "To the stage: blackout", "To the stage: nothing"]


def test_list_follows_the_run_until_someone_scrolls_up(stage: Stage, panel: AsRunPanel) -> None:
    note = asrun.Noted(kind="note", sentence="Guest is in make-up.")
    bar = panel.view.verticalScrollBar()
    stage.record(HEADER, *[note] * 50)
    assert bar.maximum() > 0
    assert bar.value() == bar.maximum()
    bar.setValue(3)
    stage.record(*[note] * 10)
    assert bar.value() == 3


def test_new_run_begins_a_new_list(stage: Stage, panel: AsRunPanel) -> None:
    stage.record(HEADER, called(stage))
    stage.client._forget_run()
    assert panel.model.rowCount() == 0


def test_row_of_a_cue_selects_it(stage: Stage, panel: AsRunPanel) -> None:
    stage.record(HEADER, called(stage))
    panel.view.clicked.emit(panel.rows.index(1, WHAT))
    assert stage.selection.ids == ("cue-16",)


def test_rows_of_devices_and_cues_that_are_gone_are_still_read(stage: Stage, panel: AsRunPanel) -> None:
    stage.record(HEADER, done("sent", device="gone", cue="gone", action="gone"))
    assert texts(panel.model, 1)[1:4] == ["    action", "(device that is gone)", "◇ sent"]


def test_changes_of_times_are_named_with_their_segments(stage: Stage, panel: AsRunPanel) -> None:
    stage.record(
        asrun.Happened(ev.AddTime(EVENING, "seg-a2", Duration(35_000))),
        asrun.Happened(ev.StartNow(EVENING, "seg-a3", on=True)),
        asrun.Happened(ev.StartNow(EVENING, "seg-a3", on=False)),
        asrun.Happened(
            ev.BuyBack(at=EVENING, floats=("seg-b1",), trims=(("seg-a3", Duration(60_000)),), on=True)
        ),
    )
    assert [panel.model.row(place).what for place in range(panel.model.rowCount())] == [
        "+0:35 for A2",
        "Start A3 now",
        "A3 not started after all",
        "Buy back: float B1, A3 −1:00",
    ]
