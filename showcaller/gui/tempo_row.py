"""The bar and beat on the calling panel, and how far it is to the beat that the standby is called on.

Owns one line and the deadline of the next beat, read from the clock whenever it turns. It is there while the
standby waits for a beat, and for a while after a tap or a cue has started a count.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from showcaller.core.show import Cue
from showcaller.core.tempo import Beat, Pulse, beats_to, bpm_of, place_at, write_beat
from showcaller.core.times import ShowTime
from showcaller.gui.client import Client
from showcaller.gui.count_line import CountLine
from showcaller.gui.document import Document
from showcaller.gui.lettering import BOLD, Span, Tone
from showcaller.gui.shortcuts import shortcut, shown
from showcaller.gui.theme import ThemeHolder

KEPT_FOR = 20_000_000_000
"""Nanoseconds for which a count stays in sight that nothing waits for."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Tempo", text)


def label_of(pulse: Pulse | None) -> str:
    """Return the tempo as it stands above the words."""
    bpm = bpm_of(pulse) if pulse is not None else None
    if pulse is None or bpm is None:
        return _tr("TEMPO")
    return _tr("TEMPO {bpm} · {beats} IN A BAR").format(bpm=f"{bpm:.0f}", beats=pulse.beats)


def detail_of(pulse: Pulse | None, goal: Beat | None, now: ShowTime) -> tuple[str, Tone]:
    """Return how far it is to the beat of the GO, and its tone: amber in the bar before, green on it."""
    key = shown(shortcut("tap_tempo").keys[0])
    left = beats_to(pulse, goal, now) if pulse is not None and goal is not None else None
    if goal is None:
        return ("", "text") if pulse is None or pulse.period else (_tr("tap on {key}").format(key=key), "dim")
    where = _tr("GO on {beat}").format(beat=write_beat(goal))
    if pulse is None or left is None:
        return _tr("{go} · tap the beat: {key}").format(go=where, key=key), "text"
    if left == 0:
        return _tr("{go} · now").format(go=where), "go"
    if left < 0:
        late = _tr("{go} · 1 beat ago") if left == -1 else _tr("{go} · {count} beats ago")
        return late.format(go=where, count=-left), "standby"
    ahead = _tr("{go} · next beat") if left == 1 else _tr("{go} · in {count} beats")
    return ahead.format(go=where, count=left), "standby" if left <= pulse.beats else "text"


class TempoRow(CountLine):
    """See the module's law."""

    def __init__(
        self, document: Document, client: Client, themes: ThemeHolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(themes, parent)
        self._document, self._client = document, client
        for changed in (client.snapshot_changed, document.changed):
            changed.connect(self.look)

    def look(self, _change: object = None) -> None:
        """Read the count of this instant, and come back with the next beat."""
        super().look()
        snapshot = self._client.snapshot
        standby = self._document.show.row(snapshot.standby or "")
        goal = standby.beat if isinstance(standby, Cue) else None
        pulse, now = snapshot.pulse, self._client.show_now()
        is_fresh = pulse is not None and now - pulse.touched_at < KEPT_FOR
        is_wanted = snapshot.mode != "edit" and (goal is not None or is_fresh)
        if is_wanted:
            self._show(pulse, goal, now)
        self.stand(is_wanted=is_wanted)
        place = place_at(pulse, now) if pulse is not None else None
        if is_wanted and place is not None:
            self.look_in(place.changes_in, snapshot.rate)

    def _show(self, pulse: Pulse | None, goal: Beat | None, now: ShowTime) -> None:
        place = place_at(pulse, now) if pulse is not None else None
        words, tone = detail_of(pulse, goal, now)
        self.label.set_text(label_of(pulse), "dim")
        self.detail.set_spans(Span(words, tone, BOLD))
        figure = f"{place.bar}·{place.beat}" if place is not None else "–·–"
        self.figure.set_text(figure, tone if place is not None and goal is not None else "dim", BOLD)
        self.figure.setAccessibleName(
            _tr("Bar {bar}, beat {beat}").format(bar=place.bar, beat=place.beat) if place else ""
        )
