"""What is wrong with the timecodes of a show: labels that are none, no port, cues out of order.

Pure; `row_checks` asks for one row by itself, `checks` for its order among the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from showcaller.core.frames import FrameTextError
from showcaller.core.problems import Problem
from showcaller.core.show import AtTimecode, Cue, Row, Show
from showcaller.core.timecode import position_of


def place_in_timecode(row: Row, show: Show) -> int | None:
    """Return where in the timecode a cue starts, in nanoseconds; None where it does not."""
    if not isinstance(row, Cue) or not isinstance(row.trigger, AtTimecode):
        return None
    try:
        return position_of(row.trigger.at, show.timecode.rate).nanoseconds
    except FrameTextError:
        return None


def check_timecode(cue: Cue, show: Show) -> Iterator[Problem]:
    """Yield what is wrong with the timecode of one cue."""
    if not isinstance(cue.trigger, AtTimecode):
        return
    try:
        position_of(cue.trigger.at, show.timecode.rate)
    except FrameTextError as error:
        values = {"reason": str(error), "rate": show.timecode.rate}
        yield Problem(key="timecode-bad", row_id=cue.id, field="trigger", values=values)
    if not show.timecode.port:
        yield Problem(key="timecode-no-port", row_id=cue.id, field="trigger")


def check_timecode_order(cue: Cue, above: Cue | None, show: Show) -> Iterator[Problem]:
    """Yield that a cue comes before the cue above it that timecode starts too."""
    here = place_in_timecode(cue, show)
    before = None if above is None else place_in_timecode(above, show)
    if here is None or before is None or here >= before:
        return
    assert above is not None
    assert isinstance(cue.trigger, AtTimecode)
    assert isinstance(above.trigger, AtTimecode)
    values = {"time": cue.trigger.at, "above_time": above.trigger.at}
    yield Problem(key="timecode-order", row_id=cue.id, field="trigger", values=values)
