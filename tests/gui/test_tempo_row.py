"""Bars and beats on the calling panel, and what a cue says that it is called on."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from showcaller.core import edits, messages
from showcaller.core.show import Cue
from showcaller.core.tempo import Beat, Pulse, StopTempo, TapTempo, Tempo, period_of
from showcaller.gui.calling_panel import CallingPanel
from showcaller.gui.cue_form import CueForm
from showcaller.gui.tempo_row import TempoRow
from showcaller.gui.trigger_text import write_trigger
from tests.gui.stage import Stage
from tests.gui.test_calling_panel import at, begin
from tests.gui.window_stage import WindowStage


@pytest.fixture
def row(stage: Stage, qtbot: QtBot) -> TempoRow:
    panel = CallingPanel(*stage.parts)
    qtbot.addWidget(panel)
    panel.resize(560, 800)
    panel.show()
    show = stage.document.show
    stage.document.edit("Beat", edits.edit(show, "cue-16", beat=Beat(bar=5)))
    begin(stage, waits=(), running=())
    return panel.counts.tempo


def pulse(began: float, bpm: float = 120, touched: float = 0.0) -> Pulse:
    return Pulse(began_at=at(began), period=period_of(bpm), touched_at=at(touched))


def shown(row: TempoRow) -> tuple[str, str, str]:
    return row.label.text, row.detail.text, row.figure.text


@pytest.mark.parametrize(
    ("began", "figure", "detail", "tone"),
    [
        (-2.1, "2·1", "GO on 5.1 · in 12 beats", "text"),
        (-7.1, "4·3", "GO on 5.1 · in 2 beats", "standby"),
        (-7.6, "4·4", "GO on 5.1 · next beat", "standby"),
        (-8.1, "5·1", "GO on 5.1 · now", "go"),
        (-8.6, "5·2", "GO on 5.1 · 1 beat ago", "standby"),
    ],
)
def test_bars_and_beats_are_counted_towards_the_go(
    stage: Stage, row: TempoRow, began: float, figure: str, detail: str, tone: str
) -> None:
    stage.show_snapshot(pulse=pulse(began))
    assert shown(row) == ("TEMPO 120 · 4 IN A BAR", detail, figure)
    assert row.detail.spans[0].tone == tone
    assert row.figure.accessibleName().startswith("Bar ")


def test_a_cue_that_waits_for_a_beat_asks_for_taps_while_nothing_counts(stage: Stage, row: TempoRow) -> None:
    assert shown(row) == ("TEMPO", "GO on 5.1 · tap the beat: .", "–·–")
    stage.show_snapshot(pulse=Pulse(began_at=at(0), touched_at=at(0)))
    assert shown(row) == ("TEMPO", "GO on 5.1 · tap the beat: .", "–·–")


def test_a_count_that_nothing_waits_for_is_in_sight_for_a_while(stage: Stage, row: TempoRow) -> None:
    stage.show_snapshot(standby="cue-17", pulse=pulse(-40, touched=-40))
    assert not row.is_counting
    stage.show_snapshot(pulse=pulse(-40, touched=-3))
    assert shown(row) == ("TEMPO 120 · 4 IN A BAR", "", "21·1")
    stage.show_snapshot(mode="edit")
    assert not row.is_counting


def test_the_figure_turns_with_the_beat(stage: Stage, row: TempoRow, qtbot: QtBot) -> None:
    stage.show_snapshot(rate=1.0, pulse=pulse(0, bpm=300))
    seen: set[str] = set()

    def has_turned() -> bool:
        seen.add(row.figure.text)
        return {"1·2", "1·3", "1·4", "2·1"} <= seen

    qtbot.waitUntil(has_turned, timeout=5000)


def test_what_a_cue_is_called_on_names_the_beat(stage: Stage, row: TempoRow) -> None:
    def written(**values: object) -> str:
        show = stage.document.show
        cue = msgspec.structs.replace(show.cue("cue-16"), **values)
        rows = tuple(cue if one.id == cue.id else one for one in show.rundown)
        return write_trigger(msgspec.structs.replace(show, rundown=rows), show.positions["cue-16"])

    assert written(on="") == "on bar 5, beat 1"
    assert written(on="chorus") == "on chorus, bar 5, beat 1"
    assert written(on="", beat=None) == ""


def test_beat_and_tempo_are_edited_in_the_inspector(stage: Stage, qtbot: QtBot) -> None:
    form = CueForm(stage.document, stage.client, stage.themes)
    qtbot.addWidget(form)
    form.show_rows(["cue-16"])
    for field, text in (("beat", "3.2"), ("tempo", "92.5, 3 beats")):
        box = form.boxes[field]
        box.line.setText(text)
        box.line.textEdited.emit(text)
        box.line.editingFinished.emit()
    cue = stage.document.show.cue("cue-16")
    assert isinstance(cue, Cue)
    assert (cue.beat, cue.tempo) == (Beat(bar=3, beat=2), Tempo(bpm=92.5, beats=3))
    stage.document.undo()
    stage.document.undo()
    assert stage.document.show.cue("cue-16").beat is None


def test_the_key_taps_at_the_time_it_is_and_the_menu_takes_taps_back(
    window_stage: WindowStage, qtbot: QtBot
) -> None:
    window = window_stage.window
    window_stage.set(mode="rehearse", rate=1.0)
    window.panels.rundown.view.setFocus()
    qtbot.keyClick(window.panels.rundown.view, Qt.Key.Key_Period)
    window.actions_.by_name["taps_back"].trigger()
    window.actions_.by_name["stop_tempo"].trigger()
    events = [one.event for one in window_stage.taken(messages.Do)]
    window_stage.wait(
        lambda: events.extend(one.event for one in window_stage.taken(messages.Do)) or len(events) == 3
    )
    assert [type(one) for one in events] == [TapTempo, TapTempo, StopTempo]
    assert events[0].tapped_at is not None
    assert abs(events[0].tapped_at - window.parts.client.show_now()) < 10**10
    assert (events[0].on, events[1].on) == (True, False)
