"""Files of older versions: one of each is kept, and all of them still open."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from showcaller.assets import asset
from showcaller.core.edits import edit
from showcaller.showfile.errors import ShowFileError
from showcaller.showfile.file import ShowFile
from showcaller.showfile.json_form import show_from_json, show_to_json
from showcaller.showfile.migrations import MIGRATIONS
from showcaller.showfile.reader import read_show
from showcaller.showfile.schema import VERSION, lay_tables

OLD = range(VERSION)


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def shape_of(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, tbl_name FROM sqlite_schema").fetchall()
        columns = connection.execute(
            'SELECT m.name, c.name || c.type || c.pk || c."notnull" FROM sqlite_schema m'
            " JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        ).fetchall()
    return {(kind, f"{name} of {table}") for kind, name, table in rows} | set(columns)


def test_there_is_a_step_up_from_every_older_version() -> None:
    assert sorted(MIGRATIONS) == list(OLD)


@pytest.mark.parametrize("version", OLD)
def test_a_file_of_every_older_version_opens_with_all_that_was_in_it(version: int, tmp_path: Path) -> None:
    path = tmp_path / "old.show"
    shutil.copyfile(asset(f"old/version-{version}.show"), path)
    assert version_of(path) == version
    wanted, _, _ = show_from_json(asset(f"old/version-{version}.json").read_bytes())
    untouched = path.read_bytes()
    assert read_show(path)[0] == wanted
    assert path.read_bytes() == untouched
    file, show, _, _ = ShowFile.open(path)
    assert show == wanted
    assert version_of(path) == VERSION
    file.commit(edit(show, show.id, title="Brought up to date"), file.revision + 1)
    file.close()
    assert b"Brought up to date" in show_to_json(read_show(path)[0])


@pytest.mark.parametrize("version", OLD)
def test_a_migrated_file_has_the_tables_of_a_new_one(version: int, tmp_path: Path) -> None:
    old, new = tmp_path / "old.show", tmp_path / "new.show"
    shutil.copyfile(asset(f"old/version-{version}.show"), old)
    ShowFile.open(old).file.close()
    with closing(sqlite3.connect(new)) as connection, connection:
        lay_tables(connection)
    assert shape_of(old) == shape_of(new)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE document SET json = '{'",
        "UPDATE document SET json = '{\"rundown\": [{}]}'",
        "DELETE FROM document",
        "DROP TABLE document",
    ],
)
def test_a_migration_that_fails_leaves_the_old_file_as_it_was(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "old.show"
    shutil.copyfile(asset("old/version-0.show"), path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    before = path.read_bytes()
    for attempt in (ShowFile.open, read_show):
        with pytest.raises(ShowFileError, match=r"old\.show"):
            attempt(path)
        assert path.read_bytes() == before
