"""The look keeps its promises: our typefaces are there, and text can be read in each set."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from showcaller.core.show import Department
from showcaller.gui.theme import FIGURES, SETS, WORDS, Theme, ThemeHolder, load_fonts


def luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_shipped_typefaces_are_loaded(qtbot: QtBot) -> None:
    assert {WORDS, FIGURES} <= set(load_fonts())


@pytest.mark.parametrize("name", SETS)
def test_text_has_contrast_on_every_surface(name: str, qtbot: QtBot) -> None:
    theme = Theme(name)  # type: ignore[arg-type]
    surfaces = [theme.background, theme.panel, theme.raised]
    bars = [QColor(bar) for bar in (theme.tokens.bar_edit, theme.tokens.bar_rehearse, theme.tokens.bar_live)]
    for surface in surfaces + bars:
        assert contrast(theme.text, surface) >= 5.5
    for surface in surfaces:
        assert contrast(theme.text, surface) >= 7
        for colour in (theme.dim, theme.standby, theme.go, theme.info):
            assert contrast(colour, surface) >= 4.5


def test_department_without_a_colour_gets_that_of_its_name(qtbot: QtBot) -> None:
    theme = Theme()
    assert theme.department_colour(Department(id="1", name="LX")) == QColor("#E9E29A")
    assert theme.department_colour(Department(id="1", name="LX", colour="#123456")) == QColor("#123456")


def test_colour_blind_set_tells_departments_apart(qtbot: QtBot) -> None:
    theme = Theme("colour-blind")
    colours = {
        theme.department_colour(Department(id=str(n), name=str(n), colour="#FFFFFF")).name() for n in range(8)
    }
    assert len(colours) == 8


def test_zoom_scales_everything_within_bounds(qtbot: QtBot) -> None:
    holder = ThemeHolder()
    with qtbot.waitSignal(holder.changed):
        holder.choose(zoom=1.5)
    assert holder.theme.body().pixelSize() == 22
    holder.choose(zoom=9)
    assert holder.theme.zoom == 2.0
