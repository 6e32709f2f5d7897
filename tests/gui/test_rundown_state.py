"""What a row says of itself: every state has its glyph and its words."""

from __future__ import annotations

from typing import Any

import pytest

from showcaller.core import asrun
from showcaller.core.events import Missed
from showcaller.core.position import Running, Wait
from showcaller.core.show import Cue
from showcaller.core.times import ShowTime
from showcaller.gui.rundown_state import Live, Results, RowState, state_of
from tests.gui.stage import EVENING, make_show, make_snapshot

SHOW = make_show()


def line(entry: asrun.Entry) -> asrun.Line:
    return asrun.Line(seq=0, prev="", ns=0, show=EVENING, utc=0, entry=entry)


def called(cue: Cue, *done: dict[str, Any]) -> Results:
    results = Results()
    results.take([line(asrun.CueCalled(run=1, cue=cue, at=EVENING, cause="go"))])
    for action, values in zip(cue.actions, done, strict=False):
        base: dict[str, Any] = {
            "run": 1,
            "cue": cue.id,
            "action": action.id,
            "device": action.device,
            "route": "real",
            "due": EVENING,
        }
        results.take([line(asrun.ActionDone(**(base | values)))])
    return results


def cue(number: str) -> Cue:
    found = SHOW.cue(f"cue-{number}")
    assert found is not None
    return found


def state(number: str, results: Results | None = None, **snapshot: Any) -> RowState:
    values: dict[str, Any] = {"mode": "live", "standby": "cue-17"} | snapshot
    live = Live(make_snapshot(**values), SHOW)
    return state_of(cue(number), SHOW.positions[f"cue-{number}"], live, results or Results())


def test_standby_runs_and_waits_have_a_glyph_each() -> None:
    running = Running(1, "cue-14", EVENING, EVENING)
    wait = Wait("cue-15", EVENING, "offset", EVENING, 0)
    assert state("17").glyph == "●"
    assert state("14", running=(running,)).glyph == "▶"
    assert state("15", waits=(wait,)).glyph == "◔"


def test_a_cue_is_confirmed_only_when_all_of_it_is() -> None:
    ms = 1_000_000
    good = {"result": "confirmed", "sent_at": EVENING, "confirmed_at": ShowTime(EVENING + 8 * ms)}
    half = called(cue("16"), good)
    whole = called(cue("16"), good, good | {"confirmed_at": ShowTime(EVENING + 412 * ms)})
    assert (state("16", half).glyph, state("16", half).result) == ("◇", "sending…")
    assert (state("16", whole).glyph, state("16", whole).result) == ("✓", "✓ 412 ms")


def test_a_late_confirmation_says_so_in_amber() -> None:
    late = {"result": "confirmed", "sent_at": EVENING, "confirmed_at": EVENING, "late": True}
    said = state("14", called(cue("14"), late))
    assert (said.result, said.tone) == ("✓ 0 ms late", "standby")


@pytest.mark.parametrize(
    ("result", "glyph", "words"),
    [
        ("sent", "◇", "sent"),
        ("accepted", "◇", "accepted"),
        ("simulated", "◇", "simulated"),
        ("manual", "◇", "manual"),
        ("closed", "◇", "closed"),
        ("disarmed", "–", "disarmed"),
    ],
)
def test_what_is_no_confirmation_never_looks_like_one(result: str, glyph: str, words: str) -> None:
    said = state("14", called(cue("14"), {"result": result}))
    assert (said.glyph, said.result) == (glyph, words)


def test_a_failure_says_why_before_anything_else() -> None:
    results = called(
        cue("16"), {"result": "confirmed"}, {"result": "failed", "sentence": "LX desk lost 12 s"}
    )
    said = state("16", results)
    assert (said.glyph, said.tone, said.result) == ("!", "live", "LX desk lost 12 s")


def test_what_failed_of_a_running_cue_is_said_while_it_runs() -> None:
    running = Running(1, "cue-14", EVENING, EVENING)
    results = called(cue("14"), {"result": "failed", "sentence": "OBS is not connected."})
    said = state("14", results, running=(running,))
    assert (said.phase, said.glyph, said.result) == ("running", "!", "OBS is not connected.")
    again = state("14", results, running=(Running(2, "cue-14", EVENING, EVENING),))
    assert (again.glyph, again.result) == ("▶", "")


def test_a_cue_of_words_alone_is_called() -> None:
    assert state("12", called(cue("12"))).result == "called"


def test_the_newest_run_of_a_cue_counts() -> None:
    results = called(cue("14"), {"result": "failed", "sentence": "OBS lost"})
    results.take([line(asrun.CueCalled(run=2, cue=cue("14"), at=EVENING, cause="go"))])
    stale = asrun.ActionDone(
        run=1, cue="cue-14", action="a14", device="obs", route="real", result="failed", due=EVENING
    )
    results.take([line(stale)])
    assert state("14", results).result == "sending…"


def test_rows_above_the_standby_are_past_in_a_run_and_not_in_edit() -> None:
    assert state("14").past
    assert not state("18").past
    assert not state("14", mode="edit").past


def test_skipped_floated_disarmed_and_missed_are_told_apart() -> None:
    said = [
        state("20.5"),
        state("21", skipped=frozenset({"cue-21"})),
        state("21", floated=frozenset({("cue-21", True)})),
        state("21", missed=(Missed("cue-21", EVENING, "AUTO is off"),)),
    ]
    assert [one.glyph for one in said] == ["–", "»", "≈", "!"]
    assert [one.result for one in said] == ["disarmed", "skipped", "floated", "missed: AUTO is off"]
    assert [one.struck for one in said] == [True, True, True, False]


def test_an_event_of_the_run_overrules_what_is_written() -> None:
    assert state("20.5", armed=frozenset({("cue-20.5", True)})).phase == "coming"
    assert state("21", armed=frozenset({("cue-21", False)})).phase == "disarmed"


def test_the_standby_says_what_will_not_go() -> None:
    said = state("16", standby="cue-16", unsendable={"b16": "LX desk: lost."})
    assert said.result == "LX desk: lost."


def test_the_segment_that_runs_is_marked_and_those_before_are_past() -> None:
    live = Live(make_snapshot(mode="live", segment="seg-a2", standby="cue-16"), SHOW)
    states = {
        row.id: state_of(row, place, live, Results())
        for place, row in enumerate(SHOW.rundown)
        if row.id.startswith("seg")
    }
    assert states["seg-a1"].past
    assert states["seg-a2"].current
    assert not states["seg-a2"].past
    assert not states["seg-a3"].past
