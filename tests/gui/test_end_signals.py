"""A window that Qt keeps waiting hears at once that it is to end, and takes no other signal for that."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from showcaller.gui.end_signals import EndSignals


@pytest.fixture
def ends(qtbot: QtBot) -> Iterator[list[int]]:
    told: list[int] = []
    signals = EndSignals(lambda: told.append(1))
    yield told
    signals.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_signals_to_end_are_heard(qtbot: QtBot, ends: list[int], number: signal.Signals) -> None:
    os.kill(os.getpid(), number)
    qtbot.waitUntil(lambda: ends == [1])


def test_another_signal_ends_nothing(qtbot: QtBot, ends: list[int]) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _frame: heard.append(number))
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGTERM)
        qtbot.waitUntil(lambda: bool(ends))
        assert heard == [signal.SIGUSR1]
        assert ends == [1]
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_the_signals_are_given_back(qtbot: QtBot) -> None:
    before = signal.getsignal(signal.SIGTERM)
    EndSignals(lambda: None).close()
    assert signal.getsignal(signal.SIGTERM) is before
