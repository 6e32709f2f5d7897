"""A show played by hand: small shows, and a desk that keeps what `apply` sent."""

from __future__ import annotations

from showcaller.core import events as ev
from showcaller.core import playback
from showcaller.core.position import Playback, next_deadline
from showcaller.core.show import (
    Action,
    Cue,
    Device,
    Segment,
    Show,
)
from showcaller.core.times import (
    Duration,
    Instant,
    ShowTime,
    elapsed,
    load_zone,
    nearest,
    parse_time_of_day,
    shift,
)

ZONE = load_zone("Europe/London")
START = nearest(parse_time_of_day("19:30:00"), ZONE, ShowTime(1_790_000_000 * 10**9))


def seconds(number: float) -> Duration:
    return Duration(int(number * 1000))


def cue(number: str, **values: object) -> Cue:
    action = Action(id=f"a{number}", device="obs", kind="scene")
    return Cue(**{"id": f"c{number}", "number": number, "actions": (action,), **values})


def show_of(*rows: Cue | Segment, **values: object) -> Show:
    return Show(
        **{"id": "show", "rundown": rows, "devices": (Device(id="obs", name="OBS", kind="obs"),), **values}
    )


class Desk:
    """Plays a show by hand: each step returns its effects, and keeps what was sent."""

    def __init__(self, show: Show, mode: ev.Mode = "live", from_row: str | None = None) -> None:
        self.show = show
        self.now = START
        self.state = Playback()
        self.sent: list[tuple[str, Duration]] = []
        self.effects: tuple[ev.Effect, ...] = ()
        self.give(ev.Begin(at=self.now, mode=mode, from_row=from_row, media=("obs/play",)))

    def give(self, event: ev.Event) -> tuple[ev.Effect, ...]:
        self.state, self.effects = playback.apply(self.state, event, self.show)
        self.sent += [
            (effect.cue, elapsed(START, effect.due)) for effect in self.effects if isinstance(effect, ev.Send)
        ]
        return self.effects

    def go(
        self, at: float | None = None, *, source: ev.Source = "key", standby: str | None = None
    ) -> str | None:
        if at is not None:
            self.now = shift(START, seconds(at))
        self.give(ev.Go(at=self.now, pressed_at=Instant(self.now), source=source, standby=standby))
        return self.refusal

    def say_next(
        self, at: float, *, source: ev.Source = "key", step: ev.CallStep | None = None
    ) -> str | None:
        self.now = shift(START, seconds(at))
        self.give(ev.SayNext(at=self.now, pressed_at=Instant(self.now), source=source, step=step))
        return self.refusal

    @property
    def refusal(self) -> str | None:
        return next((one.sentence for one in self.effects if isinstance(one, ev.Refused)), None)

    def wait_until(self, at: float) -> None:
        """Tick at each deadline, as the engine does."""
        end = shift(START, seconds(at))
        while (due := next_deadline(self.state)) is not None and due <= end:
            self.give(ev.Tick(due))
        self.now = end

    def kinds(self, kind: type[ev.Effect]) -> list[ev.Effect]:
        return [effect for effect in self.effects if isinstance(effect, kind)]
