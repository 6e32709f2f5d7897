"""`showcaller play` as a process: Enter is GO, Ctrl-C is stop all, and its exit status is the truth."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from showcaller.__main__ import main
from showcaller.core.asrun import ActionDone, Closed, CueCalled, Header
from showcaller.core.show import (
    Action,
    AtClock,
    AtTimecode,
    AutoContinue,
    AutoFollow,
    Cue,
    Device,
    Show,
    TimecodeInput,
)
from showcaller.core.times import Duration, ShowTime, TimeOfDay, load_zone, shift, time_of_day_at
from showcaller.devices.osc import codec
from showcaller.engine.journal import read_journal
from showcaller.showfile.json_form import show_to_json
from tests.engine.processes import Program, run
from tests.engine.rig import cue, ms


class Desk:
    """A lighting desk that only listens."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(30)

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def next_word(self) -> str:
        (message,) = codec.decode(self.socket.recv(65_535))
        return message.address

    def has_nothing(self) -> bool:
        self.socket.setblocking(False)
        try:
            self.socket.recv(65_535)
        except BlockingIOError:
            return True
        finally:
            self.socket.settimeout(30)
        return False


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.socket.close()


def _in_half_an_hour() -> TimeOfDay:
    now = ShowTime(time.time_ns())
    return time_of_day_at(shift(now, ms(1800)), load_zone("Europe/London"))


def _say(word: str) -> Action:
    return Action(id=f"say {word}", device="lx", kind="message", fields={"address": word})


def _show(port: int, *rows: Cue) -> Show:
    lx = Device(id="lx", name="LX desk", kind="osc", settings={"host": "127.0.0.1", "port": port})
    return Show(id="show", title="The show", guard=Duration(0), devices=(lx,), rundown=rows)


def _file(folder: Path, show: Show) -> Path:
    path = folder / "The show.json"
    path.write_bytes(show_to_json(show))
    return path


@pytest.fixture
def path(tmp_path: Path, desk: Desk) -> Path:
    rows = (
        cue("1", _say("/one"), name="First"),
        cue("2", _say("/two"), name="Second"),
        cue("3", _say("/three"), trigger=AutoContinue(), name="Third"),
    )
    return _file(tmp_path, _show(desk.port, *rows))


def _runs(path: Path) -> list[Path]:
    return sorted((path.parent / f"{path.stem} runs").iterdir())


def test_enter_is_go_and_the_command_ends_with_the_last_cue(path: Path, desk: Desk) -> None:
    with Program("play", path, "--mode", "live") as play:
        play.wait_for("standby 1 First")
        play.press_enter()
        assert desk.next_word() == "/one"
        play.wait_for("standby 2 Second")
        play.press_enter()
        assert [desk.next_word(), desk.next_word()] == ["/two", "/three"]
        assert play.end() == 0
        assert any("Third (continue)" in line for line in play.said)
    (run_path,) = _runs(path)
    lines = read_journal(run_path)
    assert isinstance(lines[-1].entry, Closed)
    assert [line.entry.cue.number for line in lines if isinstance(line.entry, CueCalled)] == ["1", "2", "3"]


def test_without_a_word_it_rehearses_with_simulated_devices(path: Path, desk: Desk) -> None:
    with Program("play", path) as play:
        for number in ("1", "2"):
            play.wait_for(f"standby {number}")
            play.press_enter()
        assert play.end() == 0
    assert desk.has_nothing()
    lines = read_journal(_runs(path)[0])
    header = lines[0].entry
    assert isinstance(header, Header)
    assert (header.mode, header.routes) == ("rehearse", {"lx": "simulated"})
    done = [line.entry for line in lines if isinstance(line.entry, ActionDone)]
    assert {one.route for one in done} == {"simulated"}


def test_the_end_of_input_is_not_the_end_of_the_show(path: Path, desk: Desk) -> None:
    with Program("play", path, "--route", "lx=real", "--osc-port", "0") as play:
        play.end_input()
        port = re.search(r"OSC (\d+)", play.wait_for("Remote GO"))
        play.wait_for("standby 1")
        assert port is not None
        remote = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for word in ("/one", "/two"):
            remote.sendto(codec.encode(codec.Message("/go")), ("127.0.0.1", int(port[1])))
            assert desk.next_word() == word
        remote.close()
        assert play.end() == 0


def test_control_c_stops_all_and_again_ends(tmp_path: Path, desk: Desk) -> None:
    rows = (
        cue("1", _say("/one"), duration=ms(600)),
        cue("2", _say("/two"), trigger=AutoFollow()),
        cue("3", _say("/three")),
        cue("4", _say("/four"), trigger=AtClock(at=_in_half_an_hour())),
    )
    path = _file(tmp_path, _show(desk.port, *rows))
    with Program("play", path, "--mode", "live") as play:
        play.wait_for("standby 1")
        play.press_enter()
        assert desk.next_word() == "/one"
        play.interrupt()
        play.wait_for("All is stopped")
        play.interrupt()
        assert play.end() == 0
    assert desk.has_nothing()
    closed = read_journal(_runs(path)[0])[-1].entry
    assert isinstance(closed, Closed)
    assert "Ctrl-C" in closed.reason


def test_the_next_standby_is_said_after_the_cue_that_was_called(path: Path) -> None:
    with Program("play", path) as play:
        play.wait_for("standby 1")
        play.press_enter()
        play.wait_for("standby 2")
        play.press_enter()
        assert play.end() == 0
    said = [line.split()[1] for line in play.said]
    assert said == ["1", "1", "2", "2", "3"]


def test_from_names_the_first_cue_and_the_as_run_is_copied(path: Path, tmp_path: Path, desk: Desk) -> None:
    copy = tmp_path / "kept.asrun"
    with Program("play", path, "--from", "2", "--route", "LX desk=real", "--as-run", copy) as play:
        play.wait_for("standby 2")
        play.press_enter()
        assert desk.next_word() == "/two"
        assert play.end() == 0
    assert copy.read_bytes() == _runs(path)[0].read_bytes()


def test_an_as_run_that_cannot_be_written_is_said_after_the_show(path: Path, tmp_path: Path) -> None:
    status, said = run("play", path, "--auto", "--as-run", tmp_path / "nowhere" / "x.asrun")
    assert status == 1
    assert any("x.asrun cannot be written" in line for line in said)
    assert not any("Traceback" in line for line in said)


def test_auto_at_twenty_times_plays_the_show_by_itself(tmp_path: Path, desk: Desk) -> None:
    rows = [cue(str(number), _say(f"/{number}"), offset=ms(2 * number)) for number in range(10)]
    path = _file(tmp_path, _show(desk.port, *rows))
    status, said = run("play", path, "--auto", "--rate", "20", "--route", "lx=real")
    assert status == 0, said
    assert [desk.next_word() for _ in range(10)] == [f"/{number}" for number in range(10)]
    called = [line.entry for line in read_journal(_runs(path)[0]) if isinstance(line.entry, CueCalled)]
    assert {one.source for one in called} == {"auto"}
    late = [(one.at - one.planned) / 1e6 for one in called if one.planned is not None]
    assert len(late) == 10
    assert max(late) < 1000


def test_an_action_that_failed_is_said_and_ends_with_one(tmp_path: Path, desk: Desk) -> None:
    bad = Action(id="bad", device="lx", kind="message", fields={"address": "no slash", "arguments": "x:1"})
    path = _file(tmp_path, _show(desk.port, cue("1", bad, _say("/one"))))
    status, said = run("play", path, "--auto", "--route", "lx=real")
    assert status == 1, said
    assert any("failed:" in line for line in said)
    assert desk.next_word() == "/one"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "99"], "There is no cue 99."),
        (["--route", "Piano=real"], "The show has: LX desk."),
        (["--route", "lx=elsewhere"], "“elsewhere” is no route"),
        (["--clock", "25:00"], "time of day"),
        (["--rate", "-1"], "speed from 0"),
        (["--rate", "nan"], "speed from 0"),
        (["--mode", "live", "--route", "lx=simulated"], "LIVE has no simulated devices"),
        (["--mode", "live", "--rate", "5"], "LIVE runs at the real clock"),
        (["--mode", "live", "--clock", "19:30"], "LIVE runs at the real clock"),
    ],
)
def test_words_that_do_not_fit_the_show_cannot_be_played(words: list[str], sentence: str, path: Path) -> None:
    status, said = run("play", path, *words)
    assert status == 2, said
    (line,) = said
    assert sentence in line


def test_files_that_are_no_show_cannot_be_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty, broken = tmp_path / "empty.show", tmp_path / "broken.json"
    empty.touch()
    broken.write_text('{"format": "showcaller-show"', encoding="utf-8")
    for path in (tmp_path / "none.show", tmp_path / "none.json", tmp_path, empty, broken):
        for word in ("play", "check", "devices", "export"):
            assert main([word, str(path)]) == 2, (word, path)
            told = capsys.readouterr()
            assert told.out == ""
            assert len(told.err.splitlines()) == 1, told.err
            assert path.name in told.err


def test_a_timecode_cue_that_is_passed_over_is_not_waited_for(tmp_path: Path, desk: Desk) -> None:
    rows = cue("1", _say("/one")), cue("2", trigger=AtTimecode(at="10:00:00:00"), floated=True)
    show = msgspec.structs.replace(_show(desk.port, *rows), timecode=TimecodeInput(port="of nobody"))
    with Program("play", _file(tmp_path, show)) as play:
        play.wait_for("standby 1")
        play.press_enter()
        assert play.end() == 0


def test_an_empty_show_is_over_at_once(tmp_path: Path, desk: Desk) -> None:
    path = _file(tmp_path, _show(desk.port))
    status, said = run("play", path)
    assert (status, said) == (0, [])


def test_a_port_for_remote_go_that_is_taken_is_said_and_nothing_is_played(path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        status, said = run("play", path, "--osc-port", str(taken.getsockname()[1]))
    assert status == 2
    assert "cannot listen" in said[0]
    assert not _runs(path)


def test_a_report_tells_what_is_no_as_run_from_one_that_was_changed(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in (b"", b"Dear diary\n", b'{"a": 1}\n'):
        other = tmp_path / "other.asrun"
        other.write_bytes(text)
        assert main(["report", str(other)]) == 2
        assert "as-run" in capsys.readouterr().err
    assert main(["report", str(tmp_path / "nowhere.asrun")]) == 2
    assert "nowhere.asrun cannot be read" in capsys.readouterr().err
    assert run("play", path, "--auto")[0] == 0
    (journal,) = _runs(path)
    journal.write_bytes(journal.read_bytes().replace(b"Second", b"Zecond", 1))
    assert main(["report", str(journal)]) == 1
    assert "does not verify" in capsys.readouterr().err


def test_what_was_played_can_be_reported(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = run("play", path, "--auto")
    assert status == 0
    (journal,) = _runs(path)
    assert main(["report", str(journal), "--json"]) == 0
    summary = msgspec.json.decode(capsys.readouterr().out)
    assert (summary["show"], summary["mode"], summary["gos"]) == ("The show", "rehearse", 2)
    assert [one["number"] for one in summary["cues"]] == ["1", "2", "3"]
    assert summary["ended_in_order"] is not None
    assert main(["report", str(journal)]) == 0
    text = capsys.readouterr().out
    assert "The as-run verifies" in text
    assert "Second" in text


def test_a_show_that_waits_for_timecode_says_where_from_and_does_not_end_by_itself(
    tmp_path: Path, desk: Desk
) -> None:
    row = cue("1", _say("/one"), trigger=AtTimecode(at="10:00:00:00"))
    show = msgspec.structs.replace(_show(desk.port, row), timecode=TimecodeInput(port="Tape machine"))
    with Program("play", _file(tmp_path, show)) as play:
        play.wait_for("Timecode: Looking for MIDI port “Tape machine”")
        play.wait_for("Timecode: ", "MIDI")
        play.interrupt()
        assert play.end() == 0
