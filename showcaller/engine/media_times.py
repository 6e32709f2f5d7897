"""How long the media that our cues started will still play, as their devices say.

Owns the last word of each device and which runs of cues it is about. The dispatcher says whose media
started and ended; the desk shows what is left in the snapshot. Fires nothing: an end is the device's word.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from showcaller.core.messages import MediaView
from showcaller.core.reports import MediaPlaying
from showcaller.core.times import NS_PER_MS, Instant, ShowTime, shift
from showcaller.engine.clock import ShowClock


class _Word(NamedTuple):
    playing: MediaPlaying
    runs: tuple[int, ...]
    in_show_time: bool

    def end(self, clock: ShowClock) -> ShowTime:
        if self.in_show_time:
            return shift(clock.show_at(self.playing.read_at), self.playing.left)
        return clock.show_at(Instant(self.playing.read_at + self.playing.left * NS_PER_MS))


class MediaTimes:
    """The last word on each medium, by device and address."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], _Word] = {}

    def take(
        self, device: str, playing: MediaPlaying, starters: Iterable[tuple[int, str]], *, in_show_time: bool
    ) -> None:
        """Take a device's word on media that these runs and actions started.

        Args:
            device: Its id.
            playing: What it said.
            starters: Run and action of each cue that started it.
            in_show_time: It is a simulator, whose media run as fast as the rehearsal does.
        """
        runs = tuple(run for run, _ in starters)
        if runs:
            self._told[device, playing.address] = _Word(playing, runs, in_show_time)

    def drop(self, device: str, address: str) -> None:
        """Forget media that ended or was started anew."""
        self._told.pop((device, address), None)

    def view(self, clock: ShowClock, limit: int) -> tuple[MediaView, ...]:
        """Return what the snapshot shows, longest first; nothing while show time stands."""
        views: list[MediaView] = []
        for word in self._told.values() if clock.rate else ():
            left = word.playing.left
            end = word.end(clock) if word.playing.moves else None
            views += [MediaView(run, left, end) for run in word.runs]
        return tuple(sorted(views, key=lambda view: view.left, reverse=True)[:limit])
