"""A show's JSON in pieces is the very same as the whole, and after an edit only what changed is made anew."""

from __future__ import annotations

import pytest
from hypothesis import given

from showcaller.core import edits
from showcaller.core.show import Show
from showcaller.showfile import json_pieces
from showcaller.showfile.json_form import show_to_json
from showcaller.showfile.json_pieces import JsonPieces
from tests.core.strategies import shows
from tests.osc_shows import osc_show


@given(shows())
def test_the_pieces_make_the_whole(show: Show) -> None:
    assert JsonPieces().of(show) == show_to_json(show)


def test_pieces_made_ahead_and_after_an_edit_make_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    show, pieces = osc_show(100, [9]), JsonPieces()
    turns = 1
    while not pieces.make_some(show, 20):
        turns += 1
    assert turns >= len(show.rundown) // 20
    made: list[str] = []
    before = json_pieces.row_to_json

    def count(row: object) -> bytes:
        made.append(row.id)  # type: ignore[attr-defined]
        return before(row)  # type: ignore[arg-type]

    monkeypatch.setattr(json_pieces, "row_to_json", count)
    assert pieces.of(show) == show_to_json(show)
    assert made == []
    edited = edits.apply(show, edits.edit(show, "c7", name="A name\nin two lines"))
    assert pieces.of(edited) == show_to_json(edited)
    assert made == ["c7"]
    shorter = edits.apply(edited, edits.remove(edited, ["c8"]))
    assert pieces.of(shorter) == show_to_json(shorter)
