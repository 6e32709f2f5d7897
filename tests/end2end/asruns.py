"""What a run left on disk, against what the wire carried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from showcaller.core.asrun import ActionDone, CueCalled, Line
from showcaller.engine.journal import read_journal
from tests.wire import Heard


def read_run(folder: Path) -> Sequence[Line]:
    """Return the only run in a folder, verified line by line."""
    (path,) = folder.rglob("*.asrun")
    return read_journal(path)


def sent_places(lines: Sequence[Line]) -> list[int]:
    """Return the places of the cues whose message the run says was sent, in order."""
    return [
        int(line.entry.cue.removeprefix("c"))
        for line in lines
        if isinstance(line.entry, ActionDone) and line.entry.result == "sent"
    ]


def called_places(lines: Sequence[Line]) -> list[int]:
    """Return the places of the cues that were called, in order."""
    return [int(line.entry.cue.id.removeprefix("c")) for line in lines if isinstance(line.entry, CueCalled)]


def assert_each_once(lines: Sequence[Line], heard: Sequence[Heard]) -> None:
    """Every message on the wire stands in the run exactly once, and the other way round."""
    entries = [line.entry for line in lines]
    once = Counter((one.run, one.action) for one in entries if isinstance(one, ActionDone))
    assert set(once.values()) <= {1}
    assert sorted(sent_places(lines)) == sorted(one.place for one in heard)
    assert len(heard) == len({one.place for one in heard})
