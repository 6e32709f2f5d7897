"""Where things live: free paths, folders of this user alone, paths that sockets can take."""

import os
import socket
import stat
import sys
from pathlib import Path

import pytest

from showcaller.assets import asset
from showcaller.showfile.errors import PlaceError
from showcaller.showfile.places import (
    SOCKET_PATH_BYTES,
    data_folder,
    lock_path,
    new_show_path,
    runs_folder,
    runtime_folder,
    secrets_path,
    socket_path,
)


def test_the_environment_overrules_where_data_and_sockets_live() -> None:
    assert data_folder() == Path(os.environ["SHOWCALLER_DATA"])
    assert runtime_folder() == Path(os.environ["SHOWCALLER_RUNTIME"])
    assert secrets_path().parent == data_folder()


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_DATA_HOME", "xdg/showcaller"),
        ("linux", None, "home/.local/share/showcaller"),
        ("darwin", None, "home/Library/Application Support/Showcaller"),
        ("win32", "LOCALAPPDATA", "xdg/Showcaller"),
        ("win32", None, "home/AppData/Local/Showcaller"),
    ],
)
def test_each_platform_has_its_own_data_folder(
    platform: str, variable: str | None, expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("SHOWCALLER_DATA", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "xdg"))
    monkeypatch.setattr(sys, "platform", platform)
    assert data_folder() == tmp_path / expected
    assert data_folder().is_dir()


def test_the_runtime_folder_is_in_the_users_own_or_else_in_the_temporary_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SHOWCALLER_RUNTIME")
    own = Path(os.environ["XDG_RUNTIME_DIR"])
    assert runtime_folder() == own / "showcaller"
    monkeypatch.setattr("tempfile.tempdir", str(own))
    for useless in ("", "relative/path", "/nowhere/at/all", f"{own}/{'long' * 30}"):
        monkeypatch.setenv("XDG_RUNTIME_DIR", useless)
        if "long" in useless:
            Path(useless).mkdir()
        folder = runtime_folder()
        assert folder == own / f"showcaller-{os.geteuid()}"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_runtime_folder_that_others_can_look_into_is_closed() -> None:
    folder = Path(os.environ["SHOWCALLER_RUNTIME"])
    folder.chmod(0o755)
    assert stat.S_IMODE(runtime_folder().stat().st_mode) == 0o700


def test_a_runtime_folder_of_somebody_else_or_behind_a_link_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link = Path(os.environ["SHOWCALLER_RUNTIME"], "link")
    link.symlink_to(tmp_path)
    monkeypatch.setenv("SHOWCALLER_RUNTIME", str(link))
    with pytest.raises(PlaceError, match="is not a folder"):
        runtime_folder()
    somebody_elses = "/proc" if os.geteuid() else str(_given_away(tmp_path))
    monkeypatch.setenv("SHOWCALLER_RUNTIME", somebody_elses)
    with pytest.raises(PlaceError, match="belongs to somebody else"):
        runtime_folder()


def _given_away(tmp_path: Path) -> Path:
    short = Path(os.environ["SHOWCALLER_DATA"], "theirs")
    short.mkdir()
    os.chown(short, 65534, 65534)
    return short


def test_a_runtime_folder_too_long_for_a_socket_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHOWCALLER_RUNTIME", str(tmp_path / ("long" * 25)))
    with pytest.raises(PlaceError, match="too long for a socket"):
        runtime_folder()


def test_a_folder_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SHOWCALLER_DATA", str(tmp_path / "file" / "data"))
    with pytest.raises(PlaceError, match="cannot be made"):
        data_folder()
    short = Path(os.environ["SHOWCALLER_RUNTIME"], "file")
    short.touch()
    monkeypatch.setenv("SHOWCALLER_RUNTIME", str(short / "run"))
    with pytest.raises(PlaceError, match="cannot be made"):
        runtime_folder()


def test_a_socket_can_be_bound_there_whatever_the_id_of_the_show() -> None:
    for show_id in ("show", "x" * 500, "../../etc/passwd", "Ω"):
        path = socket_path(show_id)
        assert path.parent == runtime_folder()
        assert len(os.fsencode(path)) <= SOCKET_PATH_BYTES
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    assert socket_path("a") != socket_path("b")


def test_one_file_has_one_lock_whatever_path_leads_there(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert lock_path(tmp_path / "gala.show") == lock_path(tmp_path / "link" / "." / "gala.show")
    assert lock_path(tmp_path / "gala.show") != lock_path(tmp_path / "tour.show")


def test_runs_live_beside_the_show(tmp_path: Path) -> None:
    folder = runs_folder(tmp_path / "Town Hall.show")
    assert folder == tmp_path / "Town Hall runs"
    assert list(folder.iterdir()) == []
    assert runs_folder(tmp_path / "Town Hall.show") == folder


def test_runs_live_in_the_data_folder_where_the_place_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "Gala runs").touch()
    one = runs_folder(tmp_path / "Gala.show")
    other = runs_folder(Path("/proc/Gala.show"))
    assert one != other
    for folder in (one, other):
        assert folder.parent == data_folder() / "runs"
        assert folder.name.startswith("Gala ")
        assert folder.is_dir()


def test_runs_of_a_show_that_came_with_the_program_live_in_the_data_folder() -> None:
    show = asset("demo.json")
    assert runs_folder(show).parent == data_folder() / "runs"
    assert not show.with_name("demo runs").exists()


def test_a_new_show_gets_a_free_name_that_every_file_system_takes() -> None:
    first = new_show_path('Rock/Pop: "Live" \\ 24?')
    assert first == data_folder() / "shows" / "Rock Pop Live 24.show"
    first.touch()
    assert new_show_path('Rock/Pop: "Live" \\ 24?').name == "Rock Pop Live 24 2.show"
    assert new_show_path("..").name == "Untitled.show"
    assert len(os.fsencode(new_show_path("幕" * 200).name)) < 200
