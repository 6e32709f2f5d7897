"""Checks of single rows and neighbours: each problem where it is, none where there is none."""

import msgspec
import pytest

from showcaller.core.checks import check
from showcaller.core.forms import Choice, Field
from showcaller.core.problems import WORDINGS, Problem
from showcaller.core.row_checks import fault_of
from showcaller.core.show import (
    Action,
    AtClock,
    AtOffset,
    AtTimecode,
    AutoContinue,
    AutoFollow,
    Call,
    Fade,
    Hit,
    Row,
    Segment,
    TimerOrder,
)
from showcaller.core.times import Duration
from tests.core.checked_shows import CATALOGUE, INVENTORIES, act, at, cue, sentences, show_of

CASES: dict[str, tuple[tuple[Row, ...], list[str]]] = {
    "number-twice": (
        (cue("a"), cue("b", number="a"), cue("c", number="a")),
        ["b: The number a is given twice.", "c: The number a is given twice."],
    ),
    "number-missing": ((cue("a", number=""),), ["a: This cue has no number."]),
    "cue-empty": (
        (cue("a", on=""),),
        ["a: This cue does nothing: it has no call, no action and no duration."],
    ),
    "time-negative": (
        (cue("a", post_wait=Duration(-1)), Segment(id="s", duration=Duration(-1))),
        ["a: The post-wait is negative.", "s: The duration is negative."],
    ),
    "minimum-passed": (
        (Segment(id="s", duration=Duration(60_000), minimum=Duration(90_000), maximum=Duration(120_000)),),
        ["s: It is planned shorter (1:00) than its minimum (1:30)."],
    ),
    "maximum-passed": (
        (Segment(id="s", duration=Duration(60_000), minimum=Duration(60_000), maximum=Duration(45_000)),),
        ["s: It is planned longer (1:00) than its maximum (0:45)."],
    ),
    "guard-long": ((cue("a", guard=Duration(12_500)),), ["a: GO is refused for 12.5 s after each GO."]),
    "guard-negative": ((cue("a", guard=Duration(-1)),), ["a: The double-GO guard is negative."]),
    "department-unknown": (
        (cue("a", calls=(Call(department="fly"),)),),
        ["a: A call is for a department that is not in the show."],
    ),
    "device-unknown": (
        (cue("a", act("hazer", "puff")),),
        ["a: An action is for a device that is not in the show."],
    ),
    "action-unknown": (
        (cue("a", act("obs", "tuba solo")),),
        ["a: “Studio” does not know the action “tuba solo”. It is unknown: kept, not sent."],
    ),
    "timers": (
        (cue("a", timers=(TimerOrder(timer=" "), TimerOrder(timer="BREAK", down_from=Duration(0)))),),
        [
            "a: A timer has no name, so no clock can show it.",
            "a: BREAK counts down from nothing. Leave the length empty to count up.",
        ],
    ),
    "timecode": (
        (cue("a", trigger=AtTimecode(at="10:00:05:00")), cue("b", trigger=AtTimecode(at="10:00:04:25"))),
        [
            "a: No MIDI port for timecode is chosen: nothing will start it. See Show, Timecode.",
            "b: “10:00:04:25” is no timecode of this rate. The show counts 25 frames a second.",
            "b: No MIDI port for timecode is chosen: nothing will start it. See Show, Timecode.",
        ],
    ),
    "field-unknown": (
        (cue("a", act("obs", "scene", scene="Wide", mood="blue")),),
        ["a: Set scene: the field “mood” is unknown. It is kept, not sent."],
    ),
    "field-missing": (
        (cue("a", act("obs", "scene")), cue("b", act("obs", "scene", scene=""))),
        ["a: Set scene, “Scene”: it is missing.", "b: Set scene, “Scene”: it is missing."],
    ),
    "field-bad": (
        (cue("a", act("desk", "fader", value=7.5)), cue("b", act("desk", "fader", channel="one"))),
        [
            "a: Fader, “Level”: 7.5 is above 6 dB.",
            "b: Fader, “Channel”: “one” is no whole number.",
        ],
    ),
    "name-missing": (
        (
            cue("a", act("obs", "scene", scene="Zzz")),
            cue("b", act("obs", "show", scene="Wide", source="Zzz")),
        ),
        ["a: Scene “Zzz” is not in Studio.", "b: Source “Zzz” is not in Studio."],
    ),
    "name-missing-close": (
        (cue("a", act("obs", "scene", scene="Archive")),),
        ["a: Scene “Archive” is not in Studio. “Archive 1987” is."],
    ),
    "name of a list that was never told": (
        (cue("a", act("obs", "show", scene="Close", source="Cam 9"), act("obs", "play", input="VT")),),
        [],
    ),
    "says-sends": (
        (cue("a", act("eos", "fire", number=23), calls=(Call(department="lx", number="24"),)),),
        ["a: Says LX 24, sends 23."],
    ),
    "number-not-called": (
        (cue("a", Action(id="x", device="eos", kind="fire", number_from="lx")),),
        ["a: Fire cue takes its number from the call of LX, and there is none."],
    ),
    "called number does not fit": (
        (
            cue(
                "a",
                Action(id="x", device="eos", kind="fire", number_from="lx"),
                calls=(Call(department="lx", number="24A"),),
            ),
        ),
        ["a: Fire cue, “Cue”: “24A” is no whole number."],
    ),
    "not-sent": (
        (cue("a", msgspec.structs.replace(act("desk", "fire", number=1), department="snd")),),
        ["a: Fire cue is not sent: SND is taken by its operator."],
    ),
    "fade-impossible": (
        (
            cue(
                "a",
                msgspec.structs.replace(
                    act("obs", "scene", scene="Wide"), fade=Fade(to=1, duration=Duration(1))
                ),
            ),
        ),
        ["a: Set scene cannot fade."],
    ),
    "fade-bad": (
        (
            cue(
                "a",
                msgspec.structs.replace(
                    act("desk", "fader"), fade=Fade(to=10, start=-70, duration=Duration(-1))
                ),
            ),
        ),
        [
            "a: Fader: the fade starts at −70, outside −60 to 6 dB.",
            "a: Fader: the fade ends at 10, outside −60 to 6 dB.",
            "a: Fader: the fade has a negative duration.",
        ],
    ),
    "nothing-above": (
        (Segment(id="s"), cue("a", trigger=AutoContinue()), cue("b", trigger=AutoFollow())),
        [
            "a: There is no cue above that this one could follow.",
            "b: It follows at once: nothing says how long the cue above (a) lasts.",
        ],
    ),
    "follows something that lasts": (
        (
            cue("a", act("obs", "play")),
            Segment(id="s"),
            cue("b", trigger=AutoFollow(), duration=Duration(1)),
            cue("c", trigger=AutoFollow()),
            cue("d", trigger=AutoContinue()),
        ),
        [],
    ),
    "follows-floated": (
        (cue("a", floated=True), cue("b", trigger=AutoContinue())),
        ["b: The cue above (a) is floated: this one will not start by itself."],
    ),
    "no-segment-above": (
        (cue("a", trigger=AtOffset(after=Duration(5))),),
        ["a: There is no segment above that its offset could count from."],
    ),
    "offset-beyond": (
        (
            Segment(id="s", duration=Duration(60_000)),
            cue("a", offset=Duration(60_000)),
            cue("b", offset=Duration(61_000)),
            cue("c", trigger=AtOffset(after=Duration(90_000))),
        ),
        [
            "b: Its offset (1:01) lies beyond the segment (1:00).",
            "c: Its offset (1:30) lies beyond the segment (1:00).",
        ],
    ),
    "time-order": (
        (
            Segment(id="s", start=Hit(at=at("23:50"))),
            cue("a", trigger=AtClock(at=at("00:10"))),
            cue("b", trigger=AtClock(at=at("00:05"))),
        ),
        ["b: 00:05:00 is before 00:10:00, the time of a row above."],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_problem_is_said_where_it_is_and_nowhere_else(name: str) -> None:
    rows, expected = CASES[name]
    assert sentences(show_of(*rows)) == expected


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        (Field(name="f", title="F", type="integer"), 5, None),
        (Field(name="f", title="F", type="integer"), "5", None),
        (Field(name="f", title="F", type="integer"), 5.0, None),
        (Field(name="f", title="F", type="integer"), 5.5, "“5.5” is no whole number"),
        (Field(name="f", title="F", type="integer"), True, "“True” is no whole number"),
        (Field(name="f", title="F", type="number"), "1e999", "“1e999” is no number"),
        (Field(name="f", title="F", type="number"), 10**400, f"“{10**400}” is no number"),
        (Field(name="f", title="F", type="number", minimum=-60.0), -61, "−61 is below −60"),
        (Field(name="f", title="F", type="switch"), True, None),
        (Field(name="f", title="F", type="switch"), "maybe", "“maybe” is neither on nor off"),
        (Field(name="f", title="F", type="switch"), [], "“[]” is neither on nor off"),
        (Field(name="f", title="F", type="choice", choices=(Choice(1, "One"), Choice(2, "Two"))), 1, None),
        (
            Field(name="f", title="F", type="choice", choices=(Choice(1, "One"), Choice(2, "Two"))),
            3,
            "“3” is none of One, Two",
        ),
        (Field(name="f", title="F", type="text"), "", None),
        (Field(name="f", title="F", type="text"), 5, "5 is no text"),
        (Field(name="f", title="F", type="json"), {"any": "thing"}, None),
        (Field(name="f", title="F", type="text"), None, "it is missing"),
        (Field(name="f", title="F", type="text", optional=True), None, None),
    ],
)
def test_a_value_fits_its_field_or_the_reason_is_said(
    field: Field, value: object, reason: str | None
) -> None:
    assert fault_of(field, value) == reason


def test_every_problem_has_its_words_and_every_wording_its_case() -> None:
    found = {
        problem.key for rows, _ in CASES.values() for problem in check(show_of(*rows), CATALOGUE, INVENTORIES)
    }
    elsewhere = {
        "zone-unknown",
        "hard-out-before-on-air",
        "panic-missing",
        "kind-unknown",
        "setting-bad",
        "after-hard-out",
        "fade-start-unknown",
        "timecode-order",
        "branch-missing",
        "branch-single",
        "branch-wide",
        "ending-empty",
        "ending-hard",
        "ending-unnamed",
        "calls-too-close",
        "standby-collides",
        "speech-speed",
        "cue-light-bad",
        "cue-lights-missing",
        "cue-lights-mute",
        "cue-lights-unset",
    }
    assert found | elsewhere == set(WORDINGS)
    assert Problem(key="cue-empty").severity == "warning"
