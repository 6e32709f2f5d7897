"""The menu of the window, below the button at the left of the top bar.

Owns the menus whose content changes: last files, panels, colours, departments on manual, devices. The
fixed ones come from `actions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QPoint
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from showcaller.core import messages
from showcaller.gui import actions
from showcaller.gui.actions import Actions
from showcaller.gui.calling import Calling
from showcaller.gui.dock_area import DockArea
from showcaller.gui.file_commands import FileCommands
from showcaller.gui.parts import Parts
from showcaller.gui.theme import SetName

translate = QCoreApplication.translate


def add_entry(menu: QMenu, words: str, call: Callable[[], object], *, checked: bool | None = None) -> QAction:
    """Put an entry into a menu; with `checked` one that has a mark, or not."""
    action = QAction(words, menu)
    action.triggered.connect(lambda _checked=False: call())
    if checked is not None:
        action.setCheckable(True)
        action.setChecked(checked)
    menu.addAction(action)
    return action


def add_note(menu: QMenu, words: str) -> None:
    """Put an entry into a menu that only says something."""
    action = QAction(words, menu)
    action.setEnabled(False)
    menu.addAction(action)


class WindowMenus(QObject):
    """See the module's law."""

    def __init__(
        self,
        parts: Parts,
        window_actions: Actions,
        calling: Calling,
        files: FileCommands,
        docks: DockArea,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._parts, self._calling, self._files, self._docks = parts, calling, files, docks
        self._window = window
        self.menu = QMenu(window)
        filled: Mapping[str, tuple[str, Callable[[QMenu], None]]] = {
            "RECENT": (translate("Menu", "Open recent"), self._fill_recent),
            "MANUAL": (translate("Menu", "Department on manual"), self._fill_manual),
            "THEMES": (translate("Menu", "Colours"), self._fill_colours),
            "RETRY": (translate("Menu", "Open again now"), self._fill_retry),
        }
        special: dict[str, Callable[[QMenu], None]] = {
            "PANELS": self._add_panels,
            "ARRANGE": lambda menu: menu.addAction(docks.arrange_action),
            "ENGINE": self._add_engine,
        }
        for name, (title, fill) in filled.items():
            special[name] = self._adder(title, fill)
        for title, names in (
            (translate("Menu", "File"), actions.FILE_MENU),
            (translate("Menu", "Edit"), actions.EDIT_MENU),
            (translate("Menu", "Call"), actions.CALL_MENU),
            (translate("Menu", "Show"), actions.SHOW_MENU),
            (translate("Menu", "Devices"), actions.DEVICES_MENU),
            (translate("Menu", "View"), actions.VIEW_MENU),
            (translate("Menu", "Help"), actions.HELP_MENU),
        ):
            window_actions.fill(self.menu.addMenu(title), names, special)

    def show_below(self, button: QWidget) -> None:
        """Open the menu below a button."""
        self.menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def show_manual_below(self, bar: QWidget) -> None:
        """Offer the departments to put on manual, or back, in the middle below a bar."""
        menu = QMenu(self._window)
        self._fill_manual(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(bar.mapToGlobal(QPoint(bar.width() // 2, bar.height())))

    @staticmethod
    def _adder(title: str, fill: Callable[[QMenu], None]) -> Callable[[QMenu], None]:
        """Return what adds a menu that is filled when it is opened."""

        def add(menu: QMenu) -> None:
            part = menu.addMenu(title)

            def fill_anew() -> None:
                part.clear()
                fill(part)

            part.aboutToShow.connect(fill_anew)

        return add

    def _fill_recent(self, menu: QMenu) -> None:
        def opener(path: Path) -> Callable[[], None]:
            return lambda: self._files.open_path(path)

        for path in self._files.recent():
            add_entry(menu, path.stem, opener(path)).setToolTip(str(path))
        if menu.isEmpty():
            add_note(menu, translate("Menu", "No files yet"))

    def _fill_manual(self, menu: QMenu) -> None:
        def switcher(department: str) -> Callable[[], None]:
            return lambda: self._calling.set_manual(department)

        manual = self._parts.client.snapshot.manual
        for count, department in enumerate(self._parts.document.show.departments, 1):
            words = f"&{count}  {department.name}" if count < 10 else department.name
            add_entry(menu, words, switcher(department.id), checked=department.id in manual)
        if menu.isEmpty():
            add_note(menu, translate("Menu", "No departments yet"))

    def _fill_retry(self, menu: QMenu) -> None:
        def opener(device: str) -> Callable[[], object]:
            return lambda: self._parts.client.request(messages.RetryDevice(0, device))

        for device in self._parts.document.show.devices:
            add_entry(menu, device.name, opener(device.id))
        if menu.isEmpty():
            add_note(menu, translate("Menu", "No devices yet"))

    def _fill_colours(self, menu: QMenu) -> None:
        def chooser(name: SetName) -> Callable[[], None]:
            return lambda: self._parts.themes.choose(name)

        names: Mapping[SetName, str] = {
            "dark": translate("Menu", "Dark"),
            "colour-blind": translate("Menu", "Colour-blind safe"),
            "night": translate("Menu", "Night, red only"),
        }
        group = QActionGroup(menu)
        for name, title in names.items():
            checked = name == self._parts.themes.theme.name
            group.addAction(add_entry(menu, title, chooser(name), checked=checked))

    def _add_panels(self, menu: QMenu) -> None:
        for dock in self._docks.docks.values():
            menu.addAction(dock.toggleViewAction())

    def _add_engine(self, menu: QMenu) -> None:
        def start() -> None:
            self._parts.supervisor.run(self._parts.document.show.id)

        add_entry(menu, translate("Menu", "Start the engine again"), start)
