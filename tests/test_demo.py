"""The demo show is one that could go on air: whole, true to the device kinds, and fit for its half hour."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from showcaller.assets import asset
from showcaller.core import events as ev
from showcaller.core.checks import check
from showcaller.core.forms import Catalogue, read_values, unknown_fields
from showcaller.core.playback import apply
from showcaller.core.position import Playback, next_deadline
from showcaller.core.schedule import make_plan
from showcaller.core.show import (
    Action,
    AutoContinue,
    AutoFollow,
    Cue,
    Department,
    Hard,
    Hit,
    Manual,
    Segment,
    Show,
)
from showcaller.core.times import (
    Instant,
    ShowTime,
    elapsed,
    load_zone,
    nearest,
    shift,
    show_time_of,
    time_of_day_at,
)
from showcaller.devices import DEVICE_KINDS
from showcaller.devices.driver import ActionKind
from showcaller.showfile.inventories import Inventories
from showcaller.showfile.json_form import show_from_json, show_to_json

DATA = asset("demo.json").read_bytes()
KINDS = {kind.name: kind for kind in DEVICE_KINDS}


@pytest.fixture(scope="module")
def show() -> Show:
    return show_from_json(DATA)[0]


@pytest.fixture(scope="module")
def inventories() -> Inventories:
    return show_from_json(DATA)[1]


def _cues(show: Show) -> list[Cue]:
    return [row for row in show.rundown if isinstance(row, Cue)]


def _segments(show: Show) -> list[Segment]:
    return [row for row in show.rundown if isinstance(row, Segment)]


def _actions(show: Show) -> Iterator[tuple[Cue, Action, ActionKind, Mapping[str, Any]]]:
    """Yield each action with its cue, its kind, and its fields with the number that its call says."""
    for cue in _cues(show):
        for action in cue.actions:
            device = show.device(action.device)
            assert device is not None, f"cue {cue.number}: no device {action.device}"
            kind = KINDS[device.kind].action(action.kind)
            assert kind is not None, f"cue {cue.number}: {device.kind} has no action {action.kind}"
            fields = dict(action.fields)
            if action.number_from is not None:
                call = next((call for call in cue.calls if call.department == action.number_from), None)
                assert call is not None, f"cue {cue.number}: no call gives {action.kind} its number"
                assert kind.number_field, f"cue {cue.number}: {action.kind} takes no number"
                fields[kind.number_field] = call.number
            yield cue, action, kind, fields


def test_file_is_in_the_form_that_an_export_writes() -> None:
    read, told, secrets = show_from_json(DATA)
    assert show_to_json(read, told) == DATA
    assert not secrets


def test_show_is_big_enough_to_be_believed(show: Show) -> None:
    assert len(_segments(show)) >= 12
    assert len(_cues(show)) >= 80
    assert {department.name for department in show.departments} == {"LX", "SND", "VT", "GFX", "CAM", "TLNT"}
    assert {device.kind for device in show.devices} == {"obs", "eos", "midi-x32"}


def test_show_uses_every_way_to_start(show: Show) -> None:
    names = {type(segment.start).__name__ for segment in _segments(show)}
    assert names == {"Soft", "Hard", "Hit"}
    triggers = Counter(type(cue.trigger).__name__ for cue in _cues(show))
    assert triggers.keys() == {"Manual", "AutoContinue", "AutoFollow", "AtClock", "AtOffset"}


def test_numbers_are_unique_and_rise(show: Show) -> None:
    numbers = [cue.number for cue in _cues(show)]
    assert all(float(first) < float(second) for first, second in pairwise(numbers))
    assert "20.5" in numbers
    assert [segment.page for segment in _segments(show)] == sorted({one.page for one in _segments(show)})


def test_every_manual_cue_says_what_to_wait_for(show: Show) -> None:
    assert [cue.number for cue in _cues(show) if isinstance(cue.trigger, Manual) and not cue.on] == []


def test_every_manual_cue_has_its_planned_place(show: Show) -> None:
    without = [cue.number for cue in _cues(show) if isinstance(cue.trigger, Manual) and cue.offset is None]
    assert without == [str(show.cue(show.panic).number)]  # type: ignore[union-attr]


def test_calls_are_of_known_departments(show: Show) -> None:
    known: list[Department | None] = [
        show.department(call.department) for cue in _cues(show) for call in cue.calls
    ]
    assert known
    assert None not in known


def test_segments_fill_the_half_hour(show: Show) -> None:
    planned = sum(segment.duration or 0 for segment in _segments(show) if not segment.floated)
    assert 29 * 60_000 + 30_000 <= planned <= 30 * 60_000


def test_plan_ends_at_the_hard_out_with_every_target_reached(show: Show) -> None:
    assert show.on_air is not None
    assert show.hard_out is not None
    plan = make_plan(show, show_time_of(_evening(show)))
    assert str(time_of_day_at(plan.out, load_zone(show.zone))) == "20:00:00"
    for above, planned in pairwise(plan.segments):
        assert shift(above.start, above.duration) <= planned.start, planned.segment


def _evening(show: Show) -> datetime:
    return datetime(2026, 11, 22, 19, 0, tzinfo=load_zone(show.zone))


def test_cues_stand_in_order_inside_their_segment(show: Show) -> None:
    plan = make_plan(show, show_time_of(_evening(show)))
    for planned in plan.segments:
        starts = [cue.start for cue in planned.cues]
        assert starts == sorted(starts), planned.segment
        room = planned.segment.duration if planned.segment else None
        assert room is not None
        assert all(start <= room for start in starts), planned.segment


def test_chains_follow_a_cue_of_their_own_segment(show: Show) -> None:
    for above, row in pairwise(show.rundown):
        if isinstance(row, Cue) and isinstance(row.trigger, AutoContinue | AutoFollow):
            assert isinstance(above, Cue), row.number


def test_what_follows_the_end_of_a_cue_follows_one_that_lasts(show: Show) -> None:
    for above, row in pairwise(show.rundown):
        if isinstance(row, Cue) and isinstance(row.trigger, AutoFollow):
            assert isinstance(above, Cue)
            assert above.duration, row.number


def test_a_run_on_plan_calls_every_cue_when_it_was_planned(show: Show) -> None:
    evening = show_time_of(_evening(show))
    planned: dict[str, ShowTime] = {
        row.id: shift(segment.start, cue.start)
        for segment in make_plan(show, evening).segments
        if not segment.floated
        for row, cue in zip(segment.rows, segment.cues, strict=True)
        if row.id != show.panic
    }
    called: dict[str, ShowTime] = {}
    playback = Playback()

    def happens(event: ev.Event) -> None:
        nonlocal playback
        playback, effects = apply(playback, event, show)
        assert not [effect for effect in effects if isinstance(effect, ev.Missed | ev.Refused)]
        called.update({effect.cue: effect.at for effect in effects if isinstance(effect, ev.Called)})

    happens(ev.Begin(at=evening, mode="rehearse"))
    while (tick_at := next_deadline(playback)) is not None or playback.standby:
        go_at = planned.get(playback.standby or "")
        if tick_at is not None and (go_at is None or tick_at <= go_at):
            happens(ev.Tick(at=tick_at))
        else:
            assert go_at is not None
            happens(ev.Go(at=go_at, pressed_at=Instant(go_at), source="auto", standby=playback.standby))
    assert called == planned


def test_every_action_is_one_that_its_device_takes(show: Show) -> None:
    for cue, action, kind, fields in _actions(show):
        form = kind.form()
        assert unknown_fields(form.form, fields) == [], f"cue {cue.number}: {action.kind}"
        payload = read_values(kind.payload, fields)
        assert kind.address(payload)


def test_every_fade_moves_what_can_move_within_its_limits(show: Show) -> None:
    fading = [(cue, action, kind) for cue, action, kind, _fields in _actions(show) if action.fade]
    assert len(fading) >= 10
    for cue, action, kind in fading:
        assert kind.fade is not None, cue.number
        assert action.fade is not None
        assert kind.fade.low <= action.fade.to <= kind.fade.high, cue.number
        assert action.fields[kind.fade.field] == action.fade.to, cue.number


def test_settings_of_every_device_fit_its_kind(show: Show) -> None:
    for device in show.devices:
        kind = KINDS[device.kind]
        read_values(kind.settings, device.settings)
        assert unknown_fields(kind.form().settings, device.settings) == []


def test_what_is_named_is_in_the_inventory(show: Show, inventories: Inventories) -> None:
    missing: list[str] = []
    for cue, action, kind, fields in _actions(show):
        seen = inventories.get(action.device)
        for field in kind.form().form.fields:
            if not field.choices_from or seen is None or not fields.get(field.name):
                continue
            listed = seen.names.get(field.choices_from.format_map(fields), ())
            if fields[field.name] not in listed:
                missing.append(f"cue {cue.number}: {field.title} {fields[field.name]}")
    assert missing == []


def test_show_has_one_disarmed_cue_one_floated_segment_and_a_panic_cue(show: Show) -> None:
    assert [cue.number for cue in _cues(show) if not cue.armed] == ["20.5"]
    assert [segment.title for segment in _segments(show) if segment.floated] == ["Weather tag"]
    panic = show.cue(show.panic)
    assert panic is not None
    assert panic is show.rundown[-1]
    assert panic.name == "Technical fault: cut to slate"


def test_no_password_is_in_it() -> None:
    assert "password" not in json.dumps(json.loads(DATA))


def test_hard_points_lie_between_on_air_and_hard_out(show: Show) -> None:
    zone = load_zone(show.zone)
    evening = show_time_of(_evening(show))
    assert show.on_air is not None
    assert show.hard_out is not None
    begin, end = nearest(show.on_air, zone, evening), nearest(show.hard_out, zone, evening)
    points = [one.start.at for one in _segments(show) if isinstance(one.start, Hard | Hit)]
    assert points == sorted(points)
    assert all(0 <= elapsed(begin, nearest(at, zone, evening)) < elapsed(begin, end) for at in points)


def test_the_demo_has_no_problem(show: Show, inventories: Inventories) -> None:
    catalogue = Catalogue(tuple(kind.form() for kind in DEVICE_KINDS))
    seen = {device: inventory.names for device, inventory in inventories.items()}
    assert [problem.sentence for problem in check(show, catalogue, seen)] == []
