"""The sheet of all keys, made from the table of shortcuts. Owns how it looks; F1 or Esc closes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from showcaller.gui.shortcuts import Shortcut, groups
from showcaller.gui.theme import ThemeHolder


class HelpSheet(QDialog):
    """All keys at one look, in three columns."""

    def __init__(self, themes: ThemeHolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        theme = themes.theme
        self.setWindowTitle(self.tr("Keys"))
        self.setObjectName("desk")
        found = dict(groups())
        inside = QWidget()
        inside.setObjectName("desk")
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(24, 20, 24, 20)
        columns.setSpacing(theme.px(40))
        titles = list(found)
        for part in (titles[:1], titles[1:3], titles[3:]):
            column = QVBoxLayout()
            column.setSpacing(theme.px(4))
            for title in part:
                column.addWidget(self._head(title))
                column.addLayout(self._group(found[title]))
                column.addSpacing(theme.px(14))
            column.addStretch(1)
            columns.addLayout(column)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        hint = inside.sizeHint()
        room = self.screen().availableSize()
        self.resize(min(hint.width() + 40, room.width() - 40), min(hint.height() + 20, room.height() - 60))

    def _head(self, words: str) -> QLabel:
        label = QLabel(words.upper())
        label.setProperty("role", "label")
        return label

    def _group(self, rows: Sequence[Shortcut]) -> QGridLayout:
        theme = self._themes.theme
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(3))
        grid.setColumnStretch(1, 1)
        for at, row in enumerate(rows):
            key = QLabel(row.key_text)
            key.setStyleSheet(
                f'font-family: "JetBrains Mono"; font-size: {theme.px(13)}px; color: {theme.info.name()};'
            )
            key.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            words = QLabel(row.words)
            words.setStyleSheet(f"font-size: {theme.px(13)}px;")
            words.setToolTip(row.tip)
            words.setAccessibleName(f"{row.key_text}: {row.words}. {row.tip}")
            grid.addWidget(key, at, 0)
            grid.addWidget(words, at, 1)
        return grid

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1 closes what F1 opened."""
        if event.key() == Qt.Key.Key_F1:
            self.accept()
        else:
            super().keyPressEvent(event)
