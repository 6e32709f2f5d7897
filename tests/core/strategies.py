"""Hypothesis strategies for shows and for edits of them, shared by all property tests.

`shows()` draws whole documents that a file or JSON must carry unharmed: unknown kinds, unknown
fields, references onto nothing and doubled numbers are in. `changes(show)` draws one edit that fits a
show, made by the same functions that the GUI calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import strategies as st

from showcaller.core.edits import Change, apply, diff, duplicate, edit, insert, move, remove
from showcaller.core.show import (
    Action,
    AtClock,
    AtOffset,
    AtTimecode,
    AutoContinue,
    AutoFollow,
    Call,
    Counts,
    Cue,
    Department,
    Device,
    Fade,
    Hard,
    Hit,
    Manual,
    MidiBinding,
    Remote,
    Row,
    Segment,
    Show,
    Soft,
    TimecodeInput,
    TimerOrder,
)
from showcaller.core.tempo import Beat, Tempo
from showcaller.core.times import MS_PER_DAY, Duration, TimeOfDay

ids = st.uuids(version=4).map(lambda value: value.hex)
words = st.text(max_size=12) | st.sampled_from(["", "Blue wash", "Line: “…and so to bed.”", "Ω ⏱ 幕", "a\nb"])
numbers = st.sampled_from(["", "1", "2", "24", "24.5", "51A", "51Z", "9.9"]) | st.text(max_size=5)
durations = st.integers(0, 6 * 3_600_000).map(Duration)
signed_durations = st.integers(-3_600_000, 3_600_000).map(Duration)
times_of_day = st.integers(0, MS_PER_DAY - 1).map(TimeOfDay)
zones = st.sampled_from(["Europe/London", "UTC", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"])
floats = st.floats(allow_nan=False, allow_infinity=False)
colours = st.sampled_from(["", "#0072b2", "#e69f00"])

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | floats | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
fields = st.dictionaries(
    st.sampled_from(["scene", "number", "value", "seen in the future"]) | words, values, max_size=3
)

fades = st.builds(
    Fade,
    to=floats,
    duration=durations,
    curve=st.sampled_from(["linear", "s", "equal-power"]),
    start=st.none() | floats,
)
triggers = st.one_of(
    st.just(Manual()),
    st.just(AutoContinue()),
    st.just(AutoFollow()),
    st.builds(AtClock, at=times_of_day),
    st.builds(AtOffset, after=durations),
    st.builds(AtTimecode, at=st.sampled_from(["10:00:00:00", "09:59:59:29", "soon"])),
)
orders = st.builds(
    TimerOrder,
    timer=words,
    do=st.sampled_from(["start", "stop", "resume", "reset"]),
    down_from=st.none() | durations,
)
starts = st.one_of(st.just(Soft()), st.builds(Hard, at=times_of_day), st.builds(Hit, at=times_of_day))

departments = st.builds(
    Department,
    id=ids,
    name=words,
    spoken=words,
    colour=colours,
    warning=durations,
    standby=durations,
    taken_by=st.sampled_from(["desk", "operator"]),
    cue_light=st.sampled_from(["", "1", "FLYS"]),
)
devices = st.builds(
    Device,
    id=ids,
    name=words,
    kind=st.sampled_from(["obs", "osc", "midi", "kind of the future"]),
    settings=fields,
    department=st.none() | ids,
)
segments = st.builds(
    Segment,
    id=ids,
    page=words,
    title=words,
    duration=st.none() | durations,
    learned=st.none() | durations,
    minimum=st.none() | durations,
    maximum=st.none() | durations,
    floatable=st.booleans(),
    priority=st.integers(-5, 5),
    branch=st.sampled_from(["", "", "Result", "Rain"]),
    ending=st.sampled_from(["", "Win", "Lose"]),
    start=starts,
    colour=colours,
    floated=st.booleans(),
    notes=words,
)
bindings = st.builds(
    MidiBinding,
    word=st.sampled_from(["go", "stop", "hold", "resume", "panic", "next", "previous"]),
    type=st.sampled_from(["note", "controller"]),
    channel=st.integers(1, 16),
    number=st.integers(0, 127),
)
beats = st.builds(Beat, bar=st.integers(1, 99), beat=st.integers(1, 12))
tempos = st.builds(Tempo, bpm=st.floats(20, 400), beats=st.integers(1, 12))
counts = st.builds(Counts, cues=st.booleans(), silent_in=st.integers(0, 30))
timecodes = st.builds(
    TimecodeInput,
    port=words,
    rate=st.sampled_from(["24", "25", "29.97", "30"]),
    offset=st.sampled_from(["", "-10:00:00:00"]),
    freewheel=st.integers(0, 1000),
)
remotes = st.builds(
    Remote,
    osc_port=st.none() | st.integers(1024, 65535),
    osc_host=st.sampled_from(["127.0.0.1", "0.0.0.0"]),
    midi_port=words,
    midi=st.lists(bindings, max_size=2).map(tuple),
)


def cues(department_ids: list[str], device_ids: list[str]) -> st.SearchStrategy[Cue]:
    """Draw cues whose calls and actions refer to these, or now and then to nothing."""
    some_department = st.sampled_from(department_ids) | ids if department_ids else ids
    some_device = st.sampled_from(device_ids) | ids if device_ids else ids
    actions = st.builds(
        Action,
        id=ids,
        device=some_device,
        kind=st.sampled_from(["scene", "fire", "action of the future"]),
        fields=fields,
        fade=st.none() | fades,
        number_from=st.none() | some_department,
        department=st.none() | some_department,
    )
    return st.builds(
        Cue,
        id=ids,
        number=numbers,
        name=words,
        on=words,
        calls=st.lists(
            st.builds(Call, department=some_department, number=numbers, text=words), max_size=2
        ).map(tuple),
        trigger=triggers,
        actions=st.lists(actions, max_size=2).map(tuple),
        timers=st.lists(orders, max_size=2).map(tuple),
        beat=st.none() | beats,
        tempo=st.none() | tempos,
        pre_wait=durations,
        post_wait=durations,
        duration=st.none() | durations,
        offset=st.none() | durations,
        learned=st.none() | durations,
        learned_offset=st.none() | durations,
        armed=st.booleans(),
        floated=st.booleans(),
        guard=st.none() | durations,
        shot=words,
        colour=colours,
        notes=words,
    )


def rows_for(show: Show) -> st.SearchStrategy[Row]:
    """Draw rows that could stand in this show."""
    return segments | cues([one.id for one in show.departments], [one.id for one in show.devices])


@st.composite
def shows(draw: st.DrawFn, max_rows: int = 6) -> Show:
    """Draw a whole show."""
    frame = Show(
        id=draw(ids),
        title=draw(words),
        zone=draw(zones),
        on_air=draw(st.none() | times_of_day),
        hard_out=draw(st.none() | times_of_day),
        overrun=draw(st.sampled_from(["push", "eat", "keep"])),
        guard=draw(durations),
        remote=draw(remotes),
        timecode=draw(timecodes),
        counts=draw(counts),
        cue_lights=draw(st.none() | ids),
        notes=draw(words),
        departments=tuple(draw(st.lists(departments, max_size=3))),
        devices=tuple(draw(st.lists(devices, max_size=3))),
    )
    rundown = tuple(draw(st.lists(rows_for(frame), max_size=max_rows)))
    panic = draw(st.none() | st.sampled_from([row.id for row in rundown])) if rundown else None
    return msgspec.structs.replace(frame, rundown=rundown, panic=panic)


_ROW_FIELDS: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    Cue: {
        "number": numbers,
        "name": words,
        "on": words,
        "trigger": triggers,
        "duration": st.none() | durations,
        "offset": st.none() | durations,
        "beat": st.none() | beats,
        "tempo": st.none() | tempos,
        "armed": st.booleans(),
        "notes": words,
    },
    Segment: {
        "title": words,
        "start": starts,
        "duration": st.none() | durations,
        "minimum": st.none() | durations,
        "priority": st.integers(-5, 5),
    },
    Department: {"name": words, "taken_by": st.sampled_from(["desk", "operator"])},
    Device: {"name": words, "settings": fields},
    Show: {
        "title": words,
        "on_air": st.none() | times_of_day,
        "hard_out": st.none() | times_of_day,
        "remote": remotes,
        "zone": zones,
        "counts": counts,
        "overrun": st.sampled_from(["push", "eat", "keep"]),
    },
}


def _some(draw: st.DrawFn, item_ids: list[str]) -> list[str]:
    return draw(st.lists(st.sampled_from(item_ids), min_size=1, max_size=4, unique=True))


@st.composite
def changes(draw: st.DrawFn, show: Show) -> Change:
    """Draw one edit of this show, as the GUI would make it."""
    lists = [show.rundown, show.departments, show.devices]
    items: Any = draw(st.sampled_from([some for some in lists if some] or [()]))
    row_ids = [row.id for row in show.rundown]
    item_ids = [item.id for item in items]

    def edited() -> Change:
        owner = draw(st.sampled_from([show, *items]))
        name, wanted = draw(
            st.sampled_from(sorted(_ROW_FIELDS[type(owner)].items(), key=lambda pair: pair[0]))
        )
        return edit(show, owner.id, **{name: draw(wanted)})

    def inserted() -> Change:
        kind = draw(st.sampled_from([departments, devices, rows_for(show), rows_for(show)]))
        item = draw(kind)
        home = {Department: show.departments, Device: show.devices}.get(type(item), show.rundown)
        after_id = draw(st.sampled_from([None, *(other.id for other in home)]))
        return insert([item], after_id)

    def rebuilt() -> Change:
        rundown = draw(st.permutations(show.rundown))
        return diff(show, msgspec.structs.replace(show, rundown=tuple(rundown)))

    possible: list[Callable[[], Change]] = [edited, inserted]
    if items:
        possible += [
            lambda: remove(show, _some(draw, item_ids)),
            lambda: move(show, _some(draw, item_ids), draw(st.sampled_from([None, *item_ids]))),
        ]
    if row_ids:
        possible += [rebuilt, lambda: duplicate(show, _some(draw, row_ids))]
    return draw(st.sampled_from(possible))()


@st.composite
def edited_shows(draw: st.DrawFn, max_edits: int = 6) -> tuple[Show, list[Change]]:
    """Draw a show and edits that fit it one after the other."""
    first = show = draw(shows())
    made: list[Change] = []
    for _ in range(draw(st.integers(0, max_edits))):
        change = draw(changes(show))
        show = apply(show, change)
        made.append(change)
    return first, made
