"""After the engine came back the desk says where it is, and the operator says how it goes on."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from showcaller.core import asrun, messages
from showcaller.core import events as ev
from showcaller.core.position import Wait
from showcaller.core.times import ShowTime
from showcaller.gui.banner import RestartBanner
from tests.gui.stage import EVENING, Stage


def restarted(stage: Stage) -> None:
    stage.show_snapshot(
        mode="live",
        unconfirmed=True,
        held_at=EVENING,
        last_called="cue-14",
        standby="cue-16",
        waits=(Wait("cue-15", ShowTime(EVENING + 53_000_000_000), "offset", EVENING, 0),),
        wait_count=1,
    )
    stage.record(asrun.Happened(ev.EngineRestarted(EVENING)))


def test_banner_says_when_where_and_what_waits(stage: Stage, qtbot: QtBot) -> None:
    banner = RestartBanner(*stage.parts)
    qtbot.addWidget(banner)
    assert not banner.isVisibleTo(None)
    restarted(stage)
    words = banner.words.text()
    assert "at 19:33:41" in words
    assert "Last called 14, standby 16." in words
    assert "15 in 0:53" in words
    assert not banner.isHidden()
    stage.show_snapshot(unconfirmed=False)
    assert banner.isHidden()


def test_buttons_confirm_with_or_without_the_waits(stage: Stage, qtbot: QtBot) -> None:
    banner = RestartBanner(*stage.parts)
    qtbot.addWidget(banner)
    restarted(stage)
    banner.with_waits.click()
    banner.without.click()
    events = [command.event for command in stage.taken(messages.Do)]
    assert events == [ev.Confirm(ShowTime(0), True), ev.Confirm(ShowTime(0), False)]


def test_without_waits_there_is_one_way_on(stage: Stage, qtbot: QtBot) -> None:
    banner = RestartBanner(*stage.parts)
    qtbot.addWidget(banner)
    stage.show_snapshot(mode="live", unconfirmed=True)
    assert banner.with_waits.isHidden()
    assert banner.without.text() == "Go on Ctrl+R"
