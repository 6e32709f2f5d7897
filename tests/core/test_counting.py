"""One convention for seconds: what is left is shown whole, what has passed is cut, overtime has a sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core.clocks import Thresholds, level_left
from showcaller.core.counting import left_text, passed_text, whole_left
from showcaller.core.times import Duration, parse_duration


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (60_000, "1:00"),
        (59_999, "1:00"),
        (59_000, "0:59"),
        (1, "0:01"),
        (0, "0:00"),
        (-999, "0:00"),
        (-1_000, "+0:01"),
        (-13_500, "+0:13"),
        (3_600_000, "1:00:00"),
        (-3_723_000, "+1:02:03"),
    ],
)
def test_what_is_left_turns_to_nothing_at_the_instant_itself(left: int, text: str) -> None:
    assert left_text(Duration(left)) == text


def test_with_hours_both_have_them_from_the_beginning() -> None:
    assert left_text(Duration(8_000), hours=True) == "00:00:08"
    assert left_text(Duration(-8_000), hours=True) == "+00:00:08"
    assert passed_text(Duration(221_999), hours=True) == "00:03:41"


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_what_has_passed_and_what_is_left_add_up_to_the_whole(passed: int, whole: int) -> None:
    """At every instant, where the whole is of whole seconds; afterwards overtime is what there is more."""
    length = whole // 1000 * 1000
    left = Duration(length - passed)
    shown = parse_duration(left_text(left).replace("+", "-"))
    assert shown == whole_left(left)
    assert parse_duration(passed_text(Duration(passed))) + shown == length


@given(st.integers(-(10**8), 10**8))
def test_levels_follow_what_is_left(left: int) -> None:
    limits = Thresholds()
    order = ["steady", "warn", "danger", "over"]
    level, later = level_left(Duration(left)), level_left(Duration(left - 1000))
    assert order.index(later) >= order.index(level)
    assert (level == "over") == left_text(Duration(left)).startswith("+")
    assert (level == "steady") == (left > limits.warn)
