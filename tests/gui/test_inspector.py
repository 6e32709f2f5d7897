"""The inspector edits what is selected: one row or many, each edit a named step."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from showcaller.core import checks, edits, messages
from showcaller.core.messages import Done, Rejected
from showcaller.core.show import (
    Action,
    AtClock,
    AutoFollow,
    Call,
    Cue,
    Fade,
    Hard,
    Manual,
    Segment,
)
from showcaller.core.times import Duration, parse_time_of_day
from showcaller.gui import inspector as inspector_module
from showcaller.gui.action_editor import ActionCard
from showcaller.gui.choice_boxes import ChoiceBox, NamesBox
from showcaller.gui.form_widgets import LineBox, SwitchBox, UnknownBox
from showcaller.gui.inspector import Inspector
from showcaller.gui.trigger_editor import StartBox, TriggerBox
from tests.gui.stage import CATALOGUE, Stage


@pytest.fixture
def inspector(qtbot: QtBot, stage: Stage) -> Inspector:
    made = Inspector(*stage.parts)
    qtbot.addWidget(made)
    made.resize(560, 1000)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def cue(stage: Stage, cue_id: str) -> Cue:
    found = stage.document.show.cue(cue_id)
    assert found is not None
    return found


def line(inspector: Inspector, field: str) -> LineBox:
    form = inspector.form
    assert form is not None
    box = form.boxes[field]
    assert isinstance(box, LineBox)
    return box


def type_into(box: LineBox, text: str, *, enter: bool = True) -> None:
    box.line.setFocus()
    box.line.selectAll()
    QTest.keyClicks(box.line, text)
    if enter:
        QTest.keyClick(box.line, Qt.Key.Key_Return)


def card(inspector: Inspector, action_id: str) -> ActionCard:
    return inspector.cue_form.action_list.cards[action_id]


def choose(box: Any, value: Any) -> None:
    """Choose as a person does: by the place of the value in the list."""
    assert isinstance(box, ChoiceBox)
    place = box._values.index(value)
    box.drop.setCurrentIndex(place)
    box.drop.activated.emit(place)


def test_nothing_selected_says_what_to_do(inspector: Inspector) -> None:
    assert inspector.form is None
    assert inspector._empty.text().startswith("Select a cue")


def test_a_cue_is_shown_and_typing_a_name_is_one_step(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-13"])
    assert inspector.heading.text() == "Cue 13 · Name strap: Ana Ruiz"
    type_into(line(inspector, "name"), "Ana")
    assert cue(stage, "cue-13").name == "Ana"
    assert stage.document.history.undo_name == "Name cue 13"
    stage.document.undo()
    assert cue(stage, "cue-13").name == "Name strap: Ana Ruiz"
    assert line(inspector, "name").line.text() == "Name strap: Ana Ruiz"


def test_typing_after_leaving_a_field_is_another_step(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-13"])
    type_into(line(inspector, "name"), "one", enter=False)
    line(inspector, "on").line.setFocus()
    type_into(line(inspector, "name"), "two", enter=False)
    stage.document.undo()
    assert cue(stage, "cue-13").name == "one"


def test_many_rows_show_several_values_and_are_edited_as_one_step(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-13", "cue-14", "cue-17"])
    assert inspector.heading.text() == "3 cues"
    assert line(inspector, "duration").line.placeholderText() == "several values"
    assert line(inspector, "duration").line.text() == ""
    type_into(line(inspector, "duration"), "0:20")
    assert [cue(stage, one).duration for one in ("cue-13", "cue-14", "cue-17")] == [20_000] * 3
    assert stage.document.history.undo_name == "Duration of 3 rows"
    stage.document.undo()
    assert cue(stage, "cue-14").duration == 102_000


def test_values_that_are_the_same_are_shown_and_numbers_are_not_shared(
    inspector: Inspector, stage: Stage
) -> None:
    stage.selection.select(["cue-13", "cue-17"])
    assert line(inspector, "duration").line.text() == "0:08"
    assert not line(inspector, "number").isEnabled()
    armed = inspector.cue_form.boxes["armed"]
    assert isinstance(armed, SwitchBox)
    stage.selection.select(["cue-20", "cue-20.5"])
    assert armed.switch.checkState() == Qt.CheckState.PartiallyChecked
    armed.switch.click()
    assert {cue(stage, one).armed for one in ("cue-20", "cue-20.5")} == {True}


def test_what_cannot_be_read_stays_with_the_reason_under_it(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-14"])
    box = line(inspector, "duration")
    type_into(box, "soon")
    assert box.sentence == "“soon” is no duration. Write 90 (seconds), 1:30 or 1:02:03."
    assert box.line.text() == "soon"
    assert cue(stage, "cue-14").duration == 102_000
    stage.document.edit("", edits.edit(stage.document.show, "cue-14", notes="x"))
    assert box.line.text() == "soon"
    type_into(box, "90")
    assert box.sentence == ""
    assert cue(stage, "cue-14").duration == 90_000


def test_escape_gives_back_what_the_field_held(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-14"])
    box = line(inspector, "duration")
    type_into(box, "soon")
    QTest.keyClick(box.line, Qt.Key.Key_Escape)
    assert (box.line.text(), box.sentence) == ("1:42", "")


def test_what_was_typed_is_taken_for_its_own_row_when_another_is_selected(
    inspector: Inspector, stage: Stage
) -> None:
    stage.selection.select(["cue-14"])
    type_into(line(inspector, "duration"), "90", enter=False)
    stage.selection.select(["cue-17"])
    assert cue(stage, "cue-14").duration == 90_000
    assert cue(stage, "cue-17").duration == 8000


def test_a_number_that_is_taken_is_refused_under_the_field(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-14"])
    type_into(line(inspector, "number"), "15")
    assert line(inspector, "number").sentence == "There is a cue 15 already. Free is 15.1."
    assert line(inspector, "number").line.text() == "15"
    assert cue(stage, "cue-14").number == "14"
    type_into(line(inspector, "number"), "14.2")
    assert cue(stage, "cue-14").number == "14.2"
    assert line(inspector, "number").sentence == ""


def test_a_clock_trigger_asks_for_its_time_before_anything_changes(
    inspector: Inspector, stage: Stage
) -> None:
    stage.selection.select(["cue-17"])
    box = inspector.cue_form.boxes["trigger"]
    assert isinstance(box, TriggerBox)
    choose(box.choice, AtClock)
    assert cue(stage, "cue-17").trigger == Manual()
    assert box.clock.sentence == "Write the time."
    type_into(box.clock, "19:35")
    assert cue(stage, "cue-17").trigger == AtClock(at=parse_time_of_day("19:35:00"))
    choose(box.choice, AutoFollow)
    assert cue(stage, "cue-17").trigger == AutoFollow()


def test_a_time_that_was_asked_for_does_not_follow_to_the_next_row(
    inspector: Inspector, stage: Stage
) -> None:
    stage.selection.select(["cue-17"])
    box = inspector.cue_form.boxes["trigger"]
    assert isinstance(box, TriggerBox)
    choose(box.choice, AtClock)
    stage.selection.select(["cue-18"])
    assert not box.clock.isVisible()
    assert cue(stage, "cue-17").trigger == Manual()


def test_a_segment_has_a_form_of_its_own(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["seg-a2"])
    assert inspector.heading.text() == "A2 · Headlines"
    start = inspector.segment_form.boxes["start"]
    assert isinstance(start, StartBox)
    choose(start.choice, Hard)
    type_into(start.clock, "19:32")
    segment = stage.document.show.row("seg-a2")
    assert isinstance(segment, Segment)
    assert segment.start == Hard(at=parse_time_of_day("19:32:00"))


def test_a_light_call_that_is_added_brings_its_action(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-13"])
    calls = inspector.cue_form.calls
    calls.add.click()
    assert cue(stage, "cue-13").calls[-1] == Call(department="lx")
    number = calls._lines[-1].number
    QTest.keyClicks(number, "13")
    assert cue(stage, "cue-13").calls[-1].number == "13"
    [action] = cue(stage, "cue-13").actions
    assert (action.device, action.kind, action.number_from) == ("eos", "cue", "lx")
    assert card(inspector, action.id).summary.text() == "Cue 13"
    calls._lines[-1].remove.click()
    assert cue(stage, "cue-13").actions == ()


def test_an_action_is_drawn_from_the_form_of_its_kind(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-15"])
    boxes = card(inspector, "a15").boxes
    assert list(boxes) == ["device", "kind", "channel", "level"]
    channel = boxes["channel"]
    assert isinstance(channel, LineBox)
    type_into(channel, "40")
    assert channel.sentence == "40 is above 32."
    type_into(channel, "7")
    assert cue(stage, "cue-15").actions[0].fields == {"channel": 7}
    type_into(channel, "1")
    assert cue(stage, "cue-15").actions[0].fields == {}


def test_names_come_from_what_the_device_told_last_and_say_how_old_they_are(
    inspector: Inspector, stage: Stage
) -> None:
    six_days = 6 * 86_400 * 1_000_000_000
    stage.document.take_inventory("obs", {"scenes": ("Desk", "Archive 1987")}, time.time_ns() - six_days)
    stage.selection.select(["cue-19"])
    box = card(inspector, "a19").boxes["scene"]
    assert isinstance(box, NamesBox)
    assert [box.drop.itemText(place) for place in range(box.drop.count())] == ["Desk", "Archive 1987"]
    assert box._note.text() == "seen 6 days ago"
    box.drop.setEditText("A scene to come")
    box.commit()
    assert cue(stage, "cue-19").actions[0].fields == {"scene": "A scene to come"}


def test_a_problem_stands_at_its_field_and_one_press_mends_it_everywhere(
    inspector: Inspector, stage: Stage
) -> None:
    document = stage.document
    document.take_inventory("obs", {"scenes": ("Desk", "Titles", "VT full", "Archive 1987")}, time.time_ns())
    document.show_problems(checks.check(document.show, CATALOGUE, document.inventories))
    stage.selection.select(["cue-19"])
    box = card(inspector, "a19").boxes["scene"]
    assert box.sentence.startswith("Scene “Archive” is not in OBS Studio")
    assert box._mend.text() == "Use “Archive 1987” everywhere"
    box._mend.click()
    assert cue(stage, "cue-19").actions[0].fields == {"scene": "Archive 1987"}
    assert document.history.undo_name == "Rename “Archive” to “Archive 1987”"
    document.show_problems(checks.check(document.show, CATALOGUE, document.inventories))
    assert box.sentence == ""


def test_the_number_of_the_call_is_what_is_sent_unless_the_action_has_its_own(
    inspector: Inspector, stage: Stage
) -> None:
    stage.selection.select(["cue-16"])
    boxes = card(inspector, "b16").boxes
    number = boxes["number"]
    assert isinstance(number, LineBox)
    assert (number.line.text(), number.isEnabled()) == ("14", False)
    choose(boxes["number_from"], None)
    number = card(inspector, "b16").boxes["number"]
    assert isinstance(number, LineBox)
    type_into(number, "99")
    action = cue(stage, "cue-16").actions[1]
    assert (action.number_from, action.fields) == (None, {"number": "99"})


def test_a_fade_is_switched_on_and_its_fields_are_checked(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-11"])
    fade = card(inspector, "a11").fade
    assert fade is not None
    assert fade.curve.drop.findText("equal power") == -1
    fade.switch.switch.click()
    assert cue(stage, "cue-11").actions[0].fade == Fade(to=100.0, duration=Duration(2000))
    assert not card(inspector, "a11").boxes["level"].isVisible()
    type_into(fade.to, "200")
    assert fade.to.sentence == "200 is above 127."
    type_into(fade.to, "40")
    type_into(fade.start, "10")
    type_into(fade.duration, "0:05")
    choose(fade.curve, "s")
    wanted = Fade(to=40.0, start=10.0, duration=Duration(5000), curve="s")
    assert cue(stage, "cue-11").actions[0].fade == wanted
    fade.switch.switch.click()
    assert cue(stage, "cue-11").actions[0].fade is None


def test_unknown_kinds_and_fields_are_shown_and_kept(inspector: Inspector, stage: Stage) -> None:
    strange = Action(id="s1", device="obs", kind="warp", fields={"factor": 9})
    known = Action(id="s2", device="obs", kind="scene", fields={"scene": "Desk", "from the future": 1})
    stage.document.edit("", edits.edit(stage.document.show, "cue-13", actions=(strange, known)))
    stage.selection.select(["cue-13"])
    assert isinstance(card(inspector, "s1").boxes["factor"], UnknownBox)
    box = card(inspector, "s2").boxes["from the future"]
    assert isinstance(box, UnknownBox)
    assert box.line.isReadOnly()
    scene = card(inspector, "s2").boxes["scene"]
    assert isinstance(scene, NamesBox)
    scene.drop.setEditText("Titles")
    scene.commit()
    assert cue(stage, "cue-13").actions[1].fields == {"scene": "Titles", "from the future": 1}
    assert cue(stage, "cue-13").actions[0] == strange


def test_actions_are_added_ordered_copied_and_deleted(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-16"])

    def kinds() -> list[str]:
        return [action.kind for action in cue(stage, "cue-16").actions]

    inspector.cue_form.action_list.add_action("x32", "fader")
    assert kinds() == ["scene", "cue", "fader"]
    card(inspector, "b16").up.click()
    assert kinds() == ["cue", "scene", "fader"]
    card(inspector, "a16").copy.click()
    assert kinds() == ["cue", "scene", "scene", "fader"]
    assert len({action.id for action in cue(stage, "cue-16").actions}) == 4
    card(inspector, "a16").remove.click()
    assert kinds() == ["cue", "scene", "fader"]
    assert stage.document.history.undo_name == "Delete an action of cue 16"


def test_an_action_that_is_added_takes_its_number_from_the_call(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-21"])
    inspector.cue_form.action_list.add_action("eos", "cue")
    assert cue(stage, "cue-21").actions[0].number_from == "lx"


def test_a_test_fire_sends_the_action_with_its_number_and_shows_what_came_of_it(
    inspector: Inspector, stage: Stage
) -> None:
    stage.selection.select(["cue-16"])
    stage.take_commands()
    card(inspector, "b16").test.click()
    [sent] = stage.taken(messages.TestFire)
    assert (sent.action.id, sent.number) == ("b16", "14")
    stage.report(Done(sent.id, "Confirmed after 7 ms."))
    assert card(inspector, "b16").outcome.text() == "Confirmed after 7 ms."
    card(inspector, "b16").test.click()
    [again] = stage.taken(messages.TestFire)
    stage.report(Rejected(again.id, "The LX desk does not answer."))
    assert card(inspector, "b16").outcome.text() == "The LX desk does not answer."
    assert card(inspector, "b16").outcome.property("role") == "problem"


def test_in_live_only_notes_and_durations_are_open_and_nothing_is_test_fired(
    inspector: Inspector, stage: Stage
) -> None:
    stage.selection.select(["cue-16"])
    stage.document.mode = "live"
    stage.show_snapshot(mode="live", standby="cue-14")
    open_fields = {name for name, box in inspector.cue_form.boxes.items() if box.isEnabled()}
    assert open_fields == {"notes", "duration"}
    assert not card(inspector, "a16").test.isEnabled()
    inspector.unlock_button.click()
    assert line(inspector, "name").isEnabled()
    stage.document.unlocked = None
    stage.selection.select(["cue-17"])
    assert not line(inspector, "name").isEnabled()


def test_in_live_a_field_commits_and_closes_when_the_keys_rest(
    inspector: Inspector, stage: Stage, qtbot: QtBot
) -> None:
    assert inspector_module.IDLE_IN_LIVE_MS == 8000
    stage.selection.select(["cue-16"])
    stage.document.mode = "live"
    stage.show_snapshot(mode="live", standby="cue-14")
    inspector._idle.setInterval(20)
    box = line(inspector, "duration")
    type_into(box, "0:30", enter=False)
    qtbot.waitUntil(lambda: not box.line.hasFocus())
    assert cue(stage, "cue-16").duration == 30_000


def test_a_row_that_is_deleted_leaves_the_inspector_empty(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-16"])
    stage.document.edit("", edits.remove(stage.document.show, ["cue-16"]))
    assert inspector.form is None


def test_another_theme_keeps_what_is_shown(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-16"])
    stage.themes.choose("night", 1.3)
    assert inspector.heading.text() == "Cue 16 · Back to desk"
    assert line(inspector, "name").line.text() == "Back to desk"
    assert msgspec.structs.asdict(cue(stage, "cue-16"))["name"] == "Back to desk"


def test_every_field_has_a_name_for_who_cannot_see_it(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["cue-15"])
    nameless = [
        field
        for field in inspector.cue_form.findChildren(QLineEdit)
        if not field.accessibleName() and field.isVisible()
    ]
    assert nameless == []


def test_a_problem_of_the_whole_cue_stands_under_the_heading(inspector: Inspector, stage: Stage) -> None:
    document = stage.document
    document.edit("", edits.insert([Cue(id="bare", number="99")], "cue-22"))
    document.show_problems(checks.check(document.show, CATALOGUE, document.inventories))
    stage.selection.select(["bare"])
    assert inspector.problems.text().startswith("This cue does nothing")
    stage.selection.select(["cue-14"])
    assert not inspector.problems.isVisible()


def test_how_far_a_segment_gives_time_is_typed_in_its_form(inspector: Inspector, stage: Stage) -> None:
    stage.selection.select(["seg-a2"])
    type_into(line(inspector, "minimum"), "3:00")
    type_into(line(inspector, "maximum"), "5:00")
    type_into(line(inspector, "priority"), "2")
    type_into(line(inspector, "priority"), "soon")
    segment = stage.document.show.row("seg-a2")
    assert isinstance(segment, Segment)
    assert (segment.minimum, segment.maximum, segment.priority) == (180_000, 300_000, 2)
    assert line(inspector, "priority")._fault == "Write a whole number."
