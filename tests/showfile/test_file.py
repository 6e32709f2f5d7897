"""The show file: what is committed comes back, one editor at a time, and refusals leave it alone."""

import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from showcaller.core.edits import Change, apply, edit, insert, move, remove
from showcaller.core.history import STEPS_KEPT, History
from showcaller.core.show import Action, AtClock, Cue, Device, Fade, Segment, Show
from showcaller.core.times import Duration, parse_time_of_day
from showcaller.showfile.errors import ShowFileError
from showcaller.showfile.file import OPEN_ELSEWHERE, ShowFile
from showcaller.showfile.inventories import SeenInventory
from showcaller.showfile.reader import ShowReader, read_show
from tests.core.strategies import changes, edited_shows, shows

SHOW = Show(
    id="show",
    title="Gala",
    devices=(Device(id="obs", name="OBS", kind="obs", settings={"host": "192.0.2.20"}),),
    rundown=(Segment(id="s"), Cue(id="a", number="1"), Cue(id="b", number="2"), Cue(id="c", number="3")),
)
SEEN = SeenInventory({"scenes": ("Wide", "Close")}, datetime(2026, 6, 1, 18, 30, 5, 250_000, tzinfo=UTC))


def rename(show: Show, name: str) -> tuple[Show, Change]:
    change = edit(show, "a", name=name)
    return apply(show, change), change


@contextmanager
def unprivileged() -> Iterator[Path]:
    """Lend a folder where permissions count, even where the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="sc-perm-") as folder:
        root = os.geteuid() == 0
        if root:
            os.chown(folder, 65534, 65534)
            runtime = os.environ["SHOWCALLER_RUNTIME"]
            os.environ["SHOWCALLER_RUNTIME"] = str(Path(folder, "run"))
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            if root:
                os.seteuid(0)
                os.environ["SHOWCALLER_RUNTIME"] = runtime


def refused_untouched(path: Path) -> str:
    """Return the sentence with which a file is refused, sure that it stayed byte for byte."""
    before = path.read_bytes()
    with pytest.raises(ShowFileError) as refusal:
        ShowFile.open(path)
    assert path.read_bytes() == before
    assert [other for other in path.parent.iterdir() if other.name.startswith(path.name)] == [path]
    with pytest.raises(ShowFileError):
        read_show(path)
    return str(refusal.value)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edited_shows(), st.lists(st.booleans(), max_size=6))
def test_what_was_edited_undone_and_redone_comes_back(
    tmp_path: Path, made: tuple[Show, list[Change]], walk: list[bool]
) -> None:
    show, edits = made
    path = tmp_path / "any.show"
    file = ShowFile.create(path, show, overwrite=True)
    history, revision = History(), 0
    for change in edits:
        show, history, revision = apply(show, change), history.record("Edit", change), revision + 1
        file.commit(change, revision, history)
    for back in walk:
        history, change = history.undo() if back else history.redo()
        show, revision = apply(show, change), revision + 1
        file.commit(change, revision, history)
    file.close()
    opened = ShowFile.open(path)
    opened.file.close()
    assert opened.show == show
    assert opened.history == history
    assert opened.file.revision == revision
    assert read_show(path) == (show, {})


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shows(), st.data())
def test_an_undo_after_a_restart_gives_the_show_before(
    tmp_path: Path, show: Show, data: st.DataObject
) -> None:
    path = tmp_path / "any.show"
    change = data.draw(changes(show))
    file = ShowFile.create(path, show, overwrite=True)
    file.commit(change, 1, History().record("Edit", change))
    file.close()
    file, later, _, history = ShowFile.open(path)
    history, back = history.undo()
    file.commit(back, 2, history)
    file.close()
    assert apply(later, back) == show
    assert read_show(path)[0] == show


def test_typing_that_merges_is_one_step_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    file, show, history = ShowFile.create(path, SHOW), SHOW, History()
    for revision, name in enumerate(("D", "Do", "Doors"), 1):
        show, change = rename(show, name)
        history = history.record("Rename", change, "a.name")
        file.commit(change, revision, history)
    file.close()
    file, _, _, history = ShowFile.open(path)
    file.close()
    assert [step.name for step in history.past] == ["Rename"]
    assert apply(show, history.undo()[1]) == SHOW


def test_the_history_in_the_file_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    history, show = History(), SHOW
    for count in range(STEPS_KEPT):
        show, change = rename(show, str(count))
        history = history.record("Rename", change)
    file = ShowFile.create(path, show, history=history)
    show, change = rename(show, "one more")
    history = history.record("Rename", change)
    file.commit(change, 1, history)
    file.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*), min(position) FROM history").fetchone() == (STEPS_KEPT, 1)
    file, _, _, stored = ShowFile.open(path)
    file.close()
    assert stored == history


def test_a_history_that_cannot_be_read_costs_the_history_and_not_the_show(
    tmp_path: Path, expected_warnings
) -> None:
    path = tmp_path / "gala.show"
    _, change = rename(SHOW, "Doors")
    ShowFile.create(path, SHOW, history=History().record("Rename", change)).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE history SET change = '[{]'")
    expected_warnings.expect("undo history .* cannot be read")
    file, show, _, history = ShowFile.open(path)
    assert (show, history.past) == (SHOW, ())
    history = history.record("Rename", change)
    file.commit(change, 1, history)
    file.close()
    file, _, _, stored = ShowFile.open(path)
    file.close()
    assert stored == history


def test_a_long_paste_between_two_rows_leaves_room_and_renumbers_no_other_row_later(tmp_path: Path) -> None:
    path = tmp_path / "long.show"
    rows = tuple(Cue(id=f"old {count}") for count in range(2000))
    show = Show(id="show", rundown=rows)
    file = ShowFile.create(path, show)
    change = insert((Cue(id=f"new {count}") for count in range(6000)), "old 1000")
    show = apply(show, change)
    file.commit(change, 1)
    file.flush()
    with closing(sqlite3.connect(path)) as connection:
        before = dict(connection.execute("SELECT id, rank FROM rundown").fetchall())
    change = insert([Cue(id="last")], "new 10")
    show = apply(show, change)
    file.commit(change, 2)
    file.flush()
    with closing(sqlite3.connect(path)) as connection:
        after = dict(connection.execute("SELECT id, rank FROM rundown").fetchall())
    file.close()
    assert {row_id for row_id, rank in before.items() if after[row_id] != rank} == set()
    assert read_show(path)[0] == show


def test_rows_put_into_one_place_again_and_again_stay_in_order(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    show = SHOW
    file = ShowFile.create(path, show)
    for revision in range(1, 80):
        change = insert([Cue(id=f"new {revision}")], "a")
        show = apply(show, change)
        file.commit(change, revision)
    file.close()
    assert read_show(path)[0] == show
    with closing(sqlite3.connect(path)) as connection:
        ranks = [rank for (rank,) in connection.execute("SELECT rank FROM rundown ORDER BY rank")]
    assert len(set(ranks)) == len(show.rundown)


def test_one_edit_writes_only_its_row(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    file = ShowFile.create(path, SHOW)
    with closing(sqlite3.connect(path)) as connection:
        before = connection.execute("SELECT * FROM rundown").fetchall()
    for revision, change in enumerate(
        (
            rename(SHOW, "Doors")[1],
            insert([Cue(id="new")], "a"),
            move(SHOW, ["c"], "s"),
            remove(SHOW, ["b"]),
        ),
        1,
    ):
        file.commit(change, revision)
        file.flush()
        with closing(sqlite3.connect(path)) as connection:
            after = connection.execute("SELECT * FROM rundown").fetchall()
        assert len(set(before) ^ set(after)) == (1 if len(before) != len(after) else 2)
        before = after
    file.close()


def test_inventories_are_kept_with_when_they_were_seen(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    file = ShowFile.create(path, SHOW, {"obs": SEEN, "gone": SEEN})
    newer = SeenInventory({"scenes": ()}, datetime(2026, 6, 7, tzinfo=UTC))
    file.keep_inventories({"obs": newer})
    file.close()
    opened = ShowFile.open(path)
    opened.file.close()
    assert opened.inventories == {"obs": newer, "gone": SEEN}
    assert opened.file.revision == 0


def test_a_second_window_is_read_only_until_the_first_closes(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    file = ShowFile.create(path, SHOW)
    second, show, _, _ = ShowFile.open(path)
    assert show == SHOW
    assert second.read_only == OPEN_ELSEWHERE
    with pytest.raises(ShowFileError, match="another window"):
        second.commit(rename(show, "Doors")[1], 1)
    with pytest.raises(ShowFileError, match="another window"):
        ShowFile.create(path, SHOW, overwrite=True)
    second.close()
    assert ShowFile.open(path).file.read_only == OPEN_ELSEWHERE
    file.commit(rename(SHOW, "Doors")[1], 1)
    file.close()
    file, show, _, _ = ShowFile.open(path)
    assert (file.read_only, show.rundown[1]) == ("", Cue(id="a", number="1", name="Doors"))
    file.close()


def test_a_reader_sees_one_revision_while_the_editor_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    file = ShowFile.create(path, SHOW)
    with ShowReader(path) as reader:
        rows = reader.iter_rows(1)
        first = next(rows)
        file.commit(remove(SHOW, ["b"]), 1)
        rest = tuple(row for some in rows for row in some)
        assert (*first, *rest) == SHOW.rundown
        assert reader.revision == 0
    file.close()
    assert read_show(path)[0].positions.keys() == {"s", "a", "c"}


def test_rows_come_in_chunks(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    show = Show(id="show", rundown=tuple(Cue(id=str(count)) for count in range(450)))
    ShowFile.create(path, show).close()
    with ShowReader(path) as reader:
        assert [len(rows) for rows in reader.iter_rows()] == [200, 200, 50]
        assert reader.show() == show


def test_a_revision_must_follow_the_last(tmp_path: Path) -> None:
    file = ShowFile.create(tmp_path / "gala.show", SHOW)
    file.commit(rename(SHOW, "Doors")[1], 7)
    with pytest.raises(ValueError, match="does not follow"):
        file.commit(rename(SHOW, "Dogs")[1], 7)
    file.close()
    with pytest.raises(ShowFileError, match="closed"):
        file.commit(rename(SHOW, "Dogs")[1], 8)


@pytest.mark.parametrize("name", ["\ud800", float("nan")])
def test_a_value_that_no_file_can_hold_is_refused_at_once_and_queues_nothing(
    tmp_path: Path, name: object
) -> None:
    path = tmp_path / "gala.show"
    file = ShowFile.create(path, SHOW)
    with pytest.raises(ShowFileError, match="no file can hold"):
        file.commit(edit(SHOW, "a", name=name), 1)
    file.commit(rename(SHOW, "Doors")[1], 1)
    file.close()
    assert read_show(path)[0] == rename(SHOW, "Doors")[0]


def test_a_show_that_no_file_can_hold_is_not_created(tmp_path: Path) -> None:
    fade = Fade(to=float("nan"), duration=Duration(5))
    show = Show(id="x", rundown=(Cue(id="a", actions=(Action(id="b", device="obs", kind="k", fade=fade),)),))
    with pytest.raises(ShowFileError, match="no file can hold"):
        ShowFile.create(tmp_path / "x.show", show)
    assert list(tmp_path.iterdir()) == []


def test_creating_never_replaces_a_file_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    path.write_bytes(b"precious")
    with pytest.raises(ShowFileError, match="already"):
        ShowFile.create(path, SHOW)
    assert path.read_bytes() == b"precious"
    ShowFile.create(path, SHOW, overwrite=True).close()
    assert read_show(path)[0] == SHOW
    with pytest.raises(ShowFileError, match="folder"):
        ShowFile.create(tmp_path, SHOW, overwrite=True)
    with pytest.raises(ShowFileError, match="cannot be saved"):
        ShowFile.create(tmp_path / "nowhere" / "x.show", SHOW)
    assert list(tmp_path.iterdir()) == [path]


def test_save_as_gives_a_show_of_its_own_with_the_same_rows_and_history(tmp_path: Path) -> None:
    file = ShowFile.create(tmp_path / "gala.show", SHOW, {"obs": SEEN})
    show, change = rename(SHOW, "Doors")
    history = History().record("Rename", change)
    file.commit(change, 1, history)
    copy = file.save_as(tmp_path / "tour.show")
    assert copy.show.id != SHOW.id
    assert copy.show.rundown == show.rundown
    assert (copy.history, copy.inventories) == (history, {"obs": SEEN})
    history, back = copy.history.undo()
    copy.file.commit(back, 2, history)
    copy.file.close()
    file.commit(rename(show, "Dogs")[1], 2)
    file.close()
    assert read_show(tmp_path / "tour.show")[0].rundown == SHOW.rundown
    assert read_show(tmp_path / "gala.show")[0].rundown == rename(show, "Dogs")[0].rundown
    assert {path.name for path in tmp_path.iterdir()} == {"gala.show", "tour.show"}


def test_a_backup_is_the_same_show(tmp_path: Path) -> None:
    file = ShowFile.create(tmp_path / "gala.show", SHOW)
    show, change = rename(SHOW, "Doors")
    file.commit(change, 1)
    file.back_up(tmp_path / "backup.show")
    with pytest.raises(ShowFileError, match="already"):
        file.back_up(tmp_path / "backup.show")
    with pytest.raises(ShowFileError, match="is the file that is open"):
        file.save_as(tmp_path / "gala.show", overwrite=True)
    file.close()
    assert read_show(tmp_path / "backup.show")[0] == show


def test_what_is_not_a_show_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "letter.show"
    text.write_text("Dear Sir or Madam" * 100)
    assert "is not a show" in refused_untouched(text)
    empty = tmp_path / "empty.show"
    empty.touch()
    assert "is not a show" in refused_untouched(empty)
    other = tmp_path / "other.show"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE birds (name TEXT)")
    assert "is not a show" in refused_untouched(other)


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.99])
def test_a_file_that_was_cut_short_is_refused(tmp_path: Path, part: float) -> None:
    path = tmp_path / "gala.show"
    rows = tuple(Cue(id=str(count), notes="long " * 20) for count in range(300))
    ShowFile.create(path, Show(id="show", rundown=rows)).close()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    sentence = refused_untouched(path)
    assert "damaged or cut short" in sentence or "is not a show" in sentence


def test_a_row_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    ShowFile.create(path, SHOW).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE rundown SET body = replace(body, 'cue', 'tuba') WHERE id = 'b'")
    assert "is damaged at row b" in refused_untouched(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE show SET value = '5' WHERE field = 'title'")
    with ShowReader(path) as reader, pytest.raises(ShowFileError, match="own fields"):
        reader.frame()


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    ShowFile.create(path, SHOW).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "newer Showcaller (file version 99" in refused_untouched(path)


def test_a_folder_nothing_and_a_pipe_are_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.show"
    os.mkfifo(pipe)
    for path, sentence in (
        (tmp_path, "is a folder"),
        (tmp_path / "none.show", "There is no file"),
        (tmp_path / "none.show" / "deeper.show", "There is no file"),
        (pipe, "is not a show"),
        (tmp_path / ("long" * 100), "cannot be opened"),
    ):
        with pytest.raises(ShowFileError, match=sentence):
            ShowFile.open(path)


def test_a_read_only_place_is_said_and_the_show_is_shown() -> None:
    with unprivileged() as folder:
        path = folder / "gala.show"
        ShowFile.create(path, SHOW).close()
        before = path.read_bytes()
        for target, mode in ((path, 0o444), (folder, 0o555)):
            former = stat.S_IMODE(target.stat().st_mode)
            target.chmod(mode)
            file, show, _, _ = ShowFile.open(path)
            assert show == SHOW
            assert "cannot be written" in file.read_only
            with pytest.raises(ShowFileError, match="cannot be written"):
                file.commit(rename(SHOW, "Doors")[1], 1)
            file.close()
            target.chmod(former)
        folder.chmod(0o555)
        with pytest.raises(ShowFileError, match="cannot be saved"):
            ShowFile.create(folder / "new.show", SHOW)
        folder.chmod(0o755)
        path.chmod(0o000)
        with pytest.raises(ShowFileError, match="may not read"):
            ShowFile.open(path)
        path.chmod(0o644)
        assert path.read_bytes() == before


def test_times_in_rows_survive(tmp_path: Path) -> None:
    path = tmp_path / "gala.show"
    show = Show(id="x", rundown=(Cue(id="a", trigger=AtClock(at=parse_time_of_day("19:30:00.25"))),))
    ShowFile.create(path, show).close()
    assert read_show(path)[0] == show
