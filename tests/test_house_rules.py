"""Each house rule of `conftest` bites: a small suite that breaks them all is run, and judged test by test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")

OFFENDERS = """
import logging, os, socket, threading
from pathlib import Path

import pytest
from hypothesis import given, strategies
from PySide6.QtCore import QSettings, qWarning
from PySide6.QtWidgets import QWidget

log = logging.getLogger("showcaller.rack")
seen = []
stop = threading.Event()


@pytest.fixture(scope="module")
def lasting_thread():
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    yield thread
    ended.set()
    thread.join()


@pytest.fixture
def warns_when_it_ends():
    yield
    log.warning("late complaint")


def test_good():
    log.info("nothing to see")

def test_unexpected_warning():
    log.warning("LX desk: lost")

def test_unexpected_warning_in_teardown(warns_when_it_ends):
    pass

def test_warning_of_a_muted_logger():
    muted = logging.getLogger("muted")
    muted.propagate = False
    muted.addHandler(logging.NullHandler())
    muted.error("swallowed")

def test_expected_warning(expected_warnings):
    expected_warnings.expect("^showcaller.rack: LX desk: lost$")
    log.warning("LX %s: lost", "desk")
    assert expected_warnings.lines == ["showcaller.rack: LX desk: lost"]

def test_other_warning_than_expected(expected_warnings):
    expected_warnings.expect("LX desk: lost")
    log.warning("LX desk: lost")
    log.error("Console: lost")

def test_expected_warning_never_came(expected_warnings):
    expected_warnings.expect("LX desk: lost")

def test_allowed_warning(expected_warnings):
    expected_warnings.allow("LX desk: lost", "never")
    log.warning("LX desk: lost")

def test_leaked_thread():
    threading.Thread(target=stop.wait, name="leaker", daemon=True).start()

def test_thread_that_ends_soon():
    threading.Timer(0.2, lambda: None).start()

def test_thread_of_a_module_fixture(lasting_thread):
    assert lasting_thread.is_alive()

@given(strategies.integers())
def test_hypothesis(number):
    assert isinstance(number, int)

def test_qt_warning(qtbot):
    qWarning("QObject: no such slot")

def test_window_on_no_screen(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.setMinimumSize(200, 100)
    window.show()
    qtbot.waitExposed(window)
    window.raise_()
    window.activateWindow()

def test_resource_warning():
    socket.socket()

def test_exception_in_a_thread():
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()

@pytest.mark.parametrize("turn", [1, 2])
def test_folders_are_fresh(turn):
    settings = QSettings("showcaller", "showcaller")
    assert settings.value("last") is None
    settings.setValue("last", "show")
    settings.sync()
    folders = [os.environ["SHOWCALLER_DATA"], os.environ["SHOWCALLER_RUNTIME"]]
    assert all(not list(Path(folder).iterdir()) for folder in folders)
    Path(folders[0], "kept").touch()
    assert not {*folders, settings.fileName()} & set(seen)
    assert os.environ["HOME"] not in settings.fileName()
    seen.extend([*folders, settings.fileName()])

def test_socket_path_is_short():
    assert len(os.environ["SHOWCALLER_RUNTIME"]) < 60

def test_secrets_of_the_runner_are_out_of_reach():
    assert "SHOWCALLER_SECRET_OBS" not in os.environ
"""

RULES = {
    "test_good": "",
    "test_unexpected_warning": "unexpected log record: showcaller.rack: LX desk: lost",
    "test_unexpected_warning_in_teardown": "unexpected log record: showcaller.rack: late complaint",
    "test_warning_of_a_muted_logger": "unexpected log record: muted: swallowed",
    "test_expected_warning": "",
    "test_other_warning_than_expected": "unexpected log record: showcaller.rack: Console: lost",
    "test_expected_warning_never_came": "expected log record never came: LX desk: lost",
    "test_allowed_warning": "",
    "test_leaked_thread": "leaked thread: 'leaker'",
    "test_thread_that_ends_soon": "",
    "test_thread_of_a_module_fixture": "",
    "test_hypothesis": "",
    "test_qt_warning": "QObject: no such slot",
    "test_window_on_no_screen": "",
    "test_resource_warning": "unclosed <socket",
    "test_exception_in_a_thread": "ZeroDivisionError",
    "test_folders_are_fresh[1]": "",
    "test_folders_are_fresh[2]": "",
    "test_socket_path_is_short": "",
    "test_secrets_of_the_runner_are_out_of_reach": "",
}
"""For each offender the sentence it must fail with, or nothing where the rules must let it pass."""

BETWEEN_TESTS = """
import logging
import pytest

@pytest.fixture(scope="session")
def peer():
    yield
    logging.getLogger("peer").error("ended badly")

def test_good(peer):
    pass
"""


def _run(folder: Path, suite: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(CONFTEST, folder)
    (folder / "test_offenders.py").write_text(suite, encoding="utf-8")
    (folder / "pytest.ini").write_text(
        "[pytest]\nfilterwarnings = error\nqt_api = pyside6\nqt_log_level_fail = WARNING\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=results.xml"]
    return subprocess.run(
        command,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
        | {"SHOWCALLER_SECRET_OBS": "hunter2"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each offender was told: the text of its failures and errors, empty where it passed."""
    folder = tmp_path_factory.mktemp("offenders")
    run = _run(folder, OFFENDERS)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout + run.stderr
    told: dict[str, str] = {}
    for case in ET.parse(folder / "results.xml").iter("testcase"):
        complaints = "".join(
            f"{part.get('message')} {part.text}" for part in case if part.tag in {"failure", "error"}
        )
        told[case.attrib["name"]] = told.get(case.attrib["name"], "") + complaints
    return told


@pytest.mark.parametrize("offender", RULES)
def test_rule_bites_offenders_and_no_one_else(offender: str, verdicts: dict[str, str]) -> None:
    sentence = RULES[offender]
    if sentence:
        assert sentence in verdicts[offender]
    else:
        assert verdicts[offender] == ""


def test_every_offender_is_judged(verdicts: dict[str, str]) -> None:
    assert verdicts.keys() == RULES.keys()


def test_warning_between_tests_fails_the_run(tmp_path: Path) -> None:
    run = _run(tmp_path, BETWEEN_TESTS)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    assert "unexpected log record: peer: ended badly" in run.stdout
