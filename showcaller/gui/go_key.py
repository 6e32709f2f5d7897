"""Space and Esc: the laws of GO and of stop, in one place.

Owns what those two keys do whatever has the focus: Space is GO but types in an open text field, where
Ctrl+Space is GO; where a show is called so, it stands by while it is held and GOes when it comes up, and
any other key takes it back; auto-repeat never GOes; a press that is older than half a second is dropped,
and said; Esc closes what is open, and twice or held stops all. It looks at each of our windows' keys
before any widget does. Knows no panel: it tells whoever shows GO how it reads.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from showcaller.core import events as ev
from showcaller.core.times import Instant, ShowTime
from showcaller.gui.client import Client
from showcaller.gui.held_go import HeldGo

STALE_MS = 500
AGAIN_MS = 800
HELD_MS = 500
PANIC_MS = 2000
REPEAT_MS = 10
"""A press so soon after the release of its key is auto-repeat, whatever Qt says: X sends both at one time,
and Qt, when it is busy, does not see that they belong together."""
LET_GO_MS = 90
"""A key that is not pressed again after so long was let go."""
CLOSES_ON_ESCAPE = "closes_on_escape"
"""Property of a widget or window in which the first Esc closes it and does not count for stop all."""
_CLOCK_BITS = 1 << 32
_NOW = ShowTime(0)
"""The engine sets an event's time."""


class EventAge:
    """How long ago an input event happened, from its time stamp, whose zero nobody tells us.

    The least difference ever seen between our clock and the stamps is that of an event which came at
    once; what an event has more than that is its age.
    """

    def __init__(self, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._now_ns = now_ns
        self._least: int | None = None

    def read(self, stamp_ms: int) -> int:
        """Return the age in milliseconds of an event with this stamp; 0 for one without."""
        if stamp_ms == 0:
            return 0
        difference = (self._now_ns() // 1_000_000 - stamp_ms) % _CLOCK_BITS
        if self._least is None:
            self._least = difference
        age = (difference - self._least) % _CLOCK_BITS
        if age >= _CLOCK_BITS // 2:
            self._least, age = difference, 0
        return age


def is_typing(widget: QWidget | None) -> bool:
    """Say whether Space types into this widget."""
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return widget.isEnabled() and not widget.isReadOnly()
    if isinstance(widget, QAbstractSpinBox):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QKeySequenceEdit)


def is_in_view(widget: QWidget | None) -> bool:
    """Say whether a widget is the editor of a table's cell, which closes by itself on Esc."""
    while widget is not None:
        widget = widget.parentWidget()
        if isinstance(widget, QAbstractItemView):
            return True
    return False


class GoKey(QObject):
    """Looks at Space and Esc before all others."""

    changed = Signal()
    """`key_text` or `elsewhere` is another."""
    stop_asked = Signal(str)
    """What to show while a further Esc would do something; empty: nothing any more."""
    noticed = Signal(str, str)

    def __init__(
        self, client: Client, home: Callable[[], QWidget | None], parent: QObject | None = None
    ) -> None:
        """Begin to look.

        Args:
            client: Takes the GO.
            home: Returns the widget that gets the keyboard when a field is left by Esc.
            parent: The owner.
        """
        super().__init__(parent)
        self._client = client
        self._home = home
        self.enabled = True
        """Off while no show is open: Space and Esc are then keys like others."""
        self.age = EventAge()
        self.key_text = "Space"
        """How the GO button names its key."""
        self.elsewhere = False
        """No window of ours has the keyboard."""
        self.held = HeldGo(client, self)
        self._esc_at: int | None = None
        self._stopped_at: int | None = None
        self._held = QTimer(self)
        self._held.setSingleShot(True)
        self._held.setInterval(HELD_MS)
        self._held.timeout.connect(self._stop_held)
        self._let_go = QTimer(self)
        self._let_go.setSingleShot(True)
        self._let_go.setInterval(LET_GO_MS)
        self._let_go.timeout.connect(self._held.stop)
        self._doubtful = False
        """A window that had the keyboard went away under Esc: the release may come to none of ours, so that
        only its repeats can say that the key is still down."""
        self._releases: dict[int, tuple[int, int]] = {}
        self._taken: tuple[int, int] | None = None
        """Key and stamp of the press whose GO was given before Qt looked for shortcuts."""
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.timeout.connect(lambda: self.stop_asked.emit(""))
        application = QGuiApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._look_at_focus)
        application.focusWindowChanged.connect(self.watch)
        application.applicationStateChanged.connect(self._look_at_focus)

    def watch(self, window: QWindow | None) -> None:
        """Look at the keys of one more of our windows."""
        if window is not None:
            # Installing it again only moves it to the front.
            window.installEventFilter(self)
        self._look_at_focus()

    def is_busy_typing(self) -> bool:
        """Say whether Space belongs to a text field, a menu or a dialog now."""
        return (
            QApplication.activePopupWidget() is not None
            or QApplication.activeModalWidget() is not None
            or is_typing(QApplication.focusWidget())
        )

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take GO and stop out of the stream of keys."""
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            return self.enabled and self._press_early(event)
        if kind == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            taken, self._taken = self._taken, None
            if taken is not None and taken == (event.key(), event.timestamp()):
                return True
            return self.enabled and self.press(event)
        if kind == QEvent.Type.KeyRelease:
            assert isinstance(event, QKeyEvent)
            self._releases[event.key()] = event.timestamp(), time.monotonic_ns()
            return self.enabled and self.release(event)
        return False

    def _press_early(self, event: QKeyEvent) -> bool:
        """Take a GO when Qt asks whether the key is a shortcut: its search is not waited for.

        The press itself comes after that, with the same stamp; one without a stamp could not be known again.
        """
        if event.timestamp() == 0 or not self._is_go(event) or not self.press(event):
            return False
        self._taken = event.key(), event.timestamp()
        event.accept()
        return True

    def repeats(self, key: int) -> bool:
        """Say whether a key that comes now was released only just now: auto-repeat that nobody marked."""
        _, seen_at = self._releases.get(key, (0, 0))
        return time.monotonic_ns() - seen_at <= REPEAT_MS * 1_000_000

    def _is_repeat(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return True
        stamp, _ = self._releases.get(event.key(), (0, 0))
        return stamp != 0 and (event.timestamp() - stamp) % _CLOCK_BITS <= REPEAT_MS

    def press(self, event: QKeyEvent) -> bool:
        """Take a key press; return whether it was GO or stop."""
        key = event.key()
        age = self.age.read(event.timestamp())
        if self.held.is_down and key != Qt.Key.Key_Space:
            self.held.take_back()
            return True
        if key == Qt.Key.Key_Escape:
            return self._press_escape(event, age)
        return self._is_go(event) and self._press_go(event, age)

    def release(self, event: QKeyEvent) -> bool:
        """Take a key release; a button that has the focus must not see that of a GO."""
        if event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            self._let_go.start()
        if self.held.is_down and event.key() == Qt.Key.Key_Space:
            self._release_held(event)
            return True
        return self._is_go(event)

    def _release_held(self, event: QKeyEvent) -> None:
        age = self.age.read(event.timestamp())
        if event.isAutoRepeat():
            return
        if age > STALE_MS:
            self.held.take_back()
            self._tell_stale(age)
        else:
            self.held.release(age)

    def _is_go(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Space:
            return False
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == Qt.KeyboardModifier.ControlModifier:
            return True
        return modifiers == Qt.KeyboardModifier.NoModifier and not self.is_busy_typing()

    def _press_go(self, event: QKeyEvent, age: int) -> bool:
        if self._is_repeat(event):
            self.held.repeat()
            return True
        if age > STALE_MS:
            self._tell_stale(age)
            return True
        pressed_at = Instant(time.monotonic_ns() - age * 1_000_000)
        if self._client.snapshot.holds and self._client.connected:
            self.held.press(pressed_at)
        else:
            self._client.go("key", pressed_at)
        return True

    def _tell_stale(self, age: int) -> None:
        self.noticed.emit(
            "problem",
            self.tr("The GO of {seconds:.1f} s ago was not taken: the window had stopped.").format(
                seconds=age / 1000
            ),
        )

    def _press_escape(self, event: QKeyEvent, age: int) -> bool:
        self._let_go.stop()
        if self._is_repeat(event):
            if self._doubtful:
                self._doubtful = False
                self._held.start()
            return True
        pressed_at = time.monotonic_ns() // 1_000_000 - age
        self._doubtful = False
        self._held.start()
        if self._stopped_at is not None and pressed_at - self._stopped_at <= PANIC_MS:
            self._panic(pressed_at)
            return True
        if self._esc_at is not None and pressed_at - self._esc_at <= AGAIN_MS:
            self._stop(pressed_at)
            return True
        if self._closes_window():
            self._doubt()
            return False
        if self._leaves_field():
            return False
        self._esc_at = pressed_at
        if self._client.snapshot.stood_by or self._client.snapshot.warned:
            self._client.do(ev.StandBy(_NOW, False))
        self._ask(self.tr("Esc again: STOP ALL"), AGAIN_MS)
        return True

    def _closes_window(self) -> bool:
        """Say whether this Esc closes a popup, a dialog or another window with the keyboard."""
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            return True
        window = QApplication.activeWindow()
        return window is not None and bool(window.property(CLOSES_ON_ESCAPE))

    def _leaves_field(self) -> bool:
        """Say whether this Esc closes an editor in the window, and leave a field that stays open."""
        focus = QApplication.focusWidget()
        if focus is not None and focus.property(CLOSES_ON_ESCAPE):
            return True
        if not is_typing(focus):
            return False
        if not is_in_view(focus):
            QTimer.singleShot(0, self, self._go_home)
        return True

    def _doubt(self) -> None:
        self._held.stop()
        self._doubtful = True

    def _go_home(self) -> None:
        home = self._home()
        if home is not None:
            home.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _stop_held(self) -> None:
        if self._stopped_at is None or not self._forget.isActive():
            self._stop(time.monotonic_ns() // 1_000_000)

    def stop_all(self) -> None:
        """Stop all at once: the button's way."""
        self._stop(time.monotonic_ns() // 1_000_000)

    def _stop(self, at_ms: int) -> None:
        self._held.stop()
        self._esc_at, self._stopped_at = None, at_ms
        self._client.do(ev.StopAll(_NOW))
        self._ask(self.tr("STOPPED. Esc again: PANIC"), PANIC_MS)

    def _panic(self, at_ms: int) -> None:
        self._held.stop()
        self._stopped_at = at_ms
        self._client.do(ev.Panic(_NOW, Instant(time.monotonic_ns())))
        self._ask(self.tr("PANIC"), PANIC_MS)

    def _ask(self, words: str, milliseconds: int) -> None:
        self.stop_asked.emit(words)
        self._forget.start(milliseconds)

    def _look_at_focus(self, *_: object) -> None:
        key_text = "Ctrl+Space" if self.is_busy_typing() else "Space"
        active = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
        elsewhere = not active or QGuiApplication.focusWindow() is None
        self.held.look_at_focus(elsewhere=elsewhere)
        if elsewhere and self._held.isActive():
            self._doubt()
        if (key_text, elsewhere) != (self.key_text, self.elsewhere):
            self.key_text, self.elsewhere = key_text, elsewhere
            self.changed.emit()
