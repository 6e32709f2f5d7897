"""Timecode on the screens: in words, on the clocks, in its dialog and in the trigger of a cue."""

from __future__ import annotations

import time
from typing import get_args

import pytest
from pytestqt.qtbot import QtBot

from showcaller.core import asrun
from showcaller.core import events as ev
from showcaller.core.chase import ChaseState
from showcaller.core.messages import TimecodeView
from showcaller.core.show import AtTimecode, TimecodeInput
from showcaller.core.times import Instant
from showcaller.gui.asrun_model import AsRunModel
from showcaller.gui.clock_faces import read_faces
from showcaller.gui.clock_layouts import ClockEntry
from showcaller.gui.clock_strip import ClockStrip
from showcaller.gui.inspector import Inspector
from showcaller.gui.timecode_dialog import TimecodeDialog
from showcaller.gui.timecode_words import place_text, state_words, turns_in
from tests.gui.stage import EVENING, Stage

SECOND = 1_000_000_000
TEN = 36_000 * SECOND


def view(state: ChaseState = "locked", **values: object) -> TimecodeView:
    return TimecodeView(state=state, rate="25", **values)  # type: ignore[arg-type]


def test_every_state_has_its_own_words() -> None:
    words = {state: state_words(view(state, comes_at="30")) for state in get_args(ChaseState)}
    assert words == {
        "none": "NO TC",
        "located": "LOCATED",
        "locked": "LOCKED",
        "freewheeling": "FREEWHEEL",
        "stopped": "STOPPED",
        "backward": "BACKWARD",
        "wrong-rate": "WRONG RATE 30",
    }
    assert state_words(view("none", sentence="MIDI port “x” is not there.")) == "NO PORT"


def test_it_is_read_by_the_machines_clock_and_says_when_a_digit_turns() -> None:
    runs = view(zero=Instant(-TEN))
    assert place_text(runs, Instant(0), frames=True) == "10:00:00:00"
    assert place_text(runs, Instant(39_999_990), frames=True) == "10:00:00:00"
    assert place_text(runs, Instant(40_000_000), frames=True) == "10:00:00:01"
    assert turns_in(runs, Instant(30_000_000), frames=True) == 10_000_000
    assert turns_in(runs, Instant(30_000_000), frames=False) == 970_000_000
    stands = view("stopped", position=TEN)
    assert (place_text(stands, Instant(5), frames=False), turns_in(stands, Instant(5), frames=True)) == (
        "10:00:00",
        None,
    )
    assert place_text(view("none"), Instant(5), frames=True) == ""


def test_the_clock_says_in_words_how_it_stands_and_warns_by_its_shape() -> None:
    entries = (ClockEntry("timecode", frames="25"), ClockEntry("timecode"))

    def faces(timecode: TimecodeView | None) -> list[tuple[str, str, str]]:
        found, turn = read_faces(
            entries,
            None,  # type: ignore[arg-type]
            EVENING,
            None,  # type: ignore[arg-type]
            0,  # type: ignore[arg-type]
            pretended=True,
            timecode=timecode,
            machine_now=Instant(0),
        )
        assert turn is None
        return [(face.label, face.figures, face.level) for face in found]

    assert faces(view(zero=Instant(-TEN))) == [
        ("TIMECODE · LOCKED", "10:00:00:00", "steady"),
        ("TIMECODE · LOCKED", "10:00:00", "steady"),
    ]
    assert faces(view("freewheeling", zero=Instant(-TEN)))[0][2] == "warn"
    assert faces(view("wrong-rate", comes_at="30"))[0] == ("TIMECODE · WRONG RATE 30", "–", "danger")
    assert faces(None)[0] == ("TIMECODE", "–", "steady")


def test_the_strip_has_it_in_a_run_where_the_show_has_a_port(stage: Stage, qtbot: QtBot) -> None:
    strip = ClockStrip(stage.client, stage.themes)
    qtbot.addWidget(strip)
    stage.welcome()
    assert strip.isHidden()
    stage.show_snapshot(timecode=view("none"))
    assert strip.isHidden()
    stage.show_snapshot(mode="rehearse")
    assert not strip.isHidden()
    assert strip.line.text == "TC NO TC"
    zero = Instant(time.monotonic_ns() - TEN - SECOND // 2)
    stage.show_snapshot(mode="live", timecode=view(zero=zero))
    assert strip.line.text == "TC 10:00:00 LOCKED"
    stage.show_snapshot(timecode=view("freewheeling", zero=zero))
    assert strip.line.text == "TC 10:00:00 △FREEWHEEL"
    stage.show_snapshot(timecode=view("stopped", position=TEN))
    assert strip.line.text == "TC 10:00:00:00 STOPPED"


@pytest.fixture
def dialog(stage: Stage, qtbot: QtBot) -> TimecodeDialog:
    stage.welcome()
    made = TimecodeDialog(stage.document, stage.client, stage.themes)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_dialog_makes_one_edit_of_all_that_was_chosen(dialog: TimecodeDialog, stage: Stage) -> None:
    assert dialog.state.text().startswith("Timecode is off.")
    dialog.port.line.setText(" tape:out ")
    dialog.rate.setCurrentIndex(dialog.rate.findData("29.97"))
    dialog.offset.line.setText("-10:0:0:0")
    dialog.freewheel.line.setText("25")
    dialog.accept()
    chosen = TimecodeInput(port="tape:out", rate="29.97", offset="-10:00:00:00", freewheel=25)
    assert stage.document.show.timecode == chosen
    stage.document.undo()
    assert stage.document.show.timecode == TimecodeInput()


@pytest.mark.parametrize(("field", "text"), [("offset", "soon"), ("freewheel", "-1"), ("freewheel", "1001")])
def test_what_cannot_be_read_is_said_and_nothing_changes(
    dialog: TimecodeDialog, stage: Stage, field: str, text: str
) -> None:
    box = getattr(dialog, field)
    box.line.setText(text)
    dialog.accept()
    assert box.error.text()
    assert box.error.isVisible()
    assert stage.document.show.timecode == TimecodeInput()


def test_the_dialog_says_how_it_stands_and_why_nothing_comes(dialog: TimecodeDialog, stage: Stage) -> None:
    stage.show_snapshot(timecode=view("stopped", position=TEN))
    assert dialog.state.text() == "Now: STOPPED 10:00:00:00"
    stage.show_snapshot(timecode=view("none", sentence="MIDI port “tape” is not there."))
    assert dialog.state.text() == "MIDI port “tape” is not there."


def test_a_cue_is_given_its_timecode_in_the_inspector(stage: Stage, qtbot: QtBot) -> None:
    inspector = Inspector(*stage.parts)
    qtbot.addWidget(inspector)
    inspector.show()
    stage.selection.select(["cue-17"], "cue-17")
    box = inspector.cue_form.boxes["trigger"]
    box.choice.drop.setCurrentIndex(box.choice._values.index(AtTimecode))  # type: ignore[attr-defined]
    box.choice.drop.activated.emit(box.choice.drop.currentIndex())  # type: ignore[attr-defined]
    line = box.timecode  # type: ignore[attr-defined]
    assert line.sentence == "Write the time."
    line.line.setText("10:0:5:12")
    line.line.textEdited.emit("10:0:5:12")
    line.commit()
    cue = stage.document.show.cue("cue-17")
    assert cue is not None
    assert cue.trigger == AtTimecode(at="10:00:05:12")
    assert not line.isHidden()


def test_the_as_run_tells_of_locates_and_stops_and_not_of_corrections(stage: Stage) -> None:
    model = AsRunModel(stage.document, stage.client)
    common = {"at": EVENING, "position": TEN}
    for event in (
        ev.Timecode(runs=False, found=True, located=True, began=TEN, **common),  # type: ignore[arg-type]
        ev.Timecode(runs=True, found=True, located=True, began=TEN, **common),  # type: ignore[arg-type]
        ev.Timecode(runs=True, **common),  # type: ignore[arg-type]
        ev.Timecode(runs=False, **common),  # type: ignore[arg-type]
    ):
        stage.record(asrun.Happened(event))
    assert [model.row(place).what for place in range(model.rowCount())] == [
        "Timecode is at 10:00:00:00",
        "Timecode runs from 10:00:00:00",
        "Timecode stands at 10:00:00:00",
    ]
