"""The count of bars in a run: begun by a cue or by taps, put right, stopped, and taken back."""

from __future__ import annotations

from showcaller.core import events as ev
from showcaller.core.playback import apply
from showcaller.core.position import Playback
from showcaller.core.show import Cue, Show
from showcaller.core.tempo import StopTempo, TapTempo, Tempo, TempoSet, bpm_of
from showcaller.core.times import Duration, Instant, ShowTime, shift

NOW = ShowTime(1_790_000_000 * 10**9)
SHOW = Show(
    id="show",
    guard=Duration(0),
    rundown=(
        Cue(id="song", number="1", tempo=Tempo(bpm=100, beats=3), pre_wait=Duration(2_000)),
        Cue(id="hit", number="2"),
    ),
)


def at(seconds: float) -> ShowTime:
    return shift(NOW, Duration(round(seconds * 1000)))


class Desk:
    """Playback with what came of it."""

    def __init__(self) -> None:
        self.playback = Playback()
        self.said: list[str] = []
        self.give(ev.Begin(at=NOW, mode="live"))

    def give(self, event: ev.Event) -> None:
        self.playback, effects = apply(self.playback, event, SHOW)
        self.said += [one.sentence for one in effects if isinstance(one, ev.Refused | TempoSet)]

    def tap(self, *seconds: float) -> None:
        for second in seconds:
            self.give(TapTempo(at=at(second)))


def test_the_count_of_a_cue_begins_when_it_fires_after_its_pre_wait() -> None:
    desk = Desk()
    desk.give(ev.Go(at=at(1), pressed_at=Instant(1), source="key"))
    assert desk.playback.pulse is None
    desk.give(ev.Tick(at(5)))
    pulse = desk.playback.pulse
    assert pulse is not None
    assert (pulse.began_at, bpm_of(pulse), pulse.beats, pulse.cue) == (at(3), 100, 3, "song")
    assert desk.said == ["Tempo: 100 beats a minute, 3 in a bar."]


def test_taps_are_told_when_they_give_a_tempo_and_each_fourth() -> None:
    desk = Desk()
    desk.tap(0, 0.5, 1.0, 1.5)
    assert desk.said == ["Tempo tapped: 120 beats a minute, 4 in a bar."] * 2
    assert desk.playback.pulse is not None
    assert desk.playback.pulse.began_at == NOW


def test_a_tap_counts_from_when_the_key_went_down_unless_that_cannot_be() -> None:
    desk = Desk()
    desk.give(TapTempo(at=at(1), tapped_at=at(0.9)))
    assert desk.playback.pulse is not None
    assert desk.playback.pulse.began_at == at(0.9)
    desk.give(TapTempo(at=at(20), tapped_at=at(30)))
    assert desk.playback.pulse.began_at == at(20)


def test_a_whole_series_of_taps_is_taken_back_at_once() -> None:
    desk = Desk()
    desk.tap(0, 0.5, 1.0)
    before = desk.playback.pulse
    desk.tap(30, 30.4, 30.8)
    assert desk.playback.pulse != before
    desk.give(TapTempo(at=at(31), on=False))
    assert desk.playback.pulse == before
    assert desk.said[-1] == "Tempo as before: 120 beats a minute, 4 in a bar."
    desk.give(TapTempo(at=at(31), on=False))
    assert desk.said[-1] == "There are no taps to take back."


def test_a_count_that_is_stopped_can_be_taken_back() -> None:
    desk = Desk()
    desk.give(StopTempo(at(0)))
    assert desk.said == ["No bars are counted."]
    desk.tap(0, 0.5)
    before = desk.playback.pulse
    desk.give(StopTempo(at(3)))
    assert desk.playback.pulse is None
    desk.give(TapTempo(at=at(4), on=False))
    assert desk.playback.pulse == before


def test_in_edit_there_is_nothing_to_tap() -> None:
    playback, effects = apply(Playback(), TapTempo(at=NOW), SHOW)
    assert playback.pulse is None
    assert effects == (ev.Refused("In EDIT there is no run to count bars in."),)


def test_a_new_run_begins_without_a_count() -> None:
    desk = Desk()
    desk.tap(0, 0.5)
    desk.give(ev.Begin(at=at(10), mode="live"))
    assert desk.playback.pulse is None
