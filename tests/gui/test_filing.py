"""Every edit reaches the disk by itself, and each way from one file to another loses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from showcaller.core import edits
from showcaller.gui.document import Document
from showcaller.gui.filing import Filing, empty_show, read_demo, recent_paths
from showcaller.showfile.errors import ShowFileError
from showcaller.showfile.places import secrets_path
from showcaller.showfile.reader import read_show
from showcaller.showfile.secrets import Secrets
from tests.gui.stage import make_show


@pytest.fixture
def filing(qtbot: QtBot) -> Iterator[Filing]:
    document = Document()
    made = Filing(document)
    made.document = document  # type: ignore[attr-defined]
    yield made
    made.close(abandon=True)


def document_of(filing: Filing) -> Document:
    return filing.document  # type: ignore[attr-defined,no-any-return]


def wait_saved(filing: Filing, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: document_of(filing).saved_text.startswith("Saved "))


def test_edit_and_its_undo_step_are_on_the_disk_when_it_says_saved(
    filing: Filing, qtbot: QtBot, tmp_path: Path
) -> None:
    document, path = document_of(filing), tmp_path / "a.show"
    filing.make(make_show(), path)
    document.edit("Rename", edits.edit(document.show, "cue-16", name="Desk"))
    wait_saved(filing, qtbot)
    assert read_show(path)[0] == document.show
    filing.open(path)
    assert document.history.undo_name == "Rename"
    assert document.revision == 1


def test_new_show_has_a_file_at_once_and_is_ready_for_cues(filing: Filing) -> None:
    filing.make(empty_show("Matinee"))
    assert filing.path is not None
    assert filing.path.exists()
    show = document_of(filing).show
    assert [department.name for department in show.departments] == ["LX", "SND", "VT", "GFX", "CAM"]


def test_save_as_goes_on_with_a_show_of_its_own_passwords_included(filing: Filing, tmp_path: Path) -> None:
    show = make_show()
    filing.make(show, tmp_path / "a.show")
    secrets = Secrets(secrets_path(), {})
    secrets.write(show.id, {"obs": {"password": "s3cret"}})
    filing.save_as(tmp_path / "b.show")
    copy = document_of(filing).show
    assert copy.id != show.id
    assert copy.rundown == show.rundown
    assert filing.path == tmp_path / "b.show"
    assert secrets.read(copy.id, show.devices[0], "password") == "s3cret"


def test_copy_leaves_the_open_file_open(filing: Filing, tmp_path: Path) -> None:
    filing.make(make_show(), tmp_path / "a.show")
    filing.save_copy(tmp_path / "b.show")
    assert filing.path == tmp_path / "a.show"
    assert read_show(tmp_path / "b.show")[0] == document_of(filing).show


def test_json_goes_out_and_comes_back_and_a_password_in_it_goes_home(filing: Filing, tmp_path: Path) -> None:
    filing.make(make_show(), tmp_path / "a.show")
    show = document_of(filing).show
    filing.export_json(tmp_path / "a.json")
    written = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    written["devices"][0]["settings"]["password"] = "hunter2"
    (tmp_path / "a.json").write_text(json.dumps(written), encoding="utf-8")
    filing.import_json(tmp_path / "a.json", tmp_path / "b.show")
    assert document_of(filing).show == show
    assert Secrets(secrets_path(), {}).read(show.id, show.devices[0], "password") == "hunter2"


def test_file_that_is_no_show_is_refused_and_the_open_one_stays(filing: Filing, tmp_path: Path) -> None:
    filing.make(make_show(), tmp_path / "a.show")
    (tmp_path / "b.show").write_text("no show")
    before = document_of(filing).show
    with pytest.raises(ShowFileError):
        filing.open(tmp_path / "b.show")
    assert document_of(filing).show is before
    assert filing.path == tmp_path / "a.show"


def test_second_window_is_read_only_and_says_so(filing: Filing, qtbot: QtBot, tmp_path: Path) -> None:
    filing.make(make_show(), tmp_path / "a.show")
    other_document = Document()
    other = Filing(other_document)
    with qtbot.waitSignal(other.noticed) as blocker:
        other.open(tmp_path / "a.show")
    assert "another window" in blocker.args[1]
    assert other_document.read_only
    assert other_document.saved_text.startswith("READ ONLY: This show is open in another window.")
    other.close()


def test_disk_that_takes_nothing_says_not_saved_and_recovers(
    filing: Filing, qtbot: QtBot, tmp_path: Path, expected_warnings
) -> None:
    expected_warnings.expect("NOT SAVED")
    path = tmp_path / "a.show"
    filing.make(make_show(), path)
    away = path.rename(tmp_path / "away")
    document = document_of(filing)
    document.edit("Rename", edits.edit(document.show, "cue-16", name="Desk"))
    qtbot.waitUntil(lambda: document.saved_text.startswith("NOT SAVED"))
    assert document.unsaved
    away.rename(path)
    filing.retry()
    wait_saved(filing, qtbot)
    assert not document.unsaved
    assert read_show(path)[0] == document.show


def test_show_is_rescued_from_memory_when_its_file_is_gone(
    filing: Filing, qtbot: QtBot, tmp_path: Path, expected_warnings
) -> None:
    expected_warnings.expect("NOT SAVED")
    path = tmp_path / "a.show"
    filing.make(make_show(), path)
    path.rename(tmp_path / "away")
    document = document_of(filing)
    document.edit("Rename", edits.edit(document.show, "cue-16", name="Desk"))
    qtbot.waitUntil(lambda: document.unsaved)
    filing.rescue(tmp_path / "b.show")
    assert read_show(tmp_path / "b.show")[0].rundown == document.show.rundown


def test_each_demo_is_a_show_of_its_own() -> None:
    from showcaller.assets import asset

    data = asset("demo.json").read_bytes()
    assert read_demo(data)[0].id != read_demo(data)[0].id


def test_last_files_are_those_that_still_are_there(tmp_path: Path) -> None:
    kept = tmp_path / "a.show"
    kept.touch()
    assert recent_paths([str(kept), str(tmp_path / "gone.show"), 7]) == [kept]
    assert recent_paths(str(kept)) == [kept]
    assert recent_paths(None) == []


def test_show_from_a_place_that_is_unknown_here_opens_with_a_word(filing: Filing, tmp_path: Path) -> None:
    import msgspec

    told: list[str] = []
    filing.noticed.connect(lambda _severity, words: told.append(words))
    filing.make(msgspec.structs.replace(make_show(), zone="Moon/Tranquility"), tmp_path / "a.show")
    assert "Moon/Tranquility" in told[0]
    assert document_of(filing).show.zone == "Europe/London"
    assert read_show(tmp_path / "a.show")[0].zone == "Moon/Tranquility"
