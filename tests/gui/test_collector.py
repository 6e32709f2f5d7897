"""The collector looks at an open show once, at what is new as usual, and at all when another is opened."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from showcaller.gui import collector as module
from showcaller.gui.collector import Collector, calm, settle


class Ring:
    """Only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def test_nothing_is_collected_while_a_show_is_read() -> None:
    calm()
    assert not gc.isenabled()
    settle()
    assert gc.isenabled()


def test_what_is_settled_is_not_looked_at_again_until_all_is() -> None:
    kept = [Ring()]
    settle()
    frozen = gc.get_freeze_count()
    assert frozen > 0
    gone = weakref.ref(kept.pop())
    gc.collect()
    assert gone() is not None
    settle(anew=True)
    assert gone() is None


def test_what_is_new_is_looked_at_as_usual() -> None:
    settle()
    gone = weakref.ref(Ring())
    gc.collect(0)
    assert gone() is None


def test_a_show_that_was_opened_is_settled_a_while_after(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLE_MS", 1)
    collector = Collector()
    collector.open()
    assert not gc.isenabled()
    qtbot.waitUntil(gc.isenabled)


@pytest.mark.parametrize(("mode", "tidies"), [("edit", True), ("live", False)])
def test_it_is_tidied_in_edit_alone(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, mode: str, tidies: bool
) -> None:
    monkeypatch.setattr(module, "TIDY_MS", 1)
    collector = Collector()
    collector.take_mode(mode)
    calm()
    with qtbot.waitSignal(collector._tidying.timeout):
        pass
    assert gc.isenabled() is tidies
