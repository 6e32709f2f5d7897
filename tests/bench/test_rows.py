"""Each row of the table can be measured; what it says is nobody's business here."""

from __future__ import annotations

import importlib

import pytest

from tests.bench.__main__ import MODULES
from tests.bench.table import HEAD


@pytest.mark.parametrize("name", MODULES)
def test_a_row_can_be_measured(name: str) -> None:
    rows = list(importlib.import_module(f"tests.bench.{name}").measure(quick=True))
    assert rows
    for row in rows:
        assert row.text().count("|") == HEAD.partition("\n")[0].count("|")
        assert row.measured
