"""The stage of the window's tests, as a fixture."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.gui.stage import Stage

if TYPE_CHECKING:
    from tests.gui.window_stage import WindowStage


@pytest.fixture(autouse=True)
def own_clipboard() -> Iterator[None]:
    """Leave the next test an empty clipboard, and Python's end none at all.

    The offscreen platform keeps what was copied in a static of QtGui that is destroyed after the interpreter:
    a `QMimeData` made in Python ends the process with a segmentation fault there.
    """
    yield
    if QGuiApplication.instance() is not None:
        QGuiApplication.clipboard().clear()


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    """A stage whose client is connected, in EDIT."""
    made = Stage()
    made.welcome()
    made.take_commands()
    yield made
    made.close()


@pytest.fixture
def window_stage(qtbot: QtBot, tmp_path: Path) -> Iterator[WindowStage]:
    """A whole window with an open show, connected to a scripted engine, in EDIT."""
    from tests.gui.window_stage import WindowStage  # the whole window, which most tests do not need

    made = WindowStage(qtbot, tmp_path, Path(os.environ["SHOWCALLER_RUNTIME"]))
    made.open()
    yield made
    made.close()
