"""A real OBS on a screen of its own, and a witness that sees what it really does.

The witness is simpleobsws, which shares no code with our driver. It builds the show that the tests use:
scenes Camera 1, Camera 2 and VT; a looping half-scale sine Tone, a film of two seconds, a text, a colour
with a filter.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import itertools
import math
import os
import signal
import subprocess
import threading
import time
import wave
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import simpleobsws

from showcaller.core.reports import HealthState, Result
from showcaller.devices.driver import Driver, MessageSet, Order
from showcaller.devices.obs import KIND
from tests.devices.host import LoopHost
from tests.real.peers import free_port, require

PASSWORD = "Quince-7-Harbour"

_GLOBAL = """[General]
FirstRun=true
LastVersion=486539266
ConfirmOnExit=false
EnableAutoUpdates=false
[Basic]
Profile=Untitled
ProfileDir=Untitled
SceneCollection=Untitled
SceneCollectionFile=Untitled
[OBSWebSocket]
FirstLoad=false
ServerEnabled=true
ServerPort={port}
AlertsEnabled=false
AuthRequired=true
ServerPassword={password}
"""
_PROFILE = """[General]
Name=Untitled
[Video]
BaseCX=640
BaseCY=360
OutputCX=320
OutputCY=180
FPSCommon=30
[Output]
Mode=Simple
[SimpleOutput]
FilePath={folder}
RecFormat=mkv
VBitrate=300
RecQuality=Stream
RecRB=true
RecRBTime=5
RecRBSize=32
"""


class Witness:
    """An independent client: `ask` returns the response's data, `code_of` the status code."""

    def __init__(self, port: int, password: str = PASSWORD) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="witness", daemon=True)
        self._thread.start()
        self._client = simpleobsws.WebSocketClient(
            url=f"ws://127.0.0.1:{port}",
            password=password,
            identification_parameters=simpleobsws.IdentificationParameters(eventSubscriptions=0),
        )

    def is_ready(self) -> bool:
        """Say whether OBS is up and answers."""
        try:
            self._run(self._client.connect())
            self._run(self._client.wait_until_identified(5))
            return self.code_of("GetVersion") == 100
        except OSError:
            return False

    def _run(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(15)

    def code_of(self, request: str, **data: Any) -> int:
        answer = self._run(self._client.call(simpleobsws.Request(request, data or None), 10))
        return int(answer.requestStatus.code)

    def ask(self, request: str, **data: Any) -> dict[str, Any]:
        answer = self._run(self._client.call(simpleobsws.Request(request, data or None), 10))
        assert answer.ok(), f"{request} {data}: {answer.requestStatus}"
        return dict(answer.responseData or {})

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._run(self._client.disconnect())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


class Desk:
    """Our driver against a real OBS; the test plays the rack and makes a new one after a loss."""

    def __init__(self, settings: Mapping[str, Any], until: HealthState = "ready") -> None:
        self._settings = settings
        self.host = LoopHost()
        self._tokens = itertools.count(self.host.now())
        self._threads_before = set(threading.enumerate())
        self._drivers: list[Driver] = []
        self.driver = self.make_driver()
        self._until: HealthState = until

    def __enter__(self) -> Self:
        try:
            self.host.wait_for_health(self._until, 20)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def make_driver(self) -> Driver:
        """Make and open a driver; forget what was reported of the last."""
        self.host.forget()
        self.driver = KIND.make_driver(KIND.settings(**self._settings), self.host)
        self._drivers.append(self.driver)
        self.host.call(self.driver.open)
        return self.driver

    def prepare(self, *orders: Order) -> MessageSet:
        return self.host.call(lambda: self.driver.prepare(orders))

    def send(self, message_set: MessageSet) -> int:
        token = next(self._tokens)
        self.host.call(lambda: self.driver.send(message_set, token))
        return token

    def go(self, *orders: Order) -> int:
        return self.send(self.prepare(*orders))

    def go_until(self, result: Result, *orders: Order) -> None:
        token = self.go(*orders)
        for index in range(len(orders)):
            self.host.wait_for_outcome(token, result, index)

    def failure_of(self, token: int, index: int = 0) -> str:
        return self.host.wait_for_outcome(token, "failed", index).sentence

    def call(self, call: Callable[[], Any]) -> Any:
        return self.host.call(call)

    def wait_until_closed(self) -> None:
        """Wait until the threads of the drivers have ended."""
        wait_until(lambda: set(threading.enumerate()) <= self._threads_before)

    def close(self) -> None:
        for driver in self._drivers:
            self.host.call(driver.close)
        self.host.close()


def write_sine(path: Path, seconds: float, amplitude: float = 0.5, frequency: int = 1000) -> None:
    """Write a stereo sine; whole periods, so that it loops without a click."""
    rate = 48_000
    samples = array.array("h")
    for at in range(int(seconds * rate)):
        value = round(32767 * amplitude * math.sin(2 * math.pi * frequency * at / rate))
        samples.extend((value, value))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


class ObsPeer:
    """Xvfb and OBS, started, frozen, killed and started again by their process ids."""

    def __init__(self, folder: Path) -> None:
        require("obs")
        self._home = folder
        self.port = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._obs: subprocess.Popen[bytes] | None = None
        self._log = (folder / "obs.log").open("wb")
        config = folder / ".config" / "obs-studio"
        profile = config / "basic" / "profiles" / "Untitled"
        profile.mkdir(parents=True)
        (folder / "run").mkdir(mode=0o700)
        (config / "global.ini").write_text(_GLOBAL.format(port=self.port, password=PASSWORD))
        (profile / "basic.ini").write_text(_PROFILE.format(folder=folder))
        self._display = self._start_screen()

    @property
    def settings(self) -> Mapping[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "password": PASSWORD}

    def _start_screen(self) -> str:
        reading, writing = os.pipe()
        self._processes.append(
            subprocess.Popen(
                ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "+extension", "GLX"],
                pass_fds=(writing,),
                stdout=self._log,
                stderr=self._log,
            )
        )
        os.close(writing)
        with os.fdopen(reading) as chosen:
            return f":{chosen.readline().strip()}"

    def start(self) -> Witness:
        """Start OBS and wait until it answers; return a witness."""
        environment = {
            **os.environ,
            "HOME": str(self._home),
            "XDG_CONFIG_HOME": str(self._home / ".config"),
            "XDG_RUNTIME_DIR": str(self._home / "run"),
            "DISPLAY": self._display,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "QT_QPA_PLATFORM": "xcb",
        }
        command = "obs --multi --minimize-to-tray --disable-updater --collection Untitled --profile Untitled"
        self._obs = subprocess.Popen(
            command.split(), env=environment, stdout=self._log, stderr=self._log, start_new_session=True
        )
        witness = Witness(self.port)
        try:
            wait_until(witness.is_ready, 30)
        except BaseException:
            witness.close()
            raise
        return witness

    def freeze(self) -> None:
        """Stop OBS and wait until all its threads stand still; its sockets stay open."""
        assert self._obs is not None
        tasks = Path(f"/proc/{self._obs.pid}/task")
        self._obs.send_signal(signal.SIGSTOP)
        wait_until(
            lambda: all((task / "stat").read_text().rpartition(") ")[2][0] == "T" for task in tasks.iterdir())
        )

    def thaw(self) -> None:
        """Let it go on where it stood."""
        assert self._obs is not None
        self._obs.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End OBS as a crash does."""
        if self._obs is not None:
            self._obs.kill()
            self._obs.wait(10)
            self._obs = None

    def close(self) -> None:
        self.kill()
        for process in self._processes:
            process.terminate()
            process.wait(10)
        self._log.close()

    def sound(self, name: str) -> Path:
        return self._home / name


def wait_until(predicate: Callable[[], Any], seconds: float = 5.0) -> Any:
    """Wait for something outside of this process; return what it was.

    Raises:
        AssertionError: It did not come in time.
    """
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (result := predicate()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        pause.wait(0.03)
    return result


def build_show(obs: ObsPeer, witness: Witness) -> None:
    """Fill a new OBS with the show of the tests."""
    write_sine(obs.sound("tone.wav"), 1.0)
    write_sine(obs.sound("film.wav"), 4.0, amplitude=0.25)
    for scene in ("Camera 1", "Camera 2", "VT"):
        witness.ask("CreateScene", sceneName=scene)

    def create(scene: str, name: str, kind: str, **settings: Any) -> None:
        witness.ask("CreateInput", sceneName=scene, inputName=name, inputKind=kind, inputSettings=settings)

    create("Camera 1", "Tone", "ffmpeg_source", local_file=str(obs.sound("tone.wav")), looping=True)
    create("Camera 1", "Strap", "text_ft2_source_v2", text="")
    create("Camera 2", "Wall", "color_source_v3", color=0xFF2040A0)
    create("VT", "Film", "ffmpeg_source", local_file=str(obs.sound("film.wav")), restart_on_activate=False)
    witness.ask(
        "CreateSourceFilter",
        sourceName="Wall",
        filterName="Grade",
        filterKind="color_filter_v2",
        filterSettings={},
    )
    witness.ask("SetCurrentProgramScene", sceneName="Camera 1")
    wait_until(
        lambda: (
            witness.ask("GetCurrentProgramScene")["currentProgramSceneName"] == "Camera 1"
            and witness.ask("GetMediaInputStatus", inputName="Tone")["mediaState"]
            == "OBS_MEDIA_STATE_PLAYING"
        )
    )
