"""What the timecode that comes in is called on screens: where it is, how it stands, and when that changes.

Owns the words. Values in and values out: the clock windows and the strip of clocks ask it. Knows no widget
and reads no clock; timecode runs in machine time, whatever the speed of a rehearsal.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from showcaller.core.clocks import Level
from showcaller.core.messages import TimecodeView
from showcaller.core.timecode import MTC_RATES, timecode_text
from showcaller.core.times import Instant


def _tr(text: str) -> str:
    return QCoreApplication.translate("Timecode", text)


def state_words(view: TimecodeView) -> str:
    """Say in capitals how the timecode stands."""
    if view.sentence:
        return _tr("NO PORT")
    match view.state:
        case "locked":
            return _tr("LOCKED")
        case "freewheeling":
            return _tr("FREEWHEEL")
        case "located":
            return _tr("LOCATED")
        case "stopped":
            return _tr("STOPPED")
        case "backward":
            return _tr("BACKWARD")
        case "wrong-rate":
            return _tr("WRONG RATE {rate}").format(rate=view.comes_at)
        case _:
            return _tr("NO TC")


def level_of_timecode(view: TimecodeView) -> Level:
    """Say how urgent that is: a freewheel warns, what cannot be followed is urgent."""
    if view.sentence or view.state == "wrong-rate":
        return "danger"
    return "warn" if view.state == "freewheeling" else "steady"


def place_of(view: TimecodeView, now: Instant) -> int | None:
    """Return where the timecode is at an instant, in nanoseconds; None: nowhere yet."""
    return view.position if view.zero is None else now - view.zero


def place_text(view: TimecodeView, now: Instant, *, frames: bool) -> str:
    """Write where the timecode is; empty where it is nowhere yet."""
    place = place_of(view, now)
    return "" if place is None else timecode_text(place, view.rate, frames=frames)


def turns_in(view: TimecodeView, now: Instant, *, frames: bool) -> int | None:
    """Return in how many nanoseconds of the machine's clock its last digit turns; None: it stands."""
    if view.zero is None:
        return None
    rate = MTC_RATES[view.rate]
    step = rate.denominator * 1_000_000_000 // rate.numerator if frames else 1_000_000_000
    return step - (now - view.zero) % step
