"""Passwords: kept for this user alone, overruled by the environment, never shown."""

import logging
import stat
import threading
from pathlib import Path

import pytest

from showcaller.core.show import Device
from showcaller.showfile.errors import SecretsError
from showcaller.showfile.secrets import Secrets, variable_of

OBS = Device(id="obs", name="Studio OBS/2", kind="obs")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets.json"


def test_what_was_written_is_read_and_what_was_forgotten_is_not(path: Path) -> None:
    secrets = Secrets(path, {})
    assert secrets.read("show", OBS, "password") is None
    secrets.write("show", {"obs": {"password": "hunter2", "pin": "1"}, "mixer": {"password": "x"}})
    secrets.write("other", {"obs": {"password": "swordfish"}})
    assert Secrets(path, {}).read("show", OBS, "password") == "hunter2"
    secrets.write("show", {"obs": {"pin": ""}})
    assert (secrets.read("show", OBS, "password"), secrets.read("show", OBS, "pin")) == ("hunter2", None)
    secrets.forget("show", "obs")
    assert secrets.read("show", OBS, "password") is None
    assert b"mixer" in path.read_bytes()
    secrets.forget("show")
    assert b"mixer" not in path.read_bytes()
    assert secrets.read("other", OBS, "password") == "swordfish"


def test_a_show_saved_under_another_id_keeps_its_passwords(path: Path) -> None:
    secrets = Secrets(path, {})
    secrets.write("show", {"obs": {"password": "hunter2"}})
    secrets.copy("show", "copy")
    secrets.copy("nothing", "here")
    assert secrets.read("copy", OBS, "password") == "hunter2"


def test_the_environment_overrules_by_the_name_of_the_device(path: Path) -> None:
    assert variable_of("Studio OBS/2") == "SHOWCALLER_SECRET_STUDIO_OBS_2"
    assert variable_of("Büro") == "SHOWCALLER_SECRET_B_RO"
    secrets = Secrets(path, {"SHOWCALLER_SECRET_STUDIO_OBS_2": "from outside"})
    secrets.write("show", {"obs": {"password": "hunter2"}})
    assert secrets.read("show", OBS, "password") == "from outside"


def test_the_file_is_this_users_alone(path: Path) -> None:
    Secrets(path, {}).write("show", {"obs": {"password": "hunter2"}})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_others_could_read_is_closed_to_them_and_that_is_said(
    path: Path, expected_warnings
) -> None:
    secrets = Secrets(path, {})
    secrets.write("show", {"obs": {"password": "hunter2"}})
    path.chmod(0o644)
    expected_warnings.expect("Others could read the passwords")
    assert secrets.read("show", OBS, "password") == "hunter2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any("hunter2" in line for line in expected_warnings.lines)


@pytest.mark.parametrize(
    "content", [b"hunter2 {", b'{"show": {"obs": {"password": ["hunter2"]}}}', b"\xff\xfe"]
)
def test_a_damaged_file_is_said_without_its_content_and_not_written_over(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
    for attempt in (
        lambda: Secrets(path, {}).read("show", OBS, "password"),
        lambda: Secrets(path, {}).write("show", {"obs": {"password": "swordfish"}}),
    ):
        with pytest.raises(SecretsError, match="damaged") as error:
            attempt()
        assert "hunter2" not in str(error.value)
        assert "swordfish" not in str(error.value)
        assert error.value.__suppress_context__
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    nowhere = Secrets(tmp_path / "nowhere" / "secrets.json", {})
    assert nowhere.read("show", OBS, "password") is None
    with pytest.raises(SecretsError, match="cannot be kept"):
        nowhere.write("show", {"obs": {"password": "hunter2"}})
    with pytest.raises(SecretsError, match="cannot be read"):
        Secrets(tmp_path, {}).read("show", OBS, "password")


def test_nothing_is_logged_or_shown(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = Secrets(path, {"SHOWCALLER_SECRET_STUDIO_OBS_2": "swordfish"})
    secrets.write("show", {"obs": {"password": "hunter2"}})
    secrets.read("show", OBS, "password")
    assert "hunter2" not in caplog.text + repr(secrets) + repr(vars(secrets).get("_path"))


def test_writers_at_the_same_time_lose_nothing(path: Path) -> None:
    def write(number: int) -> None:
        Secrets(path, {}).write("show", {f"device {number}": {"password": str(number)}})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(12):
        device = Device(id=f"device {number}", name="", kind="")
        assert Secrets(path, {}).read("show", device, "password") == str(number)
    assert {other.name for other in path.parent.iterdir()} == {"secrets.json", "secrets.json.lock"}
