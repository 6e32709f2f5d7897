"""The house rules: what every test of the suite is held to, and the isolation it gets.

* A log record of level WARNING or above that the test did not name fails it; see `ExpectedWarnings`.
* A thread that the test started and that still lives a second after its end fails it.
* A Qt warning fails it (pytest-qt, `qt_log_level_fail`), and so does a Python warning (`filterwarnings`).
* No test reads or writes the folders, the runtime sockets or the settings of the person who runs it.

Knows nothing of what is tested; `test_house_rules` proves that each rule bites.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

hypothesis.settings.register_profile(
    "house", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI"))
)
hypothesis.settings.load_profile("house")

SECONDS_TO_END = 1.0
"""What a thread gets to end after its test: clients of a closed socket notice a little later."""

QT_SAYS_OFFSCREEN = r"^This plugin (does not support|supports grabbing)"
"""What Qt's offscreen platform says of window hints that only a real screen can honour."""


class ExpectedWarnings:
    """The log records of level WARNING and above that a test provokes on purpose.

    Patterns are regular expressions, searched in `logger name: message`.
    """

    def __init__(self) -> None:
        self._expected: list[str] = []
        self._allowed: list[str] = []

    def expect(self, *patterns: str) -> None:
        """Name warnings that must have come when the test ends: those that never came fail it."""
        self._expected.extend(patterns)

    def allow(self, *patterns: str) -> None:
        """Name warnings that may come or not, because it depends on who is faster."""
        self._allowed.extend(patterns)

    @property
    def lines(self) -> list[str]:
        """What was logged so far at level WARNING and above, as `logger name: message`."""
        return [_line(record) for record in list(_records)]

    def complaints(self) -> list[str]:
        """Return what breaks the rule so far, in sentences."""
        named = [re.compile(pattern) for pattern in (*self._expected, *self._allowed)]
        lines = self.lines
        return [
            *(
                f"unexpected log record: {line}"
                for line in lines
                if not any(pattern.search(line) for pattern in named)
            ),
            *(
                f"expected log record never came: {pattern}"
                for pattern in self._expected
                if not any(re.search(pattern, line) for line in lines)
            ),
        ]


_records: list[logging.LogRecord] = []
"""Warnings since the last test ended. Fed by the record factory, which no handler set-up can silence."""


def _line(record: logging.LogRecord) -> str:
    text = f"{record.name}: {record.getMessage()}"
    if record.exc_info and record.exc_info[1] is not None:
        text += f" ({record.exc_info[1]!r})"
    return text


def _alive(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before
        and thread is not threading.current_thread()
        and not isinstance(thread, threading._DummyThread)  # a foreign thread that once logged
    ]


def _leaked(before: set[threading.Thread]) -> list[threading.Thread]:
    deadline = time.monotonic() + SECONDS_TO_END
    while left := _alive(before):
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            return left
        left[0].join(remaining)
    return []


def _where(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "just ended"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("qt_log_ignore", QT_SAYS_OFFSCREEN)
    make_record = logging.getLogRecordFactory()

    def collect(*arguments: object, **keywords: object) -> logging.LogRecord:
        record = make_record(*arguments, **keywords)
        if record.levelno >= logging.WARNING:
            _records.append(record)
        return record

    logging.setLogRecordFactory(collect)
    config.add_cleanup(lambda: logging.setLogRecordFactory(make_record))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Warnings that came when no test was running (a session's fixture ended) fail the run."""
    if _records and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for record in _records:
        terminalreporter.write_line(f"FAILED outside any test - unexpected log record: {_line(record)}")


@pytest.fixture(scope="session", autouse=True)
def own_folders() -> Iterator[Path]:
    """Give the whole run folders of its own, for the test process and every process it starts."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="sc-") as folder:
        for variable in ("CONFIG", "DATA", "CACHE", "STATE"):
            home = Path(folder, variable.lower())
            home.mkdir()
            patch.setenv(f"XDG_{variable}_HOME", str(home))
        runtime = Path(folder, "run")
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        for variable in [name for name in os.environ if name.startswith("SHOWCALLER_SECRET_")]:
            patch.delenv(variable)
        yield Path(folder)


@pytest.fixture(autouse=True)
def house_rules(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[ExpectedWarnings]:
    """Isolate one test, and judge it when all its other fixtures have ended.

    Being first in its scope it sees the threads of module and session fixtures as there before, and
    everything that a function's fixtures start as the test's own.
    """
    # A socket's path holds about a hundred bytes, so this folder is not below pytest's long one.
    folder = Path(tempfile.mkdtemp(prefix="t", dir=own_folders))
    for name in ("DATA", "RUNTIME"):
        part = folder / name.lower()
        part.mkdir(mode=0o700)
        monkeypatch.setenv(f"SHOWCALLER_{name}", str(part))
    _keep_settings_in(folder)
    expected = ExpectedWarnings()
    before = set(threading.enumerate())
    yield expected
    leaks = [f"leaked thread: {thread.name!r} at {_where(thread)}" for thread in _leaked(before)]
    complaints = [*expected.complaints(), *leaks]
    _records.clear()
    shutil.rmtree(folder, ignore_errors=True)
    if complaints:
        pytest.fail(f"{request.node.name}: " + "\n".join(complaints), pytrace=False)


def _keep_settings_in(folder: Path) -> None:
    from PySide6.QtCore import QSettings

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        for form in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
            QSettings.setPath(form, scope, str(folder / "settings"))


@pytest.fixture
def expected_warnings(house_rules: ExpectedWarnings) -> ExpectedWarnings:
    """Name the warnings that this test provokes: `expected_warnings.expect("LX desk: lost")`."""
    return house_rules
