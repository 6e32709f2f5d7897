"""An unplanned item shows its cost first, and is one edit that LIVE lets through and Ctrl+Z takes out."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.messages import Do
from showcaller.core.show import Cue, Segment
from showcaller.core.times import Duration, ShowTime, parse_time_of_day
from showcaller.gui.drop_in_dialog import DropInDialog
from showcaller.gui.timetable import Timetable
from tests.gui.stage import EVENING, Stage

NOW = ShowTime(0)


def go_live(stage: Stage, **values: object) -> None:
    began = ShowTime(EVENING - 101 * 10**9)
    shown = {
        "mode": "live",
        "rate": 0.0,
        "standby": "cue-20",
        "segment": "seg-a2",
        "segment_started_at": began,
        "started_at": began,
        **values,
    }
    stage.show_snapshot(**shown)
    stage.document.mode = "live"


def open_dialog(stage: Stage, qtbot: QtBot) -> DropInDialog:
    made = DropInDialog(
        stage.document,
        stage.client,
        stage.selection,
        stage.themes,
        Timetable(stage.document, stage.client),
    )
    qtbot.addWidget(made)
    made.show()
    stage.take_commands()
    return made


@pytest.fixture
def live(stage: Stage) -> Stage:
    """The headlines run; the interview is next, and the show has a hard out."""
    show = stage.document.show
    out = parse_time_of_day("19:45:00")
    stage.document.open(msgspec.structs.replace(show, hard_out=out), stage.document.path)
    go_live(stage)
    return stage


def done(stage: Stage) -> list[ev.Event]:
    return [command.event for command in stage.taken(Do)]


def titles(stage: Stage) -> list[str]:
    return [row.title for row in stage.document.show.rundown if isinstance(row, Segment)]


def test_an_item_goes_behind_the_running_segment_after_its_cost(live: Stage, qtbot: QtBot) -> None:
    before = live.document.show.rundown
    dialog = open_dialog(live, qtbot)
    assert dialog.where.currentText() == "After A2 Headlines, which runs"
    QTest.keyClicks(dialog.title, "Breaking news")
    dialog.length.line.clear()
    QTest.keyClicks(dialog.length.line, "0:35")
    assert dialog.cost.text() == "out moves +0:35 · breaks 19:42:30 B1, 19:45 hard out · then +0:35"
    assert live.document.show.rundown == before
    QTest.keyClick(dialog.title, Qt.Key.Key_Return)
    assert titles(live)[1:4] == ["Headlines", "Breaking news", "Interview"]
    (event,) = done(live)
    assert isinstance(event, ev.Jump)
    cue = live.document.show.cue(event.row)
    assert isinstance(cue, Cue)
    assert (cue.name, live.document.show.segment_of(cue.id).duration) == ("Breaking news", Duration(35_000))
    assert cue.number not in {row.number for row in before if isinstance(row, Cue)}
    assert not any(timer.isActive() for timer in dialog.findChildren(QTimer))
    live.document.undo()
    assert live.document.show.rundown == before
    live.document.redo()
    assert "Breaking news" in titles(live)


def test_live_lets_exactly_this_through(live: Stage, qtbot: QtBot) -> None:
    refused: list[str] = []
    live.document.refused.connect(refused.append)
    live.document.edit("Paste", edits.insert([Segment(id="pasted", title="Pasted")], "seg-a1"))
    assert len(refused) == 1
    dialog = open_dialog(live, qtbot)
    dialog.with_cue.click()
    dialog.commit()
    (event,) = done(live)
    assert isinstance(event, ev.Jump)
    assert isinstance(live.document.show.row(event.row), Segment)
    live.document.edit("Name", edits.edit(live.document.show, event.row, title="Other"))
    live.document.edit("Delete", edits.remove(live.document.show, ["seg-a3"]))
    assert len(refused) == 3
    with pytest.raises(ValueError, match="Two"):
        live.document.drop_in("Two", edits.insert([Segment(id="x"), Segment(id="y")], None))


def test_a_standby_that_was_spoken_or_comes_first_stays(live: Stage, qtbot: QtBot) -> None:
    go_live(live, stood_by=True)
    open_dialog(live, qtbot).commit()
    assert done(live) == []
    go_live(live, standby="cue-16")
    open_dialog(live, qtbot).commit()
    assert done(live) == []


def test_a_length_that_cannot_be_read_does_nothing(live: Stage, qtbot: QtBot) -> None:
    dialog = open_dialog(live, qtbot)
    dialog.length.line.clear()
    QTest.keyClicks(dialog.length.line, "soon")
    assert not dialog.drop.isEnabled()
    assert "no duration" in dialog.length.error.text()
    dialog.commit()
    assert "Item" not in titles(live)


def test_in_edit_an_item_goes_behind_the_selected_segment(stage: Stage, qtbot: QtBot) -> None:
    stage.selection.select(["cue-20"])
    dialog = open_dialog(stage, qtbot)
    assert dialog.where.currentText() == "After A3 Interview"
    dialog.where.setCurrentIndex(0)
    dialog.commit()
    assert titles(stage)[0] == "Item"
    assert done(stage) == []
