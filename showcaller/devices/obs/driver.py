"""The driver of OBS: one connection, one writer's thread and one reader's thread.

The engine's thread calls it and only ever fills the lane. The writer connects, then writes what the lane
gives it. The reader owns all else: it sorts answers by our own ids, keeps the picture and the
confirmations, and judges the heartbeat. A reconnection is a new driver.

A batch gets its id when it is written, twelve digits at a fixed place (`codec.numbered`), so that a
prepared set may be sent any number of times and GO formats nothing. Which of PLAY and RESTART a stopped
medium needs is decided at the same moment (`plans.play_from_start`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from showcaller.core.reports import Health, Latency, Levels, MediaEnded, Outcome, Report
from showcaller.core.times import NS_PER_MS, Duration, Instant
from showcaller.devices.driver import CodecError, DeviceError, Host, MessageSet, Order, UnsendableError
from showcaller.devices.obs import actions, events, plans
from showcaller.devices.obs.actions import ACTIONS_BY_NAME, ObsSettings, address_of
from showcaller.devices.obs.codec import (
    ALL_EVENTS,
    METERS,
    BatchReply,
    Code,
    Event,
    Reidentify,
    Reply,
    Request,
    encode,
    encode_batch,
    number_of,
    refusal,
)
from showcaller.devices.obs.confirming import Confirmations, Pending
from showcaller.devices.obs.connection import Connection, LostError, RefusedError
from showcaller.devices.obs.following import Following
from showcaller.devices.obs.lane import Cue, Lane, Read, Steps
from showcaller.devices.obs.picture import Picture
from showcaller.devices.obs.structure import Survey

_LOST_AFTER: Final = Duration(3000)
"""A heartbeat that has waited so long was missed, and so was the next one."""
_HEARTBEAT: Final = (
    "GetStats",
    "GetStreamStatus",
    "GetRecordStatus",
    "GetStudioModeEnabled",
    "GetCurrentProgramScene",
    "GetCurrentPreviewScene",
)
"""The last three because OBS (29.0.2) sometimes drops the events of a scene change."""
_MEDIA_IN_HEARTBEAT: Final = 40
_STARTS_WITHIN: Final = 1000
_ALREADY: Final = frozenset({Code.OUTPUT_RUNNING, Code.OUTPUT_NOT_RUNNING})
_NOT_CONNECTED: Final = "OBS is not connected."
_CHANGING: Final = "OBS is changing its scene collection."


class ObsDriver:
    """One connection to OBS. See `showcaller.devices.driver.Driver`."""

    def __init__(self, settings: ObsSettings, host: Host) -> None:
        self._settings = settings
        self._host = host
        self._emitting = threading.Lock()
        self._is_closed = False
        self._is_ready = False
        self._why_not_ready = _NOT_CONNECTED
        self._is_ended = False
        self._exits = False
        self._hears_levels = False
        self._survey: Survey | None = None
        self._survey_again = False
        self._connection = Connection(settings)
        self._picture = Picture(host.now)
        self._confirmations = Confirmations(self._picture, host.now, self._emit, self._plan_read)
        self._lane = Lane(host.now, self._heartbeat, self._drop)
        self._following = Following(
            host.now, self._picture.values, self._lane.put_read, self._emit, self._picture.take_reply
        )
        self._writer = threading.Thread(target=self._write, name="OBS writer", daemon=True)
        self._reader = threading.Thread(target=self._read, name="OBS reader", daemon=True)

    def open(self) -> None:
        """Begin to connect."""
        self._emit(Health("opening", f"Connecting to OBS on {self._settings.host}:{self._settings.port}."))
        self._writer.start()

    def prepare(self, orders: Sequence[Order]) -> MessageSet:
        """Encode a set as one batch.

        Raises:
            UnsendableError: OBS lacks what an order needs, as far as is known now.
        """
        requests = [request for its in plans.requests_of_set(orders) for request in its]
        takes = Duration(0)
        for order in orders:
            if isinstance(order.payload, (actions.ProgramScene, actions.Take)):
                payload = order.payload
                takes = max(takes, self._picture.transition_takes(payload.transition, payload.duration))
        if self._is_ready:
            studio_mode = self._picture.values.get(actions.STUDIO_MODE) is True
            plans.check_orders(orders, self._picture.structure, studio_mode)
        try:
            frames = (encode_batch(tuple(requests)),) if requests else ()
        except CodecError as error:
            raise UnsendableError(str(error)) from error
        return MessageSet(tuple(orders), frames, takes)

    def send(self, message_set: MessageSet, token: int) -> None:
        """Queue a prepared set for the writer."""
        if not message_set.frames:
            return
        now = self._host.now()
        orders = message_set.orders
        cue = Cue(
            message_set,
            token,
            frozenset(map(address_of, orders)),
            plans.targets_of(orders, str(self._picture.values.get(actions.PREVIEW, ""))),
            now,
        )
        for order in orders:
            if medium := ACTIONS_BY_NAME[order.kind].media(order.payload):
                self._following.begin(medium)
        if not self._is_ready or not self._lane.put_cue(cue):
            self._fail(cue, self._why_not_ready)

    def set_value(self, order: Order) -> None:
        """Queue a step of a fade, or replace the one that waits."""
        if self._is_ready:
            self._lane.put_step(address_of(order), plans.requests_of(order)[0])

    def stop_media(self, address: str) -> None:
        """Stop a media input by its address."""
        name = address.removeprefix("media/")
        if self._is_ready:
            self._lane.put_step(address, plans.trigger_media(name, "STOP"))

    def listen_to_levels(self, wanted: bool) -> None:
        """Subscribe to the meters, or end that."""
        self._hears_levels = wanted
        if self._is_ready:
            self._subscribe()

    def close(self) -> None:
        """Have both threads end, and the socket with them."""
        with self._emitting:
            self._is_closed = True
            self._is_ready = False
        self._lane.close()
        self._connection.abort()

    def _emit(self, report: Report) -> None:
        with self._emitting:
            if not self._is_closed:
                self._host.emit(report)

    def _emit_news(self) -> None:
        for report in self._picture.drain():
            self._emit(report)

    def _write(self) -> None:
        try:
            self._connection.open()
        except DeviceError as error:
            self._end(error)
            return
        self._plan_survey(Duration(0))
        self._reader.start()
        try:
            while (taken := self._lane.take()) is not None:
                work, frame = taken
                self._connection.write(self._chosen(work, frame) if isinstance(work, Cue) else frame)
        except LostError as error:
            self._end(error)
        self._connection.abort()
        self._reader.join()
        self._connection.close()

    def _chosen(self, cue: Cue, frame: bytes) -> bytes:
        for order in cue.message_set.orders:
            if order.kind == "media-play" and isinstance(order.payload, actions.Media):
                state = self._picture.values.get(address_of(order))
                if state not in {"playing", "paused"}:
                    frame = plans.play_from_start(frame, order.payload.input)
        return frame

    def _read(self) -> None:
        try:
            while not self._is_closed:
                message = self._connection.read()
                if isinstance(message, Event):
                    self._take_event(message)
                elif isinstance(message, BatchReply):
                    self._take_reply(message)
                self._watch()
        except DeviceError as error:
            self._end(error)

    def _watch(self) -> None:
        for cue in self._lane.give_up_unanswered():
            self._fail(cue, "Perhaps sent: OBS did not answer within 5 s.")
        self._confirmations.give_up()
        if self._lane.silent_for() > _LOST_AFTER:
            self._connection.discard()
            raise LostError(
                f"OBS on {self._settings.host} hangs: it keeps the connection open but answers nothing."
            )

    def _end(self, error: DeviceError) -> None:
        """Say once that it is over, and fail all that hangs in the air."""
        with self._emitting:
            if self._is_ended:
                return
            self._is_ended = True
            self._is_ready = False
            self._why_not_ready = _NOT_CONNECTED
        sentence = f"OBS on {self._settings.host} was closed." if self._exits else str(error)
        self._lane.close()
        self._fail_everything("OBS was lost before this could be sent.", sentence)
        self._emit(Health("refused" if isinstance(error, RefusedError) else "lost", sentence))

    def _fail_everything(self, unsent: str, sentence: str) -> None:
        waiting, unanswered = self._lane.flush()
        for cue in waiting:
            self._fail(cue, unsent)
        for cue in unanswered:
            self._fail(cue, f"Perhaps sent: {sentence}")
        self._confirmations.fail_all(sentence)
        for address in list(self._following.since):
            self._end_media(address)

    def _fail(self, cue: Cue, sentence: str) -> None:
        for index, order in enumerate(cue.message_set.orders):
            self._emit(Outcome(cue.token, index, "failed", sentence))
            self._end_media_of(order)

    def _drop(self, cue: Cue) -> None:
        self._fail(cue, "Not sent: OBS was still busy with what was sent before.")

    def _end_media(self, address: str) -> None:
        if self._following.end(address):
            self._emit(MediaEnded(address))

    def _end_media_of(self, order: Order) -> None:
        if medium := ACTIONS_BY_NAME[order.kind].media(order.payload):
            self._end_media(medium)

    def _take_event(self, message: Event) -> None:
        event = events.happening_of(message)
        match event:
            case None:
                return
            case events.SceneGone() | events.InputGone() if not self._is_ready:
                return
            case events.Meters(inputs=inputs):
                if self._hears_levels:
                    self._emit(
                        Levels(tuple((it.input_name, tuple(sum(it.input_levels_mul, ()))) for it in inputs))
                    )
                return
            case events.ObsExits():
                self._exits = True
            case events.CollectionChanging():
                self._freeze()
            case events.CollectionChanged():
                self._plan_survey(Duration(0))
            case events.StructureChanged():
                self._plan_survey(Duration(150))
        self._picture.take_event(event)
        self._emit_news()
        self._confirmations.take_event(event)
        match event:
            case events.SceneGone() | events.InputGone():
                self._plan_survey(Duration(150))
            case events.MediaFinished(input_name=name):
                self._end_media(actions.media_address(name))

    def _freeze(self) -> None:
        self._is_ready = False
        self._why_not_ready = _CHANGING
        self._survey = None
        self._survey_again = False
        self._fail_everything(_CHANGING, _CHANGING)
        self._emit(Health("opening", _CHANGING))

    def _take_reply(self, message: BatchReply) -> None:
        number = number_of(message.request_id)
        work = self._lane.answered(number)
        if work is None:
            return
        if isinstance(work, (Cue, Read)):
            self._emit(Latency((self._host.now() - work.sent_at) / NS_PER_MS))
        match work:
            case Cue():
                self._take_outcomes(work, message.results)
            case Read():
                work.on_replies(message.results)
            case Steps():
                pass
        self._emit_news()

    def _take_outcomes(self, cue: Cue, results: Sequence[Reply]) -> None:
        at = 0
        orders = cue.message_set.orders
        for index, (order, requests) in enumerate(zip(orders, plans.requests_of_set(orders), strict=True)):
            count = len(requests)
            mine = results[at : at + count]
            at += count
            refused = next((reply for reply in mine if not reply.request_status.result), None)
            is_already = (
                refused is not None
                and isinstance(order.payload, actions.Output)
                and refused.request_status.code in _ALREADY
            )
            if refused is not None and not is_already:
                self._emit(Outcome(cue.token, index, "failed", refusal(refused)))
                self._end_media_of(order)
                continue
            if len(mine) < count:
                self._emit(Outcome(cue.token, index, "failed", "OBS did not answer for this."))
                self._end_media_of(order)
                continue
            self._emit(Outcome(cue.token, index, "accepted"))
            want = plans.want_of(order, cue.targets[index])
            if want is not None:
                self._confirmations.begin(cue.token, index, order, want, cue.sent_at, cue.message_set.takes)

    def _plan_read(self, pending: Pending, at: Instant) -> None:
        requests = plans.reads_of(pending.order)

        def take(replies: Sequence[Reply]) -> None:
            if pending.want.address == actions.PROGRAM:
                self._picture.end_move()
            for request, reply in zip(requests, replies, strict=False):
                if reply.request_type == "GetSceneItemEnabled":
                    self._picture.take_visibility(pending.want.address, reply)
                else:
                    self._picture.take_reply(request, reply)
            self._confirmations.take_read(pending)

        self._lane.put_read(Read(requests, take, at, lambda: pending.is_open))

    def _heartbeat(self) -> Read:
        media = self._picture.structure.media[:_MEDIA_IN_HEARTBEAT]
        requests = (
            *(Request(name) for name in _HEARTBEAT),
            *(plans.request("GetMediaInputStatus", inputName=name) for name in media),
        )

        def take(replies: Sequence[Reply]) -> None:
            for request, reply in zip(requests, replies, strict=False):
                self._picture.take_reply(request, reply)
            self._confirmations.look()
            self._end_forgotten_media()
            self._following.revive()

        return Read(requests, take, self._host.now())

    def _end_forgotten_media(self) -> None:
        """End media that stopped without an event: their file failed, or their scene was left."""
        now = self._host.now()
        for address, since in list(self._following.since.items()):
            if now - since > _STARTS_WITHIN * NS_PER_MS and self._picture.values.get(address) == "stopped":
                self._end_media(address)

    def _plan_survey(self, delay: Duration) -> None:
        """Read everything, from the first question on; once more if one such reading is under way."""
        if self._survey is not None:
            self._survey_again = True
            return
        self._survey = Survey()
        self._ask_survey(self._survey, Survey.FIRST, delay)

    def _ask_survey(self, survey: Survey, requests: tuple[Request, ...], delay: Duration) -> None:
        def take(replies: Sequence[Reply]) -> None:
            if survey is not self._survey:
                return
            for request, reply in zip(requests, replies, strict=False):
                self._picture.take_reply(request, reply)
            rest = survey.take(requests, replies)
            if survey.is_refused:
                self._survey = Survey()
                self._ask_survey(self._survey, Survey.FIRST, Duration(500))
            elif rest:
                self._ask_survey(survey, rest, Duration(0))
            else:
                self._end_survey(survey)

        due_at = Instant(self._host.now() + delay * NS_PER_MS)
        self._lane.put_read(Read(requests, take, due_at, lambda: survey is self._survey))

    def _end_survey(self, survey: Survey) -> None:
        self._survey = None
        self._picture.replace_structure(survey.structure())
        self._emit_news()
        if self._survey_again:
            self._survey_again = False
            self._plan_survey(Duration(150))
        if not self._is_ready:
            self._is_ready = True
            if self._hears_levels:
                self._subscribe()
            self._emit(Health("ready", self._picture.structure.summary()))

    def _subscribe(self) -> None:
        subscriptions = ALL_EVENTS | (METERS if self._hears_levels else 0)
        self._lane.put_plain(encode(Reidentify(subscriptions)))
