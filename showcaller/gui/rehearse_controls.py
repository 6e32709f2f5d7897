"""What REHEARSE has more than LIVE: speed, pause, and a route for each device.

Owns the controls in the top bar. Asks the engine directly; the pretended time stands among the clocks.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from showcaller.core import messages
from showcaller.core.asrun import Route
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.selection import Selection
from showcaller.gui.shortcuts import with_key
from showcaller.gui.theme import ThemeHolder

RATES = (1.0, 2.0, 5.0, 10.0, 20.0)


class RehearseControls(QWidget):
    """Speed, pause and routes."""

    noticed = Signal(str, str)

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
        self._rate = 1.0
        self._short = False
        self.speed = QToolButton()
        self.speed.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.speed.setMenu(QMenu(self.speed))
        self.pause = QToolButton()
        self.pause.setCheckable(True)
        self.pause.clicked.connect(self.toggle_pause)
        self.routes = QToolButton()
        self.routes.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.routes.setMenu(QMenu(self.routes))
        self.routes.menu().aboutToShow.connect(self._fill_routes)
        self._fill_speeds()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for button in (self.speed, self.pause, self.routes):
            layout.addWidget(button)
        client.snapshot_changed.connect(self.show_state)
        themes.changed.connect(self.show_state)
        self.show_state()

    def set_short(self, short: bool) -> None:
        """Say the same in fewer letters, or in whole words again."""
        if short != self._short:
            self._short = short
            self.show_state()
            # The bar asks at once how wide this is.
            self.updateGeometry()

    def show_routes(self, shown: bool) -> None:
        """Have the routes here, or leave them to the device panel."""
        self.routes.setVisible(shown)
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        self.updateGeometry()

    def show_state(self) -> None:
        """Show speed, pause and routes as the engine has them."""
        snapshot = self._client.snapshot
        if snapshot.rate > 0:
            self._rate = snapshot.rate
        self.speed.setText(f"×{self._rate:g} ▾")
        self.speed.setAccessibleName(self.tr("Speed of the rehearsal: ×{rate:g}").format(rate=self._rate))
        self.speed.setToolTip(self.tr("Speed of the rehearsal (Ctrl+. faster, Ctrl+, slower)"))
        paused = snapshot.mode == "rehearse" and snapshot.rate == 0
        self.pause.setChecked(paused)
        words = self.tr("Go on") if paused else self.tr("Pause")
        mark = "▶" if paused else "❚❚"
        self.pause.setText(with_key(mark if self._short else words, "pause"))
        self.pause.setToolTip(words)
        self.pause.setAccessibleName(self.tr("Pause the rehearsal"))
        counts = {"real": 0, "simulated": 0, "closed": 0}
        for view in snapshot.devices:
            counts[view.route] += 1
        names = {
            "real": self.tr("real"),
            "simulated": self.tr("simulated"),
            "closed": self.tr("closed"),
        }
        brief = {"real": self.tr("real"), "simulated": self.tr("sim"), "closed": self.tr("off")}
        text = ", ".join(f"{count} {names[route]}" for route, count in counts.items() if count)
        fewer = ", ".join(f"{count} {brief[route]}" for route, count in counts.items() if count)
        self.routes.setText(((fewer if self._short else text) or self.tr("No devices")) + " ▾")
        self.routes.setToolTip(text)
        self.routes.setAccessibleName(self.tr("Routes of the devices: {text}").format(text=text))

    def toggle_pause(self) -> None:
        """Let the pretended clock stand, or go on at the speed it had."""
        paused = self._client.snapshot.rate == 0
        self._client.request(messages.SetRate(0, self._rate if paused else 0.0))

    def step_rate(self, step: int) -> None:
        """Take the next faster (1) or slower (-1) speed."""
        near = min(range(len(RATES)), key=lambda at: abs(RATES[at] - self._rate))
        self.choose_rate(RATES[min(max(near + step, 0), len(RATES) - 1)])

    def choose_rate(self, rate: float) -> None:
        """Ask for a speed."""
        self._client.request(messages.SetRate(0, rate))

    def _fill_speeds(self) -> None:
        menu = self.speed.menu()
        for rate in RATES:
            action = QAction(f"×{rate:g}", menu)
            action.triggered.connect(lambda _=False, chosen=rate: self.choose_rate(chosen))
            menu.addAction(action)

    def _fill_routes(self) -> None:
        menu = self.routes.menu()
        menu.clear()
        names = {device.id: device.name for device in self._document.show.devices}
        titles = {"real": self.tr("Real"), "simulated": self.tr("Simulated"), "closed": self.tr("Closed")}
        for view in self._client.snapshot.devices:
            part = menu.addMenu(f"{names.get(view.id, view.id)}: {titles[view.route].lower()}")
            group = QActionGroup(part)
            for route, title in titles.items():
                action = part.addAction(title)
                action.setCheckable(True)
                action.setChecked(route == view.route)
                group.addAction(action)
                action.triggered.connect(
                    lambda _=False, device=view.id, chosen=route: self._choose_route(device, chosen)
                )
        if menu.isEmpty():
            menu.addAction(self.tr("No devices yet. Add OBS with “Add device…”.")).setEnabled(False)

    def _choose_route(self, device: str, route: str) -> None:
        self._client.request(messages.SetRoute(0, device, cast("Route", route)))
