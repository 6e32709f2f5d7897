"""The shows that come with the program, to see it work: their names, files, and when each begins.

Owns the list only; `file_commands` makes a fresh copy of one and rehearses it, the start page offers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from showcaller.core.times import TimeOfDay, parse_time_of_day


@dataclass(frozen=True)
class Demo:
    """A show that comes with the program."""

    file: str
    """Below `resources/`."""
    title: str
    about: str
    begins: TimeOfDay
    """The pretended time of day of its rehearsal: half a minute before its first segment."""


DEFAULT = "harbour"

DEMOS: Mapping[str, Demo] = {
    DEFAULT: Demo("demo.json", "Harbour Tonight", "half an hour, live", parse_time_of_day("19:29:30")),
    "newscast": Demo(
        "newscast.json",
        "Northgate News at Six",
        "a newscast of an hour",
        parse_time_of_day("17:59:30"),
    ),
    "awards": Demo(
        "awards.json",
        "The Lantern Awards 2026",
        "an awards night of three hours",
        parse_time_of_day("18:59:30"),
    ),
}
"""By the word that `showcaller demo` takes."""
