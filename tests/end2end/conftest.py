"""What the end-to-end tests stand on: a screen for all, a wire for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.screen import Screen
from tests.wire import Wire, wires


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    with Screen() as one:
        yield one


@pytest.fixture
def wire() -> Iterator[Wire]:
    with wires(1) as (one,):
        yield one
