"""The MIDI device kinds: the plain one, and one for each console map.

Owns their names and how driver, actions, simulator and map are joined. Called by `__init__`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from showcaller.assets import asset
from showcaller.devices.driver import DeviceKind, Driver, Host, Simulator
from showcaller.devices.midi.actions import PLAIN, MidiAction
from showcaller.devices.midi.consoles import Console, load_map
from showcaller.devices.midi.driver import MidiDriver, open_port
from showcaller.devices.midi.payloads import MidiSettings
from showcaller.devices.midi.simulator import Describe, MidiSimulator, describe_plainly

_CONSOLES = {
    "midi-x32": "x32",
    "midi-yamaha": "yamaha",
    "midi-allen-heath": "allen-heath",
    "midi-soundcraft": "soundcraft",
}


def _make_kind(
    name: str,
    title: str,
    settings: type[MidiSettings],
    actions: tuple[MidiAction, ...],
    number_default: str,
    describe: Describe,
) -> DeviceKind:
    by_name = {action.kind.name: action for action in actions}

    def make_driver(given: Any, host: Host) -> Driver:
        return MidiDriver(given, host, by_name, open_port)

    def make_simulator(given: Any, _names: Mapping[str, tuple[str, ...]]) -> Simulator:
        return MidiSimulator(given, describe)

    return DeviceKind(
        name=name,
        title=title,
        settings=settings,
        actions=tuple(action.kind for action in actions),
        make_driver=make_driver,
        make_simulator=make_simulator,
        confirms=False,
        number_default=number_default,
        examples=tuple(action.example for action in actions),
    )


def _console_kind(name: str, file: str) -> DeviceKind:
    console = Console(load_map(asset(f"profiles/midi/{file}.json").read_bytes()), file)
    actions = (*console.actions, *PLAIN)
    kind = console.map
    return _make_kind(name, kind.title, console.settings, actions, kind.number_default, console.describe)


KINDS: tuple[DeviceKind, ...] = (
    _make_kind("midi", "MIDI", MidiSettings, PLAIN, "program", describe_plainly),
    *(_console_kind(name, file) for name, file in _CONSOLES.items()),
)
