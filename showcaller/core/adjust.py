"""What a caller does to the times of a run: add time, start a segment now, buy time back; and take it back.

Owns what these events make of playback; none of them changes the document. Called by `playback.apply` alone.
Knows no device and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from showcaller.core import events as ev
from showcaller.core.branches import is_in_other_ending
from showcaller.core.choices import begin_ending
from showcaller.core.position import BeforeStart, Playback, is_floated, next_standby, overrule
from showcaller.core.show import Segment, Show
from showcaller.core.times import Duration
from showcaller.core.waits import offset_waits, still_written

Adjustment = ev.AddTime | ev.StartNow | ev.BuyBack


def adjust(playback: Playback, event: Adjustment, show: Show) -> tuple[Playback, Sequence[ev.Effect]]:
    """Return where the show is after an adjustment, and what is to be said of it."""
    if playback.mode == "edit":
        return playback, (ev.Refused("In EDIT nothing runs: change the duration in the rundown."),)
    match event:
        case ev.AddTime(_, segment, by):
            if not isinstance(show.row(segment), Segment):
                return playback, (ev.Refused("There is no such segment."),)
            return msgspec.structs.replace(playback, added=_with_time(playback.added, [(segment, by)])), ()
        case ev.BuyBack():
            return _buy_back(playback, event), ()
        case ev.StartNow(on=True):
            return _start(playback, event, show)
        case _:
            return _take_start_back(playback, event, show)


def _with_time(
    added: tuple[tuple[str, Duration], ...], more: Iterable[tuple[str, Duration]]
) -> tuple[tuple[str, Duration], ...]:
    """Return the added times with some more; a segment that is as planned again is not among them."""
    sums: dict[str, int] = dict(added)
    for segment, by in more:
        sums[segment] = sums.get(segment, 0) + by
    return tuple((segment, Duration(by)) for segment, by in sorted(sums.items()) if by)


def _buy_back(playback: Playback, event: ev.BuyBack) -> Playback:
    floated = playback.floated
    for row in event.floats:
        floated = overrule(floated, row, event.takes)
    sign = -1 if event.takes else 1
    added = _with_time(playback.added, ((row, Duration(sign * cut)) for row, cut in event.trims))
    return msgspec.structs.replace(playback, floated=floated, added=added)


def _start(playback: Playback, event: ev.StartNow, show: Show) -> tuple[Playback, Sequence[ev.Effect]]:
    segment = show.row(event.segment)
    if playback.unconfirmed:
        return playback, (ev.Refused("The engine was restarted: confirm how the show goes on first."),)
    if not isinstance(segment, Segment):
        return playback, (ev.Refused("There is no such segment."),)
    if segment.id == playback.segment:
        return playback, (ev.Refused("That segment runs already."),)
    place = show.positions[segment.id]
    if is_floated(playback, show, place):
        return playback, (ev.Refused("That segment is floated: take it back in first."),)
    if is_in_other_ending(show, playback.chosen, place):
        return playback, (ev.Refused(f"“{segment.ending}” is not chosen: choose that ending first."),)
    offsets = tuple(wait for wait in playback.waits if wait.cause == "offset")
    others = tuple(wait for wait in playback.waits if wait.cause != "offset")
    standby_place = show.positions.get(playback.standby or "", len(show.rundown))
    passed_by = standby_place <= place
    started = msgspec.structs.replace(
        playback,
        segment=segment.id,
        segment_started_at=event.at,
        started_at=event.at if playback.started_at is None else playback.started_at,
        standby=next_standby(playback, show, place + 1) if passed_by else playback.standby,
        stood_by=playback.stood_by and not passed_by,
        warned=playback.warned and not passed_by,
        waits=(*others, *offset_waits(playback, show, segment.id, place, event.at)),
        before_start=BeforeStart(
            playback.segment,
            playback.segment_started_at,
            playback.started_at,
            playback.standby,
            offsets,
            playback.chosen,
            playback.begun,
        ),
    )
    started, is_choice = begin_ending(started, segment)
    effects: list[ev.Effect] = [ev.SegmentStarted(segment.id, event.at)]
    if is_choice:
        effects.insert(0, ev.EndingChosen(segment.branch, segment.ending, event.at, by_go=True))
    return started, effects


def _take_start_back(
    playback: Playback, event: ev.StartNow, show: Show
) -> tuple[Playback, Sequence[ev.Effect]]:
    before = playback.before_start
    if before is None or playback.segment != event.segment:
        return playback, (ev.Refused("A cue was called since: the start cannot be taken back."),)
    others = tuple(wait for wait in playback.waits if wait.cause != "offset")
    standby = before.standby if before.standby in show.positions else playback.standby
    restored = msgspec.structs.replace(
        playback,
        segment=before.segment,
        segment_started_at=before.segment_started_at,
        started_at=before.started_at,
        standby=standby,
        stood_by=False,
        warned=False,
        waits=(*others, *still_written(before.waits, show, event.at)),
        chosen=before.chosen,
        begun=before.begun,
        before_start=None,
    )
    return restored, (ev.SegmentTakenBack(event.segment, event.at),)
