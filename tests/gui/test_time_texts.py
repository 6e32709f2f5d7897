"""The counting cells of the rundown turn when the clocks of the desk turn, and not with the next second."""

from __future__ import annotations

from showcaller.core.position import Running, Wait
from showcaller.core.times import Duration, ShowTime, shift
from showcaller.gui.rundown_model import RundownModel
from showcaller.gui.timetable import Timetable
from tests.gui.stage import EVENING, Stage


def at(milliseconds: int) -> ShowTime:
    return shift(EVENING, Duration(milliseconds))


def test_what_is_left_of_a_row_is_looked_at_again_when_its_figure_turns(stage: Stage) -> None:
    document, client, _, _ = stage.parts
    timetable = Timetable(document, client)
    model = RundownModel(document, client, timetable)
    timetable.setParent(model)
    run = Running(1, "cue-13", at(0), at(8300))
    wait = Wait("cue-15", at(4700), "continue", at(0), 1)

    def look(milliseconds: int) -> tuple[int, set[str]]:
        stage.show_snapshot(
            mode="live", rate=0.0, show_at=at(milliseconds), running=(run,), waits=(wait,), standby=None
        )
        turned = {model.row_at(place).id for place in model.cells.counted_on()}
        return model.cells.until_next(), turned

    assert look(0) == (300, {"cue-13", "cue-15"})
    assert model.cells.result(model.place_of("cue-13")) == "0:09 left"
    assert look(299) == (1, set())
    assert look(300) == (400, {"cue-13"})
    assert model.cells.result(model.place_of("cue-13")) == "0:08 left"
    assert look(700) == (300, {"cue-15"})
    assert model.cells.result(model.place_of("cue-15")) == "in 0:04"
    assert look(1000) == (300, set())
