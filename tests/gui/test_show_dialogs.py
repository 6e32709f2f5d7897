"""The show's own dialogs: what cannot be read is said under its field, and each thing done is one step."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from showcaller.core import messages
from showcaller.core.show import MidiBinding, Wording
from showcaller.core.times import Duration, parse_time_of_day
from showcaller.gui.departments_dialog import DepartmentsDialog
from showcaller.gui.remote_dialog import RemoteDialog
from showcaller.gui.show_dialog import ShowDialog
from tests.gui.stage import Stage


def test_properties_become_one_step(stage: Stage, qtbot: QtBot) -> None:
    dialog = ShowDialog(stage.document, stage.themes)
    qtbot.addWidget(dialog)
    dialog.title.line.setText("Matinee")
    dialog.on_air.line.setText("14:00")
    dialog.hard_out.line.setText("")
    dialog.guard.line.setText("0.5")
    dialog.panic.setCurrentIndex(dialog.panic.findData("cue-19"))
    dialog.wording.calling.setCurrentIndex(dialog.wording.calling.findData("hold"))
    dialog.accept()
    show = stage.document.show
    assert show.calling == "hold"
    assert (show.title, show.on_air, show.hard_out) == ("Matinee", parse_time_of_day("14:00"), None)
    assert (show.guard, show.panic) == (Duration(500), "cue-19")
    assert len(stage.document.history.past) == 1


def test_wording_shows_a_call_of_the_show_and_becomes_part_of_the_step(stage: Stage, qtbot: QtBot) -> None:
    dialog = ShowDialog(stage.document, stage.themes)
    qtbot.addWidget(dialog)
    form = dialog.wording
    form.words.setCurrentIndex(form.words.findData("uk"))
    assert form.example.text() == (
        "“Warning LX Q24 and Sound Q7” · “Standby LX Q24, Sound Q7” · “LX Q24, Sound Q7… GO”"
    )
    form.standby.setText("Stand by {calls}")
    assert "“Stand by LX Q24, Sound Q7”" in form.example.text()
    dialog.accept()
    assert stage.document.show.wording == Wording(words="uk", standby="Stand by {calls}")
    assert len(stage.document.history.past) == 1


def test_what_cannot_be_read_is_said_and_changes_nothing(stage: Stage, qtbot: QtBot) -> None:
    dialog = ShowDialog(stage.document, stage.themes)
    qtbot.addWidget(dialog)
    dialog.on_air.line.setText("tea time")
    dialog.zone.line.setText("Nowhere/Land")
    dialog.accept()
    assert "tea time" in dialog.on_air.error.text()
    assert "Nowhere/Land" in dialog.zone.error.text()
    assert not dialog.guard.error.text()
    assert stage.document.history.past == ()
    dialog.on_air.line.setText("19:30")
    dialog.on_air.line.textEdited.emit("19:30")
    assert not dialog.on_air.error.text()


def test_department_is_added_named_moved_and_undone_step_by_step(stage: Stage, qtbot: QtBot) -> None:
    dialog = DepartmentsDialog(stage.document, stage.themes)
    qtbot.addWidget(dialog)
    dialog.add.click()
    dialog.name.line.setText("FLY")
    dialog.name.line.editingFinished.emit()
    dialog.warning.line.setText("1:30")
    dialog.warning.line.editingFinished.emit()
    dialog.up.click()
    departments = stage.document.show.departments
    assert [one.name for one in departments] == ["LX", "SND", "VT", "GFX", "FLY", "CAM"]
    assert departments[4].warning == 90_000
    assert dialog.chosen == departments[4]
    stage.document.undo()
    assert stage.document.show.departments[5].name == "FLY"


def test_department_with_calls_is_not_deleted_and_says_why(stage: Stage, qtbot: QtBot) -> None:
    dialog = DepartmentsDialog(stage.document, stage.themes)
    qtbot.addWidget(dialog)
    dialog.list.setCurrentRow(0)
    dialog.delete.click()
    assert stage.document.show.department("lx") is not None
    assert "Calls for LX: 5" in dialog.name.error.text()


def test_department_without_calls_is_deleted(stage: Stage, qtbot: QtBot) -> None:
    dialog = DepartmentsDialog(stage.document, stage.themes)
    qtbot.addWidget(dialog)
    dialog.add.click()
    dialog.delete.click()
    assert len(stage.document.show.departments) == 5


def test_remote_ports_and_hosts_are_checked(stage: Stage, qtbot: QtBot) -> None:
    dialog = RemoteDialog(stage.document, stage.client, stage.themes)
    qtbot.addWidget(dialog)
    dialog.port.line.setText("80")
    dialog.host.line.setText("anywhere")
    dialog.accept()
    assert "1024" in dialog.port.error.text()
    assert "127.0.0.1" in dialog.host.error.text()
    dialog.port.line.setText("53000")
    dialog.host.line.setText("0.0.0.0")
    dialog.accept()
    assert stage.document.show.remote.osc_port == 53000
    assert stage.document.show.remote.osc_host == "0.0.0.0"


def test_midi_is_learned_from_the_next_message(stage: Stage, qtbot: QtBot) -> None:
    dialog = RemoteDialog(stage.document, stage.client, stage.themes)
    qtbot.addWidget(dialog)
    dialog.midi_port.line.setText("Foot pedal")
    _, learn, _ = dialog._rows["go"]
    learn.click()
    commands = stage.take_commands()
    assert [command.on for command in commands if isinstance(command, messages.LearnMidi)] == [True]
    assert stage.document.show.remote.midi_port == "Foot pedal"
    stage.report(messages.MidiLearned("note", 10, 36))
    assert [command.on for command in stage.taken(messages.LearnMidi)] == [False]
    dialog.accept()
    assert stage.document.show.remote.midi == (MidiBinding(word="go", type="note", channel=10, number=36),)


def test_learning_that_cannot_be_is_said(stage: Stage, qtbot: QtBot) -> None:
    dialog = RemoteDialog(stage.document, stage.client, stage.themes)
    qtbot.addWidget(dialog)
    dialog._rows["go"][1].click()
    (command,) = stage.taken(messages.LearnMidi)
    stage.report(messages.Rejected(command.id, "No MIDI system on this machine."))
    assert dialog.state.text() == "No MIDI system on this machine."
    assert not dialog._rows["go"][1].isChecked()


def test_what_an_overrun_does_is_the_shows_choice(stage: Stage, qtbot: QtBot) -> None:
    dialog = ShowDialog(stage.document, stage.themes)
    qtbot.addWidget(dialog)
    assert dialog.overrun.currentData() == "push"
    dialog.overrun.setCurrentIndex(dialog.overrun.findData("keep"))
    dialog.accept()
    assert stage.document.show.overrun == "keep"


def test_cue_lights_have_a_device_and_stations(stage: Stage, qtbot: QtBot) -> None:
    dialog = ShowDialog(stage.document, stage.themes)
    qtbot.addWidget(dialog)
    assert dialog.cue_lights.currentData() is None
    dialog.cue_lights.setCurrentIndex(dialog.cue_lights.findData("eos"))
    dialog.accept()
    assert stage.document.show.cue_lights == "eos"
    departments = DepartmentsDialog(stage.document, stage.themes)
    qtbot.addWidget(departments)
    departments.cue_light.line.setText("fly floor")
    departments.cue_light.line.editingFinished.emit()
    assert "letters and digits" in departments.cue_light.error.text()
    departments.cue_light.line.setText("FLYS")
    departments.cue_light.line.editingFinished.emit()
    assert stage.document.show.departments[0].cue_light == "FLYS"
    stage.document.undo()
    assert stage.document.show.departments[0].cue_light == ""
