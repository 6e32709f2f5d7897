"""An oops lists what would be restored, device by device; Enter sends exactly that, Esc sends nothing."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from showcaller.core import asrun
from showcaller.core import events as ev
from showcaller.core.messages import Do, Restore, RestoreItem, RestoreOffered
from showcaller.core.show import Action, Cue, Device
from showcaller.core.times import ShowTime
from showcaller.gui.calling import Calling
from showcaller.gui.go_key import REPEAT_MS
from showcaller.gui.oops_panel import OopsPanel, lines_of
from showcaller.gui.progress import ProgressTaker
from showcaller.gui.rundown_state import Results
from tests.gui.stage import EVENING, Stage
from tests.gui.test_recovery import Evening, plain_show

KEY = Qt.Key
KEY_FOCUS = Qt.FocusPolicy.StrongFocus


def scene(name: str, action_id: str = "") -> Action:
    return Action(id=action_id, device="obs", kind="scene", fields={"scene": name})


def offer_of(*items: RestoreItem, **values: object) -> RestoreOffered:
    return RestoreOffered(**{"number": 7, "row": "cue-16", "items": items, **values})


BACK = RestoreItem(
    device="obs",
    cue="cue-16",
    done=scene("Host"),
    verdict="restore",
    back=scene("Wide", "r"),
    before=scene("Wide"),
)


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> OopsPanel:
    stage.show_snapshot(mode="live", standby="cue-16")
    made = OopsPanel(stage.document, stage.client, stage.themes)
    qtbot.addWidget(made)
    stage.take_commands()
    return made


def test_enter_sends_what_is_shown(panel: OopsPanel, stage: Stage) -> None:
    stage.report(offer_of(BACK))
    assert panel.isVisible()
    assert panel.heading.text().startswith("Oops: back to 16")
    assert panel.send_button.text() == "Send 1 action ⏎"
    assert stage.taken(Restore) == []
    QTest.keyClick(panel, KEY.Key_Return)
    assert [command.offer for command in stage.taken(Restore)] == [7]
    assert not panel.isVisible()


def test_escape_sends_nothing(panel: OopsPanel, stage: Stage) -> None:
    stage.report(offer_of(BACK))
    QTest.keyClick(panel, KEY.Key_Escape)
    panel.send()
    assert not panel.isVisible()
    assert stage.taken(Restore) == []


def test_an_enter_that_was_meant_for_a_field_sends_nothing(stage: Stage, qtbot: QtBot) -> None:
    stage.show_snapshot(mode="live", standby="cue-16")
    desk = QWidget()
    qtbot.addWidget(desk)
    field, rundown = QLineEdit(desk), QWidget(desk)
    rundown.setFocusPolicy(KEY_FOCUS)
    panel = OopsPanel(stage.document, stage.client, stage.themes, desk)
    desk.resize(800, 600)
    desk.show()
    desk.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    stage.report(offer_of(BACK))
    assert panel.isVisible()
    assert field.hasFocus()
    QTest.keyClick(QApplication.focusWidget(), KEY.Key_Return)
    assert stage.taken(Restore) == []
    rundown.setFocus()
    assert panel.hasFocus()
    held = QKeyEvent(QEvent.Type.KeyPress, KEY.Key_Return, Qt.KeyboardModifier.NoModifier, "", True)
    QApplication.sendEvent(panel, held)
    assert stage.taken(Restore) == []
    QTest.keyClick(panel, KEY.Key_Return)
    assert len(stage.taken(Restore)) == 1


def test_where_nothing_can_be_sent_enter_only_closes(panel: OopsPanel, stage: Stage) -> None:
    lost = RestoreItem(device="obs", cue="cue-16", done=scene("Host"), verdict="unknown")
    stage.report(offer_of(lost))
    assert panel.heading.text().endswith("Nothing can be restored.")
    assert panel.send_button.isHidden()
    QTest.keyClick(panel, KEY.Key_Return)
    assert stage.taken(Restore) == []
    assert not panel.isVisible()


def test_what_runs_is_stopped_by_enter_even_with_nothing_to_send(panel: OopsPanel, stage: Stage) -> None:
    stage.report(offer_of(running=("cue-16",)))
    assert panel.send_button.text() == "Stop what runs ⏎"
    QTest.keyClick(panel, KEY.Key_Return)
    assert len(stage.taken(Restore)) == 1


def test_a_list_that_changed_meanwhile_says_so(panel: OopsPanel, stage: Stage) -> None:
    stage.report(offer_of(BACK))
    QTest.keyClick(panel, KEY.Key_Return)
    stage.report(offer_of(BACK, number=8, sentence="Something was called since."))
    assert panel.isVisible()
    assert panel.sentence.text() == "Something was called since."
    QTest.keyClick(panel, KEY.Key_Return)
    assert [command.offer for command in stage.taken(Restore)] == [7, 8]


def test_a_call_that_set_nothing_opens_no_panel(panel: OopsPanel, stage: Stage) -> None:
    told: list[str] = []
    stage.client.noticed.connect(lambda _severity, words: told.append(words))
    stage.report(offer_of())
    assert not panel.isVisible()
    assert len(told) == 1
    assert "had set nothing" in told[0]


def test_what_is_restored_lost_and_unknown_stands_by_device(stage: Stage) -> None:
    show, catalogue = stage.document.show, stage.client.catalogue
    film = Action(id="", device="x32", kind="film", fields={})
    offer = offer_of(
        BACK,
        RestoreItem(device="obs", cue="cue-16", done=scene("B"), verdict="held", back=scene("A")),
        RestoreItem(device="obs", cue="cue-16", done=scene("C"), verdict="lost", before=scene("D")),
        RestoreItem(device="x32", cue="cue-16", done=film, verdict="lost"),
        RestoreItem(device="x32", cue="cue-16", done=film, verdict="unknown"),
        RestoreItem(
            device="gone", cue="cue-16", done=film, verdict="restore", back=film, sentence="LX is lost."
        ),
        running=("cue-16",),
        dropped=("cue-20",),
        by_hand=("CAM 1",),
    )
    found = dict(lines_of(offer, show, catalogue))
    assert list(found) == ["OBS Studio", "Console (X32 MIDI)", "a device that is gone", "The call"]
    assert [mark for mark, _, _ in found["OBS Studio"]] == ["↩", "↩", "!"]
    assert [mark for mark, _, _ in found["Console (X32 MIDI)"]] == ["!", "?"]
    assert found["a device that is gone"][0][2] == "will not go: LX is lost."
    assert [mark for mark, _, _ in found["The call"]] == ["■", "–", "☰"]
    assert "CAM 1" in found["The call"][2][1]


def test_the_key_asks_the_engine_and_nothing_else(stage: Stage) -> None:
    calling = Calling(stage.document, stage.client, stage.selection)
    stage.take_commands()
    calling.oops()
    assert [command.event for command in stage.taken(Do)] == [ev.Oops(ShowTime(0))]


def lines(*entries: asrun.Entry) -> list[asrun.Line]:
    return [
        asrun.Line(seq=place, prev="", ns=0, show=ShowTime(EVENING + place), utc=0, entry=entry)
        for place, entry in enumerate(entries)
    ]


def test_a_row_that_was_taken_back_has_not_been_called(stage: Stage) -> None:
    cue = stage.document.show.cue("cue-16")
    assert cue is not None
    taken = lines(
        asrun.CueCalled(run=1, cue=cue, at=EVENING, cause="go"),
        asrun.Noted(kind="oops", sentence="Oops: back to 16.", cue="cue-16", value="1-1"),
    )
    results, progress = Results(), ProgressTaker()
    results.take(taken[:1])
    progress.take(taken[:1])
    assert results.of("cue-16") is not None
    assert "cue-16" in progress.value.starts
    assert results.take(taken[1:]) == {"cue-16"}
    progress.take(taken[1:])
    assert results.of("cue-16") is None
    assert progress.value.starts == {}


def test_a_call_is_taken_back_and_restored_by_keyboard_alone(qtbot: QtBot, tmp_path: Path) -> None:
    """Window and engine whole, in a rehearsal: Space, Space, O, Enter; the as-run tells of it."""
    evening = Evening(qtbot, tmp_path)
    try:
        show = plain_show()
        cues = [
            Cue(
                id=f"cue-{number}",
                number=number,
                actions=(
                    Action(
                        id=f"a{number}",
                        device="osc",
                        kind="message",
                        fields={"address": "/fader", "arguments": number},
                    ),
                ),
            )
            for number in ("1", "2", "3")
        ]
        device = Device(id="osc", name="Desk", kind="osc", settings={"host": "127.0.0.1", "port": 1})
        with qtbot.waitSignal(evening.parts.handover.loaded, timeout=15_000):
            evening.parts.filing.make(
                msgspec.structs.replace(show, rundown=tuple(cues), devices=(device,)), tmp_path / "Oops.show"
            )
        evening.window.modes.enter("rehearse")
        client = evening.parts.client
        evening.wait(lambda: client.snapshot.standby == cues[0].id)
        evening.window.activateWindow()
        evening.wait(lambda: QGuiApplication.focusWindow() is evening.window.windowHandle())

        def press(key: Qt.Key) -> None:
            # A hand is no faster: what comes sooner is taken for a key that repeats.
            released_at = time.monotonic_ns()
            evening.wait(lambda: time.monotonic_ns() - released_at > 2 * REPEAT_MS * 1_000_000)
            QTest.keyClick(evening.window.windowHandle(), key)

        for place in range(2):
            press(KEY.Key_Space)
            evening.wait(lambda place=place: client.snapshot.last_called == cues[place].id)
            evening.wait(lambda place=place: len(outcomes(evening)) == place + 1)
        press(KEY.Key_O)
        evening.wait(evening.window.oops.isVisible)
        evening.wait(lambda: client.snapshot.standby == cues[1].id)
        assert evening.window.oops.count == 1
        press(KEY.Key_Return)
        evening.wait(lambda: len(outcomes(evening)) == 3)
        restored = outcomes(evening)[-1]
        assert restored.result == "simulated"
        assert restored.cue.startswith("restore-")
    finally:
        evening.end()


def outcomes(evening: Evening) -> list[asrun.ActionDone]:
    entries = [line.entry for line in evening.parts.client.lines]
    return [one for one in entries if isinstance(one, asrun.ActionDone) and one.result == "simulated"]
