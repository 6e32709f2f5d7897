"""The devices: is each there, what does it say, and where do its messages go.

Owns the list, the route switches and the retry. What a simulated device decoded stands under it. Adding
and editing is the dialog's; this panel only asks for it. Talks to the engine, never to a device.
"""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import QCoreApplication, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import messages
from showcaller.core.asrun import Route
from showcaller.core.forms import KindForm
from showcaller.core.messages import DeviceView
from showcaller.core.show import Device
from showcaller.core.times import ShowTime, TimeTextError, load_zone, local_datetime
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.lettering import BOLD, Span, TextLine, Tone, tone_of
from showcaller.gui.selection import Selection
from showcaller.gui.shortcuts import shortcut
from showcaller.gui.theme import ThemeHolder

ROUTES: tuple[Route, ...] = ("real", "simulated", "closed")
Room = Literal["ample", "fair", "scarce"]
"""What a device is given: all that is known of it, two lines, or one line."""
MOST_SIMULATED = 6
"""Rows of what a simulator decoded that stand under its device."""


class HealthMark(QWidget):
    """A dot for a device that is well, a square for one that is not."""

    def __init__(self, themes: ThemeHolder) -> None:
        super().__init__()
        self._themes = themes
        self.tone: Tone = "dim"
        self.well = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_health(self, *, well: bool, tone: Tone) -> None:
        """Take shape and colour."""
        if (well, tone) != (self.well, self.tone):
            self.well, self.tone = well, tone
            self.update()

    def sizeHint(self) -> QSize:
        """Return its size."""
        px = self._themes.theme.px
        return QSize(px(12), px(12) + self.contentsMargins().top())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tone_of(self._themes.theme, self.tone))
        box = QRectF(self.contentsRect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.well:
            painter.drawEllipse(box)
        else:
            painter.drawRect(box)
        painter.end()


def describe(
    device: Device, view: DeviceView | None, kind: KindForm | None, *, connected: bool
) -> tuple[bool, Tone, str]:
    """Return whether a device is well, its tone, and what it says in one line."""
    if not connected:
        return False, "dim", _tr("nobody knows: the engine is not there")
    if view is None:
        return False, "dim", _tr("not opened yet")
    if view.health == "ready":
        return True, "go", _say_ready(view, kind)
    if view.health == "closed":
        return False, "dim", view.sentence or _tr("closed")
    if view.health == "opening":
        return False, "standby", view.sentence or _tr("opening…")
    sentence = view.sentence or _tr("{device} does not answer").format(device=device.name)
    return False, "live", sentence.rstrip(".")


def _say_ready(view: DeviceView, kind: KindForm | None) -> str:
    program = view.status.get("program")
    parts = [_tr("program “{scene}”").format(scene=program)] if program else []
    if not parts and kind is not None and kind.name != "obs":
        parts = [f"{name} {value}" for name, value in view.status.items()][:1]
    if not parts and kind is not None and not kind.confirms:
        parts = [_tr("cannot confirm")]
    if not parts:
        parts = [view.sentence.rstrip(".") or _tr("ready")]
    if view.latency is not None:
        parts.append(_tr("{ms} ms").format(ms=f"{view.latency:.0f}" if view.latency >= 1 else "<1"))
    return " · ".join(parts)


def say_since(view: DeviceView, zone: str) -> str:
    """Say since when a device is as it is, on the clock of the show's zone."""
    try:
        local = local_datetime(ShowTime(view.since), load_zone(zone))
    except TimeTextError:
        local = local_datetime(ShowTime(view.since), load_zone("UTC"))
    return _tr("since {time}").format(time=local.strftime("%H:%M:%S"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Devices", text)


class DeviceRow(QWidget):
    """One device."""

    edit_asked = Signal(str)
    unfolded = Signal()
    """The operator wants to see, or not to see, what a simulated device decoded."""

    def __init__(self, device_id: str, client: Client, themes: ThemeHolder) -> None:
        super().__init__()
        self._device_id = device_id
        self._client = client
        self._themes = themes
        self.room: Room = "ample"
        self.open = False
        """What was decoded is shown however little room there is."""
        self._decoded: tuple[tuple[str, str], ...] = ()
        self._fault: str | None = None
        self._words_of_name: tuple[str, str, Tone] = "", "", "dim"
        self._ill = self._may_retry = False
        self.mark = HealthMark(themes)
        self.name = TextLine(themes, 15)
        self.sentence = TextLine(themes, 13)
        self.route = QPushButton()
        self.route.clicked.connect(self._offer_routes)
        self.retry = QPushButton(self.tr("Retry"))
        self.retry.clicked.connect(self.try_again)
        for button in (self.route, self.retry):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.since = TextLine(themes, 13)
        head = self._head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.retry)
        head.addWidget(self.route)
        self._words = QVBoxLayout()
        self._words.addLayout(head)
        self._words.addWidget(self.sentence)
        self._words.addWidget(self.since)
        self._line = QHBoxLayout()
        self._line.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        self._line.addLayout(self._words, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._line)
        self.simulated = [TextLine(themes, 12, face="mono") for _ in range(MOST_SIMULATED + 1)]
        for line in self.simulated:
            self._column.addWidget(line)
            line.hide()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.dress()

    def dress(self) -> None:
        """Take sizes from the theme."""
        px = self._themes.theme.px
        edge = px(3 if self.room == "scarce" else 6)
        self._column.setContentsMargins(px(12), edge, px(8), edge)
        self._column.setSpacing(px(2))
        self._line.setSpacing(px(10))
        self._words.setSpacing(0)
        self._head.setSpacing(px(8))
        self.mark.setContentsMargins(0, px(6), 0, 0)
        small = f"QPushButton {{ padding: {px(2)}px {px(8)}px; font-size: {px(13)}px; }}"
        self.retry.setStyleSheet(small)
        self._dress_route(self.route.text())

    def _dress_route(self, route: str) -> None:
        theme = self._themes.theme
        colour = {"real": theme.info, "simulated": theme.standby}.get(route, theme.dim).name()
        px = theme.px
        style = f"QPushButton {{ padding: {px(2)}px {px(8)}px; font-size: {px(13)}px; color: {colour}; }}"
        if self.route.styleSheet() != style:
            self.route.setStyleSheet(style)

    def show_device(
        self, device: Device, view: DeviceView | None, kind: KindForm | None, *, zone: str
    ) -> None:
        """Show how the device is."""
        connected = self._client.connected
        well, tone, sentence = describe(device, view, kind, connected=connected)
        self._words_of_name = device.name or self.tr("(no name)"), sentence, tone
        self.mark.show_health(well=well, tone=tone)
        self.mark.setAccessibleName(self.tr("well") if well else self.tr("not well"))
        self.sentence.set_text(sentence, "live" if tone == "live" else "dim")
        ill = self._ill = view is not None and connected and tone == "live"
        self.since.set_text(say_since(view, zone) if view is not None and ill else "", "dim")
        route = view.route if view is not None else "closed"
        self.route.setText(self.tr(route))
        self.route.setAccessibleName(
            self.tr("Route of {name}: {route}").format(name=device.name, route=route)
        )
        self.route.setToolTip(self.tr("Where its messages go"))
        self.route.setEnabled(view is not None and connected)
        self._dress_route(route)
        self._may_retry = view is not None and connected and view.health in {"lost", "refused"}
        self.retry.setAccessibleName(self.tr("Open {name} again now").format(name=device.name))
        self._decoded = view.simulated if view is not None and route == "simulated" else ()
        self._fault = view.fault if view is not None and route == "simulated" else None
        self._lay_out()

    @property
    def is_ill(self) -> bool:
        """Say whether something is wrong with the device that an operator should read."""
        return self._ill

    def height_in(self, room: Room) -> int:
        """Return how high it is in so much room."""
        px = self._themes.theme.px
        head = max(self.name.sizeHint().height(), self.route.sizeHint().height())
        if room == "scarce":
            high = head + 2 * px(3)
        else:
            lines = 2 if self._ill and room == "ample" else 1
            high = head + self.sentence.sizeHint().height() * lines + 2 * px(6)
        if room == "ample" or self.open:
            lines = min(len(self._decoded), MOST_SIMULATED + 1)
            high += lines * (self.simulated[0].sizeHint().height() + px(2))
        return high

    def give_room(self, room: Room) -> None:
        """Show as much as there is room for."""
        if room != self.room:
            self.room = room
            self.dress()
            self._lay_out()

    def _lay_out(self) -> None:
        name, sentence, tone = self._words_of_name
        scarce = self.room == "scarce"
        spans = [Span(name, "text", BOLD)]
        if scarce and sentence:
            spans.append(Span(f"  {sentence}", "live" if tone == "live" else "dim"))
        self.name.set_spans(*spans)
        self.sentence.setVisible(not scarce)
        self.since.setVisible(self._ill and self.room == "ample")
        self.retry.setVisible(self._may_retry and not scarce)
        self._show_simulated(self._decoded if self.room == "ample" or self.open else ())
        told = [f"{label}: {value}" for label, value in self._decoded]
        self.setToolTip("\n".join([sentence, *told] if scarce else told))

    def _show_simulated(self, rows: tuple[tuple[str, str], ...]) -> None:
        shown = rows[-MOST_SIMULATED:]
        more = len(rows) - len(shown)
        for place, line in enumerate(self.simulated):
            line.setVisible(place < len(shown) or (place == len(shown) and more > 0))
            if place < len(shown):
                label, value = shown[place]
                line.set_spans(Span(f"   {label}  ", "dim"), Span(value, "standby"))
            elif place == len(shown) and more > 0:
                line.set_spans(Span("   " + self.tr("and {count} more").format(count=more), "dim"))

    def routes(self) -> QMenu:
        """Return the menu of routes; what this mode does not allow cannot be chosen, and says why."""
        menu = QMenu(self)
        mode = self._client.snapshot.mode
        barred = {"edit": "real", "live": "simulated"}.get(mode)
        reasons = {
            "real": self.tr("real (not in EDIT: test-fire a single action)"),
            "simulated": self.tr("simulated (not in LIVE)"),
        }
        for route in ROUTES:
            action = menu.addAction(reasons[route] if route == barred else self.tr(route))
            action.setEnabled(route != barred)
            action.setCheckable(True)
            action.setChecked(self.route.text() == self.tr(route))
            action.triggered.connect(partial(self.choose, route))
        if self._fault is not None:
            menu.addMenu(self._faults(menu, self._fault))
        if self._may_retry:
            menu.addSeparator()
            menu.addAction(self.tr("Open it again now")).triggered.connect(self.try_again)
        if self._decoded:
            menu.addSeparator()
            decoded = menu.addAction(self.tr("Show what it received"))
            decoded.setCheckable(True)
            decoded.setChecked(self.room == "ample" or self.open)
            decoded.setEnabled(self.room != "ample" or self.open)
            decoded.triggered.connect(self._unfold)
        return menu

    def _faults(self, parent: QMenu, present: str) -> QMenu:
        """Return the ways in which a simulated device can fail, to rehearse what then is to be done."""
        menu = QMenu(self.tr("Rehearse a failure"), parent)
        ways: tuple[tuple[Literal["none", "silent", "refuse", "disconnect"], str], ...] = (
            ("none", self.tr("works")),
            ("disconnect", self.tr("is gone")),
            ("silent", self.tr("does not answer")),
            ("refuse", self.tr("refuses everything")),
        )
        for fault, title in ways:
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(fault == present)
            action.triggered.connect(partial(self.misbehave, fault))
        return menu

    def misbehave(
        self, fault: Literal["none", "silent", "refuse", "disconnect"], _checked: bool = False
    ) -> None:
        """Have the simulated device fail in this way, or work again."""
        self._client.request(messages.Misbehave(0, self._device_id, fault))

    def try_again(self, _checked: bool = False) -> None:
        """Have the device opened at once."""
        self._client.request(messages.RetryDevice(0, self._device_id))

    def _unfold(self, on: bool) -> None:
        self.open = on
        self._lay_out()
        self.unfolded.emit()

    def choose(self, route: Route, _checked: bool = False) -> None:
        """Send the device's messages elsewhere."""
        self._client.request(messages.SetRoute(0, self._device_id, route))

    def _offer_routes(self) -> None:
        menu = self.routes()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.route.mapToGlobal(QPoint(0, self.route.height())))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the device's settings."""
        del event
        self.edit_asked.emit(self._device_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line under it."""
        del event
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._themes.theme.line)
        painter.end()


class DevicePanel(QWidget):
    """The list of devices."""

    add_asked = Signal()
    edit_asked = Signal(str)
    """Id of the device whose settings are wanted."""

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        del selection
        self._document = document
        self._client = client
        self._themes = themes
        self.rows: dict[str, DeviceRow] = {}
        self.setObjectName("devices")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Devices"))
        self.empty = QLabel(self.tr("No devices yet. Add OBS, a lighting desk or an audio console."))
        self.empty.setWordWrap(True)
        self.empty.setProperty("role", "dim")
        self.add = QPushButton(f"{shortcut('add_device').words} {shortcut('add_device').key_text}")
        self.add.setAccessibleName(shortcut("add_device").words)
        self.add.clicked.connect(self.add_asked)
        self._list = QWidget()
        self._list_column = QVBoxLayout(self._list)
        self._list_column.setSpacing(0)
        self._list_column.addWidget(self.empty)
        self._list_column.addStretch(1)
        self._list_column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        scroll = QScrollArea()
        scroll.setWidget(self._list)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        self._list.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        client.snapshot_changed.connect(self._look)
        client.link_changed.connect(self._look)
        document.changed.connect(self._follow_show)
        themes.changed.connect(self._dress)
        self._dress()
        self._follow_show()

    def _follow_show(self, _change: object = None) -> None:
        """Have one row for each device, in the show's order."""
        devices = self._document.show.devices
        if tuple(self.rows) != tuple(device.id for device in devices):
            kept = self.rows
            self.rows = {}
            for place, device in enumerate(devices):
                row = kept.pop(device.id, None)
                if row is None:
                    row = DeviceRow(device.id, self._client, self._themes)
                    row.edit_asked.connect(self.edit_asked)
                    row.unfolded.connect(self._share_room)
                self.rows[device.id] = row
                self._list_column.insertWidget(place, row)
            for row in kept.values():
                row.hide()
                row.deleteLater()
        self.empty.setVisible(not devices)
        self._look()

    def _look(self) -> None:
        views = {view.id: view for view in self._client.snapshot.devices}
        show = self._document.show
        for device in show.devices:
            kind = self._client.catalogue.kind(device.kind)
            self.rows[device.id].show_device(device, views.get(device.id), kind, zone=show.zone)
        self._share_room()

    def _share_room(self) -> None:
        """Let every device be seen: what is known of one is not worth hiding another.

        Where room is scarce, those that are not well get theirs first, so that it can be read why.
        """
        rows = self.rows.values()
        high = self.height() - self._themes.theme.px(4)
        rooms: tuple[Room, ...] = ("ample", "fair")
        fitting = (one for one in rooms if sum(row.height_in(one) for row in rows) <= high)
        room: Room = next(fitting, "scarce")
        left = high - sum(row.height_in(room) for row in rows)
        for row in rows:
            more = row.height_in("fair") - row.height_in(room)
            is_first = room == "scarce" and row.is_ill and more <= left
            left -= more if is_first else 0
            row.give_room("fair" if is_first else room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._share_room()

    def _dress(self) -> None:
        px = self._themes.theme.px
        self._list_column.setContentsMargins(0, px(2), 0, px(8))
        self.empty.setContentsMargins(px(12), px(12), px(12), px(8))
        self.add.setStyleSheet(
            f"QPushButton {{ margin: {px(6)}px {px(12)}px 0 {px(12)}px; padding: {px(4)}px {px(10)}px;"
            f" font-size: {px(13)}px; }}"
        )
        for row in self.rows.values():
            row.dress()
        self._share_room()
