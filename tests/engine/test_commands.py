"""`check`, `devices`, `report`, `export` and `import`: statuses, JSON, and that nothing is overwritten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from showcaller.__main__ import main
from showcaller.assets import asset
from showcaller.core import edits
from showcaller.core import events as ev
from showcaller.core.show import Device
from showcaller.core.times import Duration
from showcaller.engine.main import find_secrets
from showcaller.engine.report import sum_up
from showcaller.showfile import places
from showcaller.showfile.file import ShowFile
from showcaller.showfile.json_form import show_from_json, show_to_json
from showcaller.showfile.reader import read_show
from showcaller.showfile.secrets import Secrets
from tests.engine.rig import Rig, cue, scene, show_of

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def demo() -> Path:
    return Path(str(asset("demo.json")))


def test_check_finds_nothing_in_the_demo(demo: Path, capsys: Capture) -> None:
    assert main(["check", str(demo)]) == 0
    assert capsys.readouterr().out == "No problems.\n"


def test_check_names_the_row_and_ends_with_one_where_there_is_an_error(
    tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(show_to_json(show_of(cue("7", scene("a", "gone")), devices=())))
    assert main(["check", str(path)]) == 1
    assert "cue 7" in capsys.readouterr().out
    assert main(["check", str(path), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert any(row["severity"] == "error" and row["row"] == "c7" for row in rows)


def test_devices_says_which_are_down_and_ends_with_one(tmp_path: Path, capsys: Capture) -> None:
    devices = (
        Device(id="d", name="LX", kind="osc", settings={"host": "127.0.0.1", "port": 9}),
        Device(id="x", name="X", kind="of the future"),
        Device(id="y", name="Y", kind="osc", settings={"port": "no number"}),
    )
    path = tmp_path / "show.json"
    show = msgspec.structs.replace(show_of(), devices=devices)
    path.write_bytes(show_to_json(show))
    assert main(["devices", str(path), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [(row["device"], row["ready"]) for row in rows] == [("LX", True), ("X", False), ("Y", False)]
    assert all(row["text"] for row in rows)
    path.write_bytes(show_to_json(msgspec.structs.replace(show, devices=devices[:1])))
    assert main(["devices", str(path)]) == 0
    assert capsys.readouterr().out.startswith("ready  LX")


def test_a_show_without_devices_says_so(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "show.json"
    path.write_bytes(show_to_json(show_of(devices=())))
    assert main(["devices", str(path)]) == 0
    assert "no devices" in capsys.readouterr().out


def test_a_show_survives_import_and_export_unharmed(demo: Path, tmp_path: Path) -> None:
    target, back = tmp_path / "demo.show", tmp_path / "back.json"
    assert main(["import", str(demo), "-o", str(target)]) == 0
    assert main(["export", str(target), "-o", str(back)]) == 0
    assert show_from_json(back.read_bytes(), {})[0] == show_from_json(demo.read_bytes(), {})[0]


def test_export_without_a_target_writes_to_standard_output(
    demo: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["export", str(demo)]) == 0
    written = capfdbinary.readouterr().out
    assert show_from_json(written, {})[0] == show_from_json(demo.read_bytes(), {})[0]


def test_import_replaces_a_file_only_when_it_is_forced_to(
    demo: Path, tmp_path: Path, capsys: Capture
) -> None:
    target, other = tmp_path / "mine.show", tmp_path / "other.json"
    mine = show_of(cue("1", scene("a")))
    ShowFile.create(target, mine).close()
    other.write_bytes(demo.read_bytes())
    before = target.read_bytes()
    assert main(["import", str(other), "-o", str(target)]) == 2
    assert "mine.show" in capsys.readouterr().err
    assert target.read_bytes() == before
    assert main(["import", str(other), "-o", str(target), "--force"]) == 0
    assert read_show(target)[0].title != mine.title


def test_a_password_in_an_imported_show_goes_to_its_home(tmp_path: Path, capsys: Capture) -> None:
    source, target = tmp_path / "show.json", tmp_path / "show.show"
    obs = Device(id="obs", name="OBS", kind="obs", settings={"host": "localhost", "password": "hunter2"})
    show = msgspec.structs.replace(show_of(), devices=(obs,))
    source.write_bytes(json.dumps(_with_password(json.loads(show_to_json(show)))).encode())
    assert main(["import", str(source), "-o", str(target)]) == 0
    assert "hunter2" not in capsys.readouterr().err
    assert b"hunter2" not in target.read_bytes()
    stored = read_show(target)[0]
    assert "password" not in stored.devices[0].settings
    assert Secrets(places.secrets_path()).read(stored.id, stored.devices[0], "password") == "hunter2"


def _with_password(show: dict[str, object]) -> dict[str, object]:
    devices = show["devices"]
    assert isinstance(devices, list)
    devices[0]["settings"]["password"] = "hunter2"
    return show


def test_targets_that_cannot_be_written_are_named(demo: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "nowhere" / "x"
    for words in (["export", str(demo)], ["import", str(demo)]):
        assert main([*words, "-o", str(target)]) == 2
        told = capsys.readouterr().err
        assert len(told.splitlines()) == 1
        assert "nowhere" in told


def test_a_report_of_what_is_no_as_run_is_refused_in_a_sentence(tmp_path: Path, capsys: Capture) -> None:
    assert main(["report", str(tmp_path / "none.asrun")]) == 2
    assert "none.asrun" in capsys.readouterr().err
    path = tmp_path / "x.asrun"
    for text in (b"", b"rubbish", b"rubbish\n"):
        path.write_bytes(text)
        assert main(["report", str(path)]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert len(told.err.splitlines()) == 1
    assert main(["report", os.devnull]) == 2


def test_a_report_finds_a_changed_line_and_counts_what_failed(tmp_path: Path, capsys: Capture) -> None:
    rows = [cue("1", scene("1")), cue("2", scene("2"))]
    with Rig(show_of(*rows), tmp_path) as rig:
        rig.go()
        rig.lamp.answer = "refuse"
        rig.go()
        path = rig.journal_path
    assert main(["report", str(path), "--json"]) == 1
    summary = json.loads(capsys.readouterr().out)
    assert summary["results"] == {"confirmed": 1, "failed": 1}
    assert summary["devices"]["Lamp"]["failed"] == 1
    assert [one["failed"] for one in summary["cues"]] == [[], ["The lamp does not want to."]]
    path.write_bytes(path.read_bytes().replace(b'"cue":"c1"', b'"cue":"c2"', 1))
    assert main(["report", str(path)]) == 1
    assert "does not verify" in capsys.readouterr().err


def test_a_run_that_was_cut_off_is_said_to_be(tmp_path: Path, capsys: Capture) -> None:
    with Rig(show_of(cue("1", scene("1"))), tmp_path) as rig:
        rig.go()
        path = rig.journal_path
        cut = tmp_path / "cut.asrun"
        cut.write_bytes(path.read_bytes())
    assert main(["report", str(cut)]) == 0
    assert "did not end in order" in capsys.readouterr().out


def test_a_report_tells_edits_and_what_the_stage_was_told_beside_the_notes(tmp_path: Path) -> None:
    show = show_of(cue("1", scene("1")), cue("2", scene("2")))
    with Rig(show, tmp_path) as rig:
        rig.go()
        rig.conductor.change(2, "Drop in Flash", edits.edit(show, "c2", name="Flash"))
        rig.conductor.change(3, "Note", edits.edit(show, "c1", notes="Late"))
        rig.give(ev.StageMessage, text="WRAP UP")
        rig.give(ev.StageMessage)
        told = [(one["kind"], one["text"]) for one in sum_up(rig.lines_on_disk())["notes"]]
    assert told == [
        ("edit", "Edit: Drop in Flash"),
        ("stage", "To the stage: WRAP UP"),
        ("stage", "To the stage: nothing"),
    ]


def test_what_restores_a_state_is_no_cue_called(tmp_path: Path, capsys: Capture) -> None:
    with Rig(show_of(cue("1", scene("1"))), tmp_path) as rig:
        rig.go()
        rig.give(ev.Restore, before="c1", runs=(), actions=(scene("1"),))
        path = rig.journal_path
    assert main(["report", str(path)]) == 0
    told = capsys.readouterr().out
    assert "1 GOs, 1 cues called" in told
    assert "Restored: as before 1" in told


def test_how_long_a_device_took_is_told_in_its_own_time_at_any_speed(tmp_path: Path) -> None:
    with Rig(show_of(cue("1", scene("1"))), tmp_path, "rehearse", rate=50.0) as rig:
        rig.house.lamp("lamp simulated").answers_after = Duration(200)
        rig.go()
        rig.advance(1)
        assert sum_up(rig.lines_on_disk())["devices"]["Lamp"]["median_ms"] == 200


def test_a_reader_that_leaves_early_gets_no_traceback(demo: Path) -> None:
    out, into = os.pipe()
    os.close(out)
    ended = subprocess.run(
        [sys.executable, "-m", "showcaller", "export", demo], stdout=into, stderr=subprocess.PIPE, check=False
    )
    os.close(into)
    assert ended.stderr == b""


def test_a_password_in_a_json_is_used_until_its_home_says_another(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"d": {"password": "typed"}}
    device = Device(id="d", name="OBS 1", kind="obs")
    assert find_secrets("show", told)(device) == {"password": "typed"}
    monkeypatch.setenv("SHOWCALLER_SECRET_OBS_1", "of the environment")
    assert find_secrets("show", told)(device) == {"password": "of the environment"}
    assert find_secrets("show", told)(msgspec.structs.replace(device, id="e", name="X")) == {}


def test_check_names_what_is_more_than_a_caller_can_say(tmp_path: Path, capsys: Capture) -> None:
    rows = [
        {"type": "segment", "id": "s", "page": "A1", "duration": 60_000},
        {"type": "cue", "id": "a", "number": "22", "duration": 500, "offset": 10_000},
        {"type": "cue", "id": "b", "number": "23", "duration": 500, "offset": 10_200},
    ]
    show = {"format": "showcaller-show", "version": 1, "id": "show", "rundown": rows}
    path = tmp_path / "close.json"
    path.write_text(json.dumps(show))
    assert main(["check", str(path)]) == 0
    said = capsys.readouterr().out
    assert "cue 23: 22 to 23: 2 words in 0.2 s" in said
    path.write_text(json.dumps({**show, "words_per_second": 0.5}))
    assert main(["check", str(path)]) == 0
    assert "0.5 words a second is hardly how fast the caller speaks" in capsys.readouterr().out
