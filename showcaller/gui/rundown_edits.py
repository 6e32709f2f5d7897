"""Adding, moving and taking rows of the rundown, as changes.

Owns where a new row goes, which number it gets, and that a heading takes its cues along when asked.
Pure: the show in, a `Change` out; the rundown's commands hand it to the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

import msgspec

from showcaller.core import edits
from showcaller.core.edits import Change
from showcaller.core.show import Cue, Row, Segment, Show, decode_hook, encode_hook

_rows_decoder = msgspec.json.Decoder(tuple[Row, ...], dec_hook=decode_hook)


def _as_decimal(number: str) -> Decimal | None:
    try:
        value = Decimal(number)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _number_near(show: Show, place: int, step: int) -> str:
    at = place
    while 0 <= at < len(show.rundown):
        row = show.rundown[at]
        if isinstance(row, Cue) and row.number:
            return row.number
        at += step
    return ""


def number_between(show: Show, place: int) -> str:
    """Return a free number for a new cue at `place`: 24 → 25 at the end, 20 and 21 → 20.5, 51A → 51B."""
    above, below = _number_near(show, place - 1, -1), _number_near(show, place, 1)
    low, high = _as_decimal(above), _as_decimal(below)
    if low is not None or not above:
        whole = (low if low is not None else Decimal(0)) // 1 + 1
        if high is None or whole < high:
            free = f"{whole:f}"
            if free not in show.numbers and (not below or high is not None):
                return free
    following = edits.next_number(show, above)
    if low is None or high is None or low >= high:
        return following
    middle = f"{((low + high) / 2).normalize():f}"
    reads_well = _as_decimal(following)
    lies_between = reads_well is not None and low < reads_well < high
    whole_gap = low % 1 == 0 and high == low + 1
    if middle not in show.numbers and (whole_gap or not lies_between):
        return middle
    return following


def with_cues(show: Show, row_ids: Iterable[str]) -> tuple[str, ...]:
    """Return these rows and, with each heading, the cues below it, in the order of the rundown."""
    wanted = set(row_ids)
    places = show.segment_places
    return tuple(
        row.id
        for place, row in enumerate(show.rundown)
        if row.id in wanted or (places[place] >= 0 and show.rundown[places[place]].id in wanted)
    )


def move_up(show: Show, row_ids: Sequence[str]) -> Change:
    """Return the change that moves rows one up; a heading at their top goes past the heading above."""
    places = [show.positions[row_id] for row_id in row_ids]
    first = min(places, default=0)
    if first == 0:
        return ()
    target = first - 1
    if isinstance(show.rundown[first], Segment) and len(row_ids) > 1:
        target = max(0, show.segment_places[first - 1])
    return edits.move(show, row_ids, show.rundown[target - 1].id if target > 0 else None)


def move_down(show: Show, row_ids: Sequence[str]) -> Change:
    """Return the change that moves rows one down; a heading with its cues goes past the next heading's."""
    places = [show.positions[row_id] for row_id in row_ids]
    last = max(places, default=len(show.rundown))
    target = last + 1
    if target >= len(show.rundown):
        return ()
    if isinstance(show.rundown[min(places)], Segment) and len(row_ids) > 1:
        while target + 1 < len(show.rundown) and isinstance(show.rundown[target + 1], Cue):
            target += 1
    return edits.move(show, row_ids, show.rundown[target].id)


def pack_rows(rows: Sequence[Row]) -> bytes:
    """Return rows as the clipboard carries them between windows."""
    return msgspec.json.encode(tuple(rows), enc_hook=encode_hook)


def unpack_rows(packed: bytes) -> tuple[Row, ...]:
    """Return the rows that a clipboard carries; none where it holds something else."""
    try:
        return _rows_decoder.decode(packed)
    except (msgspec.MsgspecError, ValueError):
        return ()


def copies_of(show: Show, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return copies with ids of their own; a number that is taken becomes the next free one."""
    taken = dict(show.numbers)
    scratch = Show(id=show.id)
    scratch.__dict__["numbers"] = taken
    copies: list[Row] = []
    for row in rows:
        copy = edits.copy_row(scratch, row)
        if isinstance(copy, Cue) and isinstance(row, Cue):
            if row.number and row.number not in taken:
                copy = msgspec.structs.replace(copy, number=row.number)
            if copy.number:
                taken[copy.number] = copy.id
        copies.append(copy)
    return tuple(copies)
