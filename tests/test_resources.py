"""The shipped fonts and icons are whole, readable by Qt and made the way the theme counts on."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QImage, QPainter, QRawFont
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

RESOURCES = Path(__file__).parent.parent / "resources"
FONTS = sorted((RESOURCES / "fonts").glob("*.[ot]tf"))
ICONS = sorted(path for path in (RESOURCES / "icons").glob("*.svg") if path.stem != "showcaller")
ICON_COLOUR = "#E8EEF4"


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_font_loads_under_its_family(path: Path, qtbot: QtBot) -> None:
    families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    assert {"Inter": "Inter", "JetBrainsMono": "JetBrains Mono"}[path.stem.partition("-")[0]] in families


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_font_has_every_sign_of_calls_and_clocks(path: Path, qtbot: QtBot) -> None:
    font = QRawFont(str(path), 20)
    signs = "0123456789:.,+−~%±·×ÀÉßñøœŁčěřž“”‘’«»–—…"
    assert [sign for sign in signs if not font.supportsCharacter(ord(sign))] == []


def test_every_glyph_of_a_result_is_in_the_counting_font(qtbot: QtBot) -> None:
    for path in FONTS:
        if path.stem.startswith("JetBrainsMono"):
            font = QRawFont(str(path), 20)
            assert [glyph for glyph in "✓◇▶◔●!–▲▼" if not font.supportsCharacter(ord(glyph))] == []


def test_figures_of_the_word_font_can_be_tabular(qtbot: QtBot) -> None:
    for path in FONTS:
        QFontDatabase.addApplicationFont(str(path))
    for weight in (QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold, QFont.Weight.Bold):
        font = QFont("Inter")
        font.setPixelSize(30)
        font.setWeight(weight)
        font.setFeature(QFont.Tag("tnum"), 1)
        widths = [QFontMetricsF(font).horizontalAdvance(figure * 10) for figure in "0123456789"]
        assert max(widths) - min(widths) < 1  # hinting rounds; without the feature it is 50


@pytest.mark.parametrize("family", ["Inter", "JetBrainsMono"])
def test_font_comes_with_its_licence(family: str) -> None:
    licence = (RESOURCES / "fonts" / f"{family}-OFL.txt").read_text(encoding="utf-8")
    assert licence.startswith("Copyright")
    assert "SIL OPEN FONT LICENSE" in licence


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_icon_has_the_one_colour_that_the_theme_replaces(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"#\w+", text)) == {ICON_COLOUR}
    assert 'viewBox="0 0 24 24"' in text
    assert 'stroke-width="2"' in text


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_icon_draws_something_inside_its_margin(path: Path, qtbot: QtBot) -> None:
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    image = QImage(24, 24, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    drawn = [(x, y) for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 40]
    assert len(drawn) > 20
    assert all(0 < x < 23 and 0 < y < 23 for x, y in drawn)


def test_every_icon_is_another(qtbot: QtBot) -> None:
    texts = sorted(path.read_text(encoding="utf-8") for path in ICONS)
    assert all(first != second for first, second in pairwise(texts))


def test_application_icon_comes_in_every_form(qtbot: QtBot) -> None:
    icons = RESOURCES / "icons"
    assert QSvgRenderer(str(icons / "showcaller.svg")).isValid()
    assert QImage(str(icons / "showcaller.png")).size() == QSize(256, 256)
    assert not QImage(str(icons / "showcaller.ico")).isNull()
