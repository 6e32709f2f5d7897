"""What stands at the top of the calling area after the engine came back: where it is, and what next.

Owns the question and its two answers. It is shown as long as the snapshot says `unconfirmed`; nothing fires
until it is answered.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from showcaller.core import events as ev
from showcaller.core.asrun import Happened
from showcaller.core.counting import left_text
from showcaller.core.show import Segment
from showcaller.core.times import ShowTime, TimeTextError, elapsed, load_zone, time_of_day_at
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.selection import Selection
from showcaller.gui.shortcuts import with_key
from showcaller.gui.theme import ThemeHolder


class RestartBanner(QWidget):
    """See the module's law."""

    def __init__(
        self,
        document: Document,
        client: Client,
        _selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._themes = document, client, themes
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("banner")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.with_waits = QPushButton(with_key(self.tr("Go on with the waits"), "go_on_with_waits"))
        self.without = QPushButton()
        self.with_waits.clicked.connect(lambda: self._confirm(with_waits=True))
        self.without.clicked.connect(lambda: self._confirm(with_waits=False))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.with_waits)
        buttons.addWidget(self.without)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.addWidget(self.words)
        layout.addLayout(buttons)
        client.snapshot_changed.connect(self._look)
        client.link_changed.connect(self._look)
        client.recorded.connect(lambda _lines: self._look())
        themes.changed.connect(self._restyle)
        self._restyle()
        self._look()

    def _restyle(self) -> None:
        theme = self._themes.theme
        self.setStyleSheet(
            f"#banner {{ background: {theme.raised.name()}; border: 2px solid {theme.standby.name()};"
            f" border-radius: {theme.px(8)}px; }}"
        )

    def _look(self) -> None:
        wanted = self._client.connected and self._client.snapshot.unconfirmed
        if wanted:
            self.words.setText(self.sentence())
            self.setAccessibleName(self.words.text())
            waiting = self._client.snapshot.wait_count > 0
            self.with_waits.setVisible(waiting)
            words = self.tr("Go on without waits") if waiting else self.tr("Go on")
            self.without.setText(with_key(words, "go_on"))
        self.setVisible(wanted)

    def sentence(self) -> str:
        """Return where the engine is after it came back, for the operator."""
        snapshot = self._client.snapshot
        waits = [
            self.tr("{cue} in {time}").format(
                cue=self._name(wait.cue),
                time=left_text(elapsed(snapshot.held_at or snapshot.show_at, wait.due)),
            )
            for wait in snapshot.waits[:4]
        ]
        more = snapshot.wait_count - len(waits)
        if more > 0:
            waits.append(self.tr("and {count} more").format(count=more))
        return self.tr(
            "The engine was restarted{when}. Last called {last}, standby {standby}. Waits left: {waits}. "
            "Nothing fires until you go on."
        ).format(
            when=self._when(),
            last=self._name(snapshot.last_called),
            standby=self._name(snapshot.standby),
            waits=", ".join(waits) or self.tr("none"),
        )

    def _when(self) -> str:
        for line in reversed(self._client.lines):
            if isinstance(line.entry, Happened) and isinstance(line.entry.event, ev.EngineRestarted):
                try:
                    zone = load_zone(self._document.show.zone)
                except TimeTextError:
                    return ""
                at = time_of_day_at(ShowTime(line.utc), zone)
                return self.tr(" at {time}").format(time=str(at)[:8])
        return ""

    def _name(self, row_id: str | None) -> str:
        row = self._document.show.row(row_id) if row_id else None
        if row is None:
            return "–"
        if isinstance(row, Segment):
            return row.page or row.title
        return row.number or row.name

    def _confirm(self, *, with_waits: bool) -> None:
        self._client.do(ev.Confirm(ShowTime(0), with_waits))
