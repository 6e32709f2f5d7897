"""Tones are this machine's: kept here, told to the engine, and said at the foot where nothing sounds."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from showcaller.core import messages
from showcaller.core.tones import DEFAULT_OUTPUT, ListOutputs, OutputsListed, SetTones, TryTone
from showcaller.gui.status_line import StatusLine
from showcaller.gui.tone_choice import ToneChoice
from showcaller.gui.tones_dialog import TonesDialog
from tests.gui.stage import Stage
from tests.gui.window_stage import WindowStage


@pytest.fixture
def choice(stage: Stage) -> ToneChoice:
    return ToneChoice(stage.client, QSettings(), stage.client)


def dialog_of(stage: Stage, choice: ToneChoice, qtbot: QtBot) -> TonesDialog:
    dialog = TonesDialog(choice, stage.client, stage.themes)
    qtbot.addWidget(dialog)
    return dialog


def test_with_tones_off_nothing_is_told(stage: Stage, choice: ToneChoice) -> None:
    stage.welcome()
    assert stage.taken(SetTones) == []


def test_what_is_chosen_is_told_at_once_and_again_to_an_engine_that_was_started_anew(
    stage: Stage, choice: ToneChoice, qtbot: QtBot
) -> None:
    dialog = dialog_of(stage, choice, qtbot)
    (asked,) = stage.taken(ListOutputs)
    stage.report(OutputsListed(("Desk · ALSA", "Booth · ALSA")), messages.Done(asked.id))
    dialog.output.setCurrentIndex(dialog.output.findData("Booth · ALSA"))
    dialog.prompts.click()
    told = [(one.output, one.counts, one.prompts) for one in stage.taken(SetTones)]
    assert told == [("Booth · ALSA", True, False), ("Booth · ALSA", True, True)]
    stage.client.connected = False
    stage.client.link_changed.emit()
    stage.welcome()
    assert [(one.output, one.prompts) for one in stage.taken(SetTones)] == [("Booth · ALSA", True)]
    again = ToneChoice(stage.client, QSettings(), stage.client)
    assert (again.choice.output, again.choice.prompts) == ("Booth · ALSA", True)


def test_a_window_that_only_watches_tells_nothing(stage: Stage, choice: ToneChoice) -> None:
    choice.choose("Booth · ALSA", counts=True, prompts=False)
    stage.take_commands()
    stage.client.connected = False
    stage.client.link_changed.emit()
    stage.welcome(editor=False)
    assert stage.taken(SetTones) == []


def test_a_chosen_output_that_is_not_there_stays_chosen_and_its_state_is_said(
    stage: Stage, choice: ToneChoice, qtbot: QtBot
) -> None:
    choice.choose("Booth · ALSA", counts=True, prompts=False)
    dialog = dialog_of(stage, choice, qtbot)
    stage.report(OutputsListed(("Desk · ALSA",)))
    assert dialog.output.currentText() == "Booth · ALSA (not there)"
    sentence = "The audio output “Booth · ALSA” is not there."
    stage.show_snapshot(tones=sentence)
    assert dialog.state.text() == sentence
    dialog.sound.click()
    (tried,) = stage.taken(TryTone)
    stage.report(messages.Rejected(tried.id, "It does not sound."))
    assert dialog.state.text() == "It does not sound."
    stage.show_snapshot(tones="")
    assert dialog.state.text() == "The output is ready."


def test_why_nothing_sounds_stands_at_the_foot(stage: Stage, qtbot: QtBot) -> None:
    line = StatusLine(*stage.parts)
    qtbot.addWidget(line)
    assert line.tones.isHidden()
    stage.show_snapshot(tones="This machine has no audio output.")
    assert line.tones.text() == "Tones <b>This machine has no audio output.</b>"


def test_the_menu_opens_the_dialog(window_stage: WindowStage) -> None:
    window = window_stage.window
    window.actions_.by_name["tones"].trigger()
    (dialog,) = window.findChildren(TonesDialog)
    assert dialog.output.currentData() == ""
    dialog.output.setCurrentIndex(dialog.output.findData(DEFAULT_OUTPUT))
    assert window.tones.choice.output == DEFAULT_OUTPUT
    dialog.close()
