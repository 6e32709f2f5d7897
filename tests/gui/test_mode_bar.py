"""The top bar says what must always be seen, at any width, and never by colour alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from showcaller.core import edits, messages
from showcaller.core.clocks import Readings
from showcaller.core.times import Duration, ShowTime
from showcaller.gui.clock_cell import left_figures, over_text, passed_figures
from showcaller.gui.house_clock import HouseClock
from showcaller.gui.mode_bar import ModeBar, _until_next_digit
from showcaller.gui.timetable import Timetable
from tests.gui.stage import EVENING, Stage


@pytest.fixture
def house(tmp_path: Path) -> HouseClock:
    return HouseClock(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def bar(stage: Stage, house: HouseClock, qtbot: QtBot) -> Iterator[ModeBar]:
    made = ModeBar(*stage.parts, Timetable(stage.document, stage.client), house)
    qtbot.addWidget(made)
    made.resize(1920, 64)
    made.show()
    yield made
    made.hide()


def go_live(stage: Stage, **more: Any) -> None:
    values = {
        "mode": "live",
        "show_at": EVENING,
        "rate": 0.0,
        "started_at": ShowTime(EVENING - 221_000_000_000),
        "segment": "seg-a2",
        "segment_started_at": ShowTime(EVENING - 83_000_000_000),
    }
    stage.show_snapshot(**(values | more))


@pytest.mark.parametrize(
    ("length", "text", "level"),
    [
        (None, "–", "steady"),
        (187_400, "3:08", "steady"),
        (60_001, "1:01", "steady"),
        (60_000, "△1:00", "warn"),
        (15_000, "▲0:15", "danger"),
        (1, "▲0:01", "danger"),
        (0, "▲0:00", "danger"),
        (-999, "▲0:00", "danger"),
        (-12_000, "▲+0:12", "over"),
        (3_600_000, "1:00:00", "steady"),
    ],
)
def test_what_is_left_has_the_shape_of_its_level(length: int | None, text: str, level: str) -> None:
    assert left_figures(None if length is None else Duration(length)) == (text, level)


def test_what_has_passed_is_cut_to_whole_seconds() -> None:
    assert [passed_figures(one if one is None else Duration(one)) for one in (None, 0, 999, 221_000)] == [
        "–",
        "00:00:00",
        "00:00:00",
        "00:03:41",
    ]


@pytest.mark.parametrize(
    ("over", "text"),
    [(None, "–"), (18_000, "▲ +0:18 over"), (-48_000, "▼ −0:48 under"), (0, "0:00"), (999, "0:00")],
)
def test_over_and_under_have_an_arrow_and_a_word(over: int | None, text: str) -> None:
    assert over_text(None if over is None else Duration(over)) == text


def test_clocks_of_a_live_show(bar: ModeBar, stage: Stage) -> None:
    go_live(stage)
    assert (bar.on_air.label.text(), bar.on_air.figures.text()) == ("ON AIR", "00:03:41")
    assert (bar.segment.label.text(), bar.segment.figures.text()) == ("SEGMENT A2 LEFT", "3:07")
    assert (bar.point.label.text(), bar.point.figures.text()) == ("NEXT HARD POINT B1", "8:49")
    assert (bar.hard_out.label.text(), bar.hard_out.figures.text()) == ("HARD OUT 20:00:00", "26:19")
    assert (bar.now.label.text(), bar.now.figures.text()) == ("LONDON", "19:33:41")


def test_a_show_whose_time_has_come_is_not_on_air_before_anything_was_called(
    bar: ModeBar, stage: Stage
) -> None:
    go_live(stage, started_at=None, segment=None, segment_started_at=None, running=(), waits=())
    assert (bar.on_air.label.text(), bar.on_air.figures.text()) == ("TO AIR", "▲+00:03:41")


def test_clock_runs_while_show_time_runs(bar: ModeBar, stage: Stage, qtbot: QtBot) -> None:
    go_live(stage, rate=20.0, mode="rehearse")
    assert bar.now.label.text() == "PRETENDED · LONDON"
    before = bar.now.figures.text()
    qtbot.waitUntil(lambda: bar.now.figures.text() not in {before, ""})


def test_clock_that_stands_still_asks_for_no_time(bar: ModeBar, stage: Stage) -> None:
    go_live(stage, rate=1.0)
    assert bar._tick.isActive()
    go_live(stage, rate=0.0)
    assert not bar._tick.isActive()


def _readings(**lefts: int) -> Readings:
    values = {name: Duration(left) for name, left in lefts.items()}
    empty = dict.fromkeys(("on_air", "segment_left", "segment_elapsed", "next_point_left", "hard_out_left"))
    return Readings(segment_page="", has_begun=True, next_point=None, over=None, **{**empty, **values})  # type: ignore[arg-type]


def test_next_look_is_at_the_next_digit_of_whichever_clock_is_first() -> None:
    at = 10_900_000_000
    assert _until_next_digit(_readings(), at, 1.0, Duration(0)) == 101
    assert _until_next_digit(_readings(), at, 1.0, Duration(50)) == 51
    assert _until_next_digit(_readings(segment_left=5_030), at, 1.0, Duration(0)) == 31
    assert _until_next_digit(_readings(segment_left=-5_970), at, 1.0, Duration(0)) == 31
    assert _until_next_digit(_readings(on_air=5_940), at, 1.0, Duration(0)) == 61
    assert _until_next_digit(_readings(on_air=-5_040), at, 1.0, Duration(0)) == 41
    assert _until_next_digit(_readings(segment_left=5_000), at, 2.0, Duration(0)) == 51


def test_overtime_of_a_segment_counts_up_behind_a_plus_with_its_mark(bar: ModeBar, stage: Stage) -> None:
    go_live(stage, show_at=ShowTime(EVENING + 200_000_000_000))
    assert bar.segment.figures.text() == "▲+0:13"
    assert bar.segment._colour == stage.themes.theme.standby


def test_obs_says_program_record_stream_and_lost_frames(bar: ModeBar, stage: Stage) -> None:
    status = {
        "program": "VT full",
        "preview": "Desk",
        "record": "started",
        "stream": "started",
        "dropped_frames": 7,
    }
    obs = messages.DeviceView(id="obs", route="real", health="ready", sentence="", since=0, status=status)
    go_live(stage, devices=(obs,))
    text = bar.picture.text().replace("&nbsp;", " ")
    for words in ("PGM VT full", "PVW Desk", "REC", "STREAM 7 drop"):
        assert words in text
    lost = messages.DeviceView(id="obs", route="real", health="lost", sentence="", since=0, status=status)
    go_live(stage, devices=(lost,))
    assert bar.picture.text() == ""


def test_scene_name_cannot_break_the_bar(bar: ModeBar, stage: Stage) -> None:
    status = {"program": "<b>&" + "x" * 60}
    obs = messages.DeviceView(id="obs", route="real", health="ready", sentence="", since=0, status=status)
    go_live(stage, devices=(obs,))
    assert "<b>&" not in bar.picture.text()
    assert "&lt;b>&amp;" in bar.picture.text()
    assert "x" * 30 not in bar.picture.text()


def test_small_laptop_keeps_what_matters(bar: ModeBar, stage: Stage) -> None:
    for mode in ("live", "rehearse"):
        go_live(stage, mode=mode)
        bar.resize(1366, 64)
        bar.layout().activate()
        for cell in (bar.segment, bar.point, bar.over, bar.now):
            assert not cell.isHidden()
            assert cell.geometry().right() <= bar.width()
            assert cell.width() >= cell.minimumSizeHint().width()
        assert bar.title.width() > 60
        assert (bar.segment.label.text(), bar.point.label.text()) == ("A2 LEFT", "HIT B1")
    assert bar.on_air.isHidden()
    bar.resize(1920, 64)
    assert not bar.on_air.isHidden()


def test_rehearse_shows_speed_routes_and_pause(bar: ModeBar, stage: Stage) -> None:
    controls = bar.rehearse
    assert controls.isHidden()
    devices = tuple(
        messages.DeviceView(id=name, route=route, health="ready", sentence="", since=0)  # type: ignore[arg-type]
        for name, route in (("obs", "real"), ("eos", "simulated"), ("x32", "simulated"))
    )
    go_live(stage, mode="rehearse", rate=5.0, devices=devices)
    assert not controls.isHidden()
    assert controls.speed.text() == "×5 ▾"
    assert controls.routes.text() == "1 real, 2 simulated ▾"
    stage.take_commands()
    controls.step_rate(1)
    controls.step_rate(-1)
    controls.toggle_pause()
    assert [command.rate for command in stage.taken(messages.SetRate)] == [10.0, 2.0, 0.0]
    go_live(stage, mode="rehearse", rate=0.0, devices=devices)
    controls.toggle_pause()
    assert [command.rate for command in stage.taken(messages.SetRate)] == [5.0]


def test_route_menu_names_each_device_and_asks(bar: ModeBar, stage: Stage) -> None:
    view = messages.DeviceView(id="obs", route="simulated", health="ready", sentence="", since=0)
    go_live(stage, mode="rehearse", devices=(view,))
    stage.take_commands()
    menu = bar.rehearse.routes.menu()
    menu.aboutToShow.emit()
    (part,) = [action.menu() for action in menu.actions()]
    assert part.title() == "OBS Studio: simulated"
    next(action for action in part.actions() if action.text() == "Real").trigger()
    assert [(command.device, command.route) for command in stage.taken(messages.SetRoute)] == [
        ("obs", "real")
    ]


def test_the_house_clock_moves_the_time_of_day_alone_and_is_said(
    bar: ModeBar, stage: Stage, house: HouseClock
) -> None:
    go_live(stage)
    before = bar.point.figures.text()
    house.set_at(ShowTime(EVENING - 43_000_000_000))
    assert (bar.now.label.text(), bar.now.figures.text()) == ("LONDON · HOUSE", "19:33:43")
    assert bar.point.figures.text() == before
    stage.show_snapshot(mode="rehearse")
    assert bar.now.figures.text() == "19:33:41"
    go_live(stage)
    house.clear()
    assert (bar.now.label.text(), bar.now.figures.text()) == ("LONDON", "19:33:41")


def test_what_is_left_and_the_time_of_day_add_up_within_a_second(bar: ModeBar, stage: Stage) -> None:
    go_live(stage, show_at=ShowTime(EVENING + 400_000_000))
    assert (bar.now.figures.text(), bar.hard_out.figures.text()) == ("19:33:41", "26:19")


def _two_obs() -> tuple[messages.DeviceView, ...]:
    status = {"program": "VT full", "preview": "Desk", "record": "started", "stream": "started"}
    return tuple(
        messages.DeviceView(id=name, route="real", health="ready", sentence="", since=0, status=status)
        for name in ("obs", "obs-2")
    )


@pytest.mark.parametrize("width", [1366, 1600, 1920, 2560])
@pytest.mark.parametrize("mode", ["rehearse", "live"])
def test_what_two_obs_send_out_stays_in_sight_in_every_mode(
    bar: ModeBar, stage: Stage, width: int, mode: str
) -> None:
    show = stage.document.show
    other = msgspec.structs.replace(show.devices[0], id="obs-2", name="OBS backup")
    assert show.devices[0].kind == "obs"
    stage.document.edit("Another OBS", edits.insert([other], show.devices[-1].id))
    go_live(stage, mode=mode, devices=_two_obs())
    bar.resize(width, 64)
    bar.layout().activate()
    text = bar.picture.text().replace("&nbsp;", " ")
    assert not bar.picture.isHidden()
    in_full = ("PGM VT full", "PVW Desk", "REC", "STREAM 0 drop")
    wanted = [one for one in in_full for _ in range(2)] if width == 2560 else ["REC 2/2", "STR 2/2"]
    assert all(text.count(words) >= wanted.count(words) for words in wanted)
    assert "PGM VT full" in text or width < 1920
    assert bar.layout().minimumSize().width() <= width
    for cell in (bar.picture, bar.segment, bar.point, bar.over, bar.now):
        assert cell.geometry().right() <= bar.width()
        assert cell.width() >= cell.minimumSizeHint().width()


def test_the_controls_of_a_rehearsal_have_a_short_form(bar: ModeBar, stage: Stage) -> None:
    go_live(stage, mode="rehearse", devices=_two_obs())
    assert (bar.rehearse.pause.text(), bar.rehearse.routes.text()) == ("Go on P", "2 real ▾")
    bar.rehearse.set_short(True)
    assert bar.rehearse.pause.text() == "▶ P"
    assert bar.rehearse.pause.toolTip() == "Go on"


@pytest.mark.parametrize("zoom", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("width", [1366, 1920])
@pytest.mark.parametrize("mode", ["edit", "rehearse", "live"])
def test_the_words_of_the_modes_are_whole_at_any_zoom(
    bar: ModeBar, stage: Stage, mode: str, width: int, zoom: float
) -> None:
    bar.resize(width, 64)
    go_live(stage, mode=mode, devices=_two_obs()[:1])
    stage.themes.choose(zoom=zoom)
    bar.layout().activate()
    for segment in bar.switch.segments.values():
        assert segment.width() >= segment.sizeHint().width()
    for cell in (bar.segment, bar.point, bar.over, bar.now):
        assert not cell.isHidden()
        assert cell.geometry().right() <= bar.width()
    assert bar.title.width() > 60


def test_hard_out_outlasts_what_a_rehearsal_can_say_shorter(bar: ModeBar, stage: Stage) -> None:
    go_live(stage, mode="rehearse", devices=_two_obs()[:1])
    bar.resize(1920, 80)
    stage.themes.choose(zoom=1.25)
    assert not bar.hard_out.isHidden()
    assert not bar.rehearse.isHidden()
    bar.resize(1366, 80)
    assert bar.rehearse.routes.isHidden()
    stage.themes.choose(zoom=1.0)
    assert not bar.hard_out.isHidden()
    assert not bar.rehearse.speed.isHidden()


def test_not_saved_stands_beside_the_title_until_it_is(bar: ModeBar, stage: Stage, qtbot: QtBot) -> None:
    assert bar.unsaved.isHidden()
    stage.document.show_saved("NOT SAVED: The disk is full.", unsaved=True)
    for width in (1366, 1920):
        bar.resize(width, 64)
        assert not bar.unsaved.isHidden()
    assert "The disk is full." in bar.unsaved.toolTip()
    with qtbot.waitSignal(bar.retry_asked):
        bar.unsaved.click()
    stage.document.show_saved("Saving…", unsaved=True)
    assert bar.unsaved.isHidden()
