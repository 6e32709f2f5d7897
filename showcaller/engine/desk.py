"""The desk: obeys what clients say, and keeps them told.

Owns the meeting of the server's messages and the conductor: loading a show in pieces, which command
does what, the snapshot, the as-run lines that each client still needs, tests of single devices and
actions. Knows no playback rule and no socket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec

from showcaller.core import events as ev
from showcaller.core import messages, reports
from showcaller.core.call_steps import is_held, next_step
from showcaller.core.edits import Change, EditError
from showcaller.core.forms import Catalogue
from showcaller.core.position import next_automatic
from showcaller.core.show import Call, Cue, Row
from showcaller.core.standby_groups import spoken_together
from showcaller.core.times import NS_PER_MS, Duration, Instant, ShowTime
from showcaller.core.tones import ListOutputs, OutputsListed, SetTones, TryTone
from showcaller.devices.driver import UnsendableError
from showcaller.engine.clock import ShowClock
from showcaller.engine.conductor import Conductor
from showcaller.engine.device_test import DeviceTest, fire_action
from showcaller.engine.rack import Slot
from showcaller.engine.remote import Remote
from showcaller.engine.restorer import Restorer
from showcaller.engine.scheduler import Scheduler
from showcaller.engine.server import LINES_PER_MESSAGE, Client, Server
from showcaller.engine.sounder import AHEAD, Sounder
from showcaller.engine.timecode_in import TimecodeIn
from showcaller.engine.tones import Tones

MOST_OWED = 256 * 1024
"""Bytes that a client may not have taken yet when it is told more old lines."""

CATCH_UP_AGAIN = Duration(20)

CHANGES_AT_ONCE = 20
"""Missing changes that an editor is told in one turn; there may be 10,000."""

VIEWED = 20
"""Waits and running cues in a snapshot."""

UNTIMED = (
    ev.Begin,
    ev.Finish,
    ev.Go,
    ev.SayNext,
    ev.Restore,
    ev.Tick,
    ev.MediaEnded,
    ev.Timecode,
    ev.EngineRestarted,
    ev.ShowEdited,
)
"""Events that only the engine itself makes."""


class EngineDesk:
    """See the module's law.

    Args:
        scheduler: The engine's loop.
        server: Where the clients are.
        conductor: The show.
        remote: Remote GO.
        timecode: Timecode in.
        tones: The audio output.
        sounder: What sounds there.
        catalogue: What can be controlled.
        engine_id: Random id of this engine's life.
        runs_folder: Finds where the runs of a show file are kept.
        on_quit: Ends the engine.
        on_client_count: Is told when clients come or go.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        server: Server,
        conductor: Conductor,
        remote: Remote,
        timecode: TimecodeIn,
        tones: Tones,
        sounder: Sounder,
        catalogue: Catalogue,
        engine_id: str,
        runs_folder: Callable[[Path], Path],
        on_quit: Callable[[], None],
        on_client_count: Callable[[int], None],
    ) -> None:
        self._scheduler = scheduler
        self._server = server
        self._conductor = conductor
        self._remote = remote
        self._timecode = timecode
        self._tones = tones
        self._sounder = sounder
        self._catalogue = catalogue
        self._engine_id = engine_id
        self._runs_folder = runs_folder
        self._on_quit = on_quit
        self._on_client_count = on_client_count
        self._seq = 0
        self._stale = False
        self._told: tuple[ShowClock, messages.Snapshot] | None = None
        """What every client knows: nothing is sent, and no screen repainted, for the same again."""
        self._loading: messages.LoadShow | None = None
        self._rows: list[Row] = []
        self._tests: set[DeviceTest] = set()
        self._restorer = Restorer(conductor)
        conductor.on_changed = self._mark_stale
        conductor.on_lines = self._tell_lines
        remote.on_learned = self._tell_learned
        remote.on_changed = self._mark_stale
        timecode.on_changed = self._mark_stale
        tones.on_changed = self._mark_stale

    def welcome(self, client: Client) -> None:
        """Tell a new client everything that it needs to begin."""
        conductor = self._conductor
        client.tell(
            messages.Welcome(
                protocol=messages.PROTOCOL,
                engine=self._engine_id,
                editor=client.is_editor,
                catalogue=self._catalogue,
                show=conductor.show.id if conductor.show else None,
                revision=conductor.revision,
                snapshot=self._snapshot(),
            )
        )
        if client.is_editor:
            self._tell_missing(client, iter(tuple(conductor.changes)))
        self._on_client_count(len(self._server.welcomed))
        self._told = None
        self._mark_stale()

    def _tell_missing(self, client: Client, changes: Iterator[tuple[int, str, Change]]) -> None:
        """Tell an editor the edits that its show file may not have, some at a time when nothing is due."""
        if client not in self._server.clients:
            return
        owed = client.backlog >= MOST_OWED
        some = () if owed else tuple(islice(changes, CHANGES_AT_ONCE))
        for revision, name, change in some:
            client.tell(messages.MissingChange(revision=revision, name=name, change=change))
        again = partial(self._scheduler.idle, partial(self._tell_missing, client, changes))
        if owed:
            self._scheduler.after(CATCH_UP_AGAIN, again)
        elif len(some) == CHANGES_AT_ONCE:
            again()

    def part(self, client: Client) -> None:
        """A client is gone; levels that nobody wants are not asked for."""
        if client.wants_levels:
            client.wants_levels = False
            self._fit_levels()
        self._on_client_count(len(self._server.welcomed))
        self._mark_stale()

    def obey(self, client: Client, command: object) -> None:
        """Do what a client says."""
        conductor = self._conductor
        match command:
            case messages.Go(id=id_, pressed_at=pressed_at, source=source, standby=standby):
                self._answer(client, id_, conductor.go(pressed_at, source, standby), silent=True)
            case messages.SayNext():
                press = ev.SayNext(
                    at=conductor.show_now,
                    pressed_at=command.pressed_at,
                    source=command.source,
                    standby=command.standby,
                    step=command.step,
                )
                self._answer(client, command.id, conductor.press(press), silent=True)
            case messages.Do(id_, ev.Oops()):
                self._offer(client, id_, self._restorer.take_back())
            case messages.Restore(id_, offer):
                self._offer(client, id_, self._restorer.restore(offer))
            case messages.Do(id_, event):
                self._answer(client, id_, self._do(event), silent=True)
            case messages.SetMode():
                refusal = conductor.set_mode(
                    command.mode,
                    from_row=command.from_row,
                    rate=command.rate,
                    clock=command.clock,
                    routes=command.routes,
                )
                for one in self._server.welcomed:
                    one.lines_told = 0 if one.lines_told is not None else None
                self._answer(client, command.id, refusal)
            case messages.SetRate(id_, rate):
                self._answer(client, id_, conductor.set_rate(rate))
            case messages.SetRoute(id_, device, route):
                self._answer(client, id_, conductor.set_route(device, route))
            case messages.Listen(levels):
                client.wants_levels = levels
                self._fit_levels()
            case messages.SendEntries(from_seq):
                client.lines_told = from_seq
                self._catch_up(client)
            case messages.TestFire():
                self._test_fire(client, command)
            case messages.TestDevice():
                self._test_device(client, command)
            case messages.RetryDevice(id_, device):
                known = device in conductor.rack.slots
                if known:
                    conductor.rack.reopen(device)
                self._answer(client, id_, None if known else "There is no such device.")
            case messages.Misbehave(id_, device, fault, latency):
                self._answer(client, id_, conductor.rack.misbehave(device, fault, latency))
                self._mark_stale()
            case messages.LearnMidi(id_, on):
                self._answer(client, id_, self._remote.learn(on))
            case messages.AddNote(id_, text, row, pressed_at):
                self._answer(client, id_, conductor.take_note(text, row, pressed_at))
            case messages.Ping(id_):
                client.tell(messages.Done(id_))
            case _:
                self._obey_editor(client, command)

    def _obey_editor(self, client: Client, command: object) -> None:
        conductor = self._conductor
        if not client.is_editor:
            id_ = getattr(command, "id", None)
            if isinstance(id_, int):
                client.tell(messages.Rejected(id_, "This window only watches: another one edits the show."))
            return
        match command:
            case messages.LoadShow():
                self._loading, self._rows = command, []
            case messages.LoadRows(rows):
                self._rows.extend(rows)
            case messages.ShowLoaded(id_):
                self._load(client, id_)
            case messages.ChangeShow(id=id_, revision=revision, name=name, change=change):
                self._change(client, id_, revision, name, change)
            case SetTones():
                self._tones.use(command.output)
                self._sounder.choose(counts=command.counts, prompts=command.prompts)
                self._answer(client, command.id, None)
            case TryTone(id_):
                due = Instant(self._scheduler.now() + AHEAD * NS_PER_MS)
                why = self._tones.sentence or "No audio output is chosen."
                self._answer(client, id_, None if self._tones.sound("count", due) else why)
            case ListOutputs(id_):
                self._list_outputs(client, id_)
            case messages.Quit(id_):
                if conductor.playback.mode == "live":
                    client.tell(messages.Rejected(id_, "The show is LIVE."))
                else:
                    client.tell(messages.Done(id_))
                    self._on_quit()
            case _:
                pass

    def _list_outputs(self, client: Client, id_: int) -> None:
        def tell(names: tuple[str, ...], why: str) -> None:
            if not why:
                client.tell(OutputsListed(names))
            self._answer(client, id_, why or None)

        self._tones.ask_outputs(tell)

    def _do(self, event: ev.Event) -> str | None:
        if isinstance(event, UNTIMED):
            return "Only the engine does that."
        if self._conductor.show is None:
            return "No show is open."
        timed = msgspec.structs.replace(event, at=self._conductor.show_now)
        return self._conductor.handle(timed)

    def _offer(self, client: Client, id_: int, offered: str | messages.RestoreOffered | None) -> None:
        if isinstance(offered, messages.RestoreOffered):
            client.tell(offered)
        else:
            self._answer(client, id_, offered)

    def _answer(self, client: Client, id_: int, refusal: str | None, *, silent: bool = False) -> None:
        if refusal is not None:
            client.tell(messages.Rejected(id_, refusal))
        elif not silent:
            client.tell(messages.Done(id_))

    def _load(self, client: Client, id_: int) -> None:
        loading = self._loading
        if loading is None:
            client.tell(messages.Rejected(id_, "No show was sent."))
            return
        show = msgspec.structs.replace(loading.show, rundown=tuple(self._rows))
        self._loading, self._rows = None, []
        folder = self._runs_folder(Path(loading.path))
        self._conductor.load(show, loading.revision, folder, loading.inventories)
        self._conductor.resume_run()
        self._remote.fit(show.remote)
        self._timecode.fit(show.timecode)
        client.tell(messages.Done(id_))
        self._mark_stale()

    def _change(self, client: Client, id_: int, revision: int, name: str, change: Change) -> None:
        show = self._conductor.show
        if show is None:
            client.tell(messages.Rejected(id_, "No show is open."))
            return
        try:
            self._conductor.change(revision, name, change)
        except EditError as error:
            client.tell(messages.Rejected(id_, str(error)))
            return
        changed = self._conductor.show
        if changed is not None and changed.remote != show.remote:
            self._remote.fit(changed.remote)
        if changed is not None:
            self._timecode.fit(changed.timecode)
        client.tell(messages.Done(id_))

    def _test_fire(self, client: Client, command: messages.TestFire) -> None:
        conductor = self._conductor
        if conductor.playback.mode == "live":
            client.tell(messages.Rejected(command.id, "LIVE has no test-fire."))
            return
        department = command.action.number_from
        calls = (Call(department=department, number=command.number),) if department else ()
        cue = Cue(id="test-fire", calls=calls, actions=(command.action,))
        try:
            fire_action(conductor, cue, lambda sentence: client.tell(messages.Done(command.id, sentence)))
        except UnsendableError as error:
            client.tell(messages.Rejected(command.id, str(error)))

    def _test_device(self, client: Client, command: messages.TestDevice) -> None:
        def answer(found: bool, sentence: str) -> None:
            self._tests.discard(test)
            client.tell(
                messages.Done(command.id, sentence) if found else messages.Rejected(command.id, sentence)
            )

        test = DeviceTest(self._scheduler, self._conductor.rack, answer)
        self._tests.add(test)
        test.start(command.device, command.secrets)

    def _fit_levels(self) -> None:
        wanted = any(client.wants_levels for client in self._server.welcomed)
        self._conductor.rack.listen_to_levels(wanted)

    def take_report(self, slot: Slot, report: reports.Report) -> None:
        """Pass on what only clients want of a device's reports."""
        if isinstance(report, reports.Levels):
            frame = messages.encode(messages.LevelsView(slot.device.id, self._scheduler.now(), report.inputs))
            for client in self._server.welcomed:
                if client.wants_levels:
                    client.tell_levels(slot.device.id, frame)
        elif isinstance(report, reports.Inventory) and slot.route != "simulated":
            message = messages.InventoryRead(slot.device.id, report.names, self._conductor.utc())
            for client in self._server.welcomed:
                if client.is_editor:
                    client.tell(message)

    def tell_fault(self, sentence: str) -> None:
        """Tell every client of a fault."""
        for client in list(self._server.welcomed):
            client.tell(messages.Fault(sentence))

    def _tell_learned(self, message: str, channel: int, number: int) -> None:
        learned = msgspec.convert(
            {"type": "midi-learned", "message": message, "channel": channel, "number": number},
            messages.MidiLearned,
        )
        for client in list(self._server.welcomed):
            client.tell(learned)

    def _tell_lines(self) -> None:
        lines = self._conductor.lines
        for client in list(self._server.welcomed):
            while (
                not client.is_catching_up and client.lines_told is not None and client.lines_told < len(lines)
            ):
                self._tell_some_lines(client)

    def _tell_some_lines(self, client: Client) -> None:
        lines = self._conductor.lines
        if client.lines_told is not None and client.lines_told < len(lines):
            upto = min(client.lines_told + LINES_PER_MESSAGE, len(lines))
            part = tuple(lines[client.lines_told : upto])
            client.lines_told = upto
            client.tell(messages.Recorded(part))

    def _catch_up(self, client: Client) -> None:
        """Tell the lines there are, a message at a time when nothing is due, as fast as they are taken.

        All at once, those of a long evening would hold up its cues, and drop the client that asked.
        """
        if client not in self._server.clients:
            return
        if client.backlog < MOST_OWED:
            self._tell_some_lines(client)
        told = client.lines_told
        client.is_catching_up = told is not None and told < len(self._conductor.lines)
        if client.is_catching_up:
            again = partial(self._scheduler.idle, partial(self._catch_up, client))
            if client.backlog < MOST_OWED:
                again()
            else:
                self._scheduler.after(CATCH_UP_AGAIN, again)

    def _mark_stale(self) -> None:
        if not self._stale and self._server.welcomed:
            self._stale = True
            self._scheduler.soon(self._tell_snapshot)

    def _tell_snapshot(self) -> None:
        self._stale = False
        snapshot = self._snapshot()
        content = msgspec.structs.replace(snapshot, seq=0, engine_at=Instant(0), show_at=ShowTime(0))
        told = (self._conductor.clock, content)
        if told == self._told:
            return
        self._told = told
        frame = messages.encode(snapshot)
        for client in list(self._server.welcomed):
            client.tell_snapshot(frame)

    def _snapshot(self) -> messages.Snapshot:
        conductor = self._conductor
        state = conductor.playback
        self._seq += 1
        now = self._scheduler.now()
        waits = next_automatic(state)
        return messages.Snapshot(
            seq=self._seq,
            engine_at=now,
            show_at=conductor.clock.show_at(now),
            rate=conductor.clock.rate,
            revision=conductor.revision,
            mode=state.mode,
            standby=state.standby,
            stood_by=state.stood_by,
            warned=state.warned,
            step=next_step(state, conductor.show) if conductor.show else "go",
            together=spoken_together(state, conductor.show) if conductor.show else (),
            holds=is_held(state, conductor.show) if conductor.show else False,
            last_called=state.last_called,
            segment=state.segment,
            segment_started_at=state.segment_started_at,
            started_at=state.started_at,
            held_at=state.held_at,
            stopped=state.stopped,
            unconfirmed=state.unconfirmed,
            auto=state.auto,
            waits=tuple(waits[:VIEWED]),
            wait_count=len(waits),
            running=tuple(reversed(state.running[-VIEWED:])),
            fades=tuple(
                messages.FadeView(fade.cue, fade.action, fade.started_at, fade.ends_at)
                for fade in conductor.dispatcher.fader.active[:VIEWED]
            ),
            media=conductor.dispatcher.media_times.view(conductor.clock, VIEWED),
            missed=state.missed,
            stage=state.stage,
            timecode=self._timecode.view,
            pulse=state.pulse,
            timers=state.timers[:VIEWED],
            timer_before=state.timer_before,
            skipped=state.skipped,
            floated=state.floated,
            added=state.added,
            chosen=state.chosen,
            begun=state.begun,
            armed=state.armed,
            manual=state.manual,
            unsendable=dict(conductor.dispatcher.preparer.unsendable),
            devices=conductor.rack.view(),
            entry_count=len(conductor.lines),
            editor=any(client.is_editor for client in self._server.clients),
            remote=self._remote.sentence,
            tones=self._tones.sentence,
        )
