"""The actions of the window, one for each row of the table of shortcuts, and the menus made of them.

Owns `QAction`s and which menu they stand in. Knows no behaviour: the window connects each to what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from showcaller.gui.shortcuts import SHORTCUTS
from showcaller.gui.theme import ThemeHolder

SEPARATOR = ""

FILE_MENU = ("new", "open", "RECENT", "save_as", "save_copy", SEPARATOR, "import_json", "export_json",
             SEPARATOR, "quit")  # fmt: skip
EDIT_MENU = ("undo", "redo", SEPARATOR, "add_cue", "add_segment", SEPARATOR, "cut", "copy", "paste",
             "duplicate", "delete", SEPARATOR, "move_up", "move_down", "standby_with", SEPARATOR, "unlock",
             "next_problem")  # fmt: skip
CALL_MENU = ("go", "stop_all", SEPARATOR, "stand_by", "back", "forward", "oops", "skip", "jump", "hold",
             SEPARATOR, "start_cue", "stop_cue", "drop_wait", SEPARATOR, "tap_tempo", "taps_back",
             "stop_tempo", SEPARATOR, "auto", "MANUAL", "disarm", "float", SEPARATOR,
             "add_time", "start_segment", "choose_ending", "buy_back", "take_time_back", "timers",
             "drop_in", "run_times", SEPARATOR, "go_on", "go_on_with_waits", SEPARATOR, "note")  # fmt: skip
SHOW_MENU = ("mode_edit", "mode_rehearse", "rehearse_here", "mode_live", SEPARATOR, "slower", "faster",
             "pause", SEPARATOR, "properties", "departments", "remote", "timecode", "tones")  # fmt: skip
DEVICES_MENU = ("add_device", SEPARATOR, "RETRY", "ENGINE")
VIEW_MENU = ("PANELS", "next_panel", "previous_panel", SEPARATOR, "larger", "smaller", "usual_size", "THEMES",
             SEPARATOR, "full_screen", SEPARATOR, "clock_window", "another_clock_window", "stage_message",
             SEPARATOR, "house_minute", "house_off", SEPARATOR, "ARRANGE", "reset_layout")  # fmt: skip
HELP_MENU = ("help",)

_REPEATING = {
    "undo", "redo", "move_up", "move_down", "larger", "smaller", "later_1", "earlier_1", "later_10",
    "earlier_10", "later_60", "earlier_60"
}  # fmt: skip
"""Everything else is done once for a key that is held down."""

_HELD = {"mode_edit", "mode_rehearse"}
"""Keys that are held on purpose: who takes them wants to know that they still are down."""


def _never(_key: int) -> bool:
    return False


class Actions:
    """All actions, by the names of the table."""

    def __init__(self, window: QWidget, themes: ThemeHolder) -> None:
        self._window, self._themes = window, themes
        self.by_name: dict[str, QAction] = {}
        self.connected: set[str] = set()
        """Names of those that do something."""
        for row in SHORTCUTS:
            action = QAction(row.words, window)
            action.setToolTip(f"{row.words} ({row.key_text})\n{row.tip}".strip())
            action.setStatusTip(row.tip)
            if row.filtered:
                # The key is the filter's; here it only is shown beside the words.
                action.setText(f"{row.words}\t{row.key_text}")
            else:
                action.setShortcuts([QKeySequence(key) for key in row.keys])
                action.setAutoRepeat(row.name in _REPEATING)
                window.addAction(action)
            self.by_name[row.name] = action
        self.draw_icons()

    def draw_icons(self) -> None:
        """Draw the icons in the theme's colours."""
        for row in SHORTCUTS:
            if row.icon:
                self.by_name[row.name].setIcon(self._themes.theme.icon(row.icon))

    def connect(self, handlers: Mapping[str, Callable[[], object]], repeats: Callable[[int], bool]) -> None:
        """Give actions what they do.

        Args:
            handlers: What each does, by name.
            repeats: Says whether a key that comes now is auto-repeat that Qt did not mark.

        Raises:
            KeyError: There is no such action.
        """
        self.connected |= handlers.keys()
        for name, handler in handlers.items():
            action = self.by_name[name]
            once = not action.autoRepeat() and name not in _HELD
            action.triggered.connect(self._once(action, handler, repeats if once else _never))

    @staticmethod
    def _once(
        action: QAction, handler: Callable[[], object], repeats: Callable[[int], bool]
    ) -> Callable[[bool], None]:
        """Return what does a thing once for a key that is held down."""
        # PySide's stubs do not know that a sequence can be indexed.
        keys: list[int] = [sequence[0].key() for sequence in action.shortcuts()]  # type: ignore[index]

        def do(_checked: bool) -> None:
            if not any(repeats(key) for key in keys):
                handler()

        return do

    def fill(self, menu: QMenu, names: Sequence[str], special: Mapping[str, Callable[[QMenu], None]]) -> None:
        """Put actions into a menu; a name in capitals is filled by whoever knows what belongs there."""
        for name in names:
            if name == SEPARATOR:
                menu.addSeparator()
            elif name in special:
                special[name](menu)
            else:
                menu.addAction(self.by_name[name])
