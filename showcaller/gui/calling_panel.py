"""The calling panel: what is on, what stands by and in which words, GO, and the way out.

Owns the layout, the moment when it has to be looked at anew, and what its buttons ask for; the words come
from `calling_words`. Space and Esc belong to the shell, which tells what they would do
(`set_key_state`, `show_stop_words`, `flash`). Keeps nothing of the show.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from showcaller.core import asrun
from showcaller.core import events as ev
from showcaller.core.times import NS_PER_MS, Instant, ShowTime
from showcaller.gui.calling_parts import (
    MOST_PROMPTS,
    MOST_RUNNING,
    NextLine,
    Pair,
    PromptRows,
    Rule,
    dress_switch,
    face_of_go,
    give_way,
    roomy_height,
    title_of_go,
)
from showcaller.gui.calling_words import Line, Said, say, timed_rows
from showcaller.gui.client import Client
from showcaller.gui.count_lines import CountLines
from showcaller.gui.document import Document
from showcaller.gui.ending_line import EndingLine
from showcaller.gui.go_key import STALE_MS, EventAge
from showcaller.gui.lettering import BOLD, PLAIN, Block, FittedText, Span, TextLine, Tone
from showcaller.gui.selection import Selection
from showcaller.gui.shortcuts import shortcut, shown, with_key
from showcaller.gui.slab_button import Face, SlabButton
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable

FLASH_MS = 3000
TIGHTEST = 488
"""The least height of the design, with STOP ALL standing by itself."""
APART = 48
"""How far STOP ALL stands from every other button, where there is room."""
_NOW = ShowTime(0)
"""The engine sets an event's time."""


class CallingPanel(QWidget):
    """The right column while a show is played; one line of it in EDIT."""

    skip_asked = Signal()
    jump_asked = Signal()
    """To the selected row."""

    def __init__(
        self,
        document: Document,
        client: Client,
        selection: Selection,
        themes: ThemeHolder,
        parent: QWidget | None = None,
        *,
        timetable: Timetable | None = None,
        age: EventAge | None = None,
        stop_all: Callable[[], None] | None = None,
    ) -> None:
        """Build the panel.

        Args:
            document: The open show.
            client: The link to the engine.
            selection: Where Jump goes.
            themes: How it looks.
            parent: Qt's.
            timetable: Expected times, where the window has them already.
            age: Tells how old a press is; the shell's, which has seen more of them.
            stop_all: What STOP ALL does; else it asks the engine directly.
        """
        super().__init__(parent)
        self._document = document
        self._client = client
        self._selection = selection
        self._themes = themes
        self._timetable = timetable or Timetable(document, client, self)
        self._age = age or EventAge()
        self._stop_all = stop_all or (lambda: client.do(ev.StopAll(_NOW)))
        self._said = Said()
        self._reads: object = None
        """What is shown, without when it changes by itself."""
        self._key_text = "Space"
        self._elsewhere = False
        self._stop_words = ""
        self._flashed = ""
        self._tight = False
        self.setObjectName("calling")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Calling panel"))

        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)
        self._flash_timer = QTimer(self)
        self._flash_timer.setSingleShot(True)
        self._flash_timer.setInterval(FLASH_MS)
        self._flash_timer.timeout.connect(lambda: self.flash(""))

        self._pages = QStackedLayout(self)
        self._pages.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._folded_page, self._full_page = QWidget(), QWidget()
        self._build_folded()
        self._build_full()
        self._pages.addWidget(self._folded_page)
        self._pages.addWidget(self._full_page)

        client.snapshot_changed.connect(self.look)
        client.link_changed.connect(self.look)
        client.recorded.connect(self._see_lines)
        document.changed.connect(self.look)
        self._timetable.changed.connect(self.look)
        selection.changed.connect(self._see_selection)
        themes.changed.connect(self._dress)
        self._dress()
        self.look()

    def _build_folded(self) -> None:
        themes = self._themes
        # A line at the right is never cut: the number of what stands by is, before its words.
        self.folded_head = TextLine(themes, 12, face="label", side="right")
        self.folded_words = TextLine(themes, 18)
        self.folded_go = SlabButton(themes, self.tr("GO"), title_pixels=18, tall=36, border=2)
        self.folded_go.struck.connect(self._strike_go)
        self.folded_go.setFixedWidth(themes.theme.px(84))
        self._folded_row = QHBoxLayout(self._folded_page)
        self._folded_row.addWidget(self.folded_head)
        self._folded_row.addWidget(self.folded_words, 1)
        self._folded_row.addWidget(self.folded_go)

    def _build_full(self) -> None:
        self._column = QVBoxLayout(self._full_page)
        self._build_now(self._column)
        self._column.addWidget(Rule(self._themes))
        self._build_auto(self._column)
        self._column.addWidget(Rule(self._themes))
        self._build_standby(self._column)
        self._build_buttons(self._column)

    def _build_now(self, column: QVBoxLayout) -> None:
        themes = self._themes
        self.now_label = TextLine(themes, 12, face="label")
        self.now_words = TextLine(themes, 18)
        self.now_figure = TextLine(themes, 48, face="mono", side="right")
        left = self._now_left = QVBoxLayout()
        left.addStretch(1)
        left.addWidget(self.now_label)
        left.addWidget(self.now_words)
        now = QHBoxLayout()
        now.addLayout(left, 1)
        now.addWidget(self.now_figure)
        column.addLayout(now)
        self.running = [Pair(themes, 14, 14) for _ in range(MOST_RUNNING + 1)]
        for pair in self.running:
            column.addWidget(pair)
        self.counts = CountLines(self._document, self._client, self._timetable, themes)
        self.counts.resized.connect(self._dress)
        column.addWidget(self.counts)

    def _build_auto(self, column: QVBoxLayout) -> None:
        themes = self._themes
        self.auto = Pair(themes, 16, 15)
        self.auto_switch = self._button("auto", self._switch_auto)
        self.auto_switch.setCheckable(True)
        auto = self._auto_row = QHBoxLayout()
        auto.addWidget(self.auto, 1)
        auto.addWidget(self.auto_switch)
        column.addLayout(auto)
        self.prompts = PromptRows(themes)
        column.addWidget(self.prompts)
        self.waiting = TextLine(themes, 14)
        self.drop = self._button("drop_wait", self.drop_wait)
        self._waiting_row = QWidget()
        waiting = QHBoxLayout(self._waiting_row)
        waiting.setContentsMargins(0, 0, 0, 0)
        waiting.addWidget(self.waiting, 1)
        waiting.addWidget(self.drop)
        column.addWidget(self._waiting_row)
        self.missed = TextLine(themes, 14)
        column.addWidget(self.missed)

    def _build_standby(self, column: QVBoxLayout) -> None:
        themes = self._themes
        self.head = TextLine(themes, 13, face="label")
        self.words = FittedText(themes)
        self.ending = EndingLine(self._document, self._client, themes)
        column.addWidget(self.ending)
        column.addWidget(self.head)
        column.addWidget(self.words, 1)
        column.addWidget(Rule(themes))
        self.next = (NextLine(themes), NextLine(themes))
        for line in self.next:
            column.addWidget(line)

    def _build_buttons(self, column: QVBoxLayout) -> None:
        themes = self._themes
        self.go = SlabButton(themes, self.tr("GO"), title_pixels=40, tall=96, border=3)
        self.go.struck.connect(self._strike_go)
        column.addWidget(self.go)
        self.back = self._button("back", lambda: self._client.do(ev.Step(_NOW, back=True)))
        self.skip = self._button("skip", self.skip_asked.emit)
        self.hold = self._button("hold", self.hold_or_resume)
        self.jump = self._button("jump", self.jump_asked.emit)
        buttons = self._buttons = QHBoxLayout()
        for button in (self.back, self.skip, self.hold, self.jump):
            buttons.addWidget(button, 1)
        column.addLayout(buttons)
        self._apart = QWidget()
        self._apart.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column.addWidget(self._apart)
        self.stop = SlabButton(themes, "", title_pixels=15, tall=42, tone="live")
        self.stop.struck.connect(lambda _stamp: self._stop_all())
        column.addWidget(self.stop)

    def _button(self, name: str, act: Callable[[], None]) -> QPushButton:
        row = shortcut(name)
        button = QPushButton()
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(row.words)
        button.setToolTip(row.tip)
        button.clicked.connect(lambda _=False: act())
        return button

    @property
    def said(self) -> Said:
        """What the panel says now."""
        return self._said

    @property
    def is_folded(self) -> bool:
        """Say whether only one line is shown: in EDIT the column belongs to the inspector."""
        return self._pages.currentWidget() is self._folded_page

    def set_key_state(self, key_text: str, *, elsewhere: bool) -> None:
        """Take how GO's key reads now, and whether the keyboard is in another program."""
        self._key_text, self._elsewhere = key_text, elsewhere
        self._show_go()

    def show_stop_words(self, words: str) -> None:
        """Say what a further Esc would do; empty: nothing more than usual."""
        self._stop_words = words
        self._show_stop()

    def flash(self, sentence: str) -> None:
        """Say on the GO button for a while why a GO was not taken."""
        self._flashed = sentence
        if sentence:
            self._flash_timer.start()
        self._show_go()

    def _see_lines(self, lines: Sequence[asrun.Line]) -> None:
        """Flash a refusal that was just recorded, whichever key, pedal or network it answers."""
        for line in lines:
            entry = line.entry
            fresh = abs(time.time_ns() - line.utc) < FLASH_MS * NS_PER_MS
            if isinstance(entry, asrun.Noted) and entry.kind == "refused" and fresh:
                self.flash(entry.sentence)

    def hold_or_resume(self) -> None:
        """Suspend waits and timed triggers, or let them go on."""
        held = self._client.snapshot.held_at is not None
        self._client.do(ev.Resume(_NOW) if held else ev.Hold(_NOW))

    def drop_wait(self) -> None:
        """Let the cues that a GO has passed by not fire."""
        for cue in self._said.left_waiting:
            self._client.do(ev.DropWait(_NOW, cue))

    def _switch_auto(self) -> None:
        # What the switch shows comes with the next snapshot, not with the click.
        self.auto_switch.setChecked(self._client.snapshot.auto)
        self._client.do(ev.SetAuto(_NOW, not self._client.snapshot.auto))

    def _strike_go(self, stamp_ms: int) -> None:
        age = self._age.read(stamp_ms)
        if age > STALE_MS:
            self.flash(
                self.tr("The press of {seconds:.1f} s ago was not taken: the window had stopped.").format(
                    seconds=age / 1000
                )
            )
            return
        self._client.go("button", Instant(time.monotonic_ns() - age * NS_PER_MS))

    def look(self, _change: object = None) -> None:
        """Read everything anew, show what changed, and come back when the next figure changes."""
        snapshot = self._client.snapshot
        show = self._document.show
        times = {
            row_id: found
            for row_id in timed_rows(show, snapshot)
            if (found := self._timetable.times(row_id)) is not None
        }
        said = say(show, snapshot, times, self._client.show_now())
        self._said = said
        reads = (
            replace(said, changes_in=None),
            snapshot.standby,
            snapshot.auto,
            snapshot.held_at is None,
            snapshot.unconfirmed,
            snapshot.mode,
            self._client.connected,
        )
        if reads != self._reads:
            self._reads = reads
            self._show(said)
            folded = snapshot.mode == "edit"
            if folded != self.is_folded:
                self._pages.setCurrentWidget(self._folded_page if folded else self._full_page)
                self.updateGeometry()
            self._dress()
        self._timer.stop()
        if said.changes_in is not None and snapshot.rate > 0 and self.isVisible():
            self._timer.start(max(10, int(said.changes_in / snapshot.rate) + 1))

    def _show(self, said: Said) -> None:
        snapshot = self._client.snapshot
        head_tone: Tone = "standby" if said.stood_by else "text"
        mark = "● " if said.stood_by else ""
        if self.is_folded or snapshot.mode == "edit":
            self.folded_head.set_text(said.head, "dim", BOLD)
            spans = [Span(said.words.replace("\u00a0", " "), "text", BOLD)]
            if said.on:
                spans.append(Span(f"   {said.on}", "standby"))
            self.folded_words.set_spans(*spans)
        self.now_label.set_text(said.now.mark, "dim")
        self.now_words.set_text(said.now.words, "text", BOLD)
        self.now_figure.set_text(said.now.figure, said.now.tone)
        self._show_running(said.running)
        self._show_auto(said)
        self.head.set_text(mark + said.head, head_tone, BOLD)
        self.words.set_blocks(
            Block(said.words, 62, "text" if snapshot.standby else "dim"),
            Block(said.on, 28, "standby", PLAIN),
        )
        for line, widget in zip((*said.next, Line(), Line()), self.next, strict=False):
            widget.show_line(line)
        held = snapshot.held_at is not None
        self.back.setText(with_key(shortcut("back").words, "back"))
        self.skip.setText(with_key(shortcut("skip").words, "skip"))
        self.hold.setText(with_key(self.tr("Resume") if held else self.tr("Hold"), "hold"))
        self.jump.setText(with_key(self.tr("Jump"), "jump"))
        self.skip.setEnabled(self._document.show.cue(snapshot.standby) is not None)
        self.hold.setEnabled(not snapshot.unconfirmed)
        self._see_selection()
        self._show_go()
        self._show_stop()

    def _show_running(self, running: tuple[Line, ...]) -> None:
        """Show what else runs: a line each, or all in one where there is little room."""
        lines = [[Span(f"{line.mark} ", "go"), Span(line.words, "dim")] for line in running[:MOST_RUNNING]]
        figures = [line.figure for line in running[:MOST_RUNNING]]
        more = len(running) - MOST_RUNNING
        if self._tight and running:
            short = [Span(f" {line.words.split(' · ')[0]} {line.figure} ", "dim") for line in running[:4]]
            lines, figures = (
                [[Span("▶ ", "go"), *short]],
                [f"+{len(running) - 4}" if len(running) > 4 else ""],
            )
        elif more > 0:
            lines.append([Span(self.tr("and {count} more").format(count=more), "dim")])
            figures.append("")
        for pair, spans, figure in zip(self.running, lines, figures, strict=False):
            pair.words.set_spans(*spans)
            pair.figure.set_text(figure, "go")
        for place, pair in enumerate(self.running):
            pair.setVisible(place < len(lines))

    def _show_auto(self, said: Said) -> None:
        on = self._client.snapshot.auto
        words = [Span(f"{said.auto.mark} ", "dim" if on else "standby")]
        if said.auto.words:
            words.append(Span(f"{said.auto.words} ", "text", BOLD))
        self.auto.words.set_spans(*words, Span(said.auto.detail, "dim"))
        self.auto.figure.set_text(said.auto.figure, said.auto.tone)
        state = self.tr("AUTO on") if on else self.tr("AUTO OFF")
        self.auto_switch.setText(f"{state} · {shown(shortcut('auto').keys[0])}")
        self.auto_switch.setChecked(on)
        dress_switch(self._themes.theme, self.auto_switch, self.drop, on=on)
        self.prompts.show_prompts(said.prompts, most=1 if self._tight else MOST_PROMPTS)
        waiting = said.waiting_words
        if self._tight and said.missed:
            waiting = " · ".join(part for part in (waiting, said.missed) if part)
        self._waiting_row.setVisible(bool(waiting))
        self.waiting.set_text(waiting, "standby")
        self.drop.setVisible(bool(said.left_waiting))
        self.drop.setText(with_key(self.tr("Drop"), "drop_wait"))
        self.missed.setVisible(bool(said.missed) and not self._tight)
        self.missed.set_text(said.missed, "standby")

    def _show_go(self) -> None:
        face = face_of_go(
            self._said,
            mode=self._client.snapshot.mode,
            connected=self._client.connected,
            key_text=self._key_text,
            elsewhere=self._elsewhere,
            flashed=self._flashed,
        )
        for button in (self.go, self.folded_go):
            button.set_title(title_of_go(self._said))
        self.go.set_face(face)
        self.folded_go.set_face(face._replace(caption="", alarm=""))
        self.folded_go.setToolTip(face.caption)

    def _show_stop(self) -> None:
        usual = f"{self.tr('STOP ALL')} · {shown(shortcut('stop_all').keys[0])}"
        self.stop.set_title(self._stop_words or usual)
        self.stop.set_face(Face(look="solid" if self._stop_words else "quiet", tone="live"))

    def _see_selection(self) -> None:
        current = self._selection.current
        self.jump.setEnabled(current is not None and current != self._client.snapshot.standby)

    def showEvent(self, event: object) -> None:
        """Look again: nothing was counted while nobody could see it."""
        del event
        self.look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the words what room there is."""
        super().resizeEvent(event)
        self._dress()

    def minimumSizeHint(self) -> QSize:
        """Return what the tightest form takes; folded, its one line."""
        px = self._themes.theme.px
        return QSize(px(300), px(48 if self.is_folded else TIGHTEST - APART))

    def sizeHint(self) -> QSize:
        """Return the size of the design."""
        px = self._themes.theme.px
        return QSize(px(560), px(60 if self.is_folded else 700))

    def _dress(self) -> None:
        px = self._themes.theme.px
        beside = self.counts.pixels + 28 * (not self.ending.isHidden())
        tight = self.height() < px(roomy_height(self._said, beside))
        if tight != self._tight:
            self._tight = tight
            self._show(self._said)
        self.setMaximumHeight(px(60) if self.is_folded else 16_777_215)
        self._folded_row.setContentsMargins(px(12), px(6), px(8), px(6))
        self._folded_row.setSpacing(px(12))
        margin = px(12 if tight else 16)
        self._column.setContentsMargins(margin, px(6 if tight else 12), margin, margin)
        self._column.setSpacing(px(3 if tight else 8))
        self._now_left.setSpacing(px(2))
        self._auto_row.setSpacing(px(10))
        self._buttons.setSpacing(px(8))
        room = self.height() - px(TIGHTEST)
        if tight:
            room -= px(25) * bool(self._said.running) + px(30) * bool(self._said.prompts)
            room -= px(36) * (bool(self._said.left_waiting) or bool(self._said.missed))
            room -= px(self.counts.pixels) + px(25) * (not self.ending.isHidden())
        for place, line in enumerate(reversed(self.next)):
            line.setVisible(not tight or room >= -px(25) * place)
        buttons = (self.back, self.skip, self.hold, self.jump)
        lesser: list[tuple[Sequence[QWidget], int]] = [(buttons, px(35))]
        if tight and self._said.running:
            lesser.insert(0, ((self.running[0],), px(25)))
        if tight and self._said.missed and not self._said.left_waiting:
            lesser.insert(0, ((self._waiting_row,), px(36)))
        give_way(-room - px(50) if tight else 0, lesser)
        self.go.set_tall(76 if tight else 96)
        self.stop.set_tall(36 if tight else 42)
        for button in buttons:
            button.setFixedHeight(px(32 if tight else 44))
        # The column's spacing stands on both sides of it. STOP ALL near others is better than out of sight.
        apart = px(APART) - 2 * self._column.spacing() - max(0, px(TIGHTEST) - self.height())
        self._apart.setFixedHeight(max(px(10), apart))
