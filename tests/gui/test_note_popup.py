"""A note while the show goes on: stamped with its key press, kept as an edit and in the as-run."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from showcaller.core import messages
from showcaller.core.times import ShowTime
from tests.gui.stage import EVENING
from tests.gui.test_main_window import running, tap
from tests.gui.window_stage import WindowStage


def test_note_is_stamped_with_its_key_press_and_becomes_an_edit(window_stage: WindowStage) -> None:
    running(window_stage)
    window_stage.set(show_at=EVENING, rate=0.0)
    tap(window_stage, Qt.Key.Key_N)
    note = window_stage.window.note
    assert note.isVisible()
    window_stage.set(show_at=ShowTime(EVENING + 60_000_000_000))
    QTest.keyClicks(note.field, "late again")
    tap(window_stage, Qt.Key.Key_Return)
    cue = window_stage.parts.document.show.cue("cue-14")
    assert cue is not None
    assert cue.notes == "19:33:41 late again"
    assert not note.isVisible()
    (sent,) = [one for one in window_stage.engine.take_commands() if isinstance(one, messages.AddNote)]
    assert (sent.text, sent.row) == ("late again", "cue-14")


def test_note_closes_by_itself_and_keeps_what_was_written(window_stage: WindowStage) -> None:
    running(window_stage)
    note = window_stage.window.note
    note._clock.setInterval(50)
    note.open("cue-14")
    QTest.keyClicks(note.field, "x")
    window_stage.wait(lambda: not note.isVisible())
    cue = window_stage.parts.document.show.cue("cue-14")
    assert cue is not None
    assert cue.notes.endswith(" x")


def test_escape_in_a_note_keeps_nothing(window_stage: WindowStage) -> None:
    running(window_stage)
    note = window_stage.window.note
    note.open("cue-14")
    QTest.keyClicks(note.field, "x")
    tap(window_stage, Qt.Key.Key_Escape)
    window_stage.wait(lambda: not note.isVisible())
    assert window_stage.parts.document.show == window_stage.show
