"""The calling panel: what it says, what its buttons ask for, and that GO acts on the press."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from showcaller.core import asrun, edits, messages
from showcaller.core import events as ev
from showcaller.core.messages import MediaView
from showcaller.core.position import Running, Wait
from showcaller.core.show import Call
from showcaller.core.times import Duration, ShowTime
from showcaller.gui.calling_panel import CallingPanel
from showcaller.gui.go_key import STALE_MS, EventAge
from tests.gui.stage import EVENING, Stage

SECOND = 1_000_000_000


def at(seconds: float) -> ShowTime:
    return ShowTime(EVENING + round(seconds * SECOND))


LIVE: dict[str, Any] = {
    "mode": "live",
    "standby": "cue-16",
    "last_called": "cue-14",
    "segment": "seg-a2",
    "segment_started_at": at(-83),
    "started_at": at(-221),
    "running": (Running(3, "cue-14", at(-37), at(65)),),
    "waits": (Wait("cue-15", at(53), "offset", at(-83), 0),),
}


def begin(stage: Stage, **values: Any) -> None:
    """A run that has come to cue 14, with these values of the snapshot changed."""
    show = stage.document.show
    header = asrun.Header(
        show=show.id,
        title="",
        revision=1,
        hash="",
        zone=show.zone,
        mode="live",
        rate=1,
        routes={},
        devices={},
    )
    stage.record(header, asrun.Noted(kind="segment", sentence="", cue="seg-a1"), at=at(-221))
    stage.record(asrun.Noted(kind="segment", sentence="", cue="seg-a2"), at=at(-83))
    cue = show.cue("cue-14")
    assert cue is not None
    stage.record(asrun.CueCalled(run=3, cue=cue, at=at(-37), cause="go"), at=at(-37))
    stage.show_snapshot(**(LIVE | values))


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> CallingPanel:
    made = CallingPanel(*stage.parts)
    qtbot.addWidget(made)
    made.show()
    begin(stage)
    made.resize(560, 702)
    QApplication.processEvents()
    stage.take_commands()
    return made


def press(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def test_words_are_those_of_the_call(panel: CallingPanel) -> None:
    words, on = panel.words.blocks
    assert words.text.replace("\u00a0", " ") == "LX 14, Sound 7, Camera 1, GO"
    assert on.text == "on “…down at the harbour.”"
    assert panel.words.accessibleName() == "LX 14, Sound 7, Camera 1, GO. on “…down at the harbour.”"


def test_now_says_what_is_left_of_what_runs(panel: CallingPanel) -> None:
    assert panel.now_label.text == "NOW · VT SND"
    assert panel.now_words.text == "14 · Package: harbour"
    assert panel.now_figure.text == "1:05"


def test_media_that_outlasts_its_plan_counts_up_in_amber(stage: Stage, panel: CallingPanel) -> None:
    stage.show_snapshot(running=(Running(3, "cue-14", at(-37), at(-12), ("a14",)),))
    assert panel.now_figure.text == "+0:12"
    assert panel.now_figure.spans[0].tone == "standby"


def test_with_nothing_running_now_is_the_segment(stage: Stage, panel: CallingPanel) -> None:
    stage.show_snapshot(running=())
    assert (panel.now_words.text, panel.now_figure.text) == ("Headlines", "3:07")
    stage.show_snapshot(segment_started_at=at(-300))
    assert panel.now_figure.text == "▲+0:30"


def test_now_counts_the_second_that_has_begun_as_the_clocks_of_the_top_bar_do(
    stage: Stage, panel: CallingPanel
) -> None:
    for passed, figure in ((0, "3:07"), (0.001, "3:07"), (0.999, "3:07"), (1, "3:06"), (1.001, "3:06")):
        stage.show_snapshot(running=(), show_at=at(passed))
        assert panel.now_figure.text == figure


def test_everything_that_runs_is_named_or_counted(stage: Stage, panel: CallingPanel) -> None:
    panel.resize(560, 900)
    others = tuple(
        Running(10 + place, f"cue-{number}", at(-1), at(5))
        for place, number in enumerate(("13", "12", "11", "10"))
    )
    stage.show_snapshot(running=(*LIVE["running"], *others))
    texts = [pair.words.text for pair in panel.running if not pair.isHidden()]
    assert len(texts) == 3
    assert texts[2] == "and 2 more"


def test_next_automatic_cue_is_counted_down(stage: Stage, panel: CallingPanel) -> None:
    assert panel.auto.words.text == "AUTO 15 · SND 6 Fade bed −12 dB"
    assert panel.auto.figure.text == "in 0:53"
    stage.show_snapshot(held_at=at(0))
    assert panel.auto.figure.text == "held"
    stage.show_snapshot(held_at=None, stopped=True)
    assert panel.auto.figure.text == "stopped"
    stage.show_snapshot(waits=(), stopped=False)
    assert "nothing fires by itself" in panel.auto.words.text


def test_auto_switch_shows_the_engine_and_asks_it(stage: Stage, panel: CallingPanel, qtbot: QtBot) -> None:
    assert "AUTO on" in panel.auto_switch.text()
    qtbot.mouseClick(panel.auto_switch, Qt.MouseButton.LeftButton)
    assert panel.auto_switch.isChecked()
    assert [one.event for one in stage.taken(messages.Do)] == [ev.SetAuto(ShowTime(0), False)]
    stage.show_snapshot(auto=False)
    assert "AUTO OFF" in panel.auto_switch.text()
    assert not panel.auto_switch.isChecked()
    assert "nothing fires by itself" in panel.auto.words.text


def test_cue_that_a_go_passed_by_can_be_dropped(stage: Stage, panel: CallingPanel, qtbot: QtBot) -> None:
    assert panel.waiting.isHidden() or not panel.waiting.isVisible()
    stage.show_snapshot(last_called="cue-16", standby="cue-17")
    assert panel.waiting.text == "still waiting: 15"
    assert panel.waiting.isVisible()
    qtbot.mouseClick(panel.drop, Qt.MouseButton.LeftButton)
    assert [one.event for one in stage.taken(messages.Do)] == [ev.DropWait(ShowTime(0), "cue-15")]


def test_missed_triggers_are_listed(stage: Stage, panel: CallingPanel) -> None:
    panel.resize(560, 760)
    stage.show_snapshot(missed=(ev.Missed("cue-22", at(-20), "AUTO is off"),))
    assert panel.missed.isVisible()
    assert panel.missed.text == "missed: 22 (AUTO is off)"


def test_what_was_missed_is_forgotten_a_minute_after_its_time_once_the_show_is_past_it(
    stage: Stage, panel: CallingPanel
) -> None:
    panel.resize(560, 760)
    two = ev.Missed("cue-12", at(-59), "AUTO is off"), ev.Missed("cue-22", at(-3000), "its time had passed")
    stage.show_snapshot(last_called="cue-14", missed=two)
    assert panel.missed.text == "missed: 12, 22 (its time had passed)"
    assert panel.said.changes_in is not None
    assert panel.said.changes_in <= 1000
    stage.show_snapshot(missed=(ev.Missed("cue-12", at(-60), "AUTO is off"), two[1]))
    assert panel.missed.text == "missed: 22 (its time had passed)"
    stage.show_snapshot(last_called="cue-22", missed=(two[1],))
    assert panel.missed.text == "missed: 22 (its time had passed)"


def test_head_is_white_until_the_standby_is_spoken(stage: Stage, panel: CallingPanel) -> None:
    assert panel.head.text == "NEXT 16"
    assert panel.head.spans[0].tone == "text"
    stage.show_snapshot(stood_by=True)
    assert panel.head.text == "● STANDBY 16 · STOOD BY"
    assert panel.head.spans[0].tone == "standby"


def test_next_two_cues_say_how_they_start_and_when(panel: CallingPanel) -> None:
    first, second = panel.next
    assert (first.number.text, first.pair.words.text) == ("17", "GFX 4, Camera 3")
    assert (second.number.text, second.pair.words.text) == ("18", "LX 15 · continues 17")
    assert first.pair.figure.text.startswith("~")


def test_floated_and_skipped_cues_are_not_next(stage: Stage, panel: CallingPanel) -> None:
    stage.show_snapshot(skipped=frozenset({"cue-17"}), floated=frozenset({("cue-18", True)}))
    assert [line.number.text for line in panel.next] == ["19", "20"]


def test_go_acts_on_the_press_and_names_the_standby(stage: Stage, panel: CallingPanel, qtbot: QtBot) -> None:
    before = time.monotonic_ns()
    press(qtbot, panel.go)
    (go,) = stage.taken(messages.Go)
    assert (go.standby, go.source) == ("cue-16", "button")
    assert before - STALE_MS * 1_000_000 <= go.pressed_at <= time.monotonic_ns()
    qtbot.mouseRelease(panel.go, Qt.MouseButton.LeftButton)
    assert stage.taken(messages.Go) == []


def test_only_the_left_button_is_go(stage: Stage, panel: CallingPanel, qtbot: QtBot) -> None:
    qtbot.mousePress(panel.go, Qt.MouseButton.RightButton)
    assert stage.taken(messages.Go) == []


def test_press_of_a_frozen_window_is_dropped_and_said(stage: Stage, qtbot: QtBot) -> None:
    now = [10_000_000_000]
    panel = CallingPanel(*stage.parts, age=EventAge(lambda: now[0]))
    qtbot.addWidget(panel)
    begin(stage)
    stage.take_commands()
    panel.go.struck.emit(10_000)
    assert len(stage.taken(messages.Go)) == 1
    now[0] += 2_000_000_000
    panel.go.struck.emit(10_100)
    assert stage.taken(messages.Go) == []
    assert "1.9 s ago" in panel.go.face.alarm


def test_caption_says_key_and_calls(stage: Stage, panel: CallingPanel) -> None:
    assert panel.go.face.caption == "Space · LX 14, SND 7, CAM 1"
    panel.set_key_state("Ctrl+Space", elsewhere=False)
    assert panel.go.face.caption.startswith("Ctrl+Space · ")


def test_caption_names_beforehand_what_will_not_go(stage: Stage, panel: CallingPanel) -> None:
    lost = messages.DeviceView(id="eos", route="real", health="lost", sentence="Gone.", since=0)
    stage.show_snapshot(unsendable={"b16": "LX desk (Eos) is lost."}, devices=(lost,))
    assert panel.go.face.caption == "Space · SND 7, CAM 1"
    assert panel.go.face.alarm == "LX lost"
    assert panel.go.face.look != "off"


def test_go_says_that_the_keyboard_is_elsewhere(panel: CallingPanel) -> None:
    panel.set_key_state("Space", elsewhere=True)
    assert (panel.go.face.caption, panel.go.face.tone) == ("keyboard is elsewhere", "standby")


def test_refusal_is_said_on_the_button_and_goes_away(panel: CallingPanel) -> None:
    panel.flash("GO 0.2 s after GO: not taken.")
    assert panel.go.face.alarm == "GO 0.2 s after GO: not taken."
    panel._flash_timer.timeout.emit()
    assert panel.go.face.alarm == ""


def test_recorded_refusal_flashes_once_and_an_old_one_does_not(stage: Stage, panel: CallingPanel) -> None:
    refused = asrun.Noted(kind="refused", sentence="The standby had moved on: GO not taken.")
    stage.record(refused)
    assert panel.go.face.alarm == ""
    stage.record(refused, at=ShowTime(time.time_ns()))
    assert panel.go.face.alarm == refused.sentence


def test_go_is_solid_only_when_it_is_due(stage: Stage, panel: CallingPanel) -> None:
    # 16 is planned 1:26 after 14, which was called 37 s ago.
    stage.show_snapshot(show_at=at(45))
    assert panel.go.face.look == "quiet"
    stage.show_snapshot(show_at=at(47))
    assert panel.go.face.look == "solid"


def test_without_planned_times_go_is_never_due(stage: Stage, panel: CallingPanel) -> None:
    stage.document.edit("Untime", edits.edit(stage.document.show, "cue-14", duration=None))
    cue = edits.edit(stage.document.show, "cue-15", duration=None, actions=())
    stage.document.edit("Untime", cue)
    stage.document.edit("Remove", edits.remove(stage.document.show, ["cue-15"]))
    stage.show_snapshot(show_at=at(600))
    assert panel.go.face.look == "quiet"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"standby": None}, "Nothing stands by"),
        ({"unconfirmed": True}, "how the show goes on"),
    ],
)
def test_go_that_can_do_nothing_says_why(
    stage: Stage, panel: CallingPanel, values: dict[str, Any], words: str
) -> None:
    stage.show_snapshot(**values)
    assert panel.go.face.look == "off"
    assert words in panel.go.face.caption


def test_panel_and_go_say_what_the_next_press_says(stage: Stage, panel: CallingPanel) -> None:
    def shown() -> tuple[str, str, str, str]:
        words = panel.words.blocks[0].text.replace("\u00a0", " ")
        return panel.go.title, panel.go.face.tone, words, panel.head.text

    stage.show_snapshot(step="warning")
    assert shown() == ("WARNING", "standby", "Warning LX 14, Sound 7 and Camera 1", "NEXT 16")
    stage.show_snapshot(step="standby", warned=True)
    assert shown() == ("STANDBY", "standby", "Standby LX 14, Sound 7, Camera 1", "NEXT 16 · WARNED")
    assert "Standby" in panel.go.face.caption
    stage.show_snapshot(step="go", warned=True, stood_by=True)
    assert shown() == ("GO", "go", "LX 14, Sound 7, Camera 1, GO", "● STANDBY 16 · STOOD BY")


def test_go_says_that_its_key_is_held(stage: Stage, panel: CallingPanel) -> None:
    stage.show_snapshot(step="standby", holds=True)
    assert panel.go.face.caption.startswith("hold Space · Standby")
    stage.show_snapshot(step="go", holds=True, stood_by=True)
    assert panel.go.face.caption.startswith("let Space go · ")


def test_go_without_an_engine_says_so(stage: Stage, panel: CallingPanel) -> None:
    stage.client.detach()
    assert panel.go.face.look == "off"
    assert "engine" in panel.go.face.caption


def test_buttons_ask_for_what_they_say(stage: Stage, panel: CallingPanel, qtbot: QtBot) -> None:
    stage.selection.select(["cue-19"])
    asked: list[str] = []
    panel.skip_asked.connect(lambda: asked.append("skip"))
    panel.jump_asked.connect(lambda: asked.append("jump"))
    for button in (panel.back, panel.skip, panel.hold, panel.jump):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == ["skip", "jump"]
    now = ShowTime(0)
    assert [one.event for one in stage.taken(messages.Do)] == [
        ev.Step(now, back=True),
        ev.Hold(now),
    ]
    stage.show_snapshot(held_at=at(0))
    assert panel.hold.text().startswith("Resume")
    qtbot.mouseClick(panel.hold, Qt.MouseButton.LeftButton)
    assert [one.event for one in stage.taken(messages.Do)] == [ev.Resume(now)]


def test_jump_needs_somewhere_else_to_go(stage: Stage, panel: CallingPanel) -> None:
    assert not panel.jump.isEnabled()
    stage.selection.select(["cue-19"])
    assert panel.jump.isEnabled()
    stage.selection.select(["cue-16"])
    assert not panel.jump.isEnabled()


def test_stop_all_acts_on_the_press_and_says_what_esc_would_do(
    stage: Stage, panel: CallingPanel, qtbot: QtBot
) -> None:
    assert panel.stop.title == "STOP ALL · Esc Esc"
    panel.show_stop_words("Esc again: STOP ALL")
    assert (panel.stop.title, panel.stop.face.look) == ("Esc again: STOP ALL", "solid")
    press(qtbot, panel.stop)
    assert [one.event for one in stage.taken(messages.Do)] == [ev.StopAll(ShowTime(0))]


def box(panel: CallingPanel, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(panel, QPoint(0, 0)), widget.size())


SIZES = [(560, 702), (400, 490), (700, 900)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "values",
    [
        {},
        {
            "last_called": "cue-16",
            "standby": "cue-17",
            "missed": (ev.Missed("cue-22", at(-20), "AUTO is off"),),
        },
        {"unconfirmed": True, "held_at": at(0)},
        {"running": tuple(Running(run, f"cue-{run}", at(-1), at(9)) for run in range(10, 17))},
    ],
)
def test_nothing_is_cut_and_stop_stands_alone(
    stage: Stage, panel: CallingPanel, size: tuple[int, int], values: dict[str, Any]
) -> None:
    panel.resize(*size)
    stage.show_snapshot(**values)
    QApplication.processEvents()
    assert panel.size().toTuple() == size
    buttons = [panel.go, panel.back, panel.skip, panel.hold, panel.jump, panel.auto_switch]
    stop = box(panel, panel.stop)
    for button in buttons:
        assert stop.top() - box(panel, button).bottom() > 48
    shown = [
        widget
        for widget in (panel.now_figure, panel.auto, panel.head, panel.words, *buttons, panel.stop)
        if widget.isVisible()
    ]
    for widget in shown:
        assert panel.rect().contains(box(panel, widget))
    for one, other in itertools.combinations(shown, 2):
        assert not box(panel, one).intersects(box(panel, other))
    for _block, fitted in panel.words.fitted():
        assert fitted.pixels > 11


def test_stop_is_in_sight_where_there_is_less_room_than_the_design_wants(
    stage: Stage, panel: CallingPanel
) -> None:
    least = panel.minimumSizeHint().height()
    panel.resize(400, least)
    stage.show_snapshot(running=())
    QApplication.processEvents()
    assert panel.height() == least
    assert panel.rect().contains(box(panel, panel.stop))
    assert not box(panel, panel.stop).intersects(box(panel, panel.back))


def test_words_and_what_go_would_send_keep_their_room_when_everything_is_up_at_once(
    stage: Stage, panel: CallingPanel
) -> None:
    panel.resize(440, 490)
    stage.show_snapshot(
        standby="cue-16",
        running=tuple(Running(run, f"cue-{run}", at(-1), at(9)) for run in range(10, 13)),
        missed=(ev.Missed("cue-22", at(-20), "its time had passed"),),
        waits=(Wait("cue-15", at(8), "offset", at(-60), 0),),
        wait_count=1,
    )
    QApplication.processEvents()
    assert panel.said.prompts
    assert panel.words.height() >= 60
    assert not panel.back.isVisible()
    captioned = panel.go.sizeHint().height()
    assert panel.go.height() >= captioned
    stage.show_snapshot(running=(), missed=(), waits=(), wait_count=0)
    QApplication.processEvents()
    assert panel.back.isVisible()


@pytest.mark.parametrize("size", SIZES)
def test_long_words_shrink_and_are_never_cut(
    stage: Stage, panel: CallingPanel, size: tuple[int, int]
) -> None:
    calls = tuple(Call(department=one.id, number="124.5") for one in stage.document.show.departments)
    on = "“…and that, ladies and gentlemen, is what they mean when they say a harbour never sleeps”"
    stage.document.edit("Edit", edits.edit(stage.document.show, "cue-16", calls=calls, on=on))
    panel.resize(*size)
    QApplication.processEvents()
    for block, fitted in panel.words.fitted():
        assert " ".join(fitted.lines) == block.text
        assert len(fitted.lines) <= 2
    assert panel.words.fitted()[0][1].pixels < 62


def test_in_edit_it_is_one_line_and_go_moves_the_standby_only(stage: Stage, panel: CallingPanel) -> None:
    assert not panel.is_folded
    stage.show_snapshot(mode="edit", running=(), waits=())
    assert panel.is_folded
    assert panel.maximumHeight() < 80
    assert panel.folded_words.text.startswith("LX 14, Sound 7, Camera 1")
    assert "moves the standby only" in panel.go.face.caption
    assert panel.folded_go.toolTip() == panel.go.face.caption


def test_panel_rests_in_edit_and_counts_in_a_run(stage: Stage, panel: CallingPanel, qtbot: QtBot) -> None:
    stage.show_snapshot(mode="edit", running=(), waits=())
    assert not panel._timer.isActive()
    stage.show_snapshot(**LIVE, rate=20.0)
    first = panel.now_figure.text
    qtbot.waitUntil(lambda: panel.now_figure.text not in {first, "1:05"})
    panel.hide()
    stage.show_snapshot()
    assert not panel._timer.isActive()


def test_what_is_left_of_media_says_whose_word_it_is(stage: Stage, panel: CallingPanel) -> None:
    running = Running(1, "cue-14", EVENING, ShowTime(EVENING + 102_000_000_000), media=("a14",))
    stage.show_snapshot(mode="live", running=(running,))
    assert panel.now_label.text.endswith(" · left by plan")
    ends_at = ShowTime(EVENING + 41_000_000_000)
    stage.show_snapshot(media=(MediaView(1, Duration(41_000), ends_at),))
    assert panel.now_label.text.endswith(" · left by VT")
    assert panel.now_figure.text == "0:41"
    stage.show_snapshot(media=(MediaView(1, Duration(20_000), None),))
    assert panel.now_figure.text == "0:20"


@pytest.mark.parametrize("width", [380, 440, 560])
def test_folded_panel_never_cuts_the_number_of_what_stands_by(
    stage: Stage, panel: CallingPanel, width: int
) -> None:
    panel.resize(width, 60)
    stage.show_snapshot(mode="edit", standby="cue-20.5", running=(), waits=())
    QApplication.processEvents()
    head = panel.folded_head
    assert head.text == "NEXT 20.5"
    assert head.width() >= head.sizeHint().width()
    head.grab()
    assert head.toolTip() == ""
