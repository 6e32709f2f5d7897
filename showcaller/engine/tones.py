"""The engine's end of the tone process: starts it, chooses its output, hands it tones.

Owns the child process, the socket to it, and what is known of the output. Knows no show and no PortAudio
(see `tone_process`). All calls are made in the engine's thread, and so are all calls back. There is a child
while an output is chosen or the list of outputs is asked for; with tones off nothing runs and nothing polls.
A tone is handed over with one write that never waits: a child that hangs is ended and started again, and
delays nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.child_process import Child, ChildStart, Launch, end_in_thread
from showcaller.engine import tone_process as process
from showcaller.engine.scheduler import DueCall, Scheduler

PING_EVERY = Duration(2000)
HANGS_AFTER = Duration(6000)
START_AGAIN_AFTER = Duration(2000)

ENDED = "The tone process ended. It is started again."
HANGS = "The audio output does not answer. It is started again."
NOT_STARTED = "The tone process cannot be started: {}."
STARTING = "The audio output is being opened."
_NAME = "the tone process"

TellOutputs = Callable[[tuple[str, ...], str], None]
"""Takes the names of the outputs, or none and why."""


class Tones:
    """See the module's law.

    Args:
        scheduler: The engine's loop.
        command: How the child is started; None: as it is.
    """

    def __init__(self, scheduler: Scheduler, command: Sequence[str] | None = None) -> None:
        self.output = ""
        """The chosen output; empty: tones are off."""
        self.is_ready = False
        self.sentence = ""
        """Why nothing sounds though an output is chosen."""
        self.on_changed: Callable[[], None] = lambda: None
        self.on_sounded: Callable[[process.Sounded], None] = lambda _sounded: None
        self._scheduler = scheduler
        self._launch = Launch(
            list(command) if command is not None else process.command(), process.TOKEN_VARIABLE
        )
        self._asking: list[TellOutputs] = []
        self._child: Child | None = None
        self._frames = process.Frames(process.Up)
        self._starting: ChildStart | None = None
        self._unsent = b""
        self._beat: DueCall | None = None
        self._restart: DueCall | None = None
        self._answered_at = Instant(0)
        self._token = 0

    @property
    def process_id(self) -> int | None:
        """The child's, while there is one."""
        return self._child.popen.pid if self._child else None

    def use(self, output: str) -> None:
        """Choose the output; empty ends the child, unless somebody asks for the list."""
        if output == self.output:
            return
        self.output = output
        self._set_state(STARTING if output else "")
        self._fit()

    def ask_outputs(self, tell: TellOutputs) -> None:
        """Have the names of the outputs told once; a child is started for it where there is none.

        While an output is open, PortAudio's list is as old as that; the chosen one is opened anew for it.
        """
        self._asking.append(tell)
        self._fit()

    def sound(self, tone: process.ToneName, due: Instant) -> int:
        """Have a tone heard at an instant; return its token, or 0 where no output is ready."""
        if not self.is_ready:
            return 0
        self._token += 1
        return self._token if self._write(process.Sound(self._token, tone, due)) else 0

    def close(self) -> None:
        """End the child."""
        self.output = ""
        self._asking.clear()
        self._end()
        if self._restart is not None:
            self._restart.cancel()
            self._restart = None

    def _set_state(self, sentence: str, *, ready: bool = False) -> None:
        if (ready, sentence) != (self.is_ready, self.sentence):
            self.is_ready, self.sentence = ready, sentence
            self.on_changed()

    def _fit(self) -> None:
        """Have a child exactly while one is needed, with the chosen output."""
        if not self.output and not self._asking:
            self._end()
        elif self._child is not None:
            self._write(process.UseOutput(self.output))
        elif self._starting is None:
            self._start()

    def _start(self) -> None:
        def tell(started: Child | OSError) -> None:
            self._scheduler.post(lambda: self._take_child(start, started))

        start = self._starting = ChildStart(self._launch, _NAME, tell)
        start.begin()

    def _take_child(self, start: ChildStart, started: Child | OSError) -> None:
        if start is not self._starting:
            return
        self._starting = None
        if isinstance(started, OSError):
            self._lose(NOT_STARTED.format(started))
            return
        self._child, self._frames = started, process.Frames(process.Up)
        self._answered_at = self._scheduler.now()
        self._scheduler.watch(started.sock, self._read)
        self._beat = self._scheduler.after(PING_EVERY, self._ping)
        self._fit()

    def _end(self) -> None:
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None
        if self._starting is not None:
            self._starting.abandon()
            self._starting = None
        child, self._child, self._unsent = self._child, None, b""
        if child is not None:
            self._scheduler.unwatch(child.sock)
            end_in_thread(child, _NAME)

    def _lose(self, sentence: str) -> None:
        """The child is gone: say so, and start another while an output is chosen."""
        self._end()
        asking, self._asking = self._asking, []
        for tell in asking:
            tell((), sentence)
        self._set_state(sentence if self.output else "")
        if self.output and self._restart is None:
            self._restart = self._scheduler.after(START_AGAIN_AFTER, self._start_again)

    def _start_again(self) -> None:
        self._restart = None
        if self._child is None:
            self._fit()

    def _write(self, message: process.Down) -> bool:
        """Write a message without waiting; False if not even its beginning can be written."""
        child = self._child
        if child is None:
            return False
        try:
            if self._unsent:
                self._unsent = self._unsent[child.sock.send(self._unsent) :]
            if self._unsent:
                return False
            frame = process.pack(message)
            self._unsent = frame[child.sock.send(frame) :]
        except OSError:  # full, or closed: then the reader sees the end
            return False
        return True

    def _ping(self) -> None:
        if self._scheduler.now() > self._answered_at + HANGS_AFTER * NS_PER_MS:
            if self._child is not None:
                self._child.popen.kill()
            self._lose(HANGS)
            return
        self._beat = self._scheduler.after(PING_EVERY, self._ping)
        self._write(process.Ping(0))

    def _read(self) -> None:
        child = self._child
        if child is None:
            return
        try:
            data = child.sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lose(ENDED)
            return
        self._answered_at = self._scheduler.now()
        for message in self._frames.feed(data):
            self._take(message)
            if self._child is not child:
                return

    def _take(self, message: process.Up) -> None:
        match message:
            case process.Listed(outputs):
                asking, self._asking = self._asking, []
                for tell in asking:
                    tell(outputs, "")
                if not self.output:
                    self._fit()
            case process.OutputState(ready, sentence):
                asking, self._asking = self._asking, []
                for tell in asking:
                    tell((), sentence)
                self._set_state(sentence, ready=ready)
                if not self.output:
                    self._fit()
            case process.Sounded():
                self.on_sounded(message)
            case process.Crashed(sentence):
                self._lose(sentence)
            case process.Pong():
                pass
