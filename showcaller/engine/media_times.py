"""How long the media that our cues started will still play, as their devices say.

Owns the last word of each device and which runs of cues it is about. The dispatcher says whose media
started and ended; the desk shows what is left in the snapshot. Fires nothing: an end is the device's word.
"""

from __future__ import annotations

from collections.abc import Iterable

from showcaller.core.messages import MediaView
from showcaller.core.reports import MediaPlaying
from showcaller.core.times import NS_PER_MS, Instant
from showcaller.engine.clock import ShowClock


class MediaTimes:
    """The last word on each medium, by device and address."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], tuple[MediaPlaying, tuple[int, ...]]] = {}

    def take(self, device: str, playing: MediaPlaying, starters: Iterable[tuple[int, str]]) -> None:
        """Take a device's word on media that these runs and actions started."""
        runs = tuple(run for run, _ in starters)
        if runs:
            self._told[device, playing.address] = playing, runs

    def drop(self, device: str, address: str) -> None:
        """Forget media that ended or was started anew."""
        self._told.pop((device, address), None)

    def view(self, clock: ShowClock, limit: int) -> tuple[MediaView, ...]:
        """Return what the snapshot shows, longest first; nothing while show time stands."""
        views: list[MediaView] = []
        for playing, runs in self._told.values() if clock.rate else ():
            ends_at = Instant(playing.read_at + playing.left * NS_PER_MS)
            end = clock.show_at(ends_at) if playing.moves else None
            views += [MediaView(run, playing.left, end) for run in runs]
        return tuple(sorted(views, key=lambda view: view.left, reverse=True)[:limit])
