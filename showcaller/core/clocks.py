"""What each clock of the desk shows at an instant: lengths to go, times passed, over and under.

Pure readings of an outlook and of where the show is; the screens format and paint them. Knows no
widget and reads no clock.
"""

from __future__ import annotations

from msgspec import Struct

from showcaller.core.schedule import HardPoint, Outlook, hard_points
from showcaller.core.times import Duration, ShowTime, elapsed


class Readings(Struct, frozen=True):
    """Everything that the top bar shows; None where a clock has nothing to say."""

    on_air: Duration | None
    """Since the first segment began; negative is still to go until then."""
    segment_page: str
    segment_left: Duration | None
    """Negative once the segment has passed its planned length."""
    segment_elapsed: Duration | None
    next_point: HardPoint | None
    next_point_left: Duration | None
    hard_out_left: Duration | None
    over: Duration | None


def read_clocks(
    outlook: Outlook,
    started_at: ShowTime | None,
    segment_started_at: ShowTime | None,
    now: ShowTime,
) -> Readings:
    """Read all clocks at `now`.

    Args:
        outlook: The expected times at `now`.
        started_at: When the first segment of the run began; None before.
        segment_started_at: When the running segment began; None before the first.
        now: Show time.
    """
    plan = outlook.plan
    if started_at is not None:
        on_air: Duration | None = elapsed(started_at, now)
    else:
        on_air = elapsed(plan.start, now) if plan.anchored else None
    page = ""
    left = segment_elapsed = None
    if outlook.current >= 0 and segment_started_at is not None:
        running = plan.segments[outlook.current]
        page = running.segment.page if running.segment else ""
        segment_elapsed = elapsed(segment_started_at, now)
        left = Duration(running.duration - segment_elapsed)
    points = hard_points(outlook)
    point = points[0] if points else None
    return Readings(
        on_air=on_air,
        segment_page=page,
        segment_left=left,
        segment_elapsed=segment_elapsed,
        next_point=point,
        next_point_left=elapsed(now, point.at) if point else None,
        hard_out_left=None if plan.hard_out is None else elapsed(now, plan.hard_out),
        over=outlook.over,
    )
