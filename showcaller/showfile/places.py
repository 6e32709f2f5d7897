"""Where things live on this machine: data, runs, passwords, sockets.

Owns the folders of each platform (XDG on Linux, `~/Library` on macOS, `%LOCALAPPDATA%` on Windows) and
that the runtime folder is this user's alone. `SHOWCALLER_DATA` and `SHOWCALLER_RUNTIME` overrule. Knows
no content. Called by everything that has a file to put somewhere.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
import tempfile
from pathlib import Path

from showcaller.assets import is_asset
from showcaller.showfile.errors import PlaceError

SOCKET_PATH_BYTES = 100
"""Longest path of a socket that every platform takes (`sun_path` is 104 bytes on macOS, 108 on Linux)."""

_SOCKET_NAME_BYTES = len("/0123456789abcdef.sock")


def may(path: Path, access: int) -> bool:
    """Return whether this process may read (`os.R_OK`) or write (`os.W_OK`) there, as far as can be told."""
    return os.access(path, access, effective_ids=os.access in os.supports_effective_ids)


def data_folder() -> Path:
    """Return the user's data folder for shows, runs and passwords; it is there afterwards.

    Raises:
        PlaceError: It cannot be made.
    """
    if override := os.environ.get("SHOWCALLER_DATA"):
        return _made(Path(override))
    if sys.platform == "win32":
        return _made(Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "Showcaller"))
    if sys.platform == "darwin":
        return _made(Path.home() / "Library" / "Application Support" / "Showcaller")
    home = os.environ.get("XDG_DATA_HOME", "")
    return _made(Path(home if home.startswith("/") else Path.home() / ".local" / "share", "showcaller"))


def runtime_folder() -> Path:
    """Return the folder for sockets, locks and tokens: of this user alone, and there afterwards.

    Raises:
        PlaceError: It cannot be made, belongs to somebody else, or its path is too long for a socket.
    """
    if override := os.environ.get("SHOWCALLER_RUNTIME"):
        folder = Path(override)
    elif sys.platform == "win32":
        return _made(
            Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "Showcaller", "run")
        )
    else:
        folder = _system_runtime_folder()
    if len(os.fsencode(folder)) + _SOCKET_NAME_BYTES > SOCKET_PATH_BYTES:
        raise PlaceError(
            f"The path of {folder} is too long for a socket. Set SHOWCALLER_RUNTIME to a short one."
        )
    return _private(folder)


def _system_runtime_folder() -> Path:
    home = os.environ.get("XDG_RUNTIME_DIR", "")
    if home.startswith("/") and Path(home).is_dir() and may(Path(home), os.W_OK):
        folder = Path(home, "showcaller")
        if len(os.fsencode(folder)) + _SOCKET_NAME_BYTES <= SOCKET_PATH_BYTES:
            return folder
    return Path(tempfile.gettempdir(), f"showcaller-{_user()}")


def _user() -> int:
    return -1 if sys.platform == "win32" else os.geteuid()


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlaceError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    return folder


def _private(folder: Path) -> Path:
    """Make a folder that nobody else can look into, or see that it is one.

    In a folder that all may write to, such as the system's temporary one, somebody else may have
    been there first: a link or a folder of theirs is refused, never followed.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise PlaceError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    if not stat.S_ISDIR(found.st_mode):
        raise PlaceError(f"{folder} is not a folder. Remove it.")
    if sys.platform != "win32":
        if found.st_uid != os.geteuid():
            raise PlaceError(
                f"The folder {folder} belongs to somebody else. Set SHOWCALLER_RUNTIME to one of yours."
            )
        if stat.S_IMODE(found.st_mode) & 0o077:
            folder.chmod(0o700)
    return folder


def socket_path(show_id: str) -> Path:
    """Return the path of the engine's socket for a show, at most 100 bytes long.

    Raises:
        PlaceError: There is no runtime folder for it.
    """
    return runtime_folder() / f"{_digest(show_id)}.sock"


def lock_path(show_path: Path) -> Path:
    """Return the side file whose lock says who may edit a show file.

    Raises:
        PlaceError: There is no runtime folder for it.
    """
    return runtime_folder() / f"{_digest(os.path.normcase(os.path.realpath(show_path)))}.lock"


def _digest(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:16]


def secrets_path() -> Path:
    """Return the path of the file of passwords.

    Raises:
        PlaceError: There is no data folder for it.
    """
    return data_folder() / "secrets.json"


def runs_folder(show_path: Path) -> Path:
    """Return the folder for a show's runs, `<show name> runs` beside it; it is there afterwards.

    Where that cannot be written, and for a show that came with the program, it is a folder in the
    user's data folder, named after the show and its place, so that two shows of one name do not
    share it.

    Raises:
        PlaceError: Neither can be made.
    """
    beside = show_path.parent / f"{show_path.stem} runs"
    if not is_asset(show_path):
        try:
            beside.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=beside):
                return beside
        except OSError:
            pass
    place = _digest(os.path.realpath(show_path))
    return _made(data_folder() / "runs" / f"{_file_name(show_path.stem)} {place}")


def new_show_path(title: str) -> Path:
    """Return a free path in the user's data folder for a show that was not saved anywhere yet.

    Raises:
        PlaceError: There is no data folder for it.
    """
    folder = _made(data_folder() / "shows")
    name = _file_name(title) or "Untitled"
    path = folder / f"{name}.show"
    count = 1
    while path.exists():
        count += 1
        path = folder / f"{name} {count}.show"
    return path


def _file_name(title: str) -> str:
    """Return a title without what some file system does not take in a name."""
    text = re.sub(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]', " ", title)
    text = " ".join(text.split()).strip(". ")
    return text.encode()[:100].decode(errors="ignore").strip(". ")
