"""The whole window: keys reach their verbs, modes are asked for, nothing is closed by accident."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from showcaller.core import asrun, messages
from showcaller.core import events as ev
from showcaller.core.position import Running
from showcaller.core.show import Cue
from showcaller.core.times import Duration, Instant, ShowTime
from showcaller.gui import go_key
from showcaller.gui.drop_in_dialog import DropInDialog
from showcaller.gui.help_sheet import HelpSheet
from showcaller.gui.mode_switch import HOLD_MS
from showcaller.gui.questions import Question
from showcaller.gui.run_times_dialog import RunTimesDialog
from showcaller.gui.shortcuts import SHORTCUTS
from showcaller.showfile.reader import read_show
from tests.gui.stage import EVENING, make_show
from tests.gui.window_stage import WindowStage

CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def tap(
    stage: WindowStage, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(stage.window.windowHandle(), key, modifiers)


def question(stage: WindowStage) -> Question:
    found: list[Question] = []

    def there() -> bool:
        found[:] = [one for one in stage.window.findChildren(Question) if one.isVisible()]
        return bool(found)

    stage.wait(there)
    return found[0]


def running(stage: WindowStage) -> None:
    stage.set(
        mode="live",
        standby="cue-16",
        last_called="cue-14",
        show_at=EVENING,
        running=(Running(1, "cue-14", EVENING, ShowTime(EVENING + 65_000_000_000)),),
    )


def test_every_action_does_something(window_stage: WindowStage) -> None:
    assert window_stage.window.actions_.connected == {row.name for row in SHORTCUTS}


def test_every_button_of_the_window_has_a_name(window_stage: WindowStage) -> None:
    nameless = [
        (button, button.parentWidget())
        for button in window_stage.window.findChildren(QPushButton)
        if button.isVisible() and not (button.accessibleName() or button.text())
    ]
    assert nameless == []


def test_space_in_the_rundown_is_go(window_stage: WindowStage) -> None:
    window_stage.set(mode="rehearse", standby="cue-16")
    window_stage.window.panels.rundown.view.setFocus()
    tap(window_stage, Qt.Key.Key_Space)
    assert [go.standby for go in window_stage.taken(messages.Go)] == ["cue-16"]


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (Qt.Key.Key_B, ev.Step),
        (Qt.Key.Key_Backspace, ev.Step),
        (Qt.Key.Key_K, ev.Skip),
        (Qt.Key.Key_H, ev.Hold),
        (Qt.Key.Key_S, ev.StandBy),
        (Qt.Key.Key_X, ev.StopCue),
        (Qt.Key.Key_A, ev.SetAuto),
        (Qt.Key.Key_D, ev.Arm),
    ],
)
def test_key_of_a_live_show_is_its_event(window_stage: WindowStage, key: Qt.Key, kind: type) -> None:
    running(window_stage)
    window_stage.parts.selection.select(["cue-20"])
    window_stage.window.panels.rundown.view.setFocus()
    window_stage.engine.take_commands()
    tap(window_stage, key)
    assert [type(command.event) for command in window_stage.taken(messages.Do)] == [kind]


def test_a_jump_past_segments_shows_its_cost_and_the_same_key_again_does_it(
    window_stage: WindowStage,
) -> None:
    running(window_stage)
    window_stage.parts.selection.select(["cue-20"])
    window_stage.window.panels.rundown.view.setFocus()
    tap(window_stage, Qt.Key.Key_J)
    assert window_stage.window.times.cost.text().startswith("out moves −")
    window_stage.wait(lambda: not window_stage.window.go_key.repeats(Qt.Key.Key_J))
    tap(window_stage, Qt.Key.Key_J)
    assert [one.event for one in window_stage.taken(messages.Do)] == [ev.Jump(ShowTime(0), "cue-20")]


def test_times_of_a_run_are_changed_by_keys_and_space_stays_go(window_stage: WindowStage) -> None:
    running(window_stage)
    window_stage.set(segment="seg-a2", segment_started_at=EVENING, started_at=EVENING, rate=0.0)
    window_stage.window.panels.rundown.view.setFocus()
    times = window_stage.window.times
    tap(window_stage, Qt.Key.Key_BracketRight)
    tap(window_stage, Qt.Key.Key_BracketRight, CONTROL)
    assert times.field.text() == "+0:11"
    assert times.geometry().right() < window_stage.window.width()
    tap(window_stage, Qt.Key.Key_Space)
    tap(window_stage, Qt.Key.Key_Return)
    sent = [one for one in window_stage.engine.take_commands() if isinstance(one, messages.Go | messages.Do)]
    assert [type(one) for one in sent] == [messages.Go, messages.Do]
    assert sent[1].event == ev.AddTime(ShowTime(0), "seg-a2", Duration(11_000))
    tap(window_stage, Qt.Key.Key_BracketLeft)
    tap(window_stage, Qt.Key.Key_Escape)
    assert not times.isVisible()
    assert window_stage.window.focusWidget() is window_stage.window.panels.rundown.view
    tap(window_stage, Qt.Key.Key_G, CONTROL)
    tap(window_stage, Qt.Key.Key_Return)
    window_stage.parts.selection.select(["seg-a3"])
    tap(window_stage, Qt.Key.Key_F)
    tap(window_stage, Qt.Key.Key_Return)
    assert [one.event for one in window_stage.taken(messages.Do)] == [
        ev.StartNow(ShowTime(0), "seg-a3", on=True),
        ev.Float(ShowTime(0), "seg-a3", on=True),
    ]


def test_a_click_on_over_or_under_asks_how_to_make_the_hard_out(window_stage: WindowStage) -> None:
    running(window_stage)
    over = window_stage.window.mode_bar.over
    QTest.mouseClick(over, Qt.MouseButton.LeftButton)
    assert window_stage.notices[-1][1].endswith(
        "under. Nothing ahead is floated and fits, or has a maximum: nothing fills it."
    )
    window_stage.set(show_at=ShowTime(EVENING + 7_200_000_000_000))
    QTest.mouseClick(over, Qt.MouseButton.LeftButton)
    assert window_stage.notices[-1][1].endswith("nothing can be bought back.")


def test_letters_in_a_field_of_the_inspector_type_and_call_nothing(window_stage: WindowStage) -> None:
    window_stage.parts.selection.select(["cue-16"])
    window_stage.window.note.open("cue-16")
    window_stage.engine.take_commands()
    for key in (Qt.Key.Key_B, Qt.Key.Key_K, Qt.Key.Key_Space, Qt.Key.Key_H):
        tap(window_stage, key)
    assert window_stage.window.note.field.text().lower() == "bk h"
    assert window_stage.engine.take_commands() == []


def test_rehearse_is_asked_for_at_once(window_stage: WindowStage) -> None:
    tap(window_stage, Qt.Key.Key_F6)
    (command,) = window_stage.taken(messages.SetMode)
    assert command.mode == "rehearse"


def test_rehearsal_begins_at_the_selected_row_if_asked(window_stage: WindowStage) -> None:
    window_stage.parts.selection.select(["cue-16"])
    tap(window_stage, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    (command,) = window_stage.taken(messages.SetMode)
    assert (command.mode, command.from_row) == ("rehearse", "cue-16")


def test_live_wants_a_word_and_names_the_lost_devices(window_stage: WindowStage) -> None:
    lost = messages.DeviceView(id="eos", route="real", health="lost", sentence="No answer.", since=0)
    window_stage.set(devices=(lost,))
    tap(window_stage, Qt.Key.Key_F7)
    asked = question(window_stage)
    assert "LX desk (Eos): No answer." in asked.details.text()
    assert window_stage.taken(messages.SetMode) == []
    asked.way_on.click()
    assert [command.mode for command in window_stage.taken(messages.SetMode)] == ["live"]


def test_leaving_live_wants_a_hold_and_a_word_that_names_what_runs(window_stage: WindowStage) -> None:
    running(window_stage)
    switch = window_stage.window.mode_bar.switch
    QTest.mouseClick(switch.segments["edit"], Qt.MouseButton.LeftButton)
    assert window_stage.window.findChildren(Question) == []
    assert "hold" in window_stage.notices[-1][1]
    QTest.mousePress(switch.segments["edit"], Qt.MouseButton.LeftButton)
    asked = question(window_stage)
    assert "14 Package: harbour, 1:05 left" in asked.details.text()
    assert window_stage.taken(messages.SetMode) == []
    asked.way_on.click()
    assert [command.mode for command in window_stage.taken(messages.SetMode)] == ["edit"]


def test_key_that_leaves_live_is_held_as_well(window_stage: WindowStage) -> None:
    running(window_stage)
    segment = window_stage.window.mode_bar.switch.segments["edit"]
    tap(window_stage, Qt.Key.Key_F5)
    window_stage.wait(lambda: segment.share == 0)
    QTest.keyPress(window_stage.window.windowHandle(), Qt.Key.Key_F5)
    assert question(window_stage).isVisible()
    QTest.keyRelease(window_stage.window.windowHandle(), Qt.Key.Key_F5)
    assert window_stage.taken(messages.SetMode) == []


def test_closing_a_live_window_wants_a_held_button(window_stage: WindowStage) -> None:
    running(window_stage)
    window = window_stage.window
    assert not window.close()
    asked = question(window_stage)
    QTest.mouseClick(asked.way_on, Qt.MouseButton.LeftButton)
    assert asked.isVisible()
    assert window_stage.taken(messages.SetMode) == []
    QTest.mousePress(asked.way_on, Qt.MouseButton.LeftButton)
    window_stage.wait(lambda: not window.findChildren(Question))
    (command,) = window_stage.taken(messages.SetMode)
    assert command.mode == "edit"
    window_stage.set(mode="edit", running=())
    window_stage.engine.send(messages.Done(command.id))
    window_stage.wait(lambda: not window.isVisible())


def test_another_file_while_live_wants_a_held_button(window_stage: WindowStage, tmp_path: Path) -> None:
    running(window_stage)
    before = window_stage.parts.document.show
    window_stage.window.files.new()
    assert "hold 1 s" in question(window_stage).way_on.text()
    assert window_stage.parts.document.show is before


def watch(stage: WindowStage, **values: Any) -> None:
    """Have another window edit the show."""
    stage.parts.client.editor = False
    stage.set(editor=True, **values)


def test_watching_window_asks_before_it_takes_the_other_into_a_mode(window_stage: WindowStage) -> None:
    running(window_stage)
    watch(window_stage, mode="rehearse")
    tap(window_stage, Qt.Key.Key_F5)
    asked = question(window_stage)
    assert asked.windowTitle() == "EDIT for all windows?"
    assert "14 Package: harbour, 1:05 left" in asked.details.text()
    assert window_stage.taken(messages.SetMode) == []
    asked.way_on.click()
    assert [command.mode for command in window_stage.taken(messages.SetMode)] == ["edit"]


def test_watching_window_leaves_live_to_the_one_that_edits(window_stage: WindowStage) -> None:
    watch(window_stage, mode="rehearse", standby="cue-16")
    tap(window_stage, Qt.Key.Key_F5)
    asked = question(window_stage)
    watch(window_stage, mode="live")
    asked.way_on.click()
    window_stage.window.modes.ask("edit")
    assert ["watches and calls" in words for _, words in window_stage.notices[-2:]] == [True, True]
    assert window_stage.taken(messages.SetMode) == []
    window_stage.window.panels.rundown.view.setFocus()
    tap(window_stage, Qt.Key.Key_Space)
    assert [go.standby for go in window_stage.taken(messages.Go)] == ["cue-16"]


def test_last_window_may_leave_live_although_it_watched(window_stage: WindowStage) -> None:
    watch(window_stage, mode="live")
    window_stage.set(editor=False)
    window_stage.window.modes.ask("edit")
    question(window_stage).way_on.click()
    assert [command.mode for command in window_stage.taken(messages.SetMode)] == ["edit"]


def test_watching_window_closes_and_live_goes_on(window_stage: WindowStage) -> None:
    running(window_stage)
    watch(window_stage)
    assert window_stage.window.close()
    assert window_stage.window.findChildren(Question) == []
    assert window_stage.taken(messages.SetMode) == []


def test_closing_with_nothing_running_ends_the_engine(window_stage: WindowStage) -> None:
    assert window_stage.window.close()
    assert len(window_stage.taken(messages.Quit)) == 1


def test_closing_a_rehearsal_that_runs_leaves_the_engine(window_stage: WindowStage) -> None:
    window_stage.set(mode="rehearse", running=(Running(1, "cue-14", EVENING, EVENING),))
    assert window_stage.window.close()
    assert window_stage.taken(messages.Quit) == []


def test_last_edit_is_on_the_disk_when_the_window_has_closed(window_stage: WindowStage) -> None:
    from showcaller.core import edits

    document = window_stage.parts.document
    document.edit("Rename", edits.edit(document.show, "cue-16", name="Desk"))
    window_stage.window.close()
    assert read_show(document.path)[0] == document.show


def test_edit_keys_work_on_the_rows(window_stage: WindowStage) -> None:
    document = window_stage.parts.document
    window_stage.parts.selection.select(["cue-16"], "cue-16")
    window_stage.window.panels.rundown.view.setFocus()
    tap(window_stage, Qt.Key.Key_D, CONTROL)
    assert len(document.show.rundown) == len(window_stage.show.rundown) + 1
    assert document.history.undo_name == "Duplicate cue 16"
    assert "Duplicate cue 16" in window_stage.window.actions_.by_name["undo"].text()
    tap(window_stage, Qt.Key.Key_Z, CONTROL)
    assert document.show.rundown == window_stage.show.rundown
    tap(window_stage, Qt.Key.Key_Y, CONTROL)
    assert len(document.show.rundown) == len(window_stage.show.rundown) + 1
    window_stage.parts.selection.select(["cue-16"], "cue-16")
    tap(window_stage, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert document.show.positions["cue-16"] == window_stage.show.positions["cue-16"] - 1
    tap(window_stage, Qt.Key.Key_Delete)
    assert document.show.row("cue-16") is None


def test_new_cue_by_key_has_a_number_and_its_field_is_open(window_stage: WindowStage) -> None:
    window_stage.parts.selection.select(["cue-16"], "cue-16")
    window_stage.window.panels.rundown.view.setFocus()
    tap(window_stage, Qt.Key.Key_Return, CONTROL)
    show = window_stage.parts.document.show
    made = [row for row in show.rundown if row.id not in window_stage.show.positions]
    assert [row.number for row in made if isinstance(row, Cue)] == ["16.5"]
    assert window_stage.window.go_key.key_text == "Ctrl+Space"


def test_live_locks_the_rows_and_says_so(window_stage: WindowStage) -> None:
    running(window_stage)
    window_stage.parts.selection.select(["cue-16"], "cue-16")
    window_stage.window.panels.rundown.view.setFocus()
    tap(window_stage, Qt.Key.Key_Delete)
    assert window_stage.parts.document.show.rundown == window_stage.show.rundown
    assert "LIVE" in window_stage.notices[-1][1]


def test_one_cue_can_be_unlocked_in_live_and_relocks(window_stage: WindowStage) -> None:
    running(window_stage)
    document = window_stage.parts.document
    window_stage.parts.selection.select(["cue-16"], "cue-16")
    tap(window_stage, Qt.Key.Key_U, CONTROL)
    assert document.can_edit("cue-16", "name")
    assert not document.can_edit("cue-20", "name")
    window_stage.parts.selection.select(["cue-20"], "cue-20")
    assert not document.can_edit("cue-16", "name")


def test_help_sheet_opens_and_closes_by_its_key(window_stage: WindowStage) -> None:
    tap(window_stage, Qt.Key.Key_F1)
    sheet = window_stage.window.findChild(HelpSheet)
    assert sheet is not None
    assert sheet.isVisible()
    QTest.keyClick(sheet, Qt.Key.Key_F1)
    assert not sheet.isVisible()


def test_dropped_show_is_opened(window_stage: WindowStage, tmp_path: Path) -> None:
    import msgspec

    from showcaller.showfile.file import ShowFile

    path = tmp_path / "other.show"
    other = msgspec.structs.replace(make_show(), id="other", title="Other")
    ShowFile.create(path, other).close()
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(QPoint(5, 5)),
        Qt.DropAction.CopyAction,
        carried,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window_stage.parts.supervisor._command = ["/no/such/program"]
    window_stage.window.dropEvent(event)
    assert window_stage.parts.document.show.title == "Other"
    assert window_stage.window.files.recent()[0] == path


def test_refused_go_is_said_without_a_dialog(window_stage: WindowStage) -> None:
    window_stage.set(mode="rehearse", standby="cue-16")
    tap(window_stage, Qt.Key.Key_Space)
    (go,) = window_stage.taken(messages.Go)
    window_stage.engine.send(messages.Rejected(go.id, "GO 0.2 s after GO: not taken."))
    window_stage.wait(lambda: window_stage.notices)
    assert window_stage.notices[-1] == ("problem", "GO 0.2 s after GO: not taken.")
    assert window_stage.window.notices.isVisible()
    assert QApplication.activeModalWidget() is None


def test_lost_engine_is_said_in_the_status_line(window_stage: WindowStage) -> None:
    window_stage.parts.supervisor._command = ["/no/such/program"]
    window_stage.engine.close()
    window_stage.wait(lambda: window_stage.parts.supervisor.state == "failed")
    assert "NO ENGINE" in window_stage.window.status_line.engine.text()


def test_hold_is_as_long_as_the_law_says() -> None:
    assert HOLD_MS == 1000


def test_control_space_goes_from_a_dialog_where_space_types(window_stage: WindowStage) -> None:
    window_stage.set(mode="rehearse", standby="cue-16")
    window_stage.window.actions_.by_name["properties"].trigger()
    window_stage.wait(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    dialog.activateWindow()
    window_stage.wait(lambda: QApplication.focusWindow() is dialog.windowHandle())
    assert window_stage.window.go_key.key_text == "Ctrl+Space"
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Space)
    assert window_stage.taken(messages.Go) == []
    window_stage.wait(lambda: not window_stage.window.go_key.repeats(Qt.Key.Key_Space))
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Space, CONTROL)
    assert len(window_stage.taken(messages.Go)) == 1
    dialog.close()


def test_held_key_of_a_command_does_it_once(
    window_stage: WindowStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(window_stage)
    window_stage.window.panels.rundown.view.setFocus()
    window_stage.engine.take_commands()
    with monkeypatch.context() as patch:
        # Long enough for a slow machine: what counts is that the key was released only just now.
        patch.setattr(go_key, "REPEAT_MS", 60_000)
        for _ in range(5):
            tap(window_stage, Qt.Key.Key_K)
        assert len(window_stage.taken(messages.Do)) == 1
    window_stage.wait(lambda: not window_stage.window.go_key.repeats(Qt.Key.Key_K))
    tap(window_stage, Qt.Key.Key_K)
    assert len(window_stage.taken(messages.Do)) == 1


def test_the_end_of_a_run_offers_its_times(window_stage: WindowStage) -> None:
    running(window_stage)
    show = window_stage.parts.document.show
    window_stage.set(mode="edit")
    assert not any("Ctrl+L" in words for _, words in window_stage.notices)
    running(window_stage)
    cues = [row for row in show.rundown if isinstance(row, Cue) and show.segment_of(row.id).id == "seg-a3"]
    entries = (
        asrun.Noted(kind="segment", sentence="seg-a3", cue="seg-a3", value=str(EVENING)),
        *(asrun.CueCalled(run=run, cue=cue, at=EVENING, cause="go") for run, cue in enumerate(cues)),
        asrun.Noted(kind="segment", sentence="seg-b1", cue="seg-b1", value=str(EVENING + 380 * 10**9)),
    )
    chain = asrun.Chain()
    lines = tuple(chain.bind(entry, Instant(0), EVENING, int(EVENING))[0] for entry in entries)
    window_stage.engine.send(messages.Recorded(lines))
    window_stage.set(mode="edit")
    window_stage.wait(lambda: any("Ctrl+L" in words for _, words in window_stage.notices))


def test_dropping_in_and_the_times_of_a_run_leave_the_window_to_the_mouse(window_stage: WindowStage) -> None:
    running(window_stage)
    window_stage.window.panels.rundown.view.setFocus()
    for key, kind in ((Qt.Key.Key_I, DropInDialog), (Qt.Key.Key_L, RunTimesDialog)):
        tap(window_stage, key, CONTROL)
        (dialog,) = window_stage.window.findChildren(kind)
        window_stage.wait(dialog.isVisible)
        assert not dialog.isModal()
        dialog.activateWindow()
        window_stage.wait(dialog.isActiveWindow)
        dialog.setFocus()
        QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Escape)
        window_stage.wait(lambda kind=kind: not window_stage.window.findChildren(kind))
        assert not any(isinstance(one.event, ev.StopAll) for one in window_stage.taken(messages.Do))
        window_stage.window.activateWindow()
        window_stage.window.panels.rundown.view.setFocus()
