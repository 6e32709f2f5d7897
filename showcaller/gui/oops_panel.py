"""What would bring back the state before the call that was taken back, device by device; Enter sends it.

Owns the little panel that an oops opens, and its words. Esc sends nothing, and Space stays GO while it is
open. Whoever types meanwhile keeps the keyboard until the field is left: an Enter that was meant for a note
sends nothing. What was called since is the engine's to see. Knows no playback rule and works nothing out.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import messages
from showcaller.core.forms import Catalogue
from showcaller.core.show import Action, Cue, Show
from showcaller.gui.client import Client
from showcaller.gui.document import Document
from showcaller.gui.go_key import CLOSES_ON_ESCAPE, is_typing
from showcaller.gui.over_rundown import frame_of, place_over_rundown, widest
from showcaller.gui.questions import name_of
from showcaller.gui.rundown_words import describe_action
from showcaller.gui.theme import Theme, ThemeHolder


class OopsPanel(QFrame):
    """See the module's law."""

    def __init__(
        self, document: Document, client: Client, themes: ThemeHolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._client, self._themes = document, client, themes
        self.offer: messages.RestoreOffered | None = None
        """What is shown."""
        self.setObjectName("oops")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(CLOSES_ON_ESCAPE, True)
        self.heading, self.body, self.sentence = QLabel(), QLabel(), QLabel()
        self.body.setTextFormat(Qt.TextFormat.RichText)
        self.body.setWordWrap(True)
        self.body.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.sentence.setWordWrap(True)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.body)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.send_button, self.leave_button = QPushButton(), QPushButton()
        self.send_button.clicked.connect(self.send)
        self.leave_button.clicked.connect(self.close_panel)
        foot = QHBoxLayout()
        for button in (self.send_button, self.leave_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            foot.addWidget(button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(self.heading)
        column.addWidget(self.sentence)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)
        self._wants_keyboard = False
        """A field had it when the offer came."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._take_keyboard)
        client.restore_offered.connect(self.show_offer)
        client.run_changed.connect(self.close_panel)
        document.mode_changed.connect(self.close_panel)
        self.hide()

    @property
    def count(self) -> int:
        """How many actions Enter would send."""
        return sum(item.back is not None for item in self.offer.items) if self.offer else 0

    @property
    def would_do(self) -> bool:
        """Say whether Enter does anything."""
        return bool(self.count or (self.offer and self.offer.running))

    def show_offer(self, offer: messages.RestoreOffered) -> None:
        """Show what would be sent; where there is nothing to say, nothing."""
        self.offer = offer
        if not (offer.items or offer.running or offer.dropped or offer.by_hand):
            self.close_panel()
            self._client.noticed.emit(
                "notice",
                self.tr("Back to {row}: it had set nothing.").format(row=self._name(offer.row)),
            )
            return
        theme = self._themes.theme
        name = self._name(offer.row)
        self.heading.setText(
            self.tr("Oops: back to {row}. Restore the state before it?").format(row=name)
            if self.would_do
            else self.tr("Oops: back to {row}. Nothing can be restored.").format(row=name)
        )
        self.heading.setFont(theme.words(18))
        self.sentence.setText(offer.sentence)
        self.sentence.setVisible(bool(offer.sentence))
        self.body.setFont(theme.words(15))
        self.body.setText(body_of(offer, self._document.show, self._client.catalogue, theme))
        self.send_button.setText(self._sends())
        self.send_button.setVisible(self.would_do)
        self.leave_button.setText(self.tr("Send nothing Esc") if self.would_do else self.tr("Close Esc"))
        self.setAccessibleName(self.heading.text())
        self.setAccessibleDescription(plain_of(offer, self._document.show, self._client.catalogue))
        self.setStyleSheet(
            frame_of("oops", theme.standby, theme)
            + " #oops QScrollArea, #oops QScrollArea > QWidget > QWidget { background: transparent; }"
        )
        self._place()
        self.show()
        self.raise_()
        self._wants_keyboard = is_typing(QApplication.focusWidget())
        if not self._wants_keyboard:
            self.setFocus()

    def _sends(self) -> str:
        running = bool(self.offer and self.offer.running)
        if not self.count:
            return self.tr("Stop what runs ⏎")
        if self.count == 1:
            return self.tr("Stop, and send 1 action ⏎") if running else self.tr("Send 1 action ⏎")
        words = self.tr("Stop, and send {count} actions ⏎") if running else self.tr("Send {count} actions ⏎")
        return words.format(count=self.count)

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        px = self._themes.theme.px
        width = min(px(560), max(px(320), widest(parent, self._themes.theme)))
        margins = self.contentsMargins().left() + self.contentsMargins().right() + px(44)
        tall = self.body.heightForWidth(width - margins) + px(8)
        most = max(px(80), parent.height() - px(72 + 200))
        self._scroll.setFixedHeight(min(tall, most))
        self.resize(width, self.sizeHint().height())
        place_over_rundown(self, self._themes.theme)

    def send(self) -> None:
        """Have the engine send what is shown."""
        offer = self.offer
        if offer is None or not self.isVisible():
            return
        wanted = self.would_do
        self.close_panel()
        if wanted:
            self._client.request(messages.Restore(0, offer.number))

    def close_panel(self, *_: object) -> None:
        """Close, send nothing, and give the keyboard back."""
        if self.isVisible():
            had_keyboard = not self._wants_keyboard
            self._wants_keyboard = False
            self.hide()
            if had_keyboard:
                self.window().setFocus()

    def _take_keyboard(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Take the keyboard that a field kept, once it is left."""
        if self._wants_keyboard and new is not None and not is_typing(new):
            self._wants_keyboard = False
            self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends, Esc does not."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            # One that is held down was pressed for something else.
            if not event.isAutoRepeat():
                self.send()
        elif event.key() in {Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
            bar = self._scroll.verticalScrollBar()
            step = bar.pageStep() if event.key() == Qt.Key.Key_PageDown else -bar.pageStep()
            bar.setValue(bar.value() + step)
        else:
            super().keyPressEvent(event)

    def _name(self, row_id: str) -> str:
        return name_of(self._document.show, row_id)


def lines_of(
    offer: messages.RestoreOffered, show: Show, catalogue: Catalogue
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return what an offer says: by device (or what the rest is about) a mark, the words and more of them."""

    def words(action: Action | None) -> str:
        return describe_action(show, catalogue, Cue(id=""), action) if action is not None else ""

    by_device: dict[str, list[tuple[str, str, str]]] = {}
    for item in offer.items:
        device = show.device(item.device)
        name = device.name if device is not None else _tr("a device that is gone")
        done = words(item.done)
        match item.verdict:
            case "restore":
                line = ("↩", words(item.back), _tr("now {what}").format(what=done))
            case "held":
                line = ("↩", words(item.back), _tr("as the device was · now {what}").format(what=done))
            case "lost" if item.before is not None:
                before = words(item.before)
                line = (
                    "!",
                    _tr("{what} stays").format(what=done),
                    _tr("before it: {what}, which cannot be repeated").format(what=before),
                )
            case "lost":
                line = ("!", _tr("{what} cannot be taken back").format(what=done), "")
            case _:
                line = ("?", _tr("{what} stays").format(what=done), _tr("what was before is not known"))
        if item.sentence:
            line = ("!", line[1], _tr("will not go: {why}").format(why=item.sentence))
        by_device.setdefault(name, []).append(line)
    found = list(by_device.items())
    rest: list[tuple[str, str, str]] = []
    if offer.running:
        rest.append(("■", _tr("stops where it is: {cues}").format(cues=_names(show, offer.running)), ""))
    if offer.dropped:
        rest.append(
            ("–", _tr("does not follow any more: {cues}").format(cues=_names(show, offer.dropped)), "")
        )
    if offer.by_hand:
        rest.append(("☰", _tr("taken by operators: {calls}").format(calls=", ".join(offer.by_hand)), ""))
    if rest:
        found.append((_tr("The call"), rest))
    return found


def body_of(offer: messages.RestoreOffered, show: Show, catalogue: Catalogue, theme: Theme) -> str:
    """Return the list as rich text."""
    dim, warning = theme.dim.name(), theme.standby.name()
    parts: list[str] = []
    for title, lines in lines_of(offer, show, catalogue):
        parts.append(f'<p style="margin: 6px 0 2px 0; color: {dim}"><b>{escape(title)}</b></p>')
        for mark, words, more in lines:
            colour = warning if mark in {"!", "?"} else theme.text.name()
            parts.append(
                f'<p style="margin: 1px 0 1px 12px"><span style="color: {colour}"><b>{escape(mark)}</b>'
                f"&nbsp; {escape(words)}</span>"
                + (f' <span style="color: {dim}">· {escape(more)}</span>' if more else "")
                + "</p>"
            )
    return "".join(parts)


def plain_of(offer: messages.RestoreOffered, show: Show, catalogue: Catalogue) -> str:
    """Return the list as a screen reader says it."""
    return " ".join(
        f"{title}: " + "; ".join(f"{words}, {more}" if more else words for _, words, more in lines) + "."
        for title, lines in lines_of(offer, show, catalogue)
    )


def _names(show: Show, row_ids: tuple[str, ...]) -> str:
    return ", ".join(name_of(show, one) for one in row_ids)


def _tr(text: str) -> str:
    return QCoreApplication.translate("OopsPanel", text)
