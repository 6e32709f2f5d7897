"""The cue lights of the show: sent after each step of a call, behind the cue's own bytes.

Owns what each station was last told and the one deadline at which a light changes by itself. The conductor
gives it the effects of a turn when those are on the wire; what it sends goes the same way as any message,
by the device's route, and never holds anything up: a failure is a line in the as-run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from showcaller.core import events as ev
from showcaller.core.coming import coming_cues
from showcaller.core.cue_lights import (
    MESSAGE,
    OFF,
    Lights,
    Lit,
    Message,
    called_lights,
    messages,
    prompted_lights,
    spoken_lights,
    stations,
)
from showcaller.core.prompts import next_prompt_at
from showcaller.core.show import Action, Cue, Show
from showcaller.core.times import NS_PER_MS, Duration, Instant, ShowTime, elapsed, shift
from showcaller.devices.driver import UnsendableError
from showcaller.engine.conductor import Conductor
from showcaller.engine.scheduler import DueCall, Scheduler

GREEN_FOR = Duration(3000)
"""So long a GO is shown, unless the next standby comes before."""

_NO_CUE = Cue(id="cue-lights")


class CueLights:
    """See the module's law.

    Args:
        scheduler: The engine's loop.
        conductor: The show.
    """

    def __init__(self, scheduler: Scheduler, conductor: Conductor) -> None:
        self._scheduler = scheduler
        self._conductor = conductor
        self._shown: dict[str, Lit] | None = None
        """What each station was told; None: nobody knows."""
        self._device: str | None = None
        self._was_in_run = False
        self._spoken: Lights = {}
        self._green: dict[str, tuple[Lit, Instant]] = {}
        """Stations that show a GO, and until when."""
        self._fresh: set[str] = set()
        self._is_looking = False
        self._deadline: DueCall | None = None
        conductor.on_effects = self._take

    def close(self) -> None:
        """Light nothing more."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _take(self, effects: Sequence[ev.Effect]) -> None:
        show = self._conductor.show
        if show is None or (show.cue_lights is None and self._device is None):
            return
        in_run = self._conductor.playback.mode != "edit"
        if not in_run:
            # The run is over and its routes are about to be closed.
            self._look()
            return
        if any(isinstance(effect, ev.TakenBack) for effect in effects):
            self._green.clear()
        green_until = Instant(self._scheduler.now() + GREEN_FOR * NS_PER_MS)
        for station, lit in called_lights(show, effects).items():
            self._green[station] = lit, green_until
            self._fresh.add(station)
        if not self._is_looking:
            self._is_looking = True
            self._scheduler.soon(self._look)

    def _look(self) -> None:
        self._is_looking = False
        self.close()
        conductor = self._conductor
        show, state = conductor.show, conductor.playback
        if show is None or state.unconfirmed:
            return
        in_run = state.mode != "edit"
        if in_run and not self._was_in_run:
            self._shown = None
        elif not in_run:
            self._green.clear()
        ended = self._was_in_run and not in_run
        self._was_in_run = in_run
        if self._device != show.cue_lights:
            self._change_device(show.cue_lights)
        if self._device is None or not (in_run or ended):
            return
        self._send(show, self._wanted(show) if in_run else {})
        self._fresh.clear()

    def _change_device(self, device: str | None) -> None:
        """Leave no light on where nobody will put it out."""
        if self._device is not None and self._shown:
            self._tell([Message(station, "off") for station in self._shown])
        self._device, self._shown = device, None

    def _wanted(self, show: Show) -> Lights:
        """Work out what is lit now, and have another look when that changes by itself."""
        conductor = self._conductor
        now, at = self._scheduler.now(), conductor.show_now
        spoken = spoken_lights(show, conductor.playback)
        for station, lit in spoken.items():
            # A standby that is spoken after the GO takes its green away; one that still holds does not.
            if lit != self._spoken.get(station) and station not in self._fresh:
                self._green.pop(station, None)
        self._spoken = spoken
        self._green = {name: green for name, green in self._green.items() if green[1] > now}
        coming = coming_cues(show, conductor.playback)
        turns = [wait for wait in next_prompt_at(show, coming, at) if wait > 0]
        turns += [elapsed(at, one.due) for one in coming if one.due > at]
        wakes = [until for _, until in self._green.values()]
        turn = conductor.clock.instant_of(shift(at, Duration(min(turns)))) if turns else None
        wakes += [turn] if turn is not None else []
        if wakes:
            self._deadline = self._scheduler.at(min(wakes), self._look)
        green = {station: lit for station, (lit, _) in self._green.items()}
        return {**prompted_lights(show, coming, ShowTime(at)), **spoken, **green}

    def _send(self, show: Show, wanted: Lights) -> None:
        before = self._shown
        names = dict.fromkeys([*stations(show), *(before or ())])
        told: list[Message] = []
        for station in names:
            after = wanted.get(station, OFF)
            shown = None if before is None else before.get(station, OFF)
            if shown != after or station in self._fresh:
                told += messages(station, shown, after)
        self._shown = {station: lit for station, lit in wanted.items() if station in names}
        if told and not self._tell(told):
            self._shown = None

    def _tell(self, told: Sequence[Message]) -> bool:
        """Send messages; False where they were not, and nobody knows what the stations show."""
        conductor, device = self._conductor, self._device
        slot = conductor.rack.slots.get(device or "")
        if device is None or slot is None or slot.route == "closed":
            return False
        words = _words_of(told)
        try:
            orders = [conductor.rack.order(_NO_CUE, self._action(device, one))[2] for one in told]
            message_set = conductor.rack.prepare(slot, orders)
        except UnsendableError as error:
            self._fail(device, words, str(error))
            return False

        def tell(result: str, sentence: str) -> None:
            if result == "failed":
                self._fail(device, words, sentence)

        refusal = conductor.rack.send(slot, message_set, conductor.dispatcher.watch(tell))
        if refusal is not None:
            self._fail(device, words, refusal)
            return False
        simulated = " (simulated)" if slot.route == "simulated" else ""
        conductor.note("cue-light", f"Cue lights: {words}{simulated}.", device=device)
        return True

    def _fail(self, device: str, words: str, why: str) -> None:
        self._shown = None
        self._conductor.note("cue-light", f"Cue lights not sent: {words}. {why}", device=device)

    @staticmethod
    def _action(device: str, message: Message) -> Action:
        fields: Mapping[str, str] = {"address": message.address, "arguments": _quoted(message)}
        return Action(id="cue-light", device=device, kind=MESSAGE, fields=fields)


def _quoted(message: Message) -> str:
    """Return the text as an argument; a banner without a text is one that is empty."""
    if not message.text and message.command != "banner":
        return ""
    escaped = " ".join(message.text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f's:"{escaped}"'


def _words_of(told: Sequence[Message]) -> str:
    """Say what each station shows then: the last message to it is the one that counts."""
    last = {one.station: one for one in told}
    return ", ".join(_word_of(one) for one in last.values())


def _word_of(message: Message) -> str:
    words = {"off": "off", "standby": "standby", "go": "GO", "banner": "warning" if message.text else "off"}
    text = f" “{message.text}”" if message.text else ""
    return f"{message.station} {words[message.command]}{text}"
