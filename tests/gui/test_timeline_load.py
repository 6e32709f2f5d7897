"""What is too much to say stands in the problem list and in a strip under the timeline."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from showcaller.core import edits
from showcaller.core.caller_load import Stretch
from showcaller.core.show import Call, Cue, Segment
from showcaller.core.times import Duration
from showcaller.gui import load_watch
from showcaller.gui.checking import Checking
from showcaller.gui.load_watch import LoadWatch
from showcaller.gui.show_dialog import ShowDialog
from showcaller.gui.timeline_load import LoadStrip
from showcaller.gui.timeline_view import TimelineView
from showcaller.gui.timetable import Timetable
from tests.gui.stage import Stage


def called(number: str, at: float) -> Cue:
    calls = (Call(department="lx", number=number), Call(department="snd", number=number))
    return Cue(id=f"cue-{number}", number=number, offset=Duration(round(at * 1000)), calls=calls)


ROWS = (
    Segment(id="seg-1", page="A1", duration=Duration(60_000)),
    called("1", 10),
    called("2", 11),
    called("3", 30),
    called("4", 31.6),
    called("5", 50),
)
TOO_FAST = "1 to 2: 5 words in 1.0 s. That is faster than the caller speaks."


@pytest.fixture
def watch(stage: Stage, qtbot: QtBot) -> LoadWatch:
    timetable = Timetable(stage.document, stage.client)
    made = LoadWatch(stage.document, timetable)
    made.timetable = timetable  # type: ignore[attr-defined]
    show = stage.document.show
    change = edits.remove(show, [row.id for row in show.rundown]) + edits.insert(ROWS, None)
    stage.document.edit("Fill", change)
    qtbot.waitUntil(lambda: bool(made.problems))
    return made


@pytest.fixture
def strip(stage: Stage, watch: LoadWatch, qtbot: QtBot) -> LoadStrip:
    timetable = watch.timetable  # type: ignore[attr-defined]
    view = TimelineView(*stage.parts, timetable=timetable)
    qtbot.addWidget(view)
    made = LoadStrip(stage.document, stage.selection, timetable, watch, view.view, stage.themes)
    layout = view.layout()
    assert layout is not None
    layout.addWidget(made)
    view.resize(1000, 240)
    view.show()
    qtbot.waitUntil(lambda: bool(view.view.look.course.starts))
    view.view.show_span(0.0, 60.0)
    return made


def place(strip: LoadStrip, level: str) -> tuple[float, float, Stretch]:
    return next(one for one in strip.seen() if one[2].level == level)


def test_load_is_weighed_a_while_after_the_last_edit_and_not_within_it(
    stage: Stage, watch: LoadWatch, qtbot: QtBot
) -> None:
    assert [one.sentence for one in watch.problems] == [TOO_FAST]
    stage.document.edit("Move", edits.edit(stage.document.show, "cue-2", offset=Duration(20_000)))
    assert watch.is_busy
    assert [one.sentence for one in watch.problems] == [TOO_FAST]
    with qtbot.waitSignal(watch.changed):
        pass
    assert watch.problems == ()
    assert not watch.is_busy


def test_an_edit_while_it_is_weighed_begins_anew(
    stage: Stage, watch: LoadWatch, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_watch, "SLICE_NS", 0)
    stage.document.edit("Move", edits.edit(stage.document.show, "cue-2", offset=Duration(10_900)))
    qtbot.waitUntil(watch._turn.isActive)
    stage.document.undo()
    monkeypatch.undo()
    assert not watch._turn.isActive()
    qtbot.waitUntil(lambda: not watch.is_busy)
    assert [one.sentence for one in watch.problems] == [TOO_FAST]


def test_problem_list_has_it_beside_what_the_checks_find(
    stage: Stage, watch: LoadWatch, qtbot: QtBot
) -> None:
    checking = Checking(stage.document, stage.client, watch=watch)
    checking._begin_anew()
    checking._catalogue = stage.client.catalogue
    twice = edits.edit(stage.document.show, "cue-3", number="1")
    with qtbot.waitSignal(watch.changed):
        stage.document.edit("Number", twice)
    keys = [problem.key for problem in stage.document.problems]
    assert "number-twice" in keys
    assert keys[-1] == "calls-too-close"
    assert stage.document.problems[-1].row_id == "cue-2"


def test_the_more_is_to_be_said_the_higher_the_strip(strip: LoadStrip) -> None:
    picture = strip.grab().toImage()
    theme = strip._themes.theme

    def tall(level: str, colour: QColor) -> int:
        left, right, _ = place(strip, level)
        x = round((left + right) / 2)
        return sum(picture.pixelColor(x, y) == colour for y in range(picture.height()))

    said, busy = tall("said", theme.dim), tall("busy", theme.standby)
    left, right, _ = place(strip, "too-much")
    too_much = max(
        y_count
        for x in range(round(left), round(right))
        if (y_count := sum(picture.pixelColor(x, y) == theme.live for y in range(picture.height())))
    )
    assert 0 < said < busy < too_much


def test_too_much_is_hatched_so_that_no_colour_is_needed(strip: LoadStrip) -> None:
    picture = strip.grab().toImage()
    left, right, _ = place(strip, "too-much")
    row = [
        picture.pixelColor(x, picture.height() // 2).name() for x in range(round(left) + 1, round(right) - 1)
    ]
    assert len(set(row)) > 1


def test_strip_stands_on_the_time_scale_of_the_chart(strip: LoadStrip) -> None:
    chart = strip._chart
    left, right, one = place(strip, "too-much")
    assert (one.start, one.end) == (10_000, 11_000)
    assert left == pytest.approx(chart.lanes_rect.left() + chart.scale.x(10.0))
    chart.show_span(5.0, 35.0)
    assert place(strip, "too-much")[0] == pytest.approx(chart.lanes_rect.left() + chart.scale.x(10.0))
    chart.show_span(40.0, 60.0)
    assert {one.level for _, _, one in strip.seen()} == {"said"}
    assert right > left


def test_mouse_is_told_what_collides_and_selects_it(strip: LoadStrip, stage: Stage, qtbot: QtBot) -> None:
    left, right, one = place(strip, "too-much")
    assert strip.tell(one) == "1 to 2: 5 words in 1.0 s: too fast to say"
    _, _, busy = place(strip, "busy")
    assert strip.tell(busy) == "3 to 4: 5 words in 1.6 s"
    _, _, said = place(strip, "said")
    assert strip.tell(said) == "LX 1, Sound 1, GO"
    collision = Stretch(0, 1, "too-much", ("cue-2", "cue-1"), 0, "collision")
    assert strip.tell(collision) == "The standby of 2 collides with the GO of 1"
    qtbot.mouseClick(
        strip, Qt.MouseButton.LeftButton, pos=QPoint(round((left + right) / 2), strip.height() // 2)
    )
    assert set(stage.selection.ids) == {"cue-1", "cue-2"}


def test_standby_of_a_group_is_told_in_its_words(strip: LoadStrip, stage: Stage, qtbot: QtBot) -> None:
    show = stage.document.show
    with qtbot.waitSignal(strip._watch.changed):
        stage.document.edit("Steps", edits.edit(show, show.id, calling="standby-go"))
    standby = next(one for _, _, one in strip.seen() if one.kind == "standby" and one.cues == ("cue-3",))
    assert strip.tell(standby) == "Standby LX 3, 4, Sound 3, 4"


def test_a_show_in_which_nobody_said_when_cues_come_has_no_strip(
    strip: LoadStrip, stage: Stage, qtbot: QtBot
) -> None:
    assert not strip.isHidden()
    assert strip.accessibleDescription().startswith("1 ")
    show = stage.document.show
    with qtbot.waitSignal(strip._watch.changed):
        stage.document.edit("Empty", edits.remove(show, [row.id for row in show.rundown]))
    assert strip.isHidden()


def test_speed_of_the_caller_is_a_property_of_the_show(stage: Stage, qtbot: QtBot) -> None:
    dialog = ShowDialog(stage.document, stage.themes)
    qtbot.addWidget(dialog)
    speed = dialog.wording.words_per_second
    assert speed.line.text() == "3.5"
    speed.line.setText("fast")
    dialog.accept()
    assert "between 1 and 10" in speed.error.text()
    assert dialog.pages.currentIndex() == 1
    speed.line.setText("4,5")
    dialog.accept()
    assert stage.document.show.words_per_second == 4.5
