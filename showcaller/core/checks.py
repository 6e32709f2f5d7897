"""What is wrong with a show: found as a whole once, and after each edit only where it can have changed.

Owns the checks that rows have to do with each other (numbers, followers, times, fades) and the frame's,
and keeps those of single rows from `row_checks`. Pure: knows no engine and asks no device; names come
from the inventories, forms from the catalogue. The window, `check` and the tests call it.

A fade without a start needs a value to start from. A device that confirms reports it; any other has it
only from us, so some action above must set the same thing: same device, same kind of action, same fields
but the fading one. The first fade without one is said; those below start where it ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from showcaller.core.branch_checks import Ways, check_branches
from showcaller.core.cue_lights import check_cue_lights
from showcaller.core.edits import Change, Edited, Inserted, Op, Removed, edit
from showcaller.core.forms import Catalogue
from showcaller.core.position import length_of
from showcaller.core.problems import Problem, Rename
from showcaller.core.row_checks import Names, Surroundings, check_guard, check_row, fault_of, list_of
from showcaller.core.show import (
    Action,
    AtClock,
    AtOffset,
    AtTimecode,
    AutoContinue,
    AutoFollow,
    Cue,
    Hard,
    Hit,
    Manual,
    Row,
    Segment,
    Show,
)
from showcaller.core.timecode_checks import check_timecode_order
from showcaller.core.times import (
    MS_PER_DAY,
    Duration,
    TimeOfDay,
    TimeTextError,
    format_duration,
    load_zone,
)

_Found = Mapping[str, tuple[Problem, ...]]
"""By row id; rows without problems are not in it."""

_ORDERS = frozenset({"time-order", "after-hard-out", "timecode-order"})

_Target = tuple[Any, ...]
"""What an action sets, as far as fades mind."""


class _Index:
    """Ids of cues by what they have in common; a copy shares what is not changed in it."""

    def __init__(self, former: _Index | None = None) -> None:
        self.ids: dict[Any, set[str]] = {} if former is None else dict(former.ids)
        self._own: set[Any] = set()

    def _ids_of(self, key: Any) -> set[str]:
        if key not in self._own:
            self._own.add(key)
            self.ids[key] = set(self.ids.get(key, ()))
        return self.ids[key]

    def add(self, key: Any, row_id: str) -> None:
        self._ids_of(key).add(row_id)

    def drop(self, key: Any, row_id: str) -> None:
        ids = self._ids_of(key)
        ids.discard(row_id)
        if not ids:
            del self.ids[key]
            self._own.discard(key)


class Checked:
    """A show and all that was found in it; made by `examine` and `recheck`, and never changed."""

    def __init__(
        self,
        show: Show,
        around: Surroundings,
        single: _Found,
        together: _Found,
        numbers: _Index,
        targets: _Index,
    ) -> None:
        self.show = show
        self.around = around
        self.single = single
        self.together = together
        self.numbers = numbers
        """Ids of the cues of each number."""
        self.targets = targets
        """Ids of the cues that set each target of a device that cannot report."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems: of the show, of its devices, then row by row."""
        places = self.show.positions
        doubled = self._doubled()
        starts = self._unknown_starts()
        branches = check_branches(self.show)
        found_in = {*self.single, *self.together, *doubled, *starts, *branches}
        rows = sorted(found_in, key=places.__getitem__)
        found = list(_check_frame(self.show, self.around))
        for row_id in rows:
            found += doubled.get(row_id, ())
            found += self.single.get(row_id, ())
            found += self.together.get(row_id, ())
            found += starts.get(row_id, ())
            found += branches.get(row_id, ())
        return tuple(found)

    def _doubled(self) -> _Found:
        places = self.show.positions
        return {
            row_id: (Problem(key="number-twice", row_id=row_id, field="number", values={"number": number}),)
            for number, ids in self.numbers.ids.items()
            if len(ids) > 1
            for row_id in sorted(ids, key=places.__getitem__)[1:]
        }

    def _unknown_starts(self) -> _Found:
        places = self.show.positions
        found: dict[str, tuple[Problem, ...]] = {}
        for target, ids in self.targets.ids.items():
            row = self.show.rundown[min(map(places.__getitem__, ids))]
            assert isinstance(row, Cue)
            first = next(action for action in row.actions if _target_of(action, self.around) == target)
            if first.fade is not None and first.fade.start is None:
                problem = _start_unknown(row, first, self.around)
                found[row.id] = (*found.get(row.id, ()), problem)
        return found


def check(show: Show, catalogue: Catalogue, inventories: Mapping[str, Names]) -> tuple[Problem, ...]:
    """Return all that is wrong with a show: of the show, of its devices, then row by row.

    Args:
        show: The document.
        catalogue: The kinds of device that are known here.
        inventories: What each device told, by device id; a list that it never told is not checked.
    """
    return examine(show, catalogue, inventories).problems


def examine(show: Show, catalogue: Catalogue, inventories: Mapping[str, Names]) -> Checked:
    """Check a whole show and keep what is needed to check it again after an edit."""
    around = Surroundings(show, catalogue, inventories)
    single: dict[str, tuple[Problem, ...]] = {}
    numbers, targets = _Index(), _Index()
    for row in show.rundown:
        _enter(row, show, around, single, numbers, targets)
    return Checked(show, around, single, _check_together(show, around), numbers, targets)


def recheck(
    previous: Checked,
    show: Show,
    change: Change,
    inventories: Mapping[str, Names] | None = None,
) -> Checked:
    """Check a show again after a change, looking only at what it can have altered.

    Args:
        previous: What was found before.
        show: The show after the change.
        change: What was changed between the two.
        inventories: What devices told, where that is other than before.
    """
    around = previous.around
    wide = any(op.collection in {"departments", "devices"} or _is_timecode(op) for op in change)
    if inventories is not None or wide:
        return examine(show, around.catalogue, around.inventories if inventories is None else inventories)
    touched: dict[str, None] = {}
    reordered = False
    for op in change:
        if op.collection == "show":
            reordered = reordered or op.name == "hard_out"
            continue
        touched[op.item.id if isinstance(op, Inserted | Removed) else op.id] = None
        reordered = reordered or not isinstance(op, Edited) or op.name in {"trigger", "start"}
    # What stands above a row of a branch is not the row above it.
    reordered = reordered or bool(show.endings) or bool(previous.show.endings)
    single, numbers, targets = dict(previous.single), _Index(previous.numbers), _Index(previous.targets)
    for row_id in touched:
        _leave(previous.show.row(row_id), previous, single, numbers, targets)
    for row_id in touched:
        row = show.row(row_id)
        if row is not None:
            _enter(row, show, around, single, numbers, targets)
    together = (
        _check_together(show, around) if reordered else _check_near(previous.together, show, around, touched)
    )
    return Checked(show, around, single, together, numbers, targets)


def _is_timecode(op: Op) -> bool:
    """Say whether every cue that timecode starts is to be looked at again."""
    return isinstance(op, Edited) and op.collection == "show" and op.name == "timecode"


def _enter(
    row: Row,
    show: Show,
    around: Surroundings,
    single: dict[str, tuple[Problem, ...]],
    numbers: _Index,
    targets: _Index,
) -> None:
    problems = check_row(row, show, around)
    if problems:
        single[row.id] = problems
    if isinstance(row, Segment):
        return
    if row.number:
        numbers.add(row.number, row.id)
    for action in row.actions:
        target = _target_of(action, around)
        if target is not None:
            targets.add(target, row.id)


def _leave(
    row: Row | None,
    previous: Checked,
    single: dict[str, tuple[Problem, ...]],
    numbers: _Index,
    targets: _Index,
) -> None:
    if row is None:
        return
    single.pop(row.id, None)
    if isinstance(row, Segment):
        return
    if row.number:
        numbers.drop(row.number, row.id)
    for action in row.actions:
        target = _target_of(action, previous.around)
        if target is not None:
            targets.drop(target, row.id)


def _target_of(action: Action, around: Surroundings) -> _Target | None:
    """Return what an action sets on a device that cannot report, or None where fades do not mind."""
    form = around.action(action)
    if form is None or form.fade is None or around.kinds[action.device].confirms:
        return None
    others = sorted((name, repr(value)) for name, value in action.fields.items() if name != form.fade.field)
    return (action.device, action.kind, *others)


def _start_unknown(cue: Cue, action: Action, around: Surroundings) -> Problem:
    form = around.action(action)
    assert form is not None
    return Problem(
        key="fade-start-unknown",
        row_id=cue.id,
        action_id=action.id,
        device_id=action.device,
        field="fade",
        values={"action": form.title, "device": around.devices[action.device].name},
    )


def _before(one: TimeOfDay, other: TimeOfDay) -> bool:
    """Say whether a time of day lies before another of the same evening, across midnight."""
    return (one.milliseconds - other.milliseconds) % MS_PER_DAY > MS_PER_DAY // 2


def _check_frame(show: Show, around: Surroundings) -> Iterator[Problem]:
    try:
        load_zone(show.zone)
    except TimeTextError:
        yield Problem(key="zone-unknown", field="zone", values={"zone": show.zone})
    if show.on_air and show.hard_out and not _before(show.on_air, show.hard_out):
        yield Problem(
            key="hard-out-before-on-air",
            field="hard_out",
            values={"hard_out": str(show.hard_out), "on_air": str(show.on_air)},
        )
    if show.panic is not None and show.cue(show.panic) is None:
        yield Problem(key="panic-missing", field="panic")
    yield from check_guard(show.guard, None)
    if not 1 <= show.words_per_second <= 10:
        values = {"words": f"{show.words_per_second:g}"}
        yield Problem(key="speech-speed", field="words_per_second", values=values)
    yield from check_cue_lights(show, around.kinds)
    for device in show.devices:
        kind = around.kinds.get(device.id)
        if kind is None:
            yield Problem(
                key="kind-unknown",
                device_id=device.id,
                field="kind",
                values={"device": device.name, "kind": device.kind},
            )
            continue
        for field in kind.settings.fields:
            if field.type == "secret":
                continue
            reason = (
                fault_of(field, device.settings[field.name])
                if field.name in device.settings
                else "it is missing"
                if field.required
                else None
            )
            if reason is not None:
                yield Problem(
                    key="setting-bad",
                    device_id=device.id,
                    field=field.name,
                    values={"device": device.name, "title": field.title, "reason": reason},
                )


def _check_together(show: Show, around: Surroundings) -> _Found:
    found: dict[str, tuple[Problem, ...]] = {}
    above: Cue | None = None
    segment: Segment | None = None
    time_above: TimeOfDay | None = None
    timed_above: Cue | None = None
    ways = Ways(show)
    for row in show.rundown:
        if type(row) is Segment:
            above, time_above = ways.into(row, (above, time_above))
        if type(row) is Cue and type(row.trigger) is Manual and row.offset is None:
            above = row
            continue
        problems = [*_check_place(row, above, segment, around)]
        time = _time_of(row)
        if time is not None:
            problems += _check_time(row, time, time_above, show.hard_out)
            time_above = time
        if isinstance(row, Cue) and isinstance(row.trigger, AtTimecode):
            problems += check_timecode_order(row, timed_above, show)
            timed_above = row
        if problems:
            found[row.id] = tuple(problems)
        if isinstance(row, Segment):
            segment = row
        else:
            above = row
    return found


def _check_near(previous: _Found, show: Show, around: Surroundings, touched: Iterable[str]) -> _Found:
    """Check again where edits that moved no row and no time can matter: here, below, in the segment."""
    near: set[int] = set()
    for row_id in touched:
        place = show.positions[row_id]
        near.add(place)
        if isinstance(show.rundown[place], Segment):
            near.update(_cues_below(show, place))
        else:
            near.update(_next_cue(show, place))
    found = dict(previous)
    for place in near:
        row = show.rundown[place]
        kept = [one for one in previous.get(row.id, ()) if one.key in _ORDERS]
        segment = show.segment_of(row.id)
        problems = (*_check_place(row, _cue_above(show, place), segment, around), *kept)
        if problems:
            found[row.id] = problems
        else:
            found.pop(row.id, None)
    return found


def _cues_below(show: Show, place: int) -> Iterator[int]:
    for at in range(place + 1, len(show.rundown)):
        if isinstance(show.rundown[at], Segment):
            return
        yield at


def _next_cue(show: Show, place: int) -> Iterator[int]:
    for at in range(place + 1, len(show.rundown)):
        if isinstance(show.rundown[at], Cue):
            yield at
            return


def _cue_above(show: Show, place: int) -> Cue | None:
    for at in range(place - 1, -1, -1):
        row = show.rundown[at]
        if isinstance(row, Cue):
            return row
    return None


def _time_of(row: Row) -> TimeOfDay | None:
    if isinstance(row, Segment):
        return row.start.at if isinstance(row.start, Hard | Hit) else None
    return row.trigger.at if isinstance(row.trigger, AtClock) else None


def _check_time(
    row: Row, time: TimeOfDay, time_above: TimeOfDay | None, hard_out: TimeOfDay | None
) -> Iterator[Problem]:
    field = "start" if isinstance(row, Segment) else "trigger"
    if time_above is not None and _before(time, time_above):
        values = {"time": str(time), "above_time": str(time_above)}
        yield Problem(key="time-order", row_id=row.id, field=field, values=values)
    if hard_out is not None and time != hard_out and _before(hard_out, time):
        values = {"time": str(time), "hard_out": str(hard_out)}
        yield Problem(key="after-hard-out", row_id=row.id, field=field, values=values)


def _check_place(
    row: Row, above: Cue | None, segment: Segment | None, around: Surroundings
) -> Iterator[Problem]:
    if isinstance(row, Segment):
        return
    trigger = row.trigger
    if isinstance(trigger, AutoContinue | AutoFollow):
        if above is None:
            yield Problem(key="nothing-above", row_id=row.id, field="trigger")
        else:
            values = {"above": above.number or above.name or "…"}
            if above.floated and not row.floated:
                yield Problem(key="follows-floated", row_id=row.id, field="trigger", values=values)
            elif isinstance(trigger, AutoFollow) and not _lasts(above, around):
                yield Problem(key="follows-at-once", row_id=row.id, field="trigger", values=values)
    if isinstance(trigger, AtOffset) and segment is None:
        yield Problem(key="no-segment-above", row_id=row.id, field="trigger")
    field, offset = ("trigger", trigger.after) if isinstance(trigger, AtOffset) else ("offset", row.offset)
    if (
        offset is not None
        and segment is not None
        and segment.duration is not None
        and offset > segment.duration
    ):
        values = {"offset": format_duration(offset), "duration": format_duration(segment.duration)}
        yield Problem(key="offset-beyond", row_id=row.id, field=field, values=values)


def _lasts(cue: Cue, around: Surroundings) -> bool:
    """Say whether anything tells when a cue ends: a duration, a fade, media, or something unknown."""
    if length_of(cue) > Duration(0):
        return True
    forms = (around.action(action) for action in cue.actions)
    return any(form is None or form.media for form in forms)


def renaming(show: Show, catalogue: Catalogue, fix: Rename) -> Change:
    """Return the change that writes another name wherever a name of a device's list stands."""
    device = show.device(fix.device_id)
    kind = catalogue.kind(device.kind) if device else None
    if kind is None:
        return ()
    forms = {action.name: action for action in kind.actions}
    change: list[Any] = []
    for row in show.rundown:
        if not isinstance(row, Cue):
            continue
        actions: list[Action] = []
        for action in row.actions:
            form = forms.get(action.kind) if action.device == fix.device_id else None
            renamed = {
                field.name: fix.to
                for field in (form.form.fields if form else ())
                if action.fields.get(field.name) == fix.name and list_of(field, action.fields) == fix.names
            }
            actions.append(
                msgspec.structs.replace(action, fields={**action.fields, **renamed}) if renamed else action
            )
        if tuple(actions) != row.actions:
            change += edit(show, row.id, actions=tuple(actions))
    return tuple(change)
