"""The as-run's lines, their chain and their replay, without any file."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showcaller.core import events as ev
from showcaller.core.asrun import (
    FIRST,
    ActionDone,
    AsRunError,
    Chain,
    Changed,
    Closed,
    CueCalled,
    Entry,
    Happened,
    Header,
    Line,
    hash_of,
    plain,
    read_lines,
    replay,
    show_at_start,
    untold,
)
from showcaller.core.times import Instant, ShowTime
from tests.core.evenings import EVENING, Evening, evenings

HEADER = Header(
    show="show", title="", revision=1, hash="", zone="UTC", mode="live", rate=1, routes={}, devices={}
)


def _bound(entries: Sequence[Entry]) -> tuple[list[Line], list[bytes]]:
    chain = Chain()
    pairs = [chain.bind(entry, Instant(7), EVENING, EVENING) for entry in entries]
    return [line for line, _ in pairs], [text for _, text in pairs]


def _last_run(evening: Evening) -> Evening:
    """Return what a journal holds: one run, from its beginning."""
    begins = [place for place, turn in enumerate(evening.turns) if isinstance(turn.event, ev.Begin)]
    turns = evening.turns[begins[-1] :]
    return Evening(turns[0].show, turns)


def _entries(evening: Evening) -> list[Entry]:
    """Return the as-run of an evening, every action of it sent."""
    entries: list[Entry] = [HEADER]
    for turn in evening.turns:
        if turn.change is not None:
            entries.append(Changed(2, "Edit", turn.change))
        entries.append(Happened(turn.event))
        for effect in turn.effects:
            cue = turn.show.cue(effect.cue) if isinstance(effect, ev.Called | ev.Send) else None
            if cue is not None and isinstance(effect, ev.Called):
                entries.append(CueCalled(run=effect.run, cue=cue, at=effect.at, cause=effect.cause))
            elif cue is not None and isinstance(effect, ev.Send):
                entries += [_done(effect.run, effect.cue, action, effect.due) for action in effect.actions]
            elif isinstance(effect, ev.Restoring):
                restored = effect.cue
                entries.append(CueCalled(run=effect.run, cue=restored, at=effect.due, cause="restore"))
                entries += [_done(effect.run, restored.id, one.id, effect.due) for one in restored.actions]
    return entries


def _done(run: int, cue: str, action: str, due: ShowTime) -> ActionDone:
    return ActionDone(run=run, cue=cue, action=action, device="obs", route="real", result="sent", due=due)


@given(evenings())
@settings(max_examples=150)
def test_lines_survive_the_file_and_replay_to_the_playback_that_was(evening: Evening) -> None:
    lines, texts = _bound(_entries(evening))
    read = list(read_lines(texts))
    assert read == lines
    first = show_at_start(read, evening.last_show)
    assert first == evening.show
    assert replay(read, first) == (evening.turns[-1].after, evening.last_show)


@given(evenings())
def test_of_a_whole_run_nothing_is_untold(evening: Evening) -> None:
    evening = _last_run(evening)
    lines, _ = _bound(_entries(evening))
    assert untold(lines, evening.show) == []


@given(evenings(with_edits=False))
def test_of_a_run_that_was_cut_after_its_event_all_of_that_turn_is_untold(evening: Evening) -> None:
    evening = _last_run(evening)
    entries = _entries(evening)
    last = max(place for place, entry in enumerate(entries) if isinstance(entry, Happened))
    lines, _ = _bound(entries[: last + 1])
    expected = [
        effect
        for effect in evening.turns[-1].effects
        if isinstance(effect, ev.Called | ev.Restoring) or (isinstance(effect, ev.Send) and effect.actions)
    ]
    assert untold(lines, evening.show) == expected


def test_each_line_carries_the_hash_of_the_one_before() -> None:
    _, texts = _bound([HEADER, Happened(ev.Tick(ShowTime(1))), Closed("over")])
    values = [json.loads(text) for text in texts]
    assert values[0]["prev"] == FIRST
    assert [value["prev"] for value in values[1:]] == [hash_of(text[:-1]) for text in texts[:-1]]
    assert [value["seq"] for value in values] == [0, 1, 2]


def test_a_last_line_that_was_cut_is_passed_over() -> None:
    lines, texts = _bound([HEADER, Closed("over")])
    assert list(read_lines([texts[0], texts[1][:-1]])) == lines[:1]


def test_what_has_no_whole_line_is_empty() -> None:
    for texts in ([], [b""], [b'{"seq":0']):
        with pytest.raises(AsRunError, match="empty"):
            list(read_lines(texts))


def test_a_journal_must_begin_with_its_header() -> None:
    _, texts = _bound([Closed("over")])
    with pytest.raises(AsRunError, match="no header"):
        list(read_lines(texts))


@given(st.data())
def test_a_line_that_was_changed_is_named(data: st.DataObject) -> None:
    _, texts = _bound([HEADER, *(Happened(ev.Tick(ShowTime(number))) for number in range(5)), Closed("over")])
    place = data.draw(st.integers(1, 5))
    changed = texts[place].replace(b'"utc":1', b'"utc":2')
    assert changed != texts[place]
    texts[place] = changed
    with pytest.raises(AsRunError, match=f"line {place + 2} or the one before"):
        list(read_lines(texts))


def test_a_line_is_plain_json_for_whoever_wants_it() -> None:
    (line,), _ = _bound([HEADER])
    assert json.loads(json.dumps(plain(line)))["entry"]["type"] == "header"
