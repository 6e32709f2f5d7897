"""Saving: kept in order through a full disk, a lost file, a stranger's change and SIGKILL."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from showcaller.core.edits import Edited, apply, edit
from showcaller.core.show import Cue, Show
from showcaller.showfile.errors import ShowFileError
from showcaller.showfile.file import ShowFile
from showcaller.showfile.reader import read_show

SHOW = Show(id="show", rundown=(Cue(id="a"), Cue(id="b")))
SECONDS = 30.0


class Listener:
    """Hears the state of saving and lets a test wait for it."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self.states: list[tuple[int, str | None]] = []
        self.threads: set[str] = set()

    def __call__(self, pending: int, error: str | None) -> None:
        with self._turn:
            self.states.append((pending, error))
            self.threads.add(threading.current_thread().name)
            self._turn.notify_all()

    def wait_for_error(self) -> str:
        with self._turn:
            assert self._turn.wait_for(lambda: self.states and self.states[-1][1], SECONDS)
            return self.states[-1][1] or ""

    def wait_until_saved(self) -> None:
        with self._turn:
            assert self._turn.wait_for(lambda: self.states and self.states[-1] == (0, None), SECONDS)


def named(name: str) -> tuple[Edited, ...]:
    return (Edited("rundown", "a", "name", "", name),)


def name_in(path: Path) -> str:
    cue = read_show(path)[0].cue("a")
    assert cue is not None
    return cue.name


def test_saved_is_told_from_the_writer_when_the_queue_is_empty(tmp_path: Path) -> None:
    listener = Listener()
    file = ShowFile.create(tmp_path / "gala.show", SHOW, on_state=listener)
    for revision in range(1, 6):
        file.commit(named(str(revision)), revision)
    listener.wait_until_saved()
    assert (file.pending, file.error) == (0, None)
    assert max(pending for pending, _ in listener.states) >= 1
    assert listener.threads == {"writer of gala.show"}
    assert name_in(file.path) == "5"
    file.close()


def test_a_listener_that_fails_ends_no_saving(tmp_path: Path, expected_warnings) -> None:
    def fail(_pending: int, _error: str | None) -> None:
        raise RuntimeError("the window is gone")

    expected_warnings.expect("state of saving could not be told")
    file = ShowFile.create(tmp_path / "gala.show", SHOW, on_state=fail)
    file.commit(named("Doors"), 1)
    file.close()
    assert name_in(file.path) == "Doors"


def test_a_file_that_was_moved_away_is_not_saved_and_saved_once_it_is_back(
    tmp_path: Path, expected_warnings
) -> None:
    listener, path = Listener(), tmp_path / "gala.show"
    expected_warnings.expect("NOT SAVED: .*gala.show")
    expected_warnings.allow("NOT SAVED: ")
    file = ShowFile.create(path, SHOW, on_state=listener)
    file.commit(named("one"), 1)
    assert file.flush()
    path.rename(tmp_path / "moved.show")
    file.commit(named("two"), 2)
    assert listener.wait_for_error().startswith(f"NOT SAVED: {path}")
    file.commit(named("three"), 3)
    assert not file.flush()
    assert file.pending == 2
    with pytest.raises(ShowFileError, match="NOT SAVED"):
        file.close()
    (tmp_path / "moved.show").rename(path)
    file.retry()
    listener.wait_until_saved()
    assert (name_in(path), file.error) == ("three", None)
    file.close()
    assert [other.name for other in tmp_path.iterdir()] == ["gala.show"]


def test_what_is_not_saved_yet_is_in_the_copy(tmp_path: Path, expected_warnings) -> None:
    path = tmp_path / "gala.show"
    expected_warnings.expect("NOT SAVED: .*another program changed")
    file = ShowFile.create(path, SHOW)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE state SET revision = 41")
    file.commit(named("one"), 1)
    file.commit(named("two"), 2)
    assert not file.flush()
    copy = file.save_as(tmp_path / "rescued.show")
    copy.file.close()
    assert copy.show.cue("a") == Cue(id="a", name="two")
    assert name_in(path) == ""
    file.close(abandon=True)


def test_another_show_under_the_same_name_is_never_written_into(tmp_path: Path, expected_warnings) -> None:
    path, other = tmp_path / "gala.show", tmp_path / "other.show"
    file = ShowFile.create(path, SHOW)
    ShowFile.create(other, Show(id="other", rundown=(Cue(id="a"),))).close()
    whole = other.read_bytes()
    expected_warnings.expect("NOT SAVED: .*another program changed")
    expected_warnings.allow("NOT SAVED: .*was moved, deleted or replaced")
    other.replace(path)
    file.commit(named("Doors"), 1)
    assert not file.flush()
    assert not file.flush()
    file.close(abandon=True)
    assert path.read_bytes() == whole


def test_a_change_that_does_not_fit_the_file_waits_and_says_so(tmp_path: Path, expected_warnings) -> None:
    path = tmp_path / "gala.show"
    expected_warnings.expect("NOT SAVED: There is nothing with the id nowhere in the file")
    file = ShowFile.create(path, SHOW)
    file.commit((*named("half"), Edited("rundown", "nowhere", "name", "", "Doors")), 1)
    assert not file.flush()
    assert name_in(path) == ""
    after = apply(SHOW, named("whole"))
    ShowFile.create(tmp_path / "way out.show", after).close()
    assert name_in(tmp_path / "way out.show") == "whole"
    file.close(abandon=True)


def run(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


FULL_DISK = """
import json, logging, resource, sys
from pathlib import Path
from showcaller.core.edits import Edited
from showcaller.core.show import Cue, Show
from showcaller.showfile.file import ShowFile
logging.disable()
path = Path(sys.argv[1])
def named(name):
    return (Edited("rundown", "a", "name", "", name),)
file = ShowFile.create(path, Show(id="show", rundown=(Cue(id="a"),)))
file.commit(named("before"), 1)
first = file.flush()
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
file.commit(named("long " * 20_000), 2)
file.commit(named("after"), 3)
full = file.flush()
error, pending = file.error, file.pending
whole = __import__("showcaller.showfile.reader").showfile.reader.read_show(path)[0].cue("a").name
try:
    file.back_up(path.with_name("backup.show"))
    copied = "copied"
except Exception as failure:
    copied = str(failure)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
file.retry()
again = file.flush()
file.close()
print(json.dumps([first, full, pending, error, whole, copied, again]))
"""


def test_a_full_disk_loses_nothing_and_all_is_saved_in_order_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    with run(FULL_DISK, path) as process:
        output, _ = process.communicate(timeout=SECONDS)
    first, full, pending, error, whole, copied, again = json.loads(output)
    assert (first, full, pending, whole, again) == (True, False, 2, "before", True)
    assert error.startswith("NOT SAVED: The disk")
    assert copied.startswith("The show was not saved: The disk")
    assert name_in(path) == "after"
    assert [other.name for other in tmp_path.iterdir()] == ["gala.show"]


ENDLESS = """
import sys
from pathlib import Path
from showcaller.core.edits import Edited
from showcaller.core.history import History
from showcaller.showfile.file import ShowFile
file, show, _, history = ShowFile.open(Path(sys.argv[1]))
assert not file.read_only
def tell(revision):
    print(revision, flush=True)
revision, before = file.revision, show.cue("a").name
while True:
    revision += 1
    name = f"{revision} " * 3000
    change = tuple(Edited("rundown", cue, "name", before, name) for cue in ("a", "b"))
    before, history = name, history.record("Rename", change)
    file.commit(change, revision, history)
    file.flush()
    tell(revision)
"""


def test_sigkill_in_the_middle_of_commits_leaves_a_whole_file_at_some_revision(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    ShowFile.create(path, SHOW).close()
    told = 0
    for lines in (1, 3, 2, 5, 4, 7):
        with run(ENDLESS, path) as process:
            assert process.stdout is not None
            for _ in range(lines):
                told = int(process.stdout.readline())
            os.kill(process.pid, signal.SIGKILL)
            rest = process.stdout.read().split()
            assert process.wait(SECONDS) == -signal.SIGKILL
        told = max([told, *map(int, rest)])
        file, show, _, history = ShowFile.open(path)
        assert file.read_only == ""
        file.close()
        assert file.revision in {told, told + 1}
        names = {row.name for row in show.rundown if isinstance(row, Cue)}
        assert names == {f"{file.revision} " * 3000}
        assert len(history.past) == file.revision
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_edit_after_an_edit_is_committed_in_order(tmp_path: Path) -> None:
    file, show = ShowFile.create(tmp_path / "gala.show", SHOW), SHOW
    for revision in range(1, 51):
        change = edit(show, "a", name=f"{show.rundown[0].name}{revision % 10}")
        show = apply(show, change)
        file.commit(change, revision)
    file.close()
    assert read_show(file.path)[0] == show
