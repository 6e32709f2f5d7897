"""What stands in each clock window: a list of clocks with their sizes, kept for this user.

Owns the form in which layouts are remembered and the words for the clocks. Knows no widget: the windows
and the dialog read it, `clock_windows` keeps it in the settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
from msgspec import Struct
from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from showcaller.core.clocks import MINUTE, ClockName, Thresholds
from showcaller.core.times import Duration

LARGEST = 4
BESIDE = 3
"""So many clocks of size 1 share a line."""


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Clocks", text))


TITLES: Mapping[ClockName, str] = MappingProxyType({
    "time-of-day": _("Time of day"),
    "to-air": _("Countdown to air"),
    "on-air": _("On air"),
    "show-left": _("Show left, expected"),
    "segment-up": _("Segment, passed"),
    "segment-down": _("Segment, left"),
    "cue-up": _("Running cue, passed"),
    "cue-down": _("Running cue, left"),
    "hard-point": _("Next hard point"),
    "hard-point-after": _("Hard point after the next"),
    "hard-out": _("Hard out"),
    "over": _("Over or under"),
    "timecode": _("Timecode"),
    "count": _("Count in or out"),
    "timer": _("Timer {of}"),
})  # fmt: skip
"""What the dialog calls each clock; untranslated."""


class ClockEntry(Struct, frozen=True):
    """One clock of a window."""

    name: ClockName
    size: int = 2
    """From 1 to 4: its share of the height; small ones that follow one another share a line."""
    frames: str = ""
    """Name of a frame rate, or empty for whole seconds."""
    warn: Duration = MINUTE
    danger: Duration = Duration(15_000)
    of: str = ""
    """Name of the timer, where it is one."""

    @property
    def thresholds(self) -> Thresholds:
        """When it begins to warn."""
        return Thresholds(self.warn, self.danger)


class ClockLayout(Struct, frozen=True, kw_only=True):
    """One clock window: what stands in it and where it was."""

    clocks: tuple[ClockEntry, ...] = (
        ClockEntry("segment-down", 4),
        ClockEntry("hard-point", 1),
        ClockEntry("time-of-day", 1),
    )
    place: tuple[int, int, int, int] | None = None
    """Left, top, width, height when it was not full screen."""
    screen: str = ""
    """Name of the monitor that it fills; empty: a window."""
    shown: bool = True


def title_of(name: ClockName, of: str = "") -> str:
    """Return what a person calls a clock; `of` is the name of a timer."""
    return QCoreApplication.translate("Clocks", TITLES[name]).format(of=of)


def rows_of(clocks: Sequence[ClockEntry]) -> list[tuple[int, list[int]]]:
    """Return the lines of a window: the share of the height, and the places of the clocks in it."""
    rows: list[tuple[int, list[int]]] = []
    for place, entry in enumerate(clocks):
        size = min(LARGEST, max(1, entry.size))
        if size == 1 and rows and rows[-1][0] == 1 and len(rows[-1][1]) < BESIDE:
            rows[-1][1].append(place)
        else:
            rows.append((size, [place]))
    return rows


def layouts_text(layouts: Sequence[ClockLayout]) -> str:
    """Return layouts as they are remembered."""
    return msgspec.json.encode(layouts).decode()


def read_layouts(text: object) -> list[ClockLayout]:
    """Read remembered layouts; what cannot be read is forgotten, for it is a preference."""
    try:
        return list(msgspec.json.decode(str(text), type=tuple[ClockLayout, ...]))
    except msgspec.MsgspecError:
        return []
