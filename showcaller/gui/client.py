"""The Qt end of the link to the engine: one socket, read by a notifier, written directly.

Owns the connection, the newest snapshot and levels, and the lines of the current run. A GO is encoded and
given to the socket inside the key event that caused it. Knows no widget and no document: `handover` hands
the show over, `supervisor` brings the connected socket.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from itertools import chain
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Signal

from showcaller.core import asrun, messages
from showcaller.core import events as ev
from showcaller.core.forms import Catalogue
from showcaller.core.messages import Done, LevelsView, Rejected, Snapshot, Welcome
from showcaller.core.schedule import Progress
from showcaller.core.times import Instant, ShowTime
from showcaller.core.tones import OutputsListed
from showcaller.gui.progress import ProgressTaker

_log = logging.getLogger(__name__)

_READ_AT_ONCE = 256 * 1024
_READS_PER_TURN = 8
FRAME_MS = 12
"""How long what came waits for what comes behind it. A GO brings its lines, its snapshot and what the engine
prepared next within a few milliseconds: the window shows them at once, not one after the other."""

Answer = Done | Rejected


def _nothing_alive() -> Snapshot:
    return Snapshot(
        seq=0,
        engine_at=Instant(time.monotonic_ns()),
        show_at=ShowTime(time.time_ns()),
        rate=1.0,
        revision=0,
        mode="edit",
    )


class Client(QObject):
    """What the engine says, as properties and signals; what the operator says, as methods."""

    snapshot_changed = Signal()
    recorded = Signal(object)
    run_changed = Signal()
    noticed = Signal(str, str)
    link_changed = Signal()
    levels_changed = Signal()
    welcomed = Signal(object)
    """The engine's `Welcome`, after `link_changed`."""
    change_missed = Signal(object)
    """`MissingChange`: the engine has it, the show file may not."""
    inventory_read = Signal(object)
    midi_learned = Signal(object)
    restore_offered = Signal(object)
    """`RestoreOffered`: what would bring back the state before a call that was taken back."""
    outputs_listed = Signal(object)
    """Names of the audio outputs of this machine."""
    lost = Signal()
    """The engine ended the connection, before or after its welcome."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.snapshot = _nothing_alive()
        self.catalogue = Catalogue()
        self.connected = False
        self.editor = False
        """The engine took this client as the one that edits."""
        self.lines: list[asrun.Line] = []
        self.levels: dict[str, LevelsView] = {}
        self._socket: socket.socket | None = None
        self._reader: QSocketNotifier | None = None
        self._writer: QSocketNotifier | None = None
        self._unsent = bytearray()
        self._framer = messages.Framer()
        self._next_id = 1
        self._waiting: dict[int, Callable[[Answer], None]] = {}
        self._asked_from: int | None = None
        self._levels_wanted = False
        self._progress = ProgressTaker()
        self._newest: Snapshot | None = None
        self._fresh: list[asrun.Line] = []
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self.publish)

    @property
    def progress(self) -> Progress:
        """Starts and ends of the rows in the current run."""
        return self._progress.value

    def attach(self, connection: socket.socket, token: str) -> None:
        """Take over a connected stream socket and say hello; `link_changed` comes with the answer."""
        self.detach()
        connection.setblocking(False)
        self._socket = connection
        self._framer = messages.Framer()
        self._reader = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read, self)
        self._reader.activated.connect(self._hear)
        self._writer = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Write, self)
        self._writer.setEnabled(False)
        self._writer.activated.connect(self._write)
        self.send(messages.Hello(token=token, editor=True, name="desk"))

    def detach(self) -> None:
        """Close the connection, if there is one; whoever waits for an answer is told."""
        if self._socket is None:
            return
        for notifier in (self._reader, self._writer):
            if notifier is not None:
                notifier.setEnabled(False)
                notifier.deleteLater()
        self._socket.close()
        self._socket = self._reader = self._writer = None
        self._unsent.clear()
        self._asked_from = None
        self._forget_unpublished()
        waiting, self._waiting = self._waiting, {}
        was_connected, self.connected = self.connected, False
        for number, on_answer in waiting.items():
            on_answer(Rejected(number, self.tr("The engine went away before it answered.")))
        if was_connected:
            self.levels.clear()
            self.link_changed.emit()

    @property
    def attached(self) -> bool:
        """A socket is there, whether the engine has answered yet or not."""
        return self._socket is not None

    def go(self, source: ev.Source, pressed_at: Instant, held: str | None = None) -> None:
        """Do what the screen says that the next press does: warning, standby, or GO of the standby there.

        Args:
            source: Key or button.
            pressed_at: When.
            held: Id of the cue that was stood by while the key was held: it GOes whatever the screen says.
        """
        standby, step = held or self.snapshot.standby, self.snapshot.step
        if not self.connected:
            self.noticed.emit("problem", self.tr("GO was not sent: the engine is not there."))
        elif standby is None:
            self.noticed.emit("notice", self.tr("Nothing stands by: jump to a cue."))
        elif step != "go" and held is None:
            self.send(
                messages.SayNext(
                    id=self._number(None), pressed_at=pressed_at, source=source, standby=standby, step=step
                )
            )
        else:
            number = self._number(None)
            self.send(messages.Go(id=number, pressed_at=pressed_at, source=source, standby=standby))

    def do(self, event: ev.Event) -> None:
        """Give an event to playback; the engine sets its time."""
        self.request(messages.Do(0, event))

    def request(self, command: Any, on_answer: Callable[[Answer], None] | None = None) -> int:
        """Send a command that has an `id`, set here, and return it.

        Without `on_answer` a rejection is shown as a notice.
        """
        number = self._number(on_answer)
        if self._socket is None:
            answer = Rejected(number, self.tr("Not done: the engine is not there."))
            QTimer.singleShot(0, self, lambda: self._answer(answer))
        else:
            self.send(msgspec.structs.replace(command, id=number))
        return number

    def show_now(self) -> ShowTime:
        """Return the show time at this moment."""
        passed = time.monotonic_ns() - self.snapshot.engine_at
        return ShowTime(self.snapshot.show_at + int(passed * self.snapshot.rate))

    @staticmethod
    def monotonic_now() -> Instant:
        """Return the machine's monotonic clock, which the engine reads as well."""
        return Instant(time.monotonic_ns())

    def listen_to_levels(self, wanted: bool) -> None:
        """Ask the engine for levels, or stop asking."""
        if wanted != self._levels_wanted:
            self._levels_wanted = wanted
            if self.connected:
                self.send(messages.Listen(wanted))

    def send(self, message: messages.Command) -> None:
        """Write a message now, as far as the socket takes it; the rest follows when it can."""
        if self._socket is None:
            return
        frame = messages.encode(message)
        if self._unsent:
            self._unsent += frame
            return
        try:
            sent = self._socket.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._lose()
            return
        if sent < len(frame):
            self._unsent += frame[sent:]
            if self._writer is not None:
                self._writer.setEnabled(True)

    def _number(self, on_answer: Callable[[Answer], None] | None) -> int:
        number = self._next_id
        self._next_id += 1
        if on_answer is not None:
            self._waiting[number] = on_answer
        return number

    def _write(self) -> None:
        if self._socket is None or self._writer is None:
            return
        try:
            sent = self._socket.send(self._unsent)
        except BlockingIOError:
            return
        except OSError:
            self._lose()
            return
        del self._unsent[:sent]
        self._writer.setEnabled(bool(self._unsent))

    def _lose(self) -> None:
        self.detach()
        self.lost.emit()

    def _hear(self) -> None:
        self.take_in()
        if (self._fresh or self._newest is not None) and not self._frame.isActive():
            self._frame.start()

    def take_in(self) -> None:
        """Take what has come; snapshots and lines are shown with the next `publish`, answers at once."""
        levels_came = False
        lost = False
        for _ in range(_READS_PER_TURN):
            if self._socket is None:
                return
            try:
                received = self._socket.recv(_READ_AT_ONCE)
            except BlockingIOError:
                break
            except OSError:
                received = b""
            if not received:
                lost = True
                break
            try:
                for body in self._framer.feed(received):
                    levels_came |= self._take(messages.decode_report(body))
            except messages.FrameError as error:
                _log.error("The engine said something that cannot be read: %s", error)
                lost = True
                break
            if len(received) < _READ_AT_ONCE:
                break
        if levels_came:
            self.levels_changed.emit()
        if lost:
            self.publish()
            self._lose()

    def publish(self) -> None:
        """Show what was taken in: of snapshots only the newest counts."""
        self._frame.stop()
        fresh, self._fresh = self._fresh, []
        newest, self._newest = self._newest, None
        if newest is not None:
            self.snapshot = newest
        self.lines += fresh
        self._progress.take(fresh)
        if newest is not None and newest.mode != "edit":
            self._progress.follow(newest.segment, newest.segment_started_at, newest.added)
        if fresh:
            self.recorded.emit(tuple(fresh))
        if newest is not None:
            self.snapshot_changed.emit()

    def _forget_unpublished(self) -> None:
        self._frame.stop()
        self._fresh.clear()
        self._newest = None

    def _take(self, report: Any) -> bool:
        """Take one report; say whether it was levels."""
        match report:
            case LevelsView():
                self.levels[report.device] = report
                return True
            case Snapshot():
                self._newest = report
                return False
            case messages.Recorded(lines):
                self._record(lines)
                return False
        # What is said now was said behind what still waits to be shown.
        self.publish()
        match report:
            case Done() | Rejected():
                self._answer(report)
            case Welcome():
                self._welcome(report)
            case messages.MissingChange():
                self.change_missed.emit(report)
            case messages.InventoryRead():
                self.inventory_read.emit(report)
            case messages.RestoreOffered():
                self.restore_offered.emit(report)
            case messages.MidiLearned():
                self.midi_learned.emit(report)
            case OutputsListed(names):
                self.outputs_listed.emit(names)
            case messages.Fault(sentence):
                self.noticed.emit("problem", sentence)
        return False

    def _welcome(self, welcome: Welcome) -> None:
        self.catalogue = welcome.catalogue
        self.snapshot = welcome.snapshot
        self.editor = welcome.editor
        self.connected = True
        self._forget_run()
        self._ask_from(0)
        if self._levels_wanted:
            self.send(messages.Listen(True))
        self.link_changed.emit()
        self.welcomed.emit(welcome)

    def _answer(self, answer: Answer) -> None:
        on_answer = self._waiting.pop(answer.id, None)
        if on_answer is not None:
            on_answer(answer)
        elif isinstance(answer, Rejected):
            self.noticed.emit("problem", answer.sentence)

    def _ask_from(self, seq: int) -> None:
        if self._asked_from is None:
            self._asked_from = seq
            self.send(messages.SendEntries(seq))

    def _forget_run(self) -> None:
        self.lines.clear()
        self._progress.clear()
        self.run_changed.emit()

    def _record(self, lines: tuple[asrun.Line, ...]) -> None:
        for line in lines:
            first = next(chain(self.lines, self._fresh), line)
            if line.seq == 0 and line != first:
                self._fresh.clear()
                self._forget_run()
            known = len(self.lines) + len(self._fresh)
            if line.seq == known:
                self._fresh.append(line)
                self._asked_from = None
            elif line.seq > known:
                self._ask_from(known)
                return
