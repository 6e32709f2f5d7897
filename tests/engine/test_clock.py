"""Show time against the machine's: even at odd rates the two maps agree, and time never jumps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.times import Instant, ShowTime
from showcaller.engine.clock import ShowClock

rates = st.sampled_from([0.25, 0.5, 1.0, 2.0, 1.1, 10.0, 20.0, 1 / 3, 999.999])
steps = st.lists(st.tuples(st.integers(0, 10**13), rates | st.just(0.0)), max_size=6)


@given(steps, rates, st.integers(0, 10**14))
def test_an_instant_is_the_first_at_which_its_show_time_is_reached(
    bends: list[tuple[int, float]], rate: float, ahead: int
) -> None:
    now, clock = Instant(5), ShowClock(Instant(5), ShowTime(10**18))
    for passed, other in [*bends, (0, rate)]:
        now = Instant(now + passed)
        clock.set_rate(now, other)
    wanted = ShowTime(clock.show_at(now) + ahead)
    instant = clock.instant_of(wanted)
    assert instant is not None
    assert clock.show_at(instant) >= wanted
    assert clock.show_at(Instant(instant - 1)) < wanted


@given(steps)
def test_show_time_never_jumps_when_the_rate_changes(bends: list[tuple[int, float]]) -> None:
    now, clock = Instant(5), ShowClock(Instant(5), ShowTime(10**18))
    for passed, rate in bends:
        now = Instant(now + passed)
        before = clock.show_at(now)
        clock.set_rate(now, rate)
        assert clock.show_at(now) == before


def test_while_show_time_stands_no_instant_reaches_it() -> None:
    clock = ShowClock(Instant(0), ShowTime(100), rate=0)
    assert clock.instant_of(ShowTime(101)) is None
    assert clock.show_at(Instant(10**12)) == 100


def test_show_time_can_be_set_to_another_evening() -> None:
    clock = ShowClock(Instant(0), ShowTime(100))
    clock.set_show_time(Instant(50), ShowTime(10**18))
    assert clock.show_at(Instant(60)) == 10**18 + 10
