"""The child process that owns the audio output, because PortAudio blocks whoever calls it.

Opening an output takes tens of milliseconds, asking for the list of outputs means starting PortAudio anew,
and an audio server that hangs holds its callers for seconds; here that stalls nobody but this process. Owns
sounddevice, the list of outputs, the one that is open, and the tones: it renders them itself, each beginning
at the sample that is heard at the instant it is due. Knows no show. `tones` starts it with the address of a
socket, and it ends by itself when the engine's end of that socket closes.

It runs as a plain file and imports nothing of this package, so that it starts fast and stays small.

The wire: 4 bytes little-endian length, then msgpack of one of the messages below. While an output is open
PortAudio's list of outputs stands still; while the wanted one is missing it is asked for again and again.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

LOOK_EVERY, LOOK_AT_LATEST = 2.0, 10.0
"""Seconds between looks at an output that may have stopped, and for a missing one: those cost more, and come
ever less often."""
LATENCY = 0.05
"""Seconds of sound that an output may hold: tones come ahead, and few large blocks cost less than many."""
TELL_EVERY = 0.05
"""Seconds between looks at what was rendered, while something is."""
TOO_LATE_NS = 150_000_000
"""A tone that would begin later than this after it was due is left out: it would mislead."""
CLOCK_KEPT = 64
"""Blocks over which the earliest reading ties the output's clock to the machine's."""
SOUND_LEVEL = 0.25
"""Full scale is 1; this is −12 dBFS."""
RAMP = 0.004
"""Seconds in which a tone swells and dies away, so that it does not click."""
TOKEN_VARIABLE = "SHOWCALLER_TONE_TOKEN"  # noqa: S105
DEFAULT = "default"
"""The output that the system plays to."""

NO_LIBRARY = "Tones are missing from this installation: there is no sounddevice."
NO_PORTAUDIO = "Tones need PortAudio, which is not installed on this machine (on Debian: libportaudio2)."
NO_OUTPUT = "This machine has no audio output."
STOPPED = "The audio output “{name}” stopped."

ToneName = Literal["count", "zero", "standby", "warning"]

TONES: Mapping[str, Sequence[tuple[float, float]]] = {
    "count": ((1000.0, 0.1),),
    "zero": ((1000.0, 0.5),),
    "standby": ((660.0, 0.12), (880.0, 0.12)),
    "warning": ((440.0, 0.2),),
}
"""Frequencies in hertz and lengths in seconds, one after the other."""


class UseOutput(Struct, frozen=True, tag="use", array_like=True):
    """Engine to child: keep this output open whenever it is there; empty: only list them."""

    name: str


class Sound(Struct, frozen=True, tag="sound", array_like=True):
    """Engine to child: sound a tone so that it is heard at an instant. Answered by `Sounded`."""

    token: int
    tone: ToneName
    due: int
    """Monotonic nanoseconds."""


class Ping(Struct, frozen=True, tag="ping", array_like=True):
    """Engine to child: are you there? Answered by `Pong`."""

    number: int


class Listed(Struct, frozen=True, tag="listed", array_like=True):
    """Child to engine: the names of the outputs, whenever they were read."""

    outputs: tuple[str, ...]


class OutputState(Struct, frozen=True, tag="state", array_like=True):
    """Child to engine: the output is open, or why it is not."""

    ready: bool
    sentence: str


class Sounded(Struct, frozen=True, tag="sounded", array_like=True):
    """Child to engine: a tone is on its way."""

    token: int
    heard_at: int
    """Monotonic nanoseconds at which its first sample is heard; 0: it came too late and was left out."""


class Pong(Struct, frozen=True, tag="pong", array_like=True):
    """Child to engine: here."""

    number: int


class Crashed(Struct, frozen=True, tag="crashed", array_like=True):
    """Child to engine, its last word: an error of ours."""

    sentence: str


Down = UseOutput | Sound | Ping
Up = Listed | OutputState | Sounded | Pong | Crashed

_encoder = msgspec.msgpack.Encoder()
_LENGTH = struct.Struct("<I")


def pack(message: Down | Up) -> bytes:
    """Return a message as it goes over the socket."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


class Frames:
    """Cuts the socket's bytes into messages."""

    def __init__(self, type_: Any) -> None:
        self._decoder = msgspec.msgpack.Decoder(type_)
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Give the messages that these bytes complete."""
        self._buffer += data
        while len(self._buffer) >= 4:
            end = 4 + _LENGTH.unpack_from(self._buffer)[0]
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[4:end])
            del self._buffer[:end]
            yield self._decoder.decode(body)


class NoOutputError(Exception):
    """There is no output to play to; the message is a sentence for the operator."""


def render_tone(tone: str, rate: float) -> Any:
    """Return the samples of a tone, as a numpy array of 32-bit floats."""
    import numpy as np

    parts = []
    for frequency, seconds in TONES[tone]:
        count = round(seconds * rate)
        wave = SOUND_LEVEL * np.sin(2 * np.pi * frequency * np.arange(count) / rate)
        ramp = np.minimum(1.0, np.arange(count) / (RAMP * rate))
        parts.append(wave * ramp * ramp[::-1])
    return np.concatenate(parts).astype(np.float32)


class _Voice(NamedTuple):
    token: int
    samples: Any
    due: int


class Mixer:
    """Renders the tones into the blocks that an output asks for, in the output's own thread.

    Args:
        rate: Samples a second.
        latency_ns: Of the output, where its blocks do not say when they are heard.
    """

    def __init__(self, rate: float, latency_ns: int) -> None:
        self._rate = rate
        self._latency_ns = latency_ns
        self._tones = {name: render_tone(name, rate) for name in TONES}
        self._coming: deque[_Voice] = deque()
        self._sounding: list[tuple[Any, int]] = []
        self._offsets: deque[int] = deque(maxlen=CLOCK_KEPT)
        self._lock = threading.Lock()
        self.sounded: deque[Sounded] = deque()
        self.blocks = 0

    @property
    def is_busy(self) -> bool:
        """Say whether something is to be sounded, or to be told."""
        return bool(self._coming or self.sounded)

    def add(self, sound: Sound) -> None:
        """Have a tone sounded when it is due."""
        with self._lock:
            self._coming.append(_Voice(sound.token, self._tones[sound.tone], sound.due))

    def render(self, out: Any, stream_now: float, heard_at: float, now: int) -> None:
        """Fill a block.

        Args:
            out: An array of frames by channels, to be filled.
            stream_now: Seconds of the output's clock.
            heard_at: Seconds of the output's clock at which the first frame is heard; 0 where it cannot say.
            now: Monotonic nanoseconds.
        """
        self.blocks += 1
        out.fill(0)
        # A thread that woke late read the machine's clock late: the earliest reading is the right one.
        self._offsets.append(now - round(stream_now * 1e9))
        first = min(self._offsets) + round(heard_at * 1e9)
        if heard_at <= stream_now:
            first = now + self._latency_ns
        self._sounding = [
            (samples, taken) for samples, at in self._sounding if (taken := self._mix(out, 0, samples, at))
        ]
        with self._lock:
            coming, self._coming = self._coming, deque()
        for voice in coming:
            self._begin(out, voice, first)

    def _begin(self, out: Any, voice: _Voice, first: int) -> None:
        place = round((voice.due - first) * self._rate / 1e9)
        if place >= len(out):
            with self._lock:
                self._coming.append(voice)
            return
        if first - voice.due > TOO_LATE_NS:
            self.sounded.append(Sounded(voice.token, 0))
            return
        place = max(0, place)
        self.sounded.append(Sounded(voice.token, first + round(place * 1e9 / self._rate)))
        taken = self._mix(out, place, voice.samples, 0)
        if taken:
            self._sounding.append((voice.samples, taken))

    @staticmethod
    def _mix(out: Any, place: int, samples: Any, at: int) -> int:
        """Add samples from `at` on; return how many are taken now, or 0 when that was all."""
        count = min(len(out) - place, len(samples) - at)
        out[place : place + count] += samples[at : at + count, None]
        return at + count if at + count < len(samples) else 0


class OutputKeeper:
    """Keeps the wanted output open whenever it is there, and says what becomes of it."""

    def __init__(self, load: Any, sock: socket.socket) -> None:
        self._load = load
        self._library: Any = None
        self._sock = sock
        self._wanted: str | None = None
        self._stream: Any = None
        self._mixer: Mixer | None = None
        self._said: OutputState | None = None
        self._looked_at = 0.0
        self._look_again_after = LOOK_EVERY
        self._blocks_then = 0

    def run(self) -> None:
        """Serve until the engine's end of the socket closes."""
        frames = Frames(Down)
        while True:
            readable, _, _ = select.select([self._sock], [], [], self._pause())
            if readable:
                data = self._sock.recv(65536)
                if not data:
                    return
                for message in frames.feed(data):
                    self._take(message)
            self._tell_sounded()
            if self._wanted is not None and time.monotonic() >= self._looked_at + self._look_again_after:
                self._look()

    def close(self) -> None:
        """Close the output."""
        stream, self._stream, self._mixer = self._stream, None, None
        if stream is not None:
            stream.abort()
            stream.close()

    def _pause(self) -> float | None:
        if self._mixer is not None and self._mixer.is_busy:
            return TELL_EVERY
        if self._wanted is None:
            return None
        return max(0.0, self._looked_at + self._look_again_after - time.monotonic())

    def _tell(self, message: Up) -> None:
        self._sock.sendall(pack(message))

    def _tell_sounded(self) -> None:
        while self._mixer is not None and self._mixer.sounded:
            self._tell(self._mixer.sounded.popleft())

    def _take(self, message: Down) -> None:
        match message:
            case Sound():
                if self._mixer is None:
                    self._tell(Sounded(message.token, 0))
                else:
                    self._mixer.add(message)
            case UseOutput(name):
                self.close()
                self._wanted, self._said, self._look_again_after = name, None, LOOK_EVERY
                self._look()
            case Ping(number):
                self._tell(Pong(number))

    def _look(self) -> None:
        """Open what is wanted and not open; find out whether what is open still plays."""
        self._looked_at = time.monotonic()
        stream, mixer = self._stream, self._mixer
        if stream is not None and mixer is not None:
            if stream.active and mixer.blocks != self._blocks_then:
                self._blocks_then = mixer.blocks
                return
            self.close()
            self._say(STOPPED.format(name=self._wanted))
        try:
            self._open()
            self._look_again_after = LOOK_EVERY
        except NoOutputError as error:
            self._look_again_after = min(self._look_again_after * 1.5, LOOK_AT_LATEST)
            self._say(str(error))

    def _start_anew(self) -> Any:
        """Start PortAudio, again where it ran: only then does it see what was plugged in since."""
        if self._library is None:
            self._library = self._load()
            return self._library
        try:
            self._library._terminate()
            self._library._initialize()
        except self._library.PortAudioError as error:
            raise NoOutputError(f"PortAudio cannot be started: {error}.") from error
        return self._library

    def _open(self) -> None:
        library = self._start_anew()
        systems = [system["name"] for system in library.query_hostapis()]
        outputs = {
            f"{device['name']} · {systems[device['hostapi']]}": device
            for device in library.query_devices()
            if device["max_output_channels"] > 0
        }
        self._tell(Listed(tuple(outputs)))
        if not self._wanted:
            return
        if not outputs:
            raise NoOutputError(NO_OUTPUT)
        device = outputs.get(self._wanted)
        if self._wanted == DEFAULT:
            device = _default_of(library, outputs)
        if device is None:
            raise NoOutputError(f"The audio output “{self._wanted}” is not there.")
        rate = device["default_samplerate"]
        mixer = Mixer(rate, round(device["default_low_output_latency"] * 1e9))

        def render(out: Any, _frames: int, when: Any, _status: Any) -> None:
            mixer.render(out, when.currentTime, when.outputBufferDacTime, time.monotonic_ns())

        try:
            stream = library.OutputStream(
                device=device["index"],
                samplerate=rate,
                channels=min(2, device["max_output_channels"]),
                dtype="float32",
                latency=LATENCY,
                callback=render,
            )
            stream.start()
        except library.PortAudioError as error:
            raise NoOutputError(f"The audio output “{self._wanted}” cannot be opened: {error}.") from error
        self._stream, self._mixer, self._blocks_then = stream, mixer, -1
        self._say("", ready=True)

    def _say(self, sentence: str, *, ready: bool = False) -> None:
        state = OutputState(ready, sentence)
        if state != self._said:
            self._said = state
            self._tell(state)


def _default_of(library: Any, outputs: Mapping[str, Any]) -> Any:
    """Return the output that the system plays to, or any where it names none."""
    index = library.default.device[1]
    return next((one for one in outputs.values() if one["index"] == index), next(iter(outputs.values())))


def _load_library() -> Any:
    try:
        import sounddevice
    except ImportError as error:
        raise NoOutputError(NO_LIBRARY) from error
    except OSError as error:
        raise NoOutputError(NO_PORTAUDIO) from error
    return sounddevice


def _connect(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    sock = socket.create_connection((host, int(port)), 5)
    sock.settimeout(None)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(os.environ[TOKEN_VARIABLE].encode("ascii"))
    return sock


def command() -> list[str]:
    """Return how this process is started, without the address that comes last."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "tones"]
    return [sys.executable, "-P", __file__]


def main(argv: Sequence[str]) -> int:
    """Run the process.

    Args:
        argv: One argument: `host:port` to connect to.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the engine; our end is the socket's
    with _connect(argv[0]) as sock:
        keeper = OutputKeeper(_load_library, sock)
        try:
            keeper.run()
        except ConnectionError:
            return 0
        except Exception as error:
            sock.sendall(pack(Crashed(f"The tone process failed: {error!r}.")))
            raise
        finally:
            keeper.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
