"""The stage of the window's tests, as a fixture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.stage import Stage


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    """A stage whose client is connected, in EDIT."""
    made = Stage()
    made.welcome()
    made.take_commands()
    yield made
    made.close()
