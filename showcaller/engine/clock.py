"""The one map between the machine's clock and show time: rate, pause, pretended evening.

The conductor asks it; nobody else turns one clock into the other. Reads no clock itself.
"""

from __future__ import annotations

from fractions import Fraction

from showcaller.core.times import Instant, ShowTime

FASTEST = 1000
NO_SUCH_RATE = f"A rehearsal runs at a speed from 0 (it stands) to {FASTEST}."


class ShowClock:
    """Show time as a straight line over the machine's time, bent only by `set_rate` and `set_show_time`."""

    def __init__(self, now: Instant, show: ShowTime, rate: float = 1.0) -> None:
        self._instant = now
        self._show = show
        self._set_rate(rate)

    def _set_rate(self, rate: float) -> None:
        self._rate = Fraction(rate).limit_denominator(1000)
        # Comparing fractions takes microseconds, and each GO reads this clock.
        self._is_even = self._rate == 1

    @property
    def rate(self) -> float:
        """How much faster show time runs; 0 while it stands."""
        return float(self._rate)

    def show_at(self, now: Instant) -> ShowTime:
        """Return the show time at an instant."""
        passed = now - self._instant
        if self._is_even:
            return ShowTime(self._show + passed)
        return ShowTime(self._show + passed * self._rate.numerator // self._rate.denominator)

    def instant_of(self, show: ShowTime) -> Instant | None:
        """Return the first instant at which that show time is reached; None while show time stands."""
        if self._rate == 0:
            return None
        ahead = show - self._show
        if self._is_even:
            return Instant(self._instant + ahead)
        return Instant(self._instant - (-ahead * self._rate.denominator // self._rate.numerator))

    def set_rate(self, now: Instant, rate: float) -> None:
        """Go on from the present show time at another rate."""
        self._show = self.show_at(now)
        self._instant = now
        self._set_rate(rate)

    def set_show_time(self, now: Instant, show: ShowTime) -> None:
        """Go on from another show time."""
        self._show = show
        self._instant = now
