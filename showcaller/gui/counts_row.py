"""The count on the calling panel: into what or out of what, the number to say, and the one that comes next.

Owns one line and the moment when it has to be looked at anew: the deadline of the next second of the count
itself, so that a late turn shows late and never wrong. The numbers are `core.counts`'s. It hides while
nothing is counted.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from showcaller.core.counts import Count, counting, targets
from showcaller.core.times import Duration, format_duration
from showcaller.gui.client import Client
from showcaller.gui.count_line import CountLine
from showcaller.gui.document import Document
from showcaller.gui.lettering import BOLD, Span, Tone
from showcaller.gui.theme import ThemeHolder
from showcaller.gui.timetable import Timetable


def _tr(text: str) -> str:
    return QCoreApplication.translate("Counts", text)


def number_words(number: int) -> str:
    """Return a number as it is called: `2:00`, `30`, `9`."""
    return format_duration(Duration(number * 1000)) if number >= 60 else str(number)


def label_of(count: Count) -> str:
    """Return what is counted to, as it stands above the words."""
    target = count.target
    words = {
        "air": _tr("TO AIR"),
        "hard": _tr("TO {of} · HARD START"),
        "cue": _tr("TO {of}"),
        "clip": _tr("CLIP {of} OUT"),
        "segment": _tr("SEGMENT {of} OUT"),
    }[target.to].format(of=target.subject)
    source = {"VT": " · VT", "plan": _tr(" · PLAN"), "": ""}[target.source]
    return " ".join(words.split()) + source


def figure_of(count: Count) -> tuple[str, Tone]:
    """Return the large figure: a number while it is called, in brackets where it is not said aloud.

    Between two calls it is what is left, in the form of a clock.
    """
    if count.number is None:
        return format_duration(Duration(count.seconds * 1000)), "dim"
    words = number_words(count.number)
    return (f"({words})", "dim") if count.silent else (words, "standby")


def _detail_of(count: Count) -> str:
    """Say what to say, for those who read rather than count."""
    if count.number is not None and count.silent:
        return _tr("silent")
    if count.number is not None:
        return _tr("say it now")
    if count.following is None:
        return ""
    words = _tr("{number} is silent") if count.silent else _tr("{number} comes next")
    return words.format(number=number_words(count.following))


class CountsRow(CountLine):
    """See the module's law."""

    def __init__(
        self,
        document: Document,
        client: Client,
        timetable: Timetable,
        themes: ThemeHolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(themes, parent)
        self._document, self._client, self._timetable = document, client, timetable
        for changed in (client.snapshot_changed, document.changed, timetable.changed):
            changed.connect(self.look)

    def look(self, _change: object = None) -> None:
        """Read the counts of this instant, and come back when the next number is due."""
        super().look()
        snapshot, show = self._client.snapshot, self._document.show
        if snapshot.mode == "edit":
            self._show(())
            return
        wanted = targets(show, snapshot, snapshot.media, self._timetable.outlook())
        counts, turn = counting(show.counts, wanted, self._client.show_now())
        self._show(tuple(counts))
        if turn is not None:
            self.look_in(turn, snapshot.rate)

    def _show(self, counts: tuple[Count, ...]) -> None:
        if counts:
            first, *others = counts
            figure, tone = figure_of(first)
            self.label.set_text(label_of(first), "dim")
            spans = [Span(_detail_of(first), "text", BOLD)]
            for other in others[:1]:
                left = format_duration(Duration(other.seconds * 1000))
                spans.append(Span(f"   {label_of(other)} {left}", "dim"))
            self.detail.set_spans(*spans)
            self.figure.set_text(figure, tone, BOLD)
        self.stand(is_wanted=bool(counts))
