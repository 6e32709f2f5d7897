"""The boxes for how a cue fires and how a segment starts: a choice, and the time that belongs to it.

Owns the pairing of choice and time: choosing a clock trigger asks for the time before anything changes.
Knows no show.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showcaller.core.show import (
    AtClock,
    AtOffset,
    AtTimecode,
    AutoContinue,
    AutoFollow,
    Hard,
    Hit,
    Manual,
    Soft,
)
from showcaller.core.timecode import read_label
from showcaller.core.times import Duration, TimeOfDay
from showcaller.gui.choice_boxes import ChoiceBox
from showcaller.gui.form_widgets import Box, LineBox, clock_box, duration_box
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate


class _ChoiceWithTime(Box):
    """A choice whose options may need a time."""

    def __init__(self, themes: ThemeHolder, title: str, choices: list[tuple[Any, str]]) -> None:
        super().__init__(themes, title)
        self.choice = ChoiceBox(themes, title, choices)
        self.clock = clock_box(themes, translate("Inspector", "Time of day"), placeholder="19:30:00")
        self.after = duration_box(
            themes, translate("Inspector", "After the segment's start"), empty=False, placeholder="1:30"
        )
        self.timecode = LineBox(
            themes,
            translate("Inspector", "Timecode"),
            figures=True,
            read=read_label,
            placeholder="10:00:00:00",
            help_text=translate("Inspector", "At the rate of Show → Timecode."),
        )
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(themes.theme.px(8))
        for box in (self.choice, *self._times):
            inside.addWidget(box, 1)
        self._label.hide()
        self.put(row)
        self.setFocusProxy(self.choice)
        self.choice.edited.connect(self._choose)
        self.clock.edited.connect(self._take_clock)
        self.timecode.edited.connect(self._take_clock)
        self.after.edited.connect(self._take_after)
        self._kind: Any = None
        for box in self._times:
            box.left.connect(self.left)

    @property
    def _times(self) -> tuple[LineBox, ...]:
        return self.clock, self.after, self.timecode

    def _needs(self, kind: Any) -> LineBox | None:
        raise TypeError(kind)

    def _show_time_box(self, kind: Any) -> None:
        wanted = self._needs(kind)
        for box in self._times:
            box.setVisible(box is wanted)

    def _choose(self, kind: Any) -> None:
        self._kind = kind
        wanted = self._needs(kind)
        self._show_time_box(kind)
        if wanted is None:
            self.edited.emit(kind())
        else:
            wanted.show_fault(translate("Inspector", "Write the time."))
            wanted.setFocus()

    def _take_clock(self, at: TimeOfDay | str) -> None:
        self.edited.emit(self._kind(at=at))

    def _take_after(self, after: Duration) -> None:
        self.edited.emit(self._kind(after=after))

    def show_value(self, value: Any, *, several: bool = False) -> None:
        """Show a trigger or start."""
        if several:
            self._kind = None
            self.choice.show_value(None, several=True)
            self._show_time_box(None)
            return
        if self._waits_for_time() and type(value) is not self._kind:
            return
        self._kind = type(value)
        self.choice.show_value(type(value))
        self._show_time_box(type(value))
        at = getattr(value, "at", None)
        self.clock.show_value(at if isinstance(at, TimeOfDay) else None)
        self.timecode.show_value(at if isinstance(at, str) else None)
        self.after.show_value(getattr(value, "after", None))

    def _waits_for_time(self) -> bool:
        """A choice was made whose time is still to be typed."""
        wanted = self._needs(self._kind) if self._kind is not None else None
        return wanted is not None and bool(wanted.sentence)

    def forget_typing(self) -> None:
        """Other rows are shown from here on."""
        self._kind = None
        for box in self._times:
            box.forget_typing()

    def commit(self) -> None:
        """Take a time that was typed and not yet taken."""
        for box in self._times:
            box.commit()


class TriggerBox(_ChoiceWithTime):
    """How a cue fires."""

    def __init__(self, themes: ThemeHolder) -> None:
        super().__init__(
            themes,
            translate("Inspector", "Trigger"),
            [
                (Manual, translate("Inspector", "GO")),
                (AutoContinue, translate("Inspector", "continues the cue above")),
                (AutoFollow, translate("Inspector", "follows the cue above")),
                (AtClock, translate("Inspector", "at a clock time")),
                (AtOffset, translate("Inspector", "at an offset")),
                (AtTimecode, translate("Inspector", "at a timecode")),
            ],
        )

    def _needs(self, kind: Any) -> LineBox | None:
        if kind in {AtClock, AtTimecode}:
            return self.clock if kind is AtClock else self.timecode
        return self.after if kind is AtOffset else None


class StartBox(_ChoiceWithTime):
    """How a segment starts."""

    def __init__(self, themes: ThemeHolder) -> None:
        super().__init__(
            themes,
            translate("Inspector", "Start"),
            [
                (Soft, translate("Inspector", "soft: when it is called")),
                (Hard, translate("Inspector", "HARD: at the clock")),
                (Hit, translate("Inspector", "HIT: a target")),
            ],
        )

    def _needs(self, kind: Any) -> LineBox | None:
        return self.clock if kind in {Hard, Hit} else None
