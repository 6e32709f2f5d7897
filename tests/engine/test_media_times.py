"""What a device says of its media stands in the snapshot, until they end."""

from __future__ import annotations

from pathlib import Path

from showcaller.core import edits
from showcaller.core.messages import MediaView
from showcaller.core.reports import MediaPlaying
from showcaller.core.times import Duration, ShowTime, shift
from showcaller.engine.media_times import MediaTimes
from tests.engine.rig import Rig, cue, ms, play, scene, show_of


def test_a_devices_word_on_its_media_is_shown_until_they_end(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", play("vt")), cue("2", scene("b"))), tmp_path) as rig:
        rig.lamp.tell(MediaPlaying("media vt", Duration(9000), moves=True, read_at=rig.scheduler.now()))
        rig.scheduler.settle()
        times, clock = rig.conductor.dispatcher.media_times, rig.conductor.clock
        assert times.view(clock, 20) == ()
        rig.go()
        now = rig.scheduler.now()
        rig.lamp.tell(MediaPlaying("media vt", Duration(9000), moves=True, read_at=now))
        rig.scheduler.settle()
        run = rig.conductor.playback.running[0].run
        assert times.view(clock, 20) == (
            MediaView(run, Duration(9000), ShowTime(clock.show_at(now) + 9_000_000_000)),
        )
        rig.lamp.tell(MediaPlaying("media vt", Duration(8000), moves=False, read_at=now))
        rig.scheduler.settle()
        assert times.view(clock, 20) == (MediaView(run, Duration(8000), None),)
        rig.lamp.end_media("vt")
        rig.scheduler.settle()
        assert times.view(clock, 20) == ()


def test_media_of_a_simulator_end_in_show_time(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", play("vt"))), tmp_path) as rig:
        assert rig.conductor.set_mode("rehearse", rate=20) is None
        rig.scheduler.settle()
        now, clock = rig.scheduler.now(), rig.conductor.clock
        times = MediaTimes()
        word = MediaPlaying("media vt", Duration(9000), moves=True, read_at=now)
        times.take("lamp", word, [(1, "a")], in_show_time=True)
        assert times.view(clock, 20)[0].ends_at == shift(clock.show_at(now), Duration(9000))
        times.take("lamp", word, [(1, "a")], in_show_time=False)
        assert times.view(clock, 20)[0].ends_at == shift(clock.show_at(now), Duration(180_000))


def test_simulated_devices_play_as_fast_as_the_rehearsal(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", play("vt"))), tmp_path) as rig:
        simulated = rig.house.lamp("lamp simulated")
        assert rig.conductor.set_mode("rehearse", rate=4) is None
        assert simulated.rate == 4
        assert rig.conductor.set_rate(0) is None
        assert simulated.rate == 0
        assert rig.conductor.set_rate(10) is None
        assert simulated.rate == 10
        assert rig.conductor.set_mode("rehearse") is None
        assert simulated.rate == 1


def test_simulated_devices_are_told_how_long_the_show_plans_its_clips(tmp_path: Path) -> None:
    show = show_of(
        cue("1", play("vt"), duration=ms(135)),
        cue("2", play("vt"), duration=ms(20)),
        cue("3", play("sting")),
        cue("4", scene("a"), duration=ms(7)),
    )
    with Rig(show, tmp_path) as rig:
        simulated = rig.house.lamp("lamp simulated")
        assert rig.conductor.set_mode("rehearse") is None
        assert simulated.lengths == {"media vt": 135_000}
        longer = edits.edit(show, "c3", duration=ms(3))
        rig.conductor.change(2, "Longer", longer)
        assert rig.conductor.set_mode("rehearse") is None
        assert simulated.lengths == {"media vt": 135_000, "media sting": 3000}
