"""Locks: one holder, and none after its process was killed."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from showcaller.showfile.locks import acquire

HOLD = """
import sys
from pathlib import Path
from showcaller.showfile.locks import acquire
lock = acquire(Path(sys.argv[1]))
print("held" if lock else "taken", flush=True)
sys.stdin.read()
"""


def test_one_holds_it_until_it_is_released(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = acquire(path)
    assert first is not None
    assert acquire(path) is None
    first.release()
    first.release()
    second = acquire(path)
    assert second is not None
    second.release()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert acquire(path) is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    lock = acquire(path)
    assert lock is not None
    lock.release()


def test_who_waits_gets_it_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = acquire(path)
    assert first is not None
    got = threading.Event()

    def wait() -> None:
        second = acquire(path, wait=True)
        assert second is not None
        got.set()
        second.release()

    thread = threading.Thread(target=wait)
    thread.start()
    assert not got.is_set()
    first.release()
    assert got.wait(30)
    thread.join()
