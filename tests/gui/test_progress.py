"""What has happened in a run, folded from its lines and the newest snapshot."""

from __future__ import annotations

from showcaller.core.asrun import Line, Noted
from showcaller.core.times import Duration, ShowTime
from showcaller.gui.progress import ProgressTaker


def line(kind: str, segment: str, at: int) -> Line:
    entry = Noted(kind=kind, sentence=segment, cue=segment)  # type: ignore[arg-type]
    return Line(seq=1, prev="", ns=0, show=ShowTime(at), utc=0, entry=entry)


def test_a_start_that_was_taken_back_leaves_the_segment_before_running() -> None:
    taker = ProgressTaker()
    taker.take([line("segment", "a", 10), line("segment", "b", 20)])
    assert (taker.value.segment, dict(taker.value.ends)) == ("b", {"a": 20})
    taker.take([line("segment-back", "b", 30)])
    taker.follow("a", ShowTime(10))
    assert taker.value.segment == "a"
    assert dict(taker.value.starts) == {"a": 10}
    assert dict(taker.value.ends) == {}


def test_added_times_come_with_the_snapshot_and_go_with_the_run() -> None:
    taker = ProgressTaker()
    taker.follow("a", ShowTime(10), (("a", Duration(30_000)),))
    assert dict(taker.value.added) == {"a": 30_000}
    seen = taker.value
    taker.follow("a", ShowTime(10), (("a", Duration(30_000)),))
    assert taker.value is seen
    taker.clear()
    assert dict(taker.value.added) == {}


def test_a_segment_began_when_its_line_says_not_when_the_line_was_written() -> None:
    taker = ProgressTaker()
    entry = Noted(kind="segment", sentence="a", cue="a", value="15")
    taker.take([Line(seq=1, prev="", ns=0, show=ShowTime(20), utc=0, entry=entry)])
    assert dict(taker.value.starts) == {"a": 15}
