"""The id of the show in a file is told without reading it, and nothing is said of what is no show."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from showcaller.core.show import Show
from showcaller.showfile.file import ShowFile
from showcaller.showfile.peek import peek_show_id


def test_id_of_a_show_is_told(tmp_path: Path) -> None:
    path = tmp_path / "evening 1 %.show"
    ShowFile.create(path, Show(id="show-1")).close()
    assert peek_show_id(path) == "show-1"


@pytest.mark.parametrize("show_id", ["../outside", "", "a/b", "x" * 65])
def test_id_that_could_not_name_a_file_is_none(tmp_path: Path, show_id: str) -> None:
    path = tmp_path / "odd.show"
    ShowFile.create(path, Show(id=show_id)).close()
    assert peek_show_id(path) is None


def test_what_is_no_show_has_no_id(tmp_path: Path) -> None:
    assert peek_show_id(tmp_path / "gone.show") is None
    assert not (tmp_path / "gone.show").exists()
    note = tmp_path / "note.show"
    note.write_text("Not a show.")
    assert peek_show_id(note) is None
    with closing(sqlite3.connect(tmp_path / "other.show")) as file:
        file.execute("CREATE TABLE show (field, value)")
        file.execute("INSERT INTO show VALUES ('id', 'no JSON')")
        file.commit()
    assert peek_show_id(tmp_path / "other.show") is None
