"""Leaves out the tests of peers that are not installed, and says so at the end of the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real.peers import PEERS, is_installed, peers_of, required


def _left_out(path: Path) -> frozenset[str]:
    return frozenset(name for name in peers_of(path) - required() if not is_installed(name))


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return True if collection_path.name.startswith("test_") and _left_out(collection_path) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    missing = sorted({name for path in Path(__file__).parent.glob("test_*.py") for name in _left_out(path)})
    if missing:
        named = ", ".join(f"{name} ({', '.join(PEERS[name].packages)})" for name in missing)
        terminalreporter.write_line(f"Not run, because missing here: {named}", yellow=True)
