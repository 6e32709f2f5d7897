"""A timeline on a stage, and the hands that use it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from showcaller.core.show import Segment
from showcaller.gui.timeline_course import standing_at
from showcaller.gui.timeline_view import TimelineView
from tests.gui.stage import Stage, make_show

PLAIN = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
LEFT = Qt.MouseButton.LeftButton


def settle(panel: TimelineView) -> None:
    """Let the panel look at what has come, and paint it."""
    panel.catch_up()
    QApplication.processEvents()


def make_panel(stage: Stage, qtbot: QtBot) -> TimelineView:
    """A timeline that has the keyboard and has looked at everything."""
    made = TimelineView(*stage.parts)
    qtbot.addWidget(made)
    made.resize(1300, 230)
    made.show()
    made.view.setFocus()
    settle(made)
    return made


def point(panel: TimelineView, cue: str) -> QPoint:
    found = panel.view.point_of(cue)
    assert found is not None
    return found.toPoint()


def in_lane(panel: TimelineView, cue: str, lane: int) -> QPoint:
    """A point of a cue's bar in a lane, near its beginning."""
    (one,) = [bar for bar in panel_bars(panel, cue) if bar.bar.lane == lane]
    box = panel.view.box_of(one)
    return QPointF(box.left() + 10, box.center().y()).toPoint()


def corner(panel: TimelineView, cue: str, side: str) -> QPoint:
    """A point just inside the left or right edge of a cue's first bar."""
    box = panel.view.box_of(panel_bars(panel, cue)[0])
    x = box.right() - 2 if side == "end" else box.left() + 2
    return QPointF(x, box.center().y()).toPoint()


def panel_bars(panel: TimelineView, cue: str) -> Any:
    return standing_at(panel.state.course, panel._document.show.positions, cue)


def press(panel: TimelineView, at: QPoint, by: QPoint, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    """Press and drag, and do not let go."""
    QTest.mousePress(panel.view, LEFT, PLAIN, at)
    for step in range(1, 6):
        move_to(panel, at + by * step / 5, modifiers)


def move_to(panel: TimelineView, at: QPoint, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    where = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, QPointF(panel.view.mapToGlobal(at)), LEFT, LEFT, modifiers
    )
    QApplication.sendEvent(panel.view, event)


def drag(panel: TimelineView, at: QPoint, by: int, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    """Drag by so many pixels, as a hand does, and let go."""
    press(panel, at, QPoint(by, 0), modifiers)
    QTest.mouseRelease(panel.view, LEFT, modifiers, at + QPoint(by, 0))
    settle(panel)


def click(panel: TimelineView, at: QPoint, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.mouseClick(panel.view, LEFT, modifiers, at)
    settle(panel)


def key(panel: TimelineView, name: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(panel.view, name, modifiers)
    settle(panel)


def offset_of(stage: Stage, cue_id: str) -> int | None:
    cue = stage.document.show.cue(cue_id)
    assert cue is not None
    return cue.offset


def ground(panel: TimelineView) -> QPoint:
    """A point of the lanes where no bar is."""
    rect = panel.view.lanes_rect
    return QPoint(int(rect.left()) + 300, int(rect.bottom()) - 50)


class Told:
    """What the panel said."""

    def __init__(self, panel: TimelineView) -> None:
        self.words: list[str] = []
        panel.noticed.connect(lambda _severity, words: self.words.append(words))


def stage_offset(stage: Stage, cue_id: str) -> int | None:
    cue = make_show().cue(cue_id)
    assert cue is not None
    return cue.offset


def segments(stage: Stage) -> list[tuple[str, int | None]]:
    return [(row.page, row.duration) for row in stage.document.show.rundown if isinstance(row, Segment)]


def picture(panel: TimelineView) -> QImage:
    settle(panel)
    return panel.view.grab().toImage()
