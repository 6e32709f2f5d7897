"""The columns of the rundown: which there are, how wide, what they edit, and which of them are shown.

Owns the order, the widths and the choice of the columns that not everybody wants (end, back time, gap, over,
learned), kept for this user. The model says what stands in them, the view lays them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Signal
from PySide6.QtWidgets import QMenu

translate = QCoreApplication.translate

SETTING = "rundown_columns"


class Column(IntEnum):
    """The columns; those behind RESULT stand behind EXPECTED where they are shown."""

    GLYPH = 0
    CUE = 1
    CALLS = 2
    WHAT = 3
    ON = 4
    DURATION = 5
    PLAN = 6
    EXPECTED = 7
    LATE = 8
    RESULT = 9
    END = 10
    BACK = 11
    GAP = 12
    OVER = 13
    LEARNED = 14


OPTIONAL = (Column.END, Column.BACK, Column.GAP, Column.OVER, Column.LEARNED)

FIELDS: Mapping[Column, tuple[str | None, str | None]] = {
    Column.CUE: ("number", "page"),
    Column.CALLS: ("calls", "title"),
    Column.WHAT: ("name", "title"),
    Column.ON: ("on", "start"),
    Column.DURATION: ("duration", "duration"),
}
"""Field that a cell edits: of a cue, of a segment."""

_FIXED: Mapping[Column, int] = {
    Column.GLYPH: 38,
    Column.CUE: 58,
    Column.DURATION: 60,
    Column.PLAN: 80,
    Column.EXPECTED: 84,
    Column.LATE: 62,
}
"""Widths in pixels of the design."""
_LEAST: Mapping[Column, int] = {Column.CALLS: 146, Column.WHAT: 160, Column.ON: 116, Column.RESULT: 96}
_SHARES: Mapping[Column, float] = {
    Column.CALLS: 0.25,
    Column.WHAT: 0.37,
    Column.ON: 0.23,
    Column.RESULT: 0.15,
}

COMPACT_BELOW = 900
"""Width in pixels of the design under which columns and chips draw together."""
_COMPACT_FIXED: Mapping[Column, int] = {
    Column.GLYPH: 30,
    Column.CUE: 52,
    Column.DURATION: 50,
    Column.PLAN: 80,
    Column.EXPECTED: 80,
    Column.LATE: 56,
}
_COMPACT_LEAST: Mapping[Column, int] = {
    Column.CALLS: 122,
    Column.WHAT: 130,
    Column.ON: 112,
    Column.RESULT: 84,
}
_COMPACT_SHARES: Mapping[Column, float] = {
    Column.CALLS: 0.3,
    Column.WHAT: 0.6,
    Column.ON: 0.1,
    Column.RESULT: 0.0,
}

_OPTIONAL_WIDTHS: Mapping[Column, int] = {
    Column.END: 94,
    Column.BACK: 84,
    Column.GAP: 62,
    Column.OVER: 62,
    Column.LEARNED: 72,
}


def widths_of(room: int, px: Callable[[float], int], shown: frozenset[Column]) -> Mapping[Column, int]:
    """Return how wide each column that is shown is: times as wide as they are, words share the rest.

    Args:
        room: Width of the table.
        px: Turns pixels of the design into those of the screen.
        shown: The optional columns that are shown.
    """
    compact = room < px(COMPACT_BELOW)
    fixed = {**(_COMPACT_FIXED if compact else _FIXED), **{one: _OPTIONAL_WIDTHS[one] for one in shown}}
    widths = {column: px(width) for column, width in fixed.items()}
    rest = room - sum(widths.values())
    least = {column: px(width) for column, width in (_COMPACT_LEAST if compact else _LEAST).items()}
    if sum(least.values()) > rest:
        least = {column: max(0, rest) * width // sum(least.values()) for column, width in least.items()}
    spare = max(0, rest - sum(least.values()))
    left = rest
    for column, share in (_COMPACT_SHARES if compact else _SHARES).items():
        width = least[column] + round(spare * share)
        widths[column] = max(least[column], left) if column == Column.RESULT else width
        left -= width
    return widths


def heading_of(column: Column) -> str:
    """Return what stands above a column."""
    return (
        "",
        translate("Rundown", "CUE"),
        translate("Rundown", "CALLS"),
        translate("Rundown", "WHAT HAPPENS"),
        translate("Rundown", "ON / TRIGGER"),
        translate("Rundown", "DUR"),
        translate("Rundown", "PLAN"),
        translate("Rundown", "EXPECTED"),
        "+/\u2212",
        translate("Rundown", "RESULT"),
        translate("Rundown", "ENDS"),
        translate("Rundown", "BACK"),
        translate("Rundown", "GAP"),
        translate("Rundown", "OVER"),
        translate("Rundown", "LEARNED"),
    )[column]


def name_of_column(column: Column) -> str:
    """Say what a column that can be chosen shows."""
    return {
        Column.END: translate("Rundown", "Ends: expected or actual end"),
        Column.BACK: translate("Rundown", "Back: when it has to start for the next hard point"),
        Column.GAP: translate("Rundown", "Gap before a segment, − overlap"),
        Column.OVER: translate("Rundown", "Over or under the segment's length"),
        Column.LEARNED: translate("Rundown", "Learned duration"),
    }[column]


class ColumnChoice(QObject):
    """Which optional columns are shown, kept for this user."""

    changed = Signal()

    def __init__(self, settings: QSettings | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        kept = settings.value(SETTING, "") if settings is not None else ""
        names = set(str(kept).split(","))
        self.shown: frozenset[Column] = frozenset(one for one in OPTIONAL if one.name.lower() in names)

    def toggle(self, column: Column) -> None:
        """Show a column, or no longer."""
        self.shown ^= {column}
        if self._settings is not None:
            names = ",".join(one.name.lower() for one in OPTIONAL if one in self.shown)
            self._settings.setValue(SETTING, names)
        self.changed.emit()

    def fill(self, menu: QMenu) -> None:
        """Offer the columns in a menu."""

        def toggler(column: Column) -> Callable[[], None]:
            return lambda: self.toggle(column)

        for column in OPTIONAL:
            action = menu.addAction(name_of_column(column), toggler(column))
            action.setCheckable(True)
            action.setChecked(column in self.shown)
