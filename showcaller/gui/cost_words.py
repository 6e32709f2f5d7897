"""What a change to the times of a run costs, in words: `out moves +0:35 · breaks 20:30 B1 · then +0:35`.

Owns the wording, of plans that buy time back or fill it too. Whoever shows a cost before it is committed asks
here; what the cost is says `core.costs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QCoreApplication

from showcaller.core import events as ev
from showcaller.core.costs import NOTICED, BuyBackPlan, Cost, Priced
from showcaller.core.fill import FillPlan
from showcaller.core.schedule import HardPoint, Outlook
from showcaller.core.show import Segment, Show
from showcaller.core.times import Duration, format_duration, load_zone, time_of_day_at
from showcaller.gui.questions import name_of

translate = QCoreApplication.translate


def cost_words(show: Show, cost: Cost) -> str:
    """Say what an event or an edit would change."""
    if abs(cost.out_moves) < NOTICED:
        parts = [translate("Costs", "out stays")]
    else:
        moves = format_duration(cost.out_moves, sign=True)
        parts = [translate("Costs", "out moves {time}").format(time=moves)]
    if cost.first and abs(cost.first_moves - cost.out_moves) >= NOTICED:
        row = show.row(cost.first)
        name = (row.page or row.title) if isinstance(row, Segment) else ""
        moves = format_duration(cost.first_moves, sign=True)
        parts.append(translate("Costs", "{row} comes {time}").format(row=name, time=moves))
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


def point_words(show: Show, point: HardPoint) -> str:
    """Name a hard point with its time: `B2 19:55:00`."""
    at = str(time_of_day_at(point.at, load_zone(show.zone)))
    name = translate("Costs", "the hard out") if point.kind == "out" else point.page
    return f"{name} {at}".strip()


def buy_back_words(show: Show, plan: BuyBackPlan) -> str:
    """Say step by step what buys time back, and what is missed or over still after all of it."""
    lines: list[str] = []
    for place, step in enumerate(plan.steps, 1):
        wording = (
            translate("Costs", "{place}  float {row}  gives {time}")
            if step.kind == "float"
            else translate("Costs", "{place}  trim {row} by {cut}  gives {time}")
        )
        times = {"cut": format_duration(step.cut), "time": format_duration(step.gives)}
        lines.append(wording.format(place=place, row=name_of(show, step.segment), **times))
    if plan.left > 0:
        wording = (
            translate("Costs", "Still over: {time}")
            if plan.point.kind == "out"
            else translate("Costs", "{row} is still missed by {time}")
        )
        lines.append(wording.format(row=plan.point.page, time=format_duration(plan.left)))
    return "\n".join(lines)


def filling_words(show: Show, plan: FillPlan) -> str:
    """Say step by step what fills a show, and what is under still after all of it."""
    lines: list[str] = []
    for place, step in enumerate(plan.steps, 1):
        wording = (
            translate("Costs", "{place}  take {row} back in  gives {time}")
            if step.kind == "take-in"
            else translate("Costs", "{place}  stretch {row} by {by}  gives {time}")
        )
        times = {"by": format_duration(step.by), "time": format_duration(step.gives)}
        lines.append(wording.format(place=place, row=name_of(show, step.segment), **times))
    if plan.left >= NOTICED:
        lines.append(translate("Costs", "Still under: {time}").format(time=format_duration(plan.left)))
    return "\n".join(lines)


def limit_words(show: Show, segment_id: str) -> str:
    """Say how short and how long an elastic segment may be; nothing of any other."""
    segment = show.row(segment_id)
    if not isinstance(segment, Segment):
        return ""
    shortest, longest = (
        None if limit is None else format_duration(limit) for limit in (segment.minimum, segment.maximum)
    )
    if shortest is not None and longest is not None:
        return translate("Costs", "Elastic: {shortest} to {longest}.").format(
            shortest=shortest, longest=longest
        )
    if longest is not None:
        return translate("Costs", "Elastic: at most {longest}.").format(longest=longest)
    if shortest is not None:
        return translate("Costs", "Elastic: at least {shortest}.").format(shortest=shortest)
    return ""


def beyond_words(show: Show, event: Priced, after: Outlook) -> str:
    """Say how far added time takes a segment beyond what it may be.

    It is said and not refused: what is on air goes on, whatever the rundown allows.
    """
    segment = show.row(event.segment) if isinstance(event, ev.AddTime) else None
    if not isinstance(segment, Segment):
        return ""
    for planned, expected in zip(after.plan.segments, after.expected, strict=True):
        if planned.segment is None or planned.segment.id != segment.id:
            continue
        for limit, sign, wording in (
            (segment.maximum, 1, translate("Costs", "▲ {time} beyond its maximum")),
            (segment.minimum, -1, translate("Costs", "▼ {time} below its minimum")),
        ):
            beyond = Duration(0 if limit is None else sign * (expected.duration - limit))
            if beyond > 0:
                return wording.format(time=format_duration(beyond))
    return ""
