"""The rules of `peers.py`, proved on a run of pytest in a world without the peers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real import peers

ROOT = Path(__file__).parents[2]


def _run_without_programs(tmp_path: Path, require: str) -> subprocess.CompletedProcess[str]:
    folder = tmp_path / "tests" / "real"
    folder.mkdir(parents=True)
    for package in (folder.parent, folder):
        (package / "__init__.py").touch()
    for name in ("peers.py", "conftest.py"):
        (folder / name).write_text((ROOT / "tests" / "real" / name).read_text())
    (folder / "test_obs_thing.py").write_text(
        "from tests.real.peers import require\n\n\ndef test_thing():\n    require('obs')\n"
    )
    (folder / "test_other.py").write_text("def test_other():\n    assert True\n")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-q",
            "--rootdir",
            str(tmp_path),
            "tests/real",
        ],
        cwd=tmp_path,
        env={**os.environ, "PATH": str(tmp_path), "SHOWCALLER_REQUIRE": require, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_missing_peers_are_left_out_and_named(tmp_path: Path) -> None:
    run = _run_without_programs(tmp_path, require="")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout
    assert "Not run, because missing here: obs (obs-studio, xvfb)" in run.stdout
    assert "skipped" not in run.stdout


def test_a_peer_without_what_its_program_loads_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "module.so"
    monkeypatch.setattr(peers, "PEERS", {"ingest": peers.Peer((sys.executable,), ("some",), (str(module),))})
    assert not peers.is_installed("ingest")
    module.touch()
    assert peers.is_installed("ingest")


def test_a_required_peer_that_is_missing_fails_the_run_with_a_sentence(tmp_path: Path) -> None:
    run = _run_without_programs(tmp_path, require="obs, jack")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "This test needs obs: install obs-studio xvfb." in run.stdout


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("test_obs.py", {"obs"}),
        ("test_midi_jack.py", {"jack"}),
        ("test_osc_liblo.py", {"liblo"}),
        ("test_obs_stream_rtmp.py", {"obs", "rtmp"}),
        ("test_peers.py", set()),
    ],
)
def test_a_test_file_names_its_peers_in_its_own_name(name: str, expected: set[str]) -> None:
    assert peers.peers_of(Path(name)) == expected
