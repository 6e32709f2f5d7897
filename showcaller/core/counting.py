"""How lengths of time are written on clocks: one convention for every screen.

What is left counts down to 0:00 at the instant itself: the second that has begun is shown whole, so 0:01
stands until the last of it is over, and what is left and the time of day always add up. What has passed is
cut to whole seconds. Overtime counts up behind a `+`. Over and under against a hard out have a sign too; they
stand apart by their arrows and words. Whatever shows a running length asks here; lengths of the document are
`times`'.
"""

from __future__ import annotations

from showcaller.core.times import Duration


def whole_left(left: Duration) -> Duration:
    """Return what is left in whole seconds, the one that has begun included."""
    return Duration(-(-left // 1000) * 1000)


def left_text(left: Duration, *, hours: bool = False) -> str:
    """Write what is left: `0:08`, `0:00` at the end, `+0:13` in overtime; with `hours` as `00:00:08`."""
    seconds = whole_left(left) // 1000
    text = _write(abs(seconds), hours=hours)
    return f"+{text}" if seconds < 0 else text


def passed_text(passed: Duration, *, hours: bool = False) -> str:
    """Write what has passed, cut to whole seconds; before the beginning, what is left until then."""
    return _write(abs(passed // 1000), hours=hours)


def _write(seconds: int, *, hours: bool) -> str:
    if hours:
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    minutes = f"{seconds // 60 % 60:02}" if seconds >= 3600 else f"{seconds // 60}"
    text = f"{minutes}:{seconds % 60:02}"
    return f"{seconds // 3600}:{text}" if seconds >= 3600 else text
