"""Where a dragged edge lands, and that the choice is kept on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings

from showcaller.core.frames import RATES
from showcaller.gui.timeline_snap import Snaps, keep_snaps, on_grid, read_snaps, snap, stepped

SECONDS = Snaps()
FREE = Snaps(grid="none", neighbours=False, edges=False)


@given(st.integers(-100_000, 10_000_000))
def test_grid_of_seconds_is_whole_and_near(milliseconds: int) -> None:
    landed = on_grid(milliseconds, SECONDS)
    assert landed % 1000 == 0
    assert abs(landed - milliseconds) <= 500


@given(st.sampled_from(sorted(RATES)), st.integers(0, 10_000_000))
def test_grid_of_frames_is_that_of_the_rate(name: str, milliseconds: int) -> None:
    rate = RATES[name]
    landed = on_grid(milliseconds, Snaps(grid="frame", rate=name))
    frames = landed * rate.numerator / rate.denominator / 1000
    # A frame's first millisecond, as far as whole milliseconds say it.
    assert abs(frames - round(frames)) * 1000 * rate.denominator / rate.numerator <= 0.51
    assert abs(landed - milliseconds) <= 500 * rate.denominator / rate.numerator + 1


@given(st.sampled_from(["second", "frame", "none"]), st.integers(0, 1_000_000), st.sampled_from([-1, 1]))
def test_step_goes_on_and_comes_back(grid: str, start: int, direction: int) -> None:
    snaps = Snaps(grid=grid)  # type: ignore[arg-type]
    there = stepped(start, snaps, direction)
    assert (there - start) * direction > 0
    again = stepped(there, snaps, direction)
    assert stepped(again, snaps, -direction) == there


def test_step_from_off_the_grid_lands_on_it() -> None:
    assert stepped(1400, SECONDS, 1) == 2000
    assert stepped(1400, SECONDS, -1) == 1000
    assert stepped(1600, SECONDS, -1) == 1000
    assert stepped(2000, SECONDS, -1) == 1000


def test_nearest_line_in_reach_wins_over_the_grid_and_is_shown() -> None:
    by, line = snap((10.0, 20.0), 5.3, 0.0, (15.7, 25.4), 0.5, SECONDS)
    # The end, at 25.3, lies nearer to a line than the start, at 15.3.
    assert (by, line) == (pytest.approx(5.4), 25.4)


def test_without_a_line_in_reach_the_grid_counts_from_the_segment() -> None:
    by, line = snap((10.5, 20.0), 5.2, 0.5, (30.0,), 0.5, SECONDS)
    assert (by, line) == (pytest.approx(5.0), None)


def test_nothing_snaps_where_all_is_off() -> None:
    assert snap((10.0,), 5.2345, 0.0, (), 0.5, FREE) == (pytest.approx(5.234, abs=0.001), None)


def test_choice_is_kept_and_what_is_no_choice_is_not_taken(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    assert read_snaps(settings) == Snaps()
    chosen = Snaps("frame", "59.94", neighbours=False, edges=True)
    keep_snaps(settings, chosen)
    settings.sync()
    again = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    assert read_snaps(again) == chosen
    again.setValue("timeline/grid", "moon")
    again.setValue("timeline/rate", "24")
    assert read_snaps(again) == chosen._replace(grid="second", rate="25")
    assert read_snaps(None) == Snaps()
