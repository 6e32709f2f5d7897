"""The fade of an action: from where, to where, how long and along which curve.

Owns the fields of one fade, their limits from the action's range, and that equal power is offered for
gains only. Knows no show and no device.
"""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from showcaller.core.forms import FadeRange, Field
from showcaller.core.show import Fade
from showcaller.core.times import Duration
from showcaller.gui.choice_boxes import ChoiceBox
from showcaller.gui.form_boxes import box_for
from showcaller.gui.form_widgets import LineBox, SwitchBox, duration_box
from showcaller.gui.theme import ThemeHolder

translate = QCoreApplication.translate

USUAL_FADE = Duration(2000)


class FadeEditor(QWidget):
    """A switch, and under it the fade."""

    edited = Signal(object)
    """`Fade`, or None where the value is set at once."""
    left = Signal()

    def __init__(self, themes: ThemeHolder, fade_range: FadeRange) -> None:
        super().__init__()
        self._range = fade_range
        self._fade: Fade | None = None
        self._level = fade_range.low
        self.switch = SwitchBox(themes, translate("Inspector", "Fade to it"))
        self.to = self._level_box(themes, "to", translate("Inspector", "To"), optional=False)
        self.start = self._level_box(themes, "start", translate("Inspector", "From"), optional=True)
        self.duration = duration_box(themes, translate("Inspector", "Over"), empty=False)
        curves: list[tuple[Any, str]] = [
            ("linear", translate("Inspector", "linear")),
            ("s", translate("Inspector", "S")),
        ]
        if fade_range.gain:
            curves.append(("equal-power", translate("Inspector", "equal power")))
        self.curve = ChoiceBox(themes, translate("Inspector", "Curve"), curves)
        self._fields = QWidget()
        grid = QGridLayout(self._fields)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(themes.theme.px(8))
        for place, box in enumerate((self.start, self.to, self.duration, self.curve)):
            grid.addWidget(box, place // 2, place % 2)
            box.edited.connect(lambda value, box=box: self._take(box, value))
            box.left.connect(self.left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(themes.theme.px(4))
        layout.addWidget(self.switch)
        layout.addWidget(self._fields)
        self.switch.edited.connect(self._turn)

    def _level_box(self, themes: ThemeHolder, name: str, title: str, *, optional: bool) -> LineBox:
        box = box_for(
            themes,
            Field(
                name=name,
                title=title,
                type="number",
                unit=self._range.unit,
                minimum=self._range.low,
                maximum=self._range.high,
                optional=optional,
                required=not optional,
            ),
        )
        assert isinstance(box, LineBox)
        return box

    def show_fade(self, fade: Fade | None, level: Any) -> None:
        """Show a fade, or that there is none; `level` is the value that the field holds without one."""
        self._fade = fade
        if isinstance(level, int | float) and not isinstance(level, bool):
            self._level = float(level)
        self.switch.show_value(fade is not None)
        self._fields.setVisible(fade is not None)
        if fade is not None:
            self.to.show_value(fade.to)
            self.start.show_value(fade.start)
            self.duration.show_value(fade.duration)
            self.curve.show_value(fade.curve)

    def _turn(self, on: object) -> None:
        self.edited.emit(Fade(to=self._level, duration=USUAL_FADE) if on else None)

    def _take(self, box: QWidget, value: Any) -> None:
        if self._fade is None:
            return
        name = {self.to: "to", self.start: "start", self.duration: "duration", self.curve: "curve"}[box]  # type: ignore[index]
        if name in {"to", "start"} and value is not None:
            value = float(value)
        self.edited.emit(msgspec.structs.replace(self._fade, **{name: value}))

    def commit(self) -> None:
        """Take what was typed and not yet taken."""
        for box in (self.to, self.start, self.duration):
            box.commit()
