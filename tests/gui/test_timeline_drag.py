"""What dragging on the timeline edits: offsets, trigger times, durations; and what is not moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from showcaller.core import edits
from showcaller.core.schedule import make_plan
from showcaller.core.show import AtClock, AtOffset, AtTimecode, Cue, Segment, Show
from showcaller.core.times import Duration, parse_time_of_day
from showcaller.gui.timeline_drag import move_in_time, resize, why_fixed
from tests.gui.stage import EVENING, make_show

SHOW = make_show()
PLAN = make_plan(SHOW, EVENING)


def cue_of(show: Show, row_id: str) -> Cue:
    cue = show.cue(row_id)
    assert cue is not None
    return cue


def starts(show: Show) -> dict[str, int]:
    """Planned start of each cue, in milliseconds from the show's."""
    plan = make_plan(show, EVENING)
    return {
        row.id: (planned.start - plan.start) // 1_000_000 + place.start
        for planned in plan.segments
        for row, place in zip(planned.rows, planned.cues, strict=True)
    }


def test_drag_of_a_called_cue_sets_its_offset() -> None:
    moved = move_in_time(SHOW, PLAN, ["cue-16"], Duration(5_000))
    assert moved is not None
    name, change = moved
    assert name == "Move LX 14, SND 7, CAM 1 in time"
    assert cue_of(edits.apply(SHOW, change), "cue-16").offset == 99_000


def test_drag_of_an_offset_trigger_sets_the_trigger() -> None:
    moved = move_in_time(SHOW, PLAN, ["cue-15"], Duration(-10_000))
    assert moved is not None
    cue = cue_of(edits.apply(SHOW, moved[1]), "cue-15")
    assert cue.trigger == AtOffset(after=Duration(80_000))


def test_cue_is_not_dragged_before_its_segment_nor_off_its_trigger() -> None:
    moved = move_in_time(SHOW, PLAN, ["cue-14"], Duration(-100_000))
    assert moved is not None
    assert cue_of(edits.apply(SHOW, moved[1]), "cue-14").offset == 0
    assert move_in_time(SHOW, PLAN, ["cue-18"], Duration(5_000)) is None
    assert move_in_time(SHOW, PLAN, ["cue-14"], Duration(0)) is None


@given(
    st.sets(st.sampled_from(["cue-13", "cue-14", "cue-16", "cue-17", "cue-21"]), min_size=1),
    st.integers(-500_000, 500_000),
)
def test_cues_dragged_together_keep_their_distances(ids: set[str], by: int) -> None:
    moved = move_in_time(SHOW, PLAN, ids, Duration(by))
    before = starts(SHOW)
    after = before if moved is None else starts(edits.apply(SHOW, moved[1]))
    steps = {after[one] - before[one] for one in ids}
    assert len(steps) == 1
    # They stop where the first of them is at the beginning of its segment.
    (step,) = steps
    assert step >= by
    assert (
        step == by
        or min(
            place.start
            for planned in PLAN.segments
            for row, place in zip(planned.rows, planned.cues, strict=True)
            if row.id in ids
        )
        == -step
    )


def test_why_a_row_stays_where_it_is_is_said() -> None:
    at = AtClock(at=parse_time_of_day("19:31:00"))
    assert why_fixed(SHOW.row("cue-14")) == ""
    assert "follows the cue above" in why_fixed(SHOW.row("cue-11"))
    assert "19:31:00" in why_fixed(Cue(id="c", number="3", trigger=at))
    label = AtTimecode(at="10:00:05:00")
    assert "timecode 10:00:05:00" in why_fixed(Cue(id="c", number="4", trigger=label))
    assert "resize" in why_fixed(SHOW.row("seg-a2"))
    assert "Select a cue" in why_fixed(None)


def test_drag_of_the_end_sets_the_duration() -> None:
    resized = resize(SHOW, PLAN, ["cue-14"], Duration(8_000))
    assert resized is not None
    assert resized[0] == "Make VT 2, SND 5 longer" or resized[0] == "Make SND 5, VT 2 longer"
    assert cue_of(edits.apply(SHOW, resized[1]), "cue-14").duration == 110_000


def test_drag_of_the_start_leaves_the_end() -> None:
    resized = resize(SHOW, PLAN, ["cue-14"], Duration(2_000), "start")
    assert resized is not None
    assert "shorter" in resized[0]
    cue = cue_of(edits.apply(SHOW, resized[1]), "cue-14")
    assert (cue.offset, cue.duration) == (10_000, 100_000)


def test_nothing_is_made_shorter_than_nothing() -> None:
    resized = resize(SHOW, PLAN, ["cue-14", "cue-17"], Duration(-20_000))
    assert resized is not None
    after = edits.apply(SHOW, resized[1])
    assert cue_of(after, "cue-14").duration == 82_000
    assert cue_of(after, "cue-17").duration == 0


def test_drag_of_a_segments_end_sets_its_planned_duration_and_moves_what_follows() -> None:
    resized = resize(SHOW, PLAN, ["seg-a2"], Duration(30_000))
    assert resized is not None
    name, change = resized
    assert name == "Make A2 longer"
    after = edits.apply(SHOW, change)
    segment = after.row("seg-a2")
    assert isinstance(segment, Segment)
    assert segment.duration == 300_000
    assert starts(after)["cue-20"] == starts(SHOW)["cue-20"] + 30_000
    assert starts(after)["cue-16"] == starts(SHOW)["cue-16"]
