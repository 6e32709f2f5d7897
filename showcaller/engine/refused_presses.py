"""Presses from outside that are refused, when they come faster than anybody presses.

Owns how much of a flood is kept: of refused remote presses the first in each second is written down as any
other event is; those behind it are counted, and the count is written. A loose contact or a loop in a network
would else fill the as-run, and this process, all evening. Refusing is `core.call_steps`' business.
"""

from __future__ import annotations

from collections.abc import Callable

from showcaller.core import events as ev
from showcaller.core.asrun import Entry, Noted
from showcaller.core.call_steps import press_refusal, start_refusal
from showcaller.core.position import Playback, next_deadline
from showcaller.core.show import Show
from showcaller.core.times import Duration

REMOTE = frozenset({"osc", "midi"})
TELL_EVERY = Duration(1000)


class RefusedPresses:
    """See the module's law.

    Args:
        after: Makes a call after so much machine time.
        write: Appends to the as-run.
    """

    def __init__(
        self, after: Callable[[Duration, Callable[[], None]], object], write: Callable[[Entry], None]
    ) -> None:
        self._after = after
        self._write = write
        self._counted = 0
        self._is_counting = False

    def swallow(self, event: ev.Event, playback: Playback, show: Show) -> str | None:
        """Return why an event is refused if it is one too many, which nothing else then has to see."""
        if not isinstance(event, ev.Go | ev.SayNext | ev.StartCue) or event.source not in REMOTE:
            return None
        due = next_deadline(playback)
        if due is not None and due <= event.at:
            # What is due comes first, and may be what the press is for.
            return None
        if isinstance(event, ev.StartCue):
            refusal = start_refusal(playback, show, event)
        else:
            refusal = press_refusal(playback, show, event)
        if refusal is None:
            return None
        if self._is_counting:
            self._counted += 1
            return refusal
        self._is_counting = True
        self._after(TELL_EVERY, self._tell)
        return None

    def _tell(self) -> None:
        counted, self._counted = self._counted, 0
        self._is_counting = counted > 0
        if counted:
            presses = "press was" if counted == 1 else "presses were"
            self._write(Noted(kind="refused", sentence=f"{counted} more remote {presses} not taken."))
            self._after(TELL_EVERY, self._tell)
