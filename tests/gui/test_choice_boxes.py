"""Choices and names in forms."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from showcaller.core.forms import Choice, Field
from showcaller.gui.choice_boxes import ChoiceBox, ColourBox, seen_text
from showcaller.gui.form_boxes import box_for, with_value
from showcaller.gui.form_widgets import LineBox
from showcaller.gui.theme import Theme, ThemeHolder

MINUTE = 60 * 1_000_000_000


@pytest.fixture
def themes(qtbot: QtBot) -> ThemeHolder:
    return ThemeHolder(Theme())


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (0, ""),
        (5 * MINUTE, "seen 5 min ago"),
        (90 * MINUTE, "seen 1 h ago"),
        (1500 * MINUTE, "seen yesterday"),
    ],
)
def test_names_say_how_old_they_are(passed: int, text: str) -> None:
    assert seen_text(1_000_000_000_000_000_000, 1_000_000_000_000_000_000 + passed) == text


def test_the_wheel_scrolls_the_form_and_changes_no_choice(qtbot: QtBot, themes: ThemeHolder) -> None:
    box = ChoiceBox(themes, "Curve", [("a", "A"), ("b", "B")])
    qtbot.addWidget(box)
    box.show_value("a")
    middle = QPointF(box.drop.rect().center())
    event = QWheelEvent(
        middle,
        box.drop.mapToGlobal(middle),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box.drop, event)
    assert box.drop.currentText() == "A"


def test_a_value_that_is_not_offered_is_called_unknown(qtbot: QtBot, themes: ThemeHolder) -> None:
    box = ChoiceBox(themes, "Device", [("a", "A")])
    qtbot.addWidget(box)
    box.show_value("gone")
    assert box.drop.placeholderText() == "unknown: gone"
    assert box.drop.currentIndex() == -1


def test_a_colour_of_another_palette_stays_choosable(qtbot: QtBot, themes: ThemeHolder) -> None:
    box = ColourBox(themes, "Colour")
    qtbot.addWidget(box)
    box.show_value("#123456")
    assert box.drop.currentText() == "#123456"


NUMBER = Field(name="n", title="Volume", type="number", unit="dB", minimum=-100, maximum=26, default=0.0)
WHOLE = Field(name="n", title="Port", type="integer", minimum=1, maximum=65535, default=4455)
ANYTHING = Field(name="n", title="Data", type="json", optional=True)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (NUMBER, "\u221212.5", -12.5),
        (NUMBER, "-12,5 dB", -12.5),
        (WHOLE, " 80 ", 80),
        (ANYTHING, '{"a": [1]}', {"a": [1]}),
        (ANYTHING, "", None),
    ],
)
def test_a_field_reads_what_people_write(
    qtbot: QtBot, themes: ThemeHolder, field: Field, typed: str, value: object
) -> None:
    box = box_for(themes, field)
    qtbot.addWidget(box)
    assert isinstance(box, LineBox)
    assert box._read is not None
    assert box._read(typed) == value


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (NUMBER, "loud", "“loud” is no number."),
        (NUMBER, "40", "40 is above 26 dB."),
        (WHOLE, "4.5", "“4.5” is no whole number."),
        (WHOLE, "0", "0 is below 1."),
        (ANYTHING, "{", 'This is not JSON. Write it like {"name": "value"}.'),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    qtbot: QtBot, themes: ThemeHolder, field: Field, typed: str, sentence: str
) -> None:
    box = box_for(themes, field)
    qtbot.addWidget(box)
    assert isinstance(box, LineBox)
    assert box._read is not None
    with pytest.raises(ValueError) as caught:
        box._read(typed)
    assert str(caught.value) == sentence


def test_a_value_at_its_default_is_left_out_of_the_show() -> None:
    assert with_value(WHOLE, {"n": 80, "other": 1}, 4455) == {"other": 1}
    assert with_value(WHOLE, {"other": 1}, 80) == {"other": 1, "n": 80}
    assert with_value(WHOLE, {"n": 80}, None) == {}


def test_choices_of_a_form_are_offered_by_their_titles(qtbot: QtBot, themes: ThemeHolder) -> None:
    field = Field(
        name="m",
        title="Mode",
        type="choice",
        choices=(Choice("a", "Slow"), Choice("b", "Fast")),
        optional=True,
    )
    box = box_for(themes, field)
    qtbot.addWidget(box)
    assert isinstance(box, ChoiceBox)
    assert [box.drop.itemText(place) for place in range(3)] == ["as it is", "Slow", "Fast"]
