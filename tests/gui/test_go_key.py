"""The laws of GO and of stop, key by key, through the platform's own way into the window."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from showcaller.core import events as ev
from showcaller.core import messages
from showcaller.gui.go_key import AGAIN_MS, HELD_MS, PANIC_MS, REPEAT_MS, STALE_MS, EventAge, GoKey, is_typing
from tests.gui.stage import Stage

NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


class Desk:
    """A window with a button, a field, a text and a table, and the key filter on it."""

    def __init__(self, stage: Stage, qtbot: QtBot) -> None:
        self.stage = stage
        self.qtbot = qtbot
        self.widget = QWidget()
        self.button = QPushButton("Button")
        self.field = QLineEdit()
        self.text = QPlainTextEdit()
        self.table = QTableWidget(2, 2)
        layout = QVBoxLayout(self.widget)
        for part in (self.button, self.field, self.text, self.table):
            layout.addWidget(part)
        self.clicks = 0
        self.button.clicked.connect(self._count)
        self.key = GoKey(stage.client, lambda: self.table, self.widget)
        self.notices: list[str] = []
        self.asked: list[str] = []
        self.key.noticed.connect(lambda _severity, words: self.notices.append(words))
        self.key.stop_asked.connect(self.asked.append)
        qtbot.addWidget(self.widget)
        self.widget.show()
        qtbot.waitExposed(self.widget)
        self.widget.activateWindow()
        self.window: QWindow = self.widget.windowHandle()
        self.key.watch(self.window)
        self.button.setFocus()
        stage.show_snapshot(mode="rehearse", standby="cue-16")
        stage.take_commands()

    def _count(self) -> None:
        self.clicks += 1

    def tap(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        # A person's hand takes longer than this; what is faster is auto-repeat.
        _, released_at = self.key._releases.get(key, (0, 0))
        self.qtbot.waitUntil(lambda: time.monotonic_ns() - released_at > 3 * REPEAT_MS * 1_000_000)
        QTest.keyClick(self.window, key, modifiers)

    def event(
        self,
        key: Qt.Key,
        kind: QEvent.Type = QEvent.Type.KeyPress,
        *,
        repeat: bool = False,
        stamp: int = 0,
        modifiers: Qt.KeyboardModifier = NONE,
    ) -> bool:
        """Give the window a key event of our making; return whether the filter took it."""
        event = QKeyEvent(kind, key, modifiers, " " if key == Qt.Key.Key_Space else "", repeat)
        event.setTimestamp(stamp)
        return self.key.eventFilter(self.window, event)

    @property
    def gos(self) -> list[messages.Go]:
        return self.stage.taken(messages.Go)

    @property
    def events(self) -> list[ev.Event]:
        return [command.event for command in self.stage.taken(messages.Do)]


@pytest.fixture
def desk(stage: Stage, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(stage, qtbot)
    yield made
    # Now, not in some later turn: it would look at the next test's window too.
    shiboken6.delete(made.key)
    made.widget.hide()


def test_space_is_go_even_on_a_button_and_does_not_press_it(desk: Desk) -> None:
    desk.tap(Qt.Key.Key_Space)
    assert [go.standby for go in desk.gos] == ["cue-16"]
    assert desk.clicks == 0


def test_go_does_not_wait_for_the_search_for_shortcuts_and_is_given_once(desk: Desk) -> None:
    space, asked = Qt.Key.Key_Space, QEvent.Type.ShortcutOverride
    assert desk.event(space, asked, stamp=5000)
    assert len(desk.gos) == 1
    assert desk.event(space, stamp=5000)
    assert desk.gos == []
    desk.event(space, QEvent.Type.KeyRelease, stamp=5200)
    assert desk.event(space, stamp=5400)
    assert len(desk.gos) == 1
    desk.field.setFocus()
    assert not desk.event(space, asked, stamp=5900)
    assert desk.gos == []


def test_space_types_in_a_text_field_and_control_space_goes(desk: Desk) -> None:
    for field in (desk.field, desk.text):
        field.setFocus()
        assert desk.key.key_text == "Ctrl+Space"
        desk.tap(Qt.Key.Key_Space)
        assert desk.gos == []
        desk.tap(Qt.Key.Key_Space, CONTROL)
        assert len(desk.gos) == 1
    assert desk.field.text() == " "
    assert desk.text.toPlainText() == " "
    desk.button.setFocus()
    assert desk.key.key_text == "Space"


def test_space_in_a_field_that_cannot_be_typed_into_is_go(desk: Desk) -> None:
    desk.field.setReadOnly(True)
    desk.field.setFocus()
    desk.tap(Qt.Key.Key_Space)
    assert len(desk.gos) == 1


def test_space_in_a_cell_editor_types(desk: Desk) -> None:
    desk.table.setFocus()
    desk.table.setCurrentCell(0, 0)
    desk.tap(Qt.Key.Key_Space)
    assert len(desk.gos) == 1
    desk.table.editItem(desk.table.item(0, 0) or _item(desk))
    assert is_typing(QApplication.focusWidget())
    desk.tap(Qt.Key.Key_Space)
    assert desk.gos == []


def _item(desk: Desk):
    from PySide6.QtWidgets import QTableWidgetItem

    item = QTableWidgetItem("")
    desk.table.setItem(0, 0, item)
    return item


def test_auto_repeat_never_goes(desk: Desk) -> None:
    assert desk.event(Qt.Key.Key_Space)
    for _ in range(30):
        assert desk.event(Qt.Key.Key_Space, QEvent.Type.KeyRelease, repeat=True)
        assert desk.event(Qt.Key.Key_Space, repeat=True)
    assert desk.event(Qt.Key.Key_Space, QEvent.Type.KeyRelease)
    assert len(desk.gos) == 1


def test_auto_repeat_that_qt_did_not_mark_never_goes(desk: Desk) -> None:
    now = time.monotonic_ns() // 1_000_000
    desk.event(Qt.Key.Key_Space, stamp=now - 400)
    for at in range(20):
        stamp = now - 390 + at * 20
        desk.event(Qt.Key.Key_Space, QEvent.Type.KeyRelease, stamp=stamp)
        desk.event(Qt.Key.Key_Space, stamp=stamp)
    assert len(desk.gos) == 1
    desk.event(Qt.Key.Key_Space, QEvent.Type.KeyRelease, stamp=now)
    desk.event(Qt.Key.Key_Space, stamp=now + 60)
    assert len(desk.gos) == 1


def test_escape_held_stops_all_even_where_repeats_are_not_marked(desk: Desk, qtbot: QtBot) -> None:
    stamp = time.monotonic_ns() // 1_000_000
    desk.event(Qt.Key.Key_Escape, stamp=stamp)
    events: list[ev.Event] = []

    def repeat_until_stopped() -> bool:
        nonlocal stamp
        stamp += 20
        desk.event(Qt.Key.Key_Escape, QEvent.Type.KeyRelease, stamp=stamp)
        desk.event(Qt.Key.Key_Escape, stamp=stamp)
        events.extend(desk.events)
        return bool(events)

    qtbot.waitUntil(repeat_until_stopped, timeout=HELD_MS * 4)
    assert [type(event) for event in events] == [ev.StopAll]


def test_press_older_than_half_a_second_is_dropped_and_said(desk: Desk) -> None:
    now = time.monotonic_ns() // 1_000_000
    assert desk.event(Qt.Key.Key_Space, stamp=now)
    assert len(desk.gos) == 1
    assert desk.event(Qt.Key.Key_Space, stamp=now - STALE_MS - 300)
    assert desk.gos == []
    assert "0.8 s ago" in desk.notices[0]


def test_press_that_is_a_little_old_goes_with_the_time_of_its_press(desk: Desk) -> None:
    now = time.monotonic_ns() // 1_000_000
    desk.event(Qt.Key.Key_Space, stamp=now)
    desk.event(Qt.Key.Key_Space, stamp=now - 300)
    first, second = desk.gos
    assert -350_000_000 <= second.pressed_at - first.pressed_at <= -200_000_000


def test_age_needs_no_common_zero_and_survives_a_wrap_of_the_stamps() -> None:
    now = [5_000_000_000_000]
    age = EventAge(lambda: now[0])
    assert age.read(2**32 - 200) == 0
    now[0] += 150_000_000
    assert age.read(2**32 - 50) == 0
    now[0] += 100_000_000
    assert age.read(50) == 0
    now[0] += 900_000_000
    assert age.read(50) == 900
    assert age.read(0) == 0


def test_age_learns_from_an_event_that_came_sooner_than_the_first() -> None:
    now = [10_000_000_000]
    age = EventAge(lambda: now[0])
    age.read(9_000)
    assert age.read(9_700) == 0
    assert age.read(9_000) == 700


def test_go_in_an_open_menu_wants_control(desk: Desk, qtbot: QtBot) -> None:
    menu = QMenu(desk.widget)
    menu.addAction("Entry")
    menu.popup(desk.widget.mapToGlobal(desk.button.pos()))
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is menu)
    assert not desk.event(Qt.Key.Key_Space)
    assert desk.event(Qt.Key.Key_Space, modifiers=CONTROL)
    assert len(desk.gos) == 1
    menu.close()


def test_nothing_is_taken_while_no_show_is_open(desk: Desk) -> None:
    desk.key.enabled = False
    desk.tap(Qt.Key.Key_Space)
    desk.tap(Qt.Key.Key_Escape)
    assert desk.stage.take_commands() == []
    assert desk.clicks == 1


def test_other_keys_with_space_are_not_go(desk: Desk) -> None:
    assert not desk.event(Qt.Key.Key_Space, modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert not desk.event(Qt.Key.Key_Space, modifiers=Qt.KeyboardModifier.AltModifier)
    assert not desk.event(Qt.Key.Key_A)
    assert desk.gos == []


def test_keyboard_elsewhere_is_told(desk: Desk, qtbot: QtBot) -> None:
    assert not desk.key.elsewhere
    with qtbot.waitSignal(desk.key.changed):
        desk.window.destroy()
        # The offscreen platform takes the focus away as a real one does, but tells nobody.
        QApplication.instance().focusWindowChanged.emit(None)
    assert desk.key.elsewhere
    with qtbot.waitSignal(desk.key.changed):
        desk.widget.hide()
        desk.widget.show()
        desk.widget.activateWindow()
    assert not desk.key.elsewhere


def press_escape(desk: Desk, at: int) -> bool:
    taken = desk.event(Qt.Key.Key_Escape, stamp=at)
    desk.event(Qt.Key.Key_Escape, QEvent.Type.KeyRelease, stamp=at)
    return taken


@pytest.fixture
def now(desk: Desk) -> int:
    """A stamp that the filter takes as of this moment; later ones lie before it."""
    stamp = time.monotonic_ns() // 1_000_000
    desk.key.age.read(stamp)
    return stamp


def test_escape_alone_stops_nothing_and_says_what_a_second_would_do(desk: Desk, now: int) -> None:
    assert press_escape(desk, now)
    assert desk.events == []
    assert desk.asked == ["Esc again: STOP ALL"]


def test_escape_twice_within_eight_tenths_stops_all(desk: Desk, now: int) -> None:
    press_escape(desk, now - AGAIN_MS + 50)
    press_escape(desk, now)
    assert [type(event) for event in desk.events] == [ev.StopAll]


def test_escape_twice_more_slowly_stops_nothing(desk: Desk, now: int) -> None:
    press_escape(desk, now - AGAIN_MS - 50)
    press_escape(desk, now)
    assert desk.events == []


def test_escape_held_for_half_a_second_stops_all_once(desk: Desk, qtbot: QtBot) -> None:
    desk.event(Qt.Key.Key_Escape)
    for _ in range(5):
        desk.event(Qt.Key.Key_Escape, repeat=True)
    events: list[ev.Event] = []

    def stopped() -> bool:
        events.extend(desk.events)
        return bool(events)

    qtbot.waitUntil(stopped, timeout=HELD_MS * 4)
    desk.event(Qt.Key.Key_Escape, QEvent.Type.KeyRelease)
    assert [type(event) for event in events] == [ev.StopAll]


def test_escape_let_go_early_is_not_held(desk: Desk, qtbot: QtBot) -> None:
    desk.event(Qt.Key.Key_Escape)
    desk.event(Qt.Key.Key_Escape, QEvent.Type.KeyRelease)
    qtbot.waitUntil(lambda: not desk.key._held.isActive(), timeout=HELD_MS - 100)
    assert desk.events == []


def test_a_further_escape_is_panic_but_not_much_later(desk: Desk, now: int) -> None:
    press_escape(desk, now - 2700)
    press_escape(desk, now - 2400)
    press_escape(desk, now - 2400 + PANIC_MS - 100)
    assert [type(event) for event in desk.events] == [ev.StopAll, ev.Panic]
    desk.key._stopped_at = now - PANIC_MS - 100
    press_escape(desk, now)
    assert desk.events == []
    assert desk.asked[-1] == "Esc again: STOP ALL"


def test_stale_escape_still_stops(desk: Desk, now: int) -> None:
    press_escape(desk, now - 3000)
    press_escape(desk, now - 2800)
    assert [type(event) for event in desk.events] == [ev.StopAll]


@pytest.mark.parametrize("said", ["warned", "stood_by"])
def test_escape_takes_a_spoken_standby_back_and_asks(desk: Desk, said: str) -> None:
    desk.stage.show_snapshot(**{said: True})
    desk.event(Qt.Key.Key_Escape)
    assert desk.events == [ev.StandBy(at=0, spoken=False)]  # type: ignore[arg-type]
    assert desk.asked == ["Esc again: STOP ALL"]


def test_escape_leaves_a_text_field_first(desk: Desk, qtbot: QtBot) -> None:
    desk.field.setFocus()
    desk.tap(Qt.Key.Key_Escape)
    assert desk.asked == []
    qtbot.waitUntil(desk.table.hasFocus)
    desk.tap(Qt.Key.Key_Escape)
    assert desk.asked == ["Esc again: STOP ALL"]


def test_escape_closes_a_menu_first(desk: Desk, qtbot: QtBot) -> None:
    menu = QMenu(desk.widget)
    menu.addAction("Entry")
    menu.popup(desk.widget.mapToGlobal(desk.button.pos()))
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is menu)
    assert not press_escape(desk, 0)
    assert desk.asked == []
    menu.close()


def test_escape_that_closes_a_dialog_stops_nothing_though_its_release_is_lost(
    desk: Desk, qtbot: QtBot
) -> None:
    dialog = open_dialog(desk, qtbot)
    QTest.keyPress(dialog.windowHandle(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert not desk.key._held.isActive()
    assert desk.events == []


def test_escape_held_on_after_it_closed_a_dialog_stops_all(desk: Desk, qtbot: QtBot) -> None:
    dialog = open_dialog(desk, qtbot)
    QTest.keyPress(dialog.windowHandle(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    desk.event(Qt.Key.Key_Escape, repeat=True)
    events: list[ev.Event] = []

    def stopped() -> bool:
        events.extend(desk.events)
        return bool(events)

    qtbot.waitUntil(stopped, timeout=HELD_MS * 4)
    assert [type(event) for event in events] == [ev.StopAll]


def test_escape_is_not_held_on_when_the_keyboard_goes_elsewhere(desk: Desk, qtbot: QtBot) -> None:
    desk.event(Qt.Key.Key_Escape)
    assert desk.key._held.isActive()
    desk.window.destroy()
    # The offscreen platform takes the focus away as a real one does, but tells nobody.
    QApplication.instance().focusWindowChanged.emit(None)
    assert desk.key.elsewhere
    assert not desk.key._held.isActive()


def open_dialog(desk: Desk, qtbot: QtBot) -> QDialog:
    dialog = QDialog(desk.widget)
    dialog.setModal(True)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    desk.key.watch(dialog.windowHandle())
    return dialog


def test_question_disappears_by_itself(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignals([desk.key.stop_asked, desk.key.stop_asked], timeout=AGAIN_MS * 4):
        desk.event(Qt.Key.Key_Escape)
        desk.event(Qt.Key.Key_Escape, QEvent.Type.KeyRelease)
    assert desk.asked[-1] == ""
