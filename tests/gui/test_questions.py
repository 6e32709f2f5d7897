"""What is said before a show goes LIVE: where it begins, how far off that is, and what is missed at once."""

from __future__ import annotations

import msgspec

from showcaller.core.show import AtClock, Cue, Manual, Show
from showcaller.core.snapshot import DeviceView
from showcaller.core.times import Duration, TimeOfDay, shift
from showcaller.gui.questions import how_live_begins, what_is_lost
from tests.gui.stage import EVENING, Stage, make_show


def test_it_names_the_cue_that_live_begins_with() -> None:
    show = make_show()
    first = next(row for row in show.rundown if isinstance(row, Cue) and isinstance(row.trigger, Manual))
    lines = how_live_begins(show, EVENING)
    assert first.number in lines[0]
    assert not lines[0].startswith("!")


def test_a_beginning_that_is_far_off_is_a_warning() -> None:
    show = make_show()
    early = how_live_begins(show, shift(EVENING, Duration(-5 * 3_600_000)))[0]
    assert early.startswith("!")
    assert "ahead" in early
    late = how_live_begins(show, shift(EVENING, Duration(5 * 3_600_000)))[0]
    assert late.startswith("!")
    assert "ago" in late


def test_timed_cues_that_would_be_missed_at_once_are_named() -> None:
    show = make_show()
    cues = [row for row in show.rundown if isinstance(row, Cue)]
    timed = {cue.id for cue in cues[2:14]}
    rows = tuple(
        msgspec.structs.replace(row, trigger=AtClock(at=TimeOfDay(18 * 3_600_000)), number=f"T{row.number}")
        if row.id in timed
        else row
        for row in show.rundown
    )
    lines = how_live_begins(msgspec.structs.replace(show, rundown=rows), EVENING)
    missed = next(line for line in lines if "will not fire" in line)
    assert f"T{cues[2].number}" in missed
    assert f"and {len(timed) - 8} more" in missed
    assert not any("will not fire" in line for line in how_live_begins(show, EVENING))


def test_a_show_that_no_go_fires_says_so() -> None:
    assert how_live_begins(Show(id="s"), EVENING) == ["! Nothing in this show is fired by a GO."]


def test_a_device_that_is_not_there_yet_is_named_as_one_that_is_lost(stage: Stage) -> None:
    show = stage.document.show
    first, second = show.devices[:2]
    stage.show_snapshot(
        devices=tuple(
            DeviceView(id=device.id, route="real", health=health, sentence=f"It is {health}.", since=0)
            for device, health in ((first, "opening"), (second, "ready"))
        )
    )
    lines = what_is_lost(show, stage.client.snapshot)
    assert lines == [f"■ {first.name}: It is opening."]
