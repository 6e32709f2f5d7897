"""What the effects of a turn become in the as-run.

Owns the sentences and values that the journal keeps of calls, refusals, missed triggers, segments and
ends. Pure; the conductor writes them after the wire. What becomes of actions is the ledger's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from showcaller.core import events as ev
from showcaller.core.asrun import CueCalled, Entry, Noted
from showcaller.core.branches import ending_words
from showcaller.core.calls import group_words
from showcaller.core.schedule import Plan, planned_call
from showcaller.core.show import Segment, Show
from showcaller.core.tempo import TempoSet
from showcaller.core.timers import timer_words
from showcaller.core.times import Duration, ShowTime, elapsed, format_duration, shift


def entries_of(effects: Sequence[ev.Effect], show: Show, plan: Plan | None, now: ShowTime) -> Iterator[Entry]:
    """Return what is to be written down of a turn, in order.

    Args:
        effects: What the turn asked for.
        show: The document.
        plan: When its cues were planned.
        now: Show time, for how long ago a trigger was missed.
    """
    for effect in effects:
        match effect:
            case ev.Called():
                cue = show.cue(effect.cue)
                if cue is not None:
                    planned = planned_call(plan, show.positions[cue.id]) if plan else None
                    yield CueCalled(
                        run=effect.run,
                        cue=cue,
                        at=effect.at,
                        cause=effect.cause,
                        source=effect.source,
                        planned=planned,
                    )
            case ev.Refused(sentence):
                yield Noted(kind="refused", sentence=sentence)
            case ev.Missed(cue_id, due, reason):
                cue = show.cue(cue_id)
                number = cue.number if cue else "?"
                ago = format_duration(elapsed(due, now))
                yield Noted(
                    kind="missed", sentence=f"Cue {number} did not fire: {reason} ({ago} ago).", cue=cue_id
                )
            case ev.SegmentStarted(segment_id, at, into):
                began_at = shift(at, Duration(-into))
                name = _name_of(show, segment_id)
                yield Noted(kind="segment", sentence=name, cue=segment_id, value=str(began_at))
            case ev.SegmentTakenBack(segment_id):
                row = show.row(segment_id)
                name = (row.page or row.title) if isinstance(row, Segment) else ""
                sentence = f"Segment {name} has not begun after all."
                yield Noted(kind="segment-back", sentence=sentence, cue=segment_id)
            case ev.StoodBy(cues):
                rows = [row for one in cues if (row := show.row(one)) is not None]
                yield Noted(kind="standby", sentence=group_words(show, rows, "standby"), cue=cues[0])
            case TempoSet(sentence, cue_id):
                yield Noted(kind="tempo", sentence=sentence, cue=cue_id)
            case ev.TimerOrdered(timer, do, down_from, cue_id):
                yield Noted(kind="timer", sentence=timer_words(timer, do, down_from), cue=cue_id)
            case ev.TakenBack():
                yield _taken_back(effect, show)
            case ev.Restoring(run, cue, due, told):
                if not told:
                    yield CueCalled(run=run, cue=cue, at=due, cause="restore", source="")
            case ev.EndingChosen(branch, ending, _, by_go):
                yield Noted(kind="ending", sentence=ending_words(branch, ending, by_go=by_go))
            case ev.Ended(run, cue_id, _, stopped):
                yield Noted(kind="ended", sentence="stopped" if stopped else "ended", cue=cue_id, run=run)
            case _:
                pass


def _taken_back(effect: ev.TakenBack, show: Show) -> Noted:
    """Say what was taken back, and which runs count no more."""
    dropped = ", ".join(_name(show, one) for one in effect.dropped)
    sentence = f"Oops: back to {_name(show, effect.row)}."
    sentence += f" Does not follow: {dropped}." if dropped else ""
    runs = ",".join(f"{first}-{last}" for first, last in effect.runs)
    return Noted(kind="oops", sentence=sentence, cue=effect.row, value=runs)


def _name(show: Show, row_id: str) -> str:
    row = show.row(row_id)
    if row is None:
        return "?"
    return (row.page or row.title) if isinstance(row, Segment) else (row.number or row.name)


def _name_of(show: Show, segment_id: str) -> str:
    row = show.row(segment_id)
    words = f"{row.page} {row.title}".strip() if isinstance(row, Segment) else ""
    return words or "Segment"
