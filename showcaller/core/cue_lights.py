"""Cue lights: which station shows what, and the messages that say so.

Owns the way from where the show is to the light of each station, the wording of the protocol, and the checks
of a show's stations. Pure: the engine sends. A station is lit by what the caller said (warning, standby), by
a call that was just fired (go), and by what the desk prompts by itself.

The protocol is that of the OSC Cue Light app (rsmck.co.uk/blog/osc-cue-light-for-ios):
`/cuelight/<station>/standby "text"` is red, `go` green, `off` clears lights and text; `banner` shows a text
that `off` does not clear. It has no warning, so a warning is a banner, which what follows takes away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from showcaller.core import events as ev
from showcaller.core.forms import KindForm
from showcaller.core.position import Playback
from showcaller.core.problems import Problem
from showcaller.core.prompts import Coming
from showcaller.core.show import Call, Show
from showcaller.core.standby_groups import spoken_together
from showcaller.core.times import ShowTime, elapsed
from showcaller.core.wording import word_call

MESSAGE = "message"
"""The action of a device that sends a plain OSC message."""

_STATION = re.compile(r"[A-Za-z0-9]{1,12}")
_RESERVED = "state"

Light = Literal["off", "warning", "standby", "go"]
Command = Literal["off", "banner", "standby", "go"]


class Lit(NamedTuple):
    """What a station shows."""

    light: Light
    text: str = ""


OFF = Lit("off")
Lights = Mapping[str, Lit]
"""By station; those that are off are not in it."""


class Message(NamedTuple):
    """One message of the protocol."""

    station: str
    command: Command
    text: str = ""

    @property
    def address(self) -> str:
        """Return its OSC address."""
        return f"/cuelight/{self.station}/{self.command}"


def read_station(text: str) -> str:
    """Read the name of a station; nothing written is none.

    Raises:
        ValueError: It is none; the sentence says what is.
    """
    if text and (not _STATION.fullmatch(text) or text.lower() == _RESERVED):
        raise ValueError("A station is up to 12 letters and digits, such as FLYS or 3, and not “state”.")
    return text


def stations(show: Show) -> tuple[str, ...]:
    """Return the stations of a show, in the order of its departments."""
    return tuple(dict.fromkeys(one.cue_light for one in show.departments if one.cue_light))


def _light(show: Show, calls: Iterable[Call], light: Light) -> dict[str, Lit]:
    """Return the stations of these calls in one light; calls that share a station stand there together."""
    texts: dict[str, dict[str, None]] = {}
    for call in calls:
        department = show.department(call.department)
        if department is not None and department.cue_light:
            words = word_call(show.wording, department, call.number)
            texts.setdefault(department.cue_light, {})[words] = None
    return {station: Lit(light, ", ".join(words)) for station, words in texts.items()}


def spoken_lights(show: Show, playback: Playback) -> Lights:
    """Return what the caller's standby or warning lights, for as long as it holds."""
    standby = playback.standby
    if playback.mode == "edit" or standby is None or not (playback.stood_by or playback.warned):
        return {}
    together = spoken_together(playback, show)
    rows = together[together.index(standby) :] if standby in together else (standby,)
    calls = [call for row in rows if (cue := show.cue(row)) is not None for call in cue.calls]
    return _light(show, calls, "standby" if playback.stood_by else "warning")


def called_lights(show: Show, effects: Iterable[ev.Effect]) -> Lights:
    """Return what lights green by what has just been called."""
    cues = (
        show.cue(effect.cue)
        for effect in effects
        if isinstance(effect, ev.Called) and effect.cause != "panic"
    )
    return _light(show, [call for cue in cues if cue is not None for call in cue.calls], "go")


def prompted_lights(show: Show, coming: Iterable[Coming], now: ShowTime) -> Lights:
    """Return what the desk's own prompts of timed cues light, each department at its own lead time."""
    found: dict[str, Lit] = {}
    for light in ("standby", "warning"):
        for one in coming:
            left = elapsed(now, one.due)
            calls = [call for call in one.cue.calls if 0 <= left <= _lead(show, call, light)]
            for station, lit in _light(show, calls, light).items():
                found.setdefault(station, lit)
    return found


def _lead(show: Show, call: Call, light: Literal["standby", "warning"]) -> int:
    department = show.department(call.department)
    if department is None:
        return -1
    lead = department.standby if light == "standby" else department.warning
    return lead if lead > 0 else -1


def messages(station: str, before: Lit | None, after: Lit) -> Sequence[Message]:
    """Return what takes a station from one light to another.

    Args:
        station: Its name.
        before: What it shows; None: nobody knows.
        after: What it is to show.
    """
    if after.light == "warning":
        banner = Message(station, "banner", after.text)
        return (Message(station, "off"), banner) if before != OFF else (banner,)
    cleared = (Message(station, "banner"),) if before is None or before.light == "warning" else ()
    if after.light == "off":
        is_off = before is not None and before.light == "warning"
        return cleared if is_off else (*cleared, Message(station, "off"))
    return (*cleared, Message(station, after.light, after.text))


def check_cue_lights(show: Show, kinds: Mapping[str, KindForm]) -> Iterator[Problem]:
    """Find what keeps the cue lights of a show dark.

    Args:
        show: The document.
        kinds: By device id, what it takes.
    """
    lit = [one for one in show.departments if one.cue_light]
    for department in lit:
        try:
            read_station(department.cue_light)
        except ValueError:
            values = {"department": department.name, "station": department.cue_light}
            yield Problem(key="cue-light-bad", field="cue_light", values=values)
    if show.cue_lights is None:
        if lit:
            names = ", ".join(one.name for one in lit)
            yield Problem(key="cue-lights-unset", field="cue_lights", values={"departments": names})
        return
    device = show.device(show.cue_lights)
    if device is None:
        yield Problem(key="cue-lights-missing", field="cue_lights")
        return
    kind = kinds.get(device.id)
    if kind is not None and all(action.name != MESSAGE for action in kind.actions):
        values = {"device": device.name}
        yield Problem(key="cue-lights-mute", device_id=device.id, field="cue_lights", values=values)
