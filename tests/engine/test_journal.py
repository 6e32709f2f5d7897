"""The run's journal: its chain tells on any change, and a full disk neither stops a show nor breaks it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from showcaller.core.asrun import AsRunError, Chain, Closed, Header, Noted
from showcaller.core.times import Instant
from showcaller.engine.journal import (
    Journal,
    continue_journal,
    find_open_run,
    read_journal,
    start_journal,
)
from tests.engine.rig import EVENING, Rig, cue, scene, show_of

HEADER = Header(
    show="show",
    title="The show",
    revision=1,
    hash="",
    zone="Europe/London",
    mode="live",
    rate=1,
    routes={},
    devices={},
)


def _no_fault(sentence: str) -> None:
    raise AssertionError(sentence)


def _note(journal: Journal, text: str) -> None:
    journal.write(Noted(kind="note", sentence=text), Instant(0), EVENING, EVENING)


def _run(folder: Path) -> Path:
    """Keep a short run and return its journal."""
    rows = [cue(str(number), scene(str(number))) for number in range(6)]
    with Rig(show_of(*rows), folder) as rig:
        for _ in rows:
            rig.go()
        return rig.journal_path


def test_a_journal_verifies_and_ends_in_order(tmp_path: Path) -> None:
    lines = read_journal(_run(tmp_path))
    assert [line.seq for line in lines] == list(range(len(lines)))
    assert isinstance(lines[-1].entry, Closed)


def test_any_flipped_byte_is_found(tmp_path: Path) -> None:
    path = _run(tmp_path)
    text = path.read_bytes()
    last = text.rstrip(b"\n").rindex(b"\n") + 1
    chance = Random(5)
    for place in chance.sample(range(last - 1), 300):
        damaged = bytearray(text)
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(AsRunError):
            read_journal(path)


def test_any_line_that_is_removed_doubled_or_moved_is_found(tmp_path: Path) -> None:
    path = _run(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    for place in range(len(lines) - 1):
        for damaged in (
            [*lines[:place], *lines[place + 1 :]],
            [*lines[: place + 1], *lines[place:]],
            [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]],
        ):
            path.write_bytes(b"".join(damaged))
            with pytest.raises(AsRunError):
                read_journal(path)


def test_a_run_that_was_cut_short_is_known_by_its_missing_end(tmp_path: Path) -> None:
    path = _run(tmp_path)
    text = path.read_bytes()
    whole = read_journal(path)
    last = text.rstrip(b"\n").rindex(b"\n") + 1
    for cut in (last, last + 1, len(text) - 1):
        path.write_bytes(text[:cut])
        lines = read_journal(path)
        assert lines == whole[:-1]
        assert not isinstance(lines[-1].entry, Closed)


def test_a_file_that_is_no_journal_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.asrun"
    for text in (b"", b"\n", b"{}\n", b"\xff\xfe\n", b"[1,2,3]\n", b"no journal at all"):
        path.write_bytes(text)
        with pytest.raises(AsRunError, match="as-run"):
            read_journal(path)


def test_two_runs_that_begin_in_one_second_have_a_journal_each(tmp_path: Path) -> None:
    journals = [start_journal(tmp_path, HEADER, EVENING, _no_fault) for _ in range(3)]
    assert len({journal.path for journal in journals}) == 3
    for journal in journals:
        journal.close()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    beside = tmp_path / "file"
    beside.touch()
    with pytest.raises(AsRunError, match="No as-run can be kept"):
        start_journal(beside, HEADER, EVENING, _no_fault)


def test_a_run_goes_on_behind_its_last_whole_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.asrun", Chain(), _no_fault)
    journal.write(HEADER, Instant(0), EVENING, EVENING)
    _note(journal, "first")
    journal.close()
    with journal.path.open("ab") as file:
        file.write(b'{"seq":2,"prev"')
    again = continue_journal(journal.path, read_journal(journal.path), _no_fault)
    _note(again, "second")
    again.close()
    lines = read_journal(journal.path)
    assert [line.entry.sentence for line in lines[1:]] == ["first", "second"]  # type: ignore[union-attr]
    assert lines == again.lines


def test_the_newest_run_of_the_show_that_was_cut_off_is_found(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.asrun", Chain(), _no_fault)
    journal.write(HEADER, Instant(0), EVENING, EVENING)
    journal.close()
    found = find_open_run(tmp_path, "show", EVENING)
    assert found is not None
    assert found[0] == journal.path
    assert find_open_run(tmp_path, "another show", EVENING) is None
    assert find_open_run(tmp_path, "show", EVENING + 13 * 3600 * 10**9) is None
    assert find_open_run(tmp_path / "nowhere", "show", EVENING) is None


def test_a_run_that_ended_in_order_is_not_gone_on_with(tmp_path: Path) -> None:
    _run(tmp_path)
    assert find_open_run(tmp_path, "show", EVENING) is None


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from tests.engine.rig import Rig, cue, scene, show_of

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
rows = [cue(str(number), scene(str(number))) for number in range(40)]
with Rig(show_of(*rows), Path(sys.argv[1])) as rig:
    rig.go()
    room = rig.journal_path.stat().st_size + 1000
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    for number in range(20):
        rig.go()
        rig.advance(0.1)
    assert len(rig.lamp.scenes) == 21, rig.lamp.scenes
    assert rig.journal_path.stat().st_size == room
    assert len(rig.faults) == 1 and "cannot be written" in rig.faults[0], rig.faults
    if sys.argv[2] == "freed":
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    rig.go()
    print(rig.journal_path, len(rig.conductor.lines))
"""


@pytest.mark.parametrize("disk", ["freed", "full"])
def test_a_full_disk_is_said_once_and_the_show_goes_on(disk: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), disk],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    path, _, count = run.stdout.strip().rpartition(" ")
    lines = read_journal(Path(path))
    if disk == "freed":
        assert len(lines) >= int(count)
        assert isinstance(lines[-1].entry, Closed)
    else:
        assert 0 < len(lines) < int(count)
