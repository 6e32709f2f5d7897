"""The document: frozen values, lookups, and what JSON and msgpack make of them."""

import msgspec
import pytest
from hypothesis import given

from showcaller.core.show import (
    Action,
    AtClock,
    Call,
    Cue,
    Department,
    Device,
    Segment,
    Show,
    decode_hook,
    encode_hook,
    new_id,
)
from showcaller.core.times import TimeOfDay, parse_time_of_day
from tests.core.strategies import shows

SHOW = Show(
    id="show",
    departments=(Department(id="lx", name="LX"), Department(id="snd", name="SND")),
    devices=(
        Device(id="eos", name="Eos", kind="osc", department="lx"),
        Device(id="obs", name="OBS", kind="obs"),
    ),
    rundown=(
        Cue(id="preset", number="0"),
        Segment(id="act", title="Act one"),
        Cue(id="a", number="1", calls=(Call(department="lx"),)),
        Cue(id="twin", number="1", calls=(Call(department="lx"), Call(department="snd"))),
        Cue(id="blank"),
    ),
)


@given(shows())
def test_a_show_survives_json_and_msgpack(show: Show) -> None:
    text = msgspec.json.encode(show, enc_hook=encode_hook)
    assert msgspec.json.decode(text, type=Show, dec_hook=decode_hook) == show
    packed = msgspec.msgpack.encode(show, enc_hook=encode_hook)
    assert msgspec.msgpack.decode(packed, type=Show, dec_hook=decode_hook) == show


def test_lookups_find_rows_by_id_and_say_none_otherwise() -> None:
    assert SHOW.row("act") == SHOW.rundown[1]
    assert SHOW.cue("a") == SHOW.rundown[2]
    assert SHOW.cue("act") is None
    assert SHOW.cue(None) is None
    assert SHOW.row("nowhere") is None
    assert SHOW.department("lx") == SHOW.departments[0]
    assert SHOW.department("fly") is None
    assert SHOW.device("obs") == SHOW.devices[1]
    assert SHOW.device("nowhere") is None


def test_of_two_cues_with_one_number_the_first_is_meant() -> None:
    assert SHOW.numbers == {"0": "preset", "1": "a"}


def test_a_row_stands_in_the_segment_above_it() -> None:
    act = SHOW.rundown[1]
    assert SHOW.segment_of("preset") is None
    assert SHOW.segment_of("act") == act
    assert SHOW.segment_of("blank") == act
    assert SHOW.segment_of("nowhere") is None
    assert list(SHOW.segment_places) == [-1, 1, 1, 1, 1]


def test_an_action_belongs_to_the_department_that_is_named_nearest() -> None:
    def action(device: str, **values: str) -> Action:
        return Action(id="x", device=device, kind="scene", **values)

    one, two = SHOW.cue("a"), SHOW.cue("twin")
    assert one is not None
    assert two is not None
    assert SHOW.department_of(two, action("eos", department="snd", number_from="lx")) == "snd"
    assert SHOW.department_of(two, action("obs", number_from="snd")) == "snd"
    assert SHOW.department_of(two, action("eos")) == "lx"
    assert SHOW.department_of(one, action("obs")) == "lx"
    assert SHOW.department_of(two, action("obs")) is None


def test_the_document_is_frozen() -> None:
    with pytest.raises(AttributeError):
        SHOW.rundown[0].notes = "changed"


def test_ids_never_collide() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


def test_hooks_turn_only_times_of_day() -> None:
    trigger = AtClock(at=parse_time_of_day("19:30"))
    assert msgspec.to_builtins(trigger, enc_hook=encode_hook) == {"type": "clock", "at": "19:30:00"}
    assert decode_hook(TimeOfDay, TimeOfDay(5)) == TimeOfDay(5)
    for wrong in (5, "soon"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"type": "clock", "at": wrong}, AtClock, dec_hook=decode_hook)
    with pytest.raises(NotImplementedError):
        encode_hook(object())
    with pytest.raises(NotImplementedError):
        decode_hook(object, 5)
