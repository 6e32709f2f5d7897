"""A show's JSON made in pieces: a row at a time, when there is time, and after an edit only the row anew.

Owns the texts of the rows. Whole they are, byte for byte, what `json_form.show_to_json` writes; making that
in one go keeps the engine from anything else for a tenth of a second with 10,000 cues.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from showcaller.core.show import Row, Show
from showcaller.showfile.json_form import row_to_json, show_to_json

_INDENT = b"    "


class JsonPieces:
    """See the module's law."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[Row, bytes]] = {}
        self._show: Show | None = None
        self._rest: Iterator[Row] = iter(())

    def make_some(self, show: Show, count: int) -> bool:
        """Make the texts of up to so many more rows; return whether there are all."""
        if show is not self._show:
            self._show, self._rest = show, iter(show.rundown)
        for _ in range(count):
            row = next(self._rest, None)
            if row is None:
                return True
            self._text(row)
        return False

    def of(self, show: Show) -> bytes:
        """Return the whole, making what is missing."""
        if not show.rundown:
            return show_to_json(show)
        texts = [self._text(row) for row in show.rundown]
        if len(self._texts) > len(texts):
            self._texts = {row.id: self._texts[row.id] for row in show.rundown}
        frame = show_to_json(msgspec.structs.replace(show, rundown=show.rundown[:1]))
        head, _, foot = frame.partition(texts[0])
        return head + b",\n".join(texts) + foot

    def _text(self, row: Row) -> bytes:
        known = self._texts.get(row.id)
        if known is not None and known[0] is row:
            return known[1]
        text = _INDENT + row_to_json(row).replace(b"\n", b"\n" + _INDENT)
        self._texts[row.id] = row, text
        return text
