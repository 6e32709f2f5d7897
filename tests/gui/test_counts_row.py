"""The count on the calling panel: the number that is called, what is silent, and when it turns."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from showcaller.core.messages import MediaView
from showcaller.core.position import Running, Wait
from showcaller.core.show import Counts
from showcaller.core.times import Duration
from showcaller.gui.calling_panel import CallingPanel
from showcaller.gui.clock_layouts import ClockEntry, ClockLayout, layouts_text
from showcaller.gui.clock_windows import ClockWindows
from showcaller.gui.counts_row import CountsRow
from showcaller.gui.house_clock import HouseClock
from showcaller.gui.show_dialog import ShowDialog
from showcaller.gui.timetable import Timetable
from tests.gui.stage import Stage
from tests.gui.test_calling_panel import at, begin


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> CallingPanel:
    made = CallingPanel(*stage.parts)
    qtbot.addWidget(made)
    made.resize(560, 760)
    made.show()
    begin(stage, waits=(), running=())
    return made


def shown(row: CountsRow) -> tuple[str, str, str]:
    return row.label.text, row.detail.text, row.figure.text


def wait_for(stage: Stage, seconds: float) -> None:
    stage.show_snapshot(waits=(Wait("cue-15", at(seconds), "offset", at(-83), 0),))


def test_nothing_is_counted_in_edit_or_while_nothing_is_near(stage: Stage, panel: CallingPanel) -> None:
    assert not panel.counts.seconds.is_counting
    wait_for(stage, 30)
    assert panel.counts.seconds.is_counting
    stage.show_snapshot(mode="edit")
    assert not panel.counts.seconds.is_counting


@pytest.mark.parametrize(
    ("left", "detail", "figure"),
    [
        (53, "30 comes next", "0:53"),
        (30, "say it now", "30"),
        (29.5, "say it now", "30"),
        (4, "say it now", "4"),
        (2, "silent", "(2)"),
    ],
)
def test_a_timed_cue_is_counted_in(
    stage: Stage, panel: CallingPanel, left: float, detail: str, figure: str
) -> None:
    wait_for(stage, left)
    assert shown(panel.counts.seconds) == ("TO 15", detail, figure)


def test_a_clip_is_counted_out_by_what_the_device_says_to_its_last_number(
    stage: Stage, panel: CallingPanel
) -> None:
    clip = Running(3, "cue-14", at(-37), at(65), ("a14",))
    stage.show_snapshot(running=(clip,))
    assert shown(panel.counts.seconds) == ("CLIP 14 OUT · PLAN", "1:00 comes next", "1:05")
    stage.show_snapshot(running=(clip,), media=(MediaView(3, Duration(1000), at(1)),))
    assert shown(panel.counts.seconds) == ("CLIP 14 OUT · VT", "say it now", "1")


def test_a_second_count_stands_behind_the_first(stage: Stage, panel: CallingPanel) -> None:
    clip = Running(3, "cue-14", at(-37), at(65), ("a14",))
    wait_for(stage, 53)
    stage.show_snapshot(running=(clip,))
    assert panel.counts.seconds.detail.text == "30 comes next   CLIP 14 OUT · PLAN 1:05"


def test_the_figure_turns_by_itself_at_its_deadline(stage: Stage, panel: CallingPanel, qtbot: QtBot) -> None:
    stage.show_snapshot(rate=20.0, waits=(Wait("cue-15", at(16.5), "offset", at(-83), 0),))
    assert panel.counts.seconds.figure.text == "0:17"
    qtbot.waitUntil(lambda: panel.counts.seconds.figure.text in {"5", "4", "3"}, timeout=5000)
    qtbot.waitUntil(lambda: not panel.counts.seconds.is_counting, timeout=5000)


def test_the_panel_makes_room_for_the_count(stage: Stage, panel: CallingPanel, qtbot: QtBot) -> None:
    panel.resize(560, panel.minimumSizeHint().height())
    wait_for(stage, 53)
    qtbot.waitUntil(lambda: panel.counts.height() > 20)
    assert panel.words.height() >= 60
    assert panel.stop.geometry().bottom() <= panel.height()


def test_what_is_counted_is_part_of_the_shows_properties(stage: Stage, qtbot: QtBot) -> None:
    dialog = ShowDialog(stage.document, stage.themes)
    qtbot.addWidget(dialog)
    assert dialog.counts.read() == Counts()
    dialog.counts.boxes["segments"].click()
    dialog.counts.silent_in.setCurrentIndex(dialog.counts.silent_in.findData(3))
    dialog.accept()
    assert stage.document.show.counts == Counts(segments=False, silent_in=3)
    stage.document.undo()
    assert stage.document.show.counts == Counts()


def test_a_clock_window_shows_the_count_to_those_who_cannot_hear_it(
    stage: Stage, qtbot: QtBot, tmp_path: Path
) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("clock_windows", layouts_text([ClockLayout(clocks=(ClockEntry("count"),))]))
    timetable = Timetable(stage.document, stage.client)
    clocks = ClockWindows(
        stage.document, stage.client, stage.themes, timetable, HouseClock(settings), settings
    )
    begin(stage, waits=(), running=())
    clocks.toggle()

    def face() -> tuple[str, str, str]:
        (one,) = clocks.windows[0].sight.faces
        return one.label, one.figures, one.level

    assert face() == ("COUNT", "–", "steady")
    wait_for(stage, 53)
    assert face() == ("TO 15", "0:53", "steady")
    wait_for(stage, 9)
    assert face() == ("TO 15", "9", "danger")
    wait_for(stage, 1)
    assert face() == ("TO 15", "(1)", "steady")
    clocks.end()
