"""Bars and beats: what a tap or a cue starts, where the count is, and how far it is to a beat.

Owns the count as an instant to count from (so that it is right whenever it is looked at), the tempo read out
of taps, the events about it, and how tempo and beats are written. Pure; `pulses` gives playback its count,
the calling panel shows it. Knows no cue and reads no clock.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec
from msgspec import Struct

from showcaller.core.times import ShowTime

MINUTE_NS = 60_000_000_000
SLOWEST, FASTEST = 20.0, 400.0
"""Beats a minute that somebody could mean."""
MOST_BEATS = 32
SERIES_NS = 3_100_000_000
"""Taps further apart than this are not of one series: nobody taps slower than the slowest tempo."""
TAPS_KEPT = 16


class Tempo(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A tempo that a cue starts: the count begins with its GO."""

    bpm: float
    beats: int = 4
    """Beats in a bar."""


class Beat(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A place in the count; both begin with 1."""

    bar: int
    beat: int = 1


class TapTempo(Struct, frozen=True, tag="tap-tempo", kw_only=True):
    """Tap a beat of the music, or take the taps back; the first of a series is bar 1, beat 1."""

    at: ShowTime
    tapped_at: ShowTime | None = None
    """When the key went down; None: at `at`."""
    on: bool = True


class StopTempo(Struct, frozen=True, tag="stop-tempo"):
    """Count no more."""

    at: ShowTime


class TempoSet(Struct, frozen=True, tag="tempo-set"):
    """An effect: another tempo is counted, or none; `sentence` is for the as-run."""

    sentence: str
    cue: str | None = None


class Pulse(Struct, frozen=True, kw_only=True):
    """A count of bars and beats."""

    began_at: ShowTime
    """Bar 1, beat 1."""
    period: int = 0
    """Nanoseconds of a beat; 0: one tap says no tempo."""
    beats: int = 4
    cue: str | None = None
    """The cue that started it; None: taps did."""
    taps: tuple[tuple[int, ShowTime], ...] = ()
    """The newest taps of a series: which beat since the beginning, and when."""
    touched_at: ShowTime
    """When it was started or last tapped."""


class Place(NamedTuple):
    """Where a count is at an instant."""

    bar: int
    beat: int
    changes_in: int
    """Nanoseconds until the next beat."""


def period_of(bpm: float) -> int:
    """Return the length of a beat in nanoseconds."""
    return round(MINUTE_NS / bpm)


def bpm_of(pulse: Pulse) -> float | None:
    """Return beats a minute; None after a single tap."""
    return MINUTE_NS / pulse.period if pulse.period else None


def start_pulse(tempo: Tempo, at: ShowTime, cue: str) -> Pulse:
    """Return the count that a cue starts."""
    beats = max(1, tempo.beats)
    bpm = min(max(tempo.bpm, SLOWEST), FASTEST)
    return Pulse(began_at=at, period=period_of(bpm), beats=beats, cue=cue, touched_at=at)


def is_in_series(pulse: Pulse | None, at: ShowTime) -> bool:
    """Say whether a tap goes on with the taps before it."""
    return pulse is not None and bool(pulse.taps) and 0 < at - pulse.taps[-1][1] <= SERIES_NS


def tap(pulse: Pulse | None, at: ShowTime) -> Pulse:
    """Return the count after a tap.

    A count that taps began begins anew with a new series. One that a cue began is put right instead: the
    nearest beat is where the tap is, and bars keep their numbers.
    """
    if pulse is not None and is_in_series(pulse, at):
        return _fit(pulse, (*pulse.taps, (_next_beat(pulse, at), at))[-TAPS_KEPT:], at)
    if pulse is not None and pulse.cue is not None:
        number = max(0, round((at - pulse.began_at) / pulse.period))
        began_at = ShowTime(at - number * pulse.period)
        return msgspec.structs.replace(pulse, began_at=began_at, taps=((number, at),), touched_at=at)
    former = pulse or Pulse(began_at=at, touched_at=at)
    return Pulse(began_at=at, period=former.period, beats=former.beats, taps=((0, at),), touched_at=at)


def _next_beat(pulse: Pulse, at: ShowTime) -> int:
    """Return which beat a tap is; one that was left out is counted."""
    number, before = pulse.taps[-1]
    is_known = pulse.period and (len(pulse.taps) > 1 or pulse.cue is not None)
    return number + (max(1, round((at - before) / pulse.period)) if is_known else 1)


def _fit(pulse: Pulse, taps: tuple[tuple[int, ShowTime], ...], at: ShowTime) -> Pulse:
    """Lay the straight line through the taps that is nearest to all of them."""
    numbers = [number for number, _ in taps]
    middle = sum(numbers) / len(taps)
    first = taps[0][1]
    late = [time - first for _, time in taps]
    mean = sum(late) / len(taps)
    spread = sum((number - middle) ** 2 for number in numbers)
    slope = sum((number - middle) * (one - mean) for number, one in zip(numbers, late, strict=True)) / spread
    if not period_of(FASTEST) <= slope <= period_of(SLOWEST):
        return msgspec.structs.replace(pulse, touched_at=at)
    began_at = ShowTime(first + round(mean - middle * slope))
    return msgspec.structs.replace(pulse, began_at=began_at, period=round(slope), taps=taps, touched_at=at)


def place_at(pulse: Pulse, now: ShowTime) -> Place | None:
    """Return where a count is; None while no tempo is known, or before it begins."""
    passed = now - pulse.began_at
    if not pulse.period or passed < 0:
        return None
    number, within = divmod(passed, pulse.period)
    return Place(number // pulse.beats + 1, number % pulse.beats + 1, pulse.period - within)


def instant_of(pulse: Pulse, beat: Beat) -> ShowTime | None:
    """Return when a beat comes or came; None while no tempo is known."""
    if not pulse.period:
        return None
    return ShowTime(pulse.began_at + ((beat.bar - 1) * pulse.beats + beat.beat - 1) * pulse.period)


def beats_to(pulse: Pulse, beat: Beat, now: ShowTime) -> int | None:
    """Return how many beats there are to a beat, the one that has begun included; negative is past."""
    at = instant_of(pulse, beat)
    if at is None:
        return None
    return -((now - at) // pulse.period)


def write_beat(beat: Beat | None) -> str:
    """Return a beat as it is typed: `5.1`."""
    return "" if beat is None else f"{beat.bar}.{beat.beat}"


_BEAT = re.compile(r"(?:bar\s*)?(\d{1,4})(?:\s*[.,:]\s*(?:beat\s*)?(\d{1,2}))?", re.IGNORECASE)
_TEMPO = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?)\s*(?:bpm)?(?:\s*[,;]?\s+(\d{1,2})(?:\s*/\s*\d{1,2})?\s*(?:beats?)?)?",
    re.IGNORECASE,
)


def read_beat(text: str) -> Beat | None:
    """Read a beat: `5.1`, `5`, `bar 5, beat 1`; nothing written is none.

    Raises:
        ValueError: It is none; the sentence says how one is written.
    """
    text = text.strip()
    if not text:
        return None
    match = _BEAT.fullmatch(text)
    bar, beat = (int(match[1]), int(match[2] or 1)) if match else (0, 0)
    if bar < 1 or beat < 1:
        raise ValueError(f"“{text}” is no bar and beat. Write 5.1 for bar 5, beat 1.")
    return Beat(bar=bar, beat=beat)


def write_tempo(tempo: Tempo | None) -> str:
    """Return a tempo as it is typed: `120`, `92.5, 3 beats`."""
    if tempo is None:
        return ""
    return f"{tempo.bpm:g}" + ("" if tempo.beats == 4 else f", {tempo.beats} beats")


def read_tempo(text: str) -> Tempo | None:
    """Read a tempo: `120`, `120, 3 beats`, `120 3/4`; nothing written is none.

    Raises:
        ValueError: It is none; the sentence says how one is written.
    """
    text = text.strip()
    if not text:
        return None
    match = _TEMPO.fullmatch(text)
    bpm = float(match[1].replace(",", ".")) if match else 0.0
    beats = int(match[2] or 4) if match else 0
    if not SLOWEST <= bpm <= FASTEST or not 1 <= beats <= MOST_BEATS:
        raise ValueError(
            f"“{text}” is no tempo. Write 120, or 120, 3 beats: {SLOWEST:g} to {FASTEST:g} beats a minute."
        )
    return Tempo(bpm=bpm, beats=beats)


def tempo_words(pulse: Pulse) -> str:
    """Return a count's tempo for the as-run."""
    bpm = bpm_of(pulse)
    return "" if bpm is None else f"{bpm:.1f}".removesuffix(".0") + f" beats a minute, {pulse.beats} in a bar"


def is_told(pulse: Pulse) -> bool:
    """Say whether the as-run tells of the last tap: the first that gives a tempo, and each fourth."""
    taps = len(pulse.taps)
    return bool(pulse.period) and (taps == 2 or (taps % 4 == 0 and taps < TAPS_KEPT))
