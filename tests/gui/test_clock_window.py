"""A clock window shows what it is given: black, two colours, shapes for urgency, and black alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from showcaller.gui.clock_faces import Face
from showcaller.gui.clock_layouts import ClockEntry, ClockLayout, read_layouts, rows_of
from showcaller.gui.clock_window import ALARM, GROUND, INK, ClockWindow, Sight
from showcaller.gui.theme import ThemeHolder

LAYOUT = ClockLayout(clocks=(ClockEntry("segment-down", 3), ClockEntry("time-of-day", 1)))
STEADY = Face("SEGMENT A2 LEFT", "3:07", "steady", "0:00")
DAY = Face("LONDON", "19:33:41", "steady", "00:00:00")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[ClockWindow]:
    made = ClockWindow(LAYOUT, ThemeHolder())
    qtbot.addWidget(made)
    made.resize(800, 400)
    made.show()
    yield made
    made.close()


def colours(image: QImage, box: QRect | None = None) -> set[str]:
    """The colours of more than a hundredth of the pixels: edges are smoothed."""
    part = image.copy(box) if box else image
    found: dict[str, int] = {}
    for y in range(part.height()):
        for x in range(part.width()):
            name = QColor(part.pixel(x, y)).name()
            found[name] = found.get(name, 0) + 1
    return {name for name, count in found.items() if count > part.width() * part.height() / 100}


def picture(window: ClockWindow, *faces: Face, **more: object) -> QImage:
    window.show_sight(Sight(faces, **more))  # type: ignore[arg-type]
    return window.grab().toImage()


def test_clocks_are_white_on_black(window: ClockWindow) -> None:
    assert colours(picture(window, STEADY, DAY)) == {GROUND.name(), INK.name()}
    assert window.accessibleName() == "SEGMENT A2 LEFT: 3:07, LONDON: 19:33:41"


@pytest.mark.parametrize("level", ["warn", "danger", "over"])
def test_urgency_has_a_colour_and_a_shape(window: ClockWindow, level: str) -> None:
    label = QRect(0, 0, 800, 66)
    figures = QRect(0, 80, 800, 200)
    urgent = picture(window, Face("SEGMENT A2 LEFT", "0:07", level, "0:00"), DAY)  # type: ignore[arg-type]
    assert ALARM.name() in colours(urgent, label)
    shapes = {
        "warn": {GROUND.name(), INK.name()},
        "danger": {GROUND.name(), ALARM.name()},
        "over": {GROUND.name(), ALARM.name()},
    }
    assert colours(urgent, figures) == shapes[level]
    ground_is_alarm = QColor(urgent.pixel(20, 120)).name() == ALARM.name()
    assert ground_is_alarm == (level == "over")


def test_danger_has_a_filled_triangle_and_a_warning_a_hollow_one(window: ClockWindow) -> None:
    def filled(level: str) -> int:
        face = Face("", "0:07", level, "0:00")  # type: ignore[arg-type]
        image = picture(window, face, DAY)
        return sum(
            QColor(image.pixel(x, y)).name() == ALARM.name() for y in range(66) for x in range(300, 500)
        )

    assert filled("danger") > 1.5 * filled("warn") > 0


def test_a_message_stands_below_the_clocks_and_blinks_by_inverting(window: ClockWindow) -> None:
    strip = QRect(0, 280, 800, 120)
    plain = picture(window, STEADY, DAY, message="Wrap up now please")
    assert QColor(plain.pixel(10, 390)).name() == GROUND.name()
    assert ALARM.name() in colours(plain, strip)
    inverted = picture(window, STEADY, DAY, message="Wrap up now please", inverted=True)
    assert QColor(inverted.pixel(10, 390)).name() == ALARM.name()
    assert window.accessibleName().startswith("Wrap up now please, ")


def test_blackout_is_black(window: ClockWindow) -> None:
    image = picture(window, STEADY, DAY, message="Wrap up", blackout=True)
    assert colours(image) == {GROUND.name()}
    assert window.accessibleName() == "Blackout"


def test_figures_stay_where_they_are_while_they_count(window: ClockWindow) -> None:
    def extent(figures: str) -> int:
        image = picture(window, Face("LEFT", figures, "steady", "0:00"), DAY)
        rows = [
            y
            for y in range(80, 290)
            if any(QColor(image.pixel(x, y)).name() == INK.name() for x in range(0, 800, 2))
        ]
        return rows[-1] - rows[0]

    assert extent("8:88") == extent("0:00")


def test_the_same_sight_is_painted_once(window: ClockWindow, qtbot: QtBot) -> None:
    painted: list[int] = []
    paint = window.paintEvent
    window.paintEvent = lambda event: (painted.append(1), paint(event))[1]  # type: ignore[method-assign]
    window.show_sight(Sight((STEADY, DAY)))
    qtbot.waitUntil(lambda: len(painted) == 1)
    window.show_sight(Sight((STEADY, DAY)))
    window.repaint(0, 0, 1, 1)
    assert len(painted) == 2


def test_escape_closes_and_f11_asks_for_the_whole_screen(window: ClockWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.full_screen_asked, timeout=2000):
        qtbot.keyClick(window, Qt.Key.Key_F11)
    with qtbot.waitSignal(window.closed, timeout=2000):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_small_clocks_share_a_line_and_layouts_that_cannot_be_read_are_forgotten() -> None:
    small, large = ClockEntry("on-air", 1), ClockEntry("hard-out", 4)
    assert rows_of([small, small, large, small, small, small, small]) == [
        (1, [0, 1]),
        (4, [2]),
        (1, [3, 4, 5]),
        (1, [6]),
    ]
    assert read_layouts('[{"clocks":[{"name":"moon"}]}]') == []
    assert read_layouts(None) == []
