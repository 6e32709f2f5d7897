"""What the document promises: every edit is one step, and what a mode locks stays locked."""

from __future__ import annotations

from showcaller.core import edits
from showcaller.core.show import Cue
from showcaller.core.times import Duration
from tests.gui.stage import Stage


def name_of(stage: Stage, cue_id: str = "cue-16") -> str:
    cue = stage.document.show.row(cue_id)
    assert isinstance(cue, Cue)
    return cue.name


def rename(stage: Stage, name: str) -> edits.Change:
    return edits.edit(stage.document.show, "cue-16", name=name)


def test_edit_undo_redo_each_tell_the_panels_the_change_and_the_engine_a_revision(stage: Stage) -> None:
    told: list[object] = []
    sent: list[tuple[int, str]] = []
    stage.document.changed.connect(told.append)
    stage.document.edited.connect(lambda revision, name, _: sent.append((revision, name)))
    change = rename(stage, "Desk")
    stage.document.edit("Rename 16", change)
    assert name_of(stage) == "Desk"
    stage.document.undo()
    assert name_of(stage) == "Back to desk"
    stage.document.redo()
    assert name_of(stage) == "Desk"
    assert told == [change, edits.invert(change), change]
    assert sent == [(1, "Rename 16"), (2, "Undo Rename 16"), (3, "Redo Rename 16")]


def test_edit_that_does_not_fit_is_refused_in_words_and_changes_nothing(stage: Stage) -> None:
    refusals: list[str] = []
    stage.document.refused.connect(refusals.append)
    before = stage.document.show
    stage.document.edit("Rename", (edits.Edited("rundown", "nobody", "name", "", "x"),))
    assert stage.document.show is before
    assert "Rename" in refusals[0]
    assert stage.document.history.undo_name is None


def test_live_allows_notes_and_durations_and_an_unlocked_cue_only(stage: Stage) -> None:
    refusals: list[str] = []
    stage.document.refused.connect(refusals.append)
    stage.document.mode = "live"
    stage.document.edit("Rename", rename(stage, "Desk"))
    stage.document.edit("Remove", edits.remove(stage.document.show, ["cue-16"]))
    assert name_of(stage) == "Back to desk"
    assert len(refusals) == 2
    stage.document.edit("Time", edits.edit(stage.document.show, "cue-16", duration=Duration(5)))
    stage.document.unlocked = "cue-16"
    stage.document.edit("Rename", rename(stage, "Desk"))
    assert name_of(stage) == "Desk"
    assert len(refusals) == 2


def test_undo_in_live_does_not_touch_what_live_locks(stage: Stage) -> None:
    stage.document.edit("Rename", rename(stage, "Desk"))
    stage.document.mode = "live"
    stage.document.undo()
    assert name_of(stage) == "Desk"
    assert stage.document.history.undo_name == "Rename"


def test_second_window_is_read_only(stage: Stage) -> None:
    stage.document.read_only = True
    stage.document.edit("Rename", rename(stage, "Desk"))
    assert name_of(stage) == "Back to desk"
    assert not stage.document.can_edit("cue-16", "notes")


def test_change_that_only_the_engine_has_is_taken_once(stage: Stage) -> None:
    change = rename(stage, "Desk")
    stage.document.take(5, "Rename 16", change)
    assert (name_of(stage), stage.document.revision) == ("Desk", 5)
    stage.document.take(5, "Rename 16", change)
    assert stage.document.revision == 5
    stage.document.undo()
    assert name_of(stage) == "Back to desk"


def test_time_zone_that_is_unknown_here_is_refused(stage: Stage) -> None:
    refusals: list[str] = []
    stage.document.refused.connect(refusals.append)
    show = stage.document.show
    stage.document.edit("Zone", edits.edit(show, show.id, zone="Nowhere/Land"))
    assert stage.document.show is show
    assert "Nowhere/Land" in refusals[0]
