"""The count of bars and beats of a run: what taps, cues and taking back make of it.

Owns how `Playback.pulse` changes; what a tap means is `tempo`'s. Called by `playback` and `turn`. A hold does
not stop the count, for the music goes on. Knows no device and no clock.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from showcaller.core import events as ev
from showcaller.core.position import Playback
from showcaller.core.show import Cue
from showcaller.core.tempo import (
    StopTempo,
    TapTempo,
    TempoSet,
    is_in_series,
    is_told,
    start_pulse,
    tap,
    tempo_words,
)
from showcaller.core.times import Duration, ShowTime, shift

LATE_TAP = Duration(2000)
"""A tap that says it was longer ago than this was not: the clocks disagree."""


def fire_tempo(playback: Playback, cue: Cue, at: ShowTime) -> tuple[Playback, Sequence[ev.Effect]]:
    """Begin the count of a cue that fires."""
    if cue.tempo is None:
        return playback, ()
    pulse = start_pulse(cue.tempo, at, cue.id)
    playback = msgspec.structs.replace(playback, pulse=pulse, pulse_before=())
    return playback, (TempoSet(f"Tempo: {tempo_words(pulse)}.", cue.id),)


def change_tempo(playback: Playback, event: TapTempo | StopTempo) -> tuple[Playback, Sequence[ev.Effect]]:
    """Take a tap, take the taps back, or count no more."""
    if playback.mode == "edit":
        return playback, (ev.Refused("In EDIT there is no run to count bars in."),)
    before = playback.pulse
    if isinstance(event, StopTempo):
        if before is None:
            return playback, (ev.Refused("No bars are counted."),)
        stopped = msgspec.structs.replace(playback, pulse=None, pulse_before=(before,))
        return stopped, (TempoSet("Bars are counted no more."),)
    if not event.on:
        if not playback.pulse_before:
            return playback, (ev.Refused("There are no taps to take back."),)
        former = playback.pulse_before[0]
        words = tempo_words(former) if former is not None else ""
        sentence = f"Tempo as before: {words}." if words else "Tempo as before: none."
        back = msgspec.structs.replace(playback, pulse=former, pulse_before=())
        return back, (TempoSet(sentence),)
    at = event.at
    if event.tapped_at is not None and shift(at, Duration(-LATE_TAP)) <= event.tapped_at <= at:
        at = event.tapped_at
    pulse = tap(before, at)
    kept = playback.pulse_before if is_in_series(before, at) else (before,)
    tapped = msgspec.structs.replace(playback, pulse=pulse, pulse_before=kept)
    return tapped, (TempoSet(f"Tempo tapped: {tempo_words(pulse)}."),) if is_told(pulse) else ()
