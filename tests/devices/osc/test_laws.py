"""Units on the screen and numbers on the wire belong together both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.devices.osc.laws import LAWS, db_of_fader, fader_of_db


@pytest.mark.parametrize(
    ("level", "position"),
    [(10, 1.0), (0, 0.75), (-10, 0.5), (-30, 0.25), (-60, 0.0625), (-90, 0.0), (-5, 0.625), (-75, 0.03125)],
)
def test_the_x32_fader_law_has_its_documented_points(level, position):
    assert fader_of_db(level) == pytest.approx(position)
    assert db_of_fader(position) == pytest.approx(level)


@given(st.floats(-90, 10))
def test_a_level_in_db_comes_back_from_the_fader(level):
    assert db_of_fader(fader_of_db(level)) == pytest.approx(level, abs=0.006)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_fader_is_never_quieter(one, other):
    low, high = sorted((one, other))
    assert db_of_fader(low) <= db_of_fader(high)


@pytest.mark.parametrize("level", [-200.0, -90.0, 20.0])
def test_levels_beyond_the_fader_stop_at_its_ends(level):
    assert fader_of_db(level) in {0.0, 1.0}


def test_a_mute_is_an_on_that_is_off():
    assert LAWS["zero or one"].to_wire(True) == 0
    assert LAWS["zero or one"].from_wire(0) is True
    assert LAWS["one or zero"].to_wire(True) == 1
