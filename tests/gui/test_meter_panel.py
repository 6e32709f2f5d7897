"""The meters: they listen only while seen, rest when nothing comes, and are honest about silence."""

from __future__ import annotations

import math
import time
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from showcaller.core import edits, messages, meters
from showcaller.core.times import Instant
from showcaller.gui.meter_levels import DeviceLevels
from showcaller.gui.meter_panel import GONE_AFTER_NS, MeterPanel
from showcaller.gui.meter_strips import Strip
from tests.gui.stage import Stage


def view(at: int | None = None, **inputs: tuple[float, ...]) -> messages.LevelsView:
    return messages.LevelsView("obs", Instant(at or time.monotonic_ns()), tuple(inputs.items()))


def stereo(db: float, *, muted: bool = False) -> tuple[float, ...]:
    peak = 10 ** (db / 20)
    heard = 0.0 if muted else peak
    return (heard / 2, heard, peak) * 2


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> MeterPanel:
    made = MeterPanel(*stage.parts)
    qtbot.addWidget(made)
    made.resize(300, 240)
    made.show()
    return made


def strip(panel: MeterPanel, name: str) -> Strip:
    return next(strip for strip in panel.bank.strips if strip.name == name)


def painted(panel: MeterPanel) -> QImage:
    return panel.bank.grab().toImage()


def colour_at(image: QImage, strip: Strip, up: float) -> QColor:
    """The colour of a strip's first bar, at a share of its length from the foot."""
    bar = strip.bars[0]
    along = round(up * bar.height())
    return QColor(image.pixel(bar.center().x(), bar.bottom() - along))


def test_levels_are_asked_for_only_while_they_can_be_seen(stage: Stage, panel: MeterPanel) -> None:
    assert [one.levels for one in stage.taken(messages.Listen)] == [True]
    panel.hide()
    assert [one.levels for one in stage.taken(messages.Listen)] == [False]


def test_empty_panel_says_what_to_do(stage: Stage, panel: MeterPanel) -> None:
    assert "when OBS is ready" in panel.hint
    show = stage.document.show
    stage.document.edit("Remove devices", edits.remove(show, [device.id for device in show.devices]))
    assert "Add OBS" in panel.hint
    stage.report(view(Host=stereo(-12)))
    assert panel.hint == ""


def test_bar_is_coloured_by_its_level(stage: Stage, panel: MeterPanel) -> None:
    stage.report(view(Loud=stereo(-3), Quiet=stereo(-40)))
    image = painted(panel)
    loud, quiet = strip(panel, "Loud"), strip(panel, "Quiet")
    theme = stage.themes.theme
    low, high = colour_at(image, loud, 0.3), colour_at(image, loud, 0.9)
    assert low.green() > low.red() * 2
    assert high.red() > high.green() * 1.5
    assert colour_at(image, quiet, 0.9).rgb() == theme.background.rgb()
    assert loud.shown.figure == "−3"
    assert quiet.shown.figure == "−40"


def test_muted_input_with_signal_is_hollow(stage: Stage, panel: MeterPanel) -> None:
    stage.report(view(Host=stereo(-6, muted=True)))
    host = strip(panel, "Host")
    image = painted(panel)
    assert host.shown.muted
    inside, edge = (
        colour_at(image, host, 0.5),
        QColor(image.pixel(host.bars[0].left(), host.bars[0].bottom() - 30)),
    )
    assert inside.rgb() == stage.themes.theme.background.rgb()
    assert edge.rgb() == stage.themes.theme.dim.rgb()


def test_no_data_is_grey_and_the_timer_rests(stage: Stage, panel: MeterPanel, qtbot: QtBot) -> None:
    stage.report(view(Host=stereo(-6)))
    assert panel.is_running
    assert not strip(panel, "Host").shown.silent
    qtbot.waitUntil(lambda: not panel.is_running)
    host = strip(panel, "Host")
    assert host.shown.silent
    assert host.shown.figure == "–"
    assert colour_at(painted(panel), host, 0.5).rgb() == stage.themes.theme.line.rgb()
    stage.report(view(Host=stereo(-6)))
    assert panel.is_running


def test_old_levels_start_nothing(stage: Stage, panel: MeterPanel, qtbot: QtBot) -> None:
    first = view(Host=stereo(-6))
    stage.report(first)
    qtbot.waitUntil(lambda: not panel.is_running)
    stage.report(first)
    assert not panel.is_running


def test_clip_light_stays_until_it_is_clicked(stage: Stage, panel: MeterPanel, qtbot: QtBot) -> None:
    stage.report(view(Host=stereo(0.5), Guest=stereo(0.5)))
    stage.report(view(Host=stereo(-30), Guest=stereo(-30)))
    panel.bank.advance(Instant(time.monotonic_ns()))
    host = strip(panel, "Host")
    assert host.shown.clipped
    qtbot.mouseClick(panel.bank, Qt.MouseButton.LeftButton, pos=host.cell.center())
    assert not strip(panel, "Host").shown.clipped
    assert strip(panel, "Guest").shown.clipped
    qtbot.mouseClick(
        panel.bank, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, host.cell.center()
    )
    assert not strip(panel, "Guest").shown.clipped


def test_unchanged_levels_paint_nothing(stage: Stage, panel: MeterPanel, qtbot: QtBot) -> None:
    stage.report(view(Host=stereo(-6)))
    with qtbot.waitExposed(panel):
        pass
    now = Instant(time.monotonic_ns())
    panel.bank.advance(now)
    board = panel.bank._board
    assert [row.advance(panel.bank._pulses, now) for row in board.board_rows] == [[]]
    later = Instant(now + 60_000_000)
    panel.bank.hear(view(later, Host=stereo(-50)))
    assert [
        bool(row.advance(panel.bank._pulses, Instant(later + 50_000_000))) for row in board.board_rows
    ] == [True]


def test_input_that_is_gone_loses_its_strip_after_a_while(stage: Stage, panel: MeterPanel) -> None:
    now = time.monotonic_ns()
    panel.bank.hear(view(now, Host=stereo(-6), Guest=stereo(-6)))
    panel.bank.hear(view(now + GONE_AFTER_NS // 2, Host=stereo(-6)))
    assert [one.name for one in panel.bank.strips] == ["Host", "Guest"]
    panel.bank.hear(view(now + GONE_AFTER_NS + 10, Host=stereo(-6)))
    assert [one.name for one in panel.bank.strips] == ["Host"]


def test_strips_of_a_removed_device_go(stage: Stage, panel: MeterPanel) -> None:
    stage.report(view(Host=stereo(-6)))
    stage.document.edit("Remove OBS", edits.remove(stage.document.show, ["obs"]))
    assert panel.bank.strips == ()


@pytest.mark.parametrize(
    "size", [(300, 240), (280, 190), (560, 240), (1300, 240), (400, 44), (390, 34), (1300, 40)]
)
@pytest.mark.parametrize("inputs", [1, 5, 64])
def test_every_bar_lies_inside_the_panel_and_apart(
    stage: Stage, panel: MeterPanel, size: tuple[int, int], inputs: int
) -> None:
    panel.resize(*size)
    stage.report(view(**{f"In {number}": stereo(-number) for number in range(inputs)}))
    whole = panel.bank.rect()
    bars = [bar for one in panel.bank.strips for bar in one.bars]
    assert len(bars) == 2 * inputs
    assert all(whole.contains(bar) for bar in bars)
    assert not any(one.intersects(other) for place, one in enumerate(bars) for other in bars[:place])
    assert panel.bank.is_compact == (size[1] < 100)
    assert painted(panel).pixelColor(QPoint(0, 0)) == stage.themes.theme.panel


def test_mono_and_surround_have_a_bar_for_each_channel(stage: Stage, panel: MeterPanel) -> None:
    stage.report(view(Mono=stereo(-6)[:3], Wide=stereo(-6) * 3, Still=()))
    assert [len(one.bars) for one in panel.bank.strips] == [1, 6]


amplitudes = st.floats(0, 2) | st.sampled_from([math.nan, math.inf, 0.0, 1.0])
report = st.tuples(
    st.integers(1, 3 * 10**9), st.lists(st.tuples(amplitudes, amplitudes, amplitudes), min_size=2, max_size=2)
)


@given(st.lists(report, max_size=12))
def test_arrays_follow_the_law_of_one_channel(
    reports: list[tuple[int, list[tuple[float, float, float]]]],
) -> None:
    levels, channels, now = DeviceLevels(), [meters.Channel()] * 2, 5_000_000_000
    for since, values in reports:
        now += since
        at = Instant(now)
        levels.hear([("Host", tuple(chain.from_iterable(values)))], at)
        channels = [meters.hear(channel, *value, at) for channel, value in zip(channels, values, strict=True)]
        later = Instant(now + since // 2)
        bars, lines, means = levels.levels_of(np.arange(2), later)
        for place, channel in enumerate(channels):
            bar, line = meters.levels_of(channel, later)
            assert bars[place] == pytest.approx(bar)
            assert lines[place] == pytest.approx(line)
            assert means[place] == pytest.approx(channel.mean, abs=1e-3)
            assert levels.figure[place] == pytest.approx(channel.figure)
            assert bool(levels.clipped[place]) == channel.clipped
            assert bool(levels.muted[place]) == channel.muted


def test_input_keeps_its_state_when_others_come_and_go() -> None:
    levels, now = DeviceLevels(), 5_000_000_000
    assert levels.hear([("Host", stereo(-6)), ("VT", stereo(-40)[:3])], Instant(now))
    assert levels.hear([("New", stereo(-50)), ("VT", stereo(-60)[:3])], Instant(now + 20_000_000))
    assert levels.places == {"Host": (0, 2), "VT": (2, 1), "New": (3, 2)}
    assert levels.figure.round().tolist() == [-6, -6, -40, -50, -50]
    assert not levels.hear([("Host", stereo(-6))], Instant(now + 40_000_000))
    assert levels.hear([("Host", stereo(-6)[:3])], Instant(now + 60_000_000))
    assert levels.places["Host"] == (0, 1)
    assert levels.figure.round().tolist() == [-6, -40, -50, -50]


def see_device(stage: Stage, **values: Any) -> None:
    chosen: dict[str, Any] = {"route": "real", "health": "ready", "sentence": "", "since": 0}
    stage.show_snapshot(devices=(messages.DeviceView(id="obs", **(chosen | values)),))


@pytest.mark.parametrize("values", [{"health": "lost"}, {"health": "closed", "route": "closed"}])
def test_levels_of_a_device_that_is_gone_are_grey_at_once_and_stay_so(
    stage: Stage, panel: MeterPanel, values: dict[str, Any]
) -> None:
    see_device(stage)
    stage.report(view(Host=stereo(-6)))
    host = strip(panel, "Host")
    assert not host.shown.silent
    see_device(stage, **values)
    assert host.shown.silent
    assert colour_at(painted(panel), host, 0.5).rgb() == stage.themes.theme.line.rgb()
    stage.report(view(Host=stereo(-6)))
    assert host.shown.silent
    see_device(stage)
    stage.report(view(Host=stereo(-6)))
    panel.bank.advance(Instant(time.monotonic_ns()))
    assert not strip(panel, "Host").shown.silent


def test_levels_are_grey_at_once_when_the_engine_is_gone(stage: Stage, panel: MeterPanel) -> None:
    see_device(stage)
    stage.report(view(Host=stereo(-6)))
    stage.client.detach()
    assert strip(panel, "Host").shown.silent


def test_panel_that_was_hidden_does_not_come_back_with_old_levels(
    stage: Stage, panel: MeterPanel, qtbot: QtBot
) -> None:
    stage.report(view(Host=stereo(-6)))
    panel.hide()
    assert not panel.is_running
    panel.show()
    qtbot.waitUntil(lambda: strip(panel, "Host").shown.silent)
    qtbot.waitUntil(lambda: not panel.is_running)


@pytest.mark.parametrize("size", [(240, 236), (200, 122)])
def test_many_inputs_lie_in_a_list_where_each_has_its_name(
    stage: Stage, panel: MeterPanel, size: tuple[int, int]
) -> None:
    panel.resize(*size)
    stage.report(view(Host=stereo(-6)))
    assert not panel.bank._board.listed
    stage.report(view(**{f"In {number}": stereo(-number) for number in range(13)}))
    board = panel.bank._board
    assert board.listed
    bars = [bar for one in board.strips for bar in one.bars]
    assert all(panel.bank.rect().contains(bar) for bar in bars)
    assert not any(one.intersects(other) for place, one in enumerate(bars) for other in bars[:place])
    image = painted(panel)
    ground = stage.themes.theme.panel.rgb()
    for one in board.strips:
        name = QRect(one.cell)
        name.setRight(one.bars[0].left() - 1)
        points = [(x, y) for x in range(name.left(), name.right()) for y in range(name.top(), name.bottom())]
        assert any(image.pixel(*point) != ground for point in points), one.name
        assert colour_at_along(image, one, 0.1).rgb() != ground


def colour_at_along(image: QImage, strip: Strip, along: float) -> QColor:
    bar = strip.bars[0]
    return QColor(image.pixel(bar.left() + round(along * bar.width()), bar.center().y()))


def test_bar_in_a_list_is_as_long_as_its_level(stage: Stage, panel: MeterPanel) -> None:
    panel.resize(240, 236)
    quiet = {f"In {number}": stereo(-50) for number in range(12)}
    stage.report(view(Loud=stereo(-1), **quiet))
    image = painted(panel)
    theme = stage.themes.theme
    loud = colour_at_along(image, strip(panel, "Loud"), 0.95)
    assert loud.hue() == pytest.approx(theme.live.hue(), abs=3)
    assert colour_at_along(image, strip(panel, "In 3"), 0.5).rgb() == theme.background.rgb()


def test_few_inputs_in_a_low_and_narrow_panel_keep_their_names(stage: Stage, panel: MeterPanel) -> None:
    panel.resize(200, 70)
    stage.report(view(**{f"In {number}": stereo(-number) for number in range(5)}))
    assert panel.bank._board.listed
    panel.resize(560, 70)
    assert panel.bank.is_compact


def test_frame_after_a_standstill_of_the_window_judges_nobody_silent(stage: Stage, panel: MeterPanel) -> None:
    now = time.monotonic_ns()
    panel.bank.hear(view(now - 50_000_000, Host=stereo(-6)))
    panel.bank.advance(Instant(now - 40_000_000))
    host = strip(panel, "Host")
    host.levels.heard_at[:] = now - 900_000_000
    panel._framed_at = now - 850_000_000
    panel._advance()
    assert not host.shown.silent
    panel._framed_at = time.monotonic_ns()
    panel._advance()
    assert host.shown.silent
