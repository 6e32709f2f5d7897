"""What stands in the window while no show is open: new, open, demo, and the last files.

Owns the page only; the window does what it asks for. A show file may be dropped anywhere on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from showcaller.assets import asset
from showcaller.gui.demos import DEMOS
from showcaller.gui.filing import SUFFIX
from showcaller.gui.shortcuts import with_key
from showcaller.gui.theme import ThemeHolder


def dropped_show(event: QDragEnterEvent | QDropEvent) -> Path | None:
    """Return the show or JSON file that is being dropped, or None."""
    for url in event.mimeData().urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and path.suffix.lower() in {SUFFIX, ".json"}:
            return path
    return None


class StartPage(QWidget):
    """See the module's law."""

    new_asked = Signal()
    open_asked = Signal()
    demo_asked = Signal(str)
    file_asked = Signal(object)

    def __init__(self, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self.setAcceptDrops(True)
        self.setObjectName("desk")
        self.mark = QLabel()
        self.head = QLabel("Showcaller")
        self.words = QLabel(self.tr("One window and one key for the person who calls a live show."))
        self.words.setProperty("role", "dim")
        self.new = QPushButton(with_key(self.tr("New show"), "new"))
        self.open = QPushButton(with_key(self.tr("Open…"), "open"))
        self.new.setProperty("role", "primary")
        self.new.clicked.connect(self.new_asked)
        self.open.clicked.connect(self.open_asked)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self.recent_title = QLabel(self.tr("LAST FILES"))
        self.recent_title.setProperty("role", "label")
        self.hint = QLabel(self.tr("Or drop a show file here."))
        self.hint.setProperty("role", "dim")
        column = QVBoxLayout()
        column.setSpacing(12)
        title = QHBoxLayout()
        title.setSpacing(16)
        title.addWidget(self.mark)
        title.addWidget(self.head)
        title.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.new, self.open):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.demos_title = QLabel(self.tr("DEMO SHOWS, WITH EVERY DEVICE SIMULATED"))
        self.demos_title.setProperty("role", "label")
        self.demos = {name: self._demo_button(name) for name in DEMOS}
        demos = QVBoxLayout()
        demos.setSpacing(2)
        for button in self.demos.values():
            demos.addWidget(button)
        column.addStretch(1)
        column.addLayout(title)
        column.addWidget(self.words)
        column.addSpacing(12)
        column.addLayout(buttons)
        column.addSpacing(12)
        column.addWidget(self.demos_title)
        column.addLayout(demos)
        column.addSpacing(12)
        column.addWidget(self.recent_title)
        column.addLayout(self._recent)
        column.addSpacing(12)
        column.addWidget(self.hint)
        column.addStretch(2)
        layout = QHBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(column)
        layout.addStretch(1)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.show_recent(())

    def _demo_button(self, name: str) -> QPushButton:
        demo = DEMOS[name]
        button = QPushButton(f"{demo.title}   ·   {demo.about}")
        button.setProperty("role", "quiet")
        button.setStyleSheet("text-align: left; outline: 0;")
        button.setToolTip(
            self.tr("A fresh copy, in REHEARSE at {time}.").format(time=demo.begins),
        )
        button.clicked.connect(lambda: self.demo_asked.emit(name))
        return button

    def _restyle(self) -> None:
        theme = self._themes.theme
        size = theme.px(56)
        picture = QPixmap(str(asset("icons/showcaller.png")))
        self.mark.setPixmap(picture.scaledToHeight(size, Qt.TransformationMode.SmoothTransformation))
        self.head.setStyleSheet(f"font-size: {theme.px(36)}px; font-weight: 700;")

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Show the last files, newest first."""
        while item := self._recent.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for path in paths[:8]:
            changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
            button = QPushButton(f"{path.stem}   ·   {changed:%d %b %Y %H:%M}")
            button.setProperty("role", "quiet")
            button.setStyleSheet("text-align: left; outline: 0;")
            button.setToolTip(str(path))
            button.setAccessibleName(self.tr("Open {path}").format(path=path))
            button.clicked.connect(lambda _=False, chosen=path: self.file_asked.emit(chosen))
            self._recent.addWidget(button)
        self.recent_title.setVisible(bool(paths))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take show files."""
        if dropped_show(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        path = dropped_show(event)
        if path is not None:
            event.acceptProposedAction()
            self.file_asked.emit(path)
