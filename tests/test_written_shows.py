"""The newscast and the awards night could go on air: whole, true to the device kinds, fit for their time."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest

from showcaller.assets import asset
from showcaller.core.checks import check
from showcaller.core.forms import Catalogue
from showcaller.core.schedule import make_plan
from showcaller.core.show import AutoContinue, AutoFollow, Cue, Hard, Manual, Segment, Show
from showcaller.core.times import load_zone, nearest, show_time_of, time_of_day_at
from showcaller.devices import DEVICE_KINDS
from showcaller.gui.demos import DEMOS
from showcaller.showfile.inventories import Inventories
from showcaller.showfile.json_form import show_from_json, show_to_json

Written = tuple[bytes, Show, Inventories]
DAY = datetime(2026, 11, 22, 17, 0, tzinfo=load_zone("Europe/London"))


@pytest.fixture(scope="module", params=["newscast", "awards"])
def written(request: pytest.FixtureRequest) -> Written:
    data = asset(DEMOS[request.param].file).read_bytes()
    show, inventories, _ = show_from_json(data)
    return data, show, inventories


def _cues(show: Show) -> list[Cue]:
    return [row for row in show.rundown if isinstance(row, Cue)]


def _segments(show: Show) -> list[Segment]:
    return [row for row in show.rundown if isinstance(row, Segment)]


def test_file_is_in_the_form_that_an_export_writes(written: Written) -> None:
    data, show, inventories = written
    _, _, secrets = show_from_json(data)
    assert show_to_json(show, inventories) == data
    assert not secrets


def test_there_is_no_problem_in_it(written: Written) -> None:
    _, show, inventories = written
    catalogue = Catalogue(tuple(kind.form() for kind in DEVICE_KINDS))
    seen = {device: inventory.names for device, inventory in inventories.items()}
    assert [problem.sentence for problem in check(show, catalogue, seen)] == []


def test_it_fills_its_time_and_every_target_is_reached(written: Written) -> None:
    _, show, _ = written
    plan = make_plan(show, show_time_of(DAY))
    assert plan.over == 0
    assert [one.segment.page for one in plan.segments if one.segment and one.gap] == []


def test_its_rehearsal_begins_half_a_minute_before_its_first_segment(written: Written) -> None:
    _, show, _ = written
    first = make_plan(show, show_time_of(DAY)).start
    demo = next(demo for demo in DEMOS.values() if show.title == demo.title)
    assert first - nearest(demo.begins, load_zone(show.zone), first) == 30 * 10**9


def test_every_manual_cue_says_what_to_wait_for(written: Written) -> None:
    _, show, _ = written
    assert [cue.number for cue in _cues(show) if isinstance(cue.trigger, Manual) and not cue.on] == []


def test_numbers_rise_and_pages_are_unique(written: Written) -> None:
    _, show, _ = written
    assert all(float(first.number) < float(second.number) for first, second in pairwise(_cues(show)))
    pages = [segment.page for segment in _segments(show)]
    assert len(set(pages)) == len(pages)


def test_cues_stand_in_order_inside_their_segment(written: Written) -> None:
    _, show, _ = written
    for planned in make_plan(show, show_time_of(DAY)).segments:
        assert planned.segment is not None
        starts = [cue.start for cue in planned.cues]
        assert starts == sorted(starts), planned.segment.page
        length = planned.segment.duration if planned.segment.duration is not None else planned.duration
        assert all(start <= length for start in starts), planned.segment.page


def test_chains_follow_a_cue_of_their_own_segment_that_lasts(written: Written) -> None:
    _, show, _ = written
    for above, row in pairwise(show.rundown):
        if isinstance(row, Cue) and isinstance(row.trigger, AutoContinue | AutoFollow):
            assert isinstance(above, Cue), row.number
            assert above.duration or above.post_wait, row.number


def test_elastic_segments_have_their_length_between_their_limits(written: Written) -> None:
    _, show, _ = written
    elastic = [one for one in _segments(show) if one.minimum is not None]
    assert len(elastic) >= 7
    for segment in elastic:
        assert segment.duration is not None
        assert segment.minimum is not None
        assert segment.minimum < segment.duration, segment.page
        assert segment.maximum is None or segment.duration < segment.maximum, segment.page
    assert len([one for one in _segments(show) if one.floatable]) >= 4


def test_each_is_of_the_size_and_shape_that_it_is_said_to_be() -> None:
    zone = load_zone("Europe/London")
    shapes = {}
    for name in ("newscast", "awards"):
        show, _, _ = show_from_json(asset(DEMOS[name].file).read_bytes())
        plan = make_plan(show, show_time_of(DAY))
        shapes[name] = (
            str(time_of_day_at(plan.start, zone)),
            str(show.hard_out),
            len(_segments(show)),
            len(_cues(show)),
            sum(isinstance(segment.start, Hard) for segment in _segments(show)),
            dict(show.endings),
            sorted({device.kind for device in show.devices}),
            {department.name for department in show.departments},
        )
    assert shapes["newscast"] == (
        "18:00:00",
        "19:00:00",
        30,
        126,
        1,
        {"Verdict": ("Jury out", "Guilty", "Not guilty")},
        ["grandma3", "midi-yamaha", "obs"],
        {"LX", "SND", "VT", "GFX", "CAM", "OB", "TLNT"},
    )
    assert shapes["awards"] == (
        "19:00:00",
        "22:00:00",
        47,
        251,
        7,
        {"Recipient": ("In the house", "By video"), "Best Film": ("One winner", "Tie")},
        ["eos", "midi", "obs", "osc", "x32"],
        {"LX", "FS", "SND", "VT", "GFX", "CAM", "FLY", "DECK", "TLNT"},
    )
