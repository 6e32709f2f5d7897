"""The engine gets the show whole, each change once and in order, and gives back what only it has."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from showcaller.core import edits, messages
from showcaller.gui.handover import ROWS_AT_ONCE, Handover
from tests.gui.stage import Stage, make_long_show, make_snapshot


def name_of(stage: Stage) -> str:
    cue = stage.document.show.cue("cue-16")
    assert cue is not None
    return cue.name


def rename(stage: Stage, name: str, cue: str = "cue-16") -> None:
    stage.document.edit(f"Rename {cue}", edits.edit(stage.document.show, cue, name=name))


@pytest.fixture
def fresh(qtbot: QtBot) -> Any:
    """A stage that has not been welcomed, with a handover, for each show."""
    made: list[Stage] = []

    def make(show: Any = None) -> tuple[Stage, Handover]:
        stage = Stage(show)
        made.append(stage)
        return stage, Handover(stage.document, stage.client)

    yield make
    for stage in made:
        stage.close()


def receive(stage: Stage, qtbot: QtBot, last: type = messages.ShowLoaded) -> list[Any]:
    """Take commands until one of a kind has come."""
    commands: list[Any] = []

    def came() -> bool:
        commands.extend(stage.take_commands())
        return any(isinstance(command, last) for command in commands)

    qtbot.waitUntil(came)
    return commands


def show_in(commands: list[Any]) -> Any:
    loading = next(command for command in commands if isinstance(command, messages.LoadShow))
    rows = [row for command in commands if isinstance(command, messages.LoadRows) for row in command.rows]
    return msgspec.structs.replace(loading.show, rundown=tuple(rows))


def test_engine_without_a_show_gets_it_whole_and_in_chunks(fresh: Any, qtbot: QtBot) -> None:
    stage, handover = fresh(make_long_show(1000))
    stage.welcome(show=None)
    commands = receive(stage, qtbot)
    assert show_in(commands) == stage.document.show
    sizes = [len(command.rows) for command in commands if isinstance(command, messages.LoadRows)]
    assert len(sizes) == 6
    assert max(sizes) == ROWS_AT_ONCE
    with qtbot.waitSignal(handover.loaded):
        stage.report(messages.Done(commands[-1].id))


def test_edit_while_the_show_is_on_its_way_follows_it(fresh: Any, qtbot: QtBot) -> None:
    stage, handover = fresh()
    before = stage.document.show
    stage.welcome(show=None)
    assert handover.loading
    rename(stage, "Desk")
    commands = receive(stage, qtbot, messages.ChangeShow)
    assert show_in(commands) == before
    kinds = [type(command) for command in commands]
    assert kinds.index(messages.ChangeShow) > kinds.index(messages.ShowLoaded)
    assert edits.apply(before, commands[-1].change) == stage.document.show


def test_engine_that_has_the_show_is_given_nothing(fresh: Any, qtbot: QtBot) -> None:
    stage, handover = fresh()
    with qtbot.waitSignal(handover.loaded):
        stage.welcome()
    assert not handover.loading
    assert [type(command) for command in stage.take_commands()] == [messages.Hello, messages.SendEntries]


def test_engine_that_lags_gets_the_changes_that_it_lacks(fresh: Any, qtbot: QtBot) -> None:
    stage, _ = fresh()
    for name in ("One", "Two", "Three"):
        rename(stage, name)
    stage.welcome(revision=1)
    changes = [command for command in stage.take_commands() if isinstance(command, messages.ChangeShow)]
    assert [change.revision for change in changes] == [2, 3]


def test_engine_that_lags_in_a_run_keeps_its_run_and_gets_the_show_afterwards(
    fresh: Any, qtbot: QtBot
) -> None:
    stage, handover = fresh()
    stage.document.revision = 9
    with qtbot.waitSignal(handover.rejected):
        stage.welcome(revision=3, snapshot=make_snapshot(mode="live"))
    assert not handover.loading
    stage.report(make_snapshot(seq=5, mode="edit"))
    assert show_in(receive(stage, qtbot)) == stage.document.show


def test_changes_that_only_the_engine_has_come_back_into_the_show(fresh: Any, qtbot: QtBot) -> None:
    stage, _ = fresh()
    stage.welcome(revision=2)
    show = stage.document.show
    first = edits.edit(show, "cue-16", name="Desk")
    second = edits.edit(edits.apply(show, first), "cue-16", on="now")
    stage.report(
        messages.MissingChange(revision=1, name="Rename", change=first),
        messages.MissingChange(revision=2, name="On", change=second),
    )
    cue = stage.document.show.cue("cue-16")
    assert cue is not None
    assert (cue.name, cue.on, stage.document.revision) == ("Desk", "now", 2)


def test_change_goes_to_the_engine_with_its_number(fresh: Any, qtbot: QtBot) -> None:
    stage, _ = fresh()
    stage.welcome()
    stage.take_commands()
    rename(stage, "Desk")
    (change,) = stage.taken(messages.ChangeShow)
    assert (change.revision, change.name) == (1, "Rename cue-16")
    before = edits.apply(stage.document.show, edits.invert(change.change)).cue("cue-16")
    assert before is not None
    assert before.name == "Back to desk"


def test_change_that_the_engine_refuses_is_taken_back_and_said(fresh: Any, qtbot: QtBot) -> None:
    stage, handover = fresh()
    stage.welcome()
    stage.take_commands()
    rename(stage, "Desk")
    (change,) = stage.taken(messages.ChangeShow)
    with qtbot.waitSignal(handover.rejected) as blocker:
        stage.report(messages.Rejected(change.id, "LIVE locks names."))
    assert blocker.args == ["LIVE locks names."]
    assert name_of(stage) == "Back to desk"
    assert stage.document.history.undo_name is None


def test_mode_of_the_engine_is_what_locks_the_document(fresh: Any, qtbot: QtBot) -> None:
    stage, _ = fresh()
    stage.welcome()
    stage.document.unlocked = "cue-16"
    with qtbot.waitSignal(stage.document.mode_changed):
        stage.show_snapshot(mode="live")
    assert stage.document.mode == "live"
    assert stage.document.unlocked is None


def test_names_of_a_device_reach_the_document(fresh: Any, qtbot: QtBot) -> None:
    stage, _ = fresh()
    stage.welcome()
    names = {"scenes": ("Desk", "Archive")}
    with qtbot.waitSignal(stage.document.inventories_changed):
        stage.report(messages.InventoryRead("obs", names, 77))
    assert stage.document.inventories["obs"] == names
    assert stage.document.inventory_seen_at("obs") == 77


def test_client_that_only_watches_hands_nothing_over(fresh: Any, qtbot: QtBot) -> None:
    stage, handover = fresh()
    stage.welcome(show=None, editor=False)
    assert not handover.loading
