"""What a change to the times of a run costs, in words: `out moves +0:35 · breaks 20:30 B1 · then +0:35`.

Owns the wording. Whoever shows a cost before it is committed asks here; what the cost is says `core.costs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QCoreApplication

from showcaller.core.costs import NOTICED, Cost
from showcaller.core.schedule import HardPoint
from showcaller.core.show import Show
from showcaller.core.times import format_duration, load_zone, time_of_day_at

translate = QCoreApplication.translate


def cost_words(show: Show, cost: Cost) -> str:
    """Say what an event or an edit would change."""
    if abs(cost.out_moves) < NOTICED:
        parts = [translate("Costs", "out stays")]
    else:
        moves = format_duration(cost.out_moves, sign=True)
        parts = [translate("Costs", "out moves {time}").format(time=moves)]
    for wording, points in (
        (translate("Costs", "breaks {points}"), cost.breaks),
        (translate("Costs", "makes {points}"), cost.makes),
    ):
        if points:
            parts.append(wording.format(points=", ".join(_points(show, points))))
    if cost.over is not None:
        over = format_duration(cost.over, sign=True)
        parts.append(translate("Costs", "then {time}").format(time=over))
    return " · ".join(parts)


def _points(show: Show, points: Sequence[HardPoint]) -> Iterator[str]:
    zone = load_zone(show.zone)
    for point in points:
        at = str(time_of_day_at(point.at, zone)).removesuffix(":00")
        name = translate("Costs", "hard out") if point.kind == "out" else point.page
        yield f"{at} {name}".strip()
