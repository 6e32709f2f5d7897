"""Random evenings: a lively show, and whatever operators, devices, clock and editors do to its playback.

`evenings()` plays the events while it makes them, so that they mean rows and runs that are there (or,
now and then, are not). Tests hold the record of all turns to the laws of playback. Hypothesis draws the
seed and the length; the rest comes from that seed, because long dependent histories drawn choice by
choice are mostly empty ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import msgspec
from hypothesis import strategies as st

from showcaller.core import edits, playback
from showcaller.core import events as ev
from showcaller.core.edits import Change
from showcaller.core.position import Playback, next_deadline
from showcaller.core.show import (
    Action,
    AtClock,
    AtOffset,
    AtTimecode,
    AutoContinue,
    AutoFollow,
    Call,
    Cue,
    Department,
    Device,
    Fade,
    Manual,
    Row,
    Segment,
    Show,
    TimerDeed,
    TimerOrder,
    Trigger,
)
from showcaller.core.times import Duration, Instant, ShowTime, load_zone, shift, time_of_day_at

EVENING = ShowTime(1_790_000_000 * 10**9)
ZONE = "Europe/London"
MEDIA = ("obs/scene", "osc/fire")


@dataclass(frozen=True)
class Turn:
    """One application of `apply`, and the edit that came before it, if any."""

    event: ev.Event
    change: Change | None
    show: Show
    before: Playback
    after: Playback
    effects: tuple[ev.Effect, ...]


class Evening:
    """A whole run: the show as it was first, and every turn."""

    def __init__(self, show: Show, turns: Sequence[Turn]) -> None:
        self.show = show
        self.turns = turns

    def __repr__(self) -> str:
        return "\n".join(str(one) for one in (*self.show.rundown, *(turn.event for turn in self.turns)))

    @property
    def last_show(self) -> Show:
        return self.turns[-1].show


def _short(chance: Random) -> Duration:
    return Duration(chance.choice([0, 0, 0, 20, 1_500, 5_000]))


def _trigger(chance: Random) -> Trigger:
    seconds = chance.choice([-3_600, -1.5, -0.5, 0, 0.9, 5, 60, 3_600])
    at = time_of_day_at(shift(EVENING, Duration(int(seconds * 1000))), load_zone(ZONE))
    label = chance.choice(["10:00:00:00", "10:00:05:00", "10:00:05:12", "10:01:00:00", "soon"])
    timed: list[Trigger] = [AtClock(at=at), AtOffset(after=_short(chance)), AtTimecode(at=label)]
    return chance.choice([Manual(), Manual(), Manual(), AutoContinue(), AutoFollow(), *timed])


def _deed(chance: Random) -> TimerDeed:
    return chance.choice(["start", "start", "stop", "resume", "reset"])


def _row(chance: Random, name: str) -> Row:
    if chance.random() < 0.2:
        branch = chance.choice(["", "", "Result", "Result", "Rain"])
        ending = chance.choice(["Win", "Lose"]) if branch else ""
        return Segment(id=f"s{name}", floated=chance.random() < 0.15, branch=branch, ending=ending)
    actions = tuple(
        Action(
            id=f"a{name}.{index}",
            device=chance.choice(["obs", "desk", "gone"]),
            kind=chance.choice(["scene", "fire"]),
            department=chance.choice([None, "lx", "vt"]),
            fade=Fade(to=-10, duration=_short(chance)) if chance.random() < 0.3 else None,
        )
        for index in range(chance.randrange(3))
    )
    return Cue(
        id=f"c{name}",
        number=name,
        trigger=_trigger(chance),
        actions=actions,
        timers=tuple(
            TimerOrder(
                timer=chance.choice("TU"), do=_deed(chance), down_from=chance.choice([None, _short(chance)])
            )
            for _ in range(chance.choice([0, 0, 1, 2]))
        ),
        pre_wait=_short(chance),
        post_wait=_short(chance),
        duration=chance.choice([None, None, Duration(1_000), Duration(5_000)]),
        offset=chance.choice([None, None, Duration(0), Duration(2_000)]),
        calls=(Call(department="lx", number=name),) if chance.random() < 0.5 else (),
        standby_with=chance.choice(["auto", "auto", "above", "alone"]),
        armed=chance.random() < 0.85,
        floated=chance.random() < 0.1,
        guard=chance.choice([None, Duration(0)]),
    )


def lively_show(chance: Random) -> Show:
    """Make a show in which much happens within seconds of the evening's beginning."""
    rundown = tuple(_row(chance, str(place)) for place in range(chance.randint(2, 9)))
    return Show(
        id="show",
        zone=ZONE,
        departments=(Department(id="lx", name="LX"), Department(id="vt", name="VT", taken_by="operator")),
        devices=(Device(id="obs", name="OBS", kind="obs"), Device(id="desk", name="Desk", kind="osc")),
        rundown=rundown,
        calling=chance.choice(["go", "standby-go", "warning-standby-go", "hold"]),
        panic=chance.choice([None, rundown[-1].id]),
    )


class _Night:
    """The value as it comes about."""

    def __init__(self, chance: Random, with_edits: bool) -> None:
        self.chance = chance
        self.first = self.show = lively_show(chance)
        self.with_edits = with_edits
        self.now = EVENING
        self.state = Playback()
        self.turns: list[Turn] = []
        self.made = 0

    def give(self, event: ev.Event, change: Change | None = None) -> None:
        before = self.state
        self.state, effects = playback.apply(before, event, self.show)
        self.turns.append(Turn(event, change, self.show, before, self.state, effects))

    def some_row(self) -> str:
        return self.chance.choice([*(row.id for row in self.show.rundown), "gone"])

    def some_cue(self) -> str:
        cues = [row.id for row in self.show.rundown if isinstance(row, Cue)]
        busy = [one.cue for one in (*self.state.waits, *self.state.running)]
        return self.chance.choice([*busy, *busy, *cues, "gone"])

    def begin(self) -> None:
        self.give(
            ev.Begin(
                at=self.now,
                mode=self.chance.choice(["live", "live", "rehearse", "rehearse", "edit"]),
                from_row=self.chance.choice([None, None, self.some_row()]),
                media=tuple(one for one in MEDIA if self.chance.random() < 0.3),
            )
        )

    def edit(self) -> None:
        chance, show = self.chance, self.show
        self.made += 1
        row_ids = [row.id for row in show.rundown]
        roll = chance.random()
        if roll < 0.3 or not row_ids:
            change = edits.insert([_row(chance, f"new{self.made}")], chance.choice([None, *row_ids]))
        elif roll < 0.5:
            change = edits.remove(show, [chance.choice(row_ids)])
        elif roll < 0.6:
            change = edits.move(show, [chance.choice(row_ids)], chance.choice([None, *row_ids]))
        else:
            row = chance.choice(show.rundown)
            other = msgspec.structs.asdict(_row(chance, "other"))
            names = {"trigger", "pre_wait", "armed", "floated", "duration", "branch", "ending"} & set(other)
            wanted = {name: other[name] for name in names if hasattr(row, name)}
            change = edits.edit(show, row.id, **wanted)
        self.show = edits.apply(show, change)
        self.give(ev.ShowEdited(self.now), change)

    def end_media(self) -> None:
        playing = [(one.run, action) for one in self.state.running for action in one.media]
        self.give(ev.MediaEnded(self.now, *self.chance.choice(playing or [(1, "gone")])))

    def call(self) -> None:
        self.give(
            ev.Go(
                at=self.now,
                pressed_at=Instant(self.now + self.chance.choice([0, 0, -1, -(10**9)])),
                source=self.chance.choice(["key", "auto", "osc"]),
                standby=self.chance.choice([None, self.state.standby]),
            )
        )

    def say_next(self) -> None:
        self.give(
            ev.SayNext(
                at=self.now,
                pressed_at=Instant(self.now + self.chance.choice([0, 0, -1, -(10**9)])),
                source=self.chance.choice(["key", "osc", "midi"]),
                standby=self.chance.choice([None, self.state.standby]),
                step=self.chance.choice([None, None, "warning", "standby", "go"]),
            )
        )

    def start(self) -> None:
        pressed_at = Instant(self.now)
        self.give(ev.StartCue(at=self.now, pressed_at=pressed_at, source="osc", cue=self.some_cue()))

    def flip(self) -> None:
        chance, now, on = self.chance, self.now, self.chance.random() < 0.6
        self.give(
            chance.choice(
                [
                    ev.Skip(now, self.some_cue(), on),
                    ev.Float(now, self.some_row(), on),
                    ev.Arm(now, self.some_cue(), on),
                    ev.AddTime(now, self.some_row(), Duration(chance.choice([-60_000, 10_000]))),
                    ev.StartNow(now, self.some_row(), on),
                    ev.BuyBack(
                        at=now,
                        floats=(self.some_row(),),
                        trims=((self.some_row(), Duration(30_000)),),
                        on=on,
                    ),
                    self.choice(),
                    self.choice(),
                    ev.Oops(now),
                    ev.Oops(now),
                    ev.Restore(at=now, before=self.some_row(), runs=self.taken_back(), actions=()),
                    ev.SetAuto(now, on),
                    ev.SetTimer(at=now, timer=chance.choice("TU"), do=_deed(chance), on=on),
                    ev.StageMessage(at=now, text="wrap", blink=on, blackout=chance.random() < 0.2),
                    ev.StageMessage(at=now),
                    ev.SetManual(now, chance.choice(["lx", "vt"]), on),
                    ev.SetClosed(now, chance.choice(["obs", "desk"]), on),
                    ev.StandBy(now, on),
                    ev.Step(now, on),
                    ev.Jump(now, self.some_row()),
                    ev.Jump(now, self.some_row()),
                ]
            )
        )

    def taken_back(self) -> tuple[int, ...]:
        return tuple(sorted(self.state.taken_back))

    def choice(self) -> ev.ChooseEnding:
        branch = self.chance.choice([*self.show.endings, "Result"])
        return ev.ChooseEnding(self.now, branch, self.chance.choice([None, "Win", "Lose"]))

    def stop(self) -> None:
        now = self.now
        self.give(
            self.chance.choice(
                [
                    ev.StopAll(now),
                    ev.Panic(now, Instant(now)),
                    ev.StopCue(now, self.some_cue()),
                    ev.DropWait(now, self.some_cue()),
                ]
            )
        )

    def hear_timecode(self) -> None:
        """Give what an engine gives that chases: what is found anew, and corrections of what runs."""
        chance, known = self.chance, self.state.timecode
        place = (36_000 + chance.choice([0, 4, 5, 59])) * 10**9 + chance.choice([0, -1, 400_000_000])
        found = known is None or not known.runs or chance.random() < 0.4
        began = place - chance.choice([0, 80_000_000])
        self.give(
            ev.Timecode(
                at=self.now,
                position=place,
                runs=chance.random() < 0.8,
                speed=chance.choice([1.0, 1.0, 1.0, 0.0, 10.0]),
                found=found,
                located=found and chance.random() < 0.8,
                began=began,
                missed_from=began - 6 * 10**9 if found and chance.random() < 0.3 else None,
            )
        )

    def hold(self) -> None:
        self.give(ev.Hold(self.now) if self.state.held_at is None else ev.Resume(self.now))

    def restart(self) -> None:
        self.give(ev.EngineRestarted(self.now))

    def confirm(self) -> None:
        self.give(ev.Confirm(self.now, with_waits=self.chance.random() < 0.6))

    def begin_anew(self) -> None:
        self.give(ev.Finish(self.now))
        self.begin()

    def wait(self) -> None:
        """Let time pass: to the next deadline and a little more, or just so."""
        due = next_deadline(self.state)
        if due is not None and self.chance.random() < 0.6:
            late = self.chance.choice([0, 0, 1, 5_000_000, 2_000_000_000])
            self.now = ShowTime(max(self.now, due + late))
        else:
            self.now = shift(self.now, Duration(self.chance.choice([0, 1, 900, 5_000, 3_600_000])))
        if self.chance.random() < 0.7:
            self.give(ev.Tick(self.now))

    def step(self, with_restarts: bool) -> None:
        steps: list[Callable[[], None]] = [self.call, self.say_next] * 4 + [self.wait] * 8 + [self.flip] * 4
        steps += [self.stop, self.stop, self.hold, self.start, self.start, self.end_media, self.end_media]
        if self.state.mode != "edit":
            steps += [self.hear_timecode] * 2
        if self.state.unconfirmed:
            steps += [self.confirm] * 8
        if self.with_edits:
            steps += [self.edit] * 3
        if with_restarts and self.chance.random() < 0.05:
            steps = [self.restart]
        elif self.chance.random() < 0.02:
            steps = [self.begin_anew]
        self.chance.choice(steps)()


@st.composite
def evenings(draw: st.DrawFn, *, with_edits: bool = True, with_restarts: bool = True) -> Evening:
    """Draw a run of a show with up to sixty events, in the order in which an engine could give them."""
    night = _Night(Random(draw(st.integers(0, 2**48))), with_edits)
    night.begin()
    for _ in range(draw(st.sampled_from([60, 40, 20, 10, 5, 3]))):
        night.step(with_restarts)
    return Evening(night.first, night.turns)
