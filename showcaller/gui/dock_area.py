"""The panels in their places: the rundown in the middle, the others as docks around it.

Owns which panel stands where, in EDIT and in a run apart, and that the operator's own arrangement of each is
kept. Knows nothing of what is in the panels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QTabBar, QVBoxLayout, QWidget

from showcaller.gui.shortcuts import CONTEXT, PANELS
from showcaller.gui.theme import ThemeHolder

Arrangement = Literal["edit", "run"]

_LEFT_TO_RIGHT = Qt.Orientation.Horizontal
_TOP_DOWN = Qt.Orientation.Vertical
LAYOUT_VERSION = 1
WIDEST_COLUMN = 0.36
"""Share of the window that the right column may keep from a larger screen."""


class Frame(QFrame):
    """The rounded ground of one panel."""

    def __init__(self, panel: QWidget, themes: ThemeHolder, parent: QWidget) -> None:
        super().__init__(parent)
        self._themes = themes
        self.setObjectName("frame")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        # Before the panel is in it: a style sheet is handed down to everything there is.
        self._restyle()
        layout.addWidget(panel)
        themes.changed.connect(self._restyle)

    def _restyle(self) -> None:
        theme = self._themes.theme
        self.setStyleSheet(
            f"#frame {{ background: {theme.panel.name()}; border: 1px solid {theme.line.name()};"
            f" border-radius: {theme.px(8)}px; }}"
        )


class DockArea(QMainWindow):
    """See the module's law."""

    def __init__(
        self,
        centre: QWidget,
        panels: Mapping[str, QWidget],
        themes: ThemeHolder,
        settings: QSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._themes, self._settings = themes, settings
        self.arrangement: Arrangement = "edit"
        self._placed = False
        self._behind: set[str] = set()
        """Panels that lie behind another one's tab."""
        self._sized = False
        """The operator has given the panels sizes; until then they follow the window's."""
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setObjectName("desk")
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.setCentralWidget(Frame(centre, themes, self))
        self.docks: dict[str, QDockWidget] = {}
        for name, title, key in PANELS:
            dock = QDockWidget(QCoreApplication.translate(CONTEXT, title), self)
            dock.setObjectName(f"dock-{name}")
            dock.setWidget(Frame(panels[name], themes, dock))
            dock.toggleViewAction().setShortcut(QKeySequence(key))
            dock.visibilityChanged.connect(lambda seen, name=name: self._see_front(name, seen))
            dock.toggleViewAction().triggered.connect(lambda shown, name=name: self._bring(name, shown))
            self.docks[name] = dock
        self.arrange_action = QAction(self.tr("Arrange panels"), self)
        self.arrange_action.setCheckable(True)
        self.arrange_action.toggled.connect(self._show_handles)
        self._show_handles(False)
        self._place()

    def _show_handles(self, on: bool) -> None:
        """Give the panels title bars by which they are moved, or take those away."""
        for dock in self.docks.values():
            before = dock.titleBarWidget()
            if on:
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]
            elif before is None:
                bare = QWidget()
                bare.setFixedHeight(0)
                dock.setTitleBarWidget(bare)
            if on and before is not None:
                before.deleteLater()
            features = QDockWidget.DockWidgetFeature
            dock.setFeatures(
                features.DockWidgetMovable | features.DockWidgetFloatable | features.DockWidgetClosable
                if on
                # Qt takes the panel's key away from one that cannot be closed.
                else features.DockWidgetClosable
            )

    def _place(self) -> None:
        """Put every panel where it belongs by default."""
        self._fold()
        docks = self.docks
        right, bottom = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        for dock in docks.values():
            self.removeDockWidget(dock)
        self.addDockWidget(right, docks["inspector"])
        self.addDockWidget(right, docks["calling"])
        self.splitDockWidget(docks["inspector"], docks["calling"], _TOP_DOWN)
        self.addDockWidget(right, docks["meters"])
        self.splitDockWidget(docks["calling"], docks["meters"], _TOP_DOWN)
        self.splitDockWidget(docks["meters"], docks["devices"], _LEFT_TO_RIGHT)
        self.addDockWidget(bottom, docks["timeline"])
        self.addDockWidget(bottom, docks["asrun"])
        self.addDockWidget(bottom, docks["problems"])
        self.tabifyDockWidget(docks["timeline"], docks["asrun"])
        self.tabifyDockWidget(docks["asrun"], docks["problems"])
        in_edit = self.arrangement == "edit"
        for name in ("calling", "meters", "devices", "timeline"):
            docks[name].show()
        docks["inspector"].setVisible(in_edit)
        docks["asrun"].hide()
        docks["problems"].hide()
        self._size()

    def _size(self) -> None:
        px = self._themes.theme.px
        width, height = max(self.width(), 1000), max(self.height(), 500)
        docks = self.docks
        column = min(px(560), int(width * 0.32))
        self.resizeDocks([docks["inspector"], docks["calling"]], [column, column], _LEFT_TO_RIGHT)
        self.resizeDocks(
            [docks["meters"], docks["devices"]], [column * 9 // 20, column * 11 // 20], _LEFT_TO_RIGHT
        )
        low = px(248) if height > px(800) else px(150)
        self.resizeDocks([docks["timeline"]], [px(232) if height > px(800) else px(170)], _TOP_DOWN)
        if self.arrangement == "edit":
            line = px(56)
            self.resizeDocks(
                [docks["inspector"], docks["calling"], docks["meters"]],
                [max(100, height - line - low), line, low],
                _TOP_DOWN,
            )
        else:
            self.resizeDocks([docks["calling"], docks["meters"]], [max(100, height - low), low], _TOP_DOWN)

    def take(self, arrangement: Arrangement) -> None:
        """Go over to the other arrangement, keeping the one that is left as the operator made it."""
        if arrangement == self.arrangement:
            return
        self.save()
        self.arrangement = arrangement
        self.restore()

    def save(self) -> None:
        """Keep the arrangement in use."""
        if self._placed:
            self._settings.setValue(f"layout/{self.arrangement}", self.saveState(LAYOUT_VERSION))
            self._settings.setValue(f"layout/{self.arrangement}-sized", self._sized)

    def restore(self) -> None:
        """Take the kept arrangement, or the default one where none was kept."""
        kept = self._settings.value(f"layout/{self.arrangement}")
        self._sized = bool(self._settings.value(f"layout/{self.arrangement}-sized", False, bool))
        self._fold()
        if kept is None or not self.restoreState(kept, LAYOUT_VERSION):
            self._place()
        elif not self._sized or self.docks["calling"].width() > self.width() * WIDEST_COLUMN:
            self._size()
        self._dress_tabs()

    def _fold(self) -> None:
        """In EDIT the calling panel is one line, and the rest of the column the inspector's."""
        line = self._themes.theme.px(64)
        self.docks["calling"].setMaximumHeight(line if self.arrangement == "edit" else 16_777_215)

    def reset(self) -> None:
        """Forget the operator's arrangements."""
        for arrangement in ("edit", "run"):
            self._settings.remove(f"layout/{arrangement}")
            self._settings.remove(f"layout/{arrangement}-sized")
        self._sized = False
        self._place()

    def _see_front(self, name: str, seen: bool) -> None:
        if seen:
            self._behind.discard(name)
        elif not self.docks[name].isHidden():
            self._behind.add(name)

    def _bring(self, name: str, shown: bool) -> None:
        """A panel's key shows it; one that lies behind another's tab comes to the front instead of going."""
        if shown or name in self._behind:
            self._behind.discard(name)
            self.reveal(name)
        self._dress_tabs()

    def _dress_tabs(self) -> None:
        """Keep the tabs' titles whole; their base line is white in every theme."""
        for bar in self.findChildren(QTabBar):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setDrawBase(False)

    def reveal(self, name: str) -> None:
        """Show a panel and bring it to the front."""
        self.docks[name].show()
        self.docks[name].raise_()

    def sizeHint(self) -> QSize:
        """The whole of a large screen."""
        return QSize(1900, 960)

    def minimumSizeHint(self) -> QSize:
        """Small enough for a small laptop; the panels shrink."""
        return QSize(800, 400)

    def event(self, event: QEvent) -> bool:
        """Notice when the operator takes hold of the line between two panels."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._sized = self._sized or self.isSeparator(event.position().toPoint())
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the proportions of the design, unless the operator made others."""
        super().resizeEvent(event)
        if self._placed and not self._sized:
            self._size()

    def showEvent(self, event: QShowEvent) -> None:
        """Sizes are only right once the window has one."""
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            QTimer.singleShot(0, self, self.restore)
