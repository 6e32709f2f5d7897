"""Near a branch the calling panel asks for an ending; one digit chooses it, and its cost was shown before."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from showcaller.core import events as ev
from showcaller.core.messages import Do
from showcaller.core.show import Cue, Row, Segment
from showcaller.core.times import Duration, ShowTime, parse_time_of_day
from showcaller.gui.ending_chooser import EndingChooser
from showcaller.gui.ending_line import EndingLine
from showcaller.gui.fork_marks import fork_part
from showcaller.gui.go_key import REPEAT_MS
from showcaller.gui.house_clock import HouseClock
from showcaller.gui.mode_bar import ModeBar
from showcaller.gui.rundown_model import Column, RundownModel
from showcaller.gui.segment_form import SegmentForm
from showcaller.gui.timetable import Timetable
from showcaller.gui.trigger_text import cue_above
from tests.gui.stage import EVENING, Stage
from tests.gui.test_recovery import Evening, plain_show

NOW = ShowTime(0)
KEY = Qt.Key


def branched(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows of the stage with two of its segments as the endings of a branch, and one below it."""
    endings = {"seg-a3": "Win", "seg-b1": "Lose"}
    below = Segment(id="below", title="Below"), Cue(id="cue-99", number="99", name="Good night")
    return *(
        msgspec.structs.replace(row, branch="Result", ending=endings[row.id], duration=Duration(length))
        if isinstance(row, Segment) and (length := {"seg-a3": 60_000, "seg-b1": 95_000}.get(row.id))
        else row
        for row in rows
    ), *below


@pytest.fixture
def forked(stage: Stage) -> Stage:
    show = stage.document.show
    stage.document.open(msgspec.structs.replace(show, rundown=branched(show.rundown)), stage.document.path)
    began = ShowTime(EVENING - 60 * 10**9)
    stage.show_snapshot(
        mode="live",
        rate=0.0,
        standby="cue-16",
        segment="seg-a2",
        segment_started_at=began,
        started_at=began,
    )
    stage.take_commands()
    return stage


@pytest.fixture
def chooser(forked: Stage, qtbot: QtBot) -> EndingChooser:
    timetable = Timetable(forked.document, forked.client)
    made = EndingChooser(forked.document, forked.client, forked.themes, timetable)
    qtbot.addWidget(made)
    made.told = []  # type: ignore[attr-defined]
    made.noticed.connect(lambda _severity, words: made.told.append(words))  # type: ignore[attr-defined]
    return made


def done(stage: Stage) -> list[ev.Event]:
    return [command.event for command in stage.taken(Do)]


def texts(chooser: EndingChooser) -> list[tuple[str, str]]:
    rows = zip(chooser.buttons, chooser.costs, strict=True)
    return [(button.text(), cost.text()) for button, cost in rows]


def test_each_ending_stands_there_with_its_cost_and_a_digit_chooses_it(
    chooser: EndingChooser, forked: Stage
) -> None:
    chooser.open()
    assert chooser.heading.text() == "Result: which ending?"
    assert texts(chooser)[0] == ("1  Win, planned", "as it stands")
    assert texts(chooser)[1][0] == "2  Lose"
    assert "+0:35" in texts(chooser)[1][1]
    assert done(forked) == []
    QTest.keyClick(chooser, KEY.Key_2)
    assert done(forked) == [ev.ChooseEnding(NOW, "Result", "Lose", None)]
    assert not chooser.isVisible()


def test_escape_chooses_nothing_and_a_digit_that_is_not_there_does_nothing(
    chooser: EndingChooser, forked: Stage
) -> None:
    chooser.open()
    QTest.keyClick(chooser, KEY.Key_3)
    QTest.keyClick(chooser, KEY.Key_0)
    assert chooser.branch == "Result"
    QTest.keyClick(chooser, KEY.Key_Escape)
    assert chooser.branch == ""
    assert done(forked) == []


def test_a_choice_that_has_not_begun_can_be_opened_again(chooser: EndingChooser, forked: Stage) -> None:
    forked.show_snapshot(**seen(forked), chosen=frozenset({("Result", "Lose")}))
    chooser.open()
    assert [words for words, _ in texts(chooser)] == [
        "1  Win",
        "2  ● Lose, chosen",
        "0  None yet: Win is planned",
    ]
    QTest.keyClick(chooser, KEY.Key_0)
    assert done(forked) == [ev.ChooseEnding(NOW, "Result", None, "Lose")]


def test_a_choice_that_has_begun_is_not_offered_to_be_opened(chooser: EndingChooser, forked: Stage) -> None:
    lose = frozenset({("Result", "Lose")})
    forked.show_snapshot(**{**seen(forked), "segment": "seg-b1"}, chosen=lose, begun=lose)
    chooser.open()
    assert [words for words, _ in texts(chooser)] == ["1  Win", "2  ● Lose, chosen"]


def seen(stage: Stage) -> dict[str, object]:
    snapshot = stage.client.snapshot
    names = ("mode", "rate", "standby", "segment", "segment_started_at", "started_at")
    return {name: getattr(snapshot, name) for name in names}


def test_without_a_branch_ahead_and_in_edit_it_says_so(chooser: EndingChooser, forked: Stage) -> None:
    last = forked.document.show.rundown[-1].id
    forked.show_snapshot(**{**seen(forked), "standby": last})
    chooser.open()
    forked.show_snapshot(mode="edit")
    chooser.open()
    assert not chooser.isVisible()
    assert chooser.told == [  # type: ignore[attr-defined]
        "No branch lies ahead.",
        "In EDIT nothing is chosen: the first ending of a branch is the planned one.",
    ]


def test_the_calling_panel_asks_for_the_choice_when_the_standby_comes_near(
    forked: Stage, qtbot: QtBot
) -> None:
    line = EndingLine(forked.document, forked.client, forked.themes)
    qtbot.addWidget(line)
    assert line.text == "◆ CHOOSE E: 1 Win · 2 Lose   planned: Win"
    forked.show_snapshot(**seen(forked), chosen=frozenset({("Result", "Lose")}))
    assert line.text == "Result: Lose   chosen · another: E"
    forked.show_snapshot(**{**seen(forked), "standby": forked.document.show.rundown[0].id})
    assert line.isHidden()


def test_the_line_is_away_once_an_ending_has_begun(forked: Stage, qtbot: QtBot) -> None:
    line = EndingLine(forked.document, forked.client, forked.themes)
    qtbot.addWidget(line)
    win = frozenset({("Result", "Win")})
    forked.show_snapshot(**seen(forked), chosen=win, begun=win)
    assert line.isHidden()


def test_the_rundown_says_which_ending_counts(forked: Stage, qtbot: QtBot) -> None:
    model = RundownModel(forked.document, forked.client, Timetable(forked.document, forked.client))
    places = forked.document.show.positions
    win, lose = places["seg-a3"], places["seg-b1"]
    assert model.text(win, Column.CALLS).startswith("Result ▸ Win")
    assert (model.state(win).phase, model.text(win, Column.RESULT)) == ("coming", "planned")
    assert (model.state(lose).phase, model.text(lose, Column.RESULT)) == ("other", "not chosen")
    assert model.text(lose, Column.EXPECTED) == ""
    below = places["below"]
    assert model.text(below, Column.EXPECTED).startswith("~")
    changed = []
    model.dataChanged.connect(lambda first, last, _roles: changed.append((first.row(), last.row())))
    forked.show_snapshot(**seen(forked), chosen=frozenset({("Result", "Lose")}))
    assert (0, model.rowCount() - 1) in changed
    assert (model.state(win).phase, model.text(win, Column.RESULT)) == ("other", "not chosen")
    assert model.text(lose, Column.RESULT) == "chosen"
    assert not model.text(below, Column.EXPECTED).startswith("~")
    model.deleteLater()


def test_over_and_under_are_estimates_until_the_choice_was_made(
    forked: Stage, qtbot: QtBot, tmp_path: Path
) -> None:
    show = forked.document.show
    out = parse_time_of_day("19:45:00")
    forked.document.open(msgspec.structs.replace(show, hard_out=out), forked.document.path)
    house = HouseClock(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    bar = ModeBar(*forked.parts, Timetable(forked.document, forked.client), house)
    qtbot.addWidget(bar)
    assert "~" in bar.over.figures.text()
    forked.show_snapshot(**seen(forked), chosen=frozenset({("Result", "Lose")}))
    qtbot.waitUntil(lambda: "~" not in bar.over.figures.text())


def test_a_bracket_holds_the_endings_of_a_branch(forked: Stage) -> None:
    show = forked.document.show
    win, lose = show.positions["seg-a3"], show.positions["seg-b1"]
    behind = next(
        place for place in range(lose + 1, len(show.rundown)) if isinstance(show.rundown[place], Segment)
    )
    parts = [fork_part(show, place) for place in range(win - 1, behind + 1)]
    assert parts[0] == parts[-1] == ""
    assert parts[1] == "first"
    assert parts[lose - win + 1] == "ending"
    assert parts[-2] == "last"


def test_the_inspector_names_branch_and_ending_and_offers_those_there_are(
    forked: Stage, qtbot: QtBot
) -> None:
    stage = forked
    stage.show_snapshot(mode="edit")
    form = SegmentForm(stage.document, stage.themes)
    qtbot.addWidget(form)
    form.show_rows(["seg-b1"])
    assert form.branch.drop.itemText(0) == "Result"
    assert [form.ending.drop.itemText(place) for place in range(form.ending.drop.count())] == ["Win", "Lose"]
    form.ending.line.clear()
    QTest.keyClicks(form.ending.line, "Draw")
    form.ending.commit()
    assert stage.document.show.endings == {"Result": ("Win", "Draw")}


def test_what_follows_in_another_ending_follows_what_stands_above_the_branch(forked: Stage) -> None:
    show = forked.document.show
    win, lose = show.positions["seg-a3"], show.positions["seg-b1"]
    first_of_lose = next(
        at for at in range(lose + 1, len(show.rundown)) if not isinstance(show.rundown[at], Segment)
    )
    above = cue_above(show, first_of_lose)
    assert above is not None
    assert show.positions[above.id] < win


def test_an_ending_is_chosen_by_keyboard_alone(qtbot: QtBot, tmp_path: Path) -> None:
    """Window and engine whole: E, a digit, Space calls the ending; Z before that takes the choice back."""
    evening = Evening(qtbot, tmp_path)
    try:
        show = plain_show()
        first, *rest = show.rundown
        cues = [row for row in rest if not isinstance(row, Segment)]
        rows = (
            first,
            cues[0],
            Segment(id="win", branch="Result", ending="Win"),
            cues[1],
            Segment(id="lose", branch="Result", ending="Lose"),
            *cues[2:],
        )
        with qtbot.waitSignal(evening.parts.handover.loaded, timeout=15_000):
            evening.parts.filing.make(msgspec.structs.replace(show, rundown=rows), tmp_path / "Branch.show")
        evening.window.modes.enter("rehearse")
        client = evening.parts.client
        evening.wait(lambda: client.snapshot.standby == cues[0].id)
        evening.window.activateWindow()
        evening.wait(lambda: QGuiApplication.focusWindow() is evening.window.windowHandle())
        chooser = evening.window.endings

        def press(key: Qt.Key) -> None:
            # A hand is no faster: what comes sooner is taken for a key that repeats.
            released_at = time.monotonic_ns()
            evening.wait(lambda: time.monotonic_ns() - released_at > 2 * REPEAT_MS * 1_000_000)
            QTest.keyClick(evening.window.windowHandle(), key)

        for _ in range(2):
            press(KEY.Key_E)
            evening.wait(lambda: chooser.branch == "Result")
            press(KEY.Key_2)
            evening.wait(lambda: client.snapshot.chosen == {("Result", "Lose")})
            press(KEY.Key_Z)
            evening.wait(lambda: client.snapshot.chosen == frozenset())
        press(KEY.Key_E)
        press(KEY.Key_2)
        evening.wait(lambda: client.snapshot.chosen == {("Result", "Lose")})
        press(KEY.Key_Space)
        evening.wait(lambda: client.snapshot.standby == cues[2].id)
        assert client.snapshot.begun == frozenset()
    finally:
        evening.end()
