"""The line at the foot: is it saved, how long the as-run is, remote GO, silent tones, what is wrong.

Owns the words; the problem is a button that leads to its row. Draws only when something changes.
"""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from showcaller.core.problems import Problem
from showcaller.core.show import Cue
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.selection import Selection
from showcaller.gui.shortcuts import shown
from showcaller.gui.theme import ThemeHolder


class StatusLine(QWidget):
    """See the module's law."""

    retry_asked = Signal()
    help_asked = Signal()
    problems_asked = Signal()

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._selection, self._themes = document, client, selection, themes
        self._engine_words = ""
        self._problem_words = ""
        self._first: Problem | None = None
        self.saved = QPushButton()
        self.saved.setToolTip(self.tr("Each edit is saved by itself. Press to try again at once."))
        self.saved.clicked.connect(self.retry_asked)
        self.engine = QLabel()
        self.asrun = QLabel()
        self.remote = QLabel()
        self.tones = QLabel()
        self.problem = QPushButton()
        self.problem.clicked.connect(self._go_to_problem)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)
        self.problem.setSizePolicy(policy)
        self.help = QPushButton()
        self.help.clicked.connect(self.help_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(24)
        for widget in (self.saved, self.engine, self.asrun, self.remote, self.tones):
            layout.addWidget(widget)
        layout.addWidget(self.problem, 1)
        layout.addWidget(self.help)
        for button in (self.saved, self.problem, self.help):
            button.setFlat(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        document.saved_changed.connect(self._show_saved)
        document.problems_changed.connect(self._show_problems)
        document.changed.connect(self._show_problems)
        client.snapshot_changed.connect(self._show_client)
        client.link_changed.connect(self._show_client)
        client.recorded.connect(self._show_client)
        client.run_changed.connect(self._show_client)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_engine(self, words: str) -> None:
        """Say how the engine stands while it is not simply there; empty when it is."""
        self._engine_words = words
        self._show_client()

    def _restyle(self) -> None:
        theme = self._themes.theme
        self.setFixedHeight(theme.px(36))
        self.setStyleSheet(
            f"QLabel, QPushButton {{ font-size: {theme.px(13)}px; color: {theme.dim.name()};"
            " border: none; background: transparent; padding: 0; text-align: left; font-weight: 400; }"
            f"QPushButton:focus {{ text-decoration: underline; }}"
            f'QPushButton[urgent="true"], QLabel[urgent="true"] {{ color: {theme.live.name()};'
            " font-weight: 600; }"
            f'QPushButton[warning="true"] {{ color: {theme.standby.name()}; }}'
        )
        self.help.setText(f"{shown('F1')} " + self.tr("keys"))
        self._show_saved()
        self._show_problems()
        self._show_client()

    def _show_saved(self) -> None:
        text = self._document.saved_text
        self.saved.setText(text)
        self.saved.setAccessibleName(text)
        self.saved.setVisible(bool(text))
        urgent = text.startswith(("NOT SAVED", "READ ONLY"))
        self.saved.setProperty("urgent", urgent)
        self.saved.setEnabled(True)
        self._polish(self.saved)

    @staticmethod
    def _polish(widget: QWidget) -> None:
        widget.style().unpolish(widget)
        widget.style().polish(widget)

    def _show_client(self, _lines: object = None) -> None:
        client = self._client
        words = self._engine_words
        self.engine.setText(words)
        self.engine.setVisible(bool(words))
        self.engine.setProperty("urgent", bool(words))
        self._polish(self.engine)
        count = len(client.lines)
        self.asrun.setVisible(count > 0)
        self.asrun.setText(self.tr("As-run <b>{count} entries</b>").format(count=count))
        remote = client.snapshot.remote if client.connected else ""
        self.remote.setText(self.tr("Remote GO <b>{where}</b>").format(where=remote))
        self.remote.setVisible(bool(remote))
        tones = client.snapshot.tones if client.connected else ""
        self.tones.setText(self.tr("Tones <b>{why}</b>").format(why=html.escape(tones)))
        self.tones.setVisible(bool(tones))

    def _show_problems(self, _change: object = None) -> None:
        problems = self._document.problems
        count = len(problems)
        self.problem.setVisible(count > 0)
        if count == 0:
            self._problem_words, self._first = "", None
            return
        first = next((problem for problem in problems if problem.severity == "error"), problems[0])
        self._first = first
        row = self._document.show.row(first.row_id or "")
        where = ""
        if isinstance(row, Cue):
            where = self.tr("cue {number}: ").format(number=row.number or row.name)
        title = self.tr("1 problem") if count == 1 else self.tr("{count} problems").format(count=count)
        self._problem_words = f"{title}  {where}{first.sentence}"
        self.problem.setAccessibleName(self._problem_words)
        self.problem.setToolTip(self._problem_words)
        grave = any(problem.severity == "error" for problem in problems)
        self.problem.setProperty("urgent", grave)
        self.problem.setProperty("warning", not grave)
        self._polish(self.problem)
        self._elide()

    def _elide(self) -> None:
        metrics = self.problem.fontMetrics()
        width = max(40, self.problem.width() - 8)
        self.problem.setText(metrics.elidedText(self._problem_words, Qt.TextElideMode.ElideRight, width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the problem anew."""
        super().resizeEvent(event)
        self._elide()

    def _go_to_problem(self) -> None:
        if self._first is None:
            return
        row = self._first.row_id
        if row and self._document.show.row(row) is not None:
            self._selection.select([row])
        else:
            self.problems_asked.emit()
