"""The newscast and the awards night, played exactly: what the desk says is what was worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pytest

from showcaller.assets import asset
from showcaller.core import events as ev
from showcaller.core import messages
from showcaller.core.asrun import Line
from showcaller.core.show import Action, Cue, Device, Show
from showcaller.core.times import ShowTime
from showcaller.showfile.json_form import show_from_json
from tests.engine.clients import EngineHouse
from tests.played import awards, newscast
from tests.played.night import RATE, Moment, Night, Script, Seen, at

Table = Sequence[Moment]
NIGHTS: Mapping[str, tuple[str, str, Script, Table]] = {
    "newscast": ("newscast.json", newscast.OPENS, newscast.SCRIPT, newscast.TABLE),
    "awards": ("awards.json", awards.OPENS, awards.SCRIPT, awards.TABLE),
}


class VirtualNight(Night):
    """A night on an engine in virtual time, whose devices are one lamp: no time passes but the show's."""

    def __init__(self, file: str, opens: str, script: Script, folder: Path) -> None:
        show, _, _ = show_from_json(asset(file).read_bytes())
        super().__init__(with_a_lamp(show), script)
        self.house = EngineHouse(folder, self.show.id)
        self.client = self.house.editor(self.show)
        self.client.send(messages.SendEntries(0))
        answer = self.client.ask(messages.SetMode, mode="rehearse", rate=RATE, clock=at(opens))
        assert isinstance(answer, messages.Done), answer

    def close(self) -> None:
        """End the run and the engine."""
        self.client.ask(messages.SetMode, mode="edit")
        self.house.close()

    @property
    def snapshot(self) -> messages.Snapshot:
        self.client.take()
        return self.client.last(messages.Snapshot)

    @property
    def now(self) -> ShowTime:
        told = self.snapshot
        return ShowTime(told.show_at + round((self.house.scheduler.now() - told.engine_at) * told.rate))

    def take_lines(self) -> Sequence[Line]:
        told = self.snapshot
        lines = [line for recorded in self.client.all(messages.Recorded) for line in recorded.lines]
        self.client.messages[:] = [told]
        return lines

    def pass_until(self, end: ShowTime) -> None:
        self.house.scheduler.advance(max(0, end - self.now) / 10**9 / RATE)
        assert self.now >= end

    def go(self, standby: str) -> None:
        pressed_at = self.house.scheduler.now()
        id_ = self.client.take_id()
        self.client.send(messages.Go(id=id_, pressed_at=pressed_at, source="auto", standby=standby))
        assert self.snapshot.standby != standby, f"the GO for {standby} was not obeyed"

    def give(self, event: ev.Event) -> None:
        self.client.send(messages.Do(self.client.take_id(), event))
        assert self.client.all(messages.Rejected) == []


def with_a_lamp(show: Show) -> Show:
    """Return a show whose only device is a lamp, which every cue that had actions sets once."""
    rows = tuple(
        msgspec.structs.replace(row, actions=(_lamp(row),)) if isinstance(row, Cue) and row.actions else row
        for row in show.rundown
    )
    lamp = Device(id="lamp", name="Lamp", kind="lamp", settings={"name": "lamp"})
    return msgspec.structs.replace(show, rundown=rows, devices=(lamp,))


def _lamp(cue: Cue) -> Action:
    return Action(id=f"{cue.id} lamp", device="lamp", kind="scene", fields={"name": cue.name or cue.id})


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Seen]:
    """What was seen at each line of each table."""
    found: dict[tuple[str, str], Seen] = {}
    for name, (file, opens, script, table) in NIGHTS.items():
        night = VirtualNight(file, opens, script, tmp_path_factory.mktemp(name))
        try:
            for moment, one in zip(table, night.play(table), strict=True):
                found[name, moment.at] = one
        finally:
            night.close()
    return found


@pytest.mark.parametrize(
    ("night", "moment"),
    [
        pytest.param(name, moment, id=f"{name} {moment.at} {moment.does}".strip())
        for name, (*_, table) in NIGHTS.items()
        for moment in table
    ],
)
def test_the_desk_says_what_was_worked_out_by_hand(
    night: str, moment: Moment, seen: dict[tuple[str, str], Seen]
) -> None:
    expected = Seen(moment.over, moment.expects, moment.point, moment.buys, moment.standby)
    assert seen[night, moment.at] == expected, moment.why
