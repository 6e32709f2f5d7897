"""The sources of a simulated OBS: how loud they are, and how far their media have played.

Pure but for the clock that they are lent. `Studio` owns them.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final

_FLOOR: Final = 0.02
_LENGTHS: Final = (8_000, 12_000, 20_000, 31_000)
"""Believable lengths of media in milliseconds; each name keeps its own."""


class Source:
    """One input: a microphone, a film, a text or a picture."""

    def __init__(
        self, name: str, kind: str, seconds: Callable[[], float], played: Callable[[], float]
    ) -> None:
        """Be an input.

        Args:
            name: What it is called.
            kind: OBS's name of its kind.
            seconds: The clock that voices move by.
            played: The clock that media run by, which a rehearsal may hurry.
        """
        self.kind = kind
        self.volume = 0.0
        """In dB."""
        self.is_muted = False
        self.settings: dict[str, Any] = {}
        self.state = "NONE"
        self.length = 0
        self._seconds, self._played = seconds, played
        self._voice = zlib.crc32(name.encode())
        self._position = 0
        self._since = 0.0
        if self.is_media:
            self.state = "STOPPED"
            self.length = _LENGTHS[self._voice % len(_LENGTHS)]

    @property
    def is_media(self) -> bool:
        """Whether it plays."""
        return self.kind == "ffmpeg_source"

    @property
    def has_audio(self) -> bool:
        """Whether OBS shows a meter for it."""
        return self.kind in {"ffmpeg_source", "pulse_input_capture"}

    def gain(self) -> float:
        """Return the volume as a factor."""
        return 0.0 if self.volume <= -100 else float(10 ** (self.volume / 20))

    def levels(self) -> list[list[float]]:
        """Return per channel magnitude, peak, and peak before fader and mute, as a voice would move them."""
        if self.is_media and self.state != "PLAYING":
            return [[0.0, 0.0, 0.0]] * 2
        now, phase = self._seconds(), self._voice % 628 / 100
        syllables = abs(math.sin(now * 4.1 + phase) * math.sin(now * 1.3 + 2 * phase))
        peak = _FLOOR + 0.45 * syllables
        heard = 0.0 if self.is_muted else self.gain()
        return [[peak * heard / math.sqrt(2), peak * heard, peak]] * 2

    def cursor(self) -> int:
        """Return how far it has played, in milliseconds."""
        if self.state != "PLAYING":
            return self._position
        return min(self.length, self._position + round((self._played() - self._since) * 1000))

    def trigger(self, action: str) -> bool:
        """Play, pause, stop or restart; PLAY does nothing to what has stopped, as in OBS."""
        if not self.is_media:
            return False
        match action:
            case "PLAY" if self.state == "PAUSED":
                self._run_from(self._position)
            case "PAUSE" if self.state == "PLAYING":
                self._position = self.cursor()
                self.state = "PAUSED"
            case "STOP":
                self.state, self._position = "STOPPED", 0
            case "RESTART":
                self._run_from(0)
            case "PLAY" | "PAUSE":
                pass
            case _:
                return False
        return True

    def seek(self, position: int) -> None:
        """Move the cursor of what plays or pauses."""
        position = min(self.length, position)
        if self.state == "PLAYING":
            self._run_from(position)
        elif self.state == "PAUSED":
            self._position = position

    def end_if_due(self) -> bool:
        """End at the end; say whether that was now."""
        if self.state != "PLAYING" or self.cursor() < self.length:
            return False
        self.state, self._position = "ENDED", 0
        return True

    def _run_from(self, position: int) -> None:
        self.state, self._position, self._since = "PLAYING", position, self._played()


def build_sources(
    names: Mapping[str, tuple[str, ...]], seconds: Callable[[], float], played: Callable[[], float]
) -> dict[str, Source]:
    """Return the inputs that an inventory names; what stands in no scene is taken for a microphone."""
    media, texts = set(names.get("media", ())), set(names.get("texts", ()))
    placed = {source for key, sources in names.items() if key.startswith("sources/") for source in sources}

    def kind_of(name: str) -> str:
        if name in media:
            return "ffmpeg_source"
        if name in texts:
            return "text_ft2_source"
        return "v4l2_input" if name in placed else "pulse_input_capture"

    return {name: Source(name, kind_of(name), seconds, played) for name in names.get("inputs", ())}
