"""Remote GO: OSC and MIDI from outside, straight into the engine.

Owns the listening ports and the words. Off until a port is set, and on loopback unless told otherwise.
Addresses are literal, never OSC patterns. Whatever is malformed or unknown is dropped, counted, and
logged once a minute; it never raises. A remote GO names no standby: the double-GO guard protects it.

`/step` does what the caller's key does: the next step of the call, as the show has chosen. The other OSC
words follow QLab's: `/go`, `/stop` (stop all), `/hold`, `/resume`, `/panic`, `/playhead/next`,
`/playhead/previous`, `/cue/{number}/start` (the standby stays) and `/cue/{number}/load` (it moves).
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Literal, Protocol

from showcaller.core import events as ev
from showcaller.core.show import MidiBinding, Show
from showcaller.core.show import Remote as RemoteSettings
from showcaller.core.times import NS_PER_MS, Duration, Instant, ShowTime
from showcaller.devices.driver import CodecError, Host
from showcaller.devices.midi.ports import ports_of
from showcaller.devices.osc import codec
from showcaller.engine.scheduler import Scheduler

_log = logging.getLogger(__name__)

LOG_EVERY = Duration(1000)
TELL_DROPPED_EVERY = Duration(60_000)
DATAGRAMS_PER_TURN = 32


class Caller(Protocol):
    """What remote GO needs of the conductor."""

    show: Show | None

    @property
    def show_now(self) -> ShowTime:
        """The show time now."""

    def go(self, pressed_at: Instant, source: ev.Source, standby: str | None) -> str | None:
        """Give a GO."""

    def press(self, event: ev.Go | ev.SayNext) -> str | None:
        """Give a GO, or take the next step of the standby's call."""

    def handle(self, event: ev.Event) -> str | None:
        """Give an event to playback."""

    def note(self, kind: str, sentence: str) -> None:
        """Write a remark into the as-run."""


class Remote:
    """Listens where the show says.

    Args:
        scheduler: The engine's loop.
        host: The engine's own host, for MIDI.
        caller: Obeys.
    """

    def __init__(self, scheduler: Scheduler, host: Host, caller: Caller) -> None:
        self.on_learned: Callable[[Literal["note", "controller"], int, int], None] = lambda *_: None
        self.on_changed: Callable[[], None] = lambda: None
        self.dropped = 0
        self._scheduler = scheduler
        self._host = host
        self._caller = caller
        self._settings = RemoteSettings()
        self._socket: socket.socket | None = None
        self._osc_sentence = ""
        self._midi_sentence = ""
        self._end_midi: Callable[[], None] | None = None
        self._learning = False
        self._untold = 0
        self._logged_at = Instant(-LOG_EVERY * NS_PER_MS)
        self._osc_words: dict[str, Callable[[], str | None]] = {
            "/go": lambda: self._go("osc"),
            "/step": lambda: self._say_next("osc"),
            "/stop": lambda: caller.handle(ev.StopAll(caller.show_now)),
            "/hold": lambda: caller.handle(ev.Hold(caller.show_now)),
            "/resume": lambda: caller.handle(ev.Resume(caller.show_now)),
            "/panic": lambda: caller.handle(ev.Panic(caller.show_now, scheduler.now())),
            "/playhead/next": lambda: caller.handle(ev.Step(caller.show_now, back=False)),
            "/playhead/previous": lambda: caller.handle(ev.Step(caller.show_now, back=True)),
        }

        self._bare_words = {
            codec.encode(codec.Message(address)): word for address, word in self._osc_words.items()
        }
        """Whole datagrams of words without arguments: the common ones need no decoding."""

    @property
    def sentence(self) -> str:
        """Where it listens, or why it does not; empty when it is off."""
        return ", ".join(part for part in (self._osc_sentence, self._midi_sentence) if part)

    def fit(self, settings: RemoteSettings) -> None:
        """Listen as these settings say."""
        before, self._settings = self._settings, settings
        if (before.osc_port, before.osc_host) != (settings.osc_port, settings.osc_host):
            self._close_osc()
            if settings.osc_port is not None:
                self._open_osc(settings.osc_host, settings.osc_port)
        if before.midi_port != settings.midi_port:
            self._fit_midi()
        self.on_changed()

    def learn(self, on: bool) -> str | None:
        """Report the next MIDI message in place of obeying it; return why not, or None."""
        if on and not self._settings.midi_port:
            return "Choose the MIDI port for remote GO first."
        self._learning = on
        return None

    def close(self) -> None:
        """Listen no longer."""
        self._close_osc()
        if self._end_midi is not None:
            self._end_midi()
            self._end_midi = None

    @property
    def osc_port(self) -> int | None:
        """The port that OSC comes in on, or None."""
        return None if self._socket is None else int(self._socket.getsockname()[1])

    def _open_osc(self, host: str, port: int) -> None:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.bind((host, port))
        except (OSError, OverflowError) as error:
            sock.close()
            reason = error.strerror if isinstance(error, OSError) else "no such port"
            self._osc_sentence = f"OSC {port}: cannot listen ({reason})"
            return
        sock.setblocking(False)
        self._socket = sock
        where = "loopback" if host.startswith("127.") else host or "all networks"
        self._osc_sentence = f"OSC {self.osc_port}, {where}"
        self._scheduler.watch(sock, self._read)

    def _close_osc(self) -> None:
        self._osc_sentence = ""
        if self._socket is not None:
            self._scheduler.unwatch(self._socket)
            self._socket.close()
            self._socket = None

    def _read(self) -> None:
        for _ in range(DATAGRAMS_PER_TURN):
            if self._socket is None:
                return
            try:
                datagram = self._socket.recv(65_535)
            except BlockingIOError:
                return
            except OSError:
                continue
            self.take_datagram(datagram)

    def take_datagram(self, datagram: bytes) -> None:
        """Obey what an OSC packet says."""
        bare = self._bare_words.get(datagram)
        if bare is not None and self._caller.show is not None:
            self._tell(bare())
            return
        try:
            messages = codec.decode(datagram)
        except CodecError:
            self._drop()
            return
        for message in messages:
            if _is_release(message.args):
                continue
            word = self._osc_words.get(message.address)
            if word is not None and self._caller.show is not None:
                self._tell(word())
            elif not self._take_cue_word(message.address):
                self._drop()

    def _take_cue_word(self, address: str) -> bool:
        """Obey `/cue/{number}/start` or `/cue/{number}/load`; say whether it was one."""
        _, _, rest = address.partition("/cue/")
        number, _, word = rest.rpartition("/")
        caller = self._caller
        if not address.startswith("/cue/") or caller.show is None or word not in {"start", "load"}:
            return False
        cue_id = caller.show.numbers.get(number)
        if cue_id is None:
            return False
        if word == "start":
            event: ev.Event = ev.StartCue(
                at=caller.show_now, pressed_at=self._scheduler.now(), source="osc", cue=cue_id
            )
        else:
            event = ev.Jump(caller.show_now, cue_id)
        self._tell(caller.handle(event))
        return True

    def _go(self, source: ev.Source) -> str | None:
        return self._caller.go(self._scheduler.now(), source, None)

    def _say_next(self, source: ev.Source) -> str | None:
        now = self._scheduler.now()
        return self._caller.press(ev.SayNext(at=self._caller.show_now, pressed_at=now, source=source))

    def _tell(self, refusal: str | None) -> None:
        now = self._scheduler.now()
        if refusal is not None and now - self._logged_at >= LOG_EVERY * NS_PER_MS:
            self._logged_at = now
            _log.info("Remote: %s", refusal)

    def _fit_midi(self) -> None:
        if self._end_midi is not None:
            self._end_midi()
            self._end_midi = None
        self._midi_sentence = ""
        name = self._settings.midi_port
        if name:
            self._midi_sentence = f"MIDI {name}: looking for it"
            self._end_midi = ports_of(self._host).listen(name, self.take_midi, on_state=self._take_midi_state)

    def _take_midi_state(self, ready: bool, sentence: str) -> None:
        name = self._settings.midi_port
        self._midi_sentence = f"MIDI {name}" if ready else f"MIDI {name}: {sentence}"
        self.on_changed()

    def take_midi(self, message: bytes) -> None:
        """Obey, or learn, a note that begins or a controller that rises."""
        if len(message) != 3 or message[2] == 0 or message[0] & 0xF0 not in {0x90, 0xB0}:
            return
        kind: Literal["note", "controller"] = "note" if message[0] & 0xF0 == 0x90 else "controller"
        channel, number = (message[0] & 0x0F) + 1, message[1]
        if kind == "controller" and message[2] < 64:
            return
        if self._learning:
            self._learning = False
            self.on_learned(kind, channel, number)
            return
        for binding in self._settings.midi:
            if (binding.type, binding.channel, binding.number) == (kind, channel, number):
                self._obey(binding)

    def _obey(self, binding: MidiBinding) -> None:
        if self._caller.show is None:
            return
        if binding.word == "go":
            self._tell(self._go("midi"))
        elif binding.word == "step":
            self._tell(self._say_next("midi"))
        else:
            address = {"next": "/playhead/next", "previous": "/playhead/previous"}
            self._tell(self._osc_words[address.get(binding.word, f"/{binding.word}")]())

    def _drop(self) -> None:
        self.dropped += 1
        self._untold += 1
        if self._untold == 1:
            self._scheduler.after(TELL_DROPPED_EVERY, self._tell_dropped)

    def _tell_dropped(self) -> None:
        _log.info("Remote GO dropped %d packets that it does not know", self._untold)
        self._caller.note("remote", f"Remote GO dropped {self._untold} packets that it does not know.")
        self._untold = 0


def _is_release(args: tuple[object, ...]) -> bool:
    """Say whether a message is a button going up: one argument that is zero or false."""
    return len(args) == 1 and isinstance(args[0], int | float) and not args[0]
