"""The seam: every message survives the wire, however its bytes are cut, and rubbish is refused."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcaller.core import edits, messages
from showcaller.core import events as ev
from showcaller.core.asrun import Chain, Changed, CueCalled, Happened, Line
from showcaller.core.forms import Catalogue
from showcaller.core.messages import FrameError, Framer
from showcaller.core.position import Running, Wait
from showcaller.core.show import Show
from showcaller.core.times import Instant, ShowTime
from tests.core.evenings import Evening, evenings
from tests.core.strategies import edited_shows, shows

SNAPSHOT = messages.Snapshot(
    seq=1,
    engine_at=Instant(2),
    show_at=ShowTime(3),
    rate=1.5,
    revision=4,
    mode="rehearse",
    waits=(Wait("c", ShowTime(5), "clock", ShowTime(4), 0),),
    running=(Running(1, "c", ShowTime(4), ShowTime(9), ("a",)),),
    floated=frozenset({("c", True)}),
    missed=(ev.Missed("c", ShowTime(1), "its time had passed"),),
)


def _body(message: messages.Command | messages.ReportUp) -> bytes:
    (body,) = Framer().feed(messages.encode(message))
    return body


@given(shows())
def test_a_show_crosses_in_pieces_unharmed(show: Show) -> None:
    frame = msgspec.structs.replace(show, rundown=())
    load = messages.decode_command(_body(messages.LoadShow(show=frame, revision=1, path="x")))
    rows = messages.decode_command(_body(messages.LoadRows(show.rundown)))
    assert msgspec.structs.replace(load.show, rundown=rows.rows) == show


@given(edited_shows())
def test_changes_cross_both_ways_with_their_types(made: tuple[Show, list[edits.Change]]) -> None:
    show, changes = made
    for revision, change in enumerate(changes):
        down = messages.ChangeShow(id=1, revision=revision, name="Edit", change=change)
        up = messages.MissingChange(revision=revision, name="Edit", change=change)
        assert messages.decode_report(_body(up)) == up
        received = messages.decode_command(_body(down))
        assert received == down
        show = edits.apply(show, received.change)


@given(evenings())
def test_events_and_lines_cross_unharmed(evening: Evening) -> None:
    chain = Chain()
    lines: list[Line] = []
    for turn in evening.turns:
        command = messages.Do(1, turn.event)
        assert messages.decode_command(_body(command)) == command
        if turn.change is not None:
            entry = Changed(1, "Edit", turn.change)
            lines.append(chain.bind(entry, Instant(0), ShowTime(0), 0)[0])
        lines.append(chain.bind(Happened(turn.event), Instant(0), turn.event.at, 0)[0])
        for effect in turn.effects:
            cue = turn.show.cue(effect.cue) if isinstance(effect, ev.Called) else None
            if cue is not None and isinstance(effect, ev.Called):
                called = CueCalled(run=effect.run, cue=cue, at=effect.at, cause=effect.cause)
                lines.append(chain.bind(called, Instant(0), effect.at, 0)[0])
    recorded = messages.Recorded(tuple(lines))
    assert messages.decode_report(_body(recorded)) == recorded


def test_a_snapshot_and_its_welcome_cross_unharmed() -> None:
    welcome = messages.Welcome(
        protocol=1, engine="e", editor=True, catalogue=Catalogue(), show=None, revision=0, snapshot=SNAPSHOT
    )
    assert messages.decode_report(_body(SNAPSHOT)) == SNAPSHOT
    assert messages.decode_report(_body(welcome)) == welcome


@given(st.lists(st.integers(0, 300), max_size=8), st.integers(0, 2**32))
def test_frames_come_whole_however_the_stream_is_cut(sizes: list[int], seed: int) -> None:
    bodies = [bytes([index]) * size for index, size in enumerate(sizes)]
    stream = b"".join(len(body).to_bytes(4, "big") + body for body in bodies)
    chance, framer, found = Random(seed), Framer(), []
    while stream:
        cut = chance.randint(1, max(1, len(stream) // 2))
        found += framer.feed(stream[:cut])
        stream = stream[cut:]
    assert found == bodies


def test_a_frame_that_claims_to_be_larger_than_any_message_is_refused() -> None:
    with pytest.raises(FrameError):
        list(Framer().feed(b"\xff\xff\xff\xff"))
    with pytest.raises(FrameError):
        list(Framer().feed((messages.MAX_FRAME + 1).to_bytes(4, "big")))


@given(st.binary(max_size=200))
def test_rubbish_is_refused_and_never_raises_anything_else(body: bytes) -> None:
    for decode in (messages.decode_command, messages.decode_report):
        with pytest.raises(FrameError):
            decode(body)


@given(st.integers(0, 2**32))
def test_damaged_commands_are_refused_or_are_commands(seed: int) -> None:
    chance = Random(seed)
    command = messages.SetMode(id=1, mode="live", from_row="c", rate=2.0, routes={"x": "real"})
    body = bytearray(_body(command))
    for _ in range(3):
        body[chance.randrange(len(body))] = chance.randrange(256)
    try:
        received = messages.decode_command(bytes(body))
    except FrameError:
        return
    assert isinstance(received, messages.Command)


def test_a_report_is_no_command_and_a_command_no_report() -> None:
    with pytest.raises(FrameError):
        messages.decode_command(_body(SNAPSHOT))
    with pytest.raises(FrameError):
        messages.decode_report(_body(messages.Ping(1)))
